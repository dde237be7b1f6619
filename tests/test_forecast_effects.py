"""What the calendar and the day's shape are found to do: waves, days after closed ones, ways back to what is usual."""

import numpy as np
import pandas as pd
import pytest

from ccwb.forecast import forecast
from ccwb.forecast.effects import _count_weights, _reopened
from ccwb.forecast.models import _autoregression
from ccwb.forecast.profile import _calm, _waiting_shape, busy_days, lean, leaning
from ccwb.projects import holidays_of


class Past:
    """Days that are all a model asks of: what came, on which weekday."""

    def __init__(self, offered):
        self.offered, self.weekday = np.asarray(offered, dtype=float), np.arange(len(offered)) % 7

    def __len__(self):
        return len(self.offered)


def waves_of(days, most=4):
    angle = 2 * np.pi * np.outer(np.arange(days) / 30.4, np.arange(1, most + 1))
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(days, -1)


def test_as_many_waves_count_as_there_are_and_none_where_there_is_none():
    rng, waves = np.random.default_rng(1), waves_of(400)
    noise = rng.normal(0, 0.05, (20, 400))
    two = 0.06 * waves[:, 0] + 0.05 * waves[:, 3]
    quiet = np.mean([_count_weights(np.ones((400, 1)), waves, z) for z in noise], axis=0)
    planted = np.mean([_count_weights(np.ones((400, 1)), waves, z + two) for z in noise], axis=0)
    assert quiet[0] > 0.75 and planted[2] > 0.75 and planted[:2].sum() == pytest.approx(0, abs=1e-9)
    assert quiet.sum() == pytest.approx(1) and _count_weights(np.ones((400, 1)), waves[:, :0], noise[0]).tolist() == [1]


def test_a_wave_weighs_what_its_criterion_says_when_worked_by_hand():
    rng, waves = np.random.default_rng(2), waves_of(200, most=1)
    z = rng.normal(0, 1, 200)  # errors that do not last: next to nothing is whitened away
    z -= (z[1:] @ z[:-1]) / (z[:-1] @ z[:-1]) * np.r_[0, z[:-1]]
    rest = [
        z[1:] - a @ np.linalg.lstsq(a, z[1:], rcond=None)[0]
        for a in (np.ones((199, 1)), np.c_[np.ones(200), waves][1:])
    ]
    better = 199 * np.log((rest[0] @ rest[0]) / (rest[1] @ rest[1])) - 4 * np.log(np.log(199))
    assert _count_weights(np.ones((200, 1)), waves, z)[1] == pytest.approx(1 / (1 + np.exp(-better / 2)), abs=0.01)


def test_an_autoregression_finds_the_way_a_queue_goes_back_and_of_pure_chance_it_makes_next_to_nothing():
    rng = np.random.default_rng(3)
    z = np.zeros(1000)
    for i in range(2, 1000):
        z[i] = 0.02 + 0.5 * z[i - 1] + 0.3 * z[i - 2] + rng.normal(0, 0.05)
    beta, error = _autoregression(z)
    assert beta[:3] == pytest.approx([0.02, 0.5, 0.3], abs=0.08) and error.std() == pytest.approx(0.05, rel=0.05)
    assert np.abs(_autoregression(rng.normal(0, 1, 1000))[0]).sum() < 0.3
    assert _autoregression(np.full(40, 2.0))[0][0] == pytest.approx(2.0)


def test_a_queue_that_swings_about_its_mean_is_told_better_by_going_back_than_by_holding_on():
    rng, errors = np.random.default_rng(4), {"regression and autoregression": [], "regression and ETS": []}
    for _ in range(6):
        z = np.zeros(400)
        for i in range(1, 400):
            z[i] = 0.85 * z[i - 1] + rng.normal(0, 0.1)
        times = pd.date_range("2024-01-01", periods=400)
        base = {"interval_start": times, "interval_s": 86_400, "project": "orders", "channel": "voice"}
        history = pd.DataFrame(base | {"offered": rng.poisson(400 * np.exp(z)).astype(float)})
        for model, found in errors.items():
            ahead = forecast(history[:372], days=28, model=model)["offered"].to_numpy()
            found.append(np.abs(ahead - history["offered"][372:].to_numpy()).sum())
    goes_back, holds_on = (np.sum(found) for found in errors.values())
    assert goes_back < 0.97 * holds_on


def test_what_may_wait_is_what_the_closed_days_would_have_had_over_the_day_itself():
    week = [100.0, 80, 80, 80, 80, 40, 0]  # Monday to Saturday, closed on Sundays
    past = Past(np.tile(week, 12))
    open_ = np.tile([True] * 6 + [False], 14)
    open_[[7, 12, 24, 25, 26, 29, 30, 31, 32]] = False  # a Monday, a Saturday, Thursday to Saturday, Tuesday to Friday
    past.offered[~open_[: len(past)]] = np.nan
    first, second = _reopened(past, open_, np.arange(98) % 7)
    waits = {
        8: 101 / 81,
        14: 41 / 101,
        28: (81 + 81 + 41) / 101,
        33: 3 * 81 / 41,
    }  # log(1 + contacts); three days at most
    assert {int(i): float(np.expm1(first[i])) for i in np.flatnonzero(first)} == pytest.approx(waits)
    assert np.flatnonzero(second).tolist() == [9, 15, 35]  # 28 is followed by a closed day


