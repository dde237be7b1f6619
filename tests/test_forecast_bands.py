"""Bands that hold, paths that agree with them, errors that last, long horizons, many queues at once."""

import math
import sys

import numpy as np
import pandas as pd
import pytest

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import MODELS, backtest, day_bands, forecast, path_totals, sample_paths, weekly
from ccwb.forecast.bands import band, day_spread, day_to_day
from ccwb.forecast.spread import DRIFT, slot_to_slot, spread_ahead
from ccwb.forecast.trial import Trial

WEEK = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.5, 0.3])


def daily(offered, channel="voice"):
    times = pd.date_range("2024-01-01", periods=len(offered))
    base = {"interval_start": times, "interval_s": 86_400, "project": "orders", "channel": channel}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)})


def queues(count, days, draw):
    """Return a daily history of `count` queues, draw(day numbers) contacts each."""
    return pd.concat([daily(draw(np.arange(days)), f"queue {i:02d}") for i in range(count)], ignore_index=True)


def split(history, days):
    cut = history["interval_start"].max() - pd.Timedelta(days=days)
    return history[history["interval_start"] <= cut], history[history["interval_start"] > cut]


def held(ahead, truth, level):
    both = ahead.merge(truth, on=["interval_start", "project", "channel"], suffixes=("", "_came"))
    return both["offered_came"].between(both[f"lower_{level}"], both[f"upper_{level}"]).mean()


LAWS = {
    "single contacts": lambda rng: lambda day: rng.poisson(200 * WEEK[day % 7]),
    "days that are off by 10 %": lambda rng: (
        lambda day: rng.poisson(300 * WEEK[day % 7] * rng.gamma(100, 1 / 100, len(day)))
    ),
    "two a day": lambda rng: lambda day: rng.poisson(np.full(len(day), 2.0)),
}


@pytest.mark.parametrize("law", LAWS)
def test_bands_hold_80_and_95_of_a_hundred_futures_drawn_from_a_known_law(law):
    past, came = split(queues(24, 252, LAWS[law](np.random.default_rng(1))), 28)
    ahead = forecast(past, days=28)
    assert 0.77 <= held(ahead, came, 80) <= 0.84  # 24 queues of 28 days: three points and more by chance
    assert 0.93 <= held(ahead, came, 95) <= 0.98  # whole contacts: two a day cannot be told finer


def chances(mean, variance, most):
    """Return the chance of 0, 1, 2 ... contacts, one by one: the slow twin of the negative binomial law."""
    size, chance = mean**2 / (variance - mean), mean / variance
    logs = [math.lgamma(k + size) - math.lgamma(k + 1) - math.lgamma(size) for k in range(most)]
    return np.array([math.exp(x + size * math.log(chance) + k * math.log(1 - chance)) for k, x in enumerate(logs)])


@pytest.mark.parametrize("spread", [0.05, 0.3])
def test_bands_of_few_contacts_end_at_the_whole_contacts_that_hold_nearest_to_the_level(spread):
    means = np.exp(np.linspace(np.log(0.1), np.log(49), 60))
    low, high = band(means, spread, 1.1, 0.8)
    widest = band(means, spread, 1.1, 0.95)
    share = []
    for mean, lower, upper in zip(means, low, high, strict=True):
        law = chances(mean, 1.1 * mean + (spread * mean) ** 2, 400)
        share.append(law[math.ceil(lower) : math.floor(upper) + 1].sum())
    share = np.array(share)
    assert share.min() > 0.768 and share[means >= 2].max() < 0.86
    assert share[means >= 2].mean() == pytest.approx(0.8, abs=0.015)
    assert 0.8 < share[means < 2].mean() < 0.93  # so few that whole contacts hold more than named
    assert (high >= 1).all() and (high == np.round(high)).all()
    assert ((low <= means) & (means <= high)).all() and (widest[0] <= low).all()


def busy_and_small():
    rng = np.random.default_rng(2)
    times = pd.date_range("2025-01-06 08:00", periods=48 * 150, freq="30min")
    times = times[(times.hour < 18) & (times.hour >= 8)]
    mean = np.where(times.hour < 12, 90, 3) * np.repeat(rng.gamma(50, 1 / 50, 150), 20)[: len(times)]
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": rng.poisson(mean).astype(float)})


