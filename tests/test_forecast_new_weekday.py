"""A weekday that is open though the history has none: its slots have what the same slots have on the other weekdays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.forecast import MODELS, beliefs, forecast
from ccwb.forecast.unseen import to_hours
from ccwb.projects import new_project
from tests.test_forecast import bank

OFFICE = ("mon", "tue", "wed", "thu", "fri")
DAY_S = 86_400
SATURDAY = 5


def shop(usual="08:00-18:00", **hours):
    return {"orders": new_project("orders", hours=dict.fromkeys(OFFICE, usual) | hours)}


def table(times, offered, interval_s=1800):
    base = {"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)})


def opened(weeks, *, days=5, first=8, last=18):
    """Return the half hours of so many weeks from Monday, 6 January 2025, and the hour of each."""
    times = pd.date_range("2025-01-06", periods=weeks * 7 * 48, freq="30min")
    times = times[(times.day_of_week < days) & (times.hour >= first) & (times.hour < last)]
    return times, (times.hour + times.minute / 60).to_numpy()


def on(ahead, weekday):
    return ahead[ahead["interval_start"].dt.day_of_week == weekday]


# worked numbers -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("interval_s", [None, DAY_S])
@pytest.mark.parametrize("weeks", [2, 12], ids=["young", "old"])
@pytest.mark.parametrize("hours, contacts", [("09:00-12:00", 60), ("06:00-22:00", 320), ("08:00-18:00", 200)])
def test_a_new_weekday_has_the_rate_of_the_others_for_as_long_as_it_is_open(hours, contacts, weeks, interval_s):
    times, _ = opened(weeks)
    ahead = forecast(table(times, np.full(len(times), 10.0)), days=14, hours=shop(sat=hours), interval_s=interval_s)
    saturdays = on(ahead, SATURDAY)
    assert saturdays["offered"].sum() == pytest.approx(2 * contacts, rel=0.01)
    if interval_s is None:
        assert ahead["offered"].to_numpy() == pytest.approx(10, rel=0.01) and len(saturdays) == contacts / 5


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("interval_s", [None, DAY_S])
def test_every_model_gives_a_short_new_weekday_the_mean_rate_of_long_days_and_short_ones(model, interval_s):
    times, hour = opened(10)
    friday = times.day_of_week == 4
    rows = ~friday | (hour < 13)
    came = np.where(friday, 30.0, 18.0)[rows]  # Monday to Thursday 20 x 18, Friday 10 x 30
    hours = shop(fri="08:00-13:00", sat="08:00-13:00")
    ahead = forecast(table(times[rows], came), days=7, hours=hours, interval_s=interval_s, model=model)
    # by the day (4 x 360 + 300) / (4 x 20 + 10) = 19.33 a half hour; the first ten of them: as the days' levels say
    assert on(ahead, SATURDAY)["offered"].sum() == pytest.approx(10 * 19.33, rel=0.12)
    assert on(ahead, 0)["offered"].sum() == pytest.approx(360, rel=0.02)


@pytest.mark.parametrize("weeks", [2, 12])
def test_of_a_history_by_the_day_a_new_weekday_has_its_part_by_open_time(weeks):
    days = pd.date_range("2025-01-06", periods=7 * weeks)
    daily = table(days[days.day_of_week < 5], np.full(5 * weeks, 200.0), DAY_S)
    assert on(forecast(daily, days=7, hours=shop(sat="09:00-12:00")), SATURDAY)["offered"].tolist() == pytest.approx(
        [60]
    )
    assert not len(on(forecast(daily, days=7), SATURDAY))  # without hours it is closed, as it was


def test_days_have_what_their_slots_have():
    times, hour = opened(8)
    past, hours = table(times, 10 + 90 * (np.abs(hour - 10) < 1)), shop(sat="09:00-11:30")
    fine, daily = (forecast(past, days=7, hours=hours, interval_s=length) for length in (None, DAY_S))
    assert on(fine, SATURDAY)["offered"].sum() == pytest.approx(float(on(daily, SATURDAY)["offered"].iloc[0]), rel=0.03)


def test_an_interval_that_is_open_in_part_has_its_contacts_by_the_minute():
    times, hour = opened(8, last=21)
    past = table(times, np.where(hour >= 20.5, 5.0, 30.0))  # the last half hour of a day is open for five minutes
    hours = shop("08:00-20:35", sat="18:00-21:00", sun="09:00-12:10")
    ahead = forecast(past, days=7, hours=hours)
    late, sunday = on(ahead, SATURDAY)["offered"].to_numpy(), on(ahead, 6)["offered"].to_numpy()
    assert late[:4] == pytest.approx(30, rel=0.05) and late[5] == pytest.approx(30, rel=0.2)
    assert sunday.sum() == pytest.approx(6 * 30 + 10, rel=0.02)


def test_a_rare_queue_has_no_whole_day_on_a_short_new_weekday():
    times, _ = opened(40)
    came = np.zeros(len(times))
    came[::157] = 1  # one contact in about eight days
    ahead = forecast(table(times, came), days=7, hours=shop(sat="09:00-12:00"))
    assert set(ahead["model"]) == {"rate of few contacts"}
    assert on(ahead, SATURDAY)["offered"].sum() == pytest.approx(0.3 * on(ahead, 2)["offered"].sum(), rel=0.2)


def test_a_weekday_never_seen_is_as_unsure_as_a_day_whose_errors_nothing_measures():
    times, _ = opened(12)
    rng = np.random.default_rng(2)
    ahead = forecast(table(times, rng.poisson(10, len(times))), days=7, hours=shop(sat="08:00-18:00"))
    spread = ahead.groupby(ahead["interval_start"].dt.day_of_week)["day_spread"].first()
    assert spread[SATURDAY] == 0.25 and spread.drop(SATURDAY).max() < 0.1


# a known world --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("interval_s", [None, DAY_S])
def test_a_world_whose_saturdays_are_missing_is_forecast_as_the_truth_is(interval_s):
    rng = np.random.default_rng(11)
    times, hour = opened(26, days=6)
    day = (times.normalize() - times[0].normalize()).days.to_numpy()
    mean = 25 * (1 + 0.7 * np.sin((hour - 8) / 10 * np.pi)) * 1.003**day  # no weekday differs but by its hours
    saturday = times.day_of_week == SATURDAY
    mean[saturday & ((hour < 9) | (hour >= 12))] = 0
    past = day < 24 * 7
    seen = past & ~saturday
    history = table(times[seen], rng.poisson(mean[seen]))
    ahead = forecast(history, days=14, hours=shop(sat="09:00-12:00"), interval_s=interval_s)
    truth = table(times[~past & (mean > 0)], mean[~past & (mean > 0)])
    said, came = (on(rows, SATURDAY)["offered"] for rows in (ahead, truth))
    assert said.sum() == pytest.approx(came.sum(), rel=0.06)
    if interval_s is None:
        assert said.to_numpy() == pytest.approx(came.to_numpy(), rel=0.12)


@settings(max_examples=12, deadline=None)
@given(open_=st.tuples(st.integers(6, 20), st.integers(1, 8)), level=st.sampled_from([0.4, 3.0, 80.0]))
def test_twice_the_hours_of_even_slots_have_twice_the_contacts(open_, level):
    first, length = open_[0], min(open_[1], (24 - open_[0]) // 2)
    times, _ = opened(3)
    past = table(times, np.full(len(times), level))
    spans = (f"{first:02d}:00-{first + n * length:02d}:00" for n in (1, 2))
    once, twice = (on(forecast(past, days=7, hours=shop(sat=span)), SATURDAY)["offered"].sum() for span in spans)
    assert twice == pytest.approx(2 * once) and once == pytest.approx(2 * length * level, rel=1e-6)


def test_slots_of_weekdays_that_are_known_stay_as_they_are():
    shape, extent = np.full((7, 2), 0.5), np.array([[1.0, 0.5]] * 6 + [[0.2, 1.0]])
    got = to_hours(shape, extent, np.arange(7) == 6)
    assert got[:6].tolist() == shape[:6].tolist() and got[6].tolist() == pytest.approx([0.1, 1.0])
    assert to_hours(shape, extent, np.zeros(7, dtype=bool)) is shape


# what is said ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("weeks", [2, 12])
def test_a_weekday_that_is_open_and_not_in_the_history_is_said(weeks):
    times, _ = opened(weeks)
    past = table(times, np.full(len(times), 10.0))
    told = beliefs(past, hours=shop(sat="09:00-12:00"))["orders", "voice"]
    assert [values for text, values in told if "the history has nothing" in text] == [{"weekday": SATURDAY}]
    for known in (beliefs(past, hours=shop()), beliefs(past)):
        assert not [text for text, _ in known["orders", "voice"] if "the history has nothing" in text]


def test_three_hours_of_saturday_at_the_bank_are_no_busier_than_those_of_other_days():
    series = bank()
    week = {"orders": new_project("orders", hours=dict.fromkeys(OFFICE, "07:00-21:05") | {"sat": "09:00-12:00"})}
    series["project"] = "orders"
    ahead = forecast(series, days=14, hours=week, interval_s=1800)
    slots = ahead.groupby([ahead["interval_start"].dt.day_of_week, ahead["interval_start"].dt.time])["offered"].mean()
    saturday = slots[SATURDAY]
    mean = slots.drop(index=SATURDAY).groupby(level=1).mean().loc[saturday.index]
    assert len(saturday) == 6 and saturday.to_numpy() == pytest.approx(mean.to_numpy(), rel=0.1)
