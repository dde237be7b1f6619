"""What a requirement costs: paid hours at their loaded cost, own and shared costs by a key, the price of a contact."""

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.agents import requirement
from ccwb.staffing.lines import accepted
from ccwb.staffing.sums import summary
from ccwb.staffing.targets import checked_target
from ccwb.tables import COST_KINDS, MOST_HOURLY_COST

KEYS = {"handled": N_("contacts"), "hours": N_("paid hours"), "even": N_("equal parts")}
KINDS = COST_KINDS[1:]  # the costs beside labour
_HOUR = ("hourly_cost", "hours_week")
RECENT_DAYS = 92  # of booked costs, that the coming ones are taken to be like


def hourly_cost_of(agents, *, at=None):
    """Mean loaded cost of a paid hour over the employed agents, weighted by their hours; None where nobody has one.

    at : a day; employed are those whose last day (`left`) is missing or not before it. None: those without a last day
    alone, so that somebody who will leave counts as gone. Who is only hired later counts in both.

    >>> people = pd.DataFrame({"hours_week": [40.0, 20.0, 40.0], "hourly_cost": [30.0, 27.0, None], "left": None})
    >>> hourly_cost_of(people)
    29.0
    """
    if not len(agents) or any(name not in agents for name in ("hourly_cost", "hours_week")):
        return None
    here = agents
    if "left" in agents:
        stays = agents["left"].isna()
        here = agents[stays if at is None else stays | (pd.to_datetime(agents["left"]) >= _day(at, "at"))]
    cost, hours = (pd.to_numeric(here[name]).to_numpy(dtype=float, na_value=np.nan) for name in _HOUR)
    known = (cost >= 0) & (hours > 0)
    return float(cost[known] @ hours[known] / hours[known].sum()) if known.any() else None


def expected_costs(costs, *, days, until=None):
    """Costs beside labour to be expected in so many days: as those booked of late, by project and kind.

    costs : costs table; project "" (or missing) is shared.  until : the first of the coming days; None: nothing is
    booked ahead, they follow the last day on record.
    Of each project and kind are taken the last RECENT_DAYS before `until`, or before its own last day on record where
    that is earlier, each amount spread evenly over its period: what they cost a day.  A coming day counts that much, or
    what is already booked for it where that is more: one bill booked ahead does not say that the others end. So a
    contract that gets cheaper is counted at its old cost until RECENT_DAYS have passed.
    Returns a table with project, kind and amount; empty where nothing is on record.  Raises PlanError for an amount
    that is missing, and for days that are none.

    >>> booked = pd.DataFrame({"first_day": [pd.Timestamp("2026-01-01")], "last_day": [pd.Timestamp("2026-01-30")],
    ...     "project": "", "kind": "technology", "amount": 3000.0})
    >>> expected_costs(booked, days=10)["amount"].tolist()
    [1000.0]
    """
    if not (isinstance(days, int | float | np.number) and 0 <= days < np.inf):
        raise PlanError(N_("Costs are expected for a number of days, 0 or more; found {found}."), found=str(days))
    rows = costs[costs["kind"].isin(KINDS)]
    rows = rows.assign(project=_project(rows["project"]), amount=_amount(rows))
    until = None if until is None else _day(until, "until")
    groups = rows.groupby(["project", "kind"], sort=True)
    made = [(*key, _coming(own, days, until)) for key, own in groups]
    table = pd.DataFrame(made, columns=["project", "kind", "amount"])
    return table.astype({"project": "str", "kind": "str", "amount": float})


