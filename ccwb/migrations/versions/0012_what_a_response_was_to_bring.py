"""An entry of the action log keeps the people assumed and the effect expected in numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_NUMBERS = ("people_more", "contacts_fewer", "service_without", "service_with", "short_without", "short_with")


def upgrade():
    op.add_column("action_log", sa.Column("service_of", sa.Text(), nullable=True))
    for name in _NUMBERS:
        op.add_column("action_log", sa.Column(name, sa.Double(), nullable=True))
