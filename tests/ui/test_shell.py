"""The frame of every page: the context, errors in words, drafts that lose nothing, long work with a way to stop."""

import datetime as dt
import logging
import threading
from html import unescape as html_text
from pathlib import Path

import pytest

from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_, Catalogue, complete_languages
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from ccwb.ui import html, shell, text
from ccwb.ui.shell import PAGES, Context, Page
from ccwb.ui.widgets import Form
from tests.ui.looking import finished, press, said, shown, walk

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)


class Plain(Page):
    """A page of these tests."""

    name = "mission"

    def body(self):
        return [html.html(html.question("Is it there?"))]


class OfOneProject(Plain):
    name = "forecast"
    needs_project = True


@pytest.fixture
def address(tmp_path, monkeypatch):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    with open_store(address) as store:
        projects = [new_project("orders", label="Orders"), new_project("care", label="<b>Care</b>")]
        store.save("centre", blank_centre(name="Ours") | {"projects": projects}, base=0, by="Ana", at=NOW)
        for name, first, last in (("Spring", "2026-03-01", "2026-05-31"), ("Summer", "2026-06-01", "2026-08-31")):
            store.add_cycle(name, first_day=first, last_day=last, by="Ana", at=NOW)
    return address


@pytest.fixture
def open_at(address):
    opened = []

    def opener(kind=Plain, person="Ana", **query):
        page = kind(shell._context(query))
        page.shell.person = person
        opened.append(page)
        return page

    yield opener
    for page in opened:
        page.store.close()
    text.use("en")


# where a page is ------------------------------------------------------------------------------------------------------
def test_a_page_opens_with_the_running_cycle_else_the_last_planned(open_at):
    page = open_at()
    assert page.context.cycle.name == "Summer"
    page.store.update_cycle(page.store.cycles()[0].id, by="Ana", at=NOW, status="running")
    page.open()
    assert open_at().context.cycle.name == "Spring"


def test_the_address_says_cycle_project_and_language(open_at):
    page = open_at(cycle="1", project="care", lang="fa")
    assert (page.context.cycle.name, page.project, page.context.language) == ("Spring", "care", "fa")
    assert page.context.href("forecast") == "2_forecast.ipynb?cycle=1&project=care&lang=fa"
    assert open_at(cycle="1").context.href("setup", project="orders") == "setup.ipynb?cycle=1&project=orders"


def test_an_address_with_nonsense_opens_the_usual_page(open_at):
    page = open_at(cycle="99", project="<script>", lang="xx")
    assert (page.context.cycle.name, page.project, page.context.language) == ("Summer", "", "en")


def test_a_page_of_one_project_takes_the_first_and_offers_no_whole_centre(open_at):
    assert open_at(OfOneProject).project == "orders"
    values = [p["value"] for p in open_at(OfOneProject).shell.frame["projects"]]
    assert values == ["orders", "care"]
    assert open_at().shell.frame["projects"][0] == {"value": "", "label": "Whole centre"}


def test_picking_cycle_project_and_language_opens_the_page_there(open_at):
    page = open_at()
    for name, value in (("cycle", "1"), ("project", "care"), ("lang", "fa")):
        page.shell.received({"type": "pick", "name": name, "value": value}, [])
    frame = page.shell.frame
    assert (frame["cycle"], frame["project"], frame["language"], frame["direction"]) == (1, "care", "fa", "rtl")
    assert frame["query"] == {"cycle": 1, "project": "care", "lang": "fa"}
    page.shell.received({"type": "pick", "name": "lang", "value": "xx"}, [])
    assert page.context.language == "fa"


def test_the_navigation_names_every_page_with_its_address_and_state(open_at):
    stages = {stage["key"]: stage for stage in open_at().shell.frame["stages"]}
    assert list(stages) == list(PAGES)
    assert stages["forecast"]["href"].startswith("2_forecast.ipynb")
    assert stages["forecast"]["hint"] == "There is no history yet: bring one in on the setup page."
    assert [key for key, stage in stages.items() if stage["apart"]] == ["executive", "client", "setup"]


def test_a_blank_workbook_opens_without_cycle_and_project(tmp_path, monkeypatch):
    monkeypatch.setenv("CCWB_DATABASE", f"sqlite:///{(tmp_path / 'blank.db').as_posix()}")
    page = Plain(shell._context({}))
    assert "Is it there?" in shown(page)
    assert (page.cycle_id, page.shell.frame["cycles"], page.shell.frame["projects"]) == (None, [], [])
    page.store.close()


def test_a_page_that_asks_whether_anybody_is_there_gets_an_answer(open_at):
    page, out = open_at(), []
    page.shell.send = lambda content, buffers=None: out.append(content)
    page.shell.received({"type": "ping"}, [])
    assert out == [{"type": "pong"}]


def test_a_person_without_a_name_is_said_to_have_given_none(open_at):
    assert open_at(person="  ").person == "no name given"
    assert open_at(person=" Ana ").person == "Ana"


