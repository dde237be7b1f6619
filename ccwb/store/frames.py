"""The large tables: checked, typed, written by the thousand and read straight into arrays."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import pandas as pd
import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.cycles import place_of
from ccwb.store.database import moment, stamp, who
from ccwb.store.schema import CENTRE, REVISION, SQL_TABLES, STORED, by_interval, key_order
from ccwb.tables import check, empty

MODES = ("replace", "append", "merge")
_AT_ONCE = 20_000  # rows handed to the database in one go
_MISSING = sa.literal_column("9e999")  # infinite: a value that `check` refuses, so it can stand for NULL while reading
_MISSING_SERVER = sa.literal_column("'Infinity'::float8")
_ADD_ONLY = "action_log"


@dataclass(frozen=True)
class Revision:
    """How often a table was written (0: never), by whom and when last."""

    number: int
    by: str | None
    at: dt.datetime | None


class Frames:
    """The store's part for tables. `name` is a key of ccwb.tables.TABLES; `cycle` None is the centre's own table."""

    def write_table(self, name, table, *, by, at, cycle=None, mode="replace", project=None, channel=None, zone=None):
        """Check and write a table in one transaction; return its new Revision. Only documented columns are kept.

        mode : 'replace' takes the place of what is there (only of one project's or channel's rows with `project`,
        `channel`), 'merge' of the rows with the same key, 'append' of none. Times are kept to the second and need a
        zone, or `zone` to read them in. The action log can only be appended to; without a column `entry` its rows
        are numbered on from the last.  Raises PlanError for what `tables.check` refuses, for times without a zone,
        and for appended rows that are there already; nothing is changed then.
        """
        _check_mode(name, mode)
        numbered = name == _ADD_ONLY and "entry" not in table.columns
        if numbered:
            table = table.assign(entry=np.arange(1, len(table) + 1))
        table, by, at = check(table, name), who(by), stamp(at)
        _check_part(table, name, mode, {"project": project, "channel": channel})
        stored = _stored(table, name, zone)
        sql_table = SQL_TABLES[name]
        try:
            with self._db.writing() as connection:
                place = place_of(connection, cycle)
                revision = _next_revision(connection, name, place, by, at)
                if numbered:
                    last = connection.execute(_of(sa.select(sa.func.max(sql_table.c.entry)), sql_table, place)).scalar()
                    stored["entry"] = [entry + (last or 0) for entry in stored["entry"]]
                if mode == "replace":
                    connection.execute(_of(sql_table.delete(), sql_table, place, project, channel))
                elif mode == "merge" and len(table):
                    _delete_same(connection, sql_table, STORED[name], stored, place)
                _insert(connection, sql_table, stored, place)
        except sa.exc.IntegrityError:
            raise PlanError(
                N_("The {table} table already holds rows with the same {key}; nothing was added."),
                table=name,
                key=", ".join(STORED[name].key),
            ) from None
        return revision

    def read_table(self, name, *, cycle=None, project=None, channel=None, start=None, end=None, zone="UTC"):
        """Return a table in its documented columns; columns that are missing in every row are left out.

        project, channel : one, or a list.  start, end : times or days, `start` included, `end` not; without a zone
        they are read in `zone`, in which times come back too.  Rows of intervals are ordered by queue, then time;
        those of other tables stay in the order they were written. A table with no rows has all its columns.
        """
        known, sql_table = _known(name), SQL_TABLES[name]
        with self._db.reading() as connection:
            place = place_of(connection, cycle)
            choose = lambda query: _between(  # noqa: E731 - the same rows for three queries
                _of(query, sql_table, place, project, channel), known, sql_table, start=start, end=end, zone=zone
            )
            numbers = _numbers(connection, known, sql_table, choose)
            texts = _texts(connection, known, sql_table, choose)
        columns = {}
        for column in known.columns:
            values = texts[column.name] if column.kind == "text" else numbers[column.name]
            if column.required or column.name in known.key or not _all_missing(values, column):
                columns[column.name] = _shown(values, column, zone)
        rows = pd.DataFrame(columns, copy=False)
        return rows if len(rows) else _nothing(name, known, zone)

    def delete_table(self, name, *, by, at, cycle=None, project=None, channel=None):
        """Take away a table's rows, or those of one project or channel; return the table's new Revision."""
        _check_mode(name, "replace")
        by, at = who(by), stamp(at)
        with self._db.writing() as connection:
            place = place_of(connection, cycle)
            connection.execute(_of(SQL_TABLES[name].delete(), SQL_TABLES[name], place, project, channel))
            return _next_revision(connection, name, place, by, at)

    def table_info(self, name, *, cycle=None, zone="UTC"):
        """Return what a table holds, a row per project and channel: project, channel, rows, first, last.

        first, last : the earliest and latest time or day. Columns that the table does not have are left out.
        """
        known, sql_table = _known(name), SQL_TABLES[name]
        groups = [sql_table.c[c] for c in ("project", "channel") if c in known.names]
        clock = _clock(known)
        ends = [sa.func.min(sql_table.c[clock.name]), sa.func.max(sql_table.c[clock.name])] if clock else []
        query = sa.select(*groups, sa.func.count(), *ends).group_by(*groups).order_by(*groups)
        with self._db.reading() as connection:
            rows = connection.execute(_of(query, sql_table, place_of(connection, cycle))).all()
        names = [c.name for c in groups] + ["rows"] + (["first", "last"] if clock else [])
        info = pd.DataFrame([tuple(row) for row in rows if row[len(groups)]], columns=names)
        for end in ("first", "last") if clock else ():
            info[end] = _shown(info[end].to_numpy(dtype="float64"), clock, zone)
        return info

    def revision(self, name, *, cycle=None):
        """Return the Revision of a table: ask before reading the table, and note it with what is computed from it."""
        _known(name)
        return self.revisions(cycle=cycle).get(name, Revision(0, None, None))

    def revisions(self, *, cycle=None):
        """Return the revisions of all tables of a cycle that were ever written: name -> Revision."""
        with self._db.reading() as connection:
            query = sa.select(REVISION).where(REVISION.c.cycle_id == place_of(connection, cycle))
            rows = connection.execute(query).all()
        return {row.table_name: Revision(row.number, row.saved_by, moment(row.saved_at)) for row in rows}


def _known(name):
    if name not in STORED:
        raise PlanError(
            N_("The workbook keeps no table '{name}'. It keeps: {known}."), name=name, known=", ".join(STORED)
        )
    return STORED[name]


def _check_mode(name, mode):
    _known(name)
    if mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}; found {mode!r}")
    if name == _ADD_ONLY and mode != "append":
        raise PlanError(N_("The action log is only ever added to. Write an entry that corrects the earlier one."))


def _check_part(table, name, mode, part):
    """A part of a table is replaced by rows of that part alone."""
    for column, wanted in part.items():
        if wanted is not None and (mode != "replace" or set(table[column]) - set(_listed(wanted))):
            raise ValueError(f"{column}={wanted!r} replaces the {name} of that {column} alone")


def _listed(wanted):
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _next_revision(connection, name, place, by, at):
    """Count a table's revision up; the row also makes writers of the same table wait for each other."""
    row = {"saved_by": by, "saved_at": at}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    fresh = insert(REVISION).values(table_name=name, cycle_id=place, number=1, **row)
    count = fresh.on_conflict_do_update(
        index_elements=[REVISION.c.table_name, REVISION.c.cycle_id], set_={**row, "number": REVISION.c.number + 1}
    )
    number = connection.execute(count.returning(REVISION.c.number)).scalar_one()
    return Revision(number, by, moment(at))


