"""Stage 1: why are we here, and what keeps us from it."""

import datetime as dt
from typing import NamedTuple

from ccwb import chain, cycle
from ccwb import mission as ms
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.approval import approval
from ccwb.ui.guidance import beside
from ccwb.ui.mission_cases import Cases
from ccwb.ui.mission_chain import Chain
from ccwb.ui.mission_choice import remarks
from ccwb.ui.mission_gaps import Gaps
from ccwb.ui.mission_measures import Measures
from ccwb.ui.mission_parts import Preparation
from ccwb.ui.mission_practices import Practices
from ccwb.ui.mission_questionnaire import Questionnaire
from ccwb.ui.mission_room import Room
from ccwb.ui.mission_statements import Statements
from ccwb.ui.origins import CameAlong
from ccwb.ui.shared import SharedDraft, Watch
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form

STEPS = {
    "statements": (N_("Statements"), Statements),
    "questionnaire": (N_("Questionnaire"), Questionnaire),
    "room": (N_("The room's picture"), Room),
    "gaps": (N_("Gaps"), Gaps),
    "preparation": (N_("Preparation"), Preparation),
    "chain": (N_("Chain"), Chain),
    "cases": (N_("Business case"), Cases),
    "measures": (N_("Measures"), Measures),
    "practices": (N_("Practices"), Practices),
}

ALONG = {  # step -> kinds of what came along from the cycle before that are told there
    "gaps": ("gap",),
    "preparation": ("preparation", "lesson", "deviation"),
    "cases": ("case",),
    "measures": ("target",),
}
# Steps that show what others save as it comes; what is half typed there stays, and is asked about where both wrote.
LIVE = ("room", "statements", "gaps", "preparation", "chain", "cases")


class Before(NamedTuple):
    """The mission document of the cycle before and that cycle's name; None and "" where there is none."""

    data: dict | None
    name: str


class MissionPage(Page):
    """The steps of stage 1; several people fill them at once, each on a page of their own."""

    name = "mission"
    plan = None
    sections, former = {}, None  # former : the questionnaire that was here before the page was made anew
    watch = None  # over what others save

    def body(self):
        self.leave()
        self.shell.unobserve_all("person")
        if self.cycle_id is None:
            return [*self._top(), _needs_cycle(self)]
        self.plan = SharedDraft(self, "mission", ms.blank_mission)
        self.before = _before(self)
        self.former = self.sections.get("questionnaire", self.former)
        self.sections, self.standing = {}, None
        self.answer, self.place, self.approved = html.html(""), html.stack(classes="spaced"), html.stack()
        options = [{"value": key, "label": _(label)} for key, (label, _section) in STEPS.items()]
        field = {"key": "step", "label": _("Step"), "kind": "choices", "options": options}
        self.steps = Form([field], {"step": ""}, on_change=self.guard(self._step))
        self.go(self.step or self.context.query.get("step", ""))
        self._show_answer()
        self.shell.observe(self.guard(self._named), "person")
        self.watch = Watch(self, self.look)
        return [*self._top(), self.answer, self.steps, self.place, self.approved]

    def go(self, step):
        """Show one step of the stage."""
        self.stand_at(step if step in STEPS else "statements")
        self.steps.values = {"step": self.step}
        if self.step not in self.sections:
            self.sections[self.step] = STEPS[self.step][1](self)
        else:
            self.sections[self.step].show()
        along = CameAlong(self, ALONG.get(self.step, ()))
        self.place.children = (self.sections[self.step].widget, along.widget, *beside(self, self.step))
        for part in (self.answer, self.approved):  # while one answers, the statement has the page to itself
            html.show(part, self.step != "questionnaire")

    def changed(self):
        """Show what follows from a change that was made here."""
        if self.step != "questionnaire":  # its own controls show already what was answered
            self.sections[self.step].show()
        self._show_answer()

    def look(self):
        """Show what others saved meanwhile, without touching what somebody types here."""
        if not self.plan.look():
            return
        self.saved(self.plan)
        self._show_answer()
        if self.step in LIVE:
            self.sections[self.step].show()
        elif self.step == "questionnaire":
            self.sections["questionnaire"].show_progress()
        elif self.step in ("measures", "practices"):
            self.sections[self.step].show_picture()

    def leave(self):
        """End the watch over what others save."""
        if self.watch:
            self.watch.end()

    def _step(self, _key, value, _final):
        self.clear()
        self.go(value)

    def _top(self):
        lead = _("What the centre is for, how true it is today, and who closes which gap until the next cycle.")
        return [html.html(html.question(_(cycle.stage_of("mission").question), lead))]

    def _show_answer(self):
        self.answer.value = _figures(self.plan.data)
        stands = cycle.state(self.store, self.cycle_id)["mission"]
        known = (stands.state, [(b.message, b.values) for b in stands.blockers])
        if known != self.standing:  # the card is made anew only when it says something else
            self.standing = known
            self.approved.children = (approval(self, "mission", lambda: remarks(self.plan.data)),)

    def _named(self, change):
        if "questionnaire" in self.sections:
            self.sections["questionnaire"].named(change["new"])


def _before(page):
    earlier = page.context.cycle.predecessor
    data = page.store.load("mission", cycle=earlier).data if earlier else None
    return Before(data, page.store.cycle(earlier).name) if data and data.get("answers") else Before(None, "")


def _needs_cycle(page):
    return html.empty(
        _("Here your team says what it is for and what keeps it from it. It needs a cycle: set up your centre first."),
        html.html(html.link(_("Set up the centre"), page.context.href("setup"))),
    )


def _figures(document):
    areas, _questions = ms.scores(document["answers"], questions=ms.questions_of(document))
    people = sum(any(a["score"] is not None for a in mine.values()) for mine in document["answers"].values())
    total = areas["n"].sum()
    mean = (areas["mean"] * areas["n"]).sum() / total if total else None
    widest = areas.iloc[0]
    open_gaps = [gap for gap in document["gaps"] if gap["status"] == "open"]
    unowned = sum(not gap["owner"] for gap in open_gaps)
    broken = sum(one["whole"] for one in chain.breaks(document))
    late = len(ms.late(document["preparation"], dt.date.today()))
    stale = len(ms.stale(document["statements"], dt.date.today()))
    return html.figures(
        [
            html.figure(_("People who answered"), number(people), state="near" if people < 2 else "none"),
            html.figure(
                _("How true it is today"),
                _("{mean} of 5", mean=number(mean, 1)).replace(" ", "\N{NO-BREAK SPACE}") if total else number(None),
                help_text=_("Mean of all answers, 1 not true at all, 5 fully true."),
            ),
            html.figure(
                _("Widest spread"),
                number(widest["spread"], 1),
                change=_(widest["text"]) if widest["n"] > 1 else "",
                help_text=_("0: of one mind; 2: half of you against the other half."),
            ),
            html.figure(
                _("Open gaps"),
                number(len(open_gaps)),
                change=_("{n} without an owner", n=number(unowned)) if unowned else "",
                state="near" if unowned else "none",
            ),
            html.figure(_("Statements to review"), number(stale), state="near" if stale else "none"),
            html.figure(_("Late preparation"), number(late), state="near" if late else "none"),
            html.figure(_("Measures with a target"), number(len(document["targets"]))),
            html.figure(
                _("Breaks in the chain"),
                number(broken),
                state="near" if broken else "none",
                help_text=_("Where purpose, goal, process step, measure and target do not hang together."),
            ),
        ]
    )
