"""Calibration: service predicted from what came and who was there, against service measured."""

import numpy as np
import pandas as pd
import pytest

from ccwb import evaluation, staffing
from ccwb.errors import PlanError
from ccwb.queueing.simulation import Group, Queue, simulate
from tests.test_evaluation_causes import TARGETS, days, happened, planned

GIVES = staffing.giving(TARGETS)


def measured(table):
    """Return one day's worth of `predicted` as typed by hand."""
    start = pd.Timestamp("2026-11-02 08:00", tz="Europe/Berlin")
    rows = [
        {"interval_start": start + pd.Timedelta(days=day, hours=hour), "offered": n, "occupancy": busy,
         "predicted": said, "measured": was, "project": "shop", "channel": "voice", "agents": 5.0}
        for day, hour, n, busy, said, was in table
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_bias_is_a_sum_over_contacts_and_its_interval_comes_from_the_days():
    table = measured([(day, 0, 10.0 if day % 2 else 30.0, 0.75, 0.8, 0.7 if day % 2 else 0.9) for day in range(6)])
    one = evaluation.calibrated(table, by="").iloc[0]
    assert one["bias"] == pytest.approx((30 * 0.1 - 10 * 0.1) / 40) and one["contacts"] == 120
    # residuals per day: -1 - 0.05 x 10 = -1.5, and 3 - 0.05 x 30 = 1.5; t with 5 degrees of freedom is 2.5706
    assert one["high"] - one["bias"] == pytest.approx(2.5706 * np.sqrt(6 / 5 * 6 * 1.5**2) / 120, rel=1e-4)
    bands = evaluation.calibrated(table, by="occupancy")
    assert bands["group"].tolist() == [0.7] and evaluation.calibrated(table, by="hour")["group"].tolist() == [8]
    assert evaluation.calibrated(table[table["interval_start"].dt.day < 6], by="")["low"].isna().all()


def test_a_world_like_the_model_shows_no_bias_whatever_came():
    plan = planned(days(6))
    came = happened(plan, volume=1.2, aht=1.1, agents=1.05)
    table = evaluation.predicted(plan, came, model=GIVES)
    np.testing.assert_allclose(table["predicted"], table["measured"], atol=1e-9)
    assert evaluation.calibrated(table)["bias"].abs().max() < 1e-9
    rates = evaluation.predicted(plan, came, model=GIVES, kpi="answer_rate")
    np.testing.assert_allclose(rates["predicted"], rates["measured"], atol=1e-9)


def test_a_simulated_hour_of_other_patience_is_told_too_rosily_or_gloomily():
    plan = planned(days(8))
    came = happened(plan, volume=1.2)
    loose = simulate(
        [Queue("voice", offered=1200, aht_s=240, patience_s=30, answer_within_s=20)],
        [Group("team", ["voice"], agents=9)],
        length_s=36_000, replications=30, seed=4,
    ).queues["voice"].service_level.value  # fmt: skip
    fixed = came.assign(offered=60.0, aht_s=240.0, agents=9.0, answered_within=60.0 * loose, handled=60.0)
    table = evaluation.predicted(plan.assign(offered=60.0, attempts=60.0), fixed, model=GIVES)
    one = evaluation.calibrated(table, by="").iloc[0]
    short = GIVES(pd.DataFrame(table.iloc[:1]).assign(interval_s=1800, aht_s=240.0, case=0, patience_s=30.0))
    assert one["predicted"] < 0.75 and one["bias"] > 0.03  # with half the patience gone, who stays is answered sooner
    assert short["service_level"].iloc[0] == pytest.approx(loose, abs=0.01)


def test_without_agents_or_answers_in_time_nothing_is_compared():
    plan = planned(days(1))
    came = happened(plan)
    with pytest.raises(PlanError, match="how many agents"):
        evaluation.predicted(plan, came.assign(agents=np.nan), model=GIVES)
    with pytest.raises(PlanError, match="answered_within"):
        evaluation.predicted(plan, came.drop(columns="answered_within"), model=GIVES)


def test_a_parameter_moved_where_the_plan_lies_outside_its_range():
    from ccwb.staffing.estimates import handling_time

    came = happened(planned(days(10)), aht=1.1)
    noisy = came.assign(aht_s=came["aht_s"] * np.linspace(0.95, 1.05, len(came)))
    key = ("shop", "voice", "aht_s")
    table = evaluation.learned({key: 240.0}, {key: handling_time(noisy)})
    row = table.iloc[0]
    assert (
        row["moved"] and row["low"] < row["measured"] < row["high"] and row["measured"] == pytest.approx(264, rel=0.02)
    )
    assert not evaluation.learned({key: float(row["measured"])}, {key: handling_time(noisy)})["moved"].any()
    assert not evaluation.learned({}, {key: handling_time(noisy)})["moved"].any()
