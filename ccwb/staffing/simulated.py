"""A plan held against a simulation of its days: what the formulas promise beside what contacts meet when played."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.queueing.simulation import Group, simulate
from ccwb.queueing.simulation.columns import KINDS, TIMES
from ccwb.queueing.simulation.result import outcome, worked
from ccwb.staffing.played import played_of
from ccwb.staffing.sums import summary

MEASURES = ("service_level", "asa_s", "abandonment", "answer_rate", "occupancy")
_NEAR = {"asa_s": 1.0}  # what formula and simulation may differ by whatever chance says: a second, else half a point
_KEY = ["project", "channel"]


@dataclass(frozen=True)
class Simulated:
    """What was played, beside the formulas.

    queues : a row per queue and measure: project, channel, measure, formula, simulated, low, high, verdict. low to high
    is the 95 % interval of the mean of many such days; verdict is 'agree' where the formula lies in it or within half a
    point (asa_s: a second), else 'higher' or 'lower', as the simulation is; 'unknown' where one of both has no figure.
    blocked is a measure of queues with bounded lines.
    intervals : the same by interval, with interval_start and interval_s.
    replications : how often the days were played.  contacts : simulated in all.  first_day, last_day : of the plan.
    """

    queues: pd.DataFrame
    intervals: pd.DataFrame
    replications: int
    contacts: int
    first_day: pd.Timestamp
    last_day: pd.Timestamp


def simulated(
    requirement,
    *,
    targets,
    first_day,
    last_day=None,
    replications=200,
    seed=1,
    beside=None,
    progress=None,
    cancel=None,
    jobs=1,
    compiled=None,
):
    """Play some days of a plan and hold its formulas against them, as a `Simulated`.

    requirement : requirement table of one or several projects; its live queues are played, each with its own agents,
    from the first open interval to the last. Whoever is in line at the end of an open time is still served for up to
    half an hour by those of the last interval; occupancy counts the open time alone.
    targets : (project, channel) -> dict as from `targets_of`.  first_day, last_day : by the project's clock; one day
    where last_day is None.  beside : name -> table like the requirement, of the same rows by another model: a column
    more for each, of that name.
    replications, seed, progress, cancel, jobs, compiled : as for `simulate`.
    Raises PlanError where there is nothing to play; else as `simulate`.

    >>> from ccwb.staffing import requirement as need
    >>> hours = pd.date_range("2026-03-02 10:00", periods=4, freq="30min")
    >>> forecast = pd.DataFrame({"interval_start": hours, "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> targets = {("orders", "voice"): {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}}
    >>> got = simulated(need(forecast, targets=targets), targets=targets, first_day="2026-03-02", replications=100)
    >>> got.queues[["measure", "formula", "simulated", "verdict"]].round(2).loc[0].to_dict()
    {'measure': 'service_level', 'formula': 0.82, 'simulated': 0.83, 'verdict': 'agree'}
    """
    of = played_of(requirement, targets=targets, first_day=first_day, last_day=last_day)
    groups = [
        Group(str(number), [str(number)], agents=of.stay(agents, open_))
        for number, (agents, open_) in enumerate(zip(of.agents, of.open, strict=True))
    ]
    how = {"replications": replications, "seed": seed, "jobs": jobs, "compiled": compiled}
    got = simulate(of.queues(), groups, length_s=of.length_s, progress=progress, cancel=cancel, **how)
    beside = {"formula": requirement, **(beside or {})}
    return Simulated(
        queues=_by_queue(of, got, beside),
        intervals=_by_interval(of, got, beside),
        replications=got.replications,
        contacts=got.attempts,
        first_day=pd.Timestamp(first_day),
        last_day=pd.Timestamp(first_day if last_day is None else last_day),
    )


def _by_queue(of, got, beside):
    known = {name: summary(_same_rows(of, table), by=_KEY, weeks=1).set_index(_KEY) for name, table in beside.items()}
    parts = []
    for number, (project, channel) in enumerate(of.names):
        busy, present = (got.parts[kind][:, number][:, of.open[number]].sum(axis=1) for kind in TIMES)
        figures = {name: getattr(got.queues[str(number)], name) for name in MEASURES[:-1]}
        figures["occupancy"] = worked(busy, present).occupancy
        if of.targets[number].get("lines"):
            figures["blocked"] = got.queues[str(number)].blocked
        key = {"project": [project] * len(figures), "channel": channel, "measure": list(figures)}
        told = {name: known[name].loc[(project, channel), list(figures)].to_numpy(dtype=float) for name in known}
        parts.append(_beside(key, told, figures.values(), none=of.offered[number].sum() == 0))
    return pd.concat(parts, ignore_index=True)


def _by_interval(of, got, beside):
    known = {name: _same_rows(of, table) for name, table in beside.items()}
    sums = {
        kind: np.concatenate([np.zeros_like(part[..., :1]), part.cumsum(axis=2)], axis=2)
        for kind, part in got.parts.items()
    }
    sums = {
        kind: (part[:, of.row_queue, of.row_to] - part[:, of.row_queue, of.row_from]) for kind, part in sums.items()
    }
    queue, team = outcome(*(sums[kind] for kind in KINDS)), worked(*(sums[kind] for kind in TIMES))
    none = of.rows["offered"].to_numpy() == 0
    parts = []
    for name in MEASURES:
        key = {column: of.rows[column].array for column in ("interval_start", "interval_s", *_KEY)} | {"measure": name}
        told = {model: table[name].to_numpy(dtype=float) for model, table in known.items()}
        parts.append(_beside(key, told, [getattr(team if name == "occupancy" else queue, name)], none=none))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values([*_KEY, "interval_start"], kind="stable", ignore_index=True)


def _same_rows(of, table):
    """Return a table's rows in the order of those that are played."""
    key = ["interval_start", *_KEY]
    return of.rows[key].merge(table, on=key, how="left", validate="one_to_one")


def _beside(key, told, estimates, *, none):
    """Return rows of what the models tell, what was simulated and what to think of it; no figures where none came."""
    value, low, high = (np.array([getattr(e, end) for e in estimates]).ravel() for end in ("value", "low", "high"))
    simulated = [np.where(none | ~np.isfinite(figure), np.nan, figure) for figure in (value, low, high)]
    table = pd.DataFrame(key | told | dict(zip(("simulated", "low", "high"), simulated, strict=True)))
    near = table["measure"].map(lambda name: _NEAR.get(name, 0.005))
    formula, value = table["formula"], table["simulated"]
    agree = (formula >= table["low"]) & (formula <= table["high"]) | ((formula - value).abs() <= near)
    verdict = np.where(agree, "agree", np.where(value > formula, "higher", "lower"))
    return table.assign(verdict=np.where(formula.isna() | value.isna(), "unknown", verdict))
