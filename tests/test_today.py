"""The rest of a day forecast anew: worlds whose law is known, the sample's own days, and what must always hold."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.today import EVERY, _scored, simulated
from ccwb.errors import PlanError
from ccwb.forecast import today
from ccwb.forecast.update import Law, hours_ahead, law_of, morning

QUIET = Law(0.1**2, 0.0, 0.0, 1.0, 0.0)


def hours(offered, *, first="2026-03-02 08:00", spread=0.1, dispersion=1.0, aht_s=240.0):
    """Return a forecast of so many contacts an hour."""
    at = pd.date_range(first, periods=len(offered), freq="1h")
    offered = np.asarray(offered, dtype=float)
    said = {"lower_80": offered * 0.8, "upper_80": offered * 1.2, "day_spread": spread, "dispersion": dispersion}
    slots = {"interval_start": at, "interval_s": 3600, "project": "orders", "channel": "voice"}
    return pd.DataFrame(slots | {"offered": offered, "aht_s": aht_s} | said | {"model": "plan"})


def came(plan, counts, **more):
    """Return what came in the first intervals of a forecast."""
    slots = plan.loc[: len(counts) - 1, ["interval_start", "interval_s", "project", "channel"]]
    return slots.assign(offered=np.asarray(counts, dtype=float), **more)


def rest(plan, actuals, now):
    return today(plan, actuals, now=now).queues.iloc[0]


def test_one_hour_moves_the_rest_by_the_share_that_the_level_has_in_its_error():
    """A normal level of variance 0.01 seen once with Poisson's 1/100: half of what it shows is believed.

    Worked by hand: the most likely x of x^2 / 0.02 + (100 e^x - 120 x), around -0.005, is 0.0902 - 0.005.
    """
    size = np.full(2, 100.0)
    error = np.array([0.2, np.nan])
    factor, covariance = hours_ahead(error, size, QUIET, place=np.arange(2), mean=0.0, variance=0.01)
    grid = np.linspace(-0.5, 0.7, 20001)
    chance = np.exp(-((grid + 0.005) ** 2) / 0.02 + 120 * grid - 100 * np.exp(grid) + 100)
    slow = (chance * np.exp(grid)).sum() / chance.sum()  # the exact mean of e^x, by summing over it
    assert factor[1] == pytest.approx(slow, abs=0.003)
    assert covariance[1, 1] == pytest.approx(1 / (1 / 0.01 + 100 * slow), rel=0.05)


def test_what_fades_within_the_day_moves_the_next_hour_more_than_the_evening():
    law = Law(1e-6, 0.1**2, 0.7, 1.0, 0.0)
    error = np.full(10, np.nan)
    error[:2] = 0.3
    factor, covariance = hours_ahead(error, np.full(10, 300.0), law, place=np.arange(10), mean=0.0, variance=1e-6)
    assert (np.diff(factor[2:]) < 0).all() and factor[2] > 1.1 and factor[9] < 1.02
    assert (np.diff(np.diag(covariance)[2:]) > 0).all()


def test_one_wild_hour_is_not_taken_for_the_day_but_two_hours_alike_are():
    size, law = np.full(8, 400.0), Law(0.05**2, 0.0, 0.0, 1.0, 0.0)
    told = {}
    for name, seen in {"wild": [0.0, 0.0, 0.0, 3.0], "lasting": [3.0, 3.0, 3.0, 3.0]}.items():
        error = np.r_[seen, np.full(4, np.nan)]
        told[name] = hours_ahead(error, size, law, place=np.arange(8), mean=0.0, variance=law.level)[0][4]
    assert told["wild"] < 1.6
    assert told["lasting"] > 2.5


def test_the_law_of_past_days_is_found_again():
    rng = np.random.default_rng(3)
    days, slots = 400, 20
    fades = np.zeros((days, slots))
    fades[:, 0] = rng.normal(0, 0.1, days)
    for slot in range(1, slots):
        fades[:, slot] = 0.85 * fades[:, slot - 1] + rng.normal(0, 0.1 * np.sqrt(1 - 0.85**2), days)
    factor = 1 + rng.normal(0, 0.08, days)[:, None] + fades
    size = np.full((days, slots), 200.0)
    error = rng.poisson(size * np.maximum(factor, 0)) / size - 1
    law = law_of(error, size, usual=Law(0.2**2, 0.0, 0.0, 1.0, 0.5))
    assert np.sqrt(law.level) == pytest.approx(0.08, abs=0.015)
    assert np.sqrt(law.within) == pytest.approx(0.1, abs=0.015)
    assert law.near == 0.85 and law.noise == pytest.approx(1.0, abs=0.1) and law.lasting < 0.15


def test_a_level_that_lasts_is_known_in_the_morning():
    size = np.full((30, 10), 100.0)
    law = Law(0.1**2, 0.0, 0.0, 1.0, 0.9)
    mean, variance = morning(np.full((30, 10), 0.2), size, law)
    assert 0.15 < mean < 0.2 and variance < law.level / 2
    assert morning(np.full((3, 10), np.nan), size[:3], law)[0] == 0.0


@pytest.mark.parametrize("law", [{"level": 0.06, "within": 0.0}, {"level": 0.0, "within": 0.15}])
def test_at_noon_the_rest_is_told_better_than_by_the_morning_and_by_the_ratio_and_the_band_keeps_its_word(law):
    plan, actuals = simulated(**law, days=EVERY + 45, seed=8)
    both = plan.merge(actuals[["interval_start", "offered"]], on="interval_start", suffixes=("", "_came"))
    both["day"] = both["interval_start"].dt.normalize()
    tried = sorted(both["day"].unique())[EVERY:]
    found = _scored(plan, actuals, both, tried, 12)
    assert found["anew"] < 0.95 * found["plan"] and found["anew"] < found["ratio"]
    assert 0.66 <= found["anew_in"] <= 0.94  # of 45 days: a good two standard errors around 0.8
    assert found["anew_width"] < found["plan_width"]


def test_bands_narrow_as_the_day_goes_and_end_where_the_day_does():
    plan = hours([100] * 12)
    counts = np.random.default_rng(1).poisson(105, 12)
    widths = []
    for n in range(1, 13):
        now = plan["interval_start"].iloc[0] + pd.Timedelta(hours=n)
        row = rest(plan, came(plan, counts), now)
        widths.append(row["day_upper_80"] - row["day_lower_80"])
        assert row["actual_so_far"] + row["rest"] == pytest.approx(row["day"])
    assert (np.diff(widths) < 0).all() and widths[-1] == 0
    assert row["day"] == counts.sum()


def test_nothing_after_now_is_looked_at():
    plan = hours([100] * 10)
    actuals = came(plan, [120] * 10)
    changed = actuals.assign(offered=np.where(np.arange(10) < 4, 120.0, 5000.0))
    now = "2026-03-02 12:00"
    pd.testing.assert_frame_equal(today(plan, actuals, now=now).rows, today(plan, changed, now=now).rows)


def test_before_anything_came_the_forecast_stands_and_an_absent_hour_is_unknown_not_nothing():
    plan = hours([100] * 10)
    assert rest(plan, came(plan, []), "2026-03-02 12:00")["rest"] == pytest.approx(600, rel=0.01)
    gap = came(plan, [100, 100, 100, 100]).drop(index=1)
    row = rest(plan, gap, "2026-03-02 12:00")
    assert row["rest"] == pytest.approx(600, rel=0.02) and row["actual_so_far"] == 300
    assert row["day"] == pytest.approx(1000, rel=0.02)


def test_finer_and_longer_intervals_of_the_actual_figures_say_the_same():
    plan = hours([100] * 10)
    same = rest(plan, came(plan, [120, 130]), "2026-03-02 10:00")
    quarters = came(plan, [120, 130]).loc[[0, 0, 0, 0, 1, 1, 1, 1]].reset_index(drop=True)
    quarters["interval_start"] += pd.to_timedelta([0, 900, 1800, 2700] * 2, unit="s")
    quarters = quarters.assign(interval_s=900, offered=quarters["offered"] / 4)
    finer = rest(plan, quarters, "2026-03-02 10:00")
    assert finer["rest"] == pytest.approx(same["rest"]) and finer["actual_so_far"] == 250
    half = hours([50] * 20).assign(interval_s=1800)
    half["interval_start"] = pd.date_range("2026-03-02 08:00", periods=20, freq="30min")
    longer = rest(half, came(plan, [120, 130]), "2026-03-02 10:00")
    assert longer["actual_so_far"] == 250 and longer["rest"] == pytest.approx(same["rest"], rel=0.02)


def test_longer_handling_so_far_is_expected_to_last_in_part():
    plan = hours([100] * 10)
    actuals = came(plan, [100] * 4, handled=100.0, aht_s=300.0)
    found = today(plan, actuals, now="2026-03-02 12:00")
    assert 1.1 < found.queues["aht_factor"].item() < 1.25
    ahead = found.rows[found.rows["ahead"]]
    assert ahead["aht_s"].between(240, 300).all() and (found.rows["aht_s"][:4] == 300).all()


def test_a_day_of_twenty_three_hours_and_zones_are_ordinary():
    plan = hours([20] * 23, first="2026-03-29 00:00")
    plan["interval_start"] = pd.date_range("2026-03-29", periods=23, freq="1h", tz="Europe/Berlin")
    row = rest(plan, came(plan, [30] * 12).assign(interval_start=plan["interval_start"].dt.tz_convert("UTC")[:12]),
               "2026-03-29 13:00")  # fmt: skip
    assert row["actual_so_far"] == 360 and row["plan_rest"] == 220 and row["rest"] > 230


def test_a_closed_day_is_said():
    with pytest.raises(PlanError, match="no open interval on 2026-03-03"):
        today(hours([10]), came(hours([10]), []), now="2026-03-03 10:00")
    with pytest.raises(PlanError, match="noonish"):
        today(hours([10]), came(hours([10]), []), now="noonish")
