"""Which aims cannot be kept together, by the staffing model: promises, busy agents, the price of a contact.

Promises can be kept with more agents; what more agents make worse is occupancy and cost. So the fewest agent-hours that
keep the promises show the most that occupancy, and the least that cost, can come to. docs/models_possible.md says more.
"""

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.staffing.agents import requirement
from ccwb.staffing.lines import accepted
from ccwb.staffing.live import around
from ccwb.staffing.period import cheapest
from ccwb.tables import check

PROMISED = {
    "service_level": "service_level",
    "answer_rate": "answer_rate",
    "asa": "asa_s",
    "abandonment": "abandonment",
}
AIMS = (*PROMISED, "occupancy", "cost_per_contact")  # the measures that are looked at


def impossible(forecast, *, targets, aims, tolerances=None, hourly_cost=None):
    """Return which aims of a project the staffing model says cannot be kept together: a list of findings, or none.

    forecast : forecast table of one project in intervals of at most an hour.  targets : (project, channel) -> dict as
    from `targets_of`; in place of a live queue's own promises stand the aims, over each month.
    aims : measure (of AIMS) -> value; a service level is that of each queue's own `answer_within_s`.
    tolerances : measure -> how far occupancy may lie below its aim, and cost above it; else 0.  hourly_cost : loaded
    cost of a paid hour; None: cost is not looked at.

    Each finding is a dict of kind, project, channel ("" for the whole project) and the figures named here:
    unkept     no number of agents keeps the queue's promises: error, a PlanError that says why
    occupancy  agents who keep the promises are less busy than is aimed at: aim, reached (the most it can be over all
               queues), and of the live queue with the least to do, at its busiest: load (erlangs), agents, busy (how
               much they are), fewer (the most agents who would be as busy as is aimed at; 0 where one already is not),
               and what these would give: service_level, asa_s, abandonment (not there for 0)
    cost       labour alone costs more per contact than is aimed at: aim, reached
    Each live queue has agents of its own here; shared between queues they would be busier. Work that may wait keeps
    whoever does it busy all the time, and fills the share `blend` of the idle time of the others first. Rows with
    bounded lines or redials are staffed interval by interval. Where no promise is aimed at nothing is found.
    """
    promised = {name: aims[key] for key, name in PROMISED.items() if aims.get(key) is not None}
    if not promised:
        return []
    live, waits, tolerances = *_in_two(check(forecast, "forecast")), tolerances or {}
    out, kept = [], []
    for (project, channel), rows in live.groupby(["project", "channel"], sort=True):
        own = _aimed(targets[project, channel], promised)
        try:
            kept.append(_fewest(rows, {(project, channel): own}))
        except PlanError as error:
            out.append({"kind": "unkept", "project": project, "channel": channel, "error": error})
    if out or not kept:
        return out
    need = pd.concat(kept, ignore_index=True)
    if not need["agents"].sum():
        return out
    spent = _time_spent(need, waits, targets)
    aim, cost = aims.get("occupancy"), aims.get("cost_per_contact")
    if aim is not None:
        least = aim - tolerances.get("occupancy", 0.0)
        if (reached := spent["busy"] / spent["there"]) < least:
            found = _at_the_peak(_idlest(need, live), targets, promised, least)
            out.append({"kind": "occupancy", **found, "aim": aim, "reached": float(reached)})
    if cost is not None and hourly_cost is not None:
        most = cost + tolerances.get("cost_per_contact", 0.0)
        out += _too_dear(need, spent, hourly_cost, cost, most)
    return out


def _idlest(need, live):
    """Return the rows of the live queue whose agents are least busy."""
    hours = need["agents"] * need["interval_s"]
    busy = need.assign(busy=hours * need["occupancy"].fillna(0.0), there=hours).groupby("channel")[["busy", "there"]]
    sums = busy.sum()
    return live[live["channel"] == (sums["busy"] / sums["there"].where(sums["there"] > 0)).idxmin()]


def _too_dear(need, spent, hourly_cost, aim, most):
    """Return the finding that labour alone costs more per contact handled than `most`, if so."""
    if not spent["handled"] or spent["paid"] * hourly_cost / spent["handled"] <= most:
        return []
    reached = float(spent["paid"] * hourly_cost / spent["handled"])
    return [{"kind": "cost", "project": need["project"].iloc[0], "channel": "", "aim": aim, "reached": reached}]


def _in_two(forecast):
    """Return the rows of live queues and those of work that may wait."""
    live = np.array([CHANNELS[channel].live for channel in forecast["channel"]], dtype=bool)
    return forecast[live], forecast[~live]


def _aimed(target, promised):
    """Return a live queue's targets with what is aimed at in place of its own promises, agents as busy as may be."""
    return {**target, **dict.fromkeys(PROMISED.values()), **promised, "max_occupancy": None, "cushion": 0.0}


def _fewest(rows, targets):
    """Return the requirement of one live queue with the fewest agent-hours that keep its promises."""
    (own,) = targets.values()
    if own.get("lines") is not None or own.get("redial"):
        return requirement(rows, targets=targets)
    return cheapest(rows, targets=targets, period="month")


def _time_spent(need, waits, targets):
    """Return hours in which agents are busy, there and paid, at the least, and the contacts they handle."""
    hours = need["interval_s"] / 3600
    there = need["agents"] * hours
    busy = there * need["occupancy"].fillna(0.0)
    out = {"busy": busy.sum(), "there": there.sum(), "paid": (need["paid"] * hours).sum()}
    out["handled"] = float((accepted(need) * need["answer_rate"].fillna(1.0)).sum() + waits["offered"].sum())
    if not len(waits):
        return out
    own = [targets[queue] for queue in zip(waits["project"], waits["channel"], strict=True)]
    work_s = waits["offered"].to_numpy() * _aht_s(waits, own)
    rest = max(work_s.sum() / 3600 - own[0].get("blend", 0.0) * (out["there"] - out["busy"]), 0.0)
    lost = (1 - own[0].get("shrinkage", 0.0)) * (1 - own[0].get("placed", 0.0))
    return out | {
        "busy": out["busy"] + work_s.sum() / 3600,
        "there": out["there"] + rest,
        "paid": out["paid"] + rest / lost,
    }


def _aht_s(rows, own):
    """Return seconds per contact: the forecast's, else those of the queue's targets."""
    usual = np.array([target.get("aht_s") or np.nan for target in own], dtype=float)
    known = rows["aht_s"].to_numpy(dtype=float) if "aht_s" in rows else np.full(len(rows), np.nan)
    return np.nan_to_num(np.where(known > 0, known, usual))


def _at_the_peak(rows, targets, promised, least):
    """Return what there is to say of a live queue at its busiest interval, as `impossible` tells it."""
    place = rows["project"].iloc[0], rows["channel"].iloc[0]
    own = {place: _aimed(targets[place], promised)}
    row = requirement(rows.loc[[rows["offered"].idxmax()]], targets=own).iloc[0]
    found = {"project": place[0], "channel": place[1], "load": float(row["load"])}
    found |= {"agents": int(row["agents"]), "busy": float(row["occupancy"]), "fewer": 0}
    got = around(row, targets=own, agents=np.arange(1, max(int(row["agents"]), 1) + 1))
    got = got[got["occupancy"] >= least]
    if got.empty:
        return found
    last = got.iloc[-1]
    told = {name: float(last[name]) for name in ("service_level", "asa_s", "abandonment")}
    return found | {"fewer": int(last["agents"])} | told
