"""The questionnaire under quick hands and after a reload: a comment comes back, an answer stays with its statement."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS

HELD = """(said) =>
  Object.entries(sessionStorage).some(([key, value]) => key.includes("comment") && value.includes(said))"""


def opened(page, notebook="1_mission", **query):
    page.goto(f"voila/render/{notebook}.ipynb?" + "&".join(f"{k}={v}" for k, v in query.items()), timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)


def reloaded(page):
    page.reload(timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)


def name(page):
    return page.get_by_label("You answer as")


def give_name(page, said):
    name(page).fill(said)
    name(page).press("Tab")
    page.get_by_text("You have answered 0 of").wait_for()
    expect(page.locator(".ccwb-card").first.get_by_label("Why?")).to_be_visible()  # the statement comes first now


def comment(page):
    return page.get_by_label("Why? (if you like)")


def at_statement(page, n):
    expect(page.get_by_text(f", statement {n} of")).to_be_visible()


def choice(page, value):
    return page.locator(f".ccwb-choices [data-value='{value}']")


@pytest.mark.timeout(240)
def test_a_comment_without_an_answer_comes_back_after_a_reload_and_so_does_the_name(page):
    opened(page, step="questionnaire")
    give_name(page, "Kim K")
    comment(page).fill("Nobody told us")
    comment(page).press("Tab")
    page.wait_for_function(HELD, arg="Nobody told us")
    page.wait_for_timeout(1000)
    reloaded(page)
    expect(name(page)).to_have_value("Kim K", timeout=OPEN_MS)
    expect(page.locator(".ccwb-person")).to_have_value("Kim K")
    expect(comment(page)).to_have_value("Nobody told us")
    page.evaluate("localStorage.removeItem('ccwb-person')")  # the name is given anew, and comes more than once
    opened(page, step="statements")
    page.locator(".ccwb-choice[data-value='questionnaire']").click()
    name(page).fill("Kim K")
    name(page).press("Tab")
    page.wait_for_timeout(2000)
    expect(comment(page)).to_have_value("Nobody told us")


@pytest.mark.timeout(240)
def test_what_is_pressed_or_begun_before_the_next_statement_has_come_belongs_to_the_one_in_sight(page):
    opened(page, step="questionnaire")
    give_name(page, "Quick hands")
    choice(page, 3).click()
    page.get_by_text("You have answered 1 of").wait_for()
    page.evaluate(
        """() => {
          [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === "Next").click();
          document.querySelector(".ccwb-choices [data-value='4']").click();
          document.querySelector(".ccwb-form textarea").focus();
          document.execCommand("insertText", false, "Begun on the first");
        }"""
    )
    at_statement(page, 2)
    expect(comment(page)).to_have_value("")
    expect(page.locator(".ccwb-choices [data-value='4'][aria-checked='true']")).to_have_count(0)
    comment(page).blur()
    page.wait_for_timeout(1000)
    expect(comment(page)).to_have_value("")
    page.get_by_text("You have answered 1 of").wait_for()
    page.get_by_role("button", name="Back").click()
    at_statement(page, 1)
    expect(choice(page, 4)).to_have_attribute("aria-checked", "true")
    expect(comment(page)).to_have_value("Begun on the first")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("notebook", "first", "then"), [("1_mission", "questionnaire", "gaps"), ("setup", "people", "history")]
)
def test_the_address_names_the_step_in_sight_and_a_reload_stays_there(page, notebook, first, then):
    opened(page, notebook, step=first)
    page.locator(f".ccwb-choice[data-value='{then}']").click()
    page.wait_for_url(f"**step={then}*")
    reloaded(page)
    expect(page.locator(f".ccwb-choice[data-value='{then}']")).to_have_attribute("aria-checked", "true")
