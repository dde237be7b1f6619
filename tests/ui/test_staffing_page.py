"""The staffing page: every move of a slider is answered, the plan is kept for the whole cycle when asked."""

import datetime as dt

import ipywidgets as w
import pandas as pd
import pytest

from ccwb import cycle, staffing
from ccwb.projects import project_of
from ccwb.ui import charts, staffing_figures
from ccwb.ui.charts import Chart
from ccwb.ui.staffing_parts import copied
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, press, said, sent, shown, walk

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)
STALE = "The forecast changed after step 3 was computed: run step 3 again."


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def requirement(page):
    return page.store.read_table("requirement", cycle=page.cycle_id, project=PROJECT, zone="Europe/Berlin")


def paid_hours(page):
    return staffing.summary(page.made, weeks=1)["paid_hours"].iloc[0]


def blockers(page, stage):
    return list(map(str, cycle.state(page.store, page.cycle_id)[stage].blockers))


def test_what_is_shown_is_what_the_core_says(page):
    told = staffing.requirement(page.forecast, targets=staffing.targets_of(page.centre()))
    told = told[told["interval_start"] < "2026-11-09"]
    pd.testing.assert_series_equal(
        page.made.set_index(["channel", "interval_start"])["agents"].sort_index(),
        told.set_index(["channel", "interval_start"])["agents"].sort_index(),
        check_index_type=False,
    )
    assert "Agents at peak" in shown(page) and "±0 against the plan" in page.figures.value


def test_more_volume_needs_more_people_and_the_change_against_the_plan_is_shown(page):
    before, spec, drawn = paid_hours(page), page.day.spec, page.day.data
    change(page.sliders, "volume", 30, final=False)
    assert paid_hours(page) > 1.1 * before
    assert page.day.spec is spec
    assert page.day.data != drawn
    assert page.day.data["plan"] == drawn["plan"]
    assert "+" in page.figures.value.split("Paid hours a week")[1].split("against the plan")[0]


@pytest.mark.parametrize(
    ("slider", "value", "more"),
    [
        ("aht_s", 400, True),
        ("service_level", 95, True),
        ("answer_within_s", 120, False),
        ("max_occupancy", 50, True),
        ("shrinkage", 45, True),
        ("volume", -40, False),
    ],
)
def test_each_slider_moves_people_the_way_it_must(page, slider, value, more):
    before = paid_hours(page)
    change(page.sliders, slider, value, final=False)
    assert (paid_hours(page) > before) if more else (paid_hours(page) < before)


def test_patience_moves_what_customers_get(page):
    before = page.figures.value
    change(page.sliders, "patience_s", 30, final=False)
    assert page.figures.value != before


def test_a_slider_in_motion_saves_nothing_and_one_let_go_is_saved(page):
    change(page.sliders, "volume", 10, final=False)
    version = page.kept.version
    change(page.sliders, "volume", 12)
    document = page.store.load("staffing", cycle=page.cycle_id, project=PROJECT)
    assert (document.data["settings"]["voice"]["volume"], document.by) == (0.12, "Ana")
    assert document.version >= version
    page.open()
    assert page.sliders.values["volume"] == 12


def test_each_queue_has_its_own_sliders(page):
    change(page.sliders, "volume", 25)
    change(page.choices, "channel", "chat")
    assert page.sliders.values["volume"] == 0
    change(page.choices, "channel", "voice")
    assert page.sliders.values["volume"] == 25


def test_work_that_may_wait_has_no_patience_and_no_service_curve(page):
    change(page.choices, "channel", "callback")
    fields = {field["key"]: field for field in page.sliders.fields}
    assert "patience_s" not in fields and fields["answer_within_s"]["unit"] == "h"
    assert page.curve.title == "Work that may wait has no service curve: it is spread over the time it may take."
    assert page.curve.data["curve"]["agents"] == []


def test_a_live_queue_without_contacts_has_no_curve_and_is_not_called_work_that_may_wait(page):
    own = page.made[page.made["channel"] == "voice"].assign(agents=0.0)
    assert staffing_figures.curve(own, targets=page.targets, channel="voice")[1] == "Nothing is offered in this queue"


