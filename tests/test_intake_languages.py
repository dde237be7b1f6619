"""Files as planners in Germany, Indonesia and Iran export them say the same as the same file in English."""

import datetime as dt
import io
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ccwb.channels import CHANNELS
from ccwb.headings import heading
from ccwb.intake import convert, propose, read_file
from ccwb.intake.cells import NO, YES, durations, flags, numbers
from ccwb.intake.fields import FIELDS
from ccwb.intake.headings import CONTENTS, field_of, is_total, threshold_of, tokens, unit_of
from ccwb.intake.languages import LANGUAGES, plain, spelled, squeezed
from ccwb.intake.reading import channel_called
from ccwb.intake.times import clocks, date_order, moments
from ccwb.messages import Catalogue
from ccwb.reports import to_csv
from ccwb.tables import TABLES, check

TEHRAN = "Asia/Tehran"
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"


def taken(text, *, encoding="utf-8", kind=None, answers=None, name="export.csv", **where):
    """Read, propose with every suggestion accepted, convert."""
    raw = read_file(text if isinstance(text, bytes) else text.encode(encoding), name=name)
    proposal = propose(raw, kind=kind)
    where = {"project": "p", "channel": "voice", "zone": TEHRAN, **where}
    return convert(raw, proposal, answers={**proposal.suggestions, **(answers or {})}, **where)


def same(text, like, **how):
    """Check that two files give the same tables."""
    got, wanted = taken(text, **how).tables, taken(like, kind=how.get("kind")).tables
    assert list(got) == list(wanted)
    for name, table in wanted.items():
        pd.testing.assert_frame_equal(got[name], table)


def said(findings):
    return " ".join(str(one) for one in findings)


# ----------------------------------------------------------------------------- the same history, written four ways

HISTORY = {
    "en": """Date,Time,Project,Channel,Offered,Handled,Abandoned,AHT,ASA (s),Service level 20 s,Occupancy
2026-11-22,07:00,P,Voice,"1,204","1,100",104,0:03:15,12.5,85.5%,0.8
2026-11-22,07:30,P,Voice,204,200,4,0:03:05,9,90%,0.7
2026-11-22,07:00,P,Email,31,30,1,0:07:00,600,95%,0.7
""",
    "de": """Datum;Intervall;Projekt;Kanal;Anrufe angeboten;Angenommene Anrufe;Aufgelegt;Ø BZ;Rufannahmezeit (Sek.);\
Servicelevel (20 Sek.);Auslastung
So, 22.11.2026;07:00 - 07:30;P;Telefon;1.204;1.100;104;3 Min. 15 Sek.;12,5;85,5 %;80 %
So, 22.11.2026;07:30 - 08:00;P;Telefon;204;200;4;3 Min. 5 Sek.;9;90,0 %;70 %
So, 22.11.2026;07:00 - 07:30;P;E-Mail;31;30;1;7 Min.;600;95,0 %;70 %
""",
    "id": """Tanggal;Jam;Proyek;Saluran;Panggilan masuk;Terjawab;Terabaikan;Rata-rata waktu penanganan;\
Kecepatan menjawab (detik);Tingkat layanan (20 detik);Okupansi
22 November 2026;07.00;P;Telepon;1.204;1.100;104;3 menit 15 detik;12,5;85,5%;80%
22 November 2026;07.30;P;Telepon;204;200;4;3 menit 5 detik;9;90%;70%
22 November 2026;07.00;P;Surel;31;30;1;7 menit;600;95%;70%
""",
    "fa": """تاریخ;ساعت;پروژه;کانال;تماس‌های ورودی;پاسخ‌داده‌شده;ازدست‌رفته;میانگین زمان رسیدگی;سرعت پاسخگویی (ثانیه);\
سطح خدمت (۲۰ ثانیه);نرخ اشغال
۱۴۰۵/۰۹/۰۱;۷:۰۰;P;تلفن;۱٬۲۰۴;۱٬۱۰۰;۱۰۴;۳:۱۵;۱۲٫۵;۸۵٫۵٪;۸۰٪
۱۴۰۵/۰۹/۰۱;۷:۳۰;P;تلفن;۲۰۴;۲۰۰;۴;۳:۰۵;۹;۹۰٪;۷۰٪
۱۴۰۵/۰۹/۰۱;۷:۰۰;P;ایمیل;۳۱;۳۰;۱;۷:۰۰;۶۰۰;۹۵٪;۷۰٪
""",
}


def without_umlauts(text):
    return text.translate(
        {ord(a): b for a, b in zip("äöüßÄÖÜ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue"), strict=True)}
    )


def arabic_letters(text):
    return text.replace("ی", "ي").replace("ک", "ك")


def old_windows(text):
    """Return Persian text as a machine with Windows 1256 writes it: Arabic letters and Western digits and marks."""
    text = arabic_letters(text).translate({ord(d): str(n) for n, d in enumerate("۰۱۲۳۴۵۶۷۸۹")})
    return text.replace("٬", ",").replace("٫", ".").replace("٪", "%")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["de", "id", "fa"])
