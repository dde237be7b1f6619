"""A week's tables as the problem that `ccwb.schedule.roster` solves."""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd

from ccwb.people import clock_s
from ccwb.projects import is_open
from ccwb.schedule.roster.problem import Rules, Week, Weights
from ccwb.schedule.stretches import locked_shifts
from ccwb.schedule.turns import with_turns
from ccwb.schedule.whose import People

HOUR = 3600
USUAL = {
    "under": 12.0,
    "bare": 1.0,  # times what an hour short below the load costs in contacts; the others are what each counts
    "over": 2.0,
    "paid": 1.0,
    "below": 3.0,
    "split": 5.0,
    "late": 10.0,
    "weekend": 5.0,
    "wishes": 2.0,
}


def problem_of(time, made, *, turns=True):
    """Return (the Week to be solved on a Timeline, the need that it had before those at work already were taken off).

    made : roster rows of the days before, which stay.  turns : whether weekends off go by turns, as
    `ccwb.schedule.turns` has it.
    """
    given = time.given
    whole, need, there, prices, least = needs(time, made)
    for price in prices:
        price[:, time.first[-1] :] = (
            0.0  # of the next morning: a shift over midnight is not too many there, nor is it short
        )
    weights = USUAL | (given.weights or {})
    people, locked = People(time, made), locked_shifts(time)
    agents = tuple(people.agent(row, locked.get(row.agent, {})) for row in people.rows)
    agents = with_turns(agents, time) if turns else agents
    week = Week(
        slot_s=time.slot_s,
        need=need,
        open=there,
        day_first=time.first,
        weekday=tuple(int(day.day_of_week) for day in time.days),
        agents=agents,
        kinds=tuple(given.kinds),
        rules=rules_in_slots(given.rules, time.slot_s),
        weights=weights_of(weights, *prices),
        clock=time.clock,
        weeks=(0,) * len(time.days),
        least=least,
    )
    return week, whole


def needs(time, made):
    """Return (agents needed, those still to find, whether it is open, prices, the least), each line x slot.

    prices : of an hour short, and what one short of the least costs beside that.
    """
    given, shape = time.given, (len(time.given.lines), time.slots)
    there = np.zeros(shape, dtype=bool)
    need, cost, least, beside = (np.zeros(shape) for _ in range(4))
    for number, line in enumerate(given.lines):
        there[number] = _open(time, given.projects[line.project], given.events)
        for channel in line.channels:
            mine, low, price, bare = _needed(time, line.project, channel)
            need[number] += mine
            least[number] += low
            cost[number] += mine * price
            beside[number] += low * bare
    price = np.divide(cost, need, out=np.ones(shape), where=need > 0)
    bare = np.divide(beside, least, out=np.zeros(shape), where=least > 0)
    brought = _brought(time, made)
    return need, np.maximum(need - brought, 0.0), there, (price, bare), np.maximum(least - brought, 0.0)


def _needed(time, project, channel):
    """Return (most agents needed within each slot, the least, the price of one missing, and beside) of a queue."""
    rows = time.given.priced
    rows = rows[(rows["project"] == project) & (rows["channel"] == channel)]
    begins = time.at(rows["interval_start"])
    ends = begins + rows["interval_s"].to_numpy() / time.slot_s
    keep = (ends > 0) & (begins < time.slots)
    need, low, price, bare = (np.full(time.slots, usual) for usual in (0.0, 0.0, 1.0, 0.0))
    told = (begins, ends, *(rows[name].to_numpy(float) for name in ("scheduled", "least", "price", "bare")))
    for begin, end, agents, least, each, beside in zip(*(values[keep] for values in told), strict=True):
        at = slice(max(int(begin), 0), min(ceil(end), time.slots))
        need[at], low[at] = np.maximum(need[at], agents), np.maximum(low[at], least)
        price[at], bare[at] = each, beside
    return need, low, price, bare


def _open(time, project, events):
    """Return in which slots the project is open from end to end or for a part; only there it may be worked."""
    minutes = np.arange(0, time.slot_s, 60)
    every = time.starts.repeat(len(minutes)) + pd.to_timedelta(np.tile(minutes, time.slots), unit="s")
    return is_open(every, project, events=events).reshape(time.slots, len(minutes)).any(axis=1)


def _brought(time, made):
    """Return who is at work already, from shifts that began before the week, line x slot."""
    out = np.zeros((len(time.given.lines), time.slots))
    rows = made[(made["activity"] == "work") & (made["end"] > time.begin)]
    for row, begin, end in zip(rows.itertuples(), time.at(rows["start"]), time.at(rows["end"]), strict=True):
        if (line := time.given.line(row)) >= 0:
            out[line, max(round(begin), 0) : max(round(end), 0)] += 1
    return out


def weights_of(weights, price, bare):
    """Return the planner's weights as those of the problem; an hour short counts by its prices, line x slot."""
    named = {"over": "over", "paid": "paid", "below": "below", "split": "split", "late": "late"}
    named |= {"weekend": "weekends", "wishes": "wish"}
    short = Weights(weights["under"] * price, bare=weights["under"] * weights["bare"] * bare)
    return replace(short, **{to: float(weights[of]) for of, to in named.items()})


def rules_in_slots(rules, slot_s):
    """Return the centre's rules of rosters as Rules, in slots."""
    return Rules(
        rest=ceil(rules["rest_hours"] * HOUR / slot_s),
        most_days=int(rules["week_days"]),
        most_in_row=int(rules["days_in_row"]),
        days_off_in_row=int(rules["days_off_together"]) or None,
        most_day_h=float(rules["day_hours"]),
        most_week_h=float(rules["week_hours"]),
        weekends_in_row=int(rules["weekends_in_row"]),
        late_end=clock_s(rules["late_from"]) // slot_s + 1,
    )
