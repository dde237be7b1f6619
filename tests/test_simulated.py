"""A plan held against a simulation of its days: at the edges of a day, and where the formulas are known to fail."""

import numpy as np
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import given_agents, requirement, simulated, summary
from ccwb.staffing.played import played_of

VOICE = ("orders", "voice")
TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
TARGETS = {VOICE: TARGET}


def forecast(offered, *, start="2026-03-02 08:00", tz="Europe/Berlin", interval_s=1800, aht_s=240.0, channel="voice"):
    """A queue's intervals one after the other; None is a closed one."""
    times = pd.date_range(pd.Timestamp(start, tz=tz), periods=len(offered), freq=f"{interval_s}s")
    table = pd.DataFrame({"interval_start": times, "interval_s": interval_s, "project": "orders", "channel": channel})
    table["offered"] = [np.nan if n is None else float(n) for n in offered]
    return table.assign(aht_s=aht_s).dropna(subset="offered").reset_index(drop=True)


def told(got, measure, queue=VOICE):
    rows = got.queues
    (row,) = rows[(rows["measure"] == measure) & (rows["channel"] == queue[1])].itertuples()
    return row


def test_a_long_steady_day_is_what_the_formula_says():
    need = requirement(forecast([75] * 40), targets=TARGETS)
    got = simulated(need, targets=TARGETS, first_day="2026-03-02", last_day="2026-03-03", replications=200)
    for name in ("service_level", "abandonment", "answer_rate", "occupancy"):
        row = told(got, name)
        assert row.simulated == pytest.approx(row.formula, abs=0.012), name
        assert row.low < row.simulated < row.high
    assert told(got, "service_level").formula == pytest.approx(summary(need)["service_level"].iloc[0])
    assert set(got.queues["verdict"]) <= {"agree", "higher", "lower"}
    assert got.contacts == pytest.approx(200 * 40 * 75, rel=0.01)


def test_what_an_interval_of_overload_leaves_behind_is_seen_in_the_next_where_the_formula_sees_nothing():
    patient = {VOICE: TARGET | {"patience_s": 900}}
    need = given_agents(forecast([60, 260, 60, 60]), targets=patient, agents={VOICE: 14}, carry_over=False)
    line = given_agents(forecast([60, 260, 60, 60]), targets=patient, agents={VOICE: 14}, carry_over="always")
    known = {"first_day": "2026-03-02", "replications": 100, "beside": {"carried_over": line}}
    got = simulated(need, targets=patient, **known)
    level = got.intervals[got.intervals["measure"] == "service_level"].reset_index(drop=True)
    assert level["verdict"].tolist()[2] == "lower"
    assert level["simulated"][2] < level["formula"][2] - 0.2
    assert level["formula"].tolist() == need["service_level"].tolist()
    assert level["carried_over"].to_numpy() == pytest.approx(level["simulated"].to_numpy(), abs=0.03)


def test_a_closed_afternoon_has_nobody_and_who_is_in_line_at_its_beginning_is_served_out():
    need = requirement(forecast([75, 75, None, None, None, 75]), targets=TARGETS)
    of = played_of(need, targets=TARGETS, first_day="2026-03-02")
    assert of.offered.tolist() == [[75, 75, 0, 0, 0, 75, 0]]
    assert of.agents[0, 2:5].tolist() == [0, 0, 0] and of.agents[0, 0] == need["agents"].iloc[0]
    there = of.stay(of.agents[0], of.open[0])
    assert there[2] == there[1] and there[3] == there[4] == 0 and there[6] == there[5]
    patient = {VOICE: TARGET | {"patience_s": None}}
    got = simulated(
        requirement(forecast([75, 75, None, None, None, 75]), targets=patient), targets=patient, first_day="2026-03-02"
    )
    assert told(got, "answer_rate").simulated == pytest.approx(1, abs=1e-4)
    assert told(got, "asa_s").simulated < 60
    assert told(got, "occupancy").simulated == pytest.approx(told(got, "occupancy").formula, abs=0.08)


def test_nobody_calls_again_into_a_closed_afternoon_in_which_nobody_is_there_to_answer():
    few = {VOICE: TARGET | {"lines": 2, "redial": 0.3}}  # with two agents every call is blocked or answered at once
    turned_away = []
    for closed in (0, 10):
        need = given_agents(forecast([60, 60, *[None] * closed, 60, 60]), targets=few, agents={VOICE: 2})
        got = simulated(need, targets=few, first_day="2026-03-02", replications=300)
        assert told(got, "answer_rate").simulated == told(got, "service_level").simulated == 1
        turned_away.append(told(got, "blocked").simulated)
    assert turned_away[0] == pytest.approx(turned_away[1], abs=0.01)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_of_a_clock_change_is_as_long_as_it_is(day, hours):
    need = requirement(forecast([12] * 2 * hours, start=f"{day} 00:00"), targets=TARGETS)
    got = simulated(need, targets=TARGETS, first_day=day, replications=20)
    assert len(got.intervals) == 5 * 2 * hours
    assert got.contacts / 20 == pytest.approx(24 * hours, rel=0.05)


