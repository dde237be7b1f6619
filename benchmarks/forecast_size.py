"""Many queues at once: `python -m benchmarks.forecast_size [queues ...]`, by default 20, 60 and 180, on 1 and 2 jobs.

Each queue has two years of half hours (Monday to Saturday, 08:00 to 20:00); forecast 28 days ahead, model "best" with
its selection, German holidays. Each size runs in a process of its own, so that the memory told is its own: the most
that this process held, and that of its workers beside it. Last figures: benchmarks/README.md.
"""

import os
import subprocess
import sys
from time import perf_counter

SIZES, DAYS = (20, 60, 180), 28


def main(arguments=()):
    """Print seconds and memory of each size."""
    if arguments[:1] == ["one"]:
        return one(*map(int, arguments[1:]))
    print("queues  jobs  seconds  seconds a queue  MB here  MB in all workers", flush=True)
    command = [sys.executable, "-m", "benchmarks.forecast_size", "one"]
    for queues in map(int, arguments or SIZES):
        for jobs in (1, 2):
            subprocess.run([*command, str(queues), str(jobs)], check=True)


def one(queues, jobs):
    """Print the figures of one size."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the matrices are small; the queues are what runs side by side

    from ccwb.forecast import forecast

    table = history(queues)
    forecast(table[table["channel"] == "queue 0"], days=7, holidays="DE")  # loads statsmodels
    most = 0

    def watch(done, total, text):
        nonlocal most
        most = max(most, workers_mb())

    start = perf_counter()
    forecast(table, days=DAYS, holidays="DE", jobs=jobs, progress=watch)
    seconds = perf_counter() - start
    print(f"{queues:6}  {jobs:4}  {seconds:7.1f}  {seconds / queues:15.2f}  {peak_mb():7.0f}  {most:17.0f}")


def history(queues):
    """Return a history of so many queues, as an import leaves it: text columns as categories."""
    import numpy as np
    import pandas as pd

    times = pd.date_range("2024-01-01", "2026-01-01", freq="30min", inclusive="left", tz="Europe/Berlin")
    times = times[(times.hour >= 8) & (times.hour < 20) & (times.day_of_week < 6)]
    year = 1 + 0.15 * np.sin(2 * np.pi * times.day_of_year.to_numpy() / 365)
    rng = np.random.default_rng(0)
    offered = rng.poisson(np.outer(np.linspace(3, 40, queues), year)).ravel().astype(float)
    names = pd.Categorical.from_codes(np.repeat(np.arange(queues), len(times)), [f"queue {i}" for i in range(queues)])
    utc = times.tz_convert("UTC").tz_localize(None).to_numpy()
    start = pd.DatetimeIndex(np.tile(utc, queues)).tz_localize("UTC").tz_convert(times.tz)
    return pd.DataFrame(
        {"interval_start": start, "interval_s": 1800, "project": "orders", "channel": names, "offered": offered}
        | {"aht_s": 300.0}
    )


def peak_mb():
    """Return the most memory that this process has held, MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def workers_mb():
    """Return the memory that the processes begun by this one hold now, MB (Linux; 0 elsewhere)."""
    from pathlib import Path

    held = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == os.getpid() and "VmRSS" in lines:
            held += int(lines["VmRSS"].split()[0]) / 1024
    return held


if __name__ == "__main__":
    main(sys.argv[1:])
