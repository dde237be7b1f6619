"""The folds of the staffing page on money and on the whole centre."""

import datetime as dt

import pytest

from ccwb import staffing
from ccwb.projects import project_of
from ccwb.ui.staffing_centre import centre_cost
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, shown, unfold

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part(page, name):
    return next(one for one in page.parts if type(one).__name__ == name)


def test_the_cost_is_that_of_the_paid_hours_by_the_sliders_and_follows_them(page):
    unfold(page, "What does it cost")
    money = part(page, "Cost")
    row = centre_cost(page).iloc[0]
    assert row["labour"] == pytest.approx(staffing.summary(page.need())["paid_hours"].iloc[0] * page.hourly_cost())
    assert page.money(row["total"]) in money.said.value and "±0 EUR against the plan" in money.said.value
    change(page.sliders, "volume", 40)
    assert centre_cost(page).iloc[0]["labour"] > 1.2 * row["labour"]
    assert "+" in money.said.value.split("Cost a month")[0].split("against the plan")[0]


def test_projects_without_a_plan_are_named_and_not_counted(page):
    unfold(page, "The whole centre")
    whole = part(page, "WholeCentre")
    assert "Without a plan yet, and so left out: Customer service, Technical support." in whole.said.value
    assert [row[0] for row in whole.table.rows] == ["Sales line", "The whole centre"]


def test_an_hour_without_a_cost_is_asked_for_in_words(page, open_page):
    agents = page.store.read_table("agents")
    page.store.write_table("agents", agents.assign(hourly_cost=None), by="Ana", at=NOW)
    again = open_page("staffing", project=PROJECT)
    unfold(again, "What does it cost")
    assert "What a paid hour costs is not known." in shown(again)
    assert again.hourly_cost() is None and "no hourly cost</a>" in again.figures.value
    assert "step=projects" in again.figures.value


def test_work_that_may_wait_has_a_price_of_a_point_or_says_why_not(page):
    unfold(page, "What does it cost")
    change(page.choices, "channel", "callback")
    assert "One more point, Callback" in part(page, "Cost").said.value


def test_the_peak_of_the_centre_is_what_is_needed_at_one_moment_not_the_sum_of_peaks(page):
    other = page.need().assign(project="service")
    shifted = other.assign(interval_start=other["interval_start"] + dt.timedelta(hours=6))
    place = {"by": "Ana", "at": NOW, "cycle": page.cycle_id, "project": "service"}
    page.store.write_table("requirement", shifted, **place)
    unfold(page, "The whole centre")
    rows = {row[0]: row for row in part(page, "WholeCentre").table.rows}
    label = project_of(page.centre(), "service")["label"]
    peaks = [int(rows[name][1]) for name in ("Sales line", label, "The whole centre")]
    assert max(peaks[:2]) < peaks[2] < sum(peaks[:2])
