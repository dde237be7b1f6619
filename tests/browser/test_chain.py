"""The chain in a real browser: typed as a table, drawn as a picture, still there after a reload; on a phone too."""

PAGE = "voila/render/1_mission.ipynb?step=chain"
WAIT_MS = 40_000  # a first page wakes a kernel


def opened(page):
    page.goto(PAGE, timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-tree", timeout=WAIT_MS)


def test_a_goal_without_a_step_is_drawn_as_a_break_and_is_there_after_a_reload(page):
    opened(page)
    goals = page.locator("textarea[aria-label^='Goal ']")
    cell = goals.nth(goals.count())
    page.get_by_role("button", name="Add a goal").click()
    cell.fill("Chats end solved")
    cell.press("Tab")
    drawn = page.locator(".ccwb-tree li", has=page.locator(":scope > .ccwb-node", has_text="Chats end solved"))
    drawn.last.locator(".ccwb-node.gap", has_text="No process step").wait_for()
    page.reload(timeout=WAIT_MS)
    drawn.last.locator(".ccwb-node.gap", has_text="No process step").wait_for(timeout=WAIT_MS)


def test_on_a_phone_the_chain_runs_downwards_and_nothing_is_cut_off(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tops = page.locator(".ccwb-tree").first.locator(".ccwb-node")
    boxes = [tops.nth(n).bounding_box() for n in range(3)]
    assert boxes[0]["y"] < boxes[1]["y"] < boxes[2]["y"]
    assert boxes[0]["x"] < boxes[1]["x"] < boxes[2]["x"]
    assert all(box["x"] + box["width"] <= 390 for box in boxes)
