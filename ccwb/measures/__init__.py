"""What is measured: every KPI with its formula, unit, direction, kind and source, computed for any period and group.

kpis.py    KPIS, one entry each: a KPI is added there and nowhere else
parts.py   numerator and denominator of each kind of source, row by row
values.py  sums of numerators over sums of denominators, verdicts against targets
"""

from ccwb.measures.kpis import KINDS, KPI, KPIS, UNITS, as_markdown
from ccwb.measures.parts import (
    WITHIN_80,
    by_day,
    day_of,
    in_slots,
    in_zone_of,
    matched,
    nested_length,
    same_grid,
    surprises,
    told,
)
from ccwb.measures.values import compute, merged, value, verdict

__all__ = [
    "KINDS",
    "KPI",
    "KPIS",
    "UNITS",
    "WITHIN_80",
    "as_markdown",
    "by_day",
    "compute",
    "day_of",
    "in_slots",
    "in_zone_of",
    "matched",
    "merged",
    "nested_length",
    "same_grid",
    "surprises",
    "told",
    "value",
    "verdict",
]
