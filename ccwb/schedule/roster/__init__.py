"""Rosters: named agents, whole weeks, several projects at once, on plain arrays: the one door to its parts.

problem.py   a week in plain values: agents, kinds of shift, rules, weights, meetings
grid.py      the same as arrays; automata.py: its rules over days
response.py  an agent's best week for given prices; moves.py, hunt.py: the search with it; fast.py: compiled
search.py    the solver; bound.py: how good a roster could be at best; meetings.py: where meetings cost least
score.py     what a roster is worth
check.py     what it breaks, shares no code with the solver
explain.py   agents whose rules contradict each other, why hours stay short, and what would cure it
"""

from ccwb.schedule.roster.check import broken
from ccwb.schedule.roster.explain import REASONS, Cure, Shortage, contradictions, cures, shortages
from ccwb.schedule.roster.meetings import as_early
from ccwb.schedule.roster.problem import (
    Agent,
    History,
    Kind,
    Meeting,
    Roster,
    Rules,
    Shift,
    Week,
    Weights,
    Wish,
)
from ccwb.schedule.roster.score import Score, score, staff_of
from ccwb.schedule.roster.search import Solution, ready, solve

__all__ = [
    "REASONS",
    "Agent",
    "Cure",
    "History",
    "Kind",
    "Meeting",
    "Roster",
    "Rules",
    "Score",
    "Shift",
    "Shortage",
    "Solution",
    "Week",
    "Weights",
    "Wish",
    "as_early",
    "broken",
    "contradictions",
    "cures",
    "ready",
    "score",
    "shortages",
    "solve",
    "staff_of",
]
