"""The sample centre: two years of an invented contact centre, ready to plan with; what each table holds is said here.

The files lie in the folder data/ beside the package; data/README.md tells how they were made. All people, companies
and figures are invented (licence CC0). Times come back in the project's zone.
"""

import datetime as dt
import json
from pathlib import Path
from zlib import crc32

import numpy as np
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
    return _ordered(pd.read_csv(_file("costs.csv"), parse_dates=["first_day", "last_day"]), "costs")


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


def load_cycles():
    """Return the planning cycles as a list of dicts, earliest first: three finished ones and one being planned.

    key, name, first_day, last_day  'winter_2026', 'Winter 2026'; dates, the last one included
    status, predecessor             'finished' or 'planned'; name of the cycle before, "" for the first
    documents                       stage -> its document: `mission` (ccwb.mission), `action` (ccwb.actions),
                                    `evaluation` (ccwb.evaluation), the last for a finished cycle
    tables                          of a finished cycle, in the columns of TABLES: `forecast`, `requirement` and
                                    `schedule` as they were planned then (what the planned agents give, by the
                                    workbook's own formulas), `action_log`, and `actuals`

    Five people answered the questionnaire, whatever questions it has: their answers follow from how they see things
    (cycles.json) and from the question's key. Times are in the centre's zone.

    >>> [(cycle["name"], cycle["status"], len(cycle["tables"])) for cycle in load_cycles()][2:]
    [('Summer 2026', 'finished', 5), ('Winter 2027', 'planned', 0)]
    """
    centre, history, cycles = load_centre(), load_history(), []
    for told in json.loads(_file("cycles.json").read_text(encoding="utf-8")):
        cycle = {name: told[name] for name in ("key", "name", "status", "predecessor")}
        cycle |= {name: dt.date.fromisoformat(told[name]) for name in ("first_day", "last_day")}
        cycle["tables"] = _tables(told, centre, history) if told["status"] == "finished" else {}
        cycle["documents"] = _documents(told, cycle["tables"])
        cycles.append(cycle)
    return cycles


def seed_workbook(store):
    """Fill an empty workbook with the sample centre: its tables, its cycles with their documents, and the approvals.

    store : an open ccwb.store.Store without cycles.  Everything is dated as it would have happened, so that two
    workbooks filled like this are the same.  Raises PlanError when the workbook has cycles already.
    """
    if store.cycles():
        raise PlanError(
            N_("This workbook has cycles already; the sample centre goes into an empty one. Choose another database.")
        )
    with store.together():
        now = {"by": _PLANNER, "at": _at(dt.date(2026, 11, 1))}
        store.save("centre", load_centre(), base=0, **now)
        for name, load in _TABLES.items():
            store.write_table(name, load(), **now)
        before = None
        for cycle in load_cycles():
            seed = _seed_finished if cycle["status"] == "finished" else _seed_planned
            before = seed(store, cycle, before)


_TABLES = {
    "history": load_history,
    "events": load_events,
    "agents": load_agents,
    "shifts": load_shifts,
    "agent_results": load_agent_results,
    "surveys": load_surveys,
    "costs": load_costs,
}
_PLANNER = "Alex P."
# When a stage was done: days from the cycle's first day (below 0) or from its last
_DAYS = {"mission": -25, "forecast": -21, "staffing": -18, "schedule": -14, "action": 1, "evaluation": 10}


def _at(day, days=0):
    """Return nine o'clock UTC, so many days from a day."""
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(9), dt.UTC)


def _seed_finished(store, cycle, before):
    """Keep a finished cycle with all it holds and every stage approved; return it as stored."""
    from ccwb.cycle import STAGES, approve, made_from

    made = _at(cycle["first_day"], _DAYS["mission"])
    days = {"first_day": cycle["first_day"], "last_day": cycle["last_day"]}
    predecessor = before.id if before else None
    kept = store.add_cycle(cycle["name"], **days, predecessor=predecessor, status="finished", by=_PLANNER, at=made)
    stage_of = {table: stage.key for stage in STAGES.values() for table in stage.tables} | {"actuals": "evaluation"}
    budget = _budget(cycle)
    for name, table in (cycle["tables"] | {"kpi_values": _measured(cycle, budget)}).items():
        mode = "append" if name == "action_log" else "replace"
        at = _approval(cycle, stage_of[name])
        store.write_table(name, table, by=_PLANNER, at=at, cycle=kept.id, mode=mode)
    noted = {"made_from": made_from(store, kept.id, "evaluation")}
    documents = cycle["documents"] | {"evaluation": cycle["documents"]["evaluation"] | noted}
    for name, document in (documents | {"mission": _followed(store, documents["mission"], before)}).items():
        store.save(name, document, base=0, by=_PLANNER, at=_approval(cycle, name), cycle=kept.id)
    _note_plans(store, cycle, kept)
    store.write_table("budget", budget, by=_PLANNER, at=_approval(cycle, "staffing"), cycle=kept.id)
    for stage in STAGES:
        approve(store, kept.id, stage, by="Noa L.", at=_approval(cycle, stage) + dt.timedelta(hours=2))
    return kept


