"""What a forecast believes, in sentences."""

import numpy as np
import pandas as pd

from ccwb.forecast.calendar import calendar, events_of, weekday_of
from ccwb.forecast.effects import effects
from ccwb.forecast.models import weekday_means
from ccwb.forecast.outlook import prepared
from ccwb.forecast.trial import enough
from ccwb.messages import N_

YEAR = 365  # days of history before growth a year is worth a sentence
LEAST = 0.02  # effects smaller than this are not worth a sentence
_TEXT = {
    "holiday": N_("{name}: {share} against an ordinary day"),
    "event": N_("{name}: {share} while it lasts"),
    "eve": N_("The day before a holiday: {share}"),
    "after": N_("The day after a holiday: {share}"),
    "reopened": N_("The first day after a closed one: {share}"),
    "second day": N_("The second day after a closed one: {share}"),
    "trend": N_("Growth: {share} a year"),
    "month": N_("Within a month: {share} between the quietest and the busiest days"),
    "year": N_("Within a year: {share} between the quietest and the busiest weeks"),
}
_CLOSED = N_("Closed on {day}: {name}")
_WEEKDAY = N_("{weekday}: {share} against the mean of the open days of a week")


def beliefs_of(queue, setting, horizon=()):
    """Return a queue's beliefs as a list of (sentence, values); weekday is 0..6 from Monday, shares are fractions.

    horizon : days of which the closed ones are named, those of the history left out.
    """
    return closed_days(queue, setting, horizon) + _learned(queue, setting)


def closed_days(queue, setting, horizon):
    """Return a (sentence, values) for each day of the horizon taken as closed, with the holiday or event it is for.

    Days after the history that are closed in every week are not named. `day` is text such as 2026-10-12.
    """
    wanted = pd.DatetimeIndex(list(horizon)).to_numpy().astype("datetime64[D]")
    wanted = wanted[wanted > queue.day[-1]]
    if not len(wanted):
        return []
    region, project = setting.of(queue.project)
    ahead = int((wanted.max() - queue.day[-1]).astype(int))
    days, _ = calendar(queue, ahead, region=region, events=setting.events, project=project)
    weekday = weekday_of(days.day)
    usual = np.array([days.open[weekday == w].any() for w in range(7)])[weekday]
    names = days.holiday.copy()
    for event in events_of(setting.events, queue.project, queue.channel):
        if event.kind == "closure":
            names[_during(event, days.day)] = str(event.name)
    closed = ~days.open & usual & (names != "") & np.isin(days.day, wanted)
    return [
        (_CLOSED, {"day": str(day), "name": str(name)})
        for day, name in zip(days.day[closed], names[closed], strict=True)
    ]


def _during(event, day):
    first, last = (np.datetime64(pd.Timestamp(edge).date(), "D") for edge in (event.first_day, event.last_day))
    return (day >= first) & (day <= last)


def _learned(queue, setting):
    _, days, _, _ = prepared(queue, 28, setting)
    n = len(queue.day)
    past, ahead = days.part(0, n), days.part(n, n + 28, hide=True)
    if not enough(past.offered):
        return []
    fit = effects(past, ahead)
    shape = weekday_means(np.log1p(past.offered) - fit.past, past.weekday)
    level = np.exp(shape)  # of the weekdays that are open; the others are missing
    share = level / np.nanmean(level) - 1
    out = [(_WEEKDAY, {"weekday": w, "share": float(v)}) for w, v in enumerate(share) if not np.isnan(v)]
    for (kind, name), effect in fit.named.items():
        if kind == "trend" and n < YEAR:
            continue
        if kind in _TEXT and abs(np.expm1(effect)) >= LEAST:
            out.append((_TEXT[kind], {"name": name, "share": float(np.expm1(effect))}))
    return out
