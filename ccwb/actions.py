"""Stage 5: what is done when the plan meets the day: prepared scenarios, and the log of what was done instead.

The log is append only: a mistake is put right by a further entry that names the one it corrects. The stage's document
holds the scenarios: {"scenarios": [...]}, each a row as in SCENARIOS. What a scenario is tried with stands in it, too
(see EFFECT), and as `tried` what came of that: first_day, days, missing_peak, missing_hours, cost, by, at.
"""

import math
import operator
from copy import deepcopy

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import check, empty

PLAN_ITEMS = {
    "forecast": N_("Forecast volume"),
    "aht": N_("Planned handling time"),
    "staffing": N_("Agents required"),
    "schedule": N_("Schedule and breaks"),
    "leave": N_("Planned leave, training and meetings"),
    "hours": N_("Opening hours and channels on offer"),
    "routing": N_("Routing, messages and callback offers"),
    "process": N_("A process or policy"),
    "technology": N_("Systems and lines"),
    "targets": N_("Targets and contracts"),
}

MEASURES = {
    "volume_ratio": N_("offered / forecast, since opening"),
    "aht_ratio": N_("handling time / planned handling time, since opening"),
    "absence": N_("people absent / people scheduled today"),
    "blocked": N_("blocked / (offered + blocked), last hour"),
    "days_to_start": N_("days until a new project starts"),
}
URGENCIES = {"now": N_("at once"), "today": N_("today"), "week": N_("this week")}
# What an entry departs from when a scenario's trigger, by its measure, has called for it
DEPARTS = {
    "volume_ratio": "forecast",
    "aht_ratio": "aht",
    "absence": "schedule",
    "blocked": "technology",
    "days_to_start": "staffing",
}
COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}

# What an urgent change is taken to do, and for how many days in a row; a scenario without them changes nothing
EFFECT = {"volume_change": 0.0, "aht_change": 0.0, "absence": 0.0, "days": 1}
# What an entry made from a prepared response keeps of what was expected (see TABLES["action_log"])
EXPECTS = ("people_more", "contacts_fewer", "service_of")
EXPECTS += ("service_without", "service_with", "short_without", "short_with")
SERVICE_OF = {"day": N_("the whole day"), "rest": N_("the rest of the day")}
# What its response is taken to bring, as shares: people on contacts more, contacts fewer; nothing where it is not said
RELIEF = {"people_more": 0.0, "contacts_fewer": 0.0}

SCENARIOS = (
    {
        "key": "surge",
        "title": N_("Volume surge"),
        "trigger": N_("Contacts since opening are at least 20 % above forecast."),
        "measure": "volume_ratio",
        "comparison": ">=",
        "threshold": 1.2,
        "response": N_(
            "Move breaks and training out of the peak, offer callbacks, call in people on the voluntary list, "
            "ask trained agents of quieter projects to help; record what each step brought."
        ),
        "decides": N_("Shift lead; the project manager from the second hour on"),
        "volume_change": 0.3,
        "days": 3,
        "people_more": 0.15,
        "contacts_fewer": 0.05,
    },
    {
        "key": "absence",
        "title": N_("Absence wave"),
        "trigger": N_("At least 15 % of the people scheduled today are absent."),
        "measure": "absence",
        "comparison": ">=",
        "threshold": 0.15,
        "response": N_(
            "Keep the channels with the nearest promises fully staffed, let deferred work wait up to its deadline, "
            "offer overtime and swapped days off, tell the clients concerned before they ask."
        ),
        "decides": N_("Supervisor of the project"),
        "absence": 0.15,
        "days": 5,
        "people_more": 0.1,
    },
    {
        "key": "outage",
        "title": N_("Outage of a system or of lines"),
        "trigger": N_("At least 5 % of attempts in the last hour found no free line, or a system does not answer."),
        "measure": "blocked",
        "comparison": ">=",
        "threshold": 0.05,
        "response": N_(
            "Switch to the announcement and the paper form, tell the technical contact and the client, bring training "
            "and coaching forward, plan people for the wave that follows when it is over."
        ),
        "decides": N_("Duty manager"),
        "volume_change": 0.2,
        "aht_change": 0.25,
        "days": 1,
        "people_more": 0.1,
        "contacts_fewer": 0.1,
    },
    {
        "key": "new_project",
        "title": N_("New project"),
        "trigger": N_("A project starts within four weeks."),
        "measure": "days_to_start",
        "comparison": "<=",
        "threshold": 28,
        "response": N_(
            "Go through the go-live checklist, fix who is trained and by when, run a pilot day, "
            "plan the first two weeks with spare people, agree the report with the client."
        ),
        "decides": N_("Centre manager"),
        "absence": 0.1,  # those who are trained for it
        "days": 10,
    },
)

