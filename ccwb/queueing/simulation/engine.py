"""The day played event by event: one code, run as it stands or compiled by numba, with the same numbers.

Every chance is drawn before (`draws`), so that nothing here is random. The functions take and change tables, one row a
thing: numpy records when compiled, lists of `Row` when run as they stand. An attempt is one contact's one try to reach
an agent; who will call again when lost has the next attempt in the row after.
"""

from functools import cache
from types import FunctionType

NOBODY = -1
WAITS, COMES = 1, 2  # states of an attempt: in line, about to call again; 0 is all others

# What is counted for each queue, of attempts after the warm-up
KINDS = ("offered", "answered", "timely", "abandoned", "blocked", "still_there", "redials", "answered_wait_s", "wait_s")

# The tables, column -> type; `*_from`, `*_to` point into `links` (groups in order of trial, queues in order of
# priority) or, for pools, into the agents that are planned by number.
CLOCK = {"length_s": "f8", "warm_up_s": "f8", "interval_s": "f8", "intervals": "i8", "events": "i8"}
MEANS = {"aht_s": "f8", "patience_s": "f8"}  # by queue x interval
ATTEMPTS = {"came_s": "f8", "work": "f8", "patience": "f8", "again_s": "f8", "began_s": "f8", "done_s": "f8"}
ATTEMPTS |= {"queue": "i8", "state": "i8", "behind": "i8", "by": "i8"}  # work, patience: multiples of the mean
QUEUES = {"priority": "i8", "lines": "i8", "answer_within_s": "f8", "watched": "i8"}
QUEUES |= {"route_from": "i8", "route_to": "i8", "first": "i8", "last": "i8", "inside": "i8"}
QUEUES |= dict.fromkeys(KINDS, "f8")
GROUPS = {"skill_from": "i8", "skill_to": "i8", "pool_from": "i8", "pool_to": "i8"}
GROUPS |= {"idle_first": "i8", "idle_last": "i8", "busy_s": "f8", "present_s": "f8"}
AGENTS = {"group": "i8", "there": "i8", "serving": "i8", "since_s": "f8", "before": "i8", "after": "i8"}
CHANGES = {"at_s": "f8", "agent": "i8", "group": "i8", "by": "i8"}
EVENTS = {"at_s": "f8", "what": "i8"}  # what: an agent who is done, or the number of agents + an attempt


class Row:
    """One row of a table for plain Python."""

    def __init__(self, names, values):
        self.__dict__.update(zip(names, values, strict=True))


def rows(table):
    """A table as plain Python reads it fastest: a list of Rows, or of numbers."""
    names = table.dtype.names
    return [Row(names, values) for values in table.tolist()] if names else table.tolist()


def play(clock, means, links, changes, order, attempts, queues, groups, agents, events):
    """Play one replication: changes the tables up to the end of the time.  order : first attempts by time."""
    coming, change, end_s = 0, 0, clock[0].length_s
    while True:
        arrival_s = attempts[order[coming]].came_s if coming < len(order) else end_s
        change_s = changes[change].at_s if change < len(changes) else end_s
        event_s = events[0].at_s if clock[0].events > 0 else end_s
        if change_s <= arrival_s and change_s <= event_s:
            if change_s >= end_s:
                break
            shift_change(clock, means, links, changes[change], attempts, queues, groups, agents, events)
            change += 1
        elif arrival_s <= event_s:
            arrive(clock, means, links, attempts, queues, groups, agents, events, order[coming])
            coming += 1
        elif events[0].what < len(agents):
            finish(clock, means, links, attempts, queues, groups, agents, events)
        else:
            wake(clock, means, links, attempts, queues, groups, agents, events)
    close(clock, attempts, queues, groups, agents, means, events)


def arrive(clock, means, links, attempts, queues, groups, agents, events, number):
    """Serve an attempt at once, put it in line, or turn it away."""
    attempt = attempts[number]
    queue, now_s = queues[attempt.queue], attempt.came_s
    counted = 1.0 if now_s >= clock[0].warm_up_s else 0.0
    mean = means[attempt.queue * clock[0].intervals + min(int(now_s / clock[0].interval_s), clock[0].intervals - 1)]
    attempt.work *= mean.aht_s
    attempt.patience *= mean.patience_s
    if queue.inside >= queue.lines:
        queue.blocked += counted
        call_again(clock, attempts, events, len(agents), now_s, number)
        return
    queue.offered += counted
    queue.inside += 1
    for at in range(queue.route_from, queue.route_to):
        agent = groups[links[at]].idle_first
        if agent != NOBODY:
            leave_idle(groups, agents, agent)
            push(clock, events, serve(clock, attempts, queues, groups, agents, now_s, agent, number), agent)
            return
    attempt.state = WAITS
    if queue.first == NOBODY:
        queue.first = number
    else:
        attempts[queue.last].behind = number
    queue.last = number
    if queue.watched:
        push(clock, events, now_s + attempt.patience, len(agents) + number)


