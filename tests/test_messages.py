"""Texts, numbers and dates: everything a reader reads goes through the catalogue, in the reader's own format."""

import ast
import datetime as dt
import math
import re
import string
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import ccwb
from ccwb import measures, mission_content
from ccwb.channels import CHANNELS
from ccwb.cycle import STAGES
from ccwb.errors import PlanError
from ccwb.forecast import MODELS
from ccwb.headings import HEADINGS, columns_of, headed
from ccwb.messages import LANGUAGES, LOCALE, N_, Catalogue
from ccwb.tables import TABLES
from ccwb.ui import make_catalogues
from ccwb.ui.shell import PAGES

ROOT = Path(ccwb.__file__).parent
KEYWORDS = ("_", "N_")
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
    """Return every text for the catalogues: text -> the files it stands in."""
    return make_catalogues.texts()


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
                wrong[message] = where  # numbers are formatted before they are put in
    assert wrong == {}


def test_every_name_a_page_translates_is_marked_where_it_is_written():
    names = [channel.label for channel in CHANNELS.values()] + list(MODELS)
    names += [label for _notebook, _module, label in PAGES.values()]
    names += [text for stage in STAGES.values() for text in (stage.label, stage.question)]
    names += [text for kpi in measures.KPIS.values() for text in (kpi.label, kpi.formula, kpi.definition)]
    names += [question.text for question in mission_content.QUESTIONS.values()]
    names += [column.meaning for table in TABLES.values() for column in table.columns]
    assert [name for name in names if name not in messages()] == []


# the translations -----------------------------------------------------------------------------------------------------
PLACES = re.compile(r"\{\{|\}\}|\{(\w+)\}")
SAME = re.compile(r"[A-Z]{2,}[a-z]?|[A-Z]\d|[\d\W_]+")  # an abbreviation, a number or a sign may stand as it is
TRANSLATED = [language for language in LANGUAGES if (LOCALE / language / "LC_MESSAGES" / "ccwb.po").exists()]


@cache
def translations(language):
    return make_catalogues.translated(LOCALE / language / "LC_MESSAGES" / "ccwb.po")


def glossary():
    """Return the rows of the glossary: a term in English, German, Indonesian and Persian."""
    lines = (ROOT.parent / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if not set(row[0]) <= set("-: ") and row[0] != "English"]


def wrong_in(translated):
    """Give what is wrong with translations, as a sentence each: text -> translation."""
    for message, said in translated.items():
        for what, of in {
            "places": lambda text: set(PLACES.findall(text)),
            "space around it": lambda text: (text[:1].isspace(), text[-1:].isspace()),
            "lines": lambda text: text.count("\n"),
            "marks of emphasis": lambda text: text.count("**"),
        }.items():
            if of(message) != of(said):
                yield f"{what}: {message!r} is {said!r}"


