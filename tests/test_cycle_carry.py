"""What the next cycle takes along from the one before, and that it is all of it or nothing."""

import datetime as dt

import pandas as pd
import pytest

from ccwb import cases, cycle, measures, mission
from ccwb.errors import PlanError
from ccwb.store import open_store
from tests.planning import ANA, DAYS, LATER, NOW, agreed_mission, note

NEXT = {"name": "Summer", "first_day": "2026-06-01", "last_day": "2026-08-31"}


@pytest.fixture
def store():
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def spring(store):
    return store.add_cycle("Spring", **DAYS, **ANA).id


def finished_cycle(store, spring):
    """Fill a cycle with one of everything, and one of everything that stays behind."""
    plan = agreed_mission()
    plan = mission.add_gap(plan, title="No testing", owner="Ben", due="2026-04-01", origin="question:q1")
    plan = mission.add_gap(plan, title="Mended", owner="Ben", status="closed")
    plan = mission.change_task(plan, "P2", assigned_to="Ana", due="2026-03-10")
    plan = mission.change_task(plan, "P3", assigned_to="Ana", completed="2026-03-09")
    plan = mission.add_task(plan, task="Ask the night shift", assigned_to="Cem")
    plan = mission.set_target(plan, kpi="service_level", value=0.9, project="orders")
    plan = mission.set_tolerance(plan, kpi="service_level", value=0.03)
    plan["measures"] = measures.choose(plan["measures"], "csat", weight=40, reason="Our client asks")
    plan = cases.add_case(plan, title="A test desk", gaps=["G1", "G2"], status="approved", owner="Ben")
    plan = cases.add_case(plan, title="A slide", status="rejected")
    note(store, "mission", plan, spring)
    log = {"at": NOW, "who": "Ana", "plan_item": "leave", "why": "queue", "effect": "shorter"}
    rows = [log | {"done": text} for text in ("Training moved", "Hours cut", "Breaks moved")]
    store.write_table("action_log", pd.DataFrame(rows), cycle=spring, mode="append", **ANA)
    note(store, "action", {"scenarios": [{"key": "surge", "title": "Volume surge", "tried": {"cost": 1}}]}, spring)
    evaluation = {
        "judgements": {
            "1": {"verdict": "adopt", "reason": "it helped", "by": "Ana"},
            "2": {"verdict": "reject", "reason": "clients complained", "by": "Ana"},
            "3": {"verdict": "adapt", "reason": "not on Mondays", "by": "Ben"},
        },
        "lessons": [
            {"id": "L1", "text": "Plan the campaign", "owner": "Ana", "due": "2026-06-01", "status": "open"},
            {"id": "L2", "text": "Buy headsets", "owner": "Ana", "due": "", "status": "done"},
        ],
        "parameters": {"aht_s": {"orders/voice": 251.0}},
    }
    note(store, "evaluation", evaluation, spring)


def test_what_comes_along_is_shown_before_it_happens_with_where_it_came_from(store, spring):
    finished_cycle(store, spring)
    before = store.changed()
    rows = cycle.carry_over(store, spring)
    assert store.changed() == before
    assert [(row["kind"], row["origin"]["entry"]) for row in rows] == [
        ("gap", "G1"),
        ("preparation", "P2"),
        ("preparation", "P7"),
        ("case", "B1"),
        ("lesson", "L1"),
        ("deviation", 1),
        ("deviation", 3),
        ("parameter", "aht_s"),
        ("target", "service_level"),
        ("target", "service_level/orders"),
        ("scenario", "surge"),
    ]
    assert {row["kind"] for row in rows} == set(cycle.CARRIED)
    assert all(row["origin"]["cycle"] == spring and row["origin"]["name"] == "Spring" for row in rows)
    assert [row["text"] for row in rows if row["kind"] == "deviation"] == ["Training moved", "Breaks moved"]


def test_the_next_cycle_begins_with_all_of_it_and_this_one_is_finished(store, spring):
    finished_cycle(store, spring)
    rows = cycle.carry_over(store, spring)
    new = cycle.next_cycle(store, spring, **NEXT, **LATER)
    assert (new.predecessor, new.status, store.cycle(spring).status) == (spring, "planned", "finished")
    plan = mission.check_mission(store.load("mission", cycle=new.id).data)
    came = {"cycle": spring, "name": "Spring"}
    assert [(gap["title"], gap["origin"], gap["came_from"]) for gap in plan["gaps"]] == [
        ("No testing", "question:q1", {**came, "entry": "G1"})
    ]
    tasks = {row["task"]: row for row in plan["preparation"]}
    assert len(tasks) == len(plan["preparation"]) == 6 + 1 + 1 + 2
    assert tasks["Ask the night shift"]["came_from"] == {**came, "entry": "P7"}
    assert (tasks["Plan the campaign"]["assigned_to"], tasks["Plan the campaign"]["due"]) == ("Ana", "2026-06-01")
    assert tasks["Training moved"]["came_from"]["entry"] == 1
    standing = {row["id"]: row for row in plan["preparation"]}
    assert (standing["P2"]["assigned_to"], standing["P2"]["due"]) == ("Ana", "2026-03-10")
    assert (standing["P3"]["assigned_to"], standing["P3"]["completed"]) == ("", "")
    assert plan["targets"] == {"service_level": {"": 0.8, "orders": 0.9}}
    assert plan["tolerances"] == {"service_level": {"": 0.03}}
    assert plan["measures"]["chosen"] == {"csat": {"weight": 40, "reason": "Our client asks"}}
    assert plan["answers"] == {}
    assert plan["statements"]["centre_mission"]["text"] == "We help."
    carried = store.load("carried", cycle=new.id).data
    assert carried == {"came_from": came, "parameters": {"aht_s": {"orders/voice": 251.0}}, "rows": rows, "stayed": []}
    (case,) = plan["cases"]
    assert (case["title"], case["gaps"], case["status"]) == ("A test desk", ["G1"], "approved")  # G2 was closed
    assert case["came_from"] == {**came, "entry": "B1"}
    scenarios = store.load("action", cycle=new.id).data["scenarios"]
    assert scenarios == [{"key": "surge", "title": "Volume surge"}]  # to be tried anew on the new plan
    assert store.load("evaluation", cycle=new.id).version == 0


