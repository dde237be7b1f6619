"""A planned project to open pages on, and what a test may ask of a page that no browser shows."""

import datetime as dt
import importlib
import shutil

import pandas as pd
import pytest

from ccwb import cycle, forecast, schedule, staffing
from ccwb.projects import project_of
from ccwb.store import open_store
from ccwb.ui import shell, text

NOW = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
PROJECT = "sales"
PLANNED_DAYS = 14


@pytest.fixture(scope="session")
def planned_file(sample_file, tmp_path_factory):
    """The sample workbook with two weeks of the sales line forecast, staffed and scheduled in the planned cycle."""
    path = tmp_path_factory.mktemp("planned") / "planned.db"
    shutil.copyfile(sample_file, path)
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        _plan(store)
    return path


@pytest.fixture
def planned(planned_file, tmp_path, monkeypatch):
    """The address of a fresh copy of `planned_file`, which CCWB_DATABASE names during the test."""
    copy = tmp_path / "planned.db"
    shutil.copyfile(planned_file, copy)
    address = f"sqlite:///{copy.as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    return address


@pytest.fixture
def open_page():
    """A function that opens a page of the workbook that CCWB_DATABASE names, as `?project=...&lang=...` would."""
    opened = []

    def opener(name, **query):
        module, kind = shell.PAGES[name][1].split(".")
        made = getattr(importlib.import_module(f"ccwb.ui.{module}"), kind)(shell._context(query))
        made.shell.person = "Ana"
        opened.append(made)
        return made

    yield opener
    for page in opened:
        if hasattr(page, "leave"):
            page.leave()
        page.store.close()
    text.use("en")


def _plan(store):
    planned = store.cycles()[-1]
    centre = store.load("centre").data
    one = project_of(centre, PROJECT)
    place = {"by": "Ana", "at": NOW, "cycle": planned.id, "project": PROJECT}
    history = store.read_table("history", project=PROJECT, zone=one["zone"], end=str(planned.first_day))
    history = history[history["interval_start"] >= history["interval_start"].max() - pd.Timedelta(days=120)]
    from_ = _noted(store, planned, "forecast")
    made = forecast.forecast(history, days=PLANNED_DAYS, hours={PROJECT: one}, model="seasonal naive")
    store.write_table("forecast", made, **place)
    store.save("forecast", {"made_from": from_, "beliefs": {}}, base=0, **place)
    from_ = _noted(store, planned, "staffing")
    need = staffing.requirement(made, targets=staffing.targets_of(centre))
    store.write_table("requirement", need, **place)
    store.save("staffing", {"made_from": from_}, base=0, **place)
    from_ = _noted(store, planned, "schedule")
    shifts = store.read_table("shifts", project=PROJECT)
    roster, coverage = schedule.cover(need, shifts=shifts, projects={PROJECT: one})
    store.write_table("schedule", roster, **place)
    short = [
        [said, {k: str(v) if k == "day" else v for k, v in values.items()}] for said, values in schedule.unmet(coverage)
    ]
    store.save("schedule", {"made_from": from_, "unmet": short}, base=0, **place)


def _noted(store, planned, stage):
    return cycle.made_from(store, planned.id, stage, project=PROJECT)
