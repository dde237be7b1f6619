"""The day played event by event: one code, run as it stands or compiled by numba, with the same numbers.

Every chance is drawn before (`draws`), so that nothing here is random. The functions take and change the tables of a
`columns.Tables` called t, one row a thing: numpy records when compiled, lists of `Row` when run as they stand. An
attempt is one contact's one try to reach an agent; who will call again when lost has the next attempt in the row after.
"""

from functools import cache
from types import FunctionType

NOBODY = -1
WAITS, COMES = 1, 2  # states of an attempt: in line, about to call again; 0 is all others
ANY = 1 << 40  # room of an agent who holds nothing: the first contact says how many may be held with it


def play(t):
    """Play one replication: changes the tables up to the end of the time."""
    coming, change, end_s = 0, 0, t.clock[0].length_s
    while True:
        arrival_s = t.attempts[t.order[coming]].came_s if coming < len(t.order) else end_s
        change_s = t.changes[change].at_s if change < len(t.changes) else end_s
        event_s = t.events[0].at_s if t.clock[0].events > 0 else end_s
        if change_s <= arrival_s and change_s <= event_s:
            if change_s >= end_s:
                break
            shift_change(t, t.changes[change])
            change += 1
        elif arrival_s <= event_s:
            arrive(t, t.order[coming])
            coming += 1
        elif t.events[0].what < len(t.agents):
            finish(t)
        else:
            wake(t)
    close(t)


def part_of(clock, now_s):
    """The part of the time in which a moment lies."""
    return min(int(now_s / clock[0].interval_s), clock[0].intervals - 1)


def arrive(t, number):
    """Serve an attempt at once, put it in line, or turn it away."""
    attempt = t.attempts[number]
    queue, now_s = t.queues[attempt.queue], attempt.came_s
    attempt.part = attempt.queue * t.clock[0].intervals + part_of(t.clock, now_s)
    counted = 1.0 if now_s >= t.clock[0].warm_up_s else 0.0
    attempt.work *= t.means[attempt.part].aht_s
    attempt.patience *= t.means[attempt.part].patience_s
    if t.queues[queue.trunk].inside >= queue.lines:
        t.tallies[attempt.part].blocked += counted
        call_again(t, now_s, number)
        return
    t.tallies[attempt.part].offered += counted
    t.queues[queue.trunk].inside += 1
    agent = able(t, queue)
    if agent != NOBODY:
        take_another(t, now_s, agent, number)
        return
    attempt.state = WAITS
    if queue.first == NOBODY:
        queue.first = number
    else:
        t.attempts[queue.last].behind = number
    queue.last = number
    if queue.watched:
        push(t.clock, t.events, now_s + attempt.patience, len(t.agents) + number)


def able(t, queue):
    """Who takes a contact that comes: of the first group with room for it, who holds least, and of these longest."""
    for at in range(queue.route_from, queue.route_to):
        shelf = t.groups[t.links[at]].shelf_from
        for held in range(queue.at_once):
            agent = t.shelves[shelf + held].first
            if agent != NOBODY:
                return agent
    return NOBODY


def take_another(t, now_s, agent, number):
    """An agent with room takes an attempt, beside those held already."""
    held = t.agents[agent].held
    off_shelf(t.groups, t.shelves, t.agents, agent)
    serve(t, now_s, agent, number)
    on_shelf(t.groups, t.shelves, t.agents, agent)
    if held == 0:
        push(t.clock, t.events, done_s(t, now_s, agent), agent)
    else:
        move(t.clock, t.events, done_s(t, now_s, agent), agent)


