"""The language of this page: texts, numbers and dates as its reader writes them.

A page belongs to one kernel and one reader, so the language is kept here and every page module imports the few short
names below. The core never does: it is given a Catalogue or gives back plain values.
"""

import datetime as dt
import re
from functools import cache

from ccwb.messages import LANGUAGES, MINUS, N_, Catalogue

NOBODY = N_("no name given")  # what is saved in place of a name
_NOBODY_ONCE = {"kein Name angegeben", "belum ada nama"}  # as it was said, and saved, before
_now = {"say": Catalogue("en")}


def use(language):
    """Make `language` the one that this page speaks."""
    _now["say"] = Catalogue(language)


def say():
    """Return the Catalogue in use."""
    return _now["say"]


def _(message, **values):
    """Return `message` in the reader's language, its places filled; {who} is said as `person` says it."""
    if "who" in values:
        values["who"] = person(values["who"])
    return _now["say"](message, **values)


def person(name):
    """Return what is said of who saved something: the name, in the reader's language where none was given."""
    return _(NOBODY) if isinstance(name, str) and name in _nobody() else name


def _nobody():
    """Return how "no name given" was saved by who wrote in other languages, as was done once."""
    return {Catalogue(language)(NOBODY) for language in LANGUAGES} | _NOBODY_ONCE


def number(value, digits=0):
    return _now["say"].number(value, digits)


def percent(share, digits=0):
    return _now["say"].percent(share, digits)


def against(share, goal):
    """Return a share and its goal as percent: with a decimal where the goal has one, or where one is needed to tell
    that it is missed.

    >>> against(0.834, 0.8), against(0.7951, 0.8), against(0.31, 0.305)
    (('83%', '80%'), ('79.5%', '80%'), ('31.0%', '30.5%'))
    """
    whole = abs(100 * goal - round(100 * goal)) < 1e-6
    apart = share < goal and percent(share) == percent(goal)
    return percent(share, 1 if apart or not whole else 0), percent(goal, 0 if whole else 1)


def duration(seconds):
    return _now["say"].duration(seconds)


def money(amount, currency):
    return _now["say"].money(amount, currency)


def date(day, style="medium"):
    return _now["say"].date(day, style)


def listed(texts, mark=","):
    return _now["say"].listed(texts, mark)


def joined(parts, mark=" · "):
    """Return texts beside each other in one line, the empty ones left out; each keeps its dots and signs to itself."""
    return mark.join(_now["say"].apart(str(part)) for part in parts if part)


def clock(moment):
    return _now["say"].time(moment)


# How one unit is written, as static/common.js has it: a number is read with any of the names of its field's own unit, a
# time also in another unit of time.
TIMES = (
    (1, ("s", "sec", "sek", "dtk", "detik", "seconds", "sekunden", "ثانیه")),
    (60, ("min", "mnt", "menit", "minutes", "minuten", "دقیقه")),
    (3600, ("h", "std", "jam", "hours", "stunden", "ساعت")),
)
CURRENCIES = {"eur": "€", "usd": "$", "gbp": "£", "idr": "rp", "irr": "ریال", "try": "₺", "inr": "₹", "jpy": "¥"}


def read_number(said, unit=""):
    """Return the number that somebody wrote, in English, with a decimal comma, or in the reader's own digits.

    A single mark before three digits is read as the reader's language has it; ValueError when it is no number.
    unit : of the field, which may stand beside the number as pages write it; so may the sign for percent.

    >>> [read_number(said) for said in ("1.234,5", "1,234.5", "0,5", "1,234", "1.234", "12 %", "۱۲٫۵", "۷۴٪")]
    [1234.5, 1234.5, 0.5, 1234.0, 1.234, 12.0, 12.5, 74.0]
    >>> read_number("30.000,00 €", "EUR"), read_number("28 s", "seconds"), read_number("± 2.0", "%")
    (30000.0, 28.0, 2.0)
    >>> read_number("3:15", "s"), read_number("3:15 min", "s"), read_number("1 h 7 min", "s")
    (195.0, 195.0, 4020.0)
    """
    from babel.numbers import get_group_symbol

    plain = re.sub(r"[\s%٪±٬'’\u200e\u200f\u061c\u2066-\u2069]", "", said).replace("٫", ".").replace("−", "-")
    plain, times = _without_unit(plain, unit)
    own = get_group_symbol(_now["say"].language)
    for mark, point in ((",", "."), (".", ",")):
        groups = rf"[-+]?[1-9]\d{{0,2}}(\{mark}\d{{3}})"
        if re.fullmatch(rf"{groups}{'+' if mark == own else '{2,}'}|{groups}+\{point}\d*", plain):
            plain = plain.replace(mark, "")
    if _now["say"].language == "fa":  # in Iran a slash marks the decimals, too
        plain = re.sub(r"^([-+]?\d+)/(\d+)$", r"\1.\2", plain)
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", plain, re.IGNORECASE):
        raise ValueError(said)
    return float(plain) * times


def _without_unit(plain, unit):
    """Return a typed number without the unit beside it, and how many of the field's own unit one of its units is."""
    wanted = re.sub(r"\s", "", unit).casefold()
    own = next((seconds for seconds, names in TIMES if wanted in names), 0)
    minutes, hours = ("|".join(names) for _seconds, names in TIMES[1:])
    if own and (parts := re.fullmatch(rf"(\d+):([0-5۰-۵]\d)({minutes})?\.?", plain, re.IGNORECASE)):
        return str(60 * int(parts[1]) + int(parts[2])), 1 / own
    long = rf"(\d+)({hours})\.?و?(\d+)({minutes})\.?"
    if own and (parts := re.fullmatch(long, plain, re.IGNORECASE)):
        return str(3600 * int(parts[1]) + 60 * int(parts[3])), 1 / own
    names = {name: seconds / own for seconds, said in TIMES for name in said} if own else {}
    names |= {wanted: 1} if wanted else {}
    names |= {CURRENCIES[wanted]: 1} if wanted in CURRENCIES else {}
    for name in sorted(names, key=len, reverse=True):
        for cut in (plain.removesuffix("."), plain):
            if cut.casefold().endswith(name):
                return cut[: -len(name)], names[name]
            if cut.casefold().startswith(name):
                return cut[len(name) :], names[name]
    return plain, 1


def signed(value, show=number, *more):
    """Return a change with its sign always written: +4, -3, ±0."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number that differs from itself
        return _now["say"].missing
    text = show(abs(value), *more)
    plain = show(0, *more)
    if text == plain:
        return "±" + plain
    minus = MINUS.get(_now["say"].language, "−")
    return (minus.replace("−", "+") if value > 0 else minus) + text


def unit(said):
    """Return a unit as it stands beside a number: the reader's own sign for percent."""
    return "٪" if said == "%" and _now["say"].language == "fa" else said


def about(value):
    """Return a width as it stands behind a figure: ± 8%, its mark on the left in every language."""
    mark = "\u200e" if _now["say"].direction == "rtl" else ""
    return f"{mark}± {value}"


def when(moment):
    """Return when something was saved: the time today, else the day and time; a dash for never."""
    if moment is None:
        return _now["say"].missing
    local = moment.astimezone()
    today = dt.datetime.now().astimezone().date()
    return clock(local) if local.date() == today else f"{date(local)} {clock(local)}"


@cache
def d3_locale(language):
    """Return how charts write numbers and dates in a language, as Vega wants to be told.

    The Persian calendar is not Vega's to know: there static/chart.js writes dates and clocks itself.
    """
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
        "minus": symbols["minusSign"] if language == "fa" else "−",
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
