"""People's time in words: what they are trained for, what they do and wish, and the rules that protect them.

The rules of the roster lie in the centre's document under `roster_rules` (hours, days and clock times):

    day_hours, week_hours     most paid hours at work on one day, and in one week (from Monday)
    over_contract_hours       paid hours a week above the contract that may be planned
    rest_hours                least time between the end of a shift and the start of the next
    hours_without_break       longest time at work without a break or lunch
    week_days, days_in_row    most days at work in a week, and one after the other
    days_off_together         least days off in a row in every week
    weekends_in_row           most weekends one after the other with work on Saturday or Sunday
    sundays_in_row            most Sundays one after the other; 0: nobody works on Sundays
    late_from, early_before   a shift that ends after, or starts before, this time of day is late, or early

The usual ones follow Directive 2003/88/EC of the European Union (11 hours' rest, a day off a week, 48 hours, a break
after 6 hours) and, for ten hours a day, the German Arbeitszeitgesetz, section 3; every centre sets its own.
"""

import re
from dataclasses import dataclass

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import check

HOUR = 3600
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Activity:
    """What somebody does. paid : whether the time is paid.  there : whether it is part of a shift."""

    label: str
    paid: bool = True
    there: bool = True


ACTIVITIES = {
    "work": Activity(N_("Work")),
    "lunch": Activity(N_("Lunch"), paid=False),
    "break": Activity(N_("Short break")),
    "training": Activity(N_("Training")),
    "meeting": Activity(N_("Meeting")),
    "coaching": Activity(N_("Coaching")),
    "leave": Activity(N_("Leave"), there=False),
    "illness": Activity(N_("Illness"), there=False),
    "appointment": Activity(N_("Appointment"), paid=False, there=False),
}
ABSENCES = ("leave", "illness", "appointment", "training", "meeting")
MEETS = ("meeting", "training", "coaching")  # what a roster places itself, in a shift
WANTS = {
    "off": N_("a day off"),
    "work": N_("to work"),
    "early": N_("an early shift"),
    "late": N_("a late shift"),
}
_CLOCKS = ("late_from", "early_before")
_BOUNDS = {  # rule -> what it is called, least, most
    "day_hours": (N_("Most hours a day"), 1, 24),
    "week_hours": (N_("Most hours a week"), 1, 168),
    "over_contract_hours": (N_("Hours above the contract"), 0, 80),
    "rest_hours": (N_("Rest between shifts, hours"), 0, 24),
    "hours_without_break": (N_("Hours without a break"), 1, 24),
    "week_days": (N_("Most days a week"), 1, 7),
    "days_in_row": (N_("Most days in a row"), 1, 31),
    "days_off_together": (N_("Days off in a row each week"), 0, 7),
    "weekends_in_row": (N_("Most weekends in a row"), 0, 53),
    "sundays_in_row": (N_("Most Sundays in a row"), 0, 53),
    "late_from": (N_("A shift is late when it ends after"), 0, 24),
    "early_before": (N_("A shift is early when it starts before"), 0, 24),
}
RULES = {name: label for name, (label, _least, _most) in _BOUNDS.items()}
_PART = re.compile(r"(?P<queue>.*?)(?::\s*(?P<level>\d+(?:[.,]\d+)?))?")


def usual_rules():
    """Return the rules that a centre starts from.

    >>> usual_rules()["rest_hours"], usual_rules()["late_from"]
    (11, '20:00')
    """
    return {
        "day_hours": 10,
        "week_hours": 48,
        "over_contract_hours": 0,
        "rest_hours": 11,
        "hours_without_break": 6,
        "week_days": 5,
        "days_in_row": 6,
        "days_off_together": 2,
        "weekends_in_row": 2,
        "sundays_in_row": 2,
        "late_from": "20:00",
        "early_before": "07:00",
    }


def rules_of(centre):
    """Return the centre's rules, the usual ones where it has none of its own, checked."""
    return check_rules(usual_rules() | (centre.get("roster_rules") or {}))


def check_rules(rules):
    """Return the rules unchanged when they make sense; otherwise raise a PlanError naming the rule and its bounds."""
    for name, value in rules.items():
        if name not in _BOUNDS:
            raise PlanError(
                N_("The roster has no rule '{name}'. Its rules: {known}."), name=name, known=", ".join(_BOUNDS)
            )
        label, least, most = _BOUNDS[name]
        number = clock_s(value, label) / HOUR if name in _CLOCKS else value
        known = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not known or not least <= number <= most or (most in (7, 31, 53) and number % 1):
            raise PlanError(
                N_("Roster rule '{rule}' is a number from {least} to {most}; found {found}. Correct it."),
                rule=label,
                least=least,
                most=most,
                found=str(value),
            )
    return rules


