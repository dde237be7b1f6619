"""The queueing formulas against exact arithmetic, a simulation, published figures, and what any queue does."""

import heapq
import itertools
import time

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.queueing import agents_required, erlang_b, erlang_c, performance, service_level

mp.mp.dps = 30
FIELDS = ("p_wait", "service_level", "asa_s", "mean_wait_s", "abandonment", "answer_rate", "occupancy")


# --- slow twins: textbook sums in 30 digits, and integrals over the density of the wait -------------------------------
def twin_b(load, lines):
    """Erlang B as the textbook has it: last term over the sum of load^k / k!."""
    term = total = mp.mpf(1)
    for k in range(1, int(lines) + 1):
        term *= mp.mpf(load) / k
        total += term
    return term / total


def twin_c(load, agents, aht_s, within_s):
    blocked, load, agents = twin_b(load, agents), mp.mpf(load), mp.mpf(agents)
    wait = agents * blocked / (agents - load * (1 - blocked))
    return wait, 1 - wait * mp.exp(-(agents - load) * within_s / aht_s), wait * aht_s / (agents - load)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


def gauss(low, high):
    """Points and weights of Gauss-Legendre between two ends."""
    half, middle = (high - low) / 2, (high + low) / 2
    return [(middle + half * node, half * weight) for node, weight in zip(NODES, WEIGHTS, strict=True)]


def twin_a(load, agents, aht_s, within_s, patience_s):
    """M/M/n+M from the density of the wait a patient contact would have (Baccelli and Hebuterne 1981), integrated."""
    load, h, p = mp.mpf(load), mp.mpf(aht_s), mp.mpf(patience_s)
    rate, steep, blocked = load / h, agents / h, twin_b(load, agents - 1)

    def density(v):  # relative to P(an agent is free) = 1 - P(wait), times (1 - B(n-1)) / B(n-1)
        return blocked * rate * mp.exp(rate * p * -mp.expm1(-v / p) - steep * v)

    top = max(mp.mpf(0), p * mp.log(load / agents))  # where the density peaks
    wide = p / mp.sqrt(load * p / h + agents * p / h)
    far = [top + k * wide for k in (-20, -8, -3, -1, 0, 1, 3, 8, 20)] + [top + k * h / agents for k in (2, 8, 30, 90)]
    points = sorted({mp.mpf(0), mp.mpf(within_s), *(v for v in far if v > 0)})
    waits, answered, timely, waited, gone = (mp.mpf(0) for _ in range(5))
    for low, high in itertools.pairwise(points):
        for v, weight in gauss(low, high):
            dense = weight * density(v)
            stays = dense * mp.exp(-v / p)
            waits, answered, waited = waits + dense, answered + stays, waited + stays * v
            gone += dense * -mp.expm1(-v / p)
            timely += stays if high <= within_s else 0
    total = 1 + waits
    share = (1 + answered) / total
    return {
        "p_wait": waits / total,
        "service_level": (1 + timely) / total,
        "asa_s": waited / (1 + answered),
        "mean_wait_s": p * gone / total,
        "abandonment": gone / total,
        "answer_rate": share,
        "occupancy": load * share / agents,
    }


def close(value, exact):
    """Relative 1e-9, absolute 1e-12 below 1e-3."""
    return abs(mp.mpf(float(value)) - exact) <= max(mp.mpf("1e-9") * abs(exact), mp.mpf("1e-12"))


LOADS = (0.01, 0.3, 2.5, 9.7, 60.0, 333.3, 1999.5, 5000.0)
OFFSETS = (-10, -3, -0.5, 0.5, 2, 6)  # agents above the load, in square roots of the load


def test_ten_erlangs_and_fourteen_agents_answer_89_percent_in_20_seconds():
    given_ = performance(10, 14, aht_s=180, answer_within_s=20)
    assert round(float(given_.p_wait), 4) == 0.1741
    assert round(float(given_.service_level), 3) == 0.888
    assert round(float(given_.asa_s), 2) == round(0.17413 * 180 / 4, 2)


