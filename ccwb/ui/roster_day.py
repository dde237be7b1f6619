"""A day of the roster as rows of a table, one an agent, and such a row as stretches of the roster."""

import re

import pandas as pd

from ccwb import schedule
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES, MEETS
from ccwb.schedule.sheet import stretches_of
from ccwb.ui import text
from ccwb.ui.roster_given import between, joined
from ccwb.ui.text import _

# what of a row is the shift itself
EDITED = ("start", "end", "shift", "lunch", "before", "channels", "after", "channels_after")
PLACED = ("break", *MEETS)  # stays where it was when the shift around it changes
LUNCH_MIN = 30  # of a lunch without an end


def day_rows(roster, day, given, *, shown=None):
    """Return the rows of a day's table, a dict for each agent employed then, by the start of the shift.

    id : the agent's key.  start, end, lunch : as the clock shows them, '' on a day off; `lunch` is also the time off
    between the two pieces of a split shift.  shift : its kind.  before, after, channels, channels_after : projects and
    channels before and after it.  away : what keeps them away, in words.  shown : keys of those wanted, None for all.
    """
    near = between(roster, day - pd.Timedelta(days=2), 4)
    table = schedule.hours_of(near) if len(near) else near.assign(day=pd.NaT)
    mine = dict(iter(table[table["day"] == day].groupby("agent"))) if len(table) else {}
    away = _away(given.people["absences"], day)
    rows = []
    for agent in given.agents.itertuples():
        employed = (pd.isna(agent.hired) or agent.hired <= day) and (pd.isna(agent.left) or agent.left >= day)
        if (shown is None or agent.agent in shown) and (employed or agent.agent in mine):
            rows.append(_row(agent.agent, mine.get(agent.agent), given, away.get(agent.agent, [])))
    return sorted(rows, key=lambda row: (not row["start"], row["start"], row["name"]))


def _row(agent, table, given, away):
    row = {"id": agent, "name": given.names[agent]} | dict.fromkeys(EDITED, "")
    if table is not None:
        there = table[_there(table)]
        away = [*dict.fromkeys([*table.loc[~table.index.isin(there.index), "activity"], *away])]
        if len(there):
            work, pause = there[there["activity"] == "work"], _pause_of(there)
            row |= {"start": f"{there['start'].min():%H:%M}", "end": f"{there['end'].max():%H:%M}"}
            row |= {"lunch": f"{pause[0]:%H:%M}-{pause[1]:%H:%M}" if pause else "", "shift": there["shift"].iloc[0]}
            for n, (of, channels) in (0, ("before", "channels")), (-1, ("after", "channels_after")):
                row |= {of: work["project"].iloc[n], channels: _said(work["channels"].iloc[n])} if len(work) else {}
    locked = table is not None and bool(table["locked"].astype(bool).all())
    return row | {"locked": locked, "away": text.listed(_(ACTIVITIES[one].label) for one in away)}


def _there(table):
    return table["activity"].map(lambda a: ACTIVITIES[a].there).astype(bool)


def _gaps(there):
    """Return the (begin, end) of the time off between the pieces of a day."""
    both = zip(there["end"].iloc[:-1], there["start"].iloc[1:], strict=True)
    return [(end, start) for end, start in both if end < start]


def _pause_of(there):
    """Return the first lunch of a day, else the first time off between two pieces; None where there is neither."""
    lunch = there[there["activity"] == "lunch"]
    return next(iter([*zip(lunch["start"], lunch["end"], strict=True), *_gaps(there)]), None)


def _said(channels):
    """Return channels, 'voice; chat', as a reader writes them."""
    return "; ".join(_(CHANNELS[one].label) if one in CHANNELS else one for one in filter(None, channels.split("; ")))


def _channels(said, project, given):
    """Return channels as the roster names them; PlanError for one that the project has not."""
    known = {}
    for key in given.projects.get(project, {}).get("channels", ()):
        known |= dict.fromkeys((key.casefold(), _(CHANNELS[key].label).casefold()), key)
    out = []
    for one in filter(None, (part.strip() for part in re.split(r"[;,،؛]", str(said or "")))):
        if one.casefold() not in known:
            labels = ", ".join(_(CHANNELS[key].label) for key in dict.fromkeys(known.values()))
            raise PlanError(
                N_("'{found}' is no channel of this project. Write one of: {known}."), found=one, known=labels
            )
        out.append(known[one.casefold()])
    return "; ".join(dict.fromkeys(out))


