"""What leads a team: measures proposed and weighed, what rests on what, usual targets, how sure surveys are."""

from itertools import product
from math import comb, sqrt

import numpy as np
import pandas as pd
import pytest

from ccwb import measures
from ccwb.errors import PlanError
from ccwb.measures import EMPHASIS, KPIS, PURPOSES, WHY
from ccwb.measures.margins import mean_interval, nps_interval, wilson_interval
from ccwb.projects import KINDS


def surveys(*rows):
    columns = ["day", "project", "survey", "answers", "favourable", "unfavourable", "score_sum", "scale"]
    return pd.DataFrame(rows, columns=columns).assign(channel="voice")


@pytest.mark.parametrize("key", KPIS)
def test_a_measure_rests_on_others_of_its_own_or_a_more_tactical_kind_and_never_on_itself(key):
    entry = KPIS[key]
    assert set(entry.rests_on) <= set(KPIS) and len(set(entry.rests_on)) == len(entry.rests_on)
    assert all(KPIS[one].kind <= entry.kind for one in entry.rests_on)
    assert key not in measures.beneath(key)


def test_every_kind_above_the_first_rests_on_a_lower_one():
    for kind in range(2, 8):
        below = {KPIS[one].kind for kpi, entry in KPIS.items() if entry.kind == kind for one in entry.rests_on}
        assert below & set(range(1, kind))


@pytest.mark.parametrize("key", KPIS)
def test_usual_targets_are_told_for_each_kind_of_centre_with_where_they_come_from(key):
    entry = KPIS[key]
    for kind in KINDS:
        target = entry.target_for(kind)
        assert entry.source_for(kind)
        if target is not None and entry.unit == "share":
            assert 0 <= target <= 1
    assert set(entry.by_kind) <= set(KINDS)
    assert entry.better != "context" or entry.target_for("service") is None


def test_centres_that_sell_aim_higher_at_being_reached_and_those_that_support_longer_at_answering():
    assert KPIS["abandonment"].target_for("sales") < KPIS["abandonment"].target_for("service")
    assert KPIS["asa"].target_for("support") > KPIS["asa"].target_for("service")
    assert KPIS["self_service_share"].target_for("support") > KPIS["self_service_share"].target_for("sales")


def test_a_missed_measure_points_at_all_the_missed_ones_below_it_the_most_tactical_first():
    verdicts = {"nps": "miss", "csat": "near", "fcr": "miss", "schedule_fit": "miss", "wape": "miss", "asa": "good"}
    assert measures.pointed(verdicts) == {
        "nps": ["wape", "schedule_fit", "fcr"],
        "fcr": ["wape", "schedule_fit"],
        "schedule_fit": ["wape"],
    }
    assert list(measures.pointed(verdicts)) == ["nps", "fcr", "schedule_fit"]
    assert measures.pointed(dict.fromkeys(KPIS, "good")) == {}


def test_where_all_is_missed_every_measure_points_at_all_it_rests_on():
    found = measures.pointed(dict.fromkeys(KPIS, "miss"))
    assert {kpi: set(below) for kpi, below in found.items()} == {
        kpi: set(measures.beneath(kpi)) for kpi in KPIS if KPIS[kpi].rests_on
    }


def test_a_centre_cannot_reach_what_none_of_its_projects_aims_at():
    targets = {"csat": {"": 0.9, "a": 0.8, "b": 0.85}, "asa": {"": 20, "a": 30, "b": 20}, "nps": {"": 50, "a": 10}}
    assert measures.unreachable(targets, ["a", "b"]) == {"csat": (0.9, 0.85)}
    assert measures.unreachable(targets, []) == {}
    assert measures.unreachable({"occupancy": {"": 0.85, "a": 0.7}}, ["a"]) == {}


