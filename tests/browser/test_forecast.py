"""The forecast in a real browser: made, corrected, published, and all of it still there after a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import OPEN_MS, drawn, drawn_after, last_drawn, opened
from tests.browser.test_planning import figures, go_on, make

SUPPORT = {"project": "support"}


def unfold(page, title):
    page.locator(".ccwb-fold-head button", has_text=title).first.click()


@pytest.mark.timeout(600)
def test_a_forecast_is_made_adjusted_published_and_still_there_after_a_reload(page):
    opened(page, "2_forecast", charts=1, **SUPPORT)
    page.get_by_label("Your name").fill("Browser planner")
    page.get_by_label("Your name").press("Tab")
    make(page, "Make the forecast", "The forecast is made")
    drawn(page, 2)
    stands = page.locator(".ccwb-side")
    expect(stands).to_contain_text("Not published yet")

    unfold(page, "Adjustments")
    page.get_by_role("button", name="Add an adjustment").click()
    page.get_by_label("Value 1").fill("10")
    page.get_by_label("Value 1").press("Tab")
    page.get_by_label("Reason 1").fill("A fair in spring")
    page.get_by_label("Reason 1").press("Tab")
    expect(page.locator(".ccwb-grid", has_text="Reason").first).to_contain_text("contacts on", timeout=OPEN_MS)

    make(page, "Publish for staffing", "Published: staffing works with it")
    said = re.compile("Published .* by Browser planner: .* contacts")
    expect(stands).to_contain_text(said)
    page.reload(timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    drawn(page, 2)
    expect(page.locator(".ccwb-side")).to_contain_text(said)
    unfold(page, "Adjustments")
    expect(page.get_by_label("Reason 1")).to_have_value("A fair in spring")


@pytest.mark.timeout(300)
def test_years_are_brushed_on_a_phone_and_nothing_is_wider_than_the_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, "2_forecast", charts=1, project="service")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    canvas = page.locator(".ccwb-chart canvas").first
    before = canvas.screenshot()
    box = canvas.bounding_box()
    y = box["y"] + box["height"] - 60  # on the years below
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=4)
    page.mouse.up()
    for _turn in range(50):
        if canvas.screenshot() != before:
            break
        page.wait_for_timeout(100)
    assert canvas.screenshot() != before


# Where the picture of the days shows the filled or hollow diamonds of odd days: [x, y] in the page, left to right.
MARKS = """() => {
  const canvas = document.querySelector(".ccwb-chart-place canvas");
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(canvas).getPropertyValue("--ccwb-over").trim();
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  const scale = canvas.width / canvas.getBoundingClientRect().width;
  const height = Math.round(250 * scale); // the years are below it
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, height).data;
  const found = [];
  for (let n = 0; n < pixels.length / 4; n += 1) {
    if ([0, 1, 2].some((c) => Math.abs(pixels[4 * n + c] - wanted[c]) > 6)) continue;
    const [x, y] = [n % canvas.width, Math.floor(n / canvas.width)];
    const one = found.find((other) => Math.abs(other.x / other.n - x) < 12 * scale);
    if (one) Object.assign(one, { x: one.x + x, y: one.y + y, n: one.n + 1 });
    else found.push({ x, y, n: 1 });
  }
  const place = canvas.getBoundingClientRect();
  const middle = ({ x, y, n }) => [x / n / scale + place.x, y / n / scale + place.y];
  return found.filter((one) => one.n > 8).map(middle).sort((a, b) => a[0] - b[0]);
}"""


def named(page, name):
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your name").press("Tab")


def contacts(page):
    return page.locator(".ccwb-figure", has_text="Contacts in the cycle").inner_text()


@pytest.mark.timeout(600)
def test_a_mark_that_is_pressed_in_the_picture_is_learned_from_and_the_forecast_follows(page):
    opened(page, "2_forecast", charts=1, **SUPPORT)
    named(page, "Browser planner")
    page.get_by_label("Queue", exact=True).select_option("chat")
    make(page, "Make the forecast", "The forecast is made")
    drawn(page, 2)
    before, at = contacts(page), last_drawn(page)
    page.get_by_label("Days in the picture").select_option("all")
    drawn_after(page, at)
    page.evaluate("window.scrollTo(0, 0)")
    marks = page.evaluate(MARKS)
    assert len(marks) == 2  # two outages that the calendar knows: the forecast does not learn from them
    page.mouse.click(*marks[-1])
    expect(page.locator(".ccwb-side")).to_contain_text("Which days it learns from was changed", timeout=OPEN_MS)
    assert contacts(page) == before
    unfold(page, "Odd days")
    expect(page.get_by_label("Learn from it 1")).to_be_checked(timeout=OPEN_MS)
    make(page, "Make the forecast", "The forecast is made")
    expect(page.locator(".ccwb-side")).not_to_contain_text("Which days it learns from was changed")
    assert contacts(page) != before

    page.evaluate("window.scrollTo(0, 0)")
    page.mouse.click(*page.evaluate(MARKS)[-1])
    expect(page.get_by_label("Learn from it 1")).not_to_be_checked(timeout=OPEN_MS)
    expect(page.locator(".ccwb-side")).to_contain_text("Which days it learns from was changed")


@pytest.mark.timeout(600)
def test_staffing_follows_a_forecast_that_is_changed_and_published_again(page):
    opened(page, "2_forecast", charts=1, **SUPPORT)
    named(page, "Browser planner")
    page.get_by_label("Model", exact=True).select_option("seasonal naive")
    make(page, "Make the forecast", "The forecast is made")
    make(page, "Publish for staffing", "Published: staffing works with it")
    go_on(page, "staffing", 3)
    before = figures(page)
    make(page, "Make this the plan", "This is now the plan for")

    go_on(page, "forecast", 2)
    unfold(page, "Adjustments")
    page.get_by_role("button", name="Add an adjustment").wait_for(timeout=OPEN_MS)
    row = page.get_by_label(re.compile(r"^Reason \d+$")).count() + 1
    page.get_by_role("button", name="Add an adjustment").click()
    page.get_by_label(f"Value {row}").fill("60")
    page.get_by_label(f"Value {row}").press("Tab")
    page.get_by_label(f"Reason {row}").fill("A second client's calls")
    page.get_by_label(f"Reason {row}").press("Tab")
    expect(page.locator(".ccwb-side")).to_contain_text("Adjustments added, changed or taken away: 1", timeout=OPEN_MS)
    expect(page.locator(".ccwb-figure", has_text="Contacts in the cycle")).to_contain_text("against the published")
    go_on(page, "staffing", 3)
    assert figures(page).split()[:4] == before.split()[:4]  # agents at peak: what is not published moves nothing

    go_on(page, "forecast", 2)
    make(page, "Publish for staffing", "Published: staffing works with it")
    go_on(page, "staffing", 3)
    changed = page.locator(".ccwb-approval", has_text="The forecast changed after step 3 was computed")
    expect(changed).to_be_visible(timeout=OPEN_MS)
    peak = [int(said.split("Agents at peak")[1].split()[0].replace(",", "")) for said in (before, figures(page))]
    assert peak[1] > 1.15 * peak[0]  # 60 % more contacts; a larger team is busier, so fewer more people than that
