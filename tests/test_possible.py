"""Aims that the staffing model says cannot be kept together, and what it says instead."""

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest

from ccwb import queueing
from ccwb.staffing import impossible

TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": None, "shrinkage": 0.25, "aht_s": 240.0}
QUEUE = ("orders", "voice")


def work(offered, channel="voice", aht_s=240.0):
    offered = np.atleast_1d(np.asarray(offered, dtype=float))
    starts = pd.date_range("2026-03-02 08:00", periods=len(offered), freq="30min")
    return pd.DataFrame(
        {
            "interval_start": starts, "interval_s": 1800, "project": "orders", "channel": channel, "offered": offered,
            "aht_s": aht_s, "lower_80": offered, "upper_80": offered, "day_spread": 0.0, "dispersion": 1.0,
            "model": "-",
        }
    )  # fmt: skip


def found(forecast, aims, targets=None, **more):
    return impossible(forecast, targets=targets or {QUEUE: TARGET}, aims=aims, **more)


def test_in_a_small_queue_a_high_service_level_leaves_agents_idle():
    (one,) = found(work([15.0] * 10), {"service_level": 0.8, "occupancy": 0.85})  # 2 erlangs
    assert (one["kind"], one["channel"], one["agents"]) == ("occupancy", "voice", 4)
    assert 0.5 <= one["reached"] < 0.55 and one["busy"] == pytest.approx(2 / 4)
    assert one["fewer"] == 2  # two agents for two erlangs: busy all the time, and the queue never settles
    assert one["service_level"] == 0.0


def test_in_a_large_queue_the_same_two_go_together_whatever_cap_staffing_plans_with():
    hundred = work([750.0] * 10)  # erlangs
    assert found(hundred, {"service_level": 0.8, "occupancy": 0.85}) == []
    assert found(hundred, {"service_level": 0.8, "occupancy": 0.85}, {QUEUE: TARGET | {"max_occupancy": 0.7}}) == []


@pytest.mark.parametrize("load", [3.0, 8.0, 25.0])
def test_what_can_be_reached_agrees_with_every_roster_of_four_intervals_tried_one_by_one(load):
    forecast = work([load * 1800 / 240] * 4)
    agents = range(int(load) + 1, int(load) + 12)
    served = {n: float(queueing.service_level(load, n, aht_s=240, answer_within_s=20)) for n in agents}
    rosters = combinations_with_replacement(agents, 4)
    most = 4 * load / min(sum(roster) for roster in rosters if sum(served[n] for n in roster) >= 4 * 0.8)
    assert found(forecast, {"service_level": 0.8, "occupancy": most - 0.01}) == []
    (one,) = found(forecast, {"service_level": 0.8, "occupancy": most + 0.01})
    assert one["reached"] == pytest.approx(most, abs=1e-6)
    assert found(forecast, {"service_level": 0.8, "occupancy": most + 0.01}, tolerances={"occupancy": 0.02}) == []


def test_fewer_agents_who_would_be_busy_enough_are_told_with_what_they_would_give():
    (one,) = found(work([60.0] * 6), {"service_level": 0.95, "occupancy": 0.85})  # 8 erlangs
    assert one["fewer"] == 9 and one["agents"] > 9
    served = queueing.service_level(8.0, 9, aht_s=240, answer_within_s=20)
    assert one["service_level"] == pytest.approx(float(served))


def test_work_that_may_wait_fills_a_project_up():
    targets = {QUEUE: TARGET, ("orders", "email"): TARGET | {"answer_within_s": 86_400, "max_occupancy": 0.9}}
    both = pd.concat([work([15.0] * 10), work([300.0] * 10, "email")], ignore_index=True)
    assert found(both, {"service_level": 0.8, "occupancy": 0.85}, targets) == []
    idle = {queue: target | {"blend": 0.5} for queue, target in targets.items()}
    little = pd.concat([work([15.0] * 10), work([3.0] * 10, "email")], ignore_index=True)
    apart, helped = (found(little, {"service_level": 0.8, "occupancy": 0.95}, t)[0]["reached"] for t in (targets, idle))
    assert helped > apart


def test_labour_alone_can_cost_more_than_a_contact_may():
    forecast = work([15.0] * 10)
    busy = found(forecast, {"service_level": 0.8, "occupancy": 1.0})[0]["reached"]
    price = 10 * 0.5 * 2 / busy / 0.75 * 30 / 150  # half hours of 2 erlangs, paid for a quarter more, per contact
    (one,) = found(forecast, {"service_level": 0.8, "cost_per_contact": price - 0.1}, hourly_cost=30.0)
    assert one["kind"] == "cost" and one["reached"] == pytest.approx(price)
    assert found(forecast, {"service_level": 0.8, "cost_per_contact": price + 0.1}, hourly_cost=30.0) == []
    assert found(forecast, {"service_level": 0.8, "cost_per_contact": 0.1}) == []


def test_lines_that_turn_too_many_away_are_said_in_words():
    tight = {QUEUE: TARGET | {"lines": 3, "counts_blocked": True, "patience_s": 120}}
    (one,) = found(work([75.0] * 3), {"answer_rate": 0.95}, tight)
    assert one["kind"] == "unkept" and "no number of agents" in str(one["error"])


def test_without_a_promise_or_without_work_nothing_is_found():
    assert found(work([15.0]), {"occupancy": 0.99}) == []
    assert found(work([0.0, 0.0]), {"service_level": 0.8, "occupancy": 0.99}) == []
    email = work([15.0] * 3, "email")
    assert found(email, {"service_level": 0.8, "occupancy": 0.99}, {("orders", "email"): TARGET}) == []
