"""Text cells -> numbers, durations, shares and flags. Each distinct text is read once."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = {
    "", "-", "--", "–", "—", ".", "n/a", "na", "n.a.", "null", "none", "nan", "nat", "missing", "k.a.", "#n/a", "#na",
    "#div/0!", "#value!", "#ref!", "#null!", "#num!", "#name?", "(blank)",
}  # fmt: skip
_NO_TEXT = {"", "-", "--", "–", "—", "n/a", "#n/a", "null", "nan", "nat", "(blank)"}  # 'None' and 'Na' may be names
YES = {"y", "yes", "true", "1", "answered", "handled", "accepted", "connected", "completed", "resolved", "solved", "ja",
       "j", "si", "sí", "oui", "ya"}  # fmt: skip
NO = {"n", "no", "false", "0", "abandoned", "missed", "unanswered", "not answered", "lost", "dropped", "unresolved",
      "not resolved", "open", "nein", "non", "tidak"}  # fmt: skip
_NUMBER = re.compile(r"([+\-−]?)(\d[\d.,]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?(%?)")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’](?=\d{3}(?!\d))")
_SPAN = re.compile(r"(-?)(?:(\d+)\s*d(?:ays?)?,?\s*)?(\d{1,6}):(\d{1,2})(?::(\d{1,2}(?:[.,]\d+)?))?")
_ARABIC = str.maketrans("٫٬", ".,")


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
    try:
        if text.isdecimal():
            return float(text), False, False
    except ValueError:
        return math.nan, True, False
    plain = _SPACES.sub("", text).replace(" %", "%").translate(_ARABIC).lstrip("'")
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return math.nan, True, False
    digits = _plain_digits(match[2], decimal)
    if digits is None:
        return math.nan, True, False
    value = float(f"{digits}e{match[3] or 0}") * (-1 if match[1] in ("-", "−") else 1)
    return (value, False, bool(match[4])) if math.isfinite(value) else (math.nan, True, False)


def _plain_digits(digits, decimal):
    """Return digits with a point as decimal mark, or None where the marks stand wrong."""
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
        text = raw.rstrip("% ")
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
    A text with colons is read as a clock whatever the unit.

    >>> durations(["00:04:43", "4:43", "2.5"], unit="minutes").values.tolist()
    [283.0, 283.0, 150.0]
    """
    factor = 60.0 if unit == "minutes" else 1.0

    def read(text):
        if ":" not in text:
            value, bad, _ = _number(text, decimal)
            return value * factor, bad, False
        value = _span(text, two_parts_are_hours=unit == "clock_hm")
        return (math.nan, True, False) if value is None else (value, False, False)

    return Numbers(*each(column, read, np.float64, bool, bool))


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
    return each(column, _flag, np.float64, bool)


def _flag(text):
    word = text.strip().lower()
    if word in YES:
        return 1.0, False
    if word in NO:
        return 0.0, False
    return math.nan, word not in MISSING


def texts(column):
    """Return a column of texts: marks of missing become '', a protecting apostrophe before = + - @ goes."""

    def read(text):
        plain = re.sub(r"^'(?=[=+\-@\t\r])", "", text)
        return ("" if plain.lower() in _NO_TEXT else plain,)

    return each(column, read, object)[0]
