"""Text -> days, times of day and zone aware moments; the repeated hour of October and the missing one of March."""

import datetime as dt
import math
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.cells import MISSING, each
from ccwb.intake.languages import month_numbers, plain, squeezed
from ccwb.intake.persian_calendar import YEARS, gregorian
from ccwb.intake.spoken import as_written
from ccwb.messages import N_

DAY_S = 86_400
DATE_ORDERS = {"dmy": N_("day first (31/12/2026)"), "mdy": N_("month first (12/31/2026)")}
_EPOCH = dt.date(1970, 1, 1).toordinal()
_MONTHS = {
    name: number + 1
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "ene feb mar abr may jun jul ago sep oct nov dic",
    )
    for number, name in enumerate(names.split())
} | {"sept": 9, **month_numbers("months")}
_PERSIAN_MONTHS = month_numbers("persian_months")
_YMD = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\.?")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-. /]*([^\W\d_]+)\.?[-, /]*(\d{4}|\d{2})")
_NAME_DAY = re.compile(r"([^\W\d_]+)\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4})")
_YEAR_NAME_DAY = re.compile(r"(\d{4})[-/ ]+([^\W\d_]+)[-/ ]+(\d{1,2})")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_NAMED_MONTH = re.compile(r"([^\d]+?)[-/., ]*(\d{4})|(\d{4})[-/., ]*([^\d]+)")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")  # days since 1899-12-30, years 1954 to 2118
_STAMP = re.compile(r"1\d{9}|1\d{12}")  # seconds or milliseconds since 1970 (UTC), years 2001 to 2033
_CLOCK = re.compile(
    r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?|[.h](\d{2}))?\s*([ap])?\.?(?:m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
    r"(?:\s*(?:-|–|to)\s*\d{1,2}[:.]\d{2}.*)?",
    re.IGNORECASE,
)
_SPAN_OF_CLOCKS = re.compile(
    r"(\d{1,2}[:.]\d{2})\s*(?:-|to)\s*\d{1,2}[:.]\d{2}|(\d{1,2})\s*(?:-|to)\s*\d{1,2}", re.IGNORECASE
)
_DOTTED_IN = re.compile(r" (\d{1,2}\.\d{2}(?:\.\d{2})?(?:\s*-\s*\d{1,2}\.\d{2}(?:\.\d{2})?)?(?: [+-]\d\d:\d\d)?)$")
_BARE = re.compile(r"(\d{1,2})(\d{2})")
_CLOCK_IN = re.compile(r"\d{1,2}(?::\d{2}|\s*[ap]\.?m)", re.IGNORECASE)


@dataclass(frozen=True)
class Moments:
    """A column read as times. local : seconds since 1970 on the clock that the file shows (nan where there is none).

    offset : seconds east of UTC where the text says so, else nan.  bad : neither a time nor empty.
    has_clock : whether any text names a time of day but midnight (an Excel date has that with it).
    persian : the text is a day of the Persian calendar, converted.
    """

    local: np.ndarray
    offset: np.ndarray
    bad: np.ndarray
    has_clock: bool
    persian: np.ndarray


def moments(column, *, order="dmy"):
    """Return a column of dates, or of dates with times, as Moments.

    order : 'dmy' or 'mdy', for dates whose year is not first.  Excel's serial days, epoch seconds, month names, AM and
    PM, 24:00, offsets (Z, +02:00) and spans (07:00-07:30, read as their start) are understood, as are German,
    Indonesian and Persian names, Persian digits, and days of the Persian calendar: their years are 1300 to 1499.

    >>> m = moments(["31.03.2026 07:30", "2026-03-31T05:30:00Z", "soon"])
    >>> m.local.tolist(), m.offset.tolist(), m.bad.tolist()
    ([1774942200.0, 1774935000.0, nan], [nan, 0.0, nan], [False, False, True])
    >>> moments(["۱ آذر ۱۴۰۵", "1405/09/01", "22. November 2026"]).local.tolist() == [1795305600.0] * 3
    True
    """
    codes, uniques = pd.factorize(np.asarray(column, dtype=object))
    parts = [_split(as_written(text)) for text in uniques]
    dates = [p[0] for p in parts] or [""]
    days, inner, stamped, persian = each(dates, lambda text: _day(text, order), float, float, bool, bool)
    clocks, offset = each(
        [p[1] for p in parts] or [""], lambda text: clock(text) if text else (0.0, math.nan), float, float
    )
    local = days * DAY_S + inner + clocks
    offset = np.where(stamped, 0.0, offset)
    empty = np.array([text.lower() in MISSING for text in uniques] or [True])
    has_clock = bool((clocks > 0).any()) or bool((inner > 0).any())
    return Moments(local[codes], offset[codes], (np.isnan(local) & ~empty)[codes], has_clock, persian[codes])


