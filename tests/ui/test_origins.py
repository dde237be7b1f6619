"""What comes along to the next cycle: shown and chosen before, seen with its origin where a planner looks after."""

import pytest

from ccwb import cycle, evaluation
from ccwb.store import open_store
from ccwb.ui import evaluation_measure as em
from ccwb.ui.action_page import ActionPage
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.mission_page import MissionPage
from ccwb.ui.shell import Context
from ccwb.ui.start_page import StartPage
from ccwb.ui.widgets import Form
from tests.ui.cycles import NOW, WHO, centre, fill
from tests.ui.looking import change, find, finished, press, said, shown, unfold


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as made:
        yield made


@pytest.fixture
def filled(store):
    """A cycle with a gap, targets, a scenario, an adopted deviation and three lessons."""
    one = fill(store)
    document = evaluation.blank_evaluation() | {"parameters": {"help/voice": {"aht_s": 251.0, "handled": 900}}}
    document["judgements"] = evaluation.judge({}, entry=1, verdict="adopt", reason="It was quick", by="Noa")
    for text in ("Plan the campaign", "Train two more", "Ask for the number of letters"):
        document = evaluation.add_lesson(document, text=text, owner="Kim", due="2026-12-01")
    store.save("evaluation", document, base=0, cycle=one.id, **WHO)
    scenario = {"key": "surge", "title": "Volume surge", "trigger": "t", "response": "r", "decides": "d"}
    store.save("action", {"scenarios": [scenario]}, base=0, cycle=one.id, **WHO)
    return one


def page_of(kind, store, **where):
    made = kind(Context(store, **where))
    made.shell.person = "Ana"
    return made


def follow(page, text):
    """Choose what came along by its text, and return what is said of its way."""
    forms = [one for one in find(page, Form) if one.fields and one.fields[0]["key"] == "thing"]
    assert len(forms) == 1
    (at,) = [option["value"] for option in forms[0].fields[0]["options"] if text in option["label"]]
    change(forms[0], "thing", at)
    return shown(page)


def start_next(page):
    """Start the next cycle though the one in sight is not evaluated: it is asked back, and meant so."""
    press(page, "Start the next cycle")
    press(page, "Finish it and start the next all the same")


def untick(page, key, reason=None):
    grid = page.sections[2].along.grids[key.split("/")[0]]
    off = {"take": False} | ({} if reason is None else {"reason": reason})
    grid._on_change([{**row, **(off if row["id"] == key else {})} for row in grid.rows])


def test_three_lessons_are_seen_in_the_next_cycle_with_where_they_come_from(store, filled):
    page = page_of(EvaluationPage, store)
    start_next(page)
    assert "is started" in said(page)
    new = store.cycles()[-1]
    mission_page = page_of(MissionPage, store, cycle=new)
    mission_page.go("preparation")
    rows = {row["task"]: row["from"] for row in mission_page.sections["preparation"].grid.rows}
    for text in ("Plan the campaign", "Train two more", "Ask for the number of letters"):
        assert rows[text] == "Cycle November"
    unfold(mission_page, "What came along from November")
    way = follow(mission_page, "Train two more")
    assert "November, L2" in way and "noted" in way and "came along" in way
    start = page_of(StartPage, store, cycle=new)
    unfold(start, "What came along from November")
    for text in ("Train two more", "Service level, Whole centre: 80%", "handling time 4:11"):
        assert text in shown(start), text
    assert "It was quick" in follow(start, "Breaks moved") and "judged: adopt" in shown(start)
    action = page_of(ActionPage, store, cycle=new)
    unfold(action, "What came along from November")
    assert "Volume surge" in follow(action, "Volume surge")
    action.leave()
    mission_page.leave()


def test_a_row_is_left_behind_only_with_its_reason_and_the_next_cycle_says_so(store, filled):
    page = page_of(EvaluationPage, store)
    unfold(page, "Lessons and actions not finished: 3 of 3")
    untick(page, "lesson/L2")
    assert "Unticked without a reason: 1." in shown(page)
    assert not any(row["left_out"] for row in cycle.carry_over(store, filled.id))
    press(page, "Start the next cycle")
    assert "Give the reason, or tick it again" in said(page) and len(store.cycles()) == 1
    untick(page, "lesson/L2", "Done by the client")
    assert page.sections[2].along.folds["lesson"].title == "Lessons and actions not finished: 2 of 3"
    start_next(page)
    new = store.cycles()[-1]
    tasks = [row["task"] for row in store.load("mission", cycle=new.id).data["preparation"]]
    assert "Train two more" not in tasks and "Plan the campaign" in tasks
    start = page_of(StartPage, store, cycle=new)
    unfold(start, "What came along")
    assert "What was left behind" in shown(start) and "Done by the client" in shown(start)


def test_a_row_that_was_left_behind_can_be_taken_along_again(store, filled):
    page = page_of(EvaluationPage, store)
    unfold(page, "Targets")
    untick(page, "target/aht", "Not a target any more")
    grid = page.sections[2].along.grids["target"]
    assert [row["take"] for row in grid.rows if row["id"] == "target/aht"] == [False]
    grid._on_change([{**row, "take": True} for row in grid.rows])
    assert not any(row["left_out"] for row in cycle.carry_over(store, filled.id))


def test_a_first_cycle_has_nothing_that_came_along(store, filled):
    assert "What came along" not in shown(page_of(StartPage, store))


def test_what_was_measured_is_handed_on_with_its_range(store, filled):
    em.take_actuals(store, filled, centre(), by="Ana", at=NOW)
    page = page_of(EvaluationPage, store)
    press(page, "Measure this cycle")
    finished(page)
    found = store.load("evaluation", cycle=filled.id).data["parameters"]["help/voice"]
    assert found["aht_s"]["low"] <= found["aht_s"]["value"] == 250.0 <= found["aht_s"]["high"]
    assert found["handled"] > 0
    (row,) = [row for row in cycle.carry_over(store, filled.id) if row["key"] == "parameter/help/voice"]
    assert row["value"] == found
