"""The staffing page's fold on promises over a period, and the one on what given people or the schedule give."""

import pandas as pd
import pytest

from ccwb import schedule, staffing
from ccwb.projects import project_of
from ccwb.ui import staffing_given, staffing_period
from ccwb.ui.staffing_given import Given, _open_s, heavy, left_said, planned
from ccwb.ui.staffing_period import Period, hours, missed_said, periods_view
from ccwb.ui.staffing_week import Week
from ccwb.ui.widgets import TableView
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold

PERIOD, GIVEN = "The promise counts", "I have these agents"


@pytest.fixture
def page(planned, open_page):
    return open_page("staffing", project=PROJECT)


def part_of(page, kind):
    return next(part for part in page.parts if isinstance(part, kind))


def saved(page):
    return page.store.read_table("requirement", cycle=page.cycle_id, project=PROJECT, zone="Europe/Berlin")


def document(page):
    return page.store.load("staffing", cycle=page.cycle_id, project=PROJECT).data


@pytest.fixture
def compared(page):
    unfold(page, PERIOD)
    press(page, "Compare")
    finished(page)
    return page


# --- the period -------------------------------------------------------------------------------------------------------
def test_nothing_is_made_before_a_fold_is_opened(page):
    assert not any(part.made for part in page.parts)
    unfold(page, PERIOD)
    assert [part.made for part in page.parts if isinstance(part, (Period, Given))].count(True) == 1


def test_both_ways_are_shown_as_the_core_has_them_with_their_difference(compared):
    part, targets = part_of(compared, Period), compared.targets()
    least = staffing.cheapest(compared.scaled(), targets=targets, period="month")
    pd.testing.assert_frame_equal(part.found["made"]["least"], least)
    less = hours(compared.need()) - hours(least)
    assert less > 0
    assert f"{hours(compared.need()):,.0f}" in shown(compared)
    assert f"−{less:,.0f}" in shown(compared)
    assert "all 2 kept" not in shown(compared) and "%, kept<" in shown(compared)  # the two weeks lie in one month
    assert part.chart.title.startswith("Voice, ") and "agent-hours fewer" in part.chart.title


def test_a_comparison_is_stopped_in_its_middle(page, monkeypatch):
    core, ended = staffing.cheapest, []

    def stopped(table, **known):
        page.progress.received({"type": "cancel"}, [])
        ended.append(core(table, **known))

    monkeypatch.setattr(staffing_period, "cheapest", stopped)
    unfold(page, PERIOD)
    press(page, "Compare")
    finished(page)
    assert "Stopped" in said(page) and not ended and part_of(page, Period).found is None


def test_every_period_of_every_promise_is_in_the_table(compared):
    unfold(compared, "Every period")
    views = [view for view in find(compared, TableView) if view.file_name == "periods"]
    table = views[0].file_table()
    assert set(table["promise"]) == {"Service level"}
    assert table["least"].str.endswith(", kept").all()
    assert {"Voice", "Chat"} <= set(table["channel"])


def test_a_part_of_a_month_is_not_counted_among_the_kept_and_is_named_in_the_table():
    stands = pd.DataFrame(
        {
            "project": "shop",
            "channel": "voice",
            "period": "month",
            "first_day": pd.to_datetime(["2026-09-01", "2026-10-01"]),
            "last_day": pd.to_datetime(["2026-09-30", "2026-10-02"]),
            "promise": "service_level",
            "promised": 0.8,
            "given": [0.82, 0.7],
            "kept": pd.array([True, False], dtype="boolean"),
            "whole": [True, False],
        }
    )
    assert (missed_said(stands), missed_said(stands[1:])) == ("kept", "missed")
    table = periods_view({"given": stands}, name="p").file_table()
    assert table["part"].tolist() == ["", "part of a month, 2 days"]
    assert "part" not in periods_view({"given": stands[:1]}, name="p").file_table()


def test_the_period_is_the_contract_s_own_and_can_be_another(page):
    unfold(page, PERIOD)
    part = part_of(page, Period)
    assert part.form.values["period"] == project_of(page.centre(), PROJECT)["contract"]["period"]
    change(part.form, "period", "day")
    press(page, "Compare")
    finished(page)
    days = part.found["stands"]["least"]
    assert (days["first_day"] == days["last_day"]).all()
    assert len(days) > 20


def test_the_cheapest_way_becomes_the_plan_with_a_note_that_its_promises_count_over_a_period(compared):
    least = part_of(compared, Period).found["made"]["least"]
    press(compared, "Make the cheapest way the plan")
    assert "This is now the plan" in said(compared)
    assert saved(compared)["agents"].sum() == least["agents"].sum()
    data = document(compared)
    assert (data["plan_period"], data["plan_settings"]) == ("month", data["settings"])
    assert "The saved plan keeps its promises over the month" in shown(compared)
    press(compared, "Make this the plan")
    assert document(compared)["plan_period"] is None
    assert "The saved plan keeps its promises" not in shown(compared)


