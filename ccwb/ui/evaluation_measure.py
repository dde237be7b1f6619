"""Where the evaluation's figures come from: read from the store, measured project by project, compared.

Pages that only show (start, executive) use what is kept: `compared`. The evaluation page also measures: `measure`.
"""

import datetime as dt

import pandas as pd

from ccwb import capacity, evaluation, measures
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.schedule import with_schedule
from ccwb.ui.schedule_parts import needed

DAY = dt.timedelta(days=1)
SIDES = ("plan", "actual", "previous")
KEY = ["project", "channel"]
FROM = ("actuals", "forecast", "requirement", "schedule", "budget")  # what a cycle's values are measured from


def projects_of(centre, project=""):
    """Return one project of the centre, or all of them, as a list."""
    return [one for one in centre["projects"] if project in ("", one["project"])]


def zones_of(centre):
    """Return project -> its time zone: whatever is in sight, a project's days are those of its own clock."""
    return {one["project"]: one["zone"] for one in centre["projects"]}


def last_day(info, centre):
    """Return the last day that tables tell of, each project's by its own clock; info : rows of `table_info`."""
    zones = zones_of(centre)
    return max(row.last.tz_convert(zones.get(row.project, row.last.tz)).date() for row in info.itertuples())


def days_before(store, one, centre, project=""):
    """Return the actual figures of the cycle before, else the history of its days, of one project or of all."""
    earlier, first, last = before(store, one)
    place = {"zone": zone_of(centre, project)} | ({"project": project} if project else {})
    found = store.read_table("actuals", cycle=earlier.id, **place) if earlier else ()
    if len(found):
        return found
    parts = [_days(store, "history", p, first, last) for p in projects_of(centre, project)]
    parts = [rows.assign(interval_start=rows["interval_start"].dt.tz_convert(place["zone"])) for rows in parts]
    return pd.concat(parts, ignore_index=True)


def zone_of(centre, project=""):
    found = projects_of(centre, project)
    return found[0]["zone"] if project and found else centre["zone"]


def before(store, one):
    """Return (cycle, first_day, last_day) that a cycle is compared with.

    That is the cycle it follows, else the last one that ended before it; where there is none, None and as many days
    before its first.
    """
    earlier = [c for c in store.cycles() if c.last_day < one.first_day]
    found = next((c for c in store.cycles() if c.id == one.predecessor), earlier[-1] if earlier else None)
    if found is not None:
        return found, found.first_day, found.last_day
    days = one.last_day - one.first_day + DAY
    return None, one.first_day - days, one.first_day - DAY


def previous_label(store, one):
    """Return (template, values) that says what 'previous' is for a cycle: the cycle before it, or the days before."""
    earlier, first, last = before(store, one)
    if earlier is not None:
        return N_("the cycle before ({name})"), {"name": earlier.name}
    return N_("the {n} days before"), {"n": (last - first).days + 1}


def take_actuals(store, one, centre, *, project="", by, at):
    """Keep the history inside a cycle's days as its actual figures, of one project or of all; return the rows kept.

    Raises PlanError when the history has nothing of these days.
    """
    found = {
        p["project"]: _days(store, "history", p, one.first_day, one.last_day) for p in projects_of(centre, project)
    }
    if not sum(map(len, found.values())):
        raise PlanError(
            N_("The history has nothing from {first} to {last}. Import these days on the setup page, then come back."),
            first=one.first_day.isoformat(),
            last=one.last_day.isoformat(),
        )
    with store.together():
        for key, rows in found.items():
            if len(rows):
                store.write_table("actuals", rows, by=by, at=at, cycle=one.id, project=key)
    return sum(map(len, found.values()))


