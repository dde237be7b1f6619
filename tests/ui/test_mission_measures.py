"""The mission page's measures: chosen with weights and reasons, aimed at with a tolerance, held against what was."""

import datetime as dt
import time

import pandas as pd
import pytest

from ccwb import mission as ms
from ccwb.errors import PlanError
from ccwb.measures import KPIS, choose
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui import text
from ccwb.ui.import_part import ImportPart
from ccwb.ui.mission_page import MissionPage
from ccwb.ui.mission_results import result_row, survey_row
from ccwb.ui.shell import Context
from tests.ui.test_mission_page import cell, chosen, pressed, said, typed, versions

FILL = "Give the chosen measures their usual target"
NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
WHO = {"by": "Ana", "at": NOW}


def values(*rows):
    """Return kpi_values of the winter cycle, (kpi, project, numerator, denominator)."""
    table = pd.DataFrame(rows, columns=["kpi", "project", "numerator", "denominator"])
    days = {"first_day": pd.Timestamp("2025-12-01"), "last_day": pd.Timestamp("2026-02-28")}
    return table.assign(channel="", basis="actual", value=table["numerator"] / table["denominator"], **days)


@pytest.fixture
def database(tmp_path):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    store = open_store(address)
    projects = [
        new_project("orders", label="Orders", hourly_cost=20.0),
        new_project("sales", label="Sales", kind="sales"),
    ]
    store.save("centre", blank_centre(name="Ours") | {"projects": projects}, base=0, **WHO)
    one = store.add_cycle("Winter", first_day="2025-12-01", last_day="2026-02-28", **WHO)
    store.add_cycle("Spring", first_day="2026-03-01", last_day="2026-05-31", predecessor=one.id, **WHO)
    known = values(("csat", "", 70, 100), ("service_level", "", 60, 100), ("schedule_fit", "", 80, 100))
    store.write_table("kpi_values", known, cycle=one.id, **WHO)
    store.close()
    return address


@pytest.fixture
def pages(database):
    opened = []

    def page_of(person="Ana"):
        spring = open_store(database)
        made = MissionPage(Context(spring, query={"step": "measures", "cycle": str(spring.cycles()[-1].id)}))
        made.shell.person = person
        opened.append(made)
        return made

    yield page_of
    for page in opened:
        page.leave()
        page.store.close()


def part(page):
    return page.sections["measures"]


def saved(page):
    return page.store.load("mission", cycle=page.cycle_id).data


def row(grid, kpi):
    return [r["id"] for r in grid.rows].index(kpi)


def aim(page, kpi, value, key="target"):
    grid = (
        part(page).targets.main if kpi in [r["id"] for r in part(page).targets.main.rows] else part(page).targets.rest
    )
    cell(grid, row(grid, kpi), key, value)


def test_a_target_is_typed_in_percent_and_kept_as_a_share(pages):
    page = pages()
    typed(part(page).scope, "project", "orders")
    aim(page, "service_level", 85.0)
    assert saved(page)["targets"] == {"service_level": {"orders": 0.85}}


def test_the_usual_targets_are_set_for_the_chosen_measures_without_one_said_and_taken_back(pages):
    page = pages()
    targets = part(page).targets
    assert "ccwb-gone" in targets.usual._dom_classes  # nothing is chosen: nothing would be set
    pressed(part(page).choice.widget, "Take over this proposal")
    aim(page, "service_level", 85.0)
    chosen_here = list(saved(page)["measures"]["chosen"])
    usual = [k for k in chosen_here if k != "service_level" and KPIS[k].target_for("service") is not None]
    assert KPIS["csat"].label in targets.told.value and KPIS["service_level"].label not in targets.told.value
    pressed(part(page).widget, FILL)
    assert sorted(saved(page)["targets"]) == sorted(["service_level", *usual])
    assert f"Targets set: {len(usual)}." in targets.told.value
    aim(page, "csat", 91.0)
    pressed(part(page).widget, "Take these targets back")
    assert saved(page)["targets"] == {"service_level": {"": 0.85}, "csat": {"": 0.91}}
    assert "ccwb-gone" in targets.undo._dom_classes


