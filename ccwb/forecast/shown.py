"""Cleaning that shows its work: what was found odd in a history, why, and what the forecast makes of it."""

import numpy as np
import pandas as pd

from ccwb.forecast.outlook import Setting, cleaned
from ccwb.forecast.series import DAY_S, queues_of
from ccwb.forecast.slot_marks import Mark
from ccwb.messages import N_
from ccwb.projects import open_minutes
from ccwb.tables import empty

PARTLY_OPEN, OUTAGE = N_("partly open"), N_("outage")
OUT_FOR_HOURS = N_(
    "Far too few contacts from {start} to {end}, between normal hours. Perhaps the lines or the counting were down: "
    "these hours count as unknown. The whole day has {found} contacts, {usual} are usual."
)
REASONS = {
    N_("typing error"): N_(
        "One interval has a number far beyond anything around it: the day has {found} contacts where {usual} are "
        "usual. The interval counts as unknown and the day is completed from the others."
    ),
    N_("doubled hour"): N_(
        "From {start} to {end} one hour seems to be counted twice, or two hours in one, as when the clock changes. "
        "These intervals count as unknown; the day has {found} contacts, {usual} are usual."
    ),
    OUTAGE: N_(
        "Far too few contacts between normal times: {found} where {usual} are usual. Perhaps the lines or the counting "
        "were down; an outage is not expected to come again."
    ),
    N_("known outage"): N_(
        "Listed among the events as an outage: {found} contacts where {usual} are usual. It is not expected to come "
        "again."
    ),
    N_("incomplete day"): N_(
        "Only a part of this day is in the history: {found} contacts, {usual} are usual. The rest of the day counts as "
        "unknown, not as quiet."
    ),
    N_("outlier"): N_(
        "Far from the same weekdays around it: {found} contacts, {usual} are usual, and neither a holiday nor an event "
        "explains it. If it may come again, add the event or use the day."
    ),
    N_("zero-filled closure"): N_(
        "Not one contact on a day that usually has {usual}: probably closed, and filled with zeros in the export."
    ),
    N_("double import"): N_(
        "The same numbers are in the history twice: {found} contacts, {usual} are usual. The day is a copy of another "
        "one, or each interval is counted double."
    ),
    N_("missing day"): N_("No rows on a day that is usually open; {usual} contacts are usual."),
    N_("gap"): N_(
        "No rows from {day} to {last_day}, where about {usual} contacts would have come. The models see the time "
        "before and after it."
    ),
    PARTLY_OPEN: N_(
        "From {start} to {end} the history only ever has rows for a part of the interval. All its contacts come in "
        "that part, but the opening hours cover all of it, and staffing spreads them: it is thin there. Let the "
        "project's opening hours begin or end where it truly opens or closes."
    ),
    N_("set aside"): N_("Set aside by hand: {found} contacts, {usual} are usual."),
}


def cleaning(history, *, holidays=None, events=None, hours=None, interval_s=None, decisions=None):
    """Return a cleaning table: what is odd in a history and whether the forecast learns from it, a row per mark.

    decisions : table, or list of dicts, of project, channel, day, use. True: learn from the day as found; False: treat
        it as unknown (what is marked of it, or else the whole day). They win over the marks; taken back, everything is
        as before. A day set aside without a mark gets one.
    Other arguments as in `ccwb.forecast.forecast`. REASONS explains each reason in a sentence, `explained` fills it.
    Raises PlanError for a history that cannot be used, naming why.

    >>> offered = [100, 104, 96, 102, 98, 9900, 101, 99, 103, 97, 100, 102, 98, 101]
    >>> calls = pd.DataFrame({"interval_start": pd.date_range("2026-01-05", periods=14), "project": "orders",
    ...     "channel": "voice", "offered": offered})
    >>> cleaning(calls)[["day", "reason", "found", "used"]].to_string(header=False, index=False)
    '2026-01-10 typing error 9900.0 False'
    """
    setting = Setting(holidays, events, hours, decisions=decisions)
    rows = []
    for queue in queues_of(history, interval_s, hours):
        work = cleaned(queue, 1, setting)[0]
        partly = _partly_open(queue, setting.of(queue.project)[1])
        rows += [_row(queue, work, *mark) for mark in work.marks + partly]
    if not rows:
        return empty("cleaning")
    table = pd.DataFrame(rows)
    return table.sort_values(["project", "channel", "day", "from_s"], ignore_index=True)


def _partly_open(queue, project):
    """Return the marks of intervals, gathered from finer ones, of which only a part ever has rows: on the last day.

    project : its dictionary, where its hours are given: what they already close is planned in the open part alone.
    """
    if queue.part is None or queue.interval_s == DAY_S:
        return []
    last = int(np.flatnonzero((~np.isnan(queue.counts)).any(axis=1))[-1])
    partly = (queue.part > 0) & (queue.part < 1)
    if project is not None:
        partly &= open_minutes(project).reshape(7, len(queue.part), -1).all(axis=2).any(axis=0)
    return [(Mark(PARTLY_OPEN, last, last, (int(s), int(s) + 1)), True, False) for s in np.flatnonzero(partly)]


def _row(queue, work, mark, used, decided):
    days, length = slice(mark.first, mark.last + 1), queue.interval_s
    part = [slot * length for slot in mark.slots] if mark.slots and len(queue.counts[0]) > 1 else [np.nan, np.nan]
    found, usual = work.found[days], work.usual[days]
    return {
        "project": queue.project,
        "channel": queue.channel,
        "day": pd.Timestamp(queue.day[mark.first]),
        "last_day": pd.Timestamp(queue.day[mark.last]),
        "reason": mark.reason,
        "from_s": part[0],
        "to_s": part[1],
        "found": np.nan if np.isnan(found).all() else np.nansum(found),
        "usual": np.nan if np.isnan(usual).all() else np.nansum(usual),
        "used": bool(used),
        "decided": bool(decided),
    }


def explained(row):
    """Return (sentence, values) of a row of the cleaning table: why the mark is there, with its numbers.

    values : day and last_day (dates), found and usual (contacts), start and end (times of day, None for all of it).
    """
    values = {"day": row["day"].date(), "last_day": row["last_day"].date()}
    values |= {"found": row["found"], "usual": row["usual"]}
    for name, seconds in (("start", row["from_s"]), ("end", row["to_s"])):
        values[name] = None if pd.isna(seconds) else f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"
    hours = row["reason"] == OUTAGE and values["start"] is not None
    return (OUT_FOR_HOURS if hours else REASONS[row["reason"]]), values
