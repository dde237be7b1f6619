"""People's time on the schedule page: typed, pasted or brought in, saved at once; two people's rows are both kept."""

import pandas as pd
import pytest

from ccwb.reports import to_csv
from ccwb.ui.widgets import Grid
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold


@pytest.fixture
def page(planned, open_page, tmp_path, monkeypatch):
    monkeypatch.setenv("CCWB_AGENT_PAGES", str(tmp_path / "own"))
    return open_page("schedule", project=PROJECT, step="people")


def grid(page, name):
    return next(one for one in find(page, Grid) if one.file_name == name)


def table(page, name):
    return page.store.read_table(name, zone="Europe/Berlin", all_columns=True)


def paste(page, name, lines):
    """Add a row, and paste a block into it."""
    grid(page, name).received({"type": "add"}, [])
    at = len(grid(page, name).rows) - 1
    text = "\n".join("\t".join(line) for line in lines)
    grid(page, name).received({"type": "paste", "row": at, "column": 0, "text": text}, [])


def put(page, name, row, key, value):
    grid(page, name).received({"type": "change", "row": row, "key": key, "value": value}, [])


def test_availability_is_pasted_and_kept_in_seconds(page):
    paste(page, "availability", [["a001", "", "mon", "8:00", "12:30"], ["Yael B.", "", "wed", "13:00", ""]])
    kept = table(page, "availability")
    assert kept[["agent", "weekday", "from_s"]].to_numpy().tolist() == [
        ["a001", "mon", 28800.0],
        ["a003", "wed", 46800],
    ]
    assert kept["to_s"].iloc[0] == 45000 and pd.isna(kept["to_s"].iloc[1])
    page.open()
    assert [row["name"] for row in grid(page, "availability").rows] == ["Ilay K.", "Yael B."]


def test_leave_of_whole_days_and_an_appointment_by_the_clock(page):
    rows = [["a001", "", "2026-11-02", "", "2026-11-04", "", "leave", "Away"]]
    paste(page, "absences", [*rows, ["a003", "", "2026-11-05", "10:00", "2026-11-05", "11:30", "appointment", ""]])
    kept = table(page, "absences")
    assert [f"{t:%d %H:%M}" for t in kept["start"]] == ["02 00:00", "05 10:00"]
    assert [f"{t:%d %H:%M}" for t in kept["end"]] == ["05 00:00", "05 11:30"]
    page.open()
    first, second = grid(page, "absences").rows
    assert (first["last"], first["to"], second["to"]) == ("2026-11-04", "", "11:30")
    put(page, "absences", 1, "to", "9:00")
    assert "Row 2 is not saved. Yael B." in shown(page) or "it ends before it begins" in shown(page)
    assert f"{table(page, 'absences')['end'].iloc[1]:%H:%M}" == "11:30"


def test_a_wish_for_a_weekday_or_a_day_and_a_name_that_nobody_has(page):
    paste(page, "wishes", [["a001", "", "off", "fri", "", "2"], ["a003", "", "late", "", "2026-11-05", ""]])
    kept = table(page, "wishes")
    assert kept[["agent", "weekday", "wants"]].to_numpy().tolist() == [["a001", "fri", "off"], ["a003", "", "late"]]
    put(page, "wishes", 0, "agent", "Nobody")
    assert "The centre has no agent &#x27;Nobody&#x27;" in shown(page)
    assert table(page, "wishes")["agent"].tolist() == ["a001", "a003"]
    grid(page, "wishes").received({"type": "remove", "row": 0}, [])
    assert table(page, "wishes")["agent"].tolist() == ["a003"]
    grid(page, "wishes").received({"type": "remove", "row": 0}, [])
    assert table(page, "wishes").empty


