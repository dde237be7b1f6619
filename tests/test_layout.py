"""The house rules that a look at the files can hold: who imports whom, who prints, who touches the disk."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import ccwb

ROOT = Path(ccwb.__file__).parent
FILES = {path.relative_to(ROOT): path for path in sorted(ROOT.rglob("*.py"))}
DOORS = {"ui", "server", "cli", "migrations"}  # the outer rooms: screen, browser, command line, schema steps
CORE = [name for name in FILES if name.parts[0].removesuffix(".py") not in DOORS]
STAGES = {"mission", "forecast", "staffing", "capacity", "schedule", "actions", "evaluation"}
SCREEN = {"ipywidgets", "altair", "IPython", "anywidget", "ipykernel", "voila"}
DISK = {"store", "migrations", "intake", "reports", "samples", "messages", "cli", "server", "ui"}
PRINTS = {"cli"}
HEAVY = ("statsmodels", "scipy.optimize", "sqlalchemy", "babel", "holidays", "openpyxl")
LONGEST = 450


def room(name):
    """Return the room of a file: 'forecast' for forecast/models.py, 'mission' for mission.py."""
    return name.parts[0].removesuffix(".py")


@cache
def tree(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imported(name, *, at_top=False):
    """Return the modules that a file imports, wherever in it the import stands, or only while it is being imported."""
    found = set()
    for node in tree(name).body if at_top else ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(["ccwb", *name.parts[: len(name.parts) - node.level]]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def calls(name):
    """Return the names of what a file calls: 'open', 'write_text', 'print' and so on."""
    functions = (node.func for node in ast.walk(tree(name)) if isinstance(node, ast.Call))
    return {
        function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "") for function in functions
    }


def python(code):
    """Run `code` in a fresh Python; return what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", CORE, ids=str)
def test_the_core_knows_nothing_of_the_screen(name):
    outward = {
        m for m in imported(name) if m.split(".")[0] in SCREEN or m.startswith(("ccwb.ui", "ccwb.server", "ccwb.cli"))
    }
    assert not outward


def test_the_whole_core_runs_without_the_screen_being_there():
    modules = [".".join(["ccwb", *name.with_suffix("").parts]).removesuffix(".__init__") for name in CORE]
    code = (
        f"import importlib, sys\nfor screen in {sorted(SCREEN)!r}: sys.modules[screen] = None\n"
        f"for module in {modules!r}: importlib.import_module(module)\nprint(len(sys.modules))"
    )
    assert int(python(code)) > len(modules)


@pytest.mark.parametrize("name", [name for name in FILES if room(name) in STAGES], ids=str)
def test_a_stage_knows_no_other_stage(name):
    others = {f"ccwb.{stage}" for stage in STAGES - {room(name)}}
    met = {module for module in imported(name) for other in others if module == other or module.startswith(f"{other}.")}
    assert not met


@pytest.mark.parametrize("name", FILES, ids=str)
def test_nothing_prints_but_the_command_line(name):
    printing = {"print", "pprint"} & calls(name)
    assert room(name) in PRINTS or not printing


@pytest.mark.parametrize("name", [name for name in FILES if room(name) not in DISK], ids=str)
def test_only_the_rooms_for_it_touch_the_disk(name):
    touching = {
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "mkdir",
        "unlink",
        "read_csv",
        "read_excel",
    }
    touching |= {"to_csv", "to_excel", "read_parquet", "to_parquet", "read_json", "to_pickle", "read_pickle"}
    assert not touching & calls(name)
    assert not {"pathlib", "shutil", "tempfile", "sqlite3", "glob"} & imported(name)


@pytest.mark.parametrize("name", CORE, ids=str)
def test_the_core_has_no_clock_and_no_unseeded_chance(name):
    source = tree(name)
    for node in ast.walk(source):
        if not isinstance(node, ast.Call):
            continue
        said = ast.unparse(node)
        assert not said.endswith((".now()", ".today()", ".utcnow()", "time.time()", "default_rng()")), said
        assert not said.startswith(("np.random.seed", "np.random.normal", "np.random.rand", "random.random")), said


@pytest.mark.parametrize("name", FILES, ids=str)
def test_a_file_is_short_enough_to_read_in_one_sitting(name):
    lines = FILES[name].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{name} has {lines} lines: make it a folder of like things"


@pytest.mark.parametrize("name", FILES, ids=str)
def test_nothing_is_left_for_later(name):
    source = FILES[name].read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX", "for now", "placeholder ") if word in source]


def test_importing_ccwb_shows_at_most_25_names():
    names = [name for name in python("import ccwb; print(*dir(ccwb))").split() if not name.startswith("_")]
    assert len(names) <= 25


def test_importing_ccwb_is_quick_because_nothing_heavy_comes_along():
    assert python(f"import sys, ccwb; print([m for m in {HEAVY!r} if m in sys.modules])").strip() == "[]"


def test_opening_any_page_does_not_load_statsmodels_or_a_solver():
    pages = sorted(f"ccwb.ui.{name.stem}" for name in FILES if name.parts[0] == "ui" and name.stem.endswith("_page"))
    code = f"import importlib, sys\nfor page in {pages!r}: importlib.import_module(page)\n"
    assert (
        python(code + "print([m for m in ('statsmodels', 'scipy.optimize', 'highspy') if m in sys.modules])").strip()
        == "[]"
    )
