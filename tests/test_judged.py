"""The budget held against what came: hours, people, cost and cost per contact, by project and month."""

import pandas as pd
import pytest

from ccwb import capacity

DAYS = {"first_day": "2026-03-02", "last_day": "2026-04-26"}  # eight weeks, of two months


def day(text):
    return pd.Timestamp(text)


def budget():
    rows = []
    for project, hours in (("help", 800.0), ("orders", 400.0)):
        for first, last in (("2026-03-01", "2026-03-31"), ("2026-04-01", "2026-04-30")):
            place = {"project": project, "first_day": day(first), "last_day": day(last)}
            rows.append(place | {"kind": "labour", "amount": 25 * hours, "hours": hours})
            rows.append(place | {"kind": "overtime", "amount": 310.0, "hours": 10.0})
            rows.append(place | {"kind": "technology", "amount": 620.0})
            rows.append(place | {"kind": "revenue", "amount": 9999.0})
            rows.append(place | {"kind": "contacts", "amount": 0.0, "contacts": 3100.0})
    return pd.DataFrame(rows)


def agents():
    people = {"agent": ["a", "b", "c"], "project": ["help", "help", "orders"], "hours_week": [40.0, 35.0, 28.0]}
    ends = {"hired": [pd.NaT, day("2026-03-30"), pd.NaT], "left": [pd.NaT, pd.NaT, day("2026-04-05")]}
    return pd.DataFrame(people | ends)


def costs(shared=0.0):
    rows = [("help", "labour", 5000.0), ("orders", "labour", 4000.0), ("", "operations", shared)]
    spans = [("2026-03-01", "2026-03-31"), ("2026-04-01", "2026-04-30")]
    told = [(day(f), day(last), *row) for f, last in spans for row in rows]
    return pd.DataFrame(told, columns=["first_day", "last_day", "project", "kind", "amount"])


def handled(help_=100.0, orders=50.0):
    days = pd.date_range("2026-03-01", "2026-04-30")
    parts = [pd.DataFrame({"day": days, "project": p, "contacts": n}) for p, n in (("help", help_), ("orders", orders))]
    return pd.concat(parts, ignore_index=True)


def judged(**more):
    given = {"agents": agents(), "handled": handled()} | {k: v for k, v in more.items() if k != "by"}
    by = {"by": more["by"]} if "by" in more else {}
    return capacity.judged(budget(), given.pop("costs", costs()), **given, **DAYS, **by)


def test_a_month_counts_by_its_days_and_only_what_it_costs_is_a_cost():
    march = judged().set_index(["project", "first_day"]).loc[("help", day("2026-03-01"))]
    share = 30 / 31
    assert march["plan_hours"] == pytest.approx(810 * share) and march["plan_contacts"] == pytest.approx(3100 * share)
    assert march["plan_cost"] == pytest.approx((20_000 + 310 + 620) * share)
    assert march["plan_labour"] == pytest.approx(20_310 * share)
    assert march["plan_cost_per_contact"] == pytest.approx(20_930 / 3100)
    assert march["actual_cost"] == pytest.approx(5000 * share) and march["actual_contacts"] == 3000
    assert march["plan_fte"] == pytest.approx(810 * share / (30 / 7 * 40))


def test_what_a_contact_was_to_cost_is_the_budgets_cost_over_its_contacts_apart_by_project():
    table = budget()
    table.loc[(table["project"] == "orders") & (table["kind"] == "contacts"), "contacts"] = 1550.0
    found = capacity.planned_per_contact(table, **DAYS).set_index("project")
    part = 30 / 31 + 26 / 30  # of March and of April
    assert found.loc["help", "numerator"] == pytest.approx((20_000 + 310 + 620) * part)
    assert found.loc["help", "denominator"] == pytest.approx(3100 * part)
    assert found.loc["orders", "value"] == pytest.approx((10_000 + 310 + 620) / 1550)
    whole = found["numerator"].sum() / found["denominator"].sum()  # of the centre: a mean of the two would be 6.90
    assert whole == pytest.approx((20_930 + 10_930) / (3100 + 1550), rel=1e-9)
    assert set(found["basis"]) == {"plan"} and set(found["kpi"]) == {"cost_per_contact"}
    silent = table[table["kind"] != "contacts"].assign(contacts=float("nan"))
    assert capacity.planned_per_contact(silent, **DAYS).empty
    assert capacity.planned_per_contact(table.iloc[:0], **DAYS).empty


