"""The days of a covering problem: need and opening hours on a grid of slots, and the shifts that may lie on it."""

import math
from collections import namedtuple
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import is_open
from ccwb.tables import check

HOUR = 3600
PART_S = 300  # opening hours are told to five minutes, and every length of an interval is a multiple of it
Variant = namedtuple("Variant", "shift first last break_first break_last")  # slots of the day; last is not included


@dataclass(frozen=True)
class Day:
    """One project on one local day: its grid of slots, what each needs, and from when to when it is open.

    opens, closes : seconds from the slot's start to where its open part begins and ends; 0 and all where it is closed.
    """

    project: str
    starts: pd.DatetimeIndex  # local
    need: np.ndarray
    open: np.ndarray
    opens: np.ndarray
    closes: np.ndarray

    @property
    def clock(self):
        return (self.starts.hour * HOUR + self.starts.minute * 60).to_numpy()

    @property
    def pattern(self):
        return self.open.tobytes(), self.clock.tobytes(), self.opens.tobytes(), self.closes.tobytes()

    @property
    def hours(self):
        return (self.closes - self.opens) / HOUR


def needed_of(requirement, column, length=None):
    """Return project, interval_start, interval_s, required: the requirement summed over each project's channels.

    They come in intervals of one `length`, seconds; None is the usual one (see `usual_s`). A longer interval needs its
    agents in each of its parts. What is needed in a part of an interval only (open until 21:05) comes in rows of five
    minutes, so that the agent-hours add up to those of the requirement.
    """
    table, length = check(requirement, "requirement"), usual_s(requirement, column) if length is None else length
    if (table["interval_s"] != length).any():
        table = _parts(table, column, length)
    key = ["project", "interval_start", "interval_s"]
    return table.groupby(key, as_index=False)[column].sum().rename(columns={column: "required"})


def usual_s(requirement, column="scheduled"):
    """Return the interval length, seconds, that a requirement is scheduled in: the shortest that is usual for a queue.

    Raises PlanError where it has no intervals, or some of more than an hour.
    """
    table = check(requirement, "requirement")
    if column not in ("scheduled", "agents"):
        raise PlanError(
            N_("A schedule covers 'scheduled' or 'agents' of the requirement; found '{found}'."), found=column
        )
    if table.empty:
        raise PlanError(N_("The requirement has no intervals. Run step 3, staffing, first."))
    usual = table.groupby(["project", "channel"])["interval_s"].max()
    if usual.max() > HOUR:
        raise PlanError(
            N_("A schedule needs a requirement in intervals of at most an hour; found {found} seconds."),
            found=int(usual.max()),
        )
    return int(usual.min())


