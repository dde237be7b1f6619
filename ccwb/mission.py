"""Stage 1: why the centre exists, how far it is from it, and who closes which gap (content in mission_content.py).

The stage's document is one plain dict (it goes to JSON as it is), every day an ISO text:

    statements    key of STATEMENTS -> text, source, last_review, next_review; of a mission also `names`: those of
                  MISSION_PARTS that the team found in it
    questions     a team's own questions and its changes to the standing ones (`ccwb.mission_answers`)
    answers       person -> question -> score (1..5, None for 'I don't know') and comment
    gaps          a list of id, title, severity, factor, evidence, owner, due, decision (of leadership), decided_on,
                  status (open, closed), origin; came_from where it came along from another cycle
    preparation   a list of id, task, assigned_to, due, completed, origin; came_from likewise
    targets       KPI -> project ("" is the centre) -> value, in the KPI's own unit (shares 0..1, durations in seconds)
    tolerances    likewise: how far a target may be missed and be nearly met; where there is none, what is usual
    measures      the few measures the team is led by, see ccwb.measures.choice
    chain         purpose: what the centre is for, in one sentence

Every function takes the document, or the part it needs, and returns a new one; nothing is changed in place.
"""

import datetime as dt
from copy import deepcopy

from ccwb.errors import PlanError
from ccwb.measures import blank_choice, check_aim
from ccwb.messages import N_
from ccwb.mission_answers import check_answer, comments, questions_of, scores, set_question, sides, since
from ccwb.mission_answers import known_key as _known
from ccwb.mission_content import (
    FACTORS,
    MISSION_PARTS,
    MISSIONS,
    PREPARATION,
    QUESTIONS,
    SEVERITIES,
    STATEMENTS,
)

# What the questionnaire says stands in mission_answers.py; whoever asks the mission for it finds it here.
__all__ = ["comments", "questions_of", "scores", "set_question", "sides", "since"]

STATUSES = {"open": N_("open"), "closed": N_("closed")}
REVIEW_AFTER_DAYS = 365  # a statement not looked at for longer says so
LOW_MEAN = 3.0  # below: the team says this is not so
WIDE_SPREAD = 1.2  # from here on the team is divided: half of it two points or more from the other half
NOT_SO, DIVIDED = (
    N_('Not so yet: "{statement}"'),
    N_('Divided over: "{statement}"'),
)  # what a gap of a statement is called
UNEVEN = N_("The weights of the chosen measures add up to {n}, not to 100: change them until they do.")
WHOLE = 100  # points that the weights together make
ANSWERED = N_("{n} people answered: mean {mean} of 5.")
DRAFT = N_("We are here to {purpose} for {customers}, so that they {experience}.")
_GAP = {
    "title": "", "severity": "medium", "factor": "process", "evidence": "", "owner": "", "due": "", "decision": "",
    "decided_on": "", "status": "open", "origin": "",
}  # fmt: skip
_TASK = {"task": "", "assigned_to": "", "due": "", "completed": "", "origin": ""}


def blank_mission():
    """Return the document of a team that has not begun: no statement, no answer, the standing preparation rows.

    >>> [row["id"] for row in blank_mission()["preparation"]]
    ['P1', 'P2', 'P3', 'P4', 'P5', 'P6']
    """
    rows = [{"id": f"P{n}", **_TASK, "task": text, "origin": key} for n, (key, text) in enumerate(PREPARATION, start=1)]
    blank = {"statements": {}, "questions": {}, "answers": {}, "gaps": [], "preparation": rows}
    return {**blank, "targets": {}, "tolerances": {}, "measures": blank_choice(), "chain": {"purpose": ""}}


def check_mission(document):
    """Return the document unchanged when it can be read; PlanError names the part that is wrong and what to do."""
    for key, statement in document["statements"].items():
        _known(key, STATEMENTS)
        for field in ("last_review", "next_review"):
            _day(statement.get(field, ""), STATEMENTS[key].label)
    known = questions_of(document, all_of_them=True)
    for person, answers in document["answers"].items():
        for question, answer in answers.items():
            check_answer(person, question, answer["score"], questions=known)
    for gap in document["gaps"]:
        _check_gap(gap)
    for row in document["preparation"]:
        _check_task(row)
    return document


def set_statement(document, key, *, text, source="", last_review="", next_review="", names=()):
    """Return the document with one statement of STATEMENTS put in place of what was there.

    names : of a mission, those of MISSION_PARTS that it names: its purpose, its customers, what they experience.
    """
    _known(key, STATEMENTS)
    for day in (last_review, next_review):
        _day(day, STATEMENTS[key].label)
    for name in names:
        _known(name, MISSION_PARTS)
    statement = {"text": text.strip(), "source": source.strip(), "last_review": last_review, "next_review": next_review}
    if key in MISSIONS:
        statement["names"] = [name for name in MISSION_PARTS if name in names]
    return {**document, "statements": {**document["statements"], key: statement}}


