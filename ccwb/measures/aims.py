"""What a measure's target and its tolerance can be at all: a share from 0 to 100 %, a score within its scale."""

import math

from ccwb.errors import PlanError
from ccwb.measures.entry import UNITS
from ccwb.measures.kpis import KPIS
from ccwb.messages import N_

IN_PERCENT = 100
PERCENT = N_("%")


def aim_wrong(kpi, value, *, tolerance=False):
    """Return why a value can be no target of a measure, or no tolerance of it, as a PlanError; None where it can be.

    value : in the measure's own unit.  What is said of a share is said in percent.

    >>> str(aim_wrong("fcr", 1.74)), str(aim_wrong("asa", -5)), aim_wrong("nps", -20)
    ('From 0 to 100 %.', '0 or more.', None)
    """
    entry = KPIS[kpi]
    low, high = entry.span or UNITS[entry.unit].span
    if tolerance:
        low, high = 0, None if high is None else high - low
    if value >= low and (high is None or value <= high):
        return None
    if high is None:
        return PlanError(N_("{low} or more."), low=low)
    if entry.unit == "share":
        return PlanError(N_("From {low} to {high} {unit}."), low=IN_PERCENT * low, high=IN_PERCENT * high, unit=PERCENT)
    return PlanError(N_("From {low} to {high}."), low=low, high=high)


def check_aim(kpi, value, *, tolerance=False):
    """Return a target (or tolerance) of a measure unchanged; PlanError names the measure and what was found."""
    label = KPIS[kpi].label
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PlanError(
            N_("{measure}: a target or tolerance is a number; found '{found}'."), measure=label, found=value
        )
    if why := aim_wrong(kpi, value, tolerance=tolerance):
        found = round(IN_PERCENT * value, 8) if KPIS[kpi].unit == "share" else value
        said = N_("The tolerance of '{measure}' cannot be {found}. {why}")
        said = said if tolerance else N_("The target of '{measure}' cannot be {found}. {why}")
        raise PlanError(said, measure=label, found=found, why=why)
    return value
