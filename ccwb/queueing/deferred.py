"""Work that may wait (email, social media, callbacks): backlogs over closed hours, and what is done by a deadline.

Contacts are counted like water, not one by one: what comes in an interval comes evenly, work is done first come, first
served, and the clock of the deadline runs in opening time only. What comes while it is closed waits for the opening.
A contact is finished when its turn has come; where its own handling time matters beside the deadline, take it off.
`even_plan` (ccwb/queueing/even.py) says how many agents keep a deadline.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_

MOST = 10**7  # agents; a deadline that so many do not keep is kept by none
_MOMENT_S = (
    1e-6  # whoever is later than the deadline by less than this is in time: sums of many intervals are not exact
)


@dataclass(frozen=True)
class Deferred:
    """What becomes of deferred work, an array per field and a value per interval.

    handled : contacts finished in the interval.  backlog : contacts not finished at its end.  in_time : share of the
    contacts that came in it and of which it is known that are finished within the deadline; nan where none is known.
    known : contacts that this is a share of.  mean_wait_s : mean opening time from coming to being finished, of those
    that are finished, seconds; nan where there are none.  occupancy : share of the agents' time spent on this work, 0
    where nobody is there.
    """

    handled: np.ndarray
    backlog: np.ndarray
    in_time: np.ndarray
    known: np.ndarray
    mean_wait_s: np.ndarray
    occupancy: np.ndarray


def worked_off(offered, agents, *, aht_s, interval_s, within_s, is_open=None, backlog=0.0):
    """Return what becomes of deferred work with so many agents, as a `Deferred`.

    offered : contacts per interval, 0 or more; one dimension, in time order.  agents : on this work at once, 0 or more,
    fractions allowed.  aht_s : seconds of work per contact that comes in the interval, above 0.  interval_s : length of
    an interval, seconds; aht_s and interval_s are one for all or a value per interval.
    within_s : the deadline in seconds of opening time, 0 or more.  is_open : whether the interval is opening time, in
    which agents work (default: all).  backlog : contacts that wait at the start; they are worked off first and are
    not in the figures of any interval but `handled` and `backlog`.
    A contact whose deadline lies beyond the last interval and that is not finished there is not known of.
    Raises PlanError for a negative or missing value, naming it.
    Source: the fluid queue (Newell 1982), cumulative curves of what came and what is done.

    >>> day = worked_off([60, 60, 0, 0], [1, 1, 1, 1], aht_s=60, interval_s=3600, within_s=1800)
    >>> day.handled.tolist(), day.backlog.tolist(), day.in_time[:2].tolist()
    ([60.0, 60.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0])
    >>> night = worked_off([0, 90, 0], [1, 0, 1], aht_s=60, interval_s=3600, within_s=1800, is_open=[1, 0, 1])
    >>> night.backlog.tolist(), night.in_time.round(2).tolist()
    ([0.0, 90.0, 30.0], [nan, 0.33, nan])
    """
    named = {"aht_s": aht_s, "interval_s": interval_s, "within_s": within_s, "backlog": backlog}
    offered, agents, aht_s, interval_s, is_open = checked(is_open, offered=offered, agents=agents, **named)
    given = {"aht_s": aht_s, "interval_s": interval_s, "is_open": is_open}
    return poured(offered, agents, within_s=float(within_s), backlog=float(backlog), **given)


def poured(offered, agents, *, aht_s, interval_s, is_open, within_s, backlog=0.0):
    """Return what `worked_off` returns, of arrays of one length that are known to be right."""
    time = np.where(is_open, agents * interval_s, 0.0)
    old = backlog * float(aht_s[0]) if len(aht_s) else 0.0
    curves = _Curves(offered * aht_s, time, is_open, interval_s, old)
    came = np.concatenate([[0.0], np.cumsum(offered)]) + backlog
    waiting = came[1:] - np.interp(curves.came[1:] - curves.left, *_both(curves.came, came, backlog))
    handled = np.where(curves.handled > 0, np.diff(came - np.concatenate([[backlog], waiting])).clip(0), 0.0)
    spent = np.divide(curves.handled, time, out=np.zeros(len(offered)), where=time > 0)
    in_time, known, mean_wait_s = _by_arrival(curves, within_s)
    return Deferred(handled, waiting, in_time, known / aht_s, mean_wait_s, spent)


def _both(work, contacts, backlog):
    """Return the corners of contacts over their work, both cumulative, from nothing at all on."""
    return (np.concatenate([[0.0], work]), np.concatenate([[0.0], contacts])) if backlog else (work, contacts)


def level_required(offered, *, aht_s, interval_s, within_s, in_time, is_open=None, beside=0.0, max_occupancy=1.0):
    """Return the fewest whole agents, the same in every open interval, that finish a share of the work by the deadline.

    in_time : share of the contacts to be finished within the deadline, above 0 to 1.  beside : agents who help anyway,
    such as the idle time of live channels (a value per interval or one for all); all of it can be used.
    max_occupancy : greatest share of the level's time on this work that can be asked of it, above 0 to 1.  All else as
    for `worked_off`.
    What is left at the end must not be more than the last interval's level works off within the deadline: postponing
    work beyond the last interval is no way to keep it.  0 where nothing is offered.
    Raises PlanError where no level suffices (never open while contacts come), and for wrong values.

    >>> level_required([60, 60, 0, 0], aht_s=60, interval_s=3600, within_s=7200, in_time=1.0)
    1
    """
    check_shares(in_time, max_occupancy)
    known = {"aht_s": aht_s, "interval_s": interval_s, "within_s": within_s, "is_open": is_open}
    offered, help_, aht, length, open_ = checked(helpers="beside", offered=offered, agents=beside, **known)
    if not offered.any():
        return 0
    check_open(open_)
    fitted = {"aht_s": aht, "interval_s": length, "is_open": open_}

    def enough(level):
        given = poured(offered, level * max_occupancy + help_, **fitted, within_s=within_s)
        done = np.nansum(given.in_time * given.known) >= in_time * given.known.sum() - 1e-9
        reach = min(within_s, length[open_].sum())
        rate = (level * max_occupancy + help_[open_][-1]) / aht[open_][-1]
        return done and given.backlog[-1] <= rate * reach + 1e-9

    low, high = -1, 1
    while not enough(high):
        if high > MOST:
            refuse_deadline(in_time, within_s)
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def check_shares(in_time, max_occupancy):
    """Raise PlanError for a share in time or an occupancy that cannot be."""
    for name, value in (("in_time", in_time), ("max_occupancy", max_occupancy)):
        if not isinstance(value, Real):
            refuse(name, value, N_("is not a number"))
    if not 0 < in_time <= 1:
        refuse("in_time", in_time, N_("is not a share above 0, up to 1 (95 % is 0.95)"))
    if not 0 < max_occupancy <= 1:
        refuse("max_occupancy", max_occupancy, N_("is not a share above 0, up to 1"))


def check_open(is_open):
    """Raise PlanError where it is never open, though contacts come."""
    if not is_open.any():
        raise PlanError(N_("Contacts come, but it is never open: no number of agents handles them. Check the hours."))


def refuse_deadline(in_time, within_s):
    raise PlanError(
        N_("No number of agents finishes {share} of the work within {within} s. Allow more time."),
        share=in_time,
        within=f"{within_s:g}",
    )


class _Curves:
    """Cumulative work that came and that was finished, seconds, over opening time, as broken lines.

    What came while it was closed stands at the next opening (after the last open interval: at its end).
    """

    def __init__(self, offered, capacity, is_open, interval_s, start):
        self.offered, self.is_open = offered, is_open
        at = np.concatenate([[0.0], np.cumsum(np.where(is_open, interval_s, 0.0))])
        came = np.concatenate([[0.0], np.cumsum(offered)]) + start
        net = came - np.concatenate([[0.0], np.cumsum(capacity)])
        lowest = np.minimum.accumulate(np.concatenate([[0.0], net[1:]]))
        waits = net - np.minimum(lowest, 0.0)  # at the ends of intervals; work never starts before it came
        self.left, done = waits[1:], came - waits
        self.handled = np.minimum(capacity, waits[:-1] + offered)
        self.came_at, self.came = at, came  # a closed interval's contacts come all at once, at its place in the time
        self.done_at, self.done = self._finished(at, done, waits[:-1], capacity, interval_s)
        self.start, self.end = start, at[-1]

    def _finished(self, at, done, before, capacity, interval_s):
        """Corners of what is finished: an interval has one inside where its queue runs empty."""
        spare = capacity - self.offered
        empties = self.is_open & (before > 0) & (before < spare)
        when = np.divide(before, spare, out=np.zeros(len(spare)), where=empties)
        inner_at = (at[:-1] + when * interval_s)[empties]
        inner = (done[:-1] + when * capacity)[empties]
        place = np.flatnonzero(empties) + 1
        return np.insert(at, place, inner_at), np.insert(done, place, inner)


def _by_arrival(curves, within_s):
    """Return (in_time, known work, mean_wait_s) by the interval in which contacts came."""
    just = within_s + _MOMENT_S
    n, total = len(curves.offered), curves.came[-1]
    corners = np.unique(np.concatenate([curves.came, curves.done]))
    corners = corners[(corners >= curves.start) & (corners <= total)]
    width, low = np.diff(corners), corners[:-1]
    keep = width > 1e-12 * max(total, 1.0)
    width, low = width[keep], low[keep]
    first, second = (_wait(curves, low + part * width) for part in (0.25, 0.75))
    slope = 2 * (second - first)  # over the whole stretch; the ends by continuing the line
    begin = first - slope / 4
    finished = low + width / 2 <= curves.done[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.clip((just - begin) / slope, 0, 1)
    steady = np.abs(slope) < 1e-9
    share = np.where(steady, begin + slope / 2 <= just, np.where(slope > 0, crossing, 1 - crossing))
    due = np.interp(low + width / 2, curves.came, curves.came_at) + within_s
    known = finished | (due <= curves.end)
    row = np.clip(np.searchsorted(curves.came, low + width / 2, side="right") - 1, 0, n - 1)

    def summed(values):
        return np.bincount(row, weights=values, minlength=n)

    determined, done = summed(width * known), summed(width * finished)
    in_time, waited = summed(width * share * finished), summed(width * (first + second) / 2 * finished)
    return (
        np.divide(in_time, determined, out=np.full(n, np.nan), where=determined > 0),
        determined,
        np.divide(waited, done, out=np.full(n, np.nan), where=done > 0),
    )


def _wait(curves, positions):
    """Opening time between a contact's coming and its being finished, by its place in the order of coming."""
    return np.interp(positions, curves.done, curves.done_at) - np.interp(positions, curves.came, curves.came_at)


