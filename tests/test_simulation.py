"""The simulation against the exact formulas, published studies, a slow twin, and what any day in a centre does."""

import heapq
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.queueing import performance
from ccwb.queueing.simulation import Estimate, Group, Queue, Shift, engine, replay, simulate
from ccwb.queueing.simulation.result import ratio
from ccwb.queueing.simulation.world import world

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
SHARES = ("service_level", "abandonment", "answer_rate", "asa_s", "mean_wait_s", "blocked")
HOUR = 3600.0


def one(offered, agents, *, aht_s=180.0, replications=40, length_s=100 * HOUR, seed=1, warm_up_s=HOUR, **of):
    """A single queue with one group, in the long run; the group's outcome comes after the queue's."""
    queue, team = Queue("voice", offered=offered, aht_s=aht_s, **of), Group("team", ["voice"], agents=agents)
    setting = {"length_s": length_s, "replications": replications, "seed": seed, "warm_up_s": warm_up_s}
    got = simulate([queue], [team], **setting)
    return got.queues["voice"], got.groups["team"], got


def near(estimate, exact, halves=1.9):
    """Whether a figure lies within 1.9 half widths of the exact one (3.7 standard errors: seeds do not matter).

    Besides 2 in 10,000: who is in line at the end has not been answered yet.
    """
    half = max(estimate.high - estimate.value, estimate.value - estimate.low)
    return abs(estimate.value - float(exact)) <= halves * half + 2e-4


# --- against the formulas ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("load", "agents", "known"),
    [
        (9.0, 11, {}),
        (30.0, 34, {}),
        (0.5, 1, {}),
        (9.0, 10, {"patience_s": 150.0}),
        (12.0, 10, {"patience_s": 60.0}),
        (60.0, 50, {"patience_s": 600.0}),
        (9.0, 9, {"lines": 12}),
        (9.0, 9, {"lines": 9}),
        (15.0, 10, {"patience_s": 200.0, "lines": 14}),
        (4.0, 6, {"patience_s": 100.0, "lines": 4}),
    ],
)
def test_a_single_queue_in_the_long_run_is_what_the_formulas_say(load, agents, known):
    queue, team, _ = one(load * 100 * HOUR / 180, agents, **known)
    exact = performance(load, agents, aht_s=180, answer_within_s=20, **known)
    for name in SHARES:
        assert near(getattr(queue, name), getattr(exact, name)), name
    assert near(team.occupancy, exact.occupancy)
    assert queue.service_level.high - queue.service_level.low < 0.03


@pytest.mark.parametrize(("load", "agents", "lines"), [(9.0, 9, 13), (6.0, 4, None)])
def test_redials_a_long_while_later_are_the_fixed_point_of_the_formula(load, agents, lines):
    known = {"patience_s": 150.0, "redial": 0.6, "lines": lines}
    setting = {"redial_after_s": 2 * HOUR, "warm_up_s": 30 * HOUR, "length_s": 400 * HOUR}
    queue, team, _ = one(load * 400 * HOUR / 180, agents, **known, **setting, replications=25)
    exact = performance(load, agents, aht_s=180, answer_within_s=20, **known)
    for name in SHARES:  # the formula takes redials for new contacts: right in the limit of a long while
        assert getattr(queue, name).value == pytest.approx(float(getattr(exact, name)), rel=0.02, abs=0.003), name
    assert float(exact.occupancy) == pytest.approx(team.occupancy.value, abs=0.005)
    attempts = queue.offered.value + queue.blocked_attempts.value
    assert queue.redials.value / attempts == pytest.approx(
        1 - load / (float(exact.occupancy) * agents) * served(exact), abs=0.01
    )


def served(exact):
    """Share of all attempts that is answered."""
    return float((1 - exact.blocked) * exact.answer_rate)


def test_confidence_intervals_hold_the_exact_value_about_95_times_in_100():
    exact = performance(9.0, 10, aht_s=180, answer_within_s=20, patience_s=150)
    held = {"service_level": 0, "abandonment": 0, "asa_s": 0, "occupancy": 0}
    runs = 300
    for seed in range(runs):
        queue, team, _ = one(9 * 12 * HOUR / 180, 10, patience_s=150, replications=12, length_s=12 * HOUR, seed=seed)
        found = {name: getattr(queue, name) for name in SHARES} | {"occupancy": team.occupancy}
        for name in held:
            held[name] += float(getattr(exact, name)) in found[name]
    for name, times in held.items():
        assert 0.91 <= times / runs <= 0.985, (name, times / runs)


