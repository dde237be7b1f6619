"""The people's time and the rules of the roster: tables saved as they are typed or pasted, files brought in."""

import datetime as dt
from functools import partial

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import RULES, agent_called, check_rules, rules_of, skills
from ccwb.projects import blank_centre
from ccwb.tables import empty
from ccwb.ui import html, refusals, text
from ccwb.ui.choosing import choose_rows
from ccwb.ui.import_part import ImportPart
from ccwb.ui.merging import changes, equal, merged, settled
from ccwb.ui.people_meetings import Meetings
from ccwb.ui.people_tables import TIME_TABLES
from ccwb.ui.removing import Removing
from ccwb.ui.schedule_parts import missing
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid

SHOWN = 150  # rows in a table at once
CLOCKS = ("late_from", "early_before")


class People:
    """The step of people's time: availability, absences, wishes, what they are trained for, the roster's rules."""

    def __init__(self, page):
        self.page = page
        self.agents = page.store.read_table("agents", all_columns=True)
        if self.agents.empty:
            said = _("Here stands when people can work, when they are away and what they wish. Add the people first.")
            self.widget = missing(page, said, "setup")
            return
        self.zone = page.centre().get("zone") or "UTC"
        self.find = page.seen.get("people", "")
        field = {"key": "find", "label": _("Find"), "kind": "text", "help": _("A name, key or team.")}
        self.filter = Form([field], {"find": self.find}, on_change=page.guard(self._find), layout_kind="wide")
        self.tables = {name: TimeGrid(self, table) for name, table in TIME_TABLES.items()}
        self.meetings, self.skills, self.rules = Meetings(self), Skills(self), Rules(page)
        hint = _("Type, or copy cells in a spreadsheet and paste them into a table. All of it is saved at once.")
        self.widget = html.stack(
            html.card(self.filter, html.html(html.paragraph(hint, "ccwb-help"))),
            *(table.widget for table in self.tables.values()),
            self.meetings.widget,
            self.skills.widget,
            html.card(self.rules.widget, title=_("Rules of the roster")),
            Removing(page).fold(_(Removing.title)),
        )
        self.widget.add_class("ccwb-main")

    def show(self):
        """Nothing moves while another step is in sight."""

    def _find(self, _key, value, final):
        self.find = self.page.seen["people"] = value or ""
        if final:
            for part in (*self.tables.values(), self.skills):
                part.show()

    def wanted(self):
        """Return the keys of the people looked for; None for all."""
        find = self.find.strip().casefold()
        if not find:
            return None
        said = self.agents[["agent", "name", "team"]].astype(str).agg(" ".join, axis=1).str.casefold()
        return {*self.agents.loc[said.str.contains(find, regex=False), "agent"]}

    def name(self, agent):
        """Return the name of an agent, '' for a key that is none."""
        known = self.agents.loc[self.agents["agent"] == agent, "name"]
        return known.iloc[0] if len(known) else ""


