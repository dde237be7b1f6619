"""docs/extending.md: each recipe runs as it stands, and gives what it says; nothing of it needs the screen."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ccwb import actions, channels, evaluation, forecast, measures, messages, mission
from ccwb.projects import blank_centre
from ccwb.reports import client
from ccwb.store import open_store
from ccwb.ui import make_catalogues

DOCS = Path(__file__).parents[1] / "docs"
RECIPES = dict(re.findall(r"^## ([^\n]+)\n(.+?)(?=^## |\Z)", (DOCS / "extending.md").read_text("utf-8"), re.M | re.S))
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
SCREENLESS = "All of it without the screen"
BARRED = """import doctest, sys
sys.modules |= dict.fromkeys(["ipywidgets", "altair", "IPython", "ccwb.ui"])
recipe = doctest.DocTestParser().get_doctest(sys.argv[1].replace("```", ""), {}, "cycle", "docs/extending.md", 0)
failed, tried = doctest.DocTestRunner().run(recipe)
sys.exit(failed or not tried)
"""
EXTENDED = (forecast.MODELS, measures.KPIS, channels.CHANNELS, client.SECTIONS, messages.LANGUAGES)


@pytest.fixture
def as_before(tmp_path, monkeypatch):
    """Take out again what a recipe put in."""
    before = [dict(entries) for entries in EXTENDED]
    for module in (messages, make_catalogues):
        monkeypatch.setattr(module, "LOCALE", tmp_path)
    yield
    for entries, old in zip(EXTENDED, before, strict=True):
        entries.clear()
        entries.update(old)
    messages._texts.cache_clear()


@pytest.mark.parametrize("name", [name for name in RECIPES if name != SCREENLESS])
def test_a_recipe_runs_as_it_stands_and_gives_what_it_says(name, sample_database, as_before):
    text = RECIPES[name].replace("```", "")
    recipe = doctest.DocTestParser().get_doctest(text, {}, name, "docs/extending.md", 0)
    said = []
    failed, tried = doctest.DocTestRunner(optionflags=FLAGS).run(recipe, out=said.append)
    assert tried and not failed, "".join(said)


def test_every_kind_of_addition_has_its_recipe():
    wanted = {"forecast model", "measure (KPI)", "channel", "section", "language"}
    assert all(any(what in name for name in RECIPES) for what in wanted)


def test_a_whole_cycle_runs_without_the_screen(sample_database):
    """Where neither the pages nor widgets nor charts can be imported at all."""
    subprocess.run([sys.executable, "-c", BARRED, RECIPES[SCREENLESS]], check=True, timeout=120, cwd=DOCS.parent)


CONSTANTS = "DOCUMENT|APPROVALS|CHANCE|FIXED|FOUND|HANDED_UP|HELD|MEMORY|OWN_PAGES|SEARCH|_ADHERENCE"
DOCUMENTS = (DOCS / "documents.md").read_text("utf-8")


def test_every_document_that_the_workbook_saves_is_described():
    code = "\n".join(path.read_text("utf-8") for path in (DOCS.parent / "ccwb").rglob("*.py"))
    called = set(re.findall(r'\b(?:load|save|draft)\(\s*"([a-z_]+)"', code))
    called |= set(re.findall(rf'^(?:{CONSTANTS}) = "([a-z_]+)"', code, re.MULTILINE))
    named = set(re.findall(r"\b(?:load|save)\((?:self\.)?(?:store, )?(_?[A-Z_]+)\b", code))
    assert len(called) > 15 and named <= {*CONSTANTS.split("|"), "_LISTS"}  # of known documents
    assert [name for name in sorted(called) if f"| `{name}" not in DOCUMENTS and f", `{name}`" not in DOCUMENTS] == []


def test_every_key_of_a_blank_document_and_of_the_sample_s_is_described(sample_database):
    begun = {"mission": mission.blank_mission(), "action": actions.blank_actions(), "centre": blank_centre()}
    begun |= {"evaluation": evaluation.blank_evaluation(), "client_report": client.blank_commentary()}
    found = [(name, key) for name, data in begun.items() for key in data]
    with open_store() as store:
        for cycle in (None, *(one.id for one in store.cycles())):
            for name, project in store.heads(cycle=cycle):
                found += [(name, key) for key in store.load(name, cycle=cycle, project=project).data]
    rows = {row.split("`")[1].split()[0]: row for row in DOCUMENTS.splitlines() if row.startswith("| `")}
    missing = {(name, key) for name, key in found if name != "approvals" and f"`{key}`" not in rows[name]}
    assert missing == set()


def test_the_example_of_the_documents_runs(sample_database):
    example = DOCUMENTS.split("```")[1].removeprefix("python")
    parsed = doctest.DocTestParser().get_doctest(example, {}, "documents", "docs/documents.md", 0)
    assert doctest.DocTestRunner(optionflags=FLAGS).run(parsed) == (0, 4)
