"""The six tiles of the executive page, each a title, what it tells, and the way to the page behind it."""

import datetime as dt

import altair as alt
import pandas as pd

from ccwb import cycle, evaluation, measures
from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.projects import PERIODS
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html, text
from ccwb.ui.charts import PLAN, Chart, time_tip, time_x, wall
from ccwb.ui.text import _, number, percent, signed

AHEAD = 28  # days of the month ahead
HOUR_S = 3600
LINES = 4  # of a list in a tile
BUDGET = {"good": N_("within"), "near": N_("near"), "miss": N_("over")}


def tile(page, title, where, label, *children, **query):
    """Return one tile: its title, what it tells, and a link to the page behind it."""
    link = html.html(html.link(label, page.context.href(where, **query)))
    return html.card(*children, link, title=title, classes="ccwb-tile")


# promises ------------------------------------------------------------------------------------------------------------
def promises(page):
    """Return the tile of what was promised per project: kept, at risk or missed."""
    rows = [_promise(page, project) for project in em.projects_of(page.centre(), page.project)]
    heads = [_("Project and promise"), (_("Result"), True), _("Stands")]
    body = [[html.raw(html.paragraph(row["label"]) + html.paragraph(row["promise"], "ccwb-muted"))] for row in rows]
    body = [[*name, row["result"], html.raw(row["tag"])] for name, row in zip(body, rows, strict=True)]
    notes = [row["note"] for row in rows if row["note"]]
    said = html.html(html.table(heads, body) + "".join(html.paragraph(note, "ccwb-muted") for note in notes[:1]))
    return tile(page, _("What we promised"), "evaluation", _("To plan and actual"), said)


def _promise(page, project):
    contract, key = project["contract"], project["project"]
    targets = em.targets(page.store, page.context.cycle, page.centre())
    kpi = "answer_rate" if contract.get("answer_rate") is not None else "service_level"
    target = contract.get("answer_rate") or targets.get(kpi, {}).get(key, targets.get(kpi, {}).get(""))
    promise = _("{measure} {share}", share=percent(target), measure=_(measures.KPIS[kpi].label))
    if target is None:  # neither a contract nor the mission: what the channels are staffed for
        promise, target = _of_channels(project)
    row = {"label": project["label"], "promise": promise, "result": text.say().missing, "tag": "", "note": ""}
    if not project["channels"] and target is None:
        return row
    result, planned = _result(page, key, kpi, contract)
    if result is None:
        return row | {"tag": html.tag(html.no_data())}
    if target is None:
        return row | {"result": percent(result)}
    verdict = measures.verdict(kpi, result, target)
    row |= {"result": percent(result), "tag": html.tag(_stands(verdict, planned), verdict)}
    if kpi == "answer_rate" and not planned:
        row |= _by_period(page, project, target)
    return row


def _of_channels(project):
    """Return (in words, share) of the channels' service levels; the share is None where they promise different ones."""
    if not project["channels"]:
        return _("No promise or target is entered."), None
    promised = {}
    for channel, target in project["channels"].items():
        promised.setdefault((target["service_level"], target["answer_within_s"]), []).append(_(CHANNELS[channel].label))
    told = [
        (", ".join(labels), _("{share} in {time}", share=percent(level), time=_time(within)))
        for (level, within), labels in promised.items()
    ]
    shares = {level for level, _within in promised}
    words = [said if len(told) == 1 else f"{labels} {said}" for labels, said in told]
    measure = _(measures.KPIS["service_level"].label)
    return f"{measure} {'; '.join(words)}", shares.pop() if len(shares) == 1 else None


def _time(seconds):
    if seconds >= HOUR_S and seconds % HOUR_S == 0:
        return _("{n} h", n=number(seconds / HOUR_S))
    return text.duration(seconds)


def _stands(verdict, planned):
    if planned:
        return {"good": _("planned to hold"), "near": _("at risk"), "miss": _("planned below")}[verdict]
    return {"good": _("kept"), "near": _("at risk"), "miss": _("missed")}[verdict]