@pytest.mark.parametrize(("channel", "day"), [("voice", "2026-11-05"), ("callback", "2026-11-03"), ("chat", "")])
def test_the_table_behind_the_day_chart_is_what_the_chart_shows(page, channel, day):
    change(page.choices, "channel", channel)
    change(page.choices, "day", day)
    change(page.sliders, "volume", 30)
    table = page.day.file_table()
    assert set(table["channel"]) == {channel}
    days = {str(found.date()) for found in table["interval_start"]}
    assert days == ({day} if day else days) and (day or len(days) > 3)
    assert {"lower", "planned", "upper", "agents"} <= set(table)
    need, plan = (pd.DataFrame(page.day.data[name]).set_index("t") for name in ("need", "plan"))
    at = charts.wall(table["interval_start"])
    for name in ("agents", "lower", "upper"):
        assert table[name].tolist() == pytest.approx(need.loc[at, name].tolist(), abs=1e-5)
    assert table["planned"].tolist() == pytest.approx(plan.loc[at, "agents"].tolist(), abs=1e-5)
    assert (table["lower"] <= table["upper"]).all() and (table["lower"] < table["upper"]).any()
    assert (table["agents"] > table["planned"]).any()
    assert need.drop(at)["agents"].eq(0).all()  # nothing is drawn besides but the closed hours
    sent_ = sent(page.day)
    page.day.received({"type": "table"}, [])
    heads = [column["label"] for column in sent_[0][0]["columns"]]
    assert "Agents at the band's lower end" in heads and "Agents planned" in heads
    assert bool(sent_[0][0]["rest"]) == (not day)  # a day is there whole


def test_another_week_is_shown(page):
    before = page.made["interval_start"].min()
    change(page.choices, "week", "2026-11-09")
    assert page.made["interval_start"].min() >= before + pd.Timedelta(days=6)


def test_back_to_the_targets_of_the_setup(page):
    before = paid_hours(page)
    change(page.sliders, "volume", 50)
    press(page, "Back to the targets of the setup")
    assert page.sliders.values["volume"] == 0
    assert paid_hours(page) == before


def test_the_plan_is_kept_for_the_whole_cycle_with_what_it_was_made_from(page):
    before = requirement(page)
    change(page.sliders, "volume", 30)
    press(page, "Make this the plan")
    assert "This is now the plan for " + project_of(page.centre(), PROJECT)["label"] in said(page)
    after = requirement(page)
    assert len(after) == len(before) == len(page.forecast)
    voice = after["channel"] == "voice"
    assert after.loc[voice, "offered"].sum() == pytest.approx(1.3 * before.loc[voice, "offered"].sum())
    assert after.loc[~voice, "offered"].sum() == pytest.approx(before.loc[~voice, "offered"].sum())
    document = page.store.load("staffing", cycle=page.cycle_id, project=PROJECT)
    assert document.data["made_from"] == cycle.made_from(page.store, page.cycle_id, "staffing", project=PROJECT)
    assert "±0 against the plan" in page.figures.value
    stale = "The staffing requirement changed after step 4 was computed: run step 4 again."
    assert stale in blockers(page, "schedule")


def test_a_forecast_made_again_blocks_the_stage_until_it_is_run_again(page):
    assert STALE not in blockers(page, "staffing")
    table = page.forecast.assign(offered=page.forecast["offered"] + 0.001)
    page.store.write_table("forecast", table, by="Ben", at=NOW, cycle=page.cycle_id, project=PROJECT)
    page.open()
    assert STALE in blockers(page, "staffing")
    assert STALE in shown(page)
    press(page, "Make this the plan")
    assert STALE not in blockers(page, "staffing")


def test_somebody_else_s_sliders_are_not_overwritten(planned, open_page):
    mine, theirs = open_page("staffing", project=PROJECT), open_page("staffing", project=PROJECT)
    theirs.shell.person = "Ben"
    change(theirs.sliders, "volume", 10)
    change(mine.sliders, "volume", 20)
    assert "Ben" in said(mine)
    assert mine.sliders.values["volume"] == 20
    (both,) = [widget for widget in walk(mine.messages) if hasattr(widget, "fields")]
    assert both.fields[0]["label"].endswith(" · Volume")
    assert [option["label"] for option in both.fields[0]["options"]] == ["Ben: 10 %", "You: 20 %"]
    press(mine, "Take theirs")
    assert mine.sliders.values["volume"] == 10


@pytest.mark.parametrize("slider", ["volume", "shrinkage", "answer_within_s", "aht_s"])
def test_an_emptied_value_goes_back_to_where_it_came_from(page, slider):
    before, figures = page.sliders.values[slider], page.figures.value
    change(page.sliders, slider, before + 20)
    change(page.sliders, slider, None)
    assert (page.sliders.values[slider], page.figures.value, said(page)) == (before, figures, "")


