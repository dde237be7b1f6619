"""Accuracy keeps the sums behind its rates; the forecast knows how far the queues of a project err together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    for table in ("forecast", "forecast_draft", "forecast_snapshots"):
        op.add_column(table, sa.Column("together", sa.Double(), nullable=True))
    for column in ("contacts", "expected"):
        op.add_column("accuracy", sa.Column(column, sa.Double(), nullable=True))
    op.add_column("accuracy", sa.Column("scored", sa.BigInteger(), nullable=True))