_SAYS = {
    "key": N_("its key"),
    "title": N_("its title"),
    "trigger": N_("its trigger"),
    "response": N_("the response"),
    "decides": N_("who decides"),
}
GRACE_DAYS = 14  # so long before and after a cycle, something may be done about its plan

_ASKED = {
    "who": N_("who did it"),
    "plan_item": N_("the plan item it departs from"),
    "done": N_("what was done instead"),
    "why": N_("the reason"),
    "effect": N_("the effect expected"),
}


def blank_actions():
    """Return the document of a cycle that has just begun: the prepared scenarios, to be changed to the centre's own.

    >>> [row["key"] for row in blank_actions()["scenarios"]]
    ['surge', 'absence', 'outage', 'new_project']
    """
    return {"scenarios": [deepcopy(row) for row in SCENARIOS]}


def check_scenarios(scenarios):
    """Return the scenarios unchanged when each can be used; PlanError names the scenario and what is missing in it.

    A scenario needs key, title, trigger, response and decides. measure, comparison and threshold come together, or all
    stay empty when only people can tell.
    """
    seen = set()
    for row in scenarios:
        title = row.get("title") or row.get("key") or "-"
        for field, said in _SAYS.items():
            if not str(row.get(field, "")).strip():
                raise PlanError(
                    N_("The scenario '{title}' does not say: {field}. Fill it in."), title=title, field=said
                )
        if row["key"] in seen:
            raise PlanError(N_("Two scenarios have the key '{key}'. Change one of them."), key=row["key"])
        seen.add(row["key"])
        if row.get("measure") and (row.get("comparison") not in COMPARISONS or row.get("threshold") is None):
            raise PlanError(
                N_("The scenario '{title}' measures {measure} and needs a comparison ({known}) and a threshold."),
                title=title,
                measure=row["measure"],
                known=", ".join(COMPARISONS),
            )
        _check_effect(row, title)
    return scenarios


def _check_effect(row, title):
    """Refuse an effect that cannot be: shares above -1, people away from none to all but all, days from 1 on."""
    limits = {"volume_change": (-1, math.inf), "aht_change": (-1, math.inf), "absence": (0, 1), "days": (1, 366)}
    limits |= {"people_more": (0, math.inf), "contacts_fewer": (0, 1)}
    said = effect_of(row) | relief_of(row)
    for name, (low, high) in limits.items():
        value = said[name]
        fits = isinstance(value, int | float) and low <= value <= high and value not in (-1, math.inf)
        if not fits or (name in ("absence", "contacts_fewer") and value == 1) or (name == "days" and value % 1):
            raise PlanError(
                N_("The scenario '{title}' cannot be tried with {name} = {found}. Correct it."),
                title=title,
                name=name,
                found=str(value),
            )


def effect_of(scenario):
    """Return what a scenario is tried with: volume_change, aht_change, absence (shares) and days.

    One kept before scenarios had an effect has that of the prepared scenario of its key.

    >>> effect_of(SCENARIOS[0])
    {'volume_change': 0.3, 'aht_change': 0.0, 'absence': 0.0, 'days': 3}
    """
    prepared = next((one for one in SCENARIOS if one["key"] == scenario["key"]), {})
    return {name: scenario.get(name, prepared.get(name, usual)) for name, usual in EFFECT.items()}


def relief_of(scenario):
    """Return what the response to a scenario is taken to bring: people_more, contacts_fewer (shares).

    >>> relief_of({"key": "surge"})
    {'people_more': 0.15, 'contacts_fewer': 0.05}
    """
    prepared = next((one for one in SCENARIOS if one["key"] == scenario["key"]), {})
    return {name: scenario.get(name, prepared.get(name, usual)) for name, usual in RELIEF.items()}


