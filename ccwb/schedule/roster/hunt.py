"""The search for a better roster, and the ascent to a better bound: one code, plain or compiled (`fast`).

search : a few agents are taken off the plan and put back one after the other, each with the best week beside what the
others do, seen through a little noise; the new plan stays if it is better, or by chance if it is not much worse.
ascent : prices for each slot; every agent's best week at these prices gives a bound, and a better direction.
"""

from math import ceil, floor, log

from ccwb.schedule.roster.moves import answer, chance, keep, own_cost, place, put
from ccwb.schedule.roster.response import INF, best_week, gains, parts, priced, values


def anew(m, w, s, a, room, dice, noise):
    """Put an agent who is off the plan back on it with the best week beside the staff there, seen through noise.

    Returns its worth; -INF and the plan as it was where no week keeps the rules.
    """
    gains(m, s.staff, a, w.gain)
    if noise > 0:
        for p in range(m.projects):
            if m.levels[a, p] > 0:
                for t in range(m.slots):
                    w.gain[p, t] += noise * (chance(dice) - 0.5)
    worth = answer(m, w, a, w.gain, room)
    if worth > -INF:
        place(m, w, s, a, w.gain)
    return worth


def friends(m, w, dice, many):
    """Draw agents into w.few: one by chance, the others by chance among those who share a project with the first."""
    count = len(m.movable)
    first = m.movable[int(chance(dice) * count)]
    w.few[0] = first
    found, tries = 1, 0
    while found < many and tries < 50:
        a, tries, fits = m.movable[int(chance(dice) * count)], tries + 1, False
        for p in range(m.projects):
            fits = fits or (m.levels[a, p] > 0 and m.levels[first, p] > 0)
        for k in range(found):
            fits = fits and w.few[k] != a
        if fits:
            w.few[found] = a
            found += 1
    return found


def search(m, w, s, best, old, rooms, dice, cost, least, steps, hot, noise, most):
    """Try `steps` times to better the plan s; return (its cost, the least cost met); `best` is the plan of least cost.

    hot : how much worse a new plan may be, by chance.  noise : width of the noise in a slot's worth.  most : agents
    taken off at once.  Source: Shaw (1998), large neighbourhood search; Kirkpatrick et al. (1983), annealing.
    """
    for _ in range(steps):
        found, then = friends(m, w, dice, 1 + int(chance(dice) * most)), cost
        for k in range(found):
            a = w.few[k]
            keep(m, s, a, old)
            then -= own_cost(m, s, a, rooms[a])
            then += put(m, s, a, -1)
        for k in range(found):
            a = w.few[k]
            anew(m, w, s, a, rooms[a], dice, noise)
            then += put(m, s, a, 1)
            then += own_cost(m, s, a, rooms[a])
        if then <= cost or then - cost < -hot * log(chance(dice)):
            cost = then
            if cost < least - 1e-9:
                least = cost
                for a in range(m.agents):
                    keep(m, s, a, best)
        else:
            for i in range(2 * found):
                a = w.few[i % found]
                if i >= found:
                    keep(m, old, a, s)
                put(m, s, a, -1 if i < found else 1)
    return cost, least


def relaxed(m, w, s, price, rooms):
    """Return the bound at such prices; leaves in s the weeks that are best at them and the staff they would give.

    Source: Geoffrion (1974), Lagrangean relaxation for integer programming.
    """
    bound, last = 0.0, m.order[0]
    for p in range(m.projects):
        for t in range(m.slots):
            s.staff[p, t] = 0.0
            bound += at_least(m, p, t, price[p, t])
    for i in range(m.agents):
        a = m.order[i]
        if i == 0 or m.alike[a] != m.alike[last]:
            priced(m, price, a, w.gain)
            parts(m, w, a, w.gain)
            values(m, w, a, w.gain)
        elif m.offer_row[a] != m.offer_row[last]:
            values(m, w, a, w.gain)
        last = a
        worth = best_week(m, w, a, rooms[a])
        if worth > -INF:
            place(m, w, s, a, w.gain)
            put(m, s, a, 1)
            bound -= worth - m.bonus * attended(m, s, a)
    return bound


def at_least(m, p, t, price):
    """The least that a slot costs when an agent there is sold at a price: at the need, whole agents where they are.

    What it costs falls to the need, steeper below `low`, and rises from there: so the least is at one of these two.
    """
    need, below = m.need[p, t], m.low[p, t]
    if m.bare[p, t] > 0:
        if m.whole == 0:
            return min(sold(m, p, t, price, need), sold(m, p, t, price, below))
        one = min(sold(m, p, t, price, floor(need)), sold(m, p, t, price, ceil(need)))
        return min(one, sold(m, p, t, price, floor(below)), sold(m, p, t, price, ceil(below)))
    if m.whole == 0:
        return price * need
    low, high = floor(need), ceil(need)
    return min(price * low + m.under[p, t] * (need - low), price * high + m.over * (high - need))


def sold(m, p, t, price, there):
    """What a slot costs with so many agents there, each of them sold at a price."""
    cost = m.under[p, t] * max(m.need[p, t] - there, 0.0) + m.over * max(there - m.need[p, t], 0.0)
    return cost + m.bare[p, t] * max(m.low[p, t] - there, 0.0) + price * there


def attended(m, s, a):
    """How many slots of their appointments the agent's week attends."""
    row, count = m.busy_row[a], 0
    for d in range(m.days if row > 0 else 0):
        f = s.shift[a, d]
        if f >= 0 and m.fixed[f] >= 0:
            for k in range(m.fixed_from[m.fixed[f]], m.fixed_from[m.fixed[f] + 1]):
                count += m.busy[row, m.fixed_slot[k]]
        elif f >= 0:
            for t in range(m.start[f], m.end[f]):
                inside = m.pause[f] > 0 and s.pause[a, d] <= t < s.pause[a, d] + m.pause[f]
                for k in range(2 * m.most_breaks):
                    at = s.rest[a, d, k // m.most_breaks, k % m.most_breaks]
                    inside = inside or at <= t < at + m.break_length[m.part_1[f]]
                count += 1 if m.busy[row, t] > 0 and not inside else 0
    return count
