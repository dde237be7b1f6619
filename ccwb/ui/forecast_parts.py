"""Figures, sentences, charts and the events grid of the forecast page."""

import datetime as dt
import re

import numpy as np
import pandas as pd

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.forecast.beliefs import HOURS
from ccwb.measures import in_slots
from ccwb.messages import N_
from ccwb.projects import holidays_of, project_of
from ccwb.ui import html, text
from ccwb.ui.charts import closed_as_zero, wall
from ccwb.ui.text import _, number, percent, signed

EVENT_KINDS = {
    "campaign": N_("campaign"),
    "price change": N_("price change"),
    "outage": N_("outage"),
    "closure": N_("closure"),
    "other": N_("other"),
}


ISO = re.compile(r"\d{4}-\d\d-\d\d")
HOLIDAY = N_("public holiday")
EVENT_KEY = ("first_day", "name", "project", "channel")  # tells two events apart
WIDTH_80 = 1.2816  # standard deviations on either side that hold 80 % of a normal distribution
RARE_A_DAY = 1  # contacts: below it a day is told by how rarely one comes
SENSE = 1  # half the width of a day's band, over its contacts, from which on it is told in contacts
FEW = 10  # contacts below which a decimal is told
MOST_SAID = 2  # an error over contacts beyond which its size tells nothing
DAY_MS = 86_400_000


OUTSIDE = N_(
    "{part} of what came in the last eight weeks came while the project is closed by its opening hours: it is not "
    "expected again, and not scored in the errors on the past. Compare the hours."
)
ON_HOLIDAYS = N_(
    "{part} of what came in the last eight weeks came on public holidays, on which the project is ticked as closed: "
    "{holidays}. It is not expected again, and not scored in the errors on the past. If the project is open on such "
    "days, take away the tick at 'Closed on public holidays'."
)
CLOSED = (OUTSIDE, ON_HOLIDAYS, *HOURS)  # said beside the figures


def top():
    lead = _("Volume and handling time per queue for the days of the cycle, with a band that holds 80 % of the time.")
    return html.html(html.question(_("How much work will come, and how sure are we?"), lead))


def figures(rows, scored, published=None):
    """Return the figures of one queue's forecast; `scored` has the models' errors on the past, the least first.

    published : the contacts of the queue that staffing works with, None where none are published yet.
    """
    if rows.empty:
        return html.notice(_("Press 'Make the forecast' to see the days of this cycle."))
    daily = rows.groupby(rows["interval_start"].dt.date)["offered"].sum()
    mine = scored[scored["model"] == rows["model"].iloc[0]] if len(scored) else scored
    return html.figures(
        [
            html.figure(
                _("Contacts in the cycle"),
                about(daily.sum()),
                change=against_published(label(("", rows["channel"].iloc[0])), daily.sum(), published),
                help_text=_("Of this queue, by the forecast in sight, with its scenario and adjustments."),
            ),
            *day_figures(rows, daily),
            html.figure(
                _("Error on the past"),
                error_said(mine["wape"].iloc[0]) if len(mine) else text.say().missing,
                help_text=_(
                    "The sum of absolute errors over the sum of contacts (WAPE), of all earlier moments tried: four, "
                    "or fewer where the history is short."
                ),
            ),
        ]
    )


def day_figures(rows, daily):
    """Return the figures of the days: an ordinary one, the busiest, how sure a day's total is.

    Where less than a contact comes on a day, how rarely, and the contacts that a day may have: a percentage of less
    than one contact tells nothing. A band without a width is left out.
    """
    spread = WIDTH_80 * day_error(rows, daily)
    few = daily.mean() < RARE_A_DAY
    if not few and spread < SENSE:
        ordinary, sure = number(daily[daily > 0].median()), text.about(percent(spread))
        told = _("Half the width of the band that holds the day's total 80 % of the time.")
    else:
        ordinary = how_rare(daily.mean()) if few else number(daily[daily > 0].median())
        days = expected_days(rows)
        middle = days.loc[(days["offered"] - days["offered"].median()).abs().idxmin()]
        ends = {"low": number(middle["lower"]), "high": number(middle["upper"])}
        sure = _("{low} to {high} contacts", **ends) if ends["low"] != ends["high"] else ""
        told = _("The contacts of an ordinary day 80 % of the time, or rather more of it where few come.")
    out = [html.figure(_("An ordinary day"), ordinary)]
    if not few:
        out.append(html.figure(_("Busiest day"), number(daily.max()), change=text.date(daily.idxmax())))
    return [*out, html.figure(_("How sure: a day's total"), sure, help_text=told)] if sure else out


