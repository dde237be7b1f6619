"""How well and how fast the forecast does, beside its peers: `python -m benchmarks.forecast [--ours]`.

Rolling origins, everything refitted at each on what was known then, closed hours and days not scored:

    bank series (../shared/data, see its README)      days 20 business days ahead, half hours 10; 5 origins, 10 apart;
                                                      no holidays given, since it is open on some of them
    the same, told its holidays                       what its planner knew: open 07:00 to 21:05, the public holidays,
                                                      and on which of them it is closed
    daily call-centre series (../shared/data)         28 days ahead; 6 origins, 21 days apart
    sample centre, its ten queues                     days 28, half hours 14 days ahead; 6 origins, 21 days apart

Peers, in the same run: statsforecast AutoETS, AutoARIMA (days only) and MSTL, Prophet, LightGBM through mlforecast,
the median of them, and seasonal naive. They are no requirements of the project: one that is not installed is left out
with a line. All are told the same: the history's cells, opening hours, public holidays, the days beside them and
events, as far as they take them. A series that is not on the machine is left out with a line. `--ours`: no peers.
"""

import os
import sys
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks.forecast_peers import PEERS, Grid, answer, seasonal_naive

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
DAY_S = 86_400
TOLD = "bank series told its holidays"
CLOSED = {"Memorial Day": "2003-05-26", "Independence Day": "2003-07-04", "Labor Day": "2003-09-01"}
OURS, NAIVE, MEDIAN = "ccwb best", "seasonal naive", "median of peers"


def main():
    """Print the figures."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; more threads only get in each other's way here
    missing = {package for _, package, _ in PEERS.values() if find_spec(package) is None}
    for package in sorted(missing):
        print(f"{package} is not installed: its forecasts are left out (pip install {package})")
    peers = [] if "--ours" in sys.argv else [name for name, (_, package, _) in PEERS.items() if package not in missing]
    inside = []
    for title, history, told, plan in series():
        found = compare(title, history, told, plan, peers)
        inside += [] if title.startswith(TOLD) else found  # the bank counts once
    _coverage("all series together", inside)
    speed()


def series():
    """Yield (title, history, what is known beside it, (days ahead, origins, days between)) of every series here."""
    bank, centre = SHARED / "bank_calls_5min.csv", SHARED / "daily_call_center.csv"
    for path in (bank, centre):
        if not path.exists():
            print(f"{path.name}: not on this machine, left out")
    if bank.exists():
        raw = pd.read_csv(bank)
        calls = _history(raw["DateTime"], raw["Calls"], 300)
        yield "bank series, days", calls, {"interval_s": DAY_S}, (28, 5, 14)
        yield "bank series, half hours", calls, {"interval_s": 1800}, (14, 5, 14)
        yield f"{TOLD}, days", calls, _bank_calendar() | {"interval_s": DAY_S}, (28, 5, 14)
        yield f"{TOLD}, half hours", calls, _bank_calendar() | {"interval_s": 1800}, (14, 5, 14)
    if centre.exists():
        raw = pd.read_csv(centre)
        calls = _history(raw["Fecha"], raw["Incoming Calls"], DAY_S)
        yield "daily call-centre series", calls, {}, (28, 6, 21)
    from ccwb.samples import load_centre, load_events, load_history

    history = load_history()[["interval_start", "interval_s", "project", "channel", "offered"]]
    hours = {project["project"]: project for project in load_centre()["projects"]}
    told = {"hours": hours, "events": load_events()}
    yield "sample centre, days", history, told | {"interval_s": DAY_S}, (28, 6, 21)
    yield "sample centre, half hours", history, told, (14, 6, 21)


def _history(times, offered, interval_s):
    base = {"interval_start": pd.to_datetime(times), "interval_s": interval_s, "project": "bank", "channel": "voice"}
    return pd.DataFrame(base | {"offered": offered.astype(float)})


def _bank_calendar():
    """Return what the bank's planner knew: opening hours, public holidays, and which of them are closed days."""
    from ccwb.projects import new_project

    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:00-21:05")
    bank = new_project("bank", zone="America/New_York", region="US", hours=hours, closed_on_holidays=False)
    closed = [{"name": name, "kind": "closure", "first_day": day, "last_day": day} for name, day in CLOSED.items()]
    return {"holidays": "US", "hours": {"bank": bank}, "events": pd.DataFrame(closed)}


