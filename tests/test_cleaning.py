"""Cleaning: what is odd in a history is found, said with its reason and kept out; what is ordinary is left alone."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import samples, tables
from ccwb.errors import PlanError
from ccwb.forecast import REASONS, backtest, cleaning, explained, forecast
from ccwb.forecast.series import coarser, queues_of, with_zeros

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
MONDAY = "2025-01-06"


def history(times, offered, **more):
    """A history without interval length, as a planner types it."""
    base = {"interval_start": times, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)} | more)


def office(days, *, level=30, first=MONDAY, seed=0, step=30, opens=8, closes=18):
    """Poisson calls of an office open every day, in intervals of `step` minutes."""
    times = pd.date_range(first, periods=days * 1440 // step, freq=f"{step}min")
    times = times[(times.hour >= opens) & (times.hour < closes)]
    return history(times, np.random.default_rng(seed).poisson(level * step / 30, len(times)))


@cache
def centre():
    """The sample centre's opening hours and events, to forecast and clean with."""
    hours = {p["project"]: p for p in samples.load_centre()["projects"]}
    return {"hours": hours, "events": samples.load_events()}


@cache
def sample(project, channel):
    table = samples.load_history(project)
    keep = ["interval_start", "project", "channel", "offered"]
    return table.loc[table["channel"] == channel, keep].reset_index(drop=True)


def reasons(table, day):
    """The reasons given for a day."""
    return set(table.loc[table["day"] == pd.Timestamp(day), "reason"])


def test_a_rush_after_a_closure_is_no_outlier_and_the_same_rush_on_an_ordinary_day_is():
    calls = office(140)
    day = calls["interval_start"].dt.normalize()
    shut, rush, odd = (pd.Timestamp(MONDAY) + pd.Timedelta(days=n) for n in (70, 71, 100))
    more = np.random.default_rng(1).poisson(60, len(calls))
    calls = calls.assign(offered=calls["offered"].where(~day.isin([rush, odd]), more))[day != shut]
    closure = pd.DataFrame([{"kind": "closure", "name": "Move", "project": "", "channel": "", "effect": None}])
    closure = closure.assign(first_day=shut, last_day=shut)
    found = cleaning(calls, events=closure)
    assert not reasons(found, rush) and reasons(found, odd) == {"outlier"}


# few false alarms ----------------------------------------------------------------------------------------------------
def test_hardly_a_day_of_the_untouched_sample_centre_is_marked():
    marked = days = 0
    for project in ("sales", "service", "support"):
        table = samples.load_history(project)
        found = cleaning(table, **centre())
        tables.check(found, "cleaning")
        known = found[found["reason"] == "known outage"]  # two, of three channels each, are in the list of events
        assert len(known) == (6 if project == "support" else 0)
        marked += len(found) - len(known)
        local = table["interval_start"].dt.tz_localize(None).dt.normalize()
        days += table.assign(day=local).groupby("channel")["day"].nunique().sum()
    assert days > 5000 and marked <= 0.001 * days


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1.2), st.floats(0.3, 60), st.booleans())
def test_growth_a_season_and_a_new_level_are_not_errors(seed, growth, level, jump):
    rng = np.random.default_rng(seed)
    past = office(280, level=level, seed=seed, step=60)
    day = (past["interval_start"] - past["interval_start"].iloc[0]).dt.days.to_numpy()
    factor = np.exp(growth * day / 280) * (1 + 0.3 * np.sin(day / 45)) * np.where(jump & (day > 262), 1.6, 1)
    found = cleaning(past.assign(offered=rng.poisson(level * factor)))
    assert len(found) <= 2, found