def _coming(rows, days, until):
    """Return what one project's costs of a kind are expected to be in the coming days."""
    first, last = (pd.to_datetime(rows[name]) for name in ("first_day", "last_day"))
    length = (last - first).dt.days + 1
    if not (length >= 1).all():
        raise PlanError(N_("A cost's last day comes before its first, or a day is missing. Correct the costs."))
    a_day = (rows["amount"] / length).to_numpy()
    end = last.max() if until is None else min(last.max(), until - pd.Timedelta(days=1))
    since = max(end - pd.Timedelta(days=RECENT_DAYS - 1), first.min())
    inside = ((last.clip(upper=end) - first.clip(lower=since)).dt.days + 1).clip(lower=0)
    of_late = float(a_day @ inside.to_numpy()) / max((end - since).days + 1, 1)
    if until is None:
        return of_late * days
    begin, finish = ((moment - until).dt.days.to_numpy() for moment in (first, last))
    day = np.arange(np.ceil(days))[:, None]
    booked = ((begin <= day) & (day <= finish)) @ a_day
    return float(np.maximum(booked, of_late) @ np.clip(days - day[:, 0], 0, 1))


def cost(need, *, hourly_cost, others=None, key="handled", full_time_hours_week=40, weeks=None):
    """What a requirement costs, one row per project: hours, people, labour, other costs, the price of a contact.

    need : requirement table of one or several projects.  hourly_cost : loaded cost of a paid hour, one number for all
    or project -> number; where it is missing or None, the project's labour, total and price are missing.
    others : table of project ("" or missing is shared), kind and amount for the same time, as from `expected_costs`.
    key : by what shared costs are split. 'handled': contacts expected to be handled; 'hours': paid hours; 'even'.
    full_time_hours_week, weeks : as for `summary`.

    Returns project, offered, handled, agent_hours, paid_hours, fte, labour, own, shared, total, cost_per_contact (total
    over handled; missing where nothing is handled). handled counts answered contacts; where the model knows no answer
    rate, all offered. A project that has no rows in `need` has no row here either: its own costs are left out, while
    all shared ones are split among those that are here. The table is empty for an empty `need`.
    Raises PlanError for a key that there is not, for amounts or an hourly cost that are no numbers, and for shared
    costs that nobody is there to bear.
    """
    if key not in KEYS:
        raise PlanError(
            N_("Shared costs are split by one of: {known}; found {found}. Choose one of them on the setup page."),
            known=", ".join(KEYS),
            found=str(key),
        )
    table = summary(need, by=["project"], full_time_hours_week=full_time_hours_week, weeks=weeks)
    rate = need["answer_rate"].to_numpy(dtype=float)
    handled = accepted(need) * np.where(np.isnan(rate), 1.0, rate)
    by_project = need.assign(handled=handled).groupby("project")["handled"].sum()
    out = table[["project", "offered", "agent_hours", "paid_hours", "fte"]].copy()
    out.insert(2, "handled", out["project"].map(by_project).to_numpy(dtype=float))
    out["labour"] = out["paid_hours"] * wages(hourly_cost, out["project"])
    return _with_others(out, others, key)


def wages(hourly_cost, projects):
    """Return the loaded cost of a paid hour per project, missing where unknown.

    hourly_cost : one number for all, or project -> number, or None; at most tables.MOST_HOURLY_COST.

    >>> wages({"orders": 30, "bank": None}, ["orders", "bank"]), wages(25, ["orders"])
    (array([30., nan]), array([25.]))
    """
    known = [hourly_cost.get(name) if isinstance(hourly_cost, dict) else hourly_cost for name in projects]
    try:
        values = np.array([np.nan if value is None or pd.isna(value) else value for value in known], dtype=float)
    except (TypeError, ValueError):
        values = np.array([-1.0])
    if (values < 0).any() or (values > MOST_HOURLY_COST).any():
        raise PlanError(
            N_("The cost of a paid hour is a number from 0 to {most}; found {found}. Correct it on the setup page."),
            most=f"{MOST_HOURLY_COST:,}",
            found=str(hourly_cost),
        )
    return values


