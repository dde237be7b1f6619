"""Dates and times as people of several languages write them -> one way of writing, which `times` reads."""

import re

from ccwb.intake.languages import LANGUAGES, all_words, folded, squeezed

_ENGLISH_DAYS = (
    "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun"
)
_WEEKDAYS = {squeezed(word) for word in all_words("weekdays")} | set(_ENGLISH_DAYS.split())
_DIGITS_ALONE = re.compile(r"[\d\s:./,+\-TZ]*")
_FIRST = re.compile(r"\(?([^\d]{2,14}?)[.,،)\s]*(?=\d)")
_LAST = re.compile(r"(?<=\d)[\s,،(]+([^\d]{2,14}?)[.)\s]*$")
_CLOCK_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?)[\s,-]+(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})")
_SAID = {folded(said): means for language in LANGUAGES.values() for said, means in language.clock.items()}
_SAID_IN = re.compile(
    r"(?<![^\W\d_])(" + "|".join(map(re.escape, sorted(_SAID, key=len, reverse=True))) + r")(?![^\W\d_])\.?"
)
_FULL_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})\s*uhr\b")


def as_written(text):
    """Return a date, a time of day or both with ASCII digits, small letters, the date first and no weekday.

    >>> as_written("Mo, 05.01.2026 7 Uhr"), as_written("۰۷:۳۰ - ۱۴۰۵/۰۹/۰۱"), as_written("07.00 s/d 07.30 WIB")
    ('05.01.2026 7:00', '1405/09/01 07:30', '07.00 - 07.30 +07:00')
    """
    if not (text.isascii() and _DIGITS_ALONE.fullmatch(text)):
        text = _without_weekday(re.sub(r"[–—]", "-", folded(text)).strip())
        text = _SAID_IN.sub(lambda said: f" {_SAID[said[1]]} ", _FULL_HOUR.sub(r"\1:00", text))
        text = " ".join(text.split())
    turned = _CLOCK_FIRST.fullmatch(text)
    return f"{turned[2]} {turned[1]}" if turned else text


def _without_weekday(text):
    first = _FIRST.match(text)
    if first and squeezed(first[1]) in _WEEKDAYS:
        text = text[first.end() :]
    last = _LAST.search(text)
    return text[: last.start()] if last and squeezed(last[1]) in _WEEKDAYS else text
