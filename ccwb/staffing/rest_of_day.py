"""The rest of a day: who is needed for what is expected now, who is there, and what that gives, helped or not."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.agents import given_agents, requirement
from ccwb.staffing.people import shared_out, slots_of
from ccwb.staffing.sums import summary, with_columns
from ccwb.staffing.targets import checked_target

_QUEUE = ["project", "channel"]
_FORECAST = ["interval_start", "interval_s", *_QUEUE, "offered", "aht_s"]


@dataclass(frozen=True)
class RestOfDay:
    """What is to come of a day in its live queues. rows : per interval ahead; queues : one row per queue.

    rows    interval_start, interval_s, project, channel, offered, planned (agents of the plan), needed (agents that
            keep the promises), there, missing (needed - there where that is above 0), service_level (with those there)
    queues  project, channel, missing_peak and peak_at (most missing at once, missing where nobody is), missing_hours
            (agent-hours), service_level and offered (of the rest), answered_within_day and offered_day (contacts
            answered in time and offered, what came so far and what is expected), service_level_day (one over the
            other); these three are missing where nobody recorded what was answered in time
    """

    rows: pd.DataFrame
    queues: pd.DataFrame


def rest_of_day(expected, *, targets, people=None, people_more=0.0, since=None, volume_change=0.0, so_far=None):
    """Return the RestOfDay of what is expected of a day now.

    expected : table of its intervals: interval_start, interval_s, project, channel, offered, aht_s, planned (agents of
        the plan), ahead (whether the interval is still to come). Only live queues are looked at: work that may wait is
        a matter of the week.  targets : as for `requirement`; a cushion in them is part of the plan, not added again.
    people : function (project, starts, lengths in s) -> people at work in these intervals, all queues of the project
        together and time lost already taken off; they are shared out by need. None: the planned agents are there.
    people_more : people more from `since` (a moment; None: at once) until the day ends, one number for each project or
        project -> number.  volume_change : share by which contacts are more or, below 0, fewer from then on.
    so_far : table project, channel, offered, answered_within of what came so far; None: not known.
    The line that intervals before leave is carried over, as `given_agents` does.
    Raises PlanError for values out of range and for a table that lacks columns.

    >>> at = pd.date_range("2026-03-02 10:00", periods=4, freq="30min")
    >>> table = pd.DataFrame({"interval_start": at, "interval_s": 1800, "project": "orders", "channel": "voice",
    ...     "offered": 90.0, "aht_s": 240.0, "planned": 12.0, "ahead": [False, True, True, True]})
    >>> goal = {("orders", "voice"): {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}}
    >>> [rest_of_day(table, targets=goal, people_more=n).queues["service_level"].round(2).item() for n in (0, 2)]
    [0.66, 0.82]
    """
    table = with_columns(expected, (*_FORECAST, "planned", "ahead"))
    live = table["channel"].isin([name for name, known in CHANNELS.items() if known.live])
    table = table[live].sort_values([*_QUEUE, "interval_start"], ignore_index=True)
    if not volume_change > -1:
        raise PlanError(N_("The change of contacts is a share above -1; found {found}."), found=str(volume_change))
    later = _later(table, since)
    table = table.assign(offered=table["offered"] * (1 + volume_change * later))
    queues = list(table[_QUEUE].drop_duplicates().itertuples(index=False, name=None))
    targets = {queue: {**checked_target(targets, *queue), "cushion": 0.0} for queue in queues}
    needed = requirement(table[_FORECAST], targets=targets)
    there = _there(table, needed, targets, people) + _more(table, needed, people_more, later)
    got = given_agents(table[_FORECAST], targets=targets, agents=there)
    rows = table[["interval_start", "interval_s", *_QUEUE, "offered", "planned"]].assign(
        needed=needed["agents"], there=there, service_level=got["service_level"]
    )
    rows.insert(8, "missing", (rows["needed"] - rows["there"]).clip(lower=0))
    ahead = table["ahead"].to_numpy(dtype=bool)
    rows, got = rows[ahead].reset_index(drop=True), got[ahead]
    return RestOfDay(rows, _sums(rows, got, queues, so_far))


def _later(table, since):
    """Return which intervals begin when help is there: ahead, and at `since` or later."""
    later = table["ahead"].to_numpy(dtype=bool)
    return later if since is None else later & (table["interval_start"] >= since).to_numpy()


def _there(table, needed, targets, people):
    """Return the agents of each interval: the people of its project shared out by need, else the planned ones."""
    if people is None:
        return table["planned"].to_numpy(dtype=float)
    there = np.zeros(len(table))
    for project, rows in needed.groupby("project"):
        slots = slots_of(rows)
        known = people(project, slots["interval_start"], slots["interval_s"])
        there[rows.index] = shared_out(rows.reset_index(drop=True), np.maximum(known, 0.0), targets=targets)
    return there


def _more(table, needed, people_more, later):
    """Return the agents more of each interval: people more of a project, by what its queues need at that moment."""
    number = people_more if isinstance(people_more, dict) else dict.fromkeys(table["project"], people_more)
    number = table["project"].map(number).fillna(0.0).to_numpy(dtype=float)
    if not ((number >= 0) & (number < np.inf)).all():
        raise PlanError(N_("People who help are a number of 0 or more; found {found}."), found=str(people_more))
    need = needed["agents"].to_numpy(dtype=float)
    key = [table["project"], table["interval_start"]]
    whole = pd.Series(need).groupby(key).transform("sum").to_numpy()
    open_ = pd.Series(need).groupby(key).transform("size").to_numpy()
    return number * later * np.where(whole > 0, need / np.where(whole > 0, whole, 1), 1 / open_)


def _sums(rows, got, queues, so_far):
    """Return one row per queue: who is missing, the service of the rest and of the whole day."""
    out = []
    rest = summary(got, by=_QUEUE).set_index(_QUEUE)["service_level"] if len(got) else pd.Series(dtype=float)
    for queue in queues:
        part = rows[(rows["project"] == queue[0]) & (rows["channel"] == queue[1])]
        peak = float(part["missing"].max()) if len(part) else 0.0
        row = dict(zip(_QUEUE, queue, strict=True)) | {"missing_peak": peak}
        row["peak_at"] = part.loc[part["missing"].idxmax(), "interval_start"] if peak > 0 else pd.NaT
        row["missing_hours"] = float((part["missing"] * part["interval_s"] / 3600).sum())
        row |= {"service_level": float(rest.get(queue, np.nan)), "offered": float(part["offered"].sum())}
        out.append(row | _whole_day(row, queue, so_far))
    return pd.DataFrame(out)


def _whole_day(row, queue, so_far):
    """Return the sums and the service level of the whole day of one queue."""
    none = {"answered_within_day": np.nan, "offered_day": np.nan, "service_level_day": np.nan}
    if so_far is None:
        return none
    came = so_far[(so_far["project"] == queue[0]) & (so_far["channel"] == queue[1])]
    expected = 0.0 if row["offered"] == 0 else row["service_level"] * row["offered"]
    answered = float(came["answered_within"].sum(min_count=len(came))) + expected
    offered = float(came["offered"].sum()) + row["offered"]
    rate = answered / offered if offered > 0 else np.nan
    return {"answered_within_day": answered, "offered_day": offered, "service_level_day": rate}