def draft_mission(*, purpose, customers, experience):
    """Return a first mission as (template, values), made from what a team says of the three things that one must name.

    PlanError names the first question of MISSION_PARTS that is not answered.

    >>> template, values = draft_mission(purpose="help", customers="our guests", experience="want to come back.")
    >>> template.format(**values)
    'We are here to help for our guests, so that they want to come back.'
    """
    said = {"purpose": purpose, "customers": customers, "experience": experience}
    said = {name: (text or "").strip().rstrip(".") for name, text in said.items()}
    for name, text in said.items():
        if not text:
            asked = PlanError(MISSION_PARTS[name])  # so that it is said in the reader's language, as the sentence is
            raise PlanError(N_("A mission says three things. One is still open: {question}"), question=asked)
    return DRAFT, said


def unnamed(statements):
    """Return the missions with a text that do not name all they must: key -> the parts of MISSION_PARTS missing.

    >>> unnamed({"centre_mission": {"text": "We help our guests.", "names": ["purpose", "customers"]}})
    {'centre_mission': ['experience']}
    """
    out = {}
    for key in MISSIONS:
        statement = statements.get(key, {})
        missing = [name for name in MISSION_PARTS if name not in statement.get("names", ())]
        if statement.get("text") and missing:
            out[key] = missing
    return out


def stale(statements, today):
    """Return the statements that want a review, key -> (template, values) saying why; those without text are left out.

    Stale is: never reviewed, last reviewed more than 12 months before `today`, or past its next review.

    >>> stale({"centre_mission": {"text": "We help.", "last_review": "2025-01-10"}}, "2026-11-02")["centre_mission"][1]
    {'day': datetime.date(2025, 1, 10), 'days': 661}
    """
    today, out = _as_day(today), {}
    for key, statement in statements.items():
        label = STATEMENTS[key].label
        last, following = (_day(statement.get(field, ""), label) for field in ("last_review", "next_review"))
        if not statement.get("text"):
            continue
        if last is None:
            out[key] = N_("No review is noted."), {}
        elif (today - last).days > REVIEW_AFTER_DAYS:
            out[key] = N_("Last reviewed on {day}, {days} days ago."), {"day": last, "days": (today - last).days}
        elif following is not None and following < today:
            out[key] = N_("Its review was due on {day}."), {"day": following}
    return out


def add_answer(document, *, person, question, score, comment=""):
    """Return the document with a person's answer to one question; a later answer takes the place of an earlier one.

    person : a name, or any word somebody chose to stay anonymous.  score : 1..5, or None for 'I don't know'.
    """
    person = person.strip()
    if not person:
        raise PlanError(N_("An answer needs a name. Give yours, or any word if you would rather stay unnamed."))
    check_answer(person, question, score, questions=questions_of(document, all_of_them=True))
    mine = {**document["answers"].get(person, {}), question: {"score": score, "comment": comment.strip()}}
    return {**document, "answers": {**document["answers"], person: mine}}


def proposed_gaps(answers, *, gaps=(), questions=QUESTIONS):
    """Return the gaps that the answers propose, worst first: rows as in the register, without id.

    A question proposes a gap when at least two people scored it and it is low (mean below 3) or divided (spread from
    1.2 on); `title` and `evidence` are (template, values) pairs, the statement among the title's values. A question
    that a gap of `gaps` came from is not proposed again.
    questions : those asked, as `questions_of` gives them.
    """
    known = {gap["origin"] for gap in gaps}
    _, table = scores(answers, questions=questions)
    out = []
    for row in table[table["n"] >= 2].sort_values("mean").itertuples():
        low, divided = row.mean < LOW_MEAN, row.spread >= WIDE_SPREAD
        if not (low or divided) or f"question:{row.question}" in known:
            continue
        template = ANSWERED if low else N_("{n} people disagree: spread {spread}, mean {mean}.")
        values = {"n": int(row.n), "mean": round(row.mean, 1), "spread": round(row.spread, 1)}
        severity = "high" if row.mean < 2 else "medium" if low else "low"
        title = NOT_SO if low else DIVIDED, {"statement": row.text}
        found = {"title": title, "severity": severity, "factor": questions[row.question].factor}
        out.append({**_GAP, **found, "evidence": (template, values), "origin": f"question:{row.question}"})
    return out


def add_gap(document, **fields):
    """Return the document with one more gap; `fields` are those of the register, at least the title."""
    gap = {"id": _next("G", document["gaps"]), **_GAP, **fields}
    return {**document, "gaps": [*document["gaps"], _check_gap(gap)]}


def change_gap(document, gap_id, **fields):
    """Return the document with some fields of one gap changed; a gap is closed, never taken away."""
    return {**document, "gaps": _changed(document["gaps"], gap_id, fields, _check_gap)}


def undecided(gaps):
    """Return the open gaps that leadership has not taken up: those without its decision, or without the day of it."""
    return [
        gap
        for gap in gaps
        if gap["status"] == "open" and not (gap.get("decision", "").strip() and gap.get("decided_on", ""))
    ]


def add_task(document, **fields):
    """Return the document with one more preparation row; `fields` are task, assigned_to, due, completed, origin."""
    row = {"id": _next("P", document["preparation"]), **_TASK, **fields}
    return {**document, "preparation": [*document["preparation"], _check_task(row)]}