def how_rare(a_day):
    """Return how often contacts come of which less than one comes on a day, in words."""
    for days, said in ((7, N_("about {n} a week")), (30, N_("about {n} a month")), (365, N_("about {n} a year"))):
        if round(a_day * days) >= 1:
            return _(said, n=number(a_day * days))
    return _("hardly any")


def about(contacts):
    """Return a number of contacts, with a decimal where they are few."""
    return number(contacts, 0 if contacts >= FEW or contacts == round(contacts) else 1)


def error_said(wape):
    """Return an error over contacts in percent, as far as that tells anything."""
    return percent(wape, 1) if wape <= MOST_SAID else _("over {share}", share=percent(MOST_SAID))


def against_published(queue, contacts, published):
    """Return whose contacts a figure tells, and what it is against those that staffing works with."""
    if published is None:
        return _("{queue}; not published", queue=queue)
    more = round(contacts - published)
    if not more:
        return _("{queue}; as published", queue=queue)
    return _("{queue}; {more} against the published", queue=queue, more=signed(more, number))


def day_error(rows, daily):
    """Return the relative error of a day's total (one standard deviation), chance included, of the days together.

    rows : of one queue's forecast.  daily : its contacts a day.
    """
    day = rows["interval_start"].dt.date
    chance = (rows["dispersion"] * rows["offered"]).groupby(day).sum()
    shared = (rows["day_spread"] * rows["offered"]).groupby(day).sum()
    return float(np.sqrt(chance + shared**2).sum() / max(daily.sum(), 1e-9))


def closed_note(kept, channel, setup, *, region=""):
    """Return what of a channel came while the project is closed, and which opening hours it never has; "" for none.

    setup : the way to the opening hours.  region : that of the project, as for `beliefs`.
    """
    found = [one for one in _draft(kept).get("beliefs", {}).get(channel, []) if one[0] in CLOSED]
    names = holiday_words(region) if found else {}
    return "".join(
        html.notice(_(template, **spoken(values, names)), "near", link=setup, link_text=_("Opening hours"))
        for template, values in found
    )


def beliefs(kept, channel, made, typed=(), *, region=""):
    """Return what the forecast of a channel believes, as sentences.

    made : whether there is a forecast.  typed : what was typed of a queue without history, as sentences.  region : that
    of the project, whose public holidays are named in the reader's language.
    """
    if made and not made_here(kept):
        return html.paragraph(brought_in(kept))
    found = [one for one in _draft(kept).get("beliefs", {}).get(channel, []) if one[0] not in CLOSED]
    if found or typed:
        names = holiday_words(region)
        return html.bullets([*typed, *(_(template, **spoken(values, names)) for template, values in found)])
    if made:
        return html.paragraph(_("Nothing: it learns from four weeks of history, and this queue has less."))
    return html.paragraph(_("Nothing yet: it needs a forecast and four weeks of history."))


def made_here(kept):
    """Return whether the draft of a document was made by the models on the page, not brought in."""
    draft = _draft(kept)
    return "beliefs" in draft and not draft.get("file")


def brought_in(kept):
    """Return how a draft that was not made on the page came here, as a sentence."""
    draft = _draft(kept)
    if draft.get("file"):
        return _("This forecast was brought in by {who} from the file {name}.", who=draft["by"], name=draft["file"])
    return _(
        "This forecast was brought in with the cycle; make it again to see what it believes and how its models did."
    )


def _draft(kept):
    return kept.get("draft", kept)  # older documents have it beside the rest


def needs_setup(page):
    return html.empty(
        _("This page needs a project and a cycle. Set up your centre first, or begin with the sample."),
        html.html(html.link(_("Set up the centre"), page.context.href("setup"))),
    )


def label(queue):
    return _(CHANNELS[queue[1]].label)


