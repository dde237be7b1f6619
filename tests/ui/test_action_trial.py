"""A prepared scenario tried on the saved plan from the action page: who is missing, what it costs, and kept with it."""

import datetime as dt

import pytest

from ccwb import staffing
from tests.ui.conftest import NOW, PROJECT
from tests.ui.looking import finished


@pytest.fixture
def page(planned, open_page):
    return open_page("action", project=PROJECT)


def typed(form, **values):
    for key, value in values.items():
        form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def tried(page):
    page.guard(page.trial.run)()
    finished(page)
    return page.trial.out.children


def said(page):
    return "".join(box.children[0].value for box in page.messages.children)


def test_thirty_percent_more_for_three_days_says_who_is_missing_and_what_it_costs(page):
    assert {k: page.trial.form.values[k] for k in ("scenario", "volume_change", "days")} == {
        "scenario": "surge",
        "volume_change": 30.0,
        "days": 3,
    }
    shown = tried(page)
    assert not said(page)
    figures = shown[0].value
    assert "Most people missing at once" in figures and "EUR" in figures
    place = {"cycle": page.cycle_id, "project": PROJECT}
    plan = page.store.read_table("requirement", all_columns=True, zone="Europe/Berlin", **place)
    targets = staffing.targets_of(page.centre())
    first = page.trial.form.values["first_day"]
    alone = staffing.tried(plan, targets=targets, first_day=first, days=3, volume_change=0.3)
    assert page.trial.outcome["missing_hours"] == pytest.approx(alone.queues["missing_hours"].sum())
    assert page.trial.outcome["missing_hours"] > 0 and page.trial.outcome["cost"] > 0


def test_what_came_of_it_is_kept_with_the_scenario_and_shown_on_its_card(page):
    typed(page.trial.form, volume_change=40.0, days=2)
    tried(page)
    page.guard(page.trial.keep)()
    surge = page.store.load("action", cycle=page.cycle_id).data["scenarios"][0]
    assert (surge["volume_change"], surge["days"]) == (0.4, 2)
    assert surge["tried"]["missing_peak"] == page.trial.outcome["missing_peak"]
    assert surge["tried"]["by"] == "Ana"
    assert "Tried from" in page.scenarios.cards.children[0].children[1].value
    assert page.trial.found is not None  # and what was found stays in sight


def test_another_scenario_brings_its_own_effect_and_forgets_what_was_found(page):
    tried(page)
    typed(page.trial.form, scenario="absence")
    assert (page.trial.form.values["absence"], page.trial.form.values["volume_change"]) == (15.0, 0.0)
    assert page.trial.found is None
    tried(page)
    assert page.trial.outcome["missing_hours"] > 0


def test_a_day_without_a_plan_is_said_in_words(page):
    typed(page.trial.form, first_day="2031-01-01")
    tried(page)
    assert "2031-01-01" in said(page)


def test_a_fresh_cycle_tries_a_scenario_on_the_latest_cycle_that_has_a_plan_and_says_so(planned, open_page):
    before = open_page("action", project=PROJECT)
    last = before.store.cycles()[-1]
    days = {"first_day": last.last_day + dt.timedelta(days=1), "last_day": last.last_day + dt.timedelta(days=90)}
    fresh = before.store.add_cycle("Fresh", **days, by="Ana", at=NOW)
    page = open_page("action", project=PROJECT, cycle=str(fresh.id))
    assert page.cycle_id == fresh.id
    shown = tried(page)
    assert not said(page)
    assert f"no staffing plan yet: tried on that of the cycle {last.name}." in shown[0].value
    tried(before)
    assert "no staffing plan yet" not in before.trial.out.children[0].value
    assert page.trial.outcome == before.trial.outcome and page.trial.outcome["missing_hours"] > 0
    typed(page.trial.form, first_day=str(fresh.first_day))  # a day that the plan tried on does not have
    tried(page)
    assert "it reaches from" in said(page)


def test_where_no_cycle_has_a_plan_it_is_told_where_to_make_one(planned, open_page):
    page = open_page("action", project="support")
    for one in page.store.cycles():
        page.store.delete_table("requirement", cycle=one.id, project="support", by="Ana", at=NOW)
    tried(page)
    assert "Make one in step 3" in said(page)
