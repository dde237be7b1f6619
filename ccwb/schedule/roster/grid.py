"""A week as the arrays that the solver works on: every shift that may be, who may work it, and rules as automata."""

from collections import namedtuple

import numpy as np

from ccwb.schedule.roster.automata import calendars, hour_tables
from ccwb.schedule.roster.problem import Shift

BONUS = 1e5  # a slot of an appointment: above all that a week can gain otherwise
CLOSED = -1e7  # a slot in which a project may not be worked

Frame = namedtuple("Frame", "day kind start end pause pause_from pause_to late shift", defaults=(None,))
Model = namedtuple(
    "Model",
    "agents projects slots days classes exits part_kinds most_breaks whole over late_cost bonus "
    "need under low bare bar levels busy busy_row loose alike order "
    "movable paid_slots part_min part_max breaks break_length break_after break_before break_gap begin_from begins "
    "start end pause pause_from pause_to part_1 part_2 paid late ends_as after fixed kind "
    "fixed_from fixed_slot fixed_project offer_row offer_from offers may_late merged must wish_row wish "
    "week_ends hours hour_states hours_to hour_cost calendar calendar_states work_to work_cost off_to off_cost",
)
Work = namedtuple("Work", "gain sums best which lost worth place top top_shift used count reached came by chosen few")
Plan = namedtuple("Plan", "shift pause project rest staff")


def frames_of(week):
    """Return every shift that the kinds allow, without saying who works it: a Frame for each start and pause length."""
    clock, found = week.clocks, []
    for day in range(week.days):
        begin, after = week.day_first[day], week.day_first[day + 1]
        late = late_from(week, day)
        for number, kind in enumerate(week.kinds):
            if kind.weekdays is not None and week.weekday[day] not in kind.weekdays:
                continue
            for start in range(begin, after):
                at, end = clock[start], start + kind.length
                if not kind.first_start <= at <= kind.last_start or (at - kind.first_start) % kind.step:
                    continue
                if end > week.slots:
                    continue
                for pause in kind.pauses or (0,):
                    places = (start + kind.pause_from, start + kind.pause_to) if pause else (0, -1)
                    found.append(Frame(day, number, start, end, pause, *places, int(end >= late)))
    return found


def late_from(week, day):
    """Return the slot from which on a shift of the day ends late."""
    if week.rules.late_end is None:
        return np.iinfo(int).max
    begin, after = week.day_first[day], week.day_first[day + 1]
    at = np.flatnonzero(week.clocks[begin:after] >= week.rules.late_end)
    return begin + int(at[0]) if len(at) else after


def model_of(week, *, loose=False):
    """Return (Model of a week, the shifts that it numbers).

    Whoever meets has a row of `busy` that tells when, empty until the meetings have their places. loose : whether they
    may be away in any slot instead (for the bound).
    """
    frames = _reachable(week, frames_of(week))
    locked = [(a, d, shift) for a, agent in enumerate(week.agents) for d, shift in agent.locked.items() if shift]
    frames += [Frame(d, s.kind, s.start, s.end, 0, 0, -1, int(s.end >= late_from(week, d)), s) for _, d, s in locked]
    known = [part_kinds(week, frame) for frame in frames]
    kinds = sorted({kind for pair in known for kind in pair if kind})
    values = (
        _sizes(week, kinds)
        | _slots(week, loose)
        | _parts(week, frames, known, kinds)
        | _frames(week, frames, known, kinds)
        | _fixed(week, frames)
    )
    values |= _offers(
        week, frames, values, {(a, d): len(frames) - len(locked) + i for i, (a, d, _) in enumerate(locked)}
    )
    values |= hour_tables(week, values["paid_slots"], values["agent_frames"], frames)
    values |= calendars(week)
    values["exits"] = len(values["paid_slots"]) * values["classes"] * 2
    values["movable"] = np.arange(len(week.agents))
    values["paid_slots"] = np.array(values["paid_slots"], dtype=np.int64)
    return Model(**{name: values[name] for name in Model._fields}), frames


