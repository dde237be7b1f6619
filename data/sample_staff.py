"""Who was at work in the sample centre: shifts laid over the planned need, fewer people than planned on the day."""

from functools import cache

import numpy as np
from sample_volume import SLOT, rng_of

# name -> half-hours from start to end, half-hours after which the unpaid break of one half-hour may begin
SHIFTS = {"Full day": (17, (6, 7, 8, 9, 10)), "Part day": (11, (5,)), "Half day": (8, ())}
# A project that was short of people for a while: (project, first day, last day, share of the planned shifts there)
SHORT = (
    ("support", "2025-06-30", "2025-08-17", 0.91),
    ("support", "2026-02-02", "2026-02-22", 0.92),
    ("support", "2026-05-11", "2026-07-05", 0.885),
    ("service", "2026-01-26", "2026-02-22", 0.96),
)
SICK = (("2025-01-27", "2025-02-23", 0.05), ("2026-02-02", "2026-03-01", 0.055), ("2025-10-13", "2025-10-26", 0.03))


def need(queue, rate, aht_s, *, live, clock):
    """Return agents planned to work on a queue, per half-hour: its load and a cushion of some square roots of it."""
    load = rate * aht_s / SLOT / queue.at_once
    if live:
        return np.where(clock.open, np.maximum(load + queue.cushion * np.sqrt(load), queue.fewest), 0.0)
    desk = clock.open & (clock.hour >= 8) & (clock.hour < 20)  # deferred work is done by day
    places = np.bincount(clock.of_day[desk], minlength=len(clock.days))
    day = np.bincount(clock.of_day, weights=load, minlength=len(clock.days))
    waiting = 0.0  # work of closed days is planned for the next open one
    for i, open_places in enumerate(places):
        waiting += day[i]
        if open_places:
            day[i], waiting = waiting / open_places, 0.0
    desk_load = day[clock.of_day]
    return np.where(desk, desk_load / 0.9 + 0.2 * np.sqrt(desk_load), 0.0)


def shift_days(clock):
    """Return the days of work as arrays of half-hours: the open hours of a day; day and night work from 06:00."""
    begins = 6 if clock.open.all() else 0
    local = clock.day.astype("datetime64[s]") + ((clock.hour - begins) * 3600).astype("timedelta64[s]")
    where = np.flatnonzero(clock.open)
    work_day = local[where].astype("datetime64[D]").astype(int)
    return np.split(where, np.flatnonzero(np.diff(work_day)) + 1)


def cover(wanted):
    """Return the shifts (kind, start, break; in half-hours) that a planner lays over the wanted heads, one by one.

    Each time the shift that lies where most people are missing, per paid half-hour, until none is worth its hours.
    """
    work, paid, what = _patterns(len(wanted))
    short, chosen = np.array(wanted, dtype=float), []
    while len(what):
        worth = work @ np.where(short > 0, short, -0.5) / paid
        best = int(worth.argmax())
        if worth[best] < 0.24:
            break
        short -= work[best]
        chosen.append(what[best])
    return chosen, np.array(wanted) - short


@cache
def _patterns(length):
    rows, what = [], []
    for kind, (size, breaks) in SHIFTS.items():
        for start in range(0, length - size + 1):
            for pause in breaks or (None,):
                row = np.zeros(length)
                row[start : start + size] = 1
                if pause is not None:
                    row[start + pause] = 0
                rows.append(row)
                what.append((kind, start, pause))
    work = np.array(rows).reshape(len(what), length)
    return work, work.sum(axis=1), what


def planned_shifts(total_need, clock, *, shrinkage):
    """Return heads on the schedule per half-hour, and its shifts as (kind, start, break) -> people by half-hour."""
    heads, rows = np.zeros(len(clock.utc)), {}
    for slots in shift_days(clock):
        wanted = total_need[slots] / (1 - shrinkage)
        chosen, there = cover(wanted)
        if not chosen:  # a piece of a day at the edge of the history
            there = np.ceil(wanted)
        heads[slots] = there
        for kind, start, pause in chosen:
            key = (kind, int(slots[start]), None if pause is None else int(slots[start + pause]))
            rows[key] = rows.get(key, 0) + 1
    return heads, rows


def present(heads, clock, *, shrinkage, seed):
    """Return agents really available for contacts per half-hour: sickness, meetings and gaps taken off the schedule."""
    draw = rng_of(seed, "present", clock.project)
    share = 1 - shrinkage + draw.normal(0, 0.022, len(clock.days))
    for first, last, more in SICK:
        share[(clock.days >= np.datetime64(first)) & (clock.days <= np.datetime64(last))] -= more
    for project, first, last, there in SHORT:
        if project == clock.project:
            share[(clock.days >= np.datetime64(first)) & (clock.days <= np.datetime64(last))] *= there
    return np.round(heads * share[clock.of_day])


def split(total, needs, live):
    """Return whole agents per queue and half-hour: the people present, shared out by planned need.

    total : people present.  needs : queues x half-hours.  live : which queues always have an agent while open.
    """
    sums = needs.sum(axis=0)
    exact = total * np.divide(needs, sums, out=np.zeros_like(needs), where=sums > 0)
    out = np.floor(exact)
    rank = np.argsort(np.argsort(-(exact - out), axis=0, kind="stable"), axis=0, kind="stable")
    out += rank < (total - out.sum(axis=0))
    for queue in np.flatnonzero(live):
        empty = np.flatnonzero((needs[queue] > 0) & (out[queue] == 0))
        out[queue, empty] = 1
        richest = out[:, empty].argmax(axis=0)
        out[richest, empty] = np.maximum(out[richest, empty] - 1, 1)
    return out.astype(int)
