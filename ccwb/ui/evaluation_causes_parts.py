"""The causes of a miss in a sentence and as a waterfall: from the plan, cause by cause, to what was measured."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.evaluation import AS_MEASURED, AS_PLANNED, CAUSES, UNTOLD_ACTUAL, UNTOLD_PLAN
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.charts import number_axis, share_axis
from ccwb.ui.text import _, duration, money, number, percent, signed

LABOUR = {
    "labour": (N_("Labour cost"), N_("Paid hours of the project's people, at what an hour costs.")),
    "labour_per_contact": (N_("Labour cost per contact"), N_("Labour cost over contacts handled.")),
}
ENDS = {
    AS_PLANNED: (N_("Plan"), N_("What the plan promised.")),
    UNTOLD_PLAN: (
        N_("Not explained: plan"),
        N_("What the model says of the plan's own figures, less what was promised."),
    ),
    UNTOLD_ACTUAL: (
        N_("Not explained: actual"),
        N_("What was measured, less what the model says of what came: chance, and what no model knows."),
    ),
    AS_MEASURED: (N_("Actual"), N_("What was measured.")),
}
NAMED = 4  # causes in the sentence; the rest is summed
EVEN = 0.005  # of agent hours: within it as many people were at work
MOVED = {  # cause -> what it is called when it rose, and when it fell
    "volume": (N_("more contacts"), N_("fewer contacts")),
    "mix": (N_("another mix of queues"),) * 2,
    "pattern": (N_("another spread over days and hours"),) * 2,
    "handling_time": (N_("longer handling"), N_("shorter handling")),
    "schedule": (N_("more people on the schedule"), N_("fewer people on the schedule")),
    "shrinkage": (N_("less shrinkage"), N_("more shrinkage")),
    "adherence": (N_("better adherence"), N_("poorer adherence")),
    "people": (N_("more people at work"), N_("fewer people at work")),
    "patience": (N_("more patient customers"), N_("less patient customers")),
}
ELSEWHERE = {
    "schedule": N_("a schedule that follows the need otherwise"),
    "people": N_("people at work at other times or in other queues"),
}


def label(kpi):
    return _(KPIS[kpi].label) if kpi in KPIS else _(LABOUR[kpi][0])


def value_of(kpi, value, currency):
    return percent(value, 1) if kpi in KPIS else money(value, currency)


def gap_of(kpi, gap):
    """Return a part with its sign, in points or in money."""
    return signed(100 * gap, number, 1) if kpi in KPIS else signed(gap, number, _digits(kpi))


def _size(kpi, part, currency):
    """Return a part without its sign, in its unit."""
    if kpi in KPIS:
        return _("{n} points", n=number(abs(100 * part), 1))
    return f"{number(abs(part), _digits(kpi))} {currency}"


def _digits(kpi):
    return 2 if kpi == "labour_per_contact" else 0


def name_of(cause):
    """Return what a row of the causes is called."""
    return _(CAUSES[cause].label) if cause in CAUSES else _(ENDS[cause][0])


def meaning_of(cause):
    return _(CAUSES[cause].meaning) if cause in CAUSES else _(ENDS[cause][1])


def moved(cause, facts):
    """Return what a cause did, in words: 'more contacts'; facts : of `evaluation.Causes`."""
    row = facts.set_index("cause").loc[cause]
    even = row["unit"] == "hours" and abs(row["actual"] - row["planned"]) < EVEN * row["planned"]
    if even and cause in ELSEWHERE:
        return _(ELSEWHERE[cause])
    return _(MOVED[cause][0 if row["actual"] > row["planned"] else 1])


def sentence(found, kpi, currency):
    """Return what made a measure other than planned, in one sentence; found : evaluation.Causes."""
    rows = found.table[found.table["kpi"] == kpi].set_index("cause")
    gap = rows["level"].iloc[-1] - rows["level"].iloc[0]
    part = rows["part"].dropna()
    causes = part[[name for name in part.index if name in CAUSES]]
    told = [_item(kpi, found.facts, cause, causes[cause], currency) for cause in _main(kpi, causes)]
    rest = causes.sum() - causes[_main(kpi, causes)].sum()
    if _counts(kpi, rest):
        told.append(_(_verb(rest), cause=_("other causes"), n=_size(kpi, rest, currency)))
    for end in (UNTOLD_PLAN, UNTOLD_ACTUAL):
        if _counts(kpi, part[end]):
            what = (
                _("what the model does not explain")
                if end == UNTOLD_ACTUAL
                else _("what it does not explain of the plan")
            )
            told.append(_(_verb(part[end]), cause=what, n=_size(kpi, part[end], currency)))
    return _whole(kpi, gap, told, currency)


def _whole(kpi, gap, told, currency):
    values = {"measure": label(kpi), "gap": _size(kpi, gap, currency), "causes": text.listed(told)}
    if not _counts(kpi, gap):
        template = (
            N_("{measure} is as planned: {causes}.") if told else N_("{measure} is as planned, and nothing moved it.")
        )
    elif not told:
        template = N_("{measure} is {gap} off the plan.")
    else:
        template = (
            N_("{measure} is {gap} below the plan: {causes}.")
            if gap < 0
            else N_("{measure} is {gap} above the plan: {causes}.")
        )
    return _(template, **values)


def _item(kpi, facts, cause, part, currency):
    return _(_verb(part), cause=moved(cause, facts), n=_size(kpi, part, currency))


def _verb(part):
    return N_("{cause} took {n}") if part < 0 else N_("{cause} added {n}")


def _main(kpi, causes):
    """Return the causes to name: the largest that can be seen in the figures, those of the gap's own sign first."""
    seen = [cause for cause in causes.abs().sort_values(ascending=False).index if _counts(kpi, causes[cause])][:NAMED]
    sign = np.sign(causes.sum())
    return sorted(seen, key=lambda cause: (np.sign(causes[cause]) != sign, -abs(causes[cause])))