def change_task(document, task_id, **fields):
    """Return the document with some fields of one preparation row changed."""
    return {**document, "preparation": _changed(document["preparation"], task_id, fields, _check_task)}


def late(preparation, today):
    """Return the rows that were due before `today` and are not completed, the longest overdue first.

    >>> late([{"id": "P1", "task": "Ask", "due": "2026-10-30", "completed": ""}], "2026-11-02")[0]["days_late"]
    3
    """
    today, out = _as_day(today), []
    for row in preparation:
        due = _day(row["due"], row["task"])
        if due is not None and due < today and not row["completed"]:
            out.append({**row, "days_late": (today - due).days})
    return sorted(out, key=lambda row: -row["days_late"])


def set_target(document, *, kpi, value, project=""):
    """Return the document with a KPI's target for a project ("" is the centre); value None takes the target away."""
    if value is not None:
        check_aim(kpi, value)
    return {**document, "targets": _placed(document["targets"], kpi, project, value)}


def set_tolerance(document, *, kpi, value, project=""):
    """Return the document with how far a KPI's target may be missed and be nearly met, in the KPI's own unit.

    project : "" is the centre.  value : 0 or more; None: as is usual for the measure.
    """
    if value is not None:
        check_aim(kpi, value, tolerance=True)
    return {**document, "tolerances": _placed(document.get("tolerances", {}), kpi, project, value)}


def target_of(document, kpi, project=""):
    """Return a KPI's target for a project, else that of the centre, else None."""
    return of_project(document["targets"], kpi, project)


def of_project(values, kpi, project=""):
    """Return what stands for a KPI and project in targets or tolerances, else for the centre, else None.

    >>> of_project({"csat": {"": 0.8, "bank": 0.9}}, "csat", "bank"), of_project({}, "csat")
    (0.9, None)
    """
    per = values.get(kpi, {})
    return per.get(project, per.get(""))


def remarks(document):
    """Return what is odd about stage 1 and keeps nothing from approval: a list of (template, values).

    >>> remarks({"measures": {"chosen": {"csat": {"weight": 60}}}})[0][1]
    {'n': 60}
    """
    chosen = document.get("measures", {}).get("chosen", {})
    total = sum(row["weight"] for row in chosen.values())
    return [(UNEVEN, {"n": total})] if chosen and total != WHOLE else []


def blockers(document):
    """Return what keeps stage 1 from approval: a list of (template, values), empty when nothing does."""
    out = []
    if not document["chain"].get("purpose", "").strip():
        out.append((N_("No purpose is stated: write in one sentence what the centre is for."), {}))
    if not document["statements"].get("centre_mission", {}).get("text"):
        out.append((N_("The centre has no mission statement: enter or draft one."), {}))
    people = sum(any(answer["score"] is not None for answer in mine.values()) for mine in document["answers"].values())
    if people < 2:
        out.append((N_("{n} of at least 2 people have answered the questionnaire."), {"n": people}))
    for gap in document["gaps"]:
        if gap["status"] == "open" and not gap["owner"]:
            out.append((N_("The open gap '{title}' has no owner."), {"title": gap["title"]}))
    if not document["targets"]:
        out.append((N_("No measure has a target."), {}))
    return out


def _placed(values, kpi, project, value):
    """Return KPI -> project -> value with one value put in, or taken out for None; a KPI without any is left out."""
    out = deepcopy(values)
    out.setdefault(kpi, {})[project] = value
    if value is None:
        del out[kpi][project]
    return {key: per for key, per in out.items() if per}


def _check_gap(gap):
    if not gap["title"].strip():
        raise PlanError(N_("A gap needs a title that says what is missing."))
    _known(gap["severity"], SEVERITIES)
    _known(gap["factor"], FACTORS)
    _known(gap["status"], STATUSES)
    _day(gap["due"], gap["title"])
    _day(gap.get("decided_on", ""), gap["title"])
    return gap


def _check_task(row):
    if not row["task"].strip():
        raise PlanError(N_("A preparation row needs a task."))
    _day(row["due"], row["task"])
    _day(row["completed"], row["task"])
    return row


def _changed(rows, wanted, fields, check_row):
    if wanted not in [row["id"] for row in rows]:
        known = ", ".join(row["id"] for row in rows) or "-"
        raise PlanError(N_("There is no row '{found}'. There are: {known}."), found=wanted, known=known)
    return [check_row({**row, **fields}) if row["id"] == wanted else row for row in rows]


def _next(letter, rows):
    used = [int(row["id"][1:]) for row in rows if row["id"][:1] == letter and row["id"][1:].isdigit()]
    return f"{letter}{max(used, default=0) + 1}"


def _day(text, where):
    """Return an ISO text as a date, None for ""; PlanError says where it stands when it is no date."""
    if not text:
        return None
    try:
        return _as_day(text)
    except ValueError:
        raise PlanError(
            N_("The date of '{where}' reads '{found}'. Write it as 2026-11-02, or leave it empty."),
            where=where,
            found=str(text),
        ) from None


def _as_day(day):
    if isinstance(day, dt.datetime):
        return day.date()
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
