"""The command line: what each command does, and what it says when it cannot."""

import datetime as dt
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ccwb import cli
from ccwb.projects import blank_centre, new_project
from ccwb.store import open_store
from tests.browser.serving import get, serve


def run(*arguments):
    """Run `ccwb` as a user does; return exit code, what it said and what it complained of."""
    command = [sys.executable, "-m", "ccwb.cli", *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def own_database(tmp_path):
    """A workbook with one project and nothing else."""
    path = tmp_path / "own.db"
    with open_store(f"sqlite:///{path.as_posix()}") as store:
        centre = blank_centre(name="Ours") | {"projects": [new_project("orders", zone="Europe/Berlin")]}
        store.save("centre", centre, base=0, by="Ana", at=dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC))
    return path


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["apps", "--help"], ["demo", "-h"], ["import", "-h"], ["lab", "-h"]]
)
def test_help_helps(arguments, capsys):
    with pytest.raises(SystemExit) if arguments else pytest.MonkeyPatch.context() as left:
        assert cli.main(arguments) == 0
    assert not arguments or left.value.code == 0
    said = capsys.readouterr().out
    assert "usage: ccwb" in said
    assert "example" in said or "--port" in said or "--force" in said


def test_every_command_in_the_examples_is_there(capsys):
    commands = {line.split()[1] for line in cli.EXAMPLES.splitlines() if line.startswith("  ccwb ")}
    assert commands == {"apps", "link", "lab", "demo", "import", "report"}
    for command in commands:
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "8866.5"])
def test_a_port_that_is_none_is_refused_in_words(port, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["apps", f"--port={port}"])
    assert left.value.code == 2
    assert "a whole number from 1 to 65535" in capsys.readouterr().err


def test_a_busy_port_ends_with_2_and_a_sentence_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        code, said, complaint = run("apps", "--port", port, "--database", tmp_path / "new.db")
    assert code == 2
    assert said == ""
    assert f"PORT={port + 1} make apps" in complaint
    assert "Traceback" not in complaint
    assert not (tmp_path / "new.db").exists()


def test_apps_makes_the_workbook_once_and_a_second_start_changes_nothing(tmp_path):
    database = tmp_path / "folder" / "ccwb.db"
    with serve("--database", database) as served:
        assert "sample centre" in served.said
        assert get(served.address)[0] == 302
        assert served.stop() == 0
        assert "The workbook has stopped." in served.said
        assert "Traceback" not in served.said
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        before = store.changed(), store.load("centre").version, [cycle.name for cycle in store.cycles()]
    assert before[1] > 0
    with serve("--database", database, "--no-preheat") as served:
        assert "sample centre" not in served.said
        assert served.stop() == 0
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        assert (store.changed(), store.load("centre").version, [cycle.name for cycle in store.cycles()]) == before
    assert [path.name for path in database.parent.iterdir()] == ["ccwb.db"]


def test_a_blank_start_makes_a_workbook_without_a_centre_and_a_later_one_keeps_what_is_there(tmp_path):
    database = tmp_path / "ours.db"
    with serve("--database", database, "--blank", "--no-preheat") as served:
        assert "sample centre" not in served.said
        assert served.stop() == 0
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        blank = store.load("centre")
        assert (blank.data["projects"], store.cycles()) == ([], [])
        store.save(
            "centre",
            blank.data | {"name": "Ours"},
            base=blank.version,
            by="Ana",
            at=dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC),
        )
    with serve("--database", database, "--blank", "--no-preheat") as served:
        assert served.stop() == 0
    with open_store(f"sqlite:///{database.as_posix()}") as store:
        assert store.load("centre").data["name"] == "Ours"


def test_demo_never_overwrites_a_workbook_without_being_told_to(tmp_path, sample_file):
    kept = tmp_path / "kept.db"
    kept.write_bytes(b"somebody's work")
    code, _, complaint = run("demo", kept)
    assert code == 2
    assert "kept.db is there already" in complaint
    assert kept.read_bytes() == b"somebody's work"
    assert run("demo", kept, "--force")[0] == 0
    with open_store(f"sqlite:///{kept.as_posix()}") as store:
        assert store.load("centre").data["projects"]