class TimeGrid:
    """One table of people's time; two people's changes of it are both kept."""

    def __init__(self, part, table):
        self.part, self.page, self.table = part, part.page, table
        self.known, self.seen = [], []  # all rows as this page last knew them, and those in sight
        self.said, self.rest = html.html(""), html.html("")
        self.grid = Grid(
            table.columns(),
            [],
            on_change=self.page.guard(self.save),
            new_row=lambda: dict(table.blank),
            add_label=_(table.add),
            name=table.name,
        )
        file = html.fold(_("Bring in a file"), self._file)
        self.widget = html.card(self.said, self.grid, self.rest, file, title=_(table.title))
        self.show()

    def _file(self):
        return ImportPart(self.page, holds=self.table.name, done=lambda _report: self.show()).widget

    def show(self):
        """Show the rows of the people looked for."""
        self.known, wanted = self._every(), self.part.wanted()
        rows = [row for row in self.known if wanted is None or row["agent"] in wanted]
        self.seen = rows[:SHOWN]
        self.grid.rows = [dict(row) for row in self.seen]
        left = len(rows) - len(self.seen)
        more = _("{n} more rows match. Look for a name to see them.", n=number(left))
        self.rest.value = html.paragraph(more, "ccwb-muted") if left > 0 else ""
        self.said.value = ""

    def save(self, rows):
        """Save what was changed here; a row without an agent is kept once it has one."""
        try:
            refusals.stop_saving(refusals.in_grid(self.grid))
            mine = [self._tidy(row, at) for at, row in enumerate(rows, start=1) if str(row["agent"] or "").strip()]
            self._once(mine)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return False
        begun = [row for row in rows if not str(row["agent"] or "").strip()]
        store, key = self.page.store, list(self.table.key)
        with store.together():
            theirs, last = self._every(), store.revision(self.table.name)
            hidden = changes(self.seen, self.known)[1]
            whole, both = [*hidden, *mine], []
            if not equal(theirs, self.known):
                whole = merged(self.known, [*hidden, *mine], theirs, key=key)
            if whole is None:
                whole, both = settled(self.known, [*hidden, *mine], theirs, key=key, fits=self._fits)
            if not equal(whole, theirs):
                self._write(whole)
        self.known, self.seen = whole, changes(hidden, whole)[1]
        self.grid.rows = [*map(dict, self.seen), *begun]
        if both:
            choose_rows(self.page, self.grid, both, self.save, title="agent", who=last.by, when=last.at)
            return False
        self.said.value = ""
        self.page.saved()
        self.page.refresh_frame()
        return not begun

    def _every(self):
        table = self.page.store.read_table(self.table.name, zone=self.part.zone, all_columns=True)
        return [self._row(record) for record in table.to_dict("records")]

    def _row(self, record):
        return self.table.to_row(record, self.part.zone) | {"name": self.part.name(record["agent"])}

    def _write(self, rows):
        place = {"by": self.page.person, "at": dt.datetime.now(dt.UTC)}
        records = [self.table.from_row(row, self.part.zone) for row in rows]
        if not records:
            self.page.store.delete_table(self.table.name, **place)
            return
        known = empty(self.table.name)
        made = pd.DataFrame(records, columns=[column for column in known if column in records[0]])
        for column in ("weight", "from_s", "to_s"):
            if column in made:
                made[column] = pd.to_numeric(made[column])
        self.page.store.write_table(self.table.name, made, **place)

    def _tidy(self, row, at):
        """Return a row with its agent's key and with what it says as it is kept; PlanError names the row."""
        try:
            out = {key: value for key, value in row.items() if key not in ("name", "mark")}
            out["agent"] = agent_called(row["agent"], self.part.agents)
            return self._row(self.table.from_row(out, self.part.zone))
        except PlanError as error:
            raise PlanError(N_("Row {row} is not saved. {why}"), row=at, why=error) from None

    def _once(self, rows):
        keys = pd.Series([tuple(row.get(name) for name in self.table.key) for row in rows], dtype=object)
        if keys.duplicated().any():
            at = int(keys.duplicated().idxmax()) + 1
            raise PlanError(N_("Row {row} says what another row says already: change one of the two."), row=at)

    def _fits(self, row):
        try:
            self.table.from_row(row, self.part.zone)
        except PlanError:
            return False
        return True


