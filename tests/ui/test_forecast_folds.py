"""The folds of the forecast page: odd days, models, scenarios, last cycle, the year ahead, files."""

import threading

import ipywidgets
import numpy as np
import pandas as pd
import pytest

from ccwb import reports
from ccwb.ui import forecast_files
from ccwb.ui.forecast_against import LastCycle
from ccwb.ui.forecast_against import sentence as said_of
from ccwb.ui.forecast_cleaning import Cleaning, learned, turned
from ccwb.ui.forecast_files import Files, sheets
from ccwb.ui.forecast_models import Compared, rates_table, scored, sentence
from ccwb.ui.forecast_scenarios import Scenarios
from ccwb.ui.forecast_starts import NewQueues
from ccwb.ui.forecast_year import YearAhead
from ccwb.ui.widgets import Grid, Upload
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold
from tests.ui.test_forecast_page import NOW

ODD = pd.Timestamp("2026-10-13")


@pytest.fixture
def page(planned, open_page):
    return open_page("forecast", project=PROJECT)


def find_button(page, label):
    return next(one for one in find(page, ipywidgets.Button) if one.description == label)


def part(page, kind):
    unfold(page, page.folds[kind.__name__].title)
    return next(one for one in page.parts if isinstance(one, kind))


def put(page, name, table, **more):
    page.store.write_table(name, table, by="Ana", at=NOW, cycle=page.cycle_id, project=PROJECT, **more)


def marks(**more):
    row = {"project": PROJECT, "channel": "voice", "day": ODD, "last_day": ODD, "reason": "outlier", "found": 2000.0}
    row |= {"usual": 620.0, "used": False, "decided": False} | more
    return pd.DataFrame([row])


# odd days ------------------------------------------------------------------------------------------------------------
def test_an_odd_day_is_listed_with_its_reason_and_learned_from_once_it_is_ticked(page):
    put(page, "cleaning", marks())
    page.open()
    odd = part(page, Cleaning)
    assert [row["reason"] for row in odd.grid.rows] == ["outlier"]
    assert "2,000 contacts, 620 are usual" in odd.grid.rows[0]["why"]
    assert page.daily.data["cleaned"]["used"] == [False]
    odd.grid.received({"type": "change", "row": 0, "key": "learn", "value": True}, [])
    decided = [{"project": PROJECT, "channel": "voice", "day": "2026-10-13", "use": True}]
    assert page.store.load("forecast", cycle=page.cycle_id, project=PROJECT).data["settings"]["decisions"] == decided
    assert page.daily.data["cleaned"]["used"] == [True]
    assert "make the forecast again" in odd.said.value
    odd.grid.received({"type": "change", "row": 0, "key": "learn", "value": False}, [])
    assert page.settings["decisions"] == []
    assert "make the forecast again" not in odd.said.value


def test_a_mark_is_turned_by_a_press_on_it_in_the_picture(page):
    put(page, "cleaning", marks())
    page.open()
    page.daily.received({"type": "signal", "name": "picked", "value": {"day": ["2026-10-13"], "vlPoint": {}}}, [])
    assert [one["use"] for one in page.settings["decisions"]] == [True]
    page.daily.received({"type": "signal", "name": "picked", "value": {}}, [])
    assert [one["use"] for one in page.settings["decisions"]] == [True]


def test_a_day_without_rows_cannot_be_learned_from(page):
    put(page, "cleaning", marks(reason="missing day", found=None))
    page.open()
    odd = part(page, Cleaning)
    odd.grid.received({"type": "change", "row": 0, "key": "learn", "value": True}, [])
    assert "The history has nothing on Oct 13, 2026" in said(page)
    assert page.settings["decisions"] == []
    assert odd.grid.rows[0]["learn"] is False


def test_a_day_that_looks_fine_can_be_set_aside(page):
    odd = part(page, Cleaning)
    press(page, "Set this day aside")
    assert "Choose the day" in said(page)
    change(odd.form, "day", "2026-10-20")
    press(page, "Set this day aside")
    assert [(one["day"], one["use"]) for one in page.settings["decisions"]] == [("2026-10-20", False)]
    assert odd.grid.rows[-1]["reason"] == "set aside"


