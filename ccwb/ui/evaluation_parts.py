"""Figures, sentences, tables and charts of the evaluation, for its own page and for those that tell of it."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.evaluation import local_days
from ccwb.measures import KINDS, KPIS, UNITS, WITHIN_80, missed_by, pointed, tolerance_of
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.charts import ACTUAL, BAND, PLAN, PREVIOUS, time_tip, time_x, wall
from ccwb.ui.text import _, duration, number, percent, signed

WORDS = {"good": N_("met"), "near": N_("nearly met"), "miss": N_("missed")}
MAIN = ("answer_rate", "service_level", "wape", "schedule_fit", "csat", "cost_per_contact")  # in the row of figures
LEAST_S = 1.0  # of waits: less is next to nothing
CHARTED_TO = 1.6  # times the reference: a longer bar ends here, its label says the number
DAYS_NAMED = 6
HAIR, FINEST = 1e-9, 3  # what is no difference; decimals more to tell a value from its target
MOVED = (1, 2, 3)  # kinds of measure that volume, handling time and schedule move
NOT_ADDED = {kpi for kpi, entry in KPIS.items() if entry.once}  # known per project only


def shown(kpi, value, currency, more=0):
    """Return a measure's value as a reader writes it, with its unit; 'not measured' where there is none.

    more : decimals beyond the usual ones.
    """
    if value is None or pd.isna(value):
        return html.no_data()
    if kpi == "bias":
        return signed(value, percent, 1 + more)
    return _SHOWS.get(KPIS[kpi].unit, _score)(value, currency, more)


def against(kpi, value, aim, currency):
    """Return a value and what it is held against, each as `shown`: with as many more decimals on both as tell them
    apart, so that no reader sees two like figures of which one misses the other.

    >>> against("turnover", 0.204, 0.2, ""), against("service_level", 0.8298, 0.83, ""), against("asa", 28, 28, "")
    (('20.4%', '20.0%'), ('82.98%', '83.00%'), ('28 s', '28 s'))
    """
    plain = shown(kpi, value, currency), shown(kpi, aim, currency)
    if None in (value, aim) or pd.isna(value) or pd.isna(aim) or plain[0] != plain[1] or abs(value - aim) < HAIR:
        return plain
    finer = ((shown(kpi, value, currency, more), shown(kpi, aim, currency, more)) for more in range(1, FINEST + 1))
    return next((pair for pair in finer if pair[0] != pair[1]), plain)


def _score(value, _currency, more):
    return number(value, 2 + more)


_SHOWS = {
    "share": lambda value, _currency, more: percent(value, more + (0 if abs(value) >= 0.1 else 1)),
    "s": lambda value, _currency, more: _("{n} s", n=number(value, more)) if more else duration(value),
    "money": lambda value, currency, more: f"{number(value, 2 + more)} {currency}".rstrip(),
    "contacts": lambda value, _currency, more: number(value, more),
    "points": lambda value, _currency, more: number(value, more),
    "contacts/h": lambda value, _currency, more: _("{n} an hour", n=number(value, more + (1 if value < 100 else 0))),
    "years": lambda value, _currency, more: _("{n} years", n=number(value, 1 + more)),
}


def change(kpi, gap, currency):
    """Return a gap with its sign: percentage points for shares; nothing where it is not known."""
    if gap is None or pd.isna(gap):
        return ""
    match KPIS[kpi].unit:
        case "share":
            return _("{n} points", n=signed(100 * gap, number, 1))
        case "s":
            return signed(gap, duration)
        case "money":
            return f"{signed(gap, number, 2)} {currency}"
        case "contacts":
            return signed(gap, number)
        case _:
            return signed(gap, number, 1)


def verdict(row):
    """Return how a row stands as word and sign; a target that nothing was measured for is 'not measured'."""
    if row.verdict is not None and not pd.isna(row.verdict):
        return html.raw(html.tag(_(WORDS[row.verdict]), row.verdict))
    return html.raw(html.tag(html.no_data())) if pd.isna(row.actual) else ""


def figures(rows, currency, led=()):
    """Return the row of big figures: the main measures that are known, each with its state and what it was to be.

    led : the measures that the mission chose, the weightiest first; without any, those of MAIN.
    """
    known = {row.kpi: row for row in rows.itertuples() if not pd.isna(row.actual)}
    made = [_figure(known[kpi], currency) for kpi in led or MAIN if kpi in known][: len(MAIN)]
    made = made or [_figure(row, currency) for row in list(known.values())[:5]]
    return html.figures(made) if made else ""


def _figure(row, currency):
    entry = KPIS[row.kpi]
    value, aim = against(row.kpi, row.actual, row.target, currency)
    plan, before = (shown(row.kpi, known, currency) for known in (row.plan, row.previous))
    beside = [(_("plan"), row.plan, plan), (_("target"), row.target, aim), (_("before"), row.previous, before)]
    said = [f"{name} {told}" for name, known, told in beside if not pd.isna(known)]
    state = row.verdict if isinstance(row.verdict, str) else "none"
    return html.figure(_(entry.label), value, change=" · ".join(said), state=state, help_text=_(entry.definition))


def ladder(rows, currency, margins=None):
    """Return the measures from the most tactical kind to the most strategic, plan, actual and previous side by side.

    margins : table of measures.margins over the same days and groups; survey results then come with theirs.
    """
    sure = {} if margins is None else {(row["kpi"], row["project"]): row for row in margins.to_dict("records")}
    gap = _("Gap to the plan")
    numbers = [(name, True) for name in (_("Plan"), _("Actual"), _("Previous"), _("Target"), gap)]
    body = []
    for kind, label in KINDS.items():
        mine = [row for row in rows.itertuples() if KPIS[row.kpi].kind == kind]
        if mine:
            body.append([html.raw(html.heading(f"{number(kind)} {_(label)}", 3)), *[""] * 6])
            body += [_ladder_row(row, currency, sure.get((row.kpi, row.project))) for row in mine]
    return html.table([_("Measure"), *numbers, _("How it stands")], body)


def pointed_at(verdicts):
    """Return for each missed measure that rests on missed ones where to look first, the most strategic measure first.

    verdicts : measure -> good, near, miss or None, of one project or the whole centre.
    """
    said = N_("{measure} was missed. It rests on what was missed as well; look there first: {below}.")
    return "".join(
        html.notice(_(said, measure=_(KPIS[kpi].label), below=text.listed(_(KPIS[one].label) for one in below)), "near")
        for kpi, below in pointed(verdicts).items()
    )


def unmeasured(rows, *, whole):
    """Return the measures of each kind that nobody could tell anything of, in sentences."""
    known, said = set(rows["kpi"]), []
    for kind, label in KINDS.items():
        absent = [key for key, entry in KPIS.items() if entry.kind == kind and key not in known]
        absent = [_(KPIS[key].label) for key in absent if not (whole and key in NOT_ADDED)]
        if absent:
            values = {"kind": _(label), "measures": text.listed(absent), "n": number(kind)}
            said.append(_("{n} {kind}: {measures}", **values))
    note = _("The data here cannot tell these; they can be entered or imported on the mission page, step Measures.")
    return html.paragraph(note, "ccwb-muted") + html.bullets(said)


def said_margin(margin, value):
    """Return a survey's value with the interval that holds the true one, and the answers it rests on."""
    low, high = (shown(margin["kpi"], margin[end], "") for end in ("low", "high"))
    return _("{value} ({low} to {high}; answers: {n})", value=value, low=low, high=high, n=number(margin["answers"]))


