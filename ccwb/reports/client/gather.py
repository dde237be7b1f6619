"""What a client's report says, gathered for one project and period. The only file of the report that reads the store.

Every table is asked for the rows of that one project. Documents that hold several projects' parts (the centre, the
evaluation) are cut to this project's as soon as they are read. What a team wrote freely about the project and that
names another project or client is left out: `held_back` counts it, for the manager's eyes.
"""

import datetime as dt
import re

import pandas as pd

from ccwb import measures
from ccwb.actions import standing
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import blank_centre, open_intervals, project_of
from ccwb.reports.client import figures
from ccwb.reports.client.periods import CYCLE, period_of

DOCUMENT = "client_report"  # its name in the store begins so; the period follows
SHORTEST = 4  # letters of a client's first word that is taken for its name
PAST = dt.timedelta(days=3 * 365)  # that a preliminary outlook is made from
_DAY = dt.timedelta(days=1)


def document_of(period):
    """Return the name of the document that keeps the manager's part of a report.

    >>> document_of("2026-09")
    'client_report 2026-09'
    """
    return f"{DOCUMENT} {period}"


def blank_commentary():
    """Return the manager's part of a report that nobody wrote yet.

    text : the commentary.  entries : numbers of the log entries that are told, lessons : ids of the lessons that are;
    none as long as nobody chose it.  released : what the client sees, a report as `gather` gives it; None while there
    is none.

    >>> sorted(blank_commentary())
    ['entries', 'lessons', 'released', 'text']
    """
    return {"text": "", "entries": [], "lessons": [], "released": None}


def gather(store, *, project, period, cycle, made_at):
    """Return all that the report of one project says of a period, as one plain dict (JSON).

    store : an open ccwb.store.Store.  project : its key.  period : '2026-09', or 'cycle' for the days of `cycle`.
    cycle : a Cycle: its log, evaluation and commentary belong to the report.  made_at : a time with its zone.
    Returns centre, project, label, client, supervisor, zone, made_at; period, first_day, last_day, cycle;
    promises, channels, staffing, causes, measures, lessons, outlook (see ccwb.reports.client.figures), commentary and
    held_back. PlanError for an unknown project or period, and where nothing is recorded of the period.
    """
    with store.reading():
        centre = store.load("centre").data or blank_centre()
        one, time = project_of(centre, project), period_of(period, cycle)
        rows = recorded(store, one, min(time.first_day, time.trend[0].first_day), time.last_day)
        inside = figures.within(rows, time.first_day, time.last_day)
        if inside.empty:
            raise PlanError(
                N_("Nothing is recorded of {project} from {first} to {last}. Import these days, then make the report."),
                project=one["label"],
                first=str(time.first_day),
                last=str(time.last_day),
            )
        plan, promised = _planned(store, one, "requirement", time), figures.promises(rows, one, time)
        noted = _noted(store, one, cycle, time, centre=centre, promised=promised)
        return {
            "centre": centre["name"],
            **{name: one[name] for name in ("project", "label", "client", "supervisor", "zone")},
            "made_at": pd.Timestamp(made_at).tz_convert(one["zone"]).isoformat(timespec="minutes"),
            **{"period": time.key, "first_day": str(time.first_day), "last_day": str(time.last_day)},
            "cycle": {"first_day": str(cycle.first_day), "last_day": str(cycle.last_day)},
            "promises": promised,
            "channels": figures.channels(inside, plan, one),
            "staffing": figures.staffing(inside, plan),
            "outlook": _ahead(store, one, time),
            "ahead": {"first_day": str(time.ahead.first_day), "last_day": str(time.ahead.last_day)},
            **noted,
        }


def cycle_named(store, name=None):
    """Return the cycle of this name; for None the last one with actual figures. PlanError where there is none."""
    cycles = store.cycles()
    found = [one for one in cycles if one.name == name or (name is None and store.has_rows("actuals", cycle=one.id))]
    if not found:
        known = ", ".join(one.name for one in cycles) or "-"
        raise PlanError(N_("There is no such cycle with actual figures. Name one of: {known}."), known=known)
    return found[-1]


def gather_all(store, *, period, cycle, made_at):
    """Return (reports, what could not be made): of every project of the centre, each gathered by itself.

    period, cycle, made_at : as for `gather`. The second is a list of PlanErrors, as of a project that nothing is
    recorded of.
    """
    reports, errors = [], []
    period_of(period, cycle)
    for one in (store.load("centre").data or blank_centre())["projects"]:
        try:
            reports.append(gather(store, project=one["project"], period=period, cycle=cycle, made_at=made_at))
        except PlanError as error:
            errors.append(error)
    return reports, errors


