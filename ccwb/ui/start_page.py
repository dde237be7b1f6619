"""Where do we stand, and what comes next: the cycle's six stages, the next step, and the cycles side by side."""

from dataclasses import replace

from ccwb import cycle, mission
from ccwb.cycle import STAGES
from ccwb.messages import N_
from ccwb.store.cycles import STATUSES
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.origins import CameAlong
from ccwb.ui.schedule_parts import needed
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import button

STATES = {  # state -> its word, and how it is marked
    cycle.APPROVED: (N_("approved"), "good"),
    cycle.IN_WORK: (N_("in work"), "none"),
    cycle.BLOCKED: (N_("blocked"), "miss"),
    cycle.EMPTY: (N_("not begun"), "none"),
}
SIDE_BY_SIDE = ("offered", "service_level", "answer_rate", "wape", "cost_per_contact")


class StartPage(Page):
    """The cycle as a line of six stages, what comes next in one sentence, and the cycles side by side."""

    name = "start"

    def body(self):
        if self.cycle_id is None:
            return [_top(None), *self._empty()]
        states = cycle.state(self.store, self.cycle_id)
        figures = key_figures(self.store, self.context.cycle, self.centre(), self.project)
        cards = [self._stage(STAGES[key], states[key], figures.get(key)) for key in STAGES]
        line = html.row(*cards, classes="cards")
        line.add_class("ccwb-stage-cards")
        return [
            _top(self.context.cycle),
            html.html(self._next_step(states)),
            line,
            CameAlong(self).widget,
            html.card(html.html(self._cycles()), title=_("The cycles side by side")),
        ]

    # the six stages --------------------------------------------------------------------------------------------------
    def _stage(self, stage, state, figure):
        word, mark = STATES[state.state]
        said = html.paragraph(_(stage.question), "ccwb-muted") + html.tag(_(word), mark)
        said += html.figure(*figure) if figure else ""
        said += self._blocker(state.blockers[0], len(state.blockers)) if state.blockers else ""
        if state.changed_at:
            who = _("Last changed by {who}, {when}.", who=state.changed_by, when=text.when(state.changed_at))
            said += html.paragraph(who, "ccwb-muted")
        title = _("{step} {stage}", step=number(stage.step), stage=_(stage.label))
        there = html.link(_("Open {stage}", stage=_(stage.label)), self.context.href(stage.key))
        return html.card(html.html(said), html.html(there), title=title)

    def _blocker(self, blocker, n):
        said = text.say().error(blocker)
        more = " " + _("And {n} more.", n=number(n - 1)) if n > 1 else ""
        where = {"link": self.context.href(blocker.stage), "link_text": _("Go there")}
        return html.notice(said + more, "near", **where)

    def _next_step(self, states):
        """Return the next step in one sentence, with the way to it."""
        key = next((key for key in STAGES if states[key].state != cycle.APPROVED), None)
        if key is None:
            following = any(c.predecessor == self.cycle_id for c in self.store.cycles())
            if following:
                return html.notice(_("Every stage of this cycle is approved, and the next cycle has begun."), "good")
            where = {"link": self.context.href("evaluation"), "link_text": _("To the next cycle")}
            return html.notice(_("Every stage is approved. Next step: start the next cycle."), "good", **where)
        stage, state = STAGES[key], states[key]
        values = {"stage": _(stage.label), "question": _(stage.question)}
        upstream = next((b for b in state.blockers if b.stage != key), None)
        if upstream:
            why, where = text.say().error(upstream), upstream.stage
            said = _("Next step: {stage}. {why}", **values, why=why)
        elif state.state == cycle.EMPTY:
            said, where = _("Next step: begin with {stage}: {question}", **values), key
        elif state.blockers:
            why = text.say().error(state.blockers[0])
            said, where = _("Next step: finish {stage}. {why}", **values, why=why), key
        else:
            said, where = _("Next step: look over {stage} and approve it. Nothing blocks it.", **values), key
        return html.notice(said, link=self.context.href(where), link_text=_("Go there"))

    # the cycles ------------------------------------------------------------------------------------------------------
    def _cycles(self):
        from ccwb.measures import KPIS

        measures = [(_(KPIS[kpi].label), True) for kpi in SIDE_BY_SIDE]
        heads = [_("Cycle"), _("Days"), _("Status"), (_("Stages approved"), True), *measures]
        rows = [self._cycle(one) for one in reversed(self.store.cycles())]
        caption = _("What each cycle came to, where it was measured.")
        return html.table(heads, rows, caption=caption)

    def _cycle(self, one):
        states = cycle.state(self.store, one.id)
        done = sum(state.state == cycle.APPROVED for state in states.values())
        values = self.store.read_table("kpi_values", cycle=one.id, project=self.project)
        values = values[(values["basis"] == "actual") & (values["channel"] == "")].set_index("kpi")["value"]
        currency = self.centre()["currency"]
        name = html.link(one.name, self.context.href("start", cycle=one.id))
        chosen = html.tag(_("in sight")) if one.id == self.cycle_id else ""
        return [
            html.raw(f"{name} {chosen}"),
            _("{first} to {last}", first=text.date(one.first_day), last=text.date(one.last_day)),
            _(STATUSES[one.status]),
            _("{done} of {n}", done=number(done), n=number(len(STAGES))),
            *(shown(kpi, values[kpi], currency) if kpi in values.index else text.say().missing for kpi in SIDE_BY_SIDE),
        ]

    # an empty workbook -----------------------------------------------------------------------------------------------
    def _empty(self):
        setup = html.html(html.link(_("Set up your own centre"), self.context.href("setup")))
        if self.centre()["projects"]:
            said = _(
                "The centre is set up. A cycle comes next: the days you plan for, a quarter for example. It is made on "
                "the setup page."
            )
            return [html.empty(said, html.html(html.link(_("Make a cycle"), self.context.href("setup"))))]
        said = _(
            "Here you will see how your planning cycle stands, stage by stage, and what comes next. It needs your "
            "centre: its projects, channels and opening hours, and the days of the first cycle. Or look around first "
            "in an invented centre with two years of history."
        )
        sample = button(_("Try it on the sample centre"), self.take_sample, page=self)
        return [html.empty(said, setup, sample), html.card(html.html(_what_happens()), title=_("The six stages"))]

    def take_sample(self):
        """Fill the empty workbook with the sample centre."""

        def run(_progress):
            from ccwb.samples import seed_workbook

            seed_workbook(self.store)

        def done(_nothing):
            self.context = replace(self.context, cycle=None)
            self.open()
            self.say(_("This is the sample centre. All people, companies and figures in it are invented."), "good")

        self.work(run, done, what=_("Filling the workbook with the sample centre"))


