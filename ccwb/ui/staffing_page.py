"""Stage 3: how many people do we need, and how sure are we."""

import datetime as dt

import altair as alt
import numpy as np
import pandas as pd

from ccwb import cycle
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.queueing import performance
from ccwb.staffing import requirement, summary, targets_of
from ccwb.ui import html, text
from ccwb.ui.approval import approval
from ccwb.ui.charts import BAND, PLAN, Chart, closed_as_zero, time_tip, time_x
from ccwb.ui.shell import Page
from ccwb.ui.text import _, duration, number, percent, signed
from ccwb.ui.widgets import Form, TableView, button

# slider -> (label, unit, lowest, highest, step, how many of its unit make one of the core's)
TARGETS = {
    "service_level": (N_("Answered in time"), "%", 30, 99, 1, 100),
    "answer_within_s": (N_("In time means within"), "s", 0, 300, 5, 1),
    "max_occupancy": (N_("Occupancy at most"), "%", 50, 100, 1, 100),
    "patience_s": (N_("Patience of a caller"), "s", 10, 900, 10, 1),
}
WORK_KEYS = ("volume", "aht_s")
RATES = ("service_level", "asa_s", "abandonment", "answer_rate", "occupancy")


class StaffingPage(Page):
    """The requirement of one project: sliders, what they give at once, and the plan that is kept."""

    name = "staffing"
    needs_project = True

    def body(self):
        if not self.project or self.cycle_id is None:
            return [_top(), _missing(self, _("This page needs a project and a cycle."), "setup")]
        one = project_of(self.centre(), self.project)
        self.forecast = self.store.read_table("forecast", cycle=self.cycle_id, project=self.project, zone=one["zone"])
        if self.forecast.empty:
            said = _("Here the people needed will be shown, once there is a forecast for this project and cycle.")
            return [_top(), _missing(self, said, "forecast")]
        self.usual = targets_of({"projects": [one]})
        self.kept = self.draft("staffing", dict, project=self.project)
        self.plan = self.store.read_table("requirement", cycle=self.cycle_id, project=self.project, zone=one["zone"])
        self.channels = [c for c in CHANNELS if (self.forecast["channel"] == c).any()]
        self.channel, self.monday = self.channels[0], _monday(self.forecast["interval_start"].min())
        self.means = {c: self._start_of(c)["aht_s"] for c in self.channels}
        self.settings = {c: self._start_of(c) for c in self.channels} | _copied(self.kept.data.get("settings", {}))
        return self._build()

    def _build(self):
        self.figures, self.saved_note = html.html(""), html.html("")
        none = pd.DataFrame({"t": [], "agents": [], "lower": [], "upper": []}, dtype=float)
        self.day = Chart(_day_chart(), {"need": none, "plan": none}, table=lambda: self.made, name="requirement_week")
        self.heat = Chart(_heat_chart(), {"week": _heat(none.assign(interval_start=[]), 0)}, name="heat_map")
        self.curve = Chart(_curve_chart(), {"curve": _no_curve(), "chosen": _no_curve(), "target": _no_curve()})
        self.sliders = Form(self._fields(), self._shown(), on_change=self.guard(self._moved))
        self.choices = Form(self._choices(), self._chosen(), on_change=self.guard(self._chose))
        self.recompute()
        keep = button(_("Make this the plan"), self.keep, primary=True, page=self)
        back = button(_("Back to the targets of the setup"), self.reset, page=self)
        return [
            _top(),
            self.figures,
            html.split(
                [html.card(self.choices), html.card(self.sliders, html.row(keep, back)), self.saved_note],
                html.card(self.day),
                html.card(self.heat),
                html.card(self.curve),
                html.fold(_("The plan as a table"), TableView(self.plan, name=f"requirement_{self.project}")),
                approval(self, "staffing"),
            ),
        ]

    # the sliders -----------------------------------------------------------------------------------------------------
    def _start_of(self, channel):
        """Return where a channel's sliders start: the setup's targets and the forecast's handling time."""
        target = self.usual[self.project, channel]
        rows = self.forecast[self.forecast["channel"] == channel]
        known = rows["aht_s"].notna() & (rows["offered"] > 0) if "aht_s" in rows else pd.Series(False, index=rows.index)
        aht_s = target.get("aht_s")
        if known.any():
            aht_s = float(np.average(rows.loc[known, "aht_s"], weights=rows.loc[known, "offered"]))
        start = {"volume": 0.0, "aht_s": aht_s, "shrinkage": target.get("shrinkage", 0.0)}
        return start | {key: target.get(key) for key in TARGETS}

    def _fields(self):
        live, start = CHANNELS[self.channel].live, self._start_of(self.channel)
        scale = {"kind": "slider", "digits": 0}
        aht_s = round(start["aht_s"] or CHANNELS[self.channel].aht_s)
        fields = [
            {"key": "volume", "label": _("Volume"), "unit": "%", "min": -50, "max": 100, "step": 1, "default": 0}
            | scale
            | {"group": _("Work")},
            {"key": "aht_s", "label": _("Handling time"), "unit": "s", "default": aht_s}
            | {"min": 10, "max": max(900, 3 * aht_s), "step": 5}
            | scale,
        ]
        promise = [k for k in TARGETS if live or k == "max_occupancy"]
        for n, key in enumerate(promise):
            label, unit, low, high, step, many = TARGETS[key]
            default = round(many * start[key]) if start[key] is not None else None
            field = {"key": key, "label": _(label), "unit": unit, "min": low, "max": high, "step": step} | scale
            field |= {"default": default} if default is not None else {}
            fields.append(field | ({"group": _("Promise")} if n == 0 else {}))
        default = round(100 * start["shrinkage"])
        fields.append(
            {"key": "shrinkage", "label": _("Shrinkage"), "unit": "%", "min": 0, "max": 60, "step": 1}
            | scale
            | {"default": default, "group": _("People"), "help": _("Share of paid time not available for contacts.")}
        )
        return fields

    def _shown(self):
        """Return the settings of the channel as the sliders show them."""
        now = self.settings[self.channel]
        shown = {"volume": 100 * now["volume"], "aht_s": now["aht_s"], "shrinkage": 100 * now["shrinkage"]}
        shown |= {k: None if now[k] is None else TARGETS[k][5] * now[k] for k in TARGETS}
        return {k: None if v is None else round(v) for k, v in shown.items()}

    def _moved(self, key, value, final):
        many = 100 if key in ("volume", "shrinkage") else TARGETS[key][5] if key in TARGETS else 1
        self.settings[self.channel][key] = None if value is None else value / many
        self.recompute()
        if final:
            self.kept.data["settings"] = self.settings
            self.kept.save()

    def reset(self):
        """Take the channel's sliders back to the setup's targets."""
        self.settings[self.channel] = self._start_of(self.channel)
        self.sliders.values = self._shown()
        self.kept.data["settings"] = self.settings
        self.kept.save()
        self.recompute()

    def _choices(self):
        channels = [{"value": c, "label": _(CHANNELS[c].label)} for c in self.channels]
        starts = self.forecast["interval_start"]
        weeks = pd.date_range(_monday(starts.min()), starts.max().tz_localize(None), freq="7D")
        weeks = [{"value": str(day.date()), "label": text.date(day)} for day in weeks]
        return [
            {"key": "channel", "label": _("Queue"), "kind": "select", "options": channels},
            {"key": "week", "label": _("Week from"), "kind": "select", "options": weeks},
        ]

    def _chosen(self):
        return {"channel": self.channel, "week": str(self.monday.date())}

    def _chose(self, key, value, final):
        if key == "channel":
            self.channel = value
            self.sliders.fields = self._fields()
            self.sliders.values = self._shown()
        else:
            self.monday = pd.Timestamp(value)
        self.recompute()

    # one call of the core, shown ---------------------------------------------------------------------------------------
    def recompute(self):
        """Compute the week's requirement by the sliders and show it."""
        week = _of_week(self.forecast, self.monday)
        self.made = self._required(week)
        own = self.made[self.made["channel"] == self.channel]
        plan = _of_week(self.plan, self.monday) if len(self.plan) else self.plan
        self.figures.value = _figures(self.made, plan, own, self.settings[self.channel], self.channel)
        mine = plan[plan["channel"] == self.channel] if len(plan) else plan
        self.day.update({"need": self._banded(week, own), "plan": _steps(mine)}, title=_day_title(own, self.channel))
        hour = _heat(self.made, self.made["interval_s"].max() if len(self.made) else 0)
        self.heat.update({"week": hour}, title=_heat_title(self.made), table=self.made)
        data, title = _curve(own, self.settings[self.channel], self.channel)
        self.curve.update(data, title=title)

    def _required(self, forecast, column="offered"):
        parts = []
        for channel in self.channels:
            rows = forecast[forecast["channel"] == channel]
            if rows.empty:
                continue
            now = self.settings[channel]
            if now["aht_s"] is None:
                raise PlanError(
                    N_("No handling time is known for {channel}. Type one beside the slider 'Handling time'."),
                    channel=channel,
                )
            rows = rows.assign(offered=rows[column], aht_s=self._handling(rows, channel, now["aht_s"]))
            goal = self.usual[self.project, channel] | {k: now[k] for k in (*TARGETS, "shrinkage")}
            targets = {(self.project, channel): goal}
            parts.append(requirement(rows, targets=targets, volume_change=now["volume"]))
        return pd.concat(parts, ignore_index=True) if parts else self.plan.iloc[:0]

    def _handling(self, rows, channel, aht_s):
        """Return the forecast's handling times moved so that their mean is what the slider says."""
        if "aht_s" not in rows or rows["aht_s"].isna().all():
            return aht_s
        start = self.means[channel]
        return rows["aht_s"].fillna(start) * (aht_s / start)

    def _banded(self, week, own):
        rows = week[week["channel"] == self.channel]
        steps = _steps(own)
        if rows.empty or "lower_80" not in rows:
            return steps
        for side in ("lower", "upper"):
            edge = self._required(rows, column=f"{side}_80")
            steps[side] = _steps(edge)["agents"]
        return steps

    # the plan --------------------------------------------------------------------------------------------------------
    def keep(self):
        """Compute the whole cycle by the sliders and keep it as the plan's requirement."""
        made_from = cycle.made_from(self.store, self.cycle_id, "staffing", project=self.project)
        table = self._required(self.forecast)
        at = dt.datetime.now(dt.UTC)
        self.store.write_table("requirement", table, by=self.person, at=at, cycle=self.cycle_id, project=self.project)
        self.kept.data |= {"settings": self.settings, "made_from": made_from}
        self.kept.save()
        self.open()
        self.say(_("This is now the plan for {project}: the schedule is made from it.", project=self.project), "good")


