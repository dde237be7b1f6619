"""The business case: which gaps are to be closed, by what, at what cost, and what that has to move.

It is the part `cases` of the mission's document, a list of plain dicts:

    id, title                 "B1", what is proposed
    gaps                      ids of the gaps that it closes
    means                     what closes them: a tool, people, training, another process
    factor, benefits          a key of FACTORS; keys of BENEFITS
    cost_once, cost_year, saves_year   money in the centre's currency; None while nobody knows
    kpi, project              the measure it is to move, and where ("" is the whole centre)
    today, expected           that measure now and when it works, in its own unit (shares 0..1, durations in seconds)
    owner, due, status        who, an ISO day, a key of STATUSES
    decided_by, decided_on    leadership's decision and its day

An approved case is an item of the plan (ccwb.actions.plan_items); the evaluation holds it against what was measured
(`results`) and judges it (`judged`), in its own document. Every function returns anew; nothing is changed in place.
"""

import datetime as dt
import math

import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.mission_content import FACTORS

STATUSES = {
    "proposed": N_("proposed"),
    "approved": N_("approved, part of the plan"),
    "rejected": N_("rejected"),
    "done": N_("done"),
}
PLANNED = ("approved", "done")  # what the evaluation judges
ENDED = ("rejected", "done")  # what the next cycle does not take along

BENEFITS = {
    "culture": N_("Culture"),
    "talent": N_("Attracting and keeping talent"),
    "productivity": N_("Productivity"),
    "resources": N_("Use of resources"),
    "response": N_("Response time"),
    "cost": N_("Cost"),
}
VERDICTS = {
    "worth": N_("It did what it was to do"),
    "partly": N_("It did a part of it"),
    "not": N_("It did not do it"),
    "early": N_("Too early to tell"),
}
FOUND = {"reached": N_("reached"), "partly": N_("partly reached"), "not": N_("not reached")}
_MONEY = ("cost_once", "cost_year", "saves_year")
_NUMBERS = {
    "cost_once": N_("cost once"),
    "cost_year": N_("cost a year"),
    "saves_year": N_("saves a year"),
    "today": N_("the measure today"),
    "expected": N_("the measure expected"),
}
_CASE = {
    "title": "", "gaps": [], "means": "", "factor": "process", "benefits": [], "cost_once": None, "cost_year": None,
    "saves_year": None, "kpi": "", "project": "", "today": None, "expected": None, "owner": "", "due": "",
    "status": "proposed", "decided_by": "", "decided_on": "",
}  # fmt: skip

_LACKING = {
    "gaps": N_("which gap it closes"),
    "means": N_("what closes it"),
    "benefits": N_("what kind of benefit it brings"),
    "cost": N_("what it costs"),
    "kpi": N_("which measure it moves"),
    "expected": N_("how far it moves that measure"),
    "owner": N_("who sees to it"),
}
_DECISION = {"decided_by": N_("who decided on it"), "decided_on": N_("the day of the decision")}


def cases_of(document):
    """Return the cases of a mission's document, also of one saved before there were any.

    >>> cases_of({})
    []
    """
    return document.get("cases", [])


def add_case(document, **fields):
    """Return the document with one more case; `fields` as at the top of this file, at least the title."""
    used = [int(row["id"][1:]) for row in cases_of(document) if row["id"][1:].isdigit()]
    case = {"id": f"B{max(used, default=0) + 1}", **_CASE, **fields}
    return {**document, "cases": [*cases_of(document), check_case(case, gaps=document.get("gaps", []))]}


def change_case(document, case_id, **fields):
    """Return the document with some fields of one case changed; a case is rejected, never taken away.

    PlanError, too, when it would become part of the plan, or stay in it, without what it takes to decide on it.
    """
    _known(case_id, [row["id"] for row in cases_of(document)])
    gaps, rows = document.get("gaps", []), list(cases_of(document))
    at = next(n for n, row in enumerate(rows) if row["id"] == case_id)
    before, rows[at] = rows[at], check_case({**rows[at], **fields}, gaps=gaps)
    _check_decided(before, rows[at])
    return {**document, "cases": rows}