@pytest.mark.parametrize("load", LOADS)
def test_erlang_b_and_c_agree_with_the_textbook_sums_in_thirty_digits(load):
    for offset in OFFSETS:
        n = max(1, round(load + offset * load**0.5))
        assert close(erlang_b(load, n), twin_b(load, n))
        for within_s in (0, 20, 600) if n > load else ():
            wait, level, asa_s = twin_c(load, n, 180, within_s)
            got = performance(load, n, aht_s=180, answer_within_s=within_s)
            assert close(erlang_c(load, n), wait)
            assert close(got.p_wait, wait)
            assert close(got.service_level, level)
            assert close(got.asa_s, asa_s)
            assert close(service_level(load, n, 180, within_s), level)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize(("aht_s", "patience_s", "within_s"), [(180, 120, 20), (600, 15, 0), (60, 1800, 300)])
def test_erlang_a_agrees_with_the_wait_integrated_from_its_density(load, aht_s, patience_s, within_s):
    for offset in OFFSETS:
        n = max(1, round(load + offset * load**0.5))
        got = performance(load, n, aht_s=aht_s, answer_within_s=within_s, patience_s=patience_s)
        for name, exact in twin_a(load, n, aht_s, within_s, patience_s).items():
            assert close(getattr(got, name), exact), (name, load, n)


def test_deep_overload_neither_overflows_nor_turns_into_no_number():
    assert close(erlang_b(5000, 1), twin_b(5000, 1))
    got = performance(5000, [1, 40, 2500], aht_s=300, answer_within_s=[0, 20, 1e4], patience_s=600)
    for name in FIELDS:
        assert np.isfinite(getattr(got, name)).all()
    assert got.occupancy == pytest.approx(1)
    assert got.abandonment == pytest.approx([1 - 1 / 5000, 1 - 40 / 5000, 0.5])
    assert got.service_level[:2] == pytest.approx([0, 0], abs=1e-12)
    assert got.service_level[2] == pytest.approx(0.5)


