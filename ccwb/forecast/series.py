"""The history of one queue as arrays: days down, slots of the local day across."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.calendar import SURE, learned_week, missed, weekday_of, within_hours
from ccwb.forecast.reading import DAY_S, read
from ccwb.forecast.served import open_week
from ccwb.forecast.slot_rates import LEAST_KNOWN, least_known, usual_rates
from ccwb.forecast.unseen import gathered
from ccwb.messages import N_

_SUMS = (
    "offered",
    "handled",
    "abandoned",
    "short_abandoned",
    "flowed_out",
    "blocked",
    "transferred",
    "answered_within",
    "closed_unanswered",
)
USUALLY = 0.5  # share of the days of a weekday on which a row is there, from which on an absent one is unknown
CHANCE = 2  # standard deviations that a row may be there less often than the others by chance
BLOCK_S = 1800  # an interval of this length that has rows at times is open only when it has them
FEW_ZEROS = 20  # zeros that are missed, from which on they were left out
QUIET = 0.5  # share of the days below which a slot with rows is a quiet one
FEW_PAIRS = 2  # slots with two contacts that chance would bring, up to which none may be seen
_NEEDED = ("interval_start", "interval_s", "project", "channel", "offered", "handled", "aht_s")


@dataclass
class Queue:
    """One project and channel. Arrays have one row per local day and one column per slot of the day.

    day : from the queue's first day to the last day of the whole history, so that all queues are forecast from one day.

    counts : contacts offered, missing where unknown.  aht_s : seconds.  weight : contacts the aht_s was measured on.
    The hour that the clock repeats in autumn is one slot holding the mean of its two intervals; the hour that it skips
    in spring is unknown. So a row is a day as if it had 24 hours.
    part : share of each slot that has rows, where the history was gathered from finer ones; None elsewhere.
    extent : there, how much of each slot is open, by weekday (7, slots): see unseen.py.
    """

    project: str
    channel: str
    interval_s: int
    zone: object
    day: np.ndarray
    counts: np.ndarray
    aht_s: np.ndarray
    weight: np.ndarray
    part: np.ndarray | None = None
    extent: np.ndarray | None = None

    def until(self, n):
        """Return the queue as it was after its first `n` days."""
        cut = {name: getattr(self, name)[:n] for name in ("day", "counts", "aht_s", "weight")}
        return replace(self, **cut)


def queues_of(history, interval_s=None, hours=None):
    """Return the queues of a history, sorted by project and channel.

    interval_s : gather the history into intervals of this length first; None keeps its own.
    hours : project -> its dictionary; what came outside of them is not gathered.
    Raises PlanError for an empty table, mixed lengths in one queue, and a queue whose offered is nowhere known.
    """
    table = read(history[[c for c in _NEEDED if c in history.columns]])
    if not len(table):
        raise PlanError(N_("The history table has no rows. Import a history first, then forecast."))
    if "offered" not in table.columns:
        raise PlanError(
            N_("The history table has no column 'offered' (contacts that arrived). Import it, then forecast.")
        )
    mixed = table.groupby(["project", "channel"])["interval_s"].nunique().max() > 1
    if interval_s is not None:
        _check_gathering(table, interval_s)
        table = within_hours(table, hours=hours) if hours else table
        table = gather(table, interval_s) if mixed else table
    times = pd.DatetimeIndex(table["interval_start"])
    date = times.tz_localize(None).to_numpy().astype("datetime64[D]")
    groups = table.groupby(["project", "channel"], sort=True).indices
    queues = [_queue(table, times, date, rows, name) for name, rows in groups.items()]
    if interval_s is None:
        return queues
    return [coarser(queue, interval_s, project=(hours or {}).get(queue.project)) for queue in queues]


def coarser(queue, interval_s, *, project=None):
    """Return the queue in longer intervals, each one complete.

    Where rows are absent or unknown that this weekday has about as often as any, the interval is completed by their
    usual share if at least half of it is known (of a day: half of what is known of such days as a rule), else it is
    unknown: a day that ends at noon is not a quiet day. Where the weekday never has rows (closed within the interval),
    nothing is added, but for half hours and more that `project`, its dictionary, has open and that are not `unserved`
    (see served.py); `part` says how much of the interval has.
    """
    per = interval_s // queue.interval_s
    if per == 1:
        return queue
    n, slots = len(queue.day), queue.counts.shape[1] // per
    known, weekday = ~np.isnan(queue.counts), weekday_of(queue.day)
    came = np.where(known, queue.counts, 0)
    given = None if project is None else open_week(queue.counts, weekday, project)
    came = came if given is None else np.where(given[weekday] > 0, came, 0)
    served = _served(queue, known, weekday, given)
    rates = usual_rates(came, known, weekday) + 1e-9
    never = ~np.isin(np.arange(7), weekday[known.any(axis=1)])
    extent, usual = gathered(rates, served * 1.0 if given is None else given, per, never), np.where(served, rates, 0)
    part = (usual > 0).reshape(7, slots, per).mean(axis=2).max(axis=0)
    usual, known, came = (a.reshape(n, slots, per) for a in (usual[weekday], known, came))
    whole = usual.sum(axis=2)
    share = np.where(whole > 0, (usual * known).sum(axis=2) / np.where(whole > 0, whole, 1), 1.0)
    share = np.where(known.any(axis=2), share, 0.0)
    least = least_known(share[:, 0], weekday)[:, None] if slots == 1 else LEAST_KNOWN
    counts = np.where((share > 0) & (share >= least), came.sum(axis=2) / np.maximum(share, 1e-9), np.nan)
    weight = queue.weight.reshape(n, slots, per)
    work = (np.nan_to_num(queue.aht_s).reshape(n, slots, per) * weight).sum(axis=2)
    weight = weight.sum(axis=2)
    aht_s = np.where(weight > 0, work / np.where(weight > 0, weight, 1), np.nan)
    return replace(queue, interval_s=interval_s, counts=counts, aht_s=aht_s, weight=weight, part=part, extent=extent)


def _served(queue, known, weekday, given):
    """Return which rows each weekday has as a rule, or would have by its opening hours: (7, slots).

    given : how much of each slot is open by the project's hours, alike; None where they are learned.

    As a rule: on half of the days on which it has most of the others, what chance takes off allowed, and not given up.
    """
    out = missed(known, weekday)
    for w in range(7):
        rows = known[(weekday == w) & known.any(axis=1)]
        often = rows.mean(axis=0) if len(rows) else np.zeros(known.shape[1])
        if often.any():
            days, usual = len(rows), often[often >= 0.5 * np.quantile(often[often > 0], 0.75)].mean()
            least = USUALLY * max(min(usual * days, days - 1), 1) - CHANCE * np.sqrt(days * usual * (1 - usual))
            out[w] |= days * often >= max(least, 0.5)
    out &= learned_week(queue, np.full(len(queue.day), ""))
    if given is not None:
        block = max(BLOCK_S // queue.interval_s, 1)
        rule = out.reshape(7, -1, block).any(axis=2).repeat(block, axis=1)
        out |= ~rule & (given > 0)
    return out


def gather(history, interval_s):
    """Return the history in longer intervals, such as 5 minutes into 1800 s or into days (86400).

    Counts add up (unknown where one of them is unknown; absent rows add nothing), `aht_s` and `asa_s` are weighted by
    handled contacts (by offered where there is no `handled`), `agents` is a mean and `backlog_end` the last one.
    Raises PlanError where the history's intervals are longer than the ones wished.

    >>> calls = pd.DataFrame({"interval_start": pd.date_range("2026-03-02 08:00", periods=3, freq="5min"),
    ...     "interval_s": 300, "project": "orders", "channel": "voice", "offered": [4, 6, 0],
    ...     "aht_s": [100, 200, None]})
    >>> gather(calls, 1800)[["interval_start", "offered", "aht_s"]].to_string(header=False, index=False)
    '2026-03-02 08:00:00     10.0  160.0'
    """
    table = read(history)
    _check_gathering(table, interval_s)
    table["interval_start"] = _floor(table["interval_start"], interval_s)
    table["interval_s"] = interval_s
    for mean in ("aht_s", "asa_s"):
        if mean in table:
            table[mean], table[f"_{mean}"] = _weighted(table, mean)
    return _grouped(table)


def _check_gathering(table, interval_s):
    if len(table) and (interval_s < table["interval_s"].max() or (interval_s % table["interval_s"]).any()):
        raise PlanError(
            N_("The history has intervals of {found} s; they cannot be gathered into {wished} s. Choose a multiple."),
            found=int(table["interval_s"].max()),
            wished=interval_s,
        )


def _weighted(table, mean):
    """Return value x weight and weight, both missing where nothing was measured."""
    weight = table["handled"].fillna(table["offered"]) if "handled" in table else table["offered"]
    weight = weight.where(table[mean].notna())
    return table[mean] * weight, weight


def _grouped(table):
    groups = table.groupby(["interval_start", "interval_s", "project", "channel"], sort=True)
    out = {}
    for name in table.columns.drop(["interval_start", "interval_s", "project", "channel"]):
        if name in _SUMS:
            out[name] = groups[name].sum().where(groups[name].size() == groups[name].count())
        elif name in ("aht_s", "asa_s"):
            weight = groups[f"_{name}"].sum()
            out[name] = groups[name].sum() / weight.where(weight > 0)
        elif name == "agents":
            out[name] = groups[name].mean()
        elif not name.startswith("_"):
            out[name] = groups[name].last()
    return pd.DataFrame(out).reset_index()


def _floor(start, interval_s):
    """Return the start of the longer interval in local time; a longer interval never begins in a skipped hour."""
    times = pd.DatetimeIndex(start)
    if interval_s == DAY_S:
        return times.normalize()
    return times - pd.to_timedelta(_clock(times) % interval_s, unit="s")


def _clock(times):
    return (times.hour * 3600 + times.minute * 60 + times.second).to_numpy()


def _queue(table, times, date, rows, name):
    interval_s, clock = _grid(table, times, rows, name)
    first, slots = date[rows].min(), DAY_S // interval_s
    n = int((date.max() - first).astype(int)) + 1
    cell = (date[rows] - first).astype(int) * slots + clock // interval_s
    column = {c: table[c].to_numpy(dtype=float)[rows] for c in ("offered", "handled", "aht_s") if c in table}
    offered = column["offered"]
    if np.isnan(offered).all():
        raise PlanError(
            N_("{project} / {channel} has no known number of offered contacts. Complete the history, then forecast."),
            project=name[0],
            channel=name[1],
        )
    aht_s = column.get("aht_s", np.full(len(rows), np.nan))
    handled = column.get("handled", offered)
    weight = np.where(np.isnan(aht_s), 0, np.where(np.isnan(handled), np.nan_to_num(offered), handled))
    shape = (n, slots)
    counts = with_zeros(_mean(cell, offered, ~np.isnan(offered), shape), first + np.arange(n))
    weights = np.bincount(cell, weights=weight, minlength=n * slots).reshape(shape)
    aht_s = _mean(cell, np.nan_to_num(aht_s), weight, shape)
    return Queue(*name, interval_s, times.tz, first + np.arange(n), counts, aht_s, weights)


def with_zeros(counts, day):
    """Return the counts with zeros where a history leaves out the rows without contacts, else as they are.

    It does where no row is zero though Poisson counts like these would be zero FEW_ZEROS times and more, or all rows
    are 1 and so few that hardly ever two contacts would have met. Zeros then are the absent rows between the first and
    the last slot that the weekday ever has, on days with rows; and whole days of a weekday with fewer than SURE
    contacts a day on average, which may well have had none. Where it shows in quiet slots alone, those that have rows
    on less than half of the days (the nights of a busy queue), it is they alone that get zeros.
    """
    there = ~np.isnan(counts)
    known = counts[there]
    if not len(known) or known.min() <= 0 or len(known) == counts.size:
        return counts
    left_out = np.ones(counts.shape[1], dtype=bool)
    if not _lack_zeros(known, counts.size):
        told = there.any(axis=1)
        left_out = there.any(axis=0) & (there[told].mean(axis=0) < QUIET)
        if not left_out.any() or not _lack_zeros(counts[:, left_out][there[:, left_out]], told.sum() * left_out.sum()):
            return counts
    out = counts.copy()
    last, weekday = int(np.flatnonzero(there.any(axis=1))[-1]), weekday_of(day)
    for w in np.unique(weekday[there.any(axis=1)]):
        rows = np.flatnonzero((weekday == w) & (np.arange(len(day)) <= last))
        slots = np.flatnonzero(there[rows].any(axis=0))
        if np.nansum(counts[rows]) >= SURE * len(rows):
            rows = rows[there[rows].any(axis=1)]
        part = np.ix_(rows, slots[0] + np.flatnonzero(left_out[slots[0] : slots[-1] + 1]))
        out[part] = np.nan_to_num(counts[part])
    return out


def _lack_zeros(known, cells):
    """Return whether these counts, none of them zero, are what is left of so many when zeros are left out."""
    return _all_single(known, cells) if known.max() == 1 else _zeros_missed(known)


def _zeros_missed(known):
    """Return whether Poisson counts like these, none of them zero, would have FEW_ZEROS zeros beside them and more."""
    mean, rate = known.mean(), known.mean()
    for _ in range(50):  # the mean of a Poisson count that is not 0 is rate / (1 - exp(-rate)): by Newton's steps
        rate = max(rate - (rate + mean * np.expm1(-rate)) / max(1 - mean * np.exp(-rate), 1e-9), 1e-9)
    zeros = len(known) * np.exp(-rate) / -np.expm1(-max(rate, 1e-9))
    return zeros >= FEW_ZEROS and known.var() >= 0.5 * mean * (1 + rate - mean)


def _all_single(known, cells):
    """Return whether single contacts so rare would hardly ever come two in a slot: then absent slots are zero."""
    rate = -np.log1p(-len(known) / cells)
    return cells - len(known) >= FEW_ZEROS and len(known) * rate / 2 < FEW_PAIRS


def _grid(table, times, rows, name):
    """Return (interval length, seconds since local midnight of each row); PlanError where they make no grid."""
    lengths = table["interval_s"].to_numpy()[rows]
    interval_s = int(lengths[0])
    clock = np.zeros(len(rows), dtype=int) if interval_s == DAY_S else _clock(times[rows])
    if (lengths != interval_s).any() or (clock % interval_s).any():
        raise PlanError(
            N_(
                "The history of {project} / {channel} mixes interval lengths, or has intervals that do not begin on a "
                "whole {minutes} minutes. Gather it into one length first."
            ),
            project=name[0],
            channel=name[1],
            minutes=interval_s // 60,
        )
    return interval_s, clock


def _mean(cell, values, weight, shape):
    """Return the weighted mean of the values that fall into each cell, missing where none does."""
    weight = weight.astype(float)
    size = shape[0] * shape[1]
    sums = np.bincount(cell, weights=np.where(weight > 0, values, 0) * weight, minlength=size)
    weights = np.bincount(cell, weights=weight, minlength=size)
    with np.errstate(invalid="ignore"):
        return (sums / weights).reshape(shape)
