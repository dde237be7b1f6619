"""A forecast gathered to days, and to weeks for hiring and the budget."""

import numpy as np
import pandas as pd

from ccwb.forecast.adjust import in_days
from ccwb.forecast.bands import band
from ccwb.forecast.paths import local_day, monday_of, path_totals
from ccwb.forecast.series import DAY_S


def day_bands(forecast, levels=(0.8,)):
    """Return what to expect on each day, queue by queue, with the bands of the day's total.

    forecast : a forecast table of any grain, adjusted or not; a queue in whole days keeps the bands it came with.
    levels : bands wanted, 0..1. Elsewhere they come from the spreads of the day's intervals: their own errors add up,
    the day's error is shared. Below 50 contacts a band ends at whole contacts, as that of an interval does.
    Columns: project, channel, day (a local date), offered, lower_80, upper_80 ...

    >>> told = pd.DataFrame({"interval_start": pd.date_range("2026-03-02 08:00", periods=20, freq="30min"),
    ...     "interval_s": 1800, "project": "orders", "channel": "email", "offered": 0.05, "day_spread": 0.3,
    ...     "dispersion": 1.0})
    >>> day_bands(told)[["offered", "lower_80", "upper_80"]].round(6).to_numpy().tolist()
    [[1.0, 0.0, 2.0]]
    """
    days = in_days(forecast).rename(columns={"interval_start": "day"})
    table = days[["project", "channel", "day", "offered"]].copy()
    mean, spread, own = (days[name].to_numpy(dtype=float) for name in ("offered", "day_spread", "dispersion"))
    for level in sorted(levels):
        name = f"{100 * level:g}"
        table[f"lower_{name}"], table[f"upper_{name}"] = band(mean, spread, own, level)
    told = [name for name in table.columns[4:] if name in forecast]
    daily = forecast[forecast["interval_s"] == DAY_S]
    if len(daily) and told:
        daily = daily.assign(day=local_day(daily)).groupby(["project", "channel", "day"])[told].first()
        found = daily.reindex(pd.MultiIndex.from_frame(table[["project", "channel", "day"]]))
        table[told] = found.set_index(table.index).fillna(table[told])
    return table


def weekly(forecast, *, level=(0.8, 0.95), paths=1000, seed=0):
    """Return what to expect each week, queue by queue, with the bands of the week's total.

    forecast : a forecast table of any grain, such as of the 455 days (65 weeks) that a budget needs.
    level : bands wanted, 0..1.  paths, seed : the futures whose weeks the bands are taken from, so that days which err
    together make the week as uncertain as it was.
    Columns: project, channel, week (its Monday), days (with a forecast: fewer in the first and the last week), offered,
    lower_80, upper_80 ..., aht_s (seconds, over contacts; missing where the forecast has none).

    >>> days = pd.date_range("2026-03-02", periods=14)
    >>> told = pd.DataFrame({"interval_start": days, "interval_s": 86400, "project": "orders", "channel": "voice",
    ...     "offered": 100.0, "day_spread": 0.0, "dispersion": 1.0, "aht_s": 240.0})
    >>> weekly(told)[["days", "offered", "lower_80", "upper_80"]].astype(int).values.tolist()
    [[7, 700, 668, 732], [7, 700, 667, 734]]
    """
    parts = []
    for (project, channel), rows in forecast.groupby(["project", "channel"], sort=True):
        told = _weeks(rows)
        drawn = path_totals(rows, by=("week",), paths=paths, seed=seed)["offered"].to_numpy().reshape(paths, -1)
        for one in sorted(level):
            ends = np.quantile(drawn, [(1 - one) / 2, (1 + one) / 2], axis=0)
            name = f"{100 * one:g}"
            told[f"lower_{name}"] = np.minimum(ends[0], told["offered"])
            told[f"upper_{name}"] = np.maximum(ends[1], told["offered"])
        told.insert(0, "channel", channel)
        told.insert(0, "project", project)
        parts.append(told)
    table = pd.concat(parts, ignore_index=True)
    return table[[name for name in table if name != "aht_s"] + ["aht_s"]]


def _weeks(rows):
    """Return week, days, offered and aht_s of one queue's forecast, in the order its paths add up in."""
    day = local_day(rows)
    known = rows["aht_s"].notna() if "aht_s" in rows else pd.Series(False, index=rows.index)
    work = (rows["offered"] * rows["aht_s"]).where(known, 0.0) if "aht_s" in rows else 0.0
    table = pd.DataFrame({"week": monday_of(day), "day": day, "offered": rows["offered"].to_numpy()})
    table["work"], table["counted"] = np.asarray(work), rows["offered"].where(known, 0.0).to_numpy()
    weeks = table.groupby("week", sort=False).agg(
        days=("day", "nunique"), offered=("offered", "sum"), work=("work", "sum"), counted=("counted", "sum")
    )
    weeks["aht_s"] = weeks["work"] / weeks["counted"].where(weeks["counted"] > 0)
    return weeks.drop(columns=["work", "counted"]).reset_index()