def _result(page, project, kpi, contract):
    """Return (value, planned): what came; while the project has nothing measured, what the plan gives; None else."""
    rows = page.table[page.table["project"] == project]
    row = rows[rows["kpi"] == kpi]
    if rows["actual"].notna().any():
        value = row["actual"].iloc[0] if len(row) else None
        return (None if pd.isna(value) else value), False
    if len(row) and pd.notna(row["plan"].iloc[0]):
        return row["plan"].iloc[0], True
    plan = page.requirement(project)
    if not len(plan):
        return None, False
    found = evaluation.planned_values(plan, kpis=[kpi], contracts={project: contract})["value"]
    return (found.iloc[0], True) if len(found) and pd.notna(found.iloc[0]) else (None, False)


def _by_period(page, project, target):
    """Return how a contract stands over its own periods: one missed month is a missed promise, whatever the mean."""
    contract, key = project["contract"], project["project"]
    place = {"cycle": page.cycle_id, "project": key, "zone": project["zone"]}
    actuals = page.store.read_table("actuals", **place)
    if actuals.empty:
        return {}
    found = by_period(actuals, contract, project=key)
    missed = found[found["value"] < target - 1e-12]
    if found.empty or missed.empty:
        return {}
    worst = missed.loc[missed["value"].idxmin()]
    note = _(
        "{project}: {n} of {of} periods ({period}) below the promise, the lowest {value} from {day}.",
        project=project["label"],
        n=number(len(missed)),
        of=number(len(found)),
        period=_(PERIODS[contract["period"]]),
        value=percent(worst["value"], 1),
        day=text.date(worst["first_day"]),
    )
    return {"note": note, "tag": html.tag(_("missed"), "miss")}


def by_period(actuals, contract, *, project):
    """Return the answer rate of each of a contract's periods that the actual figures touch: first_day and value."""
    day = actuals["interval_start"].dt.tz_localize(None).dt.normalize()
    first = {"day": day, "week": day - pd.to_timedelta(day.dt.day_of_week, unit="D")}
    starts = first.get(contract["period"], day - pd.to_timedelta(day.dt.day - 1, unit="D"))
    rows = [
        (start, measures.value("answer_rate", part, contracts={project: contract}))
        for start, part in actuals.groupby(starts)
    ]
    return pd.DataFrame(rows, columns=["first_day", "value"]).dropna(ignore_index=True)


# the month ahead -----------------------------------------------------------------------------------------------------
def month_ahead(page, today):
    """Return the tile of the days ahead: hours needed against hours scheduled."""
    one = page.context.cycle
    first = month_from(one, today)
    days = hours_by_day(page, first, first + dt.timedelta(days=AHEAD))
    over = today > one.last_day
    title = _("The last month against people") if over else _("The month ahead against people")
    if days.empty:
        said = html.html(html.paragraph(_("Nothing is planned for these days yet: it needs a staffing plan.")))
        return tile(page, title, "staffing", _("To staffing"), said)
    chart = Chart(_chart(), {"days": days}, title=month_title(days, first), table=days, name="month_ahead")
    return tile(page, title, "schedule", _("To the schedule"), chart)


def month_from(one, today):
    """Return the first of the days to show: today inside the cycle, its beginning before it, its last month after."""
    last = max(one.first_day, one.last_day - dt.timedelta(days=AHEAD - 1))
    return min(max(one.first_day, today), last)


def hours_by_day(page, first, end):
    """Return agent-hours needed and scheduled per day, as the chart wants them."""
    needed, scheduled = [], []
    for project in em.projects_of(page.centre(), page.project):
        place = {"cycle": page.cycle_id, "project": project["project"], "zone": project["zone"]}
        days = {"start": str(first), "end": str(end)}
        need = page.store.read_table("requirement", **place, **days)
        needed.append(_daily(need["interval_start"], need["scheduled"] * need["interval_s"] / 3600))
        shifts = page.store.read_table("schedule", all_columns=True, **place, **days)
        scheduled.append(_daily(shifts["shift_start"], _worked_h(shifts)))
    if not sum(map(len, needed)):
        return pd.DataFrame()
    table = pd.DataFrame({"needed": _added(needed), "scheduled": _added(scheduled)})
    table = table[table["needed"].notna()]
    return table.assign(t=wall(table.index)).reset_index(drop=True)


