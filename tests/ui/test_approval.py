"""The card of a stage: it says what approving would say, follows every save, and leads back to earlier versions."""

import datetime as dt
import re

import pytest

from ccwb import cycle
from ccwb.projects import new_project
from ccwb.store import open_store
from ccwb.ui import shell, text
from ccwb.ui.approval import approval
from ccwb.ui.shell import Page
from tests.planning import agreed_mission, compute, whole_plan
from tests.ui.looking import press, said, shown, unfold

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)


class OfMission(Page):
    name = "mission"

    def body(self):
        self.kept = self.draft("mission", dict)
        return [approval(self, "mission")]


class OfStaffing(Page):
    name = "staffing"
    needs_project = True

    def body(self):
        self.kept = self.draft("staffing", dict, project=self.project)
        return [approval(self, "staffing")]

    def keep(self, **sliders):
        """Keep the plan that the sliders give, as the staffing page does."""
        data = {"settings": sliders, "plan_settings": sliders, "made_from": self._made_from()}
        with self.store.together():
            compute(self.store, self.cycle_id, "staffing", document=False)
            result = cycle.result_of(self.store, self.cycle_id, "staffing", project=self.project)
            self.kept.data = data | {"result_of": result}
            self.kept.write()
        self.refresh_frame()

    def _made_from(self):
        return cycle.made_from(self.store, self.cycle_id, "staffing", project=self.project)


@pytest.fixture
def open_at(tmp_path, monkeypatch):
    address, opened = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}", []
    monkeypatch.setenv("CCWB_DATABASE", address)
    with open_store(address) as store:
        days = {"first_day": "2026-03-01", "last_day": "2026-05-31"}
        spring = store.add_cycle("Spring", **days, by="Ana", at=NOW).id
        whole_plan(store, spring, [new_project("orders", label="Orders"), new_project("care", label="Care <b>")])

    def opener(kind):
        page = kind(shell._context({}))
        page.shell.person = "Ana"
        opened.append(page)
        return page

    yield opener
    for page in opened:
        page.store.close()
    text.use("en")


def approve(page, *stages):
    for stage in stages:
        cycle.approve(page.store, page.cycle_id, stage, by="Ana", at=NOW)


def test_an_approval_that_a_save_takes_away_goes_from_the_card_at_once_and_comes_back(open_at):
    page = open_at(OfMission)
    press(page, "Approve this stage")
    assert "Approved by Ana" in shown(page)
    page.kept.data = agreed_mission() | {"chain": {"purpose": "Another one."}}
    page.kept.save()
    assert "Approved by" not in shown(page) and "Nothing blocks this stage." in shown(page)
    assert re.search(
        "The approval by Ana, .+, fell when this stage, or what it is made from, was changed.", shown(page)
    )
    page.kept.data = agreed_mission()
    page.kept.save()
    assert "Approved by Ana" in shown(page)
    assert "fell when" not in shown(page)
    press(page, "Take the approval back")
    assert "Approved by" not in shown(page) and "The approval by" not in shown(page)


def test_the_card_says_the_stage_before_is_not_approved_and_then_approving_is_no_surprise(open_at):
    page = open_at(OfStaffing)
    page.keep(volume=0.0)
    assert "Step 2 before it is not approved: approve that first." in shown(page)
    assert "Nothing blocks" not in shown(page)
    press(page, "Approve this stage")
    assert "Step 3 cannot be approved yet. Step 2 before it is not approved: approve that first." in said(page)
    approve(page, "mission", "forecast")
    page.refresh_frame()
    assert "Nothing blocks this stage." in shown(page)


def test_an_empty_stage_is_said_to_be_empty(open_at):
    page = open_at(OfMission)
    one = page.store.add_cycle("Summer", first_day="2026-06-01", last_day="2026-08-31", by="Ana", at=NOW)
    page.shell.received({"type": "pick", "name": "cycle", "value": str(one.id)}, [])
    assert "Nothing is saved in this step yet." in shown(page) and "Nothing blocks" not in shown(page)


def test_a_moved_slider_keeps_the_approval_and_is_noted_with_its_project(open_at):
    page = open_at(OfStaffing)
    page.keep(volume=0.0)
    approve(page, "mission", "forecast", "staffing")
    page.kept.data["settings"] = {"volume": 0.3}
    page.kept.save()
    assert "Approved by Ana" in shown(page)
    assert "Orders: The sliders differ from the plan: make this the plan" in shown(page)


def test_going_back_takes_the_settings_back_and_says_that_the_result_must_be_made_again(open_at):
    page = open_at(OfStaffing)
    page.keep(volume=0.0)
    page.keep(volume=0.3)
    unfold(page, "Earlier versions")
    assert "Version" not in shown(page) and "by Ana" in shown(page)
    press(page, "Take these settings back")
    assert page.kept.data["settings"] == {"volume": 0.0}
    assert "The tables are still those of the last result: make the result again now." in said(page)
    assert "Orders: The settings are not those that the result of step 3 was made with" in shown(page)
    page.keep(volume=0.0)
    assert "The settings are not those" not in shown(page)


def test_a_finished_cycle_says_that_changes_change_the_record(open_at):
    page = open_at(OfMission)
    warning = "This cycle is finished: what you change here changes the record."
    assert warning not in shown(page)
    page.store.update_cycle(page.cycle_id, status="finished", by="Ana", at=NOW)
    page.refresh_frame()
    assert warning in shown(page)