# tables: each read asks for one project ------------------------------------------------------------------------------
def _place(project, first, last):
    return {"project": project["project"], "zone": project["zone"], "start": str(first), "end": str(last + _DAY)}


def recorded(store, project, first, last):
    """Return what is recorded of a project's days: a cycle's actual figures, and the history where these tell nothing.

    Which of the two, is told queue by queue and day by day.
    """
    cycles = [c for c in store.cycles() if c.last_day >= first and c.first_day <= last]
    tables = [store.read_table("actuals", cycle=c.id, **_place(project, first, last)) for c in reversed(cycles)]
    tables.append(store.read_table("history", **_place(project, first, last)))
    taken, parts = {}, []  # channel -> the days that are told
    for table in (one for one in tables if len(one)):
        for channel, queue in table.groupby("channel", sort=False):
            day, known = measures.day_of(queue["interval_start"]), taken.setdefault(channel, set())
            parts.append(queue[~day.isin(known)])
            known |= set(day.unique())
    return pd.concat(parts, ignore_index=True) if parts else tables[-1]


def _planned(store, project, name, time):
    """Return a table of the plans of some days, each day from the latest cycle that has it."""
    parts, taken, clock = [], set(), "shift_start" if name == "schedule" else "interval_start"
    for c in reversed(store.cycles()):
        first, last = max(time.first_day, c.first_day), min(time.last_day, c.last_day)
        if first > last:
            continue
        table = store.read_table(name, cycle=c.id, **_place(project, first, last))
        day = measures.day_of(table[clock])
        parts += [table[~day.isin(taken)]]
        taken |= set(day)
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True).sort_values(clock, ignore_index=True) if parts else pd.DataFrame()


def _ahead(store, project, time):
    """Return the outlook by the published forecast; where there is none, by what came before the month ahead.

    known_until : "" for a published forecast, else the last day that a preliminary one was made from.  whole : whether
    no open day of the month lies before or after the days of the forecast.
    """
    tables = (_planned(store, project, name, time.ahead) for name in ("forecast", "requirement", "schedule"))
    events, look, until = _events(store, project), figures.outlook(*tables), ""
    if look is None:
        before = min(time.last_day, time.ahead.first_day - _DAY)
        history = recorded(store, project, before - PAST, before)
        forecast = figures.preliminary(history, project, time.ahead, events=events)
        look, until = figures.outlook(forecast, pd.DataFrame(), pd.DataFrame()), str(before)
    return look and look | {"known_until": until, "whole": _whole(look, project, time.ahead, events)}


def _whole(look, project, ahead, events):
    first, last = (dt.date.fromisoformat(look[f"{end}_day"]) for end in ("first", "last"))
    outside = ((ahead.first_day, first - _DAY), (last + _DAY, ahead.last_day))
    return not any(
        len(open_intervals(project, first_day=one, last_day=other, events=events))
        for one, other in outside
        if one <= other
    )


def _events(store, project):
    """Return the events of a project and those of the whole centre; None where there are none."""
    parts = [store.read_table("events", project=key, all_columns=True) for key in (project["project"], "")]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return table if len(table) else None


# what people wrote ---------------------------------------------------------------------------------------------------
def _noted(store, project, cycle, time, *, centre, promised):
    """Return commentary, measures, lessons, causes and held_back, the number of texts that name somebody else."""
    kept = store.load(document_of(time.key), cycle=cycle.id, project=project["project"])
    mine = blank_commentary() | (kept.data or {})
    check_commentary(mine["text"], project=project["project"], centre=centre)
    log, lessons, held_back = tellable(store, project=project["project"], period=time.key, cycle=cycle)
    judged = store.load("evaluation", cycle=cycle.id).data or {}
    return {
        "measures": [row for row in log if row["entry"] in mine["entries"]],
        "lessons": [row for row in lessons if row["id"] in mine["lessons"]],
        "causes": _causes(judged, project, promised),
        "commentary": {"text": mine["text"], "by": kept.by or "", "at": kept.at.isoformat() if kept.at else ""},
        "held_back": held_back,
    }