def copied(translated, allowed):
    """Return the texts of several words that stand in English where a translation should."""
    same = [message for message, said in translated.items() if message == said]
    plain = {message: PLACES.sub(" ", message) for message in same}
    columns = {column.name for table in TABLES.values() for column in table.columns}
    words = {message: [w for w in re.findall(r"\w+", text) if w not in columns] for message, text in plain.items()}
    return [m for m in same if len(words[m]) > 2 and m not in allowed and not all(map(SAME.fullmatch, words[m]))]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_complete_and_holds_nothing_else(language):
    known = translations(language)
    assert [message for message in messages() if message not in known] == []
    assert [message for message in known if message not in messages()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_and_lines_of_its_text(language):
    assert list(wrong_in(translations(language))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_was_left_in_english(language):
    terms = {row[0] for row in glossary()} | {row[0].split(" (")[0] for row in glossary()}
    assert copied(translations(language), terms) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_two_columns_of_a_table_share_a_heading(language):
    say = Catalogue(language)
    for name, table in TABLES.items():
        said = [say(HEADINGS[column.name]) for column in table.columns if column.name in HEADINGS]
        assert len(set(said)) == len(said), name


def test_the_guards_notice_a_broken_translation():
    broken = {"{n} calls": "{m} Anrufe", "Done": "Fertig ", "One\ntwo": "Eins zwei", "**Log it.**": "Notieren."}
    assert [said.split(":")[0] for said in wrong_in(broken)] == [
        "places",
        "space around it",
        "lines",
        "marks of emphasis",
    ]
    same = ["Nothing is left over", "FTE", "{n} of {of} WAPE", "Net promoter score (NPS)"]
    assert copied({m: m for m in same}, {"Net promoter score (NPS)"}) == ["Nothing is left over"]


def test_the_glossary_has_its_terms_in_four_languages():
    rows = glossary()
    assert len(rows) >= 110
    assert [row for row in rows if len(row) < 4 or not all(row[:4])] == []


def test_a_catalogue_is_read_as_the_usual_tools_read_it(tmp_path, monkeypatch):
    said = {message: f'Ä{message} "x" \\ \n\t' for message in messages()}
    path = tmp_path / "de" / "LC_MESSAGES" / "ccwb.po"
    path.parent.mkdir(parents=True)
    path.write_text(make_catalogues.catalogue(said, said, "de") + '\n#, fuzzy\nmsgid "Guessed"\nmsgstr "Geraten"\n')
    monkeypatch.setattr("ccwb.messages.LOCALE", tmp_path)
    with path.open("rb") as file:
        assert {m.id: m.string for m in read_po(file) if m.id and not m.fuzzy} == said
    assert ccwb.messages._texts.__wrapped__("de") == said


def test_a_catalogue_that_is_brought_up_to_date_keeps_what_still_holds_and_nothing_else(tmp_path):
    path = tmp_path / "ccwb.po"
    path.write_text(make_catalogues.catalogue({"Old": ["a.py"], "Kept": ["a.py"]}, {"Old": "Alt", "Kept": "Bleibt"}))
    now = make_catalogues.catalogue({"Kept": ["a.py"], "New": ["b.py"]}, make_catalogues.translated(path))
    path.write_text(now)
    assert make_catalogues.translated(path) == {"Kept": "Bleibt"}
    assert make_catalogues.catalogue({"Kept": ["a.py"], "New": ["b.py"]}, make_catalogues.translated(path)) == now


def test_a_file_s_headings_are_the_reader_s_and_are_understood_when_it_comes_back(monkeypatch):
    texts = {"Contacts offered": "Angebotene Kontakte", "Start of the interval": "Beginn des Intervalls"}
    monkeypatch.setattr("ccwb.messages._texts", lambda language: texts if language == "de" else {})
    table = pd.DataFrame(columns=["offered", "interval_start", "Our own"])
    assert list(headed(table, Catalogue("en")).columns) == ["offered", "interval_start", "Our own"]
    written = list(headed(table, Catalogue("de")).columns)
    assert written == ["Angebotene Kontakte", "Beginn des Intervalls", "Our own"]
    zoned = "Beginn des Intervalls (Europe/Berlin)"
    assert columns_of([*written[::2], zoned]) == {
        "Angebotene Kontakte": "offered",
        zoned: "interval_start (Europe/Berlin)",
    }


def test_headings_are_told_apart():
    assert len(set(HEADINGS.values())) == len(HEADINGS)


def test_a_marked_text_among_the_values_of_a_sentence_is_translated_and_a_typed_one_is_not(monkeypatch):
    texts = {"It lacks: {what}.": "Es fehlt: {what}.", "a reason": "ein Grund"}
    monkeypatch.setattr("ccwb.messages._texts", lambda language: texts)
    say = Catalogue("de")
    assert say("It lacks: {what}.", what=N_("a reason")) == "Es fehlt: ein Grund."
    assert say("It lacks: {what}.", what="a reason") == "Es fehlt: a reason."
    error = PlanError("It lacks: {what}.", what=[N_("a reason"), "a reason"])
    assert say.error(error) == "Es fehlt: ein Grund, a reason."
    assert str(error) == "It lacks: a reason, a reason."


# numbers, dates and durations ----------------------------------------------------------------------------------------
DAY = dt.date(2026, 3, 29)
FORMS = {
    "en": ("1,270.5", "81%", "3.5%", "3:15", "Mar 29, 2026", "Sun", "08:05", "1,270 EUR"),
    "de": ("1.270,5", "81\u00a0%", "3,5\u00a0%", "3:15", "29.03.2026", "So.", "08:05", "1.270 EUR"),
    "id": ("1.270,5", "81%", "3,5%", "3:15", "29 Mar 2026", "Min", "08:05", "1.270 EUR"),
    "fa": ("۱٬۲۷۰٫۵", "۸۱٪", "۳٫۵٪", "۳:۱۵", "۹ فروردین ۱۴۰۵", "یکشنبه", "۰۸:۰۵", "۱٬۲۷۰ EUR"),
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
