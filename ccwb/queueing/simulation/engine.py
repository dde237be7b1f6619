"""The day played event by event: one code, run as it stands or compiled by numba, with the same numbers.

Every chance is drawn before (`contacts`), so that nothing here is random. The functions take and change plain sequences:
lists when they run as they stand, arrays when compiled. An attempt is one contact's one try to reach an agent; whoever
is lost and will call again has its next attempt in the row after.
"""

from collections import namedtuple
from functools import cache
from types import FunctionType

# What is tallied for each queue, of attempts after the warm-up
KINDS = ("offered", "answered", "timely", "abandoned", "blocked", "still_there", "redials", "answered_wait_s", "wait_s")
OFFERED, ANSWERED, TIMELY, ABANDONED, BLOCKED, STILL_THERE, REDIALS, ANSWERED_WAIT_S, WAIT_S = range(len(KINDS))
WAITS, COMES = 1, 2  # states of an attempt: in line, about to call again; 0 is all others
NOBODY = -1


# What does not change: times and sizes, then rows by queue x interval, by queue, by group, by agent, by shift change
World = namedtuple(
    "World",
    "length_s warm_up_s interval_s intervals "
    "aht_s patience_s priority lines answer_within_s watched route route_from "
    "skill skill_from group pool_from change_s change_agent change_group change_by",
)
# By attempt: when it comes (first attempts), its queue, work and patience as multiples of the mean, and the seconds after
# which the one in the next row follows if this one is lost (below 0: never). order: first attempts by time.
Contacts = namedtuple("Contacts", "order of work patience again_s")
# By attempt, then by agent, by group, by queue, and the heap of what is going to happen
State = namedtuple(
    "State",
    "came state behind began by "
    "there serving since before after idle_first idle_last busy_s present_s "
    "first last inside tally event_s event size",
)


def play(w, c, s):
    """Play one replication: changes the state `s` of world `w` with contacts `c` up to the end of the time."""
    coming, change, endless = 0, 0, w.length_s
    while True:
        arrival_s = s.came[c.order[coming]] if coming < len(c.order) else endless
        change_s = w.change_s[change] if change < len(w.change_s) else endless
        event_s = s.event_s[0] if s.size[0] > 0 else endless
        if change_s <= arrival_s and change_s <= event_s:
            if change_s >= endless:
                break
            shift_change(w, c, s, change_s, change)
            change += 1
        elif arrival_s <= event_s:
            arrive(w, c, s, arrival_s, c.order[coming])
            coming += 1
        elif s.event[0] < len(w.group):
            finish(w, c, s, event_s, s.event[0])
        else:
            attempt = s.event[0] - len(w.group)
            pop(s)
            if s.state[attempt] == COMES:
                count(w, c, s, attempt, REDIALS, 1.0)
                arrive(w, c, s, event_s, attempt)
            elif s.state[attempt] == WAITS:
                give_up(w, c, s, event_s, attempt)
    close(w, c, s)


def arrive(w, c, s, now_s, attempt):
    """Serve an attempt at once, put it in line, or turn it away."""
    queue = c.of[attempt]
    s.state[attempt] = 0
    if s.inside[queue] >= w.lines[queue]:
        count(w, c, s, attempt, BLOCKED, 1.0)
        call_again(w, c, s, now_s, attempt)
        return
    count(w, c, s, attempt, OFFERED, 1.0)
    s.inside[queue] += 1
    for at in range(w.route_from[queue], w.route_from[queue + 1]):
        agent = s.idle_first[w.route[at]]
        if agent != NOBODY:
            leave_idle(w, s, agent)
            push(s, serve(w, c, s, now_s, agent, attempt), agent)
            return
    s.state[attempt] = WAITS
    if s.first[queue] == NOBODY:
        s.first[queue] = attempt
    else:
        s.behind[s.last[queue]] = attempt
    s.last[queue] = attempt
    if w.watched[queue]:
        push(s, now_s + willing_s(w, c, s, attempt), len(w.group) + attempt)


