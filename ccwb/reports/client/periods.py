"""What a report is about: a calendar month, or the whole of a cycle."""

import datetime as dt
import re
from dataclasses import dataclass

from ccwb.errors import PlanError
from ccwb.messages import N_

CYCLE = "cycle"
TREND = 6  # calendar months that the trend shows
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """key : '2026-09' or 'cycle'.  first_day, last_day : dates, both included."""

    key: str
    first_day: dt.date
    last_day: dt.date

    @property
    def ahead(self):
        """The calendar month of the outlook: the one that holds the middle of the 30 days that follow."""
        return month(self.last_day + 15 * _DAY)

    @property
    def trend(self):
        """The calendar months up to the period's end, the earliest first; one that the period cuts off is left out."""
        last = month(self.last_day)
        if last.last_day > self.last_day:
            last = month(last.first_day - _DAY)
        months = [last]
        while len(months) < TREND:
            months.insert(0, month(months[0].first_day - _DAY))
        return months


def month(day):
    """Return the calendar month that a day lies in, as a Period.

    >>> month(dt.date(2026, 2, 14))
    Period(key='2026-02', first_day=datetime.date(2026, 2, 1), last_day=datetime.date(2026, 2, 28))
    """
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _next_first(first) - _DAY)


def period_of(said, cycle):
    """Return the Period named '2026-09', or 'cycle' for the days of `cycle`; PlanError for anything else.

    >>> period_of("2026-13", None)
    Traceback (most recent call last):
    ccwb.errors.PlanError: A report is about a month, written as 2026-09, or about the cycle; found '2026-13'.
    """
    if said == CYCLE:
        return Period(CYCLE, cycle.first_day, cycle.last_day)
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", str(said))
    if not found:
        raise PlanError(
            N_("A report is about a month, written as 2026-09, or about the cycle; found '{found}'."), found=str(said)
        )
    return month(dt.date(int(found[1]), int(found[2]), 1))


def periods_in(cycle):
    """Return the periods that reports of a cycle can be about: its months, the first one first, and the whole of it.

    A month counts to the cycle that its middle lies in.
    """
    one, out = month(cycle.first_day), []
    while one.first_day <= cycle.last_day:
        if cycle.first_day <= one.first_day + 14 * _DAY <= cycle.last_day:
            out.append(one)
        one = month(_next_first(one.first_day))
    return [*out, Period(CYCLE, cycle.first_day, cycle.last_day)]


def _next_first(day):
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