@pytest.mark.parametrize("waits", [0.0, 0.7])
def test_a_monday_after_a_closed_saturday_gets_a_saturdays_work_more_and_not_half_as_much_again(waits):
    rng, usual = np.random.default_rng(5), np.array([500.0, 350, 340, 330, 350, 160, 0])
    free = holidays_of("DE", [2024, 2025, 2026])
    mean, held, day = {}, 0.0, pd.date_range("2024-09-23", "2026-10-18")
    for d in day:
        own = usual[d.day_of_week]
        if d.date() in free or own == 0:
            held += waits * own
        else:
            mean[d], held = own + held, 0.0
    past = pd.DatetimeIndex([d for d in mean if d < pd.Timestamp("2026-09-21")])
    base = {"interval_start": past, "interval_s": 86_400, "project": "orders", "channel": "email"}
    history = pd.DataFrame(base | {"offered": rng.poisson([mean[d] for d in past]).astype(float)})
    ahead = forecast(history, days=28, holidays="DE").set_index("interval_start")["offered"]
    assert pd.Timestamp("2026-10-03") not in ahead.index  # a Saturday: German Unity Day
    assert mean[pd.Timestamp("2026-10-05")] == 500 + waits * 160
    for d, got in ahead.items():
        assert got == pytest.approx(mean[d], rel=0.07)


def test_what_waited_has_the_shape_of_its_own_that_days_agree_on_else_the_usual_one():
    rng, usual = np.random.default_rng(6), np.full((8, 10), 0.1)
    waited = np.array([0.2, 0.4, 0.3, 0.5] * 2)
    came = 500 * ((1 - waited)[:, None] * usual + waited[:, None] * np.eye(10)[0])
    assert _waiting_shape(500 * usual, came, waited) == pytest.approx(np.eye(10)[0], abs=0.03)
    drawn = _waiting_shape(500 * usual, rng.poisson(came).astype(float), waited)
    assert drawn[0] == pytest.approx(1, abs=0.1)
    chance = [_waiting_shape(500 * usual, rng.poisson(500 * usual).astype(float), waited) for _ in range(20)]
    assert np.median(np.abs(np.array(chance) - 0.1).max(axis=1)) < 1e-9


@pytest.mark.parametrize("early", [0.0, 0.5])
def test_a_busy_day_whose_rush_comes_early_is_told_from_a_quiet_one(early):
    rng, days, slots = np.random.default_rng(7), 300, 16
    busy = rng.normal(0, 0.2, days)
    tilt = early * np.linspace(1, -1, slots)
    mean = 800 * np.exp(busy)[:, None] * (1 + busy[:, None] * tilt) / slots
    counts = rng.poisson(mean).astype(float)
    share, total, good = np.full((days, slots), 1 / slots), counts.sum(axis=1), np.ones(days, dtype=bool)
    slope = lean(counts, total, share, busy, good)
    assert slope == pytest.approx(tilt, abs=0.12) and (early > 0 or np.abs(slope).max() < 0.03)
    out = leaning(share[:2], tilt, np.array([0.3, 0.0]))
    assert out.sum(axis=1) == pytest.approx([1, 1]) and out[0, 0] == pytest.approx((1 + 0.3 * early) / slots)
    assert out[1] == pytest.approx(share[1]) and lean(counts[:, :1], total, share[:, :1], busy, good).tolist() == [0]


def test_busy_is_a_day_against_its_weekday_and_the_weeks_around_so_neither_a_monday_nor_a_season_is():
    week = np.tile([150.0, 100, 100, 100, 90, 50, 40], 60)
    season = week * np.exp(0.3 * np.sin(2 * np.pi * np.arange(420) / 365))
    rush = season.copy()
    rush[300], rush[310] = 1.3 * season[300], np.nan
    got = busy_days(rush, np.arange(420) % 7)
    assert got[300] == pytest.approx(np.log(1.3), abs=0.04) and got[310] == 0
    assert np.abs(np.delete(got, 300)).max() < 0.08 and (busy_days(np.full(9, np.nan), np.arange(9) % 7) == 0).all()


def test_one_wild_morning_is_cut_before_it_teaches_and_few_contacts_are_never_cut():
    rng, expected = np.random.default_rng(8), np.full((200, 20), 50.0)
    counts = rng.poisson(expected).astype(float)
    counts[70, :3] = 400
    calm = _calm(counts, expected)
    assert (calm[70, :3] < 50 + 4 * np.sqrt(50)).all() and calm[70, :3].min() > 60
    assert np.delete(calm, 70, axis=0).mean() == pytest.approx(np.delete(counts, 70, axis=0).mean(), rel=0.002)
    few = rng.poisson(np.full((400, 20), 0.3)).astype(float)
    assert _calm(few, np.full((400, 20), 0.3)).mean() == pytest.approx(few.mean(), rel=0.02)
