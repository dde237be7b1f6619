"""Opening hours that a queue never has: closed for it once weeks of days say so, unknown before, and said in words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.forecast import beliefs, cleaning, forecast, path_totals, today
from ccwb.forecast.beliefs import SERVED, SERVED_ON, UNKNOWN, UNKNOWN_ON
from ccwb.forecast.served import unserved
from ccwb.projects import new_project

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_S = 86_400
GRAINS = pytest.mark.parametrize("interval_s", [None, DAY_S], ids=["half hours", "days"])


def shop(usual, **hours):
    return {"orders": new_project("orders", hours=dict.fromkeys(WEEK, usual) | hours)}


def table(times, offered, **more):
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)} | more)


def served(days, *, first=9, last=17, weekdays=7):
    """Return twelve contacts in each half hour from `first` to `last` o'clock, from Monday, 6 January 2025."""
    times = pd.date_range("2025-01-06", periods=days * 48, freq="30min")
    times = times[(times.hour >= first) & (times.hour < last) & (times.day_of_week < weekdays)]
    return table(times, np.full(len(times), 12))


def by_day(ahead):
    return ahead.groupby(ahead["interval_start"].dt.normalize())["offered"].sum()


def said(history, hours):
    """Return (sentence, values) of what is said of opening hours that the history never has."""
    told = beliefs(history, hours=hours)["orders", "voice"]
    return [one for one in told if one[0] in (SERVED, SERVED_ON, UNKNOWN, UNKNOWN_ON)]


# worked numbers -------------------------------------------------------------------------------------------------------
@GRAINS
@pytest.mark.parametrize("weekdays", [7, 5])
@pytest.mark.parametrize("hours", ["08:00-20:00", "00:00-24:00", "09:00-20:00", "08:00-17:00"])
def test_a_queue_that_always_has_rows_from_nine_to_five_is_forecast_then_and_not_beyond(hours, weekdays, interval_s):
    history = served(42, weekdays=weekdays)
    ahead = forecast(history, days=7, hours=shop(hours), interval_s=interval_s)
    assert by_day(ahead).to_numpy() == pytest.approx(np.full(7, 16 * 12), rel=1e-3)  # not 24, nor 48 half hours
    if interval_s is None:
        clock = ahead["interval_start"].dt.hour
        assert len(ahead) == 7 * 16 and clock.min() == 9 and clock.max() == 16
        learned = forecast(history, days=7)  # no hours given: as before
        assert len(learned) == weekdays * 16 and by_day(learned).to_numpy() == pytest.approx(192, rel=1e-3)


def test_four_weeks_of_days_say_that_hours_are_closed_and_less_do_not():
    for days, slots in ((7, 24), (27, 24), (28, 16), (70, 16)):
        ahead = forecast(served(days), days=7, hours=shop("08:00-20:00"))
        assert len(ahead) == 7 * slots and ahead["offered"].to_numpy() == pytest.approx(12, rel=1e-3)


@GRAINS
def test_a_short_saturday_is_short_and_a_thursday_that_ends_at_noon_may_be_a_file_cut_at_noon(interval_s):
    history = served(84)
    at = history["interval_start"].dt
    short = history[(at.day_of_week != 5) | (at.hour < 13)]
    ahead = by_day(forecast(short, days=7, hours=shop("08:00-20:00"), interval_s=interval_s))
    assert ahead.to_numpy() == pytest.approx([192] * 5 + [96, 192], rel=1e-3)
    noon = history[(at.day_of_week != 3) | (at.hour < 12)]
    ahead = by_day(forecast(noon, days=7, hours=shop("09:00-17:00"), interval_s=interval_s))
    assert ahead.to_numpy() == pytest.approx([192] * 7, rel=0.01)


@GRAINS
def test_rows_of_zero_keep_hours_open_and_need_nobody(interval_s):
    times = pd.date_range("2025-01-06", periods=84 * 48, freq="30min")
    times = times[(times.hour >= 8) & (times.hour < 20)]
    zeros = table(times, np.where((times.hour >= 9) & (times.hour < 17), 12, 0))
    ahead = forecast(zeros, days=7, hours=shop("08:00-20:00"), interval_s=interval_s)
    assert by_day(ahead).to_numpy() == pytest.approx(192, rel=0.03) and not said(zeros, shop("08:00-20:00"))
    if interval_s is None:
        assert len(ahead) == 7 * 24