def test_as_many_paths_end_within_a_band_as_it_promises_and_days_and_slots_agree():
    ahead, paths = forecast(busy_and_small(), days=14, paths=1500, seed=4)
    tables.check(ahead, "forecast")
    again = sample_paths(ahead, paths=1500, seed=4)
    pd.testing.assert_frame_equal(paths, again)
    drawn = paths["offered"].to_numpy().reshape(1500, -1)
    large = ahead["offered"] >= 50
    assert large.any() and (~large).any()
    for level in (80, 95):
        lower, upper = (ahead[f"{end}_{level}"].to_numpy() for end in ("lower", "upper"))
        inside = ((lower <= drawn) & (drawn <= upper)).mean(axis=0)
        assert inside[large].mean() == pytest.approx(level / 100, abs=0.015)
        assert inside[~large].min() > level / 100 - 0.06 and inside[~large].mean() < level / 100 + 0.05
        ends = np.quantile(drawn, [(1 - level / 100) / 2, (1 + level / 100) / 2], axis=0)
        np.testing.assert_allclose(ends[:, large], np.stack([lower, upper])[:, large], rtol=0.05)
        assert np.abs(ends - np.stack([lower, upper]))[:, ~large].max() <= 2
    day = forecast(busy_and_small(), days=14, interval_s=86_400)
    total = path_totals(ahead, paths=1500, seed=4).pivot(index="path", columns="day", values="offered").to_numpy()
    assert ((day["lower_80"].to_numpy() <= total) & (total <= day["upper_80"].to_numpy())).mean() == pytest.approx(
        0.8, abs=0.04
    )


def errors_of(correlation, rng, origins, spread=0.1):
    """Return (errors, forecast, leads) of so many origins whose days are off by `spread`, lasting so much."""
    days, size = 28, 400.0
    shock = rng.standard_normal((origins, days))
    for i in range(1, days):
        shock[:, i] = correlation * shock[:, i - 1] + math.sqrt(1 - correlation**2) * shock[:, i]
    came = rng.poisson(size * np.maximum(1 + spread * shock, 0.01))
    return (came - size).ravel(), np.full(origins * days, size), np.tile(np.arange(1, days + 1), origins)


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_the_correlation_from_day_to_day_is_found_again(correlation):
    errors, said, lead = errors_of(correlation, np.random.default_rng(3), 300)
    spread = day_spread(errors, said, lead, 1.0, np.arange(1, 29))
    assert spread == pytest.approx(np.full(28, 0.1), rel=0.08)
    assert day_to_day(errors, said, lead, 1.0, spread=spread) == pytest.approx(correlation, abs=0.06)


def test_of_few_origins_or_of_chance_alone_the_usual_correlation_is_kept_in_part():
    rng = np.random.default_rng(4)
    flat = np.full(28, 0.1)
    six = [day_to_day(*errors_of(0.0, rng, 6), 1.0, spread=flat) for _ in range(40)]
    assert 0.02 < np.mean(six) < 0.3
    chance = [day_to_day(*errors_of(0.0, rng, 6, spread=0.0), 1.0, spread=np.full(28, 0.01)) for _ in range(40)]
    assert np.mean(chance) == pytest.approx(0.5, abs=0.1)
    assert day_to_day(np.zeros(0), np.zeros(0), np.zeros(0), 1.0, spread=flat) == 0.5