def test_a_history_says_the_same_in_every_language_and_encoding(language, encoding):
    same(HISTORY[language], HISTORY["en"], encoding=encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("language", ["de", "id"])
def test_a_history_from_an_older_western_machine_says_the_same(language, encoding):
    same(HISTORY[language], HISTORY["en"], encoding=encoding)


def test_a_history_from_an_older_persian_machine_says_the_same():
    same(old_windows(HISTORY["fa"]), HISTORY["en"], encoding="cp1256")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", without_umlauts),
        ("de", lambda text: unicodedata.normalize("NFD", text)),
        ("de", str.upper),
        ("de", lambda text: text.replace(" ", "\u00a0")),
        ("de", lambda text: "sep=;\n" + text),
        ("de", lambda text: text.replace("1.204", "1'204").replace("1.100", "1’100")),
        ("id", lambda text: text.replace("3 menit 15 detik", "00:03:15")),
        ("fa", arabic_letters),
        ("fa", lambda text: text.translate(ARABIC_DIGITS)),
        ("fa", lambda text: text.replace("\u200c", " ")),
        ("fa", lambda text: text.replace("\u200c", "")),
        ("fa", lambda text: unicodedata.normalize("NFD", text)),
        ("fa", lambda text: "\u200f" + text.replace(";", ";\u200f")),
        ("fa", lambda text: text.replace("۱۴۰۵/۰۹/۰۱", "۱ آذر ۱۴۰۵")),
        ("fa", lambda text: text.replace("۱۴۰۵/۰۹/۰۱", "یک‌شنبه ۱۴۰۵-۹-۱")),
    ],
)
def test_another_way_of_writing_the_same_letters_changes_nothing(language, written):
    same(written(HISTORY[language]), HISTORY["en"])


def test_the_report_says_that_days_of_the_persian_calendar_were_converted():
    remarks = said(taken(HISTORY["fa"]).report.remarks)
    assert "'تاریخ' are of the Persian calendar" in remarks and "'۱۴۰۵/۰۹/۰۱' is 2026-11-22" in remarks
    assert "Persian calendar" not in said(taken(HISTORY["de"]).report.remarks)


def test_a_day_that_the_persian_calendar_does_not_have_is_refused_with_its_row():
    text = "تاریخ;تماس\n۱۴۰۴/۱۲/۲۹;۵\n۱۴۰۴/۱۲/۳۰;۶\n۱۴۰۵/۰۱/۰۱;۷\n"
    report = taken(text).report
    assert report.rows_refused == 1 and report.refused[0].rows == (3,)


# ----------------------------------------------------------------------------- single contacts and people

RECORDS = {
    "en": """Call Id,Date,Time,Queue,Channel,Agent,Answered,Wait (s),Talk time,ACW,Resolved,Rating
1001,2026-11-22,07:05,P,Voice,A,Y,12,0:03:15,0:00:40,Y,5
1002,2026-11-22,07:10,P,Voice,,N,45,,,,
1003,2026-11-22,07:40,P,Callback,B,Y,5,0:02:10,0:00:20,N,3
""",
    "de": """Anruf-Nr.;Anrufdatum;Uhrzeit;Warteschlange;Kontaktart;Mitarbeiter;Status;Wartezeit (Sek.);Gesprächsdauer;\
Nachbearbeitung;Gelöst (J/N);Zufriedenheit
1001;22. Nov. 2026;07:05 Uhr;P;Telefon;A;angenommen;12;00:03:15;00:00:40;J;5
1002;22. Nov. 2026;07:10 Uhr;P;Telefon;;aufgelegt;45;;;;
1003;22. Nov. 2026;07:40 Uhr;P;Rückruf;B;angenommen;5;00:02:10;00:00:20;N;3
""",
    "id": """No. Panggilan;Waktu mulai;Antrean;Saluran;Nama agen;Status panggilan;Waktu tunggu (detik);Lama bicara;\
Waktu ACW;Terselesaikan (ya/tidak);Kepuasan
1001;22/11/2026 07.05;P;Telepon;A;Terjawab;12;3 menit 15 detik;40 detik;ya;5
1002;22/11/2026 07.10;P;Telepon;;Tidak terjawab;45;;;;
1003;22/11/2026 07.40;P;Panggilan balik;B;Terjawab;5;2 menit 10 detik;20 detik;tidak;3
""",
    "fa": """شناسه تماس;تاریخ و ساعت;صف;کانال;نام کارشناس;وضعیت تماس;زمان انتظار (ثانیه);مدت مکالمه;کار پس از تماس;\
حل شده (بله/خیر);رضایت
1001;۱۴۰۵/۰۹/۰۱ ۰۷:۰۵;P;تلفن;A;پاسخ داده شده;۱۲;۳:۱۵;۰:۴۰;بله;۵
1002;۰۷:۱۰ - ۱۴۰۵/۰۹/۰۱;P;تلفن;;از دست‌رفته;۴۵;;;;
1003;۱۴۰۵/۰۹/۰۱ ساعت ۷:۴۰ ق.ظ;P;تماس برگشتی;B;پاسخ‌داده‌شده;۵;۲:۱۰;۰:۲۰;خیر;۳
""",
}
AGENTS = {
    "en": """Key,Name,Team,Project,Skills,Hours per week,Hire date,Leave date,Hourly cost
007,Jo,North,P,P/voice; Q/chat,38.5,2024-02-01,,24.50
008,Al,North,P,,20,2023-03-15,2026-12-31,22.00
""",
    "de": """Personalnr.;Mitarbeiter;Team;Projekt;Ausgebildet für;Wochenstunden;Eintritt;Austritt;Stundensatz
007;Jo;North;P;P/voice, Q/chat;38,5;1. Februar 2024;;24,50 €
008;Al;North;P;;20;15. März 2023;31. Dez. 2026;22,00 €
""",
    "id": """NIK;Nama;Tim;Proyek;Keahlian;Jam kerja per minggu;Tanggal masuk;Tanggal keluar;Biaya per jam
007;Jo;North;P;P/voice, Q/chat;38,5;1 Februari 2024;;Rp 24,50
008;Al;North;P;;20;15 Maret 2023;31 Desember 2026;Rp 22,00
""",
    "fa": """کد پرسنلی;نام و نام خانوادگی;تیم;پروژه;مهارت‌ها;ساعت کار در هفته;تاریخ استخدام;تاریخ خروج;هزینه ساعتی
007;Jo;North;P;P/voice، Q/chat;۳۸/۵;۱۲ بهمن ۱۴۰۲;;۲۴٫۵۰ ریال
008;Al;North;P;;۲۰;۲۴ اسفند ۱۴۰۱;۱۰ دی ماه ۱۴۰۵;۲۲ ریال
""",
}


