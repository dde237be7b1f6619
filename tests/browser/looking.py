"""How a browser test opens a page of the workbook and what it asks of it."""

OPEN_MS = 60_000  # a busy machine may take its time to wake a kernel
PLANNED = {"cycle": 3, "project": "service"}  # a finished cycle of the sample, with all of its plan

# What a screen reader would call each control that can be seen; "" where it has no name.
NAMES = """() => [...document.querySelectorAll("input,select,textarea,button")]
  .filter((e) => e.type !== "hidden" && e.getClientRects().length)
  .map((e) => {
    const ids = (e.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    const by = ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const labels = [...(e.labels ?? [])].map((l) => l.textContent).join(" ");
    const own = e.tagName === "BUTTON" ? e.textContent : "";
    const name = (by || e.getAttribute("aria-label") || labels || own || e.title || "").trim();
    return [e.tagName.toLowerCase() + (e.type ? `[${e.type}]` : "") + "." + e.className, name];
  })"""
# Names of elements that stand more than once in the page: a label would lead to the wrong control.
TWICE = """() => {
  const ids = [...document.querySelectorAll(".ccwb-page [id]")].map((e) => e.id);
  return ids.filter((id, n) => ids.indexOf(id) !== n);
}"""
WIDTHS = """() => [...document.querySelectorAll(".ccwb-chart-place")].map((place) => {
    const drawn = place.querySelector("canvas,svg").getBoundingClientRect().width;
    const card = place.closest(".ccwb-card");
    const style = getComputedStyle(card);
    const inner = card.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return [drawn, inner];
  })"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def opened(page, notebook, *, charts=0, **query):
    """Open a page of the workbook, and wait for its question and for as many charts as it has."""
    where = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"voila/render/{notebook}.ipynb?{where}", timeout=OPEN_MS)
    page.wait_for_selector(".ccwb-question", timeout=OPEN_MS)
    if charts:
        drawn(page, charts)
    return page


def drawn(page, charts):
    """Wait until so many charts are drawn."""
    page.wait_for_function(
        "n => document.querySelectorAll('.ccwb-chart-place[data-drawn]').length >= n", arg=charts, timeout=OPEN_MS
    )


def last_drawn(page, chart=0):
    """Return when a chart was drawn last, in the page's own milliseconds."""
    return float(page.locator(".ccwb-chart-place").nth(chart).get_attribute("data-drawn"))


def drawn_after(page, moment, chart=0):
    """Wait until a chart has been drawn again."""
    page.wait_for_function(
        "([n, at]) => Number(document.querySelectorAll('.ccwb-chart-place')[n].dataset.drawn) > at",
        arg=[chart, moment],
        timeout=OPEN_MS,
    )
