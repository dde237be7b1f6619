"""The card of a stage: it says what approving would say, follows every save, and leads back to earlier versions."""

import datetime as dt
import re

import ipywidgets as w
import pytest

from ccwb import cycle
from ccwb.projects import new_project
from ccwb.store import open_store
from ccwb.ui import shell, text
from ccwb.ui.approval import approval
from ccwb.ui.fold import Fold
from ccwb.ui.shell import Page
from tests.planning import agreed_mission, compute, whole_plan
from tests.ui.looking import find, press, said, shown, unfold

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


def save(page, by, minute, **data):
    base = page.store.load("mission", cycle=page.cycle_id).version
    at = dt.datetime(2026, 2, 2, 9, minute, tzinfo=dt.UTC)
    page.store.save("mission", agreed_mission() | data, base=base, by=by, at=at, cycle=page.cycle_id)


def test_the_card_of_an_open_page_follows_what_others_save_and_approve_at_the_next_look(open_at):
    page = open_at(OfMission)
    save(page, "Ben", 0, chain={"purpose": "Another one."})
    assert "by Ben" not in shown(page)
    page.shell.received({"type": "ping"}, [])
    assert "Last changed by Ben" in shown(page)
    title = next(fold.title for fold in find(page, Fold))
    save(page, "Cem", 20, chain={"purpose": "A third one."})
    cycle.approve(page.store, page.cycle_id, "mission", by="Eli", at=NOW)
    page.shell.received({"type": "ping"}, [])
    assert "Approved by Eli" in shown(page) and "Last changed" not in shown(page)
    assert next(fold.title for fold in find(page, Fold)) != title
    assert [one["state"] for one in page.shell.frame["stages"] if one["key"] == "mission"] == ["approved"]


def test_a_look_at_a_workbook_that_nobody_changed_reads_nothing_but_that(open_at, monkeypatch):
    page = open_at(OfMission)
    monkeypatch.setattr(page, "refresh_frame", lambda: pytest.fail("nothing was saved"))
    page.shell.received({"type": "ping"}, [])


def test_many_who_save_in_turns_are_one_line_and_going_back_to_it_gives_what_they_left(open_at):
    page = open_at(OfMission)
    for n in range(12):
        save(page, ("Ana", "Ben", "Cem")[n % 3], n % 9, chain={"purpose": f"Draft {n}."})
    save(page, "Dora", 30, chain={"purpose": "Last."})
    page.refresh_frame()
    titles = [fold.title for fold in find(page, Fold)]
    unfold(page, "Earlier versions")
    rows = shown(page)
    assert titles == ["Earlier versions (3)"] and rows.count(", by ") == 3
    assert "by Ana, Ben, Cem: 12 changes" in rows
    buttons = [b for b in find(page, w.Button) if b.description == "Go back to this"]
    save(page, "Eli", 50, chain={"purpose": "Later."})
    page.shell.received({"type": "ping"}, [])
    assert "by Eli:" not in shown(page) and buttons[0] in find(page, w.Button)
    buttons[0].click()
    assert page.kept.data["chain"]["purpose"] == "Draft 11."
    assert len(page.store.versions("mission", cycle=page.cycle_id)) == 16
