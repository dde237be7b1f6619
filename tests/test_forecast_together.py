"""Queues of one project that err together: measured on the past, carried by the forecast, drawn in the paths."""

import numpy as np
import pandas as pd
import pytest

from ccwb import tables
from ccwb.forecast import adjusted, forecast, path_totals, sample_paths, scenario
from ccwb.forecast.adjust import in_days
from ccwb.forecast.brought import as_forecast
from ccwb.forecast.common import DayErrors, shared_errors, together

DAYS = pd.date_range("2026-03-02", periods=28)


def told(share, queues=("voice", "email"), *, project="orders", mean=1e6, days=DAYS, **more):
    """Return a forecast in days, so large that single contacts do not count, each day off by 10 %."""
    rows = {"interval_start": days, "interval_s": 86_400, "project": project, "offered": mean, "day_spread": 0.1}
    rows |= {"dispersion": 1.0, "day_to_day": 0.5, "together": share, "lower_80": 0.0, "upper_80": 2 * mean}
    return pd.concat([pd.DataFrame(rows | more).assign(channel=c) for c in queues], ignore_index=True)


def totals(forecast, by=("project", "channel", "day"), paths=4000, **more):
    drawn = path_totals(forecast, by=by, paths=paths, seed=5, **more)
    return drawn.pivot(index="path", columns=list(by), values="offered")


