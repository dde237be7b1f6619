"""Planning cycles: a name, days, a predecessor and a status."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.database import stamp, who
from ccwb.store.schema import CENTRE, CYCLE

STATUSES = {"planned": N_("planned"), "running": N_("running"), "finished": N_("finished")}


@dataclass(frozen=True)
class Cycle:
    """One planning cycle; `last_day` is included, `predecessor` is a cycle's id or None, `status` a key of STATUSES."""

    id: int
    name: str
    first_day: dt.date
    last_day: dt.date
    predecessor: int | None
    status: str


class Cycles:
    """The store's part for cycles."""

    def cycles(self):
        """Return all cycles as a list of Cycle, earliest first."""
        with self._db.reading() as connection:
            rows = connection.execute(sa.select(CYCLE).order_by(CYCLE.c.first_day, CYCLE.c.id)).all()
        return [_cycle(row) for row in rows]

    def cycle(self, cycle_id):
        """Return one cycle; PlanError where there is none with this id."""
        with self._db.reading() as connection:
            return _cycle(_one(connection, cycle_id))

    def add_cycle(self, name, *, first_day, last_day, by, at, predecessor=None, status="planned"):
        """Add a cycle and return it. first_day, last_day : dates or ISO texts; the last day is included.

        >>> import datetime as dt
        >>> from ccwb.store import open_store
        >>> now = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
        >>> spring = {"first_day": "2026-03-01", "last_day": "2026-05-31"}
        >>> open_store("sqlite://").add_cycle("Spring", **spring, by="Ana", at=now).last_day
        datetime.date(2026, 5, 31)
        """
        row = _row(name, first_day, last_day, predecessor, status) | {"saved_by": who(by), "saved_at": stamp(at)}
        with self._db.writing() as connection:
            _check_place(connection, row)
            done = connection.execute(CYCLE.insert().values(**row, edits=1))
            return _cycle(_one(connection, done.inserted_primary_key[0]))

    def update_cycle(self, cycle_id, *, by, at, **changes):
        """Change name, first_day, last_day, predecessor or status of a cycle and return it as it is now."""
        with self._db.writing() as connection:
            old = _cycle(_one(connection, cycle_id))
            fields = {f: getattr(old, f) for f in ("name", "first_day", "last_day", "predecessor", "status")}
            row = _row(**(fields | changes)) | {"saved_by": who(by), "saved_at": stamp(at)}
            _check_place(connection, row, cycle_id)
            change = CYCLE.update().where(CYCLE.c.id == cycle_id).values(**row, edits=CYCLE.c.edits + 1)
            connection.execute(change)
            return _cycle(_one(connection, cycle_id))


def place_of(connection, cycle):
    """Return the cycle_id to store under: CENTRE for None; PlanError for a cycle that is not there."""
    return CENTRE if cycle is None else _one(connection, cycle).id


def _one(connection, cycle_id):
    row = connection.execute(sa.select(CYCLE).where(CYCLE.c.id == cycle_id)).one_or_none()
    if row is None:
        raise PlanError(N_("There is no cycle {cycle} in this workbook. Choose one at the top."), cycle=str(cycle_id))
    return row


def _cycle(row):
    days = dt.date.fromisoformat(row.first_day), dt.date.fromisoformat(row.last_day)
    return Cycle(row.id, row.name, *days, row.predecessor, row.status)


def _row(name, first_day, last_day, predecessor, status):
    name, first, last = name.strip(), _day(first_day), _day(last_day)
    if not name:
        raise PlanError(N_("A cycle needs a name, such as 'Spring 2026'."))
    if first > last:
        raise PlanError(
            N_("The cycle {name} begins on {first} and ends on {last}, which is earlier. Change one of the two days."),
            name=name,
            first=first,
            last=last,
        )
    if status not in STATUSES:
        raise PlanError(N_("A cycle is planned, running or finished; found '{found}'."), found=str(status))
    return {"name": name, "first_day": first, "last_day": last, "predecessor": predecessor, "status": status}


def _day(day):
    try:
        return (day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day))).isoformat()[:10]
    except ValueError:
        raise PlanError(N_("A cycle's days are dates such as 2026-03-29; found '{found}'."), found=str(day)) from None


def _check_place(connection, row, cycle_id=None):
    """Refuse a name that another cycle has, and a predecessor that is not there or is the cycle itself."""
    same = connection.execute(sa.select(CYCLE.c.id).where(CYCLE.c.name == row["name"], CYCLE.c.id != (cycle_id or 0)))
    if same.first():
        raise PlanError(N_("There is already a cycle called {name}. Choose another name."), name=row["name"])
    before = row["predecessor"]
    while before is not None:
        if before == cycle_id:
            raise PlanError(N_("The cycle {name} cannot come after itself. Choose another one."), name=row["name"])
        before = _one(connection, before).predecessor
