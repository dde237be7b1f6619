"""Who leaves, who is there in the weeks ahead, and how many hours the year's contacts need."""

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from ccwb.capacity.attrition import Law
from ccwb.capacity.people import full_share, hired_as, people_on_paths, stays_of
from ccwb.capacity.terms import year_of
from ccwb.capacity.weeks import months_of
from ccwb.errors import PlanError
from ccwb.staffing import requirement

WEEK = pd.Timedelta(weeks=1)
# Weeks until relapse of 21 patients given 6-MP, and of those who were still well: Gehan (1965), Biometrika 52
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_WELL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
TARGET = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 150, "max_occupancy": 0.88}


def register(gone, here, *, until="2025-12-31", project="shop"):
    """A register in which some left after so many weeks, and others have been there for so many until the last day."""
    after = pd.Timestamp(until) + pd.Timedelta(days=1)
    hired = [after - 60 * WEEK] * len(gone) + [after - weeks * WEEK for weeks in here]
    left = [after - 60 * WEEK + weeks * WEEK - pd.Timedelta(days=1) for weeks in gone] + [pd.NaT] * len(here)
    return pd.DataFrame({"project": project, "hours_week": 40.0, "hired": hired, "left": left, "trained_for": ""})


def drawn_register(rng, hazards, *, people=30, years=9.0, seen=2.0, until="2025-12-31"):
    """A register that knows nobody who left before its last `seen` years: places, each filled again at once."""
    end, rows = pd.Timestamp(until) + pd.Timedelta(days=1), []
    for project, hazard in hazards.items():
        for _ in range(people):
            at = -years - rng.exponential(1)
            while at < 0:
                stay = rng.exponential(1 / hazard)
                if at + stay > -seen:
                    days = [pd.Timedelta(days=round(365.25 * moment)) for moment in (at, at + stay)]
                    left = end + days[1] - pd.Timedelta(days=1) if at + stay < 0 else pd.NaT
                    rows.append((project, end + days[0], left))
                at += stay
    return pd.DataFrame(rows, columns=["project", "hired", "left"])


def sure(hazard, projects=("shop",), edges=(0.0, np.inf)):
    """A law of leaving that is known."""
    spans = (1e9 * np.atleast_1d(hazard) + 1e-6, np.full(len(edges) - 1, 1e9))
    many = np.full(len(projects), 1e9)
    return Law(tuple(projects), tuple(edges), spans, many, many, np.ones(1), np.ones(1))


def terms_of(**more):
    return capacity.usual_terms() | {"hourly_cost": 20.0, "shrinkage": 0.25, "hours_week": 40.0} | more