def _ladder_row(row, currency, margin):
    entry = KPIS[row.kpi]
    name = _("{measure}: {formula}", measure=_(entry.label), formula=_(entry.formula))
    blank = text.say().missing
    side = [blank if pd.isna(v) else shown(row.kpi, v, currency) for v in (row.plan, row.previous, row.target)]
    actual, aim = against(row.kpi, row.actual, row.target, currency)
    side[-1] = blank if pd.isna(row.target) else aim
    if margin and not pd.isna(row.actual):
        actual = said_margin(margin, actual)
    label = html.raw(f"<span tabindex='0' title='{html.escape(name, quote=True)}'>{html.escape(_(entry.label))}</span>")
    return [label, side[0], actual, *side[1:], change(row.kpi, row.gap_plan, currency), verdict(row)]


# the biggest miss ----------------------------------------------------------------------------------------------------
def misses(table):
    """Return the rows that fall short of their target, else of their plan, by more than a hair: the farthest first.

    How far is counted in the room that a measure of its unit has to be near its target (UNITS), so that shares,
    seconds and scores can be compared.
    """
    for against in ("target", "plan"):
        missed = [(_short(row, against), row) for row in table.itertuples()]
        missed = [(short, row) for short, row in missed if short > 1]
        if missed:
            return [row for _far, row in sorted(missed, key=lambda pair: -pair[0])]
    return []


