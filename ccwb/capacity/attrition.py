"""Who leaves, and when: the hazard of leaving by tenure, from a register of people, with what is not known about it."""

from dataclasses import dataclass, replace
from math import lgamma

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_

YEAR = 365.25  # days
EDGES = (0, 3, 6, 12, 24)  # months of tenure at which the hazard may change
LEAST = 5  # leavers that a span of tenure needs to have a hazard of its own
_HALF = 0.5  # Jeffreys' prior of a Poisson rate: half a leaver
_DRAWS = 2000  # of which the intervals are quantiles


@dataclass(frozen=True)
class Law:
    """Hazards of leaving as random variables: one for each span of tenure, and a ratio to them for each project.

    projects : their names.  edges : of the spans, in years.  spans : (shape, rate) of the gamma of each hazard.
    leavers, expected : of each project, seen and at the centre's hazards.  shapes, chances : of the gamma of mean 1
    that the projects' ratios come from: those that may be, and how likely each is.
    """

    projects: tuple
    edges: tuple
    spans: tuple
    leavers: np.ndarray
    expected: np.ndarray
    shapes: np.ndarray
    chances: np.ndarray

    def drawn(self, paths, *, seed, more=0.0):
        """Return hazards a year that may be the true ones, (paths, projects, spans).

        more : what is added to each, 0.01 is a point of attrition a year; no hazard falls below 0.
        """
        rng = np.random.default_rng(seed)
        hazard = rng.gamma(self.spans[0], 1 / self.spans[1], (paths, len(self.spans[0])))
        shape = self.shapes[np.searchsorted(np.cumsum(self.chances)[:-1], rng.random(paths))][:, None]
        ratio = rng.gamma(shape + self.leavers) / (shape + self.expected)
        return np.maximum(ratio[:, :, None] * hazard[:, None, :] + more, 0.0)

    def fixed(self, *, seed):
        """Return a law without doubt: its hazards are one draw of this one's."""
        sure, one = 1e9, self.drawn(1, seed=seed)[0]
        hazard = one.mean(axis=0)  # of each span; a project's ratio is the same in all of them
        spans = (sure * hazard, np.full(len(hazard), sure))
        ratio = one.sum(axis=1) / hazard.sum()
        known = {"leavers": sure * ratio, "expected": np.full(len(ratio), sure)}
        return replace(self, spans=spans, **known, shapes=np.ones(1), chances=np.ones(1))

    @property
    def mean(self):
        """The expected hazards, (projects, spans)."""
        shape = self.shapes[:, None]
        ratio = self.chances @ ((shape + self.leavers) / (shape + self.expected))
        return ratio[:, None] * (self.spans[0] / self.spans[1])


@dataclass(frozen=True)
class Attrition:
    """How many leave in a year, by project and tenure.

    rates : a row per project and span of tenure: from_months, to_months (infinite for the last), person_years and
    leavers seen, seen (leavers over person-years; missing without any), rate (a year, drawn towards the centre's) and
    its 80 % interval lower_80, upper_80.
    years : the same for each project and "" (the centre) over the tenures that its people had.
    since, until : the days that were observed, both included.  law : what futures are drawn from.
    """

    rates: pd.DataFrame
    years: pd.DataFrame
    since: pd.Timestamp
    until: pd.Timestamp
    law: Law


def attrition(agents, *, until, since=None, edges=EDGES, least=LEAST, projects=()):
    """How many people leave in a year by project and tenure, as an `Attrition`.

    agents : agents table with hired and left, leavers included.  until : the last day that the register knows.
    since : the first day from which every leaver is in it. None: the day after the first leaver on record, who is
    then not counted; without any leaver the first day that anybody was hired.
    edges : months of tenure where the hazard may change; a span with fewer than `least` leavers joins the next.
    projects : further ones without people, which get the centre's rates.

    Within a span the hazard is constant: leavers / person-years, from the day somebody came under observation (those
    hired before `since` only count from `since` on: left truncation) to their last day or `until` (right censoring).
    Who has no day of hiring counts as long there. A project's ratio to the centre is a gamma variable of mean 1; how
    much the ratios spread is weighed by what the projects' leavers say of it, any spread up to 1 being as likely
    beforehand. So few leavers say little, and a project is drawn towards the centre.
    Source: Friedman (1982), Annals of Statistics 10 (piecewise constant hazards); Clayton and Kaldor (1987),
    Biometrics 43 (gamma-Poisson ratios); Gelman (2006), Bayesian Analysis 1 (the flat prior of their spread).
    Raises PlanError where nobody was under observation, and for days that are none.

    >>> people = pd.DataFrame({"agent": list("abcd"), "project": "orders", "hired": pd.Timestamp("2024-01-01"),
    ...     "left": pd.to_datetime(["2024-12-31", None, None, None])})
    >>> attrition(people, until="2025-12-31", since="2024-01-01").years[["person_years", "leavers"]].round(1).values[-1]
    array([7., 1.])
    """
    seen = _observed(agents, until, since)
    edges = np.append(np.asarray(edges, dtype=float) / 12, np.inf)
    names = tuple(sorted({*seen.people["project"], *projects}))
    leavers, years = _counted(seen, names, edges)
    edges, leavers, years = _joined(edges, leavers, years, least)
    spans = (leavers.sum(axis=0) + _HALF, np.maximum(years.sum(axis=0), 1 / YEAR))
    expected = years @ (spans[0] / spans[1])
    shapes, chances = _spread(leavers.sum(axis=1), expected)
    law = Law(names, tuple(edges), spans, leavers.sum(axis=1), expected, shapes, chances)
    return Attrition(_rates(law, leavers, years), _years(law, leavers, years), seen.since, seen.until, law)


