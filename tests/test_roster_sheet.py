"""A roster as planners have it: out to Excel, changed there, and back; what cannot be is refused with its row."""

import pandas as pd
import pytest
from rosters import BERLIN, drawn, people, stretches

from ccwb.errors import PlanError
from ccwb.intake import read_file, read_roster_sheet
from ccwb.messages import Catalogue
from ccwb.reports import to_csv, to_excel
from ccwb.schedule import as_sheet, taken_in
from ccwb.schedule.sheet import stretches_of
from ccwb.tables import check

KNOWN = {"projects": {"orders", "sales"}, "zone": BERLIN}
DAY = ("09:00 10:30 orders", "10:30 10:45 break", "10:45 13:00 orders", "13:00 13:30 lunch", "13:30 17:30 sales")


def back(file, agents, *, name="roster.xlsx", **more):
    """Return what a file gives: the roster, and the log."""
    table, _days, log = read_roster_sheet(read_file(file, name=name), agents=agents, **KNOWN | more)
    return table, log


def alike(one, other):
    columns = ["agent", "start", "end", "activity", "project", "channels", "shift", "locked"]
    one, other = (t if "channels" in t else t.assign(channels="") for t in (one, other))
    one, other = (check(t, "roster")[columns].sort_values(columns[:2], ignore_index=True) for t in (one, other))
    for name in ("start", "end"):
        one[name], other[name] = (t[name].dt.tz_convert("UTC").dt.as_unit("s") for t in (one, other))
    pd.testing.assert_frame_equal(one, other)


def test_a_shift_stands_in_a_cell_as_a_planner_would_write_it():
    rows = stretches("a1", *DAY).assign(locked=True)
    away = pd.concat([stretches("a2", "+1 00:00 00:00 leave"), stretches("a2", "22:00 06:00 orders", shift="")])
    sheet = as_sheet(pd.concat([rows, away]), agents=people("a2", "a1", "a3"))
    assert sheet.columns.tolist() == ["agent", "name", "2026-11-02", "2026-11-03"]
    assert sheet["agent"].tolist() == ["a2", "a1", "a3"]
    assert sheet.loc[1, "2026-11-02"] == (
        "09:00-17:30 [Day] (orders; short break 10:30-10:45; lunch 13:00-13:30; sales 13:30) *"
    )
    assert sheet.loc[0].tolist()[2:] == ["22:00-06:00 (orders)", "leave"] and sheet.loc[2, "2026-11-02"] == ""


@pytest.mark.parametrize("days", [1, 2, 7])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_went_out_comes_back_whatever_the_number_of_days(kind, days):
    roster = drawn(5, seed=days, days=days)
    agents = people(*sorted(set(roster["agent"])), trained_for="orders; sales")
    sheet = as_sheet(roster, agents=agents)
    file = to_excel({"roster": sheet}) if kind == "xlsx" else to_csv(sheet, delimiter=";")
    table, log = back(file, agents, name=f"roster.{kind}")
    assert log.findings("refused") == ()
    alike(table, roster)


def test_channels_and_leave_of_several_days_come_back_as_they_went():
    roster = pd.concat([stretches("a1", *DAY), stretches("a1", "+1 00:00 00:00 leave", shift="")], ignore_index=True)
    roster.loc[roster["activity"] == "work", "channels"] = ["chat; email", "chat; email", ""]
    roster.loc[len(roster) - 1, "end"] += pd.Timedelta(days=2)
    sheet = as_sheet(roster, agents=people("a1"))
    assert "(orders/chat,email; short break" in sheet.iloc[0, 2] and sheet.iloc[0, 3:].tolist() == ["leave"] * 3
    came, _log = back(to_excel({"r": sheet}), people("a1"))
    alike(came[came["activity"] != "leave"], roster[roster["activity"] != "leave"])
    assert came.loc[came["activity"] == "leave", "start"].dt.day.tolist() == [3, 4, 5]
    with pytest.raises(PlanError, match=r"'fax' is no channel\. Channels: voice, chat"):
        stretches_of("09:00-12:00 (orders/fax)", day="2026-11-02", **KNOWN)


def test_a_cell_that_cannot_be_read_leaves_its_day_and_an_empty_one_is_a_day_off():
    days = [stretches("a1", f"+{n} 09:00 12:00 orders") for n in range(4)]
    there = pd.concat([*days, stretches("a2", "09:00 12:00 orders")], ignore_index=True)
    sheet = as_sheet(there, agents=people("a1", "a2"))
    sheet.iloc[0, 2:] = ["whenever", "", "20:00-21:00 (sales)", "09:00-12:00 (orders)"]
    raw = read_file(to_excel({"r": sheet.iloc[:1]}), name="r.xlsx")
    made, days, log = read_roster_sheet(raw, agents=people("a1", "a2"), **KNOWN)
    roster, refused = taken_in(there, made, days=days)
    mine = roster[roster["agent"] == "a1"].sort_values("start")
    assert mine["start"].dt.strftime("%d %H").tolist() == ["02 09", "04 20", "05 09"]
    assert (roster["agent"] == "a2").sum() == 1 and refused.empty
    assert "whenever" in str(log.findings("refused")[0])


def test_a_day_that_would_overlap_what_stays_is_not_taken():
    there = stretches("a1", "22:00 06:00 orders", "+1 20:00 23:00 orders", "+2 09:00 12:00 orders")
    made = stretches("a1", "+1 05:00 09:00 sales", "+2 10:00 12:00 sales")
    days = pd.DataFrame({"agent": "a1", "day": made["start"].dt.tz_localize(None).dt.normalize()})
    roster, refused = taken_in(there, made, days=days)
    assert refused.values.tolist() == [["a1", pd.Timestamp("2026-11-03"), 1]]
    assert roster.sort_values("start")["start"].dt.strftime("%d %H").tolist() == ["02 22", "03 20", "04 10"]


