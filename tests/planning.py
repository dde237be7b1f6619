"""A plan made stage by stage, as small as it can be: what tests of the cycle write into a workbook."""

import datetime as dt

import pandas as pd

from ccwb import cycle, mission
from ccwb.projects import blank_centre
from ccwb.tables import TABLES

NOW = dt.datetime(2026, 2, 1, 9, 0, tzinfo=dt.UTC)
ANA = {"by": "Ana", "at": NOW}
LATER = {"by": "Ben", "at": NOW + dt.timedelta(hours=1)}
DAYS = {"first_day": "2026-03-01", "last_day": "2026-05-31"}
VALUES = {
    "time": "2026-03-01T10:00Z",
    "day": "2026-03-01",
    "text": "a",
    "whole": 1800,
    "number": 2.5,
    "share": 0.25,
} | {"flag": True}


def put(store, name, spring=None, *, project="orders", **more):
    """Write one row of a table; each call changes the table."""
    row = {c.name: VALUES[c.kind] for c in TABLES[name].columns if c.required} | {"project": project}
    mode = "append" if name == "action_log" else "replace"
    row.pop("entry", None)
    return store.write_table(name, pd.DataFrame([row]), cycle=spring, mode=mode, zone="UTC", **ANA, **more)


def note(store, name, data, spring=None, project="", **more):
    base = store.load(name, cycle=spring, project=project).version
    return store.save(name, data, base=base, cycle=spring, project=project, **ANA, **more)


def agreed_mission():
    """Return a mission that can be approved."""
    document = mission.blank_mission()
    document = mission.set_statement(document, "centre_mission", text="We help.", last_review="2026-01-10")
    question = next(iter(mission.QUESTIONS))
    for person in ("Ana", "Ben"):
        document = mission.add_answer(document, person=person, question=question, score=4)
    document = mission.set_target(document, kpi="service_level", value=0.8)
    return {**document, "chain": {"purpose": "Customers stay with us."}}


def compute(store, spring, stage, *, document=True):
    """Do what a page does: note what the stage is made from, then write its table and its document."""
    noted = {"made_from": cycle.made_from(store, spring, stage)}
    put(store, cycle.STAGES[stage].tables[0], spring)
    if document:
        note(store, stage, noted | {"time": str(store.changed())}, spring)


def whole_plan(store, spring, projects=()):
    note(store, "centre", blank_centre(name="Ours") | {"projects": list(projects)})
    put(store, "history")
    note(store, "mission", agreed_mission(), spring)
    for stage in ("forecast", "staffing", "schedule"):
        compute(store, spring, stage)
