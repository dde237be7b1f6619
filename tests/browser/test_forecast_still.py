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


# The page is made anew with something of 300 px above the button, which is then another element.
REMADE = """() => {
  const old = [...document.querySelectorAll(".ccwb-content button")].find((one) => one.textContent === "Press");
  const above = document.createElement("div");
  above.style.height = "300px";
  const now = old.cloneNode(true);
  old.replaceWith(now);
  document.querySelector(".ccwb-content").prepend(above);
}"""
PLACED = """() => {
  const button = document.createElement("button");
  button.textContent = "Press";
  document.querySelector(".ccwb-content").prepend(button);
}"""


@pytest.mark.parametrize("away", [0, 200], ids=["the hand stays", "the hand leaves"])
def test_what_a_hand_has_left_for_stays_where_it_is_when_the_page_is_made_anew(page, away):
    page.set_viewport_size({"width": 1280, "height": 600})
    opened(page, "2_forecast", charts=1, **PLANNED)
    page.evaluate(PLACED)
    page.get_by_role("button", name="Press", exact=True).click()
    box = page.get_by_role("button", name="Press", exact=True).bounding_box()
    if away:
        page.mouse.move(box["x"] + away, box["y"] + away)
    before = page.evaluate("scrollY")
    page.evaluate(REMADE)
    page.wait_for_timeout(500)
    by = page.evaluate("scrollY") - before  # with the gap between two cards, where it follows the button
    assert by == 0 if away else by >= 300


def test_a_reason_of_three_thousand_letters_without_a_space_stays_inside_the_page(page):
    opened(page, "2_forecast", charts=1, **PLANNED)
    page.evaluate("""() => {
      const said = document.createElement("p");
      said.textContent = "w".repeat(3000);
      document.querySelector(".ccwb-content .widget-html-content").append(said);
    }""")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
