"""Charts that draw without a network, in JupyterLab and in the apps alike, in the page's own colours.

Colours are named, not given: "$accent", "$good", "$under", "$over", "$muted", "$previous" mean the page's own, light or
dark. Times are drawn by the clock on the project's wall: `wall` turns them into what `time_x` expects.
The marks are the same everywhere: plan dashed, actual solid, previous light and thin, a band behind a forecast.
A page that runs from right to left gets every picture turned about (mirror.py): write them for one that does not.
"""

import json

import altair as alt
import numpy as np
import pandas as pd
import traitlets as t

from ccwb.ui import cells, text
from ccwb.ui.base import STATIC, _module, _Widget
from ccwb.ui.mirror import legend, mirrored
from ccwb.ui.text import _

PLAN = {"strokeDash": [6, 4], "strokeWidth": 2}
ACTUAL = {"strokeWidth": 2}
PREVIOUS = {"strokeWidth": 1, "color": "$previous"}
BAND = {"color": "$accent", "opacity": 0.18}
# Labels of a time axis: the day where one begins, the time of day between.
CLOCK = (
    "utchours(datum.value) + utcminutes(datum.value) == 0"
    " ? utcFormat(datum.value, '%a %e %b') : utcFormat(datum.value, '%H:%M')"
)
# Labels of an upright axis that are names: a long one in two lines, for no language may lose the end of it.
NAMES = {
    "labelExpr": "length(datum.label) < 24 ? datum.label"
    " : split(replace(datum.label, regexp('^(.{1,22}) '), '$1\\n'), '\\n')",
    "labelLimit": 240,
    "labelFontSize": 11,
    "labelLineHeight": 12,
    "labelOffset": {"condition": {"test": "length(datum.label) < 24", "value": 0}, "value": -6},
}
TARGET = {"color": "$ink", "thickness": 2, "size": 18}
VEGA = STATIC.parent / "share" / "jupyter" / "voila" / "templates" / "ccwb" / "static" / "vega.min.js"


class Chart(_Widget):
    """A chart whose data can be replaced while it stands: `chart.update(data, title=...)` moves only the numbers.

    spec : an Altair chart (or a Vega-Lite dict) without a width, whose data are named (`alt.NamedData("need")`); of
    several below each other (alt.vconcat, bounds="flush") each is given the width that axes leave.
    data : name -> table.  title : what is seen, as a sentence.  table : the table behind the chart, for the fold and
    the downloads (a DataFrame or a function that makes one).  columns : of it, as of a TableView.  signals : names of
    Vega signals that `on_signal(name, value)` wants to hear.
    """

    _esm = _module("chart.js")
    spec = t.Dict().tag(sync=True)
    data = t.Dict().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    has_table = t.Bool(False).tag(sync=True)
    signals = t.List().tag(sync=True)
    # What the browser's number and date writing needs; named apart from `locale`, the language itself.
    locale_forms = t.Dict().tag(sync=True)

    def __init__(
        self, spec, data=None, *, title="", table=None, columns=None, name="chart", signals=(), on_signal=None
    ):
        super().__init__(
            spec=_plain(spec),
            data=_columns(data or {}),
            title=title,
            has_table=table is not None,
            signals=list(signals),
            locale_forms=text.d3_locale(text.say().language),
        )
        self._table, self.table_columns, self.file_name, self._on_signal = table, columns, name, on_signal

    @classmethod
    def of(cls, drawing, *, title=""):
        """Return a Chart of a complete Altair chart, its data inside."""
        return cls(drawing, title=title)

    def update(self, data, *, title=None, table=None):
        """Replace data (name -> table), and what is said and kept with them."""
        with self.hold_sync():
            self.data = _columns(data)
            if title is not None:
                self.title = title
        if table is not None:
            self._table = table

    def draw(self, spec):
        """Draw another picture of the same data."""
        self.spec = _plain(spec)

    def file_table(self):
        return self._table() if callable(self._table) else self._table

    def file_labels(self):
        return cells.labels_of(self.table_columns)

    def received(self, content, buffers):
        if content.get("type") == "table":
            columns, rows, rest = cells.shown(self.file_table(), self.table_columns)
            self.send({"type": "table", "columns": columns, "rows": rows, "rest": rest})
        elif content.get("type") == "signal" and self._on_signal:
            self._on_signal(content["name"], content["value"])
        elif content.get("type") == "vega":
            self.send({"type": "vega"}, [VEGA.read_bytes()])