def months_as_days(column):
    """Return (column, months): a column of texts with months of a year as their first days, and which these were.

    >>> months_as_days(["2026-10", "Okt. 2026", "مهر ۱۴۰۵", "10/2026", "05.10.2026", "October"])[0].to_list()
    ['2026-10-01', '2026-10-01', '1405-07-01', '2026-10-01', '05.10.2026', 'October']
    """
    column = pd.Series(column, dtype=object)
    first = {text: _first_of_month(text) for text in pd.unique(column)}
    days = column.map(first)
    return days.fillna(column), days.notna().to_numpy()


def _first_of_month(text):
    """Return the first day of a month of a year as text, or None."""
    text = plain(text).strip()
    if match := _MONTH.fullmatch(text):
        year, month = (int(match[1]), int(match[2])) if match[1] else (int(match[4]), int(match[3]))
    elif match := _NAMED_MONTH.fullmatch(text):
        year, month, _ = _named(int(match[2] or match[3]), match[1] or match[4], 1)
    else:
        return None
    return f"{year}-{month:02d}-01" if 1 <= month <= 12 and year > 0 else None


def clocks(column):
    """Return (seconds after midnight, offset, bad) of a column of times of day; a span is read as its start.

    >>> clocks(["07:30", "7:30 PM", "1930", "0.8125", "07:00 - 07:30", "later"])[0].tolist()
    [27000.0, 70200.0, 70200.0, 70200.0, 25200.0, nan]
    """

    def read(text):
        seconds, offset = clock(text)
        return seconds, offset, math.isnan(seconds) and text.lower() not in MISSING

    return each(column, read, float, float, bool)


def clock(text):
    """Return (seconds after midnight, offset in seconds) of one text; nan where it is none."""
    text = as_written(text.strip())
    bare = _BARE.fullmatch(text)
    if bare:
        text = f"{bare[1]}:{bare[2]}"
    elif re.fullmatch(r"0?\.\d+|1\.0+", text):
        return float(round(float(text) * DAY_S)), math.nan
    span = _SPAN_OF_CLOCKS.fullmatch(text)  # 07:00-07:30 is a span, 07:00:00-07:30 an offset from UTC
    match = _CLOCK.fullmatch((span[1] or span[2]) if span else text)
    if match is None:
        return math.nan, math.nan
    hour, minute, second = int(match[1]), int(match[2] or match[4] or 0), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            return math.nan, math.nan
        hour = hour % 12 + (12 if match[5].lower() == "p" else 0)
    if minute > 59 or second > 59 or hour * 3600 + minute * 60 + second > DAY_S:
        return math.nan, math.nan
    return float(hour * 3600 + minute * 60 + second), _offset(match[6])


def _offset(text):
    if not text:
        return math.nan
    if text[0] not in "+-":
        return 0.0
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return float(-seconds if text[0] == "-" else seconds)


def _split(text):
    """Return the date and the time of day of a text as two texts."""
    if len(text) > 10 and text[10] in " T" and text[4] == "-":
        return text[:10], _iso_clock(text[11:].strip()) if text[10] == "T" else text[11:].strip()
    found = _CLOCK_IN.search(text)
    if found:
        return text[: found.start()].rstrip(" T,"), text[found.start() :].strip()
    found = _DOTTED_IN.search(text)
    return (text[: found.start()].strip(), found[1]) if found else (text, "")


