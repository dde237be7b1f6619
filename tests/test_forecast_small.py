"""Histories of a few days and queues of a few contacts: an expectation that adds up, and bands that hold."""

import math

import numpy as np
import pandas as pd
import pytest

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import backtest, beliefs, cleaning, forecast
from ccwb.forecast.bands import assumed_spread, day_spread
from ccwb.forecast.rare import MEMORIES, _log_chance, _rate, _remembered
from ccwb.forecast.spread import own_error
from ccwb.projects import new_project

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00")
SHOP = {"orders": new_project("orders", hours=WEEK)}


def table(times, offered, interval_s):
    base = {"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)})


def days(offered):
    return table(pd.date_range("2025-01-06", periods=len(offered)), offered, 86_400)


def half_hours(number, mean, rng):
    """Return so many days of half hours from 08:00 to 18:00, Monday to Friday, busier at noon."""
    times = pd.date_range("2025-01-06", periods=number * 48, freq="30min")
    times = times[(times.hour >= 8) & (times.hour < 18) & (times.day_of_week < 5)]
    shape = 1 + 0.6 * np.sin((times.hour + times.minute / 60 - 8) / 10 * np.pi)
    return table(times, rng.poisson(mean * shape), 1800)


def odd_histories():
    """Return histories as they do come: short, constant, empty, broken off, mistyped, of every grain and zone."""
    rng = np.random.default_rng(11)
    whole, zoned = half_hours(160, 8, rng), pd.date_range("2025-01-06", periods=100 * 24, freq="h", tz="Europe/Berlin")
    ten = days(rng.poisson(200, 10))
    long = days(rng.poisson(200, 800))
    return {
        "one row": days([4]),
        "one row of nothing": table(pd.to_datetime(["2025-01-06 08:30"]), [0], 1800),
        "one known row": table(pd.date_range("2025-01-06 08:30", periods=3, freq="30min"), [np.nan, 3, np.nan], 1800),
        "one week": whole[whole["interval_start"] < "2025-01-13"],
        "constant": days([50] * 60),
        "all zero": half_hours(40, 0, rng),
        "a year missing": long[(long.index < 200) | (long.index > 565)].reset_index(drop=True),
        "a thousandfold typing error": days(np.where(np.arange(100) == 60, 200_000, 200)),
        "one in the first week": days(np.where(np.arange(6) == 3, 200_000, 200)),
        "backwards": ten.iloc[::-1].reset_index(drop=True),
        "over a clock change": table(zoned, rng.poisson(6, len(zoned)), 3600),
        "mostly unknown": whole.assign(offered=whole["offered"].where(rng.random(len(whole)) < 0.3)),
        "Mondays only": long.iloc[::7].reset_index(drop=True),
        "fractions": days(rng.random(90) * 0.3),
        "huge": days(rng.poisson(5e7, 90)),
        "gone quiet": days(np.r_[rng.poisson(200, 90), np.zeros(60)]),
        "two grains": pd.concat([whole, ten.assign(channel="chat")], ignore_index=True),
    }


ODD = odd_histories()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_history_gives_finite_numbers_and_bands_in_proportion(name):
    history, hours = ODD[name], SHOP if "row" in name or "week" in name else None
    most = history.groupby("channel")["offered"].quantile(0.9).clip(lower=1)
    for region, ahead in (("", 7), ("US", 60)):
        try:
            got = forecast(history, days=ahead, holidays=region, hours=hours)
        except PlanError as refused:
            assert name == "one row of nothing" and "opening hours" in str(refused)
            continue
        tables.check(got, "forecast")
        numbers = got[["offered", "lower_95", "upper_80", "upper_95", "day_spread", "dispersion"]].to_numpy()
        assert len(got) and np.isfinite(numbers).all() and (numbers >= 0).all()
        assert (got["day_spread"] < 1.6).all() and (got["dispersion"] < 10).all()
        assert (got["upper_95"] <= 12 * got["channel"].map(most)).all() and (got["upper_80"] <= got["upper_95"]).all()
        tables.check(cleaning(history, holidays=region, hours=hours), "cleaning")
        assert beliefs(history, holidays=region, hours=hours)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"offered": -5.0}, "below 0"),
        ({"offered": np.inf}, "infinite"),
        ({"interval_start": "2025-01-06"}, "more than"),
    ],
)
def test_a_history_that_cannot_be_is_refused_in_words(wrong, said):
    history = days(np.full(60, 20.0))
    for column, value in wrong.items():
        history.loc[30, column] = pd.Timestamp(value) if column == "interval_start" else value
    for call in (lambda: forecast(history, days=7), lambda: backtest(history, days=7), lambda: cleaning(history)):
        with pytest.raises(PlanError, match=said):
            call()


