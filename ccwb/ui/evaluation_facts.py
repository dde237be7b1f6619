"""What the causes of a miss and the calibration are computed from: read from the store, stage beside stage."""

import pandas as pd

from ccwb import staffing
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.schedule import with_schedule
from ccwb.staffing.estimates import absence, handling_time, patience
from ccwb.ui import evaluation_measure as em
from ccwb.ui.made_with import targets_made_with
from ccwb.ui.schedule_parts import needed

DAY = em.DAY


def hour_cost(store, project, first_day):
    """Return what a paid hour of a project costs: its own, else the mean of its agents; None where nobody knows."""
    own = project.get("hourly_cost")
    if own is not None:
        return own
    return staffing.hourly_cost_of(store.read_table("agents", project=project["project"]), at=first_day)


def facts(store, one, centre, *, project="", first=None, last=None):
    """Return what `evaluation.causes` is to be given for some days of a cycle, of one project or of all.

    first, last : dates, None for those of the cycle. Projects without a plan or actual figures are not in it.
    """
    first, last = first or one.first_day, last or one.last_day
    whole = (first, last) == (one.first_day, one.last_day)
    parts = [_of_project(store, one, p, first, last) for p in em.projects_of(centre, project)]
    parts = [part for part in parts if len(part["plan"]) and len(part["actuals"])]
    zone = em.zone_of(centre, project)
    tables = {
        name: pd.concat([_in_zone(part[name], zone) for part in parts if len(part[name])], ignore_index=True)
        for name in ("plan", "actuals", "coverage")
        if any(len(part[name]) for part in parts)
    }
    targets = {queue: own for part in parts for queue, own in part["targets"].items()}
    adherence = _adherence(store, one) if whole else {}
    return tables | {
        "model": staffing.giving(targets),
        "targets": targets,
        "shrinkage": _merged(parts, "shrinkage", adherence),
        "adherence": {name: pair for name, pair in adherence.items() if name in _merged(parts, "shrinkage", {})},
        "patience": {queue: pair for part in parts for queue, pair in part["patience"].items()},
        "hourly_cost": {part["project"]: part["hour"] for part in parts if part["hour"] is not None},
        "labour": labour(store, [part["project"] for part in parts], first, last) if whole else {},
        "contracts": {p["project"]: p["contract"] for p in centre["projects"]},
    }


def _of_project(store, one, project, first, last):
    key = project["project"]
    place = {"cycle": one.id, "project": key, "zone": project["zone"], "start": str(first), "end": str(last + DAY)}
    plan, actuals = (store.read_table(name, **place) for name in ("requirement", "actuals"))
    schedule = _schedule(store, one, project)
    targets = targets_made_with(store, one.id, project)
    there = len(plan) and len(schedule)
    return {
        "project": key,
        "plan": plan,
        "actuals": actuals,
        "coverage": with_schedule(needed(plan), schedule=schedule) if there else plan.iloc[:0],
        "targets": targets,
        "shrinkage": _shrinkage(plan, schedule, actuals, targets),
        "patience": _patience(actuals, targets, project["contract"]),
        "hour": hour_cost(store, project, one.first_day),
    }


def _schedule(store, one, project):
    place = {"cycle": one.id, "project": project["project"], "zone": project["zone"]}
    return store.read_table("schedule", all_columns=True, **place)


def _in_zone(table, zone):
    times = [name for name in table if isinstance(table[name].dtype, pd.DatetimeTZDtype)]
    return table.assign(**{name: table[name].dt.tz_convert(zone) for name in times})


def _shrinkage(plan, schedule, actuals, targets):
    """Return (planned, measured) share of the rostered time lost, None where it cannot be told."""
    if plan.empty or schedule.empty or actuals.empty:
        return None
    try:
        found = absence(schedule, actuals)
    except PlanError:
        return None
    work, rostered = ((plan[name] * plan["interval_s"]).sum() for name in ("agents", "scheduled"))
    return (1 - work / rostered, found.value) if rostered > 0 else None


def _patience(actuals, targets, contract):
    """Return queue -> (planned, measured) patience; measured is the plan's own where it lies within the range."""
    out = {}
    for (project, channel), own in targets.items():
        planned, rows = own.get("patience_s"), actuals[actuals["channel"] == channel]
        if not planned or rows.empty:
            continue
        try:
            found = patience(rows, short_abandon_s=contract.get("short_abandon_s"))
        except PlanError:
            continue
        out[project, channel] = (planned, planned if found.low <= planned <= found.high else found.value)
    return out


def _adherence(store, one):
    """Return project -> (planned, measured): the mission's target and what the log of states came to."""
    targets = em.targets(store, one, {"projects": []}).get("adherence", {})
    kept = em.kept(store, one)["actual"]
    rows = kept[(kept["kpi"] == "adherence") & (kept["channel"] == "") & kept["value"].notna()]
    known = {row.project: row.value for row in rows.itertuples() if row.project}
    aims = {name: targets.get(name, targets.get("")) for name in known}
    return {name: (aim, known[name]) for name, aim in aims.items() if aim}


def _merged(parts, name, adherence):
    """Return project -> (planned, measured) shrinkage, without what adherence tells apart."""
    out = {part["project"]: part[name] for part in parts if part[name]}
    for key in set(out) & set(adherence):
        out[key] = tuple(1 - (1 - share) / kept for share, kept in zip(out[key], adherence[key], strict=True))
    return out


def labour(store, projects, first, last):
    """Return project -> labour costs booked for some days, of projects whose books cover all of them."""
    costs = store.read_table("costs")
    costs = costs[(costs["kind"] == "labour") & costs["project"].isin(projects)]
    out = {}
    for project, rows in costs.groupby("project"):
        begin, end = rows["first_day"].clip(lower=pd.Timestamp(first)), rows["last_day"].clip(upper=pd.Timestamp(last))
        inside = ((end - begin).dt.days + 1).clip(lower=0)
        if inside.sum() >= (last - first).days + 1:
            whole = (rows["last_day"] - rows["first_day"]).dt.days + 1
            out[project] = float((rows["amount"] * inside / whole).sum())
    return out


def estimated(store, one, centre, *, project=""):
    """Return (planned, found) as `evaluation.learned` takes them, and why some are missing, in PlanErrors.

    From the actual figures of the cycle: handling time and patience of each queue, shrinkage of each project.
    """
    planned, found, missing = {}, {}, []
    for known in em.projects_of(centre, project):
        part = _of_project(store, one, known, one.first_day, one.last_day)
        for key, before, estimate in _asked(part, known["contract"], store, one, known):
            planned[key] = before
            try:
                found[key] = estimate()
            except PlanError as error:
                missing.append((key, error))
    return planned, found, missing


def _asked(part, contract, store, one, project):
    """Give (project, channel, parameter), what the plan had, and the function that estimates it."""
    short = contract.get("short_abandon_s")
    for (key, channel), own in part["targets"].items():
        rows = part["actuals"][part["actuals"]["channel"] == channel]
        plan = part["plan"][part["plan"]["channel"] == channel]
        work = (plan["offered"] * plan["aht_s"]).sum() / plan["offered"].sum() if plan["offered"].sum() else None
        yield (key, channel, "aht_s"), work, lambda rows=rows: handling_time(rows)
        if CHANNELS[channel].live:
            told = own.get("patience_s")
            yield (key, channel, "patience_s"), told, lambda rows=rows: patience(rows, short_abandon_s=short)
    shares, schedule = part["shrinkage"], _schedule(store, one, project)
    yield (
        (part["project"], "", "shrinkage"),
        shares[0] if shares else None,
        lambda: absence(schedule, part["actuals"]),
    )
