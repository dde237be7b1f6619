"""Adherence on the schedule page: a log is brought in, its states mapped, and held against the roster."""

import pandas as pd
import pytest

from ccwb.reports import to_csv
from ccwb.ui.widgets import Grid, Upload
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, shown
from tests.ui.test_roster_page import NOW, shift

START = pd.Timestamp("2026-11-02 09:00", tz="Europe/Berlin")


@pytest.fixture
def page(planned, open_page):
    page = open_page("schedule", project=PROJECT, step="adherence")
    roster = pd.DataFrame([*shift("a001", START, PROJECT), *shift("a003", START, PROJECT)])
    page.store.write_table("roster", roster, by="Ana", at=NOW, cycle=page.cycle_id)
    page.open()
    return page


def bring(page, rows):
    log = pd.DataFrame(rows, columns=["Agent", "State", "Start", "End"])
    find(page, Upload)[0]._on_file("log.csv", to_csv(log))
    finished(page)
    press(page, "See what would come in")
    finished(page)
    press(page, "Import")
    finished(page)


def log():
    day = "2026-11-02"
    return [
        ("a001", "Ready", f"{day} 09:00", f"{day} 13:00"),
        ("a001", "Lunch", f"{day} 13:00", f"{day} 13:30"),
        ("a001", "Ready", f"{day} 13:30", f"{day} 17:30"),
        ("a003", "Backoffice", f"{day} 09:00", f"{day} 13:00"),
        ("a003", "Lunch", f"{day} 13:00", f"{day} 13:30"),
        ("a003", "Ready", f"{day} 13:30", f"{day} 17:30"),
    ]


def test_without_a_log_the_page_asks_for_one(page):
    assert "Bring in a log of agents&#x27; states" in shown(page)


def test_a_log_is_held_against_the_roster_and_a_state_is_mapped(page):
    bring(page, log())
    part = page.sections["adherence"]
    assert part.chart.title.startswith("76.5% of the scheduled time was as scheduled")  # 13 of 17 hours
    assert "Backoffice" in part.notes.value
    grid = next(one for one in find(page, Grid) if one.file_name == "states")
    at = next(n for n, row in enumerate(grid.rows) if row["state"] == "Backoffice")
    grid.received({"type": "change", "row": at, "key": "activity", "value": "work"}, [])
    assert part.chart.title.startswith("100.0% of the scheduled time")
    assert page.store.load("adherence").data == {"mapping": {"Backoffice": "work"}}


@pytest.mark.parametrize(("by", "first"), [("agent", "Yael B."), ("team", "Service 1"), ("interval", "Nov 2, 2026")])
def test_it_is_told_per_agent_team_and_interval(page, by, first):
    bring(page, log())
    part = page.sections["adherence"]
    change(part.form, "by", by)
    assert part.shown["what"].iloc[0].startswith(first)
    assert part.shown["scheduled_s"].sum() == 17 * 3600
    assert part.chart.data["bars"]["adherence"]


def test_days_outside_of_the_roster_are_not_compared(page):
    more = [("a001", "Ready", "2026-11-03 09:00", "2026-11-03 17:00")]
    bring(page, [*log(), *more])
    title = page.sections["adherence"].chart.title
    assert "76.5% of the scheduled time" in title and "75.0% of the paid hours were worked" in title


def test_a_log_of_other_days_is_said(page):
    bring(page, [("a001", "Ready", "2026-12-03 09:00", "2026-12-03 17:00")])
    assert "The log does not touch the days of the roster." in shown(page)


def test_who_is_not_in_the_log_is_told_and_left_out_and_a_log_of_others_alone_is_said(page):
    bring(page, log()[:3])
    part = page.sections["adherence"]
    assert part.chart.title.startswith("100.0% of the scheduled time")
    assert "1 people on the roster have no state in the log" in part.notes.value and "a003" in part.notes.value


def test_a_log_in_which_nobody_is_on_the_roster_is_said(page):
    bring(page, [("a002", "Ready", "2026-11-02 09:00", "2026-11-02 17:00")])
    assert "Nobody of the log is on the roster" in shown(page)
