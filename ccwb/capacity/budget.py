"""The budget: what a plan costs and earns by project, month and kind, held against what came and the cycle before."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables import COST_KINDS, TABLES, check, empty

KEYS = ("handled", "hours", "even")  # by what shared costs are split: contacts handled, paid hours, equal parts
COSTS = {
    "labour": N_("Wages of ordinary paid hours"),
    "training": N_("Trainers and cross-training"),
    "hiring": N_("Finding new people"),
    "overtime": N_("Overtime"),
    "temporary": N_("Temporary staff"),
    "technology": N_("Technology"),
    "infrastructure": N_("Infrastructure"),
    "operations": N_("Operations"),
    "shared": N_("Share of what all projects use"),
}
EARNED = {"revenue": N_("Revenue"), "bonus": N_("Bonus and malus expected")}
CONTACTS = "contacts"  # the kind of the row that says what costs are divided by
# What the books call it: a plan tells more kinds of cost than those that are booked
BOOKED_AS = {kind: kind for kind in COSTS} | {"overtime": "labour", "temporary": "labour"}
BOOKED_AS |= {"training": "operations", "hiring": "operations"}


def budget(plan, *, others=None, key="handled", contracts=None):
    """Return the budget of a plan, a table as TABLES["budget"]: a row per project, month and kind.

    plan : from `hiring_plan`, of one scenario.  others : costs beside people's: project ("" is shared), first_day (of
    one of the plan's months), kind and amount; shared ones become kind 'shared' of each project.  key : by what they
    are split in each month: 'handled' contacts, paid 'hours', or 'even' parts.
    contracts : project -> its contract, with what it earns (`ccwb.projects.EARNS`); None: nothing is earned.
    A project's sum of a month is the sum of its rows but for those of kind contacts, revenue and bonus.
    Raises PlanError for a key that there is not and for others of months or projects that the plan has not.
    """
    if key not in KEYS:
        raise PlanError(
            N_("Shared costs are split by one of: {known}; found {found}. Choose one of them on the setup page."),
            known=", ".join(KEYS),
            found=str(key),
        )
    months = plan.months[["project", "first_day", "last_day", "handled"]]
    parts = [plan.costs, months.rename(columns={"handled": "contacts"}).assign(kind=CONTACTS, amount=0.0)]
    if others is not None and len(others):
        parts += [_own(plan, others), _shared(plan, others, key)]
    parts.append(_earned(plan, contracts or {}))
    known = [part for part in parts if len(part)]
    table = pd.concat(known, ignore_index=True) if known else empty("budget")
    kinds = [*COSTS, *EARNED, CONTACTS]
    order = table["kind"].map(kinds.index)
    table = table.assign(order=order).sort_values(["project", "first_day", "order"], ignore_index=True)
    return check(table[[name for name in TABLES["budget"].names if name in table]], "budget")


def sums_of(table, *, by=("project",), full_time_hours_week=40.0):
    """Sum up a budget: one row per group (one in all for `by=()`): what it costs, earns and leaves.

    by : of project, first_day and kind.  Returned: hours, fte (paid hours over full-time hours of the group's months),
    contacts, cost, revenue (bonus and malus included), margin (revenue - cost), cost_per_contact, revenue_per_contact
    (sums over contacts; missing without any) and margin_share of revenue.
    """
    groups = table.groupby(list(by), sort=True) if by else [((), table)]
    rows = [dict(zip(by, key, strict=True)) | _summed(part, full_time_hours_week) for key, part in groups]
    names = ["hours", "fte", "contacts", "cost", "revenue", "margin", "cost_per_contact", "revenue_per_contact"]
    return pd.DataFrame(rows, columns=[*by, *names, "margin_share"])


def against(table, costs, *, first_day, last_day):
    """Hold a budget against what was booked: a row per project and kind of the books: plan, actual, gap, known.

    table : budget.  costs : costs table; project "" is shared and stands against the plan's kind 'shared' of all
    projects together.  first_day, last_day : of the time asked for, both included; an amount counts as much as of its
    days lie within. overtime and temporary staff are booked as labour, training and hiring as operations.
    gap : actual - plan.  known : share of the days that the books cover; where it is below 1 the gap is not to be read
    as savings.  Projects and kinds that only one side has count 0 on the other.
    """
    plan = _within(table[table["kind"].isin(COSTS)], first_day, last_day)
    plan["kind"] = plan["kind"].map(BOOKED_AS)
    plan["project"] = plan["project"].where(plan["kind"] != "shared", "")
    booked = costs.assign(project=costs["project"].astype(object).where(costs["project"].notna(), ""))
    actual = _within(booked[booked["kind"].isin(COST_KINDS)], first_day, last_day)
    known = _covered(actual, first_day, last_day)
    actual["kind"] = actual["kind"].where(actual["project"] != "", "shared")
    sides = [side.groupby(["project", "kind"])["part"].sum() for side in (plan, actual)]
    told = pd.concat(sides, axis=1, keys=["plan", "actual"]).fillna(0.0).sort_index().reset_index()
    told["gap"] = told["actual"] - told["plan"]
    return told.assign(known=known)


def beside(table, *, days, before=None, costs=None, days_before=None):
    """Hold a budget against the cycle before: a row per project and kind of the books, each amount a day.

    days, days_before : (first, last) of this cycle and of the one before.  before : its budget, or None.  costs :
    costs table, what the cycle before cost in truth, or None.
    Returned: project, kind, plan, previous_plan, previous_actual (money a day, since cycles differ in length; missing
    where not given) and change (plan / previous_actual - 1, of the previous plan where nothing was booked).
    """
    now = against(table, _no_costs(), first_day=days[0], last_day=days[1])
    told = now.set_index(["project", "kind"])[["plan"]] / _days(*days)
    earlier = _no_costs() if costs is None else costs
    planned = table.iloc[:0] if before is None else before
    if days_before is not None:
        past = against(planned, earlier, first_day=days_before[0], last_day=days_before[1])
        past = past.set_index(["project", "kind"])[["plan", "actual"]] / _days(*days_before)
        told = told.join(past.rename(columns={"plan": "previous_plan", "actual": "previous_actual"}), how="outer")
        told["plan"] = told["plan"].fillna(0.0)
    for name, given in (("previous_plan", before), ("previous_actual", costs)):
        told[name] = told[name].fillna(0.0) if given is not None and name in told else np.nan
    base = told["previous_actual"].where(told["previous_actual"] > 0, told["previous_plan"])
    told["change"] = told["plan"] / base.where(base > 0) - 1
    return told.reset_index()[["project", "kind", "plan", "previous_plan", "previous_actual", "change"]]


def _own(plan, others):
    rows = _placed(plan, others[others["project"] != ""])
    unknown = set(rows["project"]) - set(plan.months["project"])
    if unknown:
        raise PlanError(
            N_("There are costs of {found}, for which there is no plan. Plan it too, or leave its costs out."),
            found=", ".join(sorted(unknown)),
        )
    return rows[["project", "first_day", "last_day", "kind", "amount"]]


def _shared(plan, others, key):
    """Return each project's share of the costs of no project, month by month."""
    rows = _placed(plan, others[others["project"] == ""])
    total = rows.groupby("first_day")["amount"].sum()
    hours = plan.costs.groupby(["project", "first_day"])["hours"].sum()
    months = plan.months[["project", "first_day", "last_day", "handled"]].copy()
    paid = hours.reindex(pd.MultiIndex.from_frame(months[["project", "first_day"]])).fillna(0.0).to_numpy()
    months["basis"] = {"handled": months["handled"], "hours": paid, "even": 1.0}[key]
    whole = months.groupby("first_day")["basis"].transform("sum")
    many = months.groupby("first_day")["basis"].transform("size")
    share = (months["basis"] / whole.where(whole > 0)).fillna(1 / many)
    amount = share * months["first_day"].map(total).fillna(0.0)
    told = months[["project", "first_day", "last_day"]].assign(kind="shared", amount=amount)
    return told[told["amount"] > 0]


def _placed(plan, others):
    """Return costs with the last day of their month; PlanError where the plan has no such month."""
    months = plan.months.drop_duplicates("first_day").set_index("first_day")["last_day"]
    first = pd.to_datetime(others["first_day"])
    unknown = first[~first.isin(months.index)]
    if len(unknown):
        raise PlanError(
            N_("There are costs of a month from {found} that the plan does not have. Give costs by the plan's months."),
            found=str(unknown.iloc[0])[:10],
        )
    return others.assign(first_day=first, last_day=first.map(months))


def _earned(plan, contracts):
    rows = []
    for row in plan.months.itertuples():
        own = contracts.get(row.project) or {}
        terms = {
            name: own.get(name) or 0.0 for name in ("earns_contact", "earns_hour", "earns_month", "bonus", "malus")
        }
        share = ((row.last_day - row.first_day).days + 1) / row.first_day.days_in_month
        revenue = terms["earns_contact"] * row.handled + terms["earns_hour"] * row.need_hours
        revenue += terms["earns_month"] * share
        bonus = (terms["bonus"] * row.chance - terms["malus"] * (1 - row.chance)) * share
        place = (row.project, row.first_day, row.last_day)
        rows += [(*place, kind, amount) for kind, amount in (("revenue", revenue), ("bonus", bonus)) if amount]
    return pd.DataFrame(rows, columns=["project", "first_day", "last_day", "kind", "amount"])


def _summed(part, full_time):
    months = part.drop_duplicates(["first_day", "last_day"])
    weeks = ((months["last_day"] - months["first_day"]).dt.days + 1).sum() / 7
    hours, contacts = (part[name].sum() if name in part else 0.0 for name in ("hours", "contacts"))
    cost, revenue = (part.loc[part["kind"].isin(kinds), "amount"].sum() for kinds in (COSTS, EARNED))
    each = contacts if contacts > 0 else np.nan
    return {
        "hours": hours,
        "fte": hours / (weeks * full_time) if weeks else np.nan,
        "contacts": contacts,
        "cost": cost,
        "revenue": revenue,
        "margin": revenue - cost,
        "cost_per_contact": cost / each,
        "revenue_per_contact": revenue / each,
        "margin_share": (revenue - cost) / revenue if revenue else np.nan,
    }


def _within(rows, first_day, last_day):
    """Return rows with `part`: as much of their amount as of their days lie within."""
    first, last = (pd.to_datetime(rows[name]) for name in ("first_day", "last_day"))
    inside = (last.clip(upper=pd.Timestamp(last_day)) - first.clip(lower=pd.Timestamp(first_day))).dt.days + 1
    return rows.assign(part=rows["amount"] * inside.clip(lower=0) / ((last - first).dt.days + 1))


def _covered(booked, first_day, last_day):
    """Return the share of the days for which anything is booked."""
    days, booked = pd.date_range(first_day, last_day), booked[booked["part"] > 0]
    known = np.zeros(len(days), dtype=bool)
    for row in booked.drop_duplicates(["first_day", "last_day"]).itertuples():
        known |= (days >= row.first_day) & (days <= row.last_day)
    return float(known.mean()) if len(days) else 0.0


def _no_costs():
    return empty("costs")


def _days(first_day, last_day):
    return (pd.Timestamp(last_day) - pd.Timestamp(first_day)).days + 1
