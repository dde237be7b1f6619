"""Forecast models: what each one says of the sample's queues, of jumps, of rushes and of shapes that change."""

import datetime

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.forecast import MODELS, backtest, forecast
from ccwb.forecast.effects import mean_scale
from ccwb.forecast.models import _fading, _mixed
from ccwb.forecast.profile import FORTNIGHT, HALF_LIVES, _shapes, _trust, shares
from ccwb.forecast.trial import NAIVE, Trial, best_of
from ccwb.projects import holidays_of, is_open
from ccwb.samples import load_centre, load_events, load_history

FITTED = [name for name in MODELS if name != NAIVE]


def daily(offered, start="2024-01-01"):
    base = {"interval_start": pd.date_range(start, periods=len(offered)), "interval_s": 86_400, "project": "orders"}
    return pd.DataFrame(base | {"channel": "voice", "offered": np.asarray(offered, dtype=float)})


@pytest.fixture(scope="module")
def sample():
    hours = {project["project"]: project for project in load_centre()["projects"]}
    return load_history(), {"hours": hours, "events": load_events()}


@pytest.mark.parametrize("model", [*MODELS, "best"])
def test_every_queue_of_the_sample_is_forecast_on_its_open_days_without_negatives_and_twice_alike(sample, model):
    history, told = sample
    ahead = forecast(history, days=28, model=model, interval_s=86_400, seed=3, **told)
    for (project, channel), queue in ahead.groupby(["project", "channel"]):
        start = pd.DatetimeIndex(queue["interval_start"])
        quarters = pd.date_range("2026-11-01", "2026-11-29", freq="15min", tz=start.tz, inclusive="left")
        open_days = quarters[is_open(quarters, told["hours"][project])].normalize().unique()
        assert start.tolist() == open_days.tolist()
        usual = history[(history["project"] == project) & (history["channel"] == channel)].tail(20_000)
        usual = usual.groupby(usual["interval_start"].dt.normalize())["offered"].sum()
        assert (queue["offered"] > 0).all() and queue["offered"].max() < 1.5 * usual.max()
    mine = history[history["project"] == "sales"]
    again = [forecast(mine, days=14, model=model, seed=3, **told) for _ in range(2)]
    pd.testing.assert_frame_equal(*again)
    assert not again[0].duplicated(["project", "channel", "interval_start"]).any() and (again[0]["offered"] >= 0).all()


@pytest.mark.parametrize("model", [*MODELS, "best"])
def test_a_quiet_past_gives_a_quiet_forecast(model):
    week = np.tile([50, 40, 40, 40, 30, 10, 5], 60)
    np.testing.assert_allclose(forecast(daily(week), days=28, model=model)["offered"], week[:28], rtol=1e-3)
    assert (forecast(daily(week * 0), days=28, model=model)["offered"] == 0).all()
    few = forecast(daily(np.random.default_rng(1).poisson(0.4, 300)), days=28, model=model)["offered"]
    assert (few >= 0).all() and (model == NAIVE or 0.2 < few.mean() < 0.6)


@pytest.mark.parametrize("model", [*FITTED, "best"])
@pytest.mark.parametrize("days", [120, 400])
def test_a_jump_for_good_six_weeks_ago_is_believed(model, days):
    rng = np.random.default_rng(2)
    mean = 300 * np.tile([1.3, 1, 1, 1, 0.9, 0.5, 0.3], 60)[:days] * np.where(np.arange(days) < days - 42, 1, 1.4)
    ahead = forecast(daily(rng.poisson(mean)), days=28, model=model)["offered"].sum()
    assert ahead / 28 == pytest.approx(1.4 * 300 * 6 / 7, rel=0.08)


def test_a_rush_on_the_first_of_the_month_is_expected_again_and_one_that_never_was_is_not():
    rng = np.random.default_rng(3)
    day = pd.date_range("2024-01-01", periods=600)  # to 22 August 2025
    got = {}
    for rush in (1.0, 1.15):
        offered = rng.poisson(500 * np.where(day.day == 1, rush, 1))
        ahead = forecast(daily(offered), days=28, model="regression").set_index("interval_start")["offered"]
        got[rush] = ahead[ahead.index.day == 1].mean() / ahead[ahead.index.day != 1].mean()
    assert got[1.15] == pytest.approx(1.15, abs=0.04) and got[1.0] == pytest.approx(1, abs=0.02)


def test_an_error_that_always_passed_fades_and_one_that_always_stayed_is_kept():
    rng = np.random.default_rng(4)
    passing = rng.normal(0, 0.1, 400)
    passing[-3:] = 0.5
    stays = np.repeat(rng.normal(0, 0.3, 20), 40) + rng.normal(0, 0.02, 800)  # each level holds for 40 days
    assert np.abs(_fading(passing, 28)).max() < 0.15
    kept = _fading(stays, 28)
    assert kept[0] == pytest.approx(stays[-20:].mean(), rel=0.2) and (np.diff(np.abs(kept)) <= 0).all()
    alternating = np.tile([0.1, 0.1, -0.1, -0.1], 50)
    assert np.isfinite(_fading(alternating, 700)).all() and np.abs(_fading(alternating, 700)).max() < 0.2