def checked(is_open, *, helpers="agents", **named):
    """Return offered, agents, aht_s, interval_s and is_open as arrays of one length; else says what cannot be.

    helpers : the name by which the caller knows `agents`.  What is neither of these nor `offered` is a single number.
    """
    named = {helpers if name == "agents" else name: value for name, value in named.items()}
    arrays = {name: _numbers(name, value) for name, value in named.items()}
    offered = np.atleast_1d(arrays.pop("offered"))
    if offered.ndim > 1:
        refuse("offered", offered.shape, N_("has to be one number per interval, in one dimension"))
    try:
        arrays["is_open"] = np.asarray(True if is_open is None else is_open, dtype=bool)
    except (TypeError, ValueError):
        refuse("is_open", is_open, N_("has to say yes or no for each interval"))
    wanted = (helpers, "aht_s", "interval_s", "is_open")
    for name, array in arrays.items():
        if name not in wanted and array.ndim:
            refuse(name, array.shape, N_("has to be a single number"))
        if array.ndim and array.shape not in (offered.shape, (1,)):
            refuse(name, array.shape, N_("does not fit the intervals of offered"))
    return offered, *(np.broadcast_to(arrays[name], offered.shape) for name in wanted)


def _numbers(name, value):
    """Return the value as an array of numbers that can be."""
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        refuse(name, value, N_("is not a number"))
    positive = name in ("aht_s", "interval_s")
    wrong = ~np.isfinite(numbers) | (numbers < 0) | (positive & (numbers == 0))
    if wrong.any():
        what = N_("has to be above 0") if positive else N_("has to be 0 or more")
        refuse(name, numbers[wrong].flat[0], what)
    return numbers


def refuse(name, found, what):
    """Raise PlanError for a value, saying its name, what is wrong with it and what was found."""
    raise PlanError(
        N_("The value of {name} {what}: found {found}. Correct it, then run this step again."),
        name=name,
        what=what,
        found=str(found),
    )
