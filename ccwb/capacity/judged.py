"""The fixed budget judged: hours, people, cost and cost per contact as they were planned and as they came."""

import numpy as np
import pandas as pd

from ccwb.capacity.budget import CONTACTS, COSTS, _covered, _within
from ccwb.tables import COST_KINDS, TABLES, check

_SUMS = ("hours", "cost", "labour", "contacts")
_PLACE = ["project", "first_day"]


def judged(budget, costs, *, agents, handled, first_day, last_day, by=_PLACE, full_time_hours_week=40.0):
    """Return plan and actual of a budget per project and month, or other groups: one row each, `by=()` for one in all.

    budget, costs, agents : tables of these names.  handled : project, day and contacts handled.  first_day, last_day :
    the days that are judged, both included; a month counts by as many of its days as lie within.  by : of project and
    first_day (that of the calendar month).
    Returned, each as plan_ and actual_ : hours (paid; in fact the contract hours of those employed, overtime is not in
    the register), fte, cost, labour (with overtime and temporary staff), contacts, cost_per_contact; and known, the
    share of the days for which anything is booked: below 1 the actual cost is not all.
    Costs booked for no project are shared out by the contacts that each project handled in the month.
    """
    first, last = pd.Timestamp(first_day), pd.Timestamp(last_day)
    sides = {"plan": _planned(budget, first, last), "actual": _came(costs, agents, handled, first, last)}
    tables = []
    for name, rows in sides.items():
        sums = rows.groupby(list(by))[list(_SUMS)].sum() if by else rows[list(_SUMS)].sum().to_frame().T
        tables.append(sums.add_prefix(f"{name}_"))
    out = tables[0].join(tables[1], how="outer").fillna(0.0).reset_index(drop=not by)
    days = (last - first).days + 1
    for name in sides:
        length = _days_of(out["first_day"], first, last) if "first_day" in by else days
        out[f"{name}_fte"] = out[f"{name}_hours"] / (length / 7 * full_time_hours_week)
        each = out[f"{name}_contacts"]
        out[f"{name}_cost_per_contact"] = out[f"{name}_cost"] / each.where(each > 0)
    booked = _within(costs[costs["kind"].isin(COST_KINDS)], first, last)
    return out.assign(known=_covered(booked, first, last))


def planned_per_contact(budget, *, first_day, last_day):
    """Return what a contact was planned to cost in some days, per project: kpi_values with basis 'plan'.

    budget : table of that name.  first_day, last_day : both included; a month counts by as many of its days as lie
    within.  numerator : the budget's costs, denominator : the contacts that it expects to be handled; projects whose
    budget expects none are left out.

    >>> rows = [("labour", 900.0, None), ("technology", 100.0, None), ("contacts", 0.0, 400.0)]
    >>> table = pd.DataFrame(rows, columns=["kind", "amount", "contacts"]).assign(project="help")
    >>> days = {"first_day": pd.Timestamp("2026-03-01"), "last_day": pd.Timestamp("2026-03-31")}
    >>> found = planned_per_contact(table.assign(**days), **days)
    >>> found[["project", "numerator", "denominator", "value"]].values.tolist()
    [['help', 1000.0, 400.0, 2.5]]
    """
    first, last = pd.Timestamp(first_day), pd.Timestamp(last_day)
    sums = _planned(budget, first, last).groupby("project")[["cost", "contacts"]].sum()
    sums = sums[sums["contacts"] > 0].reset_index()
    named = {"cost": "numerator", "contacts": "denominator"}
    place = {"kpi": "cost_per_contact", "channel": "", "first_day": first, "last_day": last, "basis": "plan"}
    out = sums.assign(**place, value=sums["cost"] / sums["contacts"]).rename(columns=named)
    return out[[name for name in TABLES["kpi_values"].names if name in out]].assign(known=1.0)


def gap_of(row, *, cost="cost"):
    """Return what a gap between plan and actual cost is made of: volume of hours, cost of an hour, all beside labour.

    row : of `judged`.  Returned: gap, hours (more or fewer of them, at the planned cost of an hour), rate (the hours
    there were, each dearer or cheaper) and other; the three add up to the gap.  Without hours planned or found, all of
    labour's gap is rate.
    """
    planned = row["plan_labour"] / row["plan_hours"] if row["plan_hours"] and row["actual_hours"] else 0.0
    hours = (row["actual_hours"] - row["plan_hours"]) * planned
    labour = row["actual_labour"] - row["plan_labour"]
    gap = row[f"actual_{cost}"] - row[f"plan_{cost}"]
    return {"gap": gap, "hours": hours, "rate": labour - hours, "other": gap - labour}