@pytest.mark.parametrize(("kind", "purpose"), list(product(KINDS, PURPOSES)))
def test_what_is_proposed_is_a_small_set_on_firm_ground_whose_weights_add_up(kind, purpose):
    rows = measures.proposed(kind, purpose)
    assert 6 <= len(rows) <= 8 and set(rows) <= set(KPIS)
    assert sum(row["weight"] for row in rows.values()) == 100
    assert all(row["weight"] >= 5 and row["why"] in WHY for row in rows.values())
    assert {"wape", "schedule_fit", "service_level"} <= set(rows)
    assert [KPIS[kpi].kind for kpi in rows] == sorted(KPIS[kpi].kind for kpi in rows)
    emphasis = PURPOSES[purpose].emphasis or EMPHASIS[kind]
    assert max(emphasis, key=emphasis.get) in rows


def test_the_emphasis_follows_kind_and_purpose():
    heaviest = {
        (kind, purpose): max(rows := measures.proposed(kind, purpose), key=lambda kpi: rows[kpi]["weight"])
        for kind, purpose in (("sales", "revenue"), ("service", "cost"), ("support", "independence"))
    }
    assert KPIS[heaviest["sales", "revenue"]].kind == 7
    assert heaviest["service", "cost"] == "cost_per_contact"
    assert heaviest["support", "independence"] in ("self_service_share", "contacts_avoided")
    with pytest.raises(PlanError, match="'hospital' is none of those"):
        measures.proposed("hospital", "revenue")


def test_a_team_changes_the_choice_and_keeps_its_reasons_when_it_takes_the_proposal_over_again():
    choice = measures.blank_choice() | {"kind": "service", "purpose": "satisfaction"}
    before = {**choice, "chosen": dict(choice["chosen"])}
    chosen = measures.choose(choice, "csat", weight=40, reason=" Our client asks ")
    assert choice == before and chosen["chosen"] == {"csat": {"weight": 40, "reason": "Our client asks"}}
    chosen = measures.choose(chosen, "churn", weight=10)
    assert set(measures.choose(chosen, "csat", weight=None)["chosen"]) == {"churn"}
    taken = measures.take_over(chosen, reasons={"fcr": "proposed", "csat": "proposed"})["chosen"]
    assert taken["csat"]["reason"] == "Our client asks" and taken["fcr"]["reason"] == "proposed"
    assert "churn" not in taken
    for weight in (0, -5, 101, True, "ten"):
        with pytest.raises(PlanError, match="number of points"):
            measures.choose(choice, "csat", weight=weight)


def test_weights_say_how_much_of_what_counts_was_met():
    choice = measures.blank_choice()
    assert measures.standing(choice, {}) is None
    for kpi, weight in {"csat": 50, "fcr": 30, "nps": 20}.items():
        choice = measures.choose(choice, kpi, weight=weight)
    found = measures.standing(choice, {"csat": "good", "fcr": "miss", "wape": "miss"})
    assert found == {"good": 0.5, "near": 0.0, "miss": 0.3, None: 0.2}


def test_a_level_measure_is_good_within_its_tolerance_on_both_sides():
    stood = [measures.verdict("occupancy", value, 0.85) for value in (0.74, 0.76, 0.8, 0.85, 0.9, 0.94, 0.96)]
    assert stood == ["miss", "near", "good", "good", "good", "near", "miss"]
    assert measures.verdict("bias", -0.03, 0.0) == "near" and measures.verdict("bias", 0.01, 0.0) == "good"
    assert measures.verdict("csat", 0.7, 0.8, tolerance=0.1) == "near"
    assert measures.verdict("csat", 0.79, 0.8, tolerance=0.0) == "miss"


def test_the_interval_of_a_net_promoter_score_holds_the_truth_about_95_times_in_100():
    """Every possible survey of 30 answers, weighed by its chance: a sum over the trinomial distribution."""
    n = 30
    for for_, against in ((0.5, 0.2), (0.3, 0.3), (0.7, 0.05), (0.15, 0.6)):
        held = 0.0
        for good in range(n + 1):
            for bad in range(n + 1 - good):
                rest = n - good - bad
                chance = comb(n, good) * comb(n - good, bad) * for_**good * against**bad * (1 - for_ - against) ** rest
                low, high = nps_interval(good, bad, n)
                held += chance * (low <= 100 * (for_ - against) <= high)
        assert 0.935 <= held <= 0.985


