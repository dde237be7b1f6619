"""The intake meets files as they are: three real histories, every trap named in the brief, and any bytes at all."""

import datetime as dt
import io
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwb.errors import PlanError
from ccwb.intake import LIMIT_BYTES, convert, propose, read_file, read_paste, remember
from ccwb.reports import to_csv, to_excel
from ccwb.tables import check

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
BERLIN = "Europe/Berlin"


def taken(content, *, name="calls.csv", answers=None, kind=None, corrections=None, memory=None, **where):
    """Read, propose with every suggestion accepted, convert."""
    content = content.encode() if isinstance(content, str) else content
    raw = read_file(content, name=name)
    proposal = propose(raw, kind=kind, corrections=corrections, memory=memory)
    where = {"project": "service", "channel": "voice", "zone": BERLIN, **where}
    return convert(raw, proposal, answers={**proposal.suggestions, **(answers or {})}, **where)


def history_of(content, **how):
    return taken(content, **how).tables["history"]


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real history {name} is not on this machine; it may not be shipped with the project")
    return path.read_bytes()


def sentences(findings):
    return " ".join(str(f) for f in findings)


# ----------------------------------------------------------------------------- the three real files


def test_the_bank_file_comes_in_as_five_minute_history_with_every_call():
    done = taken(shared("bank_calls_5min.csv"), name="bank_calls_5min.csv", zone="America/New_York")
    table, report = done.tables["history"], done.report
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (27_716, 27_716, 0)
    assert (report.interval_s, report.totals) == (300, {"offered": 5_323_661.0})
    assert report.first == pd.Timestamp("2003-03-03 07:00", tz="America/New_York")
    assert report.last == pd.Timestamp("2003-10-24 21:00", tz="America/New_York")
    assert str(table["interval_start"].dt.tz) == "America/New_York"


def test_the_daily_file_asks_for_its_units_and_then_comes_in_whole():
    raw = read_file(shared("daily_call_center.csv"), name="daily_call_center.csv")
    proposal = propose(raw)
    assert proposal.kind == "days"
    assert [q.name for q in proposal.questions] == ["unit:Answer Speed (AVG)", "unit:Talk Duration (AVG)"]
    assert set(proposal.suggestions.values()) == {"seconds"}
    with pytest.raises(PlanError, match="'Answer Speed \\(AVG\\)' seconds or minutes"):
        convert(raw, proposal, project="p", channel="voice", zone=BERLIN)
    done = convert(raw, proposal, project="p", channel="voice", zone=BERLIN, answers=proposal.suggestions)
    table, totals = done.tables["history"], done.report.totals
    assert (totals["offered"], totals["handled"], totals["abandoned"]) == (248_373, 221_234, 27_139)
    assert totals["answered_within"] == pytest.approx(158_435.88)
    assert (table["interval_s"] == 86_400).all() and (table["answer_within_s"] == 20).all() and len(table) == 1251
    assert (table["aht_s"].sum(), table["asa_s"].sum()) == (197_097, 31_147)
    said = sentences(done.report.remarks)
    assert "'Answer Rate' is left out" in said and "holds on every day" in said and "talk time alone" in said
    assert proposal["offered"] == "Incoming Calls" and proposal["date"] == "Fecha"


def test_the_call_records_are_gathered_into_intervals_and_results_per_agent():
    done = taken(shared("call_records.xlsx"), name="call_records.xlsx")
    table, agents = done.tables["history"], done.tables["agent_results"]
    assert done.report.totals == {"offered": 5000, "handled": 4054, "abandoned": 946, "answered_within": 374}
    assert (table["aht_s"] * table["handled"]).sum() == pytest.approx(911_837)
    assert (table["asa_s"] * table["handled"]).sum() == pytest.approx(273_729)
    assert (table["interval_s"] == 1800).all()
    assert agents[["handled", "resolved", "rated", "survey_answers", "survey_top_two"]].sum().to_list() == [
        4054, 3646, 4054, 4054, 2023,
    ]  # fmt: skip
    assert agents["agent"].nunique() == 8 and agents["day"].nunique() == 90
    assert (agents["aht_s"] * agents["handled"]).sum() == pytest.approx(911_837)
    assert "talk time alone" in sentences(done.report.remarks)


# ----------------------------------------------------------------------------- what is no table is refused in words


def excel_of(rows):
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file"),
        (b"<html><body><table><tr><td>Calls</td></tr></table></body></html>", "web page"),
        (b"PK\x03\x04" + bytes(200), "packed like an Excel file"),
        (b"Date,Calls\n", "no rows below"),
        (b"Date,Calls,Calls\n2026-01-01,1,2\n", "'Calls' more than once"),
        (
            b"Date;Time;Calls\n2026-01-01;07:00;5\n2026-01-01,07:30,6\n",
            "two delimiters: row 1 .*semicolon, row 3 by comma",
        ),
        (b"Date;Calls,Handled\n2026-01-01;5,4\n2026-01-02;6,6\n", "two delimiters"),
        (b"DateTime;Calls,AHT\n2026-01-05 07:00;5,180\n2026-01-05 07:30,6,190\n", "row 1 has both .*comma"),
        (b"DateTime;Calls,AHT\n2026-01-05 07:00,5,180\n2026-01-05 07:30,6,190\n", "row 1 has both comma and semi"),
        (b"DateTime;Calls,AHT\n2026-01-05 07:00;5;180\n2026-01-05 07:30;6;190\n", "row 1 has both semicolon and"),
        (b"2026-01-01,5\n2026-01-02,6\n", "holds values"),
        (b'Date,Calls\n2026-01-01,"5\n2026-01-02,6\n', "quotation mark"),
    ],
)
def test_a_file_that_holds_no_table_is_refused_with_the_reason(content, said):
    with pytest.raises(PlanError, match=said):
        read_file(content, name="history.csv")


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(PlanError, match=r"has 25\.0 MB; the limit is 25 MB"):
        read_file(b"x" * (LIMIT_BYTES + 1), name="big.csv")


def test_one_long_row_does_not_fill_the_memory():
    with pytest.raises(PlanError, match="up to 400 columns"):
        read_file(b"Date,Calls\n" + b"," * 399 + b"\n" * 150_000, name="x.csv")


