"""The start page: how the six stages stand, the next step in one sentence, the cycles side by side, an empty book."""

import ipywidgets as w
import pytest

from ccwb import cycle, mission, samples
from ccwb.projects import blank_centre
from ccwb.store import open_store
from ccwb.ui.shell import Context
from ccwb.ui.start_page import StartPage, key_figures
from tests.ui.cycles import NOW, WHO, centre, fill, plan
from tests.ui.looking import find, finished, press, said, shown


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}") as made:
        yield made


def page_of(store, **where):
    return StartPage(Context(store, **where))


def next_step(page):
    """Return the sentence on the next step: the first notice of the page."""
    return shown(page).split("ccwb-notice")[1].split("</p>")[0]


def test_an_empty_workbook_teaches_and_offers_both_ways_to_begin(store):
    page = page_of(store)
    assert "Here you will see how your planning cycle stands" in shown(page)
    assert "setup.ipynb" in shown(page) and "Evaluation: Did the plan hold" in shown(page)
    assert "Try it on the sample centre" in [b.description for b in find(page, w.Button)]


def test_the_sample_fills_an_empty_workbook_from_its_own_button(store, monkeypatch):
    monkeypatch.setattr(samples, "seed_workbook", fill)
    page = page_of(store)
    press(page, "Try it on the sample centre")
    finished(page)
    assert "This is the sample centre." in said(page) and page.context.cycle.name == "November"
    assert "Open Evaluation" in shown(page)


def test_a_centre_without_a_cycle_is_told_to_make_one(store):
    store.save("centre", centre(), base=0, **WHO)
    assert "A cycle comes next" in shown(page_of(store))


def test_each_stage_says_how_it_stands_what_blocks_it_and_where_that_is_mended(store):
    one = fill(store, planned=("help",))
    page = page_of(store)
    for state in cycle.state(store, one.id).values():
        for blocker in state.blockers[:1]:
            assert str(blocker) in shown(page)
    assert "There are no actual figures of this cycle yet: bring them in." in shown(page)
    assert f"6_evaluation.ipynb?cycle={one.id}" in shown(page)
    assert "blocked" in shown(page) and "in work" in shown(page) and "Last changed by Ana" in shown(page)


def test_a_key_figure_is_the_sum_over_the_projects_in_sight(store):
    one = fill(store)
    figures = key_figures(store, one, store.load("centre").data)
    assert figures["forecast"][1] == "5,600"  # 2 projects x 14 days x 8 half-hours x 25 contacts
    assert figures["schedule"][1] == "86%"  # 6 of 7 people
    assert figures["action"][1] == "2" and "evaluation" not in figures
    alone = key_figures(store, one, store.load("centre").data, "help")
    assert alone["forecast"][1] == "2,800"
    # 14 days, 4 hours a day, 7 people on the schedule, over two weeks of 40 hours: 4.9 each
    assert (alone["staffing"][1], figures["staffing"][1]) == ("5 FTE", "10 FTE")


def test_the_next_step_follows_the_stages(store):
    one = store.add_cycle("One", first_day="2026-11-02", last_day="2026-11-15", **WHO)
    assert "begin with Mission" in next_step(page_of(store))
    noted = mission.add_gap(mission.blank_mission(), title="No script")
    store.save("mission", noted, base=0, cycle=one.id, **WHO)
    assert "finish Mission" in next_step(page_of(store)) and "1_mission.ipynb" in next_step(page_of(store))


def test_what_stops_the_next_stage_is_named_with_its_own_page(store):
    one = store.add_cycle("One", first_day="2026-11-02", last_day="2026-11-15", **WHO)
    store.save("centre", centre(), base=0, **WHO)
    ready = {"answers": {"Ana": {}}, "statements": {}, "gaps": [], "preparation": [], "targets": {}}
    store.save("mission", mission.blank_mission() | ready, base=0, cycle=one.id, **WHO)
    state = cycle.state(store, one.id)["mission"]
    sentence = next_step(page_of(store))
    if state.blockers:
        assert "finish Mission" in sentence
    else:
        assert "look over Mission" in sentence
        cycle.approve(store, one.id, "mission", by="Ana", at=NOW)
        sentence = next_step(page_of(store))
        assert "There is no history yet" in sentence and "setup.ipynb" in sentence


def test_a_cycle_with_every_stage_approved_goes_on_to_the_next(sample_database, open_page):
    with open_store(sample_database) as store:
        cycles = store.cycles()
    page = open_page("start", cycle=str(cycles[2].id))
    assert "Every stage of this cycle is approved, and the next cycle has begun." in next_step(page)
    assert all(f"?cycle={one.id}" in shown(page) and one.name in shown(page) for one in cycles)
    assert shown(page).count("6 of 6") == 3 and "0 of 6" in shown(page)
    assert "297,653" in shown(page) and "107 FTE" in shown(page)


def test_a_name_that_looks_like_html_is_shown_as_it_was_typed(store):
    store.save("centre", blank_centre(name="Ours") | {"projects": centre()["projects"]}, base=0, **WHO)
    store.add_cycle("<script>alert(1)</script>", first_day="2026-11-02", last_day="2026-11-15", **WHO)
    assert "<script>" not in shown(page_of(store))


def test_a_plan_of_a_project_that_is_gone_stops_nothing(store):
    one = fill(store)
    gone = plan("old")["forecast"]
    store.write_table("forecast", gone, cycle=one.id, project="old", **WHO)
    assert key_figures(store, one, store.load("centre").data)["forecast"][1] == "5,600"
