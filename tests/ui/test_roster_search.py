"""A search for a roster that is stopped, or whose page goes away: what was found stays, and the page says so."""

import datetime as dt
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from ccwb.tables import TABLES
from ccwb.ui import roster_search
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, finished, press, said, shown
from tests.ui.test_roster_page import Solver, part, stored

TUESDAY, FRIDAY = 3, 6  # of November 2026: four days a week keep to everybody's contract


@pytest.fixture
def solver(monkeypatch):
    one = Solver()
    monkeypatch.setattr("ccwb.ui.roster_make.made_ready", lambda: None)
    monkeypatch.setitem(sys.modules, "ccwb.schedule.rostering", SimpleNamespace(make_roster=one))
    return one


@pytest.fixture
def page(planned, open_page, solver, monkeypatch, tmp_path):
    monkeypatch.setenv("CCWB_AGENT_PAGES", str(tmp_path / "own"))
    return open_page("schedule", project=PROJECT, step="roster")


def search(page, solver, *, weeks, wait):
    """Begin a search that stays in the week `wait`."""
    solver.wait = wait
    change(part(page).making.form, "weeks", weeks)
    press(page, "Make the roster")
    assert solver.going.wait(60)


def days(page):
    return sorted(set(stored(page)["start"].dt.strftime("%Y-%m-%d")))


