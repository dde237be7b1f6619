"""The check of a roster beside one that others wrote: the same weeks are found broken, for the same reasons."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccwb.people import WEEKDAYS
from ccwb.projects import new_project
from ccwb.schedule import broken_rules, coverage_of, fit_by

SHARED = Path(__file__).parents[1].parent / "shared"
MONDAY = pd.Timestamp("2026-11-02 07:00", tz="UTC")
RULES = {
    "roster_rules": {"hours_without_break": 24, "days_off_together": 0, "weekends_in_row": 53, "sundays_in_row": 53}
    | {"days_in_row": 31, "day_hours": 24, "week_hours": 168}
}


def at(day, slot):
    return MONDAY + pd.Timedelta(days=day, minutes=15 * int(slot))


def drawn_weeks(instance, seed):
    """Return a roster as the other check reads it, drawn without a look at any rule but the place of lunch."""
    chance, weeks = np.random.default_rng(seed), []
    for agent in instance["agents"]:
        week = []
        for _day in range(7):
            if chance.random() < 0.3:
                week.append(None)
                continue
            length = int(chance.choice([24, 28, 32, 36]))
            start, pause = int(chance.integers(0, 60 - length + 1)), instance["shift_slots_to_lunch_slots"][str(length)]
            lunch = start + length // 2 - pause // 2
            projects = [int(p) for p in chance.choice(agent["skills"] * 8 + [0, 1, 2], 2)]
            breaks = [
                int(chance.integers(start + 3, lunch - 3)),
                int(chance.integers(lunch + pause + 3, start + length - 3)),
            ]
            week.append({"start": start, "length": length, "lunch": lunch, "breaks": breaks, "projects": projects})
        weeks.append(week)
    return weeks


def as_roster(instance, weeks):
    """Return the same as a roster table."""
    rows = []
    for agent, week in zip(instance["agents"], weeks, strict=True):
        for day, shift in enumerate(week):
            if shift is None:
                continue
            pause = instance["shift_slots_to_lunch_slots"][str(shift["length"])]
            end, after = shift["start"] + shift["length"], shift["lunch"] + pause
            names = [f"p{p}" for p in shift["projects"]]
            first, second = shift["breaks"]
            cuts = [shift["start"], first, first + 1, shift["lunch"], after, second, second + 1, end]
            what = [names[0], "break", names[0], "lunch", names[1], "break", names[1]]
            for a, b, name in zip(cuts[:-1], cuts[1:], what, strict=True):
                known = name in ("break", "lunch")
                row = {"agent": agent["id"], "start": at(day, a), "end": at(day, b)}
                rows.append(row | {"activity": name if known else "work", "project": "" if known else name})
    return pd.DataFrame(rows)


def people_of(instance):
    agents = [
        {
            "agent": a["id"],
            "project": "p0",
            "trained_for": "; ".join(f"p{s}" for s in a["skills"]),
            "hours_week": a["hours"],
        }
        for a in instance["agents"]
    ]
    free = [
        {"agent": a["id"], "weekday": WEEKDAYS[day], "from_s": 25200 + 900 * span[0], "to_s": 25200 + 900 * span[1]}
        for a in instance["agents"]
        for day, span in enumerate(a["avail"])
        if span is not None
    ]
    return pd.DataFrame(agents), pd.DataFrame(free)


def theirs(check, instance, weeks):
    """Return (agent, day or '', rule) of what the other check finds, agent by agent: it lists at most twenty."""
    words = {"outside availability": "unavailable", "hours' rest": "rest", "not trained": "untrained"}
    found = set()
    for agent, week in zip(instance["agents"], weeks, strict=True):
        for said in check(instance | {"agents": [agent]}, [week])["broken"]:
            rule = next((rule for word, rule in words.items() if word in said), None)
            if rule:
                found.add((agent["id"], int(said.split(" day ")[1].split(":")[0]), rule))
            else:
                found.add((agent["id"], "", "week days" if "days" in said else "contract hours"))
    return found


@pytest.fixture
def given():
    data, tool = SHARED / "data" / "roster_week_120.json", SHARED / "tools" / "roster_check.py"
    if not (data.exists() and tool.exists()):
        pytest.skip("The shared week of 120 agents and its check are not on this machine (../shared).")
    spec = importlib.util.spec_from_file_location("roster_check", tool)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return json.loads(data.read_text(encoding="utf-8")), module.check


@pytest.mark.parametrize("seed", [1, 2])
def test_both_checks_find_the_same_broken_and_count_the_same_hours_short_and_over(given, seed):
    instance, check = given
    weeks = drawn_weeks(instance, seed)
    roster, (agents, free) = as_roster(instance, weeks), people_of(instance)
    hours = dict.fromkeys(WEEKDAYS, "07:00-22:00")
    projects = {f"p{n}": new_project(f"p{n}", hours=hours) for n in range(3)}
    found = broken_rules(roster, agents=agents, projects=projects, availability=free, centre=RULES)
    weekly = found["rule"].isin(["week days", "contract hours"])
    days = (found["day"] - MONDAY.tz_localize(None).normalize()).dt.days
    mine = set(zip(found["agent"], np.where(weekly, "", days.astype(object)), found["rule"], strict=True))
    assert mine == theirs(check, instance, weeks) and len(mine) > 200
    starts = pd.DatetimeIndex([at(day, slot) for day in range(7) for slot in range(60)])
    need = [
        pd.DataFrame({"interval_start": starts, "project": f"p{n}", "agents": np.ravel(table).astype(float)})
        for n, table in enumerate(instance["required"])
    ]
    need = pd.concat(need).assign(interval_s=900, channel="voice", offered=1.0, aht_s=60.0, load=1.0, model="given")
    fits = fit_by(coverage_of(roster, requirement=need.assign(scheduled=need["agents"])))
    whole = check(instance, weeks)
    assert fits["under_h"].tolist() == pytest.approx(whole["hours_short"])
    assert fits["over_h"].sum() == pytest.approx(whole["hours_over"])