def test_an_interval_of_a_ratio_is_what_the_delta_method_gives_by_hand():
    got = ratio(np.array([8.0, 9.0, 9.0]), np.array([10.0, 10.0, 12.0]), 1.0)
    errors = np.array([8 - 8.125, 9 - 8.125, 9 - 9.75])
    half = 4.302652729911275 * np.sqrt((errors**2).sum() / 2 / 3) / (32 / 3)
    assert (got.value, got.high - got.value) == pytest.approx((26 / 32, half))


# --- against published studies ----------------------------------------------------------------------------------------
def published(name):
    path = SHARED / "published_simulation_cases.json"
    if not path.exists():
        pytest.skip("the published cases beside the project are not here")
    (case,) = (case for case in json.loads(path.read_text(encoding="utf-8"))["cases"] if case["id"] == name)
    return case["description"], {p["measure"] + p.get("element", ""): p for p in case["published"]}


def agrees(estimate, figure, rounding=0.0):
    """Whether two simulations differ by no more than chance lets them: 3.7 standard errors of the difference."""
    low, high = figure["ci"]
    theirs, ours = (
        (high - low) / 2 / (1.96 if figure["ci_level"] == 0.95 else 1.645),
        (estimate.high - estimate.low) / 3.92,
    )
    return abs(estimate.value - figure["mean"]) <= 3.7 * np.hypot(theirs, ours) + rounding


@pytest.mark.parametrize(
    ("name", "known"), [("MMC", {}), ("MMCAb", {"patience_s": 60.0}), ("MMCBlocked", {"lines": 17})]
)
def test_eight_hours_of_twelve_agents_from_empty_are_as_published(name, known):
    _, figures = published(name)
    day, half_hours = 480 * 60.0, [126.0] * 16
    queue = Queue("calls", offered=half_hours + [0.0] * 4, aht_s=120, **known)  # and two hours to serve everybody out
    setting = {"replications": 2000, "seed": 11}
    got = simulate([queue], [Group("all", ["calls"], agents=12)], length_s=day * 1.25, **setting)
    calls = got.queues["calls"]
    assert calls.still_there.value == 0
    of = {kind: count[:, 0] for kind, count in got.counts.items()}
    every = np.ones(2000)
    assert agrees(ratio(of["timely"], every, 0.0), figures["Number of contacts in target"])
    assert agrees(ratio(of["timely"], of["answered"], 0.0), figures["Service level"], 0.0005)
    assert agrees(ratio(of["answered_wait_s"] / 60, of["answered"], 0.0), figures["Speed of answer"], 0.0005)
    if "patience_s" in known:
        assert agrees(calls.abandoned, figures["Number of contacts having abandoned"])
    if "lines" in known:
        assert agrees(calls.blocked_attempts, figures["Number of blocked contacts"])
        attempts = of["offered"] + of["blocked"]
        assert agrees(ratio(of["timely"], attempts, 0.0), figures["Service level with blocked contacts"], 0.0005)
    open_ = Queue("calls", offered=2016, aht_s=120, **known)
    got = simulate([open_], [Group("all", ["calls"], agents=12)], length_s=day, **setting)
    assert agrees(got.groups["all"].occupancy, figures["Occupancy ratio"], 0.0005)


def test_a_day_of_uncertain_volume_with_staff_by_the_hour_is_as_published():
    case, figures = published("CallCC")
    rates = [100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60]
    queue = Queue("calls", offered=[*rates, 0], aht_s=100, patience_s=1000, unwilling=0.1)
    team = Group("team", ["calls"], agents=[*case["agents_by_period"], 4])
    day_cv = np.sqrt(0.1)
    got = simulate([queue], [team], length_s=14 * HOUR, replications=3000, seed=5, day_cv=day_cv)
    of = {kind: count[:, 0] for kind, count in got.counts.items()}
    expected = np.full(3000, 1660.0)
    assert agrees(got.queues["calls"].offered, figures["Number of arrivals per day"])
    assert agrees(ratio(of["abandoned"], expected, 0.0), figures["Proportion of calls lost"])
    assert agrees(ratio(of["wait_s"], expected, 0.0), figures["Average waiting time per customer"])


