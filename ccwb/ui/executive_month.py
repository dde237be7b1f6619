"""The days ahead: hours needed with the forecast's band, against hours on the schedule."""

import datetime as dt

import altair as alt
import pandas as pd

from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html, text
from ccwb.ui.charts import BAND, PLAN, Chart, time_tip, time_x, wall
from ccwb.ui.text import _, number, percent, signed

AHEAD = 28  # days of the month ahead
NEAR, SHORT = -0.01, -0.05  # of the hours needed: so much is missing


def tile_title(page):
    """Return what the days in sight are called."""
    over = page.today > page.context.cycle.last_day
    return _("The last month against people") if over else _("The month ahead against people")


def month_from(one, today):
    """Return the first of the days to show: today inside the cycle, its beginning before it, its last month after."""
    last = max(one.first_day, one.last_day - dt.timedelta(days=AHEAD - 1))
    return min(max(one.first_day, today), last)


def days_of(page, first, channel=""):
    """Return the days ahead as `hours_by_day`, with contacts expected and their 80 % band, and the band in hours.

    The band in hours takes it that hours follow contacts in proportion; channel : one queue's alone, nobody scheduled.
    """
    end = first + dt.timedelta(days=AHEAD)
    days = hours_by_day(page, first, end, channel)
    if days.empty:
        return days
    expected = _expected(page, first, end, channel)
    if expected.empty:
        return days.assign(plan=float("nan"), low=float("nan"), high=float("nan"))
    days = days.merge(expected[["day", "plan", "lower", "upper"]], on="day", how="left")
    share = days["needed"] / days["plan"].where(days["plan"] > 0)
    return days.assign(low=share * days["lower"], high=share * days["upper"])


def _expected(page, first, end, channel):
    zones, found = em.zones_of(page.centre()), []
    for project in em.projects_of(page.centre(), page.project):
        place = {"cycle": page.cycle_id, "project": project["project"], "zone": project["zone"]}
        rows = page.store.read_table("forecast", **place, start=str(first), end=str(end))
        rows = rows[rows["channel"] == channel] if channel else rows
        found += [rows.assign(interval_start=rows["interval_start"].dt.tz_convert("UTC"))] if len(rows) else []
    if not found:
        return pd.DataFrame()
    table = pd.concat(found, ignore_index=True)
    return parts.daily(table, table.iloc[:0], table.iloc[:0], shift=pd.Timedelta(0), zones=zones)


def hours_by_day(page, first, end, channel=""):
    """Return agent-hours needed and scheduled per day, as the chart wants them."""
    needed, scheduled = [], []
    for project in em.projects_of(page.centre(), page.project):
        place = {"cycle": page.cycle_id, "project": project["project"], "zone": project["zone"]}
        days = {"start": str(first), "end": str(end)}
        need = page.store.read_table("requirement", **place, **days)
        need = need[need["channel"] == channel] if channel else need
        needed.append(_daily(need["interval_start"], need["scheduled"] * need["interval_s"] / 3600))
        if channel:  # people are scheduled for a project, not for one of its queues
            continue
        shifts = page.store.read_table("schedule", all_columns=True, **place, **days)
        scheduled.append(_daily(shifts["shift_start"], _worked_h(shifts)))
    if not sum(map(len, needed)):
        return pd.DataFrame()
    there = _added(scheduled) if scheduled else pd.Series(dtype=float)
    table = pd.DataFrame({"needed": _added(needed), "scheduled": there})
    table = table[table["needed"].notna()].rename_axis("day")
    return table.assign(t=wall(table.index)).reset_index()


def _worked_h(shifts):
    work = shifts["shift_end"] - shifts["shift_start"]
    pause = (shifts["break_end"] - shifts["break_start"]).dt.total_seconds().fillna(0)
    seconds = work.dt.total_seconds() - pause
    return seconds / 3600 * shifts["people"]


def _daily(times, hours):
    return hours.groupby(times.dt.tz_localize(None).dt.normalize()).sum()


def _added(columns):
    return pd.concat(columns).groupby(level=0).sum()


def headline_of(days):
    """Return what the days ahead come to as a tile's first words: hours short or to spare, and of how many."""
    needed, there = days["needed"].sum(), days["scheduled"]
    if there.isna().all() or not needed:
        return html.figure(
            "", _("{n} hours needed", n=number(needed)), change=_("nobody is scheduled yet"), state="near"
        )
    gap = there.sum() - needed
    state = "good" if gap / needed >= NEAR else "near" if gap / needed >= SHORT else "miss"
    said = _("{n} hours short", n=number(-gap)) if gap < 0 else _("{n} hours to spare", n=number(gap))
    return html.figure("", said, change=_("of {n} needed in these days", n=number(needed)), state=state)


def month_title(days, first):
    """Return what the days ahead show, as a sentence."""
    if days["scheduled"].isna().all():
        return _(
            "From {day} {n} hours are needed; nobody is scheduled yet", day=text.date(first), n=_hours(days, "needed")
        )
    share = days["scheduled"].sum() / days["needed"].sum() - 1 if days["needed"].sum() else 0.0
    return _(
        "From {day}: {needed} hours needed, {scheduled} on the schedule ({share})",
        day=text.date(first),
        needed=_hours(days, "needed"),
        scheduled=_hours(days, "scheduled"),
        share=signed(share, percent, 1),
    )


def _hours(days, column):
    return number(days[column].sum())


def chart(days, first, *, height, said=None):
    """Return the days ahead as a picture: hours needed dashed in the forecast's band, hours scheduled solid."""
    columns = [name for name in ("t", "needed", "scheduled", "low", "high", "plan") if name in days]
    heads = {"needed": _("Hours needed"), "scheduled": _("Hours on the schedule"), "plan": _("Contacts expected")}
    heads |= {"low": _("Hours needed, low"), "high": _("Hours needed, high")}
    table = {"table": days.drop(columns=["t", "lower", "upper"], errors="ignore"), "columns": heads}
    title = month_title(days, first) if said is None else said
    return Chart(_drawing(height), {"days": days[columns]}, title=title, name="month_ahead", **table)


def _drawing(height):
    base = alt.Chart(alt.NamedData("days"))
    tip = [time_tip(form="%a %d %b")]
    shown = {"needed": _("hours needed"), "low": _("low"), "high": _("high"), "scheduled": _("hours scheduled")}
    tip += [alt.Tooltip(f"{field}:Q", title=label, format=",.0f") for field, label in shown.items()]
    tip.append(alt.Tooltip("plan:Q", title=_("contacts expected"), format=",.0f"))
    x, axis = time_x(form="%d %b"), alt.Axis(tickCount=4)

    def up(field):
        return alt.Y(f"{field}:Q", title=_("hours a day"), axis=axis)

    def line(field, **mark):
        return base.mark_line(**mark).encode(x=x, y=up(field), tooltip=tip)

    return alt.layer(
        base.mark_area(**BAND).encode(x=x, y=up("low"), y2="high:Q", tooltip=tip),
        line("needed", **PLAN, color="$ink"),
        line("scheduled", color="$accent", strokeWidth=2, point={"size": 14, "color": "$accent"}),
    ).properties(height=height)
