"""Why a roster cannot be as wished: agents whose rules contradict each other, hours short and the rule that binds."""

from collections import namedtuple
from dataclasses import replace

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.schedule.roster import fast
from ccwb.schedule.roster.grid import model_of
from ccwb.schedule.roster.plan import work_for
from ccwb.schedule.roster.score import busy_of, staff_of

# why a slot is short -> what is the matter, in words
REASONS = {
    "closed": N_("closed: nobody may work then"),
    "nobody trained": N_("nobody is trained for the project"),
    "nobody available": N_("nobody who is trained is available"),
    "no shift": N_("no kind of shift lies over this time for those who are available"),
    "all at work": N_("everybody who could be is at work already, on this or another project, or in a break"),
    "hours used up": N_(
        "those who could come work at another time of the day, or have no hours or days left this week"
    ),
    "balance": N_("those who could come would cost more elsewhere, by rest, pauses, whole shifts or the weights"),
}

Shortage = namedtuple("Shortage", "project first last hours reason")
Cure = namedtuple("Cure", "rule gain_h objective")


def contradictions(week):
    """Return what keeps agents from their contract hours, or from any week at all: a PlanError each, in words."""
    m, _ = model_of(week)
    return [fault for a in range(m.agents) for fault in _of_agent(week, m, a)]


def _of_agent(week, m, a):
    agent, found = week.agents[a], []
    mine = [m.offers[m.offer_from[m.offer_row[a], d] : m.offer_from[m.offer_row[a], d + 1]] for d in range(m.days)]
    if not any(level > 0 for level in agent.levels):
        found.append(PlanError(N_("{agent} is not trained for any project. Add a project."), agent=agent.name))
    elif not any(map(len, mine)):
        template = N_("{agent}: no kind of shift fits their availability. Widen it, or add a kind that fits.")
        found.append(PlanError(template, agent=agent.name))
    found += _locks(week, agent)
    reach = _most_hours(week, m, a)
    if reach is None:
        template = N_("{agent}: no week keeps all rules with what is locked. Unlock a day, or change a rule.")
        return [*found, PlanError(template, agent=agent.name)]
    wanted = agent.contract_h * len(set(week.week_of))
    if mine and reach < wanted - 1e-9 and any(map(len, mine)):
        template = N_(
            "{agent}: contract {wanted} hours, {reach} can be worked at most with their availability, the kinds of "
            "shift and the rules. Widen what they may work, or accept the difference."
        )
        found.append(PlanError(template, agent=agent.name, wanted=round(wanted, 2), reach=round(reach, 2)))
    return found


def _locks(week, agent):
    """Give the locked shifts that overlap, and those outside availability or training."""
    last = None
    for day, shift in sorted(agent.locked.items()):
        if shift is None:
            continue
        values = {"agent": agent.name, "day": day}
        if last is not None and shift.start < last:
            yield PlanError(N_("{agent}: the locked shift of day {day} overlaps the one before. Unlock one."), **values)
        if not np.asarray(agent.available)[shift.start : shift.end].all():
            yield PlanError(N_("{agent}: the locked shift of day {day} is outside their availability."), **values)
        if any(project >= 0 and agent.levels[project] <= 0 for project in shift.projects):
            yield PlanError(N_("{agent}: the locked shift of day {day} is on a project they lack."), **values)
        last = shift.end


def _most_hours(week, m, a):
    """Return the most hours that an agent's weeks can hold, or None where no week keeps the rules."""
    inner = fast.compiled() or fast.plain()
    dear = replace(week.weights, paid=-1.0, below=0.0, extra=0.0, split=0.0, late=0.0, weekends=0.0, wish=0.0)
    person = replace(week.agents[a], wishes=(), appointments=())
    alone = replace(week, agents=(person,), weights=dear, meetings=(), need=np.zeros_like(week.need))
    one, _ = model_of(alone)
    work = work_for(one, [0])
    gain = np.where(one.bar < 0, one.bar, 0.0)
    if not (one.levels > 0).any():
        return 0.0
    worth = inner.answer(one, work, 0, gain, 0)
    return None if worth < -one.bonus else float(worth)


def shortages(week, roster):
    """Return the hours that stay short, the stretches of each project joined, with the reason: list of Shortage.

    first, last : slots of the stretch.  hours : agent-hours short in it.  reason : a key of REASONS, the first that
    holds in their order.
    """
    short, why = np.maximum(week.need - staff_of(week, roster), 0), _reasons(week, roster)
    found = []
    for project, line in enumerate(short):
        begin = None
        for t in range(week.slots + 1):
            here = t < week.slots and line[t] > 1e-9
            same = begin is not None and here and why[project, t] == why[project, begin]
            if begin is not None and not same:
                hours = float(line[begin:t].sum() / week.hour)
                found.append(Shortage(project, begin, t, hours, str(why[project, begin])))
                begin = None
            if here and begin is None:
                begin = t
    return found


