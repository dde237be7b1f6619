"""The chances of one replication, all drawn at once: who comes when, with how much work and patience."""

import numpy as np

from ccwb.queueing.simulation import columns, engine
from ccwb.queueing.simulation.model import numbers

_NEVER = -1.0


def draw(queues, length_s, day_cv, seed):
    """One replication's contacts: (table of attempts, rows of first attempts in order of time).

    seed : numpy SeedSequence. Every queue has its own stream, so that another number of agents or another queue meets
    the same contacts. Work and patience are multiples of the mean, which the engine looks up by time of arrival.
    """
    streams = seed.generate_state(2 * (len(queues) + 1), np.uint64).reshape(-1, 2)
    day, *streams = (np.random.Generator(np.random.SFC64(part)) for part in streams.tolist())
    volume = day.gamma(1 / day_cv**2, day_cv**2) if day_cv else 1.0
    parts = [_attempts(queue, length_s, volume, rng) for queue, rng in zip(queues, streams, strict=True)]
    attempts = np.zeros(sum(len(part["came_s"]) for part in parts), dtype=list(columns.ATTEMPTS.items()))
    first, at = [], 0
    for number, part in enumerate(parts):
        of = attempts[at : at + len(part["came_s"])]
        for name, value in part.items():
            of[name] = value
        of["queue"], of["behind"], of["by"] = number, engine.NOBODY, engine.NOBODY
        first.append(np.flatnonzero(of["came_s"] >= 0) + at)
        at += len(of)
    order = np.concatenate(first)
    return attempts, order[np.argsort(attempts["came_s"][order], kind="stable")] if len(parts) > 1 else order


def _attempts(queue, length_s, volume, rng):
    """One queue's columns of the table of attempts; who only comes if the one before is lost came at no time yet."""
    came_s, again_s = _arrivals(numbers("offered", queue.offered) * volume, length_s, rng), _NEVER
    if queue.redial > 0:
        came_s, again_s = _chains(queue, came_s, rng)
    patience = rng.standard_exponential(len(came_s)) if queue.patience_s is not None else np.ones(len(came_s))
    if queue.unwilling > 0:
        patience[rng.random(len(came_s)) < queue.unwilling] = 0.0
    work = _work(queue, len(came_s), rng)
    return {"came_s": came_s, "work": work, "patience": patience, "again_s": again_s}


def _chains(queue, came_s, rng):
    """Attempts one after the other of each contact, as often as it would call were all of them lost."""
    tries = rng.geometric(1 - queue.redial, len(came_s))
    last = np.cumsum(tries) - 1
    chained, again_s = np.full(int(tries.sum()), _NEVER), queue.redial_after_s * rng.standard_exponential(tries.sum())
    chained[last - tries + 1] = came_s
    again_s[last] = _NEVER
    return chained, again_s


def _arrivals(expected, length_s, rng):
    """Times of a Poisson stream with so many contacts expected in each of equal parts of the time, in order."""
    total = expected.sum()
    if total == 0:
        return np.zeros(0)
    steps = rng.standard_exponential(int(total + 8 * np.sqrt(total) + 16))
    while (reached := steps.cumsum())[-1] < total:
        steps = np.append(steps, rng.standard_exponential(len(steps)))
    reached = reached[: np.searchsorted(reached, total)]
    if len(expected) == 1:
        return reached * (length_s / total)
    edges = np.linspace(0.0, length_s, len(expected) + 1)
    return np.interp(reached, np.append(0.0, expected.cumsum()), edges)


def _work(queue, count, rng):
    """Handling times as multiples of the mean."""
    if queue.aht_cv is None:
        return rng.standard_exponential(count)
    spread = np.log1p(queue.aht_cv**2)
    return np.exp(np.sqrt(spread) * rng.standard_normal(count) - spread / 2)
