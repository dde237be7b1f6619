"""Texts, numbers and dates: everything a reader reads goes through the catalogue, in the reader's own format."""

import ast
import datetime as dt
import math
import re
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from hypothesis import given
from hypothesis import strategies as st

import ccwb
from ccwb import measures, mission_content
from ccwb.channels import CHANNELS
from ccwb.cycle import STAGES
from ccwb.errors import PlanError
from ccwb.forecast import MODELS
from ccwb.messages import LANGUAGES, Catalogue
from ccwb.tables import TABLES
from ccwb.ui.shell import PAGES

ROOT = Path(ccwb.__file__).parent
KEYWORDS = {"_": None, "N_": None}
SCREEN = sorted((ROOT / "ui").rglob("*.py"))
FILES = sorted(ROOT.rglob("*.py"))
# Where a text is shown: function -> which of its arguments, by place or by name
SHOWN = {
    "question": (0, 1, "under"),
    "heading": (0,),
    "paragraph": (0,),
    "bullets": (0,),
    "figure": (0, 1, "label", "value", "change", "help_text"),
    "notice": (0, "link_text"),
    "tag": (0,),
    "link": (0,),
    "table": (0, "caption"),
    "card": ("title",),
    "fold": (0,),
    "empty": (0,),
    "button": (0,),
    "say": (0,),
    "update": ("title",),
    "Chart": ("title",),
    "Grid": ("add_label", "empty_text"),
    "Upload": ("label",),
    "Tooltip": ("title",),
    "X": ("title",),
    "Y": ("title",),
    "Color": ("title",),
    "Axis": ("title",),
    "time_x": ("title",),
    "time_tip": ("title",),
    "work": ("what",),
}
FIELDS = {"label", "help", "group", "placeholder", "unit"}  # of a control's description
SYMBOLS = {"%", "EUR", ""}


@cache
def messages():
    """Return every text marked for the catalogues: text -> where it was found first."""
    found = {}
    for file, line, message, _comments, _context in extract_from_dir(ROOT, keywords=KEYWORDS):
        found.setdefault(message, f"{file}:{line}")
    return found


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literal(node):
    """Return the words that an expression itself writes: of a text, an f-string, a sum, a list or a choice of them."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [text for part in parts for text in literal(part)]
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            return literal(one) + literal(other)
    return []


def unmarked(path):
    """Give the words of a file that are shown without having gone through the catalogue."""
    for node in ast.walk(tree(path)):
        shown = []
        if isinstance(node, ast.Call) and called(node) in SHOWN:
            places = SHOWN[called(node)]
            shown = [value for place, value in enumerate(node.args) if place in places]
            shown += [keyword.value for keyword in node.keywords if keyword.arg in places]
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
            shown = [value for key, value in zip(keys, node.values, strict=True) if key in FIELDS]
        for value in shown:
            for text in literal(value):
                if text not in SYMBOLS and re.search(r"[^\W\d_]", text):
                    yield f"line {node.lineno}: {text!r}"


@pytest.mark.parametrize("path", SCREEN, ids=lambda path: path.name)
def test_what_a_page_shows_goes_through_the_catalogue(path):
    assert list(unmarked(path)) == []


def test_the_guard_notices_a_text_that_was_forgotten(tmp_path):
    path = tmp_path / "page.py"
    path.write_text(
        'html.heading("Forgotten")\nhtml.figure(_("Fine"), f"{n} calls")\nbutton("Go" if n else "Stop", f)\n'
        'fields = [{"key": "a", "label": "Name", "unit": "%"}]\nhtml.paragraph(_("Fine"), "ccwb-muted")\n'
    )
    assert [said.split(": ")[1] for said in unmarked(path)] == ["'Forgotten'", "' calls'", "'Go'", "'Stop'", "'Name'"]


# the catalogue --------------------------------------------------------------------------------------------------------
def test_the_texts_are_found_by_the_catalogue_tools():
    assert len(messages()) > 1000
    assert {"{n} s", "Make the forecast", "How many people do we need, and how sure are we?"} <= set(messages())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_text_is_written_as_one_piece(path):
    """No text put together from parts inside the marker: it could not be found, and word order is each language's."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) in KEYWORDS and isinstance(node.func, ast.Name):
            message = node.args[0]
            assert not isinstance(message, ast.JoinedStr | ast.BinOp), f"line {node.lineno}: {ast.unparse(message)}"


def test_a_place_in_a_text_has_a_name_and_no_format():
    wrong = {}
    for message, where in messages().items():
        for _text, name, form, conversion in string.Formatter().parse(message):
            if name is not None and not (name.isidentifier() and not form and not conversion):
                wrong[where] = message  # numbers are formatted before they are put in
    assert wrong == {}


