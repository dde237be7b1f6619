"""Stage 6: did the plan hold, why not, and what do we learn."""

import datetime as dt

import pandas as pd

from ccwb import cycle, evaluation
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html, text
from ccwb.ui.approval import approval
from ccwb.ui.cells import in_words
from ccwb.ui.charts import Chart
from ccwb.ui.client_card import ClientReports
from ccwb.ui.evaluation_accuracy import Accuracy
from ccwb.ui.evaluation_budget import BudgetJudged
from ccwb.ui.evaluation_calibration import Calibration
from ccwb.ui.evaluation_cases import Cases
from ccwb.ui.evaluation_causes import Why, causes_to_keep
from ccwb.ui.evaluation_checklist import Checklist
from ccwb.ui.evaluation_coaching import Coaching
from ccwb.ui.evaluation_facts import estimated
from ccwb.ui.evaluation_handed import EvaluationHandedUp
from ccwb.ui.evaluation_lessons import Deviations, Lessons, NextCycle
from ccwb.ui.evaluation_split import Split
from ccwb.ui.guidance import beside
from ccwb.ui.shared import SharedDraft
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number
from ccwb.ui.widgets import TableView, button


class EvaluationPage(Page):
    """Plan, actual and previous cycle side by side, of the whole centre or of one project; what it teaches."""

    name = "evaluation"

    def body(self):
        self.shell.unobserve_all("person")
        if self.cycle_id is None or not self.centre()["projects"]:
            return [_top(), _needs_setup(self)]
        document = self.centre()
        self.labels = {p["project"]: p["label"] for p in document["projects"]}
        self.currency, self.zone = document["currency"], em.zone_of(document, self.project)
        self.zones = em.zones_of(document)
        self.kept = SharedDraft(self, "evaluation", evaluation.blank_evaluation)
        cycles = {"history": None, "actuals": self.cycle_id}
        self.info = {n: self.store.table_info(n, cycle=place, zone=self.zone) for n, place in cycles.items()}
        self.sides = em.kept(self.store, self.context.cycle)
        self.table = em.compared(self.store, self.context.cycle, document, self.sides)
        self.rows = self.table[self.table["project"] == self.project]
        self.sections = [Deviations(self), Lessons(self), NextCycle(self), Checklist(self), Cases(self)]
        self.sections.append(EvaluationHandedUp(self))
        self.approved = html.stack(approval(self, "evaluation"))
        side = [card for card in (self._figures_card(), self._missing_card()) if card]
        first, *further = self._measured()
        split = html.split(side, first)
        deviations, lessons, following, checklist, cases, handed = (section.widget for section in self.sections)
        judged = [deviations, cases, checklist, Coaching(self).widget, lessons, *beside(self)]
        self.clients = ClientReports(self)
        first_of = [_top(), self._answer(), split, *self._why(), *further, *judged]
        return [*first_of, self.clients.widget, html.card(handed), self.approved, following]

    def changed(self):
        """Show what follows from a change that was made here."""
        for section in self.sections:
            section.show()
        self.approved.children = (approval(self, "evaluation"),)

    # what is shown ---------------------------------------------------------------------------------------------------
    def _answer(self):
        if not self.rows["actual"].notna().any():
            return html.html("")
        scope = self.table if not self.project else self.rows
        said = parts.miss_sentences(scope, self.labels, self.currency)
        led = em.led_by(self.store, self.context.cycle)
        return html.html(parts.figures(self.rows, self.currency, led) + html.notice(" ".join(said)))

    def _why(self):
        """Return the causes of a miss and the model's own truth, where plan and actual figures are there to tell."""
        planned = self.store.has_rows("requirement", cycle=self.cycle_id)
        return [Why(self).widget, Calibration(self).widget] if planned and len(self.info["actuals"]) else []

    def _measured(self):
        """Return the cards of what was measured; before that, what is missing and where it comes from."""
        if not self.rows["actual"].notna().any() and self.info["actuals"].empty:
            return [self._nothing_yet()]
        volumes = self._volumes()
        days = self._one_sided(*volumes[:2])
        pointed = parts.pointed_at(dict(zip(self.rows["kpi"], self.rows["verdict"], strict=True)))
        ladder = html.html(pointed + parts.ladder(self.rows, self.currency, self._margins()) + days)
        absent = html.html(parts.unmeasured(self.rows, whole=not self.project))
        shown = self.rows.drop(columns="channel")
        return [
            self._bullets(),
            html.card(
                ladder,
                html.fold(_("What is not measured"), absent),
                html.fold(_("These figures as a table"), lambda: TableView(in_words(shown), name="evaluation")),
                title=_("Plan, actual and previous, from today's craft to what it is for"),
                classes="ccwb-ladder",
            ),
            html.card(Split(self).fold(_(Split.title)), BudgetJudged(self).fold(_(BudgetJudged.title))),
            *self._against_forecast(*volumes, days),
        ]

    def _margins(self):
        """Return how sure the surveys of the cycle are, of what is in scope."""
        one = self.context.cycle
        return em.margins(self.store, one.first_day, one.last_day)

    def _bullets(self):
        rows = self.rows
        if not rows["actual"].notna().any():
            return html.card(html.html(html.paragraph(_("Press 'Measure this cycle' to see plan against action."))))
        data = parts.bullets(rows, self.currency)
        table = rows.drop(columns="channel")
        chart = Chart(
            parts.bullet_chart(), {"bullets": data}, title=parts.bullet_title(rows), table=table, name="measures"
        )
        return html.card(chart, html.html(parts.how_to_read(em.previous_label(self.store, self.context.cycle))))

    def _against_forecast(self, forecast, actuals, previous, sided):
        shift = self.context.cycle.first_day - em.before(self.store, self.context.cycle)[1]
        shift, zones = dt.timedelta(days=7 * round(shift.days / 7)), self.zones
        held = evaluation.held_days(forecast, actuals, zones=zones) if len(forecast) and len(actuals) else None
        days = parts.daily(forecast, actuals, previous, shift=shift, held=held, zones=zones)
        chart = Chart(
            parts.daily_chart(),
            {"days": parts.daily_rows(days)},
            title=parts.daily_title(days),
            table=days,
            name="contacts_a_day",
        )
        fits = em.fitted(self.store, self.context.cycle, self.centre(), self._of_scope(self.sides["plan"]))
        fit = parts.fits(self._of_scope(fits), self.labels)
        cards = [html.card(chart)]
        if len(forecast) and len(actuals):
            scored = evaluation.forecast_accuracy(forecast, actuals, zones=zones)
            if self.project:
                scored = scored[scored["project"] != ""]
            note = evaluation.grain_note(forecast, actuals)
            more = html.paragraph(_(note[0], **note[1]), "ccwb-muted") if note else ""
            said = html.html(parts.accuracy(scored, self.labels) + sided + more)
            deeper = Accuracy(self).fold(_(Accuracy.title))
            cards.append(html.card(said, deeper, title=_("How right the forecast was")))
        return [*cards, html.card(html.html(fit), title=_("How the schedule fitted"))]

    def _volumes(self):
        """Return forecast and actuals of the cycle, and the actual figures or history of the one before."""
        place = {"zone": self.zone, "cycle": self.cycle_id} | ({"project": self.project} if self.project else {})
        previous = em.days_before(self.store, self.context.cycle, self.centre(), self.project)
        plan = em.planned_with(self.store, self.context.cycle, place)
        return plan, self.store.read_table("actuals", **place), previous

    def _one_sided(self, forecast, actuals):
        """Return in words the days that only the plan or only the actual figures know, "" where both know all."""
        if not len(forecast) or not len(actuals):
            return ""
        return parts.one_sided(*evaluation.one_sided_days(forecast, actuals, zones=self.zones))

    def _of_scope(self, values):
        return values[values["project"] == self.project] if self.project else values

    # the actual figures ----------------------------------------------------------------------------------------------
    def _figures_card(self):
        """Return the card of the actual figures: until when they reach, when they were measured, and the buttons."""
        one, actuals = self.context.cycle, self._of_scope(self.info["actuals"])
        said = []
        if len(actuals):
            last = text.date(em.last_day(actuals, self.centre()))
            n = number(actuals["rows"].sum())
            said.append(_("Actual figures of this cycle until {day}, {n} rows.", day=last, n=n))
        else:
            said.append(_("No actual figures of this cycle yet."))
        newer = self._newer()
        if newer is not None and len(actuals):
            said.append(_("The history has come to {day} meanwhile.", day=text.date(newer)))
        stale = em.outdated(self.store, one)
        kept = self.store.revisions(cycle=one.id).get("kpi_values")
        if kept:
            said.append(_("Measured by {who}, {when}.", who=kept.by, when=text.when(kept.at)))
        lines = html.bullets(said)
        if stale:
            lines += html.notice(_("Plan or actual figures changed since: measure again."), "near")
        return html.card(html.html(lines), *self._buttons(newer, len(actuals)), title=_("The actual figures"))

    def _buttons(self, newer, there):
        measure = there or self.store.has_rows("requirement", cycle=self.cycle_id)
        take = button(_("Take the actual figures from the history"), self.take, primary=not there, page=self)
        again = button(_("Measure this cycle"), self.measure, primary=bool(there), page=self)
        link = html.html(html.link(_("Import them from a file"), self.context.href("setup")))
        return [*([take] if newer is not None else []), *([again] if measure else []), link]

    def _newer(self):
        """Return the last moment that the history knows inside the cycle beyond the actual figures; None for none."""
        one = self.context.cycle
        first, end = (str(day) for day in (one.first_day, one.last_day + em.DAY))
        history = self._of_scope(self.info["history"])
        inside = history[(history["last"] >= _at(first, self.zone)) & (history["first"] < _at(end, self.zone))]
        if inside.empty:
            return None
        reach = min(inside["last"].max(), _at(end, self.zone) - dt.timedelta(seconds=1))
        actuals = self._of_scope(self.info["actuals"])
        return reach if actuals.empty or actuals["last"].max().date() < reach.date() else None

    def take(self):
        """Keep the history inside the cycle's days as its actual figures, and measure the cycle with them."""
        one, who = self.context.cycle, self.person

        def run(progress):
            at = dt.datetime.now(dt.UTC)
            progress(0, 1, _("Taking the figures"))
            em.take_actuals(self.store, one, self.centre(), project=self.project, by=who, at=at)
            return self._run(one, progress)

        self.work(run, self._keep, what=_("Measuring"))

    def measure(self):
        """Measure plan, actual and previous of every project, and keep the values."""
        one = self.context.cycle
        self.work(lambda progress: self._run(one, progress), self._keep, what=_("Measuring"))

    def _run(self, one, progress):
        made_from = cycle.made_from(self.store, one.id, "evaluation")
        values = em.measure(self.store, one, self.centre(), progress=progress)
        actuals = self.store.read_table("actuals", cycle=one.id)
        parameters = evaluation.measured_parameters(actuals) if len(actuals) else {}
        if parameters:
            parameters = evaluation.with_ranges(parameters, estimated(self.store, one, self.centre())[1])
        causes = causes_to_keep(self.store, one, self.centre(), progress=progress)
        noted = {"parameters": parameters, "causes": [] if causes is None else evaluation.as_kept(causes)}
        return one, values, {"made_from": made_from, **noted}

    def _keep(self, made):
        one, values, noted = made
        if one.id != self.cycle_id:
            said = N_("Another cycle was chosen while {name} was measured: its values were not kept. Measure it again.")
            raise PlanError(said, name=one.name)
        at = dt.datetime.now(dt.UTC)
        self.store.write_table("kpi_values", values, by=self.person, at=at, cycle=self.cycle_id)
        self.kept.change(lambda document: {**document, **noted})
        self.reopen()
        self.say(_("The cycle is measured, and its values are kept."), "good")

    # what is missing -------------------------------------------------------------------------------------------------
    def _missing_card(self):
        """Return the card of what keeps plan and action from being compared in full; None where nothing does."""
        said = {
            "forecast": (_("No forecast: how right it was cannot be said."), "forecast"),
            "requirement": (_("No staffing plan: there are no planned values."), "staffing"),
            "schedule": (_("No schedule: its fit cannot be said."), "schedule"),
        }
        lines = [
            html.notice(words, "near", link=self.context.href(where), link_text=_("Go there"))
            for name, (words, where) in said.items()
            if not self.store.has_rows(name, cycle=self.cycle_id)
        ]
        if not self.table["target"].notna().any():
            words = _("No targets: nothing can be met or missed.")
            there = self.context.href("mission", step="measures")
            lines.append(html.notice(words, link=there, link_text=_("Set them")))
        return html.card(html.html("".join(lines)), title=_("What is missing")) if lines else None

    def _nothing_yet(self):
        one = self.context.cycle
        days = {"first": text.date(one.first_day), "last": text.date(one.last_day)}
        if self._newer() is not None:
            said = _(
                "Here plan and action will stand side by side. The history has days between {first} and {last}: take "
                "them as this cycle's actual figures.",
                **days,
            )
            return html.empty(said, button(_("Take them and measure"), self.take, primary=True, page=self))
        said = _(
            "Here plan and action will stand side by side, once something is known of the days from {first} to {last}. "
            "The history has none of them yet: import it on the setup page.",
            **days,
        )
        return html.empty(said, html.html(html.link(_("Import a history"), self.context.href("setup"))))


def _at(day, zone):
    return pd.Timestamp(day, tz=zone)


def _top():
    lead = _("Plan, actual and previous cycle side by side, what was done instead of the plan, and what it teaches.")
    return html.html(html.question(_(cycle.stage_of("evaluation").question), lead))


def _needs_setup(page):
    return html.empty(
        _("Here a cycle's plan is held against what happened. It needs a centre with projects, and a cycle."),
        html.html(html.link(_("Set up the centre"), page.context.href("setup"))),
    )
