"""The rules that a roster breaks: in the week in sight, in words, and week by week where else, with a way there."""

import pandas as pd

from ccwb.schedule import BROKEN
from ccwb.ui import html
from ccwb.ui.roster_words import said_day, spoken
from ccwb.ui.text import _, number
from ccwb.ui.widgets import button

SENTENCES = 8  # of what is broken in the week in sight; the table of rows has them all
ELSEWHERE = 3  # of another week, first those that look on the week before
BETWEEN = ("rest", "days in a row", "weekends", "sundays")


class Broken:
    """What the whole roster breaks, looked for again only of the agents whose rows are others than before."""

    all = None  # what is broken, a row each

    def __init__(self, part):
        self.part = part
        self.here, self.others = html.html(""), html.stack()
        self.widget = html.card(self.here, self.others, title=_("Rules that the roster breaks"))

    def check(self, of=None):
        """Look for what is broken. of : the agents whose rows are others than before; None where all may be."""
        given, roster = self.part.given, self.part.roster
        if self.all is None or of is None:
            self.all = given.broken(roster)
        elif of:
            self.all = given.broken(roster, known=self.all, of=of)

    @property
    def found(self):
        """What the roster breaks on the days of the week in sight, a row each."""
        return self.all[self._weeks() == self.part.monday]

    def elsewhere(self):
        """Return Monday -> what is broken in its week, for all weeks but the one in sight."""
        weeks = self._weeks()
        others = self.all[weeks != self.part.monday]
        return dict(iter(others.groupby(weeks[others.index])))

    def _weeks(self):
        """Return the Monday of the week that each finding is of; a rest or run between two weeks is of the later."""
        day = pd.to_datetime(self.all["day"])
        return day - pd.to_timedelta(day.dt.day_of_week, unit="D")

    def show(self):
        """Say what is broken in the week in sight, and where else."""
        others = self.elsewhere()
        self.here.value = self._here(others)
        lines = [self._line(monday, rows) for monday, rows in others.items()]
        title = [html.html(html.heading(_("In other weeks, or between them")))] if lines else []
        self.others.children = (*title, *lines)

    def _here(self, others):
        if self.part.week().empty:
            return html.paragraph(_("Nobody is on the roster of this week."))
        found = self.found
        if found.empty and others:
            return html.notice(_("None in this week."), "good")
        if found.empty:
            return html.notice(_("None: everybody is where they may be, and rests as the rules say."), "good")
        more = len(found) - SENTENCES
        rest = html.paragraph(_("{n} more are in the table of rows below.", n=number(more))) if more > 0 else ""
        said = html.bullets(self._said(row) for row in found.head(SENTENCES).to_dict("records"))
        return html.notice(_("Nothing is refused: change it, or let it stand."), "near") + said + rest

    def _line(self, monday, rows):
        """Return how much is broken in another week, some of it in words, and a button that shows that week."""
        day, part = said_day(monday), self.part
        said = _("Week of {day}, rules broken: {n}.", day=day, n=number(len(rows)))
        rows = rows.assign(within=~rows["rule"].isin(BETWEEN)).sort_values("within", kind="stable").head(ELSEWHERE)
        first = html.bullets(self._said(row) for row in rows.to_dict("records"))
        go = button(_("Show the week of {day}", day=day), lambda: part.go_to(monday), page=part.page)
        return html.row(html.html(html.notice(said, "near") + first), go)

    def _said(self, row):
        return _(BROKEN[row["rule"]], **spoken(self.part, row["values"]))