def _reachable(week, frames):
    """Return the shifts that somebody may work: without the others, fewer ends of the day need telling apart."""
    rows, found = {}, np.zeros(len(frames), dtype=bool)
    first, end, day = (np.array([getattr(f, name) for f in frames], dtype=int) for name in ("start", "end", "day"))
    for agent in week.agents:
        free = np.concatenate([[0], np.cumsum(~np.asarray(agent.available, dtype=bool))])
        key = (free.tobytes(), agent.days_off, agent.kinds)
        if key not in rows:
            rows[key] = (free[first] == free[end]) & ~np.isin(day, list(agent.days_off))
            if agent.kinds is not None:
                rows[key] &= np.isin([f.kind for f in frames], agent.kinds)
            found |= rows[key]
    return [frame for frame, some in zip(frames, found, strict=True) if some]


def busy_of(week):
    """Return the slots in which each agent has an appointment, agent x slot."""
    busy = np.zeros((len(week.agents), week.slots), dtype=np.int64)
    for a, agent in enumerate(week.agents):
        for first, last in agent.appointments:
            busy[a, max(first, 0) : max(last, 0)] = 1
    return busy


def part_kinds(week, frame):
    """Return the kind of the part before and after the pause: (breaks, length, after, before, gap), or None."""
    if frame.shift is not None:
        return (None, None)
    kind = week.kinds[frame.kind]
    counts = tuple(kind.breaks) + (0,) * (2 - len(kind.breaks))
    room = (kind.break_length, kind.break_after, kind.break_before, kind.break_gap)
    pair = [(n, *room) if n else (0, 1, 0, 0, 0) for n in counts]
    return (pair[0], pair[1] if frame.pause else None)


def _sizes(week, kinds):
    return {
        "agents": len(week.agents),
        "projects": len(week.need),
        "slots": week.slots,
        "days": week.days,
        "part_kinds": len(kinds),
        "most_breaks": max([1, *(kind[0] for kind in kinds)]),
        "over": week.weights.over / week.hour,
        "late_cost": float(week.weights.late),
        "bonus": BONUS,
    }


def _slots(week, loose):
    """Return what there is for each slot: need, its costs, where nobody may work, who is busy."""
    meets = np.isin(np.arange(len(week.agents)), [a for meeting in week.meetings for a in meeting.agents])
    busy = busy_of(week)
    levels = np.array([agent.levels for agent in week.agents], dtype=float).reshape(len(week.agents), len(week.need))
    has = busy.any(axis=1) | (meets & (not loose))
    row = np.where(has, np.cumsum(has), 0)
    free = (meets & loose).astype(np.int64)
    _, alike = np.unique(np.column_stack([levels, row, free]), axis=0, return_inverse=True)
    return {
        "need": np.array(week.need, dtype=float, order="C"),
        "under": np.ascontiguousarray(week.under / week.hour),
        "low": np.array(week.low, dtype=float, order="C"),
        "bare": np.ascontiguousarray(week.bare / week.hour),
        "bar": np.where(np.asarray(week.open, dtype=bool), 0.0, CLOSED),
        "levels": levels,
        "busy": np.vstack([np.zeros((1, week.slots), dtype=np.int64), busy[has]]),
        "busy_row": row.astype(np.int64),
        "loose": free,
        "alike": alike.ravel().astype(np.int64),
        "whole": int(np.isin(levels, (0.0, 1.0)).all()),
    }