def test_a_decision_taken_back_leaves_what_was_before_it():
    mark = marks(used=True, decided=True).iloc[0].to_dict()
    assert learned(mark, "voice", []) is False
    decisions = turned([], marks(), (PROJECT, "voice"), "2026-10-13")
    assert learned(mark, "voice", decisions) is True
    assert turned(decisions, marks(), (PROJECT, "voice"), "2026-10-13") == []


# models --------------------------------------------------------------------------------------------------------------
def accuracy():
    rows = [
        (model, day, wape, 0.7)
        for model, wape in (("seasonal naive", 0.3), ("regression", 0.2), ("combination", 0.19))
        for day in ("2026-09-01", "2026-10-01")
    ]
    table = pd.DataFrame(rows, columns=["model", "origin", "wape", "coverage_80"])
    return table.assign(
        project=PROJECT, channel="voice", days=28, mase=1.1, bias=0.01, origin=pd.to_datetime(table["origin"], utc=True)
    )


def test_the_models_are_drawn_at_each_moment_with_the_chosen_one_filled(page):
    put(page, "accuracy", accuracy())
    page.open()
    compared = part(page, Compared)
    dots = compared.chart.data["dots"]
    assert len(dots["wape"]) == 6
    assert {m for m, chosen in zip(dots["model"], dots["chosen"], strict=True) if chosen} == {"seasonal naive"}
    assert "combination had clearly less, 19.0%" in compared.said.value
    assert "70% (−10 pp)" in compared.table.value


def test_the_sentence_holds_the_chosen_model_against_the_plain_rule():
    means = scored(accuracy())
    assert "against 30.0% of the plain rule" in sentence(means, "regression")
    assert "not by so much that it is more than luck" in sentence(means, "regression")
    assert "chosen" in rates_table(means, "regression")


def test_the_error_of_a_model_is_that_of_its_moments_together(page):
    before = accuracy().assign(wape=[0.1, 0.4] * 3)
    assert scored(before)["wape"].tolist() == pytest.approx([0.25] * 3)  # made before the sums were kept
    uneven = before.assign(scored=10, contacts=[300.0, 100.0] * 3, expected=[300.0, 120.0] * 3)
    assert scored(uneven)["wape"].tolist() == pytest.approx([(0.1 * 300 + 0.4 * 100) / 400] * 3)
    put(page, "accuracy", uneven)
    page.open()
    assert "17.5%" in page.answer.value and "of all earlier moments tried" in page.answer.value
    assert "17.5%" in page.models.value and "Up to four earlier moments together" in page.models.value
    assert "All moments together: errors over contacts." in part(page, Compared).table.value


# scenarios -----------------------------------------------------------------------------------------------------------
def test_low_expected_and_high_stand_beside_each_other_and_one_is_taken_with_a_reason(page):
    scenarios = part(page, Scenarios)
    low, middle, high = (one["contacts"] for one in scenarios.known)
    assert low < middle < high
    press(page, "Take 'High'")
    assert "what speaks for it, then press again" in said(page)
    change(scenarios.form, "why", "Two clients announced more")
    press(page, "Take 'High'")
    assert page.forecast["offered"].sum() == pytest.approx(high)
    assert "Another scenario is chosen." in page.stands.value
    assert "Chosen by Ana" in shown(page)
    press(page, "Publish for staffing")
    table = page.store.read_table("forecast", cycle=page.cycle_id, project=PROJECT)
    assert table["offered"].sum() == pytest.approx(high)
    press(page, "Take 'Expected'")
    assert page.forecast["offered"].sum() == pytest.approx(middle)


