"""From the tallies of the replications to figures with their 95 % confidence intervals."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from ccwb.queueing.simulation.columns import KINDS, TIMES


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % confidence interval, `low` to `high`, over the replications."""

    value: float
    low: float
    high: float

    def __contains__(self, value):
        return self.low <= value <= self.high


@dataclass(frozen=True)
class QueueOutcome:
    """What a queue's contacts met, counted by the time they came (after the warm-up); every field is an Estimate.

    Mean numbers in a replication. offered : attempts that got a line.  answered, abandoned, still_there : what became
    of them, still_there being those in line at the end; offered is their sum.  blocked_attempts : attempts that found
    all lines taken.  redials : attempts that were not the first of their contact, among offered and blocked ones.
    Shares. blocked : of attempts.  service_level : of offered, answered within the threshold.  answer_rate,
    abandonment : of offered.  Waits in seconds. asa_s : of answered.  mean_wait_s : of offered, those still there up to
    the end.
    """

    offered: Estimate
    answered: Estimate
    abandoned: Estimate
    still_there: Estimate
    blocked_attempts: Estimate
    redials: Estimate
    blocked: Estimate
    service_level: Estimate
    answer_rate: Estimate
    abandonment: Estimate
    asa_s: Estimate
    mean_wait_s: Estimate


@dataclass(frozen=True)
class GroupOutcome:
    """What agents of a group did after the warm-up; every field is an Estimate.

    occupancy : share of their time there spent handling; the time after the end of a shift counts while a contact is
    being finished.  present_s : that time, agent-seconds in a replication.
    """

    occupancy: Estimate
    present_s: Estimate


@dataclass(frozen=True)
class Simulation:
    """The result: outcomes by name, and the counts behind them.

    queues, groups : name -> QueueOutcome, GroupOutcome.  total : QueueOutcome of all queues together.
    replications : how many were played (fewer than asked for after a cancel).  attempts : how many were simulated.
    counts : name of a count -> array, replication x queue; `busy_s` and `present_s`: replication x group.
    parts : the same counts by part of the time, replication x queue (or group) x part.
    """

    queues: dict
    groups: dict
    total: QueueOutcome
    replications: int
    attempts: int
    counts: dict
    parts: dict

    @cached_property
    def by_interval(self):
        """Name -> QueueOutcome whose Estimates hold arrays, a figure for the contacts of each part of the time.

        The parts are those that sequences such as `offered` cut the time into; without any there is one.

        >>> from ccwb.queueing.simulation import Group, Queue, simulate
        >>> line = [Queue("voice", offered=[30, 60], aht_s=180, patience_s=100)]
        >>> hours = simulate(line, [Group("team", ["voice"], agents=3)], length_s=7200, replications=90, seed=3)
        >>> hours.by_interval["voice"].service_level.value.round(2).tolist()
        [0.87, 0.6]
        """
        return {name: outcome(*(self.parts[kind][:, n] for kind in KINDS)) for n, name in enumerate(self.queues)}

    @cached_property
    def groups_by_interval(self):
        """Name -> GroupOutcome whose Estimates hold arrays, a figure for each part of the time."""
        return {name: worked(*(self.parts[kind][:, n] for kind in TIMES)) for n, name in enumerate(self.groups)}


def ratio(numerators, denominators, empty, most=np.inf):
    """Estimate of the sum of numerators over the sum of denominators, over replications (delta method, t quantile).

    Arrays begin with the replications; the Estimate is of the shape of the rest, numbers where there is no rest.
    empty : the value where the denominators are all 0.  most : what the figure cannot exceed, nor its interval.
    Source: Law (2015), Simulation Modeling and Analysis, ch. 9; Cochran (1977), ch. 6.

    >>> ratio(np.array([8.0, 9.0, 9.0]), np.array([10.0, 10.0, 12.0]), 1.0, 1.0)
    Estimate(value=0.8125, low=0.621..., high=1.0)
    """
    count, below = len(numerators), denominators.sum(axis=0)
    none = below == 0
    below = np.where(none, 1.0, below)
    value = numerators.sum(axis=0) / below
    spread = np.sqrt(((numerators - value * denominators) ** 2).sum(axis=0) / (count - 1) * count) / below
    half = stdtrit(count - 1, 0.975) * spread
    figures = (value, np.maximum(value - half, 0.0), np.minimum(value + half, most))
    figures = [np.where(none, empty, figure) for figure in figures]
    return Estimate(*(figure if figure.ndim else float(figure) for figure in figures))


def outcome(*counts):
    """QueueOutcome of counts in the order of KINDS, each beginning with the replications."""
    of = dict(zip(KINDS, counts, strict=True))
    every = np.ones_like(of["offered"])
    offered, attempts = of["offered"], of["offered"] + of["blocked"]
    unanswered = np.where(offered.any(axis=0), np.inf, 0.0)
    counts = {name: ratio(of[name], every, 0.0) for name in ("answered", "abandoned", "still_there", "redials")}
    return QueueOutcome(
        offered=ratio(offered, every, 0.0),
        **counts,
        blocked_attempts=ratio(of["blocked"], every, 0.0),
        blocked=ratio(of["blocked"], attempts, 0.0, 1.0),
        service_level=ratio(of["timely"], offered, 1.0, 1.0),
        answer_rate=ratio(of["answered"], offered, 1.0, 1.0),
        abandonment=ratio(of["abandoned"], offered, 0.0, 1.0),
        asa_s=ratio(of["answered_wait_s"], of["answered"], unanswered),
        mean_wait_s=ratio(of["wait_s"], offered, 0.0),
    )


def worked(busy_s, present_s):
    """GroupOutcome of times, each beginning with the replications."""
    return GroupOutcome(ratio(busy_s, present_s, 0.0, 1.0), ratio(present_s, np.ones_like(present_s), 0.0))


def result(queues, groups, played):
    """Simulation of what `played` replications gave: (attempts, tallies, times) each."""
    attempts, tallies, times = (np.array(part) for part in zip(*played, strict=True))
    tallies = tallies.reshape(len(played), len(queues), -1, len(KINDS))
    times = times.reshape(len(played), len(groups), -1, len(TIMES))
    parts = {kind: tallies[..., n] for n, kind in enumerate(KINDS)} | {k: times[..., n] for n, k in enumerate(TIMES)}
    counts = {kind: part.sum(axis=2) for kind, part in parts.items()}
    return Simulation(
        queues={queue.name: outcome(*(counts[kind][:, n] for kind in KINDS)) for n, queue in enumerate(queues)},
        groups={group.name: worked(*(counts[kind][:, n] for kind in TIMES)) for n, group in enumerate(groups)},
        total=outcome(*(counts[kind].sum(axis=1) for kind in KINDS)),
        replications=len(played),
        attempts=int(attempts.sum()),
        counts=counts,
        parts=parts,
    )
