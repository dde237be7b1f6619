"""How a day's contacts fall on its slots, and how unevenly."""

import numpy as np

from ccwb.forecast.calendar import weekday_of

HALF_LIVES = (14, 28, 56, 112, 224)  # days after which a day counts half for the profile: memories to mix
FORTNIGHT, TRIES = 14, 4  # days, and how many of these stretches, that tell which memory to trust
BORROW = 2.0  # contacts per slot that a weekday borrows from the shape of all weekdays
AFTER_BORROW, AFTER_DOUBT = 5.0, 1.5  # contacts borrowed by a slot after a closed day; chance counts half as much again
DISPERSION_BORROW = 20  # days' worth of the middle slot's dispersion that each slot borrows


def profile(queue, slots, total, good):
    """Return the share of a day that falls on each slot, by weekday: (7, slots), to be cut to the open slots.

    Each weekday's own slots, recent weeks counting more, drawn towards the smoothed shape of all weekdays by a few
    contacts a slot: busy queues keep every detail, small ones borrow.  good : days to learn from.
    Profiles of several memories are mixed, each trusted as it told the last eight weeks (see `_trust`).
    """
    weekday = weekday_of(queue.day)
    known = slots & ~np.isnan(queue.counts) & (good & (total > 0))[:, None]
    counts, base = np.where(known, queue.counts, 0), np.where(known, np.nan_to_num(total)[:, None], 0)
    return np.tensordot(_trust(counts, base, weekday, slots), _shapes(counts, base, weekday), axes=1)


def _shapes(counts, base, weekday):
    """Return the profile that each memory gives after the last day: (half-lives, 7, slots)."""
    weight = 0.5 ** (np.arange(len(weekday))[::-1] / np.array(HALF_LIVES)[:, None])
    rows = [weekday == w for w in range(7)]
    own, of = (np.stack([weight[:, r] @ part[r] for r in rows], axis=1) for part in (counts, base))
    shared = np.array([_shape(a, b) for a, b in zip(own.sum(axis=1), of.sum(axis=1), strict=True)])[:, None]
    borrow = BORROW * counts.shape[1]
    return (own + borrow * shared) / (of + borrow)


def _trust(counts, base, weekday, slots):
    """Return the weight of each memory: its likelihood on the last fortnights, days being draws of normal errors."""
    n, errors, days = len(weekday), np.zeros(len(HALF_LIVES)), 0
    for start in range(n - FORTNIGHT, max(n - TRIES * FORTNIGHT, FORTNIGHT) - 1, -FORTNIGHT):
        part = slice(start, start + FORTNIGHT)
        shape = _shapes(counts[:start], base[:start], weekday[:start])[:, weekday[part]] * slots[part]
        share = shape / np.maximum(shape.sum(axis=2, keepdims=True), 1e-300)
        errors += np.square(share * base[part] - counts[part]).sum(axis=(1, 2))
        days += (base[part] > 0).any(axis=1).sum()
    trust = ((errors.min() + 1e-9) / (errors + 1e-9)) ** (days / 2)
    return trust / trust.sum()


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


def day_shares(queue, days, slots, total, good):
    """Return each day's shares of its open slots, (days, slots), past and ahead: what splits a day's contacts.

    A weekday's usual profile (see `profile`), and on days after one closed out of turn, such as a holiday, the shape
    that such days had.  days, slots : past and ahead.  total, good : day totals of the past, days to learn from.
    """
    n, after = len(total), _after_closed(days)
    usual = shares(profile(queue, slots[:n], total, good & ~after[:n]), days.day, slots)
    seen = after[:n] & good & (total > 0)
    if seen.sum() < 2:
        return usual
    ratio = _after_ratio(usual[:n][seen] * total[seen][:, None], queue.counts[seen])
    out = np.where(after[:, None], usual * ratio, usual)
    return out / np.where(out.any(axis=1), np.maximum(out.sum(axis=1), 1e-300), 1)[:, None]


def _after_ratio(expected, counts):
    """Return by slot how many times as much came on days after a closed one as their usual profile had expected.

    Where work waits, much of the next day comes in its first slots. The difference keeps the part on which the days
    agree beyond chance (James and Stein 1961): nothing on most queues.  expected, counts : (two or more days, slots).
    """
    came = np.where(np.isnan(counts) | (expected == 0), expected, counts)
    off = (came - expected) / np.sqrt(expected.sum(axis=0) + 1e-9)  # chance alone is then as large in every slot
    chance = off.var(axis=0, ddof=1).sum() / len(off)
    kept = max(0.0, 1 - AFTER_DOUBT * chance / max(np.square(off.mean(axis=0)).sum(), 1e-12))
    return 1 + kept * ((came.sum(axis=0) + AFTER_BORROW) / (expected.sum(axis=0) + AFTER_BORROW) - 1)


def _after_closed(days):
    """Return which days are open right after a closed day of a weekday that is open as a rule."""
    week = np.array([days.open[days.weekday == w].mean() if (days.weekday == w).any() else 0 for w in range(7)])
    out_of_turn = ~days.open & (week > 0.5)[days.weekday]
    return days.open & np.concatenate([[False], out_of_turn[:-1]])


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
