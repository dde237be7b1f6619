"""Setup: what our centre is, and whether everything is there to plan with."""

import datetime as dt

from ccwb.messages import N_
from ccwb.projects import blank_centre
from ccwb.ui import html
from ccwb.ui import setup_parts as parts
from ccwb.ui.afresh import afresh
from ccwb.ui.guidance import beside
from ccwb.ui.setup_costs import Costs
from ccwb.ui.setup_lists import Cycles, History, People
from ccwb.ui.setup_parts import Centre, merged
from ccwb.ui.setup_projects import Projects
from ccwb.ui.shell import Page
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button

STEPS = {
    "centre": (N_("Centre"), Centre),
    "projects": (N_("Projects"), Projects),
    "history": (N_("History"), History),
    "people": (N_("People"), People),
    "costs": (N_("Costs"), Costs),
    "cycles": (N_("Cycles"), Cycles),
}


class SetupPage(Page):
    """The centre, its projects, its history, its people and its cycles; works in a workbook with nothing in it."""

    name = "setup"
    needs_cycle = False

    def body(self):
        self.kept = self.draft("centre", blank_centre, cycle=False)
        if not self.kept.version and not self.store.cycles():
            return [parts.top(), *self._begin()]
        self.sections = {}
        self.answer, self.place, self.next = html.html(""), html.stack(classes="spaced"), html.row()
        options = [{"value": key, "label": _(label)} for key, (label, _section) in STEPS.items()]
        field = {"key": "step", "label": _("Set up"), "kind": "choices", "options": options}
        self.steps = Form([field], {"step": ""}, on_change=self.guard(lambda _key, value, _final: self.go(value)))
        self.show_answer()
        first = next((step for _said, step in self.missing if step in STEPS), "projects")
        self.go(self.step or self.context.query.get("step", "") or first)
        return [parts.top(), self.answer, self.next, self.steps, self.place]

    def go(self, step):
        """Show one part of the setup."""
        self.stand_at(step if step in STEPS else "projects")
        self.steps.values = {"step": self.step}
        if self.step not in self.sections:
            self.sections[self.step] = STEPS[self.step][1](self)
        self.sections[self.step].show()
        below = [afresh(self)] if self.step == "centre" else []
        self.place.children = (self.sections[self.step].widget, *below, *beside(self, self.step))

    def changed(self):
        """Show what follows from a change that was made here."""
        self.show_answer()
        if self.step in self.sections:
            self.sections[self.step].show()

    def keep(self, centre):
        """Save the centre as it is given, with what others changed elsewhere in it; return whether it went through."""
        newest = self.store.load("centre")
        both = merged(self.kept.data, centre, newest.data) if newest.version > self.kept.version else None
        if both is not None:
            centre, self.kept.version = both, newest.version
        self.kept.data = centre
        done = self.kept.save()
        if done:
            self.changed()
        return done

    # is everything there ---------------------------------------------------------------------------------------------
    def show_answer(self):
        """Show how much of what planning needs is there."""
        there = parts.there(self.store, self.kept.data, self.context.cycle)
        self.missing = parts.missing(there)
        self.answer.value = parts.figures(there)
        self.next.children = self._next()

    def _next(self):
        if not self.missing:
            good = html.notice(
                _("Everything is there to plan with."),
                "good",
                link=self.context.href("forecast"),
                link_text=_("Forecast"),
            )
            return (html.html(good),)
        said = html.html(parts.missing_notice(self.missing))
        step = self.missing[0][1]
        return (said, button(_("Do this next: {step}", step=_(STEPS[step][0])), lambda: self.go(step), page=self))

    # the first minute ------------------------------------------------------------------------------------------------
    def _begin(self):
        told = _(
            "This workbook is empty. Begin with your own centre: its projects, a history file, your people. Or look "
            "around in a made-up centre with two years of history; it can be replaced later by a workbook of your own."
        )
        blank = button(_("Start with a blank workbook"), self.begin_blank, primary=True, page=self)
        return [html.empty(told, blank, button(_("From the sample"), self.begin_sample, page=self))]

    def begin_blank(self):
        """Keep a centre without projects, and ask for the first one."""
        self.kept.data = blank_centre(name=_("Our centre"))
        if self.kept.save():
            self.step = "projects"
            self.open()

    def begin_sample(self):
        """Fill the workbook with the sample centre."""
        from ccwb.samples import seed_workbook

        def seed(progress):
            progress(0, 1, "")
            seed_workbook(self.store)

        self.work(seed, lambda _nothing: self._seeded(), what=_("Filling the workbook with the sample centre"))

    def _seeded(self):
        self.step = "projects"
        self.open()
        self.say(_("The sample centre is in the workbook. Every page shows it."), "good")

    @staticmethod
    def now():
        return dt.datetime.now(dt.UTC)
