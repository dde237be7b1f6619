"""Nothing that a file can hold takes the forecast page down: it is forecast, or refused in words."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccwb.projects import WEEKDAYS as WEEK
from ccwb.projects import new_project
from ccwb.store import open_store
from ccwb.ui import forecast_parts as parts
from ccwb.ui.forecast_models import Compared
from ccwb.ui.forecast_parts import beliefs
from ccwb.ui.forecast_pictures import within
from ccwb.ui.forecast_work import Making, outside
from tests.ui.conftest import PROJECT
from tests.ui.looking import finished, press, said, shown, unfold
from tests.ui.test_forecast_page import NOW

LAST = dt.date(2026, 10, 30)


def history(days, offered, *, drop=()):
    """Return half hours from 9 to 17 on working days until the last Friday before the cycle."""
    starts = pd.date_range(end=f"{LAST} 23:30", periods=48 * days, freq="30min", tz="Europe/Berlin")
    starts = starts[(starts.hour >= 9) & (starts.hour < 17) & (starts.day_of_week < 5)]
    starts = starts[[not any(first <= day <= last for first, last in drop) for day in starts.date]]
    values = offered(len(starts)) if callable(offered) else np.full(len(starts), float(offered))
    return pd.DataFrame(
        {"interval_start": starts, "interval_s": 1800, "project": PROJECT, "channel": "voice", "offered": values}
    )


def noisy(n):
    return np.random.default_rng(1).poisson(12, n).astype(float)


def typo(n):
    values = noisy(n)
    values[n // 2] *= 1000
    return values


TOO_SHORT = "The history is too short to try the models on. The forecast was made by: seasonal naive."
GAP = [(dt.date(2025, 6, 1), dt.date(2026, 5, 30))]


@pytest.mark.parametrize(
    "table",
    [
        history(7, noisy),
        history(7, noisy).tail(1),
        history(120, 10),
        history(120, 0),
        history(730, noisy, drop=GAP),
        history(120, typo),
    ],
    ids=["one week", "one row", "constant", "all zero", "a year missing", "a thousandfold typo"],
)
def test_an_odd_history_is_forecast_or_answered_in_words(sample_database, open_page, table):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    assert said(page) == ""
    press(page, "Make the forecast")
    finished(page)
    assert "made a mistake" not in said(page)
    if "The forecast is made" not in said(page):
        assert "miss" in page.messages.children[0].children[0].value
        return
    assert np.isfinite(page.drafted["offered"]).all()
    for fold in page.folds.values():
        fold.opened = True
    press(page, "Publish for staffing")
    assert "Published" in said(page)
    assert "nan" not in shown(page).replace("finance", "")


def test_a_thousandfold_typo_is_marked_and_does_not_move_the_forecast(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", history(120, typo), by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert page.daily.data["cleaned"]["reason"] == ["typing error"]
    assert page.drafted["offered"].max() < 40
    came, mark = page.daily.data["came"], page.daily.data["cleaned"]
    at = came["t"].index(mark["t"][0])
    others = max(n for n in came["offered"] if n != came["offered"][at])
    top = 1.25 * max(others, *page.daily.data["expected"]["high"])
    assert came["offered"][at] > 20 * top  # told by the tooltip and the mark
    assert came["drawn"][at] == mark["at"][0] == pytest.approx(top)
    assert mark["beyond"] == [f"▲ {came['offered'][at]:,.0f}"]
    assert max(page.daily.data["before"]["drawn"], default=0) <= top + 1e-6
    page.pick_mark(mark["day"][0])  # it is right, says somebody: it is drawn as high as it was
    assert page.daily.data["came"]["drawn"][at] == came["offered"][at] == page.daily.data["cleaned"]["at"][0]
    assert page.daily.data["cleaned"]["beyond"] == [""]


def test_a_day_that_is_not_learned_from_is_drawn_as_it_was_where_the_others_reach_as_far():
    days = {"came": pd.DataFrame({"t": [1, 2, 3], "offered": [100.0, 20.0, 120.0]})}
    days |= {"expected": pd.DataFrame({"high": [90.0]}), "models": pd.DataFrame({"offered": []}, dtype=float)}
    marks = pd.DataFrame({"t": [2, 3], "found": [20.0, 120.0], "at": [20.0, 120.0], "used": [False, False]})
    drawn, _marks = within(days, marks)
    assert drawn["came"]["drawn"].tolist() == [100.0, 20.0, 120.0]  # up to 1.25 times the 100 of the others
    drawn, marks = within(days, marks.assign(found=[20.0, 126.0], at=[20.0, 126.0]))
    assert marks["at"].tolist() == [20.0, 125.0] and marks["beyond"].tolist() == ["", "▲ 126"]


def rarely(n):
    return np.where(np.arange(n) % 160 == 7, 1.0, 0.0)  # one contact in ten working days of sixteen half hours


@pytest.mark.parametrize(
    ("offered", "expected", "never"),
    [
        (0, "No weekday differs from the others.", "How sure"),
        (10, "No weekday differs from the others.", " to 0 contacts"),
        (rarely, "So few contacts come that no effect", "Within a month"),
    ],
    ids=["all zero", "constant", "two a month"],
)
def test_no_effects_are_listed_where_there_are_none(sample_database, open_page, offered, expected, never):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", history(200, offered), by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert expected in page.believes.value and "against the mean" not in page.believes.value
    assert never not in page.believes.value + page.answer.value


def test_contacts_that_come_while_the_project_is_closed_are_said(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    early = history(120, noisy)
    table = pd.concat([early, early.assign(interval_start=early["interval_start"] - pd.Timedelta(hours=8))])
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert "% of what came in the last eight weeks came while the project is closed" in page.answer.value


def test_contacts_on_public_holidays_that_are_closed_are_said_with_their_days_and_the_tick(sample_database, open_page):
    with open_store(sample_database) as store:
        kept = store.load("centre")
        for project in (one for one in kept.data["projects"] if one["project"] == PROJECT):
            project |= {"region": "US", "closed_on_holidays": True}
        store.save("centre", kept.data, base=kept.version, by="Ana", at=NOW)
        for channel in ("voice", "chat", "callback"):
            store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
        early = history(120, noisy)
        store.write_table("history", early, by="Ana", at=NOW, project=PROJECT)
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    finished(page)
    said_ = page.answer.value
    assert "5% of what came in the last eight weeks came on public holidays" in said_  # 2 of 40 days
    assert "Sep 7, 2026 Labor Day; Oct 12, 2026 Columbus Day" in said_
    assert "&#x27;Closed on public holidays&#x27;" in said_ and "Compare the hours" not in said_
    assert "Labor Day" not in page.believes.value


def test_what_came_on_closed_holidays_is_told_apart_from_what_came_in_closed_hours():
    days = history(56, 1.0)
    shop = {PROJECT: new_project(PROJECT, zone="Europe/Berlin", region="US", hours=dict.fromkeys(WEEK, "09:00-17:00"))}
    on, off = parts.ON_HOLIDAYS, parts.OUTSIDE
    early = days.assign(interval_start=days["interval_start"] - pd.Timedelta(hours=8))
    said_ = lambda table: outside(table, shop).get("voice", [])  # noqa: E731 - short
    assert [one for one, _values in said_(days)] == [on]
    assert [one for one, _values in said_(pd.concat([days, early]))] == [off, on]
    shop[PROJECT]["closed_on_holidays"] = False
    assert said_(days) == [] and [one for one, _values in said_(pd.concat([days, early]))] == [off]
    assert said_(pd.concat([days, early]))[0][1] == {"part": 0.5}


def test_an_open_weekday_that_the_history_does_not_have_is_said_beside_the_figures(sample_database, open_page):
    with open_store(sample_database) as store:
        kept = store.load("centre")
        for project in (one for one in kept.data["projects"] if one["project"] == PROJECT):
            project["hours"] |= {"fri": "09:00-17:00", "sat": "10:00-13:00"}
        store.save("centre", kept.data, base=kept.version, by="Ana", at=NOW)
        store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel="voice")
        store.write_table("history", history(120, noisy), by="Ana", at=NOW, project=PROJECT)
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    finished(page)
    said_of = "Saturday is open, but the history has nothing in its hours"
    assert said_of in page.answer.value and said_of not in page.believes.value
    voice = page.of_queue(page.forecast)
    day = voice["interval_start"].dt.day_of_week
    assert set(voice.loc[day == 5, "interval_start"].dt.hour) == {10, 11, 12}
    assert voice.loc[day == 5, "offered"].mean() == pytest.approx(voice.loc[day == 4, "offered"].mean(), rel=0.1)


def test_hours_that_the_history_never_has_are_said_beside_the_figures_and_not_forecast(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel="voice")
    page.store.write_table("history", history(120, noisy), by="Ana", at=NOW, project=PROJECT)
    page.open()
    press(page, "Make the forecast")
    finished(page)
    said_of = "Open 09:00 to 17:00 only: in "
    assert said_of in page.answer.value and said_of not in page.believes.value
    rows = page.of_queue(page.forecast)
    assert (rows["interval_start"].dt.hour.min(), rows["interval_start"].dt.hour.max()) == (9, 16)
    making = Making(page, projects=[PROJECT], model="seasonal naive")
    days = page.of_queue(making.days(28, lambda *_done: None))  # the look a year ahead
    assert days["offered"].median() == pytest.approx(16 * 12, rel=0.15)


def at_first(n):
    return np.where(np.arange(n) < n // 4, noisy(n), 0)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (history(7, noisy), TOO_SHORT),
        (history(40, noisy), TOO_SHORT),  # long enough to learn from
        (history(120, 0), "Every count of the history of this queue is 0"),
        (history(7, 0), "Every count of the history of this queue is 0"),
        (history(120, at_first), "Nothing came at the earlier moments"),
    ],
    ids=["one week", "forty days", "all zero", "one week of zeros", "nothing lately"],
)
def test_a_forecast_made_here_says_why_its_models_have_no_errors(sample_database, open_page, table, why):
    page = open_page("forecast", project=PROJECT)
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.store.write_table("history", table, by="Ana", at=NOW, project=PROJECT)
    page.open()
    assert "The models are compared when the forecast is made." in page.models.value
    press(page, "Make the forecast")
    finished(page)
    unfold(page, page.folds["Compared"].title)
    compared = next(one for one in page.parts if isinstance(one, Compared))
    assert why in page.models.value and why in compared.said.value
    assert "brought in" not in shown(page)


def test_a_forecast_made_here_that_believes_nothing_is_not_said_to_be_brought_in():
    assert "this queue has less" in beliefs({"draft": {"beliefs": {}}}, "voice", made=True)
    assert "it needs a forecast" in beliefs({"draft": {"beliefs": {}}}, "voice", made=False)
    assert "brought in with the cycle" in beliefs({}, "voice", made=True)
