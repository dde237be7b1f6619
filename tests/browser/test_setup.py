"""The setup page in a real browser: a file chosen, understood, imported; a project kept over a reload; on a phone."""

import datetime as dt

import pytest

from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from tests.browser.serving import serve

PAGE = "voila/render/setup.ipynb"
WAIT_MS = 60_000  # a first page wakes a kernel
CALLS = b"Date;Time;Calls;AHT\n2023-03-06;08:00;12;185\n2023-03-06;08:30;many;190\n2023-03-06;09:00;15;195\n"
HOW_LONG = b"Date;Time;Calls;AHT\n2023-04-03;08:00;12;185\n2023-04-04;08:30;10;190\n"  # rows 1,470 minutes apart


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A workbook of this file's own, because its tests change the centre: one project, nothing else."""
    database = tmp_path_factory.mktemp("setup") / "ccwb.db"
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        centre = blank_centre(name="Ours") | {"projects": [new_project("orders", label="Orders")]}
        store.save("centre", centre, base=0, by="Ana", at=dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC))
    with serve("--database", database) as served:
        yield served


def opened(page, step, **more):
    query = "&".join(f"{key}={value}" for key, value in ({"step": step} | more).items())
    page.goto(f"{PAGE}?{query}", timeout=WAIT_MS)
    page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)
    page.wait_for_selector(f".ccwb-choice[data-value='{step}'][aria-checked='true']")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_file_is_chosen_understood_and_imported(page):
    opened(page, "history")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose a file").click()
    chooser.value.set_files({"name": "calls.csv", "mimeType": "text/csv", "buffer": CALLS})
    page.get_by_text("How 'calls.csv' is understood").wait_for()
    page.get_by_role("button", name="See what would come in").click()
    page.get_by_text("Rows taken").wait_for()
    assert page.get_by_text("It is row 3.").count() == 1
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("3 rows of 'calls.csv' are in the workbook.").wait_for()
    page.reload(timeout=WAIT_MS)
    page.get_by_text("Mar 6, 2023 08:00").wait_for(timeout=WAIT_MS)


def in_sight(page, element):
    box = element.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def test_a_file_with_an_open_question_is_refused_beside_the_button_that_was_pressed(page):
    page.set_viewport_size({"width": 1280, "height": 600})
    opened(page, "history")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose a file").click()
    chooser.value.set_files({"name": "odd.csv", "mimeType": "text/csv", "buffer": HOW_LONG})
    page.get_by_role("button", name="See what would come in").click()
    said = page.get_by_role("alert").filter(has_text="Nothing was changed")
    said.wait_for()
    assert in_sight(page, said)


def test_a_sentence_above_the_page_floats_in_sight_and_takes_neither_focus_nor_place(page):
    page.set_viewport_size({"width": 1280, "height": 600})
    opened(page, "centre")
    page.get_by_role("button", name="Begin a blank workbook").first.click()
    begin = page.get_by_role("button", name="Begin a blank workbook").last
    begin.scroll_into_view_if_needed()
    page.evaluate("document.body.style.paddingBottom = '1500px'")
    page.evaluate("scrollBy(0, 300)")
    was = begin.bounding_box()
    begin.click()
    said = page.locator(".ccwb-messages .ccwb-notice")
    said.wait_for()
    page.wait_for_timeout(300)
    assert in_sight(page, said)
    assert abs(begin.bounding_box()["y"] - was["y"]) < 2
    assert begin.evaluate("button => button === document.activeElement")
    assert page.locator(".ccwb-messages").get_attribute("aria-live") == "polite"
    page.keyboard.press("Escape")
    assert not in_sight(page, said)


def test_a_page_whose_server_is_stopped_says_so_before_anything_is_typed_in_vain(browser, tmp_path):
    with serve("--database", tmp_path / "ccwb.db") as served:
        page = browser.new_page(viewport={"width": 1280, "height": 500})
        page.goto(served.address + PAGE, timeout=WAIT_MS)
        page.wait_for_selector(".ccwb-question", timeout=WAIT_MS)
        served.stop()
        page.evaluate("scrollTo(0, 300)")
        page.locator(".ccwb-asleep").wait_for(state="visible", timeout=7_000)
    assert "does not answer at the moment" in page.locator(".ccwb-asleep").inner_text()
    assert page.locator(".ccwb-asleep").bounding_box()["y"] == 0
    assert page.locator(".ccwb-asleep button").is_hidden()
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_supervisor_typed_is_there_after_a_reload(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, "projects")
    assert fits(page)
    field = page.get_by_label("Supervisor", exact=True)
    field.fill(f"Kim {width}")
    field.press("Tab")
    page.wait_for_function("document.querySelector('.ccwb-saved').textContent.includes(':')")
    page.wait_for_timeout(500)
    page.reload(timeout=WAIT_MS)
    page.wait_for_function(
        f"[...document.querySelectorAll('input')].some((i) => i.value === 'Kim {width}')", timeout=WAIT_MS
    )


def test_a_workbook_is_put_aside_and_begun_anew_only_after_its_name_was_typed(page, workbook):
    opened(page, "centre")
    page.get_by_role("button", name="Begin a blank workbook").first.click()
    name = page.get_by_label("Type 'Ours' to agree")
    begin = page.get_by_role("button", name="Begin a blank workbook").last
    name.fill("Theirs")
    name.press("Tab")
    begin.click()
    page.get_by_text("Nothing was changed.").wait_for()
    name.fill("Ours")
    name.press("Tab")
    begin.click()
    said = page.get_by_text("The workbook is empty now.")
    said.wait_for()
    page.reload(timeout=WAIT_MS)
    page.get_by_text("This workbook is empty. Begin with your own centre").first.wait_for(timeout=WAIT_MS)
    assert page.get_by_text("Orders").count() == 0
