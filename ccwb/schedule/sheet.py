"""A roster as planners have it: a row for each agent, a column for each day, a shift written in a cell.

    09:00-17:30 [Full time] (service; break 10:45-11:00; lunch 13:00-13:30; sales 15:00)
    leave                              all day           leave 09:00-12:00 + 13:00-17:00 (service)       two in a day

In parentheses stand, in order of time, the project worked for from the shift's start, further projects with the time
from which on, and lunch, breaks, training and meetings. A project may name its channels: service/chat,email; a
meeting its title: meeting 10:00-11:00 Round. `*` behind a shift says that it is locked.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_, Catalogue
from ccwb.people import ACTIVITIES
from ccwb.schedule.named import away_by_day, hours_of, in_order
from ccwb.tables import TABLES

USUAL_S = {"lunch": 1800, "break": 900}  # how long one lasts whose end the cell does not say
_OFF = {"", "-", "–", "—", "x", "off", "free", "frei", "libur", "تعطیل"}
_CLOCK = r"(\d{1,2})[:.](\d{2})"
_SHIFT = re.compile(rf"(?:([^\d\[(]+?)\s+)?{_CLOCK}\s*[-–—]\s*{_CLOCK}\s*(?:\[(.*?)\])?\s*(?:\((.*)\))?\s*(\*)?")
_ITEM = re.compile(rf"(.+?)(?:\s+{_CLOCK}(?:\s*[-–—]\s*{_CLOCK}(?:\s+(.+))?)?)?")
_MARKS = re.compile(r"[;()\[\]*+]")


def as_sheet(roster, *, agents=None, say=None):
    """Return a roster as a table of texts: agent, name, and a column for each day from its first to its last.

    agents : agents table; gives names, the order, and a row to those who have no shift.  say : Catalogue, whose words
    lunch, break and the like are written in; None: English.
    Raises PlanError for a project or kind of shift whose name has a mark that the cells are written with.
    """
    table = in_order(roster)
    if (bad := [n for n in {*table["project"], *table["shift"], *table["title"]} if _MARKS.search(n)]) != []:
        raise PlanError(
            N_("'{name}' has one of the marks ; ( ) [ ] * + that the sheet is written with. Rename it."), name=bad[0]
        )
    words = {name: (say or Catalogue("en"))(a.label).lower() for name, a in ACTIVITIES.items()}
    table = away_by_day(hours_of(table)).sort_values(["agent", "start"], kind="stable")
    by_day = {}
    for row in table.itertuples():
        by_day.setdefault((row.agent, row.day), []).append(row)
    cells = {key: _cell(rows, words) for key, rows in by_day.items()}
    days = pd.date_range(table["day"].min(), table["day"].max()) if len(table) else []
    names = {} if agents is None else dict(zip(agents["agent"], agents.get("name", agents["agent"]), strict=True))
    order = list(dict.fromkeys([*names, *table["agent"]]))
    out = {"agent": order, "name": [names.get(agent, "") for agent in order]}
    out |= {f"{day:%Y-%m-%d}": [cells.get((agent, day), "") for agent in order] for day in days}
    return pd.DataFrame(out)


def _cell(rows, words):
    parts = []
    for row in rows:
        away = not ACTIVITIES[row.activity].there
        if parts and not away and not parts[-1][0] and parts[-1][1][-1].end >= row.start:
            parts[-1][1].append(row)
        else:
            parts.append((away, [row]))
    return " + ".join(_away(part[0], words) if away else _shift(part, words) for away, part in parts)


def _away(row, words):
    whole = f"{row.start:%H:%M}" == f"{row.end:%H:%M}" == "00:00"
    days = (row.end.tz_localize(None) - row.start.tz_localize(None)).days
    if whole and days == 1:
        return words[row.activity]
    return f"{words[row.activity]} {row.start:%H:%M}-{row.end:%H:%M}"


def _shift(part, words):
    items, before = [], None
    for row in part:
        work = row.project + ("/" + row.channels.replace("; ", ",") if row.channels else "")
        if row.activity != "work":
            items.append(f"{words[row.activity]} {row.start:%H:%M}-{row.end:%H:%M} {row.title}".rstrip())
        elif work != before:
            items.append(work if row is part[0] else f"{work} {row.start:%H:%M}")
            before = work
    kind = f" [{part[0].shift}]" if part[0].shift else ""
    locked = " *" if all(row.locked for row in part) else ""
    return f"{part[0].start:%H:%M}-{part[-1].end:%H:%M}{kind} ({'; '.join(items)}){locked}"


def stretches_of(cell, *, day, zone, projects, home=""):
    """Return the stretches of one cell: a list of dicts as rows of the roster table, without the agent.

    day : the column's day.  zone : of the clock times.  projects : keys that a cell may name.  home : the project of a
    shift that names none; '' refuses such a shift.
    Raises PlanError saying what in the cell cannot be read, or cannot be: an end before its start, a lunch outside the
    shift, breaks that overlap, a project that is none, a time that the clock skips.

    >>> rows = stretches_of("09:00-12:00 (p; break 10:00-10:15; q 11:00)", day="2026-11-02", zone="UTC",
    ...     projects={"p", "q"})
    >>> [(f"{row['start']:%H:%M}", row["activity"], row["project"]) for row in rows]
    [('09:00', 'work', 'p'), ('10:00', 'break', ''), ('10:15', 'work', 'p'), ('11:00', 'work', 'q')]
    """
    if squeezed(cell) in _OFF:
        return []
    rows = []
    for part in re.split(r"\+(?![^(]*\))", cell):
        word, shift = part.strip(), _SHIFT.fullmatch(part.strip())
        if shift is None and squeezed(word) not in _words():
            raise PlanError(N_("'{found}' cannot be read. Write it as 09:00-17:30 (service; lunch 13:00)."), found=cell)
        if shift is None:
            rows.append(_row(_words()[squeezed(word)], *_placed(day, 0, 86_400, zone)))
        else:
            rows += _read(shift, day, zone, projects, home)
    return rows


def _read(shift, day, zone, projects, home):
    """Return the rows of one shift, or of an activity with its times."""
    word, kind, inside, locked = shift[1], shift[6] or "", shift[7] or "", bool(shift[8])
    start, end = (_seconds(shift[n], shift[n + 1]) for n in (2, 4))
    end += 86_400 * (end <= start)
    if word and squeezed(word) not in _words():
        raise PlanError(N_("'{found}' is no activity, such as lunch, leave or training."), found=word)
    if word:
        return [_row(_words()[squeezed(word)], *_placed(day, start, end, zone), locked=locked)]
    items = [_item(part, start, projects) for part in inside.split(";") if part.strip()]
    out, project, at = [], (home, ""), start
    for activity, named, first, last, title in items:
        if first < at or last > end:
            raise PlanError(
                N_("'{found}' does not lie in {start}-{end}, or begins before what stands in front of it ends."),
                found=_hhmm(first),
                start=_hhmm(at),
                end=_hhmm(end),
            )
        if first > at:
            out.append(("work", project, at, first, ""))
        if activity == "work":
            project, at = named, first
        else:
            out.append((activity, ("", ""), first, last, title))
            at = last
    out += [("work", project, at, end, "")] if at < end else []
    if any(activity == "work" and not named for activity, (named, _channels), *_ in out):
        raise PlanError(N_("The shift does not say for which project: write it in parentheses."))
    return [
        _row(activity, *_placed(day, first, last, zone), work=named, shift=kind.strip(), locked=locked, title=title)
        for activity, named, first, last, title in out
    ]


def _item(text, start, projects):
    """Return (activity, project, from, to, title) of one thing in parentheses, in seconds after the day's midnight."""
    found = _ITEM.fullmatch(text.strip())
    name = found[1].strip()
    first = start if found[2] is None else _seconds(found[2], found[3])
    first += 86_400 * (first < start)
    activity = _words().get(squeezed(name))
    if activity in (None, "work"):
        return "work", _worked(text.strip() if found[6] else name, projects), first, first, ""
    if found[2] is None or (found[4] is None and activity not in USUAL_S):
        raise PlanError(N_("'{found}' does not say from when to when."), found=text.strip())
    last = first + USUAL_S[activity] if found[4] is None else _seconds(found[4], found[5])
    last += 86_400 * (last < first)
    return activity, "", first, last, (found[6] or "").strip()


