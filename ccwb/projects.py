"""The centre: its projects (clients), their channels, opening hours, regions, contracts and targets.

The centre is one plain document (a dict that goes to JSON as it is), saved by the setup page and read by every stage:

    name, zone, currency      the centre's own name, IANA time zone and currency code
    shared_key                by what shared costs are split: handled, hours or even
    roster_rules              the rules that protect people (ccwb.people), those that are not the usual ones
    projects                  a list of projects, each with
        project, label        the key used in every table, and what a reader sees
        kind, client          service, sales or support; whom the work is done for
        region, zone          holidays ("DE-BE", "US", "" for none) and the IANA time zone
        supervisor, start     who leads it; its first day, ISO
        hours                 weekday -> "08:00-20:00" or "08:00-12:00, 13:00-18:00"; "" is closed
        closed_on_holidays    whether public holidays are closed days
        channels              channel -> its targets: service_level, answer_within_s, asa_s, abandonment, patience_s,
                              max_occupancy, aht_s, at_once, slowdown, lines, redial (ccwb.staffing.targets_of says
                              what they mean)
        shrinkage             share of rostered time not available for contacts; follows from its kinds
        shrinkage_kinds       list of kinds (ccwb.staffing.shrinkage), or none
        hourly_cost           loaded cost of a paid hour, in the centre's currency, or None
        blend                 share of live agents' usable idle time that is spent on deferred work
        contract              answer_rate, period (day, week, month), short_abandon_s, counts_short, counts_blocked,
                              and what the project earns: earns_contact, earns_hour, earns_month, bonus, malus (EARNS)
        go_live               checklist row -> done (True or False), for a project that is new
"""

import re
from copy import deepcopy

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import WEEKDAYS, level_of, rules_of

KINDS = {"service": N_("Service"), "sales": N_("Sales"), "support": N_("Technical support")}
PERIODS = {"day": N_("day"), "week": N_("week"), "month": N_("month")}
GO_LIVE = {
    "trained": N_("Agents are trained for the project"),
    "hours": N_("Opening hours are agreed and entered"),
    "contract": N_("The contract is signed and its promise entered"),
    "reporting": N_("The client's report is agreed"),
}
EARNS = {  # of a contract, in the centre's currency; None or absent: the project does not earn so
    "earns_contact": N_("for each contact handled"),
    "earns_hour": N_("for each hour on contacts that the need has"),
    "earns_month": N_("a month, whatever comes"),
    "bonus": N_("on top for a month that keeps its target"),
    "malus": N_("taken off for a month that misses its target"),
}
OFFICE_HOURS = dict.fromkeys(WEEKDAYS[:5], "08:00-18:00") | {"sat": "", "sun": ""}


def blank_centre(*, name="", zone="UTC", currency="EUR"):
    """Return a centre without projects.

    >>> blank_centre(name="Our centre")["projects"]
    []
    """
    return {"name": name, "zone": zone, "currency": currency, "projects": []}


def new_project(project, *, label="", zone="UTC", kind="service", channels=("voice",), **more):
    """Return a project with office hours and each channel's usual targets; `more` replaces any further field.

    >>> new_project("orders", channels=["chat"])["channels"]["chat"]["answer_within_s"]
    60
    """
    return {
        "project": project,
        "label": label or project,
        "kind": kind,
        "client": "",
        "region": "",
        "zone": zone,
        "supervisor": "",
        "start": "",
        "hours": dict(OFFICE_HOURS),
        "closed_on_holidays": True,
        "channels": {channel: usual_targets(channel) for channel in channels},
        "shrinkage": 0.3,
        "shrinkage_kinds": [],
        "hourly_cost": None,
        "blend": 0.0,
        "contract": {
            "answer_rate": None,
            "period": "month",
            "short_abandon_s": 5,
            "counts_short": False,
            "counts_blocked": False,
        }
        | dict.fromkeys(EARNS),
        "go_live": dict.fromkeys(GO_LIVE, False),
    } | deepcopy(more)


def usual_targets(channel):
    """Return the targets that a channel starts from, as CHANNELS has them."""
    usual = CHANNELS[channel]
    return {
        "service_level": usual.service_level,
        "answer_within_s": usual.answer_within_s,
        "patience_s": usual.patience_s,
        "max_occupancy": 0.88,
        "aht_s": usual.aht_s,
    }


