"""People's time: availability, absences, wishes, logs of states and rosters by stretch -> their tables."""

import re

import numpy as np
import pandas as pd

from ccwb.intake import times
from ccwb.intake.languages import plain, spelled, squeezed
from ccwb.intake.lists import _each_once, _kinds
from ccwb.intake.reading import place_rows
from ccwb.messages import N_
from ccwb.people import ABSENCES, ACTIVITIES, WANTS, WEEKDAYS
from ccwb.tables import TABLES, check

DAY_S = times.DAY_S
_SPAN = re.compile(r"(.+?)\s*[-–—]\s*(.+)")
_ENGLISH = {
    "absences": {
        "leave": "leave holiday vacation pto annualleave off dayoff",
        "illness": "illness ill sick sickness sickleave",
        "appointment": "appointment doctor private",
        "training": "training course coaching",
        "meeting": "meeting briefing",
    },
    "wants": {
        "off": "off dayoff free",
        "work": "work working",
        "early": "early earlyshift morning",
        "late": "late lateshift evening",
    },
    "days": dict(
        zip(WEEKDAYS, ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], strict=True)
    ),
    "activities": {
        "work": "work working production phone",
        "lunch": "lunch meal lunchbreak",
        "break": "break shortbreak rest pause",
        "training": "training",
        "meeting": "meeting",
        "coaching": "coaching",
        "leave": "leave holiday vacation",
        "illness": "illness sick",
        "appointment": "appointment",
    },
}
_MORE = {"days": {str(number): day for number, day in enumerate(WEEKDAYS, 1)}}
UNKNOWN = N_("'{name}' is none of those that the workbook knows here ({known}); row left out.")


def words_for(kind):
    """Return squeezed word -> key of 'absences', 'wants', 'days' or 'activities', in every language.

    >>> words_for("days")["mittwoch"], words_for("absences")["cuti"]
    ('wed', 'leave')
    """
    english = {word: key for key, words in _ENGLISH[kind].items() for word in [*words.split(), key]}
    return english | spelled(kind) | _MORE.get(kind, {})


def read_availability(reading, *, agents=None):
    """Return the availability table: a row for each part of each weekday; 'Mon-Fr' and 'Sat, Sun' are several.

    A cell may hold both times, 08:00-16:00. Without a start a part begins at midnight, without an end it lasts to it.
    """
    who = _agents(reading, agents)
    found, ends = reading.text("weekday"), _ends_in_cells(reading)
    days = {text: _weekdays(text) for text in set(found)}
    for text, known in days.items():
        if not known:
            reading.refuse(found == text, UNKNOWN, name=text, known=", ".join(WEEKDAYS))
    start, end = _clocks(reading, "from_clock"), _clocks(reading, "to_clock")
    end = np.where(np.isnan(end), ends, end)
    end = np.where(end == 0, DAY_S, end)  # until midnight
    said = N_("The part of the day ends before it begins; row left out. Past midnight is the next weekday's.")
    reading.refuse(end <= np.where(np.isnan(start), 0, start), said)
    table = pd.DataFrame({"agent": who, "weekday": [days[t] for t in found], "from_s": start, "to_s": end})
    table.index = reading.rows
    return _exploded(table, "availability", reading)


def read_absences(reading, *, zone, agents=None):
    """Return the absences table; days without a time of day are whole, the last one included; no kind is leave."""
    who, (start, end) = _agents(reading, agents), _spans(reading, who=None, zone=zone, alone=True)
    kind = np.full(len(who), "leave", dtype=object)
    if reading.has("absence_kind"):
        kind = _kinds(reading, "absence_kind", words_for("absences"), UNKNOWN, ABSENCES)
    table = {"agent": who, "start": start, "end": end, "kind": kind, "note": reading.text("note")}
    return _each_once(pd.DataFrame(table, index=reading.rows), "absences", reading)


def read_wishes(reading, *, agents=None):
    """Return the wishes table: for a day, a weekday, or every day where a row names neither."""
    who, wants = _agents(reading, agents), _kinds(reading, "wants", words_for("wants"), UNKNOWN, WANTS)
    found = reading.text("weekday")
    days = {text: _weekdays(text) if text else [""] for text in set(found)}
    for text, known in days.items():
        if not known:
            reading.refuse(found == text, UNKNOWN, name=text, known=", ".join(WEEKDAYS))
    day, weight = reading.day("date"), reading.count("weight")
    nothing = np.full(len(who), np.datetime64("NaT"), dtype="datetime64[s]")
    table = {"agent": who, "weekday": [days[t] for t in found], "day": nothing if day is None else day, "wants": wants}
    table = pd.DataFrame(table | ({} if weight is None else {"weight": weight}), index=reading.rows)
    return _exploded(table, "wishes", reading)


