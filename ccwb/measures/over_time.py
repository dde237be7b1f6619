"""Measures day by day and by week, weekday or hour: numerators and denominators apart, for any sum over them."""

import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures.kpis import KPIS
from ccwb.measures.parts import DAY_S, WHERE, Inputs, prepared_history
from ccwb.messages import N_

TIMED = (
    "offered", "handled", "aht", "occupancy", "service_level", "answer_rate", "abandonment", "asa", "frt", "on_time",
    "blocked", "transfer_rate",
)  # fmt: skip
SPLITS = (*WHERE, "week", "weekday", "hour")


def by_day_and(history, *, first_day, last_day, by=("project",), kpis=TIMED, contracts=None):
    """Return each measure's numerator and denominator per day and group, a row per kpi, group and day.

    history : table of this name, or what is in its shape; its days are those of the clock it is in.  first_day,
    last_day : the period, both included.  by : any of SPLITS: project, channel, week (1 is that of the first day, weeks
    beginning on Monday), weekday (0 is Monday) and hour (0..23; rows of whole days are left out).  contracts : as for
    `compute`.  A measure that is a sum counts in a day's denominator as one day, so that its rate is a mean per day.
    What no row tells is left out.  Raises PlanError for another `by`.
    """
    unknown = [name for name in by if name not in SPLITS]
    if unknown:
        raise PlanError(
            N_("Measures are split by {known}, not by {found}."), known=", ".join(SPLITS), found=", ".join(unknown)
        )
    first, last = pd.Timestamp(first_day), pd.Timestamp(last_day)
    table = prepared_history(history, contracts=contracts)
    table = table[table["day"].between(first, last)]
    if "hour" in by:
        table = table[table["interval_s"] < DAY_S]
    inputs = Inputs(first, last, history=table, whole_history=table)
    parts = [_summed(kpi, KPIS[kpi].part(inputs), by, first) for kpi in kpis]
    return pd.concat(parts, ignore_index=True)


def added_up(tables):
    """Return tables of `by_day_and` of several projects as one, the rows of a kpi, group and day added up.

    A measure that is a sum stays one per day: contacts of the projects together.
    """
    rows = pd.concat(tables, ignore_index=True)
    keys = [name for name in rows.columns if name not in ("numerator", "denominator")]
    sums = rows.groupby(keys, as_index=False, sort=False)[["numerator", "denominator"]].sum()
    total = sums["kpi"].map({kpi: entry.total for kpi, entry in KPIS.items()}).astype(bool)
    return sums.assign(denominator=sums["denominator"].mask(total, 1.0))


def _summed(kpi, rows, by, first):
    rows = rows[rows["numerator"].notna() & rows["denominator"].notna()]
    monday = first - pd.Timedelta(days=first.day_of_week)
    when = {
        "week": (rows["day"] - monday).dt.days // 7 + 1,
        "weekday": rows["day"].dt.day_of_week,
        "hour": rows["interval_start"].dt.hour,
    }
    rows = rows.assign(**{name: when[name] for name in by if name in when})
    sums = rows.groupby([*by, "day"], as_index=False)[["numerator", "denominator"]].sum()
    if KPIS[kpi].total:
        sums["denominator"] = 1.0
    return sums.assign(kpi=kpi)[["kpi", *by, "day", "numerator", "denominator"]]