def _budget(cycle):
    """Return the budget of a finished cycle as planned then: the people there were, other costs as booked last."""
    from ccwb.capacity import as_before

    plan, made = cycle["tables"]["requirement"], _approval(cycle, "staffing")
    day = plan["interval_start"].dt.tz_localize(None).dt.normalize()
    contacts = plan[["project"]].assign(day=day, contacts=(plan["offered"] * plan["answer_rate"]).fillna(0.0))
    days = {"first_day": cycle["first_day"], "last_day": cycle["last_day"], "known_until": made.date()}
    return as_before(load_agents(), load_costs(), contacts, **days)


def _followed(store, mission, before):
    """Return a mission whose gaps say that they came along from the cycle before, where it had them, too."""
    known = {gap["id"] for gap in store.load("mission", cycle=before.id).data["gaps"]} if before else set()
    came = {gap: {"cycle": before.id, "name": before.name, "entry": gap} for gap in known}
    return mission | {
        "gaps": [gap | ({"came_from": came[gap["id"]]} if gap["id"] in came else {}) for gap in mission["gaps"]]
    }


def _note_plans(store, cycle, kept):
    """Note with each project's forecast, plan and schedule what it was made from, as their pages do."""
    from ccwb.cycle import made_from, result_of

    for stage in ("forecast", "staffing", "schedule"):
        at = _approval(cycle, stage)
        for project in (one["project"] for one in store.load("centre").data["projects"]):
            place = {"cycle": kept.id, "project": project}
            noted = {"made_from": made_from(store, kept.id, stage, project=project)}
            noted["result_of"] = result_of(store, kept.id, stage, project=project)
            store.save(stage, noted, base=0, by=_PLANNER, at=at, **place)


def _measured(cycle, budget):
    """Return what came of a finished cycle and what its plan promised: kpi_values per project and for the centre."""
    from ccwb.capacity import planned_per_contact
    from ccwb.evaluation import planned_values
    from ccwb.measures import compute, merged

    days = {"first_day": str(cycle["first_day"]), "last_day": str(cycle["last_day"])}
    tables = {"surveys": load_surveys(), "agents": load_agents(), "costs": load_costs()}
    tables |= {"forecast": cycle["tables"]["forecast"]}
    contracts = {project["project"]: project["contract"] for project in load_centre()["projects"]}
    actual = compute(cycle["tables"]["actuals"], contracts=contracts, **tables, **days)
    plans = [planned_values(cycle["tables"]["requirement"], **days), planned_per_contact(budget, **days)]
    values = pd.concat([*plans, actual], ignore_index=True)
    return pd.concat([values, merged(values, by=())], ignore_index=True).dropna(subset="value")


def _approval(cycle, stage):
    """Return when a stage of a cycle was done: plans before its first day, the rest after its last."""
    days = _DAYS[stage]
    return _at(cycle["first_day"] if days < 0 else cycle["last_day"], days)


def _seed_planned(store, cycle, before):
    """Start the cycle that follows, with what it takes along, and keep what has been done for it so far."""
    from ccwb.cycle import next_cycle
    from ccwb.mission import add_task, change_task

    at = _at(cycle["first_day"], -21)
    days = {"first_day": cycle["first_day"], "last_day": cycle["last_day"]}
    kept = next_cycle(store, before.id, name=cycle["name"], **days, by=_PLANNER, at=at)
    carried, mine = store.load("mission", cycle=kept.id), cycle["documents"]["mission"]
    parts = ("statements", "answers", "targets", "chain", "practices")
    mission = carried.data | {part: mine[part] for part in parts}
    standing = {row["origin"]: row["id"] for row in mission["preparation"] if row["origin"]}
    for row in mine["preparation"]:
        fields = {name: row[name] for name in ("task", "assigned_to", "due", "completed", "origin")}
        known = row["origin"] in standing
        mission = change_task(mission, standing[row["origin"]], **fields) if known else add_task(mission, **fields)
    store.save("mission", mission, base=carried.version, by=_PLANNER, at=at, cycle=kept.id)
    return kept


