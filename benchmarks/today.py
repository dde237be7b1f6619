"""How well the rest of a day is forecast anew from its first hours: `python -m benchmarks.today`.

Forecasts are published every 28 days for the 28 days to come, from what was known then, as a team would; from the
second one on every day is stopped at some hours, and the rest of it forecast

    plan    as published                ratio   published, times what came so far over what was expected so far
    anew    by `ccwb.forecast.today`, which learns how days err from the 56 days before, and from nothing after `now`

on the sample centre's ten queues, on the bank series of ../shared/data (left out with a line where it is not there),
and on simulated worlds in which the plan is right but for a day's level that lasts or fades, and for chance. Told are
the errors of the rest's total and of its intervals (sum of absolute errors over contacts), the share of totals inside
their 80 % band, and the mean width of that band over contacts, for the plan and anew.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ccwb import samples
from ccwb.forecast import forecast, gather, today
from ccwb.forecast.bands import band

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
EVERY, PERIODS = 28, 6
HOURS = (10, 12, 15)
BEFORE = 56  # days of forecast and actuals that are handed over


def main():
    """Print the figures."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; more threads only get in each other's way here
    for title, plan, actuals in worlds():
        for hour, found in told(plan, actuals).items():
            print(f"{title:34} {hour:02d}:00  " + "  ".join(f"{name} {value:.3f}" for name, value in found.items()))


def worlds():
    """Yield (title, forecast, actuals) of every series: published forecasts one after the other, and what came."""
    for title, level, within in (("level lasts", 0.12, 0.0), ("level fades", 0.0, 0.15), ("both", 0.08, 0.1)):
        yield f"simulated, {title}", *simulated(level=level, within=within)
    history = samples.load_history()
    hours = {one["project"]: one for one in samples.load_centre()["projects"]}
    for (project, channel), rows in history.groupby(["project", "channel"]):
        mine = rows.assign(interval_start=rows["interval_start"].dt.tz_convert(hours[project]["zone"]))
        yield f"sample, {project} {channel}", published(mine, hours={project: hours[project]}), mine
    bank = SHARED / "bank_calls_5min.csv"
    if not bank.exists():
        print(f"{bank.name}: not on this machine, left out")
        return
    raw = pd.read_csv(bank)
    calls = pd.DataFrame({"interval_start": pd.to_datetime(raw["DateTime"]), "offered": raw["Calls"].astype(float)})
    calls = gather(calls.assign(interval_s=300, project="bank", channel="voice"), interval_s=1800)
    yield "bank series", published(calls), calls


def published(history, **known):
    """Return the forecasts that a team would have published, one after the other, of one queue."""
    day = history["interval_start"].dt.tz_localize(None).dt.normalize()
    parts = []
    for n in range(PERIODS, 0, -1):
        first = day.max() + pd.Timedelta(days=1) - pd.Timedelta(days=n * EVERY)
        if (day < first).sum():
            parts.append(forecast(history[day < first], days=EVERY, model="combination", **known))
    newest = pd.concat(parts, ignore_index=True)  # a history that ends on a closed day is told its last days again
    return newest.drop_duplicates("interval_start", keep="last", ignore_index=True)


