"""What hiring, overtime, temporary staff and cross-training cost and take, per project: plain values, checked once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.capacity.weeks import mondays_of, months_of
from ccwb.errors import PlanError
from ccwb.messages import N_

_SHARE = (N_("a share from 0 to below 1"), lambda v: 0 <= v < 1)
_AMOUNT = (N_("a number of 0 or more"), lambda v: 0 <= v < np.inf)
_WHOLE = (N_("a whole number of 0 or more"), lambda v: v >= 0 and v % 1 == 0)
_FROM_ONE = (N_("a whole number of 1 or more"), lambda v: v >= 1 and v % 1 == 0)
_LIMITS = {
    "hourly_cost": (N_("a number above 0"), lambda v: 0 < v < np.inf),
    "shrinkage": _SHARE,
    "placed": _SHARE,
    "leave": _SHARE,
    "smallest": _FROM_ONE,
    "largest": _FROM_ONE,
    "classes": _WHOLE,
    "every_weeks": _FROM_ONE,
    "lead_weeks": _WHOLE,
    "training_weeks": _WHOLE,
    "cost_per_hire": _AMOUNT,
    "trainer_cost_week": _AMOUNT,
    "hours_week": (N_("hours above 0, up to 168"), lambda v: 0 < v <= 168),
    "overtime_most": _SHARE,
    "overtime_premium": _AMOUNT,
    "temporary_most": _AMOUNT,
    "temporary_cost": _AMOUNT,
    "temporary_lead_weeks": _WHOLE,
    "temporary_productivity": (N_("a share above 0, up to 1"), lambda v: 0 < v <= 1),
    "cross_most": _WHOLE,
    "cross_cost": _AMOUNT,
    "cross_weeks": _WHOLE,
}


def usual_terms():
    """What a project's hiring starts from; every value is the team's own to change.

    hourly_cost : loaded cost of a paid hour, to be given.  shrinkage, placed, leave : shares of paid time lost in all,
    to what the roster places, and to leave alone.  leave_season : twelve numbers, January first: how leave is spread
    over the months; only their ratios count.
    smallest, largest : people in a class.  classes : most that may start in one week, 0 hires nobody.  every_weeks :
    a class may start every so many weeks.  lead_weeks : from the decision to a class's first day.  earliest : no class
    before this day, ISO or "".  training_weeks : paid weeks without a contact.  ramp : share of full productivity in
    each week after the training, then 1.  hours_week : contract hours of a new colleague.
    cost_per_hire, trainer_cost_week : money for each person hired; for each class and week of training.
    overtime_most : share of people's paid hours; overtime_premium : share of an hour's cost paid on top.
    temporary_most : people at once, at hours_week; temporary_cost : money per hour; temporary_lead_weeks;
    temporary_productivity : share of a colleague's.
    cross_to : projects that people may be trained for; cross_most : how many people in all; cross_cost : money each;
    cross_weeks : paid weeks off contacts.

    >>> usual_terms()["smallest"], usual_terms()["ramp"]
    (4, [0.6, 0.75, 0.9])
    """
    return {
        "hourly_cost": None,
        "shrinkage": 0.3,
        "placed": 0.0,
        "leave": 0.0,
        "leave_season": [1.0] * 12,
        "smallest": 4,
        "largest": 12,
        "classes": 1,
        "every_weeks": 2,
        "lead_weeks": 8,
        "earliest": "",
        "training_weeks": 4,
        "ramp": [0.6, 0.75, 0.9],
        "hours_week": 40.0,
        "cost_per_hire": 3000.0,
        "trainer_cost_week": 1500.0,
        "overtime_most": 0.05,
        "overtime_premium": 0.25,
        "temporary_most": 0,
        "temporary_cost": 0.0,
        "temporary_lead_weeks": 3,
        "temporary_productivity": 0.8,
        "cross_to": [],
        "cross_most": 0,
        "cross_cost": 500.0,
        "cross_weeks": 2,
    }


def check_terms(terms, *, project=""):
    """Return a project's terms with the usual ones where it has none; PlanError names the first that makes no sense."""
    unknown = set(terms) - set(usual_terms())
    whole = usual_terms() | terms
    for name, (expected, possible) in _LIMITS.items():
        try:
            fits = bool(possible(whole[name]))
        except TypeError:  # text, or None
            fits = False
        if not fits or unknown:
            raise PlanError(
                N_("{project}: {name} has to be {expected}; found {found}. Correct it in the hiring terms."),
                project=project or "-",
                name=", ".join(unknown) or name,
                expected=N_("one of the terms that there are") if unknown else expected,
                found=str(whole[name]) if not unknown else ", ".join(unknown),
            )
    _check_together(whole, project)
    return whole