@pytest.mark.parametrize(
    ("kpi", "key", "value", "why"),
    [
        ("fcr", "target", 174, "From 0 to 100 %."),
        ("fcr", "target", -5, "From 0 to 100 %."),
        ("wape", "target", 12345, "From 0 to 100 %."),
        ("nps", "target", 101, "From -100 to 100."),
        ("ces", "target", 0.5, "From 1 to 7."),
        ("asa", "target", -1, "0 or more."),
        ("wape", "near", -2.5, "From 0 to 100 %."),
    ],
)
def test_a_target_that_cannot_be_is_refused_at_its_cell_with_what_can_be(pages, kpi, key, value, why):
    page = pages()
    aim(page, kpi, value, key)
    grid = part(page).targets.main if kpi in part(page).targets.led else part(page).targets.rest
    assert [cell["why"] for cell in grid.refused] == [why] and saved(page) is None
    aim(page, kpi, 5, key)
    assert grid.refused == [] and saved(page)[{"target": "targets", "near": "tolerances"}[key]]


def test_what_a_page_prints_of_a_target_can_be_pasted_back_and_a_share_of_174_cannot(pages):
    page = pages()
    main = part(page).targets.main
    at, column = row(main, "fcr"), [c["key"] for c in main.columns].index("target")
    main.received({"type": "paste", "row": at, "column": column, "text": "174 %"}, [])
    assert [(c["text"], c["why"]) for c in main.refused] == [("174 %", "From 0 to 100 %.")]
    main.received({"type": "paste", "row": at, "column": column, "text": "74 %"}, [])
    main.received({"type": "paste", "row": row(main, "asa"), "column": column, "text": "1:05"}, [])
    assert saved(page)["targets"] == {"fcr": {"": 0.74}, "asa": {"": 65}} and main.refused == []


def test_a_survey_that_cannot_be_is_refused_in_the_readers_digits(pages):
    text.use("fa")
    try:
        with pytest.raises(PlanError) as error:
            survey_row("csat", {"first_day": "2026-02-02", "answers": 1200.0} | {"favourable": 1300.0})
        assert {"۱٬۲۰۰", "۱٬۳۰۰"} <= set(text.say().error(error.value).split())
        with pytest.raises(PlanError) as error:
            choose({"chosen": {}}, "csat", weight=150.5)
        assert "۱۵۰٫۵" in text.say().error(error.value)
        with pytest.raises(PlanError) as error:
            ms.set_tolerance(ms.blank_mission(), kpi="wape", value=-0.025)
        assert "۲٫۵" in text.say().error(error.value) and "wape" not in text.say().error(error.value)
    finally:
        text.use("en")


def test_figures_that_cannot_be_are_refused_as_they_are_typed():
    day = {"first_day": dt.date(2026, 2, 2), "last_day": dt.date(2026, 2, 8)}
    for kpi, total in (("ces", 500), ("ces", 9), ("ces_effort", 51)):
        with pytest.raises(PlanError, match=f"10 answers cannot add up to {total}"):
            survey_row(kpi, day | {"answers": 10, "score_sum": total})
    assert survey_row("ces_effort", day | {"answers": 10, "score_sum": 50})[1]["score_sum"].iloc[0] == 50
    with pytest.raises(PlanError, match="500 cannot be a part of 100"):
        result_row("transfer_rate", day | {"numerator": 500, "denominator": 100})
    with pytest.raises(PlanError, match="Both parts of a share are 0 or more"):
        result_row("churn", day | {"numerator": -5, "denominator": 100})
    with pytest.raises(PlanError, match="from 0 to 100 %, not 500"):
        result_row("churn", day | {"value": 500})
    assert result_row("churn", day | {"numerator": 100, "denominator": 100})[1]["value"].iloc[0] == 1
    assert result_row("loyalty_breadth", day | {"numerator": 300, "denominator": 100})[1]["value"].iloc[0] == 3