def test_weeks_are_as_uncertain_as_they_were_whether_days_err_alone_or_together():
    rng = np.random.default_rng(5)

    def alone(day):
        return rng.poisson(300 * rng.gamma(100, 1 / 100, len(day)))

    def together(day):
        level = np.exp(np.repeat(rng.normal(0, 0.1, len(day) // 7 + 1), 7)[: len(day)])  # a week is off as a whole
        return rng.poisson(300 * level)

    lasting, inside = {}, {}
    for name, law in (("alone", alone), ("together", together)):
        past, came = split(queues(20, 280, law), 28)
        ahead = forecast(past, days=28)
        lasting[name] = ahead["day_to_day"].mean()
        told = weekly(ahead, paths=400)
        week = came["interval_start"] - pd.to_timedelta(came["interval_start"].dt.day_of_week, unit="D")
        sums = came.assign(week=week).groupby(["channel", "week"])["offered"].sum()
        sums = sums.reindex(pd.MultiIndex.from_frame(told[["channel", "week"]])).to_numpy()
        inside[name] = ((told["lower_80"] <= sums) & (sums <= told["upper_80"])).mean()
    assert lasting["alone"] < 0.35 and lasting["together"] > 0.6
    assert 0.7 < inside["alone"] < 0.95 and 0.7 < inside["together"] < 0.95


def test_what_the_spread_grows_by_is_a_level_that_stays_on_the_path():
    days = 120
    variance = 0.01 + 0.0004 * np.arange(days)
    told = daily(np.full(days, 1e6)).assign(day_spread=np.sqrt(variance), dispersion=1.0, day_to_day=0.0)
    drawn = sample_paths(told, paths=4000, seed=1, counted=False)["offered"].to_numpy().reshape(4000, days)
    logs = np.log(drawn)
    np.testing.assert_allclose(drawn.std(axis=0) / 1e6, np.sqrt(variance), rtol=0.06)
    np.testing.assert_allclose(drawn.mean(axis=0) / 1e6, 1, atol=0.015)
    for one, two in ((0, 119), (59, 119), (118, 119), (30, 60)):  # a drifting level: covariance is the earlier growth
        shared = (variance[one] - variance[0]) / math.sqrt(variance[one] * variance[two])
        assert np.corrcoef(logs[:, one], logs[:, two])[0, 1] == pytest.approx(shared, abs=0.05)


def test_a_forecast_that_does_not_say_how_errors_last_is_drawn_with_one_half():
    told = daily(np.full(8, 500.0)).assign(day_spread=0.2, dispersion=1.0)
    known, empty = told.assign(day_to_day=0.5), told.assign(day_to_day=np.nan)
    one, two, three = (sample_paths(t, paths=50, seed=2)["offered"] for t in (told, known, empty))
    assert one.tolist() == two.tolist() == three.tolist()
    assert one.tolist() != sample_paths(told.assign(day_to_day=0.9), paths=50, seed=2)["offered"].tolist()


def moving(near, rng, days=120):
    """Return counts (days, slots) whose excess over chance hangs together from slot to slot."""
    slots, size, over = 24, 200.0, 3.0
    shock = rng.standard_normal((days, slots))
    for i in range(1, slots):
        shock[:, i] = near * shock[:, i - 1] + math.sqrt(1 - near**2) * shock[:, i]
    return rng.poisson(size * np.exp(math.sqrt(over / size) * shock)).astype(float)


def test_a_late_morning_is_told_from_single_busy_half_hours():
    rng = np.random.default_rng(10)
    found = {}
    for near in (0.0, 0.8):
        counts = moving(near, rng)
        share = np.full(counts.shape, 1 / 24)
        found[near] = slot_to_slot(counts, counts.sum(axis=1), share, np.ones(120, dtype=bool))
    assert found[0.0] < 0.1 and found[0.8] == pytest.approx(0.8, abs=0.12)
    calm = rng.poisson(20, (120, 24)).astype(float)
    assert slot_to_slot(calm, calm.sum(axis=1), np.full(calm.shape, 1 / 24), np.ones(120, dtype=bool)) < 0.2


def test_half_hours_that_err_together_keep_their_own_law_and_the_law_of_the_day():
    rng = np.random.default_rng(11)
    times = pd.date_range("2026-03-02 08:00", periods=24, freq="30min")
    mean = 300 * np.sin(np.linspace(0.4, 2.8, 24))
    told = pd.DataFrame({"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"})
    told = told.assign(offered=mean, day_spread=0.05, dispersion=4.0, day_to_day=0.5)
    sums = {}
    for near in (0.0, 0.8):
        drawn = sample_paths(told.assign(slot_to_slot=near), paths=4000, seed=1)["offered"].to_numpy().reshape(4000, 24)
        np.testing.assert_allclose(drawn.mean(axis=0), mean, rtol=0.02)
        np.testing.assert_allclose(drawn.var(axis=0), 4 * mean + (0.05 * mean) ** 2, rtol=0.12)
        day = drawn.sum(axis=1)
        assert day.var() == pytest.approx(4 * mean.sum() + (0.05 * mean.sum()) ** 2, rel=0.08)
        sums[near] = np.std(drawn[:, :8].sum(axis=1) / day)
    shock = moving(0.8, rng, days=4000)  # the twin: mornings of a world that moves like that
    alone = moving(0.0, rng, days=4000)
    wider = [np.std(world[:, :8].sum(axis=1) / world.sum(axis=1)) for world in (shock, alone)]
    assert sums[0.8] / sums[0.0] == pytest.approx(wider[0] / wider[1], rel=0.15) and wider[0] > 1.4 * wider[1]


def tried(lead, relative, size=1000.0):
    """Return a Trial of one model whose errors at these leads are so large."""
    said = np.full(len(lead), size)
    return Trial(said * (1 + relative), np.asarray(lead), {"it": said})


def test_beyond_the_leads_tried_the_variance_grows_as_measured_and_as_assumed():
    rng = np.random.default_rng(6)
    near = tried(np.tile(np.arange(1, 29), 6), 0.1 * rng.standard_normal(168))
    base = spread_ahead(near, None, "it", 1.0, 28)
    lead = np.tile(np.arange(29, 366), 40)
    far = tried(lead, np.sqrt(base[-1] ** 2 + 0.0001 * (lead - 28)) * rng.standard_normal(len(lead)))
    year = spread_ahead(near, far, "it", 1.0, 365)
    assert year[:28] == pytest.approx(base)
    grown = (year[-1] ** 2 - base[-1] ** 2) / (365 - 28)
    assert grown == pytest.approx((0.0001 + DRIFT / 41) * (1 + 2 / 41), rel=0.1)
    alone = spread_ahead(near, tried(np.tile([29], 3), np.zeros(3)), "it", 1.0, 455)  # too few to measure anything
    assert (np.diff(alone[27:] ** 2) == pytest.approx(3 * DRIFT)) and (np.diff(alone) >= 0).all()


def test_a_year_ahead_is_less_certain_than_a_month_and_the_more_so_the_more_the_level_drifts():
    def drifting(a_year, rng):
        def draw(day):
            return rng.poisson(300 * WEEK[day % 7] * np.exp(np.cumsum(a_year / 19.1 * rng.standard_normal(len(day)))))

        return draw

    inside, spread = {}, {}
    for a_year in (0.03, 0.25):
        past, came = split(queues(6, 913, drifting(a_year, np.random.default_rng(7))), 182)
        ahead = forecast(past, days=182, model="regression and level")
        inside[a_year] = held(ahead, came, 95)
        mean = ahead.groupby(ahead["interval_start"])["day_spread"].mean().to_numpy()
        spread[a_year] = mean[-1]
        assert (np.diff(mean) >= 0).all() and mean[-1] > mean[27]
    assert spread[0.25] > 2 * spread[0.03]
    assert inside[0.03] > 0.9 and inside[0.25] > 0.8


def test_weeks_add_up_days_and_paths_as_a_slow_loop_does():
    days = pd.date_range("2026-03-04", periods=12)  # Wednesday to the Sunday of the next week
    told = pd.DataFrame({"interval_start": days, "interval_s": 86_400, "project": "orders", "channel": "voice"})
    told = told.assign(offered=np.arange(12) * 10.0, day_spread=0.2, dispersion=1.0, aht_s=np.arange(12) + 100.0)
    told.loc[3, "aht_s"] = np.nan
    got = weekly(told, level=(0.5,), paths=300, seed=3)
    drawn = sample_paths(told, paths=300, seed=3)
    for row, (first, last) in zip(got.itertuples(), ((0, 5), (5, 12)), strict=True):
        part = told.iloc[first:last].dropna()
        sums = [path["offered"].iloc[first:last].sum() for _, path in drawn.groupby("path")]
        assert row.week == days[first] - pd.Timedelta(days=days[first].day_of_week) and row.days == last - first
        assert row.offered == told["offered"].iloc[first:last].sum()
        assert row.aht_s == pytest.approx((part["offered"] * part["aht_s"]).sum() / part["offered"].sum())
        assert (row.lower_50, row.upper_50) == pytest.approx(tuple(np.quantile(sums, [0.25, 0.75])))
    assert weekly(told.drop(columns="aht_s"), paths=5)["aht_s"].isna().all()


def test_the_band_of_a_day_of_few_contacts_ends_at_whole_ones_and_holds_the_days_drawn():
    start = pd.date_range("2026-03-02 08:00", periods=20, freq="30min")
    told = pd.DataFrame({"interval_start": start, "interval_s": 1800, "project": "orders", "channel": "email"})
    told = pd.concat([told, told.assign(interval_start=start + pd.Timedelta(days=1))], ignore_index=True)
    told = told.assign(offered=np.repeat([0.02, 0.4], 20), day_spread=0.4, dispersion=1.0)
    bands = day_bands(told, (0.95, 0.8))
    ends = bands[["lower_80", "upper_80", "lower_95", "upper_95"]]
    assert bands["offered"].tolist() == pytest.approx([0.4, 8.0]) and (ends % 1 == 0).all(axis=None)
    drawn = path_totals(told, by=("day",), paths=2000, seed=4)
    for level in (80, 95):
        both = drawn.merge(bands.drop(columns="offered"), on="day")
        inside = both["offered"].between(both[f"lower_{level}"], both[f"upper_{level}"]).groupby(both["day"]).mean()
        assert inside.iloc[0] >= level / 100 - 0.02 and abs(inside.iloc[1] - level / 100) < 0.06
    whole = told.assign(interval_s=86_400).groupby(told["interval_start"].dt.normalize(), as_index=False).first()
    whole = whole.assign(lower_80=[0.0, 5.5], upper_80=[0.9, 9.5])
    assert day_bands(whole)[["lower_80", "upper_80"]].to_numpy().tolist() == [[0.0, 0.9], [5.5, 9.5]]


def test_the_backtest_tells_the_coverage_of_each_level_asked():
    past = daily(np.random.default_rng(8).poisson(80 * np.tile(WEEK, 30)))
    row = backtest(past, days=14, origins=1, models=["best"], level=(0.5, 0.95)).iloc[0]
    known, came = split(past, 14)
    ahead = forecast(known, days=14, level=(0.5, 0.95))
    for level in (50, 80, 95):
        assert row[f"coverage_{level}"] == pytest.approx(held(ahead, came, level))
    assert "coverage_95" in backtest(past, days=14, origins=1, models=["best"])
    with pytest.raises(PlanError, match="between 0 and 1"):
        backtest(past, days=14, level=(95,))


def some_queues(count=3):
    rng = np.random.default_rng(9)
    return queues(count, 100, lambda day: rng.poisson(50 * WEEK[day % 7]))


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_queues_side_by_side_give_the_numbers_of_one_after_the_other(backend, monkeypatch):
    import joblib

    past = some_queues()
    monkeypatch.setitem(MODELS, "always nine", lambda past, ahead: np.full(len(ahead), 9.0))
    alone = forecast(past, days=7)
    with joblib.parallel_config(backend, n_jobs=2):
        told = []
        pd.testing.assert_frame_equal(forecast(past, days=7, jobs=None, progress=lambda *s: told.append(s)), alone)
        assert [step[0] for step in told] == [0, 1, 2, 3] and told[1] == (1, 3, "orders / queue 01")
        assert (forecast(past, days=7, jobs=2, model="always nine")["offered"] == 9).all()
        scored = backtest(past, days=14, origins=2, models=["best"], jobs=2).drop(columns="seconds")
        pd.testing.assert_frame_equal(
            scored, backtest(past, days=14, origins=2, models=["best"]).drop(columns="seconds")
        )


def test_a_cluster_named_in_parallel_config_gets_the_work():
    import joblib
    from joblib._parallel_backends import ThreadingBackend

    sent = []

    class Cluster(ThreadingBackend):
        def submit(self, func, callback=None):
            sent.append(func)
            return super().submit(func, callback)

    joblib.register_parallel_backend("cluster of the test", Cluster)
    with joblib.parallel_config("cluster of the test", n_jobs=2):
        forecast(some_queues(), days=7, jobs=1)
        assert not sent
        forecast(some_queues(), days=7, jobs=None)
    assert len(sent) == 3


def test_cancelling_stops_the_queues_not_yet_begun_and_an_error_comes_back_whole():
    import joblib

    asked = []

    def slow(past, ahead):
        asked.append(1)
        return np.full(len(ahead), 5.0)

    def cancel(done, total, text):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, joblib.parallel_config("threading"):
        patch.setitem(MODELS, "slow", slow)
        with pytest.raises(KeyboardInterrupt):
            forecast(some_queues(40), days=7, model="slow", jobs=2, progress=cancel)
    assert len(asked) < 40 * 7  # six trials and the forecast itself, each
    shut = {"orders": {"project": "orders", "zone": "UTC", "region": "", "hours": {}, "closed_on_holidays": False}}
    for jobs in (1, 2):
        with pytest.raises(PlanError, match=r"orders / queue 0\d: the project has no opening hours") as told:
            forecast(some_queues(), days=7, hours=shut, jobs=jobs)
        assert told.value.values["project"] == "orders"


def test_without_joblib_the_queues_are_worked_one_after_the_other(monkeypatch):
    alone = forecast(some_queues(), days=7)
    monkeypatch.setitem(sys.modules, "joblib", None)
    pd.testing.assert_frame_equal(forecast(some_queues(), days=7, jobs=2), alone)