def _short(row, against):
    """Return how far a row falls short, in rooms of its unit; 0 where it does not or nobody can say."""
    aim = getattr(row, against)
    short, room = missed_by(row.kpi, row.actual, aim), tolerance_of(row.kpi, aim)
    return short / room if short is not None and room else 0.0


def miss_sentences(table, labels, currency):
    """Return what is said of the biggest miss: a sentence, and what stands beside it in the same project."""
    found = misses(table)
    if not found:
        known = table["verdict"].notna().any()
        said = _("No target is missed by more than a hair.") if known else _("No target to hold the figures against.")
        return [said, *_beside(table[table["project"] == table["project"].min()])]
    row = found[0]
    said = _("The biggest miss: {miss}", miss=miss_said(row, labels, currency))
    if not pd.isna(row.previous):
        said += " " + _("Before it was {previous}.", previous=shown(row.kpi, row.previous, currency))
    return [said, *(_beside(table[table["project"] == row.project]) if KPIS[row.kpi].kind in MOVED else [])]


def miss_said(row, labels, currency):
    """Return one miss in a sentence: where, what, how much, and what it was to be."""
    aimed = not pd.isna(row.target) and _short(row, "target") > 1
    actual, aim = against(row.kpi, row.actual, row.target if aimed else row.plan, currency)
    values = {"where": labels.get(row.project) or _("Whole centre"), "measure": _(KPIS[row.kpi].label)}
    values |= {"actual": actual, "aim": aim}
    if aimed:
        return _("{where}, {measure}: {actual}, where {aim} was the target.", **values)
    return _("{where}, {measure}: {actual}, where the plan promised {aim}.", **values)


def _beside(rows):
    """Return what differed from the plan at the same place: work that came, its handling time, who was scheduled."""
    known = {row.kpi: row for row in rows.itertuples()}
    said = {
        "offered": (N_("{n} more contacts than planned"), N_("{n} fewer contacts than planned")),
        "aht": (N_("handling time {n} longer than planned"), N_("handling time {n} shorter than planned")),
    }
    parts = []
    for kpi, (more, fewer) in said.items():
        row = known.get(kpi)
        if row is not None and not pd.isna(row.gap_plan) and row.plan > 0 and abs(row.gap_plan / row.plan) >= 0.005:
            share = row.gap_plan / row.plan
            parts.append(_(more if share > 0 else fewer, n=percent(abs(share), 1)))
    fit = known.get("schedule_fit")
    if fit is not None and not pd.isna(fit.plan):
        parts.append(_("{n} of the needed agent-hours were on the schedule", n=percent(fit.plan)))
    return [_("Against the plan: {parts}.", parts=text.listed(parts))] if parts else []


# charts --------------------------------------------------------------------------------------------------------------
def bullets(rows, currency):
    """Return the data of the bullet bars: each value as a share of its target, else of its plan.

    Where that is next to nothing, it is a share of what would still be near it: nothing is drawn as nothing.
    """
    columns = ["label", "state", "actual", "plan", "previous", "target", "tip"]
    body = []
    for row in rows.itertuples():
        aim = next((v for v in (row.target, row.plan) if not pd.isna(v) and v > 0), None)
        if pd.isna(row.actual) or aim is None or KPIS[row.kpi].unit == "contacts":
            continue
        state, unit = row.verdict if isinstance(row.verdict, str) else "none", UNITS[KPIS[row.kpi].unit]
        sign = f" {html.MARKS[state]}" if html.MARKS[state] else ""
        value, target = against(row.kpi, row.actual, row.target, currency)
        label = f"{_(KPIS[row.kpi].label)}  {value}{sign}"
        if not pd.isna(row.target):
            label += " · " + _("target {value}", value=target)
        aim = max(aim, LEAST_S if KPIS[row.kpi].unit == "s" else 0.0 if unit.relative else unit.near)
        ends = [min(v / aim, CHARTED_TO) for v in (row.actual, row.plan, row.previous, row.target)]
        body.append([label, state, *ends, _tip(row, currency)])
    return pd.DataFrame(body, columns=columns)