def _of(query, sql_table, place=CENTRE, project=None, channel=None):
    """Narrow a query to a cycle's rows, and to projects and channels where they are given."""
    query = query.where(sql_table.c.cycle_id == place)
    for column, wanted in (("project", project), ("channel", channel)):
        if wanted is not None:
            query = query.where(sql_table.c[column].in_(_listed(wanted)))
    return query


def _clock(known):
    """Return the column that tells when a row was: the first time or day; None for a table without."""
    return next((c for c in known.columns if c.kind in ("time", "day")), None)


def _between(query, known, sql_table, *, start, end, zone):
    for limit, sign in ((start, "__ge__"), (end, "__lt__")):
        if limit is not None:
            at, clock = pd.Timestamp(limit), _clock(known)
            if clock.kind == "day":
                since = int(np.ceil((at.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1)))
            else:
                since = int(np.ceil((at if at.tzinfo else at.tz_localize(zone)).timestamp()))
            query = query.where(getattr(sql_table.c[clock.name], sign)(since))
    return query


def _order(known, sql_table):
    return [sql_table.c[c] for c in key_order(known)] if by_interval(known) else [sql_table.c.row]


def _numbers(connection, known, sql_table, choose):
    """Return the columns that are no text as float arrays, missing values infinite."""
    columns = [sql_table.c[c.name] for c in known.columns if c.kind != "text"]
    missing = _MISSING if connection.dialect.name == "sqlite" else _MISSING_SERVER
    query = choose(sa.select(*(sa.func.coalesce(c, missing) for c in columns))).order_by(*_order(known, sql_table))
    cursor = connection.execute(query).cursor
    flat = np.fromiter(chain.from_iterable(cursor), dtype="float64")
    by_column = flat.reshape(-1, len(columns)).T.copy()
    return {column.name: values for column, values in zip(columns, by_column, strict=True)}


