"""The fold of the staffing page that compares shared with dedicated agents."""

import datetime as dt

import pytest

from ccwb.ui import staffing_pooling
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, finished, press, said, unfold

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)


@pytest.fixture
def page(planned, open_page, monkeypatch):
    """The sales line beside a second project whose plan is the same."""
    monkeypatch.setattr(staffing_pooling, "MOST", 6)
    made = open_page("staffing", project=PROJECT)
    twin = made.plan.assign(project="service")
    made.store.write_table("requirement", twin, by="Ana", at=NOW, cycle=made.cycle_id, project="service")
    unfold(made, "Shared or dedicated")
    return made


def part(page):
    return next(one for one in page.parts if type(one).__name__ == "Pooling")


def play(page):
    press(page, "Compare")
    finished(page)
    return part(page)


def test_two_lines_of_one_channel_are_compared_and_sharing_them_saves(page):
    fold = part(page)
    assert [key for key, on in fold.queues.values.items() if on] == ["sales|voice", "service|voice"]
    change(fold.choice, "days", str(page.in_sight.date()))
    play(page)
    options = fold.result.options
    assert options["option"].tolist() == [
        "plan",
        "dedicated",
        "cross_trained",
        "cross_trained",
        "cross_trained",
        "shared",
    ]
    assert options["agent_hours"].iloc[-1] < options["agent_hours"].iloc[1]
    assert options["cost_month"].notna().all()
    assert "Saved a month, training paid" in fold.said.value and "EUR" in fold.said.value
    assert "What leaves no room for fewer" in fold.said.value
    assert len(fold.chart.data["options"]["label"]) == 6 and sum(fold.chart.data["options"]["best"]) == 1
    assert len(fold.options.rows) == 6 and len(fold.services.rows) == 12
    assert fold.options.file_table() is options
    change(page.sliders, "volume", 20)
    assert "Compare again" in fold.said.value


def test_training_that_costs_too_much_leaves_the_queues_as_they_are(page):
    fold = part(page)
    change(fold.choice, "days", str(page.in_sight.date()))
    change(fold.choice, "training", 900_000)
    change(fold.choice, "months", 1)
    play(page)
    assert "Leave the queues as they are" in fold.said.value


def test_what_was_not_taken_and_one_queue_alone_are_said(page):
    fold = part(page)
    change(fold.choice, "months", 0)
    press(page, "Compare")
    assert "Spread over, 0" in said(page)
    change(fold.choice, "months", 12)
    for key in fold.queues.values:
        change(fold.queues, key, key == "sales|voice")
    press(page, "Compare")
    assert "Choose two queues or more" in said(page)


def test_without_an_hourly_cost_hours_decide_and_money_is_asked_for(page):
    fold = part(page)
    agents = page.store.read_table("agents")
    page.store.write_table("agents", agents.assign(hourly_cost=None), by="Ana", at=NOW)
    centre = page.store.load("centre")
    for one in centre.data["projects"]:
        one["hourly_cost"] = None
    page.store.save("centre", centre.data, base=centre.version, by="Ana", at=NOW)
    change(fold.choice, "days", str(page.in_sight.date()))
    play(page)
    assert "not known for every project" in fold.said.value


def test_a_project_alone_may_share_its_voice_and_chat(planned, open_page, monkeypatch):
    monkeypatch.setattr(staffing_pooling, "MOST", 4)
    made = open_page("staffing", project=PROJECT)
    unfold(made, "Shared or dedicated")
    fold = part(made)
    assert [key for key, on in fold.queues.values.items() if on] == ["sales|voice", "sales|chat"]
    change(fold.choice, "days", str(made.in_sight.date()))
    play(made)
    assert len(fold.services.rows) == 12