def _worked(text, projects):
    """Return (project, channels) of what a cell says is worked for."""
    project, _slash, named = (text, "", "") if text in projects else text.partition("/")
    if project not in projects:
        raise PlanError(
            N_("'{found}' is neither a project nor an activity. Projects: {known}."),
            found=text,
            known=", ".join(sorted(projects)),
        )
    channels = [name.strip() for name in named.split(",") if name.strip()]
    for name in (name for name in channels if name not in CHANNELS):
        raise PlanError(N_("'{found}' is no channel. Channels: {known}."), found=name, known=", ".join(CHANNELS))
    return project, "; ".join(channels)


def _row(activity, start, end, *, work=("", ""), shift="", locked=False, title=""):
    row = {"start": start, "end": end, "activity": activity, "project": work[0], "channels": work[1]}
    return row | {"shift": shift, "locked": locked, "title": title}


def taken_in(there, made, *, days):
    """Return (roster with a sheet taken in, the days that could not be: agent, day, stretches that they have there).

    there : roster table.  made : what the sheet says, and days : agent, day of its cells; these days of `there` make
    room, all others stay. A day whose stretches would overlap what stays, such as the night shift of the evening
    before, is not taken: it stays as it was.
    """
    refused = []
    there, made = (away_by_day(hours_of(t)) if len(t) else t.assign(day=pd.NaT) for t in (there, made))
    columns = TABLES["roster"].names
    while True:
        stays = there[~_among(there, days)]
        clash = _meeting(pd.concat([stays.assign(new=False), made.assign(new=True)], ignore_index=True))
        if clash.empty:
            out = [t.reindex(columns=columns) for t in (stays, made) if len(t)]
            lost = pd.DataFrame(refused, columns=["agent", "day", "stretches"])
            return (pd.concat(out, ignore_index=True) if out else there.reindex(columns=columns)), lost
        of_day = made[_among(made, clash)].groupby(["agent", "day"]).size()
        refused += [(*day, int(n)) for day, n in of_day.items()]
        made, days = made[~_among(made, clash)], days[~_among(days, clash)]


