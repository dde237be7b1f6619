"""The numbers of a client's report, from that project's own tables: plain dicts, JSON as they are."""

import numpy as np
import pandas as pd

from ccwb import evaluation, measures
from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError

KPIS = ("offered", "handled", "answer_rate", "service_level", "on_time", "asa", "frt", "aht")
IN_TIME, RATE = ("service_level", "on_time"), ("answer_rate",)
SERVICE = (*IN_TIME, *RATE)  # what a client is promised of
PLANNED = ("offered", "aht")
FEWEST = 7  # days with a forecast that an outlook is made of
KNOWN, FARTHEST = 28, 92  # days: so many are known to look ahead from history alone, and so far it looks at most
MODEL = "regression and level"  # nearly as good as the best of all and in a second: a page waits for it
PATHS = 400
DAY_S = 86400
_ENDS = 0.1, 0.9  # of the 80 % band


def plain(value):
    """Return a number as JSON has it: None where it is missing."""
    return None if value is None or pd.isna(value) else float(value)


def within(rows, first, last):
    """Return the rows of some days of the clock they are in, both included."""
    day = measures.day_of(rows["interval_start"])
    return rows[(day >= pd.Timestamp(first)) & (day <= pd.Timestamp(last))]


def measured(rows, project, *, by, kpis=KPIS):
    """Return the measures of the rows of one project, (channel or "", kpi) -> value; of no rows none."""
    if rows.empty or not kpis:
        return {}
    contracts = {project["project"]: project["contract"]}
    found = measures.compute(rows, contracts=contracts, kpis=kpis, by=by)
    return {(row.channel, row.kpi): plain(row.value) for row in found.itertuples()}


# what was promised ---------------------------------------------------------------------------------------------------
def promises(rows, project, period):
    """Return what was promised and what came, as `judged`, each with its trend: first_day and value of each month.

    rows : recorded intervals of the project, from the first month of the trend on.
    """
    told = judged(rows, project, period)
    inside = within(rows, period.trend[0].first_day, period.trend[-1].last_day)
    parts = _parts(inside, project, _starts(inside, "month"))
    months = {
        "": _rates(parts[parts["kpi"].isin(RATE)], ("start", "kpi")),
        **{channel: _rates(part, ("start", "kpi")) for channel, part in parts.groupby("channel")},
    }
    return [one | {"trend": _trend(period, months.get(one["channel"], {}), one["kpi"])} for one in told]


def judged(rows, project, period):
    """Return what was promised and what came, the contract's answer rate first, then what each channel is to keep.

    rows : recorded intervals of the project; what lies outside the period does not count.
    A list of kpi, channel ("" is all), target, within_s, result, met (True, False; None where nobody can tell). For an
    answer rate `only`: the channels that it is of, [] for all; for one counted by shorter periods than the report's:
    counted (day, week, month), of, below, worst, worst_day.
    """
    inside = within(rows, period.first_day, period.last_day)
    parts = _parts(inside, project, _starts(inside, project["contract"]["period"]))
    now = _rates(parts, ("channel", "kpi"))
    return [
        told | _kept(inside[inside["channel"] == told["channel"]], told, now.get((told["channel"], told["kpi"])))
        if told["channel"]
        else _answer_rate(parts[parts["kpi"].isin(RATE)], project, period, told)
        for told in promised(project)
    ]


def promised(project):
    """Return what a project promises: its contract's answer rate, then what each channel is to keep.

    A list of kpi, channel ("" is all), target, within_s (None of a rate), result and met (None: nothing is known yet).
    """
    rate, out = project["contract"].get("answer_rate"), []
    if rate is not None:
        out.append(_promise("answer_rate", "", rate))
    for channel, target in project["channels"].items():
        if target.get("service_level") is not None and target.get("answer_within_s") is not None:
            kpi = "service_level" if CHANNELS[channel].live else "on_time"
            out.append(_promise(kpi, channel, target["service_level"], target["answer_within_s"]))
    return out


def _promise(kpi, channel, target, within_s=None):
    return {"kpi": kpi, "channel": channel, "target": target, "within_s": within_s, "result": None, "met": None}


def _kept(rows, told, result):
    """Return result and verdict of a channel; none where its answers were counted within another time than promised."""
    counted = rows["answer_within_s"].dropna().unique() if "answer_within_s" in rows else ()
    if result is None or len(counted) != 1 or abs(counted[0] - told["within_s"]) > 1:
        return {"result": None, "met": None}
    return {"result": result, "met": bool(result >= told["target"] - 1e-12)}


