"""From queues and groups to the rows that the engine reads, and the chances of one replication, all drawn at once."""

from itertools import accumulate

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing.simulation import engine
from ccwb.queueing.simulation.model import numbers

_NEVER = -1.0
_FOR_EVER_S = 1e300  # a patience that nobody outlasts


def world(queues, groups, length_s, warm_up_s):
    """What does not change from replication to replication, as `engine.World` of arrays."""
    place = {queue.name: number for number, queue in enumerate(queues)}
    skills = [[place[_known(name, group, place)] for name in group.queues] for group in groups]
    intervals = _intervals(queues)
    pool, agents, changes = _staff(groups, length_s)
    routes = [_route(queue, skills) for queue in range(len(queues))]
    ranked = [sorted(dict.fromkeys(skill), key=lambda q: queues[q].priority) for skill in skills]
    return engine.World(
        length_s=float(length_s),
        warm_up_s=float(warm_up_s),
        interval_s=float(length_s) / intervals,
        intervals=intervals,
        aht_s=np.concatenate([_by_interval(queue.aht_s, intervals) for queue in queues]),
        patience_s=np.concatenate([_by_interval(_patience(queue), intervals) for queue in queues]),
        priority=np.array([queue.priority for queue in queues], dtype=np.int64),
        lines=np.array([queue.lines or np.iinfo(np.int64).max for queue in queues], dtype=np.int64),
        answer_within_s=np.array([queue.answer_within_s for queue in queues], dtype=float),
        watched=np.array([_watched(queue) for queue in queues], dtype=np.int64),
        route=_flat(routes),
        route_from=_ends(routes),
        skill=_flat(ranked),
        skill_from=_ends(ranked),
        group=np.array(agents, dtype=np.int64),
        pool_from=np.array(pool, dtype=np.int64),
        **changes,
    )


def _known(name, group, place):
    if name not in place:
        raise PlanError(
            N_("Group '{group}' serves '{name}', but there is no such queue. There are: {known}."),
            group=group.name,
            name=name,
            known=", ".join(place),
        )
    return name


def _intervals(queues):
    """In how many equal parts the time falls: the one count that all sequences of the queues have."""
    counts = {
        f"{name} of {queue.name}": numbers(name, getattr(queue, name)).size
        for queue in queues
        for name in ("offered", "aht_s", "patience_s")
        if getattr(queue, name) is not None
    }
    several = {what: count for what, count in counts.items() if count > 1}
    if len(set(several.values())) > 1:
        raise PlanError(
            N_("The queues cut the time into different numbers of parts: {counts}. Give one value or equally many."),
            counts=", ".join(f"{what}: {count}" for what, count in several.items()),
        )
    return max(counts.values())


def _by_interval(value, intervals):
    return np.broadcast_to(numbers("value", value), intervals).astype(float)


def _patience(queue):
    return _FOR_EVER_S if queue.patience_s is None else queue.patience_s


def _watched(queue):
    """Whether it matters at the very moment that somebody leaves the line: to free a line, or to call again."""
    gives_up = queue.patience_s is not None or queue.unwilling > 0
    return gives_up and (queue.lines is not None or queue.redial > 0)


def _route(queue, skills):
    """The groups that serve a queue, in the order in which an arriving contact tries them."""
    able = [group for group, skill in enumerate(skills) if queue in skill]
    return sorted(able, key=lambda group: skills[group].index(queue))


def _flat(rows):
    return np.array([item for row in rows for item in row], dtype=np.int64)


def _ends(rows):
    return np.array([0, *accumulate(len(row) for row in rows)], dtype=np.int64)


def _staff(groups, length_s):
    """Agents in a row, each group's numbered ones first: where the groups begin, each one's group, and the changes.

    Returns (first agent of each group and the end, group of each agent, arrays of changes). Of a group's agents those
    of its shifts stand at the end of the row, after all that are only numbered.
    """
    pool, agents, changes = [0], [], []
    for number, group in enumerate(groups):
        there = numbers("agents", group.agents).astype(int).tolist()
        agents += [number] * max(there)
        pool.append(len(agents))
        steps = zip([0, *there[:-1]], there, strict=True)
        for part, (before, now) in enumerate(steps):
            step = (part * length_s / len(there), engine.NOBODY, number, 1 if now > before else -1)
            changes += [step] * abs(now - before)
    for number, group in enumerate(groups):
        for shift in group.shifts:
            for _agent in range(shift.agents):
                changes += _presence(shift, len(agents), number, length_s)
                agents.append(number)
    changes.sort(key=lambda change: (change[0], change[3]))
    at_s, agent, of, by = zip(*changes, strict=True) if changes else ((),) * 4
    whole = {"change_agent": agent, "change_group": of, "change_by": by}
    arrays = {name: np.array(value, dtype=np.int64) for name, value in whole.items()}
    return pool, agents, {"change_s": np.array(at_s, dtype=float)} | arrays


