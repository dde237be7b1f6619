"""A plan under an urgent change: more contacts, longer handling, people away for some days; who is missing then."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.agents import given_agents, requirement
from ccwb.staffing.sums import summary, with_columns
from ccwb.staffing.targets import checked_target

_QUEUE = ["project", "channel"]
_FORECAST = ["interval_start", "interval_s", *_QUEUE, "offered", "aht_s"]
_LIMITS = {
    "volume_change": (N_("a share above -1"), lambda v: -1 < v < np.inf),
    "aht_change": (N_("a share above -1"), lambda v: -1 < v < np.inf),
    "absence": (N_("a share from 0 to below 1"), lambda v: 0 <= v < 1),
    "premium": (N_("a share of 0 or more"), lambda v: 0 <= v < np.inf),
}


@dataclass(frozen=True)
class Tried:
    """What a change does to a plan. rows : per interval of the days tried; queues : one row per queue.

    rows    interval_start, interval_s, project, channel, offered, planned (agents of the plan), there (of them who are
            there), needed (agents that keep the promises), missing (needed - there where that is above 0; 0 elsewhere:
            who is spare at night does not help at noon; missing for work that may wait, which is summed by queue)
    queues  project, channel, contacts (more than planned), missing_peak and peak_at (most missing at once in a live
            queue, and the first interval of it), missing_hours (agent-hours), short_before (of the plan itself, without
            the change), paid_hours (to fill them), cost, service_level_planned, service_level (of a live queue with
            those who are there; missing for work that may wait)
    """

    rows: pd.DataFrame
    queues: pd.DataFrame
    first_day: pd.Timestamp
    last_day: pd.Timestamp


def at_once(rows):
    """Return how many live agents are planned, there, needed and missing at every moment, all queues together.

    rows : of one or several `Tried`, their times in one zone.  One row per moment at which a number changes, until the
    next one; empty where no live queue has rows.

    >>> at = pd.to_datetime(["2026-03-02 10:00", "2026-03-02 10:15"])
    >>> rows = pd.DataFrame({"interval_start": at, "interval_s": [1800, 900], "planned": [4.0, 2.0],
    ...     "there": [4.0, 2.0], "needed": [6.0, 3.0], "missing": [2.0, 1.0]})
    >>> at_once(rows)["missing"].tolist()
    [2.0, 3.0, 0.0]
    """
    numbers = ["planned", "there", "needed", "missing"]
    live = rows.dropna(subset="missing")
    begin = live[numbers].assign(moment=live["interval_start"])
    end = (-live[numbers]).assign(moment=live["interval_start"] + pd.to_timedelta(live["interval_s"], unit="s"))
    changes = pd.concat([begin, end]).groupby("moment")[numbers].sum()
    return changes.cumsum().round(9).reset_index()


def tried(
    plan,
    *,
    targets,
    first_day,
    days,
    volume_change=0.0,
    aht_change=0.0,
    absence=0.0,
    hourly_cost=None,
    premium=0.0,
):
    """What an urgent change does to a staffing plan: who is missing, what filling the gap costs, how service suffers.

    plan : requirement table.  targets : those it was made with, as for `requirement`; a cushion in them is part of the
    plan and not added a second time.  first_day, days : the days concerned, by the plan's own clock.
    volume_change, aht_change : shares above -1, 0.3 is 30 % more.  absence : share of the planned agents who are away
    beyond the planned shrinkage, from 0 to below 1.  hourly_cost : of a paid hour, or None.  premium : share paid on
    top of it for hours at short notice.

    Needed is what `requirement` asks for in every interval; a plan made to keep its promises over whole weeks only is
    short in some of them before anything happens, which `short_before` tells.  Live queues count interval by interval
    on these days.  Work that may wait counts over the weeks that these days and the one after lie in: what is left of a
    bad day is done on others of the week.
    paid_hours = missing agent-hours / (1 - shrinkage that the roster does not place); cost = paid_hours x hourly_cost
    x (1 + premium), missing where no hourly cost is known.
    Raises PlanError for values out of range, for a plan that lacks columns, and for days of which it has no rows.

    >>> day = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")], "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> targets = {("orders", "voice"): {"service_level": 0.8, "answer_within_s": 20, "shrinkage": 0.3}}
    >>> plan = requirement(day, targets=targets)
    >>> found = tried(plan, targets=targets, first_day="2026-03-02", days=1, volume_change=0.3, hourly_cost=28.0)
    >>> found.queues[["missing_peak", "missing_hours", "paid_hours", "cost"]].round(2).iloc[0].tolist()
    [3.0, 1.5, 2.14, 60.0]
    """
    _check(volume_change=volume_change, aht_change=aht_change, absence=absence, premium=premium)
    plan = with_columns(plan, (*_FORECAST, "agents", "scheduled", "service_level")).reset_index(drop=True)
    first, last = _days(first_day, days)
    inside = _inside(plan, first, last)
    targets = {queue: {**checked_target(targets, *queue), "cushion": 0.0} for queue in _queues(plan)}
    changed = plan[_FORECAST].assign(
        offered=plan["offered"] * (1 + volume_change * inside), aht_s=plan["aht_s"] * (1 + aht_change * inside)
    )
    rows, live = _rows(plan, changed, plan["agents"] * (1 - absence * inside), targets)
    near = _near(plan, first, last)
    queues = [_queue(queue, part, inside, near) for queue, part in rows.groupby(_QUEUE, sort=True)]
    queues = _priced(pd.DataFrame(queues), targets, hourly_cost, premium)
    queues = _served(queues, plan[inside & live], changed[inside & live], rows["there"], targets)
    return Tried(rows[inside].drop(columns=["before", "more", "short_before"]), queues, first, last)


def busiest_days(plan, *, days):
    """Return the first of so many days in a row that need the most agent-hours in a plan, as a day without zone.

    >>> at = pd.to_datetime(["2026-03-02 10:00", "2026-03-03 10:00", "2026-03-04 10:00"])
    >>> plan = pd.DataFrame({"interval_start": at, "interval_s": 3600, "agents": [3, 9, 8]})
    >>> busiest_days(plan, days=2).date().isoformat()
    '2026-03-03'
    """
    if not len(plan):
        raise PlanError(N_("The plan has no rows: make it first (step 3), then try the scenario."))
    hours = (plan["agents"] * plan["interval_s"] / 3600).groupby(_day(plan)).sum()
    whole = hours.reindex(pd.date_range(hours.index.min(), hours.index.max()), fill_value=0.0)
    ahead = whole[::-1].rolling(min(days, len(whole))).sum()[::-1]
    return ahead.idxmax()


def _rows(plan, changed, there, targets):
    """Return (rows of the plan with who is needed, there and missing, which of them are of live queues)."""
    rows = plan[["interval_start", "interval_s", *_QUEUE]].assign(
        offered=changed["offered"],
        planned=plan["agents"],
        there=there,
        needed=requirement(changed, targets=targets)["agents"],
        before=requirement(plan[_FORECAST], targets=targets)["agents"],
        more=changed["offered"] - plan["offered"],
    )
    live = rows["channel"].isin([channel for channel, known in CHANNELS.items() if known.live]).to_numpy()
    rows["missing"] = (rows["needed"] - rows["there"]).clip(lower=0).where(live)
    rows["short_before"] = (rows["before"] - rows["planned"]).clip(lower=0).where(live)
    return rows, live


def _queue(queue, part, inside, near):
    """Return the sums of one queue: live ones interval by interval, others over the weeks concerned."""
    part = part[(inside if CHANNELS[queue[1]].live else near)[part.index]]
    hours = part["interval_s"] / 3600
    row = dict(zip(_QUEUE, queue, strict=True)) | {"contacts": float(part["more"].sum())}
    if not CHANNELS[queue[1]].live:
        net = float(((part["needed"] - part["there"]) * hours).sum())
        before = float(((part["before"] - part["planned"]) * hours).sum())
        none = {"missing_peak": np.nan, "peak_at": pd.NaT}
        return row | none | {"missing_hours": max(net, 0.0), "short_before": max(before, 0.0)}
    peak = part["missing"].max() if len(part) else 0.0
    at = part.loc[part["missing"].idxmax(), "interval_start"] if peak > 0 else pd.NaT
    sums = {"missing_hours": float(part["missing"] @ hours), "short_before": float(part["short_before"] @ hours)}
    return row | {"missing_peak": float(peak), "peak_at": at} | sums


def _priced(queues, targets, hourly_cost, premium):
    lost = np.array([targets[queue]["shrinkage"] for queue in queues[_QUEUE].itertuples(index=False, name=None)])
    paid = queues["missing_hours"] / (1 - lost)
    price = np.nan if hourly_cost is None else hourly_cost * (1 + premium)
    return queues.assign(paid_hours=paid, cost=paid * price)


def _served(queues, plan, changed, there, targets):
    """Return the queues with the service levels of live ones, as planned and with those who are there."""
    sides = {"service_level_planned": plan}
    given = given_agents(changed, targets=targets, agents=there[changed.index].to_numpy()) if len(changed) else plan
    sides["service_level"] = given
    for name, table in sides.items():
        known = summary(table, by=_QUEUE).set_index(_QUEUE)["service_level"] if len(table) else pd.Series(dtype=float)
        found = [known.get(queue, np.nan) for queue in queues[_QUEUE].itertuples(index=False, name=None)]
        queues[name] = np.array(found, dtype=float)
    return queues


def _queues(plan):
    return list(plan[_QUEUE].drop_duplicates().itertuples(index=False, name=None))


def _day(plan):
    return plan["interval_start"].dt.tz_localize(None).dt.normalize()


def _days(first_day, days):
    try:
        first = pd.Timestamp(first_day).tz_localize(None).normalize()
    except (TypeError, ValueError):
        first = pd.NaT
    if pd.isna(first) or not (isinstance(days, int | np.integer) and days >= 1):
        raise PlanError(
            N_("A scenario is tried from a day such as 2026-03-02, for 1 or more whole days; found {day} and {days}."),
            day=str(first_day),
            days=str(days),
        )
    return first, first + pd.Timedelta(days=int(days) - 1)


def _inside(plan, first, last):
    """Return which rows lie in the days; PlanError where none does."""
    day = _day(plan)
    inside = ((day >= first) & (day <= last)).to_numpy()
    if not inside.any():
        known = f"{day.min():%Y-%m-%d}", f"{day.max():%Y-%m-%d}"
        raise PlanError(
            N_("The plan has nothing from {first} to {last}; it reaches from {begin} to {end}. Choose other days."),
            first=f"{first:%Y-%m-%d}",
            last=f"{last:%Y-%m-%d}",
            begin=known[0] if len(day) else "-",
            end=known[1] if len(day) else "-",
        )
    return inside


def _near(plan, first, last):
    """Return which rows lie in the weeks, from Monday to Sunday, of the days and of the day after them."""
    begin = first - pd.Timedelta(days=first.day_of_week)
    after = last + pd.Timedelta(days=1)
    day = _day(plan)
    return ((day >= begin) & (day <= after + pd.Timedelta(days=6 - after.day_of_week))).to_numpy()


def _check(**values):
    for name, value in values.items():
        expected, possible = _LIMITS[name]
        if not (isinstance(value, int | float | np.number) and possible(value)):
            raise PlanError(
                N_("A scenario is tried with {name}: {expected}; found {found}. Correct it, then try again."),
                name=name,
                expected=expected,
                found=str(value),
            )