class Skills:
    """What people are trained for, with their level, in the list of agents."""

    def __init__(self, part):
        self.part, self.page, self.seen = part, part.page, []
        self.said, self.rest = html.html(""), html.html("")
        trained = _(
            "As service/voice; sales/chat:0.8; empty: all channels of the project. 0.8: four fifths of a full hour."
        )
        columns = [
            {"key": "agent", "label": _("Key"), "kind": "static"},
            {"key": "name", "label": _("Name"), "kind": "static"},
            {"key": "team", "label": _("Team"), "kind": "static"},
            {
                "key": "trained_for",
                "label": _("Trained for, with the level"),
                "kind": "long",
                "wide": True,
                "help": trained,
            },
            {"key": "hours_week", "label": _("Hours a week"), "kind": "number", "digits": 1},
        ]
        more = {"addable": False, "removable": False}
        self.grid = Grid(columns, [], on_change=self.page.guard(self.save), name="skills", **more)
        hint = html.html(html.paragraph(trained, "ccwb-help"))
        self.widget = html.fold(_("What people are trained for, and how well"), hint, self.said, self.grid, self.rest)
        self.show()

    def show(self):
        """Show the people looked for."""
        rows = self._rows(self.page.store.read_table("agents", all_columns=True))
        self.seen = rows[:SHOWN]
        self.grid.rows = [dict(row) for row in self.seen]
        more = _("{n} more people match. Look for a name to see them.", n=number(len(rows) - SHOWN))
        self.rest.value = html.paragraph(more, "ccwb-muted") if len(rows) > SHOWN else ""

    def _rows(self, agents):
        wanted = self.part.wanted()
        keys = ("agent", "name", "team", "trained_for", "hours_week")
        rows = [{"id": r["agent"], **{key: r[key] for key in keys}} for r in agents.to_dict("records")]
        return [row for row in rows if wanted is None or row["agent"] in wanted]

    def save(self, rows):
        """Save what was changed; of a row that both changed, what each did is kept, else it is chosen."""
        try:
            refusals.stop_saving(refusals.in_grid(self.grid))
            for row in rows:
                self._check(row)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return False
        self.said.value = ""
        store = self.page.store
        with store.together():
            agents, last = store.read_table("agents", all_columns=True), store.revision("agents")
            there = {row["id"]: row for row in self._rows(agents)}
            theirs = [there[row["id"]] for row in self.seen if row["id"] in there]
            whole, both = merged(self.seen, rows, theirs, key=["id"]), []
            if whole is None:
                whole, both = settled(self.seen, rows, theirs, key=["id"])
            for row in whole:
                mine = agents["agent"] == row["id"]
                for key in ("trained_for", "hours_week"):
                    agents.loc[mine, key] = row[key] or ("" if key == "trained_for" else row[key])
            store.write_table("agents", agents, by=self.page.person, at=dt.datetime.now(dt.UTC))
        self.seen = [dict(row) for row in whole]
        self.grid.rows = [dict(row) for row in whole]
        if both:
            choose_rows(self.page, self.grid, both, self.save, title="name", who=last.by, when=last.at)
            return False
        self.page.saved()
        self.page.refresh_frame()
        return True

    def _check(self, row):
        hours, known = row["hours_week"], {one["project"] for one in self.page.centre()["projects"]}
        if hours is None or not 0 < hours <= 168:
            raise PlanError(
                N_("{agent}: contract hours are above 0 and up to 168 a week. The row is not saved."), agent=row["name"]
            )
        strange = sorted({project for project, _channel in skills(row["trained_for"] or "")} - known - {""})
        if strange:
            raise PlanError(
                N_("{agent}: the centre has no project '{found}'. Write its key, such as {known}."),
                agent=row["name"],
                found=strange[0],
                known=", ".join(sorted(known)),
            )


class Rules:
    """The rules of the roster, of the whole centre."""

    def __init__(self, page):
        self.page = page
        self.kept = page.draft("centre", blank_centre, cycle=False)
        number_ = {"kind": "number", "digits": 1}
        fields = [
            {"key": key, "label": _(label)} | ({"kind": "text"} if key in CLOCKS else number_)
            for key, label in RULES.items()
        ]
        self.form = Form(fields, dict(rules_of(self.kept.data)), on_change=page.guard(self._set), layout_kind="wide")
        lead = _(
            "What a roster is held against, and what the solver keeps. The usual ones follow the law of the European "
            "Union and of Germany; every centre sets its own."
        )
        self.widget = html.stack(html.html(html.paragraph(lead, "ccwb-help")), self.form)

    def _set(self, key, value, final):
        error = partial(_wrong, {key: value})()
        others = {k: said for k, said in self.form.errors.items() if k != key}
        self.form.errors = others | ({key: error} if error else {})
        if not final or error:
            return None
        self.kept.data["roster_rules"] = (self.kept.data.get("roster_rules") or {}) | {key: value}
        return self.kept.save()


def _wrong(rule):
    """Return why a rule cannot be, in words; '' where it can."""
    try:
        check_rules(rule)
    except PlanError as error:
        return text.say().error(error)
    return ""