# few days ------------------------------------------------------------------------------------------------------------
def test_one_row_gives_a_day_known_to_a_quarter_and_to_the_chance_of_its_contacts():
    row = forecast(days([100]), days=7).iloc[0]
    assert row["offered"] == 100 and row["day_spread"] == pytest.approx(math.sqrt(0.25**2 + 1 / 100))
    wide = 1.2816 * math.sqrt(100 + (row["day_spread"] * 100) ** 2)
    assert row["upper_80"] - row["lower_80"] == pytest.approx(2 * wide, rel=0.05)
    few = forecast(days([2]), days=7).iloc[0]
    assert (few["lower_80"], few["upper_80"], few["upper_95"]) == (0, 3, 6)


def test_one_half_hour_in_long_opening_hours_says_nothing_of_how_slots_scatter():
    one = table(pd.to_datetime(["2026-01-05 08:00"]), [200], 1800)
    ahead = forecast(one, days=7, hours=SHOP)
    assert (ahead["dispersion"] == 1).all() and ahead["offered"].to_numpy() == pytest.approx(200)
    assert ahead["upper_80"].between(280, 310).all() and ahead["lower_80"].between(105, 125).all()


def test_a_queue_like_one_of_a_single_row_does_not_scatter_as_that_row_would_say():
    one = table(pd.to_datetime(["2026-01-05 08:00"]), [200], 1800)
    start = {"project": "orders", "channel": "chat", "first_day": "2026-01-06", "contacts_day": 100}
    ahead = forecast(one, days=5, hours=SHOP, starts=[start | {"like": ["orders", "voice"]}])
    assert set(ahead["channel"]) == {"voice", "chat"} and (ahead["dispersion"] == 1).all()


def test_bands_of_a_queues_first_days_hold_more_than_they_say_and_are_not_absurd():
    rng = np.random.default_rng(5)
    for known in (1, 2, 4, 7, 11):
        inside, width = [], []
        for _ in range(12):
            level = rng.uniform(2, 40)
            history = half_hours(known + 8, level, rng)
            cut = history["interval_start"] < pd.Timestamp("2025-01-06") + pd.Timedelta(days=known)
            ahead = forecast(history[cut], days=7, hours=SHOP)
            both = ahead.merge(history, on=["interval_start", "project", "channel"], suffixes=("", "_came"))
            inside.append(both["offered_came"].between(both["lower_80"], both["upper_80"]).mean())
            width.append(((both["upper_80"] - both["lower_80"]) / both["offered"].mean()).mean())
        assert 0.75 <= np.mean(inside) <= 0.97 and np.mean(width) < 1.7, known


def test_what_is_assumed_gives_way_to_what_is_measured_between_one_week_and_three():
    errors, size, leads = np.tile([3.0, -3.0], 30), np.full(60, 100.0), np.full(60, 7)
    said = [day_spread(errors[:n], size[:n], leads[:n], 0.01, np.arange(1, 3), usual=0.4)[0] for n in range(61)]
    assert said[:8] == [0.4] * 8 and said[21:] == pytest.approx([said[60]] * 40, rel=0.1)
    assert said[14] ** 2 == pytest.approx((0.4**2 + said[21] ** 2) / 2, rel=0.05)
    assert (np.diff(said[7:22]) < 0).all()
    assert own_error(3.0, 7) == 1 and own_error(3.0, 14) == 2 and own_error(3.0, 30) == 3


def test_a_constant_history_is_not_told_to_the_contact_after_two_weeks():
    two, eight = (forecast(days([100] * n), days=7)["day_spread"].iloc[0] for n in (14, 56))
    assert two == pytest.approx(assumed_spread(100)) and eight < 0.02


def test_a_day_with_a_typing_error_in_the_first_week_does_not_close_its_weekday():
    offered = [200.0, 190, 205_000, 210, 195, 205, 188, 207, 201]
    ahead = forecast(days(offered), days=7)
    assert len(ahead) == 7 and ahead["offered"].between(180, 215).all()


# few contacts --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rate", [1 / 30, 2 / 7])
def test_a_queue_of_a_contact_now_and_then_is_forecast_with_its_rate_and_a_band_of_whole_contacts(rate):
    rng = np.random.default_rng(3)
    said, held = [], []
    for _ in range(30):
        history = days(rng.poisson(rate, 400))
        ahead = forecast(history, days=14)
        assert (ahead["model"] == "rate of few contacts").all()
        assert ((ahead["lower_80"] == 0) & (ahead["upper_80"] == 1)).all()
        said.append(ahead["offered"].sum())
        came = rng.poisson(rate, 14)
        held.append(((ahead["lower_95"] <= came) & (came <= ahead["upper_95"])).mean())
        tables.check(ahead, "forecast")
    assert np.mean(said) == pytest.approx(14 * rate, rel=0.2)
    assert np.mean(held) > 0.94