def serve(t, now_s, agent, number):
    """An agent begins with an attempt."""
    attempt, by = t.attempts[number], t.agents[agent]
    queue, wait_s = t.queues[attempt.queue], now_s - attempt.came_s
    if attempt.came_s >= t.clock[0].warm_up_s:
        tally = t.tallies[attempt.part]
        tally.answered += 1.0
        tally.answered_wait_s += wait_s
        tally.wait_s += wait_s
        if wait_s <= queue.answer_within_s:
            tally.timely += 1.0
    attempt.work *= t.pace[by.group * len(t.queues) + attempt.queue]
    attempt.state, attempt.began_s, attempt.by = 0, now_s, agent
    if by.held > 0:
        work_on(t, now_s, agent)
    attempt.behind = by.serving
    by.serving, by.worked_s = number, now_s
    by.held += 1
    by.room = min(by.room, queue.at_once)
    if queue.at_once == 1:
        attempt.done_s = now_s + attempt.work
        book(t.clock, t.times, by.group, now_s, attempt.done_s, 1.0, 0.0)


def work_on(t, now_s, agent):
    """Bring what is left to do of the conversations that an agent holds up to date, and book the time."""
    by = t.agents[agent]
    number = by.serving
    while number != NOBODY:
        attempt = t.attempts[number]
        attempt.work -= (now_s - by.worked_s) / t.slow[t.queues[attempt.queue].slow_from + by.held - 1]
        number = attempt.behind
    book(t.clock, t.times, by.group, by.worked_s, now_s, by.held / by.room, 0.0)
    by.worked_s = now_s


def done_s(t, now_s, agent):
    """The time at which an agent is done with the first of what is held, were nothing to come or go before."""
    by = t.agents[agent]
    if by.room == 1:
        return t.attempts[by.serving].done_s
    left_s, number = t.clock[0].length_s, by.serving  # who is not done by the end need not be compared
    while number != NOBODY:
        attempt = t.attempts[number]
        left_s = min(left_s, attempt.work * t.slow[t.queues[attempt.queue].slow_from + by.held - 1])
        number = attempt.behind
    return now_s + left_s


def finish(t):
    """An agent is done with a contact and takes the next, rests, or goes if the shift is over."""
    now_s, agent = t.events[0].at_s, t.events[0].what
    by = t.agents[agent]
    if by.room == 1:
        t.queues[t.queues[t.attempts[by.serving].queue].trunk].inside -= 1
        by.serving, by.held, by.room = NOBODY, 0, ANY
    else:
        off_shelf(t.groups, t.shelves, t.agents, agent)
        put_down(t, now_s, agent)
    take_up(t, now_s, agent)
    if by.held > 0:
        sink(t.events, done_s(t, now_s, agent), agent, t.clock[0].events)
        return
    pop(t.clock, t.events)
    if by.there == 0:
        book(t.clock, t.times, by.group, by.since_s, now_s, 0.0, 1.0)


def put_down(t, now_s, agent):
    """An agent ends, of several conversations, the one with least left to do."""
    by, done, before_done, least_s = t.agents[agent], NOBODY, NOBODY, 0.0
    work_on(t, now_s, agent)
    number, before, room = by.serving, NOBODY, ANY
    while number != NOBODY:
        attempt = t.attempts[number]
        left_s = attempt.work * t.slow[t.queues[attempt.queue].slow_from + by.held - 1]
        if done == NOBODY or left_s < least_s:
            done, before_done, least_s = number, before, left_s
        before, number = number, attempt.behind
    if before_done == NOBODY:
        by.serving = t.attempts[done].behind
    else:
        t.attempts[before_done].behind = t.attempts[done].behind
    number = by.serving
    while number != NOBODY:
        room = min(room, t.queues[t.attempts[number].queue].at_once)
        number = t.attempts[number].behind
    t.attempts[done].done_s = now_s
    t.queues[t.queues[t.attempts[done].queue].trunk].inside -= 1
    by.held, by.room = by.held - 1, room


def take_up(t, now_s, agent):
    """An agent who is there takes from the lines what there is room for, and stands ready if there is still room."""
    by = t.agents[agent]
    while by.there and by.held < by.room:
        number = next_attempt(t, now_s, by.group, by.held)
        if number == NOBODY:
            break
        serve(t, now_s, agent, number)
    if by.there:
        on_shelf(t.groups, t.shelves, t.agents, agent)


