"""Whether a change is more than chance: intervals of rates and means from the scatter of their own days or weeks.

Contacts of one day are not independent: they share the day's staff, weather and faults. So a day (where there are
enough of them, a week) counts as one observation, not a contact. A margin says what chance alone makes of a figure when
nothing has changed; season, holidays and another mix of contacts are no chance, and are in the difference.
"""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.measures import KPIS

WEEKS = 8  # from so many weeks on, a week counts as one observation: it holds every weekday
_SIDES = ("numerator", "denominator")


def more_than_chance(actual, *, plan=None, previous=None, by=("project",)):
    """Return each measure of a period per group beside plan and the period before, with what chance alone could make.

    actual, plan, previous : tables of `measures.by_day_and` with the same `by`; None where there is none.
    Returned: kpi, the names of `by`, actual, low, high (95 % interval), blocks (days or weeks it rests on), plan,
    previous, gap_plan, gap_previous, gap_low, gap_high (95 % interval of gap_previous), sure_plan and sure_previous:
    True where the difference is more than chance, False where it is not, None where nobody can say (fewer than two
    days, or a side missing). The plan is taken as said, without chance of its own.
    A measure that is a sum is a mean per day.
    """
    keys = ["kpi", *by]
    out = _intervals(actual, keys).rename(columns={"value": "actual"})
    if previous is not None and len(previous):
        before = _intervals(previous, keys).drop(columns="blocks")
        before.columns = [*keys, "previous", "previous_low", "previous_high"]
        out = out.merge(before, on=keys, how="left")
    else:
        out = out.assign(previous=np.nan, previous_low=np.nan, previous_high=np.nan)
    planned = _sums(plan, keys)["value"] if plan is not None and len(plan) else pd.Series(dtype=float, name="value")
    out = out.join(planned.rename("plan"), on=keys) if len(planned) else out.assign(plan=np.nan)
    out["gap_plan"], out["gap_previous"] = out["actual"] - out["plan"], out["actual"] - out["previous"]
    now = tuple(out[name] for name in ("actual", "low", "high"))
    then = tuple(out[name].astype("float64") for name in ("previous", "previous_low", "previous_high"))
    out["gap_low"], out["gap_high"] = difference_interval(now, then)
    out["sure_plan"] = _outside(out["plan"], out["low"], out["high"])
    out["sure_previous"] = _outside(0.0 * out["gap_low"], out["gap_low"], out["gap_high"])
    return out.drop(columns=["previous_low", "previous_high"])


def rate_interval(numerators, denominators, *, share):
    """Return (value, low, high) of sum(numerators) / sum(denominators), each a day's or a week's.

    The scatter of the days around the common rate gives its standard error (ratio estimator: Cochran, Sampling
    Techniques, 1977, chapter 6), Student's t with one degree of freedom less than days the 95 % interval. Of a `share`
    it is the interval of Wilson (1927) with as many independent contacts as would scatter so, at most those there are:
    it stays within 0 and 1. low and high are missing with fewer than two days.

    >>> [round(float(end), 3) for end in rate_interval([8, 9, 7, 8], [10, 10, 10, 10], share=True)]
    [0.8, 0.55, 0.929]
    """
    from scipy.special import stdtrit

    up, down = (np.asarray(values, dtype=float) for values in (numerators, denominators))
    up, down = up[down > 0], down[down > 0]
    n, total = len(down), down.sum()
    if not n:
        return np.nan, np.nan, np.nan
    value = up.sum() / total
    if n < 2:
        return value, np.nan, np.nan
    error = np.sqrt(n / (n - 1) * ((up - value * down) ** 2).sum()) / total
    t = float(stdtrit(n - 1, 0.975))
    if not share:
        return value, value - t * error, value + t * error
    alone = value * (1 - value)
    worth = min(alone / error**2, total) if error > 0 and alone > 0 else total
    low, high = measures.wilson_interval(value * worth, worth, z=t)
    return value, float(low), float(high)


def difference_interval(one, other):
    """Return (low, high) of one figure less another, from the 95 % intervals of two that do not depend on each other.

    one, other : (value, low, high) each.  Arrays broadcast.
    Source: Newcombe (1998), method 10, for two shares; Zou and Donner (2008) for any two figures.

    >>> from ccwb.measures import wilson_interval
    >>> ends = [(56 / 70, *wilson_interval(56, 70)), (48 / 80, *wilson_interval(48, 80))]
    >>> [round(float(end), 4) for end in difference_interval(*ends)]
    [0.0524, 0.3339]
    """
    (value, low, high), (before, before_low, before_high) = one, other
    gap = value - before
    return gap - np.hypot(value - low, before_high - before), gap + np.hypot(high - value, before - before_low)


def _intervals(rows, keys):
    """Return value, low, high and blocks per group; rows by day."""
    if rows.empty:
        return pd.DataFrame(columns=[*keys, "value", "low", "high", "blocks"])
    out = []
    for key, group in rows.groupby(keys, sort=False):
        blocks = _blocks(group)
        found = rate_interval(*(blocks[name] for name in _SIDES), share=KPIS[key[0]].unit == "share")
        out.append([*key, *found, len(blocks)])
    return pd.DataFrame(out, columns=[*keys, "value", "low", "high", "blocks"])


def _blocks(group):
    """Return the sums by day, or by week where there are enough whole ones."""
    days = group.groupby("day")[list(_SIDES)].sum()
    weeks = (days.index - days.index.min()).days // 7
    return days.groupby(weeks).sum() if len(set(weeks)) >= WEEKS else days


def _sums(rows, keys):
    sums = rows.groupby(keys, sort=False)[list(_SIDES)].sum()
    return sums.assign(value=(sums["numerator"] / sums["denominator"]).where(sums["denominator"] > 0))


def _outside(value, low, high):
    known = value.notna() & low.notna() & high.notna()
    return ((value < low) | (value > high)).astype(object).where(known, None)
