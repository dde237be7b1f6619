"""Why a measure missed: the parts that the evaluation page kept, as short bars and as a waterfall."""

import altair as alt
import pandas as pd

from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html
from ccwb.ui.charts import Chart, number_axis, share_axis
from ccwb.ui.text import _

CAUSES = {  # as the evaluation names them; one it names otherwise is shown by its own name
    "volume": N_("Volume"),
    "mix": N_("Mix"),
    "pattern": N_("Time pattern"),
    "handling_time": N_("Handling time"),
    "schedule": N_("Schedule"),
    "shrinkage": N_("Shrinkage"),
    "adherence": N_("Adherence"),
    "people": N_("People at work"),
    "patience": N_("Patience"),
}
UNTOLD = "untold"  # so begin the parts that no cause explains
SHOWN = 3


def kept_causes(store, one):
    """Return what the evaluation page last computed of a cycle's causes: a list of dicts, empty where nothing is.

    Each has kpi, project, channel, plan, actual and parts (cause -> its share of actual - plan).
    """
    found = (store.load("evaluation", cycle=one.id).data or {}).get("causes") or []
    whole = [c for c in found if isinstance(c, dict) and {"kpi", "project", "plan", "actual", "parts"} <= set(c)]
    return [c | {"parts": {k: float(v) for k, v in c["parts"].items() if v is not None}} for c in whole if c["parts"]]


def of_row(found, row):
    """Return the kept causes of a row of the comparison: of its measure and project; None where there are none."""
    mine = [one for one in found if (one["kpi"], one["project"]) == (row.kpi, row.project)]
    return next((one for one in mine if not one.get("channel")), mine[0] if mine else None)


def of_promise(found, row):
    """Return the kept causes of a broken promise: of its channel, else of its project where that fell short."""
    mine = [one for one in found if (one["kpi"], one["project"]) == (row["kpi"], row["project"])]
    own = next((one for one in mine if (one.get("channel") or "") == row["channel"]), None)
    whole = next((one for one in mine if not one.get("channel") and one["actual"] < one["plan"]), None)
    return own or whole


def name_of(cause):
    """Return a cause in the reader's language."""
    if cause.startswith(UNTOLD):
        return _("not explained: the plan") if cause.endswith("plan") else _("not explained: what came")
    return _(CAUSES.get(cause, cause.replace("_", " ")))


def _told(one):
    """Return the parts that a cause explains; all of them where none does."""
    return {cause: v for cause, v in one["parts"].items() if not cause.startswith(UNTOLD)} or one["parts"]


def as_bars(one):
    """Return the weightiest causes as HTML: name, how much, a bar as long as it weighs."""
    largest = sorted(_told(one).items(), key=lambda pair: -abs(pair[1]))[:SHOWN]
    most = max(abs(value) for _cause, value in largest) or 1.0
    body = []
    for cause, value in largest:
        state = "good" if (value > 0) == _better_up(one["kpi"]) else "miss"
        bar = html.raw(html.bar(abs(value) / most, state))
        body.append([name_of(cause), parts.change(one["kpi"], value, ""), bar])
    return html.table([_("Cause"), (_("Change"), True), ""], body)


def sentence(one):
    """Return in one sentence what weighed most in a miss."""
    cause, value = max(_told(one).items(), key=lambda pair: abs(pair[1]))
    values = {"cause": name_of(cause), "change": parts.change(one["kpi"], value, "")}
    return _("What weighed most: {cause}, {change}.", **values)


def waterfall(one, where):
    """Return the causes as a waterfall from plan to actual; the steps add up to the whole."""
    rows, at = [(_("plan"), one["plan"], one["plan"], "end")], one["plan"]
    for cause, value in one["parts"].items():
        state = "good" if (value > 0) == _better_up(one["kpi"]) else "under"
        state = "rest" if cause.startswith(UNTOLD) else state
        rows.append((name_of(cause), at, at + value, state))
        at += value
    rest = one["actual"] - at
    if abs(rest) > 1e-9:
        rows.append((_("not explained"), at, one["actual"], "rest"))
    rows.append((_("actual"), one["actual"], one["actual"], "end"))
    table = pd.DataFrame(rows, columns=["step", "start", "end", "state"])
    change = [_said(one["kpi"], *step) for _name, *step in rows]
    title = _("{where}: from plan to actual, cause by cause", where=where)
    told = table.assign(said=change)
    return Chart(_drawing(one["kpi"]), {"steps": told}, title=title, table=told.drop(columns="state"), name="causes")


def _said(kpi, start, end, state):
    return parts.shown(kpi, end, "") if state == "end" else parts.change(kpi, end - start, "")


def _drawing(kpi):
    base = alt.Chart(alt.NamedData("steps"))
    scale = alt.Scale(domain=["end", "good", "under", "rest"], range=["$ink", "$good", "$under", "$previous"])
    y = alt.Y("step:N", sort=None, title=None, axis=alt.Axis(labelLimit=160))
    tip = [alt.Tooltip("step:N", title=_("Cause")), alt.Tooltip("said:N", title=_("Change"))]
    colour = alt.Color("state:N", scale=scale, legend=None)
    axis = (share_axis if KPIS[kpi].unit == "share" else number_axis)(tickCount=6)
    x = {"title": None, "axis": axis, "scale": alt.Scale(zero=False, padding=70)}  # the steps are to be seen
    bars = base.mark_bar(height=16).encode(x=alt.X("start:Q", **x), x2="end:Q", y=y, tooltip=tip, color=colour)
    ends = base.mark_tick(thickness=4, size=18, color="$ink").encode(x=alt.X("end:Q", **x), y=y, tooltip=tip)
    words = base.mark_text(align="left", dx=8).encode(x=alt.X("most:Q", **x), y=y, text="said:N", tooltip=tip)
    layers = [bars, ends.transform_filter("datum.state == 'end'")]
    layers.append(words.transform_calculate(most="max(datum.start, datum.end)"))
    return alt.layer(*layers).properties(height=alt.Step(26))


def _better_up(kpi):
    return KPIS[kpi].better != "low"
