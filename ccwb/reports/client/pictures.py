"""The charts of a client's report as SVG: small, without scripts, in the colours and letters of page or paper.

On a report from right to left time runs so, too. Nothing is said by colour alone: what misses its target is hollow.
"""

import datetime as dt
from html import escape

PAPER = {
    "ink": "#1b2430",
    "muted": "#56616f",
    "line": "#dde1e7",
    "accent": "#0069a8",
    "soft": "#cfe4f3",
    "good": "#00795a",
    "miss": "#b63c00",
    "paper": "#ffffff",
}
PAGE = {name: f"var(--{name})" for name in PAPER}  # the page says them, light and dark
WIDE, SMALL, LOW = 520, 254, 94
_EDGE = 26  # room at both ends for the labels of the first and last point


class _Drawing:
    """SVG elements, one after the other; x runs as the language reads."""

    def __init__(self, width, height, told, colours, letters):
        self.width, self.height, self.rtl = width, height, told.direction == "rtl"
        self.colours, self.letters, self.parts = colours, letters, []

    def x(self, at):
        return round(self.width - at if self.rtl else at, 1)

    def line(self, points, colour, width=1.5, dash=""):
        path = " ".join(f"{'ML'[bool(n)]}{self.x(x)} {round(y, 1)}" for n, (x, y) in enumerate(points))
        dashed = f";stroke-dasharray:{dash}" if dash else ""
        style = f"fill:none;stroke:{self.colours[colour]};stroke-width:{width};stroke-linejoin:round{dashed}"
        self.parts.append(f'<path d="{path}" style="{style}"/>')

    def area(self, points, colour):
        path = " ".join(f"{'ML'[bool(n)]}{self.x(x)} {round(y, 1)}" for n, (x, y) in enumerate(points))
        self.parts.append(f'<path d="{path} Z" style="fill:{self.colours[colour]};stroke:none"/>')

    def dot(self, x, y, *, hollow, colour, size=3.2):
        inner = self.colours["paper" if hollow else colour]
        style = f"fill:{inner};stroke:{self.colours[colour]};stroke-width:1.6"
        self.parts.append(f'<circle cx="{self.x(x)}" cy="{round(y, 1)}" r="{size}" style="{style}"/>')

    def text(self, x, y, said, *, colour="muted", anchor="middle", size=9, bold=False):
        if self.rtl and self.letters:  # a browser takes start and end as the text runs, paper as left and right
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        own = f";font-family:{self.letters}" if self.letters else ""
        style = f"fill:{self.colours[colour]};font-size:{size}px;font-weight:{600 if bold else 400}{own}"
        style += f";paint-order:stroke;stroke:{self.colours['paper']};stroke-width:2.5"  # lines end before it
        run = ' direction="rtl"' if self.rtl and not self.letters else ""
        self.parts.append(
            f'<text x="{self.x(x)}" y="{round(y, 1)}" text-anchor="{anchor}"{run} style="{style}">{escape(said)}</text>'
        )

    def svg(self, label):
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
        size = f' width="{self.width}" height="{self.height}" role="img" aria-label="{escape(label)}">'
        return head + size + "".join(self.parts) + "</svg>"


def trend(chart, told, *, colours=PAGE, letters=""):
    """Return one promise's months as SVG: the target dashed, a point a month, filled where it was met.

    chart : of `Told.trends`.  letters : the font's name where the picture brings none from around it.
    """
    d = _Drawing(SMALL, LOW, told, colours, letters)
    points = chart["points"]
    known = [point["value"] for point in points if point["value"] is not None] + [chart["target"]]
    low, high = min(known), max(known)
    room = max(high - low, 0.04)
    top, bottom = 14, LOW - 30

    def y(value):
        return bottom - (value - low + 0.12 * room) / (1.24 * room) * (bottom - top)

    step = (d.width - 2 * _EDGE - 20) / max(len(points) - 1, 1)
    places = [(_EDGE + n * step, point) for n, point in enumerate(points)]
    d.line([(8, y(chart["target"])), (d.width - 34, y(chart["target"]))], "muted", 1, "4 3")
    d.text(d.width - 2, y(chart["target"]) + 3, chart["goal"], anchor="end", size=9)
    for run in _runs(places):
        d.line([(x, y(point["value"])) for x, point in run], "accent", 1.6)
    for n, (x, point) in enumerate(places):
        for row, part in enumerate(reversed(point["label"].split())):  # day over month
            d.text(x, LOW - 4 - 10 * row, part, size=8 if row else 9)
        if point["value"] is None:
            d.text(x, bottom - 4, told.say.missing)
            continue
        kept = point["value"] >= chart["target"]
        d.dot(x, y(point["value"]), hollow=not kept, colour="good" if kept else "miss")
        lift = _lift(points, n, y, chart["target"])
        d.text(x, y(point["value"]) + lift, point["told"], colour="ink", bold=point is points[-1])
    told_all = told.say.listed([f"{point['label']} {point['told']}" for point in points])
    return d.svg(f"{chart['what']}: {told_all}")


