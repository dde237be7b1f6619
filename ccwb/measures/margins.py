"""How sure a survey is: the interval around its result that holds the true value in 95 of 100 surveys."""

import numpy as np
import pandas as pd

from ccwb.measures.kpis import KPIS
from ccwb.measures.parts import WHERE, day_of
from ccwb.measures.scales import ces_of
from ccwb.tables import check

Z_95 = 1.959963984540054
SHARES = {"csat": "csat", "employee_satisfaction": "employee", "quality": "quality", "fcr": "fcr"}  # KPI -> survey
SCALES = {kpi: KPIS[kpi].span for kpi in ("ces", "ces_effort")}  # lowest and highest answer
SURVEYED = (*SHARES, "nps", *SCALES)


def wilson_interval(kept, of, z=Z_95):
    """Return (low, high), the 95 % interval of a share of which `kept` of `of` were seen (Wilson 1927).

    It stays within 0 and 1 and has a width also where none or all were seen.  of : above 0.

    >>> [round(float(end), 3) for end in wilson_interval(81, 263)]
    [0.255, 0.366]
    """
    share = kept / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return np.where(share == 0, 0.0, middle - half), np.where(share == 1, 1.0, middle + half)


def nps_interval(promoters, detractors, answers):
    """Return (low, high), the 95 % interval of a net promoter score, -100..100, from its counts.

    answers : above 0.  The adjusted Wald interval: three answers are added, three quarters of one each to promoters and
    detractors; it may lie beside the score by a point in small surveys. Source: Rocks, Interval Estimation for the 'Net
    Promoter Score', The American Statistician 70 (2016).

    >>> [round(float(end), 1) for end in nps_interval(60, 25, 150)]
    [11.5, 34.2]
    """
    n = answers + 3
    for_, against = (promoters + 0.75) / n, (detractors + 0.75) / n
    net = for_ - against
    half = Z_95 * np.sqrt((for_ + against - net**2) / n)
    return 100 * np.maximum(net - half, -1), 100 * np.minimum(net + half, 1)


def mean_interval(total, answers, lowest, highest):
    """Return (low, high) that hold the true mean in at least 95 of 100 surveys, where only sum and number are known.

    No answers between `lowest` and `highest` with this mean spread wider than (highest - mean) x (mean - lowest)
    (Bhatia and Davis 2000): the interval is as wide as that, or narrower in truth.  answers : above 0.

    >>> [round(float(end), 2) for end in mean_interval(550, 100, 1, 7)]
    [4.99, 6.01]
    """
    mean = total / answers
    half = Z_95 * np.sqrt(np.maximum((highest - mean) * (mean - lowest), 0) / answers)
    return np.maximum(mean - half, lowest), np.minimum(mean + half, highest)


def margins(surveys, *, first_day=None, last_day=None, by=("project",)):
    """Return the survey measures with counts and margin: kpi, project, channel, value, low, high, answers.

    surveys : table of this name.  first_day, last_day : the period, both included; None: all.  by : any of project and
    channel; () is the whole centre ("").  low, high : the 95 % interval, in the measure's unit.  A survey that nobody
    answered is left out.
    """
    table = check(surveys, "surveys")
    for name in ("favourable", "unfavourable", "score_sum"):
        table[name] = table.get(name, np.nan)
    for name in ("scale", *WHERE):
        table[name] = table.get(name, "")
    day = day_of(table["day"])
    inside = (first_day is None or day >= pd.Timestamp(first_day)) & (last_day is None or day <= pd.Timestamp(last_day))
    table = table[inside & (table["answers"] > 0)]
    table = table.assign(**{name: "" for name in WHERE if name not in by})
    rows = [
        {"kpi": kpi, **dict(zip(WHERE, where, strict=True)), **found}
        for kpi in SURVEYED
        for where, group in table.groupby(WHERE)
        if (found := _surveyed(kpi, group))
    ]
    return pd.DataFrame(rows, columns=["kpi", *WHERE, "value", "low", "high", "answers"])


def _surveyed(kpi, rows):
    """Return value, low, high and answers of one measure in rows of one group; None where they tell nothing of it."""
    if kpi in SHARES:
        favourable, n = _sums(rows[rows["survey"] == SHARES[kpi]], ["favourable"])
        return n and {"value": favourable / n} | _between(wilson_interval(favourable, n), n)
    if kpi == "nps":
        good, bad, n = _sums(rows[rows["survey"] == "nps"], ["favourable", "unfavourable"])
        return n and {"value": 100 * (good - bad) / n} | _between(nps_interval(good, bad, n), n)
    asked = rows[(rows["survey"] == "ces") & (rows["scale"].map(ces_of) == kpi)]
    total, n = _sums(asked, ["score_sum"])
    return n and {"value": total / n} | _between(mean_interval(total, n, *SCALES[kpi]), n)


def _sums(rows, columns):
    """Return the sums of columns and of answers over the rows that tell all of them, None for the answers of none."""
    known = rows[rows[columns].notna().all(axis=1)]
    return *(float(known[name].sum()) for name in columns), float(known["answers"].sum()) or None


def _between(interval, answers):
    low, high = interval
    return {"low": float(low), "high": float(high), "answers": answers}
