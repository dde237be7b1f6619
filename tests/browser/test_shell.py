"""The frame that all pages share, in a real browser: opening, width, theme, direction, keyboard, sleep, print."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from ccwb.ui.shell import PAGES
from tests.browser.looking import NAMES, OPEN_MS, OVERFLOW, PLANNED, TWICE, WIDTHS, drawn_after, last_drawn, opened

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
THERE = [notebook for notebook, _module, _label in PAGES.values() if (NOTEBOOKS / f"{notebook}.ipynb").exists()]
OPENS = 20
PHONE = {"width": 390, "height": 844}
STAFFING = "3_staffing"
FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  return [e.tagName.toLowerCase(), e.type ?? "", e.className, seen];
}"""


def staffing(page, **more):
    return opened(page, STAFFING, charts=3, **PLANNED | more)


@pytest.mark.parametrize("notebook", THERE)
def test_a_page_opens_with_its_question_and_everything_in_it_has_a_name(page, notebook):
    opened(page, notebook, **PLANNED)
    assert page.locator(".ccwb-question").inner_text().endswith("?")
    assert page.locator(".ccwb-stages a[aria-current=page]").count() == 1
    assert page.locator(".ccwb-messages .miss").all_inner_texts() == []
    assert [control for control, name in page.evaluate(NAMES) if not name] == []
    assert page.evaluate(TWICE) == []
    assert page.title().endswith("Planning workbook")


@pytest.mark.parametrize("notebook", THERE)
def test_a_page_fits_a_phone_without_moving_sideways(page, notebook):
    page.set_viewport_size(PHONE)
    opened(page, notebook, **PLANNED)
    page.wait_for_timeout(300)
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.timeout(OPENS * 60)
def test_a_page_asks_once_for_all_its_widgets_and_once_for_vega(page):
    asked, loaded = [], []

    def hear(frame):
        asked.extend(word for word in (b'"request_states"', b'"request_state"') if word in _bytes(frame))

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    page.on("request", lambda request: "vega.min.js" in request.url and loaded.append(request.url))
    staffing(page)
    assert asked == [b'"request_states"']
    assert len(loaded) == 1


def _bytes(frame):
    return frame if isinstance(frame, bytes) else frame.encode()


def test_charts_fill_their_card_in_every_one_of_twenty_opens(page):
    for turn in range(OPENS):
        staffing(page)
        for width, card in page.evaluate(WIDTHS):
            assert card > 300
            assert abs(width - card) <= 4, f"open {turn + 1}: a chart of {width} px in a card of {card} px"


def test_charts_take_the_new_width_when_the_window_changes(page):
    staffing(page)
    before = last_drawn(page)
    page.set_viewport_size(PHONE)
    drawn_after(page, before)
    page.wait_for_timeout(500)
    assert all(abs(width - card) <= 4 for width, card in page.evaluate(WIDTHS))
    assert page.evaluate(OVERFLOW) <= 0


def test_the_theme_turns_page_and_chart_dark_without_a_reload_and_is_remembered(page):
    staffing(page)
    page.evaluate("() => { window.stillHere = true }")
    look = "() => [getComputedStyle(document.body).backgroundColor, document.querySelector('canvas').toDataURL()]"
    page.get_by_role("button", name="Light or dark").click()
    if page.evaluate("document.documentElement.dataset.ccwbTheme") == "dark":
        page.get_by_role("button", name="Light or dark").click()
    page.wait_for_timeout(800)
    light, before = page.evaluate(look), last_drawn(page)
    page.get_by_role("button", name="Light or dark").click()
    drawn_after(page, before)
    dark = page.evaluate(look)
    assert sum(map(int, dark[0].strip("rgba()").split(",")[:3])) < 200
    assert sum(map(int, light[0].strip("rgba()").split(",")[:3])) > 600
    assert dark[1] != light[1]
    assert page.evaluate("window.stillHere")
    page.reload()
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    assert page.evaluate("document.documentElement.dataset.ccwbTheme") == "dark"


def test_a_persian_page_runs_from_right_to_left(page):
    staffing(page, lang="fa")
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "fa"]
    side, main = page.locator(".ccwb-side").bounding_box(), page.locator(".ccwb-main").bounding_box()
    assert side["x"] > main["x"]
    first, second = (page.locator(".ccwb-stages a").nth(n).bounding_box()["x"] for n in (0, 1))
    assert first > second
    assert any(digit in page.locator(".ccwb-figures").first.inner_text() for digit in "۰۱۲۳۴۵۶۷۸۹")
    assert page.evaluate(OVERFLOW) <= 0
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(500)
    assert page.evaluate(OVERFLOW) <= 0


