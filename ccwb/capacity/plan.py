"""The year's plan: the cheapest hiring that covers the need with a chosen assurance, then tried on other futures."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.capacity.balance import NEAR, months_of_plan
from ccwb.capacity.costs import costs_of
from ccwb.capacity.people import hired_as, people_on_paths, stays_of
from ccwb.capacity.programme import Programme
from ccwb.capacity.shortage import unmet_of
from ccwb.capacity.terms import year_of
from ccwb.errors import PlanError
from ccwb.messages import N_

ASSURANCE = 0.8
SHORT_WEIGHT = 10.0
PASSES = 4


@dataclass(frozen=True)
class Plan:
    """What to do over a year, what it gives and what it costs, as tables.

    classes : a row per class: project, decide_by (where it is before the first week it could not be), start,
    works_from, people, classes (how many begin that day), cost (hiring and trainers, without wages).
    crossings : people trained for a further project: project, trained_for, month, people, cost.
    months : a row per project and month: first_day, last_day, whole, weeks; offered, handled; need_hours on contacts
    at the forecast's middle with need_low and need_high (80 % of the paths) and need_assured (the assurance's
    quantile); need_fte, need_fte_low, need_fte_high and people_fte, people_fte_low, people_fte_high: full-time people
    paid, those in training too, mean and 80 % of the paths; people: heads expected;
    work_hours that people and hires have for contacts, overtime_hours and temporary_hours paid, lent_hours on contacts
    (above 0: borrowed), gap_hours (all of these on contacts less need_hours), gap_fte (need_fte + gap_fte: what people
    and all that helps are worth, the line to draw against the need); short_hours of what was to be
    assured; chance that the month's need is covered, with its 95 % interval chance_low, chance_high.
    costs : a row per project, month and kind (labour, training, hiring, overtime, temporary): hours paid, fte, amount.
    unmet : the months that cannot be covered and why, see ccwb.capacity.shortage.
    assurance : asked for each project and month.  chance : that all whole months of all projects are covered.
    cost : of the whole time, everybody's wages included, and cost_low, cost_high: 80 % of the paths.
    bound : no plan costs less, hours short counted at their weight.  gap : (cost - bound) / cost.  proven : the solver
    reached the gap.
    """

    classes: pd.DataFrame
    crossings: pd.DataFrame
    months: pd.DataFrame
    costs: pd.DataFrame
    unmet: pd.DataFrame
    assurance: float
    chance: float
    cost: float
    cost_low: float
    cost_high: float
    bound: float
    gap: float
    proven: bool


@dataclass(frozen=True)
class Case:
    """One case to plan: the year, the need, the people, and what a scenario changes."""

    year: object
    need: pd.DataFrame
    hours: np.ndarray  # (paths, projects, weeks) on contacts
    agents: pd.DataFrame
    law: object
    closed: tuple = ()
    more: float = 0.0
    short_weight: float = SHORT_WEIGHT
    seed: int = 0


def hiring_plan(
    need,
    on_paths,
    agents,
    *,
    terms,
    law,
    assurance=ASSURANCE,
    closed=(),
    more=0.0,
    short_weight=SHORT_WEIGHT,
    full_time_hours_week=40.0,
    seed=0,
    gap=5e-3,
    time_limit_s=20.0,
    progress=None,
):
    """The cheapest plan that covers each project's need in each month with a chosen assurance, as a `Plan`.

    need, on_paths : from `need_of`: hours on contacts by project and week, and on at least 20 paths.  agents : agents
    table; people of projects without terms are left out.  terms : project -> its terms (`usual_terms`).
    law : `attrition(..).law`, which has to know the projects.  assurance : share of the paths, 0..1, on which a month's
    need is covered, for each project and month by itself: a contract counts by the month, and leave and training move
    within one.  closed : (first, last) days between which no class begins.  more : points added to attrition, 0.01 is
    one.  short_weight : wages (mean of the projects) that an hour on contacts counts which was to be assured and is
    missing: a month stays short where covering it costs more, as does one that nothing can cover.  gap : share of the
    cost of what is done to which the solver proves its answer.
    progress : called as progress(done, total) after each look; it may raise to stop.

    Half of the paths make the plan, with what the newly hired add who leave by chance, put on top in up to four passes.
    The other half, with other people leaving, say how sure the plan is.
    Everybody's wages count, present people's too; nobody is dismissed. The first Monday is the day of decision.
    Raises PlanError for terms and needs that cannot be read, naming them.
    """
    if not (isinstance(assurance, int | float | np.number) and 0 < assurance < 1):
        raise PlanError(
            N_("An assurance is a share between 0 and 1 (80 % is 0.8); found {found}."), found=str(assurance)
        )
    known = {"terms": terms, "law": law, "closed": closed, "more": more, "seed": seed, "short_weight": short_weight}
    case = case_of(need, on_paths, agents, full_time_hours_week=full_time_hours_week, **known)
    found = solved(case, assurance=assurance, gap=gap, time_limit_s=time_limit_s, progress=progress or _silent)
    return _told(case, found, assurance)


def case_of(need, on_paths, agents, *, terms, law, full_time_hours_week=40.0, closed=(), **more):
    """Return the `Case` of inputs as for `hiring_plan`, checked."""
    year = year_of(sorted(set(need["week"])), terms, full_time_hours_week=full_time_hours_week)
    _check(on_paths, need, year, law)
    hours = _hours(need, on_paths, year)
    return Case(year, _ordered(need), hours, _own(agents, year), law, tuple(closed), **more)


def solved(case, *, assurance, gap=5e-3, time_limit_s=20.0, relaxed=False, progress=lambda _done, _total: None):
    """Return the `Found` whose people cover the need with the assurance on the paths that plans are made from."""
    year, half = case.year, case.hours[0::2]
    present = people_on_paths(case.agents, year, law=case.law, paths=len(half), seed=case.seed, more=case.more)
    net = (half - present.work * year.available) @ year.part.T
    known = {"stays": stays_of(year, law=case.law, more=case.more), "work": present.work.mean(axis=0)}
    programme = Programme(year, pools=pools_of(case, present), closed=case.closed, **known)
    asked, middle = _quantile(net, assurance), half.mean(axis=0) @ year.part.T
    for number in range(1 if relaxed else PASSES):
        found = programme.solve(
            asked, short_weight=case.short_weight, relaxed=relaxed, gap=gap, time_limit_s=time_limit_s
        )
        progress(number + 1, PASSES + 1)
        if relaxed:
            break
        hired = _hired_people(case, found, paths=len(half), seed=case.seed + 1)
        left = _quantile(net - (hired.work * year.available) @ year.part.T, assurance) - help_of(found, year)
        lacks = left - found.short
        if (lacks <= NEAR * middle).all():
            break
        asked = asked + lacks.clip(min=0)
    return found


def help_of(found, year):
    """Return the hours on contacts beyond own people's, (projects, months): overtime, temporary staff, lending."""
    temporary = (year.rostered * year.of("temporary_productivity"))[:, None] * found.temporary
    lost = np.zeros(found.over.shape)
    for (lender, _, month), people in np.ndenumerate(found.crossed):
        if people:
            lost[lender] += people * _away(year, lender, month)
    return year.rostered[:, None] * found.over + temporary + found.lent.sum(axis=0) - found.lent.sum(axis=1) - lost


