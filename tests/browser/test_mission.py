"""The mission and the action page in a real browser: open, use, save, reload, still there; on a phone too."""

import pytest

PAGE = "voila/render/1_mission.ipynb"
WAIT_MS = 40_000  # a first page wakes a kernel


def opened(page, step, **more):
    query = "&".join(f"{key}={value}" for key, value in ({"step": step} | more).items())
    page.goto(f"{PAGE}?{query}", timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)


def test_an_answer_given_on_a_phone_is_there_after_a_reload(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "questionnaire")
    page.get_by_label("You answer as").fill("Phone tester")
    page.get_by_label("You answer as").press("Tab")
    choice = page.locator(".ccwb-choices [data-value='4']")
    choice.click()
    page.wait_for_selector(".ccwb-choices [data-value='4'][aria-checked='true']")
    page.get_by_text("You have answered 1 of").wait_for()
    assert min(choice.bounding_box()[side] for side in ("width", "height")) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.reload(timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)
    if not page.locator(".ccwb-choice[data-value='questionnaire'][aria-checked='true']").count():
        page.locator(".ccwb-choice[data-value='questionnaire']").click()
    page.get_by_label("You answer as").fill("Phone tester")
    page.get_by_label("You answer as").press("Tab")
    page.get_by_text("You have answered 1 of").wait_for()


def test_the_room_draws_a_dot_a_person(page):
    opened(page, "questionnaire")
    page.get_by_label("You answer as").fill("Room tester")
    page.get_by_label("You answer as").press("Tab")
    page.locator(".ccwb-choices [data-value='2']").click()
    page.get_by_text("You have answered 1 of").wait_for()
    page.locator(".ccwb-choice[data-value='room']").click()
    page.wait_for_selector("[data-drawn]")
    assert page.locator(".ccwb-chart-place svg, .ccwb-chart-place canvas").count() >= 1


def typed(page, label, words):
    """Type at a person's pace: the next field is begun when the page has taken the last one."""
    field = page.get_by_label(label, exact=True)
    for _attempt in range(5):
        field.fill(words)
        field.press("Tab")
        page.wait_for_timeout(500)
        if field.input_value() == words:
            return


@pytest.mark.parametrize("width", [390, 1280])
def test_a_deviation_is_logged_and_still_there_after_a_reload(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("voila/render/5_action.ipynb", timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)
    page.locator(".ccwb-person").fill("Browser tester")
    page.locator(".ccwb-person").press("Tab")
    wanted = {
        "What did you do?": f"Moved a break at {width}",
        "Why?": "More calls than planned",
        "What do you expect of it?": "Shorter waits",
    }
    for label, words in wanted.items():
        typed(page, label, words)
    page.get_by_role("button", name="Log it").click()
    page.get_by_text("Logged as entry").wait_for()
    page.reload(timeout=WAIT_MS)
    page.get_by_role("heading", name=f"Moved a break at {width}").wait_for(timeout=WAIT_MS)


def test_a_target_typed_on_a_phone_is_there_after_a_reload_and_held_against_the_cycle_before(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "measures")
    cell = page.locator("tr:has-text('Employee satisfaction') input").first
    page.get_by_text("Further measures", exact=True).click()
    cell.wait_for()
    cell.fill("77")
    cell.press("Tab")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.reload(timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-ladder .ccwb-table", timeout=WAIT_MS)
    found = page.locator("tr:has-text('Employee satisfaction') input").first
    found.wait_for()
    assert found.input_value() == "77"