def measured_now(day, *, actuals=None, now=None, worked=None, planned=None):
    """Return what triggers are held against (see MEASURES), as far as a day so far tells it: name -> value.

    day : table of its intervals, any queues: plan_offered, actual_offered, plan_aht_s, actual_aht_s; missing where not
    known.  actuals, now : actuals table and a moment, for the share of attempts blocked in the hour before it.
    worked, planned : people at work since opening and those planned for that time, such as agent-hours of both.

    >>> half = pd.DataFrame({"plan_offered": [50.0, 60.0], "actual_offered": [65.0, None], "plan_aht_s": 240.0,
    ...     "actual_aht_s": [252.0, None]})
    >>> measured_now(half, worked=8.0, planned=10.0)
    {'volume_ratio': 1.3, 'aht_ratio': 1.05, 'absence': 0.2}
    """
    out = {}
    known = day[day["actual_offered"].notna()]
    if known["plan_offered"].sum() > 0:
        out["volume_ratio"] = float(known["actual_offered"].sum() / known["plan_offered"].sum())
    timed = known.dropna(subset=["plan_aht_s", "actual_aht_s"])
    work = (timed["plan_aht_s"] * timed["actual_offered"]).sum()
    if work > 0:
        out["aht_ratio"] = float((timed["actual_aht_s"] * timed["actual_offered"]).sum() / work)
    if planned:
        out["absence"] = round(max(0.0, 1 - worked / planned), 9)
    return out | _blocked(actuals, now)


def _blocked(actuals, now):
    """Return the share of attempts that found no free line in the last hour, by its measure; {} where none is told."""
    if actuals is None or "blocked" not in actuals:
        return {}
    since = now - pd.Timedelta(hours=1)
    last = actuals[(actuals["interval_start"] >= since) & (actuals["interval_start"] < now)].dropna(subset="blocked")
    attempts = (last["offered"] + last["blocked"]).sum()
    return {"blocked": float(last["blocked"].sum() / attempts)} if attempts > 0 else {}


def triggered(scenarios, measures):
    """Return the scenarios whose trigger holds, each with `value`, what was measured, added.

    measures : name of MEASURES -> value; absent, None or nan means not measured, and then nothing holds.

    >>> [row["key"] for row in triggered(SCENARIOS, {"volume_ratio": 1.31, "absence": 0.04})]
    ['surge']
    """
    out = []
    for row in check_scenarios(scenarios):
        value = measures.get(row.get("measure"))
        if value is None or math.isnan(value):
            continue
        if COMPARISONS[row["comparison"]](value, row["threshold"]):
            out.append({**row, "value": value})
    return out


def plan_items(*, mission=None, project="", leads=None):
    """Return what an entry can depart from, name -> text: PLAN_ITEMS, and of stage 1 open gaps, open tasks and cases.

    Of the business case are approved cases.
    mission : the mission document, or None.  project : of the entry; its own items and the centre's are returned, "" is
    all.  leads : project -> its supervisor: what a supervisor owns is the project's, where it does not name one itself.

    >>> list(plan_items())[:2]
    ['forecast', 'aht']
    """
    out = dict(PLAN_ITEMS)
    if mission is None:
        return out
    theirs = {lead for key, lead in (leads or {}).items() if key != project} - {"", (leads or {}).get(project)}

    def offered(row, owner):
        return not project or (row["project"] in ("", project) if "project" in row else row.get(owner) not in theirs)

    gaps = [gap for gap in mission["gaps"] if gap["status"] == "open" and offered(gap, "owner")]
    tasks = [row for row in mission["preparation"] if not row["completed"] and offered(row, "assigned_to")]
    cases = [case for case in mission.get("cases", []) if case["status"] == "approved" and offered(case, "owner")]
    out |= {f"gap {gap['id']}": gap["title"] for gap in gaps}
    out |= {f"task {row['id']}": row["task"] for row in tasks}
    return out | {f"case {case['id']}": case["title"] for case in cases}