def _tip(row, currency):
    sides = [(_("plan"), row.plan), (_("actual"), row.actual), (_("previous"), row.previous), (_("target"), row.target)]
    return text.listed(f"{name} {shown(row.kpi, value, currency)}" for name, value in sides)


def bullet_chart():
    base = alt.Chart(alt.NamedData("bullets"))
    y = alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0))
    x = alt.Scale(nice=False, domainMin={"expr": "0"}, zero=True)
    tip = [alt.Tooltip("label:N", title=_("Measure")), alt.Tooltip("tip:N", title=_("Values"))]
    colour = alt.Color(
        "state:N",
        scale=alt.Scale(domain=["good", "near", "miss", "none"], range=["$good", "$over", "$under", "$accent"]),
        legend=None,
    )

    def bar(field, height, down, **mark):
        return base.mark_bar(height=height, yOffset=down, **mark).encode(
            x=alt.X(f"{field}:Q", axis=None, scale=x), y=y, tooltip=tip
        )

    small = {"expr": "width < 480 ? 9.5 : 12"}  # a long name on a phone
    return alt.layer(
        bar("previous", 4, 18, color="$previous"),
        bar("actual", 12, 7).encode(color=colour),
        bar("plan", 16, 7, fillOpacity=0, stroke="$ink", strokeDash=[4, 3], strokeWidth=1.5),
        base.mark_tick(color="$ink", thickness=3, height=24, yOffset=7).encode(
            x=alt.X("target:Q", axis=None, scale=x), y=y, tooltip=tip
        ),
        base.mark_tick(opacity=0).encode(x=alt.datum(1, scale=x), y=y),  # a whole measure has its room, reached or not
        base.mark_text(align="left", baseline="middle", dy=-11, fontSize=small).encode(
            x=alt.datum(0, scale=x), y=y, text="label:N"
        ),
    ).properties(height=alt.Step(46))


def bullet_title(rows):
    """Return what the bars show, as a sentence."""
    held = rows["verdict"].dropna()
    if held.empty:
        return _("Each measure against its plan")
    return _("{good} of {n} targets met", good=number((held == "good").sum()), n=number(len(held)))


def how_to_read(previous):
    """Return what the marks mean; previous : (template, values) of what 'previous' is here."""
    marks = _("Bar: actual. Dashed frame: plan. Thin grey bar: previous. Tick: target. Each row has its own scale.")
    template, values = previous
    return html.paragraph(marks + " " + _("Previous is {what}.", what=_(template, **values)), "ccwb-muted")


def daily(forecast, actuals, previous, *, shift, held=None, zones=None):
    """Return contacts a day: planned with its 80 % band, actual, and those before, moved by `shift`.

    held : by date, the part of the plan that is held against what came; None is all of it.  zones : project -> zone.
    """
    planned, came, earlier = (_by_day(table, zones) for table in (forecast, actuals, previous))
    earlier.index = earlier.index + shift
    table = pd.DataFrame({"plan": planned, "actual": came, "previous": earlier})
    table["held"] = table["plan"] if held is None else held.reindex(table.index)
    closed = table["plan"].isna() & (table["actual"] > 0) & (table.index > planned.index.min())
    closed &= table.index < planned.index.max()
    table.loc[closed, ["plan", "held"]] = 0.0  # nothing was expected, and contacts came
    own = planned.index.union(came.index)
    if len(own):  # every day, so that a closed or unknown one leaves a gap
        table = table.reindex(pd.date_range(own.min(), own.max(), freq="D"))
    if len(planned):
        spread = _by_day(forecast, zones, spread=True).reindex(table.index).fillna(0)
        half = WITHIN_80 * np.sqrt(spread**2 + table["plan"])
        table["lower"], table["upper"] = (table["plan"] - half).clip(lower=0), table["plan"] + half
    else:
        table = table.assign(lower=np.nan, upper=np.nan)
    return table.rename_axis("day").reset_index()


def _by_day(table, zones, *, spread=False):
    if not len(table):
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    day = local_days(table, zones=zones)
    values = table["day_spread"] * table["offered"] if spread else table["offered"]
    return values.groupby(day).sum(min_count=1)