def _with_others(out, others, key):
    amounts = _amounts(others)
    if not len(out) and amounts.get("", 0.0):
        raise PlanError(
            N_("Shared costs of {amount} cannot be split: the plan has no rows. Make a plan first (step 3)."),
            amount=f"{amounts['']:g}",
        )
    basis = {"handled": out["handled"], "hours": out["paid_hours"], "even": pd.Series(1.0, index=out.index)}[key]
    share = basis / basis.sum() if basis.sum() > 0 else pd.Series(1 / max(len(out), 1), index=out.index)
    out["own"] = [float(amounts.get(name, 0.0)) for name in out["project"]]
    out["shared"] = share * amounts.get("", 0.0)
    out["total"] = out["labour"] + out["own"] + out["shared"]
    out["cost_per_contact"] = out["total"] / out["handled"].where(out["handled"] > 0)
    return out


def _amounts(others):
    """Return project -> amount of the other costs, "" being shared."""
    if others is None:
        return {}
    absent = [name for name in ("project", "amount") if name not in others]
    if absent:
        raise PlanError(
            N_("The table of other costs needs the columns project and amount; it lacks {absent}."),
            absent=", ".join(absent),
        )
    return _amount(others).groupby(_project(others["project"])).sum().to_dict()


def _project(column):
    return column.astype(object).where(column.notna(), "")


def _amount(rows):
    """Return the amounts as numbers; PlanError names the first that is none."""
    amount = pd.to_numeric(rows["amount"], errors="coerce").astype(float)
    wrong = ~np.isfinite(amount.to_numpy(dtype=float, na_value=np.nan))
    if wrong.any():
        at = rows.iloc[int(np.argmax(wrong))]
        raise PlanError(
            N_("A cost ({project} / {kind}) has no amount that is a number; found {found}. Correct the costs."),
            project=at["project"] if pd.notna(at["project"]) and at["project"] else "-",
            kind=str(at.get("kind", "-")),
            found=str(at["amount"]),
        )
    return amount


def _day(value, name):
    """Return a day without its time and zone; PlanError where it is none."""
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if pd.isna(day):
        raise PlanError(N_("{name} has to be a day, such as 2026-03-02; found {found}."), name=name, found=str(value))
    return day.tz_localize(None).normalize()


def price_of_a_point(forecast, *, targets, queue, point=0.01):
    """What one more point of a queue's service level takes over the forecast: more agent-hours and paid hours.

    queue : (project, channel) with a service level. A deferred queue's project is planned as a whole, so that the idle
    time of its live agents is counted once.  point : a share, 0.01 is one point.
    Returns {"agent_hours", "paid_hours", "service_level" (the new target), "gained" (what the queue then gives more, a
    share; about 0 where another target sets the number of agents)}; PlanError where the target or one point
    more is none, where the queue has no targets, and where the forecast has no rows of it.

    >>> forecast = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")], "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.82, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.5}
    >>> price_of_a_point(forecast, targets={("orders", "voice"): target}, queue=("orders", "voice"))
    {'agent_hours': 0.5, 'paid_hours': 1.0, 'service_level': 0.83, 'gained': 0.062}
    """
    project, channel = queue
    goal = checked_target(targets, project, channel)["service_level"]
    if goal is None or not 0 < goal + point < 1:
        raise PlanError(
            N_("{project} / {channel} has no service level that could be a point higher; found {found}."),
            project=project,
            channel=channel,
            found="-" if goal is None else f"{100 * goal:g} %",
        )
    own = forecast["project"] == project
    mine = own & (forecast["channel"] == channel)
    if not mine.any():
        raise PlanError(
            N_("The forecast has no rows of {project} / {channel}: nobody can say what a point more would take there."),
            project=project,
            channel=channel,
        )
    rows = forecast[mine if CHANNELS[channel].live else own]
    better = round(goal + point, 10)
    made = [
        requirement(rows, targets={**targets, queue: targets[queue] | {"service_level": level}})
        for level in (goal, better)
    ]
    sums = [summary(table).iloc[0] for table in made]
    levels = [summary(table[table["channel"] == channel])["service_level"].iloc[0] for table in made]
    more = {name: float(round(sums[1][name] - sums[0][name], 9)) for name in ("agent_hours", "paid_hours")}
    return more | {"service_level": better, "gained": float(round(levels[1] - levels[0], 3))}
