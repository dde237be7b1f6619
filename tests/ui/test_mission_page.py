"""The mission page: people fill it at the same time, each on a page of their own, and nobody undoes anybody."""

import datetime as dt
import threading
import time

import pytest

from ccwb import mission as ms
from ccwb.mission_content import QUESTIONS
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui.mission_page import MissionPage
from ccwb.ui.shared import Watch, edited, fields_of
from ccwb.ui.shell import Context

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
FIRST = next(iter(QUESTIONS))


@pytest.fixture
def database(tmp_path):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    store = open_store(address)
    centre = blank_centre(name="Ours") | {"projects": [new_project("orders", label="Orders")]}
    store.save("centre", centre, base=0, by="Ana", at=NOW)
    store.add_cycle("Spring", first_day="2026-03-01", last_day="2026-05-31", by="Ana", at=NOW)
    store.close()
    return address


@pytest.fixture
def pages(database):
    """Open pages on one database, each as a person of its own with a store of its own."""
    opened = []

    def page_of(person, step="", page=MissionPage):
        made = page(Context(open_store(database), query={"step": step}))
        made.shell.person = person
        opened.append(made)
        return made

    yield page_of
    for page in opened:
        page.leave()
        page.store.close()


def saved(page):
    return page.store.load("mission", cycle=page.cycle_id).data


def said(page):
    """Return the sentence above the page, as HTML."""
    return "".join(box.children[0].value for box in page.messages.children)


def typed(form, key, value):
    form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def cell(grid, row, key, value):
    grid.received({"type": "change", "row": row, "key": key, "value": value}, [])


def answer(page, score):
    typed(page.sections["questionnaire"].form, "score", str(score))


def pressed(box, label):
    """Press the first button with this label inside a box."""
    found = [b for b in _widgets(box) if getattr(b, "description", "") == label]
    found[0].click()


def _widgets(box):
    for child in getattr(box, "children", ()):
        yield child
        yield from _widgets(child)


def test_a_new_team_sees_what_is_missing_and_where_to_begin(pages):
    page = pages("Ana")
    assert "People who answered" in page.answer.value
    assert "Not written yet." in page.sections["statements"].all.value
    assert saved(page) is None  # looking changes nothing


def test_two_people_who_answer_at_the_same_time_keep_both_their_answers(pages):
    ana, ben = pages("Ana", "questionnaire"), pages("Ben", "questionnaire")
    answer(ana, 2)
    answer(ben, 5)
    answer(ana, 4)
    assert {name: mine[FIRST]["score"] for name, mine in saved(ana)["answers"].items()} == {"Ana": 4, "Ben": 5}
    assert not said(ben)


def test_eight_people_answering_all_at_once_lose_nothing(pages):
    opened = [pages(f"Person {n}", "questionnaire") for n in range(8)]

    def run(page):
        for at in range(5):
            page.sections["questionnaire"].go(at)
            answer(page, 1 + at % 5)

    threads = [threading.Thread(target=run, args=(page,)) for page in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(mine) for mine in saved(opened[0])["answers"].values()) == 40


def test_an_answer_without_a_name_is_not_taken_and_says_why(pages):
    page = pages("", "questionnaire")
    answer(page, 3)
    assert "Give a name first" in said(page)
    typed(page.sections["questionnaire"].who, "name", "Rain")
    answer(page, 3)
    assert list(saved(page)["answers"]) == ["Rain"]


def test_i_do_not_know_and_a_comment_are_kept_with_the_answer(pages):
    page = pages("Ana", "questionnaire")
    form = page.sections["questionnaire"].form
    typed(form, "comment", "Nobody told me")
    assert saved(page) is None  # a comment waits for its answer
    answer(page, "unsure")
    assert saved(page)["answers"]["Ana"][FIRST] == {"score": None, "comment": "Nobody told me"}


def test_who_comes_back_goes_on_where_the_first_answer_is_missing(pages):
    page = pages("Ana", "questionnaire")
    answer(page, 3)
    again = pages("Ana", "questionnaire").sections["questionnaire"]
    assert again.at == 1
    again.go(0)
    assert again.form.values["score"] == "3"


def test_the_room_shows_a_dot_a_person_and_the_widest_spread_first(pages):
    for name, scores in {"Ana": (3, 1), "Ben": (3, 5), "Cem": (4, "unsure")}.items():
        page = pages(name, "questionnaire")
        for at, score in enumerate(scores):
            page.sections["questionnaire"].go(at)
            answer(page, score)
    room = pages("Ana", "room").sections["room"]
    dots, means = room.chart.data["dots"], room.chart.data["means"]
    assert means["text"] == [QUESTIONS[key].text for key in list(QUESTIONS)[1::-1]]
    assert means["x"][0] == 3.0  # 'I don't know' is not in the mean
    assert len(dots["person"]) == 6
    assert sorted(x for x, y in zip(dots["x"], dots["y"], strict=True) if y == 0) == [1, 5, 6]


def test_the_picture_takes_in_what_others_answer_without_a_click(pages):
    room, ben = pages("Ana", "room"), pages("Ben", "questionnaire")
    watch = Watch(room, room.look, every_s=0.05)
    time.sleep(0.2)
    answer(ben, 4)
    deadline = time.monotonic() + 10
    while "Taking part so far: 1" not in room.sections["room"].top.value and time.monotonic() < deadline:
        time.sleep(0.05)
    watch.end()
    assert "Taking part so far: 1" in room.sections["room"].top.value


