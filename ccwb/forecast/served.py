"""Hours that a project is open and a queue never has: closed for it once enough days say so, and unknown until then."""

import numpy as np

from ccwb.forecast.unseen import open_part

LATELY = 182  # known days back that are looked at: hours given up for half a year are not served either
WEEKS = 4  # of known days from which on hours without a single row are closed: fewer may be a file with holes
BY_CHANCE = 0.001  # chance that the rows of any open slot are missing on all of these days, below which they are


def open_week(counts, weekday, project):
    """Return the share of each slot's minutes in which a queue is open, by weekday: (7, slots).

    By the opening hours of its project, a dictionary, without those that are `unserved`.
    counts : (days, slots), missing where unknown.  weekday : of each day.
    """
    extent = open_part(project, counts.shape[1])
    return np.where(unserved(~np.isnan(counts), weekday, extent > 0), 0.0, extent)


def unserved(there, weekday, open_):
    """Return which open slots of each weekday count as closed, since no row was ever there: (7, slots).

    there : rows (days, slots).  weekday : of each day.  open_ : by the opening hours, (7, slots).
    Looked at is the last half year of known days. Closed are slots without a row on any weekday, in four weeks of days
    known otherwise; and, of a weekday known four times, an hour and more in a row that other weekdays have. Both only
    where a slot that is served would hardly ever lack its rows so long; and never the end, or the beginning, of a day
    alone when it is as long as all that is there: a file cut at noon looks so. No weekday is closed as a whole.

    >>> there, open_ = np.ones((28, 5), dtype=bool), np.ones((7, 5), dtype=bool)
    >>> there[:, 4] = False
    >>> closed, sooner = (unserved(there[:n], np.arange(n) % 7, open_) for n in (28, 27))
    >>> closed[0].tolist(), int(sooner.sum())
    ([False, False, False, False, True], 0)
    """
    rows, days = rows_lately(there, weekday, open_)
    out = _nowhere(rows, days, open_) & open_
    for w in np.flatnonzero(days >= WEEKS):
        out[w] |= _left_out(rows, days, open_, w)
    return out & (open_ & ~out).any(axis=1, keepdims=True)


def rows_lately(there, weekday, open_):
    """Return (on how many of the days looked at each open slot had a row, (7, slots); how many these are, (7,))."""
    there = there & open_[weekday]
    told = np.flatnonzero(there.any(axis=1))[-LATELY:]
    there, weekday = there[told], weekday[told]
    return np.array([there[weekday == w].sum(axis=0) for w in range(7)]), np.bincount(weekday, minlength=7)


def unknown_hours(there, weekday, open_):
    """Return which open slots of the weekdays known have no row though they are not `unserved`: (7, slots).

    An hour and more in a row, without one on any weekday, or on one that is known four times and more.
    """
    rows, days = rows_lately(there, weekday, open_)
    never = open_ & (rows == 0) & (days > 0)[:, None] & ~unserved(there, weekday, open_)
    never &= ~rows.any(axis=0) | (days >= WEEKS)[:, None]
    return np.array([_long(one) for one in never])


def _nowhere(rows, days, open_):
    """Return the slots without a row on any of the weekdays that have them open, four weeks of them known."""
    weekdays, times = open_[days > 0].sum(axis=0), days @ open_
    came = rows.sum(axis=0)
    seen, never = came > 0, (times > 0) & (came == 0)
    if not seen.any() or _cut(seen, never):
        return np.zeros(len(seen), dtype=bool)
    missing = 1 - came.sum() / (days @ (rows > 0)).sum()
    return never & (times >= WEEKS * weekdays) & (_slots(open_) * missing**times <= BY_CHANCE)


def _left_out(rows, days, open_, w):
    """Return the slots that weekday `w` never has though other weekdays do, an hour and more in a row."""
    seen, never = rows[w] > 0, open_[w] & (rows[w] == 0)
    if _cut(seen, never):
        return np.zeros(len(seen), dtype=bool)
    others = days @ open_ - days[w] * open_[w]
    share = (rows.sum(axis=0) - rows[w]) / (others + 1)
    sure = never & (_slots(open_) * (1 - share) ** days[w] <= BY_CHANCE)
    return _long(sure)


def _long(slots):
    """Return those of the slots of a day that lie an hour and more in a row."""
    run = np.cumsum(np.diff(slots, prepend=False) != 0)
    return slots & (np.bincount(run, slots)[run] >= max(len(slots) // 24, 1))


def _cut(seen, never):
    """Return whether all that is absent lies at one end of the day, and is no less than what is there."""
    there, absent = np.flatnonzero(seen), np.flatnonzero(never)
    return 0 < len(there) <= len(absent) and bool(absent[0] > there[-1] or absent[-1] < there[0])


def _slots(open_):
    """Return how many slots any weekday has open: so many chances that one lacks its rows."""
    return open_.any(axis=0).sum()
