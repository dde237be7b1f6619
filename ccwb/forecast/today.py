"""A day half over: what came so far against the forecast, and the rest of the day forecast anew from it.

The hours seen update the model, not a ratio: see update.py for how, docs/action.md for formulas and sources.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.bands import band
from ccwb.forecast.update import Law, hours_ahead, law_of, morning
from ccwb.measures import in_zone_of
from ccwb.messages import N_
from ccwb.tables import check

LEARN_DAYS = 56  # days before, as far as forecast and actuals both tell of them, that errors are learned from
LASTS, FADES = 0.5, 0.8  # where the forecast does not say: from day to day, from slot to slot
AHT_LEVEL, AHT_WITHIN = 0.04**2, 0.03**2  # of handling time, before any day is known
ONE_CONTACT = 1.0  # variance of one contact's handling time over its square: as of an exponential law
_QUEUE = ["project", "channel"]


@dataclass(frozen=True)
class Today:
    """A day as it stands. rows : per interval of it; queues : one row per queue; first_day : of the past days used.

    rows    interval_start, interval_s, project, channel, ahead (begins at `now` or later), plan_offered, plan_lower_80,
            plan_upper_80, plan_aht_s, actual_offered and actual_aht_s (missing where not known), offered, lower_80,
            upper_80 (what is expected now, also of the past intervals that nobody knows; the actual ones where known),
            aht_s (likewise)
    queues  project, channel, plan_so_far and actual_so_far (of the intervals known), plan_rest, rest, rest_lower_80,
            rest_upper_80 (intervals ahead), plan_day, day, day_lower_80, day_upper_80, aht_factor (the handling time
            expected ahead over the planned), days (past days that the errors were learned from)
    """

    rows: pd.DataFrame
    queues: pd.DataFrame


def today(forecast, actuals, *, now, level=0.8):
    """Return the Today of the local day of `now`: each queue's rest of the day forecast anew from what came so far.

    forecast : forecast table with the day, and with days before it where there are: up to 56 of them tell how days
        err. Closed intervals have no row.  actuals : actuals table, also of these days. Intervals that end after `now`
        are not looked at; rows that are not there, and missing `offered`, are unknown. Finer intervals are gathered,
        longer ones shared out by the forecast.  now : a moment; without zone by the forecast's clock.
    level : of the bands, 0..1.
    Before anything came, the days before it alone move the forecast. Rows of a queue without forecast for the day are
    left out. Raises PlanError where no queue has any, and for tables that cannot be used.

    >>> at = pd.date_range("2026-03-02 08:00", periods=10, freq="1h")
    >>> plan = pd.DataFrame({"interval_start": at, "interval_s": 3600, "project": "orders", "channel": "voice",
    ...     "offered": 100.0, "lower_80": 80.0, "upper_80": 120.0, "day_spread": 0.1, "dispersion": 1.0, "model": "m"})
    >>> came = plan.loc[:3, ["interval_start", "interval_s", "project", "channel"]].assign(offered=130.0)
    >>> found = today(plan, came, now="2026-03-02 12:00").queues
    >>> found[["actual_so_far", "plan_rest", "rest"]].round().iloc[0].tolist()
    [520.0, 600.0, 747.0]
    """
    plan, came = check(forecast, "forecast"), check(actuals, "actuals")
    came = in_zone_of(came, plan)
    now = _moment(now, plan)
    plan = plan.assign(_day=_days(plan))
    day = now.tz_localize(None).normalize()
    plan = plan[plan["_day"].between(day - pd.Timedelta(days=LEARN_DAYS), day)]
    if not (plan["_day"] == day).any():
        raise PlanError(
            N_("The forecast has no open interval on {day}. Choose another day, or publish a forecast for it."),
            day=f"{day:%Y-%m-%d}",
        )
    end = came["interval_start"] + pd.to_timedelta(came["interval_s"], unit="s")
    came = came[(end <= now) & came["offered"].notna()]
    rows, queues = [], []
    for queue, mine in plan.groupby(_QUEUE, sort=True):
        if (mine["_day"] == day).any():
            own = came[(came["project"] == queue[0]) & (came["channel"] == queue[1])]
            table, sums = _queue(mine.sort_values("interval_start", ignore_index=True), own, now, day, level)
            rows.append(table)
            queues.append(dict(zip(_QUEUE, queue, strict=True)) | sums)
    return Today(pd.concat(rows, ignore_index=True), pd.DataFrame(queues))


def _queue(plan, came, now, day, level):
    """Return (rows of the day, its sums) of one queue; plan : of the day and the days before."""
    plan = _with_actuals(plan, came)
    past, rows = plan[plan["_day"] < day], plan[plan["_day"] == day].reset_index(drop=True)
    length = int(rows["interval_s"].mode().iloc[0])
    place = _place(rows, length)
    ahead = (rows["interval_start"] >= now).to_numpy()
    error, size = _errors(rows, "offered")
    law, start, days = _learned(past, length, "offered", _usual(rows))
    factor, covariance = hours_ahead(error, size, law, place=place, slot_s=length, **start)
    mean = rows["offered"].to_numpy(dtype=float) * factor
    known = rows["actual_offered"].notna().to_numpy()
    spread = np.sqrt(np.expm1(np.diag(covariance)))
    lower, upper = band(mean, spread, law.noise, level)
    aht = _handling(past, rows, length, place)
    out = rows[["interval_start", "interval_s", *_QUEUE]].assign(ahead=ahead)
    for name in ("offered", "lower_80", "upper_80", "aht_s"):
        out[f"plan_{name}"] = rows.get(name, np.nan)
    out = out.assign(actual_offered=rows["actual_offered"], actual_aht_s=rows["actual_aht_s"])
    for name, values in (("offered", mean), ("lower_80", lower), ("upper_80", upper)):
        out[name] = np.where(known, rows["actual_offered"], values)
    out["aht_s"] = rows["actual_aht_s"].fillna(out["plan_aht_s"] * aht)
    sums = {
        "plan_so_far": float(out.loc[known, "plan_offered"].sum()),
        "actual_so_far": float(out.loc[known, "actual_offered"].sum()),
        **_total("rest", out, (mean, covariance, law.noise), ahead, level=level),
        **_total("day", out, (mean, covariance, law.noise), ~known, level=level),
        "aht_factor": _mean_factor(out["plan_aht_s"].to_numpy(dtype=float), aht, mean * ahead),
        "days": days,
    }
    for name in ("day", "day_lower_80", "day_upper_80"):
        sums[name] += sums["actual_so_far"]
    return out, sums | {"plan_day": float(out["plan_offered"].sum())}


def _total(name, out, told, which, *, level):
    """Return plan, expectation and band of the sum of some intervals.

    told : what is expected in each interval, covariance of the errors of its logarithm, noise.
    """
    mean, covariance, noise = told
    mean = np.where(which, mean, 0.0)
    total = mean.sum()
    spread = np.sqrt(mean @ np.expm1(covariance) @ mean) / total if total > 0 else 0.0
    lower, upper = band(np.array([total]), spread, noise, level)
    plan = float(out["plan_offered"].to_numpy()[which].sum())
    return {
        f"plan_{name}": plan,
        name: float(total),
        f"{name}_lower_80": float(lower[0]),
        f"{name}_upper_80": float(upper[0]),
    }


def _mean_factor(aht, factor, contacts):
    """Return the handling time expected over the planned one, over these contacts; missing where none is planned."""
    told = ~np.isnan(aht) & (contacts > 0)
    work = (aht * contacts)[told].sum()
    return float((aht * factor * contacts)[told].sum() / work) if work > 0 else np.nan


def _learned(past, length, what, usual):
    """Return (Law of the past days, level with which the day begins, past days that tell of it)."""
    error, size = _grid(past, length, what)
    law = law_of(error, size, usual=usual)
    mean, variance = morning(error, size, law)
    return law, {"mean": mean, "variance": variance}, int((~np.isnan(error)).any(axis=1).sum())


def _handling(past, rows, length, place):
    """Return the factor of the planned handling time to expect in each interval; 1 where nothing is known of it."""
    if "aht_s" not in rows or (not rows["actual_aht_s"].notna().any() and not past["actual_aht_s"].notna().any()):
        return np.ones(len(rows))
    usual = Law(AHT_LEVEL, AHT_WITHIN, FADES, ONE_CONTACT, LASTS)
    law, start, _days = _learned(past, length, "aht_s", usual)
    error, size = _errors(rows, "aht_s")
    factor, _covariance = hours_ahead(error, size, law, place=place, slot_s=length, counted=False, **start)
    return np.maximum(factor, 0.1)


def _usual(rows):
    """Return the Law that the forecast itself says its errors have."""
    size = rows["offered"].to_numpy(dtype=float)
    near = _said(rows, "slot_to_slot", 0.0)
    over = max(float((rows["dispersion"] * size).sum() / max(size.sum(), 1e-9)) - 1, 0.0)
    busy = max(float((size**2).sum() / max(size.sum(), 1e-9)), 1.0)  # contacts of the slot that a contact comes in
    spread = float(rows["day_spread"].median())
    return Law(spread**2, near * over / busy, near, 1 + (1 - near) * over, _said(rows, "day_to_day", LASTS))


def _said(rows, name, usual):
    """Return what the forecast says of its errors, or what is usual."""
    said = rows[name].dropna() if name in rows else []
    return float(np.clip(said.mean(), 0, 0.97)) if len(said) else usual


def _errors(rows, what):
    """Return (relative errors, contacts that they rest on) of intervals; missing, 0 where not known."""
    plan = rows[what].to_numpy(dtype=float)
    actual = rows[f"actual_{what}"].to_numpy(dtype=float)
    size = plan if what == "offered" else rows["_handled"].to_numpy(dtype=float)
    told = ~np.isnan(actual) & (plan > 0) & (size > 0)
    return np.where(told, actual / np.where(told, plan, 1) - 1, np.nan), np.where(plan > 0, np.nan_to_num(size), 0.0)


def _grid(past, length, what):
    """Return the errors of past days and their sizes, (days, slots); slots count from local midnight."""
    error, size = _errors(past, what)
    told = ~np.isnan(error)
    day, place = pd.factorize(past["_day"])[0][told], _place(past, length)[told].astype(int)
    shape = (past["_day"].nunique(), int(place.max(initial=0)) + 1)
    sizes, work = np.zeros(shape), np.zeros(shape)
    np.add.at(sizes, (day, place), size[told])
    np.add.at(work, (day, place), (error * size)[told])
    return np.where(sizes > 0, work / np.where(sizes > 0, sizes, 1), np.nan), sizes


def _with_actuals(plan, came):
    """Return the intervals of a forecast with what came in them: actual_offered, actual_aht_s, _handled.

    Known are intervals that rows of the actuals cover from end to end.
    """
    start, lengths = _epoch(plan["interval_start"]), plan["interval_s"].to_numpy(dtype=float)
    begin, long = _epoch(came["interval_start"]), came["interval_s"].to_numpy(dtype=float)
    first = np.maximum(np.searchsorted(start, begin, "right") - 1, 0)
    inside = (begin >= start[first]) & (begin + long <= start[first] + lengths[first])
    first = np.where(inside, first, np.searchsorted(start, begin, "left"))
    last = np.where(inside, first + 1, np.searchsorted(start, begin + long, "left"))
    count = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(came)), count)
    slot = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    usual = plan["offered"].to_numpy(dtype=float)[slot]
    whole = np.bincount(row, usual, len(came))[row]
    part = np.where(whole > 0, usual / np.where(whole > 0, whole, 1), 1 / np.maximum(count[row], 1))
    offered = came["offered"].to_numpy(dtype=float)[row] * part
    handled = (came["handled"] if "handled" in came else came["offered"]).to_numpy(dtype=float)[row] * part
    aht = (came["aht_s"] if "aht_s" in came else came["offered"] * np.nan).to_numpy(dtype=float)[row]
    handled = np.where(np.isnan(aht) | np.isnan(handled), 0.0, handled)
    n = len(plan)
    covered = np.bincount(slot, np.minimum(long[row], lengths[slot]), n) >= lengths
    contacts, work = np.bincount(slot, handled, n), np.bincount(slot, handled * np.nan_to_num(aht), n)
    told = covered & (contacts > 0)
    return plan.assign(
        actual_offered=np.where(covered, np.bincount(slot, offered, n), np.nan),
        actual_aht_s=np.where(told, work / np.where(told, contacts, 1), np.nan),
        _handled=contacts,
    )


def _place(rows, length):
    """Return each interval's number in its day, from local midnight."""
    return (_epoch(rows["interval_start"]) - _epoch(_midnight(rows["interval_start"]))) // length


def _midnight(times):
    return times.dt.normalize()


def _epoch(times):
    """Return times as seconds since 1970 (UTC, or on their own clock where they have no zone)."""
    return (
        times.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
        if times.dt.tz is None
        else (times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64))
    )


def _days(plan):
    times = plan["interval_start"]
    return times.dt.tz_localize(None).dt.normalize()


def _moment(now, plan):
    """Return `now` as a time by the forecast's clock."""
    zone, moment = plan["interval_start"].dt.tz, pd.to_datetime(now, errors="coerce")
    if pd.isna(moment):
        raise PlanError(N_("'{found}' is no moment. Write it as 2026-11-02 10:30."), found=str(now))
    if zone is None:
        return moment.tz_localize(None)
    return moment.tz_localize(zone) if moment.tz is None else moment.tz_convert(zone)
