"""What a roster breaks: every stretch held against people, projects and rules, by sums that no solver shares."""

from itertools import pairwise

import numpy as np
import pandas as pd

from ccwb.messages import N_
from ccwb.people import ABSENCES, ACTIVITIES, clock_s, rules_of, skills, windows
from ccwb.projects import is_open
from ccwb.schedule.named import hours_of
from ccwb.tables import check

HOUR = 3600
_SLACK_H = 1e-6  # hours that rounding may add to a sum
BROKEN = {
    "overlap": N_("Row {row}: {agent} is booked twice on {day}: {found} and {other}."),
    "unknown agent": N_("Row {row}: the centre has no agent '{agent}'."),
    "not employed": N_("Row {row}: {agent} is not employed on {day} (from {first} to {last})."),
    "unknown project": N_("Row {row}: the centre has no project '{project}'."),
    "untrained": N_("Row {row}: {agent} is not trained for {project} ({day}, {found}); trained for: {known}."),
    "closed": N_("Row {row}: {agent} works for {project} on {day}, {found}, when it is closed."),
    "unavailable": N_("Row {row}: {agent} cannot work on {day}, {found}; available: {known}."),
    "absent": N_("Row {row}: {agent} has {known} on {day}, {other}, and is booked {found}."),
    "rest": N_("Row {row}: {agent} has {found} hours' rest before {day}, {other}; the least is {limit}."),
    "day hours": N_("Row {row}: {agent} works {found} hours on {day}; the most is {limit}."),
    "without break": N_("Row {row}: {agent} works {found} hours without a break on {day}; the most is {limit}."),
    "week hours": N_("Row {row}: {agent} works {found} hours in the week of {day}; the most is {limit}."),
    "contract hours": N_("Row {row}: {agent} is paid {found} hours in the week of {day}; the contract allows {limit}."),
    "week days": N_("Row {row}: {agent} works on {found} days in the week of {day}; the most is {limit}."),
    "days in a row": N_("Row {row}: {agent} works {found} days in a row until {day}; the most is {limit}."),
    "days off": N_("Row {row}: {agent} has {found} days off in a row in the week of {day}; the least is {limit}."),
    "weekends": N_("Row {row}: {agent} works on {found} weekends in a row until {day}; the most is {limit}."),
    "sundays": N_("Row {row}: {agent} works on {found} Sundays in a row until {day}; the most is {limit}."),
    "unknown shift": N_("Row {row}: there is no kind of shift '{found}'."),
    "shift start": N_("Row {row}: the shift '{known}' of {agent} on {day} starts at {found}; it may from {other}."),
    "meeting time": N_("Row {row}: '{title}' of {agent} is on {day}, {found}; it may be {other}."),
    "meeting length": N_("Row {row}: '{title}' of {agent} on {day} lasts {found} minutes; it has {limit}."),
    "meeting apart": N_("Row {row}: {agent} is at '{title}' on {day}, {found}; the others are at {other}."),
    "meeting alone": N_("Row {row}: '{title}' of {agent} on {day}, {found}, lies in no shift."),
    "shift length": N_("Row {row}: the shift '{known}' of {agent} on {day} lasts {found} hours; it has {limit}."),
}


def broken_rules(
    roster,
    *,
    agents,
    projects,
    shifts=None,
    availability=None,
    absences=None,
    centre=None,
    events=None,
    meetings=(),
):
    """Return what is broken, a row each: rule (key of BROKEN), row of the roster (from 1), agent, day, values.

    roster : roster table, zone aware.  agents, shifts, availability, absences, events : tables of these names.
    meetings : those to be placed, as ccwb.schedule.meetings has them; who misses one breaks nothing.
    projects : project -> project of the centre document.  centre : its document, for `roster_rules`; None: usual rules.
    `BROKEN[rule]` with `values` is a sentence. Weeks begin on Monday; a shift belongs to the day on which it begins.
    A week counts as far as the roster holds it; days off are looked for in weeks that it holds from end to end.
    Raises PlanError for a table that cannot be read.
    """
    rules = rules_of(centre or {})
    table = hours_of(roster, agents=check(agents, "agents"))
    there = table["activity"].map({name: a.there for name, a in ACTIVITIES.items()}).astype(bool)
    found = [
        *_overlaps(table),
        *_people(table, check(agents, "agents"), there),
        *_closed(table, projects, events),
        *_unavailable(table[there], availability),
        *_absent(table[there], absences),
        *_days(table, there, rules, check(agents, "agents")),
        *_kinds(table[there], shifts, check(agents, "agents")),
        *_meetings(table, there, meetings, check(agents, "agents")),
    ]
    out = pd.DataFrame(found, columns=["rule", "row", "agent", "day", "values"])
    return out.sort_values(["row", "rule"], kind="stable", ignore_index=True)


