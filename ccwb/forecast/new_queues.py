"""Queues without history: a typed level, the week and the day borrowed from a queue like it, and data as they come.

A start is a dictionary that goes to JSON as it is:

    project, channel    the queue
    first_day           its first day, ISO; nothing comes before
    contacts_day        contacts on an ordinary open day at the start
    like                [project, channel] of the history whose week and day it borrows, or None: even over open hours
    profile             list of 7 weekday factors from Monday, in place of the borrowed ones, or None
    growth_month        growth a month in the first year, 0.05 is +5 %; 0 where absent
    aht_s               handling time, or None: that of `like`, else the project's for the channel, else missing
    spread              relative error assumed of the level (one standard deviation), 0.3 where absent
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.bands import ASSUMED_SPREAD
from ccwb.forecast.calendar import calendar, weekday_of
from ccwb.forecast.handling import handling_ahead
from ccwb.forecast.handling_marks import believed
from ccwb.forecast.paths import DAY_TO_DAY
from ccwb.forecast.profile import dispersion, profile, shares
from ccwb.forecast.series import DAY_S, Queue
from ccwb.forecast.spread import own_error
from ccwb.forecast.unseen import never_seen, open_part, to_hours
from ccwb.messages import N_

ORDINARY_DAYS = 56  # known days from which a queue is forecast like every other
DATA_DAYS = 28  # n known days have the weight n / (n + 28) in the shape of week and day
LEVEL_NOISE = 0.25  # relative: how far a single day of a new queue says little of its level
LEVEL_HALF_LIFE = 21  # days after which a day counts half for the level: new queues are on the move
WEEK_HALF_LIFE = 91  # the same for the borrowed weekdays
SLOT_BORROW = 10  # contacts' worth of the borrowed share that a slot keeps beside its own
AHT_BORROW = 100  # contacts' worth of the assumed handling time
GROWTH_MONTHS, MONTH_DAYS = 12, 365.25 / 12
TYPED_LASTS = 0.99  # correlation from day to day of the error of a level that was typed
WIDER_DAYS = 182  # days ahead at which the variance of a new queue's level has doubled
SPREAD, HALF_HOUR_S = 0.3, 1800
LIMITS = {"contacts_day": (0, 1e6), "growth_month": (-1, 1), "spread": (0.01, 2), "aht_s": (0, 86_400)}
TYPED, TYPED_LIKE = N_("typed level, even over opening hours"), N_("typed level, shape of {queue}")
BLEND, BLEND_LIKE = (
    N_("typed level and {days} days of data"),
    N_("typed level and {days} days of data, shape of {queue}"),
)


@dataclass
class NewQueue(Queue):
    """A queue with a typed start and fewer than 56 known days. like : the queue it borrows from, or None."""

    start: dict = None
    like: Queue = None

    @property
    def known(self):
        """How many days of it are known."""
        return int((~np.isnan(self.counts)).any(axis=1).sum())


def with_starts(queues, starts, *, interval_s=None, hours=None):
    """Return the queues, those with a start and less than 56 known days as NewQueue, sorted by project and channel.

    queues : of the history; none where a centre begins.  starts : list of dictionaries (see the top of this file).
    A queue that is not in the history takes the interval length of `like`, else `interval_s`, else the shortest of the
    history, else half hours. Without any history the forecast begins with the earliest first day, in the time zone of
    the first start's project (`hours`).
    Raises PlanError naming the queue for a start that cannot be used.
    """
    starts = [_checked(start) for start in starts or ()]
    known = {(q.project, q.channel): q for q in queues}
    out, seen = dict(known), set()
    day, zone = _beginning(queues, starts, hours) if starts else (None, None)
    usual_s = interval_s or min((queue.interval_s for queue in queues), default=HALF_HOUR_S)
    for start in starts:
        name = start["project"], start["channel"]
        if name in seen:
            raise _refused(start, N_("{queue} has two starts. Keep one of them."))
        seen.add(name)
        like = _like(known, start)
        own = known.get(name) or _unknown(name, day, zone, like.interval_s if like else usual_s)
        new = NewQueue(**vars(own), start=start, like=like)
        out[name] = own if new.known >= ORDINARY_DAYS else new
    return [out[name] for name in sorted(out)]


def started(queue, ahead, setting, prepared):
    """Return the fields of the Outlook of a NewQueue, `ahead` days from the end of the history.

    prepared : the function that cleans a queue's history (ccwb.forecast.outlook).
    The typed level, growing as said, times weekday and slot shares. With n known days the level moves towards what
    came by n / (n + noise / spread^2), the noise being LEVEL_NOISE^2 + 1 / contacts_day: what was typed with a wide
    spread gives way within days, a small queue needs more of them. Weekdays and slots move by n / (n + 28).
    """
    base = _Base(queue, ahead, setting, prepared)
    n, data = len(base.day) - ahead, _Data(base, queue, setting, prepared)
    expected, split = data.expected()[n:], data.split()[n:]
    spread = data.spread() * np.sqrt(1 + np.arange(1, ahead + 1) / WIDER_DAYS)
    return {
        "day": base.day[n:],
        "slots": base.slots[n:],
        "offered": expected[:, None] * split,
        "spread": spread,
        "dispersion": base.dispersion,
        "aht_s": _handling(queue, base.day[n:], setting),
        "day_to_day": data.lasting(),
        "slot_to_slot": 0.0,
        "model": _model(queue, data.known.sum()),
    }


class _Base:
    """What is believed of a new queue before any of its data: its open slots, contacts per day and slot shares."""

    def __init__(self, queue, ahead, setting, prepared):
        region, project = setting.of(queue.project)
        carrier = queue if project is not None or queue.like is None else queue.like
        if project is None and queue.like is None and not queue.known:
            raise _refused(
                queue.start, N_("{queue} has no opening hours. Enter the project's, or choose a queue that it is like.")
            )
        carrier = replace(_plain(carrier), project=queue.project, channel=queue.channel)
        carrier = _longer(carrier, queue.like.day if queue.like is not None else queue.day)
        days, slots = calendar(carrier, ahead, region=region, events=setting.events, project=project)
        first = np.datetime64(pd.Timestamp(queue.start["first_day"]).date(), "D")
        slots[days.day < first] = False
        self.day, self.slots, self.weekday = days.day, slots, weekday_of(days.day)
        open_ = np.array([slots[self.weekday == w].any(axis=0) for w in range(7)])
        self.shape, factor, self.dispersion = _borrowed(queue, open_, setting, prepared)
        week = open_.any(axis=1)
        factor = factor / (factor[week].mean() or 1.0) if week.any() else factor
        months = np.clip((days.day - first).astype(int) / MONTH_DAYS, 0, GROWTH_MONTHS)
        grown = queue.start["contacts_day"] * (1 + queue.start["growth_month"]) ** months
        self.expected = grown * factor[self.weekday] * days.stated * slots.any(axis=1)
        self.split = shares(self.shape, days.day, slots)


class _Data:
    """What the known days of a new queue say of its level, weekdays and slots, beside what was believed."""

    def __init__(self, base, queue, setting, prepared):
        self.base, self.start = base, queue.start
        self.counts = np.full((len(base.day), base.slots.shape[1]), np.nan)
        self.total = np.full(len(base.day), np.nan)
        if queue.known:
            learned, days, _, _ = prepared(_plain(queue), 1, setting)
            at = int((queue.day[0] - base.day[0]).astype(int)) + np.arange(len(queue.day))
            self.counts[at], self.total[at] = learned.counts, days.offered[:-1]
        self.known = ~np.isnan(self.total) & (base.expected > 0)
        self.recent = 0.5 ** ((np.arange(len(base.day))[::-1]) / LEVEL_HALF_LIFE) * self.known
        noise = LEVEL_NOISE**2 + 1 / max(self.start["contacts_day"], 1e-9)
        self.weight = self.known.sum() / (self.known.sum() + noise / self.start["spread"] ** 2)
        self.ratio = 1.0
        if self.known.any():
            self.ratio = float(self.recent @ np.nan_to_num(self.total) / (self.recent @ base.expected))

    def expected(self):
        """Return the contacts of each day: the typed level, moved towards what came, and so its weekdays."""
        level = self.base.expected * (1 + self.weight * (self.ratio - 1))
        came = np.bincount(self.base.weekday, np.nan_to_num(self.total) * self.known, 7)
        usual = np.bincount(self.base.weekday, self.base.expected * self.ratio * self.known, 7)
        times = np.bincount(self.base.weekday, self.known, 7)
        own = np.where(usual > 0, came / np.where(usual > 0, usual, 1), 1.0)
        factor = 1 + times / (times + DATA_DAYS / 7) * (own - 1)
        return level * factor[self.base.weekday]

    def split(self):
        """Return the share of each open slot in its day, moved towards what came; days add up to 1."""
        used = self.known[:, None] & ~np.isnan(self.counts) & self.base.slots
        usual = np.where(used, np.nan_to_num(self.total)[:, None] * self.base.split, 0.0).sum(axis=0)
        own = (np.where(used, self.counts, 0.0).sum(axis=0) + SLOT_BORROW) / (usual + SLOT_BORROW)
        weight = self.known.sum() / (self.known.sum() + DATA_DAYS)
        return shares(self.base.shape * (1 + weight * (own - 1)), self.base.day, self.base.slots)

    def spread(self):
        """Return the relative error of a day: the typed one as far as the level is still the typed one, and its own."""
        said, n = self.expected(), self.known.sum()
        square = np.square(np.nan_to_num(self.total) - said) - said
        size = (np.square(said) * self.known).sum()
        own = max(float((square * self.known).sum() / size), 0.0) if size > 0 else 0.0
        own = (n * min(own, 1.0) + DATA_DAYS * ASSUMED_SPREAD**2) / (n + DATA_DAYS)
        return float(np.sqrt(((1 - self.weight) * self.start["spread"]) ** 2 + self.weight * own))

    def lasting(self):
        """Return the correlation of a day's error with that of the day before: a typed level is wrong on all days."""
        typed = ((1 - self.weight) * self.start["spread"] / self.spread()) ** 2
        return DAY_TO_DAY + (TYPED_LASTS - DAY_TO_DAY) * float(np.clip(typed, 0, 1))


