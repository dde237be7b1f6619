"""The server of the pages: what it serves, what it refuses, and how long a kernel lives."""

import ast
import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack

import jinja2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from ccwb.errors import PlanError
from ccwb.server import check_port, settings, workbook
from ccwb.server.births import POSSIBLE, Nursery
from ccwb.server.kernels import PAGES, Kernels, warm_up_code
from tests.browser.serving import free_port, get, serve
from tests.browser.small import GOODBYE_S, write_notebook

START = "/voila/render/0_start.ipynb"
SMALL = (sys.executable, "-m", "tests.browser.small")
SHOW = "import os\nprint('asked:', os.environ['QUERY_STRING'], 'cookies:', os.environ.get('HTTP_COOKIE'))"
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "0_start.ipynb", SHOW, "# analyst\nprint('for analysts')")
    write_notebook(folder / "3_staffing.ipynb", "print('staffing')")
    write_notebook(folder / "process.ipynb", "import os\nprint('process', os.getpid(), '.')")
    write_notebook(folder / "broken.ipynb", "raise RuntimeError('the secret of cell one')")
    (folder / "team.png").write_bytes(PICTURE)
    (folder / "plan.svg").write_text("<svg/>")
    (folder / "notes.txt").write_text("not for the browser")
    return folder


@pytest.fixture(scope="module")
def served(notebooks):
    with serve("--notebooks", notebooks, command=SMALL) as served:
        yield served


@pytest.fixture(scope="module")
def guarded(notebooks):
    with serve("--notebooks", notebooks, "--token", "open-sesame", "--spares", "0", command=SMALL) as served:
        yield served


def ask(served, path, **headers):
    return get(urllib.parse.urljoin(served.address, path), **headers)


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/", START),
        ("/?cycle=3&lang=fa", START + "?cycle=3&lang=fa"),
        ("/start", START),
        ("/staffing?project=support%20desk", "/voila/render/3_staffing.ipynb?project=support+desk"),
    ],
)
def test_a_short_address_goes_to_its_page_and_takes_the_query_along(served, asked, goes_to):
    status, headers, _ = ask(served, asked)
    assert (status, headers["Location"]) == (302, goes_to)


def test_a_page_is_told_the_query_and_the_workbooks_own_cookies_alone(served):
    status, _, text = ask(served, START + "?cycle=3", Cookie="ccwb_name=Ana; username-localhost=secret")
    assert status == 200
    assert "asked: cycle=3 cookies: ccwb_name=Ana" in text
    assert "username" not in text


def test_two_pages_never_share_what_they_were_told(served):
    answers = [ask(served, f"{START}?visit={n}")[2] for n in (1, 2, 3)]
    assert [re.search(r"asked: (\S*)", text).group(1) for text in answers] == ["visit=1", "visit=2", "visit=3"]


def test_cells_for_analysts_do_not_show_and_no_page_shows_its_source(served):
    text = ask(served, START)[2]
    assert "for analysts" not in text
    assert "os.environ" not in text


def test_a_broken_cell_shows_neither_source_nor_traceback(served):
    status, _, text = ask(served, "/voila/render/broken.ipynb")
    assert status == 200
    assert "secret of cell" not in text
    assert "Traceback" not in text


NO_FILES = [
    *("/voila/files/team.png", "/voila/files/plan.svg", "/voila/files/notes.txt", "/voila/files/0_start.ipynb"),
    *("/files/team.png", "/team.png", "/static/team.png", "/voila/static/../app.py", "/voila/static/%2e%2e/app.py"),
    *("/voila/templates/ccwb/static/../../../../../../../cli.py", "/voila/templates/../../notes.txt"),
    *("/voila/templates/ccwb/conf.json", "/voila/templates/ccwb/static/..%2findex.html.j2"),
    *("/voila/labextensions/../../../../pyvenv.cfg", "/voila/labextensions/%2e%2e/%2e%2e/%2e%2e/pyvenv.cfg"),
    *("/voila/tree", "/voila/tree/", "/voila/api/contents", "/voila/api/contents/0_start.ipynb", "/api/contents"),
    *("/voila/render/team.png", "/voila/render/notes.txt", "/voila/render/../cli.py", "/voila/render/", "/api/kernels"),
    *("/lab", "/tree", "/terminals/1", "/metrics", "/api/sessions", "/voila/query/x", "/etc/passwd", "//etc/passwd"),
]


@pytest.mark.parametrize("path", NO_FILES)
@pytest.mark.parametrize("login", ["", "token open-sesame"])
def test_no_file_notebook_or_listing_can_be_fetched(served, guarded, path, login):
    host = guarded if login else served
    headers = {"Authorization": login} if login else {}
    status, answer, text = get(host.address.split("?")[0].rstrip("/") + path, **headers)
    assert status in (403, 404), (status, answer.get("Location"), text[:200])