def _told(rule, row, **values):
    """Return one finding: row : an itertuples row whose Index is its number."""
    values = {"row": row.Index, "agent": row.agent, "day": str(row.day.date()), "project": row.project} | values
    return rule, row.Index, row.agent, row.day, values


def _span(row):
    return f"{row.start:%H:%M}-{row.end:%H:%M}"


def _overlaps(table):
    last = None
    for row in table.itertuples():
        if last is not None and last.agent == row.agent and row.start < last.end:
            one, two = (f"{_span(r)} {r.project or r.activity}" for r in (last, row))
            yield _told("overlap", row, found=two, other=one)
            last = row if row.end > last.end else last
            continue
        last = row


def _people(table, agents, there):
    known = {row.agent: row for row in agents.itertuples()}
    trained = {key: skills(getattr(row, "trained_for", ""), home=row.project) for key, row in known.items()}
    for row in table[there | ~table["agent"].isin(known)].itertuples():
        if row.agent not in known:
            yield _told("unknown agent", row)
            continue
        first, last = (getattr(known[row.agent], name, pd.NaT) for name in ("hired", "left"))
        if (not pd.isna(first) and row.day < first) or (not pd.isna(last) and row.day > last):
            days = {n: "-" if pd.isna(d) else str(d.date()) for n, d in (("first", first), ("last", last))}
            yield _told("not employed", row, **days)
        can = {project for project, _channel in trained[row.agent]}
        if row.activity == "work" and row.project not in can:
            yield _told("untrained", row, found=_span(row), known=", ".join(sorted(can)))


def _closed(table, projects, events):
    """Tell of work while the project is closed; each stretch of the clock is looked up once, minute by minute."""
    work = table[table["activity"] == "work"]
    for name, rows in work.groupby("project", sort=False):
        if name not in projects:
            yield from (_told("unknown project", row) for row in rows.itertuples())
            continue
        each = rows[["start", "end"]].drop_duplicates()
        minutes = [pd.date_range(a, b, freq="min", inclusive="left") for a, b in each.itertuples(index=False)]
        ends = np.cumsum([len(one) for one in minutes])
        every = minutes[0].append(minutes[1:])
        open_ = is_open(every.unique(), projects[name], events=events)
        shut = ~pd.Series(open_, index=every.unique()).reindex(every).to_numpy()
        bad = {
            pair
            for pair, last, many in zip(each.itertuples(index=False, name=None), ends, map(len, minutes), strict=True)
            if shut[last - many : last].any()
        }
        for row in rows.itertuples():
            if (row.start, row.end) in bad:
                yield _told("closed", row, found=_span(row))


def _unavailable(table, availability):
    free, limited = windows(availability)
    for row in table[table["agent"].isin(limited)].itertuples():
        for start, end in _by_day(row.start, row.end):
            midnight = start.normalize()
            first, last = (_clock(moment, midnight) for moment in (start, end))
            spans = free.get((row.agent, start.day_of_week), [])
            if not any(a <= first and last <= b for a, b in spans):
                known = ", ".join(f"{_hhmm(a)}-{_hhmm(b)}" for a, b in spans) or "-"
                yield _told("unavailable", row, found=_span(row), known=known)
                break


def _by_day(start, end):
    """Return the parts of a stretch on each local day."""
    while True:
        midnight = (start.tz_localize(None).normalize() + pd.Timedelta(days=1)).tz_localize(start.tz)
        yield start, min(end, midnight)
        if end <= midnight:
            return
        start = midnight


def _clock(moment, midnight):
    """Return what the clock on the wall shows, in seconds after midnight; 86400 at the end of the day."""
    local, day = moment.tz_localize(None), midnight.tz_localize(None)
    return (local - day).total_seconds()


def _hhmm(seconds):
    return f"{int(seconds) // HOUR:02d}:{int(seconds) % HOUR // 60:02d}"


def _absent(table, absences):
    """Tell of shifts during leave, appointments or training; the training itself is no such."""
    if absences is None or not len(absences):
        return
    known = check(absences, "absences")
    by_agent = dict(iter(known.groupby("agent")))
    labels = {kind: ACTIVITIES[kind].label for kind in ABSENCES}
    for agent, rows in table.groupby("agent"):
        if agent not in by_agent:
            continue
        away = by_agent[agent]
        for row in rows.itertuples():
            meets = away[(away["start"] < row.end) & (away["end"] > row.start) & (away["kind"] != row.activity)]
            if len(meets):
                one = meets.iloc[0]
                other = f"{one['start']:%Y-%m-%d %H:%M} - {one['end']:%Y-%m-%d %H:%M}"
                known_as = labels.get(one["kind"], one["kind"])
                yield _told(
                    "absent", row, found=f"{_span(row)} {row.project or row.activity}", known=known_as, other=other
                )


