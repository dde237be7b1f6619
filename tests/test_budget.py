"""The budget: amounts that add up, shared costs by their key, what a project earns, and the books against it."""

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from ccwb.errors import PlanError
from ccwb.projects import EARNS, blank_centre, check_centre, new_project
from ccwb.tables import check
from tests.test_capacity_plan import centre_of, planned, year_need


@pytest.fixture(scope="module")
def plan():
    """Eighteen weeks of two projects, from the second of November."""
    need, on_paths = year_need({"bank": 300.0, "shop": 450.0}, weeks=18, paths=20)
    agents = pd.concat([centre_of(10, project="bank"), centre_of(15, project="shop")], ignore_index=True)
    return planned(need, on_paths, agents)


def others_of(*rows):
    return pd.DataFrame(rows, columns=["project", "first_day", "kind", "amount"])


DECEMBER = "2026-12-01"
OTHERS = others_of(
    ("shop", DECEMBER, "technology", 900.0), ("bank", DECEMBER, "operations", 50.0), ("", DECEMBER, "technology", 700.0)
)


def month_of(table, project, first_day=DECEMBER):
    rows = table[(table["project"] == project) & (table["first_day"] == first_day)]
    return rows.set_index("kind")["amount"].to_dict()


def test_a_month_is_the_sum_of_its_parts_and_the_centre_that_of_its_projects(plan):
    table = capacity.budget(plan, others=OTHERS, key="hours")
    weeks = 31 / 7
    assert month_of(table, "shop") == pytest.approx(
        {"labour": weeks * 15 * 40 * 20, "technology": 900, "shared": 700 * 15 / 25, "contacts": 0}
    )
    december = table[table["first_day"] == DECEMBER]
    sums = capacity.sums_of(december).set_index("project")
    assert sums.loc["shop", "cost"] == pytest.approx(weeks * 12_000 + 900 + 420)
    assert sums.loc["shop", "fte"] == pytest.approx(15)
    whole = capacity.sums_of(december, by=()).iloc[0]
    assert whole["cost"] == pytest.approx(sums["cost"].sum())
    assert whole["cost_per_contact"] == pytest.approx(sums["cost"].sum() / sums["contacts"].sum())
    by_kind = capacity.sums_of(table, by=("kind",))
    assert by_kind["cost"].sum() == pytest.approx(capacity.sums_of(table, by=())["cost"].iloc[0])
    assert sums["contacts"].to_numpy() == pytest.approx(weeks * 900)
    assert whole["revenue"] == 0 and np.isnan(whole["margin_share"])
    check(table, "budget")


@pytest.mark.parametrize("key", ["handled", "hours", "even"])
@pytest.mark.parametrize("amount", [0.01, 12_345.6])
def test_shared_costs_are_all_borne_whatever_the_key(plan, key, amount):
    table = capacity.budget(plan, others=others_of(("", DECEMBER, "technology", amount)), key=key)
    shared = table[table["kind"] == "shared"]
    assert shared["amount"].sum() == pytest.approx(amount)
    assert (shared["first_day"] == DECEMBER).all()
    share = {"handled": 0.5, "hours": 0.4, "even": 0.5}[key]
    assert shared.set_index("project")["amount"]["bank"] == pytest.approx(share * amount)


def test_a_project_earns_by_contact_hour_and_month_and_for_keeping_its_target(plan):
    contracts = {"shop": {"earns_contact": 4.0, "earns_hour": 2.0, "earns_month": 1000.0, "bonus": 300, "malus": 600}}
    table = capacity.budget(plan, contracts=contracts)
    weeks = 31 / 7
    assert month_of(table, "shop")["revenue"] == pytest.approx(weeks * (4 * 900 + 2 * 450) + 1000)
    assert month_of(table, "shop")["bonus"] == pytest.approx(300)  # every path is covered
    assert month_of(table, "shop", "2026-11-02")["bonus"] == pytest.approx(300 * 29 / 30)
    assert "revenue" not in month_of(table, "bank")
    told = capacity.sums_of(table).set_index("project")
    assert told.loc["shop", "margin"] == pytest.approx(told.loc["shop", "revenue"] - told.loc["shop", "cost"])
    unsure = plan.months.assign(chance=0.75)
    less = capacity.budget(plan.__class__(**{**vars(plan), "months": unsure}), contracts=contracts)
    assert month_of(less, "shop")["bonus"] == pytest.approx(300 * 0.75 - 600 * 0.25)