def _borrowed(queue, open_, setting, prepared):
    """Return (shape (7, slots), weekday factors, dispersion by slot) of the queue that it is like.

    open_ : its own open slots, by weekday. Without another queue the contacts come evenly over the open minutes. A
    weekday that the other never has gets the other's slots as they are on other weekdays, and as much of a mean day as
    its open slots then have (see unseen.py). Slots in which the other is never served, though open, have nothing, where
    the queue has no rows of its own there.
    """
    slots, like, project = queue.counts.shape[1], queue.like, setting.of(queue.project)[1]
    factor, over, shape = np.ones(7), np.ones(slots), np.ones((7, slots))
    extent = open_ * (1.0 if project is None else open_part(project, slots))
    if project is not None:
        shape = open_part(project, slots)
    if like is not None:
        like, days, served, total = prepared(like, 1, setting)
        past, served = days.part(0, len(like.day)), served[:-1]
        good, never = ~np.isnan(past.offered), never_seen(past)
        if like.interval_s == queue.interval_s:
            week = np.array([served[past.weekday == w].any(axis=0) for w in range(7)])
            shape = profile(like, served, total, good)
            over = own_error(dispersion(like.counts, total, shares(shape, like.day, served), good), good.sum())
            shape = to_hours(shape, np.where(never[:, None], extent, week), never)
            shape = _within(shape, _left(like, week, setting) & np.isnan(queue.counts).all(axis=0), open_)
        factor = _weekdays(past)
        factor[never] = _parts(shape * open_, never)
    if queue.start["profile"] is not None:
        factor = np.asarray(queue.start["profile"], dtype=float)
    return shape, factor, over