def simulate(load, n, *, aht_s, patience_s, within_s, contacts, rng):
    """Contacts one by one: who is served when an agent comes free, who has left by then."""
    came = np.cumsum(rng.exponential(aht_s / load, contacts))
    work, patience = rng.exponential(aht_s, contacts), rng.exponential(patience_s, contacts)
    free_at = [0.0] * n
    waits = np.full(contacts, np.nan)
    for i, (at, busy, will_wait) in enumerate(zip(came.tolist(), work.tolist(), patience.tolist(), strict=True)):
        wait = max(0.0, free_at[0] - at)
        if wait <= will_wait:
            heapq.heapreplace(free_at, at + wait + busy)
            waits[i] = wait
    answered = ~np.isnan(waits)
    half = slice(contacts // 20, None)  # the first twentieth fills the empty centre
    waits, answered, patience = waits[half], answered[half], patience[half]
    spent = np.where(answered, waits, patience)
    return {
        "service_level": np.mean(answered & (waits <= within_s)),
        "asa_s": waits[answered].mean(),
        "mean_wait_s": spent.mean(),
        "abandonment": 1 - answered.mean(),
        "answer_rate": answered.mean(),
        "occupancy": work[half][answered].sum() / (came[-1] - came[half.start]) / n,
    }


@pytest.mark.parametrize(("load", "n"), [(9.0, 10), (12.0, 10), (3.0, 6)])
def test_contacts_played_one_by_one_give_what_erlang_a_says(load, n):
    seen = simulate(load, n, aht_s=180, patience_s=150, within_s=20, contacts=300_000, rng=np.random.default_rng(7))
    told = performance(load, n, aht_s=180, answer_within_s=20, patience_s=150)
    for name, value in seen.items():
        assert float(getattr(told, name)) == pytest.approx(value, rel=0.03, abs=0.003), name


def test_published_simulations_of_twelve_agents_are_met():
    """Library ContactCenters (Universite de Montreal), examples MMC and MMCAb: M/M/12 with 4.2 calls a
    minute of 2 minutes, without and with a patience of 1 minute.

    Each of 1,000 days starts empty, so that its figures are slightly better than those of a long run.
    """
    without = performance(8.4, 12, aht_s=120, answer_within_s=20)
    assert float(without.service_level) == pytest.approx(0.902, abs=0.004)
    assert float(without.asa_s) == pytest.approx(0.099 * 60, abs=0.3)
    assert float(without.occupancy) == pytest.approx(0.695, abs=0.006)
    patient = performance(8.4, 12, aht_s=120, answer_within_s=20, patience_s=60)
    assert float(patient.service_level / patient.answer_rate) == pytest.approx(0.975, abs=0.0015)  # of the answered
    assert float(patient.asa_s) == pytest.approx(0.024 * 60, abs=0.05)
    assert float(patient.abandonment) == pytest.approx(58.609 / (4.2 * 480), rel=0.03)
    assert float(patient.occupancy) == pytest.approx(0.675, abs=0.005)


# --- lines and redials ------------------------------------------------------------------------------------------------
def twin_bounded(load, agents, lines, *, aht_s, within_s, patience_s):
    """Birth and death over the number in the centre, in 30 digits; the waits from place to place to an agent."""
    h, p = mp.mpf(aht_s), mp.mpf(patience_s) if patience_s else mp.inf
    up = mp.mpf(load) / h
    leave = [min(k, agents) / h + max(k - agents, 0) / p for k in range(lines + 1)]
    chance = [mp.mpf(1)]
    for k in range(1, lines + 1):
        chance.append(chance[-1] * up / leave[k])
    total = sum(chance)
    chance = [c / total for c in chance]
    accepted = 1 - chance[lines]
    out = dict.fromkeys(FIELDS, mp.mpf(0)) | {"blocked": chance[lines]}
    out["service_level"] = out["answer_rate"] = sum(chance[: min(agents, lines)]) / accepted
    waited = mp.mpf(0)
    for j in range(max(lines - agents, 0)):
        seen = chance[agents + j] / accepted
        rates = [agents / h + i / p for i in range(j + 1)]  # who waits before it, and it itself, goes on
        gone = [1 / p] * (j + 1)
        # through all of them before its own patience ends: each step is a race of its rate with the patience
        answered = mp.fprod(rate / (rate + quit_) for rate, quit_ in zip(rates, gone, strict=True))
        out["p_wait"] += seen
        out["answer_rate"] += seen * answered
        waited += seen * answered * sum(1 / (rate + 1 / p) for rate in rates)
        out["service_level"] += seen * answered * _sum_within([rate + 1 / p for rate in rates], within_s)
    out["asa_s"] = waited / out["answer_rate"]
    queue = sum(max(k - agents, 0) * c for k, c in enumerate(chance))
    out["mean_wait_s"] = queue / (up * accepted)
    out["abandonment"] = 1 - out["answer_rate"]
    out["occupancy"] = sum(min(k, agents) * c for k, c in enumerate(chance)) / agents
    return out


def _sum_within(rates, within_s):
    """P(sum of exponential times <= within_s): by the matrix exponential of going from one to the next."""
    size = len(rates)
    step = mp.zeros(size + 1)
    for i, rate in enumerate(rates):
        step[i, i], step[i, i + 1] = -rate, rate
    return mp.expm(step * within_s)[0, size]


@pytest.mark.parametrize(
    ("load", "agents", "lines"), [(0.5, 1, 1), (3.0, 4, 9), (12.0, 10, 16), (40.0, 10, 14), (2.0, 6, 4)]
)
@pytest.mark.parametrize("patience_s", [None, 45.0, 600.0])
def test_bounded_lines_agree_with_birth_and_death_in_thirty_digits(load, agents, lines, patience_s):
    known = {"aht_s": 180.0, "patience_s": patience_s}
    got = performance(load, agents, answer_within_s=30, lines=lines, **known)
    exact = twin_bounded(load, agents, lines, within_s=30, **known)
    for name in (*FIELDS, "blocked"):
        assert close(getattr(got, name), exact[name]), name


@pytest.mark.parametrize("load", [0.3, 9.7, 333.3, 1999.5])
@pytest.mark.parametrize("patience_s", [None, 120.0])
def test_with_more_lines_than_ever_wait_a_bounded_queue_is_the_unbounded_one(load, patience_s):
    n = np.ceil(load + np.sqrt(load) * np.array([0.5, 2.0, 6.0]))
    known = {"aht_s": 180.0, "answer_within_s": 20.0, "patience_s": patience_s}
    plenty = performance(load, n, lines=n + 3000, **known)
    for name in FIELDS:
        # rel: 2,000 agents and 0.5 roots of the load above it still have a tail beyond the 3,000
        assert getattr(plenty, name) == pytest.approx(getattr(performance(load, n, **known), name), rel=1e-9, abs=1e-12)
    assert plenty.blocked == pytest.approx(0, abs=1e-12)


def test_as_many_lines_as_agents_is_erlang_b():
    load, n = np.array([0.5, 9.0, 400.0, 4800.0]), np.array([1, 12, 390, 5000])
    got = performance(load, n, aht_s=180, answer_within_s=0, patience_s=60, lines=n)
    assert got.blocked == pytest.approx(erlang_b(load, n), rel=1e-12)
    assert got.service_level.tolist() == got.answer_rate.tolist() == [1, 1, 1, 1]
    assert got.occupancy == pytest.approx(load * (1 - got.blocked) / n, rel=1e-12)


def test_deep_overload_of_many_lines_gives_numbers():
    for patience_s in (None, 60):
        got = performance([5000, 300], [1, 50], aht_s=300, answer_within_s=20, patience_s=patience_s, lines=[400, 4000])
        assert all(np.isfinite(getattr(got, name)).all() for name in (*FIELDS, "blocked"))
        assert got.occupancy == pytest.approx(1)
    assert performance(5000, 1, aht_s=300, answer_within_s=20, lines=400).blocked == pytest.approx(1 - 1 / 5000)


def play(load, agents, lines, *, aht_s, patience_s, within_s, redial, contacts, rng):
    """Attempts one by one in order of time; who is lost calls again at once a long while later, like a new contact."""
    first = np.cumsum(rng.exponential(aht_s / load, contacts)).tolist()
    events = [(at, "comes") for at in first]
    heapq.heapify(events)
    end, busy, queue, seen = first[-1], 0, {}, {"attempts": 0, "blocked": 0, "gone": 0, "timely": 0, "answered": 0}
    number = itertools.count()
    while events and events[0][0] < end:
        at, what, *who = heapq.heappop(events)
        if what == "comes":
            seen["attempts"] += 1
            if busy + len(queue) >= lines:
                seen["blocked"] += 1
                if rng.random() < redial:
                    heapq.heappush(events, (at + rng.exponential(20 * aht_s), "comes"))
            elif busy < agents:
                busy += 1
                seen["answered"] += 1
                seen["timely"] += 1
                heapq.heappush(events, (at + rng.exponential(aht_s), "ends"))
            else:
                key = next(number)
                queue[key] = at
                heapq.heappush(events, (at + rng.exponential(patience_s), "gives up", key))
        elif what == "gives up":
            if who[0] in queue:
                del queue[who[0]]
                seen["gone"] += 1
                if rng.random() < redial:
                    heapq.heappush(events, (at + rng.exponential(20 * aht_s), "comes"))
        elif queue:
            key = next(iter(queue))
            seen["answered"] += 1
            seen["timely"] += at - queue.pop(key) <= within_s
            heapq.heappush(events, (at + rng.exponential(aht_s), "ends"))
        else:
            busy -= 1
    return seen


@pytest.mark.parametrize(("load", "agents", "lines", "redial"), [(9.0, 9, 13, 0.6), (6.0, 4, 30, 0.5)])
def test_attempts_played_one_by_one_with_lines_and_redials_give_what_the_fixed_point_says(load, agents, lines, redial):
    known = {"aht_s": 180.0, "patience_s": 150.0}
    seen = play(load, agents, lines, **known, within_s=30, redial=redial, contacts=60_000, rng=np.random.default_rng(5))
    told = performance(load, agents, answer_within_s=30, lines=lines, redial=redial, **known)
    accepted = seen["attempts"] - seen["blocked"]
    lost = told.blocked + (1 - told.blocked) * told.abandonment
    assert seen["attempts"] / 60_000 == pytest.approx(1 / (1 - redial * lost), rel=0.02)
    assert told.blocked == pytest.approx(seen["blocked"] / seen["attempts"], abs=0.008)
    assert told.abandonment == pytest.approx(seen["gone"] / accepted, abs=0.01)
    assert told.service_level == pytest.approx(seen["timely"] / accepted, abs=0.01)


@pytest.mark.parametrize("lines", [None, 1, 14, 300])
@pytest.mark.parametrize("patience_s", [None, 5.0, 300.0])
def test_attempts_with_lines_and_redials_give_what_their_load_gives_by_itself(lines, patience_s):
    load, agents = np.array([0.0, 3.0, 0.2, 9.0, 60.0, 200.0]), np.array([2, 0, 1, 8, 70, 150])
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": patience_s, "lines": lines}
    told = performance(load, agents, redial=0.7, **known)
    lost = told.blocked + (1 - told.blocked) * told.abandonment
    alone = performance(load / (1 - 0.7 * lost), agents, **known)
    for name in (*FIELDS, "blocked"):
        np.testing.assert_allclose(getattr(told, name), getattr(alone, name), rtol=1e-9, atol=1e-12, err_msg=name)


def test_redials_are_a_fixed_point_to_the_last_digits():
    load, redial = np.array([0.5, 9.0, 400.0, 4800.0]), np.array([0.9, 0.3, 0.999, 0.5])
    known = {"aht_s": 180, "answer_within_s": 20, "patience_s": 100}
    told = performance(load, [1, 8, 300, 4900], redial=redial, **known)
    attempts = load / (1 - redial * told.abandonment)
    again = performance(attempts, [1, 8, 300, 4900], **known)
    assert again.abandonment == pytest.approx(told.abandonment, rel=1e-9)
    assert again.service_level == pytest.approx(told.service_level, rel=1e-9, abs=1e-12)


def test_nobody_calls_again_where_nobody_is_lost():
    known = {"aht_s": 180, "answer_within_s": 20}
    again, once = performance(8, [7, 9], redial=0.5, **known), performance(8, [7, 9], **known)
    for name in FIELDS:
        assert getattr(again, name).tolist() == getattr(once, name).tolist()


def test_without_agents_all_lines_fill_up():
    never = performance(3, 0, aht_s=180, answer_within_s=20, lines=5)
    assert (never.blocked, never.service_level, never.answer_rate) == (1, 0, 0)
    gone = performance(3, 0, aht_s=180, answer_within_s=20, patience_s=90, lines=2)
    assert gone.blocked == pytest.approx(float(erlang_b(1.5, 2)))
    assert (gone.abandonment, gone.mean_wait_s) == (1, 90)
    quiet = performance(0, 0, aht_s=180, answer_within_s=20, lines=2, redial=0.5)
    assert (quiet.blocked, quiet.service_level) == (0, 1)


@settings(max_examples=60, deadline=None)
@given(
    load=st.floats(0.01, 60),
    agents=st.integers(1, 80),
    lines=st.integers(1, 120),
    patience_s=st.one_of(st.none(), st.floats(5, 2000)),
    redial=st.sampled_from([0.0, 0.4]),
)
def test_with_lines_and_redials_one_more_agent_is_never_worse(load, agents, lines, patience_s, redial):
    known = {"aht_s": 180, "answer_within_s": 20, "patience_s": patience_s, "lines": lines, "redial": redial}
    got = performance(load, [agents, agents + 1], **known)
    for name in ("service_level", "answer_rate"):
        low, high = getattr(got, name)
        assert -1e-11 <= low <= high + 1e-11 <= 1 + 2e-11
    for name in ("abandonment", "mean_wait_s", "occupancy"):  # not blocked: the impatient free a line before the served
        high, low = getattr(got, name)
        assert low <= high * (1 + 1e-9) + 1e-11
    n = int(agents_required(load, service_level=0.7, mean_wait_s=60, **known))
    enough, fewer = performance(load, n, **known), performance(load, n - 1, **known)
    assert enough.service_level >= 0.7 and enough.mean_wait_s <= 60
    assert n == 1 or fewer.service_level < 0.7 or fewer.mean_wait_s > 60


# --- the edges --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("patience_s", [None, 120])
def test_where_nothing_is_offered_nobody_waits_and_nobody_is_needed(patience_s):
    got = performance([0, 0], [0, 5], aht_s=180, answer_within_s=0, patience_s=patience_s)
    assert got.service_level.tolist() == got.answer_rate.tolist() == [1, 1]
    for name in ("p_wait", "asa_s", "mean_wait_s", "abandonment", "occupancy"):
        assert getattr(got, name).tolist() == [0, 0]
    assert agents_required(0, aht_s=180, service_level=0.8, patience_s=patience_s) == 0


def test_without_agents_nobody_is_answered():
    never = performance(3, 0, aht_s=180, answer_within_s=20)
    assert (never.service_level, never.answer_rate, never.p_wait, never.abandonment) == (0, 0, 1, 0)
    assert np.isinf(never.asa_s)
    assert np.isinf(never.mean_wait_s)
    gone = performance(3, 0, aht_s=180, answer_within_s=20, patience_s=90)
    assert (gone.service_level, gone.abandonment, gone.mean_wait_s) == (0, 1, 90)


def test_a_queue_that_grows_without_end_is_told_as_such():
    got = performance([10, 12], [10, 9], aht_s=180, answer_within_s=20)
    assert got.service_level.tolist() == [0, 0]
    assert np.isinf(got.asa_s).all()
    assert got.p_wait.tolist() == got.occupancy.tolist() == [1, 1]
    assert got.answer_rate.tolist() == [1, 0.75]


def test_within_no_time_at_all_those_are_answered_who_do_not_wait():
    for patience_s in (None, 60):
        got = performance([0.5, 9, 90], [1, 12, 95], aht_s=200, answer_within_s=0, patience_s=patience_s)
        assert got.service_level == pytest.approx(1 - got.p_wait, rel=1e-12)


def test_with_endless_patience_erlang_a_becomes_erlang_c():
    patient = performance([0.5, 9, 90], [1, 12, 95], aht_s=200, answer_within_s=20, patience_s=2e9)
    c = performance([0.5, 9, 90], [1, 12, 95], aht_s=200, answer_within_s=20)
    for name in FIELDS:
        assert getattr(patient, name) == pytest.approx(getattr(c, name), rel=1e-5, abs=1e-5), name


def test_arrays_broadcast_and_single_values_stay_single():
    assert performance([[1.0], [2.0]], [3, 4, 5], aht_s=60, answer_within_s=20, patience_s=60).asa_s.shape == (2, 3)
    assert agents_required([[1.0], [2.0]], aht_s=[60, 90, 120], service_level=0.8).shape == (2, 3)
    assert np.ndim(erlang_c(3, 4)) == 0


# --- the search -------------------------------------------------------------------------------------------------------
def fewest_by_counting(targets, load, aht_s, within_s, patience_s):
    n = 1 if patience_s else int(load) + 1
    while True:
        got = performance(load, n, aht_s=aht_s, answer_within_s=within_s, patience_s=patience_s)
        values = {"service_level": got.service_level, "answer_rate": got.answer_rate}
        limits = {
            "asa_s": got.asa_s,
            "mean_wait_s": got.mean_wait_s,
            "abandonment": got.abandonment,
            "max_occupancy": got.occupancy,
        }
        if all(values[k] >= v if k in values else limits[k] <= v for k, v in targets.items()):
            return n
        n += 1


target_sets = st.fixed_dictionaries(
    {},
    optional={
        "service_level": st.floats(0.01, 0.999),
        "asa_s": st.floats(0.5, 900),
        "mean_wait_s": st.floats(0.5, 900),
        "max_occupancy": st.floats(0.3, 1),
        "abandonment": st.floats(0.005, 0.9),
        "answer_rate": st.floats(0.05, 0.995),
    },
).filter(bool)


@settings(max_examples=80, deadline=None)
@given(
    targets=target_sets,
    load=st.floats(0.01, 150),
    aht_s=st.floats(20, 2000),
    within_s=st.sampled_from([0, 5, 20, 60, 600]),
    patience_s=st.one_of(st.none(), st.floats(5, 2000)),
)
def test_the_search_finds_what_counting_up_finds(targets, load, aht_s, within_s, patience_s):
    if patience_s is None:
        targets = {k: v for k, v in targets.items() if k not in ("abandonment", "answer_rate")} or {"asa_s": 30}
    found = agents_required(load, aht_s=aht_s, answer_within_s=within_s, patience_s=patience_s, **targets)
    assert int(found) == fewest_by_counting(targets, load, aht_s, within_s, patience_s)


@pytest.mark.parametrize("patience_s", [None, 150])
def test_every_row_of_a_mixed_year_gets_the_fewest_agents(patience_s):
    rng = np.random.default_rng(3)
    load = np.exp(rng.uniform(np.log(0.01), np.log(3000), 3000))
    aht_s, level = rng.uniform(60, 900, 3000), rng.uniform(0.05, 0.98, 3000)
    n = agents_required(load, aht_s=aht_s, service_level=level, patience_s=patience_s)
    enough = performance(load, n, aht_s=aht_s, answer_within_s=20, patience_s=patience_s).service_level
    fewer = performance(load, n - 1, aht_s=aht_s, answer_within_s=20, patience_s=patience_s).service_level
    assert (enough >= level).all()
    assert ((fewer < level) | (n == 1)).all()


@pytest.mark.parametrize("patience_s", [None, 1, 120, 1e5])
def test_next_to_nothing_offered_still_gets_an_agent_and_numbers(patience_s):
    load = [5e-324, 1e-300, 1e-100, 1e-9]
    assert agents_required(load, aht_s=180, service_level=0.8, patience_s=patience_s).tolist() == [1, 1, 1, 1]
    got = performance(load, 1, aht_s=180, answer_within_s=20, patience_s=patience_s)
    assert got.service_level == pytest.approx([1, 1, 1, 1])
    assert got.asa_s == pytest.approx([0, 0, 0, 0], abs=1e-4)


def test_cases_that_other_tools_get_wrong():
    assert agents_required(2.5, aht_s=180, service_level=0.3, answer_within_s=60) == 3
    assert agents_required(777.7, aht_s=60, service_level=0.8, answer_within_s=300, patience_s=300) == 623
    assert agents_required(1e-6, aht_s=180, service_level=0.8) == 1


@settings(max_examples=100, deadline=None)
@given(
    load=st.floats(0.001, 6000),
    spare=st.integers(-60, 60),
    aht_s=st.floats(10, 3000),
    within_s=st.floats(0, 900),
    patience_s=st.one_of(st.none(), st.floats(1, 5000)),
)
def test_one_more_agent_is_never_worse_and_shares_are_shares(load, spare, aht_s, within_s, patience_s):
    n = max(1, round(load) + spare)
    got = performance(load, [n, n + 1], aht_s=aht_s, answer_within_s=within_s, patience_s=patience_s)
    tiny = 1e-11
    for name in ("service_level", "answer_rate"):
        low, high = getattr(got, name)
        assert -tiny <= low <= high + tiny <= 1 + 2 * tiny
    for name in ("p_wait", "abandonment", "occupancy", "asa_s", "mean_wait_s"):
        high, low = getattr(got, name)
        assert low <= high * (1 + tiny) + tiny
        assert low >= -tiny
    assert got.mean_wait_s == pytest.approx(got.abandonment * patience_s if patience_s else got.asa_s)


# --- what a user can get wrong ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: erlang_b(-1, 3), "load"),
        (lambda: erlang_b(1, 2.5), "lines"),
        (lambda: performance(1, 2, aht_s=0, answer_within_s=20), "aht_s"),
        (lambda: performance(1, 2, aht_s=180, answer_within_s=-1), "answer_within_s"),
        (lambda: performance(1, 2, aht_s=180, answer_within_s=20, patience_s=0), "patience_s"),
        (lambda: performance(1, 2, aht_s=180, answer_within_s=20, lines=0), "lines"),
        (lambda: performance(1, 2, aht_s=180, answer_within_s=20, redial=1), "redial"),
        (lambda: agents_required(5, aht_s=180, mean_wait_s=0), "mean_wait_s"),
        (lambda: performance([1, np.nan], 2, aht_s=180, answer_within_s=20), "load"),
        (lambda: performance([1, 2], [2, 3, 4], aht_s=180, answer_within_s=20), "agents"),
        (lambda: agents_required(5, aht_s=180, service_level=1), "service_level"),
        (lambda: agents_required(5, aht_s=180, service_level=80), "service_level"),
        (lambda: agents_required(5, aht_s=180, service_level=np.nan), "service_level"),
        (lambda: agents_required(5, aht_s=180, answer_rate=0.9), "patience_s"),
        (lambda: agents_required(5, aht_s=180, abandonment=0, patience_s=100), "abandonment"),
        (lambda: agents_required(5, aht_s=180, asa_s=0), "asa_s"),
        (lambda: agents_required(5, aht_s=180, max_occupancy=88), "max_occupancy"),
        (lambda: agents_required(5, aht_s=180), "No target"),
        (lambda: agents_required("many", aht_s=180, asa_s=20), "load"),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(call, named):
    with pytest.raises(PlanError, match=named):
        call()


def test_a_week_of_five_queues_is_staffed_well_within_a_slider_movement():
    load = np.random.default_rng(1).uniform(1, 200, (5, 336))
    for patience_s in (None, 120):
        took = []
        for _ in range(7):
            start = time.perf_counter()
            agents_required(load, aht_s=240, service_level=0.8, patience_s=patience_s)
            took.append(time.perf_counter() - start)
        assert min(took) < 0.02
