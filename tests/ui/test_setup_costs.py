"""The costs of the setup: typed bills are what the plan splits, a row that is none waits, two writers lose nothing."""

import datetime as dt
import html

import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.staffing import cost, expected_costs
from ccwb.staffing.cost import wages
from ccwb.store import open_store
from ccwb.ui import setup_costs
from ccwb.ui.setup_page import SetupPage
from ccwb.ui.shell import Context
from tests.test_cost import need_of
from tests.ui.looking import change, finished, press, said, shown

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
JANUARY = {"first_day": "2026-01-01", "last_day": "2026-01-31"}


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as store:
        yield store


@pytest.fixture
def page(store):
    """The costs of a centre with two projects, Orders and Help."""
    made = SetupPage(Context(store))
    made.shell.person = "Ana"
    press(made, "Start with a blank workbook")
    for label in ("Orders", "Help"):
        change(made.sections["projects"].new, "label", label)
        press(made, "Add the project")
    made.go("costs")
    return made


def another(store, person="Ben"):
    made = SetupPage(Context(store))
    made.shell.person = person
    made.go("costs")
    return made


def costs(page):
    return page.sections["costs"]


def cell(page, row, **values):
    for key, value in values.items():
        costs(page).grid.received({"type": "change", "row": row, "key": key, "value": value}, [])


def added(page, **values):
    costs(page).grid.received({"type": "add"}, [])
    cell(page, len(costs(page).grid.rows) - 1, **{**JANUARY, **values})


def stored(store, *names):
    table = store.read_table("costs", all_columns=True)
    return table[list(names or ("project", "kind", "amount"))].to_numpy().tolist()


def test_a_shared_bill_that_is_typed_is_what_the_plan_splits_by_the_key_of_the_centre(page, store):
    added(page, amount=3100.0)
    added(page, amount=310.0, project="orders", kind="operations")
    assert stored(store) == [["", "technology", 3100], ["orders", "operations", 310]]
    assert store.revision("costs").by == "Ana" and "Last saved by Ana" in costs(page).rest.value
    others = expected_costs(store.read_table("costs"), days=10, until=pd.Timestamp("2026-02-01"))
    need = need_of(orders=[30], help=[90])
    for key, shares in {"handled": [0.25, 0.75], "even": [0.5, 0.5]}.items():
        split = cost(need, hourly_cost=20, others=others, key=key).set_index("project").loc[["orders", "help"]]
        assert split["shared"].to_list() == pytest.approx([1000 * share for share in shares], rel=0.02)
        assert split["own"].to_list() == pytest.approx([100, 0])
    page.go("centre")
    change(page.sections["centre"].form, "shared_key", "even")
    page.go("costs")
    assert "splits it by equal parts" in shown(page)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"amount": None}, "once it has an amount"),
        ({"first_day": "soon"}, "and both days"),
        ({"amount": -5.0}, "0 or more"),
        ({"amount": 1e16}, "below 1e15"),
        ({"first_day": "2026-02-01"}, "last day comes before"),
        ({"first_day": "1990-02-01"}, "at most 3,660 days"),
        ({"project": "orders"}, "of this project, kind and period already"),
    ],
)
def test_a_row_that_is_no_cost_stays_in_sight_and_the_store_keeps_what_it_was(page, store, fields, says):
    added(page, project="orders", amount=10.0)
    added(page, amount=20.0)
    before = stored(store, "project", "amount", "first_day")
    cell(page, 1, **fields)
    assert says in shown(page) and "Row 2" in shown(page)
    assert stored(store, "project", "amount", "first_day") == before
    cell(page, 0, amount=11.0)
    assert "The other rows are saved." in shown(page)
    assert sorted(amount for _, _, amount in stored(store)) == [11, 20]
    page.changed()
    key, value = next(iter(fields.items()))
    assert value in [row[key] for row in costs(page).grid.rows]


def test_cells_are_pasted_and_rows_taken_away(page, store):
    costs(page).grid.received(
        {"type": "paste", "row": 0, "column": 2, "text": "5\t2026-01-01\t2026-01-31\n6\t2026-02-01\t2026-02-28"}, []
    )
    assert sorted(amount for _, _, amount in stored(store)) == [5, 6]
    for _ in range(2):
        costs(page).grid.received({"type": "remove", "row": 0}, [])
    assert not store.has_rows("costs")


