"""Shifts of a problem as stretches of the roster table, and the stretches that stay as shifts."""

from itertools import pairwise

import numpy as np

from ccwb.schedule.fairness import shifts_of
from ccwb.schedule.meetings import at_meetings
from ccwb.schedule.roster.problem import Roster, Shift


def locked_shifts(time):
    """Return agent -> day -> Shift that stays as it is."""
    table = time.given.locked
    return {} if table is None or not len(table) else _shifts(time, table)


def solution_of(time, roster, problem):
    """Return the rows of a roster as the Roster that they are for a problem."""
    known = _shifts(time, roster)
    return Roster(tuple(tuple(known.get(a.name, {}).get(d) for d in range(problem.days)) for a in problem.agents))


def _shifts(time, table):
    out = {}
    shifts = shifts_of(table)
    for row in shifts[shifts["day"].isin(time.days)].itertuples():
        day = int(np.flatnonzero(time.days == row.day)[0])
        mine = table[(table["agent"] == row.agent) & (table["start"] >= row.start) & (table["end"] <= row.end)]
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
    kind = next((n for n, row in enumerate(time.given.kind_rows) if row.shift == rows["shift"].iloc[0]), 0)
    return Shift(kind, start, end, tuple(of), lunch, breaks)


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
def _as_it_stays(time, agent, shift):
    """Return the rows of a locked shift that is for a project not planned here, as they are."""
    rows = time.given.locked
    first, last = time.moment(shift.start), time.moment(shift.end)
    return rows[(rows["agent"] == agent) & (rows["start"] >= first) & (rows["end"] <= last)].to_dict("records")


