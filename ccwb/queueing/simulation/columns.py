"""The tables of the simulation's engine, column -> type, and how plain Python reads them."""

from typing import Any, NamedTuple

# What is counted for each queue and part of the time, of attempts after the warm-up
KINDS = ("offered", "answered", "timely", "abandoned", "blocked", "still_there", "redials", "answered_wait_s", "wait_s")

# `*_from`, `*_to` point into `links` (groups in order of trial, queues in order of priority) or, for pools, into the
# agents that are planned by number; `slow_from` into the factors of the handling time; `shelf_from` into the shelves.
# inside: contacts on the lines, counted by the first queue that uses them, which `trunk` says.
CLOCK = {"length_s": "f8", "warm_up_s": "f8", "interval_s": "f8", "intervals": "i8", "events": "i8"}
MEANS = {"aht_s": "f8", "patience_s": "f8", "open": "f8"}  # by queue x interval, as TALLIES
TALLIES = dict.fromkeys(KINDS, "f8")
# work: multiple of the mean when drawn, seconds left to do at the pace of a full agent when taken; patience likewise.
# behind: the next one in line, or among those that the same agent holds.
ATTEMPTS = {"came_s": "f8", "work": "f8", "patience": "f8", "again_s": "f8", "began_s": "f8", "done_s": "f8"}
ATTEMPTS |= {"queue": "i8", "part": "i8", "state": "i8", "behind": "i8", "by": "i8"}
QUEUES = {"priority": "i8", "lines": "i8", "at_once": "i8", "slow_from": "i8", "answer_within_s": "f8", "watched": "i8"}
QUEUES |= {"route_from": "i8", "route_to": "i8", "first": "i8", "last": "i8", "inside": "i8", "trunk": "i8"}
GROUPS = {"skill_from": "i8", "skill_to": "i8", "pool_from": "i8", "pool_to": "i8", "shelf_from": "i8"}
TIMES = {"busy_s": "f8", "present_s": "f8"}  # by group x interval
SHELVES = {"first": "i8", "last": "i8"}  # by group and how many conversations are held: agents with room for more
# room: how many conversations may be held at once beside those that are.  shelf: where the agent stands, if at all.
AGENTS = {"group": "i8", "there": "i8", "serving": "i8", "held": "i8", "room": "i8", "since_s": "f8", "worked_s": "f8"}
AGENTS |= {"shelf": "i8", "before": "i8", "after": "i8"}
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


class Tables(NamedTuple):
    """What the engine reads and changes, each a table of the columns above but for the first four.

    order : first attempts by time.  links : see above.  pace : factor of the handling time by group x queue.
    slow : factors of the handling time with 1, 2, .. conversations held, against the most at once.
    """

    order: Any
    links: Any
    pace: Any
    slow: Any
    clock: Any
    means: Any
    changes: Any
    attempts: Any
    queues: Any
    tallies: Any
    groups: Any
    times: Any
    shelves: Any
    agents: Any
    events: Any
