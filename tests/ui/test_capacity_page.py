"""The folds 'The year' of the staffing page: people and hiring, scenarios, and the budget that is fixed."""

import datetime as dt
import shutil

import numpy as np
import pandas as pd
import pytest

from ccwb import capacity
from ccwb.store import open_store
from ccwb.ui import staffing_people_parts as parts
from ccwb.ui import staffing_year as year
from ccwb.ui.text import signed
from ccwb.ui.widgets import TableView
from tests.ui import cycles
from tests.ui.looking import change, find, finished, press, said, shown, unfold

FOLD, MONEY = "Whom do we have to hire", "The budget"
FIND, COMPARE, FIX = "Find the cheapest plan", "Compare the scenarios", "Fix the budget with this plan"
MONDAY = "2026-11-02"  # the day after the last day that is known


def register():
    """Return eighteen people of two projects, three of whom have left."""
    hired = pd.date_range("2023-01-15", periods=18, freq="50D")
    table = pd.DataFrame({"agent": [f"a{n:02}" for n in range(18)], "hired": hired, "left": pd.NaT})
    table["left"] = pd.to_datetime(table["left"])
    table.loc[[1, 4, 7], "left"] = pd.to_datetime(["2025-03-01", "2026-01-31", "2026-06-30"])
    table = table.assign(name=table["agent"], team="One", trained_for="", hours_week=40.0, hourly_cost=20.0)
    return table.assign(project=["help" if n % 2 else "orders" for n in range(18)])


@pytest.fixture(scope="module")
def made_file(tmp_path_factory):
    """A small centre with two months of history before its cycle, a plan, and people."""
    path = tmp_path_factory.mktemp("year") / "year.db"
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        cycles.fill(store)
        store.write_table("history", cycles.history("2026-09-07", 56), **cycles.WHO)
        store.write_table("agents", register(), **cycles.WHO)
    return path


@pytest.fixture
def database(made_file, tmp_path, monkeypatch):
    """The address of a fresh copy of it."""
    shutil.copyfile(made_file, tmp_path / "year.db")
    address = f"sqlite:///{(tmp_path / 'year.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    return address


def known_need(page, *, weeks=30, level=(300.0, 200.0)):
    """Give a page its year ahead: so many hours on contacts a week of `help` and `orders`, half a year long."""
    days, rng = pd.date_range(MONDAY, periods=weeks, freq="7D"), np.random.default_rng(1)
    rows = [
        pd.DataFrame({"project": p, "week": days, "hours": h}) for p, h in zip(("help", "orders"), level, strict=True)
    ]
    need = pd.concat(rows, ignore_index=True).assign(offered=2000.0, handled=1800.0, work_hours=100.0)
    paths = need["hours"].to_numpy() * np.exp(rng.normal(0, 0.05, (60, 1)))
    ahead = year.Ahead(need, paths, ())
    page.year_ahead = (year.Looking(page).key, ahead)
    return ahead


@pytest.fixture
def page(database, open_page):
    made = open_page("staffing", project="help")
    known_need(made)
    unfold(made, FOLD)
    return made


def part(page, name="People"):
    return next(one for one in page.parts if type(one).__name__ == name)


def found(page, button=FIND):
    press(page, button)
    finished(page)
    return part(page)


def by_hand(page, **more):
    """Ask the core for the plan as the page should have asked."""
    need, paths = page.year_ahead[1].need, page.year_ahead[1].on_paths
    agents, centre = year.people_of(page), page.centre()
    law = capacity.attrition(agents, until="2026-11-01", projects=["help", "orders"]).law
    terms = year.terms_by_project(centre, agents, more.pop("own", {}), ["help", "orders"])
    scenarios = more.pop("scenarios", [capacity.Scenario("As planned")])
    known = {"terms": terms, "law": law, "scenarios": scenarios, "assurance": 0.8} | more
    return capacity.side_by_side(need, paths, agents, **known)


