"""How many contacts a second are simulated: `python -m benchmarks.simulation`.

Everything goes through `simulate`, drawing the contacts and the confidence intervals included; what compiling takes is
told apart. simpy and ciw play the same queue with patience in the same run, where they are installed
(`pip install simpy ciw`), and the figures of all are printed beside the formula's.
"""

from functools import partial
from time import perf_counter

import numpy as np

from ccwb.queueing import performance
from ccwb.queueing.simulation import Group, Queue, Shift, engine, simulate

HOUR = 3600.0
LOAD, AGENTS, AHT_S, PATIENCE_S, WITHIN_S = 45.0, 50, 180.0, 120.0, 20.0


def single(hours):
    """M/M/50+M: one queue with patience."""
    queue = Queue("voice", offered=LOAD * hours * HOUR / AHT_S, aht_s=AHT_S, patience_s=PATIENCE_S)
    return [queue], [Group("team", ["voice"], agents=AGENTS)], hours * HOUR


def centre(days=7):
    """Three projects on voice, half hours, skills, shifts with breaks, one project first, redials and lines."""
    day = np.concatenate([np.zeros(16), np.sin(np.linspace(0.15, np.pi - 0.15, 24)), np.zeros(8)])
    week = np.tile(day / day.sum(), days)
    queues = [
        Queue("service", offered=4000 * week, aht_s=240, patience_s=150, redial=0.3, lines=120),
        Queue("sales", offered=2500 * week, aht_s=300, patience_s=90, priority=0),
        Queue("support", offered=1500 * week, aht_s=420, patience_s=300),
    ]
    groups = [
        Group("service", ["service"], shifts=_shifts(26, days)),
        Group("sales", ["sales"], shifts=_shifts(20, days)),
        Group("support", ["support"], shifts=_shifts(16, days)),
        Group("both", ["service", "sales"], shifts=_shifts(10, days)),
        Group("all", ["support", "sales", "service"], shifts=_shifts(8, days)),
    ]
    return queues, groups, days * 24 * HOUR


def _shifts(agents, days):
    parts = []
    for day in range(days):
        for start in (8, 12):
            at = (day * 24 + start) * HOUR
            breaks = [(at + 2 * HOUR, at + 2.25 * HOUR), (at + 4 * HOUR, at + 4.5 * HOUR)]
            parts.append(Shift(agents, at, at + 8 * HOUR, breaks=breaks))
    return parts


def ours(what, centre_, replications, *, repeats=5, **how):
    """Print how many contacts a second `simulate` plays: the median of some runs after one to warm up."""
    queues, groups, length_s = centre_
    run = partial(simulate, queues, groups, length_s=length_s, replications=replications, **how)
    run(seed=0)
    rates = []
    for seed in range(1, repeats + 1):
        start = perf_counter()
        got = run(seed=seed)
        rates.append(got.attempts / (perf_counter() - start))
    say(what, rates, f"{got.attempts:>9,} contacts, {replications} replications")
    return got


def say(what, rates, more=""):
    rates = sorted(rates)
    print(f"{what:<52} {rates[len(rates) // 2]:>12,.0f} contacts/s  ({rates[0]:,.0f} to {rates[-1]:,.0f})  {more}")


def compiling():
    """Print how long the first call takes, the compiled engine on disk or not."""
    start = perf_counter()
    play = engine.compiled()
    if play is None:
        print("numba is not installed here: plain Python only (pip install 'ccwb[speed]').")
        return
    queues, groups, length_s = single(0.1)
    simulate(queues, groups, length_s=length_s, replications=2, seed=1)
    hit = sum(play.stats.cache_hits.values())
    print(f"numba loaded, engine {'read from disk' if hit else 'compiled'}: {perf_counter() - start:.1f} s")


def with_simpy(hours, seed):
    """The same queue in simpy: (contacts, of offered answered in time)."""
    import simpy

    rng, timely, came = np.random.default_rng(seed), 0, 0
    env = simpy.Environment()
    agents = simpy.Resource(env, AGENTS)

    def contact():
        nonlocal timely
        at = env.now
        with agents.request() as turn:
            got = yield turn | env.timeout(rng.exponential(PATIENCE_S))
            if turn in got:
                timely += env.now - at <= WITHIN_S
                yield env.timeout(rng.exponential(AHT_S))

    def source():
        nonlocal came
        while True:
            yield env.timeout(rng.exponential(AHT_S / LOAD))
            came += 1
            env.process(contact())

    env.process(source())
    env.run(hours * HOUR)
    return came, timely / came


def with_ciw(hours, seed):
    """The same queue in ciw: (contacts, of offered answered in time)."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(LOAD / AHT_S)],
        service_distributions=[ciw.dists.Exponential(1 / AHT_S)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / PATIENCE_S)],
        number_of_servers=[AGENTS],
    )
    ciw.seed(seed)
    play = ciw.Simulation(network)
    play.simulate_until_max_time(hours * HOUR)
    records = play.get_all_records()
    served = [record for record in records if record.record_type == "service"]
    return len(records), sum(record.waiting_time <= WITHIN_S for record in served) / len(records)


def others(hours):
    """Time simpy and ciw on the single queue; return their rates."""
    for name, play in (("simpy", with_simpy), ("ciw", with_ciw)):
        try:
            rates, levels = [], []
            for seed in (1, 2, 3):
                start = perf_counter()
                came, level = play(hours, seed)
                rates.append(came / (perf_counter() - start))
                levels.append(level)
        except ImportError:
            print(f"{name} is not installed here: no comparison (pip install {name}).")
            continue
        say(f"{name}, single queue with patience", rates, f"service level {np.mean(levels):.3f}")


def main():
    """Print the figures."""
    compiling()
    got = None
    for compiled in (True, False) if engine.compiled() else (False,):
        kind, times = ("numba", 20) if compiled else ("plain Python", 2)
        got = ours(f"{kind}, single queue with patience", single(55), times, compiled=compiled)
        ours(f"{kind}, three projects with skills, a week", centre(), times, compiled=compiled)
        level = got.queues["voice"].service_level
        print(f"{'':<52} service level {level.value:.4f}, 95 % from {level.low:.4f} to {level.high:.4f}")
    if engine.compiled():
        ours("numba, two jobs, three projects with skills, a week", centre(), 20, jobs=2)
    others(55)
    exact = performance(LOAD, AGENTS, aht_s=AHT_S, answer_within_s=WITHIN_S, patience_s=PATIENCE_S)
    print(f"{'the formula (Erlang A), long run':<52} service level {float(exact.service_level):.4f}")


if __name__ == "__main__":
    main()