def key_figures(store, one, centre, project=""):
    """Return stage -> (label, value), one key figure each as a reader reads it; a stage without one is left out."""
    sums = dict.fromkeys(("contacts", "fte", "required_h", "covered_h"), 0.0)
    for each in em.projects_of(centre, project):  # one after the other: a page that opens stays small
        for name, value in _planned(store, {"cycle": one.id, "project": each["project"]}).items():
            sums[name] += value
    log = store.read_table("action_log", cycle=one.id)
    values = em.kept(store, one)["actual"]
    rate = values[(values["kpi"] == "answer_rate") & (values["project"] == project)]["value"]
    covered = sums["covered_h"] / sums["required_h"] if sums["covered_h"] else 0
    found = {
        "mission": _mission(store, one),
        "forecast": (_("Contacts expected"), number(sums["contacts"]) if sums["contacts"] else ""),
        "staffing": (_("Full-time people needed"), _("{n} FTE", n=number(sums["fte"])) if sums["fte"] else ""),
        "schedule": (_("Need that the schedule covers"), percent(covered) if covered else ""),
        "action": (_("Log entries"), number(len(log)) if len(log) else ""),
        "evaluation": (_("Contacts answered"), percent(rate.iloc[0]) if len(rate) else ""),
    }
    return {key: figure for key, figure in found.items() if figure[1]}


def _planned(store, place):
    """Return what is planned for one project: contacts, full-time people, hours needed and covered; those known."""
    out = {}
    if len(forecast := store.read_table("forecast", **place)):
        out["contacts"] = forecast["offered"].sum()
    if len(requirement := store.read_table("requirement", **place)):
        from ccwb.schedule import fit, with_schedule
        from ccwb.staffing import summary

        out["fte"] = summary(requirement)["fte"].iloc[0]
        schedule = store.read_table("schedule", all_columns=True, **place)
        if len(schedule):
            fits = fit(with_schedule(needed(requirement), schedule=schedule))
            out |= {name: fits[name] for name in ("required_h", "covered_h")}
    return out


def _mission(store, one):
    document = store.load("mission", cycle=one.id).data
    if not document:
        return "", ""
    areas, _questions = mission.scores(document["answers"], questions=mission.questions_of(document))
    total = areas["n"].sum()
    if total:
        mean = number((areas["mean"] * areas["n"]).sum() / total, 1)
        return _("How true it is today"), _("{mean} of 5", mean=mean)
    return _("Open gaps"), number(sum(gap["status"] == "open" for gap in document["gaps"]))


def _top(one):
    days = ""
    if one is not None:
        values = {"name": one.name, "first": text.date(one.first_day), "last": text.date(one.last_day)}
        days = _("{name}, {first} to {last}", **values)
    return html.html(html.question(_("Where do we stand, and what comes next?"), days))


def _what_happens():
    return html.bullets([f"{_(stage.label)}: {_(stage.question)}" for stage in STAGES.values()])
