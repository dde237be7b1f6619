"""The fold on the line that one interval leaves to the next."""

import pandas as pd
import pytest

from ccwb.staffing import given_agents
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, press, shown, unfold


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def fold(page):
    unfold(page, "Does a line carry over")
    return next(part for part in page.parts if type(part).__name__ == "Line")


def test_both_levels_of_the_day_in_sight_are_those_of_the_core(page):
    line = fold(page)
    own = page.made[page.made["channel"] == page.channel]
    told = given_agents(own, targets=page.targets(), agents="agents", carry_over="always")
    day = (own["interval_start"].dt.tz_localize(None).dt.normalize() == page.in_sight).to_numpy()
    assert line.table["carried"].to_numpy() == pytest.approx(told["service_level"].to_numpy()[day], nan_ok=True)
    assert line.table["plain"].to_numpy() == pytest.approx(own["service_level"].to_numpy()[day], nan_ok=True)


def test_staffing_for_the_line_is_kept_with_the_plan_and_never_takes_agents_away(page):
    line, before = fold(page), page.need().copy()
    change(line.form, "carry_over", True)
    after = page.need()
    more = after["agents"].to_numpy() - before["agents"].to_numpy()
    assert (more >= 0).all()
    assert page.settings["voice"]["carry_over"] is True
    press(page, "Make this the plan")
    assert page.kept.data["plan_settings"]["voice"]["carry_over"] is True
    pd.testing.assert_series_equal(page.plan["agents"], after["agents"], check_index=False, check_dtype=False)


def test_work_that_may_wait_is_said_to_carry_its_backlog_anyway(page):
    fold(page)
    change(page.choices, "channel", "callback")
    assert "planned with its backlog carried over anyway" in shown(page)


def test_agents_that_are_not_whole_get_no_tick_and_the_gap_is_explained(page):
    change(page.choices, "channel", "chat")
    line = fold(page)
    assert "ccwb-figure good" in line.said.value and "not settle so fast" not in line.said.value
    page.made = page.made.assign(agents=page.made["agents"] * 0.97)
    line.moved()
    assert "not settle so fast" in line.said.value and "ccwb-figure good" not in line.said.value