def _away(absences, day):
    """Return agent -> the kinds of absence that touch a day."""
    if not len(absences):
        return {}
    first, last = (pd.Timestamp(day) + pd.Timedelta(days=n) for n in (0, 1))
    start, end = (absences[c].dt.tz_localize(None) for c in ("start", "end"))
    there = absences[(start < last) & (end > first)]
    return {agent: [*dict.fromkeys(rows["kind"])] for agent, rows in there.groupby("agent")}


def tidied(row, seen):
    """Return a row with its clock times as they are kept, '9:00' as '09:00', and what follows from what was typed."""
    out = dict(row)
    for key in ("start", "end"):
        out[key] = _clock(row.get(key))
    out["lunch"] = re.sub(r"\s", "", str(row.get("lunch") or "")).replace("–", "-")
    out["lunch"] = "-".join(_clock(part) for part in out["lunch"].split("-")) if out["lunch"] else ""
    if not out["start"] and not out["end"]:
        return out | dict.fromkeys(EDITED, "")
    if out["before"] != seen["before"] and out["after"] in ("", seen["before"]) and out["after"] == seen["after"]:
        out["after"] = out["before"]  # the whole day was for one project, and is for another now
    out["after"] = out["after"] or out["before"]
    for of, channels in ("before", "channels"), ("after", "channels_after"):
        if out[of] != seen[of] and out[channels] == seen[channels]:
            out[channels] = ""  # of another project
    alike = seen["channels"] == seen["channels_after"] == out["channels_after"] and out["before"] == out["after"]
    return out | ({"channels_after": out["channels"]} if alike or not out["lunch"] else {})


def _clock(typed):
    said = str(typed or "").strip().replace(".", ":")
    match = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?", said)
    return f"{int(match[1]):02d}:{match[2] or '00'}" if match else said


def stretches(row, seen, *, day, given, roster):
    """Return the roster rows of an agent's day as a row of the table says; PlanError for what cannot be.

    seen : the row as it was.  Breaks, training and meetings stay, and move along with a shift that moves as a whole;
    those that lie outside it now, or under its lunch, fall away.
    """
    old = rows_of(roster, row["id"], day)
    away = old[~_there(old)] if len(old) else old
    if all(row[key] == seen[key] for key in EDITED):
        return old.assign(locked=bool(row["locked"]))
    if not row["start"] and not row["end"]:
        return away
    cell, until = _cell(row, seen, old, given)
    made = pd.DataFrame(stretches_of(cell, day=day, zone=given.zone, projects=set(given.projects)))
    made = made.assign(agent=row["id"], locked=bool(row["locked"]), shift=row["shift"])
    later = made["start"].dt.tz_localize(None) >= day + pd.Timedelta(minutes=until)
    channels = [_channels(row[c], row[of], given) for c, of in (("channels", "before"), ("channels_after", "after"))]
    made["channels"] = (
        pd.Series(channels[0], index=made.index).mask(later, channels[1]).where(made["project"] != "", "")
    )
    return joined(away, made)


def _cell(row, seen, old, given):
    """Return (a day as the sheet of rosters writes it, minute of the day at which its pause ends)."""
    if not row["start"] or not row["end"]:
        raise PlanError(N_("A shift has a start and an end. Fill in both, or empty both for a day off."))
    if not row["before"]:
        raise PlanError(N_("Choose the project that is worked for."))
    if not _is_plain(old, seen):
        raise PlanError(
            N_(
                "This day is more than a row here can say: more than one pause, or projects or channels that change "
                "at other times than after it. Change it in the roster's sheet."
            )
        )
    first = _minutes(row["start"])
    last = _minutes(row["end"]) + 1440 * (_minutes(row["end"]) <= first)
    home = _goes_home(row, seen, old, given)
    pause = _lunch(row["lunch"], first, _usual(row["shift"], given) if home else LUNCH_MIN)
    if not pause and row["after"] != row["before"]:
        raise PlanError(N_("Without a lunch the day is for one project: say when lunch is, or choose one project."))
    placed = _placed(row, seen, old)
    if pause and home:
        return _split(row, (first, *pause, last), placed), pause[1]
    items = [(pause[0], f"lunch {_hhmm(pause[0])}-{_hhmm(pause[1])}")] if pause else []
    if pause and row["after"] != row["before"]:
        items.append((pause[1], f"{row['after']} {_hhmm(pause[1])}"))
    free = [one for one in placed if not pause or one[1] <= pause[0] or one[0] >= pause[1]]
    return _piece(first, last, row["before"], free, items), pause[1] if pause else last


