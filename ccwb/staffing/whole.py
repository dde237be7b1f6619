"""Which days, weeks and months of a plan are whole: a promise counts over all of a period, not over a stub of it."""

import pandas as pd

_WEEK = 7  # days of a plan from which on a weekday without a row is a closed one


def first_days(days, period):
    """Return the first day of the day, week (from Monday) or month that each day lies in.

    >>> [str(first_days(pd.DatetimeIndex(["2026-03-04"]), one)[0].date()) for one in ("day", "week", "month")]
    ['2026-03-04', '2026-03-02', '2026-03-01']
    """
    days = pd.DatetimeIndex(days)
    past = {"day": 0 * days.day, "week": days.day_of_week, "month": days.day - 1}[period]
    return days - pd.to_timedelta(past, unit="D")


def span_of(days, *, first_day=None, last_day=None):
    """Return (first, last), the days that a plan is made for.

    days : local days with a row.  first_day, last_day : of the cycle; None takes the first and the last of `days`, and
    of a week or more moves them over weekdays that have no row anywhere, as they are closed: a month that begins on a
    closed Sunday is whole.

    >>> [str(day.date()) for day in span_of(pd.bdate_range("2026-11-02", "2026-11-30"))]
    ['2026-11-01', '2026-11-30']
    """
    days = pd.DatetimeIndex(days)
    ends, open_ = [days.min(), days.max()], set(days.day_of_week)
    for at, step in enumerate((-1, 1)):
        while (ends[1] - ends[0]).days + 1 >= _WEEK and (ends[at] + pd.Timedelta(step, "D")).day_of_week not in open_:
            ends[at] += pd.Timedelta(step, "D")
    first, last = (
        end if given is None else pd.Timestamp(given) for given, end in zip((first_day, last_day), ends, strict=True)
    )
    return first, last


def is_whole(days, period, *, span):
    """Return whether the day, week or month of each day lies within `span`, (first, last) day, from end to end.

    >>> march = (pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-02"))
    >>> is_whole(pd.to_datetime(["2026-03-20", "2026-04-01"]), "month", span=march).tolist()
    [True, False]
    """
    begin = first_days(days, period)
    length = {"day": pd.DateOffset(days=1), "week": pd.DateOffset(days=7), "month": pd.DateOffset(months=1)}[period]
    return (begin >= span[0]) & (begin + length - pd.Timedelta(1, "D") <= span[1])
