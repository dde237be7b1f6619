"""Bounded lines and contacts that call again, from the targets to the plan, its sums and the days played."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb import evaluation, measures
from ccwb.errors import PlanError
from ccwb.projects import blank_centre, new_project
from ccwb.queueing import performance
from ccwb.staffing import (
    around,
    cheapest,
    cost,
    given_agents,
    kept,
    parts_of_model,
    requirement,
    risk,
    simulated,
    summary,
    targets_of,
)

QUEUE = ("shop", "voice")
TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.25}
BUSY = TARGET | {"lines": 14, "redial": 0.5}


def day(offered=(75.0, 30.0, 110.0, 0.0), **more):
    hours = pd.date_range("2026-03-02 10:00", periods=len(offered), freq="30min")
    same = {"interval_s": 1800, "project": "shop", "channel": "voice", "aht_s": 240.0} | more
    return pd.DataFrame({"interval_start": hours, "offered": offered} | same)


COUNTED = BUSY | {"answer_rate": 0.9, "counts_blocked": True, "lines": 20}  # of all attempts over the period


def needed(own, **more):
    return requirement(day(**more), targets={QUEUE: own})


@pytest.mark.parametrize("own", [{"lines": 14}, {"redial": 0.5}, {"lines": 14, "redial": 0.5}])
@pytest.mark.parametrize("patience_s", [120, None])
def test_each_row_is_what_the_queue_gives_with_its_agents_and_one_fewer_would_miss(own, patience_s):
    table = needed(TARGET | own | {"patience_s": patience_s})
    rows = table[table["offered"] > 0]
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": patience_s, **own}
    got = performance(rows["load"], rows["agents"], **known)
    for name in ("service_level", "asa_s", "abandonment", "answer_rate", "occupancy"):
        np.testing.assert_allclose(rows[name], getattr(got, name), err_msg=name)
    lost = got.blocked + (1 - got.blocked) * got.abandonment
    tries = sum(rows["offered"] * (own.get("redial", 0) * lost) ** turn for turn in range(400))  # again and again
    np.testing.assert_allclose(rows["attempts"], tries)
    if "lines" in own:
        np.testing.assert_allclose(rows["blocked"], tries * got.blocked)
    else:
        assert table["blocked"].isna().all()
    assert (rows["service_level"] >= 0.8).all()
    assert (performance(rows["load"], rows["agents"] - 1, **known).service_level < 0.8).all()
    assert (performance(rows["load"], rows["agents"] + 1, **known).service_level >= rows["service_level"]).all()


def test_without_lines_and_redials_everything_is_as_it_was():
    plain, told = needed(TARGET), needed(TARGET | {"lines": None, "redial": 0.0, "counts_blocked": True})
    pd.testing.assert_frame_equal(plain, told)
    assert plain["blocked"].isna().all() and (plain["attempts"] == plain["offered"]).all()
    assert set(plain["model"]) == {"Erlang A"}


def test_the_model_is_said_in_parts_that_can_be_translated():
    assert set(needed(BUSY)["model"]) == {"Erlang A, 14 lines, redials"}
    parts = [("Erlang A", {}), ("{n} lines", {"n": 14}), ("redials", {})]
    assert parts_of_model("Erlang A, 14 lines, redials") == parts
    assert parts_of_model("Erlang A, 1 lines") == parts_of_model("Erlang A, 1 line")  # a plan saved before
    assert parts_of_model("Erlang C, 2 at once")[1] == ("{n} at once", {"n": 2})
    for whole in ("Erlang A, line carried over, still short", "Deferred, by its deadline"):
        assert ", ".join(template for template, _values in parts_of_model(whole)) == whole


def test_fewer_lines_than_load_are_an_answer_with_most_people_blocked():
    row = needed(TARGET | {"lines": 3}).iloc[2]
    assert row["agents"] <= 3 and row["service_level"] >= 0.8
    assert row["blocked"] / row["attempts"] > 0.7
    np.testing.assert_allclose(row["occupancy"] * row["agents"], row["load"] * (1 - 0.0) * _handled(row))


def _handled(row):
    """Share of all attempts that is handled."""
    return row["answer_rate"] * (1 - row["blocked"] / row["attempts"])


def test_a_contract_that_counts_blocked_attempts_has_its_answers_of_all_attempts():
    own = TARGET | {"service_level": None, "answer_rate": 0.9, "lines": 18}
    plain, counted = needed(own), needed(own | {"counts_blocked": True})
    assert (plain["agents"] <= counted["agents"]).all() and (plain["agents"] < counted["agents"]).any()
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": 120, "lines": 18}
    for row in counted[counted["offered"] > 0].to_dict("records"):
        every = [performance(row["load"], n, **known) for n in range(1, 40)]
        enough = [n for n, got in enumerate(every, 1) if got.answer_rate * (1 - got.blocked) >= 0.9]
        assert row["agents"] == enough[0]
    stands = [kept(counted, targets={QUEUE: own | {"counts_blocked": flag}}, period="day") for flag in (False, True)]
    given = [table.set_index("promise").loc["answer_rate", "given"] for table in stands]
    handled = (counted["answer_rate"] * (counted["attempts"] - counted["blocked"])).sum()
    np.testing.assert_allclose(given[1], handled / counted["attempts"].sum())
    assert given[0] > given[1] >= 0.9
    with pytest.raises(PlanError, match="With 14 lines so many are turned away"):
        needed(own | {"counts_blocked": True, "lines": 14})


@pytest.mark.parametrize(
    "own",
    [
        COUNTED,
        COUNTED | {"service_level": None, "redial": 0.0, "lines": 17},
        COUNTED | {"asa_s": 15},
        TARGET | {"redial": 0.6, "abandonment": 0.04},
        COUNTED | {"lines": 16, "patience_s": 1200},
        COUNTED | {"patience_s": None},
    ],
)
def test_of_all_ways_to_staff_three_half_hours_the_cheapest_that_keeps_the_sums_of_attempts_is_taken(own):
    offered, numbers = np.array([75.0, 30.0, 90.0]), np.arange(1, 26)
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": own["patience_s"]}
    known |= {"lines": own.get("lines"), "redial": own.get("redial", 0.0)}
    got = performance(offered[:, None] * 240 / 1800, numbers, **known)
    every = offered[:, None] / (1 - known["redial"] * (got.blocked + (1 - got.blocked) * got.abandonment))
    inside = every * (1 - got.blocked)
    answered = inside * got.answer_rate
    counted = every if own.get("counts_blocked") else inside
    over = [inside * (got.service_level - own["service_level"])] if own["service_level"] else []
    over += [answered - own["answer_rate"] * counted] if "answer_rate" in own else []
    over += [answered * (own["asa_s"] - got.asa_s)] if "asa_s" in own else []
    over += [inside * (own["abandonment"] - got.abandonment)] if "abandonment" in own else []
    kept_ = np.all([a[0][:, None, None] + a[1][:, None] + a[2] >= 0 for a in over], axis=0)
    agents = numbers[:, None, None] + numbers[:, None] + numbers
    table = cheapest(day(offered), targets={QUEUE: own}, period="day")
    assert kept(table, targets={QUEUE: own}, period="day")["kept"].all()
    assert agents[kept_].min() <= table["agents"].sum() <= agents[kept_].min() + 1
    at = table["agents"].to_numpy(dtype=int) - 1
    for row in np.flatnonzero(at > 0):  # nobody can stay at home
        fewer = at.copy()
        fewer[row] -= 1
        assert not kept_[tuple(fewer)]
    assert table["agents"].sum() <= requirement(day(offered), targets={QUEUE: own})["agents"].sum()


@given(
    load=st.floats(0.1, 60),
    lines=st.one_of(st.none(), st.integers(1, 80)),
    patience_s=st.floats(5, 4000),
    redial=st.sampled_from([0.0, 0.4, 0.9]),
    goal=st.sampled_from([0.1, 0.8, 0.95]),
)
@settings(max_examples=60, deadline=None)
def test_what_an_interval_adds_to_a_promise_of_all_attempts_never_falls_with_more_agents(
    load, lines, patience_s, redial, goal
):
    known = {"aht_s": 240, "answer_within_s": 20, "patience_s": patience_s, "lines": lines, "redial": redial}
    got = performance(load, np.arange(1, int(load / (1 - redial)) + 20), **known)
    every = 1 / (1 - redial * (got.blocked + (1 - got.blocked) * got.abandonment))
    inside = every * (1 - got.blocked)
    timely = inside * (got.service_level - goal)
    for over in (inside * got.answer_rate - goal * every, inside * (got.answer_rate - goal), timely):
        begin = np.argmin(over) if over is timely and lines else 0  # those who get in are more at first than in time
        assert np.diff(over[begin:]).min() > -1e-9
        assert over[-1] >= over.max() - 1e-9


def test_sums_are_of_attempts_that_found_a_line_and_blocked_is_of_all_attempts():
    table = needed(BUSY)
    row, rows = summary(table).iloc[0], table[table["offered"] > 0]
    got_in = rows["attempts"] - rows["blocked"]
    for name in ("service_level", "abandonment", "answer_rate"):
        assert row[name] == pytest.approx((rows[name] * got_in).sum() / got_in.sum())
    assert row["blocked"] == pytest.approx(rows["blocked"].sum() / rows["attempts"].sum())
    assert row["offered"] == rows["offered"].sum()
    assert np.isnan(summary(needed(TARGET)).iloc[0]["blocked"])
    handled = cost(table, hourly_cost=20.0)["handled"].iloc[0]
    assert handled == pytest.approx((rows["answer_rate"] * got_in).sum())


def test_a_plan_is_compared_with_files_that_count_what_got_in_and_what_was_blocked():
    table = needed(BUSY)
    expected = evaluation.expected_history(table)
    np.testing.assert_allclose(expected["offered"] + expected["blocked"], table["attempts"])
    assert measures.value("blocked", expected) == pytest.approx(summary(table).iloc[0]["blocked"])
    assert measures.value("service_level", expected) == pytest.approx(summary(table).iloc[0]["service_level"])


def test_given_agents_and_numbers_around_them_say_the_same_and_parts_of_an_agent_lie_between():
    targets = {QUEUE: BUSY}
    table = given_agents(day(), targets=targets, agents={QUEUE: 9.5})
    row = table.iloc[0]
    low, high = (table_.iloc[0] for table_ in (around(row, targets=targets, agents=n) for n in (9, 10)))
    weigh = [low["attempts"] * (1 - low["blocked"]), high["attempts"] * (1 - high["blocked"])]
    mixed = (low["service_level"] * weigh[0] + high["service_level"] * weigh[1]) / sum(weigh)
    assert row["service_level"] == pytest.approx(mixed)
    tries = (low["attempts"] + high["attempts"]) / 2 * 75
    assert row["attempts"] == pytest.approx(tries)
    blocked = (low["attempts"] * low["blocked"] + high["attempts"] * high["blocked"]) / 2 * 75
    assert row["blocked"] == pytest.approx(blocked)
    assert set(table["model"]) == {"Erlang A, 14 lines, redials"}  # and no line carried over


def test_a_plan_with_lines_and_redials_agrees_with_its_days_played_contact_by_contact():
    offered = (75.0,) * 16
    table = requirement(day(offered), targets={QUEUE: BUSY | {"service_level": 0.7}})
    known = {"targets": {QUEUE: BUSY}, "first_day": "2026-03-02", "replications": 400, "seed": 3}
    got = simulated(table, **known).queues.set_index("measure")
    assert "blocked" in got.index and got.loc["blocked", "formula"] > 0.02
    assert (got["formula"] - got["simulated"]).abs().drop("asa_s").max() < 0.015  # the first interval begins empty
    plain = simulated(table, **known | {"targets": {QUEUE: TARGET}}).queues.set_index("measure")
    assert "blocked" not in plain.index
    assert plain.loc["service_level", "simulated"] > got.loc["service_level", "simulated"] - 0.2


def test_the_centre_hands_lines_redials_and_what_the_contract_counts_down():
    shop = new_project("shop", channels=["voice", "email"])
    shop["channels"]["voice"] |= {"lines": 30, "redial": 0.2}
    shop["contract"]["counts_blocked"] = True
    targets = targets_of(blank_centre() | {"projects": [shop]})
    voice, email = targets["shop", "voice"], targets["shop", "email"]
    assert (voice["lines"], voice["redial"], voice["counts_blocked"]) == (30, 0.2, True)
    assert (email["lines"], email["redial"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: needed(TARGET | {"lines": 0}), "lines has to be 1 or more"),
        (lambda: needed(TARGET | {"lines": 2.5}), "whole lines"),
        (lambda: needed(TARGET | {"redial": 1.0}), "redial has to be"),
        (lambda: needed(TARGET | {"lines": 20, "at_once": 2}), "no model here knows both"),
        (lambda: cheapest(day(), targets={QUEUE: BUSY}, period="day"), "does not count who is turned away"),
        (lambda: cheapest(day(), targets={QUEUE: COUNTED | {"lines": 9}}, period="day"), "or add lines where they are"),
        (lambda: risk(day(), np.ones((2, 4)), targets={QUEUE: BUSY}, period="day"), "without them"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(call, named):
    with pytest.raises(PlanError, match=named):
        call()


def test_a_requirement_for_the_line_carried_over_leaves_bounded_queues_as_they_are():
    plain = needed(BUSY, offered=(30.0, 150.0, 20.0, 20.0))
    kept_ = requirement(day((30.0, 150.0, 20.0, 20.0)), targets={QUEUE: BUSY}, carry_over=True)
    pd.testing.assert_frame_equal(plain, kept_)


def test_a_plan_is_held_to_what_the_contract_counts_as_its_actual_figures_are():
    table = needed(BUSY)
    contract = {"answer_rate": 0.9, "counts_short": False, "counts_blocked": True}
    told = [
        evaluation.planned_values(table, contracts={"shop": contract | {"counts_blocked": flag}})
        for flag in (True, False)
    ]
    counted, apart = (one.set_index("kpi").loc["answer_rate", "value"] for one in told)
    row = summary(table).iloc[0]
    assert apart == pytest.approx(row["answer_rate"])
    assert counted == pytest.approx(row["answer_rate"] * (1 - row["blocked"]))
    plain = evaluation.planned_values(needed(TARGET), contracts={"shop": contract}).set_index("kpi")["value"]
    assert np.isnan(plain.get("blocked", np.nan)) and plain["answer_rate"] > 0.9
