"""A document that several people write at once, each on a page of their own, and rows of it edited as a table.

A change is a function from document to document, applied to what is newest in the store and not to what was opened
here: two people who answer, or who fill different fields, never undo each other. Where somebody changed the very field
that is being changed, nothing is overwritten: both versions stand side by side, and one is chosen field by field.
"""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.base import BY_TURNS
from ccwb.ui.choosing import Side, choose
from ccwb.ui.text import _

TRIES = 20  # of a save that others keep coming before
BUSY = N_("Many people are saving at this moment. Yours is still on the page: change it once more.")
LOOK_S = 3.0  # between two looks whether somebody else saved


@dataclass(frozen=True)
class Edit:
    """One field that was changed on a page.

    label : what it is called, in the reader's words.  seen : what it said here when it was changed; value : what it is
    to say.  read(document) : what it says there; write(document, value) : the document with the field so.
    record : what tells the record apart that the field belongs to, where the document has several.
    """

    label: str
    seen: Any
    value: Any
    read: Callable
    write: Callable
    record: tuple = ()


class SharedDraft:
    """The document `name` of the page's cycle. data : as it was last seen here; version, at, by : of that save."""

    def __init__(self, page, name, blank):
        self.page, self.name, self._blank, self._cycle = page, name, blank, page.cycle_id
        self._lock = threading.Lock()
        self._open = {}  # record -> (the question above the page, the Edits that it asks about)
        self._take(self._load())
        if self.version:
            page.saved(self)

    def edit(self, edits, *, more=None, by=None, done=None):
        """Save the changes of single fields, `edits`; return True when all went through.

        Where somebody else changed one of the fields meanwhile, the rest is saved, and both versions of that field are
        shown side by side to choose from.  more : document -> document, what else is changed with them (added rows).
        by : who saves, else the page's person.  done() : called after each save.
        """
        by = by or self.page.person
        for _attempt in range(TRIES):
            newest = self._load()
            before = self._data(newest)
            hit = [e for e in edits if e.read(before) not in (e.seen, e.value)]
            after = more(before) if more else before
            for one in edits:
                after = after if one in hit else one.write(after, one.value)
            if (more or len(hit) < len(edits)) and not self._saved(newest, after, by):
                continue
            self._ask(newest, hit, by, done, edits)
            if done and (more or len(hit) < len(edits)):
                done()
            return not hit
        raise PlanError(BUSY)

    def change(self, change, *, part=None, seen=None, by=None, done=None):
        """Save `change(newest document)`; return whether it went through.

        part : document -> the fields that are changed, and seen : what they said on this page when they were changed;
        without them nothing can be in the way. Fields that are chosen one by one want `edit`.  by : who saves, else the
        page's person.  done() : called after the save, at once or once somebody has chosen.
        """
        by = by or self.page.person
        for _attempt in range(TRIES):
            newest = self._load()
            before = self._data(newest)
            after = change(before)
            if part is not None and part(before) not in (seen, part(after)):
                whole = Edit("", seen, part(after), part, lambda document, _value: change(document), (object(),))
                self._ask(newest, [whole], by, done, [whole])
                return False
            if self._saved(newest, after, by):
                if done:
                    done()
                return True
        raise PlanError(BUSY)

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
                self.name, data, base=newest.version, by=by, at=dt.datetime.now(dt.UTC), cycle=self._cycle
            )
        except StaleSave:  # somebody came between the look and the save: look again
            return False
        with self._lock:
            self._take(saved)
        page.clear()
        page.saved(saved)
        page.refresh_frame()
        return True

    def _ask(self, newest, hit, by, done, edits):
        """Ask about the fields `hit` of `edits`: one question a record, which asks each field once.

        What was asked before about other fields of the record goes on with it; what is settled by now does not.
        """
        for record in dict.fromkeys(one.record for one in edits):
            box, before = self._open.pop(record, (None, ()))
            now = {one.label for one in edits if one.record == record}
            asked = [one for one in before if one.label not in now] + [one for one in hit if one.record == record]
            if box is not None:
                self.page.answered(box)
            if asked:
                self._open[record] = self._question(newest, asked, by, done), asked

    def _question(self, newest, hit, by, done):
        """Show what others wrote and what was written here side by side; what is chosen is saved field by field."""
        page, document = self.page, self._data(newest)
        page.shell.saved_state, page.shell.saved = "stale", _("not saved")
        sides = [Side(e.label, _read(theirs := e.read(document)), _read(e.value), theirs) for e in hit]

        def take(mine):
            """Save the fields for which this page's version was chosen; `mine` says it of each."""
            self._open.pop(hit[0].record, None)
            chosen = [
                Edit(e.label, side.now, e.value, e.read, e.write, e.record)
                for e, side, own in zip(hit, sides, mine, strict=True)
                if own
            ]
            if chosen:
                self.edit(chosen, by=by, done=done)
            else:
                self.look()
                page.saved(self)
                if done:
                    done()

        return choose(page, sides, take, who=newest.by, when=newest.at)

    def _load(self):
        return self.page.store.load(self.name, cycle=self._cycle)

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
                    with BY_TURNS:
                        self._look()
                seen = now
            except Exception as error:  # said once: without the database there is nothing to look at
                self._page.say_error(error)
                return


def held(page, *names):
    """Return under which name a browser's tab holds what is typed into one thing on a page of one cycle."""
    return "/".join([page.name, str(page.cycle_id), *names])


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


def row_edits(part, shown, changes, *, change, labels, title, say=lambda value: value):
    """Return the Edits of changed cells of a table that is a list of rows with ids in the document.

    part : the list's key in the document.  shown, changes : as in `edited`.  change(document, id, **fields) : writes
    them.  labels : field -> its column's heading; title : the field that tells a reader which row it is.  say : what a
    value of the document reads like on the page.
    """
    names = {row["id"]: row.get(title) or row["id"] for row in shown}
    return [
        Edit(
            _("{field} of '{row}'", field=labels[field], row=names[key]),
            _field_of(shown, key, field),
            value,
            lambda document, key=key, field=field: say(_field_of(document.get(part, []), key, field)),
            lambda document, new, key=key, field=field: change(document, key, **{field: new}),
            (part, key),
        )
        for key, fields in changes.items()
        for field, value in fields.items()
    ]


def _field_of(rows, key, field):
    """Return what a field of one row says; "" where the row does not have it yet, None where the row is gone."""
    row = next((row for row in rows if row["id"] == key), None)
    return None if row is None else row.get(field, "")


def _read(value):
    values = value if isinstance(value, (list, tuple)) else [value]
    return text.listed(str(v) for v in values if v not in (None, "")) or text.say().missing