def test_the_forecast_without_an_event_is_made_beside_and_can_be_taken(page):
    day = {"first_day": pd.Timestamp("2026-11-03"), "last_day": pd.Timestamp("2026-11-05")}
    row = {"kind": "campaign", "name": "Flyer", "project": PROJECT, "channel": "", "effect": 0.5} | day
    page.store.write_table("events", pd.DataFrame([row]), by="Ana", at=NOW)
    page.model = "seasonal naive"
    page.open()
    scenarios = part(page, Scenarios)
    change(scenarios.form, "why", "The client put it off")
    press(page, "Make it without this event")
    finished(page)
    assert scenarios.known[-1]["scenario"] == "Expected, without Flyer"
    without = scenarios.without[1]
    press(page, "Take 'Expected, without Flyer'")
    assert page.drafted["offered"].sum() == pytest.approx(without["offered"].sum())
    assert "was made without Flyer: The client put it off" in shown(page)
    assert "was made again" in page.stands.value


# further -------------------------------------------------------------------------------------------------------------
def test_last_cycles_forecast_is_shown_against_what_came(page):
    last = part(page, LastCycle)
    assert len(last.chart.data["days"]["t"]) > 60
    assert "of the days lay inside the 80 % band" in last.said.value
    change(page.form, "channel", "chat")
    assert last.chart.title.startswith("Chat")


def test_what_came_while_the_last_plan_was_closed_is_told_beside_its_error():
    rates = pd.Series({"wape": 0.1, "bias": 0.02, "coverage_80": 0.8, "beyond": 1234.0, "only_actual": 0})
    assert said_of(rates).endswith("1,234 contacts came in closed hours of open days; they are not scored.")
    assert "closed" not in said_of(rates.replace(1234.0, 0.0))
    assert "Days planned as closed on which contacts came: 2." in said_of(rates.replace(0, 2))
    assert said_of(rates.replace(0.1, np.nan)).startswith("Nothing came that it could be held against. 1,234")


def test_a_first_cycle_has_no_forecast_to_look_back_at(page):
    page.shell.received({"type": "pick", "name": "cycle", "value": str(page.store.cycles()[0].id)}, [])
    unfold(page, "Last cycle")
    assert "Once a cycle has gone by" in shown(page)


def test_the_year_ahead_is_made_on_demand_and_only_whole_weeks_are_told(page):
    year = part(page, YearAhead)
    press(page, "Look a year ahead")
    finished(page)
    voice = year.weeks[year.weeks["channel"] == "voice"]
    assert len(voice) == 65
    assert (voice[["lower_95", "lower_80"]].to_numpy() <= voice[["offered"]].to_numpy()).all()
    assert (voice["upper_80"] <= voice["upper_95"]).all()
    assert set(voice["week"].dt.day_of_week) == {0}
    assert "the last week is known to within" in year.chart.title


