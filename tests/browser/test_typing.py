"""Nothing that is typed is lost: quick hands, rows that are saved between two keys, a page that is made anew."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, opened

SALES = {"project": "sales"}
WORK_MS = 180_000
KEY_MS = 60
WORDS = "A second client's calls come in the spring"


def unfold(page, title):
    page.locator(".ccwb-fold-head button", has_text=title).first.click()


def rows(page):
    """Return how many adjustments there are already, some test's before."""
    page.get_by_role("button", name="Add an adjustment").wait_for()
    return page.locator("[aria-label^='Reason ']").count()


def add_row(page, label, cell, nth):
    """Add a row; return nothing before its cell is there."""
    page.get_by_role("button", name=label).click()
    expect(page.get_by_label(f"{cell} {nth}", exact=True)).to_be_visible(timeout=OPEN_MS)


@pytest.mark.timeout(300)
def test_two_new_adjustments_typed_one_right_after_the_other_each_keep_their_own_words(page):
    opened(page, "2_forecast", charts=1, **SALES)
    unfold(page, "Adjustments")
    first = rows(page) + 1
    for nth in (first, first + 1):
        add_row(page, "Add an adjustment", "Value", nth)
    for nth, value in ((first, "5"), (first + 1, "7")):
        page.get_by_label(f"Value {nth}", exact=True).fill(value)
        page.get_by_label(f"Value {nth}", exact=True).press("Tab")
    # as quick hands do: both are on their way before anything has come back
    page.evaluate(
        """(first) => [[first + 1, "The second"], [first, "The first"]].forEach(([nth, words]) => {
          const cell = document.querySelector(`[aria-label="Reason ${nth}"]`);
          cell.focus();
          document.execCommand("insertText", false, words);
          cell.blur();
        })""",
        first,
    )
    expect(page.locator(".ccwb-messages")).not_to_contain_text("reason", timeout=OPEN_MS)
    for nth, value, words in ((first, "5", "The first"), (first + 1, "7", "The second")):
        expect(page.get_by_label(f"Value {nth}", exact=True)).to_have_value(value)
        expect(page.get_by_label(f"Reason {nth}", exact=True)).to_have_value(words)


@pytest.mark.timeout(400)
def test_what_is_half_typed_while_the_forecast_is_made_goes_on_when_it_is_done(page):
    opened(page, "2_forecast", charts=1, project="support")
    page.get_by_label("Your name").fill("Browser planner")
    page.get_by_label("Your name").press("Tab")
    page.get_by_label("Model", exact=True).select_option("seasonal naive")
    page.get_by_role("button", name="Make the forecast", exact=True).click()
    unfold(page, "Adjustments")
    nth = rows(page) + 1
    reason = page.get_by_label(f"Reason {nth}", exact=True)
    add_row(page, "Add an adjustment", "Reason", nth)
    reason.evaluate("cell => (cell.was = true)")
    reason.click()
    messages = page.locator(".ccwb-messages")
    said = ""
    while "The forecast is made" not in messages.inner_text():
        assert len(said) < WORK_MS / KEY_MS
        page.keyboard.type("x")
        page.wait_for_timeout(KEY_MS)
        said += "x"
    expect(reason).to_be_focused(timeout=OPEN_MS)
    assert not reason.evaluate("cell => Boolean(cell.was)")  # it is another one
    page.keyboard.type(WORDS)
    expect(reason).to_have_value(said + WORDS)
    page.keyboard.press("Tab")
    expect(messages).to_contain_text("An adjustment counts once it has a value", timeout=OPEN_MS)
    expect(messages).to_contain_text("The forecast is made")
    reason.fill("A fair")
    page.get_by_label(f"Value {nth}", exact=True).fill("5")
    page.get_by_label(f"Value {nth}", exact=True).press("Tab")
    row = page.locator(".ccwb-grid", has_text="Reason").first.locator("tbody tr").nth(nth - 1)
    expect(row).to_contain_text("contacts on", timeout=OPEN_MS)  # it counts

    page.get_by_role("button", name="Publish for staffing").click()
    page.get_by_role("button", name="Add an adjustment").click()
    expect(messages).to_contain_text("Published: staffing works with it", timeout=WORK_MS)
    expect(messages).to_contain_text(f"Row {nth + 1}", timeout=OPEN_MS)
    expect(page.get_by_label(f"Reason {nth + 1}", exact=True)).to_be_visible()
    expect(reason).to_have_value("A fair")
