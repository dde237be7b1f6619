"""People and money over the year: from the need of 65 weeks and a register of people to hiring, and to a budget.

    usual_week    a history -> one usual week of each queue, for staffing to say what it takes
    need_of       the year's contacts + that week staffed at several volumes -> hours needed a week, with its futures
    headcount     people at work on given days
    attrition     a register -> who leaves in a year by project and tenure, with what is not known; survival
    usual_terms   what hiring, overtime, temporary staff and cross-training cost and take, to be changed
    hiring_plan   need + people + terms -> the cheapest plan that covers the need with a chosen assurance
    course_of     a plan -> need against people by month or week, of each project and the centre
    side_by_side  the same in several scenarios; point_of_attrition: what one point of it costs a year
    budget        a plan + other costs + contracts -> what is spent and earned a month; sums_of: per project
    against       a budget + what was booked -> plan, actual and gap; beside: held against the cycle before
    planned_per_contact  a budget -> what a contact was to cost, cost and contacts apart, for the evaluation
    judged        a budget + books + register + contacts -> hours, people, cost and cost per contact, planned and came
    REASONS       why a month cannot be covered, to be told in any language

The stages are not known here: `ccwb.cycle.year` joins forecast and staffing to the need. docs/models_capacity.md has
the model in words and formulas.
"""

from ccwb.capacity.attrition import Attrition, attrition, headcount, survival
from ccwb.capacity.budget import BOOKED_AS, CONTACTS, COSTS, EARNED, against, beside, budget, sums_of
from ccwb.capacity.course import course_of
from ccwb.capacity.judged import as_before, gap_of, judged, paid_hours, planned_per_contact
from ccwb.capacity.need import VOLUMES, need_of, usual_week
from ccwb.capacity.plan import ASSURANCE, Plan, hiring_plan
from ccwb.capacity.scenarios import Scenario, point_of_attrition, side_by_side
from ccwb.capacity.shortage import REASONS
from ccwb.capacity.terms import check_terms, usual_terms

__all__ = [
    "ASSURANCE",
    "BOOKED_AS",
    "CONTACTS",
    "COSTS",
    "EARNED",
    "REASONS",
    "VOLUMES",
    "Attrition",
    "Plan",
    "Scenario",
    "against",
    "as_before",
    "attrition",
    "beside",
    "budget",
    "check_terms",
    "course_of",
    "gap_of",
    "headcount",
    "hiring_plan",
    "judged",
    "need_of",
    "paid_hours",
    "planned_per_contact",
    "point_of_attrition",
    "side_by_side",
    "sums_of",
    "survival",
    "usual_terms",
    "usual_week",
]
