"""People's time as rows of tables to type and paste into: when they can work, are away, and what they wish."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ABSENCES, ACTIVITIES, WANTS, WEEKDAYS, windows
from ccwb.ui import text
from ccwb.ui.text import _

HOUR, DAY_S = 3600, 86_400
A_MONDAY = pd.Timestamp("2026-11-02")


@dataclass(frozen=True)
class TimeTable:
    """One table of people's time. name : of the store's.  key : what tells two rows apart.

    columns() : of the grid.  to_row(record, zone), from_row(row, zone) : a record of the table as a row of the grid and
    back; PlanError for a row that cannot be.  blank : what an added row starts with.
    """

    name: str
    title: str
    add: str
    key: tuple
    columns: Callable
    to_row: Callable
    from_row: Callable
    blank: dict


def days_of_week(first=None):
    """Return the weekdays as options of a select, `first` before them: a label, whose value is ''."""
    named = [
        {"value": key, "label": text.say().weekday(A_MONDAY + pd.Timedelta(days=n))} for n, key in enumerate(WEEKDAYS)
    ]
    return [*([{"value": "", "label": first}] if first else []), *named]


def _agent_columns():
    helps = _("The key, or the name where nobody else has it.")
    return [
        {"key": "agent", "label": _("Agent"), "kind": "text", "help": helps},
        {"key": "name", "label": _("Name"), "kind": "static"},
    ]


def _available_columns():
    clock = _("as 08:30; empty: no bound")
    return [
        *_agent_columns(),
        {"key": "weekday", "label": _("Weekday"), "kind": "select", "options": days_of_week()},
        {"key": "from", "label": _("From"), "kind": "text", "help": clock},
        {"key": "to", "label": _("To"), "kind": "text", "help": clock},
    ]


def _available_row(record, _zone):
    row = {"agent": record["agent"], "weekday": record["weekday"]}
    return row | {"from": clock_of(record.get("from_s")), "to": clock_of(record.get("to_s"))}


def _available(row, _zone):
    first, last = seconds_of(row["from"]), seconds_of(row["to"])
    record = {
        "agent": row["agent"],
        "weekday": row["weekday"],
        "from_s": first,
        "to_s": last or (DAY_S if row["to"] else None),
    }
    windows(pd.DataFrame([record]).astype({"from_s": float, "to_s": float}))
    return record


def _away_columns():
    kinds = [{"value": key, "label": _(ACTIVITIES[key].label)} for key in ABSENCES]
    whole = _("as 08:30; empty: the whole day")
    return [
        *_agent_columns(),
        {"key": "first", "label": _("First day"), "kind": "date"},
        {"key": "from", "label": _("From"), "kind": "text", "help": whole},
        {"key": "last", "label": _("Last day"), "kind": "date"},
        {"key": "to", "label": _("To"), "kind": "text", "help": whole},
        {"key": "kind", "label": _("Kind"), "kind": "select", "options": kinds},
        {"key": "note", "label": _("Note"), "kind": "text", "wide": True},
    ]


def _away_row(record, zone):
    start, end = (record[side].tz_convert(zone).tz_localize(None) for side in ("start", "end"))
    ends_at_midnight = end == end.normalize() and end > start
    last = end - pd.Timedelta(days=1) if ends_at_midnight else end
    return {
        "agent": record["agent"],
        "first": f"{start:%Y-%m-%d}",
        "from": "" if start == start.normalize() else f"{start:%H:%M}",
        "last": f"{last:%Y-%m-%d}",
        "to": "" if ends_at_midnight else f"{end:%H:%M}",
        "kind": record["kind"],
        "note": record.get("note") or "",
    }


def _away(row, zone):
    first = _moment(row["first"], seconds_of(row["from"]) or 0, zone)
    last = row["last"] or row["first"]
    until = seconds_of(row["to"])
    end = _moment(last, DAY_S if until is None else until, zone)
    if end <= first:
        raise PlanError(N_("{agent}: it ends before it begins. Correct the days or times."), agent=row["agent"])
    return {"agent": row["agent"], "start": first, "end": end, "kind": row["kind"], "note": row["note"] or ""}


def _moment(day, seconds, zone):
    if not day:
        raise PlanError(N_("An absence has a first day: fill it in."))
    try:
        local = pd.Timestamp(day) + pd.Timedelta(seconds=seconds)
    except ValueError:
        raise PlanError(N_("'{found}' is no day. Write it as 2026-03-29."), found=day) from None
    return local.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


def _wish_columns():
    wants = [{"value": key, "label": _(label)} for key, label in WANTS.items()]
    return [
        *_agent_columns(),
        {"key": "wants", "label": _("Wishes for"), "kind": "select", "options": wants},
        {"key": "weekday", "label": _("Weekday"), "kind": "select", "options": days_of_week(_("every day"))},
        {"key": "day", "label": _("Or on one day"), "kind": "date"},
        {"key": "weight", "label": _("Weight"), "kind": "number", "digits": 1, "help": _("1 where it is empty.")},
    ]


def _wish_row(record, _zone):
    day, weight = record.get("day"), record.get("weight")
    return {
        "agent": record["agent"],
        "wants": record["wants"],
        "weekday": record.get("weekday") or "",
        "day": None if pd.isna(day) else str(day)[:10],
        "weight": None if weight is None or pd.isna(weight) else float(weight),
    }


def _wish(row, _zone):
    weight = row.get("weight")
    if weight is not None and not 0 < weight <= 100:
        raise PlanError(N_("{agent}: a wish weighs above 0 and up to 100."), agent=row["agent"])
    day = pd.Timestamp(row["day"]) if row.get("day") else pd.NaT
    weekday = "" if row.get("day") else row.get("weekday") or ""
    return {"agent": row["agent"], "weekday": weekday, "day": day, "wants": row["wants"], "weight": weight}


TIME_TABLES = {
    table.name: table
    for table in (
        TimeTable(
            "availability",
            N_("When people can work"),
            N_("Add a part of a weekday"),
            ("agent", "weekday", "from"),
            _available_columns,
            _available_row,
            _available,
            {"agent": "", "weekday": "mon", "from": "", "to": ""},
        ),
        TimeTable(
            "absences",
            N_("Leave, appointments, training"),
            N_("Add an absence"),
            ("agent", "first", "from"),
            _away_columns,
            _away_row,
            _away,
            {"agent": "", "first": None, "from": "", "last": None, "to": "", "kind": "leave", "note": ""},
        ),
        TimeTable(
            "wishes",
            N_("What people wish"),
            N_("Add a wish"),
            ("agent", "weekday", "day", "wants"),
            _wish_columns,
            _wish_row,
            _wish,
            {"agent": "", "wants": "off", "weekday": "", "day": None, "weight": None},
        ),
    )
}


def clock_of(seconds):
    """Return seconds after midnight as the clock shows them, '' where there are none."""
    if seconds is None or pd.isna(seconds):
        return ""
    return f"{int(seconds) // HOUR:02d}:{int(seconds) % HOUR // 60:02d}"


def seconds_of(typed):
    """Return a clock time as seconds after midnight, None where nothing is typed; PlanError for anything else.

    >>> seconds_of("8:30"), seconds_of("24:00"), seconds_of("")
    (30600, 86400, None)
    """
    said = str(typed or "").strip().replace(".", ":")
    if not said:
        return None
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", said)
    seconds = int(match[1]) * HOUR + int(match[2] or 0) * 60 if match and int(match[2] or 0) < 60 else DAY_S + 1
    if seconds > DAY_S:
        raise PlanError(N_("'{found}' is no time of day. Write it as 08:30."), found=typed)
    return seconds
