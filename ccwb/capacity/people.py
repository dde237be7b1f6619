"""People over the coming weeks: who is still there, what they are paid for, and how much of it counts as full work."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.capacity.attrition import YEAR, tenure_in

_THURSDAY = pd.Timedelta(days=3)  # who is there on a week's Thursday is there for the week
_LONG = 5200  # weeks at work of somebody whose day of hiring is not known


@dataclass(frozen=True)
class People:
    """People on some paths, arrays (paths, projects, weeks).

    heads : people.  paid : paid hours of the week.  work : paid hours that count, training and slower first weeks
    taken off; what shrinkage takes is not taken off yet.
    """

    heads: np.ndarray
    paid: np.ndarray
    work: np.ndarray

    def __getitem__(self, some):
        return People(self.heads[some], self.paid[some], self.work[some])


def people_on_paths(agents, year, *, law, paths, seed, more=0.0):
    """Draw who of some people is there in each week, as `People`.

    agents : agents table; a last day in it is certain, everybody else leaves by chance, with the hazard of project and
    tenure.  law : `attrition(..).law`.  more : points added to each hazard.  On a path all hazards are those of one
    draw, so that what is not known about attrition does not average out over people.
    """
    rng = np.random.default_rng([seed, 1])
    at, inside, exposure = _there(agents, year, law.edges)
    hazard = law.drawn(paths, seed=[seed, 2], more=more)[:, [law.projects.index(p) for p in agents["project"]]]
    limit = rng.exponential(size=(paths, len(agents)))
    hours = agents["hours_week"].to_numpy(dtype=float)[:, None]
    worth = np.array([full_share(year.terms[p]) for p in year.projects], dtype=object)[at]
    able = np.array([_worth(own, tenure) for own, tenure in zip(worth, _tenure(agents, year.weeks), strict=True)])
    able = able.reshape(len(agents), len(year.weeks))
    sums = np.zeros((3, paths, len(year.projects), len(year.weeks)))
    member = (at == np.arange(len(year.projects))[:, None]).astype(float)
    for path in range(paths):
        lived = np.einsum("as,asw->aw", hazard[path], exposure)
        here = inside & (lived <= limit[path][:, None])
        for kind, weight in enumerate((1.0, hours, hours * able)):
            sums[kind, path] = member @ (here * weight)
    return People(*sums)


def stays_of(year, *, law, draws=400, seed=0, more=0.0):
    """Return the expected share of those hired who are still there so many weeks later, (projects, weeks)."""
    weeks = (7 * np.arange(len(year.weeks)) + 3) / YEAR
    exposure = tenure_in(np.zeros(len(weeks)), weeks, law.edges)
    at = [law.projects.index(project) for project in year.projects]
    hazard = law.drawn(draws, seed=[seed, 2], more=more)[:, at]
    return np.exp(-np.einsum("dps,ws->dpw", hazard, exposure)).mean(axis=0)


def full_share(terms):
    """Return the share of full productivity in each week from somebody's first day until it is 1.

    >>> full_share({"training_weeks": 2, "ramp": [0.6, 0.8]}).tolist()
    [0.0, 0.0, 0.6, 0.8]
    """
    return np.concatenate([np.zeros(int(terms["training_weeks"])), np.asarray(terms["ramp"], dtype=float)])


def at_work(terms, weeks):
    """Return full_share for so many weeks.

    >>> at_work({"training_weeks": 1, "ramp": [0.5]}, 4).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    share = full_share(terms)[:weeks]
    return np.concatenate([share, np.ones(weeks - len(share))])


def hired_as(classes, year):
    """Return the people of some classes (project, start, people) as rows of an agents table."""
    rows = classes.loc[classes.index.repeat(classes["people"].astype(int))]
    hours = [year.terms[project]["hours_week"] for project in rows["project"]]
    table = pd.DataFrame({"project": rows["project"].to_numpy(), "hours_week": np.array(hours, dtype=float)})
    return table.assign(hired=pd.to_datetime(rows["start"]).to_numpy(), left=pd.NaT)


def _worth(share, tenure):
    full = np.append(share, 1.0).astype(float)
    return full[np.clip(tenure, 0, len(share))]


def _tenure(agents, weeks):
    """Return whole weeks since each person's first week, (people, weeks); below 0 before it."""
    monday = weeks.to_numpy()
    hired = pd.to_datetime(agents["hired"])
    first = (hired - pd.to_timedelta(hired.dt.day_of_week, unit="D")).to_numpy()
    with np.errstate(invalid="ignore"):
        gone = (monday[None, :] - first[:, None]) / np.timedelta64(7, "D")
    return np.where(np.isnan(gone), _LONG, gone).astype(int)


def _there(agents, year, edges):
    """Return each person's project, whether they can be there in each week, and the tenure at risk by then, in years.

    Somebody with a known last day is at no risk before it.
    """
    day = (year.weeks + _THURSDAY).to_numpy()[None, :]
    hired, left = (pd.to_datetime(agents[name]).to_numpy()[:, None] for name in ("hired", "left"))
    there = (np.isnat(hired) | (hired <= day)) & (np.isnat(left) | (left >= day))
    start = np.maximum(np.where(np.isnat(hired), np.datetime64("1900-01-01"), hired), year.weeks[0].to_numpy())
    begun = np.where(np.isnat(hired), np.datetime64("1900-01-01"), hired)
    years = np.timedelta64(1, "D") * YEAR
    from_, until = (start - begun) / years, np.maximum(day - begun, start - begun) / years
    exposure = np.moveaxis(tenure_in(np.broadcast_to(from_, until.shape), until, edges), 2, 1)
    exposure = np.where(np.isnat(left)[:, :, None], exposure, 0.0)
    at = np.array([year.projects.index(project) for project in agents["project"]], dtype=int)
    return at, there, exposure
