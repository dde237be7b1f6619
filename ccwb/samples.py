"""The sample centre: two years of an invented contact centre, ready to plan with; what each table holds is said here.

The files lie in the folder data/ beside the package; data/README.md tells how they were made. All people, companies
and figures are invented (licence CC0). Times come back in the project's zone.
"""

import json
from pathlib import Path

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.tables import TABLES

DATA = Path(__file__).parents[1] / "data"
INTERVAL_S = 1800
DAY_SPREAD, DISPERSION = 0.055, 1.3  # the error that the plans of the time counted with
_Z_80 = 1.2816  # half of an 80 % band, in standard deviations


def load_centre():
    """Return the sample centre, a document as described in ccwb.projects.

    name, zone, currency : "Brückenfeld Contact Centre (sample)", Europe/Berlin, EUR.
    projects : `service` for an energy supplier (voice, chat, email, social; Monday to Saturday; Berlin holidays),
    `sales` for a furnishing house (voice, chat, callback; Monday to Friday; Bavarian holidays) and `support` for a
    network operator (voice, chat, email; day and night, Sundays and holidays too; Austria; the contract says that 90 %
    of offered contacts are answered, counted by month, short abandons apart).

    >>> {p["project"]: list(p["channels"]) for p in load_centre()["projects"]}["sales"]
    ['voice', 'chat', 'callback']
    """
    return json.loads(_file("centre.json").read_text(encoding="utf-8"))


def load_history(project=None):
    """Return what happened, 2024-11-01 to 2026-10-31, by half-hour and queue: the columns of TABLES["history"].

    project : one project, with times in its zone; None for all, with times in the centre's zone.
    Closed intervals are left out. Waits, abandonment and blocking come from a simulation of every contact
    (data/make_sample.py), not from a formula. Counts are contacts, durations seconds:

    interval_start, interval_s  start of the half-hour [start, start + 1800)
    project, channel            the queue
    offered                     arrived wanting an agent; deferred work that came while closed: at opening
    handled                     live: of those who arrived in the interval; deferred: answered in the interval
    abandoned, short_abandoned  gave up; of these within 5 s (live channels)
    flowed_out                  sales callers who took the offer of a callback; they come again as `callback`
    blocked                     found no free line (voice), not part of offered
    transferred                 of the handled, passed on
    answered_within             of those who arrived in the interval, answered within `answer_within_s`
                                (deferred channels: of opening time)
    aht_s, asa_s                means over `handled`; missing where nothing was handled; asa_s of email and social
                                is the time to the answer, of callback to the call, in opening time
    closed_unanswered           deferred work closed because it had settled itself
    backlog_end                 deferred work not yet answered at the interval's end
    agents                      people at work on the queue (chat: each holds two conversations)

    >>> history = load_history("sales")
    >>> sorted(history["channel"].unique()), str(history["interval_start"].iloc[0])
    (['callback', 'chat', 'voice'], '2024-11-04 09:00:00+01:00')
    """
    centre = load_centre()
    zone = centre["zone"] if project is None else project_of(centre, project)["zone"]
    parts = []
    for one in centre["projects"]:
        for channel in one["channels"] if project in (None, one["project"]) else ():
            part = pd.read_csv(_file(f"history_{one['project']}_{channel}.csv.gz"))
            part["interval_start"] = _times(part["interval_start"], zone)
            parts.append(part.assign(interval_s=INTERVAL_S, project=one["project"], channel=channel))
    return _ordered(pd.concat(parts, ignore_index=True), "history")


def load_agents():
    """Return the people of the centre: the columns of TABLES["agents"], about 120 at work and some 40 who left.

    agent, name  a key that stays the same; an invented first name and letter
    team         the supervisor's group;  project : the home project
    trained_for  'project/channel; ...'; empty means all channels of the home project
    hours_week   contract hours;  hired, left : first and last day at work, `left` missing while employed
    hourly_cost  loaded cost of a paid hour, EUR

    >>> agents = load_agents()
    >>> bool(115 <= agents["left"].isna().sum() <= 125)
    True
    """
    table = pd.read_csv(_file("agents.csv"), keep_default_na=False, parse_dates=["hired", "left"])
    return _ordered(table, "agents")