def test_a_template_is_compiled_for_the_first_page_alone(monkeypatch):
    from ccwb.server.pages import Compiled, Exporter

    monkeypatch.setattr(Exporter, "compiled", Compiled())
    compiled = []
    compile_ = jinja2.Environment.compile
    monkeypatch.setattr(
        jinja2.Environment, "compile", lambda self, *a, **k: compiled.append(k.get("name")) or compile_(self, *a, **k)
    )
    for first in (True, False):
        compiled.clear()
        Exporter(template_name="lab").environment.get_template("index.html.j2")
        assert bool(compiled) == first


def test_the_browser_itself_is_told_to_load_nothing_from_elsewhere(served):
    rules = ask(served, START)[1]["Content-Security-Policy"]
    host = urllib.parse.urlsplit(served.address).netloc
    allowed = {word for word in rules.replace(";", " ").split() if "." in word or "*" in word or "//" in word}
    assert allowed == {f"ws://{host}", f"wss://{host}"}


def test_a_request_under_a_foreign_host_name_is_refused(served):
    assert ask(served, "/", Host="workbook.attacker.example")[0] == 403


def test_whether_a_kernel_lives_is_told_without_starting_one(served):
    assert ask(served, "/ccwb/alive")[0] == 200
    status, headers, text = ask(served, "/ccwb/alive/00000000-0000-0000-0000-000000000000")
    assert (status, headers["Cache-Control"], text) == (404, "no-store", '{"alive": false}')


def test_a_page_left_open_over_a_restart_prints_nothing_in_the_terminal(notebooks):
    gone = "00000000-0000-0000-0000-000000000000"
    asked = (
        *(f"/ccwb/alive/{gone}", f"/api/kernels/{gone}", f"/api/kernels/{gone}/channels", "/voila/themes/no/no.css"),
        *(f"/voila/api/shutdown/{gone}", "/voila/static/no.js", "/voila/labextensions/no/no.js", "/logout"),
    )
    with serve("--notebooks", notebooks, "--spares", "0", command=SMALL) as served:
        host = urllib.parse.urlsplit(served.address).netloc
        for _try in range(2):
            with pytest.raises(InvalidStatus) as refused:
                connect(f"ws://{host}/api/kernels/{gone}/channels?session_id=old")
            assert refused.value.response.status_code == 404
        answers = {path: ask(served, path)[0] for path in asked}
        post = urllib.request.Request(served.address.rstrip("/") + f"/voila/api/shutdown/{gone}", method="POST")
        assert urllib.request.urlopen(post, timeout=30).status == 204
        served.stop()
    assert set(answers.values()) <= {403, 404, 405}, answers
    assert served.said.splitlines() == [served.address]


def test_without_the_token_there_is_nothing_but_the_login(guarded):
    for path in ("/", START, "/staffing"):
        status, headers, _ = ask(guarded, path)
        assert status == 302
        assert headers["Location"].startswith("/login")
    assert ask(guarded, "/ccwb/alive")[0] == 403
    assert ask(guarded, "/voila/files/team.png")[2] == ""
    assert ask(guarded, START + "?token=open")[0] == 302


def test_the_address_with_the_token_lets_in_and_the_token_leaves_the_address_bar(guarded):
    assert guarded.address.endswith("?token=open-sesame")
    status, headers, _ = get(guarded.address + "&cycle=3")
    assert (status, headers["Location"]) == (302, START + "?cycle=3")
    cookie = headers["Set-Cookie"].split(";")[0]
    status, _, text = ask(guarded, START + "?cycle=3", Cookie=cookie)
    assert status == 200
    assert "asked: cycle=3" in text
    assert ask(guarded, START + "?cycle=3&token=open-sesame")[1]["Location"] == START + "?cycle=3"


def test_beyond_this_machine_there_is_always_a_token():
    code = "from ccwb.server import workbook; w = workbook(ip='0.0.0.0', port=1); print(len(w.secret))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.strip() == "32"


def test_a_busy_port_is_said_with_both_ways_out():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(PlanError) as refusal:
            check_port("127.0.0.1", port)
    said = str(refusal.value)
    assert f"PORT={port + 1} make apps" in said
    assert f"ccwb apps --port {port + 1}" in said


