"""How long the store takes: `python -m benchmarks.store`.

A year of half-hours of ten queues, every column filled, goes into a fresh SQLite file and comes back; in the same run
the same rows are read by `pandas.read_sql` and written by `DataFrame.to_sql`, as one would without a store. Then what
a page does all the time: open, save a draft, ask whether anybody saved, ask how the stages stand.
"""

import datetime as dt
import sqlite3
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
import sqlalchemy as sa

from ccwb import cycle
from ccwb.store import open_store
from ccwb.tables import TABLES

QUEUES, INTERVALS = 10, 17_520
NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
ANA = {"by": "Ana", "at": NOW}


def year_of_queues(rng):
    """Return history of ten queues with every column filled: 175,200 rows."""
    times = pd.date_range("2025-01-01", periods=INTERVALS, freq="30min", tz="UTC")
    measured = [c.name for c in TABLES["history"].columns if c.kind == "number"]
    parts = []
    for queue in range(QUEUES):
        part = pd.DataFrame(rng.uniform(0, 300, (INTERVALS, len(measured))).round(1), columns=measured)
        part["interval_start"], part["interval_s"] = times, 1800
        parts.append(part.assign(project=f"project {queue // 4}", channel=f"channel {queue % 4}"))
    return pd.concat(parts, ignore_index=True)


def milliseconds(call, repeats=5):
    """Return the median and the least time of a call, after one to warm up."""
    call()
    took = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        took.append((perf_counter() - start) * 1000)
    return float(np.median(took)), min(took)


def say(what, figures, more=""):
    print(f"{what:<66} median {figures[0]:8.1f} ms   least {figures[1]:8.1f} ms  {more}")


def ratio(other, ours):
    return f"{other[0] / ours[0]:.1f} times ours"


def tables(address, history):
    """Time a large table in and out, beside pandas and SQLAlchemy alone."""
    rows = f"{len(history):,} rows"
    with open_store(address) as store:
        wrote = milliseconds(lambda: store.write_table("history", history, **ANA), repeats=3)
        say(f"write, {rows}, every column", wrote)
        engine = sa.create_engine(address)
        plain = milliseconds(lambda: history.to_sql("plain", engine, if_exists="replace", index=False), repeats=3)
        say(f"  pandas.DataFrame.to_sql, unchecked, {rows}", plain, ratio(plain, wrote))
        merge = history[history["project"] == "project 0"]
        say("merge, 70,080 of them", milliseconds(lambda: store.write_table("history", merge, mode="merge", **ANA), 3))
        read = milliseconds(lambda: store.read_table("history"))
        say(f"read, {rows}", read)
        plain = milliseconds(lambda: pd.read_sql("SELECT * FROM history", engine, parse_dates={"interval_start": "s"}))
        say(f"  pandas.read_sql, {rows}", plain, ratio(plain, read))
        queue = {"project": "project 1", "channel": "channel 2"}
        say("read one queue's year", milliseconds(lambda: store.read_table("history", **queue)))
        week = {"start": "2025-06-02", "end": "2025-06-09"}
        say("read all queues' week", milliseconds(lambda: store.read_table("history", **week)))
        say("what the table holds, per queue", milliseconds(lambda: store.table_info("history")))
        engine.dispose()


def pages(address):
    """Time what an open page does."""
    say("open", milliseconds(lambda: open_store(address).close(), 20))
    with open_store(address) as store:
        spring = store.add_cycle("Spring", first_day="2026-03-01", last_day="2026-05-31", **ANA)
        draft = {"rows": [{"name": f"row {n}", "value": n / 7} for n in range(200)]}

        def save():
            base = store.load("staffing", cycle=spring.id).version
            store.save("staffing", draft | {"base": base}, base=base, cycle=spring.id, **ANA)

        say("load and save a draft of 200 rows", milliseconds(save, 100))
        say("has anybody saved?", milliseconds(store.changed, 200))
        say("how all stages stand", milliseconds(lambda: cycle.state(store, spring.id), 50))


def main():
    """Print every figure."""
    print(f"SQLite {sqlite3.sqlite_version}, SQLAlchemy {sa.__version__}, pandas {pd.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'bench.db'}"
        tables(address, year_of_queues(np.random.default_rng(1)))
        pages(address)


if __name__ == "__main__":
    main()
