"""Days and times out, as a calendar program reads them."""

import datetime as dt

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.reports.spreadsheets import NOT_IN_XML

CALENDAR_LINE = 75  # octets


def to_icalendar(entries, *, name, made_at):
    """Return a calendar file (.ics) that every calendar program reads, one entry for each of `entries`.

    entries : dicts of uid (the same for the same thing, so that a newer file takes the place of an older one), start (a
    day, or a time with its zone), title, and where it fits end (of a time), note and remind_s (seconds before the start
    at which the calendar speaks up).  name : what the calendar is called.  made_at : time with its zone.
    A day is marked for the whole day and leaves its hours free.  PlanError for a time without a zone.
    Source: RFC 5545 (iCalendar): lines of at most 75 octets, ended by CR LF.

    >>> day = {"uid": "P1", "start": dt.date(2026, 11, 2), "title": "Gather; review"}
    >>> made = to_icalendar([day], name="Ours", made_at=dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)).decode()
    >>> [line for line in made.split("\\r\\n") if line.startswith(("DTSTART", "SUMMARY"))]
    ['DTSTART;VALUE=DATE:20261102', 'SUMMARY:Gather\\\\; review']
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Planning workbook//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_calendar_text(name)}")
    for entry in entries:
        lines += _calendar_entry(entry, made_at)
    return "".join(_folded(line) + "\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _calendar_entry(entry, made_at):
    start, end = entry["start"], entry.get("end")
    lines = ["BEGIN:VEVENT", f"UID:{_calendar_text(entry['uid'])}", f"DTSTAMP:{_calendar_time(made_at)}"]
    if isinstance(start, dt.datetime):
        lines.append(f"DTSTART:{_calendar_time(start)}")
        lines += [f"DTEND:{_calendar_time(end)}"] if end else []
    else:
        after = start + dt.timedelta(days=1)
        lines += [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}", "TRANSP:TRANSPARENT"]
    title = _calendar_text(entry["title"])
    lines.append(f"SUMMARY:{title}")
    if entry.get("note"):
        lines.append(f"DESCRIPTION:{_calendar_text(entry['note'])}")
    if entry.get("remind_s"):
        before = f"TRIGGER:-PT{round(entry['remind_s'])}S"
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", before, "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _calendar_time(moment):
    if moment.tzinfo is None:
        raise PlanError(
            N_("The time {found} has no time zone: a calendar elsewhere would show another hour. Give it its zone."),
            found=moment.isoformat(sep=" "),
        )
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _calendar_text(text):
    text = NOT_IN_XML.sub("?", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", "\\n")


def _folded(line):
    """Return a line broken as a calendar file has it: 75 octets, the rest on lines that begin with a space."""
    parts, room = [""], CALENDAR_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = CALENDAR_LINE - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
