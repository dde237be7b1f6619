"""Promises that count over a day, a week or a month: whether a plan keeps them, and the cheapest plan that does."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.agents import given_agents, requirement
from ccwb.staffing.allocation import allocated
from ccwb.staffing.lines import accepted, attempts
from ccwb.staffing.live import rates_of
from ccwb.staffing.sums import with_columns
from ccwb.staffing.targets import checked_target
from ccwb.staffing.whole import first_days, is_whole, span_of
from ccwb.staffing.work import work_of
from ccwb.tables import TABLES, empty

PERIODS = ("day", "week", "month")
_UNKEPT = {
    "day": N_(
        "{project} / {channel}: no number of agents keeps all promises ({promised}) over the day {day}. Lower the "
        "promise, lengthen the time it allows, or add lines where they are bounded, then run this step again."
    ),
    "week": N_(
        "{project} / {channel}: no number of agents keeps all promises ({promised}) over the week from {day}. Lower "
        "the promise, lengthen the time it allows, or add lines where they are bounded, then run this step again."
    ),
    "month": N_(
        "{project} / {channel}: no number of agents keeps all promises ({promised}) over the month from {day}. Lower "
        "the promise, lengthen the time it allows, or add lines where they are bounded, then run this step again."
    ),
}
PROMISES = ("service_level", "answer_rate", "abandonment", "asa_s")
_AT_LEAST = ("service_level", "answer_rate")
_TINY = 1e-12  # a promise that the first agent keeps, or (without patience) the first that lets the queue settle
_ROUNDING = 1e-9  # of a sum of thousands of intervals


def cheapest(forecast, *, targets, period="month", least=1, volume_change=0.0, aht_change=0.0, progress=None):
    """The fewest agent-hours that keep every promise over each period, as a requirement table.

    forecast, targets, volume_change, aht_change : as for `requirement`; with a cushion the promises are kept at the
    volume with it, and what is given is told of the volume itself.
    period : "day", "week" (from Monday) or "month" of the forecast's own calendar; the first and the last are cut
    where the forecast begins and ends.  least : agents in every interval in which anything is offered, whole, 1 or
    more.  progress(done, total) is called again and again, in intervals of the periods that are done.

    For every live queue and period the sums keep what `targets` promise: answered in time over offered
    (service_level), answered over offered (answer_rate), given up over offered (abandonment), waits over answered
    (asa_s). With bounded `lines` or `redial` offered are the attempts that found a line, and all attempts for the
    answer rate of a contract that counts blocked ones. max_occupancy holds in every interval, as it is about people;
    without patience there are always more agents than load. No single agent of an interval can be left out, unless it
    is the last of `least` or of the occupancy cap.
    Whole agents; within one agent of an interval of the least possible in nearly every case that was tried
    (docs/models_period.md). Rows of work that may wait are those of `requirement` beside these live rows.
    Raises PlanError for a queue that promises nothing over a period, for one with bounded lines whose contract does not
    count who is turned away (an hour without people would then cost hardly anything), and where no number of agents
    keeps a promise.

    >>> forecast = pd.DataFrame({"interval_start": pd.date_range("2026-03-02 10:00", periods=3, freq="30min"),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": [75.0, 9.0, 30.0], "aht_s": 240.0})
    >>> target = {("orders", "voice"): {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}}
    >>> [plan(forecast, targets=target)["agents"].tolist() for plan in (requirement, cheapest)]
    [[12.0, 3.0, 6.0], [13.0, 1.0, 5.0]]
    """
    _check(period, least)
    work = work_of(forecast, targets, volume_change, aht_change)
    _check_counted(work, targets)
    table = work.table.assign(offered=work.offered, aht_s=work.aht_s)
    live = np.flatnonzero(work.live)
    agents = np.zeros(len(table))
    agents[live] = np.maximum(_lowest(table.iloc[live], targets), np.where(work.load[live] > 0, least, 0))
    more = 1 + np.where(work.live, work.targets["cushion"][work.queue], 0.0)  # of an unsure volume
    busier = replace(work, offered=work.offered * more, load=work.load * more)
    done, periods = 0, _by_period(work, live, period)
    for rows in periods:
        tick = partial(progress, done, sum(map(len, periods))) if progress else lambda: None
        agents[rows] = _fewest(busier, rows, agents[rows], targets=targets, period=period, tick=tick)
        done += len(rows)
    known = {"targets": targets, "carry_over": False}  # what the sums of each interval's own figures keep
    parts = [given_agents(table.iloc[live], agents=agents[live], **known)] if len(live) else []
    rest = np.flatnonzero(~work.live)
    helping = parts[0] if parts else None
    parts += [requirement(table.iloc[rest], targets=targets, live=helping)] if len(rest) else []
    if not parts:
        return empty("requirement")
    joined = pd.concat(parts, ignore_index=True).iloc[np.argsort(np.concatenate([live, rest]))]
    return joined.reset_index(drop=True)[list(TABLES["requirement"].names)]


def kept(requirement, *, targets, period="month", first_day=None, last_day=None):
    """Return how every promise stands over each period: one row per project, channel, first_day and promise.

    requirement : requirement table, from `requirement`, `cheapest` or `given_agents`.  targets, period : as there.
    first_day, last_day : of the cycle; None takes them from the table.
    Returned first_day, last_day : of the period, as far as the table goes.  whole : false for a week or month of which
    the cycle holds only a part.  promise : service_level, answer_rate, abandonment or
    asa_s, where the queue has such a target.  promised, given : shares of offered, or seconds; given is missing where
    nothing is offered or the model tells of none of it, infinite where a part of the contacts waits without end.
    kept : true or false, missing where given is.  offered : contacts of the period.
    """
    _check(period, 1)
    with_columns(requirement, ("project", "channel", "interval_start", "offered", *PROMISES))
    rows = []
    start = pd.DatetimeIndex(requirement["interval_start"]).tz_localize(None).normalize()
    groups = requirement.assign(last_day=start, first_day=first_days(start, period))
    held = {
        queue: span_of(days, first_day=first_day, last_day=last_day)
        for queue, days in groups.groupby(["project", "channel"])["last_day"]
    }
    for (project, channel, first), part in groups.groupby(["project", "channel", "first_day"], sort=True):
        whose = {"project": project, "channel": channel, "period": period, "first_day": part["last_day"].min()}
        for promise, promised in _promises(targets, project, channel).items():
            given = _given(part, promise, CHANNELS[channel].live, _counts(targets, project, channel))
            near = _ROUNDING * max(1.0, promised)
            met = given >= promised - near if promise in _AT_LEAST else given <= promised + near
            rows.append(
                whose
                | {"last_day": part["last_day"].max(), "promise": promise, "promised": promised, "given": given}
                | {"kept": pd.NA if np.isnan(given) else bool(met), "offered": float(part["offered"].sum())}
                | {"whole": bool(is_whole([first], period, span=held[project, channel])[0])}
            )
    names = ["project", "channel", "period", "first_day", "last_day", "promise", "promised", "given", "kept", "offered"]
    types = {"kept": "boolean", "promised": float, "given": float, "whole": bool}
    return pd.DataFrame(rows, columns=[*names, "whole"]).astype(types)


def judged(stands):
    """Return the rows of `kept` that count where one figure is told: a queue's whole periods, or parts if none is.

    >>> rows = pd.DataFrame({"project": "a", "channel": "chat", "kept": [True, False], "whole": [True, False]})
    >>> judged(rows)["kept"].tolist(), judged(rows[1:])["kept"].tolist()
    ([True], [False])
    """
    return stands[stands["whole"] | ~stands.groupby(["project", "channel"])["whole"].transform("any")]


def _check(period, least):
    if period not in PERIODS:
        raise PlanError(
            N_("A promise counts over a day, a week or a month; found '{found}'. Choose one of: {known}."),
            found=str(period),
            known=", ".join(PERIODS),
        )
    if not (isinstance(least, int | float | np.number) and least >= 1 and least % 1 == 0):
        raise PlanError(
            N_("The least agents of an open interval are a whole number of 1 or more; found {found}. Correct it."),
            found=str(least),
        )


def _check_counted(work, targets):
    """Refuse bounded lines where whoever is turned away counts in no promise."""
    for (project, channel), lines in zip(work.names, work.targets["lines"], strict=True):
        counted = _counts(targets, project, channel) and "answer_rate" in _promises(targets, project, channel)
        if not (np.isnan(lines) or counted):
            raise PlanError(
                N_(
                    "{project} / {channel} has bounded lines, and its contract does not count who is turned away: the "
                    "cheapest plan would leave hours alone in which nearly all are. Let the contract count blocked "
                    "attempts and promise an answer rate, empty the lines, or staff every interval."
                ),
                project=project,
                channel=channel,
            )


def _promises(targets, project, channel):
    """Return promise -> value of a queue, those that it has."""
    own = checked_target(targets, project, channel)
    return {name: float(own[name]) for name in PROMISES if own.get(name) is not None}


def _counts(targets, project, channel):
    """Return whether the contract of a queue counts blocked attempts as offered."""
    return bool(targets[project, channel].get("counts_blocked"))


def _given(part, promise, live, counts_blocked):
    """Return what a queue gives over a period, a sum over a sum of what is known; missing where nothing is.

    Shares are of accepted contacts; the answer rate of a contract that counts blocked attempts is of these, too.
    """
    busy = part["offered"].to_numpy(dtype=float) > 0
    offered, answer_rate, rate = (
        accepted(part)[busy],
        *(part[n].to_numpy(float)[busy] for n in ("answer_rate", promise)),
    )
    if promise == "answer_rate" and counts_blocked and "attempts" in part:
        every = attempts(part)[busy]
        rate, offered = rate * offered / every, every
    weight = offered * answer_rate if promise == "asa_s" else offered
    if promise == "asa_s" and live:  # the wait of a queue that grows, or in which nobody is answered, has no end
        rate = np.where(np.isnan(rate), np.inf, rate)
        if busy.any() and not weight.sum() > 0:
            return np.inf
    known = (weight > 0) & ~np.isnan(rate)
    return float(rate[known] @ weight[known] / weight[known].sum()) if known.any() else np.nan


def _lowest(table, targets):
    """Return the fewest agents of live rows whatever was promised: the occupancy cap, and a queue that settles."""
    bare = {}
    for queue, own in targets.items():
        patient = own.get("patience_s") is not None
        bare[queue] = {**own, "asa_s": None, "abandonment": None}
        bare[queue] |= {"service_level": None if patient else _TINY, "answer_rate": _TINY if patient else None}
    return requirement(table, targets=bare)["agents"].to_numpy() if len(table) else np.zeros(0)


def _by_period(work, live, period):
    """Return the busy live rows of each queue and period."""
    busy = live[work.load[live] > 0]
    if not len(busy):
        return []
    start = pd.DatetimeIndex(work.table["interval_start"].iloc[busy]).tz_localize(None).normalize()
    _, which = np.unique(first_days(start, period), return_inverse=True)
    key = which * len(work.names) + work.queue[busy]
    order = np.argsort(key, kind="stable")
    return np.split(busy[order], np.flatnonzero(np.diff(key[order])) + 1)


def _fewest(work, rows, lowest, *, targets, period, tick):
    """Return the agents of one queue in one period; tick() is called again and again."""
    project, channel = work.names[work.queue[rows[0]]]
    promised = _promises(targets, project, channel)
    if not promised and targets[project, channel].get("max_occupancy") in (None, 1):
        raise PlanError(
            N_(
                "{project} / {channel} promises nothing that a number of agents could miss. Type a service level, a "
                "mean wait, an occupancy cap or (with a patience) an answer rate, then run this step again."
            ),
            project=project,
            channel=channel,
        )
    if not promised:
        return lowest
    at_once, load = work.of("at_once", rows), work.load[rows] / (1 - work.of("redial", rows))
    found = allocated(
        _gains(work, rows, promised, counts_blocked=_counts(targets, project, channel)),
        lowest=lowest,
        enough=np.ceil((load + 4 * np.sqrt(load) + 6) / at_once),
        hours=work.interval_s[rows] / 3600,
        tick=tick,
    )
    if found is None:
        first = first_days(pd.DatetimeIndex(work.table["interval_start"].iloc[rows[:1]]).tz_localize(None), period)[0]
        raise PlanError(
            _UNKEPT[period],
            project=project,
            channel=channel,
            promised=[f"{name} {value:g}" for name, value in promised.items()],
            day=str(first.date()),
        )
    return found


def _gains(work, rows, promised, *, counts_blocked):
    """Return a function of agents (intervals x choices): how far each promise is over its mark, in contacts (or s).

    All rise with agents, but for two that first fall: waits of those answered, and what is of accepted attempts while
    the first agents let in more than they serve in time. Held by a test.
    """

    def gains(numbers):
        some = np.repeat(rows, numbers.shape[1])
        rates, over = rates_of(work, some, numbers.ravel()), []
        every = work.offered[some] * rates.get("attempts", 1.0)
        inside = every * (1 - rates.get("blocked", 0.0))
        for name, value in promised.items():
            of = every if name == "answer_rate" and counts_blocked else inside
            if name == "asa_s":
                over.append(inside * rates["answer_rate"] * (value - rates["asa_s"]))
            else:
                over.append((inside * rates[name] - of * value) * (1 if name in _AT_LEAST else -1))
        return np.reshape(over, (len(promised), *numbers.shape))

    return gains
