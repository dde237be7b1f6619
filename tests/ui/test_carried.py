"""Another language is chosen in the midst of typing: nothing that was typed is lost, and nothing is done twice."""

import datetime as dt

import pytest

from ccwb.projects import blank_centre
from ccwb.store import open_store
from ccwb.ui import html, shell, text
from ccwb.ui.shell import Page
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, Grid

NOW = dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC)


class Notes(Page):
    """A page with what can be typed into: a form of its own, one in a fold, a table, one that saves."""

    name = "mission"

    def body(self):
        self.heard = []
        fields = [{"key": "why", "label": _("Why?"), "kind": "long"}, {"key": "n", "label": _("n"), "kind": "number"}]
        steer = {"key": "steer", "label": _("Do"), "kind": "select", "options": [{"value": "go", "label": _("Go")}]}
        self.form = Form([*fields, steer], {"why": "", "n": 1}, on_change=lambda *said: self.heard.append(said))
        self.saving = Form([fields[0]], {"why": "kept"}, on_change=lambda *_said: True)
        self.fold = html.fold(_("More"), self._inner)
        columns = [{"key": "name", "label": _("Name"), "kind": "text"}, {"key": "what", "label": "", "kind": "static"}]
        self.grid = Grid(columns, [{"name": "a", "what": _("Name")}])
        return [html.row(self.form), html.card(self.saving, self.fold), self.grid]

    def _inner(self):
        self.inner = Form([{"key": "more", "label": _("More"), "kind": "text"}])
        return self.inner


@pytest.fixture
def page(tmp_path, monkeypatch):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    with open_store(address) as store:
        store.save("centre", blank_centre(name="Ours"), base=0, by="Ana", at=NOW)
    made = Notes(shell._context({}))
    yield made
    made.store.close()
    text.use("en")


def typed(form, key, value):
    form.received({"type": "change", "key": key, "value": value, "final": True}, [])


def test_what_was_typed_stays_when_another_language_is_chosen(page):
    typed(page.form, "why", "They were ill")
    page.form.received({"type": "refused", "key": "n", "text": "twelve"}, [])
    page.fold.opened = True
    typed(page.inner, "more", "and tired")
    page.grid.received({"type": "change", "row": 0, "key": "name", "value": "b"}, [])
    page.grid.received({"type": "add"}, [])
    before = page.form
    page.shell.on_pick("lang", "de")
    assert page.form is not before
    assert page.form.values["why"] == "They were ill"
    assert page.heard == [("why", "They were ill", True)]  # the page knows it, too
    assert page.form.refused == {"n": "twelve"}
    assert page.fold.opened
    assert page.inner.values["more"] == "and tired"
    assert [row.get("name") for row in page.grid.rows] == ["b", None]


def test_what_is_saved_or_was_done_already_is_not_done_again(page):
    typed(page.saving, "why", "saved at once")
    typed(page.form, "steer", "go")
    typed(page.form, "why", "sent")
    page.form.values = page.form.values | {"why": ""}  # as a page does that has taken it
    page.shell.on_pick("lang", "fa")
    assert page.saving.values["why"] == "kept"
    assert page.heard == []
    assert page.form.values["why"] == ""


def test_a_page_in_another_project_does_not_get_what_was_typed_into_this_one(page):
    typed(page.form, "why", "of this project")
    page.shell.on_pick("project", "other")
    assert page.form.values["why"] == ""


def from_browser(widget, **content):
    widget._received(widget, content, [])


def test_what_was_typed_stays_when_the_page_is_made_anew_beside_widgets_that_were_not_there(page):
    page.fold.opened = True
    typed(page.inner, "more", "and tired")
    page.grid.received({"type": "add"}, [])
    page.grid.received({"type": "change", "row": 1, "key": "name", "value": "c"}, [])
    marks, body = page.grid.marks, page.body
    page.body = lambda: [html.fold("A new one", html.html("")), *body()]
    page.reopen()
    assert page.fold.opened
    assert page.inner.values["more"] == "and tired"
    assert [row["name"] for row in page.grid.rows] == ["a", "c"]
    assert page.grid.marks == marks


def test_what_was_under_way_to_the_page_that_was_there_before_reaches_the_new_one(page):
    form, grid, fold = page.form, page.grid, page.fold
    page.open()
    from_browser(form, type="change", key="why", value="late", final=True)
    from_browser(grid, type="add")
    from_browser(grid, type="change", row=0, mark=page.grid.marks[0], key="name", value="b")
    fold.head.opened = True
    assert page.form is not form
    assert page.form.values["why"] == "late"
    assert [row.get("name") for row in page.grid.rows] == ["b", None]
    assert page.fold.opened
    assert (page.form.place, page.grid.place) == (form.place, grid.place)  # the browser goes on in it


def test_a_page_that_is_opened_after_a_form_was_sent_does_not_show_it_again(page):
    typed(page.form, "why", "sent")
    page.open()
    assert page.form.values["why"] == ""


def test_what_somebody_else_wrote_since_is_not_overwritten_by_what_was_typed_here_before(page):
    typed(page.form, "why", "mine")
    page.grid.received({"type": "change", "row": 0, "key": "name", "value": "mine"}, [])
    body = page.body

    def theirs():
        made = body()
        page.form.values = page.form.values | {"why": "theirs"}
        page.grid.rows = [{**page.grid.rows[0], "name": "theirs"}]
        return made

    page.body = theirs
    page.reopen()
    assert (page.form.values["why"], page.grid.rows[0]["name"]) == ("theirs", "theirs")