def compare(title, history, told, plan, peers):
    """Print WAPE and seconds a queue by model; return (hits in 80 %, hits in 95 %, cells) per queue and origin."""
    from ccwb.forecast.series import queues_of

    days, origins, every = plan
    errors, seconds, inside = defaultdict(dict), defaultdict(list), []
    for queue in queues_of(history, told.get("interval_s")):
        names = [name for name in peers if PEERS[name][2] or queue.interval_s == DAY_S]
        for origin in (len(queue.day) - days - i * every for i in range(origins)):
            actual, said, spent, hits = _one(queue, origin, days, told=told, history=history, peers=names)
            inside.append(hits)
            for name, value in said.items():
                key = (queue.project, queue.channel, name)
                error, total = errors[name].get(key, (0.0, 0.0))
                errors[name][key] = (error + np.abs(value - actual).sum(), total + actual.sum())
                seconds[name].append(spent.get(name, np.nan))
    _print_table(title, errors, seconds)
    _coverage(title, inside)
    return inside


def _one(queue, origin, days, *, told, history, peers):
    """Return (actual, name -> forecast, name -> seconds, (in 80 %, in 95 %, cells)) of one queue and origin."""
    grid, cells, actual = _grid(queue, origin, days, told)
    start = perf_counter()
    ours = _ours(queue, origin, days, told, history)
    said, spent = {}, {OURS: perf_counter() - start}
    ours = ours.reindex(grid.ahead.astype("datetime64[s]")).fillna(0.0)
    said[OURS], said[NAIVE] = ours["offered"].to_numpy(), seasonal_naive(grid)
    for name in peers:
        start = perf_counter()
        said[name] = answer(name, grid)
        spent[name] = perf_counter() - start
    if peers:
        said[MEDIAN] = np.median([said[name] for name in peers], axis=0)
        spent[MEDIAN] = sum(spent[name] for name in peers)
    truth = actual[cells]
    hits = [((ours[f"lower_{p}"] <= actual) & (actual <= ours[f"upper_{p}"]))[cells].sum() for p in (80, 95)]
    return truth, {name: value[cells] for name, value in said.items()}, spent, (*hits, cells.sum())


def _ours(queue, origin, days, told, history):
    """Return offered and bands of our forecast by local time (the mean of the hour that the clock repeats)."""
    from ccwb.forecast import forecast

    mine = (history["project"] == queue.project) & (history["channel"] == queue.channel)
    end = pd.Timestamp(queue.day[0] + origin)
    end = end if queue.zone is None else end.tz_localize(queue.zone)
    ahead = forecast(history[mine & (history["interval_start"] < end)], days=days, **told)
    local = ahead["interval_start"].dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    return ahead.groupby(local)[["offered", "lower_80", "upper_80", "lower_95", "upper_95"]].mean()


