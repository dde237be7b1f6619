"""People who are there, shared between the queues of a project: customers who wait first, then what waits longest."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.targets import targets_per_queue

_DONE_S = 1e-9  # seconds of work that are none: what differences of sums leave


def slots_of(need):
    """Return the stretches of opening time in which no interval begins or ends: a table interval_start, interval_s.

    Where all queues have the same intervals these are the intervals.
    """
    cut = _Cut(need)
    zone = need["interval_start"].dt.tz
    begin = pd.to_datetime(cut.begin, unit="s", utc=True).tz_convert(zone)
    return pd.DataFrame({"interval_start": begin, "interval_s": cut.length})


def shared_out(need, people, *, targets, lost=0.0):
    """Return the agents of each row of a requirement, when so many people are there for all of its queues together.

    need : requirement table of one project.  people : one number, or one per row of `slots_of(need)`.  targets : as for
    `requirement`.  lost : share of these people's time that is not for contacts, below 1, one number or one per row;
    what comes back is without it.

    In every interval live queues come first, each with what it needs; where that is more than there are, each with the
    same share of it. Then work that may wait gets as many as what waits keeps busy up to its occupancy cap, what is due
    first before what is due later. Whoever is left is spread over the live queues of the interval by what each needs
    in all; where none is open, over the others likewise. Nobody is lost and nobody made: agents / (1 - lost) x
    interval_s add up to people x time.
    So work that may wait is in time whenever any plan with the same people for the live queues has it in time.

    >>> need = pd.DataFrame({"interval_start": pd.Timestamp("2026-03-02 08:00"), "interval_s": 1800,
    ...     "project": "orders", "channel": ["voice", "chat", "email"], "offered": [40.0, 20.0, 9.0],
    ...     "aht_s": 200.0, "agents": [6.0, 2.0, 0.0]})
    >>> goals = {("orders", channel): {"answer_within_s": 7200, "at_once": 1} for channel in need["channel"]}
    >>> [shared_out(need, people, targets=goals).tolist() for people in (4, 8.5, 13)]
    [[3.0, 1.0, 0.0], [6.0, 2.0, 0.5], [9.0, 3.0, 1.0]]
    """
    cut = _Cut(need)
    if np.ndim(people) and len(people) != len(cut.length):
        raise PlanError(
            N_("People are one number, or one for each of the {n} intervals; found {found}. Correct them."),
            n=len(cut.length),
            found=len(people),
        )
    left = people * cut.length
    free = 1 - np.broadcast_to(np.asarray(lost, dtype=float), len(need))
    live = np.array([CHANNELS[c].live for c in need["channel"]], dtype=bool)[cut.row]
    want = (need["agents"].to_numpy(dtype=float) / free)[cut.row] * cut.length[cut.slot]
    first = np.where(live, want, 0.0)
    needed = cut.of_slot(first)
    first *= np.minimum(1.0, np.divide(left, needed, out=np.ones(len(left)), where=needed > 0))[cut.slot]
    left = left - cut.of_slot(first)
    turn = _in_turn(cut, live, _waiting(need, targets, cut, free), left.clip(0))
    spare = (left - cut.of_slot(turn)).clip(0)
    seconds = first + turn + spare[cut.slot] * _shares(need, cut, live)
    return np.bincount(cut.row, seconds, len(need)) / cut.interval_s * free


class _Cut:
    """The rows of a table cut where any of them begins or ends: a slot is a stretch between two such moments.

    begin, length : of each slot, seconds.  row, slot : of each piece of a row, in the order of the slots.
    """

    def __init__(self, need):
        start = pd.DatetimeIndex(need["interval_start"]).as_unit("s").asi8
        self.interval_s = need["interval_s"].to_numpy(dtype=float)
        self.start, self.end = start, start + self.interval_s.astype(np.int64)
        edges = np.unique(np.concatenate([self.start, self.end]))
        first = np.searchsorted(edges, self.start)
        pieces = np.searchsorted(edges, self.end) - first
        row = np.repeat(np.arange(len(start)), pieces)
        slot = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces - first, pieces)
        order = np.argsort(slot, kind="stable")
        used, self.slot = np.unique(slot[order], return_inverse=True)  # without those in which nothing is open
        self.row, self.begin = row[order], edges[used]
        self.length = np.diff(edges)[used].astype(float) if len(used) else np.zeros(0)

    def of_slot(self, values):
        """Return the sum of the pieces' values per slot."""
        return np.bincount(self.slot, values, len(self.length))