def test_three_kinds_of_calls_and_two_groups_are_as_published():
    case, figures = published("SimpleMSK")
    minutes = 60.0
    aht_s, patience_s = ([minutes / rate for rate in (*case[n], case[n][-1])] for n in RATES)
    queues = [
        Queue(f"type {number}", offered=[*(rate * 120 for rate in rates), 0], aht_s=aht_s, patience_s=patience_s)
        for number, rates in enumerate(case["arrivals_per_minute_by_type_and_period"])
    ]
    staff = [[*curve, curve[-1]] for curve in case["agents_by_group_and_period"]]
    groups = [
        Group("first", ["type 0", "type 1"], agents=staff[0]),
        Group("second", ["type 2", "type 1"], agents=staff[1]),
    ]
    got = simulate(queues, groups, length_s=480 * minutes, replications=3000, seed=2, day_cv=28.7**-0.5)
    assert agrees(got.total.answered, figures["Number of served contacts"])
    assert agrees(got.total.abandoned, figures["Number of contacts having abandoned"])
    for number in range(3):
        timely = got.counts["timely"][:, number]
        periods = [
            figures[f"Number of contacts meeting target service levelType {number}, period {p}"] for p in range(3)
        ]
        both = {"mean": sum(p["mean"] for p in periods), "ci_level": 0.95}
        wide = sum(p["ci"][1] - p["ci"][0] for p in periods) / 2
        both["ci"] = (both["mean"] - wide, both["mean"] + wide)
        assert agrees(ratio(timely, np.ones(3000), 0.0), both), number


RATES = ("service_rate_by_arrival_period", "patience_rate_by_arrival_period")


# --- a slow twin for skills, priorities and redials -------------------------------------------------------------------
def test_a_twin_that_plays_the_same_contacts_finds_the_same_day():
    """The rules once more, in the plainest way: at every moment all lines and agents are looked through."""
    queues, groups = centre()
    of = world(queues, groups, 4 * HOUR, 0.0)
    for seed in np.random.SeedSequence(4).spawn(5):
        end = replay(False, of, queues, 0.0, seed)
        attempts, lines = end.attempts, end.tallies
        came = sorted((a.came_s, a.queue, a.work, a.patience) for a in attempts)
        taken, gone, left_over = twin(came, queues, groups, 4 * HOUR)
        assert [int(row.answered) for row in lines] == taken
        assert [int(row.abandoned) for row in lines] == gone
        assert [int(row.still_there) for row in lines] == left_over


def centre(**more):
    """Three queues, three groups of different skills, one queue of lower priority."""
    queues = [
        Queue("a", **{"offered": 90, "aht_s": 300, "patience_s": 200} | more),
        Queue("b", offered=70, aht_s=240, patience_s=100),
        Queue("c", offered=40, aht_s=500, priority=2),
    ]
    groups = [
        Group("ab", ["a", "b"], agents=2),
        Group("cb", ["c", "b"], agents=1, shifts=[Shift(2, 1800, 9000, breaks=[(5000, 5900)]), Shift(1, 0, 7200)]),
        Group("ca", ["c", "a"], agents=[1, 2, 1, 0]),
    ]
    return queues, groups


