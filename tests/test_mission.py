"""The mission: statements, questionnaire, gaps, preparation and targets."""

import copy
import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb import mission
from ccwb.errors import PlanError
from ccwb.mission_content import AREAS, FACTORS, PREPARATION, PROBES, QUESTIONS, SCALE, STATEMENTS


def answered(**scores_of):
    """Return answers from question -> {person: score}."""
    document = mission.blank_mission()
    for question, people in scores_of.items():
        for person, score in people.items():
            document = mission.add_answer(document, person=person, question=question, score=score)
    return document["answers"]


def test_the_questionnaire_has_four_areas_with_several_statements_each():
    assert len(AREAS) == 4
    for area in AREAS:
        assert sum(question.area == area for question in QUESTIONS.values()) >= 5
    assert all(question.area in AREAS and question.factor in FACTORS for question in QUESTIONS.values())
    assert len({question.text for question in QUESTIONS.values()}) == len(QUESTIONS)
    assert list(SCALE) == [1, 2, 3, 4, 5] and len(PREPARATION) == 6 and len(STATEMENTS) == 8


def test_a_divided_statement_comes_first_with_its_spread_and_dont_knows_apart():
    answers = answered(
        proud={"Ana": 4, "Ben": 4, "Cem": None}, tools={"Ana": 1, "Ben": 5}, span={"Ana": 2, "Ben": 3, "Cem": 3}
    )
    _, questions = mission.scores(answers)
    first = questions.iloc[0]
    assert (first["question"], first["mean"], first["spread"]) == ("tools", 3, 2)
    proud = questions.set_index("question").loc["proud"]
    assert (proud["mean"], proud["spread"], proud["n"], proud["dont_know"]) == (4, 0, 2, 1)
    unasked = questions.set_index("question").loc["measures"]
    assert unasked["n"] == 0 and unasked[["mean", "spread"]].isna().all()


@given(st.lists(st.tuples(st.sampled_from(list(QUESTIONS)), st.integers(0, 6), st.sampled_from([None, 1, 2, 3, 4, 5]))))
def test_scores_agree_with_textbook_sums_and_every_answer_counts_once(rows):
    document = mission.blank_mission()
    last = {}
    for question, person, score in rows:
        document = mission.add_answer(document, person=f"p{person}", question=question, score=score)
        last[question, person] = score
    areas, questions = mission.scores(document["answers"])
    assert areas["n"].sum() + areas["dont_know"].sum() == len(last)
    for row in questions.itertuples():
        given_ = [score for (question, _), score in last.items() if question == row.question and score is not None]
        assert row.n == len(given_)
        if given_:
            assert row.mean == pytest.approx(statistics.fmean(given_))
        if len(given_) > 1:
            assert row.spread == pytest.approx(statistics.pstdev(given_))
    for row in areas.itertuples():
        mine = questions[questions["area"] == row.area]
        if row.n:
            assert row.mean == pytest.approx((mine["mean"] * mine["n"]).sum() / mine["n"].sum())
            assert 1 <= row.mean <= 5


def test_an_areas_spread_tells_people_apart_and_not_questions():
    areas, _ = mission.scores(answered(tools={"Ana": 1, "Ben": 1}, span={"Ana": 5, "Ben": 5}))
    assert areas.set_index("area").loc["capability", "spread"] == 0
    areas, _ = mission.scores(answered(tools={"Ana": 1, "Ben": 5}, span={"Ana": 3, "Ben": 3}))
    assert areas.set_index("area").loc["capability", "spread"] == pytest.approx(2**0.5)


def test_answering_changes_nothing_in_place_and_again_takes_the_earlier_place():
    before = mission.blank_mission()
    kept = copy.deepcopy(before)
    once = mission.add_answer(before, person=" Ana ", question="proud", score=2, comment="why not")
    twice = mission.add_answer(once, person="Ana", question="proud", score=4)
    assert before == kept and once["answers"]["Ana"]["proud"]["comment"] == "why not"
    assert twice["answers"] == {"Ana": {"proud": {"score": 4, "comment": ""}}}
    assert json.loads(json.dumps(twice)) == twice


def test_comments_stand_side_by_side_from_low_to_high():
    answers = answered(proud={"Ana": 4, "Ben": None, "Cem": 2})
    assert [row["person"] for row in mission.comments(answers, "proud")] == ["Cem", "Ana", "Ben"]


