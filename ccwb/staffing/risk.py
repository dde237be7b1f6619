"""How sure is it that the promise is kept, and what does more certainty cost: a plan on the forecast's sample paths."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures import wilson_interval
from ccwb.messages import N_
from ccwb.staffing.agents import requirement
from ccwb.staffing.cost import wages
from ccwb.staffing.futures import Futures, plan_rows, rates
from ccwb.staffing.sums import summary

LEVELS = (0.8, 0.9, 0.95)
LOWEST, HIGHEST = -0.5, 1.0  # buffers that are looked at
STEP = 0.05  # between two points of the curve at first
ALL = ""  # the channel of figures for all queues together
_UNITS = 1000  # an assurance is found to the tenth of a percent
_NEAR = 0.08  # neighbours on the curve differ by less, where a tenth of a percent allows it
_EXPECTED_LOOKS = 40


@dataclass(frozen=True)
class Risk:
    """What is known about keeping the promises, as tables.

    promises : a row per project, channel, period (`span` says day, week, month, or cycle for all of them) and promise:
    `promised`; `expected` at the forecast's middle; `lower_90`, `middle`, `upper_90`: the result's 5, 50 and 95 %
    quantiles over the paths (infinite for a wait without end, missing where nothing is offered); `chance` of keeping
    it with its 95 % interval `chance_low`, `chance_high`; `by_chance`: standard deviation that single contacts, which
    come and last by chance, add to the result and that is not in the range (about; missing for asa_s); `whole` False: a
    week or month of which the cycle holds only a part.
    plan : a row per queue, and one for all (channel ''): the chance that every promise of every whole period is
    kept (of the parts where a project has no whole one), and what the plan takes: agent_hours, paid_hours, fte, cost.
    curve : the same for requirements at volume x (1 + `buffer`).
    assurance : a row per queue, and one for all, and `level`: the least buffer that reaches it, what it takes, and what
    that is more than the plan (extra_...). `reached` False: no buffer up to `HIGHEST` does, the numbers are missing.
    paths : how many were looked at.
    """

    promises: pd.DataFrame
    plan: pd.DataFrame
    curve: pd.DataFrame
    assurance: pd.DataFrame
    paths: int


def risk(
    forecast,
    paths,
    *,
    targets,
    plan=None,
    period="month",
    first_day=None,
    last_day=None,
    levels=LEVELS,
    hourly_cost=None,
    full_time_hours_week=40,
    progress=None,
):
    """How sure it is that the promises are kept, and what 80, 90 and 95 % assurance take, as a `Risk`.

    forecast : forecast table in intervals; a part of it (a month, a queue) answers for that part.  paths : its sample
    paths of **expected** contacts, as forecast_paths table or array (paths, rows): the queue models bring the chance of
    the single contact themselves. Rows of other times and queues are left out.
    targets : as for `requirement`; promises are service_level, answer_rate, abandonment and asa_s where given.
    plan : requirement table whose agents are asked about; None takes the requirement of the forecast.
    period : day, week or month of the local calendar over which a promise counts, or project -> period. A promise is
    kept when the period's sum keeps it, not every interval. Nothing offered: nothing is broken, it is kept.
    first_day, last_day : of the cycle; None takes them from the forecast. A week or month of which it holds only a part
    is told in `promises` and does not count for the chances of plan, curve and assurance.
    hourly_cost : money per paid hour, or project -> money; None where unknown, then cost is missing.
    full_time_hours_week : as for `summary`.  progress : called as progress(done, total) between the looks.

    Live channels only; deferred work is left out, of chances and of hours. Handling times and patience are those
    given, on every path. Assurance staffs every interval for a higher volume: the same buffer in all queues and times,
    as the target `cushion`; that of `targets` is what `plan` None is staffed with. The occupancy cap holds at the
    forecast's own volume whatever the buffer.
    Raises PlanError when no queue is live, no promise is given, or plan or paths do not fit the forecast.

    >>> two = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 10:00", "2026-03-02 10:30"]),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
    >>> told = risk(two, [[70, 70], [75, 90], [80, 70], [75, 75]], targets={("orders", "voice"): target})
    >>> told.plan[["channel", "chance", "agent_hours"]].values.tolist()[-1]
    ['', 0.75, 12.0]
    >>> told.assurance.query("channel == ''")[["level", "buffer", "extra_agent_hours"]].values.tolist()
    [[0.8, 0.028, 1.0], [0.9, 0.028, 1.0], [0.95, 0.028, 1.0]]
    """
    futures = Futures(forecast, paths, targets=targets, period=period, cycle=(first_day, last_day))
    _check(futures, levels)
    price = _Price(hourly_cost, full_time_hours_week)
    looks = _Looks(futures, targets, price, progress)
    plan = requirement(futures.table, targets=targets) if plan is None else plan
    own = plan_rows(plan, futures.table)
    told = futures.sums(own["agents"])
    stated = pd.DataFrame(_stated(futures, own, _kept(futures, told), price))
    low, high = looks.walk(max(levels))
    assurance = looks.assurance(levels, stated)
    return Risk(
        promises=_promises(futures, told, futures.by_contacts(own["agents"]), period),
        plan=stated,
        curve=looks.curve(low, high),
        assurance=assurance,
        paths=len(futures.offered) - 1,
    )


def wilson(kept, of, *, z=1.959963984540054):
    """Return (low, high), the 95 % interval of a chance of which `kept` in `of` trials were seen (Wilson 1927).

    It stays within 0 and 1 and has a width also where all or none were kept. Arrays broadcast; PlanError where `of` is
    below 1 or `kept` is not within it.

    >>> [float(end.round(3)) for end in wilson(81, 263)]
    [0.255, 0.366]
    """
    kept, of = np.asarray(kept), np.asarray(of)
    if not ((of >= 1) & (kept >= 0) & (kept <= of)).all():
        raise PlanError(
            N_("A chance is counted as so many of 1 or more trials; found {kept} of {of}. Correct the counts."),
            kept=str(kept),
            of=str(of),
        )
    return wilson_interval(kept, of, z)


class _Price:
    """What a requirement takes: hours, full-time people and money."""

    def __init__(self, hourly_cost, full_time_hours_week):
        self.hourly_cost, self.full_time = hourly_cost, full_time_hours_week

    def of(self, table):
        total = summary(table, full_time_hours_week=self.full_time).iloc[0]
        taken = {name: float(total[name]) for name in ("agent_hours", "paid_hours", "fte")}
        by_project = summary(table, by=("project",)).set_index("project")["paid_hours"]
        cost = [hours * self._hour(project) for project, hours in by_project.items()]
        return taken | {"cost": float(sum(cost))}

    def _hour(self, project):
        return wages(self.hourly_cost, [project])[0]


class _Looks:
    """The chances at buffers of tenths of a percent, each computed once; a buffer is given in these units."""

    def __init__(self, futures, targets, price, progress):
        self.futures, self.targets, self.price = futures, targets, price
        self.progress = progress or (lambda _done, _total: None)
        self.seen = {}

    def at(self, units):
        """Return the rows (queues, then all together) of the requirement at volume x (1 + buffer)."""
        if units not in self.seen:
            self.progress(len(self.seen), max(_EXPECTED_LOOKS, len(self.seen) + 3))
            targets = {queue: one | {"cushion": units / _UNITS} for queue, one in self.targets.items()}
            table = requirement(self.futures.table, targets=targets)
            kept = _kept(self.futures, self.futures.sums(table["agents"]))
            self.seen[units] = _stated(self.futures, table, kept, self.price)
        return self.seen[units]

    def walk(self, most):
        """Look from where hardly any future keeps all to where (nearly) all do; return these two buffers."""
        step, lowest, highest = (round(_UNITS * share) for share in (STEP, LOWEST, HIGHEST))
        high = low = 0
        while self._chance(high) < max(most, 0.99) and high < highest:
            high += step
        while self._chance(low) > 0.01 and low > lowest:
            low -= step
        self._fill()
        return low, high

    def curve(self, low, high):
        """Return what was seen between two buffers."""
        seen = [(units, told) for units, told in sorted(self.seen.items()) if low <= units <= high]
        return pd.DataFrame([{"buffer": units / _UNITS} | row for units, told in seen for row in told])

    def _fill(self):
        """Look between neighbours whose chances lie far apart, down to the tenth of a percent."""
        gaps = [(low, high) for low, high in zip(sorted(self.seen), sorted(self.seen)[1:], strict=False)]
        while gaps:
            low, high = gaps.pop()
            if high - low > 1 and self._chance(high) - self._chance(low) > _NEAR:
                middle = (low + high) // 2
                gaps += [(low, middle), (middle, high)]

    def _chance(self, units, queue=-1):
        return self.at(units)[queue]["chance"]

    def assurance(self, levels, plan):
        rows = []
        for number, own in enumerate(plan.to_dict("records")):
            for level in levels:
                units = self._least(number, level)
                told = self.at(units)[number] if units is not None else dict.fromkeys(own, np.nan)
                row = {"project": own["project"], "channel": own["channel"], "level": level}
                row |= {"reached": units is not None, "buffer": np.nan if units is None else units / _UNITS}
                taken = ("agent_hours", "paid_hours", "fte", "cost")
                row |= {name: told[name] for name in ("chance", *taken)}
                rows.append(row | {f"extra_{name}": told[name] - own[name] for name in taken})
        return pd.DataFrame(rows)

    def _least(self, queue, level):
        """Return the least buffer whose chance reaches the level, by bisection; None when none does."""
        low, high = round(_UNITS * LOWEST), round(_UNITS * HIGHEST)
        for units in sorted(self.seen):  # more is never worse: what was seen already brackets the answer
            if self._chance(units, queue) >= level:
                high = min(high, units)
            else:
                low = max(low, units)
        if self._chance(high, queue) < level:
            return None
        if self._chance(low, queue) >= level:
            return low
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._chance(middle, queue) >= level else (middle, high)
        return high


def _check(futures, levels):
    if not futures.asked:
        raise PlanError(
            N_(
                "No queue of the forecast has a promise that could be kept or missed. Type a service level, an answer "
                "rate, an abandonment or a mean wait as its target, then run this step again."
            )
        )
    numbers = np.ndim(levels) == 1 and all(isinstance(level, int | float | np.number) for level in levels)
    if not (numbers and len(levels) and all(0 < level < 1 for level in levels)):
        raise PlanError(N_("An assurance is a share between 0 and 1 (90 % is 0.9); found {found}."), found=str(levels))


def _holds(promise, rate, promised):
    """Return where a promise is kept: nothing offered or nothing promised breaks none."""
    more = promise in ("service_level", "answer_rate")
    kept = rate >= promised - 1e-9 if more else rate <= promised + 1e-9
    return kept | np.isnan(promised) | np.isnan(rate)


def _kept(futures, sums):
    """Return per path and group whether all its promises are kept."""
    held = [_holds(p, rates(sums, p)[1:], futures.promised[p]) for p in futures.asked]
    return np.logical_and.reduce(held)


def _stated(futures, table, kept, price):
    """Return a row per queue and one for all: the chance that every period is kept, and what the agents take."""
    rows, counts = [], _counting(futures.groups)
    for (project, channel), groups in _queues(futures.groups).items():
        own = table[(table["project"] == project) & (table["channel"] == channel)]
        some = groups[counts[groups]] if counts[groups].any() else groups
        rows.append({"project": project, "channel": channel} | _chance(kept[:, some]) | price.of(own))
    project = futures.groups["project"].iloc[0] if futures.groups["project"].nunique() == 1 else ALL
    return [*rows, {"project": project, "channel": ALL} | _chance(kept[:, counts]) | price.of(table)]


def _counting(groups):
    """Return which groups count in a chance: the whole periods of a project, or its parts where none is whole."""
    return (groups["whole"] | ~groups.groupby("project")["whole"].transform("any")).to_numpy()


def _chance(kept):
    """Return the share of paths that keep everything in `kept` (paths, some), with its 95 % interval."""
    number = int(kept.all(axis=1).sum())
    low, high = wilson(number, len(kept))
    return {"chance": number / len(kept), "chance_low": float(low), "chance_high": float(high)}


def _queues(groups):
    return groups.groupby(["project", "channel"], sort=True).indices


def _promises(futures, sums, by_contacts, period):
    """Return the table of promises: each queue's periods, then its whole cycle."""
    rows = []
    for (project, channel), groups in _queues(futures.groups).items():
        span = period[project] if isinstance(period, dict) else period
        parts = [(span, [group]) for group in groups] + [("cycle", list(groups))]
        for name, some in parts:
            days = {"first_day": futures.groups["first_day"].iloc[some[0]]}
            days["last_day"] = futures.groups["last_day"].iloc[some[-1]]
            days["whole"] = name == "cycle" or bool(futures.groups["whole"].iloc[some[0]])
            added = {key: value[:, some].sum(axis=1) for key, value in sums.items()}
            for promise in futures.asked:
                promised = futures.promised[promise][some[0]]
                if np.isfinite(promised):
                    head = {"project": project, "channel": channel, "span": name} | days
                    spread = by_contacts[promise][some].sum() ** 0.5 if promise in by_contacts else np.nan
                    chance = spread / added["offered"][0] if added["offered"][0] > 0 else np.nan
                    rows.append(head | _one(promise, promised, rates(added, promise)) | {"by_chance": chance})
    return pd.DataFrame(rows)


def _one(promise, promised, rate):
    """Return one promise's row: what is expected, the range over the paths and the chance."""
    known = rate[1:][~np.isnan(rate[1:])]
    edges = np.quantile(known, (0.05, 0.5, 0.95), method="inverted_cdf") if len(known) else np.full(3, np.nan)
    row = {"promise": promise, "promised": promised, "expected": rate[0]}
    row |= dict(zip(("lower_90", "middle", "upper_90"), edges, strict=True))
    return row | _chance(_holds(promise, rate[1:], promised)[:, None])
