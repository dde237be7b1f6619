"""The tables that flow between the stages: checked, typed, and each writing counted."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.columns import all_missing, from_stored, to_stored
from ccwb.store.cycles import place_of
from ccwb.store.database import moment, stamp, who
from ccwb.store.rows import Rows, clock_of, insert, listed
from ccwb.store.schema import REVISION, STORED
from ccwb.tables import check, empty

MODES = ("replace", "append", "merge")
_NUMBERED = "action_log"
_ADD_ONLY = {
    _NUMBERED: N_("The action log is only ever added to. Write an entry that corrects the earlier one."),
    "forecast_snapshots": N_("A published forecast stays as it was. Publish another one: both are kept."),
    "roster_snapshots": N_("A published roster stays as it was. Publish another one: both are kept."),
}


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
        zone, or `zone` to read them in. The action log (its rows are numbered on from the last where they have no
        column `entry`) and the published forecasts can only be appended to.
        Raises PlanError for what `tables.check` refuses, for times without a zone, and for appended rows that are there
        already; nothing is changed then.
        """
        _check_mode(name, mode)
        numbered = name == _NUMBERED and "entry" not in table.columns
        if numbered:
            table = table.assign(entry=np.arange(1, len(table) + 1))
        table, by, at = check(table, name), who(by), stamp(at)
        part = {"project": project, "channel": channel}
        _check_part(table, name, mode, part)
        stored = to_stored(table, name, zone)
        try:
            with self._db.writing() as connection:
                place = place_of(connection, cycle)
                _count(connection, name, place, _concerned(table, mode, project), saved_by=by, saved_at=at)
                there = Rows(name, place, **part)
                if numbered:
                    last = there.highest(connection, "entry")
                    stored["entry"] = [last + entry for entry in stored["entry"]]
                if mode == "replace":
                    there.delete(connection)
                elif mode == "merge":
                    there.delete_like(connection, stored)
                insert(connection, name, stored, place)
        except sa.exc.IntegrityError:
            raise PlanError(
                N_("The {table} table already holds rows with the same {key}; nothing was added."),
                table=name,
                key=", ".join(STORED[name].key),
            ) from None
        return self.revision(name, cycle=cycle)

    def read_table(
        self,
        name,
        *,
        cycle=None,
        project=None,
        channel=None,
        start=None,
        end=None,
        zone="UTC",
        all_columns=False,
    ):
        """Return a table in its documented columns.

        all_columns : keep those, too, that are missing in every row (texts are then empty); else they are left out.
        project, channel : one, or a list.  start, end : times or days, `start` included, `end` not; without a zone
        they are read in `zone`, in which times come back too.  Rows of intervals are ordered by queue, then time;
        those of other tables stay in the order they were written. A table with no rows has all its columns.

        >>> from ccwb.store import open_store
        >>> list(open_store("sqlite://").read_table("agents").columns)[:3]
        ['agent', 'name', 'team']
        """
        known = _known(name)
        with self._db.reading() as connection:
            place = place_of(connection, cycle)
            rows = Rows(name, place, project=project, channel=channel).between(start, end, zone)
            values = rows.numbers(connection) | rows.texts(connection)
        columns = {
            column.name: from_stored(values[column.name], column, zone)
            for column in known.columns
            if all_columns
            or column.required
            or column.name in known.key
            or not all_missing(values[column.name], column)
        }
        table = pd.DataFrame(columns, copy=False)
        return table if len(table) else _nothing(name, known, zone)

    def delete_table(self, name, *, by, at, cycle=None, project=None, channel=None):
        """Take away a table's rows, or those of one project or channel; return the table's new Revision."""
        _check_mode(name, "replace")
        by, at = who(by), stamp(at)
        with self._db.writing() as connection:
            place = place_of(connection, cycle)
            _count(connection, name, place, listed(project or ""), saved_by=by, saved_at=at)
            Rows(name, place, project=project, channel=channel).delete(connection)
        return self.revision(name, cycle=cycle)

    def has_rows(self, name, *, cycle=None, project=None, end=None, zone="UTC"):
        """Return whether a table holds anything; with `project` of it, with `end` (read in `zone`) before that."""
        _known(name)
        with self._db.reading() as connection:
            return Rows(name, place_of(connection, cycle), project=project).between(None, end, zone).any(connection)

    def table_info(self, name, *, cycle=None, zone="UTC"):
        """Return what a table holds, a row per project and channel: project, channel, rows, first, last.

        first, last : the earliest and latest time or day. Columns that the table does not have are left out.
        """
        known = _known(name)
        with self._db.reading() as connection:
            groups = Rows(name, place_of(connection, cycle)).groups(connection)
        clock = clock_of(known)
        ends = ["first", "last"] if clock else []
        queue = [c for c in ("project", "channel") if c in known.names]
        info = pd.DataFrame(groups, columns=[*queue, "rows", *ends])
        for end in ends:
            info[end] = from_stored(info[end].astype("float64").fillna(np.inf).to_numpy(), clock, zone)
        return info

    def revision(self, name, *, cycle=None, project=None):
        """Return the Revision of a table: ask before reading the table, and note it with what is computed from it.

        project : count only the writings that concerned this project; None counts all.
        """
        _known(name)
        return self.revisions(cycle=cycle, project=project).get(name, Revision(0, None, None))

    def revisions(self, *, cycle=None, project=None):
        """Return the revisions of all tables of a cycle that were ever written: name -> Revision."""
        with self._db.reading() as connection:
            query = sa.select(REVISION).where(REVISION.c.cycle_id == place_of(connection, cycle), REVISION.c.number > 0)
            if project is not None:
                query = query.where(REVISION.c.project.in_(["", project]))
            rows = connection.execute(query.order_by(REVISION.c.saved_at)).all()
        out = {}
        for row in rows:
            before = out.get(row.table_name, Revision(0, None, None))
            out[row.table_name] = Revision(before.number + row.number, row.saved_by, moment(row.saved_at))
        return out


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
    if name in _ADD_ONLY and mode != "append":
        raise PlanError(_ADD_ONLY[name])


def _check_part(table, name, mode, part):
    """A part of a table is replaced by rows of that part alone."""
    for column, wanted in part.items():
        if wanted is not None and (mode != "replace" or set(table[column]) - set(listed(wanted))):
            raise ValueError(f"{column}={wanted!r} replaces the {name} of that {column} alone")


def _concerned(table, mode, project):
    """Return the projects that a writing concerns; "" is all of them."""
    if project is not None:
        return listed(project)
    return sorted(set(table["project"])) if mode != "replace" and "project" in table else [""]


def _count(connection, name, place, projects, **saved):
    """Count a writing for each project concerned; the row of all projects makes writers of a table wait in line."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for project in ["", *(p for p in projects if p)]:
        one = int(project in projects)
        first = dialect.insert(REVISION).values(table_name=name, cycle_id=place, project=project, number=one, **saved)
        more = {"number": REVISION.c.number + one, **(saved if one else {})}
        connection.execute(first.on_conflict_do_update(index_elements=REVISION.primary_key.columns, set_=more))


def _nothing(name, known, zone):
    table = empty(name)
    for column in known.columns:
        if column.kind == "time":
            table[column.name] = pd.DatetimeIndex([], dtype=pd.DatetimeTZDtype("us", zone))
    return table
