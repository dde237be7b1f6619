"""A day as the action page sees it: read from the workbook, with what the forecast and staffing stages say of it."""

import datetime as dt
from functools import cached_property

import numpy as np
import pandas as pd

from ccwb import actions
from ccwb.channels import CHANNELS
from ccwb.forecast import today
from ccwb.schedule import people_at_work
from ccwb.staffing import rest_of_day, slots_of
from ccwb.ui.action_trial import plan_of

LEARNED = 56  # days before that the re-forecast learns from
MINUTES = 30  # between the times that may be chosen
_KEYS = ["interval_start", "project", "channel"]


def cycle_with_days(page):
    """Return the cycle whose day is shown: the page's own where it has a forecast, else the latest with actuals, too.

    None where no cycle has both.
    """
    projects = projects_of(page)
    others = [one for one in page.store.cycles()[::-1] if one.id != page.cycle_id]
    for one in (page.context.cycle, *others):
        forecast = any(page.store.has_rows("forecast", cycle=one.id, project=p) for p in projects)
        actuals = any(page.store.has_rows("actuals", cycle=one.id, project=p) for p in projects)
        if forecast and (actuals or (one.id == page.cycle_id and _runs(one))):
            return one
    return None


def projects_of(page):
    """Return the projects in view: the one chosen, or all."""
    return [p["project"] for p in page.centre()["projects"] if page.project in ("", p["project"])]


def usual_moment(page, cycle, zone):
    """Return the moment to begin with: where the actual figures end; where that day is over, noon of a late full day.

    A full day is the one of the last week for which the forecast has most intervals, the latest of these.
    """
    last = _last_actual(page, cycle, zone)
    if last is None:
        return pd.Timestamp.now(tz=zone).floor("min")
    end = (last - pd.Timedelta(seconds=1)).normalize() + pd.Timedelta(days=1)
    span = {"start": end - pd.Timedelta(days=7), "end": end, "zone": zone}
    planned = page.store.read_table("forecast", cycle=cycle.id, project=projects_of(page), **span)["interval_start"]
    if planned.empty or planned.max() >= last:
        return last
    count = planned.dt.normalize().value_counts()
    return count[count == count.max()].index.max() + pd.Timedelta(hours=12)


def day_starts(page, cycle, zone, day):
    """Return when the intervals begin that the forecast has for a day."""
    span = {"start": day, "end": day + pd.Timedelta(days=1), "zone": zone}
    table = page.store.read_table("forecast", cycle=cycle.id, project=projects_of(page), **span)
    return pd.DatetimeIndex(table["interval_start"].drop_duplicates()).sort_values()


