"""Deferred rows of a requirement: agents for the deadline, backlogs over closed hours, idle time of live queues."""

import numpy as np
import pandas as pd

from ccwb import queueing
from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.staffing.work import work_of

DEFERRED = N_("Deferred, by its deadline")
HELPED = N_("Deferred, by its deadline, idle time used")
_NOBODY = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
_NO_PROMISE = 1e-6  # share in time of a queue without a service level: its work is only to be done in the end


def deferred_rows(work, agents, occupancy, *, fewest, helpers=None):
    """Return (agents, rates, help): deferred rows filled in, their rates, and what live agents' idle time does there.

    work : as from `work_of`.  agents, occupancy : per row; of live rows as they stand, of deferred the agents given.
    fewest : plan the deferred rows' agents instead. Of each project the queue with the shortest deadline takes the idle
    time first, and what it uses is gone for the next.  helpers : idle time as from `idle_rows`; None: of the live rows.
    rates : service_level (finished within the deadline, by the interval in which contacts came; missing where that is
    not known by the end), asa_s (mean opening time until finished), answer_rate (finished by the end), occupancy.
    Planned agents finish everything by the last row. With too few given agents the service_level of the last deadline's
    length of rows is that of the contacts it is known of, and in sums such a row counts with all of its contacts.
    help : the idle time used per row, as agents.
    """
    agents, help_ = agents.copy(), np.zeros(len(agents))
    if work.live.all():
        return agents, {}, help_
    rates = {name: np.full(len(agents), np.nan) for name in ("service_level", "asa_s", "answer_rate", "occupancy")}
    start, week = _times(work)
    if helpers is None:
        helpers = _idle_of(work, agents, occupancy, start)
    project = np.array([name for name, _ in work.names], dtype=object)
    deferred = [q for q, (_, channel) in enumerate(work.names) if not CHANNELS[channel].live]
    for one in dict.fromkeys(project[deferred]):
        idle = _Idle(*helpers.get(one, _NOBODY))
        for queue in sorted(
            (q for q in deferred if project[q] == one), key=lambda q: work.targets["answer_within_s"][q]
        ):
            rows = np.flatnonzero(work.queue == queue)
            rows = rows[np.argsort(start[rows])]
            beside = idle.agents(start[rows], work.interval_s[rows])
            if fewest:
                agents[rows] = _planned(work, rows, beside, week[rows])
            found, used = _rates(work, rows, agents[rows], beside)
            idle.use(used)
            help_[rows] = beside * used
            for name, value in found.items():
                rates[name][rows] = value
    return agents, rates, help_


def idle_use(requirement, *, targets):
    """One row per project and interval of a requirement: idle time of live agents, and what of it deferred work takes.

    idle : live agents with nothing to do below their occupancy cap, as agents.  helped : deferred work done in their
    idle time, as agents; the share `blend` of the targets of it can be used.  own : agents on deferred work alone.
    Rows with neither live nor deferred agents in them are there, too, with 0. Where the queues' intervals have
    different lengths there is a row per length at the same time: in sums, agents times `interval_s` add up.
    """
    work = work_of(requirement, targets, 0.0, 0.0)
    table, given = work.table, [work.table[name].to_numpy(dtype=float) for name in ("agents", "occupancy")]
    help_ = deferred_rows(work, *given, fewest=False)[2]
    spare = given[0] * (work.targets["max_occupancy"][work.queue] - np.nan_to_num(given[1])).clip(0)
    columns = {"idle": np.where(work.live, spare, 0.0), "helped": help_, "own": np.where(work.live, 0.0, given[0])}
    keys = ["project", "interval_start", "interval_s"]
    return table[keys].assign(**columns).groupby(keys, as_index=False).sum()


def idle_rows(live, targets):
    """Return what idle time of a requirement's live queues may be used: project -> (begin, end, agents), in seconds."""
    code = live.groupby(["project", "channel"], sort=False).ngroup().to_numpy()
    first = np.unique(code, return_index=True)[1]
    names = list(zip(live["project"].iloc[first], live["channel"].iloc[first], strict=True))
    most = np.array([targets[name].get("max_occupancy") or 1.0 for name in names])[code]
    blend = np.array([targets[name].get("blend") or 0.0 for name in names])[code]
    agents, occupancy = (live[name].to_numpy(dtype=float, na_value=np.nan) for name in ("agents", "occupancy"))
    start = pd.DatetimeIndex(live["interval_start"]).as_unit("s").asi8
    spare = (most - np.nan_to_num(occupancy)).clip(0) * agents * blend
    return _by_project(np.array([name for name, _ in names])[code], start, live["interval_s"].to_numpy(), spare)


