"""Requirement and shifts -> schedule (stage 4): the one door to its parts.

shifts.py    the kinds of shift
days.py      need and opening hours on a grid, the shifts that may lie on it
covering.py  the solver: how many people start which shift when
coverage.py  need against schedule, what stays short, the fit
"""

from ccwb.schedule.coverage import REASONS, fit, people_at_work, unmet, with_schedule
from ccwb.schedule.covering import cover
from ccwb.schedule.days import grid_s, needed_of
from ccwb.schedule.shifts import check_shifts, usual_shifts

__all__ = [
    "REASONS",
    "check_shifts",
    "cover",
    "fit",
    "grid_s",
    "needed_of",
    "people_at_work",
    "unmet",
    "usual_shifts",
    "with_schedule",
]
