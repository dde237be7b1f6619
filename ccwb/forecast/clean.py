"""From counts per slot to clean day totals: what is odd is marked and, unless a person decides otherwise, not learned.

Within the day first (slot_marks.py), then by whole days (day_marks.py): a slot that cannot be right is unknown, and its
day is completed from the others; a day that cannot be right is unknown as a whole.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast import day_marks, slot_marks
from ccwb.forecast.calendar import weekday_of
from ccwb.forecast.slot_marks import INCOMPLETE, Mark
from ccwb.forecast.slot_rates import LEAST_KNOWN, least_known, usual_rates
from ccwb.messages import N_

HAPPENED = ("outlier", "outage", "known outage", "incomplete day")  # odd, but no error of the record
KNOWN_OUTAGE, SET_ASIDE = N_("known outage"), N_("set aside")


@dataclass
class Clean:
    """A history as the forecast learns from it. Arrays have one value, or one row, per day.

    counts : contacts by slot, missing where not used.  total : by day, outliers and outages in it.  offered : by day,
    missing where not used.  usual : by day, by the same weekdays around.  found : by day, as the history has it.
    marks : list of (Mark, used, decided).
    """

    counts: np.ndarray
    total: np.ndarray
    offered: np.ndarray
    usual: np.ndarray
    found: np.ndarray
    marks: list


def day_totals(counts, slots, day):
    """Return what was offered on each day within the open slots, missing where too little of the day is known.

    Unknown slots are filled by the share of a day that they usually hold on that weekday, one never known by that of
    other weekdays or of the slots beside it (see slot_rates.py). Too little is less than half of what is known of such
    days as a rule; where nothing ever came, less than half of the day. Closed days are missing.
    """
    weekday = weekday_of(day)
    known = slots & ~np.isnan(counts)
    came = np.where(known, counts, 0)
    usual = np.where(slots, usual_rates(came, known, weekday)[weekday] + 1e-9, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (usual * known).sum(axis=1) / usual.sum(axis=1)
        total = came.sum(axis=1) / share
    least = least_known(share, weekday) if came.any() else LEAST_KNOWN
    return np.where(share >= least, total, np.nan)


def without_typing_errors(queue):
    """Return (the queue with the slots that are typing errors unknown, their marks)."""
    marks = slot_marks.typing_errors(queue.counts, queue.day)
    return (replace(queue, counts=_cut(queue.counts, marks)), marks) if marks else (queue, marks)


def clean(queue, typed, days, slots, decisions):
    """Return the Clean history of a queue.

    queue : as found.  typed : marks of its typing errors.  days : its days.  slots : its open slots (days, slots).
    decisions : date -> use. Marks are found as if nobody had decided anything, so that a decision taken back leaves
    no trace. True: learn from the day as found; False on a day without a mark: unknown.
    """
    calm = _cut(queue.counts, typed)
    marks = typed + _hour_marks(queue, calm, days, slots)
    total = day_totals(_cut(queue.counts, marks), slots, queue.day)
    usual = day_marks.usual_totals(total, weekday_of(queue.day))
    marks += _day_marks(np.where(slots, queue.counts, np.nan), total, usual, days, {mark.first for mark in marks})
    decided = _decided(marks, decisions, queue.day)
    out = [mark for mark, used, _ in decided if not used]
    counts = _cut(queue.counts, [mark for mark in out if mark.slots])
    total = day_totals(counts, slots, queue.day)
    offered = total.copy()
    for mark in (mark for mark in out if not mark.slots):
        offered[mark.cut()[0]] = np.nan
    known = slots & ~np.isnan(queue.counts)
    found = np.where(known.any(axis=1), np.where(known, queue.counts, 0).sum(axis=1), np.nan)
    return Clean(counts, total, offered, usual, found, decided)


def _cut(counts, marks):
    """Return the counts with the marked slots unknown."""
    out = counts.copy()
    for mark in marks:
        out[mark.cut()] = np.nan
    return out


def _hour_marks(queue, calm, days, slots):
    """Return the marks of stretches within days; a daily history has none."""
    if calm.shape[1] == 1:
        return []
    usual = slot_marks.usual_slots(calm, slots, queue.day)
    inside = np.where(slots, calm, np.nan)
    ordinary = ~day_marks.special_days(days)
    marks = slot_marks.unfinished(inside, usual)
    doubled = slot_marks.doubled_hours(inside, usual, queue.day, clock_back(queue), ordinary)
    marks += doubled
    quiet = slot_marks.quiet_hours(_cut(inside, marks), usual, ordinary)
    return marks + quiet


def _day_marks(inside, total, usual, days, told):
    """Return the marks of whole days. inside : contacts found in open slots.  told : days with marks of their hours."""
    special = day_marks.special_days(days)
    absent = day_marks.absent_days(inside, days.open & ~_unknown_weekday(inside, days), total)
    marks = [mark for mark in absent if mark.reason != INCOMPLETE or mark.first not in told]
    marks += day_marks.zero_days(total, usual, days.holiday != "")
    marks += day_marks.imported_twice(inside, total, usual)
    marks += day_marks.copied_days(inside, _dispersion(total, usual))
    marks += [
        Mark(KNOWN_OUTAGE, int(i), int(i))
        for name, on in days.events.items()
        if days.kinds[name] == "outage"
        for i in np.flatnonzero(on & ~np.isnan(total))
    ]
    taken = {mark.first for mark in marks}
    return marks + [mark for mark in day_marks.off_days(total, usual, days.weekday, special) if mark.first not in taken]


def _unknown_weekday(inside, days):
    """Return which days are of a weekday that has none known: that is said once, not of each of them."""
    return ~np.isin(days.weekday, days.weekday[~np.isnan(inside).all(axis=1)])


def _dispersion(total, usual):
    """Return variance over mean of the day totals around what is usual, at least 1."""
    known = ~np.isnan(total) & (usual > 0)
    square = np.square(total[known] - usual[known]) / usual[known]
    return max(1.0, float(np.median(square)) / 0.455) if len(square) else 1.0


def clock_back(queue):
    """Return the days on which the clock may go back: those of the zone, or without one those of Europe and America."""
    day = pd.DatetimeIndex(queue.day.astype("datetime64[s]"))
    if queue.zone is not None:
        edge = pd.DatetimeIndex(np.append(queue.day, queue.day[-1:] + 1).astype("datetime64[s]"))
        edge = edge.tz_localize(queue.zone, ambiguous=np.ones(len(edge), dtype=bool), nonexistent="shift_forward")
        return np.diff(edge.as_unit("s").asi8) > 86_400
    sunday = day.day_of_week == 6
    return np.asarray(sunday & (((day.month == 10) & (day.day > 24)) | ((day.month == 11) & (day.day < 8))))


def _decided(marks, decisions, day):
    """Return the marks with whether they are used and whether a person decided so, days set aside by hand included."""
    index = {d: i for i, d in enumerate(day)}
    own = {index[d]: use for d, use in decisions.items() if d in index}
    out = [(m, own.get(m.first, False) if m.first == m.last else False, m.first in own) for m in marks]
    marked = {mark.first for mark in marks}
    return out + [(Mark(SET_ASIDE, i, i), False, True) for i, use in own.items() if not use and i not in marked]


def decisions_of(decisions, project, channel):
    """Return what people decided of one queue as date -> use, later rows winning.

    decisions : table, or list of dicts, of project, channel, day, use; None for none. Raises PlanError showing a row
    that lacks one of them, or whose day is none.
    """
    rows = decisions.to_dict("records") if isinstance(decisions, pd.DataFrame) else decisions or []
    out = {}
    for number, row in enumerate(rows, 1):
        lacks = [name for name in ("project", "channel", "day", "use") if pd.isna(row.get(name))]
        day = pd.to_datetime(row.get("day"), errors="coerce")
        if lacks or day is pd.NaT:
            raise PlanError(
                N_("Decision {row} on the cleaning needs project, channel, day and use (yes or no); found {found}."),
                row=number,
                found=str(row),
            )
        if (row["project"], row["channel"]) == (project, channel):
            out[np.datetime64(day.date(), "D")] = bool(row["use"])
    return out