def _top():
    lead = _("Agents per interval from the forecast and the promise, and what they give. Move a slider: all follows.")
    return html.html(html.question(_("How many people do we need, and how sure are we?"), lead))


def _missing(page, said, where):
    return html.empty(said, html.html(html.link(_("Go there"), page.context.href(where))))


def _copied(settings):
    return {channel: dict(values) for channel, values in settings.items()}


def _monday(moment):
    day = pd.Timestamp(moment).tz_localize(None).normalize()
    return day - pd.Timedelta(days=day.day_of_week)


def _of_week(table, monday):
    start = table["interval_start"].dt.tz_localize(None)
    return table[(start >= monday) & (start < monday + pd.Timedelta(days=7))]


def _figures(made, plan, own, setting, channel):
    now = summary(made, weeks=1).iloc[0]
    before = summary(plan, weeks=1).iloc[0] if len(plan) else None
    queue = summary(own, weeks=1).iloc[0] if len(own) else now

    def change(name, show=number, *more):
        return _("{n} against the plan", n=signed(now[name] - before[name], show, *more)) if before is not None else ""

    met = "good" if setting["service_level"] and queue["service_level"] >= setting["service_level"] - 1e-9 else "none"
    label = _(CHANNELS[channel].label)
    return html.figures(
        [
            html.figure(_("Agents at peak"), number(now["agents_peak"]), change=change("agents_peak")),
            html.figure(
                _("Full-time people"),
                number(now["fte"], 1),
                change=change("fte", number, 1),
                help_text=_("Paid hours of the week, shrinkage included, over the hours of a full-time person."),
            ),
            html.figure(_("Paid hours a week"), number(now["paid_hours"]), change=change("paid_hours")),
            html.figure(
                _("Service level, {queue}", queue=label),
                percent(queue["service_level"]),
                state=met,
                help_text=_("Share of offered contacts answered within the time promised."),
            ),
            html.figure(_("Mean wait (ASA)"), duration(queue["asa_s"]), help_text=_("Mean wait of answered contacts.")),
            html.figure(_("Abandonment"), percent(queue["abandonment"], 1), help_text=_("Gave up, of all offered.")),
            html.figure(_("Answer rate"), percent(queue["answer_rate"], 1), help_text=_("Handled, of all offered.")),
            html.figure(
                _("Occupancy"),
                percent(queue["occupancy"]),
                help_text=_("Handling time over time available for contacts."),
            ),
        ]
    )


