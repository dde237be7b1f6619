"""The pictures of the forecast page: the days with the years to brush, a week, and what the folds draw."""

import altair as alt

from ccwb.ui.charts import ACTUAL, BAND, PREVIOUS, time_tip, time_x
from ccwb.ui.text import _

OUTER = {"color": "$accent", "opacity": 0.1}  # the band of 95 %
DAY = "%a %e %b %Y"
LABELS = 46  # pixels that the numbers of the left axis may take


def days(first, last):
    """Return the picture of the days, those from `first` to `last` (ms on the wall) in sight, all of them below it.

    Data: came, before, expected, models, marks, cleaned. The signal `picked` names a cleaning mark that was clicked.
    """
    brush = alt.selection_interval(encodings=["x"], name="sight", value={"x": [first, last]})
    x = time_x(form="%e %b %y")
    x.scale = alt.Scale(type="utc", nice=False, domain=brush)
    above = alt.layer(*_bands(x), *_lines(x), *_marked(x)).properties(height=250)
    return alt.vconcat(above, _years(brush), bounds="flush", spacing=34)


def _y(field="offered"):
    return alt.Y(f"{field}:Q", title=_("contacts a day"), axis=alt.Axis(minExtent=LABELS, maxExtent=LABELS))


def _bands(x):
    ahead = alt.Chart(alt.NamedData("expected"))
    outer = ahead.mark_area(**OUTER, clip=True).encode(x=x, y=_y("low"), y2="high:Q")
    return outer, ahead.mark_area(**BAND, clip=True).encode(x=x, y=_y("lower"), y2="upper:Q")


def _lines(x):
    tip = [time_tip(form=DAY), alt.Tooltip("offered:Q", title=_("contacts"), format=",.0f")]
    span = [
        alt.Tooltip("lower:Q", title=_("80 % from"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("to"), format=",.0f"),
    ]
    line = lambda data: alt.Chart(alt.NamedData(data))  # noqa: E731 - short
    return (
        line("before").mark_line(**PREVIOUS, clip=True).encode(x=x, y=_y()),
        line("came").mark_line(color="$ink", strokeWidth=1.3, clip=True).encode(x=x, y=_y(), tooltip=tip),
        line("models").mark_line(color="$muted", strokeWidth=1, clip=True).encode(x=x, y=_y()),
        line("expected").mark_line(color="$accent", **ACTUAL, clip=True).encode(x=x, y=_y(), tooltip=[*tip, *span]),
    )


def _marked(x):
    marked, cleaned = alt.Chart(alt.NamedData("marks")), alt.Chart(alt.NamedData("cleaned"))
    only = lambda day, seen: alt.condition(f"datum.day == {day}", alt.value(seen), alt.value(0))  # noqa: E731 - short
    who = [alt.Tooltip("name:N", title=_("Name")), alt.Tooltip("said:N", title=_("Kind")), time_tip(form=DAY)]
    why = [
        time_tip(form=DAY),
        alt.Tooltip("reason:N", title=_("Why it is marked")),
        alt.Tooltip("found:Q", title=_("found"), format=",.0f"),
        alt.Tooltip("usual:Q", title=_("usual"), format=",.0f"),
        alt.Tooltip("said:N", title=_("Forecast")),
    ]
    picked = alt.selection_point(fields=["day"], name="picked", toggle=False)
    filled = alt.condition("datum.used", alt.value("transparent"), alt.value("$over"))
    return (
        marked.mark_rect(color="$c2", clip=True).encode(  # of a holiday it is not seen, but answers the pointer
            x=x, x2="until:T", tooltip=who, opacity=only(0, 0.18)
        ),
        marked.mark_point(shape="triangle-down", filled=True, size=60, color="$muted", clip=True).encode(
            x=x, y=alt.value(5), tooltip=who, opacity=only(1, 1)
        ),
        cleaned.mark_point(shape="diamond", size=90, stroke="$over", strokeWidth=2, cursor="pointer", clip=True)
        .encode(x=x, y=_y("at"), tooltip=why, fill=filled)
        .add_params(picked),
    )


def _years(brush):
    axis = alt.Axis(format="%b %Y", title=_("Draw over these years to choose the days above"), grid=False)
    x = alt.X("t:T", scale=alt.Scale(type="utc", nice=False), axis=axis)
    y = alt.Y("offered:Q", axis=None)
    came = alt.Chart(alt.NamedData("came")).mark_line(color="$ink", strokeWidth=0.8).encode(x=x, y=y)
    ahead = alt.Chart(alt.NamedData("expected")).mark_line(color="$accent", strokeWidth=1).encode(x=x, y=y)
    return alt.layer(came.add_params(brush), ahead).properties(height=46)


def week():
    base = alt.Chart(alt.NamedData("slots"))
    tip = [
        time_tip(),
        alt.Tooltip("offered:Q", title=_("contacts"), format=",.1f"),
        alt.Tooltip("lower:Q", title=_("80 % from"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("to"), format=",.0f"),
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
    y = alt.Y("model:N", title=None, sort=alt.EncodingSortField("order", op="min"), axis=alt.Axis(labelLimit=140))
    x = alt.X("wape:Q", title=_("error (WAPE), %"), scale=alt.Scale(zero=True))
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
    return alt.layer(
        base.mark_area(**BAND).encode(x=time_x(form="%e %b"), y=y("lower"), y2="upper:Q"),
        base.mark_line(color="$accent", strokeDash=[6, 4]).encode(x=time_x(), y=y("planned"), tooltip=tip),
        base.mark_line(color="$ink", **ACTUAL).encode(x=time_x(), y=y("came"), tooltip=tip),
    ).properties(height=220)


def year():
    """Return the picture of the weeks ahead, with both bands."""
    base = alt.Chart(alt.NamedData("weeks"))
    y = lambda field: alt.Y(f"{field}:Q", title=_("contacts a week"))  # noqa: E731 - short
    tip = [
        time_tip(form="%e %b %Y", title=_("Week from")),
        alt.Tooltip("offered:Q", title=_("contacts"), format=",.0f"),
        alt.Tooltip("lower:Q", title=_("80 % from"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("to"), format=",.0f"),
    ]
    return alt.layer(
        base.mark_area(**OUTER).encode(x=time_x(form="%b %Y"), y=y("low"), y2="high:Q"),
        base.mark_area(**BAND).encode(x=time_x(), y=y("lower"), y2="upper:Q"),
        base.mark_line(color="$accent", **ACTUAL, point=True).encode(x=time_x(), y=y("offered"), tooltip=tip),
    ).properties(height=220)
