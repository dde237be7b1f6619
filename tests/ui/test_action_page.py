"""The action page: logged in half a minute, never changed, corrected by a further entry."""

import datetime as dt

import pytest

from ccwb import mission as ms
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui.action_page import ActionPage
from ccwb.ui.shell import Context

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
DONE = {"done": "Moved two breaks", "why": "A wave of calls at noon", "effect": "Wait below a minute"}


@pytest.fixture
def page(tmp_path):
    store = open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}")
    project = new_project("orders", label="Orders", zone="Europe/Berlin")
    centre = blank_centre(name="Ours", zone="Europe/Berlin") | {"projects": [project]}
    store.save("centre", centre, base=0, by="Ana", at=NOW)
    cycle = store.add_cycle("Spring", first_day="2026-03-01", last_day="2026-05-31", by="Ana", at=NOW)
    gap = ms.add_gap(ms.blank_mission(), title="No script for outages")
    store.save("mission", gap, base=0, by="Ana", at=NOW, cycle=cycle.id)
    made = ActionPage(Context(store))
    made.shell.person = "Ana"
    yield made
    made.leave()
    store.close()


def typed(form, **values):
    for key, value in values.items():
        form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def logged(page, **values):
    asked = DONE | values
    typed(page.form, **{key: value for key, value in asked.items() if key in page.form.values})
    typed(page.more, **{key: value for key, value in asked.items() if key in page.more.values})
    page.guard(page.log_it)()


def said(page):
    return "".join(box.children[0].value for box in page.messages.children)


def log_of(page):
    return page.store.read_table("action_log", cycle=page.cycle_id, zone="Europe/Berlin")


def texts(page):
    """Return the log as the page shows it, one text an entry."""
    return [w.value if hasattr(w, "value") else w.children[0].value for w in page.list.children]


def test_an_empty_log_says_what_will_be_here(page):
    assert "Nothing is logged in this cycle yet." in texts(page)[0]


