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


# --- nothing typed is lost --------------------------------------------------------------------------------------------
PURPOSE = "What is the centre for, in one sentence?"
ENDED = """async () => {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const key = "0123456789abcdef0123456789abcdef";
  document.cookie = `_xsrf=${key};path=/`;
  const address = `${config.baseUrl}api/kernels/${config.kernelId}`;
  return (await fetch(address, { method: "DELETE", headers: { "X-XSRFToken": key } })).status;
}"""


def reloaded(page):
    page.reload(timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)


def half_typed(field, words):
    """Type words and do not leave the field."""
    field.fill("")
    field.press_sequentially(words)


def says(page, label, words):
    page.wait_for_function(
        """([label, words]) => [...document.querySelectorAll("label")].some((one) =>
             one.textContent === label && document.getElementById(one.htmlFor)?.value === words)""",
        arg=[label, words],
    )


def test_a_half_typed_sentence_outlives_a_reload_and_a_kernel_that_is_gone(page):
    opened(page, "statements")
    half_typed(page.get_by_label(PURPOSE), "Half typed before the reload")
    reloaded(page)
    says(page, PURPOSE, "Half typed before the reload")
    assert page.evaluate(ENDED) == 204
    half_typed(page.get_by_label(PURPOSE), "Typed while nobody listened")
    page.get_by_label(PURPOSE).press("Tab")
    reloaded(page)
    says(page, PURPOSE, "Typed while nobody listened")
    page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.includes('purpose'))")


def test_a_gap_that_was_only_begun_is_still_there_after_a_reload(page):
    opened(page, "gaps")
    page.get_by_role("button", name="Add a gap").click()
    rows = page.locator(".ccwb-grid tbody tr")
    owner = page.get_by_label(f"Owner {rows.count()}", exact=True)
    owner.fill("Begun by Dora")
    owner.press("Tab")
    half_typed(page.get_by_label(f"Evidence {rows.count()}", exact=True), "Half of it")
    reloaded(page)
    page.wait_for_function(
        "[...document.querySelectorAll('.ccwb-grid input')].some((i) => i.value === 'Begun by Dora')"
    )
    assert page.get_by_label(f"Evidence {rows.count()}", exact=True).input_value() == "Half of it"


def test_the_second_of_two_writers_sees_both_versions_and_chooses(page, watched):
    context, _watch = watched
    opened(page, "statements")
    other = context.new_page()
    opened(other, "statements")
    half_typed(page.get_by_label(PURPOSE), "Written second")
    other.get_by_label(PURPOSE).fill("Written first")
    other.get_by_label(PURPOSE).press("Tab")
    other.locator(".ccwb-saved[data-state='saved']").wait_for()
    page.get_by_label(PURPOSE).press("Tab")  # whether theirs has come here yet or not: both are shown
    both = page.locator(".ccwb-sides, .ccwb-typed-before")
    both.wait_for()
    page.get_by_role("button", name="Keep mine").or_(page.get_by_role("button", name="Put it in")).click()
    says(page, PURPOSE, "Written second")
    reloaded(other)
    says(other, PURPOSE, "Written second")


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
    page.get_by_role("link", name="Go to the form").click()
    page.wait_for_timeout(500)
    assert page.get_by_label("What did you do?").bounding_box()["y"] < 844  # in sight at one press
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
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


LONG_QUESTION = """() => {
  const [card, list, answers] = ["ccwb-card ccwb-asked", "ccwb-sides", ""].map((classes) => {
    const box = document.createElement("div");
    box.className = classes;
    return box;
  });
  list.style.height = "3000px";
  answers.innerHTML = "<button>Keep mine</button>";
  card.append(list, answers);
  document.querySelector(".ccwb-messages").append(card);
  scrollTo(0, 0);
  const at = answers.getBoundingClientRect();
  card.remove();
  return [at.top, at.bottom, innerHeight];
}"""


def test_the_register_grows_with_its_gaps_and_a_long_question_keeps_its_buttons_in_reach(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    opened(page, "gaps")
    for _n in range(3):
        rows = page.locator(".ccwb-rows .ccwb-grid tbody tr").count()
        page.get_by_role("button", name="Add a gap").click()
        page.locator(".ccwb-rows .ccwb-grid tbody tr").nth(rows).wait_for()
    hidden = page.locator(".ccwb-rows .ccwb-scroll").evaluate("(box) => box.scrollHeight - box.clientHeight")
    assert rows >= 2 and hidden <= 1
    top, bottom, height = page.evaluate(LONG_QUESTION)
    assert 0 < top < bottom <= height + 1