@pytest.mark.parametrize(("slider", "value"), [("volume", 500), ("service_level", 150), ("shrinkage", -5)])
def test_a_value_off_its_slider_is_refused_at_the_field_and_not_taken(page, slider, value):
    before, settings = page.figures.value, copied(page.settings)
    change(page.sliders, slider, value)
    assert page.sliders.errors[slider].startswith("From ")
    assert (page.figures.value, page.settings) == (before, settings)
    change(page.sliders, slider, 40)
    assert page.sliders.errors == {}
    assert page.figures.value != before


def test_a_plan_made_elsewhere_is_shown_as_it_is_until_a_slider_moves(page):
    document = page.store.load("staffing", cycle=page.cycle_id, project=PROJECT)
    assert "settings" not in document.data
    table = requirement(page)
    within_s = table["answer_within_s"].mask(table["channel"] == "voice", 40)
    table = table.assign(agents=table["agents"] + 2, answer_within_s=within_s)
    place = {"by": "Ben", "at": NOW, "cycle": page.cycle_id, "project": PROJECT}
    page.store.write_table("requirement", table.assign(scheduled=table["agents"] / 0.75), **place)
    page.open()
    assert page.sliders.values["answer_within_s"] == 40
    assert page.sliders.values["shrinkage"] == 25
    changes = [piece.split("<span class='ccwb-change'>")[-1] for piece in page.figures.value.split(" against the plan")]
    assert changes[:3] == ["±0", "±0.0", "±0"]
    change(page.sliders, "volume", 1)
    assert "±0.0 against the plan" not in page.figures.value


def test_the_page_stays_at_its_queue_and_week_when_the_plan_is_kept(page):
    change(page.choices, "channel", "chat")
    change(page.choices, "week", "2026-11-09")
    press(page, "Make this the plan")
    assert page.choices.values == {"channel": "chat", "week": "2026-11-09", "day": "2026-11-09"}
    assert page.curve.file_table()["agents"].is_monotonic_increasing
    assert page.heat.has_table and len(page.heat.file_table().columns) == 1 + len(set(page.heat.data["week"]["day"]))


def test_the_settings_of_the_plan_are_kept_beside_those_of_the_sliders(page):
    def data():
        return page.store.load("staffing", cycle=page.cycle_id, project=PROJECT).data

    press(page, "Make this the plan")
    assert data()["plan_settings"] == data()["settings"]
    for key in ("volume", "aht_s"):
        mark = page.sliders.values[key]
        change(page.sliders, key, mark + 10)
        assert data()["plan_settings"] != data()["settings"]
        change(page.sliders, key, mark)
        assert data()["plan_settings"] == data()["settings"]


def test_without_a_forecast_the_page_says_where_to_make_one(sample_database, open_page):
    page = open_page("staffing", project=PROJECT)
    assert "once a forecast of this project" in shown(page)
    assert "href='2_forecast.ipynb?" in shown(page)
    assert not find(page, Chart)


def test_a_band_of_need_lies_around_the_line(page):
    need = pd.DataFrame(page.day.data["need"])
    assert (need["lower"] <= need["agents"]).all()
    assert (need["agents"] <= need["upper"]).all()
    assert need["upper"].sum() > need["lower"].sum()


def test_nothing_is_made_the_plan_while_a_refused_value_is_in_sight(page):
    before = page.store.revision("requirement", cycle=page.cycle_id, project=PROJECT).number
    change(page.sliders, "aht_s", 99999)
    press(page, "Make this the plan")
    assert "Nothing was made" in said(page)
    assert "Handling time, 99,999: From 1 to 86,400 s." in said(page)
    assert page.sliders.values["aht_s"] == 99999
    page.sliders.received({"type": "refused", "key": "volume", "text": "abc"}, [])
    change(page.sliders, "aht_s", 400)
    press(page, "Make this the plan")
    assert "Volume: &#x27;abc&#x27; is not a number." in said(page)
    assert page.store.revision("requirement", cycle=page.cycle_id, project=PROJECT).number == before
    press(page, "Back to the targets of the setup")
    press(page, "Make this the plan")
    assert "This is now the plan" in said(page)


def test_a_decimal_that_is_used_is_shown_and_what_is_shown_is_used(page):
    before = paid_hours(page)
    change(page.sliders, "volume", 1.5)
    assert paid_hours(page) > before
    page.open()
    assert page.sliders.values["volume"] == 1.5
    assert next(f for f in page.sliders.fields if f["key"] == "volume").get("digits", 6) >= 1
    change(page.sliders, "volume", 12.345)
    assert page.sliders.values["volume"] == 12.3
    assert page.settings["voice"]["volume"] == pytest.approx(0.123)


