"""An agent's best week for given prices, exactly: one code, run as it stands or compiled by numba (`fast`).

Three steps. `parts`: what every stretch at work is worth, with its breaks where they cost least, on the best project.
`values`: what every shift is worth, with its pause at the best place. `best_week`: the best sequence of shifts and days
off by dynamic programming over days; the state is hours paid, calendar (days in a row, weekends ..), class of the last
end (rest) and late shifts. m is the Model, w the Work (see `model`); prices are a slot's, project x slot.
"""

INF = 1e18
NONE = -1


def gains(m, staff, a, gain):
    """Write what one agent more, the agent a, is worth in each slot beside the staff that is there."""
    row = m.busy_row[a]
    for p in range(m.projects):
        level = m.levels[a, p]
        if level <= 0:
            continue
        for t in range(m.slots):
            need, there = m.need[p, t], staff[p, t]
            short, more = need - there, need - there - level
            worth = m.under[p, t] * (max(short, 0.0) - max(more, 0.0)) + m.over * (min(more, 0.0) - min(short, 0.0))
            if m.bare[p, t] > 0:
                low = m.low[p, t] - there
                worth += m.bare[p, t] * (max(low, 0.0) - max(low - level, 0.0))
            gain[p, t] = worth + m.bar[p, t]
        if row > 0:
            for t in range(m.slots):
                if m.busy[row, t] > 0:
                    gain[p, t] = m.bonus


def priced(m, price, a, gain):
    """Write the price of each slot for the agent a, as `gains` does from staff."""
    row = m.busy_row[a]
    for p in range(m.projects):
        level = m.levels[a, p]
        if level <= 0:
            continue
        for t in range(m.slots):
            gain[p, t] = price[p, t] * level + m.bar[p, t]
            if m.loose[a] > 0:
                gain[p, t] = max(gain[p, t], min(0.0, m.bar[p, t]))
            if row > 0 and m.busy[row, t] > 0:
                gain[p, t] = m.bonus


def parts(m, w, a, gain):
    """Write the worth of every part that a shift may have, on the best of the agent's projects."""
    first = True
    for p in range(m.projects):
        if m.levels[a, p] <= 0:
            continue
        total = 0.0
        for t in range(m.slots):
            w.sums[t] = total
            total += gain[p, t]
        w.sums[m.slots] = total
        for kind in range(m.part_kinds):
            for i in range(m.begin_from[kind], m.begin_from[kind + 1]):
                stretch(m, w, p, kind, m.begins[i], first)
        first = False


def stretch(m, w, p, kind, begin, first):
    """Write the worth of the parts of a kind that begin at a slot, on a project: breaks lie where they cost least."""
    long, breaks = m.break_length[kind], m.breaks[kind]
    at, low = begin + m.break_after[kind], INF
    for length in range(m.part_min[kind], m.part_max[kind] + 1):
        end = begin + length
        if end > m.slots:
            break
        worth = w.sums[end] - w.sums[begin]
        if breaks == 1:
            while at + long <= end - m.break_before[kind]:
                low = min(low, w.sums[at + long] - w.sums[at])
                at += 1
            worth -= low
        elif breaks > 1:
            worth -= several(m, w, kind, begin, end)
        if first or worth > w.best[kind, begin, length]:
            w.best[kind, begin, length] = worth
            w.which[kind, begin, length] = p


def several(m, w, kind, begin, end):
    """The least worth lost by the breaks of a part, where there are several; leaves the table in w.lost."""
    long, gap = m.break_length[kind], m.break_gap[kind]
    for t in range(begin, end + 1):
        w.lost[0, t] = 0.0
    for k in range(1, m.breaks[kind] + 1):
        for t in range(begin, end + 1):
            w.lost[k, t] = INF if t == begin else w.lost[k, t - 1]
            at = t - long
            if at < begin + m.break_after[kind] or t > end - m.break_before[kind]:
                continue
            before = begin if k == 1 else at - gap
            if before >= begin and w.lost[k - 1, before] < INF:
                w.lost[k, t] = min(w.lost[k, t], w.lost[k - 1, before] + w.sums[t] - w.sums[at])
    return w.lost[m.breaks[kind], end]


def values(m, w, a, gain):
    """Write the worth of each shift that the agent may work, and where its pause lies best."""
    for i in range(m.offer_from[m.offer_row[a], 0], m.offer_from[m.offer_row[a], m.days]):
        f = m.offers[i]
        if m.fixed[f] >= 0:
            w.worth[f] = 0.0
            for k in range(m.fixed_from[m.fixed[f]], m.fixed_from[m.fixed[f] + 1]):
                w.worth[f] += gain[m.fixed_project[k], m.fixed_slot[k]]
            continue
        start, end = m.start[f], m.end[f]
        if m.pause[f] == 0:
            w.worth[f] = w.best[m.part_1[f], start, end - start]
            continue
        best, place, long = -INF, NONE, m.pause[f]
        for at in range(m.pause_from[f], m.pause_to[f] + 1):
            worth = w.best[m.part_1[f], start, at - start] + w.best[m.part_2[f], at + long, end - at - long]
            if worth > best:
                best, place = worth, at
        w.worth[f], w.place[f] = best, place