def _grid(queue, origin, days, told):
    """Return (Grid of what is known at the origin, which cells ahead are scored, what came)."""
    from ccwb.forecast.calendar import calendar
    from ccwb.forecast.outlook import Setting

    past = queue.until(origin)
    region, project = Setting(told.get("holidays"), told.get("events"), told.get("hours")).of(queue.project)
    about, slots = calendar(past, days, region=region, events=told.get("events"), project=project)
    usual = np.array([slots[about.weekday == w][-8 * 7 :].any(axis=0) for w in range(7)])
    day, slot = np.nonzero(usual[about.weekday])
    step = np.timedelta64(DAY_S // slots.shape[1], "s")
    time = about.day[day].astype("datetime64[s]") + slot * step
    counts = queue.counts[: origin + days]
    counts = np.where(slots | (counts > 0), counts, np.nan)[day, slot]  # with contacts it was open, whatever was said
    flags = _flags(about)
    known, per_day = day < origin, usual.sum(axis=1)
    every = per_day[per_day > 0]
    grid = Grid(
        counts[known], time[known], time[~known], int(usual.sum()), int(every[0]) if np.ptp(every) == 0 else 0,
        {n: on[day[known]] for n, on in flags.items()}, {n: on[day[~known]] for n, on in flags.items()},
    )  # fmt: skip
    return grid, ~np.isnan(counts[~known]), counts[~known]


def _flags(about):
    """Return name -> which days are a holiday, beside one or an event, by name and all together."""
    holiday = about.holiday != ""
    named = {name: about.holiday == name for name in np.unique(about.holiday[holiday].astype(str))}
    event = np.any([np.zeros(len(about), dtype=bool), *about.events.values()], axis=0)
    return {"holiday": holiday, "eve": about.eve, "after": about.after, "event": event} | named | about.events


def _print_table(title, errors, seconds):
    """Print one row per model: WAPE (over several queues their geometric mean relative to seasonal naive too)."""
    wape = {name: {key[:2]: e / t for key, (e, t) in rows.items()} for name, rows in errors.items()}
    rows = {}
    for name, values in wape.items():
        relative = [value / wape[NAIVE][key] for key, value in values.items()]
        figures = {"wape": np.mean(list(values.values())), "to naive": np.exp(np.mean(np.log(relative)))}
        rows[name] = figures | {"seconds": np.mean(seconds[name])}
    table = pd.DataFrame(rows).T.sort_values("to naive")
    others = table.drop(OURS)["to naive"]
    print(f"\n{title}, {len(wape[OURS])} queues\n{table.round({'wape': 4, 'to naive': 3, 'seconds': 2}).to_string()}")
    print(f"ours to the best other ({others.idxmin()}): {table.loc[OURS, 'to naive'] / others.min():.3f}", flush=True)


def _coverage(title, inside):
    """Print the share in each band with its 95 % interval, queue and origin being one draw (cells hang together)."""
    hits = np.array(inside, dtype=float)
    cells = hits[:, 2]
    for column, name in enumerate(("80 %", "95 %")):
        share = hits[:, column].sum() / cells.sum()
        off = hits[:, column] - share * cells
        half = 1.96 * np.sqrt(np.square(off).sum() * len(off) / max(len(off) - 1, 1)) / cells.sum()
        print(f"{title}: in the {name} band {share:.3f} ± {half:.3f} ({int(cells.sum())} cells, {len(hits)} forecasts)")


def speed(queues=10):
    """Print seconds per queue of a 28-day forecast from two years of half hours, one thread."""
    from ccwb.forecast import MODELS, forecast

    times = pd.date_range("2024-01-01", "2026-01-01", freq="30min", inclusive="left", tz="Europe/Berlin")
    open_ = (times.hour >= 8) & (times.hour < 20) & (times.day_of_week < 6)
    times = times[open_]
    year = 1 + 0.15 * np.sin(2 * np.pi * times.day_of_year / 365)
    rng = np.random.default_rng(0)
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "aht_s": 300.0}
    tables = [
        pd.DataFrame(base | {"channel": f"queue {i}", "offered": rng.poisson(3 * (i + 1) * year).astype(float)})
        for i in range(queues)
    ]
    history = pd.concat(tables, ignore_index=True)
    forecast(tables[0], days=7, holidays="DE")  # loads statsmodels
    print("\nseconds a queue (two years of half hours, 28 days ahead)")
    for model in ("best", *MODELS):
        start = perf_counter()
        forecast(history, days=28, holidays="DE", model=model)
        print(f"{(perf_counter() - start) / queues:6.2f}  {model}")


if __name__ == "__main__":
    main()
