"""The line carried over from interval to interval: against dense matrices, days played one by one, and limits."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from ccwb.errors import PlanError
from ccwb.queueing import agents_required, carried_over, erlang_b, erlang_misleads, performance
from ccwb.queueing.simulation import Group, Queue, simulate

FIELDS = ("p_wait", "service_level", "asa_s", "mean_wait_s", "abandonment", "answer_rate", "occupancy")
HALF = {"aht_s": 240.0, "interval_s": 1800.0}
# a morning that is short of agents, then enough of them, then fewer again
MORNING = np.array([40, 120, 130, 90, 60, 60, 60, 90, 60, 30.0])
THERE = np.array([8, 12, 14, 14, 10, 9, 9, 13, 9, 5])


def erlang(offered, agents, *, aht_s, interval_s, **known):
    return performance(np.asarray(offered) * aht_s / interval_s, agents, aht_s=aht_s, **known)


# --- slow twins -------------------------------------------------------------------------------------------------------
def dense(offered, agents, *, aht_s, interval_s, patience_s, size):
    """The chain by dense matrix exponentials: (share who wait, occupancy, line at the end, line-seconds) by interval.

    Where agents fall, busy ones take their contacts along; nobody comes back. The integrals over an
    interval are quadratures of 12 points in 24 parts.
    """
    j, now, out, before = np.arange(size), np.eye(size)[0], [], 0
    points, weights = np.polynomial.legendre.leggauss(12)
    for number, n in zip(offered, agents, strict=True):
        if n < before:  # all numbers from the new to the old one become the new one
            now = np.concatenate([now[:n], [now[n : before + 1].sum()], now[before + 1 :], np.zeros(before - n)])
        before = n
        up, line = number / interval_s, np.maximum(j - n, 0)
        down = np.minimum(j, n) / aht_s + (line / patience_s if patience_s else 0)
        flow = np.diag(np.full(size - 1, up), -1) + np.diag(down[1:], 1)
        flow -= np.diag(flow.sum(axis=0))
        part_s = interval_s / 24
        inner = [expm(flow * part_s * (point + 1) / 2) for point in points]
        whole, spent = expm(flow * part_s), np.zeros(size)
        for _ in range(24):
            spent += part_s / 2 * sum(weight * (step @ now) for weight, step in zip(weights, inner, strict=True))
            now = whole @ now
        mean = spent / interval_s
        out.append((mean[n:].sum(), mean @ np.minimum(j, n) / n, now @ line, spent @ line))
    return np.array(out).T


def play(offered, agents, *, aht_s, interval_s, within_s, patience_s, days, seed):
    """Days contact by contact: what those who came in each interval met; where agents fall the first to finish go."""
    rng, seen = np.random.default_rng(seed), np.zeros((4, len(offered)))  # offered, timely, answered, their waits
    for _ in range(days):
        came = [rng.uniform(i, i + 1, rng.poisson(number)) for i, number in enumerate(offered)]
        events = [(at * interval_s, "comes") for at in np.sort(np.concatenate(came)).tolist()]
        events += [(i * interval_s, "change") for i in range(1, len(offered))]
        heapq.heapify(events)
        idle, busy, going, line, first = agents[0], 0, 0, [], 0
        while events:
            now, what = heapq.heappop(events)
            if what == "comes":
                seen[0, int(now // interval_s)] += 1
                line.append((now, now + rng.exponential(patience_s) if patience_s else np.inf))
            elif what == "ends":
                leaves = rng.random() < going / busy  # whoever it is that finishes
                busy, going, idle = busy - 1, going - leaves, idle + (not leaves)
            else:
                more = agents[round(now / interval_s)] - (idle + busy - going)
                stay = min(more, going) if more > 0 else -max(-more - idle, 0)
                idle, going = idle + (more - stay), going - stay
            while idle and first < len(line):
                at, gone = line[first]
                first += 1
                if gone >= now:
                    idle, busy = idle - 1, busy + 1
                    seen[1:, int(at // interval_s)] += now - at <= within_s, 1, now - at
                    heapq.heappush(events, (now + rng.exponential(aht_s), "ends"))
    offered, timely, answered, waited = seen
    return {"service_level": timely / offered, "answer_rate": answered / offered, "asa_s": waited / answered}


def backlog_carryover(offered, agents, *, aht_s, interval_s, within_s):
    """Stationary backlog-carryover (Stolletz 2008) in periods of a handling time or so, without patience.

    Of the load of a period and the backlog before it a loss system serves one part and puts the rest off; a waiting
    system with the part that is served tells how long it waits.
    """
    parts = int(np.ceil(interval_s / aht_s))
    length_s, put_off, level, wait_s = interval_s / parts, 0.0, [], []
    for number, n in zip(offered, agents, strict=True):
        told = []
        for _ in range(parts):
            load = (number / interval_s + put_off / length_s) * aht_s
            lost = float(erlang_b(load, n))
            put_off = load * lost * length_s / aht_s
            told.append(performance(load * (1 - lost), n, aht_s=aht_s, answer_within_s=within_s))
        level.append(np.mean([one.service_level for one in told]))
        wait_s.append(np.mean([one.asa_s for one in told]))
    return np.array(level), np.array(wait_s)


# --- against them -----------------------------------------------------------------------------------------------------
def test_an_hour_short_of_two_agents_leaves_a_line_of_29_that_the_next_hour_meets():
    known = {"answer_within_s": 20, "patience_s": None, "aht_s": 240, "interval_s": 3600}
    day = carried_over([150, 120, 60], [8, 10, 10], **known)  # 10, 8 and 4 erlangs
    assert day.left[0] == pytest.approx(29.5, abs=0.05)  # 150 came, 8 in hand, 112.5 finished: busy all but 3 minutes
    assert day.service_level.round(2).tolist() == [0.17, 0.22, 0.9]
    alone = erlang([150, 120, 60], [8, 10, 10], **known)
    assert alone.service_level.round(2).tolist() == [0, 0.65, 0.99]


@pytest.mark.parametrize("agents", [[6, 9, 12, 12, 12], [20, 17, 6, 6, 6]])
@pytest.mark.parametrize("patience_s", [None, 200.0])
def test_a_small_centre_agrees_with_dense_matrix_exponentials(patience_s, agents):
    offered = [30.0, 60.0, 20.0, 0.0, 0.0]
    known = {"aht_s": 240.0, "interval_s": 900.0, "patience_s": patience_s}
    waits, occupancy, left, line_s = dense(offered, agents, size=110, **known)
    got = carried_over(offered, agents, answer_within_s=20, **known)
    assert got.p_wait[:3] == pytest.approx(waits[:3], abs=2e-6)
    if agents[-1] > agents[0]:  # else those who have gone are busy, too
        assert got.occupancy == pytest.approx(occupancy, abs=2e-6)
    assert got.left == pytest.approx(left, rel=1e-5, abs=1e-6)
    # by interval of arrival or by the line at each moment: what all wait together is the same
    assert got.mean_wait_s @ offered == pytest.approx(line_s.sum(), rel=1e-4)
    if patience_s:
        assert got.abandonment @ offered == pytest.approx(line_s.sum() / patience_s, rel=1e-4)


@pytest.mark.parametrize(("patience_s", "slowdown"), [(None, None), (150.0, None), (150.0, [1, 1.25])])
@pytest.mark.parametrize(("load", "agents"), [(0.4, 1), (9.0, 11), (60.0, 66)])
def test_what_stays_the_same_for_long_becomes_what_erlang_says(load, agents, patience_s, slowdown):
    load *= 1.6 if slowdown else 1
    known = {"answer_within_s": 20, "patience_s": patience_s, "slowdown": slowdown}
    day = carried_over(np.full(40, load * 1800 / 240), agents, **HALF, **known)
    exact = performance(load, agents, aht_s=240, **known)
    for name in FIELDS:
        assert getattr(day, name)[-2] == pytest.approx(float(getattr(exact, name)), rel=2e-4, abs=1e-5), name
    assert (day.occupancy[0], day.p_wait[0]) < (exact.occupancy, exact.p_wait)  # it begins empty


@pytest.mark.parametrize("patience_s", [None, 300.0])
def test_a_morning_played_contact_by_contact_is_met_where_erlang_and_backlog_carryover_are_far_off(patience_s):
    seen = play(MORNING, THERE, **HALF, within_s=20, patience_s=patience_s, days=1000, seed=2)
    told = carried_over(MORNING, THERE, **HALF, answer_within_s=20, patience_s=patience_s)
    plain = erlang(MORNING, THERE, **HALF, answer_within_s=20, patience_s=patience_s)
    assert told.service_level == pytest.approx(seen["service_level"], abs=0.025)
    assert told.answer_rate == pytest.approx(seen["answer_rate"], abs=0.012)
    assert told.asa_s == pytest.approx(seen["asa_s"], rel=0.1)
    wrong = np.abs(plain.service_level - seen["service_level"])
    assert wrong.max() > (0.1 if patience_s else 0.4)
    if patience_s is None:
        assert np.isinf(plain.asa_s[1:3]).all()
        level, wait_s = backlog_carryover(MORNING, THERE, **HALF, within_s=20)
        ours, theirs = (np.abs(one - seen["service_level"]).mean() for one in (told.service_level, level))
        assert ours < 0.02
        assert theirs > 0.05
        assert np.abs(wait_s / seen["asa_s"] - 1).mean() > 5 * np.abs(told.asa_s / seen["asa_s"] - 1).mean()


@pytest.mark.parametrize("patience_s", [None, 300.0])
def test_the_projects_own_simulation_gives_the_same_day(patience_s):
    quiet = [0.0] * 4  # so that whoever is in line at the end is served within the day
    offered, there = [*MORNING, *quiet], [*THERE, 9, 9, 9, 9]
    queue = Queue("voice", offered=offered, aht_s=240, patience_s=patience_s)
    setting = {"length_s": 14 * 1800, "replications": 1500, "seed": 4}
    seen = simulate([queue], [Group("team", ["voice"], agents=there)], **setting).queues["voice"]
    told = carried_over(offered, there, **HALF, answer_within_s=20, patience_s=patience_s)
    level, rate = (np.sum(getattr(told, name) * offered) / np.sum(offered) for name in ("service_level", "answer_rate"))
    asa_s = np.sum(told.asa_s * told.answer_rate * offered) / np.sum(told.answer_rate * offered)
    assert level == pytest.approx(seen.service_level.value, abs=0.015)
    assert rate == pytest.approx(seen.answer_rate.value, abs=0.005)
    assert asa_s == pytest.approx(seen.asa_s.value, rel=0.06)
    plain = erlang(offered, there, **HALF, answer_within_s=20, patience_s=patience_s)
    if patience_s is None:
        assert np.sum(plain.service_level * offered) / np.sum(offered) > seen.service_level.value + 0.1


# offered, agents, then what the simulation gave in 3,000 days: interval, service level, mean wait
FALLS = {
    "steep": ([15, 15, 400, 15, 15], [4, 4, 61, 4, 4], 240, 1800, 20, None, None, 3, 0.742, 65),
    "halved": ([250, 110, 110], [40, 20, 20], 240, 1800, 20, None, None, 1, 0.866, 10),
    "handling as long as the interval": (
        [40, 38, 30, 20, 12, 6],
        [46, 44, 36, 26, 17, 10],
        *(900, 900, 20, None, None),
        *(5, 0.596, 122),
    ),
    "handling twice as long": (
        [20, 20, 15, 10, 8, 5, 5],
        [44, 42, 30, 20, 15, 10, 9],
        *(600, 300, 20, 180, None),
        *(5, 0.39, 43),
    ),
    "nobody, then back": ([10] * 6, [6, 0, 4, 0, 6, 6], 3600, 1800, 60, 600, None, 4, 0.189, 309),
    "chats": ([60, 60, 30, 30], [6, 5, 2, 3], 200, 900, 30, 180, (1, 1.3, 1.7), 3, 0.468, 38),
    "chats, nobody, then back": ([60, 60, 30, 30], [6, 0, 2, 3], 200, 900, 30, 180, (1, 1.3), 2, 0.07, 124),
}


@pytest.mark.parametrize("case", FALLS.values(), ids=FALLS)
def test_where_agents_fall_or_all_go_and_come_back_the_simulation_gives_the_same(case):
    offered, there, aht_s, interval_s, within_s, patience_s, slowdown, at, level, asa_s = case
    told = carried_over(
        *(offered, there),
        **{"aht_s": aht_s, "interval_s": interval_s, "answer_within_s": within_s},
        **{"patience_s": patience_s, "slowdown": slowdown},
    )
    assert told.service_level[at] == pytest.approx(level, abs=0.015)
    assert told.asa_s[at] == pytest.approx(asa_s, rel=0.06)
    slow, quiet, many = slowdown or (1,), [0.0] * 8, len(offered)
    known = {"patience_s": patience_s, "answer_within_s": within_s, "at_once": len(slow), "slowdown": slow}
    queue = Queue("voice", offered=[*offered, *quiet], aht_s=aht_s * slow[-1], **known)
    setting = {"length_s": interval_s * (many + 8), "replications": 600, "seed": 4}
    group = Group("team", ["voice"], agents=[*there, *[there[-1]] * 8])
    seen = {name: part[:, 0, :many].sum(axis=0) for name, part in simulate([queue], [group], **setting).parts.items()}
    assert told.service_level == pytest.approx(seen["timely"] / seen["offered"], abs=0.04)
    assert told.answer_rate == pytest.approx(seen["answered"] / seen["offered"], abs=0.03)
    assert told.occupancy == pytest.approx(seen["busy_s"] / seen["present_s"], abs=0.03)


def test_who_goes_takes_the_contact_along_and_the_line_keeps_its_place():
    known = {"aht_s": 1e9, "interval_s": 60, "answer_within_s": 20}  # nobody finishes
    day = carried_over([0, 0, 0, 0], [5, 2, 0, 4], **known, queue=3)
    assert day.left == pytest.approx([3, 3, 3, 3], abs=1e-6)  # the four who come back are still busy
    day = carried_over([0, 0, 0, 0], [5, 2, 0, 6], **known, queue=3)
    assert day.left == pytest.approx([3, 3, 3, 2], abs=1e-5)  # of six who come one is free
    assert day.occupancy == pytest.approx([1, 1, 1, 1])


# --- limits and edges -------------------------------------------------------------------------------------------------
def test_days_solved_at_once_are_the_days_solved_one_by_one():
    offered = np.array([MORNING, MORNING[::-1], 3 * MORNING, 0 * MORNING])
    there = np.array([THERE, THERE, 3 * THERE + 2, THERE])
    known = {"aht_s": np.array([[240], [180], [300], [240]]), "interval_s": 1800, "answer_within_s": 20}
    together = carried_over(offered, there, **known, patience_s=200)
    for row in range(4):
        alone = carried_over(offered[row], there[row], **known | {"aht_s": known["aht_s"][row]}, patience_s=200)
        for name in (*FIELDS, "left"):
            assert getattr(together, name)[row] == pytest.approx(getattr(alone, name), rel=1e-3, abs=1e-5), name


def test_without_patience_an_overload_grows_by_what_is_not_served_and_everybody_is_answered_in_the_end():
    day = carried_over([300, 300, 0, 0], [20, 20, 20, 20], **HALF, answer_within_s=20)  # 40 erlangs
    assert day.left[:2] == pytest.approx([300 - 150 + 20 * 0.1 - 12, 280], abs=15)
    assert day.answer_rate == pytest.approx([1, 1, 1, 1], abs=1e-6)
    assert day.asa_s[1] == pytest.approx(1800 * 1.4, rel=0.05)  # 210 in line on average, 20 agents take 5 a minute
    assert day.service_level[1] == pytest.approx(0, abs=1e-6)
    assert (day.service_level[3], day.asa_s[3], day.p_wait[3]) == (1, 0, 0)
    assert day.occupancy[2] > 0.95


def test_who_is_not_answered_within_half_an_hour_of_the_end_never_is_as_in_the_simulation():
    offered, many = [15.0] * 12, 12
    known = {"aht_s": 1200, "interval_s": 1800, "answer_within_s": 20}
    told = carried_over(offered, [5] * many, **known, served_out_s=1800)
    setting = {"length_s": 1800 * (many + 1), "replications": 2000, "seed": 4}
    queue = Queue("voice", offered=[*offered, 0.0], aht_s=1200, patience_s=None, answer_within_s=20)
    seen = simulate([queue], [Group("team", ["voice"], agents=[5] * (many + 1))], **setting)
    parts = {name: part[:, 0, :many].sum(axis=0) for name, part in seen.parts.items()}
    assert told.answer_rate == pytest.approx(parts["answered"] / parts["offered"], abs=0.03)
    assert told.answer_rate[0] == pytest.approx(1, abs=1e-3) and told.answer_rate[-1] < 0.05
    asa_s = np.sum(told.asa_s * told.answer_rate) / told.answer_rate.sum()
    assert asa_s == pytest.approx(seen.queues["voice"].asa_s.value, rel=0.05)
    assert (told.answer_rate * 15).sum() * 1200 < 5 * 1800 * (many + 1) * 1.05  # no more than there is time for
    assert np.isinf(told.mean_wait_s[-1])
    stay = [carried_over(offered, [5] * many, **known, served_out_s=s).answer_rate.sum() for s in (0, 1800, 7200, 1e6)]
    assert np.all(np.diff(stay) > 0) and stay[-1] == pytest.approx(many, abs=1e-6)
    without = carried_over(offered, [5] * many, **known)
    days = carried_over([offered] * 2, [[5] * many] * 2, **known, served_out_s=[1800, 1e6])
    assert days.answer_rate[0] == pytest.approx(told.answer_rate) and days.asa_s[1] == pytest.approx(without.asa_s)


def test_nothing_offered_and_nobody_there_are_answers():
    quiet = carried_over([0, 0, 0], [0, 3, 2], **HALF, answer_within_s=20, patience_s=100)
    assert quiet.service_level.tolist() == quiet.answer_rate.tolist() == [1, 1, 1]
    for name in ("p_wait", "asa_s", "mean_wait_s", "abandonment", "occupancy", "left"):
        assert getattr(quiet, name).tolist() == [0, 0, 0]
    late = carried_over([30, 30], [0, 40], **HALF, answer_within_s=20)
    assert (late.service_level[0], late.p_wait[0]) == (0, 1)
    assert late.left[0] == pytest.approx(30)
    assert late.asa_s[0] == pytest.approx(900, rel=0.01)  # on average half of the interval, then agents are there
    never = carried_over([30, 30], [40, 0], **HALF, answer_within_s=20)
    assert never.answer_rate[1] == never.service_level[1] == 0
    assert np.isinf(never.asa_s[1])
    assert np.isinf(never.mean_wait_s[1])
    gone = carried_over([30, 30], [0, 0], **HALF, answer_within_s=20, patience_s=90)
    assert gone.abandonment == pytest.approx([1, 1])
    assert gone.mean_wait_s == pytest.approx([90, 90])
    assert carried_over([], [], **HALF, answer_within_s=20).left.shape == (0,)
    assert erlang_misleads([], [], **HALF, answer_within_s=20).shape == (0,)


def test_a_line_at_the_beginning_is_served_before_those_who_come():
    day = carried_over([30, 30], 10, **HALF, answer_within_s=20, queue=40)
    assert day.asa_s[0] == pytest.approx(400, rel=0.2)  # 40 before them and 10 agents: 960 s, then free
    assert day.service_level[0] < 0.2
    assert day.service_level[1] > 0.9
    assert carried_over(30, 10, **HALF, answer_within_s=20).left.shape == ()


def test_with_endless_patience_it_is_the_day_without():
    patient = carried_over(MORNING, THERE, **HALF, answer_within_s=20, patience_s=1e9)
    without = carried_over(MORNING, THERE, **HALF, answer_within_s=20)
    for name in (*FIELDS, "left"):
        assert getattr(patient, name) == pytest.approx(getattr(without, name), rel=1e-3, abs=1e-4), name


@settings(max_examples=25, deadline=None)
@given(
    offered=st.lists(st.one_of(st.just(0.0), st.floats(0.1, 120)), min_size=2, max_size=6),
    agents=st.lists(st.integers(0, 20), min_size=6, max_size=6),
    patience_s=st.one_of(st.none(), st.floats(20, 2000)),
    aht_s=st.sampled_from([60.0, 300.0, 1200.0]),
)
def test_shares_are_shares_and_one_more_agent_all_day_is_never_worse(offered, agents, patience_s, aht_s):
    there = np.array(agents[: len(offered)])
    known = {"aht_s": aht_s, "interval_s": 1800.0, "answer_within_s": 20, "patience_s": patience_s}
    few, many = (carried_over(offered, n, **known) for n in (there, there + 1))
    came = np.array(offered) > 0
    for one in (few, many):
        for name in ("p_wait", "service_level", "answer_rate", "abandonment", "occupancy"):
            assert (getattr(one, name) >= -1e-3).all() and (getattr(one, name) <= 1 + 1e-3).all(), name
        assert (one.left >= -1e-3 * (1 + one.left.max())).all()
        if patience_s:
            assert one.abandonment + one.answer_rate == pytest.approx(1)
    slack = 0.02 if (np.diff(there) < 0).any() else 1e-3  # who comes back is taken as independent of the line
    assert (many.left <= few.left * (1 + slack) + slack).all()
    assert (many.p_wait[came] <= few.p_wait[came] + slack).all()


# --- where it matters -------------------------------------------------------------------------------------------------
def test_plain_erlang_is_told_to_mislead_where_it_does():
    rng, missed, false, wrong = np.random.default_rng(6), 0, 0, 0
    for patience_s in [None, 150.0] * 20:
        scale, aht_s = np.exp(rng.uniform(np.log(3), np.log(60))), rng.choice([180.0, 480.0])
        offered = scale * (0.2 + 0.8 * np.exp(-(((np.arange(20) - 8) / 5) ** 2))) * rng.uniform(0.9, 1.1, 20) * 1800
        offered /= aht_s
        known = {"aht_s": aht_s, "answer_within_s": 20, "patience_s": patience_s}
        n = agents_required(offered * aht_s / 1800, aht_s=aht_s, service_level=0.8, patience_s=patience_s)
        told = erlang_misleads(offered, n, interval_s=1800, **known)[1:]
        plain = performance(offered * aht_s / 1800, n, **known).service_level[1:]
        off = np.abs(plain - carried_over(offered, n, interval_s=1800, **known).service_level[1:])
        missed, false, wrong = (
            missed + (~told & (off > 0.08)).sum(),
            false + (told & (off < 0.02)).sum(),
            wrong + (off > 0.05).sum(),
        )
    assert wrong > 30
    assert missed <= 0.05 * wrong
    assert false <= 8  # of 760 intervals


def test_a_day_that_stays_the_same_is_never_told_to_mislead_and_an_overload_always():
    same = {"aht_s": 240, "interval_s": 1800, "answer_within_s": 20}
    assert not erlang_misleads(np.full((2, 30), 75.0), 13, **same).any()
    assert not erlang_misleads(np.zeros(5), [0, 1, 2, 3, 4], **same).any()
    assert erlang_misleads([75, 75], [10, 13], **same).tolist() == [True, True]
    assert not erlang_misleads(75, 13, **same)
    assert erlang_misleads([75, 75, 75], [6, 13, 13], patience_s=3000, **same).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"offered": [-1, 2]}, "offered"),
        ({"offered": [np.nan, 2]}, "offered"),
        ({"agents": [-1, 2]}, "agents"),
        ({"interval_s": 0}, "interval_s"),
        ({"aht_s": 0}, "aht_s"),
        ({"patience_s": 0}, "patience_s"),
        ({"queue": -1}, "queue"),
        ({"queue": [1, 2, 3]}, "queue has one number"),
        ({"served_out_s": -1}, "served_out_s"),
        ({"slowdown": [1, 3]}, "serves fewer"),
        ({"agents": [1, 2, 3]}, "agents"),
    ],
)
def test_a_wrong_value_of_a_day_is_named_in_a_sentence(more, named):
    known = {"offered": [3, 4], "agents": [2, 2], **HALF, "answer_within_s": 20} | more
    with pytest.raises(PlanError, match=named):
        carried_over(known.pop("offered"), known.pop("agents"), **known)


@pytest.mark.parametrize(("aht_s", "interval_s"), [(480, 1800), (480, 900), (1800, 1800)])
def test_with_nobody_there_for_several_intervals_all_give_up_after_their_patience(aht_s, interval_s):
    known = {"aht_s": aht_s, "interval_s": interval_s, "answer_within_s": 20, "patience_s": 60}
    got = carried_over([10.0] * 6, [7, 7, 0, 0, 0, 7], **known)
    assert got.answer_rate[2:4] == pytest.approx(0, abs=1e-6)
    assert got.answer_rate[4] == pytest.approx(60 / interval_s, rel=0.01)  # who comes in the last minute is still there
    assert (got.abandonment <= 1 + 1e-9).all() and (got.asa_s >= 0).all()
    assert got.left[2:5] == pytest.approx(10 / interval_s * 60, rel=1e-3)