def survival(agents, *, until, since=None):
    """Share who still stay by tenure, whoever they work for (Kaplan-Meier): what the hazards are held against.

    Inputs as for `attrition`. Returns a row per tenure at which somebody left: months, at_risk (people under
    observation at that tenure), leavers, stay (share of those hired who stay beyond it), lower_80 and upper_80
    (Greenwood). Nobody at risk before the first row is taken as: nobody leaves.
    Source: Kaplan and Meier (1958), JASA 53; left truncation as in Klein and Moeschberger, Survival Analysis, 4.6.
    """
    seen = _observed(agents, until, since)
    start, end = seen.start * YEAR, seen.end * YEAR
    known = np.isfinite(start)
    start, end, gone = (values[known].round() for values in (start, end, seen.gone.astype(float)))
    stay, spread, rows = 1.0, 0.0, []
    for tenure in np.unique(end[gone > 0]):
        at_risk, leavers = int(((start < tenure) & (end >= tenure)).sum()), int(gone[end == tenure].sum())
        stay *= 1 - leavers / at_risk
        spread += leavers / (at_risk * (at_risk - leavers)) if at_risk > leavers else 0.0
        half = 1.2816 * stay * np.sqrt(spread)
        rows.append((tenure / YEAR * 12, at_risk, leavers, stay, max(stay - half, 0.0), min(stay + half, 1.0)))
    return pd.DataFrame(rows, columns=["months", "at_risk", "leavers", "stay", "lower_80", "upper_80"])


def headcount(agents, *, days, by=("project",), full_time_hours_week=40):
    """People at work on each of some days: one row per day and group, with people, hours_week and fte.

    agents : agents table; who has no day of hiring was always there.  days : such as the first of every month.
    by : columns to group by, such as ("project", "team"); () for the whole centre.

    >>> people = pd.DataFrame({"project": "orders", "hours_week": [40.0, 20.0], "left": pd.to_datetime([None] * 2),
    ...     "hired": pd.to_datetime(["2026-01-01", "2026-03-01"])})
    >>> headcount(people, days=["2026-02-01", "2026-03-01"])[["people", "fte"]].values.tolist()
    [[1.0, 1.0], [2.0, 1.5]]
    """
    hired, left = (pd.to_datetime(agents[name]) for name in ("hired", "left"))
    parts = []
    for day in pd.to_datetime(list(days)):
        here = agents[(hired.isna() | (hired <= day)) & (left.isna() | (left >= day))]
        groups = (
            here.groupby(list(by), sort=True)["hours_week"] if by else here.assign(all=0).groupby("all")["hours_week"]
        )
        told = groups.agg(people="count", hours_week="sum").reset_index()
        parts.append(told.assign(day=day)[["day", *by, "people", "hours_week"]])
    table = pd.concat(parts, ignore_index=True)
    return table.assign(fte=table["hours_week"] / full_time_hours_week)


@dataclass(frozen=True)
class _Observed:
    """Those who were under observation: tenure in years at which that began and ended, and whether they then left."""

    people: pd.DataFrame
    start: np.ndarray
    end: np.ndarray
    gone: np.ndarray
    since: pd.Timestamp
    until: pd.Timestamp


