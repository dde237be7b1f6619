"""Rosters: against every roster that there is, on weeks small enough; against their rules, on weeks made by chance."""

import importlib.util
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.roster_instance import as_checked, made, read, week_of
from ccwb.errors import PlanError
from ccwb.schedule.roster import (
    Agent,
    History,
    Kind,
    Meeting,
    Roster,
    Rules,
    Shift,
    Week,
    Weights,
    Wish,
    broken,
    contradictions,
    cures,
    score,
    shortages,
    solve,
    staff_of,
)

SHARED = Path(__file__).parents[2] / "shared"
DAY = 12  # slots of two hours


def small(rng, *, agents=2, days=2, projects=2, rules=None, weights=None, meetings=(), more_kinds=(), **of_agents):
    """A week of few agents and days in slots of two hours, everything about it drawn by chance."""
    slots = days * DAY + 6
    need = np.zeros((projects, slots))
    need[:, : days * DAY] = rng.integers(0, 3, (projects, days * DAY)) * (np.arange(days * DAY) % DAY >= 3)
    open_ = np.ones((projects, slots), dtype=bool)
    open_[0, (np.arange(slots) % DAY) < 3] = False
    kinds = (
        Kind("with lunch", 5, 3, 8, 1, (1,), 2, 3, (1, 0), 1, 1, 0),
        Kind("short", 3, 2, 9, 2, (), 0, 0, (0,)),
        *more_kinds,
    )
    people = []
    for number in range(agents):
        free = np.ones(slots, dtype=bool)
        free[rng.integers(0, slots)] = False
        levels = tuple(float(x) for x in rng.permutation([1, *rng.choice([0, 0.5, 1], projects - 1)]))
        people.append(Agent(f"agent {number}", levels, float(rng.choice([8, 14, 20])), free, **of_agents))
    return Week(
        7200,
        need,
        open_,
        tuple(range(0, days * DAY + 1, DAY)),
        tuple((4 + day) % 7 for day in range(days)),
        tuple(people),
        kinds,
        rules or Rules(rest=5, late_end=11),
        weights or Weights(under=np.array([10.0, 12.0])[:projects], over=2.0, late=4.0, split=3.0),
        meetings,
    )


TWO_BREAKS = Kind("over midnight, two breaks", 6, 7, 10, 1, (), 0, 0, (2,), 1, 1, 1, 2)
SPLIT = Kind("split", 7, 3, 6, 3, (2, 3), 2, 3, (0, 0))


def every_shift(week, day):
    """Every shift that its kind allows on a day, with every place of pause and break and every project."""
    found = [None]
    for number, kind in enumerate(week.kinds):
        for start in range(week.day_first[day], week.day_first[day + 1]):
            clock = start - week.day_first[day]
            if not kind.first_start <= clock <= kind.last_start or (clock - kind.first_start) % kind.step:
                continue
            end = start + kind.length
            pauses = [
                (at, at + long)
                for long in kind.pauses
                for at in range(start + kind.pause_from, start + kind.pause_to + 1)
            ]
            for pause in pauses or [None]:
                shift = Shift(number, start, end, (0,) * (2 if pause else 1), pause, ((),) * (2 if pause else 1))
                places = [
                    itertools.combinations([(t, t + kind.break_length) for t in range(first, last)], count)
                    for (first, last), count in zip(shift.parts, kind.breaks, strict=True)
                ]
                for rests in itertools.product(*places):
                    for projects in itertools.product(range(len(week.need)), repeat=len(shift.parts)):
                        found.append(replace(shift, breaks=rests, projects=projects))
    return found


def every_week(week, number):
    """Every week that one agent may work, as the independent check sees it."""
    from ccwb.schedule.roster.check import faults

    alone = [
        [
            s
            for s in every_shift(week, day)
            if not faults(week, number, [None] * day + [s] + [None] * (week.days - day - 1))
        ]
        for day in range(week.days)
    ]
    return [shifts for shifts in itertools.product(*alone) if not faults(week, number, shifts)]


def cheapest(week):
    """The least objective of all rosters there are, one after the other; score's parts that add up are summed once."""
    weeks = [every_week(week, number) for number in range(len(week.agents))]
    distinct = []
    for number, some in enumerate(weeks):
        kept = {}
        for shifts in some:
            alone = Roster(tuple(shifts if a == number else (None,) * week.days for a in range(len(week.agents))))
            ends = tuple(None if s is None else (s.start, s.end, s.paid) for s in shifts)
            kept.setdefault((staff_of(week, alone).tobytes(), ends), shifts)
        distinct.append(list(kept.values()))
    return min(score(week, Roster(tuple(pair))).objective for pair in itertools.product(*distinct)), distinct


