"""The executive page in a real browser: one screen, addresses that keep what is in sight, one sheet, one page alone."""

import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.serving import ROOT, get, serve

PAGE = "voila/render/executive.ipynb"
TILES = ".ccwb-tiles > .ccwb-card"


def opened(page, query=""):
    page.goto(f"{PAGE}?{query}")
    page.wait_for_selector(".ccwb-ways [aria-current]")
    return page


def asked(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.mark.parametrize("cycle", [2, 3])
def test_the_six_tiles_are_on_one_screen_and_print_on_one_sheet_across(page, cycle):
    opened(page, f"cycle={cycle}")
    page.wait_for_selector(f"{TILES} canvas, {TILES} svg")
    boxes = [tile.bounding_box() for tile in page.query_selector_all(TILES)]
    assert len(boxes) == 6
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= 800 for box in boxes)
    assert len({round(box["y"]) for box in boxes}) == 2 and page.evaluate("document.body.scrollWidth") <= 1280
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheets)) == 1
    across, up = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheets).groups())
    assert (round(across), round(up)) == (842, 595)


def test_a_tile_opens_without_a_new_page_back_leads_back_and_a_copied_address_opens_the_same(page):
    opened(page, "cycle=3")
    page.evaluate("globalThis.sameDocument = true")
    page.click(f"{TILES}:nth-child(1) >> text=Look closer")
    page.wait_for_selector("[aria-current='page'] >> text=Promises")
    assert asked(page) == {"cycle": "3", "tile": "promises"}
    page.locator(".ccwb-content").get_by_role("link", name="Technical support", exact=True).click()
    page.wait_for_selector("text=Technical support: Answer rate by queue")
    page.click(".ccwb-content a >> text=Voice")
    page.wait_for_selector("text=Voice: Service level week by week")
    copied = page.url
    assert asked(page) == {"cycle": "3", "project": "support", "tile": "promises", "queue": "voice"}
    page.go_back()
    page.wait_for_selector("text=Technical support: Answer rate week by week")
    page.go_back()
    page.go_back()
    page.wait_for_selector(TILES)
    assert asked(page) == {"cycle": "3"} and page.evaluate("globalThis.sameDocument")
    page.go_forward()
    page.wait_for_selector("[aria-current='page'] >> text=Promises")
    page.goto(copied)
    page.wait_for_selector("text=Voice: Service level week by week")
    assert page.url == copied


@pytest.fixture(scope="module")
def guarded(sample_file, tmp_path_factory):
    database = tmp_path_factory.mktemp("guarded") / "ccwb.db"
    database.write_bytes(sample_file.read_bytes())
    with serve("--database", database, "--no-preheat", CCWB_TOKEN="open-sesame") as served:
        home = served.address.split("?")[0]
        command = [sys.executable, "-m", "ccwb.cli", "link", "--database", str(database), "--address", home]
        link = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT).stdout.strip()
        yield home, link


def test_whoever_has_a_link_sees_that_page_and_no_other(browser, guarded):
    home, link = guarded
    assert get(home + "staffing")[1]["Location"].startswith("/login")
    context = browser.new_context(base_url=home, viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.goto(link, timeout=60_000)
        page.wait_for_selector(TILES)
        assert "link=" not in page.url and not page.is_visible(".ccwb-stages")
        page.click(".ccwb-ways >> text=Decisions")
        page.wait_for_selector("text=What waits")
        ways = page.eval_on_selector_all("a[href*='.ipynb']", "all => all.map((a) => a.pathname.split('/').pop())")
        assert set(ways) == {"executive.ipynb"}
        assert page.goto("voila/render/3_staffing.ipynb").status == 403
        assert "Your link opens another page" in page.content()
        page.click("a")  # back to the start page, which is this reader's page
        page.wait_for_selector(TILES)
    finally:
        context.close()
