"""The lists of the setup: the history there is and more of it, the people, the cycles."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import MOST_HOURLY_COST
from ccwb.ui import html, refusals, text
from ccwb.ui.import_part import ImportPart
from ccwb.ui.import_words import GRAINS, queue_label
from ccwb.ui.setup_parts import FULL_TIME_H, ask_first, attempt
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid, TableView, button

SHOWN = 150  # people in the grid at once
WEEKS = 13  # of a new cycle


class History:
    """What history there is, a row per queue; a file to add; a queue's history to take away."""

    def __init__(self, page):
        self.page = page
        self.there, self.removal = html.stack(), html.stack()
        self.part = ImportPart(page, title=_("Bring in a history"), done=self._imported, keep=page.keep)
        self.choice = Form([], {}, on_change=page.guard(lambda *_args: self._show_removal()))
        fold = html.fold(_("Take a queue's history away"), self.choice, self.removal)
        self.known = html.card(self.there, fold, title=_("The history there is"))
        self.widget = html.stack(self.known, self.part.widget)
        self.widget.add_class("ccwb-main")

    def show(self):
        """Show what there is now."""
        centre = self.page.kept.data
        self.info = self._info(centre)
        html.show(self.known, len(self.info) > 0)
        columns = [("queue", _("Queue")), ("grain", _("Interval")), ("rows", _("Number of intervals"))]
        columns += [("first", _("First")), ("last", _("Last"))]
        self.there.children = (TableView(self.info, columns, name="history_there"),)
        queues = [{"value": str(n), "label": queue} for n, queue in enumerate(self.info["queue"])]
        self.choice.fields = [{"key": "queue", "label": _("Queue"), "kind": "select", "options": queues}]
        self.choice.values = {"queue": "0"}
        self._show_removal()

    def _info(self, centre):
        zones = {p["project"]: p["zone"] for p in centre["projects"]}
        info = self.page.store.table_info("history")
        rows = [self._row(centre, row, zones.get(row.project, "UTC")) for row in info.itertuples()]
        return pd.DataFrame(rows, columns=["project", "channel", "queue", "grain", "rows", "first", "last"])

    def _row(self, centre, row, zone):
        end = self.page.store.read_table("history", project=row.project, channel=row.channel, start=row.last, zone=zone)
        grain = int(end["interval_s"].iloc[0])
        first, last = (_moment(t.tz_convert(zone), grain) for t in (row.first, row.last))
        queue = queue_label(centre, row.project, row.channel)
        return (row.project, row.channel, queue, _(GRAINS[grain]), int(row.rows), first, last)

    def _show_removal(self):
        if self.info.empty:
            self.removal.children = ()
            return
        row = self.info.iloc[int(self.choice.values["queue"])]
        told = _("{n} intervals of {queue} go for good.", n=number(row["rows"]), queue=row["queue"])
        ask = ask_first(_("Take it away"), told, _("Take them away"), lambda: self._delete(row), page=self.page)
        self.removal.children = (ask,)

    def _delete(self, row):
        queue = {"project": row["project"], "channel": row["channel"]}
        self.page.store.delete_table("history", by=self.page.person, at=self.page.now(), **queue)
        self.page.refresh_frame()
        self.page.changed()
        self.page.say(_("The history of {queue} is taken away.", queue=row["queue"]), "good")

    def _imported(self, _report):
        self.page.changed()


