"""A cycle keeps the budget of its plan."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = ["cycle_id", "project", "first_day", "kind"]


def upgrade():
    row = sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    cycle = sa.Column("cycle_id", sa.Integer, nullable=False)
    columns = [sa.Column("project", sa.Text, nullable=False)]
    columns += [sa.Column("first_day", sa.Integer, nullable=False), sa.Column("last_day", sa.Integer, nullable=True)]
    columns += [sa.Column("kind", sa.Text, nullable=False)]
    columns += [sa.Column(name, sa.Double, nullable=True) for name in ("amount", "hours", "fte", "contacts")]
    op.create_table("budget", row, cycle, *columns)
    op.create_index("budget_key", "budget", KEY, unique=True)
