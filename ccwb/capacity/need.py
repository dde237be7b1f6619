"""Contacts of the weeks ahead -> hours of work that they need: the staffing of a usual week, at its many volumes."""

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_

VOLUMES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.2, 3.0)  # of a usual week, staffed each
USUAL_WEEKS = 13
_FACTORS = np.geomspace(0.25, 4.0, 41)  # of a forecast week, between which its paths are read
_SPAN = {"lower_80": 0.1, "upper_80": 0.9}
_MONDAY = pd.Timestamp("2024-01-01")  # any Monday without a clock change: only the weekday counts


def usual_week(history, *, weeks=USUAL_WEEKS, before=None):
    """Return one usual week of each queue, a table as the forecast's: contacts and handling time by weekday and time.

    history : history table in intervals.  weeks : how many of the last are taken, before a day where one is given.
    offered is the mean of a weekday's intervals that are on record, so that closed days and holidays, which have no
    rows, do not count as quiet ones; aht_s is weighted by handled contacts. Times are without a zone.
    """
    local = pd.DatetimeIndex(history["interval_start"]).tz_localize(None)
    end = local.max().normalize() + pd.Timedelta(days=1) if before is None else pd.Timestamp(before)
    known = history["offered"].notna().to_numpy() & (local >= end - pd.Timedelta(weeks=weeks)) & (local < end)
    if not known.any():
        raise PlanError(
            N_("The history has no contacts in the {weeks} weeks before {day}. Import later data on the setup page."),
            weeks=weeks,
            day=str(end)[:10],
        )
    rows = history[known]
    times = _MONDAY + pd.to_timedelta(local.day_of_week, unit="D") + (local - local.normalize())
    handled = rows["handled"].where(rows["aht_s"].notna(), 0.0) if "handled" in rows else rows["aht_s"].notna() * 1.0
    rows = rows.assign(interval_start=times[known], weight=handled, work=(handled * rows["aht_s"]).fillna(0.0))
    queue = rows.groupby(["project", "channel"])[["work", "weight"]].sum()
    groups = rows.groupby(["project", "channel", "interval_start", "interval_s"], as_index=False)
    week = groups.agg(offered=("offered", "mean"), work=("work", "sum"), weight=("weight", "sum"))
    usual = (queue["work"] / queue["weight"].where(queue["weight"] > 0)).rename("usual").reset_index()
    week = week.merge(usual, on=["project", "channel"])
    week["aht_s"] = (week["work"] / week["weight"].where(week["weight"] > 0)).fillna(week["usual"])
    return week[["interval_start", "interval_s", "project", "channel", "offered", "aht_s"]]


def need_of(days, *, staffed, paths, handled=None):
    """Hours on contacts that each project needs in each whole week ahead, as (need, on_paths).

    days : forecast table in whole days, each queue's year ahead.  staffed : volume -> the requirement table of a usual
    week at that share of its volume (`VOLUMES` are good ones), as the staffing stage makes it of `usual_week`.
    paths : the forecast's path totals by project, channel and week.  handled : project -> share of offered contacts
    that are handled where staffing is as needed; None takes all.

    A queue's day is staffed as that weekday of the usual week, read between the volumes whose work (contacts x
    handling time) lies around its own, so that small queues cost more an hour of work than large ones; work that may
    wait is staffed by the week. On a path a week's days are more or fewer by the same factor.
    Returned need : a row per project and week (Mondays): offered, handled, work_hours (handling time), hours (people
    on contacts, at the forecast's middle) with lower_80 and upper_80 of the paths.  on_paths : hours, an array (paths,
    rows of need).
    Raises PlanError for a queue that the usual week does not have.
    """
    weeks, inside = _whole_weeks(days)
    days, projects = days[inside].assign(week=weeks[inside]), []
    for project, rows in days.groupby("project", sort=True):
        queues = [_Queue(key, own, staffed) for key, own in rows.groupby("channel", sort=True)]
        table = rows.groupby("week", as_index=False)["offered"].sum().assign(project=project)
        told, drawn = zip(*(queue.told(project, table["week"], paths) for queue in queues), strict=True)
        table["work_hours"], table["hours"] = np.sum([one["work"] for one in told], axis=0), _sum(told, "hours")
        table["handled"] = table["offered"] * (1.0 if handled is None else handled.get(project, 1.0))
        projects.append((table, np.sum(drawn, axis=0)))
    need = pd.concat([table for table, _ in projects], ignore_index=True)
    on_paths = np.concatenate([drawn for _, drawn in projects], axis=1)
    for name, level in _SPAN.items():
        need[name] = np.quantile(on_paths, level, axis=0)
    return need[["project", "week", "offered", "handled", "work_hours", "hours", *_SPAN]], on_paths