def settings(page):
    return page.store.load("headcount", cycle=page.cycle_id).data


# what it needs -------------------------------------------------------------------------------------------------------
def test_without_people_the_fold_says_what_it_needs_and_where_that_is_entered(database, open_page):
    with open_store(database) as store:
        store.delete_table("agents", **cycles.WHO)
    page = open_page("staffing", project="help")
    unfold(page, FOLD)
    assert "the people: who works here since when" in shown(page)
    assert "step=agents" in shown(page)
    unfold(page, MONEY)
    assert "find the cheapest plan in the fold above" in shown(page)


def test_what_an_hour_costs_is_asked_for_where_nobody_knows_it(database, open_page):
    with open_store(database) as store:
        store.write_table("agents", register().assign(hourly_cost=np.nan), **cycles.WHO)
    page = open_page("staffing", project="help")
    unfold(page, FOLD)
    assert "what a paid hour costs in: Help line, Order line" in shown(page)


def test_the_year_ahead_is_forecast_from_the_history_of_every_project(database, open_page):
    page = open_page("staffing", project="help")
    told = []
    ahead = year.Looking(page)(lambda *progress: told.append(progress[:2]))
    assert set(ahead.need["project"]) == {"help", "orders"} and not ahead.without
    assert ahead.need["week"].min() == pd.Timestamp(MONDAY)
    assert ahead.need.groupby("project").size().tolist() == [64, 64]
    week = ahead.need[(ahead.need["project"] == "orders")]["offered"]
    assert week.median() == pytest.approx(5 * 8 * 30, rel=0.1)  # its open half-hours, thirty contacts in each
    shares = [done / total for done, total in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert year.Looking(page)(None) is ahead  # the second look takes no time


# the plan ------------------------------------------------------------------------------------------------------------
def test_the_figures_are_those_of_the_core(page):
    fold = found(page)
    table, plans = by_hand(page)
    row, plan, text = table.iloc[0], plans["As planned"], fold.figures.value + fold.outcome.value
    assert f"{row['cost']:,.0f} EUR" in text
    assert f">{row['classes']:.0f}<" in text and f"{row['hires']:.0f} people" in text
    assert f"{row['assurance']:.0%}" in text and "asked 80%" in text
    rates = capacity.attrition(year.people_of(page), until="2026-11-01", projects=["help", "orders"]).years.iloc[-1]
    assert f">{15 * rates['rate']:.0f}<" in text and ">15<" in text
    assert f"{15 * rates['lower_80']:.0f} to {15 * rates['upper_80']:.0f}" in text
    for hired in plan.classes.itertuples():
        assert f">{hired.people}<" in shown(page)


def test_the_picture_and_its_table_show_need_against_people_with_their_bands(page):
    fold = found(page)
    course = fold.courses["month"]
    mine = course[course["project"] == ""]
    assert fold.chart.data["course"]["need"][:-1] == pytest.approx(mine["need_fte"].tolist())
    assert fold.chart.data["course"]["have_low"][:-1] == pytest.approx(mine["have_low"].tolist())
    assert (
        sum(map(int, (s.strip("+") for s in fold.chart.data["classes"]["said"]))) == fold.plan.classes["people"].sum()
    )
    assert fold.chart.file_table()["need_fte"].tolist() == mine["need_fte"].tolist()
    change(fold.choice, "project", "orders")
    change(fold.choice, "by", "week")
    assert len(fold.chart.data["course"]["need"]) == 30 + 1
    assert "Order line" in fold.chart.title and set(fold.chart.file_table()["project"]) == {"Order line"}


def test_months_that_cannot_be_covered_are_said_with_their_cause(page):
    known_need(page, level=(420.0, 200.0))
    fold = found(page)
    assert len(fold.plan.unmet)
    text = " ".join(parts.unmet_said(fold.plan, fold.labels))
    assert "Help line, November 2026" in text and capacity.REASONS["lead"] in text
    assert "What cannot be covered" in shown(page)


def test_a_plan_is_still_there_when_the_page_is_opened_again(page, open_page):
    fold = found(page)
    cost, text = fold.plan.cost, fold.figures.value
    again = open_page("staffing", project="orders")
    unfold(again, FOLD)
    assert part(again).plan.cost == pytest.approx(cost, abs=0.01)
    assert part(again).figures.value == text
    assert "Planned by Ana" in shown(again)


def test_a_stopped_search_leaves_what_was_there(page, monkeypatch):
    def stopped(self, done, total, detail=""):
        raise work.Cancelled

    from ccwb.ui import work

    monkeypatch.setattr(work.Work, "step", stopped)
    found(page)
    assert "Stopped. Nothing was changed." in said(page)
    assert not year.held(page)


# what hiring takes ---------------------------------------------------------------------------------------------------
def test_attrition_that_is_typed_over_moves_plan_and_leavers_and_is_kept(page):
    fold = part(page)
    change(fold.asked.form, "attrition", 40)
    assert settings(page)["attrition"] == pytest.approx(0.4)
    found(page)
    assert f">{15 * 0.4:.0f}<" in fold.figures.value
    rates = capacity.attrition(year.people_of(page), until="2026-11-01", projects=["help", "orders"]).years.iloc[-1]
    table, _plans = by_hand(page, scenarios=[capacity.Scenario("As planned", points=0.4 - rates["rate"])])
    assert fold.plan.cost == pytest.approx(table["cost"].iloc[0], abs=0.01)
    change(fold.asked.form, "attrition", None)
    assert settings(page)["attrition"] is None


def test_a_term_typed_for_one_project_holds_there_alone(page, open_page):
    fold = part(page)
    change(fold.asked.form, "lead_weeks", 3)
    change(fold.asked.form, "scope", "orders")
    assert fold.asked.form.values["lead_weeks"] == 3
    change(fold.asked.form, "lead_weeks", 12)
    change(fold.asked.more, "ramp", "50; 80")
    assert settings(page)["terms"] == {"": {"lead_weeks": 3}, "orders": {"lead_weeks": 12, "ramp": [0.5, 0.8]}}
    made = fold.asked.terms()["terms"]
    assert (made["help"]["lead_weeks"], made["orders"]["lead_weeks"]) == (3, 12)
    assert made["orders"]["ramp"] == [0.5, 0.8] and made["orders"]["cross_to"] == ["help"]
    change(fold.asked.form, "lead_weeks", None)
    assert fold.asked.form.values["lead_weeks"] == 3
    assert fold.asked.terms()["terms"]["orders"]["lead_weeks"] == 3
    again = open_page("staffing", project="help")
    unfold(again, FOLD)
    assert part(again).asked.form.values["lead_weeks"] == 3


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("assurance", 100, "From 50 to 99"),
        ("lead_weeks", 2.5, "A whole number"),
        ("ramp", "fast", "is no row of numbers"),
        ("ramp", "60 120", "from 0 to 100"),
        ("leave_season", "1 2 3", "twelve numbers"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_planned_past_it(page, key, value, sentence):
    fold = part(page)
    form = fold.asked.form if key in {field["key"] for field in fold.asked.form.fields} else fold.asked.more
    change(form, key, value)
    assert sentence in form.errors[key]
    found(page)
    assert "something in sight was not taken" in said(page)
    assert not year.held(page)


def test_terms_that_do_not_go_together_are_said_in_words(page):
    change(part(page).asked.more, "temporary_most", 5)
    found(page)
    assert "temporary staff is allowed, but not what an hour of it costs" in said(page)


def test_a_change_after_the_plan_is_said_to_be_later_than_its_figures(page):
    found(page)
    assert "Something was changed since" not in shown(page)
    change(part(page).asked.form, "overtime_most", 0)
    assert "Something was changed since" in shown(page)


def test_people_who_come_or_go_after_the_plan_are_said_to_be_missing_in_it(page, open_page):
    found(page)
    page.store.write_table("agents", register().head(16), **cycles.WHO)
    again = open_page("staffing", project="help")
    unfold(again, FOLD)
    assert "The setup, the history or the people changed since" in shown(again)


# scenarios -----------------------------------------------------------------------------------------------------------
def test_scenarios_stand_side_by_side_and_a_freeze_hires_nobody_while_it_lasts(page):
    fold = part(page)
    assert [row["name"] for row in fold.asked.grid.rows] == [
        "Hiring freeze for half a year",
        "Five more of 100 leave",
        "A tenth more contacts",
    ]
    rows = [*fold.asked.grid.rows, {"name": "Long lead", "points": 0, "volume": 0, "lead_weeks": 14, "assurance": None}]
    fold.asked.grid.rows = rows
    fold.asked._rows_changed(rows)
    found(page, COMPARE)
    freeze = fold.asked.grid.rows[0]
    wanted = [
        capacity.Scenario("As planned"),
        capacity.Scenario("Hiring freeze for half a year", closed=(freeze["closed_from"], freeze["closed_to"])),
        capacity.Scenario("Five more of 100 leave", points=0.05),
        capacity.Scenario("A tenth more contacts", volume=0.1),
        capacity.Scenario("Long lead", lead_weeks=14),
    ]
    table, plans = by_hand(page, scenarios=wanted)
    view = next(v for v in _opened_views(page, "All figures side by side") if "extra" in v.file_table())
    assert view.file_table()["cost"].tolist() == pytest.approx(table["cost"].tolist(), abs=0.01)
    assert view.file_table()["months_short"].tolist() == table["months_short"].tolist()
    assert "Long lead" in shown(page)
    change(fold.which, "scenario", "Hiring freeze for half a year")
    assert fold.plan.classes.empty or fold.plan.classes["start"].min() > pd.Timestamp(freeze["closed_to"])
    assert len(fold.plan.classes) == len(plans["Hiring freeze for half a year"].classes)
    assert settings(page)["scenarios"][-1]["name"] == "Long lead"


def _opened_views(page, title):
    unfold(page, title)
    return find(page, TableView)


def test_a_scenario_without_a_name_is_refused_with_its_row(page):
    fold = part(page)
    fold.asked.grid.rows = [{"name": " ", "points": 1, "volume": 0}]
    found(page, COMPARE)
    assert "Scenario in row 1: it has no name" in said(page)


def test_what_one_more_leaver_of_100_costs_is_the_core_s_answer(page, monkeypatch):
    asked = {}

    def priced(need, on_paths, agents, **known):
        asked.update(known)
        return {"amount": 1234.0, "lower_80": 900.0, "upper_80": 1500.0, "hires": 1.26, "short_hours": 0.0}

    monkeypatch.setattr(capacity, "point_of_attrition", priced)
    found(page, "What does one more leaver of 100 cost?")
    assert asked["assurance"] == 0.8 and set(asked["terms"]) == {"help", "orders"}
    assert "costs about 1,234 EUR a year (900 EUR to 1,500 EUR) and takes 1.3 more" in shown(page)


# the budget ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def money(page):
    """The fold of the budget, after a plan was found, with costs on record and what one project earns."""
    centre = page.store.load("centre")
    centre.data["projects"][0]["contract"] |= {"earns_contact": 5.0, "bonus": 100.0, "malus": 50.0}
    page.store.save("centre", centre.data, base=centre.version, **cycles.WHO)
    days = {"first_day": pd.Timestamp("2026-10-01"), "last_day": pd.Timestamp("2026-10-31")}
    costs = pd.DataFrame([days | {"project": "", "kind": "technology", "amount": 3100.0}])
    page.store.write_table("costs", costs, **cycles.WHO)
    known_need(page)
    found(page)
    unfold(page, MONEY)
    return part(page, "Budget")


def test_the_budget_s_figures_are_the_core_s_sums(page, money):
    table = money.tables["As planned"]
    whole = capacity.sums_of(table, by=()).iloc[0]
    for amount in (whole["cost"], whole["revenue"], whole["margin"]):
        assert f"{amount:,.0f} EUR".replace("-", "−") in money.figures.value
    assert f"{whole['cost_per_contact']:,.2f} EUR" in money.figures.value
    shared = table[table["kind"] == "shared"]["amount"].sum()
    assert shared == pytest.approx(100 * (table["last_day"].max() - table["first_day"].min()).days + 100, rel=0.01)
    change(money.choice, "project", "orders")
    mine = capacity.sums_of(table[table["project"] == "orders"], by=()).iloc[0]
    assert f"{mine['cost']:,.0f} EUR" in money.figures.value
    assert "What a project earns is not known" in money.figures.value


def test_months_are_chosen_and_the_picture_follows(page, money):
    change(money.choice, "months", "2027")
    table = money.tables["As planned"]
    year_of = table[table["first_day"].dt.year == 2027]
    spent = sum(money.chart.data["spent"]["amount"])
    assert spent == pytest.approx(capacity.sums_of(year_of, by=())["cost"].iloc[0])
    assert set(money.chart.data["spent"]["month"]) == {
        f"{m} 2027" for m in ("January", "February", "March", "April", "May")
    }
    change(money.choice, "months", "2026")
    assert set(money.chart.data["spent"]["month"]) == {"November 2026", "December 2026"}
    change(money.choice, "months", "cycle")
    assert set(money.chart.data["spent"]["month"]) == {"November 2026"}


def test_the_fixed_budget_is_kept_with_who_and_when_and_the_executive_page_holds_the_books_against_it(
    page, money, open_page
):
    assert "No budget is fixed" in money.state.value
    press(page, FIX)
    stored = page.store.read_table("budget", cycle=page.cycle_id, all_columns=True)
    table = money.tables["As planned"]
    assert stored["amount"].sum() == pytest.approx(table["amount"].sum()) and len(stored) == len(table)
    assert "The budget was fixed by Ana" in money.state.value
    days = {"first_day": pd.Timestamp("2026-11-02"), "last_day": pd.Timestamp("2026-11-15")}
    booked = [("help", "labour", 9000.0), ("orders", "labour", 8000.0), ("", "technology", 1400.0)]
    costs = pd.DataFrame([days | {"project": p, "kind": kind, "amount": amount} for p, kind, amount in booked])
    page.store.write_table("costs", costs, mode="append", **cycles.WHO)
    told = capacity.against(stored, costs, first_day="2026-11-02", last_day="2026-11-15")
    board = open_page("executive")
    gap = 18_400 - told["plan"].sum()
    assert "18,400 EUR" in shown(board) and f"{signed(gap, '{:,.0f} EUR'.format)} against the budget" in shown(board)


def test_before_any_plan_the_budget_says_what_to_do(page):
    unfold(page, MONEY)
    assert "find the cheapest plan in the fold above" in shown(page)
    found(page)
    assert part(page, "Budget").tables["As planned"] is not None


def test_a_plan_as_a_document_is_the_same_plan(page):
    fold = found(page)
    _table, plans = by_hand(page)
    plan, stored = plans["As planned"], fold.plan
    for name in year.TABLES:
        mine, theirs = getattr(stored, name), getattr(plan, name)
        assert list(mine) == list(theirs) and len(mine) == len(theirs)
    numbers = plan.months.select_dtypes("number")
    assert np.allclose(stored.months[list(numbers)], numbers, atol=1e-4)
    assert stored.months["first_day"].tolist() == plan.months["first_day"].tolist()
    assert dt.datetime.fromisoformat(fold.held["at"]).tzinfo is not None
