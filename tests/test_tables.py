"""The tables that flow: described once, checked at every door, documented from their description."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.tables import INTERVALS_S, TABLES, as_markdown, check, empty

DOCS = Path(__file__).parents[1] / "docs"
KINDS = {"time", "day", "text", "whole", "number", "share", "flag"}
COLUMNS = [(name, column) for name, table in TABLES.items() for column in table.columns]


def calls(**changes):
    rows = {"interval_start": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 08:30"]), "interval_s": 1800}
    rows |= {"project": "orders", "channel": "voice", "offered": [10.0, 12.0]} | changes
    return pd.DataFrame(rows)


def test_the_tables_documented_are_those_of_the_code():
    path = DOCS / "tables.md"
    command = "python -c \"from ccwb.tables import as_markdown; print(as_markdown(), end='')\" > docs/tables.md"
    assert path.read_text(encoding="utf-8") == as_markdown(), f"make it again: {command}"


def test_every_column_says_its_kind_unit_and_meaning():
    for name, column in COLUMNS:
        assert column.kind in KINDS, (name, column.name)
        assert column.meaning.endswith("."), (name, column.name)
        assert column.unit or column.kind in ("text", "flag", "whole", "number"), (name, column.name)
        assert not column.name.endswith("_s") or column.unit == "s", (name, column.name)
        assert column.kind != "share" or "share" in column.unit, (name, column.name)


def test_a_name_means_the_same_kind_and_unit_in_every_table():
    meant = {}
    for _name, column in COLUMNS:
        if column.name in ("gap", "at", "agent", "scheduled", "effect"):
            continue  # said in the column itself
        kind, unit = meant.setdefault(column.name, (column.kind, column.unit))
        assert (kind, unit) == (column.kind, column.unit), column.name


def test_the_key_of_a_table_is_made_of_its_columns():
    for table in TABLES.values():
        assert set(table.key) <= set(table.names)
        assert len(set(table.names)) == len(table.names)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_all_its_columns_and_passes_its_own_check(name):
    assert list(check(empty(name), name).columns) == TABLES[name].names


def test_a_good_table_comes_back_ordered_and_typed_with_further_columns_behind():
    made = check(calls(note="mine", offered=["10", "12"])[["note", "offered", *calls().columns[:4]]], "history")
    assert list(made.columns) == ["interval_start", "interval_s", "project", "channel", "offered", "note"]
    assert made["offered"].tolist() == [10.0, 12.0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"offered": [10, "many"]}, "row 2, column 'offered'"),
        ({"offered": [-1, 3]}, "is below 0"),
        ({"offered": [np.inf, 3]}, "is infinite"),
        ({"interval_s": 1801}, "is not 300, 900, 1800, 3600 or 86400"),
        ({"interval_s": 1800.5}, "is not a whole number"),
        ({"project": ["orders", None]}, "row 2, column 'project'"),
        ({"interval_start": ["2026-03-02", "soon"]}, "is not a date and time"),
        ({"interval_start": pd.Timestamp("2026-03-02")}, "more than once: row 2 repeats"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_to_do(changes, said):
    with pytest.raises(PlanError) as caught:
        check(calls(**changes), "history")
    assert said in str(caught.value)
    assert "then run this step again" in str(caught.value)


def test_a_missing_column_is_named_with_its_meaning_and_what_there_is():
    with pytest.raises(PlanError) as caught:
        check(calls().drop(columns="channel"), "history")
    assert "has no column 'channel' (Voice, chat" in str(caught.value)
    assert "It has: interval_start, interval_s, project, offered." in str(caught.value)


def test_a_share_written_as_percent_is_refused_with_how_to_write_it():
    row = calls(aht_s=180.0, load=1.0, agents=2, scheduled=2.5, model="Erlang C", service_level=80)
    with pytest.raises(PlanError, match=r"write 80 % as 0\.8"):
        check(row, "requirement")


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30),
    st.sampled_from([length for length in INTERVALS_S if length < 86400]),
)
def test_checking_twice_changes_nothing(offered, length):
    starts = pd.date_range("2026-03-02", periods=len(offered), freq=f"{length}s", tz="Europe/Berlin")
    table = pd.DataFrame({"interval_start": starts, "interval_s": length, "project": "orders", "channel": "voice"})
    once = check(table.assign(offered=offered), "history")
    pd.testing.assert_frame_equal(check(once, "history"), once)


def test_both_hours_of_the_long_day_are_rows_of_their_own():
    starts = pd.date_range("2026-10-25", periods=25, freq="h", tz="Europe/Berlin")
    table = pd.DataFrame({"interval_start": starts, "interval_s": 3600, "project": "orders", "channel": "voice"})
    assert len(check(table, "history")) == 25