def holiday_words(region):
    """Return English name -> the reader's for the public holidays of a region; nothing where they are the same."""
    if text.say().language == "en" or not region:
        return {}
    year = dt.date.today().year
    own = named_holidays(region, year - 2, year + 2)
    return {name: own[day] for day, name in holidays_of(region, range(year - 2, year + 3)).items()}


def spoken(values, names=None):
    said = dict(values)
    if "name" in said:
        said["name"] = (names or {}).get(said["name"], said["name"])
    if "holidays" in said:
        days = [(text.date(day), (names or {}).get(name, name)) for day, name in said["holidays"]]
        said["holidays"] = text.listed((" ".join(one) for one in days), ";")
    if "share" in said:
        said["share"] = signed(said["share"], percent)
    if "part" in said:
        said["part"] = percent(said["part"])
    if "day" in said:
        said["day"] = text.date(said["day"])
    if "weekday" in said:
        said["weekday"] = weekday(said["weekday"])
    if "weekdays" in said:
        said["weekdays"] = text.listed(map(weekday, said["weekdays"]))
    if "hours" in said:
        ends = (span.split("-") for span in said["hours"].split(", "))
        said["hours"] = text.listed(_("{first} to {last}", first=first, last=last) for first, last in ends)
    return said


def weekday(n):
    """Return the name of a weekday, 0 is Monday."""
    return text.say().weekday(dt.date(2026, 1, 5) + dt.timedelta(days=int(n)), "EEEE")


def by_day(rows):
    """Return the contacts of each day, by the wall clock; days of which nothing is known are left out."""
    if rows.empty:
        return no_days()
    day = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    daily = rows.groupby(day)[["offered"]].sum(min_count=1).dropna(how="all")
    return daily.assign(t=wall(daily.index)).reset_index(drop=True)


def expected_days(rows):
    """Return the contacts expected each day with the 80 and the 95 % band of the day's total."""
    if rows.empty:
        return no_expected()
    days = fc.day_bands(rows, levels=(0.8, 0.95))
    days = days.rename(columns={"lower_80": "lower", "upper_80": "upper", "lower_95": "low", "upper_95": "high"})
    return days.assign(t=wall(pd.to_datetime(days["day"])))[["t", "offered", "lower", "upper", "low", "high"]]


def year_before(days, last):
    """Return the days a year (52 weeks, so the same weekdays) before, drawn where they are compared; until `last`."""
    moved = days.assign(t=days["t"] + 364 * DAY_MS)
    return moved[moved["t"] <= wall([last])[0]]


def no_expected():
    return pd.DataFrame(columns=["t", "offered", "lower", "upper", "low", "high"], dtype=float)


def no_days():
    return pd.DataFrame({"offered": [], "t": []}, dtype=float)


def no_marks():
    return pd.DataFrame({"t": [], "until": [], "name": [], "said": [], "day": []})


def no_cleaned():
    return pd.DataFrame({"t": [], "day": [], "at": [], "found": [], "usual": [], "reason": [], "said": [], "used": []})


def dated(error):
    """Return a PlanError with its days in the reader's format; the core writes them as 2026-03-29."""
    return PlanError(error.message, **{name: _dated(value) for name, value in error.values.items()})


def _dated(value):
    if isinstance(value, PlanError):
        return dated(value)
    if isinstance(value, list):
        return [_dated(one) for one in value]
    return text.date(value) if isinstance(value, str) and ISO.fullmatch(value) else value


def why_not(error):
    """Return what a PlanError says, in the reader's language and with days as the reader writes them."""
    return text.say().error(dated(error))


def holidays_said(page):
    """Return which public holidays the calendar knows in the days of the cycle, as HTML; where to set them if none."""
    project, cycle = project_of(page.centre(), page.project), page.context.cycle
    way = {"link": page.context.href("setup", step="projects"), "link_text": _("Choose its region")}
    if not project["region"]:
        said = _(
            "{project} has no region: no public holidays are known, and they are forecast as ordinary days.",
            project=project["label"],
        )
        return html.notice(said, "near", **way)
    try:
        found = named_holidays(project["region"], cycle.first_day.year, cycle.last_day.year)
    except PlanError as why:
        return html.notice(why_not(why), "near", **way)
    ahead = [f"{text.date(day)} {name}" for day, name in found.items() if cycle.first_day <= day <= cycle.last_day]
    said = {"region": project["region"], "days": text.listed(ahead, ";") or _("none")}
    if ahead and project["closed_on_holidays"]:
        line = _("Public holidays of {region} in this cycle, closed: {days}.", **said)
    else:
        line = _("Public holidays of {region} in this cycle: {days}.", **said)
    return html.paragraph(line, "ccwb-muted")