def _counts(kpi, part):
    """Return whether a part is seen in the figures as they are written."""
    return round(abs(100 * part) if kpi in KPIS else abs(part), 1 if kpi in KPIS else _digits(kpi)) > 0


def facts_said(facts):
    """Return cause -> what of plan and fact was exchanged, in words, where it is one number a side."""
    out = {}
    for row in facts.itertuples():
        show = {"contacts": number, "s": duration, "hours": _hours, "share": percent}[row.unit]
        if row.unit == "share":
            out[row.cause] = _("{share} of the contacts elsewhere", share=show(row.actual, 1))
        else:
            out[row.cause] = _("planned {planned}, actual {actual}", planned=show(row.planned), actual=show(row.actual))
    return out


def _hours(value):
    return _("{n} agent hours", n=number(value))


# the picture ---------------------------------------------------------------------------------------------------------
def steps(found, kpi, currency):
    """Return the data of the waterfall: label, from, to, said, state, tip, of the plan, each part seen, the actual."""
    rows, facts = found.table[found.table["kpi"] == kpi], facts_said(found.facts)
    out, before = [], rows["level"].iloc[0]
    for row in rows.itertuples():
        total = row.cause in (AS_PLANNED, AS_MEASURED)
        if total or _counts(kpi, row.part):
            said = value_of(kpi, row.level, currency) if total else f"{_mark(row.part)} {gap_of(kpi, row.part)}"
            tip = " ".join(filter(None, (meaning_of(row.cause), facts.get(row.cause, ""))))
            ends = (row.level, row.level) if total else (before, row.level)
            out.append([name_of(row.cause), *ends, said, _state(kpi, row), tip])
        before = row.level
    table = pd.DataFrame(out, columns=["label", "from", "to", "said", "state", "tip"])
    return table.assign(end=table[["from", "to"]].max(axis=1))


def _mark(part):
    return html.MARKS["over"] if part > 0 else html.MARKS["under"]