def load_shifts():
    """Return the kinds of shift that the centre uses: the columns of TABLES["shifts"], seconds of local time.

    >>> load_shifts().query("project == 'sales' and shift == 'Full day'")["length_s"].item() / 3600
    8.5
    """
    return _ordered(pd.read_csv(_file("shifts.csv"), keep_default_na=False), "shifts")


def load_events():
    """Return campaigns, price changes, outages and closures, 2024-11 to 2027-01: the columns of TABLES["events"].

    first_day, last_day  both included;  kind, name : what it was
    project, channel     whom it concerned; an empty channel means all
    effect               the change of volume that the team expected, 0.25 is +25 %; missing for outages

    The last five rows lie ahead of the history, among them the 'New year offer 2027'.

    >>> load_events()["name"].iloc[-1]
    'New year offer 2027'
    """
    table = pd.read_csv(_file("events.csv"), keep_default_na=False, na_values={"effect": [""]})
    for column in ("first_day", "last_day"):
        table[column] = pd.to_datetime(table[column])
    return _ordered(table, "events")


def load_agent_results():
    """Return what each agent handled per day and queue, August to October 2026: the columns of TABLES["agent_results"].

    agent, day, project, channel  one queue per agent and day
    handled, aht_s                contacts; seconds per handled contact. The agents of a queue sum to its history
    rated, resolved               contacts whose outcome was noted; of these resolved
    survey_answers, survey_top_two  answers that could be told to an agent; of these the top two of five

    >>> results = load_agent_results()
    >>> str(results["day"].min().date()), bool((results["resolved"] <= results["rated"]).all())
    ('2026-08-01', True)
    """
    return _ordered(pd.read_csv(_file("agent_results.csv.gz"), parse_dates=["day"]), "agent_results")


def load_surveys():
    """Return weekly survey counts per queue: the columns of TABLES["surveys"].

    day         Monday of the week (the first week begins on 2024-11-01)
    survey      csat (favourable: top two of five), nps (favourable: promoters, unfavourable: detractors),
                ces (score_sum: sum of points from 1, hard, to 7, easy), fcr (favourable: resolved at first contact),
                quality (favourable: contacts that passed the check)
    answers     answers received;  scale : the survey's scale

    >>> week = load_surveys().query("survey == 'csat' and channel == 'voice' and project == 'service'").iloc[1]
    >>> bool(0.7 < week["favourable"] / week["answers"] < 0.9)
    True
    """
    table = pd.read_csv(_file("surveys.csv.gz"), parse_dates=["day"])
    return _ordered(table, "surveys")


def load_costs():
    """Return what each project cost a month, EUR: first_day, last_day, project, kind, amount.

    kind : labour (paid hours of the project's people), technology and infrastructure (shared out by headcount),
    operations (training, management, rooms' upkeep). `amount` is the sum for the month.

    >>> sorted(load_costs()["kind"].unique())
    ['infrastructure', 'labour', 'operations', 'technology']
    """
    return pd.read_csv(_file("costs.csv"), parse_dates=["first_day", "last_day"])


def _file(name):
    path = DATA / name
    if not path.exists():
        raise PlanError(
            N_(
                "The sample centre's file {name} is not there. It belongs into the folder data beside the package: "
                "work from a clone of the repository, or make it anew with 'python data/make_sample.py'."
            ),
            name=name,
        )
    return path


def _times(texts, zone):
    return pd.to_datetime(texts, format="%Y-%m-%dT%H:%M", utc=True).dt.tz_convert(zone)


def _ordered(table, name):
    return table[[column for column in TABLES[name].names if column in table]]
