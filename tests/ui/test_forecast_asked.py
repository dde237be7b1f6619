"""What is far from the models or from the history is asked back before staffing works with it."""

import pandas as pd
import pytest

from ccwb.ui.forecast_asked import FILE, HIGH, LOW, adjusted_far, beside_models, beyond_history
from tests.ui.conftest import PROJECT
from tests.ui.looking import press, said
from tests.ui.test_forecast_publish import add, adjustments, stored

GO = "It is meant so: publish it"


@pytest.fixture
def page(planned, open_page):
    return open_page("forecast", project=PROJECT)


def table(offered, days=28, start="2026-03-02", **more):
    """Return whole days of one queue with `offered` contacts each."""
    days = pd.date_range(start, periods=days)
    row = {"interval_s": 86_400, "project": PROJECT, "channel": "voice", "offered": float(offered), "aht_s": 300.0}
    return pd.DataFrame({"interval_start": days, **row} | more)


def test_several_adjustments_that_are_small_each_are_asked_back_together(page):
    grid, before = adjustments(page), stored(page)["offered"].sum()
    for n in range(2):
        add(grid, value="60", reason=f"More work {n}")
    assert "is it meant so" not in said(page)
    press(page, "Publish for staffing")
    assert "all adjustments together make" in said(page) and "Is it meant so?" in said(page)
    assert stored(page)["offered"].sum() == pytest.approx(before)
    press(page, GO)
    assert "Published: staffing works with it" in said(page)
    assert stored(page)["offered"].sum() == pytest.approx(2.56 * before)


def test_a_forecast_is_published_by_somebody_with_a_name(page):
    before, page.shell.person = len(stored(page, "forecast_snapshots")), " "
    press(page, "Publish for staffing")
    assert "Give your name at the top of the page first" in said(page)
    assert len(stored(page, "forecast_snapshots")) == before


def test_the_work_counts_where_handling_times_are_moved():
    models = table(100)
    longer = models.assign(aht_s=660.0)
    [(_channel, _template, values)] = adjusted_far(models, longer)
    assert values == {"before": "233", "now": "513"}
    assert adjusted_far(models, models.assign(offered=150.0)) == []
    untold = models.drop(columns="aht_s")  # a history without handling times
    assert adjusted_far(untold, untold.assign(offered=150.0)) == []
    week = models["offered"].where(models.index >= 7, 200.0)  # one week doubled, the other three as they were
    [(_channel, _template, values)] = adjusted_far(models, models.assign(offered=week))
    assert values == {"before": "700", "now": "1,400"}


def test_a_file_with_everything_doubled_is_held_against_the_models():
    draft = table(100)
    assert [template for _c, template, _v in beside_models(draft, {"voice": 1400.0})] == [FILE]
    assert beside_models(draft, {"voice": 1500.0}) == beside_models(draft, {}) == []


@pytest.mark.parametrize(("offered", "asked"), [(100, []), (199, []), (201, [HIGH]), (10_000, [HIGH]), (49, [LOW])])
def test_a_forecast_is_held_against_the_levels_of_the_last_year(offered, asked):
    history = table(100, days=365, start="2025-03-02")
    assert [template for _c, template, _v in beyond_history(table(offered), history)] == asked


def test_a_single_day_is_held_against_the_busiest_one():
    ahead, history = table(100), table(100, days=365, start="2025-03-02")
    ahead.loc[3, "offered"] = 900.0
    [(_channel, _template, values)] = beyond_history(ahead, history)
    assert values == {"before": "100", "now": "900", "day": "Mar 5, 2026"}
    history.loc[9, "offered"] = 500.0
    assert beyond_history(ahead, history) == []
    assert beyond_history(ahead, history.head(27)) == []  # too little to hold anything against


def test_an_event_of_a_million_percent_is_asked_back(page):
    draft = page.drafted.assign(offered=page.drafted["offered"] * 1e4)
    page.take_draft(draft)
    press(page, "Publish for staffing")
    assert "no four weeks of the last year had more than" in said(page)
    assert len(stored(page, "forecast_snapshots")) == 0
