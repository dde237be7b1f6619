"""The intake meets files as they are: three real histories, every trap named in the brief, and any bytes at all."""

import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.intake import LIMIT_BYTES, convert, propose, read_file

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
