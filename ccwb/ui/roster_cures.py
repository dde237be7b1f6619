"""What would cure a week that stays short: each rule loosened by itself, tried by the solver."""

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.roster_given import between, of_days
from ccwb.ui.text import _, number
from ccwb.ui.widgets import button

SECONDS = 2.0  # to think about each rule
ANY_TIME = "availability at any time"  # a rule of ccwb.schedule.roster.explain


class Cures:
    """A button that asks, and the answer in words."""

    def __init__(self, part):
        self.part, self.page, self.of = part, part.page, None
        self.said = html.html("")
        ask = button(_("What would cure it?"), self.ask, page=self.page)
        self.widget = html.stack(html.row(ask), self.said)

    def moved(self):
        """Let go of an answer that was about another week, or another roster."""
        if self.of is not None and (self.of[0] != self.part.monday or self.of[1] is not self.part.roster):
            self.said.value, self.of = "", None

    def ask(self):
        """Try every rule loosened by itself on the week in sight, beside the page."""
        part, making = self.part, self.part.making
        chosen = making.chosen()
        need = part.given.requirement
        need = between(need[need["project"].isin(chosen)], part.monday, 7, "interval_start")
        if part.week().empty or need.empty:
            raise PlanError(N_("Make the roster of this week first; then it can be tried what would cure it."))
        roster, monday = part.roster, part.monday
        stay = roster[of_days(roster, monday, 7) & roster["locked"].to_numpy(dtype=bool)]
        asked = making.people(chosen, stay)

        def run(progress):
            from ccwb.schedule.rostering import what_cures

            progress(0, 0)
            found = what_cures(need, roster=roster, day=monday, seconds=SECONDS, cancelled=self._stopped, **asked)
            progress(1, 1)
            return found

        def done(found):
            if part.given.people["availability"].empty:  # everybody can at any time: what was gained is of their leave
                found = [one for one in found if one[0] != ANY_TIME]
            self.of = monday, roster
            self.said.value = _told(found)

        self.work = None
        self.work = self.page.work(run, done, what=_("Trying what would cure it"))

    def _stopped(self):
        return self.work is not None and self.work.stop.is_set()


def _told(found):
    """Return what each rule loosened would gain, in words."""
    if not found:
        return html.notice(_("No rule loosened by itself would gain anything: it is the people, or their number."))
    said = [
        _("With {change}: {n} hours short less.", change=_(rule), n=number(hours, 1)) for rule, hours, _cost in found
    ]
    return html.bullets(said)
