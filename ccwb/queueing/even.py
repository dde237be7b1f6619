"""The smoothest course of agents that finishes work that may wait by its deadline.

Over opening time, the work that has come is a rising line and the work that is due another below it, a deadline later.
What is done has to run between the two, and the smoothest way is the string pulled taut between them: straight, so with
the same agents throughout, until it touches one of the lines. A long deadline is a wide channel and the string nearly
straight over days; with a short one it follows the arrivals.
"""

from dataclasses import dataclass

import numpy as np

from ccwb.messages import N_
from ccwb.queueing.deferred import MOST, check_open, check_shares, checked, poured, refuse, refuse_deadline

_WIDEST = 0.75  # the deadline is stretched to at most 1 / (1 - 0.75) = 4 times itself
_PATIENCE_S = 12 * 3600  # opening time that people may be behind the string: blocks of work come about every day
_STEPS = 3  # halvings in search of the stretch: 0.75 / 2**3, so to about 10 % of it


def even_plan(
    offered,
    *,
    aht_s,
    interval_s,
    within_s,
    in_time,
    is_open=None,
    beside=0.0,
    max_occupancy=1.0,
    backlog=0.0,
    period=None,
):
    """Return whole agents per interval: the smoothest course that finishes a share of the work by its deadline.

    in_time : share of the contacts to be finished within `within_s` of opening time, above 0 to 1.  beside : agents who
    help anyway, fractions allowed, such as the idle time of live channels; their help is used first.  max_occupancy :
    greatest share of the agents' time on this work that can be asked of them, above 0 to 1.  period : a label per
    interval, such as its week; the share is kept in each of them, not only over all.  backlog : contacts that wait at
    the start, due and counted in the share as if they came in that moment, in the first interval's period.  All else
    as for `worked_off`, which says what becomes of the plan.

    Everything that came by the end of the last open interval is finished there, also what would be due later. Where
    less than an agent is needed there is one agent for a part of the time, in blocks: from when half of the time of
    what waits is over, or people are half a deadline (at most 12 hours of opening time) behind the smoothest course,
    until it is done; likewise between 8 and 9 agents. A deadline shorter than an interval follows the arrivals. No
    agents where nothing is offered.
    Raises PlanError where no agents suffice (never open while contacts come), and for wrong values.
    Source: the taut string (Davies and Kovac 2001), least for every convex cost at once (Modigliani and Hohn 1955).

    >>> even_plan([60, 60, 0, 0], aht_s=60, interval_s=3600, within_s=7200, in_time=1.0).tolist()
    [1.0, 1.0, 0.0, 0.0]
    >>> even_plan([240, 0, 0, 0], aht_s=60, interval_s=3600, within_s=7200, in_time=1.0).tolist()
    [1.0, 2.0, 1.0, 0.0]
    """
    check_shares(in_time, max_occupancy)
    named = {"aht_s": aht_s, "interval_s": interval_s, "within_s": within_s, "backlog": backlog}
    offered, beside, aht, length, is_open = checked(is_open, helpers="beside", offered=offered, agents=beside, **named)
    group = _numbered(period, len(offered))
    if not offered.any() and not float(backlog):
        return np.zeros(len(offered))
    check_open(is_open)
    rows = {"offered": offered, "beside": beside, "aht_s": aht, "length": length, "is_open": is_open, "group": group}
    if float(backlog):  # the contacts of a closed row before the first
        before = {"offered": float(backlog), "beside": 0.0, "is_open": False}
        rows = {name: np.insert(values, 0, before.get(name, values[0])) for name, values in rows.items()}
    goal = _Goal(**rows, within_s=float(within_s), in_time=in_time, max_occupancy=max_occupancy)
    channel, agents = _Channel(goal), np.zeros(len(goal.offered))
    agents[goal.is_open] = _whole(_smoothest(goal, channel), channel, max_occupancy)
    return _repaired(agents, goal)[-len(offered) :]


def _numbered(period, n):
    """Return the number of each interval's period; all one where none are given."""
    if period is None:
        return np.zeros(n, int)
    if np.shape(period) != (n,):
        refuse("period", np.shape(period), N_("has to hold one value for each interval of offered"))
    return np.unique(np.asarray(period), return_inverse=True)[1]


