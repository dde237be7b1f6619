"""Plan beside action: what was promised and what came, measured by the same formulas."""

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.tables import check

PLANNED = (
    "offered", "arrival_rate", "handled", "aht", "schedule_fit", "occupancy", "service_level", "answer_rate",
    "abandonment", "asa", "frt", "on_time", "blocked",
)  # fmt: skip
_WHERE = ["project", "channel"]


def planned_values(
    requirement,
    *,
    coverage=None,
    actuals=None,
    kpis=PLANNED,
    first_day=None,
    last_day=None,
    by=("project",),
    contracts=None,
):
    """Return kpi_values with basis 'plan': what the requirement promises, measured by the formulas of the actuals.

    requirement : requirement table. Its expected answers, abandons and waits are put in the shape of a history and
    summed as one, so that plan and actual mean the same; every expected abandon counts, since the queueing model does
    not tell short ones apart.  coverage : coverage table of the schedule, for its fit.
    actuals : where given, only what was recorded counts: the same intervals; where the actuals have another
    interval length, those that the finer actuals lie in, or the same days, for a daily file (see `grain_note`).
    contracts : project -> contract; one that counts blocked attempts has them in the answer rate of a plan that knows
    of any.  kpis, first_day, last_day, by : as for measures.compute. A measure that the plan knows for a part of the
    contacts only (first response times of chat, but not of email) is missing: it would not be what the actual value is.
    Deferred work still waiting when the plan ends is in neither sum of its service, and makes nothing unknown.
    """
    expected = expected_history(requirement)
    if actuals is not None:
        actuals = check(actuals, "actuals")
        expected = measures.told(expected, actuals) if "offered" in actuals else expected.iloc[:0]
    known = set(expected.loc[expected["blocked"].notna(), "project"])
    counting = {name: one | {"counts_short": True} for name, one in (contracts or {}).items() if name in known}
    days = {"first_day": first_day, "last_day": last_day}
    more = {"coverage": coverage, "contracts": counting, "kpis": kpis, "by": by, "basis": "plan"}
    out = measures.compute(expected, **more, **days)
    sums, known = ["numerator", "denominator", "value"], out["known"]
    if (waiting := _waiting(expected)).any() and not waiting.all():
        key = ["kpi", *_WHERE]
        rest = measures.compute(expected[~waiting], **more, **days).set_index(key)["known"]
        known = rest.reindex(pd.MultiIndex.from_frame(out[key])).fillna(0.0).set_axis(out.index)
    out[sums] = out[sums].where(known > 1 - 1e-9)
    return out


def _waiting(expected):
    """Return which rows are deferred work not all answered by the end, of unknown service in a queue that tells it."""
    deferred = expected["channel"].map(lambda name: name in CHANNELS and not CHANNELS[name].live).astype(bool)
    tells = expected["answered_within"].notna().groupby([expected[name] for name in _WHERE]).transform("any")
    return deferred & tells & expected["answered_within"].isna() & (expected["handled"] < expected["offered"])


def expected_history(requirement):
    """Return a requirement in the shape of a history: expected contacts handled, abandoned, answered in time.

    offered is what a file would count: attempts that found a free line, with those that call again. blocked is known in
    a project with bounded lines; its other queues block nobody.
    handled is offered x answer rate; where the requirement has none, offered x (1 - abandonment); else unknown.
    """
    table = check(requirement, "requirement")
    for name in ("attempts", "blocked", "service_level", "answer_within_s", "asa_s", "abandonment", "answer_rate"):
        if name not in table:
            table[name] = np.nan
    answered = table["answer_rate"].fillna(1 - table["abandonment"])
    attempts = table["attempts"].fillna(table["offered"])
    table["offered"] = attempts - table["blocked"].fillna(0.0)
    bounded = table["blocked"].notna().groupby(table["project"]).transform("any")
    table["blocked"] = table["blocked"].mask(bounded & table["blocked"].isna(), 0.0)
    out = table[
        ["interval_start", "interval_s", *_WHERE, "offered", "blocked", "aht_s", "asa_s", "agents", "answer_within_s"]
    ]
    parts = {"handled": answered, "abandoned": table["abandonment"], "answered_within": table["service_level"]}
    return out.assign(
        **{name: (table["offered"] * part).where(table["offered"] > 0, 0.0) for name, part in parts.items()}
    )