def test_a_file_that_fits_nothing_says_what_is_missing():
    with pytest.raises(PlanError, match="no column for Date and time"):
        taken("Fruit,Colour\napple,red\npear,green\n")


# ----------------------------------------------------------------------------- clock changes


def test_an_hour_that_stands_twice_in_october_is_both_hours():
    times = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows = "".join(f"2026-10-25 {t},{i}\n" for i, t in enumerate(times, 1))
    table = history_of("DateTime,Calls\n" + rows)
    utc = table["interval_start"].dt.tz_convert("UTC")
    assert (utc.diff().dropna() == pd.Timedelta("30min")).all()
    assert table["offered"].to_list() == [1, 2, 3, 4, 5, 6]


def test_an_hour_that_stands_once_in_october_is_summer_time_and_the_report_says_so():
    done = taken("DateTime,Calls\n2026-10-25 01:00,5\n2026-10-25 02:00,7\n2026-10-25 03:00,9\n")
    assert done.tables["history"]["interval_start"][1].utcoffset() == dt.timedelta(hours=2)
    assert done.report.repaired[0].rows == (3,) and "summer time" in str(done.report.repaired[0])


def test_a_day_imported_twice_does_not_become_the_second_hour_of_october():
    day = "2026-10-25 01:00,5\n2026-10-25 02:00,7\n2026-10-25 03:00,9\n"
    done = taken("DateTime,Calls\n" + day + day)
    assert done.tables["history"]["offered"].to_list() == [5, 7, 9]
    assert done.report.rows_repeated == 3


def test_an_hour_that_march_skips_is_refused_with_its_row():
    done = taken("DateTime,Calls\n2026-03-29 01:00,5\n2026-03-29 02:00,7\n2026-03-29 03:00,9\n")
    assert done.tables["history"]["offered"].to_list() == [5, 9]
    assert done.report.refused[0].rows == (3,) and "does not exist" in str(done.report.refused[0])


def test_offsets_in_the_text_settle_the_hour():
    text = "DateTime,Calls\n2026-10-25T02:00:00+02:00,1\n2026-10-25T02:00:00+01:00,2\n2026-10-25T02:00:00Z,3\n"
    table = history_of(text)
    assert table["interval_start"].dt.tz_convert("UTC").dt.hour.to_list() == [0, 1, 2]


def test_contacts_that_step_back_in_time_begin_the_second_hour():
    text = "Call Id,DateTime,Answered (Y/N)\n" + "".join(
        f"{i},2026-10-25 {t},Y\n" for i, t in enumerate(["01:50", "02:10", "02:50", "02:05", "02:40", "03:10"])
    )
    done = taken(text)
    utc = done.tables["history"].query("offered > 0")["interval_start"].dt.tz_convert("UTC").dt.strftime("%H:%M")
    assert utc.to_list() == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
    assert "second pass" in sentences(done.report.repaired)


def test_a_day_that_begins_at_one_in_the_morning_is_still_a_day():
    """In Santiago the clock skips midnight when summer time begins."""
    table = history_of("Date,Calls\n2026-09-05,5\n2026-09-06,6\n2026-09-07,7\n", zone="America/Santiago")
    assert table["interval_start"].dt.strftime("%d %H").to_list() == ["05 00", "06 01", "07 00"]


def test_times_in_another_zone_are_brought_into_the_projects():
    table = history_of("Start (UTC),Calls\n2026-01-05 06:00,1\n2026-01-05 06:30,2\n")
    assert table["interval_start"].dt.strftime("%H:%M").to_list() == ["07:00", "07:30"]


# ----------------------------------------------------------------------------- cells that are wrong


def test_text_among_numbers_leaves_the_value_out_and_names_the_row():
    done = taken("DateTime,Calls,AHT (s)\n2026-01-05 07:00,5,180\n2026-01-05 07:30,many,190\n2026-01-05 08:00,-3,n/a\n")
    table = done.tables["history"]
    assert table["offered"].to_list()[:1] == [5] and table["offered"].isna().to_list() == [False, True]
    assert [(f.rows, f.count) for f in done.report.refused] == [((3,), 1), ((4,), 1), ((4,), 1)]
    said = sentences(done.report.refused)
    assert "'many' in column 'Calls' is not a number" in said and "'-3'" in said and "below zero" in said
    assert "The row holds no value" in said
    assert (done.report.rows_read, done.report.rows_taken) == (3, 2)


def test_a_line_of_totals_at_the_end_is_refused_and_blank_lines_are_passed_over():
    done = taken("DateTime,Calls\n2026-01-05 07:00,5\n\n2026-01-05 07:30,6\nTotal,11\n,\n")
    assert done.report.totals == {"offered": 11} and done.report.refused[0].rows == (5,)
    assert (done.report.rows_read, done.report.rows_refused) == (3, 1)


def test_a_row_with_more_cells_than_headings_is_refused():
    done = taken("DateTime,Calls\n2026-01-05 07:00,5\n2026-01-05 07:30,1,204\n2026-01-05 08:00,7\n")
    assert done.report.totals == {"offered": 12} and done.report.refused[0].rows == (3,)


def test_a_title_and_a_period_above_the_headings_are_passed_over():
    done = taken("Queue report\nJanuary 2026\n\nDate,Time,Calls\n2026-01-05,07:00,5\n2026-01-05,07:30,bad\n")
    assert done.report.totals == {"offered": 5} and done.report.refused[0].rows == (6,)


def test_when_no_row_can_be_taken_the_file_is_refused_as_a_whole():
    with pytest.raises(PlanError, match=r"No row of 'calls\.csv' can be taken, so nothing was changed"):
        taken("Date,Calls\n2026-01-05,many\n2026-01-06,few\n2026-01-07,4?\n", corrections={"Calls": "offered"})


def test_rows_named_are_twenty_and_counted_are_all():
    rows = "".join(f"2026-01-{d:02d},{'many' if d > 3 else 1}\n" for d in range(1, 32))
    done = taken("Date,Calls,Handled\n" + rows.replace("\n", ",1\n"), corrections={"Calls": "offered"})
    finding = done.report.refused[0]
    assert finding.count == 28 and finding.rows == tuple(range(5, 25)) and str(finding).endswith("24, ...)")


# ----------------------------------------------------------------------------- the same interval twice


