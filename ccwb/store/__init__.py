"""The store: the only door to the database. Cycles, documents of the stages, and the tables that flow between them.

    store = open_store()                               # ./workbook/ccwb.db, or what CCWB_DATABASE names
    cycle = store.add_cycle("Spring 2026", first_day="2026-03-01", last_day="2026-05-31", by="Ana", at=now)
    draft = store.load("staffing", cycle=cycle.id)                     # data None, version 0: nothing yet
    draft = store.save("staffing", {"volume": 1.1}, base=draft.version, by="Ana", at=now, cycle=cycle.id)
    store.write_table("forecast", forecast, cycle=cycle.id, by="Ana", at=now)
    store.read_table("forecast", cycle=cycle.id, project="orders", zone="Europe/Berlin")

Three kinds of thing are kept. A *cycle* has a name, days, a predecessor and a status. A *document* is one page's JSON,
known by cycle (None: the centre's own), name and project; every version is kept, and a save that started from an older
version than the present one is refused with `StaleSave`, which carries what the other person saved. A *table* is one
of `ccwb.tables.TABLES`, typed and checked; each writing moves its revision, so that a stage can tell whether what it
was computed from has changed. Every change says `by` (who) and `at` (when, a time with a zone): the store has no clock.

Whatever a user can cause (a folder that is not there, a file that is no database, a full disk) is a `PlanError`.
"""

from ccwb.store.cycles import Cycle, Cycles
from ccwb.store.database import Database, who
from ccwb.store.documents import Document, Documents, StaleSave
from ccwb.store.frames import Frames, Revision
from ccwb.store.removal import Removal, Removed

__all__ = ["Cycle", "Document", "Removed", "Revision", "StaleSave", "Store", "open_store"]


def open_store(url=None, *, read_only=False):
    """Open the workbook's database, making or upgrading it where needed, and return the store.

    url : any SQLAlchemy address; None takes the environment's CCWB_DATABASE, else workbook/ccwb.db below the current
    folder (the folder is made).  read_only : every writing is refused in words, and by the database itself where code
    goes around the store (the executive's page).
    Raises PlanError when it cannot be opened, is another program's, or was made by a newer workbook. An older SQLite
    file is upgraded after a copy of it was put beside it.

    >>> open_store("sqlite://").cycles()
    []
    """
    return Store(Database(url, read_only=read_only))


class Store(Cycles, Documents, Frames, Removal):
    """One open workbook database; may be shared by threads, and closed with `close` or `with`.

    Cycles: `cycles`, `cycle`, `add_cycle`, `update_cycle`.
    Documents: `load`, `save`, `versions`, `restore`, `heads`.
    Tables: `write_table`, `read_table`, `delete_table`, `table_info`, `has_rows`, `revision`, `revisions`.
    People: `remove_person`.
    """

    def __init__(self, database):
        self._db = database

    @property
    def name(self):
        """The database's name for a reader: the file's name without its folder."""
        return self._db.name

    def together(self):
        """Return a context in which all saving is one: kept when it ends well, none of it when anything fails.

        >>> import datetime as dt
        >>> store, now = open_store("sqlite://"), dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
        >>> with store.together():
        ...     draft = store.save("centre", {"name": "Ours"}, base=0, by="Ana", at=now)
        ...     draft = store.save("centre", {"name": "Ours", "zone": "UTC"}, base=draft.version, by="Ana", at=now)
        >>> store.load("centre").version
        2
        """
        return self._db.writing()

    def reading(self):
        """Return a context in which all reading sees the same moment, whatever others save meanwhile."""
        return self._db.reading()

    def changed(self):
        """Return a number that is higher after anything was saved by anybody; cheap enough to ask every second.

        >>> open_store("sqlite://").changed()
        0
        """
        return self._db.changed()

    def set_aside(self, *, by, at):
        """Put all of the workbook aside in a copy beside it and begin an empty one; return the copy's file name.

        For a team that has looked around in the sample and now plans its own centre. Raises PlanError where the
        database is no SQLite file; nothing is changed then.
        """
        who(by)
        return self._db.set_aside(at)

    def begun_anew(self):
        """Return whether somebody put the workbook aside since this store was opened, or last caught up.

        Whatever is saved then is refused in words: it belongs to what is in the copy.
        """
        return self._db.begun_anew()

    def catch_up(self):
        """Go on with the workbook as it now is; for a page that shows it from scratch."""
        self._db.catch_up()

    def close(self):
        """Let go of the database; the store opens it again when it is used again."""
        self._db.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
