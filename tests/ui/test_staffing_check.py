"""The fold of the staffing page that plays the plan's days and holds the formulas against them."""

import pandas as pd
import pytest

from ccwb.staffing import Simulated, given_agents, simulated
from ccwb.ui import staffing_check
from ccwb.ui.text import percent
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, finished, press, said, shown, unfold


@pytest.fixture
def page(planned, open_page, monkeypatch):
    monkeypatch.setattr(staffing_check, "MOST", 84)
    made = open_page("staffing", project=PROJECT)
    unfold(made, "Check by simulation")
    return made


def part(page):
    return next(one for one in page.parts if type(one).__name__ == "Check")


def test_the_busiest_day_is_played_and_said_in_one_sentence(page):
    check = part(page)
    assert check.choice.values["days"] == str(page.in_sight.date())
    assert "contact by contact" in check.said.value and "ccwb-gone" in check.shown._dom_classes
    press(page, "Play it")
    finished(page)
    line = given_agents(
        page.made[page.made["channel"] != "callback"], targets=page.targets(), agents="agents", carry_over="always"
    )
    known = {"first_day": page.in_sight, "replications": 84, "beside": {"carried_over": line}}
    told = simulated(page.plan, targets=page.targets(), **known).queues
    row = told[(told["measure"] == "service_level") & (told["channel"] == "voice")].iloc[0]
    assert percent(row["simulated"], 1) in check.said.value
    assert "84 days played" in check.said.value and "Erlang A" in check.said.value
    assert "ccwb-gone" not in check.shown._dom_classes
    pd.testing.assert_frame_equal(check.table.file_table().sort_index(), told)
    assert {cells[0] for cells in check.table.rows} == {"Voice", "Chat"}
    level = told[told["measure"] == "service_level"]
    assert (level["carried_over"] - level["formula"]).abs().min() > 1e-4  # of its own, on days not misled, too
    assert len(check.chart.data["day"]["t"]) == len(check.result.intervals.query("channel == 'voice'")) / 5


def test_the_week_is_played_by_the_sliders_once_they_were_moved(page):
    check = part(page)
    change(check.choice, "days", "")
    change(page.sliders, "volume", 40)
    press(page, "Play it")
    finished(page)
    assert "12 weeks played" in check.said.value
    offered = page.need()
    offered = offered[offered["channel"].isin(["voice", "chat"])]
    week = offered[offered["interval_start"].dt.tz_localize(None) < page.monday + pd.Timedelta(days=7)]
    assert check.result.contacts == pytest.approx(12 * week["offered"].sum(), rel=0.05)
    change(page.sliders, "volume", 0)
    assert "Play it again" in check.said.value


def test_another_week_offers_its_own_days(page):
    check = part(page)
    change(page.choices, "week", str((page.monday + pd.Timedelta(days=7)).date()))
    days = [option["value"] for option in check.choice.fields[0]["options"]]
    assert days[0] >= "2026-11-09" and days[-1] == ""
    assert check.choice.values["days"] in days
    page.forecast = page.forecast.assign(offered=0.0)
    press(page, "Play it")
    assert "no live contacts" in said(page)


def test_a_sentence_for_every_way_it_can_come_out():
    row = {"project": "a", "channel": "voice", "measure": "service_level", "formula": 0.80}
    day = pd.Timestamp("2026-03-02")

    def told(value, verdict):
        table = pd.DataFrame([row | {"simulated": value, "low": value, "high": value, "verdict": verdict}])
        return staffing_check.sentence(Simulated(table, table, 50, 1000, day, day), "voice")

    assert told(0.803, "agree")[1] == "good" and "agrees" in told(0.803, "agree")[0]
    assert "comes close" in told(0.789, "lower")[0]
    assert told(0.6, "lower")[1] == "miss" and "worse" in told(0.6, "lower")[0]
    assert told(0.9, "higher")[1] == "info" and "safe side" in told(0.9, "higher")[0]
    assert "nothing to compare" in told(float("nan"), "unknown")[0]


def test_the_fold_costs_nothing_before_it_is_opened(planned, open_page):
    made = open_page("staffing", project=PROJECT)
    assert not part(made).made and "Play it" not in shown(made)


def test_lines_and_redials_that_are_typed_are_played_and_the_share_blocked_is_held_against_the_formula(page):
    change(page.controls.more, "lines", 12)
    change(page.controls.more, "redial", 30)
    check = part(page)
    press(page, "Play it")
    finished(page)
    assert "Erlang A, 12 lines, redials" in check.said.value
    cells = {(row[0], row[1]) for row in check.table.rows}
    assert ("Voice", "Blocked") in cells and ("Chat", "Blocked") not in cells
    told = check.result.queues.set_index(["channel", "measure"]).loc[("voice", "blocked")]
    assert pd.isna(told["carried_over"]) and check.result.queues["carried_over"].notna().any()
    assert told["formula"] == pytest.approx(told["simulated"], abs=0.02) and told["formula"] > 0.01