TWICE = "DateTime,Calls,AHT s\n2026-01-05 07:00,5,100\n2026-01-05 07:00,15,200\n2026-01-05 07:30,6,90\n"


def test_different_rows_for_one_interval_are_left_out_and_both_named():
    done = taken(TWICE)
    assert done.report.totals == {"offered": 6}
    assert "rows 2 and 3" in str(done.report.refused[0]) and done.report.refused[0].rows == (2, 3)


def test_they_are_added_up_when_the_reader_says_so_and_times_are_weighted():
    table = history_of(TWICE, answers={"repeats": "sum"})
    assert table["offered"].to_list() == [20, 6] and table["aht_s"].to_list() == [175, 90]


def test_the_proposal_asks_what_the_repeated_rows_are():
    assert [q.name for q in propose(read_file(TWICE.encode(), name="x.csv")).questions] == ["repeats"]


@pytest.mark.parametrize(("day", "asked"), [("2025-10-26", []), ("2025-11-02", []), ("2025-10-27", ["repeats"])])
def test_nothing_is_asked_about_the_hour_that_the_clock_repeats(day, asked):
    clocks = ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30"]
    rows = "".join(f"{day} {at},{n}\n" for n, at in enumerate(clocks))
    found = propose(read_file(f"DateTime,Calls\n{rows}".encode(), name="x.csv"))
    assert [q.name for q in found.questions] == asked
    more = "".join(f"{day} {at},{n}\n" for n, at in enumerate(["02:00", "05:00", "05:00"]))
    assert propose(read_file(f"DateTime,Calls\n{rows}{more}".encode(), name="x.csv")).questions


def test_the_report_counts_rows_and_cells_apart_and_names_them_in_words():
    done = taken("DateTime,Calls,AHT s\n2026-01-05 07:00,5,many\nsoon,6,90\n2026-01-05 08:00,7,80\nlater,6,90\n")
    report = done.report
    assert (report.rows_read, report.rows_taken, report.rows_refused, report.cells_refused) == (4, 2, 2, 1)
    said = [str(finding) for finding in report.refused]
    assert any(s.endswith("left out. (rows 3, 5)") or s.endswith("left out (rows 3, 5)") for s in said), said
    assert any(s.endswith("(row 2)") for s in said)


def test_a_heading_with_a_comma_in_a_file_of_semicolons_is_one_heading():
    raw = read_file(b"Date;Calls, handled;AHT s\n2026-01-05;5;180\n2026-01-06;6;190\n", name="x.csv")
    assert raw.headings == ["Date", "Calls, handled", "AHT s"]


def test_a_row_imported_twice_counts_once():
    done = taken("DateTime,Calls\n2026-01-05 07:00,5\n2026-01-05 07:30,6\n2026-01-05 07:00,5\n")
    assert done.report.totals == {"offered": 11} and done.report.repaired[0].rows == (4,)
    assert (done.report.rows_taken, done.report.rows_repeated, done.report.rows_refused) == (2, 1, 0)


def test_two_agents_who_did_the_same_are_added_up_and_not_taken_for_a_copy():
    text = "Date;Who;Calls\n2026-01-05;Ann;5\n2026-01-05;Bob;5\n2026-01-06;Ann;7\n2026-01-06;Ann;7\n"
    done = taken(text, answers={"repeats": "sum"})
    assert done.report.totals == {"offered": 17} and done.report.rows_repeated == 1
    assert taken(text).report.totals == {"offered": 7}


def test_two_queues_may_have_the_same_interval():
    text = "Queue;Media;DateTime;Calls\nA;Phone;2026-01-05 07:00;5\nB;Phone;2026-01-05 07:00;6\n"
    text += "A;Mail;2026-01-05 07:00;7\n"
    text += "A;Phone;2026-01-05 07:30;5\nB;Fax;2026-01-05 07:30;5\n"
    done = taken(text, project="", channel="")
    table = done.tables["history"]
    assert table[["project", "channel"]].to_numpy().tolist() == [
        ["A", "email"],
        ["A", "voice"],
        ["A", "voice"],
        ["B", "voice"],
    ]
    assert "does not know the channel 'Fax'" in sentences(done.report.refused)
    renamed = taken(text, project="", channel="", queues={"B": ("A", "chat")}).tables["history"]
    assert set(renamed["channel"]) == {"email", "voice", "chat"} and set(renamed["project"]) == {"A"}


# ----------------------------------------------------------------------------- numbers, units, dates as people write


@pytest.mark.parametrize(
    ("rows", "offered", "aht"),
    [
        ("Date;Calls;AHT (s)\n05.01.2026;1.204;180,5\n06.01.2026;998;179,25\n", [1204, 998], [180.5, 179.25]),
        ('Date,Calls,AHT (s)\n2026-01-05,"1,204",180.5\n2026-01-06,998,179.25\n', [1204, 998], [180.5, 179.25]),
        ("Date\tCalls\tAHT (min)\n2026-01-05\t1 204\t3,5\n2026-01-06\t998\t2,75\n", [1204, 998], [210, 165]),
        ("Date;Calls;AHT s\n2026-01-05;1.204.500;180\n2026-01-06;1.998;179\n", [1_204_500, 1998], [180, 179]),
        ("Date|Calls|AHT\n2026-01-05|1'204|03:30\n2026-01-06|998|1:02:03\n", [1204, 998], [210, 3723]),
    ],
)
def test_numbers_and_durations_are_read_as_they_are_written(rows, offered, aht):
    table = history_of(rows)
    assert table["offered"].to_list() == offered and table["aht_s"].to_list() == aht


def test_a_thousand_that_might_be_a_decimal_is_asked_for():
    raw = read_file(b"Date;Calls\n2026-01-05;1.204\n2026-01-06;998\n", name="x.csv")
    question = propose(raw).questions[0]
    assert question.name == "decimal" and question.suggested == "," and "1.204" in str(question.text)
    assert history_of("Date;Calls\n2026-01-05;1.204\n")["offered"].to_list() == [1204]
    assert history_of("Date;Calls\n2026-01-05;1.204\n", answers={"decimal": "."})["offered"].to_list() == [1.204]