def _steps(rows):
    if rows.empty:
        return pd.DataFrame({"t": [], "agents": []}, dtype=float)
    return closed_as_zero(rows, {"agents": "agents"})


def _day_title(own, channel):
    if own.empty or own["agents"].max() == 0:
        return _("{queue}: closed all week", queue=_(CHANNELS[channel].label))
    peak = own.loc[own["agents"].idxmax()]
    return _(
        "{queue}: most people are needed on {weekday} at {time}, {n} agents ({model})",
        queue=_(CHANNELS[channel].label),
        weekday=text.say().weekday(peak["interval_start"], "EEEE"),
        time=text.clock(peak["interval_start"]),
        n=number(peak["agents"]),
        model=peak["model"],
    )


def _heat_title(made):
    if made.empty:
        return _("Nobody is needed in this week")
    return _("The week at a glance: agents needed in all queues together")


def _heat(made, interval_s):
    """Return agents per weekday and time of day, all queues together."""
    if not len(made) or not interval_s:
        return pd.DataFrame({"day": [], "clock": [], "agents": [], "order": []})
    start = made["interval_start"].dt.tz_localize(None)
    sums = made.groupby(start)["agents"].sum()
    days = [text.say().weekday(t) for t in sums.index]
    return (
        pd.DataFrame(
            {
                "day": days,
                "order": sums.index.day_of_week.to_numpy(),
                "clock": [f"{t:%H:%M}" for t in sums.index],
                "agents": sums.to_numpy(),
            }
        )
        .groupby(["order", "day", "clock"], as_index=False)["agents"]
        .max()
    )