def measure(store, one, centre, *, progress):
    """Return the kpi_values of a cycle to keep: plan, actual and previous, per project and for the whole centre."""
    parts = {side: [] for side in SIDES}
    projects = projects_of(centre)
    for n, project in enumerate(projects):
        progress(n, len(projects), project["label"])
        for side, table in _of_project(store, one, centre, project).items():
            parts[side].append(table[table["project"] == project["project"]])
    tables = {side: _with_centre(parts[side], parts["actual"] or parts["plan"]) for side in SIDES if parts[side]}
    if not tables:
        raise PlanError(N_("There is nothing to measure yet: neither a plan nor actual figures are in this cycle."))
    for side, days in (("actual", (one.first_day, one.last_day)), ("previous", before(store, one)[1:])):
        if side in tables:
            tables[side] = _with_own(tables[side], entered(store, *days).assign(basis=side))
    return pd.concat(tables.values(), ignore_index=True).dropna(subset="value")


def entered(store, first, last):
    """Return the kpi_values of some days that surveys and what was entered tell alone, a row per measure and project.

    Project "" is what was entered for the whole centre, not the sum of the projects.
    """
    values = store.read_table("kpi_values")
    tables = {
        "surveys": store.read_table("surveys", start=str(first), end=str(last + DAY)),
        "entered": values[values["basis"] == "actual"],
    }
    found = {name: table for name, table in tables.items() if len(table)}
    if not found:
        return values.iloc[:0].assign(known=1.0)
    return measures.compute(**found, first_day=str(first), last_day=str(last)).dropna(subset="value")


def margins(store, first, last):
    """Return the survey measures of some days with their margins, per project, and of the centre ("")."""
    surveys = store.read_table("surveys", start=str(first), end=str(last + DAY))
    days = {"first_day": str(first), "last_day": str(last)}
    parts = [measures.margins(rows, **days, by=by) for rows, by in ((surveys, KEY[:1]), (_of_projects(surveys), ()))]
    return pd.concat(parts, ignore_index=True).drop_duplicates(["kpi", "project"], keep="last")


def _of_projects(table):
    return table[table["project"] != ""]


def _with_own(values, more):
    """Return values with those entered for the whole centre, where the projects do not tell them."""
    there = set(values.loc[values["project"] == "", "kpi"])
    own = more[(more["project"] == "") & ~more["kpi"].isin(there)]
    return pd.concat([values, own[own.columns.intersection(values.columns)]], ignore_index=True)


def kept(store, one):
    """Return what is kept of a cycle, side -> kpi_values; what the cycle before came to, where it was measured itself.

    >>> from ccwb.store import open_store
    >>> store, now = open_store("sqlite://"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    >>> one = store.add_cycle("One", first_day="2026-03-01", last_day="2026-03-28", by="Ana", at=now)
    >>> {side: len(values) for side, values in kept(store, one).items()}
    {'plan': 0, 'actual': 0, 'previous': 0}
    """
    values = store.read_table("kpi_values", cycle=one.id)
    out = {side: values[values["basis"] == side] for side in SIDES}
    earlier, _first, _last = before(store, one)
    if out["previous"].empty and earlier is not None:
        theirs = store.read_table("kpi_values", cycle=earlier.id)
        out["previous"] = theirs[theirs["basis"] == "actual"]
    return out


def compared(store, one, centre, sides=None):
    """Return the comparison of what is kept of a cycle, a row per measure and project ("" is the centre).

    sides : what `kept` returns, where it was asked already.
    Its targets are those of the mission; a contract's promise counts where the mission sets none for the project.
    """
    sides = sides or kept(store, one)
    near = (store.load("mission", cycle=one.id).data or {}).get("tolerances", {})
    table = evaluation.compare(sides["plan"], sides["actual"], sides["previous"], targets(store, one, centre), near)
    return table[table["channel"] == ""].reset_index(drop=True)


def led_by(store, one):
    """Return the measures that a cycle's mission chose, the weightiest first."""
    chosen = (store.load("mission", cycle=one.id).data or {}).get("measures", {}).get("chosen", {})
    return sorted(chosen, key=lambda kpi: -chosen[kpi]["weight"])


def targets(store, one, centre):
    """Return KPI -> project -> target: the mission's, and the contracts' promised answer rates."""
    return with_contracts((store.load("mission", cycle=one.id).data or {}).get("targets", {}), centre)


def with_contracts(targets, centre):
    """Return targets with the answer rate that a project's contract promises, where the project has none of its own."""
    out = {kpi: dict(per) for kpi, per in targets.items()}
    for project in centre["projects"]:
        if project["contract"].get("answer_rate") is not None:
            out.setdefault("answer_rate", {}).setdefault(project["project"], project["contract"]["answer_rate"])
    return out


