"""Weekdays that are open though their like was never seen: unknown, so each slot has what it has on other weekdays.

What a model says of such a day is a mean day; it has as much of one as its open slots usually have.
"""

import numpy as np

from ccwb.projects import open_minutes


def never_seen(past):
    """Return the weekdays of which no day is known: 7 values of true or false.  past : Days."""
    return ~np.isin(np.arange(7), past.weekday[~np.isnan(past.offered)])


def open_part(project, slots):
    """Return the share of each slot's minutes in which the project is open, by weekday: (7, slots)."""
    return open_minutes(project).reshape(7, slots, -1).mean(axis=2)


def to_hours(shape, extent, never):
    """Return the shape (7, slots), weekdays never seen having in each slot what those seen have there on average.

    extent : how much of each slot is open, by weekday, alike: a slot open for longer has more; None where that is not
    known.  never : weekdays never seen. A slot that no weekday seen is open in stays, for its open part.

    >>> shape = to_hours(np.ones((7, 1)), np.array([[0.5]] * 6 + [[0.1]]), np.arange(7) == 6)
    >>> shape.ravel().round(3).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.2]
    """
    if never.all() or not never.any():
        return shape
    extent = np.ones(shape.shape) if extent is None else extent
    seen = extent[~never]
    usual, came = seen.sum(axis=0), (shape[~never] * (seen > 0)).sum(axis=0)
    own = np.where(usual > 0, came / np.where(usual > 0, usual, 1), shape) * extent
    return np.where(never[:, None], own, shape)


def gathered(rate, extent, per, never):
    """Return how much of each longer slot is open by weekday, what comes in it counted: (7, slots).

    rate : contacts of each slot, by weekday.  extent : how much of it is open, alike.  per : slots to a longer one.
    """
    rate = np.broadcast_to(rate[~never].mean(axis=0) if not never.all() else rate[0], rate.shape)
    served = np.where(never[:, None], to_hours(rate, extent, never), rate * (extent > 0))
    whole, served = (part.reshape(7, -1, per).sum(axis=2) for part in (rate, served))
    return served / np.where(whole > 0, whole, 1)


def of_a_mean_day(past, ahead):
    """Return how much each day ahead has of what a model says: 1, and of weekdays never seen their part of a mean day.

    past, ahead : Days, whose `length` counts beside that of the mean weekday seen.
    """
    known, never = ~np.isnan(past.offered), never_seen(past)[ahead.weekday] & ahead.open
    if past.length is None or not known.any() or not never.any():
        return np.ones(len(ahead))
    times = np.bincount(past.weekday[known], minlength=7)
    sums = np.bincount(past.weekday[known], past.length[known], 7)
    mean = (sums[times > 0] / times[times > 0]).mean()
    return np.where(never, ahead.length / (mean if mean > 0 else 1.0), 1.0)