def test_a_cycle_has_one_next_cycle_and_it_begins_later(store, spring):
    with pytest.raises(PlanError, match="Summer would begin on 2026-02-01; the one before it began on 2026-03-01"):
        cycle.next_cycle(store, spring, **(NEXT | {"first_day": "2026-02-01"}), **ANA)
    assert [one.name for one in store.cycles()] == ["Spring"]
    cycle.next_cycle(store, spring, **NEXT, **ANA)
    with pytest.raises(PlanError, match="The cycle Spring has a next one already: Summer"):
        cycle.next_cycle(store, spring, **(NEXT | {"name": "Other"}), **ANA)
    assert cycle.carry_over(store, spring) == []
    assert [one.name for one in store.cycles()] == ["Spring", "Summer"]


def test_a_failure_on_the_way_to_the_next_cycle_leaves_everything_as_it_was(store, spring, monkeypatch):
    finished_cycle(store, spring)

    def fail(*_, **__):
        raise PlanError("The disk is full.")

    monkeypatch.setattr(type(store), "update_cycle", fail)
    before = store.changed()
    with pytest.raises(PlanError, match="full"):
        cycle.next_cycle(store, spring, **NEXT, **ANA)
    assert store.changed() == before
    assert len(store.cycles()) == 1


def test_a_gap_is_carried_from_cycle_to_cycle_until_it_is_closed(store, spring):
    finished_cycle(store, spring)
    summer = cycle.next_cycle(store, spring, **NEXT, **ANA)
    autumn = cycle.next_cycle(store, summer.id, name="Autumn", first_day="2026-09-01", last_day="2026-11-30", **ANA)
    plan = store.load("mission", cycle=autumn.id).data
    assert [gap["came_from"] for gap in plan["gaps"]] == [{"cycle": summer.id, "name": "Summer", "entry": "G1"}]
    tasks = [row["task"] for row in plan["preparation"]]
    assert tasks.count("Plan the campaign") == 1
    closed = mission.change_gap(plan, "G1", status="closed")
    note(store, "mission", closed, autumn.id)
    assert [row for row in cycle.carry_over(store, autumn.id) if row["kind"] == "gap"] == []


def test_a_case_names_its_gaps_by_the_ids_that_these_have_in_the_next_cycle(store, spring):
    plan = mission.add_gap(mission.add_gap(agreed_mission(), title="Mended", status="closed"), title="Open")
    plan = cases.add_case(plan, title="A test desk", gaps=["G2"])
    note(store, "mission", plan, spring)
    new = cycle.next_cycle(store, spring, **NEXT, **ANA)
    plan = store.load("mission", cycle=new.id).data
    assert [gap["title"] for gap in plan["gaps"] if gap["id"] in plan["cases"][0]["gaps"]] == ["Open"]
    assert [gap["id"] for gap in plan["gaps"]] == ["G1"]


def test_a_teams_own_questions_are_asked_again_and_the_gaps_say_where_they_came_from(store, spring):
    finished_cycle(store, spring)
    plan = store.load("mission", cycle=spring)
    asked = mission.set_question(plan.data, area="capability", text="Our headsets work.")
    store.save("mission", asked, base=plan.version, **ANA, cycle=spring)
    following = cycle.next_cycle(store, spring, **NEXT, **LATER)
    new = store.load("mission", cycle=following.id).data
    assert mission.questions_of(new)["Q1"].text == "Our headsets work." and new["answers"] == {}
    assert [(gap["title"], gap["came_from"]["name"]) for gap in new["gaps"]] == [("No testing", "Spring")]


def test_a_cycle_that_nobody_measured_or_approved_is_not_evaluated_and_days_in_common_are_found(store, spring):
    one = store.cycle(spring)
    running = dt.datetime.combine(one.last_day, dt.time(12), dt.UTC)
    found = [template for template, _values in cycle.not_evaluated(store, spring, at=running)]
    assert len(found) == 3 and "not over" in found[0]
    assert found[1:] == [template for template, _ in cycle.not_evaluated(store, spring, at=running + dt.timedelta(1))]
    later = one.last_day + dt.timedelta(1)
    assert cycle.overlapping(store, first_day=later, last_day=later) == []
    assert cycle.overlapping(store, first_day=one.last_day, last_day=later) == [one]