def twin(came, queues, groups, length_s):  # noqa: PLR0912, PLR0915 - in one piece, as little like the engine as can be
    """Numbers answered, abandoned, still there by queue, of attempts (came_s, queue, work_s, patience_s) in order."""
    skills = [[int("abc".index(name)) for name in group.queues] for group in groups]
    people, changes = [], []
    for g, group in enumerate(groups):
        curve = np.atleast_1d(group.agents)
        part = length_s / len(curve)
        pool = [{"group": g, "there": False, "until": None, "idle": None} for _ in range(curve.max())]
        people += pool
        for k, (before, now) in enumerate(zip([0, *curve[:-1]], curve, strict=True)):
            changes += [(k * part, "more" if now > before else "fewer", pool)] * abs(int(now) - int(before))
        for shift in group.shifts:
            for _ in range(shift.agents):
                person = {"group": g, "there": False, "until": None, "idle": None}
                people.append(person)
                for from_s, to_s in shift.present():
                    changes += [(from_s, "comes", person), (to_s, "goes", person)]
    moments = [(at, 0 if what in ("goes", "fewer") else 1, n, what, who) for n, (at, what, who) in enumerate(changes)]
    moments += [(at, 2, n, "contact", (q, at, work, patience)) for n, (at, q, work, patience) in enumerate(came)]
    heapq.heapify(moments)
    number, lines, counts = len(moments), [[], [], []], ([0] * 3, [0] * 3, [0] * 3)

    def free(person):
        return person["there"] and person["until"] is None

    def take(person, contact, now):
        nonlocal number
        number += 1
        person["idle"] = None
        counts[0][contact[0]] += 1
        person["until"] = now + contact[2]
        heapq.heappush(moments, (person["until"], 3, number, "done", person))

    while moments and moments[0][0] < length_s:
        now, _, _, what, who = heapq.heappop(moments)
        for q, line in enumerate(lines):
            stay = [contact for contact in line if contact[1] + contact[3] >= now]
            counts[1][q] += len(line) - len(stay)
            lines[q] = stay
        if what == "contact":
            able = sorted((skills[g].index(who[0]), g) for g in range(len(groups)) if who[0] in skills[g])
            for _, g in able:
                idle = [person for person in people if person["group"] == g and free(person)]
                if idle:
                    take(min(idle, key=lambda person: person["idle"]), who, now)
                    break
            else:
                lines[who[0]].append(who)
        elif what == "done":
            who["until"] = None
        elif what in ("comes", "goes"):
            who["there"] = what == "comes"
            who["idle"] = None
        elif what == "more":
            away = [person for person in who if not person["there"]]
            max(away, key=lambda person: person["until"] is not None)["there"] = True
        else:
            here = [person for person in who if person["there"]]
            min(here, key=lambda person: person["until"] is not None)["there"] = False
        for person in people:
            if free(person) and person["idle"] is None:
                number += 1
                person["idle"] = number
            waiting = [line[0] for q, line in enumerate(lines) if line and q in skills[person["group"]]]
            if free(person) and waiting:
                first = min(waiting, key=lambda contact: (queues[contact[0]].priority, contact[1]))
                lines[first[0]].remove(first)
                take(person, first, now)
    for q, line in enumerate(lines):
        counts[1][q] += sum(contact[1] + contact[3] < length_s for contact in line)
        counts[2][q] += sum(contact[1] + contact[3] >= length_s for contact in line)
    return counts


# --- what any day does ------------------------------------------------------------------------------------------------
small = st.builds(
    Queue,
    name=st.just("x"),
    offered=st.lists(st.floats(0, 60), min_size=3, max_size=3),
    aht_s=st.floats(10, 900),
    patience_s=st.one_of(st.none(), st.floats(5, 600)),
    priority=st.integers(1, 2),
    lines=st.one_of(st.none(), st.integers(1, 8)),
    redial=st.sampled_from([0.0, 0.7]),
    redial_after_s=st.sampled_from([0.0, 300.0]),
    unwilling=st.sampled_from([0.0, 0.2]),
    aht_cv=st.sampled_from([None, 0.5]),
)
staff = st.builds(
    Group,
    name=st.just("x"),
    queues=st.lists(st.sampled_from(["q0", "q1", "q2"]), min_size=1, unique=True),
    agents=st.lists(st.integers(0, 4), min_size=2, max_size=2),
    shifts=st.just([Shift(2, 600, 2400, breaks=[(900, 1000), (1500, 1800)])]) | st.just([]),
)