def test_a_rare_queue_is_spread_over_all_its_open_slots_and_its_slots_add_up_to_the_day():
    rng = np.random.default_rng(4)
    times = pd.date_range("2025-01-06", periods=400 * 48, freq="30min")
    history = table(times, rng.poisson(2 / 7 / 48, len(times)), 1800)
    ahead, whole = forecast(history, days=7), forecast(history, days=7, interval_s=86_400)
    assert len(ahead) == 7 * 48  # nothing is taken as closed for want of contacts
    assert ahead["offered"].min() > 0.2 * ahead["offered"].mean()
    assert ahead["offered"].max() < 6 * ahead["offered"].mean()
    by_day = ahead.groupby(ahead["interval_start"].dt.normalize())["offered"].sum()
    assert by_day.to_numpy() == pytest.approx(whole["offered"].to_numpy())
    assert ahead["offered"].sum() == pytest.approx(2, rel=0.4)


@pytest.mark.parametrize("slots", [1, 48])
def test_a_rare_queue_whose_rows_without_contacts_are_left_out_is_not_one_contact_each_day(slots):
    times, said = pd.date_range("2025-01-06", periods=400 * slots, freq=pd.Timedelta(days=1) / slots), []
    for seed in range(8):
        came = np.random.default_rng(seed).poisson(1 / 30 / slots, len(times))
        history = table(times, came, 86_400 // slots)[came > 0].reset_index(drop=True)
        said.append(forecast(history, days=28)["offered"].sum() / 28)
    assert np.mean(said) == pytest.approx(1 / 30, rel=0.5) and max(said) < 0.1


def test_rows_of_ones_on_nearly_every_day_stay_what_they_are():
    came = np.ones(200)
    history = days(came).drop(index=range(0, 200, 9)).reset_index(drop=True)
    assert forecast(history, days=14)["offered"].to_numpy() == pytest.approx(1.0, abs=0.05)


def test_a_rate_follows_a_lasting_change_and_is_known_by_the_contacts_it_rests_on():
    rng = np.random.default_rng(7)
    steady = np.mean([_rate(rng.poisson(0.3, 700))[0] for _ in range(40)])
    fallen = np.mean([_rate(np.r_[rng.poisson(0.6, 500), rng.poisson(0.1, 200)])[0] for _ in range(40)])
    assert steady == pytest.approx(0.3, abs=0.03)
    assert 0.08 < fallen < 0.2
    few, many = _rate(np.r_[np.zeros(300), 1, np.zeros(99)])[1], _rate(rng.poisson(0.6, 700))[1]
    assert few < 2 and many > 50


def test_the_chance_of_counts_is_the_gamma_poisson_sum_written_out():
    came = np.array([0.0, 2.0, 1.0])
    contacts, held = _remembered(came, 0.5 ** (1 / MEMORIES[0]))
    logs = 0.0
    for count, a, b in zip(came, contacts, held, strict=False):
        step = np.linspace(1e-6, 40, 400_000)  # the rate, integrated out by hand
        law = np.exp(a * math.log(b) - math.lgamma(a) + (a - 1) * np.log(step) - b * step)
        logs += math.log((law * step**count * np.exp(-step) / math.factorial(int(count))).sum() * (step[1] - step[0]))
    assert _log_chance(came, contacts[:-1], held[:-1]) == pytest.approx(logs, abs=0.01)


def test_zeros_alone_stay_zeros_and_a_queue_of_one_a_day_is_left_to_the_models():
    nothing = forecast(days(np.zeros(60)), days=7)
    assert (nothing["offered"] == 0).all() and (nothing["model"] == "seasonal naive").all()
    often = forecast(days(np.random.default_rng(8).poisson(1.0, 200)), days=7)
    assert not (often["model"] == "rate of few contacts").any()


@pytest.mark.parametrize(
    ("hours", "came", "said"),
    [
        ({}, 5.0, "the project has no opening hours"),
        ({"mon": "20:00-22:00"}, 5.0, "no interval of its history lies within"),
        ({"mon": "08:00-18:00"}, 5.0, None),
        ({"mon": "08:00-18:00"}, 0.0, "nothing came in any interval of its history, and on no day"),
        ({"mon": "08:00-12:00"}, 0.0, None),
    ],
)
def test_a_history_that_tells_nothing_of_the_opening_hours_is_refused_for_what_is_true_of_it(hours, came, said):
    times = pd.date_range("2026-06-01 08:00", "2026-10-18 11:30", freq="30min")
    times = times[(times.hour >= 8) & (times.hour < 12)]
    history, shop = table(times, np.full(len(times), came), 1800), new_project("orders") | {"hours": hours}
    if said is None:
        assert len(forecast(history, days=7, hours={"orders": shop}))
        return
    with pytest.raises(PlanError, match=said):
        forecast(history, days=7, hours={"orders": shop})


def test_a_queue_that_has_come_to_life_lately_is_no_rare_one():
    rng = np.random.default_rng(9)
    ahead = forecast(days(np.r_[rng.poisson(0.05, 400), rng.poisson(6, 30)]), days=7)
    assert ahead["offered"].mean() > 2 and not (ahead["model"] == "rate of few contacts").any()
