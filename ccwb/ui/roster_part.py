"""A roster of named people over all projects: made, looked at, changed by hand, published."""

import pandas as pd

from ccwb import schedule
from ccwb.people import ACTIVITIES
from ccwb.ui import html
from ccwb.ui import roster_pictures as pictures
from ccwb.ui import roster_words as words
from ccwb.ui.charts import Chart
from ccwb.ui.roster_broken import Broken
from ccwb.ui.roster_cures import Cures
from ccwb.ui.roster_edit import Edits
from ccwb.ui.roster_folds import Fairness, Rows, Sheet, Signs
from ccwb.ui.roster_given import between, given
from ccwb.ui.roster_make import Making
from ccwb.ui.roster_publish import HandUp, Publishing
from ccwb.ui.roster_search import Searches
from ccwb.ui.schedule_look import WeekAndDay
from ccwb.ui.schedule_parts import breaks_twice, missing, monday_of
from ccwb.ui.text import _
from ccwb.ui.widgets import Form

EVERYBODY, OF_PROJECT, TEAM = "", "project", "team:"


class Roster(WeekAndDay):
    """The step of named people: one week in sight, of it one project's coverage and one day's people."""

    searches = None  # what is said of searches of others

    def __init__(self, page):
        self.page, self.given = page, given(page)
        self.kept = page.draft("roster", dict)
        if self.given.requirement.empty:
            said = _("Here your people will stand with their shifts, once the staffing stage has a plan.")
            self.widget = missing(page, said, "staffing")
        elif self.given.agents.empty:
            said = _("Here your people will stand with their shifts. The centre has no people yet: add them first.")
            self.widget = missing(page, said, "setup")
        else:
            monday = monday_of(self.given.requirement["interval_start"].min())
            self.monday, self.day, self.shown = page.seen.get("roster", (monday, monday, EVERYBODY))
            self.widget = self._build()

    def _build(self):
        page = self.page
        self.figures, self.short, self.broken = html.html(""), html.html(""), Broken(self)
        self.said = html.stack(classes="ccwb-card")
        self.need = Chart(
            pictures.need_chart(), {"need": pictures.no_need()}, table=self._of_week, name="roster_coverage"
        )
        self.people = Chart(
            pictures.day_chart([*self.given.labels.values()]),
            {"people": pictures.no_bars()},
            table=self._of_day,
            name="roster_of_day",
        )
        self.form = Form(self._fields(), self._values(), on_change=page.guard(self._moved))
        self.making, self.edits, self.publishing = Making(self), Edits(self), Publishing(self)
        self.hand_up, self.cures, self.searches = HandUp(self), Cures(self), Searches(self)
        self.folds = [Fairness(self), Signs(self), Rows(self), Sheet(self)]
        self._draw()
        twice = "".join(breaks_twice(page, key, self.given.shifts) for key in self.given.planned)
        return html.stack(
            *([html.html(twice)] if twice else []),
            self.searches.widget,
            self.figures,
            html.split(
                [html.card(self.form, self.making.widget), self.publishing.widget],
                html.card(self.need, html.html(words.legend())),
                html.card(self.people),
                self.edits.widget,
                self.said,
                html.card(self.short, self.cures.widget, title=_("What stays short in this week")),
                self.broken.widget,
                self.publishing.changes,
                self.publishing.own,
                self.hand_up.widget,
                *(fold.fold(_(fold.title)) for fold in self.folds),
            ),
            classes="spaced",
        )

    # what is shown ---------------------------------------------------------------------------------------------------
    @property
    def roster(self):
        return self.given.roster

    @property
    def project(self):
        """The project in sight."""
        return self.page.project

    def show(self):
        """Nothing moves while another step is in sight."""

    def look(self):
        """Hear that some seconds have passed: a search of others may have ended with its page."""
        if self.searches is not None:
            self.searches.look()

    def changed(self, roster=None):
        """Show what follows from another roster, that of the store when none is given."""
        old, self.given = self.roster, given(self.page) if roster is None else self.given
        if roster is not None:
            self.given.roster = roster
        both = pd.concat([table for table in (old, self.roster) if len(table)] or [old])
        self._draw(of=tuple(both.drop_duplicates(keep=False)["agent"].unique()))

    def best(self, roster):
        """Show the best roster so far, while it is being made; return its coverage of the week in sight."""
        coverage = self.given.coverage(roster, self.monday)
        self._draw_need(coverage, roster)
        self._draw_people(roster)
        return coverage

    def _draw(self, *, of=None):
        """Draw what is in sight. of : the agents whose rows are others than before; None where all may be."""
        self.page.seen["roster"] = self.monday, self.day, self.shown
        self.coverage = self.given.coverage(self.roster, self.monday)
        self.broken.check(of)
        self._draw_need(self.coverage, self.roster)
        self._draw_people(self.roster)
        self.figures.value = words.figures(self)
        told = words.told(self)
        self.said.children = (html.html(told),) if told else ()
        html.show(self.said, told)
        self.short.value = words.short(self)
        self.broken.show()
        self.edits.show()
        for part in (self.publishing, self.hand_up, self.cures, *(fold for fold in self.folds if fold.made)):
            part.moved()

    def _draw_need(self, coverage, roster):
        label = self.given.labels.get(self.project, self.project)
        week = between(roster, self.monday, 7)
        title = pictures.need_title(coverage, self.project, label, len(week))
        self.need.update({"need": pictures.need_rows(coverage, self.project)}, title=title)

    def _draw_people(self, roster):
        bars = pictures.day_bars(
            roster,
            self.day,
            self.given.names,
            self.given.labels,
            absences=self.given.people["absences"],
            agents=self.in_sight(roster),
        )
        self.people.update({"people": bars}, title=pictures.day_title(bars, self.day))

    def in_sight(self, roster=None):
        """Return the keys of the agents in sight, None for everybody."""
        agents = self.given.agents
        if self.shown == OF_PROJECT:
            week = between(self.roster if roster is None else roster, self.monday, 7)
            return {*agents.loc[agents["project"] == self.project, "agent"]} | {
                *week.loc[week["project"] == self.project, "agent"]
            }
        if self.shown.startswith(TEAM):
            return {*agents.loc[agents["team"] == self.shown.removeprefix(TEAM), "agent"]}
        return None

    def week(self):
        """Return the roster's rows of the week in sight, a night shift with the day on which it begins."""
        near = between(self.roster, self.monday - pd.Timedelta(days=1), 9)
        if near.empty:
            return near
        day = schedule.hours_of(near)["day"].to_numpy()
        return near[(day >= self.monday.to_datetime64()) & (day < (self.monday + pd.Timedelta(days=7)).to_datetime64())]

    def _of_day(self):
        """Return the day's rows as a reader has them, for the table behind the picture."""
        rows = between(self.roster, self.day, 1).drop(columns="channels", errors="ignore")
        known = {"agent": self.given.names, "project": self.given.labels}
        said = {name: rows[name].map(words).fillna(rows[name]) for name, words in known.items()}
        return rows.assign(**said, activity=[_(ACTIVITIES[key].label) for key in rows["activity"]])

    def _of_week(self):
        return self.coverage.drop(columns="reason", errors="ignore")

    # what is in sight ------------------------------------------------------------------------------------------------
    def _fields(self):
        teams = sorted(filter(None, set(self.given.agents["team"])))
        shown = [
            {"value": EVERYBODY, "label": _("everybody")},
            {"value": OF_PROJECT, "label": _("who works for {project}", project=self.given.labels[self.project])},
            *({"value": f"{TEAM}{team}", "label": team} for team in teams),
        ]
        return [
            *self.week_fields(self.given.requirement["interval_start"]),
            {"key": "shown", "label": _("People"), "kind": "select", "options": shown},
        ]

    def _values(self):
        return self.week_values() | {"shown": self.shown}

    def _moved(self, key, value, _final):
        if not self.look_at(key, value):
            self.shown = value
        self._draw(of=())

    def go_to(self, monday):
        """Show another week."""
        self.look_at("week", monday)
        self._draw(of=())