def _trend(period, months, kpi):
    values = [months.get((pd.Timestamp(one.first_day), kpi)) for one in period.trend]
    return [{"first_day": str(one.first_day), "value": value} for one, value in zip(period.trend, values, strict=True)]


def _answer_rate(parts, project, period, told):
    """Return the contract's promise: missed where any of the periods it is counted by is below it."""
    target, counted = told["target"], project["contract"]["period"]
    each = _rates(parts, ("channel",))
    known = [name for name in project["channels"] if each.get((name,)) is not None]
    result = _rates(parts, ("kpi",)).get(RATE)
    out = told | {"result": result, "only": known if None in each.values() else []}
    if result is None:
        return out
    found = {start: value for (start,), value in _rates(parts, ("start",)).items() if value is not None}
    below = [start for start, value in found.items() if value < target - 1e-12]
    out["met"] = not below
    if len(found) > 1 or period.key == "cycle":
        worst = min(found, key=found.get)
        out |= {"counted": counted, "of": len(found), "below": len(below), "worst": found[worst]}
        out["worst_day"] = str(worst.date())
    return out


def _starts(rows, counted):
    """Return the day that each row's day, week or month begins on, by which a contract is counted."""
    day = measures.day_of(rows["interval_start"])
    if counted == "day":
        return day
    since = day.dt.day_of_week if counted == "week" else day.dt.day - 1
    return day - pd.to_timedelta(since, unit="D")