def test_waiting_kernels_import_what_the_notebooks_import_and_only_that(tmp_path):
    write_notebook(tmp_path / "1_a.ipynb", "import json\nprint('runs too early')", "%matplotlib inline\nimport nothing")
    write_notebook(tmp_path / "2_b.ipynb", "from colorsys import rgb_to_hls", "import a_module_that_is_not_there")
    code = (
        warm_up_code(tmp_path) + "import sys\nprint('colorsys' in sys.modules, 'json' in dir(), 'rgb_to_hls' in dir())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (said.stdout, said.stderr) == ("True False False\n", "")


def test_waiting_kernels_know_every_page_once_a_notebook_opens_one_by_name(tmp_path):
    write_notebook(tmp_path / "1_a.ipynb", "from ccwb.ui import open_page\nopen_page('mission')")
    assert {f"import ccwb.ui.{path.stem}" for path in PAGES.glob("*_page.py")} == set(
        re.findall(r"import ccwb\.ui\.\w+_page", warm_up_code(tmp_path))
    )


# How long a kernel lives


def kernel_of(text):
    return re.search(r'"kernelId": ?"([-\w]+)"', text).group(1)


def lives(served, kernel_id):
    return ask(served, f"/ccwb/alive/{kernel_id}")[0] == 200


def ends_within(served, kernel_id, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not lives(served, kernel_id):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def open_tab(served):
    """Open a page and its connection as a browser does; gives the kernel's id and the connection."""
    host = urllib.parse.urlsplit(served.address).netloc
    with ExitStack() as lines:

        def opened():
            kernel_id = kernel_of(ask(served, START)[2])
            address = f"ws://{host}/api/kernels/{kernel_id}/channels?session_id={time.monotonic_ns()}"
            return kernel_id, lines.enter_context(connect(address))

        yield opened


def test_closing_the_tab_ends_its_kernel_and_leaves_the_others(served, open_tab):
    (closed, line), (other, _) = open_tab(), open_tab()
    line.close(1001)
    assert ends_within(served, closed, GOODBYE_S + 5)
    assert lives(served, other)


def test_a_connection_that_breaks_without_a_goodbye_may_come_back(served, open_tab):
    kernel_id, line = open_tab()
    line.socket.shutdown(socket.SHUT_RDWR)  # gone without a word, as after a crash or a network break
    time.sleep(GOODBYE_S + 1)
    assert lives(served, kernel_id)


def say_goodbye(served, kernel_id):
    goodbye = urllib.request.Request(urllib.parse.urljoin(served.address, f"/voila/api/shutdown/{kernel_id}"), data=b"")
    with urllib.request.urlopen(goodbye, timeout=10) as answer:
        assert answer.status == 204


def test_a_goodbye_that_comes_before_the_connection_breaks_still_counts(served, open_tab):
    kernel_id, line = open_tab()
    say_goodbye(served, kernel_id)
    assert lives(served, kernel_id)
    line.socket.shutdown(socket.SHUT_RDWR)
    assert ends_within(served, kernel_id, GOODBYE_S + 5)


def test_the_post_of_a_closing_tab_ends_a_kernel_only_when_no_page_uses_it(served, open_tab):
    kernel_id, _ = open_tab()
    say_goodbye(served, kernel_id)
    time.sleep(GOODBYE_S + 1)
    assert lives(served, kernel_id)


def test_a_killed_kernel_is_gone_and_does_not_come_back_empty(served):
    text = ask(served, "/voila/render/process.ipynb")[2]
    os.kill(int(re.search(r"process (\d+) ", text).group(1)), signal.SIGKILL)
    assert ends_within(served, kernel_of(text), 15)


def with_kernels(tmp_path, scenario, **traits):
    """Run `scenario(kernels)` with a kernel manager of its own, whose waits are short."""

    async def run():
        config = settings(ip="127.0.0.1", port=1, notebooks=tmp_path, token="", spares=0)
        config.Kernels.update(traits | {"look_s": 0.05})
        kernels = Kernels(config=config, root_dir=str(tmp_path), connection_dir=str(tmp_path))
        kernels.begin()
        try:
            await scenario(kernels)
        finally:
            await kernels.shutdown_all()
        assert kernels.list_kernel_ids() == []

    asyncio.run(asyncio.wait_for(run(), 60))


async def until(true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def test_a_page_that_came_back_keeps_its_kernel_and_one_that_does_not_loses_it(tmp_path):
    async def scenario(kernels):
        stays, goes = [await kernels.start_kernel(env=dict(os.environ)) for _ in range(2)]
        for kernel_id in (stays, goes):
            kernels.notify_connect(kernel_id)
            kernels.notify_disconnect(kernel_id)
        kernels.notify_connect(stays)
        await until(lambda: goes not in kernels)
        await asyncio.sleep(0.5)
        assert kernels.list_kernel_ids() == [stays]

    with_kernels(tmp_path, scenario, lost_s=0.4)


def test_a_page_that_nobody_connects_to_does_not_keep_its_kernel(tmp_path):
    async def scenario(kernels):
        await kernels.start_kernel(env=dict(os.environ))
        await until(lambda: not kernels.list_kernel_ids())

    with_kernels(tmp_path, scenario, lost_s=0.1)


def test_spares_wait_as_long_as_needed_and_are_replaced_when_taken(tmp_path):
    async def scenario(kernels):
        await until(lambda: len(kernels.list_kernel_ids()) == 1)
        (spare,) = kernels.list_kernel_ids()
        kernels.said_goodbye(spare)
        await asyncio.sleep(0.5)
        await kernels.cull_kernel_if_idle(spare)
        assert kernels.list_kernel_ids() == [spare]
        kernels.lost_s = 60
        assert await kernels.start_kernel(env=dict(os.environ)) == spare
        await until(lambda: len(kernels.list_kernel_ids()) == 2)

    with_kernels(tmp_path, scenario, spares=1, refill_s=0, goodbye_s=0, lost_s=0)


def test_a_spare_that_died_is_passed_over(tmp_path):
    async def scenario(kernels):
        await until(lambda: kernels._making and kernels._making[0].done())
        (spare,) = kernels.list_kernel_ids()
        await kernels.shutdown_kernel(spare, now=True)
        assert await kernels.start_kernel(env=dict(os.environ)) != spare

    with_kernels(tmp_path, scenario, spares=1, refill_s=60)


@pytest.mark.skipif(
    not POSSIBLE, reason="kernels are copies of one process on Linux alone; elsewhere they start as usual"
)
def test_kernels_are_copies_of_one_process_each_with_its_own_folder_environment_and_chance(tmp_path):
    async def scenario(kernels):
        (tmp_path / "here").mkdir()
        kernels.nursery = Nursery("import numpy, fractions")
        env = dict(os.environ)
        first = await kernels.start_kernel(env=env | {"QUERY_STRING": "cycle=1"}, path="here")
        second = await kernels.start_kernel(env=env, path="")
        ask = "import sys, os, numpy; 'fractions' in sys.modules, os.environ.get('QUERY_STRING'), os.getcwd()"
        assert await result(kernels, first, ask) == (True, "cycle=1", str(tmp_path / "here"))
        assert await result(kernels, second, ask) == (True, None, str(tmp_path))
        drawn = {await result(kernels, kernel_id, "numpy.random.random()") for kernel_id in (first, second)}
        assert len(drawn) == 2

    with_kernels(tmp_path, scenario)


@pytest.mark.skipif(
    not POSSIBLE, reason="kernels are copies of one process on Linux alone; elsewhere they start as usual"
)
def test_when_the_process_to_copy_has_died_kernels_start_as_usual(tmp_path):
    async def scenario(kernels):
        kernels.nursery = Nursery("raise SystemExit(1)")
        kernel_id = await kernels.start_kernel(env=dict(os.environ), path="")
        assert kernels.nursery is None
        assert await result(kernels, kernel_id, "6 * 7") == 42

    with_kernels(tmp_path, scenario)


async def result(kernels, kernel_id, expression):
    """Return what a kernel says an expression is; statements may come before it."""
    client = kernels.get_kernel(kernel_id).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=30)
        code, _, last = expression.rpartition("; ")
        reply = await client.execute(code or "pass", user_expressions={"it": last}, reply=True, timeout=30)
    finally:
        client.stop_channels()
    return ast.literal_eval(reply["content"]["user_expressions"]["it"]["data"]["text/plain"])


def test_ctrl_c_stops_the_server_and_every_kernel(notebooks):
    with serve("--notebooks", notebooks, command=SMALL) as served:
        process = int(re.search(r"process (\d+) ", ask(served, "/voila/render/process.ipynb")[2]).group(1))
        assert served.stop() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_the_settings_refuse_what_a_stock_server_allows(tmp_path):
    server = workbook(notebooks=tmp_path, port=free_port())
    assert server.voila_configuration.show_tracebacks is False
    assert server.voila_configuration.file_allowlist == []
    assert server.voila_configuration.allow_template_override == "NO"
    assert server.config.MappingKernelManager.cull_idle_timeout == 4 * 3600
    assert server.config.MappingKernelManager.cull_connected is True


def test_a_server_that_was_never_started_ends_at_a_signal_like_any_process():
    made = "import os, signal; from ccwb.server import workbook; workbook(port=0, spares=0); "
    code = made + "os.kill(os.getpid(), signal.SIGTERM)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in done.stderr


def test_what_is_no_file_of_the_template_is_refused_with_a_sentence(served):
    status, _headers, text = ask(served, "/voila/templates/ccwb/conf.json")
    assert status == 404
    assert "There is no such page in the workbook." in text
