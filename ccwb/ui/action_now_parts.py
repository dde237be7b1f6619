"""The figures and the curve of a day as the action page shows them."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.measures import in_slots
from ccwb.staffing import at_once
from ccwb.ui import html, text
from ccwb.ui.charts import ACTUAL, BAND, PLAN, by_clock, time_tip, time_x, wall
from ccwb.ui.text import _, number, percent

SHORT = 0.5  # of a person: who is missing less than this is nobody to call
_ENDS = ("lower_80", "upper_80")


def people_said(n):
    """Return how many people are short as every figure, title and entry writes it: halves told only of a few.

    >>> [people_said(n) for n in (0.6, 1.0, 2.04, 9.96, 12.4)]
    ['0.6', '1', '2', '10', '12']
    """
    told = round(n, 1)
    return number(told, 1 if told < 10 and told % 1 else 0)


def peak_of(rows):
    """Return the moment at which most people are short (a row of `at_once`), all queues of these rows together.

    rows : of one or more RestOfDay. None where hardly anybody is short.
    """
    moments = at_once(rows)
    peak = moments.loc[moments["missing"].idxmax()] if len(moments) else None
    return peak if peak is not None and peak["missing"] >= SHORT else None


def summed(queues):
    """Return the sums of the queues of a Today as a dictionary; their errors are taken as independent for the band."""
    names = ("plan_so_far", "actual_so_far", "plan_rest", "rest", "plan_day", "day")
    out = {name: float(queues[name].sum()) for name in names}
    for total in ("rest", "day"):
        out |= {f"{total}_{end}": _end(queues[total], queues[f"{total}_{end}"], total_end=end) for end in _ENDS}
    return out


def _end(mean, end, *, total_end):
    sign = 1 if total_end.startswith("upper") else -1
    return float(max(mean.sum() + sign * np.sqrt(((end - mean) ** 2).sum()), 0.0))


def figures_of(sums, rests, seen, queue, peak=None):
    """Return the figures of the day. sums : see `summed`.  rests : queues of its rest, None without a plan.

    peak : when most people are short in them (see `peak_of`), None where nobody is.
    """
    ahead = sums["actual_so_far"] - sums["plan_so_far"]
    share = ahead / sums["plan_so_far"] if sums["plan_so_far"] > 0 else None
    change = "" if share is None else _("{change} against the forecast", change=text.signed(share, percent))
    band = _("{low} to {high}; planned {n}", low=number(sums["day_lower_80"]), high=number(sums["day_upper_80"]),
             n=number(sums["plan_day"]))  # fmt: skip
    made = [
        html.figure(_("Contacts so far"), number(sums["actual_so_far"]), change=change),
        html.figure(
            _("Expected by the end of the day"),
            number(sums["day"]),
            change=band,
            help_text=_("What came and what the rest of the day is now expected to bring; 80 % band."),
        ),
    ]
    served = _served(seen, queue)
    if served is not None:
        made.append(html.figure(_("Service level so far"), percent(served)))
    if rests is None or rests.empty:
        return html.figures(made)
    day, known = day_service(rests)
    label = _("Service level of the day, expected") if known else _("Service level of the rest, expected")
    made.append(html.figure(label, number(None) if day is None else percent(day)))
    made.append(
        html.figure(
            _("Most agents short at once"),
            people_said(0 if peak is None else peak["missing"]),
            change="" if peak is None else _("at {time}", time=text.clock(peak["moment"])),
            state="good" if peak is None else "near",
            help_text=_("In voice and chat, all queues in view together."),
        )
    )
    return html.figures(made)


def day_service(rests):
    """Return (service level over some queues' day, True), or of its rest (and False) where nobody recorded the start.

    None where neither can be told.
    """
    known = rests.dropna(subset="answered_within_day")
    if len(known) == len(rests) and known["offered_day"].sum() > 0:
        return float(known["answered_within_day"].sum() / known["offered_day"].sum()), True
    told = rests.dropna(subset="service_level")
    if told["offered"].sum() > 0:
        return float((told["service_level"] * told["offered"]).sum() / told["offered"].sum()), False
    return None, False


def _served(seen, queue):
    """Return the share of live contacts answered in time so far, None where nobody recorded it."""
    table = seen.actuals[seen.actuals["interval_start"] >= seen.day]
    table = table[table["interval_start"] + pd.to_timedelta(table["interval_s"], unit="s") <= seen.now]
    if queue:
        project, channel = queue.rsplit("/", 1)
        table = table[(table["project"] == project) & (table["channel"] == channel)]
    else:
        table = table[table["channel"].isin([key for key, one in CHANNELS.items() if one.live])]
    if "answered_within" not in table or not table["answered_within"].notna().any():
        return None
    table = table.dropna(subset=["answered_within", "offered"])
    offered = table["offered"].sum()
    return float(table["answered_within"].sum() / offered) if offered > 0 else None


def so_far_said(sums, now):
    """Return what the curve shows, as a sentence."""
    if not sums["plan_so_far"] > 0:
        return _("Before the first figures of the day: {n} contacts are expected", n=number(sums["day"]))
    share = sums["actual_so_far"] / sums["plan_so_far"] - 1
    values = {"time": text.clock(now), "share": percent(abs(share)), "n": number(sums["rest"])}
    if round(abs(share), 2) == 0:
        return _("Until {time} as forecast; {n} contacts are still to come", **values)
    if share > 0:
        return _("Until {time} {share} more than forecast; {n} contacts are still to come", **values)
    return _("Until {time} {share} fewer than forecast; {n} contacts are still to come", **values)


def curve_rows(rows, now=None):
    """Return the points of the day's curve: plan, actual, and what is expected from `now` on with its band.

    rows : of a Today; queues are summed in the longest interval, their errors as independent.
    """
    names = ["t", "plan", "actual", "expected", "lower", "upper"]
    if rows is None or rows.empty:
        return pd.DataFrame({name: [] for name in names})
    table = in_slots([rows], int(rows["interval_s"].max()))[0]
    below, above = ((table["offered"] - table[end]) ** 2 for end in _ENDS)
    table = table.assign(below=below, above=above, known=table["actual_offered"].notna())
    sums = table.groupby("interval_start").agg(
        plan=("plan_offered", "sum"),
        actual=("actual_offered", "sum"),
        expected=("offered", "sum"),
        below=("below", "sum"),
        above=("above", "sum"),
        known=("known", "all"),
        ahead=("ahead", "any"),
    )
    ahead = sums["ahead"]
    out = {"t": wall(sums.index), "plan": sums["plan"].to_numpy(), "actual": sums["actual"].where(sums["known"])}
    out["expected"] = sums["expected"].where(ahead)
    out["lower"] = (sums["expected"] - np.sqrt(sums["below"])).clip(lower=0).where(ahead)
    out["upper"] = (sums["expected"] + np.sqrt(sums["above"])).where(ahead)
    return by_clock(pd.DataFrame(out)[names], "plan")


def entries_on(entries, rows):
    """Return the log entries of the day as marks on its curve, at the top of it."""
    if entries is None or entries.empty or rows is None or rows.empty:
        return pd.DataFrame({"t": [], "entry": [], "done": []})
    return pd.DataFrame(
        {"t": wall(entries["at"]), "entry": entries["entry"].map(number).to_numpy(), "done": entries["done"].to_numpy()}
    )


def curve():
    """Return the picture: plan dashed, actual solid, what is expected now with its band, the log's entries as marks."""
    day, entries = alt.Chart(alt.NamedData("day")), alt.Chart(alt.NamedData("entries"))
    tip = [
        time_tip(),
        alt.Tooltip("plan:Q", title=_("Forecast"), format=".0f"),
        alt.Tooltip("actual:Q", title=_("Came"), format=".0f"),
        alt.Tooltip("expected:Q", title=_("Expected now"), format=".0f"),
    ]
    marks = [time_tip(), alt.Tooltip("entry:N", title=_("Entry")), alt.Tooltip("done:N", title=_("Done"))]
    y = alt.Y("plan:Q", title=_("contacts per interval"))
    return alt.layer(
        day.mark_area(**BAND).encode(x=time_x(), y=alt.Y("lower:Q", title=_("contacts per interval")), y2="upper:Q"),
        day.mark_line(color="$ink", **PLAN).encode(x=time_x(), y=y, tooltip=tip),
        day.mark_line(color="$accent", strokeWidth=2).encode(x=time_x(), y="expected:Q", tooltip=tip),
        day.mark_line(color="$ink", point={"size": 18, "color": "$ink"}, **ACTUAL).encode(
            x=time_x(), y="actual:Q", tooltip=tip
        ),
        entries.mark_rule(color="$over", strokeWidth=2).encode(x=time_x(), tooltip=marks),
        entries.mark_text(color="$ink", align="left", dx=5, baseline="top").encode(
            x=time_x(), y=alt.value(0), text="entry:N"
        ),
    ).properties(height=220)
