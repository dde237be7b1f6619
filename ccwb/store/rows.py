"""Chosen rows of one stored table: read straight into arrays, added by the thousand, taken away."""

from itertools import chain, islice

import numpy as np
import pandas as pd
import sqlalchemy as sa

from ccwb.store.schema import SQL_TABLES, STORED, by_interval, key_order

_AT_ONCE = 20_000  # rows handed to the database in one go
_INFINITE = {"sqlite": "9e999", "postgresql": "'Infinity'::float8"}  # never stored, so it can stand for NULL in arrays


class Rows:
    """The rows of a table that belong to one cycle (`place`), narrowed to projects, channels and a span of time."""

    def __init__(self, name, place, *, project=None, channel=None):
        self.known, self.table = STORED[name], SQL_TABLES[name]
        self.where = [self.table.c.cycle_id == place]
        for column, wanted in (("project", project), ("channel", channel)):
            if wanted is not None:
                self.where.append(self.table.c[column].in_(listed(wanted)))

    def between(self, start, end, zone):
        """Narrow to rows from `start` on and before `end`; either may be None. Returns the rows themselves."""
        clock = clock_of(self.known)
        if start is not None:
            self.where.append(self.table.c[clock.name] >= _since(start, clock, zone))
        if end is not None:
            self.where.append(self.table.c[clock.name] < _since(end, clock, zone))
        return self

    def delete(self, connection):
        """Take the rows away."""
        connection.execute(self.table.delete().where(*self.where))

    def delete_like(self, connection, stored):
        """Take away those rows that have the same key as one of `stored` (column -> list)."""
        key = {name: self.table.c[name] for name in self.known.key}
        same = [
            column.is_not_distinct_from(sa.bindparam(f"key_{name}", type_=column.type))
            if column.nullable
            else column == sa.bindparam(f"key_{name}", type_=column.type)
            for name, column in key.items()
        ]
        places = [f"key_{name}" for name in key]
        rows = [dict(zip(places, row, strict=True)) for row in zip(*(stored[name] for name in key), strict=True)]
        if rows:
            connection.execute(self.table.delete().where(*self.where, *same), rows)

    def any(self, connection):
        """Return whether there are any."""
        return connection.execute(sa.select(sa.literal(1)).where(*self.where).limit(1)).first() is not None

    def highest(self, connection, column):
        """Return the highest value of a column, 0 where there are no rows."""
        return connection.execute(sa.select(sa.func.max(self.table.c[column])).where(*self.where)).scalar() or 0

    def numbers(self, connection):
        """Return the columns that are no text: name -> float array, missing values infinite."""
        columns = [self.table.c[c.name] for c in self.known.columns if c.kind != "text"]
        missing = sa.literal_column(_INFINITE[connection.dialect.name])
        query = self._ordered(*(sa.func.coalesce(c, missing) for c in columns))
        flat = np.fromiter(chain.from_iterable(connection.execute(query).cursor), dtype="float64")
        by_column = flat.reshape(-1, len(columns)).T.copy()
        return {column.name: values for column, values in zip(columns, by_column, strict=True)}

    def texts(self, connection):
        """Return the columns of text: name -> array of texts, None where missing."""
        queue = [n for n in key_order(self.known) if n in ("project", "channel")] if by_interval(self.known) else []
        out = self._repeated(connection, queue) if queue else {}
        for name in (c.name for c in self.known.columns if c.kind == "text" and c.name not in queue):
            cursor = connection.execute(self._ordered(self.table.c[name])).cursor
            out[name] = np.array([value for (value,) in cursor], dtype=object)
        return out

    def groups(self, connection):
        """Return one tuple per project and channel: these (as far as the table has them), rows, earliest, latest."""
        by = [self.table.c[c] for c in ("project", "channel") if c in self.known.names]
        clock = clock_of(self.known)
        ends = [sa.func.min(self.table.c[clock.name]), sa.func.max(self.table.c[clock.name])] if clock else []
        query = sa.select(*by, sa.func.count(), *ends).where(*self.where).group_by(*by).order_by(*by)
        return [tuple(row) for row in connection.execute(query) if row[len(by)]]

    def _ordered(self, *columns):
        ordered = key_order(self.known) if by_interval(self.known) else ["row"]
        return sa.select(*columns).where(*self.where).order_by(*(self.table.c[name] for name in ordered))

    def _repeated(self, connection, names):
        """Return the columns that rows are ordered by first: counted once per group, not read row by row."""
        columns = [self.table.c[name] for name in names]
        query = sa.select(*columns, sa.func.count()).where(*self.where).group_by(*columns).order_by(*columns)
        groups = connection.execute(query).all()
        counts = [group[-1] for group in groups]
        return {n: np.repeat(np.array([g[i] for g in groups], dtype=object), counts) for i, n in enumerate(names)}


def insert(connection, name, stored, place):
    """Add rows, given as column -> list, to a table."""
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(quote(column) for column in ("cycle_id", *stored))
    sql = f"INSERT INTO {quote(name)} ({names}) VALUES ({', '.join([mark] * (len(stored) + 1))})"
    rows = ((place, *row) for row in zip(*stored.values(), strict=True))
    while batch := list(islice(rows, _AT_ONCE)):
        connection.exec_driver_sql(sql, batch)


def listed(wanted):
    """Return one name as a list of one, a list as it is."""
    return [wanted] if isinstance(wanted, str) else list(wanted)


def clock_of(known):
    """Return the column that tells when a row was: its first time or day; None for a table without."""
    return next((c for c in known.columns if c.kind in ("time", "day")), None)


def _since(limit, clock, zone):
    """Return a time or day as it is stored, rounded up to the next second or day."""
    at = pd.Timestamp(limit)
    if clock.kind == "day":
        return int(np.ceil((at.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)))
    return int(np.ceil((at if at.tzinfo else at.tz_localize(zone)).timestamp()))