@GRAINS
def test_hours_given_up_for_half_a_year_are_not_forecast_and_hours_added_lately_are(interval_s):
    history = served(400, last=20)
    at = history["interval_start"]
    for kept, contacts in (
        ((at < "2025-07-01") | (at.dt.hour < 17), 192),  # since 1 July until five o'clock: 224 days
        ((at >= "2026-02-07") | (at.dt.hour < 17), 264),  # in the last three days until eight
    ):
        ahead = forecast(history[kept], days=7, hours=shop("09:00-20:00"), interval_s=interval_s)
        assert by_day(ahead).to_numpy() == pytest.approx(contacts, rel=0.03)


@GRAINS
@pytest.mark.parametrize("zeros", [True, False], ids=["zeros told", "zeros left out"])
@pytest.mark.parametrize("busy", [1.0, 6.0], ids=["quiet", "busy by day"])
def test_a_queue_of_quiet_nights_keeps_its_contacts_whether_or_not_its_zeros_are_in_the_file(busy, zeros, interval_s):
    rng, times = np.random.default_rng(1), pd.date_range("2025-01-06", periods=182 * 48, freq="30min")
    mean = np.where((times.hour >= 8) & (times.hour < 20), busy, 0.02)
    history = table(times, rng.poisson(mean))
    history = history if zeros else history[history["offered"] > 0]
    ahead = forecast(history, days=7, hours=shop("00:00-24:00"), interval_s=interval_s)
    assert ahead["offered"].sum() == pytest.approx(7 * (24 * busy + 0.48), rel=0.05)


def test_handling_time_paths_days_and_the_rest_of_a_day_are_those_of_the_hours_served():
    history = served(84).assign(aht_s=300.0, handled=12.0)
    ahead = forecast(history, days=7, hours=shop("08:00-20:00"))
    daily = forecast(history, days=7, hours=shop("08:00-20:00"), interval_s=DAY_S)
    assert pd.concat([ahead, daily])["aht_s"].to_numpy() == pytest.approx(300)
    spread = ahead.groupby(ahead["interval_start"].dt.date)["day_spread"].first().to_numpy()
    assert daily["day_spread"].to_numpy() == pytest.approx(spread, rel=0.2)
    totals = path_totals(ahead, by=(), paths=400, seed=1)
    assert totals["offered"].mean() == pytest.approx(7 * 192, rel=0.03)
    hours = path_totals(ahead, by=("interval_start",), paths=2, seed=1)["interval_start"].dt.hour
    assert (hours.min(), hours.max()) == (9, 16)
    came = ahead.loc[ahead["interval_start"].dt.hour < 12, ["interval_start", "interval_s", "project", "channel"]]
    came = came[came["interval_start"] < "2025-04-01"].assign(offered=24.0)
    late = came.tail(1).assign(interval_start=pd.Timestamp("2025-03-31 08:00"), offered=50.0)  # a closed half hour
    now = today(ahead, pd.concat([came, late]), now="2025-03-31 12:00")
    row = now.queues.iloc[0]
    assert row["plan_day"] == pytest.approx(192, rel=1e-3) and row["plan_rest"] == pytest.approx(120, rel=1e-3)
    assert row["actual_so_far"] == 6 * 24 and now.rows["interval_start"].dt.hour.max() == 16


# what is said ---------------------------------------------------------------------------------------------------------
def test_hours_that_count_as_closed_are_said_with_those_served():
    assert said(served(42), shop("08:00-20:00")) == [(SERVED, {"hours": "09:00-17:00", "days": 42})]
    assert said(served(42), shop("09:00-17:00")) == [] == said(served(42), None)
    history = served(84)
    at = history["interval_start"].dt
    lunch = history[(at.hour != 12) & ((at.day_of_week < 5) | (at.hour < 12))]
    told = said(lunch, shop("09:00-20:00", sat="08:00-18:00", sun=""))
    assert told == [
        (SERVED_ON, {"weekdays": [0, 1, 2, 3, 4], "hours": "09:00-12:00, 13:00-17:00", "days": 60}),
        (SERVED_ON, {"weekdays": [5], "hours": "09:00-12:00", "days": 12}),
    ]


