"""From the tallies of the replications to figures with their 95 % confidence intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ccwb.queueing.simulation.engine import KINDS


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
    """

    queues: dict
    groups: dict
    total: QueueOutcome
    replications: int
    attempts: int
    counts: dict


def ratio(numerators, denominators, empty, most=np.inf):
    """Estimate of the sum of numerators over the sum of denominators, over replications (delta method, t quantile).

    empty : the value where the denominators are all 0.  most : what the figure cannot exceed, nor its interval.
    Source: Law (2015), Simulation Modeling and Analysis, ch. 9; Cochran (1977), ch. 6.

    >>> ratio(np.array([8.0, 9.0, 9.0]), np.array([10.0, 10.0, 12.0]), 1.0, 1.0)
    Estimate(value=0.8125, low=0.621..., high=1.0)
    """
    count, below = len(numerators), denominators.sum()
    if below == 0:
        return Estimate(empty, empty, empty)
    value = numerators.sum() / below
    spread = np.sqrt(((numerators - value * denominators) ** 2).sum() / (count - 1) * count) / below
    half = stdtrit(count - 1, 0.975) * spread
    return Estimate(float(value), float(max(value - half, 0.0)), float(min(value + half, most)))


def outcome(tallies):
    """QueueOutcome of tallies: replication x kind."""
    of = dict(zip(KINDS, tallies.T, strict=True))
    every = np.ones(len(tallies))
    offered, attempts = of["offered"], of["offered"] + of["blocked"]
    counts = {name: ratio(of[name], every, 0.0) for name in ("answered", "abandoned", "still_there", "redials")}
    return QueueOutcome(
        offered=ratio(offered, every, 0.0),
        **counts,
        blocked_attempts=ratio(of["blocked"], every, 0.0),
        blocked=ratio(of["blocked"], attempts, 0.0, 1.0),
        service_level=ratio(of["timely"], offered, 1.0, 1.0),
        answer_rate=ratio(of["answered"], offered, 1.0, 1.0),
        abandonment=ratio(of["abandoned"], offered, 0.0, 1.0),
        asa_s=ratio(of["answered_wait_s"], of["answered"], np.inf if offered.any() else 0.0),
        mean_wait_s=ratio(of["wait_s"], offered, 0.0),
    )


def result(queues, groups, played):
    """Simulation of what `played` replications gave: (attempts, tallies, busy_s, present_s) each."""
    attempts, tallies, busy_s, present_s = (np.array(part) for part in zip(*played, strict=True))
    tallies = tallies.reshape(len(played), len(queues), len(KINDS))
    counts = {name: tallies[:, :, number] for number, name in enumerate(KINDS)}
    every = np.ones(len(played))
    return Simulation(
        queues={queue.name: outcome(tallies[:, number]) for number, queue in enumerate(queues)},
        groups={
            group.name: GroupOutcome(
                ratio(busy_s[:, number], present_s[:, number], 0.0, 1.0), ratio(present_s[:, number], every, 0.0)
            )
            for number, group in enumerate(groups)
        },
        total=outcome(tallies.sum(axis=1)),
        replications=len(played),
        attempts=int(attempts.sum()),
        counts=counts | {"busy_s": busy_s, "present_s": present_s},
    )
