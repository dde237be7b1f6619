"""The mission page: people fill it at the same time, each on a page of their own, and nobody undoes anybody."""

import datetime as dt
import threading
import time

import pandas as pd
import pytest

from ccwb import mission as ms
from ccwb.mission_content import AREAS, QUESTIONS
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui.mission_page import MissionPage
from ccwb.ui.shared import Watch, edited, fields_of
from ccwb.ui.shell import Context
from ccwb.ui.widgets import Form
from tests.ui.looking import unfold

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)
FIRST, SECOND = list(QUESTIONS)[:2]


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


def versions(page):
    """Return what the question above the page shows side by side, a pair for each field."""
    (form,) = [widget for widget in _widgets(page.messages) if isinstance(widget, Form)]
    return [[option["label"] for option in field["options"]] for field in form.fields]


def chosen(page, *sides):
    """Choose 'theirs' or 'mine' for each field of the question above the page."""
    (form,) = [widget for widget in _widgets(page.messages) if isinstance(widget, Form)]
    for n, side in enumerate(sides):
        typed(form, str(n), side)


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
    assert "Ana changed the same field" in said(ben)
    assert versions(ben) == [["Ana: We help.", "You: We sell."]]
    assert saved(ben)["chain"]["purpose"] == "We help."
    pressed(ben.messages, "Keep mine")
    assert not ben.choosers
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
    assert saved(page)["gaps"][0]["title"] == f'Not so yet: "{QUESTIONS[FIRST].text}"'
    assert "mean 1.0 of 5" in saved(page)["gaps"][0]["evidence"]
    assert ms.proposed_gaps(saved(page)["answers"], gaps=saved(page)["gaps"]) == []


def test_late_preparation_is_said_with_its_days(pages):
    page = pages("Ana", "preparation")
    yesterday = (dt.date.today() - dt.timedelta(days=1)).isoformat()
    cell(page.sections["preparation"].grid, 1, "due", yesterday)
    assert page.sections["preparation"].grid.rows[1]["state"] == "!\u00a01 day late"
    assert "Late: 1." in page.sections["preparation"].late.value
    cell(page.sections["preparation"].grid, 1, "completed", yesterday)
    assert page.sections["preparation"].grid.rows[1]["state"] == "✓\u00a0done"


def test_a_statement_nobody_looked_at_for_a_year_says_so(pages):
    page = pages("Ana", "statements")
    form = page.sections["statements"].form
    typed(form, "text", "We are here to help.")
    typed(form, "last_review", (dt.date.today() - dt.timedelta(days=400)).isoformat())
    assert "400 days ago" in page.sections["statements"].all.value


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


# --- two versions side by side ----------------------------------------------------------------------------------------
def a_gap(page, **fields):
    grid = page.sections["gaps"].grid
    grid.received({"type": "add"}, [])
    for key, value in {"title": "No script for outages", **fields}.items():
        cell(grid, 0, key, value)


def test_two_who_fill_several_fields_choose_field_by_field(pages):
    ana = pages("Ana", "gaps")
    a_gap(ana)
    ben = pages("Ben", "gaps")
    cell(ana.sections["gaps"].grid, 0, "owner", "Dora")
    cell(ana.sections["gaps"].grid, 0, "evidence", "Twice in May")
    # a row pasted from a spreadsheet changes several fields at once; 'due' is changed by nobody else
    keys = [column["key"] for column in ben.sections["gaps"].grid.columns]
    pasted = {"title": "No script for outages", "severity": "high", "factor": "Workforce", "evidence": "Three in June"}
    row = "\t".join(str({**pasted, "owner": "Ben", "due": "2026-03-20"}.get(key, "")) for key in keys[:6])
    ben.sections["gaps"].grid.received({"type": "paste", "row": 0, "column": 0, "text": row}, [])
    assert versions(ben) == [["Ana: Twice in May", "You: Three in June"], ["Ana: Dora", "You: Ben"]]
    gap = saved(ben)["gaps"][0]
    assert (gap["severity"], gap["due"]) == ("high", "2026-03-20")  # what nobody else touched is saved already
    assert (gap["owner"], gap["evidence"]) == ("Dora", "Twice in May")
    chosen(ben, "mine")
    pressed(ben.messages, "Save what I chose")
    assert "Choose a version of each field" in said(ben) and ben.choosers
    chosen(ben, "mine", "theirs")
    pressed(ben.messages, "Save what I chose")
    gap = saved(ben)["gaps"][0]
    assert (gap["owner"], gap["evidence"]) == ("Dora", "Three in June")
    assert ben.sections["gaps"].grid.rows[0]["owner"] == "Dora" and not ben.messages.children


