"""Shrinkage from what was rostered and who worked on contacts; and from what the house's rules say a year."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_, Column
from ccwb.staffing.estimates.estimate import Estimate, Said, days_of, numbered, ratio, t_quantile, with_columns

_ROUNDING = 1e-9  # of sums of hours


def absence(schedule, history):
    """Share of the rostered time in which nobody works on contacts, as an Estimate of `shrinkage`.

    schedule : schedule table of the finished weeks of one project; breaks in it do not count as rostered.
    history : history table of the same project, all its queues, with the column agents (people working on contacts).

    Compared are the times that have both, in person-seconds, whatever the lengths of the queues' intervals: rostered
    heads and agents of all queues; the 95 % interval comes from the differences between days. It holds all that the
    roster does not place, planned or not: sickness, meetings, being late, breaks taken beside the roster; not leave,
    for which nobody is rostered.
    Raises PlanError where schedule or agents are missing, where they share fewer than 5 days, where several projects
    are given, and where more people worked than were rostered (then one of the two is not complete).
    """
    work = _agents(history)
    heads = _heads(_one_project(schedule, work), work)
    both = heads > 0
    number, days = numbered(days_of(work["interval_start"][both]))
    hours = work["interval_s"].to_numpy()[both] / 3600
    rostered = np.bincount(number, heads[both] * hours)
    present = np.bincount(number, work["agents"].to_numpy()[both] * hours)
    there, error = ratio(present, rostered)
    if there > 1 + _ROUNDING:
        raise PlanError(
            N_(
                "More people worked on contacts ({present} h) than were on the schedule ({rostered} h): the schedule "
                "is not complete, or the column agents counts people of others. Shrinkage cannot be told from them."
            ),
            present=round(present.sum()),
            rostered=round(rostered.sum()),
        )
    there = min(there, 1.0)
    reach = t_quantile(len(days)) * error
    values = {"days": len(days), "first": str(days[0]), "last": str(days[-1]), "hours": round(rostered.sum())}
    said = N_("from {hours} rostered hours on {days} days, {first} to {last}, against the agents at work on contacts")
    caveat = N_("All that the roster does not place is in it, planned or not; leave and what else it places is not.")
    low, high = max(0.0, 1 - there - reach), min(1.0, 1 - there + reach)
    return Estimate("shrinkage", 1 - there, low, high, "share", len(days), Said(said, values), (Said(caveat),))


def share_of_paid_time(*, days_year=0.0, hours_week=0.0, minutes_day=0.0, paid_days=260, hours_day=8.0, before=0.0):
    """The share of paid time that a kind of shrinkage takes, from what the house's rules say.

    days_year : whole days a year, such as leave, of `paid_days` paid days.  hours_week, minutes_day : of weeks and days
    at work, such as meetings and paid breaks; a week has five days of `hours_day` paid hours.
    before : share of paid time already counted as days away (leave, sickness): on these no meeting takes place, so that
    no hour is counted twice.
    Raises PlanError for values below 0 and where nothing of the paid time would be left.

    >>> round(share_of_paid_time(days_year=30), 3)
    0.115
    >>> round(share_of_paid_time(hours_week=1, before=0.115), 4)
    0.0221
    """
    given = {"days_year": days_year, "hours_week": hours_week, "minutes_day": minutes_day, "before": before}
    for name, value in given.items():
        if not (isinstance(value, int | float | np.number) and 0 <= value < np.inf):
            raise PlanError(
                N_("A share of paid time needs {name} of 0 or more; found {found}."), name=name, found=value
            )
    if not (paid_days > 0 and hours_day > 0):
        raise PlanError(N_("A share of paid time needs paid days and hours a day above 0."))
    at_work = 1 - before - days_year / paid_days
    share = days_year / paid_days + at_work * (hours_week / 5 + minutes_day / 60) / hours_day
    if at_work < 0 or before + share >= 1:
        raise PlanError(
            N_(
                "Nothing of the paid time would be left for contacts: {share} % is taken. Lower the days, hours or "
                "minutes."
            ),
            share=round(100 * (before + max(share, days_year / paid_days))),
        )
    return share


def _agents(history):
    """Return agents of all queues per interval; PlanError where a queue does not say how many."""
    if not len(history):
        raise PlanError(N_("Shrinkage cannot be told, because there is no history of who worked. Import one first."))
    with_columns(history, ("interval_start", "interval_s", "project", "channel"))
    if "agents" not in history or history["agents"].isna().all():
        raise PlanError(
            N_(
                "Shrinkage cannot be told from this history, because it has no column '{column}' (people working "
                "on contacts). Import a history with it, or type the shrinkage."
            ),
            column=Column("agents"),
        )
    if history["project"].nunique() > 1 or (history["interval_s"] > 3600).any():
        raise PlanError(
            N_("Shrinkage is told for one project at a time, in intervals of up to an hour. Choose one project.")
        )
    known = history[history["agents"].notna()]
    silent = set(history["channel"]) - set(known["channel"])
    if silent:
        raise PlanError(
            N_(
                "Shrinkage cannot be told, because the history of {channels} does not say how many agents worked on it."
            ),
            channels=", ".join(sorted(silent)),
        )
    return _on_one_grid(known)


def _on_one_grid(known):
    """Return agents of all queues between each two moments at which an interval of some queue begins or ends."""
    begin = _seconds(known["interval_start"])
    end = begin + known["interval_s"].to_numpy(dtype=float)
    edges = np.unique(np.concatenate([begin, end]))
    sums = []
    for value in (np.ones(len(known)), known["agents"].to_numpy(dtype=float)):
        change = np.bincount(np.searchsorted(edges, begin), value, len(edges))
        change -= np.bincount(np.searchsorted(edges, end), value, len(edges))
        sums.append(np.cumsum(change)[:-1])
    told = sums[0] > 0.5  # by how many queues
    times = pd.DatetimeIndex(pd.to_datetime(edges[:-1][told], unit="s"))
    zone = known["interval_start"].dt.tz
    times = times if zone is None else times.tz_localize("UTC").tz_convert(zone)
    length = np.diff(edges)[told]
    project = known["project"].iloc[0]
    return pd.DataFrame({"interval_start": times, "interval_s": length, "agents": sums[1][told], "project": project})


def _one_project(schedule, work):
    if len(schedule):
        with_columns(schedule, ("project", "people", "shift_start", "shift_end"))
    rows = schedule[schedule["project"].isin(work["project"].unique())] if len(schedule) else schedule
    if not len(rows):
        raise PlanError(
            N_(
                "Shrinkage cannot be told, because no schedule of a finished cycle is there to compare with who "
                "worked. Once a cycle with a schedule is finished, it can; until then type the shrinkage."
            )
        )
    return rows


def _heads(schedule, work):
    """Return rostered heads per interval of `work`, breaks taken off, averaged over the interval."""
    starts = _seconds(work["interval_start"])
    edges = [starts, starts + work["interval_s"].to_numpy(dtype=float)]
    people = schedule["people"].to_numpy(dtype=float)
    there = _covered(edges, schedule["shift_start"], schedule["shift_end"], people)
    if "break_start" in schedule and schedule["break_start"].notna().any():
        pause = schedule["break_start"].notna().to_numpy()
        there -= _covered(edges, schedule["break_start"][pause], schedule["break_end"][pause], people[pause])
    return there / (edges[1] - edges[0])


def _covered(edges, begins, ends, people):
    """Return person-seconds within each interval [edges[0], edges[1]) of people there from begin to end."""
    times = np.concatenate([_seconds(begins), _seconds(ends)])
    change = np.concatenate([people, -people])
    order = np.argsort(times, kind="stable")
    times, heads = times[order], np.cumsum(change[order])
    passed = np.concatenate([[0.0], np.cumsum(heads[:-1] * np.diff(times))]) if len(times) else np.zeros(1)

    def until(at):
        return np.interp(at, times, passed) if len(times) else np.zeros(len(at))

    return until(edges[1]) - until(edges[0])


def _seconds(times):
    index = pd.DatetimeIndex(times)
    index = index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index
    return index.as_unit("s").asi8.astype(float)
