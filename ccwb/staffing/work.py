"""A forecast and its targets as arrays, one value per row: what the models compute with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.targets import targets_per_queue
from ccwb.tables import INTERVALS_S, TABLES, check

_DAY_S = 86_400
_APART = 2**36  # seconds, longer than any table: keeps the times of different queues apart
_NEEDED = ("interval_start", "interval_s", "project", "channel", "offered")


@dataclass(frozen=True)
class Work:
    """A forecast as arrays, a value per row; `queue` numbers the row's queue in `targets`."""

    table: pd.DataFrame
    queue: np.ndarray
    names: list
    targets: dict
    interval_s: np.ndarray
    offered: np.ndarray
    aht_s: np.ndarray
    load: np.ndarray
    live: np.ndarray

    def of(self, target, rows):
        """Return a target of the given rows."""
        return self.targets[target][self.queue[rows]]


def work_of(forecast, targets, volume_change, aht_change):
    for name, change in (("volume_change", volume_change), ("aht_change", aht_change)):
        if not (isinstance(change, int | float | np.number) and -1 < change < np.inf):
            raise PlanError(
                N_("{name} is a share above -1 (0.1 is 10 % more); found {found}."), name=name, found=str(change)
            )
    table, queue, names = entered(forecast)
    known = targets_per_queue(names, targets)
    interval_s = table["interval_s"].to_numpy(dtype=float)
    offered = table["offered"].to_numpy(dtype=float) * (1 + volume_change)
    aht_s = _handling_time(table, known["aht_s"][queue]) * (1 + aht_change)
    live = np.array([CHANNELS[channel].live for _, channel in names], dtype=bool)[queue]
    load = offered * aht_s / interval_s
    work = Work(table, queue, names, known, interval_s, offered, aht_s, load, live)
    _check_deadlines(work)
    return work


def _check_deadlines(work):
    """Refuse a promise to finish deferred work sooner than it takes to handle it: nobody could keep it."""
    came, spent = (np.bincount(work.queue, of, len(work.names)) for of in (work.offered, work.offered * work.aht_s))
    for queue, (project, channel) in enumerate(work.names):
        promised, within_s = (work.targets[name][queue] for name in ("service_level", "answer_within_s"))
        if CHANNELS[channel].live or not promised or within_s * came[queue] >= spent[queue]:
            continue
        raise PlanError(
            N_(
                "{project} / {channel}: contacts are to be finished within {within} s, but handling one takes {aht} s "
                "on average. Allow at least the handling time, then run this step again."
            ),
            project=project,
            channel=channel,
            within=f"{within_s:g}",
            aht=f"{spent[queue] / came[queue]:.0f}",
        )


def entered(forecast):
    """Return (table, queue number per row, the queues); whatever looks wrong goes through `check` for its sentence."""
    if not _looks_right(forecast):
        forecast = _checked(forecast)
    if (forecast["interval_s"] == _DAY_S).any():
        raise PlanError(
            N_(
                "The forecast is by the day; agents are needed by the hour. Import a history in intervals of 5 to 60 "
                "minutes and forecast again (step 2), then run this step again."
            )
        )
    project, projects = pd.factorize(forecast["project"])
    channel, channels = pd.factorize(forecast["channel"])
    pair, queue = np.unique(project * max(len(channels), 1) + channel, return_inverse=True)
    names = [(projects[code // len(channels)], channels[code % len(channels)]) for code in pair]
    time = pd.DatetimeIndex(forecast["interval_start"]).as_unit("s").asi8
    _check_apart(forecast, queue, time)
    return forecast, queue, names


def _check_apart(forecast, queue, time):
    """Refuse rows of one queue that come twice or overlap: their agents would count twice."""
    key = queue * _APART + time
    order = np.argsort(key, kind="stable")
    gap = np.diff(key[order])
    over = gap < forecast["interval_s"].to_numpy()[order[:-1]]
    if not over.any():
        return
    if (gap == 0).any():
        _checked(forecast)
    at = int(np.argmax(over))
    before, row = (forecast.iloc[order[place]] for place in (at, at + 1))
    raise PlanError(
        N_(
            "{project} / {channel}: the interval from {time} begins before the one from {before} ({length} s) ends, so "
            "that agents would count twice. Correct the intervals, then run this step again."
        ),
        project=row["project"],
        channel=row["channel"],
        time=str(row["interval_start"]),
        before=str(before["interval_start"]),
        length=int(before["interval_s"]),
    )


def _checked(forecast):
    """Return the forecast as `check` has it; columns that only other stages need may be absent."""
    spare = {c.name: 0 for c in TABLES["forecast"].columns if c.required and c.name not in _NEEDED}
    return check(forecast.assign(**{k: v for k, v in spare.items() if k not in forecast}), "forecast")


def _looks_right(forecast):
    """A quick look: a slider calls it at every move, where the full check would take longer than the staffing."""
    if any(name not in forecast or forecast[name].isna().any() for name in _NEEDED):
        return False
    numbers = [forecast[name] for name in ("interval_s", "offered", "aht_s") if name in forecast]
    if not all(pd.api.types.is_numeric_dtype(column.dtype) for column in numbers):
        return False
    if not pd.api.types.is_datetime64_any_dtype(forecast["interval_start"].dtype):
        return False
    least = min((column.min() for column in numbers), default=0) if len(forecast) else 0
    finite = np.isfinite(forecast["offered"].to_numpy(dtype=float)).all()
    return bool(finite and least >= 0 and np.isin(forecast["interval_s"].unique(), INTERVALS_S).all())


def _handling_time(table, usual):
    """Return seconds per contact: the forecast's, where that is missing or 0 the target's; else a PlanError."""
    aht_s = usual.copy()
    if "aht_s" in table:
        own = table["aht_s"].to_numpy(dtype=float, na_value=np.nan)
        aht_s = np.where(own > 0, own, usual)
    if np.isinf(aht_s).any():
        at = table.iloc[int(np.argmax(np.isinf(aht_s)))]
        raise PlanError(
            N_("{project} / {channel}: aht_s at {time} is infinite. Correct the forecast, then run this step again."),
            project=at["project"],
            channel=at["channel"],
            time=str(at["interval_start"]),
        )
    if np.isnan(aht_s).any():
        at = table.iloc[int(np.flatnonzero(np.isnan(aht_s))[0])]
        raise PlanError(
            N_(
                "{project} / {channel} has no handling time: the forecast's aht_s is empty and none is typed. "
                "Type a handling time (seconds per contact) for it, then run this step again."
            ),
            project=at["project"],
            channel=at["channel"],
        )
    return aht_s