def test_a_pasted_kind_or_project_that_there_is_not_is_refused_by_name_and_never_saved_as_another(page, store):
    row = "{}\t{}\t{}\t2026-01-01\t2026-01-31"
    block = [("Electricity", "Orders", 5), ("operations", "Nobody", 6), ("Technology", "help", 7)]
    text = "\n".join(row.format(*cells) for cells in block)
    costs(page).grid.received({"type": "paste", "row": 0, "column": 0, "text": text}, [])
    told = html.unescape(costs(page).said.value)
    assert "Kind of cost in row 1: 'Electricity' is not among the choices." in told
    assert "Project in row 2: 'Nobody' is not among the choices." in told
    assert stored(store) == [["help", "technology", 7]]
    page.changed()
    left = {costs(page).grid.rows[cell["row"]]["amount"]: cell["text"] for cell in costs(page).grid.refused}
    assert left == {5: "Electricity", 6: "Nobody"}
    for at in [cell["row"] for cell in costs(page).grid.refused]:
        cell(page, at, kind="operations", project="orders")
        cell(page, at, first_day=f"2026-01-0{at + 1}")
    assert sorted(amount for _, _, amount in stored(store)) == [5, 6, 7] and costs(page).said.value == ""


def test_a_word_for_an_amount_stops_the_saving_and_is_said(page, store):
    added(page, amount=10.0)
    costs(page).grid.received({"type": "refused", "row": 0, "key": "amount", "text": "much"}, [])
    cell(page, 0, project="help")
    assert "much" in costs(page).said.value and stored(store) == [["", "technology", 10]]
    cell(page, 0, amount=12.0)
    assert stored(store) == [["help", "technology", 12]]


def test_costs_that_are_not_in_sight_stay_as_they_are(page, store, monkeypatch):
    monkeypatch.setattr(setup_costs, "SHOWN", 1)
    added(page, amount=1.0, project="orders")
    added(page, amount=2.0)
    added(page, amount=3.0, project="help", kind="operations")
    change(costs(page).filter, "project", "orders")
    assert [row["amount"] for row in costs(page).grid.rows] == [1]
    cell(page, 0, amount=4.0)
    assert sorted(amount for _, _, amount in stored(store)) == [2, 3, 4]
    change(costs(page).filter, "project", "*")
    assert len(costs(page).grid.rows) == 1 and "2 earlier ones are not shown" in costs(page).rest.value


# two people ----------------------------------------------------------------------------------------------------------
def test_what_two_people_type_in_different_rows_is_all_kept(page, store):
    added(page, amount=1.0)
    theirs = another(store)
    added(theirs, amount=2.0, kind="operations")
    cell(page, 0, amount=3.0)
    assert sorted(stored(store)) == [["", "operations", 2], ["", "technology", 3]]
    assert sorted(row["amount"] for row in costs(page).grid.rows) == [2, 3]


@pytest.mark.parametrize(("choice", "amount"), [("Keep mine", 3), ("Take theirs", 2)])
def test_one_amount_that_two_people_changed_is_chosen_side_by_side(page, store, choice, amount):
    added(page, amount=1.0)
    theirs = another(store)
    cell(theirs, 0, amount=2.0)
    cell(page, 0, amount=3.0)
    assert "Ben changed the same field" in said(page) and stored(store) == [["", "technology", 2]]
    press(page, choice)
    assert stored(store) == [["", "technology", amount]]
    assert [row["amount"] for row in costs(page).grid.rows] == [amount]


# a file, and the cost of an hour -------------------------------------------------------------------------------------
def test_a_file_of_costs_comes_in_beside_those_that_were_typed(page, store):
    added(page, amount=1.0, kind="operations")
    content = b"first_day,last_day,project,kind,amount\n2026-01-01,2026-01-31,Orders,rent,500\n"
    content += b"2026-01-01,2026-01-31,,training,7\n"
    part = costs(page).part
    part.take(content, name="costs.csv")
    finished(page)
    part.check()
    finished(page)
    assert "there already and are replaced: 1." in shown(page)
    assert "shared by all projects: 1." in shown(page)
    part.take_over()
    finished(page)
    assert sorted(stored(store)) == [["", "operations", 7], ["orders", "infrastructure", 500]]
    assert sorted(row["amount"] for row in costs(page).grid.rows) == [7, 500]


def test_an_hour_costs_at_most_what_is_documented(page, store):
    page.go("projects")
    promise = page.sections["projects"].shown.promise
    change(promise, "hourly_cost", 1e9)
    assert "at most 100,000,000" in promise.errors["hourly_cost"]
    assert store.load("centre").data["projects"][0].get("hourly_cost") is None
    page.go("people")
    people = page.sections["people"]
    people.grid.received({"type": "add"}, [])
    people.grid.received({"type": "change", "row": 0, "key": "hourly_cost", "value": 1e9}, [])
    assert "costs 0 to 100,000,000" in people.said.value
    assert "hourly_cost" not in store.read_table("agents")
    with pytest.raises(PlanError, match="from 0 to 100,000,000"):
        wages(1e9, ["orders"])