def _away(year, p, month):
    """Return hours on contacts that one person in cross-training from a month on lacks in each month."""
    weeks = np.arange(len(year.weeks))
    begun = int(np.searchsorted(year.weeks, year.months["first_day"].iloc[month]))
    gone = (weeks >= begun) & (weeks < begun + year.of("cross_weeks")[p])
    return year.part @ (gone * year.of("hours_week")[p] * year.available[p])


def pools_of(case, present):
    """Return (project, projects, hours on contacts per week) of people who are trained for further projects."""
    year, agents = case.year, case.agents
    here = agents[agents["left"].isna() | (pd.to_datetime(agents["left"]) >= year.weeks[0])]
    others = [_others(row, year) for row in here[["project", "trained_for"]].itertuples(index=False)]
    whole = here.groupby("project")["hours_week"].sum()
    pools = here.assign(others=others).groupby(["project", "others"])["hours_week"].sum()
    out = []
    for (project, known), hours in pools.items():
        p = year.projects.index(project)
        mean = (present.work * year.available)[:, p].mean(axis=0)
        if known:
            out.append((p, known, hours / whole[project] * mean))
    return out


def _others(agent, year):
    """Return the numbers of the other projects that an agent is trained for."""
    listed = {part.split("/")[0].strip() for part in (agent.trained_for or "").split(";")}
    return tuple(p for p, name in enumerate(year.projects) if name in listed and name != agent.project)


def _hired_people(case, found, *, paths, seed):
    classes = classes_of(found, case.year)
    return people_on_paths(
        hired_as(classes, case.year), case.year, law=case.law, paths=paths, seed=seed, more=case.more
    )


