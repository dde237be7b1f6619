"""What a roster is made from: the tables, the grid of its slots, its lines of work and kinds of shift."""

from dataclasses import dataclass
from functools import cached_property, reduce
from math import ceil, gcd

import numpy as np
import pandas as pd

from ccwb.people import split_breaks
from ccwb.schedule.days import grid_s
from ccwb.schedule.fairness import shifts_of
from ccwb.schedule.lines import lines_of, prices_of, steeper_of
from ccwb.schedule.roster.problem import Kind
from ccwb.schedule.shifts import check_shifts


@dataclass(frozen=True)
class Given:
    """The tables that a roster is made from: see `make_roster`."""

    requirement: pd.DataFrame
    agents: pd.DataFrame
    shifts: pd.DataFrame
    projects: dict
    rules: dict
    zone: str
    availability: pd.DataFrame | None = None
    absences: pd.DataFrame | None = None
    wishes: pd.DataFrame | None = None
    locked: pd.DataFrame | None = None
    later: pd.DataFrame | None = None
    stands: pd.DataFrame | None = None  # roster rows that the search begins from
    near: bool = False  # whether it stays near to them
    events: pd.DataFrame | None = None
    weights: dict | None = None
    meetings: tuple = ()  # to be placed: see ccwb.schedule.meetings
    meets: pd.DataFrame | None = None  # roster rows of meetings that stay

    @cached_property
    def slot_s(self):
        """The length of a slot: the longest that need, shifts and breaks fall into."""
        breaks = [part for text in self.shifts["breaks"] for row in split_breaks(text) for part in row]
        lengths = [int(row["minutes"] * 60) for row in self.meetings]
        return reduce(gcd, breaks + lengths, grid_s(self.requirement, self.shifts))

    @cached_property
    def lines(self):
        """The lines of work, each of them a 'project' of the problem."""
        return lines_of(self.requirement, self.agents)

    @cached_property
    def priced(self):
        """The requirement with the price of a missing hour in each row, and what one short of `least` costs beside."""
        least, bare = steeper_of(self.requirement)
        return self.requirement.assign(price=prices_of(self.requirement), least=least, bare=bare)

    @cached_property
    def kind_rows(self):
        """The rows of the shifts table."""
        return list(self.shifts.itertuples(index=False))

    @cached_property
    def kinds(self):
        """The kinds of shift, one for each of `kind_rows`."""
        return [kind_of(row, self.slot_s) for row in self.kind_rows]

    @cached_property
    def standing(self):
        """agent -> days on which they work in the roster that the search begins from."""
        if self.stands is None or not len(self.stands):
            return {}
        return {agent: set(rows["day"]) for agent, rows in shifts_of(self.stands).groupby("agent")}

    @cached_property
    def agent_rows(self):
        """agent -> row of the agents table."""
        return {row.agent: row for row in self.agents.itertuples(index=False)}

    @property
    def longest(self):
        """Slots of the longest shift."""
        return max(kind.length for kind in self.kinds)

    def line(self, row):
        """Return the number of the line that a row of the roster works on; -1 where its project is not planned here."""
        mine = [n for n, line in enumerate(self.lines) if line.project == row.project]
        known = [n for n in mine if row.agent in self.lines[n].levels]
        named = set(row.channels.split("; "))
        of = [n for n in known if named <= set(self.lines[n].channels)]
        return next(iter(of or known or mine), -1)


def may_work(agent, kind):
    """Return whether a row of the agents table may work a row of the shifts table: by its project and its hours."""
    fits = pd.isna(kind.up_to_hours) or agent.hours_week <= kind.up_to_hours
    return bool(fits and kind.project in ("", agent.project))


def with_usual(shifts):
    """Return the shifts table with every column that a roster reads, the usual value where it has none."""
    table = check_shifts(shifts)
    for name, usual in {"project": "", "breaks": "", "apart_s": np.nan, "split": False, "up_to_hours": np.nan}.items():
        if name not in table:
            table[name] = usual
    return table.assign(breaks=table["breaks"].fillna(""), split=table["split"].fillna(False).astype(bool))


def kind_of(row, slot_s):
    """Return a row of the shifts table as a Kind, in slots of `slot_s` seconds.

    A short break belongs to the part of the shift, before or after the unpaid one, in which the middle of its window
    lies; it keeps `apart_s` from the ends of that part, at least the time until its window opens.
    """
    short = split_breaks(row.breaks)
    begins = 0 if pd.isna(row.break_after_s) else row.break_after_s
    latest = row.length_s - row.break_s if pd.isna(row.break_before_s) else row.break_before_s
    middle = (begins + latest + row.break_s) / 2 if row.break_s else row.length_s
    first = sum((since + last + length) / 2 < middle for length, since, last in short)
    apart = ceil((0 if pd.isna(row.apart_s) else row.apart_s) / slot_s)
    since = min((since for _length, since, _last in short), default=0) if first else 0
    return Kind(
        name=row.shift,
        length=int(row.length_s // slot_s),
        first_start=int(row.first_start_s // slot_s),
        last_start=int(row.last_start_s // slot_s),
        step=max(int(row.step_s // slot_s), 1),
        pauses=(int(row.break_s // slot_s),) if row.break_s else (),
        pause_from=ceil(begins / slot_s),
        pause_to=int(latest // slot_s),
        breaks=(first, len(short) - first) if row.break_s else (len(short),),
        break_length=int(short[0][0] // slot_s) if short else 1,
        break_after=max(apart, int(since // slot_s)) if short else 0,
        break_before=apart if short else 0,
        break_gap=apart if short else 0,
    )
