"""Every page in every language, in a real browser: nothing cut off, the right way round, nothing from elsewhere."""

import datetime as dt

import pytest

from ccwb.messages import LANGUAGES, Catalogue
from ccwb.ui.shell import PAGES
from tests.browser.conftest import WAIT_MS, Watch
from tests.browser.looking import OPEN_MS, OVERFLOW, PLANNED, opened
from tests.browser.pseudo import catalogues
from tests.browser.serving import get, serve

NOTEBOOKS = [notebook for notebook, _module, _label in PAGES.values()]
STEPS = {"1_mission": ["statements", "room", "chain", "measures", "practices"]}  # each a page of its own
MONTHS = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
DRAWN = """() => [...document.querySelectorAll(".ccwb-chart-place")].filter((e) => e.clientWidth > 40)
  .every((e) => Number(e.dataset.width) === Math.floor(e.clientWidth))"""
# What pictures write, and where: kept beside each canvas, for what is on a canvas has no elements to look at.
WRITTEN = """(() => {
  const own = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { a, b, c, d, e, f } = this.getTransform();
    const long = this.measureText(text).width;
    const from = { center: -long / 2, right: -long, end: -long }[this.textAlign] ?? 0;
    const ends = [from, from + long].map((along) => [a * (x + along) + c * y + e, b * (x + along) + d * y + f]);
    (this.canvas.written ??= []).push([text, ...ends]);
    return own.call(this, text, x, y, ...rest);
  };
})()"""
CUT = """() => {
  const root = document.documentElement;
  const found = [];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true });
  const unseen = (e) => e.closest(".ccwb-hidden, .ccwb-skip, .ccwb-pick-label span, .tight small, thead, #loading");
  const sideways = (e) => {
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(p).overflowX) && p.scrollWidth > p.clientWidth) return true;
    }
    return false;
  };
  const short = (e) => `<${e.tagName.toLowerCase()} ${e.className}> ${e.textContent.trim().slice(0, 60)}`;
  const say = (what, e) => found.push(`${what}: ${short(e)}`);
  for (const e of document.querySelectorAll("body *")) {
    if (!shown(e) || e.closest("svg, .ccwb-chart-place, .ccwb-markdown") || unseen(e)) continue;
    const style = getComputedStyle(e);
    const typed = e.matches("input, textarea, select");
    const hides = style.overflowX !== "visible" && !/auto|scroll/.test(style.overflowX);
    if (hides && !typed && e.textContent.trim() && e.scrollWidth > e.clientWidth + 1) say("cut off", e);
    if (typed || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || sideways(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(e);
    const words = range.getBoundingClientRect();
    if (words.left < -1 || words.right > root.clientWidth + 1) say("outside the window", e);
    else if (style.display !== "inline" && words.width > e.getBoundingClientRect().width + 2) say("over its edge", e);
  }
  for (const canvas of document.querySelectorAll(".ccwb-chart-place canvas")) {
    if (!shown(canvas)) continue;
    for (const [text, ...ends] of canvas.written ?? []) {
      const out = ends.some(([x, y]) => x < -1 || y < -1 || x > canvas.width + 1 || y > canvas.height + 1);
      if (text.endsWith("…") || out) found.push(`in a picture: ${text}`);
    }
  }
  return [...new Set(found)];
}"""


@pytest.fixture(scope="module")
def spoken(sample_file, tmp_path_factory):
    """The sample workbook in all languages: those without a catalogue yet are made up."""
    folder = tmp_path_factory.mktemp("languages")
    database = folder / "ccwb.db"
    database.write_bytes(sample_file.read_bytes())
    with serve("--database", database, **catalogues(folder)) as served:
        yield served


