"""Requirement, people and rules -> a roster: week after week, each with what the weeks before it leave."""

from dataclasses import replace
from time import monotonic

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import usual_rules
from ccwb.schedule.given import Given, with_usual
from ccwb.schedule.meetings import ToPlace, check_meetings, meets_in
from ccwb.schedule.named import hours_of, in_order
from ccwb.schedule.stretches import rows_of, solution_of
from ccwb.schedule.timeline import Timeline
from ccwb.schedule.week import problem_of
from ccwb.tables import TABLES, check, empty

PARTS = {
    "under": N_("Hours short"),
    "over": N_("Hours too many"),
    "paid": N_("Paid hours"),
    "below": N_("Hours below contract"),
    "extra": N_("Hours above contract"),
    "split": N_("Weeks without two days off in a row"),
    "late": N_("Most late shifts"),
    "weekends": N_("Most weekends"),
    "wish": N_("Wishes not met"),
}
ALIKE = 0.95  # of the contract hours: whoever can work so much of them can work them
SHORT = {  # reason of ccwb.schedule.roster.explain -> what is told of the hours short for it in one week
    "closed": N_("{project}, week of {day}: {hours} hours short while it is closed; most {most}."),
    "nobody trained": N_("{project}, week of {day}: {hours} hours short, nobody is trained for it: {channels}."),
    "nobody available": N_("{project}, week of {day}: {hours} hours short, nobody trained is available; most {most}."),
    "no shift": N_("{project}, week of {day}: {hours} hours short, no kind of shift lies there; most {most}."),
    "all at work": N_("{project}, week of {day}: {hours} hours short, everybody who could is at work; most {most}."),
    "hours used up": N_("{project}, week of {day}: {hours} hours short, hours or days are used up; most {most}."),
    "balance": N_("{project}, week of {day}: {hours} hours short, more would cost more elsewhere; most {most}."),
}


def make_roster(
    requirement,
    *,
    agents,
    shifts,
    projects,
    first_day,
    last_day,
    rules=None,
    zone=None,
    availability=None,
    absences=None,
    wishes=None,
    earlier=None,
    later=None,
    locked=None,
    events=None,
    meetings=None,
    weights=None,
    start=None,
    anew=False,
    seconds=30,
    seed=0,
    steps=None,
    progress=None,
    cancelled=None,
    clock=monotonic,
):
    """Return (roster table, what is told of it): who works when, for all projects of a requirement at once.

    requirement : the tables of all projects, in intervals, zone aware.  projects : project -> project of the centre
    document.  rules : as `ccwb.people.usual_rules` has them.  zone : of the centre's days; None is the first project's.
    earlier : roster rows of before the first day: rest, days in a row, late shifts and weekends count on from there.
    later : roster rows of after the last day, which stay: rest, days, weekends and Sundays in a row are kept to them.
    locked : roster rows that stay as they are.  events : events table; a project that a closure closes is not worked.
    meetings : those to be placed, as ccwb.schedule.meetings has them; who is at one in rows that stay has met.
    weights : what counts how much, of `ccwb.schedule.week.USUAL`.
    start : roster rows of these days to begin from, locked or not: each week is searched from those of them that keep
    the rules, near to them, with the weeks after it as they stand; what is found never counts more than what stood.
    anew : search as far from them as from nothing, and give weekends off by turns anew; what stood stays if it is best.
    seconds : to think, shared by the weeks.  seed, steps : as `ccwb.schedule.roster.solve` takes them.
    progress : called as progress(weeks done, weeks, told so far, roster so far).  cancelled() -> True ends the search
    with the best roster so far; weeks not begun are in neither roster nor sums, and of the one that was stopped it is
    not looked for who cannot reach their contract hours.
    Told: objective, stood (the same of `start`, None where that breaks a rule or others meet in it),
    bound (no roster that keeps the rules costs less, week by week), gap, parts (of PARTS),
    hours_needed, hours_short, seconds, first_s, cannot ((template, values) sentences), weeks (one dict each; 'stopped'
    where the search was ended in it), left (first days of the weeks not begun), and meetings: placed and hours (of
    people), and the hours short with them, `without` them, and had they been `early`.
    Raises PlanError for tables that no roster can be made from.
    """
    tables = {"availability": availability, "absences": absences, "wishes": wishes, "locked": locked}
    tables |= {"later": later, "events": events, "meetings": meetings}
    kept = {"agents": agents, "shifts": shifts, "projects": projects, "rules": rules, "zone": zone, "weights": weights}
    given = _given(requirement, **kept, **tables)
    _refuse(given)
    weeks = weeks_of(first_day, last_day)
    made = in_order(earlier) if earlier is not None and len(earlier) else _none(given.zone)
    before, told = len(made), []
    stands = _Stands(start, given, made, near=not anew)
    stays = [in_order(table) for table in (earlier, given.locked, given.later) if table is not None and len(table)]
    to_place = ToPlace(given, weeks, pd.concat(stays) if stays else None)
    started = clock()
    for number, (day, days) in enumerate(weeks):
        left = max(seconds - (clock() - started), 0.01) / (len(weeks) - number)
        tell = _teller(progress, given, weeks, told, made)
        how = {"seconds": left, "seed": seed, "steps": steps, "tell": tell, "cancelled": cancelled}
        time = Timeline(stands.beside(day, days), day, days)
        found, rows = _week(time, made, (number, to_place), stands, **how)
        told.append(found)
        made = pd.concat([made, rows], ignore_index=True)
        if found["stopped"]:
            break
    roster = made.iloc[before:].reset_index(drop=True)
    roster = _with_absences(roster, given, weeks[: len(told)])
    left = [str(day.date()) for day, _days in weeks[len(told) :]]
    cannot = to_place.cannot(len(told))
    told = _summed(told)
    return check(roster, "roster"), told | {"left": left, "cannot": cannot + told["cannot"]}


