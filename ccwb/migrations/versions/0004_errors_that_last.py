"""The forecast knows how much of a day's error lasts to the next; accuracy tells the coverage of the 95 % band, too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# Tables that hold a forecast; those made by an earlier step of this version may be there or not.
FORECASTS = ("forecast", "forecast_draft", "forecast_snapshots")


def upgrade():
    there = sa.inspect(op.get_bind())
    for name in FORECASTS:
        if there.has_table(name) and "day_to_day" not in {c["name"] for c in there.get_columns(name)}:
            op.add_column(name, sa.Column("day_to_day", sa.Double(), nullable=True))
    op.add_column("accuracy", sa.Column("coverage_95", sa.Double(), nullable=True))
