"""The evaluation page: actual figures taken, plan and action measured alike, deviations judged, the next cycle."""

import datetime as dt
import shutil

import altair as alt
import pandas as pd
import pytest

from ccwb import cycle, measures
from ccwb.errors import PlanError
from ccwb.store import open_store
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.shell import Context
from ccwb.ui.start_page import StartPage
from ccwb.ui.widgets import Form, Grid
from tests.ui.cycles import NOW, WHO, centre, fill, history, plan
from tests.ui.looking import change, find, finished, press, said, shown, unfold

TAKE = "Take them and measure"


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as made:
        yield made


def page_of(store, **where):
    made = EvaluationPage(Context(store, **where))
    made.shell.person = "Ana"
    return made


@pytest.fixture(scope="module")
def measured_file(tmp_path_factory):
    """A workbook whose one cycle took its actual figures from the history and was measured by its page."""
    path = tmp_path_factory.mktemp("measured") / "workbook.db"
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        fill(store)
        page = page_of(store)
        press(page, TAKE)
        finished(page)
        assert "The cycle is measured, and its values are kept." in said(page)
    return path


@pytest.fixture
def measured(measured_file, tmp_path):
    """The page of that cycle, on a copy of its own."""
    path = shutil.copyfile(measured_file, tmp_path / "measured.db")
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        yield page_of(store)


def value(page, kpi, project="", side="actual"):
    rows = page.table[(page.table["kpi"] == kpi) & (page.table["project"] == project)]
    return rows[side].iloc[0] if len(rows) else None


def judging(page, entry):
    form = page.sections[0].forms[entry]
    assert isinstance(form, Form)
    return form


ALL_THE_SAME = "Finish it and start the next all the same"


def test_an_empty_workbook_says_what_will_be_here(store):
    page = page_of(store)
    assert "It needs a centre with projects, and a cycle." in shown(page) and "setup.ipynb" in shown(page)


def test_a_cycle_without_actual_figures_or_history_says_what_is_missing(store):
    one = fill(store, planned=())
    store.delete_table("history", **WHO)
    page = page_of(store)
    assert "The history has none of them yet" in shown(page)
    assert "No forecast" in shown(page) and "No staffing plan" in shown(page) and "No schedule" in shown(page)
    assert not store.has_rows("kpi_values", cycle=one.id)


def test_the_actual_figures_are_the_history_inside_the_cycles_days_and_nothing_else(measured):
    page = measured
    kept = page.store.read_table("actuals", cycle=page.cycle_id, zone="Europe/Berlin")
    assert len(kept) == 2 * 14 * 8
    assert kept["interval_start"].min() == pd.Timestamp("2026-11-02 08:00", tz="Europe/Berlin")
    assert kept["interval_start"].max() == pd.Timestamp("2026-11-15 11:30", tz="Europe/Berlin")
    assert page.store.revision("kpi_values", cycle=page.cycle_id).by == "Ana"


def test_what_a_contact_was_to_cost_stands_in_the_ladder_once_a_budget_was_fixed(store):
    one = fill(store)
    rows = []
    for project, labour, contacts in (("help", 2000.0, 2800.0), ("orders", 900.0, 700.0)):
        place = {"project": project, "first_day": pd.Timestamp(one.first_day), "last_day": pd.Timestamp(one.last_day)}
        rows.append(place | {"kind": "labour", "amount": labour, "hours": 80.0})
        rows.append(place | {"kind": "technology", "amount": 100.0})
        rows.append(place | {"kind": "contacts", "amount": 0.0, "contacts": contacts})
    em.take_actuals(store, one, centre(), by="Ana", at=NOW)
    values = em.measure(store, one, centre(), progress=lambda *_: None)
    assert "cost_per_contact" not in set(values["kpi"])
    store.write_table("budget", pd.DataFrame(rows), cycle=one.id, **WHO)
    values = em.measure(store, one, centre(), progress=lambda *_: None)
    planned = values[values["kpi"] == "cost_per_contact"].set_index("project")
    assert planned["value"].to_dict() == pytest.approx({"help": 0.75, "orders": 1000 / 700, "": 3100 / 3500})
    store.write_table("kpi_values", values, cycle=one.id, **WHO)
    assert em.outdated(store, one) is False
    assert value(page_of(store), "cost_per_contact", "", "plan") == pytest.approx(3100 / 3500)
    later = {"by": "Ana", "at": NOW + dt.timedelta(hours=1)}
    store.write_table("budget", pd.DataFrame(rows), cycle=one.id, **later)
    assert em.outdated(store, one) is True  # another budget: measure again