# planted errors are found --------------------------------------------------------------------------------------------
def typed(offered, _first):
    offered[len(offered) // 2] = 1000 * max(offered[len(offered) // 2], 1)


def closed(offered, _first):
    offered[:] = 0


def low(offered, _first):
    offered[:] = np.round(0.2 * offered)


def down(offered, _first):
    offered[len(offered) // 4 : len(offered) // 4 + 8] = 0  # four hours


def high(offered, _first):
    offered[:] *= 3


def twice(offered, _first):
    offered[:] *= 2


def copied(offered, first):
    offered[:] = first[: len(offered)]


def shifted(offered, _first):
    hour = len(offered) // 4 * 2  # in the middle, on a whole hour
    offered[hour + 2 : hour + 4] += offered[hour : hour + 2]
    offered[hour : hour + 2] = 0


PLANTED = {
    typed: "typing error",
    closed: "zero-filled closure",
    low: "outage",
    down: "outage",
    high: "outlier",
    twice: "double import",
    copied: "double import",
    shifted: "doubled hour",
}
DAYS = ("2025-03-05", "2025-08-20", "2026-06-17")  # ordinary Wednesdays


@pytest.mark.parametrize("error", PLANTED)
@pytest.mark.parametrize("queue", [("service", "voice"), ("support", "voice")], ids="/".join)
def test_an_error_planted_in_the_sample_centre_is_found_and_kept_out(queue, error):
    table = sample(*queue).copy()
    date = table["interval_start"].dt.strftime("%Y-%m-%d").to_numpy()
    offered = table["offered"].to_numpy(dtype=float).copy()
    week_before = offered[date == "2025-01-15"]
    for day in DAYS:
        changed = offered[date == day]
        error(changed, week_before)
        offered[date == day] = changed
    found = cleaning(table.assign(offered=offered), **centre())
    hits = [PLANTED[error] in reasons(found, day) for day in DAYS]
    assert sum(hits) >= 3 - (error is shifted), found
    assert all(reasons(found, day) <= {PLANTED[error]} for day in DAYS)
    mine = found[found["day"].isin(pd.to_datetime(list(DAYS))) & (found["reason"] == PLANTED[error])]
    assert not mine["used"].any() and not mine["decided"].any()
    assert len(found) - len(mine) <= 10


@pytest.mark.parametrize("zero_filled", [False, True])
def test_a_history_that_ends_in_the_middle_of_a_day_does_not_end_with_a_quiet_day(zero_filled):
    whole = office(100)
    noon = whole["interval_start"].iloc[-1].normalize() + pd.Timedelta(hours=11)
    after = whole["interval_start"] >= noon
    cut = whole.assign(offered=whole["offered"].mask(after, 0)) if zero_filled else whole[~after]
    found = cleaning(cut)
    assert found["reason"].tolist() == ["incomplete day"] and found["from_s"].iloc[0] == 11 * 3600
    for interval_s in (None, 86_400):
        told, full = (forecast(p, days=7, interval_s=interval_s)["offered"].sum() for p in (cut, whole))
        if not zero_filled or interval_s is None:
            assert told == pytest.approx(full, rel=0.03)


def test_missing_days_and_a_missing_year_are_said_and_closed_days_are_not():
    past = office(1000, level=10, step=60)
    past = past[past["interval_start"].dt.day_of_week < 5]
    day = past["interval_start"].dt.normalize()
    gone = (day >= "2025-08-01") & (day <= "2026-07-31") | (day == "2025-03-04")
    found = cleaning(past[~gone])
    assert found["reason"].tolist() == ["missing day", "gap"]
    assert found["last_day"].tolist() == [pd.Timestamp("2025-03-04"), pd.Timestamp("2026-07-31")]
    assert found["usual"].iloc[0] == pytest.approx(200, rel=0.1) and found["usual"].iloc[1] > 40_000
    assert found["found"].isna().all() and not found["used"].any()


def test_a_clock_change_night_that_holds_two_hours_in_one_is_found_and_one_of_two_rows_is_not():
    times = pd.date_range("2025-08-04", "2025-11-10", freq="h", tz="Europe/Berlin", inclusive="left")
    past = history(times, np.random.default_rng(1).poisson(60, len(times))).astype({"offered": int})
    assert not len(cleaning(past))
    local = past.assign(interval_start=past["interval_start"].dt.tz_localize(None))
    assert not len(cleaning(local))  # without a zone the hour is there twice
    at = local["interval_start"]
    folded = local.groupby(["interval_start", "project", "channel"], as_index=False)["offered"].sum()
    found = cleaning(folded)
    assert found["reason"].tolist() == ["doubled hour"] and found["from_s"].iloc[0] == 2 * 3600
    assert found["day"].iloc[0] == pd.Timestamp("2025-10-26") and at.duplicated().sum() == 1
    sentence, values = explained(found.iloc[0])
    assert sentence.format(**values).startswith("From 02:00 to 03:00 one hour seems to be counted twice")


def test_every_reason_has_a_sentence_that_its_row_fills():
    row = {"day": pd.Timestamp(MONDAY), "last_day": pd.Timestamp(MONDAY), "found": 5.0, "usual": 9.0}
    for reason in REASONS:
        sentence, values = explained(row | {"reason": reason, "from_s": 28_800, "to_s": 30_600})
        assert reason != "outage" or "08:00 to 08:30" in sentence.format(**values)
        assert "{" not in sentence.format(**values) and values["day"] == dt.date(2025, 1, 6)


def test_a_rush_of_an_hour_and_a_half_is_no_typing_error_and_a_week_that_repeats_no_double_import():
    rush = office(100)
    rush.loc[1500:1502, "offered"] = 900.0
    assert "typing error" not in set(cleaning(rush)["reason"])
    week = office(7)
    assert not len(cleaning(history(office(84)["interval_start"], np.tile(week["offered"], 12))))


# a typing error in one interval --------------------------------------------------------------------------------------
def test_a_thousandfold_typo_in_one_interval_spoils_neither_the_day_nor_the_shape_nor_the_band():
    calm = office(120)
    spoilt = calm.copy()
    spoilt.loc[1500, "offered"] *= 1000
    one, other = forecast(calm, days=14), forecast(spoilt, days=14)
    np.testing.assert_allclose(other["offered"], one["offered"], rtol=0.02)
    np.testing.assert_allclose(
        other["upper_80"], one["upper_80"], atol=2.01
    )  # whole contacts make up for the lower end
    np.testing.assert_allclose(other["dispersion"], one["dispersion"], rtol=0.02)
    scored = calm.copy()
    scored.loc[2210, "offered"] *= 1000  # in the weeks that the backtest forecasts
    tried = [backtest(p, days=14, models=["best"], every=7)["wape"].mean() for p in (calm, spoilt, scored)]
    assert tried == pytest.approx([tried[0]] * 3, rel=0.03)
    mark = cleaning(spoilt).iloc[0]
    assert mark["found"] > 20_000 and mark["usual"] == pytest.approx(600, rel=0.1)


# decisions -----------------------------------------------------------------------------------------------------------
def spoilt_weeks():
    past = office(150)
    day = past["interval_start"].dt.normalize()
    return past.assign(offered=past["offered"].mask(day == "2025-05-20", past["offered"] * 5))


def test_a_click_back_and_forth_restores_the_exact_same_forecast():
    past, day = spoilt_weeks(), dt.date(2025, 5, 20)
    queue = {"project": "orders", "channel": "voice"}
    used, unused = [queue | {"day": day, "use": True}], pd.DataFrame([queue | {"day": "2025-05-20", "use": False}])
    before = forecast(past, days=14)
    assert not forecast(past, days=14, decisions=used).equals(before)
    for back in ([], None, unused, [*used, queue | {"day": day, "use": False}]):
        pd.testing.assert_frame_equal(forecast(past, days=14, decisions=back), before)
    mark = cleaning(past, decisions=used).iloc[0]
    assert mark["used"] and mark["decided"] and mark["reason"] == "outlier"
    mark = cleaning(past, decisions=unused).iloc[0]
    assert not mark["used"] and mark["decided"]
    elsewhere = [queue | {"channel": "chat", "day": day, "use": True}]
    pd.testing.assert_frame_equal(forecast(past, days=14, decisions=elsewhere), before)


def test_an_ordinary_day_set_aside_by_hand_is_as_a_day_that_is_not_there_and_is_not_scored():
    past = office(150)
    day = past["interval_start"].dt.normalize()
    aside = [{"project": "orders", "channel": "voice", "day": "2025-05-28", "use": False}]
    mark = cleaning(past, decisions=aside).iloc[0]
    assert mark["reason"] == "set aside" and mark["decided"] and not mark["used"]
    told, gone = forecast(past, days=14, decisions=aside), forecast(past[day != "2025-05-28"], days=14)
    np.testing.assert_allclose(told["offered"], gone["offered"], rtol=0.02)
    scored = [backtest(p, days=14, origins=1, models=["seasonal naive"], **more)["bias"].iloc[0]
              for p, more in ((past, {}), (past, {"decisions": aside}))]  # fmt: skip
    assert scored[0] != scored[1]


def test_a_decision_that_cannot_be_read_is_said():
    whole = {"project": "orders", "channel": "voice", "day": MONDAY, "use": True}
    for wrong in (whole | {"day": "soon"}, {"day": MONDAY, "use": False}, whole | {"use": np.nan}):
        with pytest.raises(PlanError, match="Decision 1 on the cleaning needs"):
            cleaning(office(10), decisions=[wrong])


# what a planner leaves out of a file ---------------------------------------------------------------------------------
@pytest.mark.parametrize("step", [5, 15, 30, 60, 1440])
def test_the_length_of_the_intervals_is_told_from_their_starts(step):
    past = office(40, step=step, opens=0 if step == 1440 else 8)
    assert queues_of(past.sample(frac=1, random_state=1))[0].interval_s == 60 * step
    text = past.assign(interval_start=past["interval_start"].dt.strftime("%Y-%m-%d %H:%M"))
    ahead = forecast(text, days=3)
    pd.testing.assert_frame_equal(ahead, forecast(past.assign(interval_s=60 * step), days=3))
    assert ahead["interval_start"].dt.tz is None and (ahead["interval_s"] == 60 * step).all()


def test_what_is_no_grid_is_said_in_words():
    half, quarter = office(60), office(60, first="2025-03-10", step=15)
    single = history(pd.to_datetime(["2025-01-06 08:12", "2025-01-06 08:13", "2025-01-07 11:40"]), [1, 1, 1])
    for wrong, words in (
        (pd.concat([half, quarter]), "mixes interval lengths"),
        (single, "irregular distances"),
        (office(1).head(1), "one row does not tell"),
        (history(pd.date_range(MONDAY, periods=30, freq="7D"), range(30)), "a week or more apart"),
        (half.assign(interval_start=["2025-01-06T08:00+01:00", "2025-07-07T08:00+02:00"] * 600), "distance from UTC"),
        (half.assign(interval_start=["soon", *half["interval_start"].astype(str)[1:]]), "row 1, column"),
        (half.drop(columns="project"), "no column 'project'"),
        (half.assign(offered=-half["offered"]), "is below 0"),
        (pd.concat([half, half.head(9)]), "more than once"),
    ):  # fmt: skip
        for run in (cleaning, lambda table: forecast(table, days=7)):
            with pytest.raises(PlanError, match=words):
                run(wrong)
    mixed = pd.concat([half.assign(interval_s=1800), quarter.assign(interval_s=900)])
    assert forecast(mixed, days=7, interval_s=1800)["offered"].sum() == pytest.approx(7 * 600, rel=0.05)


def test_a_history_without_the_rows_without_contacts_is_read_as_the_full_one():
    full = office(200, level=0.5)
    sparse = full[full["offered"] > 0]
    counts = queues_of(sparse)[0].counts
    np.testing.assert_array_equal(counts, queues_of(full)[0].counts)
    assert not len(cleaning(sparse))
    busy = np.where(np.random.default_rng(2).random((50, 4)) < 0.2, np.nan, 30.0)  # holes of a busy queue are unknown
    np.testing.assert_array_equal(with_zeros(busy, np.datetime64(MONDAY) + np.arange(50)), busy)


def test_opening_hours_changed_two_weeks_ago_are_believed():
    past, at = office(100), None
    at = past["interval_start"]
    last = at >= at.iloc[-1].normalize() - pd.Timedelta(days=13)
    shorter = forecast(past[~(last & (at.dt.hour >= 15))], days=7)["interval_start"].dt.hour
    assert shorter.max() == 14
    evening = office(14, first=str(at[last].iloc[0].date()), opens=18, closes=19)
    longer = pd.concat([past, evening])
    assert forecast(longer, days=7)["interval_start"].dt.hour.max() == 18 and not len(cleaning(longer))
    zero = past.assign(offered=past["offered"].mask(last & (at.dt.hour >= 15), 0))
    assert forecast(zero, days=7)["interval_start"].dt.hour.max() == 14
    weeks = at >= at.iloc[-1].normalize() - pd.Timedelta(days=24)
    saturdays = forecast(past[~(weeks & (at.dt.day_of_week == 5))], days=7)["interval_start"].dt.day_of_week
    assert set(saturdays) == {0, 1, 2, 3, 4, 6}


def test_gathered_intervals_are_completed_where_rows_are_absent_that_are_usually_there():
    past = office(60, step=5)
    queue = queues_of(past, 1800)[0]
    slow = past.groupby(past["interval_start"].dt.floor("30min"))["offered"].sum()
    np.testing.assert_allclose(queue.counts[~np.isnan(queue.counts)], slow)
    holes = past.drop(index=past.index[[240, 241]])  # 8:00 and 8:05 of the third day, of six rows
    counts = queues_of(holes, 1800)[0].counts[2, 16]
    assert counts == pytest.approx(past["offered"].iloc[242:246].sum() * 6 / 4, rel=0.15)
    assert np.isnan(queues_of(past.drop(index=past.index[240:244]), 1800)[0].counts[2, 16])
    assert coarser(queue, 1800) is queue


def test_a_half_hour_that_is_open_for_five_minutes_keeps_its_contacts_and_is_shown():
    past = office(60, step=5)
    last = office(60, step=5, opens=18, closes=19, seed=3)
    past = pd.concat([past, last[last["interval_start"].dt.minute == 0]])
    ahead = forecast(past, days=7, interval_s=1800)
    at_six = ahead[ahead["interval_start"].dt.hour == 18]["offered"]
    assert len(at_six) == 7 and at_six.mean() == pytest.approx(5, rel=0.1)
    found = cleaning(past, interval_s=1800)
    assert found["reason"].tolist() == ["partly open"] and found["from_s"].tolist() == [18 * 3600]
    assert found["used"].all()


# nothing takes it down -----------------------------------------------------------------------------------------------
ODD = st.sampled_from(["as it is", "zero", "typo", "holes", "gap", "cut", "shuffled", "late", "text", "constant"])


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(1, 60), st.sampled_from([5, 30, 60, 1440]), st.floats(0.01, 80)),
    oddities=st.lists(ODD, max_size=3),
    zone=st.sampled_from([None, "Europe/Berlin", "Australia/Sydney"]),
    seed=st.integers(0, 99),
)
def test_whatever_a_history_looks_like_there_is_an_answer_or_a_sentence(size, oddities, zone, seed):
    rng = np.random.default_rng(seed)
    days, step, level = size
    past = office(days, step=step, level=level, seed=seed, opens=0, first="2025-10-01")
    if zone:
        past["interval_start"] = past["interval_start"].dt.tz_localize(zone, nonexistent="NaT", ambiguous="NaT")
        past = past.dropna(subset="interval_start").reset_index(drop=True)
    for odd in oddities:
        past = changed(past, odd, rng)
    try:
        ahead, found = forecast(past, days=5, holidays="US"), cleaning(past, holidays="US")
    except PlanError as error:
        assert str(error)
        return
    tables.check(ahead, "forecast")
    tables.check(found, "cleaning")
    numbers = ahead[["offered", "lower_80", "upper_80", "lower_95", "upper_95"]].to_numpy()
    assert np.isfinite(numbers).all() and (numbers >= 0).all()
    assert set(found["reason"]) <= set(REASONS)