def count(w, c, s, attempt, kind, amount):
    """Add to the tally of the attempt's queue, unless it came before the end of the warm-up."""
    if s.came[attempt] >= w.warm_up_s:
        s.tally[c.of[attempt] * len(KINDS) + kind] += amount


def cell(w, c, s, attempt):
    """Where the means of the attempt's queue and interval of arrival stand."""
    return c.of[attempt] * w.intervals + min(int(s.came[attempt] / w.interval_s), w.intervals - 1)


def willing_s(w, c, s, attempt):
    """How long the attempt is willing to wait, seconds."""
    return c.patience[attempt] * w.patience_s[cell(w, c, s, attempt)]


def serve(w, c, s, now_s, agent, attempt):
    """An agent takes an attempt; gives the time at which it is done."""
    wait_s = now_s - s.came[attempt]
    count(w, c, s, attempt, ANSWERED, 1.0)
    count(w, c, s, attempt, ANSWERED_WAIT_S, wait_s)
    count(w, c, s, attempt, WAIT_S, wait_s)
    if wait_s <= w.answer_within_s[c.of[attempt]]:
        count(w, c, s, attempt, TIMELY, 1.0)
    s.state[attempt] = 0
    s.began[attempt] = now_s
    s.by[attempt] = agent
    s.serving[agent] = attempt
    until_s = now_s + c.work[attempt] * w.aht_s[cell(w, c, s, attempt)]
    s.busy_s[w.group[agent]] += max(0.0, min(until_s, w.length_s) - max(now_s, w.warm_up_s))
    return until_s


def give_up(w, c, s, now_s, attempt):
    """An attempt leaves the line unanswered."""
    count(w, c, s, attempt, ABANDONED, 1.0)
    count(w, c, s, attempt, WAIT_S, now_s - s.came[attempt])
    s.state[attempt] = 0
    s.inside[c.of[attempt]] -= 1
    call_again(w, c, s, now_s, attempt)


def call_again(w, c, s, now_s, attempt):
    """Book the next attempt of somebody who was lost, if there is one and the time reaches so far."""
    if c.again_s[attempt] >= 0.0 and now_s + c.again_s[attempt] < w.length_s:
        s.came[attempt + 1] = now_s + c.again_s[attempt]
        s.state[attempt + 1] = COMES
        push(s, s.came[attempt + 1], len(w.group) + attempt + 1)


def finish(w, c, s, now_s, agent):
    """An agent is done with a contact and takes the next, rests, or goes if the shift is over."""
    s.inside[c.of[s.serving[agent]]] -= 1
    s.serving[agent] = NOBODY
    attempt = next_attempt(w, c, s, now_s, w.group[agent]) if s.there[agent] else NOBODY
    if attempt != NOBODY:
        sink(s, serve(w, c, s, now_s, agent, attempt), agent, s.size[0])
        return
    pop(s)
    if s.there[agent]:
        join_idle(w, s, agent)
    else:
        leave(w, s, now_s, agent)


def next_attempt(w, c, s, now_s, group):
    """The attempt that the group takes: of the first priority with somebody in line the one that waited longest."""
    best = NOBODY
    for at in range(w.skill_from[group], w.skill_from[group + 1]):
        queue = w.skill[at]
        if best != NOBODY and w.priority[queue] > w.priority[c.of[best]]:
            break
        first = head(w, c, s, now_s, queue)
        if first != NOBODY and (best == NOBODY or s.came[first] < s.came[best]):
            best = first
    if best != NOBODY:
        s.first[c.of[best]] = s.behind[best]
    return best


def head(w, c, s, now_s, queue):
    """First of a line who still waits; who left before is taken out (and counted, where nobody watched the line)."""
    first = s.first[queue]
    while first != NOBODY:
        if s.state[first] == WAITS:
            left_s = s.came[first] + willing_s(w, c, s, first)
            if w.watched[queue] or left_s >= now_s:
                break
            give_up(w, c, s, left_s, first)
        first = s.behind[first]
    s.first[queue] = first
    return first


