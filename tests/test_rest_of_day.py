"""The rest of a day: who is needed, who is there, and what help brings, by the models that made the plan."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import given_agents, requirement, rest_of_day

GOAL = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
GOALS = {("orders", "voice"): GOAL, ("orders", "chat"): GOAL, ("orders", "email"): {"answer_within_s": 28800}}


def day(channels=("voice",), offered=90.0, planned=12.0):
    """Return four half-hours of each channel, the first of them over."""
    at = pd.date_range("2026-03-02 10:00", periods=4, freq="30min")
    slots = [{"interval_start": at, "channel": channel} for channel in channels]
    table = pd.concat([pd.DataFrame(one) for one in slots], ignore_index=True)
    known = {"interval_s": 1800, "project": "orders", "offered": offered, "aht_s": 240.0, "planned": planned}
    return table.assign(**known, ahead=table["interval_start"] > at[0])


def test_needed_and_missing_are_what_the_plans_own_model_says_of_the_hours_ahead():
    table = day()
    found = rest_of_day(table, targets=GOALS)
    need = requirement(table, targets=GOALS)["agents"].iloc[1:].to_numpy()
    assert (found.rows["needed"].to_numpy() == need).all() and len(found.rows) == 3
    assert found.queues["missing_peak"].item() == need.max() - 12
    assert found.queues["missing_hours"].item() == pytest.approx((need - 12).sum() / 2)
    got = given_agents(table, targets=GOALS, agents=np.full(4, 12.0))["service_level"].iloc[1:]
    assert found.queues["service_level"].item() == pytest.approx(got.mean())


def test_the_day_adds_what_was_answered_so_far_to_what_is_expected():
    so_far = pd.DataFrame({"project": ["orders"], "channel": ["voice"], "offered": [90.0], "answered_within": [45.0]})
    row = rest_of_day(day(), targets=GOALS, so_far=so_far).queues.iloc[0]
    assert row["offered_day"] == 360
    assert row["service_level_day"] == pytest.approx((45 + row["service_level"] * 270) / 360)
    unknown = so_far.assign(answered_within=np.nan)
    assert np.isnan(rest_of_day(day(), targets=GOALS, so_far=unknown).queues["service_level_day"].item())


def test_people_of_a_project_are_shared_out_and_nobody_is_lost():
    table = day(("voice", "chat"))
    found = rest_of_day(table, targets=GOALS, people=lambda _project, starts, _lengths: np.full(len(starts), 20.0))
    assert found.rows.groupby("interval_start")["there"].sum().tolist() == pytest.approx([20.0] * 3)


def test_help_comes_from_its_moment_on_and_more_of_it_never_makes_service_worse():
    since = pd.Timestamp("2026-03-02 11:00")
    helped = rest_of_day(day(), targets=GOALS, people_more=2, since=since).rows["there"].tolist()
    assert helped == [12.0, 14.0, 14.0]
    service = [rest_of_day(day(), targets=GOALS, people_more=n).queues["service_level"].item() for n in range(5)]
    assert (np.diff(service) > 0).all()
    fewer = rest_of_day(day(), targets=GOALS, volume_change=-0.2)
    assert fewer.rows["offered"].tolist() == [72.0] * 3 and fewer.queues["service_level"].item() > service[0]


def test_work_that_may_wait_is_left_out_and_wrong_numbers_are_said():
    assert set(rest_of_day(day(("voice", "email")), targets=GOALS).queues["channel"]) == {"voice"}
    with pytest.raises(PlanError, match="People who help"):
        rest_of_day(day(), targets=GOALS, people_more=-1)
    with pytest.raises(PlanError, match="above -1"):
        rest_of_day(day(), targets=GOALS, volume_change=-1.0)