@pytest.mark.parametrize("language", ["de", "id", "fa"])
def test_call_records_say_the_same_in_every_language(language):
    same(RECORDS[language], RECORDS["en"])


@pytest.mark.parametrize("language", ["de", "id", "fa"])
def test_a_list_of_people_says_the_same_in_every_language(language):
    same(AGENTS[language], AGENTS["en"])
    assert "taken as they are, nothing is converted" in said(taken(AGENTS[language]).report.remarks)


@pytest.mark.parametrize("language", ["de", "fa"])
def test_names_keep_their_letters_and_their_joiners(language):
    name = {"de": "Jörg Weiß", "fa": "علی‌رضا ۲"}[language]
    table = taken(AGENTS[language].replace("Jo", name)).tables["agents"]
    assert table["name"].to_list() == [name, "Al"]


# ----------------------------------------------------------------------------- the other kinds of file

OTHERS = {
    "surveys": """Date;Survey;Channel;Answers;Favourable;Unfavourable
2026-01-05;CSAT;Email;20;12;3
""",
    "events": """Event;Kind;From;To;Effect;Channel
Sale;campaign;2026-03-21;2026-03-24;20 %;Chat
Rest;closure;2026-12-24;2026-12-26;-100 %;
""",
    "costs": """From;To;Project;Kind of cost;Amount
2026-03-21;2026-04-20;;Rent;6200.5
2026-03-21;2026-04-20;P;Licences;1200000
""",
    "results": """Date;Agent;Project;Channel;Handled;AHT;Resolved;Survey answers;Top two;Quality checks;Passed
2026-01-05;A;P;Voice;20;0:04:10;15;5;4;2;2
""",
    "measured": """KPI;From;To;Numerator;Denominator;Value
NPS;2026-03-21;2026-04-20;12;400;
FCR;2026-03-21;2026-04-20;;;74 %
""",
}
TRANSLATED = [
    ("surveys", "Datum;Umfrage;Kanal;Antworten;Zufrieden;Unzufrieden\n05.01.2026;Kundenzufriedenheit;E-Mail;20;12;3\n"),
    ("surveys", "Tanggal;Survei;Saluran;Responden;Puas;Tidak puas\n5 Januari 2026;Kepuasan pelanggan;Surel;20;12;3\n"),
    ("surveys", "تاریخ;نوع نظرسنجی;کانال;تعداد پاسخ‌ها;راضی;ناراضی\n۱۴۰۴/۱۰/۱۵;رضایت مشتری;ایمیل;۲۰;۱۲;۳\n"),
    (
        "events",
        "Ereignis;Art;Von;Bis;Wirkung;Kanal\nSale;Werbeaktion;21.03.2026;24.03.2026;+20 %;Chat\n"
        "Rest;Schließung;24.12.2026;26.12.2026;-100 %;\n",
    ),
    (
        "events",
        "Peristiwa;Jenis;Mulai;Selesai;Dampak;Saluran\nSale;Kampanye;21 Maret 2026;24 Maret 2026;+20%;Obrolan\n"
        "Rest;Penutupan;24 Des 2026;26 Des 2026;-100%;\n",
    ),
    (
        "events",
        "رویداد;نوع;از;تا;اثر;کانال\nSale;کمپین;۱۴۰۵/۰۱/۰۱;۱۴۰۵/۰۱/۰۴;۲۰٪;چت\nRest;تعطیلی;۱۴۰۵/۱۰/۰۳;۱۴۰۵/۱۰/۰۵;-۱۰۰٪;\n",
    ),
    (
        "costs",
        "Von;Bis;Projekt;Kostenart;Betrag\n21.03.2026;20.04.2026;;Miete;6.200,50 €\n"
        "21.03.2026;20.04.2026;P;Lizenzen;1'200'000.00\n",
    ),
    (
        "costs",
        "Dari;Sampai;Proyek;Jenis biaya;Jumlah\n21 Mar 2026;20 Apr 2026;;Sewa;Rp 6.200,50\n"
        "21 Mar 2026;20 Apr 2026;P;Lisensi;Rp 1.200.000\n",
    ),
    (
        "costs",
        "از تاریخ;تا تاریخ;پروژه;نوع هزینه;مبلغ\n۱۴۰۵/۰۱/۰۱;۱۴۰۵/۰۱/۳۱;;اجاره;۶٬۲۰۰٫۵\n"
        "۱۴۰۵/۰۱/۰۱;۱۴۰۵/۰۱/۳۱;P;نرم‌افزار;۱٬۲۰۰٬۰۰۰\n",
    ),
    (
        "results",
        "Datum;Mitarbeiter;Projekt;Kanal;Gespräche;Bearbeitungszeit (mm:ss);Gelöst;Umfrageantworten;davon zufrieden;"
        "Prüfungen;Bestanden\n05.01.2026;A;P;Telefon;20;4:10;15;5;4;2;2\n",
    ),
    (
        "results",
        "Tanggal;Nama agen;Proyek;Saluran;Panggilan terjawab;Rata-rata waktu penanganan;Tuntas;Jawaban survei;Puas;"
        "Pemeriksaan mutu;Lulus\n5 Januari 2026;A;P;Telepon;20;4:10;15;5;4;2;2\n",
    ),
    (
        "results",
        "تاریخ;کارشناس;پروژه;کانال;تماس‌های پاسخ‌داده‌شده;میانگین زمان رسیدگی;حل‌شده;پاسخ نظرسنجی;راضی;ارزیابی کیفیت;قبول\n"
        "۱۴۰۴/۱۰/۱۵;A;P;تلفن;۲۰;۴:۱۰;۱۵;۵;۴;۲;۲\n",
    ),
    (
        "measured",
        "Kennzahl;Von;Bis;Zähler;Nenner;Wert\nNPS;21.03.2026;20.04.2026;12;400;\nFCR;21.03.2026;20.04.2026;;;74 %\n",
    ),
    (
        "measured",
        "Ukuran;Dari;Sampai;Pembilang;Penyebut;Nilai\nNPS;21/03/2026;20/04/2026;12;400;\nFCR;21/03/2026;20/04/2026;;;74%\n",
    ),
    (
        "measured",
        "شاخص;از تاریخ;تا تاریخ;صورت;مخرج;مقدار\nNPS;۱۴۰۵/۱/۱;۱۴۰۵/۱/۳۱;۱۲;۴۰۰;\nFCR;۱۴۰۵/۱/۱;۱۴۰۵/۱/۳۱;;;۷۴٪\n",
    ),
]