def shift_change(w, c, s, now_s, change):
    """Somebody comes or goes: a certain agent, or whoever is at hand where only the number is planned."""
    agent, by = w.change_agent[change], w.change_by[change]
    if agent == NOBODY:
        agent = at_hand(w, s, w.change_group[change], by)
    if by > 0:
        s.there[agent] = 1
        if s.serving[agent] == NOBODY:
            s.since[agent] = now_s
            attempt = next_attempt(w, c, s, now_s, w.group[agent])
            if attempt != NOBODY:
                push(s, serve(w, c, s, now_s, agent, attempt), agent)
            else:
                join_idle(w, s, agent)
    else:
        s.there[agent] = 0
        if s.serving[agent] == NOBODY:
            leave_idle(w, s, agent)
            leave(w, s, now_s, agent)


def at_hand(w, s, group, by):
    """Who goes: first an idle one. Who comes: first one whose time was over but who has not finished yet."""
    found = NOBODY
    for agent in range(w.pool_from[group], w.pool_from[group + 1]):
        if s.there[agent] != (by > 0):
            found = agent
            if (s.serving[agent] == NOBODY) == (by < 0):
                break
    return found


def leave(w, s, now_s, agent):
    """Book the time that an agent was there, the warm-up apart."""
    s.present_s[w.group[agent]] += max(0.0, now_s - max(s.since[agent], w.warm_up_s))


def join_idle(w, s, agent):
    """Put an agent at the end of the idle ones of the group."""
    group = w.group[agent]
    s.before[agent], s.after[agent] = s.idle_last[group], NOBODY
    if s.idle_last[group] == NOBODY:
        s.idle_first[group] = agent
    else:
        s.after[s.idle_last[group]] = agent
    s.idle_last[group] = agent


def leave_idle(w, s, agent):
    """Take an agent out of the idle ones of the group."""
    group, before, after = w.group[agent], s.before[agent], s.after[agent]
    if before == NOBODY:
        s.idle_first[group] = after
    else:
        s.after[before] = after
    if after == NOBODY:
        s.idle_last[group] = before
    else:
        s.before[after] = before


def close(w, c, s):
    """Count at the end of the time who is still in line, and how long agents were there."""
    for queue in range(len(s.first)):
        attempt = head(w, c, s, w.length_s, queue)
        while attempt != NOBODY:
            s.first[queue] = s.behind[attempt]
            count(w, c, s, attempt, STILL_THERE, 1.0)
            count(w, c, s, attempt, WAIT_S, w.length_s - s.came[attempt])
            attempt = head(w, c, s, w.length_s, queue)
    for agent in range(len(w.group)):
        if s.there[agent] or s.serving[agent] != NOBODY:
            leave(w, s, w.length_s, agent)


def push(s, at_s, event):
    """Add an event to the heap; events below the number of agents are their ends of work, others attempts."""
    place = s.size[0]
    s.size[0] += 1
    while place > 0 and s.event_s[(place - 1) >> 1] > at_s:
        above = (place - 1) >> 1
        s.event_s[place], s.event[place] = s.event_s[above], s.event[above]
        place = above
    s.event_s[place], s.event[place] = at_s, event


def pop(s):
    """Take the next event from the heap."""
    s.size[0] -= 1
    size = s.size[0]
    if size > 0:
        sink(s, s.event_s[size], s.event[size], size)


def sink(s, at_s, event, size):
    """Put an event in the place of the next one and let it sink to where it belongs."""
    place, below = 0, 1
    while below < size:
        if below + 1 < size and s.event_s[below + 1] < s.event_s[below]:
            below += 1
        if s.event_s[below] >= at_s:
            break
        s.event_s[place], s.event[place] = s.event_s[below], s.event[below]
        place, below = below, 2 * below + 1
    s.event_s[place], s.event[place] = at_s, event


@cache
def compiled():
    """`play` compiled by numba, kept on disk for the next time; None where numba is not installed."""
    try:
        import numba
    except ImportError:
        return None
    names = dict(globals())
    for name, function in list(names.items()):
        if isinstance(function, FunctionType) and function.__module__ == __name__ and name != "compiled":
            copy = FunctionType(function.__code__, names, name)
            copy.__module__ = __name__
            names[name] = numba.njit(nogil=True, cache=True)(copy)
    return names["play"]