def simulated(*, level, within, days=140, near=0.9, lasting=0.6, seed=7):
    """Return (forecast, actuals) of a queue whose plan is right but for errors of a known law."""
    rng = np.random.default_rng(seed)
    at = pd.date_range("2026-01-05 08:00", periods=22, freq="30min")
    times = pd.DatetimeIndex([moment + pd.Timedelta(days=n) for n in range(days) for moment in at])
    mean = np.tile(40 + 30 * np.sin(np.linspace(0, np.pi, 22)), days)
    lasts, fades = np.zeros(days), np.zeros((days, 22))
    for n in range(days):
        lasts[n] = (lasting * lasts[n - 1] if n else 0) + rng.normal(0, level * np.sqrt(1 - lasting**2))
        for slot in range(22):
            old = fades[n, slot - 1] if slot else rng.normal(0, within)
            fades[n, slot] = near * old + rng.normal(0, within * np.sqrt(1 - near**2))
    factor = np.exp(np.repeat(lasts, 22) + fades.ravel() - (level**2 + within**2) / 2)
    slots = pd.DataFrame({"interval_start": times, "interval_s": 1800, "project": "world", "channel": "voice"})
    spread = np.sqrt(level**2 + within**2 / 2)
    lower, upper = band(mean, spread, 1.0, 0.8)
    said = {"lower_80": lower, "upper_80": upper, "day_spread": spread, "dispersion": 1.0, "model": "world"}
    return slots.assign(offered=mean, **said), slots.assign(offered=rng.poisson(mean * factor).astype(float))


def told(plan, actuals):
    """Return hour -> figures of a series, over all its days from the second forecast on."""
    both = plan.merge(actuals[["interval_start", "offered"]], on="interval_start", suffixes=("", "_came"))
    both["day"] = both["interval_start"].dt.tz_localize(None).dt.normalize()
    tried = [day for day in sorted(both["day"].unique()) if day >= both["day"].min() + pd.Timedelta(days=EVERY)]
    return {hour: _scored(plan, actuals, both, tried, hour) for hour in HOURS}


def _scored(plan, actuals, both, days, hour):
    rows = []
    for day in days:
        rows += _one(plan, actuals, both[both["day"] == day], pd.Timestamp(day) + pd.Timedelta(hours=hour))
    table = pd.DataFrame(rows)
    if table.empty:
        return {}
    came = table["came"].sum()
    out = {"days": float(len(table))}
    for name in ("plan", "ratio", "anew"):
        out[name] = (table[name] - table["came"]).abs().sum() / came
    for name in ("plan", "ratio", "anew"):
        out[f"{name}_slots"] = table[f"{name}_slots"].sum() / came
    for name in ("plan", "anew"):
        lower, upper = table[f"{name}_lower"], table[f"{name}_upper"]
        out[f"{name}_in"] = table["came"].between(lower, upper).mean()
        out[f"{name}_width"] = (upper - lower).sum() / came
    return out


def _one(plan, actuals, rows, now):
    """Return the figures of one day stopped at `now`, in a list; [] where nothing is before or after it."""
    now = now if rows["interval_start"].dt.tz is None else now.tz_localize(rows["interval_start"].dt.tz)
    ahead = rows["interval_start"] >= now
    before = rows[~ahead & (rows["interval_start"] + pd.Timedelta(seconds=1800) <= now)]
    rest = rows[ahead]
    if not before["offered"].sum() > 0 or not rest["offered"].sum() > 0:
        return []
    since = now - pd.Timedelta(days=BEFORE + 1)
    near = [table[table["interval_start"].between(since, now + pd.Timedelta(days=1))] for table in (plan, actuals)]
    found = today(*near, now=now)
    anew = found.rows[found.rows["ahead"]].set_index("interval_start")["offered"].reindex(rest["interval_start"])
    ratio = before["offered_came"].sum() / before["offered"].sum()
    said = {"plan": rest["offered"], "ratio": rest["offered"] * ratio, "anew": anew.to_numpy()}
    sums, came = found.queues.iloc[0], rest["offered_came"]
    out = {"came": came.sum()}
    for name, values in said.items():
        out |= {name: values.sum(), f"{name}_slots": np.abs(values - came).sum()}
    spread, own = rest["day_spread"].iloc[0], np.average(rest["dispersion"], weights=rest["offered"])
    lower, upper = band(np.array([rest["offered"].sum()]), spread, own, 0.8)
    out |= {"plan_lower": lower[0], "plan_upper": upper[0]}
    return [out | {"anew_lower": sums["rest_lower_80"], "anew_upper": sums["rest_upper_80"]}]


if __name__ == "__main__":
    main()