@pytest.mark.parametrize("seed", range(8))
def test_the_best_of_all_rosters_is_found_and_the_bound_lies_below_it(seed):
    rng, agents, more = np.random.default_rng(seed), 1 + seed % 2, ((), (TWO_BREAKS,), (SPLIT,))[seed % 3]
    wishes = (Wish(0, 0, 0, works=True), Wish(0, DAY, DAY + 4))[seed % 4 // 2 :]
    week = small(rng, agents=agents, days=3 - agents, more_kinds=more, wishes=wishes)
    best, _ = cheapest(week)
    found = solve(week, seconds=60, steps=120, seed=seed, compiled=False)
    assert found.score.objective == pytest.approx(best)
    assert 0 <= found.bound <= best + 1e-6 * best
    assert broken(week, found.roster) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_rosters_is_found_where_an_hour_short_of_the_least_counts_more(seed):
    rng, agents = np.random.default_rng(100 + seed), 1 + seed % 2
    week = small(rng, agents=agents, days=3 - agents)
    weights = replace(week.weights, bare=np.array([9.0, 4.0]), late=0.0)
    week = replace(week, least=week.need * (0.5, 0.75, 1.0)[seed % 3], weights=weights)
    best, _ = cheapest(week)
    found = solve(week, seconds=60, steps=120, seed=seed, compiled=False)
    assert found.score.objective == pytest.approx(best)
    assert 0 < found.bound <= best + 1e-6 * best
    missing = np.maximum(week.least - staff_of(week, found.roster), 0).sum(axis=1) * 2
    plain = score(replace(week, least=None), found.roster)
    assert found.score.under == pytest.approx(plain.under + missing @ [9.0, 4.0])


def test_of_two_rosters_with_as_many_hours_short_the_even_one_is_made():
    need, free = np.zeros((1, DAY)), np.ones(DAY, dtype=bool)
    need[0, 3:9] = 2.0
    people = tuple(Agent(name, (1.0,), 6.0, free) for name in ("Ada", "Bo"))
    half = (Kind("six hours", 3, 3, 6, 3),)
    week = Week(7200, need, need > 0, (0, DAY), (0,), people, half, weights=Weights(split=0.0, bare=1.0))
    both, each = (Roster(tuple((Shift(0, at, at + 3, (0,)),) for at in starts)) for starts in ((3, 3), (3, 6)))
    assert score(week, both).objective == score(week, each).objective == pytest.approx(120 + 12)
    week = replace(week, least=need / 2)
    assert score(week, both).objective == score(week, each).objective + 6  # three slots of two hours with nobody
    for seed in range(4):
        found = solve(week, seconds=60, steps=20, seed=seed, compiled=False)
        assert sorted(shifts[0].start for shifts in found.roster.shifts) == [3, 6]
        assert 131 < found.bound <= 132 + 1e-6


def test_where_nothing_is_below_the_least_it_changes_nothing():
    week = small(np.random.default_rng(12), agents=3, days=3)
    same = replace(week, least=week.need, weights=replace(week.weights, bare=0.0))
    one, two = (solve(each, seconds=60, steps=20, compiled=False) for each in (week, same))
    assert one.roster == two.roster
    assert one.bound == two.bound and one.score.objective == two.score.objective


RULES = st.builds(
    Rules,
    rest=st.integers(0, 8),
    most_days=st.none() | st.integers(1, 3),
    most_in_row=st.none() | st.integers(1, 3),
    days_off_in_row=st.none() | st.integers(1, 2),
    most_day_h=st.none() | st.sampled_from([6.0, 8.0]),
    weekends_in_row=st.none() | st.integers(0, 1),
    most_rest_days=st.none() | st.integers(0, 1),
    late_end=st.none() | st.integers(8, 11),
)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6), rules=RULES, history=st.builds(History, late=st.integers(0, 2), days=st.integers(0, 1))
)
def test_no_roster_breaks_a_rule_and_none_beats_its_bound(seed, rules, history):
    rng = np.random.default_rng(seed)
    weights = Weights(under=10.0, weekends=3.0, late=2.0, extra=1.0)
    wishes = (Wish(0, 0, 0), Wish(1, DAY + 4, DAY + 10, 2.0), Wish(2, 0, 0, 3.0, works=True))
    kinds = (TWO_BREAKS, SPLIT)[: rng.integers(0, 3)]
    week = small(rng, agents=3, days=4, rules=rules, weights=weights, history=history, wishes=wishes, more_kinds=kinds)
    week = replace(week, weeks=(0, 0, 1, 1) if rng.integers(2) else None)
    if rng.integers(2):
        week = replace(week, least=0.6 * week.need, weights=replace(weights, bare=7.0))
    found = solve(week, seconds=60, steps=12, seed=seed, compiled=False)
    movable = [a for a in range(3) if a not in found.stuck]
    names = {week.agents[a].name for a in movable}
    assert [fault for fault in broken(week, found.roster) if fault.values.get("agent") in names] == []
    assert found.bound <= found.score.objective * (1 + 1e-9) + 1e-9
    again = solve(week, seconds=60, steps=12, seed=seed, compiled=False)
    assert again.roster == found.roster