# who leaves ----------------------------------------------------------------------
def test_the_share_who_stay_is_that_of_the_textbook():
    told = capacity.survival(register(RELAPSED, STILL_WELL), until="2025-12-31", since="2020-01-01")
    assert (told["months"] * 365.25 / 12 / 7).round(6).tolist() == sorted(set(RELAPSED))
    assert told["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert told["stay"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_those_who_came_long_before_the_register_was_kept_are_not_at_risk_of_leaving_early():
    long_there, new = register([], [500] * 10), register([10] * 5, [30] * 5)
    told = capacity.survival(pd.concat([long_there, new]), until="2025-12-31", since="2024-11-01")
    assert told[["at_risk", "leavers", "stay"]].values.tolist() == [[10, 5, 0.5]]


def test_nine_relapses_in_359_weeks_are_the_textbook_rate():
    told = capacity.attrition(register(RELAPSED, STILL_WELL), until="2025-12-31", since="2020-01-01", edges=(0,))
    centre = told.years.iloc[-1]
    assert centre["person_years"] == pytest.approx(359 * 7 / 365.25)
    assert centre["seen"] == pytest.approx(9 / 359 * 365.25 / 7)


def test_a_register_that_forgot_early_leavers_does_not_make_people_stay_longer():
    people = drawn_register(np.random.default_rng(3), {"shop": 0.4}, people=400)
    told = capacity.attrition(people, until="2025-12-31", since="2024-01-01").years.iloc[-1]
    assert told["seen"] == pytest.approx(0.4, abs=0.05)
    days = (people["left"].fillna(pd.Timestamp("2025-12-31")) - people["hired"]).dt.days.sum() / 365.25
    assert people["left"].notna().sum() / days < 0.3  # what counting all years of those on record would say
    assert capacity.attrition(people, until="2025-12-31").years["seen"].iloc[-1] == pytest.approx(0.4, abs=0.05)


def test_new_people_leave_more_often_where_they_do_and_spans_with_few_leavers_join():
    rng, end = np.random.default_rng(5), pd.Timestamp("2026-01-01")
    hired = end - pd.to_timedelta(rng.integers(1, 1400, 1500), unit="D")
    early, late = rng.exponential(1 / 0.8, 1500), rng.exponential(1 / 0.15, 1500)
    stay = np.where(early < 0.5, early, 0.5 + late)
    left = pd.Series(hired) + pd.to_timedelta((365.25 * stay).round(), unit="D")
    people = pd.DataFrame({"project": "shop", "hired": hired, "left": left.where(left < end)})
    told = capacity.attrition(people, until="2025-12-31", since="2020-01-01", edges=(0, 6)).rates
    assert told["rate"].tolist() == pytest.approx([0.8, 0.15], rel=0.15)
    few = capacity.attrition(people.head(60), until="2025-12-31", since="2020-01-01", edges=(0, 1, 2, 3, 6, 12))
    assert few.rates["leavers"].min() >= 5


def test_four_in_five_intervals_hold_the_true_rate_of_projects_that_differ():
    rng, inside, drawn_in = np.random.default_rng(11), [], []
    for _ in range(40):
        truth = {name: 0.25 * rng.gamma(8) / 8 for name in "abc"}
        told = capacity.attrition(drawn_register(rng, truth), until="2025-12-31", since="2024-01-01", edges=(0,)).years
        for row in told.iloc[:3].itertuples():
            inside.append(row.lower_80 <= truth[row.project] <= row.upper_80)
            drawn_in.append(abs(row.rate - 0.25) - abs(row.seen - 0.25))
    assert 0.7 < np.mean(inside) < 0.9
    assert np.mean(drawn_in) < 0  # nearer to the others than what was seen


def test_a_register_without_anybody_is_refused_and_one_without_leavers_is_not():
    people = register([], [10, 20])
    assert capacity.attrition(people, until="2025-12-31").years["rate"].iloc[-1] > 0
    with pytest.raises(PlanError, match="Nobody in the register was at work between 2031"):
        capacity.attrition(people, until="2030-12-31", since="2031-01-01")
    with pytest.raises(PlanError, match="up to a day"):
        capacity.attrition(people, until="soon")


def test_headcount_counts_who_is_there_on_the_day():
    people = register([10], [5, 30]).assign(team=["a", "b", "b"])
    told = capacity.headcount(people, days=["2024-12-01", "2025-12-31"], by=("project", "team"))
    assert told[["team", "people", "fte"]].values.tolist() == [["a", 1, 1.0], ["b", 2, 2.0]]
    assert capacity.headcount(people, days=["2025-12-31"], by=())["people"].tolist() == [2]


# who is there ----------------------------------------------------------------------
def test_weeks_make_months_and_nothing_is_lost():
    weeks = pd.date_range("2026-11-02", periods=65, freq="7D")
    months, part = months_of(weeks)
    assert part.sum(axis=0) == pytest.approx(np.ones(65))
    assert months["weeks"].sum() == pytest.approx(65)
    assert months["whole"].tolist() == [False, *[True] * 13, False]


def test_people_dwindle_as_their_hazard_says():
    year = year_of(pd.date_range("2026-01-05", periods=30, freq="7D"), {"shop": terms_of()})
    people = register([], [150] * 50, until="2026-01-04")
    law = sure(0.5)
    drawn = people_on_paths(people, year, law=law, paths=400, seed=1)
    expected = 50 * np.exp(-0.5 * (7 * np.arange(30) + 3) / 365.25)
    assert drawn.heads[:, 0].mean(axis=0) == pytest.approx(expected, abs=0.5)
    assert drawn.paid == pytest.approx(40 * drawn.heads)
    assert drawn.work == pytest.approx(drawn.paid)
    assert 50 * stays_of(year, law=law)[0] == pytest.approx(expected)


def test_a_new_colleague_learns_then_ramps_up_and_who_gave_notice_stays_till_the_last_day():
    year = year_of(pd.date_range("2026-01-05", periods=8, freq="7D"), {"shop": terms_of(training_weeks=2, ramp=[0.5])})
    new = hired_as(pd.DataFrame({"project": ["shop"], "start": [year.weeks[1]], "people": [3]}), year)
    drawn = people_on_paths(new, year, law=sure(0.0), paths=2, seed=1)
    assert drawn.paid[0, 0].tolist() == [0, *[120.0] * 7]
    assert drawn.work[0, 0].tolist() == [0, 0, 0, 60.0, *[120.0] * 4]
    assert full_share(year.terms["shop"]).tolist() == [0, 0, 0.5]
    leaving = register([], [50], until="2026-01-04").assign(left=pd.Timestamp("2026-01-30"))
    drawn = people_on_paths(leaving, year, law=sure(50.0), paths=5, seed=1)
    assert (drawn.heads[:, 0] == [1, 1, 1, 1, 0, 0, 0, 0]).all()


def test_leave_in_summer_leaves_fewer_hours_then_and_more_in_spring():
    season = [0, 1, 1, 1, 1, 1, 3, 3, 1, 0, 0, 0]
    terms = terms_of(shrinkage=0.3, placed=0.1, leave=0.1, leave_season=season)
    year = year_of(pd.date_range("2026-01-05", periods=52, freq="7D"), {"shop": terms})
    by_month = {month: year.available[0, year.weeks.month == month].max() for month in (1, 4, 7)}
    assert by_month == pytest.approx({1: 0.8, 4: 0.7, 7: 0.5})
    assert year.rostered[0] == pytest.approx(0.7 / 0.9)
    with pytest.raises(PlanError, match="more people are on leave"):
        year_of(year.weeks, {"shop": terms | {"leave_season": [1, *[0] * 11]}})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shrinkage": 1.2}, "shrinkage has to be a share"),
        ({"hourly_cost": None}, "hourly_cost has to be a number above 0; found None"),
        ({"smallest": 9, "largest": 4}, "smallest class is larger"),
        ({"ramp": [1.5]}, "from 0 to 1"),
        ({"temporary_most": 3}, "what an hour of it costs"),
        ({"colour": 3}, "one of the terms that there are; found colour"),
        ({"leave_season": [1, 2]}, "twelve numbers"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_name(wrong, said):
    with pytest.raises(PlanError, match=said):
        capacity.check_terms(terms_of(**wrong), project="shop")


# how much they are needed ----------------------------------------------------------------------
def history(weeks=4, *, busy=60.0):
    """Half-hours from nine to twelve, Monday to Friday, busier on Mondays; the last Wednesday was a holiday."""
    times = pd.date_range("2026-09-07", periods=48 * 7 * weeks, freq="30min")
    times = times[(times.hour >= 9) & (times.hour < 12) & (times.day_of_week < 5)]
    times = times[times.normalize() != pd.Timestamp("2026-09-07") + 2 * pd.Timedelta(days=1) + (weeks - 1) * WEEK]
    offered = busy * np.where(times.day_of_week == 0, 1.5, 1.0)
    known = {"interval_s": 1800, "project": "shop", "channel": "voice", "offered": offered, "handled": offered}
    return pd.DataFrame({"interval_start": times, **known, "aht_s": 240.0})


def days_ahead(per_day, *, first="2026-10-05", project="shop"):
    days = pd.date_range(first, periods=len(per_day))
    known = {"interval_s": 86_400, "project": project, "channel": "voice", "offered": per_day, "aht_s": 240.0}
    return pd.DataFrame({"interval_start": days, **known})


def totals(days, factors):
    """Path totals by week: every path has so many times the forecast."""
    monday = days["interval_start"] - pd.to_timedelta(days["interval_start"].dt.day_of_week, unit="D")
    weeks = days.assign(week=monday).groupby(["project", "channel", "week"], as_index=False)["offered"].sum()
    parts = [weeks.assign(path=path, offered=weeks["offered"] * f) for path, f in enumerate(factors)]
    return pd.concat(parts, ignore_index=True)


def staffed_week(table):
    targets = {("shop", "voice"): TARGET}
    return {v: requirement(table.assign(offered=table["offered"] * v), targets=targets) for v in capacity.VOLUMES}


def test_a_usual_week_knows_a_holiday_as_no_quiet_day():
    week = capacity.usual_week(history())
    by_day = week.groupby(week["interval_start"].dt.day_of_week)["offered"].sum()
    assert by_day.tolist() == [540.0, 360.0, 360.0, 360.0, 360.0]
    with pytest.raises(PlanError, match="no contacts in the 13 weeks before 2020"):
        capacity.usual_week(history(), before="2020-01-01")


def test_a_year_of_usual_weeks_needs_the_hours_of_the_usual_week_and_a_closed_day_none():
    week = capacity.usual_week(history())
    days = days_ahead([540, 360, 360, 360, 360, 0, 0, 540, 360, 0, 360, 360, 0, 0])
    need, on_paths = capacity.need_of(days, staffed=staffed_week(week), paths=totals(days, [1.0] * 3))
    per_day = requirement(week, targets={("shop", "voice"): TARGET}).groupby(week["interval_start"].dt.day_of_week)
    hours = per_day["agents"].sum() / 2
    assert need["hours"].tolist() == pytest.approx([hours.sum(), hours.sum() - hours[2]])
    assert on_paths == pytest.approx(np.tile(need["hours"], (3, 1)))
    assert need["work_hours"].tolist() == pytest.approx([1980 * 240 / 3600, 1620 * 240 / 3600])


def test_hours_read_between_volumes_are_those_of_staffing_that_volume():
    week = capacity.usual_week(history())
    usual = np.array([540, 360, 360, 360, 360, 0, 0])
    days = days_ahead(np.tile(usual, 2) * 1.33)
    need, on_paths = capacity.need_of(days, staffed=staffed_week(week), paths=totals(days, [0.6, 1.0, 2.0]))
    for factor, found in zip([0.6, 1.0, 2.0], on_paths[:, 0], strict=True):
        table = week.assign(offered=week["offered"] * 1.33 * factor)
        direct = requirement(table, targets={("shop", "voice"): TARGET})["agents"].sum() / 2
        assert found == pytest.approx(direct, rel=0.03)
    assert need["hours"].tolist() == pytest.approx(on_paths[1])
    assert on_paths[2, 0] / on_paths[0, 0] < 2 / 0.6  # twice the work needs less than twice the people


def test_weeks_far_from_any_that_was_staffed_need_hours_in_proportion_and_none_without_contacts():
    days = days_ahead([540, 360, 360, 360, 360, 0, 0])
    staffed = staffed_week(capacity.usual_week(history()))
    _, on_paths = capacity.need_of(days, staffed=staffed, paths=totals(days, [0.0, 0.05, 0.1, 5.0, 10.0]))
    none, tiny, small, busy, busier = on_paths[:, 0]
    assert none == 0
    assert (small / tiny, busier / busy) == pytest.approx((2.0, 2.0))


def test_a_queue_without_a_usual_week_is_refused_by_name():
    days = days_ahead([10.0] * 7, project="new")
    with pytest.raises(PlanError, match="no contacts of new / voice"):
        capacity.need_of(days, staffed=staffed_week(capacity.usual_week(history())), paths=totals(days, [1.0]))