def grain_note(plan, actuals):
    """Return (template, values) on how plan and actuals meet when their usual interval lengths differ, else None."""
    if plan.empty or actuals.empty or measures.same_grid(plan, actuals):
        return None
    usual = [int(table["interval_s"].mode().max()) for table in (plan, actuals)]
    values = {"plan": usual[0] // 60, "actual": usual[1] // 60}
    length = measures.nested_length(plan, actuals)
    if usual == [length, length]:  # only what is open in part is told otherwise
        return None
    if length is None:
        return N_(
            "The plan has intervals of {plan} minutes, the actuals of {actual}: both were gathered to days."
        ), values
    told = N_(
        "The plan has intervals of {plan} minutes, the actuals of {actual}: both were gathered to {length} minutes."
    )
    return told, values | {"length": length // 60}


def compare(plan_values, actual_values, previous_values=None, targets=None, tolerances=None):
    """Return one row per measure, project and channel: plan, actual, previous, target, gaps and a verdict.

    plan_values, actual_values, previous_values : kpi_values tables, each over one period; None where there is none.
    targets, tolerances : KPI -> project ("" is the centre) -> value, as the mission document holds them.
    gap_plan = actual - plan, gap_previous = actual - previous. A sum, such as contacts offered, has no gap to a period
    of another number of days. A measure that nobody knows anything of is left out; a missing cell is 'not measured'.
    verdict : good, near, miss against the target (see measures.verdict), None where there is none.
    """
    sides = {"plan": plan_values, "actual": actual_values, "previous": previous_values}
    given = [_side(table, name) for name, table in sides.items() if table is not None]
    table = pd.concat(given, axis=1) if given else pd.DataFrame(index=pd.MultiIndex.from_arrays([[]] * 3))
    table = table.reindex(columns=[f"{part}{name}" for part in ("", "days_") for name in sides]).astype("float64")
    table.index.names = ["kpi", *_WHERE]
    table = table.reset_index()
    table["target"] = [_target(targets or {}, row.kpi, row.project) for row in table.itertuples()]
    table["target"] = table["target"].astype("float64")
    total = table["kpi"].map(lambda kpi: KPIS[kpi].total).astype(bool)
    for name in ("plan", "previous"):
        fair = ~total | (table["days_actual"] == table[f"days_{name}"])
        table[f"gap_{name}"] = (table["actual"] - table[name]).where(fair)
    rooms = [_target(tolerances or {}, row.kpi, row.project) for row in table.itertuples()]
    table["verdict"] = pd.Series(
        [
            measures.verdict(row.kpi, row.actual, row.target, n)
            for row, n in zip(table.itertuples(), rooms, strict=True)
        ],
        index=table.index,
        dtype=object,
    )
    known = table[["plan", "actual", "previous", "target"]].notna().any(axis=1)
    order = table["kpi"].map({kpi: number for number, kpi in enumerate(KPIS)})
    table = table.assign(order=order)[known].sort_values(["order", *_WHERE], ignore_index=True)
    return table.drop(columns=["order", "days_plan", "days_actual", "days_previous"])


def local_days(table, *, zones=None):
    """Return the date of each row by the clock of its project; zones : project -> zone, None is that of the table."""
    starts = table["interval_start"]
    if not zones or starts.dt.tz is None:
        return measures.day_of(starts)
    days = [
        measures.day_of(starts[rows.index].dt.tz_convert(zones.get(project, starts.dt.tz)))
        for project, rows in table.groupby("project")
    ]
    return pd.concat(days).reindex(table.index) if days else measures.day_of(starts)


def _side(table, name):
    """Return value and days of a kpi_values table by measure, project and channel, named for one side."""
    rows = check(table, "kpi_values").set_index(["kpi", *_WHERE])
    if rows.index.has_duplicates:
        raise PlanError(N_("The {name} values hold a measure more than once: compare one period at a time."), name=name)
    days = (rows["last_day"] - rows["first_day"]).dt.days + 1
    return pd.DataFrame({name: rows["value"], f"days_{name}": days.astype("float64")})


def _target(targets, kpi, project):
    per = targets.get(kpi, {})
    return per.get(project, per.get(""))