def wall(times):
    """Return times as the wall clock shows them, in milliseconds, for `time_x`; zone-less times as they are."""
    index = pd.DatetimeIndex(times)
    index = index.tz_localize(None) if index.tz is not None else index
    return index.to_numpy().astype("datetime64[ms]").astype("int64")


def closed_as_zero(slots, columns):
    """Return the columns of a table of intervals for a step chart over time `t`, falling to zero where it is closed.

    An hour that the clock leaves out is no closed one; of one that it repeats, each time is drawn once (`by_clock`).
    slots : rows with interval_start and interval_s, ordered by time, open intervals only.  columns : name -> new name.
    """
    t, moment = wall(slots["interval_start"]), pd.DatetimeIndex(slots["interval_start"]).as_unit("ms").asi8
    length = 1000 * slots["interval_s"].to_numpy()
    ends = t + length
    # where the next interval follows at once neither in time nor on the clock: both, for days have 23 to 25 hours
    gap = np.append((ends[:-1] < t[1:]) & ((moment + length)[:-1] < moment[1:]), True)
    frame = {"t": np.concatenate([t, ends[gap]])}
    for old, new in columns.items():
        frame[new] = np.concatenate([slots[old].to_numpy(dtype=float), np.zeros(gap.sum())])
    return by_clock(pd.DataFrame(frame), *list(columns.values())[:1])


def by_clock(drawn, *most):
    """Return rows to be drawn over time `t` in its order, one of each time: where a clock that is put back has it
    twice, the row with the most of a column, or without one the first.
    """
    drawn = drawn.sort_values(["t", *most], ascending=[True, *(False for _column in most)], kind="stable")
    return drawn.drop_duplicates("t", ignore_index=True)


def time_x(field="t", *, title=None, form=None, **more):
    """Return a time axis that reads like a clock on the project's wall, whatever zone the browser is in."""
    axis = alt.Axis(title=title, grid=False, **({"format": form} if form else {"labelExpr": CLOCK}))
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc", nice=False), axis=axis, **more)


def share_axis(**more):
    """Return the axis of a share in percent; how many digits its labels have, the marks on it decide.

    No axis has a fixed number of digits: on a narrow range two marks would read alike (93 %, 93 %, 92 %).
    """
    return alt.Axis(format="%", **more)


def number_axis(**more):
    """Return the axis of a number, its labels with as many digits as tell them apart, as `share_axis`."""
    return alt.Axis(format=",f", **more)


def whole_y(field, title):
    """Return the upright axis of a number of people: no half people among its marks, however few there are."""
    return alt.Y(f"{field}:Q", title=title, axis=alt.Axis(format=",.0f", tickMinStep=1))


def time_tip(field="t", *, title=None, form="%a %d %b %H:%M"):
    """Return a tooltip that names a time by the same clock as `time_x`."""
    return alt.Tooltip(f"{field}:T", timeUnit="utcyearmonthdatehoursminutes", format=form, title=title or _("Time"))


def _plain(spec):
    spec = spec if isinstance(spec, dict) else spec.to_dict(validate=False)  # 90 ms a chart; a test validates
    spec.pop("config", None)  # the page's own style is used, light or dark
    spec.pop("$schema", None)
    spec = json.loads(json.dumps(spec))
    if text.say().direction != "rtl":
        return spec
    told = legend(spec)
    return mirrored(spec) | ({"usermeta": {"legend": told}} if told else {})


def _columns(data):
    return {name: {str(c): _list(table[c]) for c in table} for name, table in data.items()}


def _list(values):
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.dtype.kind == "f":
        return [None if v != v else v for v in np.round(array, 6).tolist()]  # noqa: PLR0124 - NaN is not itself
    return [None if v is pd.NA or v is pd.NaT else v for v in array.tolist()]