def project_of(centre, project):
    """Return one project of the centre; PlanError names those there are when it is not among them."""
    for one in centre["projects"]:
        if one["project"] == project:
            return one
    raise PlanError(
        N_("The centre has no project '{project}'. It has: {known}. Add it on the setup page."),
        project=project,
        known=", ".join(p["project"] for p in centre["projects"]) or "-",
    )


def check_centre(centre):
    """Return the centre unchanged when it can be planned with; otherwise raise a PlanError that says what to mend."""
    _check_zone(centre["zone"], centre["name"] or N_("the centre"))
    rules_of(centre)
    seen = set()
    for project in centre["projects"]:
        key = project["project"].strip()
        if not key or key in seen:
            raise PlanError(
                N_("Every project needs a short name of its own; found '{found}'. Change one of them."), found=key
            )
        seen.add(key)
        check_project(project)
    return centre


def check_project(project):
    """Return the project unchanged when its fields make sense; otherwise raise a PlanError naming the field."""
    name = project["label"] or project["project"]
    _check_zone(project["zone"], name)
    holidays_of(project["region"], [2026])
    for day in WEEKDAYS:
        spans(project["hours"].get(day, ""))
    for channel in project["channels"]:
        if channel not in CHANNELS:
            raise PlanError(
                N_("Project {project} has the channel '{found}'. The workbook knows: {known}."),
                project=name,
                found=channel,
                known=", ".join(CHANNELS),
            )
    shrinkage = project["shrinkage"]
    if not 0 <= shrinkage < 1:
        raise PlanError(
            N_("Project {project}: shrinkage is a share of paid time, from 0 to below 100 %; found {found}."),
            project=name,
            found=shrinkage,
        )
    _check_earned(project, name)
    return project


def _check_earned(project, name):
    """Refuse what a contract earns where it is no amount of 0 or more."""
    for key, what in EARNS.items():
        amount = project.get("contract", {}).get(key)
        if not (amount is None or (isinstance(amount, int | float) and 0 <= amount < np.inf)):
            raise PlanError(
                N_("Project {project}: what it earns {what} is an amount of 0 or more, or empty; found {found}."),
                project=name,
                what=what,
                found=str(amount),
            )


def spans(hours):
    """Return opening hours as a list of (from_s, to_s), seconds after local midnight.

    hours : "08:00-20:00", several parts with commas, "" for closed; the day ends at 24:00.

    >>> spans("08:00-12:00, 13:00-18:00")
    [(28800, 43200), (46800, 64800)]
    """
    out = []
    for part in filter(None, (p.strip() for p in hours.split(","))):
        match = re.fullmatch(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})", part)
        start, end = _seconds(match, 1), _seconds(match, 3)
        if match is None or not 0 <= start < end <= 86_400 or (out and start < out[-1][1]):
            raise PlanError(
                N_(
                    "Opening hours read '{found}'. Write them as 08:00-20:00, several parts with commas in order, "
                    "up to 24:00; leave them empty for a closed day. Hours past midnight belong to the next day."
                ),
                found=part,
            )
        out.append((start, end))
    return out


def is_open(times, project, *, events=None):
    """Return for each time whether the project is open: opening hours, public holidays, events of kind closure.

    times : DatetimeIndex, zone aware (then read in the project's zone) or without zone (then local).
    events : events table; only closures of this project (or of all) count.  Returns a boolean array of the same length.
    """
    local = _local(times, project["zone"])
    clock = local.hour * 3600 + local.minute * 60 + local.second
    weekday = local.day_of_week
    open_ = np.zeros(len(local), dtype=bool)
    for number, day in enumerate(WEEKDAYS):
        for start, end in spans(project["hours"].get(day, "")):
            open_ |= (weekday == number) & (clock >= start) & (clock < end)
    if len(local) and project["closed_on_holidays"]:
        open_ &= ~np.isin(
            _dates(local), _as_days(holidays_of(project["region"], range(local[0].year, local[-1].year + 1)))
        )
    if events is not None and len(events):
        closed = events[(events["kind"] == "closure") & events["project"].isin(["", project["project"]])]
        for event in closed.itertuples():
            open_ &= (_dates(local) < np.datetime64(event.first_day, "D")) | (
                _dates(local) > np.datetime64(event.last_day, "D")
            )
    return open_