def _state(kpi, row):
    """Return plan, actual, untold, good, under or moved: the last where more is neither better nor worse."""
    if row.cause in ENDS:
        return {AS_PLANNED: "plan", AS_MEASURED: "actual"}.get(row.cause, "untold")
    better = KPIS[kpi].better if kpi in KPIS else "low"
    if better not in ("high", "low"):
        return "moved"
    return "good" if (row.part > 0) == (better == "high") else "under"


def waterfall(kpi):
    """Return the picture: a row a step, from the plan down to the actual figure."""
    base = alt.Chart(alt.NamedData("steps"))
    title = _("{measure}; parts in points", measure=label(kpi)) if kpi in KPIS else label(kpi)
    axis = (share_axis if kpi in KPIS else number_axis)(title=title, tickCount=5, grid=False)
    scale = alt.Scale(zero=False, nice=False, padding=16)
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, ticks=False, domain=False))
    tip = [
        alt.Tooltip("label:N", title=_("Cause")),
        alt.Tooltip("said:N", title=_("Part")),
        alt.Tooltip("tip:N", title=_("Meaning")),
    ]
    states = {"good": "$good", "under": "$under", "moved": "$accent", "untold": "$muted", "plan": "$ink"}
    states["actual"] = "$accent"
    scheme = alt.Scale(domain=list(states), range=list(states.values()))
    colour = alt.Color("state:N", scale=scheme, legend=None)
    total = "datum.state == 'plan' || datum.state == 'actual'"

    def at(field):
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    def line(state, **mark):
        return base.transform_filter(f"datum.state == '{state}'").mark_rule(opacity=0.5, **mark).encode(x=at("to"))

    return alt.layer(  # the words come first: their rows are all rows, in order
        base.mark_text(align="left", baseline="middle", dx=6).encode(x=at("end"), y=y, text="said:N", tooltip=tip),
        line("plan", color="$ink", strokeDash=[6, 4]),
        line("actual", color="$accent"),
        base.transform_filter(f"!({total})")
        .mark_bar(height=16, cornerRadius=2)
        .encode(x=at("from"), x2="to:Q", y=y, color=colour, tooltip=tip),
        base.transform_filter(total)
        .mark_tick(thickness=4, height=22)
        .encode(x=at("to"), y=y, color=colour, tooltip=tip),
    ).properties(height=alt.Step(28))


def title_of(found, kpi, currency):
    rows = found.table[found.table["kpi"] == kpi]
    ends = [value_of(kpi, level, currency) for level in rows["level"].iloc[[0, -1]]]
    return _("{measure}: from {plan} planned to {actual}", measure=label(kpi), plan=ends[0], actual=ends[1])


def columns():
    """Return the columns of the table behind the picture: name, heading, how a value is shown."""
    names = {"project": _("Project"), "channel": _("Channel"), "kpi": _("Measure"), "cause": _("Cause")}
    names |= {
        "part": _("Part"),
        "level": _("Level so far"),
        "planned": _("Planned"),
        "actual": _("Actual"),
        "unit": _("Unit"),
    }
    shows = {"cause": name_of, "kpi": label, "channel": _channel}
    return [(key, said, shows[key]) if key in shows else (key, said) for key, said in names.items()]


def _channel(key):
    from ccwb.channels import CHANNELS

    return _(CHANNELS[key].label) if key else _("all")


def table_of(found):
    """Return the parts with what of plan and fact was exchanged: the table behind the picture, and the download."""
    return found.table.merge(found.facts, on="cause", how="left")


def notes_said(found):
    """Return what could not be told, as a list."""
    told = [(template, {name: _(value) for name, value in values.items()}) for template, values in found.notes]
    return html.bullets([_(template, **values) for template, values in told])


def meanings():
    """Return what each step of the waterfall means."""
    names = [AS_PLANNED, UNTOLD_PLAN, *CAUSES, UNTOLD_ACTUAL, AS_MEASURED]
    return html.table([_("Cause"), _("Meaning")], [[name_of(name), meaning_of(name)] for name in names])