def test_low_and_divided_statements_propose_gaps_once():
    answers = answered(
        tools={"Ana": 1, "Ben": 2}, proud={"Ana": 2, "Ben": 5}, span={"Ana": 4, "Ben": 4}, training={"Ana": 1}
    )
    proposed = mission.proposed_gaps(answers)
    assert [gap["origin"] for gap in proposed] == ["question:tools", "question:proud"]
    assert proposed[0]["severity"] == "high" and proposed[0]["factor"] == "technology"
    titles = [template.format(**values) for template, values in (gap["title"] for gap in proposed)]
    assert titles == [f'Not so yet: "{QUESTIONS["tools"].text}"', f'Divided over: "{QUESTIONS["proud"].text}"']
    template, values = proposed[1]["evidence"]
    assert template.format(**values) == "2 people disagree: spread 1.5, mean 3.5."
    assert mission.proposed_gaps(answers, gaps=proposed[:1]) == proposed[1:]


def test_gaps_and_tasks_get_ids_that_are_never_given_twice():
    document = mission.add_gap(mission.blank_mission(), title="No time to coach", factor="workforce", severity="high")
    document = mission.add_gap(document, title="Two systems for one order", factor="technology")
    document = mission.change_gap(document, "G1", owner="Ana", due="2026-12-01")
    assert [gap["id"] for gap in document["gaps"]] == ["G1", "G2"]
    assert document["gaps"][0]["owner"] == "Ana" and document["gaps"][1]["owner"] == ""
    document = mission.add_task(document, task="Ask three customers", assigned_to="Ben")
    assert document["preparation"][-1]["id"] == "P7"
    assert mission.check_mission(document) is document


def test_late_rows_are_those_due_before_today_and_not_completed():
    document = mission.change_task(mission.blank_mission(), "P1", due="2026-11-01")
    document = mission.change_task(document, "P2", due="2026-10-01")
    document = mission.change_task(document, "P3", due="2026-10-01", completed="2026-11-05")
    document = mission.change_task(document, "P4", due="2026-11-02")
    assert [(r["id"], r["days_late"]) for r in mission.late(document["preparation"], "2026-11-02")] == [
        ("P2", 32), ("P1", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "following", "said"),
    [
        ("", "", "No review"),
        ("2025-11-01", "", "Last reviewed"),
        ("2025-11-02", "", None),
        ("2026-06-01", "2026-11-01", "was due"),
        ("2026-06-01", "2026-11-02", None),
    ],
)
def test_a_statement_is_stale_after_twelve_months_or_past_its_next_review(last, following, said):
    document = mission.set_statement(
        mission.blank_mission(), "centre_mission", text="We help.", last_review=last, next_review=following
    )
    found = mission.stale(document["statements"], "2026-11-02").get("centre_mission")
    assert found is None if said is None else said in found[0]


def test_a_projects_target_goes_before_the_centres():
    document = mission.set_target(mission.blank_mission(), kpi="service_level", value=0.8)
    document = mission.set_target(document, kpi="service_level", value=0.9, project="support")
    assert mission.target_of(document, "service_level", "support") == 0.9
    assert mission.target_of(document, "service_level", "sales") == 0.8
    document = mission.set_target(document, kpi="service_level", value=None)
    assert mission.target_of(document, "service_level", "sales") is None
    with pytest.raises(PlanError, match="is a number; found"):
        mission.set_target(document, kpi="service_level", value=float("nan"))


def test_a_projects_tolerance_goes_before_the_centres_and_is_never_below_nothing():
    document = mission.set_tolerance(mission.blank_mission(), kpi="csat", value=0.03)
    document = mission.set_tolerance(document, kpi="csat", value=0.0, project="support")
    assert [mission.of_project(document["tolerances"], "csat", p) for p in ("support", "sales")] == [0.0, 0.03]
    assert mission.set_tolerance(document, kpi="csat", value=None)["tolerances"] == {"csat": {"support": 0.0}}
    old = {part: kept for part, kept in document.items() if part != "tolerances"}
    assert mission.set_tolerance(old, kpi="asa", value=5)["tolerances"] == {"asa": {"": 5}}
    for wrong in (-0.01, float("nan"), "much"):
        with pytest.raises(PlanError, match=r"Customer satisfaction .*(a number|From 0 to 100)"):
            mission.set_tolerance(document, kpi="csat", value=wrong)


