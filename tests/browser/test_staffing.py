"""The folds of the staffing page in a real browser."""

from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, OVERFLOW, PLANNED, opened

SAVE = "Save what is in sight as a scenario"


def open_scenarios(page):
    opened(page, "3_staffing", charts=1, **PLANNED)
    page.locator(".ccwb-fold-head button", has_text="Scenarios").click()
    expect(page.get_by_role("button", name=SAVE)).to_be_visible(timeout=OPEN_MS)


def test_pictures_out_of_sight_follow_the_slider_too(page):
    opened(page, "3_staffing", charts=3, **PLANNED)
    places = page.locator(".ccwb-chart-place")
    assert places.nth(2).evaluate("e => e.getBoundingClientRect().top > innerHeight + 80"), "it has to be out of sight"
    before = [places.nth(n).get_attribute("data-drawn") for n in range(3)]
    page.locator(".ccwb-chart details summary").last.click()
    table = page.locator(".ccwb-chart details[open] table").last
    expect(table).to_be_visible(timeout=OPEN_MS)
    rows = table.inner_text()
    slider = page.get_by_role("slider", name="Volume", exact=True)
    slider.evaluate("e => { e.value = '10'; e.dispatchEvent(new Event('input', { bubbles: true })); }")
    for n in range(3):
        expect(places.nth(n)).not_to_have_attribute("data-drawn", before[n], timeout=OPEN_MS)
    expect(table).not_to_have_text(rows, use_inner_text=True, timeout=OPEN_MS)  # the open table behind it as well


def test_a_scenario_saved_by_its_name_is_still_there_after_a_reload(page):
    open_scenarios(page)
    field = page.get_by_label("Name of what is in sight")
    field.fill("Quiet autumn")
    field.press("Tab")
    page.get_by_role("button", name=SAVE).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("'Quiet autumn'", timeout=OPEN_MS)
    open_scenarios(page)
    card = page.locator(".ccwb-card", has_text="Quiet autumn").last
    expect(card).to_contain_text("Agent-hours")
    expect(card).to_contain_text("against the plan")
    assert page.evaluate(OVERFLOW) == 0
