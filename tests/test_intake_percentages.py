"""A percentage in a column of counts becomes a count of its whole, or its row is refused; never that many contacts."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from ccwb.errors import PlanError
from ccwb.intake import convert, propose, read_file, read_paste


def taken(text, *, kind=None, **where):
    raw = read_file(text.encode(), name="file.csv")
    proposal = propose(raw, kind=kind)
    where = {"project": "service", "channel": "voice", "zone": "Europe/Berlin", **where}
    return convert(raw, proposal, answers=proposal.suggestions, **where)


def sentences(findings):
    return " ".join(str(f) for f in findings)


def test_promoters_and_detractors_in_percent_are_counts_of_the_answers():
    done = taken("Datum;Projekt;Umfrage;Antworten;Promotoren;Detraktoren\n"
                 "16.11.2026;service;NPS;1.000;62 %;20 %\n17.11.2026;service;NPS;333;50 %;110\n")  # fmt: skip
    table = done.tables["surveys"]
    assert table[["answers", "favourable", "unfavourable"]].to_numpy().tolist() == [[1000, 620, 200], [333, 167, 110]]
    said = sentences(done.report.repaired)
    assert "'Promotoren' were percentages of 'Antworten'" in said and "(rows 2, 3)" in said
    assert "'Detraktoren' were percentages of 'Antworten' and were turned into counts. (row 2)" in said


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Date,Survey,Answers,Satisfied\n2026-11-16,CSAT,1240,80 %\n", 992),
        ("Tanggal;Survei;Jawaban;Puas\n16-11-2026;CSAT;1240;80 %\n", 992),
        ("تاریخ;نظرسنجی;تعداد پاسخ;راضی\n۱۴۰۵/۰۸/۲۵;CSAT;۱۲۴۰;٪۸۰\n", 992),
    ],
)
def test_the_satisfied_in_percent_are_a_count_in_every_language(text, counted):
    assert taken(text, kind="surveys").tables["surveys"]["favourable"].to_list() == [counted]


def test_an_agents_percentages_are_of_what_was_handled_answered_and_checked():
    text = "Datum;Agent;Bearbeitet;Gelöst;Antworten;Zufrieden;Qualitätsprüfungen;Bestanden\n"
    text += "16.11.2026;Ann;120;78 %;40;90 %;8;75 %\n16.11.2026;Ben;10;9;;80 %;1;1\n"
    done = taken(text, kind="results")
    row = done.tables["agent_results"].iloc[0]
    parts = ["resolved", "rated", "survey_top_two", "survey_answers", "quality_passed", "quality_checks"]
    assert row[parts].to_list() == [94, 120, 36, 40, 6, 8]
    assert len(done.tables["agent_results"]) == 1  # 80 % of how many answers, of Ben?
    refused = sentences(done.report.refused)
    assert "'80 %' in column 'Zufrieden' is a percentage" in refused and "Write the number itself. (row 3)" in refused


def test_a_history_with_shares_of_offered_and_of_handled_holds_counts():
    text = "Datum;Angeboten;Angenommen;Verloren;Weitergeleitet\n"
    text += "16.11.2026;200;95 %;5 %;10 %\n17.11.2026;;95 %;5 %;1\n18.11.2026;210;200;10;20\n"
    table = taken(text).tables["history"].set_index("offered")
    assert table["transferred"].to_list() == [19, 20]  # of the 190 handled, themselves a percentage
    assert table["handled"].to_list() == [190, 200] and table["abandoned"].to_list() == [10, 10]


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    [
        ("Name;Team;Hours per week\nAda;Red;80 %\n", "agents", "'80 %' in column 'Hours per week' is a percentage"),
        ("Date;Handled;Abandoned\n2026-11-16;95 %;5 %\n", None, "'95 %' in column 'Handled' is a percentage"),
        ("Date;Survey;Answers;Satisfied\n2026-11-16;CSAT;30 %;10\n", None, "'30 %' in column 'Answers' is a perc"),
        ("From;To;Kind;Amount\n2026-11-01;2026-11-30;labour;12 %\n", "costs", "'12 %' in column 'Amount' is a perce"),
        ("Datum;Umfrage;Antworten;Zufrieden\n16.11.2026;CSAT;100;0,8\n", None, "'0,8' in column 'Zufrieden' is no"),
        ("Date;Survey;Answers;Satisfied\n2026-11-16;CSAT;0.8;0\n", None, "'0.8' in column 'Answers' is no whole"),
        ("Date;Agent;Handled;Resolved\n2026-11-16;Ann;100;0.78\n", "results", "'0.78' in column 'Resolved' is no who"),
    ],
)  # fmt: skip
def test_what_is_no_count_and_cannot_become_one_is_refused_with_what_was_found(text, kind, named):
    with pytest.raises(PlanError) as refused:
        taken(text, kind=kind)
    assert named in str(refused.value) and "row left out. Write the number" in str(refused.value)


def test_a_rating_in_percent_is_left_out_and_its_contact_counts():
    text = "Call ID;Start;Answered;Rating\n" + "".join(f"{n};2026-11-16 08:0{n};Y;{n} \n" for n in range(1, 5))
    text += "5;2026-11-16 08:05;Y;80 %\n"
    raw = read_paste(text)
    done = convert(raw, propose(raw, kind="records"), project="p", channel="voice", zone="UTC", answers={})
    assert done.tables["history"]["offered"].sum() == 5 and "'80 %'" in sentences(done.report.refused)


def test_parts_of_a_survey_that_are_more_than_its_answers_take_the_row_out():
    text = "Date;Survey;Answers;Promoters;Detractors\n2026-11-16;NPS;100;80;40\n2026-11-17;NPS;100;101;\n"
    done = taken(text + "2026-11-18;NPS;100;60;40\n2026-11-19;NPS;100;60 %;60 %\n")
    assert done.tables["surveys"]["day"].dt.day.to_list() == [18]
    assert "('120 > 100'): row left out. Correct the counts. (rows 2, 3, 5)" in sentences(done.report.refused)


def test_two_halves_of_an_odd_number_of_answers_are_not_more_than_all():
    done = taken("Date;Survey;Answers;Promoters;Detractors\n2026-11-16;NPS;333;50 %;50 %\n2026-11-17;NPS;333;167;167\n")
    assert done.tables["surveys"][["favourable", "unfavourable"]].to_numpy().tolist() == [[167, 166]]


def test_a_duration_is_no_percentage():
    done = taken("Date;Offered;AHT (s)\n2026-11-16;100;180\n2026-11-17;100;85 %\n")
    assert done.tables["history"]["aht_s"].isna().to_list() == [False, True]


def test_a_share_under_a_heading_that_says_so_is_a_count_with_or_without_the_sign():
    for heading, cells in (("Gelöst %", "78"), ("Gelöst (%)", "78 %"), ("Anteil gelöst", "0,775")):
        done = taken(f"Datum;Agent;Bearbeitet;{heading}\n16.11.2026;Ann;120;{cells}\n", kind="results")
        assert done.tables["agent_results"]["resolved"].to_list() == [{"0,775": 93}.get(cells, 94)]
    for heading in ("Promoters %", "Promotoren (%)", "Persentase promotor", "درصد مروجان"):
        done = taken(f"Date;Survey;Answers;{heading};Detractors\n2026-11-16;NPS;200;62;40\n", kind="surveys")
        assert done.tables["surveys"]["favourable"].to_list() == [124]
    done = taken("Date;Survey;Answers;Promoters %;Promoters;Detractors\n2026-11-16;NPS;200;62;123;40\n")
    assert done.tables["surveys"]["favourable"].to_list() == [123]  # the count that is there is not computed


@pytest.mark.parametrize(
    ("heading", "cell", "day"),
    [
        ("Monat", "Oktober 2026", "2026-10-01"),
        ("Month", "2026-10", "2026-10-01"),
        ("Bulan", "Oktober 2026", "2026-10-01"),
        ("Bulan", "Agustus 2026", "2026-08-01"),
        ("ماه", "مهر ۱۴۰۵", "2026-09-23"),
        ("ماه", "۱۴۰۵/۰۷", "2026-09-23"),
        ("Monat", "10/2026", "2026-10-01"),
        ("Datum", "Mär. 2026", "2026-03-01"),
        ("Monat", "05.10.2026", "2026-10-05"),
    ],
)
def test_a_month_is_the_day_of_a_survey_and_the_report_says_so(heading, cell, day):
    done = taken(f"{heading};Survey;Answers;Satisfied\n{cell};CSAT;100;80\n")
    assert done.report.kind == "surveys"
    assert done.tables["surveys"]["day"].dt.strftime("%Y-%m-%d").to_list() == [day]
    whole = cell == "05.10.2026"
    assert whole != ("are whole months: taken as the first day of each. (row 2)" in sentences(done.report.repaired))


def test_a_date_wins_over_a_month_beside_it_and_a_month_without_a_year_is_none():
    done = taken("Monat;Datum;Umfrage;Antworten;Zufrieden\nOktober 2026;16.10.2026;CSAT;100;80\n")
    assert done.tables["surveys"]["day"].dt.day.to_list() == [16]
    assert "'Monat' is left out: a part of the calendar" in sentences(done.report.remarks)
    with pytest.raises(PlanError, match="has no column for Date"):
        taken("Monat;Umfrage;Antworten;Zufrieden\nOktober;CSAT;100;80\n", kind="surveys")
    history = "Monat;Datum;Angeboten\n2026-10;16.10.2026;100\n2026-10;17.10.2026;90\n"
    assert taken(history).tables["history"]["offered"].to_list() == [100, 90]


@pytest.mark.parametrize("cell", ["۸٫۵٪", "٪۸٫۵", "%۸٫۵", "٪ ۸٫۵", "\u200f٪۸٫۵", "%8.5", "8,5 %", "% 8,5"])
def test_a_percent_sign_is_read_before_the_number_as_behind_it(cell):
    table = taken(f"Measure;From;To;Value\nchurn;2026-01-01;2026-03-31;{cell}\n", kind="measured").tables["kpi_values"]
    assert table["value"].to_list() == pytest.approx([0.085])


def test_a_measure_has_a_value_that_it_can_have():
    text = "Measure;From;To;Numerator;Denominator;Value\n"
    text += "".join(f"{kpi};2026-0{n}-01;2026-0{n}-28;{rest}\n" for n, (kpi, rest) in enumerate([
        ("Self-service share", "500;100;"), ("Self-service share", ";;1.5"), ("churn", ";;lots"), ("nps", ";;-20"),
        ("nps", ";;42 %"), ("nps", ";;-120"), ("turnover", "30;20;"), ("bias", ";;-8 %"), ("loyalty_years", ";;-2"),
    ], 1))  # fmt: skip
    done = taken(text, kind="measured")
    table = done.tables["kpi_values"].set_index("kpi")["value"]
    assert table["nps"].to_list() == [-20, 42] and table["turnover"] == 1.5 and table["bias"] == -0.08
    assert len(table) == 4
    refused = sentences(done.report.refused)
    assert "('500 / 100') cannot be" in refused and "'lots' in column 'Value' is not a number" in refused
    assert "written 0.8 or 80 %; a larger value is left out with its row. (row 3)" in refused
    assert "'-120' in column 'Value' is nothing that the measure can be" in refused and "(rows 7, 10)" in refused
    assert "change of volume" not in refused


def test_a_cell_that_a_spreadsheet_shows_as_a_percentage_is_one():
    book = Workbook()
    rows = [
        ["Date", "Survey", "Answers", "Promoters", "Detractors"],
        [dt.date(2026, 11, 16), "NPS", 8000, 0.29, 0.28125],
    ]
    rows += [[dt.date(2026, 11, 17), "NPS", 1000, 620, 200], [dt.date(2026, 11, 18), "NPS", 9, 1, 0.62]]
    for row in rows:
        book.active.append(row)
    forms = {"D2": "0%", "E2": "0.0 %", "D4": "0%", "E4": '0.0"%"'}  # the last writes a % behind 0.62
    for cell, form in forms.items():
        book.active[cell].number_format = form
    out = io.BytesIO()
    book.save(out)
    raw = read_file(out.getvalue(), name="surveys.xlsx")
    done = convert(raw, propose(raw), project="p", channel="voice", zone="UTC")
    table = done.tables["surveys"]
    assert table[["favourable", "unfavourable"]].to_numpy().tolist() == [[2320, 2250], [620, 200]]
    assert "'0.62' in column 'Detractors' is no whole number" in sentences(done.report.refused)
