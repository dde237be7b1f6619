"""Plan and actual figures row by row on one grid: what the causes of a difference are computed from."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.evaluation.chance import followed
from ccwb.messages import N_
from ccwb.tables import check

KEY = ["interval_start", "project", "channel"]
_QUEUE = ["project", "channel"]
_ALL = {"offered": np.nan, "handled": np.nan, "aht_s": np.nan, "agents": np.nan}


def both_sides(plan, actuals):
    """Return the rows that count, a row per interval and queue, with plan (`_0`) and actual (`_1`) beside each other.

    plan : requirement table.  actuals : a table of that name; both of one grid, or of intervals that fit into each
    other (gathered to the longer).
    offered_0, offered_1 : first attempts; the second is what came without mere chance (see `followed`).
    aht_s_0, aht_s_1 : seconds; likewise.  agents_0, agents_1 : at work; the second missing where nobody counted.
    paid_0 : paid people per agent at work, as planned.  live, at_once : of the channel.
    What came while the plan was closed counts with no agents planned; of deferred work, at the next opening.
    Raises PlanError where nothing is planned, nothing was recorded, or the actual figures are by the day.
    """
    plan, actuals = _prepared(plan, actuals)
    counted = measures.told(plan, actuals)
    plan, actuals = _on_one_grid(counted, measures.in_zone_of(actuals, plan))
    rows = plan.merge(_opened(actuals, plan), on=KEY, how="outer", suffixes=("_0", "_1"))
    rows = rows[rows["offered_0"].notna() | (rows["offered_1"] > 0)].sort_values(KEY[1:] + KEY[:1], ignore_index=True)
    if rows.empty or not rows["offered_0"].sum() > 0:
        raise PlanError(N_("Plan and actual figures have no interval in common with contacts planned."))
    return _completed(rows)


def _prepared(plan, actuals):
    plan, actuals = check(plan, "requirement"), check(actuals, "actuals")
    if (actuals["interval_s"] >= 86_400).any():
        raise PlanError(
            N_(
                "The actual figures are by the day; what a queue gives is decided within the hour. Import actual "
                "figures in intervals of an hour or less to see the causes."
            )
        )
    actuals = actuals.assign(**{name: value for name, value in _ALL.items() if name not in actuals})
    for name, other in (("attempts", plan["offered"]), ("blocked", 0.0), ("paid", plan["scheduled"])):
        plan[name] = plan[name].fillna(other) if name in plan else other
    return plan, actuals[actuals["offered"].notna()]


def _on_one_grid(plan, actuals):
    """Return both, where their intervals differ gathered to the longer; nothing of a day that nobody recorded."""
    names = ["offered", "handled"]
    if measures.same_grid(plan, actuals):
        return _weights(plan), actuals[[*KEY, "interval_s", "aht_s", "agents", *names]]
    length = measures.nested_length(plan, actuals)
    if length is None:
        raise PlanError(
            N_("The intervals of the plan and of the actual figures do not fit into each other: import finer ones.")
        )
    plan, actuals = measures.in_slots([plan, actuals], length)
    return _gathered(_weights(plan), length, "offered"), _gathered(actuals, length, "handled")


def _weights(plan):
    taken = plan["attempts"] - plan["blocked"]
    some = taken > 0
    plan = plan.assign(first=(plan["offered"] / taken).where(some, 1.0), paid=plan["paid"] / plan["agents"])
    plan["paid"] = plan["paid"].where(plan["agents"] > 0)
    return plan[[*KEY, "interval_s", "aht_s", "agents", "offered", "first", "paid"]]


def _gathered(table, length, weight):
    """Return sums of contacts, means over time of agents and over contacts of the rest, per longer interval."""
    sums = [name for name in ("offered", "handled") if name in table]
    means = {"aht_s": table[weight], "agents": table["interval_s"]}
    means |= {name: table["interval_s"] for name in ("first", "paid") if name in table}
    parts = {name: table[name] for name in sums}
    for name, by in means.items():
        known = table[name].notna()
        parts |= {name: (table[name] * by).where(known), f"{name}_by": by.where(known)}
    found = table[KEY].assign(**parts).groupby(KEY, as_index=False).sum(min_count=1)
    for name in means:
        found[name] = found[name] / found[f"{name}_by"].where(found[f"{name}_by"] > 0)
    return found.drop(columns=[f"{name}_by" for name in means]).assign(interval_s=length)


def _opened(actuals, plan):
    """Return the actual figures, with deferred work that came while closed and unstaffed put to the next opening."""
    live = actuals["channel"].map(lambda name: CHANNELS[name].live if name in CHANNELS else True)
    planned = actuals[KEY].merge(plan[KEY].assign(planned=True), on=KEY, how="left")["planned"].eq(True).to_numpy()
    closed = ~live.to_numpy(dtype=bool) & ~planned & ~(actuals["agents"] > 0).to_numpy()
    actuals = actuals.drop(columns="interval_s")
    if not closed.any():
        return actuals
    starts = plan[KEY].sort_values("interval_start").assign(opening=lambda table: table["interval_start"])
    late = actuals[closed].sort_values("interval_start")
    late = pd.merge_asof(late, starts, on="interval_start", by=_QUEUE, direction="forward").dropna(subset="opening")
    late = late[[*_QUEUE, "offered"]].assign(interval_start=late["opening"])
    parts = {"offered": "sum", "handled": "first", "aht_s": "first", "agents": "first"}
    return pd.concat([actuals[~closed], late], ignore_index=True).groupby(KEY, as_index=False).agg(parts)


def _completed(rows):
    rows["interval_s"] = rows["interval_s"].fillna(rows["interval_s"].max()).astype(int)
    rows[["offered_0", "agents_0"]] = rows[["offered_0", "agents_0"]].fillna(0.0)
    came = rows["offered_1"].fillna(0.0) * rows["first"].fillna(1.0)
    rows["offered_1"] = followed(rows, expected=rows["offered_0"], came=came, n=rows["offered_0"])
    _handling_times(rows)
    ratio = rows.groupby("project")["paid"].transform("mean")
    rows["paid_0"] = rows["paid"].fillna(ratio).fillna(1.0)
    rows["live"] = [CHANNELS[name].live for name in rows["channel"]]
    rows["at_once"] = [CHANNELS[name].at_once for name in rows["channel"]]
    rows["queue"] = rows.groupby(_QUEUE, sort=True).ngroup()
    return rows.drop(columns=["first", "paid"])


def _handling_times(rows):
    """Put in the handling times of both sides; where only one side has any in a queue, it is that of both."""
    handled = rows["handled"].fillna(0.0).where(rows["aht_s_1"].notna(), 0.0)
    spent = (rows["aht_s_1"] * handled).where(handled > 0, 0.0)
    by = [rows["project"], rows["channel"]]
    mean = spent.groupby(by).transform("sum") / handled.groupby(by).transform("sum").replace(0.0, np.nan)
    usual = (rows["aht_s_0"] * rows["offered_0"]).groupby(by).transform("sum")
    usual /= rows["offered_0"].groupby(by).transform("sum").replace(0.0, np.nan)
    planned = rows["aht_s_0"].where(rows["aht_s_0"] > 0).fillna(usual).fillna(mean)
    moved = followed(rows, expected=handled * planned, came=spent, n=handled)
    factor = (moved / (handled * planned)).where(handled * planned > 0).fillna(mean / planned).fillna(1.0)
    rows["aht_s_0"], rows["aht_s_1"] = planned, planned * factor