def test_targets_are_not_saved_while_one_of_them_is_a_word(pages):
    page = pages()
    targets = part(page).targets
    at = row(targets.main, "service_level")
    targets.main.received({"type": "refused", "row": at, "key": "near", "text": "most"}, [])
    aim(page, "service_level", 80.0)
    assert "is not a number" in said(page) and saved(page) is None
    part(page).targets.page.guard(part(page).targets.fill)()
    assert "Nothing was made" in said(page) and saved(page) is None
    further = targets.rest.rows[0]["id"]
    cell(targets.rest, 0, "target", 7.0)  # the other table is saved, and what was typed in the first stays
    assert list(saved(page)["targets"]) == [further]
    assert targets.main.rows[at]["target"] == 80.0 and targets.main.refused
    aim(page, "service_level", 1.0, key="near")
    assert saved(page)["targets"]["service_level"] == {"": 0.8} and said(page) == ""
    assert saved(page)["tolerances"] == {"service_level": {"": 0.01}}


def test_a_sales_project_is_filled_with_what_is_usual_in_sales(pages):
    page = pages()
    typed(part(page).choice.more, "kpi", "abandonment")
    typed(part(page).scope, "project", "sales")
    pressed(part(page).widget, FILL)
    assert saved(page)["targets"]["abandonment"] == {"sales": 0.03}


def test_kind_and_purpose_propose_a_set_that_the_team_changes_and_gives_its_reasons_for(pages):
    page = pages()
    choice = part(page).choice
    typed(choice.asked, "purpose", "satisfaction")
    pressed(choice.widget, "Take over this proposal")
    kept = saved(page)["measures"]
    assert kept["kind"] == "service" and sum(r["weight"] for r in kept["chosen"].values()) == 100
    cell(choice.grid, row(choice.grid, "csat"), "weight", 40)
    cell(choice.grid, row(choice.grid, "csat"), "reason", "Our client asks for it")
    choice.grid.received({"type": "remove", "row": row(choice.grid, "nps")}, [])
    typed(choice.more, "kpi", "churn")
    typed(choice.why, "reason", "Agreed on Monday")
    kept = saved(page)["measures"]
    assert kept["chosen"]["csat"] == {"weight": 40, "reason": "Our client asks for it"}
    assert "nps" not in kept["chosen"] and kept["chosen"]["churn"]["weight"] == 10
    assert kept["reason"] == "Agreed on Monday"
    assert "not to 100" in choice.said.value
    pressed(choice.widget, "Take over this proposal")
    assert saved(page)["measures"]["chosen"]["csat"]["reason"] == "Our client asks for it"


def test_weights_that_are_not_a_hundred_are_said_with_what_to_do_and_on_the_approval_card(pages):
    page = pages()
    choice = part(page).choice
    pressed(choice.widget, "Take over this proposal")
    said_of = "add up to {n}, not to 100: change them until they do"
    assert "not to 100" not in choice.said.value + card(page)
    weight = choice.grid.rows[0]["weight"]
    cell(choice.grid, 0, "weight", weight + 5)
    assert said_of.format(n=105) in choice.said.value and said_of.format(n=105) in card(page)
    cell(choice.grid, 0, "weight", weight)
    assert "not to 100" not in choice.said.value + card(page)


def card(page):
    """Return what the approval card says of how the stage stands."""
    return page.approved.children[0].children[0].children[0].value


def test_two_who_weigh_different_measures_keep_both_and_the_same_one_is_asked_about(pages):
    ana = pages("Ana")
    pressed(part(ana).choice.widget, "Take over this proposal")
    ben = pages("Ben")
    cell(part(ana).choice.grid, row(part(ana).choice.grid, "csat"), "weight", 30)
    cell(part(ben).choice.grid, row(part(ben).choice.grid, "fcr"), "weight", 35)
    assert [saved(ana)["measures"]["chosen"][kpi]["weight"] for kpi in ("csat", "fcr")] == [30, 35]
    cell(part(ana).choice.grid, row(part(ana).choice.grid, "fcr"), "weight", 5)
    assert "changed the same field" in said(ana)
    assert saved(ana)["measures"]["chosen"]["fcr"]["weight"] == 35


