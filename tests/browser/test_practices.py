"""Practices in a real browser: rated on a phone, drawn at once, taken up, and still there after a reload."""

PAGE = "voila/render/1_mission.ipynb?step=practices"
WAIT_MS = 40_000  # a first page wakes a kernel


def opened(page):
    page.goto(PAGE, timeout=WAIT_MS)
    page.wait_for_selector("[data-drawn]", timeout=WAIT_MS)


def test_a_practice_rated_on_a_phone_is_drawn_taken_up_and_there_after_a_reload(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page)
    page.get_by_label("Practice to rate").select_option("incentives")
    page.get_by_role("heading", name="Incentives").first.wait_for()
    page.get_by_role("radio", name="1 · left to chance").click()
    page.locator(".ccwb-choice[aria-checked='true']", has_text="left to chance").wait_for()
    row = page.locator(".ccwb-row", has=page.get_by_role("heading", name="Incentives"))
    row.get_by_role("button", name="Note as a gap").click()
    row.wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    opened(page)
    page.get_by_label("Practice to rate").select_option("incentives")
    page.locator(".ccwb-choice[aria-checked='true']", has_text="left to chance").wait_for()
    page.locator(".ccwb-choice[data-value='gaps']").click()
    page.wait_for_function(
        "[...document.querySelectorAll('textarea')].some(t => t.value.startsWith('Incentives: level 1'))"
    )
