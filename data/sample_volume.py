"""How many contacts the sample centre gets, and what its planners expected: calendar, patterns, events.

Times are half-hours of UTC; patterns follow the clock on the wall of the project's zone.
"""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from ccwb.projects import holidays_of, is_open

SLOT = 1800
CYCLE_DAYS = 91  # a plan is made for 13 weeks at a time
FIRST_PLAN = "2024-10-07"  # a Monday; every cycle of the sample begins a whole number of cycles after it


@dataclass(frozen=True)
class Queue:
    """What a queue is like: contacts on a usual weekday, seconds of handling, shares for everything else."""

    day: float
    aht_s: float
    spread: float  # of handling times: sigma of their logarithm
    weekday: tuple  # Monday to Sunday; the shape of the week
    peaks: tuple  # (hour, width in hours, weight) of the day
    floor: float  # the night, as a share of the highest peak
    growth: float = 0.03  # a year
    payday: float = 0.0  # more on the days around the first of the month
    winter: float = 0.05  # more in January, less in July
    holiday: float = 0.5  # volume on a public holiday, where open
    transfer: float = 0.05
    cushion: float = 0.6  # agents planned above the load, in square roots of the load
    lines: int | None = None
    at_once: int = 1
    fewest: float = 0.6  # agents planned even where there is next to no load
    closes: float = 0.0  # share that needs no answer any more and is closed


OFFICE = ((10.0, 1.7, 1.0), (14.5, 2.2, 0.8), (18.0, 1.6, 0.35))
EVENING = ((11.0, 2.0, 0.8), (15.0, 2.2, 0.75), (18.3, 1.4, 1.0))
HOME = ((9.5, 2.0, 0.8), (14.0, 3.0, 0.6), (19.5, 2.2, 1.0))
MAIL = ((9.0, 2.0, 1.0), (14.0, 3.5, 0.8), (20.5, 2.0, 0.5))
WEEK = (1.24, 1.04, 0.98, 0.96, 0.93, 0.40, 0.0)
EVERY_DAY = (1.18, 1.05, 1.01, 0.99, 0.98, 0.86, 0.93)

QUEUES = {
    ("service", "voice"): Queue(
        day=1480, aht_s=260, spread=0.65, weekday=WEEK, peaks=OFFICE, floor=0.03, payday=0.2, winter=0.1,
        holiday=0.0, transfer=0.09, cushion=0.75, lines=36
    ),
    ("service", "chat"): Queue(
        day=330, aht_s=540, spread=0.5, weekday=WEEK, peaks=EVENING, floor=0.05, growth=0.12, payday=0.14,
        winter=0.06, holiday=0.0, transfer=0.07, cushion=0.8, at_once=2
    ),
    ("service", "email"): Queue(
        day=350, aht_s=360, spread=0.6, weekday=(1.12, 1.0, 0.98, 0.97, 0.95, 0.5, 0.4), peaks=MAIL, floor=0.06,
        growth=-0.03, payday=0.12, winter=0.08, holiday=0.45, transfer=0.06, closes=0.03
    ),
    ("service", "social"): Queue(
        day=95, aht_s=240, spread=0.6, weekday=(1.05, 1.0, 1.0, 1.0, 1.0, 0.75, 0.7), peaks=HOME, floor=0.08,
        growth=0.18, payday=0.05, winter=0.02, holiday=0.8, transfer=0.04, closes=0.08
    ),
    ("sales", "voice"): Queue(
        day=610, aht_s=330, spread=0.7, weekday=(1.12, 1.02, 0.97, 0.97, 0.94, 0, 0), peaks=EVENING, floor=0.04,
        growth=0.02, payday=0.1, winter=0.08, holiday=0, transfer=0.04, lines=17
    ),
    ("sales", "chat"): Queue(
        day=165, aht_s=480, spread=0.5, weekday=(1.08, 1.0, 0.98, 0.98, 0.97, 0, 0), peaks=EVENING, floor=0.05,
        growth=0.1, payday=0.08, holiday=0, cushion=0.8, at_once=2
    ),
    ("sales", "callback"): Queue(
        day=105, aht_s=300, spread=0.6, weekday=(1.05, 1.0, 1.0, 0.98, 0.97, 0.35, 0.3), peaks=EVENING,
        floor=0.03, growth=0.05, payday=0.06, holiday=0.3, transfer=0.03, closes=0.04
    ),
    ("support", "voice"): Queue(
        day=560, aht_s=420, spread=0.75, weekday=EVERY_DAY, peaks=HOME, floor=0.07, growth=0.05, winter=0.04,
        holiday=0.85, transfer=0.12, cushion=0.8, lines=18, fewest=1.5
    ),
    ("support", "chat"): Queue(
        day=185, aht_s=720, spread=0.55, weekday=EVERY_DAY, peaks=HOME, floor=0.06, growth=0.14, winter=0.03,
        holiday=0.9, transfer=0.1, cushion=0.85, at_once=2
    ),
    ("support", "email"): Queue(
        day=165, aht_s=540, spread=0.65, weekday=(1.1, 1.0, 1.0, 0.98, 0.97, 0.7, 0.65), peaks=MAIL, floor=0.08,
        growth=0.0, winter=0.03, holiday=0.8, transfer=0.08, closes=0.03
    ),
}  # fmt: skip

