"""How a day's contacts fall on its slots, and how unevenly."""

import numpy as np

from ccwb.forecast.calendar import weekday_of
from ccwb.forecast.effects import local_level
from ccwb.forecast.models import weekday_means
from ccwb.forecast.slot_rates import levels, week_rates

WEEK_HALF_LIFE = 224  # days after which a day counts half for how weekdays differ
HALF_LIVES = (7, 14, 28, 56, 112, 224)  # and for the shape they have in common: memories to mix
FORTNIGHT, TRIES = 14, 4  # days, and how many of these stretches, that tell which memory to trust
RECENT_BORROW = 20.0  # contacts that a slot borrows from its weekdays before its recent ones move it
FAR, SPARE = 2.0, 2.0  # standard deviations, and contacts more, from which on a slot's count is cut before it teaches
DOUBT = 1.5  # chance counts half as much again where a shape of busy days or of days after closed ones is looked for
BUSY_DAYS, BUSY_MOST = 56, 0.5  # width of the level that a day is busy against; the log of the busiest that counts
DISPERSION_BORROW = 20  # days' worth of the middle slot's dispersion that each slot borrows


def profile(queue, slots, total, good):
    """Return the share of a day that falls on each slot, by weekday: (7, slots), to be cut to the open slots.

    Each weekday's own slots over a long time, drawn towards the smoothed shape of all weekdays by a few contacts a
    slot: busy queues keep every detail, small ones borrow. What has moved since, it has for all weekdays: their common
    shape is that of several memories, each trusted as it told the last eight weeks (see `_trust`).
    A slot is learned beside the slots known on the same days (see `levels`): the half hour that is all of a short day
    is no busier than that of a long one.
    good : days to learn from.  Counts far from a first profile are cut (see `_calm`) before the second is made.
    """
    weekday = weekday_of(queue.day)
    known = slots & ~np.isnan(queue.counts) & (good & (total > 0))[:, None]
    counts = np.where(known, queue.counts, 0)
    first = _mixed(counts, known, weekday)
    calm = _calm(counts, _expected(first[weekday], counts, known))
    return _mixed(calm, known, weekday)


def _mixed(counts, known, weekday):
    base = known * levels(counts, known)[:, None]
    return np.tensordot(_trust(counts, base, weekday), _shapes(counts, base, weekday), axes=1)


def _expected(shape, counts, known):
    """Return what each known slot would have had of the contacts in all slots known that day; 0 elsewhere."""
    share = shape * known
    return share * (counts.sum(axis=1) / np.maximum(share.sum(axis=-1), 1e-300))[..., None]


def _calm(counts, expected):
    """Return the counts, those far from what was expected cut: one wild morning does not shape the weeks after.

    Far is twice the usual deviation (by the middle one) and two contacts more, so that few contacts are never cut.
    """
    root = np.sqrt(expected)
    off = np.abs(counts - expected)[expected > 0] / root[expected > 0]
    far = FAR * max(1.0, 1.4826 * float(np.median(off))) * root + SPARE if len(off) else SPARE
    return np.where(expected > 0, np.clip(counts, expected - far, expected + far), counts)


def _shapes(counts, base, weekday):
    """Return the profile that each memory gives after the last day: (half-lives, 7, slots)."""
    age = np.arange(len(weekday))[::-1]
    week = week_rates(counts, base, weekday, 0.5 ** (age / WEEK_HALF_LIFE))
    recent = 0.5 ** (age / np.array(HALF_LIVES)[:, None])
    moved = (recent @ counts + RECENT_BORROW) / (recent @ (base * week[weekday]) + RECENT_BORROW)
    return week * moved[:, None]


def _trust(counts, base, weekday):
    """Return the weight of each memory: its likelihood on the last fortnights, days being draws of normal errors."""
    n, errors, days = len(weekday), np.zeros(len(HALF_LIVES)), 0
    for start in range(n - FORTNIGHT, max(n - TRIES * FORTNIGHT, FORTNIGHT) - 1, -FORTNIGHT):
        part = slice(start, start + FORTNIGHT)
        shape, known = _shapes(counts[:start], base[:start], weekday[:start])[:, weekday[part]], base[part] > 0
        errors += np.square(_expected(shape, counts[part], known) - counts[part]).sum(axis=(1, 2))
        days += known.any(axis=1).sum()
    trust = ((errors.min() + 1e-9) / (errors + 1e-9)) ** (days / 2)
    return trust / trust.sum()


def shares(shape, day, slots):
    """Return each day's shares of its open slots, adding up to 1; zero on closed slots and days."""
    share = np.where(slots, shape[weekday_of(day)], 0)
    return share / np.where(slots.any(axis=1), np.maximum(share.sum(axis=1), 1e-300), 1)[:, None]