def what_cures(requirement, *, roster, day, seconds=2.0, seed=0, steps=None, cancelled=None, **given):
    """Return which rule, loosened by itself, leaves fewer hours short in a week: a list of (rule, hours, objective).

    roster : the roster as it is.  day : a day of the week.  seconds : to think about each rule.  given : as for
    `make_roster`: agents, shifts, projects and what else there is. Most first; rules that gain nothing are left out.
    """
    from ccwb.schedule.roster import cures

    monday = pd.Timestamp(day) - pd.Timedelta(days=pd.Timestamp(day).day_of_week)
    given = _given(requirement, **given)
    time = Timeline(given, monday, 7)
    made = in_order(roster)
    given = replace(given, meets=meets_in(made, given.absences))
    problem, _whole = problem_of(time, made[made["start"] < time.begin], turns=False)
    found = cures(
        problem, solution_of(time, made, problem), seconds=seconds, seed=seed, steps=steps, cancelled=cancelled
    )
    return [(cure.rule, cure.gain_h, cure.objective) for cure in found if cure.gain_h > 0.05]


def weeks_of(first_day, last_day):
    """Return (first day, number of days) of each week from Monday to Sunday between two days, both included.

    >>> [(str(day.date()), n) for day, n in weeks_of("2026-11-04", "2026-11-10")]
    [('2026-11-04', 5), ('2026-11-09', 2)]
    """
    days = pd.date_range(first_day, last_day, freq="D")
    monday = days - pd.to_timedelta(days.day_of_week, unit="D")
    return [(part.iloc[0], len(part)) for _monday, part in days.to_series().groupby(monday)]


def _given(
    requirement, *, agents, shifts, projects, rules=None, zone=None, locked=None, later=None, meetings=None, **more
):
    locked = in_order(locked) if locked is not None and len(locked) else None
    return Given(
        requirement=check(requirement, "requirement"),
        agents=check(agents, "agents"),
        shifts=with_usual(shifts),
        projects=projects,
        rules=usual_rules() | (rules or {}),
        zone=zone or next(iter(projects.values()))["zone"],
        locked=locked,
        meetings=tuple(check_meetings(meetings or [], agents=agents)),
        meets=meets_in(locked, more.get("absences")),
        later=in_order(later) if later is not None and len(later) else None,
        **more,
    )


def _refuse(given):
    """Refuse what no roster can be made from, in words."""
    if given.agents.empty:
        raise PlanError(N_("The centre has no agents. Enter or import them in the setup, then make the roster."))
    unknown = sorted(set(given.requirement["project"]) - set(given.projects))
    if unknown:
        raise PlanError(N_("The requirement has a project that the centre has not: '{project}'."), project=unknown[0])
    if given.requirement["interval_start"].dt.tz is None:
        raise PlanError(N_("A roster needs a requirement with a time zone: rests are counted as they pass."))


def _none(zone):
    return _zoned(empty("roster").assign(project="", channels="", shift="", locked=False, title=""), zone)


