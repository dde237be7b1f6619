"""Weekends off by turns: the most weekends in a row takes nobody away all at once, and nobody without need."""

from dataclasses import replace

import pandas as pd
import pytest

from ccwb.people import usual_rules
from ccwb.projects import new_project
from ccwb.schedule import broken_rules, hours_of, make_roster, usual_shifts
from ccwb.schedule.rostering import _given, _none
from ccwb.schedule.timeline import Timeline
from ccwb.schedule.turns import turned, weekends_ahead
from ccwb.schedule.week import problem_of
from tests.rosters import BERLIN, people, stretches

MONDAY = pd.Timestamp("2026-11-02")
ALWAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")
PROJECTS = {"help": new_project("help", zone=BERLIN, hours=ALWAYS)}
TEAM = people(*(f"h{n}" for n in range(9)), project="help").assign(hired=pd.NaT, left=pd.NaT)


def need(days=28, agents=6):
    """Return a requirement of so many agents from 8 to 16 on every day."""
    at = [
        pd.Timestamp(f"{day.date()} {hour:02d}:00").tz_localize(BERLIN)
        for day in pd.date_range(MONDAY, periods=days)
        for hour in range(8, 16)
    ]
    table = pd.DataFrame({"interval_start": at, "interval_s": 3600, "project": "help", "channel": "voice"})
    table = table.assign(agents=float(agents), scheduled=float(agents), offered=60.0, aht_s=180.0, load=3.0)
    return table.assign(service_level=0.8, answer_within_s=20.0, model="Erlang A")


def given_of(requirement=None, **more):
    given = {"agents": TEAM, "shifts": usual_shifts(), "projects": PROJECTS, **more}
    return _given(need() if requirement is None else requirement, **given)


def off_by_turn(given):
    """Return the names of those who are off at the first weekend by turns alone."""
    time = Timeline(given, MONDAY, 7)
    made = _none(BERLIN)
    with_, without = (problem_of(time, made, turns=turns)[0].agents for turns in (True, False))
    assert all(a.days_off - b.days_off in (set(), {5, 6}) for a, b in zip(with_, without, strict=True))
    return {a.name for a, b in zip(with_, without, strict=True) if a.days_off != b.days_off}


def test_every_weekend_of_a_month_is_staffed_alike_where_all_are_needed_on_them():
    month = {"first_day": MONDAY, "last_day": MONDAY + pd.Timedelta(days=27), "seconds": 60, "steps": 150}
    roster, _told = make_roster(need(), agents=TEAM, shifts=usual_shifts(), projects=PROJECTS, **month)
    assert broken_rules(roster, agents=TEAM, projects=PROJECTS, shifts=usual_shifts()).empty
    days = hours_of(roster)
    days = days[days["day"].dt.day_of_week >= 5]
    each = days.groupby(days["day"].dt.isocalendar().week)["agent"].nunique()
    assert len(each) == 4 and each.min() >= 5


def test_one_in_three_is_off_at_the_first_weekend_and_nobody_where_no_later_one_is_near():
    assert len(off_by_turn(given_of())) == 3
    assert off_by_turn(given_of(need(days=7))) == set()
    assert off_by_turn(given_of(need(days=14))) == set()  # all may work two in a row
    assert len(off_by_turn(given_of(need(days=14), rules=usual_rules() | {"weekends_in_row": 1}))) == 4


def test_who_has_a_lock_or_a_wish_is_not_off_before_the_others():
    locked = stretches("h0", "+5 08:00 12:00 help", day=str(MONDAY.date()), shift="Part time 4 h").assign(locked=True)
    assert "h0" not in off_by_turn(given_of(locked=locked))
    wish = pd.DataFrame({"agent": ["h3", "h4"], "weekday": "sat", "wants": ["work", "off"], "weight": 1.0})
    off = off_by_turn(given_of(wishes=wish.assign(day=pd.NaT)))
    assert "h4" in off and "h3" not in off


def test_a_search_that_stays_near_to_a_roster_gives_no_turn_to_who_works_there_on_the_weekend():
    first = off_by_turn(given_of())
    there = pd.concat([stretches(name, "+5 08:00 16:00 help", day=str(MONDAY.date())) for name in sorted(first)])
    assert off_by_turn(replace(given_of(), stands=there, near=True)).isdisjoint(first)
    assert len(off_by_turn(replace(given_of(), stands=there, near=True))) == 3
    assert off_by_turn(replace(given_of(), stands=there)) == first


def test_weeks_that_stand_already_need_no_turns():
    later = stretches("h1", "+7 08:00 12:00 help", day=str(MONDAY.date()), shift="Part time 4 h")
    given = given_of(later=later)
    assert weekends_ahead(Timeline(given, MONDAY, 7), 2) == 0
    assert weekends_ahead(Timeline(replace(given, later=None), MONDAY, 7), 2) == 2
    assert off_by_turn(given) == set()


@pytest.mark.parametrize("row", [1, 2, 3])
def test_in_the_long_run_as_many_are_at_work_on_each_weekend_as_the_rule_allows(row):
    """All who may work do: after a few weekends, row of every row + 1 are there each time."""
    worked, there = dict.fromkeys(range(24), 0), []
    for _weekend in range(40):
        may = [n for n in worked if worked[n] < row]
        off, _left = turned(worked, may, row)
        worked = {n: 0 if n in off or done >= row else done + 1 for n, done in worked.items()}
        there.append(sum(done > 0 for done in worked.values()))
    share = 24 * row / (row + 1)
    assert min(there) >= 0.6 * share
    assert sum(there[8:]) / len(there[8:]) >= 0.9 * share
    assert there[-1] == pytest.approx(share, abs=2)
