"""A tab and its kernel in a real browser, and the watch that every browser test relies on."""

import re
import sys
import time

import pytest

from tests.browser.conftest import WAIT_MS, Watch
from tests.browser.serving import get, serve
from tests.browser.small import GOODBYE_S, write_notebook

SMALL = (sys.executable, "-m", "tests.browser.small")
SLIDER = """\
import ipywidgets as w
slider, said = w.IntSlider(description="volume"), w.Label("volume 0")
slider.observe(lambda change: setattr(said, "value", f"volume {change.new}"), "value")
w.VBox([slider, said])"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "0_start.ipynb", SLIDER)
    with serve("--notebooks", folder, command=SMALL) as served:
        yield served


@pytest.fixture
def opened(browser, small):
    """A page of the small workbook with its Watch."""
    context = browser.new_context(base_url=small.address)
    context.set_default_timeout(WAIT_MS)
    watch = Watch(context, small.address)
    page = context.new_page()
    page.goto("/")
    page.get_by_text("volume 0").wait_for()
    yield page, watch
    context.close()


def kernel_of(page):
    return re.search(r'"kernelId": ?"([-\w]+)"', page.locator("#jupyter-config-data").inner_text()).group(1)


def lives(served, kernel_id):
    return get(f"{served.address}ccwb/alive/{kernel_id}")[0] == 200


def ends(served, kernel_id):
    deadline = time.monotonic() + GOODBYE_S + 15
    while lives(served, kernel_id) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not lives(served, kernel_id)


def test_a_slider_reaches_python_and_nothing_asks_for_another_machine(opened):
    page, watch = opened
    page.locator(".noUi-handle").press("ArrowRight")
    page.get_by_text("volume 1").wait_for()
    assert watch.trouble == []


def test_a_closed_tab_ends_its_kernel(small, opened):
    page, _ = opened
    kernel_id = kernel_of(page)
    assert lives(small, kernel_id)
    page.close()
    assert ends(small, kernel_id)


def test_a_reloaded_page_gets_a_new_kernel_and_the_old_one_ends(small, opened):
    page, _ = opened
    old = kernel_of(page)
    page.reload()
    page.get_by_text("volume 0").wait_for()
    assert kernel_of(page) != old
    assert ends(small, old)
    assert lives(small, kernel_of(page))


def test_a_page_that_is_left_alone_keeps_its_kernel(small, opened):
    page, _ = opened
    time.sleep(GOODBYE_S + 2)
    page.locator(".noUi-handle").press("ArrowRight")
    page.get_by_text("volume 1").wait_for()


@pytest.mark.parametrize(
    "script",
    [
        "fetch('http://elsewhere.invalid/data').catch(() => 0)",
        "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.invalid/pixel.png'}))",
        "import('https://elsewhere.invalid/module.js').catch(() => 0)",
        "try { new WebSocket('ws://elsewhere.invalid/') } catch {}",
        "setTimeout(() => { throw new Error('a broken page') })",
    ],
)
def test_the_watch_notices_what_must_not_happen(opened, script):
    page, watch = opened
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(500)
    assert watch.trouble
    assert "elsewhere.invalid" in str(watch.trouble) or "a broken page" in str(watch.trouble)
