"""Pictures of a roster: need against people over a week, and a day's people as bars on a time axis."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.people import ACTIVITIES, MEETS
from ccwb.schedule import hours_of
from ccwb.ui import text
from ccwb.ui.charts import PLAN, closed_as_zero, time_tip, time_x, wall, whole_y
from ccwb.ui.text import _, number

COLOURS = ("$accent", "$c2", "$c3", "$c4", "$c5", "$c6")
ROW = 16  # pixels of a person
WRITTEN_MS = 3 * 3600 * 1000  # a bar so long has room for what it is
GAPS = ("lunch", "break")  # drawn as a gap in the bar


def no_need():
    return pd.DataFrame({"t": [], "required": [], "scheduled": [], "least": [], "most": []}, dtype=float)


def need_rows(coverage, project):
    """Return need and people of one project over time, closed hours as zero; the lesser and the greater of both."""
    rows = coverage[coverage["project"] == project].sort_values("interval_start")
    if rows.empty:
        return no_need()
    out = closed_as_zero(rows, {"required": "required", "scheduled": "scheduled"})
    low, high = (f(out["required"], out["scheduled"]) for f in (np.minimum, np.maximum))
    return out.assign(least=low, most=high)


def need_chart():
    base, step = alt.Chart(alt.NamedData("need")), {"interpolate": "step-after"}
    title = _("agents")
    tip = [
        time_tip(),
        alt.Tooltip("required:Q", title=_("needed"), format=",.1f"),
        alt.Tooltip("scheduled:Q", title=_("at work"), format=",.1f"),
    ]

    def area(colour, opacity, low, high):
        return base.mark_area(color=colour, opacity=opacity, **step).encode(x=time_x(), y=whole_y(low, title), y2=high)

    return alt.layer(
        base.mark_area(color="$accent", opacity=0.12, **step).encode(x=time_x(), y=whole_y("least", title)),
        area("$under", 0.5, "least", "required:Q"),
        area("$over", 0.45, "required", "most:Q"),
        base.mark_line(color="$accent", strokeWidth=2, **step).encode(
            x=time_x(), y=whole_y("scheduled", title), tooltip=tip
        ),
        base.mark_line(**PLAN, color="$ink", **step).encode(x=time_x(), y=whole_y("required", title), tooltip=tip),
    ).properties(height=220)


def need_title(coverage, project, label, made):
    """Return what the week's picture shows, as a sentence."""
    rows = coverage[coverage["project"] == project]
    if not made:
        return _("{project}: what is needed in this week; nobody is on the roster yet", project=label)
    if rows.empty or rows["gap"].min() > -0.5:
        return _("{project}: this week everybody needed is there", project=label)
    worst = rows.loc[rows["gap"].idxmin()]
    return _(
        "{project}: {weekday} {time} is short by {n}",
        project=label,
        weekday=text.say().weekday(worst["interval_start"], "EEEE"),
        time=text.clock(worst["interval_start"]),
        n=number(-worst["gap"], 1),
    )


def no_bars():
    columns = ("row", "who", "what", "said", "start", "end", "hours", "locked")
    return pd.DataFrame({name: [] for name in columns})


def day_bars(roster, day, names, labels, *, absences=None, agents=None):
    """Return a day's bars, a row for each agent by start: who, what (a project or an activity), said, start, end.

    agents : keys of those shown, None for all.  absences : shown where the roster does not have them.
    said : the title of a meeting or training, else what it is.
    Lunch and breaks are gaps. Times are as the clock on the wall shows them.
    """
    near = roster[(roster["start"].dt.tz_localize(None) - day).abs() < pd.Timedelta(days=3)] if len(roster) else roster
    mine = hours_of(near) if len(near) else near.assign(day=pd.NaT)
    mine = mine[mine["day"] == day] if len(mine) else mine
    rows = [
        (r.agent, r.activity, r.project, r.start, r.end, r.locked, r.title)
        for r in mine.itertuples()
        if r.activity not in GAPS
    ]
    rows += _away(absences, day, {(r[0], r[1]) for r in rows})
    rows = [r for r in rows if agents is None or r[0] in agents]
    if not rows:
        return no_bars()
    table = pd.DataFrame(rows, columns=["agent", "activity", "project", "start", "end", "locked", "title"])
    apart = text.say().apart
    table["what"] = [
        apart(labels.get(r.project, r.project)) if r.activity == "work" else _(ACTIVITIES[r.activity].label)
        for r in table.itertuples()
    ]
    table["said"] = table["title"].where(table["title"] != "", table["what"])
    table["who"] = table["agent"].map(names).fillna(table["agent"]).map(apart)
    table["there"] = table["activity"].map(lambda a: ACTIVITIES[a].there)
    first = table.assign(away=~table["there"]).groupby("agent").agg(away=("away", "min"), start=("start", "min"))
    order = {agent: n for n, agent in enumerate(first.sort_values(["away", "start"]).index)}
    table["row"] = table["agent"].map(order)
    table["hours"] = [f"{text.clock(r.start)}–{text.clock(r.end)}" for r in table.itertuples()]
    table["start"], table["end"] = _inside(table["start"], day), _inside(table["end"], day)
    return table.sort_values(["row", "start"], ignore_index=True)[[*no_bars().columns]]


