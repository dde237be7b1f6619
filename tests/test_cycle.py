"""The cycle knows its order: what blocks a stage, what an approval is of, what the next cycle takes along."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccwb import cycle, mission
from ccwb.errors import PlanError
from ccwb.messages import Catalogue
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.tables import TABLES
from tests.planning import ANA, DAYS, LATER, NOW, VALUES, agreed_mission, compute, note, put, whole_plan


@pytest.fixture
def store():
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def spring(store):
    return store.add_cycle("Spring", **DAYS, **ANA).id


def approve_all(store, spring, *stages):
    for stage in stages:
        cycle.approve(store, spring, stage, **ANA)


def states(store, spring):
    return {key: one.state for key, one in cycle.state(store, spring).items()}


def words(state):
    return [str(blocker) for blocker in state.blockers]


def test_the_stages_stand_in_the_order_of_the_cycle_and_need_only_what_came_before():
    assert list(cycle.STAGES) == ["mission", "forecast", "staffing", "schedule", "action", "evaluation"]
    assert [stage.step for stage in cycle.STAGES.values()] == [1, 2, 3, 4, 5, 6]
    made = {}
    for stage in cycle.STAGES.values():
        for need in stage.needs:
            assert need.of_centre or need.name in (*made, *stage.tables, "actuals")
            assert need.document or need.name in TABLES
            assert "{step}" in need.changed
        made |= dict.fromkeys(stage.tables, stage.key)
        assert set(stage.tables) <= set(TABLES)
        assert stage.question.endswith("?")
    with pytest.raises(PlanError, match=r"no stage 'lunch'\. There are: mission, forecast"):
        cycle.stage_of("lunch")


def test_a_blank_workbook_can_begin_with_the_mission_and_says_what_the_rest_waits_for(store, spring):
    found = cycle.state(store, spring)
    assert [one.state for one in found.values()] == ["empty", *["blocked"] * 5]
    assert words(found["forecast"]) == [
        "The centre is not set up yet: begin on the setup page.",
        "There is no history yet: bring one in on the setup page.",
    ]
    assert [blocker.stage for blocker in found["forecast"].blockers] == ["setup", "setup"]
    assert words(found["schedule"])[-1] == "There is no staffing requirement yet: run step 3."
    assert found["schedule"].blockers[-1].stage == "staffing"
    assert found["mission"].changed_at is None


def test_a_plan_is_worked_on_and_approved_stage_by_stage(store, spring):
    note(store, "centre", blank_centre(name="Ours"))
    put(store, "history")
    assert states(store, spring)["forecast"] == "empty"
    whole_plan(store, spring)
    assert states(store, spring) == dict(zip(cycle.STAGES, [*["in work"] * 4, "empty", "blocked"], strict=True))
    approved = cycle.approve(store, spring, "mission", **LATER)
    assert (approved.state, approved.approved_by, approved.approved_at) == ("approved", "Ben", LATER["at"])
    assert (approved.changed_by, approved.changed_at) == ("Ana", NOW)
    approve_all(store, spring, "forecast", "staffing", "schedule")
    assert list(states(store, spring).values())[:4] == ["approved"] * 4


def test_an_approval_is_refused_with_every_reason(store, spring):
    with pytest.raises(PlanError, match=r"Step 1 cannot be approved yet\. Nothing is saved in this step yet\."):
        cycle.approve(store, spring, "mission", **ANA)
    note(store, "mission", mission.blank_mission(), spring)
    with pytest.raises(cycle.NotReady, match="No purpose is stated") as refused:
        cycle.approve(store, spring, "mission", **ANA)
    assert [blocker.stage for blocker in refused.value.blockers] == ["mission"] * 4
    whole_plan(store, spring)
    with pytest.raises(PlanError, match=r"Step 2 cannot be approved yet\. Step 1 before it is not approved"):
        cycle.approve(store, spring, "forecast", **ANA)
    store.delete_table("requirement", cycle=spring, **ANA)
    assert words(cycle.state(store, spring)["staffing"]) == ["Nothing is computed and saved in this step yet."]
    assert store.load("approvals", cycle=spring).version == 0


def test_a_roster_that_is_not_published_is_told_as_one_and_not_as_nothing(store, spring):
    whole_plan(store, spring)
    store.delete_table("schedule", cycle=spring, **ANA)
    assert words(cycle.state(store, spring)["schedule"]) == ["Nothing is computed and saved in this step yet."]
    summer = store.add_cycle("Summer", first_day="2026-06-01", last_day="2026-08-31", **ANA).id
    for stage in ("forecast", "staffing"):
        compute(store, summer, stage)
    assert cycle.state(store, summer)["schedule"].state == "empty"
    put(store, "roster", summer)
    found = cycle.state(store, summer)["schedule"]
    said = "A roster is made but not published: publish it, or make a schedule of shifts."
    assert (found.state, found.changed_by, words(found)) == ("in work", "Ana", [said])
    assert "Nothing is saved" not in "".join(map(str, found.against)) and said in map(str, found.against)
    revision = store.revision("roster", cycle=summer).number
    compute(store, summer, "schedule")
    note(store, "roster", {"published": {"by": "Ana", "revision": revision}}, summer)
    assert words(cycle.state(store, summer)["schedule"]) == []


def test_a_stage_says_when_what_it_was_made_from_has_changed_and_is_well_again_when_run_again(store, spring):
    whole_plan(store, spring)
    compute(store, spring, "forecast")
    found = cycle.state(store, spring)["staffing"]
    assert found.state == "blocked"
    assert words(found) == ["The forecast changed after step 3 was computed: run step 3 again."]
    assert found.blockers[0].stage == "staffing"
    assert states(store, spring)["schedule"] == "in work"
    compute(store, spring, "staffing")
    assert list(states(store, spring).values())[2:4] == ["in work", "blocked"]
    compute(store, spring, "schedule")
    assert list(states(store, spring).values())[2:4] == ["in work", "in work"]


def test_one_projects_new_forecast_leaves_anothers_staffing_fresh(store, spring):
    whole_plan(store, spring)
    for project in ("orders", "sales"):
        note(
            store,
            "staffing",
            {"made_from": cycle.made_from(store, spring, "staffing", project=project)},
            spring,
            project,
        )
    row = {c.name: VALUES[c.kind] for c in TABLES["forecast"].columns if c.required} | {"project": "sales"}
    store.write_table("forecast", pd.DataFrame([row]), cycle=spring, project="sales", zone="UTC", **ANA)
    stale = cycle.state(store, spring)["staffing"].blockers
    assert {blocker.project for blocker in stale} == {"", "sales"}


def test_a_projects_plan_stays_fresh_when_another_project_of_the_centre_changes(store, spring):
    orders, sales, third = (new_project(key, label=key) for key in ("orders", "sales", "third"))
    whole_plan(store, spring, projects=[orders, sales])
    for project in ("orders", "sales"):
        made = {"made_from": cycle.made_from(store, spring, "staffing", project=project)}
        note(store, "staffing", made, spring, project)

    def stale(projects, **more):
        note(store, "centre", store.load("centre").data | {"projects": projects} | more)
        return {blocker.project for blocker in cycle.state(store, spring)["staffing"].blockers if blocker.project}

    assert stale([orders, sales, third]) == set()
    assert stale([orders, sales | {"shrinkage": 0.4}]) == {"sales"}
    assert stale([orders, sales]) == set()
    assert stale([orders, sales], full_time_hours_week=35) == {"orders", "sales"}


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda store, spring: note(store, "mission", mission.blank_mission(), spring), [0, 1, 1, 1]),
        (lambda store, spring: note(store, "forecast", {"model": "other"}, spring), [1, 0, 0, 0]),
        (lambda store, spring: put(store, "forecast", spring), [1, 0, 0, 0]),
        (lambda store, spring: put(store, "accuracy", spring), [1, 1, 1, 1]),
        (lambda store, spring: put(store, "forecast_draft", spring), [1, 1, 1, 1]),
        (lambda store, spring: put(store, "requirement", spring), [1, 1, 0, 0]),
        (lambda store, spring: note(store, "schedule", {"a": 1}, spring, "sales"), [1, 1, 1, 0]),
        (lambda store, spring: put(store, "shifts", spring), [1, 1, 1, 0]),
        (lambda store, spring: put(store, "history"), [1, 1, 1, 1]),
    ],
)
def test_any_later_change_of_a_stage_or_of_what_it_took_removes_its_approval(store, spring, change, left):
    whole_plan(store, spring)
    approve_all(store, spring, "mission", "forecast", "staffing", "schedule")
    change(store, spring)
    assert [state == "approved" for state in list(states(store, spring).values())[:4]] == [bool(x) for x in left]


def test_saving_the_same_again_keeps_the_approval(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission")
    note(store, "mission", agreed_mission(), spring)
    assert states(store, spring)["mission"] == "approved"


def test_history_that_arrives_after_an_approval_is_noted_and_undoes_nothing(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission", "forecast")
    put(store, "history")
    found = cycle.state(store, spring)["forecast"]
    assert (found.state, found.blockers) == ("approved", [])
    assert [str(n) for n in found.notes] == ["The history changed after step 2 was computed: run step 2 again."]


def test_taking_an_approval_back_takes_back_those_that_stand_on_it(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission", "forecast", "staffing", "schedule")
    cycle.unapprove(store, spring, "staffing", **LATER)
    assert list(states(store, spring).values())[:4] == ["approved", "approved", "in work", "in work"]


def plan_with(store, spring, **sliders):
    """Do what the staffing page does when the sliders' plan is kept."""
    with store.together():
        document = {
            "settings": sliders,
            "plan_settings": sliders,
            "made_from": cycle.made_from(store, spring, "staffing"),
        }
        put(store, "requirement", spring)
        document["result_of"] = cycle.result_of(store, spring, "staffing")
        return note(store, "staffing", document, spring, apart=True)


