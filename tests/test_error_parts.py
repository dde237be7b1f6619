"""Where the error of a forecast lies, and how it grows with the weeks ahead."""

import numpy as np
import pandas as pd
import pytest

from ccwb import evaluation
from ccwb import forecast as fc
from tests.ui.cycles import ZONE, plan

PARTS = ["steady", "days", "events", "shape"]


def forecast():
    return plan("help")["forecast"]


def came(factor):
    """Return actual figures: the forecast of 25 a half-hour times a factor by row, 14 days of 8 half-hours."""
    table = forecast()[["interval_start", "interval_s", "project", "channel", "offered"]]
    return table.assign(offered=table["offered"] * np.asarray(factor))


def parts(factor, **more):
    return evaluation.error_parts(forecast(), came(factor), by=(), **more).iloc[0]


def event(day, project="", channel=""):
    days = {"first_day": pd.Timestamp(day), "last_day": pd.Timestamp(day)}
    return pd.DataFrame([days | {"kind": "campaign", "name": "Offer", "project": project, "channel": channel}])


def test_a_forecast_too_low_every_day_errs_in_its_level_alone():
    found = parts(np.full(112, 1.25))
    assert found[PARTS].tolist() == pytest.approx([0.2, 0, 0, 0]) and found["wape"] == pytest.approx(0.2)
    assert found["bias"] == pytest.approx(-0.2)


def test_days_that_err_to_either_side_are_no_steady_error():
    found = parts(np.repeat([1.2, 0.8] * 7, 8))
    assert found[PARTS].tolist() == pytest.approx([0, 0.2, 0, 0]) and found["bias"] == pytest.approx(0)


def test_hours_that_err_while_the_day_is_right_are_the_shape():
    found = parts(np.tile([1.4] * 4 + [0.6] * 4, 14))
    assert found[PARTS].tolist() == pytest.approx([0, 0, 0, 0.4])


def test_the_error_of_a_day_with_an_event_is_told_apart_for_the_queues_that_it_concerns():
    factor = np.ones(112)
    factor[8:16] = 2.0  # the second day, 3 November
    total = 25 * (112 + 8)
    for told in (event("2026-11-03"), event("2026-11-03", "help"), event("2026-11-03", "help", "voice")):
        assert parts(factor, events=told)["events"] == pytest.approx(200 / total)
    for other in (event("2026-11-04"), event("2026-11-03", "orders"), event("2026-11-03", "help", "chat")):
        found = parts(factor, events=other)
        assert found["events"] == 0 and found["steady"] == pytest.approx(200 / total)


def test_the_parts_add_up_to_the_error_whatever_comes_and_none_is_below_nothing():
    rng = np.random.default_rng(3)
    for _run in range(20):
        factor = rng.gamma(4, 0.25, 112) * np.repeat(rng.gamma(9, 1 / 9, 14), 8)
        found = parts(factor, events=event("2026-11-10"))
        assert (found[PARTS] >= -1e-12).all()
        assert found[PARTS].sum() == pytest.approx(found["wape"], rel=1e-12)
        plain = np.abs(25 - 25 * factor).sum() / (25 * factor).sum()
        assert found["wape"] == pytest.approx(plain, rel=1e-12)


def test_of_daily_figures_nobody_can_say_how_right_the_shape_was():
    daily = came(np.full(112, 1.1)).assign(interval_start=lambda t: t["interval_start"].dt.normalize())
    daily = daily.groupby(["interval_start", "project", "channel"], as_index=False)["offered"].sum()
    found = evaluation.error_parts(forecast(), daily.assign(interval_s=86_400))
    assert found["shape"].isna().all() and found["steady"].iloc[0] == pytest.approx(1 / 11)


def test_what_chance_alone_makes_is_what_counts_drawn_at_random_deviate():
    rng = np.random.default_rng(4)
    for mean in (0.4, 3.0, 25.0, 180.5):
        drawn = np.abs(rng.poisson(mean, 400_000) - mean).mean()
        assert float(evaluation.poisson_deviation(mean)) == pytest.approx(drawn, rel=0.01)
    assert float(evaluation.poisson_deviation(0.0)) == 0.0
    assert parts(np.ones(112))["chance"] == pytest.approx(float(evaluation.poisson_deviation(25.0)) / 25)


def test_accuracy_adds_up_by_the_weeks_ahead_of_its_publishing():
    published = pd.Timestamp("2026-10-26 09:00", tz=ZONE)  # a week before the first day
    table = forecast().assign(published=published)
    factor = np.repeat([1.0] * 7 + [1.25] * 7, 8)
    found = fc.accuracy_of(table, came(factor), by=("ahead",)).set_index("ahead")
    assert found["days"].to_dict() == {1: 7, 2: 7}
    assert found["wape"].to_dict() == pytest.approx({1: 0.0, 2: 0.2})
