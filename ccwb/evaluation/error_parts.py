"""Where the error of a forecast lies: in the level of its days, on days of events, or in the shape within the day."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.evaluation.accuracy import by_project
from ccwb.tables import check

_WHERE = ["project", "channel"]
PARTS = ("steady", "days", "events", "shape")
_DAY_S = 86_400


def error_parts(forecast, actuals, *, events=None, by=("project", "channel"), zones=None):
    """Return the error of a forecast and its parts, a row per group and `by=()` one for all.

    forecast, actuals, events : tables of these names.  by : of project and channel.  zones : project -> its time zone.
    contacts : what came in the intervals that both tell.  wape : sum of absolute errors by interval / contacts.  It is
    the sum of these parts, each over contacts and 0 or more, taken queue by queue:
    steady : what the ordinary days are too high or too low altogether.  days : what their totals err beside that, one
    too high and another too low.  events : the error of the totals of days on which an event of the queue lay.  shape :
    what the intervals err beside the totals of their days; missing where all is by the day (0 is not known to be so).
    bias : sum of (forecast - actual) / contacts.  chance : the wape that a forecast right on average would still have,
    were contacts independent (mean deviation of Poisson counts: de Moivre 1730); real contacts scatter more.
    """
    pairs = by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    rows = pd.concat([measures.matched(*pair).drop(columns="interval_start", errors="ignore") for pair in pairs])
    rows = rows.assign(error=rows["forecast"] - rows["actual"], chance=poisson_deviation(rows["forecast"]))
    rows["size"] = rows["error"].abs()
    days = rows.groupby([*_WHERE, "day"], as_index=False)[["error", "size", "actual", "chance"]].sum()
    days["event"] = _on_event(days, events)
    queues = days.groupby(_WHERE).apply(_parts, include_groups=False).reset_index()
    whole_days = rows["interval_s"].ge(_DAY_S).groupby([rows[name] for name in _WHERE]).all()
    queues.loc[whole_days.reindex(pd.MultiIndex.from_frame(queues[_WHERE])).to_numpy(), "shape"] = np.nan
    return _summed(queues, list(by))


def poisson_deviation(mean):
    """Return the mean absolute deviation of Poisson counts from their mean: 2 exp(-m) m^(k+1) / k!, k whole part of m.

    >>> float(poisson_deviation(100.0).round(3))
    7.972
    """
    from scipy.special import gammaln, xlogy

    mean = np.asarray(mean, dtype=float)
    whole = np.floor(mean)
    return 2 * np.exp(xlogy(whole + 1, mean) - mean - gammaln(whole + 1))


def _parts(days):
    """Return one queue's sums of absolute errors, by where they lie; days : error, size, actual, chance, event."""
    ordinary = days.loc[~days["event"], "error"]
    total, steady = days["error"].abs().sum(), abs(ordinary.sum())
    told = {"contacts": days["actual"].sum(), "over": days["error"].sum(), "chance": days["chance"].sum()}
    told |= {"steady": steady, "days": ordinary.abs().sum() - steady}
    told |= {"events": days.loc[days["event"], "error"].abs().sum(), "shape": days["size"].sum() - total}
    return pd.Series(told | {"error": days["size"].sum()})


def _on_event(days, events):
    """Return of each queue's day whether an event of its project and channel, or of all, lies on it."""
    hit = np.zeros(len(days), dtype=bool)
    for one in () if events is None else events.itertuples():
        there = days["day"].between(one.first_day, one.last_day)
        there &= days["project"].eq(one.project) | (not one.project)
        hit |= (there & (days["channel"].eq(one.channel) | (not one.channel))).to_numpy()
    return hit


def _summed(queues, by):
    columns = ["contacts", "error", "over", "chance", *PARTS]
    if by:
        sums = queues.groupby(by)[columns].sum(min_count=1).reset_index()
    else:
        sums = queues[columns].sum(min_count=1).to_frame().T
    some = sums["contacts"].where(sums["contacts"] > 0)
    rates = {name: sums[name] / some for name in (*PARTS, "chance")}
    rates = {"wape": sums["error"] / some, "bias": sums["over"] / some} | rates
    return sums[[*by, "contacts"]].assign(**rates)
