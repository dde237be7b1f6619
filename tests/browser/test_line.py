"""The line between a page and its kernel: it holds, so that nothing that is said on it is lost."""

import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAIT_MS, Watch
from tests.browser.looking import OPEN_MS, PLANNED, opened
from tests.browser.serving import serve

PING_MS = 2000
QUICK = f"import ccwb.server; ccwb.server.PING_MS = {PING_MS}; from ccwb.cli import main; main()"
CUTTING = """(() => {
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(...given) { super(...given); window.line = this; window.lines = (window.lines ?? 0) + 1; }
  };
})()"""
KEEP, KEPT = "Make this the plan", "This is now the plan"


@pytest.fixture(scope="module")
def quick(sample_file, tmp_path_factory):
    """A workbook of its own whose server pings its pages every other second."""
    database = tmp_path_factory.mktemp("line") / "ccwb.db"
    database.write_bytes(sample_file.read_bytes())
    with serve("--database", database, command=(sys.executable, "-c", QUICK, "apps")) as served:
        yield served


@pytest.fixture
def page(browser, quick):
    context = browser.new_context(base_url=quick.address, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(CUTTING)
    watch = Watch(context, quick.address)
    yield context.new_page()
    context.close()
    assert not watch.trouble, watch.trouble


def keep(page):
    page.get_by_role("button", name=KEEP, exact=True).click()
    expect(page.locator(".ccwb-messages")).to_contain_text(KEPT, timeout=OPEN_MS)
    expect(page.locator(".ccwb-approval")).to_contain_text("How this stage stands")
    expect(page.get_by_text("Click to show javascript error")).to_have_count(0)


def test_a_line_that_answers_is_not_cut_by_its_pings_and_each_keep_is_shown_whole(page):
    opened(page, "3_staffing", charts=3, **PLANNED)
    for _time in range(3):
        keep(page)
        page.wait_for_timeout(2 * PING_MS)
    assert page.evaluate("window.lines") == 1
