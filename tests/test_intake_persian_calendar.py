"""Days of the Persian calendar meet the announced first days of its years and the equinox."""

import datetime as dt
import math

import pytest

from ccwb.intake.persian_calendar import YEARS, gregorian

NOWRUZ = {  # as announced in Iran: Persian year -> day in March
    1358: dt.date(1979, 3, 21), 1370: dt.date(1991, 3, 21), 1375: dt.date(1996, 3, 20), 1376: dt.date(1997, 3, 21),
    1387: dt.date(2008, 3, 20), 1388: dt.date(2009, 3, 21), 1391: dt.date(2012, 3, 20), 1392: dt.date(2013, 3, 21),
    1399: dt.date(2020, 3, 20), 1400: dt.date(2021, 3, 21), 1403: dt.date(2024, 3, 20), 1404: dt.date(2025, 3, 21),
    1405: dt.date(2026, 3, 21),
}  # fmt: skip
# Meeus, Astronomical Algorithms (1998), chapter 27: periodic terms: amplitude, phase, rate
TERMS = (
    (485, 324.96, 1934.136), (203, 337.23, 32964.467), (199, 342.08, 20.186), (182, 27.85, 445267.112),
    (156, 73.14, 45036.886), (136, 171.52, 22518.443), (77, 222.54, 65928.934), (74, 296.72, 3034.906),
    (70, 243.58, 9037.513), (58, 119.81, 33718.147), (52, 297.17, 150.678), (50, 21.02, 2281.226),
    (45, 247.54, 29929.562), (44, 325.15, 31555.956), (29, 60.93, 4443.417), (18, 155.12, 67555.328),
    (17, 288.79, 4562.452), (16, 198.04, 62894.029), (14, 199.76, 31436.921), (12, 95.39, 14577.848),
    (12, 287.11, 31931.756), (12, 320.81, 34777.259), (9, 227.73, 1222.114), (8, 15.45, 16859.074),
)  # fmt: skip


def equinox_in_tehran(year):
    """Return the moment of the spring equinox on Tehran's clock (UTC+3:30); good to about a minute around 2000."""
    y = (year - 2000) / 1000
    mean = 2451623.80984 + 365242.37404 * y + 0.05169 * y**2 - 0.00411 * y**3 - 0.00057 * y**4
    t = (mean - 2451545) / 36525
    w = math.radians(35999.373 * t - 2.47)
    swing = sum(a * math.cos(math.radians(b + c * t)) for a, b, c in TERMS)
    days = mean + 0.00001 * swing / (1 + 0.0334 * math.cos(w) + 0.0007 * math.cos(2 * w)) - 2451545
    return dt.datetime(2000, 1, 1, 12) + dt.timedelta(days=days, hours=3, minutes=29)


@pytest.mark.parametrize(("year", "day"), NOWRUZ.items())
def test_the_year_begins_on_the_day_that_was_announced(year, day):
    assert gregorian(year, 1, 1) == day


def test_the_year_begins_on_the_day_whose_noon_is_the_first_after_the_equinox():
    for year in YEARS:
        moment = equinox_in_tehran(year + 621)
        first = moment.date() + dt.timedelta(days=moment.hour >= 12)
        assert gregorian(year, 1, 1) == first, (year, moment)


def test_days_that_are_known_in_both_calendars():
    assert gregorian(1357, 11, 22) == dt.date(1979, 2, 11)
    assert gregorian(1405, 9, 1) == dt.date(2026, 11, 22)
    assert gregorian(1403, 12, 30) == dt.date(2025, 3, 20)


def test_every_day_follows_the_one_before():
    day = gregorian(1390, 1, 1)
    for year in range(1390, 1425):
        leap = gregorian(year + 1, 1, 1) - gregorian(year, 1, 1) == dt.timedelta(days=366)
        for month in range(1, 13):
            for n in range(1, (31 if month < 7 else 30 if month < 12 or leap else 29) + 1):
                assert gregorian(year, month, n) == day
                day += dt.timedelta(days=1)


@pytest.mark.parametrize(
    "day", [(1404, 12, 30), (1405, 7, 31), (1405, 13, 1), (1405, 0, 1), (1405, 1, 0), (1299, 1, 1), (1500, 1, 1)]
)
def test_a_day_that_is_none_is_an_error(day):
    with pytest.raises(ValueError):
        gregorian(*day)
