"""How evenly a roster treats people, and the signs that it wears them out."""

import numpy as np
import pandas as pd

from ccwb.messages import N_
from ccwb.people import ACTIVITIES, WEEKDAYS, rules_of
from ccwb.schedule.broken import late_and_early
from ccwb.schedule.named import hours_of, in_order
from ccwb.tables import check

HOUR = 3600
COUNTED = ("worked_h", "days", "late", "early", "weekends", "sundays", "wishes_met")
SIGNS = {
    "occupancy": N_("{agent}: above {limit} occupied for {found} hours without a pause on {day}, from {start} on."),
    "occupied": N_("{agent}: {found} of the hours at work are above {limit} occupied."),
    "rest": N_("{agent}: only {found} hours' rest before the shift on {day}; below {limit} a night is short."),
    "late then early": N_("{agent}: an early shift on {day} after a late one the evening before."),
    "week": N_("{agent}: {found} hours at work in the week of {day}; above {limit} a week is long."),
    "row": N_("{agent}: {found} days at work in a row until {day}; above {limit} they are many."),
}
LIMITS = {
    "occupancy": 0.88,  # above it, handling follows handling
    "hours_above": 2.0,  # so long without a break is a sign
    "share_above": 0.5,  # of the hours at work
    "rest_hours": 12.0,
    "week_hours": 45.0,
    "days_in_row": 5,
}


def shifts_of(roster):
    """Return the shifts of a roster, one row per agent and day with a shift: agent, day, start, end, worked_h."""
    table = hours_of(roster)
    table = table[table["activity"].map({name: a.there for name, a in ACTIVITIES.items()}).astype(bool)]
    by = table.groupby(["agent", "day"])
    return by.agg(start=("start", "min"), end=("end", "max"), worked_h=("worked_h", "sum")).reset_index()


def fairness(roster, *, agents, wishes=None, centre=None):
    """Return how each agent fares, one row each: hours, days, late and early shifts, weekends, Sundays, wishes met.

    agents : agents table; those without a shift in the roster are there with zeros, those who left before it are not.
    wishes : wishes table.  centre : its document, for when a shift is late or early.
    worked_h, contract_h : paid hours in shifts, and what the contract says of the days that the roster holds.
    weekends : weekends with work on Saturday or Sunday.  wished, wishes_met : weight of the wishes that concern days of
    the roster, and of those that it meets; a wish for a weekday counts on each such day.
    """
    people, rules = check(agents, "agents"), rules_of(centre or {})
    shifts = shifts_of(roster)
    late, early = late_and_early(shifts, rules) if len(shifts) else (pd.Series(dtype=bool), pd.Series(dtype=bool))
    shifts = shifts.assign(late=late, early=early, sundays=shifts["day"].dt.day_of_week == 6)
    weekend = shifts[shifts["day"].dt.day_of_week >= 5]
    week = weekend["day"] - pd.to_timedelta(weekend["day"].dt.day_of_week, unit="D")
    by = shifts.groupby("agent")
    out = by.agg(worked_h=("worked_h", "sum"), days=("day", "size"), late=("late", "sum"), early=("early", "sum"))
    out["weekends"] = weekend.assign(week=week).groupby("agent")["week"].nunique()
    out["sundays"] = by["sundays"].sum()
    days = _days_of(roster)
    if "left" in people and len(days):
        people = people[~(people["left"] < days[0])]
    out = out.reindex(people["agent"]).fillna(0)
    out["contract_h"] = people.set_index("agent")["hours_week"] * len(days) / 7
    met = _wishes(wishes, shifts, days)
    return out.join(met).fillna({"wished": 0.0, "wishes_met": 0.0}).rename_axis("agent").reset_index()


def _days_of(roster):
    """Return the days that a roster holds, from its first to its last."""
    days = hours_of(roster)["day"]
    return pd.date_range(days.min(), days.max()) if len(days) else pd.DatetimeIndex([])


def _wishes(wishes, shifts, days):
    """Return per agent the weight of the wishes that concern `days`, and of those that the shifts meet."""
    if wishes is None or not len(wishes):
        return pd.DataFrame(columns=["wished", "wishes_met"], dtype=float)
    table = check(wishes, "wishes")
    weekday = table["weekday"] if "weekday" in table else pd.Series("", index=table.index)
    named = table["day"] if "day" in table else pd.Series(pd.NaT, index=table.index)
    weight = (table["weight"] if "weight" in table else pd.Series(1.0, index=table.index)).fillna(1.0)
    calendar = pd.DataFrame({"on": days, "short": [WEEKDAYS[n] for n in days.day_of_week]})
    each = table.assign(weekday=weekday, named=named, weight=weight).merge(calendar, how="cross")
    on_day = each["named"].isna() & each["weekday"].isin(["", *set(calendar["short"])])
    on_day &= (each["weekday"] == "") | (each["weekday"] == each["short"])
    each = each[on_day | (each["named"] == each["on"])]
    done = each.merge(
        shifts[["agent", "day", "late", "early"]],
        how="left",
        left_on=["agent", "on"],
        right_on=["agent", "day"],
        suffixes=("", "_"),
    )
    works = done["late"].notna()
    met = {"off": ~works, "work": works, "late": done["late"] == True, "early": done["early"] == True}  # noqa: E712
    ok = np.select([done["wants"] == name for name in met], list(met.values()), default=False)
    sums = done.assign(wished=done["weight"], wishes_met=done["weight"].where(ok, 0.0)).groupby("agent")
    return sums[["wished", "wishes_met"]].sum()