def move(store, spring, **sliders):
    note(store, "staffing", store.load("staffing", cycle=spring).data | {"settings": sliders}, spring)


def test_a_result_is_noted_with_the_writing_of_the_tables_that_the_stage_makes_itself(store, spring):
    for _ in range(2):
        whole_plan(store, spring)
    put(store, "shifts", spring)
    assert cycle.result_of(store, spring, "staffing") == {"requirement": 2}
    assert cycle.result_of(store, spring, "schedule") == {"schedule": 2}
    assert cycle.result_of(store, spring, "mission") == {}


def test_going_back_to_earlier_settings_asks_for_their_result_anew(store, spring):
    whole_plan(store, spring)
    first = plan_with(store, spring, volume=0.0)
    plan_with(store, spring, volume=0.3)
    assert words(cycle.state(store, spring)["staffing"]) == []
    store.restore("staffing", first.version, cycle=spring, **LATER)
    assert words(cycle.state(store, spring)["staffing"]) == [
        "The settings are not those that the result of step 3 was made with: run step 3 again."
    ]
    plan_with(store, spring, volume=0.0)
    assert words(cycle.state(store, spring)["staffing"]) == []


def test_moved_sliders_keep_the_plan_s_approval_but_cannot_be_approved_themselves(store, spring):
    whole_plan(store, spring)
    plan_with(store, spring, volume=0.1)
    compute(store, spring, "schedule")
    approve_all(store, spring, "mission", "forecast", "staffing", "schedule")
    differs = ["The sliders differ from the plan: make this the plan, or take the sliders back to it."]
    move(store, spring, volume=0.3)
    found = cycle.state(store, spring)
    assert (found["staffing"].state, found["schedule"].state) == ("approved", "approved")
    assert [str(note) for note in found["staffing"].notes] == differs
    cycle.unapprove(store, spring, "staffing", **ANA)
    assert words(cycle.state(store, spring)["staffing"]) == differs
    with pytest.raises(cycle.NotReady, match="The sliders differ from the plan"):
        cycle.approve(store, spring, "staffing", **ANA)
    move(store, spring, volume=0.1 + 0.2 - 0.2)
    cycle.approve(store, spring, "staffing", **ANA)
    plan_with(store, spring, volume=0.3)
    assert states(store, spring)["staffing"] == "in work"