def serve(clock, attempts, queues, groups, agents, now_s, agent, number):
    """An agent takes an attempt; gives the time at which it is done."""
    attempt, group = attempts[number], groups[agents[agent].group]
    wait_s = now_s - attempt.came_s
    if attempt.came_s >= clock[0].warm_up_s:
        queue = queues[attempt.queue]
        queue.answered += 1.0
        queue.answered_wait_s += wait_s
        queue.wait_s += wait_s
        if wait_s <= queue.answer_within_s:
            queue.timely += 1.0
    attempt.state, attempt.began_s, attempt.by = 0, now_s, agent
    agents[agent].serving = number
    attempt.done_s = now_s + attempt.work
    group.busy_s += max(0.0, min(attempt.done_s, clock[0].length_s) - max(now_s, clock[0].warm_up_s))
    return attempt.done_s


def finish(clock, means, links, attempts, queues, groups, agents, events):
    """An agent is done with a contact and takes the next, rests, or goes if the shift is over."""
    now_s, agent = events[0].at_s, events[0].what
    queues[attempts[agents[agent].serving].queue].inside -= 1
    agents[agent].serving = NOBODY
    if agents[agent].there:
        number = next_attempt(clock, links, attempts, queues, groups, agents, events, now_s, agents[agent].group)
        if number != NOBODY:
            done_s = serve(clock, attempts, queues, groups, agents, now_s, agent, number)
            sink(events, done_s, agent, clock[0].events)
            return
        join_idle(groups, agents, agent)
    else:
        leave(clock, groups, agents, now_s, agent)
    pop(clock, events)


def wake(clock, means, links, attempts, queues, groups, agents, events):
    """An attempt loses patience, or somebody who was lost calls again."""
    now_s, number = events[0].at_s, events[0].what - len(agents)
    pop(clock, events)
    if attempts[number].state == COMES:
        if now_s >= clock[0].warm_up_s:
            queues[attempts[number].queue].redials += 1.0
        arrive(clock, means, links, attempts, queues, groups, agents, events, number)
    elif attempts[number].state == WAITS:
        give_up(clock, attempts, queues, events, len(agents), now_s, number)


def give_up(clock, attempts, queues, events, agents, now_s, number):
    """An attempt leaves the line unanswered.  agents : how many there are in all."""
    attempt, queue = attempts[number], queues[attempts[number].queue]
    attempt.state = 0
    queue.inside -= 1
    if attempt.came_s >= clock[0].warm_up_s:
        queue.abandoned += 1.0
        queue.wait_s += now_s - attempt.came_s
    call_again(clock, attempts, events, agents, now_s, number)


def call_again(clock, attempts, events, agents, now_s, number):
    """Book the next attempt of somebody who was lost, if there is one and the time reaches so far."""
    after_s = attempts[number].again_s
    if after_s >= 0.0 and now_s + after_s < clock[0].length_s:
        attempts[number + 1].came_s = now_s + after_s
        attempts[number + 1].state = COMES
        push(clock, events, now_s + after_s, agents + number + 1)


def next_attempt(clock, links, attempts, queues, groups, agents, events, now_s, group):
    """The attempt that the group takes: of the first priority with somebody in line the one that waited longest."""
    best, priority = NOBODY, 0
    for at in range(groups[group].skill_from, groups[group].skill_to):
        queue = queues[links[at]]
        if best != NOBODY and queue.priority > priority:
            break
        first = head(clock, attempts, queues, events, len(agents), now_s, links[at])
        if first != NOBODY and (best == NOBODY or attempts[first].came_s < attempts[best].came_s):
            best, priority = first, queue.priority
    if best != NOBODY:
        queues[attempts[best].queue].first = attempts[best].behind
    return best


def head(clock, attempts, queues, events, agents, now_s, queue):
    """First of a line who still waits; who left before is taken out (and counted, where nobody watched the line)."""
    first = queues[queue].first
    while first != NOBODY:
        if attempts[first].state == WAITS:
            left_s = attempts[first].came_s + attempts[first].patience
            if queues[queue].watched or left_s >= now_s:
                break
            give_up(clock, attempts, queues, events, agents, left_s, first)
        first = attempts[first].behind
    queues[queue].first = first
    return first


