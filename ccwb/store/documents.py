"""Documents: one page's JSON, every version kept, nobody's typing overwritten."""

import datetime as dt
import json
from dataclasses import dataclass, field

import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.cycles import place_of
from ccwb.store.database import moment, stamp, who
from ccwb.store.schema import DOCUMENT

ONE_VERSION = dt.timedelta(minutes=10)  # one person's edits within it are one version in the list


GONE = N_(
    "'{name}' is no longer in this workbook, so nothing was saved. Reload the page to see what there is, then change "
    "it again."
)


@dataclass(frozen=True)
class Document:
    """A document as it was saved: data (None: nothing yet, or not asked for), version (0: nothing yet), who, when.

    begun : when the first of the edits was saved that this version holds; ten minutes before `at` where it holds one
    that is a version of its own. None where `versions` did not give it.
    """

    data: dict | list | None
    version: int
    by: str | None
    at: dt.datetime | None
    begun: dt.datetime | None = field(default=None, compare=False)


class StaleSave(PlanError):  # noqa: N818 - it is a PlanError; the name says what happened, as a page says it
    """Somebody else saved since this page was opened; nothing was changed. `theirs` is the Document there is now."""

    def __init__(self, name, theirs):
        super().__init__(
            N_(
                "{by} saved '{name}' at {at}, after you opened it. Nothing of yours is lost: it is still on this "
                "page. Look at what changed, then save again."
            ),
            by=theirs.by or "-",
            name=name,
            at=f"{theirs.at:%Y-%m-%d %H:%M} UTC" if theirs.at else "-",
        )
        self.theirs = theirs


class Documents:
    """The store's part for documents. A document is known by its name, its cycle (None: the centre) and its project."""

    def load(self, name, *, cycle=None, project=""):
        """Return the document as it was last saved; version 0 and data None where nothing was saved yet."""
        with self._db.reading() as connection:
            return _document(_latest(connection, place_of(connection, cycle), name, project))

    def save(self, name, data, *, base, by, at, cycle=None, project="", apart=False):
        """Save `data` (JSON: dicts, lists, texts, numbers, None) and return the document as it is now.

        base : the version that the page started from (`load(...).version`).  Raises StaleSave when it is no longer the
        newest. One person's saves within ten minutes of the first are one version in `versions`; saving what is
        already there changes nothing. Keys of dicts become texts, as JSON has it.
        apart : a version of its own that no save joins, neither this one the last nor a later one this (a kept result).

        >>> import datetime as dt
        >>> from ccwb.store import open_store
        >>> store, now = open_store("sqlite://"), dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
        >>> store.save("centre", {"name": "Ours"}, base=0, by="Ana", at=now).version
        1
        >>> store.save("centre", {"name": "Mine"}, base=0, by="Ben", at=now)
        Traceback (most recent call last):
        ccwb.store.documents.StaleSave: Ana saved 'centre' at 2026-02-01 09:00 UTC, after you opened it. ...
        """
        return self._keep(name, data, base=base, by=by, at=at, cycle=cycle, project=project, apart=apart)

    def versions(self, name, *, cycle=None, project="", with_data=False):
        """Return the versions that can be gone back to, newest first; their data only with `with_data`."""
        columns = [DOCUMENT.c[c] for c in ("version", "saved_by", "saved_at", "begun_at")]
        columns += [DOCUMENT.c.data] * with_data
        with self._db.reading() as connection:
            here = _here(place_of(connection, cycle), name, project)
            query = sa.select(*columns).where(here).order_by(DOCUMENT.c.version.desc())
            return [_document(row) for row in connection.execute(query).all()]

    def restore(self, name, version, *, by, at, cycle=None, project=""):
        """Make an old version the newest, as a version of its own, and return it; PlanError when it is not kept."""
        with self._db.reading() as connection:
            here = _here(place_of(connection, cycle), name, project)
            old = connection.execute(sa.select(DOCUMENT).where(here, DOCUMENT.c.version == version)).one_or_none()
            base = _document(_latest(connection, place_of(connection, cycle), name, project)).version
        if old is None:
            raise PlanError(N_("'{name}' has no version {version} to go back to."), name=name, version=version)
        data = json.loads(old.data)
        return self._keep(name, data, base=base, by=by, at=at, cycle=cycle, project=project, apart=True)

    def heads(self, *, cycle=None):
        """Return the newest version of every document of a cycle, without data: (name, project) -> Document."""
        with self._db.reading() as connection:
            place = place_of(connection, cycle)
            columns = [DOCUMENT.c[c] for c in ("name", "project", "version", "saved_by", "saved_at")]
            query = sa.select(*columns).where(DOCUMENT.c.cycle_id == place).order_by(DOCUMENT.c.version)
            return {(row.name, row.project): _document(row) for row in connection.execute(query).all()}

    def _keep(self, name, data, *, base, by, at, cycle, project, apart=False):
        by, at, text = who(by), stamp(at), _as_json(data, name)
        begun = stamp(moment(at) - ONE_VERSION) if apart else at  # so long ago that no later save joins it
        try:
            with self._db.writing() as connection:
                place = place_of(connection, cycle)
                latest = _latest(connection, place, name, project, lock=True)
                now = _document(latest)
                if latest is not None and now.data == json.loads(text):
                    return now
                if latest is None and base:
                    raise PlanError(GONE, name=name)
                if now.version != base:
                    raise StaleSave(name, now)
                row = {"version": base + 1, "data": text, "saved_by": by, "saved_at": at}
                if not apart and _same_sitting(latest, by, at):
                    _replace(connection, latest, row)
                else:
                    first = {"cycle_id": place, "name": name, "project": project, "begun_at": begun}
                    connection.execute(DOCUMENT.insert().values(**first, **row))
        except sa.exc.IntegrityError:  # two first-comers on PostgreSQL: the other one was faster
            raise StaleSave(name, self.load(name, cycle=cycle, project=project)) from None
        return Document(json.loads(text), base + 1, by, moment(at))