@pytest.mark.parametrize(("kind", "text"), TRANSLATED, ids=[f"{kind}{n % 3}" for n, (kind, _) in enumerate(TRANSLATED)])
def test_every_other_kind_of_file_says_the_same_in_every_language_and_is_found_by_itself(kind, text):
    same(text, OTHERS[kind], kind=kind)
    if kind != "results":  # their page says that its files are such
        assert propose(read_file(text.encode(), name="x.csv")).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Datum;07:00;07:30;08:00 - 08:30;Summe\nMo 05.01.2026;3;4;;7\nDi 06.01.2026;5;6;7;18\nSumme;8;10;7;25\n",
        "Tanggal;07.00-07.30;07.30-08.00;08.00-08.30\nSenin, 5 Januari 2026;3;4;\nSelasa, 6 Januari 2026;5;6;7\n",
        "ساعت;دوشنبه ۱۴۰۴/۱۰/۱۵;سه‌شنبه ۱۴۰۴/۱۰/۱۶;چهارشنبه ۱۴۰۴/۱۰/۱۷\n۷:۰۰;۳;۵;\n۷:۳۰;۴;۶;\n۸:۰۰;;۷;\n",
        "Uhrzeit;Mo 05.01.2026;Di 06.01.2026;Mi 07.01.2026\n7 Uhr;3;5;\n7:30 Uhr;4;6;\n8 Uhr;;7;\n",
    ],
    ids=["times across, German", "times across, Indonesian", "days across, Persian", "days across, German"],
)
def test_a_table_with_a_column_for_each_time_or_day_is_a_history(text):
    done = taken(text)
    table = done.tables["history"]
    assert table["interval_start"].dt.strftime("%d %H:%M").to_list() == [
        "05 07:00", "05 07:30", "06 07:00", "06 07:30", "06 08:00",
    ]  # fmt: skip
    assert table["offered"].to_list() == [3, 4, 5, 6, 7]
    assert "a column for each time or day" in said(done.report.remarks)


