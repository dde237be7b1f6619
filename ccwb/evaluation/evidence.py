"""What the figures say of one deviation from the plan: the day around it, and what was before and after it."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.channels import CHANNELS
from ccwb.evaluation.compared import expected_history
from ccwb.tables import check

SHOWN = ("offered", "aht", "service_level", "answer_rate", "asa")
HOURS_S, WEEK_S = 7_200, 604_800
DAY_S = 86_400


def day_around(requirement, actuals, *, at):
    """Return the day of a moment as a curve: interval_start, plan_offered, offered, plan_service_level, service_level.

    requirement, actuals : tables of these names, of the queues concerned, whose contacts are added up.  at : a time,
    in whose zone the day is.  A side that knows nothing of an interval, or no service level, is missing there.
    """
    start = pd.Timestamp(at).normalize()
    end = start + pd.Timedelta(days=1)
    sides = [_within(table, start, end) for table in (expected_history(requirement), check(actuals, "actuals"))]
    length = measures.nested_length(*sides) if all(map(len, sides)) else None
    sides = measures.in_slots(sides, length) if length else sides
    curves = [_curve(rows, name) for rows, name in zip(sides, ("plan_", ""), strict=True)]
    return curves[0].merge(curves[1], on="interval_start", how="outer").sort_values("interval_start", ignore_index=True)


def before_after(requirement, actuals, *, at, span_s=HOURS_S, kpis=SHOWN):
    """Return what was planned and measured before and after a moment, and what is different after it.

    requirement, actuals : as for `day_around`.  span_s : length of either side; up to a day the intervals that begin
    within it before `at` and from then on, from a day on the whole days before the day of `at` and those after it.
    One row per measure: kpi, before_plan, before, after_plan, after, contacts (of both sides, as counted),
    days_before and days_after (on which anything was recorded) and found:
    how much more the actual value lies above the plan after than before; of a sum, relative to its plan. So the usual
    course of the day is not taken for an effect. Missing where one of the four is. It is no proof: other things change
    in the same hour.
    """
    at, told = pd.Timestamp(at), check(actuals, "actuals")
    span = pd.Timedelta(seconds=span_s)
    starts = (at, at) if span_s < DAY_S else (at.normalize(), at.normalize() + pd.Timedelta(days=1))
    windows = {"before": (starts[0] - span, starts[0]), "after": (starts[1], starts[1] + span)}
    expected, values, contacts, days = expected_history(requirement), {}, 0.0, {}
    for name, window in windows.items():
        came = _within(told, *window)
        plan = _within(expected, *window)
        values[name] = _values(came, kpis)
        values[f"{name}_plan"] = _values(measures.told(plan, came) if len(came) and len(plan) else plan.iloc[:0], kpis)
        contacts += came["offered"].sum()
        days[f"days_{name}"] = measures.day_of(came["interval_start"]).nunique()
    table = pd.DataFrame(values, index=list(kpis))[["before_plan", "before", "after_plan", "after"]]
    return table.assign(contacts=contacts, **days, found=_found(table)).rename_axis("kpi").reset_index()


def rest_of_day_came(requirement, actuals, *, at, of="rest"):
    """Return what came of the day of a moment where customers wait (voice, chat), as a response was to change it.

    requirement, actuals : as for `day_around`.  of : 'rest' of the day from `at` on, or the whole 'day'.
    service_level : answered in time over offered, of the day or its rest, as they were counted; people and
    people_planned : at work at once from `at` to the end of the day, as means over the time that both sides know.
    None where nobody recorded it.
    """
    at, day = pd.Timestamp(at), pd.Timestamp(at).normalize()
    end = day + pd.Timedelta(days=1)
    live = [name for name, one in CHANNELS.items() if one.live]
    plan, came = (table[table["channel"].isin(live)] for table in (requirement, check(actuals, "actuals")))
    told = _within(came, day if of == "day" else at, end)
    sums = [told[name].sum(min_count=len(told)) if name in told else np.nan for name in ("answered_within", "offered")]
    people = _together(_within(plan, at, end), _within(came, at, end))
    found = {"service_level": sums[0] / sums[1] if len(told) and sums[1] > 0 else np.nan} | people
    return {name: None if pd.isna(value) else float(value) for name, value in found.items()}


def _together(plan, came):
    """Return mean people at work and planned, of the intervals and queues that both know."""
    if plan.empty or came.empty or "agents" not in came or came["agents"].isna().any():
        return {"people": np.nan, "people_planned": np.nan}
    length = measures.nested_length(plan, came)
    sides = []
    for table in measures.in_slots([plan, came], length) if length else (plan, came):
        work = table.assign(work=table["agents"] * table["interval_s"])
        sides.append(work.groupby(["interval_start", "project", "channel"])[["work", "interval_s"]].sum())
    both = sides[0].add_suffix("_planned").join(sides[1], how="inner")
    open_s = both.groupby("interval_start")["interval_s"].max().sum()
    sums = {"people": both["work"].sum(), "people_planned": both["work_planned"].sum()}
    return {name: work / open_s if open_s else np.nan for name, work in sums.items()}


def _found(table):
    total = np.array([measures.KPIS[kpi].total for kpi in table.index])
    ratio = table["after"] / table["after_plan"] - table["before"] / table["before_plan"]
    plain = (table["after"] - table["after_plan"]) - (table["before"] - table["before_plan"])
    return ratio.where(total, plain).replace([np.inf, -np.inf], np.nan)


def _values(rows, kpis):
    """Return KPI -> value of some rows in the shape of a history; missing where nothing can be told."""
    if rows.empty:
        return dict.fromkeys(kpis, np.nan)
    found = measures.compute(rows, kpis=list(kpis), by=())
    return found.set_index("kpi")["value"].to_dict()


def _within(table, first, end):
    """Return the rows whose interval begins from `first` to before `end`, in the zone of `first`."""
    times = table["interval_start"]
    if times.dt.tz is not None and first.tz is not None:
        table = table.assign(interval_start=times.dt.tz_convert(first.tz))
    elif times.dt.tz is None and first.tz is not None:
        first, end = first.tz_localize(None), end.tz_localize(None)
    return table[(table["interval_start"] >= first) & (table["interval_start"] < end)]


def _curve(rows, name):
    """Return contacts and service level by interval; the rate is of the queues on which the customer waits."""
    within = rows["answered_within"] if "answered_within" in rows else pd.Series(np.nan, index=rows.index)
    live = rows["channel"].map({key: one.live for key, one in CHANNELS.items()}).fillna(True).astype(bool)
    known = live & within.notna()
    parts = {"within": within.where(known), "of": rows["offered"].where(known)}
    sums = rows[["interval_start", "offered"]].rename(columns={"offered": f"{name}offered"}).assign(**parts)
    sums = sums.groupby("interval_start").sum(min_count=1)
    sums[f"{name}service_level"] = (sums["within"] / sums["of"]).where(sums["of"] > 0)
    return sums[[f"{name}offered", f"{name}service_level"]].reset_index()
