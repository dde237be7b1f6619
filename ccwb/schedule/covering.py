"""Requirement and shifts -> schedule: how many people start which shift when.

Each project and local day is one covering problem of its own, solved by mixed-integer programming with HiGHS, the
solver that SciPy brings: an open, well-kept branch-and-cut solver that also proves how good an answer is, and needs no
further package. docs/models_schedule.md has the model in words and formulas.
"""

from collections import namedtuple

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.schedule.coverage import with_schedule
from ccwb.schedule.days import days_of, grid_s, needed_of, slot_of, variants_of
from ccwb.schedule.shifts import check_shifts
from ccwb.tables import TABLES, check, empty

HOUR = 3600
GAP = 2e-3  # a day is solved to within this share of its best cost
Weights = namedtuple("Weights", "under over paid person")


def cover(
    requirement,
    *,
    shifts,
    projects,
    column="scheduled",
    under_weight=10.0,
    over_weight=1.0,
    paid_weight=1.0,
    person_weight=0.5,
    limit=None,
    at_once=None,
    time_limit_s=10,
    progress=None,
):
    """Return (schedule, coverage): the shifts that cover the requirement best, and need against people per interval.

    requirement : requirement table, intervals of an hour at most; its channels are summed per project.
    shifts : shifts table.  projects : project -> project (opening hours and zone), as the centre document holds them.
    column : what is needed, 'scheduled' (agents / (1 - shrinkage)) or 'agents'.
    under_weight, over_weight, paid_weight : what an agent-hour too few, an agent-hour too many and a paid hour count;
    person_weight : what calling in one person counts, in paid hours (above 0 prefers few long shifts).
    limit : most people on one day in all, at_once : most people at work at the same time; None for as many as needed,
    a number for each project alike, or project -> number.
    time_limit_s : longest time for one project and day; the best found by then is taken.
    progress : called as progress(done, total) after each project and day; it may raise to stop.

    Nobody works outside the opening hours; a break may lie in a closed hour. Starts follow the local clock, lengths the
    time that passes: on the day the clocks go forward an 8 h shift from 00:00 ends at 09:00. A shift ends by midnight.
    The grid is the requirement's usual interval, or finer where shifts need it (8.5 h with hourly needs: 30 minutes).
    A shift over one that is open in part (until 21:05) begins at the opening or ends at the closing, and is paid so;
    the interval counts with the most that it needs. The coverage has the grid's intervals, and five minutes of those
    that do not need the same throughout.
    What cannot be met stays short there with its reason: see `unmet`.
    Raises PlanError for shifts or requirements that cannot be read, naming them.
    """
    shifts = check_shifts(shifts)
    step_s = grid_s(requirement, shifts, column)
    needed = needed_of(requirement, column, step_s)
    weights = Weights(under_weight, over_weight, paid_weight, person_weight)
    days = [day for name in dict.fromkeys(needed["project"]) for day in days_of(needed, _of(projects, name), step_s)]
    known, rosters, covers = {}, [], []
    for number, day in enumerate(days, start=1):
        bounds = (_limit(limit, day.project), _limit(at_once, day.project))
        variants, counts, reasons = _solved(
            day, shifts, step_s, weights=weights, bounds=bounds, time_limit_s=time_limit_s, known=known
        )
        rosters.append(_roster(day, variants, counts, step_s))
        covers.append(_day_coverage(day, needed, reasons, step_s))
        if progress is not None:
            progress(number, len(days))
    zone = needed["interval_start"].dt.tz
    schedule = _joined(rosters, "schedule", zone)
    open_ = _joined(covers, "coverage", zone)
    coverage = with_schedule(open_, schedule=schedule)
    coverage["reason"] = coverage["reason"].where(coverage["gap"] < -1e-9, "")
    return schedule, coverage


def _of(projects, name):
    if name not in projects:
        raise PlanError(
            N_("The requirement has the project '{project}', which the centre does not have. It has: {known}."),
            project=name,
            known=", ".join(projects) or "-",
        )
    return projects[name]


def _limit(limit, project):
    return limit.get(project) if isinstance(limit, dict) else limit


def _solved(day, shifts, step_s, *, weights, bounds, time_limit_s, known):
    """Return (variants, people on each, reason per slot); equal days are solved once, `known` remembers them."""
    key = (day.project, *day.pattern)
    if key not in known:
        known[key] = variants_of(day, shifts, step_s)
    variants, work = known[key]
    problem = (*key, day.need.tobytes())
    if problem not in known:
        known[problem] = _counts(
            work, day.need, hours=day.hours, weights=weights, bounds=bounds, time_limit_s=time_limit_s
        )
    counts = known[problem]
    return variants, counts, _reasons(day, work, counts, bounds)


