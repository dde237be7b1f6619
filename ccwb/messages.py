"""What a reader sees: texts from the message catalogues, numbers and dates in the reader's own format.

The English text is the key of every message; `locale/<language>/LC_MESSAGES/ccwb.po` holds the translations. Text in
the core is marked with `N_` where it is written and translated where it is shown.
"""

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from numbers import Real
from pathlib import Path

from ccwb.errors import PlanError

LARGEST = 1e15  # of a number that has decimals worth rounding
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "de": "Deutsch", "id": "Bahasa Indonesia", "fa": "فارسی"}
RIGHT_TO_LEFT = {"fa"}
MINUS = {"fa": "\u200e−"}  # a sign stands at the left of its number in Persian, too
_LETTERS = re.compile("[A-Za-z\u00c0-\u024f]")
_OWN_LETTERS = re.compile("[\u0600-\u06ff]")
# Isolates: what is in them keeps its order, what is around them its place. From right to left, as its letters run, or
# from left to right.
_TURNED, _APART, _FIGURES = "\u2067{}\u2069", "\u2068{}\u2069", "\u2066{}\u2069"
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)?(?:(?:^| )(\d?\d:\d\d))?")
_SIGNED = re.compile("(?<![\\w\u200e])([±+−] ?)(?=[۰-۹])")
_SIGN_FIRST = re.compile(r"\s*[-+±−]\s*[۰-۹]")
_ISOLATED = re.compile("[\u2066-\u2069]")
PERSIAN_MARKS = {",": "،", ";": "؛"}
# An entry of a catalogue, as `make messages` writes it: read in half of the time that babel takes for all it knows.
_ENTRY = re.compile(r'(^#, .*fuzzy.*\n)?^msgid (".*"(?:\n".*")*)\nmsgstr (".*"(?:\n".*")*)', re.MULTILINE)
_ESCAPED, _ESCAPES = re.compile(r"\\(.)"), {"n": "\n", "t": "\t", "r": "\r"}
_OWN = {"numbering_system": "default"}  # the separators of the language's own script, as its digits


class Message(str):
    """A text of the catalogues: among the values of a sentence it is translated, as what a team typed never is."""

    __slots__ = ()


class Column(str):
    """The fixed name of a column among the values of a sentence: it is said as tables head it for the reader.

    >>> Catalogue("de")("Es fehlt: {column}", column=Column("handled"))
    'Es fehlt: Bearbeitete Kontakte'
    """

    __slots__ = ()


def N_(message):  # noqa: N802 - the marker that catalogue tools know
    """Return `message` as a Message: marked for the catalogues where it is written, translated where it is shown."""
    return Message(message)


