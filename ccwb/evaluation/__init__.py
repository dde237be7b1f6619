"""Stage 6: plan against action: what was promised, what came, what it teaches; tables in, tables out.

The stage's document is one plain dict:

    judgements    action log entry (its number as text) -> verdict (adopt, adapt, reject), reason, by
    lessons       a list of id, text, owner, due, status (open, done), origin
    parameters    queue ("project/channel") -> handled, and what was measured (see `with_ranges`)
    causes        why the whole cycle came out otherwise than planned: a list of dicts (see `as_kept`)

    planned_values       requirement -> kpi_values, measured by the formulas of the actuals
    expected_history     requirement -> what it expects, in the shape of a history
    compare              plan, actual, previous and target of every measure beside each other
    grain_note           how plan and actuals meet when their intervals differ
    local_days           rows -> their dates by the clock of each project
    forecast_accuracy    forecast + actuals -> how right it was, per queue and for all
    forecast_as_planned  snapshots -> the forecast that a cycle was planned with
    error_parts          where the error of a forecast lies: level of the days, events, shape within the day
    held_days, one_sided_days   which days count on both sides, which on one only
    causes               plan + actuals + a model -> why the period came out otherwise, cause by cause
    averaged_over_orders sets of causes and their values -> the part of each (Shapley)
    predicted            what the model says of the contacts and agents that were there, beside what was measured
    calibrated           that table -> how far the model was off by occupancy, hour or queue, with its interval
    learned              estimates -> the parameters to plan the next cycle with, and whether they moved
    with_ranges          those and the estimates -> what the next cycle is handed, each with its range
    measured_parameters  actuals -> the handling times to plan the next cycle with
    day_around, before_after   what the figures say of one deviation: the day's curve, and before and after it
    rest_of_day_came     what came of the rest of its day: service and people, to be held against what was expected
    more_than_chance     measures by any group beside plan and previous, and whether a change is more than chance
    judge, add_lesson, change_lesson, check_evaluation, blockers   the document
"""

from ccwb.evaluation.accuracy import forecast_accuracy, forecast_as_planned, held_days, one_sided_days
from ccwb.evaluation.calibration import BANDS, calibrated, learned, measured_parameters, predicted, with_ranges
from ccwb.evaluation.causes import (
    AS_MEASURED,
    AS_PLANNED,
    EXPLAINED,
    UNTOLD_ACTUAL,
    UNTOLD_PLAN,
    Causes,
    as_kept,
    averaged_over_orders,
    causes,
)
from ccwb.evaluation.certainty import difference_interval, more_than_chance, rate_interval
from ccwb.evaluation.compared import PLANNED, compare, expected_history, grain_note, local_days, planned_values
from ccwb.evaluation.error_parts import error_parts, poisson_deviation
from ccwb.evaluation.evidence import DAY_S, HOURS_S, WEEK_S, before_after, day_around, rest_of_day_came
from ccwb.evaluation.factors import CAUSES
from ccwb.evaluation.stage import (
    STATUSES,
    VERDICTS,
    add_lesson,
    blank_evaluation,
    blockers,
    change_lesson,
    check_evaluation,
    judge,
)

__all__ = [
    "AS_MEASURED",
    "AS_PLANNED",
    "BANDS",
    "CAUSES",
    "DAY_S",
    "EXPLAINED",
    "HOURS_S",
    "PLANNED",
    "STATUSES",
    "UNTOLD_ACTUAL",
    "UNTOLD_PLAN",
    "VERDICTS",
    "WEEK_S",
    "Causes",
    "add_lesson",
    "as_kept",
    "averaged_over_orders",
    "before_after",
    "blank_evaluation",
    "blockers",
    "calibrated",
    "causes",
    "change_lesson",
    "check_evaluation",
    "compare",
    "day_around",
    "difference_interval",
    "error_parts",
    "expected_history",
    "forecast_accuracy",
    "forecast_as_planned",
    "grain_note",
    "held_days",
    "judge",
    "learned",
    "local_days",
    "measured_parameters",
    "more_than_chance",
    "one_sided_days",
    "planned_values",
    "poisson_deviation",
    "predicted",
    "rate_interval",
    "rest_of_day_came",
    "with_ranges",
]