@pytest.fixture
def reader(browser, spoken):
    """Return a function that opens a window of a reader; what must not happen in it fails the test."""
    readers = []

    def new(**given):
        context = browser.new_context(base_url=spoken.address, viewport=WIDE, **{"locale": "en-GB"} | given)
        context.set_default_timeout(WAIT_MS)
        readers.append((context, Watch(context, spoken.address)))
        return context.new_page()

    yield new
    for context, _watch in readers:
        context.close()
    assert [trouble for _context, watch in readers for trouble in watch.trouble] == []


def settled(page):
    """Wait until all pictures in sight are drawn to the width they have, and let the page come to rest."""
    page.wait_for_function(DRAWN, timeout=OPEN_MS)
    page.wait_for_timeout(150)


def turned(page, language):
    """Choose a language in the header, and wait until the page is there in it."""
    if page.evaluate("document.documentElement.lang") == language:
        return
    before = page.locator(".ccwb-question").inner_text()
    page.locator(".pick-lang").select_option(language)
    changed = "before => (document.querySelector('.ccwb-question')?.innerText ?? before) !== before"
    page.wait_for_function(changed, arg=before, timeout=OPEN_MS)


def steps(page, notebook):
    """Go through the steps of a page, each once; a page without any is one itself."""
    for step in STEPS.get(notebook, [""]):
        if step:
            page.locator(f".ccwb-choice[data-value={step}]").click()
            page.locator(f".ccwb-choice[data-value={step}][aria-checked=true]").wait_for()
            page.wait_for_timeout(200)
        yield step


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_text_is_cut_off_in_any_language(reader, notebook):
    page, found, sizes = reader(), {}, [WIDE, PHONE]
    page.add_init_script(WRITTEN)
    opened(page, notebook, **PLANNED)
    for language in LANGUAGES:
        turned(page, language)
        root = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        assert root == [language, Catalogue(language).direction]
        for step in steps(page, notebook):
            for size in sizes:
                page.set_viewport_size(size)
                settled(page)
                moves = ["the page moves sideways"] if page.evaluate(OVERFLOW) > 0 else []
                seen = page.evaluate(CUT) + moves
                found |= {f"{language} {step} at {size['width']}": seen} if seen else {}
            sizes.reverse()
    assert found == {}


def test_what_a_stranger_chose_is_there_next_time_and_the_address_wins(reader):
    page = reader()
    opened(page, "0_start")
    assert page.evaluate("document.documentElement.lang") == "en"
    turned(page, "de")
    page.goto("voila/render/setup.ipynb", wait_until="commit")
    page.wait_for_selector("html", state="attached")  # the very first of the page's words have come
    assert page.evaluate("document.documentElement.lang") == "de"  # before the page itself has said anything
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    assert page.locator(".pick-lang").input_value() == "de"
    opened(page, "0_start", lang="fa")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["fa", "rtl"]
    assert "lang=fa" in page.locator(".ccwb-stages a").nth(1).get_attribute("href")
    turned(page, "en")
    opened(page, "0_start")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]


def test_a_stranger_is_met_in_the_language_of_the_browser(reader):
    page = reader(locale="id-ID")
    opened(page, "0_start")
    assert page.evaluate("document.documentElement.lang") == "id"
    assert page.locator("html").get_attribute("dir") == "ltr"


def test_persian_letters_come_from_the_workbook_and_to_persian_pages_only(reader):
    page, asked = reader(), []
    page.on("request", lambda request: "vazirmatn" in request.url and asked.append(request.url))
    opened(page, "3_staffing", charts=3, **PLANNED)
    assert asked == []
    turned(page, "fa")
    settled(page)
    assert len(asked) == 1
    assert page.evaluate("document.fonts.check('16px Vazirmatn', 'آ')")


