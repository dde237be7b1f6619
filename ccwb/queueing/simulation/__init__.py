"""A day or a week played contact by contact, many times over: what formulas cannot say about several queues at once.

>>> queues = [Queue("voice", offered=400, aht_s=240, patience_s=120), Queue("chat", offered=100, aht_s=400, priority=2)]
>>> groups = [Group("callers", ["voice"], agents=3), Group("both", ["chat", "voice"], agents=3)]
>>> day = simulate(queues, groups, length_s=8 * 3600, replications=50, seed=1)
>>> level = day.queues["voice"].service_level
>>> round(level.low, 3), round(level.value, 3), round(level.high, 3)
(0.747, 0.762, 0.778)
"""

from contextlib import closing

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing.simulation import columns, engine
from ccwb.queueing.simulation.draws import draw
from ccwb.queueing.simulation.model import Group, Queue, Shift, numbers
from ccwb.queueing.simulation.result import Estimate, GroupOutcome, QueueOutcome, Simulation, result
from ccwb.queueing.simulation.world import world

__all__ = ["Estimate", "Group", "GroupOutcome", "Queue", "QueueOutcome", "Shift", "Simulation", "simulate"]


def simulate(
    queues,
    groups,
    *,
    length_s,
    replications,
    seed,
    warm_up_s=0.0,
    day_cv=0.0,
    progress=None,
    cancel=None,
    jobs=1,
    compiled=None,
):
    """What every queue and agent group gets in `length_s` seconds, as a `Simulation` with confidence intervals.

    queues, groups : lists of Queue and Group. Every replication begins empty; contacts come at random (Poisson) up to
    the end, when work under way counts as answered and those in line as still there. To see a line served out, give
    parts of the time without contacts at the end of `offered`.
    length_s : seconds above 0.  replications : whole, 2 or more.  seed : whole number; the same seed gives the same
    answer, however many jobs work on it and with or without numba.
    warm_up_s : seconds at the beginning whose contacts and agents' time are not counted.
    day_cv : standard deviation over mean of the volume of a replication (gamma, the same factor for all queues).
    progress(done, total) is called after every few replications; cancel() -> True ends the work: what was done by then
    is the result. jobs : how many replications are played at once (joblib; without it one after the other).
    compiled : True asks for numba, False for plain Python, None takes numba where it is installed.

    Nothing offered: service level and answer rate 1, waits and other shares 0. Nobody answered while contacts were
    offered: asa_s infinite. Nobody there: occupancy 0.
    Raises PlanError for a wrong value, naming it; for a cancel before two replications were done.
    Source: Law (2015), Simulation Modeling and Analysis; longest wait first within a priority (Garnett and Mandelbaum).

    >>> line = [Queue("voice", offered=[100, 0], aht_s=180, patience_s=100)]
    >>> done = simulate(line, [Group("team", ["voice"], agents=6)], length_s=7200, replications=4, seed=3)
    >>> (done.queues["voice"].offered.value, done.counts["still_there"].ravel().tolist())
    (..., [0.0, 0.0, 0.0, 0.0])
    """
    timing = {"length_s": length_s, "warm_up_s": warm_up_s, "day_cv": day_cv}
    _check(queues, groups, timing | {"replications": replications, "seed": seed, "jobs": jobs})
    fast, of = _fast(compiled), world(queues, groups, length_s, warm_up_s)
    seeds = np.random.SeedSequence(int(seed)).spawn(int(replications))
    tasks = [(fast, of, queues, day_cv, part) for part in _shares(seeds, jobs, progress or cancel)]
    played = []
    with closing(_answers(tasks, jobs, len(tasks) if not (progress or cancel) else jobs, fast)) as answers:
        for answer in answers:
            played += answer
            if progress:
                progress(len(played), len(seeds))
            if cancel and len(played) < len(seeds) and cancel():
                break
    if len(played) < 2:
        raise PlanError(
            N_("The simulation was stopped before two replications were done. Let it go on longer, then look.")
        )
    return result(queues, groups, played)


def _check(queues, groups, setting):
    limits = {"length_s": {"above": 0}, "warm_up_s": {"below": setting["length_s"]}, "day_cv": {}}
    limits |= {"replications": {"low": 2, "whole": True}, "seed": {"whole": True}, "jobs": {"low": 1, "whole": True}}
    for name, limit in limits.items():
        numbers(name, setting[name], single=True, **limit)
    for what, things in ((N_("queues"), queues), (N_("groups"), groups)):
        names = [thing.name for thing in things]
        if not names or len(set(names)) < len(names):
            raise PlanError(
                N_(
                    "The simulation needs {what} with a name of its own each; found {found}. Name each one differently."
                ),
                what=what,
                found=", ".join(names) or N_("none"),
            )


def _fast(compiled):
    """Whether the compiled engine plays."""
    fast = compiled is not False and engine.compiled() is not None
    if compiled and not fast:
        raise PlanError(N_("numba is not installed. Install it (pip install 'ccwb[speed]'), or do not ask for it."))
    return fast


def _shares(seeds, jobs, watched):
    """Cut the replications into what is handed to a job at a time: small parts where somebody watches."""
    size = max(1, len(seeds) // (100 if watched else 4 * jobs))
    return [seeds[at : at + size] for at in range(0, len(seeds), size)]


def _answers(tasks, jobs, at_once, threads):
    """Play the tasks and give the answers in their order; `at_once` are handed over before anybody may cancel."""
    try:
        from joblib import Parallel, delayed
    except ImportError:
        jobs = 1
    if jobs == 1:
        for task in tasks:
            yield _play(*task)
        return
    with Parallel(n_jobs=jobs, prefer="threads" if threads else "processes") as work:
        for at in range(0, len(tasks), at_once):
            yield from work(delayed(_play)(*task) for task in tasks[at : at + at_once])


def _play(fast, of, queues, day_cv, seeds):
    """Play replications: (attempts, tallies, times) for each seed."""
    played = []
    for seed in seeds:
        end = replay(fast, of, queues, day_cv, seed)
        came_s = end.attempts.came_s if fast else np.array([attempt.came_s for attempt in end.attempts])
        played.append((np.count_nonzero(came_s >= 0), _counts(end.tallies), _counts(end.times)))
    return played


def _counts(table):
    """A table of numbers alone as an array: row x column."""
    if isinstance(table, np.ndarray):
        return table.view(float).reshape(len(table), -1)
    return np.array([list(vars(row).values()) for row in table])


def replay(fast, of, queues, day_cv, seed):
    """One replication: the Tables at its end.

    Of attempts, `by` is the agent who took it, from `began_s` to `done_s` (0 where a chat was not done by the end).
    """
    attempts, order = draw(queues, float(of.clock["length_s"][0]), day_cv, seed)
    tables = of.tables(order, attempts)
    if fast:
        engine.compiled()(tables)
        return columns.Tables(*(table.view(np.recarray) if table.dtype.names else table for table in tables))
    tables = columns.Tables(*(columns.rows(table) for table in tables))
    engine.play(tables)
    return tables