def test_what_was_missed_points_at_what_it_rests_on_and_a_tolerance_changes_the_verdict(pages):
    page = pages()
    for kpi, target in (("csat", 80), ("service_level", 80), ("schedule_fit", 95)):
        aim(page, kpi, target)
    ladder = part(page).ladder.value
    assert "Customer satisfaction (CSAT) was missed" in ladder
    assert "Schedule fit, Service level" in ladder
    aim(page, "schedule_fit", 15, key="near")
    assert saved(page)["tolerances"] == {"schedule_fit": {"": 0.15}}
    assert "first: Service level." in part(page).ladder.value
    grid = part(page).targets.main
    assert grid.rows[row(grid, "schedule_fit")]["stood"] == "~\u00a0nearly met"


def test_a_survey_is_entered_as_counts_and_comes_back_with_its_margin(pages):
    page = pages()
    results = part(page).results
    typed(results.pick, "kpi", "nps")
    for key, value in {"project": "orders", "first_day": "2026-02-02", "answers": 150, "favourable": 60}.items():
        typed(results.form, key, value)
    typed(results.form, "unfavourable", 25)
    results.keep()
    typed(part(page).scope, "project", "orders")
    assert "23 (12 to 34; answers: 150)" in part(page).ladder.value
    typed(results.form, "favourable", 160)
    page.guard(results.keep)()
    assert "cannot be favourable" in said(page)
    results.take_away()
    assert "answers: 150" not in part(page).ladder.value


def test_a_value_that_misses_its_target_by_a_hair_is_written_so_that_the_reader_sees_it(pages):
    page = pages()
    figures = values(
        ("turnover", "", 204, 1000), ("service_level", "", 8296, 10000), ("cost_per_contact", "", 505, 100)
    )
    page.store.write_table("kpi_values", figures, cycle=page.store.cycles()[0].id, **WHO)
    for kpi, target in (("turnover", 20), ("service_level", 83), ("cost_per_contact", 5)):
        aim(page, kpi, target)
    part(page).measured()
    told = part(page).ladder.value
    cells = {kpi: told.split(f">{KPIS[kpi].label}<")[1].split("</tr>")[0] for kpi in figures["kpi"]}
    assert "20.0%" in cells["turnover"] and "20.4%" in cells["turnover"] and "nearly met" in cells["turnover"]
    assert "83.00%" in cells["service_level"] and "82.96%" in cells["service_level"]
    assert "5.00 EUR" in cells["cost_per_contact"] and "5.05 EUR" in cells["cost_per_contact"]
    grid = part(page).targets.main
    before = {row["id"]: row["before"] for row in grid.rows if row["id"] in cells}
    assert before == {"turnover": "20.4%", "service_level": "82.96%", "cost_per_contact": "5.05 EUR"}
    aim(page, "service_level", 82)
    told = part(page).ladder.value.split(">Service level<")[1].split("</tr>")[0]
    assert "82%" in told and "83%" in told and "82.96%" not in told


def test_what_a_team_enters_for_the_centre_is_told_beside_its_target(pages):
    page = pages()
    results = part(page).results
    typed(results.pick, "kpi", "churn")
    fields = {"first_day": "2025-12-01", "last_day": "2026-02-28", "numerator": 12, "denominator": 400}
    for key, value in fields.items():
        typed(results.form, key, value)
    results.keep()
    aim(page, "churn", 5)
    grid = part(page).targets.main
    assert [grid.rows[row(grid, "churn")][key] for key in ("before", "stood")] == ["3.0%", "✓\u00a0met"]


def test_results_of_any_measure_come_in_from_a_file(pages):
    page = pages()
    one = ImportPart(page, holds="kpi_values", done=lambda _report: part(page).measured())
    rows = "Measure\tFrom\tTo\tValue\nCustomer churn\t2025-12-01\t2026-02-28\t4 %\n"
    for step in (lambda: one.take(rows, name="pasted"), one.check, one.take_over):
        step()
        while page.progress.running:
            time.sleep(0.01)
    aim(page, "churn", 5)
    grid = part(page).targets.main
    assert grid.rows[row(grid, "churn")]["before"] == "4.0%"