def wake(t):
    """An attempt loses patience, or somebody who was lost calls again."""
    now_s, number = t.events[0].at_s, t.events[0].what - len(t.agents)
    pop(t.clock, t.events)
    if t.attempts[number].state == COMES:
        arrive(t, number)
        if now_s >= t.clock[0].warm_up_s:
            t.tallies[t.attempts[number].part].redials += 1.0
    elif t.attempts[number].state == WAITS:
        give_up(t, now_s, number)


def give_up(t, now_s, number):
    """An attempt leaves the line unanswered."""
    attempt = t.attempts[number]
    attempt.state = 0
    t.queues[t.queues[attempt.queue].trunk].inside -= 1
    if attempt.came_s >= t.clock[0].warm_up_s:
        t.tallies[attempt.part].abandoned += 1.0
        t.tallies[attempt.part].wait_s += now_s - attempt.came_s
    call_again(t, now_s, number)


def call_again(t, now_s, number):
    """Book the next attempt of somebody who was lost, if there is one and the time reaches so far."""
    if t.attempts[number].again_s < 0.0:
        return
    again_s = again_at_s(t, now_s, number)
    if again_s < t.clock[0].length_s:
        t.attempts[number + 1].came_s = again_s
        t.attempts[number + 1].state = COMES
        push(t.clock, t.events, again_s, len(t.agents) + number + 1)


def again_at_s(t, now_s, number):
    """When somebody who is lost now calls again: closed parts do not count towards the time until then."""
    again_s, part, interval_s = now_s + t.attempts[number].again_s, part_of(t.clock, now_s), t.clock[0].interval_s
    first = t.attempts[number].queue * t.clock[0].intervals
    while part < t.clock[0].intervals and part * interval_s <= again_s:
        if t.means[first + part].open == 0.0:
            again_s += (part + 1) * interval_s - max(now_s, part * interval_s)
        part += 1
    return again_s


def next_attempt(t, now_s, group, held):
    """The attempt that the group takes: of the first priority with somebody in line the one that waited longest.

    held : conversations that the agent holds; only queues of which more may be held at once are looked at.
    """
    best, priority = NOBODY, 0
    for at in range(t.groups[group].skill_from, t.groups[group].skill_to):
        queue = t.queues[t.links[at]]
        if best != NOBODY and queue.priority > priority:
            break
        if queue.at_once > held:
            first = head(t, now_s, t.links[at])
            if first != NOBODY and (best == NOBODY or t.attempts[first].came_s < t.attempts[best].came_s):
                best, priority = first, queue.priority
    if best != NOBODY:
        t.queues[t.attempts[best].queue].first = t.attempts[best].behind
    return best


def head(t, now_s, queue):
    """First of a line who still waits; who left before is taken out (and counted, where nobody watched the line)."""
    first = t.queues[queue].first
    while first != NOBODY:
        if t.attempts[first].state == WAITS:
            left_s = t.attempts[first].came_s + t.attempts[first].patience
            if t.queues[queue].watched or left_s >= now_s:
                break
            give_up(t, left_s, first)
        first = t.attempts[first].behind
    t.queues[queue].first = first
    return first


def shift_change(t, change):
    """Somebody comes or goes: a certain agent, or whoever is at hand where only the number is planned."""
    now_s, agent = change.at_s, change.agent
    if agent == NOBODY:
        agent = at_hand(t, t.groups[change.group], change.by)
    by = t.agents[agent]
    held = by.held
    off_shelf(t.groups, t.shelves, t.agents, agent)
    by.there = 1 if change.by > 0 else 0
    if held == 0:
        if change.by < 0:
            book(t.clock, t.times, by.group, by.since_s, now_s, 0.0, 1.0)
            return
        by.since_s = now_s
    take_up(t, now_s, agent)
    if held == 0 and by.held > 0:
        push(t.clock, t.events, done_s(t, now_s, agent), agent)
    elif by.held > held:
        move(t.clock, t.events, done_s(t, now_s, agent), agent)