def test_a_picture_in_persian_runs_from_the_right_with_its_own_digits_and_days(reader):
    page = reader()
    page.add_init_script(WRITTEN)
    opened(page, "3_staffing", charts=3, lang="fa", **PLANNED)
    settled(page)
    written = page.evaluate("[...document.querySelectorAll('.ccwb-chart-place canvas')].map((c) => c.written)")
    texts = [text for picture in written for text, *_ends in picture]
    assert not [text for text in texts if any(digit in text for digit in "0123456789")]
    clocks = {text: ends[0][0] for text, *ends in written[0] if ":" in text}
    assert clocks["۰۹:۰۰"] > clocks["۱۲:۰۰"] > clocks["۱۸:۰۰"]
    numbers = [ends[0][0] for text, *ends in written[0] if text == "۱۰"]
    assert min(numbers) > max(clocks.values()) - 60  # the upright axis stands at the right


def test_the_colours_of_a_persian_picture_are_explained_from_the_right(reader):
    page = reader()
    opened(page, "3_staffing", charts=3, lang="fa", **PLANNED)
    settled(page)
    pieces = page.locator(".ccwb-legend > *").evaluate_all(
        "all => all.map((e) => [e.textContent, e.getBoundingClientRect().x])"
    )
    texts, places = zip(*pieces, strict=True)
    assert texts[:3] == (Catalogue("fa")("agents"), "۰", "") and int(texts[3]) > 0
    assert list(places) == sorted(places, reverse=True)


def test_drawing_over_the_years_keeps_a_persian_picture_from_right_to_left(reader):
    page = reader()
    page.add_init_script(WRITTEN)
    opened(page, "2_forecast", lang="fa", **PLANNED)
    settled(page)
    place = page.locator(".ccwb-chart-place").first
    box = place.bounding_box()
    y = box["y"] + box["height"] - 70
    for start, end in ((0.3, 0.6), (0.6, 0.3)):  # either way
        page.mouse.move(box["x"] + start * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y)
        page.wait_for_timeout(300)
        page.evaluate("document.querySelector('.ccwb-chart-place canvas').written = []")
        page.mouse.move(box["x"] + end * box["width"], y)
        page.wait_for_timeout(300)
        page.mouse.up()
        days = page.evaluate("document.querySelector('.ccwb-chart-place canvas').written")
        upper = [(ends[0][0], day_of(text)) for text, *ends in days if ends[0][1] < box["height"] - 110]
        shown = [day for _x, day in sorted((x, day) for x, day in upper if day)]
        assert len(set(shown)) > 1
        assert shown == sorted(shown, reverse=True)


def day_of(text):
    """Return (year, month, day) of a day written in Persian, None of another text."""
    parts = text.translate(str.maketrans(PERSIAN, "0123456789")).split()
    if len(parts) != 3 or parts[1] not in MONTHS:
        return None
    return int(parts[2]), MONTHS.index(parts[1]), int(parts[0])


def test_browser_and_workbook_agree_on_the_persian_calendar(reader):
    page = reader()
    opened(page, "0_start")
    form = "new Intl.DateTimeFormat('fa-u-ca-persian-nu-arabext', {dateStyle: 'long', timeZone: 'UTC'})"
    days = [(dt.date(1990, 1, 1) + dt.timedelta(days=n)).isoformat() for n in range(0, 30_000, 11)]
    browser = page.evaluate(
        f"""days => {{
          const form = {form};
          return days.map((day) => {{
            const is = Object.fromEntries(form.formatToParts(new Date(day)).map((p) => [p.type, p.value]));
            return `${{is.day}} ${{is.month}} ${{is.year}}`;
          }});
        }}""",
        days,
    )
    say = Catalogue("fa")
    assert browser == [say.date(day) for day in days]


def test_a_page_that_is_not_there_is_said_in_the_reader_s_language(spoken):
    for asked, headers in (("?lang=de", {}), ("", {"Accept-Language": "de-AT,en;q=0.5"})):
        status, _headers, text = get(f"{spoken.address}voila/render/nowhere.ipynb{asked}", **headers)
        assert status == 404
        assert "<html lang='de' dir='ltr'>" in text
    _status, _headers, text = get(f"{spoken.address}nowhere", Cookie="ccwb_language=fa")
    assert "<html lang='fa' dir='rtl'>" in text