def classes_of(found, year):
    """Return the classes of an answer as a table."""
    rows = []
    for (p, week), people, classes in zip(found.starts, found.hires.round(), found.classes.round(), strict=True):
        terms, start = year.terms[year.projects[p]], year.weeks[week]
        if people:
            cost = people * terms["cost_per_hire"] + classes * terms["trainer_cost_week"] * terms["training_weeks"]
            before, after = (pd.Timedelta(weeks=terms[name]) for name in ("lead_weeks", "training_weeks"))
            rows.append((year.projects[p], start - before, start, start + after, int(people), int(classes), cost))
    names = ["project", "decide_by", "start", "works_from", "people", "classes", "cost"]
    return pd.DataFrame(rows, columns=names)


def _told(case, found, assurance):
    """Return the plan, with what it gives on the paths that it was not made from."""
    year, half = case.year, case.hours[1::2]
    classes, crossings, helped = classes_of(found, year), _crossed(found, year), help_of(found, year)
    everybody = pd.concat([case.agents, hired_as(classes, year)], ignore_index=True)
    people = people_on_paths(everybody, year, law=case.law, paths=len(half), seed=case.seed + 2, more=case.more)
    have = (people.work * year.available) @ year.part.T + helped
    covered = have >= (half @ year.part.T) * (1 - NEAR)
    months = months_of_plan(case, found, people, helped=helped, covered=covered, assurance=assurance)
    costs, whole = costs_of(year, found, people, crossings), year.months["whole"].to_numpy()
    return Plan(
        classes=classes,
        crossings=crossings,
        months=months,
        costs=costs,
        unmet=unmet_of(year, found, months, case.closed),
        assurance=assurance,
        chance=float(covered[:, :, whole if whole.any() else slice(None)].all(axis=(1, 2)).mean()),
        **_money(year, found, people, costs),
        proven=found.proven,
    )


def _money(year, found, people, costs):
    """Return what all this costs, its range over the paths and how far from the cheapest it may be."""
    cost, labour = (float(costs.loc[kinds, "amount"].sum()) for kinds in (slice(None), costs["kind"] == "labour"))
    paths = np.einsum("dpw,p->d", people.paid, year.wage) + cost - labour
    low, high = (float(end) for end in np.quantile(paths, [0.1, 0.9]))
    gap = found.slack / cost if cost else 0.0
    return {"cost": cost, "cost_low": low, "cost_high": high, "bound": cost - found.slack, "gap": gap}


def _crossed(found, year):
    rows = []
    for (lender, learner, month), people in np.ndenumerate(found.crossed.round()):
        if people:
            cost = people * year.of("cross_cost")[lender]
            first = year.months["first_day"].iloc[month]
            rows.append((year.projects[lender], year.projects[learner], first, int(people), cost))
    return pd.DataFrame(rows, columns=["project", "trained_for", "month", "people", "cost"])


def _quantile(net, assurance):
    """Return the least that covers a share of the paths."""
    return np.quantile(net, assurance, axis=0, method="higher")


def _ordered(need):
    return need.sort_values(["project", "week"]).reset_index(drop=True)


def _hours(need, on_paths, year):
    """Return the need on paths as an array (paths, projects, weeks)."""
    order = need.reset_index(drop=True).sort_values(["project", "week"]).index
    return np.asarray(on_paths, dtype=float)[:, order].reshape(-1, len(year.projects), len(year.weeks))


def _own(agents, year):
    known = {name: agents.get(name, "") for name in ("project", "hours_week", "trained_for")}
    known |= {name: pd.to_datetime(agents[name]) for name in ("hired", "left")}
    table = pd.DataFrame(known, index=agents.index)
    here = table["project"].isin(year.projects) & ~(table["left"] < year.weeks[0])
    return table[here].reset_index(drop=True)


def _check(on_paths, need, year, law):
    rows = {(project, week) for project in year.projects for week in year.weeks}
    given = list(zip(need["project"], pd.to_datetime(need["week"]), strict=True))
    values = np.asarray(on_paths, dtype=float)
    fits = values.ndim == 2 and values.shape[1] == len(given) and len(values) >= 20 and (values >= 0).all()
    if not fits or len(given) != len(rows) or set(given) != rows:
        raise PlanError(
            N_(
                "The need has to have one row for every week of every project with hiring terms ({projects}), and its "
                "paths one number of 0 or more for each row, on at least 20 paths. Found {found} rows and paths of the "
                "shape {shape}."
            ),
            projects=", ".join(year.projects),
            found=len(given),
            shape=str(values.shape),
        )
    unknown = [project for project in year.projects if project not in law.projects]
    if unknown:
        raise PlanError(
            N_("Nothing is known about who leaves {projects}. Name them when attrition is estimated."),
            projects=", ".join(unknown),
        )


def _silent(_done, _total):
    return None
