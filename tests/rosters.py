"""Rosters for tests: small ones written by hand, and a seeded one of many agents over a week."""

import numpy as np
import pandas as pd

from ccwb.projects import new_project

BERLIN = "Europe/Berlin"
WEEK = "2026-11-02"  # a Monday
ALL_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "06:00-22:00")
PROJECTS = {p: new_project(p, zone=BERLIN, hours=ALL_WEEK) for p in ("orders", "sales")}


def moment(text, *, day=WEEK, zone=BERLIN):
    """Return a moment: '09:30' of `day`, or '+2 09:30' two days later."""
    after, _, clock = text.rpartition(" ")
    return (pd.Timestamp(day) + pd.Timedelta(days=int(after or 0)) + pd.Timedelta(f"{clock}:00")).tz_localize(zone)


def stretches(agent, *parts, zone=BERLIN, day=WEEK, shift="Day"):
    """Return roster rows: parts are 'from to activity-or-project', such as '+1 09:00 12:00 orders'."""
    rows = []
    for part in parts:
        *after, start, end, what = part.split()
        plus = after[0] if after else "+0"
        known = what in ("lunch", "break", "training", "meeting", "leave", "illness", "appointment")
        last = moment(f"{plus} {end}", zone=zone, day=day)
        first = moment(f"{plus} {start}", zone=zone, day=day)
        row = {"agent": agent, "start": first, "end": last if last > first else last + pd.DateOffset(days=1)}
        row |= {"activity": what if known else "work", "project": "" if known else what}
        rows.append(row | {"shift": shift, "locked": False})
    return pd.DataFrame(rows)


def people(*names, project="orders", **more):
    table = {"agent": list(names), "name": [f"Name {n}" for n in names], "team": "red", "project": project}
    return pd.DataFrame(table | {"trained_for": "", "hours_week": 40.0, "hourly_cost": 30.0} | more)


def drawn(agents, *, seed, days=7, zone=BERLIN, projects=("orders", "sales")):
    """Return a valid roster drawn at random: shifts of 6 to 9 h with a lunch and two breaks, two projects a day."""
    chance, rows = np.random.default_rng(seed), []
    for number in range(agents):
        for day in sorted(chance.choice(days, size=min(5, days), replace=False)):
            start = 7 * 4 + int(chance.integers(0, 20))
            length = int(chance.choice([24, 28, 32, 36]))
            lunch = start + length // 2 - 1
            cuts = [start, start + 5, start + 6, lunch, lunch + 2, lunch + 6, lunch + 7, start + length]
            first, second = chance.choice(projects, 2)
            names = [first, "break", first, "lunch", second, "break", second]
            for a, b, name in zip(cuts[:-1], cuts[1:], names, strict=True):
                at = [f"+{day} {q // 4:02d}:{q % 4 * 15:02d}" for q in (a, b)]
                part = f"{at[0]} {at[1].split()[1]} {name}"
                rows.append(stretches(f"a{number:03d}", part, zone=zone))
    return pd.concat(rows, ignore_index=True)
