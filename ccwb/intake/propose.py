"""The Proposal of a file: mapping, grain, order of dates, and the questions only a person can answer."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb.intake import cells, times
from ccwb.intake.columns import FAMILY, check_kind, find_family, match_columns, problems_of, sample_of
from ccwb.intake.fields import AGENTS, BY_NAME, COSTS, EVENTS, HISTORY, MEASURED, RECORDS, SURVEYS
from ccwb.intake.headings import zone_of
from ccwb.intake.proposal import UNITS, Proposal, Question, signature_of
from ccwb.intake.report import Saying
from ccwb.messages import N_
from ccwb.tables import INTERVALS_S

SURVEY_KINDS = {
    "csat": N_("customer satisfaction (CSAT)"),
    "nps": N_("net promoter score (NPS)"),
    "ces": N_("customer effort (CES)"),
    "fcr": N_("first-contact resolution"),
    "employee": N_("employee satisfaction"),
    "quality": N_("quality scores"),
}
GRAINS = {
    "300": N_("5 minutes"),
    "900": N_("15 minutes"),
    "1800": N_("30 minutes"),
    "3600": N_("1 hour"),
    "86400": N_("1 day"),
}
_GRAIN_ROWS = 50_000
_PREVIEW_ROWS = 8
_NUMERIC = ("count", "duration", "share", "effect")
_TIME_FIELDS = ("moment", "date", "clock")
_REPEATS_SHARE = 0.005  # of the rows; the repeated hour of October is 2 of 8,760
_HOUR_S = 3600
_CLOCK_BACK_MONTHS = (3, 4, 10, 11)
_KIND_OF = {
    RECORDS: "records",
    AGENTS: "agents",
    SURVEYS: "surveys",
    EVENTS: "events",
    COSTS: "costs",
    MEASURED: "measured",
}


def propose(raw, *, kind=None, memory=None, corrections=None):
    """Return what a file seems to hold, for its reader to look at and correct.

    kind : a key of KINDS where the page knows it, else found out.  memory : what `remember` gave for earlier files; a
    mapping remembered for these headings wins.  corrections : heading -> field (None leaves the column out), wins over
    all; call again with every correction.  Raises PlanError for a kind, heading or field that does not exist.

    >>> from ccwb.intake.files import read_paste
    >>> p = propose(read_paste("Date;Time;Calls;AHT\\n2026-01-05;07:00;12;185\\n2026-01-05;07:30;15;190"))
    >>> p.kind, p.interval_s, p["offered"], [q.name for q in p.questions]
    ('intervals', 1800, 'Calls', ['unit:AHT'])
    """
    sample = sample_of(raw)
    signature = signature_of(raw.headings)
    remembered = (memory or {}).get(signature) or {}
    kind = kind or (remembered.get("kind") if remembered.get("kind") in FAMILY else None)
    family = FAMILY[check_kind(kind)] if kind else find_family(raw, sample, _fields(corrections))
    kind = kind or _KIND_OF.get(family, "intervals")
    columns = match_columns(raw, sample, kind=kind, remembered=remembered, corrections=corrections)
    order, order_known = _date_order(raw, columns)
    grain, step = _grain(raw, columns, order) if family == HISTORY else (None, None)
    if family == HISTORY and grain is not None:
        kind = "days" if grain == times.DAY_S else "intervals"
    columns, decimal, decimal_question = _decimal(raw, columns)
    questions = [
        *_unit_questions(sample, columns, decimal),
        *([] if order_known else [_order_question(order)]),
        *decimal_question,
        *_grain_question(columns, family, grain, step),
        *_further_questions(columns, family),
        *_repeats_question(raw, columns, family, order),
    ]
    return Proposal(
        kind=kind,
        columns=columns,
        questions=tuple(_recalled(questions, remembered.get("answers") or {})),
        problems=problems_of(raw, columns, kind),
        interval_s=grain,
        date_order=order,
        decimal=decimal,
        times_zone=_zone(columns),
        queues=_queues(raw, columns),
        preview=raw.cells.head(_PREVIEW_ROWS),
        signature=signature,
    )


def _fields(corrections):
    return {field for field in (corrections or {}).values() if field in BY_NAME}


def _recalled(questions, answers):
    for q in questions:
        answer = answers.get(q.name)
        known = answer is not None and (str(answer) in q.choices or q.free)
        yield Question(q.name, q.text, q.choices, str(answer), q.free) if known else q


def _date_order(raw, columns):
    dated = [m.heading for m in columns if m.field and BY_NAME[m.field].form in ("moment", "date")]
    if not dated:
        return "dmy", True
    return times.date_order(np.concatenate([pd.unique(raw.cells[h]) for h in dated]))


def _order_question(order):
    return Question(
        "date_order",
        Saying(N_("Are the dates written day first or month first? Every date in the file could be either.")),
        times.DATE_ORDERS,
        order,
    )


def local_seconds(table, columns, order):
    """Return Moments of a table of text cells, from its date and time column or from its date and its time of day."""
    heading = {m.field: m.heading for m in columns if m.field}
    if "moment" in heading:
        return times.moments(table[heading["moment"]], order=order)
    day = times.moments(table[heading["date"]], order=order)
    if "clock" not in heading:
        return day
    seconds, offset, bad = times.clocks(table[heading["clock"]])
    bad = bad | day.bad | (np.isnan(seconds) & ~np.isnan(day.local))
    return times.Moments(np.floor(day.local / times.DAY_S) * times.DAY_S + seconds, offset, bad, True, day.persian)


def _grain(raw, columns, order):
    """Return the length of the file's intervals, None where it cannot be known, and the step between its times.

    The step is the most frequent one between neighbouring times; a file with one time a day is daily.
    """
    fields = {m.field for m in columns}
    if "interval_s" in fields or not fields & {"moment", "date"}:
        return (_noted_length(raw, columns) if "interval_s" in fields else None), None
    read = local_seconds(raw.cells.head(_GRAIN_ROWS), columns, order)
    known = ~np.isnan(read.local)
    local = read.local[known]
    world = np.unique(local - np.nan_to_num(read.offset[known]))
    steps, often = np.unique(np.diff(world), return_counts=True)
    step = int(steps[np.argmax(often)]) if len(steps) else None
    one_a_day = not read.has_clock or (
        step is not None and step >= times.DAY_S and len(np.unique(local % times.DAY_S)) == 1
    )
    if one_a_day and (step is None or step < 7 * times.DAY_S or len(world) < 4):
        return times.DAY_S, step
    return (step if step in INTERVALS_S else None), step


def _noted_length(raw, columns):
    heading = next(m.heading for m in columns if m.field == "interval_s")
    lengths = cells.numbers(raw.cells[heading].head(_GRAIN_ROWS)).values
    known = [int(v) for v in np.unique(lengths[~np.isnan(lengths)]) if v in INTERVALS_S]
    return min(known) if known else None


def _decimal(raw, columns):
    """Return the columns with the decimal mark that each shows, the file's, and the question where nothing shows it."""
    point = comma = 0
    unclear, marked = [], []
    for m in columns:
        form = BY_NAME[m.field].form if m.field else "text"
        here = cells.decimal_evidence(raw.cells[m.heading]) if form in _NUMERIC else (0, 0, "")
        point, comma = point + here[0], comma + here[1]
        own = "" if bool(here[0]) == bool(here[1]) else "." if here[0] else ","
        unclear += [(here[2], form)] if here[2] and not own else []
        marked.append(replace(m, decimal=own))
    columns = tuple(marked)
    if bool(point) != bool(comma) or not unclear:
        return columns, ("," if comma > point else "."), []
    text, form = unclear[0]
    mark = "," if "," in text else "."
    other = "." if mark == "," else ","
    suggested = other if form == "count" else mark
    choices = {mark: N_("decimals"), other: N_("thousands")}
    question = Saying(
        N_("In '{found}', what stands behind the '{mark}': decimals or thousands?"), {"found": text, "mark": mark}
    )
    return columns, suggested, [Question("decimal", question, choices, suggested)]


