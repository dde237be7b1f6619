"""The course of a year: need against people, week by week or month by month, for each project and the whole centre."""

import numpy as np
import pandas as pd

from ccwb.capacity.people import hired_as, people_on_paths
from ccwb.capacity.plan import case_of

BAND = (0.1, 0.9)


def course_of(plan, need, on_paths, agents, *, terms, law, by="month", more=0.0, seed=0, full_time_hours_week=40.0):
    """Full-time people needed and full-time people there, as a picture draws them: a row per project and month.

    plan : from `hiring_plan`; the rest as it was given to it. by : 'month', or 'week'; a month's overtime, temporary
    staff and lending are then spread evenly over its days. Project "" is the whole centre.
    Returned: project, first_day, need_fte (forecast's middle) with need_low and need_high (80 % of the paths), and
    have_fte (mean) with have_low and have_high (80 % of the paths on which people leave by chance): full-time people
    whose hours on contacts those are that own people, hires and all help have, once trained. A project's have_fte less
    its need_fte is the plan's gap_fte.
    """
    known = {"terms": terms, "law": law, "more": more, "seed": seed, "full_time_hours_week": full_time_hours_week}
    case = case_of(need, on_paths, agents, **known)
    year, part = case.year, case.year.part
    rows = np.eye(len(year.weeks)) if by == "week" else part
    full = (year.available * year.full_time) @ rows.T
    everybody = pd.concat([case.agents, hired_as(plan.classes, year)], ignore_index=True)
    half = len(case.hours[1::2])
    people = people_on_paths(everybody, year, law=law, paths=half, seed=case.seed + 2, more=more)
    helped = _helped(plan, year)
    helped = helped / part.sum(axis=1) @ part if by == "week" else helped
    have = ((people.work * year.available) @ rows.T + helped) / full
    paths = case.hours @ rows.T / full
    middle = case.need["hours"].to_numpy(dtype=float).reshape(len(year.projects), -1) @ rows.T / full
    days = year.weeks if by == "week" else year.months["first_day"]
    tables = [_told(project, days, middle[p], paths[:, p], have[:, p]) for p, project in enumerate(year.projects)]
    return pd.concat(
        [*tables, _told("", days, middle.sum(axis=0), paths.sum(axis=1), have.sum(axis=1))], ignore_index=True
    )


def _helped(plan, year):
    """Return the hours on contacts beyond own people's, (projects, months)."""
    months = plan.months.sort_values(["project", "first_day"])
    helped = months["gap_hours"] + months["need_hours"] - months["work_hours"]
    return helped.to_numpy(dtype=float).reshape(len(year.projects), -1)


def _told(project, days, middle, need, have):
    low, high = np.quantile(need, BAND, axis=0)
    fewest, most = np.quantile(have, BAND, axis=0)
    told = {"need_fte": middle, "need_low": low, "need_high": high}
    told |= {"have_fte": have.mean(axis=0), "have_low": fewest, "have_high": most}
    return pd.DataFrame({"project": project, "first_day": pd.DatetimeIndex(days)} | told)
