"""The forecast knows how its errors hang together; accuracy tells the coverage of the 95 % band, too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# Tables that hold a forecast; those made by an earlier step of this version may be there or not.
FORECASTS = ("forecast", "forecast_draft", "forecast_snapshots")


def upgrade():
    there = sa.inspect(op.get_bind())
    for name in FORECASTS:
        known = {column["name"] for column in there.get_columns(name)} if there.has_table(name) else set()
        for column in {"day_to_day", "slot_to_slot"} - known if known else ():
            op.add_column(name, sa.Column(column, sa.Double(), nullable=True))
    op.add_column("accuracy", sa.Column("coverage_95", sa.Double(), nullable=True))
