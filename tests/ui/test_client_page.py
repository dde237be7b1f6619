"""A client's page knows one project by its link; the manager writes, takes along, releases, links and withdraws."""

import json
import re
from unittest.mock import Mock

import pytest
from clients import BY, MINE, NOW, RIVAL, fill, leaked

from ccwb.store import open_store
from ccwb.ui import client_links, shell
from ccwb.ui.client_page import ClientPage
from ccwb.ui.evaluation_page import EvaluationPage
from ccwb.ui.widgets import Copy, Download, Form
from tests.ui.looking import change, find, press, said, shown, walk
from tests.ui.looking import sent as taken


@pytest.fixture
def store(tmp_path, monkeypatch):
    address = f"sqlite:///{(tmp_path / 'workbook.db').as_posix()}"
    monkeypatch.setenv("CCWB_DATABASE", address)
    with open_store(address) as made:
        yield made


@pytest.fixture
def card(store):
    fill(store)
    page = EvaluationPage(shell._context({"cycle": "1", "project": MINE}))
    page.shell.person = "Ana"
    made = page.clients
    made.shown.head.opened = True
    change(made.chooser, "period", "2026-08")
    yield made
    page.store.close()


def by_link(monkeypatch, link, **query):
    """Return the page as the server opens it for somebody who came by a link."""
    access = {"page": "client", "project": MINE, "id": link["id"]}
    monkeypatch.setenv(client_links.ACCESS, json.dumps(access))
    return ClientPage(shell._context(query, read_only=True))


def sent(page):
    """Return all that goes to the browser for a page: every trait of every widget but code, and every file's name."""
    states = [widget.get_state() for widget in walk(page.widget)]
    states = [{key: value for key, value in one.items() if key not in ("_css", "_esm", "place")} for one in states]
    told = re.sub(r"IPY_MODEL_[0-9a-f]+", "", json.dumps(states, default=str, ensure_ascii=False))  # ids are by chance
    return [told] + [one.file_name for one in find(page, Download)]


def release(card):
    press(card, "Release it to the client")
    press(card, "Make a link for the client")
    return client_links.links_of(card.page.store, MINE)[0]


def test_a_client_s_page_sends_nothing_of_another_client_whatever_it_is_asked(card, monkeypatch):
    link = release(card)
    asked = {"project": RIVAL, "cycle": "1", "lang": "fa", "period": "quagga"}
    page = by_link(monkeypatch, link, **asked)
    for name, value in (("project", RIVAL), ("cycle", "1"), ("lang", "en")):
        page.shell.received({"type": "pick", "name": name, "value": value}, [])
    page.follow()
    assert leaked(sent(page)) == set()
    assert "Zebra hotline" in shown(page) and "97.4%" in shown(page)
    frame = page.shell.frame
    assert (frame["cycles"], frame["projects"], frame["stages"], frame["home"]) == ([], [], [], "")
    page.store.close()


def test_a_client_sees_what_was_released_and_not_what_changed_since(card, store, monkeypatch):
    link = release(card)
    (form,) = [one for one in find(card, Form) if "text" in one.values]
    change(form, "text", "A quiet month.")
    page = by_link(monkeypatch, link)
    assert "A quiet month." not in shown(page)
    press(card, "Release it to the client")
    page.reopen()
    assert "A quiet month." in shown(page)
    press(card, "Take it back")
    page.reopen()
    assert "None is released yet" in shown(page) and not find(page, Download)
    page.store.close()


def test_where_the_workbook_asks_for_no_token_the_card_warns_of_its_links(card, monkeypatch):
    warning = "This workbook asks for no token: whoever reaches it opens all of its pages"
    monkeypatch.setenv(client_links.ASKS, "")
    card.show()
    assert warning in shown(card.page)
    monkeypatch.setenv(client_links.ASKS, "1")
    card.show()
    assert warning not in shown(card.page)


def test_the_server_tells_its_pages_whether_it_asks_for_a_token(monkeypatch):
    from ccwb import server

    monkeypatch.setattr(server, "Workbook", lambda **_: Mock())
    for name in ("JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH"):
        monkeypatch.setenv(name, "")
    for token, holds in (("secret", True), ("", False)):
        monkeypatch.setenv(client_links.ASKS, "before")
        server.workbook(token=token)
        assert client_links.holds() is holds


