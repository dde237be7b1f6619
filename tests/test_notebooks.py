"""Every notebook: stored clean, short, without a path, and running from top to bottom on the sample."""

import ast
import re
from pathlib import Path
from zoneinfo import available_timezones

import nbformat
import pytest

from ccwb.ui.shell import PAGES

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
OPENS = {notebook: page for page, (notebook, _module, _label) in PAGES.items()}
LONGEST = 10  # lines of a cell
RUN_S = 240

pytestmark = pytest.mark.parametrize("name", NOTEBOOKS)


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def looks_like_a_path(text):
    if text in available_timezones():
        return False
    return bool(re.search(r"\\|^[~./]|\w/\w|\.(csv|xlsx|db|json|gz)$|://", text)) or text == "CCWB_DATABASE"


def test_a_notebook_is_stored_without_outputs(name):
    for cell in code(read(name)):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_a_notebook_has_the_title_of_its_page(name):
    label = PAGES[OPENS[name]][2]
    assert read(name).metadata["title"] == f"{label} · Planning workbook"


def test_a_notebook_holds_short_cells_without_definitions_and_paths(name):
    for cell in code(read(name)):
        assert len(cell.source.splitlines()) <= LONGEST, cell.source
        own = () if "MODELS[" in cell.source else ast.Lambda  # a model of one's own is a function
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, (ast.FunctionDef, ast.ClassDef)), cell.source
            assert not isinstance(node, own), cell.source
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not looks_like_a_path(node.value), node.value


def test_a_notebook_begins_with_prose_and_ends_with_its_page(name):
    cells = read(name).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert cells[-1].source == f'from ccwb.ui import open_page\n\nopen_page("{OPENS[name]}")'


def test_only_the_page_itself_runs_in_the_apps(name):
    """All other code is the analyst's: hidden in the apps and not run there."""
    cells = code(read(name))
    assert all("analyst" in cell.metadata.get("tags", []) for cell in cells[:-1])
    assert not cells[-1].metadata.get("tags")


@pytest.mark.timeout(RUN_S + 60)
def test_a_notebook_runs_from_top_to_bottom_on_the_sample(name, sample_database):
    from nbclient import NotebookClient

    notebook = read(name)
    NotebookClient(notebook, timeout=RUN_S, kernel_name="python3").execute()
    said = [output for cell in code(notebook) for output in cell.outputs]
    assert not [output for output in said if output.output_type == "error" or output.get("name") == "stderr"]
    page = notebook.cells[-1].outputs[-1]
    assert "application/vnd.jupyter.widget-view+json" in page["data"]
