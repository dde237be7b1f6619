"""A heading -> the words that carry its meaning, the field they name, its unit, zone and threshold."""

import re
from functools import cache

from ccwb.intake.fields import AGENTS, COSTS, EVENTS, FIELDS, HISTORY, RECORDS, SURVEYS

_FILLER = {
    "avg",
    "average",
    "mean",
    "of",
    "count",
    "the",
    "per",
    "total",
    "sum",
    "all",
    "a",
    "den",
    "de",
}
_CONTACT = {"call", "contact", "calls", "contacts", "customer", "interaction"}
_SAME = {"percent": "rate", "percentage": "rate", "pct": "rate", "ratio": "rate", "share": "rate", "quote": "rate"}
_UNITS = {
    "seconds": {"s", "sec", "secs", "second", "seconds", "sek", "sekunden", "segundos", "secondes", "detik"},
    "minutes": {"min", "mins", "minute", "minutes", "minuten", "minutos", "menit"},
}
_CLOCK_UNIT = re.compile(r"\b(h{1,2}:m{1,2}(:s{1,2})?|m{1,2}:s{1,2})\b", re.IGNORECASE)
_YES_NO = re.compile(r"\(?\b(y\s*/\s*n|yes\s*/\s*no|j\s*/\s*n)\b\)?", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\b(number|no\.?|nb|num|count)\s+of\b|#\s*of\b", re.IGNORECASE)
_IN_UNIT = re.compile(r"\bin\s+(seconds?|secs?|s|minutes?|mins?|hours?)\b", re.IGNORECASE)
_ZONE = re.compile(r"\(\s*([A-Z][A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+|UTC|GMT|Z)\s*\)")
_THRESHOLD = re.compile(r"(?:\d+\s*/\s*)?\b(\d+)\s*(s|sec|secs|seconds?|sek|min|mins|minutes?)?\b", re.IGNORECASE)


@cache
def tokens(heading):
    """Return the words of a heading that carry its meaning, as a set: no units, numbers, fillers, plurals or case.

    >>> sorted(tokens("Answer Speed (AVG)")), sorted(tokens("AvgTalkDuration")), sorted(tokens("Number of Calls"))
    (['answer', 'speed'], ['duration', 'talk'], ['call'])
    """
    text = _NUMBER_OF.sub(" ", _IN_UNIT.sub(" ", heading))
    text = _YES_NO.sub(" ", _CLOCK_UNIT.sub(" ", _ZONE.sub(" ", text)))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).replace("%", " percent ").lower()
    words = [_SAME.get(w, w) for w in re.findall(r"[^\W\d_]+", text)]
    words = [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words]
    units = set().union(*_UNITS.values())
    for drop in (units | {u.rstrip("s") for u in units if len(u) > 3}, _FILLER, _CONTACT):
        words = [w for w in words if w not in drop] or words
    return frozenset(words)


@cache
def known(content):
    """Return set of words -> Field for one kind of content; the earlier entry of FIELDS wins."""
    found = {}
    for field in FIELDS:
        if content in field.contents:
            for phrase in (field.name.replace("_", " "), *field.words.split("|")):
                found.setdefault(tokens(phrase), field)
    return found


@cache
def looks_like_heading(cell):
    """Return whether a cell is a heading that some kind of file is known to have."""
    text = str(cell).strip()
    if not text or len(text) > 80 or not re.search(r"[^\W\d_]", text):
        return False
    return any(tokens(text) in known(content) for content in (HISTORY, RECORDS, AGENTS, SURVEYS, EVENTS, COSTS))


def unit_of(heading):
    """Return 'seconds', 'minutes', 'clock' or None: the unit that a heading names.

    >>> unit_of("Talk time (min)"), unit_of("aht_s"), unit_of("Service Level (20 Seconds)"), unit_of("Talk (hh:mm:ss)")
    ('minutes', 'seconds', None, 'clock')
    """
    if _CLOCK_UNIT.search(heading):
        return "clock"
    text = re.sub(r"\d+\s*[A-Za-z]+", " ", heading).lower()
    words = set(re.findall(r"[^\W\d_]+", text))
    for unit, names in _UNITS.items():
        if words & names:
            return unit
    return None


def zone_of(heading):
    """Return the time zone that a heading names in parentheses, or None.

    >>> zone_of("interval_start (Europe/Berlin)"), zone_of("Start (UTC)"), zone_of("Start")
    ('Europe/Berlin', 'UTC', None)
    """
    found = _ZONE.search(heading)
    return None if found is None else {"Z": "UTC", "GMT": "UTC"}.get(found[1], found[1])


def threshold_of(heading):
    """Return the threshold in seconds that a service level heading names, or None.

    >>> threshold_of("Service Level (20 Seconds)"), threshold_of("SL 80/30"), threshold_of("Service level")
    (20.0, 30.0, None)
    """
    found = _THRESHOLD.search(heading)
    if found is None:
        return None
    return float(found[1]) * (60 if (found[2] or "").lower().startswith("min") else 1)


def is_total(heading):
    """Return whether a duration's heading says that it is a sum over the row's contacts, not a mean."""
    words = set(re.findall(r"[^\W\d_]+", heading.lower()))
    return bool(words & {"total", "sum"}) and not words & {"avg", "average", "mean"}
