"""What is measured: every KPI with its formula, unit, direction, kind and source, computed for any period and group.

entry.py      what an entry says: kinds, units, usual targets by kind of centre
kpis.py       KPIS, one entry each: a KPI is added there and nowhere else
parts.py      numerator and denominator of each kind of source, row by row
values.py     sums of numerators over sums of denominators, verdicts against targets
ladder.py     which measure rests on which, and where to look first
choice.py     the few measures a team is led by, with weights
over_time.py  by week, weekday and hour, day by day
margins.py    survey results with their margin of error
scales.py     the scale of a customer effort survey: ease or effort
possible.py   what a result can be at all
described.py  docs/measures.md
"""

from ccwb.measures.aims import aim_wrong, check_aim
from ccwb.measures.choice import (
    EMPHASIS,
    PURPOSES,
    WHY,
    blank_choice,
    choose,
    proposed,
    standing,
    take_over,
)
from ccwb.measures.described import as_markdown
from ccwb.measures.entry import CONVENTION, KINDS, KPI, UNITS
from ccwb.measures.kpis import KPIS
from ccwb.measures.ladder import beneath, pointed, unreachable
from ccwb.measures.margins import SURVEYED, margins, wilson_interval
from ccwb.measures.over_time import SPLITS, TIMED, added_up, by_day_and
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
from ccwb.measures.possible import check_parts, check_scores, check_share, wrong_shares, wrong_surveys
from ccwb.measures.values import compute, merged, missed_by, tolerance_of, value, verdict

__all__ = [
    "CONVENTION",
    "EMPHASIS",
    "KINDS",
    "KPI",
    "KPIS",
    "PURPOSES",
    "SPLITS",
    "SURVEYED",
    "TIMED",
    "UNITS",
    "WHY",
    "WITHIN_80",
    "added_up",
    "aim_wrong",
    "as_markdown",
    "beneath",
    "blank_choice",
    "by_day",
    "by_day_and",
    "check_aim",
    "check_parts",
    "check_scores",
    "check_share",
    "choose",
    "compute",
    "day_of",
    "in_slots",
    "in_zone_of",
    "margins",
    "matched",
    "merged",
    "missed_by",
    "nested_length",
    "pointed",
    "proposed",
    "same_grid",
    "standing",
    "surprises",
    "take_over",
    "told",
    "tolerance_of",
    "unreachable",
    "value",
    "verdict",
    "wilson_interval",
    "wrong_shares",
    "wrong_surveys",
]