class Catalogue:
    """The texts, numbers and dates of one language.

    >>> say = Catalogue("en")
    >>> say("{n} agents on {day}", n=say.number(1270), day=say.date(dt.date(2026, 3, 29)))
    '1,270 agents on Mar 29, 2026'
    >>> say.percent(0.814), say.duration(14), say.duration(195), say.number(float("nan"))
    ('81%', '14 s', '3:15', '–')
    >>> Catalogue("de").number(1270.5, 1), Catalogue("fa").number(1270)
    ('1.270,5', '۱٬۲۷۰')
    >>> Catalogue("fa").date(dt.date(2026, 11, 22)), Catalogue("fa").date(dt.date(2026, 11, 22), "long")
    ('۱ آذر ۱۴۰۵', '۱ آذر ۱۴۰۵ (۲۲ نوامبر ۲۰۲۶)')
    """

    missing = "–"  # shown wherever a number is not known

    def __init__(self, language="en"):
        if language not in LANGUAGES:
            raise PlanError(
                N_("The workbook does not speak '{language}'. It speaks: {known}."),
                language=language,
                known=", ".join(LANGUAGES),
            )
        self.language = language
        self.direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"

    def __call__(self, message, **values):
        """Return `message` in this language, its places filled with `values`, of which a Message is said so too."""
        text = _texts(self.language).get(message) or message
        values = {name: self._told(value) for name, value in values.items()}
        if self.direction == "rtl":
            values = {name: self._turned(value) for name, value in values.items()}
        text = text.format(**values) if values else text
        return _SIGNED.sub("\u200e\\1", inner_quotes(text)) if self.language == "fa" else text

    def error(self, error):
        """Return what a PlanError says, in this language; so are the reasons among its values, one or several."""
        return self(error.message, **{name: self._value(v) for name, v in error.values.items()})

    def _told(self, value):
        """Return what fills a place: a Message in this language, a Column by its heading, whatever else as it is."""
        if isinstance(value, Column):
            from ccwb.headings import heading

            return heading(value, self)
        return self(value) if isinstance(value, Message) else value

    def _value(self, value):
        if hasattr(value, "message"):  # a reason in words of its own, such as a blocker
            return self.error(value)
        if isinstance(value, (list, tuple)):
            told = [str(self._value(one)) for one in value]
            mark = ";" if any(isinstance(one, Column) for one in value) else ","  # headings have commas of their own
            return " ".join(told) if any(hasattr(one, "message") for one in value) else self.listed(told, mark)
        if isinstance(value, Real) and not isinstance(value, bool):
            return self.number(value, 0 if float(value).is_integer() else _decimals(value))
        return self._told(value)

    def listed(self, texts, mark=","):
        """Return texts one after the other, told apart by this language's comma, or by its semicolon (mark ";").

        >>> Catalogue("en").listed(["Voice", "Chat"]), Catalogue("fa").listed(["الف", "ب"], ";")
        ('Voice, Chat', 'الف؛ ب')
        """
        return f"{PERSIAN_MARKS[mark] if self.language == 'fa' else mark} ".join(map(str, texts))

    def _turned(self, value):
        """Return a value of a sentence that runs from right to left: foreign words in it keep their own order.

        Days and clocks that the core writes are put as the reader writes them.
        """
        if isinstance(value, int) and not isinstance(value, bool):
            return self.digits(str(value))
        if not isinstance(value, str):
            return value
        return self._moment(value) or self.apart(value)

    def _moment(self, value):
        """Return a day, a time of day or both as the reader writes them; None for any other text, and for no such day.

        >>> Catalogue("fa")._moment("2026-11-22 08:30"), Catalogue("fa")._moment("2026-02-30")
        ('۱ آذر ۱۴۰۵ ۰۸:۳۰', None)
        """
        written = _MOMENT.fullmatch(value)
        if not written:
            return None
        day, clock = written.groups()
        try:
            return " ".join(filter(None, [day and self.date(day), clock and self.digits(clock)]))
        except ValueError:  # a day that the calendar does not have
            return None

    def apart(self, text):
        """Return a text that stands among others: on a page from right to left, foreign words and typed figures keep
        their own order, and their dots and signs.
        """
        if self.direction != "rtl":
            return text
        if _LETTERS.search(text):
            return (_TURNED if _OWN_LETTERS.search(text) else _APART).format(text)
        return _FIGURES.format(text) if typed_figures(text) else text

    def number(self, value, digits=0):
        """Return `value` with at most `digits` decimals in the reader's format; a dash where it is missing."""
        if _absent(value):
            return self.missing
        value = rounded(float(value), digits) + 0.0  # + 0.0: a rounded -0.0 is plain zero
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        return self.digits(f"{value:,.{digits}f}".translate(_marks(self.language)))

    def percent(self, share, digits=0):
        """Return a share (0..1) as percent."""
        if _absent(share):
            return self.missing
        before, after = _percent_signs(self.language)
        return before + self.number(float(Decimal(repr(float(share))) * 100), digits) + after

    def duration(self, seconds):
        """Return a duration: seconds up to 90, then m:ss, from one hour on hours and minutes."""
        if _absent(seconds):
            return self.missing
        if math.isinf(seconds):
            return "∞"
        if abs(seconds) <= 90:
            return self(N_("{n} s"), n=self.number(seconds))
        sign, whole = MINUS.get(self.language, "-") if seconds < 0 else "", round(abs(seconds))
        if whole < 3600:
            return self.digits(f"{sign}{whole // 60}:{whole % 60:02d}")
        hours, minutes = divmod(round(whole / 60), 60)
        said = N_("{sign}{h} h {m} min") if minutes else N_("{sign}{h} h")
        return self(said, sign=sign, h=self.number(hours), m=self.number(minutes))

    def money(self, amount, currency):
        """Return an amount of money without cents, with its currency."""
        if _absent(amount):
            return self.missing
        return f"{self.number(amount)} {currency}"

    def date(self, day, style="medium"):
        """Return a day in the reader's format (style: short, medium, long, full).

        Persian has days of the Persian calendar; long and full ones name that of the Gregorian one beside it.
        """
        if _absent(day):
            return self.missing
        from babel.dates import format_date

        if self.language == "fa":
            return self._persian_date(_as_date(day), style)
        return format_date(_as_date(day), format=style, locale=self.language)

    def _persian_date(self, day, style):
        import jdatetime
        from babel.dates import format_date

        own = jdatetime.date.fromgregorian(date=day)
        if style == "short":
            return self.digits(f"{own.year}/{own.month}/{own.day}")
        said = f"{own.day} {jdatetime.date.j_months_fa[own.month - 1]} {own.year}"
        if style == "full":
            said = f"{self.weekday(day, 'EEEE')} {said}"
        if style in ("long", "full"):
            said += f" ({format_date(day, format='d MMMM y', locale='fa')})"
        return self.digits(said)

    def weekday(self, day, style="EEE"):
        """Return the name of the day's weekday, short by default."""
        from babel.dates import format_date

        return format_date(_as_date(day), format=style, locale=self.language)

    def time(self, moment):
        """Return the time of day as HH:MM."""
        return self.digits(f"{moment:%H:%M}")

    def digits(self, text):
        """Return `text` with its digits in the reader's script."""
        if self.language != "fa":
            return text
        return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def rounded(value, digits=0):
    """Return a number with so many decimals, a half away from zero, as every browser writes numbers.

    >>> rounded(12.5), rounded(-12.5), rounded(0.285, 2), rounded(30000.5)
    (13.0, -13.0, 0.29, 30001.0)
    """
    if not abs(value) < LARGEST:
        return round(value, digits)
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def inner_quotes(text):
    """Return a Persian text with quotes within its quotes as “…”.

    >>> inner_quotes("«هدف «الف»»"), inner_quotes("«الف» و «ب»")
    ('«هدف “الف”»', '«الف» و «ب»')
    """
    if "«" not in text or text.count("«") != text.count("»"):
        return text
    out, depth = [], 0
    for letter in text:
        depth -= letter == "»"
        out.append({"«": "“", "»": "”"}.get(letter, letter) if depth > 0 else letter)
        depth += letter == "«"
    return "".join(out)


