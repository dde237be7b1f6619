"""What a roster is made of and held against: people, shifts, rules and need of a cycle, and sums over its weeks."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from ccwb import schedule, staffing
from ccwb.people import ACTIVITIES, rules_of, skills
from ccwb.schedule.named import in_order
from ccwb.ui.people_meetings import meetings_of
from ccwb.ui.text import _

TABLES = ("availability", "absences", "wishes")  # the centre's own, about its people


@dataclass
class Given:
    """A cycle's need and the centre's people as they are now.

    centre : its document.  zone : its clock, in which all times are.  requirement : of all projects.  people : name of
    TABLES -> table.  roster : the cycle's roster table, in order, every column there.  meetings : to be placed.
    """

    centre: dict
    zone: str
    agents: pd.DataFrame
    shifts: pd.DataFrame
    requirement: pd.DataFrame
    events: pd.DataFrame
    people: dict
    roster: pd.DataFrame
    meetings: list = field(default_factory=list)

    @property
    def projects(self):
        """key -> project document."""
        return {one["project"]: one for one in self.centre["projects"]}

    @property
    def labels(self):
        """key -> what a reader calls the project."""
        return {key: one["label"] or key for key, one in self.projects.items()}

    @cached_property
    def names(self):
        """Agent -> name; the key where there is none, and behind the name where several bear it."""
        known = dict(zip(self.agents["agent"], self.agents.get("name", self.agents["agent"]), strict=True))
        said = pd.Series(known, dtype=object)
        twice = set(said[said.duplicated(keep=False)])
        return {key: f"{name} ({key})" if name in twice else name or key for key, name in known.items()}

    @property
    def rules(self):
        return rules_of(self.centre)

    @property
    def planned(self):
        """The projects that have a need, in the centre's order."""
        there = set(self.requirement["project"])
        return [key for key in self.projects if key in there]

    def trained_for(self, projects):
        """Return the agents who are trained for one of these projects."""
        can = [
            any(project in projects for project, _channel in skills(row.trained_for, home=row.project))
            for row in self.agents.itertuples()
        ]
        return self.agents[can]

    def coverage(self, roster, first, days=7):
        """Return need against the people of a roster in `days` days from `first`, of all projects."""
        need = between(self.requirement, first, days, "interval_start")
        if need.empty:
            return pd.DataFrame(columns=["interval_start", "interval_s", "project", "required", "scheduled", "gap"])
        mine = between(roster, first - pd.Timedelta(days=1), days + 2)
        return between(schedule.coverage_of(mine, requirement=need), first, days, "interval_start")

    def hours(self, roster, monday, projects):
        """Return what a roster leaves short in a week, of some projects: first_day, hours_needed, hours_short."""
        rows = self.coverage(roster, monday)
        rows = rows[rows["project"].isin(projects)]
        hours = rows["interval_s"] / 3600
        short = (rows["gap"].clip(upper=0).abs() * hours).sum()
        sums = {"hours_needed": float((rows["required"] * hours).sum()), "hours_short": float(short)}
        return {"first_day": str(monday.date())} | sums

    def broken(self, roster, *, known=None, of=()):
        """Return what an ordered roster breaks: a table as `broken_rules` gives it; `row` counts its rows from 1.

        known, of : what was found before, and the agents whose rows are others since: only these are held against the
        rules again.
        """
        rows = roster.reset_index(drop=True)
        if rows.empty:
            return pd.DataFrame(columns=["rule", "row", "agent", "day", "values"])
        wanted = rows["agent"].isin(_also_at_the_ends(rows, of)) if known is not None else rows["agent"].notna()
        told = schedule.broken_rules(
            rows[wanted],
            agents=self.agents,
            projects=self.projects,
            shifts=self.shifts,
            availability=self.people["availability"],
            absences=self.people["absences"],
            centre=self.centre,
            events=self.events if len(self.events) else None,
            meetings=self.meetings,
        )
        first = rows.reset_index().groupby("agent")["index"].first()
        told["nth"] = np.flatnonzero(wanted)[told["row"].to_numpy(dtype=int) - 1] - told["agent"].map(first).to_numpy(
            dtype=int
        )
        if known is not None:
            left = known[~known["agent"].isin(rows.loc[wanted, "agent"]) & known["agent"].isin(first.index)]
            told = pd.concat([left, told], ignore_index=True) if len(left) else told
        told["row"] = told["agent"].map(first).astype(int) + told["nth"].astype(int) + 1
        told["values"] = [{**values, "row": row} for values, row in zip(told["values"], told["row"], strict=True)]
        return told.sort_values(["row", "rule"], kind="stable", ignore_index=True)

    def cost(self, roster):
        """Return (paid hours, cost or None, paid hours whose cost is not known) of a roster."""
        if roster.empty:
            return 0.0, 0.0, 0.0
        made = schedule.cost_of(roster, agents=self.agents)
        cost = made["cost"].sum(min_count=1)
        return made["paid_hours"].sum(), None if pd.isna(cost) else float(cost), made["hours_without_cost"].sum()

    def expected(self, roster, first, days=7):
        """Return the requirement table of some days as the staffing model says that these people do it."""
        need = between(self.requirement, first, days, "interval_start")
        if need.empty:
            return need
        targets = staffing.targets_of(self.centre)

        def answer(rows, people):
            slots = staffing.slots_of(rows)
            there = people(slots["interval_start"], slots["interval_s"])
            lost = np.array([targets[row.project, row.channel]["shrinkage"] for row in rows.itertuples()])
            agents = staffing.shared_out(rows, there, targets=targets, lost=lost)
            return staffing.given_agents(rows, targets=targets, agents=agents)

        near = between(roster, first - pd.Timedelta(days=1), days + 2)
        return schedule.expected(schedule.schedule_of(near), requirement=need, answer=answer)


