"""Days of which a part is known: what is missing is unknown, never nothing, and a part of a day is no whole day."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ccwb.forecast import cleaning, forecast
from ccwb.forecast.calendar import missed
from ccwb.forecast.clean import day_totals
from ccwb.forecast.profile import dispersion
from ccwb.forecast.series import queues_of
from ccwb.forecast.slot_rates import least_known, levels, usual_rates
from ccwb.projects import new_project

OFFICE = ("mon", "tue", "wed", "thu", "fri")
DAY_S = 86_400


def shop(**hours):
    """Return the project open on working days from 08:00 to 18:00 but for the hours said."""
    return {"orders": new_project("orders", hours=dict.fromkeys(OFFICE, "08:00-18:00") | hours)}


def table(times, offered, interval_s=1800):
    base = {"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)})


def opened(weeks, *, step=30, first=8, last=18):
    """Return the starts of the intervals of so many working weeks from Monday, 6 January 2025."""
    times = pd.date_range("2025-01-06", periods=weeks * 7 * 1440 // step, freq=f"{step}min")
    return times[(times.day_of_week < 5) & (times.hour >= first) & (times.hour < last)]


def by_day(ahead):
    return ahead.groupby(ahead["interval_start"].dt.normalize())["offered"].sum()


# a few rows ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("interval_s", [None, DAY_S])
def test_three_half_hours_of_a_day_tell_a_rate_and_not_a_day(interval_s):
    three = table(pd.to_datetime(["2026-01-05 09:00", "2026-01-05 09:30", "2026-01-05 10:00"]), [13, 13, 13])
    ahead = forecast(three, days=7, hours=shop(fri="08:00-12:00"), interval_s=interval_s)
    day = by_day(ahead)
    assert day.iloc[[0, 1, 2, 4]].to_numpy() == pytest.approx(20 * 13)  # twenty half hours, not 39 contacts a day
    if interval_s is None:
        assert ahead["offered"].iloc[:60].to_numpy() == pytest.approx(13)


def test_the_few_contacts_that_were_counted_and_the_slots_never_known_make_the_band_wide():
    one = table(pd.to_datetime(["2026-01-05 08:00"]), [200])
    spread = forecast(one, days=1, hours=shop())["day_spread"].iloc[0]
    assert spread == pytest.approx(np.sqrt(0.25**2 + 1 / 200 + (0.25 * 19 / 20) ** 2))
    whole = forecast(table(opened(1)[:20], [200] * 20), days=1, hours=shop())["day_spread"].iloc[0]
    assert whole == pytest.approx(np.sqrt(0.25**2 + 1 / 4000))


def test_mornings_that_are_all_a_history_ever_tells_are_learned_from_and_the_afternoon_takes_after_them():
    times = opened(20, last=12)
    ahead = forecast(table(times, np.full(len(times), 5.0)), days=7, hours=shop())
    assert ahead["offered"].to_numpy() == pytest.approx(5, rel=0.01) and len(ahead) == 100


def test_a_day_cut_short_beside_whole_ones_is_unknown_and_a_history_of_such_days_is_not():
    share, weekday = np.array([1, 1, 0.3, 1, 1, 1, 0.6, np.nan]), np.array([0, 1, 2, 3, 4, 0, 1, 2])
    assert least_known(share, weekday).tolist() == [0.5] * 8
    thursdays = np.where(np.arange(20) % 5 == 3, 0.4, 1.0)
    told = least_known(thursdays, np.arange(20) % 5)
    assert told.tolist() == [0.2 if day % 5 == 3 else 0.5 for day in range(20)]
    assert least_known(np.zeros(3), np.arange(3)).tolist() == [0.5] * 3


# rates beside the slots known on the same days ------------------------------------------------------------------------
def test_levels_of_days_known_in_part_are_those_of_whole_days():
    rate, level = np.array([1.0, 2, 3, 4]), np.array([10.0, 20, 30, 5])
    counts = level[:, None] * rate
    known = np.array([[1, 1, 1, 0], [0, 1, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1]], dtype=bool)
    assert levels(np.where(known, counts, 0), known) == pytest.approx(10 * level, rel=1e-6)
    assert levels(counts, np.ones((4, 4), dtype=bool)) == pytest.approx(counts.sum(axis=1))
    apart = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], dtype=bool)  # nothing joins them: the days count as alike
    assert levels(np.where(apart, 7.0, 0), apart) == pytest.approx([28, 28])
    assert levels(np.zeros((2, 3)), np.zeros((2, 3), dtype=bool)).tolist() == [0, 0]


def test_levels_are_those_of_a_poisson_regression_on_days_and_slots():
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    known = rng.random((12, 6)) < 0.6
    known[:, 0] = True
    counts = np.where(known, rng.poisson(np.outer(rng.uniform(5, 60, 12), rng.uniform(0.2, 2, 6))), 0).astype(float)
    day, slot = np.nonzero(known)
    x = np.column_stack([day[:, None] == np.arange(12), slot[:, None] == np.arange(1, 6)]).astype(float)
    fit = sm.GLM(counts[known], x, family=sm.families.Poisson()).fit().params
    whole = np.exp(fit[:12]) * (1 + np.exp(fit[12:]).sum())
    assert levels(counts, known) == pytest.approx(whole, rel=1e-5)


def test_a_slot_that_only_a_short_day_has_is_as_busy_on_a_long_day_as_beside_it():
    times = pd.date_range("2025-01-06", periods=288 * 140, freq="5min")
    hour, thursday = times.hour + times.minute / 60, times.day_of_week == 3
    rows = (times.day_of_week < 5) & (hour >= 8) & (hour < np.where(thursday, 12, 20))
    rows |= thursday & (times.hour == 7) & (times.minute == 55)
    hours = dict.fromkeys(OFFICE, "07:55-20:00") | {"thu": "07:55-12:00"}
    past = table(times[rows], np.full(rows.sum(), 6.8), 300)
    ahead = forecast(past, days=7, hours=shop(**hours))
    assert len(ahead) == 4 * 145 + 49 and ahead["offered"].to_numpy() == pytest.approx(6.8, rel=0.02)
    long = forecast(past, days=7, hours=shop(**hours | {"thu": "07:55-20:00", "sat": "07:55-20:00"}))
    assert len(long) == 6 * 145 and long["offered"].to_numpy() == pytest.approx(6.8, rel=0.02)


# a known world --------------------------------------------------------------------------------------------------------
def world(weeks, rng):
    """Return (starts, contacts expected, days) of a queue that peaks at noon, has busy Mondays and grows."""
    times = opened(weeks)
    hour = (times.hour + times.minute / 60).to_numpy()
    day = (times.normalize() - times[0].normalize()).days.to_numpy()
    mean = 14 * (1 + 0.6 * np.sin((hour - 8) / 10 * np.pi)) * np.where(times.day_of_week == 0, 1.4, 1) * 1.002**day
    return times, mean * np.exp(rng.normal(0, 0.05, day[-1] + 1))[day], mean, hour


CUTS = {
    "from noon": lambda rng, hour, whole: hour >= np.where(whole, 0, 12),
    "to eleven": lambda rng, hour, whole: hour < np.where(whole, 24, 11),
    "gaps in the middle": lambda rng, hour, whole: whole | (hour < 11) | (hour >= 15),
    "rows here and there": lambda rng, hour, whole: rng.random(len(hour)) < 0.6,
}


@pytest.mark.parametrize("interval_s", [None, DAY_S])
@pytest.mark.parametrize("told", [True, False], ids=["hours given", "hours learned"])
@pytest.mark.parametrize("cut", CUTS)
def test_a_world_known_in_part_is_forecast_as_the_truth_is(cut, told, interval_s):
    rng = np.random.default_rng(7)
    times, drawn, mean, hour = world(26, rng)
    past = times < times[0] + pd.Timedelta(weeks=24)
    day = (times.normalize() - times[0].normalize()).days.to_numpy()
    whole = (rng.random(day[-1] + 1) < 0.75)[day]  # three days of four
    rows = past & CUTS[cut](rng, hour, whole)
    history, truth = table(times[rows], rng.poisson(drawn[rows])), table(times[~past], mean[~past])
    ahead = forecast(history, days=14, hours=shop() if told else None, interval_s=interval_s)
    said, came = by_day(ahead), by_day(truth)
    assert said.index.equals(came.index) and np.abs(said - came).sum() < 0.06 * came.sum()
    if interval_s is None:
        both = truth.merge(ahead, on="interval_start", suffixes=("_came", ""))
        assert len(both) == len(truth)
        assert np.abs(both["offered"] - both["offered_came"]).sum() < 0.08 * truth["offered"].sum()


@settings(max_examples=15, deadline=None)
@given(
    gone=st.floats(0, 0.6),
    rate=st.floats(4, 40),
    weeks=st.integers(6, 16),
    way=st.tuples(st.sampled_from([None, DAY_S]), st.booleans()),
    seed=st.integers(0, 999),
)
@example(gone=0.3, rate=20.0, weeks=16, way=(DAY_S, False), seed=0)
def test_removing_rows_at_random_does_not_change_the_rate_of_a_quiet_queue(gone, rate, weeks, way, seed):
    interval_s, told = way
    rng, times = np.random.default_rng(seed), opened(weeks)
    kept = rng.random(len(times)) >= gone
    seen = (
        pd.Series(times[kept]).dt.strftime("%a %H:%M").nunique() == pd.Series(times).dt.strftime("%a %H:%M").nunique()
    )
    assume(told or seen)  # without hours a slot that its weekday never has is closed: nothing says that it is open
    hours = shop() if told else None
    steady = forecast(table(times, np.full(len(times), rate))[kept], days=7, hours=hours, interval_s=interval_s)
    assert by_day(steady).to_numpy() == pytest.approx(20 * rate, rel=1e-3)
    drawn = table(times, rng.poisson(rate, len(times)))
    full, part = (forecast(some, days=7, hours=hours, interval_s=interval_s) for some in (drawn, drawn[kept]))
    noise = 1 / np.sqrt(100 * rate * (1 - gone))  # of a level that rests on the last week alone
    assert by_day(part).sum() == pytest.approx(by_day(full).sum(), rel=4 * noise)


# what follows from it -------------------------------------------------------------------------------------------------
def test_an_unknown_slot_of_a_day_is_filled_by_its_rate_beside_the_others_of_that_day():
    counts = np.tile([10.0, 20, 30, 40], (14, 1))
    counts[7] *= 2
    counts[[3, 7], 3] = np.nan
    counts[9, 1:] = np.nan  # 10 of 100: too little of a day
    day = np.datetime64("2025-01-06") + np.arange(14)
    total = day_totals(counts, np.ones(counts.shape, dtype=bool), day)
    wanted = np.where(np.arange(14) == 7, 200.0, 100)
    wanted[9] = np.nan
    np.testing.assert_allclose(total, wanted, rtol=0.02)
    known = ~np.isnan(counts)
    shape = usual_rates(np.where(known, counts, 0), known, np.arange(14) % 7)
    np.testing.assert_allclose(shape[5], [0.1, 0.2, 0.3, 0.4], atol=0.01)


def test_rows_missing_here_and_there_are_no_hours_counted_twice():
    rng, times = np.random.default_rng(4), opened(30)
    past = table(times, rng.poisson(20, len(times)))
    for gone in (0.15, 0.3, 0.5):
        marks = cleaning(past[rng.random(len(past)) >= gone])
        assert len(marks) <= 3 and not (marks["reason"] == "doubled hour").any()


@pytest.mark.parametrize("absent", [0.3, 0.0])
def test_an_hour_holds_another_one_too_only_where_that_was_seen_to_be_empty(absent):
    """Beside unknown half hours busy ones are ordinary; an empty hour whose contacts lie beside it is still told."""
    rng, times = np.random.default_rng(12), opened(60)
    marks = 0
    for level in (8, 15, 15, 15, 50):
        past = table(times, rng.poisson(level * np.exp(rng.normal(0, 0.08, 300)).repeat(20)))
        past["offered"] = past["offered"].where(rng.random(len(past)) >= absent)
        day = past["interval_start"].dt.normalize() == "2025-10-15"
        marks += (cleaning(past)["reason"] == "doubled hour").sum()
    assert marks == 0
    hour, after = day & (times.hour == 13), day & (times.hour == 14)
    past.loc[after, "offered"] = 100.0
    for empty in [0.0] if absent else [0.0, np.nan]:
        past.loc[hour, "offered"] = empty
        found = cleaning(past)
        found = found[found["reason"] == "doubled hour"]
        assert found[["from_s", "to_s"]].to_numpy().tolist() == [[13 * 3600, 15 * 3600]]


@pytest.mark.parametrize("absent", [0.3, 0.0])
def test_a_quiet_queue_is_open_when_it_was_and_a_change_of_its_hours_is_believed(absent):
    """Of eight weeks with a contact a slot, some slots have none for weeks: 20 queues keep all but one slot in 500."""
    times, closed = opened(12), 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        past = table(times, rng.poisson(1.0, len(times)))
        kept = past[rng.random(len(past)) >= absent]
        closed += 100 - len(forecast(kept, days=7))
    assert closed <= 4
    fridays = (times.day_of_week == 4) & (times.hour >= 14) & (times >= "2025-03-10")  # the last three of them
    busy = table(times, np.where(fridays, 0, rng.poisson(6.0, len(times))))
    for early in (busy, busy[~fridays]):
        ahead = forecast(early[rng.random(len(early)) >= absent], days=7)["interval_start"]
        assert not ((ahead.dt.day_of_week == 4) & (ahead.dt.hour >= 14)).any() and len(ahead) == 92


def test_a_slot_without_rows_is_closed_unless_as_many_rows_are_missing_everywhere():
    there, weekday = np.ones((30, 10), dtype=bool), np.tile(np.arange(5), 6)
    there[weekday == 3, 6:] = False  # Thursdays end early
    assert not missed(there, weekday).any()
    holes = np.random.default_rng(5).random(there.shape) < 0.5
    holes[weekday == 1, 4] = True  # by chance: 1 in 64, and ten slots
    found = missed(there & ~holes, weekday)
    assert found[1, 4] and not found[3].any() and not found[[5, 6]].any()


@pytest.mark.parametrize("known", [2, 3, 10])
def test_slots_known_in_part_scatter_as_poisson_counts_do_around_the_day_told_from_them(known):
    rng, share = np.random.default_rng(6), np.full((4000, 10), 0.1)
    counts = rng.poisson(20, share.shape).astype(float)
    counts[rng.permuted(np.tile(np.arange(10), (4000, 1)), axis=1) >= known] = np.nan
    total = np.nansum(counts, axis=1) * 10 / known
    own = dispersion(counts, total, share, np.ones(4000, dtype=bool))
    assert own == pytest.approx(np.ones(10), abs=0.08)
    lone = np.where(np.arange(10) == 4, counts, np.nan)
    assert dispersion(lone, np.nansum(lone, axis=1) * 10, share, np.ones(4000, dtype=bool)).tolist() == [1.0] * 10


def test_days_gathered_from_rows_missing_here_and_there_are_whole_days():
    rng, times = np.random.default_rng(8), opened(20)
    full = table(times, np.full(len(times), 12.0))
    for hours in (None, shop()):
        counts = queues_of(full[rng.random(len(full)) > 0.4], DAY_S, hours)[0].counts[:, 0]
        assert np.nanmean(counts) == pytest.approx(240) and (~np.isnan(counts)).sum() >= 95
    short = full[(times.day_of_week != 3) | (times.hour < 12)]  # Thursdays to noon: closed, or unknown
    for hours, thursday in ((None, 8 * 12), (shop(), 240), (shop(thu="08:00-12:00"), 8 * 12)):
        counts = queues_of(short, DAY_S, hours)[0].counts[:, 0]
        assert counts[3::7] == pytest.approx(thursday) and counts[0::7] == pytest.approx(240)
