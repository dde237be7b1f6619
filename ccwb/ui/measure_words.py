"""Measures in forms and tables: those to choose from, their unit, and values as they are typed and kept."""

from ccwb.measures import KPIS, UNITS, aim_wrong
from ccwb.ui import text
from ccwb.ui.text import _

SHARES = 100  # a share is typed in percent


def kpi_options():
    """Return the measures to choose from: those that can be better or worse first, then those that tell of the rest."""
    order = sorted(KPIS, key=lambda kpi: KPIS[kpi].better == "context")
    return [{"value": kpi, "label": _(KPIS[kpi].label)} for kpi in order]


def unit_of(kpi, currency=""):
    """Return the unit that values of a measure are typed in; "" for none.

    currency : that of the centre, for money.

    >>> unit_of("fcr"), unit_of("cost_per_contact", "EUR"), unit_of("")
    ('%', 'EUR', '')
    """
    if not kpi:
        return ""
    match KPIS[kpi].unit:
        case "share":
            return text.unit("%")
        case "money" if currency:
            return currency
        case unit:
            return _(UNITS[unit].label)


def typed(kpi, value):
    """Return a value as it is typed: a share in percent, all else in the measure's own unit.

    >>> typed("fcr", 0.75), typed("asa", 20), typed("fcr", None)
    (75.0, 20, None)
    """
    return round(SHARES * value, 8) if kpi and value is not None and KPIS[kpi].unit == "share" else value


def wrong(kpi, value, *, tolerance=False):
    """Return why a typed value can be no target (or tolerance) of a measure, "" where it can be.

    >>> wrong("fcr", 174), wrong("fcr", 74), wrong("asa", None), wrong("", 5)
    ('From 0 to 100 %.', '', '', '')
    """
    why = kpi and value is not None and aim_wrong(kpi, stored(kpi, value), tolerance=tolerance)
    return text.say().error(why) if why else ""


def stored(kpi, value):
    """Return a typed value as it is kept.

    >>> stored("fcr", 75)
    0.75
    """
    return round(value / SHARES, 10) if kpi and value is not None and KPIS[kpi].unit == "share" else value