def test_the_hours_paid_are_those_of_everybody_employed_each_day_of_it():
    found = judged().set_index(["project", "first_day"])["actual_hours"]
    assert found["help", day("2026-03-01")] == pytest.approx(30 * 40 / 7 + 2 * 35 / 7)
    assert found["orders", day("2026-04-01")] == pytest.approx(5 * 28 / 7)
    slow = sum(
        row.hours_week / 7
        for row in agents().itertuples()
        for one in pd.date_range("2026-03-02", "2026-04-26")
        if (pd.isna(row.hired) or row.hired <= one) and (pd.isna(row.left) or one <= row.left)
    )
    assert judged(by=())["actual_hours"].iloc[0] == pytest.approx(slow)


def test_projects_and_months_add_up_to_the_whole_and_shared_costs_go_by_contacts():
    sums = ["plan_hours", "actual_hours", "plan_cost", "actual_cost", "plan_contacts", "actual_contacts"]
    parts, whole = judged(costs=costs(900.0)), judged(costs=costs(900.0), by=())
    assert parts[sums].sum().to_dict() == pytest.approx(whole[sums].iloc[0].to_dict())
    march = parts.set_index(["project", "first_day"])
    plain = judged().set_index(["project", "first_day"])
    extra = march["actual_cost"] - plain["actual_cost"]
    assert extra["help", day("2026-03-01")] == pytest.approx(900 * 30 / 31 * 2 / 3)
    assert (whole["known"] == 1).all()


def test_a_gap_is_hours_their_price_and_the_rest_and_these_add_up():
    for row in judged().to_dict("records"):
        gap = capacity.gap_of(row)
        assert gap["hours"] + gap["rate"] + gap["other"] == pytest.approx(gap["gap"])
        assert gap["gap"] == pytest.approx(row["actual_cost"] - row["plan_cost"])
    same = {"plan_hours": 100, "actual_hours": 110, "plan_labour": 2000, "actual_labour": 2200}
    gap = capacity.gap_of(same | {"plan_cost": 2500, "actual_cost": 2700})
    assert (gap["hours"], gap["rate"], gap["other"]) == (200, 0, 0)


def test_days_without_books_are_said_to_be_missing():
    only_march = costs().head(3)
    assert judged(costs=only_march)["known"].iloc[0] == pytest.approx(30 / 56)
    assert judged(costs=costs().iloc[:0])["known"].eq(0).all()


def test_a_budget_as_before_goes_on_with_those_who_are_there_and_what_was_booked_last():
    people = agents().assign(hourly_cost=20.0)
    told = costs().head(3).assign(kind="technology", last_day=day("2026-03-31"))
    spans = {"first_day": "2026-04-01", "last_day": "2026-05-14", "known_until": "2026-03-31"}
    table = capacity.as_before(people, told[told["project"] != ""], handled(), **spans)
    april = table[(table["first_day"] == day("2026-04-01")) & (table["project"] == "orders")].set_index("kind")
    assert april.loc["labour", "hours"] == pytest.approx(30 * 28 / 7)  # who leaves later is still counted on
    assert april.loc["labour", "amount"] == pytest.approx(30 * 28 / 7 * 20)
    assert april.loc["technology", "amount"] == pytest.approx(4000 / 31 * 30)
    assert april.loc["contacts", "contacts"] == 30 * 50
    may = table[(table["first_day"] == day("2026-05-01")) & (table["kind"] == "technology")]
    assert may["amount"].sum() == pytest.approx(9000 / 31 * 14) and (may["last_day"] == day("2026-05-14")).all()
