"""What a forecast believes, in sentences."""

import numpy as np
import pandas as pd

from ccwb.forecast.calendar import calendar, events_of, weekday_of
from ccwb.forecast.effects import effects
from ccwb.forecast.models import weekday_means
from ccwb.forecast.outlook import prepared
from ccwb.forecast.rare import rare
from ccwb.forecast.reading import DAY_S
from ccwb.forecast.served import rows_lately, unknown_hours, unserved
from ccwb.forecast.trial import enough
from ccwb.forecast.unseen import open_part
from ccwb.messages import N_

YEAR = 365  # days of history before growth a year is worth a sentence
LOOK_DAYS = 28  # ahead that beliefs are looked for
LEAST = 0.02  # effects smaller than this are not worth a sentence
PERCENT = 0.005  # shares smaller than this are 0 %
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
UNSEEN = N_(
    "{weekday} is open, but the history has nothing in its hours: it is forecast like the same hours of the other "
    "days. Close it or import its history."
)
SERVED = N_(
    "Open {hours} only: in {days} known days the history has no row in the other opening hours, so they count as "
    "closed and nothing is forecast there. If contacts are taken then, import those hours, with 0 where none came; if "
    "not, correct the opening hours."
)
SERVED_ON = N_(
    "{weekdays}: open {hours} only. In {days} known days the history has no row in the other opening hours, so they "
    "count as closed and nothing is forecast there. If contacts are taken then, import those hours, with 0 where none "
    "came; if not, correct the opening hours."
)
UNKNOWN = N_(
    "{hours}: open, but the history has nothing. These hours are unknown and forecast like the others. Import them, "
    "with 0 where no contact came, or correct the opening hours."
)
UNKNOWN_ON = N_(
    "{weekdays}, {hours}: open, but the history has nothing. These hours are unknown and forecast like the others. "
    "Import them, with 0 where no contact came, or correct the opening hours."
)
HOURS = (UNSEEN, SERVED, SERVED_ON, UNKNOWN, UNKNOWN_ON)  # what is said of opening hours
_CLOSED = N_("Closed on {day}: {name}")
_WEEKDAY = N_("{weekday}: {share} against the mean of the open days of a week")
_ALIKE = N_("No weekday differs from the others.")
_RARE = N_("So few contacts come that no effect of weekdays, holidays or seasons can be told.")


def beliefs_of(queue, setting, horizon=()):
    """Return a queue's beliefs as a list of (sentence, values); weekday is 0..6 from Monday, shares are fractions.

    horizon : days of which the closed ones are named, those of the history left out.
    """
    _, days, slots, _ = prepared(queue, LOOK_DAYS, setting)
    closed = unseen(queue, days, slots) + closed_days(queue, setting, horizon)
    return closed + unserved_hours(queue, setting) + _learned(queue, days)


def unseen(queue, days, slots):
    """Return a (sentence, values) for each weekday that is open ahead though nothing of it was ever known.

    days, slots : past and ahead, and which slots are open then.
    """
    n, weekday = len(queue.day), days.weekday
    known = (slots[:n] & ~np.isnan(queue.counts)).any(axis=1)
    never = np.isin(np.arange(7), weekday[n:][days.open[n:]]) & ~np.isin(np.arange(7), weekday[:n][known])
    return [(UNSEEN, {"weekday": int(w)}) for w in np.flatnonzero(never)]


def unserved_hours(queue, setting):
    """Return a (sentence, values) on the opening hours given that the history never has: closed, or unknown still.

    Weekdays alike are told together, without their names where all that are known are alike. `weekdays` is a list of
    0..6 from Monday, `hours` text such as "09:00-12:00, 13:00-17:00", `days` the days that it is told from.
    """
    project = setting.of(queue.project)[1]
    if project is None or queue.interval_s == DAY_S:
        return []
    there, weekday, open_ = (
        ~np.isnan(queue.counts),
        weekday_of(queue.day),
        open_part(project, queue.counts.shape[1]) > 0,
    )
    days, closed = rows_lately(there, weekday, open_)[1], unserved(there, weekday, open_)
    known, unknown = days > 0, unknown_hours(there, weekday, open_)
    served = _alike(open_ & ~closed, known, closed.any(axis=1), days, queue.interval_s)
    return _on_weekdays((SERVED, SERVED_ON), served) + _on_weekdays(
        (UNKNOWN, UNKNOWN_ON), _alike(unknown, known, unknown.any(axis=1), days, queue.interval_s)
    )


def _on_weekdays(texts, told):
    """Return sentences; texts : without the names of weekdays, and with them."""
    return [
        (texts[values["weekdays"] is not None], {k: v for k, v in values.items() if v is not None}) for values in told
    ]


def _alike(hours, known, told, days, interval_s):
    """Return for each kind of hours (7, slots) its values; weekdays are None where all that are known are of it."""
    kinds = {}
    for w in np.flatnonzero(told & known):
        kinds.setdefault(_spans(hours[w], interval_s), []).append(int(w))
    all_alike = len({hours[w].tobytes() for w in np.flatnonzero(known)}) == 1
    return [
        {"weekdays": None if all_alike else on, "hours": text, "days": int(days[known if all_alike else on].sum())}
        for text, on in kinds.items()
    ]


def _spans(slots, interval_s):
    """Return the stretches of open slots of a day as text such as "09:00-12:00, 13:00-17:00"."""
    edges = np.flatnonzero(np.diff(slots, prepend=False, append=False)) * interval_s // 60
    clocks = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in edges]
    return ", ".join(f"{start}-{end}" for start, end in zip(clocks[::2], clocks[1::2], strict=True))


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


def _learned(queue, days):
    n = len(queue.day)
    past, ahead = days.part(0, n), days.part(n, n + LOOK_DAYS, hide=True)
    if not enough(past.offered):
        return []
    if rare(past):
        return [(_RARE, {})]
    fit = effects(past, ahead)
    shape = weekday_means(np.log1p(past.offered) - fit.past, past.weekday)
    level = np.exp(shape)  # of the weekdays that are open; the others are missing
    out = _weekdays(level / np.nanmean(level) - 1)
    for (kind, name), effect in fit.named.items():
        if kind == "trend" and n < YEAR:
            continue
        if kind in _TEXT and abs(np.expm1(effect)) >= LEAST:
            out.append((_TEXT[kind], {"name": name, "share": float(np.expm1(effect))}))
    return out


def _weekdays(share):
    """Return the sentences on seven weekdays; share : of each against their mean, missing for one that is closed."""
    told = [(_WEEKDAY, {"weekday": w, "share": float(v)}) for w, v in enumerate(share) if abs(v) >= PERCENT]
    return told or ([(_ALIKE, {})] if (~np.isnan(share)).sum() > 1 else [])
