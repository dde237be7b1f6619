"""What a result can be at all: a mean lies within its scale, a part is no more than what it is a part of."""

import numpy as np

from ccwb.errors import PlanError
from ccwb.measures.kpis import KPIS
from ccwb.measures.scales import ces_of
from ccwb.messages import N_

_HAIR = 1e-9  # that a sum of decimals may be off
_NO_SCALE = N_(
    "'{scale}' is no scale of customer effort that the workbook knows: write '1-7 easy' for how easy it was, or "
    "'1-5 effort' for how much effort it took; row left out."
)
_NO_MEAN = N_("The mean of the scores lies outside their scale, {low} to {high}; row left out.")
_MORE = N_("The upper part counts some of the lower and cannot be more; row left out.")
_LARGE = N_("The measure is a share, written 0.8 or 80 %; a larger value is left out with its row.")
_BELOW = N_("The measure is a share and not below 0; row left out.")
_WITHOUT_SIGN = 2  # a share that may exceed 1: what is above this was written without its percent sign


def wrong_surveys(survey, scale, answers, score_sum):
    """Yield (rows, message, values) of customer effort surveys that cannot be; all given as arrays, a value a row.

    score_sum : nan where a row does not say it, None where none does.
    """
    asked = np.array(survey, dtype=object) == "ces"
    kinds = np.array([ces_of(said) for said in scale], dtype=object)
    for said in sorted({said for said, kind in zip(scale[asked], kinds[asked], strict=True) if not kind}):
        yield asked & (np.array(scale, dtype=object) == said), _NO_SCALE, {"scale": said[:60]}
    for kpi in ("ces", "ces_effort") if score_sum is not None else ():
        low, high = KPIS[kpi].span
        yield asked & (kinds == kpi) & _outside(kpi, score_sum, answers), _NO_MEAN, {"low": low, "high": high}


def wrong_shares(kpis, upper, lower, value):
    """Yield (rows, message) of shares that cannot be; arrays, nan for parts that a row does not say."""
    share = np.array([kpi in KPIS and KPIS[kpi].unit == "share" for kpi in kpis], dtype=bool)
    part = np.array([kpi in KPIS and _is_part(kpi) for kpi in kpis], dtype=bool)
    alone = np.isnan(upper) | np.isnan(lower)
    yield part & ~alone & ((upper > lower * (1 + _HAIR)) | (upper < 0)), _MORE
    yield alone & share & (value > np.where(part, 1 + _HAIR, _WITHOUT_SIGN)), _LARGE
    yield alone & part & (value < 0), _BELOW


def check_scores(kpi, answers, score_sum):
    """Raise PlanError where typed scores have a mean that their scale does not hold; kpi : ces or ces_effort."""
    if _outside(kpi, score_sum, answers):
        low, high = KPIS[kpi].span
        raise PlanError(
            N_(
                "{answers} answers cannot add up to {found}: each lies between {low} and {high}, so that the sum lies "
                "between {least} and {most}. Correct the sum or the number of answers."
            ),
            answers=answers,
            found=score_sum,
            low=low,
            high=high,
            least=low * answers,
            most=high * answers,
        )


def check_parts(kpi, upper, lower):
    """Raise PlanError where the typed parts of a rate cannot be: below 0, or a share of more than all."""
    if KPIS[kpi].unit == "share" and (upper < 0 or lower < 0):
        raise PlanError(N_("Both parts of a share are 0 or more; found {upper} and {lower}."), upper=upper, lower=lower)
    if _is_part(kpi) and upper > lower * (1 + _HAIR):
        raise PlanError(
            N_("{measure}: {upper} cannot be a part of {lower}. Correct the two, or exchange them."),
            measure=KPIS[kpi].label,
            upper=upper,
            lower=lower,
        )


def check_share(kpi, value):
    """Raise PlanError where a share that was typed alone (0..1) cannot be."""
    if _is_part(kpi) and not 0 <= value <= 1 + _HAIR:
        raise PlanError(
            N_("{measure} is a share: from 0 to 100 %, not {found} %."),
            measure=KPIS[kpi].label,
            found=round(100 * value, 8),
        )


def _outside(kpi, score_sum, answers):
    """Return whether the mean of scores lies outside the measure's scale; not where one of the two is missing."""
    low, high = KPIS[kpi].span
    return (score_sum < low * answers - _HAIR) | (score_sum > high * answers + _HAIR)


def _is_part(kpi):
    """Return whether a measure is a share whose numerator is counted out of its denominator."""
    return KPIS[kpi].unit == "share" and not KPIS[kpi].beyond