def time_passes(monkeypatch, seconds):
    """Let the clock that searches are held against run ahead."""
    monkeypatch.setattr(roster_search, "_now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds))


def test_stopping_in_a_week_keeps_it_leaves_later_ones_as_they_were_and_names_them_all(page, solver):
    change(part(page).form, "week", "2026-11-09")
    press(page, "Make the roster")
    finished(page)
    before = stored(page)
    change(part(page).form, "week", "2026-11-02")
    search(page, solver, weeks=2, wait=1)
    bar = page.progress
    press(page, "Stop and keep it")
    assert bar.share == -1 and "Stopping" in bar.text and "left" not in bar.text
    finished(page)
    after = stored(page)
    second = after[after["start"] >= pd.Timestamp("2026-11-09", tz="Europe/Berlin")].reset_index(drop=True)
    pd.testing.assert_frame_equal(second, before)
    assert days(page)[0] == "2026-11-02"
    for told in (said(page), shown(page)):
        assert "Week of Mon Nov 2, 2026: 4.0 of 100 needed hours short, 4.0%; not searched to the end." in told
        assert "Week of Mon Nov 9, 2026: not searched; it stays as it was" in told


def test_weeks_searched_to_the_end_are_told_one_by_one_without_such_words(page, solver):
    change(part(page).making.form, "weeks", 2)
    press(page, "Make the roster")
    finished(page)
    assert "Week of Mon Nov 9, 2026: 4.0 of 100 needed hours short, 4.0%." in shown(page)
    assert "not searched" not in shown(page) + said(page)


def test_who_opens_the_page_meanwhile_reads_who_searches_and_cannot_begin_another(page, solver, open_page):
    search(page, solver, weeks=2, wait=2)
    theirs = open_page("schedule", project=PROJECT, step="roster")
    theirs.shell.person = "Ben"
    assert "Ana is searching for a roster of the weeks from Mon Nov 2, 2026" in shown(theirs)
    assert "searching for a roster" not in shown(page)
    press(theirs, "Make the roster")
    finished(theirs)
    assert "Ana is searching for a roster" in said(theirs) and stored(theirs).empty
    press(page, "Stop and keep it")
    finished(page)
    theirs.follow()
    assert "is searching" not in shown(theirs)
    assert len(part(theirs).roster) == len(stored(page)) > 0


def test_what_a_search_found_whose_page_went_away_is_kept_as_a_draft_and_can_be_taken(
    page, solver, open_page, monkeypatch
):
    search(page, solver, weeks=2, wait=2)
    monkeypatch.setattr(part(page).making.search, "_sign", lambda **_more: None)  # its page is gone
    again = open_page("schedule", project=PROJECT, step="roster")
    assert "Ana is searching" in shown(again)
    time_passes(monkeypatch, 31)
    again.follow()
    assert "Ana is searching" not in shown(again)
    assert "The search that Ana began" in shown(again) and "ended with its page" in shown(again)
    assert "Week of Mon Nov 2, 2026: " in shown(again) and "Week of Mon Nov 9, 2026: " in shown(again)
    assert stored(again).empty
    press(again, "Take it into the roster")
    assert (days(again)[0], days(again)[-1]) == ("2026-11-02", "2026-11-13")
    assert "ended with its page" not in shown(again) and "The draft is in the roster" in said(again)


def test_a_draft_is_let_go_and_a_search_that_fails_leaves_its_finished_weeks(page, solver):
    solver.breaks, solver.error = 2, RuntimeError("the solver fell over")
    change(part(page).making.form, "weeks", 2)
    press(page, "Make the roster")
    finished(page)
    page.open()
    assert "ended with its page" in shown(page) and "Week of Mon Nov 2, 2026: " in shown(page)
    press(page, "Let it go")
    assert "ended with its page" not in shown(page) and stored(page).empty
    solver.breaks = None
    press(page, "Make the roster")
    finished(page)
    assert "made and kept" in said(page) and "ended with its page" not in shown(page)


def test_a_search_whose_settings_others_saved_meanwhile_is_kept_all_the_same(page, solver, open_page):
    search(page, solver, weeks=1, wait=1)
    theirs = open_page("schedule", project=PROJECT, step="roster")
    change(part(theirs).making.form, "seconds", 50)
    press(page, "Stop and keep it")
    finished(page)
    assert "made and kept" in said(page) and len(stored(page)) > 0
    assert part(page).kept.data["settings"]["seconds"] == 50


def test_a_cancelled_search_leaves_no_draft(page, solver):
    search(page, solver, weeks=2, wait=2)
    page.progress.received({"type": "cancel"}, [])
    finished(page)
    page.open()
    assert "ended with its page" not in shown(page) and stored(page).empty


def test_a_draft_that_is_taken_has_every_column_of_the_roster_and_its_meetings_their_titles(
    page, solver, open_page, monkeypatch
):
    usual = solver._week

    def trained(*asked):
        for row in usual(*asked):
            lunch = row["activity"] == "lunch"
            yield row | ({"activity": "training", "title": "Product news"} if lunch else {"title": ""})

    solver._week = trained
    search(page, solver, weeks=2, wait=2)
    monkeypatch.setattr(part(page).making.search, "_sign", lambda **_more: None)  # its page is gone
    time_passes(monkeypatch, 31)
    again = open_page("schedule", project=PROJECT, step="roster")
    press(again, "Take it into the roster")
    table = stored(again)
    assert [*table.columns] == TABLES["roster"].names
    assert set(table.loc[table["activity"] == "training", "title"]) == {"Product news"}
    assert not table.loc[table["activity"] == "work", "title"].any()


def make_without(page, solver, *days, agent=""):
    """Make a roster in which nobody works on some days of the month, and one agent not at all."""
    agents = part(page).given.agents
    whole = {*agents.loc[agents["hours_week"] >= 40, "agent"]} - {agent}  # to nobody else's contract it keeps
    rows = lambda *asked: Solver._week(solver, *asked)  # noqa: E731 - one thought
    solver._week = lambda *asked: (r for r in rows(*asked) if r["start"].day not in days and r["agent"] in whole)
    press(page, "Make the roster")
    finished(page)


def test_a_better_roster_that_stands_is_kept_and_the_worse_one_offered(page, solver):
    make_without(page, solver, FRIDAY)
    before = stored(page)
    make_without(page, solver, FRIDAY, TUESDAY)
    pd.testing.assert_frame_equal(stored(page), before)
    for told in (said(page), shown(page)):
        assert "The one that stands is kept; the other is a draft" in told
    press(page, "Take it into the roster")
    assert "2026-11-03" not in days(page) and "The one that stands is kept" not in shown(page)
    assert part(page).kept.data["told"]["objective"] == 12.0
    make_without(page, solver, FRIDAY)
    assert "made and kept" in said(page)
    pd.testing.assert_frame_equal(stored(page), before)


def test_a_roster_that_breaks_rules_by_now_gives_way_to_a_worse_one_that_keeps_them(page, solver):
    make_without(page, solver, FRIDAY)
    agent = stored(page)["agent"].iloc[0]
    monday = pd.Timestamp("2026-11-02", tz="Europe/Berlin")
    ill = pd.DataFrame([{"agent": agent, "start": monday, "end": monday + pd.Timedelta(days=7), "kind": "illness"}])
    page.store.write_table("absences", ill, by="Ana", at=dt.datetime.now(dt.UTC))
    page.open()
    make_without(page, solver, FRIDAY, agent=agent)
    assert "made and kept" in said(page) and agent not in set(stored(page)["agent"])


def test_making_the_solver_ready_is_said_and_takes_no_time_to_think(page, solver, monkeypatch):
    told = []
    monkeypatch.setattr("ccwb.ui.roster_make.made_ready", lambda: told.append(page.progress.text))
    page.progress.text = "Stopping; the best roster so far is kept."  # of the search before
    press(page, "Make the roster")
    finished(page)
    assert told == ["Making the roster · The solver is made ready (once on a machine)"]
    assert page.progress.text == ""
