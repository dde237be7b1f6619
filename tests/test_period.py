"""Promises that count over a period: what the cheapest plan costs, that it keeps them, and how `kept` counts."""

import itertools

import numpy as np
import pandas as pd
import pytest

from ccwb import queueing
from ccwb.errors import PlanError
from ccwb.staffing import allocation, cheapest, given_agents, kept, requirement
from ccwb.staffing.period import judged
from ccwb.staffing.whole import first_days
from ccwb.tables import check

QUEUE = ("shop", "voice")
LEVEL = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}
ROUNDED = 1e-9


def forecast(offered, *, aht_s=240.0, start="2026-03-02 08:00", zone="Europe/Berlin", interval_s=1800, channel="voice"):
    """A forecast of one queue, an interval per number."""
    times = pd.date_range(start, periods=len(offered), freq=f"{interval_s}s", tz=zone)
    columns = {"interval_s": interval_s, "project": "shop", "channel": channel, "offered": offered, "aht_s": aht_s}
    return pd.DataFrame({"interval_start": times} | columns)


def plan(table, period="month", **target):
    return cheapest(table, targets={QUEUE: target}, period=period)


def hours(table):
    return float((table["agents"] * table["interval_s"]).sum() / 3600)


def over_its_promise(table, target):
    """Return how far the sums over the whole table are over each promise: a twin of what the plan is made with."""
    offered, answered = table["offered"], table["offered"] * table["answer_rate"]
    over = {
        "service_level": lambda v: (offered * table["service_level"]).sum() / offered.sum() - v,
        "answer_rate": lambda v: answered.sum() / offered.sum() - v,
        "abandonment": lambda v: v - (offered * table["abandonment"]).sum() / offered.sum(),
        "asa_s": lambda v: v - (answered * table["asa_s"]).sum() / answered.sum(),
    }
    return min(over[name](target[name]) for name in over if name in target)


