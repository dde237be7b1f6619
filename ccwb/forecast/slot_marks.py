"""What is odd within a day: typing errors, hours doubled, hours out of service, a day that is not over.

Each detector takes the counts (days, slots) and what is usual there, and returns a list of Mark. What is usual in a
slot is the median of the nine same weekdays around, times how busy the day was as a whole.
"""

from dataclasses import dataclass

import numpy as np

from ccwb.forecast.calendar import weekday_of
from ccwb.messages import N_

TYPED = 10  # times what is usual, from which on a single slot is a typing error
BEYOND = 5  # times the busiest slots of the whole history that a typing error is, too
RARE = 0.01  # share of the slots that may be typing errors
QUIET = 0.25  # share of the usual contacts below which a stretch of the day is an outage
EDGE = 0.02  # share of the day's usual contacts below which one slot at either end of the day tells of no outage
BY_CHANCE = 15  # minus the log of the chance that an ordinary stretch is as low
EMPTY = 10  # contacts, in units of the queue's own dispersion, that an empty stretch would have brought
FAR = 5  # standard deviations
SHAPE_ERROR = 0.1  # of an hour's share of its day, that is no error of the export
FEW_ABSENT = 0.001  # share of rows missing on known days, up to which an hour without rows had no contacts
BLOCKS = 8  # parts of a day, equal in contacts, whose median tells how busy the day was

TYPING_ERROR, DOUBLED_HOUR = N_("typing error"), N_("doubled hour")
OUTAGE, INCOMPLETE = N_("outage"), N_("incomplete day")


@dataclass(frozen=True)
class Mark:
    """Something odd. first, last : index of its days.  slots : (from, to) slots of the day, None for all of it."""

    reason: str
    first: int
    last: int
    slots: tuple | None = None

    def cut(self):
        """Return the index of the marked part of an array (days, slots)."""
        return slice(self.first, self.last + 1), slice(*self.slots) if self.slots else slice(None)


def like_days(counts, weekday, width=9):
    """Return the median of the `width` same weekdays around each day, slot by slot, itself included.

    Unknown values do not count; where none of them is known the nearest one that is stands in.
    """
    out = np.full(counts.shape, np.nan)
    for w in range(7):
        rows = weekday == w
        if rows.any():
            out[rows] = _moving_median(counts[rows], width)
    return out


def _moving_median(values, width):
    half = width // 2
    padded = np.pad(values, ((half, half), (0, 0)), constant_values=np.nan)
    out = median(np.lib.stride_tricks.sliding_window_view(padded, width, axis=0))
    for column in np.flatnonzero(np.isnan(out).any(axis=0) & ~np.isnan(out).all(axis=0)):
        seen = np.flatnonzero(~np.isnan(out[:, column]))
        out[:, column] = out[_nearest(np.arange(len(out)), seen), column]
    return out