def changed(past, odd, rng):
    n, past = len(past), past.copy()
    if odd == "zero":
        past["offered"] = 0.0
    elif odd == "constant":
        past["offered"] = 4.0
    elif odd == "typo" and n:
        past.loc[past.index[rng.integers(n)], "offered"] = 10_000.0
    elif odd == "holes":
        past["offered"] = past["offered"].mask(rng.random(n) < 0.3)
    elif odd == "gap":
        past = past.drop(index=past.index[n // 4 : n * 3 // 4])
    elif odd == "cut":
        past = past.head(n - n // 7)
    elif odd == "shuffled":
        past = past.sample(frac=1, random_state=1)
    elif odd == "late":
        past = pd.concat([past, past.tail(7).assign(channel="chat")])
    elif odd == "text":
        past["interval_start"] = past["interval_start"].astype(str)
    return past


@pytest.mark.parametrize("closing", ["18:00", "18:05"])
def test_the_five_minutes_until_closing_time_are_no_outage_of_hours_and_a_whole_last_slot_is(closing):
    times = pd.date_range(MONDAY, periods=140 * 288, freq="5min")
    clock = times.strftime("%H:%M")
    times = times[(clock >= "08:00") & (clock < closing)]
    offered = np.random.default_rng(2).poisson(60, len(times)) * 1.0
    late = (times.strftime("%H:%M") >= ("18:00" if closing == "18:05" else "17:30")) & (times.day_of_year == 71)
    found = cleaning(history(times, np.where(late, 3.0, offered)), interval_s=1800)
    assert late.sum() == (1 if closing == "18:05" else 6)
    told = found[found["reason"] == "outage"]
    assert told[["from_s", "to_s"]].to_numpy().tolist() == ([] if closing == "18:05" else [[17.5 * 3600, 18 * 3600]])
    middle = (times.strftime("%H:%M") == "12:00") & (times.day_of_year == 71)  # one slot, between normal ones
    within = cleaning(history(times, np.where(middle, 3.0, offered)))
    assert within["reason"].tolist() == ["outage"]


def test_the_bank_series_loses_its_holidays_and_nothing_else_by_half_hour_and_a_quiet_evening_by_five_minutes():
    path = SHARED / "bank_calls_5min.csv"
    if not path.exists():
        pytest.skip("The shared bank series is not on this machine (../shared/data/bank_calls_5min.csv).")
    raw = pd.read_csv(path)
    past = history(raw["DateTime"], raw["Calls"])
    found = cleaning(past, interval_s=1800, holidays="US")
    assert found["reason"].value_counts().to_dict() == {"missing day": 3, "partly open": 1}
    fine = cleaning(past, holidays="US")
    assert fine["reason"].value_counts().to_dict() == {"missing day": 3, "outage": 1}