def test_of_several_levels_the_one_that_told_the_weeks_after_is_trusted():
    flat = np.random.default_rng(5).normal(0, 0.1, 600)
    right, wild = np.zeros(600), np.concatenate([flat[:1], flat[:-1]])
    np.testing.assert_allclose(_mixed([right, wild], flat), 0.0, atol=0.01)
    np.testing.assert_allclose(_mixed([right, right + 1e-12], flat), 0.0, atol=1e-9)


def test_the_mean_of_a_median_is_raised_by_noise_but_not_by_a_rare_shock():
    noise = np.random.default_rng(6).normal(0, 0.3, 20_000)
    tails = np.clip(np.exp(noise), np.exp(-1.6449 * 0.3), np.exp(1.6449 * 0.3)).mean()  # normal quantiles
    assert mean_scale(noise) == pytest.approx(tails, rel=0.005) and 1.02 < mean_scale(noise) < np.exp(0.3**2 / 2)
    assert mean_scale(np.array([0.0] * 99 + [5.0])) == 1.0 and mean_scale(np.array([])) == 1.0


def drawn_day(rng, days, shape):
    """Return the matrices that the profile learns from: counts, each day's total in every slot, weekday."""
    counts = rng.poisson(400 * shape[: len(shape)]).astype(float)
    total = np.repeat(counts.sum(axis=1, keepdims=True), counts.shape[1], axis=1)
    return counts, total, np.arange(days) % 7


def test_each_memory_of_the_shape_is_the_weighted_mean_that_a_slow_loop_gives():
    rng = np.random.default_rng(7)
    counts, total, weekday = drawn_day(rng, 70, np.full((70, 12), 1 / 12))
    got = _shapes(counts, total, weekday)
    assert got.shape == (len(HALF_LIVES), 7, 12)

    def mean(table, half, s, days):
        return sum(0.5 ** ((69 - i) / half) * table[i, s] for i in days)

    own = {w: [i for i in range(70) if weekday[i] == w] for w in range(7)}
    every = [mean(counts, 224, s, range(70)) / mean(total, 224, s, range(70)) for s in range(12)]
    smooth = [0.25 * every[max(s - 1, 0)] + 0.5 * every[s] + 0.25 * every[min(s + 1, 11)] for s in range(12)]
    week = np.array(
        [
            [(mean(counts, 224, s, own[w]) + 24 * smooth[s]) / (mean(total, 224, s, own[w]) + 24) for s in range(12)]
            for w in range(7)
        ]
    )
    for h, w, s in ((0, 0, 0), (2, 3, 5), (5, 6, 11)):
        due = mean(total * week[weekday], HALF_LIVES[h], s, range(70))
        assert got[h, w, s] == pytest.approx(week[w, s] * (mean(counts, HALF_LIVES[h], s, range(70)) + 20) / (due + 20))


def test_a_shape_that_changed_is_learned_by_short_memories_and_a_steady_one_by_long():
    rng, days = np.random.default_rng(8), 400
    early, late = (np.exp(-0.5 * ((np.arange(24) - peak) / 4) ** 2) for peak in (8, 14))
    early, late = early / early.sum(), late / late.sum()
    steady = np.repeat(early[None], days, axis=0)
    moved = np.where(np.arange(days)[:, None] < days - 5 * FORTNIGHT, early, late)
    trust = {}
    for name, shape in (("steady", steady), ("moved", moved)):
        drawn = drawn_day(rng, days, shape)
        trust[name] = _trust(*drawn)
        mixed = np.tensordot(trust[name], _shapes(*drawn), axes=1)
        day = np.datetime64("2026-01-05") + np.arange(7)
        assert np.abs(shares(mixed, day, np.ones((7, 24), dtype=bool)) - shape[-1]).sum(axis=1).max() < 0.13
    assert trust["steady"][-3:].sum() > 0.6 and trust["moved"][:3].sum() > 0.8
    assert _trust(*drawn_day(rng, 20, steady[:20])).tolist() == pytest.approx([1 / len(HALF_LIVES)] * len(HALF_LIVES))


def test_the_combination_is_left_only_for_a_model_that_was_clearly_better():
    actual, lead = np.full(50, 100.0), np.ones(50)

    def tried(other, tested=True):
        return Trial(actual, lead, {"combination": actual + 10, "regression": actual + other}, tested)

    assert best_of(tried(9)) == best_of(tried(8.1)) == "combination"
    assert best_of(tried(7.9)) == "regression" and best_of(tried(0, tested=False)) == NAIVE


