"""Forecast: what comes out for ordinary weeks, odd weeks, short histories and real ones."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import (
    MODELS,
    backtest,
    beliefs,
    forecast,
    gather,
    on_closed_holidays,
    outside_hours,
    path_totals,
    sample_paths,
)
from ccwb.forecast.bands import band
from ccwb.projects import holidays_of, new_project
from ccwb.staffing import requirement

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
MONDAY = "2025-01-06"
OFFICE = ("mon", "tue", "wed", "thu", "fri")


def history(times, offered, interval_s=86_400, **more):
    base = {"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)} | more)


def daily(offered, start=MONDAY, tz=None):
    return history(pd.date_range(start, periods=len(offered), tz=tz), offered)


def office(weeks, *, level=40, noise=None, start=MONDAY, tz=None, step=1800):
    """Open 08:00-12:00 on weekdays; a peak at 10:00 and busy Mondays; `noise` draws Poisson counts."""
    days = pd.date_range(start, periods=7 * weeks, tz=tz)
    slots = pd.timedelta_range("8h", "12h", freq=f"{step}s", closed="left")
    wall = np.add.outer(days.tz_localize(None).to_numpy(), slots.to_numpy()).ravel()
    times = pd.DatetimeIndex(wall) if tz is None else pd.DatetimeIndex(wall).tz_localize(tz)
    times = times[times.day_of_week < 5]
    peak = 1 - 0.1 * np.abs(times.hour + times.minute / 60 - 10)
    mean = (level * peak * np.where(times.day_of_week == 0, 1.5, 1)).to_numpy()
    return history(times, mean if noise is None else noise.poisson(mean), step, aht_s=300.0)


def test_a_week_that_always_repeats_is_forecast_to_the_contact():
    past = office(26)
    ahead = forecast(past, days=14)
    again = past.tail(len(ahead)).reset_index(drop=True)
    assert ahead["interval_start"].tolist() == (again["interval_start"] + pd.Timedelta(days=14)).tolist()
    np.testing.assert_allclose(ahead["offered"], again["offered"], rtol=1e-3)
    assert ahead["aht_s"].to_numpy() == pytest.approx(300)
    tables.check(ahead, "forecast")


@pytest.mark.parametrize("model", [*MODELS, "best"])
def test_slots_add_up_to_the_day_that_the_daily_history_gives(model):
    past = office(20, noise=np.random.default_rng(1))
    slots = forecast(past, days=28, model=model)
    day = forecast(past, days=28, model=model, interval_s=86_400)
    assert slots.groupby(slots["interval_start"].dt.normalize())["offered"].sum().to_numpy() == pytest.approx(
        day["offered"].to_numpy()
    )
    assert (slots["offered"] > 0).all() and set(slots["interval_start"].dt.day_of_week) == set(range(5))


def test_times_with_a_zone_stay_in_it_and_clock_change_days_have_23_and_25_hours():
    rng = np.random.default_rng(2)
    times = pd.date_range("2025-08-04", "2025-10-20", freq="h", tz="Europe/Berlin", inclusive="left")
    past = history(times, rng.poisson(20, len(times)), 3600)
    ahead = forecast(past, days=14)
    assert ahead["interval_start"].dt.tz == times.tz
    hours = ahead.groupby(ahead["interval_start"].dt.date).size()
    assert (
        hours[pd.Timestamp("2025-10-26").date()] == 25 and (hours.drop(pd.Timestamp("2025-10-26").date()) == 24).all()
    )
    spring = forecast(history(times - pd.Timedelta(days=217), past["offered"], 3600), days=28)
    assert (spring.groupby(spring["interval_start"].dt.date).size() == 23).sum() == 1


def test_zoneless_times_give_the_same_numbers_as_the_same_wall_clock_in_a_zone():
    plain = office(12, noise=np.random.default_rng(3))
    zoned = plain.assign(interval_start=plain["interval_start"].dt.tz_localize("America/New_York"))
    one, two = forecast(plain, days=28), forecast(zoned, days=28)
    assert one["interval_start"].dt.tz is None
    np.testing.assert_allclose(one["offered"], two["offered"])


def test_missing_counts_and_missing_rows_are_unknown_not_zero():
    past = office(20)
    holes = np.random.default_rng(4).random(len(past)) < 0.15
    unknown, absent = past.copy(), past[~holes]
    unknown.loc[holes, "offered"] = np.nan
    full = forecast(past, days=7)["offered"]
    for other in (unknown, absent):
        np.testing.assert_allclose(forecast(other, days=7)["offered"], full, rtol=0.03)


def test_a_project_is_forecast_within_its_hours_and_not_on_its_holidays():
    shop = new_project("orders", zone="Europe/Berlin", region="DE", hours={"mon": "09:00-11:00", "thu": "09:00-11:00"})
    past = office(24, tz="Europe/Berlin", start="2025-10-13")  # the next Thursday holiday is Ascension Day, 14 May
    ahead = forecast(past, days=60, hours={"orders": shop})["interval_start"]
    assert set(ahead.dt.day_of_week) == {0, 3} and set(ahead.dt.hour) == {9, 10}
    assert not (ahead.dt.strftime("%m-%d") == "05-14").any() and (ahead.dt.strftime("%m-%d") == "05-07").any()


def test_a_closure_ahead_is_closed_and_a_stated_campaign_multiplies():
    past = office(20)
    monday = pd.Timestamp(MONDAY) + pd.Timedelta(weeks=20)
    wednesday, thursday, friday = (monday + pd.Timedelta(days=n) for n in (2, 3, 4))
    events = pd.DataFrame(
        {
            "first_day": [wednesday, friday, friday],
            "last_day": [wednesday, friday, friday],
            "kind": ["closure", "campaign", "campaign"],
            "name": ["move", "spring offer", "elsewhere"],
            "project": ["orders", "", "sales"],
            "channel": ["", "voice", ""],
            "effect": [np.nan, 0.3, 5.0],
        }
    )
    plain, told = (forecast(past, days=9, events=e).set_index("interval_start")["offered"] for e in (None, events))
    ratio = (told / plain).groupby(plain.index.normalize()).mean()
    assert np.isnan(ratio[wednesday]) and ratio[monday] == pytest.approx(1) and ratio[thursday] == pytest.approx(1)
    assert ratio[friday] == pytest.approx(1.3)


def test_a_campaign_left_open_is_learned_from_the_one_of_that_name_a_year_before():
    rng = np.random.default_rng(5)
    offered = rng.poisson(300, 380) * np.where((np.arange(380) >= 60) & (np.arange(380) < 74), 1.5, 1)
    day = pd.date_range(MONDAY, periods=400)
    events = pd.DataFrame({"first_day": [day[60], day[385]], "last_day": [day[73], day[390]], "kind": "campaign"})
    events = events.assign(name=["Spring offer 2025", "Spring offer 2026"], project="", channel="", effect=np.nan)
    ahead = forecast(daily(offered), days=14, events=events)["offered"].to_numpy()
    assert ahead[5:11].mean() / ahead[:5].mean() == pytest.approx(1.5, abs=0.1)


def test_an_outage_and_a_thousandfold_typo_of_the_past_do_not_come_again():
    offered = np.random.default_rng(6).poisson(200, 140).astype(float)
    spoilt = offered.copy()
    spoilt[-20], spoilt[-3:] = 1000 * spoilt[-20], 0
    last = pd.Timestamp(MONDAY) + pd.Timedelta(days=139)
    events = pd.DataFrame({"first_day": [last - pd.Timedelta(days=2)], "last_day": [last], "kind": ["outage"]})
    events = events.assign(name="backbone", project="", channel="", effect=np.nan)
    quiet, after = forecast(daily(offered), days=14), forecast(daily(spoilt), days=14, events=events)
    np.testing.assert_allclose(after["offered"], quiet["offered"], rtol=0.06)
    assert after["upper_80"].max() < 300


def test_payday_and_holiday_patterns_are_found():
    day = pd.date_range("2024-01-01", periods=500)
    rng = np.random.default_rng(7)
    usual = 500 * np.where(day.day <= 4, 1.4, 1) * np.where(day.day_of_week == 0, 1.2, 1)
    ahead = forecast(history(day, rng.poisson(usual)), days=60)
    got = ahead.set_index("interval_start")["offered"]
    early = got[(got.index.day <= 3) & (got.index.day_of_week > 0)].mean()
    assert early / got[(got.index.day > 10) & (got.index.day < 25) & (got.index.day_of_week > 0)].mean() > 1.25
    quiet = np.where(day.strftime("%m-%d").isin(["01-01", "05-01", "12-25", "12-26"]), 0.4, 1.0)
    past = history(day, rng.poisson(500 * quiet))
    told = forecast(past, days=16, holidays="DE")  # history ends on 14 May 2025; 29 May is Ascension Day
    assert told["offered"].iloc[-2] < 0.85 * told["offered"].iloc[:10].mean()
    sentences = dict(beliefs(past, holidays={"orders": "DE"}))["orders", "voice"]
    labour = [v["share"] for text, v in sentences if v.get("name") == "Labor Day"]
    assert labour and -0.7 < labour[0] < -0.3


def test_the_days_of_the_cycle_taken_as_closed_are_said_with_the_holiday_or_event_they_are_for():
    past = office(20)  # from Monday to Friday
    last = past["interval_start"].max().normalize()
    shop = new_project(
        "orders",
        zone="Europe/Berlin",
        region="US",
        hours=dict.fromkeys(["mon", "tue", "wed", "thu", "fri"], "08:00-18:00"),
    )
    shut = pd.DataFrame({"first_day": [last + pd.Timedelta(days=3)], "last_day": last + pd.Timedelta(days=4),
                         "name": "Stocktaking", "kind": "closure", "project": "", "channel": ""})  # fmt: skip
    cycle = pd.date_range(last - pd.Timedelta(days=7), periods=70)
    known = beliefs(past, hours={"orders": shop}, events=shut, days=cycle)["orders", "voice"]
    closed = [values for text, values in known if text.startswith("Closed on")]
    free = {str(day): name for day, name in holidays_of("US", [2025]).items() if day in set(cycle[8:].date)}
    wanted = free | {str((last + pd.Timedelta(days=n)).date()): "Stocktaking" for n in (3, 4)}
    weekdays = {day: name for day, name in wanted.items() if pd.Timestamp(day).day_of_week < 5}
    assert {row["day"]: row["name"] for row in closed} == weekdays and len(weekdays) >= 2
    silent = beliefs(past, hours={"orders": shop}, events=shut)["orders", "voice"]
    assert known[len(closed) :] == silent and json.loads(json.dumps(closed)) == closed


SHORT = {
    "one row": daily([5]),
    "one half hour": history([pd.Timestamp("2025-01-06 08:00")], [5], 1800),
    "one week": office(1),
    "five weeks": office(5),
    "constant": daily([50] * 120),
    "all zero": daily([0] * 120),
    "zero half hours": history(pd.date_range(MONDAY, periods=48 * 40, freq="30min"), [0] * 48 * 40, 1800),
    "two contacts a day": daily(np.random.default_rng(8).poisson(2, 200)),
    "a year missing": daily(np.where(np.arange(900) % 800 < 365, 100.0, np.nan)),
    "one known day": daily([np.nan] * 60 + [70] + [np.nan] * 5),
    "explosive": daily(np.exp(np.arange(60) / 4)),
}


@pytest.mark.parametrize("case", SHORT)
def test_every_history_has_a_sane_answer(case):
    ahead = forecast(SHORT[case], days=21, holidays="US")
    tables.check(ahead, "forecast")
    numbers = ahead[["offered", "lower_80", "upper_80", "lower_95", "upper_95", "day_spread", "dispersion"]].to_numpy()
    assert np.isfinite(numbers).all() and (numbers >= 0).all()
    assert (ahead["lower_95"] <= ahead["lower_80"]).all() and (ahead["lower_80"] <= ahead["offered"]).all()
    assert (ahead["offered"] <= ahead["upper_80"]).all() and (ahead["upper_80"] <= ahead["upper_95"]).all()
    if SHORT[case]["offered"].notna().sum() < 28:
        assert set(ahead["model"]) == {"seasonal naive"}
    if "zero" in case:
        assert (ahead[["offered", "upper_95"]] == 0).all(axis=None)


def test_all_queues_are_forecast_from_the_day_after_the_history_ends():
    rng = np.random.default_rng(16)
    long, short = office(20, noise=rng), office(14, noise=rng).assign(channel="chat")
    ahead = forecast(pd.concat([long, short]), days=7)
    assert set(ahead.groupby("channel")["interval_start"].min().dt.normalize()) == {pd.Timestamp("2025-05-26")}
    assert "seasonal naive" not in set(ahead["model"])


def test_opening_hours_are_learned_from_zero_filled_nights_but_a_quiet_slot_stays_open():
    times = pd.date_range(MONDAY, periods=24 * 84, freq="h")
    day_time = (times.hour >= 8) & (times.hour < 20) & (times.day_of_week < 6)
    past = history(times, np.where(day_time, np.where(times.hour == 13, 0, 3), 0), 3600)
    busy, lunch = (forecast(p, days=7) for p in (past.assign(offered=past["offered"] * 10), past))
    assert set(busy["interval_start"].dt.hour) == {*range(8, 13), *range(14, 20)}
    few = forecast(past.assign(offered=past["offered"].where(times.hour % 4 == 0, 0) / 60), days=7)
    assert set(lunch["interval_start"].dt.day_of_week) == set(range(6))
    assert {9, 13} <= set(few["interval_start"].dt.hour)


def test_a_weekday_of_the_hours_given_on_which_nothing_came_for_half_a_year_has_none_and_needs_nobody():
    noise = np.random.default_rng(5)
    shop = new_project("orders", zone="UTC", hours=dict.fromkeys(OFFICE, "08:00-12:00"))
    past = office(40, level=6, noise=noise)
    wednesday = past["interval_start"].dt.day_of_week == 2
    never = past.assign(offered=past["offered"].mask(wednesday, 0))
    once = never.assign(offered=never["offered"].where(never.index != wednesday.to_numpy().nonzero()[0][100], 1.0))
    targets = {("orders", "voice"): {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}}

    def ahead(history):
        table = forecast(history, days=14, hours={"orders": shop})
        need = requirement(table, targets=targets).groupby(table["interval_start"].dt.day_of_week)
        return [[round(float(of), 6) for of in need[name].sum()] for name in ("offered", "agents")]

    offered, agents = ahead(never)
    assert offered[2] == agents[2] == 0 and min(offered[:2] + offered[3:]) > 40
    few = never.assign(offered=never["offered"].where(never.index % 300 == 1, 0).clip(upper=1))
    for unsure in (once, never[: 25 * 5 * 8], few):  # one came; too short to say; hardly one was to be expected
        assert ahead(unsure)[0][2] > 0


@pytest.mark.parametrize("served", [True, False])
def test_a_holiday_never_seen_is_open_or_closed_as_the_others_were(served):
    day = pd.date_range("2024-06-01", periods=340)  # to 6 May 2025; 29 May is the first Ascension Day
    seen = day.strftime("%m-%d").isin(["10-03", "12-25", "12-26", "01-01", "04-18", "04-21", "05-01"])
    past = history(day, np.where(seen & (not served), 0, 100))
    ahead = forecast(past, days=28, holidays="DE")["interval_start"].dt.strftime("%m-%d")
    assert ahead.eq("05-29").any() == served


def test_dispersion_tells_lumpy_arrivals_from_chance():
    rng = np.random.default_rng(15)
    calm = office(20, noise=rng, level=100)
    pairs = calm.assign(offered=2 * rng.poisson(calm["offered"] / 2))  # contacts that come in twos
    one, two = (forecast(past, days=7)["dispersion"].mean() for past in (calm, pairs))
    assert 1 <= one < 1.25 and two == pytest.approx(3, abs=0.3)  # 2 by twos, 1 by their mean


def test_what_cannot_be_forecast_is_said():
    past = daily([5] * 40)
    for wrong, words in (
        ({"history": past.iloc[:0]}, "no rows"),
        ({"history": past.assign(offered=np.nan)}, "no known number"),
        ({"history": past.drop(columns="offered")}, "no column 'offered'"),
        ({"days": 0}, "1 to 731"),
        ({"model": "oracle"}, "no forecast model 'oracle'"),
        ({"level": (80,)}, "between 0 and 1"),
        ({"interval_s": 1800}, "cannot be gathered"),
        ({"history": history(pd.date_range("2025-01-06 08:10", periods=9, freq="30min"), [1] * 9, 1800)}, "begin on"),
    ):
        with pytest.raises(PlanError, match=words):
            forecast(wrong.pop("history", past), **({"days": 7} | wrong))
    with pytest.raises(PlanError, match="too short"):
        backtest(past, days=28)


def test_progress_is_told_and_its_exception_cancels():
    both = pd.concat([daily([5] * 40), daily([7] * 40).assign(channel="chat")])
    told = []
    forecast(both, days=3, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "orders / chat"), (1, 2, "orders / voice"), (2, 2, "")]

    def cancel(done, total, text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecast(both, days=3, progress=cancel)


def test_a_model_added_in_one_line_is_used_and_compared(monkeypatch):
    monkeypatch.setitem(MODELS, "always nine", lambda past, ahead: np.full(len(ahead), 9.0))
    past = daily(np.random.default_rng(9).poisson(9, 100))
    assert (forecast(past, days=5, model="always nine")["offered"] == 9).all()
    assert set(backtest(past, days=14, origins=1)["model"]) == {*MODELS, "best"}


def test_a_model_that_writes_into_the_past_is_named_and_the_others_are_as_they_were(monkeypatch):
    past = daily(np.random.default_rng(9).poisson(9, 100))
    before = backtest(past, days=14, origins=1)

    def untidy(past, ahead):
        past.offered[:] = 0
        return np.ones(len(ahead))

    monkeypatch.setitem(MODELS, "untidy", untidy)
    with pytest.warns(RuntimeWarning, match="'untidy' fails.*read-only"):
        found = backtest(past, days=14, origins=1)
    found = found[found["model"] != "untidy"].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.drop(columns="seconds"), before.drop(columns="seconds"))


@pytest.mark.parametrize("last", [False, True], ids=["tried first", "tried last"])
def test_a_model_that_forces_the_lock_spoils_nothing_but_its_own(monkeypatch, last):
    """Tried first it would spoil what others learn from; also by what is beneath a view, its memory and its lists."""
    past = daily(np.random.default_rng(9).poisson(9, 100))
    before = backtest(past, days=14, origins=2)

    def forcing(past, ahead):
        for one in (past, ahead):
            for array in (one.offered, one.open, one.stated, one.holiday):
                below = array if array.base is None else array.base
                for locked in (below, array):
                    locked.setflags(write=True)
                    locked[:] = 0
            one.memo.clear()
            one.events["mine"] = one.kinds["mine"] = None
        return np.ones(len(ahead))

    models = {**MODELS, "forcing": forcing} if last else {"forcing": forcing, **MODELS}
    for name in list(MODELS):
        monkeypatch.delitem(MODELS, name)
    for name, model in models.items():
        monkeypatch.setitem(MODELS, name, model)
    found = backtest(past, days=14, origins=2)
    assert (found.loc[found["model"] == "forcing", "wape"] > 0.5).all()
    found = found[found["model"] != "forcing"].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.drop(columns="seconds"), before.drop(columns="seconds"))


def test_backtest_scores_what_a_forecast_made_at_the_origin_gives():
    past = office(16, noise=np.random.default_rng(10))
    row = backtest(past, days=14, origins=2, models=["best"]).iloc[1]
    known = past[past["interval_start"] < row["origin"]]
    made = forecast(known, days=14).merge(past, on="interval_start", suffixes=("", "_actual"))
    error = sum(abs(a - b) for a, b in zip(made["offered"], made["offered_actual"], strict=True))
    assert row["wape"] == pytest.approx(error / sum(made["offered_actual"]))
    assert row["bias"] == pytest.approx(
        (made["offered"].sum() - made["offered_actual"].sum()) / made["offered_actual"].sum()
    )
    inside = made["offered_actual"].between(made["lower_80"], made["upper_80"]).mean()
    assert row["coverage_80"] == pytest.approx(inside)


def test_seasonal_naive_has_a_mase_of_about_one_on_a_steady_queue_and_others_less():
    past = daily(np.random.default_rng(11).poisson(400 * np.tile([1.3, 1, 1, 1, 0.9, 0.5, 0.3], 40)))
    tables.check(result := backtest(past, days=28, origins=4), "accuracy")
    mase = result.groupby("model")["mase"].mean()
    assert 0.8 < mase["seasonal naive"] < 1.25
    assert (mase.drop("seasonal naive") < 0.9 * mase["seasonal naive"]).all()


def test_bands_hold_what_they_promise():
    rng = np.random.default_rng(12)
    hits, scored = 0, 0
    for _ in range(6):
        level = 30 * np.exp(0.1 * rng.standard_normal(150 + 14))  # each day is off by 10 %
        times = pd.date_range(MONDAY, periods=164 * 12, freq="2h")
        past = history(times, rng.poisson(np.repeat(level, 12))).assign(interval_s=3600)
        past = past[past["interval_start"].dt.hour.between(8, 19)]
        cut = times[150 * 12]
        ahead = forecast(past[past["interval_start"] < cut], days=14).merge(past, on="interval_start")
        hits += ahead["offered_y"].between(ahead["lower_80"], ahead["upper_80"]).sum()
        scored += len(ahead)
    assert 0.77 < hits / scored < 0.89  # whole contacts hold a little more than the share named


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 400), st.floats(0, 0.4), st.floats(1, 4))
@example(3.0, 0.0, 3.0)
def test_a_band_holds_its_share_of_drawn_counts(mean, spread, dispersion):
    lower, upper = band(np.array([mean]), spread, dispersion, 0.8)
    rng = np.random.default_rng(13)
    variance = dispersion * mean + (spread * mean) ** 2
    drawn = rng.poisson(rng.gamma(mean**2 / max(variance - mean, 1e-9), max(variance - mean, 1e-9) / mean, 4000))
    share = ((drawn >= lower) & (drawn <= upper)).mean()
    at_edges = np.isin(drawn, [np.floor(lower[0]), np.ceil(upper[0])]).mean()
    assert share > 0.77 and share - at_edges < 0.83  # whole contacts: the two ends themselves may be much


def paths_forecast():
    times = pd.date_range("2026-03-02 08:00", periods=4, freq="30min")
    times = times.append(times + pd.Timedelta(days=1))
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"}
    numbers = {"offered": [20.0, 40, 60, 0.5] * 2, "day_spread": 0.2, "dispersion": 1.5}
    one = pd.DataFrame(base | numbers)
    return pd.concat([one, one.assign(channel="chat")], ignore_index=True)


def test_paths_have_the_mean_and_the_spread_that_the_forecast_states():
    told = paths_forecast()
    paths = sample_paths(told, paths=6000, seed=1)
    tables.check(paths.head(1000), "forecast_paths")
    drawn = paths["offered"].to_numpy().reshape(6000, -1)
    assert drawn.min() >= 0 and (drawn == np.round(drawn)).all()
    queue = told.sort_values(["channel", "interval_start"])["offered"].to_numpy()
    np.testing.assert_allclose(drawn.mean(axis=0), queue, rtol=0.06)
    np.testing.assert_allclose(drawn.var(axis=0), 1.5 * queue + (0.2 * queue) ** 2, rtol=0.12)
    day = drawn[:, :4].sum(axis=1)
    assert day.var() == pytest.approx(1.5 * 120.5 + (0.2 * 120.5) ** 2, rel=0.1)
    assert 0.2 < np.corrcoef(day, drawn[:, 4:8].sum(axis=1))[0, 1] < 0.5  # 0.5 x the share that is not counting noise
    assert abs(np.corrcoef(day, drawn[:, 8:12].sum(axis=1))[0, 1]) < 0.06  # queues err on their own


def test_a_chosen_part_of_the_paths_is_the_same_as_in_the_whole():
    told = paths_forecast()
    whole = sample_paths(told, paths=30, seed=5)
    part = sample_paths(told, paths=30, seed=5, channel="voice", first_day="2026-03-03", last_day="2026-03-03")
    same = whole[(whole["channel"] == "voice") & (whole["interval_start"] >= "2026-03-03")].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, same)
    totals = path_totals(told, paths=30, seed=5).sort_values(["path", "project", "channel", "day"])
    slow = whole.assign(day=whole["interval_start"].dt.normalize())
    slow = slow.groupby(["path", "project", "channel", "day"])["offered"].sum()
    np.testing.assert_allclose(totals["offered"], slow)
    assert path_totals(told, by=(), paths=30, seed=5)["offered"].sum() == pytest.approx(whole["offered"].sum())
    with pytest.raises(PlanError, match="no interval"):
        sample_paths(told, project="nowhere")


def test_gathering_adds_counts_and_weights_times_as_a_slow_loop_does():
    rng = np.random.default_rng(14)
    times = pd.date_range("2025-10-25 20:00", periods=200, freq="5min", tz="Europe/Berlin")
    past = history(times, rng.poisson(3, 200), 300, handled=rng.poisson(3, 200) * 1.0, aht_s=rng.uniform(100, 300, 200))
    past.loc[7, "offered"], past.loc[11, "aht_s"] = np.nan, np.nan
    offered, work, handled = defaultdict(float), defaultdict(float), defaultdict(float)
    for row in past.itertuples():
        start = row.interval_start.tz_convert("UTC").floor("30min")
        offered[start] += row.offered
        if row.aht_s == row.aht_s:
            work[start] += row.aht_s * row.handled
            handled[start] += row.handled
    got = gather(past, 1800)
    assert got["interval_start"].dt.tz_convert("UTC").tolist() == sorted(offered)
    np.testing.assert_allclose(got["offered"], [offered[t] for t in sorted(offered)])
    np.testing.assert_allclose(got["aht_s"], [work[t] / handled[t] for t in sorted(offered)])
    assert (got["interval_s"] == 1800).all() and gather(past, 86_400)["interval_start"].dt.hour.eq(0).all()


def test_handling_time_follows_weekday_and_hour_and_is_missing_where_unknown():
    past = office(20)
    monday = past["interval_start"].dt.day_of_week == 0
    ahead = forecast(past.assign(aht_s=np.where(monday, 400.0, 300.0)), days=7)
    got = ahead.groupby(ahead["interval_start"].dt.day_of_week == 0)["aht_s"].mean()
    assert got[True] == pytest.approx(400, abs=10) and got[False] == pytest.approx(300, abs=10)
    assert forecast(past.drop(columns="aht_s"), days=7)["aht_s"].isna().all()


def bank():
    path = SHARED / "bank_calls_5min.csv"
    if not path.exists():
        pytest.skip("The shared bank series is not on this machine (../shared/data/bank_calls_5min.csv).")
    raw = pd.read_csv(path)
    return history(pd.to_datetime(raw["DateTime"]), raw["Calls"], 300)


def test_the_bank_series_is_forecast_better_than_by_last_week():
    wape = backtest(bank(), days=28, origins=5, every=14, interval_s=86_400).groupby("model")["wape"].mean()
    assert wape["best"] < 0.045 and wape["best"] < 0.8 * wape["seasonal naive"]
    half_hours = gather(bank(), 1800)
    fine = backtest(half_hours, days=14, origins=3, every=14, models=["best", "seasonal naive"])
    assert fine.groupby("model")["wape"].mean()["best"] < 0.065


def test_the_daily_call_centre_file_is_forecast_without_a_negative_or_missing_day():
    path = SHARED / "daily_call_center.csv"
    if not path.exists():
        pytest.skip("The shared daily series is not on this machine (../shared/data/daily_call_center.csv).")
    raw = pd.read_csv(path)
    ahead = forecast(history(pd.to_datetime(raw["Fecha"]), raw["Incoming Calls"]), days=91)
    assert len(ahead) == 91 and ahead["offered"].between(5, 600).all()
    sunday = ahead.groupby(ahead["interval_start"].dt.day_of_week == 6)["offered"].mean()
    assert sunday[True] < 0.3 * sunday[False]


def test_a_trend_fades_out_where_the_history_is_short_and_a_long_dead_queue_is_still_answered():
    steep = daily(100 * np.exp(np.arange(100) / 100))  # e-fold in 100 days: nobody believes that for two years
    assert forecast(steep, days=700, model="regression")["offered"].max() < 100 * np.e**1.7
    alive = daily([50] * 1500)
    dead = daily([20] * 60).assign(channel="chat")
    ahead = forecast(pd.concat([alive, dead]), days=3)
    assert ahead.set_index("channel")["offered"]["chat"].tolist() == pytest.approx([20] * 3)


def test_contacts_that_came_while_the_project_is_closed_are_counted_on_long_and_short_days():
    zone = "Europe/Berlin"
    times = pd.date_range("2026-03-02", "2026-04-06", freq="30min", inclusive="left", tz=zone)  # with the 23-hour day
    history = pd.DataFrame({"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"})
    shop = new_project("orders", zone=zone, hours=dict.fromkeys(("mon", "tue"), "08:00-17:45"))
    told = outside_hours(history.assign(offered=1.0), hours={"orders": shop})
    assert told[["offered", "outside"]].to_numpy().tolist() == [[35 * 48 - 2.0, 35 * 48 - 2 - 10 * 20.0]]
    days = history.assign(interval_start=times.normalize(), interval_s=86_400, offered=1.0).drop_duplicates()
    assert outside_hours(days, hours={"orders": shop})["outside"].tolist() == [25.0]
    assert outside_hours(days, hours={}).empty


@pytest.mark.parametrize("zone", ["Europe/Berlin", None])
def test_contacts_on_public_holidays_that_are_closed_days_are_told_day_by_day(zone):
    times = pd.date_range("2026-03-30", "2026-05-11", freq="30min", inclusive="left", tz=zone)
    times = times[(times.hour >= 7) & (times.hour < 18)]
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "offered": 1.0}
    history = pd.concat([pd.DataFrame(base | {"channel": channel}) for channel in ("voice", "chat")])
    days = ("mon", "tue", "wed", "thu", "fri")
    shop = new_project("orders", zone="Europe/Berlin", region="DE", hours=dict.fromkeys(days, "08:00-17:00"))
    told = on_closed_holidays(history, hours={"orders": shop})
    assert set(told["channel"]) == {"voice", "chat"}
    voice = told[told["channel"] == "voice"]
    said = [(str(day.date()), name) for day, name in zip(voice["day"], voice["holiday"], strict=True)]
    assert said == [("2026-04-03", "Good Friday"), ("2026-04-06", "Easter Monday"), ("2026-05-01", "Labor Day")]
    assert voice["offered"].tolist() == [18.0] * 3  # of nine open hours; the two at the edges are closed anyway
    apart = outside_hours(history, hours={"orders": shop | {"closed_on_holidays": False}})
    assert (outside_hours(history, hours={"orders": shop})["outside"] - apart["outside"]).tolist() == [54.0, 54.0]
    for other in (shop | {"closed_on_holidays": False}, shop | {"region": ""}):
        assert on_closed_holidays(history, hours={"orders": other}).empty
    assert on_closed_holidays(history, hours={}).empty