def _parts(week, frames, known, kinds):
    """Return the kinds of part: their breaks, lengths and the slots at which they may begin."""
    lengths, begins = {kind: set() for kind in kinds}, {kind: set() for kind in kinds}
    for frame, (one, two) in zip(frames, known, strict=True):
        if one is None:
            continue
        if two is None:
            lengths[one].add(frame.end - frame.start)
        for at in range(frame.pause_from, frame.pause_to + 1):
            lengths[one].add(at - frame.start)
            lengths[two].add(frame.end - at - frame.pause)
            begins[two].add(at + frame.pause)
        begins[one].add(frame.start)
    columns = zip(*kinds, strict=True) if kinds else [()] * 5
    names = ("breaks", "break_length", "break_after", "break_before", "break_gap")
    return {name: np.array(column, dtype=np.int64) for name, column in zip(names, columns, strict=True)} | {
        "part_min": np.array([min(lengths[kind]) for kind in kinds], dtype=np.int64),
        "part_max": np.array([max(lengths[kind]) for kind in kinds], dtype=np.int64),
        "begin_from": np.cumsum([0, *(len(begins[kind]) for kind in kinds)]),
        "begins": np.array([at for kind in kinds for at in sorted(begins[kind])], dtype=np.int64),
    }


def _frames(week, frames, known, kinds):
    """Return the shifts column by column, with the class of their end: what it leaves of the night's rest."""
    index = {kind: number for number, kind in enumerate(kinds)} | {None: -1}
    paid = [f.end - f.start - f.pause if f.shift is None else f.shift.paid for f in frames]
    paid_slots = sorted(set(paid)) or [0]
    ends_as, after, classes = rest_classes(week, frames)
    columns = {name: [getattr(f, name) for f in frames] for name in ("start", "end", "pause", "pause_from", "pause_to")}
    columns |= {"late": [f.late for f in frames], "kind": [f.kind for f in frames], "ends_as": ends_as, "after": after}
    columns |= {"part_1": [index[one] for one, _ in known], "part_2": [index[two] for _, two in known]}
    columns |= {"paid": [paid_slots.index(one) for one in paid]}
    return {name: np.array(column, dtype=np.int64) for name, column in columns.items()} | {
        "paid_slots": paid_slots,
        "classes": classes,
    }


def rest_classes(week, frames):
    """Return (class of each shift's end, highest class of the day before after which it may start, how many classes).

    An end is of class 0 when every shift of the next day may follow it; of two others the higher leaves less of it.
    """
    starts = [sorted({f.start for f in frames if f.day == day}) for day in range(week.days + 1)]
    ready = [
        sorted(
            {f.end + week.rules.rest for f in frames if f.day == day}
            if day + 1 < week.days and starts[day + 1]
            else set()
        )
        for day in range(week.days)
    ]
    ready = [[r for r in some if r > starts[day + 1][0]] for day, some in enumerate(ready)]
    ends_as = [int(np.searchsorted(ready[f.day], f.end + week.rules.rest, side="right")) for f in frames]
    after = [int(np.searchsorted(ready[f.day - 1], f.start, side="right")) if f.day else 0 for f in frames]
    return ends_as, after, 1 + max((len(some) for some in ready), default=0)


def _fixed(week, frames):
    """Return the slots and projects of the locked shifts, whose content stays."""
    fixed, first, slots, projects = [], [0], [], []
    for frame in frames:
        fixed.append(-1 if frame.shift is None else len(first) - 1)
        if frame.shift is not None:
            cells = worked(frame.shift)
            slots += [t for t, _ in cells]
            projects += [p for _, p in cells]
            first.append(len(slots))
    names = ("fixed", "fixed_from", "fixed_slot", "fixed_project")
    return {n: np.array(v, dtype=np.int64) for n, v in zip(names, (fixed, first, slots, projects), strict=True)}


def worked(shift: Shift):
    """Return (slot, project) of all slots that a shift works: its parts without its breaks, none for elsewhere."""
    rests = {t for some in shift.breaks for first, last in some for t in range(first, last)}
    pairs = zip(shift.parts, shift.projects, strict=True)
    return [
        (t, project) for (first, last), project in pairs for t in range(first, last) if project >= 0 and t not in rests
    ]