def test_every_name_a_page_translates_is_marked_where_it_is_written():
    names = [channel.label for channel in CHANNELS.values()] + list(MODELS)
    names += [label for _notebook, _module, label in PAGES.values()]
    names += [text for stage in STAGES.values() for text in (stage.label, stage.question)]
    names += [text for kpi in measures.KPIS.values() for text in (kpi.label, kpi.formula, kpi.definition)]
    names += [question.text for question in mission_content.QUESTIONS.values()]
    names += [column.meaning for table in TABLES.values() for column in table.columns]
    assert [name for name in names if name not in messages()] == []


# numbers, dates and durations ----------------------------------------------------------------------------------------
DAY = dt.date(2026, 3, 29)
FORMS = {
    "en": ("1,270.5", "81%", "3.5%", "3:15", "Mar 29, 2026", "Sun", "08:05", "1,270 EUR"),
    "de": ("1.270,5", "81 %", "3,5 %", "3:15", "29.03.2026", "So.", "08:05", "1.270 EUR"),
    "id": ("1.270,5", "81%", "3,5%", "3:15", "29 Mar 2026", "Min", "08:05", "1.270 EUR"),
    "fa": ("۱٬۲۷۰٫۵", "۸۱٪", "۳٫۵٪", "۳:۱۵", "۲۹ مارس ۲۰۲۶", "یکشنبه", "۰۸:۰۵", "۱٬۲۷۰ EUR"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_dates_are_written_as_the_reader_writes_them(language):
    say = Catalogue(language)
    made = (say.number(1270.5, 1), say.percent(0.814), say.percent(0.035, 1), say.duration(195), say.date(DAY))
    made += (say.weekday(DAY), say.time(dt.time(8, 5)), say.money(1270.4, "EUR"))
    assert made == FORMS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_a_dash_and_never_nan(language):
    say = Catalogue(language)
    for missing in (None, float("nan")):
        made = {say.number(missing), say.percent(missing), say.duration(missing), say.money(missing, "EUR")}
        assert made == {"–"}
    assert say.date(None) == "–"


def test_a_duration_is_seconds_up_to_ninety_then_minutes_then_hours():
    say = Catalogue("en")
    assert [say.duration(s) for s in (0, 90, 91, 3599.6, 3600, 36_000, 5430, -195)] == [
        "0 s",
        "90 s",
        "1:31",
        "1 h",
        "1 h",
        "10 h",
        "1 h 30 min",
        "-3:15",
    ]
    assert say.duration(float("inf")) == "∞"


def test_a_rounded_minus_zero_is_plain_zero():
    assert Catalogue("en").number(-0.2) == "0"


@given(st.floats(-1e12, 1e12), st.integers(0, 3), st.sampled_from(sorted(LANGUAGES)))
def test_a_number_in_any_language_means_what_it_says(value, digits, language):
    from babel.numbers import get_decimal_symbol, get_group_symbol

    form = {"numbering_system": "default"}
    written = Catalogue(language).number(value, digits).translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    written = written.replace("\u200e", "").replace("−", "-").replace(get_group_symbol(language, **form), "")
    assert float(written.replace(get_decimal_symbol(language, **form), ".")) == pytest.approx(
        value, abs=0.5001 * 10**-digits + math.ulp(value)
    )


def test_an_unknown_language_is_refused_with_those_there_are():
    with pytest.raises(PlanError, match="It speaks: en, de, id, fa"):
        Catalogue("xx")


def test_an_error_s_reasons_are_said_in_the_reader_s_language_too(monkeypatch):
    texts = {"It cannot be: {reasons}": "Es geht nicht: {reasons}", "{n} are missing.": "{n} fehlen."}
    monkeypatch.setattr("ccwb.messages._texts", lambda language: texts)
    error = PlanError("It cannot be: {reasons}", reasons=[PlanError("{n} are missing.", n=1200)] * 2)
    assert Catalogue("de").error(error) == "Es geht nicht: 1.200 fehlen. 1.200 fehlen."


def test_an_error_writes_its_numbers_in_the_reader_s_language():
    error = PlanError("{found} rows, at most {most}", found=12500, most=2000)
    assert Catalogue("de").error(error) == "12.500 rows, at most 2.000"
    assert str(error) == "12500 rows, at most 2000"


def test_only_persian_runs_from_right_to_left():
    assert {language for language in LANGUAGES if Catalogue(language).direction == "rtl"} == {"fa"}