def _unit_questions(sample, columns, decimal):
    for m in columns:
        form = BY_NAME[m.field].form if m.field else ""
        if form == "duration" and m.unit is None and m.field not in ("interval_s", "answer_within_s"):
            values = cells.numbers(sample[m.heading], decimal=m.decimal or decimal).values
            values = values[~np.isnan(values)]
            likely = "minutes" if len(values) and np.median(values) < 12 else "seconds"
            text = Saying(N_("Are the times in '{column}' seconds or minutes?"), {"column": m.heading})
            yield Question(f"unit:{m.heading}", text, {u: UNITS[u] for u in ("seconds", "minutes")}, likely)
        if form == "share" and m.unit is None:
            text = Saying(N_("Are the values in '{column}' percent, or shares between 0 and 1?"), {"column": m.heading})
            likely = "percent" if "%" in m.heading else "share"
            yield Question(f"unit:{m.heading}", text, {u: UNITS[u] for u in ("percent", "share")}, likely)


def _grain_question(columns, family, grain, step):
    if family != HISTORY or grain is not None or not {"moment", "date"} & {m.field for m in columns}:
        return
    text = Saying(N_("How long is the interval that a row stands for? The times of the file do not tell."))
    if step is not None:
        found = N_(
            "How long is the interval that a row stands for? The rows are mostly {minutes} minutes apart. Intervals of "
            "other lengths, and totals of a week or a month, cannot be planned with: export one of these lengths."
        )
        text = Saying(found, {"minutes": round(step / 60, 1)})
    yield Question("interval_s", text, GRAINS)


