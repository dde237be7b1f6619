"""The executive page: it cannot change anything, and says what was promised, planned, missed, learned and wanted."""

import datetime as dt
import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

from ccwb import mission
from ccwb.errors import PlanError
from ccwb.projects import usual_targets
from ccwb.reports.client import gather
from ccwb.store import open_store
from ccwb.ui import executive_month as month
from ccwb.ui import executive_parts as parts
from ccwb.ui import executive_promises as promise
from ccwb.ui import shell
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.executive_page import ExecutivePage
from tests.ui.cycles import NOW, WHO, fill
from tests.ui.looking import find, finished, press, shown

HEAVY = ("statsmodels", "scipy.optimize", "openpyxl", "holidays")
TILES = [
    "What we promised",
    "against people",
    "Cost against budget",
    "The largest miss",
    "What we learned",
    "Decisions",
]


@pytest.fixture
def address(tmp_path, monkeypatch):
    made = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", made)
    return made


@pytest.fixture
def store(address):
    with open_store(address) as made:
        yield made


def page_of(**query):
    """Return the page as `open_page` makes it: with a store that only reads."""
    return ExecutivePage(shell._context(query, read_only=ExecutivePage.read_only))


def measure(store):
    planner = EvaluationPage(shell.Context(store))
    planner.shell.person = "Ana"
    press(planner, "Take them and measure")
    finished(planner)


def tiles(page):
    return page.content.children[2].children


def test_the_store_behind_the_page_refuses_every_change(store, monkeypatch):
    one = fill(store)
    opened = []
    monkeypatch.setattr(ExecutivePage, "open", lambda page: opened.append(page))  # noqa: PLW0108 - it takes the page
    shell.open_page("executive")
    page = opened[0]
    with pytest.raises(PlanError, match="only reads"):
        page.store.save("mission", {}, base=0, by="Ana", at=NOW, cycle=one.id)
    with pytest.raises(PlanError, match="only reads"):
        page.store.delete_table("forecast", by="Ana", at=NOW, cycle=one.id)


def test_an_empty_workbook_says_what_the_tiles_will_show(address):
    assert "Here six tiles will show" in shown(page_of())


def test_there_are_six_tiles_and_each_leads_to_the_page_behind_it(store):
    fill(store)
    page = page_of()
    assert len(tiles(page)) == 6
    for tile, title in zip(tiles(page), TILES, strict=True):
        assert title in tile.children[0].value
        assert "executive.ipynb?cycle=" in tile.children[-1].value and "tile=" in tile.children[-1].value


def test_a_plan_that_holds_is_said_to_be_planned_until_something_is_measured(store):
    fill(store)
    told = tiles(page_of())[0].children[1].value
    assert "Answer rate 90%" in told and "95.0%" in told and "planned to hold" in told
    measure(store)
    told = tiles(page_of())[0].children[1].value
    assert "planned" not in told and "missed" in told and "not measured" in told


def test_each_channel_is_held_to_its_own_target_even_without_a_contract_or_mission(store):
    fill(store, targets=False)
    centre = store.load("centre")
    for one in centre.data["projects"]:
        one["contract"]["answer_rate"] = None
        one["channels"] = {"voice": usual_targets("voice") | {"service_level": 0.8, "answer_within_s": 20}}
    centre.data["projects"][1]["channels"]["email"] = usual_targets("email") | {"service_level": 0.9}
    store.save("centre", centre.data, base=centre.version, by="Ana", at=NOW)
    rows = page_of().promised
    assert [(row["project"], row["channel"], row["target"]) for row in rows] == [
        ("help", "voice", 0.8), ("orders", "voice", 0.8), ("orders", "email", 0.9),
    ]  # fmt: skip
    assert rows[0]["promise"] == "Service level 80% in 20 s" and rows[2]["promise"].endswith("90% in 24 h")
    assert "No promise or target is entered." not in shown(page_of())