def _worked_h(shifts):
    work = shifts["shift_end"] - shifts["shift_start"]
    pause = (shifts["break_end"] - shifts["break_start"]).dt.total_seconds().fillna(0)
    seconds = work.dt.total_seconds() - pause
    return seconds / 3600 * shifts["people"]


def _daily(times, hours):
    return hours.groupby(times.dt.tz_localize(None).dt.normalize()).sum()


def _added(parts):
    return pd.concat(parts).groupby(level=0).sum()


def month_title(days, first):
    """Return what the days ahead show, as a sentence."""
    if days["scheduled"].isna().all():
        return _(
            "From {day} {n} hours are needed; nobody is scheduled yet", day=text.date(first), n=_hours(days, "needed")
        )
    share = days["scheduled"].sum() / days["needed"].sum() - 1 if days["needed"].sum() else 0.0
    return _(
        "From {day}: {needed} hours needed, {scheduled} on the schedule ({share})",
        day=text.date(first),
        needed=_hours(days, "needed"),
        scheduled=_hours(days, "scheduled"),
        share=signed(share, percent, 1),
    )


def _hours(days, column):
    return number(days[column].sum())


def _chart():
    base = alt.Chart(alt.NamedData("days"))
    tip = [
        time_tip(form="%a %d %b"),
        alt.Tooltip("needed:Q", title=_("needed"), format=",.0f"),
        alt.Tooltip("scheduled:Q", title=_("scheduled"), format=",.0f"),
    ]

    def line(field, **mark):
        y = alt.Y(f"{field}:Q", title=_("hours a day"), axis=alt.Axis(tickCount=4))
        return base.mark_line(interpolate="step-after", **mark).encode(x=time_x(form="%d %b"), y=y, tooltip=tip)

    return alt.layer(
        line("needed", **PLAN, color="$ink"), line("scheduled", color="$accent", strokeWidth=2)
    ).properties(height=110)


# cost, miss, lessons -------------------------------------------------------------------------------------------------
def cost(page):
    """Return the tile of what a contact costs, against its target and the cycle before."""
    rows = page.table[page.table["kpi"] == "cost_per_contact"]
    rows = rows[(rows["project"] == page.project) | (page.project == "")]
    rows = rows[rows["actual"].notna()]
    title, currency = _("Cost against budget"), page.centre()["currency"]
    if rows.empty:
        said = _("Not measured: it needs the cycle's costs, imported on the setup page, and its actual figures.")
        return tile(page, title, "setup", _("To the setup"), html.html(html.paragraph(said)))
    blank = text.say().missing
    body = [
        [
            page.labels.get(row.project) or _("Whole centre"),
            *(blank if pd.isna(v) else number(v, 2) for v in (row.actual, row.target, row.previous)),
            html.raw(html.tag(_(BUDGET[row.verdict]), row.verdict)) if isinstance(row.verdict, str) else "",
        ]
        for row in rows.itertuples()
    ]
    heads = [
        _("{currency} a contact", currency=currency),
        (_("Actual"), True),
        (_("Target"), True),
        (_("Before"), True),
        "",
    ]
    note = html.paragraph(_("The target per contact stands for the budget."), "ccwb-muted")
    return tile(page, title, "evaluation", _("To plan and actual"), html.html(html.table(heads, body) + note))


