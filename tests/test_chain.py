"""The chain from purpose to measures holds, or says where it does not."""

import itertools

import pytest

from ccwb import chain as ch
from ccwb import mission as ms
from ccwb.errors import PlanError
from ccwb.mission_content import FACTORS


def whole():
    """Return a chain without a break: one goal, one step, one KPI with a target."""
    document = ms.blank_mission() | {"chain": {"purpose": "People get help on the first call."}}
    document = ch.add_item(document, "goals", text="Solved at first contact", factor="process")
    document = ch.add_item(document, "steps", text="Look it up", goal="A1", able="yes", factor="technology")
    document = ch.add_item(document, "measures", kpi="fcr", step="S1", factor="process")
    return ms.set_target(document, kpi="fcr", value=0.75)


def kinds(document):
    return [one["kind"] for one in ch.breaks(document)]


def test_a_chain_from_purpose_to_target_has_no_break():
    assert kinds(whole()) == []


def test_a_document_of_before_the_chain_had_items_is_read_and_says_what_it_lacks():
    assert kinds({"chain": {"purpose": "We help."}}) == ["no_goal"]
    assert ch.tree({"chain": {"purpose": ""}}) == ([], [])
    assert kinds(ms.blank_mission()) == ["no_purpose", "no_goal"]


@pytest.mark.parametrize(
    ("part", "item", "found"),
    [
        ("goals", "A1", ["no_goal", "step_without_goal", "measure_without_goal"]),
        ("steps", "S1", ["goal_without_step", "measure_without_goal"]),
        ("measures", "M1", ["step_without_measure", "target_without_goal"]),
    ],
)
def test_what_is_taken_away_leaves_a_break_on_both_sides_of_it(part, item, found):
    assert kinds(ch.remove_item(whole(), part, item)) == found


def test_a_target_taken_away_is_a_break_and_one_of_a_single_project_is_enough():
    document = ms.set_target(whole(), kpi="fcr", value=None)
    assert kinds(document) == ["measure_without_target"]
    assert kinds(ms.set_target(document, kpi="fcr", value=0.7, project="orders")) == []


def test_a_measure_in_own_words_has_its_target_in_words():
    document = ch.add_item(whole(), "measures", text="Letters of thanks", step="S1", factor="workforce")
    assert kinds(document) == ["measure_without_target"]
    assert kinds(ch.change_item(document, "measures", "M2", target="ten a month")) == []


def test_what_is_only_not_said_yet_is_told_from_what_is_broken():
    document = ch.change_item(whole(), "steps", "S1", able="", factor="")
    assert [(one["kind"], one["whole"]) for one in ch.breaks(document)] == [
        ("able_unsaid", False),
        ("factor_unsaid", False),
    ]


def reaches(document, row):
    """Walk from a measure up to a goal, link by link."""
    step = next((s for s in ch.items(document, "steps") if s["id"] == row["step"]), None)
    return step is not None and any(goal["id"] == step["goal"] for goal in ch.items(document, "goals"))


def test_every_chain_of_two_goals_two_steps_and_two_measures_breaks_exactly_where_a_walk_along_it_stops():
    for goals, measured in itertools.product(itertools.product(("A1", "A2", ""), repeat=2), repeat=2):
        document = ms.blank_mission() | {"chain": {"purpose": "Help"}}
        for text in ("One", "Two"):
            document = ch.add_item(document, "goals", text=text, factor="process")
        for goal in goals:
            document = ch.add_item(document, "steps", text="Do", goal=goal, able="yes", factor="process")
        for step in (key.replace("A", "S") for key in measured):
            document = ch.add_item(document, "measures", text="M", target="5", step=step, factor="process")
        rows = {part: ch.items(document, part) for part in ch.PARTS}
        expected = {("goal_without_step", g["id"]) for g in rows["goals"] if g["id"] not in goals}
        expected |= {("step_without_goal", s["id"]) for s in rows["steps"] if not s["goal"]}
        reached = {m["step"] for m in rows["measures"]}
        expected |= {("step_without_measure", s["id"]) for s in rows["steps"] if s["id"] not in reached}
        expected |= {("measure_without_goal", m["id"]) for m in rows["measures"] if not reaches(document, m)}
        assert {(one["kind"], one["id"]) for one in ch.breaks(document)} == expected
        drawn, loose = ch.tree(document)
        assert len(list(walk([*drawn, *loose]))) == 6  # whatever breaks, everything is in the picture once


def walk(nodes):
    for node in nodes:
        yield node["row"]["id"]
        yield from walk(node["below"])


def test_the_balance_counts_every_item_once_under_its_factor():
    document = ms.add_gap(whole(), title="No script", factor="workforce", owner="Ana")
    document = ms.add_gap(document, title="Old gap", status="closed")
    document["cases"] = [{"factor": "technology", "status": "rejected"}, {"factor": "technology", "status": "proposed"}]
    table = ch.balance(document).set_index("factor")
    assert table["items"].to_dict() == {"process": 2, "technology": 2, "workforce": 1, "": 0}
    assert table["share"].sum() == pytest.approx(1.0)
    assert set(FACTORS) < set(table.index)
    assert ch.balance(ms.blank_mission())["share"].isna().all()


def test_a_step_that_we_are_not_able_to_do_proposes_a_gap_once():
    document = ch.change_item(whole(), "steps", "S1", able="partly", note="Half of the articles are old")
    (gap,) = ch.proposed_gaps(document)
    assert (gap["title"], gap["severity"], gap["factor"], gap["note"]) == (
        "Look it up",
        "medium",
        "technology",
        "Half of the articles are old",
    )
    fields = {key: gap[key] for key in ("title", "severity", "factor", "origin")}
    assert ch.proposed_gaps(ms.add_gap(document, **fields)) == []
    assert ch.proposed_gaps(whole()) == []


def test_an_id_is_never_given_twice_while_its_row_is_there_and_wrong_keys_are_named():
    document = ch.add_item(ch.add_item({}, "goals", text="One"), "goals", text="Two")
    assert [row["id"] for row in ch.items(document, "goals")] == ["A1", "A2"]
    for part, fields in (
        ("goals", {"text": " "}),
        ("steps", {"text": "x", "able": "maybe"}),
        ("measures", {"kpi": "?"}),
    ):
        with pytest.raises(PlanError):
            ch.add_item(document, part, **fields)
    with pytest.raises(PlanError, match="A9"):
        ch.remove_item(document, "goals", "A9")
