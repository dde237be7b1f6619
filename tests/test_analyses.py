"""The example analysis: thirty lines on plain tables, an answer that can be trusted, and no page of the apps."""

import datetime as dt
from pathlib import Path

import nbformat
import pytest

from ccwb.server.pages import _notebook_called
from ccwb.store import open_store

PAGES = Path(__file__).parents[1] / "notebooks"
ANALYSES = sorted((PAGES / "analyses").glob("*.ipynb"))
MOST_LINES = 30
NOW = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)


def code(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def answers():
    """Run the occupancy notebook's code in this process; return what it found."""
    found = {}
    for cell in code(PAGES / "analyses/occupancy.ipynb"):
        exec(cell.source, found)
    return found


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_is_stored_without_outputs_in_few_short_lines_after_its_question(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown" and first.source.splitlines()[0].endswith("?")
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code(path))
    lines = [line for cell in code(path) for line in cell.source.splitlines() if line.strip()]
    assert len(lines) < MOST_LINES and max(map(len, lines)) <= 120


@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_runs_from_top_to_bottom_on_the_sample(path, sample_database):
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    said = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in said if output.output_type == "error" or output.get("name") == "stderr"]


def test_handling_times_that_know_nothing_of_the_line_show_no_rise_with_occupancy(sample_database):
    found = answers()
    assert found["low"] < 0 < found["high"]
    assert found["high"] - found["low"] < 3  # seconds: sharp enough to tell anybody something


def test_a_rise_that_is_there_is_found(sample_database):
    with open_store() as store:
        cycle = [one for one in store.cycles() if one.status == "finished"][-1]
        calls = store.read_table("actuals", cycle=cycle.id)
        mine = (calls["project"] == "service") & (calls["channel"] == "voice") & (calls["agents"] > 0)
        busy = calls["offered"] * 280 / (calls["agents"] * calls["interval_s"])
        calls["aht_s"] += (60 * busy).where(
            mine, 0.0
        )  # 6 seconds for 10 points; 5 of those counted by the longer usual time
        store.write_table("actuals", calls, cycle=cycle.id, by="Ana", at=NOW)
    found = answers()
    assert found["low"] > 0 and found["rise"] == pytest.approx(5, abs=1)


def test_an_analysis_is_no_page_of_the_apps():
    assert ANALYSES
    assert all(_notebook_called(PAGES, path.stem) is None for path in ANALYSES)
