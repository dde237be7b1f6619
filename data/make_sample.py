"""Make the sample centre: `python data/make_sample.py` writes every data file beside this one, always the same.

centre.json, events.csv and cycles.json are written by hand and read here; the rest follows from them and one seed.
"""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sample_people
from sample_history import Line, deferred_history, live_history
from sample_staff import SHIFTS, need, planned_shifts, present, split
from sample_volume import (
    HAPPENED,
    QUEUES,
    SLOT,
    Clock,
    aht_plan,
    expected,
    happening,
    rng_of,
    usual,
    with_events,
)

from ccwb.channels import CHANNELS
from ccwb.projects import spans

HERE = Path(__file__).parent
SEED = 20261031
FIRST_DAY, LAST_DAY = "2024-11-01", "2026-10-31"
RUN_OUT_DAYS = 10  # deferred work of the last day is answered after the history ends
CALL_ME = 75, 0.33, 0.045  # sales callers are offered a callback after so many s; share that takes it; share planned


def make(folder=HERE, *, first_day=FIRST_DAY, last_day=LAST_DAY, seed=SEED):
    """Write the files of the sample centre into `folder`; the same days and seed give the same bytes."""
    centre = json.loads((HERE / "centre.json").read_text(encoding="utf-8"))
    events = pd.read_csv(HERE / "events.csv", keep_default_na=False, na_values={"effect": [""]})
    cycles = json.loads((HERE / "cycles.json").read_text(encoding="utf-8"))
    folder, history, plans = Path(folder), {}, {}
    folder.mkdir(parents=True, exist_ok=True)
    for project in centre["projects"]:
        clock = Clock(project, first_day, pd.Timestamp(last_day) + pd.DateOffset(days=RUN_OUT_DAYS), events)
        plan = plan_of(project, clock, events, seed)
        inside = clock.day <= np.datetime64(last_day)
        for channel, table in run(project, clock, events, plan, seed).items():
            history[project["project"], channel] = {c: v[inside[clock.open]] for c, v in table.items()}
        plans[project["project"]] = (clock, plan)
    for (project, channel), table in history.items():
        write(folder / f"history_{project}_{channel}.csv.gz", table)
    write(folder / "shifts.csv", shift_kinds(centre))
    inside = [
        c for c in cycles if c["status"] == "finished" and first_day <= c["first_day"] and c["last_day"] <= last_day
    ]
    write_plans(folder, plans, inside)
    sample_people.make(folder, centre, history, seed=seed, last_day=last_day, write=write)


def plan_of(project, clock, events, seed):
    """Return what was planned: contacts, handling time and agents per channel, and the shifts of the project."""
    plan = {"channels": {}}
    for channel, entry in CHANNELS.items():
        if channel not in project["channels"]:
            continue
        queue = QUEUES[project["project"], channel]
        rate = with_events(usual(queue, clock, live=entry.live), clock, events)
        rate, aht_s = expected(rate, clock, seed, channel), aht_plan(queue, clock)
        if channel == "callback":  # and the callers who will ask for one
            rate = rate + CALL_ME[2] * plan["channels"]["voice"]["offered"]
        heads = need(queue, rate, aht_s, live=entry.live, clock=clock)
        booked = rate if entry.live else on_opening(rate, clock)
        plan["channels"][channel] = {"offered": booked, "aht_s": aht_s, "agents": heads}
    total = sum(one["agents"] for one in plan["channels"].values())
    plan["heads"], plan["shifts"] = planned_shifts(total, clock, shrinkage=project["shrinkage"])
    return plan


def on_opening(counts, clock):
    """Return counts per half-hour with those of closed hours moved to the next open half-hour."""
    where = np.flatnonzero(clock.open)
    to = where[np.minimum(np.searchsorted(where, np.arange(len(counts))), len(where) - 1)]
    return np.bincount(to, weights=counts, minlength=len(counts))