def times_of(starts):
    """Return the times of a day that may be chosen, as texts such as 10:30, from opening to the last interval's."""
    if not len(starts):
        return []
    day = starts.min().normalize()
    first, last = ((one.hour * 60 + one.minute) // MINUTES for one in (starts.min(), starts.max()))
    return [f"{day + pd.Timedelta(minutes=MINUTES * n):%H:%M}" for n in range(first, last + 1)]


def _runs(cycle):
    return str(cycle.first_day) <= str(dt.date.today()) <= str(cycle.last_day)


def _last_actual(page, cycle, zone):
    """Return when the last actual interval of the projects in view ends, None without any."""
    known = page.store.table_info("actuals", cycle=cycle.id, zone=zone)
    known = known[known["project"].isin(projects_of(page))]
    if known.empty:
        return None
    span = {"start": known["last"].max() - pd.Timedelta(hours=1), "zone": zone, "project": projects_of(page)}
    table = page.store.read_table("actuals", cycle=cycle.id, **span)
    return (table["interval_start"] + pd.to_timedelta(table["interval_s"], unit="s")).max()


class DaySeen:
    """A day of a cycle as it stood at a moment. found : the forecast stage's Today; absent : share of people away."""

    def __init__(self, page, cycle, now):
        self.page, self.cycle, self.now, self.zone = page, cycle, now, str(now.tz)
        self.projects = projects_of(page)
        self.day = now.normalize()
        before = self.day - pd.Timedelta(days=LEARNED)
        self.actuals = self._tables("actuals", before)
        self.found = today(self._tables("forecast", before), self.actuals, now=now)
        self.absent = None  # as measured

    def _tables(self, name, start):
        """Return a table of the days looked at, with those of the cycle before where this one is young."""
        span = {"project": self.projects, "end": self.day + pd.Timedelta(days=1), "zone": self.zone}
        parts = [self.page.store.read_table(name, cycle=self.cycle.id, start=start, **span)]
        if self.cycle.predecessor and pd.Timestamp(self.cycle.first_day) > start.tz_localize(None):
            first = pd.Timestamp(self.cycle.first_day).tz_localize(self.zone)
            old = self.page.store.read_table(name, cycle=self.cycle.predecessor, start=start, **span | {"end": first})
            parts.insert(0, old[old["interval_start"] < first])
        parts = [part for part in parts if len(part)] or parts[-1:]
        return pd.concat(parts, ignore_index=True).drop_duplicates(_KEYS, keep="last", ignore_index=True)

    @cached_property
    def plans(self):
        """Project -> its plan of the day, with targets, what an hour costs and its label; only those that have one."""
        span = {"start": self.day, "end": self.day + pd.Timedelta(days=1), "zone": self.zone}
        known = [p for p in self.page.centre()["projects"] if p["project"] in self.projects]
        found = {p["project"]: plan_of(self.page, p, self.cycle.id, **span) for p in known}
        return {key: one for key, one in found.items() if len(one["plan"])}

    @cached_property
    def schedules(self):
        """Project -> the schedule of the day and of the night before it."""
        out = {}
        for project in self.plans:
            span = {"start": self.day - pd.Timedelta(days=1), "end": self.day + pd.Timedelta(days=1), "zone": self.zone}
            out[project] = self.page.store.read_table("schedule", cycle=self.cycle.id, project=project, **span)
        return out

    def expected(self, project):
        """Return the live intervals of a project's day with what is expected now, and who was planned."""
        rows = self.found.rows
        plan = self.plans[project]["plan"].rename(columns={"agents": "planned", "aht_s": "_aht"})
        rows = rows[(rows["project"] == project) & _live(rows)]
        rows = rows.merge(plan[[*_KEYS, "planned", "_aht"]], on=_KEYS)
        return rows.assign(aht_s=rows["aht_s"].fillna(rows["_aht"])).drop(columns="_aht")

    def rest(self, project, **help_):
        """Return the RestOfDay of a project, with what `help_` brings (see `ccwb.staffing.rest_of_day`)."""
        expected = self.expected(project)

        def people(_project, starts, lengths):
            return self._scheduled(project, expected, starts, lengths) * (1 - self.absence(project))

        known = self.plans[project]["targets"]
        return rest_of_day(expected, targets=known, people=people, so_far=self._answered(project), **help_)

    def absence(self, project):
        """Return the share of people who are away: what was typed, else what the actual figures tell."""
        if self.absent is not None:
            return self.absent
        return self.measures.get(project, {}).get("absence", 0.0)

    @cached_property
    def measures(self):
        """Project -> what triggers are held against."""
        return {project: self._measured(project) for project in self.projects}

    def _measured(self, project):
        rows = self.found.rows[self.found.rows["project"] == project]
        mine = self.actuals[self.actuals["project"] == project]
        mine = mine[mine["interval_start"] + pd.to_timedelta(mine["interval_s"], unit="s") <= self.now]
        worked, planned = self._worked(project, mine) if project in self.plans else (None, None)
        return actions.measured_now(rows, actuals=mine, now=self.now, worked=worked, planned=planned)

    def _worked(self, project, mine):
        """Return (agent-hours worked in live queues since opening, those on the schedule), None where nobody knows."""
        mine = mine[(mine["interval_start"] >= self.day) & _live(mine)]
        if mine.empty or "agents" not in mine or mine["agents"].isna().any():
            return None, None
        expected = self.expected(project)
        since = expected[~expected["ahead"] & expected["actual_offered"].notna()]
        if since.empty:
            return None, None
        slots = slots_of(since)
        hours = slots["interval_s"] / 3600
        planned = self._scheduled(project, expected, slots["interval_start"], slots["interval_s"]) @ hours
        return float((mine["agents"] * mine["interval_s"]).sum() / 3600), float(planned)

    def _scheduled(self, project, expected, starts, lengths):
        """Return people on live contacts by the schedule: time lost and work that may wait taken off; else the plan's.

        starts, lengths : intervals.
        """
        plan, targets = self.plans[project]["plan"], self.plans[project]["targets"]
        table = self.schedules[project]
        if table.empty:
            return at_times(expected, "planned", starts)
        lost = [targets[key]["shrinkage"] for key in targets if key[0] == project and CHANNELS[key[1]].live]
        there = people_at_work(table, starts=starts, lengths=lengths) * (1 - float(np.mean(lost or [0.0])))
        return np.maximum(there - at_times(plan[~_live(plan)], "agents", starts), 0.0)

    def _answered(self, project):
        """Return offered and answered in time of a project's queues so far; None where nobody recorded it."""
        mine = self.actuals[(self.actuals["project"] == project) & (self.actuals["interval_start"] >= self.day)]
        mine = mine[mine["interval_start"] + pd.to_timedelta(mine["interval_s"], unit="s") <= self.now]
        return mine if "answered_within" in mine else None


def at_times(table, column, starts):
    """Return the sum of a column over the queues of a table in the intervals that these times lie in."""
    times = pd.DatetimeIndex(starts).tz_convert("UTC")
    total = np.zeros(len(times))
    for _queue, rows in table.groupby(["project", "channel"]):
        begin = pd.DatetimeIndex(rows["interval_start"]).tz_convert("UTC")
        end = begin + pd.to_timedelta(rows["interval_s"].to_numpy(), unit="s")
        order = np.argsort(begin)
        place = np.searchsorted(begin[order], times, "right") - 1
        inside = (place >= 0) & (times < end[order][np.maximum(place, 0)])
        total += np.where(inside, rows[column].to_numpy(dtype=float)[order][np.maximum(place, 0)], 0.0)
    return total


def _live(table):
    return table["channel"].isin([name for name, known in CHANNELS.items() if known.live])