def _offers(week, frames, of, locked):
    """Return which shifts each agent may work on each day, and what follows.  locked : (agent, day) -> frame."""
    rows, offers, first, agent_row = {}, [], [], []
    wish_rows, wishes = [np.zeros(len(frames))], []
    for a, agent in enumerate(week.agents):
        mine = tuple((d, locked.get((a, d), -1)) for d in agent.locked)
        key = (np.asarray(agent.available).tobytes(), agent.kinds, agent.days_off, day_hours(week, agent), mine)
        key += (agent.history.last_end, any(level > 0 for level in agent.levels))
        if key not in rows:
            rows[key] = len(first)
            some = _permitted(week, agent, frames, of, dict(mine))
            first.append(len(offers) + np.cumsum([0, *map(len, some)]))
            offers += [f for day in some for f in day]
        agent_row.append(rows[key])
        wishes.append(len(wish_rows) if agent.wishes else 0)
        if agent.wishes:
            wish_rows.append(wish_costs(week, agent, frames))
    offers, first = np.array(offers, dtype=np.int64), np.array(first, dtype=np.int64).reshape(-1, week.days + 1)
    mine = [offers[first[row, 0] : first[row, -1]] for row in agent_row]
    late = [week.weights.late > 0 and bool(of["late"][some].any()) for some in mine]
    return {
        "offers": offers,
        "offer_from": first,
        "offer_row": np.array(agent_row, dtype=np.int64),
        "order": np.lexsort([agent_row, of["alike"]]).astype(np.int64),
        "may_late": np.array(late, dtype=np.int64),
        "merged": np.array([_merged(offers, first[row], of["after"]) for row in agent_row], dtype=np.int64),
        "must": np.array(
            [[int(agent.locked.get(d) is not None) for d in range(week.days)] for agent in week.agents], dtype=np.int64
        ),
        "wish_row": np.array(wishes, dtype=np.int64),
        "wish": np.array(wish_rows),
        "week_ends": np.array(week_ends(week), dtype=np.int64),
        "agent_frames": mine,
    }


def week_ends(week):
    """Return for each day whether its week's hours end with it."""
    of = week.week_of
    return [int(d + 1 == week.days or of[d + 1] != of[d]) for d in range(week.days)]


def day_hours(week, agent):
    """Return the most hours that an agent may work on a day, or None."""
    limits = [most for most in (agent.most_day_h, week.rules.most_day_h) if most is not None]
    return min(limits, default=None)


def _permitted(week, agent, frames, of, locked):
    """Return for each day the numbers of the shifts that the agent may work there; none but locked ones untrained."""
    free = np.concatenate([[0], np.cumsum(~np.asarray(agent.available, dtype=bool))])
    most, after = day_hours(week, agent), agent.history.last_end
    some = [[] for _ in range(week.days)]
    for number, f in enumerate(frames if any(level > 0 for level in agent.levels) else ()):
        if f.day in locked or f.shift is not None or f.day in agent.days_off:
            continue
        if agent.kinds is not None and f.kind not in agent.kinds:
            continue
        if free[f.end] > free[f.start] or (after is not None and f.day == 0 and f.start < after + week.rules.rest):
            continue
        if most is None or of["paid_slots"][of["paid"][number]] <= most * week.hour + 1e-9:
            some[f.day].append(number)
    for day, frame in locked.items():
        some[day] = [frame] if frame >= 0 else []
    return some


def _merged(offers, first, after):
    """Return for each day the highest class of end that any shift of the agent's next day may follow."""
    days = [offers[first[d] : first[d + 1]] for d in range(len(first) - 1)]
    return [int(after[some].min()) if len(some) else len(after) for some in days[1:]] + [len(after)]


def wish_costs(week, agent, frames):
    """Return what each shift costs an agent's wishes; one on a day they want to work earns what `unworked` costs."""
    cost = np.zeros(len(frames))
    for wish in agent.wishes:
        for number, f in enumerate(frames):
            if f.day != wish.day:
                continue
            if wish.works:
                cost[number] -= wish.weight * week.weights.wish
            elif not wish.first <= f.start < f.end <= wish.last:
                cost[number] += wish.weight * week.weights.wish
    return cost


def unworked(week, agents):
    """Return what the wishes to work of these agents (numbers) cost while nobody works."""
    wishes = (wish for a in agents for wish in week.agents[a].wishes if wish.works)
    return week.weights.wish * sum(wish.weight for wish in wishes)