def test_plan_and_action_are_sums_over_sums_as_a_hand_would_add_them(measured):
    came = history()
    came = came[came["interval_start"] >= pd.Timestamp("2026-11-02", tz="Europe/Berlin")]
    ours = came[came["project"] == "help"]
    assert value(measured, "answer_rate", "help") == pytest.approx(ours["handled"].sum() / ours["offered"].sum())
    assert value(measured, "offered") == pytest.approx(came["offered"].sum())
    assert value(measured, "service_level", "help") == pytest.approx(0.75)
    assert value(measured, "service_level", "help", "plan") == pytest.approx(0.8)
    assert value(measured, "offered", "help", "plan") == pytest.approx(25 * 8 * 14)
    assert value(measured, "schedule_fit", "help", "plan") == pytest.approx(6 / 7)
    assert value(measured, "schedule_fit", "help") == pytest.approx(1.0)  # 5 agents worked, 5 were needed at once
    errors = total = 0.0
    for _day, rows in ours.groupby(ours["interval_start"].dt.date):
        errors += abs(25 * len(rows) - sum(rows["offered"]))
        total += sum(rows["offered"])
    assert value(measured, "wape", "help") == pytest.approx(errors / total)


def test_a_project_that_records_contacts_alone_is_not_measured_where_nobody_can_tell(measured):
    measured.context = Context(measured.store, measured.context.cycle, "orders")
    measured.open()
    assert pd.isna(value(measured, "aht", "orders")) and value(measured, "aht", "orders", "plan") == 240
    assert value(measured, "offered", "orders") == 30 * 8 * 14
    fits = [value(measured, "schedule_fit", "orders", side) for side in ("plan", "actual")]
    assert fits[0] == pytest.approx(6 / 7) and pd.isna(fits[1])  # nobody recorded who was at work
    assert "not measured" in shown(measured) and "4:00" in shown(measured)
    assert len(find(measured, Chart)) == 2


def test_agents_recorded_by_five_minutes_are_held_against_the_need_of_their_half_hour():
    requirement = plan("help")["requirement"].iloc[:2]
    minutes = pd.to_timedelta(range(0, 60, 5), unit="min")
    rows = {"interval_start": requirement["interval_start"].iloc[0] + minutes, "interval_s": 300, "offered": 1.0}
    actuals = pd.DataFrame(rows | {"project": "help", "channel": "voice", "agents": [2.0, 4.0] * 3 + [6.0] * 6})
    staffed = em._staffed(requirement, actuals)
    assert staffed[["required", "scheduled"]].to_numpy().tolist() == [[5.0, 3.0], [5.0, 6.0]]
    assert measures.value("schedule_fit", coverage=staffed) == pytest.approx(8 / 10)
    assert em._staffed(requirement, actuals.drop(columns="agents")) is None


def test_the_centre_promises_only_what_every_measured_project_planned(store):
    fill(store, planned=("help",))
    page = page_of(store)
    press(page, TAKE)
    finished(page)
    assert value(page, "offered", "help", "plan") == pytest.approx(25 * 8 * 14)
    assert pd.isna(value(page, "offered", side="plan")) and value(page, "offered") > 0


def test_without_a_cycle_before_as_many_days_before_are_the_previous_ones(measured):
    earlier, first, last = em.before(measured.store, measured.context.cycle)
    assert (earlier, str(first), str(last)) == (None, "2026-10-19", "2026-11-01")
    template, values = em.previous_label(measured.store, measured.context.cycle)
    assert template.format(**values) == "the 14 days before"
    assert value(measured, "answer_rate", "help", "previous") == pytest.approx(0.95)


def test_the_cycle_before_counts_as_it_was_kept_there(store):
    before = store.add_cycle("October", first_day="2026-10-19", last_day="2026-11-01", **WHO)
    one = fill(store)
    kept = measures.compute(history(days=14), kpis=["answer_rate"]).assign(numerator=1.0, denominator=4.0, value=0.25)
    store.write_table("kpi_values", kept, cycle=before.id, **WHO)
    page = page_of(store, cycle=one)
    press(page, TAKE)
    finished(page)
    assert value(page, "answer_rate", "help", "previous") == 0.25