def best_week(m, w, a, room):
    """Return the worth of the agent's best week, less what it costs; leaves its shifts in w.chosen (NONE: day off).

    room : late shifts that cost nothing.  Source: Bellman (1957), Dynamic Programming.
    """
    nc, nl = m.classes, (room if m.may_late[a] > 0 else 0) + 1
    nq = m.calendar_states[m.calendar[a]]
    size, layer = m.hour_states[m.hours[a]] * nq * nc * nl, 0
    for s in range(size):
        w.reached[0, s] = -INF
    w.reached[0, 0] = 0.0
    for d in range(m.days):
        shifts_of(m, w, a, d)
        now, then = layer % 2, (layer + 1) % 2
        for s in range(size):
            w.reached[then, s] = -INF
        day_on(m, w, a, d, nq, nc, nl, now, then, layer + 1)
        layer += 1
        if m.week_ends[d] > 0:
            week_over(m, w, a, nq, nc, nl, layer)
            layer += 1
    best, at = -INF, NONE
    for s in range(nq * nc * nl):
        if w.reached[layer % 2, s] > best:
            best, at = w.reached[layer % 2, s], s
    if at == NONE or best < -INF / 2:
        return -INF
    for d in range(m.days - 1, -1, -1):
        if m.week_ends[d] > 0:
            at = w.came[layer, at]
            layer -= 1
        w.chosen[d] = w.by[layer, at]
        at = w.came[layer, at]
        layer -= 1
    return best


def shifts_of(m, w, a, d):
    """Write the best shift of a day for each paid length, class of end, lateness, and class of the end before it."""
    for k in range(m.classes):
        for x in range(m.exits):
            w.top[k, x] = -INF
    wishes = m.wish_row[a]
    for i in range(m.offer_from[m.offer_row[a], d], m.offer_from[m.offer_row[a], d + 1]):
        f = m.offers[i]
        kind = 0 if m.ends_as[f] <= m.merged[a, d] else m.ends_as[f]
        x, k = (m.paid[f] * m.classes + kind) * 2 + m.late[f], m.after[f]
        worth = w.worth[f] - m.wish[wishes, f]
        if worth > w.top[k, x]:
            w.top[k, x], w.top_shift[k, x] = worth, f
    w.count[0] = 0
    for x in range(m.exits):
        for k in range(m.classes - 2, -1, -1):
            if w.top[k + 1, x] > w.top[k, x]:
                w.top[k, x], w.top_shift[k, x] = w.top[k + 1, x], w.top_shift[k + 1, x]
        if w.top[0, x] > -m.bonus:
            w.used[w.count[0]] = x
            w.count[0] += 1


def day_on(m, w, a, d, nq, nc, nl, now, then, layer):
    """Go from one day's states to the next: the day off, or each of the best shifts."""
    hours, calendar = m.hours[a], m.calendar[a]
    for h in range(m.hour_states[hours]):
        for q in range(nq):
            for late in range(nl):
                top = -INF
                for c in range(nc):
                    s = ((h * nq + q) * nc + c) * nl + late
                    worth = w.reached[now, s]
                    if worth <= top:  # as much with less rest behind: never better
                        continue
                    top = worth
                    to = m.off_to[calendar, d, q]
                    if to >= 0 and m.must[a, d] == 0:
                        value = worth - m.off_cost[calendar, d, q]
                        arrive(w, then, layer, ((h * nq + to) * nc) * nl + late, value, s, NONE)
                    to = m.work_to[calendar, d, q]
                    if to < 0:
                        continue
                    worth -= m.work_cost[calendar, d, q]
                    for i in range(w.count[0]):
                        x = w.used[i]
                        h_to = m.hours_to[hours, h, x // (2 * nc)]
                        if h_to < 0 or w.top[c, x] < -m.bonus:
                            continue
                        l_to, value = late, worth + w.top[c, x]
                        if x % 2 > 0:
                            if nl == 1 or late == nl - 1:
                                value -= m.late_cost
                            else:
                                l_to = late + 1
                        target = ((h_to * nq + to) * nc + x // 2 % nc) * nl + l_to
                        arrive(w, then, layer, target, value, s, w.top_shift[c, x])


def arrive(w, then, layer, target, value, s, by):
    """Keep the way to a state if it is the best up to now."""
    if value > w.reached[then, target]:
        w.reached[then, target] = value
        w.came[layer, target] = s
        w.by[layer, target] = by


def week_over(m, w, a, nq, nc, nl, layer):
    """Close a week: its hours are paid, those below contract count, and the next begins with none."""
    hours, width = m.hours[a], nq * nc * nl
    now, then = layer % 2, (layer + 1) % 2
    for s in range(m.hour_states[hours] * width):
        w.reached[then, s] = -INF
    for h in range(m.hour_states[hours]):
        for s in range(width):
            value = w.reached[now, h * width + s]
            if value > -INF:
                arrive(w, then, layer + 1, s, value - m.hour_cost[hours, h], h * width + s, NONE)
