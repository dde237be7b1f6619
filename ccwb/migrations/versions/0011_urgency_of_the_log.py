"""An entry of the action log says how urgent it was."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.add_column("action_log", sa.Column("urgency", sa.Text(), nullable=True))