def test_targets_that_no_project_aims_at_and_plans_that_promise_less_are_pointed_out(pages):
    page = pages()
    aim(page, "csat", 90)
    aim(page, "service_level", 90)
    for project in ("orders", "sales"):
        typed(part(page).scope, "project", project)
        aim(page, "csat", 80)
    told = part(page).possible.plain.value
    assert "no project aims as high" in told and "staffing plans for" in told


def test_a_small_queue_with_a_high_service_level_and_busy_agents_is_said_not_to_be(pages):
    page = pages()
    starts = pd.date_range("2026-01-05 08:00", periods=20, freq="30min", tz="UTC")
    calls = {"interval_s": 1800, "project": "orders", "channel": "voice", "offered": 12.0, "aht_s": 240.0}
    page.store.write_table("history", pd.DataFrame({"interval_start": starts, **calls}), **WHO)
    aim(page, "service_level", 80)
    aim(page, "occupancy", 85)
    part(page).possible.check()
    while page.progress.running:
        time.sleep(0.01)
    told = part(page).possible.found.value
    assert "85% cannot be" in told and "last four weeks of the history" in told
    assert "Sales: nothing can be said" in told
    aim(page, "occupancy", 40)
    assert "ask it again" in part(page).possible.found.value


def test_a_contracts_promise_counts_while_the_project_has_no_target_of_its_own(pages):
    page = pages()
    centre = page.store.load("centre")
    centre.data["projects"][0]["contract"]["answer_rate"] = 0.9
    page.store.save("centre", centre.data, base=centre.version, **WHO)
    page.open()
    aim(page, "answer_rate", 80.0)
    typed(part(page).scope, "project", "orders")
    grid = part(page).targets.main
    assert grid.rows[row(grid, "answer_rate")]["centre"] == "90% by contract"
    typed(part(page).scope, "project", "sales")
    assert grid.rows[row(grid, "answer_rate")]["centre"] == "80%"


def test_a_document_saved_before_there_were_choices_and_tolerances_still_opens(pages):
    page = pages()
    old = {key: value for key, value in ms.blank_mission().items() if key not in ("measures", "tolerances")}
    page.store.save("mission", old, base=0, cycle=page.cycle_id, **WHO)
    again = pages("Ben")
    aim(again, "csat", 5, key="near")
    assert saved(again)["tolerances"] == {"csat": {"": 0.05}}


def test_two_who_set_the_same_target_choose_and_the_tolerance_beside_it_is_saved(pages):
    ana, ben = pages("Ana"), pages("Ben")
    aim(ana, "csat", 90.0)
    aim(ben, "csat", 3.0, key="near")
    assert saved(ben)["tolerances"] == {"csat": {"": 0.03}} and said(ben) == ""
    stale = pages("Cem")
    aim(ana, "csat", 85.0)
    aim(stale, "csat", 80.0)
    assert versions(stale) == [["Ana: 85.0", "You: 80.0"]]
    assert saved(ana)["targets"]["csat"] == {"": 0.85}
    chosen(stale, "mine")
    assert saved(ana)["targets"]["csat"] == {"": 0.8}


def test_the_ladder_takes_in_what_others_aim_at_while_something_is_typed_here(pages):
    ana, ben = pages("Ana"), pages("Ben")
    rows = part(ben).targets.main.rows
    aim(ana, "csat", 93.0)
    ben.look()
    assert "93%" in part(ben).ladder.value
    assert part(ben).targets.main.rows == rows


def test_the_tab_lets_go_of_a_target_that_is_saved_and_holds_each_project_by_itself(pages):
    page = pages()
    grid, told = part(page).targets.main, []
    grid.send = told.append
    of_centre = grid.keep
    aim(page, "csat", 90.0)
    assert told == [{"type": "done", "scope": of_centre, "field": "csat|target", "value": 90.0, "saved": True}]
    typed(part(page).scope, "project", "orders")
    assert grid.keep != of_centre and grid.keep != part(page).targets.rest.keep
