"""The queue of the sample centre, contact by contact: first come, first served.

Written on its own, without the formulas of ccwb.queueing, so that the sample history is a witness for them.
"""

from collections import deque
from heapq import heappop, heappush
from math import inf, nan

import numpy as np


def serve(arrive, leave_after, handle, *, starts, agents, at_once=1, lines=None):
    """Return for each contact when an agent took it up (missing where none did) and whether it was blocked.

    arrive : seconds, ascending.  leave_after : seconds each contact is willing to wait.  handle : handling seconds.
    starts, agents : from `starts[k]` on `agents[k]` are at work, each with `at_once` conversations; the last number
    stays until the queue is empty. An agent whose time is over ends the contact first.
    lines : contacts in the system at most; a contact that finds no free line is blocked and does not try again.
    """
    leave = (arrive + leave_after).tolist()
    handle, times = handle.tolist(), arrive.tolist()
    changes = [*zip(starts.tolist(), (agents * at_once).tolist(), strict=True), (inf, 0)]
    begin, blocked = np.full(len(times), nan), np.zeros(len(times), dtype=bool)
    busy, queue, places, change = [], deque(), 0, 0  # busy: a heap of the moments at which handling ends
    for i, until in enumerate([*times, inf]):
        while True:  # what happens before the next arrival
            end = busy[0] if busy else inf
            now = min(end, changes[change][0])
            if now > until or now == inf:
                break
            if now == end:
                heappop(busy)
            else:
                places, change = changes[change][1], change + 1
            while queue and len(busy) < places:
                j = queue.popleft()
                if leave[j] >= now:
                    begin[j] = now
                    heappush(busy, now + handle[j])
        if until == inf:
            break
        if lines is not None and len(busy) + len(queue) >= lines:
            queue = deque(j for j in queue if leave[j] > until)
            if len(busy) + len(queue) >= lines:
                blocked[i] = True
                continue
        if len(busy) < places:
            begin[i] = until
            heappush(busy, until + handle[i])
        else:
            queue.append(i)
    return begin, blocked