def _reasons(week, roster):
    """Return why a slot would be short, project x slot."""
    m, frames = model_of(week)
    shape = (len(week.agents), week.slots)
    free = np.array([np.asarray(agent.available, dtype=bool) for agent in week.agents]).reshape(shape)
    over = np.zeros(shape, dtype=bool)
    at_work, left = _at_work(week, roster), _days_left(week, m, roster)
    for a in range(m.agents):
        row = m.offer_row[a]
        for f in m.offers[m.offer_from[row, 0] : m.offer_from[row, -1]]:
            over[a, frames[f].start : frames[f].end] = True
    able = m.levels > 0
    reason = np.full(week.need.shape, "balance", dtype=object)
    for p in range(m.projects):
        mine = able[:, p]
        could = over[mine] & ~at_work[mine]
        reason[p, ~(could & left[mine]).any(axis=0)] = "hours used up"
        reason[p, ~could.any(axis=0)] = "all at work"
        reason[p, ~over[mine].any(axis=0)] = "no shift"
        reason[p, ~free[mine].any(axis=0)] = "nobody available"
        reason[p] = "nobody trained" if not mine.any() else reason[p]
        reason[p, ~np.asarray(week.open[p], dtype=bool)] = "closed"
    return reason


def _at_work(week, roster):
    """Return whether each agent is on a shift, at an appointment or at a meeting, agent x slot."""
    there = busy_of(week, roster)
    for a, shifts in enumerate(roster.shifts):
        for shift in filter(None, shifts):
            there[a, shift.start : shift.end] = True
    return there


def _days_left(week, m, roster):
    """Return whether each agent has hours and days left for one shift more in the week of a slot, agent x slot."""
    left = np.zeros((len(week.agents), week.slots), dtype=bool)
    for a, shifts in enumerate(roster.shifts):
        row, hours = m.offer_row[a], m.hours[a]
        for number in set(week.week_of):
            days = [d for d in range(week.days) if week.week_of[d] == number]
            state = 0
            for shift in (shifts[d] for d in days if shifts[d] is not None):
                state = _after(m, hours, state, shift.paid)
            for d in days:
                some = m.offers[m.offer_from[row, d] : m.offer_from[row, d + 1]]
                free = shifts[d] is None and (m.hours_to[hours, state, m.paid[some]] >= 0).any()
                left[a, week.day_first[d] : week.day_first[d + 1]] = free
    return left


def _after(m, hours, state, paid):
    """Return the state of hours after a shift of so many paid slots; as it was where there is none."""
    j = np.flatnonzero(m.paid_slots == paid)
    to = int(m.hours_to[hours, state, j[0]]) if len(j) else -1
    return to if to >= 0 else state


def relaxations(week):
    """Return the rules that may be loosened one at a time: what it is called -> the Week without it."""
    rules, agents = week.rules, week.agents
    ways = {
        N_("two hours more a week for everybody"): {"agents": tuple(_longer(agent, 2.0) for agent in agents)},
        N_("availability at any time"): {"agents": tuple(_always(agent) for agent in agents)},
        N_("everybody trained for every project"): {"agents": tuple(_trained(agent) for agent in agents)},
        N_("every kind of shift for everybody"): {"agents": tuple(replace(agent, kinds=None) for agent in agents)},
        N_("nothing locked"): {"agents": tuple(replace(agent, locked={}) for agent in agents)},
        N_("one hour less of rest"): {"rules": replace(rules, rest=max(0, rules.rest - round(week.hour)))},
        N_("one day more a week"): {"rules": replace(rules, most_days=rules.most_days and rules.most_days + 1)},
        N_("no rule of days in a row"): {"rules": replace(rules, most_in_row=None, days_off_in_row=None)},
        N_("no rule of weekends and Sundays"): {"rules": replace(rules, weekends_in_row=None, most_rest_days=None)},
    }
    return {name: replace(week, **change) for name, change in ways.items()}


def _longer(agent, hours):
    most = agent.contract_h if agent.most_h is None else agent.most_h
    return replace(agent, most_h=most + hours)


def _always(agent):
    return replace(agent, available=np.ones(len(agent.available), dtype=bool), days_off=frozenset())


def _trained(agent):
    return replace(agent, levels=tuple(level or 1.0 for level in agent.levels))


def cures(week, roster, *, seconds=2.0, seed=0, steps=None, compiled=None, cancelled=None):
    """Return what each rule loosened by itself would gain, most first: list of Cure.

    The search goes on from the roster for `seconds` with the rules as they are, and as long with each loosened; the
    gain is held against the first, so that what more time alone gives is not called a cure.
    gain_h : agent-hours short less than without.  objective : with the rule loosened.  Rules not in force are left out.
    """
    from ccwb.schedule.roster.search import solve

    def tried(how):
        how = {"seconds": seconds, "seed": seed, "steps": steps, "compiled": compiled, "cancelled": cancelled, **how}
        return solve(start=roster, heat=0.1, **how).score

    here, found = tried({"week": week}), []
    for name, other in relaxations(week).items():
        if (cancelled is not None and cancelled()) or same(week, other):
            continue
        there = tried({"week": other})
        found.append(Cure(name, float(here.short_h.sum() - there.short_h.sum()), there.objective))
    return sorted(found, key=lambda cure: -cure.gain_h)


def same(week, other):
    """Return whether two weeks differ in no rule and no agent."""
    return week.rules == other.rules and all(
        one is two or (one.levels, one.kinds, one.locked, one.most_h, one.days_off, one.available.tobytes())
        == (two.levels, two.kinds, two.locked, two.most_h, two.days_off, two.available.tobytes())
        for one, two in zip(week.agents, other.agents, strict=True)
    )  # fmt: skip