def _days(table, there, rules, agents):
    """Tell of too much work on a day, in a week and in a row, and of too little rest, agent by agent."""
    contract = dict(zip(agents["agent"], agents["hours_week"], strict=True))
    span, by_agent = (table["day"].min(), table["day"].max()), {}
    for row, counts in zip(table.itertuples(), there, strict=True):
        every, shifts = by_agent.setdefault(row.agent, ([], {}))
        every.append(row)
        if counts:
            shifts.setdefault(row.day, []).append(row)
    for agent, (every, shifts) in by_agent.items():
        yield from _rests(list(shifts.values()), rules)
        for rows in shifts.values():
            yield from _one_day(rows, rules)
        yield from _weeks(every, shifts, rules, contract.get(agent), span)
        yield from _rows(shifts, rules)


def _rests(days, rules):
    for before, after in pairwise(days):
        rest = (after[0].start - max(row.end for row in before)).total_seconds() / HOUR
        if rest < rules["rest_hours"] - _SLACK_H:
            told = {"other": f"{after[0].start:%H:%M}", "limit": rules["rest_hours"]}
            yield _told("rest", after[0], found=round(rest, 2), **told)


def _one_day(rows, rules):
    hours = sum(row.worked_h for row in rows)
    if hours > rules["day_hours"] + _SLACK_H:
        yield _told("day hours", rows[0], found=round(hours, 2), limit=rules["day_hours"])
    since, longest = None, 0.0
    for row in rows:
        if row.activity in ("lunch", "break") or (since is not None and row.start > since[1]):
            since = None
        if row.activity not in ("lunch", "break"):
            since = (since[0] if since else row.start, row.end)
            longest = max(longest, (since[1] - since[0]).total_seconds() / HOUR)
    if longest > rules["hours_without_break"] + _SLACK_H:
        yield _told("without break", rows[0], found=round(longest, 2), limit=rules["hours_without_break"])


def _weeks(every, shifts, rules, contract, span):
    """Tell of each week's hours, days and days off."""
    weeks = {}
    for row in every:
        weeks.setdefault(row.day - pd.Timedelta(days=row.day.day_of_week), []).append(row)
    for start, week in weeks.items():
        days = sorted({row.day.day_of_week for row in week if row.day in shifts})
        worked, paid = (sum(getattr(row, name) for row in week) for name in ("worked_h", "paid_h"))
        first = next((shifts[row.day][0] for row in week if row.day in shifts), week[0])._replace(day=start)
        allowed = np.inf if contract is None else contract + rules["over_contract_hours"]
        for rule, value, limit in (
            ("week hours", worked, rules["week_hours"]),
            ("contract hours", paid, allowed),
            ("week days", len(days), rules["week_days"]),
        ):
            if value > limit + _SLACK_H:
                yield _told(rule, first, found=round(float(value), 2), limit=limit)
        whole = span[0] <= start and start + pd.Timedelta(days=6) <= span[1]
        off = _longest([day not in days for day in range(7)])
        if whole and off < rules["days_off_together"]:
            yield _told("days off", first, found=off, limit=rules["days_off_together"])


def _longest(flags):
    """Return the longest run of True."""
    best = now = 0
    for flag in flags:
        now = now + 1 if flag else 0
        best = max(best, now)
    return best


def _rows(shifts, rules):
    """Tell of days, weekends and Sundays worked one after the other, once for each run that is too long."""
    weekends = {}
    for day in (day for day in shifts if day.day_of_week >= 5):
        weekends[day - pd.Timedelta(days=day.day_of_week - 5)] = day
    for rule, days, step, limit in (
        ("days in a row", {day: day for day in shifts}, 1, rules["days_in_row"]),
        ("weekends", weekends, 7, rules["weekends_in_row"]),
        ("sundays", {day: day for day in shifts if day.day_of_week == 6}, 7, rules["sundays_in_row"]),
    ):
        for run in _runs(sorted(days), step):
            if len(run) > limit:
                row = shifts[days[run[limit]]][0]
                yield _told(rule, row._replace(day=days[run[-1]]), found=len(run), limit=limit)