@pytest.mark.parametrize(("cells", "unit"), [("94%,80 %", "percent"), ("0.94,0.8", "share"), ("94,80", "percent")])
def test_a_service_level_is_taken_as_percent_or_share_by_what_it_holds(cells, unit):
    first, second = cells.split(",")
    text = f"Date,Calls,SL 80/30\n2026-01-05,100,{first}\n2026-01-06,50,{second}\n"
    assert propose(read_file(text.encode(), name="x.csv")).match("service_level").unit == unit
    table = history_of(text)
    assert table["answered_within"].to_list() == pytest.approx([94, 40]) and set(table["answer_within_s"]) == {30}


def test_a_service_level_is_a_share_of_offered_and_not_of_handled():
    table = history_of("Date;Offered;Handled;SL 20s\n2026-01-05;100;80;50%\n2026-01-06;100;80;75%\n")
    assert table["answered_within"].to_list() == [50, 75]


def test_what_a_service_level_cannot_tell_is_asked():
    text = b"Date,Calls,Service level\n2026-01-05,100,1\n2026-01-06,50,0\n"
    questions = propose(read_file(text, name="x.csv")).questions
    assert [q.name for q in questions] == ["unit:Service level", "answer_within_s"]
    table = history_of(text.decode(), answers={"answer_within_s": "15"})
    assert table["answered_within"].to_list() == [100, 0] and set(table["answer_within_s"]) == {15}


@pytest.mark.parametrize(
    "times",
    [
        ["2026-02-01 07:00", "2026-02-01 07:30", "2026-02-13 19:00"],
        ["01/02/2026 7:00 AM", "01/02/2026 7:30 AM", "13/02/2026 7:00 PM"],
        ["02/01/26 07:00:00", "02/01/26 07:30:00", "02/13/26 19:00:00"],
        ["01.02.2026 07.00", "01.02.2026 07.30", "13.02.2026 19.00"],
        ["1-Feb-2026 07:00", "1-Feb-2026 07:30", "13-Feb-2026 19:00"],
        ["Feb 1, 2026 07:00", "Feb 1, 2026 07:30", "Feb 13, 2026 19:00"],
        ["Sun 2026-02-01 07:00-07:30", "Sun 2026-02-01 07:30-08:00", "Fri 2026-02-13 19:00-19:30"],
        ["20260201 07:00", "20260201 07:30", "20260213 19:00"],
        ["46054.2916666667", "46054.3125", "46066.7916666667"],
        ["1769925600", "1769927400", "1771005600"],
        ["2026-02-01T06:00:00.000Z", "2026-02-01T06:30:00.000Z", "2026-02-13T18:00:00.000Z"],
    ],
)
def test_dates_are_read_however_they_are_written(times):
    text = "DateTime;Calls\n" + "".join(f"{t};1\n" for t in times)
    got = history_of(text)["interval_start"].dt.strftime("%Y-%m-%d %H:%M").to_list()
    assert got == ["2026-02-01 07:00", "2026-02-01 07:30", "2026-02-13 19:00"]


def test_days_that_could_be_months_are_asked_for():
    raw = read_file(b"Date;Time;Calls\n01/02/2026;07:00;5\n01/02/2026;07:30;5\n02/02/2026;07:00;6\n", name="x.csv")
    question = propose(raw).questions[0]
    assert question.name == "date_order" and question.suggested == "dmy"
    where = {"project": "p", "channel": "voice", "zone": BERLIN}
    for order, month in (("dmy", 2), ("mdy", 1)):
        table = convert(raw, propose(raw), answers={"date_order": order}, **where).tables["history"]
        assert table["interval_start"].iloc[0].month == month


def test_half_past_twelve_is_after_midnight_or_after_noon():
    table = history_of("DateTime;Calls\n2026-01-13 12:30 AM;1\n2026-01-13 1:00 AM;1\n2026-01-13 12:30 PM;1\n")
    assert table["interval_start"].dt.strftime("%H:%M").to_list() == ["00:30", "01:00", "12:30"]


def test_midnight_at_the_end_of_a_day_is_the_next_day():
    table = history_of("Date;Time;Calls\n2026-01-05;23:30;5\n2026-01-05;24:00;6\n")
    assert table["interval_start"].iloc[1] == pd.Timestamp("2026-01-06", tz=BERLIN)


def test_the_grain_is_found_and_rows_between_its_steps_are_refused():
    rows = "".join(f"2026-01-05 {h:02d}:{m:02d},1\n" for h in range(7, 12) for m in (0, 15, 30, 45))
    done = taken("DateTime,Calls\n" + rows + "2026-01-05 12:07,1\n")
    assert done.report.interval_s == 900 and done.report.refused[0].rows == (22,)


def test_a_single_interval_does_not_tell_its_length():
    with pytest.raises(PlanError, match="How long is the interval"):
        taken("DateTime,Calls\n2026-01-05 07:00,5\n")
    assert history_of("DateTime,Calls\n2026-01-05 07:00,5\n", answers={"interval_s": "3600"})["interval_s"][0] == 3600


