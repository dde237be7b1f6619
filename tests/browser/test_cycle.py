"""A cycle from its last page to the next one's first, in a real browser; the executive's six tiles on one screen."""

import datetime as dt
import shutil

import pandas as pd
import pytest

from ccwb.store import open_store
from tests.browser.looking import OPEN_MS, OVERFLOW, opened
from tests.browser.serving import serve

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
FINISHED = 3  # the sample's last finished cycle
TILES = """() => [...document.querySelectorAll(".ccwb-tile")].map((tile) => {
    const box = tile.getBoundingClientRect();
    const inside = [...tile.querySelectorAll("table,ul,p,.ccwb-chart")].every((part) =>
      part.getBoundingClientRect().right <= box.right + 1);
    return [box.bottom, inside, tile.querySelectorAll("a[href*='ipynb']").length];
  })"""


@pytest.fixture(scope="module")
def tried(sample_file, tmp_path_factory):
    """A copy of the sample with one more cycle, whose days the history knows: its file and the cycle's id."""
    database = tmp_path_factory.mktemp("cycle") / "ccwb.db"
    shutil.copyfile(sample_file, database)
    who = {"by": "Ana", "at": NOW}
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        one = store.add_cycle("October", first_day="2026-10-05", last_day="2026-10-31", **who)
        entry = {"at": pd.Timestamp("2026-10-06 10:00", tz="Europe/Berlin"), "who": "Kim", "project": "service"}
        entry |= {"plan_item": "schedule", "done": "Breaks moved", "why": "A wave of calls", "effect": "Shorter waits"}
        store.write_table("action_log", pd.DataFrame([entry]), cycle=one.id, mode="append", **who)
    return database, one.id


@pytest.fixture(scope="module")
def workbook(tried):
    """A workbook of this file's own, because its tests go on to the next cycle."""
    with serve("--database", tried[0]) as served:
        yield served


def test_the_start_page_leads_to_what_comes_next(page):
    opened(page, "0_start", cycle=4)
    assert page.locator(".ccwb-stage-cards .ccwb-card").count() == 6
    page.locator(".ccwb-notice a").first.click()
    page.wait_for_url("**/1_mission.ipynb?*cycle=4*", timeout=OPEN_MS)
    opened(page, "0_start", cycle=4)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("link", name="Spring 2026").click()
    page.wait_for_url("**/0_start.ipynb?*cycle=2*", timeout=OPEN_MS)


def test_a_cycle_is_measured_judged_and_followed_by_the_next(page, tried):
    opened(page, "6_evaluation", cycle=tried[1])
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Take them and measure").click()
    page.get_by_text("The cycle is measured, and its values are kept.").wait_for(timeout=OPEN_MS)
    page.locator(".ccwb-chart-place[data-drawn]").first.wait_for(timeout=OPEN_MS)
    page.get_by_role("radio", name="Adapt").click()
    reason = page.get_by_label("Reason")
    reason.fill("Name the helpers earlier")
    reason.press("Tab")
    page.get_by_text("1 of 1 are judged.").wait_for()
    page.reload()
    page.get_by_text("1 of 1 are judged.").wait_for(timeout=OPEN_MS)
    assert page.locator(".ccwb-figures").first.inner_text().count("%") >= 3
    page.get_by_label("Name", exact=True).fill("November alone")
    page.get_by_label("Name", exact=True).press("Tab")
    page.get_by_role("button", name="Start the next cycle").click()
    page.get_by_role("button", name="Finish it and start the next all the same").click()
    page.get_by_text("November alone is started").wait_for(timeout=OPEN_MS)
    page.get_by_role("link", name="Go to the mission").click()
    page.wait_for_url("**/1_mission.ipynb?*", timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    assert page.get_by_label("Cycle", exact=True).locator("option:checked").inner_text() == "November alone"


def test_the_executive_sees_six_tiles_on_one_screen_and_each_leads_on(page):
    opened(page, "executive", charts=1, cycle=FINISHED)
    tiles = page.evaluate(TILES)
    assert len(tiles) == 6
    assert max(bottom for bottom, _inside, _links in tiles) <= 800
    assert all(inside and links for _bottom, inside, links in tiles)
    assert page.get_by_role("button", name="Approve this stage").count() == 0
    page.get_by_role("link", name="Lessons", exact=True).click()
    page.get_by_role("link", name="To the lessons").click()
    page.wait_for_url(f"**/6_evaluation.ipynb?*cycle={FINISHED}*", timeout=OPEN_MS)


def test_the_executives_tiles_fit_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "executive", charts=1, cycle=FINISHED)
    assert page.evaluate(OVERFLOW) <= 0
