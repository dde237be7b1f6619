"""Text cells -> numbers, durations, shares and flags. Each distinct text is read once."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.intake.languages import LANGUAGES, all_words, plain, spelled, squeezed

MISSING = {
    "", "-", "--", "–", "—", ".", "n/a", "na", "n.a.", "null", "none", "nan", "nat", "missing", "k.a.", "#n/a", "#na",
    "#div/0!", "#value!", "#ref!", "#null!", "#num!", "#name?", "(blank)",
    *(word for language in LANGUAGES.values() for word in language.missing.split("|")),
}  # fmt: skip
_NO_TEXT = {"", "-", "--", "–", "—", "n/a", "#n/a", "null", "nan", "nat", "(blank)"}  # 'None' and 'Na' may be names
YES = {"y", "yes", "true", "1", "answered", "handled", "accepted", "connected", "completed", "resolved", "solved", "si",
       "oui", *map(squeezed, all_words("yes"))}  # fmt: skip
NO = {"n", "no", "false", "0", "abandoned", "missed", "unanswered", "notanswered", "lost", "dropped", "unresolved",
      "notresolved", "open", "non", *map(squeezed, all_words("no"))}  # fmt: skip
_NUMBER = re.compile(r"([+\-−]?)(\d[\d.,]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?(%?)")
_SPACES = re.compile(r"(?<=\d)[ '’](?=\d{3}(?!\d))")
_PARTED = re.compile(r"\d[ '’]\d{3}([.,])\d+$")
_PERCENT_FIRST = re.compile(r"\s*([+\-−]?)\s*%\s*([^%\s][^%]*)")
_ARABIC_MARKS = str.maketrans({"٫": ".", "٬": None})
_MONEY = "|".join(map(re.escape, sorted(["$", "£", "usd", "gbp", *all_words("money")], key=len, reverse=True)))
_AMOUNT = re.compile(rf"(?:({_MONEY})\.?\s*)?([+-]?[\d.,'’ /]*\d)(?:[.,][-–]+)?(?:\s*({_MONEY}))?", re.IGNORECASE)
_UNIT_S = {**dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hora", "horas"), 3600)}
_UNIT_S |= dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60)
_UNIT_S |= dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1)
_UNIT_S |= {word: {"hours": 3600, "minutes": 60, "seconds": 1}[unit] for word, unit in spelled("units").items()}
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?[\s,]*(?:(?:and|und|dan|و)\s+)?")
_SPAN = re.compile(r"(-?)(?:(\d+)\s*d(?:ays?)?,?\s*)?(\d{1,6}):(\d{1,2})(?::(\d{1,2}(?:[.,]\d+)?))?")


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers: values (missing is nan), `bad` where a text is none, `percent` where % was written."""

    values: np.ndarray
    bad: np.ndarray
    percent: np.ndarray


def each(column, read, *dtypes):
    """Return arrays of what `read` gives for every cell of `column`, reading each distinct text once."""
    codes, uniques = pd.factorize(np.asarray(column, dtype=object))
    found = [read(text) for text in uniques]
    columns = zip(*found, strict=True) if found else [()] * len(dtypes)
    return tuple(np.array(list(c), dtype=d)[codes] for c, d in zip(columns, dtypes, strict=True))


def numbers(column, *, decimal="."):
    """Return a column of texts as Numbers. decimal : the mark before the decimals; the other one parts thousands.

    >>> numbers(["1,204", "94 %", "n/a", "five"], decimal=".").values.tolist()
    [1204.0, 94.0, nan, nan]
    """
    return Numbers(*each(column, lambda text: _number(text, decimal), np.float64, bool, bool))


def _number(text, decimal):
    if text.lower() in MISSING:
        return math.nan, False, False
    if text.isascii() and text.isdecimal():
        return float(text) if len(text) < 300 else math.nan, len(text) >= 300, False
    written, decimal = _written(text, decimal)
    match = _NUMBER.fullmatch(written)
    digits = match and _plain_digits(match[2], decimal)
    if not digits:
        return math.nan, True, False
    value = float(f"{digits}e{match[3] or 0}") * (-1 if match[1] == "-" else 1)
    return (value, False, bool(match[4])) if math.isfinite(value) else (math.nan, True, False)


def _written(text, decimal):
    """Return a number in ASCII without spaces, apostrophes and the mark of a currency, and its decimal mark.

    The decimal mark of Persian and Arabic digits (٫, or a slash between two groups of digits) leaves nothing open.
    """
    out = _PERCENT_FIRST.sub(r"\1\2%", plain(text))
    if "٫" in out or "٬" in out:
        out, decimal = out.translate(_ARABIC_MARKS), "."
    elif not text.isascii() and re.fullmatch(r"\d+/\d+", out):
        out, decimal = out.replace("/", "."), "."
    out = out.replace("،", ",")
    amount = _AMOUNT.fullmatch(out.strip())
    out = amount[2] if amount else out
    parted = _PARTED.search(out)  # spaces and apostrophes part thousands, so the mark behind them is the decimal mark
    decimal = parted[1] if parted else decimal
    return _SPACES.sub("", out).replace(" %", "%").lstrip("'"), decimal


