"""A file of meetings to be placed: read in four languages; what cannot be is refused with its row and its reason."""

import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.intake import read_file
from ccwb.intake.meetings import read_meetings
from ccwb.reports import to_excel
from tests.rosters import people

CENTRE = {
    "agents": pd.concat([people("a1", "a2", team="North"), people("b1", project="sales", team="South")]),
    "projects": [{"project": "orders", "label": "Orders"}, {"project": "sales", "label": "Sales line"}],
    "first_day": "2026-11-02",
    "last_day": "2026-11-29",
}
HEAD = "Who,Kind,Title,Minutes,First day,Last day,From,To,All at once"


def taken(text, *, name="meetings.csv", known=()):
    content = text if isinstance(text, bytes) else text.encode()
    return read_meetings(read_file(content, name=name), **CENTRE, known=known)


def refused(log):
    """Return row -> why it was refused."""
    return {
        row: finding.message.format(**finding.values) for finding in log.findings("refused") for row in finding.rows
    }


def test_each_row_is_a_meeting_for_an_agent_a_name_a_team_or_a_project():
    lines = [
        "a1,coaching,Calls heard,30,2026-11-02,2026-11-06,9:00,,no",
        "Name a2,,One to one,0:45,2026-11-03,,,,",
        "north,training,New tool,90,2026-11-04,2026-11-05,09:00,16:00,yes",
        "Sales line,meeting,Round,60 min,2026-11-09,2026-11-13,,,y",
    ]
    rows, log = taken("\n".join([HEAD, *lines]))
    assert log.findings("refused") == ()
    assert [(row["of"], row["who"], row["kind"], row["minutes"]) for row in rows] == [
        ("agent", "a1", "coaching", 30),
        ("agent", "a2", "meeting", 45),
        ("team", "North", "training", 90),
        ("project", "sales", "meeting", 60),
    ]
    assert rows[0] == {"kind": "coaching", "of": "agent", "who": "a1", "title": "Calls heard", "together": False} | {
        "minutes": 30, "first_day": "2026-11-02", "last_day": "2026-11-06", "from": "09:00", "to": ""
    }  # fmt: skip
    assert (rows[1]["first_day"], rows[1]["last_day"]) == ("2026-11-03", "2026-11-03")
    assert [row["together"] for row in rows] == [False, False, True, True]


GERMAN = ("Wer;Art;Titel;Minuten;Erster Tag;Letzter Tag;Ab;Bis;Alle zugleich",)
GERMAN += ("North;Schulung;Neu;60;04.11.2026;05.11.2026;9 Uhr;12:00;ja",)
INDONESIAN = ("Siapa;Jenis;Judul;Menit;Hari pertama;Hari terakhir;Mulai;Sampai;Sekaligus",)
INDONESIAN += ("North;pelatihan;Neu;60;4 November 2026;5 November 2026;09.00;12.00;ya",)
PERSIAN = ("چه کسی;نوع;عنوان;دقیقه;نخستین روز;آخرین روز;از;تا;هم‌زمان",)
PERSIAN += ("North;آموزش;Neu;۶۰;۱۴۰۵/۰۸/۱۳;۱۴۰۵/۰۸/۱۴;۰۹:۰۰;۱۲:۰۰;بله",)


@pytest.mark.parametrize(("head", "row"), [GERMAN, INDONESIAN, PERSIAN])
def test_the_same_meeting_comes_in_under_the_headings_of_every_language(head, row):
    (one,), _log = taken(f"{head}\n{row}")
    assert (one["of"], one["who"], one["kind"], one["minutes"], one["together"]) == (
        "team",
        "North",
        "training",
        60,
        True,
    )
    assert [one[key] for key in ("first_day", "last_day", "from", "to")] == [
        "2026-11-04",
        "2026-11-05",
        "09:00",
        "12:00",
    ]


def test_an_excel_file_is_read_with_its_dates_and_times():
    at = pd.Timestamp("2026-11-04")
    table = pd.DataFrame({"Agent": ["a1"], "Title": ["New tool"], "Duration (min)": [90], "Date": [at]})
    (one,), _log = taken(to_excel({"Meetings": table}), name="meetings.xlsx")
    assert (one["who"], one["minutes"], one["first_day"], one["from"]) == ("a1", 90, "2026-11-04", "")


WRONG = {
    "nobody,,Round,60,2026-11-03,,,,": "'nobody' is no agent, team or project",
    "a1,,Round,20,2026-11-03,,,,": "15, 30, 45 minutes and so on, up to 10 hours; found 20",
    "a1,,Round,660,2026-11-03,,,,": "up to 10 hours; found 660",
    "a1,,Round,long,2026-11-03,,,,": "found long",
    "a1,,,60,2026-11-03,,,,": "has a title",
    "a1,,Round,60,soon,,,,": "'soon' is no day",
    "a1,,Round,60,2026-11-03,2026-11-02,,,": "does not fit between its days and times",
    "a1,,Round,60,2026-11-03,,10:00,10:30,": "does not fit between its days and times",
    "a1,,Round,60,2026-11-03,,late,,": "'late' is no time of day",
    "a1,picnic,Round,60,2026-11-03,,,,": "'picnic' is none of these",
    "a1,,Round,60,2026-12-03,,,,": "lies outside the cycle, which is from 2026-11-02 to 2026-11-29",
    "a1,,Stands,60,2026-11-05,,,,": "'Stands' of 'a1' is there already",
    "a1,,Good,60,2026-11-04,,,,": "'Good' of 'a1' is there already",
    "North,,Fixed,60,2026-11-10,,10:30,11:30,": "overlaps another meeting of a1, who cannot be at both",
}


@pytest.mark.parametrize(("line", "said"), WRONG.items())
def test_what_cannot_be_is_refused_with_its_row_and_the_others_are_taken(line, said):
    known = [{"of": "agent", "who": "a1", "kind": "meeting", "title": "Stands", "minutes": 60, "together": False}]
    known[0] |= {"first_day": "2026-11-05", "last_day": "2026-11-06", "from": "", "to": ""}
    good = ["a1,,Good,60,2026-11-04,,,,", "a1,,Sure,60,2026-11-10,,10:00,11:00,"]
    rows, log = taken("\n".join([HEAD, *good, line]), known=known)
    assert [row["title"] for row in rows] == ["Good", "Sure"]
    assert list(refused(log)) == [4] and said in refused(log)[4]


def test_two_meetings_that_follow_each_other_or_have_room_to_move_are_both_taken():
    lines = [
        "a1,,First,60,2026-11-10,,10:00,11:00,",
        "a1,,Next,60,2026-11-10,,11:00,12:00,",
        "a1,,Free,60,2026-11-10,,10:00,13:00,",
        "b1,,Other,60,2026-11-10,,10:00,11:00,",
    ]
    rows, log = taken("\n".join([HEAD, *lines]))
    assert len(rows) == 4 and log.findings("refused") == ()


def test_a_file_without_a_column_that_is_needed_or_without_a_row_that_can_be_is_refused_as_a_whole():
    with pytest.raises(PlanError, match=r"has no column for: minutes, first day\. Its headings: Who, Title"):
        taken("Who,Title\na1,Round\n")
    with pytest.raises(PlanError, match=r"No meeting of 'meetings\.csv' can be taken, so nothing was changed"):
        taken(f"{HEAD}\nnobody,,Round,60,2026-11-03,,,,")