def test_a_wrong_cell_of_a_wide_table_is_named_by_its_row_in_the_file():
    done = taken("Bericht\n\nDatum;07:00;07:30;08:00\n05.01.2026;3;x;5\n06.01.2026;3;y;5\nSumme;6;0;10\n")
    assert [(f.count, f.rows) for f in done.report.refused] == [(3, (6,)), (2, (4, 5)), (2, (4, 5))]
    assert done.report.totals == {"offered": 16}


def test_dates_and_times_above_the_columns_of_an_excel_sheet_are_dates_and_times():
    for heads in ((dt.time(7), dt.time(7, 30), dt.time(8)), [dt.datetime(2026, 1, day) for day in (5, 6, 7)]):
        book = Workbook()
        book.active.append(["Datum" if isinstance(heads[0], dt.time) else "Uhrzeit", *heads])
        book.active.append([dt.datetime(2026, 1, 5) if isinstance(heads[0], dt.time) else dt.time(7), 3, 4, 5])
        out = io.BytesIO()
        book.save(out)
        table = taken(out.getvalue(), name="x.xlsx", answers={"interval_s": "1800"}).tables["history"]
        assert table["offered"].to_list() == [3, 4, 5] and table["interval_start"].iloc[0].hour == 7


# ----------------------------------------------------------------------------- headings: one word, one field

TIME = {"moment", "date", "clock"}  # which of these a column is, its cells tell
WORDS = [
    (language, content, field.name, phrase)
    for language, words in LANGUAGES.items()
    for content in CONTENTS
    for field in FIELDS
    if content in field.contents
    for name in (field.name, f"{content}:{field.name}")
    for phrase in words.headings.get(name, "").split("|")
    if phrase
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_of_a_language_names_the_field_that_it_stands_for_and_no_other(language):
    wrong = []
    for _, content, name, phrase in (one for one in WORDS if one[0] == language):
        found = field_of(phrase, content)
        if found is None or (found.name != name and not {found.name, name} <= TIME):
            wrong.append((content, phrase, name, found and found.name))
    assert not wrong


def test_no_two_fields_share_the_words_of_a_heading_but_where_a_longer_one_tells_them_apart():
    fields = {}
    for _, content, name, phrase in WORDS:
        fields.setdefault((content, tokens(phrase)), set()).add("time" if name in TIME else name)
    shared = {frozenset(names) for names in fields.values() if len(names) > 1}
    assert shared <= {frozenset({"channel", "kind"}), frozenset({"channel", "survey"})}  # 'Art' and 'Kontaktart'


def test_each_language_names_only_fields_and_kinds_of_file_that_there_are():
    known = {f.name: f.contents for f in FIELDS}
    for words in LANGUAGES.values():
        for key in words.headings:
            content, _, name = key.rpartition(":")
            assert name in known and (not content or content in known[name]), key


def test_each_language_knows_a_word_for_every_field_that_is_used():
    for language, words in LANGUAGES.items():
        known = {key.rpartition(":")[2] for key in words.headings}
        assert not {f.name for f in FIELDS if f.used} - known, language


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("Art", {"surveys": "survey", "events": "kind", "costs": "cost_kind", "history": None}),
        ("Dauer", {"records": "aht_s", "history": None}),
        ("Jam", {"history": "clock", "records": "clock", "agents": "hours_week"}),
        ("ساعت", {"history": "clock", "records": "clock", "agents": "hours_week"}),
        ("Agent", {"history": "agents", "records": "agent", "agents": "agent"}),
        ("Total", {"history": None, "records": None, "agents": None}),
        ("Von", {"history": "date", "events": "first_day", "records": None}),
        ("Bis", {"history": "interval_end", "events": "last_day", "agents": "left"}),
        ("Nilai", {"costs": "amount", "measured": "value", "history": None}),
        ("Status", {"records": "answered", "history": None}),
        ("Anrufe", {"history": "offered", "results": "handled"}),
        ("تماس", {"history": "offered", "results": "handled"}),
        ("Name", {"agents": "name", "events": "event_name", "history": None}),
        ("Eingegangene Anrufe", {"history": "offered"}),
        ("Durchschnittliche Gesprächszeit", {"history": "talk_s"}),
        ("Gesamtgesprächszeit (Sek.)", {"history": "talk_s"}),
        ("Service-Level", {"history": "service_level"}),
        ("Bearbeitungszeit (AHT)", {"history": "aht_s"}),
        ("Anrufe (mobil)", {"history": None}),
        ("MITARBEITERIN", {"agents": None}),
    ],
)
def test_a_word_that_several_fields_might_claim_goes_to_the_one_its_kind_of_file_has(heading, fields):
    found = {content: getattr(field_of(heading, content), "name", None) for content in fields}
    assert found == fields


