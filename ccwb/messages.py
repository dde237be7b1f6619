"""What a reader sees: texts from the message catalogues, numbers and dates in the reader's own format.

The English text is the key of every message; `locale/<language>/LC_MESSAGES/ccwb.po` holds the translations. Text in
the core is marked with `N_` where it is written and translated where it is shown.
"""

import datetime as dt
import math
from functools import cache
from pathlib import Path

from ccwb.errors import PlanError

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "de": "Deutsch", "id": "Bahasa Indonesia", "fa": "فارسی"}
RIGHT_TO_LEFT = {"fa"}
_OWN = {"numbering_system": "default"}  # the separators of the language's own script, as its digits


def N_(message):  # noqa: N802 - the marker that catalogue tools know
    """Return `message` unchanged: marks a text for the catalogues where it is written, translated where it is shown."""
    return message


class Catalogue:
    """The texts, numbers and dates of one language.

    >>> say = Catalogue("en")
    >>> say("{n} agents on {day}", n=say.number(1270), day=say.date(dt.date(2026, 3, 29)))
    '1,270 agents on Mar 29, 2026'
    >>> say.percent(0.814), say.duration(14), say.duration(195), say.number(float("nan"))
    ('81%', '14 s', '3:15', '–')
    >>> Catalogue("de").number(1270.5, 1), Catalogue("fa").number(1270)
    ('1.270,5', '۱٬۲۷۰')
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
        """Return `message` in this language, its named places filled with `values`."""
        text = _texts(self.language).get(message) or message
        return text.format(**values) if values else text

    def error(self, error):
        """Return what a PlanError says, in this language; so are the reasons among its values, one or several."""
        return self(error.message, **{name: self._value(v) for name, v in error.values.items()})

    def _value(self, value):
        if hasattr(value, "message"):  # a reason in words of its own, such as a blocker
            return self.error(value)
        if isinstance(value, (list, tuple)):
            return " ".join(str(self._value(one)) for one in value)
        return self.number(value) if isinstance(value, (int, float)) else value

    def number(self, value, digits=0):
        """Return `value` with at most `digits` decimals in the reader's format; a dash where it is missing."""
        if _absent(value):
            return self.missing
        from babel.numbers import format_decimal

        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        value = round(float(value), digits) + 0.0  # + 0.0: a rounded -0.0 is plain zero
        return self.digits(format_decimal(value, format=pattern, locale=self.language, **_OWN))

    def percent(self, share, digits=0):
        """Return a share (0..1) as percent."""
        if _absent(share):
            return self.missing
        from babel.numbers import format_percent

        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        pattern += " %" if self.language == "de" else "%"
        written = self.digits(format_percent(float(share), format=pattern, locale=self.language, **_OWN))
        return written.replace("%", "٪") if self.language == "fa" else written

    def duration(self, seconds):
        """Return a duration: seconds up to 90, then m:ss, from one hour on hours and minutes."""
        if _absent(seconds):
            return self.missing
        if math.isinf(seconds):
            return "∞"
        if abs(seconds) <= 90:
            return self(N_("{n} s"), n=self.number(seconds))
        sign, whole = "-" if seconds < 0 else "", round(abs(seconds))
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
        """Return a day in the reader's format (style: short, medium, long, full)."""
        if _absent(day):
            return self.missing
        from babel.dates import format_date

        return self.digits(format_date(_as_date(day), format=style, locale=self.language))

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


@cache
def _texts(language):
    """Return a language's translations, English text -> text; empty for English, which is the key itself."""
    path = LOCALE / language / "LC_MESSAGES" / "ccwb.po"
    if not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {m.id: m.string for m in catalogue if isinstance(m.id, str) and m.id and m.string and not m.fuzzy}


def complete_languages():
    """Return the languages the interface can be read in from end to end, English first."""
    return ["en"] + [language for language in LANGUAGES if language != "en" and _texts(language)]


def _absent(value):
    import pandas as pd

    return bool(pd.isna(value))


def _as_date(day):
    if isinstance(day, dt.datetime):
        return day.date()
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)[:10])