def questions(page):
    """Return, question by question above the page, what its fields are called."""
    forms = [widget for widget in _widgets(page.messages) if isinstance(widget, Form)]
    return [[field["label"].partition(" of ")[0] for field in form.fields] for form in forms]


def test_two_who_fill_one_gap_cell_by_cell_are_asked_once_about_each_field_in_one_place(pages):
    ana = pages("Ana", "gaps")
    a_gap(ana)
    ana.sections["gaps"].grid.received({"type": "add"}, [])
    cell(ana.sections["gaps"].grid, 1, "title", "No second screen")
    ben = pages("Ben", "gaps")
    mine, theirs = ben.sections["gaps"].grid, ana.sections["gaps"].grid
    for key, first, second in (("evidence", "Twice in May", "Three in June"), ("owner", "Dora", "Ben")):
        cell(theirs, 0, key, first)
        cell(mine, 0, key, second)
    assert questions(ben) == [["Evidence", "Owner"]]
    cell(theirs, 1, "owner", "Dora")
    cell(mine, 1, "owner", "Ben")
    assert questions(ben) == [["Evidence", "Owner"], ["Owner"]]  # another gap is a question of its own
    cell(mine, 0, "evidence", "Twice in May")  # as Ana said: nothing is left to choose
    assert sorted(questions(ben)) == [["Owner"], ["Owner"]]
    for _n in range(2):
        pressed(ben.messages, "Keep mine")
    assert [gap["owner"] for gap in saved(ben)["gaps"]] == ["Ben", "Ben"] and not ben.choosers
    assert saved(ben)["gaps"][0]["evidence"] == "Twice in May"


def test_a_version_that_waits_to_be_chosen_outlasts_other_saves_and_the_language(pages):
    ana, ben = pages("Ana", "statements"), pages("Ben", "statements")
    typed(ana.sections["statements"].form, "text", "We help.")
    typed(ben.sections["statements"].form, "text", "We sell.")
    typed(ben.sections["statements"].form, "source", "Intranet")
    assert versions(ben) == [["Ana: We help.", "You: We sell."]]
    ben.open()
    assert versions(ben) == [["Ana: We help.", "You: We sell."]]
    chosen(ben, "theirs")  # one field only: the choice is the answer
    assert not ben.choosers
    statement = saved(ben)["statements"]["centre_mission"]
    assert (statement["text"], statement["source"]) == ("We help.", "Intranet")
    assert ben.sections["statements"].form.values["text"] == "We help."


def test_who_changes_it_while_somebody_chooses_is_asked_about_too(pages):
    ana, ben = pages("Ana", "statements"), pages("Ben", "statements")
    typed(ana.sections["statements"].purpose, "purpose", "We help.")
    typed(ben.sections["statements"].purpose, "purpose", "We sell.")
    typed(ana.sections["statements"].purpose, "purpose", "We help all.")
    pressed(ben.messages, "Keep mine")
    assert versions(ben) == [["Ana: We help all.", "You: We sell."]]
    assert saved(ben)["chain"]["purpose"] == "We help all."


# --- what a browser's tab holds until it is saved ---------------------------------------------------------------------
def told(widget):
    """Collect what a widget tells its browser."""
    out = []
    widget.send = lambda content, buffers=None: out.append(content)
    return out


def test_the_tab_lets_go_of_what_is_saved_and_of_nothing_else(pages):
    ana, ben = pages("Ana", "statements"), pages("Ben", "statements")
    form = ben.sections["statements"].form
    out = told(form)
    typed(form, "text", "We sell.")
    assert out[-1]["saved"] is True and out[-1]["scope"] == f"mission/{ben.cycle_id}/statement/centre_mission"
    typed(ana.sections["statements"].form, "text", "We help.")
    typed(ana.sections["statements"].form, "source", "Wall")
    typed(form, "source", "Intranet")
    assert out[-1]["saved"] is False
    typed(form, "last_review", "some day")
    assert out[-1]["saved"] is False


