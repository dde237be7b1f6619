"""Work that may wait, against the same work poured second by second, and what any backlog does."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.queueing import even_plan, level_required, worked_off
from ccwb.queueing.even import taut

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


contacts = st.one_of(st.just(0.0), st.floats(0.001, 80))
weeks = st.lists(st.tuples(contacts, st.booleans()), min_size=2, max_size=40)


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


# --- the smoothest course that keeps a deadline -----------------------------------------------------------------------
def one_by_one(offered, agents, *, aht_s, within_s, beside=0.0):
    """Share of contacts finished in time by interval: each comes at its moment, the team takes one after the other."""
    pace = np.repeat(np.asarray(agents, float) + beside, INTERVAL_S)  # work per second of opening time
    able = np.concatenate([[0.0], np.cumsum(pace)])
    timely, done = np.zeros(len(offered)), 0.0
    for i, number in enumerate(offered):
        for k in range(int(number)):
            came = (i + (k + 0.5) / number) * INTERVAL_S
            done = max(done, np.interp(came, np.arange(len(able)), able)) + aht_s
            end = np.searchsorted(able, done - 1e-6)
            timely[i] += end <= came + within_s + 60
    return timely / offered


@pytest.mark.parametrize(("within_s", "in_time"), [(3600, 1.0), (7200, 0.9), (28800, 0.9), (28800, 1.0)])
def test_the_even_plan_keeps_the_deadline_contact_by_contact(within_s, in_time):
    offered = np.tile([10, 30, 60, 90, 60, 40, 30, 20, 10, 5, 5, 5], 4).astype(float)
    agents = even_plan(offered, aht_s=120, interval_s=INTERVAL_S, within_s=within_s, in_time=in_time)
    share = one_by_one(offered, agents, aht_s=120, within_s=within_s)
    assert (share * offered).sum() / offered.sum() >= in_time - 0.01
    fewer = one_by_one(offered, np.maximum(agents - 1, 0), aht_s=120, within_s=within_s)
    assert (fewer * offered).sum() / offered.sum() < in_time


def test_a_day_of_arrivals_becomes_a_level_day_when_the_deadline_allows():
    offered = np.tile([60.0] * 4 + [0.0] * 4, 10)  # 2 agents' work in the mornings, none in the afternoons
    known = {"aht_s": 60, "interval_s": 3600, "in_time": 1.0}
    assert set(even_plan(offered, within_s=4 * 3600, **known)) == {0.0, 1.0}
    assert even_plan(2 * offered, within_s=4 * 3600, **known).tolist() == [1.0] * 80
    assert (
        even_plan(2 * offered, within_s=0, **known).tolist()
        == [2.0] * 4 + [0.0] * 4 + even_plan(2 * offered[:72], within_s=0, **known).tolist()
    )


def channels(rng, n):
    """Two lines of n + 1 places, whole numbers, the lower never above the upper, of which both rise."""
    come = np.concatenate([[0], np.cumsum(rng.integers(0, 4, n))])
    late = rng.integers(1, 3)
    due = np.concatenate([np.zeros(late), come[:-late]])
    due[-1] = come[-1]
    return due.astype(float), come.astype(float)


@pytest.mark.parametrize("seed", range(12))
def test_no_course_between_the_two_lines_is_smoother_than_the_taut_string(seed):
    low, high = channels(np.random.default_rng(seed), 5)
    path = taut(np.arange(6.0), low, high)
    assert (path >= low - 1e-9).all() and (path <= high + 1e-9).all()
    quarter = [np.arange(a, b + 0.1, 0.25) for a, b in zip(low[1:-1], high[1:-1], strict=True)]
    every = np.stack(np.meshgrid(*quarter, indexing="ij"), axis=-1).reshape(-1, 4)
    every = np.column_stack([np.zeros(len(every)), every, np.full(len(every), low[-1])])
    rates, own = np.diff(every), np.diff(path)
    assert (own**2).sum() <= (rates**2).sum(axis=1).min() + 1e-9
    assert own.max() <= rates.max(axis=1).min() + 1e-9
    assert np.abs(np.diff(own)).sum() <= np.abs(np.diff(rates)).sum(axis=1).min() + 1e-9


def test_a_tenth_of_an_agent_is_one_agent_for_a_tenth_of_the_time_in_blocks():
    agents = even_plan(np.full(10 * 48, 0.3), aht_s=600, interval_s=1800, within_s=86_400, in_time=1.0)
    assert set(agents) == {0.0, 1.0}
    assert agents.sum() == pytest.approx(48, abs=1)
    assert (np.diff(agents) == 1).sum() <= 24  # two or three times a day


def test_one_letter_a_day_keeps_somebody_busy_for_minutes_not_for_the_day():
    offered = np.zeros(5 * 24)
    offered[9::24] = 1
    agents = even_plan(offered, aht_s=600, interval_s=1800, within_s=3600, in_time=1.0)
    assert agents.sum() == 5
    assert (np.flatnonzero(agents) // 24).tolist() == [0, 1, 2, 3, 4]


@settings(max_examples=60, deadline=None)
@given(
    weeks,
    st.sampled_from([0.5, 0.9, 1.0]),
    st.sampled_from([900.0, 5400.0, 36_000.0]),
    st.sampled_from([0.0, 1.5]),
    st.sampled_from([0.8, 1.0]),
)
def test_the_even_plan_is_whole_keeps_its_share_and_wastes_little(week, in_time, within_s, beside, occupancy):
    offered, is_open = (np.array(part) for part in zip(*week, strict=True))
    is_open[0] = True
    known = {"aht_s": 240, "interval_s": INTERVAL_S, "within_s": within_s, "is_open": is_open}
    plan = even_plan(offered, in_time=in_time, beside=beside, max_occupancy=occupancy, **known)
    assert (plan % 1 == 0).all() and (plan[~is_open] == 0).all()
    got = worked_off(offered, plan * occupancy + beside, **known)
    assert np.nansum(got.in_time * got.known) >= in_time * got.known.sum() * (1 - 1e-9)
    if not beside:
        workable = offered[: np.flatnonzero(is_open)[-1] + 1].sum()
        assert got.handled.sum() == pytest.approx(workable)
    if within_s >= INTERVAL_S and is_open.all() and not beside:
        needed = offered.sum() * 240 / INTERVAL_S / occupancy
        assert plan.sum() <= needed + 1 + (offered > 0).sum()


def test_a_long_deadline_takes_no_more_hands_than_there_is_work():
    rng = np.random.default_rng(4)
    slot = np.arange(28 * 48)
    offered = (
        rng.uniform(0, 2, slot.size) * (1 + np.cos(2 * np.pi * (slot % 48) / 48)) * np.where(slot // 48 % 7 < 5, 2, 1)
    )
    known = {"aht_s": 500, "interval_s": 1800, "within_s": 86_400}
    plan = even_plan(offered, in_time=0.95, max_occupancy=0.9, **known)
    assert plan.sum() == pytest.approx(offered.sum() * 500 / 1800 / 0.9, rel=0.01)
    assert plan.max() <= 3 and np.mean(np.diff(plan) != 0) < 0.1


def test_people_who_work_all_their_time_while_behind_make_good_for_bad_luck():
    """Chance in arrivals, handling times and volumes of days, against a plan with 90 % occupancy for 90 % in time."""
    rng, slot = np.random.default_rng(9), np.arange(28 * 24)
    offered = 10 + 8 * np.cos(2 * np.pi * (slot % 24) / 24)
    agents = even_plan(offered, aht_s=500, interval_s=1800, within_s=8 * 3600, in_time=0.9, max_occupancy=0.9)
    border = np.arange(slot.size + 1) * 1800.0
    able = np.concatenate([[0.0], np.cumsum(agents * 1800)])
    shares = []
    for _ in range(20):
        numbers = rng.poisson(offered * np.repeat(rng.gamma(100, 0.01, 28), 24))
        came = np.sort(np.repeat(border[:-1], numbers) + rng.uniform(0, 1800, numbers.sum()))
        work = rng.exponential(500, len(came))
        before = np.cumsum(work) - work
        done = np.maximum.accumulate(np.interp(came, border, able) - before) + before + work
        finished = np.interp(done, able + np.arange(len(able)) * 1e-9, border, right=np.inf)
        told = came + 8 * 3600 <= border[-1]
        shares.append(np.mean((finished - came <= 8 * 3600)[told]))
    assert np.mean(shares) >= 0.9


def test_help_comes_first_and_agents_do_only_what_it_does_not():
    known = {"aht_s": 60, "interval_s": 3600, "within_s": 4 * 3600, "in_time": 1.0}
    offered = np.full(24, 60.0)  # an agent's work
    assert even_plan(offered, beside=1.0, **known).tolist() == [0.0] * 24
    night = np.tile([0.0] * 4 + [2.0] * 4, 3)  # helpers who do it all, four hours later
    assert even_plan(offered, beside=night, **known).sum() == 0
    half = even_plan(offered, beside=night / 2, **known)
    assert half.sum() == 24 - 12  # also the last four hours' work is done: later help has work of its own
    assert even_plan(np.zeros(24), beside=night, **known).sum() == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(contacts, st.booleans(), st.floats(0, 6)), min_size=2, max_size=40),
    st.sampled_from([0.5, 1.0]),
    st.sampled_from([900.0, 5400.0, 36_000.0, 360_000.0]),
    st.sampled_from([0.8, 1.0]),
    st.sampled_from([0.0, 70.0]),
)
def test_whatever_the_help_all_that_came_is_finished_by_the_last_opening(week, in_time, within_s, occupancy, backlog):
    offered, is_open, beside = (np.array(part) for part in zip(*week, strict=True))
    is_open[0] = True
    known = {"aht_s": 240, "interval_s": INTERVAL_S, "within_s": within_s, "is_open": is_open, "backlog": backlog}
    plan = even_plan(offered, in_time=in_time, beside=beside, max_occupancy=occupancy, **known)
    last = np.flatnonzero(is_open)[-1]
    assert worked_off(offered, plan * occupancy + beside, **known).backlog[last] == pytest.approx(0, abs=1e-6)


def test_help_that_takes_the_oldest_does_not_put_the_own_work_off_to_the_last_days():
    known = {"aht_s": 240, "interval_s": 1800, "in_time": 0.9, "max_occupancy": 0.9}
    offered, beside = np.full(100, 8.0), np.full(100, 0.6)  # five days of ten hours
    for hours in (24, 100):
        plan = even_plan(offered, beside=beside, within_s=hours * 3600, **known)
        assert plan.max() == 1
        assert plan.sum() * 1800 * 0.9 == pytest.approx(100 * (8 * 240 - 0.6 * 1800), abs=1800)
        evenly = np.linspace(0, plan.sum(), 101)[1:]
        assert (plan.cumsum()[24:] >= evenly[:-24] - 1).all()  # never more than twelve hours behind


@pytest.mark.parametrize("within_s", [600, 1200, 3600])
def test_the_share_is_kept_for_what_waits_from_before_too(within_s):
    known = {"aht_s": 60, "interval_s": 600}
    plan = even_plan([0, 0, 0, 0, 0, 0], backlog=30, within_s=within_s, in_time=0.9, **known)
    finished = worked_off([0] * 6, plan, backlog=30, within_s=within_s, **known).handled.cumsum()
    assert finished[within_s // 600 - 1] >= 27 and finished[-1] == pytest.approx(30)
    assert plan.max() == {600: 3, 1200: 2, 3600: 1}[within_s]


def test_what_waits_from_before_is_planned_beside_periods_too():
    known = {"aht_s": 60, "interval_s": 600, "within_s": 600, "in_time": 0.9}
    later = even_plan([0, 0, 100, 100], backlog=30, period=[1, 1, 2, 2], **known)
    assert later[0] == 3 and later[2:].tolist() == even_plan([100, 100], **known).tolist()


def test_what_waits_from_before_is_due_like_what_comes_at_once():
    known = {"aht_s": 60, "interval_s": 3600, "within_s": 2 * 3600, "in_time": 1.0}
    assert even_plan([0, 0, 0], backlog=120, **known).tolist() == [1.0, 1.0, 0.0]
    assert even_plan([0, 0, 0], **known).tolist() == [0.0, 0.0, 0.0]


def test_what_comes_at_night_is_done_within_the_deadline_of_the_opening():
    offered, is_open = np.array([0.0, 120, 0, 0, 0]), np.array([True, False, True, True, True])
    known = {"aht_s": 60, "interval_s": 3600, "is_open": is_open}
    assert even_plan(offered, within_s=7200, in_time=1.0, **known).tolist() == [0, 0, 1, 1, 0]
    soon = even_plan(offered, within_s=900, in_time=1.0, **known)  # all within a quarter of an hour: eight at once
    assert soon[2] >= 8 and soon[3:].sum() == 0
    assert np.nansum(worked_off(offered, soon, within_s=900, **known).in_time) == 1
    with pytest.raises(PlanError, match=r"No number of agents finishes 1\.0 of the work within 0 s"):
        even_plan(offered, within_s=0, in_time=1.0, **known)
    with pytest.raises(PlanError, match="never open"):
        even_plan([1.0, 2.0], aht_s=60, interval_s=1800, within_s=60, in_time=1.0, is_open=[False, False])


def test_the_share_is_kept_in_every_week_not_only_over_all():
    offered = np.concatenate([np.full(40, 20.0), np.tile([200.0, 0, 0, 0, 0], 8), np.full(40, 20.0)])
    week = np.repeat([0, 1, 2], 40)
    known = {"aht_s": 240, "interval_s": 1800, "within_s": 3600}
    shares = []
    for period in (None, week):
        got = worked_off(offered, even_plan(offered, in_time=0.8, period=period, **known), **known)
        timely = [np.nansum((got.in_time * got.known)[week == w]) / got.known[week == w].sum() for w in range(3)]
        shares.append(min(timely))
    assert shares[1] >= 0.8 - 1e-9


def test_the_work_of_long_contacts_is_the_work_of_the_interval_they_came_in():
    got = worked_off([10, 10], [1, 2], aht_s=[360, 36], interval_s=1800, within_s=0)
    assert got.handled.tolist() == pytest.approx([5, 15])
    assert got.backlog.tolist() == pytest.approx([5, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"offered": [-1.0]}, "offered"),
        ({"agents": [np.nan]}, "agents"),
        ({"aht_s": 0}, "aht_s"),
        ({"interval_s": "half an hour"}, "interval_s"),
        ({"agents": [1, 2, 3]}, "agents"),
        ({"within_s": -1}, "within_s"),
        ({"within_s": [60, 60]}, "within_s"),
        ({"is_open": [True, False, True]}, "is_open"),
        ({"interval_s": [1800, 1800, 1800]}, "interval_s"),
        ({"offered": [[1.0, 2.0]]}, "offered"),
    ],
)
def test_a_wrong_value_is_named(wrong, named):
    known = {"offered": [1.0, 2.0], "agents": 1, "aht_s": 60, "interval_s": 1800, "within_s": 60} | wrong
    offered, agents = known.pop("offered"), known.pop("agents")
    with pytest.raises(PlanError, match=named):
        worked_off(offered, agents, **known)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"offered": [[1.0, 2.0]]}, "offered"),
        ({"period": [1, 2, 3]}, "period"),
        ({"in_time": None}, "in_time"),
        ({"in_time": 95}, "in_time"),
        ({"max_occupancy": [0.9, 0.9]}, "max_occupancy"),
        ({"beside": [1, 2, 3]}, "beside"),
        ({"within_s": [60]}, "within_s"),
        ({"backlog": None}, "backlog"),
        ({"is_open": [True] * 5}, "is_open"),
    ],
)
def test_a_wrong_value_of_a_plan_is_named(wrong, named):
    known = {"offered": [1.0, 2.0], "aht_s": 60, "interval_s": 1800, "within_s": 60, "in_time": 0.9} | wrong
    with pytest.raises(PlanError, match=f"value of {named} "):
        even_plan(known.pop("offered"), **known)
