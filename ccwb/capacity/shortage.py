"""Why a month cannot be covered, and what would cover it."""

import numpy as np
import pandas as pd

from ccwb.capacity.programme import starts_of
from ccwb.messages import N_

_FULL = 0.97  # of the most overtime: what people work is a mean of other paths here

REASONS = {
    "lead": N_("no class that is decided now works from the month's first day"),
    "closed": N_("no class may begin in a part of the time before"),
    "classes": N_("every class that could work by then is as large as it may be"),
    "none": N_("nobody is hired for this project"),
    "weight": N_("more people would cost more than the missing hours count"),
    "overtime": N_("overtime is at its most"),
    "temporary": N_("temporary staff is at its most"),
    "no_temporary": N_("there is no temporary staff"),
}


def unmet_of(year, found, months, closed=()):
    """Return the months that stay short of what was to be assured: a row per project and month.

    short_hours on contacts, short_fte (full-time people who would have to be paid);  reasons : a tuple of keys of
    REASONS: what binds.  What each would take by itself: temporary_people at the project's terms in all, overtime
    (share of trained people's hours in all), decide_by : the day by which a class would have had to be decided that is
    fully trained by the month's first day.
    """
    rows = []
    for row in months[months["short_hours"] > 0].itertuples():
        p = year.projects.index(row.project)
        m = list(year.months["first_day"]).index(row.first_day)
        terms, weeks = year.terms[row.project], year.months["weeks"].iloc[m]
        full = float(year.part[m] @ year.available[p]) * year.full_time
        each = terms["hours_week"] * weeks * year.rostered[p] * terms["temporary_productivity"]
        worked = row.work_hours / full * weeks * year.full_time  # paid hours of trained people
        before = terms["lead_weeks"] + terms["training_weeks"] + len(terms["ramp"])
        rows.append(
            {"project": row.project, "first_day": row.first_day, "last_day": row.last_day}
            | {"short_hours": row.short_hours, "short_fte": row.short_hours / full}
            | {"reasons": _reasons(year, found, (p, m), worked=worked, closed=closed)}
            | {"temporary_people": found.temporary[p, m] / (terms["hours_week"] * weeks) + row.short_hours / each}
            | {"overtime": (found.over[p, m] + row.short_hours / year.rostered[p]) / worked if worked else np.nan}
            | {"decide_by": row.first_day - pd.Timedelta(weeks=before)}
        )
    names = ["project", "first_day", "last_day", "short_hours", "short_fte", "reasons"]
    return pd.DataFrame(rows, columns=[*names, "temporary_people", "overtime", "decide_by"])


def _reasons(year, found, place, *, worked, closed):
    """Return the keys of what keeps a project's month short."""
    p, m = place
    terms = year.terms[year.projects[p]]
    out = ["none"] if not terms["classes"] else _of_classes(year, found, place, closed)
    out.append("temporary" if terms["temporary_most"] else "no_temporary")
    return (*out, "overtime") if found.over[p, m] >= _FULL * terms["overtime_most"] * worked else tuple(out)


def _of_classes(year, found, place, closed):
    """Return why classes do not cover a month: too late for it, closed, full, or not worth their cost."""
    p, m = place
    terms, inside = year.terms[year.projects[p]], np.flatnonzero(year.part[m] > 0)
    trained = int(terms["training_weeks"])
    may, all_ = ([week for q, week in starts if q == p] for starts in (found.starts, starts_of(year)))
    late = not all_ or all_[0] + trained > inside[0]
    shut = bool(closed) and len([week for week in all_ if week + trained <= inside[-1]]) > len(
        [week for week in may if week + trained <= inside[-1]]
    )
    out = [name for name, binds in (("lead", late), ("closed", shut)) if binds]
    by_then = [n for n, (q, week) in enumerate(found.starts) if q == p and week + trained <= inside[-1]]
    most = terms["largest"] * terms["classes"]
    if by_then and all(found.hires[n] >= most - 0.5 for n in by_then):
        out.append("classes")
    return out or ["weight"]
