"""The language of this page: texts, numbers and dates as its reader writes them.

A page belongs to one kernel and one reader, so the language is kept here and every page module imports the few short
names below. The core never does: it is given a Catalogue or gives back plain values.
"""

import datetime as dt
import re
from functools import cache

from ccwb.messages import Catalogue

_now = {"say": Catalogue("en")}


def use(language):
    """Make `language` the one that this page speaks."""
    _now["say"] = Catalogue(language)


def say():
    """Return the Catalogue in use."""
    return _now["say"]


def _(message, **values):
    """Return `message` in the reader's language, its places filled."""
    return _now["say"](message, **values)


def number(value, digits=0):
    return _now["say"].number(value, digits)


def percent(share, digits=0):
    return _now["say"].percent(share, digits)


def duration(seconds):
    return _now["say"].duration(seconds)


def money(amount, currency):
    return _now["say"].money(amount, currency)


def date(day, style="medium"):
    return _now["say"].date(day, style)


def clock(moment):
    return _now["say"].time(moment)


def read_number(said):
    """Return the number that somebody wrote, in English, with a decimal comma, or in the reader's own digits.

    A single mark before three digits is read as the reader's language has it; ValueError when it is no number.

    >>> [read_number(said) for said in ("1.234,5", "1,234.5", "0,5", "1,234", "1.234", "12 %", "۱۲٫۵")]
    [1234.5, 1234.5, 0.5, 1234.0, 1.234, 12.0, 12.5]
    """
    from babel.numbers import get_group_symbol

    plain = re.sub(r"[\s%٬']", "", said).replace("٫", ".").replace("−", "-")
    own = get_group_symbol(_now["say"].language)
    for mark, point in ((",", "."), (".", ",")):
        groups = rf"[-+]?[1-9]\d{{0,2}}(\{mark}\d{{3}})"
        if re.fullmatch(rf"{groups}{'+' if mark == own else '{2,}'}|{groups}+\{point}\d*", plain):
            plain = plain.replace(mark, "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", plain, re.IGNORECASE):
        raise ValueError(said)
    return float(plain)


def signed(value, show=number, *more):
    """Return a change with its sign always written: +4, -3, ±0."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number that differs from itself
        return _now["say"].missing
    text = show(abs(value), *more)
    plain = show(0, *more)
    if text == plain:
        return "±" + plain
    return ("+" if value > 0 else "−") + text


def when(moment):
    """Return when something was saved: the time today, else the day and time; a dash for never."""
    if moment is None:
        return _now["say"].missing
    local = moment.astimezone()
    today = dt.datetime.now().astimezone().date()
    return clock(local) if local.date() == today else f"{date(local)} {clock(local)}"


@cache
def d3_locale(language):
    """Return how charts write numbers and dates in a language, as Vega wants to be told."""
    if language == "en":
        return {"format": None, "time_format": None}
    from babel import Locale

    locale = Locale.parse(language)
    symbols = locale.number_symbols[locale.default_numbering_system]
    digits = Catalogue(language).digits
    months, days = locale.months["format"], locale.days["format"]
    week = [6, 0, 1, 2, 3, 4, 5]  # d3 begins its week on Sunday
    form = {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
        "numerals": [digits(str(n)) for n in range(10)],
        "percent": symbols["percentSign"],
    }
    time_form = {
        "dateTime": "%A, %e. %B %Y %X",
        "date": "%d.%m.%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [days["wide"][n] for n in week],
        "shortDays": [days["abbreviated"][n] for n in week],
        "months": [months["wide"][n] for n in range(1, 13)],
        "shortMonths": [months["abbreviated"][n] for n in range(1, 13)],
    }
    return {"format": form, "time_format": time_form}
