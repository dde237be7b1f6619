"""The numbers of a client's report, from that project's own tables: plain dicts, JSON as they are."""

import numpy as np
import pandas as pd

from ccwb import evaluation, measures
from ccwb.channels import CHANNELS
from ccwb.forecast import path_totals

KPIS = ("offered", "handled", "answer_rate", "service_level", "on_time", "asa", "frt", "aht")
IN_TIME, RATE = ("service_level", "on_time"), ("answer_rate",)
SERVICE = (*IN_TIME, *RATE)  # what a client is promised of
PLANNED = ("offered", "aht")
FEWEST = 7  # days with a forecast that an outlook is made of
PATHS = 400
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
    each = {one.key: within(rows, one.first_day, one.last_day) for one in period.trend}
    apart = {key: measured(part, project, by=("project", "channel"), kpis=IN_TIME) for key, part in each.items()}
    whole = {key: measured(part, project, by=("project",), kpis=RATE) for key, part in each.items()}
    return [
        told | {"trend": _trend(period, apart if told["channel"] else whole, told["channel"], told["kpi"])}
        for told in judged(rows, project, period)
    ]


def judged(rows, project, period):
    """Return what was promised and what came, the contract's answer rate first, then what each channel is to keep.

    rows : recorded intervals of the project; what lies outside the period does not count.
    A list of kpi, channel ("" is all), target, within_s, result, met (True, False; None where nobody can tell). For an
    answer rate `only`: the channels that it is of, [] for all; for one counted by shorter periods than the report's:
    counted (day, week, month), of, below, worst, worst_day.
    """
    inside = within(rows, period.first_day, period.last_day)
    now = measured(inside, project, by=("project", "channel"), kpis=IN_TIME)
    return [
        told | _kept(inside[inside["channel"] == told["channel"]], told, now.get((told["channel"], told["kpi"])))
        if told["channel"]
        else _answer_rate(inside, project, period, told)
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


def _trend(period, months, channel, kpi):
    return [{"first_day": str(one.first_day), "value": months[one.key].get((channel, kpi))} for one in period.trend]


def _answer_rate(rows, project, period, told):
    """Return the contract's promise: missed where any of the periods it is counted by is below it."""
    target, counted = told["target"], project["contract"]["period"]
    result = measured(rows, project, by=("project",), kpis=RATE).get(("", "answer_rate"))
    out = told | {"result": result, "only": _only(rows, project)}
    if out["result"] is None:
        return out
    found = _by_counted(rows, project, counted)
    below = found[found["value"] < target - 1e-12]
    out["met"] = below.empty
    if len(found) > 1 or period.key == "cycle":
        worst = found.loc[found["value"].idxmin()]
        out |= {"counted": counted, "of": len(found), "below": len(below), "worst": float(worst["value"])}
        out["worst_day"] = str(worst["first_day"].date())
    return out


def _only(rows, project):
    """Return the channels that an answer rate is of where there are others, too, whose handled contacts nobody told."""
    found = measured(rows, project, by=("project", "channel"), kpis=RATE)
    known = {channel for (channel, _kpi), value in found.items() if value is not None}
    return [name for name in project["channels"] if name in known] if set(rows["channel"]) - known else []


def _by_counted(rows, project, counted):
    """Return the answer rate of each day, week or month of the rows: first_day, value."""
    day = measures.day_of(rows["interval_start"])
    first = {"day": day, "week": day - pd.to_timedelta(day.dt.day_of_week, unit="D")}
    starts = first.get(counted, day - pd.to_timedelta(day.dt.day - 1, unit="D"))
    told = [
        (start, measured(part, project, by=("project",), kpis=RATE).get(("", "answer_rate")))
        for start, part in rows.groupby(starts)
    ]
    return pd.DataFrame(told, columns=["first_day", "value"]).astype({"value": "float64"}).dropna(ignore_index=True)


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
def outlook(forecast, requirement, schedule, *, seed=0):
    """Return what the days ahead are to bring, and with how many people; None without a forecast of
    seven of them at least.

    forecast, requirement, schedule : the project's tables, cut to these days.  Returns first_day, last_day, offered,
    lower, upper (80 % band of the total); days: list of day, offered, lower, upper; channels: list of channel, offered,
    lower, upper; need_h, planned_h: hours of work needed and scheduled, None where there is no plan or schedule.
    """
    if forecast.empty or measures.day_of(forecast["interval_start"]).nunique() < FEWEST:
        return None
    drawn = path_totals(forecast, by=("channel", "day"), paths=PATHS, seed=seed)
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
