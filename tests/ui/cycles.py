"""Two weeks of a small centre with a plan: one project that records everything, one that records contacts alone."""

import datetime as dt

import pandas as pd

from ccwb import mission
from ccwb.projects import blank_centre, new_project

NOW = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"
FIRST, LAST = "2026-11-02", "2026-11-15"
WHO = {"by": "Ana", "at": NOW}
CONTRACT = {"answer_rate": 0.9, "period": "week", "short_abandon_s": 5, "counts_short": False, "counts_blocked": False}


def slots(project, first, days):
    """Return the half-hours from 8 to 12 o'clock of some days of a project's calls."""
    starts = [
        day + pd.Timedelta(minutes=480 + 30 * n)
        for day in pd.date_range(first, periods=days, tz=ZONE)
        for n in range(8)
    ]
    return pd.DataFrame({"interval_start": starts, "interval_s": 1800, "project": project, "channel": "voice"})


def history(first="2026-10-19", days=28):
    """Return what happened: `help` knows everything and answers 95 % in its first weeks, 80 % in its last."""
    full, bare = slots("help", first, days), slots("orders", first, days)
    late = full["interval_start"] >= pd.Timestamp("2026-11-09", tz=ZONE)
    offered = 20.0 + 2 * full["interval_start"].dt.day_of_week
    handled = offered * (0.95 - 0.15 * late)
    full = full.assign(
        offered=offered, handled=handled, abandoned=offered - handled, short_abandoned=0.0, blocked=0.0,
        answered_within=0.75 * offered, answer_within_s=20.0, aht_s=250.0, asa_s=18.0, agents=5.0,
    )  # fmt: skip
    return pd.concat([full, bare.assign(offered=30.0)], ignore_index=True)


def plan(project, offered=25.0):
    """Return forecast, requirement and schedule of the cycle's two weeks for one project."""
    table = slots(project, FIRST, 14).assign(offered=offered, aht_s=240.0)
    forecast = table.assign(
        lower_80=offered - 6, upper_80=offered + 6, day_spread=0.05, dispersion=1.0, model="seasonal naive"
    )
    requirement = table.assign(
        load=3.3, agents=5.0, scheduled=7.0, service_level=0.8, answer_within_s=20.0, asa_s=15.0, abandonment=0.05,
        answer_rate=0.95, occupancy=0.66, model="Erlang A",
    )  # fmt: skip
    start = pd.date_range(FIRST, periods=14, tz=ZONE) + pd.Timedelta(hours=8)
    shifts = {"project": project, "shift": "Morning", "shift_start": start, "shift_end": start + pd.Timedelta(hours=4)}
    schedule = pd.DataFrame(shifts | {"break_start": pd.NaT, "break_end": pd.NaT, "people": 6.0, "agent": ""})
    for column in ("break_start", "break_end"):
        schedule[column] = pd.DatetimeIndex(schedule[column]).tz_localize(ZONE)
    return {"forecast": forecast, "requirement": requirement, "schedule": schedule}


def centre():
    """Return a centre of two projects; `help` has a contract by the week."""
    bound = {"contract": CONTRACT}
    projects = [new_project("help", label="Help line", zone=ZONE, **bound)]
    projects.append(new_project("orders", label="Order line", zone=ZONE))
    return blank_centre(name="Ours", zone=ZONE) | {"projects": projects}


def fill(store, *, planned=("help", "orders"), targets=True):
    """Keep the centre, its history, and a cycle with plans and two log entries; return the cycle."""
    store.save("centre", centre(), base=0, **WHO)
    store.write_table("history", history(), **WHO)
    one = store.add_cycle("November", first_day=FIRST, last_day=LAST, **WHO)
    if targets:
        aims = {"service_level": {"": 0.8}, "wape": {"": 0.3}, "aht": {"": 240}}
        noted = mission.add_gap(mission.blank_mission() | {"targets": aims}, title="<b>No script</b>", severity="high")
        store.save("mission", noted, base=0, cycle=one.id, **WHO)
    for project in planned:
        for name, table in plan(project).items():
            store.write_table(name, table, cycle=one.id, project=project, **WHO)
    log = pd.DataFrame(
        {
            "entry": [1, 2],
            "at": pd.to_datetime(["2026-11-03 10:00", "2026-11-10 11:00"]).tz_localize(ZONE),
            "who": "Kim", "project": ["help", ""], "plan_item": "schedule", "done": ["Breaks moved", "Training moved"],
            "why": "A wave of calls", "effect": "Shorter waits", "scenario": "",
        }
    )  # fmt: skip
    store.write_table("action_log", log, cycle=one.id, mode="append", **WHO)
    return one
