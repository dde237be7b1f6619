"""Access of its own: a link, or a server for one page, reaches that page and its process, and nothing else."""

import datetime as dt
import html
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from ccwb.cli import main
from ccwb.errors import PlanError
from ccwb.server.links import DOCUMENT, read, secret_of, sign, withdraw
from ccwb.store import open_store
from tests.browser.serving import get, serve
from tests.browser.small import write_notebook

SMALL = (sys.executable, "-m", "tests.browser.small")
SHOW = "import os\nprint('may open:', os.environ.get('HTTP_CCWB_ACCESS'), 'asked:', os.environ['QUERY_STRING'])"
EXECUTIVE, START = "/voila/render/executive.ipynb", "/voila/render/0_start.ipynb"
WHO = {"by": "Ana", "at": dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)}
FOREVER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    for name in ("0_start", "3_staffing", "client", "executive"):
        write_notebook(folder / f"{name}.ipynb", SHOW)
    (folder / "notes.txt").write_text("not for the browser")
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return f"sqlite:///{(tmp_path_factory.mktemp('workbook') / 'ccwb.db').as_posix()}"


@pytest.fixture(scope="module")
def secret(address):
    with open_store(address) as store:
        return secret_of(store, **WHO)


@pytest.fixture(scope="module")
def served(notebooks, address, secret):
    options = ("--notebooks", notebooks, "--token", "open-sesame", "--spares", "0")
    with serve(*options, command=SMALL, CCWB_DATABASE=address) as served:
        yield served


def ask(served, path, **headers):
    status, headers, text = get(urllib.parse.urljoin(served.address, path), **headers)
    return status, headers, html.unescape(text)


def come(served, token):
    """Return the cookie that a link leaves in the browser."""
    status, headers, _text = ask(served, f"/executive?cycle=3&link={token}")
    assert (status, headers["Location"]) == (302, EXECUTIVE + "?cycle=3")
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Lax" in headers["Set-Cookie"]
    return headers["Set-Cookie"].split(";")[0]


@pytest.fixture(scope="module")
def guest(served, secret):
    return come(served, sign({"page": "executive"}, secret=secret, expires=FOREVER))


def kernel_of(text):
    return re.search(r'"kernelId": *"([^"]+)"', text).group(1)


def test_a_link_opens_its_page_and_the_link_leaves_the_address_bar(served, guest):
    status, _, text = ask(served, EXECUTIVE + "?cycle=3", Cookie=guest)
    assert status == 200 and "asked: cycle=3" in text
    assert json.loads(re.search(r"may open: (\{.*?\})", text).group(1)) == {"page": "executive"}
    assert ask(served, "/", Cookie=guest)[1]["Location"] == EXECUTIVE
    token = guest.split("=", 1)[1]
    assert ask(served, f"{EXECUTIVE}?cycle=3&link={token}")[1]["Location"] == EXECUTIVE + "?cycle=3"


@pytest.mark.parametrize(
    "path",
    [
        f"/voila/render/{name}"
        for name in ("0_start.ipynb", "3_staffing.ipynb", "client.ipynb", "../0_start.ipynb", "notes.txt")
    ]
    + [f"/voila/render/{name}" for name in ("./3_staffing.ipynb", "%2e%2e/0_start.ipynb", "executive.ipynb/x.ipynb")]
    + ["/voila/files/notes.txt", "/files/notes.txt", "/notes.txt", "/voila/tree", "/api/contents", "/api/kernels"],
)
def test_nothing_else_can_be_reached_with_it(served, guest, path):
    status, _, text = ask(served, path, Cookie=guest)
    assert status in (403, 404) and "may open" not in text and "not for the browser" not in text


def test_a_short_address_of_another_page_is_refused_with_a_sentence(served, guest):
    status, headers, _ = ask(served, "/staffing", Cookie=guest)
    assert status == 302
    status, _, text = ask(served, headers["Location"], Cookie=guest)
    assert status == 403 and "Your link opens another page" in text


def test_what_a_visitor_says_of_himself_does_not_count(served, guest):
    _status, _, text = ask(served, EXECUTIVE, Cookie=guest, **{"Ccwb-Access": "", "ccwb-access": '{"page": "start"}'})
    assert 'may open: {"page": "executive"}' in text


