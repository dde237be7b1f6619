"""Every table that flows from stage to stage: its columns, their types, units and meaning.

columns.py    what a column and a table are
demand.py     history, events, forecasts, requirement
people.py     shifts, agents, schedules, results per agent
rosters.py    rosters, availability, absences, wishes, states
results.py    surveys, costs, action log, measures
known.py      TABLES, the one place a column is described; uploads, downloads, docs and error texts are built from it
checking.py   `check(table, name)`, called where a table enters a room
described.py  docs/tables.md
"""

from ccwb.tables.checking import INTERVALS_S, check, empty
from ccwb.tables.columns import Column, Table
from ccwb.tables.described import as_markdown
from ccwb.tables.known import TABLES
from ccwb.tables.people import MOST_HOURLY_COST
from ccwb.tables.results import COST_KINDS, LONGEST_COST_DAYS

__all__ = [
    "COST_KINDS",
    "INTERVALS_S",
    "LONGEST_COST_DAYS",
    "MOST_HOURLY_COST",
    "TABLES",
    "Column",
    "Table",
    "as_markdown",
    "check",
    "empty",
]