def _among(table, days):
    """Return which rows are of the agents' days given."""
    keys = set(zip(days["agent"], days["day"], strict=True))
    return np.array([key in keys for key in zip(table["agent"], table["day"], strict=True)], dtype=bool)


def _meeting(table):
    """Return agent, day of the new rows that overlap a row of the same agent."""
    table = table.sort_values(["agent", "start"], kind="stable", ignore_index=True)
    until = table.groupby("agent")["end"].cummax()
    meets = (table["agent"] == table["agent"].shift()) & (table["start"] < until.shift())
    either = meets | meets.shift(-1, fill_value=False)
    return table.loc[either & table["new"], ["agent", "day"]].drop_duplicates()


def _placed(day, first, last, zone):
    """Return two clock times of a day, seconds after its midnight, as moments; the first of an hour shown twice."""
    midnight = pd.Timestamp(day)
    out = []
    for seconds in (first, last):
        try:
            out.append((midnight + pd.Timedelta(seconds=seconds)).tz_localize(zone, ambiguous=True))
        except ValueError:
            raise PlanError(
                N_("The clock of {zone} does not show {found} on {day}: it is put forward."),
                zone=zone,
                found=_hhmm(seconds),
                day=f"{midnight:%Y-%m-%d}",
            ) from None
    return out


def _seconds(hour, minute):
    if int(hour) > 24 or int(minute) > 59:
        raise PlanError(N_("'{found}' is no time of day."), found=f"{hour}:{minute}")
    return int(hour) * 3600 + int(minute) * 60


def _hhmm(seconds):
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"


def squeezed(text):
    """Return a word in small letters without spaces, as words of cells are compared."""
    return re.sub(r"\s+", "", str(text)).casefold()


@cache
def _words():
    """Return word -> activity, in every language, and by their keys."""
    from ccwb.intake.people_time import words_for

    known = words_for("activities") | {squeezed(key): key for key in ACTIVITIES}
    for language in LANGUAGES:
        known |= {squeezed(Catalogue(language)(a.label)): key for key, a in ACTIVITIES.items()}
    return known