@pytest.mark.parametrize("cycle", ["1", "2", "3"])
def test_a_promise_is_kept_or_missed_as_the_clients_own_report_says(sample_database, cycle):
    page = page_of(cycle=cycle)
    mine = {(row["project"], row["channel"]): (row["state"] == "good", row["value"]) for row in page.promised}
    theirs = {}
    for key in ("service", "sales", "support"):
        made = gather(page.store, project=key, period="cycle", cycle=page.context.cycle, made_at=NOW)
        theirs |= {(key, one["channel"]): (one["met"], one["result"]) for one in made["promises"]}
    assert mine == theirs and len(mine) == 11


def test_what_came_is_read_once_as_long_as_nobody_saves_anything(sample_database, monkeypatch):
    asked, read = [], promise.recorded
    monkeypatch.setattr(promise, "recorded", lambda *place: asked.append(place[1]["project"]) or read(*place))
    page = page_of(cycle="3")
    assert sorted(asked) == ["sales", "service", "support"]  # by the tiles of promises and of the largest miss together
    page._go({"cycle": "3", "tile": "promises", "project": "support"}, 1)
    page._go({"cycle": "3", "tile": ""}, 2)
    assert len(asked) == 3 and "8 of 11 promises kept" in shown(page)
    with open_store(sample_database) as other:
        other.save("note", {"text": "x"}, base=0, by="Ana", at=NOW)
    page.open()
    assert len(asked) == 6


def test_the_plan_is_looked_up_for_the_misses_that_are_told_of_and_is_the_one_of_all(sample_database):
    page = page_of(cycle="3")
    rows, first = (promise.broken(page, page.context.cycle, plans=n) for n in (None, 1))
    assert [row["plan"] for row in first] == [rows[0]["plan"], None, None]
    for row in rows:
        project = next(one for one in page.centre()["projects"] if one["project"] == row["project"])
        plan = promise.planned(page, project, page.context.cycle)
        assert row["plan"] == pytest.approx(plan[row["channel"], row["kpi"]])


def test_the_tile_names_the_missed_promises_first(sample_database):
    page = page_of(cycle="3")
    missed = [row["label"] for row in page.promised if row["state"] == "miss"]
    told = tiles(page)[0].children[1].value
    assert len(missed) == 3 and "8 of 11 promises kept" in told and "And 8 more." in told
    assert told.count("missed</span>") == 3 and "✓ kept" not in told
    assert ">Chance<" not in told  # nobody computed one


def test_the_largest_miss_is_a_broken_promise_before_any_other_target(sample_database):
    page = page_of(cycle="3")
    rows = promise.broken(page, page.context.cycle)
    missed = {(row["project"], row["channel"]) for row in page.promised if row["state"] == "miss"}
    assert {(row["project"], row["channel"]) for row in rows} == missed
    assert [row["far"] for row in rows] == sorted((row["far"] for row in rows), reverse=True)
    assert rows[0]["label"] in tiles(page)[3].children[1].value
    told = shown(page_of(cycle="3", tile="miss"))
    assert all(promise.broken_said(row) in told for row in rows)
    for row in rows:
        below = row["plan"] is not None and row["plan"] < row["target"]
        assert ("the plan was already below the promise" in promise.broken_said(row)) == below


def test_one_missed_week_of_a_contract_by_the_week_is_a_missed_promise_whatever_the_mean(store):
    fill(store)
    measure(store)
    assert "Help line: 1 of 2 weeks below the promise, the lowest 80.0%" in tiles(page_of())[0].children[1].value


