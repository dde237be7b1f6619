"""Small pictures inside a line of text: a course over the cycles, and a value beside its plan, previous and target.

They are drawn as the big ones are: actual solid, plan dashed, previous light, target a tick; in the page's colours.
"""

from ccwb.ui import html

WIDE, HIGH, EDGE = 96, 26, 4
LONG = 120


def spark(values, said, *, target=None):
    """Return a course over the cycles as HTML, the last one marked. values : numbers or None, the oldest first.

    said : the same in words, for the tooltip and for whoever hears the page.  target : drawn as a thin level line.
    Nothing is drawn of fewer than two known values.
    """
    known = [(n, float(v)) for n, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return ""
    ends = [v for _n, v in known] + ([float(target)] if target is not None else [])
    low, high = min(ends), max(ends)

    def up(value):
        return HIGH / 2 if high == low else EDGE + (HIGH - 2 * EDGE) * (high - value) / (high - low)

    def across(n):
        return EDGE + (WIDE - 2 * EDGE) * n / (len(values) - 1)

    points = " ".join(f"{across(n):.1f},{up(v):.1f}" for n, v in known)
    level = f"<path class='target' d='M0 {up(float(target)):.1f}H{WIDE}'/>" if target is not None else ""
    dots = "".join(f"<circle cx='{across(n):.1f}' cy='{up(v):.1f}' r='1.6'/>" for n, v in known[:-1])
    last = f"<circle class='last' cx='{across(known[-1][0]):.1f}' cy='{up(known[-1][1]):.1f}' r='3'/>"
    return _svg(WIDE, said, f"{level}<polyline points='{points}'/>{dots}{last}", "ccwb-spark")


def bullet(actual, said, *, plan=None, previous=None, target=None, state="none"):
    """Return a value as a bar with its plan (dashed frame), previous (light bar) and target (tick); "" without one.

    said : the same in words. Each value may be None. The bar begins at nothing: where a value is below that, nothing
    is drawn.
    """
    known = [v for v in (actual, plan, previous, target) if v is not None]
    if actual is None or not known or min(known) < 0 or max(known) <= 0:
        return ""
    unit = (LONG - EDGE) / max(known)
    parts = []
    if previous is not None:
        parts.append(f"<rect class='previous' y='19' width='{previous * unit:.1f}' height='4'/>")
    parts.append(f"<rect class='actual {state}' y='6' width='{actual * unit:.1f}' height='11'/>")
    if plan is not None:
        parts.append(f"<rect class='plan' x='0.75' y='4' width='{plan * unit:.1f}' height='15'/>")
    if target is not None:
        parts.append(f"<path class='tick' d='M{target * unit:.1f} 1V22'/>")
    return _svg(LONG, said, "".join(parts), "ccwb-bullet")


def _svg(width, said, content, kind):
    label = html.escape(said, quote=True)
    shape = f"<svg viewBox='0 0 {width} {HIGH}' width='{width}' height='{HIGH}' role='img' aria-label='{label}'>"
    return html.raw(f"<span class='{kind}' title='{label}'>{shape}{content}</svg></span>")