def _counts(work, need, *, hours, weights, bounds, time_limit_s):
    """Return the people on each variant that cost least: hours short, too many and paid, and people called in.

    Hours too many are hours worked - hours needed + hours short, so that only the hours short need variables of
    their own: work x people + short >= need.  hours : of each slot, those in which it is open.
    """
    slots, variants = work.shape
    if variants == 0 or not need.any():
        return np.zeros(variants, dtype=int)
    from scipy.optimize import Bounds, milp

    each = (weights.paid + weights.over) * (hours @ work) + weights.person
    answer = milp(
        np.concatenate([each, (weights.under + weights.over) * hours]),
        integrality=np.repeat([1, 0], [variants, slots]),
        bounds=Bounds(0, np.inf),
        constraints=_rules(work, need, *bounds),
        options={"time_limit": time_limit_s, "mip_rel_gap": GAP},
    )
    if answer.x is None:
        raise PlanError(
            N_("No schedule was found in {seconds} seconds. Allow more time, or fewer kinds of shift."),
            seconds=time_limit_s,
        )
    return np.rint(answer.x[:variants]).astype(int)


def _rules(work, need, people, at_once):
    """Return the solver's rules over (people on each variant, agents short in each slot)."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array, eye_array, hstack

    slots, variants = work.shape
    at_work, short = csr_array(work.astype(float)), eye_array(slots)
    rules = [LinearConstraint(hstack([at_work, short], format="csr"), need, np.inf)]
    if people is not None:
        rules.append(LinearConstraint(np.repeat([1.0, 0.0], [variants, slots]), 0, people))
    if at_once is not None:
        rules.append(LinearConstraint(hstack([at_work, 0 * short], format="csr"), 0, at_once))
    return rules


def _reasons(day, work, counts, bounds):
    """Return for each slot why it would be left short: a key of REASONS."""
    people, at_once = bounds
    reason = np.full(len(day.need), "balance", dtype=object)
    if people is not None and counts.sum() >= people:
        reason[:] = "people"
    if at_once is not None:
        reason[work @ counts >= at_once] = "people"
    reason[~work.any(axis=1)] = "no shift"
    reason[~day.open] = "closed"
    return reason


def _roster(day, variants, counts, step_s):
    """Return the day's rows of the schedule table: one for each variant that somebody works, within the open time."""
    used = [(variants[number], people) for number, people in enumerate(counts) if people]
    pauses = np.array([v.break_first < v.break_last for v, _ in used], dtype=bool)
    begins = day.starts + pd.to_timedelta(day.opens, unit="s")
    ends = day.starts + pd.to_timedelta(day.closes, unit="s")
    whole = day.starts.append(day.starts[-1:] + pd.Timedelta(seconds=step_s))
    start, end = begins[[v.first for v, _ in used]], ends[[v.last - 1 for v, _ in used]]
    return pd.DataFrame(
        {
            "project": day.project,
            "shift": [v.shift for v, _ in used],
            "shift_start": start,
            "shift_end": end,
            "break_start": np.maximum(whole[[v.break_first for v, _ in used]], start).where(pauses),
            "break_end": np.minimum(whole[[v.break_last for v, _ in used]], end).where(pauses),
            "people": [float(people) for _, people in used],
            "agent": "",
        }
    )


def _day_coverage(day, needed, reasons, step_s):
    """Return a day's coverage before anybody is scheduled: what is needed, and the open slots in which nobody is."""
    rows = needed[needed["project"] == day.project]
    local = rows["interval_start"] if day.starts.tz is None else rows["interval_start"].dt.tz_convert(day.starts.tz)
    here = (local >= day.starts[0]) & (local < day.starts[-1] + pd.Timedelta(seconds=step_s))
    rows = rows.assign(interval_start=local, local=local)[here]
    slot = slot_of(rows, day.starts[0], step_s)
    idle = np.setdiff1d(np.flatnonzero(day.open), slot)
    quiet = pd.DataFrame(
        {
            "interval_start": day.starts[idle],
            "interval_s": step_s,
            "required": 0.0,
        }
    )
    both = [part for part in (rows.drop(columns="local"), quiet) if len(part)]
    out = pd.concat(both, ignore_index=True).assign(project=day.project, scheduled=0.0, gap=0.0)
    return out.assign(reason=reasons[np.concatenate([slot, idle])]).sort_values("interval_start", ignore_index=True)


def _joined(tables, name, zone):
    """Return the tables under each other, every time in the zone of the requirement (None: local, without zone)."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return empty(name)
    for table in filled:
        for column in TABLES[name].columns:
            if column.kind == "time" and zone is not None:
                table[column.name] = table[column.name].dt.tz_convert(zone)
    return check(pd.concat(filled, ignore_index=True), name)