def _no_curve():
    return pd.DataFrame({"agents": [], "service_level": []}, dtype=float)


def _curve(own, setting, channel):
    """Return (data, title) of the busiest interval's trade-off: agents across, service level up."""
    if own.empty or not CHANNELS[channel].live or own["agents"].max() == 0:
        none = {"curve": _no_curve(), "chosen": _no_curve(), "target": _no_curve()}
        return none, _("Work that may wait has no service curve: it is spread over its day.")
    peak = own.loc[own["agents"].idxmax()]
    at_once = CHANNELS[channel].at_once
    agents = np.arange(max(1, round(peak["agents"]) - 8), round(peak["agents"]) + 9)
    got = performance(
        peak["load"],
        agents * at_once,
        aht_s=peak["aht_s"],
        answer_within_s=peak["answer_within_s"],
        patience_s=setting["patience_s"],
    )
    curve = pd.DataFrame({"agents": agents, "service_level": got.service_level, "abandonment": got.abandonment})
    data = {
        "curve": curve,
        "chosen": curve[curve["agents"] == round(peak["agents"])],
        "target": pd.DataFrame({"service_level": [setting["service_level"]]}),
    }
    more = float(got.service_level[9] - got.service_level[8])
    return data, _("At the peak one more agent gives {n} points of service level", n=number(100 * more, 1))


def _day_chart():
    need, plan = alt.Chart(alt.NamedData("need")), alt.Chart(alt.NamedData("plan"))
    y = alt.Y("agents:Q", title=_("agents"))
    tip = [time_tip(), alt.Tooltip("agents:Q", title=_("agents needed"), format=",.0f")]
    return alt.layer(
        need.mark_area(**BAND, interpolate="step-after").encode(
            x=time_x(), y=alt.Y("lower:Q", title=_("agents")), y2="upper:Q"
        ),
        plan.mark_line(**PLAN, color="$muted", interpolate="step-after").encode(x=time_x(), y=y),
        need.mark_line(color="$accent", interpolate="step-after").encode(x=time_x(), y=y, tooltip=tip),
    ).properties(height=220)


def _heat_chart():
    return (
        alt.Chart(alt.NamedData("week"))
        .mark_rect()
        .encode(
            x=alt.X("clock:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("day:O", title=None, sort=alt.EncodingSortField("order")),
            color=alt.Color("agents:Q", title=_("agents"), scale=alt.Scale(zero=True)),
            tooltip=[
                alt.Tooltip("day:O", title=_("Day")),
                alt.Tooltip("clock:O", title=_("Time")),
                alt.Tooltip("agents:Q", title=_("agents needed"), format=",.0f"),
            ],
        )
        .properties(height=190)
    )


def _curve_chart():
    curve, chosen = alt.Chart(alt.NamedData("curve")), alt.Chart(alt.NamedData("chosen"))
    x = alt.X("agents:Q", title=_("agents in the busiest interval"), scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("service_level:Q", title=_("service level"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    tip = [
        alt.Tooltip("agents:Q", title=_("agents")),
        alt.Tooltip("service_level:Q", title=_("service level"), format=".0%"),
        alt.Tooltip("abandonment:Q", title=_("abandonment"), format=".1%"),
    ]
    return alt.layer(
        alt.Chart(alt.NamedData("target")).mark_rule(color="$muted", strokeDash=[2, 3]).encode(y=y),
        curve.mark_line(color="$accent", point={"color": "$accent", "size": 24}).encode(x=x, y=y, tooltip=tip),
        chosen.mark_point(color="$c2", filled=True, size=140).encode(x=x, y=y, tooltip=tip),
    ).properties(height=200)