def test_a_comment_stays_in_the_tab_until_its_answer_is_given(pages):
    page = pages("Ana", "questionnaire")
    form = page.sections["questionnaire"].form
    out = told(form)
    typed(form, "comment", "Nobody told me")
    assert out[-1]["saved"] is False
    answer(page, 3)
    assert saved(page)["answers"]["Ana"][FIRST]["comment"] == "Nobody told me"
    assert {"type": "settled", "scope": form.keep} in out


def test_rows_that_a_tab_still_holds_come_back_as_they_were_begun(pages):
    grid = pages("Ana", "gaps").sections["gaps"].grid
    grid.received({"type": "begun", "rows": [{"owner": "Ben", "severity": "high", "id": "G9", "from": "x"}]}, [])
    assert grid.rows == [{"owner": "Ben", "severity": "high"}]
    cell(grid, 0, "title", "No script")
    assert [(row["id"], row["owner"]) for row in grid.rows] == [("G1", "Ben")]


def test_a_comment_written_before_the_name_is_given_is_the_persons_own(pages):
    page = pages("", "questionnaire")
    room = page.sections["questionnaire"]
    typed(room.form, "comment", "Nobody told me")
    typed(room.who, "name", "Rain")
    answer(page, 2)
    assert saved(page)["answers"]["Rain"][FIRST] == {"score": 2, "comment": "Nobody told me"}


def test_a_comment_to_an_answer_not_given_yet_stays_whatever_is_shown_meanwhile(pages):
    page = pages("", "questionnaire")
    room = page.sections["questionnaire"]
    typed(room.who, "name", "Kim K")
    typed(room.form, "comment", "Nobody told us")
    typed(room.who, "name", "Kim K")
    assert room.form.values["comment"] == "Nobody told us"
    room.go(1)
    assert room.form.values["comment"] == ""
    page.go("gaps")
    room.go(0)
    page.go("questionnaire")
    assert room.form.values["comment"] == "Nobody told us"
    pressed(room.widget, "Next person on this screen")
    assert room.form.values["comment"] == ""
    typed(room.form, "comment", "Written and left")
    pressed(room.widget, "Next person on this screen")
    typed(room.who, "name", "Lou")
    assert room.form.values["comment"] == ""


def late(form, about, key, value):
    """Press or type as a page does that still shows what the kernel has turned away from."""
    scope = form.keep.replace(form.about, about)
    form.received({"type": "change", "key": key, "value": value, "final": True, "about": about, "scope": scope}, [])
    return scope


def test_what_arrives_late_is_recorded_under_the_statement_it_was_given_to(pages):
    page = pages("Ana", "questionnaire")
    room = page.sections["questionnaire"]
    answer(page, 5)
    room.go(1)
    out = told(room.form)
    scope = late(room.form, FIRST, "comment", "Said a moment ago")
    assert out[-1] == {"type": "done", "scope": scope, "key": "comment", "value": "Said a moment ago", "saved": True}
    late(room.form, FIRST, "score", "2")
    assert saved(page)["answers"]["Ana"] == {FIRST: {"score": 2, "comment": "Said a moment ago"}}
    assert room.form.values == {"score": "", "comment": ""}
    assert {"type": "settled", "scope": scope} in out
    room.go(2)
    late(room.form, SECOND, "comment", "Not sure yet")
    assert SECOND not in saved(page)["answers"]["Ana"]
    late(room.form, SECOND, "score", "unsure")
    assert saved(page)["answers"]["Ana"][SECOND] == {"score": None, "comment": "Not sure yet"}


def sent(form):
    """Return the names of what goes to the browser with each message of a form, as they will come."""
    messages, send = [], form.send_state
    form.send_state = lambda key=None: (messages.append(set(key or ())), send(key))[1]
    return messages


def test_the_words_of_a_statement_come_with_its_fields_in_one_message(pages):
    room = pages("Ana", "questionnaire").sections["questionnaire"]
    messages = sent(room.form)
    room.go(1)
    assert [sorted(names & {"about", "head", "values"}) for names in messages] == [["about", "head"]]
    answer(room.page, 5)
    messages.clear()
    room.go(2)
    assert [sorted(names & {"about", "head", "values"}) for names in messages] == [["about", "head", "values"]]