def _here(place, name, project):
    return (DOCUMENT.c.cycle_id == place) & (DOCUMENT.c.name == name) & (DOCUMENT.c.project == project)


def _latest(connection, place, name, project, *, lock=False):
    query = sa.select(DOCUMENT).where(_here(place, name, project)).order_by(DOCUMENT.c.version.desc()).limit(1)
    return connection.execute(query.with_for_update() if lock else query).first()


def _document(row):
    if row is None:
        return Document(None, 0, None, None)
    data = json.loads(row.data) if "data" in row._fields else None
    begun = moment(row.begun_at) if "begun_at" in row._fields else None
    return Document(data, row.version, row.saved_by, moment(row.saved_at), begun)


def sittings(versions):
    """Return `versions` (newest first) in lists: those of people who saved in turns within the same ten minutes.

    A version that is one of its own (a kept result, one that somebody went back to) is a list of its own.

    >>> def version(number, by, minute):
    ...     at = dt.datetime(2026, 2, 1, 9, minute, tzinfo=dt.UTC)
    ...     return Document(None, number, by, at, at)
    >>> saved = [version(1, "Ana", 0), version(2, "Ben", 1), version(3, "Ana", 9), version(4, "Ben", 12)]
    >>> [[one.version for one in sitting] for sitting in sittings(saved[::-1])]
    [[4], [3, 2, 1]]
    """
    out = []
    for one in reversed(versions):
        first = out[-1][-1] if out else None
        if first and not _apart(first) and not _apart(one) and one.begun - first.begun < ONE_VERSION:
            out[-1].insert(0, one)
        else:
            out.append([one])
    return out[::-1]


def _apart(version):
    return version.at - version.begun >= ONE_VERSION


def _same_sitting(latest, by, at):
    if latest is None or latest.saved_by != by:
        return False
    return dt.timedelta(0) <= moment(at) - moment(latest.begun_at) < ONE_VERSION


def _replace(connection, latest, row):
    connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == latest.id).values(**row))


def _as_json(data, name):
    try:
        return json.dumps(data, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise PlanError(
            N_("'{name}' holds something that cannot be saved: {reason}. Nothing was changed."),
            name=name,
            reason=str(error),
        ) from None


def _plain(value):
    """Return NumPy's numbers as Python's, days and times as ISO text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not a text, number, list or dict")