def test_half_an_agent_is_one_more_for_half_of_the_time():
    need = given_agents(forecast([60] * 8), targets=TARGETS, agents={VOICE: 9.5})
    of = played_of(need, targets=TARGETS, first_day="2026-03-02")
    assert of.part_s == 900
    assert sorted(of.agents[0][:16].tolist()) == [9] * 8 + [10] * 8
    got = simulated(need, targets=TARGETS, first_day="2026-03-02")
    assert told(got, "service_level").simulated == pytest.approx(told(got, "service_level").formula, abs=0.03)


def test_overload_without_patience_is_worse_the_longer_it_lasts_and_the_formula_has_no_wait_for_it():
    patient = {VOICE: TARGET | {"patience_s": None}}
    need = given_agents(forecast([75] * 8), targets=patient, agents={VOICE: 8}, carry_over=False)
    got = simulated(need, targets=patient, first_day="2026-03-02", replications=30)
    assert told(got, "asa_s").verdict == "unknown" and told(got, "asa_s").simulated > 300
    assert told(got, "service_level").simulated < 0.2
    assert told(got, "occupancy").simulated > 0.97


def test_chats_are_played_with_several_at_once_and_do_better_while_agents_are_not_full():
    chat = {("orders", "chat"): TARGET | {"at_once": 2, "slowdown": [1, 1.5], "answer_within_s": 60}}
    need = requirement(forecast([60] * 16, channel="chat"), targets=chat)
    got = simulated(need, targets=chat, first_day="2026-03-02")
    flat = {("orders", "chat"): chat["orders", "chat"] | {"slowdown": None}}
    same = given_agents(forecast([60] * 16, channel="chat"), targets=flat, agents=need["agents"], carry_over=False)
    alike = simulated(same, targets=flat, first_day="2026-03-02")
    queue = ("orders", "chat")
    assert told(got, "occupancy", queue).simulated < told(alike, "occupancy", queue).simulated - 0.02
    assert told(alike, "occupancy", queue).simulated == pytest.approx(told(alike, "occupancy", queue).formula, abs=0.03)


def test_another_models_figures_stand_beside_the_formula():
    need = requirement(forecast([75] * 8), targets=TARGETS)
    other = need.assign(service_level=0.5)
    got = simulated(need, targets=TARGETS, first_day="2026-03-02", replications=10, beside={"carried_over": other})
    assert told(got, "service_level").carried_over == pytest.approx(0.5)
    assert list(got.queues)[3:5] == ["formula", "carried_over"]
    assert "carried_over" in got.intervals


def test_a_closed_queue_beside_an_open_one_has_no_figures_and_deferred_work_is_not_played():
    table = pd.concat([forecast([75] * 4), forecast([0] * 4, channel="chat"), forecast([50] * 4, channel="email")])
    targets = TARGETS | {("orders", name): TARGET | {"max_occupancy": 0.8} for name in ("chat", "email")}
    targets["orders", "email"] |= {"answer_within_s": 3600}
    need = requirement(table, targets=targets)
    got = simulated(need, targets=targets, first_day="2026-03-02", replications=10)
    assert set(got.queues["channel"]) == {"voice", "chat"}
    chat = got.queues[got.queues["channel"] == "chat"]
    assert chat["simulated"].isna().all() and set(chat["verdict"]) == {"unknown"}
    with pytest.raises(PlanError, match="nothing to play: from 2026-03-03 to 2026-03-03"):
        simulated(need, targets=targets, first_day="2026-03-03")
    with pytest.raises(PlanError, match="orders / chat, which has no targets"):
        simulated(need, targets=TARGETS, first_day="2026-03-02")


def test_the_same_seed_gives_the_same_table_and_a_cancel_what_was_done_by_then():
    need = requirement(forecast([75] * 4), targets=TARGETS)
    setting = {"targets": TARGETS, "first_day": "2026-03-02", "replications": 20}
    pd.testing.assert_frame_equal(
        simulated(need, **setting).intervals, simulated(need, **setting, compiled=False).intervals
    )
    seen = []
    part = simulated(
        need, **setting, progress=lambda done, total: seen.append((done, total)), cancel=lambda: len(seen) > 4
    )
    assert part.replications == 5 and seen[-1] == (5, 20)