def test_a_link_that_was_withdrawn_opens_nothing_and_the_others_stay_good(card, monkeypatch):
    first = release(card)
    press(card, "Make a link for the client")
    second = client_links.links_of(card.page.store, MINE)[0]
    assert len(find(card, Copy)) == 2
    client_links.withdraw_link(card.page.store, MINE, first["id"], **BY)
    page = by_link(monkeypatch, first)
    assert "This link was withdrawn" in said(page) and "Zebra" not in shown(page)
    page.store.close()
    page = by_link(monkeypatch, second)
    assert "Zebra hotline" in shown(page)
    page.store.close()


@pytest.mark.parametrize("changed", [{"project": RIVAL}, {"page": "executive"}, {"id": ""}, {"project": ""}])
def test_a_link_of_another_project_or_of_nothing_opens_no_report(card, monkeypatch, changed):
    link = release(card)
    access = {"page": "client", "project": MINE, "id": link["id"]} | changed
    monkeypatch.setenv(client_links.ACCESS, json.dumps(access))
    page = ClientPage(shell._context({}, read_only=True))
    assert not find(page, Download) and "Zebra" not in shown(page) and leaked(sent(page)) <= set()
    page.store.close()


def test_a_link_is_signed_for_one_project_and_the_same_again_when_it_is_shown_again(store):
    from ccwb.server.links import read, secret_of

    fill(store)
    link = client_links.add_link(store, MINE, **BY)
    one, two = (client_links.address_of(store, MINE, link, language="de", **BY) for _ in range(2))
    assert one == two and one.startswith("client.ipynb?link=") and one.endswith("&lang=de")
    token = one.split("link=")[1].split("&")[0]
    what = read(token, secret=secret_of(store, **BY), now=NOW)
    assert what == {"page": "client", "project": MINE, "id": link["id"]}


def test_the_comment_keeps_its_history_and_is_refused_where_it_names_another_client(card, store):
    (form,) = [one for one in find(card, Form) if "text" in one.values]
    change(form, "text", "As at Quagmire Trust.")
    assert "which is another client&#x27;s" in said(card.page) and card.draft.data["text"] == ""
    change(form, "text", "x" * 1501)
    assert "1,501 characters" in said(card.page)
    change(form, "text", "A quiet month.")
    place = {"cycle": 1, "project": MINE}
    kept = store.versions("client_report 2026-08", with_data=True, **place)
    assert [one.data["text"] for one in kept] == ["A quiet month."] and kept[0].by == "Ana"
    files = [one for one in find(card, Download) if one.file_name.endswith(".html")]
    out = taken(files[0])
    files[0]._send_file("")
    assert out[0][0]["name"] == "Striped-Goods-Zebra-hotline-2026-08.html" and b"A quiet month." in out[0][1][0]


def test_a_word_with_which_another_client_s_name_begins_is_asked_about_and_not_refused(card):
    (form,) = [one for one in find(card, Form) if "text" in one.values]
    assert card.asked.value == ""
    change(form, "text", "As good as Quagmire last year.")
    assert "Quagmire" in card.asked.value and "Is it meant as a plain word?" in shown(card.page)
    assert card.draft.data["text"] == "As good as Quagmire last year."
    change(form, "text", "A quagmire of calls, at Striped Goods as well.")
    assert card.asked.value == ""


def test_only_what_is_ticked_is_told(card):
    (form,) = [one for one in find(card, Form) if "entry 1" in one.values]
    assert not any(form.values.values()) and "unless it is ticked" in shown(card.page) and "entry 2" not in form.values
    assert card._gather()["measures"] == [] and card._gather()["lessons"] == []
    for key, value in (("entry 1", True), ("lesson L1", True), ("lesson L4", True), ("lesson L1", False)):
        change(form, key, value)
    made = card._gather()
    assert [row["entry"] for row in made["measures"]] == [1] and [row["text"] for row in made["lessons"]] == [
        "Coach in quiet weeks"
    ]