def day_shares(queue, days, slots, total, good, *, shape, waited):
    """Return each day's shares of its open slots, (days, slots), past and ahead: what splits a day's contacts.

    A weekday's usual shape (see `profile`); of days after a closed one, the share `waited` of the contacts has a
    shape of its own.  days, slots, waited : past and ahead.  total, good : day totals of the past, days to learn from.
    """
    n, after = len(total), waited > 0
    usual = shares(shape, days.day, slots)
    seen = after[:n] & good & (total > 0) & ~(np.isnan(queue.counts) & slots[:n]).any(axis=1)
    if seen.sum() < 2:
        return usual
    own = _waiting_shape(usual[:n][seen] * total[seen][:, None], queue.counts[seen], waited[:n][seen])
    own = np.where(slots, own, 0)
    own = own / np.maximum(own.sum(axis=1), 1e-300)[:, None]
    return usual + np.where(after & own.any(axis=1), waited, 0)[:, None] * (own - usual)


def _waiting_shape(expected, counts, waited):
    """Return the share by slot of contacts that waited for the day, learned from days after closed ones.

    Where work waits, much of it comes in the first slots. What came beyond the usual profile is that of the share
    `waited`; it keeps the part on which the days agree beyond chance (James and Stein 1961): nothing on most queues.
    expected, counts : (two or more days, slots).
    """
    came = np.where(expected == 0, 0, counts)
    off = (came - expected) / np.sqrt(expected.sum(axis=0) + 1e-9)  # chance alone is then as large in every slot
    chance = off.var(axis=0, ddof=1).sum() / len(off)
    kept = max(0.0, 1 - DOUBT * chance / max(np.square(off.mean(axis=0)).sum(), 1e-12))
    size = waited @ expected.sum(axis=1)
    usual = waited @ expected / size
    own = np.maximum(usual + kept * (came - expected).sum(axis=0) / size, 0)
    return own / own.sum()


def lean(counts, total, share, busy, good):
    """Return by slot how much its share of a day grows with how busy the day is, per unit of `busy`; 0 at no evidence.

    A busy day is not a quiet one enlarged: its rush comes early, or late. A straight line through the past days'
    errors in each slot, smoothed over neighbours; it keeps the part that the days agree on beyond chance.
    counts, share : (days, slots).  total, good : by day.  busy : see `busy_days`.
    """
    expected = np.where(np.isnan(counts) | ~good[:, None], 0, np.nan_to_num(total)[:, None] * share)
    x, off = busy[:, None], np.where(expected > 0, counts - expected, 0)
    size, power = expected.sum(axis=0), (x**2 * expected).sum(axis=0)
    if counts.shape[1] < 3 or not power.any():
        return np.zeros(counts.shape[1])
    slope = (x * off).sum(axis=0) / np.maximum(power, 1e-9)
    chance = np.square(x * (off - x * slope * expected)).sum(axis=0) / np.maximum(power, 1e-9) ** 2
    kept = max(0.0, 1 - DOUBT * (size @ chance) / max(size @ slope**2, 1e-12))
    near = np.ones(3) / 3
    return kept * np.convolve(slope * size, near, "same") / np.maximum(np.convolve(size, near, "same"), 1e-9)


def busy_days(offered, weekday):
    """Return the log of how busy each day is against its weekday and the eight weeks around; 0 where unknown.

    offered : contacts of the past days as they came and of the days ahead as forecast.
    """
    z = np.where(offered > 0, np.log1p(np.nan_to_num(offered)), np.nan)
    if np.isnan(z).all():
        return np.zeros(len(z))
    flat = z - weekday_means(z, weekday)[weekday]
    return np.clip(np.nan_to_num(flat - local_level(flat, BUSY_DAYS)), -BUSY_MOST, BUSY_MOST)


def leaning(share, slope, busy):
    """Return the shares of days that are so busy (see `lean`), adding up as before."""
    out = share * np.maximum(1 + busy[:, None] * slope, 0.2)
    return out * (share.sum(axis=1) / np.maximum(out.sum(axis=1), 1e-300))[:, None]


def dispersion(counts, total, share, good):
    """Return variance over mean of each slot's own error around its share of the day: 1 is Poisson, never below.

    The day's total is taken as it came, so that what moves the whole day is left to `day_spread`. Each slot's figure
    is drawn towards the one in the middle, as if it rested on 20 days more.  Returns an array, one value per slot.
    """
    expected = np.nan_to_num(total)[:, None] * share
    used = good[:, None] & ~np.isnan(counts) & (expected > 0)
    slots = used.sum(axis=1)
    used &= (slots > 1)[:, None]  # a single slot is all that its day's total is told from
    days = used.sum(axis=0)
    if not used.any():
        return np.ones(counts.shape[1])
    free = (slots / np.maximum(slots - 1, 1))[:, None]
    square = np.where(used, np.square(counts - expected) * free, 0).sum(axis=0)
    mean = np.where(used, expected, 0).sum(axis=0)
    own = square / np.where(days, mean, 1)
    middle = np.median(own[days > 0])
    return np.maximum(1.0, (own * days + middle * DISPERSION_BORROW) / (days + DISPERSION_BORROW))
