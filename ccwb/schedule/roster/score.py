"""What a roster is worth: the staff it gives, and the objective in its parts."""

from collections import namedtuple
from itertools import pairwise

import numpy as np

from ccwb.schedule.roster.automata import level
from ccwb.schedule.roster.grid import late_from, worked

Score = namedtuple(
    "Score",
    "objective under over paid below extra split late weekends wish "
    "short_h short_share over_h paid_h below_h extra_h split_weeks most_late most_weekends unmet_wishes",
)


def staff_of(week, roster):
    """Return how much staff a roster gives, project x slot: levels of those at work, without breaks and meetings."""
    staff = np.zeros(week.need.shape)
    away = busy_of(week, roster)
    for a, shifts in enumerate(roster.shifts):
        for shift in filter(None, shifts):
            for slot, project in worked(shift):
                staff[project, slot] += 0.0 if away[a, slot] else week.agents[a].levels[project]
    return staff


def busy_of(week, roster=None):
    """Return the slots in which each agent is at an appointment, or at a meeting that has its place, agent x slot."""
    away = np.zeros((len(week.agents), week.slots), dtype=bool)
    for a, agent in enumerate(week.agents):
        for first, last in agent.appointments:
            away[a, max(first, 0) : max(last, 0)] = True
    placed = roster.meetings if roster else ()
    missing = roster.missing if roster and roster.missing else ((),) * len(placed)
    for meeting, first, without in zip(week.meetings, placed, missing, strict=False):
        if first is not None:
            away[[a for a in meeting.agents if a not in without], first : first + meeting.length] = True
    return away


def score(week, roster):
    """Return the Score of a roster: the objective, its parts as they count, and what they count.

    objective = under + over + paid + below + extra + split + late + weekends + wish.  *_h : hours;
    short_h : for each project; short_share : of the hours needed (0 where none are).  split_weeks : agents' weeks
    without two days off in a row.  most_late, most_weekends : of any agent, history included.
    """
    w, hour, staff = week.weights, week.hour, staff_of(week, roster)
    short, over = np.maximum(week.need - staff, 0) / hour, np.maximum(staff - week.need, 0) / hour
    bare = np.maximum(week.low - staff, 0) / hour
    paid, contract = _hours(week, roster)
    below, extra = np.maximum(contract - paid, 0).sum(), np.maximum(paid - contract, 0).sum()
    split, late, weekends, wishes = _people(week, roster)
    parts = {
        "under": float((week.under * short).sum() + (week.bare * bare).sum()),
        "over": w.over * float(over.sum()),
        "paid": w.paid * float(paid.sum()),
        "below": w.below * float(below),
        "extra": w.extra * float(extra),
        "split": w.split * split,
        "late": w.late * late,
        "weekends": w.weekends * weekends,
        "wish": w.wish * wishes,
    }
    needed = week.need.sum() / hour
    return Score(
        sum(parts.values()),
        **parts,
        short_h=short.sum(axis=1),
        short_share=float(short.sum() / needed) if needed else 0.0,
        over_h=float(over.sum()),
        paid_h=float(paid.sum()),
        below_h=float(below),
        extra_h=float(extra),
        split_weeks=split,
        most_late=late,
        most_weekends=weekends,
        unmet_wishes=wishes,
    )


def _hours(week, roster):
    """Return (hours paid, contract hours), agent x week."""
    numbers = sorted(set(week.week_of))
    paid = np.zeros((len(week.agents), len(numbers)))
    for a, shifts in enumerate(roster.shifts):
        for d, shift in enumerate(shifts):
            paid[a, numbers.index(week.week_of[d])] += shift.paid / week.hour if shift else 0.0
    return paid, np.array([[agent.contract_h] * len(numbers) for agent in week.agents]).reshape(paid.shape)


def _people(week, roster):
    """Return (weeks without two days off in a row, most late shifts, most weekends, weight of unmet wishes)."""
    split, late, weekends, wishes = 0, [0], [0], 0.0
    for agent, shifts in zip(week.agents, roster.shifts, strict=True):
        for number in dict.fromkeys(week.week_of):
            off = [shift is None for shift, of in zip(shifts, week.week_of, strict=True) if of == number]
            split += not any(a and b for a, b in pairwise(off))
        late.append(agent.history.late + sum(s.end >= late_from(week, d) for d, s in enumerate(shifts) if s))
        weekends.append(agent.history.weekends + weekends_worked(week, shifts))
        wishes += sum(wish.weight for wish in agent.wishes if unmet(wish, shifts))
    return split, max(late), max(weekends), wishes


def weekends_worked(week, shifts):
    """Return on how many weekends of these weeks somebody works."""
    count, before = 0, False
    for d, shift in enumerate(shifts):
        if week.weekday[d] not in week.rules.weekend:
            before = False
        elif shift is not None and not before:
            count, before = count + 1, True
    return count


def unmet(wish, shifts):
    """Return whether a roster works somebody against a wish, or not at all where they want to."""
    shift = shifts[wish.day]
    if wish.works:
        return shift is None
    return shift is not None and not wish.first <= shift.start < shift.end <= wish.last


def late_rooms(week, model):
    """Return how many late shifts each agent may work before they count, so that there are enough for the need of them.

    The need of a day's late shifts is what its last slot before `late_end` needs at least, by those trained for it.
    """
    past = [agent.history.late for agent in week.agents]
    if week.rules.late_end is None or not week.weights.late:
        return [0] * len(past)
    last = week.need[:, [min(late_from(week, d), week.slots) - 1 for d in range(week.days)]]
    able = (model.levels[:, last.any(axis=1)] > 0).any(axis=1) & (model.may_late > 0)
    return level(past, (able * week.days).tolist(), float(last.sum()))