def _further_questions(columns, family):
    fields = {m.field: m for m in columns if m.field}
    served = [fields[f] for f in ("service_level", "answered_within") if f in fields]
    if served and "answer_within_s" not in fields and all(m.within_s is None for m in served):
        text = Saying(
            N_("Within how many seconds is a contact answered in time in '{column}'?"), {"column": served[0].heading}
        )
        yield Question("answer_within_s", text, {s: s for s in ("10", "15", "20", "30", "60")}, "20", True)
    if family == AGENTS and "hours_week" not in fields:
        text = Saying(N_("How many contract hours a week do these agents have? The file has no column for it."))
        yield Question("hours_week", text, {h: h for h in ("40", "38.5", "37.5", "35", "30", "20")}, "40", True)
    if family == SURVEYS and "survey" not in fields:
        yield Question("survey", Saying(N_("Which survey is it? The file has no column for it.")), SURVEY_KINDS)


def _repeats_question(raw, columns, family, order):
    """Ask what several rows for one interval and queue are, where so many differ that no clock change explains them."""
    named = [m.heading for m in columns if m.field in (*_TIME_FIELDS, "project", "channel")]
    if family != HISTORY or not any(m.field in ("moment", "date") for m in columns):
        return
    used = raw.cells.drop_duplicates()
    again = used.duplicated(named, keep=False)
    if again.any():
        again[again] = ~_clock_change(used.loc[again], columns, named, order)
    if again.sum() <= _REPEATS_SHARE * len(used):
        return
    first = used[again].iloc[0]
    pair = used.index[again & (used[named] == first[named]).all(axis=1)][:2]
    text = Saying(
        N_(
            "Several rows, such as {first} and {second}, hold the same time and queue with different values. Are they "
            "parts to be added up, or should they be left out?"
        ),
        {"first": raw.row(pair[0]), "second": raw.row(pair[1])},
    )
    yield Question("repeats", text, {"refuse": N_("leave out"), "sum": N_("add up")}, "refuse")


def _clock_change(rows, columns, named, order):
    """Return which of the repeated rows are the hour that the clock goes back, whatever the zone: they need no answer.

    Each time stands there twice, and all that a day repeats lies within an hour, on a Sunday before four o'clock in
    one of the months in which clocks go back.
    """
    local = pd.Series(local_seconds(rows, columns, order).local, index=rows.index)
    at = pd.to_datetime(local, unit="s")
    by_day = local.groupby(local // times.DAY_S)
    within = by_day.transform("max") - by_day.transform("min") < _HOUR_S
    twice = rows.groupby(named)[named[0]].transform("size") == 2
    night = (at.dt.day_of_week == 6) & (at.dt.hour < 4) & at.dt.month.isin(_CLOCK_BACK_MONTHS)
    return within & twice & night


def _zone(columns):
    found = [zone_of(m.heading) for m in columns if m.field in ("moment", "clock", "date", "begins", "ends")]
    return next((z for z in found if z and times.is_zone(z)), "")


def _queues(raw, columns):
    heading = next((m.heading for m in columns if m.field == "project"), None)
    return () if heading is None else tuple(sorted(set(cells.texts(raw.cells[heading])) - {""})[:200])