def _zoned(table, zone):
    """Return the table with start and end in a zone; times without one are its local times."""
    for name in ("start", "end"):
        times = table[name].dt.tz_localize(zone) if table[name].dt.tz is None else table[name].dt.tz_convert(zone)
        table = table.assign(**{name: times.astype(f"datetime64[s, {zone}]")})
    return table


class _Stands:
    """The rows of a roster that a search begins from.  earlier : those before.  near : whether it stays near them."""

    def __init__(self, rows, given, earlier, *, near):
        self.given, self.earlier, self.near = given, earlier, near
        self.rows = in_order(rows) if rows is not None and len(rows) else None
        self.day = pd.DatetimeIndex(hours_of(self.rows)["day"]) if self.rows is not None else None

    @property
    def heat(self):
        """How far the search strays at first: see `ccwb.schedule.roster.solve`."""
        return None if self.near else 1.0

    def beside(self, day, days):
        """Return Given with what stands after a week as rows that stay, where the search stays near."""
        if self.rows is None or not self.near:
            return replace(self.given, stands=self.rows)
        after = self.rows[self.day >= pd.Timestamp(day) + pd.Timedelta(days=days)]
        tables = [table for table in (after, self.given.later) if table is not None and len(table)]
        later = in_order(pd.concat(tables)) if tables else None
        return replace(self.given, later=later, stands=self.rows, near=True)

    def of_week(self, time, problem):
        """Return the Roster that stands in a week; None where nobody is on it."""
        if self.rows is None:
            return None
        rows = self.rows[self.day.isin(time.days)]
        found = solution_of(time, rows, problem) if len(rows) else None
        return found if found and any(map(any, found.shifts)) else None

    def stood(self, time, problem, found):
        """Return the objective of what stood in a week, after what stood before it.

        None where nobody was on it, it broke a rule, or others met in it than in the Roster `found` for the problem.
        """
        from ccwb.schedule.roster import score
        from ccwb.schedule.roster.check import faults

        if self.rows is None or not self.day.isin(time.days).any():
            return None
        before = self.rows[self.day < time.days[0]]
        before = pd.concat([self.earlier, before], ignore_index=True) if len(before) else self.earlier
        then = replace(problem_of(time, before, turns=False)[0], meetings=problem.meetings)
        start = self.of_week(time, then)
        if start is None or [len(gone) for gone in start.missing] != [len(gone) for gone in found.missing]:
            return None
        broken = any(faults(then, number, shifts) for number, shifts in enumerate(start.shifts))
        return None if broken else score(then, start).objective


def _week(time, made, meetings, stands, *, tell, **how):
    """Return (what is told of one week, its rows of the roster).  meetings : (number of the week, ToPlace)."""
    from ccwb.schedule.roster import contradictions, shortages, solve

    problem, whole = problem_of(time, made)
    number, to_place = meetings
    problem = replace(problem, meetings=to_place.of_week(number, time, problem))
    table = lambda roster: _rows(time, roster, problem)  # noqa: E731 - one thought
    progress = lambda gone, objective, bound, best: tell(objective, bound, lambda: table(best()))  # noqa: E731 - same
    start = stands.of_week(time, problem)
    solved = solve(problem, progress=progress, start=start, heat=stands.heat, **how)
    to_place.keep(problem, solved.roster)
    stopped = how["cancelled"] is not None and bool(how["cancelled"]())
    faults = [] if stopped else contradictions(problem)  # they take as long as some searches: nobody waits for them
    score = solved.score
    within = np.where(np.arange(time.slots) < time.first[-1], problem.need, 0.0)
    told = {
        "first_day": str(time.days[0].date()),
        "stood": stands.stood(time, problem, solved.roster),
        "objective": solved.score.objective,
        "bound": solved.bound,
        "gap": solved.gap,
        "seconds": solved.seconds,
        "first_s": solved.first_s,
        "stopped": stopped,
        "parts": {name: getattr(score, name) for name in PARTS},
        "hours_needed": float(whole[:, : time.first[-1]].sum() / problem.hour),
        "hours_short": _short_h(time, problem, solved.roster),
        "meetings": _cost_of_meetings(time, problem, solved.roster),
        "cannot": [
            *([fault.message, fault.values] for fault in faults if _told(fault.values)),
            *_short(shortages(replace(problem, need=within), solved.roster), time),
        ],
    }
    return told, table(solved.roster)


def _short_h(time, problem, roster):
    """Return the agent-hours that a roster leaves short on the days of a week."""
    from ccwb.schedule.roster import staff_of

    gap = (problem.need - staff_of(problem, roster))[:, : time.first[-1]]
    return float(np.maximum(gap, 0).sum() / problem.hour)


