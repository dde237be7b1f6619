"""Work that may wait, against the same work poured second by second, and what any backlog does."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.queueing import level_required, worked_off

INTERVAL_S = 1800


def poured(offered, agents, *, aht_s, within_s, is_open):
    """The same second by second: what comes joins the end of a line, what is worked on leaves its head."""
    clock, line = 0, deque()
    n = len(offered)
    timely, done, waited, left, handled = (np.zeros(n) for _ in range(5))
    for i in range(n):
        if not is_open[i]:
            line.append([clock, offered[i], i])
        for _ in range(INTERVAL_S if is_open[i] else 0):
            line.append([clock + 0.5, offered[i] / INTERVAL_S, i])
            work = agents[i] / aht_s
            clock += 1
            while work > 1e-15 and line:
                came, amount, of = line[0]
                part = min(work, amount)
                work -= part
                handled[i] += part
                done[of] += part
                waited[of] += part * max(clock - 0.5 - came, 0)
                timely[of] += part * (clock - 0.5 - came <= within_s)
                line[0][1] -= part
                if line[0][1] <= 1e-15:
                    line.popleft()
        left[i] = sum(amount for _came, amount, _of in line)
    return handled, left, timely, done, waited


@pytest.mark.parametrize("within_s", [600, 3600])
def test_a_week_of_nights_and_rushes_is_what_comes_of_pouring_it_second_by_second(within_s):
    rng = np.random.default_rng(3)
    n = 3 * 12
    is_open = np.arange(n) % 12 < 8
    offered = rng.uniform(0, 40, n) * np.where(is_open, 1, 0.2)
    agents = rng.integers(2, 9, n).astype(float)
    got = worked_off(offered, agents, aht_s=300, interval_s=INTERVAL_S, within_s=within_s, is_open=is_open)
    handled, left, timely, done, waited = poured(offered, agents, aht_s=300, within_s=within_s, is_open=is_open)
    assert got.handled == pytest.approx(handled, abs=0.02)
    assert got.backlog == pytest.approx(left, abs=0.02)
    full = got.known > offered - 1e-9
    assert full.sum() > 25
    assert (got.in_time * offered)[full] == pytest.approx(timely[full], abs=0.15)
    whole = np.isclose(done, offered)
    assert got.mean_wait_s[whole] == pytest.approx((waited / offered)[whole], abs=3)


def test_an_empty_mailbox_with_hands_to_spare_keeps_nobody_waiting():
    got = worked_off([10, 20, 0, 5], 30, aht_s=600, interval_s=3600, within_s=0)
    assert got.backlog.tolist() == [0, 0, 0, 0]
    assert got.in_time[[0, 1, 3]].tolist() == [1, 1, 1] and np.isnan(got.in_time[2])
    assert got.occupancy == pytest.approx([10 / 180, 20 / 180, 0, 5 / 180])


def test_what_comes_at_night_is_counted_from_the_next_opening():
    got = worked_off([0, 60, 0], [1, 0, 1], aht_s=60, interval_s=3600, within_s=1800, is_open=[True, False, True])
    assert got.in_time[1] == pytest.approx(0.5) and got.mean_wait_s[1] == pytest.approx(1800)
    assert got.backlog.tolist() == [0, 60, 0]


def test_without_hands_everything_waits_and_is_late_once_its_time_is_over():
    got = worked_off([5, 5, 5], 0, aht_s=60, interval_s=3600, within_s=3600)
    assert got.backlog.tolist() == [5, 10, 15]
    assert got.in_time[:2].tolist() == [0, 0] and got.known.tolist() == [5, 5, 0]
    assert got.occupancy.tolist() == [0, 0, 0]


def test_an_old_backlog_is_worked_off_first():
    got = worked_off([0, 60], 1, aht_s=60, interval_s=3600, within_s=0, backlog=90)
    assert got.handled.tolist() == [60, 60] and got.backlog.tolist() == [30, 30]
    assert got.in_time[1] == 0


weeks = st.lists(st.tuples(st.floats(0, 80), st.booleans()), min_size=2, max_size=40)


@settings(max_examples=80, deadline=None)
@given(weeks, st.floats(0, 12), st.sampled_from([0.0, 900.0, 7200.0]))
def test_nothing_is_lost_shares_are_shares_and_one_more_agent_is_never_worse(week, agents, within_s):
    offered, is_open = (np.array(part) for part in zip(*week, strict=True))
    known = {"aht_s": 240, "interval_s": INTERVAL_S, "within_s": within_s, "is_open": is_open}
    one, more = worked_off(offered, agents, **known), worked_off(offered, agents + 1, **known)
    assert one.handled.cumsum() + one.backlog == pytest.approx(offered.cumsum(), abs=1e-6)
    assert (one.handled[~is_open.astype(bool)] == 0).all()
    assert (one.occupancy >= 0).all() and (one.occupancy <= 1 + 1e-9).all()
    shares = one.in_time[~np.isnan(one.in_time)]
    assert (shares >= -1e-9).all() and (shares <= 1 + 1e-9).all()
    assert (more.backlog <= one.backlog + 1e-9).all()
    timely = [np.nansum(got.in_time * got.known) for got in (one, more)]
    assert timely[0] <= timely[1] + 1e-6


@settings(max_examples=40, deadline=None)
@given(weeks, st.sampled_from([0.5, 0.9, 1.0]), st.sampled_from([900.0, 7200.0]))
def test_the_level_required_is_the_fewest_that_keeps_the_deadline(week, in_time, within_s):
    offered, is_open = (np.array(part) for part in zip(*week, strict=True))
    known = {"aht_s": 240, "interval_s": INTERVAL_S, "within_s": within_s, "is_open": is_open}
    if offered.any() and not is_open.any():
        with pytest.raises(PlanError, match="never open"):
            level_required(offered, in_time=in_time, **known)
        return
    level = level_required(offered, in_time=in_time, **known)

    def kept(agents):
        got = worked_off(offered, agents, **known)
        reach = agents * min(within_s, INTERVAL_S * is_open.sum()) / 240
        done = np.nansum(got.in_time * got.known) >= in_time * got.known.sum() - 1e-6
        return done and got.backlog[-1] <= reach + 1e-6

    assert kept(level) or not offered.any()
    assert level == 0 or not kept(level - 1)


def test_a_deadline_that_nobody_can_keep_is_said():
    with pytest.raises(PlanError, match=r"No number of agents finishes 0\.9 of the work within 0 s"):
        level_required([60, 0], aht_s=60, interval_s=1800, within_s=0, in_time=0.9, is_open=[False, True])


def test_idle_hands_of_live_channels_save_agents():
    offered = np.full(16, 40.0)
    known = {"aht_s": 300, "interval_s": 1800, "within_s": 7200, "in_time": 0.95}
    alone, helped = level_required(offered, **known), level_required(offered, beside=2.5, **known)
    assert alone - helped in (2, 3)
    assert level_required(offered, max_occupancy=0.8, **known) > alone


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"offered": [-1.0]}, "offered"),
        ({"agents": [np.nan]}, "agents"),
        ({"aht_s": 0}, "aht_s"),
        ({"interval_s": "half an hour"}, "interval_s"),
        ({"agents": [1, 2, 3]}, "agents"),
        ({"within_s": -1}, "within_s"),
    ],
)
def test_a_wrong_value_is_named(wrong, named):
    known = {"offered": [1.0, 2.0], "agents": 1, "aht_s": 60, "interval_s": 1800, "within_s": 60} | wrong
    offered, agents = known.pop("offered"), known.pop("agents")
    with pytest.raises(PlanError, match=named):
        worked_off(offered, agents, **known)