def currency(text):
    """Return the mark of a currency that an amount is written with, or ''.

    >>> currency("Rp 1.500.000"), currency("12,50 €"), currency("12,50")
    ('Rp', '€', '')
    """
    amount = _AMOUNT.fullmatch(plain(text).replace("٫", ".").replace("٬", ",").strip())
    return (amount[1] or amount[3] or "") if amount else ""


def _plain_digits(digits, decimal):
    """Return digits with a point as decimal mark, or None where the marks stand wrong."""
    if len({c for c in digits if c in ".,"}) == 2:  # with both marks there is only one way to read it
        decimal = max(".,", key=digits.rfind)
    other = "," if decimal == "." else "."
    whole, mark, rest = digits.partition(decimal)
    if other in rest or decimal in rest:
        return None
    if other in whole and not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", whole):
        return None
    return whole.replace(other, "") + ("." + rest if mark and rest else "") or None


def decimal_evidence(column):
    """Return how many distinct texts show that '.' is the decimal mark, that ',' is, and one that might be either.

    >>> decimal_evidence(["1,5", "12", "1.204"])
    (0, 1, '1.204')
    """
    point = comma = 0
    unclear = ""
    for raw in pd.unique(np.asarray(column, dtype=object)):
        if not raw.isascii() and ("٫" in raw or "٬" in raw):
            continue
        text = _written(raw, ".")[0].rstrip("%")
        if not ("." in text or "," in text) or not _NUMBER.fullmatch(text):
            continue
        mark = _decimal_mark(text)
        point += mark == "."
        comma += mark == ","
        unclear = unclear or (text if mark is None else "")
    return point, comma, unclear


def _decimal_mark(text):
    """Return the decimal mark a number shows: '.', ',' or None where it may part thousands as well."""
    marks = [c for c in text if c in ".,"]
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    other = "," if last == "." else "."
    if len(marks) > 1:
        return other
    whole, rest = text.lstrip("+-−").split(last)
    return None if len(rest) == 3 and rest.isdecimal() and 1 <= len(whole) <= 3 and whole[0] != "0" else last


def durations(column, *, unit, decimal="."):
    """Return a column of durations in seconds as Numbers.

    unit : 'seconds' or 'minutes' for plain numbers; 'clock' for h:mm:ss and m:ss, 'clock_hm' where two parts are h:mm.
    A text with colons is read as a clock whatever the unit, and one with units of its own by these.

    >>> durations(["00:04:43", "۴:۴۳", "2.5", "3 Min. 15 Sek."], unit="minutes").values.tolist()
    [283.0, 283.0, 150.0, 195.0]
    """
    factor = 60.0 if unit == "minutes" else 1.0

    def read(text):
        if (worded := in_words(text)) is not None:
            return worded, False, False
        if ":" not in text:
            value, bad, percent = _number(text, decimal)
            return (math.nan, True, False) if percent else (value * factor, bad, False)
        value = _span(plain(text), two_parts_are_hours=unit == "clock_hm")
        return (math.nan, True, False) if value is None else (value, False, False)

    return Numbers(*each(column, read, np.float64, bool, bool))


def in_words(text):
    """Return the seconds of a duration that names its units in any of the languages, or None.

    >>> in_words("3 menit 15 detik"), in_words("۲ دقیقه و ۵ ثانیه"), in_words("1 Std. 2 Min."), in_words("195")
    (195.0, 125.0, 3720.0, None)
    """
    rest, seconds = plain(text).strip(), 0.0
    if not (rest[:1].isdigit() and rest.rstrip(".")[-1:].isalpha()):
        return None
    while rest:
        part = _PART.match(rest)
        unit = _UNIT_S.get(squeezed(part[2])) if part else None
        if unit is None:
            return None
        seconds += float(part[1].replace(",", ".")) * unit
        rest = rest[part.end() :]
    return seconds


def _span(text, *, two_parts_are_hours):
    match = _SPAN.fullmatch(re.sub(r"^1900-01-0\d |^1899-12-\d\d ", "", text.strip()))
    if match is None:
        return None
    sign, days, first, second, third = match.groups()
    third = float(third.replace(",", ".")) if third else None
    if float(second) >= 60 or (third or 0) >= 60:
        return None
    if third is None and not two_parts_are_hours:
        seconds = int(first) * 60 + int(second)
    else:
        seconds = int(first) * 3600 + int(second) * 60 + (third or 0)
    return float(seconds + int(days or 0) * 86_400) * (-1 if sign else 1)


def flags(column):
    """Return (values, bad): 1.0 yes, 0.0 no, nan missing; bad where a text is neither.

    >>> flags(["Y", "no", "", "maybe"])[0].tolist()
    [1.0, 0.0, nan, nan]
    """
    short = {squeezed(text) for text in pd.unique(np.asarray(column, dtype=object))}
    no = NO | {"t"} if "y" in short and "f" not in short else NO  # Indonesian Y and T; English T and F say the opposite

    def read(text):
        word = squeezed(text)
        if word in YES or word in no:
            return float(word in YES), False
        return math.nan, text.strip().lower() not in MISSING

    return each(column, read, np.float64, bool)


def texts(column):
    """Return a column of texts: marks of missing become '', a protecting apostrophe before = + - @ goes."""

    def read(text):
        plain = re.sub(r"^'(?=[=+\-@\t\r])", "", text)
        return ("" if plain.lower() in _NO_TEXT else plain,)

    return each(column, read, object)[0]
