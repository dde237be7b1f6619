"""From queues and groups to the tables that the engine reads."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing.simulation import columns, engine
from ccwb.queueing.simulation.model import numbers

_FOR_EVER_S = 1e300  # a patience that nobody outlasts
_NONE = engine.NOBODY
_NO_LIMIT = np.iinfo(np.int64).max
_NOT_YET = dict.fromkeys(("serving", "shelf", "before", "after"), _NONE)


@dataclass(frozen=True)
class World:
    """The tables of `columns` as every replication begins with them."""

    clock: np.ndarray
    means: np.ndarray
    links: np.ndarray
    pace: np.ndarray
    slow: np.ndarray
    changes: np.ndarray
    queues: np.ndarray
    groups: np.ndarray
    shelves: np.ndarray
    agents: np.ndarray

    def tables(self, order, attempts):
        """The Tables of one replication; of those that do not change in play it holds no copy."""
        watched = self.queues["watched"].any() or (attempts["again_s"] >= 0).any()
        pending = len(attempts) if watched else 0
        return columns.Tables(
            **{name: getattr(self, name) for name in ("means", "links", "pace", "slow", "changes")},
            **{name: getattr(self, name).copy() for name in ("clock", "queues", "groups", "shelves", "agents")},
            order=order,
            attempts=attempts,
            tallies=_table(columns.TALLIES, len(self.means)),
            times=_table(columns.TIMES, len(self.groups) * int(self.clock["intervals"][0])),
            events=_table(columns.EVENTS, len(self.agents) + pending + 1),
        )


def world(queues, groups, length_s, warm_up_s):
    """The World of queues and groups; PlanError where they do not fit together."""
    intervals, place = _intervals(queues), {queue.name: number for number, queue in enumerate(queues)}
    skills = [[place[_known(name, group, place)] for name in group.queues] for group in groups]
    routes = [_route(queue, skills) for queue in range(len(queues))]
    ranked = [sorted(dict.fromkeys(skill), key=lambda q: queues[q].priority) for skill in skills]
    ends = [0, *accumulate(len(row) for row in routes + ranked)]
    pool, agents, changes = _staff(groups, length_s)
    most = [max(queues[queue].at_once for queue in skill) for skill in skills]
    slow = [queue.slow() for queue in queues]
    timing = {"length_s": length_s, "warm_up_s": warm_up_s, "interval_s": length_s / intervals, "intervals": intervals}
    return World(
        clock=_table(columns.CLOCK, 1, **timing),
        means=_table(columns.MEANS, len(queues) * intervals, **_means(queues, intervals)),
        links=np.array([item for row in routes + ranked for item in row], dtype=np.int64),
        pace=_pace(groups, skills, len(queues)),
        slow=np.concatenate(slow),
        changes=np.array(changes, dtype=list(columns.CHANGES.items())),
        queues=_queues(queues, ends, [0, *accumulate(len(row) for row in slow)]),
        groups=_groups(ends[len(queues) :], pool, [0, *accumulate(most)]),
        shelves=_table(columns.SHELVES, sum(most), first=_NONE, last=_NONE),
        agents=_table(columns.AGENTS, len(agents), group=agents, room=engine.ANY, **_NOT_YET),
    )


def _table(columns, rows, **values):
    table = np.zeros(rows, dtype=list(columns.items()))
    for name, value in values.items():
        table[name] = value
    return table


def _queues(queues, ends, slow):
    return _table(
        columns.QUEUES,
        len(queues),
        priority=[queue.priority for queue in queues],
        lines=[_NO_LIMIT if queue.lines is None else queue.lines for queue in queues],
        at_once=[queue.at_once for queue in queues],
        slow_from=slow[:-1],
        answer_within_s=[queue.answer_within_s for queue in queues],
        watched=[_watched(queue) for queue in queues],
        route_from=ends[: len(queues)],
        route_to=ends[1 : len(queues) + 1],
        first=_NONE,
        last=_NONE,
        trunk=_trunks(queues),
    )


def _trunks(queues):
    """For every queue the number of the first one on the same lines, its own without a trunk."""
    first = {}
    for number, queue in enumerate(queues):
        of = queues[first.setdefault(queue.trunk, number)]
        if queue.trunk is not None and (queue.lines is None or queue.lines != of.lines):
            raise PlanError(
                N_(
                    "The queues of trunk '{trunk}' share its lines and need the same number of them; {one} has {found} "
                    "and {other} {known}. Give both the number of the trunk."
                ),
                trunk=queue.trunk,
                one=queue.name,
                found=queue.lines or N_("no limit"),
                other=of.name,
                known=of.lines or N_("no limit"),
            )
    return [number if queue.trunk is None else first[queue.trunk] for number, queue in enumerate(queues)]


def _groups(skill_ends, pool, shelves):
    links = {"skill_from": skill_ends[:-1], "skill_to": skill_ends[1:], "pool_from": pool[:-1], "pool_to": pool[1:]}
    return _table(columns.GROUPS, len(shelves) - 1, **links, shelf_from=shelves[:-1])


def _pace(groups, skills, queues):
    """Factor of the handling time, by group x queue in a row."""
    pace = np.ones((len(groups), queues))
    for number, (group, skill) in enumerate(zip(groups, skills, strict=True)):
        pace[number, skill] = numbers("aht_factors", group.aht_factors, of=group.name)
    return pace.ravel()


def _means(queues, intervals):
    return {
        name: np.concatenate([np.broadcast_to(numbers(name, of(queue)), intervals) for queue in queues])
        for name, of in (
            ("aht_s", lambda queue: queue.aht_s),
            ("patience_s", _patience),
            ("open", lambda queue: queue.open),
        )
    }


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
        for name in ("offered", "aht_s", "patience_s", "open")
        if getattr(queue, name) is not None
    }
    several = {what: count for what, count in counts.items() if count > 1}
    if len(set(several.values())) > 1:
        raise PlanError(
            N_("The queues cut the time into different numbers of parts: {counts}. Give one value or equally many."),
            counts=", ".join(f"{what}: {count}" for what, count in several.items()),
        )
    return max(counts.values())


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


def _staff(groups, length_s):
    """Agents in a row, each group's numbered ones first: where the groups begin, each one's group, and the changes.

    Returns (first agent of each group and the end, group of each agent, rows of `columns.CHANGES`). Of a group's agents
    those of its shifts stand at the end of the row, after all that are only numbered.
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
    return pool, agents, changes


def _presence(shift, agent, group, length_s):
    """The changes by which one agent of a shift comes and goes within the time."""
    for from_s, to_s in shift.present():
        if to_s > 0 and from_s < length_s:
            yield max(from_s, 0.0), agent, group, 1
            if to_s < length_s:
                yield to_s, agent, group, -1
