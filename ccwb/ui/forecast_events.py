"""The events grid of the forecast page: whole rows are saved as typed, an unfinished one waits in sight."""

import datetime as dt
import math

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.choosing import choose_rows
from ccwb.ui.forecast_parts import EVENT_KEY, event_columns, event_row, why_not
from ccwb.ui.merging import equal, followed, in_sight, merged, settled
from ccwb.ui.text import _
from ccwb.ui.widgets import Grid

NONE_LEFT = 100  # percent that an event can take away at most
UNFINISHED = N_("An event is kept once it has a name and both days.")
BACKWARDS = N_("It ends before it begins and is not kept so. Correct one of its days.")
TOO_LITTLE = N_(
    "The effect is {found} %, and is not kept so: an event takes away at most 100 %, written as -100. Correct it."
)
TOO_MUCH = N_("The effect is no number that can be counted with, and is not kept so. Write 20 for +20 %.")
TWICE = N_("It stands there twice, with the same first day, project and channel. Give one of them another name.")


class Events:
    """The events as one person edits them.

    `rows` are those in the grid; `bases` says for each the stored event that it came from, None for a new one. While a
    row cannot be an event, the store keeps its base. `seen` : the stored events as this page last knew them, those of
    the cycle and after it first.
    `before` : the Events of the page before it was built anew; its unfinished rows stay in sight.
    """

    def __init__(self, page, before=None):
        self.page, self.refusal = page, None
        self.seen = self._known()
        self.rows, self.bases = in_sight(self.seen, before.unfinished() if before else [])
        first = str(page.context.cycle.first_day)
        new = {"first_day": first, "last_day": first, "kind": "campaign", "name": "", "project": page.project}
        self.grid = Grid(
            event_columns(page.centre()["projects"]),
            self.rows,
            on_change=page.guard(self.save),
            new_row=lambda: {**new, "channel": "", "effect": None},
            add_label=_("Add an event"),
            empty_text=_("No events yet: add the campaigns, closures and outages that the calendar does not know."),
            name="events",
        )
        self.grid.add_class("ccwb-rows")

    def unfinished(self):
        """Return (row, base) of each row that cannot be an event yet."""
        rows = zip(self.rows, self.bases, wrong_rows(self.rows), strict=True)
        return [(row, base) for row, base, why in rows if why]

    def wrong(self):
        """Return all that is typed and not kept, a PlanError each: a forecast made now would not know of it."""
        found = [titled(row, n, why) for n, (row, why) in enumerate(self._told(), start=1) if why]
        return found or ([self.refusal] if self.refusal else [])

    def _told(self):
        return zip(self.rows, wrong_rows(self.rows), strict=True)

    def _known(self):
        return ordered(known(self.page.store), self.page.context.cycle.first_day)

    def save(self, rows):
        """Save what this page changed in the events; what others saved meanwhile stays, and is shown."""
        rows = [row | {"name": " ".join((row["name"] or "").split())} for row in rows]  # a line break is none in a name
        self.rows, self.bases = rows, followed(self.rows, self.bases, rows)
        self.refusal, kept = None, [row for row in self._kept() if row is not None]
        done = self.page.news()
        changed = not equal(ordered(kept, self.page.context.cycle.first_day), self.seen)
        try:
            if changed and not self._write(kept):
                return
        except PlanError as why:
            self.refusal = why
            raise
        self.page.clear()
        if changed:
            self.page.saved()
            self.page.refresh_frame()
        self._say_unfinished(changed, done)

    def _kept(self):
        """Return what the store is to hold of each row: its base while it cannot be an event."""
        rows = zip(self.rows, self.bases, wrong_rows(self.rows), strict=True)
        return [base if why else row for row, base, why in rows]

    def _write(self, kept):
        """Save the events with what others saved meanwhile; False, and asked, where both changed the same field."""
        store, before, both = self.page.store, self.seen, []
        with store.together():  # between the look and the save nobody else gets in
            theirs, last = self._known(), store.revision("events")
            others = not equal(theirs, before)
            whole = merged(before, kept, theirs, key=EVENT_KEY) if others else kept
            if whole is None:
                whole, both = settled(before, kept, theirs, key=EVENT_KEY, fits=lambda row: not wrong_in(row))
            write(store, whole, by=self.page.person)
        self.seen = self._known()
        if others:  # somebody else's rows came in, or ours was refused: the grid shows what there is
            self.rows, self.bases = in_sight(self.seen, self.unfinished())
            self.grid.rows = self.rows
        else:
            self.bases = self._kept()
        self.page.show_marks()
        if both:
            who, when = (last.by, last.at) if last else (None, None)
            choose_rows(self.page, self.grid, both, self.save, title="name", who=who, when=when)
        return not both

    def _say_unfinished(self, changed, done):
        wrong = self.wrong()
        if not wrong:
            return
        told = [why_not(what) for what in wrong]
        rest = [_("The other rows are saved.")] if changed else []
        self.page.say(" ".join([*told, *rest]), "near", below=done)


def known(store):
    """Return the stored events as rows of the grid."""
    return [event_row(event) for event in store.read_table("events").to_dict("records")]


def ordered(rows, first):
    """Return events in the order of the grid: those that end on the day `first` or later, then those before, latest
    first.
    """
    first, key = str(first), lambda row: [str(row[name]) for name in ("first_day", "last_day", *EVENT_KEY[1:], "kind")]
    ahead = [row for row in rows if str(row["last_day"]) >= first]
    gone = [row for row in rows if str(row["last_day"]) < first]
    return sorted(ahead, key=key) + sorted(gone, key=key, reverse=True)


def wrong_in(row):
    """Return why a row of the grid cannot be an event, a PlanError; None where it can."""
    if not (row["name"] or "").strip() or not row["first_day"] or not row["last_day"]:
        return PlanError(UNFINISHED)
    if row["last_day"] < row["first_day"]:
        return PlanError(BACKWARDS)
    effect = row["effect"]
    if effect is None or math.isnan(effect):
        return None
    if math.isinf(effect):
        return PlanError(TOO_MUCH)
    return PlanError(TOO_LITTLE, found=text.number(effect, 1)) if effect < -NONE_LEFT else None


def wrong_rows(rows):
    """Return why each row of the grid cannot be an event, None where it can; a second one alike cannot either."""
    out, there = [], set()
    for row in rows:
        key = tuple(row[name] or "" for name in EVENT_KEY)
        out.append(wrong_in(row) or (PlanError(TWICE) if key in there else None))
        there.add(key)
    return out


def titled(row, n, why):
    """Return a PlanError that says of which event it is: by its name and days, by its row where it has no name."""
    if not (row["name"] or "").strip():
        return PlanError(N_("Events, row {row}: {what}"), row=n, what=why)
    days = [text.date(dt.date.fromisoformat(row[day])) for day in ("first_day", "last_day") if row[day]]
    return PlanError(N_("'{name}', {days}: {what}"), name=row["name"], days=" - ".join(dict.fromkeys(days)), what=why)


def write(store, rows, *, by):
    """Keep the rows of the grid as the events of the workbook."""
    at = dt.datetime.now(dt.UTC)
    if not rows:
        store.delete_table("events", by=by, at=at)
        return
    table = pd.DataFrame(rows).assign(effect=lambda t: pd.to_numeric(t["effect"]) / 100)
    for day in ("first_day", "last_day"):
        table[day] = pd.to_datetime(table[day])
    store.write_table("events", table, by=by, at=at)