def _sum(told, name):
    return np.sum([one[name] for one in told], axis=0)


def _whole_weeks(days):
    """Return the Monday of each row, and whether all seven days of that week lie within the forecast."""
    day = pd.DatetimeIndex(days["interval_start"]).tz_localize(None).normalize()
    monday = day - pd.to_timedelta(day.day_of_week, unit="D")
    inside = (monday >= day.min()) & (monday + pd.Timedelta(days=6) <= day.max())
    if not inside.any():
        raise PlanError(N_("The forecast in days holds no whole week. Forecast further ahead."))
    return monday, np.asarray(inside)


class _Queue:
    """One queue's days ahead, and how many hours its work takes."""

    def __init__(self, channel, rows, staffed):
        self.channel, self.rows = channel, rows
        project = rows["project"].iloc[0]
        self.curves = _curves(project, channel, staffed)
        aht_s = rows["aht_s"].fillna(self.curves.aht_s) if "aht_s" in rows else self.curves.aht_s
        self.work = (rows["offered"] * aht_s / 3600).to_numpy(dtype=float)
        self.weekday = pd.DatetimeIndex(rows["interval_start"]).day_of_week.to_numpy()

    def told(self, project, weeks, paths):
        """Return the work and hours of each week, and its hours on each path."""
        at = pd.Index(weeks).get_indexer(self.rows["week"])
        middle = np.bincount(at, self.rows["offered"], len(weeks))
        table = np.stack([self._hours(at, factor, len(weeks)) for factor in _FACTORS])
        own = paths[(paths["project"] == project) & (paths["channel"] == self.channel)]
        drawn = own.pivot(index="path", columns="week", values="offered")
        drawn = drawn.set_axis(pd.DatetimeIndex(drawn.columns), axis=1).reindex(columns=pd.DatetimeIndex(weeks))
        factor = drawn.to_numpy(dtype=float) / np.where(middle > 0, middle, np.inf)
        inside = np.clip(factor, _FACTORS[0], _FACTORS[-1])  # beyond: in proportion to the nearest
        hours = np.stack([np.interp(inside[:, n], _FACTORS, table[:, n]) for n in range(len(weeks))], axis=1)
        work = np.bincount(at, self.work, len(weeks))
        return {"work": work, "hours": self._hours(at, 1.0, len(weeks))}, hours * factor / inside

    def _hours(self, at, factor, weeks):
        """Return hours per week when every day has `factor` times its work."""
        work = self.work * factor
        if not CHANNELS[self.channel].live:
            week = np.bincount(at, work, weeks)
            return self.curves.of_week(week)
        return np.bincount(at, self.curves.of_days(work, self.weekday), weeks)


class _Curves:
    """Hours by work of a usual week: one curve for each weekday, and one for the week."""

    def __init__(self, work, hours, aht_s):
        self.work, self.hours, self.aht_s = work, hours, aht_s  # (volumes, 7)

    def of_week(self, work):
        return _read(work, self.work.sum(axis=1), self.hours.sum(axis=1))

    def of_days(self, work, weekday):
        out = np.zeros(len(work))
        for day in range(7):
            mine = weekday == day
            if self.work[-1, day] > 0:
                out[mine] = _read(work[mine], self.work[:, day], self.hours[:, day])
            else:  # closed in the usual week: as a mean day of it
                is_open = self.work[-1] > 0
                out[mine] = _read(work[mine], self.work[:, is_open].mean(axis=1), self.hours[:, is_open].mean(axis=1))
        return out


def _read(work, known, hours):
    """Return hours at some work, between those known; beyond them in proportion."""
    inside = np.interp(work, np.append(0.0, known), np.append(0.0, hours))
    return np.where(work > known[-1], work * hours[-1] / known[-1], inside)


def _curves(project, channel, staffed):
    work, hours, aht_s = [], [], np.nan
    for _, table in sorted(staffed.items()):
        rows = table[(table["project"] == project) & (table["channel"] == channel)]
        day = pd.DatetimeIndex(rows["interval_start"]).day_of_week
        done = (rows["offered"] * rows["aht_s"] / 3600).to_numpy(dtype=float)
        work.append(np.bincount(day, done, 7))
        hours.append(np.bincount(day, rows["agents"] * rows["interval_s"] / 3600, 7))
        if rows["offered"].sum() > 0:
            aht_s = 3600 * done.sum() / rows["offered"].sum()
    work = np.array(work)
    if not work.size or not work[-1].sum() > 0:
        raise PlanError(
            N_(
                "The usual week has no contacts of {project} / {channel}, so nobody can say how many people they need. "
                "Import a history of that queue, or leave it out of the year ahead."
            ),
            project=project,
            channel=channel,
        )
    return _Curves(work, np.array(hours), aht_s)
