"""A stretch of a roster says what its meeting or training is called."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    for table in ("roster", "roster_snapshots"):
        op.add_column(table, sa.Column("title", sa.Text, nullable=True))
