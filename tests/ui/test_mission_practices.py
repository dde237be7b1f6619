"""Practices and checklist on their pages: rated, drawn, proposed, judged; results of a person for the supervisor."""

import datetime as dt

import ipywidgets as w
import pandas as pd
import pytest

from ccwb import cycle
from ccwb import practices as pr
from ccwb.practices_content import CHECKLIST, PARTS, PRACTICES, USES
from ccwb.store import open_store
from ccwb.ui.charts import Chart
from ccwb.ui.fold import Fold
from ccwb.ui.mission_practices import OPEN
from ccwb.ui.widgets import Grid
from tests.ui.cycles import fill
from tests.ui.looking import change, find, finished, press, shown, unfold, walk

NOW = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
WHO = {"by": "Ana", "at": NOW}
FIRST = next(iter(PRACTICES))
NEXT = {"first_day": "2026-11-16", "last_day": "2026-11-29"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A small centre with a cycle that is over, and the store to look into it."""
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    with open_store(address) as made:
        fill(made)
        yield made


@pytest.fixture
def practices(store, open_page):
    """The mission page at its practices."""
    page = open_page("mission", step="practices")
    return page, page.sections["practices"]


def saved(store, name="mission"):
    return store.load(name, cycle=store.cycles()[0].id).data


def rows(chart):
    return pd.DataFrame(chart.data["cells"])


def cell(grid, at, key, value):
    grid.received({"type": "change", "row": at, "key": key, "value": value}, [])


def pressed(widget, label):
    next(b for b in walk(widget) if isinstance(b, w.Button) and b.description == label).click()


def test_a_practice_is_rated_by_what_it_looks_like_and_kept_as_it_is_chosen(store, practices):
    _page, section = practices
    assert PRACTICES[FIRST].low in section.form.head and PRACTICES[FIRST].high in section.form.head
    change(section.form, "level", "2")
    change(section.form, "evidence", "Gaps are found on the day")
    change(section.form, "wanted", "4")
    kept = saved(store)["practices"][FIRST]
    assert (kept["level"], kept["wanted"], kept["evidence"]) == (2, 4, "Gaps are found on the day")
    section.next.click()
    assert list(PRACTICES)[1] == section.key and section.form.values["evidence"] == ""
    change(section.form, "wanted", "")
    assert saved(store)["practices"][section.key]["wanted"] is None


def test_a_level_pressed_while_the_page_turns_belongs_to_the_practice_in_sight(store, practices):
    _page, section = practices
    section.next.click()
    late = {"type": "change", "key": "level", "value": "3", "final": True, "about": FIRST, "scope": ""}
    section.form.received(late, [])
    assert {key: one["level"] for key, one in saved(store)["practices"].items()} == {FIRST: 3}
    assert section.form.values["level"] == OPEN


def test_a_click_in_the_heat_map_goes_to_that_practice(practices):
    _page, section = practices
    section.map.received({"type": "signal", "name": "picked", "value": {"practice": ["callback"]}}, [])
    assert section.key == "callback" and PRACTICES["callback"].label in section.form.head
    assert section.pick.values == {"practice": "callback"}


def test_the_heat_map_stands_against_the_cycle_before(store, open_page):
    one = store.cycles()[0]
    before = store.load("mission", cycle=one.id)
    document = pr.set_practice(pr.set_practice(before.data, FIRST, level=2), "callback", level=4)
    store.save("mission", document, base=before.version, cycle=one.id, **WHO)
    values = {"kpi": "service_level", "first_day": "2026-11-02", "last_day": "2026-11-15", "project": "", "channel": ""}
    values |= {"basis": "actual", "numerator": 830.0, "denominator": 1000.0, "value": 0.83}
    table = pd.DataFrame([values]).astype({"first_day": "datetime64[s]", "last_day": "datetime64[s]"})
    store.write_table("kpi_values", table, cycle=one.id, **WHO)
    two = cycle.next_cycle(store, one.id, name="December", **NEXT, **WHO)
    page = open_page("mission", step="practices", cycle=str(two.id))
    section = page.sections["practices"]
    assert "Measured before: Service level 83%." in section.form.head
    change(section.form, "level", "3")
    seen = rows(section.map).set_index(["practice", "column"])
    assert seen.loc[(FIRST, "Before"), "said"] == "2"
    assert seen.loc[(FIRST, "Today"), "said"] == "3 (+1)"
    assert seen.loc[("callback", "Today"), "said"] == "" and seen.loc[("callback", "Before"), "said"] == "4"
    assert "Higher than before (November): 1" in section.total.value
    assert len(section.table()) == 20


def test_the_weakest_that_move_a_target_are_taken_into_the_gaps_or_the_preparation(store, practices):
    page, section = practices  # targets: service level, forecast error, handling time
    change(section.form, "level", "1")  # workforce management moves two of them
    change(section.pick, "practice", "routing")
    change(section.form, "level", "2")
    change(section.form, "owner", "Kim")
    change(section.pick, "practice", "burnout")
    change(section.form, "level", "1")  # moves none
    heads = [h.value for h in walk(section.proposed) if isinstance(h, w.HTML)]
    assert "Workforce management" in heads[2] and "Routing" in heads[3] and len(heads) == 4
    pressed(section.proposed, "Note as a gap")
    pressed(section.proposed, "Plan as a task")
    gap, task = saved(store)["gaps"][-1], saved(store)["preparation"][-1]
    assert (gap["origin"], gap["severity"], gap["factor"]) == ("practice:scheduling", "medium", "process")
    assert gap["title"] == "Workforce management (WFM): level 1, wanted 3"
    assert (task["origin"], task["assigned_to"]) == ("practice:routing", "Kim")
    assert not [b for b in walk(section.proposed) if isinstance(b, w.Button)]
    page.go("gaps")
    assert page.sections["gaps"].grid.rows[-1]["title"] == gap["title"]


def test_what_was_taken_up_goes_along_with_its_origin_and_is_not_proposed_again(store, open_page):
    section = open_page("mission", step="practices").sections["practices"]
    change(section.form, "level", "1")
    change(section.form, "owner", "Kim")
    pressed(section.proposed, "Plan as a task")
    one = store.cycles()[0]
    two = cycle.next_cycle(store, one.id, name="December", **NEXT, **WHO)
    task = store.load("mission", cycle=two.id).data["preparation"][-1]
    assert (task["origin"], task["came_from"]["name"]) == (f"practice:{FIRST}", "November")
    section = open_page("mission", step="practices", cycle=str(two.id)).sections["practices"]
    assert (section.form.values["level"], section.form.values["owner"]) == ("", "Kim")  # rated anew, owned as before
    change(section.form, "level", "1")
    assert not [b for b in walk(section.proposed) if isinstance(b, w.Button)]


def test_two_people_who_rate_at_the_same_time_keep_both_and_collide_only_on_the_same_field(store, open_page):
    ana, ben = (open_page("mission", step="practices").sections["practices"] for _person in range(2))
    change(ana.form, "level", "2")
    change(ben.form, "level", "4")
    assert saved(store)["practices"][FIRST]["level"] == 2
    assert ben.page.messages.children and not ana.page.messages.children  # Ben is asked which of the two holds
    change(ana.form, "evidence", "Gaps are found on the day")
    change(ben.form, "owner", "Ben")
    kept = saved(store)["practices"][FIRST]
    assert (kept["level"], kept["evidence"], kept["owner"]) == (2, "Gaps are found on the day", "Ben")


def test_the_picture_takes_in_what_others_rate_and_leaves_what_is_typed_here(store, open_page):
    here, there = (open_page("mission", step="practices") for _person in range(2))
    here.sections["practices"].form.values = {"evidence": "half a sentence"}
    change(there.sections["practices"].form, "level", "5")
    here.look()
    cells = rows(here.sections["practices"].map).set_index(["practice", "column"])
    assert cells.loc[(FIRST, "Today"), "said"] == "5"
    assert here.sections["practices"].form.values["evidence"] == "half a sentence"


def test_a_document_from_before_there_were_practices_opens_and_takes_ratings(store, open_page):
    one = store.cycles()[0]
    old = store.load("mission", cycle=one.id)
    data = {key: part for key, part in old.data.items() if key not in ("practices", "checklist")}
    store.save("mission", data, base=old.version, cycle=one.id, **WHO)
    section = open_page("mission", step="practices").sections["practices"]
    assert "No practice is rated yet" in section.map.title
    change(section.form, "level", "3")
    assert saved(store)["practices"][FIRST]["level"] == 3


def test_the_checklist_is_prepared_on_one_page_and_judged_on_the_other(store, practices, open_page):
    page, _section = practices
    unfold(page, PARTS["quality"])
    grid = next(g for g in find(page, Grid) if g.file_name == "checklist_quality")
    cell(grid, 1, "who", "Kim")
    assert saved(store)["checklist"]["quality_checked"]["who"] == "Kim"
    assert "Somebody looks at 1 of" in shown(page)

    page = open_page("evaluation")
    unfold(page, PARTS["quality"])
    grid = next(g for g in find(page, Grid) if g.file_name == "checklist_quality")
    assert grid.rows[1]["who"] == "Kim"
    cell(grid, 1, "verdict", "missed")
    cell(grid, 1, "finding", "No chat was checked")
    judged = saved(store, "evaluation")["checklist"]["quality_checked"]
    assert judged == {"verdict": "missed", "finding": "No chat was checked", "by": "Ana"}
    pressed(page.content, "Take over as a lesson")
    lesson = saved(store, "evaluation")["lessons"][0]
    assert (lesson["text"], lesson["origin"]) == ("No chat was checked", "checklist:quality_checked")
    lessons = next(g for g in find(page, Grid) if g.file_name == "lessons")
    assert lessons.rows[0]["origin"] == "Checklist: Quality control"
    assert "Take over as a lesson" not in [b.description for b in find(page, w.Button)]


def test_what_was_measured_stands_beside_the_question(store, open_page):
    page = open_page("evaluation")
    press(page, "Take them and measure")
    finished(page)
    unfold(page, PARTS["efficiency"])
    grid = next(g for g in find(page, Grid) if g.file_name == "checklist_efficiency")
    at = [key for key, check in CHECKLIST.items() if check.part == "efficiency"].index("efficiency_response")
    assert "Service level" in grid.rows[at]["measured"] and "target 80%" in grid.rows[at]["measured"]


@pytest.mark.parametrize("place", sorted({place for use in USES.values() for place in use.beside}))
def test_the_uses_of_data_stand_beside_the_pages_that_do_them(store, open_page, place):
    name, _slash, step = place.partition("/")
    page = open_page(name, **({"step": step} if step else {}))
    unfold(page, "Using the figures well")
    html = shown(page)
    for use in USES.values():
        assert (use.label in html) == (place in use.beside)


def results(store):
    people = [f"a{n}" for n in range(7)]
    made = [
        {"agent": name, "day": day, "project": "help", "channel": "voice", "handled": 20.0, "aht_s": 240.0}
        | {"resolved": 19.0 if name == "a3" else 14.0, "rated": 20.0}
        for name in people
        for day in pd.date_range("2026-11-02", periods=10)
    ]
    store.write_table("agent_results", pd.DataFrame(made), **WHO)
    centre = store.load("centre")
    projects = [p | {"supervisor": "Kim T." if p["project"] == "help" else ""} for p in centre.data["projects"]]
    store.save("centre", centre.data | {"projects": projects}, base=centre.version, **WHO)


def test_results_of_a_person_open_for_the_supervisor_and_for_nobody_else(store, open_page):
    results(store)
    page = open_page("evaluation")
    unfold(page, "Results of one person")
    assert "Kim T. (Help line)" in shown(page) and "a3" not in shown(page)
    page.shell.person = "kim t."
    fold = next(f for f in find(page, Fold) if f.title.startswith("Results of one person"))
    form = next(child for child in walk(fold) if hasattr(child, "fields"))
    people = [option["value"] for option in form.fields[1]["options"]]
    assert people == ["", *(f"a{n}" for n in range(7))]  # by name, whatever their results
    assert "Choose a person" in shown(page)
    change(form, "agent", "a3")
    said_of = "".join(h.value for h in walk(fold) if isinstance(h, w.HTML))
    assert "95%" in said_of and "above the team" in said_of and "70%" in said_of
    assert not [name for name in ("a0", "a1", "a2") if f">{name}<" in said_of]
    chart = next(child for child in walk(fold) if isinstance(child, Chart))
    assert chart.data["weeks"]["value"] == [0.95, 0.95]
    page.shell.person = "Ana"
    assert not [child for child in walk(fold) if isinstance(child, Chart)]


def test_without_results_the_supervisor_reads_where_they_come_from(store, open_page):
    centre = store.load("centre")
    projects = [p | {"supervisor": "Ana"} for p in centre.data["projects"]]
    store.save("centre", centre.data | {"projects": projects}, base=centre.version, **WHO)
    page = open_page("evaluation")
    unfold(page, "Results of one person")
    assert "No results per person are known" in shown(page)
