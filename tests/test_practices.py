"""Practices: twenty rated against the cycle before, the weakest that matter proposed; the evaluation checklist."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb import mission, practices
from ccwb.errors import PlanError
from ccwb.measures import KPIS, choose
from ccwb.mission_content import FACTORS
from ccwb.practices_content import CHECKLIST, LEVELS, PARTS, PRACTICES, USES
from ccwb.ui import mission_page, setup_page
from ccwb.ui.frame import PAGES

STEPS = {"mission": mission_page.STEPS, "setup": setup_page.STEPS}
LEVEL = st.one_of(st.none(), st.integers(1, 5))


def rated(**levels):
    """Return a mission document with practices at these levels."""
    document = mission.blank_mission()
    for key, level in levels.items():
        document = practices.set_practice(document, key, level=level)
    return document


def test_twenty_practices_each_say_what_low_middle_and_high_look_like():
    assert len(PRACTICES) == 20 and list(LEVELS) == [1, 2, 3, 4, 5]
    said = [text for one in PRACTICES.values() for text in (one.label, one.low, one.middle, one.high)]
    assert len(set(said)) == 80 and all(said)
    for one in PRACTICES.values():
        assert one.factor in FACTORS and one.serves and set(one.serves) <= set(KPIS)


def test_the_practices_ask_after_every_factor_and_move_every_kind_of_measure():
    assert {one.factor for one in PRACTICES.values()} == set(FACTORS)
    assert {KPIS[kpi].kind for one in PRACTICES.values() for kpi in one.serves} == {1, 2, 3, 4, 5, 6, 7}


def test_the_checklist_has_five_parts_with_several_rows_each():
    assert len(PARTS) == 5
    for part in PARTS:
        assert sum(check.part == part for check in CHECKLIST.values()) >= 3
    assert all(check.part in PARTS and set(check.serves) <= set(KPIS) for check in CHECKLIST.values())
    assert len({check.text for check in CHECKLIST.values()}) == len(CHECKLIST)


def test_each_of_eight_uses_of_data_stands_beside_a_page_and_leads_to_the_one_that_does_it():
    assert len(USES) == 8
    for use in USES.values():
        for place in (f"{use.page}/{use.step}", *use.beside):
            page, _slash, step = place.partition("/")
            assert page in PAGES and (not step or step in STEPS[page])


def test_a_rating_stands_beside_that_of_the_cycle_before_with_what_changed():
    before = rated(routing=2, callback=4)
    now = practices.set_practice(rated(routing=3), "routing", wanted=4, owner=" Ana ", evidence="Two groups since May")
    table = practices.ratings(now, before).set_index("practice")
    row = table.loc["routing"]
    assert (row["level"], row["previous"], row["change"], row["wanted"], row["owner"]) == (3, 2, 1, 4, "Ana")
    assert table.loc["callback", "previous"] == 4 and table.loc["callback", ["level", "change"]].isna().all()
    assert practices.ratings(now)["previous"].isna().all() and len(table) == 20


def test_rating_changes_nothing_in_place_and_goes_to_json_as_it_is():
    document = mission.blank_mission()
    kept = copy.deepcopy(document)
    once = practices.set_practice(document, "tools", level=2, wish="One password")
    again = practices.set_practice(once, "tools", level=None)
    assert document == kept
    assert again["practices"]["tools"]["level"] is None and again["practices"]["tools"]["wish"] == "One password"
    assert json.loads(json.dumps(once)) == once


def test_the_weakest_that_move_what_was_chosen_come_first():
    # Routing moves two of the four chosen and lacks one level: 2. Callback moves two and lacks two: 4.
    # Burnout is weakest of all but moves none of them, the knowledge base lacks nothing.
    document = rated(routing=2, callback=1, burnout=1, knowledge_base=4, quality_checks=2)
    found = practices.weakest(document, ["abandonment", "asa", "service_level", "quality"])
    assert found[["practice", "short", "weight"]].values.tolist() == [
        ["callback", 2, 4], ["routing", 1, 2], ["quality_checks", 1, 1]
    ]  # fmt: skip
    assert found["chosen"].iloc[0] == ["abandonment", "asa"]
    assert practices.weakest(document, ["abandonment"], n=1)["practice"].tolist() == ["callback"]


def test_what_is_wanted_is_the_aim_and_without_it_done_as_a_rule():
    document = practices.set_practice(rated(tools=4, routing=3, callback=2), "tools", wanted=5)
    found = practices.weakest(document).set_index("practice")
    assert found["aim"].to_dict() == {"tools": 5, "callback": 3}
    assert practices.weakest(practices.set_practice(document, "callback", wanted=2))["practice"].tolist() == ["tools"]


@given(st.dictionaries(st.sampled_from(list(PRACTICES)), st.tuples(LEVEL, LEVEL)), st.sets(st.sampled_from(list(KPIS))))
def test_proposals_agree_with_a_count_by_hand(said, measures):
    document = mission.blank_mission()
    for key, (level, wanted) in said.items():
        document = practices.set_practice(document, key, level=level, wanted=wanted)
    found = practices.weakest(document, measures, n=20)
    expected = {}
    for key, (level, wanted) in said.items():
        moved = sum(kpi in measures for kpi in PRACTICES[key].serves) if measures else 1
        if level is not None and moved and (wanted or 3) > level:
            expected[key] = ((wanted or 3) - level) * moved
    assert dict(zip(found["practice"], found["weight"], strict=True)) == expected
    assert found["weight"].is_monotonic_decreasing


def test_what_the_team_is_led_by_counts_first_then_its_goals_then_what_has_a_target():
    document = mission.set_target(mission.blank_mission(), kpi="csat", value=0.8)
    assert practices.chosen_measures(document) == (["csat"], "targets")
    chain = {
        "purpose": "",
        "measures": [{"id": "M1", "kpi": "fcr"}, {"id": "M2", "kpi": ""}, {"id": "M3", "kpi": "fcr"}],
    }
    assert practices.chosen_measures({**document, "chain": chain}) == (["fcr"], "goals")
    led = {"measures": choose(document["measures"], "nps", weight=10)}
    assert practices.chosen_measures({**document, **led, "chain": chain}) == (["nps"], "choice")


def test_a_weak_practice_becomes_a_gap_or_a_task_once_and_says_where_it_came_from():
    document = practices.set_practice(rated(callback=1), "callback", wanted=4, owner="Ana")
    row = practices.weakest(document).iloc[0]
    gap = practices.as_gap(document, row)
    template, values = gap["title"]
    assert template.format(**values) == "Callback: level 1, wanted 4"
    assert (gap["severity"], gap["factor"], gap["owner"]) == ("high", "process", "Ana")
    assert gap["origin"] == "practice:callback"
    template, values = practices.as_task(document, row)["task"]
    assert template.format(**values) == "Callback: from level 1 to 4"
    with_gap = mission.add_gap(document, **gap | {"title": "Callback", "evidence": "Rated 1"})
    with_task = mission.add_task(document, task="Callback", origin=gap["origin"])
    assert practices.weakest(with_gap).empty and practices.weakest(with_task).empty
    assert mission.check_mission(with_gap) is with_gap


def test_the_teams_own_evidence_and_wish_are_what_the_plan_says():
    said = {"evidence": "Half of them call again", "wish": "Offer a time"}
    document = practices.set_practice(rated(callback=2), "callback", **said)
    row = practices.weakest(document).iloc[0]
    assert practices.as_gap(document, row)["evidence"] == "Half of them call again"
    assert practices.as_gap(document, row)["severity"] == "low"
    template, values = practices.as_task(document, row)["task"]
    assert template.format(**values) == "Callback: Offer a time"


def test_the_next_cycle_rates_anew_but_knows_the_owners_and_who_looks_at_what():
    document = practices.set_practice(rated(tools=2, routing=3), "tools", owner="Ana", evidence="Audit", wanted=4)
    document = practices.prepare_check(document, "feedback_led", who="Ben", source="Monthly meeting")
    along = practices.carried_practices(document)
    assert along["practices"] == {"tools": practices.BLANK | {"owner": "Ana"}}
    assert along["checklist"] == {"feedback_led": {"who": "Ben", "source": "Monthly meeting"}}
    assert practices.carried_practices({}) == {"practices": {}, "checklist": {}}


def test_a_checklist_row_is_prepared_then_judged_and_what_does_not_hold_proposes_a_lesson_once():
    prepared = practices.prepare_check(mission.blank_mission(), "quality_checked", who=" Ana ")
    prepared = practices.prepare_check(prepared, "quality_checked", source="Quality forms")["checklist"]
    judged = practices.judge_check({}, "efficiency_cost", verdict="partly", finding="Overtime", by="Ben")
    judged = practices.judge_check(judged, "quality_checked", verdict="missed", finding="Chat: none", by="Ben")
    judged = practices.judge_check(judged, "feedback_led", verdict="held", by="Ben")
    table = practices.checks(prepared, judged).set_index("check")
    assert table.loc["quality_checked", ["who", "source", "verdict", "by"]].tolist() == [
        "Ana", "Quality forms", "missed", "Ben"
    ]  # fmt: skip
    assert table.loc["agents_time", ["who", "verdict", "finding"]].tolist() == ["", "", ""]
    found = practices.proposed_lessons(judged)
    assert [(row["check"], row["finding"]) for row in found] == [
        ("quality_checked", "Chat: none"), ("efficiency_cost", "Overtime")
    ]  # fmt: skip
    assert practices.proposed_lessons(judged, [{"origin": "checklist:quality_checked"}]) == found[1:]
    back = practices.judge_check(judged, "quality_checked", verdict="", finding="Chat: none")
    assert [row["check"] for row in practices.proposed_lessons(back)] == ["efficiency_cost"]


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda d: practices.set_practice(d, "routing", level=6), "Routing.*'6'.*1 to 5"),
        (lambda d: practices.set_practice(d, "routing", wanted=2.5), "2.5"),
        (lambda d: practices.set_practice(d, "routing", level=True), "True"),
        (lambda d: practices.set_practice(d, "route", level=2), "'route'.*routing"),
        (lambda d: practices.prepare_check(d, "quality"), "quality_checked"),
        (lambda d: practices.judge_check({}, "quality_checked", verdict="bad"), "held, partly, missed"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_words(do, said):
    with pytest.raises(PlanError, match=said):
        do(mission.blank_mission())