def test_the_days_ahead_add_up_to_hours_needed_and_hours_scheduled(store):
    fill(store)
    page = page_of()
    days = month.hours_by_day(page, dt.date(2026, 11, 2), dt.date(2026, 11, 9))
    assert len(days) == 7
    assert days["needed"].tolist() == pytest.approx([2 * 7 * 4] * 7)  # two projects, seven people, four hours
    assert days["scheduled"].tolist() == pytest.approx([2 * 6 * 4] * 7)
    assert month.month_title(days, dt.date(2026, 11, 2)).endswith("(−14.3%)")
    chart = find(page, Chart)[0]
    assert alt.Chart.from_dict(month._drawing(110).to_dict()) and chart.data["days"]["needed"]


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2026-01-01", "2026-03-02"),
        ("2026-03-20", "2026-03-20"),
        ("2026-05-25", "2026-05-04"),
        ("2027-01-01", "2026-05-04"),
    ],
)
def test_the_month_ahead_begins_today_inside_the_cycle_and_never_outside_it(store, today, first):
    one = store.add_cycle("Spring", first_day="2026-03-02", last_day="2026-05-31", **WHO)
    assert month.month_from(one, dt.date.fromisoformat(today)) == dt.date.fromisoformat(first)
    short = store.add_cycle("Short", first_day="2026-06-01", last_day="2026-06-05", **WHO)
    assert month.month_from(short, dt.date(2026, 6, 4)) == dt.date(2026, 6, 1)


def test_what_waits_for_a_decision_is_named_the_gravest_gap_first(store):
    one = fill(store)
    plan = store.load("mission", cycle=one.id)
    more = mission.add_gap(plan.data, title="Old headsets", severity="low")
    more = mission.add_gap(more, title="Settled", severity="high", decision="We buy it")
    late = more["preparation"][0]["id"]
    more = mission.change_task(more, late, assigned_to="Kim", due="2026-10-01")
    store.save("mission", more, base=plan.version, cycle=one.id, **WHO)
    found = [said for said, _page, _query in parts.wanted(store, one, dt.date(2026, 11, 1), {})]
    gaps = [said for said in found if "Gap" in said]
    assert gaps == ["Gap without a decision: <b>No script</b>.", "Gap without a decision: Old headsets."]
    assert "1 rows of the preparation are late." in found
    assert "<b>No script" not in shown(page_of())


def test_costs_and_lessons_that_nobody_knows_are_said_to_be_missing(store):
    fill(store)
    told = shown(page_of())
    assert "Not measured: it needs the cycle" in told and "No lesson is noted yet." in told
    assert "Nothing is measured in this cycle yet." in told


def test_a_finished_cycle_of_the_sample_tells_cost_miss_and_lessons(sample_database):
    with open_store(sample_database) as store:
        one = store.cycles()[2]
    page = page_of(cycle=str(one.id))
    told = shown(page)
    assert "The largest miss" in told and "The autumn offer wears out" in told
    assert "where 22% was the target" in shown(page_of(cycle=str(one.id), tile="miss"))
    rows = page.table[(page.table["kpi"] == "cost_per_contact") & (page.table["project"] == "sales")]
    assert rows["actual"].iloc[0] == pytest.approx(7.27, abs=0.005) and "7.27" in told
    assert "kept" in tiles(page)[0].children[1].value


def test_the_cycle_being_planned_shows_what_the_one_before_taught(sample_database):
    told = shown(page_of())
    assert "Nothing is measured in this cycle yet. In Summer 2026:" in told and "before: kept" in told
    assert "brought along from Summer 2026" in told and "Mission waits for approval." in told
    assert "6_evaluation.ipynb?cycle=3'>To the lessons" in shown(page_of(tile="lessons"))  # where they were noted


def test_the_page_opens_without_the_heavy_libraries(sample_database):
    code = (
        "import sys; from ccwb.ui.shell import open_page; open_page('executive'); open_page('evaluation'); "
        f"open_page('start'); print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_nobody_works_in_an_empty_roster():
    empty = pd.DataFrame({"shift_start": [], "shift_end": [], "break_start": [], "break_end": [], "people": []})
    times = {name: pd.DatetimeIndex([], tz="UTC") for name in ("shift_start", "shift_end", "break_start", "break_end")}
    assert month._worked_h(empty.assign(**times)).empty