def test_two_writers_rows_are_both_kept_and_the_same_field_is_chosen(page, open_page):
    paste(page, "wishes", [["a001", "", "off", "fri", "", "2"], ["a003", "", "late", "mon", "", ""]])
    theirs = open_page("schedule", project=PROJECT, step="people")
    theirs.shell.person = "Ben"
    put(theirs, "wishes", 0, "weight", 5.0)
    put(page, "wishes", 1, "weight", 3.0)
    assert table(page, "wishes")["weight"].tolist() == [5.0, 3.0]
    put(theirs, "wishes", 0, "weight", 4.0)  # of a row that is as it was for both
    put(page, "wishes", 0, "weight", 1.0)
    assert "Ben changed the same field" in said(page)
    press(page, "Keep mine")
    assert table(page, "wishes")["weight"].tolist() == [1.0, 3.0]


def test_rows_of_people_who_are_not_looked_for_stay(page):
    paste(page, "wishes", [["a001", "", "off", "fri", "", "2"], ["a003", "", "late", "mon", "", ""]])
    change(page.sections["people"].filter, "find", "Yael B.")
    assert [row["agent"] for row in grid(page, "wishes").rows] == ["a003"]
    put(page, "wishes", 0, "wants", "early")
    assert sorted(table(page, "wishes")["wants"]) == ["early", "off"]


def test_a_rule_is_kept_and_one_that_cannot_be_is_refused_at_its_field(page):
    rules = page.sections["people"].rules
    change(rules.form, "rest_hours", 12)
    assert page.store.load("centre").data["roster_rules"] == {"rest_hours": 12}
    change(rules.form, "late_from", "soon")
    assert "20:30" in rules.form.errors["late_from"]
    change(rules.form, "week_days", 9)
    assert "from 1 to 7" in rules.form.errors["week_days"]
    assert page.store.load("centre").data["roster_rules"] == {"rest_hours": 12}


def test_a_skill_level_is_kept_with_the_agent_and_a_project_that_is_none_is_refused(page):
    unfold(page, "What people are trained for")
    put(page, "skills", 0, "trained_for", "service; sales/voice:0.8")
    assert table(page, "agents")["trained_for"].iloc[0] == "service; sales/voice:0.8"
    put(page, "skills", 0, "trained_for", "moon/voice")
    assert "the centre has no project &#x27;moon&#x27;" in shown(page)
    put(page, "skills", 0, "trained_for", "sales:3")
    assert "a skill level is above 0 and at most 2" in shown(page)
    assert table(page, "agents")["trained_for"].iloc[0] == "service; sales/voice:0.8"


def test_absences_come_in_from_a_file(page):
    parts = page.sections["people"].tables["absences"]
    parts.widget.children[-1].opened = True
    part = parts.widget.children[-1].body.children[0]
    file = to_csv(pd.DataFrame({"Agent": ["a001", "zz"], "From": ["2026-11-02"] * 2, "To": ["2026-11-03"] * 2}))
    upload = next(one for one in find_in(part, "Upload"))
    upload._on_file("leave.csv", file)
    finished(page)
    press(page, "See what would come in")
    finished(page)
    press(page, "Import")
    finished(page)
    kept = table(page, "absences")
    assert kept[["agent", "kind"]].to_numpy().tolist() == [["a001", "leave"]]
    assert [row["agent"] for row in grid(page, "absences").rows] == ["a001"]


def find_in(widget, kind):
    """Give the widgets of a kind in a widget."""
    if type(widget).__name__ == kind:
        yield widget
    for child in getattr(widget, "children", ()):
        yield from find_in(child, kind)


def test_a_person_is_taken_out_and_their_page_with_them(page, tmp_path):
    (tmp_path / "own").mkdir()
    token = "t" * 40
    (tmp_path / "own" / f"{token}.html").write_text("x")
    from tests.ui.test_roster_page import NOW

    page.store.save("own_pages", {"tokens": {"a001": token}}, base=0, by="Ana", at=NOW)
    unfold(page, "Take a person out")
    form = next(one for one in find_in(page.content, "Form") if any(f["key"] == "also" for f in one.fields))
    change(form, "agent", "a001")
    press(page, "Take the person out")
    assert "goes for good" in shown(page)
    press(page, "Take out for good")
    assert "cells now say" in said(page)
    assert "a001" not in set(table(page, "agents")["agent"])
    assert not (tmp_path / "own" / f"{token}.html").exists()
