"""Sentences and charts of what a history tells of patience, handling time and shrinkage."""

import datetime as dt

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.estimates import Estimate, Said, handling_by_hour, standing_out
from ccwb.ui import html, text
from ccwb.ui.charts import BAND, share_axis
from ccwb.ui.text import _, duration, number, percent

LABELS = {"patience_s": N_("Patience"), "aht_s": N_("Handling time"), "shrinkage": N_("Shrinkage")}
MEANINGS = {
    "patience_s": N_("Mean time a contact is willing to wait; not the mean wait of those who left."),
    "aht_s": N_("Talk, hold and after-contact work per handled contact."),
    "shrinkage": N_("Share of rostered time not available for contacts."),
}
WORTH = 0.01  # share of the contacts below which an hour is not named
DRAWN = 300  # steps of the survival curve that are drawn; the table has them all
MONDAY = dt.date(2026, 1, 5)


def introduction():
    said = _("Told from the last year of history before this cycle. The range holds the true value in 95 of 100 cases.")
    return html.html(html.paragraph(said, "ccwb-help"))


def shown(name, value):
    """Return a parameter's value as a reader writes it."""
    if value is None:
        return text.say().missing
    return percent(value, 1) if name == "shrinkage" else _("{n} s", n=number(value))


def as_used(name, value):
    """Return an estimate with the digits that a slider has."""
    return round(value, 3) if name == "shrinkage" else float(round(value))


def used_now(name, now, source):
    if now is None and name == "patience_s":
        return _("Used now: nobody gives up ({source})", source=source)
    return _("Used now: {value}, {source}", value=shown(name, now), source=source)


def told(found, used):
    """Return an estimate: the figure with its range, what is used now, where it came from, what to keep in mind."""
    value = found.value
    spread = _("{low} to {high}", low=shown(found.name, found.low), high=shown(found.name, found.high))
    figure = html.figure(
        _(LABELS[found.name]), shown(found.name, value), change=spread, help_text=_(MEANINGS[found.name])
    )
    source = _("Estimated {source}.", source=_(found.source.message, **in_words(found.source.values)))
    kept = html.bullets([_(said.message, **in_words(said.values)) for said in found.caveats])
    return html.html(figure + html.paragraph(used) + html.paragraph(source, "ccwb-help") + kept)


def estimated(found):
    """Return where an estimate comes from, as `came_from` says it."""
    return _("estimated {source}", source=_(found.source.message, **in_words(found.source.values)))


def handed_on(carried, queue, name):
    """Return the Estimate of a parameter that the cycle before handed on; None where it measured none.

    carried : the cycle's document of this name.  A parameter is a number, or its value with low and high.
    """
    known = carried.get("parameters", {}).get(queue)
    value = known.get(name) if isinstance(known, dict) else None
    if value is None:
        return None
    ends = value if isinstance(value, dict) else {"value": value, "low": value, "high": value}
    source = Said(N_("from the evaluation of {cycle}"), {"cycle": carried["came_from"]["name"]})
    unit = "share" if name == "shrinkage" else "s"
    return Estimate(name, ends["value"], ends["low"], ends["high"], unit, 0, source, ())


def handed_on_said(found):
    """Return in a sentence what came along of a parameter, with its range where it has one."""
    said = _("Came along from {cycle}: {value}.", value=shown(found.name, found.value), **found.source.values)
    if found.low == found.high:
        return said
    low, high = shown(found.name, found.low), shown(found.name, found.high)
    return said + " " + _("The true value lies between {low} and {high}.", low=low, high=high)


def untold(name, used, why):
    figure = html.figure(_(LABELS[name]), html.no_data(), help_text=_(MEANINGS[name]))
    return html.html(figure + html.paragraph(used) + html.notice(why, "info"))


def in_words(values):
    """Return what fills a sentence of the core as the reader writes it: days as dates, weekdays by name, numbers."""
    return {key: _in_words(key, value) for key, value in values.items()}


