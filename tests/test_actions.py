"""Action: prepared scenarios, and a log to which entries are only ever added."""

import pandas as pd
import pytest

from ccwb import actions
from ccwb.errors import PlanError
from ccwb.mission import add_gap, blank_mission

WELL = {"who": "Ana", "plan_item": "schedule", "done": "Breaks moved to 14:00", "why": "Surge", "effect": "+3 agents"}
AT = "2026-11-02 10:30"


def test_each_prepared_scenario_has_trigger_response_and_somebody_who_decides():
    scenarios = actions.check_scenarios(actions.blank_actions()["scenarios"])
    assert {"surge", "absence", "outage", "new_project"} <= {row["key"] for row in scenarios}
    assert all(row["measure"] in actions.MEASURES for row in scenarios)
    scenarios[0]["threshold"] = 9
    assert actions.SCENARIOS[0]["threshold"] == 1.2


@pytest.mark.parametrize(
    ("measures", "held"),
    [
        ({}, []),
        ({"volume_ratio": 1.2}, ["surge"]),
        ({"volume_ratio": 1.19, "absence": None, "blocked": float("nan")}, []),
        ({"absence": 0.2, "days_to_start": 28}, ["absence", "new_project"]),
    ],
)
def test_a_scenario_holds_from_its_threshold_on_and_never_when_nothing_was_measured(measures, held):
    found = actions.triggered(actions.SCENARIOS, measures)
    assert [row["key"] for row in found] == held
    assert all(row["value"] == measures[row["measure"]] for row in found)


def test_a_trigger_that_only_people_can_tell_never_holds_by_itself():
    own = {"key": "strike", "title": "Strike", "trigger": "A strike is announced", "response": "x", "decides": "y"}
    assert actions.triggered([own], {"volume_ratio": 3}) == []


def test_entries_are_numbered_and_earlier_ones_stay_as_they_were():
    first = actions.add_entry(None, at=AT, **WELL)
    second = actions.add_entry(first, at="2026-11-02 11:00", **WELL | {"who": "Ben"}, scenario="surge", corrects=1)
    assert first["entry"].tolist() == [1] and second["entry"].tolist() == [1, 2]
    pd.testing.assert_frame_equal(second.iloc[:1], first)
    assert second["corrects"].tolist()[1] == 1
    assert actions.standing(second)["entry"].tolist() == [2]
    assert actions.standing(first)["entry"].tolist() == [1]


def test_times_keep_the_zone_of_the_log():
    log = actions.add_entry(None, at=pd.Timestamp(AT, tz="Europe/Berlin"), **WELL)
    log = actions.add_entry(log, at="2026-11-02 12:00", **WELL)
    log = actions.add_entry(log, at=pd.Timestamp("2026-11-02 12:00", tz="UTC"), **WELL)
    assert [str(at) for at in log["at"]] == [
        "2026-11-02 10:30:00+01:00", "2026-11-02 12:00:00+01:00", "2026-11-02 13:00:00+01:00"
    ]  # fmt: skip


@pytest.mark.parametrize("field", list(WELL))
def test_an_entry_without_a_needed_field_is_refused_naming_it(field):
    with pytest.raises(PlanError, match="does not say: " + actions._ASKED[field]):
        actions.add_entry(None, at=AT, **WELL | {field: " "})


def test_a_wrong_time_or_correction_is_refused_in_words():
    log = actions.add_entry(None, at=AT, **WELL)
    with pytest.raises(PlanError, match="reads 'soon'"):
        actions.add_entry(log, at="soon", **WELL)
    with pytest.raises(PlanError, match="Entry 7"):
        actions.add_entry(log, at=AT, **WELL, corrects=7)
    with pytest.raises(PlanError, match="without one"):
        actions.add_entry(log, at=pd.Timestamp(AT, tz="UTC"), **WELL)


@pytest.mark.parametrize(("at", "fits"), [("2026-10-19 00:10", True), ("2026-10-18 23:50", False)])
def test_an_entry_lies_in_the_cycle_or_at_most_two_weeks_away(at, fits):
    days = {"first_day": "2026-11-02", "last_day": "2026-11-29"}
    late = at.replace("10-19", "12-13").replace("10-18", "12-14")
    for moment in (at, late):
        if fits:
            assert len(actions.add_entry(None, at=moment, **WELL, **days)) == 1
        else:
            with pytest.raises(PlanError, match="far from the days of this cycle \\(2026-11-02 to 2026-11-29\\)"):
                actions.add_entry(None, at=moment, **WELL, **days)