@pytest.mark.parametrize(
    ("term", "content", "field"),
    [
        ("project", "history", "project"), ("queue", "history", "project"), ("channel", "history", "channel"),
        ("volume", "history", "offered"), ("offered", "history", "offered"), ("answered", "history", "handled"),
        ("abandoned", "history", "abandoned"), ("abandonment (share)", "history", "abandonment"),
        ("blocked", "history", "blocked"), ("handling time, AHT", "history", "aht_s"),
        ("talk time", "history", "talk_s"), ("hold time", "history", "hold_s"),
        ("after-call work, ACW", "history", "wrap_s"), ("waiting time", "records", "wait_s"),
        ("average speed of answer, ASA", "history", "asa_s"), ("service level", "history", "service_level"),
        ("answer rate", "history", "answer_rate"), ("answer within", "history", "answered_within"),
        ("occupancy", "history", "occupancy"), ("agent", "records", "agent"), ("team", "agents", "team"),
        ("skill", "agents", "trained_for"), ("backlog", "history", "backlog_end"),
        ("loaded hourly cost", "agents", "hourly_cost"), ("measure, KPI", "measured", "measure"),
        ("public holiday", "events", "event_name"), ("event (own, such as a campaign)", "events", "event_name"),
    ],
)  # fmt: skip
def test_the_words_that_the_workbook_itself_says_are_understood_as_headings(term, content, field):
    rows = [line.strip().strip("|").split("|") for line in GLOSSARY.read_text("utf-8").splitlines()]
    words = next(([word.strip() for word in row] for row in rows if row[0].strip() == term), [])
    assert len(words) == 4, f"the glossary has no row '{term}'"
    assert {getattr(field_of(word, content), "name", word) for word in words[1:]} == {field}


@pytest.mark.parametrize(
    ("headings", "offered"),
    [
        ("Datum;Anrufe eingegangen;Anrufe angeboten;Angenommen", "Anrufe angeboten"),
        ("Tanggal;Panggilan masuk;Panggilan ditawarkan;Terjawab", "Panggilan ditawarkan"),
        ("تاریخ;تماس‌های ورودی;تماس‌های پیشنهادی;پاسخ داده شده", "تماس‌های پیشنهادی"),
        ("Date;Incoming Calls;Offered;Handled", "Offered"),
    ],
)
def test_of_two_counts_of_contacts_the_one_offered_to_agents_is_taken_and_the_other_shown(headings, offered):
    proposal = propose(read_file(f"{headings}\n2026-01-05;12;10;9\n".encode(), name="x.csv"))
    assert proposal["offered"] == offered
    assert f"'{offered}' is taken for the same" in " ".join(proposal.as_table()["why"])


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_the_workbook_writes_for_a_reader_comes_back_the_same(language):
    columns = [c for c in TABLES["history"].names if c not in ("interval_start", "project", "channel", "interval_s")]
    start = pd.date_range("2026-11-22 07:00", periods=3, freq="30min", tz=TEHRAN)
    table = pd.DataFrame({"interval_start": start, "interval_s": 1800, "project": "P", "channel": "voice"})
    table = check(table.assign(**{c: [n + 0.5, n + 1.5, n + 2.5] for n, c in enumerate(columns)}), "history")
    written = table.rename(columns=lambda column: heading(column, Catalogue(language)))
    again = taken(to_csv(written), project="", channel="").tables["history"]
    pd.testing.assert_frame_equal(again, table, check_dtype=False)


def test_units_thresholds_and_sums_in_headings_are_understood():
    assert [unit_of(h) for h in ("Wartezeit (Sek.)", "Waktu tunggu (menit)", "زمان انتظار (ثانیه)", "مدت (دقیقه)")] == [
        "seconds", "minutes", "seconds", "minutes",
    ]  # fmt: skip
    assert [threshold_of(h) for h in ("SL 80/30", "سطح خدمت (۲۰ ثانیه)", "Dalam 1 menit")] == [30, 20, 60]
    assert unit_of("Servicelevel (20 Sek.)") is None
    assert [is_total(h) for h in ("Summe Gesprächszeit", "Total waktu bicara", "مجموع زمان مکالمه")] == [True] * 3
    assert not any(map(is_total, ("Ø Gesprächszeit", "Rata-rata total waktu", "میانگین کل زمان مکالمه")))


# ----------------------------------------------------------------------------- digits, durations, yes and no

