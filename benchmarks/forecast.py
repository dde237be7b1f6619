"""How well and how fast the forecast does: `python benchmarks/forecast.py`.

Bank series (../shared/data, see its README; left out where absent): 5 rolling origins, 10 business days apart,
refitted at each; days 20 business days ahead, half hours 10 business days ahead. Seasonal naive in the same run is the
alternative to beat. Speed: ten queues of two years of half hours, 91 days ahead, "best" with its selection, one thread.

Last figures (2 cores, Python 3.11, statsmodels 0.15.0): see docs/models_forecast.md.
"""

import os
from pathlib import Path
from time import perf_counter

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


def main():
    """Print the figures."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; more threads only get in each other's way here
    bank()
    speed()


def bank():
    """Print WAPE, bias and coverage on the bank series, by model."""
    import pandas as pd

    from ccwb.forecast import backtest, gather

    path = SHARED / "bank_calls_5min.csv"
    if not path.exists():
        print("bank series: not on this machine")
        return
    raw = pd.read_csv(path)
    calls = pd.DataFrame({"interval_start": pd.to_datetime(raw["DateTime"]), "offered": raw["Calls"].astype(float)})
    calls = calls.assign(interval_s=300, project="bank", channel="voice")
    for title, interval_s, days in (("days, 20 ahead", 86_400, 28), ("half hours, 10 days ahead", 1800, 14)):
        result = backtest(gather(calls, interval_s), days=days, origins=5, every=14)
        means = result.groupby("model")[["wape", "mase", "bias", "coverage_80"]].mean()
        print(f"\nbank series, {title}\n{means.round(4).sort_values('wape').to_string()}")


def speed(queues=10):
    """Print seconds per queue of a 13-week forecast from two years of half hours."""
    import numpy as np
    import pandas as pd

    from ccwb.forecast import forecast

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
    start = perf_counter()
    forecast(history, days=91, holidays="DE")
    print(f"\n{(perf_counter() - start) / queues:.2f} s a queue (two years of half hours, 91 days ahead, best)")


if __name__ == "__main__":
    main()