def _in_words(key, value):
    if key in ("first", "last"):
        return text.date(value)
    if key == "weekday":
        return text.say().weekday(MONDAY + dt.timedelta(days=value), "EEEE")
    return number(value) if isinstance(value, (int, float)) and key != "hour" else value


# handling time over the day ---
def no_course():
    return pd.DataFrame({"hour": [], "aht_s": [], "low": [], "high": [], "days": []})


def course(history):
    """Return handling time by hour with its range, on Monday to Friday and at the weekend apart."""
    weekend = history["interval_start"].dt.day_of_week >= 5
    parts = []
    for label, rows in ((_("Monday to Friday"), history[~weekend]), (_("Weekend"), history[weekend])):
        try:
            table = handling_by_hour(rows)
        except PlanError:  # closed then, or too few days
            continue
        of_hours = table[(table["weekday"] < 0) & (table["hour"] >= 0)]
        parts.append(of_hours[["hour", "aht_s", "low", "high"]].assign(days=label))
    return pd.concat(parts, ignore_index=True) if parts else no_course()


def course_chart():
    hour = alt.X("hour:Q", title=_("hour of the day"), axis=alt.Axis(tickMinStep=1, grid=False))
    y = {"title": _("handling time, s"), "scale": alt.Scale(zero=False)}
    legend = alt.Legend(title=None, orient="top")
    color = alt.Color("days:N", legend=legend, scale=alt.Scale(range=["$accent", "$c2"]))
    base = alt.Chart(alt.NamedData("course"))
    tip = [
        alt.Tooltip("days:N", title=_("Days")),
        alt.Tooltip("hour:Q", title=_("from hour")),
        alt.Tooltip("aht_s:Q", title=_("handling time, s"), format=",.0f"),
        alt.Tooltip("low:Q", title=_("at least"), format=",.0f"),
        alt.Tooltip("high:Q", title=_("at most"), format=",.0f"),
    ]
    return alt.layer(
        base.mark_area(opacity=BAND["opacity"]).encode(x=hour, y=alt.Y("low:Q", **y), y2="high:Q", color=color),
        base.mark_line(point={"size": 24}, strokeWidth=2).encode(
            x=hour, y=alt.Y("aht_s:Q", **y), color=color, strokeDash=alt.StrokeDash("days:N", legend=None), tooltip=tip
        ),
    ).properties(height=200)


def course_title(table, channel):
    """Return the shortest and the longest hour in a sentence, where they differ by more than chance; else the mean."""
    queue, mean = _(CHANNELS[channel].label), table.iloc[-1]
    hours = table[(table["weekday"] < 0) & (table["hour"] >= 0) & table["low"].notna()]
    hours = hours[hours["handled"] >= WORTH * mean["handled"]]
    if len(hours):
        longest, shortest = hours.loc[hours["aht_s"].idxmax()], hours.loc[hours["aht_s"].idxmin()]
        if longest["low"] > shortest["high"]:
            return _(
                "{queue}: a contact takes {low} from {from_hour}:00 on and {high} from {to_hour}:00 on",
                queue=queue,
                low=shown("aht_s", shortest["aht_s"]),
                high=shown("aht_s", longest["aht_s"]),
                from_hour=number(shortest["hour"]),
                to_hour=number(longest["hour"]),
            )
    return _(
        "{queue}: a contact takes {mean} at any hour, but for chance", queue=queue, mean=shown("aht_s", mean["aht_s"])
    )


def course_table(table):
    """Return handling times by weekday and hour as a reader wants them: names of days, 'all' where there is no one."""
    every = _("all")
    names = {n: text.say().weekday(MONDAY + dt.timedelta(days=n), "EEEE") for n in range(7)} | {-1: every}
    hours = {n: f"{n:02d}:00" for n in range(24)} | {-1: every}
    return pd.DataFrame(
        {
            _("Weekday"): table["weekday"].map(names),
            _("Hour"): table["hour"].map(hours),
            _("Handling time, s"): table["aht_s"].round(1),
            _("at least"): table["low"].round(1),
            _("at most"): table["high"].round(1),
            _("Days"): table["days"],
            _("Contacts"): table["handled"],
        }
    )


