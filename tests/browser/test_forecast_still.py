"""On the forecast page nothing moves under the hand that presses, and nothing makes the page wider than the window."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, PLANNED, drawn, opened


@pytest.mark.parametrize("height", [800, 1600], ids=["scrolled", "at the top"])
def test_the_button_that_publishes_stays_where_it_is_when_something_is_said_above_the_page(page, height):
    page.set_viewport_size({"width": 1280, "height": height})
    opened(page, "2_forecast", charts=1, **PLANNED)
    page.get_by_label("Your name").fill("")
    page.get_by_label("Your name").press("Tab")
    button = page.get_by_role("button", name="Publish for staffing", exact=True)
    button.scroll_into_view_if_needed()
    button.hover()
    before = button.bounding_box()["y"]
    button.click()
    said = page.locator(".ccwb-messages .ccwb-notice")
    expect(said).to_contain_text("Give your name", timeout=OPEN_MS)
    page.wait_for_timeout(500)
    assert abs(button.bounding_box()["y"] - before) <= 2
    box = said.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= height


def test_the_button_that_publishes_is_under_the_hand_after_it_has_published_and_was_held_back(page, browser, workbook):
    """Somebody else changed it meanwhile: the first press shows that, the second publishes; both make the page anew."""
    page.set_viewport_size({"width": 1280, "height": 900})
    opened(page, "2_forecast", charts=1, **PLANNED)
    other = browser.new_page(base_url=workbook.address)
    opened(other, "2_forecast", charts=1, **PLANNED)
    other.get_by_label("Your name").fill("Ben")
    other.get_by_label("Your name").press("Tab")
    other.get_by_role("button", name="Publish for staffing", exact=True).click()
    expect(other.locator(".ccwb-messages .ccwb-notice")).to_contain_text("Published", timeout=OPEN_MS)
    other.close()
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Your name").press("Tab")
    button = page.get_by_role("button", name="Publish for staffing", exact=True)
    button.scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(500)
    before = button.bounding_box()["y"]
    for said in ("Somebody else changed", "Published"):
        button.click()
        expect(page.locator(".ccwb-messages .ccwb-notice")).to_contain_text(said, timeout=OPEN_MS)
        drawn(page, 1)
        page.wait_for_timeout(1500)
        assert abs(button.bounding_box()["y"] - before) <= 2


def test_a_reason_of_three_thousand_letters_without_a_space_stays_inside_the_page(page):
    opened(page, "2_forecast", charts=1, **PLANNED)
    page.evaluate("""() => {
      const said = document.createElement("p");
      said.textContent = "w".repeat(3000);
      document.querySelector(".ccwb-content .widget-html-content").append(said);
    }""")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