# What the events did, beside what the team expected of them (events.csv); no entry: as expected.
HAPPENED = {"Price list 2026": 0.30, "Black week 2025": 0.50, "Spring offer 2026": 0.38, "Autumn offer 2026": 0.17}
# Hours of an outage, local: (project, start, hours, volume while it lasts)
OUTAGES = (("support", "2025-07-15 13:00", 5, 6.0), ("support", "2026-05-19 09:00", 6.5, 4.8))
# Handling takes longer or shorter from a day on: (project, day, factor)
AHT_STEPS = (("service", "2026-05-11", 1.07), ("support", "2025-10-01", 0.97), ("sales", "2026-02-16", 1.03))


def rng_of(seed, *names):
    """Return a random generator of its own for a named part of the sample."""
    return np.random.default_rng([seed, crc32("/".join(map(str, names)).encode())])


class Clock:
    """Every half-hour of a project from `first_day` to `last_day`: its local time, calendar and whether it is open."""

    def __init__(self, project, first_day, last_day, events):
        zone = project["zone"]
        start, end = pd.Timestamp(first_day, tz=zone), pd.Timestamp(last_day, tz=zone) + pd.DateOffset(days=1)
        times = pd.date_range(start.tz_convert("UTC"), end.tz_convert("UTC"), freq="1800s", inclusive="left")
        local = times.tz_convert(zone)
        self.utc = times.tz_localize(None).to_numpy().astype("datetime64[s]")
        self.open = np.asarray(is_open(local, project, events=events))
        self.hour = (local.hour + local.minute / 60).to_numpy()
        self.day = local.tz_localize(None).to_numpy().astype("datetime64[D]")
        self.weekday = local.day_of_week.to_numpy()
        self.days, self.of_day = np.unique(self.day, return_inverse=True)
        years = range(local[0].year, local[-1].year + 1)
        self.holidays = np.array([*holidays_of(project["region"], years)], dtype="datetime64[D]")
        self.project = project["project"]


def usual(queue, clock, *, live):
    """Return contacts expected per half-hour on a day without events: weekday, hour, year, payday, growth, holidays.

    Live contacts come while the project is open, deferred ones at any hour.
    """
    when = clock.open if live else np.ones_like(clock.open)
    hours = np.unique(clock.hour[when & (clock.weekday < 5)])
    rate = queue.day * _shape(queue, clock.hour) / _shape(queue, hours).sum()
    weekend = np.where(clock.weekday >= 5, 0.8 + 0.4 * np.exp(-(((clock.hour - 12) / 4) ** 2)), 1.0)
    rate *= weekend * np.array(queue.weekday)[clock.weekday] * _by_day(queue, clock)[clock.of_day]
    return np.where(when, rate, 0.0)


def _shape(queue, hour):
    return sum(weight * np.exp(-(((hour - peak) / width) ** 2)) for peak, width, weight in queue.peaks) + queue.floor


