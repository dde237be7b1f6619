"""A prepared scenario tried on the plan: '30 % more for three days: who is missing, and what does it cost?'"""

import datetime as dt

import altair as alt
import pandas as pd

from ccwb import actions
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import at_once, busiest_days, hourly_cost_of, tried
from ccwb.ui import html, refusals, text
from ccwb.ui.action_now_parts import people_said
from ccwb.ui.action_parts import spoken
from ccwb.ui.charts import PLAN, Chart, time_tip, time_x, wall
from ccwb.ui.made_with import targets_made_with
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, TableView, button

PERCENT = ("volume_change", "aht_change", "absence", "premium")


class Trial:
    """One scenario, its effect and its days; what it does to the saved plan; kept with the scenario on demand."""

    def __init__(self, page):
        self.page, self.found, self.key = page, None, ""
        self.form = Form([], on_change=page.guard(self._typed))
        self.out = html.stack(classes="spaced")
        run = button(_("Try it on the plan"), self.run, primary=True, page=page)
        self.keep_button = button(_("Keep this with the scenario"), self.keep, page=page)
        controls = html.card(self.form, html.row(run, self.keep_button), title=_("Try a scenario"))
        self.widget = html.split([controls], self.out)
        self.plans, self.of = {}, page.context.cycle  # as they were when it was last tried, and of which cycle
        self.show()

    def show(self):
        """Show the scenarios to choose from; what was tried stays in sight."""
        rows = self._scenarios()
        if self.key not in {row["key"] for row in rows}:
            self.key = rows[0]["key"] if rows else ""
            self.take(self.key)
        self.form.fields = self._fields()
        html.show(self.keep_button, self.found is not None)
        if self.found is None:
            said = _(
                "What would it take if it came so? The saved plan is held against it, interval by interval: how many "
                "people are missing, when, what it costs to fill the gap, and how the service suffers if nobody does."
            )
            self.out.children = (html.card(html.html(html.paragraph(said, "ccwb-lead"))),)

    def take(self, key):
        """Take up a scenario with its own effect; what was found of another one goes."""
        self.key, self.found = key, None
        own = actions.effect_of(self._scenario()) if key else dict(actions.EFFECT)
        values = {name: _display(name, own[name]) for name in own}
        self.form.values = {"premium": 0.0, "first_day": None} | dict(self.form.values) | values | {"scenario": key}

    def run(self):
        """Try the scenario on the saved plans of the projects in view."""
        refusals.stop_at(refusals.in_form(self.form))
        effect = self._effect()
        self.plans = plans = self._plans()
        if not plans:
            raise PlanError(
                N_("There is no staffing plan of this cycle to try it on. Make one in step 3, then come back.")
            )

        def work(progress):
            made = {}
            for n, (key, known) in enumerate(plans.items()):
                progress(n, len(plans), known["label"])
                made[key] = self._tried(known, effect)
            if not any(made.values()):  # no plan has these days: the sentence names those that it has
                self._tried_alone(max(plans.values(), key=lambda known: known["plan"]["agents"].sum()), effect)
            return {key: one for key, one in made.items() if one is not None}

        self.page.work(work, lambda made: self._tell(made, effect), what=_("Trying the scenario"))

    def keep(self):
        """Keep effect and outcome with the scenario: it then belongs to the plan as something that was tried."""
        page, key, effect = self.page, self.key, dict(self.effect)
        effect.pop("premium")
        first = effect.pop("first_day")
        outcome = {"first_day": first, "days": effect["days"], **self.outcome, "by": page.person}
        outcome["at"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

        def change(document):
            rows = [{**row, **effect, "tried": outcome} if row["key"] == key else row for row in document["scenarios"]]
            return {**document, "scenarios": actions.check_scenarios(rows)}

        page.plan.change(change, done=page.changed)
        page.say(_("Kept with the scenario '{title}'.", title=self._scenario()["title"]), "good")

    # what is tried ---------------------------------------------------------------------------------------------------
    def _scenarios(self):
        return [spoken(row) for row in self.page.plan.data["scenarios"]]

    def _scenario(self):
        return next(row for row in self._scenarios() if row["key"] == self.key)

    def _typed(self, key, value, _final):
        if key == "scenario":
            self.take(value)
            self.show()

    def _effect(self):
        """Return what the form says, shares as shares."""
        values = self.form.values
        out = {name: _stored(name, values.get(name) or 0.0) for name in (*actions.EFFECT, "premium")}
        return out | {"days": int(values.get("days") or 1), "first_day": values.get("first_day") or ""}

    def _plans(self):
        """Return project -> its saved plan, targets and cost of an hour: of this cycle, else of the latest with one."""
        page = self.page
        wanted = [p for p in page.centre()["projects"] if page.project in ("", p["project"])]
        others = [one for one in page.store.cycles()[::-1] if one.id != page.cycle_id]
        for self.of in (page.context.cycle, *others):
            found = {p["project"]: plan_of(page, p, self.of.id) for p in wanted}
            if any(len(known["plan"]) for known in found.values()):
                return {key: known for key, known in found.items() if len(known["plan"])}
        return {}

    def _tried(self, known, effect):
        """Return what the effect does to one project's plan; None where it plans nothing on these days."""
        first = effect["first_day"] or busiest_days(self._largest(), days=effect["days"])
        days = known["plan"]["interval_start"].dt.tz_localize(None).dt.normalize()
        last = pd.Timestamp(first) + pd.Timedelta(days=effect["days"] - 1)
        if effect["first_day"] == "":
            effect["first_day"] = str(pd.Timestamp(first).date())
        if not days.between(pd.Timestamp(first), last).any():
            return None
        return self._tried_alone(known, {**effect, "first_day": first})

    def _tried_alone(self, known, effect):
        return tried(known["plan"], targets=known["targets"], hourly_cost=known["hourly_cost"], **effect)

    def _largest(self):
        """Return the plan with most agent-hours: its busiest days are where a scenario hurts most."""
        return max((known["plan"] for known in self.plans.values()), key=lambda plan: plan["agents"].sum())

    # what came of it -------------------------------------------------------------------------------------------------
    def _tell(self, made, effect):
        self.found, self.effect = made, effect
        zone = self.page.centre()["zone"]
        rows = pd.concat([_in_zone(one.rows, zone) for one in made.values()], ignore_index=True)
        queues = pd.concat([one.queues for one in made.values()], ignore_index=True)
        moments = at_once(rows)
        peak = moments.loc[moments["missing"].idxmax()] if len(moments) else None
        money = queues["cost"].sum() if queues["cost"].notna().all() else None
        most = 0.0 if peak is None else float(peak["missing"])
        hours = float(queues["missing_hours"].sum())
        self.outcome = {"missing_peak": most, "missing_hours": hours, "cost": None if money is None else float(money)}
        self.form.values = {**self.form.values, "first_day": effect["first_day"]}
        html.show(self.keep_button, True)
        parts = [html.html(self._other_cycle() + self._figures(queues, most, money) + self._short_before(queues))]
        if len(moments):
            said = peak_said(peak) if most > 0 else _("Nobody is missing in voice and chat on these days")
            chart = Chart(picture(), {"moments": drawn(moments)}, title=said, table=lambda: rows, name="tried")
            read = _("Upper line: needed. Lower line: there. Dashed: planned. Between them: who is missing.")
            parts.append(html.card(chart, html.html(html.paragraph(read, "ccwb-muted"))))
        parts.append(html.card(TableView(self._named(queues), self._columns(), name="tried_queues")))
        self.out.children = tuple(parts)

    def _other_cycle(self):
        """Return whose plan was tried where this cycle has none yet."""
        if self.of.id == self.page.cycle_id:
            return ""
        return html.notice(
            _("This cycle has no staffing plan yet: tried on that of the cycle {name}.", name=self.of.name)
        )

    def _figures(self, queues, most, money):
        worst = queues.dropna(subset="service_level")
        worst = worst.loc[(worst["service_level"] - worst["service_level_planned"]).idxmin()] if len(worst) else None
        made = [
            html.figure(
                _("Most people missing at once"),
                people_said(most),
                state="near" if most > 0 else "good",
                help_text=_("In voice and chat, all queues in view together."),
            ),
            html.figure(
                _("Hours missing"),
                number(queues["missing_hours"].sum()),
                change=_("paid hours to fill them: {n}", n=number(queues["paid_hours"].sum())),
                help_text=_("Agent-hours on contacts that the plan does not have."),
            ),
            html.figure(
                _("Cost of filling the gap"),
                text.say().missing if money is None else text.money(money, self.page.centre()["currency"]),
                change=_("what a paid hour costs is not known") if money is None else "",
            ),
            html.figure(_("Contacts more"), number(queues["contacts"].sum())),
        ]
        if worst is not None:
            queue = self._queue(worst)
            planned = percent(worst["service_level_planned"])
            change = _("{queue}, planned {planned}", queue=queue, planned=planned)
            label = _("Service level if the gap stays")
            made.append(html.figure(label, percent(worst["service_level"]), change=change))
        return html.figures(made)

    def _short_before(self, queues):
        hours = queues["short_before"].sum()
        if hours < 0.05:
            return ""
        said = _(
            "Of the hours missing, the plan itself lacks {n} before anything happens: it keeps its promises over "
            "longer periods, or with fewer people than these ask for.",
            n=number(hours, 1),
        )
        return html.notice(said)

    def _queue(self, row):
        return f"{self.plans[row['project']]['label']}, {_(CHANNELS[row['channel']].label)}"

    def _named(self, queues):
        queue = [self._queue(row) for _n, row in queues.iterrows()]
        when = ["" if pd.isna(at) else f"{text.date(at)} {text.clock(at)}" for at in queues["peak_at"]]
        return queues.assign(queue=queue, when=when).drop(columns=["project", "channel", "peak_at"])

    def _columns(self):
        def money(value):
            return text.money(value, self.page.centre()["currency"])

        return [
            ("queue", _("Queue")),
            ("missing_peak", _("Missing at once"), people_said),
            ("missing_hours", _("Hours missing"), lambda v: number(v, 1)),
            ("paid_hours", _("Hours to pay"), lambda v: number(v, 1)),
            ("cost", _("Cost"), money),
            ("service_level_planned", _("Service level"), percent),
            ("service_level", _("If the gap stays"), percent),
        ]

    def _fields(self):
        scenarios = [{"value": row["key"], "label": row["title"]} for row in self._scenarios()]
        share = {"kind": "number", "digits": 1, "unit": "%"}
        day = _("Empty: the days with most work in the plan.")
        away = _("Beyond the absence that the plan counts on already.")
        return [
            {"key": "scenario", "label": _("Scenario"), "kind": "select", "options": scenarios},
            {"key": "volume_change", "label": _("Contacts more"), **share},
            {"key": "aht_change", "label": _("Handling time longer"), **share},
            {"key": "absence", "label": _("People away"), **share, "min": 0, "max": 99, "help": away},
            {"key": "days", "label": _("For how many days"), "kind": "number", "digits": 0, "min": 1, "max": 60},
            {"key": "first_day", "label": _("From"), "kind": "date", "help": day},
            {"key": "premium", "label": _("Paid on top for hours at short notice"), **share, "min": 0},
        ]


def plan_of(page, project, cycle_id, **span):
    """Return a project's saved plan of a cycle, the targets that it was made with, and what a paid hour costs.

    span : start, end, zone, of a part of it.
    """
    key = project["project"]
    place = {"cycle": cycle_id, "project": key}
    plan = page.store.read_table("requirement", all_columns=True, **{"zone": project["zone"]} | span, **place)
    targets = targets_made_with(page.store, cycle_id, project)
    hour = project.get("hourly_cost")
    if hour is None and len(plan):
        hour = hourly_cost_of(page.store.read_table("agents", project=key), at=plan["interval_start"].min())
    return {"plan": plan, "targets": targets, "hourly_cost": hour, "label": project["label"]}


def _in_zone(rows, zone):
    return rows.assign(interval_start=rows["interval_start"].dt.tz_convert(zone))


def drawn(moments):
    """Return what `picture` draws of who is needed and there at every moment (see `at_once`)."""
    return moments.assign(t=wall(pd.DatetimeIndex(moments["moment"])), over=moments[["needed", "there"]].max(axis=1))[
        ["t", "planned", "there", "needed", "missing", "over"]
    ]


def peak_said(peak):
    """Return in words when most people are missing.  peak : that row of `at_once`."""
    at = peak["moment"]
    values = {
        "n": people_said(peak["missing"]),
        "day": text.date(at),
        "time": text.clock(at),
    }
    return _("On {day} at {time} most people are missing: {n}", **values)


def picture():
    """Return the picture of who is needed, planned and there."""
    base = alt.Chart(alt.NamedData("moments"))
    step = {"interpolate": "step-after"}
    tip = [
        time_tip(),
        alt.Tooltip("needed:Q", title=_("Needed"), format=".1f"),
        alt.Tooltip("there:Q", title=_("There"), format=".1f"),
        alt.Tooltip("missing:Q", title=_("Missing"), format=".1f"),
    ]
    y = alt.Y("there:Q", title=_("people on contacts, voice and chat"))
    return alt.layer(
        base.mark_area(color="$under", opacity=0.35, **step).encode(x=time_x(), y=y, y2="over:Q"),
        base.mark_line(color="$under", **step).encode(x=time_x(), y="needed:Q", tooltip=tip),
        base.mark_line(**PLAN, color="$ink", **step).encode(x=time_x(), y="planned:Q", tooltip=tip),
        base.mark_line(color="$accent", **step).encode(x=time_x(), y="there:Q", tooltip=tip),
    ).properties(height=220)


def _display(name, value):
    return round(100 * value, 6) if name in PERCENT else value


def _stored(name, value):
    return round(value / 100, 8) if name in PERCENT else value