def test_weeks_and_ten_minutes_are_not_taken_for_a_length_that_can_be_planned_with():
    weeks = "Date,Calls\n" + "".join(
        f"2026-{m:02d}-{d:02d},9\n" for m, d in ((1, 5), (1, 12), (1, 19), (1, 26), (2, 2))
    )
    ten = "DateTime,Calls\n" + "".join(f"2026-01-05 07:{m}0,9\n" for m in range(6))
    for text, minutes in ((weeks, 10_080), (ten, 10)):
        with pytest.raises(PlanError, match=f"mostly {minutes}.0 minutes apart"):
            taken(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_umlauts_come_in_whatever_the_encoding(encoding):
    table = history_of("Warteschlange;Datum;Anrufe\nBüro Köln;2026-01-05;5\n".encode(encoding))
    assert table["project"].to_list() == ["Büro Köln"]


# ----------------------------------------------------------------------------- mapping: shown, corrected, remembered


def test_a_corrected_mapping_wins_and_is_remembered():
    text = "Tijd;Oproepen;Iets\n2026-01-05 07:00;5;9\n2026-01-05 07:30;6;8\n"
    raw = read_file(text.encode(), name="x.csv")
    first = propose(raw)
    assert first["moment"] == "Tijd" and "its cells are dates" in str(first.match("moment").reason)
    assert "Contacts offered" in str(first.problems[0])
    right = propose(raw, corrections={"Oproepen": "offered"})
    assert right.problems == () and "chosen by you" in str(right.match("offered").reason)
    memory = remember(right, answers={})
    again = propose(raw, memory=memory)
    assert again["offered"] == "Oproepen" and "remembered" in str(again.match("offered").reason)


def test_an_answer_given_once_is_suggested_the_next_time():
    raw = read_file(b"Date;Calls;AHT\n2026-01-05;5;4\n2026-01-06;6;200\n", name="x.csv")
    proposal = propose(raw)
    memory = remember(proposal, answers={"unit:AHT": "minutes"})
    assert proposal.suggestions == {"unit:AHT": "seconds"}
    assert propose(raw, memory=memory).suggestions == {"unit:AHT": "minutes"}


def test_the_mapping_shows_each_column_with_its_reason():
    shown = propose(read_file(b"Date;Calls;Colour;Answer Rate\n2026-01-05;5;red;0.9\n", name="x.csv")).as_table()
    assert shown["heading"].to_list() == ["Date", "Calls", "Colour", "Answer Rate"]
    assert shown["taken_as"].to_list() == ["Date", "Contacts offered", "", ""]
    assert "not known" in shown["why"][2] and "follows from" in shown["why"][3]


def test_a_correction_that_names_nothing_is_said():
    raw = read_file(b"Date;Calls\n2026-01-05;5\n", name="x.csv")
    with pytest.raises(PlanError, match="no column 'Anrufe'"):
        propose(raw, corrections={"Anrufe": "offered"})


def test_handling_time_is_put_together_and_sums_are_divided():
    text = "Date;Handled;Talk (s);Hold (s);ACW (s)\n2026-01-05;5;100;10;30\n2026-01-06;5;100;;30\n"
    assert history_of(text)["aht_s"].to_list() == [140, 130]
    text = "Date;Handled;Total handle time (s)\n2026-01-05;5;1000\n2026-01-06;0;0\n"
    assert history_of(text)["aht_s"].to_list()[0] == 200 and np.isnan(history_of(text)["aht_s"][1])


def test_a_day_out_of_balance_is_remarked_and_taken():
    done = taken("Date;Offered;Handled;Abandoned\n2026-01-05;100;90;10\n2026-01-06;100;80;10\n")
    assert done.report.rows_taken == 2
    assert "on 1 of 2 days" in sentences(done.report.remarks) and "on 2026-01-06, by 10" in sentences(
        done.report.remarks
    )


# ----------------------------------------------------------------------------- single contacts


def records(n=400, seed=7):
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2026-01-05 08:00")
    rows = []
    for i in range(n):
        at = start + pd.Timedelta(days=int(rng.integers(0, 3)), seconds=int(rng.integers(0, 8 * 3600)))
        answered = rng.random() < 0.85
        talk, wait, stars = int(rng.integers(20, 700)), int(rng.integers(0, 60)), int(rng.integers(1, 6))
        rows.append(
            (f"C{i}", f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", rng.choice(["Ann", "Bob"]), answered, wait, talk, stars)
        )
    return rows


def records_csv(rows):
    lines = ["Call Id,Date,Time,Agent,Answered (Y/N),Resolved,Speed of answer (s),Talk time,Rating"]
    for key, day, clock_, agent, answered, wait, talk, stars in rows:
        clock = f"{talk // 3600:02d}:{talk // 60 % 60:02d}:{talk % 60:02d}"
        tail = f"Y,{'Y' if stars > 2 else 'N'},{wait},{clock},{stars}" if answered else "N,N,,,"
        lines.append(f"{key},{day},{clock_},{agent},{tail}")
    return "\n".join(lines)


@pytest.mark.parametrize("interval_s", [900, 1800, 3600])
def test_contacts_gather_as_a_plain_loop_over_them_does(interval_s):
    rows = records()
    done = taken(records_csv(rows), interval_s=interval_s, answer_within_s=25)
    expected = {}
    for _, day, clock, _, answered, wait, talk, _ in rows:
        at = pd.Timestamp(f"{day} {clock}")
        slot = at.floor(f"{interval_s}s").tz_localize(BERLIN)
        one = expected.setdefault(slot, [0, 0, 0, 0, 0, 0])
        one[0] += 1
        if answered:
            one[1] += 1
            one[2] += wait <= 25
            one[3] += talk
            one[4] += wait
        else:
            one[5] += 1
    table = done.tables["history"].set_index("interval_start")
    for slot, (offered, handled, within, talk, wait, lost) in expected.items():
        got = table.loc[slot]
        assert (got["offered"], got["handled"], got["answered_within"], got["abandoned"]) == (
            offered,
            handled,
            within,
            lost,
        )
        if handled:
            assert got["aht_s"] == pytest.approx(talk / handled) and got["asa_s"] == pytest.approx(wait / handled)
        else:
            assert np.isnan(got["aht_s"])
    quiet = table.drop(index=list(expected))
    assert (quiet["offered"] == 0).all() and set(table["answer_within_s"]) == {25}
    ann = done.tables["agent_results"].query("agent == 'Ann'")
    mine = [r for r in rows if r[3] == "Ann" and r[4]]
    assert ann["handled"].sum() == len(mine) and ann["resolved"].sum() == sum(r[7] > 2 for r in mine)
    assert ann["survey_top_two"].sum() == sum(r[7] >= 4 for r in mine) and ann["rated"].sum() == len(mine)


def test_an_interval_of_the_working_day_without_a_contact_counts_as_zero():
    text = "Call Id,DateTime,Answered\n1,2026-01-05 08:10,Y\n2,2026-01-05 09:40,N\n3,2026-01-12 09:10,Y\n"
    table = history_of(text)
    assert table["offered"].to_list() == [1, 0, 0, 1, 0, 0, 1, 0]


def test_contacts_that_only_have_a_time_count_as_offered():
    text = "Ticket,Created at\nT1,2026-01-05 08:10\nT2,2026-01-05 08:20\nT3,2026-01-05 09:05\n"
    done = taken(text, channel="email", interval_s=3600)
    assert done.tables["history"]["offered"].to_list() == [2, 1] and "handled" not in done.tables["history"]
    assert list(done.tables) == ["history"] and "only offered" in sentences(done.report.remarks)


def test_a_contact_with_a_talk_time_was_answered_where_no_column_says_it():
    text = (
        "Call Id,DateTime,Agent,Talk time (s)\n1,2026-01-05 08:10,Ann,60\n2,2026-01-05 08:20,,0\n3,2026-01-05 08:25,,\n"
    )
    done = taken(text)
    assert (done.report.totals["handled"], done.report.totals["abandoned"]) == (1, 2)
    assert done.tables["agent_results"]["handled"].to_list() == [1]


def test_the_same_contact_twice_counts_once_and_two_versions_of_it_count_not_at_all():
    text = "Call Id,DateTime,Answered\n1,2026-01-05 08:10,Y\n1,2026-01-05 08:10,Y\n"
    text += "2,2026-01-05 08:20,Y\n2,2026-01-05 08:20,N\n"
    done = taken(text + "3,2026-01-05 08:25,Y\n")
    assert done.report.totals["offered"] == 2 and done.report.rows_repeated == 1
    assert done.report.refused[0].rows == (4, 5)


# ----------------------------------------------------------------------------- agents, surveys, events


def test_agents_pasted_from_a_spreadsheet_become_the_agents_table():
    text = "Agent\tName\tTeam\tProject\tSkills\tHours per week\tHire date\tLeave date\n"
    text += "a1\tAda\tRed\tservice\tservice/voice, sales/chat\t38,5\t01.02.2024\t\n"
    text += "a2\tBob\tRed\tservice\t\t20\t15.03.2023\t31.12.2025\n"
    raw = read_paste(text)
    proposal = propose(raw)
    assert proposal.kind == "agents" and not proposal.questions
    done = convert(raw, proposal, zone=BERLIN)
    table = done.tables["agents"]
    assert table["hours_week"].to_list() == [38.5, 20] and table["trained_for"][0] == "service/voice; sales/chat"
    assert table["hired"].dt.strftime("%Y-%m-%d").to_list() == ["2024-02-01", "2023-03-15"]
    assert table["left"].isna().to_list() == [True, False]


def test_agents_without_hours_are_asked_for_them():
    raw = read_paste("Name\tTeam\nAda\tRed\nBob\tBlue\nAda\tRed\nBob\tGreen\n")
    proposal = propose(raw)
    assert [q.name for q in proposal.questions] == ["hours_week"]
    done = convert(raw, proposal, project="service", zone=BERLIN, answers={"hours_week": "38,5"})
    assert done.tables["agents"][["agent", "hours_week"]].to_numpy().tolist() == [["Ada", 38.5]]
    assert done.report.rows_repeated == 1 and done.report.refused[0].rows == (3, 5)
    with pytest.raises(PlanError, match="up to 168"):
        convert(raw, proposal, project="service", zone=BERLIN, answers={"hours_week": "many"})


def test_survey_results_and_events_come_in():
    text = "Date;Survey;Responses;Promoters;Detractors\n2026-01-05;NPS;20;12;3\n2026-01-06;NPS;10;12;3\n"
    done = taken(text)
    assert done.report.kind == "surveys" and done.tables["surveys"]["favourable"].to_list() == [12]
    text = "Event;Kind;From;To;Effect\nSpring sale;campaign;2026-03-01;2026-03-07;+20 %\nFlood;flood;2026-04-01;;\n"
    done = taken(text, project="", channel="")
    events = done.tables["events"]
    assert events["effect"].to_list()[0] == pytest.approx(0.2) and events["kind"].to_list() == ["campaign", "other"]
    assert (events["last_day"] - events["first_day"]).dt.days.to_list() == [6, 0]


def test_scores_of_an_unknown_scale_or_with_a_mean_outside_theirs_are_refused_in_words():
    text = "Date;Survey;Answers;Score sum;Scale\n"
    text += "2026-01-05;CES;240;5000;1-7\n2026-01-06;CES;10;20;۱ تا ۵\n2026-01-07;CES;10;40;0-10\n"
    text += "2026-01-08;CES;10;55;1–5\n2026-01-09;CES;10;9;\n2026-01-10;CES;10;70;\n2026-01-11;CES;4;;1-7\n"
    done = taken(text)
    assert done.tables["surveys"]["score_sum"].to_list()[:2] == [20, 70] and len(done.tables["surveys"]) == 3
    refused = {str(finding): finding.rows for finding in done.report.refused}
    assert set(refused.values()) == {(2, 6), (4,), (5,)}
    assert "'0-10' is no scale of customer effort" in " ".join(refused)


def test_a_share_of_more_than_all_is_refused_but_where_no_part_is_counted():
    text = "KPI;From;To;Numerator;Denominator;Value\n"
    text += "transfer_rate;2026-01-01;2026-01-31;500;100;\nchurn;2026-01-01;2026-01-31;100;100;\n"
    text += "retention;2026-01-01;2026-01-31;;;150 %\nadherence;2026-01-01;2026-01-31;;;-0.1\n"
    text += "wape;2026-01-01;2026-01-31;130;100;\nturnover;2026-01-01;2026-01-31;;;1.5\n"
    text += "loyalty_breadth;2026-01-01;2026-01-31;300;100;\n"
    raw = read_paste(text)
    done = convert(raw, propose(raw, kind="measured"), zone=BERLIN)
    table = done.tables["kpi_values"].set_index("kpi")["value"]
    assert table.to_dict() == {"churn": 1, "wape": 1.3, "turnover": 1.5, "loyalty_breadth": 3}
    refused = " ".join(str(finding) for finding in done.report.refused)
    assert all(why in refused for why in ("counts some of the lower", "written 0.8 or 80 %", "not below 0"))


def test_results_of_measures_come_in_by_key_label_or_abbreviation_as_parts_or_values():
    text = "KPI;Project;From;To;Numerator;Denominator;Value\n"
    text += "Customer churn;;2026-01-01;2026-03-31;12;400;\nFCR;orders;2026-01-01;2026-03-31;;;74 %\n"
    text += "retention;orders;2026-01-01;2026-03-31;;;0.9\nadherence;;2026-01-01;2026-03-31;;;92\n"
    text += "Happiness;;2026-01-01;2026-03-31;1;2;\nShrinkage;;2026-01-01;2025-01-01;1;2;\nShrinkage;;2026-01-01;;;;\n"
    raw = read_paste(text)
    done = convert(raw, propose(raw, kind="measured"), zone=BERLIN)
    table = done.tables["kpi_values"].set_index("kpi")
    assert done.report.kind == "measured" and list(table.index) == ["churn", "fcr", "retention"]
    assert table["value"].to_list() == [0.03, 0.74, 0.9] and table["project"].to_list() == ["", "orders", "orders"]
    assert table.loc["churn", ["numerator", "denominator"]].to_list() == [12, 400]
    refused = " ".join(str(finding) for finding in done.report.refused)
    for why in ("written 0.8 or 80 %", "'Happiness' is no measure", "before the first", "neither both parts"):
        assert why in refused


# ----------------------------------------------------------------------------- Excel


def test_excel_cells_keep_their_times_durations_and_numbers():
    rows = [["Report"], [], ["DateTime", "Calls", "AHT", "SL 20 s"]]
    rows += [[dt.datetime(2026, 1, 5, 7, 30 * i), 10 + i, dt.time(0, 3, 30), 0.8 + i / 10] for i in range(2)]
    done = taken(excel_of(rows), name="calls.xlsx")
    table = done.tables["history"]
    assert table["offered"].to_list() == [10, 11] and table["aht_s"].to_list() == [210, 210]
    assert table["answered_within"].to_list() == pytest.approx([8, 9.9]) and done.report.sheet == "Sheet"


def test_an_excel_date_beside_a_time_of_day_is_a_date_and_its_midnight_says_nothing():
    rows = [["Date", "Time", "Calls"]]
    rows += [[dt.datetime(2026, 1, 5), dt.time(7, 30 * i), 10 + i] for i in range(2)]
    table = taken(excel_of(rows), name="calls.xlsx").tables["history"]
    assert table["interval_start"].dt.strftime("%d %H:%M").to_list() == ["05 07:00", "05 07:30"]


def test_the_sheet_that_looks_like_a_table_is_read_and_another_can_be_chosen():
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Notes of the export"])
    for name, calls in (("January", 5), ("February", 6)):
        sheet = book.create_sheet(name)
        sheet.append(["Date", "Calls"])
        sheet.append([dt.date(2026, 1, 5), calls])
    out = io.BytesIO()
    book.save(out)
    raw = read_file(out.getvalue(), name="x.xlsx")
    assert raw.sheet == "January" and raw.sheets == ("Sheet", "January", "February")
    assert read_file(out.getvalue(), name="x.xlsx", sheet="February").cells["Calls"].to_list() == ["6"]
    with pytest.raises(PlanError, match="no sheet 'March'"):
        read_file(out.getvalue(), name="x.xlsx", sheet="March")


# ----------------------------------------------------------------------------- anything at all


HEADINGS = st.sampled_from(
    [
        "Date",
        "DateTime",
        "Time",
        "Calls",
        "AHT",
        "SL %",
        "Queue",
        "Agent",
        "Call Id",
        "Answered",
        "Event",
        "x",
        "Datum",
        "Uhrzeit",
        "Anrufe",
        "Jam",
        "تاریخ",
        "تماس‌های ورودی",
        "07:00",
        "07:30",
        "08:00",
    ]
)
CELLS = st.one_of(
    st.sampled_from(["2026-01-05", "2026-10-25 02:30", "07:00", "5", "-1", "1,5", "94%", "Y", "", "n/a", "45000.5",
                     "۱۴۰۵/۰۹/۰۱", "۱ آذر ۱۴۰۵", "١٬٢٣٤٫٥", "3 Min. 15 Sek.", "Rp 5.000", "Mo 05.01.2026", "7 Uhr"]),
    st.text(max_size=8),
)  # fmt: skip


def meets_any(content, name):
    """Read, propose and convert: a result or a PlanError, and nothing else."""
    try:
        done = taken(content, name=name)
    except PlanError as error:
        assert str(error)
    else:
        assert done.report.rows_read == done.report.rows_taken + done.report.rows_refused + done.report.rows_repeated
        for table_name, table in done.tables.items():
            check(table, table_name)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))))
