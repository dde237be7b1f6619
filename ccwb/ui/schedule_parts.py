"""Figures, titles, charts and the shifts grid of the schedule page."""

import re

import altair as alt
import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.schedule import needed_of
from ccwb.ui import html, text
from ccwb.ui.charts import PLAN, closed_as_zero, time_tip, time_x, wall, whole_y
from ccwb.ui.text import _, number, percent

HOUR = 3600


def missing(page, said, where):
    return html.empty(said, html.html(html.link(_("Go there"), page.context.href(where))))


def needed(requirement):
    """Return the coverage table of a requirement before anybody is scheduled: its channels summed."""
    return needed_of(requirement, "scheduled").assign(scheduled=0.0, gap=0.0)


def monday_of(moment):
    day = pd.Timestamp(moment).tz_localize(None).normalize()
    return day - pd.Timedelta(days=day.day_of_week)


def span(table, first, *, days):
    """Return the rows of a coverage table that begin in `days` days from `first`, by the wall clock."""
    start = table["interval_start"].dt.tz_localize(None)
    return table[(start >= first) & (start < first + pd.Timedelta(days=days))]


def nothing_short(under_h):
    """Return what is said where no interval is short by half a person; under_h : what fractions add up to."""
    if under_h < 0.5:
        return _("Nothing: every interval has the people it needs.")
    return _(
        "No interval is short by half a person or more. The fractions of people that are missing add up to {hours} "
        "hours over the cycle.",
        hours=number(under_h),
    )


def fractions_said(under_h, told):
    """Return what is short beside the times that are told, as (template, values): fractions of people; or nothing."""
    rest = under_h - sum(values["hours"] for _template, values in told)
    if rest < 0.5:
        return ""
    said = _(
        "Of the {all} hours short in the cycle, {rest} are of intervals that lack less than half a person each.",
        all=number(under_h, 1),
        rest=number(rest, 1),
    )
    return html.paragraph(said)


def figures(schedule, coverage, fits):
    if schedule.empty:
        said = _("{n} agent-hours are needed in this cycle; nobody is scheduled yet.", n=number(fits["required_h"]))
        return html.notice(said)
    paid = (schedule["shift_end"] - schedule["shift_start"]).dt.total_seconds()
    paid -= (schedule["break_end"] - schedule["break_start"]).dt.total_seconds().fillna(0)
    short = fits["under_h"] / fits["required_h"] if fits["required_h"] else 0
    day = schedule.groupby(schedule["shift_start"].dt.date)["people"].sum()
    return html.figures(
        [
            html.figure(
                _("Schedule fit"),
                percent(fits["fit"], 1),
                state="good" if short < 0.02 else "near" if short < 0.05 else "miss",
                help_text=_("Needed agent-hours that the schedule covers, of all needed."),
            ),
            html.figure(_("Hours short"), number(fits["under_h"]), state="under" if short >= 0.02 else "none"),
            html.figure(_("Hours too many"), number(fits["over_h"])),
            html.figure(_("Paid hours in the cycle"), number(float((paid * schedule["people"]).sum()) / HOUR)),
            html.figure(_("Most people on one day"), number(day.max()), change=text.date(day.idxmax())),
        ]
    )


def cover_title(week, made):
    if not made:
        return _("What is needed in this week; nobody is scheduled yet")
    if week.empty or week["gap"].min() > -0.5:
        return _("This week everybody needed is there")
    worst = week.loc[week["gap"].idxmin()]
    return _(
        "{weekday} {time} is short by {n}",
        weekday=text.say().weekday(worst["interval_start"], "EEEE"),
        time=text.clock(worst["interval_start"]),
        n=number(-worst["gap"], 1),
    )


def no_coverage():
    return pd.DataFrame({"t": [], "required": [], "scheduled": [], "least": []}, dtype=float)


def cover_rows(week):
    """Return need and people over the week, closed hours as zero, with the lesser of the two for the shading."""
    if week.empty:
        return no_coverage()
    rows = closed_as_zero(week, {"required": "required", "scheduled": "scheduled"})
    return rows.assign(least=np.minimum(rows["required"], rows["scheduled"]))