def fewest_hours(table, target, *, whole=True):
    """Return the least agent-hours possible, as an integer program solved by HiGHS: a twin by another method.

    whole : False lets an interval mix several numbers of agents: never more hours than the true least, and quick.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    load = (table["offered"] * table["aht_s"] / table["interval_s"]).to_numpy()[:, None]
    agents = np.arange(1, np.ceil(load.max() + 6 * np.sqrt(load.max()) + 12))
    known = {"aht_s": table["aht_s"].to_numpy()[:, None], "answer_within_s": target["answer_within_s"]}
    got = queueing.performance(load, agents, **known, patience_s=target.get("patience_s"))
    offered = table["offered"].to_numpy()[:, None]
    over = {
        "service_level": lambda v: offered * (got.service_level - v),
        "answer_rate": lambda v: offered * (got.answer_rate - v),
        "abandonment": lambda v: offered * (v - got.abandonment),
        "asa_s": lambda v: offered * got.answer_rate * (v - np.where(np.isinf(got.asa_s), 1e9, got.asa_s)),
    }
    sums = [over[name](target[name]).ravel() for name in over if name in target]
    allowed = got.occupancy <= target.get("max_occupancy", 1) + 1e-12
    allowed &= (target.get("patience_s") is not None) | (agents > load)
    one_each = np.kron(np.eye(len(table)), np.ones(len(agents)))
    found = milp(
        (table["interval_s"].to_numpy()[:, None] / 3600 * agents).ravel(),
        constraints=[LinearConstraint(np.array(sums), 0, np.inf), LinearConstraint(one_each, 1, 1)],
        integrality=np.full(allowed.size, int(whole)),
        bounds=Bounds(0, allowed.ravel().astype(float)),
        options={"mip_rel_gap": 0, "time_limit": 20},
    )
    assert found.status == 0
    return found.fun


# --- the least that keeps the promise ---------------------------------------------------------------------------------
def test_of_all_ways_to_staff_three_half_hours_the_one_with_the_fewest_agents_is_taken():
    busy, loads = [75.0, 9.0, 30.0], np.array([10.0, 1.2, 4.0])
    level = [queueing.performance(a, range(1, 17), aht_s=240, answer_within_s=20, patience_s=120) for a in loads]
    timely = [offered * given.service_level for offered, given in zip(busy, level, strict=True)]
    fewest = min(
        sum(n) + 3
        for n in itertools.product(range(16), repeat=3)
        if sum(timely[i][k] for i, k in enumerate(n)) >= 0.8 * sum(busy)
    )
    made = plan(forecast(busy), **LEVEL)
    assert made["agents"].sum() == fewest == 19
    assert requirement(forecast(busy), targets={QUEUE: LEVEL})["agents"].sum() == 21
    assert over_its_promise(made, LEVEL) >= -ROUNDED


PROMISED = {
    "service level": {"service_level": 0.83, "patience_s": 150},
    "service level, nobody gives up": {"service_level": 0.72},
    "answer rate under an occupancy cap": {"answer_rate": 0.9, "max_occupancy": 0.88, "patience_s": 90},
    "abandonment": {"abandonment": 0.06, "patience_s": 200},
    "mean wait of those who stay on": {"asa_s": 25.0},
    "all at once": {"service_level": 0.7, "answer_rate": 0.94, "asa_s": 12.0, "abandonment": 0.08, "patience_s": 180},
}


@pytest.mark.parametrize("promise", PROMISED)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_an_integer_program_finds_nothing_that_is_cheaper_by_more_than_one_agent_in_one_interval(promise, seed):
    rng = np.random.default_rng(seed)
    offered = rng.uniform(0.2, rng.choice([8, 40, 110]), rng.integers(3, 12))
    table = forecast(offered, aht_s=rng.uniform(150, 450, len(offered)), interval_s=int(rng.choice([900, 1800, 3600])))
    target = {"answer_within_s": 20, **PROMISED[promise]}
    made = plan(table, **target)
    assert over_its_promise(made, target) >= -ROUNDED
    assert hours(made) <= fewest_hours(table, target) + table["interval_s"].iloc[0] / 3600 + ROUNDED


@pytest.mark.parametrize("promise", PROMISED)
def test_of_many_intervals_the_price_decides_as_well_as_filling_and_trimming_them_one_agent_at_a_time(
    promise, monkeypatch
):
    rng = np.random.default_rng(7)
    offered = 30 * (np.sin(np.linspace(0, 12 * np.pi, 240)) ** 2 + 0.05) * rng.uniform(0.7, 1.3, 240)
    table = forecast(offered, aht_s=rng.uniform(200, 400, 240), interval_s=900)
    target = {"answer_within_s": 20, **PROMISED[promise]}
    quick = plan(table, **target)
    monkeypatch.setattr(allocation, "_FEW", 10_000)
    assert hours(quick) <= hours(plan(table, **target)) + 0.25 + ROUNDED
    assert over_its_promise(quick, target) >= -ROUNDED


def test_eight_times_the_intervals_take_hardly_more_steps():
    def steps(days):
        told = []
        table = pd.concat([a_week()] * days, ignore_index=True)
        table["interval_start"] = pd.date_range("2026-03-01", periods=len(table), freq="5min", tz="UTC")
        table["interval_s"] = 300
        cheapest(table, targets={QUEUE: LEVEL}, progress=lambda done, total: told.append((done, total)))
        assert set(told) == {(0, len(table))}
        return len(told)

    assert steps(16) < 2 * steps(2)


def test_work_that_is_stopped_ends_in_the_middle_of_a_period():
    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cheapest(a_week(), targets={QUEUE: LEVEL}, progress=stop)


def test_intervals_of_different_length_are_counted_by_their_length():
    table = forecast([30.0, 9.0, 22.0, 41.0])
    table["interval_s"] = [1800, 900, 900, 1800]
    table["interval_start"] = table["interval_start"].iloc[0] + pd.to_timedelta([0, 1800, 2700, 3600], unit="s")
    made = plan(table, **LEVEL)
    assert hours(made) <= fewest_hours(table, LEVEL) + 0.25 + ROUNDED
    assert over_its_promise(made, LEVEL) >= -ROUNDED


def a_week(**more):
    day = 60 * np.sin(np.linspace(0.1, 3.0, 20)) ** 2 + 1
    weeks = [forecast(day * (1 + 0.1 * n), start=f"2026-03-0{2 + n} 08:00", **more) for n in range(5)]
    return pd.concat(weeks, ignore_index=True)


@pytest.mark.parametrize("level", [0.7, 0.8, 0.9])
def test_a_week_of_a_hundred_intervals_is_within_one_agent_of_a_bound_that_nothing_can_be_below(level):
    target, table = LEVEL | {"service_level": level}, a_week()
    assert hours(plan(table, **target)) <= fewest_hours(table, target, whole=False) + 0.5 + ROUNDED


@pytest.mark.parametrize("target", [LEVEL, {"answer_rate": 0.9, "patience_s": 120, "max_occupancy": 0.9}])
def test_no_agent_of_any_interval_can_stay_at_home(target):
    table = a_week()
    made = plan(table, **target)
    assert over_its_promise(made, target) >= -ROUNDED
    for at in np.flatnonzero(made["agents"] > 1):
        fewer = made["agents"].to_numpy() - (np.arange(len(made)) == at)
        less = given_agents(table, targets={QUEUE: target}, agents=fewer, carry_over=False)
        too_busy = less["occupancy"][at] > target.get("max_occupancy", 1)
        assert too_busy or over_its_promise(less, target) < 0


def test_a_longer_period_never_costs_more_and_every_interval_to_target_costs_most():
    table = a_week()
    costs = [hours(plan(table, period, **LEVEL)) for period in ("month", "week", "day")]
    costs.append(hours(requirement(table, targets={QUEUE: LEVEL})))
    assert costs == sorted(costs)
    assert costs[0] < 0.98 * costs[-1]


def test_each_period_keeps_its_promise_on_its_own():
    table = a_week()
    made = plan(table, "day", **LEVEL)
    days = kept(made, targets={QUEUE: LEVEL}, period="day")
    assert days["kept"].tolist() == [True] * 5
    for _, part in made.groupby(made["interval_start"].dt.date):
        assert over_its_promise(part, LEVEL) >= -ROUNDED


def test_people_are_not_worn_out_for_a_sum():
    made = plan(a_week(), **LEVEL, max_occupancy=0.7)
    assert made["occupancy"].max() <= 0.7 + ROUNDED
    freely = plan(a_week(), **LEVEL)
    assert hours(freely) < hours(made)


def test_where_nobody_gives_up_no_queue_is_left_to_grow():
    made = plan(a_week(), service_level=0.5, answer_within_s=20)
    assert (made["agents"] > made["load"]).all()
    assert made["asa_s"].notna().all()


def test_a_centre_of_thousands_is_allocated_as_one_of_ten():
    table = forecast([37_500.0, 30_000.0, 20_000.0, 36_000.0])
    target = {"answer_rate": 0.95, "answer_within_s": 20, "patience_s": 120, "max_occupancy": 0.97}
    made = plan(table, **target)
    assert over_its_promise(made, target) >= -ROUNDED
    agents = made["agents"].to_numpy()
    for at in range(4):
        less = given_agents(table, targets={QUEUE: target}, agents=agents - (np.arange(4) == at), carry_over=False)
        assert over_its_promise(less, target) < 0 or less["occupancy"][at] > 0.97
    assert hours(made) <= hours(requirement(table, targets={QUEUE: target}))


def test_at_least_so_many_are_there_where_anything_is_offered():
    table = forecast([40.0, 0.0, 1.0, 0.4])
    assert plan(table, **LEVEL)["agents"].tolist()[1:] == [0, 1, 1]
    three = cheapest(table, targets={QUEUE: LEVEL}, least=3)
    assert three["agents"].tolist()[1:] == [0, 3, 3]


@pytest.mark.parametrize("level", [1 - 1e-9, 0.99999])
def test_a_promise_close_to_everybody_is_kept_too(level):
    made = plan(forecast([37.0, 30.0, 20.0, 1.0]), **{**LEVEL, "service_level": level})
    assert over_its_promise(made, {"service_level": level}) >= -1e-15


def test_without_patience_everybody_is_answered_and_the_promise_asks_for_a_queue_that_settles():
    made = plan(forecast([37.0, 30.0, 1.0]), answer_rate=0.9, answer_within_s=20)
    assert made["agents"].tolist() == (np.floor(made["load"]) + 1).tolist()
    assert kept(made, targets={QUEUE: {"answer_rate": 0.9}})["given"].tolist() == [1.0]


def test_chats_held_at_once_count_as_in_every_other_plan():
    targets = {("shop", "chat"): {**LEVEL, "at_once": 2}}
    made = cheapest(forecast([40.0, 9.0, 22.0], channel="chat"), targets=targets)
    known = {"targets": targets, "agents": made["agents"].to_numpy(), "carry_over": False}
    again = given_agents(forecast([40.0, 9.0, 22.0], channel="chat"), **known)
    pd.testing.assert_frame_equal(made, again)
    assert over_its_promise(made, LEVEL) >= -ROUNDED


def test_the_table_has_the_rows_of_the_forecast_in_their_order_and_work_that_may_wait_as_ever():
    both = pd.concat([forecast([9.0, 12.0], channel="email"), forecast([40.0, 9.0])]).iloc[[2, 0, 3, 1]]
    targets = {("shop", c): LEVEL | {"max_occupancy": 0.9, "shrinkage": 0.2} for c in ("voice", "email")}
    targets["shop", "email"] |= {"answer_within_s": 3600}
    made = cheapest(both, targets=targets, volume_change=0.5, aht_change=0.1)
    assert check(made, "requirement")["channel"].tolist() == ["voice", "email", "voice", "email"]
    assert made["offered"].tolist() == pytest.approx(both["offered"].to_numpy() * 1.5)
    usual = requirement(both, targets=targets, volume_change=0.5, aht_change=0.1)
    waits = made["channel"] == "email"
    pd.testing.assert_frame_equal(made[waits], usual[waits])


def test_no_rows_and_nothing_offered_are_answers():
    assert cheapest(forecast([]), targets={QUEUE: LEVEL}).empty
    made = plan(forecast([0.0, 0.0]), **LEVEL)
    assert made["agents"].tolist() == [0, 0]
    told = kept(made, targets={QUEUE: LEVEL})
    assert told["given"].isna().all() and told["kept"].isna().all()


# --- the calendar and the counting ------------------------------------------------------------------------------------
def test_a_day_ends_at_local_midnight_also_when_the_clock_changes():
    table = forecast([20.0] * 48, start="2026-03-28 12:00")  # the 29th has 23 hours in Berlin
    days = kept(plan(table, "day", **LEVEL), targets={QUEUE: LEVEL}, period="day")
    assert days["first_day"].dt.day.tolist() == [28, 29]
    assert days["offered"].tolist() == [24 * 20.0, 24 * 20.0]
    whole = kept(plan(forecast([20.0] * 46, start="2026-03-29"), "day", **LEVEL), targets={QUEUE: LEVEL}, period="day")
    assert whole["offered"].tolist() == [46 * 20.0]


def test_weeks_begin_on_monday_and_months_on_the_first_and_both_end_where_the_forecast_ends():
    days = pd.DatetimeIndex(["2026-02-28", "2026-03-01", "2026-03-02"])
    assert first_days(days, "week").strftime("%m-%d").tolist() == ["02-23", "02-23", "03-02"]
    assert first_days(days, "month").strftime("%m-%d").tolist() == ["02-01", "03-01", "03-01"]
    table = forecast([20.0] * 3, start="2026-02-28 12:00", interval_s=3600)
    late = forecast([20.0] * 3, start="2026-03-02 12:00", interval_s=3600)
    told = kept(plan(pd.concat([table, late]), **LEVEL), targets={QUEUE: LEVEL}, period="month")
    assert [(str(a.date()), str(b.date())) for a, b in zip(told["first_day"], told["last_day"], strict=True)] == [
        ("2026-02-28", "2026-02-28"),
        ("2026-03-02", "2026-03-02"),
    ]


def test_a_month_that_the_cycle_holds_only_a_part_of_is_told_apart_and_left_out_of_a_count():
    days = [forecast([30.0], start=f"{day.date()} 12:00") for day in pd.date_range("2026-03-01", "2026-03-31")]
    table = pd.concat([*days, forecast([300.0], start="2026-04-01 12:00")], ignore_index=True)
    made = given_agents(table, targets={QUEUE: LEVEL}, agents=np.full(32, 6.0))
    stands = kept(made, targets={QUEUE: LEVEL})
    assert stands[["whole", "kept"]].to_numpy().tolist() == [[True, True], [False, False]]
    assert judged(stands)["kept"].all() and len(judged(stands[1:])) == 1
    later = kept(made, targets={QUEUE: LEVEL}, first_day="2026-02-27", last_day="2026-04-30")
    assert later["whole"].tolist() == [True, False]


def test_a_share_over_a_period_is_of_all_its_contacts_and_no_mean_of_shares():
    table = given_agents(forecast([90.0, 10.0]), targets={QUEUE: LEVEL}, agents=[9, 9])
    target = {**LEVEL, "answer_rate": 0.9, "abandonment": 0.05, "asa_s": 30.0}
    told = kept(table, targets={QUEUE: target}).set_index("promise")["given"]
    level, rate = table["service_level"], table["answer_rate"]
    assert told["service_level"] == pytest.approx(0.9 * level[0] + 0.1 * level[1])
    assert told["answer_rate"] == pytest.approx(1 - told["abandonment"])
    waits = 90 * rate[0] * table["asa_s"][0] + 10 * rate[1] * table["asa_s"][1]
    assert told["asa_s"] == pytest.approx(waits / (90 * rate[0] + 10 * rate[1]))


def test_a_promise_is_kept_or_missed_on_its_own_side():
    table = given_agents(forecast([75.0]), targets={QUEUE: LEVEL}, agents=[12])
    told = kept(table, targets={QUEUE: {**LEVEL, "answer_rate": 0.95, "abandonment": 0.04, "asa_s": 30.0}})
    assert dict(zip(told["promise"], told["kept"], strict=True)) == {
        "service_level": True,
        "answer_rate": bool(table["answer_rate"][0] >= 0.95),
        "abandonment": False,
        "asa_s": True,
    }


def test_a_queue_that_grows_without_end_waits_without_end():
    target = {"answer_within_s": 20, "asa_s": 30.0}
    table = given_agents(forecast([75.0, 10.0]), targets={QUEUE: target}, agents=[9, 9], carry_over=False)
    told = kept(table, targets={QUEUE: target})
    assert (told["given"].tolist(), told["kept"].tolist()) == ([np.inf], [False])


def test_what_the_model_does_not_tell_is_neither_kept_nor_missed():
    table = forecast([9.0, 12.0], channel="email")
    targets = {("shop", "email"): LEVEL | {"max_occupancy": 0.9, "answer_within_s": 3600}}
    told = kept(requirement(table, targets=targets).assign(service_level=np.nan), targets=targets)
    assert told["kept"].isna().all()


# --- what cannot be ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"period": "year"}, "a day, a week or a month; found 'year'"),
        ({"least": 0}, "1 or more; found 0"),
        ({"least": 1.5}, "found 1.5"),
        ({"volume_change": -1}, "volume_change"),
        ({"targets": {QUEUE: {"answer_within_s": 20}}}, "shop / voice promises nothing"),
        ({"targets": {}}, "shop / voice"),
        ({"targets": {QUEUE: {**LEVEL, "service_level": 1.0}}}, "service_level"),
    ],
)
def test_what_cannot_be_computed_is_said_with_the_queue_and_the_value(more, said):
    with pytest.raises(PlanError, match=said):
        cheapest(forecast([20.0]), **({"targets": {QUEUE: LEVEL}} | more))


def test_a_promise_out_of_reach_names_the_queue_and_the_period(monkeypatch):
    monkeypatch.setattr("ccwb.staffing.period.allocated", lambda *_, **__: None)
    with pytest.raises(PlanError, match=r"shop / voice: no number of agents keeps .* the week from 2026-03-02"):
        cheapest(forecast([20.0], start="2026-03-04 08:00"), targets={QUEUE: LEVEL}, period="week")


def test_a_cushion_is_kept_by_the_cheapest_way_too():
    day, queue = forecast(np.linspace(10, 120, 20)), ("shop", "voice")
    target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}
    plain = cheapest(day, targets={queue: target}, period="day")
    cushioned = cheapest(day, targets={queue: target | {"cushion": 0.3}}, period="day")
    assert (cushioned["offered"] == plain["offered"]).all()
    assert cushioned["agents"].sum() > plain["agents"].sum() * 1.1
    known = {"targets": {queue: target}, "agents": cushioned["agents"], "carry_over": False}
    assert kept(given_agents(day, volume_change=0.3, **known), targets={queue: target}, period="day")["kept"].all()
