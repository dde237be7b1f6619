"""What the database holds today, as SQLAlchemy tables; how it became so is in ccwb/migrations.

Times are whole seconds since 1970 UTC, days whole days since 1970-01-01, missing values NULL; `cycle_id` 0 is the
centre itself. A table of intervals is stored in the order it is read: by queue, then time.
"""

import sqlalchemy as sa

from ccwb.tables import TABLES

CENTRE = 0  # cycle_id of what belongs to no cycle
NOT_STORED = ("forecast_paths", "coverage")  # drawn or computed again from what is stored
STORED = {name: table for name, table in TABLES.items() if name not in NOT_STORED}

_TYPES = {
    "time": sa.BigInteger,
    "day": sa.Integer,
    "text": sa.Text,
    "whole": sa.BigInteger,
    "number": sa.Double,
    "share": sa.Double,
    "flag": sa.Integer,
}

METADATA = sa.MetaData()

CYCLE = sa.Table(
    "cycle",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("first_day", sa.Text, nullable=False),
    sa.Column("last_day", sa.Text, nullable=False),
    sa.Column("predecessor", sa.Integer, sa.ForeignKey("cycle.id")),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("edits", sa.Integer, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", sa.Text, nullable=False),
)

DOCUMENT = sa.Table(
    "document",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("cycle_id", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("project", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("begun_at", sa.Text, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", sa.Text, nullable=False),
    sa.Index("document_place", "cycle_id", "name", "project", "version", unique=True),
)

REVISION = sa.Table(
    "revision",
    METADATA,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("cycle_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("project", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", sa.Text, nullable=False),
)


def key_order(known):
    """Return the columns that name a row, project and channel first: the order they are indexed in."""
    return sorted(
        known.key, key=lambda name: ("project", "channel").index(name) if name in ("project", "channel") else 2
    )


def by_interval(known):
    """Return whether the table has one row per interval: those are many, and stored in the order they are read."""
    return "interval_start" in known.key


def _sql_table(name, known):
    key = ["cycle_id", *key_order(known)]
    columns = [
        sa.Column(c.name, _TYPES[c.kind], nullable=not (c.name in known.key and (c.required or c.kind == "text")))
        for c in known.columns
    ]
    cycle = sa.Column("cycle_id", sa.Integer, nullable=False)
    if by_interval(known):
        keyed = sa.PrimaryKeyConstraint(*key, name=f"{name}_key")
        return sa.Table(name, METADATA, cycle, *columns, keyed, sqlite_with_rowid=False)
    row = sa.Column("row", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    return sa.Table(name, METADATA, row, cycle, *columns, sa.Index(f"{name}_key", *key, unique=True))


SQL_TABLES = {name: _sql_table(name, known) for name, known in STORED.items()}
