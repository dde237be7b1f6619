"""What leaves the workbook opens rightly in a spreadsheet, runs nothing there, and comes in again the same."""

import csv
import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ccwb.errors import PlanError
from ccwb.reports import safe_cell, to_csv, to_excel, to_icalendar

BERLIN = "Europe/Berlin"
OCTOBER = pd.date_range("2026-10-25 01:00", periods=5, freq="h", tz=BERLIN)


def csv_rows(content, **dialect):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), **dialect))


def sheet_rows(content, name=None):
    book = load_workbook(io.BytesIO(content))
    return [list(row) for row in (book[name] if name else book.worksheets[0]).iter_rows(values_only=True)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(start):
    text = start + "HYPERLINK(1)"
    table = pd.DataFrame({text: [text, "plain"], "n": [-1, 2]})
    assert csv_rows(to_csv(table)) == [["'" + text, "n"], ["'" + text, "-1"], ["plain", "2"]]
    rows = sheet_rows(to_excel({"t": table}))
    assert rows[0][0].startswith("'" + start.strip("\r")) and rows[1][0].startswith("'")
    assert rows[1][1] == -1


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_leaves_as_a_formula(texts):
    table = pd.DataFrame({"a": pd.Series(texts, dtype=object)})
    cells = csv_rows(to_csv(table))[1:]
    assert not any(row and row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in cells)
    book = load_workbook(io.BytesIO(to_excel({"t": table})))
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_times_leave_as_local_times_with_their_zone_in_the_heading():
    table = pd.DataFrame({"interval_start": OCTOBER, "offered": [1.5, 2, 3, 4, np.nan]})
    rows = csv_rows(to_csv(table))
    assert rows[0] == ["interval_start (Europe/Berlin)", "offered"]
    assert [r[0] for r in rows[1:]] == [f"2026-10-25 {h}:00" for h in ("01", "02", "02", "03", "04")]
    assert [r[1] for r in rows[1:]] == ["1.5", "2.0", "3.0", "4.0", ""]
    excel = sheet_rows(to_excel({"history": table}))
    assert excel[0][0] == "interval_start (Europe/Berlin)" and excel[5][1] is None
    assert [r[0].hour for r in excel[1:]] == [1, 2, 2, 3, 4]


def test_days_leave_without_a_time_and_missing_ones_are_empty():
    table = pd.DataFrame({"hired": pd.to_datetime(["2026-01-05", None])})
    assert csv_rows(to_csv(table)) == [["hired"], ["2026-01-05"], [""]] or csv_rows(to_csv(table))[2] in ([""], [])


def test_a_european_spreadsheet_gets_its_semicolons_and_commas():
    assert csv_rows(to_csv(pd.DataFrame({"a": [1.5], "b": [2]}), delimiter=";", decimal=","), delimiter=";")[1] == [
        "1,5",
        "2",
    ]
    with pytest.raises(PlanError, match="cannot both"):
        to_csv(pd.DataFrame({"a": [1.5]}), delimiter=",", decimal=",")


def test_a_workbook_has_a_sheet_for_each_table_under_a_name_that_excel_takes():
    long = "a very long name of a table that Excel cannot take"
    content = to_excel(
        {long: pd.DataFrame({"a": [1]}), long + "!": pd.DataFrame({"b": [2]}), "x/y": pd.DataFrame({"c": []})}
    )
    names = load_workbook(io.BytesIO(content)).sheetnames
    assert len(set(names)) == 3 and all(len(n) <= 31 for n in names) and names[2] == "x y"
    assert sheet_rows(content, names[1]) == [["b"], [2]]


def test_what_excel_cannot_hold_is_written_as_near_as_it_can():
    table = pd.DataFrame({"a": ["bell\x07", None, "x" * 40_000], "b": [np.inf, np.nan, 1.0], "c": [["list"], pd.NA, 5]})
    rows = sheet_rows(to_excel({"t": table}))
    assert rows[1] == ["bell?", "inf", "['list']"] and rows[2] == [None, None, None] and len(rows[3][0]) == 32_767


def test_no_table_is_said():
    with pytest.raises(PlanError, match="no table to write"):
        to_excel({})


def test_a_safe_cell_keeps_numbers_and_missing_values():
    assert safe_cell(-3) == -3 and safe_cell(None) is None and safe_cell("'=a") == "'=a"


# --- calendars --------------------------------------------------------------------------------------------------------
def read_calendar(file):
    """Return the entries of a calendar file, read by the rules of RFC 5545: unfolded, split, unescaped."""
    lines = file.decode("utf-8").replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    entries, path = [], []
    for line in lines[:-1]:
        name, value = re.match(r"([A-Z-]+(?:;[^:]*)?):(.*)", line, re.DOTALL).groups()
        if name == "BEGIN":
            path.append(value)
            if value == "VEVENT":
                entries.append({})
        elif name == "END":
            assert path.pop() == value
        elif path[-1] == "VEVENT":
            entries[-1][name] = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
        elif path[-1] == "VALARM":
            entries[-1]["alarm " + name] = value
    assert path == []
    return entries


MADE = dt.datetime(2026, 10, 1, 11, tzinfo=ZoneInfo("Europe/Berlin"))


@given(st.lists(st.tuples(st.text(), st.text(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))), max_size=4))
def test_a_calendar_file_says_the_same_when_read_back_by_the_rules(rows):
    entries = [{"uid": f"P{n}", "title": t, "note": note, "start": day} for n, (t, note, day) in enumerate(rows)]
    file = to_icalendar(entries, name="Ours", made_at=MADE)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    for read, (title, note, day) in zip(read_calendar(file), rows, strict=True):
        assert read["SUMMARY"] == in_a_calendar(title)
        assert read.get("DESCRIPTION", "") == in_a_calendar(note)
        assert read["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
        assert read["DTEND;VALUE=DATE"] == f"{day + dt.timedelta(days=1):%Y%m%d}"


def test_a_long_title_goes_over_lines_of_75_octets_that_are_full_and_hold_whole_letters():
    for letter in ("a", "\u00fc", "\u0633", "\U0001f600"):
        title = letter * 300
        file = to_icalendar([{"uid": "P1", "title": title, "start": MADE.date()}], name="Ours", made_at=MADE)
        lines = [len(line) for line in file.split(b"\r\n")]
        assert 75 - len(letter.encode()) < max(lines) <= 75
        assert read_calendar(file)[0]["SUMMARY"] == title


def in_a_calendar(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "?", text)


def test_a_time_is_written_as_it_is_in_greenwich_and_the_calendar_speaks_up_before():
    start = dt.datetime(2026, 11, 2, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    entry = {"uid": "S1", "title": "Early", "start": start, "end": start + dt.timedelta(hours=8), "remind_s": 3600}
    [read] = read_calendar(to_icalendar([entry], name="Ours", made_at=MADE))
    assert (read["DTSTART"], read["DTEND"], read["DTSTAMP"]) == (
        "20261102T083000Z", "20261102T163000Z", "20261001T090000Z"
    )  # fmt: skip
    assert (read["alarm ACTION"], read["alarm TRIGGER"]) == ("DISPLAY", "-PT3600S")


def test_a_time_without_a_zone_goes_into_no_calendar():
    entry = {"uid": "S1", "title": "Early", "start": dt.datetime(2026, 11, 2, 9, 30)}
    with pytest.raises(PlanError, match="no time zone"):
        to_icalendar([entry], name="Ours", made_at=MADE)
