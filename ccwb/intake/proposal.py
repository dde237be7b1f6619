"""What a file seems to hold, for the page to show and its reader to correct, before anything is taken in."""

from dataclasses import dataclass

import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.fields import BY_NAME
from ccwb.intake.report import Saying
from ccwb.messages import N_

KINDS = {
    "intervals": N_("History per interval"),
    "days": N_("History per day"),
    "records": N_("Single contacts, one a row"),
    "agents": N_("Agents"),
    "surveys": N_("Survey results"),
    "events": N_("Events that move the volume"),
    "results": N_("Results per agent and day"),
    "costs": N_("Costs per period"),
    "measured": N_("Results of measures"),
    "availability": N_("When agents can work"),
    "absences": N_("Leave, appointments and training"),
    "wishes": N_("Wishes of agents"),
    "states": N_("Log of agents' states"),
    "roster": N_("Roster, a stretch of time a row"),
}
UNITS = {
    "seconds": N_("seconds"),
    "minutes": N_("minutes"),
    "clock": N_("h:mm:ss or m:ss"),
    "clock_hm": N_("h:mm"),
    "worded": N_("as written, such as 3 min 15 s"),
    "percent": N_("percent"),
    "share": N_("share 0..1"),
}


@dataclass(frozen=True)
class Match:
    """One column of the file. field : what it is taken for, a name in FIELDS, or None where it is left out.

    unit : a key of UNITS for durations and shares, None where it must be asked.  total : a duration that is the sum
    over the row's contacts.  within_s : the threshold that a service level heading names.  reason : why, in words.
    decimal : the decimal mark that the column's own cells show, '' where they leave it open.
    """

    heading: str
    field: str | None
    reason: Saying
    unit: str | None = None
    total: bool = False
    within_s: float | None = None
    decimal: str = ""


@dataclass(frozen=True)
class Question:
    """Something that only a person can know. name : the key in `answers`.  choices : value -> label.

    suggested : the likelier choice, or None.  Where `free` is true, another number may be answered.
    """

    name: str
    text: Saying
    choices: dict
    suggested: str | None = None
    free: bool = False


@dataclass(frozen=True)
class Proposal:
    """A reading of a file. kind : a key of KINDS.  columns : a Match for each heading, in the file's order.

    questions : what must be answered before `convert`.  problems : what is missing altogether (Sayings).
    interval_s : grain found, or None.  date_order : 'dmy' or 'mdy'.  decimal : '.' or ','.  times_zone : the zone that
    the file's times are in where it says so, '' where they are local.  queues : distinct queues found, at most 200.
    preview : the first rows as text.  signature : what a remembered mapping is found by.
    """

    kind: str
    columns: tuple
    questions: tuple
    problems: tuple
    interval_s: int | None
    date_order: str
    decimal: str
    times_zone: str
    queues: tuple
    preview: pd.DataFrame
    signature: str

    def __getitem__(self, field):
        """Return the heading taken for `field`, or None."""
        return next((m.heading for m in self.columns if m.field == field), None)

    def match(self, field):
        """Return the Match taken for `field`, or None."""
        return next((m for m in self.columns if m.field == field), None)

    @property
    def suggestions(self):
        """Answers to all questions that have a likelier choice: question name -> choice."""
        return {q.name: q.suggested for q in self.questions if q.suggested is not None}

    def as_table(self):
        """Return the mapping as a table of texts: heading, taken as, unit, why."""
        return pd.DataFrame(
            [
                (m.heading, BY_NAME[m.field].meaning if m.field else "", UNITS.get(m.unit, ""), str(m.reason))
                for m in self.columns
            ],
            columns=["heading", "taken_as", "unit", "why"],
        )


def signature_of(headings):
    """Return what a mapping is remembered by: the headings of the file, whatever their case and order."""
    return "\t".join(sorted(" ".join(h.lower().split()) for h in headings))


def remember(proposal, *, answers=None):
    """Return {signature: mapping}, plain data to keep and to give to `propose` as (part of) its `memory`."""
    return {
        proposal.signature: {
            "kind": proposal.kind,
            "columns": {m.heading: m.field for m in proposal.columns},
            "answers": dict(answers or {}),
        }
    }


def settled(proposal, answers):
    """Return all answers, or raise a PlanError for a problem or for the first question that is open."""
    if proposal.problems:
        raise PlanError(proposal.problems[0].message, **proposal.problems[0].values)
    answers = dict(answers or {})
    for question in proposal.questions:
        answer = answers.get(question.name)
        if answer is None or answer == "":
            raise PlanError(N_("{question} Answer this question, then import the file."), question=str(question.text))
        if str(answer) not in question.choices and not question.free:
            raise PlanError(
                N_("{question} The answer was '{answer}'; it can be: {choices}."),
                question=str(question.text),
                answer=str(answer),
                choices=", ".join(question.choices),
            )
    return answers