def _check_together(terms, project):
    """Refuse terms that do not go together."""
    ramp, season = (np.atleast_1d(np.asarray(terms[name], dtype=float)) for name in ("ramp", "leave_season"))
    wrong = [
        (terms["smallest"] > terms["largest"], N_("the smallest class is larger than the largest")),
        (terms["placed"] > terms["shrinkage"], N_("the roster places more than all that is lost")),
        (terms["leave"] > terms["shrinkage"], N_("leave is more than all that is lost")),
        (not ((ramp >= 0) & (ramp <= 1)).all(), N_("a share of full productivity is from 0 to 1")),
        (
            season.shape != (12,) or not (season >= 0).all() or not season.sum() > 0,
            N_("leave needs twelve numbers of 0 or more, one a month, not all 0"),
        ),
        (
            terms["temporary_most"] > 0 and not terms["temporary_cost"] > 0,
            N_("temporary staff is allowed, but not what an hour of it costs"),
        ),
    ]
    for is_wrong, why in wrong:
        if is_wrong:
            raise PlanError(N_("{project}: {why}. Correct it in the hiring terms."), project=project or "-", why=why)


@dataclass(frozen=True)
class Year:
    """The frame of a plan: weeks and months, projects with their terms, and how much of a paid hour is left for work.

    part : (months, weeks), see `months_of`.  available : (projects, weeks), share of ordinary paid hours on contacts.
    rostered : (projects,), the same of overtime and temporary hours, which know no leave and no training.
    wage : (projects,), money per paid hour.
    """

    projects: tuple
    weeks: pd.DatetimeIndex
    months: pd.DataFrame
    part: np.ndarray
    terms: dict
    available: np.ndarray
    rostered: np.ndarray
    wage: np.ndarray
    full_time: float

    def of(self, name):
        """Return one term of every project, (projects,)."""
        return np.array([self.terms[project][name] for project in self.projects], dtype=float)


def year_of(weeks, terms, *, full_time_hours_week=40.0):
    """Return the `Year` of some weeks (Mondays) and of project -> its terms."""
    weeks = mondays_of(weeks)
    terms = {project: check_terms(own, project=project) for project, own in sorted(terms.items())}
    months, part = months_of(weeks)
    available = np.array([_available(own, weeks, project) for project, own in terms.items()])
    rostered = np.array([(1 - own["shrinkage"]) / (1 - own["placed"]) for own in terms.values()])
    wage = np.array([own["hourly_cost"] for own in terms.values()], dtype=float)
    return Year(tuple(terms), weeks, months, part, terms, available, rostered, wage, float(full_time_hours_week))


def _available(terms, weeks, project):
    """Return the share of paid hours on contacts per week; a week is of the month that its Thursday lies in."""
    season = np.asarray(terms["leave_season"], dtype=float)
    leave = terms["leave"] * season / season.mean()
    left = 1 - (terms["shrinkage"] - terms["leave"]) - leave
    if not (left > 0).all():
        raise PlanError(
            N_("{project}: in month {month} more people are on leave than there are. Spread the leave more evenly."),
            project=project,
            month=int(np.argmin(left)) + 1,
        )
    return left[(weeks + pd.Timedelta(days=3)).month.to_numpy() - 1]