def test_a_comparison_of_other_sliders_is_not_made_the_plan(compared):
    before = saved(compared)
    change(compared.sliders, "volume", 20)
    assert "compare again" in shown(compared)
    press(compared, "Make the cheapest way the plan")
    assert "compare again, then make it the plan" in said(compared)
    pd.testing.assert_frame_equal(saved(compared), before)
    press(compared, "Compare")
    finished(compared)
    assert "moved since" not in shown(compared)


def test_another_queue_or_week_is_drawn_without_computing_again(compared):
    part = part_of(compared, Period)
    found, before = part.found, part.chart.data
    change(compared.choices, "channel", "chat")
    assert part.found is found
    assert part.chart.data != before
    change(compared.choices, "channel", "callback")
    assert "planned alike in both ways" in part.chart.title


@pytest.mark.parametrize("typed", [0, 1.5, None, -3, 5000])
def test_a_least_number_of_agents_that_cannot_be_is_refused_at_its_field(page, typed):
    unfold(page, PERIOD)
    part = part_of(page, Period)
    change(part.form, "least", typed)
    assert "whole number from 1" in part.form.errors["least"]
    press(page, "Compare")
    assert "Nothing was compared" in said(page)
    assert part.found is None


def test_a_queue_that_cannot_be_planned_so_is_called_as_on_the_page(page):
    unfold(page, PERIOD)
    change(page.controls.more, "lines", 40)
    press(page, "Compare")
    finished(page)
    label = project_of(page.centre(), PROJECT)["label"]
    assert label != PROJECT and f"{label} / Voice has bounded lines" in said(page)
    assert "empty the lines, or staff every interval" in said(page)


# --- what given people give -------------------------------------------------------------------------------------------
@pytest.fixture
def given(page):
    unfold(page, GIVEN)
    return part_of(page, Given)


def table_of(page, name):
    return next(view for view in find(page, TableView) if view.file_name == name).file_table()


def test_so_many_agents_are_there_in_every_open_interval(page, given):
    change(given.form, "agents", 7.5)
    unfold(page, "Every day")
    days = table_of(page, "given_days")
    opened = page.forecast.drop_duplicates("interval_start")["interval_s"].sum() / 3600
    assert days["there_h"].sum() == pytest.approx(7.5 * opened)
    assert days["short_h"].sum() > 0


def test_more_people_give_more_and_nobody_gives_nothing(page, given):
    levels = []
    for agents in (0, 5, 10, 200):
        change(given.form, "agents", agents)
        levels.append(given.figures.value.split(">Service level<")[1].split("ccwb-value'>")[1].split("<")[0])
    assert levels[0] == "0%" and levels[-1] == "100%"
    assert len(set(levels)) == 4
    assert "nowhere short" in given.chart.title


def test_the_plan_as_it_is_gives_what_the_plan_says(page, given):
    change(given.form, "way", "plan")
    change(given.form, "change", 0)
    unfold(page, "Every day")
    assert table_of(page, "given_days")["short_h"].sum() == 0
    whole = staffing.summary(page.plan[page.plan["channel"] == "voice"]).iloc[0]
    assert f"{whole['service_level']:.0%}" in given.figures.value
    assert "kept" in given.figures.value
    change(given.form, "change", -40)
    assert "missed" in given.figures.value and "worst: " in given.figures.value
    unfold(page, "Every period")
    assert table_of(page, "given_periods")["given"].str.contains(r"missed by \d").any()


def test_the_schedule_counts_less_what_is_lost_to_shrinkage(page, given):
    change(given.form, "way", "schedule")
    unfold(page, "Every day")
    roster = page.store.read_table("schedule", cycle=page.cycle_id, project=PROJECT, zone=page.zone)
    slots = page.forecast.drop_duplicates("interval_start")
    people = schedule.people_at_work(roster, starts=slots["interval_start"], lengths=slots["interval_s"])
    there = (people * slots["interval_s"]).sum() / 3600
    lost = page.settings["voice"]["shrinkage"]
    assert table_of(page, "given_days")["there_h"].sum() == pytest.approx(there * (1 - lost))
    assert "lost to shrinkage" in given.note.value


def test_without_a_plan_or_a_schedule_the_page_says_what_to_do(page, given):
    empty = page.plan.iloc[:0]
    page.plan = empty
    change(given.form, "way", "plan")
    assert "no saved plan yet" in said(page)
    place = {"by": "Ana", "at": pd.Timestamp("2026-10-25", tz="UTC").to_pydatetime(), "cycle": page.cycle_id}
    roster = page.store.read_table("schedule", cycle=page.cycle_id, project=PROJECT, zone=page.zone)
    page.store.write_table("schedule", roster.iloc[:0], project=PROJECT, **place)
    change(given.form, "way", "schedule")
    assert "have no schedule yet" in said(page)
    change(given.form, "way", "agents")
    assert said(page) == ""


def test_a_plan_of_another_forecast_is_not_taken_for_this_one(page):
    with pytest.raises(Exception, match="made from another forecast"):
        planned(page.plan.iloc[5:], page.need())