@pytest.mark.parametrize("waits", [True, False])
def test_where_work_waits_over_a_holiday_the_next_morning_takes_it_and_elsewhere_the_day_keeps_its_shape(waits):
    rng, free = np.random.default_rng(9), holidays_of("DE", [2024, 2025])
    day = pd.date_range("2024-01-01", "2025-04-25", freq="D")
    day = day[(day.day_of_week < 5) & ~pd.Series(day.date).isin(list(free)).to_numpy()]
    since = np.diff(day.date, prepend=day.date[0])  # the next working day finds the mail of every holiday before it
    between = [
        [d.date() - datetime.timedelta(days=i) for i in range(1, n.days)] for d, n in zip(day, since, strict=True)
    ]
    lost = np.array([sum(d in free and d.weekday() < 5 for d in gone) for gone in between])
    times = pd.DatetimeIndex([d + pd.Timedelta(hours=h) for d in day for h in range(8, 18)])
    mean = np.full((len(day), 10), 30.0)
    mean[:, 0] += lost * (100 if waits else 0)  # a third of a day's mail waits
    base = {"interval_start": times, "interval_s": 3600, "project": "orders", "channel": "email"}
    ahead = forecast(pd.DataFrame(base | {"offered": rng.poisson(mean).ravel() * 1.0}), days=14, holidays="DE")
    first = ahead.groupby(ahead["interval_start"].dt.normalize())["offered"].agg(lambda x: x.iloc[0] / x.sum())
    friday = pd.Timestamp("2025-05-02")  # 1 May is a Thursday
    assert "2025-05-01" not in first.index
    assert first.drop(friday).to_numpy() == pytest.approx(0.1, abs=0.02)
    assert first[friday] == pytest.approx(130 / 400 if waits else 0.1, abs=0.03 if waits else 0.015)


def fails(past, ahead):
    raise ZeroDivisionError("no weeks")


OWN_MODELS = {
    "raises": (fails, "fails: ZeroDivisionError: no weeks"),
    "says nothing": (
        lambda past, ahead: np.full(len(ahead), np.nan),
        "0 contacts or more for each open day; found nan",
    ),
    "says less than none": (lambda past, ahead: np.full(len(ahead), -3.0), "0 contacts or more .* found -3"),
    "says no end": (lambda past, ahead: np.full(len(ahead), np.inf), "0 contacts or more .* found inf"),
    "says a day too few": (lambda past, ahead: np.ones(len(ahead) - 1), "each of 14 days; found 13"),
    "says one for all": (lambda past, ahead: 5, "each of 14 days; found 1"),
    "fails today": (
        lambda past, ahead: fails(past, ahead) if len(past) == 120 else past.offered[-len(ahead) :],
        "fails",
    ),
}


@pytest.mark.filterwarnings("ignore:The forecast model:RuntimeWarning")
@pytest.mark.parametrize("kind", OWN_MODELS)
def test_a_model_of_ones_own_that_fails_is_named_when_asked_for_and_left_out_of_the_best_and_of_all(kind, monkeypatch):
    history = daily(np.tile([50, 40, 40, 40, 30, 10, 5], 18)[:120] + np.random.default_rng(1).poisson(5, 120))
    usual = forecast(history, days=14)
    model, said = OWN_MODELS[kind]
    monkeypatch.setitem(MODELS, "mine", model)
    with pytest.raises(PlanError, match=f"The forecast model 'mine' .*{said}"):
        forecast(history, days=14, model="mine")
    pd.testing.assert_frame_equal(forecast(history, days=14), usual)
    if kind in ("raises", "says nothing"):
        tried = backtest(history, days=14, origins=1)
        assert set(tried["model"]) == {*MODELS, "best"} - {"mine"}
        with pytest.warns(RuntimeWarning, match="'mine' .* left out"):
            forecast(history, days=14)
        with pytest.raises(PlanError, match="'mine'"):
            backtest(history, days=14, origins=1, models=["mine", "best"])


def test_a_model_that_fails_only_on_the_days_ahead_gives_way_to_the_next_best(monkeypatch):
    week = np.array([50, 40, 40, 40, 30, 10, 5])
    history = daily(week[np.arange(120) % 7] * (1 + (np.arange(120) % 21 == 3)))

    def clairvoyant(past, ahead):
        day = np.arange(len(past), len(past) + len(ahead))
        return fails(past, ahead) if len(past) == 120 else week[day % 7] * (1 + (day % 21 == 3))

    others = forecast(history, days=14)
    monkeypatch.setitem(MODELS, "mine", clairvoyant)
    with pytest.warns(RuntimeWarning, match="'mine' fails"):
        got = forecast(history, days=14)
    pd.testing.assert_frame_equal(got, others)


def test_a_missing_value_of_a_model_is_the_mean_of_its_other_days(monkeypatch):
    monkeypatch.setitem(MODELS, "mine", lambda past, ahead: np.where(np.arange(len(ahead)) == 2, np.nan, 8.0))
    assert forecast(daily(np.full(60, 9)), days=14, model="mine")["offered"].tolist() == [8.0] * 14