def _observed(agents, until, since):
    until, hired, left = _day(until), pd.to_datetime(agents["hired"]), pd.to_datetime(agents["left"])
    if since is not None:
        since = _day(since)
    elif (left <= until).any():
        since = left.min() + pd.Timedelta(days=1)
    else:
        since = hired.min()
    inside = (left.isna() | (left >= since)) & (hired.isna() | (hired <= until))
    if pd.isna(since) or not inside.any() or since > until:
        raise PlanError(
            N_(
                "Nobody in the register was at work between {since} and {until}: nobody can say how many leave. Add "
                "the days on which people were hired and left, on the setup page."
            ),
            since=str(since)[:10],
            until=str(until)[:10],
        )
    hired, left = hired[inside], left[inside]
    enter = np.maximum(hired.fillna(since), since)
    leave = left.where(left <= until, until) + pd.Timedelta(days=1)
    long_ago = hired.fillna(pd.Timestamp("1900-01-01"))
    start, end = ((day - long_ago).dt.days.to_numpy() / YEAR for day in (enter, leave))
    unknown = hired.isna().to_numpy()
    start, end = np.where(unknown, 100.0, start), np.where(unknown, 100.0 + (leave - enter).dt.days / YEAR, end)
    gone = (left <= until).to_numpy()
    return _Observed(agents[inside].reset_index(drop=True), start, end, gone, since, until)


def _counted(seen, names, edges):
    """Return leavers and person-years per project and span of tenure."""
    inside = tenure_in(seen.start, seen.end, edges)
    last = np.searchsorted(edges, seen.end, side="left") - 1
    at = pd.Index(names).get_indexer(seen.people["project"])
    leavers, years = np.zeros((2, len(names), len(edges) - 1))
    np.add.at(years, at, inside)
    np.add.at(leavers, (at[seen.gone], last[seen.gone]), 1)
    return leavers, years


def tenure_in(start, end, edges):
    """Return the years that tenures from `start` to `end` spend in each span between edges; spans come last.

    >>> tenure_in(np.array([0.0]), np.array([1.5]), np.array([0, 0.5, np.inf])).tolist()
    [[0.5, 1.0]]
    """
    start, end, edges = np.asarray(start)[..., None], np.asarray(end)[..., None], np.asarray(edges)
    return np.maximum(np.minimum(end, edges[1:]) - np.maximum(start, edges[:-1]), 0.0)


def _joined(edges, leavers, years, least):
    """Join spans with fewer than `least` leavers to the next one, and the last to the one before."""
    starts, count = [0], 0
    total = leavers.sum(axis=0)
    for span in range(1, len(total)):
        count += total[span - 1]
        if count >= least and total[span:].sum() >= least:
            starts.append(span)
            count = 0
    leavers, years = (np.add.reduceat(values, starts, axis=1) for values in (leavers, years))
    return np.append(edges[starts], np.inf), leavers, years


def _spread(leavers, expected):
    """Return (shapes, chances) of the gamma of the projects' ratios: its standard deviation is 1 / sqrt(shape).

    Each standard deviation from nearly 0 to 1 is as likely beforehand; leavers are Poisson, so over a gamma ratio they
    are negative binomial. One project says nothing of it.
    """
    shapes = np.linspace(0.02, 1.0, 50) ** -2.0
    pairs = [(n, e) for n, e in zip(leavers, expected, strict=True) if e > 0]
    told = [sum(lgamma(n + a) - lgamma(a) - n * np.log(a + e) - a * np.log1p(e / a) for n, e in pairs) for a in shapes]
    chances = np.exp(np.array(told) - max(told)) if pairs else np.ones(len(shapes))
    return shapes, chances / chances.sum()


def _rates(law, leavers, years):
    lower, upper = np.quantile(law.drawn(_DRAWS, seed=0), [0.1, 0.9], axis=0)
    rows = []
    for at, project in enumerate(law.projects):
        for span in range(len(law.edges) - 1):
            seen = leavers[at, span] / years[at, span] if years[at, span] > 0 else np.nan
            months = (12 * law.edges[span], 12 * law.edges[span + 1])
            told = (law.mean[at, span], lower[at, span], upper[at, span])
            rows.append((project, *months, years[at, span], leavers[at, span], seen, *told))
    names = ["project", "from_months", "to_months", "person_years", "leavers", "seen", "rate", "lower_80", "upper_80"]
    return pd.DataFrame(rows, columns=names)


def _years(law, leavers, years):
    """Return each project's rate a year, and the centre's, over the tenures that its people had."""
    draws, rows, every = law.drawn(_DRAWS, seed=0), [], list(range(len(law.projects)))
    for name, at in [*((project, [n]) for n, project in enumerate(law.projects)), ("", every)]:
        time, gone = years[at].sum(), leavers[at].sum()
        weight = years[at] / time if time > 0 else np.full(years[at].shape, 1 / years[at].size)
        rate = np.einsum("dps,ps->d", draws[:, at], weight)
        low, high = np.quantile(rate, [0.1, 0.9])
        rows.append((name, time, gone, gone / time if time > 0 else np.nan, rate.mean(), low, high))
    names = ["project", "person_years", "leavers", "seen", "rate", "lower_80", "upper_80"]
    return pd.DataFrame(rows, columns=names)


def _day(value):
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if pd.isna(day):
        raise PlanError(N_("A register is read up to a day, such as 2026-10-31; found {found}."), found=str(value))
    return day.tz_localize(None).normalize()
