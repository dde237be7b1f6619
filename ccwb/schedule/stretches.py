"""Shifts of a problem as stretches of the roster table, and the stretches that stay as shifts."""

from collections import Counter
from itertools import pairwise

from ccwb.schedule.fairness import shifts_of
from ccwb.schedule.given import may_work
from ccwb.schedule.meetings import at_meetings, met
from ccwb.schedule.roster.problem import Roster, Shift


def locked_shifts(time):
    """Return agent -> day -> Shift that stays as it is."""
    table = time.given.locked
    return {} if table is None or not len(table) else _shifts(time, table)


def solution_of(time, roster, problem):
    """Return the rows of a roster as the Roster that they are for a problem, with the meetings that are in them."""
    known = _shifts(time, roster)
    shifts = tuple(tuple(known.get(a.name, {}).get(d) for d in range(problem.days)) for a in problem.agents)
    held = [_held(time, roster, problem, meeting) for meeting in problem.meetings]
    return Roster(shifts, tuple(start for start, _missing in held), tuple(missing for _start, missing in held))


def _held(time, roster, problem, meeting):
    """Return (slot at which a meeting begins in a roster, agents of it who are not there).

    (None, all of them) where it has no place; of several starts that at which most are.
    """
    names = {problem.agents[a].name: a for a in meeting.agents}
    rows = met(time.given.meetings[meeting.of], roster)
    rows = rows[rows["agent"].isin(names)] if rows is not None else ()
    if not len(rows):
        return None, frozenset(meeting.agents)
    first, last = (time.at(rows[name]).round().astype(int) for name in ("start", "end"))
    begins = Counter(at for at, end in zip(first, last, strict=True) if end - at == meeting.length)
    start = begins.most_common(1)[0][0] if begins else None
    there = {names[agent] for agent, at in zip(rows["agent"], first, strict=True) if at == start}
    return (None if start is None else int(start)), frozenset(meeting.agents) - there


def _shifts(time, table):
    shifts, out, of, number = shifts_of(table), {}, {}, {day: n for n, day in enumerate(time.days)}
    spans = zip(*(time.at(table[name]).round().astype(int) for name in ("start", "end")), strict=True)
    for row, (begin, end) in zip(table.itertuples(index=False), spans, strict=True):
        of.setdefault(row.agent, []).append((begin, end, row))
    for row in shifts[shifts["day"].isin(time.days)].itertuples():
        mine = [one for one in of[row.agent] if one[2].start >= row.start and one[2].end <= row.end]
        out.setdefault(row.agent, {})[number[row.day]] = _shift(time, sorted(mine, key=lambda one: one[:2]))
    return out


def _shift(time, stretches):
    """Return the stretches of one shift in a roster, (begin, end, row) in order, as a Shift."""
    start, end = int(stretches[0][0]), int(stretches[-1][1])
    lunch = next(((int(a), int(b)) for a, b, row in stretches if row.activity == "lunch"), None)
    lunch = lunch or next(((int(a[1]), int(b[0])) for a, b in pairwise(stretches) if a[1] < b[0]), None)
    parts = ((start, end),) if lunch is None else ((start, lunch[0]), (lunch[1], end))
    breaks = tuple(
        tuple((int(a), int(b)) for a, b, row in stretches if row.activity == "break" and first <= a < last)
        for first, last in parts
    )
    on = [(at, time.given.line(row)) for at, _end, row in stretches if row.activity == "work"]
    usual = on[0][1] if on else -1
    of = tuple(next((line for at, line in on if first <= at < last), usual) for first, last in parts)
    return Shift(_kind(time, stretches[0][2], end - start, lunch), start, end, of, lunch, breaks)


def _kind(time, row, length, lunch):
    """Return the number of the kind of shift that a row names: one that its agent may work, and that is as long."""
    given, pause = time.given, lunch[1] - lunch[0] if lunch else 0
    named = [n for n, kind in enumerate(given.kind_rows) if kind.shift == row.shift]
    agent = given.agent_rows.get(row.agent)
    mine = [n for n in named if agent is not None and may_work(agent, given.kind_rows[n])]
    fits = [n for n in mine if given.kinds[n].length == length and pause in (given.kinds[n].pauses or (0,))]
    return next(iter(fits or mine or named), 0)


def rows_of(time, roster, problem):
    """Return a roster of the problem as rows of the roster table."""
    rows, meets = [], at_meetings(time, problem, roster)
    for agent, shifts in zip(problem.agents, roster.shifts, strict=True):
        for day, shift in enumerate(shifts):
            if shift is not None and -1 in shift.projects:
                rows += _as_it_stays(time, agent.name, shift)
            elif shift is not None:
                rows += _stretches(time, agent, shift, day in agent.locked, meets.get(agent.name, ()))
    return rows


def _as_it_stays(time, agent, shift):
    """Return the rows of a locked shift that is for a project not planned here, as they are."""
    rows = time.given.locked
    first, last = time.moment(shift.start), time.moment(shift.end)
    return rows[(rows["agent"] == agent) & (rows["start"] >= first) & (rows["end"] <= last)].to_dict("records")


def _stretches(time, agent, shift, locked, meets):
    name, split = time.given.kinds[shift.kind].name, time.given.kind_rows[shift.kind].split
    rest = {"agent": agent.name, "shift": name, "locked": locked}
    out = []
    for part, line, breaks in zip(shift.parts, shift.projects, shift.breaks, strict=True):
        of = time.given.lines[line]
        work = {"activity": "work", "project": of.project, "channels": of.label(agent.name)}
        cut = [(*span, "break", "") for span in breaks] + [
            (max(a, part[0]), min(b, part[1]), "appointment", "")
            for a, b in agent.appointments
            if a < part[1] and b > part[0]
        ]
        cut += [(a, b, what, title) for a, b, what, title, _stays in meets if part[0] <= a < part[1]]
        at = part[0]
        for first, last, what, title in sorted(cut):
            told = {"activity": what, "title": title, "start": first, "end": last}
            out += [rest | work | {"start": at, "end": first}] if first > at else []
            out += [rest | told] if what != "appointment" else []
            at = max(at, last)
        out += [rest | work | {"start": at, "end": part[1]}] if at < part[1] else []
    if shift.pause is not None and not split:
        out.append(rest | {"activity": "lunch", "start": shift.pause[0], "end": shift.pause[1]})
    return [row | {name: time.moment(row[name]) for name in ("start", "end")} for row in out]
