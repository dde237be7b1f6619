"""A planner's own forecast as a forecast table: the contacts are theirs, the spread is the models' moved along."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.adjust import in_days
from ccwb.forecast.bands import ASSUMED_SPREAD, band
from ccwb.forecast.series import DAY_S
from ccwb.messages import N_
from ccwb.tables import check

BROUGHT = N_("brought in")
_KEY = ["project", "channel", "interval_start"]
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
        table = _split(table, like)
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


def _split(days, like):
    """Return a table of whole days in the intervals of `like`, by that day's shape there."""
    wall = like["interval_start"].dt.tz_localize(None).dt.normalize()
    own = days.assign(day=days["interval_start"].dt.tz_localize(None).dt.normalize())
    there = in_days(like).rename(columns={"interval_start": "day", "offered": "said"})
    keys = ["project", "channel", "day"]
    own = own.merge(there[[*keys, "said"]].assign(day=pd.to_datetime(there["day"])), on=keys, how="left")
    lost = own["said"].isna() | ((own["said"] <= 0) & (own["offered"] > 0))
    if (lost & (own["offered"] > 0)).any():
        row = own[lost & (own["offered"] > 0)].iloc[0]
        raise PlanError(
            N_(
                "{day}, {channel}: the file has a total for this day, but the day is closed in the forecast that its "
                "intervals would come from. Give that day in intervals, or leave it out."
            ),
            day=str(row["day"].date()),
            channel=row["channel"],
        )
    factor = (own["offered"] / own["said"]).where(own["said"] > 0, 0.0)
    factor = own[keys].assign(factor=factor, aht=own.get("aht_s", np.nan))
    out = like.assign(day=wall).merge(factor, on=keys, how="inner")
    seconds = out["aht"].fillna(out["aht_s"]) if "aht_s" in out else out["aht"]
    out = out.assign(offered=out["offered"] * out["factor"], aht_s=seconds)
    return out[["interval_start", "interval_s", "project", "channel", "offered", "aht_s"]]
