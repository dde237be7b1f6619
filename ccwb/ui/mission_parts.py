"""The mission page's list of what is to be prepared, and what its tables of rows share."""

import datetime as dt
import hashlib

import pandas as pd

from ccwb import mission as ms
from ccwb import reports
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.mission_content import PREPARATION
from ccwb.ui import html
from ccwb.ui.shared import edited, held, row_edits
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Download, Grid

STANDING = {row for _key, row in PREPARATION}  # shown in the reader's language until somebody rewords them
REMIND_S = 15 * 3600  # a calendar speaks up at 9:00 of the day before


class Preparation:
    """Who does what by when before the plan is made, and what is late."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say their task yet
        self.late, self.dayless = html.html(""), html.html("")
        self.grid = Grid(
            _task_columns(),
            [],
            on_change=page.guard(self._changed),
            add_label=_("Add a row"),
            removable=False,
            name="preparation",
            keep=held(page, "preparation"),
        )
        self.grid.file_table = self.table
        make = page.guard(self.calendar)
        calendar = Download(_("Open rows for the calendar"), make, name="preparation.ics", mime="text/calendar")
        self.widget = html.card(self.late, self.grid, html.row(calendar, self.dayless), title=_("Preparation"))
        self.show()

    def show(self):
        """Show the rows as they are now, and in a sentence those that are late."""
        rows = [{**row, "task": shown_task(row["task"])} for row in self.page.plan.data["preparation"]]
        overdue = {row["id"]: row["days_late"] for row in ms.late(rows, dt.date.today())}
        made = {row["id"]: {"state": _task_state(row, overdue), "from": came_from(row)} for row in rows}
        self.shown = [row | made[row["id"]] for row in as_rows(rows, self.grid.columns)]
        self.grid.rows = [*self.shown, *self.begun]
        self.late.value = _late_sentence(rows, overdue)
        n = sum(not row["due"] and not row["completed"] for row in self.shown)
        said = _("Open rows without a day, which the calendar leaves out: {n}.", n=number(n)) if n else ""
        self.dayless.value = html.paragraph(said, "ccwb-muted") if said else ""

    def table(self):
        """Return the list for a spreadsheet, days as days."""
        labels = {column["key"]: column["label"] for column in self.grid.columns}
        table = pd.DataFrame(self.shown, columns=list(labels))
        for key in ("due", "completed"):
            table[key] = pd.to_datetime(table[key].replace("", None))
        return table.rename(columns=labels)

    def calendar(self):
        """Return the rows that are due and not completed as a calendar file."""
        entries = [self._entry(row) for row in self.shown if row["due"] and not row["completed"]]
        if not entries:
            raise PlanError(N_("No open row says when it is due: give the rows a day first, then take the calendar."))
        return reports.to_icalendar(entries, name=_("Preparation"), made_at=dt.datetime.now(dt.UTC))

    def _entry(self, row):
        one = self.page.context.cycle
        place = f"{self.page.centre()['name']}/{one.id}/{one.name}"  # two workbooks in one calendar stay apart
        return {
            "uid": f"{row['id']}-{hashlib.sha256(place.encode()).hexdigest()[:16]}",
            "start": dt.date.fromisoformat(row["due"]),
            "title": row["task"],
            "note": _("Assigned to: {who}", who=_who(row)) + "\n" + _("Cycle: {cycle}", cycle=one.name),
            "remind_s": REMIND_S,
        }

    def _changed(self, rows):
        rows = [{key: value for key, value in row.items() if key not in ("state", "from")} for row in rows]
        to = {"part": "preparation", "title": "task", "change": ms.change_task, "add": ms.add_task}
        return save_rows(self, rows, **to, say=shown_task)


def shown_task(task):
    """Return a preparation row's task as it is read: the standing ones in the reader's language."""
    return _(task) if task in STANDING else task


def save_rows(section, rows, *, part, title, change, add, **more_of_them):
    """Save what was changed in a grid of rows with ids; an added row is kept once it says its title.

    section : with page, grid, shown and begun.  more_of_them : to `row_edits`.
    Returns True when all of it is saved, None when there was nothing to save.
    """
    page, (changes, added) = section.page, edited(section.shown, rows)
    changes = {key: _plain(fields) for key, fields in changes.items()}
    section.begun = [row for row in added if not (row.get(title) or "").strip()]
    added = [_plain(row) for row in added if row not in section.begun]
    if not changes and not added:
        return None
    labels = {column["key"]: column["label"] for column in section.grid.columns}
    edits = row_edits(part, section.shown, changes, change=change, labels=labels, title=title, **more_of_them)

    def more(document):
        for row in added:
            document = add(document, **row)
        return document

    return page.plan.edit(edits, more=more if added else None, done=page.changed)


def came_from(row):
    """Return in words from which cycle a row came along, "" when it is this one's."""
    cycle = (row.get("came_from") or {}).get("name")
    return _("Cycle {name}", name=cycle) if cycle else ""


def _plain(row):
    return {key: "" if value is None else value for key, value in row.items()}


def as_rows(rows, columns):
    """Return rows of the document as a grid of `columns` holds them, with their id."""
    keys = ["id", *(c["key"] for c in columns if c["kind"] != "static")]
    return [{key: row.get(key, "") for key in keys} for row in rows]


def _task_columns():
    return [
        {"key": "task", "label": _("Task"), "kind": "long", "wide": True},
        {"key": "assigned_to", "label": _("Assigned to"), "kind": "text"},
        {"key": "due", "label": _("Due"), "kind": "date"},
        {"key": "completed", "label": _("Completed on"), "kind": "date"},
        {"key": "state", "label": _("State"), "kind": "static"},
        {"key": "from", "label": _("Where it comes from"), "kind": "static"},
    ]


def _task_state(row, overdue):
    if row["completed"]:
        return "✓\u00a0" + _("done")
    if row["id"] in overdue:
        days = overdue[row["id"]]
        return "!\u00a0" + (_("1 day late") if days == 1 else _("{n} days late", n=number(days)))
    return _("open") if row["assigned_to"] else _("nobody yet")


def _late_sentence(rows, overdue):
    if not overdue:
        return html.paragraph(_("Nothing is late."), "ccwb-muted")
    tasks = {row["id"]: row for row in rows}
    lines = [
        _("{task} (assigned to {who}; days late: {n})", task=tasks[key]["task"], n=number(days), who=_who(tasks[key]))
        for key, days in overdue.items()
    ]
    return html.notice(_("Late: {n}.", n=number(len(lines))), "near") + html.bullets(lines)


def _who(row):
    return row["assigned_to"] or _("nobody")
