"""The forecast in a real browser: made, corrected, published, and all of it still there after a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, drawn, opened
from tests.browser.test_planning import make

SUPPORT = {"project": "support"}


def unfold(page, title):
    page.locator(".ccwb-fold-head button", has_text=title).first.click()


@pytest.mark.timeout(600)
def test_a_forecast_is_made_adjusted_published_and_still_there_after_a_reload(page):
    opened(page, "2_forecast", charts=1, **SUPPORT)
    page.get_by_label("Your name").fill("Browser planner")
    page.get_by_label("Your name").press("Tab")
    make(page, "Make the forecast", "The forecast is made")
    drawn(page, 2)
    stands = page.locator(".ccwb-side")
    expect(stands).to_contain_text("Not published yet")

    unfold(page, "Adjustments")
    page.get_by_role("button", name="Add an adjustment").click()
    page.get_by_label("Value 1").fill("10")
    page.get_by_label("Value 1").press("Tab")
    page.get_by_label("Reason 1").fill("A fair in spring")
    page.get_by_label("Reason 1").press("Tab")
    expect(page.locator(".ccwb-grid", has_text="Reason").first).to_contain_text("contacts on", timeout=OPEN_MS)

    make(page, "Publish for staffing", "Published: staffing works with it")
    said = re.compile("Published .* by Browser planner: .* contacts")
    expect(stands).to_contain_text(said)
    page.reload(timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    drawn(page, 2)
    expect(page.locator(".ccwb-side")).to_contain_text(said)
    unfold(page, "Adjustments")
    expect(page.get_by_label("Reason 1")).to_have_value("A fair in spring")


@pytest.mark.timeout(300)
def test_years_are_brushed_on_a_phone_and_nothing_is_wider_than_the_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "2_forecast", charts=1, project="service")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    canvas = page.locator(".ccwb-chart canvas").first
    before = canvas.screenshot()
    box = canvas.bounding_box()
    y = box["y"] + box["height"] - 60  # on the years below
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=4)
    page.mouse.up()
    for _turn in range(50):
        if canvas.screenshot() != before:
            break
        page.wait_for_timeout(100)
    assert canvas.screenshot() != before