def _idle_of(work, agents, occupancy, start):
    """Return `idle_rows` of the live rows themselves."""
    rows = np.flatnonzero(work.live & (work.targets["blend"] > 0)[work.queue])
    if not len(rows):
        return {}
    spare = (work.of("max_occupancy", rows) - np.nan_to_num(occupancy[rows])).clip(0)
    spare *= agents[rows] * work.of("blend", rows)
    project = np.array([name for name, _ in work.names])[work.queue[rows]]
    return _by_project(project, start[rows], work.interval_s[rows].astype(np.int64), spare)


def _by_project(project, start, length, agents):
    """Return the rows with anybody idle, project -> (begin, end, agents)."""
    known = {name: (project == name) & (agents > 0) for name in np.unique(project)}
    return {name: (start[at], (start + length)[at], agents[at]) for name, at in known.items()}


def _times(work):
    """Return per row its start, seconds, and the number of its local week (of Monday)."""
    times = pd.DatetimeIndex(work.table["interval_start"])
    local = times.tz_localize(None).as_unit("s").asi8
    return times.as_unit("s").asi8, (local // 86_400 + 3) // 7


def _known(work, rows):
    """Return what the model knows of a queue's rows; with several at once an agent needs that part of the time each."""
    first = rows[:1]
    return {
        "aht_s": work.aht_s[rows] / work.of("at_once", rows),
        "interval_s": work.interval_s[rows],
        "within_s": float(work.of("answer_within_s", first)[0]),
    }


def _planned(work, rows, beside, week):
    """Return the fewest agents of a queue that keep its deadline in every week, as even as whole agents can be."""
    first = rows[:1]
    return queueing.even_plan(
        work.offered[rows],
        **_known(work, rows),
        in_time=max(float(work.of("service_level", first)[0]), _NO_PROMISE),
        max_occupancy=float(work.of("max_occupancy", first)[0]),
        beside=beside,
        period=week,
    )


def _rates(work, rows, agents, beside):
    """Return (rates of a queue's rows, share of the help used per row)."""
    offered, length = work.offered[rows], work.interval_s[rows]
    able = agents * work.of("max_occupancy", rows)
    got = queueing.worked_off(offered, able + beside, **_known(work, rows))
    done_s = got.occupancy * (able + beside) * length
    help_s = np.minimum(beside * length, done_s)
    came = np.cumsum(offered)
    left = got.backlog[-1] if got.backlog[-1] > 1e-9 * came[-1] else 0.0  # no more than sums of many rows miss by
    unfinished = (left - (came[-1] - came)).clip(0, offered)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = {
            "service_level": got.in_time,
            "asa_s": got.mean_wait_s,
            "answer_rate": np.where(offered > 0, 1 - unfinished / offered, np.nan),
            "occupancy": np.where(agents > 0, (done_s - help_s) / (agents * length), np.nan),
        }
        return rates, np.where(beside > 0, help_s / (beside * length), 0.0)


class _Idle:
    """The usable idle time of a project's live agents, on the finest grid of its rows, less what was used."""

    def __init__(self, begin, end, agents):
        self.edges = np.unique(np.concatenate([begin, end]))
        self.rate = _summed(self.edges, begin, end, agents)

    def agents(self, start, length):
        """Return agents' idle time left per row of a queue, as agents; the rows do not overlap."""
        if not len(self.edges):
            return np.zeros(len(start))
        self._refine(np.concatenate([start, start + length]))
        width = np.diff(self.edges)
        self._row = np.searchsorted(start, self.edges[:-1], side="right") - 1
        self._inside = (self._row >= 0) & (self.edges[:-1] < (start + length)[self._row])
        seconds = np.bincount(self._row[self._inside], (self.rate * width)[self._inside], len(start))
        return seconds / length

    def use(self, share):
        """Take away the share used of each of the rows last asked for."""
        if len(self.edges):
            self.rate[self._inside] *= 1 - share[self._row[self._inside]]

    def _refine(self, moments):
        edges = np.unique(np.concatenate([self.edges, moments]))
        at = np.searchsorted(self.edges, edges[:-1], side="right") - 1
        within = (at >= 0) & (at < len(self.rate))
        self.rate = np.where(within, self.rate[np.where(within, at, 0)], 0.0)
        self.edges = edges


def _summed(edges, begin, end, value):
    """Return the sum of the values in force between each two edges."""
    if not len(edges):
        return np.zeros(0)
    change = np.bincount(np.searchsorted(edges, begin), value, len(edges))
    change -= np.bincount(np.searchsorted(edges, end), value, len(edges))
    total = np.cumsum(change)[:-1]
    return np.where(total > 1e-9, total, 0.0)
