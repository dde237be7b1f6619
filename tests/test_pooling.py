"""Sharing agents between queues: against the formula for one queue of all, and what any sharing must keep."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.queueing import agents_required
from ccwb.staffing import pooling, requirement
from ccwb.staffing.fewest import fewest, moved
from ccwb.staffing.sharing import split

TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.25, "placed": 0.0}
DAY = "2026-03-02"


def need_of(loads, *, hours=8, targets=None, start=9, aht_s=240.0):
    """(requirement, targets) of projects a, b, .. on voice with these loads, steady over the day."""
    rows = []
    for number, load in enumerate(loads):
        times = pd.date_range(f"{DAY} {start:02}:00", periods=2 * hours, freq="30min")
        row = {"interval_start": times, "interval_s": 1800, "project": "abcdef"[number], "channel": "voice"}
        rows.append(pd.DataFrame(row | {"offered": load * 1800 / aht_s, "aht_s": aht_s}))
    table = pd.concat(rows, ignore_index=True)
    targets = targets or {(name, "voice"): TARGET for name in table["project"].unique()}
    return requirement(table, targets=targets), targets


def compared(loads, *, replications=40, of=None, **known):
    need, targets = need_of(loads, targets=of)
    got = pooling(need, targets=targets, first_day=DAY, replications=replications, **known)
    return got, got.options.set_index("option")


def test_two_small_queues_pooled_need_what_the_formula_says_of_one_twice_as_large():
    got, options = compared([6.0, 6.0], shares=(), replications=80)
    known = {"aht_s": 240, "service_level": 0.8, "answer_within_s": 20, "patience_s": 120}
    assert options["agents_peak"]["shared"] == pytest.approx(int(agents_required(12.0, **known)), abs=1)
    one = options.loc["shared"]
    assert one["agent_hours_low"] - 1 <= 8 * int(agents_required(12.0, **known)) <= one["agent_hours_high"] + 8
    assert options["agents_peak"]["dedicated"] == pytest.approx(2 * int(agents_required(6.0, **known)), abs=1)
    assert got.options["option"].tolist() == ["plan", "dedicated", "shared"]


def test_dedicated_agents_are_those_of_the_requirement_within_one_a_queue():
    _, options = compared([5.0, 14.0, 9.0], shares=())
    assert abs(options["agents_peak"]["dedicated"] - options["agents_peak"]["plan"]) <= 3
    assert (
        options["agents_peak"]["plan"] == need_of([5.0, 14.0, 9.0])[0].groupby("interval_start")["agents"].sum().max()
    )


@pytest.fixture(scope="module")
def three():
    cost = {"hourly_cost": {"a": 30.0, "b": 30.0, "c": 40.0}, "training_cost": 1000.0, "months": 10}
    return compared([5.0, 12.0, 8.0], shares=(0.25, 0.5), **cost)


def test_more_sharing_never_needs_more_and_keeps_every_queues_target(three):
    got, options = three
    hours = got.options["agent_hours"].tolist()[1:]
    assert hours[-1] < hours[0] and hours[2] < 0.97 * hours[0]  # half of them trained is already worth it
    assert (np.diff(hours) <= 0.02 * hours[0]).all()
    kept = got.queues[got.queues["option"] != "plan"]
    assert (kept["service_level"] >= kept["target"] - 1e-9).all()
    assert (options["agent_hours_low"] <= options["agent_hours"]).all()
    assert (options["agent_hours"] <= options["agent_hours_high"]).all()


def test_money_is_paid_hours_of_a_month_and_training_spread_over_the_months(three):
    got, options = three
    need, _ = need_of([5.0, 12.0, 8.0])
    plan, shared, alone = options.loc["plan"], options.loc["shared"], options.loc["dedicated"]
    wages = need["project"].map({"a": 30.0, "b": 30.0, "c": 40.0})
    month = 52 * 7 / 12  # the requirement covers one day
    assert plan["cost_month"] == pytest.approx((need["paid"] * 0.5 * wages).sum() * month)
    assert plan["people"] == pytest.approx((need["paid"] * 0.5).sum() * month / (40 * month / 7))
    assert 2 * shared["people"] <= shared["trainings"] < 2 * shared["people"] + 2 * 3  # whole people of three queues
    assert shared["training_month"] == pytest.approx(shared["trainings"] * 1000 / 10)
    saved = alone["cost_month"] - shared["cost_month"] - shared["training_month"]
    assert shared["saving_month"] == pytest.approx(saved)
    some = got.options[got.options["share"] == 0.5].iloc[0]
    assert (
        some["trainings"] % 1 == 0 and 0 <= some["trainings"] - 0.85 * some["people"] / 2 <= 0.15 * some["people"] + 3
    )
    assert (alone["trainings"], alone["saving_hours"], alone["saving_month"]) == (0, 0, 0)
    assert (plan["limit_target"], shared["limit_target"]) == ("service_level", "service_level")


def test_nobody_trained_is_dedicated_and_without_an_hourly_cost_money_is_missing():
    got, options = compared([5.0, 5.0], shares=(0.0,))
    assert got.options["option"].tolist() == ["plan", "dedicated", "shared"]
    assert options["cost_month"].isna().all() and options["saving_month"].isna().all()
    assert options["agent_hours"].notna().all()


def test_people_who_are_slower_in_the_other_work_save_less():
    quick, slow = (compared([6.0, 6.0], shares=(), slower=by)[1]["agent_hours"]["shared"] for by in (0.0, 0.6))
    assert quick < slow


def test_an_occupancy_cap_leaves_less_to_pool():
    def saved(cap):
        targets = {(name, "voice"): TARGET | {"max_occupancy": cap} for name in "ab"}
        got = compared([8.0, 8.0], shares=(), of=targets)[1]
        return got.loc["shared"]

    free, capped = saved(None), saved(0.72)
    assert capped["saving_hours"] < free["saving_hours"]
    assert capped["occupancy"] <= 0.72 + 1e-9
    assert capped["limit_target"] == "max_occupancy"


def test_queues_that_are_never_open_together_save_nothing():
    (one, targets), (other, _) = need_of([6.0], hours=3), need_of([6.0], hours=3, start=14)
    both = pd.concat([one, other.assign(project="b")], ignore_index=True)
    targets |= {("b", "voice"): TARGET}
    got = pooling(both, targets=targets, first_day=DAY, shares=(0.5,), replications=30)
    hours = got.options.set_index("option")["agent_hours"]
    assert hours["shared"] == pytest.approx(hours["dedicated"], abs=2.0)


def test_voice_and_chat_of_one_project_can_be_shared():
    times = pd.date_range(f"{DAY} 09:00", periods=8, freq="30min")
    row = {"interval_start": times, "interval_s": 1800, "project": "a", "offered": 45.0, "aht_s": 240.0}
    table = pd.concat([pd.DataFrame(row | {"channel": name}) for name in ("voice", "chat")], ignore_index=True)
    targets = {("a", "voice"): TARGET, ("a", "chat"): TARGET | {"at_once": 2, "answer_within_s": 60}}
    need = requirement(table, targets=targets)
    got = pooling(need, targets=targets, first_day=DAY, shares=(0.5,), replications=30)
    kept = got.queues[got.queues["option"] == "shared"]
    assert (kept["service_level"] >= 0.8).all()


def test_what_cannot_be_compared_is_said():
    need, targets = need_of([6.0, 6.0])
    setting = {"targets": targets, "first_day": DAY, "replications": 10}
    with pytest.raises(PlanError, match="there is only a / voice"):
        pooling(need, queues=[("a", "voice")], **setting)
    with pytest.raises(PlanError, match="nothing to play"):
        pooling(need, **setting | {"first_day": "2027-01-01"})
    with pytest.raises(PlanError, match="share of agents cannot be -1"):
        pooling(need, shares=(-1,), **setting)
    with pytest.raises(PlanError, match="number of months cannot be 0"):
        pooling(need, months=0, **setting)
    bare = {("a", "voice"): {"patience_s": 100}, ("b", "voice"): TARGET}
    with pytest.raises(PlanError, match="a / voice has no target"):
        pooling(need, **setting | {"targets": bare})
    never = {name: TARGET | {"answer_within_s": 0, "service_level": 0.999999, "patience_s": None} for name in targets}
    with pytest.raises(PlanError, match="Even with"):
        pooling(need.assign(offered=2000.0), **setting | {"targets": never}, shares=())


def test_progress_goes_up_to_the_end_and_a_cancel_stops():
    need, targets = need_of([6.0, 6.0], hours=2)
    seen = []
    setting = {"targets": targets, "first_day": DAY, "replications": 10, "shares": (0.5,)}
    first = pooling(need, progress=lambda done, total: seen.append(done / total), **setting)
    assert seen == sorted(seen) and 0 < seen[0] < 0.2 and 0.7 < seen[-1] <= 1
    pd.testing.assert_frame_equal(first.options, pooling(need, **setting).options)
    with pytest.raises(PlanError, match="stopped"):
        pooling(need, cancel=lambda: True, **setting)


def test_the_search_finds_the_lowest_curve_that_keeps_the_target():
    need, unit = np.array([10, 20]), np.sqrt([9.0, 16.0])
    enough = moved(need, -1.3 * unit)

    def play(agents):
        left = float((agents - enough).min())
        return agents, {(0, "service_level"): np.array([left - 0.5, left, left + 0.5])}

    found = fewest(lambda distance: moved(need, distance * unit), play)
    assert found.agents.tolist() == enough.tolist()
    assert found.limit == (0, "service_level")
    assert found.at - 0.4 < found.range[0] <= found.at <= found.range[1] < found.at + 0.4
    up = fewest(lambda distance: moved(need, (distance - 4) * unit), play)
    assert up.agents.tolist() == enough.tolist()


def test_a_total_shared_out_keeps_its_sum_and_nobody_gets_what_he_does_not_need():
    rng = np.random.default_rng(1)
    need = rng.integers(0, 9, (3, 40))
    need[1, :5] = 0
    total = (need.sum(axis=0) * rng.uniform(0.5, 1.0, 40)).astype(int)
    out = split(total, need)
    assert (out.sum(axis=0) == total).all()
    assert (out <= need).all() and (out[1, :5] == 0).all()
    assert (split(need.sum(axis=0), need) == need).all()