@pytest.mark.parametrize(("key", "typed"), [("agents", -1), ("agents", None), ("agents", 1e9)])
def test_a_number_that_cannot_be_is_said_at_its_field_and_changes_nothing(page, given, key, typed):
    before = given.figures.value
    change(given.form, key, typed)
    assert given.form.errors[key]
    assert given.figures.value == before
    change(given.form, key, 3)
    assert given.form.errors == {} and given.figures.value != before


def test_more_people_than_needed_leave_no_work_that_waits_undone(page, given):
    need = page.need()
    opened = need.drop_duplicates("interval_start")["interval_s"].sum() / 3600
    change(page.choices, "channel", "callback")
    change(given.form, "agents", round(1.3 * hours(need) / opened, 1))
    assert hours(given.got) > hours(need)
    assert staffing.summary(given.got[given.got["channel"] == "callback"])["service_level"].iloc[0] > 0.95
    assert "what is due first" in given.note.value


def test_sliders_that_move_are_followed_at_once(page, given):
    before = given.figures.value
    change(page.sliders, "volume", 40)
    assert given.figures.value != before


def test_what_takes_long_is_computed_beside_the_page_and_what_was_asked_meanwhile_is_what_is_shown(
    page, given, monkeypatch
):
    change(given.form, "agents", 3)
    alone = given.figures.value
    asked, core = [], staffing_given.given_agents

    def slow(**known):
        asked.append(known["agents"].sum())
        if len(asked) == 1:
            change(given.form, "agents", 3)
        return core(**known)

    monkeypatch.setattr(staffing_given, "HEAVY", 0)
    monkeypatch.setattr(staffing_given, "given_agents", slow)
    change(given.form, "agents", 2)
    finished(page)
    assert said(page) == "" and len(asked) == 2 and asked[0] < asked[1]
    assert given.figures.value == alone
    assert "is being computed" not in given.note.value


def test_long_work_on_given_people_is_stopped_when_asked_and_any_change_begins_it_anew(page, given, monkeypatch):
    core, ended = staffing_given.given_agents, []
    monkeypatch.setattr(staffing_given, "HEAVY", 0)

    def stopped(**known):
        page.progress.received({"type": "cancel"}, [])
        ended.append(core(**known))

    monkeypatch.setattr(staffing_given, "given_agents", stopped)
    change(given.form, "agents", 2)
    finished(page)
    assert "Stopped" in said(page) and given.figures.value == "" and not ended  # in the middle, not at the end
    assert "any change here begins it anew" in given.note.value
    monkeypatch.setattr(staffing_given, "given_agents", core)
    change(given.form, "agents", 3)
    finished(page)
    assert said(page) == "" and "Service level" in given.figures.value


def endless(agents, patience_s=None):
    hours = pd.date_range("2026-03-02 08:00", periods=18, freq="30min", tz="Europe/Berlin")
    table = pd.DataFrame({"interval_start": hours, "interval_s": 1800, "project": "bank", "channel": "voice"})
    targets = {("bank", "voice"): {"service_level": 0.8, "answer_within_s": 20, "patience_s": patience_s}}
    agents = {("bank", "voice"): agents}
    return staffing.given_agents(table.assign(offered=1500.0, aht_s=300.0), targets=targets, agents=agents)


def test_who_is_never_answered_and_does_not_give_up_is_told():
    got = endless(150)  # load 250: 900 of 1,500 are answered
    assert "40.0% of the contacts are never answered: more come" in left_said(got) and "of 18 intervals" in left_said(
        got
    )
    assert left_said(endless(260)) == left_said(endless(150, patience_s=120)) == ""


def test_only_crowded_days_of_many_agents_take_long():
    got = endless(150)
    assert not heavy(got, 150)  # 18 intervals of 250 agents busy: 4,500
    year = pd.concat([got.assign(interval_start=got["interval_start"] + pd.Timedelta(days=d)) for d in range(9)])
    assert heavy(year, 150) and not heavy(year, 300)
    assert not heavy(year.assign(channel="callback"), 150)


def test_the_repeated_hour_of_the_clock_change_counts_once_in_the_heat_map():
    starts = pd.date_range("2026-10-24 22:00", periods=50, freq="30min", tz="UTC").tz_convert("Europe/Berlin")
    rows = pd.DataFrame({"interval_start": starts, "interval_s": 1800, "project": "a", "channel": "voice"})
    week = object.__new__(Week)
    week._prepare_heat(rows)
    cells = week.heat(rows.assign(agents=3.0))
    assert len(cells) == 48 and (cells["agents"] == 3).all()
    email = rows.iloc[::2].assign(interval_s=3600, channel="email")
    both = pd.concat([rows, email], ignore_index=True)
    week._prepare_heat(both)
    assert (week.heat(both.assign(agents=[3.0] * 50 + [2.0] * 25))["agents"] == 5).all()
    assert _open_s(both) == 25 * 3600