def _by_day(queue, clock):
    """Return the day's factor: season, payday, growth, public holidays and the days beside them."""
    days = clock.days
    of_year = (days - days.astype("datetime64[Y]")).astype(int)
    of_month = (days - days.astype("datetime64[M]")).astype(int) + 1
    length = ((days.astype("datetime64[M]") + 1).astype("datetime64[D]") - days.astype("datetime64[M]")).astype(int)
    after = np.where(of_month <= 8, of_month - 1, of_month - 1 - length)  # days since the nearest first of a month
    factor = 1 + queue.winter * np.cos(2 * np.pi * (of_year - 18) / 365.25)
    factor *= 1 + queue.payday * (np.exp(-np.where(after < 0, -after / 1.3, after / 2.4)) - 0.1)
    factor *= (1 + queue.growth) ** ((days - np.datetime64("2025-11-01")).astype(int) / 365.25)
    free = np.isin(days, clock.holidays)
    factor[free] *= queue.holiday
    factor[np.isin(days - 1, clock.holidays) & ~free] *= 1.16
    factor[np.isin(days + 1, clock.holidays) & ~free] *= 1.04
    return factor


def with_events(rate, clock, events, happened=None):
    """Return the rate with the events of the project: as expected, or as they turned out (`happened`)."""
    out = rate.copy()
    for event in events.itertuples():
        if event.kind == "closure" or event.project != clock.project or np.isnan(event.effect):
            continue
        effect = (happened or {}).get(event.name, event.effect)
        first, last = np.datetime64(event.first_day, "D"), np.datetime64(event.last_day, "D")
        inside = (clock.day >= first) & (clock.day <= last)
        along = (clock.day[inside] - first).astype(int) / max((last - first).astype(int), 1)
        out[inside] *= 1 + effect * ((1.25 - 0.5 * along) if happened is not None else 1.0)
    return out


def expected(rate, clock, seed, channel):
    """Return what the planners expected: the right patterns, wrong by a level per plan and a drift per week."""
    plan = (clock.day - np.datetime64(FIRST_PLAN)).astype(int) // CYCLE_DAYS
    week = (clock.day - np.datetime64(FIRST_PLAN)).astype(int) // 7
    wrong = {p: rng_of(seed, "plan", clock.project, channel, p).normal(0, 0.035) for p in np.unique(plan)}
    drift = {w: rng_of(seed, "week", clock.project, channel, w).normal(0, 0.02) for w in np.unique(week)}
    return rate * np.exp([wrong[p] + drift[w] for p, w in zip(plan, week, strict=True)])


def happening(rate, clock, seed, channel):
    """Return the rate that a day really had: its own error, shared within the project, and the outages."""
    n = len(clock.days)
    own, shared = rng_of(seed, "day", clock.project, channel), rng_of(seed, "day", clock.project)
    noise = _lingering(own.normal(0, 0.028, n)) + _lingering(shared.normal(0, 0.026, n))
    out = rate * np.exp(noise[clock.of_day]) * own.gamma(1 / 0.05**2, 0.05**2, len(rate))
    for project, start, hours, factor in OUTAGES:
        begin = np.datetime64(start.replace(" ", "T"), "s")
        local = clock.day.astype("datetime64[s]") + (clock.hour * 3600).astype("timedelta64[s]")
        inside = (local >= begin) & (local < begin + np.timedelta64(int(hours * 3600), "s"))
        out[inside & (clock.project == project)] *= factor
    return out


def _lingering(noise, stays=0.45):
    """Return noise in which a share of yesterday's error stays."""
    out, last = np.empty_like(noise), 0.0
    for i, one in enumerate(noise):
        out[i] = last = stays * last + one
    return out


def aht_factor(clock):
    """Return how much longer than usual handling takes, per half-hour: steps, and longer talks late in the day."""
    factor = 1 + 0.012 * np.clip(clock.hour - 12, -4, 6) / 2
    for project, day, change in AHT_STEPS:
        factor = np.where((clock.project == project) & (clock.day >= np.datetime64(day)), factor * change, factor)
    return factor


def aht_plan(queue, clock):
    """Return the handling time that a plan counted with: the one known when it was made, three weeks before."""
    plan = (clock.day - np.datetime64(FIRST_PLAN)).astype(int) // CYCLE_DAYS * CYCLE_DAYS
    made = np.datetime64(FIRST_PLAN) + plan - 21
    factor = np.ones(len(clock.day))
    for project, day, change in AHT_STEPS:
        factor = np.where((clock.project == project) & (made >= np.datetime64(day)), factor * change, factor)
    return np.round(queue.aht_s * factor)
