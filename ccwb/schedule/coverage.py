"""How a schedule meets the need: people at work per interval, what stays short and why, and the fit."""

import numpy as np
import pandas as pd

from ccwb.messages import N_

HOUR = 3600
REASONS = {
    "closed": N_("{project}, {day} {start}-{end}: {needed} agents needed, but the project is closed then."),
    "no shift": N_("{project}, {day} {start}-{end}: {needed} agents needed, but no shift may lie over this time."),
    "people": N_("{project}, {day} {start}-{end}: {needed} agents needed, {scheduled} there; no more people to call."),
    "balance": N_(
        "{project}, {day} {start}-{end}: {needed} agents needed, {scheduled} there; "
        "one more shift would cost more than it helps."
    ),
    "roster": N_("{project}, {day} {start}-{end}: {needed} agents needed, {scheduled} there."),
}


def with_schedule(coverage, *, schedule):
    """Return the coverage table with `scheduled` and `gap` counted anew from a schedule, as after editing it by hand.

    People on a break do not count; a shift that covers part of an interval counts with that part.
    """
    out = coverage.copy()
    for project, rows in out.groupby("project"):
        mine = schedule[schedule["project"] == project]
        out.loc[rows.index, "scheduled"] = people_at_work(
            mine, starts=rows["interval_start"], lengths=rows["interval_s"]
        )
    out["gap"] = out["scheduled"] - out["required"]
    return out


def people_at_work(schedule, *, starts, lengths):
    """Return for each interval the people at work in it, averaged over the interval, breaks taken off.

    schedule : schedule table.  starts : interval starts.  lengths : seconds, one or one per interval.
    Returns an array as long as `starts`.
    """
    starts = pd.DatetimeIndex(starts)
    if not len(starts) or schedule.empty:
        return np.zeros(len(starts))
    origin = min(starts.min(), schedule["shift_start"].min())
    begin = _since(starts, origin)
    end = begin + np.asarray(lengths, dtype=float)
    worked = _person_seconds(schedule, "shift", begin, end, origin)
    breaks = schedule[schedule["break_start"].notna()]
    return (worked - _person_seconds(breaks, "break", begin, end, origin)) / (end - begin)


def unmet(coverage, *, at_least=0.5):
    """Return what the schedule leaves short, as sentences in time order: a list of (template, values).

    at_least : agents; smaller gaps come from fractions of an agent and are not told. Neighbouring intervals with one
    reason are told together; `needed` and `scheduled` are those of the worst of them, `hours` the agent-hours short.
    """
    short = coverage[coverage["gap"] <= -at_least].sort_values(["project", "interval_start"])
    if short.empty:
        return []
    reason = short["reason"] if "reason" in short else pd.Series("balance", index=short.index)
    length = pd.to_timedelta(short["interval_s"], unit="s")
    joins = (
        short["interval_start"].eq((short["interval_start"] + length).shift())
        & short["project"].eq(short["project"].shift())
        & short["interval_start"].dt.date.eq(short["interval_start"].dt.date.shift())
        & reason.eq(reason.shift())
    )
    return [_told(rows, reason[rows.index[0]]) for _, rows in short.groupby((~joins).cumsum())]


def fit(coverage):
    """Return how well the schedule follows the need, over all rows of a coverage table.

    fit : sum of min(scheduled, required) over sum of required, agent-hours; None where nothing is required.
    required_h, scheduled_h : agent-hours needed and on the schedule, breaks taken off.
    under_h, over_h : agent-hours short and too many, each summed by interval; covered_h = required_h - under_h.

    >>> table = pd.DataFrame({"interval_s": 1800, "required": [4.0, 2.0], "scheduled": [3.0, 3.0]})
    >>> fit(table)["fit"], fit(table)["under_h"], fit(table)["over_h"]
    (0.8333333333333334, 0.5, 0.5)
    """
    hours = coverage["interval_s"] / HOUR
    required, scheduled = coverage["required"], coverage["scheduled"]
    covered_h = float((np.minimum(scheduled, required) * hours).sum())
    required_h, scheduled_h = float((required * hours).sum()), float((scheduled * hours).sum())
    return {
        "fit": covered_h / required_h if required_h > 0 else None,
        "required_h": required_h,
        "scheduled_h": scheduled_h,
        "covered_h": covered_h,
        "under_h": required_h - covered_h,
        "over_h": scheduled_h - covered_h,
    }


def _since(times, origin):
    return ((pd.DatetimeIndex(times) - origin) / pd.Timedelta(seconds=1)).to_numpy()


def _person_seconds(rows, kind, begin, end, origin):
    """Return the person-seconds of shifts or breaks that fall into each [begin, end)."""
    people = rows["people"].to_numpy(dtype=float)
    total = np.zeros(len(begin))
    for column, sign in ((f"{kind}_start", 1), (f"{kind}_end", -1)):
        at = _since(rows[column], origin)
        order = np.argsort(at)
        count = np.concatenate([[0], np.cumsum(people[order])])
        weighted = np.concatenate([[0], np.cumsum((people * at)[order])])
        for moment, side in ((end, 1), (begin, -1)):
            passed = np.searchsorted(at[order], moment)
            total += sign * side * (moment * count[passed] - weighted[passed])
    return total


def _told(rows, reason):
    worst = rows.loc[rows["gap"].idxmin()]
    first, last = rows.iloc[0], rows.iloc[-1]
    end = last["interval_start"] + pd.Timedelta(seconds=int(last["interval_s"]))
    return REASONS[reason], {
        "project": first["project"],
        "day": first["interval_start"].date(),
        "start": f"{first['interval_start']:%H:%M}",
        "end": "24:00" if f"{end:%H:%M}" == "00:00" else f"{end:%H:%M}",
        "needed": round(float(worst["required"]), 1),
        "scheduled": round(float(worst["scheduled"]), 1),
        "hours": round(float(-(rows["gap"] * rows["interval_s"]).sum() / HOUR), 2),
    }