def _presence(shift, agent, group, length_s):
    """The changes by which one agent of a shift comes and goes within the time."""
    for from_s, to_s in shift.present():
        if to_s > 0 and from_s < length_s:
            yield max(from_s, 0.0), agent, group, 1
            if to_s < length_s:
                yield to_s, agent, group, -1


def contacts(queues, length_s, day_cv, seed):
    """Draw one replication: (`engine.Contacts`, when each attempt comes; 0 for those that may follow one).

    seed : numpy SeedSequence. Every queue has its own stream, so that another number of agents or another queue meets
    the same contacts.
    """
    day, *streams = (np.random.Generator(np.random.SFC64(part)) for part in seed.spawn(len(queues) + 1))
    volume = day.gamma(1 / day_cv**2, day_cv**2) if day_cv else 1.0
    drawn = [_attempts(queue, length_s, volume, rng) for queue, rng in zip(queues, streams, strict=True)]
    if len(drawn) == 1:
        came, first, work, patience, again_s = drawn[0]
    else:
        came, first, work, patience, again_s = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    order = np.arange(len(came)) if first.all() else np.flatnonzero(first)
    if len(drawn) > 1:
        order = order[np.argsort(came[order], kind="stable")]
    of = np.repeat(np.arange(len(drawn)), [len(part[0]) for part in drawn])
    return engine.Contacts(order, of, work, patience, again_s), came


def _attempts(queue, length_s, volume, rng):
    """One queue's attempts: when it comes, whether it is a first one, work, patience, seconds until the next one."""
    came = _arrivals(numbers("offered", queue.offered) * volume, length_s, rng)
    first = np.ones(len(came), dtype=bool)
    again_s = np.full(len(came), _NEVER)
    if queue.redial > 0:  # how often somebody would call again in all, were every attempt lost
        tries = rng.geometric(1 - queue.redial, len(came))
        starts = np.cumsum(tries) - tries
        first = np.zeros(int(tries.sum()), dtype=bool)
        first[starts] = True
        again_s = np.where(np.append(first[1:], True), _NEVER, queue.redial_after_s * rng.standard_exponential(len(first)))
        came, spread = np.zeros(len(first)), came
        came[starts] = spread
    patience = rng.standard_exponential(len(came)) if queue.patience_s is not None else np.ones(len(came))
    if queue.unwilling > 0:
        patience[rng.random(len(came)) < queue.unwilling] = 0.0
    return came, first, _work(queue, len(came), rng), patience, again_s


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


def start(of, contacts, came):
    """The state before anything has happened."""
    attempts, agents, groups, queues = len(came), len(of.group), len(of.pool_from) - 1, len(of.priority)
    events = agents + (attempts if any(of.watched) or (contacts.again_s >= 0).any() else 0) + 1
    nobody = engine.NOBODY
    return engine.State(
        came=came,
        state=np.zeros(attempts, dtype=np.int64),
        behind=np.full(attempts, nobody),
        began=np.zeros(attempts),
        by=np.full(attempts, nobody),
        there=np.zeros(agents, dtype=np.int64),
        serving=np.full(agents, nobody),
        since=np.zeros(agents),
        before=np.full(agents, nobody),
        after=np.full(agents, nobody),
        idle_first=np.full(groups, nobody),
        idle_last=np.full(groups, nobody),
        busy_s=np.zeros(groups),
        present_s=np.zeros(groups),
        first=np.full(queues, nobody),
        last=np.full(queues, nobody),
        inside=np.zeros(queues, dtype=np.int64),
        tally=np.zeros(queues * len(engine.KINDS)),
        event_s=np.zeros(events),
        event=np.zeros(events, dtype=np.int64),
        size=np.zeros(1, dtype=np.int64),
    )