def arranged(text):
    """Return whether a text holds isolates: each of its parts has its order already."""
    return bool(_ISOLATED.search(text))


def typed_figures(text):
    """Return whether a text is figures and signs as people type them, which run from left to right in every language.

    >>> [typed_figures(typed) for typed in ("-5", "5%", "08:00-20:00", "100, 130", "-۵")]
    [True, True, True, True, True]
    >>> [typed_figures(text) for text in ("27", "3 مه", "CH-3", "۱٬۲۷۰", "5، 7", "")]
    [False, False, False, False, False, False]
    """
    if "،" in text or arranged(text):
        return False
    latin = any("0" <= letter <= "9" for letter in text) and not text.strip().isdigit()
    return not any(map(str.isalpha, text)) and bool(latin or _SIGN_FIRST.match(text))


@cache
def _marks(language):
    """Return what the group and decimal marks of Python's numbers are in a language; a slider asks for many numbers."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    marks = {",": get_group_symbol(language, **_OWN), ".": get_decimal_symbol(language, **_OWN)}
    return str.maketrans(marks | {"-": MINUS.get(language, "-")})


@cache
def _percent_signs(language):
    """Return what stands before and behind a percentage; number and sign stay on one line."""
    from babel import Locale

    before, after = Locale(language).percent_formats[None].pattern.split("#,##0")
    return before, after.replace("%", "٪") if language == "fa" else after


@cache
def _texts(language):
    """Return a language's translations, English text -> text; empty for English, which is the key itself."""
    path = LOCALE / language / "LC_MESSAGES" / "ccwb.po"
    if not path.exists():
        return {}
    found = _ENTRY.findall(path.read_text(encoding="utf-8"))
    read = ((_read(message), _read(said)) for guessed, message, said in found if not guessed)
    return {message: said for message, said in read if message and said}


def _read(quoted):
    """Return what a catalogue's quoted lines say.

    >>> _read('""\\n"Say \\\\"no\\\\"\\\\n"\\n"twice."')
    'Say "no"\\ntwice.'
    """
    text = "".join(line[1:-1] for line in quoted.split("\n"))
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


def complete_languages():
    """Return the languages the interface can be read in from end to end, English first."""
    return ["en"] + [language for language in LANGUAGES if language != "en" and _texts(language)]


def chosen_language(asked="", remembered="", preferred=""):
    """Return the language a page opens in: what its address asks for, else what this reader chose last.

    asked, remembered : a language or anything else.  preferred : the browser's Accept-Language, heard where the reader
    has chosen nothing; of it only languages that the interface can be read in from end to end.

    >>> chosen_language("fa", "de"), chosen_language("", "de"), chosen_language("xx", "yy"), chosen_language()
    ('fa', 'de', 'en', 'en')
    """
    for named in (asked, remembered):
        if named in LANGUAGES:
            return named
    wanted = (part.split(";")[0].strip().split("-")[0].casefold() for part in preferred.split(","))
    return next((language for language in wanted if language in complete_languages()), "en")


def _decimals(value):
    """Return how many decimals it takes to write a number as it is, at most six."""
    return len(f"{abs(value) % 1:.6f}".rstrip("0")) - 2 if math.isfinite(value) else 0


def _absent(value):
    import pandas as pd

    return bool(pd.isna(value))


def _as_date(day):
    if isinstance(day, dt.datetime):
        return day.date()
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10])