def cover_chart():
    base = alt.Chart(alt.NamedData("cover"))
    step = {"interpolate": "step-after"}
    title = _("agents")
    tip = [
        time_tip(),
        alt.Tooltip("required:Q", title=_("needed"), format=",.1f"),
        alt.Tooltip("scheduled:Q", title=_("scheduled"), format=",.1f"),
    ]
    y = whole_y("required", title)
    return alt.layer(
        base.mark_area(color="$under", opacity=0.45, **step).encode(
            x=time_x(), y=whole_y("least", title), y2="required:Q"
        ),
        base.mark_area(color="$c2", opacity=0.35, **step).encode(
            x=time_x(), y=whole_y("least", title), y2="scheduled:Q"
        ),
        base.mark_line(color="$accent", strokeWidth=2, **step).encode(
            x=time_x(), y=whole_y("scheduled", title), tooltip=tip
        ),
        base.mark_line(**PLAN, color="$ink", **step).encode(x=time_x(), y=y, tooltip=tip),
    ).properties(height=230)


def no_shifts():
    return pd.DataFrame({"row": [], "start": [], "end": [], "label": [], "part": []})


def shift_rows(shifts):
    """Return bars of a day's shifts, a row each, work and break apart."""
    if shifts.empty:
        return no_shifts()
    bars = []
    for n, row in enumerate(shifts.itertuples()):
        label = f"{number(row.people)} × {text.say().apart(row.shift)}"
        pause = not pd.isna(row.break_start)
        ends = (
            [row.shift_start, row.break_start, row.break_end, row.shift_end]
            if pause
            else [row.shift_start, row.shift_end]
        )
        kinds = ["work", "break", "work"] if pause else ["work"]
        for kind, start, end in zip(kinds, ends, ends[1:], strict=False):
            bars.append({"row": n, "label": label, "part": kind, "start": start, "end": end})
    table = pd.DataFrame(bars)
    return table.assign(start=wall(table["start"]), end=wall(table["end"]))


def shift_chart():
    base = alt.Chart(alt.NamedData("shifts"))
    y = alt.Y("row:O", title=None, axis=None)
    who = alt.Chart(alt.NamedData("shifts")).transform_filter("datum.part == 'work'")
    who = who.transform_aggregate(start="min(start)", groupby=["row", "label"])
    bars = base.mark_bar(height={"band": 0.7}, cornerRadius=3).encode(
        x=time_x("start"),
        x2="end:T",
        y=y,
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=["work", "break"], range=["$accent", "$line"]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("label:N", title=_("people")),
            time_tip("start", title=_("from"), form="%H:%M"),
            time_tip("end", title=_("to"), form="%H:%M"),
        ],
    )
    style = {"align": "left", "dx": 6, "fontSize": 11}
    at = {"x": time_x("start"), "y": y, "text": "label:N"}
    # a name that reaches over the break, which is pale, brings the bar's colour along
    under = who.mark_text(**style, color="$accent", stroke="$accent", strokeWidth=4, strokeJoin="round").encode(**at)
    names = who.mark_text(**style, color="$on-accent").encode(**at)
    return alt.layer(bars, under, names).properties(height=alt.Step(18))


def breaks_twice(page, key, shifts):
    """Return that a project's need is divided for paid breaks that its kinds of shift hold as well; '' where it is not.

    shifts : shifts table.
    """
    one = project_of(page.centre(), key)
    typed = shifts.get("breaks", pd.Series(dtype=object)).fillna("").astype(str).str.strip().ne("")
    if "project" in shifts:
        typed &= shifts["project"].fillna("").isin(["", key])
    lost = next((kind for kind in one.get("shrinkage_kinds") or [] if kind["kind"] == "breaks"), None)
    if not typed.any() or not lost or not lost["share"] or lost.get("placed"):
        return ""
    said = _(
        "{project}: a roster of named people places the short paid breaks of these kinds of shift, and the need is "
        "divided for '{kind}' as well, {share} of paid time: these hours count twice. Mark '{kind}' in the setup as "
        "placed by the roster and make the plan of the staffing stage again, or empty the breaks in the step Shifts.",
        project=one["label"] or key,
        kind=_(lost["label"]),
        share=percent(lost["share"], 1),
    )
    return html.notice(said, "near", link=page.context.href("setup"), link_text=_("Setup"))


