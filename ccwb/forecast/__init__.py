"""Forecast: from a history to the contacts and handling time to expect, with honest bands.

    forecast      the next days of every queue, per interval or day
    backtest      how each model would have done on the past; pooled: over several moments or queues
    sample_paths  possible futures drawn from a forecast; path_totals: their sums
    weekly        a forecast gathered to weeks, for hiring and the budget; day_bands: to days, with their bands
    gather        a history in longer intervals
    beliefs       what the forecast believes, in sentences
    adjusted      a forecast with what people change in it; what_adjusted, scenario, without
    new_share     the share of agents who are new, for handling time
    against       a forecast held against what came; accuracy_of
    today         a day half over: its rest forecast anew from what came so far
    cleaning      what is odd in a history, and whether the forecast learns from it; REASONS explains each reason
    outside_hours how much of a history came while the project is closed; within_hours: the history without it
    on_closed_holidays  what of that came on public holidays that are closed days
    MODELS        the models, by name

A queue is forecast by day; the day is then split over its open slots by a weekday profile, so slots add up to days.
How each part works and where it comes from: docs/models_forecast.md.
"""

from functools import partial

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.adjust import adjusted, scenario, what_adjusted, without
from ccwb.forecast.against import accuracy_of, against
from ccwb.forecast.bands import band
from ccwb.forecast.beliefs import beliefs_of
from ccwb.forecast.calendar import on_closed_holidays, open_parts, outside_hours, weekday_of, within_hours
from ccwb.forecast.common import shared_errors
from ccwb.forecast.handling import new_share
from ccwb.forecast.models import MODELS
from ccwb.forecast.new_queues import with_starts
from ccwb.forecast.outlook import BEST, Setting, outlook
from ccwb.forecast.parallel import each_queue
from ccwb.forecast.paths import path_totals, sample_paths
from ccwb.forecast.scores import pooled, scores
from ccwb.forecast.series import DAY_S, gather, queues_of
from ccwb.forecast.shown import REASONS, cleaning, explained
from ccwb.forecast.today import Today, today
from ccwb.forecast.weeks import day_bands, weekly
from ccwb.messages import N_

__all__ = [
    "BEST",
    "MODELS",
    "REASONS",
    "Today",
    "accuracy_of",
    "adjusted",
    "against",
    "backtest",
    "beliefs",
    "cleaning",
    "day_bands",
    "explained",
    "forecast",
    "gather",
    "new_share",
    "on_closed_holidays",
    "outside_hours",
    "path_totals",
    "pooled",
    "sample_paths",
    "scenario",
    "today",
    "weekly",
    "what_adjusted",
    "within_hours",
    "without",
]

MOST_DAYS = 731


def forecast(
    history,
    *,
    days,
    holidays=None,
    events=None,
    hours=None,
    model=BEST,
    level=(0.8, 0.95),
    interval_s=None,
    paths=0,
    seed=0,
    jobs=1,
    progress=None,
    decisions=None,
    starts=None,
    tenure=None,
):
    """Return a forecast table: contacts to expect in each open interval of the next `days` days, queue by queue.

    history : history table, of which interval_start, project, channel and offered are needed; `interval_s` is told
        from the starts. Missing `offered` and absent rows in open hours are unknown, not zero. Times with a zone
        give times in that zone (the 23- and the 25-hour day are ordinary days), times without come back without.
    days : local days ahead, from the day after the history's last one, 1 to 731.
    holidays : region code such as "DE-BE" for all projects, or project -> code ("" for none); None takes the
        projects' own regions where `hours` is given, else none.
    events : events table. Closures are closed; past outages are not repeated; a stated effect ahead multiplies, one
        left open is learned from events of that name or kind.
    hours : project -> its dictionary (ccwb.projects): opening hours and closed holidays; None, or a project left out,
        learns the open slots from the last eight weeks. Opening hours in which a queue has not one row in weeks of
        known days are closed for it (see served.py).
    model : a name in MODELS, or "best": the one with the least error on the past, per queue. A model that fails is
        left out of "best" with a warning, and refused where it was named. With less than 28 known days the seasonal
        naive rule is used; the column `model` says what made each row.
    level : bands wanted, 0..1: lower_80 and upper_80 always, lower_95 ... as asked.
    interval_s : gather the history into this length first.  seed : for a model that draws at random, and the paths.
    paths : above 0, the pair (forecast, forecast_paths table of so many possible futures: see `sample_paths`).
    jobs : how many queues are worked at once, by joblib; 1 stays in this process, None is as `joblib.parallel_config`
        says, so that a cluster can be named there. The numbers are the same; without joblib, one after the other.
    progress : called as progress(done, total, text) at the start and as each queue ends, text naming the next one; an
        exception that it raises (to cancel) passes through, and nothing is returned.
    decisions : what people decided of the marks that `cleaning` shows: project, channel, day, use.
    starts : list of dictionaries for queues with no history, or little: what is assumed of them (see new_queues.py).
    tenure : table project, day, new_share: the share of contacts that new agents handle, ahead too where it is
        planned (see `new_share`); what it adds to the handling time is learned from the history.

    Closed intervals have no row: nothing is expected there, also where the history has contacts outside the hours
    given. Where the hours given open or close within an interval, its contacts come in rows of 5, 15 or 30 minutes
    that cover the open part. Slots of a day add up to the model's day, except on clock-change days, which are an hour
    shorter or longer.
    `aht_s` is missing where the history has none. Raises PlanError for a history that cannot be used, naming why.

    >>> calls = pd.DataFrame({"interval_start": pd.date_range("2026-01-05", periods=21), "interval_s": 86400,
    ...     "project": "orders", "channel": "voice", "offered": [90, 80, 70, 60, 50, 0, 0] * 3})
    >>> forecast(calls, days=3)[["interval_start", "offered", "model"]].to_string(header=False, index=False)
    '2026-01-26     90.0 seasonal naive\\n2026-01-27     80.0 seasonal naive\\n2026-01-28     70.0 seasonal naive'
    """
    _check(days, [model], level)
    setting = Setting(holidays, events, hours, seed, decisions, tenure)
    queues = with_starts(
        [] if starts and not len(history) else queues_of(history, interval_s, hours),
        starts,
        interval_s=interval_s,
        hours=hours,
    )
    projects = [queue.project for queue in queues]
    setting.shared = frozenset(name for name in projects if projects.count(name) > 1)
    work = partial(_forecast, days=days, model=model, setting=setting, levels={0.8, *level})
    tables, errors = zip(*each_queue(work, queues, jobs=jobs, progress=progress), strict=True)
    shared = np.repeat(shared_errors(projects, errors), [len(one) for one in tables])
    table = pd.concat(tables, ignore_index=True)
    table.insert(table.columns.get_loc("model"), "together", shared)
    return (table, sample_paths(table, paths=paths, seed=seed)) if paths else table