@dataclass(frozen=True)
class _Work:
    """Seconds of people's time that comes with each piece, when it is due, and whose it is."""

    seconds: np.ndarray
    due: np.ndarray
    queue: np.ndarray


def _waiting(need, targets, cut, free):
    """Return the work of each piece: the time people need for it, when they are as busy as the cap allows."""
    queue, names = pd.factorize(pd.MultiIndex.from_frame(need[["project", "channel"]]))
    known = {name: values[queue] for name, values in targets_per_queue(list(names), targets).items()}
    offered, aht_s = (need[name].to_numpy(dtype=float) for name in ("offered", "aht_s"))
    seconds = np.where(offered > 0, offered * aht_s, 0.0) / known["at_once"] / known["max_occupancy"] / free
    due = np.zeros(len(need))
    for number in range(len(names)):
        rows = np.flatnonzero(queue == number)
        rows = rows[np.argsort(cut.start[rows])]
        due[rows] = _due(cut.start[rows], cut.end[rows], known["answer_within_s"][rows[0]])
    part = cut.length[cut.slot] / cut.interval_s[cut.row]
    return _Work(seconds[cut.row] * part, due[cut.row], queue[cut.row])


def _due(start, end, within_s):
    """Return when what comes in each of a queue's rows is due: so much of its opening time later."""
    opened = np.concatenate([[0.0], np.cumsum(end - start)])
    moments = np.column_stack([start, end]).ravel().astype(float)
    at = np.column_stack([opened[:-1], opened[1:]]).ravel()
    beyond = (opened[:-1] + within_s - opened[-1]).clip(0)
    return np.interp(opened[:-1] + within_s, at, moments) + beyond


def _in_turn(cut, live, work, left):
    """Return the seconds of people that deferred work takes per piece: in each slot what is due first, first."""
    taken, lines = np.zeros(len(cut.row)), {}
    pieces = np.flatnonzero(~live)
    for some in np.split(pieces, np.flatnonzero(np.diff(cut.slot[pieces])) + 1) if len(pieces) else ():
        here = {int(work.queue[piece]): int(piece) for piece in some}
        for queue, piece in here.items():
            if work.seconds[piece] > 0:
                lines.setdefault(queue, deque()).append([work.due[piece], work.seconds[piece]])
        time = left[cut.slot[some[0]]]
        while time > _DONE_S and (waits := [queue for queue in here if lines.get(queue)]):
            queue = min(waits, key=lambda one: lines[one][0][0])
            done = min(time, lines[queue][0][1])
            taken[here[queue]] += done
            time -= done
            lines[queue][0][1] -= done
            if lines[queue][0][1] <= _DONE_S:
                lines[queue].popleft()
    return taken


def _shares(need, cut, live):
    """Return each piece's share of whoever is left in its slot."""
    in_all = (need["agents"] * need["interval_s"]).groupby(need["channel"]).transform("sum").to_numpy(dtype=float)
    weight = in_all[cut.row]
    for mine in (live, ~live):  # alike where nothing is needed at all
        none = mine & (cut.of_slot(np.where(mine, weight, 0.0))[cut.slot] <= 0)
        weight = np.where(none, 1.0, weight)
    weight = np.where(live | (cut.of_slot(live.astype(float))[cut.slot] == 0), weight, 0.0)
    return weight / cut.of_slot(weight)[cut.slot]
