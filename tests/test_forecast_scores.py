"""Rates of several moments together, and closed hours that are told and not scored."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccwb import tables
from ccwb.errors import PlanError
from ccwb.forecast import backtest, beliefs, cleaning, forecast, pooled
from ccwb.projects import new_project
from ccwb.store import open_store

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00")


def table(times, offered, interval_s=86_400, channel="voice"):
    base = {"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": channel}
    return pd.DataFrame(base | {"offered": np.asarray(offered, dtype=float)})


def growing(days=140, channel="voice", scale=1.0):
    """Return a daily history that grows fast, so that its last moment weighs more than its first."""
    rng = np.random.default_rng(1)
    size = scale * 50 * 1.02 ** np.arange(days)
    return table(pd.date_range("2025-01-06", periods=days), rng.poisson(size), channel=channel)


def test_the_error_over_several_moments_is_their_errors_over_their_contacts_not_a_mean_of_rates():
    history = pd.concat([growing(), growing(channel="chat", scale=0.1)], ignore_index=True)
    tried = tables.check(backtest(history, days=14, origins=4, models=["seasonal naive"]), "accuracy")
    said = errors = came = 0.0
    for row in tried.itertuples():  # the sums once more, from the history and what the rule says
        mine = history[history["channel"] == row.channel].set_index("interval_start")["offered"]
        truth = mine[row.origin : row.origin + pd.Timedelta(days=13)]
        rule = np.tile(mine[: row.origin - pd.Timedelta(days=1)].to_numpy()[-7:], 2)
        errors, came, said = errors + np.abs(truth - rule).sum(), came + truth.sum(), said + rule.sum()
    both = pooled(tried, by=()).iloc[0]
    assert both[["contacts", "expected"]].tolist() == pytest.approx([came, said])
    assert both[["wape", "bias"]].tolist() == pytest.approx([errors / came, said / came - 1])
    assert both["wape"] != pytest.approx(tried["wape"].mean(), rel=0.02)
    assert both["coverage_80"] == pytest.approx(tried["coverage_80"].mean())  # 14 days each
    per = pooled(tried, by=("channel",)).set_index("channel")
    assert per["contacts"].sum() == pytest.approx(came) and per["scored"].tolist() == [56, 56]
    assert (per["wape"] * per["contacts"]).sum() == pytest.approx(errors)


def test_a_moment_at_which_nothing_came_counts_with_what_was_expected_then():
    two = pd.DataFrame(
        {"model": "rule", "wape": [0.5, np.nan], "bias": [-0.5, np.nan], "mase": [2.0, np.nan]}
        | {"contacts": [10.0, 0.0], "expected": [5.0, 4.0], "scored": [20, 10], "coverage_80": [0.9, 0.6]}
    )
    row = pooled(two).iloc[0]
    assert row[["wape", "bias"]].tolist() == pytest.approx([(5 + 4) / 10, (9 - 10) / 10])
    assert row["mase"] == 2 and row["coverage_80"] == pytest.approx(0.8)
    none = pooled(two.iloc[1:]).iloc[0]
    assert np.isnan(none["wape"]) and np.isnan(none["mase"]) and none["coverage_80"] == pytest.approx(0.6)


def test_accuracy_from_before_the_sums_were_kept_has_the_mean_of_its_rates():
    tried = backtest(growing(), days=14, origins=3, models=["seasonal naive"])
    old = tried.drop(columns=["contacts", "expected", "scored"])
    row = pooled(old).iloc[0]
    assert row["wape"] == pytest.approx(tried["wape"].mean()) and np.isnan(row["contacts"])


def test_the_sums_are_kept_by_the_store(tmp_path):
    tried = backtest(growing(), days=14, origins=2, models=["seasonal naive"])
    store = open_store(f"sqlite:///{(tmp_path / 'ccwb.db').as_posix()}")
    store.write_table("accuracy", tried, zone="UTC", by="Ana", at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    kept = store.read_table("accuracy", zone="UTC")
    pd.testing.assert_frame_equal(pooled(kept), pooled(tried))


def test_what_comes_outside_the_opening_hours_given_is_not_scored_and_outside_learned_ones_it_is():
    rng = np.random.default_rng(2)
    times = pd.date_range("2025-01-06", periods=48 * 70, freq="30min")
    open_ = (times.hour >= 8) & (times.hour < 18) & (times.day_of_week < 5)
    history = table(times[open_], rng.poisson(20, open_.sum()), 1800)
    late = times[(times.hour == 20) & (times >= "2025-03-03") & (times.day_of_week < 5)]  # always closed before
    more = pd.concat([history, table(late, np.full(len(late), 9.0), 1800)], ignore_index=True)
    hours = {"orders": new_project("orders", hours=WEEK)}
    asked = {"days": 7, "origins": 1, "models": ["seasonal naive"]}
    plain, told = (backtest(one, hours=hours, **asked) for one in (history, more))
    figures = ["scored", "contacts", "wape", "bias", "coverage_80"]
    pd.testing.assert_frame_equal(plain[figures], told[figures])
    surprise = more[(more["interval_start"].dt.hour != 20) | (more["interval_start"] >= "2025-03-10")]
    assert backtest(surprise, **asked)["wape"].iloc[0] > backtest(history, **asked)["wape"].iloc[0]


@pytest.mark.parametrize("wrong", [{"origins": 0}, {"origins": -1}, {"origins": 1.5}, {"every": 0}])
def test_the_past_is_tried_at_one_moment_at_least_and_the_refusal_says_so(wrong):
    (name,) = wrong
    with pytest.raises(PlanError, match=f"'{name}' is a whole number from 1; found {wrong[name]}"):
        backtest(growing(), days=7, models=["seasonal naive"], **wrong)


@pytest.mark.parametrize("effect", [-2.0, -1.01, float("inf"), "much"])
def test_an_event_that_leaves_less_than_no_contacts_is_refused_and_one_that_leaves_none_is_not(effect):
    days = {"first_day": "2025-05-27", "last_day": "2025-05-28", "kind": "campaign", "name": "spring", "project": ""}
    event = pd.DataFrame([days | {"channel": "", "effect": effect}])
    for work in (forecast, backtest):
        with pytest.raises(PlanError, match="events table, row 1, column 'effect'"):
            work(growing(), days=7, events=event)
    for work in (beliefs, cleaning):
        with pytest.raises(PlanError, match="events table, row 1, column 'effect'"):
            work(growing(), events=event)
    none = forecast(growing(), days=7, model="seasonal naive", events=event.assign(effect=-1.0))["offered"]
    assert (none == 0).tolist() == [False, True, True] + [False] * 4
