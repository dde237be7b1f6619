"""The cheapest classes, overtime, temporary staff and lending that cover a need, by mixed-integer programming.

HiGHS, the solver that SciPy brings, solves it and proves how good the answer is. docs/models_capacity.md has the model
in words and formulas.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.capacity.people import at_work
from ccwb.errors import PlanError
from ccwb.messages import N_

LENDING_COST = 0.01  # of an hour's wage, so that nobody is lent without need
_NEAR = 1e-6


@dataclass(frozen=True)
class Found:
    """An answer: hires and classes by start, paid overtime and temporary hours, lent hours, hours short.

    starts : (project, week) of each possible class; hires, classes : one number each.  over, temporary, short :
    (projects, months), short in hours on contacts.  lent : (lender, borrower, months), likewise.  crossed : people
    newly trained, (lender, borrower, months).  cost : of all this, the wages of new people to the last week included,
    what is short not.  slack : no answer is cheaper by more, what is short counted at its weight.  proven : whether
    the solver reached the gap asked for.
    """

    starts: list
    hires: np.ndarray
    classes: np.ndarray
    over: np.ndarray
    temporary: np.ndarray
    short: np.ndarray
    lent: np.ndarray
    crossed: np.ndarray
    cost: float
    slack: float
    proven: bool


class Programme:
    """All that can be done in a year, as columns of one programme; `solve` finds the cheapest for a need."""

    def __init__(self, year, *, stays, work, pools, closed=()):
        """stays : (projects, weeks) of `stays_of`.  work : (projects, weeks), expected `People.work` of present people.

        pools : list of (project, projects that its people are trained for, (weeks,) hours on contacts that they have).
        closed : (first, last) days between which no class begins.
        """
        self.year, self.stays, self.months = year, stays, len(year.months)
        self.starts = starts_of(year, closed)
        self.pools, self.crossings = pools, _crossings(year)
        self.size, self.at = 0, {}
        lendings = [(k, q) for k, (_, others, _) in enumerate(pools) for q in others]
        self.lendings = [*lendings, *((-1 - c, q) for c, (_, q) in enumerate(self.crossings))]
        grid = len(year.projects) * self.months
        for name, many in (("hires", len(self.starts)), ("classes", len(self.starts)), ("over", grid)):
            self._block(name, many)
        for name, many in (("temporary", grid), ("short", grid), ("lent", len(self.lendings) * self.months)):
            self._block(name, many)
        self._block("crossed", len(self.crossings) * self.months)
        self.work = work @ year.part.T
        self.gives, self.works, self.hours = self._of_classes()
        self._rows = _Rows(self.size)
        self._cover()
        self._classes()
        self._overtime()
        self._lending()

    def solve(self, need, *, short_weight, relaxed=False, gap=5e-3, time_limit_s=20.0):
        """Return the cheapest `Found` that covers need, (projects, months) hours on contacts beyond present people's.

        short_weight : wages (mean of the projects) that an hour short counts.  relaxed : people and classes may be
        fractions: a bound, and smooth in the need.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        matrix, lower, upper = self._rows.matrix(need)
        whole = np.zeros(self.size)
        for name in () if relaxed else ("hires", "classes", "crossed"):
            whole[self.at[name]] = 1
        answer = milp(
            self._costs(short_weight),
            integrality=whole,
            bounds=Bounds(np.zeros(self.size), self._most()),
            constraints=LinearConstraint(matrix, lower, upper),
            options={"mip_rel_gap": gap, "time_limit": time_limit_s},
        )
        if answer.x is None:
            raise PlanError(N_("The solver found no plan in {s} s. Give it more time."), s=time_limit_s)
        return self._found(answer)

    def _block(self, name, many):
        self.at[name] = slice(self.size, self.size + many)
        self.size += many

    def _column(self, name, *place):
        """Return the number of a column of a block by project and month."""
        return self.at[name].start + place[0] * self.months + place[1]

    def _of_classes(self):
        """Return what one hire of each possible class gives on contacts, works and is paid, each (starts, months)."""
        year, told = self.year, np.zeros((3, len(self.starts), self.months))
        for c, (project, start) in enumerate(self.starts):
            terms = year.terms[year.projects[project]]
            later, paid = len(year.weeks) - start, np.zeros(len(year.weeks))
            paid[start:] = terms["hours_week"] * self.stays[project, :later]
            work = paid * np.append(np.zeros(start), at_work(terms, later))
            told[:, c] = [year.part @ hours for hours in (work * year.available[project], work, paid)]
        return told

    def _cover(self):
        """What people, hires, overtime, temporary staff and lending give, and what is short, is the need or more."""
        year, rows = self.year, self._rows
        for p in range(len(year.projects)):
            temporary = year.rostered[p] * year.of("temporary_productivity")[p]
            for m in range(self.months):
                terms = [
                    (self.at["hires"].start + c, self.gives[c, m]) for c, (q, _) in enumerate(self.starts) if q == p
                ]
                terms += [(self._column("over", p, m), year.rostered[p]), (self._column("temporary", p, m), temporary)]
                terms += [(self._column("short", p, m), 1.0)]
                for n, (pool, borrower) in enumerate(self.lendings):
                    sign = (borrower == p) - float(self._lender(pool) == p)
                    terms += [(self._column("lent", n, m), sign)] if sign else []
                for c, (lender, _) in enumerate(self.crossings):
                    lost = self._lost(lender) if lender == p else np.zeros((self.months, self.months))
                    terms += [(self._column("crossed", c, begun), -lost[begun, m]) for begun in range(self.months)]
                rows.add(("cover", p, m), terms, lower=0.0)

    def _classes(self):
        for c, (p, _) in enumerate(self.starts):
            hires, classes = self.at["hires"].start + c, self.at["classes"].start + c
            rows, terms = self._rows, self.year.terms[self.year.projects[p]]
            rows.add(("largest", c), [(hires, 1.0), (classes, -terms["largest"])], upper=0.0)
            rows.add(("smallest", c), [(hires, 1.0), (classes, -terms["smallest"])], lower=0.0)

    def _overtime(self):
        """Overtime is at most a share of what trained people work, hires included."""
        for p, most in enumerate(self.year.of("overtime_most")):
            own = [c for c, (q, _) in enumerate(self.starts) if q == p]
            for m in range(self.months):
                terms = [(self.at["hires"].start + c, -most * self.works[c, m]) for c in own]
                terms += [(self._column("over", p, m), 1.0)]
                self._rows.add(("overtime", p, m), terms, upper=most * self.work[p, m])

    def _lending(self):
        """Nobody is lent twice: what a pool of people lends to all is at most what they have."""
        year = self.year
        for k, (_, _, hours) in enumerate(self.pools):
            own = [n for n, (pool, _) in enumerate(self.lendings) if pool == k]
            for m, most in enumerate(year.part @ hours):
                self._rows.add(("pool", k, m), [(self._column("lent", n, m), 1.0) for n in own], upper=float(most))
        for c, (lender, _) in enumerate(self.crossings):
            n = self.lendings.index((-1 - c, self.crossings[c][1]))
            gives = self._crossed_gives(lender)
            for m in range(self.months):
                terms = [(self._column("lent", n, m), 1.0)]
                terms += [(self._column("crossed", c, begun), -gives[begun, m]) for begun in range(self.months)]
                self._rows.add(("crossed", c, m), terms, upper=0.0)
        for p, most in enumerate(year.of("cross_most")):
            own = [c for c, (lender, _) in enumerate(self.crossings) if lender == p]
            terms = [(self._column("crossed", c, m), 1.0) for c in own for m in range(self.months)]
            if terms:
                self._rows.add(("cross_most", p), terms, upper=float(most))

    def _lender(self, pool):
        return self.pools[pool][0] if pool >= 0 else self.crossings[-1 - pool][0]

    def _begun(self, month):
        """Return the first week that begins in a month."""
        return int(np.searchsorted(self.year.weeks, self.year.months["first_day"].iloc[month]))

    def _lost(self, p):
        """Return hours on contacts lost in each month by one person whose cross-training begins in each month."""
        weeks = np.arange(len(self.year.weeks))
        length = self.year.of("cross_weeks")[p]
        away = [(weeks >= self._begun(m)) & (weeks < self._begun(m) + length) for m in range(self.months)]
        return np.array([self.year.part @ (gone * self._hours_of_one(p)) for gone in away])

    def _crossed_gives(self, p):
        """Return hours on contacts that one person trained from each month on has for others in each month."""
        weeks, length = np.arange(len(self.year.weeks)), self.year.of("cross_weeks")[p]
        out = []
        for month in range(self.months):
            after = weeks - self._begun(month)
            stays = np.where(after >= length, self.stays[p, np.clip(after, 0, None).astype(int) % len(weeks)], 0.0)
            out.append(self.year.part @ (stays * self._hours_of_one(p)))
        return np.array(out)

    def _hours_of_one(self, p):
        return self.year.of("hours_week")[p] * self.year.available[p]

    def _costs(self, short_weight=0.0):
        year, cost = self.year, np.zeros(self.size)
        for c, (p, _) in enumerate(self.starts):
            terms = year.terms[year.projects[p]]
            cost[self.at["hires"].start + c] = terms["cost_per_hire"] + year.wage[p] * self.hours[c].sum()
            cost[self.at["classes"].start + c] = terms["trainer_cost_week"] * terms["training_weeks"]
        months = np.ones(self.months)
        cost[self.at["over"]] = np.outer(year.wage * (1 + year.of("overtime_premium")), months).ravel()
        cost[self.at["temporary"]] = np.outer(year.of("temporary_cost"), months).ravel()
        cost[self.at["short"]] = short_weight * year.wage.mean()  # alike for all: nobody is lent to move a shortage
        lenders = [self._lender(pool) for pool, _ in self.lendings]
        cost[self.at["lent"]] = np.outer(LENDING_COST * year.wage[lenders], months).ravel() if lenders else ()
        each = [year.of("cross_cost")[p] for p, _ in self.crossings]
        cost[self.at["crossed"]] = np.outer(each, months).ravel()
        return cost

    def _most(self):
        """Return the upper bounds of all columns."""
        year, most = self.year, np.full(self.size, np.inf)
        for c, (p, _) in enumerate(self.starts):
            terms = year.terms[year.projects[p]]
            most[self.at["classes"].start + c] = terms["classes"]
        for p, project in enumerate(year.projects):
            terms, weeks = year.terms[project], np.arange(len(year.weeks))
            here = year.part @ (weeks >= terms["temporary_lead_weeks"])
            block = slice(self._column("temporary", p, 0), self._column("temporary", p, 0) + self.months)
            most[block] = terms["temporary_most"] * terms["hours_week"] * here
        return most

    def _found(self, answer):
        year = self.year
        block = {name: answer.x[where] for name, where in self.at.items()}
        grid = (len(year.projects), self.months)
        lent, crossed = np.zeros((2, grid[0], *grid))
        for n, (pool, borrower) in enumerate(self.lendings):
            lent[self._lender(pool), borrower] += block["lent"].reshape(-1, self.months)[n]
        for c, (lender, learner) in enumerate(self.crossings):
            crossed[lender, learner] += block["crossed"].reshape(-1, self.months)[c]
        bound = answer.fun if answer.mip_dual_bound is None else answer.mip_dual_bound
        return Found(
            starts=self.starts,
            hires=block["hires"],
            classes=block["classes"],
            **{name: block[name].reshape(grid).clip(min=0) for name in ("over", "temporary", "short")},
            lent=lent,
            crossed=crossed,
            cost=float(self._costs() @ answer.x),
            slack=max(float(answer.fun - bound), 0.0),
            proven=answer.status == 0,
        )