def _documents(told, tables):
    """Return the documents of a cycle, in the shape that its stages keep."""
    from ccwb.actions import blank_actions
    from ccwb.evaluation import as_kept, measured_parameters
    from ccwb.mission import add_task, blank_mission, change_task

    said = told["mission"]
    mission = blank_mission() | {part: said[part] for part in ("statements", "gaps", "targets")}
    mission |= {"chain": {"purpose": said["purpose"], **said.get("chain", {})}, "cases": said.get("cases", [])}
    mission["answers"] = _answers(said["answers"], told["key"])
    mission |= {part: said[part] for part in ("practices", "checklist") if part in said}
    standing = {row["origin"]: row for row in mission["preparation"]}
    for row in said["preparation"]:
        if row["origin"] in standing:
            fields = {name: row[name] for name in ("assigned_to", "due", "completed")}
            mission = change_task(mission, standing[row["origin"]]["id"], **fields)
        else:
            mission = add_task(mission, **row)
    documents = {"mission": mission, "action": blank_actions()}
    if tables:
        causes = pd.read_csv(_file("causes.csv"), keep_default_na=False, na_values={"part": [""]})
        causes = as_kept(causes[causes["cycle"] == told["name"]])
        noted = {"parameters": measured_parameters(tables["actuals"]), "causes": causes}
        documents["evaluation"] = told["evaluation"] | noted
    return documents


def _answers(said, key):
    """Return everybody's answers to the questionnaire: how the area stands, how the person sees it, the question."""
    from ccwb.mission_content import QUESTIONS

    answers = {}
    for person, lean in said["people"].items():
        answers[person] = {}
        for name, question in QUESTIONS.items():
            topic, own = _chance(name).normal(0, 0.45), _chance(key, person, name)
            score = said["areas"].get(question.area, 3.3) + lean + topic + own.normal(0, said["spread"])
            score = None if own.random() < 0.04 else int(min(max(round(score), 1), 5))
            answers[person][name] = {"score": score, "comment": ""}
    return answers


def _chance(*names):
    return np.random.default_rng(crc32("/".join(names).encode()))


def _tables(told, centre, history):
    """Return the tables of a finished cycle: what was planned and promised then, what was logged, what happened."""
    from ccwb.staffing import given_agents, targets_of

    plan = pd.concat([_planned(told, project, centre["zone"]) for project in centre["projects"]], ignore_index=True)
    day = history["interval_start"].dt.tz_localize(None).dt.normalize()
    spread = np.sqrt(DISPERSION * plan["offered"] + (DAY_SPREAD * plan["offered"]) ** 2)
    forecast = plan.assign(
        lower_80=(plan["offered"] - _Z_80 * spread).clip(lower=0),
        upper_80=plan["offered"] + _Z_80 * spread,
        day_spread=DAY_SPREAD,
        dispersion=DISPERSION,
        model="Plan of the time",
    )
    forecast = _ordered(forecast, "forecast")
    requirement = given_agents(forecast, targets=targets_of(centre), agents=plan["agents"])
    return {
        "forecast": forecast,
        "requirement": requirement,
        "schedule": _schedule(told, centre["zone"]),
        "action_log": _log(told, centre["zone"]),
        "actuals": history[day.between(told["first_day"], told["last_day"])].reset_index(drop=True),
    }


def _planned(told, project, zone):
    """Return what a cycle's plan said of a project, a row per half-hour and channel."""
    wide = pd.read_csv(_file(f"plan_{told['key']}_{project['project']}.csv.gz"))
    times, parts = _times(wide["interval_start"], zone), []
    for channel in project["channels"]:
        part = {name: wide[f"{channel}_{name}"] for name in ("offered", "aht_s", "agents")}
        where = {"interval_s": INTERVAL_S, "project": project["project"], "channel": channel}
        parts.append(pd.DataFrame({"interval_start": times, **part}).assign(**where))
    return pd.concat(parts)


def _schedule(told, zone):
    table = pd.read_csv(_file(f"schedule_{told['key']}.csv.gz"))
    for column in ("shift_start", "shift_end", "break_start"):
        table[column] = _times(table[column], zone)
    return _ordered(table.assign(break_end=table["break_start"] + pd.Timedelta(minutes=30), agent=""), "schedule")


def _log(told, zone):
    log = pd.DataFrame(told["action_log"]).assign(entry=range(1, len(told["action_log"]) + 1))
    log["at"] = pd.to_datetime(log["at"]).dt.tz_localize(zone)
    return _ordered(log, "action_log")