def _cost_of_meetings(time, problem, roster):
    """Return how many people's meetings a week holds, their hours, and the hours short without and with them.

    early : hours short in the same shifts, had each meeting been as early as those who meet can.
    """
    from ccwb.schedule.roster import as_early

    placed = [len(m.agents) - len(gone) for m, gone in zip(problem.meetings, roster.missing, strict=True)]
    hours = sum(n * meeting.length for n, meeting in zip(placed, problem.meetings, strict=True)) / problem.hour
    kinds = {
        "without": replace(roster, meetings=(), missing=()),
        "short": roster,
        "early": as_early(problem, roster),
    }
    return {"placed": sum(placed), "hours": hours} | {k: _short_h(time, problem, one) for k, one in kinds.items()}


def _rows(time, roster, problem):
    rows = rows_of(time, roster, problem)
    if not rows:
        return _none(time.given.zone)
    table = pd.DataFrame(rows).fillna({"project": "", "channels": "", "title": ""})
    return in_order(_zoned(table, time.given.zone))


def _told(values):
    """Return whether what keeps an agent from their contract is worth a sentence: shifts rarely add up to the hour."""
    return "reach" not in values or values["reach"] < ALIKE * values["wanted"]


def _short(found, time):
    """Tell of the hours short in one week, by project and reason, the most first."""
    sums = {}
    for one in found:
        line = time.given.lines[one.project]
        known = sums.setdefault((line.project, one.reason), {"hours": 0.0, "most": one, "channels": set()})
        known["hours"] += one.hours
        known["channels"] |= set(line.channels)
        known["most"] = max(known["most"], one, key=lambda o: o.hours)
    out = []
    for (project, reason), known in sorted(sums.items(), key=lambda item: -item[1]["hours"]):
        first, last = (time.moment(getattr(known["most"], end)) for end in ("first", "last"))
        values = {"project": project, "day": str(time.days[0].date()), "hours": round(known["hours"], 1)}
        values["channels"] = ", ".join(sorted(known["channels"]))
        values["most"] = f"{first:%Y-%m-%d %H:%M}/{last:%Y-%m-%d %H:%M}"
        out.append([SHORT[reason], values])
    return out


def _teller(progress, given, weeks, told, made):
    """Return what tells the caller how far the week is: its own state, and the roster so far when it is asked for."""
    number = len(told)

    def tell(objective, bound, rows):
        if progress is not None:
            now = {"week": number + 1, "of": len(weeks), "objective": objective, "bound": bound, "done": list(told)}
            so_far = lambda: pd.concat([made, rows()], ignore_index=True)  # noqa: E731 - one thought
            progress(number, len(weeks), now, lambda: _with_absences(so_far(), given, weeks[: number + 1]))

    return tell


def _with_absences(roster, given, weeks):
    """Return the roster with the absences of its agents in its days, so that everybody's week is whole in it."""
    table = given.absences
    if table is None or not len(table):
        return roster
    first = pd.Timestamp(weeks[0][0]).tz_localize(given.zone)
    last = pd.Timestamp(weeks[-1][0] + pd.Timedelta(days=weeks[-1][1])).tz_localize(given.zone)
    mine = table[(table["end"] > first) & (table["start"] < last)]
    rows = mine.assign(activity=mine["kind"], project="", channels="", shift="", locked=False, title="")
    rows = rows.assign(start=rows["start"].clip(lower=first), end=rows["end"].clip(upper=last))
    rows = _zoned(rows[[*TABLES["roster"].names]], given.zone)
    return in_order(pd.concat([roster, rows], ignore_index=True)).reset_index(drop=True)


def _summed(weeks):
    """Return what is told of all weeks: their sums; the gap is that of the sums."""
    sums = {
        name: sum(week[name] for week in weeks)
        for name in ("objective", "bound", "hours_needed", "hours_short", "seconds")
    }
    names = ("placed", "hours", "without", "short", "early")
    sums["meetings"] = {name: sum(week["meetings"][name] for week in weeks) for name in names}
    parts = {name: sum(week["parts"][name] for week in weeks) for name in PARTS}
    gap = (sums["objective"] - sums["bound"]) / sums["objective"] if sums["objective"] else 0.0
    cannot = [sentence for week in weeks for sentence in week["cannot"]]
    stood = [week["stood"] for week in weeks]
    sums["stood"] = None if None in stood else sum(stood)
    return sums | {"gap": gap, "parts": parts, "first_s": weeks[0]["first_s"], "weeks": weeks, "cannot": cannot}
