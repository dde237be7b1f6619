"""Weeks put on the plan and taken off it, and the search that does both: one code, plain or compiled (`fast`).

s is a Plan: shift, pause, project and break starts for each agent and day, the staff they give, and what it all costs.
"""

from ccwb.schedule.roster.response import INF, NONE, best_week, parts, several, values


def chance(dice):
    """The next number of a row that looks like chance, in (0, 1). Source: Park and Miller (1988)."""
    dice[0] = dice[0] * 48271 % 2147483647
    return dice[0] / 2147483647.0


def answer(m, w, a, gain, room):
    """Return the worth of the agent's best week at such gains; leaves it in w."""
    parts(m, w, a, gain)
    values(m, w, a, gain)
    return best_week(m, w, a, room)


def place(m, w, s, a, gain):
    """Write the week that `answer` left in w into the plan, each break at its cheapest time; the staff stays."""
    for d in range(m.days):
        f = w.chosen[d]
        s.shift[a, d] = f
        if f == NONE or m.fixed[f] >= 0:
            continue
        s.pause[a, d] = w.place[f] if m.pause[f] > 0 else NONE
        for number in range(2 if m.pause[f] > 0 else 1):
            part(m, w, s, a, d, number, gain)


def bounds(m, s, a, d, number):
    """Return (kind, begin, end) of a part of a shift."""
    f = s.shift[a, d]
    if number == 0:
        return m.part_1[f], m.start[f], s.pause[a, d] if m.pause[f] > 0 else m.end[f]
    return m.part_2[f], s.pause[a, d] + m.pause[f], m.end[f]


def part(m, w, s, a, d, number, gain):
    """Write a part's project and its breaks."""
    kind, begin, end = bounds(m, s, a, d, number)
    p, long = w.which[kind, begin, end - begin], m.break_length[kind]
    s.project[a, d, number] = p
    if m.breaks[kind] == 1:
        best = INF
        for at in range(begin + m.break_after[kind], end - m.break_before[kind] - long + 1):
            lost = 0.0
            for t in range(at, at + long):
                lost += gain[p, t]
            if lost < best:
                best = lost
                s.rest[a, d, number, 0] = at
    elif m.breaks[kind] > 1:
        w.sums[begin] = 0.0
        for t in range(begin, end):
            w.sums[t + 1] = w.sums[t] + gain[p, t]
        several_at(m, w, s, a, d, number, kind, begin, end)


def several_at(m, w, s, a, d, number, kind, begin, end):
    """Write the breaks of a part with several, from the last to the first."""
    long, t = m.break_length[kind], end
    several(m, w, kind, begin, end)
    for k in range(m.breaks[kind], 0, -1):
        while t - 1 > begin and w.lost[k, t - 1] <= w.lost[k, t]:
            t -= 1
        s.rest[a, d, number, k - 1] = t - long
        t -= long + m.break_gap[kind]


def put(m, s, a, sign):
    """Add the agent's week to the staff (sign 1) or take it off (-1); return by how much the staff's cost rises."""
    change = 0.0
    for d in range(m.days):
        f = s.shift[a, d]
        if f == NONE:
            continue
        if m.fixed[f] >= 0:
            for k in range(m.fixed_from[m.fixed[f]], m.fixed_from[m.fixed[f] + 1]):
                change += step(m, s, a, m.fixed_project[k], m.fixed_slot[k], sign)
            continue
        for number in range(2 if m.pause[f] > 0 else 1):
            change += put_part(m, s, a, d, number, sign)
    return change


def put_part(m, s, a, d, number, sign):
    """Add or take off one part."""
    kind, begin, end = bounds(m, s, a, d, number)
    p, t, at, change = s.project[a, d, number], begin, 0, 0.0
    while t < end:
        if at < m.breaks[kind] and t == s.rest[a, d, number, at]:
            t += m.break_length[kind]
            at += 1
        else:
            change += step(m, s, a, p, t, sign)
            t += 1
    return change


def step(m, s, a, p, t, sign):
    """Add or take off one agent in one slot; return by how much the cost rises."""
    row = m.busy_row[a]
    if row > 0 and m.busy[row, t] > 0:
        return 0.0
    need, there = m.need[p, t], s.staff[p, t]
    then = there + sign * m.levels[a, p]
    s.staff[p, t] = then
    before = m.under[p, t] * max(need - there, 0.0) + m.over * max(there - need, 0.0)
    change = m.under[p, t] * max(need - then, 0.0) + m.over * max(then - need, 0.0) - before
    if m.bare[p, t] > 0:
        change += m.bare[p, t] * (max(m.low[p, t] - then, 0.0) - max(m.low[p, t] - there, 0.0))
    return change


def own_cost(m, s, a, room):
    """What the agent's week costs by itself: hours paid and below contract, days off that are split, wishes, lates."""
    cost, h, q, late = 0.0, 0, 0, 0
    hours, calendar, wishes = m.hours[a], m.calendar[a], m.wish_row[a]
    for d in range(m.days):
        f = s.shift[a, d]
        if f == NONE:
            cost += m.off_cost[calendar, d, q]
            q = m.off_to[calendar, d, q]
        else:
            cost += m.work_cost[calendar, d, q] + m.wish[wishes, f]
            q, h = m.work_to[calendar, d, q], m.hours_to[hours, h, m.paid[f]]
            late += m.late[f]
        if m.week_ends[d] > 0:
            cost += m.hour_cost[hours, h]
            h = 0
    return cost + m.late_cost * max(0, late - room)


def keep(m, s, a, to):
    """Copy the agent's week from one plan to another; the staff stays."""
    for d in range(m.days):
        to.shift[a, d], to.pause[a, d] = s.shift[a, d], s.pause[a, d]
        for number in range(2):
            to.project[a, d, number] = s.project[a, d, number]
            for k in range(m.most_breaks):
                to.rest[a, d, number, k] = s.rest[a, d, number, k]
