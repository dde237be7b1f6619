"""The planning cycle: the order of the stages, what blocks each, its approval, and what the next cycle takes along.

The only room that knows the order and joins the stages. All of it is plain data, derived when it is asked for: nothing
is hooked into saving.

A stage is *blocked* when something it stands on is not there, or changed after the stage was computed. For that, a
page that computes notes in its document what it was made from: `{"made_from": made_from(store, cycle_id, "staffing")}`.
A page that also notes `result_of(store, cycle_id, "staffing")` right after writing its tables, and as `plan_settings`
the settings they were made with, is told when its `settings` are no longer those of the result on record.
Tables that a stage only drafts (`Stage.drafts`) and the document's `draft` hand nothing on and cost no approval.

It is *approved* when somebody approved it, neither what it made nor what it took from earlier stages was changed since,
and the approvals of those stages hold. What changes at the centre itself afterwards (history arrives every day) does
not undo an approval, nor do settings that are not made the plan; both are noted.
"""

from ccwb.cycle.carry import CARRIED, carry_over, leave_out, next_cycle, not_evaluated, overlapping
from ccwb.cycle.stages import STAGES, Need, Stage, stage_of
from ccwb.cycle.states import (
    APPROVED,
    BLOCKED,
    EMPTY,
    IN_WORK,
    Blocker,
    NotReady,
    StageState,
    alike,
    approve,
    made_from,
    remove_person,
    result_of,
    state,
    unapprove,
)
from ccwb.cycle.trace import STEPS, came_along, trace

__all__ = [
    "APPROVED",
    "BLOCKED",
    "CARRIED",
    "EMPTY",
    "IN_WORK",
    "STAGES",
    "STEPS",
    "Blocker",
    "Need",
    "NotReady",
    "Stage",
    "StageState",
    "alike",
    "approve",
    "came_along",
    "carry_over",
    "leave_out",
    "made_from",
    "next_cycle",
    "not_evaluated",
    "overlapping",
    "remove_person",
    "result_of",
    "stage_of",
    "state",
    "trace",
    "unapprove",
]
