"""How long the queueing and staffing of a week and of a year take: `python -m benchmarks.queueing`.

Beside our own figures the same year is staffed by pyworkforce (Erlang C only) in the same run, where it is installed
(`pip install pyworkforce`); its answers are compared, too.
"""

from functools import partial
from time import perf_counter

import numpy as np
import pandas as pd

from ccwb.queueing import agents_required, carried_over, performance
from ccwb.staffing import requirement, summary

AHT_S, LEVEL, WITHIN_S, PATIENCE_S, INTERVAL_S = 240.0, 0.8, 20, 120.0, 1800
TARGET = {
    "service_level": LEVEL,
    "answer_within_s": WITHIN_S,
    "patience_s": PATIENCE_S,
    "max_occupancy": 0.88,
    "answer_rate": 0.9,
    "shrinkage": 0.3,
}


def milliseconds(call, repeats=9):
    """Median and least time of a call, after one to warm up."""
    call()
    took = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        took.append((perf_counter() - start) * 1000)
    return float(np.median(took)), min(took)


def say(what, figures, more=""):
    print(f"{what:<66} median {figures[0]:8.1f} ms   least {figures[1]:8.1f} ms  {more}")


def formulas(rng):
    """Time the search and the performance over arrays."""
    sizes = {
        "336 intervals x 5 queues, 1 to 200 erlangs": rng.uniform(1, 200, (5, 336)),
        "35,040 intervals, 5 to 200 erlangs": rng.uniform(5, 200, 35_040),
        "35,040 intervals, 100 to 5,000 erlangs": rng.uniform(100, 5000, 35_040),
    }
    for name, load in sizes.items():
        for model, patience_s in (("Erlang C", None), ("Erlang A", PATIENCE_S)):
            setting = {"aht_s": AHT_S, "answer_within_s": WITHIN_S, "patience_s": patience_s}
            need = partial(agents_required, load, service_level=LEVEL, **setting)
            say(f"{model}, fewest agents, {name}", milliseconds(need))
            say(f"{model}, performance, {name}", milliseconds(partial(performance, load, need(), **setting)))


def kinds(rng):
    """Time chats held at once, and a day and a week with the line carried over."""
    load = rng.uniform(0.5, 100, 1700)
    for slowdown in ([1, 1.2], [1, 1.2, 1.4]):
        need = partial(
            agents_required, load, aht_s=AHT_S, service_level=LEVEL, patience_s=PATIENCE_S, slowdown=slowdown
        )
        say(f"fewest agents, {len(slowdown)} chats at once, 1,700 intervals up to 100 erlangs", milliseconds(need))
    shape = 0.3 + 0.7 * np.exp(-(((np.arange(48) - 20) / 8) ** 2))
    for peak in (20, 100):
        load = np.tile(peak * shape, (7, 1))
        agents = np.ceil(load + 0.5 * np.sqrt(load))
        agents[:, 18:22] = np.floor(0.85 * agents[:, 18:22])  # an overload of two hours
        for days, what in ((1, "a day"), (7, "a week")):
            for model, patience_s in (("nobody gives up", None), ("with patience", PATIENCE_S)):
                known = {
                    "aht_s": AHT_S,
                    "interval_s": INTERVAL_S,
                    "answer_within_s": WITHIN_S,
                    "patience_s": patience_s,
                }
                day = partial(carried_over, load[:days] * INTERVAL_S / AHT_S, agents[:days], **known)
                say(f"line carried over, {what} of half-hours, {peak} erlangs, {model}", milliseconds(day, 5))


def tables(rng):
    """Time what a page calls at each move of a slider: a week of one project, three channels, tables in and out."""
    times = pd.date_range("2026-03-02", periods=336, freq="30min", tz="Europe/Berlin")
    for channels in (("voice",), ("voice", "chat", "email")):
        week = pd.concat(
            [
                pd.DataFrame({"interval_start": times, "interval_s": INTERVAL_S, "project": "shop", "channel": channel})
                for channel in channels
            ],
            ignore_index=True,
        ).assign(offered=lambda t: rng.uniform(5, 300, len(t)), aht_s=AHT_S)
        targets = {("shop", channel): TARGET for channel in channels}
        targets |= {("shop", "email"): TARGET | {"answer_within_s": 4 * 3600}} if "email" in channels else {}
        table = requirement(week, targets=targets)
        name = f"336 intervals of {', '.join(channels)}"
        say(f"requirement table, {name}", milliseconds(partial(requirement, week, targets=targets)))
        say(f"summary, {name}", milliseconds(partial(summary, table)))


def alternative(rng):
    """Staff the same year with pyworkforce, if it is there."""
    try:
        from pyworkforce.queuing import ErlangC
    except ImportError:
        print("pyworkforce is not installed here: no comparison (pip install pyworkforce).")
        return
    load, aht_s = rng.uniform(5, 200, 35_040), rng.uniform(120, 600, 35_040)

    def theirs():
        out = []
        for calls, aht in zip(load * INTERVAL_S / aht_s, aht_s, strict=True):
            queue = ErlangC(transactions=calls, aht=aht / 60, asa=WITHIN_S / 60, interval=INTERVAL_S / 60)
            out.append(queue.required_positions(service_level=LEVEL)["raw_positions"])
        return np.array(out)

    start = perf_counter()
    other = theirs()
    took = (perf_counter() - start) * 1000
    known = {"aht_s": aht_s, "service_level": LEVEL, "answer_within_s": WITHIN_S}
    ours = milliseconds(lambda: agents_required(load, **known))
    patient = milliseconds(lambda: agents_required(load, patience_s=PATIENCE_S, **known))
    own = agents_required(load, **known)
    say("pyworkforce, Erlang C, 35,040 intervals, 5 to 200 erlangs", (took, took), "(one run)")
    say("ccwb, the same", ours, f"{took / ours[0]:.0f} times as fast")
    say("ccwb, Erlang A", patient, f"{took / patient[0]:.0f} times as fast as their Erlang C")
    missed = performance(load, other, aht_s=aht_s, answer_within_s=WITHIN_S).service_level < LEVEL
    print(f"  {np.sum(other > own)} rows got more agents there, {missed.sum()} rows fewer than the target needs")


def main():
    """Print the figures."""
    formulas(np.random.default_rng(1))
    kinds(np.random.default_rng(4))
    tables(np.random.default_rng(2))
    alternative(np.random.default_rng(3))


if __name__ == "__main__":
    main()
