"""Figures, titles and charts of the staffing page."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.queueing import performance
from ccwb.staffing import summary
from ccwb.ui import html, text
from ccwb.ui.charts import BAND, PLAN, closed_as_zero, time_tip, time_x
from ccwb.ui.text import _, duration, number, percent, signed


def top():
    lead = _("Agents per interval from the forecast and the promise, and what they give. Move a slider: all follows.")
    return html.html(html.question(_("How many people do we need, and how sure are we?"), lead))


def missing(page, said, where):
    return html.empty(said, html.html(html.link(_("Go there"), page.context.href(where))))


def copied(settings):
    return {channel: dict(values) for channel, values in settings.items()}


def over(began, settings):
    """Return settings per channel, what they lack taken from where the sliders begin (older ones know fewer)."""
    return {channel: first | dict(settings.get(channel, {})) for channel, first in began.items()}


def made_with(plan, channel):
    """Return what a saved requirement tells of the settings it was made with: time promised and shrinkage."""
    rows = plan[plan["channel"] == channel]
    told = {}
    if rows["answer_within_s"].notna().any():
        told["answer_within_s"] = float(rows["answer_within_s"].median())
    if rows["scheduled"].sum() > 0:
        told["shrinkage"] = round(1 - float(rows["agents"].sum() / rows["scheduled"].sum()), 6)
    return told


def monday_of(moment):
    day = pd.Timestamp(moment).tz_localize(None).normalize()
    return day - pd.Timedelta(days=day.day_of_week)


def figures(made, before, own, *, setting, channel, full_time):
    """Return two rows of figures: people of the whole project, service of the queue in sight.

    before : the same week's sums of the saved plan, or None while there is none.  full_time : hours a week.
    """
    now = summary(made, weeks=1, full_time_hours_week=full_time).iloc[0]
    queue = summary(own, weeks=1).iloc[0] if len(own) else now

    def change(name, show=number, *more):
        return _("{n} against the plan", n=signed(now[name] - before[name], show, *more)) if before is not None else ""

    met = "good" if setting["service_level"] and queue["service_level"] >= setting["service_level"] - 1e-9 else "none"
    people = html.figures(
        [
            html.figure(_("Agents at peak"), number(now["agents_peak"]), change=change("agents_peak")),
            html.figure(
                _("Full-time people"),
                number(now["fte"], 1),
                change=change("fte", number, 1),
                help_text=_("Paid hours of the week, shrinkage included, over the hours of a full-time person."),
            ),
            html.figure(_("Paid hours a week"), number(now["paid_hours"]), change=change("paid_hours")),
        ]
    )
    service = html.figures(
        [
            html.figure(
                _("Service level"),
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
    whole, queue_name = _("The whole project, all queues together"), _(CHANNELS[channel].label)
    return html.heading(whole, 3) + people + html.heading(queue_name, 3) + service


def no_steps():
    return pd.DataFrame({"t": [], "agents": [], "lower": [], "upper": []}, dtype=float)


def steps(rows, *, lower=None, upper=None):
    """Return the agents of a queue's rows as steps over the week, with the band where its edges are given."""
    if rows.empty:
        return no_steps()
    columns = {"agents": "agents"}
    if lower is not None and len(lower) == len(rows):
        rows = rows.assign(lower=lower["agents"].to_numpy(), upper=upper["agents"].to_numpy())
        columns |= {"lower": "lower", "upper": "upper"}
    return closed_as_zero(rows, columns)


def day_title(own, channel):
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


def heat_title(made):
    if made.empty:
        return _("Nobody is needed in this week")
    return _("The week at a glance: agents needed in all queues together")


def no_heat():
    return pd.DataFrame({"day": [], "clock": [], "agents": [], "order": []})


def heat_table(glance):
    """Return the heat map as a table: a row per time of day, a column per weekday."""
    table = glance.pivot_table(index="clock", columns=["order", "day"], values="agents", aggfunc="sum")
    table.columns = [day for _order, day in table.columns]
    return table.reset_index().rename(columns={"clock": _("Time")})


def no_curve():
    return pd.DataFrame({"agents": [], "service_level": []}, dtype=float)


def curve(own, setting, channel):
    """Return (data, title) of the busiest interval's trade-off: agents across, service level up."""
    if own.empty or not CHANNELS[channel].live or own["agents"].max() == 0:
        none = {"curve": no_curve(), "chosen": no_curve(), "target": no_curve()}
        return none, _("Work that may wait has no service curve: it is spread over its day.")
    peak = own.loc[own["agents"].idxmax()]
    at_once = CHANNELS[channel].at_once
    here = max(1, round(peak["agents"]))
    agents = np.arange(max(1, here - 8), here + 9)
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
        "chosen": curve[curve["agents"] == here],
        "target": pd.DataFrame({"service_level": [setting["service_level"]]}),
    }
    chosen = here - agents[0]
    more = float(got.service_level[chosen + 1] - got.service_level[chosen])
    return data, _("At the peak one more agent gives {n} points of service level", n=number(100 * more, 1))


def day_chart():
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


def heat_chart():
    on_the_hour = "slice(datum.value, -2) == '00' ? datum.value : ''"
    hours = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8, labelExpr=on_the_hour, ticks=False)
    return (
        alt.Chart(alt.NamedData("week"))
        .mark_rect()
        .encode(
            x=alt.X("clock:O", title=None, axis=hours),
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


def curve_chart():
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
