"""Measures over a period and group: sums of numerators over sums of denominators, and verdicts against targets."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.measures.entry import UNITS
from ccwb.measures.kpis import KPIS
from ccwb.measures.parts import WHERE, Inputs, day_of, open_hours, prepared_history
from ccwb.messages import N_
from ccwb.tables import TABLES, check

GROUPS = ("project", "channel")
SHARED_KEYS = ("handled", "hours", "even")
_COLUMNS = TABLES["kpi_values"].names


def compute(
    history=None,
    *,
    surveys=None,
    agents=None,
    costs=None,
    coverage=None,
    forecast=None,
    results=None,
    entered=None,
    contracts=None,
    kpis=None,
    first_day=None,
    last_day=None,
    by=("project",),
    basis="actual",
    shared_key="handled",
):
    """Return the kpi_values table: each measure per group, numerator and denominator apart.

    history, surveys, agents, costs, coverage, forecast : tables of these names; results : agent_results table;
    entered : kpi_values rows that a team typed or imported, taken where the other tables do not tell.
    contracts : project -> contract, which says whether short abandons and blocked attempts count.
    kpis : keys of KPIS, all by default.  first_day, last_day : the period, both included; else that of the history.
    by : any of project and channel; () is the whole centre.  basis : actual, plan, previous.
    shared_key : by what costs of no project are shared out: handled (contacts), hours (of agents at work), even.
    `value` is missing where the data cannot tell or nothing was offered; `known` is the share of rows that told.
    Raises PlanError for a table that cannot be read, an unknown measure, or when no period is given and none is known.
    """
    kpis = list(KPIS) if kpis is None else [_known(kpi) for kpi in kpis]
    tables = {"history": history, "surveys": surveys, "agents": agents, "costs": costs, "coverage": coverage}
    tables |= {"forecast": forecast, "agent_results": results, "kpi_values": entered}
    inputs = replace(_inputs(tables, contracts, first_day, last_day), shared_key=_known_key(shared_key))
    groups = _groups(inputs, by)
    rows = [_grouped(kpi, _part(kpi, inputs), groups, by) for kpi in kpis]
    out = _with_value(pd.concat(rows, ignore_index=True)).assign(
        first_day=inputs.first_day, last_day=inputs.last_day, basis=basis
    )
    return check(out[[*_COLUMNS[:-1], "value", "known"]], "kpi_values")


def value(kpi, history=None, *, project=None, channel=None, **inputs):
    """Return one measure as a number, or None where the data cannot tell; `inputs` as for `compute`.

    project, channel : only these; None for all.

    >>> day = {"interval_start": pd.Timestamp("2026-11-02"), "interval_s": 86400, "channel": "voice"}
    >>> table = pd.DataFrame([day | {"project": "a", "offered": 90, "abandoned": 9},
    ...                       day | {"project": "b", "offered": 10, "abandoned": 6}])
    >>> value("abandonment", table), value("abandonment", table, project="b"), value("csat", table)
    (0.15, 0.6, None)
    """
    wanted = {name: key for name, key in (("project", project), ("channel", channel)) if key is not None}
    found = compute(history, kpis=[kpi], by=tuple(wanted), **inputs)
    for name, key in wanted.items():
        found = found[found[name] == key]
    return None if found.empty or pd.isna(found["value"].iloc[0]) else float(found["value"].iloc[0])


def merged(values, *, by=("project",)):
    """Return kpi_values with periods and groups put together: sums of numerators over sums of denominators.

    by : what is kept apart, any of project and channel. Rows of one measure and basis must not overlap in time. A
    measure whose denominator is time counted once for all queues (arrival rate) is missing where queues are merged.
    """
    table = values.assign(**{name: "" for name in GROUPS if name not in by})
    mixed = values.groupby([table[c] for c in ("kpi", *GROUPS, "basis")])[list(GROUPS)].nunique().max(axis=1) > 1
    grouped = table.groupby(["kpi", *GROUPS, "basis"], sort=False)
    sums = grouped[["numerator", "denominator"]].sum(min_count=1)
    sums.insert(0, "first_day", grouped["first_day"].min())
    sums.insert(1, "last_day", grouped["last_day"].max())
    once = sums.index.get_level_values("kpi").map(lambda kpi: KPIS[kpi].once)
    sums.loc[once & mixed.reindex(sums.index).to_numpy(), ["numerator", "denominator"]] = np.nan
    return _with_value(sums.reset_index())[_COLUMNS]


def verdict(kpi, value, target, tolerance=None):
    """Return how a value stands to its target: good, near, miss; None where one is missing or no target says anything.

    near : missed by at most the tolerance, in the measure's unit; None: what is usual for it (see `tolerance_of`).
    Where neither more nor less is better (occupancy), good is within the tolerance and near within twice of it.

    >>> verdict("service_level", 0.79, 0.8), verdict("asa", 25, 28), verdict("csat", None, 0.8)
    ('near', 'good', None)
    >>> verdict("service_level", 0.76, 0.8, tolerance=0.05), verdict("occupancy", 0.93, 0.85)
    ('near', 'near')
    """
    short = missed_by(kpi, value, target)
    if short is None:
        return None
    room = tolerance_of(kpi, target) if tolerance is None else tolerance
    if KPIS[kpi].better == "level":
        short -= room
    return "good" if short <= 1e-12 else "near" if short <= room + 1e-12 else "miss"


def missed_by(kpi, value, target):
    """Return by how much a value misses its target, in the measure's unit; 0 or less where it does not, else None.

    >>> missed_by("asa", 30, 28), missed_by("offered", 30, 28)
    (2, None)
    """
    better = KPIS[_known(kpi)].better
    if better == "context" or value is None or target is None or pd.isna(value) or pd.isna(target):
        return None
    return {"high": target - value, "low": value - target, "level": abs(value - target)}[better]


def tolerance_of(kpi, target):
    """Return how far a measure usually may miss a target and be near it, in its unit; None without a target.

    >>> tolerance_of("service_level", 0.8), tolerance_of("asa", 40), tolerance_of("occupancy", 0.85)
    (0.02, 2.0, 0.05)
    """
    entry = KPIS[_known(kpi)]
    if target is None or pd.isna(target):
        return None
    unit = UNITS[entry.unit]
    return entry.near if entry.near is not None else unit.near * abs(target) if unit.relative else unit.near


def _known(kpi):
    if kpi not in KPIS:
        raise PlanError(N_("'{found}' is not a measure. Measures are: {known}."), found=kpi, known=", ".join(KPIS))
    return kpi


def _known_key(key):
    if key not in SHARED_KEYS:
        known = ", ".join(SHARED_KEYS)
        raise PlanError(
            N_("Shared costs are split by one of: {known}; found {found}. Choose one of them on the setup page."),
            known=known,
            found=str(key),
        )
    return key


def _inputs(tables, contracts, first_day, last_day):
    """Return the Inputs: each table checked, with its day, cut to the period."""
    given = {name: check(table, name) for name, table in tables.items() if table is not None and name != "history"}
    if tables["history"] is not None:
        given["history"] = prepared_history(tables["history"], contracts=contracts)
    for name in ("forecast", "coverage"):
        if name in given:
            given[name]["day"] = day_of(given[name]["interval_start"])
    for name in ("surveys", "agent_results", "kpi_values"):
        if name in given:
            given[name] = _filled(given[name], name)
            if "day" in given[name]:
                given[name]["day"] = day_of(given[name]["day"])
    first, last = _period(given, first_day, last_day)
    whole = given.get("history")
    for name, table in given.items():
        if "day" in table:
            given[name] = table[(table["day"] >= first) & (table["day"] <= last)]
    if "kpi_values" in given:
        rows = given.pop("kpi_values")
        given["entered"] = rows[(rows["first_day"] >= first) & (rows["last_day"] <= last)]
    if "agent_results" in given:
        given["results"] = given.pop("agent_results")
    return Inputs(first, last, whole_history=whole, **given)


def _filled(table, name):
    for column in TABLES[name].columns:
        if column.name not in table:
            table[column.name] = "" if column.kind == "text" else np.nan
    return table


def _period(given, first_day, last_day):
    """Return the first and last day: as asked, else those of the history, else those of the other dated tables."""
    if first_day is not None and last_day is not None:
        return pd.Timestamp(first_day), pd.Timestamp(last_day)
    dated = [given[name]["day"] for name in ("history", "surveys", "agent_results", "coverage") if name in given]
    dated += [given["kpi_values"][edge] for edge in ("first_day", "last_day") if "kpi_values" in given]
    known = [days for days in dated if len(days)]
    if not known:
        raise PlanError(N_("No day is known to measure. Say from which day to which, or give a history."))
    own = known[:1] if len(given.get("history", ())) else known
    first, last = min(days.min() for days in own), max(days.max() for days in own)
    return pd.Timestamp(first if first_day is None else first_day), pd.Timestamp(last if last_day is None else last_day)


def _groups(inputs, by):
    """Return the groups that every measure gets a row for: those of the history, else of any other table."""
    if not by:
        return pd.DataFrame({"project": [""], "channel": [""]})
    others = (inputs.surveys, inputs.results, inputs.coverage, inputs.agents, inputs.entered)
    tables = [inputs.whole_history] if inputs.whole_history is not None else [t for t in others if t is not None]
    found = [_apart(table, by) for table in tables]
    return (
        pd.concat(found, ignore_index=True).drop_duplicates() if found else pd.DataFrame({"project": [], "channel": []})
    )


def _apart(table, by):
    """Return the project and channel of each row, "" where they are not kept apart."""
    blank = pd.Series("", index=table.index)
    return pd.DataFrame({name: table[name] if name in by and name in table else blank for name in GROUPS})


def _part(kpi, inputs):
    """Return the rows of a measure from its own source; from what was entered where that tells nothing."""
    rows = KPIS[kpi].part(inputs)
    if rows is not None and (rows["numerator"] + rows["denominator"]).notna().any():
        return rows
    typed = None if inputs.entered is None else inputs.entered[inputs.entered["kpi"] == kpi]
    return rows if typed is None or typed.empty else _typed(typed, KPIS[kpi])


def _typed(rows, entry):
    """Return entered rows as parts; a row with a value alone counts as that value over 1."""
    alone = rows["numerator"].isna() | rows["denominator"].isna()
    return rows.assign(
        numerator=rows["numerator"].where(~alone, rows["value"]),
        denominator=1.0 if entry.total else rows["denominator"].where(~alone, 1.0),
    )


def _grouped(kpi, rows, groups, by):
    """Return one row per group with numerator, denominator and known, the share of rows that told."""
    if rows is None or rows.empty:
        return groups.assign(kpi=kpi, numerator=np.nan, denominator=np.nan, known=0.0)
    tells = rows["numerator"].notna() & rows["denominator"].notna()
    parts = rows[["numerator", "denominator"]].where(tells).assign(**_apart(rows, by), known=tells.astype(float))
    per = parts.groupby(WHERE)
    sums = per[["numerator", "denominator"]].sum(min_count=1).assign(known=per["known"].mean())
    if KPIS[kpi].once:
        times = parts.assign(at=rows["interval_start"])[tells].drop_duplicates([*WHERE, "at"])
        hours = {where: open_hours(one["at"], one["denominator"]) for where, one in times.groupby(WHERE)}
        sums["denominator"] = pd.Series(hours, dtype="float64").reindex(sums.index)
    return groups.merge(sums.reset_index(), on=WHERE, how="outer").assign(kpi=kpi).fillna({"known": 0.0})


def _with_value(rows):
    """Return rows with value = numerator / denominator; sums have the denominator 1; missing where nothing was."""
    total = rows["kpi"].map(lambda kpi: KPIS[kpi].total)
    rows["denominator"] = rows["denominator"].mask(total & rows["numerator"].notna(), 1.0)
    rows["value"] = (rows["numerator"] / rows["denominator"]).where(rows["denominator"] > 0)
    return rows
