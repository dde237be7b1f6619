"""Handling times that cannot be right: marked, not learned from, and believed where contacts or people explain them."""

import numpy as np
import pandas as pd
import pytest

from ccwb import tables
from ccwb.forecast import REASONS, cleaning, explained, forecast
from ccwb.forecast.series import queues_of
from ccwb.samples import load_history

WRONG = 1500  # the row of the interval that is wrong: 2 November, 14:00


def half_year(aht_s=300.0, mean=12, seed=1):
    """Return half an hour by half an hour from 8 to 20, with handling times that are all alike."""
    times = pd.date_range("2025-09-01", "2026-03-01 23:30", freq="30min")
    times = times[(times.hour >= 8) & (times.hour < 20)]
    base = {"interval_start": times, "interval_s": 1800, "project": "orders", "channel": "voice"}
    return pd.DataFrame(base | {"offered": np.random.default_rng(seed).poisson(mean, len(times)) * 1.0, "aht_s": aht_s})


def single(draw, mean, seed):
    """Return the same with handling times that are means over contacts drawn one by one."""
    history = half_year(mean=mean, seed=seed)
    history["aht_s"] = [draw(int(n)).mean() if n else np.nan for n in history["offered"]]
    return history


def with_wrong(history, aht_s):
    out = history.copy()
    out.loc[WRONG, "aht_s"] = aht_s
    return out


@pytest.mark.parametrize("times", [20, 100, 1000])
def test_one_wrong_handling_time_moves_no_forecast_and_is_shown_with_its_seconds(times):
    history = with_wrong(half_year(), 300.0 * times)
    ahead = forecast(history, days=14, model="seasonal naive")
    np.testing.assert_allclose(ahead["aht_s"], 300)
    (row,) = tables.check(cleaning(history), "cleaning").to_dict("records")
    assert (str(row["day"].date()), row["reason"], row["used"]) == ("2025-11-02", "handling time", False)
    assert (row["from_s"], row["to_s"], row["found"]) == (14 * 3600, 14.5 * 3600, 300 * times)
    sentence, values = explained(row)
    assert f"From 14:00 to 14:30 a contact took {300 * times} seconds where 300 are usual" in sentence.format(**values)
    contacts = history.assign(aht_s=300.0)
    pd.testing.assert_series_equal(ahead["offered"], forecast(contacts, days=14, model="seasonal naive")["offered"])


def test_a_person_may_decide_that_the_forecast_learns_from_it_and_take_that_back():
    history = with_wrong(half_year(), 300_000.0)
    use = [{"project": "orders", "channel": "voice", "day": "2025-11-02", "use": True}]
    assert cleaning(history, decisions=use)[["used", "decided"]].to_numpy().tolist() == [[True, True]]
    ahead = forecast(history, days=14, model="seasonal naive", decisions=use)
    slot = history[(history["interval_start"].dt.day_of_week == 6) & (history["interval_start"].dt.hour == 14)]
    assert ahead["aht_s"].max() > 3 * 300 and slot["aht_s"].max() == 300_000
    assert forecast(history, days=14, model="seasonal naive", decisions=[])["aht_s"].max() == pytest.approx(300)


@pytest.mark.parametrize("mean", [0.3, 3])
def test_single_contacts_that_take_long_are_chance_and_not_marked(mean):
    rng = np.random.default_rng(5)
    for draw in (lambda n: rng.exponential(300, n), lambda n: rng.lognormal(5.5, 1, n)):
        assert not len(cleaning(single(draw, mean, 2)))


def test_a_new_level_for_good_and_the_sample_are_not_marked():
    history = half_year()
    history.loc[history["interval_start"] >= "2026-01-15", "aht_s"] = 300 * 12.0
    assert not len(cleaning(history))
    told = cleaning(load_history()[lambda table: table["project"] == "service"])
    assert "handling time" not in set(told["reason"]) and "handling time" in REASONS


def test_a_queue_with_few_contacts_needs_more_to_be_sure_than_a_busy_one():
    marked = {}
    for mean in (1, 50):
        history = half_year(mean=mean)
        history.loc[WRONG, "offered"] = mean
        marked[mean] = [times for times in (9, 15, 25, 60) if len(cleaning(with_wrong(history, 300.0 * times)))]
    assert marked == {1: [60], 50: [15, 25, 60]}  # e^3.5 = 33 times for one contact, 10 times for fifty


def test_a_wrong_time_of_a_queue_gathered_into_days_is_found_there_too():
    (queue,) = queues_of(half_year(), 86_400)
    assert queue.aht_s[0, 0] == pytest.approx(300)
    (row,) = cleaning(with_wrong(half_year(), 3_000_000.0), interval_s=86_400).to_dict("records")
    sentence, values = explained(row)
    assert values["start"] is None and sentence.format(**values).startswith("A contact took ")