def test_a_twenty_minute_contact_can_be_typed_though_the_slider_ends_before(page):
    before = paid_hours(page)
    highest = next(f for f in page.sliders.fields if f["key"] == "aht_s")["max"]
    change(page.sliders, "aht_s", 1200)
    assert highest < 1200
    assert (page.sliders.errors, page.settings["voice"]["aht_s"]) == ({}, 1200)
    assert paid_hours(page) > 2 * before
    for slider, value in (("patience_s", 3600), ("answer_within_s", 7200)):
        change(page.sliders, slider, value)
        assert (page.sliders.errors, page.settings["voice"][slider]) == ({}, value)
    page.open()
    assert next(f for f in page.sliders.fields if f["key"] == "patience_s")["max"] == 900


@pytest.mark.parametrize("aht_s", [1, 20, 300])
def test_one_more_agent_is_one_more_than_the_peak_has_however_few_it_has(page, aht_s):
    change(page.sliders, "aht_s", aht_s)
    levels = page.trade_off.set_index("agents")["service_level"]
    peak = page.curve.data["chosen"]["agents"][0]
    assert peak == page.made.loc[page.made["channel"] == "voice", "agents"].max()
    assert f" {100 * (levels[peak + 1] - levels[peak]):.1f} points" in page.curve.title


def test_targets_that_are_typed_count_beside_those_on_the_sliders(page):
    more, before = page.controls.more, paid_hours(page)
    change(more, "asa_s", 2)
    assert paid_hours(page) > before
    own = page.made[page.made["channel"] == page.channel]
    assert own["asa_s"].max() <= 2
    change(more, "asa_s", None)
    assert paid_hours(page) == before
    change(more, "abandonment", 0.5)
    assert page.made.loc[page.made["channel"] == page.channel, "abandonment"].max() <= 0.005


@pytest.mark.parametrize(("key", "typed"), [("asa_s", 0), ("abandonment", 101), ("answer_rate", 100)])
def test_a_typed_target_that_cannot_be_is_said_beside_it_and_stops_the_plan(page, key, typed):
    change(page.controls.more, key, typed)
    assert "above 0 and at most" in page.controls.more.errors[key]
    press(page, "Make this the plan")
    assert "Nothing was made" in said(page)


def test_conversations_at_once_and_what_they_cost_in_time_are_typed_for_chat_alone(page):
    assert "at_once" not in {field["key"] for field in page.controls.more.fields}
    change(page.choices, "channel", "chat")
    more, before = page.controls.more, paid_hours(page)
    change(more, "slowdown", "100")
    assert "Write 2 numbers" in more.errors["slowdown"]
    change(more, "at_once", 3)
    assert paid_hours(page) < before
    change(more, "slowdown", "100, 120, 150")
    assert (more.errors, page.settings["chat"]["slowdown"]) == ({}, [1.0, 1.2, 1.5])
    change(more, "at_once", 2)
    assert page.settings["chat"]["slowdown"] is None


def test_lines_and_redials_that_are_typed_change_the_plan_and_are_there_again(page, open_page):
    more, before = page.controls.more, page.made
    assert "Blocked" not in page.figures.value
    change(more, "redial", 50)
    change(more, "lines", 20)
    own = page.made[page.made["channel"] == page.channel]
    assert set(own["model"]) == {"Erlang A, 20 lines, redials"}
    told = staffing.requirement(page.forecast, targets={**page.targets(), **_with(page, lines=20, redial=0.5)})
    told = told[(told["channel"] == page.channel) & (told["interval_start"] < "2026-11-09")]
    assert own["agents"].tolist() == told["agents"].tolist()
    assert own["agents"].tolist() != before.loc[before["channel"] == page.channel, "agents"].tolist()
    assert "Blocked" in page.figures.value and "20 lines taken" in page.figures.value
    assert "found a free line" in page.figures.value
    assert own["agents"].max() <= 20 and page.beyond.value == ""
    change(more, "lines", 2)
    most = int(page.made.loc[page.made["channel"] == page.channel, "agents"].max())
    assert f"At the peak there are {most} agents for 2 lines." in page.beyond.value and most > 2
    change(more, "lines", 20)
    assert page.beyond.value == ""
    press(page, "Make this the plan")
    kept = requirement(page)
    assert kept.loc[kept["channel"] == "voice", "blocked"].sum() > 0
    again = open_page("staffing", project=PROJECT)
    assert (again.controls.more.values["lines"], again.controls.more.values["redial"]) == (20, 50)
    assert "Blocked" in again.figures.value
    change(again.controls.more, "lines", None)
    change(again.controls.more, "redial", None)
    assert "Blocked" not in again.figures.value
    assert again.made["agents"].tolist() == before["agents"].tolist()


