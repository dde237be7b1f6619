"""How the workbook feels in a browser: `python -m benchmarks.browser`.

On the sample centre, served by `ccwb apps`, in headless Chromium:

- from a move of the volume slider on the staffing page to the new figures and pictures in sight on the screen, and in
  the same run a plain ipywidgets slider with altair's own JupyterChart, drawn anew from the same number of points, as
  the alternative;
- from the address to the page with its pictures: from another page in the same tab with a spare kernel waiting (warm),
  the same in a browser that has never seen the workbook, without a spare kernel, and at once after the server's start
  (cold);
- memory of a page's kernel, just opened and after a forecast (RSS, and PSS: shared pages divided by their sharers).
"""

import importlib.util
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.browser import chromium
from tests.browser.serving import ROOT, serve
from tests.browser.small import write_notebook

STAFFING = "voila/render/3_staffing.ipynb?project=service"
EXECUTIVE = "voila/render/executive.ipynb?cycle=3"  # of a cycle with results
FORECAST = "voila/render/2_forecast.ipynb?project=service"
MOVES, OPENS, WAIT_MS = 80, 8, 90_000
STOCK = """\
import altair as alt, ipywidgets as w, numpy as np, pandas as pd
alt.JupyterChart.enable_offline()
def drawn(volume):
    table = pd.DataFrame({"t": np.arange(150), "agents": 20 + volume + 15 * np.sin(np.arange(150) / 8)})
    return alt.Chart(table).mark_line(interpolate="step-after").encode(x="t", y="agents").properties(width=800)
chart, slider = alt.JupyterChart(drawn(0)), w.IntSlider(description="Volume")
slider.observe(lambda change: setattr(chart, "chart", drawn(change.new)), "value")
w.VBox([slider, chart])"""
# The time from the input event to the frame after the figures and the last chart in sight were drawn anew.
OURS_JS = """async ([moves, scroll]) => {
  const slider = document.querySelector("input[type=range][aria-label='Volume']");
  if (scroll) slider.scrollIntoView({ block: 'center' });
  const seen = ({ top, bottom }) => top < innerHeight && bottom > 0;
  const charts = [...document.querySelectorAll('.ccwb-chart-place')].filter((c) => seen(c.getBoundingClientRect()));
  const times = [];
  for (let i = 0; i < moves; i += 1) {
    slider.value = String(Number(slider.value) + (i % 2 ? -1 : 1));
    const start = performance.now();
    const shown = new Promise((resolve) => {
      let left = charts.length + 1;
      const one = (drawn) => {
        if (drawn && !charts.includes(drawn.target)) return;
        left -= 1;
        if (left) return;
        document.removeEventListener('ccwb-drawn', one);
        requestAnimationFrame(resolve);
      };
      document.addEventListener('ccwb-drawn', one);
      const figures = new MutationObserver(() => {
        figures.disconnect();
        one();
      });
      figures.observe(document.querySelector('.ccwb-figures').parentElement, { childList: true, subtree: true });
    });
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await shown;
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  return times;
}"""
STOCK_JS = """async (moves) => {
  const handle = document.querySelector('.noUi-handle');
  const times = [];
  for (let i = 0; i < moves; i += 1) {
    const start = performance.now();
    const seen = new Promise((resolve) => {
      const chart = document.querySelector('.vega-embed').parentElement;
      const watch = new MutationObserver(() => {
        watch.disconnect();
        requestAnimationFrame(resolve);
      });
      watch.observe(chart, { childList: true, subtree: true, attributes: true });
    });
    const key = i % 2 ? 'ArrowLeft' : 'ArrowRight';
    handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    await seen;
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  return times;
}"""


