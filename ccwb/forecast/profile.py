"""How a day's contacts fall on its slots, and how unevenly."""

import numpy as np

from ccwb.forecast.calendar import weekday_of

HALF_LIFE = 42  # days after which a day counts half for the profile
BORROW = 2.0  # contacts per slot that a weekday borrows from the shape of all weekdays
DISPERSION_BORROW = 20  # days' worth of the middle slot's dispersion that each slot borrows


def profile(queue, slots, total, good):
    """Return the share of a day that falls on each slot, by weekday: (7, slots), to be cut to the open slots.

    Each weekday's own slots, recent weeks counting more, drawn towards the smoothed shape of all weekdays by a few
    contacts a slot: busy queues keep every detail, small ones borrow.  good : days to learn from.
    """
    own, base = _sums(queue.counts, total, weekday_of(queue.day), good & (total > 0), slots)
    shared = _shape(own.sum(axis=0), base.sum(axis=0))
    borrow = BORROW * len(shared)
    return (own + borrow * shared) / (base + borrow)


def _sums(counts, total, weekday, good, slots):
    """Return the weighted sums of contacts and, where the slot was known, of the day's total: (7, slots) each."""
    weight = 0.5 ** (np.arange(len(total))[::-1] / HALF_LIFE) * good
    known = slots & ~np.isnan(counts) & good[:, None]
    own, base = np.zeros((7, counts.shape[1])), np.zeros((7, counts.shape[1]))
    for w in range(7):
        rows = weekday == w
        own[w] = weight[rows] @ np.where(known[rows], counts[rows], 0)
        base[w] = (weight[rows] * np.nan_to_num(total[rows])) @ known[rows]
    return own, base


def _shape(own, base):
    """Return the smoothed share of each slot; a slot never observed takes after its nearest neighbour."""
    seen = np.flatnonzero(base > 0)
    if not len(seen):
        return np.full(len(own), 1 / len(own))
    share = np.interp(np.arange(len(own)), seen, own[seen] / base[seen])
    return np.convolve(np.pad(share, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")


def shares(shape, day, slots):
    """Return each day's shares of its open slots, adding up to 1; zero on closed slots and days."""
    share = np.where(slots, shape[weekday_of(day)], 0)
    return share / np.where(slots.any(axis=1), np.maximum(share.sum(axis=1), 1e-300), 1)[:, None]


def dispersion(counts, total, share, good):
    """Return variance over mean of each slot's own error around its share of the day: 1 is Poisson, never below.

    The day's total is taken as it came, so that what moves the whole day is left to `day_spread`. Each slot's figure
    is drawn towards the one in the middle, as if it rested on 20 days more.  Returns an array, one value per slot.
    """
    expected = np.nan_to_num(total)[:, None] * share
    used = good[:, None] & ~np.isnan(counts) & (expected > 0)
    slots = (share > 0).sum(axis=1).max(initial=1)
    days = used.sum(axis=0)
    if slots < 2 or not used.any():
        return np.ones(counts.shape[1])
    square = np.where(used, np.square(counts - expected), 0).sum(axis=0) * slots / (slots - 1)
    mean = np.where(used, expected, 0).sum(axis=0)
    own = square / np.where(days, mean, 1)
    middle = np.median(own[days > 0])
    return np.maximum(1.0, (own * days + middle * DISPERSION_BORROW) / (days + DISPERSION_BORROW))
