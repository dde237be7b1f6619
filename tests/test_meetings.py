"""Meetings that a roster places itself: where they cost least, inside shifts and windows, together or each alone."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.messages import Catalogue
from ccwb.people import MEETS
from ccwb.reports.own import own_calendar, own_page
from ccwb.schedule import as_sheet, broken_rules, coverage_of, fit_by, hours_of, make_roster, usual_shifts
from ccwb.schedule.meetings import CANNOT, asked, check_meetings
from ccwb.schedule.roster import Agent, Kind, Meeting, Rules, Shift, Week, Weights, broken, score, solve
from ccwb.schedule.sheet import stretches_of
from tests.rosters import BERLIN
from tests.test_rostering import MADE, MONDAY, NEED, PROJECTS, QUICK, team

WEEK = MADE | {"last_day": MONDAY + pd.Timedelta(days=6)}


def meeting(who, title, minutes=60, *, of="agent", kind="meeting", days=(0, 4), clock=("", ""), together=False):
    first, last = (str((MONDAY + pd.Timedelta(days=n)).date()) for n in days)
    row = {"of": of, "who": who, "kind": kind, "title": title, "minutes": minutes, "together": together}
    return row | {"first_day": first, "last_day": last, "from": clock[0], "to": clock[1]}


def day_of(agents, need_, *, kinds, meetings, weights=None):
    """A week of one day in slots of an hour."""
    need_ = np.array(need_, dtype=float)
    people = tuple(Agent(f"a{n}", (1.0,) * len(need_), 8.0, np.ones(need_.shape[1], bool)) for n in range(agents))
    rules, weights = Rules(), weights or Weights(under=10.0, over=1.0, below=0.0, split=0.0, late=0.0)
    first = (0, need_.shape[1])
    return Week(3600, need_, np.ones(need_.shape, bool), first, (0,), people, kinds, rules, weights, meetings)


def every_day(week):
    """Every shift of an agent without breaks, on each project, and the day off."""
    found = [None]
    for n, kind in enumerate(week.kinds):
        for start in range(kind.first_start, kind.last_start + 1):
            found += [Shift(n, start, start + kind.length, (p,)) for p in range(len(week.need))]
    return found


@pytest.mark.parametrize("seeds", [range(0, 8), range(12, 20)])
def test_a_meeting_and_the_shifts_around_it_cost_as_little_as_any_that_there_are(seeds):
    """Against all shifts of all agents with all places of the meeting, each counted by itself."""
    for seed in seeds:
        rng, agents, length = np.random.default_rng(seed), 2 + seed % 2, 1 + seed // 2 % 2
        kinds = (Kind("four", 4, 0, 4), Kind("three", 3, 1, 5))
        meets = Meeting("round", (0, 1), length, int(rng.integers(0, 3)), 7)
        week = day_of(agents, rng.integers(0, agents + 1, (1, 8)), kinds=kinds, meetings=(meets,))
        least = np.inf
        for shifts in itertools.product(every_day(week), repeat=agents):
            staff, hours = np.zeros(8), 0
            for shift in filter(None, shifts):
                staff[shift.start : shift.end] += 1
                hours += shift.end - shift.start
            for at in range(meets.first, 8 - length):
                if all(shift and shift.start <= at and at + length <= shift.end for shift in shifts[:2]):
                    there = staff.copy()
                    there[at : at + length] -= 2
                    gap = week.need[0] - there
                    least = min(least, 10 * gap.clip(0).sum() + (-gap).clip(0).sum() + hours)
        found = solve(week, seconds=60, steps=60, seed=1, compiled=False)
        assert found.roster.missing == (frozenset(),) and broken(week, found.roster) == []
        assert found.score.objective == pytest.approx(least)
        assert found.bound <= least + 1e-6


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_with_the_shifts_as_they_are_no_other_place_of_a_meeting_costs_less(seed):
    """Two meetings of one person and one of two beside each other, on two projects with breaks; each moved anywhere."""
    rng = np.random.default_rng(seed)
    kinds = (Kind("long", 6, 0, 4, 1, (1,), 2, 3, (1, 0), 1, 0, 0), Kind("short", 4, 0, 6))
    meets = (Meeting("both", (0, 1), 1, 1, 9), Meeting("one", (2,), 2, 0, 10), Meeting("two", (0,), 1, 2, 8))
    week = day_of(3, rng.integers(0, 3, (2, 10)), kinds=kinds, meetings=meets)
    found = solve(week, seconds=60, steps=40, seed=1, compiled=False)
    assert broken(week, found.roster) == [] and not any(found.roster.missing)
    for number, one in enumerate(meets):
        for at in one.begins:
            moved = [*found.roster.meetings]
            moved[number] = at
            other = replace(found.roster, meetings=tuple(moved))
            if broken(week, other) == []:
                assert score(week, other).objective >= found.score.objective - 1e-6


TEAM = team().assign(team=["North"] * 6 + ["South"] * 6)
ASKED = [
    meeting("b0", "Plan", 30, kind="coaching"),
    meeting("orders", "Product", of="project", kind="training", clock=("9:00", "17:00")),
    meeting("South", "Round", of="team", together=True, days=(1, 3), clock=("10:00", "16:00")),
]


@pytest.fixture(scope="module")
def placed():
    """A roster of a week with three kinds of meeting, and what is told of it."""
    return make_roster(NEED, agents=TEAM, meetings=ASKED, **WEEK, **QUICK)


def test_every_meeting_is_inside_a_shift_and_its_window_and_those_together_are_at_once(placed):
    roster, told = placed
    found = roster[roster["activity"].isin(MEETS)]
    assert found["title"].value_counts().to_dict() == {"Product": 8, "Round": 6, "Plan": 1}
    for row in found.itertuples():
        one = next(one for one in ASKED if one["title"] == row.title)
        day, minutes = str(row.start.date()), (row.end - row.start).total_seconds() / 60
        assert one["first_day"] <= day <= one["last_day"] and minutes == one["minutes"]
        assert (one["from"] or "00:00").zfill(5) <= f"{row.start:%H:%M}" and f"{row.end:%H:%M}" <= (
            one["to"] or "24:00"
        )
        mine = roster[roster["agent"] == row.agent]
        assert ((mine["end"] == row.start) | (mine["start"] == row.end)).any()
        assert ((mine["start"] < row.end) & (mine["end"] > row.start)).sum() == 1
    assert found.loc[found["title"] == "Round", "start"].nunique() == 1
    assert broken_rules(roster, agents=TEAM, projects=PROJECTS, shifts=usual_shifts(), meetings=ASKED).empty
    assert told["meetings"]["placed"] == 15 and told["meetings"]["hours"] == 14.5


def test_what_the_meetings_cost_is_told_as_the_hours_short_that_the_coverage_has(placed):
    roster, told = placed
    cost = told["meetings"]
    short = fit_by(coverage_of(roster, requirement=NEED[NEED["interval_start"] < roster["end"].max()]))["under_h"].sum()
    assert cost["short"] == told["hours_short"] and cost["without"] <= cost["short"] <= cost["early"]
    work = roster.copy()  # the same shifts, with those who meet at their work instead
    work = work.assign(project=work["project"].where(work["activity"] == "work").groupby(work["agent"]).ffill().bfill())
    work["activity"] = work["activity"].where(~work["activity"].isin(MEETS), "work")
    need_ = NEED[NEED["interval_start"] < (MONDAY + pd.Timedelta(days=7)).tz_localize(BERLIN)]
    assert fit_by(coverage_of(roster, requirement=need_))["under_h"].sum() == pytest.approx(cost["short"])
    assert short >= cost["short"]


def test_what_is_locked_with_its_meeting_stays_and_the_others_join_it(placed):
    roster, _told = placed
    table = hours_of(roster)
    rounds = table[table["title"] == "Round"]
    one = rounds.iloc[0]
    locked = table.loc[(table["agent"] == one["agent"]) & (table["day"] == one["day"]), roster.columns]
    again, told = make_roster(
        NEED, agents=TEAM, meetings=ASKED, locked=locked.assign(locked=True), **WEEK, **QUICK | {"seed": 3}
    )
    mine = again[again["agent"] == one["agent"]]
    kept = mine[mine["locked"]]
    columns = ["start", "end", "activity", "project", "title"]
    assert kept[columns].values.tolist() == locked[columns].values.tolist()
    assert again.loc[again["title"] == "Round", "start"].unique().tolist() == [one["start"]]
    assert (again["title"] == "Round").sum() == 6 and told["meetings"]["placed"] < 15
    assert broken_rules(again, agents=TEAM, projects=PROJECTS, shifts=usual_shifts(), meetings=ASKED).empty


def test_what_finds_no_place_is_told_with_who_and_why():
    start, end = (pd.Timestamp(MONDAY + pd.Timedelta(days=n)).tz_localize(BERLIN) for n in (0, 7))
    leave = pd.DataFrame({"agent": ["b0"], "start": [start], "end": [end], "kind": ["leave"]})
    rows = [meeting("North", "Round", of="team", together=True), meeting("w0", "Night", clock=("1:00", "4:00"))]
    roster, told = make_roster(NEED, agents=TEAM, absences=leave, meetings=rows, **WEEK, **QUICK)
    said = [(template, values) for template, values in told["cannot"] if "title" in values]
    assert [(values["title"], values["agents"]) for _template, values in said] == [("Round", ["b0"]), ("Night", ["w0"])]
    assert said[0][0] == CANNOT["apart"] and said[1][0] == CANNOT["no place"]
    assert roster.loc[roster["title"] == "Round", "agent"].nunique() == 5


def test_who_left_or_is_not_hired_yet_is_not_asked():
    row = meeting("North", "Round", of="team")
    hired = TEAM.assign(hired=pd.NaT, left=pd.NaT).astype({"hired": "datetime64[s]", "left": "datetime64[s]"})
    hired.loc[hired["agent"] == "n0", "left"] = MONDAY - pd.Timedelta(days=1)
    hired.loc[hired["agent"] == "n1", "hired"] = MONDAY + pd.Timedelta(days=5)
    hired.loc[hired["agent"] == "n2", "left"] = MONDAY
    assert asked(row, hired) == ["n2", "n3", "b0", "b1"]


def test_meetings_of_two_weeks_are_spread_over_both_and_not_placed_twice():
    rows = [meeting("orders", "Coach", of="project", kind="coaching", days=(0, 11))]
    roster, _told = make_roster(NEED, agents=TEAM, meetings=rows, **MADE, **QUICK)
    weeks = hours_of(roster)[lambda t: t["title"] == "Coach"]["day"] >= MONDAY + pd.Timedelta(days=7)
    assert len(weeks) == 8 and weeks.sum() == 4
    first = roster[roster["start"] < (MONDAY + pd.Timedelta(days=7)).tz_localize(BERLIN)]
    then = MADE | {"first_day": MONDAY + pd.Timedelta(days=7)}
    again, _told = make_roster(NEED, agents=TEAM, meetings=rows, earlier=first, **then, **QUICK)
    assert (again["title"] == "Coach").sum() == 4


def test_a_roster_changed_by_hand_is_held_against_its_meetings(placed):
    roster, _told = placed
    what = {"agents": TEAM, "projects": PROJECTS, "meetings": ASKED}
    rounds = roster.index[roster["title"] == "Round"]
    moved = roster.copy()
    moved.loc[rounds[0], ["start", "end"]] += pd.Timedelta(hours=7)
    found = set(broken_rules(moved, **what)["rule"])
    assert {"meeting apart", "meeting time"} <= found
    longer = roster.copy()
    longer.loc[rounds[0], "end"] += pd.Timedelta(minutes=15)
    assert "meeting length" in set(broken_rules(longer, **what)["rule"])
    alone = roster.drop(roster.index[(roster["agent"] == roster["agent"][rounds[0]]) & (roster["title"] != "Round")])
    assert "meeting alone" in set(broken_rules(alone, **what)["rule"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minutes": 20}, "15, 30, 45 minutes"),
        ({"title": "A; B"}, "without the marks"),
        ({"title": ""}, "without the marks"),
        ({"from": "16:30", "to": "17:00"}, "does not fit"),
        ({"last_day": "2026-10-18"}, "does not fit"),
        ({"first_day": "soon"}, "is no day"),
        ({"who": "nobody"}, "is for nobody"),
        ({"kind": "party"}, "is none of these"),
        ({"from": "25:00"}, "time of day"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_with_its_row(change, said):
    with pytest.raises(PlanError, match=said) as refused:
        check_meetings([ASKED[0], ASKED[1] | change], agents=TEAM)
    assert "Meeting 2" in str(refused.value)
    with pytest.raises(PlanError, match="Row 2 says"):
        check_meetings([ASKED[0], ASKED[0]], agents=TEAM)


def test_the_sheet_and_the_own_page_have_the_titles_and_the_sheet_comes_back(placed):
    roster, _told = placed
    one = roster[roster["title"] == "Plan"].iloc[0]
    sheet = as_sheet(roster).set_index("agent")
    cell = sheet.loc["b0", str(one["start"].date())]
    assert f"coaching {one['start']:%H:%M}-{one['end']:%H:%M} Plan" in cell
    back = stretches_of(cell, day=one["start"].date(), zone=BERLIN, projects=set(PROJECTS))
    assert ("coaching", "Plan", one["start"]) in [(row["activity"], row["title"], row["start"]) for row in back]
    mine = {"say": Catalogue("en"), "made_at": one["start"]}
    rows = roster[roster["agent"] == "b0"]
    page = own_page(rows, name="B", days=(MONDAY, MONDAY + pd.Timedelta(days=6)), zone=BERLIN, **mine)
    assert "Coaching: Plan" in page
    assert "Coaching: Plan" in own_calendar(rows, token="A" * 43, **mine).decode().replace("\r\n ", "")
