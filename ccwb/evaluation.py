"""Stage 6: plan against action: what was promised, what came, what it teaches; tables in, tables out.

The stage's document is one plain dict:

    judgements    action log entry (its number as text) -> verdict (adopt, adapt, reject), reason, by
    lessons       a list of id, text, owner, due, status (open, done), origin
    parameters    queue ("project/channel") -> measured aht_s and handled, to plan the next cycle with
"""

import datetime as dt

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.tables import check

PLANNED = (
    "offered", "arrival_rate", "handled", "aht", "schedule_fit", "occupancy", "service_level", "answer_rate",
    "abandonment", "asa", "frt", "on_time", "blocked",
)  # fmt: skip
VERDICTS = {
    "adopt": N_("adopt: it becomes part of the plan"),
    "adapt": N_("adapt: it becomes part of the plan in another form"),
    "reject": N_("reject: the plan stays as it was"),
}
STATUSES = {"open": N_("open"), "done": N_("done")}
_WHERE = ["project", "channel"]
_LESSON = {"text": "", "owner": "", "due": "", "status": "open", "origin": ""}


def blank_evaluation():
    """Return the document of a cycle that has not been evaluated.

    >>> blank_evaluation()
    {'judgements': {}, 'lessons': [], 'parameters': {}}
    """
    return {"judgements": {}, "lessons": [], "parameters": {}}


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
    """
    expected = expected_history(requirement)
    if actuals is not None:
        actuals = check(actuals, "actuals")
        expected = measures.told(expected, actuals) if "offered" in actuals else expected.iloc[:0]
    known = set(expected.loc[expected["blocked"].notna(), "project"])
    counting = {name: one | {"counts_short": True} for name, one in (contracts or {}).items() if name in known}
    days = {"first_day": first_day, "last_day": last_day}
    out = measures.compute(expected, coverage=coverage, contracts=counting, kpis=kpis, **days, by=by, basis="plan")
    sums = ["numerator", "denominator", "value"]
    out[sums] = out[sums].where(out["known"] > 1 - 1e-9)
    return out


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


def forecast_accuracy(forecast, actuals, *, zones=None):
    """Return how right the forecast was, per queue and for all ("" and ""): grain, n, wape, bias, coverage_80.

    grain : 'interval', where forecast and actuals have the same interval length or one fits into the other's; 'day'.
    n : intervals or days of a queue that both know.  wape : sum of absolute errors / sum of offered; for all, over the
    queues' own errors.  bias : sum of (forecast - offered) / sum of offered.  coverage_80 : share of n inside the 80 %
    band; for days the band of a normal distribution with variance sum(dispersion x forecast) + (day_spread x day)^2.
    A day that the forecast took for closed and on which contacts came counts as one with a forecast of nothing.
    zones : project -> time zone that its days are those of, where the tables hold projects of several; None is theirs.
    Missing where nothing was offered or nothing can be compared.
    """
    pairs = _by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    rows = [measures.matched(*pair).drop(columns="interval_start", errors="ignore") for pair in pairs]
    rows = pd.concat(rows, ignore_index=True)
    days = measures.by_day(rows)
    half = measures.WITHIN_80 * np.sqrt(days["variance"] + (days["day_spread"] * days["forecast"]) ** 2)
    grains = {"day": days.assign(inside=(days["actual"] - days["forecast"]).abs() <= half)}
    if all(measures.same_grid(*pair) or measures.nested_length(*pair) for pair in pairs):
        inside = rows["actual"].between(rows["lower_80"], rows["upper_80"])
        grains = {"interval": rows.assign(inside=inside), **grains}
    return pd.concat([_accuracy(part).assign(grain=grain) for grain, part in grains.items()], ignore_index=True)[
        [*_WHERE, "grain", "n", "wape", "bias", "coverage_80"]
    ]


def forecast_as_planned(forecast, snapshots, *, first_day):
    """Return the forecast that a cycle was planned with: of each project the last one published before the first day.

    snapshots : forecast_snapshots, of one or more projects.  first_day : of the cycle; where all were published later,
    the first of them counts. Projects without any are taken from `forecast`, as older cycles have only that.
    """
    if not len(snapshots):
        return forecast
    start, parts = pd.Timestamp(first_day), []
    for _project, rows in snapshots.groupby("project", sort=False):
        moments = rows["published"].drop_duplicates().sort_values()
        before = moments[moments.dt.tz_localize(None) < start]
        parts.append(rows[rows["published"] == (before.iloc[-1] if len(before) else moments.iloc[0])])
    rest = forecast[~forecast["project"].isin(set(snapshots["project"]))]
    whole = [one for one in (*(part.drop(columns="published") for part in parts), rest) if len(one)]
    return pd.concat(whole, ignore_index=True)


def held_days(forecast, actuals, *, zones=None):
    """Return by date the planned contacts that the actual figures tell of: those that `planned_values` counts.

    zones : as for `forecast_accuracy`. A day of which nothing was recorded is not among them.
    """
    pairs = _by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    return _daily([measures.told(*pair) for pair in pairs])


def one_sided_days(forecast, actuals, *, zones=None):
    """Return contacts by date, (planned for queues without any actual figure that day, come though planned as closed).

    The first lie between the first and the last recorded day and count on neither side; what came on the others counts
    as not expected. All queues of the tables together.  zones : as for `forecast_accuracy`.
    """
    pairs = _by_project(check(forecast, "forecast"), check(actuals, "actuals"), zones)
    found = [measures.surprises(*pair).rename(columns={"actual": "offered"}) for pair in pairs]
    return _daily([_silent(*pair) for pair in pairs]), _daily(found)


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


def measured_parameters(actuals):
    """Return what the next cycle can plan with, queue -> aht_s and handled; a queue without handled work is left out.

    aht_s : handling time per handled contact, seconds, over all of the actuals.  handled : contacts it rests on.
    """
    found = measures.compute(actuals, kpis=["aht"], by=("project", "channel"))
    return {
        f"{row.project}/{row.channel}": {"aht_s": round(row.value, 1), "handled": int(row.denominator)}
        for row in found.itertuples()
        if pd.notna(row.value)
    }


def judge(judgements, *, entry, verdict, reason, by):
    """Return the judgements with that of one action log entry put in, in place of an earlier one."""
    if verdict not in VERDICTS:
        known = ", ".join(VERDICTS)
        raise PlanError(
            N_("A deviation is judged with one of {known}; found '{found}'."), known=known, found=str(verdict)
        )
    for text, what in ((reason, N_("a reason")), (by, N_("the name of who judged"))):
        if not text.strip():
            raise PlanError(N_("The judgement of entry {entry} needs {what}."), entry=entry, what=what)
    return {**judgements, str(entry): {"verdict": verdict, "reason": reason.strip(), "by": by.strip()}}


def add_lesson(document, **fields):
    """Return the document with one more lesson; `fields` are text, owner, due, status and origin."""
    used = [int(row["id"][1:]) for row in document["lessons"] if row["id"][:1] == "L" and row["id"][1:].isdigit()]
    lesson = {"id": f"L{max(used, default=0) + 1}", **_LESSON, **fields}
    return {**document, "lessons": [*document["lessons"], _check_lesson(lesson)]}


def change_lesson(document, lesson_id, **fields):
    """Return the document with some fields of one lesson changed."""
    known = [row["id"] for row in document["lessons"]]
    if lesson_id not in known:
        listed = ", ".join(known) or "-"
        raise PlanError(N_("There is no lesson '{found}'. There are: {known}."), found=lesson_id, known=listed)
    rows = [_check_lesson({**row, **fields}) if row["id"] == lesson_id else row for row in document["lessons"]]
    return {**document, "lessons": rows}


def check_evaluation(document):
    """Return the document unchanged when it can be read; PlanError names the part that is wrong."""
    for entry, found in document["judgements"].items():
        judge({}, entry=entry, **found)
    for row in document["lessons"]:
        _check_lesson(row)
    return document


def blockers(document, *, log=None):
    """Return what keeps stage 6 from approval: a list of (template, values), empty when nothing does.

    log : the entries of the action log that hold (see actions.standing), each of which wants a judgement.
    """
    entries = [] if log is None else [str(int(entry)) for entry in log["entry"]]
    open_ = [entry for entry in entries if entry not in document["judgements"]]
    out = []
    if open_:
        numbers = ", ".join(open_)
        out.append((N_("{n} logged deviations are not judged: {entries}."), {"n": len(open_), "entries": numbers}))
    if not document["lessons"]:
        out.append((N_("No lesson is noted for the next cycle."), {}))
    for row in document["lessons"]:
        if row["status"] == "open" and not row["owner"]:
            out.append((N_("The lesson '{text}' has no owner."), {"text": row["text"]}))
    return out


def _by_project(forecast, actuals, zones):
    """Return (forecast, actuals) of each project that both have, in its own zone; as they are where none is known."""
    pairs = []
    for project in forecast["project"].unique() if zones else ():
        pair = [table[table["project"] == project] for table in (forecast, actuals)]
        pair = [_in_zone(table, zones.get(project)) for table in pair]
        pairs += [pair] if all(map(len, pair)) else []
    return pairs or [(forecast, actuals)]


def _in_zone(table, zone):
    aware = zone is not None and table["interval_start"].dt.tz is not None
    return table.assign(interval_start=table["interval_start"].dt.tz_convert(zone)) if aware else table


def _silent(forecast, actuals):
    """Return the rows of a forecast of which its queue has no figure all day, between the first and last recorded."""
    told = measures.in_zone_of(actuals, forecast).dropna(subset="offered")
    planned, told = (table.assign(day=measures.day_of(table["interval_start"])) for table in (forecast, told))
    keys = ["day", *_WHERE]
    rows = planned.merge(told[keys].drop_duplicates().assign(told=True), on=keys, how="left")
    return rows[rows["told"].isna() & rows["day"].between(told["day"].min(), told["day"].max())]


def _daily(tables):
    """Return the contacts of tables by date, all together."""
    rows = [t.assign(day=t["day"] if "day" in t else measures.day_of(t["interval_start"])) for t in tables]
    return pd.concat([one[["day", "offered"]] for one in rows], ignore_index=True).groupby("day")["offered"].sum()


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


def _accuracy(rows):
    """Return one row per queue, and one for all, from rows with forecast, actual and inside."""
    sums = rows.assign(
        n=1, error=(rows["forecast"] - rows["actual"]).abs(), over=rows["forecast"] - rows["actual"],
        inside=rows["inside"].astype(float),
    )  # fmt: skip
    columns = ["n", "error", "over", "actual", "inside"]
    queues = sums.groupby(_WHERE, as_index=False)[columns].sum()
    every = sums[columns].sum().to_frame().T.assign(project="", channel="")
    out = pd.concat([queues, every], ignore_index=True)
    some = out["actual"] > 0
    return out.assign(
        n=out["n"].astype(int),
        wape=(out["error"] / out["actual"]).where(some),
        bias=(out["over"] / out["actual"]).where(some),
        coverage_80=(out["inside"] / out["n"]).where(out["n"] > 0),
    )


def _check_lesson(row):
    if not row["text"].strip():
        raise PlanError(N_("A lesson needs a text that says what to do differently."))
    if row["status"] not in STATUSES:
        known = ", ".join(STATUSES)
        raise PlanError(N_("A lesson is one of {known}; found '{found}'."), known=known, found=str(row["status"]))
    try:
        if row["due"]:
            dt.date.fromisoformat(row["due"])
    except ValueError:
        raise PlanError(
            N_("The lesson '{text}' is due on '{found}'. Write it as 2026-11-02, or leave it empty."),
            text=row["text"],
            found=row["due"],
        ) from None
    return row
