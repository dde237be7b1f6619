"""An independent look at a roster: every rule it breaks, in words. Shares no code with what makes rosters."""

from ccwb.errors import PlanError
from ccwb.messages import N_

NEAR = 1e-6  # hours; sums of slots are not held to more


def broken(week, roster):
    """Return what a roster breaks, a PlanError for each: its values name the agent, and the day (0 is the first).

    Shifts, breaks, projects, availability, hours, rest, days off, what is locked, and meetings. An empty list: nothing.
    """
    if len(roster.shifts) != len(week.agents):
        return [
            PlanError(
                N_("The roster has {found} agents, the week {wanted}. Make the roster anew."),
                found=len(roster.shifts),
                wanted=len(week.agents),
            )
        ]
    found = []
    for number in range(len(week.agents)):
        found += faults(week, number, roster.shifts[number], roster.meetings)
    for meeting, first in zip(week.meetings, roster.meetings, strict=False):
        late = first is not None and not meeting.first <= first <= meeting.last - meeting.length
        late = late or (meeting.starts is not None and first not in meeting.starts)
        if first is None or late:
            found.append(PlanError(N_("The meeting {meeting} has no place within its time."), meeting=meeting.name))
    return found


def faults(week, number, shifts, meetings=()):
    """Return what one agent's weeks break.  shifts : of each day.  meetings : when each of the week's begins."""
    agent, found = week.agents[number], []
    met = [
        (first, first + meeting.length)
        for meeting, first in zip(week.meetings, meetings, strict=False)
        if first is not None and number in meeting.agents
    ]
    busy = {t for one in (*agent.appointments, *met) for t in range(*one)}
    if len(shifts) != week.days:
        return [
            _fault(N_("{agent}: {found} days in the roster, {wanted} wanted."), agent, None, len(shifts), week.days)
        ]
    for day, shift in enumerate(shifts):
        if day in agent.locked and agent.locked[day] != shift:
            found.append(_fault(N_("{agent}, day {day}: what is locked was changed."), agent, day))
        if shift is not None:
            found += [_fault(text, agent, day, *more) for text, *more in _shape(week, agent, day, shift)]
            found += [_fault(text, agent, day, *more) for text, *more in _place(week, agent, day, shift, busy)]
    found += [_fault(text, agent, day, *more) for text, day, *more in _between(week, agent, shifts)]
    found += [_fault(text, agent, day, *more) for text, day, *more in _weeks(week, agent, shifts)]
    found += [_fault(text, agent, day, *more) for text, day, *more in _calendar(week, agent, shifts)]
    return found + _away(week, number, shifts, meetings)


def _fault(text, agent, day, found=None, wanted=None):
    values = {"agent": agent.name, "day": day, "found": found, "wanted": wanted}
    return PlanError(text, **{name: value for name, value in values.items() if value is not None})


def _shape(week, agent, day, shift):
    """Give what is wrong with a shift by itself: its kind, length, start, pause and breaks."""
    if not 0 <= shift.kind < len(week.kinds):
        yield (N_("{agent}, day {day}: there is no kind of shift number {found}."), shift.kind)
        return
    kind = week.kinds[shift.kind]
    if shift.end - shift.start != kind.length:
        yield N_("{agent}, day {day}: {found} slots long, its kind {wanted}."), shift.end - shift.start, kind.length
    if not week.day_first[day] <= shift.start < week.day_first[day + 1] or shift.end > week.slots:
        yield N_("{agent}, day {day}: the shift begins on another day, or ends after the last."), shift.start
        return
    clock = int(week.clocks[shift.start])
    if clock < kind.first_start or clock > kind.last_start or (clock - kind.first_start) % kind.step != 0:
        yield N_("{agent}, day {day}: starts at {found}, when its kind does not."), clock
    if kind.weekdays is not None and week.weekday[day] not in kind.weekdays:
        yield (N_("{agent}, day {day}: its kind is not worked on this weekday."),)
    if agent.kinds is not None and shift.kind not in agent.kinds:
        yield (N_("{agent}, day {day}: not a kind of shift that they work."),)
    yield from _pause(kind, shift)
    yield from _breaks(kind, shift)


def _pause(kind, shift):
    if (shift.pause is None) != (not kind.pauses):
        yield (N_("{agent}, day {day}: a pause is missing, or one too many."),)
    elif shift.pause is not None:
        first, last = shift.pause
        if last - first not in kind.pauses:
            yield N_("{agent}, day {day}: a pause of {found} slots, which its kind does not have."), last - first
        if not kind.pause_from <= first - shift.start <= kind.pause_to:
            yield N_("{agent}, day {day}: the pause begins {found} slots after the start."), first - shift.start


def _breaks(kind, shift):
    if len(shift.projects) != len(shift.parts) or len(shift.breaks) != len(shift.parts):
        yield (N_("{agent}, day {day}: projects and breaks do not fit the parts of the shift."),)
        return
    for part, (first, last) in enumerate(shift.parts):
        wanted = kind.breaks[part] if part < len(kind.breaks) else 0
        rests = shift.breaks[part]
        if len(rests) != wanted:
            yield N_("{agent}, day {day}: {found} breaks in a part, {wanted} wanted."), len(rests), wanted
        before = None
        for begin, end in rests:
            if end - begin != kind.break_length:
                yield (
                    N_("{agent}, day {day}: a break of {found} slots, {wanted} wanted."),
                    end - begin,
                    kind.break_length,
                )
            if begin - first < kind.break_after or last - end < kind.break_before:
                yield N_("{agent}, day {day}: the break at {found} is too near the end of its part."), begin
            if before is not None and begin - before < kind.break_gap:
                yield N_("{agent}, day {day}: the break at {found} is too near the one before."), begin
            before = end


