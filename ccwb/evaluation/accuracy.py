"""How right the forecast was, which forecast counts, and the days that only one side knows."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.tables import check

_WHERE = ["project", "channel"]


def forecast_accuracy(forecast, actuals, *, zones=None):
    """Return how right the forecast was, per queue and for all ("" and ""): grain, n, wape, bias, coverage_80.

    grain : 'interval', where forecast and actuals have the same interval length or one fits into the other's; 'day'.
    n : intervals or days of a queue that both know.  wape : sum of absolute errors / sum of offered; for all, over the
    queues' own errors.  bias : sum of (forecast - offered) / sum of offered.  coverage_80 : share of n inside the 80 %
    band; for days the band of a normal distribution with variance sum(dispersion x forecast) + (day_spread x day)^2.
    A day that the forecast took for closed and on which contacts came counts as one with a forecast of nothing.
    zones : project -> time zone that its days are those of, where the tables hold projects of several; None is theirs.
    Missing where nothing was offered or nothing can be compared.
    """
    pairs = by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    rows = [measures.matched(*pair).drop(columns="interval_start", errors="ignore") for pair in pairs]
    rows = pd.concat(rows, ignore_index=True)
    days = measures.by_day(rows)
    half = measures.WITHIN_80 * np.sqrt(days["variance"] + (days["day_spread"] * days["forecast"]) ** 2)
    grains = {"day": days.assign(inside=(days["actual"] - days["forecast"]).abs() <= half)}
    if all(measures.same_grid(*pair) or measures.nested_length(*pair) for pair in pairs):
        inside = rows["actual"].between(rows["lower_80"], rows["upper_80"])
        grains = {"interval": rows.assign(inside=inside), **grains}
    return pd.concat([_accuracy(part).assign(grain=grain) for grain, part in grains.items()], ignore_index=True)[
        [*_WHERE, "grain", "n", "wape", "bias", "coverage_80"]
    ]


def forecast_as_planned(forecast, snapshots, *, first_day):
    """Return the forecast that a cycle was planned with: of each project the last one published before the first day.

    snapshots : forecast_snapshots, of one or more projects.  first_day : of the cycle; where all were published later,
    the first of them counts. Projects without any are taken from `forecast`, as older cycles have only that.
    """
    if not len(snapshots):
        return forecast
    start, parts = pd.Timestamp(first_day), []
    for _project, rows in snapshots.groupby("project", sort=False):
        moments = rows["published"].drop_duplicates().sort_values()
        before = moments[moments.dt.tz_localize(None) < start]
        parts.append(rows[rows["published"] == (before.iloc[-1] if len(before) else moments.iloc[0])])
    rest = forecast[~forecast["project"].isin(set(snapshots["project"]))]
    whole = [one for one in (*(part.drop(columns="published") for part in parts), rest) if len(one)]
    return pd.concat(whole, ignore_index=True)


def held_days(forecast, actuals, *, zones=None):
    """Return by date the planned contacts that the actual figures tell of: those that `planned_values` counts.

    zones : as for `forecast_accuracy`. A day of which nothing was recorded is not among them.
    """
    pairs = by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    return _daily([measures.told(*pair) for pair in pairs])


def one_sided_days(forecast, actuals, *, zones=None):
    """Return contacts by date, (planned for queues without any actual figure that day, come though planned as closed).

    The first lie between the first and the last recorded day and count on neither side; what came on the others counts
    as not expected. All queues of the tables together.  zones : as for `forecast_accuracy`.
    """
    pairs = by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    found = [measures.surprises(*pair).rename(columns={"actual": "offered"}) for pair in pairs]
    return _daily([_silent(*pair) for pair in pairs]), _daily(found)


def by_project(forecast, actuals, zones):
    """Return (forecast, actuals) of each project that both have, in its own zone; as they are where none is known."""
    pairs = []
    for project in forecast["project"].unique() if zones else ():
        pair = [table[table["project"] == project] for table in (forecast, actuals)]
        pair = [_in_zone(table, zones.get(project)) for table in pair]
        pairs += [pair] if all(map(len, pair)) else []
    return pairs or [(forecast, actuals)]


def _in_zone(table, zone):
    aware = zone is not None and table["interval_start"].dt.tz is not None
    return table.assign(interval_start=table["interval_start"].dt.tz_convert(zone)) if aware else table


def _silent(forecast, actuals):
    """Return the rows of a forecast of which its queue has no figure all day, between the first and last recorded."""
    told = measures.in_zone_of(actuals, forecast).dropna(subset="offered")
    planned, told = (table.assign(day=measures.day_of(table["interval_start"])) for table in (forecast, told))
    keys = ["day", *_WHERE]
    rows = planned.merge(told[keys].drop_duplicates().assign(told=True), on=keys, how="left")
    return rows[rows["told"].isna() & rows["day"].between(told["day"].min(), told["day"].max())]


def _daily(tables):
    """Return the contacts of tables by date, all together."""
    rows = [t.assign(day=t["day"] if "day" in t else measures.day_of(t["interval_start"])) for t in tables]
    return pd.concat([one[["day", "offered"]] for one in rows], ignore_index=True).groupby("day")["offered"].sum()


def _accuracy(rows):
    """Return one row per queue, and one for all, from rows with forecast, actual and inside."""
    sums = rows.assign(
        n=1, error=(rows["forecast"] - rows["actual"]).abs(), over=rows["forecast"] - rows["actual"],
        inside=rows["inside"].astype(float),
    )  # fmt: skip
    columns = ["n", "error", "over", "actual", "inside"]
    queues = sums.groupby(_WHERE, as_index=False)[columns].sum()
    every = sums[columns].sum().to_frame().T.assign(project="", channel="")
    out = pd.concat([queues, every], ignore_index=True)
    some = out["actual"] > 0
    return out.assign(
        n=out["n"].astype(int),
        wape=(out["error"] / out["actual"]).where(some),
        bias=(out["over"] / out["actual"]).where(some),
        coverage_80=(out["inside"] / out["n"]).where(out["n"] > 0),
    )