def test_what_arrives_late_for_a_statement_of_the_centre_is_written_where_it_was_typed(pages):
    section = pages("Ana", "statements").sections["statements"]
    typed(section.pick, "key", "centre_vision")
    about = {"about": "centre_mission", "scope": ""}
    section.form.received({"type": "change", "key": "text", "value": "We answer", "final": True, **about}, [])
    kept = saved(section.page)["statements"]
    assert {key: one["text"] for key, one in kept.items()} == {"centre_mission": "We answer"}
    assert section.form.values["text"] == ""


def test_a_late_answer_without_a_name_is_not_taken_either(pages):
    page = pages("", "questionnaire")
    page.sections["questionnaire"].go(1)
    late(page.sections["questionnaire"].form, FIRST, "score", "2")
    assert "Give a name first" in said(page)
    assert saved(page) is None


def test_another_language_leaves_the_questionnaire_at_its_statement_its_person_and_their_comments(pages):
    page = pages("Ana", "questionnaire")
    typed(page.sections["questionnaire"].form, "comment", "Nobody told me")
    page.sections["questionnaire"].go(1)
    page.shell.received({"type": "pick", "name": "lang", "value": "de"}, [])
    room = page.sections["questionnaire"]
    assert (room.name, room.key) == ("Ana", SECOND)
    room.go(0)
    assert room.form.values["comment"] == "Nobody told me"
    room.hand_over()
    page.shell.received({"type": "pick", "name": "lang", "value": "en"}, [])
    room = page.sections["questionnaire"]
    assert (room.name, room.form.values["comment"]) == ("", "")


def test_the_address_names_the_step_in_sight(pages):
    page = pages("Ana", "questionnaire")
    assert page.shell.frame["query"]["step"] == "questionnaire"
    typed(page.steps, "step", "gaps")
    assert page.shell.frame["query"]["step"] == "gaps"
    page.refresh_frame()
    assert page.shell.frame["query"]["step"] == "gaps"
    assert "step=" not in page.shell.frame["stages"][1]["href"]
    assert pages("Ben", "nowhere").shell.frame["query"]["step"] == "statements"


# --- statements -------------------------------------------------------------------------------------------------------
def test_three_answers_make_a_first_mission_that_names_what_it_must(pages):
    page = pages("Ana", "statements")
    section = page.sections["statements"]
    assert section.draft.widget.opened
    for key, words in {"purpose": "help", "customers": "our guests"}.items():
        typed(section.draft.form, key, words)
    assert "We are here to help for our guests, so that they …." in section.draft.said.value
    pressed(section.draft.widget, "Take this as the mission")
    assert "What should they experience?" in said(page) and saved(page) is None
    typed(section.draft.form, "experience", "want to come back")
    pressed(section.draft.widget, "Take this as the mission")
    statement = saved(page)["statements"]["centre_mission"]
    assert statement["text"] == "We are here to help for our guests, so that they want to come back."
    assert statement["names"] == ["purpose", "customers", "experience"]
    assert section.form.values["text"] == statement["text"] and not section.draft.widget.opened


def test_a_mission_that_does_not_name_its_customers_says_so(pages):
    section = pages("Ana", "statements").sections["statements"]
    typed(section.form, "text", "We help.")
    typed(section.form, "names_purpose", True)
    assert "A mission also answers: For whom? What should they experience?" in section.all.value


def test_a_review_is_noted_with_one_press_and_the_next_one_set_when_it_was_due(pages):
    page = pages("Ana", "statements")
    section, today = page.sections["statements"], dt.date.today()
    typed(section.form, "text", "We help.")
    typed(section.form, "next_review", (today - dt.timedelta(days=3)).isoformat())
    assert "No review is noted." in section.all.value
    pressed(section.widget, "Reviewed today: it still holds")
    statement = saved(page)["statements"]["centre_mission"]
    assert statement["last_review"] == today.isoformat()
    assert statement["next_review"] == (today + dt.timedelta(days=365)).isoformat()
    assert "Statements that want a review" not in section.all.value


# --- the questionnaire and its picture --------------------------------------------------------------------------------
def test_a_statement_of_ones_own_is_asked_on_the_other_pages_too(pages):
    ana, ben = pages("Ana", "questionnaire"), pages("Ben", "questionnaire")
    questions = ana.sections["questionnaire"].questions
    questions.widget()
    at = len(questions.grid.rows)
    questions.grid.received({"type": "add"}, [])
    cell(questions.grid, at, "text", "Our headsets work.")
    cell(questions.grid, 0, "asked", False)
    ben.look()
    room = ben.sections["questionnaire"]
    assert list(room.asked)[-1] == "Q1" and room.key == list(QUESTIONS)[1]
    room.go(99)
    answer(ben, 2)
    assert saved(ben)["answers"]["Ben"] == {"Q1": {"score": 2, "comment": ""}}