def test_every_fold_opens_in_every_state_of_the_page(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    for fold in page.folds.values():
        fold.opened = True
    assert said(page) == ""
    assert len(find(page, Grid)) >= 3


# files ---------------------------------------------------------------------------------------------------------------
def bring(page, table, name="own.xlsx"):
    part(page, Files)
    sheets_ = table if isinstance(table, dict) else {"forecast": table}
    content = reports.to_excel(sheets_) if name.endswith(".xlsx") else reports.to_csv(table)
    upload = next(one for one in find(page, Upload) if one.labels["choose"] == "Bring in a forecast")
    upload.received({"type": "file", "name": name}, [content])
    finished(page)


@pytest.mark.parametrize("name", ["own.xlsx", "own.csv"])
def test_a_forecast_taken_along_changed_and_brought_in_is_the_draft(page, name):
    before = page.forecast
    table = before.assign(offered=before["offered"].where(before["channel"] != "voice", before["offered"] * 1.25))
    bring(page, sheets(table) if name.endswith("xlsx") else table, name)
    assert "is the forecast in sight now" in said(page)
    assert page.forecast.groupby("channel")["offered"].sum().to_dict() == pytest.approx(
        table.groupby("channel")["offered"].sum().to_dict(), rel=1e-4
    )
    assert set(page.drafted["model"]) == {"brought in"}
    assert page.drafted["day_spread"].tolist() == pytest.approx(before["day_spread"].tolist())
    assert (page.drafted["upper_80"] >= page.drafted["offered"]).all()
    assert "brought in by Ana from the file own" in page.believes.value
    press(page, "Publish for staffing")
    assert "Published" in said(page)


def test_a_forecast_is_brought_in_by_somebody(page):
    before, page.shell.person = page.drafted, " "
    bring(page, sheets(page.forecast.assign(offered=7.0)))
    assert "Give your name at the top of the page first" in said(page) and page.drafted.equals(before)


def test_a_file_without_its_contacts_is_refused_in_words_and_rows_that_repeat_are_told(page):
    before = page.drafted
    bring(page, sheets(page.forecast)["Forecast"].drop(columns="offered"))
    assert "has no column &#x27;offered&#x27;" in said(page) and page.drafted.equals(before)
    table = page.forecast
    bring(page, pd.concat([table, table.iloc[:3]]))
    assert "Rows that repeat an earlier one, taken once: 3." in said(page)
    bring(page, pd.concat([table, table.iloc[:1].assign(offered=7777.0)]))
    assert "as in rows" in said(page) and "let them be added up" not in said(page)


def test_what_is_pressed_while_a_file_is_read_is_answered_in_words(page, monkeypatch):
    gate = threading.Event()
    read = forecast_files.read
    monkeypatch.setattr(forecast_files, "read", lambda *args, **named: gate.wait(20) and read(*args, **named))
    part(page, Files)
    old = find_button(page, "Publish for staffing")
    upload = next(one for one in find(page, Upload) if one.labels["choose"] == "Bring in a forecast")
    content = reports.to_excel({"forecast": page.forecast})
    upload.received({"type": "file", "name": "own.xlsx"}, [content])
    assert page.progress.running and page.progress.text == "Reading the file"
    old.click()
    assert "still working on something" in said(page)
    gate.set()
    finished(page)
    assert "is the forecast in sight now" in said(page)
    old.click()
    assert "is the forecast in sight now" in said(page)  # the second press of one button


def test_the_first_press_of_a_button_that_the_page_made_anew_is_answered(page):
    old = find_button(page, "Publish for staffing")
    page.reopen()
    old.click()
    assert "as you pressed &#x27;Publish for staffing&#x27;: press it again" in said(page)
    page.clear()
    old.click()
    assert said(page) == ""


def test_what_is_taken_along_with_its_adjustments_comes_back_as_it_was(page):
    one = {"id": "a", "project": PROJECT, "channel": "", "first_day": "2026-11-02", "last_day": "2026-11-08"}
    one |= {"weekdays": None, "from_clock": None, "to_clock": None, "kind": "percent", "value": 0.1}
    page.set(adjustments=[one | {"reason": "A fair", "by": "Ana", "at": "", "off": False}])
    page.set(scenario={"at": "high", "why": "Better too many"})
    before = page.forecast["offered"].sum()
    bring(page, sheets(page.forecast))
    assert page.forecast["offered"].sum() == pytest.approx(before, rel=1e-4)
    assert "The adjustments are switched off" in said(page) and page.settings["adjustments"][0]["off"]


def test_adjustments_that_a_file_switched_off_are_not_forgotten_by_the_next_forecast(page):
    one = {"id": "a", "project": PROJECT, "channel": "", "first_day": "2026-11-02", "last_day": "2026-11-08"}
    one |= {"weekdays": None, "from_clock": None, "to_clock": None, "kind": "percent", "value": 0.1}
    page.set(adjustments=[one | {"reason": "A fair", "by": "Ana", "at": "", "off": False}])
    bring(page, sheets(page.forecast))
    assert not page.left_off.children  # the file has them
    page.model = "seasonal naive"
    press(page, "Make the forecast")
    finished(page)
    assert "still off: 1." in shown(page)
    before = page.forecast["offered"].sum()
    press(page, "Switch them on again")
    assert page.forecast["offered"].sum() > before
    assert not page.left_off.children and not page.settings["adjustments"][0]["off"]


def test_a_file_of_some_rows_changes_these_and_says_what_is_odd_in_them(page):
    before = page.forecast
    some = before[before["channel"] == "voice"].head(3).copy()
    some["offered"] = [1.0, 2.0, 1e6]
    some.loc[some.index[0], "interval_start"] -= pd.Timedelta(hours=5)
    bring(page, sheets(some))
    n = len(before) - 2
    assert "Rows in hours that were closed in the forecast in sight: 1." in said(page)
    assert "Rows with more than 5 times the busiest interval, to look at: 1." in said(page)
    assert f"Intervals that the file does not have, left as they were: {n:,} (" in said(page)
    assert len(page.forecast) == len(before) + 1


def test_a_file_of_days_is_split_by_the_shape_of_the_days(page):
    days = sheets(page.forecast)["Days"].query("channel == 'voice'").assign(offered=1000.0)
    bring(page, days.rename(columns={"day": "date"})[["date", "channel", "offered"]])
    voice = page.of_queue(page.forecast)
    assert voice.groupby(voice["interval_start"].dt.date)["offered"].sum().tolist() == pytest.approx(
        [1000.0] * len(days)
    )
    assert "(Callback, Chat)" in said(page)


def test_rows_that_cannot_be_read_are_named_and_a_file_without_any_changes_nothing(page):
    before = page.drafted
    table = before[before["channel"] == "voice"].astype({"offered": object})
    table.iloc[3, table.columns.get_loc("offered")] = "many"
    bring(page, table.assign(project="sales"))
    assert "It is row 5." in said(page)
    assert page.drafted.equals(before)
    late = before.assign(interval_start=before["interval_start"] + pd.Timedelta(days=800))
    bring(page, late)
    assert "lies in the cycle" in said(page)


def test_a_file_of_another_project_is_refused_by_name(page):
    before = page.drafted
    bring(page, before.assign(project="service"))
    assert "has a queue that this project does not have: service" in said(page)
    assert page.drafted.equals(before)


# queues without history ----------------------------------------------------------------------------------------------
def typed(page, **cells):
    grid = part(page, NewQueues).grid
    grid.received({"type": "add"}, [])
    for key, value in cells.items():
        grid.received({"type": "change", "row": len(grid.rows) - 1, "key": key, "value": value}, [])
    return grid


def test_a_queue_without_history_is_forecast_from_its_typed_level_and_a_queue_like_it(page):
    typed(page, channel="email", like=f"{PROJECT}/chat", contacts_day=80.0)
    assert (PROJECT, "email") in page.queues
    assert "The queues without a history were changed" in page.stands.value
    page.model = "seasonal naive"
    press(page, "Make the forecast")
    finished(page)
    change(page.form, "channel", "email")
    email = page.of_queue(page.drafted)
    days = email.groupby(email["interval_start"].dt.date)["offered"].sum()
    assert days.mean() == pytest.approx(80, rel=0.25)
    assert "typed level" in email["model"].iloc[0]
    assert "This queue has no history to try the models on. Its forecast was made by: " in page.models.value
    assert "were changed: make" not in page.stands.value
    press(page, "Publish for staffing")
    assert "Email is forecast, but the setup does not have it among the channels" in said(page)


def test_a_forecast_with_a_queue_that_the_setup_lacks_does_not_take_staffing_down(page, open_page):
    place = {"by": "Ana", "at": NOW, "cycle": page.cycle_id, "project": PROJECT}
    email = page.forecast[page.forecast["channel"] == "voice"].assign(channel="email")
    page.store.write_table("forecast", pd.concat([page.forecast, email]), **place)
    assert "a queue that the setup of this project lacks: Email" in shown(open_page("staffing", project=PROJECT))


def test_a_new_queue_without_a_level_waits_in_sight(page):
    grid = typed(page, channel="email")
    assert "once its contacts on an ordinary day are given" in said(page)
    assert page.settings["starts"] == []
    assert len(grid.rows) == 1


def test_a_project_that_has_no_history_at_all_is_forecast_from_a_typed_level(page):
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.open()
    assert "once there is a history of this project" in shown(page)
    typed(page, channel="voice", like="service/voice", contacts_day=300.0)
    press(page, "Make the forecast")
    finished(page)
    assert set(page.drafted["project"]) == {PROJECT}
    assert set(page.drafted["channel"]) == {"voice"}
    assert page.drafted["offered"].sum() > 10000