def open_minutes(project):
    """Return which minutes of each weekday the opening hours cover: booleans (7, 1440), Monday first.

    >>> open_minutes(new_project("shop", hours={"tue": "08:00-08:05"})).sum(axis=1).tolist()
    [0, 5, 0, 0, 0, 0, 0]
    """
    out = np.zeros((len(WEEKDAYS), 1440), dtype=bool)
    for number, day in enumerate(WEEKDAYS):
        for start, end in spans(project["hours"].get(day, "")):
            out[number, start // 60 : end // 60] = True
    return out


def open_intervals(project, *, first_day, last_day, interval_s=1800, events=None):
    """Return the starts of the project's open intervals from `first_day` to `last_day` (both included), zone aware.

    A clock-change day has 23 or 25 hours, as the clock on the wall has.

    >>> shop = new_project("shop", zone="Europe/Berlin", hours={"sun": "00:00-24:00"})
    >>> len(open_intervals(shop, first_day="2026-03-29", last_day="2026-03-29", interval_s=3600))
    23
    """
    zone = project["zone"]
    start = pd.Timestamp(first_day, tz=zone)
    end = pd.Timestamp(last_day, tz=zone) + pd.DateOffset(days=1)
    times = pd.date_range(start.tz_convert("UTC"), end.tz_convert("UTC"), freq=f"{interval_s}s", inclusive="left")
    times = times.tz_convert(zone)
    return times[is_open(times, project, events=events)]


def holidays_of(region, years, *, language="en"):
    """Return the public holidays of a region, day -> name; none for "".

    region : country or country-subdivision code of the library `holidays`, such as "DE", "DE-BE", "US-CA".
    language : of the names, where the library knows them in it for that country; else they are English.

    >>> [f"{day:%d.%m.}" for day in holidays_of("DE-BE", [2026])][:3]
    ['01.01.', '08.03.', '03.04.']
    """
    if not region:
        return {}
    import holidays

    country, _, part = region.partition("-")
    try:
        known = getattr(getattr(holidays, country, None), "supported_languages", ()) if language != "en" else ()
        spoken = next((code for code in known if code.partition("_")[0] == language), "en_US")
        found = holidays.country_holidays(country, subdiv=part or None, years=list(years), language=spoken)
    except NotImplementedError:
        raise PlanError(
            N_(
                "No public holidays are known for the region '{region}'. Use a country code such as DE or US, "
                "or a country and its part such as DE-BE; leave it empty for none."
            ),
            region=region,
        ) from None
    return dict(sorted(found.items()))


def go_live(project, *, agents=None):
    """Return the go-live checklist of a project: row, done and what was found.

    What the workbook can see itself (trained agents, hours, contract) is said beside what the team ticks off: a
    template and its values, a number of agents or of hours, or the share of answers promised (None: none is).
    agents : agents table, or None when there is none yet.  Returns a table with columns key, item, done, found.
    """
    trained = 0 if agents is None else sum(trains(row, project["project"]) for row in agents.itertuples())
    week = sum(end - start for day in WEEKDAYS for start, end in spans(project["hours"].get(day, ""))) / 3600
    promise = project["contract"].get("answer_rate")
    found = {
        "trained": (N_("one agent is trained for it"), {})
        if trained == 1
        else (N_("{n} agents are trained for it"), {"n": trained}),
        "hours": (N_("{n} opening hours a week"), {"n": round(week, 1)}),
        "contract": (N_("answers promised: {n}"), {"n": promise}),
        "reporting": ("", {}),
    }
    done = project.get("go_live", {})
    return pd.DataFrame(
        [
            {"key": key, "item": item, "done": bool(done.get(key)), "found": found[key][0], "values": found[key][1]}
            for key, item in GO_LIVE.items()
        ]
    )


def trains(agent, project, channel=None):
    """Return whether an agent (a row of the agents table) is trained for a project, or for one of its channels."""
    return level_of(agent, project, channel) > 0


def _seconds(match, group):
    return -1 if match is None else int(match[group]) * 3600 + int(match[group + 1]) * 60


def _check_zone(zone, name):
    from zoneinfo import available_timezones

    if zone not in available_timezones():
        raise PlanError(
            N_("{name} has the time zone '{found}'. Use a name such as Europe/Berlin, Asia/Jakarta or UTC."),
            name=name,
            found=zone,
        )


def _local(times, zone):
    times = pd.DatetimeIndex(times)
    return times if times.tz is None else times.tz_convert(zone)


def _dates(local):
    return local.tz_localize(None).normalize().to_numpy().astype("datetime64[D]")


def _as_days(days):
    return np.array([np.datetime64(day, "D") for day in days], dtype="datetime64[D]")