@settings(max_examples=60, deadline=None)
@given(
    queues=st.lists(small, min_size=3, max_size=3),
    groups=st.lists(staff, min_size=1, max_size=3),
    seed=st.integers(0, 99),
)
def test_every_contact_has_one_fate_and_no_agent_serves_two_at_once(queues, groups, seed):
    queues = [Queue(**{**vars(queue), "name": f"q{n}"}) for n, queue in enumerate(queues)]
    groups = [Group(**{**vars(group), "name": f"g{n}"}) for n, group in enumerate(groups)]
    of = world(queues, groups, HOUR, 0.0)
    end = replay(False, of, queues, 0.0, np.random.SeedSequence(seed))
    attempts = end.attempts
    came = [a for a in attempts if 0 <= a.came_s < HOUR]
    for number, row in enumerate(end.tallies):
        mine = [a for a in came if a.part == number and a.queue == number // 3]
        assert row.offered == row.answered + row.abandoned + row.still_there
        assert row.offered + row.blocked == len(mine)
        assert row.answered == sum(a.by >= 0 for a in mine)
        assert row.wait_s >= row.answered_wait_s >= 0
    by = {}
    for a in sorted((a for a in came if a.by >= 0), key=lambda a: a.began_s):
        group = int(of.agents["group"][a.by])
        assert f"q{a.queue}" in groups[group].queues
        assert a.came_s <= a.began_s <= a.came_s + a.patience
        assert a.began_s >= by.get(a.by, 0.0)
        by[a.by] = a.done_s
    for row in end.times:
        assert -1e-6 <= row.busy_s <= row.present_s + 1e-6


KINDS_OF_DAY = {
    "many": {},
    "redials": {"redial": 0.8, "lines": 9, "unwilling": 0.1, "aht_cv": 0.7},
    "trunk": {"lines": 9, "trunk": "north", "redial": 0.5},
    "closed": {"lines": 3, "redial": 0.8, "offered": [60, 0, 40, 0], "open": (True, False, True, False)},
    "chats": {"at_once": 3, "slowdown": (1, 1.1, 1.3), "redial": 0.5, "offered": [90, 20, 60]},
}


@pytest.mark.parametrize("kind", KINDS_OF_DAY)
def test_compiled_and_plain_give_the_same_numbers_to_the_last_digit(kind):
    pytest.importorskip("numba")
    queues, groups = centre(**KINDS_OF_DAY[kind])
    setting = {"length_s": 4 * HOUR, "replications": 8, "seed": 6, "warm_up_s": 600, "day_cv": 0.2}
    plain, fast = (simulate(queues, groups, compiled=compiled, **setting) for compiled in (False, True))
    for name, counts in plain.parts.items():
        assert counts.tolist() == fast.parts[name].tolist(), name
    assert (plain.queues, plain.groups, plain.attempts) == (fast.queues, fast.groups, fast.attempts)


def test_nobody_calls_again_while_it_is_closed_and_only_open_time_counts_until_they_do():
    open_ = (True, False, False, True, True, False)
    queue = Queue("a", offered=np.multiply(open_, 30), aht_s=100, patience_s=300, redial=0.8, open=open_)
    end = replay(False, world([queue], [Group("x", ["a"])], HOUR, 0.0), [queue], 0.0, np.random.SeedSequence(2))
    edges = np.linspace(0, HOUR, 7)
    passed = [0.0, *np.cumsum(np.diff(edges) * open_)]  # open seconds up to each edge

    def of_opening(at_s):
        return np.interp(at_s, edges, passed)

    again = 0
    for before, after in zip(end.attempts[:-1], end.attempts[1:], strict=True):
        gone_s = before.came_s + before.patience
        if before.again_s >= 0 and before.came_s >= 0 and gone_s < HOUR:
            due_s = of_opening(gone_s) + before.again_s
            assert (after.came_s >= 0) == (due_s < passed[-1])
            if after.came_s >= 0:
                assert of_opening(after.came_s) == pytest.approx(due_s) and after.came_s > gone_s
                assert open_[int(after.came_s / 600)]
                again += after.came_s // 600 == 3
    assert again > 10
    assert [row.offered > 0 for row in end.tallies] == list(open_)


def test_attempts_are_those_that_were_made_not_those_that_could_have_been():
    queue = [Queue("a", offered=200, aht_s=100, patience_s=100, redial=0.9, redial_after_s=60)]
    got = simulate(queue, [Group("x", ["a"], agents=7)], length_s=HOUR, replications=5, seed=1)
    assert got.attempts == got.counts["offered"].sum() + got.counts["blocked"].sum()
    assert (
        got.counts["redials"].sum()
        == got.attempts
        - simulate(
            [Queue("a", offered=200, aht_s=100)], [Group("x", ["a"])], length_s=HOUR, replications=5, seed=1
        ).attempts
    )


def test_the_same_seed_gives_the_same_answer_however_many_work_on_it():
    queues, groups = centre()
    setting = {"length_s": 4 * HOUR, "replications": 9}
    once = simulate(queues, groups, seed=6, **setting)
    assert simulate(queues, groups, seed=6, **setting).queues == once.queues
    assert simulate(queues, groups, seed=6, jobs=2, **setting).queues == once.queues
    assert simulate(queues, groups, seed=6, jobs=2, compiled=False, **setting).queues == once.queues
    assert simulate(queues, groups, seed=7, **setting).queues != once.queues


def test_another_number_of_agents_meets_the_same_contacts():
    few, many = (one(500, agents, patience_s=90, replications=5)[2].counts for agents in (1, 30))
    assert few["offered"].tolist() == many["offered"].tolist()


def test_without_joblib_and_numba_the_simulation_still_runs(monkeypatch):
    queues, groups = centre()
    setting = {"length_s": 4 * HOUR, "replications": 3, "seed": 6}
    once = simulate(queues, groups, **setting)
    monkeypatch.setitem(sys.modules, "joblib", None)
    monkeypatch.setitem(sys.modules, "numba", None)
    engine.compiled.cache_clear()
    try:
        assert simulate(queues, groups, jobs=2, **setting).queues == once.queues
        with pytest.raises(PlanError, match="numba"):
            simulate(queues, groups, compiled=True, **setting)
    finally:
        engine.compiled.cache_clear()


def test_progress_is_told_and_a_cancel_keeps_what_is_done():
    queues, groups = centre()
    told = []
    setting = {"length_s": 4 * HOUR, "replications": 30, "seed": 6}
    whole = simulate(queues, groups, progress=lambda done, total: told.append((done, total)), **setting)
    assert told == [(done, 30) for done in range(1, 31)]
    seen = iter(range(100))
    part = simulate(queues, groups, cancel=lambda: next(seen) >= 4, **setting)
    assert part.replications == 5
    assert part.counts["offered"].tolist() == whole.counts["offered"][:5].tolist()
    with pytest.raises(PlanError, match="before two replications"):
        simulate(queues, groups, cancel=lambda: True, **setting)
    assert simulate(queues, groups, cancel=lambda: True, jobs=2, **setting | {"replications": 400}).replications < 400


# --- the edges --------------------------------------------------------------------------------------------------------
def test_where_nothing_is_offered_nobody_waits():
    queue, team, got = one(0, 3, patience_s=60)
    assert (queue.service_level.value, queue.answer_rate.value) == (1, 1)
    assert (queue.asa_s.value, queue.mean_wait_s.value, queue.abandonment.value, queue.blocked.value) == (0, 0, 0, 0)
    assert (team.occupancy.value, got.attempts) == (0, 0)
    assert team.present_s == Estimate(*[3 * 99 * HOUR] * 3)


def test_where_nobody_is_there_nobody_is_answered():
    queue, team, _ = one(3000, 0, patience_s=60)
    assert (queue.answered.value, queue.service_level.value, team.occupancy.value) == (0, 0, 0)
    assert np.isinf(queue.asa_s.value)
    assert queue.abandonment.value == pytest.approx(1, abs=0.001)
    assert near(queue.mean_wait_s, 60)
    patient, _, _ = one(3000, 0)
    assert patient.still_there == patient.offered


def test_a_queue_that_nobody_serves_waits_in_vain():
    queues = [Queue("a", offered=50, aht_s=100), Queue("b", offered=50, aht_s=100, patience_s=60)]
    got = simulate(queues, [Group("x", ["a"], agents=3)], length_s=HOUR, replications=10, seed=1)
    assert got.queues["b"].answered.value == 0
    assert got.queues["b"].offered.value == got.queues["b"].abandoned.value + got.queues["b"].still_there.value


def test_overload_all_day_keeps_everybody_busy_and_the_line_growing():
    queue, team, _ = one(4000, 5, aht_s=900, length_s=50 * HOUR)
    assert team.occupancy.value == pytest.approx(1, abs=1e-6)
    assert queue.answered.value == pytest.approx(5 * 49 * HOUR / 900, rel=0.35)
    assert queue.still_there.value > 2500
    assert queue.service_level.value < 0.01


def test_free_agents_take_the_more_important_queue_first():
    def waits(priority):
        queues = [Queue("a", offered=1000, aht_s=180), Queue("b", offered=1000, aht_s=180, priority=priority)]
        both = [Group("all", ["a", "b"], agents=11)]
        got = simulate(queues, both, length_s=36 * HOUR, replications=40, seed=3, warm_up_s=HOUR)
        return got.queues["a"].asa_s, got.queues["b"].asa_s

    equal, late = waits(1), waits(2)
    load, n = 2000 * 180 / 36 / HOUR, 11
    alone = load / 2
    exact = performance(load, n, aht_s=180, answer_within_s=20)
    assert near(equal[0], exact.asa_s)
    assert near(equal[1], exact.asa_s)
    first = float(exact.p_wait) * 180 / (n - alone)  # Cobham (1954): two priorities, nobody interrupted
    assert near(late[0], first)
    assert near(late[1], first * n / (n - load))


def test_a_contact_goes_to_the_group_that_prefers_it_and_only_then_to_the_next():
    queues = [Queue("a", offered=5, aht_s=100), Queue("b", offered=100, aht_s=100)]
    groups = [Group("helps", ["a", "b"], agents=5), Group("own", ["b"], agents=50)]
    got = simulate(queues, groups, length_s=HOUR, replications=20, seed=3)
    assert got.groups["helps"].occupancy.value == pytest.approx(5 * 100 / HOUR / 5, rel=0.3)
    swapped = [Group("helps", ["b", "a"], agents=5), Group("own", ["b"], agents=50)]
    got = simulate(queues, swapped, length_s=HOUR, replications=20, seed=3)
    assert got.groups["helps"].occupancy.value > 0.4


def test_nobody_begins_a_contact_in_a_break_or_after_the_shift():
    queues = [Queue("a", offered=400, aht_s=200, patience_s=300)]
    groups = [Group("x", ["a"], shifts=[Shift(4, 1800, 3 * HOUR, breaks=[(3600, 4500), (7000, 7300)])])]
    of = world(queues, groups, 4 * HOUR, 0.0)
    end = replay(False, of, queues, 0.0, np.random.SeedSequence(1))
    attempts, teams = end.attempts, end.times
    taken = [a for a in attempts if a.by >= 0]
    free = [(1800, 3600), (4500, 7000), (7300, 3 * HOUR)]
    assert all(any(low <= a.began_s < high for low, high in free) for a in taken)
    assert any(a.done_s > 3600 and a.began_s < 3600 for a in taken)  # finished in the break
    assert len({a.by for a in taken if a.began_s == 4500}) >= 3  # the line is taken up at its end
    over = [max(a.done_s for a in taken if a.by == agent and a.began_s < 3 * HOUR) - 3 * HOUR for agent in range(4)]
    planned = 4 * (1800 + 2500 + 3500)
    late = sum(max(0, a.done_s - high) for a in taken for low, high in free[:2] if low <= a.began_s < high)
    late = sum(min(max(0, a.done_s - 3600), 900) for a in taken if a.began_s < 3600)
    late += sum(min(max(0, a.done_s - 7000), 300) for a in taken if 4500 <= a.began_s < 7000)
    assert teams[0].present_s == pytest.approx(planned + late + sum(max(0, o) for o in over))


def test_where_the_number_of_agents_falls_idle_ones_go_first_and_who_still_works_comes_back_first():
    queue = [Queue("a", offered=[4, 0, 0], aht_s=1e9)]  # whoever takes a contact is at it to the end
    got = simulate(queue, [Group("x", ["a"], agents=[6, 3, 4])], length_s=3 * HOUR, replications=40, seed=1)
    busy = got.counts["answered"][:, 0]
    assert {1, 4, 6} <= set(busy.tolist())
    there = 6 + np.maximum(3, busy) + np.maximum(4, busy)
    assert got.counts["present_s"][:, 0] == pytest.approx(there * HOUR)


def test_shifts_that_cover_the_day_are_as_good_as_a_number_of_agents():
    queue = [Queue("a", offered=300, aht_s=200, patience_s=100)]
    setting = {"length_s": 4 * HOUR, "replications": 20, "seed": 2}
    number = simulate(queue, [Group("x", ["a"], agents=5)], **setting)
    shifts = simulate(
        queue, [Group("x", ["a"], shifts=[Shift(3, -60, 9e9), Shift(2, 0, 4 * HOUR, breaks=[(600, 600)])])], **setting
    )
    assert shifts.queues == number.queues


def test_handling_times_spread_as_asked():
    for cv, exact in ((0.5, 0.5), (None, 1.0), (2.0, 2.0)):
        of = world([queue := Queue("a", offered=40_000, aht_s=200, aht_cv=cv)], [Group("x", ["a"])], HOUR, 0.0)
        work = np.array([a.work for a in replay(False, of, [queue], 0.0, np.random.SeedSequence(1)).attempts])
        assert work.mean() == pytest.approx(200, rel=0.04)
        assert work.std() / work.mean() == pytest.approx(exact, rel=0.12)


def test_contacts_come_as_many_as_expected_in_every_part_and_spread_like_poisson():
    queue = [Queue("a", offered=[30, 0, 90, 60], aht_s=10)]
    of = world(queue, [Group("x", ["a"])], 4 * HOUR, 0.0)
    counts = np.array(
        [
            np.bincount([int(a.came_s // HOUR) for a in replay(False, of, queue, 0.0, seed).attempts], minlength=4)
            for seed in np.random.SeedSequence(1).spawn(600)
        ]
    )
    assert counts.mean(axis=0) == pytest.approx([30, 0, 90, 60], abs=1.6)
    assert counts.var(axis=0) == pytest.approx([30, 0, 90, 60], rel=0.25)
    assert abs(np.corrcoef(counts[:, 0], counts[:, 2])[0, 1]) < 0.15


# --- what a user can get wrong ----------------------------------------------------------------------------------------
VOICE = Queue("voice", offered=10, aht_s=180)
TEAM = Group("team", ["voice"], agents=2)
SETTING = {"length_s": HOUR, "replications": 2, "seed": 1}


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: Queue("voice", offered=-1, aht_s=180), "offered of voice is below 0"),
        (lambda: Queue("voice", offered=np.nan, aht_s=180), "offered of voice is not a finite number"),
        (lambda: Queue("voice", offered="many", aht_s=180), "offered of voice is not a number"),
        (lambda: Queue("voice", offered=[], aht_s=180), "offered"),
        (lambda: Queue("voice", offered=1, aht_s=0), "aht_s of voice is not above 0"),
        (lambda: Queue("voice", offered=1, aht_s=1, patience_s=0), "patience_s"),
        (lambda: Queue("voice", offered=1, aht_s=1, lines=0), "lines"),
        (lambda: Queue("voice", offered=1, aht_s=1, redial=1), "redial of voice is not below 1"),
        (lambda: Queue("voice", offered=1, aht_s=1, unwilling=1.5), "unwilling of voice is above 1"),
        (lambda: Queue("voice", offered=1, aht_s=1, aht_cv=-1), "aht_cv"),
        (lambda: Queue("chat", offered=1, aht_s=1, at_once=0), "at_once of chat is below 1"),
        (lambda: Queue("chat", offered=1, aht_s=1, at_once=2, slowdown=(1, 0.9)), "slowdown of chat is not a factor"),
        (lambda: Queue("chat", offered=1, aht_s=1, at_once=3, slowdown=(1, 1.2)), "slowdown of chat is not a factor"),
        (lambda: Group("team", ["voice"], aht_factors=(1, 2)), "aht_factors of team has the wrong number"),
        (lambda: Group("team", ["voice"], aht_factors=0), "aht_factors of team is not above 0"),
        (lambda: Group("team", "voice"), "team"),
        (lambda: Group("team", ["voice"], agents=1.5), "agents of team is not a whole number"),
        (lambda: Shift(2, 3600, 0), "ends before it begins"),
        (lambda: Shift(2, 0, 3600, breaks=[(900, 800)]), "ends before it begins"),
        (lambda: simulate([VOICE], [Group("team", ["chat"])], **SETTING), "there is no such queue"),
        (lambda: simulate([VOICE, VOICE], [TEAM], **SETTING), "queues"),
        (lambda: simulate([VOICE], [], **SETTING), "groups"),
        (lambda: simulate([VOICE], [TEAM], **SETTING | {"replications": 1}), "replications"),
        (lambda: simulate([VOICE], [TEAM], **SETTING | {"length_s": 0}), "length_s"),
        (lambda: simulate([VOICE], [TEAM], **SETTING, warm_up_s=HOUR), "warm_up_s"),
        (lambda: simulate([VOICE], [TEAM], **SETTING, jobs=0), "jobs"),
        (
            lambda: simulate([VOICE, Queue("b", offered=[1, 2], aht_s=[1, 2, 3])], [TEAM], **SETTING),
            "different numbers of parts",
        ),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(call, named):
    with pytest.raises(PlanError, match=named):
        call()
