"""A forecast is drafted, then published; every published one is kept as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FORECAST = (
    "interval_start:time interval_s:whole project:text channel:text offered:number lower_80:number upper_80:number "
    "lower_95:number upper_95:number aht_s:number day_spread:number dispersion:number model:text"
)
# table -> (the columns that name a row, project and channel first; all columns with their kind)
TABLES = {
    "forecast_draft": ("project channel interval_start", FORECAST),
    "forecast_snapshots": ("project channel interval_start published", f"{FORECAST} published:time"),
}
TYPES = {"time": sa.BigInteger, "text": sa.Text, "whole": sa.BigInteger, "number": sa.Double}


def upgrade():
    for name, (keys, described) in TABLES.items():
        key = ["cycle_id", *keys.split()]
        columns = [
            sa.Column(column, TYPES[kind], nullable=column not in key)
            for column, kind in (part.split(":") for part in described.split())
        ]
        cycle = sa.Column("cycle_id", sa.Integer, nullable=False)
        keyed = sa.PrimaryKeyConstraint(*key, name=f"{name}_key")
        op.create_table(name, cycle, *columns, keyed, sqlite_with_rowid=False)
