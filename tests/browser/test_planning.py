"""One project planned in a real browser, stage after stage: each result is kept, shown after a reload, handed on."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, drawn, opened

WORK_MS = 180_000
SALES = {"project": "sales"}


def make(page, label, sentence):
    """Press a button that starts long work and wait for its good end."""
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text(sentence, timeout=WORK_MS)
    expect(page.locator(".ccwb-progress").first).to_be_hidden(timeout=OPEN_MS)


def go_on(page, stage, charts):
    """Go to another stage by the navigation."""
    page.locator(f".ccwb-stages a[data-stage={stage}]").click()
    page.wait_for_selector(f".ccwb-page-{stage} .ccwb-question", timeout=OPEN_MS)
    drawn(page, charts)


def figures(page):
    return page.locator(".ccwb-figures").first.inner_text()


def reloaded(page, charts):
    page.reload(timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    drawn(page, charts)
    return figures(page)


@pytest.mark.timeout(900)
def test_forecast_staffing_and_schedule_of_one_project_are_made_kept_and_handed_on(page):
    opened(page, "2_forecast", charts=1, **SALES)
    page.get_by_label("Your name").fill("Browser tester")
    page.get_by_label("Your name").press("Tab")
    make(page, "Make the forecast", "The forecast is made")
    make(page, "Publish for staffing", "Published: staffing works with it")
    drawn(page, 2)
    expected = figures(page)
    assert "Contacts in the cycle" in expected
    assert reloaded(page, 2) == expected
    expect(page.locator(".ccwb-approval")).to_contain_text("Last changed by Browser tester")

    go_on(page, "staffing", 3)
    assert "project=sales" in page.url
    before = figures(page)
    page.get_by_role("slider", name="Shrinkage").press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.ccwb-figures').innerText !== before", arg=before, timeout=OPEN_MS
    )
    make(page, "Make this the plan", "This is now the plan for Sales line")
    planned = figures(page)
    assert "±0 against the plan" in planned
    assert reloaded(page, 3) == planned

    go_on(page, "schedule", 1)
    make(page, "Make the schedule", "The schedule is made")
    staffed = figures(page)
    assert "Schedule fit" in staffed
    assert reloaded(page, 2) == staffed
    assert page.locator(".ccwb-page-schedule").get_by_text("What stays short").count() == 1
