"""What is asked back before a forecast is published: whether so far from models and history is meant."""

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import text
from ccwb.ui.forecast_adjust import FAR, reach
from ccwb.ui.text import _, number

LEVEL_DAYS = 28  # days whose mean is a level of the history
KNOWN_DAYS = pd.DateOffset(years=1)  # of history before the cycle, against which the forecast is held
LEAST = 1  # contacts (or hours of work) that a difference has at least
CONTACTS = N_(
    "{queue}: all adjustments together make {now} contacts of {before} where they apply, in the intervals they change."
)
WORK = N_("{queue}: all adjustments together make {now} hours of work of {before} where they apply.")
FILE = N_("{queue}: the file that was brought in has {now} contacts in the cycle; the models expected {before}.")
HIGH = N_(
    "{queue}: {now} contacts on a mean day of the cycle; no four weeks of the last year had more than {before} a day."
)
LOW = N_(
    "{queue}: {now} contacts on a mean day of the cycle; no four weeks of the last year had less than {before} a day."
)
DAY = N_("{queue}: {now} contacts on {day}; the busiest day of the last year had {before}.")
MEANT = N_("Is it meant so? Correct it, or publish it so.")


def unlikely(page, projects):
    """Return what is far off in the forecasts in sight of these projects, as sentences; none where nothing is."""
    said = [one for project in projects for one in _unlikely(page, project)]
    return [*said, _(MEANT)] if said else []


def far(before, now):
    """Return whether `now` is FAR times `before` or more, or that much less, and not by a contact or so.

    >>> far(100, 200), far(100, 199), far(100, 50), far(100, 51), far(0.2, 0.9), far(0, 5)
    (True, False, True, False, False, True)
    """
    return abs(now - before) >= LEAST and (now >= FAR * before * (1 - 1e-9) or before >= FAR * now * (1 - 1e-9))


def adjusted_far(models, sight):
    """Return (channel, template, values) of each queue that the adjustments together move far.

    models, sight : a forecast without and with all that is put on top of it, row by row; what somebody said of a
    single adjustment, that it is meant so, is in both.
    """
    out, nan = [], float("nan")
    models, sight = (table if "aht_s" in table else table.assign(aht_s=nan) for table in (models, sight))
    changed = {name: (models[name] != sight[name]) & models[name].notna() for name in ("offered", "aht_s")}
    work = [table["offered"] * table["aht_s"] / 3600 for table in (models, sight)]
    both = [table["offered"] for table in (models, sight)]
    for channel in models["channel"].unique():
        for template, parts, moved in (
            (CONTACTS, both, changed["offered"]),
            (WORK, work, changed["offered"] | changed["aht_s"]),
        ):
            before, now = (float(part[moved & (models["channel"] == channel)].sum()) for part in parts)
            if far(before, now):
                out.append((channel, template, {"before": number(before), "now": number(now)}))
                break
    return out


def beside_models(draft, was):
    """Return (channel, template, values) of each queue whose file has far from what the models expected.

    was : channel -> contacts by the models; empty where the draft is theirs.
    """
    sums = draft.groupby("channel")["offered"].sum()
    told = [(channel, was[channel], float(sums[channel])) for channel in sums.index if channel in was]
    return [(c, FILE, {"before": number(before), "now": number(now)}) for c, before, now in told if far(before, now)]


def beyond_history(draft, history):
    """Return (channel, template, values) of each queue whose mean day, or any day, is far beyond what ever came.

    draft : the models' forecast, events and files in it.  history : of the last year. The mean day is held against
    the means of any 28 of its days, a day against its busiest one; queues with less than 28 days against nothing.
    """
    out, came, ahead = [], daily(history), daily(draft)
    for channel in ahead.index.unique("channel"):
        days = ahead.loc[channel]
        known = came.loc[channel] if channel in came.index else came.iloc[:0]
        if len(known) < LEVEL_DAYS or not known.any():
            continue
        levels, mean, most = known.rolling(LEVEL_DAYS).mean(), float(days.mean()), float(days.max())
        if mean > levels.max() and far(levels.max(), mean):
            out.append((channel, HIGH, {"before": number(levels.max()), "now": number(mean)}))
        elif mean < levels.min() and far(levels.min(), mean):
            out.append((channel, LOW, {"before": number(levels.min()), "now": number(mean)}))
        elif most > known.max() and far(known.max(), most):
            day = {"day": text.date(days.idxmax())}
            out.append((channel, DAY, {"before": number(known.max()), "now": number(most)} | day))
    return out


def daily(table):
    """Return the contacts of each channel and local day, as a series; days of which nothing is known are left out."""
    day = pd.DatetimeIndex(table["interval_start"]).tz_localize(None).normalize().rename("day")
    return table.groupby(["channel", day])["offered"].sum(min_count=1).dropna()


def _unlikely(page, project):
    one, place = project_of(page.centre(), project), {"cycle": page.cycle_id, "project": project}
    draft = publishing.drafted(page.store, page.cycle_id, project, one["zone"])
    if draft.empty:
        return []
    data = page.store.load("forecast", **place).data or {}
    settings, first = publishing.settings_of(data), pd.Timestamp(page.context.cycle.first_day)
    span = {"start": str((first - KNOWN_DAYS).date()), "end": str(first.date())}
    history = page.store.read_table("history", project=project, zone=one["zone"], **span)
    sight, made = publishing.outlook(draft, settings), data.get("draft", {})
    confirmed = [one for one in settings["adjustments"] if project == page.project and reach(one) in page.meant]
    found = adjusted_far(publishing.outlook(draft, settings | {"adjustments": confirmed}), sight)
    found += beside_models(draft, made.get("was", {}) if made.get("file") else {})
    found += beyond_history(draft, history)
    label = f"{one['label']} / " if project != page.project else ""
    each = {channel: (template, values) for channel, template, values in reversed(found)}
    return [_(template, queue=label + _(CHANNELS[c].label), **values) for c, (template, values) in each.items()]
