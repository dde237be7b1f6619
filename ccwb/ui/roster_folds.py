"""Folds of the roster: how evenly it treats people, signs of wear, its rows, and the sheet planners know."""

import pandas as pd

from ccwb import schedule
from ccwb.errors import PlanError
from ccwb.intake import read_file
from ccwb.intake.rosters import read_roster_sheet
from ccwb.messages import N_
from ccwb.people import ACTIVITIES
from ccwb.schedule import BROKEN, SIGNS
from ccwb.ui import html, import_words, text
from ccwb.ui.part import Part
from ccwb.ui.roster_given import of_days, ordered, read_roster, write_roster
from ccwb.ui.roster_words import spoken
from ccwb.ui.text import _, date, number, percent
from ccwb.ui.widgets import Download, TableView, Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BESIDE = N_("{agent}, {day}: overlaps what stays on the roster beside it, and is as it was.")
FIGURES = {
    "worked_h": N_("Hours at work"),
    "days": N_("Days at work"),
    "late": N_("Late shifts"),
    "early": N_("Early shifts"),
    "weekends": N_("Weekends worked"),
    "sundays": N_("Sundays worked"),
    "wishes_met": N_("Wishes met"),
}
SIGNS_TOLD = 12


class _Fold(Part):
    """A fold that shows something of the week in sight."""

    def __init__(self, part):
        super().__init__(part.page)
        self.part = part


class Fairness(_Fold):
    title = N_("How evenly it treats people")

    def widget(self):
        self.spread, self.each = (TableView(pd.DataFrame(), name=name) for name in ("fairness_spread", "fairness"))
        self.moved()
        return html.stack(self.spread, self.each)

    def moved(self):
        given, week = self.part.given, self.part.week()
        if week.empty:
            self.each.show(pd.DataFrame(), [])
            return
        found = schedule.fairness(week, agents=given.agents, wishes=given.people["wishes"], centre=given.centre)
        told = schedule.spread(found).assign(figure=lambda t: t["figure"].map(lambda name: _(FIGURES[name])))
        one = lambda value: number(value, 1)  # noqa: E731 - one thought
        heads = [("figure", _("What")), ("least", _("Least"), one), ("middle", _("Middle"), one)]
        self.spread.show(told, [*heads, ("most", _("Most"), one), ("distance", _("Mean distance from it"), one)])
        found = found.assign(agent=found["agent"].map(given.names).fillna(found["agent"]))
        columns = [("agent", _("Agent")), *((key, _(label), one) for key, label in FIGURES.items())]
        self.each.show(found.sort_values("late", ascending=False), [*columns, ("contract_h", _("Contract hours"), one)])


class Signs(_Fold):
    title = N_("Signs that it wears people out")

    def widget(self):
        self.said, self.view = html.html(""), TableView(pd.DataFrame(), name="burnout")
        self.moved()
        return html.stack(self.said, self.view)

    def moved(self):
        part, week = self.part, self.part.week()
        if week.empty:
            self.said.value = html.paragraph(_("Nobody is on the roster of this week."))
            return
        busy = part.given.expected(week, part.monday)[["project", "interval_start", "interval_s", "occupancy"]]
        found = schedule.burnout(week, occupancy=_of_projects(busy), centre=part.given.centre)
        told = [self._said(row) for row in found.to_dict("records")]
        good = html.notice(_("None in this week."), "good")
        self.said.value = html.bullets(told[:SIGNS_TOLD]) if told else good
        shown = found.assign(agent=found["agent"].map(part.given.names).fillna(found["agent"]), said=told)
        self.view.show(shown[["agent", "said"]], [("agent", _("Agent")), ("said", _("Sign"))])

    def _said(self, row):
        values = dict(row["values"])
        if row["sign"] in ("occupancy", "occupied"):
            values["limit"] = percent(values["limit"])
        if row["sign"] == "occupied":
            values["found"] = percent(values["found"])
        return _(SIGNS[row["sign"]], **spoken(self.part, values))


