"""The pictures of the forecast page: the days with the years to brush, a week, and what the folds draw."""

import altair as alt

from ccwb.ui.charts import ACTUAL, BAND, NAMES, PREVIOUS, time_tip, time_x
from ccwb.ui.text import _

OUTER = {"color": "$accent", "opacity": 0.1}  # the band of 95 %
DAY = "%a %e %b %Y"
DAY_MS = 86_400_000  # so far apart are the dates of an axis at least: none is written twice
LABELS = 46  # pixels that the numbers of the left axis may take


def days(first, last):
    """Return the picture of the days, those from `first` to `last` (ms on the wall) in sight, all of them below it.

    Data: came, before, expected, models, marks, cleaned. The signal `picked` names a cleaning mark that was clicked.
    Written as plain Vega-Lite: the page opens with it, and Altair takes a third of a second for so many layers.
    """
    axis = {"title": None, "grid": False, "format": "%e %b %y", "tickMinStep": DAY_MS}
    x = {"field": "t", "type": "temporal", "axis": axis}
    x["scale"] = {"type": "utc", "nice": False, "domain": {"param": "sight", "encoding": "x"}}
    above = {"height": 250, "layer": [*_bands(x), *_lines(x), *_marked(x)]}
    return {"vconcat": [above, _years(first, last)], "bounds": "flush", "spacing": 34}


def _layer(data, mark, **encoding):
    return {"data": {"name": data}, "mark": {**mark, "clip": True}, "encoding": encoding}


def _y(field="offered"):
    axis = {"title": _("contacts a day"), "minExtent": LABELS, "maxExtent": LABELS}
    return {"field": field, "type": "quantitative", "axis": axis}


def _tip(field, title, kind="nominal"):
    return {"field": field, "type": kind, "title": title} | ({"format": ",.0f"} if kind == "quantitative" else {})


def _day():
    return time_tip(form=DAY).to_dict()


def _bands(x):
    outer = _layer("expected", {"type": "area", **OUTER}, x=x, y=_y("low"), y2={"field": "high"})
    return outer, _layer("expected", {"type": "area", **BAND}, x=x, y=_y("lower"), y2={"field": "upper"})


def _lines(x):
    tip = [_day(), _tip("offered", _("contacts"), "quantitative")]
    span = [
        _tip("lower", _("80 % band, lower end"), "quantitative"),
        _tip("upper", _("80 % band, upper end"), "quantitative"),
    ]
    line = {"type": "line"}
    return (
        _layer("before", line | PREVIOUS, x=x, y=_y("drawn")),
        _layer("came", line | {"color": "$ink", "strokeWidth": 1.3}, x=x, y=_y("drawn"), tooltip=tip),
        _layer("models", line | {"color": "$muted", "strokeWidth": 1}, x=x, y=_y()),
        _layer("expected", line | {"color": "$accent"} | ACTUAL, x=x, y=_y(), tooltip=[*tip, *span]),
    )


def _marked(x):
    only = lambda day, seen: {"condition": {"test": f"datum.day == {day}", "value": seen}, "value": 0}  # noqa: E731
    who = [_tip("name", _("Name")), _tip("said", _("Kind")), _day()]
    amounts = [_tip("found", _("found"), "quantitative"), _tip("usual", _("usual"), "quantitative")]
    why = [_day(), _tip("reason", _("Why it is marked")), *amounts, _tip("said", _("Forecast"))]
    triangle = {"type": "point", "shape": "triangle-down", "filled": True, "size": 60, "color": "$muted"}
    diamond = {"type": "point", "shape": "diamond", "size": 90, "stroke": "$over", "strokeWidth": 2}
    filled = {"condition": {"test": "datum.used", "value": "transparent"}, "value": "$over"}
    span = _layer(  # of a holiday it is not seen, but answers the pointer
        "marks", {"type": "rect", "color": "$c2"}, x=x, x2={"field": "until"}, tooltip=who, opacity=only(0, 0.18)
    )
    holiday = _layer("marks", triangle, x=x, y={"value": 5}, tooltip=who, opacity=only(1, 1))
    odd = _layer("cleaned", diamond | {"cursor": "pointer"}, x=x, y=_y("at"), tooltip=why, fill=filled)
    number = {"type": "text", "align": "left", "dx": 9, "color": "$muted"}  # of a day that is drawn lower than it was
    beyond = _layer("cleaned", number, x=x, y=_y("at"), text={"field": "beyond", "type": "nominal"}, tooltip=why)
    picked = {"name": "picked", "select": {"type": "point", "fields": ["day"], "toggle": False}}
    return span, holiday, beyond, odd | {"params": [picked]}