def test_nobody_is_on_two_projects_at_once_nor_at_work_where_closed_or_untrained():
    week = small(np.random.default_rng(5), agents=4, days=5)
    found = solve(week, seconds=60, steps=40, compiled=False)
    cells = [
        (a, t, p)
        for a, shifts in enumerate(found.roster.shifts)
        for shift in filter(None, shifts)
        for (first, last), p, rests in zip(shift.parts, shift.projects, shift.breaks, strict=True)
        for t in range(first, last)
        if not any(begin <= t < end for begin, end in rests)
    ]
    assert len({(a, t) for a, t, _ in cells}) == len(cells) > 0
    assert all(week.open[p, t] and week.agents[a].available[t] and week.agents[a].levels[p] for a, t, p in cells)


def test_what_is_locked_stays_and_the_rest_is_found_around_it():
    week = small(np.random.default_rng(7), agents=3, days=3)
    free = solve(week, seconds=60, steps=30, compiled=False).roster
    odd = Shift(1, 3, 6, (int(np.argmax(week.agents[0].levels)),))
    people = [replace(week.agents[0], locked={0: odd, 1: None}, available=np.ones(week.slots, dtype=bool))]
    people.append(replace(week.agents[1], locked=dict(enumerate(free.shifts[1]))))
    locked = replace(week, agents=(*people, week.agents[2]))
    found = solve(locked, seconds=60, steps=30, compiled=False)
    assert found.roster.shifts[0][:2] == (odd, None)
    assert found.roster.shifts[1] == free.shifts[1]
    assert found.stuck == ()


def test_an_agent_whose_locked_shifts_break_the_rules_is_named_and_keeps_them():
    week = small(np.random.default_rng(8), agents=2, days=2, rules=Rules(rest=12))
    late, early = Shift(1, 8, 11, (0,)), Shift(1, 14, 17, (0,))
    locked = replace(week.agents[0], levels=(1.0, 1.0), contract_h=40.0, locked={0: late, 1: early})
    week = replace(week, agents=(locked, week.agents[1]))
    before = week.need.copy()
    found = solve(week, seconds=60, steps=20, compiled=False)
    assert found.stuck == (0,)
    assert np.array_equal(week.need, before)
    assert found.roster.shifts[0] == (late, early)
    assert [fault for fault in broken(week, found.roster) if "rest" in str(fault)]


def test_a_meeting_lies_where_fewest_are_missed_and_everybody_is_there():
    week = small(np.random.default_rng(9), agents=2, days=1, projects=1, weights=Weights(under=10.0))
    need = np.zeros_like(week.need)
    need[0, 4:6] = 2.0
    people = tuple(replace(a, levels=(1.0,), contract_h=8.0, available=np.ones(week.slots, bool)) for a in week.agents)
    week = replace(week, need=need, agents=people, meetings=(Meeting("training", (0, 1), 1, 3, 8),))
    found = solve(week, seconds=60, steps=30, compiled=False)
    assert broken(week, found.roster) == []
    assert found.roster.meetings[0] not in (4, 5)
    assert found.score.short_share == 0


def test_a_search_begins_from_a_roster_that_is_given_and_is_never_worse():
    week = small(np.random.default_rng(10), agents=3, days=3)
    first = solve(week, seconds=60, steps=40, seed=1, compiled=False)
    again = solve(week, seconds=60, steps=1, seed=2, start=first.roster, compiled=False)
    assert again.score.objective <= first.score.objective + 1e-9


