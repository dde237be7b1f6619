"""The rules over days as automata: a state, and the state that follows a day of work or a day off (-1: not allowed)."""

from collections import namedtuple

import numpy as np

State = namedtuple("State", "run off pair block weekend row rest count", defaults=(0,) * 8)


def hour_tables(week, paid_slots, agent_frames, frames):
    """Return the automata of hours: (days worked, slots paid) this week, and what the week's end costs.

    Agents with the same limits and shifts share one; a state is reached by shifts that the agent may really work.
    """
    rows, tables, of = {}, [], []
    column = {slots: j for j, slots in enumerate(paid_slots)}
    lengths = np.array([column[f.end - f.start - f.pause if f.shift is None else f.shift.paid] for f in frames])
    for agent, mine in zip(week.agents, agent_frames, strict=True):
        used = tuple(sorted(set(lengths[mine].tolist()))) if len(mine) else ()
        key = (week_slots(week, agent), agent.contract_h, used)
        if key not in rows:
            rows[key] = len(tables)
            tables.append(_hours(week, paid_slots, *key))
        of.append(rows[key])
    most = max((len(cost) for _, cost in tables), default=1)
    to = np.full((len(tables), most, len(paid_slots)), -1, dtype=np.int64)
    costs = np.zeros((len(tables), most))
    for row, (steps, cost) in enumerate(tables):
        to[row, : len(cost)], costs[row, : len(cost)] = steps, cost
    return {
        "hours": np.array(of, dtype=np.int64),
        "hour_states": np.array([len(cost) for _, cost in tables], dtype=np.int64),
        "hours_to": to,
        "hour_cost": costs,
    }


def week_slots(week, agent):
    """Return the most paid slots of an agent's week."""
    limits = [most for most in (agent.most_h, week.rules.most_week_h) if most is not None]
    return min([agent.contract_h if agent.most_h is None else agent.most_h, *limits]) * week.hour + 1e-9


def _hours(week, paid_slots, most, contract_h, used):
    """Return (state x paid length -> state, cost of each state at the week's end)."""
    days = week.rules.most_days
    states, steps = {(0, 0): 0}, []
    for number, slots in states_of(states):
        step = np.full(len(paid_slots), -1, dtype=np.int64)
        for j in used:
            then = (number + 1 if days is not None else 0, slots + paid_slots[j])
            if then[1] <= most and (days is None or then[0] <= days):
                step[j] = states.setdefault(then, len(states))
        steps.append(step)
    paid_h = np.array([slots for _, slots in states]) / week.hour
    w = week.weights
    cost = w.paid * paid_h + w.below * np.maximum(contract_h - paid_h, 0) + w.extra * np.maximum(paid_h - contract_h, 0)
    return np.array(steps), cost


def states_of(states):
    """Give the states one after the other, those found on the way too."""
    done = 0
    while done < len(states):
        yield list(states)[done]
        done += 1


def calendars(week):
    """Return the automata of the calendar: days in a row, days off, weekends, Sundays, for agents of like history."""
    rows, tables, of = {}, [], []
    rooms = weekend_rooms(week)
    for agent, room in zip(week.agents, rooms, strict=True):
        rules, history = week.rules, agent.history
        key = State(
            run=history.days if rules.most_in_row is not None else 0,
            row=history.weekends_in_row if rules.weekends_in_row is not None else 0,
            count=room if week.weights.weekends > 0 else 0,
        )
        if key not in rows:
            rows[key] = len(tables)
            tables.append(_calendar(week, key))
        of.append(rows[key])
    most = max((one[0].shape[1] for one in tables), default=1)
    names = ("work_to", "work_cost", "off_to", "off_cost")
    joined = {n: np.zeros((len(tables), week.days, most), dtype=np.int64 if "to" in n else float) for n in names}
    for row, table in enumerate(tables):
        for name, values in zip(names, table, strict=True):
            joined[name][row, :, : values.shape[1]] = values
    return joined | {
        "calendar": np.array(of, dtype=np.int64),
        "calendar_states": np.array([table[0].shape[1] for table in tables], dtype=np.int64),
    }