def _parts(rows, project, starts):
    """Return the promised measures of one project as sums to be added up: start, channel, kpi, numerator, denominator.

    starts : of each row, what it is to be counted in.  Measured at once, each start as if it were a project.
    """
    columns = ["start", "channel", "kpi", "numerator", "denominator"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    named = rows.assign(project=starts.dt.strftime("%Y-%m-%d"))
    contracts = dict.fromkeys(named["project"].unique(), project["contract"])
    found = measures.compute(named, contracts=contracts, kpis=(*IN_TIME, *RATE), by=("project", "channel"))
    return found.assign(start=pd.to_datetime(found["project"]))[columns]


def _rates(parts, by):
    """Return the measure of each group of `_parts`, sums of numerators over those of denominators; None where unknown.

    by : names of columns; the keys are tuples of them, in order.
    """
    sums = parts.groupby(list(by), sort=True)[["numerator", "denominator"]].sum(min_count=1)
    value = (sums["numerator"] / sums["denominator"]).where(sums["denominator"] > 0)
    return {key if isinstance(key, tuple) else (key,): plain(one) for key, one in value.items()}


# volumes and service -------------------------------------------------------------------------------------------------
def channels(rows, plan, project):
    """Return volume and service of each channel in a period, beside the plan where there was one.

    rows, plan : recorded intervals and requirement of the period, of the project.  A list of channel, offered, handled,
    answer_rate, within (share in time), wait_s, aht_s; planned, planned_aht_s; came, came_aht_s: of the days that the
    plan knows, to be held against it.
    """
    found = measured(rows, project, by=("project", "channel"))
    days = set(measures.day_of(plan["interval_start"])) if len(plan) else set()
    beside = rows[measures.day_of(rows["interval_start"]).isin(days)] if len(rows) else rows
    planned = _planned(plan, beside) if len(plan) and len(beside) else {}
    came = measured(beside, project, by=("project", "channel")) if planned else {}
    return [
        _channel(name, found, planned, came) for name in project["channels"] if found.get((name, "offered")) is not None
    ]


def _channel(name, found, planned, came):
    live = CHANNELS[name].live
    return {
        "channel": name,
        "offered": found.get((name, "offered")),
        "handled": found.get((name, "handled")),
        "answer_rate": found.get((name, "answer_rate")),
        "within": found.get((name, "service_level" if live else "on_time")),
        "wait_s": found.get((name, "asa" if live else "frt")),
        "aht_s": found.get((name, "aht")),
        "planned": planned.get((name, "offered")),
        "planned_aht_s": planned.get((name, "aht")),
        "came": came.get((name, "offered")),
        "came_aht_s": came.get((name, "aht")),
    }


def _planned(plan, rows):
    found = evaluation.planned_values(plan, actuals=rows, kpis=PLANNED, by=("project", "channel"))
    return {(row.channel, row.kpi): plain(row.value) for row in found.itertuples()}


def staffing(rows, plan):
    """Return hours at work on the project's contacts beside those the plan needed: planned_h, worked_h, days.

    Both of the intervals that the recorded `agents` tell of; None where nobody can tell.
    """
    if plan.empty or rows.empty or "agents" not in rows or rows["agents"].isna().all():
        return None
    keys = ["interval_start", "interval_s", "project", "channel"]
    sides = [table[[*keys, "agents"]].dropna() for table in (plan, rows)]
    both = sides[0].merge(sides[1], on=keys, suffixes=("_planned", "_worked"))
    if both.empty:
        return None
    hours = both["interval_s"] / 3600
    told = {f"{side}_h": float((both[f"agents_{side}"] * hours).sum()) for side in ("planned", "worked")}
    return told | {"days": int(measures.day_of(both["interval_start"]).nunique())}


# what comes next -----------------------------------------------------------------------------------------------------
def preliminary(history, project, ahead, *, events=None, seed=0):
    """Return the forecast, by day, that a project's history alone gives of the days ahead; none where it cannot.

    history : recorded intervals of the project, none of them of the days ahead.  ahead : a Period.  events : table.
    It cannot with less than 28 days known, nor where the history ends more than 92 days before the last day ahead.
    """
    days = pd.Series(measures.day_of(history["interval_start"]).unique()) if len(history) else pd.Series(dtype="object")
    far = (pd.Timestamp(ahead.last_day) - days.max()).days if len(days) else FARTHEST + 1
    if len(days) < KNOWN or far > FARTHEST:
        return pd.DataFrame()
    hours, known = {project["project"]: project}, {"events": events, "model": MODEL, "seed": seed}
    try:
        inside = fc.gather(fc.within_hours(history, hours=hours), DAY_S)
        table = fc.forecast(inside, days=far, hours=hours, **known)
    except PlanError:  # a queue of which nothing can be told: it needs a forecast made by hand
        return pd.DataFrame()
    return within(table, ahead.first_day, ahead.last_day)


def outlook(forecast, requirement, schedule, *, seed=0):
    """Return what the days ahead are to bring, and with how many people; None without a forecast of
    seven of them at least.

    forecast, requirement, schedule : the project's tables, cut to these days.  Returns first_day, last_day, offered,
    lower, upper (80 % band of the total); days: list of day, offered, lower, upper; channels: list of channel, offered,
    lower, upper; need_h, planned_h: hours of work needed and scheduled, None where there is no plan or schedule.
    """
    if forecast.empty or measures.day_of(forecast["interval_start"]).nunique() < FEWEST:
        return None
    drawn = fc.path_totals(forecast, by=("channel", "day"), paths=PATHS, seed=seed)
    day = measures.day_of(forecast["interval_start"])
    dated = forecast.assign(day=day)
    need = float((requirement["scheduled"] * requirement["interval_s"]).sum() / 3600) if len(requirement) else None
    return {
        "first_day": str(day.min().date()),
        "last_day": str(day.max().date()),
        "offered": float(forecast["offered"].sum()),
        **_band(drawn),
        "days": [{**row, "day": str(row["day"].date())} for row in _expected(dated, "day", drawn)],
        "channels": _expected(forecast, "channel", drawn),
        "need_h": need,
        "planned_h": _scheduled_h(schedule) if len(schedule) else None,
    }


def _band(drawn):
    ends = np.quantile(drawn.groupby("path")["offered"].sum(), _ENDS)
    return {"lower": float(ends[0]), "upper": float(ends[1])}


def _expected(forecast, by, drawn):
    """Return what is expected by channel or by day, with its band, in order."""
    paths = {pd.Timestamp(key) if by == "day" else key: part for key, part in drawn.groupby(by)}
    sums = forecast.groupby(by, sort=True)["offered"].sum()
    return [{by: key, "offered": float(offered)} | _band(paths[key]) for key, offered in sums.items()]


def _scheduled_h(schedule):
    work = (schedule["shift_end"] - schedule["shift_start"]).dt.total_seconds()
    if {"break_start", "break_end"} <= set(schedule):
        work -= (schedule["break_end"] - schedule["break_start"]).dt.total_seconds().fillna(0)
    return float((work / 3600 * schedule["people"]).sum())
