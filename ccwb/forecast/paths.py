"""Possible futures: sample paths drawn from a forecast table, so that nothing beside it need be stored."""

import zlib

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.calendar import weekday_of
from ccwb.forecast.within_day import hanging
from ccwb.messages import N_

DAY_TO_DAY = 0.5  # correlation of a day's error with that of the open day before, where the forecast does not say
MOST_ROWS = 20_000_000  # of a table of paths
_SLOT = ["interval_start", "interval_s", "project", "channel"]
_BY = ("project", "channel", "week", "day", "interval_start")


def sample_paths(
    forecast, *, paths=200, seed=0, project=None, channel=None, first_day=None, last_day=None, counted=True
):
    """Return a forecast_paths table: `paths` possible futures of a forecast, or of a part of it.

    The paths are a pure function of the forecast table and the seed: draw them again instead of storing them. Choosing
    a project, a channel or a period (both days included) gives the very rows that the whole would have had, so choose
    first: every interval takes `paths` rows.
    On a path a queue's day is multiplied by one factor (mean 1, standard deviation `day_spread`, log-normal), then
    every interval draws its own count (variance `dispersion` times its mean). What `day_spread` grows by from day to
    day is a level that drifts and stays; the rest lasts to the next open day with correlation `day_to_day` (0.5 where
    there is none). Within a day the intervals' own errors hang together by `slot_to_slot`, where the forecast says so.
    The days of a project's queues err alike by `together`, where it says so: each queue keeps its own law, their sum
    varies more. Queues of different projects err alone.
    counted : False gives the expected contacts behind each of these counts, for models that bring the chance of the
    single contact themselves, as queues do: the same futures without the Poisson draw.
    Raises PlanError when nothing is chosen or more than 20 million rows would come out.

    >>> two = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 08:30"]),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": [40.0, 60.0], "day_spread": 0.1,
    ...     "dispersion": 1.0})
    >>> sample_paths(two, paths=4000, seed=1).groupby("interval_start")["offered"].mean().round().tolist()
    [40.0, 60.0]
    """
    chosen = _chosen(forecast, project, channel, first_day, last_day)
    if paths * chosen.sum() > MOST_ROWS:
        raise PlanError(
            N_("{paths} paths of {rows} intervals are too many at once. Choose a project, a channel or a period."),
            paths=paths,
            rows=int(chosen.sum()),
        )
    parts = list(_draw(forecast, chosen, paths, seed, counted))
    rows = np.concatenate([rows for rows, _ in parts])
    out = forecast.iloc[np.tile(rows, paths)][_SLOT].reset_index(drop=True)
    out.insert(0, "path", np.repeat(np.arange(paths), len(rows)))
    return out.assign(offered=np.concatenate([drawn for _, drawn in parts], axis=1).ravel())


def path_totals(
    forecast,
    *,
    by=("project", "channel", "day"),
    paths=200,
    seed=0,
    project=None,
    channel=None,
    first_day=None,
    last_day=None,
    counted=True,
):
    """Return the sums of the paths that `sample_paths` draws, by any of project, channel, week, day and interval_start.

    One queue's paths are held at a time, so whole centres fit in memory. by=() gives one total per path; a week is
    named by its Monday.
    Returns a table with path, the columns of `by` and offered.
    """
    unknown = ", ".join(name for name in by if name not in _BY)
    if unknown:
        raise PlanError(
            N_("Paths add up by project, channel, week, day and interval_start, not by {found}."), found=unknown
        )
    chosen = _chosen(forecast, project, channel, first_day, last_day)
    day = local_day(forecast)
    keys = forecast.assign(day=day, week=monday_of(day))[list(by)].assign(_all=0)[chosen]
    group = np.full(len(forecast), -1)
    group[chosen] = keys.groupby(list(keys), sort=False).ngroup().to_numpy()
    names = keys.drop_duplicates().drop(columns="_all")
    sums = np.zeros((paths, len(names)))
    for rows, drawn in _draw(forecast, chosen, paths, seed, counted):
        np.add.at(sums, (slice(None), group[rows]), drawn)
    out = names.iloc[np.tile(np.arange(len(names)), paths)].reset_index(drop=True)
    out.insert(0, "path", np.repeat(np.arange(paths), len(names)))
    return out.assign(offered=sums.ravel())


def _chosen(forecast, project, channel, first_day, last_day):
    """Return which rows of the forecast are asked for; PlanError when none is."""
    chosen = np.ones(len(forecast), dtype=bool)
    for column, value in (("project", project), ("channel", channel)):
        if value is not None:
            chosen &= (forecast[column] == value).to_numpy()
    if first_day is not None:
        chosen &= local_day(forecast) >= np.datetime64(pd.Timestamp(first_day).date(), "D")
    if last_day is not None:
        chosen &= local_day(forecast) <= np.datetime64(pd.Timestamp(last_day).date(), "D")
    if not chosen.any():
        raise PlanError(
            N_("The forecast has no interval of {project} / {channel} in that period. Choose another one."),
            project=project or "*",
            channel=channel or "*",
        )
    return chosen