def check_case(case, *, gaps):
    """Return the case unchanged when it can be used; PlanError names what is wrong with it.

    gaps : the register, whose ids the case may name.
    """
    if not case["title"].strip():
        raise PlanError(N_("A business case needs a title that says what is proposed."))
    for key, known in ((case["factor"], FACTORS), (case["status"], STATUSES), (case["kpi"] or None, KPIS)):
        if key is not None:
            _known(key, known)
    for listed, known in ((case["gaps"], [gap["id"] for gap in gaps]), (case["benefits"], BENEFITS)):
        for key in listed:
            _known(key, known)
    for name in _NUMBERS:
        _check_number(case, name)
    for name in ("due", "decided_on"):
        _check_day(case, name)
    return case


def lacking(case):
    """Return what a case does not say yet, as a list of templates; empty when it can be decided on.

    >>> lacking(_CASE | {"gaps": ["G1"], "means": "A knowledge base", "benefits": ["response"], "cost_year": 900.0,
    ...     "kpi": "fcr", "today": 0.7, "expected": 0.75})
    ['who sees to it']
    """
    said = {name: bool(case.get(name)) for name in _LACKING}
    said["cost"] = case["cost_once"] is not None or case["cost_year"] is not None
    said["expected"] = case["today"] is not None and case["expected"] is not None
    return [words for name, words in _LACKING.items() if not said[name]]


def first_year(case):
    """Return (cost, net) of a case's first year: what it takes, and that less what it saves; None where unknown.

    >>> first_year({"cost_once": 12000.0, "cost_year": 6000.0, "saves_year": None})
    (18000.0, None)
    """
    known = [case[name] for name in ("cost_once", "cost_year") if case[name] is not None]
    cost = float(sum(known)) if known else None
    return cost, None if cost is None or case["saves_year"] is None else cost - case["saves_year"]


def payback_months(case):
    """Return after how many months a case has paid for itself: 12 x cost once / (saved - spent in a year).

    None where it never does, or where what it saves or costs is not known; 0 where it costs nothing once.

    >>> payback_months({"cost_once": 12000.0, "cost_year": 6000.0, "saves_year": 30000.0})
    6.0
    """
    if case["saves_year"] is None or (case["cost_once"] is None and case["cost_year"] is None):
        return None
    a_year = case["saves_year"] - (case["cost_year"] or 0)
    return 12 * (case["cost_once"] or 0) / a_year if a_year > 0 else None


def totals(cases):
    """Return the sums of the cases by status: a row each with cases, cost_once, cost_year, saves_year and unknown.

    An amount that nobody knows is not in its sum, which is missing where nobody knows any; unknown : cases without
    any cost.
    """
    rows = []
    for status in STATUSES:
        own = [case for case in cases if case["status"] == status]
        known = {name: [case[name] for case in own if case[name] is not None] for name in _MONEY}
        sums = {name: float(sum(values)) if values else math.nan for name, values in known.items()}
        unknown = sum(first_year(case)[0] is None for case in own)
        rows.append({"status": status, "cases": len(own), **sums, "unknown": unknown})
    return pd.DataFrame(rows)


def by_benefit(cases):
    """Return how many gaps the cases would close, by kind of benefit and by what closes them: a row per benefit.

    benefit : a key of BENEFITS; then a column per factor, and `gaps`, of all.  A gap counts once in a cell, however
    many cases take it up; rejected cases and cases that close no gap count nowhere.
    """
    alive = [case for case in cases if case["status"] != "rejected"]
    rows = []
    for benefit in BENEFITS:
        own = [case for case in alive if benefit in case["benefits"]]
        closed = {
            factor: {gap for case in own if case["factor"] == factor for gap in case["gaps"]} for factor in FACTORS
        }
        counts = {factor: len(gaps) for factor, gaps in closed.items()}
        rows.append({"benefit": benefit, **counts, "gaps": len(set().union(*closed.values()))})
    return pd.DataFrame(rows)