def daily_title(table):
    """Return what the days show: more or fewer than planned, and the day that differed most."""
    both = table.dropna(subset=["held", "actual"])
    if both.empty or not both["held"].sum():
        return _("Contacts a day") if table["actual"].notna().any() else _("Contacts a day, as planned")
    share = both["actual"].sum() / both["held"].sum() - 1
    worst = both.loc[(both["actual"] - both["held"]).abs().idxmax()]
    off = _("{day}: {n}", day=text.date(worst["day"]), n=signed(worst["actual"] - worst["held"]))
    if abs(share) < 0.005:
        return _("As many contacts came as planned; the day most off was {day}", day=off)
    said = N_("{n} more contacts came than planned; the day most off was {day}")
    fewer = N_("{n} fewer contacts came than planned; the day most off was {day}")
    return _(said if share > 0 else fewer, n=percent(abs(share), 1), day=off)


def daily_rows(table):
    return table.assign(t=wall(table["day"])).drop(columns="day")


def daily_chart():
    base = alt.Chart(alt.NamedData("days"))
    names = {"plan": _("planned"), "actual": _("came"), "previous": _("previous")}
    tip = [time_tip(form="%a %d %b %Y")]
    tip += [alt.Tooltip(f"{key}:Q", title=label, format=",.0f") for key, label in names.items()]

    def line(field, **mark):
        y = alt.Y(f"{field}:Q", title=_("contacts a day"))
        return base.mark_line(**mark).encode(x=time_x(form="%d %b"), y=y, tooltip=tip)

    return alt.layer(
        base.mark_area(**BAND).encode(x=time_x(form="%d %b"), y=alt.Y("lower:Q"), y2="upper:Q"),
        line("previous", **PREVIOUS),
        line("plan", **PLAN, color="$ink"),
        line("actual", **ACTUAL, color="$accent", point={"size": 12, "color": "$accent"}),  # a day alone is seen, too
    ).properties(height=220)


# tables --------------------------------------------------------------------------------------------------------------
def accuracy(table, labels):
    """Return how right the forecast was per queue, by day and by interval."""
    if table.empty or not table["n"].sum():
        return html.paragraph(_("Nothing to compare: forecast and actual figures have no interval in common."))
    heads = [_("Queue"), (_("Error (WAPE), days"), True), (_("Error, intervals"), True), (_("Too high or low"), True)]
    heads.append((_("Days in the 80 % band"), True))
    rows = []
    for (project, channel), part in table.groupby(["project", "channel"], sort=False):
        per = part.set_index("grain")
        day = per.loc["day"]
        finer = percent(per.loc["interval", "wape"]) if "interval" in per.index else text.say().missing
        name = (
            _("All queues") if not project else text.joined((labels.get(project, project), _(CHANNELS[channel].label)))
        )
        wape = percent(day["wape"], 1)
        rows.append([name, wape, finer, signed(day["bias"], percent, 1), percent(day["coverage_80"])])
    caption = _("Sum of absolute errors over the sum of contacts. A sound 80 % band holds about 80 % of the days.")
    return html.table(heads, rows, caption=caption)


def one_sided(silent, closed):
    """Return in words which days have a plan but no actual figures, and on which closed days contacts came.

    Both by date, with the contacts: a plan less the first of them is what is held against what came.
    """
    said, named = [], lambda days: _listed([f"{text.date(day)} ({number(n)})" for day, n in days.items()])
    if len(silent):
        told = N_("Planned days without any actual figures count on neither side: {days}.")
        said.append(_(told, days=named(silent)))
    if len(closed):
        told = N_("Contacts that came on days planned as closed count as not expected: {days}.")
        said.append(_(told, days=named(closed)))
    return "".join(html.paragraph(sentence) for sentence in said)


def _listed(named):
    rest, said = len(named) - DAYS_NAMED, text.listed(named[:DAYS_NAMED])
    return _("{days} and {n} more", days=said, n=number(rest)) if rest > 0 else said


def fits(values, labels):
    """Return per project how much of its need the schedule covered, in sentences; kpi_values of the plan's side."""
    rows = values[(values["kpi"] == "schedule_fit") & values["value"].notna() & (values["project"] != "")]
    if rows.empty:
        return html.paragraph(_("Not known yet: it needs a staffing plan and a schedule of this cycle."))
    return html.bullets(
        [
            _(
                "{project}: {share} of {hours} needed agent-hours were on the schedule, {short} were short.",
                project=labels.get(row.project, row.project),
                share=percent(row.value, 1),
                hours=number(row.denominator),
                short=number(row.denominator - row.numerator),
            )
            for row in rows.itertuples()
        ]
    )
