"""The requirement knows the attempts of contacts that call again, and the share that bounded lines block."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("requirement", sa.Column("attempts", sa.Double(), nullable=True))
    op.add_column("requirement", sa.Column("blocked", sa.Double(), nullable=True))