def miss(page):
    """Return the tile of the largest miss; of the cycle before, while this one has nothing measured."""
    table, whose, query = page.table, "", {}
    earlier = em.before(page.store, page.context.cycle)[0]
    if not table["actual"].notna().any():
        if earlier is None or not page.store.has_rows("kpi_values", cycle=earlier.id):
            said = html.paragraph(_("Nothing is measured in this cycle yet."))
            return tile(page, _("The largest miss"), "evaluation", _("To the evaluation"), html.html(said))
        table, query = em.compared(page.store, earlier, page.centre()), {"cycle": earlier.id}
        whose = html.paragraph(_("Nothing is measured in this cycle yet. In {name}:", name=earlier.name), "ccwb-muted")
    table = table[table["project"] == page.project] if page.project else table
    currency = page.centre()["currency"]
    said = parts.miss_sentences(table, page.labels, currency)
    further = [parts.miss_said(row, page.labels, currency) for row in parts.misses(table)[1:3]]
    held = table["verdict"].dropna()
    met = _("{good} of {n} targets met", good=number((held == "good").sum()), n=number(len(held))) if len(held) else ""
    content = whose + "".join(map(html.paragraph, said)) + html.bullets(further) + html.paragraph(met, "ccwb-muted")
    return tile(page, _("The largest miss"), "evaluation", _("To the evaluation"), html.html(content), **query)


def lessons(page):
    """Return the tile of what was learned: this cycle's lessons, else those that came along into it."""
    noted = (page.store.load("evaluation", cycle=page.cycle_id).data or {}).get("lessons", [])
    whose, query = "", {}
    if not noted:
        carried = (page.store.load("carried", cycle=page.cycle_id).data or {}).get("rows", [])
        noted = [row for row in carried if row["kind"] == "lesson"]
        whose = (
            html.paragraph(_("Brought along from {name}:", name=noted[0]["origin"]["name"]), "ccwb-muted")
            if noted
            else ""
        )
        if noted:  # they are read where they were noted
            query = {"cycle": noted[0]["origin"]["cycle"]}
    lines = [" · ".join(filter(None, (row["text"], row["owner"]))) for row in noted[:LINES]]
    content = whose + html.bullets(lines) if lines else html.paragraph(_("No lesson is noted yet."))
    if len(noted) > LINES:
        content += html.paragraph(_("And {n} more.", n=number(len(noted) - LINES)), "ccwb-muted")
    return tile(page, _("What we learned"), "evaluation", _("To the lessons"), html.html(content), **query)


# decisions -----------------------------------------------------------------------------------------------------------
def decisions(page, today):
    """Return the tile of what waits for a decision: approvals, gaps without one, what is late."""
    found = wanted(page.store, page.context.cycle, today)
    lines = [f"{said} {html.link(_('Go there'), page.context.href(where, **query))}" for said, where, query in found]
    shown = "".join(f"<li>{line}</li>" for line in lines[:LINES])
    content = f"<ul>{shown}</ul>" if lines else html.paragraph(_("Nothing waits for a decision."))
    if len(lines) > LINES:
        content += html.paragraph(_("And {n} more.", n=number(len(lines) - LINES)), "ccwb-muted")
    return tile(page, _("Decisions wanted"), "mission", _("To the gaps"), html.html(content), step="gaps")


def wanted(store, one, today):
    """Return what waits for somebody to decide: a list of (sentence as HTML text, page, query)."""
    out = []
    for key, state in cycle.state(store, one.id).items():
        if state.state == cycle.IN_WORK and not state.blockers:
            said = _("{stage} waits for approval.", stage=_(cycle.stage_of(key).label))
            out.append((html.escape(said), key, {}))
    plan = store.load("mission", cycle=one.id).data or {}
    order = ("high", "medium", "low")
    gaps = [gap for gap in plan.get("gaps", []) if gap["status"] == "open" and not gap.get("decision")]
    for gap in sorted(gaps, key=lambda gap: order.index(gap["severity"])):
        out.append((html.escape(_("Gap without a decision: {gap}.", gap=gap["title"])), "mission", {"step": "gaps"}))
    late = len(_late(plan, today))
    if late:
        said = _("{n} rows of the preparation are late.", n=number(late))
        out.append((html.escape(said), "mission", {"step": "preparation"}))
    return out


def _late(plan, today):
    from ccwb.mission import late

    return late(plan.get("preparation", []), today)
