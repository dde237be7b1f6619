"""Meetings and training that the roster is to place: a table to type and paste into, saved with the cycle."""

import uuid

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES, MEETS
from ccwb.projects import project_of
from ccwb.schedule.meetings import asked, called, check_meeting, check_meetings
from ccwb.ui import html, import_words, refusals, text
from ccwb.ui.people_tables import clock_of, seconds_of
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Grid, Upload

SPENT = {"training": "training", "meeting": "meetings", "coaching": "meetings"}  # kind -> usual kind of shrinkage


def meetings_of(store, cycle):
    """Return the meetings that a cycle's roster is to place, as ccwb.schedule.meetings has them."""
    return (store.load("meetings", cycle=cycle).data or {}).get("rows", [])


class Meetings:
    """The table of what is to be placed: for whom, what, how long, between which days and times."""

    def __init__(self, part):
        self.part, self.page = part, part.page
        self.kept = part.page.draft("meetings", lambda: {"rows": []})
        self.said, self.twice = html.html(""), html.html("")
        self.grid = Grid(
            _columns(),
            [],
            on_change=self.page.guard(self.save),
            new_row=self._blank,
            add_label=_("Add a meeting"),
            name="meetings",
        )
        lead = _(
            "The roster puts them into people's shifts where they cost least. Who: a key, a name, a team or a project. "
            "Not all at once: each at a time of their own."
        )
        self.widget = html.card(
            html.html(html.paragraph(lead, "ccwb-help")),
            self.said,
            self.grid,
            self.twice,
            html.fold(_("Bring in a file"), self._file),
            title=_("Meetings and training to be placed"),
        )
        self.show()

    def show(self):
        """Show the meetings as they are saved."""
        self.grid.rows = [self._row(row) for row in self.kept.data["rows"]]
        self.twice.value = "".join(self._counted_twice())

    def save(self, rows):
        """Save what was changed; a row without anybody is kept once it has somebody."""
        begun = [row for row in rows if not str(row["who"] or "").strip()]
        try:
            refusals.stop_saving(refusals.in_grid(self.grid))
            made = [self._tidy(row, at) for at, row in enumerate(rows, start=1) if row not in begun]
            check_meetings(made, agents=self.part.agents)
        except PlanError as error:
            self.said.value = html.notice(text.say().error(error), "miss")
            return False
        self.said.value = ""
        self.kept.data["rows"] = made
        if not self.kept.save():
            return False
        self.show()
        self.grid.rows = [*self.grid.rows, *begun]
        return not begun

    def _blank(self):
        first = pd.Timestamp(self.page.context.cycle.first_day)
        days = {"first": f"{first:%Y-%m-%d}", "last": f"{first + pd.Timedelta(days=4):%Y-%m-%d}"}
        row = {"id": uuid.uuid4().hex[:8], "who": "", "people": "", "kind": MEETS[0], "title": "", "minutes": 60}
        return row | days | {"from": "", "to": "", "together": False}

    def _tidy(self, row, at):
        """Return a row of the table as it is kept; PlanError names the row."""
        try:
            of, who = called(row["who"], agents=self.part.agents, projects=self.page.centre()["projects"])
            minutes = row["minutes"]
            out = {key: row[key] for key in ("id", "kind")} | {"of": of, "who": who}
            out |= {"title": str(row["title"] or "").strip(), "together": bool(row["together"])}
            out["minutes"] = int(minutes) if minutes is not None and minutes % 1 == 0 else minutes
            out |= {"first_day": row["first"] or "", "last_day": row["last"] or row["first"] or ""}
            out |= {key: clock_of(seconds_of(row[key])) for key in ("from", "to")}
            return check_meeting(out, agents=self.part.agents)
        except PlanError as error:
            raise PlanError(N_("Row {row} is not saved. {why}"), row=at, why=error) from None

    def _file(self):
        """Return where a file of meetings is brought in, and what became of its rows."""
        self.brought = html.html("")
        words = _(
            "A meeting a row, in Excel or CSV, its columns headed as in the table above: who, title, minutes and first "
            "day at least. What comes in stands beside the meetings that there are; rows that cannot be are left out."
        )
        take = Upload(self.page.guard(lambda name, content: self.take(content, name=name)))
        return html.stack(html.html(html.paragraph(words)), take, self.brought)

    def take(self, content, *, name):
        """Take the meetings of a file in beside those that there are; rows that cannot be are said."""
        from ccwb.intake import read_file
        from ccwb.intake.meetings import read_meetings

        one, known = self.page.context.cycle, self.kept.data["rows"]
        self.brought.value = ""
        rows, log = read_meetings(
            read_file(content, name=name),
            agents=self.part.agents,
            projects=self.page.centre()["projects"],
            first_day=one.first_day,
            last_day=one.last_day,
            known=known,
        )
        self.kept.data["rows"] = [*known, *({"id": uuid.uuid4().hex[:8]} | row for row in rows)]
        if not self.kept.save():
            return
        self.show()
        told = html.notice(
            _("Meetings of '{name}' that are to be placed: {n}.", n=number(len(rows)), name=name), "good"
        )
        refused = [import_words.found(finding) for finding in log.findings("refused")]
        if refused:
            told += html.notice(_("Left out, with the rows of the file:"), "near") + html.bullets(refused)
        self.brought.value = told

    def _row(self, kept):
        people = asked(kept, self.part.agents)
        named = self.part.name(kept["who"]) if kept["of"] == "agent" else ""
        labels = {one["project"]: one["label"] for one in self.page.centre()["projects"]}
        row = {key: kept[key] for key in ("id", "kind", "title", "minutes", "from", "to", "together")}
        row["who"] = (labels.get(kept["who"]) if kept["of"] == "project" else None) or kept["who"]
        row["people"] = named or _("{n} people", n=number(len(people)))
        return row | {"first": kept["first_day"], "last": kept["last_day"]}

    def _counted_twice(self):
        """Give a sentence for each project and kind whose need is divided for what the roster places itself."""
        found, agents = {}, self.part.agents
        for row in self.kept.data["rows"]:
            for key in agents.loc[agents["agent"].isin(asked(row, agents)), "project"].unique():
                found.setdefault((key, SPENT[row["kind"]]))
        for key, kind in found:
            one = project_of(self.page.centre(), key)
            for lost in one.get("shrinkage_kinds") or []:
                if lost["kind"] == kind and lost["share"] and not lost.get("placed"):
                    said = _(
                        "{project} still divides its need for '{kind}', {share} of paid time: these hours would count "
                        "twice. Mark it in the setup as placed by the roster.",
                        project=one["label"] or key,
                        kind=_(lost["label"]),
                        share=percent(lost["share"], 1),
                    )
                    yield html.notice(said, "near", link=self.page.context.href("setup"), link_text=_("Setup"))


def _columns():
    clock = _("as 08:30; empty: no bound")
    return [
        {"key": "who", "label": _("Who"), "kind": "text", "help": _("A key, a name, a team or a project.")},
        {"key": "people", "label": _("People"), "kind": "static"},
        {"key": "kind", "label": _("Kind"), "kind": "select"}
        | {"options": [{"value": key, "label": _(ACTIVITIES[key].label)} for key in MEETS]},
        {"key": "title", "label": _("Title"), "kind": "text", "wide": True},
        {"key": "minutes", "label": _("Minutes"), "kind": "number", "digits": 0},
        {"key": "first", "label": _("First day"), "kind": "date"},
        {"key": "last", "label": _("Last day"), "kind": "date"},
        {"key": "from", "label": _("From"), "kind": "text", "help": clock},
        {"key": "to", "label": _("To"), "kind": "text", "help": clock},
        {"key": "together", "label": _("All at once"), "kind": "check"},
    ]