def named_holidays(region, first_year, last_year):
    """Return the public holidays of a region, day -> name in the reader's language where that is known."""
    return holidays_of(region, range(first_year, last_year + 1), language=text.say().language)


def marks(events, project, span):
    """Return the public holidays and events of a project between two days (zone-less), as marks on its days.

    events : rows of the events grid.  Columns: t, until (wall clock, ms), name, kind, channel ("": all of them).
    """
    first, last = span
    try:
        found = named_holidays(project["region"], first.year, last.year)
    except PlanError:  # a region that nobody knows is said when the forecast is made; the page opens without
        found = {}
    rows = [
        {"first": pd.Timestamp(day), "name": name, "kind": HOLIDAY, "channel": ""}
        for day, name in found.items()
        if first <= pd.Timestamp(day) <= last
    ]
    for event in events:
        begin, end = max(pd.Timestamp(event["first_day"]), first), min(pd.Timestamp(event["last_day"]), last)
        if begin <= end and event["project"] in ("", None, project["project"]):
            kind = EVENT_KINDS.get(event["kind"], event["kind"])
            rows.append({"first": begin, "last": end, "name": event["name"], "kind": kind, "channel": event["channel"]})
    table = pd.DataFrame(rows, columns=["first", "last", "name", "kind", "channel"])
    until = pd.to_datetime(table["last"]).fillna(pd.to_datetime(table["first"])) + pd.Timedelta(days=1)
    return table.assign(t=wall(pd.to_datetime(table["first"])), until=wall(until))


def marks_of(marks, channel):
    """Return the marks that concern a channel, as the picture wants them, their kinds in the reader's words."""
    rows = marks[marks["channel"].fillna("").isin(["", channel])]
    said = [_(kind) for kind in rows["kind"]]
    return rows.assign(said=said, day=(rows["kind"] == HOLIDAY).astype(int))[["t", "until", "name", "said", "day"]]


def no_slots():
    return pd.DataFrame({"t": [], "offered": [], "lower": [], "upper": []}, dtype=float)


def for_chart(slots):
    """Return the intervals as steps; one that is open in part is drawn as a whole, as a history has it."""
    if slots.empty:
        return no_slots()
    columns = {"offered": "offered", "lower_80": "lower", "upper_80": "upper"}
    length = int(slots["interval_s"].max())
    if (slots["interval_s"] != length).any():
        whole = in_slots([slots], length)[0].groupby("interval_start", as_index=False)[list(columns)].sum()
        slots = whole.assign(interval_s=length)
    return closed_as_zero(slots, columns)


def event_columns(projects):
    every = [{"value": "", "label": _("all")}]
    of = every + [{"value": p["project"], "label": p["label"]} for p in projects]
    channels = every + [{"value": c, "label": _(CHANNELS[c].label)} for c in CHANNELS]
    kinds = [{"value": k, "label": _(label)} for k, label in EVENT_KINDS.items()]
    return [
        {"key": "first_day", "label": _("First day"), "kind": "date"},
        {"key": "last_day", "label": _("Last day"), "kind": "date"},
        {"key": "kind", "label": _("Kind of event"), "kind": "select", "options": kinds},
        {"key": "name", "label": _("Name"), "kind": "long", "wide": True},
        {"key": "project", "label": _("Project"), "kind": "select", "options": of},
        {"key": "channel", "label": _("Channel"), "kind": "select", "options": channels},
        {"key": "effect", "label": _("Effect %"), "kind": "number", "digits": 1, "help": _("Empty: learned.")},
    ]


def event_row(event):
    effect = event.get("effect")
    return {
        **{k: event[k] for k in ("kind", "name", "project", "channel")},
        "first_day": str(event["first_day"])[:10],
        "last_day": str(event["last_day"])[:10],
        "effect": None if effect is None or pd.isna(effect) else round(100 * effect, 6),
    }