def add_entry(
    log,
    *,
    at,
    who,
    plan_item,
    done,
    why,
    effect,
    project="",
    scenario="",
    urgency="",
    expects=None,
    corrects=None,
    first_day=None,
    last_day=None,
):
    """Return the action log with one entry more; the entries before it stay as they are.

    log : action_log table, None or empty for the first entry.  at : when it was done; without zone it is in the log's.
    urgency : a key of URGENCIES, "" where it was not said.  expects : what was worked out, of EXPECTS; what is not said
    in numbers is missing.  corrects : number of the entry that this one puts right.
    first_day, last_day : the cycle's days; where given, `at` lies in them or at most GRACE_DAYS before or after.
    Raises PlanError for a field left empty, for an `at` that is no time or outside these days, for an urgency
    that is not known, and for a `corrects` that names no entry.
    """
    log = empty("action_log") if log is None else check(log, "action_log")
    fields = {"who": who, "plan_item": plan_item, "done": done, "why": why, "effect": effect}
    missing = [_ASKED[name] for name, text in fields.items() if not str(text or "").strip()]
    if missing:
        raise PlanError(N_("The entry does not say: {missing}. Fill it in, then log it again."), missing=missing)
    if corrects is not None and corrects not in set(log["entry"]):
        raise PlanError(
            N_("Entry {found} cannot be corrected: the log has {count} entries and none with this number."),
            found=corrects,
            count=len(log),
        )
    if urgency and urgency not in URGENCIES:
        raise PlanError(
            N_("An entry's urgency is one of {known}; found {found}."), known=", ".join(URGENCIES), found=str(urgency)
        )
    number = int(log["entry"].max()) + 1 if len(log) else 1
    texts = {name: str(text).strip() for name, text in fields.items()}
    moment = _moment(at, log)
    _check_inside(moment, first_day, last_day)
    row = {"entry": number, "at": moment, "project": project, "scenario": scenario, "urgency": urgency, **texts}
    row |= {name: expects[name] for name in EXPECTS if expects and name in expects}
    new = pd.DataFrame([row | {"corrects": float("nan") if corrects is None else corrects}])
    return check(new if log.empty else pd.concat([log, new], ignore_index=True), "action_log")


def _check_inside(moment, first_day, last_day):
    day = moment.tz_localize(None).normalize()
    grace = pd.Timedelta(days=GRACE_DAYS)
    early = first_day is not None and day < pd.Timestamp(first_day) - grace
    if early or (last_day is not None and day > pd.Timestamp(last_day) + grace):
        raise PlanError(
            N_(
                "The entry's time is {found}, far from the days of this cycle ({first} to {last}). Correct the time, "
                "or log it in the cycle that it belongs to."
            ),
            found=f"{moment:%Y-%m-%d %H:%M}",
            first="..." if first_day is None else f"{pd.Timestamp(first_day):%Y-%m-%d}",
            last="..." if last_day is None else f"{pd.Timestamp(last_day):%Y-%m-%d}",
        )


def expected(entry):
    """Return what an entry of the log expects in numbers, name of EXPECTS -> value, {} where nobody worked it out.

    entry : a row of the log, as a dict.

    >>> expected({"entry": 1, "people_more": 6.0, "service_of": "", "service_with": float("nan")})
    {'people_more': 6.0}
    """
    values = {name: entry.get(name) for name in EXPECTS}
    return {name: value for name, value in values.items() if value not in ("", None) and not pd.isna(value)}


def standing(log):
    """Return the entries that hold: those that no later entry corrects."""
    corrected = log["corrects"].dropna() if "corrects" in log else []  # no such column: nothing was ever corrected
    return log[~log["entry"].isin(corrected)].reset_index(drop=True)


def _moment(at, log):
    moment = pd.to_datetime(at, errors="coerce")
    if moment is None or pd.isna(moment):
        raise PlanError(N_("The entry's time reads '{found}'. Write it as 2026-11-02 10:30."), found=str(at))
    zone = log["at"].dt.tz if len(log) else moment.tz
    if zone is None and moment.tz is not None:
        raise PlanError(N_("The log's times have no time zone; write {found} without one."), found=str(at))
    if zone is None:
        return moment
    return moment.tz_localize(zone) if moment.tz is None else moment.tz_convert(zone)