def median(values):
    """Return the median over the last axis, missing values apart; missing where all of them are."""
    ordered = np.sort(values, axis=-1)  # missing ones last
    known = (~np.isnan(ordered)).sum(axis=-1)[..., None]
    ends = [np.take_along_axis(ordered, at, axis=-1)[..., 0] for at in (np.maximum(known - 1, 0) // 2, known // 2)]
    return (ends[0] + ends[1]) / 2


def _nearest(index, seen):
    """Return for each index the one of `seen` (in order) that is nearest."""
    after = np.clip(np.searchsorted(seen, index), 0, len(seen) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(seen[before] - index) <= np.abs(seen[after] - index), seen[before], seen[after])


def typing_errors(counts, day):
    """Return the marks of single slots far beyond what is usual there and beyond the busiest slots of all.

    Their neighbours in the day are ordinary: a rush lasts longer than one slot. A daily history has one slot a day.
    """
    known = np.sort(counts[~np.isnan(counts)])
    if len(known) < 3:
        return []
    busiest = known[-2 - int(RARE * len(known))]
    suspects = np.nan_to_num(counts) > np.maximum(BEYOND * busiest, TYPED)
    if not suspects.any():
        return []
    usual = np.fmin(like_days(counts, weekday_of(day)), median(counts.T))
    beside = np.pad(np.nan_to_num(counts), ((0, 0), (1, 1)))
    beside = np.maximum(beside[:, :-2], beside[:, 2:]) if counts.shape[1] > 1 else np.zeros(counts.shape)
    found = suspects & (counts > TYPED * (usual + 1)) & (beside * BEYOND < np.nan_to_num(counts))
    return [Mark(TYPING_ERROR, int(d), int(d), (int(s), int(s) + 1)) for d, s in zip(*np.nonzero(found), strict=True)]


@dataclass
class Usual:
    """What is usual in each slot of each day, unknown and closed slots being 0.

    base : as on the same weekdays around.  scaled : times how busy the day was.  dispersion : variance over mean.
    """

    base: np.ndarray
    scaled: np.ndarray
    dispersion: float


def usual_slots(counts, slots, day):
    """Return the Usual of the open slots of a history."""
    weekday = weekday_of(day)
    there = like_days((~np.isnan(counts)).astype(float), weekday) > 0.5  # hours added lately are not usual before
    base = np.where(slots & there, np.nan_to_num(like_days(counts, weekday)), 0)
    scaled = base * _busy(counts, base)[:, None]
    used = ~np.isnan(counts) & (scaled >= 1)
    square = np.square(counts[used] - scaled[used]) / scaled[used]
    return Usual(base, scaled, max(1.0, float(np.median(square)) / 0.455) if len(square) else 1.0)


def _busy(counts, base):
    """Return how busy each day was against the same weekdays: the median of its eighths, so that no rush decides."""
    known = ~np.isnan(counts)
    expected = np.where(known, base, 0)
    total = np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    block = np.minimum((np.cumsum(expected, axis=1) - expected / 2) / total * BLOCKS, BLOCKS - 1).astype(int)
    cell = (np.arange(len(counts))[:, None] * BLOCKS + block).ravel()
    size = len(counts) * BLOCKS
    wanted = np.bincount(cell, expected.ravel(), size).reshape(-1, BLOCKS)
    came = np.bincount(cell, np.where(known & (base > 0), counts, 0).ravel(), size).reshape(-1, BLOCKS)
    ratio = np.where(wanted > 0, came / np.maximum(wanted, 1e-9), np.nan)
    busy = median(ratio)
    return np.where(np.isnan(busy), 1.0, busy)


def quiet_hours(counts, usual, ordinary):
    """Return the marks of stretches of a day far too low between normal ones: outages.

    ordinary : days that are neither holidays, beside one, nor of an event. A stretch has less than a quarter of what is
    usual in every slot, and Poisson counts of its mean would hardly ever be so low (Chernoff's bound, e^-15). The first
    or the last slot alone, with under 2 % of the day, such as the five minutes until closing time, is none.
    """
    low = ~np.isnan(counts) & (usual.scaled > 0) & (counts <= QUIET * usual.scaled) & ordinary[:, None]
    day, start, stop = _runs(low)
    wanted, came = (_sums(np.where(low, values, 0), day, start, stop) for values in (usual.scaled, counts))
    chance = wanted - came + came * np.log(np.maximum(came, 1e-9) / np.maximum(wanted, 1e-9))
    marks = [
        Mark(OUTAGE, int(day[i]), int(day[i]), (int(start[i]), int(stop[i])))
        for i in np.flatnonzero(chance >= BY_CHANCE * usual.dispersion)
        if (start[i], stop[i]) != _span(usual.base[day[i]])
    ]
    return [mark for mark in _joined(marks, counts, usual) if not _remainder(mark, usual.base[mark.first])]


def _remainder(mark, base):
    """Return whether a mark is one slot at either end of the day and has next to nothing of its usual contacts."""
    start, stop = mark.slots
    ends = {start, stop} & set(_span(base))
    return stop - start == 1 and bool(ends) and base[start] < EDGE * base.sum()


def _joined(marks, counts, usual):
    """Return the marks with those of one day made one, where less than half of the usual came from first to last."""
    out = []
    for mark in marks:
        day, whole = mark.first, slice(out[-1].slots[0] if out else 0, mark.slots[1])
        low = np.nansum(counts[day, whole]) < 2 * QUIET * usual.scaled[day, whole].sum()
        if out and out[-1].first == day and low:
            out[-1] = Mark(OUTAGE, day, day, (whole.start, whole.stop))
        else:
            out.append(mark)
    return out


def _runs(flags):
    """Return (row, first column, column after the last) of the runs of True along the rows, an array each."""
    edges = np.diff(np.pad(flags.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(edges == 1)
    return row, start, np.nonzero(edges == -1)[1]


def _sums(values, row, start, stop):
    """Return the sum of each run of a row's values."""
    sums = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    return sums[row, stop] - sums[row, start]


def _span(row):
    busy = np.flatnonzero(row > 0)
    return (int(busy[0]), int(busy[-1]) + 1) if len(busy) else (0, 0)


def unfinished(counts, usual):
    """Return the mark of the last known day where it stops before its end: rows absent, or zero after the export.

    The stretch up to the end of the day is empty and would have brought at least 10 contacts.
    """
    known = np.flatnonzero((~np.isnan(counts)).any(axis=1))
    if not len(known) or counts.shape[1] == 1:
        return []
    last = int(known[-1])
    busy = np.flatnonzero(np.nan_to_num(counts[last]) > 0)
    if not len(busy):
        return []
    start, stop = int(busy[-1]) + 1, _span(usual.base[last])[1]
    if usual.base[last, start:].sum() < EMPTY * usual.dispersion:
        return []
    return [Mark(INCOMPLETE, last, last, (start, stop))]


def doubled_hours(counts, usual, day, changed, ordinary):
    """Return the marks of hours counted twice.

    changed : days on which the clock goes back. There a night hour with about twice its contacts holds both hours.
    On other days an hour has exactly the counts of the hour before and is far off its own, or it has its own and those
    of the empty one beside it: one seen to be empty, or without rows where rows are hardly ever missing.
    """
    slots = counts.shape[1]
    if slots < 24:
        return []
    per = slots // 24
    hours = counts.reshape(len(counts), 24, per)
    told, came = np.where(np.isnan(counts), 0, usual.scaled), np.where(usual.scaled > 0, np.nan_to_num(counts), 0)
    hour, wanted, whole = (a.reshape(hours.shape).sum(axis=2) for a in (came, told, usual.scaled))
    sigma, sigma_whole = (
        np.sqrt(usual.dispersion * np.maximum(a, 1) + np.square(SHAPE_ERROR * a)) for a in (wanted, whole)
    )
    far = (hour - wanted > FAR * sigma) & (wanted > 0)
    found = far & changed[:, None] & (np.arange(24) < 4) & (hour > 1.6 * wanted) & (hour < 2.6 * wanted)
    off = np.abs(hour - wanted) > FAR * sigma
    found |= off & _same_again(hours, hour) & ordinary[:, None]
    marks = [(d, h, h + 1) for d, h in np.argwhere(found)]
    open_ = (usual.scaled > 0) & ~np.isnan(counts).all(axis=1, keepdims=True)
    sure = np.isnan(counts[open_]).mean() < FEW_ABSENT if open_.any() else False
    empty = (hour == 0) & ((whole if sure else wanted) > EMPTY * usual.dispersion) & ordinary[:, None]
    for step in (-1, 1):  # the empty hour before, after
        beside = np.roll(empty, -step, axis=1) & ~np.roll(empty, -2 * step, axis=1)  # one hour; more are an outage
        both = wanted + np.roll(whole, -step, axis=1)
        more = hour - wanted > 3 * sigma
        fits = more & beside & (np.abs(hour - both) < 3 * np.hypot(sigma, np.roll(sigma_whole, -step, axis=1)))
        marks += [(d, min(h, h + step), max(h, h + step) + 1) for d, h in np.argwhere(fits) if 0 <= h + step < 24]
    return [Mark(DOUBLED_HOUR, int(d), int(d), (int(a) * per, int(b) * per)) for d, a, b in marks]


def _same_again(hours, total):
    """Return which hours have, slot by slot, exactly the counts of the hour before."""
    same = (hours[:, 1:] == hours[:, :-1]).all(axis=2) & (total[:, 1:] > 0)
    return np.pad(same, ((0, 0), (1, 0)))
