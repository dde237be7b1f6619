"""What came, freed of mere chance: a plan followed as far as the figures differ from it by more than chance would."""

import numpy as np
import pandas as pd

from ccwb import measures

_BEYOND = 2.0  # standard deviations that the spread has to lie above what chance alone gives


def followed(rows, *, expected, came, n):
    """Return `expected` moved towards what came, per row: each queue's sum is what came, its pattern only where sure.

    rows : interval_start, project and channel.  expected, came : what was planned and what was counted, above or at 0.
    n : events behind each row's `expected` (contacts), from which follows how far chance alone takes `came` off it: the
    relative variance is 1 / n, as for counts (Poisson) and for means of exponential handling times.
    Within a queue the days, then the times of day, the times of a weekday and at last the single intervals are looked
    at. Each is followed by the share that is no chance: phi n / (1 + phi n), phi being what the squared differences
    have more than chance gives them, or 0 where that is within two standard deviations of nothing.
    A row that expects nothing is what came in it.
    Source: the estimate of a random effect by its moments (DerSimonian and Laird 1986), and its shrinkage
    (Efron and Morris 1975).
    """
    expected, came, n = (np.asarray(values, dtype=float).copy() for values in (expected, came, n))
    queue = pd.factorize(pd.MultiIndex.from_frame(rows[["project", "channel"]]))[0]
    out = came.copy()
    for number in range(queue.max() + 1 if len(queue) else 0):
        at = np.flatnonzero((queue == number) & (expected > 0))
        if len(at):
            out[at] = _one_queue(_groups(rows.iloc[at]), expected[at], came[at], n[at])
    return out


def _groups(rows):
    """Return row -> number of its day, time of day, time of a weekday, and of itself."""
    day, begin = measures.day_of(rows["interval_start"]), rows["interval_start"]
    second = begin.dt.hour * 3600 + begin.dt.minute * 60
    keys = (day, second, begin.dt.day_of_week * 86_400 + second, np.arange(len(rows)))
    return [pd.factorize(key)[0] for key in keys]


def _one_queue(groups, expected, came, n):
    total = came.sum()
    expected = expected * (total / expected.sum())
    for group in groups:
        moved = expected * _factor(group, expected, came, n)
        expected = moved * (total / moved.sum()) if moved.sum() > 0 else moved
    return expected


def _factor(group, expected, came, n):
    """Return for each row the share of its group's difference that is more than chance, as a factor."""
    sums = [np.bincount(group, values) for values in (expected, came, n)]
    known = (sums[0] > 0) & (sums[2] > 0)
    ratio = np.divide(sums[1], sums[0], out=np.ones_like(sums[0]), where=known)
    count = np.where(known, sums[2], 0.0)
    excess = (count * (ratio - 1) ** 2)[known] - 1
    if not len(excess) or excess.sum() <= _BEYOND * np.sqrt(2 * len(excess)):
        return np.ones(len(group))
    phi = (count[known] * excess).sum() / (count**2).sum()
    weight = phi * count / (1 + phi * count) if phi > 0 else np.zeros(len(count))
    return (1 + weight * (ratio - 1))[group]
