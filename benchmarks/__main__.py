"""Run every benchmark, one after the other: `make bench`."""

import importlib

for name in ("queueing", "simulation", "roster", "forecast", "forecast_size", "today", "store", "browser"):
    print(f"\n== {name}")
    importlib.import_module(f"benchmarks.{name}").main()