def _with(page, **own):
    queue = (PROJECT, page.channel)
    return {queue: page.usual[queue] | own}


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("lines", 2.5, "whole number"),
        ("lines", 0, "whole number"),
        ("redial", 96, "0 to 95 %"),
        ("redial", -1, "0 to 95"),
    ],
)
def test_lines_and_redials_that_cannot_be_are_said_beside_them(page, key, typed, words):
    change(page.controls.more, key, typed)
    assert words in page.controls.more.errors[key]
    press(page, "Make this the plan")
    assert "Nothing was made" in said(page)


def test_what_the_core_cannot_compute_is_said_at_its_field_and_changes_nothing_in_sight(page):
    change(page.controls.more, "lines", 40)
    goals = page.usual[PROJECT, page.channel]
    goals |= {"counts_blocked": True, "answer_rate": 0.95}
    page.settings[page.channel]["answer_rate"] = 0.95
    page.recompute()
    before = page.figures.value
    change(page.controls.more, "lines", 1)
    assert "With 1 line so many are turned away" in page.controls.more.errors["lines"]
    assert page.settings[page.channel]["lines"] == 40 and page.figures.value == before
    press(page, "Make this the plan")
    assert "Nothing was made" in said(page)
    change(page.controls.more, "lines", 41)
    assert not page.controls.more.errors and page.settings[page.channel]["lines"] == 41


def test_callers_turned_away_are_no_triumph_and_one_line_is_no_lines(page):
    change(page.controls.more, "lines", 1)
    assert "(Erlang A, 1 line)" in page.day.title and "find 1 line taken" in page.figures.value
    assert "1 lines" not in page.day.title + page.figures.value
    assert page.figures.value.partition(">Blocked<")[0].rpartition("<div class='ccwb-figure ")[2].startswith("miss'")


def test_lines_are_offered_where_an_agent_takes_one_contact_at_a_time(page):
    change(page.choices, "channel", "chat")
    more = page.controls.more

    def offered():
        return {field["key"] for field in more.fields}

    assert "redial" in offered() and "lines" not in offered()
    change(more, "at_once", 1)
    assert "lines" in offered()
    change(more, "lines", 15)
    change(more, "at_once", 2)
    assert "With 15 lines agents hold one contact at a time" in more.errors["at_once"]
    assert (page.settings["chat"]["at_once"], page.settings["chat"]["lines"]) == (1, 15)


def test_the_line_carried_over_says_that_it_knows_no_bounded_lines(page):
    page.folds["Line"].opened = True
    line = next(part for part in page.parts if type(part).__name__ == "Line")
    assert "told by itself" not in line.said.value
    change(page.controls.more, "lines", 20)
    assert "told by itself" in line.said.value and "ccwb-gone" in line.picture._dom_classes


def test_the_day_in_sight_is_the_busiest_until_another_or_the_whole_week_is_chosen(page):
    starts = page.forecast[page.forecast["channel"] == page.channel].groupby(page.forecast["interval_start"].dt.date)
    week = starts["offered"].sum()
    assert page.choices.values["day"] == str(week[week.index < dt.date(2026, 11, 9)].idxmax())
    one_day = len(page.day.data["need"]["t"])
    change(page.choices, "day", "")
    assert len(page.day.data["need"]["t"]) > 4 * one_day


def test_the_curve_gives_what_the_core_says_for_every_number_of_agents_around_the_peak(page):
    own = page.made[page.made["channel"] == page.channel]
    own = own[own["interval_start"].dt.normalize().dt.tz_localize(None) == page.in_sight]
    peak = own.loc[[own["agents"].idxmax()]]
    curve = page.trade_off
    assert page.curve.data["chosen"]["agents"] == [float(peak["agents"].iloc[0])]
    for at in (0, 5, 12):
        agents = curve["agents"].iloc[at]
        told = staffing.given_agents(peak, targets=page.targets(), agents=[agents]).iloc[0]
        for name in ("service_level", "abandonment", "occupancy", "asa_s"):
            assert curve[name].iloc[at] == pytest.approx(told[name])