def run(project, clock, events, plan, seed):
    """Return the history of a project's channels: the contacts that came, met by the people who were there."""
    name, channels, short_s = project["project"], list(plan["channels"]), project["contract"]["short_abandon_s"]
    live = np.array([CHANNELS[c].live for c in channels])
    people = present(plan["heads"], clock, shrinkage=project["shrinkage"], seed=seed)
    agents = split(people, np.array([plan["channels"][c]["agents"] for c in channels]), live)
    tables, callbacks = {}, np.zeros(len(clock.utc))
    for channel, at_work in sorted(zip(channels, agents, strict=True), key=lambda pair: not CHANNELS[pair[0]].live):
        queue, targets = QUEUES[name, channel], project["channels"][channel]
        true = with_events(usual(queue, clock, live=CHANNELS[channel].live), clock, events, HAPPENED)
        counts = rng_of(seed, "arrive", name, channel).poisson(happening(true, clock, seed, channel))
        draw = rng_of(seed, "contacts", name, channel)
        if CHANNELS[channel].live:
            line = Line(channel, queue, targets, clock, counts, at_work, draw)
            call_me = CALL_ME if "callback" in channels and channel == "voice" else None
            tables[channel], moved = live_history(line, short_s=short_s, call_me=call_me)
            callbacks += moved
        else:
            counts = on_opening(counts + (callbacks if channel == "callback" else 0), clock).astype(int)
            tables[channel] = deferred_history(Line(channel, queue, targets, clock, counts, at_work, draw))
    return tables


def write_plans(folder, plans, cycles):
    """Write for each finished cycle the plan as it was made: contacts and agents per half-hour, and the shifts."""
    for cycle in cycles:
        first, last = np.datetime64(cycle["first_day"]), np.datetime64(cycle["last_day"])
        shifts = []
        for project, (clock, plan) in plans.items():
            inside = (clock.day >= first) & (clock.day <= last) & clock.open
            table = {"interval_start": clock.utc[inside]}
            for channel, one in plan["channels"].items():
                table[f"{channel}_offered"] = np.round(one["offered"][inside], 1)
                table[f"{channel}_aht_s"] = one["aht_s"][inside]
                table[f"{channel}_agents"] = np.round(one["agents"][inside], 1)
            write(folder / f"plan_{cycle['key']}_{project}.csv.gz", table)
            shifts += shift_rows(project, clock, plan["shifts"], first, last)
        columns = ("project", "shift", "shift_start", "shift_end", "break_start", "people")
        write(folder / f"schedule_{cycle['key']}.csv.gz", sample_people.as_columns(columns, shifts))


def shift_rows(project, clock, shifts, first, last):
    """Return the planned shifts that begin within a cycle, as rows of the schedule file."""
    rows = []
    for (kind, start, pause), people in sorted(shifts.items(), key=lambda item: (item[0][1], item[0][0], item[0][2])):
        if first <= clock.day[start] <= last:
            begin = clock.utc[start]
            end = begin + np.timedelta64(SHIFTS[kind][0] * SLOT, "s")
            rows.append((project, kind, begin, end, "" if pause is None else clock.utc[pause], people))
    return rows


def shift_kinds(centre):
    """Return the kinds of shift as the shifts table has them, per project and within its opening hours."""
    columns = ("shift", "project", "first_start_s", "last_start_s", "step_s", "length_s", "break_s")
    columns, rows = (*columns, "break_after_s", "break_before_s"), []
    for project in centre["projects"]:
        hours = [span for day in project["hours"].values() for span in spans(day)]
        opens, closes = min(start for start, _ in hours), max(end for _, end in hours)
        for kind, (size, pauses) in SHIFTS.items():
            last = closes - SLOT if closes - opens == 86400 else closes - size * SLOT
            pause = (SLOT, pauses[0] * SLOT, pauses[-1] * SLOT) if pauses else (0, 0, 0)
            rows.append((kind, project["project"], opens, last, SLOT, size * SLOT, *pause))
    return sample_people.as_columns(columns, rows)


def write(path, table):
    """Write columns as a CSV file, packed when the name ends in .gz; missing numbers are empty, times are UTC."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    writer.writerows(zip(*map(_column, table.values()), strict=True))
    data = text.getvalue().encode()
    if path.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile("", "wb", 9, packed, mtime=0) as file:
            file.write(data)
        data = packed.getvalue()
    path.write_bytes(data)


def _column(values):
    return [_cell(value) for value in (values if getattr(values, "dtype", None) is None else list(values))]


def _cell(value):
    if isinstance(value, np.datetime64):
        return str(value if np.datetime_data(value)[0] == "D" else value.astype("datetime64[m]"))
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:g}"
    return value


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
