"""A planner's own forecast: their contacts, the models' spread moved along."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.forecast.bands import band
from ccwb.forecast.brought import as_forecast, in_intervals
from ccwb.tables import check


def models(days=2):
    starts = [pd.Timestamp(f"2026-03-0{2 + d} {h}:00") for d in range(days) for h in ("08", "09", "10")]
    mean = np.tile([10.0, 30.0, 60.0], days)
    lower, upper = band(mean, np.full(len(mean), 0.1), np.full(len(mean), 1.5), 0.8)
    return pd.DataFrame(
        {"interval_start": starts, "interval_s": 3600, "project": "orders", "channel": "voice", "offered": mean}
    ).assign(lower_80=lower, upper_80=upper, aht_s=200.0, day_spread=0.1, dispersion=1.5, model="regression")


def test_what_is_taken_out_and_brought_in_unchanged_has_the_spread_it_had():
    own = as_forecast(models()[["interval_start", "interval_s", "project", "channel", "offered"]], like=models())
    assert own["day_spread"].tolist() == [0.1] * 6
    assert own["dispersion"].tolist() == [1.5] * 6
    assert own["aht_s"].tolist() == [200.0] * 6
    np.testing.assert_allclose(own[["lower_80", "upper_80"]], models()[["lower_80", "upper_80"]])


def test_handling_times_of_ones_own_win_and_gaps_take_the_models():
    table = models()[["interval_start", "interval_s", "project", "channel", "offered"]]
    own = as_forecast(table.assign(aht_s=[300.0, np.nan] * 3), like=models())
    assert own["aht_s"].tolist() == [300.0, 200.0] * 3


def test_a_day_is_split_by_its_shape_and_adds_up():
    day = {"interval_start": pd.to_datetime(["2026-03-03"]), "interval_s": 86_400, "project": "orders"}
    own = as_forecast(pd.DataFrame(day | {"channel": "voice", "offered": [200.0]}), like=models())
    assert own["offered"].tolist() == [20.0, 60.0, 120.0]
    assert own["interval_s"].unique().tolist() == [3600]


def test_a_day_that_is_closed_in_the_models_cannot_be_split():
    day = {"interval_start": pd.to_datetime(["2026-03-08"]), "interval_s": 86_400, "project": "orders"}
    with pytest.raises(PlanError, match="2026-03-08, voice: the file has a total"):
        as_forecast(pd.DataFrame(day | {"channel": "voice", "offered": [200.0]}), like=models())


def test_a_queue_that_the_models_do_not_know_is_taken_with_an_assumed_spread():
    own = as_forecast(
        models().assign(channel="chat")[["interval_start", "interval_s", "project", "channel", "offered"]]
    )
    assert own["day_spread"].tolist() == [0.25] * 6
    assert (own["lower_80"] < own["offered"]).all() and (own["upper_80"] > own["offered"]).all()
    check(own, "forecast")


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_wrong_number_is_refused_by_its_row(wrong):
    table = models()[["interval_start", "interval_s", "project", "channel", "offered"]]
    table.loc[2, "offered"] = wrong
    with pytest.raises(PlanError, match="row 3, column 'offered'"):
        as_forecast(table, like=models())


# days that lack hours ------------------------------------------------------------------------------------------------
def daily():
    days = pd.date_range("2026-03-02", periods=2)
    table = pd.DataFrame({"interval_start": days, "interval_s": 86_400, "project": "orders", "channel": "voice"})
    table = table.assign(offered=[200.0, 50.0], aht_s=[240.0, 300.0], day_spread=[0.2, 0.1], dispersion=1.4)
    return table.assign(
        day_to_day=0.6, together=0.4, slot_to_slot=0.0, lower_80=0.0, upper_80=300.0, model="combination"
    )


def test_days_take_the_hours_of_a_shape_and_keep_what_they_add_up_to():
    own = in_intervals(daily(), shape=models())
    assert own["offered"].tolist() == pytest.approx([20, 60, 120, 5, 15, 30])
    assert own["interval_s"].unique().tolist() == [3600]
    assert own["aht_s"].tolist() == [240.0] * 3 + [300.0] * 3
    assert own["model"].unique().tolist() == ["combination"]
    assert own[["day_to_day", "together"]].drop_duplicates().to_numpy().tolist() == [[0.6, 0.4]]
    check(own, "forecast")


def test_the_total_of_a_day_that_got_hours_is_as_unsure_as_before():
    own = in_intervals(daily(), shape=models())
    for day, said in zip(("2026-03-02", "2026-03-03"), daily().itertuples(), strict=True):
        rows = own[own["interval_start"].dt.strftime("%Y-%m-%d") == day]
        chance = (rows["dispersion"] * rows["offered"]).sum()
        shared = (rows["day_spread"] * rows["offered"]).sum()
        assert chance + shared**2 == pytest.approx(
            said.dispersion * said.offered + (said.day_spread * said.offered) ** 2
        )
    assert (own["lower_80"] < own["offered"]).all() and (own["offered"] < own["upper_80"]).all()


def test_hours_are_taken_anew_from_intervals_as_from_days():
    flat = models().assign(offered=1.0)
    again = in_intervals(in_intervals(daily(), shape=flat), shape=models())
    names = ["offered", "aht_s", "day_spread", "dispersion", "lower_80", "upper_80"]
    np.testing.assert_allclose(again[names], in_intervals(daily(), shape=models())[names])


def test_a_day_without_handling_time_has_hours_without_one():
    own = in_intervals(daily().drop(columns="aht_s"), shape=models())
    assert own["aht_s"].isna().all()


def test_a_day_with_contacts_and_no_open_hour_is_refused_by_its_day():
    with pytest.raises(PlanError, match="2026-03-03, voice: the forecast expects contacts on this day"):
        in_intervals(daily(), shape=models(days=1))