def _split(row, at, placed):
    """Return the two pieces of a split shift. at : minutes at which the first begins and ends, and the second."""
    if not at[0] < at[1] < at[2] < at[3] or at[2] >= 1440:
        raise PlanError(N_("The two pieces of a split shift begin on the same day, one after the other."))
    return f"{_piece(at[0], at[1], row['before'], placed)} + {_piece(at[2], at[3], row['after'], placed)}"


def _piece(first, last, project, placed, items=()):
    """Return one piece of a day, with what is placed within it."""
    inside = [
        (begin, f"{what} {_hhmm(begin)}-{_hhmm(end)} {title}".rstrip())
        for begin, end, what, title in placed
        if first < begin and end < last
    ]
    said = [project, *(item for _at, item in sorted([*items, *inside], key=lambda one: one[0]))]
    return f"{_hhmm(first)}-{_hhmm(last)} ({'; '.join(said)})"


def _goes_home(row, seen, old, given):
    """Return whether the pause of a day is time off: its kind of shift is split, or it was so before."""
    kinds = given.shifts[given.shifts["shift"] == row["shift"]]
    split = "split" in kinds and bool(kinds["split"].fillna(False).astype(bool).any())
    there = old[_there(old)] if len(old) else old
    if row["shift"] != seen["shift"] or not len(there) or not seen["lunch"]:
        return split
    return not (there["activity"] == "lunch").any()


def _usual(shift, given):
    """Return the minutes of the unpaid pause of a kind of shift."""
    known = given.shifts.loc[given.shifts["shift"] == shift, "break_s"]
    return int(known.iloc[0] // 60) if len(known) else LUNCH_MIN


def _is_plain(old, seen):
    """Return whether a row of the table can say a day: one pause at most, and another project or channel after it."""
    there = old[_there(old)] if len(old) else old
    if len(there) and len(_gaps(there)) + (there["activity"] == "lunch").sum() > 1:
        return False
    work = there[there["activity"] == "work"]
    what = work["project"] + "/" + work["channels"]
    changes = work["start"][what != what.shift()].iloc[1:]
    return not len(changes) or (len(changes) == 1 and f"{changes.iloc[0]:%H:%M}" == seen["lunch"].split("-")[-1])


def _lunch(said, first, usual):
    """Return the (begin, end) of a pause in minutes; one without an end lasts as long as usual."""
    if not said:
        return None
    begin, _dash, end = said.partition("-")
    begin = _minutes(begin)
    begin += 1440 * (begin < first)
    end = _minutes(end) if end else begin + usual
    return begin, end + 1440 * (end < begin)


def _placed(row, seen, old):
    """Return the (begin, end, activity, title) of what stays in the shift, in minutes after the day's midnight."""
    if not len(old) or not seen["start"]:
        return []
    moved = [_minutes(row[key]) - _minutes(seen[key]) for key in ("start", "end")]
    by = moved[0] if moved[0] == moved[1] else 0
    there = old[old["activity"].isin(PLACED)]
    first = old["start"].min().tz_localize(None).normalize()

    def after(moment):
        return int((moment.tz_localize(None) - first).total_seconds() // 60) + by

    return [(after(r.start), after(r.end), r.activity, r.title) for r in there.itertuples()]


def _minutes(clock):
    match = re.fullmatch(r"(\d{2}):(\d{2})", clock)
    if not match or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise PlanError(N_("'{found}' is no time of day. Write it as 09:00."), found=clock)
    return int(match[1]) * 60 + int(match[2])


def _hhmm(minutes):
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def with_day(roster, row, seen, *, day, given):
    """Return the roster with one agent's day as a row of the table says."""
    old = rows_of(roster, row["id"], day)
    new = stretches(row, seen, day=day, given=given, roster=roster)
    return joined(roster.drop(old.index), new)


def rows_of(roster, agent, day):
    """Return the rows of one agent's day, a night shift with the day on which it begins."""
    near = between(roster[roster["agent"] == agent], day - pd.Timedelta(days=2), 4)
    if near.empty:
        return near
    mine = schedule.hours_of(near)["day"].to_numpy() == day.to_datetime64()
    return near[mine]
