"""The mission page's tables to fill: preparation and targets."""

import datetime as dt
import hashlib

import pandas as pd

from ccwb import mission as ms
from ccwb import reports
from ccwb.errors import PlanError
from ccwb.measures import KPIS, UNITS
from ccwb.messages import N_
from ccwb.mission_content import PREPARATION
from ccwb.ui import html, refusals, text
from ccwb.ui.shared import Edit, edited, held, row_edits
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Download, Grid, button

CENTRE = "centre:"  # the column of the whole centre; a project's is "project:" and its key
STANDING = {row for _key, row in PREPARATION}  # shown in the reader's language until somebody rewords them
REMIND_S = 15 * 3600  # a calendar speaks up at 9:00 of the day before
SHARES = 100  # a share is typed in percent
AIMED = [kpi for kpi, known in KPIS.items() if known.better != "context"]  # what can have a target
MAIN = [kpi for kpi in AIMED if KPIS[kpi].target is not None]  # what usually has one


class Preparation:
    """Who does what by when before the plan is made, and what is late."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say their task yet
        self.late = html.html("")
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
        self.widget = html.card(self.late, self.grid, html.row(calendar), title=_("Preparation"))
        self.show()

    def show(self):
        """Show the rows as they are now, and in a sentence those that are late."""
        rows = [{**row, "task": shown_task(row["task"])} for row in self.page.plan.data["preparation"]]
        overdue = {row["id"]: row["days_late"] for row in ms.late(rows, dt.date.today())}
        made = {row["id"]: {"state": _task_state(row, overdue), "from": came_from(row)} for row in rows}
        self.shown = [row | made[row["id"]] for row in as_rows(rows, self.grid.columns)]
        self.grid.rows = [*self.shown, *self.begun]
        self.late.value = _late_sentence(rows, overdue)

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


class Targets:
    """What each measure is meant to reach, for the centre and where a project differs."""

    def __init__(self, page):
        self.page = page
        self.projects = {CENTRE: ""} | {f"project:{p['project']}": p["project"] for p in page.centre()["projects"]}
        labels = {p["project"]: p["label"] for p in page.centre()["projects"]}
        columns = [
            {"key": "label", "label": _("Measure"), "kind": "static"},
            {"key": "unit", "label": _("Unit"), "kind": "static"},
            {"key": "usual", "label": _("Usual"), "kind": "static", "help": _("A convention to start from, no norm.")},
        ]
        columns += [
            {"key": key, "label": labels.get(project, _("Whole centre")), "kind": "number", "digits": 2}
            for key, project in self.projects.items()
        ]
        more = {"on_change": page.guard(self._changed), "addable": False, "removable": False}
        self.main = Grid(columns, [], name="targets", keep=held(page, "targets"), **more)
        self.rest = Grid(columns, [], name="targets_further", keep=held(page, "targets_further"), **more)
        self.shown = []
        note = _("A project without a target of its own takes that of the whole centre.")
        usual = button(_("Fill the empty ones of the centre with the usual"), self._usual, page=page)
        self.widget = html.card(
            html.html(html.paragraph(note, "ccwb-muted")),
            self.main,
            html.row(usual),
            html.fold(_("Further measures"), self.rest),
            title=_("Targets"),
        )
        self.show()

    def show(self):
        """Show the targets as they are now; in a table what was typed stays until it is saved."""
        targets, kept = self.page.plan.data["targets"], {row["id"]: row for row in self.shown}
        self.shown = [kept[k] if self._of(k).refused else self._row(k, targets) for k in AIMED]
        for grid in (self.main, self.rest):
            if not grid.refused:
                grid.rows = [row for row in self.shown if self._of(row["id"]) is grid]

    def _of(self, kpi):
        """Return the table in which a measure stands."""
        return self.main if kpi in MAIN else self.rest

    def _row(self, kpi, targets):
        known, per = KPIS[kpi], targets.get(kpi, {})
        values = {key: _typed(kpi, per.get(project)) for key, project in self.projects.items()}
        unit = "%" if known.unit == "share" else _(UNITS[known.unit].label)
        usual = "" if known.target is None else said_target(kpi, known.target)
        return {"id": kpi, "label": _(known.label), "unit": unit, "usual": usual, **values}

    def _changed(self, rows):
        refusals.stop_saving(refusals.in_grid(self._of(rows[0]["id"])))
        changes, _added = edited(self.shown, rows)
        edits = [
            self._edit(kpi, key, self.shown[AIMED.index(kpi)][key], value)
            for kpi, new in changes.items()
            for key, value in new.items()
        ]
        return self.page.plan.edit(edits, done=self.page.changed) if edits else None

    def _edit(self, kpi, key, seen, value):
        project = self.projects[key]
        place = next(column["label"] for column in self.main.columns if column["key"] == key)

        def read(document):
            return _typed(kpi, document["targets"].get(kpi, {}).get(project))

        def write(document, new):
            return ms.set_target(document, kpi=kpi, value=_stored(kpi, new), project=project)

        label = _("{measure}, {place}", measure=_(KPIS[kpi].label), place=place)
        return Edit(label, seen, value, read, write)

    def _usual(self):
        refusals.stop_at(refusals.in_grid(self.main))

        def change(document):
            for kpi in MAIN:
                if document["targets"].get(kpi, {}).get("") is None:
                    document = ms.set_target(document, kpi=kpi, value=KPIS[kpi].target)
            return document

        self.page.plan.change(change, done=self.page.changed)


def shown_task(task):
    """Return a preparation row's task as it is read: the standing ones in the reader's language."""
    return _(task) if task in STANDING else task


def said_target(kpi, value):
    """Return a measure's target as a reader writes it: percent for shares, m:ss for durations."""
    match KPIS[kpi].unit:
        case "share":
            return percent(value, 0 if abs(value) >= 0.02 else 1)
        case "s":
            return text.duration(value)
        case _:
            return number(value, 1)


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
        return "✓ " + _("done")
    if row["id"] in overdue:
        return "! " + _("late, days: {n}", n=number(overdue[row["id"]]))
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


def _typed(kpi, value):
    return SHARES * value if value is not None and KPIS[kpi].unit == "share" else value


def _stored(kpi, value):
    return round(value / SHARES, 8) if value is not None and KPIS[kpi].unit == "share" else value
