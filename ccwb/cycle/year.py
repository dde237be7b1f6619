"""The year ahead of several projects: forecast and staffing joined to what capacity needs to know."""

import pandas as pd

from ccwb import capacity
from ccwb import forecast as fc
from ccwb.staffing import expected_costs, hourly_cost_of, requirement, shrinkage_of_project, summary, targets_of

PATHS = 2000


def need_of_year(days, *, history, centre, paths=PATHS, seed=0):
    """Hours on contacts that each project needs in each week ahead, as ccwb.capacity.need_of returns it.

    days : forecast table in whole days of all queues, 455 days make 65 weeks.  history : in intervals, of the same
    queues: its last weeks say how a week is spread over the day.  centre : the centre document: its targets are those
    that the hours keep; handled is the answer rate that the usual week gets at its own volume.
    """
    targets = targets_of(centre)
    projects = set(days["project"])
    week = capacity.usual_week(history[history["project"].isin(projects)])
    staffed = {v: requirement(week.assign(offered=week["offered"] * v), targets=targets) for v in capacity.VOLUMES}
    told = summary(staffed[1.0], by=["project"]).set_index("project")["answer_rate"].fillna(1.0)
    drawn = fc.path_totals(days, by=("project", "channel", "week"), paths=paths, seed=seed)
    return capacity.need_of(days, staffed=staffed, paths=drawn, handled=told.to_dict())


def terms_of_project(project, agents, *, own=None):
    """Return hiring terms of a project: the usual ones, with its shrinkage and cost of an hour, and what is `own`.

    project : as the centre document has it.  agents : agents table; the mean cost of its people stands in for a
    missing `hourly_cost`, and their mean contract hours are those of new colleagues.
    """
    lost = shrinkage_of_project(project)
    people = agents[(agents["project"] == project["project"]) & agents["left"].isna()]
    kinds = {kind["kind"]: kind["share"] for kind in project.get("shrinkage_kinds") or []}
    told = {"shrinkage": lost.total, "placed": lost.placed, "leave": kinds.get("leave", 0.0)}
    told["hourly_cost"] = project.get("hourly_cost") or hourly_cost_of(people)
    if len(people):
        told["hours_week"] = float(pd.to_numeric(people["hours_week"]).mean())
    return capacity.usual_terms() | told | (own or {})


def other_costs_of_months(costs, months):
    """Return what technology, infrastructure and operations are expected to cost in each month of a plan.

    costs : costs table.  months : `Plan.months`.  As ccwb.staffing.expected_costs has it: like those booked of late,
    or what is booked already. Returns project ("" is shared), first_day, kind and amount, as `budget` takes them.
    """
    parts = []
    for month in months.drop_duplicates("first_day").itertuples():
        days = (month.last_day - month.first_day).days + 1
        parts.append(expected_costs(costs, days=days, until=month.first_day).assign(first_day=month.first_day))
    return pd.concat(parts, ignore_index=True)[["project", "first_day", "kind", "amount"]]
