"""The document of stage 6: how deviations were judged, which lessons were noted, what keeps it from approval."""

import datetime as dt

from ccwb.errors import PlanError
from ccwb.messages import N_

VERDICTS = {
    "adopt": N_("adopt: it becomes part of the plan"),
    "adapt": N_("adapt: it becomes part of the plan in another form"),
    "reject": N_("reject: the plan stays as it was"),
}
STATUSES = {"open": N_("open"), "done": N_("done")}
_LESSON = {"text": "", "owner": "", "due": "", "status": "open", "origin": ""}


def blank_evaluation():
    """Return the document of a cycle that has not been evaluated.

    >>> blank_evaluation()
    {'judgements': {}, 'lessons': [], 'parameters': {}, 'causes': []}
    """
    return {"judgements": {}, "lessons": [], "parameters": {}, "causes": []}


def judge(judgements, *, entry, verdict, reason, by):
    """Return the judgements with that of one action log entry put in, in place of an earlier one."""
    if verdict not in VERDICTS:
        known = ", ".join(VERDICTS)
        raise PlanError(
            N_("A deviation is judged with one of {known}; found '{found}'."), known=known, found=str(verdict)
        )
    for text, what in ((reason, N_("a reason")), (by, N_("the name of who judged"))):
        if not text.strip():
            raise PlanError(N_("The judgement of entry {entry} needs {what}."), entry=entry, what=what)
    return {**judgements, str(entry): {"verdict": verdict, "reason": reason.strip(), "by": by.strip()}}


def add_lesson(document, **fields):
    """Return the document with one more lesson; `fields` are text, owner, due, status and origin."""
    used = [int(row["id"][1:]) for row in document["lessons"] if row["id"][:1] == "L" and row["id"][1:].isdigit()]
    lesson = {"id": f"L{max(used, default=0) + 1}", **_LESSON, **fields}
    return {**document, "lessons": [*document["lessons"], _check_lesson(lesson)]}


def change_lesson(document, lesson_id, **fields):
    """Return the document with some fields of one lesson changed."""
    known = [row["id"] for row in document["lessons"]]
    if lesson_id not in known:
        listed = ", ".join(known) or "-"
        raise PlanError(N_("There is no lesson '{found}'. There are: {known}."), found=lesson_id, known=listed)
    rows = [_check_lesson({**row, **fields}) if row["id"] == lesson_id else row for row in document["lessons"]]
    return {**document, "lessons": rows}


def check_evaluation(document):
    """Return the document unchanged when it can be read; PlanError names the part that is wrong."""
    for entry, found in document["judgements"].items():
        judge({}, entry=entry, **found)
    for row in document["lessons"]:
        _check_lesson(row)
    return document


def blockers(document, *, log=None):
    """Return what keeps stage 6 from approval: a list of (template, values), empty when nothing does.

    log : the entries of the action log that hold (see actions.standing), each of which wants a judgement.
    """
    entries = [] if log is None else [str(int(entry)) for entry in log["entry"]]
    open_ = [entry for entry in entries if entry not in document["judgements"]]
    out = []
    if open_:
        numbers = ", ".join(open_)
        out.append((N_("{n} logged deviations are not judged: {entries}."), {"n": len(open_), "entries": numbers}))
    if not document["lessons"]:
        out.append((N_("No lesson is noted for the next cycle."), {}))
    for row in document["lessons"]:
        if row["status"] == "open" and not row["owner"]:
            out.append((N_("The lesson '{text}' has no owner."), {"text": row["text"]}))
    return out


def _check_lesson(row):
    if not row["text"].strip():
        raise PlanError(N_("A lesson needs a text that says what to do differently."))
    if row["status"] not in STATUSES:
        known = ", ".join(STATUSES)
        raise PlanError(N_("A lesson is one of {known}; found '{found}'."), known=known, found=str(row["status"]))
    try:
        if row["due"]:
            dt.date.fromisoformat(row["due"])
    except ValueError:
        raise PlanError(
            N_("The lesson '{text}' is due on '{found}'. Write it as 2026-11-02, or leave it empty."),
            text=row["text"],
            found=row["due"],
        ) from None
    return row