def clock_s(text, label=""):
    """Return a time of day such as '20:30' in seconds after midnight; PlanError for anything else.

    >>> clock_s("20:30"), clock_s("24:00")
    (73800, 86400)
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", str(text).strip())
    seconds = int(match[1]) * HOUR + int(match[2]) * 60 if match and int(match[2]) < 60 else 25 * HOUR
    if seconds > 24 * HOUR:
        raise PlanError(N_("{what}: write a time of day such as 20:30; found '{found}'."), what=label, found=str(text))
    return seconds


def skills(trained_for, *, home=""):
    """Return what somebody is trained for: (project, channel) -> level; channel '' is all of the project's.

    trained_for : 'project/channel; project/channel:0.8; project', as the agents table has it; empty is all channels of
    the `home` project.  level : what they do in an hour beside a fully trained agent, above 0 and up to 2; 1 where the
    text names none.  Raises PlanError for a level that cannot be.

    >>> skills("service/chat:0.8; sales"), skills("", home="service")
    ({('service', 'chat'): 0.8, ('sales', ''): 1.0}, {('service', ''): 1.0})
    """
    listed = [part.strip() for part in (trained_for or "").split(";") if part.strip()]
    if not listed:
        return {(home, ""): 1.0}
    out = {}
    for part in listed:
        found = _PART.fullmatch(part)
        project, _, channel = found["queue"].strip().partition("/")
        level = float((found["level"] or "1").replace(",", "."))
        if not 0 < level <= 2:
            raise PlanError(
                N_("'{found}': a skill level is above 0 and at most 2; 0.8 is four fifths of a fully trained agent."),
                found=part,
            )
        out[project.strip(), channel.strip()] = level
    return out


def level_of(agent, project, channel=None):
    """Return the level of an agent (a row of the agents table) on a project, or on one of its channels; 0 untrained.

    Without a channel it is the best level on any of the project's channels.
    """
    known = skills(agent.trained_for, home=agent.project)
    if channel is None:
        return max((level for (name, _channel), level in known.items() if name == project), default=0.0)
    return known.get((project, channel), known.get((project, ""), 0.0))


def split_breaks(text):
    """Return the short breaks of a kind of shift: a list of (length_s, earliest_s, latest_s) after the shift's start.

    text : '15 0:45-3:15; 15 5:00-7:45', minutes and the window that the break lies in; '' for none.
    `latest_s` is the latest start.  Raises PlanError for anything else.

    >>> split_breaks("15 0:45-3:15; 15 5:00-7:45")
    [(900, 2700, 10800), (900, 18000, 27000)]
    """
    out = []
    for part in filter(None, (p.strip() for p in (text or "").split(";"))):
        match = re.fullmatch(r"(\d{1,3})\s+(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", part)
        length = int(match[1]) * 60 if match else 0
        first, last = ((int(match[n]) * 60 + int(match[n + 1])) * 60 for n in (2, 4)) if match else (0, 0)
        if not 0 < length <= last - first:
            raise PlanError(
                N_("Breaks read '{found}'. Write minutes and a window after the start, as 15 0:45-3:15; 15 5:00-7:45."),
                found=part,
            )
        out.append((length, first, last - length))
    return out


def windows(availability):
    """Return when agents can work: (agent, weekday number) -> list of (from_s, to_s); and the agents who said so.

    availability : availability table, or None. An agent who is not among those can work at any time; one who is only
    within these parts of the weekdays. Parts that touch or overlap are one.
    """
    if availability is None or not len(availability):
        return {}, set()
    table = check(availability, "availability")
    parts = {}
    for number, row in enumerate(table.itertuples(index=False), start=1):
        first, last = (_or(getattr(row, name, None), usual) for name, usual in (("from_s", 0), ("to_s", 86_400)))
        if row.weekday not in WEEKDAYS or not 0 <= first < last <= 86_400:
            raise PlanError(
                N_(
                    "The availability of {agent} in row {row} cannot be: a weekday is mon to sun, and a part of it "
                    "ends after it begins, at most at midnight. Correct the row."
                ),
                agent=row.agent,
                row=number,
            )
        parts.setdefault((row.agent, WEEKDAYS.index(row.weekday)), []).append((first, last))
    return {key: _joined(sorted(spans)) for key, spans in parts.items()}, set(table["agent"])


def _or(value, usual):
    return usual if value is None or value != value else float(value)  # noqa: PLR0124 - missing is not itself


def _joined(spans):
    out = [spans[0]]
    for first, last in spans[1:]:
        if first <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], last)
        else:
            out.append((first, last))
    return out


def agent_called(typed, agents):
    """Return the key of the agent that a cell names, by key or by a name that nobody else has; PlanError for others.

    agents : agents table.
    """
    said = str(typed or "").strip()
    if said in set(agents["agent"]):
        return said
    named = agents.loc[agents["name"].str.casefold() == said.casefold(), "agent"]
    if len(named) == 1:
        return named.iloc[0]
    if len(named) > 1:
        raise PlanError(N_("Several agents are called '{found}'. Write the key of one of them."), found=said)
    raise PlanError(N_("The centre has no agent '{found}'. Write a key, or a name, of the list of people."), found=said)
