"""An urgent change is tried on a plan: who is missing then, what it costs, how service suffers."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import at_once, busiest_days, given_agents, requirement, tried

VOICE = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
EMAIL = {"service_level": 0.9, "answer_within_s": 14_400, "max_occupancy": 0.9, "shrinkage": 0.2}
TARGETS = {("orders", "voice"): VOICE, ("orders", "email"): EMAIL}


def forecast(days=5, channels=("voice",)):
    parts = []
    for day in pd.date_range("2026-03-02", periods=days):
        at = pd.date_range(day + pd.Timedelta(hours=8), periods=20, freq="30min")
        shape = 40 + 30 * np.sin(np.arange(20) / 19 * np.pi) + 5 * day.day_of_week
        for channel in channels:
            more = {"project": "orders", "channel": channel, "offered": shape, "aht_s": 240.0}
            parts.append(pd.DataFrame({"interval_start": at, "interval_s": 1800, **more}))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def plan():
    return requirement(forecast(), targets=TARGETS)


def test_a_plan_that_nothing_happens_to_lacks_nobody(plan):
    found = tried(plan, targets=TARGETS, first_day="2026-03-03", days=2, hourly_cost=28.0)
    queue = found.queues.iloc[0]
    assert (at_once(found.rows)["missing"].max(), queue["missing_hours"], queue["cost"], queue["contacts"]) == (
        0.0,
        0.0,
        0.0,
        0.0,
    )
    assert queue["service_level"] == pytest.approx(queue["service_level_planned"])
    assert set(found.rows["interval_start"].dt.day) == {3, 4}


def test_thirty_percent_more_for_three_days_lack_as_many_as_counting_up_one_by_one_says(plan):
    found = tried(plan, targets=TARGETS, first_day="2026-03-03", days=3, volume_change=0.3, hourly_cost=28.0)
    missing = []
    for row in found.rows.itertuples():
        one = pd.DataFrame([{**row._asdict(), "aht_s": 240.0}])
        agents = 0
        while not given_agents(one, targets=TARGETS, agents=[agents])["service_level"].iloc[0] >= 0.8:
            agents += 1
        missing.append(max(agents - row.planned, 0))
    queue = found.queues.iloc[0]
    assert found.rows["missing"].tolist() == missing and sum(missing) > 0
    assert at_once(found.rows)["missing"].max() == queue["missing_peak"] == max(missing)
    assert queue["missing_hours"] == sum(missing) / 2
    assert queue["cost"] == pytest.approx(sum(missing) / 2 / 0.7 * 28.0)
    assert queue["contacts"] == pytest.approx(0.3 * found.rows["offered"].sum() / 1.3)
    assert queue["service_level"] < 0.8 <= queue["service_level_planned"]


def test_hours_at_short_notice_cost_their_premium_and_no_wage_gives_no_price(plan):
    surge = {"targets": TARGETS, "first_day": "2026-03-03", "days": 1, "volume_change": 0.3}
    plain = tried(plan, **surge, hourly_cost=20.0).queues["cost"].iloc[0]
    assert tried(plan, **surge, hourly_cost=20.0, premium=0.25).queues["cost"].iloc[0] == pytest.approx(1.25 * plain)
    assert np.isnan(tried(plan, **surge).queues["cost"].iloc[0])


def test_people_away_are_missing_where_the_plan_has_nobody_to_spare(plan):
    found = tried(plan, targets=TARGETS, first_day="2026-03-03", days=1, absence=0.2)
    assert found.rows["there"].to_numpy() == pytest.approx(0.8 * found.rows["planned"].to_numpy())
    assert found.rows["missing"].to_numpy() == pytest.approx(0.2 * found.rows["planned"].to_numpy())
    assert found.queues["short_before"].iloc[0] == 0


def test_service_with_people_away_is_what_the_rest_would_give(plan):
    queue = tried(plan, targets=TARGETS, first_day="2026-03-03", days=1, absence=0.2).queues.iloc[0]
    day = plan[plan["interval_start"].dt.day == 3]
    rest = given_agents(day, targets=TARGETS, agents=0.8 * day["agents"].to_numpy())
    expected = (rest["service_level"] * rest["offered"]).sum() / rest["offered"].sum()
    assert queue["service_level"] == pytest.approx(expected) and expected < queue["service_level_planned"]


def test_who_is_spare_in_the_morning_does_not_help_in_the_afternoon(plan):
    morning = plan["interval_start"].dt.hour < 13
    uneven = plan.assign(agents=plan["agents"] + np.where(morning, 5, -1))
    found = tried(uneven, targets=TARGETS, first_day="2026-03-03", days=1)
    assert found.rows["missing"].tolist() == [0.0] * 10 + [1.0] * 10
    assert found.queues["missing_hours"].iloc[0] == 5.0


def test_people_away_from_work_that_waits_are_missing_on_their_days_only_unless_others_come_later_in_the_week():
    plan = requirement(forecast(channels=("email",)), targets=TARGETS)
    away = {"targets": TARGETS, "first_day": "2026-03-03", "days": 1, "absence": 0.5}
    that_day = plan["interval_start"].dt.day == 3
    hours = 0.5 * plan[that_day]["agents"].sum() / 2
    assert tried(plan, **away).queues["missing_hours"].iloc[0] == pytest.approx(hours)
    later = plan.assign(agents=plan["agents"] + np.where(plan["interval_start"].dt.day == 5, hours / 10, 0))
    assert tried(later, **away).queues["missing_hours"].iloc[0] == pytest.approx(0, abs=1e-9)


def test_more_of_anything_never_leaves_fewer_people_missing(plan):
    for name in ("volume_change", "aht_change", "absence"):
        hours = [
            tried(plan, targets=TARGETS, first_day="2026-03-04", days=2, **{name: value}).queues["missing_hours"].sum()
            for value in (0.0, 0.1, 0.3, 0.6)
        ]
        assert hours == sorted(hours) and hours[-1] > 0


def test_people_to_spare_in_another_week_do_not_help_work_that_waits_in_this_one():
    plan = requirement(forecast(days=14, channels=("email",)), targets=TARGETS)
    late = plan["interval_start"] >= "2026-03-09"
    surge = {"targets": TARGETS, "first_day": "2026-03-03", "days": 2, "volume_change": 0.5}
    alone = tried(plan, **surge).queues["missing_hours"].iloc[0]
    spare = tried(plan.assign(agents=plan["agents"] + 20 * late), **surge).queues["missing_hours"].iloc[0]
    assert spare == alone > 0


def test_work_that_may_wait_is_summed_over_its_week_and_done_on_later_days():
    plan = requirement(forecast(channels=("voice", "email")), targets=TARGETS)
    found = tried(plan, targets=TARGETS, first_day="2026-03-02", days=2, volume_change=0.3)
    email = found.queues.set_index("channel").loc["email"]
    work = 0.3 * plan[(plan["channel"] == "email") & (plan["interval_start"] < "2026-03-04")]["offered"].sum() * 240
    assert np.isnan(email["missing_peak"]) and np.isnan(email["service_level"])
    assert email["missing_hours"] == pytest.approx(work / 3600 / 0.9, rel=0.25)  # whole people, at most 90 % busy
    assert found.rows[found.rows["channel"] == "email"]["missing"].isna().all()


def test_a_cushion_in_the_plan_helps_and_is_not_asked_for_again():
    cushioned = {queue: {**goal, "cushion": 0.3} for queue, goal in TARGETS.items()}
    plan = requirement(forecast(), targets=cushioned)
    surge = tried(plan, targets=cushioned, first_day="2026-03-03", days=2, volume_change=0.3)
    assert surge.queues["missing_hours"].iloc[0] == 0


def test_a_plan_that_is_short_before_anything_happens_says_so(plan):
    thin = plan.assign(agents=plan["agents"] - 1)
    found = tried(thin, targets=TARGETS, first_day="2026-03-03", days=1)
    assert found.queues["short_before"].iloc[0] == found.queues["missing_hours"].iloc[0] == 10.0


def test_two_queues_of_other_interval_lengths_are_added_up_at_every_moment():
    lengths = {"orders": 1800, "bank": 900}
    rows = []
    for project, length in lengths.items():
        at = pd.date_range("2026-03-02 08:00", "2026-03-02 11:59", freq=f"{length}s")
        missing = np.arange(len(at)) % 5.0
        more = {"planned": 3.0, "there": 3.0, "needed": 3.0 + missing, "missing": missing}
        rows.append(pd.DataFrame({"interval_start": at, "interval_s": length, "project": project, **more}))
    rows = pd.concat(rows)
    found = at_once(rows).set_index("moment")["missing"]
    for minute in pd.date_range("2026-03-02 08:00", "2026-03-02 12:00", freq="1min"):
        ends = rows["interval_start"] + pd.to_timedelta(rows["interval_s"], unit="s")
        here = rows[(rows["interval_start"] <= minute) & (ends > minute)]["missing"].sum()
        assert found.asof(minute) == here


def test_the_busiest_days_are_those_with_most_hours(plan):
    assert busiest_days(plan, days=2) == pd.Timestamp("2026-03-05")
    assert busiest_days(plan, days=99) == pd.Timestamp("2026-03-02")


@pytest.mark.parametrize(
    "wrong",
    [{"first_day": "2027-01-01"}, {"first_day": "soon"}, {"days": 0}, {"volume_change": -1.0}, {"absence": 1.0}],
)
def test_what_cannot_be_tried_is_said_in_words(plan, wrong):
    with pytest.raises(PlanError):
        tried(plan, **{"targets": TARGETS, "first_day": "2026-03-03", "days": 1, **wrong})


def test_the_clock_of_a_zone_decides_which_rows_are_of_a_day():
    local = forecast().assign(interval_start=lambda t: t["interval_start"].dt.tz_localize("Asia/Jakarta"))
    plan = requirement(local, targets=TARGETS)
    found = tried(plan, targets=TARGETS, first_day="2026-03-03", days=1, volume_change=0.3)
    assert set(found.rows["interval_start"].dt.day) == {3} and len(found.rows) == 20
