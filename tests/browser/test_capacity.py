"""The year in a real browser: a plan is found, the budget is fixed with it, both are there after a reload."""

from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, OVERFLOW, PLANNED, opened

FIND, FIX = "Find the cheapest plan", "Fix the budget with this plan"
PLAN_MS = 3 * OPEN_MS  # three projects are forecast for 65 weeks first


def unfolded(page, title, button):
    """Open the staffing page and a fold of it, and wait for a button in the fold."""
    opened(page, "3_staffing", charts=1, **PLANNED)
    page.locator(".ccwb-fold-head button", has_text=title).click()
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible(timeout=OPEN_MS)


def test_a_plan_found_and_a_budget_fixed_with_it_are_still_there_after_a_reload(page):
    unfolded(page, "Whom do we have to hire", FIND)
    page.get_by_role("button", name=FIND, exact=True).click()
    expect(page.get_by_text("Whom to hire, and when").first).to_be_visible(timeout=PLAN_MS)
    expect(page.get_by_text("Leavers expected in a year")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0
    unfolded(page, "The budget", FIX)
    page.get_by_role("button", name=FIX, exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("The budget is fixed", timeout=OPEN_MS)
    unfolded(page, "The budget", FIX)
    expect(page.get_by_text("The budget was fixed by")).to_be_visible(timeout=OPEN_MS)
    opened(page, "executive", **PLANNED)
    expect(page.get_by_text("cycle's budget is")).to_be_visible(timeout=OPEN_MS)
