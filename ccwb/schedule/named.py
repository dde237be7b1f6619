"""What a roster gives: rows of the schedule table, coverage of every project, hours and cost."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES
from ccwb.schedule.coverage import fit, people_at_work, with_schedule
from ccwb.schedule.days import needed_of, usual_s
from ccwb.tables import TABLES, check, empty

HOUR = 3600


def in_order(roster):
    """Return the roster in documented form, every column there, by agent and start; its index is the row, from 1.

    Raises PlanError for an activity that is none, work without a project, or a stretch that does not end after its
    start, naming the row.
    """
    table = check(roster, "roster", once=False)
    table.index = np.arange(1, len(table) + 1)
    for column, usual in (("project", ""), ("channels", ""), ("shift", ""), ("locked", False), ("title", "")):
        table[column] = table.get(column, usual)
    zone = getattr(table["start"].dtype, "tz", None)
    if zone is not None:
        table["end"] = table["end"].dt.tz_convert(zone)
    wrong = {
        N_("is no activity; use one of {known}"): ~table["activity"].isin(ACTIVITIES),
        N_("is for no project"): (table["activity"] == "work") & (table["project"] == ""),
        N_("does not end after its start"): table["end"] <= table["start"],
    }
    for what, rows in wrong.items():
        if rows.any():
            row = table[rows].iloc[0]
            raise PlanError(
                N_("Roster row {row}, {agent} on {day}: '{activity}' {what}. Correct the row."),
                row=int(rows.idxmax()),
                agent=row["agent"],
                day=f"{row['start']:%Y-%m-%d %H:%M}",
                activity=row["activity"],
                what=PlanError(what, known=", ".join(ACTIVITIES)) if "{" in what else what,
            )
    return table[[*TABLES["roster"].names]].sort_values(["agent", "start", "end"], kind="stable")


def schedule_of(roster):
    """Return the schedule table of a roster: a row for each part of a shift in which an agent works for one project.

    A part goes on over one short break, and is a row with that break; a second break begins a new row, and so do lunch,
    training and another project. Overlapping stretches are not looked for: see `broken_rules`.

    >>> at = [pd.Timestamp("2026-11-02", tz="UTC") + pd.Timedelta(hours=hour) for hour in (9, 10, 10.5, 12, 13, 15)]
    >>> roster = pd.DataFrame({"agent": "a1", "start": at[:5], "end": at[1:], "project": ["p", "", "p", "", "q"],
    ...     "activity": ["work", "break", "work", "lunch", "work"]})
    >>> made = schedule_of(roster)
    >>> made["project"].tolist(), made["shift_end"].dt.hour.tolist(), made["break_start"].notna().tolist()
    (['p', 'q'], [12, 15], [True, False])
    """
    rows, now, pause = [], None, None
    for row in in_order(roster).itertuples(index=False):
        follows = now is not None and row.agent == now["agent"]
        if row.activity == "work":
            if follows and row.project == now["project"] and (row.shift or "-") == now["shift"]:
                if row.start == now["shift_end"]:
                    now["shift_end"] = row.end
                    continue
                if pause == (now["shift_end"], row.start):
                    now |= {"shift_end": row.end, "break_start": pause[0], "break_end": pause[1]}
                    pause = None
                    continue
            now, pause = _part(row), None
            rows.append(now)
        elif row.activity == "break" and follows and now["break_start"] is pd.NaT and row.start == now["shift_end"]:
            pause = (row.start, row.end)
        else:
            now = pause = None
    return _typed(rows, roster)


def _part(row):
    return {
        "project": row.project,
        "shift": row.shift or "-",
        "shift_start": row.start,
        "shift_end": row.end,
        "break_start": pd.NaT,
        "break_end": pd.NaT,
        "people": 1.0,
        "agent": row.agent,
    }


def _typed(rows, roster):
    if not rows:
        return empty("schedule")
    table = pd.DataFrame(rows)
    for column in ("break_start", "break_end"):
        table[column] = pd.Series(table[column].tolist(), index=table.index, dtype=table["shift_start"].dtype)
    return check(table, "schedule")


def away_by_day(table):
    """Return rows of `hours_of`, those of an absence parted by local day."""
    away = [not ACTIVITIES[activity].there for activity in table["activity"]] if len(table) else []
    if not any(away):
        return table
    parts = []
    for row in table[away].itertuples(index=False):
        first, last = row.start.tz_localize(None).normalize(), row.end.tz_localize(None)
        for day in pd.date_range(first, last, inclusive="left" if last == last.normalize() else "both"):
            begins, ends = (d.tz_localize(row.start.tz) for d in (day, day + pd.Timedelta(days=1)))
            parts.append(row._replace(day=day, start=max(row.start, begins), end=min(row.end, ends)))
    kept = table[[not one for one in away]]
    split = pd.DataFrame(parts, columns=table.columns).astype(
        {"start": table["start"].dtype, "end": table["end"].dtype}
    )
    return pd.concat([kept, split], ignore_index=True).sort_values("start", ignore_index=True)


def coverage_of(roster, *, requirement, column="scheduled"):
    """Return the coverage table of a roster: need against people per interval and project.

    requirement : requirement table, its channels summed per project.  column : what is needed, 'scheduled' or 'agents'.
    Where somebody works and nothing is needed, an interval with a need of 0 is added: it is over.
    Raises PlanError for a requirement that cannot be scheduled.
    """
    schedule = schedule_of(roster)
    needed = needed_of(requirement, column)
    zone = needed["interval_start"].dt.tz
    for name in (c.name for c in TABLES["schedule"].columns if c.kind == "time"):
        if len(schedule) and zone is not None:
            schedule[name] = schedule[name].dt.tz_convert(zone)
    idle = _idle(schedule, needed, usual_s(requirement, column))
    table = pd.concat([needed, idle], ignore_index=True) if len(idle) else needed
    table = table.assign(scheduled=0.0, gap=0.0).sort_values(["project", "interval_start"], ignore_index=True)
    out = with_schedule(table, schedule=schedule)
    out["reason"] = np.where(out["gap"] < -1e-9, "roster", "")
    return check(out, "coverage")


def _idle(schedule, needed, length):
    """Return the intervals in which somebody works for a project that needs nobody then."""
    parts = []
    for project, rows in schedule.groupby("project"):
        taken = needed[needed["project"] == project]
        first, last = rows["shift_start"].min(), rows["shift_end"].max()
        step = pd.Timedelta(seconds=length)
        starts = pd.date_range(_floor(first, length), last, freq=step, inclusive="left")
        begin = taken["interval_start"].to_numpy(dtype="datetime64[s]").astype("int64")
        covered = np.zeros(len(starts), dtype=bool)
        at = starts.tz_convert("UTC").tz_localize(None) if starts.tz is not None else starts
        at = at.to_numpy(dtype="datetime64[s]").astype("int64")
        for start, long in zip(begin, taken["interval_s"], strict=True):
            covered[np.searchsorted(at, start - length, "right") : np.searchsorted(at, start + long)] = True
        free = starts[~covered]
        there = people_at_work(rows, starts=free, lengths=np.full(len(free), length))
        parts.append(pd.DataFrame({"project": project, "interval_start": free[there > 0]}))
    parts = [part for part in parts if len(part)]
    idle = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["project", "interval_start"])
    return idle.assign(interval_s=length, required=0.0)


def _floor(moment, length):
    local = moment.tz_localize(None) if moment.tzinfo is not None else moment
    within = (local - local.normalize()).total_seconds() % length
    return moment - pd.Timedelta(seconds=within)


def fit_by(coverage, *, by=("project",)):
    """Return the fit of a coverage table by project, day or both: a row each, as `fit` has it.

    by : any of 'project' and 'day', the local day; () is all in one row.

    >>> table = pd.DataFrame({"project": ["p", "q"], "interval_s": 3600, "required": [2.0, 0.0], "scheduled": 1.0})
    >>> fit_by(table)[["project", "fit", "under_h", "over_h"]].values.tolist()
    [['p', 0.5, 1.0, 0.0], ['q', None, 0.0, 1.0]]
    """
    table = coverage
    if "day" in by:
        table = table.assign(day=table["interval_start"].dt.tz_localize(None).dt.normalize())
    if not by:
        return pd.DataFrame([fit(table)])
    rows = [dict(zip(by, key, strict=True)) | fit(part) for key, part in table.groupby(list(by), sort=True)]
    out = pd.DataFrame(rows, columns=[*by, "fit", "required_h", "scheduled_h", "covered_h", "under_h", "over_h"])
    return out.assign(fit=out["fit"].astype(object).where(out["fit"].notna(), None))


def hours_of(roster, *, agents=None):
    """Return the roster with what every stretch counts: hours, paid_h, worked_h, day and the project that bears it.

    day : local day on which the shift began.  paid_h : hours of paid activities.  worked_h : of those, in a shift.
    agents : agents table; a day's leave or illness then counts at most a fifth of the contract hours, and five days of
    seven; without it, and for agents not in it, its hours as they stand.
    for_project : the project worked for; a break, training or meeting belongs to that of the work before, before the
    day's first work to that of the work after; '' where the agent works for none on that day.
    """
    table = in_order(roster)
    known = {name: (a.paid, a.there) for name, a in ACTIVITIES.items()}
    paid = table["activity"].map({name: p for name, (p, _t) in known.items()}).astype(bool)
    there = table["activity"].map({name: t for name, (_p, t) in known.items()}).astype(bool)
    hours = (table["end"] - table["start"]).dt.total_seconds() / HOUR
    table = table.assign(hours=hours, paid_h=hours.where(paid, 0.0), worked_h=hours.where(paid & there, 0.0))
    if agents is not None:
        table["paid_h"] = np.minimum(table["paid_h"], _most_paid(table, there, agents))
    table["day"] = shift_days(table, there)
    bears = table["project"].where(table["activity"] == "work")
    by_day = [table["agent"], table["day"]]
    table["for_project"] = bears.groupby(by_day).ffill().fillna(bears.groupby(by_day).bfill()).fillna("")
    return table


def _most_paid(table, there, agents):
    """Return the most hours that each stretch is paid for: no bound in a shift, away a fifth of the contract a day."""
    week = table["agent"].map(dict(zip(agents["agent"], agents["hours_week"], strict=True))).astype(float)
    first, last = (table[c].dt.tz_localize(None) for c in ("start", "end"))
    days = (last - pd.Timedelta(seconds=1)).dt.normalize().sub(first.dt.normalize()).dt.days + 1
    counted = days // 7 * 5 + np.minimum(days % 7, 5)
    return (counted * week / 5).where(~there & week.notna(), np.inf)


def shift_days(table, there):
    """Return the local day that each stretch belongs to: that on which its run of stretches without a gap began.

    table : roster by agent and start.  there : which of them are part of a shift; the others are days of their own.
    """
    local = table["start"].dt.tz_localize(None).dt.normalize()
    follows = (table["agent"] == table["agent"].shift()) & (table["start"] <= table["end"].shift())
    follows &= there & there.shift(fill_value=False)
    return local.groupby((~follows).cumsum()).transform("first")


def cost_of(roster, *, agents):
    """Return what a roster costs by project: project, paid_hours, hours_without_cost, cost.

    agents : agents table; hourly_cost is what a paid hour costs. Paid hours of agents whose cost is not known, or who
    are not in the table, are in `hours_without_cost` and in no sum of money; the cost is missing where all are.
    Paid time for no project is a row of its own, with project ''.
    """
    known = check(agents, "agents")
    table = hours_of(roster, agents=known)
    rate = dict(zip(known["agent"], known["hourly_cost"], strict=True)) if "hourly_cost" in known else {}
    each = table["agent"].map(rate).astype(float)
    told = each.notna()
    table = table.assign(cost=(table["paid_h"] * each), dark=table["paid_h"].where(~told, 0.0))
    sums = table.groupby("for_project", sort=True)
    out = sums[["paid_h", "dark"]].sum().rename(columns={"paid_h": "paid_hours", "dark": "hours_without_cost"})
    out["cost"] = sums["cost"].sum(min_count=1)
    return out[out["paid_hours"] > 0].rename_axis("project").reset_index()
