"""Need against people, month by month: what a plan gives and how sure it is."""

import numpy as np
import pandas as pd

from ccwb.measures import wilson_interval

NEAR = 1e-3  # of a month's need: less than that is not short
_Z_95 = 1.959963984540054


def months_of_plan(case, found, people, *, helped, covered, assurance):
    """Return `Plan.months`: a row per project and month.

    people : on the paths that tell how sure the plan is.  helped : (projects, months) hours on contacts beyond them.
    covered : (paths, projects, months), whether the need is covered.
    """
    year, parts = case.year, []
    on_contacts = people.work * year.available
    for p, project in enumerate(year.projects):
        told = year.months.assign(project=project)
        told = told.assign(**_need(case, p, assurance))
        told = told.assign(**_people(year, found, people, p))
        told["work_hours"] = year.part @ on_contacts[:, p].mean(axis=0)
        told["gap_hours"] = told["work_hours"] + helped[p] - told["need_hours"]
        told["gap_fte"] = told["gap_hours"] / _of_one(year, p)
        told["short_hours"] = np.where(found.short[p] > NEAR * told["need_hours"], found.short[p], 0.0)
        told["chance"] = covered[:, p].mean(axis=0)
        told["chance_low"], told["chance_high"] = wilson_interval(covered[:, p].sum(axis=0), len(covered), _Z_95)
        parts.append(told)
    table = pd.concat(parts, ignore_index=True)
    return table[["project", *(name for name in table if name != "project")]]


def _of_one(year, p):
    """Return the hours on contacts of one full-time person in each month."""
    return year.part @ (year.available[p] * year.full_time)


def _need(case, p, assurance):
    year = case.year
    rows = case.need[case.need["project"] == year.projects[p]]
    told = {name: year.part @ rows[name].to_numpy(dtype=float) for name in ("offered", "handled")}
    month = case.hours[:, p] @ year.part.T
    told["need_hours"] = year.part @ rows["hours"].to_numpy(dtype=float)
    told["need_low"], told["need_high"] = np.quantile(month, [0.1, 0.9], axis=0)
    told["need_assured"] = np.quantile(month, assurance, axis=0)
    names = {"need_fte": "need_hours", "need_fte_low": "need_low", "need_fte_high": "need_high"}
    return told | {name: told[of] / _of_one(year, p) for name, of in names.items()}


def _people(year, found, people, p):
    weeks = year.months["weeks"].to_numpy()
    heads, paid = (kind[:, p] @ year.part.T for kind in (people.heads, people.paid))
    full_time = paid / weeks / year.full_time
    low, high = np.quantile(full_time, [0.1, 0.9], axis=0)
    return {
        "people": heads.mean(axis=0) / weeks,
        "people_fte": full_time.mean(axis=0),
        "people_fte_low": low,
        "people_fte_high": high,
        "overtime_hours": found.over[p],
        "temporary_hours": found.temporary[p],
        "lent_hours": (found.lent.sum(axis=0) - found.lent.sum(axis=1))[p],
    }
