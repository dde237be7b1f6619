"""What a finished cycle teaches the next about its numbers: whether the model told the truth, and what was measured."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.errors import PlanError
from ccwb.evaluation.sides import KEY, both_sides
from ccwb.messages import N_

BANDS = (0.5, 0.6, 0.7, 0.8, 0.9)  # of occupancy, between which intervals are told apart
LEAST_DAYS = 5
WORTH = 0.01  # of a parameter: less is no reason to plan with another
_COUNTED = {"service_level": "answered_within", "answer_rate": "handled"}


def predicted(plan, actuals, *, model, kpi="service_level"):
    """Return what the model says of the contacts that came and the agents who were there, beside what was measured.

    plan : requirement table.  actuals : a table of that name with agents.  model : as for `causes`.
    kpi : service_level or answer_rate; of live channels, the others do not tell it interval by interval.
    Columns: interval_start, project, channel, offered (counted), agents, occupancy (that the model expects), predicted
    and measured, shares. Volumes and handling times are those of `both_sides`: what came, without mere chance.
    Intervals in which nothing came or nobody counted agents are left out.
    """
    rows = both_sides(plan, actuals)
    rows = rows[rows["live"] & (rows["offered_1"] > 0) & rows["agents_1"].notna()].reset_index(drop=True)
    if rows.empty:
        raise PlanError(
            N_(
                "Predicted and measured cannot be compared: the actual figures do not tell how many agents were at "
                "work on voice or chat."
            )
        )
    named = rows.rename(columns={"offered_1": "offered", "aht_s_1": "aht_s", "agents_1": "agents"})
    got = model(named[[*KEY, "interval_s", "offered", "aht_s", "agents"]].assign(case=0, patience_s=np.nan))
    rows = rows.assign(
        agents=rows["agents_1"], predicted=got[kpi].to_numpy(dtype=float), occupancy=got["occupancy"].to_numpy()
    )
    rows = rows[[*KEY, "interval_s", "agents", "occupancy", "predicted"]].merge(
        _counted(actuals, rows, kpi), on=KEY, how="inner"
    )
    rows["measured"] = rows["kept"] / rows["offered"]
    return rows.dropna(subset=["measured", "predicted"])[
        [*KEY, "offered", "agents", "occupancy", "predicted", "measured"]
    ].reset_index(drop=True)


def _counted(actuals, rows, kpi):
    """Return contacts counted, and those of them that kept the promise, on the grid of the rows."""
    name = _COUNTED[kpi]
    if name not in actuals:
        raise PlanError(N_("Predicted and measured cannot be compared: the actual figures have no {name}."), name=name)
    counts = measures.in_zone_of(actuals, rows).assign(kept=actuals[name])
    length = int(rows["interval_s"].max())
    if (counts["interval_s"] < length).any():
        _, counts = measures.in_slots([rows, counts], length)
    known = counts[counts["offered"].gt(0) & counts["kept"].notna()]
    return known.groupby(KEY, as_index=False)[["offered", "kept"]].sum()


def calibrated(table, *, by="occupancy"):
    """Return how far the model was off: group, intervals, days, contacts, predicted, measured, bias, low and high.

    table : what `predicted` returns.  by : 'occupancy' (bands of BANDS), 'hour', 'channel', 'project' or '' for all.
    predicted, measured : shares of all contacts of the group.  bias : measured - predicted; above 0 the model was too
    gloomy.  low, high : the 95 % interval of the bias, from the differences between days; missing with fewer than five.
    Source: Cochran (1977), chapter 6: a ratio whose days are drawn at random.
    """
    rows = table.assign(group=_groups(table, by), day=measures.day_of(table["interval_start"]))
    rows["off"] = (rows["measured"] - rows["predicted"]) * rows["offered"]
    parts = []
    for group, mine in rows.groupby("group", sort=True):
        low, high = _interval(mine)
        contacts = mine["offered"].sum()
        shares = {name: (mine[name] * mine["offered"]).sum() / contacts for name in ("predicted", "measured")}
        sizes = {"intervals": len(mine), "days": mine["day"].nunique(), "contacts": contacts}
        bias = mine["off"].sum() / contacts
        parts.append({"group": group, **sizes, **shares, "bias": bias, "low": low, "high": high})
    return pd.DataFrame(
        parts, columns=["group", "intervals", "days", "contacts", "predicted", "measured", "bias", "low", "high"]
    )


def _groups(table, by):
    if by == "occupancy":
        edges = [0.0, *BANDS, np.inf]
        return np.array(edges)[np.searchsorted(BANDS, table["occupancy"], side="right")]
    if by == "hour":
        return table["interval_start"].dt.hour
    return table[by] if by else ""


def _interval(rows):
    """Return (low, high) of the bias, from how it differs between days."""
    from scipy.special import stdtrit

    days = rows.groupby("day")[["off", "offered"]].sum()
    n, total = len(days), days["offered"].sum()
    if n < LEAST_DAYS:
        return np.nan, np.nan
    bias = days["off"].sum() / total
    error = np.sqrt(n / (n - 1) * ((days["off"] - bias * days["offered"]) ** 2).sum()) / total
    reach = float(stdtrit(n - 1, 0.975)) * error
    return bias - reach, bias + reach


def learned(planned, found):
    """Return the parameters to plan the next cycle with: planned, measured, the range it lies in, whether it moved.

    planned : (project, channel, parameter) -> value the plan had, None where it had none.  found : the same keys ->
    an estimate with value, low, high (95 %) and n, such as those of `ccwb.staffing.estimates`.
    Columns: project, channel, parameter, planned, measured, low, high, n, moved: the plan's value lies
    outside the range, and is off by WORTH of itself or more.

    >>> from types import SimpleNamespace
    >>> table = learned({("a", "voice", "aht_s"): 240.0},
    ...     {("a", "voice", "aht_s"): SimpleNamespace(value=256.0, low=251.0, high=261.0, n=60)})
    >>> table[["planned", "measured", "moved"]].values.tolist()
    [[240.0, 256.0, True]]
    """
    rows = []
    for (project, channel, parameter), one in found.items():
        before = planned.get((project, channel, parameter))
        moved = before is not None and not one.low <= before <= one.high
        moved = moved and abs(one.value - before) >= WORTH * abs(before)
        values = {"planned": before, "measured": one.value, "low": one.low, "high": one.high, "n": one.n}
        rows.append({"project": project, "channel": channel, "parameter": parameter, **values, "moved": moved})
    names = ["project", "channel", "parameter", "planned", "measured", "low", "high", "n", "moved"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(("planned", "measured", "low", "high"), "float64"))


def measured_parameters(actuals):
    """Return what the next cycle can plan with, queue -> aht_s and handled; a queue without handled work is left out.

    aht_s : handling time per handled contact, seconds, over all of the actuals.  handled : contacts it rests on.
    """
    found = measures.compute(actuals, kpis=["aht"], by=("project", "channel"))
    return {
        f"{row.project}/{row.channel}": {"aht_s": round(row.value, 1), "handled": int(row.denominator)}
        for row in found.itertuples()
        if pd.notna(row.value)
    }


def with_ranges(parameters, found):
    """Return `measured_parameters` with the estimates that were made: value, low and high of each in its place.

    found : (project, channel, parameter) -> estimate with value, low and high (95 %); one of no channel (shrinkage) is
    that of all queues of its project.

    >>> from types import SimpleNamespace
    >>> told = {("a", "", "shrinkage"): SimpleNamespace(value=0.312, low=0.29, high=0.33)}
    >>> with_ranges({"a/voice": {"aht_s": 251.0}}, told)["a/voice"]["shrinkage"]
    {'value': 0.312, 'low': 0.29, 'high': 0.33}
    """
    out = {queue: dict(one) for queue, one in parameters.items()}
    for (project, channel, name), one in found.items():
        told = {"value": float(one.value), "low": float(one.low), "high": float(one.high)}
        for queue, known in out.items():
            if queue == f"{project}/{channel}" or (not channel and queue.startswith(f"{project}/")):
                known[name] = told
    return out
