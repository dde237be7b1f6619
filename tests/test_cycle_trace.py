"""What stays behind on purpose, and the way of a thing back through the cycles that it came along."""

import pytest

from ccwb import cycle, evaluation, mission
from ccwb.errors import PlanError
from ccwb.store import open_store
from tests.planning import ANA, DAYS, LATER, note
from tests.test_cycle_carry import NEXT, finished_cycle

AUTUMN = {"name": "Autumn", "first_day": "2026-09-01", "last_day": "2026-11-30"}


@pytest.fixture
def store():
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def three(store):
    """Three cycles in a row: Spring with one of everything, Summer and Autumn each begun with what came along."""
    spring = store.add_cycle("Spring", **DAYS, **ANA).id
    finished_cycle(store, spring)
    summer = cycle.next_cycle(store, spring, **NEXT, **LATER).id
    autumn = cycle.next_cycle(store, summer, **AUTUMN, **LATER).id
    return spring, summer, autumn


def here(store, cycle_id, task):
    """Return the id that a task has in a cycle's preparation."""
    plan = store.load("mission", cycle=cycle_id).data
    return next(row["id"] for row in plan["preparation"] if row["task"] == task)


def steps(table):
    return [tuple(row) for row in table[["name", "step", "kind", "entry"]].itertuples(index=False)]


def test_a_lesson_is_found_again_two_cycles_later_with_who_noted_it_first(store, three):
    task = here(store, three[2], "Plan the campaign")
    table = cycle.trace(store, three[2], "preparation", task)
    assert steps(table) == [
        ("Autumn", "carried", "preparation", task),
        ("Summer", "carried", "preparation", here(store, three[1], "Plan the campaign")),
        ("Spring", "noted", "lesson", "L1"),
    ]
    assert table["by"].tolist() == ["Ben", "Ben", "Ana"] and table["at"].iloc[-1] == ANA["at"]
    assert set(table["text"]) == {"Plan the campaign"}


def test_an_adopted_deviation_tells_how_it_was_judged_and_why_it_was_done(store, three):
    table = cycle.trace(store, three[1], "preparation", here(store, three[1], "Breaks moved"))
    assert steps(table)[1:] == [("Spring", "judged", "deviation", "3"), ("Spring", "logged", "deviation", "3")]
    judged, logged = table.iloc[1], table.iloc[2]
    assert (judged["by"], judged["value"], judged["note"]) == ("Ben", "adapt", "not on Mondays")
    assert (logged["by"], logged["at"], logged["note"]) == ("Ana", ANA["at"], "queue")


def test_a_gap_goes_back_to_the_answer_it_came_from(store, three):
    table = cycle.trace(store, three[2], "gap", "G1")
    assert table["name"].tolist() == ["Autumn", "Summer", "Spring"]
    assert (table["step"].iloc[-1], table["note"].iloc[-1]) == ("noted", "question:q1")


def test_a_target_tells_the_cycle_in_which_it_was_last_set_and_what_it_was_before(store, three):
    plan = store.load("mission", cycle=three[1])
    note(store, "mission", mission.set_target(plan.data, kpi="service_level", value=0.85, project="orders"), three[1])
    table = cycle.trace(store, three[1], "target", "service_level/orders")
    assert list(zip(table["step"], table["value"], strict=True)) == [("set", 0.85), ("set", 0.9)]
    kept = cycle.trace(store, three[2], "target", "service_level")
    assert list(zip(kept["step"], kept["value"], strict=True)) == [("carried", 0.8), ("carried", 0.8), ("set", 0.8)]


def test_a_parameter_is_followed_to_the_cycles_that_measured_it(store, three):
    measured = evaluation.blank_evaluation() | {"parameters": {"aht_s": {"orders/voice": 263.0}}}
    note(store, "evaluation", measured, three[1])
    table = cycle.trace(store, three[1], "parameter", "aht_s")
    assert table["step"].tolist() == ["measured", "carried", "measured"]
    assert table["value"].tolist() == [{"orders/voice": 263.0}, {"orders/voice": 251.0}, {"orders/voice": 251.0}]


def test_every_thing_that_came_along_can_be_followed_to_where_it_was(store, three):
    for cycle_id in three[1:]:
        rows = cycle.came_along(store, cycle_id)
        assert rows and all(row["now"] for row in rows)
        for row in rows:
            table = cycle.trace(store, cycle_id, **row["now"])
            assert len(table) > 1 and row["origin"]["cycle"] in set(table["cycle"])
    assert cycle.came_along(store, three[0]) == []


def test_what_is_left_out_stays_behind_with_its_reason_and_all_else_comes_along(store):
    spring = store.add_cycle("Spring", **DAYS, **ANA).id
    finished_cycle(store, spring)
    before = cycle.carry_over(store, spring)
    document = store.load("evaluation", cycle=spring).data
    for row in before:
        document = cycle.leave_out(document, row["key"], reason="Of no use", by="Cem")
    document = cycle.leave_out(document, "lesson/L1", reason=None, by="Cem")
    note(store, "evaluation", document, spring)
    summer = cycle.next_cycle(store, spring, **NEXT, **LATER).id
    plan, carried = (store.load(name, cycle=summer).data for name in ("mission", "carried"))
    assert [row["key"] for row in carried["rows"]] == ["lesson/L1"] and carried["parameters"] == {}
    assert plan["gaps"] == [] and plan.get("cases", []) == [] and plan["targets"] == {}
    assert [row["task"] for row in plan["preparation"] if row.get("came_from")] == ["Plan the campaign"]
    assert store.load("action", cycle=summer).data == {"scenarios": []}
    stayed = [row for row in cycle.came_along(store, summer) if row["left_out"]]
    assert len(stayed) == len(before) - 1
    assert all(row["left_out"] == {"reason": "Of no use", "by": "Cem"} and row["now"] is None for row in stayed)


def test_what_stays_behind_needs_a_reason(store):
    with pytest.raises(PlanError, match="needs a reason"):
        cycle.leave_out({}, "gap/G1", reason=" ", by="Ana")
    with pytest.raises(PlanError, match="The cycle Spring has no gap G9"):
        cycle.trace(store, store.add_cycle("Spring", **DAYS, **ANA).id, "gap", "G9")