def history(common, seed, days=400, projects=("orders", "orders"), own=0.1):
    """Return daily histories of one queue each, their days off by `own`, of whose variance `common` is shared."""
    rng = np.random.default_rng(seed)
    both, parts = rng.standard_normal(days), []
    for number, project in enumerate(projects):
        shock = np.sqrt(common) * both + np.sqrt(1 - common) * rng.standard_normal(days)
        times = pd.date_range("2025-01-06", periods=days)
        size = 2000 * np.where(times.day_of_week < 5, 1.0, 0.6) * np.exp(own * shock)
        rows = {"interval_start": times, "interval_s": 86_400, "project": project, "channel": f"queue {number}"}
        parts.append(pd.DataFrame(rows | {"offered": rng.poisson(size).astype(float)}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_days_and_weeks_of_a_projects_queues_hang_together_as_asked(share):
    for by in (("channel", "day"), ("channel", "week"), ("channel",)):
        drawn = np.log(totals(told(share), by=by))
        found = [np.corrcoef(drawn["voice"], drawn["email"])[0, 1]] if by == ("channel",) else [
            np.corrcoef(drawn["voice", day], drawn["email", day])[0, 1] for day in drawn["voice"].columns
        ]  # fmt: skip
        assert np.mean(found) == pytest.approx(share, abs=0.03), by


def test_each_queue_keeps_its_own_law_of_days_weeks_and_total_and_only_the_sum_is_wider():
    growing = {"day_spread": np.sqrt(0.01 + 0.0004 * np.arange(28)), "day_to_day": 0.7}
    alone, both = told(0.0, **growing), told(0.6, **growing)
    for by in (("channel", "day"), ("channel", "week"), ("channel",)):
        one, two = (totals(table, by=by, paths=6000) for table in (alone, both))
        for end in (0.05, 0.1, 0.5, 0.9, 0.95):
            np.testing.assert_allclose(two.quantile(end), one.quantile(end), rtol=0.02)
    one, two = (path_totals(table, by=(), paths=6000, seed=5)["offered"].std() for table in (alone, both))
    assert two / one == pytest.approx(np.sqrt(1.6), rel=0.05)  # two alike queues: variance times 1 + correlation


def test_what_is_chosen_is_what_the_whole_would_have_had_and_projects_err_alone():
    whole = pd.concat([told(0.7, mean=400.0), told(0.7, ("chat",), project="sales", mean=300.0)], ignore_index=True)
    drawn = sample_paths(whole, paths=50, seed=2)
    part = sample_paths(whole, paths=50, seed=2, project="orders", channel="email", first_day="2026-03-20")
    mine = drawn[(drawn["channel"] == "email") & (drawn["interval_start"] >= "2026-03-20")]
    pd.testing.assert_frame_equal(part, mine.reset_index(drop=True))
    apart = sample_paths(whole[whole["channel"] == "email"], paths=50, seed=2)  # a queue drawn by itself
    pd.testing.assert_frame_equal(apart, drawn[drawn["channel"] == "email"].reset_index(drop=True))
    two = pd.concat([told(0.9, ("voice",)), told(0.9, ("chat",), project="sales")], ignore_index=True)
    drawn = totals(two, by=("project", "day"))
    assert abs(np.corrcoef(drawn["orders"].iloc[:, 3], drawn["sales"].iloc[:, 3])[0, 1]) < 0.05


def test_a_forecast_without_the_column_or_without_a_number_in_it_errs_as_before():
    none = told(0.0)
    plain = sample_paths(none.drop(columns="together"), paths=20, seed=3)
    for table in (none, none.assign(together=np.nan)):
        pd.testing.assert_frame_equal(sample_paths(table, paths=20, seed=3), plain)


@pytest.mark.parametrize("common", [0.0, 0.5, 0.9])
def test_what_queues_have_in_common_is_found_again_on_their_past(common):
    found = [forecast(history(common, seed), days=7)["together"].iloc[0] for seed in range(4)]
    assert np.mean(found) == pytest.approx(common, abs=0.1) and max(found) <= 0.95


def test_only_queues_of_one_project_are_compared_and_a_queue_too_young_errs_alone():
    apart = forecast(history(0.9, 1, projects=("orders", "sales")), days=7)
    assert (apart["together"] == 0).all()
    three = history(0.8, 2, projects=("orders", "orders", "orders"))
    young = three[(three["channel"] != "queue 2") | (three["interval_start"] >= "2026-02-05")]
    ahead = tables.check(forecast(young, days=7), "forecast").groupby("channel")["together"].first()
    assert ahead["queue 2"] == 0 and ahead["queue 0"] == ahead["queue 1"] > 0.6
    assert list(forecast(young, days=7).columns)[-2:] == ["together", "model"]


def test_the_correlation_is_that_of_least_squares_over_all_pairs_drawn_towards_none():
    day, rng = np.arange(60).astype("datetime64[D]"), np.random.default_rng(3)
    queues = [DayErrors(day[i:], rng.standard_normal(60 - i) + 0.5, part) for i, part in ((0, 0.9), (5, 0.7), (9, 0.4))]
    queues[0].error[7] = np.nan
    above = below = 0.0
    for i, j in ((0, 1), (0, 2), (1, 2)):
        for date in day:
            x, y = (q.error[q.day == date] for q in (queues[i], queues[j]))
            if len(x) and len(y) and np.isfinite(x[0] * y[0]):
                both = queues[i].part * queues[j].part
                above, below = above + x[0] * y[0] * both, below + both**2
    assert together(queues) == pytest.approx(above / (below + 28))
    assert together(queues[:1]) == 0 and together([None, queues[0]]) == 0
    assert shared_errors(["a", "b", "a", "a"], [*queues, None])[1] == 0
    assert shared_errors(["a", "a", "a", "a"], [*queues, None])[3] == 0


def test_what_is_changed_brought_or_gathered_keeps_the_errors_in_common():
    ahead = forecast(history(0.7, 4), days=14)
    share = ahead["together"].iloc[0]
    assert share > 0.4
    more = {"id": "a", "project": "orders", "channel": "", "kind": "percent", "value": 0.2}
    for table in (adjusted(ahead, [more]), scenario(ahead, at="high"), in_days(ahead)):
        assert (table["together"] == share).all()
    own = ahead[["interval_start", "interval_s", "project", "channel"]].assign(offered=500.0)
    assert (as_forecast(own, like=ahead)["together"] == share).all()
    assert "together" not in as_forecast(own)
    low = [path_totals(t, by=(), paths=2000)["offered"].quantile(0.1) for t in (ahead, ahead.assign(together=0.0))]
    assert low[0] < low[1]
