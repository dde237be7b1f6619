"""What staffing is asked with wrong values or tables: a sentence that names what was found, never a raw error."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import (
    around,
    cheapest,
    given_agents,
    kept,
    pooling,
    requirement,
    risk,
    shrinkage_of,
    summary,
    wilson,
)
from ccwb.staffing.pooling import _capped
from ccwb.staffing.sharing import Option
from tests.test_staffing import TARGET, forecast

QUEUE = ("shop", "voice")
TARGETS = {QUEUE: TARGET}


@pytest.mark.parametrize("wrong", [None, "80%", [], np.nan])
@pytest.mark.parametrize("name", ["shrinkage", "answer_within_s", "at_once"])
def test_a_target_that_is_no_number_is_refused_by_its_name(name, wrong):
    with pytest.raises(PlanError, match=f"shop / voice: {name} has to be"):
        requirement(forecast([75]), targets={QUEUE: TARGET | {name: wrong}})


@pytest.mark.parametrize("targets", [None, "80%", {QUEUE: None}, {QUEUE: "80%"}])
def test_targets_that_are_none_are_refused_in_words(targets):
    for ask in (requirement, cheapest):
        with pytest.raises(PlanError, match="Targets are given per queue"):
            ask(forecast([75]), targets=targets)
    with pytest.raises(PlanError, match="Targets are given per queue"):
        kept(requirement(forecast([75]), targets=TARGETS), targets=targets)


@pytest.mark.parametrize("name", ["volume_change", "aht_change"])
def test_a_change_in_words_is_refused_by_its_name(name):
    for wrong in ("10 %", None, np.nan, -1):
        with pytest.raises(PlanError, match=f"{name} is a share"):
            requirement(forecast([75]), targets=TARGETS, **{name: wrong})


@pytest.mark.parametrize("agents", [["a"] * 8, "channel", "nobody", None, {QUEUE: "a"}, {QUEUE: None}, [1.0] * 7])
def test_agents_that_are_no_numbers_are_refused_in_words(agents):
    with pytest.raises(PlanError, match="do not fit the forecast"):
        given_agents(forecast([75] * 8), targets=TARGETS, agents=agents)


def test_other_numbers_of_agents_are_only_told_of_a_live_interval():
    row = requirement(forecast([75]), targets=TARGETS).iloc[0]
    with pytest.raises(PlanError, match="shop / email may wait"):
        around({**row, "channel": "email"}, targets={("shop", "email"): TARGET}, agents=[1])
    for wrong in ("ten", ["a"], -1, np.nan, None):
        with pytest.raises(PlanError, match="Agents are numbers of 0 or more"):
            around(row, targets=TARGETS, agents=wrong)


def test_sums_and_promises_need_the_columns_of_a_plan():
    table = requirement(forecast([75]), targets=TARGETS)
    for name in ("answer_rate", "interval_start"):
        with pytest.raises(PlanError, match=name):
            summary(table.drop(columns=name))
        with pytest.raises(PlanError, match=name):
            kept(table.drop(columns=name), targets=TARGETS)
    with pytest.raises(PlanError, match="service_level has to be"):
        kept(table, targets={QUEUE: TARGET | {"service_level": "80%"}})
    with pytest.raises(PlanError, match="least agents"):
        cheapest(forecast([75]), targets=TARGETS, least="a")


@pytest.mark.parametrize("share", [None, "a tenth", np.nan])
def test_a_kind_of_shrinkage_without_a_share_is_refused_by_its_name(share):
    with pytest.raises(PlanError, match="'leave' is a share of paid time"):
        shrinkage_of([{"kind": "leave", "share": share}])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_day": "not a day"}, "not a day"),
        ({"first_day": None}, "have to be days"),
        ({"shares": "half"}, "share of agents cannot be half"),
        ({"shares": ["half"]}, "share of agents cannot be half"),
        ({"months": "a year"}, "number of months cannot be a year"),
        ({"hourly_cost": "thirty"}, "cost of a paid hour"),
    ],
)
def test_a_comparison_of_sharing_with_wrong_values_is_refused_in_words(wrong, said):
    need, targets = two_queues()
    with pytest.raises(PlanError, match=said):
        pooling(need, targets=targets, **({"first_day": "2026-03-02", "replications": 2} | wrong))


def two_queues():
    table = pd.concat([forecast([60.0]).assign(project=name) for name in ("a", "b")], ignore_index=True)
    targets = {(name, "voice"): TARGET for name in ("a", "b")}
    return requirement(table, targets=targets), targets


def test_one_cost_of_an_hour_holds_for_all_queues_that_share():
    need, targets = two_queues()
    known = {"targets": targets, "first_day": need["interval_start"].min(), "shares": (), "replications": 5}
    one, each = (pooling(need, hourly_cost=cost, **known).options for cost in (30, {"a": 30, "b": 30}))
    assert one["cost_month"].notna().all()
    pd.testing.assert_frame_equal(one, each)


def test_sharing_never_takes_more_than_working_apart():
    class Days:
        open = np.ones((1, 2), dtype=bool)

        def hours(self, agents, open_):
            return float(agents[open_].sum())

    alone = Option("dedicated", 0.0, np.array([[5, 5]]), None, 0.8, (9.0, 11.0), None)
    worse, better = (replace(alone, option="shared", share=1.0, agents=np.array([[5, n]])) for n in (6, 4))
    assert [one.agents.tolist() for one in _capped(Days(), [alone, worse, better])] == [[[5, 5]], [[5, 5]], [[5, 4]]]
    assert [one.option for one in _capped(Days(), [alone, worse])] == ["dedicated", "shared"]


def test_chances_of_paths_in_words_or_at_no_level_are_refused():
    with pytest.raises(PlanError, match="sample paths do not fit"):
        risk(forecast([75, 75]), [["a", "b"]], targets=TARGETS)
    for levels in ((), ("most",), 0.9, None):
        with pytest.raises(PlanError, match="An assurance is a share"):
            risk(forecast([75, 75]), [[70, 80]], targets=TARGETS, levels=levels)
    for counts in ((0, 0), (3, 2), (-1, 2)):
        with pytest.raises(PlanError, match="1 or more trials"):
            wilson(*counts)


def test_a_handling_time_without_end_is_refused_by_name():
    with pytest.raises(PlanError, match=r"aht_s at .* is infinite"):
        requirement(forecast([75, 75]).assign(aht_s=[240.0, np.inf]), targets=TARGETS)


def test_intervals_of_a_queue_that_overlap_are_refused_and_those_of_two_queues_are_not():
    table = forecast([75, 75])
    first, second = table["interval_start"]
    twice = table.assign(interval_s=[3600, 1800])
    said = re.escape(f"shop / voice: the interval from {second} begins before the one from {first}")
    with pytest.raises(PlanError, match=said):
        requirement(twice.iloc[::-1], targets=TARGETS)
    apart = twice.assign(project=["shop", "bank"])
    assert len(requirement(apart, targets={**TARGETS, ("bank", "voice"): TARGET})) == 2