def test_nobody_is_saved_in_one_language_and_said_in_the_reader_s_also_where_it_was_saved_in_the_writer_s(open_at):
    saved = open_at(person="").person
    text.use("de")
    assert saved == "no name given"
    old = text.say()(text.NOBODY)
    assert old != saved
    for language in LANGUAGES:
        text.use(language)
        said = Catalogue(language)(text.NOBODY)
        assert [text.person(name) for name in (saved, old, "belum ada nama", "Ana")] == [said] * 3 + ["Ana"]
        assert text._("by {who}", who=old) == text._("by {who}", who=said)
    text.use("en")


# errors ---------------------------------------------------------------------------------------------------------------
def test_what_a_user_caused_is_said_in_words_and_escaped(open_at):
    page = open_at()

    def fail():
        raise PlanError(N_("The column '{found}' is not known."), found="<script>alert(1)</script>")

    assert page.guard(fail)() is None
    assert "The column &#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27; is not known." in said(page)
    page.clear()
    assert said(page) == ""


def test_the_workbook_s_own_mistake_shows_no_path_and_goes_to_the_log(open_at):
    page, logged = open_at(), []
    handler = logging.Handler()
    handler.emit = logged.append
    shell.log.addHandler(handler)
    try:
        page.guard(Path("/srv/secret/place.txt").read_text)()
    finally:
        shell.log.removeHandler(handler)
    assert "The workbook itself made a mistake here (FileNotFoundError)" in said(page)
    assert "/srv" not in said(page) and "Traceback" not in said(page)
    assert logged and logged[0].exc_info


def test_a_body_that_fails_leaves_the_frame_and_a_sentence(open_at):
    class Broken(Plain):
        def body(self):
            raise ZeroDivisionError("of /srv/secret")

    page = open_at(Broken)
    assert "ZeroDivisionError" in said(page) and "/srv" not in said(page)
    assert page.shell.frame["stages"]


def test_a_database_that_cannot_be_opened_is_said_in_the_page_s_place(monkeypatch, tmp_path):
    path = tmp_path / "no-folder" / "here" / "ccwb.db"
    (tmp_path / "no-folder").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("CCWB_DATABASE", f"sqlite:///{path.as_posix()}")
    monkeypatch.setenv("QUERY_STRING", "")
    shown_instead = shell.open_page("forecast")
    assert "ccwb-notice miss" in shown_instead.value


# drafts ---------------------------------------------------------------------------------------------------------------
def two_drafts(open_at, kind=Plain):
    mine, theirs = open_at(kind, person="Ana"), open_at(kind, person="Ben")
    return mine, mine.draft("notes", dict), theirs, theirs.draft("notes", dict)


def saved_notes(page):
    return page.store.load("notes", cycle=page.cycle_id)


def test_a_draft_saves_as_edited_and_says_so(open_at):
    page = open_at()
    draft = page.draft("notes", lambda: {"text": "blank"})
    assert draft.data == {"text": "blank"}
    draft.data["text"] = "mine"
    assert draft.save()
    assert (saved_notes(page).data, saved_notes(page).by) == ({"text": "mine"}, "Ana")
    assert page.shell.saved_state == "saved" and page.shell.saved.startswith("saved ")


def test_a_stale_save_overwrites_nothing_and_loses_nothing(open_at):
    page, mine, _, theirs = two_drafts(open_at)
    theirs.data["text"] = "theirs"
    theirs.save()
    mine.data["text"] = "mine"
    assert not mine.save()
    assert saved_notes(page).data == {"text": "theirs"}
    assert mine.data == {"text": "mine"}
    assert page.shell.saved_state == "stale"
    assert f"Ben changed the same field, {text.when(saved_notes(page).at)}." in html_text(said(page))
    assert "UTC" not in said(page)


def test_mine_goes_over_theirs_only_when_asked_and_theirs_stays_in_the_history(open_at):
    page, mine, _, theirs = two_drafts(open_at)
    theirs.data["text"] = "theirs"
    theirs.save()
    mine.data["text"] = "mine"
    mine.save()
    press(page, "Keep mine")
    assert saved_notes(page).data == {"text": "mine"}
    assert said(page) == ""
    history = page.store.versions("notes", cycle=page.cycle_id, with_data=True)
    assert {"text": "theirs"} in [version.data for version in history]


def test_theirs_can_be_shown_instead(open_at):
    class Notes(Plain):
        def body(self):
            self.notes = self.draft("notes", dict)
            return [html.html(html.paragraph(self.notes.data.get("text", "")))]

    page, other = open_at(Notes), open_at()
    theirs = other.draft("notes", dict)
    theirs.data["text"] = "theirs"
    theirs.save()
    page.notes.data["text"] = "mine"
    page.notes.save()
    press(page, "Take theirs")
    assert "theirs" in shown(page)
    assert page.notes.save()


def test_what_two_people_change_in_different_fields_is_kept_of_both(open_at):
    page, mine, _, theirs = two_drafts(open_at)
    theirs.data |= {"text": "theirs", "people": [{"id": 1, "name": "Ana"}]}
    theirs.save()
    mine.data["place"] = "mine"
    assert mine.save()
    assert saved_notes(page).data == {"text": "theirs", "people": [{"id": 1, "name": "Ana"}], "place": "mine"}
    assert "Ben changed other fields meanwhile" in html_text(said(page))


