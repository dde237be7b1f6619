"""Errors that the queues of one project have in common: one bill, one outage reaches voice and email alike."""

from dataclasses import dataclass

import numpy as np

from ccwb.forecast.bands import ENOUGH
from ccwb.forecast.effects import effects
from ccwb.forecast.trial import enough

DOUBT_DAYS = 28  # days in which queues had nothing in common, added to those measured
CUT = 4  # a day's error counts as at most so many times the middle one
MOST = 0.95  # correlation that is believed at most


@dataclass
class DayErrors:
    """How far off the days of one queue were around what its calendar and level say.

    day : dates.  error : over its standard deviation, missing where unknown.  part : share, 0..1, of that deviation
    which single contacts coming by chance do not explain.
    """

    day: np.ndarray
    error: np.ndarray
    part: float


def day_errors(past, future, dispersion):
    """Return the DayErrors of a queue; None where its past is too short for them, or chance explains all scatter.

    past, future : Days.  dispersion : variance over mean of a day's count beside what moves the whole day.
    """
    if not enough(past.offered):
        return None
    error = effects(past, future).error
    known = ~np.isnan(error)
    limit = CUT * np.median(np.abs(error[known]))
    error = np.clip(error, -limit, limit)
    variance = float(np.mean(error[known] ** 2))
    chance = float(np.mean(dispersion / np.maximum(past.offered[known], 1)))
    if variance < 1e-12 or chance >= variance:
        return None
    return DayErrors(past.day, error / np.sqrt(variance), float(np.sqrt(1 - chance / variance)))


def shared_errors(projects, errors):
    """Return for each queue the correlation of its day errors with those of its project's other queues.

    projects : of each queue.  errors : its DayErrors, or None: such a queue errs alone (0).
    """
    of = {name: together([one for p, one in zip(projects, errors, strict=True) if p == name]) for name in set(projects)}
    return [of[name] if one is not None else 0.0 for name, one in zip(projects, errors, strict=True)]


def together(queues):
    """Return the correlation of the day errors of a project's queues, chance taken off, 0 to 0.95: one for all pairs.

    queues : list of DayErrors; those that are None are left out, and fewer than two have nothing in common.
    Least squares over all pairs and days that both know, drawn towards none as if four weeks more had said so.
    """
    queues = [one for one in queues if one is not None]
    seen = weight = 0.0
    for i, one in enumerate(queues):
        for other in queues[:i]:
            _, left, right = np.intersect1d(one.day, other.day, return_indices=True)
            both = one.error[left] * other.error[right]
            both, part = both[~np.isnan(both)], one.part * other.part
            if len(both) >= ENOUGH:
                seen, weight = seen + part * both.sum(), weight + part**2 * len(both)
    return float(np.clip(seen / (weight + DOUBT_DAYS), 0, MOST))