class _Rows:
    """Rows of a programme, gathered one by one."""

    def __init__(self, columns):
        self.columns, self.names, self.lower, self.upper = columns, [], [], []
        self.row, self.column, self.value = [], [], []

    def add(self, name, terms, *, lower=-np.inf, upper=np.inf):
        terms = [(at, value) for at, value in terms if abs(value) > _NEAR]
        self.row += [len(self.names)] * len(terms)
        self.column += [at for at, _ in terms]
        self.value += [value for _, value in terms]
        self.names.append(name)
        self.lower.append(lower)
        self.upper.append(upper)

    def matrix(self, need):
        """Return (matrix, lower, upper) with the need in the rows that cover it."""
        from scipy.sparse import coo_array

        shape = (len(self.names), self.columns)
        both = zip(self.names, self.lower, strict=True)
        lower = [need[name[1], name[2]] if name[0] == "cover" else low for name, low in both]
        return coo_array((self.value, (self.row, self.column)), shape=shape).tocsr(), lower, self.upper


def starts_of(year, closed=()):
    """Return (project, week) of every class that may be: after the lead time, in step, not in a closed time.

    closed : (first, last) days, or nothing.
    """
    out = []
    shut = [pd.Timestamp(day) for day in closed]
    for p, project in enumerate(year.projects):
        terms = year.terms[project]
        first = terms["lead_weeks"]
        if terms["earliest"]:
            first = max(first, int(np.searchsorted(year.weeks, pd.Timestamp(terms["earliest"]))))
        for week in range(int(first), len(year.weeks), int(terms["every_weeks"])) if terms["classes"] else ():
            if not (shut and shut[0] <= year.weeks[week] <= shut[1]):
                out.append((p, week))
    return out


def _crossings(year):
    """Return (lender, learner's project) of every cross-training that may be."""
    at = {project: p for p, project in enumerate(year.projects)}
    return [
        (at[project], at[other])
        for project, terms in year.terms.items()
        for other in (terms["cross_to"] if terms["cross_most"] else ())
        if other in at and other != project
    ]
