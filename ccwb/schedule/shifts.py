"""The kinds of shift a schedule may use, and what is wrong with one that cannot be."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import split_breaks
from ccwb.tables import check

HOUR = 3600
DAY_S = 24 * HOUR


def usual_shifts():
    """Return the shifts table a centre starts from: full time with an unpaid break, and two part times.

    Full time is 8.5 h with 30 minutes of break between the third and sixth hour; part times of 6 and 4 h have none.
    Each may start on every half-hour that lets it lie within the opening hours.

    >>> usual_shifts()[["shift", "length_s", "break_s"]].values.tolist()
    [['Full time', 30600.0, 1800.0], ['Part time 6 h', 21600.0, 0.0], ['Part time 4 h', 14400.0, 0.0]]
    """
    rows = [
        (N_("Full time"), 8.5, 0.5, 3.0, 5.5),
        (N_("Part time 6 h"), 6, 0, None, None),
        (N_("Part time 4 h"), 4, 0, None, None),
    ]
    table = pd.DataFrame(
        {
            "shift": [row[0] for row in rows],
            "project": "",
            "first_start_s": 0.0,
            "last_start_s": 23.5 * HOUR,
            "step_s": 0.5 * HOUR,
            "length_s": [row[1] * HOUR for row in rows],
            "break_s": [row[2] * HOUR for row in rows],
            "break_after_s": [np.nan if row[3] is None else row[3] * HOUR for row in rows],
            "break_before_s": [np.nan if row[4] is None else row[4] * HOUR for row in rows],
        }
    )
    return check_shifts(table)


def check_shifts(shifts):
    """Return the shifts table in documented form; PlanError names the shift and the field that cannot be."""
    shifts = check(shifts, "shifts")
    if shifts.empty:
        raise PlanError(N_("There is no kind of shift to schedule with. Add one, or take the usual ones."))
    for name in ("break_after_s", "break_before_s"):
        if name not in shifts:
            shifts[name] = np.nan
    for row in shifts.itertuples():
        _check_shift(row)
        _check_breaks(row)
    return shifts


def _check_shift(row):
    begins = 0 if pd.isna(row.break_after_s) else row.break_after_s
    latest = row.length_s - row.break_s if pd.isna(row.break_before_s) else row.break_before_s
    wrong = {
        N_("its length is not above 0"): row.length_s <= 0,
        N_("its length is above 24 hours"): row.length_s > DAY_S,
        N_("the step between its starts is not above 0"): row.step_s <= 0,
        N_("the step between its starts is above 24 hours"): row.step_s > DAY_S,
        N_("its latest start is before its earliest"): row.last_start_s < row.first_start_s,
        N_("it starts after midnight of the next day"): row.last_start_s >= DAY_S,
        N_("its break is not shorter than the shift"): row.break_s >= row.length_s,
        N_("its break has no place inside it"): row.break_s > 0 and not begins <= latest <= row.length_s - row.break_s,
    }
    for what, holds in wrong.items():
        if holds:
            raise PlanError(N_("The shift '{shift}': {what}. Correct the shift."), shift=row.shift, what=what)


def _check_breaks(row):
    """Refuse short breaks that do not lie in the shift, or last longer than it."""
    last = row.length_s - (row.break_s if getattr(row, "split", False) else 0)
    for length, first, latest in split_breaks(getattr(row, "breaks", "")):
        if latest + length > row.length_s or length >= last:
            raise PlanError(
                N_(
                    "The shift '{shift}': a short break of {minutes} minutes from {hours} h on lies outside it. "
                    "Correct it."
                ),
                shift=row.shift,
                minutes=length // 60,
                hours=round(first / HOUR, 2),
            )
