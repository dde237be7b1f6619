"""A forecast is drafted with what was odd in its history, then published; every published one is kept as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

FORECAST = (
    "interval_start:time interval_s:whole project:text channel:text offered:number lower_80:number upper_80:number "
    "lower_95:number upper_95:number aht_s:number day_spread:number dispersion:number day_to_day:share "
    "slot_to_slot:share model:text"
)
# table -> (the columns that name a row, project and channel first; all columns with their kind)
TABLES = {
    "forecast_draft": ("project channel interval_start", FORECAST),
    "forecast_snapshots": ("project channel interval_start published", f"{FORECAST} published:time"),
}
CLEANING = (
    "project channel day reason from_s",
    "project:text channel:text day:day last_day:day reason:text from_s:number to_s:number found:number usual:number "
    "used:flag decided:flag",
)
TYPES = {
    "time": sa.BigInteger,
    "day": sa.Integer,
    "text": sa.Text,
    "whole": sa.BigInteger,
    "number": sa.Double,
    "share": sa.Double,
    "flag": sa.Integer,
}


def upgrade():
    for name, (keys, described) in TABLES.items():
        key = ["cycle_id", *keys.split()]
        keyed = sa.PrimaryKeyConstraint(*key, name=f"{name}_key")
        op.create_table(name, _cycle(), *_columns(described, key), keyed, sqlite_with_rowid=False)
    key = ["cycle_id", *CLEANING[0].split()]
    row = sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    op.create_table("cleaning", row, _cycle(), *_columns(CLEANING[1], [k for k in key if k != "from_s"]))
    op.create_index("cleaning_key", "cleaning", key, unique=True)


def _cycle():
    return sa.Column("cycle_id", sa.Integer, nullable=False)


def _columns(described, filled):
    parts = [part.split(":") for part in described.split()]
    return [sa.Column(column, TYPES[kind], nullable=column not in filled) for column, kind in parts]