def test_measuring_notes_what_it_was_made_from_and_a_later_change_is_said(measured):
    page, store = measured, measured.store
    stale = [str(b) for b in cycle.state(store, page.cycle_id)["evaluation"].blockers if "run step 6" in str(b)]
    assert not stale and em.outdated(store, page.context.cycle) is False
    later = {"by": "Ben", "at": dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)}
    store.write_table("forecast", plan("help", 30.0)["forecast"], cycle=page.cycle_id, project="help", **later)
    page.open()
    assert "measure again" in shown(page)
    assert any("The forecast changed" in str(b) for b in cycle.state(store, page.cycle_id)["evaluation"].blockers)


def test_values_are_never_kept_in_another_cycle_than_they_were_measured_for(measured):
    other = measured.store.add_cycle("Later", first_day="2027-01-04", last_day="2027-01-10", **WHO)
    made = measured._run(measured.context.cycle, lambda *_: None)
    measured.context = Context(measured.store, other)
    with pytest.raises(PlanError, match="Another cycle was chosen while November was measured"):
        measured._keep(made)
    assert not measured.store.has_rows("kpi_values", cycle=other.id)


def test_history_that_came_later_can_be_taken_too(store):
    fill(store)
    store.write_table("history", history(days=20), **WHO)
    page = page_of(store)
    press(page, TAKE)
    finished(page)
    store.write_table("history", history(), **WHO)
    page.open()
    press(page, "Take the actual figures from the history")
    finished(page)
    assert len(store.read_table("actuals", cycle=page.cycle_id)) == 2 * 14 * 8


def test_the_biggest_miss_is_the_one_farthest_past_what_counts_as_near():
    columns = ("kpi", "project", "plan", "actual", "previous", "target", "gap_plan", "gap_previous", "verdict")
    rows = [
        ("service_level", "a", None, 0.70, None, 0.80, None, None, "miss"),  # five times its two points
        ("asa", "a", None, 33.0, None, 30.0, None, None, "miss"),  # twice its five per cent
        ("csat", "", None, 0.79, None, 0.80, None, None, "near"),
    ]
    table = pd.DataFrame(rows, columns=columns)
    numbers = ["plan", "actual", "previous", "target", "gap_plan", "gap_previous"]
    table[numbers] = table[numbers].astype(float)
    assert [row.kpi for row in parts.misses(table)] == ["service_level", "asa"]
    sentence = parts.miss_sentences(table, {"a": "Line A"}, "EUR")[0]
    assert "Line A, Service level: 70%, where 80% was the target." in sentence
    assert parts.misses(table.assign(actual=table["target"])) == []


def test_a_missed_measure_points_at_the_missed_ones_that_it_rests_on():
    told = parts.pointed_at({"csat": "miss", "service_level": "miss", "wape": "near", "fcr": "good", "aht": None})
    assert told.count("look there first") == 1
    assert "Customer satisfaction (CSAT) was missed" in told and "first: Service level." in told
    assert parts.pointed_at({"csat": "miss", "wape": None}) == ""


def test_the_figures_are_those_that_the_mission_chose_the_weightiest_first(measured):
    rows = measured.rows[measured.rows["project"] == ""]
    told = parts.figures(rows, "EUR", ("asa", "service_level"))
    assert 0 < told.index("Average speed of answer") < told.index("Service level")
    assert "Answer rate" not in told and "Answer rate" in parts.figures(rows, "EUR")


def test_surveys_and_what_was_entered_count_with_their_margin_and_for_the_centre(measured):
    store, one = measured.store, measured.context.cycle
    asked = {"day": "2026-11-03", "channel": "voice", "survey": "nps", "answers": [150, 50], "favourable": [60, 30]}
    store.write_table("surveys", pd.DataFrame(asked | {"project": ["help", "orders"], "unfavourable": [25, 5]}), **WHO)
    lost = {"kpi": "churn", "project": "", "channel": "", "basis": "actual", "numerator": 12.0, "denominator": 400.0}
    days = {"first_day": pd.Timestamp(one.first_day), "last_day": pd.Timestamp(one.last_day), "value": 0.03}
    store.write_table("kpi_values", pd.DataFrame([lost | days]), **WHO)
    press(measured, "Measure this cycle")
    finished(measured)
    assert value(measured, "nps", "help") == pytest.approx(100 * 35 / 150)
    assert value(measured, "nps") == pytest.approx(100 * 60 / 200)
    assert value(measured, "churn") == 0.03 and value(measured, "churn", "help") is None
    assert "answers: 200" in shown(measured)


def test_the_contracts_promise_is_the_target_where_the_mission_sets_none(measured):
    assert value(measured, "answer_rate", "help", "target") == 0.9
    assert pd.isna(value(measured, "answer_rate", side="target"))