def _also_at_the_ends(rows, agents):
    """Return the agents, with those of the first and last day: what a table holds from end to end stays the same."""
    ends = [rows.loc[rows["start"].idxmin(), "agent"], rows.loc[rows["start"].idxmax(), "agent"]]
    return {*agents, *ends}


def given(page):
    """Return the Given of a page's cycle."""
    store, centre = page.store, page.centre()
    zone = centre.get("zone") or "UTC"
    return Given(
        centre,
        zone,
        store.read_table("agents", all_columns=True),
        shifts_of(page, centre),
        store.read_table("requirement", cycle=page.cycle_id, zone=zone, all_columns=True),
        store.read_table("events"),
        {name: store.read_table(name, zone=zone, all_columns=True) for name in TABLES},
        read_roster(store, page.cycle_id, zone),
        meetings_of(store, page.cycle_id),
    )


def shifts_of(page, centre):
    """Return the kinds of shift of every project: those of the cycle, else of the centre, else the usual ones."""
    own = page.store.read_table("shifts", cycle=page.cycle_id, all_columns=True)
    usual = page.store.read_table("shifts", all_columns=True)
    if usual.empty:
        usual = schedule.usual_shifts()
        usual = usual.assign(shift=usual["shift"].map(_))
    parts = []
    for one in centre["projects"]:
        mine = own[own["project"].isin(["", one["project"]])] if len(own) else own
        mine = mine if len(mine) else usual[usual["project"].isin(["", one["project"]])]
        parts += [mine.assign(project=one["project"])] if len(mine) else []
    return pd.concat(parts, ignore_index=True) if parts else usual


def between(table, first, days, column="start"):
    """Return the rows that begin in `days` days from `first`, by the clock on the wall."""
    begins = table[column].dt.tz_localize(None)
    return table[(begins >= first) & (begins < first + pd.Timedelta(days=days))]


def ordered(roster):
    """Return a roster in documented form by agent and start, numbered from 0."""
    return in_order(roster).reset_index(drop=True)


def of_days(roster, first, days):
    """Return which rows of an ordered roster belong to `days` days from `first`; a night shift is of its first day."""
    if roster.empty:
        return np.zeros(0, dtype=bool)
    day = schedule.hours_of(roster)["day"].to_numpy()
    return (day >= first.to_datetime64()) & (day < (first + pd.Timedelta(days=days)).to_datetime64())


def apart_from(roster, first, days):
    """Return an ordered roster without `days` days from `first`; an absence that reaches into them is cut there."""
    kept = roster[~of_days(roster, first, days)]
    if roster.empty:
        return kept
    zone = roster["start"].dt.tz
    begin, end = (day.tz_localize(zone) for day in (first, first + pd.Timedelta(days=days)))
    away = ~roster["activity"].map(lambda activity: ACTIVITIES[activity].there).astype(bool)
    into = kept["end"].gt(begin) & kept["start"].lt(begin) & away.reindex(kept.index)
    beyond = roster[of_days(roster, first, days) & away.to_numpy() & roster["end"].gt(end).to_numpy()]
    kept = kept.assign(end=kept["end"].mask(into, begin))
    return joined(kept, beyond.assign(start=beyond["start"].clip(lower=end)))


def joined(*tables):
    """Return rosters as one, ordered."""
    full = [table for table in tables if len(table)]
    return ordered(pd.concat(full, ignore_index=True)) if full else ordered(tables[0])


def read_roster(store, cycle, zone):
    return ordered(store.read_table("roster", cycle=cycle, zone=zone, all_columns=True))


def write_roster(store, roster, *, by, cycle):
    """Write a cycle's roster, also one in which nobody is left."""
    place = {"by": by, "at": dt.datetime.now(dt.UTC), "cycle": cycle}
    if len(roster):
        store.write_table("roster", roster, **place)
    else:
        store.delete_table("roster", **place)


def note(store, *, by, cycle, **entries):
    """Note something in the cycle's roster document, beside what others saved there meanwhile; return its data."""
    with store.together():
        known = store.load("roster", cycle=cycle)
        data = (known.data or {}) | entries
        store.save("roster", data, base=known.version, by=by, at=dt.datetime.now(dt.UTC), cycle=cycle, apart=True)
    return data
