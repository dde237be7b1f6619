"""Scenarios of a year side by side, and what one point of attrition costs."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccwb.capacity.attrition import YEAR
from ccwb.capacity.people import people_on_paths
from ccwb.capacity.plan import ASSURANCE, PASSES, case_of, hiring_plan, solved
from ccwb.errors import PlanError
from ccwb.messages import N_


@dataclass(frozen=True)
class Scenario:
    """What is different: nothing, for the base.

    name : what the team calls it.  closed : (first, last) days between which no class begins.  points : added to
    attrition, 0.05 is five points a year.  volume : share more need, -0.1 is 10 % less; hours follow in proportion.
    lead_weeks : from the decision to a class, for all projects; None: as in the terms.  assurance : None: the base's.
    """

    name: str
    closed: tuple = ()
    points: float = 0.0
    volume: float = 0.0
    lead_weeks: int | None = None
    assurance: float | None = None


def side_by_side(need, on_paths, agents, *, scenarios, terms, law, assurance=ASSURANCE, progress=None, **more):
    """Plan every scenario: (one row per scenario, scenario's name -> its `Plan`).

    Inputs as for `hiring_plan`, further ones too.  scenarios : `Scenario`s with different names; the first is the one
    that the others are held against.  progress : called as progress(done, total), all scenarios together.
    Returned columns: scenario, hires, classes, people_first, people_last (in the first and the last month), cost with
    cost_low and cost_high, extra (cost less the first scenario's), months_short (whole ones of a project, at the
    forecast's middle), short_fte (the worst of these, full-time people), short_fte_months (their sum), assurance (the
    chance that a month of a project is covered, mean of all whole ones) and worst (the lowest of these), unmet (months
    not covered as asked).
    """
    names = [one.name for one in scenarios]
    if not names or len(set(names)) < len(names):
        raise PlanError(
            N_("Scenarios need names that differ; found {found}. Rename one of them."), found=", ".join(names) or "-"
        )
    plans = {}
    for number, one in enumerate(scenarios):
        own = {p: t | ({} if one.lead_weeks is None else {"lead_weeks": one.lead_weeks}) for p, t in terms.items()}
        busier, paths = scaled(need, on_paths, 1 + one.volume)
        asked = {"closed": one.closed, "more": one.points, "assurance": one.assurance or assurance}
        asked["progress"] = _part(progress, number, len(scenarios))
        plans[one.name] = hiring_plan(busier, paths, agents, terms=own, law=law, **asked, **more)
    table = pd.DataFrame([{"scenario": name} | _summed(plan) for name, plan in plans.items()])
    table.insert(7, "extra", table["cost"] - table["cost"].iloc[0])
    return table, plans


def _part(progress, number, of):
    """Return the progress of one plan of several."""
    if progress is None:
        return None
    whole = PASSES + 1
    return lambda done, _total: progress(number * whole + done, of * whole)


def scaled(need, on_paths, factor):
    """Return need and its paths at so many times the volume; hours follow in proportion."""
    counted = [name for name in need if name not in ("project", "week")]
    return need.assign(**{name: need[name] * factor for name in counted}), np.asarray(on_paths) * factor


def point_of_attrition(
    need, on_paths, agents, *, terms, law, assurance=ASSURANCE, draws=15, seed=0, step=0.05, progress=None, **more
):
    """What one more point of attrition costs in a year: amount with lower_80 and upper_80, and hires more.

    Inputs as for `hiring_plan`. The cheapest plan in fractions of people, so that the size of classes does not hide a
    single point, is made with attrition `step` lower and higher than expected; the difference over the points between.
    draws : hazards that may be the true ones, at least 5; the amount is the mean of what each says, the interval of
    80 % their quantiles. It costs less where people who leave are not needed, and where classes cannot make good for
    them: more hours then stay short (short_hours a year).  progress : called as progress(done, total) after each draw.
    """
    case = case_of(need, on_paths, agents, terms=terms, law=law, seed=seed, **more)
    points, years = 2 * step * 100, 7 * len(case.year.weeks) / YEAR
    told = []
    for number in range(draws):
        own = replace(case, law=law.fixed(seed=[seed, number]))
        low, high = (_taken(replace(own, more=change), assurance) for change in (-step, step))
        told.append((high - low) / points / years)
        if progress is not None:
            progress(number + 1, draws)
    told = np.array(told)
    low, high = (float(end) for end in np.quantile(told[:, 0], [0.1, 0.9]))
    amount, hires, short = (float(mean) for mean in told.mean(axis=0))
    return {"amount": amount, "lower_80": low, "upper_80": high, "hires": hires, "short_hours": short}


def _taken(case, assurance):
    """Return what the cheapest plan in fractions takes: money, hires and hours short."""
    found = solved(case, assurance=assurance, relaxed=True)
    half = len(case.hours[0::2])
    people = people_on_paths(case.agents, case.year, law=case.law, paths=half, seed=case.seed, more=case.more)
    wages = float(people.paid.mean(axis=0).sum(axis=1) @ case.year.wage)
    return np.array([wages + found.cost, found.hires.sum(), found.short.sum()])


def _summed(plan):
    months = plan.months
    whole = months[months["whole"]] if months["whole"].any() else months
    short = whole["gap_hours"] < 0
    heads = months.groupby("first_day")["people"].sum()
    return {
        "hires": int(plan.classes["people"].sum()),
        "classes": int(plan.classes["classes"].sum()),
        "people_first": float(heads.iloc[0]),
        "people_last": float(heads.iloc[-1]),
        "cost": plan.cost,
        "cost_low": plan.cost_low,
        "cost_high": plan.cost_high,
        "months_short": int(short.sum()),
        "short_fte": float(-whole["gap_fte"].min()) if short.any() else 0.0,
        "short_fte_months": float(-whole.loc[short, "gap_fte"].sum()),
        "assurance": float(whole["chance"].mean()),
        "worst": float(whole["chance"].min()),
        "unmet": len(plan.unmet),
    }