WRITTEN = {  # how a number with two decimals is written, given its English form
    "en": lambda text: (text, "."),
    "de": lambda text: (text.translate(str.maketrans(",.", ".,")), ","),
    "ch": lambda text: (text.replace(",", "’"), "."),
    "space": lambda text: (text.replace(",", "\u202f").replace(".", ","), ","),
    "fa": lambda text: (text.replace(".", "٫").replace(",", "٬").translate(PERSIAN_DIGITS), ","),
    "ar": lambda text: (
        text.replace(".", "٫").replace(",", "٬").translate(PERSIAN_DIGITS).translate(ARABIC_DIGITS),
        ".",
    ),
}


@given(st.integers(-99_999_999, 99_999_999), st.sampled_from(sorted(WRITTEN)), st.sampled_from(["", "%", " %"]))
@settings(max_examples=200, deadline=None)
def test_a_number_reads_the_same_however_it_is_written(hundredths, how, percent):
    text, decimal = WRITTEN[how](f"{hundredths / 100:,.2f}")
    read = numbers([text + percent.replace("%", "٪" if how == "fa" else "%")], decimal=decimal)
    assert read.values[0] == hundredths / 100 and not read.bad[0] and read.percent[0] == bool(percent)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,50 €", 1234.5), ("Rp 1.500.000", 1_500_000), ("CHF 1'200.50", 1200.5), ("€ 12,-", 12),
     ("۹۵٬۰۰۰ ریال", 95_000), ("۳۸/۵", 38.5), ("−۵", -5), ("1،204", 1.204)],
)  # fmt: skip
def test_amounts_come_with_their_currency_and_marks(text, value):
    assert numbers([text], decimal=",").values.tolist() == [value]


@pytest.mark.parametrize("text", ["fünf", "12 Stück", "1.2.3", "۱۲/۳/۴", "1/2", "5-", "--5", "Rp", "٫"])
def test_what_is_no_number_stays_none(text):
    assert numbers([text], decimal=",").bad.tolist() == [True]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
@settings(max_examples=100, deadline=None)
def test_a_duration_reads_the_same_however_it_is_written(h, m, s):
    ways = [
        f"{h}:{m:02d}:{s:02d}", f"{h:02d}:{m:02d}:{s:02d}".translate(PERSIAN_DIGITS), f"{h} Std. {m} Min. {s} Sek.",
        f"{h}h {m}m {s}s", f"{h} jam {m} menit {s} detik",
        f"{h} ساعت و {m} دقیقه و {s} ثانیه".translate(PERSIAN_DIGITS), f"{m + 60 * h} minutes {s} seconds",
    ]  # fmt: skip
    for unit in ("seconds", "minutes", "worded"):
        read = durations(ways, unit=unit)
        assert read.values.tolist() == [h * 3600 + m * 60 + s] * len(ways)


def test_a_dot_is_read_by_what_each_column_shows_and_the_report_says_so():
    text = "Datum;Anrufe;AHT (Sek.);SL 20\n05.01.2026;1.204;180,5;0.855\n06.01.2026;998;179,25;0.9\n"
    questions = propose(read_file(text.encode(), name="x.csv")).questions
    assert [(q.name, q.suggested) for q in questions] == [("decimal", ",")]  # the other columns do not agree
    done = taken(text)
    table = done.tables["history"]
    assert table["offered"].to_list() == [1204, 998] and table["aht_s"].to_list() == [180.5, 179.25]
    assert table["answered_within"].to_list() == pytest.approx([1204 * 0.855, 998 * 0.9])
    assert "'1.204' in column 'Anrufe' is read as 1204." in said(done.report.remarks)


def test_currencies_in_a_column_are_named_and_not_converted():
    done = taken(
        "Von;Bis;Kostenart;Betrag\n01.01.2026;31.01.2026;Miete;10,50 €\n01.02.2026;28.02.2026;Miete;CHF 9,50\n"
    )
    assert done.tables["costs"]["amount"].to_list() == [10.5, 9.5]
    assert "'Betrag' are written with CHF, €" in said(done.report.remarks)


def test_yes_and_no_are_told_apart_in_every_language():
    assert not YES & NO
    assert flags(["Ja", "YA", "بله", "Beantwortet", "پاسخ‌داده‌شده"])[0].tolist() == [1] * 5
    assert flags(["nein", "Tidak", "خیر", "nicht angenommen", "پاسخ داده‌نشده"])[0].tolist() == [0] * 5
    assert flags(["k. A.", "tidak ada", "نامشخص"])[1].tolist() == [False] * 3
    assert flags(["Y", "T", ""])[0][:2].tolist() == [1, 0]  # ya, tidak
    assert flags(["T", "T", "F"])[1].tolist() == [True] * 3  # true or tidak: nobody can know