class People:
    """The agents in a grid to type and paste into, and a file to bring in."""

    def __init__(self, page):
        self.page, self.before = page, []
        projects = [{"value": "", "label": _("all projects")}]
        projects += [{"value": p["project"], "label": p["label"]} for p in page.kept.data["projects"]]
        fields = [
            {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
            {"key": "find", "label": _("Find"), "kind": "text", "help": _("A name, key or team.")},
        ]
        values = {"project": page.project, "find": ""}
        self.filter = Form(fields, values, on_change=page.guard(lambda *_args: self.show()), layout_kind="wide")
        changed = page.guard(self._changed)
        self.grid = Grid(self._columns(), [], on_change=changed, new_row=self._new, name="agents", refuses=True)
        self.grid.add_class("ccwb-people")
        self.said, self.rest = html.html(""), html.html("")
        self.part = ImportPart(
            page,
            holds="agents",
            title=_("Bring in a list of people"),
            done=lambda _report: page.changed(),
            keep=page.keep,
        )
        hint = _("Type, or copy cells in a spreadsheet and paste them into the grid.")
        self.widget = html.stack(
                html.card(
                    self.filter, html.html(html.paragraph(hint, "ccwb-help")), self.said, self.grid, self.rest,
                    title=_("People"),
                ),
                self.part.widget,
                html.fold(_("Results per person and day"), self._results),
        )  # fmt: skip
        self.widget.add_class("ccwb-main")

    def _results(self):
        """Return where the results per person are brought in; they are shown to nobody but supervisors."""
        words = _("Handled, handling time, resolved, satisfaction, quality: a row per person, day and queue.")
        self.results = ImportPart(
            self.page, holds="agent_results", title=_("Bring in results per person"), keep=self.page.keep
        )
        return html.stack(html.html(html.paragraph(words, "ccwb-muted")), self.results.widget)

    def show(self):
        """Show the people of the chosen project that match what is looked for."""
        agents = self.page.store.read_table("agents")
        rows = [_agent_row(a) for a in agents.to_dict("records") if self._wanted(a)]
        self.before = rows[:SHOWN]
        self.grid.rows = [dict(row) for row in self.before]
        self.said.value = ""
        left = len(rows) - len(self.before)
        more = _("{n} more people match. Choose a project or look for a name to see them.", n=number(left))
        self.rest.value = html.paragraph(more, "ccwb-muted") if left > 0 else ""

    def _wanted(self, agent):
        project, find = self.filter.values.get("project"), (self.filter.values.get("find") or "").strip().lower()
        if project and agent["project"] != project:
            return False
        return not find or any(find in str(agent.get(c, "")).lower() for c in ("agent", "name", "team"))

    def _changed(self, rows):
        try:
            refusals.stop_saving(refusals.in_grid(self.grid))
            agents = edited_agents(self.page.store.read_table("agents"), self.before, rows, self.page.kept.data)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return
        place = {"by": self.page.person, "at": self.page.now()}
        if len(agents):
            self.page.store.write_table("agents", agents, **place)
        else:
            self.page.store.delete_table("agents", **place)
        self.said.value = ""
        self.before = [{**row, "was": row["agent"]} for row in rows]
        self.grid.rows = [dict(row) for row in self.before]
        self.page.saved()
        self.page.refresh_frame()
        self.page.show_answer()

    def _new(self):
        taken = {row["agent"] for row in self.grid.rows} | set(self.page.store.read_table("agents")["agent"])
        key = next(k for k in (f"A{n:03d}" for n in range(1, 100_000)) if k not in taken)
        projects = [p["project"] for p in self.page.kept.data["projects"]]
        project = self.filter.values.get("project") or (projects[0] if projects else "")
        hours = self.page.kept.data.get("full_time_hours_week", FULL_TIME_H)
        return {"agent": key, "name": "", "team": "", "project": project, "trained_for": "", "hours_week": hours} | {
            "hired": None,
            "left": None,
            "hourly_cost": None,
        }

    def _columns(self):
        projects = [{"value": p["project"], "label": p["label"]} for p in self.page.kept.data["projects"]]
        trained = _("As project/channel; project. Empty: all channels of the project.")
        return [
            {"key": "agent", "label": _("Key"), "kind": "text"},
            {"key": "name", "label": _("Name"), "kind": "text"},
            {"key": "team", "label": _("Team"), "kind": "text"},
            {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
            {"key": "trained_for", "label": _("Trained for"), "kind": "long", "help": trained, "wide": True},
            {"key": "hours_week", "label": _("Hours a week"), "kind": "number", "digits": 1},
            {"key": "hired", "label": _("First day"), "kind": "date"},
            {"key": "left", "label": _("Last day"), "kind": "date"},
            {"key": "hourly_cost", "label": _("Cost an hour"), "kind": "number", "digits": 2}
            | {"unit": self.page.kept.data["currency"]},
        ]


class Cycles:
    """The list of cycles, one to add, and the days of one that is not finished yet."""

    def __init__(self, page):
        self.page, self.likely = page, {}
        self.list = html.html("")
        day = {"kind": "date"}
        self.change = Form([], {}, on_change=page.guard(self._changed), layout_kind="wide")
        self.new = Form(
            [
                {"key": "name", "label": _("Name"), "kind": "text", "help": _("Such as Spring 2027.")},
                {"key": "first_day", "label": _("First day"), **day},
                {"key": "last_day", "label": _("Last day"), **day},
                {"key": "predecessor", "label": _("Comes after"), "kind": "select", "options": []},
            ],
            {},
            layout_kind="wide",
        )
        self.known = html.card(self.list, self.change, title=_("Cycles"))
        self.add_button = button(_("Add the cycle"), self.add, primary=True, page=page)
        hint = _("From the evaluation page, 'start the next cycle' takes targets, open gaps and lessons along.")
        self.adding = html.card(
            self.new, self.add_button, html.html(html.paragraph(hint, "ccwb-help")), title=_("Add a cycle")
        )
        self.widget = html.stack(self.known, self.adding)
        self.widget.add_class("ccwb-main")

    def show(self):
        """Show the cycles as they are, and a likely next one."""
        cycles = self.page.store.cycles()
        html.show(self.known, cycles)
        self.list.value = _cycle_table(cycles)
        self._show_change([c for c in cycles if c.status != "finished"])
        options = [{"value": "", "label": _("no cycle: it is the first")}]
        options += [{"value": str(c.id), "label": c.name} for c in cycles]
        fields = [dict(field) for field in self.new.fields]
        fields[-1]["options"] = options
        self.new.fields = fields
        if all(self.new.values.get(key) == value for key, value in self.likely.items()):  # nobody typed other days
            self.likely = self._likely(cycles)
            self.new.values = {**self.new.values, **self.likely}

    def add(self):
        """Add the cycle that was described."""
        attempt(self.new, "name", self._add)

    def _add(self):
        values = self.new.values
        made = self.page.store.add_cycle(
            values.get("name") or "",
            first_day=values.get("first_day") or "",
            last_day=values.get("last_day") or "",
            predecessor=int(values["predecessor"]) if values.get("predecessor") else None,
            by=self.page.person,
            at=self.page.now(),
        )
        self.page.context = replace(self.page.context, cycle=made)
        self.page.open()
        self.page.saved()
        self.page.say(_("{name} is there to be planned.", name=made.name), "good")

    def _likely(self, cycles):
        """Return the days of the cycle that likely comes next: after the last one, else after the history."""
        today = dt.date.today()
        first = today - dt.timedelta(days=today.weekday()) + dt.timedelta(days=7)
        info = self.page.store.table_info("history")
        if cycles:
            first = max(c.last_day for c in cycles) + dt.timedelta(days=1)
        elif len(info) and info["last"].max().date() < today - dt.timedelta(days=60):
            last = info["last"].max().date()
            first = last + dt.timedelta(days=7 - last.weekday())
        last_day = first + dt.timedelta(days=7 * WEEKS - 1)
        after = str(cycles[-1].id) if cycles else ""
        return {"first_day": str(first), "last_day": str(last_day), "predecessor": after}

    def _show_change(self, cycles):
        html.show(self.change, cycles)
        if not cycles:
            return
        ids = {str(c.id): c for c in cycles}
        chosen = ids.get(self.change.values.get("cycle")) or cycles[-1]
        statuses = {"planned": _("planned"), "running": _("running"), "finished": _("finished")}
        self.change.fields = [
            {"key": "cycle", "label": _("Change the cycle"), "kind": "select"}
            | {"options": [{"value": k, "label": c.name} for k, c in ids.items()]},
            {"key": "name", "label": _("Name"), "kind": "text"},
            {"key": "first_day", "label": _("First day"), "kind": "date"},
            {"key": "last_day", "label": _("Last day"), "kind": "date"},
            {"key": "status", "label": _("It is"), "kind": "select"}
            | {"options": [{"value": k, "label": label} for k, label in statuses.items()]},
        ]
        days = {"first_day": str(chosen.first_day), "last_day": str(chosen.last_day)}
        self.change.values = {"cycle": str(chosen.id), "name": chosen.name, "status": chosen.status, **days}
        self.change.errors = {}

    def _changed(self, key, _value, _final):
        if key == "cycle":
            self.show()
            return
        values = self.change.values
        fields = {k: values[k] or "" for k in ("name", "first_day", "last_day", "status")}

        def save():
            self.page.store.update_cycle(int(values["cycle"]), by=self.page.person, at=self.page.now(), **fields)

        if attempt(self.change, key, save):
            self.page._settle_context()
            self.page.saved()
            self.page.refresh_frame()
            self.page.changed()


def edited_agents(agents, before, rows, centre):
    """Return the agents table with what was changed between `before` and `rows` of the grid; PlanError for a bad row.

    Rows that were not in the grid, or not changed in it, stay as they are in `agents`, which others may have saved
    meanwhile. A row of the grid knows the key it had as `was`; a new one has none.
    """
    known, shown = {p["project"] for p in centre["projects"]}, {row["was"]: row for row in before}
    changed = {row["was"]: _agent(row, known) for row in rows if "was" in row and row != shown[row["was"]]}
    gone = set(shown) - {row.get("was") for row in rows}
    table = [
        changed.pop(row["agent"], row) for row in agents.to_dict("records") if row["agent"] not in gone
    ]  # fmt: skip
    table += [*changed.values(), *(_agent(row, known) for row in rows if "was" not in row)]
    keys = pd.Series([row["agent"] for row in table], dtype="str")
    if keys.duplicated().any():
        raise PlanError(
            N_("There is more than one agent with the key {found}. Give each a key of its own."),
            found=keys[keys.duplicated()].iloc[0],
        )
    made = pd.DataFrame(table, columns=_AGENT)
    numbers = {c: pd.to_numeric(made[c]) for c in ("hours_week", "hourly_cost")}
    return made.assign(**numbers, **{c: pd.to_datetime(made[c]) for c in ("hired", "left")})


_AGENT = ["agent", "name", "team", "project", "trained_for", "hours_week", "hired", "left", "hourly_cost"]


def _agent(row, known):
    """Return a row of the grid as one of the agents table."""
    key, hours = (row["agent"] or "").strip(), row["hours_week"]
    if not key:
        raise PlanError(N_("An agent is kept once the row has a key, such as a personnel number."))
    if hours is None or not 0 < hours <= 168:
        raise PlanError(
            N_("{agent}: contract hours are above 0 and up to 168 a week. The row is not saved."), agent=key
        )
    if row["project"] not in known:
        raise PlanError(N_("{agent} belongs to no project of the centre. Choose one; the row is not saved."), agent=key)
    cost = row.get("hourly_cost")
    if cost is not None and not 0 <= cost <= MOST_HOURLY_COST:
        raise PlanError(
            N_("{agent}: a paid hour costs 0 to {most}. The row is not saved."),
            agent=key,
            most=number(MOST_HOURLY_COST),
        )
    days = {day: _day(row[day], key) for day in ("hired", "left")}
    if days["hired"] and days["left"] and days["left"] < days["hired"]:
        raise PlanError(
            N_("{agent} would leave before the first day. Change one of the two; it is not saved."), agent=key
        )
    return {**{c: row.get(c) for c in _AGENT}, "agent": key, **days}


def _day(typed, agent):
    if not typed:
        return None
    try:
        return dt.date.fromisoformat(typed).isoformat()
    except ValueError:
        raise PlanError(
            N_("{agent}: a day is written as 2026-03-29; found '{found}'."), agent=agent, found=typed
        ) from None


def _agent_row(agent):
    row = {c: agent.get(c, "") for c in ("agent", "name", "team", "project", "trained_for", "hours_week")}
    days = {c: agent.get(c) for c in ("hired", "left")}
    row |= {c: None if pd.isna(day) else str(day)[:10] for c, day in days.items()}
    cost = agent.get("hourly_cost", np.nan)
    return row | {"hourly_cost": None if pd.isna(cost) else cost, "was": row["agent"]}


def _cycle_table(cycles):
    names = {c.id: c.name for c in cycles}
    rows = [
        [
            c.name,
            text.date(c.first_day),
            text.date(c.last_day),
            names.get(c.predecessor, ""),
            html.raw(html.tag(_(c.status))),
        ]
        for c in cycles
    ]
    return html.table([_("Name"), _("First day"), _("Last day"), _("Comes after"), _("It is")], rows)


def _moment(time, grain):
    return text.date(time) if grain == 86400 else f"{text.date(time)} {text.clock(time)}"