def test_a_search_from_a_roster_keeps_its_meetings_where_they_are():
    week = small(np.random.default_rng(9), agents=2, days=1, projects=1, weights=Weights(under=10.0, over=0.0))
    people = tuple(replace(a, levels=(1.0,), contract_h=6.0, available=np.ones(week.slots, bool)) for a in week.agents)
    week = replace(week, need=np.zeros_like(week.need), agents=people, meetings=(Meeting("training", (0, 1), 1, 3, 8),))
    both = Shift(1, 4, 7, (0,), None, ((),))
    for start in (4, 5, 6):  # nothing is needed, so that each is as good as the others
        begun = Roster(((both,), (both,)), (start,), (frozenset(),))
        assert solve(week, seconds=60, steps=1, start=begun, compiled=False).roster == begun
    apart = Roster(((both,), (None,)), (5,), (frozenset({1}),))
    found = solve(week, seconds=60, steps=1, start=apart, compiled=False).roster
    assert found.missing == (frozenset(),) and broken(week, found) == []


def test_the_search_stops_when_asked_and_keeps_the_best_so_far():
    week = small(np.random.default_rng(11), agents=3, days=3)
    seen = []
    found = solve(
        week,
        seconds=60,
        progress=lambda gone, objective, bound, best: seen.append((objective, best())),
        cancelled=lambda: len(seen) > 2,
        compiled=False,
    )
    assert len(seen) >= 3
    assert found.roster == seen[-1][1]
    assert found.score.objective <= seen[-1][0] + 1e-9


def test_time_that_is_none_is_refused():
    with pytest.raises(PlanError, match="found 0 seconds"):
        solve(small(np.random.default_rng(1)), seconds=0)


FAULTS = {
    "not trained": lambda s: replace(s, projects=(1, 1)),
    "not available": lambda s: replace(s, start=s.start + 1, end=s.end + 1, pause=(7, 8), breaks=(((5, 6),), ())),
    "is closed": lambda s: replace(s, projects=(2, 0)),
    "pause begins": lambda s: replace(s, pause=(4, 5), breaks=((), ())),
    "pause of": lambda s: replace(s, pause=(5, 7)),
    "breaks in a part": lambda s: replace(s, breaks=((), ())),
    "too near": lambda s: replace(s, breaks=(((3, 4),), ())),
    "slots long": lambda s: replace(s, end=s.end - 1),
    "does not": lambda s: replace(s, start=2, end=7, pause=(4, 5), breaks=(((3, 4),), ())),
    "no kind of shift": lambda s: replace(s, kind=9),
    "pause is missing": lambda s: replace(s, pause=None, projects=(0,), breaks=((),)),
}


@pytest.mark.parametrize("words", FAULTS)
def test_the_check_sees_each_fault_of_a_shift(words):
    week = small(np.random.default_rng(2), agents=1, days=1, projects=3, weights=Weights(under=10.0))
    free = np.ones(week.slots, dtype=bool)
    free[8] = False
    shut = week.open.copy()
    shut[2] = False
    week = replace(week, open=shut, agents=(replace(week.agents[0], levels=(1.0, 0.0, 1.0), available=free),))
    good = Shift(0, 3, 8, (0, 0), (5, 6), (((4, 5),), ()))
    assert broken(week, Roster(((good,),))) == []
    assert [fault for fault in map(str, broken(week, Roster(((FAULTS[words](good),),)))) if words in fault]