@settings(max_examples=120, deadline=None)
def test_any_bytes_are_met_with_a_table_or_a_sentence(content):
    meets_any(content, "upload.csv")


@given(
    st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"Date,Calls\n", b'"']), st.binary(max_size=200)
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_behind_a_known_beginning_too(start, rest):
    meets_any(start + rest, "upload.xlsx")


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_any_cells_under_known_headings_are_met_with_a_table_or_a_sentence(data):
    headings = data.draw(st.lists(HEADINGS, min_size=1, max_size=5, unique=True))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(headings), max_size=len(headings)), max_size=6))
    mark = data.draw(st.sampled_from(",;\t|"))
    text = "\n".join(mark.join(row) for row in [headings, *rows])
    meets_any(text.encode("utf-8", "replace"), "upload.csv")


def test_a_damaged_excel_file_is_said():
    whole = excel_of([["Date", "Calls"], ["2026-01-05", 5]])
    for cut in (len(whole) // 3, len(whole) - 30):
        meets_any(whole[:cut], "x.xlsx")
    broken = bytearray(whole)
    for place in range(40, len(broken), 97):
        broken[place] ^= 0x55
    meets_any(bytes(broken), "x.xlsx")


@st.composite
def histories(draw):
    """A history table as the workbook holds one: any grain, zone-aware, counts and times, clock changes included."""
    interval_s = draw(st.sampled_from([300, 900, 1800, 3600, 86_400]))
    day = draw(st.sampled_from(["2026-03-29", "2026-10-25", "2026-10-24", "2025-12-31"]))
    n = draw(st.integers(2, 60))
    step = "D" if interval_s == 86_400 else f"{interval_s}s"
    start = pd.date_range(pd.Timestamp(day, tz=BERLIN), periods=n, freq=step)
    count = st.one_of(st.integers(0, 5000).map(float), st.floats(0, 5000).map(lambda v: round(v, 2)))
    offered = draw(st.lists(count, min_size=n, max_size=n))
    aht = draw(
        st.lists(st.one_of(st.just(float("nan")), st.integers(1, 900).map(lambda v: v + 0.5)), min_size=n, max_size=n)
    )
    return check(
        pd.DataFrame({"interval_start": start, "interval_s": interval_s, "project": "service", "channel": "voice",
                      "offered": offered, "aht_s": aht}),
        "history",
    )  # fmt: skip


@given(histories(), st.sampled_from([",.", ";,", "\t.", "|.", "xlsx"]))
@settings(max_examples=30, deadline=None)
def test_a_table_written_out_comes_in_again_the_same(table, dialect):
    content = (
        to_excel({"history": table}) if dialect == "xlsx" else to_csv(table, delimiter=dialect[0], decimal=dialect[1])
    )
    again = history_of(content, project="", channel="", answers={"decimal": dialect[1] if dialect != "xlsx" else "."})
    assert again["interval_start"].to_list() == table["interval_start"].to_list()
    pd.testing.assert_frame_equal(
        again.drop(columns="interval_start"),
        table.drop(columns="interval_start"),
        check_dtype=False,
    )


def test_a_hundred_thousand_rows_come_in_within_seconds():
    start = pd.date_range("2024-01-01", periods=10_000, freq="30min")
    part = pd.DataFrame(
        {"Date": start.strftime("%d/%m/%Y"), "Time": start.strftime("%H:%M"), "Calls": np.arange(10_000) % 97}
    )
    table = pd.concat([part.assign(Queue=f"q{q}") for q in range(10)])
    content = table.to_csv(index=False).encode()
    began = time.perf_counter()
    done = taken(content, project="")
    assert time.perf_counter() - began < 6, "100,000 rows should come in within a few seconds"
    assert done.report.rows_read == 100_000


# results per agent ---------------------------------------------------------------------------------------------------
RESULTS = (
    b"Date;Agent;Queue;Calls;AHT (mm:ss);Resolved;CSAT answers;Top two;QA checks;Passed\n"
    b"2026-11-02;Ann;Help;20;4:10;15;5;4;2;2\n"
    b"2026-11-02;Ben;Help;10;5:00;12;;;1;1\n"
    b"2026-11-03;Ann;Sales;8;3:30;8;2;3;;\n"
    b"2026-11-03;;Sales;8;3:30;8;2;2;;\n"
)


def test_results_per_agent_come_in_with_what_is_possible_and_the_rest_is_said():
    raw = read_file(RESULTS, name="agents.csv")
    proposal = propose(raw, kind="results")
    queues = {"Help": ("help", "voice"), "Sales": ("sales", None)}
    done = convert(raw, proposal, zone="Europe/Berlin", channel="chat", queues=queues, answers=proposal.suggestions)
    table = done.tables["agent_results"].set_index(["agent", "project"])
    ann = table.loc[("Ann", "help")]
    assert ann[["handled", "aht_s", "resolved", "rated"]].tolist() == [20, 250, 15, 20]  # resolved of all handled
    assert ann[["survey_answers", "survey_top_two", "quality_checks", "quality_passed"]].tolist() == [5, 4, 2, 2]
    assert (ann["channel"], table.loc[("Ann", "sales"), "channel"]) == ("voice", "chat")
    assert table.loc[("Ben", "help"), ["resolved", "rated"]].isna().all()  # 12 of 10 cannot be
    assert table.loc[("Ann", "sales"), ["survey_answers", "survey_top_two"]].isna().all()  # 3 of 2 neither
    assert len(table) == 3
    said = " ".join(str(finding) for finding in done.report.refused)
    assert "'Resolved' is more than 'Calls'" in said and "names no agent" in said


def test_a_part_without_its_whole_is_no_share_and_is_left_out():
    raw = read_file(b"Date,Agent,Handled,Passed\n2026-11-02,Ann,20,3\n", name="agents.csv")
    done = convert(raw, propose(raw, kind="results"), zone="UTC", project="help", channel="voice")
    assert list(done.tables["agent_results"]) == ["agent", "day", "project", "channel", "handled"]


def test_a_file_of_contacts_or_agents_is_never_taken_for_results_by_itself():
    raw = read_file(RESULTS, name="agents.csv")
    assert propose(raw).kind != "results"


# costs ---------------------------------------------------------------------------------------------------------------
COSTS = (
    b"From;To;Queue;Cost type;Amount\n"
    b"01.01.2026;31.01.2026;;Rent;6.200,50\n"
    b"01.01.2026;31.01.2026;Sales;Software;1.000,00\n"
    b"01.01.2026;31.01.2026;Sales;Licences;200,00\n"
    b"31.01.2026;01.01.2026;Sales;Rent;100,00\n"
    b"01.01.2026;31.01.2026;Sales;Gifts;100,00\n"
    b"01.01.2026;31.01.2026;Sales;Training;\n"
    b"01.01.1996;31.01.2026;Sales;Training;5,00\n"
)


def test_bills_come_in_by_kind_shared_where_no_project_is_named_and_two_of_a_kind_are_added_up():
    raw = read_file(COSTS, name="costs.csv")
    proposal = propose(raw)
    assert proposal.kind == "costs" and not proposal.problems
    done = convert(raw, proposal, zone="Europe/Berlin", project="help", answers=proposal.suggestions)
    assert done.tables["costs"][["project", "kind", "amount"]].to_numpy().tolist() == [
        ["", "infrastructure", 6200.5],
        ["Sales", "technology", 1200.0],
    ]
    said = " ".join(str(finding) for finding in (*done.report.refused, *done.report.repaired))
    for words in ("last day lies before", "'Gifts' is no kind of cost", "no amount", "more than 3660", "added to it"):
        assert words in said
    assert str(done.report.last)[:10] == "2026-01-31"


def test_events_and_agents_are_not_taken_for_costs():
    events = b"First day,Last day,Kind,Name,Amount\n2026-01-05,2026-01-06,campaign,Winter sale,5\n"
    agents = b"Key,Name,Hours,First day,Last day,Cost\n7,Ann,40,2026-01-05,,25\n"
    assert propose(read_file(events, name="events.csv")).kind == "events"
    assert propose(read_file(agents, name="agents.csv")).kind == "agents"


def test_an_hour_that_costs_more_than_any_could_is_left_out_of_the_list_of_people():
    raw = read_file(b"Key,Name,Hours,Hourly cost\n7,Ann,40,1000000000\n8,Ben,40,25\n", name="agents.csv")
    done = convert(raw, propose(raw), zone="UTC", project="help")
    assert done.tables["agents"]["hourly_cost"].fillna(-1).tolist() == [-1, 25]
    assert "more than can be" in str(done.report.refused[0])
