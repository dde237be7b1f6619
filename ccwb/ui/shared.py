"""A document that several people write at once, each on a page of their own, and rows of it edited as a table.

A change is a function from document to document, applied to what is newest in the store and not to what was opened
here: two people who answer, or who fill different fields, never undo each other. Where somebody changed the very field
that is being changed, nothing is overwritten: the page says what stands there and offers both ways.
"""

import datetime as dt
import threading

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.text import _
from ccwb.ui.widgets import button

TRIES = 20  # of a save that others keep coming before
LOOK_S = 3.0  # between two looks whether somebody else saved


class SharedDraft:
    """The document `name` of the page's cycle. data : as it was last seen here; version, at, by : of that save."""

    def __init__(self, page, name, blank):
        self.page, self.name, self._blank = page, name, blank
        self._lock = threading.Lock()
        self._take(self._load())
        if self.version:
            page.saved(self)

    def change(self, change, *, part=None, seen=None, by=None, done=None):
        """Save `change(newest document)`; return whether it went through.

        part : document -> the fields that are changed, and seen : what they said on this page when they were changed;
        without them nothing can be in the way.  by : who saves, else the page's person.  done() : called after the
        save, at once or once somebody has chosen.
        """
        for _attempt in range(TRIES):
            newest = self._load()
            before = self._data(newest)
            after = change(before)
            if part is not None and part(before) not in (seen, part(after)):
                self._offer(newest, part(before), lambda: self.change(change, by=by, done=done))
                return False
            if self._saved(newest, after, by or self.page.person):
                if done:
                    done()
                return True
        raise PlanError(N_("Many people are saving at this moment. Yours is still on the page: change it once more."))

    def look(self):
        """Take in what others saved since; return whether there was anything."""
        newest = self._load()
        with self._lock:
            if newest.version <= self.version:
                return False
            self._take(newest)
        return True

    def _saved(self, newest, data, by):
        from ccwb.store import StaleSave

        page = self.page
        try:
            saved = page.store.save(
                self.name, data, base=newest.version, by=by, at=dt.datetime.now(dt.UTC), cycle=page.cycle_id
            )
        except StaleSave:  # somebody came between the look and the save: look again
            return False
        with self._lock:
            self._take(saved)
        page.clear()
        page.saved(saved)
        page.refresh_frame()
        return True

    def _offer(self, newest, theirs, mine):
        page = self.page
        page.shell.saved_state, page.shell.saved = "stale", _("not saved")
        page.say(
            _(
                "{who} changed the same field, {when}. It says now: '{theirs}'. What you wrote is still on the page.",
                who=newest.by,
                when=text.when(newest.at),
                theirs=_read(theirs),
            ),
            "near",
            button(_("Keep mine"), mine, page=page),
            button(_("Show theirs"), page.open, page=page),
        )

    def _load(self):
        return self.page.store.load(self.name, cycle=self.page.cycle_id)

    def _data(self, document):
        return self._blank() if document.data is None else document.data

    def _take(self, document):
        self.data, self.version, self.at, self.by = self._data(document), document.version, document.at, document.by


class Watch:
    """Looks now and then whether anybody saved anything, and calls `look()` then; ends with `end()` or the kernel."""

    def __init__(self, page, look, *, every_s=LOOK_S):
        self._page, self._look, self._every_s = page, look, every_s
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def end(self):
        """Look no more."""
        self._ended.set()

    def _run(self):
        seen = None
        while not self._ended.wait(self._every_s if seen is not None else 0):
            try:
                now = self._page.store.changed()
                if seen not in (None, now) and not self._ended.is_set():
                    self._look()
                seen = now
            except Exception as error:  # said once: without the database there is nothing to look at
                self._page.say_error(error)
                return


def edited(shown, rows):
    """Return (changes, added) between rows as they were shown and as they are now in the grid.

    changes : id -> {field: new value} of the rows with an id.  added : rows without one.

    >>> edited([{"id": "G1", "owner": ""}], [{"id": "G1", "owner": "Ana"}, {"owner": "Ben"}])
    ({'G1': {'owner': 'Ana'}}, [{'owner': 'Ben'}])
    """
    before, changes, added = {row["id"]: row for row in shown}, {}, []
    for row in rows:
        if "id" not in row:
            added.append(row)
            continue
        new = {key: value for key, value in row.items() if value != before[row["id"]][key]}
        if new:
            changes[row["id"]] = new
    return changes, added


def fields_of(rows, changes):
    """Return what the changed fields say in `rows`, as a list in the order of `changes`; None where a row is gone.

    >>> fields_of([{"id": "G1", "owner": "Cem"}], {"G1": {"owner": "Ana"}})
    ['Cem']
    """
    known = {row["id"]: row for row in rows}
    return [known.get(key, {}).get(field) for key, fields in changes.items() for field in fields]


def _read(value):
    values = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(str(v) for v in values if v not in (None, "")) or text.say().missing
