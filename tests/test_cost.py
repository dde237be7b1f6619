"""What a plan costs: hours and money that add up, shared costs by their key, the price of a point."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.staffing import KEYS, cost, expected_costs, hourly_cost_of, price_of_a_point, requirement, summary
from tests.test_staffing import TARGET, forecast


def need_of(**projects):
    """A requirement of some projects: name -> contacts per half-hour of a day."""
    tables = []
    for name, offered in projects.items():
        table = requirement(forecast(offered).assign(project=name), targets={(name, "voice"): TARGET})
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def costs_of(*rows):
    names = ["first_day", "last_day", "project", "kind", "amount"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in names[:2]})


def test_ten_agents_for_an_hour_at_a_quarter_shrinkage_and_thirty_an_hour_cost_four_hundred():
    need = need_of(shop=[60, 60]).assign(agents=10.0, scheduled=10 / 0.75, paid=10 / 0.75, answer_rate=0.9)
    row = cost(need, hourly_cost={"shop": 30.0}).iloc[0]
    assert (row["agent_hours"], row["paid_hours"], row["labour"]) == pytest.approx((10, 40 / 3, 400))
    assert row["cost_per_contact"] == pytest.approx(400 / (120 * 0.9))


def test_leave_that_the_roster_places_is_paid_but_not_scheduled():
    table = requirement(forecast([75]), targets={("shop", "voice"): TARGET | {"placed": 0.2}})
    row = table.iloc[0]
    assert (row["agents"], row["scheduled"], row["paid"]) == pytest.approx((12, 16, 20))
    assert summary(table)["paid_hours"].iloc[0] == pytest.approx(10)


def test_a_plan_made_before_paid_agents_were_known_counts_its_scheduled_ones():
    table = requirement(forecast([75]), targets={("shop", "voice"): TARGET})
    assert summary(table.assign(paid=np.nan))["paid_hours"].iloc[0] == summary(table)["paid_hours"].iloc[0]
    assert summary(table.drop(columns="paid"))["paid_hours"].iloc[0] == summary(table)["paid_hours"].iloc[0]


@pytest.mark.parametrize("key", KEYS)
@given(amount=st.floats(0, 1e6), small=st.integers(0, 50), large=st.integers(1, 200))
def test_shared_costs_are_split_by_the_key_and_nothing_of_them_is_lost(key, amount, small, large):
    need = need_of(small=[small], large=[large])
    others = pd.DataFrame({"project": ["", "large"], "kind": "technology", "amount": [amount, 7.0]})
    made = cost(need, hourly_cost={"small": 20, "large": 30}, others=others, key=key).set_index("project")
    assert made["shared"].sum() == pytest.approx(amount)
    assert made["own"].to_dict() == {"large": 7.0, "small": 0.0}
    assert made["total"].sum() == pytest.approx(made[["labour", "own", "shared"]].to_numpy().sum())
    basis = {"handled": made["handled"], "hours": made["paid_hours"], "even": pd.Series(1, index=made.index)}[key]
    assert made["shared"] @ basis[::-1].to_numpy() == pytest.approx(made["shared"][::-1].to_numpy() @ basis)


def test_an_hour_without_a_cost_leaves_the_money_missing_and_the_hours_there():
    row = cost(need_of(shop=[60]), hourly_cost={}).iloc[0]
    assert row["paid_hours"] > 0
    assert row[["labour", "total", "cost_per_contact"]].isna().all()


def test_nothing_offered_costs_nothing_and_has_no_price_per_contact():
    row = cost(need_of(shop=[0, 0]), hourly_cost={"shop": 30}).iloc[0]
    assert (row["labour"], row["total"]) == (0, 0)
    assert np.isnan(row["cost_per_contact"])


def test_an_unknown_key_is_refused_in_words():
    with pytest.raises(PlanError, match="split by one of: handled, hours, even; found moon"):
        cost(need_of(shop=[1]), hourly_cost={}, key="moon")


def test_coming_costs_are_those_of_the_last_three_months_a_day_whatever_came_before():
    booked = costs_of(
        ("2025-01-01", "2025-01-31", "", "technology", 99_999.0),
        *(
            (f"2026-{m:02d}-01", f"2026-{m:02d}-{d}", "", "technology", 100.0 * d)
            for m, d in ((7, 31), (8, 31), (9, 30))
        ),
        ("2026-09-01", "2026-09-30", "shop", "labour", 5_000.0),
    )
    made = expected_costs(booked, days=91)
    assert made.to_dict("records") == [{"project": "", "kind": "technology", "amount": pytest.approx(9_100)}]
    assert expected_costs(booked.iloc[:0], days=91).empty


def test_who_left_and_who_has_no_cost_do_not_count_in_the_mean_cost_of_an_hour():
    people = pd.DataFrame({"hours_week": [40.0, 20.0, 40.0], "hourly_cost": [30.0, 90.0, np.nan]})
    assert hourly_cost_of(people.assign(left=[pd.NaT, pd.Timestamp("2026-01-01"), pd.NaT])) == 30
    assert hourly_cost_of(people.iloc[:0]) is None


def test_the_price_of_a_point_is_the_difference_of_two_requirements():
    table, queue = forecast(np.linspace(20, 400, 40)), ("shop", "voice")
    made = price_of_a_point(table, targets={queue: TARGET}, queue=queue)
    sums = [
        summary(requirement(table, targets={queue: TARGET | {"service_level": level}})).iloc[0] for level in (0.8, 0.81)
    ]
    assert made["agent_hours"] == pytest.approx(sums[1]["agent_hours"] - sums[0]["agent_hours"])
    assert made["agent_hours"] > 0
    with pytest.raises(PlanError, match="no service level that could be a point higher"):
        price_of_a_point(table, targets={queue: TARGET | {"service_level": 0.995}}, queue=queue)


# --- costs to be expected ---------------------------------------------------------------------------------------------
MONTHLY = [
    (f"2026-{m:02d}-01", f"2026-{m:02d}-{d}", "", "operations", 100.0 * d) for m, d in ((7, 31), (8, 31), (9, 30))
]


@pytest.mark.parametrize("kind", ["technology", "operations"])
def test_a_yearly_licence_booked_ahead_does_not_end_the_monthly_costs(kind):
    licence = ("2026-01-01", "2026-12-31", "", kind, 365.0)
    made = expected_costs(costs_of(*MONTHLY, licence), days=92, until="2026-10-01")
    assert made["amount"].sum() == pytest.approx(92 * 101)


def test_monthly_costs_booked_ahead_do_not_end_a_licence_that_is_renewed_later():
    bills = [
        ("2026-10-01", "2026-12-31", "", "operations", 9_200.0),
        ("2025-10-01", "2026-09-30", "", "technology", 365.0),
    ]
    made = expected_costs(
        costs_of(*MONTHLY, *bills), days=92, until=pd.Timestamp("2026-10-01 08:00", tz="Europe/Berlin")
    )
    assert made.set_index("kind")["amount"].to_dict() == pytest.approx({"operations": 9_200, "technology": 92})


def test_each_projects_costs_have_their_own_last_three_months():
    late = ("2026-11-01", "2026-11-30", "shop", "operations", 300.0)
    made = expected_costs(costs_of(*MONTHLY, late), days=10).set_index("project")["amount"].to_dict()
    assert made == pytest.approx({"": 1_000, "shop": 100})


def test_a_dearer_bill_booked_for_coming_days_counts_on_those_days_as_it_is():
    """Day by day: 100 a day until September, 150 a day booked for October, then 100 again."""
    made = expected_costs(
        costs_of(*MONTHLY, ("2026-10-01", "2026-10-31", "", "operations", 31 * 150.0)), days=61, until="2026-10-01"
    )
    assert made["amount"].item() == pytest.approx(31 * 150 + 30 * 100)


def test_a_cost_that_begins_in_the_coming_time_counts_only_where_it_is_booked():
    new = costs_of(("2026-10-11", "2026-10-20", "shop", "technology", 500.0))
    assert expected_costs(new, days=15, until="2026-10-01")["amount"].item() == pytest.approx(250)


def test_a_cost_of_no_project_in_particular_is_shared_also_where_the_cell_is_empty():
    booked = costs_of(*MONTHLY).assign(project=[None, np.nan, ""])
    made = expected_costs(booked, days=10)
    assert made.to_dict("records") == [{"project": "", "kind": "operations", "amount": pytest.approx(1_000)}]
    others = pd.DataFrame({"project": [None, ""], "kind": "technology", "amount": [40.0, 2.0]})
    assert cost(need_of(shop=[60]), hourly_cost=20, others=others)["shared"].tolist() == [42.0]


@pytest.mark.parametrize("amount", [np.nan, "much", np.inf])
def test_an_amount_that_is_no_number_is_refused_by_name(amount):
    booked = costs_of(*MONTHLY).astype({"amount": object})
    booked.loc[1, "amount"] = amount
    with pytest.raises(PlanError, match=r"operations.*no amount"):
        expected_costs(booked, days=10)
    with pytest.raises(PlanError, match="no amount"):
        cost(need_of(shop=[60]), hourly_cost=20, others=booked)


@pytest.mark.parametrize("wrong", [{"days": -1}, {"days": np.nan}, {"days": "ten"}, {"days": 10, "until": "soon"}])
def test_days_that_are_none_are_refused_in_words(wrong):
    with pytest.raises(PlanError, match="found"):
        expected_costs(costs_of(*MONTHLY), **wrong)


# --- whose money ------------------------------------------------------------------------------------------------------
def test_an_hour_that_costs_nothing_costs_nothing_and_one_number_holds_for_all():
    need = need_of(shop=[60], bank=[60])
    made = cost(need, hourly_cost={"shop": 0, "bank": None}).set_index("project")["labour"]
    assert made["shop"] == 0
    assert np.isnan(made["bank"])
    same = cost(need, hourly_cost=30)
    assert same["labour"].tolist() == pytest.approx((30 * same["paid_hours"]).tolist())
    assert cost(need, hourly_cost=None)["labour"].isna().all()
    for wrong in ("thirty", {"shop": "30 Euro"}, -1):
        with pytest.raises(PlanError, match="cost of a paid hour"):
            cost(need, hourly_cost=wrong)


def test_own_costs_of_a_project_without_a_plan_are_left_out_and_shared_ones_never():
    others = pd.DataFrame({"project": ["", "bank"], "kind": "technology", "amount": [90.0, 7.0]})
    made = cost(need_of(shop=[60]), hourly_cost=20, others=others)
    assert made[["project", "own", "shared"]].values.tolist() == [["shop", 0.0, 90.0]]
    empty = need_of(shop=[60]).iloc[:0]
    assert cost(empty, hourly_cost=20).empty
    with pytest.raises(PlanError, match="Shared costs of 90 cannot be split"):
        cost(empty, hourly_cost=20, others=others)
    with pytest.raises(PlanError, match="lacks amount"):
        cost(need_of(shop=[60]), hourly_cost=20, others=others.drop(columns="amount"))


def test_somebody_who_leaves_later_is_employed_until_then():
    people = pd.DataFrame(
        {"hours_week": 40.0, "hourly_cost": [30.0, 60.0], "left": [pd.NaT, pd.Timestamp("2026-12-31")]}
    )
    assert hourly_cost_of(people, at="2026-12-31") == 45
    assert hourly_cost_of(people, at="2027-01-01") == hourly_cost_of(people) == 30
    assert hourly_cost_of(people.drop(columns="hours_week")) is None


@pytest.mark.parametrize("weeks", [0, -1, np.nan, "four"])
def test_a_plan_stands_for_more_than_no_weeks(weeks):
    with pytest.raises(PlanError, match="number above 0"):
        summary(need_of(shop=[60]), weeks=weeks)


# --- a point more -----------------------------------------------------------------------------------------------------
def test_a_point_more_has_a_price_for_email_too():
    table = forecast([600.0] * 4 + [1.0] * 20).assign(channel="email")
    target = TARGET | {"service_level": 0.6, "answer_within_s": 1800}
    queue = ("shop", "email")
    made = price_of_a_point(table, targets={queue: target}, queue=queue, point=0.35)
    few, many = (
        summary(requirement(table, targets={queue: target | {"service_level": level}}))["agent_hours"].item()
        for level in (0.6, 0.95)
    )
    assert made["agent_hours"] == pytest.approx(many - few)
    assert made["agent_hours"] > 0


def test_what_has_no_price_of_a_point_says_why():
    table, queue = forecast([75]), ("shop", "voice")
    for targets, asked, said in (
        ({queue: TARGET | {"service_level": 0.995}}, queue, "found 99.5 %"),
        ({queue: TARGET}, ("bank", "voice"), "no targets"),
        ({queue: TARGET, ("shop", "chat"): TARGET}, ("shop", "chat"), "no rows of shop / chat"),
    ):
        with pytest.raises(PlanError, match=said):
            price_of_a_point(table, targets=targets, queue=asked)
