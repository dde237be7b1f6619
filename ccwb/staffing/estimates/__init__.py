"""The staffing parameters as one's own history tells them, each with its uncertainty and where it came from.

    patience             a queue's history per interval -> how long its customers are willing to wait
    patience_of_calls    single contacts with their waits -> the same, allowing for those who were answered before
    survival             single contacts -> the share still willing to wait after each time, for the picture
    handling_time        a queue's history -> handling time, and whether it has moved lately
    handling_by_hour     a queue's history -> handling time by weekday and hour; `standing_out` says where it differs
    absence              schedule and history -> share of the rostered time in which nobody works on contacts
    share_of_paid_time   days, hours and minutes a year, week and day -> a kind's share of paid time

What cannot be told from what is there is a PlanError that says why; no number is made out of nothing.
docs/models_estimates.md says what each assumes and when it misleads.
"""

from ccwb.staffing.estimates.absence import absence, share_of_paid_time
from ccwb.staffing.estimates.calls import patience_of_calls, survival
from ccwb.staffing.estimates.estimate import Estimate, Said
from ccwb.staffing.estimates.handling import handling_by_hour, handling_time, standing_out
from ccwb.staffing.estimates.patience import patience

__all__ = [
    "Estimate",
    "Said",
    "absence",
    "handling_by_hour",
    "handling_time",
    "patience",
    "patience_of_calls",
    "share_of_paid_time",
    "standing_out",
    "survival",
]