def _texts(connection, known, sql_table, choose):
    """Return the columns of text as arrays of objects; a queue's own two are counted, not read row by row."""
    names = [c.name for c in known.columns if c.kind == "text"]
    queue = [n for n in key_order(known) if n in ("project", "channel")] if by_interval(known) else []
    out = {}
    if queue:
        columns = [sql_table.c[n] for n in queue]
        groups = connection.execute(
            choose(sa.select(*columns, sa.func.count())).group_by(*columns).order_by(*columns)
        ).all()
        counts = [group[-1] for group in groups]
        out = {n: np.repeat(np.array([g[i] for g in groups], dtype=object), counts) for i, n in enumerate(queue)}
    for name in (n for n in names if n not in queue):
        query = choose(sa.select(sql_table.c[name])).order_by(*_order(known, sql_table))
        out[name] = np.array([value for (value,) in connection.execute(query).cursor], dtype=object)
    return out


def _all_missing(values, column):
    if column.kind == "text":
        return all(value is None for value in values)
    return bool(np.isinf(values).all())


def _shown(values, column, zone):
    """Return a column as the documented type, from what `_numbers` and `_texts` read."""
    if column.kind == "text":
        return pd.array(np.where(values == None, "", values), dtype="str")  # noqa: E711 - elementwise
    missing = ~np.isfinite(values)
    if column.kind in ("time", "day"):
        whole = np.where(missing, 0, values).astype("int64")
        if column.kind == "day":
            return pd.DatetimeIndex(
                np.where(missing, np.datetime64("NaT"), whole.astype("datetime64[D]")).astype("datetime64[us]")
            )
        times = np.where(missing, np.datetime64("NaT"), whole.astype("datetime64[s]")).astype("datetime64[us]")
        return pd.DatetimeIndex(times, tz="UTC").tz_convert(zone)
    if column.kind == "flag":
        return np.where(missing, 0, values).astype(bool)
    if column.kind == "whole" and not missing.any():
        return values.astype("int64")
    return np.where(missing, np.nan, values)


def _nothing(name, known, zone):
    table = empty(name)
    for column in known.columns:
        if column.kind == "time":
            table[column.name] = pd.DatetimeIndex([], dtype="datetime64[us]", tz=zone)
    return table


def _stored(table, name, zone):
    """Return the documented columns as lists to store; those that name a row are there even when not given."""
    known = STORED[name]
    out = {c.name: _plain(table[c.name], c, name, zone) for c in known.columns if c.name in table}
    for key in known.key:
        if key not in out:
            out[key] = ["" if known[key].kind == "text" else None] * len(table)
    return out


def _plain(values, column, name, zone):
    """Return a checked column as a list of what the database stores: whole seconds, whole days, None for missing."""
    if column.kind == "text":
        return values.tolist()
    if column.kind == "time":
        values = _utc(values, name, zone)
    elif column.kind == "day" and values.dt.tz is not None:
        values = values.dt.tz_localize(None)
    gaps = values.isna().to_numpy()
    if column.kind in ("time", "day"):
        numbers = values.to_numpy(dtype="datetime64[s]" if column.kind == "time" else "datetime64[D]").astype("int64")
    elif column.kind in ("whole", "flag"):
        numbers = np.where(gaps, 0, values.to_numpy(dtype="float64")).astype("int64")
    else:
        numbers = values.to_numpy(dtype="float64")
    if not gaps.any():
        return numbers.tolist()
    return np.where(gaps, None, numbers.astype(object)).tolist()


def _utc(times, name, zone):
    if times.dt.tz is None:
        if zone is None:
            raise PlanError(
                N_("The times of the {table} table carry no time zone. Say in which zone they are, then save again."),
                table=name,
            )
        try:
            times = times.dt.tz_localize(zone)
        except ValueError as error:
            raise PlanError(
                N_(
                    "The {table} table has a time that the clocks of {zone} show twice or never, at a clock change: "
                    "{found}. Say which one is meant, or give the times in UTC."
                ),
                table=name,
                zone=str(zone),
                found=str(error).split(",")[0],
            ) from None
    return times.dt.tz_convert("UTC").dt.tz_localize(None)


def _delete_same(connection, sql_table, known, stored, place):
    rows = [dict(zip(known.key, row, strict=True)) for row in zip(*(stored[k] for k in known.key), strict=True)]
    delete = _of(sql_table.delete(), sql_table, place)
    for key in known.key:
        column, value = sql_table.c[key], sa.bindparam(f"key_{key}", type_=sql_table.c[key].type)
        delete = delete.where(column.is_not_distinct_from(value) if column.nullable else column == value)
    connection.execute(delete, [{f"key_{k}": v for k, v in row.items()} for row in rows])


def _insert(connection, sql_table, stored, place):
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(quote(name) for name in ("cycle_id", *stored))
    marks = ", ".join([mark] * (len(stored) + 1))
    sql = f"INSERT INTO {quote(sql_table.name)} ({names}) VALUES ({marks})"
    rows = ((place, *row) for row in zip(*stored.values(), strict=True))
    while batch := list(islice(rows, _AT_ONCE)):
        connection.exec_driver_sql(sql, batch)
