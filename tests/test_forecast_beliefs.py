"""What a forecast believes: the shares it states are of the mean that they name."""

import numpy as np
import pandas as pd
import pytest

from ccwb.forecast import beliefs

OPEN_DAYS = 5


def weekday_shares(contacts):
    """Return weekday -> share of what is believed after 20 weeks from Monday, each with these contacts by day."""
    times = pd.date_range("2025-01-06", periods=7 * 20)
    times = times[times.day_of_week < OPEN_DAYS]
    offered = np.tile(np.asarray(contacts, dtype=float), 20)
    queue = {"interval_start": times, "interval_s": 86_400, "project": "orders", "channel": "voice", "offered": offered}
    known = beliefs(pd.DataFrame(queue))["orders", "voice"]
    return {v["weekday"]: v["share"] for text, v in known if text.startswith("{weekday}")}


def test_a_weekday_is_held_against_the_mean_of_the_days_that_are_open():
    got = weekday_shares([40_000, 10_000, 10_000, 10_000, 10_000])  # 80,000 in five days: 16,000 on the mean one
    assert sorted(got) == [0, 1, 2, 3, 4]  # Saturday and Sunday are closed
    assert got[0] == pytest.approx(1.5, abs=0.001)
    assert [got[day] for day in (1, 2, 3, 4)] == pytest.approx([-0.375] * 4, abs=0.001)


@pytest.mark.parametrize("contacts", [[900, 700, 650, 700, 500], [40_000, 10_000, 10_000, 10_000, 20_000]])
def test_the_shares_of_a_week_add_up_to_nothing(contacts):
    assert sum(weekday_shares(contacts).values()) == pytest.approx(0, abs=1e-9)


def believed(offered):
    """Return the sentences on a queue that is open every day and had these contacts a day."""
    times = pd.date_range("2025-01-06", periods=len(offered))
    queue = {"interval_start": times, "interval_s": 86_400, "project": "orders", "channel": "voice", "offered": offered}
    return [text for text, _values in beliefs(pd.DataFrame(queue))["orders", "voice"]]


@pytest.mark.parametrize("contacts", [10.0, 730.0])
def test_weekdays_that_are_alike_are_told_in_one_sentence(contacts):
    assert believed(np.full(140, contacts)) == ["No weekday differs from the others."]


def test_a_weekday_like_the_mean_is_left_out_beside_others_that_are_not():
    got = weekday_shares([13_000, 7_000, 10_020, 10_000, 9_980])
    assert sorted(got) == [0, 1]


@pytest.mark.parametrize("a_month", [1, 2, 10])
def test_of_a_few_contacts_a_month_no_effect_is_claimed(a_month):
    came = np.random.default_rng(a_month).poisson(a_month / 30, 730)
    assert believed(came.astype(float)) == [
        "So few contacts come that no effect of weekdays, holidays or seasons can be told."
    ]
