"""Stage 3: how many people do we need, and how sure are we."""

import datetime as dt

import numpy as np
import pandas as pd

from ccwb import cycle
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.staffing import requirement, summary, targets_of
from ccwb.ui import html, refusals, text
from ccwb.ui import staffing_figures as look
from ccwb.ui import staffing_parts as parts
from ccwb.ui.approval import approval
from ccwb.ui.charts import Chart
from ccwb.ui.shell import Page
from ccwb.ui.staffing_blending import Blending
from ccwb.ui.staffing_budget import Budget
from ccwb.ui.staffing_centre import Cost, WholeCentre, hourly_cost
from ccwb.ui.staffing_check import Check
from ccwb.ui.staffing_controls import TARGETS, Controls
from ccwb.ui.staffing_estimates import Estimates
from ccwb.ui.staffing_given import Given
from ccwb.ui.staffing_line import Line
from ccwb.ui.staffing_people import People
from ccwb.ui.staffing_period import Period, period_note
from ccwb.ui.staffing_pooling import Pooling
from ccwb.ui.staffing_risk import Risk
from ccwb.ui.staffing_scenarios import Scenarios
from ccwb.ui.staffing_week import LOWER, UPPER, Week, scaled
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, TableView, button

# The folds below the pictures, under what they are for
PARTS = (
    (N_("Compare and decide"), (Scenarios, Period, Cost)),
    (N_("How sure is it"), (Risk, Check, Line)),
    (N_("The people"), (Given, Blending, Pooling, WholeCentre)),
    (N_("The year"), (People, Budget)),
    (N_("Where the numbers come from"), (Estimates,)),
)