def test_a_scenario_that_lacks_something_is_refused_in_words():
    surge = dict(actions.SCENARIOS[0])
    with pytest.raises(PlanError, match="does not say: who decides"):
        actions.check_scenarios([surge | {"decides": ""}])
    with pytest.raises(PlanError, match="threshold"):
        actions.check_scenarios([surge | {"threshold": None}])
    with pytest.raises(PlanError, match="Two scenarios"):
        actions.check_scenarios([surge, surge])


def test_an_entry_can_depart_from_open_gaps_and_tasks_too():
    document = add_gap(blank_mission(), title="No time to coach")
    items = actions.plan_items(mission=document)
    assert items["gap G1"] == "No time to coach" and items["task P1"].startswith("Gather")
    assert set(actions.PLAN_ITEMS) < set(items)


def test_an_entry_of_a_project_cannot_depart_from_another_projects_part_of_the_plan():
    document = add_gap(blank_mission(), title="No time to coach")
    for owner in ("Bea", "Omar", "Somebody"):
        document = add_gap(document, title=f"Gap of {owner}", owner=owner)
    case = {"title": "A case", "status": "approved", "owner": "Bea"}
    document["cases"] = [case | {"id": f"B{n}", "project": where} for n, where in enumerate(("", "orders", "bank"))]
    leads = {"bank": "Bea", "orders": "Omar", "new": ""}

    def offered(project, leads=leads):
        items = actions.plan_items(mission=document, project=project, leads=leads)
        return {item for item in items if item.startswith(("gap", "case"))}

    assert offered("orders") == {"gap G1", "gap G3", "gap G4", "case B0", "case B1"}
    assert offered("bank") == {"gap G1", "gap G2", "gap G4", "case B0", "case B2"}
    assert offered("new") == {"gap G1", "gap G4", "case B0"}
    assert len(offered("")) == 7 and offered("", None) == offered("")
    assert "gap G2" in offered("orders", leads | {"orders": "Bea"})  # one supervisor of both


def test_an_entry_says_how_urgent_it_was_and_an_unknown_urgency_is_refused():
    entry = {"at": "2026-03-02 10:30", "who": "Ana", "plan_item": "staffing", "done": "x", "why": "y", "effect": "z"}
    assert actions.add_entry(None, **entry, urgency="now")["urgency"].tolist() == ["now"]
    assert actions.add_entry(None, **entry)["urgency"].tolist() == [""]
    with pytest.raises(PlanError, match="now, today, week"):
        actions.add_entry(None, **entry, urgency="soonish")


def test_an_entry_keeps_what_its_response_was_worked_out_to_bring_and_others_keep_nothing():
    entry = {"at": "2026-03-02 10:30", "who": "Ana", "plan_item": "staffing", "done": "x", "why": "y", "effect": "z"}
    expects = {"people_more": 6.0, "service_of": "day", "service_without": 0.7, "service_with": 0.8}
    log = actions.add_entry(None, **entry, expects=expects)
    log = actions.add_entry(log, **entry)
    told = [actions.expected(row) for row in log.to_dict("records")]
    assert told == [expects, {}]
    with pytest.raises(PlanError, match="service_with"):
        actions.add_entry(log, **entry, expects={"service_with": 80.0})


def test_what_triggers_are_held_against_is_measured_since_opening_and_in_the_last_hour():
    at = pd.date_range("2026-03-02 08:00", periods=4, freq="30min")
    day = pd.DataFrame({"plan_offered": 100.0, "actual_offered": [110.0, 130.0, 150.0, None], "plan_aht_s": 200.0,
                        "actual_aht_s": [200.0, 200.0, 260.0, None]})  # fmt: skip
    came = pd.DataFrame({"interval_start": at, "offered": [90.0, 90.0, 45.0, 45.0], "blocked": [10.0, 0.0, 5.0, 5.0]})
    found = actions.measured_now(day, actuals=came, now=at[3] + pd.Timedelta("30min"), worked=9.0, planned=12.0)
    assert found["volume_ratio"] == pytest.approx(390 / 300)
    assert found["aht_ratio"] == pytest.approx((110 * 200 + 130 * 200 + 150 * 260) / (390 * 200))
    assert found["absence"] == 0.25 and found["blocked"] == pytest.approx(10 / 100)
    nothing = actions.measured_now(day.assign(actual_offered=float("nan")), worked=None, planned=None)
    assert nothing == {} and actions.measured_now(day, worked=13.0, planned=12.0)["absence"] == 0.0


def test_what_a_response_brings_cannot_be_less_than_nothing_nor_take_all_contacts():
    for wrong in ({"people_more": -0.1}, {"contacts_fewer": 1.0}):
        with pytest.raises(PlanError, match="cannot be tried"):
            actions.check_scenarios([{**actions.SCENARIOS[0], **wrong}])
    assert actions.relief_of({"key": "ours"}) == {"people_more": 0.0, "contacts_fewer": 0.0}