def _place(week, agent, day, shift, busy):
    """Give what is wrong with where a shift lies: availability, training, opening hours, hours of the day.

    busy : slots of appointments and meetings, in which nobody works on anything.
    """
    if day in agent.days_off:
        yield (N_("{agent}, day {day}: works on a day off."),)
    if not all(agent.available[t] for t in range(max(shift.start, 0), min(shift.end, week.slots))):
        yield (N_("{agent}, day {day}: works when they are not available."),)
    for (first, last), project, rests in zip(shift.parts, shift.projects, shift.breaks, strict=False):
        if project == -1 and day in agent.locked:  # for what the week knows nothing of
            continue
        if not 0 <= project < len(agent.levels) or agent.levels[project] <= 0:
            yield N_("{agent}, day {day}: not trained for project {found}."), project
            continue
        for t in range(max(first, 0), min(last, week.slots)):
            if not week.open[project][t] and not any(a <= t < b for a, b in rests) and t not in busy:
                yield N_("{agent}, day {day}: works on project {found} while it is closed."), project
                break
    limits = [most for most in (agent.most_day_h, week.rules.most_day_h) if most is not None]
    hours = sum(last - first for first, last in shift.parts) * week.slot_s / 3600
    if limits and hours > min(limits) + NEAR:
        yield N_("{agent}, day {day}: {found} hours paid, {wanted} at most."), hours, min(limits)


def _between(week, agent, shifts):
    """Give the shifts that begin before the night's rest is over."""
    last = agent.history.last_end
    for day, shift in enumerate(shifts):
        if shift is None:
            continue
        if last is not None and shift.start < last:
            yield N_("{agent}, day {day}: two shifts at once."), day
        elif last is not None and shift.start - last < week.rules.rest:
            yield (
                N_("{agent}, day {day}: {found} hours of rest before the shift, {wanted} wanted."),
                day,
                (shift.start - last) * week.slot_s / 3600,
                week.rules.rest * week.slot_s / 3600,
            )
        last = shift.end


def _weeks(week, agent, shifts):
    """Give the weeks with too many hours or days, or too few days off that follow each other."""
    rules = week.rules
    limits = [agent.contract_h if agent.most_h is None else agent.most_h]
    limits += [] if rules.most_week_h is None else [rules.most_week_h]
    for number in sorted(set(week.week_of)):
        days = [d for d in range(week.days) if week.week_of[d] == number]
        mine = [shifts[d] for d in days if shifts[d] is not None]
        hours = sum(last - first for shift in mine for first, last in shift.parts) * week.slot_s / 3600
        if hours > min(limits) + NEAR:
            yield N_("{agent}, week of day {day}: {found} hours, {wanted} at most."), days[0], hours, min(limits)
        if rules.most_days is not None and len(mine) > rules.most_days:
            yield (
                N_("{agent}, week of day {day}: works {found} days, {wanted} at most."),
                days[0],
                len(mine),
                rules.most_days,
            )
        wanted = rules.days_off_in_row or 0
        marks = "".join("-" if shifts[d] is None else "w" for d in days)
        if wanted and "-" * wanted not in marks:
            yield N_("{agent}, week of day {day}: no {wanted} days off in a row."), days[0], None, wanted


def _calendar(week, agent, shifts):
    """Give what is too much in a row: days, weekends; and too many Sundays."""
    rules = week.rules
    run, weekends, sundays, here = agent.history.days, agent.history.weekends_in_row, 0, False
    for day, shift in enumerate(shifts):
        weekday = week.weekday[day]
        run = run + 1 if shift is not None else 0
        if rules.most_in_row is not None and shift is not None and run > rules.most_in_row:
            yield N_("{agent}, day {day}: day {found} in a row, {wanted} at most."), day, run, rules.most_in_row
        if weekday == rules.rest_weekday and shift is not None:
            sundays += 1
            if rules.most_rest_days is not None and sundays > rules.most_rest_days:
                yield (
                    N_("{agent}, day {day}: works {found} Sundays, {wanted} at most."),
                    day,
                    sundays,
                    rules.most_rest_days,
                )
        if weekday not in rules.weekend:
            continue
        here = here or shift is not None
        if day + 1 == week.days or week.weekday[day + 1] not in rules.weekend:
            weekends, here = (weekends + 1 if here else 0), False
            if rules.weekends_in_row is not None and weekends > rules.weekends_in_row:
                yield (
                    N_("{agent}, day {day}: weekend {found} in a row, {wanted} at most."),
                    day,
                    weekends,
                    rules.weekends_in_row,
                )


def _away(week, number, shifts, meetings):
    """Return the appointments and meetings that an agent's shifts miss: not at work then, or in a pause or break."""
    agent, found = week.agents[number], []
    there, taken = set(), {t for one in week.agents[number].appointments for t in range(*one)}
    for shift in filter(None, shifts):
        there |= {t for first, last in shift.parts for t in range(first, last)}
        there -= {t for some in shift.breaks for first, last in some for t in range(first, last)}
    for first, last in agent.appointments:
        if not there.issuperset(range(first, last)):
            found.append(
                _fault(N_("{agent}: not at work for all of the appointment at slot {found}."), agent, None, first)
            )
    for meeting, first in zip(week.meetings, meetings, strict=False):
        if number not in meeting.agents or first is None:
            continue
        stretch = range(first, first + meeting.length)
        if not there.issuperset(stretch) or not taken.isdisjoint(stretch):
            found.append(_fault(N_("{agent}: misses the meeting {found}."), agent, None, meeting.name))
        taken |= set(stretch)
    return found