def _iso_clock(text):
    """Return a clock of ISO 8601 with its seconds, so that its offset is not taken for the end of a span."""
    return re.sub(r"^(\d{2}:\d{2})(?=[+-])", r"\1:00", text)


def _day(text, order):
    """Return (day number, seconds after midnight, is it UTC, is it Persian) of a text without a time of day, or nan."""
    text = text.strip()
    if _SERIAL.fullmatch(text):
        seconds = round((float(text) - 25_569) * DAY_S)
        return float(seconds // DAY_S), float(seconds % DAY_S), False, False
    if _STAMP.fullmatch(text):
        seconds = int(text) // (1000 if len(text) == 13 else 1)
        return float(seconds // DAY_S), float(seconds % DAY_S), True, False
    year, month, day = _year_month_day(text, order)
    year += 2000 if 0 <= year < 100 else 0
    try:
        date = gregorian(year, month, day) if year in YEARS else dt.date(year, month, day)
    except (ValueError, OverflowError):
        return math.nan, math.nan, False, False
    number = float(date.toordinal() - _EPOCH) if 1950 <= date.year <= 2150 else math.nan
    return number, 0.0, False, year in YEARS


def _year_month_day(text, order):
    match = _YMD.fullmatch(text)
    if match:
        return tuple(int(p) for p in match.groups() if p)
    match = _PARTS.fullmatch(text)
    if match:
        first, second, year = (int(p) for p in match.groups())
        return (year, second, first) if order == "dmy" or year in YEARS else (year, first, second)
    for pattern, (d, m, y) in ((_DAY_NAME, (1, 2, 3)), (_NAME_DAY, (2, 1, 3)), (_YEAR_NAME_DAY, (3, 2, 1))):
        match = pattern.fullmatch(text)
        if match:
            return _named(int(match[y]), match[m], int(match[d]))
    return -1, 0, 0


def _named(year, month, day):
    """Return (year, month, day) of a date that names its month; a Persian month has a Persian year."""
    name = squeezed(month)
    persian = _PERSIAN_MONTHS.get(name.removesuffix("ماه"), 0)
    if persian:
        year += 1400 if year < 100 else 0
        return (year, persian, day) if year in YEARS else (-1, 0, 0)
    return (-1, 0, 0) if year in YEARS else (year, _MONTHS.get(name, 0), day)


def date_order(column):
    """Return (order, known): whether dates are day first or month first, and whether the texts prove it.

    >>> date_order(["01/02/2026", "13/02/2026"]), date_order(["01/02/2026"]), date_order(["2026-02-01"])
    (('dmy', True), ('dmy', False), ('dmy', True))
    """
    texts = pd.unique(np.asarray(column, dtype=object))
    dates = {_split(as_written(text))[0].strip() for text in texts}
    found = [m for m in map(_PARTS.fullmatch, dates) if m and int(m[3]) not in YEARS]
    first_over = sum(int(m[1]) > 12 for m in found)
    second_over = sum(int(m[2]) > 12 for m in found)
    if first_over != second_over:
        return ("dmy" if first_over > second_over else "mdy"), True
    dotted = all("." in m[0] for m in found)
    same = all(int(m[1]) == int(m[2]) for m in found)
    if dotted or same:
        return "dmy", True
    return _denser(found), False


def _denser(found):
    """Return the order under which the days lie closer together."""
    spans = {}
    for order in DATE_ORDERS:
        days = [_day(m[0], order)[0] for m in found]
        spans[order] = max(days) - min(days)
    return "mdy" if spans["mdy"] < spans["dmy"] else "dmy"


def is_zone(zone):
    """Return whether a text is a known IANA zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def check_zone(zone):
    """Return the zone when it is a known IANA name; PlanError otherwise."""
    if not is_zone(zone):
        raise PlanError(N_("'{zone}' is not a time zone. Write one like Europe/Berlin or America/New_York."), zone=zone)
    return zone


@dataclass(frozen=True)
class Placed:
    """Moments on the world's clock. utc : seconds since 1970 in UTC (nan where the local time does not exist).

    missing : local times that the clock skips.  first : times of a repeated hour read as the first one (summer time)
    because the file holds them once.  second : times of a repeated hour read as the second one.
    """

    utc: np.ndarray
    missing: np.ndarray
    first: np.ndarray
    second: np.ndarray


def place(local, offset, queue, *, zone, daily=False, contacts=False):
    """Return local times as Placed in `zone`, rows in the order of the file.

    local, offset : seconds, as Moments has them.  queue : a number for each row; a repeated hour is judged within it.
    daily : a midnight that does not exist moves to the day's first moment.  contacts : rows are contacts, not
    intervals: the repeated hour begins anew where their times step back.
    """
    times = pd.DatetimeIndex(np.where(np.isnan(local), np.nan, local).astype("datetime64[s]"))
    known = ~np.isnan(offset)
    skip = "shift_forward" if daily else "NaT"
    summer = _utc(times.tz_localize(zone, ambiguous=np.ones(len(times), dtype=bool), nonexistent=skip))
    winter = _utc(times.tz_localize(zone, ambiguous=np.zeros(len(times), dtype=bool), nonexistent=skip))
    repeated = (summer != winter) & ~np.isnan(summer) & ~np.isnan(winter) & ~known
    later = np.zeros(len(times), dtype=bool)
    alone = repeated & False
    if repeated.any() and not daily:
        later, alone = (_second_by_step if contacts else _second_by_count)(local, queue, repeated)
    utc = np.where(known, local - offset, np.where(later, winter, summer))
    missing = np.isnan(utc) & ~np.isnan(local)
    return Placed(utc, missing, alone, later)


def _utc(aware):
    seconds = aware.tz_convert("UTC").tz_localize(None).as_unit("s")
    return np.where(seconds.isna(), np.nan, seconds.asi8.astype(np.float64))


def _second_by_count(local, queue, repeated):
    """Return (second, alone): which rows of a repeated hour are its second pass, and which stand there only once.

    A file imported twice holds every time of the day twice: then two are one pass each.
    """
    frame = pd.DataFrame({"local": local, "queue": queue, "day": local // DAY_S})
    group = frame.groupby(["queue", "local"], sort=False)["local"]
    times = group.transform("size").to_numpy()
    place_ = group.cumcount().to_numpy()
    ordinary = frame.assign(times=times)[~repeated & ~np.isnan(local)]
    usual = ordinary.groupby(["queue", "day"])["times"].median()
    keys = pd.MultiIndex.from_frame(frame[["queue", "day"]])
    copies = usual.reindex(keys).fillna(1).to_numpy()
    second = repeated & (times > copies) & (place_ % 2 == 1)
    return second, repeated & (times <= copies)


def _second_by_step(local, queue, repeated):
    """Return (second, alone) for single contacts: the second pass begins where a day's times step back, once."""
    del queue
    second = np.zeros(len(local), dtype=bool)
    alone = np.zeros(len(local), dtype=bool)
    rows = np.flatnonzero(repeated)
    for day in np.unique(local[rows] // DAY_S):
        these = rows[local[rows] // DAY_S == day]
        back = np.flatnonzero(np.diff(local[these]) < 0)
        if len(back) == 1:
            second[these[back[0] + 1 :]] = True
        else:
            alone[these] = True
    return second, alone


def aware(utc, zone):
    """Return seconds since 1970 in UTC as a zone aware DatetimeIndex in `zone`."""
    return (
        pd.DatetimeIndex(np.asarray(utc, dtype=np.int64).astype("datetime64[s]"))
        .as_unit("us")
        .tz_localize("UTC")
        .tz_convert(zone)
    )