def test_the_interval_of_an_effort_score_is_never_narrower_than_that_of_the_answers_themselves():
    rng = np.random.default_rng(4)
    for _ in range(50):
        answers = rng.choice(np.arange(1, 8), size=60, p=rng.dirichlet(np.ones(7)))
        low, high = mean_interval(answers.sum(), len(answers), 1, 7)
        half = 1.96 * answers.std() / sqrt(len(answers))
        assert low <= max(answers.mean() - half, 1) + 1e-3 and high >= min(answers.mean() + half, 7) - 1e-3
    half_and_half = mean_interval(4 * 100, 100, 1, 7)  # fifty ones, fifty sevens: as wide as can be
    assert half_and_half[1] - half_and_half[0] == pytest.approx(2 * 1.96 * 3 / 10, rel=1e-3)


def test_survey_results_come_with_their_counts_and_margin_however_they_are_grouped():
    table = surveys(
        ("2026-11-02", "a", "csat", 100, 82, None, None, "1-5"),
        ("2026-11-09", "b", "csat", 50, 30, None, None, "1-5"),
        ("2026-11-09", "a", "nps", 150, 60, 25, None, "0-10"),
        ("2026-11-09", "a", "ces", 100, None, None, 550, "1-7 easy"),
        ("2026-11-16", "a", "ces", 40, None, None, 80, "1-5 effort"),
        ("2026-11-09", "a", "quality", 0, 0, None, None, ""),
    )
    found = measures.margins(table, by=()).set_index("kpi")
    assert list(found.index) == ["csat", "nps", "ces", "ces_effort"]
    low, high = wilson_interval(112, 150)
    row = found.loc["csat"]
    assert (row["value"], row["answers"]) == (112 / 150, 150)
    assert (row["low"], row["high"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert found.loc["nps", "value"] == pytest.approx(100 * 35 / 150)
    assert found.loc["ces", ["value", "low"]].tolist() == pytest.approx([5.5, 4.99], abs=0.005)
    assert found.loc["ces_effort", "value"] == 2.0
    per = measures.margins(table, first_day="2026-11-09").set_index(["kpi", "project"])
    assert ("csat", "a") not in per.index and per.loc[("csat", "b"), "answers"] == 50
    own = measures.compute(surveys=table).set_index(["kpi", "project"])["value"]
    assert all(
        row["value"] == pytest.approx(own[at])
        for at, row in measures.margins(table).set_index(["kpi", "project"]).iterrows()
    )


def test_a_margin_shrinks_with_the_root_of_the_answers():
    widths = []
    for times in (1, 4, 16):
        low, high = nps_interval(60 * times, 25 * times, 150 * times)
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.02) and widths[1] / widths[2] == pytest.approx(2, rel=0.01)


def test_shared_costs_follow_the_key_of_the_centre():
    start = pd.Timestamp("2026-11-02 08:00")
    table = pd.DataFrame(
        {
            "interval_start": start, "interval_s": 1800, "project": ["a", "b"], "channel": "voice",
            "offered": [10.0, 30.0], "handled": [10.0, 30.0], "agents": [4.0, 4.0],
        }
    )  # fmt: skip
    table = pd.concat([table, table.iloc[:1].assign(interval_start=start + pd.Timedelta(days=1), agents=8.0)])
    costs = pd.DataFrame(
        {"first_day": "2026-11-02", "last_day": "2026-11-03", "project": "", "kind": "technology"}, [0]
    )
    costs["amount"] = 600.0
    for key, share in (("handled", 20 / 50), ("hours", 12 / 16), ("even", 1 / 2)):
        found = measures.compute(table, costs=costs, kpis=["cost_per_contact"], shared_key=key).set_index("project")
        assert found.loc["a", "numerator"] == pytest.approx(600 * share), key
        assert found["numerator"].sum() == pytest.approx(600)
    with pytest.raises(PlanError, match="Shared costs are split by one of"):
        measures.compute(table, costs=costs, shared_key="weight")