@dataclass(frozen=True)
class _Goal:
    """What is to be kept, and whether given agents keep it; arrays of one length, `group` numbering the periods."""

    offered: np.ndarray
    beside: np.ndarray
    aht_s: np.ndarray
    length: np.ndarray
    is_open: np.ndarray
    group: np.ndarray
    within_s: float
    in_time: float
    max_occupancy: float

    def missed(self, agents):
        """Return whether given agents miss the share, per period, and what is in time per interval."""
        known = {"aht_s": self.aht_s, "interval_s": self.length, "is_open": self.is_open}
        able = agents * self.max_occupancy + self.beside
        got = poured(self.offered, able, **known, within_s=self.within_s)
        return self.is_missed(np.nan_to_num(got.in_time) * got.known, got.known), got.in_time

    def is_missed(self, timely, known):
        """Return whether less than the share is in time, per period."""
        timely, known = np.bincount(self.group, timely), np.bincount(self.group, known)
        return timely < self.in_time * known * (1 - 1e-9)


class _Channel:
    """The channel between due and has come, at the borders of the open intervals, in seconds of agents' work.

    Help takes its part off both lines. Where help exceeds what there is to do some of it is lost: `help` is the rest.
    """

    def __init__(self, goal):
        opened = goal.is_open
        came = np.concatenate([[0.0], np.cumsum(goal.offered * goal.aht_s)])
        self.all_came = came
        self.length = goal.length[opened]
        self.at = np.concatenate([[0.0], np.cumsum(self.length)])
        before, after = came[:-1][opened], came[1:][opened]
        self._came = np.column_stack([before, after]).ravel()  # work that comes while closed: a jump between the two
        self._came_at = np.column_stack([self.at[:-1], self.at[1:]]).ravel()
        self.came = np.concatenate([[0.0], after])
        self.within_s = goal.within_s
        whole = _on_grid(goal.within_s, self.length, np.floor)
        self.due = self._due(whole)
        half = min(_on_grid(goal.within_s / 2, self.length, np.ceil), whole)
        self.half_due, self.patience_s = self._due(half), min(half, _PATIENCE_S)
        self.help = self._usable(goal.beside[opened] * self.length) if goal.beside.any() else np.zeros(len(self.at))
        self.high = np.minimum.accumulate((self.came - self.help)[::-1])[::-1]  # leave the help what only it does later

    def _due(self, within_s):
        due = np.interp(self.at - within_s + 1e-6, self._came_at, self._came, left=0.0)
        return np.minimum(due, self.came)

    def _usable(self, help_):
        """Return the help, cumulative, that is not lost if agents do only what it does not, as late as possible."""
        offer = np.concatenate([[0.0], np.cumsum(help_)])
        lost, most, out = 0.0, 0.0, []
        for given, came, due in zip(offer.tolist(), self.came.tolist(), self.due.tolist(), strict=True):
            lost = max(lost, most + given - came)
            most = max(most, due - given + lost)
            out.append(given - lost)
        return np.array(out)

    def string(self, stretch):
        """Return what agents do, cumulative: the string, for a deadline 1 / (1 - stretch) times as long."""
        due = self._due(self.within_s / (1 - stretch)) if stretch else self.due
        low = np.minimum((due - self.help).clip(0), self.high)
        low[-1] = self.high[-1]  # nothing is left: the help after the end has work of its own
        return taut(self.at, low, np.maximum(self.high, low))

    def late(self, done, goal):
        """Return the share of each interval's contacts that is late when so much is done: exact for whole intervals."""
        at = np.concatenate([[0.0], np.cumsum(np.where(goal.is_open, goal.length, 0.0))])
        ahead = np.interp(at + goal.within_s, self.at, done) - self.all_came
        ahead[np.abs(ahead) < 1e-9 * self.all_came[-1]] = 0.0
        first, last = ahead[:-1], ahead[1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = first / (first - last)  # in time, where it becomes late; late, where it comes to be in time
        part = np.where(first >= 0, 1 - part, part)
        return np.where((first >= 0) == (last >= 0), np.where(first >= 0, 0.0, 1.0), part)


def _on_grid(within_s, length, rounded):
    """Return the deadline in whole intervals where they are equal: then the borders tell of all that lies between."""
    return rounded(round(within_s / length[0], 9)) * length[0] if np.ptp(length) == 0 else within_s


def taut(at, low, high):
    """Return the shortest path from low[0] to low[-1] between low and high, at the places `at`.

    Of a stretch between two places where the path touches a line, the places where the straight line leaves the
    channel furthest above and furthest below are touched by the path, too: so all stretches are divided at once.
    """
    knots, height = np.array([0, len(at) - 1]), np.array([low[0], low[-1]])
    slack = 1e-12 * float(np.abs(high).max())
    while True:
        path = np.interp(at, at[knots], height)
        found = [knots]
        for beyond in ((path - high)[:-1], (low - path)[:-1]):
            furthest = np.maximum.reduceat(beyond, knots[:-1])
            here = np.repeat(np.where(furthest > slack, furthest, np.inf), np.diff(knots))
            found.append(np.flatnonzero(beyond >= here))
        above, below = found[1:]
        if not len(above) and not len(below):
            return path
        knots, first = np.unique(np.concatenate([knots, above, below]), return_index=True)
        height = np.concatenate([height, high[above], low[below]])[first]


def _smoothest(goal, channel):
    """Return the string with the deadline stretched as far as the share is kept, at most to `_WIDEST`."""
    if goal.in_time == 1 or not goal.within_s:
        return channel.string(0.0)
    low, high, best = 0.0, 2 * _WIDEST, None
    for _ in range(_STEPS + 1):
        middle = (low + high) / 2
        path = channel.string(middle)
        late = channel.late(path + channel.help, goal)
        if goal.is_missed(goal.offered * (1 - late), goal.offered).any():
            high = middle
        else:
            low, best = middle, path
            if middle == _WIDEST:
                break
    return channel.string(0.0) if best is None else best


def _whole(string, channel, max_occupancy):
    """Return whole agents that are never later than the string or half the deadline: the number above the string's
    rate until its work is done, then the number below until half of the time of what waits is over, or they are
    `patience_s` behind the string: help that takes the oldest contacts must not put all of theirs off to the end."""
    each = channel.length * max_occupancy  # work of an agent, seconds
    slack = 1e-11 * float(channel.came[-1])  # of sums of many intervals
    rate = np.diff(string) / each
    many, few = np.ceil(rate - slack / each), np.floor(rate + slack / each)
    behind = np.interp(channel.at - channel.patience_s, channel.at, string)
    least = np.maximum(np.minimum(string, channel.half_due - channel.help), behind)
    least[-1] = string[-1]
    pace = np.concatenate([[0.0], np.cumsum(many * each)])
    need = pace + np.maximum.accumulate((least - pace)[::-1])[::-1]  # so much by then, and `many` is in time from there
    agents, done, busy = [], 0.0, False
    steps = (many * each, few * each, need[1:] - slack, channel.high[1:] + slack)
    for more, less, needed, most in zip(*(values.tolist() for values in steps), strict=True):
        if done + less < needed:
            busy = True
        elif busy and done + more > most:
            busy = False
        agents.append(busy)
        done = min(done + (more if busy else less), most)
    return np.where(agents, many, few) + 0.0


def _repaired(agents, goal):
    """Return the agents with more of them while contacts are late that would be in time but for whole intervals."""
    opened, more = np.flatnonzero(goal.is_open), 1
    ends = np.cumsum(np.where(goal.is_open, goal.length, 0.0))
    while True:
        missed, share = goal.missed(agents)
        if not missed.any():
            return agents
        if more > MOST:
            refuse_deadline(goal.in_time, goal.within_s)
        late = np.flatnonzero(missed[goal.group] & (share < 1 - 1e-9))
        for row in late:
            first = np.searchsorted(opened, row)
            last = np.searchsorted(ends, ends[row] + goal.within_s, side="left")
            agents[opened[first : max(np.searchsorted(opened, last, side="right"), first + 1)]] += more
        more *= 2