def test_an_entry_is_logged_with_who_and_when_and_the_form_is_empty_again(page):
    logged(page, plan_item="gap G1")
    entry = log_of(page).iloc[0]
    assert (entry["who"], entry["plan_item"], entry["done"]) == ("Ana", "gap G1", "Moved two breaks")
    assert abs(entry["at"] - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert page.form.values["done"] == ""
    assert "Gap: No script for outages" in texts(page)[0]
    assert "Logged as entry 1." in said(page)


def offered(page):
    field = next(field for field in page.form.fields if field["key"] == "plan_item")
    return {option["value"] for option in field["options"]}


def test_an_entry_of_a_project_is_offered_its_own_part_of_the_plan_and_the_centres_alone(page):
    other = new_project("bank", label="Bank", zone="Europe/Berlin") | {"supervisor": "Bea"}
    centre = page.store.load("centre")
    mine = centre.data["projects"][0] | {"supervisor": "Omar"}
    page.store.save(
        "centre", centre.data | {"projects": [mine, other]}, base=centre.version, by="Ana", at=NOW, apart=True
    )
    mission = page.store.load("mission", cycle=page.cycle_id)
    document = ms.add_gap(mission.data, title="Bank has no script", owner="Bea")
    document = ms.add_gap(document, title="Orders has no script", owner="Omar")
    document = ms.add_task(document, task="Bank's pilot day", assigned_to="Bea")
    page.store.save("mission", document, base=mission.version, by="Ana", at=NOW, cycle=page.cycle_id, apart=True)
    page.reopen()
    task = next(key for key, label in page.names.items() if "pilot day" in label)
    theirs, ours = {"gap G2", task}, {"gap G1", "gap G3", "staffing"}
    assert theirs | ours <= offered(page)  # of the whole centre: all
    typed(page.form, plan_item="gap G2")
    typed(page.more, project="orders")
    assert ours <= offered(page) and not theirs & offered(page)
    assert page.form.values["plan_item"] == "staffing"
    logged(page, plan_item="gap G3")
    typed(page.more, project="bank")
    assert theirs <= offered(page) and "gap G3" not in offered(page) and "gap G1" in offered(page)
    page.correct(1)  # what an entry departed from can always be said again
    assert page.form.values["plan_item"] == "gap G3" and "gap G3" in offered(page)


def test_an_earlier_time_is_read_on_the_centres_clock(page):
    logged(page, at="2026-03-02 10:30")
    logged(page, at="2026-03-03 11:00")
    assert [str(at) for at in log_of(page)["at"]] == ["2026-03-02 10:30:00+01:00", "2026-03-03 11:00:00+01:00"]


def test_what_is_missing_is_said_at_the_field_and_nothing_is_logged(page):
    typed(page.form, done="Moved two breaks", why="A wave")
    page.guard(page.log_it)()
    assert page.form.errors == {"effect": "Needed."}
    assert "the effect expected" in said(page)
    assert log_of(page).empty
    typed(page.form, effect="Shorter waits")
    assert page.form.errors == {}


def test_a_log_without_a_name_is_not_written(page):
    page.shell.person = ""
    logged(page)
    assert "Give your name" in said(page)
    assert log_of(page).empty


def test_a_time_that_cannot_be_read_is_said_and_what_was_typed_stays(page):
    logged(page, at="noonish")
    assert "noonish" in said(page)
    assert page.form.values["done"] == DONE["done"]


def test_a_time_far_from_the_cycle_is_refused_but_what_is_done_now_is_logged_and_can_be_corrected(page):
    logged(page, at="1999-01-01 10:00")
    assert "far from the days of this cycle" in said(page) and log_of(page).empty
    logged(page, at="")
    page.correct(1)
    page.guard(page.log_it)()
    assert list(log_of(page)["corrects"].fillna(0)) == [0, 1]


def test_a_correction_is_a_new_entry_and_the_first_stays(page):
    logged(page, at="2026-03-02 10:30")
    page.correct(1)
    assert page.form.values["done"] == "Moved two breaks"
    typed(page.form, done="Moved three breaks")
    page.guard(page.log_it)()
    log = log_of(page)
    assert list(log["done"]) == ["Moved two breaks", "Moved three breaks"]
    assert list(log["corrects"].fillna(0)) == [0, 1]
    newest, first = texts(page)
    assert "corrects entry 1" in newest
    assert "corrected by entry 2" in first
    assert page.corrects is None


def test_two_people_who_log_at_once_get_numbers_of_their_own(page):
    other = ActionPage(Context(page.store))
    other.shell.person = "Ben"
    logged(page)
    logged(other)
    other.leave()
    assert list(log_of(page)["entry"]) == [1, 2]
    page.look()
    assert "Ben" in texts(page)[0]


def test_a_scenario_in_use_fills_the_form_but_not_over_what_was_typed(page):
    surge = page.scenarios.rows[0]
    typed(page.form, why="It rains")
    page.use(surge)
    assert page.form.values["done"] == surge["response"]
    assert (page.form.values["why"], page.more.values["scenario"]) == ("It rains", "surge")


def test_choosing_a_scenario_in_the_form_fills_it_too(page):
    typed(page.more, scenario="outage")
    assert page.form.values["done"] == page.scenarios.get("outage")["response"]


def test_a_trigger_that_holds_is_lit_with_what_was_measured(page):
    assert page.scenarios.holding() == []
    typed(page.scenarios.now, volume_ratio=131.0)
    assert [row["key"] for row in page.scenarios.holding()] == ["surge"]
    assert "holds now: 131%" in page.scenarios.cards.children[0].children[1].value
    assert "holds now" not in page.scenarios.cards.children[1].children[1].value


def test_a_scenario_is_not_saved_while_its_threshold_is_a_word(page):
    grid = page.scenarios.grid
    grid.received({"type": "refused", "row": 0, "key": "threshold", "text": "high"}, [])
    grid.received({"type": "change", "row": 0, "key": "title", "value": "Rush"}, [])
    assert "Threshold in row 1: &#x27;high&#x27; is not a number" in said(page)
    page.changed()
    assert grid.rows[0]["title"] == "Rush" and grid.refused
    assert page.store.load("action", cycle=page.cycle_id).data is None
    grid.received({"type": "change", "row": 0, "key": "threshold", "value": 130.0}, [])
    row = page.store.load("action", cycle=page.cycle_id).data["scenarios"][0]
    assert (row["title"], row["threshold"]) == ("Rush", 1.3) and said(page) == ""


def test_scenarios_are_changed_added_and_taken_away(page):
    grid = page.scenarios.grid
    grid.received({"type": "change", "row": 0, "key": "threshold", "value": 130.0}, [])
    rows = page.store.load("action", cycle=page.cycle_id).data["scenarios"]
    assert rows[0]["threshold"] == 1.3
    grid.received({"type": "add"}, [])
    new = {"title": "Heavy snow", "trigger": "Roads are closed", "response": "Work from home", "decides": "Shift lead"}
    for key, value in new.items():
        grid.received({"type": "change", "row": 4, "key": key, "value": value}, [])
    rows = page.store.load("action", cycle=page.cycle_id).data["scenarios"]
    assert rows[4]["key"] == "heavy_snow"
    assert page.more.fields[3]["options"][-1]["label"] == "Heavy snow"
    grid.received({"type": "remove", "row": 0}, [])
    rows = page.store.load("action", cycle=page.cycle_id).data["scenarios"]
    assert [row["key"] for row in rows] == ["absence", "outage", "new_project", "heavy_snow"]