def test_what_is_booked_stands_against_the_plan_of_the_days_that_both_have(plan):
    table = capacity.budget(plan, others=OTHERS)
    booked = [
        ("2026-12-01", "2026-12-31", "shop", "labour", 60_000.0),
        ("2026-11-16", "2026-12-15", "shop", "technology", 600.0),
        ("2026-12-01", "2026-12-31", None, "technology", 500.0),
    ]
    costs = pd.DataFrame(booked, columns=["first_day", "last_day", "project", "kind", "amount"])
    costs = costs.assign(**{name: pd.to_datetime(costs[name]) for name in ("first_day", "last_day")})
    told = capacity.against(table, costs, first_day=DECEMBER, last_day="2026-12-31").set_index(["project", "kind"])
    assert told.loc[("shop", "labour"), ["plan", "actual"]].tolist() == pytest.approx([31 / 7 * 12_000, 60_000])
    assert told.loc[("shop", "technology"), ["plan", "actual", "gap"]].tolist() == pytest.approx([900, 300, -600])
    assert told.loc[("", "shared"), ["plan", "actual"]].tolist() == pytest.approx([700, 500])
    assert (told["known"] == 1).all()
    part = capacity.against(table, costs, first_day="2026-12-01", last_day="2027-01-31")
    assert part["known"].iloc[0] == pytest.approx(31 / 62)
    half = capacity.against(table, costs, first_day="2026-12-01", last_day="2026-12-10").set_index(["project", "kind"])
    assert half.loc[("shop", "labour"), "plan"] == pytest.approx(10 / 7 * 12_000)


def test_overtime_is_booked_as_labour_and_hiring_as_operations():
    assert set(capacity.BOOKED_AS) == set(capacity.COSTS)
    first = {"project": "shop", "first_day": pd.Timestamp(DECEMBER), "last_day": pd.Timestamp("2026-12-31")}
    rows = [first | {"kind": kind, "amount": 1.0} for kind in (*capacity.COSTS, "revenue", "contacts")]
    told = capacity.beside(pd.DataFrame(rows), days=(DECEMBER, "2026-12-31")).set_index("kind")["plan"] * 31
    assert told.to_dict() == pytest.approx(
        {"labour": 3.0, "operations": 3.0, "technology": 1.0, "infrastructure": 1.0, "shared": 1.0}
    )


def test_a_cycle_is_held_against_the_one_before_by_the_day(plan):
    table = capacity.budget(plan, others=OTHERS)
    days = ("2026-12-01", "2026-12-31")
    costs = pd.DataFrame({"first_day": pd.to_datetime(["2026-09-01"]), "last_day": pd.to_datetime(["2026-09-10"])})
    costs = costs.assign(project="shop", kind="labour", amount=10_000.0)
    told = capacity.beside(table, days=days, costs=costs, days_before=("2026-09-01", "2026-09-10"))
    row = told.set_index(["project", "kind"]).loc[("shop", "labour")]
    assert row["plan"] == pytest.approx(12_000 / 7)
    assert (row["previous_actual"], row["change"]) == pytest.approx((1000, 12 / 7 - 1))
    assert np.isnan(row["previous_plan"])
    again = capacity.beside(table, days=days, before=table, days_before=days)
    assert again["change"].dropna().to_numpy() == pytest.approx(0)


def test_costs_of_a_month_or_project_that_is_not_planned_are_refused(plan):
    with pytest.raises(PlanError, match="month from 2028-01-01"):
        capacity.budget(plan, others=others_of(("shop", "2028-01-01", "technology", 1.0)))
    with pytest.raises(PlanError, match="costs of tele"):
        capacity.budget(plan, others=others_of(("tele", DECEMBER, "technology", 1.0)))
    with pytest.raises(PlanError, match="Shared costs are split by"):
        capacity.budget(plan, key="heads")


@pytest.mark.parametrize("term", EARNS)
def test_what_a_contract_earns_is_nothing_or_an_amount(term):
    shop = new_project("shop")
    assert shop["contract"][term] is None
    for fine in (None, 0, 12.5):
        shop["contract"][term] = fine
        check_centre(blank_centre() | {"projects": [shop]})
    for wrong in (-1, "much", float("nan")):
        shop["contract"][term] = wrong
        with pytest.raises(PlanError, match="is an amount of 0 or more"):
            check_centre(blank_centre() | {"projects": [shop]})