def spread(table):
    """Return how far people lie apart, a row per figure: least, middle, most, and the mean distance from the middle.

    table : what `fairness` gives, or any of its rows (a team, one kind of contract).

    >>> spread(pd.DataFrame({"late": [0, 2, 4]}))[["least", "middle", "most"]].values.tolist()
    [[0.0, 2.0, 4.0]]
    """
    rows = []
    for name in (n for n in COUNTED if n in table):
        values = table[name].astype(float)
        middle = values.median()
        rows.append((name, values.min(), middle, values.max(), (values - middle).abs().mean()))
    return pd.DataFrame(rows, columns=["figure", "least", "middle", "most", "distance"])


def burnout(roster, *, occupancy=None, centre=None, limits=None):
    """Return the signs that a roster wears people out, a row each: sign (key of SIGNS), agent, day, found, values.

    occupancy : project, interval_start, interval_s, occupancy (share 0..1): what the schedule is expected to give, as
    a staffing model says; None leaves it out.  limits : of LIMITS, those that are not the usual ones.
    A pause is any stretch that is not work. The rules of the centre are another matter: see `broken_rules`.
    """
    limits, rules = LIMITS | (limits or {}), rules_of(centre or {})
    shifts = shifts_of(roster)
    rows = [*_rest_signs(shifts, rules, limits), *_week_signs(shifts, limits)]
    if occupancy is not None:
        rows += _occupied(roster, occupancy, limits)
    out = pd.DataFrame(rows, columns=["sign", "agent", "day", "found", "values"])
    return out.sort_values(["agent", "day", "sign"], kind="stable", ignore_index=True)


def _sign(sign, agent, day, found, **values):
    told = {"agent": agent, "day": "" if day is None else str(day.date()), "found": round(float(found), 2)} | values
    return sign, agent, day, float(found), told


def _rest_signs(shifts, rules, limits):
    """Return the signs between one shift and the next: short rests, late then early, many days in a row."""
    rows = shifts.sort_values(["agent", "start"], ignore_index=True)
    late, early = late_and_early(rows, rules)
    same = rows["agent"] == rows["agent"].shift()
    rest = ((rows["start"] - rows["end"].shift()).dt.total_seconds() / HOUR).where(same)
    follows = same & (rows["day"].diff() == pd.Timedelta(days=1))
    for at in rows.index[rest < limits["rest_hours"]]:
        yield _sign("rest", rows["agent"][at], rows["day"][at], rest[at], limit=limits["rest_hours"])
    for at in rows.index[follows & early & late.shift(fill_value=False)]:
        yield _sign("late then early", rows["agent"][at], rows["day"][at], rest[at])
    runs = rows.groupby((~follows).cumsum()).agg(days=("day", "size"), last=("day", "max"), agent=("agent", "first"))
    for run in runs[runs["days"] > limits["days_in_row"]].itertuples():
        yield _sign("row", run.agent, run.last, run.days, limit=limits["days_in_row"])


def _week_signs(shifts, limits):
    monday = shifts["day"] - pd.to_timedelta(shifts["day"].dt.day_of_week, unit="D")
    hours = shifts.groupby(["agent", monday])["worked_h"].sum()
    for (agent, day), found in hours[hours > limits["week_hours"]].items():
        yield _sign("week", agent, day, found, limit=limits["week_hours"])


def _occupied(roster, occupancy, limits):
    """Return the signs of too much occupancy: long without a pause, and for most of the hours at work."""
    table = in_order(roster)
    hot = occupancy[occupancy["occupancy"] > limits["occupancy"]]
    spans = {project: _spans(rows) for project, rows in hot.groupby("project")}
    for agent, rows in table[table["activity"] == "work"].groupby("agent"):
        parts = [p for row in rows.itertuples() for p in _meeting(spans.get(row.project, ()), row.start, row.end)]
        for start, end in _touching(parts):
            if (hours := _hours(start, end)) >= limits["hours_above"]:
                day = start.tz_localize(None).normalize()
                yield _sign("occupancy", agent, day, hours, limit=limits["occupancy"], start=f"{start:%H:%M}")
        share = sum(_hours(*part) for part in parts) / sum(map(_hours, rows["start"], rows["end"]))
        if share > limits["share_above"]:
            yield _sign("occupied", agent, None, share, limit=limits["occupancy"])


def _hours(start, end):
    return (end - start).total_seconds() / HOUR


def _spans(rows):
    """Return the intervals of a project as (start, end), those that touch joined."""
    rows = rows.sort_values("interval_start")
    ends = rows["interval_start"] + pd.to_timedelta(rows["interval_s"], unit="s")
    return _touching(zip(rows["interval_start"], ends, strict=True))


def _touching(spans):
    """Return spans in their order, those that touch or overlap joined."""
    out = []
    for start, end in spans:
        if out and out[-1][1] >= start:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _meeting(spans, start, end):
    """Return the parts of the spans that lie in [start, end)."""
    return [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