def as_before(agents, costs, contacts, *, first_day, last_day, known_until):
    """Return a budget without a plan: the people there are go on, and all other costs as they were booked last.

    agents, costs : tables of these names.  contacts : project, day and contacts expected.  first_day, last_day : of the
    budget.  known_until : the day on which it is made: who had come and not left by then, and the last month booked
    before it, day by day.  labour : contract hours at the person's hourly cost.  Returned: budget table.
    """
    until, first, last = (pd.Timestamp(day) for day in (known_until, first_day, last_day))
    here = agents[(agents["hired"].isna() | (agents["hired"] <= until)) & ~(agents["left"] <= until)]
    here = here.assign(hired=pd.NaT, left=pd.NaT)
    hours = paid_hours(here, first_day=first, last_day=last).set_index(_PLACE)["hours"]
    wages = paid_hours(here.assign(hours_week=here["hours_week"] * here["hourly_cost"]), first_day=first, last_day=last)
    labour = wages.rename(columns={"hours": "amount"}).assign(kind="labour", hours=hours.to_numpy())
    months = [labour[["project", "first_day", "kind", "amount", "hours"]]]
    booked = costs[(costs["last_day"] <= until) & (costs["kind"] != "labour") & (costs["project"] != "")]
    latest = booked[booked["last_day"] == booked["last_day"].max()]
    each = latest["amount"] / ((latest["last_day"] - latest["first_day"]).dt.days + 1)
    spans = pd.DataFrame({"first_day": sorted(set(labour["first_day"]))})
    spans["days"] = _days_of(spans["first_day"], first, last)
    other = latest[["project", "kind"]].assign(each=each).merge(spans, how="cross")
    months.append(other.assign(amount=other["each"] * other["days"])[["project", "first_day", "kind", "amount"]])
    told = contacts[contacts["day"].between(first, last)].assign(first_day=lambda rows: _month(rows["day"]))
    told = told.groupby(_PLACE, as_index=False)["contacts"].sum().assign(kind=CONTACTS, amount=0.0)
    table = pd.concat([*months, told], ignore_index=True)
    ends = (table["first_day"] + pd.offsets.MonthEnd(0)).clip(upper=last)
    table = table.assign(first_day=table["first_day"].clip(lower=first), last_day=ends)
    return check(table[[name for name in TABLES["budget"].names if name in table]], "budget")


def _planned(budget, first, last):
    """Return the budget's rows within the days: project, first_day of the month, and what counts."""
    amounts = _within(budget, first, last)
    share = amounts["part"] / amounts["amount"].where(amounts["amount"] != 0)
    whole = (amounts["last_day"] - amounts["first_day"]).dt.days + 1
    inside = amounts["last_day"].clip(upper=last) - amounts["first_day"].clip(lower=first)
    share = share.fillna((inside.dt.days + 1).clip(lower=0) / whole)
    rows = amounts.assign(first_day=amounts["first_day"].dt.to_period("M").dt.to_timestamp())
    money = rows["part"].where(rows["kind"].isin(COSTS), 0.0)
    wages = rows["part"].where(rows["kind"].isin(("labour", "overtime", "temporary")), 0.0)
    counts = {name: rows[name].fillna(0.0) * share if name in rows else 0.0 for name in ("hours", "contacts")}
    return rows[_PLACE].assign(cost=money, labour=wages, **counts)[share > 0]


def _came(costs, agents, handled, first, last):
    """Return per project and month what was booked, the hours of those employed, and the contacts handled."""
    contacts = handled[handled["day"].between(first, last)]
    contacts = contacts.assign(first_day=_month(contacts["day"])).groupby(_PLACE, as_index=False)["contacts"].sum()
    booked = _by_month(costs[costs["kind"].isin(COST_KINDS)], first, last)
    own, shared = booked[booked["project"] != ""], booked[booked["project"] == ""]
    whole = contacts.groupby("first_day")["contacts"].transform("sum")
    split = contacts.assign(share=contacts["contacts"] / whole.where(whole > 0)).drop(columns="contacts")
    shared = shared.drop(columns="project").merge(split, on="first_day")
    shared = shared.assign(amount=shared["amount"] * shared["share"])
    money = pd.concat([own, shared[own.columns]], ignore_index=True)
    money = money.assign(cost=money["amount"], labour=money["amount"].where(money["kind"] == "labour", 0.0))
    parts = [money[[*_PLACE, "cost", "labour"]], paid_hours(agents, first_day=first, last_day=last), contacts]
    return pd.concat(parts, ignore_index=True).fillna(dict.fromkeys(_SUMS, 0.0))


def paid_hours(agents, *, first_day, last_day):
    """Return the contract hours of those employed, per project and month: project, first_day, hours.

    agents : agents table; a week's hours count a seventh a day from the day hired to the last day at work.
    """
    days = pd.date_range(first_day, last_day, freq="D")
    hired = pd.to_datetime(agents["hired"]).fillna(pd.Timestamp("1900-01-01")).to_numpy()
    left = pd.to_datetime(agents["left"]).fillna(pd.Timestamp("2200-01-01")).to_numpy()
    there = (hired[:, None] <= days.to_numpy()) & (left[:, None] >= days.to_numpy())
    hours = pd.DataFrame(there * (agents["hours_week"].to_numpy(dtype=float)[:, None] / 7), columns=_month(days))
    table = hours.T.groupby(level=0).sum().T.assign(project=agents["project"].to_numpy())
    table = table.groupby("project").sum().rename_axis(columns="first_day")
    return table.stack().rename("hours").reset_index()


def _by_month(costs, first, last):
    """Return costs spread evenly over their days and added up by calendar month, those within the days."""
    rows = []
    for one in costs.itertuples():
        days = pd.date_range(one.first_day, one.last_day, freq="D")
        inside = _month(days[(days >= first) & (days <= last)])
        project = one.project if isinstance(one.project, str) else ""
        rows += [(project, month, one.kind, one.amount * n / len(days)) for month, n in inside.value_counts().items()]
    return pd.DataFrame(rows, columns=["project", "first_day", "kind", "amount"])


def _month(days):
    days = pd.DatetimeIndex(days)
    return days.to_period("M").to_timestamp()


def _days_of(months, first, last):
    ends = (months + pd.offsets.MonthEnd(0)).clip(upper=last)
    return np.maximum((ends - months.clip(lower=first)).dt.days + 1, 1)
