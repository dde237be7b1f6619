"""The cheapest hiring for a year: against every plan there is on a tiny case, and what it gives on other futures."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from ccwb.capacity.people import stays_of
from ccwb.capacity.programme import Programme
from ccwb.capacity.terms import year_of
from ccwb.errors import PlanError
from tests.test_capacity import register, sure, terms_of

MONDAY = "2026-11-02"


def year_need(hours, *, weeks=26, spread=0.0, paths=200, seed=1, first=MONDAY):
    """Need of projects (name -> hours on contacts a week) and paths whose level is off by `spread`."""
    days, rng = pd.date_range(first, periods=weeks, freq="7D"), np.random.default_rng(seed)
    parts = [pd.DataFrame({"project": name, "week": days, "hours": each}) for name, each in hours.items()]
    need = pd.concat(parts, ignore_index=True).assign(offered=1000.0, handled=900.0, work_hours=1.0)
    level = np.exp(rng.normal(0, spread, (paths, 1)) - spread**2 / 2)
    return need, need["hours"].to_numpy() * level


def centre_of(people, *, project="shop", hours=40.0, trained_for=""):
    here = register([], [200] * people, until="2026-11-01", project=project)
    return here.assign(hours_week=hours, trained_for=trained_for)


def planned(need, on_paths, agents, *, law=None, terms=None, **more):
    names = sorted(set(need["project"]))
    terms = terms or {name: terms_of() for name in names}
    return capacity.hiring_plan(need, on_paths, agents, terms=terms, law=law or sure(0.0, names), **more)


# the programme against every plan there is ----------------------------------------------------------------------
def cheapest_by_hand(year, need, people, sizes, weight):
    """Try every number of hires in every possible week; overtime, temporary staff and hours short by price, by hand."""
    terms, best = year.terms["shop"], np.inf
    starts = range(terms["lead_weeks"], len(year.weeks), terms["every_weeks"])
    for hires in product(sizes, repeat=len(starts)):
        cost = 0.0
        have, may = np.zeros(len(year.months)), np.zeros(len(year.months))
        for week in range(len(year.weeks)):
            work = people * 40.0
            for start, many in zip(starts, hires, strict=True):
                if week < start:
                    continue
                cost += many * 40 * 20.0 + (500.0 if many and week < start + 1 else 0.0)
                cost += many * 100.0 if week == start else 0.0
                work += many * 40 * {0: 0.0, 1: 0.5}.get(week - start, 1.0)
            for month in range(len(year.months)):
                days = pd.date_range(year.weeks[week], periods=7)
                share = (days.month == year.months["first_day"].iloc[month].month).mean()
                have[month] += share * work * 0.75
                may[month] += share * work * 0.1
        for month, lack in enumerate(need - have):
            over = min(max(lack, 0.0), may[month] * 0.75)
            cost += over / 0.75 * 20 * 1.5 + max(lack - over, 0.0) * weight * 20
        best = min(best, cost)
    return best


@pytest.mark.parametrize(
    ("need", "weight"),
    [([900.0, 1000.0], 2.0), ([700.0, 1600.0], 10.0), ([1600.0, 700.0], 10.0), ([100.0, 100.0], 2.0)],
)
def test_the_programme_costs_as_little_as_the_cheapest_of_all_plans_of_a_tiny_centre(need, weight):
    own = {"smallest": 2, "largest": 4, "lead_weeks": 2, "every_weeks": 3, "training_weeks": 1, "ramp": [0.5]}
    own |= {"cost_per_hire": 100.0, "trainer_cost_week": 500.0, "overtime_most": 0.1, "overtime_premium": 0.5}
    year = year_of(pd.date_range(MONDAY, periods=9, freq="7D"), {"shop": terms_of(**own)})
    law = sure(0.0)
    need = np.array([*need, 200.0][: len(year.months)])
    base = np.full((1, 9), 5 * 40.0)
    programme = Programme(year, stays=stays_of(year, law=law), work=base, pools=[])
    asked = need - year.part @ (base[0] * 0.75)
    found = programme.solve(asked[None, :], short_weight=weight, gap=0.0)
    cost = found.cost + weight * 20 * found.short.sum()
    assert cost == pytest.approx(cheapest_by_hand(year, need, 5, (0, 2, 3, 4), weight), rel=1e-6)
    assert found.slack == pytest.approx(0, abs=1e-3)


def test_fractions_of_people_never_cost_more_than_whole_ones():
    year = year_of(pd.date_range(MONDAY, periods=20, freq="7D"), {"shop": terms_of(lead_weeks=2)})
    stays = stays_of(year, law=sure(0.3))
    programme = Programme(year, stays=stays, work=np.zeros((1, 20)), pools=[])
    need = np.full((1, len(year.months)), 700.0)
    whole, parts = (programme.solve(need, short_weight=10.0, relaxed=relaxed, gap=0.0) for relaxed in (False, True))
    worth = [found.cost + 10 * 20 * found.short.sum() for found in (whole, parts)]
    assert worth[1] <= worth[0]


# the plan ----------------------------------------------------------------------
def test_a_centre_with_people_enough_hires_nobody_and_costs_its_wages():
    need, on_paths = year_need({"shop": 290.0}, weeks=20)
    plan = planned(need, on_paths, centre_of(10))
    assert plan.classes.empty and plan.unmet.empty
    assert plan.cost == pytest.approx(10 * 40 * 20 * 20)
    assert (plan.cost_low, plan.cost_high, plan.chance) == pytest.approx((plan.cost, plan.cost, 1.0))
    assert plan.months["gap_hours"].to_numpy() == pytest.approx(10 * plan.months["weeks"])
    assert plan.months["need_fte"].to_numpy() == pytest.approx(290 / 30)
    assert plan.months["people_fte"].to_numpy() == pytest.approx(10)


def test_the_asked_assurance_is_about_what_other_futures_give():
    need, on_paths = year_need({"shop": 600.0}, weeks=40, spread=0.12, paths=1600)
    law = capacity.attrition(register([10, 30, 50, 60], [200] * 20, until="2026-11-01"), until="2026-11-01").law
    for asked in (0.5, 0.8, 0.95):
        terms = {"shop": terms_of(smallest=1, lead_weeks=1, training_weeks=1, overtime_most=0.0, ramp=[])}
        plan = planned(need, on_paths, centre_of(22), law=law, terms=terms, assurance=asked)
        later = plan.months[plan.months["whole"]].iloc[2:]
        assert later["chance"].min() > asked - 0.06
        assert later["chance"].to_numpy()[-1] < min(asked + 0.1, 1.0)  # not by far more people than asked for
        assert (later["chance_low"] <= later["chance"]).all() and (later["chance"] <= later["chance_high"]).all()


def test_people_who_are_yet_to_be_hired_may_leave_too_and_the_plan_counts_with_it():
    need, on_paths = year_need({"shop": 600.0}, weeks=24, paths=600)
    own = {"smallest": 1, "largest": 40, "every_weeks": 1, "lead_weeks": 0, "training_weeks": 1, "ramp": []}
    plan = planned(need, on_paths, centre_of(1), law=sure(0.8), terms={"shop": terms_of(**own, overtime_most=0.0)})
    assert plan.months[plan.months["whole"]].iloc[1:]["chance"].min() > 0.72


def test_more_assurance_takes_more_people_and_money():
    need, on_paths = year_need({"shop": 600.0}, spread=0.1)
    plans = [planned(need, on_paths, centre_of(15), assurance=asked) for asked in (0.5, 0.7, 0.9)]
    costs = [plan.cost for plan in plans]
    assert costs == sorted(costs) and costs[0] < costs[-1]
    assert all(plan.bound <= plan.cost and 0 <= plan.gap < 0.01 and plan.proven for plan in plans)


def test_every_amount_of_the_costs_is_told_once():
    terms = {"shop": terms_of(overtime_most=0.05, temporary_most=2, temporary_cost=35.0, temporary_lead_weeks=1)}
    need, on_paths = year_need({"shop": 600.0}, weeks=30)
    plan = planned(need, on_paths, centre_of(18), law=sure(0.2), terms=terms)
    sums = plan.costs.groupby("kind")["amount"].sum()
    assert sums.sum() == pytest.approx(plan.cost)
    assert sums["hiring"] + sums["training"] == pytest.approx(plan.classes["cost"].sum())
    assert sums["labour"] == pytest.approx(20 * plan.costs.loc[plan.costs["kind"] == "labour", "hours"].sum())
    assert sums["temporary"] == pytest.approx(35 * plan.months["temporary_hours"].sum())
    assert sums["overtime"] == pytest.approx(20 * 1.25 * plan.months["overtime_hours"].sum())
    paid = (plan.months["people_fte"] * plan.months["weeks"] * 40).sum()
    assert paid == pytest.approx(plan.costs.loc[plan.costs["kind"] == "labour", "hours"].sum())


def test_months_before_a_class_can_work_stay_short_and_it_is_said_why():
    need, on_paths = year_need({"shop": 600.0}, weeks=30)
    plan = planned(need, on_paths, centre_of(15), terms={"shop": terms_of(lead_weeks=8, overtime_most=0.05)})
    first = plan.unmet.iloc[0]
    assert set(first["reasons"]) == {"lead", "overtime", "no_temporary"} <= set(capacity.REASONS)
    weeks = plan.months["weeks"].iloc[0]
    assert first["short_hours"] == pytest.approx(weeks * (600 - 15 * 40 * 0.75 * 1.05))
    assert first["short_fte"] == pytest.approx(first["short_hours"] / (weeks * 40 * 0.75))
    assert first["overtime"] == pytest.approx((600 / (15 * 40 * 0.75)) - 1)
    assert first["decide_by"] == pd.Timestamp(MONDAY) - pd.Timedelta(weeks=8 + 4 + 3)
    assert plan.unmet["first_day"].max() < plan.classes["works_from"].min()
    people = int(np.ceil(first["temporary_people"]))
    helped = terms_of(temporary_most=people, temporary_cost=30.0, temporary_lead_weeks=0, overtime_most=0.05)
    assert len(planned(need, on_paths, centre_of(15), terms={"shop": helped | {"lead_weeks": 8}}).unmet) == 0


@pytest.mark.parametrize(
    ("own", "more", "binds"),
    [
        ({"lead_weeks": 0, "largest": 4, "every_weeks": 30}, {}, "classes"),
        ({"lead_weeks": 0, "classes": 0}, {}, "none"),
        ({"lead_weeks": 0}, {"closed": ("2026-11-02", "2027-06-30")}, "closed"),
        ({"lead_weeks": 0}, {"short_weight": 1e-6}, "weight"),
        ({"lead_weeks": 30}, {}, "lead"),
        ({"temporary_most": 1, "temporary_cost": 30.0}, {}, "temporary"),
    ],
)
def test_what_keeps_a_month_short_is_named(own, more, binds):
    need, on_paths = year_need({"shop": 900.0}, weeks=26, paths=20)
    plan = planned(need, on_paths, centre_of(10), terms={"shop": terms_of(**own)}, **more)
    assert binds in (plan.unmet["reasons"].iloc[-1] if binds != "temporary" else plan.unmet["reasons"].iloc[0])
    others = {"classes", "none", "closed", "weight"} - {binds}
    assert binds in ("lead", "temporary") or not others & set(plan.unmet["reasons"].iloc[-1])


def test_nobody_is_hired_in_a_closed_time_too_early_out_of_step_or_in_a_class_of_another_size():
    need, on_paths = year_need({"shop": 900.0}, weeks=40)
    terms = {"shop": terms_of(smallest=3, largest=5, every_weeks=3, earliest="2026-12-20", lead_weeks=2)}
    plan = planned(need, on_paths, centre_of(15), terms=terms, closed=("2027-01-10", "2027-03-01"))
    starts = plan.classes["start"]
    assert len(starts) and not starts.between("2027-01-10", "2027-03-01").any()
    assert starts.min() >= pd.Timestamp("2026-12-20")
    assert ((starts - pd.Timestamp("2026-12-21")).dt.days % 21 == 0).all()
    assert plan.classes["people"].between(3, 5).all()
    assert "closed" in {reason for row in plan.unmet["reasons"] for reason in row}


def test_people_trained_for_two_projects_help_the_one_that_is_short_but_never_both():
    need, on_paths = year_need({"bank": 200.0, "shop": 260.0, "tele": 260.0}, weeks=8)
    agents = pd.concat(
        [
            centre_of(10, project="bank", trained_for="bank/voice; shop/voice; tele"),
            centre_of(8, project="shop"),
            centre_of(8, project="tele"),
        ],
        ignore_index=True,
    )
    terms = {name: terms_of(classes=0, overtime_most=0.0) for name in ("bank", "shop", "tele")}
    plan = planned(need, on_paths, agents, terms=terms)
    lent = plan.months.pivot(index="first_day", columns="project", values="lent_hours")
    assert lent.sum(axis=1).to_numpy() == pytest.approx(0, abs=1e-6)
    assert plan.unmet.empty and (lent["bank"] < 0).all()
    assert plan.months["gap_hours"].min() >= -1e-3
    wanted, paths = year_need({"bank": 200.0, "shop": 340.0, "tele": 340.0}, weeks=8)
    short = planned(wanted, paths, agents, terms=terms).unmet
    weeks = 8.0  # 100 hours a week too many, of which 200 that lack are met by 100 to spare
    assert short["short_hours"].sum() == pytest.approx(weeks * 100)


def test_cross_training_is_bought_where_it_is_cheaper_than_hiring():
    need, on_paths = year_need({"bank": 200.0, "shop": 300.0}, weeks=26)
    agents = pd.concat([centre_of(10, project="bank"), centre_of(9, project="shop")], ignore_index=True)
    terms = {name: terms_of(overtime_most=0.0) for name in ("bank", "shop")}
    terms["bank"] |= {"cross_to": ["shop"], "cross_most": 3, "cross_cost": 400.0, "cross_weeks": 2}
    plan = planned(need, on_paths, agents, terms=terms)
    assert plan.classes.empty
    assert plan.crossings[["project", "trained_for"]].drop_duplicates().values.tolist() == [["bank", "shop"]]
    assert 1 <= plan.crossings["people"].sum() <= 3
    assert plan.costs.query("kind == 'training'")["amount"].sum() == pytest.approx(plan.crossings["cost"].sum())


def test_a_project_that_begins_with_nobody_is_hired_for_and_one_that_needs_nobody_is_not():
    need, on_paths = year_need({"new": 200.0, "quiet": 0.0}, weeks=20, paths=20)
    terms = {name: terms_of(lead_weeks=0, overtime_most=0.0) for name in ("new", "quiet")}
    plan = planned(need, on_paths, centre_of(0), terms=terms)
    assert set(plan.classes["project"]) == {"new"}
    assert plan.months.loc[plan.months["project"] == "quiet", "chance"].eq(1).all()
    last = plan.months[(plan.months["project"] == "new")].iloc[-1]
    assert last["gap_hours"] >= 0 and last["people"] == pytest.approx(plan.classes["people"].sum())


def test_needs_and_assurances_that_cannot_be_read_are_refused():
    need, on_paths = year_need({"shop": 600.0})
    with pytest.raises(PlanError, match="share between 0 and 1"):
        planned(need, on_paths, centre_of(15), assurance=80)
    with pytest.raises(PlanError, match="one row for every week"):
        planned(need.iloc[:-1], on_paths, centre_of(15))
    with pytest.raises(PlanError, match="Mondays"):
        planned(need.assign(week=need["week"] + pd.Timedelta(days=1)), on_paths, centre_of(15))
    with pytest.raises(PlanError, match="who leaves shop"):
        planned(need, on_paths, centre_of(15), law=sure(0.1, ["bank"]))


# scenarios ----------------------------------------------------------------------
def test_a_hiring_freeze_saves_money_and_leaves_months_short():
    need, on_paths = year_need({"shop": 600.0}, weeks=40, spread=0.05)
    scenarios = [
        capacity.Scenario("base"),
        capacity.Scenario("freeze", closed=("2026-11-02", "2027-12-31")),
        capacity.Scenario("busier", volume=0.1),
        capacity.Scenario("sooner", lead_weeks=2),
    ]
    terms = {"shop": terms_of()}
    known = {"terms": terms, "law": sure(0.25)}
    looks = []
    known["progress"] = lambda done, total: looks.append((done, total))
    table, plans = capacity.side_by_side(need, on_paths, centre_of(16), scenarios=scenarios, **known)
    assert looks == sorted(looks) and {total for _, total in looks} == {20}
    told = table.set_index("scenario")
    assert told.loc["freeze", "hires"] == 0 and told.loc["freeze", "extra"] < 0
    assert told.loc["freeze", "months_short"] > told.loc["base", "months_short"] >= told.loc["sooner", "months_short"]
    assert told.loc["freeze", "assurance"] < told.loc["base", "assurance"] < told.loc["sooner", "assurance"]
    assert told.loc["busier", "hires"] > told.loc["base", "hires"] > 0
    assert plans["busier"].months["need_hours"].sum() == pytest.approx(1.1 * plans["base"].months["need_hours"].sum())
    with pytest.raises(PlanError, match="names that differ"):
        capacity.side_by_side(need, on_paths, centre_of(16), scenarios=scenarios[:1] * 2, **known)


def test_a_point_of_attrition_costs_about_what_replacing_those_people_costs():
    need, on_paths = year_need({"shop": 30 * 200.0}, weeks=52)
    own = {"smallest": 1, "largest": 500, "every_weeks": 1, "lead_weeks": 0, "training_weeks": 4, "ramp": [0.5, 0.5]}
    terms = {"shop": terms_of(**own, cost_per_hire=3000.0, trainer_cost_week=0.0, overtime_most=0.0)}
    told = capacity.point_of_attrition(need, on_paths, centre_of(200), terms=terms, law=sure(0.2), draws=5)
    each = 3000 + (4 + 1) * 40 * 20  # hiring, four weeks of training, two weeks at half
    assert told["amount"] == pytest.approx(2.0 * each, rel=0.12)
    assert told["hires"] == pytest.approx(2.0, rel=0.12)
    assert told["lower_80"] <= told["amount"] <= told["upper_80"]
