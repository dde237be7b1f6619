"""Measures by week, weekday and hour, and whether a change is more than chance."""

import numpy as np
import pandas as pd
import pytest

from ccwb import evaluation, measures
from ccwb.errors import PlanError
from ccwb.measures import by_day_and, wilson_interval
from tests.ui.cycles import history

DAYS = {"first_day": "2026-10-19", "last_day": "2026-11-15"}


@pytest.fixture(scope="module")
def told():
    rows = history()
    return rows[rows["project"] == "help"]


def rates(table, keys):
    sums = table.groupby(keys)[["numerator", "denominator"]].sum()
    return sums["numerator"] / sums["denominator"]


@pytest.mark.parametrize("kpi", ["aht", "service_level", "answer_rate", "abandonment", "asa", "occupancy", "blocked"])
def test_the_days_add_up_to_the_measure_of_the_whole_period(told, kpi):
    days = by_day_and(told, **DAYS, by=("project",), kpis=[kpi])
    whole = measures.compute(told, kpis=[kpi], **DAYS).set_index("project")["value"]
    assert rates(days, ["project"])["help"] == pytest.approx(whole["help"], rel=1e-12)


def test_an_hour_a_weekday_and_a_week_hold_what_a_plain_sum_over_their_rows_says(told):
    start = told["interval_start"]
    for name, key in {"hour": start.dt.hour, "weekday": start.dt.day_of_week}.items():
        plain = told.groupby(key)[["handled", "offered"]].sum()
        found = rates(by_day_and(told, **DAYS, by=(name,), kpis=["answer_rate"]), [name])
        assert found.to_dict() == pytest.approx((plain["handled"] / plain["offered"]).to_dict())
    weeks = by_day_and(told, **DAYS, by=("week",), kpis=["offered"])
    assert rates(weeks, ["week"]).to_dict() == {1: 208.0, 2: 208.0, 3: 208.0, 4: 208.0}  # a day: 8 x mean of 20 to 32


def test_contacts_of_days_are_a_mean_a_day_and_a_file_by_the_day_has_no_hours(told):
    offered = by_day_and(told, **DAYS, by=(), kpis=["offered"])
    assert offered["numerator"].sum() / offered["denominator"].sum() == told["offered"].sum() / 28
    assert by_day_and(told.assign(interval_s=86_400), **DAYS, by=("hour",), kpis=["aht"]).empty
    with pytest.raises(PlanError, match="split by project, channel, week, weekday, hour, not by month"):
        by_day_and(told, **DAYS, by=("month",))


def days_of(rng, *, rate, days=28, n=200, spread=0.08):
    """Return answered and offered of days whose own rates scatter around a rate, as real days do."""
    strength = rate * (1 - rate) / spread**2 - 1
    own = rng.beta(rate * strength, (1 - rate) * strength, days)
    return rng.binomial(n, own), np.full(days, n)


def test_the_interval_of_a_rate_holds_the_truth_where_one_that_takes_contacts_as_independent_does_not():
    rng, held, naive, runs = np.random.default_rng(7), 0, 0, 1500
    for _run in range(runs):
        up, down = days_of(rng, rate=0.8)
        _value, low, high = evaluation.rate_interval(up, down, share=True)
        held += low <= 0.8 <= high
        low, high = wilson_interval(up.sum(), down.sum())
        naive += low <= 0.8 <= high
    assert 0.93 < held / runs < 0.97
    assert naive / runs < 0.65


def test_two_equal_periods_differ_by_more_than_chance_in_one_case_of_twenty_and_unequal_ones_mostly():
    rng, runs, false, true = np.random.default_rng(8), 1500, 0, 0
    for _run in range(runs):
        one, same, other = (days_of(rng, rate=rate) for rate in (0.8, 0.8, 0.7))
        ends = [evaluation.rate_interval(*side, share=True) for side in (one, same, other)]
        low, high = evaluation.difference_interval(ends[0], ends[1])
        false += not low <= 0 <= high
        low, high = evaluation.difference_interval(ends[0], ends[2])
        true += not low <= 0 <= high
    assert 0.03 < false / runs < 0.07 and true / runs > 0.9


def test_a_mean_of_unequal_days_has_the_interval_of_a_resampling_of_its_days():
    rng = np.random.default_rng(9)
    down = rng.integers(50, 300, 60)
    up = down * rng.normal(250, 25, 60)
    value, low, high = evaluation.rate_interval(up, down, share=False)
    drawn = rng.integers(0, 60, (20_000, 60))
    again = up[drawn].sum(axis=1) / down[drawn].sum(axis=1)
    assert value == pytest.approx(up.sum() / down.sum())
    assert (low, high) == pytest.approx(tuple(np.quantile(again, [0.025, 0.975])), abs=0.15 * (high - low))


def test_all_or_none_answered_still_has_a_width_and_one_day_alone_says_nothing():
    value, low, high = evaluation.rate_interval([50, 60], [50, 60], share=True)
    assert (value, high) == (1.0, 1.0) and 0.3 < low < 1
    assert np.isnan(evaluation.rate_interval([50], [60], share=True)[1])
    assert np.isnan(evaluation.rate_interval([], [], share=True)[0])


def test_plan_actual_and_previous_stand_side_by_side_with_what_is_more_than_chance(told):
    rng = np.random.default_rng(5)
    came = told.assign(offered=told["offered"] * rng.uniform(0.9, 1.1, len(told)))
    came["handled"] = came["offered"] * np.where(came["interval_start"] >= "2026-11-09", 0.6, 0.95)
    first = {"first_day": "2026-10-19", "last_day": "2026-11-01"}
    last = {"first_day": "2026-11-02", "last_day": "2026-11-15"}
    now, then = (by_day_and(came, **days, kpis=["answer_rate", "offered"]) for days in (last, first))
    plan = by_day_and(told.assign(handled=0.95 * told["offered"]), **last, kpis=["answer_rate", "offered"])
    table = evaluation.more_than_chance(now, plan=plan, previous=then).set_index("kpi")
    rate, offered = table.loc["answer_rate"], table.loc["offered"]
    assert rate["plan"] == pytest.approx(0.95) and rate["previous"] == pytest.approx(0.95)
    assert rate["gap_previous"] == pytest.approx(rate["actual"] - 0.95)
    assert rate["sure_previous"] is True and rate["sure_plan"] is True
    assert offered["sure_previous"] is False and offered["sure_plan"] is False
    alone = evaluation.more_than_chance(now)
    assert alone["sure_plan"].tolist() == [None, None] and alone["sure_previous"].tolist() == [None, None]


def test_from_eight_weeks_on_a_week_counts_as_one_observation():
    days = pd.date_range("2026-08-03", periods=70)
    rows = pd.DataFrame({"kpi": "answer_rate", "project": "help", "day": days, "denominator": 100.0})
    rows["numerator"] = 80.0 + 15 * (rows["day"].dt.day_of_week == 0)  # Mondays are better, and no week differs
    long, short = (evaluation.more_than_chance(rows.head(n)).iloc[0] for n in (70, 49))
    assert (long["blocks"], short["blocks"]) == (10, 49)
    assert long["high"] - long["low"] < short["high"] - short["low"]