def _left(like, week, setting):
    """Return which slots of the opening hours of its project a queue is never served in, by weekday (7, slots)."""
    project = setting.of(like.project)[1]
    return np.zeros_like(week) if project is None else (open_part(project, week.shape[1]) > 0) & ~week


def _within(shape, left, open_):
    """Return the shape without the slots `left`, of weekdays that have any other open slot."""
    kept = np.where(left, 0.0, shape)
    return np.where((kept * open_).any(axis=1, keepdims=True), kept, shape)


def _parts(shape, never):
    """Return how much of a mean day the weekdays never seen have by their slots.  shape : of the open slots."""
    length = shape.sum(axis=1)
    seen = length[~never & (length > 0)]
    return length[never] / seen.mean() if len(seen) else np.ones(never.sum())


def _weekdays(days):
    """Return each weekday's contacts against the mean of the weekdays, ordinary days only; 1 for one never open."""
    ordinary = (days.holiday == "") & ~days.eve & ~days.after
    for on in days.events.values():
        ordinary = ordinary & ~on
    used = ~np.isnan(days.offered) & (ordinary if (ordinary & ~np.isnan(days.offered)).any() else True)
    weight = used * 0.5 ** (np.arange(len(days))[::-1] / WEEK_HALF_LIFE)
    sums = np.bincount(days.weekday, np.nan_to_num(days.offered) * weight, 7)
    times = np.bincount(days.weekday, weight, 7)
    mean = sums / np.where(times > 0, times, 1)
    whole = mean[times > 0].mean() if (times > 0).any() else 0.0
    return np.where(times > 0, mean / whole, 1.0) if whole > 0 else np.ones(7)