def test_a_blank_mission_is_blocked_in_words_and_a_full_one_is_not():
    document = mission.blank_mission()
    told = [template.format(**values) for template, values in mission.blockers(document)]
    assert "0 of at least 2 people have answered the questionnaire." in told and len(told) == 4
    document = mission.set_statement(document, "centre_mission", text="We help.")
    document = {**document, "chain": {"purpose": "Customers stay because we solve it at once."}}
    for person in ("Ana", "Ben"):
        document = mission.add_answer(document, person=person, question="proud", score=4)
    document = mission.set_target(document, kpi="csat", value=0.8)
    assert mission.blockers(document) == []
    document = mission.add_gap(document, title="No time to coach")
    assert [values for _, values in mission.blockers(document)] == [{"title": "No time to coach"}]
    assert mission.blockers(mission.change_gap(document, "G1", status="closed")) == []


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda d: mission.add_answer(d, person=" ", question="proud", score=3), "needs a name"),
        (lambda d: mission.add_answer(d, person="Ana", question="proud", score=6), "1 to 5"),
        (lambda d: mission.add_answer(d, person="Ana", question="pride", score=3), "pride"),
        (lambda d: mission.set_statement(d, "mission", text="x"), "centre_mission"),
        (lambda d: mission.set_statement(d, "centre_mission", text="x", last_review="1.11.26"), "2026-11-02"),
        (lambda d: mission.add_gap(d, title=" "), "title"),
        (lambda d: mission.add_gap(d, title="x", factor="money"), "process, technology, workforce"),
        (lambda d: mission.change_gap(d, "G9", owner="Ana"), "G9"),
        (lambda d: mission.add_gap(d, title="x", decided_on="yesterday"), "yesterday"),
        (lambda d: mission.set_question(d, area="capability", text=" "), "needs its statement"),
        (lambda d: mission.set_question(d, area="money", text="x"), "direction, understanding"),
        (lambda d: mission.set_question(d, "Q7", text="x"), "Q7"),
        (lambda d: mission.set_statement(d, "centre_mission", text="x", names=["money"]), "purpose, customers"),
        (lambda d: mission.draft_mission(purpose="help", customers=" ", experience="smile"), "For whom"),
        (lambda d: mission.change_task(d, "P1", due="soon"), "soon"),
    ],
)
def test_what_cannot_be_noted_is_refused_in_words(do, said):
    with pytest.raises(PlanError, match=said):
        do(mission.blank_mission())


def test_every_probe_for_gaps_is_asked():
    asked = {probe: [key for key, one in QUESTIONS.items() if one.probe == probe] for probe in PROBES}
    assert len(PROBES) == 5 and all(asked.values())
    assert {one.probe for one in QUESTIONS.values()} == {"", *PROBES}


# --- a team's own questions -------------------------------------------------------------------------------------------
def test_a_teams_own_question_is_asked_scored_and_proposes_a_gap_like_the_standing_ones():
    document = mission.set_question(
        mission.blank_mission(), area="capability", text="Our headsets work.", factor="technology"
    )
    for person in ("Ana", "Ben"):
        document = mission.add_answer(document, person=person, question="Q1", score=1)
    asked = mission.questions_of(document)
    assert len(asked) == len(QUESTIONS) + 1 and asked["Q1"].area == "capability"
    areas, questions = mission.scores(document["answers"], questions=asked)
    assert questions.set_index("question").loc["Q1", "mean"] == 1
    assert areas.set_index("area").loc["capability", ["mean", "n"]].tolist() == [1, 2]
    (gap,) = mission.proposed_gaps(document["answers"], questions=asked)
    assert (gap["title"][1], gap["factor"]) == ({"statement": "Our headsets work."}, "technology")
    assert gap["origin"] == "question:Q1"
    assert mission.check_mission(document) is document
    assert json.loads(json.dumps(document)) == document


def test_a_question_asked_no_more_is_out_of_the_scores_and_its_answers_come_back_with_it():
    document = mission.add_answer(mission.blank_mission(), person="Ana", question="proud", score=5)
    without = mission.set_question(document, "proud", asked=False)
    assert "proud" not in mission.questions_of(without)
    areas, _ = mission.scores(without["answers"], questions=mission.questions_of(without))
    assert areas["n"].sum() == 0
    assert mission.set_question(without, "proud", asked=True) == document


def test_a_standing_question_in_ones_own_words_stays_in_its_place_and_can_be_put_back():
    document = mission.blank_mission()
    changed = mission.set_question(document, "tools", text="One screen shows all.")
    assert mission.questions_of(changed)["tools"].text == "One screen shows all."
    assert list(mission.questions_of(changed)) == list(QUESTIONS)
    assert mission.set_question(changed, "tools", text=QUESTIONS["tools"].text) == document


# --- since the cycle before -------------------------------------------------------------------------------------------
def document_of(**scores_of):
    return {**mission.blank_mission(), "answers": answered(**scores_of)}


