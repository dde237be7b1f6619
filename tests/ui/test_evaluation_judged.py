"""What stands beside the judgements of an evaluation: evidence, chance, accuracy of forecasts, the budget, hand-up."""

import pandas as pd
import pytest

from ccwb.store import open_store
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_split
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.fold import Fold
from ccwb.ui.shell import Context
from ccwb.ui.widgets import Form
from tests.ui.cycles import NOW, WHO, centre, fill
from tests.ui.looking import change, find, finished, press, said, shown, walk


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as made:
        one = fill(made)
        em.take_actuals(made, one, centre(), by="Ana", at=NOW)
        yield made


def page_of(store, **where):
    made = EvaluationPage(Context(store, **where))
    made.shell.person = "Ana"
    return made


def opened(page, title, n=0):
    """Open a fold of that name and return what is in it."""
    fold = [one for one in find(page, Fold) if one.title == title][n]
    fold.head.opened = True
    return fold


def test_a_deviation_is_judged_with_the_figures_beside_it(store):
    page = page_of(store)
    opened(page, "What the figures say")
    told = shown(page)
    assert "Expected by Kim: Shorter waits. No prepared scenario was used." in told
    assert "The two hours before and after: contacts counted 176." in told
    assert "The seven days before and after" in told and "Service level" in told


def test_a_response_is_held_against_what_it_was_worked_out_to_bring(store):
    one = store.cycles()[0]
    entry = store.read_table("action_log", cycle=one.id, zone="Europe/Berlin").iloc[[0]].drop(columns="entry")
    worked_out = {"people_more": 2.0, "contacts_fewer": 0.05, "service_of": "day"}
    for without, with_it in ((0.6, 0.7), (0.6, 0.9), (0.78, 0.9)):  # 75 % came
        expects = worked_out | {"service_without": without, "service_with": with_it}
        store.write_table("action_log", entry.assign(**expects), cycle=one.id, mode="append", **WHO)
    page = page_of(store)
    for n in range(len([fold for fold in find(page, Fold) if fold.title == "What the figures say"])):
        opened(page, "What the figures say", n)
    told = shown(page)
    assert told.count(">75.0%<") == 3
    assert [told.count(said) for said in ("as expected or better", "a part of it", "not reached")] == [1, 1, 1]
    assert told.count("Assumed until the end of the day: 2 people more, 5% fewer contacts.") == 3
    assert "At work from then on, as a mean: 5.0; planned: 5.0." in told


def test_every_measure_can_be_looked_at_by_time_and_says_what_is_more_than_chance(store):
    page = page_of(store)
    fold = opened(page, "Every measure by project, channel and time: what changed by more than chance?")
    finished(page)
    told = shown(page)
    assert "changed against the period before by more than chance: " in told
    (form,) = [one for one in walk(fold) if isinstance(one, Form) and "by" in one.values]
    change(form, "kpi", "answer_rate")
    for by, group in {"week": "Nov 9", "weekday": "Wednesday", "hour": "10:00", "project": "Help line"}.items():
        change(form, "by", by)
        assert group in shown(page)
    change(form, "by", "week")
    assert "80.0% (" in shown(page)
    assert "more than chance" in shown(page)


def publish(store, one, moment, share=1.0):
    """Publish the cycle's forecast of the help line at a moment, so many times as high."""
    plan = store.read_table("forecast", cycle=one.id, project="help", zone="Europe/Berlin")
    table = plan.assign(published=pd.Timestamp(moment, tz="Europe/Berlin"), offered=share * plan["offered"])
    store.write_table("forecast_snapshots", table, cycle=one.id, mode="append", **WHO)


def test_the_error_of_the_forecast_is_told_by_days_since_publishing_and_by_where_it_lies(store):
    one = store.cycles()[0]
    publish(store, one, f"{one.first_day} 07:00")

    def told():
        page = page_of(store, project="help")
        opened(page, "The forecast's error: by days since publishing, and where it lies")
        finished(page)
        return shown(page)

    first = told()
    assert "By days since publishing" in first and "Queue days" in first and "Most of the error is" in first
    assert "level: from day to day" in first and "Chance alone" in first
    assert ">0 to 6<" in first and ">7 to 13<" in first and "14 to 20" not in first
    assert "Each forecast was published once: the rows are different days" in first
    publish(store, one, one.first_day - 7 * em.DAY, share=2.0)
    again = told()
    assert ">14 to 20<" in again and "Each forecast was published once" not in again  # the second week, 14 days on


def test_a_supervisor_hands_up_a_project_and_the_manager_answers_for_it(store):
    page = page_of(store, project="help")
    section = page.sections[-1]
    change(section.form, "comment", "Short on two days.")
    press(page, "Hand up Help line")
    assert "handed up" in section.table.value and "Short on two days." in section.table.value
    press(page, "Return it")
    assert "Say in the comment what is to be changed" in said(page)
    page.shell.person = "Mona"
    press(page, "Accept it")
    assert ">✓ accepted<" in section.table.value and "Mona" in section.table.value
    form = page.sections[0].forms[1]
    change(form, "verdict", "adopt")
    change(form, "reason", "Quick")
    assert "changed since it was handed up" in section.table.value
    whole = page_of(store)
    told = shown(whole)
    assert "changed since it was handed up" in told and "Choose a project at the top" in told
    assert "Order line" in whole.sections[-1].table.value and "1 of 1" in whole.sections[-1].table.value


def test_the_budget_fixed_with_the_plan_is_judged_in_words_and_numbers(store):
    page = page_of(store)
    title = "The budget: planned against what came"
    opened(page, title)
    assert "No budget was fixed for this cycle" in shown(page)
    first, last = pd.Timestamp("2026-11-01"), pd.Timestamp("2026-11-30")
    place = {"first_day": first, "last_day": last, "project": "help"}
    rows = [
        {"kind": "labour", "amount": 30_000.0, "hours": 1200.0},
        {"kind": "contacts", "amount": 0.0, "contacts": 6e3},
    ]
    one = page.context.cycle
    store.write_table("budget", pd.DataFrame([place | row for row in rows]), cycle=one.id, **WHO)
    store.write_table("costs", pd.DataFrame([place | {"kind": "labour", "amount": 33_000.0}]), **WHO)
    people = {"agent": ["a"], "project": ["help"], "hours_week": [280.0]}
    store.write_table("agents", pd.DataFrame(people), **WHO)
    page = page_of(store)
    opened(page, title)
    told = shown(page)
    assert "where 14,000 EUR" in told and "(+10.0%)" in told  # fourteen of thirty days of either
    assert "Of the difference: paid hours ±0 EUR" in told
    assert "560 / 560" in told and "November 2026" in told


def test_a_change_that_shows_as_none_is_not_called_more_than_chance():
    gaps = {"gap_plan": [0.3, 5.0], "gap_previous": [-0.2, float("nan")]}
    table = pd.DataFrame({"kpi": ["asa", "asa"], **gaps, "sure_plan": [True, True], "sure_previous": [True, None]})
    seen = evaluation_split._seen(table)
    assert seen["sure_plan"].tolist() == [None, True] and seen["sure_previous"].tolist() == [None, None]
