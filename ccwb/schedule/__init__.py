"""Requirement and shifts -> schedule (stage 4): the one door to its parts.

shifts.py    the kinds of shift
days.py      need and opening hours on a grid, the shifts that may lie on it
covering.py  the solver: how many people start which shift when
coverage.py  need against schedule, what stays short, the fit
named.py     a roster of named agents: its schedule, coverage, hours and cost
broken.py    what a roster breaks: people, projects, opening hours, rules
changes.py   what changed since the published roster
fairness.py  how evenly it treats people, signs that it wears them out
expected.py  what a staffing model says of it
meetings.py  meetings and training that a roster is to place
handed.py    a project's part handed up, accepted or returned
sheet.py     a roster as planners have it: an agent a row, a day a column
rostering.py requirement, people and rules -> a roster: given.py what it is made from, lines.py its lines of work,
             timeline.py, week.py, whose.py a week as the problem that the solver (roster/) takes, stretches.py and back
"""

from ccwb.schedule.broken import BROKEN, broken_rules
from ccwb.schedule.changes import CHANGES, compare, last_published
from ccwb.schedule.coverage import REASONS, fit, people_at_work, unmet, with_schedule
from ccwb.schedule.covering import cover
from ccwb.schedule.days import grid_s, needed_of
from ccwb.schedule.expected import expected, rates
from ccwb.schedule.fairness import LIMITS, SIGNS, burnout, fairness, shifts_of, spread
from ccwb.schedule.named import cost_of, coverage_of, fit_by, hours_of, schedule_of
from ccwb.schedule.rostering import PARTS, make_roster, what_cures
from ccwb.schedule.sheet import as_sheet, taken_in
from ccwb.schedule.shifts import check_shifts, usual_shifts
from ccwb.schedule.trained import short_of_training

__all__ = [
    "BROKEN",
    "CHANGES",
    "LIMITS",
    "PARTS",
    "REASONS",
    "SIGNS",
    "as_sheet",
    "broken_rules",
    "burnout",
    "check_shifts",
    "compare",
    "cost_of",
    "cover",
    "coverage_of",
    "expected",
    "fairness",
    "fit",
    "fit_by",
    "grid_s",
    "hours_of",
    "last_published",
    "make_roster",
    "needed_of",
    "people_at_work",
    "rates",
    "schedule_of",
    "shifts_of",
    "short_of_training",
    "spread",
    "taken_in",
    "unmet",
    "usual_shifts",
    "what_cures",
    "with_schedule",
]
