"""The connection: where the database is, its transactions, its schema's version, and its errors in words."""

import datetime as dt
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.schema import CYCLE, DOCUMENT, METADATA, REVISION

MIGRATIONS = Path(__file__).parents[1] / "migrations"
WAIT_S = 30  # how long a writer waits for another one
_LOCK = 2_026_118_011  # one arbitrary number: PostgreSQL's advisory lock while the schema is made

READ_ONLY = N_(
    "The database {name} can be read but not changed. Allow writing to the file and its folder, then try again."
)
CANNOT_OPEN = N_("The database {name} cannot be opened. Check that its folder is there and that you may write to it.")
NOT_OURS = N_("{name} is not a workbook database, or it is damaged. Choose another file with CCWB_DATABASE.")
FULL = N_("There is no space left for the database {name}; nothing was half saved. Make space, then save again.")
BUSY = N_("Somebody else kept the database {name} busy for {seconds} seconds. Nothing was saved: save again.")
BROKEN_DISK = N_("The disk does not read or write the database {name} as it should. Nothing was saved.")
BEGUN_ANEW = N_(
    "Somebody began a blank workbook while this page was open. What the page shows is in the copy that was put aside "
    "then; nothing was saved. Reload the page to go on."
)
NO_ANSWER = N_("The database {name} does not answer. Check that it runs and that CCWB_DATABASE names it rightly.")

_SQLITE_SAYS = {
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_CANTOPEN": CANNOT_OPEN,
    "SQLITE_NOTADB": NOT_OURS,
    "SQLITE_CORRUPT": NOT_OURS,
    "SQLITE_FULL": FULL,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_IOERR": BROKEN_DISK,
}
_SERVER_SAYS = {"42501": READ_ONLY, "25006": READ_ONLY, "53100": FULL, "55P03": BUSY}