def shift_columns():
    clock = _("as 08:30")
    return [
        {"key": "shift", "label": _("Shift"), "kind": "text"},
        {"key": "first", "label": _("Earliest start"), "kind": "text", "help": clock},
        {"key": "last", "label": _("Latest start"), "kind": "text", "help": clock},
        {"key": "step", "label": _("Step min"), "kind": "number", "unit": _("min")},
        {"key": "length", "label": _("Length h"), "kind": "number", "unit": _("h")},
        {"key": "pause", "label": _("Break min"), "kind": "number", "unit": _("min")},
        {"key": "after", "label": _("Earliest break, after h"), "kind": "number", "unit": _("h")},
        {"key": "before", "label": _("Latest break, after h"), "kind": "number", "unit": _("h")},
        {"key": "breaks", "label": _("Short paid breaks"), "kind": "text"}
        | {"help": _("Minutes and window after the start, as 15 0:45-3:15; 15 5:00-7:45. For named people.")},
        {"key": "apart", "label": _("Apart, min"), "kind": "number", "unit": _("min")}
        | {"help": _("Least minutes at work between two breaks, and at both ends of the shift. For named people.")},
        {"key": "split", "label": _("Split"), "kind": "check"} | {"help": _("People go home in the unpaid break.")},
        {"key": "most", "label": _("Up to h a week"), "kind": "number", "unit": _("h")}
        | {"help": _("Only for people with at most so many contract hours; empty: for all. For named people.")},
    ]


def new_shift():
    return {"shift": _("New shift"), "first": "08:00", "last": "12:00", "step": 30, "length": 8.5} | {
        "pause": 30,
        "after": 3,
        "before": 5,
    }


def to_rows(shifts):
    """Return the shifts table as rows of the grid, in hours, minutes and times of day."""
    return [
        {
            "shift": s.shift,
            "first": _clock(s.first_start_s),
            "last": _clock(s.last_start_s),
            "step": s.step_s / 60,
            "length": s.length_s / HOUR,
            "pause": s.break_s / 60,
            "after": None if pd.isna(getattr(s, "break_after_s", None)) else s.break_after_s / HOUR,
            "before": None if pd.isna(getattr(s, "break_before_s", None)) else s.break_before_s / HOUR,
            "breaks": getattr(s, "breaks", "") or "",
            "apart": _known(s, "apart_s", 60),
            "split": bool(getattr(s, "split", False)),
            "most": _known(s, "up_to_hours"),
        }
        for s in shifts.itertuples()
    ]


def from_rows(rows):
    """Return the grid's rows as a shifts table; PlanError names the shift whose field cannot be read."""
    out = []
    for row in rows:
        empty = [k for k in ("step", "length", "pause") if row.get(k) is None]
        if empty or not (row.get("shift") or "").strip():
            raise PlanError(N_("Every shift needs a name, a step, a length and a break (0 for none). Fill them in."))
        out.append(
            {
                "shift": row["shift"].strip(),
                "project": "",
                "first_start_s": _seconds(row, "first"),
                "last_start_s": _seconds(row, "last"),
                "step_s": 60 * row["step"],
                "length_s": HOUR * row["length"],
                "break_s": 60 * row["pause"],
                "break_after_s": np.nan if row.get("after") is None else HOUR * row["after"],
                "break_before_s": np.nan if row.get("before") is None else HOUR * row["before"],
                "breaks": (row.get("breaks") or "").strip(),
                "apart_s": np.nan if row.get("apart") is None else 60.0 * row["apart"],
                "split": bool(row.get("split")),
                "up_to_hours": np.nan if row.get("most") is None else float(row["most"]),
            }
        )
    columns = ["shift", "project", "first_start_s", "last_start_s", "step_s", "length_s", "break_s"]
    more = ["break_after_s", "break_before_s", "breaks", "apart_s", "split", "up_to_hours"]
    return pd.DataFrame(out, columns=[*columns, *more])


def plain(values):
    """Return a sentence's values as a document keeps them: the day as ISO text."""
    return {k: str(v) if k == "day" else v for k, v in values.items()}


def spoken(values):
    """Return a sentence's values as a reader writes them."""
    said = {k: number(v, 1) if isinstance(v, float) else v for k, v in values.items()}
    return said | {"day": f"{text.say().weekday(values['day'])} {text.date(values['day'])}"}


def _known(row, name, unit=1):
    """Return a number of a row in another unit; None where it is missing."""
    value = getattr(row, name, None)
    return None if value is None or pd.isna(value) else value / unit


def _clock(seconds):
    return f"{int(seconds) // HOUR:02d}:{int(seconds) % HOUR // 60:02d}"


def _seconds(row, key):
    found = "" if row[key] is None else str(row[key]).strip()
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", found)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise PlanError(
            N_("The shift '{shift}' starts at '{found}', which is no time of day. Write a time of day such as 08:30."),
            shift=row["shift"],
            found=found,
        )
    return int(clock[1]) * HOUR + int(clock[2]) * 60