def test_settings_that_were_never_made_a_plan_hand_nothing_on_and_keep_the_approval(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission", "forecast", "staffing", "schedule")
    move(store, spring, volume=0.3)
    assert list(states(store, spring).values())[2:4] == ["approved", "approved"]


def test_a_scenario_that_is_only_looked_at_keeps_the_approval(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission", "forecast", "staffing")
    scenarios = {"scenarios": [{"name": "Lean", "settings": {}}]}
    note(store, "staffing", store.load("staffing", cycle=spring).data | scenarios, spring)
    assert states(store, spring)["staffing"] == "approved"


def test_an_approval_of_an_older_workbook_holds_until_the_document_is_saved(store, spring):
    note(store, "mission", agreed_mission(), spring)
    old = {"mission": {"by": "Ana", "at": NOW.isoformat(), "of": {"document mission/": 1}}}
    note(store, "approvals", old, spring)
    assert states(store, spring)["mission"] == "approved"
    note(store, "mission", mission.blank_mission(), spring)
    assert states(store, spring)["mission"] != "approved"


def test_a_document_changed_back_to_what_was_approved_is_approved_again(store, spring):
    whole_plan(store, spring)
    approve_all(store, spring, "mission")
    note(store, "mission", mission.blank_mission(), spring)
    assert states(store, spring)["mission"] != "approved"
    note(store, "mission", agreed_mission(), spring)
    assert states(store, spring)["mission"] == "approved"


def test_a_forecast_made_again_takes_the_approval_of_all_that_follows_from_it(store, spring):
    whole_plan(store, spring)
    note(store, "action", {"scenarios": []}, spring)
    approve_all(store, spring, "mission", "forecast", "staffing", "schedule", "action")
    compute(store, spring, "forecast")
    assert list(states(store, spring).values())[:5] == ["approved", "in work", "blocked", "in work", "in work"]


def test_every_project_that_can_have_a_result_needs_one(store, spring):
    labels = {"orders": "Orders", "sales": "Sales line", "care": "Technical support", "new": "New one"}
    projects = [new_project(key, label=label) for key, label in labels.items()]
    note(store, "centre", blank_centre(name="Ours") | {"projects": projects})
    for project, day in (
        ("orders", "2026-02-20"),
        ("sales", "2026-02-20"),
        ("care", "2026-02-20"),
        ("new", "2026-03-02"),
    ):
        row = {"project": project, "channel": "voice", "interval_s": 1800, "offered": 3, "answered": 3}
        row |= {"interval_start": f"{day}T10:00Z"}
        store.write_table("history", pd.DataFrame([row]), mode="merge", **ANA)
    compute(store, spring, "forecast")
    assert words(cycle.state(store, spring)["forecast"]) == [
        "No forecast is published yet for: Sales line, Technical support."
    ]
    row = {c.name: VALUES[c.kind] for c in TABLES["forecast"].columns if c.required}
    for project in ("sales", "care"):
        table = pd.DataFrame([row | {"project": project}])
        store.write_table("forecast", table, cycle=spring, project=project, zone="UTC", **ANA)
    assert words(cycle.state(store, spring)["forecast"]) == []
    compute(store, spring, "staffing")
    assert words(cycle.state(store, spring)["staffing"]) == ["There is no plan yet for: Sales line, Technical support."]
    assert "Sales line، Technical support" in Catalogue("fa").error(cycle.state(store, spring)["staffing"].blockers[0])
    compute(store, spring, "schedule")
    assert words(cycle.state(store, spring)["schedule"]) == []


def test_what_stands_against_an_approval_is_exactly_what_approving_says(store, spring):
    def compared():
        for key, found in cycle.state(store, spring).items():
            if found.against:
                with pytest.raises(cycle.NotReady) as refused:
                    cycle.approve(store, spring, key, **ANA)
                assert refused.value.blockers == found.against
                assert str(refused.value).endswith(" ".join(map(str, found.against)))

    compared()
    whole_plan(store, spring)
    compared()
    found = cycle.state(store, spring)["action"]
    assert [str(one) for one in found.against] == [
        "Nothing is saved in this step yet.",
        "Step 4 before it is not approved: approve that first.",
    ]
    assert found.blockers == []
    approve_all(store, spring, "mission")
    assert [cycle.state(store, spring)[key].against for key in ("mission", "forecast")] == [[], []]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["forecast", "staffing", "schedule", "approve", "history"]), max_size=8))
