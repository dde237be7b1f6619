"""Handling time from a history: overall and lately, by weekday and hour, and where it stands out."""

import numpy as np
import pandas as pd

from ccwb.messages import N_
from ccwb.staffing.estimates.estimate import (
    LEAST_DAYS,
    Estimate,
    Said,
    days_of,
    from_days,
    numbered,
    one_queue,
    ratio,
    t_quantile,
)

LATELY_DAYS, YEAR_DAYS = 56, 364
_CLEAR = 0.05  # a weekday or hour differs clearly where it is at least this far off, and surely so
_MOVED = 0.02  # what a handling time has to move by to be worth a sentence
_WORTH = 0.01  # share of the contacts below which a row is not worth a sentence


def handling_time(history):
    """Mean handling time per handled contact, seconds, weighted by contacts, as an Estimate; with how it moved lately.

    history : history table of one queue with handled and aht_s. The interval comes from the differences between days
    (a ratio of sums over days). `caveats` says when the last 8 weeks differ from the year before by more than chance.
    Raises PlanError where the history has no handling time, or fewer than 5 days with it.

    >>> history = pd.DataFrame({"interval_start": pd.date_range("2026-03-02 10:00", periods=6, freq="D"),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "handled": 10.0, "aht_s": [200.0, 220.0] * 3})
    >>> one = handling_time(history)
    >>> one.value, round(one.low), round(one.high), str(one.source)
    (210.0, 199, 221, 'from 6 days of history, 2026-03-02 to 2026-03-07, with 60 contacts')
    """
    table = _worked(history)
    number, days = numbered(table["day"].to_numpy())
    value, low, high = _mean(table, number, len(days))
    caveats = tuple(_moved(table, days))
    source = from_days(days, contacts=table["handled"].sum())
    return Estimate("aht_s", value, low, high, "s", len(days), source, caveats)


def handling_by_hour(history):
    """Handling time by weekday and hour of the day, as a table.

    weekday (0 is Monday), hour, aht_s, days, handled : mean seconds per contact, from so many days and contacts.
    low, high : 95 % interval from the differences between days; missing with fewer than 5 days.
    differs : share by which it is above or below the queue's mean. Rows with `hour` -1 are whole weekdays, with
    `weekday` -1 an hour on all days, both -1 the queue's mean. Hours without contacts have no row.
    Raises PlanError as `handling_time` does.
    """
    table = _worked(history)
    numbered(table["day"].to_numpy())
    parts = [("weekday", "hour"), ("weekday",), ("hour",), ()]
    rows = [row for by in parts for row in _rows(table, by)]
    out = pd.DataFrame(rows, columns=["weekday", "hour", "aht_s", "low", "high", "days", "handled"])
    mean = out["aht_s"].iloc[-1]
    return out.assign(differs=out["aht_s"] / mean - 1)


def standing_out(table, *, at_most=3):
    """Sentences on the weekdays and hours of a table of `handling_by_hour` that surely differ by 5 % or more, as Said.

    Surely: the interval, widened for the number of rows looked at (Bonferroni), does not hold the queue's mean. Looked
    at are those with 1 % of the contacts or more. weekday and hour in `values` are numbers (0 is Monday); the largest
    difference comes first.
    """
    mean, handled = table["aht_s"].iloc[-1], table["handled"].iloc[-1]
    margin = ((table["weekday"] < 0) != (table["hour"] < 0)) & table["low"].notna()
    rows = table[margin & (table["handled"] >= _WORTH * handled)]
    off = (rows["aht_s"] - mean).abs()
    sure = off > _widened(rows["days"], len(rows)) * (rows["high"] - rows["aht_s"])
    clear = rows[sure & (rows["differs"].abs() >= _CLEAR)]
    first = off[clear.index].sort_values(ascending=False).index[:at_most]
    return [_standing_out(row) for row in clear.loc[first].itertuples()]


def _standing_out(row):
    above = row.differs > 0
    values = {"percent": round(100 * abs(row.differs)), "aht": round(row.aht_s)}
    if row.hour < 0:
        said = N_("Contacts on {weekday} take {percent} % longer than the mean: {aht} s.")
        less = N_("Contacts on {weekday} take {percent} % less than the mean: {aht} s.")
        return Said(said if above else less, values | {"weekday": int(row.weekday)})
    said = N_("Contacts from {hour}:00 on take {percent} % longer than the mean: {aht} s.")
    less = N_("Contacts from {hour}:00 on take {percent} % less than the mean: {aht} s.")
    return Said(said if above else less, values | {"hour": int(row.hour)})


def _widened(days, count):
    """Return how much wider a 95 % interval has to be so that all of `count` together are right in 95 of 100 cases."""
    from scipy.special import stdtrit

    return stdtrit(days - 1, 1 - 0.025 / max(count, 1)) / stdtrit(days - 1, 0.975)


def _worked(history):
    """Return the intervals in which contacts were handled, with their day, weekday and hour, and seconds of work."""
    table = one_queue(history, ("handled", "aht_s"))
    table = table[(table["handled"] > 0) & table["aht_s"].notna()]
    hour = np.where(table["interval_s"] >= 86400, -1, table["interval_start"].dt.hour)
    day = days_of(table["interval_start"])
    more = {"day": day, "weekday": table["interval_start"].dt.day_of_week, "hour": hour}
    work_s = table["handled"] * table["aht_s"]
    return pd.DataFrame({"handled": table["handled"].astype(float), "work_s": work_s.astype(float), **more})


def _rows(table, by):
    groups = table[table["hour"] >= 0] if "hour" in by else table
    for key, part in groups.groupby(list(by)) if by else [((), groups)]:
        known, number = np.unique(part["day"].to_numpy(), return_inverse=True)
        value, low, high = _mean(part, number, len(known))
        place = {"weekday": -1, "hour": -1} | dict(zip(by, key, strict=True))
        yield (*place.values(), value, low, high, len(known), part["handled"].sum())


def _mean(part, number, days):
    """Return (mean handling time, low, high) over numbered days; the range is missing with too few of them."""
    work_s = np.bincount(number, part["work_s"], minlength=days)
    handled = np.bincount(number, part["handled"], minlength=days)
    if days < LEAST_DAYS:
        return work_s.sum() / handled.sum(), np.nan, np.nan
    value, error = ratio(work_s, handled)
    reach = t_quantile(days) * error
    return value, value - reach, value + reach


def _moved(table, days):
    """Yield a Said where the last 8 weeks differ from the year before by more than chance and 2 %."""
    since = days[-1] - np.timedelta64(LATELY_DAYS - 1, "D")
    day = table["day"].to_numpy()
    lately = table[day >= since]
    before = table[(day < since) & (day >= since - np.timedelta64(YEAR_DAYS, "D"))]
    counts = [part["day"].nunique() for part in (lately, before)]
    if min(counts) < LEAST_DAYS:
        return
    (now, *_n), (then, *_t) = means = [
        _mean(part, np.unique(part["day"].to_numpy(), return_inverse=True)[1], count)
        for part, count in zip((lately, before), counts, strict=True)
    ]
    reach = np.hypot(*(high - value for value, _low, high in means))
    if abs(now - then) <= max(reach, _MOVED * then):
        return
    values = {"now": round(now), "then": round(then), "percent": round(100 * abs(now / then - 1))}
    longer = N_("In the last 8 weeks contacts took {now} s, {percent} % longer than in the year before ({then} s).")
    shorter = N_("In the last 8 weeks contacts took {now} s, {percent} % less than in the year before ({then} s).")
    yield Said(longer if now > then else shorter, values)