def read_states(reading, *, zone, agents=None):
    """Return the states table; a state whose end the log does not say has none."""
    who, state = _agents(reading, agents), reading.text("state")
    reading.refuse(state == "", N_("The row names no state; row left out."))
    start, end = _spans(reading, who=who, zone=zone)
    table = pd.DataFrame({"agent": who, "start": start, "end": end, "state": state}, index=reading.rows)
    return _each_once(table, "states", reading)


def read_stretches(reading, *, zone, project="", agents=None):
    """Return the roster table of a file with a row for each stretch; those of an agent that overlap are refused."""
    who, (start, end) = _agents(reading, agents), _spans(reading, who=None, zone=zone)
    reading.refuse(pd.isna(end), N_("The row has no end; row left out."))
    what = np.full(len(who), "work", dtype=object)
    if reading.has("activity"):
        what = _kinds(reading, "activity", words_for("activities"), UNKNOWN, ACTIVITIES)
    projects = np.where(what == "work", reading.projects(project=project), "")
    reading.refuse((what == "work") & (projects == ""), N_("The row names no project; row left out."))
    table = {"agent": who, "start": start, "end": end, "activity": what, "project": projects}
    table = pd.DataFrame(table | {"shift": reading.text("shift")}, index=reading.rows)
    _refuse_overlaps(table, reading)
    return _each_once(table, "roster", reading)


def _refuse_overlaps(table, reading):
    """Refuse the rows in which an agent is booked twice, both of them; a row that repeats another is no booking."""
    kept = table[reading.keep & ~table.duplicated().to_numpy()].sort_values(["agent", "start"], kind="stable")
    meets = (kept["agent"] == kept["agent"].shift()) & (kept["start"] < kept.groupby("agent")["end"].cummax().shift())
    both = kept[meets | meets.shift(-1, fill_value=False)]
    for agent, rows in both.groupby("agent"):
        wrong = np.isin(reading.rows, rows.index)
        reading.refuse(wrong, N_("{agent} is booked twice at the same time; rows left out."), agent=agent)


def _exploded(table, name, reading):
    """Return the rows still in, one for each weekday that they name, each key once: parts that are said twice are one.

    Rows that say something else of the same agent and weekday from the same time on are refused.
    """
    kept = table[reading.keep].explode("weekday")
    again = kept.duplicated().to_numpy()
    reading.log.repair(kept.index[again], N_("The row repeats an earlier one: kept once."))
    kept = kept[~again]
    key = [c for c in TABLES[name].key if c in kept]
    clash = kept.duplicated(key, keep=False).to_numpy()
    said = N_("Several rows of {agent} for the same day with different values: all of them left out.")
    for agent, rows in kept[clash].groupby("agent"):
        reading.refuse(np.isin(reading.rows, rows.index), said, agent=agent)
    return kept[kept.index.isin(reading.rows[reading.keep])].reset_index(drop=True)


def _agents(reading, agents):
    """Return the key of each row's agent; with the agents table, of those it knows by key or by a name of their own."""
    found = reading.text("agent")
    reading.refuse(found == "", N_("The row names no agent; row left out."))
    if agents is None:
        return found
    people = check(agents, "agents")
    names = people["name"] if "name" in people else people["agent"]
    alone = names[~names.duplicated(keep=False)]
    known = dict(zip(alone, people["agent"][alone.index], strict=True)) | {key: key for key in people["agent"]}
    for name in sorted({*found} - {*known, ""}):
        reading.refuse(found == name, N_("The centre has no agent '{name}'; row left out."), name=name)
    return np.array([known.get(name, name) for name in found], dtype=object)


def _weekdays(text):
    """Return the weekdays that a text names: one, several, or from one to another; [] where a word is none.

    >>> _weekdays("Mo-Mi, Samstag"), _weekdays("fri - mon"), _weekdays("someday")
    (['mon', 'tue', 'wed', 'sat'], ['fri', 'sat', 'sun', 'mon'], [])
    """
    known, out = words_for("days"), []
    for part in re.split(r"[,;/،؛+&]| und | and | dan | و ", plain(text)):
        span = _SPAN.fullmatch(part.strip())
        ends = [known.get(squeezed(word)) for word in (span.groups() if span else (part,))]
        if None in ends:
            return []
        first, last = (WEEKDAYS.index(end) for end in (ends[0], ends[-1]))
        out += [WEEKDAYS[n % 7] for n in range(first, last + 1 + 7 * (last < first))]
    return list(dict.fromkeys(out))