def fitted(store, one, centre, values):
    """Return the schedule's fit per project: as kept in `values` (the plan's side), else from requirement and schedule.

    A cycle may have been measured before there was a schedule, or without its plan: its fit can still be said.
    """
    kept_fits = values[(values["kpi"] == "schedule_fit") & values["value"].notna() & (values["project"] != "")]
    parts = [kept_fits]
    for project in centre["projects"]:
        if project["project"] in set(kept_fits["project"]):
            continue
        requirement, coverage = _coverage(store, one, project)
        if coverage is not None:
            parts.append(evaluation.planned_values(requirement, coverage=coverage, kpis=["schedule_fit"]))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _coverage(store, one, project):
    """Return a project's staffing plan in a cycle and how the schedule covers it, None where either is missing."""
    place = {"cycle": one.id, "project": project["project"], "zone": project["zone"]}
    requirement = store.read_table("requirement", **place)
    schedule = store.read_table("schedule", all_columns=True, **place)
    there = len(requirement) and len(schedule)
    return requirement, with_schedule(needed(requirement), schedule=schedule) if there else None


def outdated(store, one):
    """Return whether something that the kept values were measured from was saved after them; None: nothing is kept."""
    revisions = store.revisions(cycle=one.id)
    if "kpi_values" not in revisions:
        return None
    return any(revisions[name].at > revisions["kpi_values"].at for name in FROM if name in revisions)


def _days(store, name, project, first, last, *, every=False, **more):
    """Return a project's rows of some days by its own clock; `every` : those of the other projects, too."""
    place = {"start": str(first), "end": str(last + DAY), "zone": project["zone"], **more}
    return store.read_table(name, **({} if every else {"project": project["project"]}), **place)


def planned_with(store, one, place):
    """Return the forecast that a cycle was planned with, not one published while it ran; `place` : what is read."""
    tables = (store.read_table(name, **place) for name in ("forecast", "forecast_snapshots"))
    return evaluation.forecast_as_planned(*tables, first_day=one.first_day)


def _of_project(store, one, centre, project):
    """Return plan, actual and previous values of one project, those there are."""
    place = {"cycle": one.id, "project": project["project"], "zone": project["zone"]}
    forecast = planned_with(store, one, place)
    requirement, coverage = _coverage(store, one, project)
    every = _shared_costs(store)
    actuals = _days(store, "actuals", project, one.first_day, one.last_day, cycle=one.id, every=every)
    days = {"first_day": str(one.first_day), "last_day": str(one.last_day)}
    plans, out = [_planned_cost(store, one, project, days)], {}
    there = len(actuals) and (actuals["project"] == project["project"]).any()
    if len(requirement):
        recorded = actuals if there else None
        known = {"coverage": coverage, "contracts": {project["project"]: project["contract"]}}
        plans.insert(0, evaluation.planned_values(requirement, actuals=recorded, **known, **days))
    if any(map(len, plans)):
        out["plan"] = pd.concat([part for part in plans if len(part)], ignore_index=True)
    if there:
        staffed = _staffed(requirement, actuals[actuals["project"] == project["project"]])
        more = {"forecast": forecast if len(forecast) else None, "coverage": staffed}
        out["actual"] = _measured(store, project, actuals, days, **more)
    previous = _previous(store, one, project, every)
    return out | ({"previous": previous} if len(previous) else {})


def _planned_cost(store, one, project, days):
    """Return what a contact was to cost in a project by the budget that was fixed for the cycle; no row without one."""
    budget = store.read_table("budget", cycle=one.id, project=project["project"], all_columns=True)
    return capacity.planned_per_contact(budget, **days)