def standing_out_said(table):
    said = [_(one.message, **in_words(one.values)) for one in standing_out(table)]
    if not said:
        said = [_("No weekday and no hour differs from the mean by 5 % or more beyond chance: one value will do.")]
    return html.bullets(said)


# single contacts ---
def calls_hint():
    said = _(
        "CSV or Excel with a row per contact: how long it waited and whether it was answered. The waits of those who "
        "gave up are what patience is told from. The file is only read here; nothing of it is kept."
    )
    return html.html(html.paragraph(said, "ccwb-help"))


def calls_said(name, queues):
    if len(queues) > 1:
        return _("Told from '{name}'. It holds {n} queues, taken together.", name=name, n=number(len(queues)))
    return _("Told from '{name}'.", name=name)


def survival_data(curve, found):
    """Return what the survival chart draws: the steps seen with their bounds, and the estimate's steady patience.

    Where those who left at once were left out of the estimate, the steady patience begins with who is there after them.
    """
    steps = pd.concat([pd.DataFrame({"wait_s": [0.0], "share": [1.0], "low": [1.0], "high": [1.0]}), curve])
    rows = np.unique(np.linspace(0, len(steps) - 1, min(DRAWN, len(steps))).round().astype(int))
    seen = steps[["wait_s", "share", "low", "high"]].iloc[rows]
    after_s = max([float(said.values.get("at_once", 0)) for said in found.caveats], default=0.0)
    there = steps.loc[steps["wait_s"] <= after_s, "share"].iloc[-1]
    times = np.linspace(after_s, max(seen["wait_s"].max(), after_s + 1), 60)
    steady = pd.DataFrame({"wait_s": times, "share": there * np.exp(-(times - after_s) / found.value)})
    return {"seen": seen, "steady": steady}


def survival_chart():
    x = alt.X("wait_s:Q", title=_("seconds waited"))
    y = alt.Y("share:Q", title=_("still willing to wait"), axis=share_axis(), scale=alt.Scale(domain=[0, 1]))
    seen, steady = alt.Chart(alt.NamedData("seen")), alt.Chart(alt.NamedData("steady"))
    tip = [
        alt.Tooltip("wait_s:Q", title=_("seconds waited"), format=",.0f"),
        alt.Tooltip("share:Q", title=_("still willing to wait"), format=".0%"),
        alt.Tooltip("low:Q", title=_("at least"), format=".0%"),
        alt.Tooltip("high:Q", title=_("at most"), format=".0%"),
    ]
    return alt.layer(
        seen.mark_area(**BAND, interpolate="step-after").encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        steady.mark_line(color="$muted", strokeDash=[2, 3]).encode(x=x, y=y),
        seen.mark_line(color="$accent", interpolate="step-after").encode(x=x, y=y, tooltip=tip),
    ).properties(height=220)


def survival_title(curve):
    half = curve[curve["share"] <= 0.5]
    if len(half):
        return _(
            "After {wait} half of them are gone (dotted: a steady patience)", wait=duration(half["wait_s"].iloc[0])
        )
    last = curve.iloc[-1]
    values = {"wait": duration(last["wait_s"]), "share": percent(last["share"])}
    return _("After {wait} {share} are still willing to wait (dotted: a steady patience)", **values)


# kinds from the rules of the house ---
def kinds_hint():
    said = _(
        "History cannot tell these apart; the rules of the house can. Of a full-time year of 260 paid days of 8 hours: "
        "30 days of leave are 11.5 %. Hours and minutes are of weeks and days at work, so that no hour counts twice."
    )
    return html.html(html.paragraph(said, "ccwb-help"))


def kind_fields():
    number_field = {"kind": "number", "min": 0}
    return [
        {"key": "days_year", "label": _("Days a year"), **number_field},
        {"key": "hours_week", "label": _("Hours a week at work"), **number_field},
        {"key": "minutes_day", "label": _("Minutes a day at work"), **number_field},
        {"key": "before", "label": _("Already away (leave, sickness)"), "unit": "%", **number_field},
    ]
