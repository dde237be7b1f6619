"""A project whose hours begin and end within half-hours, from the forecast page to the schedule."""

import datetime as dt

import pandas as pd
import pytest

from ccwb.projects import WEEKDAYS, project_of
from ccwb.store import open_store
from ccwb.ui.action_parts import day_chart
from ccwb.ui.forecast_files import in_file, strange
from tests.ui.conftest import PROJECT
from tests.ui.looking import finished, press, shown

HOURS = "09:10-17:05"
WHO = {"by": "Ana", "at": dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)}


@pytest.fixture
def cut(planned):
    """Cut the project's opening hours on every day that it is open."""
    with open_store(planned) as store:
        kept = store.load("centre")
        one = project_of(kept.data, PROJECT)
        one["hours"] = {day: HOURS for day in WEEKDAYS if one["hours"].get(day)}
        projects = [one if p["project"] == PROJECT else p for p in kept.data["projects"]]
        store.save("centre", kept.data | {"projects": projects}, base=kept.version, **WHO)


def test_minutes_before_and_after_the_whole_intervals_go_through_all_stages(cut, open_page):
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    finished(page)
    clock = page.forecast["interval_start"].dt.strftime("%H:%M")
    ends = page.forecast[clock == "17:00"]
    assert len(ends) and (ends["interval_s"] == 300).all() and clock.min() == "09:10" and clock.max() == "17:00"
    drawn = page.week.data["slots"]
    hour = {t / 3_600_000 % 24 for t, n in zip(drawn["t"], drawn["offered"], strict=True) if n}
    assert min(hour) == 9 and max(hour) == 17  # half-hours, as the history has them
    press(page, "Publish for staffing")

    page = open_page("staffing", project=PROJECT)
    assert {"09:00", "17:00"} <= set(page.glance["clock"]) and not {"09:10", "09:15"} & set(page.glance["clock"])
    five = page.made[page.made["interval_start"].dt.strftime("%H:%M") == "17:00"]
    assert (five["service_level"] >= 0.79).all() and (five["interval_s"] == 300).all()
    press(page, "Make this the plan")

    page = open_page("schedule", project=PROJECT)
    press(page, "Make the schedule")
    finished(page)
    part = page.sections["shifts"]
    assert set(part.coverage["interval_s"]) == {300, 1800}
    staffed = part.requirement["scheduled"] * part.requirement["interval_s"]
    needed = part.coverage["required"] * part.coverage["interval_s"]
    assert needed.sum() == pytest.approx(staffed.sum()), "the schedule needs the agent-hours that staffing does"
    assert part.schedule["shift_end"].dt.strftime("%H:%M").max() <= "17:05"
    assert len(part.schedule) and "project is closed then" not in shown(page)


def test_a_file_with_whole_half_hours_takes_the_place_of_the_parts_of_them(cut, open_page):
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    finished(page)
    before = page.forecast
    file = before[before["interval_s"] == 1800]
    start = before["interval_start"].dt.tz_localize(None)
    ends = before[start.dt.strftime("%H:%M") == "17:00"]
    assert in_file(before, before).all()
    assert in_file(before, ends.assign(interval_s=1800)).sum() == len(ends)
    assert in_file(before, file).sum() == len(file)
    begins = before[start.dt.strftime("%H:%M") == "09:10"]
    early = begins.assign(interval_start=begins["interval_start"] - pd.Timedelta(minutes=10), interval_s=1800)
    assert strange(early, before) == (0, 0)
    assert strange(early.assign(interval_start=early["interval_start"] - pd.Timedelta(hours=1)), before)[0] == len(
        early
    )


def test_the_days_curve_of_the_action_page_has_whole_half_hours(cut, open_page):
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    finished(page)
    press(page, "Publish for staffing")
    log = pd.DataFrame(
        {"at": [page.forecast["interval_start"].iloc[0]], "entry": [1], "done": ["Called two people in"]}
    )
    (card,) = day_chart(open_page("action", project=PROJECT), log)
    drawn = card.children[-1].data["plan"]
    assert {t % 1_800_000 for t in drawn["t"]} == {0}
    day = page.forecast[page.forecast["interval_start"].dt.date == log["at"].iloc[0].date()]
    assert sum(drawn["offered"]) == pytest.approx(day["offered"].sum())