class Database:
    """One database, its schema current; `reading` and `writing` give a connection inside one transaction."""

    def __init__(self, url=None, *, read_only=False):
        self._url = _address(url)
        self.name = _name(self._url)
        self.read_only = read_only
        self._thread = threading.local()
        self._engine = self._connected()
        with self._in_words():
            self._prepare()
        if read_only:  # from here on the database itself refuses every change, whatever the code that asks for it
            self._engine.dispose()
            self._engine = self._connected(read_only=True)
        self.catch_up()

    @contextmanager
    def reading(self):
        """Give a connection that sees one unmoving state of the database; inside another of this thread, the same."""
        if (mine := getattr(self._thread, "connection", None) or getattr(self._thread, "reader", None)) is not None:
            yield mine
            return
        with self._in_words(), self._reader.connect() as connection:
            self._thread.reader = connection
            try:
                yield connection
            finally:
                self._thread.reader = None

    @contextmanager
    def writing(self):
        """Give a connection whose changes are all kept or, when anything fails, none; inside another, the same one."""
        if (mine := getattr(self._thread, "connection", None)) is not None:
            yield mine
            return
        if getattr(self._thread, "reader", None) is not None:
            raise RuntimeError("nothing can be saved inside `reading`: what was read might be old; use `together`")
        if self.read_only:
            raise PlanError(N_("This page only reads; nothing was changed. Use the stage's own page to change it."))
        with self._in_words(), self._writer.begin() as connection:
            if _times_begun(connection) != self._begun:
                raise PlanError(BEGUN_ANEW)
            self._thread.connection = connection
            try:
                yield connection
            finally:
                self._thread.connection = None

    def begun_anew(self):
        """Return whether the workbook was emptied since it was opened here: `writing` refuses then."""
        with self.reading() as connection:
            return _times_begun(connection) != self._begun

    def catch_up(self):
        """Take the workbook as it now is for the one that is written to, emptied in between or not."""
        with self.reading() as connection:
            self._begun = _times_begun(connection)

    def changed(self):
        """Return the number of saves so far; every one of them moves exactly one of these sums."""
        sums = [sa.func.coalesce(sa.func.sum(c), 0) for c in (CYCLE.c.edits, DOCUMENT.c.version, REVISION.c.number)]
        query = sa.select(*(sa.select(total).scalar_subquery() for total in sums))
        with self.reading() as connection:
            return int(sum(connection.execute(query).one()))

    def set_aside(self, at):
        """Copy the SQLite file beside itself, empty the workbook, and return the copy's name; both or neither."""
        if self._url.get_backend_name() != "sqlite" or self._url.database in (None, "", ":memory:"):
            raise PlanError(
                N_(
                    "The database {name} is not a file that can be copied. For a blank workbook make a new database "
                    "and name it with CCWB_DATABASE."
                ),
                name=self.name,
            )
        path = Path(self._url.database)
        copy = path.with_name(f"{path.stem}-set-aside-{at:%Y%m%d-%H%M%S}{path.suffix}")
        with self.writing() as connection:  # from here on nobody else writes: the copy misses nothing
            _copied(self._engine, copy)
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
            connection.exec_driver_sql(f"PRAGMA user_version = {self._begun + 1}")
        self._begun += 1
        return copy.name

    def wipe(self):
        """Overwrite what was deleted or replaced in the file, and return whether nothing of it is left there.

        Only a SQLite file keeps such remains; while another program reads it, a part of them stays for a while.
        """
        if self._url.get_backend_name() != "sqlite":
            return True
        raw = self._engine.raw_connection()
        try:
            raw.driver_connection.execute("VACUUM")
            busy = raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy
        except sqlite3.OperationalError:  # somebody else is at work: what was saved is saved all the same
            return False
        finally:
            raw.close()

    def close(self):
        """Close every connection."""
        self._engine.dispose()

    def _connected(self, *, read_only=False):
        lite = self._url.get_backend_name() == "sqlite"
        more = {"connect_args": {"timeout": WAIT_S}} if lite else {"pool_pre_ping": True}
        if read_only:
            more |= _to_read(self._url)
        try:
            engine = sa.create_engine(self._url, **more)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise PlanError(
                N_("No driver is installed for the database {name} ({driver}). Install it or choose another."),
                name=self.name,
                driver=getattr(error, "name", None) or self._url.drivername,
            ) from None
        if lite:
            sa.event.listen(engine, "connect", _on_connect)
            sa.event.listen(engine, "begin", _on_begin)
            self._reader, self._writer = engine, engine.execution_options(writing=True)
        else:
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        return engine

    def _prepare(self):
        """Make or upgrade the schema, by one process at a time; nothing but one look when it is current."""
        with self._reader.connect() as connection:
            if _recorded(connection, self.name) == head():
                return
        if self._url.get_backend_name() == "sqlite":
            _write_ahead(self._engine)
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            recorded = _recorded(connection, self.name)
            if recorded != head():
                self._upgrade(connection, recorded)

    def _upgrade(self, connection, recorded):
        from alembic import command
        from alembic.config import Config

        if recorded is not None:
            if recorded not in _revisions():
                raise PlanError(
                    N_("{name} was written by a newer workbook (schema {found}). Update this one, then open it again."),
                    name=self.name,
                    found=recorded,
                )
            _copy_beside(self._engine, self._url.database, recorded)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    @contextmanager
    def _in_words(self):
        """Turn what the database complains of, where a user can mend it, into a PlanError without path or password."""
        try:
            yield
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            said = _said(error)
            if said is None:
                raise
            raise PlanError(said, name=self.name, seconds=WAIT_S) from None


def _to_read(url):
    """Return what a connection is made with that the database lets read alone."""
    if url.get_backend_name() == "postgresql":
        return {"connect_args": {"options": "-c default_transaction_read_only=on"}}
    if url.get_backend_name() != "sqlite" or url.query or url.database in (None, "", ":memory:"):
        return {}
    path = f"{Path(url.database).resolve().as_uri()}?mode=ro"
    return {"creator": lambda: sqlite3.connect(path, uri=True, timeout=WAIT_S, check_same_thread=False)}


