"""What is odd about whole days: outliers, outages, missing days, gaps, zero-filled closures, double imports."""

import numpy as np

from ccwb.forecast.slot_marks import INCOMPLETE, OUTAGE, Mark, like_days, median
from ccwb.messages import N_

OUTLIER_MAD = 5  # beyond so many median absolute deviations of the same weekdays around it
SHOCK, LEVEL_DAYS = 3, 5  # a factor that is a shock at once, unless for so many days in a row
BESIDE = 5  # days before and after that an outlier is far from, too
OUTAGE_SHARE = 0.5  # a day that has less than this share of what is usual is an outage, above it an outlier
SURE_ZERO = 10  # contacts that days would have brought that are all zero (chance of none e^-10)
GAP_DAYS = 14  # days in a row without a row that are one gap
COPIED = 25  # minus the log of the chance that a day repeats another one by accident
COMMON = 0.1  # share of days with a copy, from which on copies are how the history was made, not an import

OUTLIER, MISSING, GAP = N_("outlier"), N_("missing day"), N_("gap")
ZERO_FILLED, DOUBLE_IMPORT = N_("zero-filled closure"), N_("double import")


def usual_totals(total, weekday):
    """Return what each day would have had by the nine same weekdays around it; missing where none is known."""
    usual = np.full(len(total), np.nan)
    for w in range(7):
        rows, known = weekday == w, (weekday == w) & ~np.isnan(total)
        if known.any():
            local = like_days(total[known][:, None], np.zeros(known.sum(), dtype=int))[:, 0]
            usual[rows] = np.interp(np.flatnonzero(rows), np.flatnonzero(known), local)
    return usual


def special_days(days):
    """Return which days may differ from their like without an error.

    A holiday and those beside it, the days of an event, and the first open day after one closed out of turn.
    """
    special = (days.holiday != "") | days.eve | days.after
    usual = np.array([2 * days.open[days.weekday == w].sum() > (days.weekday == w).sum() for w in range(7)])[
        days.weekday
    ]
    served = np.flatnonzero(usual)
    special[served[1:]] |= ~days.open[served[:-1]]
    for on in days.events.values():
        special = special | on
    return special


def off_days(total, usual, weekday, special):
    """Return the marks of days far from the same weekdays around them: outages (below half) and outliers.

    Far is 5 median absolute deviations on the log scale, and never within what Poisson noise explains; and half as
    far from the days before and after, so that growth, a season or a new level is none. Days off by a factor of three
    need not be, up to four in a row.
    """
    z, local = np.log1p(total), np.log1p(usual)
    off = z - local
    if not (np.abs(off) > 0).any():
        return []
    spread = 1.4826 * np.nanmedian(np.abs(off))
    limit = OUTLIER_MAD * np.hypot(spread, 1 / np.sqrt(1 + np.nan_to_num(usual)))
    known = np.flatnonzero(~np.isnan(off))
    side = np.where(np.abs(off) > limit, np.sign(off), 0)[known]
    alone = 2 * np.abs(_from_neighbours(z, weekday)[known]) > limit[known]
    shock = (np.abs(off[known]) > np.log(SHOCK)) & (_run_length(side) < LEVEL_DAYS)
    far = known[(side != 0) & (alone | shock) & ~special[known]]
    return [Mark(OUTAGE if total[i] < OUTAGE_SHARE * usual[i] else OUTLIER, int(i), int(i)) for i in far]


def _run_length(side):
    """Return for each value how many like it stand in a row."""
    run = np.cumsum(np.diff(side, prepend=side[:1]) != 0)
    return np.bincount(run)[run]


def _from_neighbours(z, weekday):
    """Return how far each day is from the middle one of those around it, once the weekday's own part is taken off."""
    known = ~np.isnan(z)
    week = np.ones(7)
    level = np.convolve(np.nan_to_num(z), week)[3:-3] / np.maximum(np.convolve(known, week)[3:-3], 1)
    free = z - usual_totals(z - level, weekday)
    out = np.full(len(z), np.nan)
    beside = np.pad(free[known], BESIDE, constant_values=np.nan)
    out[known] = free[known] - median(np.lib.stride_tricks.sliding_window_view(beside, 2 * BESIDE + 1))
    return out


def zero_days(total, usual, holiday):
    """Return the marks of days of zeros in open hours that would have brought contacts: closed, and filled with zeros.

    Days in a row count together, so that small queues are told too.
    """
    known = np.flatnonzero(~np.isnan(total))
    zero = (total[known] == 0) & (usual[known] > 0) & ~holiday[known]
    run = np.cumsum(np.diff(zero, prepend=False) != 0)
    sure = np.bincount(run, np.where(zero, usual[known], 0))[run] > SURE_ZERO if len(run) else zero
    return [Mark(ZERO_FILLED, int(i), int(i)) for i in known[zero & sure]]


def absent_days(counts, open_, total):
    """Return the marks of open days without a row, a gap where there are two weeks of them, and of half-known days."""
    absent = open_ & np.isnan(counts).all(axis=1)
    index = np.flatnonzero(open_)
    marks = [Mark(INCOMPLETE, int(i), int(i)) for i in index[np.isnan(total[index]) & ~absent[index]]]
    if not len(index):
        return marks
    edges = np.flatnonzero(np.diff(absent[index], prepend=~absent[index[0]]) != 0)
    for start, stop in zip(edges, np.append(edges[1:], len(index)), strict=True):
        if absent[index[start]]:
            first, last = int(index[start]), int(index[stop - 1])
            one = [Mark(GAP, first, last)] if last - first + 1 >= GAP_DAYS else None
            marks += one or [Mark(MISSING, int(i), int(i)) for i in index[start:stop]]
    return marks


def imported_twice(counts, total, usual):
    """Return the marks of days whose every slot is even and whose total is about twice the usual: counted twice."""
    inside = np.nan_to_num(counts)
    busy = (inside > 0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        twice = (busy >= 8) & (inside % 2 == 0).all(axis=1) & (total > 1.6 * usual) & (total < 2.6 * usual)
    return [Mark(DOUBLE_IMPORT, int(i), int(i)) for i in np.flatnonzero(twice)]


def copied_days(counts, dispersion):
    """Return the marks of days that repeat an earlier day slot by slot, or, of a daily history, an earlier week.

    Only where chance would hardly ever do so: two Poisson counts of mean m agree with a chance of about 0.28 / sqrt(m).
    Where a tenth of all days has a copy, the history was made so, and none is marked.
    """
    daily = counts.shape[1] == 1
    rows = np.lib.stride_tricks.sliding_window_view(counts[:, 0], 7) if daily and len(counts) >= 7 else counts
    rows = np.ascontiguousarray(np.nan_to_num(rows, nan=-1.0))
    surprise = np.log(np.sqrt(np.maximum(rows, 1) * (dispersion if daily else 1)) / 0.2821)
    sure = np.flatnonzero(np.where(rows > 0, surprise, 0).sum(axis=1) > COPIED)
    first, again = {}, []
    for i in sure:
        if first.setdefault(rows[i].tobytes(), i) != i:
            again.append(int(i))
    if daily:
        again = sorted({i + k for i in again for k in range(7) if counts[i + k, 0] >= 0})
    common = len(again) > COMMON * max((~np.isnan(counts)).any(axis=1).sum(), 1)
    return [] if common else [Mark(DOUBLE_IMPORT, i, i) for i in again]