def test_a_stop_while_the_sample_is_made_leaves_nothing_half_made(tmp_path, monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_seed", stopped)
    assert cli.main(["demo", str(tmp_path / "demo.db")]) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_new_sample_takes_over_nothing_of_the_one_it_replaces(tmp_path, monkeypatch):
    for leftover in ("demo.db-wal", "demo.db-shm"):
        (tmp_path / leftover).write_bytes(b"of the old one")
    (tmp_path / "demo.db").write_bytes(b"old")
    monkeypatch.setattr(cli, "_seed", lambda store: None)
    assert cli.main(["demo", str(tmp_path / "demo.db"), "--force"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["demo.db"]


def test_import_reads_a_file_and_says_what_became_of_each_row(tmp_path, own_database):
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "DateTime,Calls\n2026-01-05 08:00,12\n2026-01-05 08:30,many\n2026-01-05 09:00,9\n2026-01-05 09:30,4\n"
    )
    code, said, complaint = run(
        "import", calls, "--project=orders", "--channel=voice", "--database", own_database, "--by=Ana"
    )
    assert (code, complaint) == (0, "")
    assert "4 rows read, 3 taken, 1 refused" in said
    assert "(row 3)" in said  # as a spreadsheet counts
    with open_store(f"sqlite:///{own_database.as_posix()}") as store:
        history = store.read_table("history", project="orders", zone="Europe/Berlin")
    assert history["offered"].tolist() == [12, 9, 4]
    assert str(history["interval_start"].iloc[0]) == "2026-01-05 08:00:00+01:00"


@pytest.mark.parametrize(
    ("file", "project", "words"),
    [
        (("gone.csv", None), "orders", "There is no file"),
        (("empty.csv", b""), "orders", "empty.csv"),
        (("photo.csv", b"\x89PNG\r\n\x1a\n\0\0"), "orders", "photo.csv"),
        (("calls.csv", b"DateTime,Calls\n2026-01-05 08:00,12\n"), "returns", "no project 'returns'"),
        (("words.csv", b"DateTime,Calls\n2026-01-05 08:00,many\n"), "orders", "Answer with --answer"),
    ],
)
def test_a_file_that_cannot_be_imported_changes_nothing_and_says_why(tmp_path, own_database, file, project, words):
    name, content = file
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, _, complaint = run("import", path, "--project", project, "--channel=voice", "--database", own_database)
    assert code == 2
    assert words in complaint
    assert "Traceback" not in complaint
    with open_store(f"sqlite:///{own_database.as_posix()}") as store:
        assert not store.has_rows("history")


def test_what_a_file_leaves_open_is_asked_with_the_way_to_answer(tmp_path, own_database, capsys):
    calls = tmp_path / "calls.csv"
    calls.write_text("DateTime,Calls\n2026-01-05 08:00,12\n")
    known = ["import", str(calls), "--project=orders", "--channel=voice", "--database", str(own_database)]
    code = cli.main(known)
    complaint = capsys.readouterr().err
    assert code == 2
    assert "Answer with --answer interval_s=VALUE" in complaint
    assert cli.main([*known, "--answer", "interval_s=1800"]) == 0


def test_an_answer_to_nothing_is_refused_with_the_names_there_are(tmp_path, own_database, capsys):
    calls = tmp_path / "calls.csv"
    calls.write_text("DateTime,Calls\n2026-01-05 08:00,12\n2026-01-05 08:30,9\n")
    known = ["import", str(calls), "--project=orders", "--channel=voice", "--database", str(own_database)]
    for answer in ("dateorder=mdy", "mdy"):
        assert cli.main([*known, "--answer", answer]) == 2
        complaint = capsys.readouterr().err
        assert f"--answer {answer} answers nothing here" in complaint
        assert "interval_s" in complaint
        assert "unit:Calls" in complaint


def test_what_was_taken_without_being_asked_is_said(tmp_path, own_database, capsys):
    calls = tmp_path / "calls.csv"
    calls.write_text("Date,Time,Calls\n03/04/2026,08:00,12\n03/04/2026,08:30,9\n")
    known = ["import", str(calls), "--project=orders", "--channel=voice", "--database", str(own_database)]
    assert cli.main(known) == 0
    said = capsys.readouterr().out
    assert "Taken as: day first (31/12/2026). Otherwise give --answer date_order=mdy." in said
    assert cli.main([*known, "--answer", "date_order=mdy"]) == 0
    said = capsys.readouterr().out
    assert "Taken as" not in said
    assert "From 2026-03-04" in said


def test_the_database_is_named_in_full_because_pages_run_in_another_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCWB_DATABASE", raising=False)
    here = Path.cwd().as_posix()
    assert cli._database(None) == f"sqlite:///{here}/workbook/ccwb.db"
    assert cli._database("mine.db") == f"sqlite:///{here}/mine.db"
    assert cli._database("sqlite:///sub/mine.db") == f"sqlite:///{here}/sub/mine.db"
    assert cli._database("postgresql://server/ccwb") == "postgresql://server/ccwb"
    monkeypatch.setenv("CCWB_DATABASE", "sqlite:///other.db")
    assert cli._database(None) == f"sqlite:///{here}/other.db"


def test_version_is_the_packages():
    code, said, _ = run("version")
    assert (code, said.split()[0]) == (0, "ccwb")
    assert os.linesep not in said.strip()