def weekend_rooms(week):
    """Return how many weekends each agent may work before they count, so that there are enough for the need of them."""
    days = [d for d in range(week.days) if week.weekday[d] in week.rules.weekend]
    need = sum(week.need[:, week.day_first[d] : week.day_first[d + 1]].max(axis=1, initial=0).sum() for d in days)
    blocks = sum(1 for d in days if d - 1 not in days)
    return level([agent.history.weekends for agent in week.agents], [blocks] * len(week.agents), need / 2)


def level(past, most, wanted):
    """Return the room of each up to a common level that gives `wanted` in all, or as many as there can be.

    >>> level([0, 1, 3], [2, 2, 2], 3)
    [2, 1, 0]
    """
    top = max(past, default=0)
    while sum(min(m, top - p) for p, m in zip(past, most, strict=True)) < min(wanted, sum(most)):
        top += 1
    lower = top
    while lower > 0 and sum(min(m, max(0, lower - 1 - p)) for p, m in zip(past, most, strict=True)) >= wanted:
        lower -= 1
    return [max(0, lower - p) for p in past]


def _calendar(week, first):
    """Return (work_to, work_cost, off_to, off_cost), day x state, of the states that can be reached from the first.

    Going backwards, states of a day that allow and cost the same ever after are made one.
    """
    layers = [[first]]
    for day in range(week.days):
        follow = {move(week, day, state, works)[0]: None for state in layers[-1] for works in (True, False)}
        layers.append([state for state in follow if state is not None])
    index, tables = dict.fromkeys(layers[-1], 0), []
    for day in reversed(range(week.days)):
        rows, here = {}, {}
        for state in layers[day]:
            moves = [move(week, day, state, works) for works in (True, False)]
            row = tuple(x for to, cost in moves for x in (-1 if to is None else index.get(to, -1), cost))
            here[state] = rows.setdefault(row, len(rows))
        tables.insert(0, list(rows))
        index = here
    most = max(map(len, tables))
    out = np.full((4, week.days, most), -1.0)
    for day, rows in enumerate(tables):
        out[:, day, : len(rows)] = np.array(rows).T
    return out[0].astype(np.int64), out[1], out[2].astype(np.int64), out[3]


def move(week, day, state, works):
    """Return (the state after a day of work or off, its cost); None where a rule forbids it."""
    return _close(week, day, *(_work if works else _off)(week, day, state))


def _work(week, day, state):
    rules, weekday, cost = week.rules, week.weekday[day], 0.0
    run, rest = state.run, state.rest
    if rules.most_in_row is not None:
        run += 1
        if run > rules.most_in_row:
            return None, 0.0
    if rules.most_rest_days is not None and weekday == rules.rest_weekday:
        rest += 1
        if rest > rules.most_rest_days:
            return None, 0.0
    weekend, row, count = state.weekend, state.row, state.count
    if weekday in rules.weekend and not weekend:
        weekend = 1
        if rules.weekends_in_row is not None and row + 1 > rules.weekends_in_row:
            return None, 0.0
        if week.weights.weekends > 0:
            cost, count = (week.weights.weekends, 0) if count == 0 else (0.0, count - 1)
    return state._replace(run=run, rest=rest, off=0, weekend=weekend, count=count), cost


def _off(week, day, state):
    wanted = week.rules.days_off_in_row or 0
    off = min(state.off + 1, max(2, wanted))
    pair, block = int(state.pair or off >= 2), int(state.block or off >= wanted)
    return state._replace(run=0, off=off, pair=pair, block=block), 0.0


def _close(week, day, state, cost):
    """Close a weekend, and a week, where one ends with the day."""
    if state is None:
        return None, 0.0
    rules, last = week.rules, day + 1 == week.days
    ends = last or week.week_of[day + 1] != week.week_of[day]
    if week.weekday[day] in rules.weekend and (last or week.weekday[day + 1] not in rules.weekend):
        row = state.row + 1 if state.weekend and rules.weekends_in_row is not None else 0
        state = state._replace(weekend=0, row=row)
    if ends and rules.days_off_in_row and not state.block:
        return None, 0.0
    if ends:
        cost += 0.0 if state.pair else week.weights.split
        state = state._replace(off=0, pair=0, block=0)
    if state.pair and (state.block or not rules.days_off_in_row):
        state = state._replace(off=0, block=1)
    return state, cost