def _parts(table, column, length):
    """Return what is needed in intervals of `length` seconds; five minutes where it is not the same."""
    parts = (table["interval_s"] // PART_S).to_numpy()
    rows = table.loc[table.index.repeat(parts), ["project", "interval_start", column]]
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(parts) - parts, parts)
    rows["interval_start"] += pd.to_timedelta(nth * PART_S, unit="s")
    rows = rows.groupby(["project", "interval_start"], as_index=False)[column].sum()
    local = rows["interval_start"].dt.tz_localize(None)
    within = (local - local.dt.normalize()).dt.total_seconds() % length
    slots = rows.groupby(["project", rows["interval_start"] - pd.to_timedelta(within, unit="s")])[column]
    even = (slots.transform("size") == length // PART_S) & (slots.transform("min") == slots.transform("max"))
    return rows.assign(interval_s=np.where(even, length, PART_S))[~even | (within == 0)]


def grid_s(requirement, shifts, column="scheduled"):
    """Return the longest slot, seconds, that the need and all shifts fall into evenly; PlanError names the shift."""
    step_s = usual_s(requirement, column)
    for name, *times in shifts[["shift", "first_start_s", "step_s", "length_s", "break_s"]].itertuples(index=False):
        step_s = reduce(math.gcd, (int(t) for t in times), step_s)
        if step_s < 300 or any(t % 1 for t in times):
            raise PlanError(
                N_("The shift '{shift}': its starts, length and break are not multiples of 5 minutes. Correct it."),
                shift=name,
            )
    return step_s


def days_of(needed, project, step_s):
    """Return one Day for each local day on which the project has a need, in order.

    needed : in slots of `step_s` or parts of them; the need of a slot is the most of its parts.
    """
    mine = needed[needed["project"] == project["project"]]
    local = mine["interval_start"]
    if local.dt.tz is not None:
        local = local.dt.tz_convert(project["zone"])
    out = []
    for midnight, rows in mine.assign(local=local).groupby(local.dt.normalize()):
        following = midnight.tz_localize(None) + pd.Timedelta(days=1)
        length = (following.tz_localize(midnight.tz) - midnight).total_seconds()
        starts = midnight + pd.to_timedelta(np.arange(0, length, step_s), unit="s")
        need = _on_grid(rows, midnight, len(starts), step_s)
        out.append(Day(project["project"], starts, need, *_open_parts(starts, project, step_s)))
    return out


def _open_parts(starts, project, step_s):
    """Return of each slot whether some of it is open, and the seconds at which its open part begins and ends."""
    minutes = np.arange(0, step_s, 60)
    every = starts.repeat(len(minutes)) + pd.to_timedelta(np.tile(minutes, len(starts)), unit="s")
    there = is_open(every, project).reshape(len(starts), len(minutes))
    some = there.any(axis=1)
    opens = np.where(some, 60 * there.argmax(axis=1), 0)
    return some, opens, np.where(some, step_s - 60 * there[:, ::-1].argmax(axis=1), step_s)


def slot_of(rows, midnight, step_s):
    """Return the number of the slot that each row lies in, counted from midnight; rows : `local`, interval_s."""
    return ((rows["local"] - midnight).dt.total_seconds() // step_s).to_numpy().astype(int)


def _on_grid(rows, midnight, slots, step_s):
    within = (rows["local"] - midnight).dt.total_seconds().to_numpy() % step_s
    over = within + rows["interval_s"].to_numpy() > step_s
    if over.any():
        raise PlanError(
            N_("The requirement's interval at {found} does not lie on the grid of {minutes} minutes from midnight."),
            found=str(rows["interval_start"].iloc[int(np.flatnonzero(over)[0])]),
            minutes=step_s // 60,
        )
    need = np.zeros(slots)
    np.maximum.at(need, slot_of(rows, midnight, step_s), rows["required"].to_numpy(dtype=float))
    return need


def variants_of(day, shifts, step_s):
    """Return (list of Variant, slots x variants matrix of who is at work): every start, length and break allowed."""
    variants = []
    for row in shifts[shifts["project"].isin(["", day.project])].itertuples():
        length = int(row.length_s // step_s)
        allowed = (day.clock - row.first_start_s) % row.step_s == 0
        allowed &= (day.clock >= row.first_start_s) & (day.clock <= row.last_start_s)
        for first in np.flatnonzero(allowed[: max(len(allowed) - length + 1, 0)]):
            variants += [Variant(row.shift, first, first + length, *pause) for pause in _breaks(row, first, step_s)]
    work = np.zeros((len(day.starts), len(variants)), dtype=bool)
    for number, variant in enumerate(variants):
        work[variant.first : variant.last, number] = True
        work[variant.break_first : variant.break_last, number] = False
    inside = ~(work & ~day.open[:, None]).any(axis=0)
    return [variants[number] for number in np.flatnonzero(inside)], work[:, inside]


def _breaks(row, first, step_s):
    """Return (first slot, slot after the last) of each break a shift from slot `first` may have."""
    if row.break_s == 0:
        return [(first, first)]
    earliest = 0 if pd.isna(row.break_after_s) else row.break_after_s
    latest = row.length_s - row.break_s if pd.isna(row.break_before_s) else row.break_before_s
    apart = math.ceil(max(step_s, 900) / step_s)  # a break every quarter of an hour is choice enough
    slots = range(math.ceil(earliest / step_s), int(latest // step_s) + 1, apart)
    return [(first + slot, first + slot + int(row.break_s // step_s)) for slot in slots]