def shift_change(clock, means, links, change, attempts, queues, groups, agents, events):
    """Somebody comes or goes: a certain agent, or whoever is at hand where only the number is planned."""
    now_s, agent = change.at_s, change.agent
    if agent == NOBODY:
        agent = at_hand(groups[change.group], agents, change.by)
    agents[agent].there = 1 if change.by > 0 else 0
    if agents[agent].serving != NOBODY:
        return
    if change.by < 0:
        leave_idle(groups, agents, agent)
        leave(clock, groups, agents, now_s, agent)
        return
    agents[agent].since_s = now_s
    number = next_attempt(clock, links, attempts, queues, groups, agents, events, now_s, change.group)
    if number == NOBODY:
        join_idle(groups, agents, agent)
    else:
        push(clock, events, serve(clock, attempts, queues, groups, agents, now_s, agent, number), agent)


def at_hand(group, agents, by):
    """Who goes: first an idle one. Who comes: first one whose time was over but who has not finished yet."""
    found = NOBODY
    for agent in range(group.pool_from, group.pool_to):
        if agents[agent].there != (by > 0):
            found = agent
            if (agents[agent].serving == NOBODY) == (by < 0):
                break
    return found


def leave(clock, groups, agents, now_s, agent):
    """Book the time that an agent was there, the warm-up apart."""
    present_s = now_s - max(agents[agent].since_s, clock[0].warm_up_s)
    groups[agents[agent].group].present_s += max(0.0, present_s)


def join_idle(groups, agents, agent):
    """Put an agent at the end of the idle ones of the group."""
    group = groups[agents[agent].group]
    agents[agent].before, agents[agent].after = group.idle_last, NOBODY
    if group.idle_last == NOBODY:
        group.idle_first = agent
    else:
        agents[group.idle_last].after = agent
    group.idle_last = agent


def leave_idle(groups, agents, agent):
    """Take an agent out of the idle ones of the group."""
    group, before, after = groups[agents[agent].group], agents[agent].before, agents[agent].after
    if before == NOBODY:
        group.idle_first = after
    else:
        agents[before].after = after
    if after == NOBODY:
        group.idle_last = before
    else:
        agents[after].before = before


def close(clock, attempts, queues, groups, agents, means, events):
    """Count at the end of the time who is still in line, and how long agents were there."""
    end_s = clock[0].length_s
    for queue in range(len(queues)):
        number = head(clock, attempts, queues, events, len(agents), end_s, queue)
        while number != NOBODY:
            if attempts[number].came_s >= clock[0].warm_up_s:
                queues[queue].still_there += 1.0
                queues[queue].wait_s += end_s - attempts[number].came_s
            queues[queue].first = attempts[number].behind
            number = head(clock, attempts, queues, events, len(agents), end_s, queue)
    for agent in range(len(agents)):
        if agents[agent].there or agents[agent].serving != NOBODY:
            leave(clock, groups, agents, end_s, agent)


def push(clock, events, at_s, what):
    """Add an event to the heap."""
    place = clock[0].events
    clock[0].events += 1
    while place > 0:
        above = (place - 1) >> 1
        if events[above].at_s <= at_s:
            break
        events[place].at_s, events[place].what = events[above].at_s, events[above].what
        place = above
    events[place].at_s, events[place].what = at_s, what


def pop(clock, events):
    """Take the next event from the heap."""
    clock[0].events -= 1
    size = clock[0].events
    if size > 0:
        sink(events, events[size].at_s, events[size].what, size)


def sink(events, at_s, what, size):
    """Put an event in the place of the next one and let it sink to where it belongs."""
    place, below = 0, 1
    while below < size:
        if below + 1 < size and events[below + 1].at_s < events[below].at_s:
            below += 1
        if events[below].at_s >= at_s:
            break
        events[place].at_s, events[place].what = events[below].at_s, events[below].what
        place, below = below, 2 * below + 1
    events[place].at_s, events[place].what = at_s, what


@cache
def compiled():
    """`play` compiled by numba, kept on disk for the next time; None where numba is not installed.

    The tables outlive the call and nothing is allocated in it, so that references need no counting (`_nrt`): that would
    take two thirds of the time. The lock of Python is let go, so that threads play at once.
    """
    try:
        import numba
    except ImportError:
        return None
    names = dict(globals())
    for name, function in list(names.items()):
        if isinstance(function, FunctionType) and function.__module__ == __name__ and name not in ("compiled", "rows"):
            copy = FunctionType(function.__code__, names, name)
            copy.__module__ = __name__
            try:
                names[name] = numba.njit(nogil=True, _nrt=False, cache=True)(copy)
            except RuntimeError:  # no folder to write to: compiled anew in each process
                names[name] = numba.njit(nogil=True, _nrt=False)(copy)
    return names["play"]