def _clocks(reading, field):
    """Return a column of times of day, seconds after midnight; nan where empty or not taken."""
    match = reading.proposal.match(field)
    if match is None:
        return np.full(len(reading.rows), np.nan)
    seconds, _offset, bad = times.clocks(reading.cells[match.heading])
    found = reading.cells[match.heading].to_numpy()
    example = found[bad & reading.keep][:1]
    said = N_("'{found}' in column '{column}' is not a time of day; row left out.")
    reading.refuse(bad, said, found=example[0] if len(example) else "", column=match.heading)
    return seconds


def _ends_in_cells(reading):
    """Return the second time of cells such as 08:00-16:00 in the column of starts; nan elsewhere."""
    match = reading.proposal.match("from_clock")
    if match is None:
        return np.full(len(reading.rows), np.nan)
    spans = [_SPAN.fullmatch(plain(text)) for text in reading.cells[match.heading]]
    return np.array([times.clock(span[2])[0] if span else np.nan for span in spans])


def _spans(reading, *, who, zone, alone=False):
    """Return (start, end) of the rows as zone aware times; rows without a start, or that end before it, are refused.

    alone : a day without a time of day is a whole one, and an empty end is that of the day begun.
    """
    begin, _whole = _moments(reading, "begins", "from_clock")
    end, until = _moments(reading, "ends", "to_clock")
    end.local = np.where(until & ~np.isnan(end.local), end.local + DAY_S, end.local)  # the last day is included
    if alone:
        end.local = np.where(np.isnan(end.local), np.floor(begin.local / DAY_S) * DAY_S + DAY_S, end.local)
    elif reading.has("to_clock") and not reading.has("ends"):  # past midnight
        end.local = np.where(end.local <= begin.local, end.local + DAY_S, end.local)
    reading.refuse(np.isnan(begin.local), N_("The row has no start; row left out."))
    wrong = (end.local <= begin.local) & ~np.isnan(end.local) & np.isnan(end.offset)
    reading.refuse(wrong, N_("The row ends before it begins; row left out."))
    queue = np.zeros(len(reading.rows), dtype=int) if who is None else pd.factorize(who)[0]
    return tuple(_placed(reading, one, queue, zone) for one in (begin, end))


class _Local:
    """Local times of a column: seconds, and offsets where the cells name them."""

    def __init__(self, local, offset):
        self.local, self.offset = local, offset


def _moments(reading, field, clock):
    """Return (local times, whether each is a day without a time of day) of a column, or of a date and a time."""
    match, nothing = reading.proposal.match(field), np.full(len(reading.rows), np.nan)
    if match is None:
        day, seconds = reading.day("date"), _clocks(reading, clock)
        whole = field == "begins" and not reading.has(clock)
        if day is None or (field == "ends" and not reading.has(clock)):
            return _Local(nothing, nothing), nothing > 0
        local = np.where(np.isnat(day), np.nan, day.astype("datetime64[s]").astype(np.int64))
        return _Local(local + (0 if whole else seconds), nothing), np.full(len(local), whole)
    read = times.moments(reading.cells[match.heading], order=reading.order)
    example = reading.cells[match.heading].to_numpy()[read.bad][:1]
    said = N_("'{found}' in column '{column}' is not a date and time; row left out.")
    reading.refuse(read.bad, said, found=example[0] if len(example) else "", column=match.heading)
    written = reading.cells[match.heading].astype(str).str.contains(r"\d\s*:\s*\d").to_numpy(dtype=bool)
    days = np.full(len(read.local), not read.has_clock) | (~written & (read.local % DAY_S == 0))  # cell by cell
    return _Local(read.local.copy(), read.offset), days


def _placed(reading, moments, queue, zone):
    """Return local times as zone aware ones, missing where they are."""
    utc = place_rows(reading, moments, queue, zone=zone, contacts=True)
    out = np.where(np.isnan(utc), np.nan, utc).astype("datetime64[s]")
    return pd.DatetimeIndex(out).as_unit("us").tz_localize("UTC").tz_convert(zone)
