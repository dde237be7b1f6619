"""The events grid of the forecast page: whole rows are saved as typed, an unfinished one waits in sight."""

import datetime as dt

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.choosing import choose_rows
from ccwb.ui.forecast_parts import EVENT_KEY, event_columns, event_row, why_not
from ccwb.ui.merging import equal, followed, in_sight, merged, settled
from ccwb.ui.text import _
from ccwb.ui.widgets import Grid


class Events:
    """The events as one person edits them.

    `rows` are those in the grid; `bases` says for each the stored event that it came from, None for a new one. While a
    row cannot be an event, the store keeps its base. `seen` : the stored events as this page last knew them.
    `before` : the Events of the page before it was built anew; its unfinished rows stay in sight.
    """

    def __init__(self, page, before=None):
        self.page, self.seen = page, known(page.store)
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
        self.grid.add_class("ccwb-events")

    def unfinished(self):
        """Return (row, base) of each row that cannot be an event yet."""
        return [(row, base) for row, base in zip(self.rows, self.bases, strict=True) if wrong_in(row)]

    def save(self, rows):
        """Save what this page changed in the events; what others saved meanwhile stays, and is shown."""
        rows = [row | {"name": " ".join((row["name"] or "").split())} for row in rows]  # a line break is none in a name
        self.rows, self.bases = rows, followed(self.rows, self.bases, rows)
        kept = [base if wrong_in(row) else row for row, base in zip(rows, self.bases, strict=True)]
        kept = [row for row in kept if row is not None]
        changed = not equal(kept, self.seen)
        if changed and not self._write(kept):
            return
        self.page.clear()
        if changed:
            self.page.saved()
            self.page.refresh_frame()
        self._say_unfinished(changed)

    def _write(self, kept):
        """Save the events with what others saved meanwhile; False, and asked, where both changed the same field."""
        store, before, both = self.page.store, self.seen, []
        with store.together():  # between the look and the save nobody else gets in
            theirs, last = known(store), store.revision("events")
            others = not equal(theirs, before)
            whole = merged(before, kept, theirs, key=EVENT_KEY) if others else kept
            if whole is None:
                whole, both = settled(before, kept, theirs, key=EVENT_KEY, fits=lambda row: not wrong_in(row))
            write(store, whole, by=self.page.person)
        self.seen = known(store)
        if others:  # somebody else's rows came in, or ours was refused: the grid shows what there is
            self.rows, self.bases = in_sight(self.seen, self.unfinished())
            self.grid.rows = self.rows
        else:
            self.bases = [base if wrong_in(row) else row for row, base in zip(self.rows, self.bases, strict=True)]
        self.page.show_marks()
        if both:
            who, when = (last.by, last.at) if last else (None, None)
            choose_rows(self.page, self.grid, both, self.save, title="name", who=who, when=when)
        return not both

    def _say_unfinished(self, changed):
        wrong = [(n, what) for n, row in enumerate(self.rows, start=1) if (what := wrong_in(row))]
        if not wrong:
            return
        told = [_("Row {row}: {what}", row=text.number(n), what=why_not(what)) for n, what in wrong]
        rest = [_("The other rows are saved.")] if changed else []
        self.page.say(" ".join([*told, *rest]), "near")


def known(store):
    """Return the stored events as rows of the grid."""
    return [event_row(event) for event in store.read_table("events").to_dict("records")]


def wrong_in(row):
    """Return why a row of the grid cannot be an event, a PlanError; None where it can."""
    if not (row["name"] or "").strip() or not row["first_day"] or not row["last_day"]:
        return PlanError(N_("An event is kept once it has a name and both days."))
    if row["last_day"] < row["first_day"]:
        return PlanError(
            N_("The event '{name}' ends before it begins and is not kept so. Correct one of its days."),
            name=row["name"],
        )
    return None


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
