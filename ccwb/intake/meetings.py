"""A file of meetings and training -> those that a roster is to place; what cannot be is refused with its row."""

import math

import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake import cells, times
from ccwb.intake.languages import squeezed
from ccwb.intake.people_time import words_for
from ccwb.intake.report import Log
from ccwb.messages import N_
from ccwb.people import MEETS
from ccwb.schedule.meetings import asked, between_s, called, check_meeting, said_alike

HEADINGS = {  # key -> what its column is called, in any language of the workbook
    "who": "who|for|for whom|agent|name|team|project|people|participants|wer|für|für wen|mitarbeiter|teilnehmer|projekt"
    "|siapa|untuk|untuk siapa|agen|nama|tim|proyek|peserta|چه کسی|برای|کارشناس|نام|تیم|پروژه",
    "kind": "kind|type|what|activity|art|was|tätigkeit|jenis|apa|kegiatan|نوع|چه|فعالیت",
    "title": "title|subject|topic|meeting|training|titel|thema|betreff|besprechung|schulung|judul|topik|rapat|pelatihan"
    "|عنوان|موضوع|جلسه|آموزش",
    "minutes": "minutes|min|duration|length|minutes long|minuten|dauer|länge|menit|durasi|lama|دقیقه|مدت|مدت به دقیقه",
    "first": "first day|first|date|day|from day|earliest day|erster tag|datum|tag|frühestens|hari pertama|tanggal|hari"
    "|نخستین روز|تاریخ|روز",
    "last": "last day|last|to day|until day|latest day|by|letzter tag|spätestens|hari terakhir|paling lambat|آخرین روز",
    "from": "from|start|begins|not before|earliest|ab|von|beginn|mulai|dari|از|شروع",
    "to": "to|until|end|ends|not after|latest|bis|ende|sampai|hingga|تا|پایان",
    "together": "all at once|together|all together|at once|alle zugleich|zusammen|gemeinsam|sekaligus"
    "|bersama|هم‌زمان|با هم",
}
NEEDED = ("who", "title", "minutes", "first")
_KEY_OF = {squeezed(word): key for key, words in HEADINGS.items() for word in words.split("|")}


def read_meetings(raw, *, agents, projects, first_day, last_day, known=()):
    """Return (meetings, as ccwb.schedule.meetings has them, Log) of a file read with `read_file`, a meeting a row.

    agents : agents table.  projects : those of the centre's document.  first_day, last_day : of the cycle.  known : the
    meetings that there are; a row that says one of them again is refused.
    Without a column or word a meeting is of the kind 'meeting', on its one day, at any time, and not all at once.
    Refused with their rows: who is not known, lengths and days that cannot be, days outside the cycle, and a second
    meeting of somebody at a time that is fixed for another.
    Raises PlanError when a column is missing that a meeting needs, or nothing can be taken.
    """
    log, table = Log(), _columns(raw)
    taken, fixed = [], _fixed(known, agents)
    alike = {said_alike(row) for row in known}
    order, _sure = times.date_order([*table["first"], *table["last"]])
    dates = {name: times.moments(table[name].tolist(), order=order).local for name in ("first", "last")}
    at_once = cells.flags(table["together"].tolist())[0]
    for n, (row, told) in enumerate(zip(table.index, table.to_dict("records"), strict=True)):
        days = [_day(told[name], dates[name][n]) for name in ("first", "last")]
        try:
            one = _meeting(told, days, at_once[n], agents=agents, projects=projects)
            _refuse(one, alike, fixed, agents=agents, cycle=(first_day, last_day))
        except PlanError as error:
            log.refuse([row], N_("{reason} The row is left out."), whole=True, reason=error)
            continue
        taken.append(one)
        alike.add(said_alike(one))
        fixed += _fixed([one], agents)
    if not taken:
        said = " ".join(str(finding) for finding in log.findings("refused")[:3])
        raise PlanError(
            N_("No meeting of '{name}' can be taken, so nothing was changed. {reasons}"), name=raw.name, reasons=said
        )
    return taken, log


def _columns(raw):
    """Return the cells under the keys of HEADINGS, '' where there is no such column."""
    found = {}
    for heading in raw.headings:
        key = _KEY_OF.get(squeezed(heading)) or _KEY_OF.get(squeezed(heading.split("(")[0]))
        if key:
            found.setdefault(key, raw.cells[heading])
    lacking = [HEADINGS[key].split("|")[0] for key in NEEDED if key not in found]
    if lacking:
        raise PlanError(
            N_("'{name}' has no column for: {lacking}. Its headings: {found}. Head the columns so, then bring it in."),
            name=raw.name,
            lacking=", ".join(lacking),
            found=", ".join(raw.headings)[:300],
        )
    return pd.DataFrame({key: found.get(key, pd.Series("", index=raw.cells.index)) for key in HEADINGS})


def _day(text, local):
    """Return a day as a meeting has it, the text itself where it is none, so that the refusal says what was found."""
    return text if math.isnan(local) else str(pd.Timestamp(float(local), unit="s").date())


def _meeting(told, days, at_once, *, agents, projects):
    """Return a row of the file as a meeting; PlanError for one that cannot be."""
    of, who = called(told["who"], agents=agents, projects=projects)
    kind = words_for("activities").get(squeezed(told["kind"]), told["kind"]) if told["kind"] else MEETS[0]
    one = {"kind": kind, "of": of, "who": who, "title": told["title"], "together": bool(at_once == 1)}
    one |= {"minutes": _minutes(told["minutes"]), "first_day": days[0], "last_day": days[1] or days[0]}
    return check_meeting(one | {key: _clock(told[key]) for key in ("from", "to")}, agents=agents)


def _minutes(text):
    """Return minutes of '45', '45 min' or '0:45'; the text where it is no length."""
    unit = "clock_hm" if ":" in text else "minutes"
    length = float(cells.durations([text], unit=unit).values[0]) / 60
    return text if math.isnan(length) else int(length) if length % 1 == 0 else float(length)


def _clock(text):
    if not text:
        return ""
    seconds, _offset = times.clock(text)
    if math.isnan(seconds):
        raise PlanError(N_("'{found}' is no time of day. Write it as 08:30."), found=text)
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"


def _refuse(one, alike, fixed, *, agents, cycle):
    """Raise PlanError for a meeting that is there already, outside the cycle, or at a time taken for another."""
    if said_alike(one) in alike:
        raise PlanError(N_("'{title}' of '{who}' is there already."), title=one["title"], who=one["who"])
    first, last = (str(pd.Timestamp(day).date()) for day in cycle)
    if one["last_day"] < first or one["first_day"] > last:
        raise PlanError(
            N_("'{title}' lies outside the cycle, which is from {first} to {last}."),
            title=one["title"],
            first=first,
            last=last,
        )
    for agent, start, end in _fixed([one], agents):
        other = next((o for o in fixed if o[0] == agent and start < o[2] and end > o[1]), None)
        if other:
            raise PlanError(
                N_("'{title}' overlaps another meeting of {agent}, who cannot be at both."),
                title=one["title"],
                agent=agent,
            )


def _fixed(meetings, agents):
    """Return (agent, start, end) of everybody asked to a meeting whose days and times leave it one place only."""
    out = []
    for one in meetings:
        since, until = between_s(one)
        if one["first_day"] == one["last_day"] and until - since == one["minutes"] * 60:
            span = [pd.Timestamp(one["first_day"]) + pd.Timedelta(seconds=s) for s in (since, until)]
            out += [(agent, *span) for agent in asked(one, agents)]
    return out
