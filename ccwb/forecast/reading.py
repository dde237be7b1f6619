"""Reading a history as planners have it: times as text, no interval length, the hour that the clock repeats."""

import warnings

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import INTERVALS_S, check

DAY_S = 86_400
FEW = 0.1  # share of the days whose rows may stand further apart than the others'


def read(history):
    """Return the history checked and typed, with `interval_s` in every row.

    Without that column the length of each queue's intervals is told from the gaps between their starts. Two rows with
    one start are one interval, with the mean of both, where they can only be the hour that the clock repeats.
    Raises PlanError for a history that cannot be read, naming the row or the queue.
    """
    table = history.reset_index(drop=True)
    complete = {"interval_start", "project", "channel"} <= set(table.columns) and len(table) > 0
    if complete:
        table["interval_start"] = _times(table["interval_start"])
        start = table["interval_start"]
        complete = pd.api.types.is_datetime64_any_dtype(start) and start.notna().all()
    table = _once(table) if complete else table
    if "interval_s" not in table:  # of a table that is not complete, `check` says what is wrong
        table["interval_s"] = _lengths(table) if complete else DAY_S
    return check(table, "history")


def _times(start):
    """Return the times as datetimes where they all can be read, else as they are, for `check` to name the row."""
    if pd.api.types.is_datetime64_any_dtype(start):
        return start
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a format that pandas cannot guess is read value by value
            times = pd.to_datetime(start, errors="coerce")
    except (ValueError, TypeError) as error:
        raise PlanError(
            N_(
                "The times of the history do not all have the same distance from UTC, or only some have a zone: "
                "found '{first}' and '{last}'. Write them as local times without a zone, or give them one time zone."
            ),
            first=str(start.iloc[0]),
            last=str(start.iloc[-1]),
        ) from error
    return start if times.isna().any() else times


def _once(table):
    """Return the table with the hour that a zone-less clock repeats once: numbers are the mean of both rows.

    Only rows between midnight and three on Sundays, when clocks go back, and only where each is there exactly twice.
    """
    key = [c for c in ("interval_start", "project", "channel") if c in table]
    twice = table.duplicated(key, keep=False)
    times = table["interval_start"]
    if not twice.any() or times.dt.tz is not None or len(key) < 3:
        return table
    rows = table[twice]
    at = rows["interval_start"]
    night = (at.dt.day_of_week == 6) & (at.dt.hour < 3) & (at.dt.month.isin([3, 4, 9, 10, 11]))
    groups = rows.groupby(key, sort=False)
    if not night.all() or (groups.size() != 2).any():
        return table
    one_hour = rows.assign(_day=at.dt.normalize()).groupby(["_day", "project", "channel"])["interval_start"]
    if (one_hour.max() - one_hour.min() >= pd.Timedelta(hours=1)).any():
        return table
    numbers = {c: pd.to_numeric(table[c], errors="coerce") for c in table.columns.difference([*key, "interval_s"])}
    numbers = {c: values for c, values in numbers.items() if (values.isna() == table[c].isna()).all()}
    means = table.assign(**numbers).groupby(key, sort=False)[list(numbers)].mean()
    first = table[~table.duplicated(key)].reset_index(drop=True)
    return first.assign(**{c: means[c].to_numpy() for c in numbers})


def _lengths(table):
    """Return the interval length of each row's queue; a queue of one row takes the shortest of the others."""
    times = pd.DatetimeIndex(table["interval_start"])
    local = times.tz_localize(None)
    queues = table.groupby(["project", "channel"], dropna=False).indices
    found = {name: _length(times[rows], local[rows], name) for name, rows in queues.items()}
    known = [length for length in found.values() if length]
    out = np.zeros(len(table), dtype="int64")
    for name, rows in queues.items():
        out[rows] = found[name] or min(known, default=0)
        if not out[rows[0]] and (local[rows] == local[rows].normalize()).all():
            out[rows] = DAY_S
        if not out[rows[0]]:
            _refuse(name, N_("one row does not tell how long its interval is"))
    return out


def _length(times, local, name):
    """Return the interval length of one queue, seconds; None where it has but one time."""
    start = np.unique(times.as_unit("s").asi8)
    if len(start) < 2:
        return None
    date, clock = local.normalize(), (local - local.normalize()).total_seconds().to_numpy()
    if date.nunique() == len(np.unique(local)) and len(np.unique(clock)) == 1:
        if len(start) > 3 and np.diff(start).min() >= 7 * DAY_S - 3600:
            _refuse(name, N_("its rows stand a week or more apart, as weekly or monthly totals do"))
        return DAY_S  # one row a day, always at the same time
    gap = np.diff(start)
    length = int(gap.min())
    day = np.unique(local).astype("datetime64[D]")[1:] if len(np.unique(local)) == len(start) else None
    if length not in INTERVALS_S or length == DAY_S or (clock % length).any():
        _refuse(name, N_("the starts of its rows stand at irregular distances"))
    if day is not None:
        least = pd.Series(gap).groupby(day).agg(["min", "size"])
        least = least["min"][least["size"] >= 4]
        if len(least) and (least != length).mean() > FEW:
            _refuse(name, N_("its rows stand closer on some days than on others, so that it mixes interval lengths"))
    return length


def _refuse(name, why):
    raise PlanError(
        N_(
            "How long the intervals of {project} / {channel} are cannot be told: {why}. Add a column 'interval_s' "
            "(300, 900, 1800, 3600 or 86400 seconds), or gather single contacts into intervals first."
        ),
        project=str(name[0]),
        channel=str(name[1]),
        why=PlanError(why),
    )
