"""The evaluation page tells why: a miss as a waterfall and a sentence of causes, and whether the model was right."""

import shutil

import altair as alt
import numpy as np
import pandas as pd
import pytest

from ccwb import evaluation
from ccwb.store import open_store
from ccwb.ui import evaluation_causes_parts as look
from ccwb.ui import evaluation_facts as ef
from ccwb.ui import evaluation_measure as em
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_causes import Why, causes_of
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.shell import Context
from ccwb.ui.widgets import Form
from tests.ui.cycles import WHO, fill
from tests.ui.looking import change, find, finished, press, said, sent, shown, unfold


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A workbook with a finished cycle of two weeks, measured: `help` tells everything, `orders` contacts alone."""
    path = tmp_path_factory.mktemp("causes") / "workbook.db"
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        one, centre = fill(store), store.load("centre").data
        em.take_actuals(store, one, centre, **WHO)
        store.write_table("kpi_values", em.measure(store, one, centre, progress=lambda *_: None), cycle=one.id, **WHO)
    return path


@pytest.fixture
def page(workbook, tmp_path):
    """The page of that cycle, on a copy of its own."""
    path = shutil.copyfile(workbook, tmp_path / "workbook.db")
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        made = EvaluationPage(Context(store))
        made.shell.person = "Ana"
        yield made


def choosing(page):
    return next(form for form in find(page, Form) if "week" in form.values)


def picture(page, name="causes"):
    return next(chart for chart in find(page, Chart) if chart.file_name == name)


def asked(page):
    press(page, "Tell the causes")
    finished(page)
    return picture(page)


def test_the_farthest_miss_of_service_is_chosen_and_its_parts_add_up_to_it(page):
    form = choosing(page)
    assert (form.values["kpi"], form.values["project"]) == ("service_level", "")  # 80 % was the centre's target
    change(form, "project", "help")
    chart = asked(page)
    assert chart.title == "Service level: from 80.0% planned to 75.0%"
    table = chart.file_table()
    rows = table[table["kpi"] == "service_level"]
    assert rows["part"].sum() == pytest.approx(-0.05, abs=1e-12)
    assert {"volume", "handling_time", "schedule", "shrinkage", "people"} <= set(rows["cause"])
    told = shown(page)
    assert "Service level is 5.0 points below the plan: " in told and "longer handling took" in told
    assert "what it does not explain of the plan" in told  # whoever made this plan used no model of ours


def test_another_measure_is_shown_at_once_and_another_week_is_looked_for(page):
    asked(page)
    form = choosing(page)
    change(form, "kpi", "occupancy")
    assert picture(page).title.startswith("Occupancy: from ") and not page.progress.running
    change(form, "kpi", "labour")
    assert "Labour cost is not known on both sides here" in shown(page)
    change(form, "kpi", "answer_rate")
    change(form, "week", "2026-11-09")
    finished(page)
    assert picture(page).title == "Answer rate: from 95.0% planned to 80.0%"  # its second week alone


def test_what_nobody_recorded_is_said_and_not_guessed(page):
    asked(page)
    change(choosing(page), "project", "orders")
    finished(page)
    told = shown(page)
    assert "do not tell how many agents were at work" in told and "is not known on both sides here" in told


def test_the_picture_has_words_and_signs_beside_its_colours(page):
    steps = asked(page).data["steps"]
    assert [steps["label"][0], steps["label"][-1]] == ["Plan", "Actual"]
    assert all(mark[0] in "▲▼" for mark in steps["said"][1:-1])
    assert steps["state"][1:-1].count("untold") <= 2 and all(steps["tip"])


def test_pictures_are_sound_and_their_tables_are_there(page):
    asked(page)
    unfold(page, "Did the model tell the truth")
    press(page, "Compare")
    finished(page)
    for name in ("causes", "calibration"):
        chart, out = picture(page, name), sent(picture(page, name))
        alt.Chart.from_dict(chart.spec, validate=True)
        chart.received({"type": "table"}, [])
        assert "Project" in [column["label"] for column in out[0][0]["columns"]] and out[0][0]["rows"]


def test_the_model_is_held_against_what_came_and_the_numbers_for_next_time_are_told(page):
    unfold(page, "Did the model tell the truth")
    press(page, "Compare")
    finished(page)
    assert len(picture(page, "calibration").file_table()) == 14 * 8
    told = shown(page)
    assert "Service level: predicted " in told and "Numbers to plan the next cycle with" in told
    assert "250 s" in told and "plan with the measured one" in told
    form = next(form for form in find(page, Form) if "by" in form.values)
    change(form, "by", "hour")
    assert len(picture(page, "calibration").data["groups"]["label"]) == 4


def test_without_a_plan_there_is_nothing_to_split(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as store:
        one = fill(store, planned=())
        page = EvaluationPage(Context(store, one))
        assert "Why: the causes" not in shown(page)


def test_shrinkage_and_schedule_come_from_roster_and_actual_figures(page):
    known = ef.facts(page.store, page.context.cycle, page.centre(), project="help")
    planned, measured = known["shrinkage"]["help"]
    assert planned == pytest.approx(1 - 5 / 7) and measured == pytest.approx(1 - 5 / 6)
    assert known["coverage"]["scheduled"].iloc[0] == pytest.approx(6)


def test_labour_is_told_only_where_the_books_cover_every_day(page):
    first, last = page.context.cycle.first_day, page.context.cycle.last_day
    rows = [
        ["help", "2026-11-01", "2026-11-30", 3000.0],
        ["orders", "2026-11-01", "2026-11-10", 1000.0],
    ]
    costs = pd.DataFrame(rows, columns=["project", "first_day", "last_day", "amount"]).assign(kind="labour")
    costs[["first_day", "last_day"]] = costs[["first_day", "last_day"]].apply(pd.to_datetime)
    page.store.write_table("costs", costs, **WHO)
    assert ef.labour(page.store, ["help", "orders"], first, last) == {"help": pytest.approx(3000 * 14 / 30)}


def test_a_sentence_names_the_large_causes_first_and_sums_the_rest():
    names = ["planned", "untold_plan", "volume", "handling_time", "people", "untold_actual", "actual"]
    parts = [np.nan, 0.0, -0.09, -0.02, 0.05, 0.0, np.nan]
    level = 0.84 + np.nancumsum(parts)
    table = pd.DataFrame(
        {"project": "", "channel": "", "kpi": "service_level", "cause": names, "part": parts, "level": level}
    )
    facts = pd.DataFrame(
        [["volume", 100.0, 120.0, "contacts"], ["handling_time", 240.0, 250.0, "s"], ["people", 40.0, 44.0, "hours"]],
        columns=["cause", "planned", "actual", "unit"],
    )
    told = look.sentence(evaluation.Causes(table, [], facts), "service_level", "EUR")
    assert told == (
        "Service level is 6.0 points below the plan: more contacts took 9.0 points, longer handling took 2.0 points, "
        "more people at work added 5.0 points."
    )


def test_a_running_page_tells_a_second_asking_to_wait(page):
    why = Why(page)
    page.progress.running = True
    page.guard(why.ask)()
    assert said(page)
    page.progress.running = False


def test_the_sample_keeps_the_causes_that_the_page_finds(sample_database):
    with open_store(sample_database) as store:
        cycle = store.cycles()[0]
        kept = store.load("evaluation", cycle=cycle.id).data["causes"]
        found = causes_of(store, cycle, store.load("centre").data, "sales").table
    assert {one["project"] for one in kept} == {"", "service", "sales", "support"}
    on_time = {one["project"]: one["plan"] for one in kept if one["kpi"] == "on_time" and not one["channel"]}
    with open_store(sample_database) as store:
        values = store.read_table("kpi_values", cycle=cycle.id)
    planned = values[(values["kpi"] == "on_time") & (values["basis"] == "plan") & (values["channel"] == "")]
    assert on_time == pytest.approx(planned.set_index("project")["value"].to_dict())  # the mails of its last night, too
    for one in (one for one in kept if one["project"] == "sales" and not one["channel"]):
        rows = found[found["kpi"] == one["kpi"]].set_index("cause")
        assert (rows["level"].iloc[0], rows["level"].iloc[-1]) == pytest.approx((one["plan"], one["actual"]))
        assert rows["part"].dropna().to_dict() == pytest.approx(one["parts"], rel=1e-6, abs=1e-8)
        assert one["plan"] + sum(one["parts"].values()) == pytest.approx(one["actual"])


def test_the_sample_keeps_the_causes_of_each_channels_own_promise(sample_database):
    with open_store(sample_database) as store:
        cycle, centre = store.cycles()[0], store.load("centre").data
        kept = store.load("evaluation", cycle=cycle.id).data["causes"]
        found = causes_of(store, cycle, centre, "sales", "voice").table
        actuals = store.read_table("actuals", cycle=cycle.id, project="sales", channel="voice")
    promised = {
        (project["project"], name, "service_level" if name in ("voice", "chat") else "on_time")
        for project in centre["projects"]
        for name, target in project["channels"].items()
        if target.get("service_level") is not None and name in {"voice", "chat", "email", "social", "callback"}
    }
    own = {(one["project"], one["channel"], one["kpi"]): one for one in kept if one["channel"]}
    assert set(own) == promised and len(own) > 5
    voice = own["sales", "voice", "service_level"]
    assert voice["actual"] == pytest.approx(actuals["answered_within"].sum() / actuals["offered"].sum())
    rows = found[found["kpi"] == "service_level"].set_index("cause")["part"].dropna()
    assert voice["parts"] == pytest.approx(rows.to_dict(), rel=1e-6, abs=1e-8)
    for one in own.values():
        assert one["plan"] + sum(one["parts"].values()) == pytest.approx(one["actual"])
