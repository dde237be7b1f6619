"""A requirement summed up: peak, hours, people and service, per group."""

from math import ceil

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_, Column
from ccwb.staffing.lines import accepted, attempts

_SUMMARY = (
    "offered",
    "agents_peak",
    "agent_hours",
    "paid_hours",
    "fte",
    "service_level",
    "asa_s",
    "abandonment",
    "answer_rate",
    "occupancy",
    "blocked",
)


_NUMBERS = (
    "interval_s",
    "offered",
    "agents",
    "scheduled",
    "service_level",
    "asa_s",
    "abandonment",
    "answer_rate",
    "occupancy",
)


def summary(requirement, *, by=(), full_time_hours_week=40, weeks=None):
    """One row per group of a requirement table (one row in all for `by=()`): peak, hours, people, service.

    by : column names, such as ("project",).  full_time_hours_week : paid hours of a full-time person, above 0.
    weeks : how many weeks the rows stand for, above 0; None takes the days from the first to the last, a week that
    lacks only its weekend being whole.

    agents_peak : most agents needed at the same time, queues added.  agent_hours, paid_hours : hours of `agents` and of
    `paid` (of `scheduled` where a table has none).  fte : paid hours over full-time hours.  offered : contacts.
    abandonment, answer_rate : of all offered whose share is known.  service_level, asa_s : likewise of offered, and the
    mean wait of answered contacts, missing when a part of them waits nobody knows how long; where a group has both
    live and deferred queues, of the live ones: seconds and hours promised do not add up to a promise.
    occupancy : handling time over agents' time.  blocked : share of attempts that find no free line, where lines are
    bounded; with these, or with contacts that call again, the shares above are of the attempts that found one.
    Each is a sum of numerators over a sum of denominators; missing where it cannot be told.
    """
    by = [by] if isinstance(by, str) else list(by)
    unknown = [name for name in by if name not in requirement]
    if unknown or not full_time_hours_week > 0:
        raise PlanError(
            N_(
                "A summary needs columns to group by (found '{by}'; the table has: {known}) and full-time hours a week "
                "above 0 (found {hours}). Correct them, then run this step again."
            ),
            by=", ".join(unknown or by),
            known=", ".join(map(str, requirement.columns)),
            hours=full_time_hours_week,
        )
    if weeks is not None and not (isinstance(weeks, int | float | np.number) and weeks > 0):
        raise PlanError(N_("The weeks that the rows stand for are a number above 0; found {found}."), found=str(weeks))
    with_columns(requirement, ("project", "channel", "interval_start", *_NUMBERS))
    periodic = set(by) - {"project", "channel", "model"}
    whole = None if periodic or weeks else weeks_of(requirement)
    groups = requirement.groupby(by, sort=True) if by else [((), requirement)]
    rows = []
    for key, part in groups:
        length = weeks or whole or weeks_of(part)
        rows.append(dict(zip(by, key, strict=True)) | _summed(part, full_time_hours_week * length))
    return pd.DataFrame(rows, columns=[*by, *_SUMMARY])


def with_columns(requirement, names):
    """Return the requirement table; PlanError names the columns that it lacks."""
    absent = [name for name in names if name not in requirement]
    if absent:
        raise PlanError(
            N_("The plan lacks the columns {absent}: it is not a requirement table. Make the plan again (step 3)."),
            absent=[Column(name) for name in absent],
        )
    return requirement


def _summed(part, full_time_hours):
    """Return the figures of one group; in plain arrays, because a slider asks for them many times a second."""
    columns = {name: part[name].to_numpy(dtype=float) for name in _NUMBERS}
    hours = columns["interval_s"] / 3600
    paid = part["paid"].fillna(part["scheduled"]).to_numpy(dtype=float) if "paid" in part else columns["scheduled"]
    agent_hours, paid_hours = float(columns["agents"] @ hours), float(paid @ hours)
    offered, asa_s = columns["offered"], columns["asa_s"]
    live = _live(part["channel"])
    if live.any():
        columns["service_level"], asa_s = (np.where(live, v, np.nan) for v in (columns["service_level"], asa_s))
    got_in = accepted(part)
    answered = got_in * columns["answer_rate"]
    unknown = np.isnan(asa_s) & ~np.isnan(columns["service_level"]) & (answered > 0)
    return {
        "offered": float(offered.sum()),
        "agents_peak": _peak(part),
        "agent_hours": agent_hours,
        "paid_hours": paid_hours,
        "fte": paid_hours / full_time_hours if full_time_hours else np.nan,
        "service_level": _weighted(columns["service_level"], got_in),
        "asa_s": np.nan if unknown.any() else _weighted(asa_s, answered),
        "abandonment": _weighted(columns["abandonment"], got_in),
        "answer_rate": _weighted(columns["answer_rate"], got_in),
        "occupancy": _weighted(columns["occupancy"], columns["agents"] * hours),
        "blocked": _blocked(part),
    }


def _blocked(part):
    """Return the share of attempts that find no free line, of queues with bounded lines; missing where none has."""
    if "blocked" not in part:
        return np.nan
    blocked = part["blocked"].to_numpy(dtype=float)
    known = ~np.isnan(blocked)
    total = attempts(part)[known].sum() if known.any() else 0.0
    return float(blocked[known].sum() / total) if total > 0 else np.nan


def _live(channel):
    """Return whether customers wait for the answer, per row."""
    code, names = pd.factorize(channel)
    return np.array([name not in CHANNELS or CHANNELS[name].live for name in names], dtype=bool)[code]


def _weighted(rate, weight):
    known = ~(np.isnan(rate) | np.isnan(weight))
    total = weight[known].sum()
    return float(rate[known] @ weight[known] / total) if total > 0 else np.nan


def _peak(part):
    """Return the most agents at the same moment, whatever the lengths of the intervals."""
    if not len(part):
        return 0.0
    start = pd.DatetimeIndex(part["interval_start"]).as_unit("s").asi8
    moment = np.concatenate([start, start + part["interval_s"].to_numpy()])
    change = np.concatenate([part["agents"], -part["agents"]])
    _, at = np.unique(moment, return_inverse=True)
    return float(np.cumsum(np.bincount(at, change)).max().round(9))


def weeks_of(table):
    """Return the weeks from the first to the last day; a last week that lacks only its weekend is whole."""
    if not len(table):
        return 0.0
    day = pd.DatetimeIndex(table["interval_start"]).tz_localize(None).normalize()
    days = (day.max() - day.min()).days + 1
    return float(ceil(days / 7)) if -days % 7 <= 2 else days / 7
