"""Figures, titles and charts of the staffing page."""

import altair as alt
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.staffing import parts_of_model
from ccwb.ui import html, text
from ccwb.ui.charts import BAND, PLAN, closed_as_zero, time_tip, time_x, whole_y
from ccwb.ui.text import _, number, signed

ALIKE = 0.005  # of the agent-hours: a plan that differs by less is the one that its settings give


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


def model_said(model):
    """Return what a requirement calls a model, in the reader's language."""
    return text.listed(_(template, **values) for template, values in parts_of_model(model))


def monday_of(moment):
    day = pd.Timestamp(moment).tz_localize(None).normalize()
    return day - pd.Timedelta(days=day.day_of_week)


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


def day_table(rows, planned, lower, upper):
    """Return the rows of the day chart as a table: what is drawn stands together, the band and the plan too.

    rows : requirement of the queue in what is in sight.  planned : the saved plan of these intervals, () for none.
    lower, upper : the requirement at the band's edges, of the same intervals.
    """
    out = rows.reset_index(drop=True)
    drawn = {"lower": lower, "upper": upper} if len(lower) == len(rows) else {}
    at = out.columns.get_loc("agents") + 1
    for n, (name, edge) in enumerate(drawn.items()):
        out.insert(at + n, name, edge["agents"].to_numpy())
    if len(planned):
        agents = planned.set_index("interval_start")["agents"]
        out.insert(at + len(drawn), "planned", agents.reindex(out["interval_start"]).to_numpy())
    return out


def day_columns():
    """Return column -> label of the day table, where it is called otherwise than in other tables."""
    return {"lower": _("Agents at the band's lower end"), "upper": _("Agents at the band's upper end")}


def agents_said(agents):
    """Return a number of agents with its word.

    >>> agents_said(1), agents_said(12)
    ('1 agent', '12 agents')
    """
    return _("{n} agent", n=number(agents)) if round(agents) == 1 else _("{n} agents", n=number(agents))


def day_title(own, channel, day):
    if own.empty or own["agents"].max() == 0:
        if day is not None:
            return _("{queue}: nobody is needed on {day}", queue=_(CHANNELS[channel].label), day=text.date(day, "full"))
        return _("{queue}: nobody is needed in this week", queue=_(CHANNELS[channel].label))
    peak = own.loc[own["agents"].idxmax()]
    return _(
        "{queue}: most people are needed on {weekday} at {time}, {agents} ({model})",
        queue=_(CHANNELS[channel].label),
        weekday=text.say().weekday(peak["interval_start"], "EEEE"),
        time=text.clock(peak["interval_start"]),
        agents=agents_said(peak["agents"]),
        model=model_said(peak["model"]),
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


def day_chart():
    need, plan = alt.Chart(alt.NamedData("need")), alt.Chart(alt.NamedData("plan"))
    y = whole_y("agents", _("agents"))
    tip = [time_tip(), alt.Tooltip("agents:Q", title=_("agents needed"), format=",.0f")]
    return alt.layer(
        need.mark_area(**BAND, interpolate="step-after").encode(
            x=time_x(), y=whole_y("lower", _("agents")), y2="upper:Q"
        ),
        plan.mark_line(**PLAN, color="$muted", interpolate="step-after").encode(x=time_x(), y=y),
        need.mark_line(color="$accent", interpolate="step-after").encode(x=time_x(), y=y, tooltip=tip),
    ).properties(height=220)


def heat_chart():
    whole = alt.Legend(format=",.0f", tickMinStep=1)
    on_the_hour = f"slice(datum.value, -2) == '{text.say().digits('00')}' ? datum.value : ''"
    hours = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=8, labelExpr=on_the_hour, ticks=False)
    return (
        alt.Chart(alt.NamedData("week"))
        .mark_rect()
        .encode(
            x=alt.X("clock:O", title=None, axis=hours),
            y=alt.Y("day:O", title=None, sort=alt.EncodingSortField("order")),
            color=alt.Color("agents:Q", title=_("agents"), scale=alt.Scale(zero=True), legend=whole),
            tooltip=[
                alt.Tooltip("day:O", title=_("Day")),
                alt.Tooltip("clock:O", title=_("Time")),
                alt.Tooltip("agents:Q", title=_("agents needed"), format=",.0f"),
            ],
        )
        .properties(height=190)
    )


def made_otherwise(plan, made):
    """Return a sentence where a saved plan is not what its settings give, interval by interval; "" where it is.

    plan, made : requirement rows of the same intervals, the saved ones and those computed from its settings.
    """
    hours, saved = ((table["agents"] * table["interval_s"]).sum() / 3600 for table in (made, plan))
    if abs(saved - hours) <= ALIKE * hours:
        return ""
    said = _(
        "The saved plan was made otherwise: it has {n} agent-hours this week against every interval staffed to its "
        "targets, which is what the sliders show once they are moved and what the questions below reckon with.",
        n=signed(saved - hours, number),
    )
    return html.notice(said)