def _of_projects(busy):
    """Return occupancy per project and interval: of its channels, the busiest."""
    return busy.groupby(["project", "interval_start", "interval_s"], as_index=False)["occupancy"].max()


class Rows(_Fold):
    title = N_("The roster's rows, with what each breaks")

    def widget(self):
        self.view = TableView(pd.DataFrame(), name="roster")
        self.moved()
        return self.view

    def moved(self):
        part = self.part
        table, found = part.roster.reset_index(drop=True), part.broken.found
        if table.empty:
            self.view.show(pd.DataFrame(), [])
            return
        said = {}
        for row in found.to_dict("records"):
            said.setdefault(row["row"], []).append(_(BROKEN[row["rule"]], **spoken(part, row["values"])))
        week = of_days(table, part.monday, 7)
        table = table.assign(row=table.index + 1, name=table["agent"].map(part.given.names).fillna(table["agent"]))
        table["activity"] = [
            ": ".join(filter(None, (_(ACTIVITIES[r.activity].label), r.title))) for r in table.itertuples()
        ]
        table["breaks"] = [" ".join(said.get(row, ())) for row in table["row"]]
        table = table[week].drop(columns=["channels", "title"])
        clock = lambda moment: f"{text.date(moment)} {text.clock(moment)}"  # noqa: E731 - one thought
        columns = [
            ("row", _("Row")),
            ("name", _("Agent")),
            ("start", _("From"), clock),
            ("end", _("To"), clock),
            ("activity", _("Does")),
            ("project", _("Project"), lambda key: part.given.labels.get(key, key)),
            ("shift", _("Shift")),
            ("breaks", _("What it breaks")),
        ]
        self.view.show(table, columns)


class Sheet(_Fold):
    title = N_("The roster as an Excel sheet, out and in")

    def widget(self):
        self.said = html.html("")
        words = _(
            "An agent a row, a day a column, a shift in a cell: 09:00-17:30 (service; lunch 13:00-13:30). What comes "
            "in takes the place of the days that the file has, for the agents that it has; an empty cell is a day off. "
            "A cell that cannot be read leaves its day as it was."
        )
        out = Download(_("The sheet of these weeks"), self.page.guard(self.sheet), name="roster.xlsx", mime=XLSX)
        take = Upload(self.page.guard(lambda name, content: self.take(content, name=name)))
        return html.stack(html.html(html.paragraph(words)), html.row(out), take, self.said)

    def moved(self):
        """The sheet is made when it is asked for."""

    def sheet(self):
        """Return the cycle's roster as an Excel file, by agent and day."""
        from ccwb import reports

        part = self.part
        if part.roster.empty:
            raise PlanError(N_("Nobody is on the roster of this cycle."))
        table = schedule.as_sheet(part.roster, agents=part.given.agents, say=text.say())
        turned = text.say().direction == "rtl"
        return reports.to_excel({_("Roster"): table}, right_to_left=turned)

    def take(self, content, *, name):
        """Take a sheet in: its days for its agents; what cannot be read is left out and said with its rows."""
        part, page = self.part, self.page
        given = part.given
        made, days, log = read_roster_sheet(
            read_file(content, name=name), agents=given.agents, projects=given.projects, zone=given.zone
        )
        with page.store.together():
            there = read_roster(page.store, page.cycle_id, given.zone)
            roster, refused = schedule.taken_in(there, made, days=days)
            write_roster(page.store, ordered(roster), by=page.person, cycle=page.cycle_id)
        page.saved()
        page.refresh_frame()
        part.changed()
        beside = [_(BESIDE, agent=row.agent, day=date(row.day)) for row in refused.itertuples()]
        taken = number(len(made) - int(refused["stretches"].sum()))
        refused = [import_words.found(one) for one in log.findings("refused")] + beside
        told = _("{n} stretches of '{name}' are on the roster.", n=taken, name=name)
        wrong = (
            html.notice(_("Left out, with the rows of the file:"), "near") + html.bullets(refused) if refused else ""
        )
        self.said.value = html.notice(told, "good") + wrong