def _years(first, last):
    axis = {
        "format": "%b %y",
        "labelSeparation": 8,
        "title": _("Draw over these years to choose the days above"),
        "grid": False,
    }
    x = {"field": "t", "type": "temporal", "axis": axis, "scale": {"type": "utc", "nice": False}}
    y = {"field": "drawn", "type": "quantitative", "axis": None}
    came = _layer("came", {"type": "line", "color": "$ink", "strokeWidth": 0.8}, x=x, y=y)
    y = y | {"field": "offered"}
    ahead = _layer("expected", {"type": "line", "color": "$accent", "strokeWidth": 1}, x=x, y=y)
    brush = {"name": "sight", "select": {"type": "interval", "encodings": ["x"]}, "value": {"x": [first, last]}}
    return {"height": 46, "layer": [came | {"params": [brush]}, ahead]}


def week():
    base = alt.Chart(alt.NamedData("slots"))
    tip = [
        time_tip(),
        alt.Tooltip("offered:Q", title=_("contacts"), format=",.1f"),
        alt.Tooltip("lower:Q", title=_("80 % band, lower end"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("80 % band, upper end"), format=",.0f"),
    ]
    return alt.layer(
        base.mark_area(**BAND, interpolate="step-after").encode(
            x=time_x(), y=alt.Y("lower:Q", title=_("contacts per interval")), y2="upper:Q"
        ),
        base.mark_line(color="$accent", interpolate="step-after").encode(
            x=time_x(), y=alt.Y("offered:Q", title=_("contacts per interval")), tooltip=tip
        ),
    ).properties(height=220)


def models():
    """Return the picture of the models: a dot each moment, a tick for all of them, the chosen one filled."""
    dots, means = alt.Chart(alt.NamedData("dots")), alt.Chart(alt.NamedData("means"))
    y = alt.Y("model:N", title=None, sort=alt.EncodingSortField("order", op="min"), axis=alt.Axis(**NAMES))
    axis = alt.Axis(format="~g", tickMinStep=1)
    x = alt.X("wape:Q", title=_("error (WAPE), %"), scale=alt.Scale(zero=True), axis=axis)
    tip = [
        alt.Tooltip("model:N", title=_("Model")),
        alt.Tooltip("moment:N", title=_("Forecast from")),
        alt.Tooltip("wape:Q", title=_("error (WAPE), %"), format=".1f"),
    ]
    filled = alt.condition("datum.chosen", alt.value("$accent"), alt.value("transparent"))
    return alt.layer(
        dots.mark_point(size=70, stroke="$accent", strokeWidth=1.5).encode(x=x, y=y, tooltip=tip, fill=filled),
        means.mark_tick(color="$ink", thickness=2, size=18).encode(x=x, y=y, tooltip=tip[::2]),
    ).properties(height=alt.Step(30))


def against():
    """Return the picture of an earlier forecast, its band dashed in the middle, and what came, day by day."""
    base = alt.Chart(alt.NamedData("days"))
    y = lambda field: alt.Y(f"{field}:Q", title=_("contacts a day"))  # noqa: E731 - short
    tip = [
        time_tip(form=DAY),
        alt.Tooltip("planned:Q", title=_("expected"), format=",.0f"),
        alt.Tooltip("came:Q", title=_("came"), format=",.0f"),
    ]
    x = time_x(form="%e %b")
    return alt.layer(
        base.mark_area(**BAND).encode(x=x, y=y("lower"), y2="upper:Q"),
        base.mark_line(color="$accent", strokeDash=[6, 4]).encode(x=x, y=y("planned"), tooltip=tip),
        base.mark_line(color="$ink", **ACTUAL).encode(x=x, y=y("came"), tooltip=tip),
    ).properties(height=220)


def year():
    """Return the picture of the weeks ahead, with both bands."""
    base = alt.Chart(alt.NamedData("weeks"))
    y = lambda field: alt.Y(f"{field}:Q", title=_("contacts a week"))  # noqa: E731 - short
    tip = [
        time_tip(form="%e %b %Y", title=_("Week from")),
        alt.Tooltip("offered:Q", title=_("contacts"), format=",.0f"),
        alt.Tooltip("lower:Q", title=_("80 % band, lower end"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("80 % band, upper end"), format=",.0f"),
    ]
    x = time_x(form="%b %Y")
    return alt.layer(
        base.mark_area(**OUTER).encode(x=x, y=y("low"), y2="high:Q"),
        base.mark_area(**BAND).encode(x=x, y=y("lower"), y2="upper:Q"),
        base.mark_line(color="$accent", **ACTUAL, point=True).encode(x=x, y=y("offered"), tooltip=tip),
    ).properties(height=220)