def tellable(store, *, project, period, cycle):
    """Return (log entries, lessons, how many are held back) that a report can tell of.

    A log entry that holds, of the project and period: entry, day, done, why, effect; not who.  A lesson: id, text, due,
    done, and own, whether it was noted for the project or is its supervisor's; the others are nobody's. A report tells
    those that the manager chose. Held back are those whose words name another project, its client or supervisor.
    """
    centre = store.load("centre").data or blank_centre()
    one, foreign = project_of(centre, project), _foreign(centre, project)
    log = _measures(store, one, cycle, period_of(period, cycle))
    lessons = _lessons(store.load("evaluation", cycle=cycle.id).data or {}, one, centre)
    told = [row for row in log if not foreign(row["done"], row["why"], row["effect"])]
    learned = [row for row in lessons if not foreign(row["text"])]
    own = [row for row in lessons if row["own"] and row not in learned]
    return told, learned, len(log) - len(told) + len(own)


def check_commentary(text, *, project, centre):
    """Return a commentary unchanged; PlanError where it names another project of the centre, its client or lead."""
    found = _foreign(centre, project, names=("label", "client", "supervisor"), first=False)(text)
    if found:
        raise PlanError(
            N_("The commentary for {project} names {found}, which is another client's. Take it out, then go on."),
            project=project_of(centre, project)["label"],
            found=found,
        )
    return text


def doubtful(text, *, project, centre):
    """Return a word of a commentary that another client's name begins with, "" where there is none.

    It may be a plain word, too ("First" of First Bank): whoever wrote it is asked, nothing is refused for it.
    """
    return _foreign(centre, project, names=(), first=True)(text)


def _measures(store, project, cycle, time):
    """Return the log entries of a project in a period that hold: entry, day, done, why, effect; not who."""
    log = store.read_table(
        "action_log", cycle=cycle.id, project=project["project"], zone=project["zone"], all_columns=True
    )
    log = standing(log)
    if time.key != CYCLE:
        day = log["at"].dt.tz_localize(None).dt.normalize()
        log = log[(day >= pd.Timestamp(time.first_day)) & (day <= pd.Timestamp(time.last_day))]
    return [
        {"entry": int(row.entry), "day": str(row.at.date()), "done": row.done, "why": row.why, "effect": row.effect}
        for row in log.sort_values("at").itertuples()
    ]


def _lessons(judged, project, centre):
    """Return the lessons that are a project's own, and those that are nobody's."""
    leads, out = {one["supervisor"] for one in centre["projects"]} - {""}, []
    for row in judged.get("lessons", []):
        mine = row.get("project") == project["project"] or (row["owner"] and row["owner"] == project["supervisor"])
        theirs = row.get("project") or row["owner"] in leads
        if mine or not theirs:
            told = {"id": row["id"], "text": row["text"], "due": row["due"], "done": row["status"] == "done"}
            out.append(told | {"own": bool(mine)})
    return out


def _causes(judged, project, promised):
    """Return why what was promised differs from plan, as the evaluation keeps it: kpi, channel, both, and parts.

    In the order of the promises, each channel's own causes, the project's where none are kept of the channel; without a
    promise those of service and answer rate. Whatever else the evaluation explains (occupancy, labour cost) is the
    centre's own affair.
    """
    kept = [
        {name: row.get(name) for name in ("kpi", "channel", "plan", "actual", "parts")}
        for row in judged.get("causes", [])
        if isinstance(row, dict) and row.get("project") == project["project"] and row.get("parts")
    ]
    of = {(row["kpi"], row["channel"] or ""): row for row in kept}
    asked = [(one["kpi"], one["channel"]) for one in promised] or [(kpi, "") for kpi in figures.SERVICE]
    found = [key if key in of else (key[0], "") for key in asked]
    return [of[key] for key in dict.fromkeys(found) if key in of]


def _foreign(centre, project, names=("project", "label", "client", "supervisor"), *, first=True):
    """Return a function of texts that gives the first words in them that belong to another project, else "".

    first : whether of a client's name the first word is enough ("Velmora" of Velmora Power).
    """
    mine = project_of(centre, project)
    others = [one for one in centre["projects"] if one["project"] != project]
    own, every = {mine[name].casefold() for name in names}, ("project", "label", "client", "supervisor")
    known = " ".join(mine[name] for name in every).casefold()
    whole = {one[name].strip() for one in others for name in names}
    begins = {one["client"].split()[0] for one in others if one["client"].strip()} if first else set()
    begins = {word for word in begins if len(word) >= SHORTEST and word.casefold() not in known}
    words = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in sorted(begins)]
    whole = sorted(name for name in whole if name and name.casefold() not in own)
    words += [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in whole]

    def found(*texts):
        hits = (word.search(text or "") for text in texts for word in words)
        return next((hit[0] for hit in hits if hit), "")

    return found
