"""Days of the Persian (Solar Hijri) calendar -> days of the Gregorian one."""

YEARS = range(1300, 1500)  # 1921 to 2121: whatever a file can be about, and no Gregorian year that one is


def gregorian(year, month, day):
    """Return a day of the Persian calendar as a date; ValueError where there is no such day from 1300 to 1499.

    Source: jdatetime; its years begin with the spring equinox in Tehran throughout (tests).

    >>> gregorian(1405, 9, 1)
    datetime.date(2026, 11, 22)
    """
    import jdatetime

    if year not in YEARS:
        raise ValueError(f"{year}-{month}-{day}")
    return jdatetime.date(year, month, day).togregorian()