def at_hand(t, group, by):
    """Who goes: first an idle one. Who comes: first one whose time was over but who has not finished yet."""
    found = NOBODY
    for agent in range(group.pool_from, group.pool_to):
        if t.agents[agent].there != (by > 0):
            found = agent
            if (t.agents[agent].serving == NOBODY) == (by < 0):
                break
    return found


def book(clock, times, group, from_s, to_s, busy, present):
    """Count time of an agent after the warm-up for the parts it lies in.  busy, present : what a second counts for."""
    from_s, to_s = max(from_s, clock[0].warm_up_s), min(to_s, clock[0].length_s)
    part, intervals = part_of(clock, from_s), clock[0].intervals
    while from_s < to_s:
        end_s = min(to_s, (part + 1) * clock[0].interval_s) if part + 1 < intervals else to_s
        times[group * intervals + part].busy_s += busy * (end_s - from_s)
        times[group * intervals + part].present_s += present * (end_s - from_s)
        from_s = end_s
        part += 1


def on_shelf(groups, shelves, agents, agent):
    """Put an agent with room for more at the end of those who hold as many."""
    by = agents[agent]
    if by.held >= by.room:
        return
    by.shelf = groups[by.group].shelf_from + by.held
    shelf = shelves[by.shelf]
    by.before, by.after = shelf.last, NOBODY
    if shelf.last == NOBODY:
        shelf.first = agent
    else:
        agents[shelf.last].after = agent
    shelf.last = agent


def off_shelf(groups, shelves, agents, agent):
    """Take an agent away from those who stand ready, if it is one of them."""
    by = agents[agent]
    if by.shelf == NOBODY:
        return
    shelf = shelves[by.shelf]
    by.shelf = NOBODY
    if by.before == NOBODY:
        shelf.first = by.after
    else:
        agents[by.before].after = by.after
    if by.after == NOBODY:
        shelf.last = by.before
    else:
        agents[by.after].before = by.before


def close(t):
    """Count at the end of the time who is still in line, and how long agents were there and at work."""
    end_s = t.clock[0].length_s
    for queue in range(len(t.queues)):
        number = head(t, end_s, queue)
        while number != NOBODY:
            if t.attempts[number].came_s >= t.clock[0].warm_up_s:
                t.tallies[t.attempts[number].part].still_there += 1.0
                t.tallies[t.attempts[number].part].wait_s += end_s - t.attempts[number].came_s
            t.queues[queue].first = t.attempts[number].behind
            number = head(t, end_s, queue)
    for agent in range(len(t.agents)):
        by = t.agents[agent]
        if by.held > 0 and by.room > 1:
            work_on(t, end_s, agent)
        if by.there or by.held > 0:
            book(t.clock, t.times, by.group, by.since_s, end_s, 0.0, 1.0)


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


def move(clock, events, at_s, what):
    """Give an event of the heap another time: lift it to the top, then let it sink."""
    place = 0
    while events[place].what != what:
        place += 1
    while place > 0:
        above = (place - 1) >> 1
        events[place].at_s, events[place].what = events[above].at_s, events[above].what
        place = above
    sink(events, at_s, what, clock[0].events)


# What happens to every contact is put where it is called: a call would hand over all the tables anew
_IN_PLACE = ("arrive", "finish", "take_another", "take_up", "serve", "done_s", "next_attempt", "head")


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
        if isinstance(function, FunctionType) and function.__module__ == __name__ and name != "compiled":
            copy = FunctionType(function.__code__, names, name)
            copy.__module__ = __name__
            how = {"nogil": True, "_nrt": False, "error_model": "numpy"}
            how["inline"] = "always" if name in _IN_PLACE else "never"
            try:
                names[name] = numba.njit(**how, cache=True)(copy)
            except RuntimeError:  # no folder to write to: compiled anew in each process
                names[name] = numba.njit(**how)(copy)
    return names["play"]