def test_a_judgement_needs_its_reason_and_is_kept_with_who_gave_it(measured):
    page, form = measured, judging(measured, 1)
    change(form, "verdict", "adopt")
    assert form.errors == {"reason": "A judgement needs its reason."} and page.kept.data["judgements"] == {}
    change(form, "reason", "Waits were shorter")
    kept = page.store.load("evaluation", cycle=page.cycle_id).data["judgements"]
    assert kept == {"1": {"verdict": "adopt", "reason": "Waits were shorter", "by": "Ana"}}
    assert "1 of 2 are judged." in shown(page)


def test_two_people_who_judge_the_same_entry_are_asked(measured):
    other = page_of(measured.store)
    for page, verdict in ((other, "reject"), (measured, "adopt")):
        change(judging(page, 2), "verdict", verdict)
        change(judging(page, 2), "reason", f"We {verdict}")
    assert "changed the same field" in said(measured)
    assert measured.store.load("evaluation", cycle=measured.cycle_id).data["judgements"]["2"]["verdict"] == "reject"
    press(measured, "Keep mine")
    assert measured.store.load("evaluation", cycle=measured.cycle_id).data["judgements"]["2"]["verdict"] == "adopt"


def test_a_project_judges_its_own_deviations_and_those_of_the_centre(measured):
    page = page_of(measured.store, project="orders")
    assert list(page.sections[0].forms) == [2]


def test_a_lesson_is_kept_once_it_has_a_text_and_its_day_must_be_one(measured):
    grid = find(measured, Grid)[0]
    grid.received({"type": "add"}, [])
    assert measured.kept.data["lessons"] == []
    grid.received({"type": "change", "row": 0, "key": "text", "value": "Shifts from 07:30"}, [])
    grid.received({"type": "change", "row": 0, "key": "owner", "value": "Kim"}, [])
    kept = measured.store.load("evaluation", cycle=measured.cycle_id).data["lessons"]
    assert [(row["text"], row["owner"], row["status"]) for row in kept] == [("Shifts from 07:30", "Kim", "open")]
    grid.received({"type": "change", "row": 0, "key": "due", "value": "soon"}, [])
    assert "Write it as 2026-11-02" in said(measured)


def test_the_next_cycle_takes_along_what_was_shown_before_it_began(measured):
    page, one = measured, measured.context.cycle
    grid = find(page, Grid)[0]
    grid.received({"type": "add"}, [])
    grid.received({"type": "change", "row": 0, "key": "text", "value": "Shifts from 07:30"}, [])
    unfold(page, "Lessons and actions not finished: 1 of 1")
    (row,) = page.sections[2].along.grids["lesson"].rows
    assert (row["said"], row["entry"]) == ("Shifts from 07:30", "November, L1")
    form = page.sections[2].form
    assert (form.values["first"], form.values["last"]) == ("2026-11-16", "2026-11-29")
    change(form, "name", "")
    press(page, "Start the next cycle")
    assert "needs a name" in said(page)
    change(form, "name", "Second half")
    press(page, "Start the next cycle")
    assert "finishes November, which is not evaluated yet. 6 of its 6 stages are not approved." in said(page)
    press(page, ALL_THE_SAME)
    assert "Second half is started" in said(page) and page.context.cycle.name == "Second half"
    assert page.store.cycle(one.id).status == "finished"
    tasks = page.store.load("mission", cycle=page.cycle_id).data["preparation"]
    assert "Shifts from 07:30" in [task["task"] for task in tasks]
    page.context = Context(page.store, page.store.cycle(one.id))
    page.open()
    assert "Second half follows November already." in shown(page)


def test_a_second_press_does_not_finish_the_new_and_empty_cycle(measured):
    page = measured
    press(page, "Start the next cycle")
    press(page, ALL_THE_SAME)
    new, form = page.context.cycle, next(one for one in find(page, Form) if "first" in one.values)
    change(form, "first", "2026-11-10")
    press(page, "Start the next cycle")
    told = said(page)
    assert "not over" in told and "Nothing of it is measured" in told and "6 of its 6 stages" in told
    assert f"are days of November, {new.name}, too." in told
    assert page.context.cycle == new and page.store.cycle(new.id).status != "finished"
    assert len(page.store.cycles()) == 2


def test_what_people_wrote_is_never_read_as_html(measured):
    press(measured, "Start the next cycle")
    press(measured, ALL_THE_SAME)
    page = StartPage(Context(measured.store))
    unfold(page, "What came along")
    assert "<b>No script</b>" not in shown(page)
    assert "&lt;b&gt;No script" in shown(page)