def _handling(queue, day, setting):
    """Return the handling time by day and slot: the assumed one, moved towards what came as contacts come in."""
    _, project = setting.of(queue.project)
    assumed = queue.start["aht_s"]
    own, like = (one and believed(one, setting.decided(one)) for one in (queue, queue.like))
    if assumed is None and like is not None and like.interval_s == queue.interval_s:
        seconds = handling_ahead(like, day, setting.tenure)
    else:
        told = ((project or {}).get("channels") or {}).get(queue.channel) or {}
        assumed = told.get("aht_s") if assumed is None else assumed
        seconds = np.full((len(day), queue.counts.shape[1]), np.nan if assumed is None else float(assumed))
    weight = np.where(np.isnan(own.aht_s), 0.0, own.weight)
    if not weight.sum() > 0:
        return seconds
    if np.isnan(seconds).all():
        return handling_ahead(own, day, setting.tenure)
    usual, work = float(np.nanmean(seconds)), float((np.nan_to_num(queue.aht_s) * weight).sum())
    return seconds * (work / usual + AHT_BORROW) / (weight.sum() + AHT_BORROW)


def _like(known, start):
    """Return the queue that a start borrows from, or None."""
    if start["like"] is None:
        return None
    like = known.get(tuple(start["like"]))
    if like is None:
        raise _refused(
            start,
            N_("{queue} is to be like {found}, of which the history has nothing. It has: {known}."),
            found=" / ".join(map(str, start["like"])),
            known=", ".join(" / ".join(one) for one in known) or "-",
        )
    return like


def _unknown(name, day, zone, interval_s):
    """Return a queue of which nothing is known, its one day the one that all forecasts begin after."""
    none = np.full((1, DAY_S // interval_s), np.nan)
    return Queue(*name, interval_s, zone, day, none, none.copy(), np.zeros_like(none))


def _beginning(queues, starts, hours):
    """Return (last day before the forecast, as an array; time zone) of the history, or of a centre that begins."""
    if queues:
        return queues[0].day[-1:], queues[0].zone
    first = min(pd.Timestamp(start["first_day"]).date() for start in starts)
    zone = (hours or {}).get(starts[0]["project"], {}).get("zone")
    zone = None if zone is None else pd.Timestamp(first, tz=zone).tz
    return np.array([first], dtype="datetime64[D]") - 1, zone


def _checked(start):
    """Return a start with every field; PlanError naming the queue and the field that is wrong."""
    usual = {"like": None, "profile": None, "growth_month": 0.0, "aht_s": None, "spread": SPREAD}
    out = usual | {name: value for name, value in start.items() if value is not None}
    for name, (least, most) in LIMITS.items():
        if name != "aht_s" or out[name] is not None:
            out[name] = _number(start, out, name, least, most)
    week = out["profile"]
    if week is not None and not (len(week) == 7 and min(week) >= 0 and max(week) > 0):
        raise _refused(
            start,
            N_("{queue}: the profile of the week is seven factors from Monday, 0 or more; found {found}."),
            found=str(list(week)),
        )
    try:
        pd.Timestamp(out["first_day"]).date()
    except (KeyError, TypeError, ValueError):
        raise _refused(start, N_("{queue} needs its first day, such as 2026-03-29.")) from None
    return out


def _number(start, out, name, least, most):
    try:
        value = float(out.get(name))
    except (TypeError, ValueError):
        value = np.nan
    if not least <= value <= most:
        raise _refused(
            start,
            N_("{queue}: {field} of a queue without history is a number from {least} to {most}; found {found}."),
            field=name,
            least=least,
            most=most,
            found=str(start.get(name)),
        )
    return value


def _refused(start, message, **values):
    return PlanError(message, queue=f"{start.get('project')} / {start.get('channel')}", **values)


def _plain(queue):
    """Return a queue without its start."""
    return Queue(**{name: getattr(queue, name) for name in Queue.__dataclass_fields__})


def _longer(queue, day):
    """Return a queue that reaches back to the first of these days, its earlier days unknown."""
    more = max(int((queue.day[0] - day[0]).astype(int)), 0)
    if not more:
        return queue
    none = np.full((more, queue.counts.shape[1]), np.nan)
    return replace(
        queue,
        day=day[0] + np.arange(more + len(queue.day)),
        counts=np.concatenate([none, queue.counts]),
        aht_s=np.concatenate([none, queue.aht_s]),
        weight=np.concatenate([np.zeros_like(none), queue.weight]),
    )


def _model(queue, known):
    values = {"days": int(known)} | ({"queue": f"{queue.like.project} / {queue.like.channel}"} if queue.like else {})
    text = (BLEND if known else TYPED) if queue.like is None else (BLEND_LIKE if known else TYPED_LIKE)
    return text.format(**values)