@pytest.fixture(scope="module")
def outside():
    """The check and the instance that lie beside the project, where they do."""
    path = SHARED / "tools" / "roster_check.py"
    if not path.exists():
        pytest.skip("the shared instance and its check are not here")
    spec = importlib.util.spec_from_file_location("roster_check", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check, read(SHARED / "data" / "roster_week_120.json")


@pytest.mark.parametrize("which", ["shared", "made"])
def test_a_check_that_others_wrote_finds_the_same_objective_and_nothing_broken(outside, which):
    check, instance = outside
    if which == "made":
        instance = made(agents=12, share=0.9, seed=3)
    week = week_of(instance)
    found = solve(week, seconds=60, steps=300)
    theirs = check(instance, as_checked(instance, found.roster))
    assert theirs["broken"] == []
    assert theirs["objective"] == pytest.approx(found.score.objective, abs=0.01)
    assert theirs["hours_short"] == pytest.approx(found.score.short_h.tolist())
    assert broken(week, found.roster) == []
    assert 0 < found.bound <= found.score.objective


def test_compiled_and_plain_find_the_same_roster():
    pytest.importorskip("numba")
    week = small(np.random.default_rng(12), agents=3, days=3)
    fast, slow = (solve(week, seconds=60, steps=20, compiled=how) for how in (True, False))
    assert fast.roster == slow.roster
    assert fast.bound == pytest.approx(slow.bound)


def plain_week(**change):
    """One day, one project, one agent too few from slot 3 to 9, who could work 3 to 6 or 6 to 9."""
    need = np.zeros((1, DAY))
    need[0, 3:9] = 1.0
    agent = Agent("Ada", (1.0,), 6.0, np.ones(DAY, dtype=bool))
    week = Week(
        7200,
        need,
        np.ones(need.shape, dtype=bool),
        (0, DAY),
        (0,),
        (agent,),
        (Kind("six hours", 3, 3, 6, 3),),
        weights=Weights(split=0.0),
    )
    return replace(week, **change)


def reasons(week):
    found = solve(week, seconds=9, steps=10, compiled=False)
    return [(s.first, s.last, s.hours, s.reason) for s in shortages(week, found.roster)]


def test_hours_that_stay_short_are_told_with_the_rule_that_binds():
    week = plain_week()
    (half,) = reasons(week)
    assert half[1] - half[0] == 3
    assert half[2:] == (6.0, "hours used up")
    ada, free = week.agents[0], np.ones(DAY, dtype=bool)
    free[:6] = False
    assert reasons(plain_week(agents=(replace(ada, available=free),))) == [(3, 6, 6.0, "nobody available")]
    assert reasons(plain_week(agents=(replace(ada, levels=(0.0,)),))) == [(3, 9, 12.0, "nobody trained")]
    assert reasons(plain_week(kinds=(Kind("early", 3, 3, 3),))) == [(6, 9, 6.0, "no shift")]
    shut = np.ones((1, DAY), dtype=bool)
    shut[0, 3:6] = False
    assert reasons(plain_week(open=shut)) == [(3, 6, 6.0, "closed")]
    twice = plain_week(need=2 * week.need, agents=(replace(ada, contract_h=14.0),), kinds=(Kind("all", 6, 3, 3),))
    assert reasons(twice) == [(3, 9, 12.0, "all at work")]


def test_agents_whose_rules_contradict_each_other_are_named():
    week = plain_week()
    ada = week.agents[0]
    assert contradictions(week) == []
    told = {
        "contract 38.0 hours, 6.0 can be worked": replace(ada, contract_h=38.0),
        "not trained for any project": replace(ada, levels=(0.0,)),
        "no kind of shift fits": replace(ada, available=np.zeros(DAY, dtype=bool)),
        "no week keeps all rules": replace(ada, contract_h=2.0, locked={0: Shift(0, 3, 6, (0,))}),
        "is outside their availability": replace(ada, available=np.arange(DAY) > 4, locked={0: Shift(0, 3, 6, (0,))}),
    }
    for words, agent in told.items():
        assert any(words in str(fault) for fault in contradictions(replace(week, agents=(agent,)))), words


def test_the_cure_for_hours_used_up_is_more_hours_and_no_other_rule():
    agents = tuple(replace(plain_week().agents[0], name=name, contract_h=6.0) for name in ("Ada", "Ben"))
    week = plain_week(need=2 * plain_week().need, agents=agents, kinds=(*plain_week().kinds, Kind("eight", 4, 3, 5, 2)))
    found = solve(week, seconds=9, steps=20, compiled=False)
    assert found.score.short_h.sum() == 12.0
    best, *others = cures(week, found.roster, steps=20, compiled=False)
    assert best.rule == "two hours more a week for everybody"
    assert best.gain_h == 4.0
    assert all(cure.gain_h == 0 for cure in others)


def test_on_the_day_the_clocks_go_forward_shifts_start_by_the_clock_and_last_as_long_as_ever():
    clock = np.array([0, 1, *range(3, DAY), *range(DAY)])  # 02:00 is left out of the first day, of 11 slots
    need = np.zeros((1, len(clock)))
    need[0, 3:6] = need[0, 15:18] = 1.0
    agent = Agent("Ada", (1.0,), 12.0, np.ones(len(clock), dtype=bool))
    kind = Kind("six hours from 08:00", 3, 4, 4)
    open_ = np.ones(need.shape, dtype=bool)
    week = Week(7200, need, open_, (0, 11, 23), (6, 0), (agent,), (kind,), clock=clock, weights=Weights(split=0.0))
    found = solve(week, seconds=9, steps=5, compiled=False)
    assert [(shift.start, shift.end) for shift in found.roster.shifts[0]] == [(3, 6), (15, 18)]
    assert broken(week, found.roster) == []
    tired = replace(week, rules=Rules(rest=10))
    assert [s is None for s in solve(tired, seconds=9, steps=5, compiled=False).roster.shifts[0]].count(True) == 1
