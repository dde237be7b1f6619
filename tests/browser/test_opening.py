"""A page whose controls do not come says so or tries again; nobody looks at its manual alone and waits."""

from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, opened

MISSION = "1_mission"
SAID = "This page could not be opened. Reload it"
# The first line leads nowhere, and half a minute is over soon.
BROKEN = """(() => {
  const Real = WebSocket, later = setTimeout;
  if (!sessionStorage.getItem("mended")) {
    window.WebSocket = class extends EventTarget { static OPEN = 1; readyState = 0; send() {} close() {} };
    window.setTimeout = (f, ms, ...more) => later(f, ms === 30_000 ? 1000 : ms, ...more);
  }
  sessionStorage.setItem("mended", "yes");
})()"""
# The first time, what the page shows is taken out of it as it comes; `came` counts how often it came.
ROBBED = """(() => {
  const came = Number(sessionStorage.getItem("came") ?? 0);
  sessionStorage.setItem("came", came + 1);
  const rob = () => document.querySelectorAll(".ccwb-code script[type*=cell-output]").forEach((said) => said.remove());
  if (!came) new MutationObserver(rob).observe(document, { childList: true, subtree: true });
})()"""


def test_a_page_whose_line_leads_nowhere_says_so_and_opens_when_it_is_reloaded(page):
    page.add_init_script(BROKEN)
    page.goto(f"voila/render/{MISSION}.ipynb", timeout=OPEN_MS)
    line = page.locator(".ccwb-unopened")
    expect(line).to_contain_text(SAID, timeout=OPEN_MS)
    expect(page.locator(".ccwb-question")).to_have_count(0)
    line.get_by_role("button", name="Reload").click()
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    expect(line).to_be_hidden()


def test_a_page_that_came_without_what_it_shows_tries_again_by_itself(page):
    page.add_init_script(ROBBED)
    opened(page, MISSION)
    assert page.evaluate("sessionStorage.getItem('came')") == "2"
    expect(page.locator(".ccwb-unopened")).to_be_hidden()