def test_a_kind_of_survey_with_its_abbreviation_is_the_same_kind():
    rows = (
        "05.01.2026;Kundenzufriedenheit (CSAT);5;4\n05.01.2026;Weiterempfehlung (NPS);5;4\n05.01.2026;Note (XYZ);5;4\n"
    )
    done = taken("Datum;Umfrage;Antworten;Positiv\n" + rows)
    assert done.tables["surveys"]["survey"].to_list() == ["csat", "nps"] and done.report.rows_refused == 1


@pytest.mark.parametrize("kind", ["channels", "costs", "surveys", "events"])
def test_a_word_in_a_cell_stands_for_one_thing(kind):
    for words in LANGUAGES.values():
        pairs = [(squeezed(word), key) for key, some in getattr(words, kind).items() for word in some.split()]
        assert len(dict(pairs)) == len(set(pairs))
        assert all(spelled(kind)[word] == key for word, key in pairs)


@pytest.mark.parametrize(
    ("channel", "words"),
    [("voice", "Telefon Anrufe telepon تلفن"), ("email", "E-Mail surel ایمیل"), ("chat", "Chat obrolan چت"),
     ("callback", "Rückruf Rueckruf تماس‌برگشتی"), ("social", "Social-Media medsos")],
)  # fmt: skip
def test_channels_go_by_their_names_in_every_language(channel, words):
    assert {channel_called(word) for word in words.split()} == {channel} <= set(CHANNELS)


# ----------------------------------------------------------------------------- dates and times of day


@pytest.mark.parametrize(
    "text",
    [
        "22.11.2026", "22.11.26", "22/11/2026", "22-11-2026", "22 Nov. 2026", "22. November 2026", "So, 22.11.2026",
        "Sonntag, 22. November 2026", "22.11.2026 (So)", "22 November 2026", "Minggu, 22 November 2026", "22 Nop 2026",
        "2026-11-22", "۲۰۲۶/۱۱/۲۲", "۲۲ نوامبر ۲۰۲۶", "۱۴۰۵/۰۹/۰۱", "1405-09-01", "1405/9/1", "14050901", "۰۱/۰۹/۱۴۰۵",
        "۱ آذر ۱۴۰۵", "یکشنبه ۱ آذر ۱۴۰۵", "یک‌شنبه، ۱ آذرماه ۱۴۰۵", "1405 آذر 1", "\u200f١٤٠٥/٠٩/٠١", "۱ آذر ۰۵",
    ],
)  # fmt: skip
def test_a_day_is_the_same_however_it_is_written(text):
    read = moments([text])
    assert read.local.tolist() == [pd.Timestamp("2026-11-22").timestamp()] and not read.has_clock
    assert read.persian[0] == any(year in plain(text) for year in ("1405", " 05"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_goes_by_all_its_names(language):
    for number, names in enumerate(LANGUAGES[language].months, 1):
        days = [pd.Timestamp(s, unit="s") for name in names.split() for s in moments([f"3. {name} 2026"]).local]
        assert {(day.year, day.month, day.day) for day in days} == {(2026, number, 3)}


@pytest.mark.parametrize(
    "text", ["7:30", "07.30", "7:30 Uhr", "Jam 07.30", "pukul 07.30", "ساعت ۷:۳۰", "۷:۳۰ ق.ظ", "۷:۳۰ صبح",
             "07:30 - 08:00", "07:30 bis 08:00", "07.30 s/d 08.00", "۷:۳۰ تا ۸:۰۰", "07:30–08:00 Uhr", "0730"],
)  # fmt: skip
def test_a_time_of_day_is_the_same_however_it_is_written(text):
    assert clocks([text])[0].tolist() == [27_000]


def test_zones_and_afternoons_are_said_in_words():
    seconds, offset, _ = clocks(["07:00 MEZ", "07:00 MESZ", "07.00 WIB", "07.00 WITA"])
    assert seconds.tolist() == [25_200] * 4 and offset.tolist() == [3600, 7200, 25_200, 28_800]
    assert clocks(["۳:۳۰ ب.ظ", "3:30 بعد از ظهر", "۱۲:۰۰ ق.ظ"])[0].tolist() == [55_800, 55_800, 0]
    assert clocks(["14 Uhr", "8-9", "08 - 09 Uhr"])[0].tolist() == [50_400, 28_800, 28_800]


def test_persian_dates_leave_the_order_of_day_and_month_to_the_others():
    assert date_order(["1405/02/01", "01/02/1405"]) == ("dmy", True)
    assert date_order(["1405/02/01", "02/13/2026"]) == ("mdy", True)
    assert moments(["02/01/1405"], order="mdy").local[0] == moments(["1405/01/02"]).local[0]


@pytest.mark.parametrize("text", ["32. November 2026", "31.02.2026", "1405/13/01", "1404/12/30", "1 آذر 2026",
                                  "3 Foo 2026", "22 November 1405", "Montag", "آذر"])  # fmt: skip
def test_what_is_no_day_stays_none(text):
    assert moments([text]).bad.tolist() == [True]
