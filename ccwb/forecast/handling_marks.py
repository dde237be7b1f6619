"""Handling times that cannot be right: an interval whose contacts took tens of times what is usual."""

from dataclasses import replace

import numpy as np

from ccwb.forecast.slot_marks import Mark, median
from ccwb.messages import N_

HANDLING = N_("handling time")
AROUND = 29  # known days around a day whose middle is usual there
TIMES = 10  # what is usual, at which a handling time may be wrong
SURE = 5.0  # standard deviations of its logarithm beyond which it is
ALONE = 0.7  # standard deviation of the logarithm of one contact's handling time, assumed; of n of them over root n


def wrong_times(queue):
    """Return (whether the handling time of each day and slot is wrong, what is usual on each day, seconds).

    Wrong is a mean of ten times and more what is usual, the middle one of the 29 days around, if it lies five standard
    deviations above it on the log scale: those of the queue's own slots (by the median of the deviations), and those
    that so few contacts have by chance. One far too low takes no more from a mean than its contacts' share: none is.
    """
    known = (queue.weight > 0) & (np.nan_to_num(queue.aht_s) > 0)
    z = np.log(np.where(known, queue.aht_s, np.nan))
    usual = _usual(median(z))
    off = z - usual[:, None]
    if not known.any():
        return known, usual
    spread = 1.4826 * np.nanmedian(np.abs(off))
    chance = ALONE / np.sqrt(np.maximum(queue.weight, 1))
    limit = np.maximum(np.log(TIMES), SURE * np.maximum(spread, chance))
    return known & (np.nan_to_num(off) > limit), np.exp(usual)


def _usual(a_day):
    """Return the middle of the values of the known days around each known day."""
    out, known = np.full(len(a_day), np.nan), np.flatnonzero(~np.isnan(a_day))
    around = np.pad(a_day[known], AROUND // 2, constant_values=np.nan)
    if len(known):
        out[known] = median(np.lib.stride_tricks.sliding_window_view(around, AROUND))
    return out


def believed(queue, decisions):
    """Return the queue with its wrong handling times unknown, but on the days that a person decided to use.

    decisions : date -> use.
    """
    wrong = wrong_times(queue)[0]
    wrong[[bool(decisions.get(day)) for day in queue.day]] = False
    return replace(queue, weight=np.where(wrong, 0.0, queue.weight)) if wrong.any() else queue


def handling_marks(queue, decisions):
    """Return the marks of a queue's wrong handling times, a list of (Mark, used, decided, found, usual), seconds.

    One for each stretch of slots of a day.  found : over the contacts of the stretch.
    """
    wrong, usual = wrong_times(queue)
    out = []
    for day in np.flatnonzero(wrong.any(axis=1)):
        edges = np.flatnonzero(np.diff(wrong[day], prepend=False, append=False))
        for start, stop in edges.reshape(-1, 2):
            part = (day, slice(start, stop))
            found = np.average(queue.aht_s[part], weights=queue.weight[part])
            mark = Mark(HANDLING, int(day), int(day), (int(start), int(stop)))
            use = decisions.get(queue.day[day])
            out.append((mark, bool(use), use is not None, float(found), float(usual[day])))
    return out