def test_of_several_fields_that_two_changed_each_is_chosen_and_the_rest_is_kept(open_at):
    page, other = open_at(Plain, person="Ana"), open_at(Plain, person="Ben")
    blank = {"people": [{"id": 1, "name": "A", "hours": 8}, {"id": 2, "name": "B", "hours": 8}], "text": ""}
    first = page.draft("notes", lambda: blank)
    first.save()
    mine, theirs = page.draft("notes", dict), other.draft("notes", dict)
    theirs.data["people"][0] |= {"name": "Anna", "hours": 6}
    theirs.data["people"].pop(1)
    theirs.save()
    mine.data["people"][0] |= {"name": "Anne", "hours": 7}
    mine.data |= {"text": "more"}
    assert not mine.save()
    (form,) = [widget for widget in walk(page.messages) if isinstance(widget, Form)]
    told = [[option["label"] for option in field["options"]] for field in form.fields]
    assert told == [["Ben: Anna", "You: Anne"], ["Ben: 6", "You: 7"]]
    theirs.data["late"] = "in between"
    theirs.save()
    for key, side in (("0", "mine"), ("1", "theirs")):
        form.received({"type": "change", "key": key, "value": side, "final": True}, [])
    press(page, "Save what I chose")
    people = [{"id": 1, "name": "Anne", "hours": 6}]
    assert saved_notes(page).data == {"people": people, "text": "more", "late": "in between"}


# long work ------------------------------------------------------------------------------------------------------------
def test_long_work_shows_how_far_it_is_and_hands_over_its_result(open_at):
    page, went_on, results, seen = open_at(), threading.Event(), [], threading.Event()

    def work(progress):
        progress(1, 4, "first")
        seen.set()
        assert went_on.wait(20)
        return "done"

    page.work(work, results.append, what="Counting")
    assert seen.wait(20)
    assert (page.progress.running, page.progress.share) == (True, 0.25)
    assert page.progress.text.startswith("Counting · first")
    with pytest.raises(PlanError, match="still working"):
        page.work(work, results.append, what="Again")
    went_on.set()
    finished(page)
    assert results == ["done"]


def test_cancelled_work_stops_at_its_next_step_and_changes_nothing(open_at):
    page, begun = open_at(), threading.Event()

    def work(progress):
        while True:
            progress(0, 1)
            begun.set()

    page.work(work, lambda _result: pytest.fail("it was cancelled"), what="Counting")
    assert begun.wait(20)
    page.progress.received({"type": "cancel"}, [])
    finished(page)
    assert "Stopped. Nothing was changed." in said(page)


def test_work_that_fails_says_why_and_the_page_goes_on(open_at):
    page = open_at()

    def work(progress):
        raise PlanError(N_("There is nothing to count."))

    page.work(work, lambda _result: None, what="Counting")
    finished(page)
    assert "There is nothing to count." in said(page)
    results = []
    page.work(lambda progress: 7, results.append, what="Counting")
    finished(page)
    assert results == [7]


# languages ------------------------------------------------------------------------------------------------------------
def test_a_persian_page_turns_and_counts_in_its_own_digits(open_at):
    page = open_at(lang="fa")
    assert page.shell.frame["direction"] == "rtl"
    assert text.number(1270) == "۱٬۲۷۰"
    assert open_at().shell.frame["direction"] == "ltr"
    assert text.number(1270) == "1,270"


def test_only_languages_that_are_translated_and_the_one_in_use_are_offered(open_at):
    assert {one["value"] for one in open_at().shell.frame["languages"]} == set(complete_languages())
    assert {one["value"] for one in open_at(lang="fa").shell.frame["languages"]} == {*complete_languages(), "fa"}


def test_a_change_is_written_with_its_sign_and_none_is_plus_minus():
    text.use("en")
    assert [text.signed(value) for value in (4.2, -3, 0.2, None, float("nan"))] == ["+4", "−3", "±0", "–", "–"]
    assert text.signed(0.031, text.percent, 1) == "+3.1%"


def test_context_without_a_cycle_links_without_one():
    assert Context(store=None).href("start") == "0_start.ipynb"


class Touchy(Plain):
    """A page that breaks over what is no longer there."""

    def touch(self):
        return self.store.load("notes", cycle=None).at.year


def test_a_page_left_open_when_the_workbook_was_begun_anew_says_so_and_writes_nothing(open_at):
    page, draft, other, _ = two_drafts(open_at, Touchy)
    other.store.set_aside(by="Ben", at=NOW)
    draft.data["text"] = "mine"
    page.guard(draft.save)()
    assert "began a blank workbook while this page was open" in said(page)
    assert page.shell.saved_state == "stale"
    page.clear()
    page.guard(page.touch)()
    assert "Reload the page" in said(page) and "AttributeError" not in said(page)
    page.open()
    assert said(page) == "" and page.context.cycle is None


def test_when_something_was_saved_is_a_dash_where_nothing_ever_was():
    assert text.when(None) == "–"
