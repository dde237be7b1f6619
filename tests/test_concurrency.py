"""Several conversations at once: against birth and death in 30 digits, agents played one by one, and what must hold."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.queueing import agents_required, performance

mp.mp.dps = 30
FIELDS = ("p_wait", "service_level", "asa_s", "mean_wait_s", "abandonment", "answer_rate", "occupancy")
CURVES = ([1, 1.2], [1, 1.3, 1.7], [1, 1.1, 1.25, 1.5])


# --- slow twins -------------------------------------------------------------------------------------------------------
def twin(load, agents, slowdown, *, aht_s, within_s, patience_s):
    """Birth and death over the conversations in the centre, summed in 30 digits; the waits from place to place."""
    held, h = len(slowdown), mp.mpf(aht_s)
    quits = 1 / mp.mpf(patience_s) if patience_s else mp.mpf(0)

    def finished(j):
        each, more = divmod(min(j, agents * held), agents)
        rates = [k / (h * mp.mpf(slowdown[k - 1])) if k else mp.mpf(0) for k in (each, min(each + 1, held))]
        return (agents - more) * rates[0] + more * rates[1]

    slots, up, busy = agents * held, mp.mpf(load) / h, finished(agents * held)
    chance, j = [mp.mpf(1)], 0
    while j < slots + 5 or chance[-1] > sum(chance) * mp.mpf("1e-26"):
        j += 1
        chance.append(chance[-1] * up / (finished(j) + max(j - slots, 0) * quits))
    total = sum(chance)
    chance = [c / total for c in chance]
    out = dict.fromkeys(FIELDS, mp.mpf(0))
    out["service_level"] = out["answer_rate"] = sum(chance[:slots])
    waited, answered, spent, steps = mp.mpf(0), mp.mpf(1), mp.mpf(0), []
    for ahead, seen in enumerate(chance[slots:]):
        rate = busy + ahead * quits
        steps.append(rate + quits)
        answered, spent = answered * rate / steps[-1], spent + 1 / steps[-1]
        out["answer_rate"] += seen * answered
        waited += seen * answered * spent
        out["service_level"] += seen * answered * within(steps, quits, within_s)
    out["p_wait"], out["asa_s"] = sum(chance[slots:]), waited / out["answer_rate"]
    out["abandonment"] = 1 - out["answer_rate"]
    out["mean_wait_s"] = sum(k * c for k, c in enumerate(chance[slots:])) / up
    out["occupancy"] = sum(min(j, slots) * c for j, c in enumerate(chance)) / slots
    return out


def within(rates, quits, time_s):
    """P(a sum of exponential times <= time_s), their rates growing by `quits` each (or all alike)."""
    if not quits:
        return mp.gammainc(len(rates), 0, rates[0] * time_s, regularized=True)
    return mp.betainc(rates[0] / quits, len(rates), mp.exp(-quits * time_s), 1, regularized=True)


@pytest.mark.parametrize("slowdown", CURVES)
@pytest.mark.parametrize(("load", "agents"), [(0.3, 1), (5.0, 4), (24.0, 17), (40.0, 20)])
@pytest.mark.parametrize("patience_s", [None, 60.0, 900.0])
def test_conversations_held_together_agree_with_birth_and_death_in_thirty_digits(load, agents, slowdown, patience_s):
    if patience_s is None and load >= agents * len(slowdown) / slowdown[-1]:
        load = 0.9 * agents * len(slowdown) / slowdown[-1]
    got = performance(load, agents, aht_s=300, answer_within_s=45, patience_s=patience_s, slowdown=slowdown)
    exact = twin(load, agents, slowdown, aht_s=300, within_s=45, patience_s=patience_s)
    for name in FIELDS:
        assert abs(mp.mpf(float(getattr(got, name))) - exact[name]) <= max(1e-9 * abs(exact[name]), 1e-12), name


def play(load, agents, slowdown, *, aht_s, within_s, patience_s, contacts, rng):
    """Agents one by one, each with conversations of its own: a new one goes to whoever holds fewest.

    Who finishes is drawn by the rates of the moment; departures leave the agents unevenly laden.
    """
    most, pace = len(slowdown), [0.0] + [k / f for k, f in enumerate(slowdown, 1)]
    having = [agents] + [0] * most  # having[k]: agents who hold k
    line, came, now, slots_s = [], 0, 0.0, 0.0
    seen = {"timely": 0, "answered": 0, "waited": 0, "wait_s": 0.0}
    draws, times = iter(rng.random(6 * contacts).tolist()), iter(rng.standard_exponential(3 * contacts).tolist())
    while came < contacts:
        finish = [count * pace[k] / aht_s for k, count in enumerate(having)]
        rates = [load / aht_s, len(line) / patience_s, *finish]
        total = sum(rates)
        step = next(times) / total
        now += step
        slots_s += step * sum(k * count for k, count in enumerate(having))
        pick, what = next(draws) * total, 0
        while pick > rates[what] and what < len(rates) - 1:
            pick, what = pick - rates[what], what + 1
        if what == 0:
            came += 1
            line.append(now)
        elif what == 1:
            line.pop(int(pick / rates[1] * len(line)))
        else:
            having[what - 2] -= 1
            having[what - 3] += 1
        while line and having[most] < agents:
            fewest = next(k for k, count in enumerate(having) if count)
            having[fewest] -= 1
            having[fewest + 1] += 1
            wait = now - line.pop(0)
            seen["answered"] += 1
            seen["waited"] += wait > 0
            seen["wait_s"] += wait
            seen["timely"] += wait <= within_s
    share = {"service_level": seen["timely"] / came, "abandonment": 1 - seen["answered"] / came}
    return share | {"asa_s": seen["wait_s"] / seen["answered"], "occupancy": slots_s / now / agents / most}


@pytest.mark.parametrize(
    ("load", "agents", "slowdown"), [(12.0, 8, [1, 1.2]), (24.0, 11, [1, 1.3, 1.7]), (9.0, 5, [1, 1.8])]
)
def test_agents_played_one_by_one_come_close_to_the_even_spread_that_the_formula_assumes(load, agents, slowdown):
    known = {"aht_s": 300.0, "patience_s": 180.0}
    seen = play(load, agents, slowdown, **known, within_s=30, contacts=60_000, rng=np.random.default_rng(3))
    told = performance(load, agents, answer_within_s=30, slowdown=slowdown, **known)
    assert told.service_level == pytest.approx(seen["service_level"], abs=0.015)
    assert told.abandonment == pytest.approx(seen["abandonment"], abs=0.006)
    assert told.asa_s == pytest.approx(seen["asa_s"], rel=0.06, abs=0.3)
    assert told.occupancy == pytest.approx(seen["occupancy"], abs=0.01)


# --- what has to hold -------------------------------------------------------------------------------------------------
def test_ten_erlangs_of_chats_held_two_at_a_time_need_seven_agents_where_slots_of_their_own_would_need_six():
    known = {"aht_s": 240, "service_level": 0.8, "patience_s": 120}
    assert int(agents_required(10, slowdown=[1, 1.25], **known)) == 7
    assert int(agents_required(10, **known)) == 12
    assert int(agents_required(10, slowdown=[1, 1], **known)) == 6


@pytest.mark.parametrize("patience_s", [None, 150])
@pytest.mark.parametrize("redial", [0, 0.4])
def test_conversations_that_do_not_slow_each_other_are_slots_and_one_at_a_time_is_no_concurrency(patience_s, redial):
    n, load = np.array([1, 4, 9, 40]), np.array([1.2, 11.0, 30.0, 125.0])
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": patience_s, "redial": redial}
    held, slots = performance(load, n, slowdown=[1, 1, 1], **known), performance(load, 3 * n, **known)
    one, plain = performance(3 * load, 3 * n, slowdown=[1], **known), performance(3 * load, 3 * n, **known)
    for name in FIELDS:
        assert getattr(held, name) == pytest.approx(getattr(slots, name), rel=1e-11, abs=1e-13), name
        assert getattr(one, name).tolist() == getattr(plain, name).tolist()


def test_who_calls_again_raises_the_load_of_conversations_too():
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": 100, "slowdown": [1, 1.3]}
    told = performance(9, 5, redial=0.5, **known)
    again = performance(9 / (1 - 0.5 * told.abandonment), 5, **known)
    for name in FIELDS:
        assert getattr(again, name) == pytest.approx(getattr(told, name), rel=1e-9)


def test_the_edges_of_conversations_are_answers():
    known = {"aht_s": 240, "answer_within_s": 20, "slowdown": [1, 1.5]}
    full = performance([4, 5, 0, 3], [3, 3, 2, 0], **known)  # 3 agents with 2 at once finish 4 in the time of one alone
    assert full.service_level.tolist() == [0, 0, 1, 0]
    assert full.answer_rate.tolist() == [1, 0.8, 1, 0]
    assert np.isinf(full.asa_s[[0, 1, 3]]).all()
    assert full.occupancy.tolist() == [1, 1, 0, 1]
    deep = performance([5000, 1e-300, 5e-324], [2, 1, 300], patience_s=600, **known)
    assert all(np.isfinite(getattr(deep, name)).all() for name in FIELDS)
    assert deep.answer_rate[0] == pytest.approx(2 * 2 / 1.5 / 5000)
    assert agents_required([0, 1e-300, 5e-324], aht_s=240, service_level=0.8, slowdown=[1, 1.5]).tolist() == [0, 1, 1]


@settings(max_examples=80, deadline=None)
@given(
    load=st.floats(0.01, 60),
    agents=st.integers(1, 40),
    spread=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    patience_s=st.one_of(st.none(), st.floats(5, 2000)),
    redial=st.sampled_from([0.0, 0.4]),
)
def test_one_more_agent_is_never_worse_however_conversations_slow_each_other(load, agents, spread, patience_s, redial):
    slowdown = [1.0]
    for held, share in enumerate(spread, 1):  # at most so slow that one more held finishes as many
        slowdown.append(slowdown[-1] * (1 + share * (1 / held) * (1 - 1e-9)))
    known = {"aht_s": 180, "answer_within_s": 20, "patience_s": patience_s, "slowdown": slowdown, "redial": redial}
    got = performance(load, [agents, agents + 1], **known)
    for name in ("service_level", "answer_rate"):
        low, high = getattr(got, name)
        assert -1e-11 <= low <= high + 1e-11 <= 1 + 2e-11
    for name in ("p_wait", "abandonment", "mean_wait_s", "asa_s", "occupancy"):
        high, low = getattr(got, name)
        assert low <= high * (1 + 1e-9) + 1e-11
    n = int(agents_required(load, service_level=0.7, max_occupancy=0.9, **known))
    enough, fewer = performance(load, n, **known), performance(load, n - 1, **known)
    assert enough.service_level >= 0.7 and enough.occupancy <= 0.9
    assert n == 1 or fewer.service_level < 0.7 or fewer.occupancy > 0.9


def test_every_row_gets_the_fewest_agents_with_conversations_at_once():
    rng = np.random.default_rng(3)
    load, aht_s = np.exp(rng.uniform(np.log(0.01), np.log(300), 400)), rng.uniform(60, 900, 400)
    for patience_s in (None, 200):
        known = {"aht_s": aht_s, "patience_s": patience_s, "slowdown": [1, 1.2, 1.5]}
        n = agents_required(load, service_level=0.8, **known)
        levels = [performance(load, count, answer_within_s=20, **known).service_level for count in (n, n - 1)]
        assert (levels[0] >= 0.8).all()
        assert ((levels[1] < 0.8) | (n == 1)).all()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"slowdown": [1, 2.1]}, "Holding 2 conversations at once serves fewer"),
        ({"slowdown": [1, 1.2, 2.5]}, "at most 2"),
        ({"slowdown": [1, 1.3, 1.2]}, "slowdown"),
        ({"slowdown": [1.1, 1.2]}, "slowdown"),
        ({"slowdown": []}, "slowdown"),
        ({"slowdown": "steep"}, "slowdown"),
        ({"slowdown": [1, np.nan]}, "slowdown"),
        ({"slowdown": [1, 1.2], "lines": 9}, "lines.*slowdown"),
    ],
)
def test_a_curve_that_cannot_be_is_named_in_a_sentence(more, named):
    with pytest.raises(PlanError, match=named):
        performance(3, 4, aht_s=180, answer_within_s=20, **more)
    with pytest.raises(PlanError, match=named):
        agents_required(3, aht_s=180, service_level=0.8, **more)
