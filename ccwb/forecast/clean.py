"""From counts per slot to clean day totals: gaps filled where little is missing, outliers and outages set unknown."""

import numpy as np

from ccwb.forecast.calendar import weekday_of

OUTLIER_MAD = 5  # beyond so many median absolute deviations of the same weekdays around it
LEAST_KNOWN = 0.5  # a day of which less is known is unknown


def day_totals(counts, slots, day):
    """Return what was offered on each day within the open slots, missing where less than half of the day is known.

    Unknown slots are filled by the share of a day that they usually hold on that weekday; closed days are missing.
    """
    weekday = weekday_of(day)
    known = slots & ~np.isnan(counts)
    usual = np.zeros(counts.shape)
    for w in range(7):
        rows = weekday == w
        times = known[rows].sum(axis=0)
        usual[rows] = np.where(known[rows], counts[rows], 0).sum(axis=0) / np.maximum(times, 1)
    usual = np.where(slots, usual + 1e-9, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (usual * known).sum(axis=1) / usual.sum(axis=1)
        total = np.where(known, counts, 0).sum(axis=1) / share
    return np.where(share >= LEAST_KNOWN, total, np.nan)


def outliers(days):
    """Return which days lie far outside the same weekdays around them and are neither holiday, beside one, nor event.

    Far is 5 median absolute deviations on the log scale, and never within what Poisson noise explains.
    """
    z = np.log1p(days.offered)
    local, spread = np.full(len(days), np.nan), np.full(len(days), np.nan)
    for w in range(7):
        rows = np.flatnonzero((days.weekday == w) & ~np.isnan(z))
        local[rows] = _moving_median(z[rows])
    off = np.abs(z - local)
    if not (off > 0).any():
        return np.zeros(len(days), dtype=bool)
    spread = 1.4826 * np.nanmedian(off)
    limit = OUTLIER_MAD * np.hypot(spread, 1 / np.sqrt(1 + np.expm1(local)))
    special = (days.holiday != "") | days.eve | days.after
    for on in days.events.values():
        special = special | on
    with np.errstate(invalid="ignore"):
        return (off > limit) & ~special


def clean(days):
    """Return the days with outliers and past outages set unknown, so that they are not repeated."""
    out = days.part(0, len(days))
    unknown = outliers(days)
    for name, on in days.events.items():
        if days.kinds[name] == "outage":
            unknown = unknown | on
    out.offered = np.where(unknown, np.nan, days.offered)
    return out


def _moving_median(values, width=9):
    """Return the median of the `width` values around each one, itself included."""
    half = width // 2
    padded = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    return np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1) if len(values) else values