def test_whatever_is_done_an_approved_stage_has_no_blockers_and_a_blocked_one_has(store, spring, steps):
    whole_plan(store, spring)
    for step in steps:
        if step == "history":
            put(store, "history")
        elif step == "approve":
            for stage in ("mission", "forecast", "staffing", "schedule"):
                try:
                    cycle.approve(store, spring, stage, **ANA)
                except cycle.NotReady as refused:
                    assert refused.blockers
        else:
            compute(store, spring, step)
        for found in cycle.state(store, spring).values():
            assert not (found.state == "approved" and found.blockers)
            assert (found.state != "blocked") or found.blockers
            assert (found.approved_by is not None) == (found.state == "approved")


def test_an_evaluation_waits_until_every_deviation_that_holds_is_judged(store, spring):
    whole_plan(store, spring)
    put(store, "actuals", spring)
    log = {"at": NOW, "who": "Ana", "plan_item": "leave", "done": "x", "why": "queue", "effect": "shorter"}
    rows = pd.DataFrame([log, log | {"corrects": 1}])
    store.write_table("action_log", rows, cycle=spring, mode="append", **ANA)
    note(store, "evaluation", {"lessons": [{"id": "L1", "text": "a", "owner": "Ana", "status": "open"}]}, spring)
    assert words(cycle.state(store, spring)["evaluation"]) == ["1 logged deviations are not judged: 2."]
    judged = {"judgements": {str(n): {"verdict": "adopt", "reason": "a", "by": "Ana"} for n in (1, 2)}}
    note(store, "evaluation", store.load("evaluation", cycle=spring).data | judged, spring)
    assert cycle.state(store, spring)["evaluation"].state == "in work"
    assert words(cycle.state(store, spring)["evaluation"]) == []
    assert [row["origin"]["entry"] for row in cycle.carry_over(store, spring) if row["kind"] == "deviation"] == [2]