def test_a_page_whose_kernel_is_gone_says_that_it_sleeps(page):
    staffing(page)
    assert not page.locator(".ccwb-asleep").is_visible()
    page.evaluate("() => sessionStorage.setItem('ccwb-typed|a field|a', '{}')")  # as a field keeps what is not saved
    ended = page.evaluate(
        """async () => {
          const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
          const key = "0123456789abcdef0123456789abcdef";
          document.cookie = `_xsrf=${key};path=/`;
          const headers = { "X-XSRFToken": key };
          const address = `${config.baseUrl}api/kernels/${config.kernelId}`;
          return (await fetch(address, { method: "DELETE", headers })).status;
        }"""
    )
    assert ended == 204
    page.locator(".ccwb-asleep").wait_for(state="visible", timeout=OPEN_MS)
    told = page.locator(".ccwb-asleep").inner_text()
    assert "gone to sleep" in told and "comes back after reloading" in told
    page.get_by_role("button", name="Reload").click()
    page.wait_for_selector(".ccwb-figure", timeout=OPEN_MS)
    assert not page.locator(".ccwb-asleep").is_visible()


def test_the_keyboard_reaches_everything_and_the_focus_is_seen(page):
    staffing(page)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
        if reached[-1][1] == "range":
            break
    assert reached[0][2] == "ccwb-skip"
    assert {"a", "select", "input", "button"} <= {tag for tag, *_ in reached}
    assert reached[-1][1] == "range"
    assert [control for *control, seen in reached if not seen] == []


def test_an_arrow_key_moves_a_slider_and_the_picture_follows(page):
    opened(page, STAFFING, charts=3, cycle=1, project="support")
    slider = page.get_by_role("slider", name="Volume")
    before, at = page.locator(".ccwb-figures").first.inner_text(), last_drawn(page)
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    drawn_after(page, at)
    page.wait_for_function(
        "before => document.querySelector('.ccwb-figures').innerText !== before", arg=before, timeout=OPEN_MS
    )
    assert slider.input_value() == "8"
    expect(slider).to_have_attribute("aria-valuetext", "8 %")


def test_the_table_behind_a_chart_is_shown_and_downloaded(page):
    staffing(page)
    page.locator("summary").first.click()
    rows = page.locator(".ccwb-chart-data tbody tr")
    rows.first.wait_for()
    with page.expect_download(timeout=OPEN_MS) as waiting:
        page.locator(".ccwb-chart-data").first.get_by_role("button", name="CSV").click()
    assert waiting.value.suggested_filename == "agents_needed.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("interval_start (Europe/Berlin),")
    assert len(text.splitlines()) == 1 + rows.count()  # the day in sight, all of it


def test_a_fold_opens_and_closes_by_keyboard_and_says_which(page):
    staffing(page)
    head = page.locator(".ccwb-fold-button").first
    body = page.locator(".ccwb-fold-body").first
    expect(head).to_have_attribute("aria-expanded", "false")
    assert not body.is_visible()
    head.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "true")
    expect(body).to_be_visible()
    assert body.get_attribute("id") == head.get_attribute("aria-controls")
    page.keyboard.press("Space")
    expect(body).to_be_hidden()


def test_who_chooses_in_the_header_stays_there(page):
    staffing(page)
    pick = page.locator(".pick-project")
    pick.focus()
    pick.select_option("support")
    page.wait_for_function("() => location.search.includes('project=support')", timeout=OPEN_MS)
    assert page.evaluate("document.activeElement.className") == "ccwb-pick pick-project"


def test_the_manual_comes_after_the_page_for_a_screen_reader_too(page):
    staffing(page)
    after = (
        "() => document.querySelector('.ccwb-page').compareDocumentPosition(document.querySelector('.ccwb-markdown'))"
    )
    assert page.evaluate(after) & 4  # following


def test_on_paper_the_answer_stays_and_what_was_chosen_is_said(page):
    staffing(page)
    page.emulate_media(media="print")
    for gone in (".ccwb-stages", ".ccwb-header-end", ".ccwb-downloads >> nth=0", ".ccwb-side [type=range] >> nth=0"):
        assert not page.locator(gone).is_visible()
    said = (
        ".ccwb-pick-label span >> nth=0",
        ".pick-cycle",
        ".ccwb-side label >> nth=0",
        ".ccwb-side .ccwb-number >> nth=0",
    )
    for kept in (".ccwb-question", ".ccwb-figure >> nth=0", ".ccwb-chart-place >> nth=0", *said):
        assert page.locator(kept).is_visible()


def test_on_a_phone_a_wide_table_shows_every_column(page):
    page.set_viewport_size(PHONE)
    opened(page, "6_evaluation", cycle=2)
    cells = page.locator(".ccwb-ladder .ccwb-table tbody tr").nth(1).locator("td")
    assert cells.nth(2).evaluate("e => getComputedStyle(e, '::before').content") == '"Actual"'
    for n in range(6):
        box = cells.nth(n).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
