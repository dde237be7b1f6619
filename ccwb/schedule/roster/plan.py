"""The solver's working space: arrays of a plan and of the work on it, and a plan as a Roster."""

import numpy as np

from ccwb.schedule.roster.check import faults
from ccwb.schedule.roster.grid import Plan, Work
from ccwb.schedule.roster.problem import Roster, Shift


def plan_for(m):
    """Return an empty Plan."""
    shape = (m.agents, m.days)
    return Plan(
        shift=np.full(shape, -1, dtype=np.int64),
        pause=np.full(shape, -1, dtype=np.int64),
        project=np.full((*shape, 2), -1, dtype=np.int64),
        rest=np.full((*shape, 2, m.most_breaks), -1, dtype=np.int64),
        staff=np.zeros((m.projects, m.slots)),
    )


def work_for(m, rooms):
    """Return the working space for a model; rooms : most late shifts that cost nothing, of each agent."""
    late = np.where(m.may_late > 0, np.asarray(rooms), 0) + 1
    states = int((m.hour_states[m.hours] * m.calendar_states[m.calendar] * late).max(initial=1)) * m.classes
    layers, longest = m.days + int(m.week_ends.sum()) + 1, int(m.part_max.max(initial=0)) + 1
    return Work(
        gain=np.zeros((m.projects, m.slots)),
        sums=np.zeros(m.slots + 1),
        best=np.full((m.part_kinds, m.slots + 1, longest), -1e18),
        which=np.zeros((m.part_kinds, m.slots + 1, longest), dtype=np.int64),
        lost=np.zeros((m.most_breaks + 1, m.slots + 1)),
        worth=np.zeros(len(m.start)),
        place=np.full(len(m.start), -1, dtype=np.int64),
        top=np.zeros((m.classes, m.exits)),
        top_shift=np.full((m.classes, m.exits), -1, dtype=np.int64),
        used=np.zeros(m.exits, dtype=np.int64),
        count=np.zeros(1, dtype=np.int64),
        reached=np.zeros((2, states)),
        came=np.zeros((layers, states), dtype=np.int32),
        by=np.zeros((layers, states), dtype=np.int32),
        chosen=np.full(m.days, -1, dtype=np.int64),
        few=np.zeros(m.agents + 64, dtype=np.int64),
    )


def roster_of(m, plan, frames, meetings=(), missing=()):
    """Return a Plan as a Roster.  frames : the shifts it numbers, as `model_of` counts them."""
    return Roster(
        tuple(tuple(_shift(m, plan, frames, a, d) for d in range(m.days)) for a in range(m.agents)),
        tuple(meetings),
        tuple(missing),
    )


def _shift(m, plan, frames, a, d):
    number = int(plan.shift[a, d])
    if number < 0:
        return None
    frame = frames[number]
    if frame.shift is not None:
        return frame.shift
    parts = 2 if frame.pause else 1
    kinds = (m.part_1[number], m.part_2[number])
    breaks = tuple(
        tuple(
            (int(first), int(first + m.break_length[kinds[part]]))
            for first in plan.rest[a, d, part, : m.breaks[kinds[part]]]
        )
        for part in range(parts)
    )
    at = int(plan.pause[a, d])
    pause = (at, at + frame.pause) if frame.pause else None
    projects = tuple(int(p) for p in plan.project[a, d, :parts])
    return Shift(frame.kind, frame.start, frame.end, projects, pause, breaks)


def take_over(week, m, frames, plan, start):
    """Write a Roster's weeks into a plan; return the agents whose weeks are there: those that keep the rules."""
    numbers, movable, taken = {}, set(m.movable.tolist()), set()
    for number, f in enumerate(frames):
        numbers.setdefault((f.day, f.kind, f.start, f.end, f.pause), number)
    for a, shifts in enumerate(start.shifts[: m.agents]):
        if a not in movable or faults(week, a, shifts):
            continue
        found = [_number(m, numbers, a, d, shift) for d, shift in enumerate(shifts)]
        if None not in found:
            for d, (shift, number) in enumerate(zip(shifts, found, strict=True)):
                _write(plan, a, d, shift, number)
            taken.add(a)
    return taken


def _number(m, numbers, a, d, shift):
    """Return the number of a shift as the model counts it, -1 for a day off, None where it does not have it."""
    if shift is None:
        return -1
    mine = m.offers[m.offer_from[m.offer_row[a], d] : m.offer_from[m.offer_row[a], d + 1]]
    if m.must[a, d]:
        return int(mine[0])
    pause = shift.pause[1] - shift.pause[0] if shift.pause else 0
    number = numbers.get((d, shift.kind, shift.start, shift.end, pause))
    return number if number in mine else None


def _write(plan, a, d, shift, number):
    plan.shift[a, d] = number
    if shift is None:
        return
    plan.pause[a, d] = shift.pause[0] if shift.pause else -1
    for part, (project, breaks) in enumerate(zip(shift.projects, shift.breaks, strict=True)):
        plan.project[a, d, part] = project
        plan.rest[a, d, part, : len(breaks)] = [first for first, _ in breaks]