def test_the_last_statement_is_not_left_out(pages):
    page = pages("Ana", "questionnaire")
    questions = page.sections["questionnaire"].questions
    questions.widget()
    for at in range(len(QUESTIONS)):
        cell(questions.grid, at, "asked", False)
    assert "At least one statement" in said(page)
    assert len(ms.questions_of(saved(page))) == 1


def test_one_screen_goes_round_the_room_and_nobody_sees_the_last_ones_answers(pages):
    page = pages("Ana", "questionnaire")
    answer(page, 2)
    pressed(page.sections["questionnaire"].widget, "Next person on this screen")
    room = page.sections["questionnaire"]
    assert (room.name, room.form.values["score"], room.at) == ("", "", 0)
    typed(room.who, "name", "Ben")
    answer(page, 5)
    assert {name: mine[FIRST]["score"] for name, mine in saved(page)["answers"].items()} == {"Ana": 2, "Ben": 5}


def test_the_picture_shows_what_moved_since_the_cycle_before_and_comments_beside_each_other(pages):
    first = pages("Ana", "questionnaire")
    answer(first, 1)
    cycles = first.store.cycles()
    days = {"first_day": "2026-06-01", "last_day": "2026-08-31", "predecessor": cycles[-1].id}
    first.store.update_cycle(cycles[-1].id, status="finished", by="Ana", at=NOW)
    first.store.add_cycle("Summer", **days, by="Ana", at=NOW)
    for name, score, comment in (("Ana", 2, "Not in writing"), ("Ben", 5, "On the wall"), ("Cem", 4, "")):
        page = pages(name, "questionnaire")
        typed(page.sections["questionnaire"].form, "comment", comment)
        answer(page, score)
    room = pages("Ana", "room").sections["room"]
    assert "Change since Spring" in room.areas.value and "+2.7" in room.areas.value
    assert room.chart.data["means"]["was"] == [1.0]
    assert "change since Spring: +2.7" in room.chart.data["means"]["note"][0]
    assert room.table()["change"].round(1).tolist()[0] == 2.7
    beside = room.said.value[room.said.value.index("ccwb-beside") :]
    assert (
        beside.index("Not in writing (Ana)") < beside.index("On the wall (Ben)") < beside.index("without a comment: 1")
    )


def test_comments_on_statements_outside_the_picture_are_counted_with_their_place(pages):
    page, keys = pages("Ana", "room"), list(QUESTIONS)[:10]
    for key in keys:
        said_of = {"person": "Ana", "question": key, "score": 3, "comment": "Ask the night" if key == keys[9] else ""}
        page.plan.change(lambda document, said_of=said_of: ms.add_answer(document, **said_of))
    room = page.sections["room"]
    room.show()
    assert "Ask the night" not in room.said.value
    assert "Nobody has written a comment on these statements yet." in room.said.value
    area = AREAS[QUESTIONS[keys[9]].area]
    assert f"not in the picture: 1 ({area}). Choose" in room.said.value.replace("&#x27;", "'")
    typed(room.pick, "area", "")
    assert "Ask the night (Ana)" in room.said.value and "not in the picture" not in room.said.value


# --- gaps and preparation ---------------------------------------------------------------------------------------------
def test_leaderships_decision_is_missing_until_it_and_its_day_are_noted(pages):
    page = pages("Ana", "gaps")
    a_gap(page)
    section = page.sections["gaps"]
    assert "Leadership" in section.waiting.value and "No script for outages" in section.waiting.value
    cell(section.grid, 0, "decision", "Two writers from March")
    cell(section.grid, 0, "decided_on", "2026-02-20")
    assert section.waiting.value == ""
    assert saved(page)["gaps"][0]["decided_on"] == "2026-02-20"


def test_every_place_where_gaps_hide_can_be_noted_from_its_statement(pages):
    page = pages("Ana", "gaps")
    section = page.sections["gaps"]
    unfold(page, "Where gaps hide")
    pressed(section.places, "Note a gap")
    gap = saved(page)["gaps"][0]
    assert gap["origin"] == "question:functions" and gap["evidence"] == ""
    assert gap["title"] == f'Not so yet: "{QUESTIONS["functions"].text}"'
    assert section.grid.rows[0]["from"].startswith("Questionnaire: Workforce management")
    assert any("noted as G1" in getattr(widget, "value", "") for widget in _widgets(section.places))


