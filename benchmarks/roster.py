"""How good a roster is found in which time: `python -m benchmarks.roster [INSTANCE.json [CHECK.py]]`.

A week of 120 and of 500 named agents, three projects, quarter hours. INSTANCE is a file in the format of
`roster_instance`, and CHECK the check that came with it, whose verdict is then printed beside our own; without them
the week of 120 is made like the one of 500. Both have a need of 90 % of the contract hours, and the larger is
made once more with 94 %. Plain shift covering is held against pyworkforce in the same run, where it is installed
(`pip install pyworkforce`).
"""

import importlib.util
import sys
from dataclasses import replace
from time import perf_counter

import numpy as np

from benchmarks.queueing import milliseconds, say
from benchmarks.roster_instance import as_checked, made, read, week_of
from ccwb.schedule.covering import Weights as CoverWeights
from ccwb.schedule.covering import _counts
from ccwb.schedule.roster import Weights, broken, fast, ready, solve
from ccwb.schedule.roster.bound import Ascent
from ccwb.schedule.roster.grid import model_of
from ccwb.schedule.roster.plan import plan_for, work_for

SHARE, TIGHTER = 0.902, 0.94
ONLY_SHORT = Weights(under=1.0, over=0.0, paid=0.0, below=0.0, split=0.0, late=0.0, wish=0.0)


def certain_h(week):
    """The hours that stay short in any roster, by the bound with every weight 0 but that of an hour short."""
    m, _ = model_of(replace(week, weights=ONLY_SHORT))
    rooms = np.zeros(m.agents, dtype=np.int64)
    ascent = Ascent(m, work_for(m, rooms), plan_for(m), rooms, fast.compiled() or fast.plain())
    ascent.at = np.where(m.need > 0, m.under, 0.0)
    for _ in range(20):
        ascent.step(0.03 * week.need.sum() / week.hour)
    return max(0.0, ascent.bound)


def rostered(name, instance, *, seconds, check=None):
    """Roster an instance and print what came out."""
    week = week_of(instance)
    contract, needed = sum(agent.contract_h for agent in week.agents), week.need.sum() / week.hour
    found = solve(week, seconds=seconds, seed=1)
    worth = found.score
    print(f"\n{name}: {len(week.agents)} agents, {contract:,.0f} contract hours, {needed:,.1f} hours needed")
    print(f"  at least {certain_h(week):,.1f} hours stay short in any roster (a bound of its own)")
    print(f"  first roster after {found.first_s:.2f} s, {found.steps:,} tries in {found.seconds:.1f} s")
    print(
        f"  short {worth.short_h.sum():,.2f} h, {100 * worth.short_share:.2f} % of the need; over {worth.over_h:,.2f} h"
    )
    print(f"  objective {worth.objective:,.1f}, bound {found.bound:,.1f}, gap {100 * found.gap:.1f} %")
    print(f"  broken by our check: {len(broken(week, found.roster))}")
    if check is not None:
        print(f"  by the instance's own: {check(instance, as_checked(instance, found.roster))}")


def covering():
    """Cover seven days of 96 slots with 60 kinds of shift a day, and let pyworkforce do the same."""
    shifts, need = _day(), _needs()
    weights = CoverWeights(under=1000.0, over=0.0, paid=0.25, person=0.0)

    def ours():
        return [
            _counts(shifts, day, hours=np.ones(96), weights=weights, bounds=(None, None), time_limit_s=10)
            for day in need
        ]

    say(
        "ccwb, plain covering, 7 x 96 slots, 60 shifts a day",
        milliseconds(ours, 5),
        f"{_slots(shifts, ours()):,} slots",
    )
    try:
        from pyworkforce.scheduling import MinRequiredResources
    except ImportError:
        print("pyworkforce is not installed here: no comparison (pip install pyworkforce).")
        return
    names = {f"shift {number}": column.astype(int).tolist() for number, column in enumerate(shifts.T)}
    cost = {name: sum(column) for name, column in names.items()}

    def theirs():
        return MinRequiredResources(
            num_days=7,
            periods=96,
            shifts_coverage=names,
            required_resources=need.astype(int).tolist(),
            max_period_concurrency=10_000,
            max_shift_concurrency=10_000,
            cost_dict=cost,
        ).solve()

    answer = theirs()
    say("pyworkforce, the same", milliseconds(theirs, 5), f"{answer['cost']:,} slots, {answer['status']}")


def _slots(shifts, counts):
    return int(sum((shifts @ count).sum() for count in counts))


def _day():
    """Sixty shifts of 6, 8 and 9 hours with a break, slot x shift."""
    shifts = np.zeros((96, 60))
    for number in range(60):
        length, start = (24, 32, 36)[number % 3], 3 * (number // 3)
        shifts[start : min(start + length, 96), number] = 1
        shifts[min(start + length // 2, 95), number] = 0
    return shifts


def _needs():
    rng = np.random.default_rng(5)
    shape = 4 + 30 * np.exp(-(((np.arange(96) - 44) / 16) ** 2))
    return np.array([np.rint(shape * rng.uniform(0.7, 1.2)) * (_day().sum(axis=1) > 0) for _ in range(7)])


def main(paths=()):
    """Print the figures."""
    covering()
    check, first = None, made(agents=120, share=SHARE, seed=1)
    if paths:
        first = read(paths[0])
    if len(paths) > 1:
        spec = importlib.util.spec_from_file_location("check", paths[1])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        check = module.check
    began = perf_counter()
    ready()
    print(f"\ncompiling, or reading what was compiled before: {perf_counter() - began:.1f} s")
    rostered("the week of the first file" if paths else "made, 120", first, seconds=30, check=check)
    rostered("made, 500", made(agents=500, share=SHARE, seed=6), seconds=90, check=check)
    rostered("made, 500, tighter", made(agents=500, share=TIGHTER, seed=6), seconds=90, check=check)


if __name__ == "__main__":
    main(sys.argv[1:])