def results(cases, compared):
    """Return how the planned cases came out: a row per approved or done case, in their order.

    compared : the evaluation's comparison, with kpi, project, channel ("" is all of them), actual and previous.
    id, title, kpi, project, today, expected : of the case; where it has no `today`, the previous cycle's value.
    actual : what was measured, missing where it was not.  reached : share of the way from today to expected that was
    gone, (actual - today) / (expected - today): 1 is all of it, below 0 the other way; missing where it cannot be told.
    found : a key of FOUND, None where reached is missing.  The measure moves for other reasons, too: people judge.
    """
    whole = compared[compared["channel"] == ""] if "channel" in compared else compared
    measured = whole.set_index(["kpi", "project"])[["actual", "previous"]]
    rows = []
    for case in cases:
        if case["status"] not in PLANNED:
            continue
        key = (case["kpi"], case["project"])
        actual, previous = measured.loc[key] if key in measured.index else (math.nan, math.nan)
        today = previous if case["today"] is None else case["today"]
        expected = math.nan if case["expected"] is None else case["expected"]
        way = expected - today
        reached = (actual - today) / way if way else math.nan
        values = {"today": float(today), "expected": float(expected), "actual": float(actual), "reached": reached}
        said = {name: case[name] for name in ("id", "title", "kpi", "project")}
        rows.append({**said, **values, "found": _found(reached)})
    columns = ["id", "title", "kpi", "project", "today", "expected", "actual", "reached", "found"]
    return pd.DataFrame(rows, columns=columns)


def judged(judgements, *, case, verdict, reason, by):
    """Return the judgements of an evaluation's document (its part `cases`) with that of one case put in.

    judgements : case id -> verdict (a key of VERDICTS), reason, by; {} at first.
    """
    _known(verdict, VERDICTS)
    if not reason.strip() or not by.strip():
        raise PlanError(N_("The judgement of the business case {case} needs a reason and a name."), case=case)
    return {**judgements, case: {"verdict": verdict, "reason": reason.strip(), "by": by.strip()}}


def _check_decided(before, case):
    """Raise PlanError for a case of the plan that lacks what it did not lack before, or was in no plan before."""
    if case["status"] not in PLANNED:
        return
    said = lacking(before) + _undecided(before) if before["status"] in PLANNED else []
    missing = [words for words in lacking(case) + _undecided(case) if words not in said]
    if missing:
        raise PlanError(
            N_("'{title}' is no part of the plan without: {what}. Fill this in first, then set the status."),
            title=case["title"],
            what=missing,
        )


def _undecided(case):
    return [words for name, words in _DECISION.items() if not case.get(name)]


def _found(reached):
    if math.isnan(reached):
        return None
    return "reached" if reached >= 1 - 1e-9 else "partly" if reached > 1e-9 else "not"


def _check_number(case, name):
    value = case[name]
    if value is None:
        return
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or (name in _MONEY and value < 0):
        raise PlanError(
            N_("The business case '{title}': {name} is a number (money: 0 or more), or empty; found '{found}'."),
            title=case["title"],
            name=_NUMBERS[name],
            found=value,
        )


def _check_day(case, name):
    try:
        if case[name]:
            dt.date.fromisoformat(case[name])
    except ValueError:
        raise PlanError(
            N_("A date of the business case '{title}' reads '{found}'. Write it as 2026-11-02, or leave it empty."),
            title=case["title"],
            found=str(case[name]),
        ) from None


def _known(key, known):
    if key not in known:
        listed = ", ".join(known) or "-"
        raise PlanError(N_("'{found}' is none of those the workbook knows: {known}."), found=key, known=listed)