def test_the_change_since_the_cycle_before_is_the_difference_of_the_means():
    before = document_of(tools={"Ana": 2, "Ben": 4}, span={"Ana": 1})
    now = document_of(tools={"Cem": 4, "Dora": 5, "Eva": None}, proud={"Cem": 2})
    areas, questions = mission.since(now, before)
    questions = questions.set_index("question")
    assert questions.loc["tools", ["previous", "change"]].tolist() == [3, 1.5]
    assert questions.loc[["span", "proud"], "change"].isna().all()  # scored in one cycle only
    # of the area only 'tools' can be compared: 'span' was not scored now
    assert areas.set_index("area").loc["capability", ["previous", "change"]].tolist() == [3, 1.5]
    assert areas.set_index("area").loc["understanding", ["previous", "change"]].isna().all()


def test_an_areas_change_is_that_of_the_sums_and_not_of_the_means():
    before = document_of(tools={"Ana": 1, "Ben": 1, "Cem": 1}, span={"Ana": 5})
    now = document_of(tools={"Ana": 2}, span={"Ana": 4, "Ben": 4, "Cem": 4})
    areas, _ = mission.since(now, before)
    row = areas.set_index("area").loc["capability"]
    assert row["previous"] == pytest.approx((1 + 1 + 1 + 5) / 4)
    assert row["change"] == pytest.approx((2 + 4 + 4 + 4) / 4 - (1 + 1 + 1 + 5) / 4)


def test_a_question_put_into_other_words_is_not_compared_and_one_put_in_moves_no_area():
    before = document_of(tools={"Ana": 1}, span={"Ana": 3})
    now = mission.set_question(document_of(tools={"Ana": 5}, span={"Ana": 3}), "tools", text="We have tools.")
    now = mission.set_question(now, area="capability", text="Our headsets work.")
    now = mission.add_answer(now, person="Ana", question="Q1", score=5)
    areas, questions = mission.since(now, before)
    assert questions.set_index("question").loc[["tools", "Q1"], "change"].isna().all()
    assert areas.set_index("area").loc["capability", "change"] == 0


def test_without_a_cycle_before_nothing_has_changed_and_the_scores_are_the_same():
    now = document_of(tools={"Ana": 1, "Ben": 5}, proud={"Ana": 4, "Ben": 4})
    areas, questions = mission.since(now, None)
    same_areas, same = mission.scores(now["answers"])
    assert questions.drop(columns=["previous", "change"]).equals(same)
    assert areas.drop(columns=["previous", "change"]).equals(same_areas)
    assert questions["change"].isna().all() and areas["change"].isna().all()


def test_comments_stand_on_the_side_of_what_they_say():
    answers = answered(proud={"Ana": 1, "Ben": 2, "Cem": 3, "Dora": 4, "Eva": 5, "Finn": None})
    sides = {side: [row["person"] for row in rows] for side, rows in mission.sides(answers, "proud").items()}
    assert sides == {"no": ["Ana", "Ben"], "between": ["Cem"], "yes": ["Dora", "Eva"], "unsure": ["Finn"]}


# --- statements and leadership ----------------------------------------------------------------------------------------
def test_a_mission_says_what_it_does_not_name_and_a_vision_need_not():
    document = mission.blank_mission()
    for key in ("centre_mission", "centre_vision"):
        document = mission.set_statement(document, key, text="We help.", names=["purpose"])
    assert mission.unnamed(document["statements"]) == {"centre_mission": ["customers", "experience"]}
    assert "names" not in document["statements"]["centre_vision"]


def test_a_gap_is_taken_up_when_leadership_decided_and_the_day_is_noted():
    document = mission.add_gap(mission.blank_mission(), title="No time to coach")
    for fields, left in (({"decision": "Two more leads"}, 1), ({"decided_on": "2026-11-20"}, 0)):
        document = mission.change_gap(document, "G1", **fields)
        assert len(mission.undecided(document["gaps"])) == left
    old = {name: value for name, value in document["gaps"][0].items() if name != "decided_on"}
    assert mission.undecided([old]) == [old]  # as it was kept before the day was asked for
    assert mission.check_mission({**document, "gaps": [old]})
    assert mission.undecided([{**old, "status": "closed"}]) == []


def test_weights_that_are_not_a_hundred_are_remarked_on_and_block_nothing():
    document = mission.blank_mission()
    assert mission.remarks(document) == []
    for total, said in ((60, 1), (100, 0)):
        document["measures"] = {"chosen": {"csat": {"weight": 50}, "aht": {"weight": total - 50}}}
        assert len(mission.remarks(document)) == said
        assert not any("weight" in template for template, _values in mission.blockers(document))