def local_day(forecast):
    times = pd.DatetimeIndex(forecast["interval_start"])
    return times.tz_localize(None).to_numpy().astype("datetime64[D]")


def monday_of(day):
    """Return the Monday of the week of each date."""
    return day - weekday_of(day)


def _draw(forecast, chosen, paths, seed, counted):
    """Yield (row numbers, drawn counts or what they expect (paths, rows)) of the chosen part of each queue.

    Each queue has its own generator, from the seed and its name, and is drawn whole: a choice changes no number. What
    the queues of a project have in common has one for each project and date.
    """
    day = local_day(forecast)
    groups = forecast.groupby(["project", "channel"], sort=True).indices
    told = [forecast[c].to_numpy(dtype=float) for c in ("offered", "day_spread", "dispersion")]
    told += [_told(forecast, "day_to_day", DAY_TO_DAY), _told(forecast, "slot_to_slot", 0.0)]
    share, shared = _told(forecast, "together", 0.0), _Shared(seed, paths)
    for name, rows in groups.items():
        keep = chosen[rows]
        if keep.any():
            rng = np.random.default_rng([seed, zlib.crc32("/".join(name).encode())])
            mean, spread, dispersion, lasting, near = (numbers[rows] for numbers in told)
            factors = _factors(shared.noise(rng, name[0], day[rows], share[rows]), day[rows], spread, lasting)
            if (near > 0).any():
                over = np.maximum(dispersion - 1, 0)
                factors *= hanging(rng, paths, day=day[rows], mean=mean, over=over, near=near)
                dispersion = np.ones(len(rows))
            yield rows[keep], _counts(rng, mean, dispersion, factors, counted)[:, keep]


def _told(forecast, column, usual):
    """Return a column of the forecast, `usual` where the forecast does not say."""
    if column not in forecast:
        return np.full(len(forecast), usual)
    said = forecast[column].to_numpy(dtype=float)
    return np.where(np.isnan(said), usual, said)


class _Shared:
    """What the queues of each project have in common on every path: its own draws for each project and date."""

    def __init__(self, seed, paths):
        self.seed, self.paths, self.known = seed, paths, {}

    def noise(self, rng, project, day, share):
        """Return two normal draws for each path and day, (2, paths, days): by `rng`, a share of them in common.

        day, share : of each interval of one queue.
        """
        dates, first = np.unique(day, return_index=True)
        own, share = rng.standard_normal((2, self.paths, len(dates))), share[first]
        if not share.any():
            return own
        common = np.stack([self._of(project, date) for date in dates], axis=2)
        return np.sqrt(share) * common + np.sqrt(1 - share) * own

    def _of(self, project, date):
        if (project, date) not in self.known:
            seed = [self.seed, zlib.crc32(project.encode()), int(date.astype(int)) % 2**32]
            self.known[project, date] = np.random.default_rng(seed).standard_normal((2, self.paths))
        return self.known[project, date]


def _factors(noise, day, spread, lasting):
    """Return what each interval's day is multiplied by on each path, float32 (paths, rows)."""
    _, first, index = np.unique(day, return_index=True, return_inverse=True)
    variance = np.log1p(spread[first] ** 2)
    shock = _drawn(*noise, variance, lasting[first])
    factor = np.exp(shock - variance / 2).astype("float32")
    return factor[:, index]


def _drawn(fading, level, variance, lasting):
    """Return normal errors with these variances by day (paths, days): a level that drifts and what fades away.

    fading, level : independent normal draws of variance 1, alike; they are used up.
    """
    drift = np.diff(variance, prepend=variance[:1]).clip(min=0)
    grown = np.cumsum(drift)
    share = np.minimum(grown / np.maximum(variance, 1e-12), 1)
    for i in range(1, len(variance)):
        fading[:, i] = lasting[i] * fading[:, i - 1] + np.sqrt(1 - lasting[i] ** 2) * fading[:, i]
    level = np.cumsum(level * np.sqrt(drift), axis=1)
    level /= np.sqrt(np.maximum(grown, 1e-12))
    return np.sqrt(variance) * (np.sqrt(share) * level + np.sqrt(1 - share) * fading)


def _counts(rng, mean, dispersion, factors, counted):
    """Return drawn counts, in the place of `factors`: negative binomial, a gamma mixture of Poisson counts.

    Not `counted`: the mixture's own draws. The counts are drawn all the same, so that both tell of the same futures.
    """
    over = np.maximum(dispersion - 1, 1e-6)
    for row in factors:
        expected = rng.gamma(mean * row / over) * over
        count = rng.poisson(expected)
        row[:] = count if counted else expected
    return factors