class StaffingPage(Page):
    """The requirement of one project: sliders, what they give at once, and the plan that is kept."""

    name = "staffing"
    needs_project = True
    shares_in_percent = True
    _here = channel = None
    _computed = False

    def body(self):
        self._prepared = self._needed = None
        self.parts = []
        stays, self._here = self._here == (self.project, self.cycle_id), (self.project, self.cycle_id)
        if not self.project or self.cycle_id is None:
            return [parts.top(), parts.missing(self, _("This page needs a project and a cycle."), "setup")]
        one = project_of(self.centre(), self.project)
        self.label, self.zone, self.currency = one["label"], one["zone"], self.centre()["currency"]
        self.forecast = self.store.read_table("forecast", cycle=self.cycle_id, project=self.project, zone=one["zone"])
        if self.forecast.empty:
            said = _("Here the people needed will be shown, once a forecast of this project and cycle is published.")
            return [parts.top(), parts.missing(self, said, "forecast")]
        self.full_time = self.centre().get("full_time_hours_week") or 40
        self.usual = targets_of({"projects": [one]})
        self.placed = next(iter(self.usual.values()))["placed"]
        self._hourly = hourly_cost(self, self.project)
        self.kept = self.draft("staffing", dict, project=self.project, common=("scenarios", "promoted"))
        place = {"cycle": self.cycle_id, "project": self.project, "zone": one["zone"]}
        self.plan = self.store.read_table("requirement", all_columns=True, **place)
        self.channels = [c for c in CHANNELS if (self.forecast["channel"] == c).any()]
        if not stays or self.channel not in self.channels:
            self.channel, self.monday = self.channels[0], parts.monday_of(self.forecast["interval_start"].min())
            self.in_sight = self._busiest_day()
        if strangers := [c for c in self.channels if (self.project, c) not in self.usual]:
            names = text.listed(_(CHANNELS[c].label) for c in strangers)
            said = _("The forecast has a queue that the setup of this project lacks: {channel}. Add it.", channel=names)
            return [parts.top(), parts.missing(self, said, "setup")]
        self._starts = {c: self._start_of(c) for c in self.channels}
        self.means = {c: start["aht_s"] for c, start in self._starts.items()}
        blend = next(iter(self.usual.values()))["blend"]  # of the project, so no slider of one queue
        began = {
            c: self.start_of(c) | {"blend": blend, "carry_over": False} | parts.made_with(self.plan, c)
            for c in self.channels
        }
        self.settings = parts.over(began, self.kept.data.get("settings", {}))
        for channel, start in self.kept.data.get("starts", {}).items():  # a slider at its mark follows the setup
            now = self.settings.get(channel, {})
            now |= {k: v for k, v in self._starts.get(channel, {}).items() if k in start and now.get(k) == start[k]}
        if len(self.plan):
            self.kept.data["plan_settings"] = parts.over(began, self.kept.data.get("plan_settings", self.settings))
        self._look_at_plan()
        return self._build()

    def _build(self):
        self.figures, self.otherwise, self.beyond = html.html(""), html.html(""), html.html("")
        none = parts.no_steps()
        self.day = Chart(
            parts.day_chart(),
            {"need": none, "plan": none},
            table=lambda: parts.day_table(*self.drawn),
            columns=parts.day_columns(),
            name="agents_needed",
        )
        self.heat = Chart(
            parts.heat_chart(), {"week": parts.no_heat()}, table=lambda: parts.heat_table(self.glance), name="heat_map"
        )
        self.curve = Chart(
            look.curve_chart(self.currency if self._hourly else ""),
            dict.fromkeys(("curve", "chosen", "target", "ends"), look.no_curve()),
            table=lambda: self.trade_off,
            name="service_curve",
        )
        self.trade_off_card = html.card(self.curve)
        self.controls = Controls(self)
        self.sliders = self.controls.sliders
        self.choices = Form(self._choices(), self._chosen(), on_change=self.guard(self._chose))
        self.parts = [part(self) for _head, kinds in PARTS for part in kinds]
        self.made, self.trade_off, self.glance = self.plan, look.no_curve(), parts.no_heat()
        self.drawn = [self.plan.head(0)] * 4
        self.guard(self.recompute)()  # sliders that cannot be are said, and stay there to be moved
        keep = button(_("Make this the plan"), self.keep, primary=True, page=self)
        back = button(_("Back to the targets of the setup"), self.reset, page=self)
        return [
            parts.top(),
            self.figures,
            self.otherwise,
            self.beyond,
            html.split(
                [
                    html.card(self.choices),
                    html.card(self.sliders, html.fold(_("More targets"), self.controls.more), html.row(keep, back)),
                ],
                html.card(self.day),
                html.card(self.heat),
                self.trade_off_card,
                html.html(period_note(self.kept.data)),
                *self._folds(),
                html.fold(_("The plan as a table"), lambda: TableView(self.plan, name=f"requirement_{self.project}")),
                approval(self, "staffing"),
            ),
        ]

    def _folds(self):
        folds = {type(part): part.fold(_(part.title)) for part in self.parts}
        self.folds = {kind.__name__: fold for kind, fold in folds.items()}
        return [
            html.stack(html.html(html.heading(_(head), 3)), *(folds[kind] for kind in kinds), classes="ccwb-folds")
            for head, kinds in PARTS
        ]

    # the sliders -----------------------------------------------------------------------------------------------------
    def start_of(self, channel):
        """Return where a channel's sliders start: the setup's targets and the forecast's handling time."""
        return dict(self._starts[channel])

    def _start_of(self, channel):
        target = self.usual[self.project, channel]
        rows = self.forecast[self.forecast["channel"] == channel]
        known = rows["aht_s"].notna() & (rows["offered"] > 0) if "aht_s" in rows else pd.Series(False, index=rows.index)
        aht_s = target.get("aht_s")
        if known.any():
            aht_s = float(np.average(rows.loc[known, "aht_s"], weights=rows.loc[known, "offered"]))
        start = {"volume": 0.0, "aht_s": aht_s, "shrinkage": target.get("shrinkage", 0.0)}
        return start | {key: target.get(key) for key in TARGETS}

    def set(self, key, value, final):
        """Take a setting of the queue in sight, saved once the slider is let go; return what is wrong with it, or "".

        What the core cannot compute is not taken: what is in sight stays that of the settings before.
        """
        own, computed = self.settings[self.channel], self._computed
        before, own[key] = own[key], value
        try:
            self._look_at_plan()
            self.recompute()
        except PlanError as error:
            if not computed:  # there was something wrong before
                raise
            own[key], self._computed = before, True
            self._look_at_plan()
            return text.say().error(error)
        if final:
            self._keep_settings()
            self.tell_parts()
        return ""

    def _look_at_plan(self):
        """Note whether the sliders stand elsewhere than the plan's; where they do not, the plan itself is shown."""
        planned = self.kept.data.get("plan_settings")
        self.moved = planned is None or not cycle.alike(self.settings, planned)

    def stop_at_refused(self):
        """Raise a PlanError where a slider or a typed target shows what was not taken: nothing is made past it."""
        refusals.stop_at([*refusals.in_form(self.sliders), *refusals.in_form(self.controls.more)])

    def _keep_settings(self):
        self.kept.data |= {"settings": parts.copied(self.settings), "starts": parts.copied(self._starts)}
        self.kept.save()

    def reset(self):
        """Take the sliders of all queues back to the setup's targets."""
        self.put({channel: self.start_of(channel) for channel in self.channels})

    def put(self, settings):
        """Put settings (channel -> those of its sliders) on the sliders, as if they had been moved there."""
        self.clear()
        self.settings = {c: {**self.settings[c], **settings.get(c, {})} for c in self.channels}
        self.controls.show()
        self._look_at_plan()
        self._keep_settings()
        self.recompute()
        self.tell_parts()

    def tell_parts(self):
        """Tell the folds that are open that something above them is another."""
        for part in self.parts:
            if part.made:
                part.moved()

    def _choices(self):
        channels = [{"value": c, "label": _(CHANNELS[c].label)} for c in self.channels]
        starts = self.forecast["interval_start"]
        weeks = pd.date_range(parts.monday_of(starts.min()), starts.max().tz_localize(None), freq="7D")
        weeks = [{"value": str(day.date()), "label": text.date(day)} for day in weeks]
        return [
            {"key": "channel", "label": _("Queue"), "kind": "select", "options": channels},
            {"key": "week", "label": _("Week from"), "kind": "select", "options": weeks},
            {"key": "day", "label": _("Day"), "kind": "select", "options": self._days()},
        ]

    def _chosen(self):
        day = str(self.in_sight.date()) if self.in_sight is not None else ""
        return {"channel": self.channel, "week": str(self.monday.date()), "day": day}

    def _days(self):
        days = self._open_days()
        return [{"value": str(day.date()), "label": text.date(day, "full")} for day in days] + [
            {"value": "", "label": _("The whole week")}
        ]

    def _open_days(self):
        start = self.forecast["interval_start"].dt.tz_localize(None).dt.normalize()
        return sorted(start[(start >= self.monday) & (start < self.monday + pd.Timedelta(days=7))].unique())

    def _busiest_day(self):
        """Return the day of the week in sight on which most contacts of the queue come; None in an empty week."""
        rows = self.forecast[self.forecast["channel"] == self.channel]
        start = rows["interval_start"].dt.tz_localize(None).dt.normalize()
        days = rows["offered"].groupby(start).sum().reindex(self._open_days()).dropna()
        return days.idxmax() if len(days) else None

    def _chose(self, key, value, final):
        if key == "channel":
            self.channel = value
            self.controls.show()
        elif key == "day":
            self.in_sight = pd.Timestamp(value) if value else None
        else:
            self.monday = pd.Timestamp(value)
            self.in_sight = self._busiest_day() if self.in_sight is not None else None
            self.choices.fields, self.choices.values = self._choices(), self._chosen()
        self.recompute()
        self.tell_parts()

    # one call of the core, shown -------------------------------------------------------------------------------------
    def recompute(self):
        """Compute the week's requirement by the sliders and show it."""
        self._computed = False
        week = self._week_in_sight()
        targets = self.targets()
        made = week.requirement(self.settings, targets)
        planned = None if self.moved else week.as_planned()
        self.made = made.iloc[: week.length]
        if planned is not None:
            told = "" if self.kept.data.get("plan_period") else parts.made_otherwise(planned, self.made)
            self.otherwise.value, self.made = told, planned
        own = self.made.iloc[week.own]
        setting = self.settings[self.channel]
        figures = self._figures(week, own)
        at, *edges = week.in_sight(self.in_sight)
        seen, (lower, upper) = self.made.iloc[at], (made.iloc[edge] for edge in edges)
        day = {"need": parts.steps(seen, lower=lower, upper=upper), "plan": week.plan_steps(self.in_sight)}
        self.drawn = [seen, week.plan_rows(self.in_sight), lower, upper]
        self.glance = week.heat(self.made)
        hourly = self._hourly and self._hourly / (1 - setting["shrinkage"]) / (1 - self.placed)
        known = {"targets": targets, "channel": self.channel, "hourly": hourly, "money": self.money}
        curve, said = look.curve(seen, **known)
        self.trade_off = curve["curve"]
        # Sent together at the end: the browser draws while nothing else wants the processor, and once.
        self.day.update(day, title=parts.day_title(seen, self.channel, self.in_sight))
        self.heat.update({"week": self.glance}, title=parts.heat_title(self.made))
        self.curve.update(curve, title=said)
        self.figures.value, self.beyond.value = figures, look.beyond_lines(own, setting["lines"])
        html.show(self.trade_off_card, len(self.trade_off) > 0)
        self._computed = True

    def _figures(self, week, own):
        week_of = {"weeks": 1, "full_time_hours_week": self.full_time}
        now = summary(self.made, **week_of).iloc[0]
        queue = summary(own, **week_of).iloc[0] if len(own) else now
        return look.figures(
            now,
            week.plan_sums,
            queue,
            setting=self.settings[self.channel],
            channel=self.channel,
            model=text.listed([parts.model_said(name) for name in own["model"].unique()], ";") or text.say().missing,
            labour=self._labour if self._hourly else self.context.href("setup", step="projects"),
        )

    def _week_in_sight(self):
        """Return the week and queue in sight, prepared once for all the sliders' moves."""
        key = (self.channel, self.monday, self.in_sight)
        if self._prepared is None or self._prepared[0] != key:
            week = Week(
                self.forecast,
                self.plan,
                self.monday,
                queue=(self.project, self.channel),
                means=self.means,
                full_time=self.full_time,
                day=self.in_sight,
            )
            self._prepared = (key, week)
        return self._prepared[1]

    # the whole cycle by the sliders, for the folds ----------------------------------------------------------------
    def scaled(self):
        """Return the whole cycle's forecast with volume and handling time as the sliders say."""
        return scaled(self.forecast, self.settings, self.means)

    def need(self):
        """Return the whole cycle's requirement by the sliders; computed once until they move."""
        if self._needed is None or self._needed[0] != self.settings:
            carry_over = any(one.get("carry_over") for one in self.settings.values())
            need = requirement(self.scaled(), targets=self.targets(), carry_over=carry_over)
            self._needed = (parts.copied(self.settings), need)
        return self._needed[1]

    def _labour(self, hours):
        return self.money(hours * self._hourly)

    def hourly_cost(self):
        """Return the loaded cost of a paid hour: the project's own, else the mean of its agents; None where neither."""
        return self._hourly

    def money(self, value):
        """Return an amount in the centre's currency as text."""
        return text.money(value, self.currency).replace("-", "−")

    def targets(self):
        """Return the targets of every queue as the sliders stand; the band's two edges have those of the queue."""
        targets = {}
        for channel in self.channels:
            now = self.settings[channel]
            if now["aht_s"] is None:
                raise PlanError(
                    N_("No handling time is known for {channel}. Type one beside the slider 'Handling time'."),
                    channel=_(CHANNELS[channel].label),
                )
            goal = self.usual[self.project, channel] | {k: now[k] for k in (*TARGETS, "shrinkage", "blend")}
            targets[self.project, channel] = goal
            # what lines make of a contract is a matter of the volume itself; at an edge it may not be possible at all
            targets[LOWER, channel] = targets[UPPER, channel] = goal | {"counts_blocked": False}
        return targets

    # the plan --------------------------------------------------------------------------------------------------------
    def keep(self, *, made=None, period=None, promoted=None):
        """Compute the whole cycle by the sliders and keep it as the plan's requirement.

        made : another requirement of the whole cycle by the sliders, to be kept instead.  period : over which the
        promises of that one count.  promoted : what is noted of a scenario that becomes the plan.
        """
        from ccwb.store import StaleSave

        self.stop_at_refused()
        made_from = cycle.made_from(self.store, self.cycle_id, "staffing", project=self.project)
        table = self.need() if made is None else made
        self.kept.data |= {
            "settings": parts.copied(self.settings),
            "plan_settings": parts.copied(self.settings),
            "starts": parts.copied(self._starts),
            "plan_period": period,
            "made_from": made_from,
        }
        place = {"by": self.person, "at": dt.datetime.now(dt.UTC), "cycle": self.cycle_id, "project": self.project}
        try:
            with self.store.together():  # the plan and the sliders it was made with: both or neither
                self.store.write_table("requirement", table, **place)
                result_of = cycle.result_of(self.store, self.cycle_id, "staffing", project=self.project)
                self.kept.data["result_of"] = result_of
                self.kept.write()
                if promoted:
                    self.kept.change_common(lambda data: {"promoted": [*data.get("promoted", []), promoted]})
        except StaleSave as stale:
            self.kept.offer(stale)
            return
        self.reopen()
        label = project_of(self.centre(), self.project)["label"]
        self.say(_("This is now the plan for {project}: the schedule is made from it.", project=label), "good")