def _times_begun(connection):
    """Return how often the workbook was begun anew: a number in the file's head. Only a SQLite file ever is."""
    if connection.dialect.name != "sqlite":
        return 0
    return connection.exec_driver_sql("PRAGMA user_version").scalar()


def _said(error):
    orig = getattr(error, "orig", error)
    if isinstance(orig, sqlite3.Error):
        name = getattr(orig, "sqlite_errorname", None) or ""
        return next((words for code, words in _SQLITE_SAYS.items() if name.startswith(code)), None)
    if getattr(orig, "sqlstate", None) in _SERVER_SAYS:
        return _SERVER_SAYS[orig.sqlstate]
    return NO_ANSWER if isinstance(error, sa.exc.OperationalError) else None


def _address(url):
    named = os.environ.get("CCWB_DATABASE", "")
    if not url and named and "://" not in named:  # a file's path, as on the command line
        return sa.URL.create("sqlite", database=str(Path(named).resolve()))
    url = url or named
    if not url:
        folder = Path.cwd() / "workbook"
        try:
            folder.mkdir(exist_ok=True)
        except OSError:
            raise PlanError(
                N_("The folder '{folder}' for the database cannot be made here. Start in a folder you may write to."),
                folder=folder.name,
            ) from None
        return sa.URL.create("sqlite", database=str(folder / "ccwb.db"))
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError:
        raise PlanError(
            N_("CCWB_DATABASE is not the address of a database. Write it as sqlite:///folder/file.db or postgresql://…")
        ) from None


def _name(url):
    if url.get_backend_name() != "sqlite":
        return url.database or url.host or ""
    return Path((url.database or "").removeprefix("file:")).name or N_("in memory")


def _on_connect(connection, _):
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    connection.execute("PRAGMA foreign_keys=ON")


def _on_begin(connection):
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _write_ahead(engine):
    """Let readers and a writer work side by side from now on; the file remembers it.

    SQLite does not wait for a writer here as it does elsewhere, but says at once that the file is busy.
    """
    raw, until = engine.raw_connection(), time.monotonic() + WAIT_S
    try:
        while True:
            try:
                return raw.driver_connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)
    finally:
        raw.close()


def _recorded(connection, name):
    """Return the schema version that the database records, None where it is empty; refuse another program's."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    if not {"alembic_version", "cycle", "document", "revision"} <= tables:
        raise PlanError(NOT_OURS, name=name)
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _revisions():
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def head():
    """Return the schema version that this code reads and writes: the newest file of ccwb/migrations/versions."""
    return max(_revisions())


def _copy_beside(engine, database, recorded):
    """Copy a SQLite file beside itself before it is upgraded; the copy's name says the schema it has."""
    if engine.dialect.name != "sqlite" or database in (None, "", ":memory:"):
        return
    path = Path(database)
    _copied(engine, path.with_name(f"{path.stem}-schema-{recorded}{path.suffix}"))


def _copied(engine, path):
    """Copy an open SQLite database, as it was last committed, into the file `path`."""
    raw, copy = engine.raw_connection(), sqlite3.connect(path)
    try:
        raw.driver_connection.backup(copy)
    finally:
        copy.close()
        raw.close()


def who(by):
    """Return the name of the person who saves, without spaces around it; PlanError where there is none."""
    if not (by or "").strip():
        raise PlanError(N_("Nobody is named as the one who saves. Give your name at the top of the page, then save."))
    return by.strip()


def stamp(at):
    """Return a time with a zone as the UTC text that is stored: to the millisecond, in an order that sorts."""
    if at.tzinfo is None:
        raise ValueError("the time of a save needs a time zone: datetime.now(UTC), not datetime.now()")
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def moment(text):
    """Return a stored time as a datetime in UTC; None for none."""
    return None if text is None else dt.datetime.fromisoformat(text)
