"""The weeks of the year ahead, and the months that they make up."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_

DAY = np.timedelta64(1, "D")


def mondays_of(weeks):
    """Return weeks as a DatetimeIndex of Mondays that follow each other; PlanError where they do not.

    >>> len(mondays_of(["2026-11-02", "2026-11-09"]))
    2
    """
    try:
        days = pd.DatetimeIndex(pd.to_datetime(list(weeks)))
    except (TypeError, ValueError):
        days = pd.DatetimeIndex([])
    steps = np.diff(days.to_numpy()) / DAY
    if not len(days) or days.hasnans or (days.day_of_week != 0).any() or (steps != 7).any():
        raise PlanError(
            N_("The weeks of a year ahead are Mondays, one after the other; found {found}. Give every week once."),
            found=", ".join(str(day)[:10] for day in list(weeks)[:6]) or "-",
        )
    return days


def months_of(weeks):
    """Return (months, part): a row per calendar month that the weeks touch, and how many weeks of each it holds.

    months : first_day, last_day (as far as the weeks go), weeks (days / 7) and whole (false for a month of which the
    weeks hold only a part).  part : array (months, weeks), days of the week in the month over 7. What a week holds is
    spread evenly over its days, so a week's parts add up to the week.

    >>> months, part = months_of(pd.date_range("2026-11-02", periods=5, freq="7D"))
    >>> months["first_day"].astype(str).tolist(), months["whole"].tolist(), part[:, 4].round(3).tolist()
    (['2026-11-02', '2026-12-01'], [False, False], [0.143, 0.857])
    """
    days = pd.date_range(weeks[0], periods=7 * len(weeks))
    named, which = np.unique(days.to_numpy().astype("datetime64[M]"), return_inverse=True)
    part = np.zeros((len(named), len(weeks)))
    np.add.at(part, (which, np.arange(len(days)) // 7), 1 / 7)
    inside = pd.Series(days).groupby(which)
    months = pd.DataFrame({"first_day": inside.min(), "last_day": inside.max(), "weeks": part.sum(axis=1)})
    begin, end = pd.DatetimeIndex(named), pd.DatetimeIndex(named + 1)
    months["whole"] = (months["first_day"] == begin) & (months["last_day"] + pd.Timedelta(days=1) == end)
    return months, part
