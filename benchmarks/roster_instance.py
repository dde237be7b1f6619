"""A week to be rostered, made by chance from a seed, and how such a file is read.

The format is that of the instance that rosters are measured by: slots of 15 minutes counted from the day's first, a
window of availability for each agent and day, what each project needs in each slot.
"""

import json
import math

import numpy as np

from ccwb.schedule.roster import Agent, Kind, Rules, Week, Weights

DAY = 96  # slots
CLASSES = {"full": (0.45, 0, 60), "early": (0.2, 0, 40), "late": (0.15, 20, 60), "weekday": (0.2, 4, 48)}
SKILLS = {(0,): 0.2, (1,): 0.2, (2,): 0.2, (0, 1): 0.14, (0, 2): 0.06, (1, 2): 0.08, (0, 1, 2): 0.12}
HOURS = {40: 0.3, 38: 0.12, 35: 0.2, 30: 0.16, 24: 0.12, 20: 0.1}
# of each project: first and last slot, days, share of the need, height and place of its humps
PROJECTS = [
    (4, 52, (0, 1, 2, 3, 4, 5), 0.26, ((1.0, 20, 6), (0.85, 37, 7), (0.2, 28, 30))),
    (0, 60, (0, 1, 2, 3, 4, 5, 6), 0.36, ((1.0, 19, 6), (0.9, 42, 7), (0.3, 30, 40))),
    (8, 48, (0, 1, 2, 3, 4), 0.38, ((1.0, 21, 7), (0.8, 34, 8), (0.25, 28, 30))),
]
DAY_SHARES = (1.1, 1.02, 0.97, 0.93, 0.98, 0.6, 0.5)


def made(*, agents, share, seed):
    """Return an instance: so many agents, and a need of `share` of their contract hours in all."""
    rng = np.random.default_rng(seed)
    people = [_agent(rng, number) for number in range(agents)]
    hours = share * sum(agent["hours"] for agent in people)
    return {
        "slots": 60,
        "slot_minutes": 15,
        "day_start": "07:00",
        "days": 7,
        "projects": 3,
        "weights": {
            "under": [10.0, 12.0, 15.0],
            "over": 2.0,
            "cost_per_paid_hour": 1.0,
            "short": 3.0,
            "split_days_off": 5.0,
            "max_late": 10.0,
        },
        "rest_hours": 11,
        "max_days": 5,
        "shift_slots_to_lunch_slots": {"24": 2, "28": 2, "32": 3, "36": 4},
        "agents": people,
        "required": [_need(project, hours) for project in PROJECTS],
    }


def _agent(rng, number):
    kind = str(rng.choice(list(CLASSES), p=[share for share, _, _ in CLASSES.values()]))
    _, first, last = CLASSES[kind]
    windows = [[first, last] for _ in range(7)]
    if kind == "weekday":
        windows[5] = windows[6] = None
    chance = rng.random()
    if chance < 0.2:  # a fixed day off, or a morning that begins two hours later
        windows[int(rng.integers(0, 5 if kind == "weekday" else 7))] = None
    elif chance < 0.4:
        windows[int(rng.integers(0, 5))] = [first + 8, last]
    skills = list(SKILLS)[int(rng.choice(len(SKILLS), p=list(SKILLS.values())))]
    hours = int(rng.choice(list(HOURS), p=list(HOURS.values())))
    return {"id": f"A{number:03d}", "skills": list(skills), "hours": hours, "cls": kind, "avail": windows}


def _need(project, hours):
    """Return the need of a project, day x slot: whole agents, the same through each half-hour."""
    first, last, days, share, humps = project
    slots = np.arange(60) // 2 * 2
    shape = sum(height * np.exp(-(((slots - at) / wide) ** 2)) for height, at, wide in humps)
    shape = np.where((slots >= first) & (slots < last), shape, 0.0)
    week = np.array([shape * DAY_SHARES[day] * (day in days) for day in range(7)])
    return np.rint(week * hours * share * 4 / week.sum()).astype(int).tolist()


def week_of(instance):
    """Return an instance as a Week: whole days of 96 slots, so that nights and midnights are there."""
    first = int(instance["day_start"][:2]) * 4
    slots, days = instance["slots"], instance["days"]
    need = np.zeros((instance["projects"], days * DAY))
    for project, week in enumerate(instance["required"]):
        for day, line in enumerate(week):
            need[project, day * DAY + first : day * DAY + first + slots] = line
    w = instance["weights"]
    return Week(
        slot_s=instance["slot_minutes"] * 60,
        need=need,
        open=np.ones(need.shape, dtype=bool),
        day_first=tuple(range(0, days * DAY + 1, DAY)),
        weekday=tuple(range(days)),
        agents=tuple(_person(instance, agent, first) for agent in instance["agents"]),
        kinds=tuple(_kind(int(length), pause) for length, pause in instance["shift_slots_to_lunch_slots"].items()),
        rules=Rules(rest=4 * instance["rest_hours"], most_days=instance["max_days"], late_end=82),
        weights=Weights(
            under=np.array(w["under"]),
            over=w["over"],
            paid=w["cost_per_paid_hour"],
            below=w["short"],
            split=w["split_days_off"],
            late=w["max_late"],
        ),
    )


def _person(instance, agent, first):
    free = np.zeros(instance["days"] * DAY, dtype=bool)
    for day, window in enumerate(agent["avail"]):
        if window is not None:
            free[day * DAY + first + window[0] : day * DAY + first + window[1]] = True
    levels = tuple(float(project in agent["skills"]) for project in range(instance["projects"]))
    return Agent(agent["id"], levels, agent["hours"], free)


def _kind(length, pause):
    """A kind of shift with its lunch in the middle third and a break on each side of it."""
    first, last = math.ceil(length / 3 - pause / 2), math.floor(2 * length / 3 - pause / 2)
    return Kind(f"{length / 4:g} h", length, 0, DAY - 1, 1, (pause,), first, last, (1, 1), 1, 3, 2)


def as_checked(instance, roster):
    """Return a Roster in the form that the instance's own check reads."""
    first = int(instance["day_start"][:2]) * 4
    return [[_day(shift, day * DAY + first) for day, shift in enumerate(shifts)] for shifts in roster.shifts]


def _day(shift, first):
    if shift is None:
        return None
    return {
        "start": shift.start - first,
        "length": shift.end - shift.start,
        "lunch": shift.pause[0] - first,
        "breaks": [rests[0][0] - first for rests in shift.breaks],
        "projects": list(shift.projects),
    }


def read(path):
    """Return an instance from its file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)
