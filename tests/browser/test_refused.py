"""What was typed and is not taken stays where it was typed, with a sentence, and nothing is made without it."""

from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, PLANNED, opened


def typed(field, said):
    field.fill(said)
    field.press("Tab")


def test_a_word_typed_as_a_number_stays_in_its_field_until_a_number_is_typed(page):
    opened(page, "3_staffing", charts=1, **PLANNED)
    field = page.locator(".ccwb-field", has_text="Handling time").locator("input.ccwb-number")
    before = field.input_value()
    typed(field, "abc")
    wrong = page.locator(".ccwb-field.wrong .ccwb-field-error")
    expect(wrong).to_have_text("'abc' is not a number.")
    expect(field).to_have_value("abc")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Make this the plan", exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("Handling time: 'abc' is not a number.", timeout=OPEN_MS)
    expect(field).to_have_value("abc")
    typed(field, before)
    expect(page.locator(".ccwb-field.wrong")).to_have_count(0)
    expect(field).to_have_value(before)


def test_a_word_typed_in_a_cell_of_numbers_stays_in_it_until_a_number_is_typed(page):
    opened(page, "4_schedule", charts=1, **PLANNED)
    cell = page.get_by_role("textbox", name="Length h 1", exact=True)
    before = cell.input_value()
    typed(cell, "long")
    wrong = page.locator(".ccwb-grid .ccwb-field-error")
    expect(wrong).to_have_text("'long' is not a number.")
    expect(cell).to_have_value("long")
    page.get_by_role("button", name="Make the schedule", exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("Length h in row 1: 'long' is not", timeout=OPEN_MS)
    typed(cell, before)
    expect(wrong).to_have_count(0)
    expect(cell).to_have_value(before)


def test_a_value_beyond_its_field_stops_the_plan_and_a_decimal_is_shown_as_it_is_used(page):
    opened(page, "3_staffing", charts=1, **PLANNED)
    volume, time = (page.get_by_role("textbox", name=label, exact=True) for label in ("Volume", "Handling time"))
    typed(volume, "1.5")
    typed(time, "99999")
    expect(page.locator(".ccwb-field.wrong .ccwb-field-error")).to_have_text("From 1 to 86,400 s.")
    page.get_by_role("button", name="Make this the plan", exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text("Handling time, 99,999: From 1 to 86,400 s.")
    expect(time).to_have_value("99,999")
    typed(time, "1200")
    expect(page.locator(".ccwb-field.wrong")).to_have_count(0)
    expect(time).to_have_value("1,200")
    expect(volume).to_have_value("1.5")
    page.get_by_role("button", name="Back to the targets of the setup", exact=True).click()
    expect(volume).to_have_value("0")


def test_a_word_among_a_projects_targets_is_said_once_and_what_else_is_typed_waits_for_it(page):
    opened(page, "setup", project="service", step="projects")
    card = page.locator(".ccwb-card", has_text="Channels and their targets")
    cell, other = (card.get_by_role("textbox", name=label, exact=True) for label in ("Held at once 1", "Patience s 1"))
    before, patience = cell.input_value(), other.input_value()
    typed(cell, "abc")
    wrong, below = card.locator(".ccwb-field-error"), card.locator(".ccwb-notice")
    expect(wrong).to_have_text("'abc' is not a number.")
    expect(below).to_have_count(0)
    typed(other, "77")
    expect(below).to_contain_text("Held at once in row 1: 'abc' is not a number. Correct it: the rest is saved, too.")
    expect(other).to_have_value("77")
    typed(cell, before)
    expect(wrong).to_have_count(0)
    expect(below).to_have_count(0)
    expect(other).to_have_value("77")
    typed(other, patience)