def test_a_guest_reaches_no_process_but_those_of_his_own_access(served, guest, secret):
    _status, _, text = ask(served, START, Authorization="token open-sesame")
    planners, host = kernel_of(text), urllib.parse.urlsplit(served.address).netloc
    own = kernel_of(ask(served, EXECUTIVE, Cookie=guest)[2])
    other = come(served, sign({"page": "executive", "project": "x"}, secret=secret, expires=FOREVER))
    for kernel_id, cookie, found in ((planners, guest, 404), (own, other, 404), (own, guest, 200)):
        assert ask(served, f"/ccwb/alive/{kernel_id}", Cookie=cookie)[0] == found
        assert ask(served, f"/api/kernels/{kernel_id}", Cookie=cookie)[0] == found
    for post, method in ((f"/voila/api/shutdown/{planners}", "POST"), (f"/api/kernels/{planners}", "DELETE")):
        request = urllib.request.Request(served.address.split("?")[0].rstrip("/") + post, method=method)
        request.add_header("Cookie", guest)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code in (403, 404)
    line = f"ws://{host}/api/kernels/{{}}/channels?session_id=a"
    with pytest.raises(InvalidStatus) as refused:
        connect(line.format(planners), additional_headers={"Cookie": guest})
    assert refused.value.response.status_code == 404
    with connect(line.format(own), additional_headers={"Cookie": guest}):
        pass
    assert ask(served, f"/ccwb/alive/{planners}", Authorization="token open-sesame")[0] == 200


def test_no_code_runs_in_the_process_behind_the_page(served, guest):
    own = kernel_of(ask(served, EXECUTIVE, Cookie=guest)[2])
    host = urllib.parse.urlsplit(served.address).netloc
    header = {
        "msg_id": "1",
        "msg_type": "execute_request",
        "session": "a",
        "username": "",
        "version": "5.3",
        "date": "",
    }
    said = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
    said["content"] = {"code": "print('it ran')", "silent": False}
    with connect(f"ws://{host}/api/kernels/{own}/channels?session_id=a", additional_headers={"Cookie": guest}) as line:
        line.send(json.dumps(said))
        header["msg_type"], header["msg_id"], said["content"] = "kernel_info_request", "2", {}
        line.send(json.dumps(said))
        heard = []
        while not any('"kernel_info_reply"' in str(one) for one in heard):
            heard.append(line.recv(timeout=20))
    assert not any("it ran" in str(one) for one in heard)


def test_a_link_that_is_wrong_over_or_withdrawn_says_so(served, notebooks, address, secret):
    over = sign({"page": "executive"}, secret=secret, expires=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    for token, said in (
        (over, "good until 2026-01-01"),
        (over[:-2] + "AA", "not one of this workbook"),
        ("x", "not one"),
    ):
        status, _, text = ask(served, f"/executive?link={token}")
        assert status == 403 and said in text
    status, _, text = ask(served, EXECUTIVE, Cookie=f"workbook_link={over}")
    assert status == 403 and "good until" in text


def test_a_link_that_names_no_page_opens_none(served, secret):
    cookie = come(served, sign({"project": "service"}, secret=secret, expires=FOREVER))
    assert [ask(served, path, Cookie=cookie)[0] for path in (EXECUTIVE, START)] == [403, 403]


def test_a_withdrawn_secret_ends_every_link_at_once(served, guest, address, secret):
    with open_store(address) as store:
        withdraw(store, **WHO)
        status, _, text = ask(served, EXECUTIVE, Cookie=guest)
        assert status == 403 and "not one of this workbook" in text
        store.save(DOCUMENT, {"secret": secret}, base=store.load(DOCUMENT).version, **WHO)


def test_a_server_for_one_page_serves_that_page_alone(notebooks):
    with serve("--notebooks", notebooks, "--only", "executive", "--spares", "0", command=SMALL) as served:
        assert ask(served, "/")[1]["Location"] == EXECUTIVE
        status, _, text = ask(served, EXECUTIVE)
        assert status == 200 and "executive" in re.search(r"may open: (.*?) asked", text).group(1)
        assert ask(served, f"/ccwb/alive/{kernel_of(text)}")[0] == 200
        for path in (START, "/voila/render/client.ipynb"):
            assert ask(served, path)[0] == 403


def test_the_command_line_makes_a_link_and_ends_all_of_them(address, secret, capsys, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    assert main(["link", "--days", "30", "--address", "https://plan.example/", "--database", address]) == 0
    said = capsys.readouterr().out.strip()
    assert said.startswith("https://plan.example/executive?link=")
    token, now = said.split("link=")[1], dt.datetime.now(dt.UTC)
    assert read(token, secret=secret, now=now + dt.timedelta(days=29)) == {"page": "executive"}
    with pytest.raises(PlanError, match="good until"):
        read(token, secret=secret, now=now + dt.timedelta(days=31))
    assert main(["link", "--withdraw", "--database", address]) == 0
    with open_store(address) as store:
        assert store.load(DOCUMENT).data["secret"] != secret


def test_no_link_is_made_for_a_workbook_that_is_not_there(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    assert main(["link", "--database", str(tmp_path / "none.db")]) == 2
    assert "There is no workbook database none.db" in capsys.readouterr().err and not list(tmp_path.iterdir())
