"""What given agents give on every sample path of a forecast: the figures of each queue and period, path by path."""

import numpy as np
import pandas as pd
from numpy.polynomial import chebyshev

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import PERIODS
from ccwb.staffing.lines import refuse
from ccwb.staffing.live import Kind, kinds_of, plain_rates
from ccwb.staffing.whole import first_days, is_whole, span_of
from ccwb.staffing.work import entered, work_of
from ccwb.tables import check

KEY = ["interval_start", "project", "channel"]
PROMISES = ("service_level", "answer_rate", "abandonment", "asa_s")
_CELLS = 250_000  # of a block of paths x rows that is computed at once
_LEAST = 1e-6  # contacts: where the formulas are asked instead of at nothing offered, which has no rate


class Futures:
    """Paths of expected contacts for the live rows of a forecast, ready to be asked `sums(agents)` many times.

    table : the live rows, queue by queue and period by period.  groups : one row per queue and period (project,
    channel, first_day, last_day, whole: false where the cycle holds only a part of it).
    offered : (paths + 1, rows), the forecast itself before the paths.  cycle : its first and last day, if known.
    """

    def __init__(self, forecast, paths, *, targets, period, cycle=(None, None)):
        forecast, *_ = entered(forecast)
        span = span_of(_days(forecast), first_day=cycle[0], last_day=cycle[1])
        live = np.array([CHANNELS[c].live if c in CHANNELS else True for c in forecast["channel"]], dtype=bool)
        if not live.any():
            raise PlanError(
                N_(
                    "Chances are computed for queues in which a customer waits (voice, chat); the forecast has none. "
                    "Found: {found}. Choose a project with such a queue."
                ),
                found=", ".join(sorted(set(forecast["channel"]))) or "-",
            )
        group, self.table, order = _grouped(forecast, np.flatnonzero(live), period)
        drawn = np.vstack([forecast["offered"].to_numpy(dtype=float), path_array(paths, forecast)])
        self.offered = np.ascontiguousarray(drawn[:, order])
        self.work = work_of(self.table, targets, 0.0, 0.0)
        refuse(self.work.names, self.work.targets, N_("Chances are computed without them: empty both fields first."))
        self._kinds = kinds_of(self.work)
        self._starts = np.flatnonzero(np.diff(group, prepend=-1))
        self.groups = _groups(self.table, self._starts, period, span)
        self.promised = {p: self._promised(p, targets) for p in PROMISES}
        self.asked = [p for p in PROMISES if np.isfinite(self.promised[p]).any()]
        self._offered_sums = np.add.reduceat(self.offered, self._starts, axis=1)
        self._known = None, None

    def _promised(self, promise, targets):
        """Return what each group was promised, missing where nothing was."""
        queues = zip(self.groups["project"], self.groups["channel"], strict=True)
        found = [targets[queue].get(promise) for queue in queues]
        return np.array([np.nan if value is None else value for value in found], dtype=float)

    def sums(self, agents):
        """Return the sums that rates are made of, name -> (paths + 1, groups), with agents per row of `table`.

        offered and, where asked, answered; of a promise its numerator: asa_s is the time waited by those answered.
        """
        needed = self._contributions(np.asarray(agents, dtype=float))
        added = {name: np.add.reduceat(values, self._starts, axis=1) for name, values in needed.items()}
        return added | {"offered": self._offered_sums}

    def by_contacts(self, agents):
        """Return share promise -> variance of a group's numerator (contacts²) by the chance of single contacts alone.

        Two parts, at the forecast's middle: how the result answers to the work that happens to arrive (Poisson, with
        exponential handling: variance 2 x load x aht_s / interval_s of a realised load) and each contact's own fate.
        Within a fifth of a simulation where a queue is staffed to a usual promise (tests/test_risk.py).
        """
        shares = [promise for promise in self.asked if promise != "asa_s"]
        found = {promise: np.zeros(len(self.table)) for promise in shares}
        agents, work = np.asarray(agents, dtype=float), self.work
        for kind in self._kinds:
            rows = kind.rows
            offered = np.maximum(self.offered[0, rows], _LEAST)
            load = offered * work.aht_s[rows] / work.interval_s[rows]
            told = self._direct(kind, np.arange(len(rows)), agents[rows], np.outer((0.98, 1.0, 1.02), offered))
            for promise in shares:
                less, rate, more = told[promise]
                answer = offered * (more - less) / (0.04 * load)
                own = offered * rate * (1 - rate)
                found[promise][rows] = answer**2 * 2 * load * work.aht_s[rows] / work.interval_s[rows] + own
        return {promise: np.add.reduceat(value, self._starts) for promise, value in found.items()}

    def _contributions(self, agents):
        """Return numerators per path and row; only rows whose agents changed since the last call are computed."""
        before, kept = self._known
        if kept is None:
            names = [*self.asked, *(["answered"] if "asa_s" in self.asked else [])]
            kept = {name: np.zeros(self.offered.shape) for name in names}
        changed = np.ones(len(agents), dtype=bool) if before is None else agents != before
        step = max(1, _CELLS // len(self.offered))
        for kind in self._kinds:
            places = np.flatnonzero(changed[kind.rows])
            for begin in range(0, len(places), step):
                some = places[begin : begin + step]
                at = kind.rows[some]
                for name, value in self._per_contact(kind, some, agents[at]).items():
                    if name in kept:
                        kept[name][:, at] = np.where(self.offered[:, at] > 0, self.offered[:, at] * value, 0.0)
        self._known = agents, kept
        return kept

    def _per_contact(self, kind, places, agents):
        """Return what an offered contact gets, (paths + 1, rows): exactly, or through nodes where that is shorter."""
        offered = self.offered[:, kind.rows[places]]
        low, high = offered.min(axis=0), offered.max(axis=0)
        half, middle = (high - low) / 2, (high + low) / 2
        count = self._nodes(kind, places, half, middle)
        if count >= len(offered):
            return self._direct(kind, places, agents, offered)
        angle = (np.arange(count) + 0.5) * np.pi / count
        at_nodes = self._direct(kind, places, agents, middle + half * np.cos(angle)[:, None])
        into = 2 / count * np.cos(np.outer(np.arange(count), angle))
        into[0] /= 2
        where = np.where(half > 0, (offered - middle) / np.where(half > 0, half, 1.0), 0.0)
        return {name: chebyshev.chebval(where, into @ value, tensor=False) for name, value in at_nodes.items()}

    def _nodes(self, kind, places, half, middle):
        """Return how many Chebyshev nodes hold a queue's figures within 1e-3 over the paths' loads.

        They bend over about the square root of the load, the sharper the longer patience is against handling; Erlang
        C breaks off at load = agents and is never interpolated. tests/test_risk.py holds the bound.
        """
        if "patience_s" not in kind.known:
            return len(self.offered)
        work, rows = self.work, kind.rows[places]
        to_load = work.aht_s[rows] / work.interval_s[rows]
        wide = (half * to_load / np.sqrt(np.maximum(middle * to_load, 1.0))).max(initial=0.0)
        sharp = np.sqrt(np.maximum(kind.known["patience_s"][places] / work.aht_s[rows] / 2, 1.0)).max(initial=1.0)
        return int(np.ceil(8 * (1 + wide / 1.5) * sharp))

    def _direct(self, kind, places, agents, offered):
        """Return what an offered contact gets, by the formulas, in the shape of `offered` (some, places)."""
        many, at = len(offered), np.tile(places, len(offered))
        rows, known = kind.rows[at], kind.some(at)
        load = np.maximum(offered, _LEAST).ravel() * known["aht_s"] / self.work.interval_s[rows]
        told = plain_rates(Kind(rows, known, load), np.tile(agents, many))
        rates = {name: told[name].reshape(offered.shape) for name in PROMISES}
        endless = np.isnan(rates["asa_s"])  # the wait has no end, or nobody is answered
        with np.errstate(invalid="ignore"):
            waited = rates["answer_rate"] * np.where(endless, np.inf, rates["asa_s"])
        answered = rates["answer_rate"]
        return rates | {"asa_s": np.where(answered > 0, waited, 0.0), "answered": answered}


def rates(sums, promise):
    """Return the result of a promise from sums of `Futures.sums`, or from sums of these: a share, or asa_s in seconds.

    Missing where nothing is offered; the wait is infinite where it has no end, and where nobody is answered.
    """
    below = sums["answered"] if promise == "asa_s" else sums["offered"]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(below > 0, sums[promise] / below, np.inf)
    return np.where(sums["offered"] > 0, rate, np.nan)


def path_array(paths, forecast):
    """Return paths as an array (paths, rows of the forecast).

    paths : a forecast_paths table that has every row of the forecast on every path (further rows are left out), or
    such an array itself. PlanError where a row is lacking or a value is missing or below 0.
    """
    if isinstance(paths, pd.DataFrame):
        check(paths.head(), "forecast_paths")  # of so many rows the first tell whether it is one
        number, names = pd.factorize(paths["path"], sort=True)
        at = pd.MultiIndex.from_frame(forecast[KEY]).get_indexer(pd.MultiIndex.from_frame(paths[KEY]))
        known = at >= 0
        values = np.full((len(names), len(forecast)), np.nan)
        values[number[known], at[known]] = paths["offered"].to_numpy(dtype=float)[known]
    else:
        try:
            values = np.asarray(paths, dtype=float)
        except (TypeError, ValueError):  # text, or paths of different lengths
            values = np.full((1, len(forecast)), np.nan)
    if values.ndim != 2 or values.shape[1] != len(forecast) or not len(values) or not (values >= 0).all():
        found = int((~(values >= 0)).sum()) if values.ndim == 2 and values.shape[1] == len(forecast) else values.shape
        raise PlanError(
            N_(
                "The sample paths do not fit the forecast: every path needs one number of 0 or more for each of its "
                "{rows} rows. Missing or below 0, or else the shape found: {found}. Draw the paths from this forecast."
            ),
            rows=len(forecast),
            found=str(found),
        )
    if not np.isfinite(values).all():
        raise PlanError(N_("The sample paths have an infinite number of contacts. Draw them again from the forecast."))
    return values


def plan_rows(plan, table):
    """Return the rows of a requirement table that belong to the rows of `table`; PlanError when it lacks some."""
    known = pd.MultiIndex.from_frame(check(plan, "requirement")[KEY])
    at = known.get_indexer(pd.MultiIndex.from_frame(table[KEY]))
    if (at < 0).any():
        raise PlanError(
            N_(
                "The plan lacks {found} of the forecast's {rows} intervals, the first on {first}. It was made from "
                "another forecast: make the plan again (step 3), then run this step again."
            ),
            found=int((at < 0).sum()),
            rows=len(table),
            first=str(table["interval_start"].iloc[int(np.argmax(at < 0))]),
        )
    return plan.iloc[at].reset_index(drop=True)


def _grouped(forecast, live, period):
    """Return (group per row, the live rows in that order, where they stand in the forecast)."""
    local = pd.DatetimeIndex(forecast["interval_start"].iloc[live]).tz_localize(None)
    begins = {name: first_days(local.normalize(), name).to_numpy() for name in PERIODS}
    project = forecast["project"].iloc[live]
    chosen = project.map(period) if isinstance(period, dict) else pd.Series(period, index=project.index)
    unknown = set(chosen) - set(PERIODS)
    if unknown:
        raise PlanError(
            N_("A promise counts over a day, a week or a month; found {found}. Correct the contract."),
            found=", ".join(map(str, unknown)),
        )
    begin = np.select([(chosen == name).to_numpy() for name in begins], list(begins.values()), default=begins["day"])
    keys = pd.DataFrame({"project": project.array, "channel": forecast["channel"].iloc[live].array, "begin": begin})
    group = keys.groupby(list(keys), sort=True).ngroup().to_numpy()
    order = np.lexsort([local, group])
    return group[order], forecast.iloc[live[order]].reset_index(drop=True), live[order]


def _days(table):
    return pd.DatetimeIndex(table["interval_start"]).tz_localize(None).normalize()


def _groups(table, starts, period, span):
    """Return one row per queue and period: project, channel, first_day and last_day with open intervals, whole."""
    day = _days(table)
    ends = np.append(starts[1:], len(table)) - 1
    named = {name: table[name].to_numpy()[starts] for name in ("project", "channel")}
    names = [period[project] if isinstance(period, dict) else period for project in named["project"]]
    whole = [is_whole([first], name, span=span)[0] for first, name in zip(day[starts], names, strict=True)]
    return pd.DataFrame(named | {"first_day": day[starts], "last_day": day[ends], "whole": whole})
