"""A planner's own forecast: their contacts, the models' spread moved along."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.forecast.bands import band
from ccwb.forecast.brought import as_forecast
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
