"""What a requirement costs: paid hours at their loaded cost, own and shared costs by a key, the price of a contact."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.agents import requirement
from ccwb.staffing.sums import summary

KEYS = {"handled": N_("contacts"), "hours": N_("paid hours"), "even": N_("equal parts")}
KINDS = ("technology", "infrastructure", "operations")  # the costs beside labour
RECENT_DAYS = 92  # of booked costs, that the coming ones are taken to be like


def hourly_cost_of(agents):
    """Mean loaded cost of a paid hour over the employed agents, weighted by their hours; None where nobody has one.

    >>> people = pd.DataFrame({"hours_week": [40.0, 20.0, 40.0], "hourly_cost": [30.0, 27.0, None], "left": None})
    >>> hourly_cost_of(people)
    29.0
    """
    if not len(agents) or "hourly_cost" not in agents:
        return None
    here = agents[agents["left"].isna()] if "left" in agents else agents
    cost, hours = (here[name].to_numpy(dtype=float, na_value=np.nan) for name in ("hourly_cost", "hours_week"))
    known = (cost > 0) & (hours > 0)
    return float(cost[known] @ hours[known] / hours[known].sum()) if known.any() else None


def expected_costs(costs, *, days):
    """Costs beside labour to be expected in so many days: as those booked of late, by project and kind.

    costs : costs table; project "" is shared.  Taken are the last RECENT_DAYS days on record, each amount spread evenly
    over its period.  Returns a table with project, kind and amount; empty where nothing is on record.

    >>> booked = pd.DataFrame({"first_day": [pd.Timestamp("2026-01-01")], "last_day": [pd.Timestamp("2026-01-30")],
    ...     "project": "", "kind": "technology", "amount": 3000.0})
    >>> expected_costs(booked, days=10)["amount"].tolist()
    [1000.0]
    """
    rows = costs[costs["kind"].isin(KINDS)]
    if not len(rows):
        return pd.DataFrame({"project": pd.Series(dtype="str"), "kind": pd.Series(dtype="str"), "amount": []})
    first, last = (pd.to_datetime(rows[name]) for name in ("first_day", "last_day"))
    since = max(last.max() - pd.Timedelta(days=RECENT_DAYS - 1), first.min())
    length = (last - first).dt.days + 1
    inside = ((last - first.clip(lower=since)).dt.days + 1).clip(lower=0)
    window = (last.max() - since).days + 1
    taken = rows.assign(amount=rows["amount"] / length * inside / window * days)
    return taken.groupby(["project", "kind"], as_index=False, sort=True)["amount"].sum()


def cost(need, *, hourly_cost, others=None, key="handled", full_time_hours_week=40, weeks=None):
    """What a requirement costs, one row per project: hours, people, labour, other costs, the price of a contact.

    need : requirement table of one or several projects.  hourly_cost : project -> loaded cost of a paid hour; one that
    is missing leaves the project's labour, total and price missing.  others : table of project ("" is shared), kind and
    amount for the same time, as from `expected_costs`.
    key : by what shared costs are split. 'handled': contacts expected to be handled; 'hours': paid hours; 'even'.
    full_time_hours_week, weeks : as for `summary`.

    Returns project, offered, handled, agent_hours, paid_hours, fte, labour, own, shared, total, cost_per_contact (total
    over handled; missing where nothing is handled). handled counts answered contacts; where the model knows no answer
    rate, all offered.
    Raises PlanError for a key that there is not.
    """
    if key not in KEYS:
        raise PlanError(
            N_("Shared costs are split by one of: {known}; found {found}. Choose one of them on the setup page."),
            known=", ".join(KEYS),
            found=key,
        )
    table = summary(need, by=["project"], full_time_hours_week=full_time_hours_week, weeks=weeks)
    rate = need["answer_rate"].to_numpy(dtype=float)
    handled = need["offered"].to_numpy(dtype=float) * np.where(np.isnan(rate), 1.0, rate)
    by_project = need.assign(handled=handled).groupby("project")["handled"].sum()
    out = table[["project", "offered", "agent_hours", "paid_hours", "fte"]].copy()
    out.insert(2, "handled", out["project"].map(by_project).to_numpy(dtype=float))
    wage = np.array([hourly_cost.get(name) or np.nan for name in out["project"]], dtype=float)
    out["labour"] = out["paid_hours"] * wage
    return _with_others(out, others, key)


def _with_others(out, others, key):
    amounts = {} if others is None else others.groupby("project")["amount"].sum().to_dict()
    basis = {"handled": out["handled"], "hours": out["paid_hours"], "even": pd.Series(1.0, index=out.index)}[key]
    share = basis / basis.sum() if basis.sum() > 0 else pd.Series(1 / max(len(out), 1), index=out.index)
    out["own"] = [float(amounts.get(name, 0.0)) for name in out["project"]]
    out["shared"] = share * amounts.get("", 0.0)
    out["total"] = out["labour"] + out["own"] + out["shared"]
    out["cost_per_contact"] = out["total"] / out["handled"].where(out["handled"] > 0)
    return out


def price_of_a_point(forecast, *, targets, queue, point=0.01):
    """What one more point of a queue's service level takes over the forecast: more agent-hours and paid hours.

    queue : (project, channel), live, with a service level.  point : a share, 0.01 is one point.
    Returns {"agent_hours", "paid_hours", "service_level" (the new target)}; PlanError where the target or one point
    more is none.

    >>> forecast = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")], "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.82, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.5}
    >>> price_of_a_point(forecast, targets={("orders", "voice"): target}, queue=("orders", "voice"))
    {'agent_hours': 0.5, 'paid_hours': 1.0, 'service_level': 0.83}
    """
    goal = targets[queue].get("service_level")
    if goal is None or not 0 < goal + point < 1:
        raise PlanError(
            N_("{project} / {channel} has no service level that could be a point higher; found {found}."),
            project=queue[0],
            channel=queue[1],
            found="-" if goal is None else f"{goal:.0%}",
        )
    own = forecast[(forecast["project"] == queue[0]) & (forecast["channel"] == queue[1])]
    better = round(goal + point, 10)
    sums = [
        summary(requirement(own, targets={queue: targets[queue] | {"service_level": level}})).iloc[0]
        for level in (goal, better)
    ]
    more = {name: float(round(sums[1][name] - sums[0][name], 9)) for name in ("agent_hours", "paid_hours")}
    return more | {"service_level": better}
