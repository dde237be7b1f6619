"""The chain in a real browser: typed as a table, drawn as a picture, still there after a reload; on a phone too."""

PAGE = "voila/render/1_mission.ipynb?step=chain"
WAIT_MS = 40_000  # a first page wakes a kernel

# Fields whose text does not fit: of a select, what stands in it is laid out as wide as its own place is.
SHORT = """() => [...document.querySelectorAll(".ccwb-grid select, .ccwb-page input.ccwb-number, .ccwb-grid input")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.type !== "checkbox").map((e) => {
    if (e.tagName === "INPUT") return [e.value, e.scrollWidth <= e.clientWidth + 1];
    const style = getComputedStyle(e), said = document.createElement("div");
    said.textContent = e.selectedOptions[0]?.label ?? "";
    said.style.cssText = `position:absolute;font:${style.font};white-space:pre-wrap;width:${e.clientWidth
      - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20}px`;
    document.body.append(said);
    const fits = said.scrollWidth <= said.clientWidth + 1 && said.clientHeight <= e.clientHeight + 2;
    said.remove();
    return [e.selectedOptions[0]?.label, fits];
  }).filter(([, fits]) => !fits).map(([text]) => text)"""


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


def test_what_stands_in_the_fields_of_the_chain_the_gaps_and_the_cases_is_seen_whole(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    for step, shown in (("chain", ".ccwb-tree"), ("gaps", ".ccwb-grid"), ("cases", ".ccwb-form")):
        page.goto(PAGE.replace("chain", step) + "&lang=de", timeout=WAIT_MS)
        page.wait_for_selector(shown, timeout=WAIT_MS)
        page.wait_for_timeout(300)
        assert page.evaluate(SHORT) == []
    page.goto(PAGE.replace("chain", "cases") + "&lang=fa", timeout=WAIT_MS)
    before = page.locator(".ccwb-form-head h3").first.text_content(timeout=WAIT_MS)
    page.locator(".ccwb-card .ccwb-button").first.click()
    changed = "was => document.querySelector('.ccwb-form-head h3').textContent !== was"
    page.wait_for_function(changed, arg=before, timeout=WAIT_MS)  # its head says which case the fields are of
    page.locator(".ccwb-fold-head button").nth(2).click()
    cost = page.locator("input.ccwb-number:visible").first
    cost.fill("۱٬۲۵۰٬۰۰۰ ٪")
    cost.press("Tab")
    page.wait_for_timeout(300)
    assert cost.input_value() == "۱٬۲۵۰٬۰۰۰"
    assert page.evaluate(SHORT) == []
    page.goto(PAGE.replace("chain", "gaps") + "&lang=fa", timeout=WAIT_MS)
    dated = page.locator(".ccwb-grid td:has(input[type=date])").first
    dated.locator("input").fill("2026-12-31", timeout=WAIT_MS)
    assert "۱۰ دی ۱۴۰۵" in dated.inner_text()