def _staffed(requirement, actuals):
    """Return the coverage table of who truly worked on contacts, against the agents needed; None where nobody can tell.

    Actuals that tell no `agents` leave the schedule fit unmeasured: a schedule alone says nothing of what was.
    """
    if requirement.empty or "agents" not in actuals or actuals["agents"].isna().all():
        return None
    plan, there = (table[["interval_start", "interval_s", *KEY, "agents"]] for table in (requirement, actuals))
    length = measures.nested_length(plan, there)
    if length is not None:
        rows = _slot_by_slot(*measures.in_slots([plan, there.dropna(subset="agents")], length), length)
    elif measures.same_grid(plan, there):
        keys = ["interval_start", "interval_s", *KEY]
        rows = plan.rename(columns={"agents": "required"}).merge(there.rename(columns={"agents": "scheduled"}), on=keys)
        rows = rows.dropna(subset="scheduled")
    else:
        return None
    sums = rows.groupby(["interval_start", "interval_s", "project"], as_index=False)[["required", "scheduled"]].sum()
    return sums.assign(gap=sums["scheduled"] - sums["required"]) if len(sums) else None


def _slot_by_slot(plan, there, length):
    """Return required and scheduled agents of each queue, as means over intervals of `length` seconds.

    Of an interval that is open in part the actuals tell either a mean over all of it, or finer rows: theirs are a mean
    of the time that the plan is open.
    """
    sides = []
    for table in (plan, there):
        work = table.assign(work=table["agents"] * table["interval_s"])
        sides.append(work.groupby(["interval_start", *KEY])[["work", "interval_s"]].sum())
    both = sides[0].join(sides[1].add_suffix("_there"), how="inner").reset_index()
    share = (both["interval_s"] / length).where(both["interval_s_there"] < length, 1.0)
    return both.assign(
        required=both["work"] / length,
        scheduled=both["work_there"] / both["interval_s_there"] * share,
        interval_s=length,
    )


def _measured(store, project, history, days, **more):
    """Return what a project's days came to, of all that the centre recorded about them."""
    mine = {"project": project["project"], "zone": project["zone"]}
    last = dt.date.fromisoformat(days["last_day"]) + DAY
    within = mine | {"start": days["first_day"], "end": str(last)}
    entered = store.read_table("kpi_values", project=project["project"])
    tables = {
        "surveys": store.read_table("surveys", **within),
        "results": store.read_table("agent_results", **within),
        "agents": store.read_table("agents", project=project["project"]),
        "costs": store.read_table("costs", project=["", project["project"]]),
        "entered": entered[entered["basis"] == "actual"],
    }
    found = {name: table for name, table in tables.items() if len(table)}
    contracts = {project["project"]: project["contract"]}
    key = (store.load("centre").data or {}).get("shared_key", "handled")
    return measures.compute(history, contracts=contracts, shared_key=key, **found, **more, **days)


def _previous(store, one, project, every):
    """Return what the cycle before came to in a project: as kept there, else measured from its days."""
    earlier, first, last = before(store, one)
    if earlier is not None:
        theirs = store.read_table("kpi_values", cycle=earlier.id, project=project["project"])
        theirs = theirs[theirs["basis"] == "actual"]
        if len(theirs):
            return theirs.assign(basis="previous")
    actuals = _days(store, "actuals", project, first, last, cycle=earlier.id, every=every) if earlier else ()
    history = actuals if len(actuals) else _days(store, "history", project, first, last, every=every)
    if history.empty or not (history["project"] == project["project"]).any():
        return history.iloc[:0]
    days = {"first_day": str(first), "last_day": str(last)}
    return _measured(store, project, history, days).assign(basis="previous")


def _shared_costs(store):
    """Return whether some cost is shared between projects: then every project's contacts are needed to share it."""
    return bool(len(store.read_table("costs", project="")))


def _with_centre(parts, actual):
    """Return the projects' values with the centre's own: of each measure that every project knows which has actuals."""
    values = pd.concat(parts, ignore_index=True).dropna(subset="value")
    whole = measures.merged(values, by=())
    wanted, there = (_who_knows(tables) for tables in (pd.concat(actual), values))
    full = [wanted.get(kpi, set()) <= there.get(kpi, set()) for kpi in whole["kpi"]]
    return pd.concat([values, whole[full]], ignore_index=True)


def _who_knows(values):
    return values.dropna(subset="value").groupby("kpi")["project"].agg(set).to_dict()