def test_people_who_fill_different_fields_of_one_gap_do_not_undo_each_other(pages):
    ana = pages("Ana", "gaps")
    ana.sections["gaps"].grid.received({"type": "add"}, [])
    cell(ana.sections["gaps"].grid, 0, "title", "No script for outages")
    ben = pages("Ben", "gaps")
    cell(ana.sections["gaps"].grid, 0, "owner", "Dora")
    cell(ben.sections["gaps"].grid, 0, "due", "2026-03-20")
    gap = saved(ana)["gaps"][0]
    assert (gap["owner"], gap["due"], gap["status"]) == ("Dora", "2026-03-20", "open")


def test_the_same_field_changed_twice_asks_which_one_stays(pages):
    ana, ben = pages("Ana", "statements"), pages("Ben", "statements")
    typed(ana.sections["statements"].purpose, "purpose", "We help.")
    typed(ben.sections["statements"].purpose, "purpose", "We sell.")
    assert "We help." in said(ben)
    assert saved(ben)["chain"]["purpose"] == "We help."
    pressed(ben.messages, "Keep mine")
    assert saved(ben)["chain"]["purpose"] == "We sell."


def test_a_row_that_was_begun_stays_while_others_are_changed(pages):
    grid = pages("Ana", "preparation").sections["preparation"].grid
    grid.received({"type": "add"}, [])
    cell(grid, 0, "assigned_to", "Ben")
    assert len(grid.rows) == 7
    cell(grid, 6, "task", "Ask the clients")
    assert [row["id"] for row in grid.rows][-1] == "P7"


def test_a_proposed_gap_is_taken_over_with_one_click_and_proposed_no_more(pages):
    for name in ("Ana", "Ben"):
        answer(pages(name, "questionnaire"), 1)
    page = pages("Ana", "gaps")
    pressed(page.sections["gaps"].proposed, "Take over")
    assert saved(page)["gaps"][0]["origin"] == f"question:{FIRST}"
    assert "mean 1.0 of 5" in saved(page)["gaps"][0]["evidence"]
    assert ms.proposed_gaps(saved(page)["answers"], gaps=saved(page)["gaps"]) == []


def test_late_preparation_is_said_with_its_days(pages):
    page = pages("Ana", "preparation")
    yesterday = (dt.date.today() - dt.timedelta(days=1)).isoformat()
    cell(page.sections["preparation"].grid, 1, "due", yesterday)
    assert page.sections["preparation"].grid.rows[1]["state"] == "! late, days: 1"
    assert "Late: 1." in page.sections["preparation"].late.value
    cell(page.sections["preparation"].grid, 1, "completed", yesterday)
    assert page.sections["preparation"].grid.rows[1]["state"] == "✓ done"


def test_a_statement_nobody_looked_at_for_a_year_says_so(pages):
    page = pages("Ana", "statements")
    form = page.sections["statements"].form
    typed(form, "text", "We are here to help.")
    typed(form, "last_review", (dt.date.today() - dt.timedelta(days=400)).isoformat())
    assert "400 days ago" in page.sections["statements"].all.value


def test_a_target_is_typed_in_percent_and_kept_as_a_share(pages):
    page = pages("Ana", "targets")
    grid = page.sections["targets"].main
    at = [row["id"] for row in grid.rows].index("service_level")
    cell(grid, at, "project:orders", 85.0)
    assert saved(page)["targets"] == {"service_level": {"orders": 0.85}}
    pressed(page.sections["targets"].widget, "Fill the empty ones of the centre with the usual")
    assert saved(page)["targets"]["service_level"] == {"orders": 0.85, "": 0.8}


def test_targets_are_not_saved_while_one_of_them_is_a_word(pages):
    page = pages("Ana", "targets")
    section = page.sections["targets"]
    at = [row["id"] for row in section.main.rows].index("service_level")
    section.main.received({"type": "refused", "row": at, "key": "project:orders", "text": "most"}, [])
    cell(section.main, at, "centre:", 80.0)
    assert "is not a number" in said(page) and saved(page) is None
    pressed(section.widget, "Fill the empty ones of the centre with the usual")
    assert "Nothing was made" in said(page) and saved(page) is None
    further = section.rest.rows[0]["id"]
    cell(section.rest, 0, "centre:", 7.0)  # the other table is saved, and what was typed in the first stays
    assert list(saved(page)["targets"]) == [further]
    assert section.main.rows[at]["centre:"] == 80.0 and section.main.refused
    cell(section.main, at, "project:orders", 85.0)
    assert saved(page)["targets"]["service_level"] == {"orders": 0.85, "": 0.8} and said(page) == ""


def test_a_wrong_day_is_said_in_words_and_nothing_is_saved(pages):
    page = pages("Ana", "preparation")
    cell(page.sections["preparation"].grid, 0, "due", "soon")
    assert "soon" in said(page)
    assert saved(page) is None


def test_edited_tells_changed_fields_from_added_rows():
    shown = [{"id": "G1", "owner": "", "due": ""}, {"id": "G2", "owner": "Ben", "due": ""}]
    now = [{"id": "G1", "owner": "Ana", "due": ""}, {"id": "G2", "owner": "Ben", "due": ""}, {"owner": "Cem"}]
    assert edited(shown, now) == ({"G1": {"owner": "Ana"}}, [{"owner": "Cem"}])
    assert fields_of(shown, {"G2": {"owner": "x"}, "G9": {"owner": "y"}}) == ["Ben", None]