def test_a_sheet_in_another_language_comes_back_too(monkeypatch):
    words = {"Lunch": "Mittagspause", "Short break": "Kurzpause", "Leave": "Urlaub"}
    monkeypatch.setattr("ccwb.messages._texts", lambda language: words if language == "de" else {})
    from ccwb.schedule import sheet

    sheet._words.cache_clear()
    roster = pd.concat([stretches("a1", *DAY), stretches("a1", "+1 00:00 00:00 leave", shift="")])
    told = as_sheet(roster, agents=people("a1"), say=Catalogue("de"))
    assert "mittagspause 13:00-13:30" in told.iloc[0, 2] and told.iloc[0, 3] == "urlaub"
    alike(back(to_excel({"r": told}), people("a1"))[0], roster)
    sheet._words.cache_clear()


def test_what_a_planner_types_short_is_filled_in():
    rows = stretches_of("9:00 - 17.30 (orders; lunch 13:00; break 15:00)", day="2026-11-02", **KNOWN)
    assert [(f"{r['start']:%H:%M}", f"{r['end']:%H:%M}", r["activity"]) for r in rows] == [
        ("09:00", "13:00", "work"),
        ("13:00", "13:30", "lunch"),
        ("13:30", "15:00", "work"),
        ("15:00", "15:15", "break"),
        ("15:15", "17:30", "work"),
    ]
    [alone] = stretches_of("09:00-12:00", day="2026-11-02", home="sales", **KNOWN)
    assert alone["project"] == "sales"
    two = stretches_of("leave 08:00-10:00 + 10:00-14:00 (orders)", day="2026-11-02", **KNOWN)
    assert [r["activity"] for r in two] == ["leave", "work"]
    for off in ("", "-", "OFF", "frei"):
        assert stretches_of(off, day="2026-11-02", **KNOWN) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("nine to five", "cannot be read"),
        ("09:00-17:00 (travel)", "neither a project nor an activity. Projects: orders, sales"),
        ("09:00-17:00 (orders; lunch 18:00-18:30)", "does not lie in"),
        ("09:00-17:00 (orders; lunch 12:00-13:00; break 12:30-12:45)", "before what stands in front of it ends"),
        ("09:00-17:00 (orders; training)", "from when to when"),
        ("09:00-17:00", "for which project"),
        ("09:61-17:00 (orders)", "no time of day"),
        ("golf 09:00-12:00", "is no activity"),
    ],
)
def test_a_cell_that_cannot_be_says_why(cell, said):
    with pytest.raises(PlanError, match=said):
        stretches_of(cell, day="2026-11-02", **KNOWN)


def test_a_time_that_the_clock_skips_is_refused_and_a_night_over_it_has_seven_hours():
    with pytest.raises(PlanError, match="does not show 02:30 on 2026-03-29"):
        stretches_of("02:30-08:00 (orders)", day="2026-03-29", **KNOWN)
    [row] = stretches_of("22:00-06:00 (orders)", day="2026-03-28", **KNOWN)
    assert row["end"] - row["start"] == pd.Timedelta(hours=7)


def test_unknown_agents_second_rows_overlaps_and_unreadable_cells_are_refused_with_their_rows():
    sheet = pd.DataFrame(
        {
            "agent": ["a1", "Name a2", "ghost", "a1", "a3"],
            "2026-11-02": [
                "22:00-06:00 (orders)",
                "08:00-12:00",
                "09:00-10:00 (orders)",
                "09:00-10:00 (orders)",
                "late",
            ],
            "2026-11-03": ["05:00-12:00 (sales)", "", "", "", "09:00-12:00 (orders)"],
        }
    )
    table, log = back(to_excel({"r": sheet}), people("a1", "a2", "a3"))
    assert sorted(table["agent"]) == ["a2", "a3"]
    told = {str(finding) for finding in log.findings("refused")}
    assert "The centre has no agent 'ghost'; row left out. (row 4)" in told
    assert "A second row of the agent 'a1'; left out. (row 5)" in told
    assert len(told) == 5
    assert any("2026-11-02: 'late' cannot be read" in one and "(row 6)" in one for one in told)
    assert "a1 is booked twice on 2026-11-02, 22:00-06:00: left out. (row 2)" in told
    assert "a1 is booked twice on 2026-11-03, 05:00-12:00: left out. (row 2)" in told


def test_a_sheet_without_agents_days_or_shifts_is_refused_as_a_whole():
    for columns, said in (
        ({"x": ["1"], "2026-11-02": ["09:00-10:00"]}, "no column that names the agents"),
        ({"agent": ["a1"], "hours": ["8"]}, "no column for a day"),
        ({"agent": ["b7"], "2026-11-02": ["09:00-10:00 (orders)"]}, "No shift of 'r.csv' can be taken.*no agent 'b7'"),
    ):
        with pytest.raises(PlanError, match=said):
            back(to_csv(pd.DataFrame(columns)), people("a1"), name="r.csv")


def test_a_name_with_the_marks_of_the_sheet_is_refused_before_it_goes_out():
    with pytest.raises(PlanError, match=r"'orders \(north\)' has one of the marks"):
        as_sheet(stretches("a1", "09:00 12:00 orders").assign(project="orders (north)"))