def _runs(days, step):
    """Return the days in runs that are `step` days apart."""
    out = []
    for day in days:
        if out and day - out[-1][-1] == pd.Timedelta(days=step):
            out[-1].append(day)
        else:
            out.append([day])
    return out


def _kinds(table, shifts, agents):
    """Tell of shifts that are not as their kind: an unknown one, begun too early or late, or longer than it.

    A shift may be of a kind for all, of the agent's home project, or of one that is worked in it.
    """
    if shifts is None:
        return
    known = {}
    for kind in check(shifts, "shifts").itertuples():
        known.setdefault(kind.shift, []).append(kind)
    home = dict(zip(agents["agent"], agents["project"], strict=True))
    made = {}
    for row in table[table["shift"] != ""].itertuples():
        made.setdefault((row.agent, row.day, row.shift), []).append(row)
    for (agent, _day, name), rows in made.items():
        row = rows[0]
        if name not in known:
            yield _told("unknown shift", row, found=name)
            continue
        theirs = ["", home.get(agent, ""), *(one.project for one in rows)]
        kinds = [kind for kind in known[name] if kind.project in theirs] or known[name]
        yield from min((list(_as_kind(row, rows, kind)) for kind in kinds), key=len)


def _as_kind(row, rows, kind):
    clock = _clock(row.start, row.start.normalize())
    if not kind.first_start_s <= clock <= kind.last_start_s:
        between = f"{_hhmm(kind.first_start_s)}-{_hhmm(kind.last_start_s)}"
        yield _told("shift start", row, known=kind.shift, found=f"{row.start:%H:%M}", other=between)
    hours = (max(one.end for one in rows) - row.start).total_seconds() / HOUR
    if hours > kind.length_s / HOUR + _SLACK_H:
        yield _told("shift length", row, known=kind.shift, found=round(hours, 2), limit=kind.length_s / HOUR)


def _meetings(table, there, meetings, agents):
    """Tell of meetings outside their time, too long or short, in no shift, or apart where all are to meet at once."""
    named = {(row["kind"], row["title"]) for row in meetings}
    mine = table[[pair in named for pair in zip(table["activity"], table["title"], strict=True)]]
    met = {}
    for row in mine.itertuples():
        asked = [n for n, one in enumerate(meetings) if _is_asked(row, one, agents)]
        fits = [n for n in asked if _on_its_day(row, meetings[n])] or asked
        for n in fits[:1]:
            met.setdefault(n, []).append(row)
            yield from _as_asked(row, meetings[n])
        beside = table[there & (table["agent"] == row.agent) & (table["day"] == row.day)]
        touches = (beside["end"] == row.start) | (beside["start"] == row.end)
        if not touches.any() or not (beside["activity"] == "work").any():
            yield _told("meeting alone", row, title=row.title, found=_span(row))
    for n, rows in met.items():
        times = [row.start for row in rows]
        usual = max(times, key=times.count)
        for row in rows if meetings[n]["together"] else ():
            if row.start != usual:
                other = f"{usual:%Y-%m-%d %H:%M}"
                yield _told("meeting apart", row, title=row.title, found=_span(row), other=other)


def _is_asked(row, one, agents):
    names = agents.loc[agents[one["of"]] == one["who"], "agent"] if one["of"] in agents else ()
    return (row.activity, row.title) == (one["kind"], one["title"]) and row.agent in set(names)


def _on_its_day(row, one):
    return one["first_day"] <= f"{row.start:%Y-%m-%d}" <= one["last_day"]


def _as_asked(row, one):
    midnight = row.start.normalize()
    first, last = (_clock(moment, midnight) for moment in (row.start, row.end))
    since, until = one["from"] or "00:00", one["to"] or "24:00"
    if not _on_its_day(row, one) or first < clock_s(since) or last > clock_s(until):
        other = f"{one['first_day']} - {one['last_day']}, {since}-{until}"
        yield _told("meeting time", row, title=row.title, found=_span(row), other=other)
    if round((last - first) / 60) != one["minutes"]:
        yield _told("meeting length", row, title=row.title, found=round((last - first) / 60), limit=one["minutes"])


def late_and_early(table, rules):
    """Return (late, early) for each shift of a table with start and end: whether it ends after, or begins before.

    A shift that ends on the next day is late.
    """
    begin, end = (table[c].dt.tz_localize(None) for c in ("start", "end"))
    until = (end - begin.dt.normalize()).dt.total_seconds()
    since = (begin - begin.dt.normalize()).dt.total_seconds()
    return until > clock_s(rules["late_from"]), since < clock_s(rules["early_before"])