def _inside(times, day):
    """Return times as milliseconds of the wall clock, held between the day's begin and the next day's noon."""
    low, high = wall([day])[0], wall([day + pd.Timedelta(days=1, hours=12)])[0]
    return np.clip(wall(times), low, high)


def _away(absences, day, known):
    if absences is None or not len(absences):
        return []
    first = pd.Timestamp(day).tz_localize(absences["start"].dt.tz)
    last = (pd.Timestamp(day) + pd.Timedelta(days=1)).tz_localize(absences["start"].dt.tz)
    there = absences[(absences["start"] < last) & (absences["end"] > first)]
    return [
        (r.agent, r.kind, "", max(r.start, first), min(r.end, last), False, "")
        for r in there.itertuples()
        if (r.agent, r.kind) not in known
    ]


def day_chart(labels):
    """Return the picture of a day's people. labels : what projects are called, in the order of their colours."""
    base = alt.Chart(alt.NamedData("people"))
    labels = [*map(text.say().apart, labels)]
    others = [
        _(ACTIVITIES[key].label) for key in (*MEETS, *(k for k in ACTIVITIES if k not in (*MEETS, "work", *GAPS)))
    ]
    colours = [COLOURS[n % len(COLOURS)] for n in range(len(labels))]
    scale = alt.Scale(
        domain=[*labels, *others], range=[*colours, *["$muted"] * len(MEETS), *["$line"] * (len(others) - len(MEETS))]
    )
    named = [*labels, *(_(ACTIVITIES[key].label) for key in MEETS)]
    rows = alt.Y("who:N", title=None, sort=alt.EncodingSortField(field="row", op="min", order="ascending"))
    y = rows.axis(labelLimit=150, labelFontSize=11, labelOverlap=False, ticks=False, domain=False)
    bars = base.mark_bar(height={"band": 0.72}, cornerRadius=2).encode(
        x=time_x("start"),
        x2="end:T",
        y=y,
        color=alt.Color("what:N", scale=scale, legend=alt.Legend(title=None, orient="top", values=named)),
        tooltip=[
            alt.Tooltip("who:N", title=_("agent")),
            alt.Tooltip("said:N", title=_("does")),
            alt.Tooltip("hours:N", title=_("from, to")),
        ],
    )
    known = alt.Chart(alt.NamedData("people")).transform_filter(f"indexof({others!r}, datum.what) >= 0")
    known = known.transform_filter(f"datum.end - datum.start >= {WRITTEN_MS}")
    words = known.mark_text(align="left", dx=4, fontSize=10, color="$ink").encode(x=time_x("start"), y=y, text="said:N")
    locked = alt.Chart(alt.NamedData("people")).transform_filter("datum.locked")
    locked = locked.transform_aggregate(end="max(end)", row="min(row)", groupby=["who"])
    marks = locked.mark_text(align="left", dx=4, fontSize=10, color="$muted").encode(
        x=time_x("end"), y=y, text=alt.datum(_("locked"))
    )
    return alt.layer(bars, words, marks).properties(height=alt.Step(ROW))


def day_title(bars, day):
    """Return how many people work on the day in sight, as a sentence."""
    at = text.date(day, "full")
    there = bars["who"].nunique()
    return _("{day}: {n} people", day=at, n=number(there)) if there else _("{day}: nobody", day=at)