def _lift(points, n, y, target):
    """Return how far from its point a number stands, above or below: where neither line is in its way."""
    here = y(points[n]["value"])
    beside = [points[m]["value"] for m in (n - 1, n + 1) if 0 <= m < len(points)]
    slope = sum(y(value) - here for value in beside if value is not None)  # above 0: the line comes from below

    def in_the_way(lift):
        through = abs(here + lift - 3 - y(target)) < 7
        return 1000 * through + (-slope if lift < 0 else slope)

    return min((-7, 14), key=in_the_way)


def _runs(places):
    """Return the stretches of points that are known, one beside the other."""
    runs, now = [], []
    for place in places:
        if place[1]["value"] is None:
            runs, now = [*runs, now], []
        else:
            now.append(place)
    return [run for run in [*runs, now] if len(run) > 1]


def ahead(look, told, *, colours=PAGE, letters=""):
    """Return the days ahead as SVG: contacts expected as a line, what four of five cases lie in as a band.

    look : `Told.outlook` with days.  Days without a forecast are closed: there the line breaks.
    """
    d = _Drawing(WIDE, 128, told, colours, letters)
    days = [dt.date.fromisoformat(day["day"]) for day in look["days"]]
    highest = max(day["upper"] for day in look["days"]) or 1
    top, bottom, left, right = 16, d.height - 22, 44, d.width - 10
    step = (right - left) / max((days[-1] - days[0]).days, 1)
    tick = _tick(highest)

    def place(day, value):
        return left + (day - days[0]).days * step, bottom - value / max(highest, tick) * (bottom - top)

    for value in [n * tick for n in range(int(highest // tick) + 1)]:
        y = place(days[0], value)[1]
        d.line([(left, y), (right, y)], "line", 0.8)
        d.text(left - 5, y + 3, told.say.number(value), anchor="end", size=8.5)
    d.text(left, 8, look["axis"], anchor="start", size=8.5)
    for run in _stretches(list(zip(days, look["days"], strict=True))):
        _band(d, run, place, step)
    for day in _labelled(days):
        d.text(place(day, 0)[0], d.height - 6, told.short(day))
    return d.svg(look["title"])


def _band(d, run, place, step):
    """Draw one stretch of days; a day alone is as wide as a bar."""
    upper = [place(day, told["upper"]) for day, told in run]
    lower = [place(day, told["lower"]) for day, told in run]
    middle = [place(day, told["offered"]) for day, told in run]
    if len(run) == 1:
        half = step * 0.3
        upper, lower, middle = ([(x - half, y), (x + half, y)] for ((x, y),) in (upper, lower, middle))
    d.area([*upper, *reversed(lower)], "soft")
    d.line(middle, "accent", 1.6)


def _stretches(days):
    """Return days in a row, apart where days between them are closed."""
    out = []
    for one in days:
        if out and (one[0] - out[-1][-1][0]).days == 1:
            out[-1].append(one)
        else:
            out.append([one])
    return out


def _labelled(days):
    """Return the Mondays of a stretch of days, or its first day where it has none."""
    whole = [days[0] + dt.timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)]
    return [day for day in whole if day.weekday() == 0] or whole[:1]


def _tick(highest):
    """Return a round step that gives an axis two to five marks.

    >>> [_tick(highest) for highest in (7, 95, 1240)]
    [2, 20, 500]
    """
    step = 1
    while True:
        for part in (1, 2, 5):
            if highest / (step * part) <= 5:
                return step * part
        step *= 10
