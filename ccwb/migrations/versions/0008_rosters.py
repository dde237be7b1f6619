"""Named people's time: rosters, availability, absences, wishes and states; breaks of the kinds of shift."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ROSTER = "agent:text start:time end:time activity:text project:text channels:text shift:text locked:flag"
# table -> (the columns that name a row; all columns with their kind)
TABLES = {
    "roster": ("agent start", ROSTER),
    "roster_snapshots": ("agent start published", f"{ROSTER} published:time"),
    "availability": ("agent weekday from_s", "agent:text weekday:text from_s:number to_s:number"),
    "absences": ("agent start", "agent:text start:time end:time kind:text note:text"),
    "wishes": ("agent weekday day wants", "agent:text weekday:text day:day wants:text weight:number"),
    "states": ("agent start", "agent:text start:time end:time state:text"),
}
SHIFTS = {"breaks": sa.Text, "apart_s": sa.Double, "split": sa.Integer, "up_to_hours": sa.Double}
TYPES = {
    "time": sa.BigInteger,
    "day": sa.Integer,
    "text": sa.Text,
    "number": sa.Double,
    "flag": sa.Integer,
}
MAY_BE_MISSING = ("from_s", "day")  # in a key; every other key column is filled


def upgrade():
    for name, (key, columns) in TABLES.items():
        _table(name, key.split(), [part.split(":") for part in columns.split()])
    for column, kind in SHIFTS.items():
        op.add_column("shifts", sa.Column(column, kind(), nullable=True))


def _table(name, key, columns):
    filled = [k for k in key if k not in MAY_BE_MISSING]
    described = [sa.Column(column, TYPES[kind], nullable=column not in filled) for column, kind in columns]
    row = sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    op.create_table(name, row, sa.Column("cycle_id", sa.Integer, nullable=False), *described)
    op.create_index(f"{name}_key", name, ["cycle_id", *key], unique=True)
