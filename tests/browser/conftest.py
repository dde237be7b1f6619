"""A browser, a workbook to look at, and a page that notices what must not happen."""

from urllib.parse import urlsplit

import pytest

from tests.browser import chromium
from tests.browser.serving import serve

WAIT_MS = 20_000
LOST = ("widget model not found", "create_view")  # what the browser says of a widget it was never told of, or lost
LOCAL = ("data", "blob", "about", "chrome-error")


def pytest_collection_modifyitems(items):
    """Mark every test of this folder, as it opens a real Chromium, and let them come last.

    From its first page on the browser's driver keeps an event loop running, beside which no test can start another.
    """
    items.sort(key=lambda item: "browser" in item.path.parts)
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for all browser tests; without one they are skipped loudly, under CI=true they fail."""
    path = chromium.find()
    if path is None and chromium.required():
        pytest.fail(chromium.MISSING, pytrace=False)
    if path is None:
        pytest.skip(
            "NO BROWSER on this machine: what only a browser can show is NOT TESTED (tests/browser/chromium.py)"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS, timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def workbook(sample_file, tmp_path_factory):
    """One workbook for the whole test run, with the sample centre, started by `ccwb apps`; give a test's own things
    names of their own, because all tests share it."""
    database = tmp_path_factory.mktemp("workbook") / "ccwb.db"
    database.write_bytes(sample_file.read_bytes())
    with serve("--database", database) as served:
        yield served


class Watch:
    """Collects what must not happen in a page: a request to another machine, an uncaught error, a refusal."""

    def __init__(self, context, address):
        self.host = urlsplit(address).netloc
        self.trouble = []
        context.on("request", lambda request: self._asked(request.url))
        context.on("weberror", lambda error: self.trouble.append(f"an error in the page: {error.error}"))
        context.on("console", self._said)
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asked(socket.url)))

    def _asked(self, url):
        parts = urlsplit(url)
        if parts.scheme not in LOCAL and parts.netloc != self.host:
            self.trouble.append(f"a request left the machine: {url}")

    def _said(self, message):
        if "Content Security Policy" in message.text:
            self.trouble.append(f"the browser refused: {message.text}")
        if message.type == "error" and any(said in message.text for said in LOST):
            self.trouble.append(f"a widget was lost: {message.text}")


@pytest.fixture
def watched(browser, workbook):
    """A fresh browser context with its Watch; the test itself looks at `watch.trouble`."""
    context = browser.new_context(base_url=workbook.address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    yield context, Watch(context, workbook.address)
    context.close()


@pytest.fixture
def page(watched):
    """A page of the workbook; the test fails on a request to a foreign host and on any error in the page."""
    context, watch = watched
    yield context.new_page()
    assert not watch.trouble, watch.trouble
