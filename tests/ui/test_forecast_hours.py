"""A history of days gives a forecast of days: the page says that staffing needs hours, and gives them."""

import numpy as np
import pandas as pd
import pytest

from ccwb import staffing
from ccwb.ui.forecast_hours import EVENLY, DayHours
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, finished, press, said, shown
from tests.ui.test_forecast_page import NOW


def voice_by_day(page):
    """Make the history of the telephone one of whole days, as a daily report has it."""
    rows = page.store.read_table("history", project=PROJECT, channel="voice", zone=page.zone)
    day = rows["interval_start"].dt.normalize().rename("interval_start")
    days = rows.groupby(day)["offered"].sum().reset_index().assign(interval_s=86_400, aht_s=240.0)
    days = days.assign(project=PROJECT, channel="voice")
    page.store.write_table("history", days, by="Ana", at=NOW, project=PROJECT, channel="voice")


@pytest.fixture
def page(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    voice_by_day(page)
    page.open()
    page.model = "seasonal naive"
    press(page, "Make the forecast")
    finished(page)
    return page


def voice(table):
    return table[table["channel"] == "voice"]


def by_day(rows):
    return rows.groupby(rows["interval_start"].dt.date)["offered"].sum()


def test_a_forecast_by_the_day_says_so_and_asks_before_it_is_published(page):
    assert "Voice: forecast by the day, as the history has it. Staffing needs to know at what hours" in shown(page)
    press(page, "Publish for staffing")
    assert "Sales line, Voice: this forecast has days and no hours" in said(page)
    assert page.published.empty
    press(page, "Publish by the day all the same")
    assert "Published: staffing works with it" in said(page)
    assert set(voice(page.published)["interval_s"]) == {86_400}


def test_days_take_the_opening_hours_evenly_and_staffing_works_with_them(page):
    before = by_day(voice(page.drafted))
    press(page, "Give the days these hours")
    assert "Their hours: evenly, while open." in shown(page)
    rows = voice(page.drafted)
    assert set(page.drafted["interval_s"]) == {1800}
    np.testing.assert_allclose(by_day(rows), before)
    for _day, slots in rows.groupby(rows["interval_start"].dt.date):
        assert slots["offered"].max() == pytest.approx(slots["offered"].min())
    press(page, "Publish for staffing")
    assert "Published: staffing works with it" in said(page)
    assert len(staffing.requirement(page.published, targets=staffing.targets_of(page.centre())))


def test_an_interval_that_is_open_in_part_takes_its_part_of_an_even_day(page):
    centre = page.centre()
    hours = dict.fromkeys(centre["projects"][0]["hours"], "09:00-17:10")
    next(one for one in centre["projects"] if one["project"] == PROJECT)["hours"] = hours
    page.store.save("centre", centre, base=page.store.load("centre").version, by="Ana", at=NOW)
    page.open()
    press(page, "Give the days these hours")
    rows = voice(page.drafted)
    monday = rows[rows["interval_start"].dt.date == pd.Timestamp("2026-11-09").date()]
    late = monday[monday["interval_start"].dt.hour == 17]
    assert late["interval_s"].sum() == 600
    assert late["offered"].sum() == pytest.approx(monday["offered"].iloc[0] / 3)


def test_days_take_the_hours_of_another_queue_and_keep_them_when_they_are_made_again(page):
    assert [one["value"] for one in page.hours.form.fields[0]["options"]][:3] == [
        EVENLY,
        f"{PROJECT}/callback",
        f"{PROJECT}/chat",
    ]
    before = by_day(voice(page.drafted))
    change(page.hours.form, "like", f"{PROJECT}/chat")
    press(page, "Give the days these hours")
    table = page.drafted
    np.testing.assert_allclose(by_day(voice(table)), before)
    monday = table[table["interval_start"].dt.strftime("%Y-%m-%d") == "2026-11-09"]
    share = {name: rows["offered"].to_numpy() / rows["offered"].sum() for name, rows in monday.groupby("channel")}
    assert np.corrcoef(share["voice"], share["chat"])[0, 1] > 0.9
    assert page.hours.form.values["like"] == f"{PROJECT}/chat"
    press(page, "Make the forecast")
    finished(page)
    pd.testing.assert_frame_equal(voice(page.drafted), voice(table))


def test_only_queues_whose_days_have_a_shape_lend_their_hours(page):
    rows = page.store.read_table("history", project=PROJECT, channel="chat", zone=page.zone)
    lends = lambda: {one["value"] for one in page.hours.form.fields[0]["options"]}  # noqa: E731 - short
    assert f"{PROJECT}/chat" in lends()
    first = pd.Timestamp(page.context.cycle.first_day, tz=page.zone)
    before = rows["interval_start"] < first
    odd = {
        "nothing ever came": rows.assign(offered=0.0),
        "one row": rows[before].tail(1),
        "three weeks": rows[before & (rows["interval_start"] >= first - pd.Timedelta(days=21))],
        "only in the cycle": rows[~before],
    }
    for why, table in odd.items():
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel="chat")
        page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT, channel="chat")
        page.open()
        assert f"{PROJECT}/chat" not in lends(), why
        assert f"{PROJECT}/callback" in lends()


def test_a_forecast_with_hours_asks_for_none(planned, open_page):
    page = open_page("forecast", project=PROJECT)
    assert DayHours(page).channels == []
    assert "Hours of these days" not in shown(page)
    press(page, "Publish for staffing")
    assert "Published: staffing works with it" in said(page)