def test_an_hour_costs_what_the_project_says_else_what_its_agents_cost(page, open_page):
    agents = page.store.read_table("agents", project=PROJECT)
    assert page.hourly_cost() == staffing.hourly_cost_of(agents)
    centre = page.centre()
    project_of(centre, PROJECT)["hourly_cost"] = 40.0
    page.store.save("centre", centre, base=page.store.load("centre").version, by="Ana", at=NOW)
    again = open_page("staffing", project=PROJECT)
    assert again.money(40 * paid_hours(again)) in shown(again)
    assert "an hour" in again.curve.title


def test_the_picture_says_which_target_sets_the_number(page):
    change(page.sliders, "max_occupancy", 60)
    assert page.curve.title.endswith("the number is set by: occupancy cap")
    change(page.sliders, "max_occupancy", 100)
    assert page.curve.title.endswith("the number is set by: service level")


def test_folds_that_were_open_stay_open_when_the_plan_is_kept_and_what_was_said_goes_with_the_next_change(page):
    page.folds["Cost"].opened = True
    press(page, "Make this the plan")
    assert page.folds["Cost"].opened and not page.folds["Risk"].opened
    assert "This is now the plan" in said(page)
    page.put({page.channel: {"volume": 0.1}})
    assert "This is now the plan" not in said(page)


def test_a_slider_at_its_mark_follows_the_setup_and_one_that_was_moved_stays(page, open_page):
    change(page.sliders, "volume", 10)
    press(page, "Make this the plan")
    centre = page.centre()
    project_of(centre, PROJECT)["shrinkage_kinds"] = [{"kind": "all", "label": "All", "share": 0.4, "placed": False}]
    page.store.save("centre", centre, base=page.store.load("centre").version, by="Ana", at=NOW)
    again = open_page("staffing", project=PROJECT)
    assert again.settings["voice"]["shrinkage"] == again.settings["callback"]["shrinkage"] == 0.4
    assert again.settings["voice"]["volume"] == 0.1


def test_back_to_the_setup_takes_all_queues_back(page):
    change(page.sliders, "volume", 10)
    change(page.choices, "channel", "chat")
    change(page.sliders, "volume", 20)
    press(page, "Back to the targets of the setup")
    assert {channel: one["volume"] for channel, one in page.settings.items()} == dict.fromkeys(page.channels, 0.0)


def test_a_plan_that_somebody_came_before_offers_both_ways(page, open_page):
    other = open_page("staffing", project=PROJECT)
    change(other.sliders, "volume", 15)
    press(page, "Make this the plan")
    assert "Save mine over it" in [b.description for b in find(page, w.Button)]
    press(page, "Save mine over it")
    press(page, "Make this the plan")
    assert "This is now the plan" in said(page)


def test_trying_a_volume_costs_no_approval_and_back_at_the_plan_the_plan_itself_is_shown(planned, open_page):
    page = open_page("staffing", project=PROJECT, cycle="2")
    assert standing(page) == cycle.APPROVED
    before = page.figures.value
    change(page.sliders, "volume", 5)
    assert standing(page) == cycle.APPROVED and page.moved and page.figures.value != before
    page.put({page.channel: page.start_of(page.channel)})
    assert standing(page) == cycle.APPROVED and not page.moved and page.figures.value == before


def standing(page):
    return cycle.state(page.store, page.cycle_id)["staffing"].state


def test_a_service_level_below_its_target_has_a_sign_and_not_only_a_number(page):
    assert level_of(page).startswith("good'")
    change(page.controls.more, "cushion", -40)
    assert level_of(page).startswith("miss'")


def level_of(page):
    return page.figures.value.partition("Service level (")[0].rpartition("<div class='ccwb-figure ")[2]


def test_a_plan_that_was_made_otherwise_than_its_settings_say_is_told(planned, open_page):
    page = open_page("staffing", project="support", cycle="1")
    assert "The saved plan was made otherwise: it has −" in page.otherwise.value
    own = open_page("staffing", project=PROJECT)
    press(own, "Make this the plan")
    assert not own.otherwise.value


def test_the_curve_of_a_large_queue_reaches_to_where_its_service_falls_off(page):
    own = page.made[page.made["channel"] == "voice"].nlargest(1, "agents").assign(load=248.0, agents=282.0)
    data, _title = staffing_figures.curve(own, targets=page.targets(), channel="voice")
    level = data["curve"]["service_level"]
    assert level.iloc[0] < 0.75 and level.iloc[-1] > 0.99
    assert data["chosen"]["agents"].tolist() == [282] and len(data["curve"]) <= 100
