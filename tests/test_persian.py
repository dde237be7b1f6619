"""A Persian reader: the Persian calendar, and sentences from right to left that hold words and numbers of others."""

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import Catalogue, chosen_language, complete_languages
from ccwb.reports import to_excel
from ccwb.ui import cells, html, mirror, text

SAY = Catalogue("fa")
# First days of Persian years, as the calendar centre of Tehran's university announced them.
NEW_YEARS = {1399: "2020-03-20", 1400: "2021-03-21", 1403: "2024-03-20", 1404: "2025-03-21", 1405: "2026-03-21"}


@pytest.fixture
def spoken():
    """The language of the page, English again afterwards."""
    yield text.use
    text.use("en")


@pytest.mark.parametrize("year", NEW_YEARS)
def test_a_persian_year_begins_on_the_day_that_was_announced(year):
    day = dt.date.fromisoformat(NEW_YEARS[year])
    assert SAY.date(day) == SAY.digits(f"1 فروردین {year}")
    assert SAY.date(day - dt.timedelta(days=1)).split()[1:] == ["اسفند", SAY.digits(str(year - 1))]


def test_a_long_day_names_the_gregorian_one_beside_it():
    day = dt.date(2026, 11, 22)
    assert SAY.date(day, "short") == "۱۴۰۵/۹/۱"
    assert SAY.date(day, "full") == "یکشنبه ۱ آذر ۱۴۰۵ (۲۲ نوامبر ۲۰۲۶)"


def test_foreign_words_in_a_persian_sentence_keep_their_own_order():
    assert SAY("{a} و {b}", a="Alex P.", b="۴۰ EUR") == "\u2068Alex P.\u2069 و \u2067۴۰ EUR\u2069"
    assert SAY("{a}", a="تلفن") == "تلفن"
    assert Catalogue("de")("{a}", a="Alex P.") == "Alex P."


def test_days_and_clocks_that_the_core_writes_are_written_as_the_reader_does():
    assert SAY("{a} {b} {c}", a="2026-11-22", b="10:30", c="2026-11-22 09:05") == "۱ آذر ۱۴۰۵ ۱۰:۳۰ ۱ آذر ۱۴۰۵ ۰۹:۰۵"


def test_a_day_that_the_calendar_does_not_have_is_said_as_it_was_typed():
    error = PlanError("{found} is no day.", found="2026-02-30")
    assert SAY.error(error) == "\u20662026-02-30\u2069 is no day."
    assert SAY("{when}", when="2026-13-01 10:30") == "\u20662026-13-01 10:30\u2069"


@pytest.mark.parametrize("typed", ["-5", "+3", "5%", "08:00-20:00", "100, 130", "-۵", "12.5.2026", "2026-02-30"])
def test_figures_as_people_type_them_run_from_left_to_right_in_a_persian_sentence(typed):
    assert SAY("{typed} و {other}", typed=typed, other="تلفن") == f"\u2066{typed}\u2069 و تلفن"
    assert Catalogue("de")("{typed}", typed=typed) == typed


def test_what_the_catalogue_wrote_itself_is_left_as_it_is():
    for said in (SAY.number(-1270.5, 1), SAY.percent(0.081, 1), SAY.duration(-195), SAY.date("2026-11-22", "short")):
        assert SAY("{said}", said=said) == said


def test_a_count_without_a_format_has_the_reader_s_digits():
    assert SAY("{n}", n=27) == "۲۷"


def test_names_beside_each_other_keep_their_dots(spoken):
    spoken("fa")
    assert text.joined(("Alex P.", "", "تلفن")) == "\u2068Alex P.\u2069 · تلفن"
    spoken("en")
    assert text.joined(("Alex P.", None, "Voice")) == "Alex P. · Voice"


def test_a_width_has_its_sign_on_the_left(spoken):
    spoken("fa")
    assert text.about(text.percent(0.08)) == SAY("± {n}", n=SAY.percent(0.08)) == "\u200e± ۸٪"
    spoken("de")
    assert text.about(text.number(8)) == "± 8"


def test_percent_beside_a_field_is_the_reader_s_own_sign(spoken):
    spoken("fa")
    assert [text.unit(unit) for unit in ("%", "EUR", "")] == ["٪", "EUR", ""]
    spoken("de")
    assert text.unit("%") == "%"


def test_a_sheet_for_a_persian_reader_begins_at_the_right():
    table = {"a": pd.DataFrame({"n": [1]})}
    for turned in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(to_excel(table, right_to_left=turned)))
        assert bool(book["a"].sheet_view.rightToLeft) is turned


def test_the_keys_of_a_table_are_said_in_the_reader_s_words_and_stay_in_english(spoken):
    table = pd.DataFrame({"kpi": ["offered", None], "verdict": ["good", None], "actual": [3.0, None]})
    spoken("de")
    assert cells.in_words(table)["kpi"].tolist()[0] == Catalogue("de")(KPIS["offered"].label)
    assert pd.isna(cells.in_words(table).iloc[1]).all()
    spoken("en")
    assert cells.in_words(table) is table


def test_the_numbers_of_a_column_have_the_same_decimals():
    show = cells.shown_as("plan_offered", pd.Series([3.0, 2.25, float("nan"), float("inf")]))
    assert [show(value) for value in (3.0, 2.25, float("nan"), float("inf"))] == ["3.00", "2.25", "–", "∞"]
    assert cells.shown_as("lower", pd.Series([3.0, 250.25, 99.5, 700]))(99.5) == "100"


def test_a_sign_stands_left_of_its_number():
    assert SAY("± {n}", n=SAY.number(8)) == "\u200e± ۸"
    assert SAY("{a}-{b}", a=SAY.number(8), b=SAY.number(9)) == "۸-۹"  # a range is none


@pytest.mark.parametrize("language", complete_languages())
def test_a_reader_without_a_choice_is_met_in_the_browser_s_language(language):
    assert chosen_language("", "", f"xx-YY,{language}-{language.upper()};q=0.8,en;q=0.1") == language
    assert chosen_language("", "de", language) == "de"
    assert chosen_language("fa", "de", language) == "fa"


def test_a_colour_s_legend_is_told_and_left_to_the_browser():
    drawn = {"layer": [{"mark": "rule"}, {"mark": "bar", "encoding": {"color": {"field": "kind", "title": "Kind"}}}]}
    assert mirror.legend(drawn) == {"title": "Kind", "ramp": False}
    assert mirror.mirrored(drawn)["layer"][1]["encoding"]["color"]["legend"] is None
    silent = {"mark": "bar", "encoding": {"color": {"field": "kind", "legend": None}}}
    assert mirror.legend(silent) == mirror.legend({"encoding": {"color": {"value": "$ink"}}}) == {}


def test_parts_that_have_their_order_are_not_turned_again(spoken):
    spoken("fa")
    assert html.escape("-5") == "<bdi dir='ltr'>-5</bdi>"
    said = text.joined(("Alex P.", "-5"))
    assert said == html.escape(said) == "\u2068Alex P.\u2069 · \u2066-5\u2069"
    spoken("en")
    assert html.escape("-5") == "-5"
