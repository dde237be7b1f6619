"""The intake: a CSV or Excel file -> a proposal that its reader corrects -> tables and a report; nothing half-read.

    raw = read_file(content, name="calls.csv")          every cell as text, or a PlanError that says what is wrong
    proposal = propose(raw, memory=remembered)          what each column is, in which unit, and what must be asked
    intake = convert(raw, proposal, project="service", channel="voice", zone="Europe/Berlin",
                     answers=proposal.suggestions)      the tables, and a report of what was repaired and refused

Nothing is stored here: a page takes `intake.tables` over when its reader agrees with `intake.report`.
"""

from dataclasses import dataclass

import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.fields import FIELDS
from ccwb.intake.files import LIMIT_BYTES, LIMIT_ROWS, RawTable, read_file, read_paste
from ccwb.intake.history import read_history
from ccwb.intake.lists import read_agents, read_costs, read_events, read_measured, read_results, read_surveys
from ccwb.intake.people_time import read_absences, read_availability, read_states, read_stretches, read_wishes
from ccwb.intake.proposal import KINDS, UNITS, Match, Proposal, Question, remember, settled
from ccwb.intake.propose import propose
from ccwb.intake.reading import Reading
from ccwb.intake.records import read_records
from ccwb.intake.report import Finding, Log, Report, Saying
from ccwb.intake.rosters import read_roster_sheet
from ccwb.intake.times import check_zone
from ccwb.messages import N_
from ccwb.tables import TABLES, check

__all__ = [
    "FIELDS", "KINDS", "LIMIT_BYTES", "LIMIT_ROWS", "UNITS", "Finding", "Intake", "Match", "Proposal", "Question",
    "RawTable", "Report", "Saying", "convert", "propose", "read_file", "read_paste", "read_roster_sheet", "remember",
]  # fmt: skip


@dataclass(frozen=True)
class Intake:
    """What a file gave. tables : name in TABLES -> table.  report : what was read, repaired, refused, and why."""

    tables: dict
    report: Report


def convert(
    raw,
    proposal,
    *,
    zone,
    project="",
    channel="",
    answers=None,
    answer_within_s=20,
    interval_s=1800,
    queues=None,
    agents=None,
):
    """Return the Intake of a file: its tables, checked, and the report.

    zone : the IANA zone of the project; times become aware in it.  project, channel : constants for the file, used
    where no column names them.  answers : question name -> choice (`proposal.suggestions` answers what has a likelier
    choice), and where wanted 'unit:<heading>' -> unit, 'repeats' -> 'sum' to add up rows of one interval and queue,
    'times_zone' -> the zone that the file's times are in, where it is not the project's.
    answer_within_s, interval_s : for single contacts, the threshold they are counted with and the interval they are
    gathered into (900, 1800, 3600 s).  queues : of every kind of file, queue name in the file -> (project, channel or
    None); rows of one without a project are left out.  agents : of people's time, the agents table: rows then name an
    agent by key or name, and others are refused; None takes every name for a key.
    Raises PlanError for an open question, a missing column, or when no row can be taken; nothing is changed then.

    >>> raw = read_file(b"DateTime,Calls\\n2026-01-05 07:00,12\\n2026-01-05 07:05,many\\n", name="calls.csv")
    >>> done = convert(raw, propose(raw), project="bank", channel="voice", zone="America/New_York")
    >>> done.tables["history"]["offered"].tolist(), done.report.interval_s, done.report.rows_refused
    ([12.0], 300, 1)
    """
    check_zone(zone)
    log = Log()
    reading = Reading(raw, proposal, settled(proposal, answers), log)
    for rows, message in raw.refused:
        log.refuse(rows, message, whole=True)
    log.numbers = raw.numbers
    if raw.numbers is not None:
        log.remark(N_("The file has a column for each time or day: every filled cell counts as a row."))
    for match in proposal.columns:
        if match.field is None:
            log.remark(N_("Column '{column}' is left out: {why}"), column=match.heading, why=str(match.reason))
    reading.tell_numbers()
    where = {"project": project, "channel": channel, "queues": queues}
    gather = {"answer_within_s": float(answer_within_s), "interval_s": interval_s}
    tables = _read(reading, proposal.kind, where=where, zone=zone, gather=gather, agents=agents)
    _check_something(reading, raw, log)
    tables = {name: check(table, name) for name, table in tables.items()}
    return Intake(tables, _report(raw, proposal, reading, log, tables))


def _read(reading, kind, *, where, zone, gather, agents):
    """Return the tables of a file of one kind: name -> table."""
    project, queues, known = where["project"], where["queues"], {"agents": agents}
    readers = {
        "records": lambda: read_records(reading, **where, zone=zone, **gather),
        "agents": lambda: {"agents": read_agents(reading, project=project, queues=queues)},
        "surveys": lambda: {"surveys": read_surveys(reading, **where)},
        "results": lambda: {"agent_results": read_results(reading, **where)},
        "events": lambda: {"events": read_events(reading, queues=queues)},
        "costs": lambda: {"costs": read_costs(reading, project=project, queues=queues)},
        "measured": lambda: {"kpi_values": read_measured(reading, queues=queues)},
        "availability": lambda: {"availability": read_availability(reading, **known)},
        "absences": lambda: {"absences": read_absences(reading, zone=zone, **known)},
        "wishes": lambda: {"wishes": read_wishes(reading, **known)},
        "states": lambda: {"states": read_states(reading, zone=zone, **known)},
        "roster": lambda: {"roster": read_stretches(reading, zone=zone, project=project, **known)},
    }
    return readers.get(kind, lambda: {"history": read_history(reading, **where, zone=zone)})()


def _check_something(reading, raw, log):
    if reading.keep.any():
        return
    reasons = sorted(log.findings("refused") + log.findings("left out"), key=lambda f: -f.count)
    raise PlanError(
        N_("No row of '{name}' can be taken, so nothing was changed. Why: {reasons}"),
        name=raw.name,
        reasons=" ".join(str(f) for f in reasons[:3]),
    )


def _report(raw, proposal, reading, log, tables):
    name, table = next(iter(tables.items()))
    time = next((c for c in ("interval_start", "day", "first_day", "start") if c in table), None)
    counts = [c.name for c in TABLES[name].columns if c.unit in ("contacts", "answers") and c.name in table]
    refused_before = sum(len(rows) for rows, _ in raw.refused)
    return Report(
        name=raw.name,
        sheet=raw.sheet,
        kind=proposal.kind,
        rows_read=len(raw.cells) + refused_before,
        rows_taken=int(reading.keep.sum()),
        rows_repeated=reading.repeated,
        repaired=log.findings("repaired"),
        refused=log.findings("refused"),
        remarks=log.remarks,
        first=None if time is None else pd.Timestamp(table[time].min()),
        last=None if time is None else pd.Timestamp(table["last_day" if "last_day" in table else time].max()),
        interval_s=int(table["interval_s"].min()) if "interval_s" in table else None,
        totals={c: float(table[c].sum()) for c in counts if table[c].notna().any()},
        left_out=log.findings("left out"),
    )
