"""Shifts of a problem as stretches of the roster table, and the stretches that stay as shifts."""

from collections import Counter
from itertools import pairwise

import numpy as np

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
    out, of = {}, dict(iter(table.groupby("agent")))
    shifts = shifts_of(table)
    for row in shifts[shifts["day"].isin(time.days)].itertuples():
        day, mine = int(np.flatnonzero(time.days == row.day)[0]), of[row.agent]
        mine = mine[(mine["start"] >= row.start) & (mine["end"] <= row.end)]
        out.setdefault(row.agent, {})[day] = _shift(time, mine)
    return out


def _shift(time, rows):
    """Return the stretches of one shift in a roster as a Shift."""
    rows = rows.sort_values("start")
    spans = list(zip(rows["activity"], time.at(rows["start"]).round(), time.at(rows["end"]).round(), strict=True))
    start, end = int(spans[0][1]), int(spans[-1][2])
    lunch = next(((int(a), int(b)) for what, a, b in spans if what == "lunch"), None)
    lunch = lunch or next(((int(a[2]), int(b[1])) for a, b in pairwise(spans) if a[2] < b[1]), None)
    parts = ((start, end),) if lunch is None else ((start, lunch[0]), (lunch[1], end))
    inside = lambda span: next(n for n, (a, b) in enumerate(parts) if a <= span[1] < b)  # noqa: E731 - one thought
    breaks = tuple(
        tuple((int(s[1]), int(s[2])) for s in spans if s[0] == "break" and inside(s) == n) for n in range(len(parts))
    )
    work = rows[rows["activity"] == "work"]
    on = [time.given.line(row) for row in work.itertuples()]
    begins = time.at(work["start"]).round()
    of = [next((n for n, at in zip(on, begins, strict=True) if a <= at < b), on[0]) for a, b in parts]
    return Shift(_kind(time, rows.iloc[0], end - start, lunch), start, end, tuple(of), lunch, breaks)


def _kind(time, row, length, lunch):
    """Return the number of the kind of shift that a row names: one that its agent may work, and that is as long."""
    given, pause = time.given, lunch[1] - lunch[0] if lunch else 0
    named = [n for n, kind in enumerate(given.kind_rows) if kind.shift == row["shift"]]
    agent = given.agent_rows.get(row["agent"])
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
