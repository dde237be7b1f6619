"""Why a period came out otherwise than planned: the difference split into its causes, through the queueing model.

The model is asked what the plan's days give with every set of causes as they were in fact and the others as planned;
a cause's part is what it changes, averaged over all orders in which the causes can be put in (the Shapley value).
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.evaluation.compared import planned_values
from ccwb.evaluation.factors import CAUSES, factors_of
from ccwb.evaluation.sides import both_sides
from ccwb.messages import N_

AS_PLANNED, UNTOLD_PLAN, UNTOLD_ACTUAL, AS_MEASURED = "planned", "untold_plan", "untold_actual", "actual"
EXPLAINED = ("service_level", "on_time", "answer_rate", "occupancy", "labour", "labour_per_contact")
_MEASURED, _QUEUE = EXPLAINED[:4], ["project", "channel"]
_SILENT = N_("{measure} is not recorded for {queues}: left out of it on both sides.")
_ROWS_AT_ONCE = 250_000
_HOUR = 3600


@dataclass(frozen=True)
class Causes:
    """table : one row per measure and cause.  notes : what could not be told, a list of (template, values).

    facts : cause, planned, actual, unit: what of the two was exchanged, in one number a side.
    """

    table: pd.DataFrame
    notes: list
    facts: pd.DataFrame


def causes(
    plan,
    actuals,
    *,
    model,
    project="",
    channel="",
    first_day=None,
    last_day=None,
    coverage=None,
    shrinkage=None,
    adherence=None,
    patience=None,
    hourly_cost=None,
    labour=None,
    contracts=None,
    kpis=EXPLAINED,
    progress=None,
):
    """Return what made a period other than planned, as Causes: parts per measure that add up to actual - planned.

    plan : requirement table.  actuals : a table of that name.  project, channel, first_day, last_day : what is looked
    at; "" and None are all.  model : function of rows (case, interval_start, interval_s, project, channel, offered,
    aht_s, agents, patience_s) that returns service_level, answer_rate and, where lines are bounded or contacts call
    again, attempts and blocked, row by row; as `ccwb.staffing.giving` makes it.
    coverage : coverage table of the schedule.  shrinkage, adherence : project -> (planned, measured) shares.
    patience : (project, channel) -> (planned, measured) seconds.  hourly_cost : project -> cost of a paid hour, and
    labour : project -> what was paid, for the labour measures.  contracts : as for `measures.compute`.
    progress(done, total) is called while the model is asked.

    table : project, channel, kpi, cause, part, level.  Of each measure the first row is 'planned', the last 'actual';
    between them 'untold_plan' (what the model says of the plan, less the plan), the causes in the order of CAUSES and
    'untold_actual' (what was measured, less what the model says of what came). part is missing in the first and last;
    level is planned and all parts so far. A measure that one side does not know is left out, and so are, on both sides,
    the queues whose actual figures do not tell it.
    A cause whose facts are not given is left out and named in the notes; one that did not change has a part of 0.
    Source: Shapley (1953); of a difference split like this Shorrocks (2013).
    """
    plan, actuals = (_within(table, project, channel, first_day, last_day) for table in (plan, actuals))
    rows = both_sides(plan, actuals)
    given = {"coverage": coverage, "shrinkage": shrinkage, "adherence": adherence, "patience": patience}
    factors, notes = factors_of(rows, **given)
    telling, silent = _telling(actuals, contracts)
    asked = _Asked(model, hourly_cost or {}, {kpi: _of(rows, queues) for kpi, queues in telling.items()})
    members, values = _asked(factors, asked, progress)
    known = _published(plan, actuals, contracts, telling) | _paid(rows, values, labour, channel)
    parts = _averaged(members, values)
    told = [kpi for kpi in kpis if kpi in known and np.isfinite([*known[kpi], *values[:, _place(kpi)]]).all()]
    tables = [_told(kpi, known[kpi], values[:, _place(kpi)], parts[:, _place(kpi)], factors) for kpi in told]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["kpi", "cause", "part", "level"])
    table.insert(0, "channel", channel)
    table.insert(0, "project", project)
    return Causes(table, [*notes, *silent], factors.facts())


def as_kept(table):
    """Return a table of `causes` as the stage's document keeps it, a dict per measure.

    kpi, project ("" is the whole centre), channel ("" is all), plan, actual, and parts: cause -> its part (what no
    cause explains is under untold_plan and untold_actual).

    >>> rows = [("planned", None, 0.8), ("volume", -0.1, 0.7), ("actual", None, 0.7)]
    >>> table = pd.DataFrame(rows, columns=["cause", "part", "level"])
    >>> as_kept(table.assign(project="p", channel="", kpi="service_level"))
    [{'kpi': 'service_level', 'project': 'p', 'channel': '', 'plan': 0.8, 'actual': 0.7, 'parts': {'volume': -0.1}}]
    """
    kept = []
    for (project, channel, kpi), rows in table.groupby(["project", "channel", "kpi"], sort=False):
        inner = rows[~rows["cause"].isin([AS_PLANNED, AS_MEASURED])]
        parts = {cause: float(part) for cause, part in zip(inner["cause"], inner["part"], strict=True)}
        ends = {"plan": float(rows["level"].iloc[0]), "actual": float(rows["level"].iloc[-1])}
        kept.append({"kpi": kpi, "project": project, "channel": channel, **ends, "parts": parts})
    return kept


def averaged_over_orders(members, values):
    """Return a cause's part of the change of a value, averaged over all orders: a row per cause, a column per value.

    members : which causes are in each of the 2^k sets, sets x causes, booleans.  values : sets x values.

    >>> sets = np.array([[False, False], [True, False], [False, True], [True, True]])
    >>> averaged_over_orders(sets, np.array([[0.8], [0.6], [0.75], [0.5]])).ravel().round(3).tolist()
    [-0.225, -0.075]
    """
    k = members.shape[1]
    size, place = members.sum(axis=1), members @ (1 << np.arange(k))
    of = np.empty_like(values)
    of[place] = values
    out = np.zeros((k, values.shape[1]))
    for one in range(k):
        without = ~members[:, one]
        weight = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in size[without]])
        gain = of[place[without] + (1 << one)] - of[place[without]]
        out[one] = (weight[:, None] * gain).sum(axis=0)
    return out


def _within(table, project, channel, first_day, last_day):
    here = np.ones(len(table), dtype=bool)
    for name, value in (("project", project), ("channel", channel)):
        here &= (table[name] == value).to_numpy() if value else True
    days = measures.day_of(table["interval_start"])
    here &= (days >= pd.Timestamp(first_day)).to_numpy() if first_day is not None else True
    here &= (days <= pd.Timestamp(last_day)).to_numpy() if last_day is not None else True
    out = table[here]
    if out.empty:
        raise PlanError(N_("Nothing is known of what was chosen: neither causes nor a difference can be told."))
    return out


def _place(kpi):
    return EXPLAINED.index(kpi)


@dataclass(frozen=True)
class _Asked:
    """model, hourly_cost : as given.  told : measure -> whether a row counts in it."""

    model: object
    hourly_cost: dict
    told: dict


def _of(rows, queues):
    return pd.MultiIndex.from_frame(rows[_QUEUE]).isin(list(queues))


def _telling(actuals, contracts):
    """Return (measure -> the queues whose actual figures tell it, notes on the others)."""
    found = measures.compute(actuals, kpis=_MEASURED, by=_QUEUE, contracts=contracts)
    here = set(actuals.loc[actuals["offered"] > 0, _QUEUE].itertuples(index=False, name=None))
    telling, notes = {}, []
    for kpi, rows in found[found["value"].notna()].groupby("kpi"):
        telling[kpi] = here & set(rows[_QUEUE].itertuples(index=False, name=None))
    for kpi, queues in telling.items():
        live = {"service_level": True, "on_time": False}.get(kpi)
        wanted = {queue for queue in here if live is None or CHANNELS[queue[1]].live == live}
        if absent := sorted(wanted - queues):
            names = "; ".join(" / ".join(queue) for queue in absent)
            notes.append((_SILENT, {"measure": measures.KPIS[kpi].label, "queues": names}))
    return telling, notes


def _asked(factors, asked, progress):
    """Return (which causes are in each set, its measures): the first set is the plan, the last the facts."""
    k = len(factors.changed)
    members = (np.arange(2**k)[:, None] >> np.arange(k)) % 2 == 1
    step = max(1, _ROWS_AT_ONCE // len(factors.rows))
    values = []
    for begin in range(0, len(members), step):
        if progress is not None:
            progress(begin, len(members))
        some = members[begin : begin + step]
        values.append(_measures_of(factors.cases(some), factors.rows, asked))
    return members, np.concatenate(values)


def _measures_of(cases, rows, asked):
    """Return the measures of some cases: cases x EXPLAINED."""
    got = asked.model(cases)
    shape = len(cases) // len(rows), len(rows)
    kept = {name: got[name].to_numpy(dtype=float).reshape(shape) for name in ("service_level", "answer_rate")}
    taken = cases["offered"].to_numpy().reshape(shape)
    if "attempts" in got:
        blocked = got["blocked"].fillna(0.0) if "blocked" in got else 0.0
        taken = (got["attempts"].fillna(cases["offered"]) - blocked).to_numpy(dtype=float).reshape(shape)
    told = np.where(np.isnan(kept["service_level"]), 0.0, taken)  # what is still waiting at the end is in neither sum
    kept["service_level"] = np.nan_to_num(kept["service_level"])
    parts = {name: np.where(taken > 0, taken * kept[name], 0.0) for name in kept}
    agents, aht_s, paid = (cases[name].to_numpy().reshape(shape) for name in ("agents", "aht_s", "paid"))
    length, live = rows["interval_s"].to_numpy(), rows["live"].to_numpy()
    busy = parts["answer_rate"] * aht_s / rows["at_once"].to_numpy()
    wage = rows["project"].map(asked.hourly_cost).astype(float).to_numpy()
    cost = (paid * length / _HOUR * wage).sum(axis=1)
    rows_of = {
        "service_level": (parts["service_level"], told, live),
        "on_time": (parts["service_level"], told, ~live),
        "answer_rate": (parts["answer_rate"], taken, True),
        "occupancy": (busy, agents * length, True),
    }
    sums = {"labour": (cost, np.ones(shape[0])), "labour_per_contact": (cost, parts["answer_rate"].sum(axis=1))}
    for kpi, (above, below, where) in rows_of.items():
        counts = np.broadcast_to(where, len(rows)) & asked.told.get(kpi, False)
        sums[kpi] = above[:, counts].sum(axis=1), below[:, counts].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([sums[kpi][0] / sums[kpi][1] for kpi in EXPLAINED], axis=1)


def _averaged(members, values):
    finite = np.isfinite(values).all(axis=0)
    out = np.full((members.shape[1], values.shape[1]), np.nan)
    out[:, finite] = averaged_over_orders(members, values[:, finite])
    return out


def _published(plan, actuals, contracts, telling):
    """Return measure -> (planned, measured), of the queues that tell it, as the evaluation shows them."""
    out = {}
    for kpi, queues in telling.items():
        known, more = (table[_of(table, queues)] for table in (plan, actuals))
        if len(known) and len(more):
            one = {"kpis": [kpi], "by": (), "contracts": contracts}
            planned = planned_values(known, actuals=more, **one)["value"]
            out[kpi] = float(planned.iloc[0]), float(measures.compute(more, **one)["value"].iloc[0])
    return out


def _paid(rows, values, labour, channel):
    """Return the labour measures' (planned, measured); what was paid is known by project alone."""
    projects = set(rows["project"])
    if channel or not labour or not projects <= set(labour):
        return {}
    spent, handled = sum(labour[name] for name in projects), rows["handled"].sum()
    whole = rows.groupby("queue")["handled"].count().gt(0).all()
    planned = values[0, _place("labour")], values[0, _place("labour_per_contact")]
    return {
        "labour": (planned[0], spent),
        "labour_per_contact": (planned[1], spent / handled if handled > 0 and whole else np.nan),
    }


def _told(kpi, known, values, parts, factors):
    """Return the rows of one measure."""
    part = dict.fromkeys(factors.given, 0.0) | dict(zip(factors.changed, parts, strict=True))
    steps = [(UNTOLD_PLAN, values[0] - known[0])]
    steps += [(cause, part[cause]) for cause in CAUSES if cause in part]
    steps += [(UNTOLD_ACTUAL, known[1] - values[-1])]
    names = [AS_PLANNED, *(name for name, _ in steps), AS_MEASURED]
    each = [np.nan, *(value for _, value in steps), np.nan]
    level = [known[0], *(known[0] + np.cumsum([value for _, value in steps])), known[1]]
    return pd.DataFrame({"kpi": kpi, "cause": names, "part": each, "level": level})
