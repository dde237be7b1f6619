"""The business case: what closes which gap, at what cost, and whether it did what it was to do."""

import math

import pandas as pd
import pytest

from ccwb import actions
from ccwb import cases as bc
from ccwb import mission as ms
from ccwb.errors import PlanError

CASE = {
    "title": "A knowledge base", "gaps": ["G1"], "means": "Software and two editors", "factor": "technology",
    "benefits": ["response", "productivity"], "cost_once": 12_000.0, "cost_year": 6_000.0, "saves_year": 30_000.0,
    "kpi": "fcr", "today": 0.70, "expected": 0.80, "owner": "Ana",
}  # fmt: skip


def with_case(**more):
    document = ms.add_gap(ms.blank_mission(), title="Answers are looked for too long", owner="Ana")
    return bc.add_case(document, **{**CASE, **more})


def measured(**values):
    rows = [{"kpi": kpi, "project": "", "channel": "", "actual": a, "previous": p} for kpi, (a, p) in values.items()]
    return pd.DataFrame(rows, columns=["kpi", "project", "channel", "actual", "previous"])


def result(document, **values):
    return bc.results(bc.cases_of(document), measured(**values)).iloc[0]


def test_a_case_names_gaps_that_are_there():
    assert with_case()["cases"][0]["id"] == "B1"
    with pytest.raises(PlanError, match="G7"):
        with_case(gaps=["G7"])


@pytest.mark.parametrize("wrong", [{"cost_once": -1.0}, {"kpi": "happiness"}, {"due": "soon"}, {"title": ""}])
def test_what_cannot_be_used_is_refused_in_words(wrong):
    with pytest.raises(PlanError):
        with_case(**wrong)


DECIDED = {"decided_by": "Noa", "decided_on": "2026-11-02"}


@pytest.mark.parametrize(
    ("empty", "said"),
    [
        ({"cost_once": None, "cost_year": None}, "what it costs"),
        ({"benefits": []}, "what kind of benefit it brings"),
        ({"kpi": ""}, "which measure it moves"),
        ({"decided_by": ""}, "who decided on it"),
        ({"decided_on": ""}, "the day of the decision"),
    ],
)
@pytest.mark.parametrize("status", bc.PLANNED)
def test_nothing_is_part_of_the_plan_that_nobody_could_decide_on(status, empty, said):
    document = with_case(owner="Ana", **DECIDED)
    assert bc.change_case(document, "B1", status=status)["cases"][0]["status"] == status
    with pytest.raises(PlanError, match=said):
        bc.change_case(with_case(**{"owner": "Ana", **DECIDED, **empty}), "B1", status=status)
    planned = bc.change_case(document, "B1", status=status)
    with pytest.raises(PlanError, match=said):  # nor does it lose it again
        bc.change_case(planned, "B1", **empty)


def test_a_case_that_was_approved_with_less_can_be_completed_bit_by_bit():
    document = with_case(owner="Ana", status="approved", cost_once=None, cost_year=None)
    document = bc.change_case(document, "B1", cost_year=900.0)
    assert bc.change_case(document, "B1", **DECIDED)["cases"][0]["decided_by"] == "Noa"
    assert bc.change_case(document, "B1", status="rejected")["cases"][0]["status"] == "rejected"


def test_a_case_pays_back_when_savings_have_carried_its_costs():
    assert bc.payback_months(CASE) == pytest.approx(6.0)
    month, left = 0, CASE["cost_once"]
    while left > 1e-9:  # month by month
        month, left = month + 1, left + (CASE["cost_year"] - CASE["saves_year"]) / 12
    assert month == 6
    assert bc.payback_months({**CASE, "saves_year": 6_000.0}) is None  # never
    assert bc.payback_months({**CASE, "saves_year": None}) is None  # not known is not free
    assert bc.first_year(CASE) == (18_000.0, -12_000.0)
    assert bc.first_year({**CASE, "cost_once": None, "cost_year": None}) == (None, None)


def test_the_sums_leave_out_what_nobody_knows_and_say_so():
    document = bc.add_case(with_case(), **{**CASE, "cost_once": None, "cost_year": None, "status": "approved"})
    table = bc.totals(bc.cases_of(document)).set_index("status")
    assert table.loc["proposed", ["cases", "cost_once", "unknown"]].tolist() == [1, 12_000.0, 0]
    assert table.loc["approved", ["cases", "saves_year", "unknown"]].tolist() == [1, 30_000.0, 1]
    assert math.isnan(table.loc["approved", "cost_once"])  # not known is not 0


def test_a_gap_that_two_cases_would_close_counts_once():
    document = ms.add_gap(with_case(), title="Nobody writes articles")
    document = bc.add_case(document, **{**CASE, "gaps": ["G1", "G2"], "factor": "workforce", "benefits": ["response"]})
    document = bc.add_case(document, **{**CASE, "gaps": ["G2"], "benefits": ["culture"], "status": "rejected"})
    table = bc.by_benefit(bc.cases_of(document)).set_index("benefit")
    assert table.loc["response"].to_dict() == {"process": 0, "technology": 1, "workforce": 2, "gaps": 2}
    assert table.loc["productivity", "gaps"] == 1
    assert table.loc["culture", "gaps"] == 0


def test_only_what_was_approved_is_an_item_of_the_plan():
    assert "case B1" not in actions.plan_items(mission=with_case())
    document = bc.change_case(with_case(), "B1", status="approved", decided_by="Noa", decided_on="2026-11-02")
    assert actions.plan_items(mission=document)["case B1"] == "A knowledge base"
    assert "case B1" not in actions.plan_items(mission=bc.change_case(document, "B1", status="rejected"))


@pytest.mark.parametrize(
    ("actual", "reached", "found"),
    [(0.76, 0.6, "partly"), (0.80, 1.0, "reached"), (0.85, 1.5, "reached"), (0.70, 0.0, "not"), (0.65, -0.5, "not")],
)
def test_the_way_gone_is_told_from_today_to_what_was_expected(actual, reached, found):
    row = result(with_case(status="approved"), fcr=(actual, 0.68))
    assert row["reached"] == pytest.approx(reached)
    assert row["found"] == found


def test_a_measure_that_should_fall_is_judged_the_same_way():
    row = result(with_case(status="done", kpi="aht", today=300.0, expected=270.0), aht=(285.0, 310.0))
    assert (row["reached"], row["found"]) == (pytest.approx(0.5), "partly")


def test_without_a_value_of_today_the_previous_cycle_is_where_the_way_begins():
    assert result(with_case(status="approved", today=None), fcr=(0.76, 0.72))["reached"] == pytest.approx(0.5)


def test_what_was_not_measured_or_meant_to_move_nothing_has_no_finding():
    for row in (result(with_case(status="approved")), result(with_case(status="done", today=0.8), fcr=(0.8, 0.8))):
        assert math.isnan(row["reached"]) and row["found"] is None
    assert bc.results(bc.cases_of(with_case()), measured()).empty  # only proposed: nothing to judge


def test_a_judgement_needs_a_reason_and_a_name():
    kept = bc.judged({}, case="B1", verdict="partly", reason=" Used by half of the teams ", by="Ana")
    assert kept == {"B1": {"verdict": "partly", "reason": "Used by half of the teams", "by": "Ana"}}
    with pytest.raises(PlanError):
        bc.judged({}, case="B1", verdict="partly", reason="", by="Ana")
    with pytest.raises(PlanError):
        bc.judged({}, case="B1", verdict="splendid", reason="x", by="Ana")
