"""What comes from outside of the models: a planner's own forecast, and the hours of a forecast that has only days."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.adjust import in_days
from ccwb.forecast.bands import ASSUMED_SPREAD, band
from ccwb.forecast.series import DAY_S
from ccwb.messages import N_
from ccwb.tables import check

BROUGHT = N_("brought in")
CLOSED = N_(
    "{day}, {channel}: the file has a total for this day, but the day is closed in the forecast that its "
    "intervals would come from. Give that day in intervals, or leave it out."
)
SHAPELESS = N_(
    "{day}, {channel}: the forecast expects contacts on this day, but by its opening hours the project is closed then. "
    "Enter hours for that day, or close it by an event; then press again."
)
_KEY = ["project", "channel", "interval_start"]
_OF_DAY = ("day_spread", "dispersion", "day_to_day", "together")
_TAKEN = ("aht_s", "day_spread", "dispersion", "day_to_day", "slot_to_slot", "together")


def as_forecast(contacts, *, like=None, levels=(0.8, 0.95)):
    """Return the forecast table of a planner's own contacts.

    contacts : interval_start, interval_s, project, channel, offered; aht_s where it is known, else that of `like`.
        Rows of whole days are split by the day's shape in `like`.
    like : the models' forecast of the same queues: its relative spread is taken, per interval where it has it, else the
        queue's own middle; without it a day's total is taken as known to 25 %, its intervals to chance (Poisson).
    Raises PlanError for a day whose shape nobody knows, and for what `tables.check` refuses, naming the row.

    >>> own = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 08:00"]), "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": [40.0]})
    >>> as_forecast(own)[["offered", "day_spread", "model"]].to_numpy().tolist()
    [[40.0, 0.25, 'brought in']]
    """
    table = contacts.reset_index(drop=True)
    known = like is not None and len(like) > 0
    if known and (table["interval_s"] == DAY_S).all() and not (like["interval_s"] == DAY_S).all():
        table = _split(table, like, CLOSED)
    names = [name for name in _TAKEN if known and name in like]
    if names:
        own = table.drop(columns=[n for n in names if n != "aht_s" and n in table])
        table = own.merge(like[_KEY + names], on=_KEY, how="left", suffixes=("", "_like"))
        if "aht_s_like" in table:
            table["aht_s"] = table["aht_s"].fillna(table.pop("aht_s_like"))
    for name, assumed in (("day_spread", ASSUMED_SPREAD), ("dispersion", 1.0)):
        usual = like.groupby(["project", "channel"])[name].median() if known else pd.Series(dtype=float)
        queue = pd.MultiIndex.from_frame(table[["project", "channel"]])
        middle = usual.reindex(queue).fillna(assumed).to_numpy() if len(usual) else np.full(len(table), assumed)
        table[name] = table[name].fillna(pd.Series(middle)) if name in table else middle
    mean = table["offered"].to_numpy(dtype=float)
    if (mean >= 0).all():  # what is missing or below 0 is refused below, by its row
        for level in levels:
            ends = band(mean, table["day_spread"].to_numpy(), table["dispersion"].to_numpy(), level)
            table[f"lower_{100 * level:g}"], table[f"upper_{100 * level:g}"] = ends
    else:
        table = table.assign(lower_80=0.0, upper_80=0.0)
    return check(table.assign(model=BROUGHT), "forecast")


def in_intervals(forecast, *, shape):
    """Return a forecast in the intervals of `shape`: each day's contacts, split by the shape of that day there.

    forecast : forecast table; of intervals, their days are taken. What a day adds up to, how far its total may be off
        and the model stay; every interval has the day's handling time.
    shape : interval_start, interval_s, project, channel, offered (any level) of all of its queues and days.
    Raises PlanError for a day with contacts that `shape` does not have.

    >>> day = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02"]), "interval_s": 86400, "project": "orders",
    ...     "channel": "voice", "offered": [90.0], "day_spread": 0.1, "dispersion": 1.2, "day_to_day": 0.5,
    ...     "lower_80": [70.0], "upper_80": [110.0], "model": "regression"})
    >>> hours = day.drop(columns="interval_start").merge(pd.DataFrame({"project": "orders",
    ...     "interval_start": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 09:00"])})).assign(interval_s=3600)
    >>> in_intervals(day, shape=hours.assign(offered=[2.0, 1.0]))[["offered", "model"]].to_numpy().tolist()
    [[60.0, 'regression'], [30.0, 'regression']]
    """
    seconds = forecast["aht_s"] if "aht_s" in forecast else pd.Series(np.nan, index=forecast.index)
    day = pd.DatetimeIndex(forecast["interval_start"]).tz_localize(None).normalize().rename("interval_start")
    rows = forecast.assign(seconds=seconds, work=forecast["offered"] * seconds).groupby(["project", "channel", day])
    said = rows.agg(work=("work", "sum"), plain=("seconds", "mean"), model=("model", "first")).reset_index()
    days = in_days(forecast).astype({"interval_start": said["interval_start"].dtype}).merge(said, on=_KEY)
    days["aht_s"] = days["plain"].where(~(days["work"] > 0), days["work"] / days["offered"].where(days["offered"] > 0))
    table = _split(days.drop(columns="model"), shape.drop(columns="aht_s", errors="ignore"), SHAPELESS)
    own = table.assign(day=pd.DatetimeIndex(table["interval_start"]).tz_localize(None).normalize())
    names = [*(name for name in _OF_DAY if name in days), "model"]
    own = own.merge(days[[*_KEY, *names]].rename(columns={"interval_start": "day"}), on=[*_KEY[:2], "day"], how="left")
    for level in sorted(float(name[6:]) / 100 for name in forecast.columns if name.startswith("lower_")):
        ends = band(*(own[name].to_numpy(dtype=float) for name in ("offered", "day_spread", "dispersion")), level)
        own[f"lower_{100 * level:g}"], own[f"upper_{100 * level:g}"] = ends
    return check(own.drop(columns="day").assign(slot_to_slot=0.0), "forecast")


def _split(days, like, closed):
    """Return a table of whole days in the intervals of `like`, by that day's shape there.

    closed : what is said of a day with contacts that `like` does not have.
    """
    wall = like["interval_start"].dt.tz_localize(None).dt.normalize()
    own = days.assign(day=days["interval_start"].dt.tz_localize(None).dt.normalize())
    there = in_days(like).rename(columns={"interval_start": "day", "offered": "said"})
    keys = ["project", "channel", "day"]
    own = own.merge(there[[*keys, "said"]].assign(day=pd.to_datetime(there["day"])), on=keys, how="left")
    lost = own["said"].isna() | ((own["said"] <= 0) & (own["offered"] > 0))
    if (lost & (own["offered"] > 0)).any():
        row = own[lost & (own["offered"] > 0)].iloc[0]
        raise PlanError(closed, day=str(row["day"].date()), channel=row["channel"])
    factor = (own["offered"] / own["said"]).where(own["said"] > 0, 0.0)
    factor = own[keys].assign(factor=factor, aht=own.get("aht_s", np.nan))
    out = like.assign(day=wall).merge(factor, on=keys, how="inner")
    seconds = out["aht"].fillna(out["aht_s"]) if "aht_s" in out else out["aht"]
    out = out.assign(offered=out["offered"] * out["factor"], aht_s=seconds)
    return out[["interval_start", "interval_s", "project", "channel", "offered", "aht_s"]]