def test_the_register_leaves_in_words_and_with_days_that_a_spreadsheet_knows(pages):
    page = pages("Ana", "gaps")
    a_gap(page, due="2026-03-20", factor="technology")
    table = page.sections["gaps"].table()
    assert table.loc[0, "Factor"] == "Technology and infrastructure"
    assert table.loc[0, "Due"] == pd.Timestamp("2026-03-20") and pd.isna(table.loc[0, "Decided on"])


def test_open_preparation_with_a_day_goes_into_the_calendar(pages):
    page = pages("Ana", "preparation")
    section = page.sections["preparation"]
    assert page.guard(section.calendar)() is None and "No open row says when it is due" in said(page)
    for row, (key, value) in enumerate([("due", "2026-02-20"), ("due", "2026-02-21"), ("assigned_to", "Ben")]):
        cell(section.grid, row, key, value)
    cell(section.grid, 1, "completed", "2026-02-10")
    cell(section.grid, 0, "assigned_to", "Cem")
    file = section.calendar().decode()
    open_ones = [row for row in section.shown if not row["completed"]]
    assert len(open_ones) > 2 and f"leaves out: {len(open_ones) - 1}." in section.dayless.value
    assert file.count("BEGIN:VEVENT") == 1 and "DTSTART;VALUE=DATE:20260220" in file
    unfolded = file.replace("\r\n ", "")
    assert "SUMMARY:Gather the statements" in unfolded and "DESCRIPTION:Assigned to: Cem\\nCycle: Spring" in unfolded
    assert "TRIGGER:-PT54000S" in unfolded


def test_what_came_along_from_the_cycle_before_says_so(pages):
    page = pages("Ana", "preparation")
    page.plan.change(lambda document: ms.add_task(document, task="Ask", came_from={"cycle": 1, "name": "Winter"}))
    page.sections["preparation"].show()
    assert page.sections["preparation"].grid.rows[-1]["from"] == "Cycle Winter"


def test_a_gap_that_others_note_comes_up_on_an_open_page_while_a_row_is_begun_there(pages):
    ana, ben = pages("Ana", "gaps"), pages("Ben", "gaps")
    ben.sections["gaps"].grid.received({"type": "add"}, [])
    cell(ben.sections["gaps"].grid, 0, "owner", "Ben")
    a_gap(ana)
    ben.look()
    assert [row.get("title", row["owner"]) for row in ben.sections["gaps"].grid.rows] == [
        "No script for outages",
        "Ben",
    ]


def test_five_people_at_once_agree_on_two_gaps_and_the_stage_is_approved(pages):
    room = pages("Lead", "room")
    opened = [pages(f"Person {n}", "questionnaire") for n in range(5)]

    def run(page, n):
        for at, score in enumerate((1, 1 + n, 5)):  # low, divided, of one mind
            page.sections["questionnaire"].go(at)
            answer(page, score)

    threads = [threading.Thread(target=run, args=(page, n)) for n, page in enumerate(opened)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    room.look()
    assert len(room.sections["room"].chart.data["dots"]["person"]) == 15
    assert "Taking part so far: 5" in room.sections["room"].top.value
    room.go("gaps")
    gaps = room.sections["gaps"]
    for _gap in range(2):
        pressed(gaps.proposed, "Take over")
    assert [gap["origin"] for gap in saved(room)["gaps"]] == [f"question:{key}" for key in list(QUESTIONS)[:2]]
    cell(gaps.grid, 0, "owner", "Ana")
    cell(gaps.grid, 1, "owner", "Ben")
    room.go("statements")
    typed(room.sections["statements"].purpose, "purpose", "People get help at once.")
    typed(room.sections["statements"].form, "text", "We help our guests at once.")
    room.go("measures")
    pressed(room.sections["measures"].widget, "Take over this proposal")
    pressed(room.sections["measures"].widget, "Give the chosen measures their usual target")
    assert ms.blockers(saved(room)) == []
    pressed(room.approved, "Approve this stage")
    assert "Approved by Lead" in "".join(getattr(widget, "value", "") for widget in _widgets(room.approved))