def _forecast(queue, *, days, model, setting, levels):
    look = outlook(queue, days, [model], setting)[model]
    return _table(queue, look, levels, setting.of(queue.project)[1]), look.errors


def backtest(
    history,
    *,
    days,
    origins=4,
    every=None,
    holidays=None,
    events=None,
    hours=None,
    models=None,
    level=(0.8, 0.95),
    interval_s=None,
    seed=0,
    jobs=1,
    progress=None,
    decisions=None,
):
    """Return an accuracy table: how each model would have done at earlier moments, one row per queue, origin, model.

    days : days forecast from each origin.  origins : how many, the last one `days` days before the history's end.
    every : days between origins, by default half of `days` in whole weeks, at least one.  models : names of MODELS and
    "best"; None takes all of them that do not fail. Everything is fitted anew at each origin, on what was known then,
    the choice of "best" and the bands included; closed intervals are not scored. Rates are missing where nothing came.
    The rates of several moments or queues together are those of their sums: `pooled`.
    level : bands whose coverage is told: coverage_80 always, coverage_95 ... as asked.
    Other arguments as in `forecast`. Raises PlanError when no queue has 28 days before an origin.
    """
    names = [*MODELS, BEST] if models is None else list(models)
    _check(days, names, level)
    _check_moments(origins=origins, every=1 if every is None else every)
    every = max(7, days // 14 * 7) if every is None else every
    setting = Setting(holidays, events, hours, seed, decisions, spare=frozenset(MODELS if models is None else ()))
    queues = queues_of(history, interval_s, hours)
    work = partial(
        _backtest, days=days, origins=origins, every=every, models=names, setting=setting, levels=sorted({0.8, *level})
    )
    rows = [row for one in each_queue(work, queues, jobs=jobs, progress=progress) for row in one]
    if not rows:
        raise PlanError(
            N_("The history is too short to try the models on: it needs {needed} days. Choose fewer days ahead."),
            needed=days + 28,
        )
    return pd.DataFrame(rows)


def _check_moments(**numbers):
    for name, found in numbers.items():
        if not (isinstance(found, (int, np.integer)) and found >= 1):
            raise PlanError(
                N_("Trying the models on the past: '{name}' is a whole number from 1; found {found}."),
                name=name,
                found=str(found),
            )


def _backtest(queue, *, days, origins, every, models, setting, levels):
    starts = [len(queue.day) - days - i * every for i in range(origins)]
    return scores(queue, days=days, origins=starts, models=models, setting=setting, levels=levels)


def beliefs(history, *, holidays=None, events=None, hours=None, interval_s=None, days=None, decisions=None):
    """Return what the forecast of each queue believes: project, channel -> list of (sentence, values).

    A sentence is a template for the message catalogue, its values plain numbers and names; shares are fractions, so
    0.18 in "{weekday}: {share}" is 18 % more than the mean of the weekdays that are open. Queues with under 28 known
    days have learned nothing.
    days : the dates of a cycle, such as pd.date_range(first_day, last_day); those of them after the history that are
    taken as closed for a public holiday or an event are then said first, `day` as text such as 2026-10-12. Then it is
    said which opening hours a queue never has (see `ccwb.forecast.beliefs.unserved_hours`).
    """
    setting, horizon = Setting(holidays, events, hours, decisions=decisions), () if days is None else days
    return {(q.project, q.channel): beliefs_of(q, setting, horizon) for q in queues_of(history, interval_s, hours)}


def _check(days, models, levels):
    if not (isinstance(days, (int, np.integer)) and 1 <= days <= MOST_DAYS):
        raise PlanError(N_("A forecast covers 1 to {most} whole days; found {found}."), most=MOST_DAYS, found=str(days))
    for name in models:
        if name not in MODELS and name != BEST:
            raise PlanError(
                N_("There is no forecast model '{found}'. There are: {known}."),
                found=name,
                known=", ".join([BEST, *MODELS]),
            )
    for level in levels:
        if not 0 < level < 1:
            raise PlanError(
                N_("The level of a band is a share between 0 and 1, such as 0.8; found {found}."), found=level
            )


def _table(queue, look, levels, project):
    """Return the forecast table of one queue from its Outlook; project : its dictionary, where its hours are given."""
    times, day, slot = _timeline(queue, look)
    length, share = np.full(len(times), queue.interval_s), np.ones(len(times))
    if project is not None and queue.interval_s < DAY_S:
        row, offset, length, share = _open_part(queue, project, look.day[day], slot)
        times, day, slot = times[row] + pd.to_timedelta(offset, unit="s"), day[row], slot[row]
    mean, spread = look.offered[day, slot] * share, look.spread[day]
    out = {
        "interval_start": times,
        "interval_s": length,
        "project": queue.project,
        "channel": queue.channel,
        "offered": mean,
    }
    dispersion = look.dispersion[slot]
    out |= _bands(mean, spread, dispersion, sorted(levels))
    return pd.DataFrame(
        out
        | {
            "aht_s": look.aht_s[day, slot],
            "day_spread": spread,
            "dispersion": dispersion,
            "day_to_day": look.day_to_day,
            "slot_to_slot": look.slot_to_slot,
            "model": look.model,
        }
    )


def _open_part(queue, project, date, slot):
    """Return which of the intervals each row comes from, seconds from its start, length, and share of its contacts.

    An interval that is open in part has a row for the open part, or several; its contacts all come there, evenly.
    """
    count, offset, length = open_parts(project, queue.interval_s)
    whole = np.bincount(np.repeat(np.arange(count.size), count.ravel()), length, count.size)
    first, place = np.cumsum(count) - count.ravel(), weekday_of(date) * count.shape[1] + slot
    parts = count.ravel()[place]
    row = np.repeat(np.arange(len(place)), parts)
    at = first[place[row]] + np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    return row, offset[at], length[at], length[at] / whole[place[row]]


def _bands(mean, spread, dispersion, levels):
    """Return the columns lower_80, upper_80 ... of rising levels, each band holding the one before."""
    out, lower, upper = {}, mean, mean
    for level in levels:
        low, high = band(mean, spread, dispersion, level)
        lower, upper = np.minimum(lower, low), np.maximum(upper, high)
        out |= {f"lower_{100 * level:g}": lower, f"upper_{100 * level:g}": upper}
    return out


def _timeline(queue, look):
    """Return (starts of the open intervals ahead, index of their day, slot of that day), as the wall clock runs."""
    start = pd.DatetimeIndex(look.day.astype("datetime64[s]"))
    if queue.interval_s == DAY_S:
        times = start if queue.zone is None else _localized(start, queue.zone)
    else:
        ends = pd.DatetimeIndex([start[0], start[-1] + pd.Timedelta(days=1)])
        if queue.zone is not None:
            ends = _localized(ends, queue.zone).tz_convert("UTC")
        times = pd.date_range(ends[0], ends[1], freq=f"{queue.interval_s}s", inclusive="left", unit="s")
        times = times if queue.zone is None else times.tz_convert(queue.zone)
    wall = times.tz_localize(None).to_numpy()
    date = wall.astype("datetime64[D]")
    day = (date - look.day[0]).astype(int)
    slot = (wall - date).astype("timedelta64[s]").astype(int) // queue.interval_s
    open_ = look.slots[day, slot]
    return times[open_], day[open_], slot[open_]


def _localized(wall, zone):
    return wall.tz_localize(zone, ambiguous=np.ones(len(wall), dtype=bool), nonexistent="shift_forward")
