"""Stage 4: who works when, and where are we short."""

from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.adherence_part import Adherence
from ccwb.ui.approval import approval
from ccwb.ui.guidance import beside
from ccwb.ui.people_part import People
from ccwb.ui.roster_part import Roster
from ccwb.ui.schedule_cover import Cover
from ccwb.ui.schedule_parts import missing
from ccwb.ui.shell import Page
from ccwb.ui.text import _
from ccwb.ui.widgets import Form

# step -> its name, its question, what it gives, and the section that answers it
STEPS = {
    "shifts": (
        N_("Shifts"),
        N_("Who works when, and where are we short?"),
        N_("Shifts with their breaks that cover the plan's need, inside the opening hours."),
        Cover,
    ),
    "roster": (
        N_("Roster"),
        N_("Who works when?"),
        N_("Named people over all projects, week by week: where they are needed, trained, and rested."),
        Roster,
    ),
    "people": (
        N_("People"),
        N_("Who can work when, and by which rules?"),
        N_(
            "Availability, leave, appointments and wishes of people, what they are trained for, and the roster's rules."
        ),
        People,
    ),
    "adherence": (
        N_("Adherence"),
        N_("Did people do what the roster says?"),
        N_("What the telephone system noted, beside the published roster: per agent, team and interval."),
        Adherence,
    ),
}


class SchedulePage(Page):
    """The steps of stage 4: shifts for headcount, a roster of named people, their time, and what they did."""

    name = "schedule"
    needs_project = True
    _here = None

    def body(self):
        stays, self._here = self._here == (self.project, self.cycle_id), (self.project, self.cycle_id)
        self.sections = {}
        if not stays:
            self.seen = {}  # step -> what of it is in sight
        self.top = html.html("")
        if not self.project or self.cycle_id is None:
            self._ask(next(iter(STEPS)))
            return [self.top, missing(self, _("This page needs a project and a cycle."), "setup")]
        self.place = html.stack(classes="spaced")
        options = [{"value": key, "label": _(label)} for key, (label, *_rest) in STEPS.items()]
        field = {"key": "step", "label": _("Step"), "kind": "choices", "options": options}
        self.steps = Form([field], {"step": ""}, on_change=self.guard(self._step))
        self.go(self.step or self.context.query.get("step", ""))
        return [self.top, self.steps, self.place, *beside(self), approval(self, "schedule")]

    def go(self, step):
        """Show one step of the stage."""
        self.stand_at(step if step in STEPS else next(iter(STEPS)))
        self.steps.values = {"step": self.step}
        self._ask(self.step)
        if self.step not in self.sections:
            self.sections[self.step] = STEPS[self.step][-1](self)
        else:
            self.sections[self.step].show()
        self.place.children = (self.sections[self.step].widget,)

    def follow(self):
        """Show what others saved, and what only time has changed in the step in sight."""
        super().follow()
        look = getattr(self.sections.get(self.step), "look", None)
        if look is not None and not self.progress.running:
            self.guard(look)()

    def _step(self, _key, value, _final):
        self.clear()
        self.go(value)

    def _ask(self, step):
        _label, question, lead, _section = STEPS[step]
        self.top.value = html.question(_(question), _(lead))