@pytest.mark.parametrize("project", ["", "support"])
def test_a_finished_cycle_of_the_sample_opens_with_all_it_came_to(sample_database, open_page, project):
    one = open_store(sample_database).cycles()[2]
    page = open_page("evaluation", cycle=str(one.id), project=project)
    assert not said(page) and "The biggest miss" in shown(page)
    titles = [chart.title for chart in find(page, Chart)]
    assert "targets met" in titles[0] and "contacts came than planned" in titles[1]
    assert value(page, "csat", project) > 0.7 and not pd.isna(value(page, "wape", project, "previous"))
    assert "follows Summer 2026 already" in shown(page)
    assert "of 18,558 needed agent-hours were on the schedule" in shown(page)


def test_the_sample_measured_anew_says_what_was_kept_with_it(sample_database):
    with open_store(sample_database) as store:
        one, centre = store.cycles()[2], store.load("centre").data
        kept = em.kept(store, one)
        again = em.measure(store, one, centre, progress=lambda *_: None)
    for side in ("plan", "actual"):
        old = kept[side].set_index(["kpi", "project"])["value"]
        new = again[again["basis"] == side].set_index(["kpi", "project"])["value"]
        both = old.index.intersection(new.index)
        assert len(both) > 30 and (new[both] - old[both]).abs().max() < 1e-9 * old.abs().max()


def bars(**rows):
    """The bars of measures, each given as (actual, plan, target)."""
    known = [{"kpi": kpi, "actual": a, "plan": p, "target": t, "previous": None} for kpi, (a, p, t) in rows.items()]
    return parts.bullets(pd.DataFrame(known).assign(verdict=None).astype({"target": float, "previous": float}), "EUR")


def test_next_to_nothing_is_drawn_as_next_to_nothing():
    told = bars(blocked=(0.0003, 0.0002, None), asa=(0.04, 0.02, None), answer_rate=(0.81, 0.85, 0.9))
    assert told["actual"].round(3).tolist() == [0.015, 0.04, 0.9] and told["label"][0].startswith(
        "Blocked contacts  0.0%"
    )
    assert told["plan"].round(3).tolist() == [0.01, 0.02, 0.944]
    assert told["target"].isna().tolist() == [True, True, False] and told["target"][2] == 1
    assert bars(abandonment=(0.03, 0.02, 0.01))["target"][0] == 0.5  # of what is still near it
    width = [layer for layer in parts.bullet_chart().to_dict()["layer"] if layer["encoding"]["x"].get("datum") == 1]
    assert len(width) == 1  # where it is the only bar, it does not fill the picture either


@pytest.mark.parametrize("spec", [parts.bullet_chart, parts.daily_chart])
def test_the_charts_are_valid_vega_lite(spec):
    drawn = spec().to_dict()
    assert alt.Chart.from_dict(drawn)


def test_the_days_of_a_plan_alone_are_shown_as_planned():
    table = parts.daily(plan("help")["forecast"], (), (), shift=dt.timedelta(days=14))
    assert len(table) == 14 and (table["plan"] == 200).all() and table["actual"].isna().all()
    assert parts.daily_title(table) == "Contacts a day, as planned"
    assert (table["lower"] < 200).all() and (table["upper"] > 200).all()


def test_nothing_of_another_project_is_taken_for_one(store):
    fill(store)
    one, document = store.cycles()[0], store.load("centre").data
    n = em.take_actuals(store, one, document, project="help", by="Ana", at=NOW)
    assert n == 14 * 8 and set(store.read_table("actuals", cycle=one.id)["project"]) == {"help"}


def test_the_day_most_off_may_be_one_that_was_planned_as_closed():
    days = pd.date_range("2026-11-02 10:00", periods=3, tz="Europe/Berlin")
    came = pd.DataFrame({"interval_start": days, "offered": [100.0, 50.0, 104.0]})
    plan = pd.DataFrame({"interval_start": days[[0, 2]], "offered": 100.0, "day_spread": 0.05})
    title = parts.daily_title(parts.daily(plan, came, came.iloc[:0], shift=dt.timedelta(days=7)))
    assert title == "27.0% more contacts came than planned; the day most off was Nov 3, 2026: +50"
    said = parts.one_sided(*(pd.Series([50.0], index=[day.normalize()]) for day in days[:2]))
    assert "Planned days without any actual figures count on neither side: Nov 2, 2026 (50)." in said
    assert "Contacts that came on days planned as closed count as not expected: Nov 3, 2026 (50)." in said