def test_hours_that_are_unknown_are_said_too():
    assert said(served(14), shop("08:00-20:00")) == [(UNKNOWN, {"hours": "08:00-09:00, 17:00-20:00", "days": 14})]
    assert said(served(84, first=8, last=12), shop("08:00-18:00")) == [(UNKNOWN, {"hours": "12:00-18:00", "days": 84})]
    history = served(84)
    at = history["interval_start"].dt
    noon = history[(at.day_of_week != 3) | (at.hour < 12)]
    assert said(noon, shop("09:00-17:00")) == [(UNKNOWN_ON, {"weekdays": [3], "hours": "12:00-17:00", "days": 12})]


def test_a_queue_that_never_has_saturdays_has_no_list_of_missing_ones():
    history, hours = served(84, weekdays=5), shop("09:00-17:00")
    assert not len(cleaning(history, hours=hours))
    gone = history[history["interval_start"].dt.strftime("%Y-%m-%d") != "2025-02-12"]
    assert cleaning(gone, hours=hours)["day"].dt.strftime("%Y-%m-%d").tolist() == ["2025-02-12"]
    saturday = served(84)
    saturday = saturday[saturday["interval_start"].dt.strftime("%Y-%m-%d") == "2025-02-15"]
    once = pd.concat([gone, saturday])
    missing = cleaning(once.sort_values("interval_start"), hours=hours)
    missing = missing[missing["reason"] == "missing day"]["day"].dt.day_of_week
    assert (missing == 5).sum() == 10 and (missing == 6).sum() == 0 and (missing == 2).sum() == 1


# holes are no closing -------------------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(
    gone=st.floats(0, 0.7),
    days=st.integers(1, 200),
    seed=st.integers(0, 9999),
    cut=st.sampled_from(["", "noon", "from noon"]),
)
def test_rows_missing_here_and_there_and_days_cut_short_close_nothing(gone, days, seed, cut):
    rng, open_ = np.random.default_rng(seed), np.zeros((7, 48), dtype=bool)
    open_[:6, 16:36] = True
    there, weekday = rng.random((days, 48)) >= gone, np.arange(days) % 7
    ends = rng.random(days) < 0.5
    there[ends, 24:] &= cut != "noon"
    there[ends, :24] &= cut != "from noon"
    assert not unserved(there, weekday, open_).any()


def test_what_is_open_on_no_day_known_is_not_closed_and_no_weekday_is_closed_as_a_whole():
    there, open_ = np.zeros((56, 24), dtype=bool), np.zeros((7, 24), dtype=bool)
    there[:, 9:17] = (np.arange(56) % 7 < 5)[:, None]
    open_[:5, 8:20], open_[5, 6:20], open_[6, 18:20] = True, True, True
    got = unserved(there, np.arange(56) % 7, open_)
    assert (
        np.flatnonzero(got[0]).tolist() == [8, 17, 18, 19] == np.flatnonzero(got[5]).tolist()
    )  # 6 and 7: only Saturday
    assert not got[6].any()
    assert not unserved(np.zeros((0, 24), dtype=bool), np.arange(0), open_).any()


# queues like another --------------------------------------------------------------------------------------------------
def new_queue(history, hours, **more):
    start = {"project": "orders", "channel": "chat", "first_day": "2020-01-01", "contacts_day": 100.0}
    made = forecast(history, days=7, starts=[start | {"like": ["orders", "voice"]} | more], hours=hours)
    return made[made["channel"] == "chat"]


def test_a_queue_like_another_has_on_a_weekday_that_the_other_never_has_its_part_of_a_day():
    hours = shop("09:00-17:00", sat="09:00-11:00", sun="")
    day = by_day(new_queue(served(84, weekdays=5), hours))
    saturday = day[day.index.day_of_week == 5].iloc[0]
    assert saturday / day.iloc[-1] == pytest.approx(2 / 8, rel=0.01) and day.mean() == pytest.approx(100)
    typed = by_day(new_queue(served(84, weekdays=5), hours, profile=[1, 1, 1, 1, 1, 1, 0])).to_numpy()
    assert typed == pytest.approx([100] * 6)  # what somebody typed counts


def test_a_queue_like_another_has_its_hours():
    ahead = new_queue(served(84), shop("08:00-20:00"))
    busy = ahead[ahead["offered"] > 0]["interval_start"].dt.hour
    assert (busy.min(), busy.max()) == (9, 16) and by_day(ahead).to_numpy() == pytest.approx([100] * 7)