def main():
    """Print the figures."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        sys.exit(chromium.MISSING)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        database = Path(folder, "bench.db")
        with serve("--database", database) as served:
            forecast_ms = plan(browser, served.address)
            print(f"forecast and plan of one project made in the page: {forecast_ms / 1000:.1f} s")
            for where, scroll in (("as it opens", False), ("the slider in the middle of the screen", True)):
                moved = quoted(slider(browser, served.address, scroll))
                print(f"slider to new figures and pictures in sight (staffing page, {where}), ms:", moved)
            warm(browser, served.address)
            memory(browser, served)
        with serve("--database", database, "--no-preheat") as served:
            print("open, no spare kernel, new browser, s:", quoted(opens(browser, served.address, STAFFING)[1:], 2))
        print("open at once after the start, new browser, s:", quoted(at_once(browser, database), 2))
        stock(browser, folder)
        browser.close()


def quoted(values, digits=0):
    """Return median, 95 % point and number of the values."""
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {statistics.median(ordered):.{digits}f}, 95 % {high:.{digits}f} (n = {len(ordered)})"


def visit(browser, url, mark="[data-drawn]"):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(url)
    page.locator(mark).first.wait_for()
    return page


def leave(page):
    page.close()
    page.context.close()


def plan(browser, address):
    """Make and publish the forecast of the service project, then make its plan; return the milliseconds it took."""
    start = time.perf_counter()
    page = visit(browser, address + FORECAST)
    page.locator(".ccwb-person").fill("Planner")  # nothing is published without a name
    page.locator(".ccwb-person").press("Tab")
    page.get_by_role("button", name="Make the forecast").click()
    page.get_by_text("The forecast is made").wait_for()
    page.locator(".ccwb-progress").first.wait_for(state="hidden")  # the page is made anew until then
    page.get_by_role("button", name="Publish for staffing").click()
    page.get_by_text("Published: staffing works with it").wait_for()
    page.goto(address + STAFFING)
    page.get_by_role("button", name="Make this the plan").click()
    page.get_by_text("This is now the plan").wait_for()
    leave(page)
    return 1000 * (time.perf_counter() - start)


def slider(browser, address, scroll=False):
    page = visit(browser, address + STAFFING)
    time.sleep(2)
    times = page.evaluate(OURS_JS, [MOVES, scroll])[10:]
    leave(page)
    return times


def warm(browser, address):
    pages = {"staffing": STAFFING, "executive": EXECUTIVE, "start": "voila/render/0_start.ipynb"}
    for name, where in pages.items():
        mark = ".ccwb-question" if name == "start" else "[data-drawn]"
        print(f"open warm, {name} page, s:", quoted(turns(browser, address, where, mark), 2))
        print(f"open in a new browser, {name} page, s:", quoted(opens(browser, address, where, mark, pause_s=8), 2))


def turns(browser, address, where, mark):
    """Return the seconds from following a link to the page being there, one page after the other in one tab."""
    page = visit(browser, address + where, mark)
    times = []
    for _ in range(OPENS):
        time.sleep(8)  # what a reader does; a spare is made again
        start = time.perf_counter()
        page.goto(address + where)
        page.locator(mark).first.wait_for()
        times.append(time.perf_counter() - start)
    leave(page)
    return times


def at_once(browser, database):
    times = []
    for _ in range(3):
        with serve("--database", database) as served:
            times += opens(browser, served.address, STAFFING, count=1, pause_s=0)
    return times


def opens(browser, address, where, mark="[data-drawn]", *, pause_s=1.0, count=OPENS):
    times = []
    for _ in range(count):
        time.sleep(pause_s)  # a spare is made again between two visitors
        start = time.perf_counter()
        page = visit(browser, address + where, mark)
        times.append(time.perf_counter() - start)
        leave(page)
    return times


def memory(browser, served):
    page = visit(browser, served.address + FORECAST)
    time.sleep(8)  # the spare that the page took is made again
    print("memory of a kernel, page just opened:", largest(served.process.pid))
    page.get_by_role("button", name="Make the forecast").click()
    page.get_by_text("The forecast is made").wait_for()
    print("memory of a kernel after a forecast:", largest(served.process.pid))
    leave(page)


def largest(server):
    """Return RSS and PSS of the largest kernel: the page's own, for spares have opened nothing yet."""
    parents = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and (stat := _read(process / "stat")):
            parents[int(process.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    below = {server}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    leaves = below - set(parents.values())
    sizes = []
    for pid in leaves:
        rows = dict(line.split(":", 1) for line in _read(Path("/proc", str(pid), "smaps_rollup")).splitlines()[1:])
        if "Pss" in rows:
            sizes.append(tuple(int(rows[name].split()[0]) / 1024 for name in ("Pss", "Rss")))
    pss, rss = max(sizes)
    return f"{pss:.0f} MB of its own (PSS), {rss:.0f} MB with what it shares (RSS), of {len(sizes)} kernels"


def _read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def stock(browser, folder):
    """Print the same move with stock parts: ipywidgets' slider and altair's JupyterChart."""
    if not importlib.util.find_spec("vl_convert"):
        print("slider to new picture, stock parts: not measured, JupyterChart needs `pip install vl-convert-python`")
        return
    notebooks = Path(folder, "notebooks")
    notebooks.mkdir()
    write_notebook(notebooks / "0_start.ipynb", STOCK)
    with serve("--notebooks", notebooks, command=(sys.executable, "-m", "tests.browser.small")) as served:
        page = visit(browser, served.address, ".noUi-handle")
        page.locator("canvas, svg.marks").first.wait_for()
        time.sleep(2)
        print("slider to new picture, stock parts (one chart), ms:", quoted(page.evaluate(STOCK_JS, MOVES)[10:]))
        leave(page)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
