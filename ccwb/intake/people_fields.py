"""The fields of files about people's time: availability, absences, wishes, states, rosters."""

from ccwb.intake.field import ABSENCES, AVAILABILITY, ROSTER, STATES, WISHES, Field
from ccwb.messages import N_

_SPANS = (ABSENCES, STATES, ROSTER)

PEOPLE_FIELDS = (
    Field(
        "begins",
        "moment",
        _SPANS,
        N_("Begins"),
        "start|from|begin|begins|start time|starts|login|login time|since|state start|first day",
    ),
    Field(
        "ends",
        "moment",
        _SPANS,
        N_("End"),
        "end|to|until|till|end time|ends|finish|logout|logout time|state end|last day|end date|date to",
    ),
    Field(
        "from_clock",
        "clock",
        (AVAILABILITY,),
        N_("From (time of day)"),
        "from|start|begin|begins|start time|available from|earliest|hours|available|times",
    ),
    Field(
        "to_clock",
        "clock",
        (AVAILABILITY,),
        N_("To (time of day)"),
        "to|until|till|end|ends|end time|available to|available until|latest",
    ),
    Field(
        "weekday",
        "text",
        (AVAILABILITY, WISHES),
        N_("Weekday"),
        "weekday|day of week|dow|day name|weekdays",
    ),
    Field("wants", "text", (WISHES,), N_("Wish"), "wants|wish|preference|request|prefers|wishes for|wish for"),
    Field("weight", "count", (WISHES,), N_("Weight of the wish"), "weight|priority|importance|strength"),
    Field(
        "state",
        "text",
        (STATES,),
        N_("State"),
        "state|status|aux|aux code|agent state|agent status|reason|reason code|activity|state name|presence",
    ),
    Field("activity", "text", (ROSTER,), N_("Activity"), "activity|what|type|code|activity code"),
    Field("shift", "text", (ROSTER,), N_("Kind of shift"), "shift|shift name|shift type|kind of shift|shift kind"),
    Field(
        "absence_kind",
        "text",
        (ABSENCES,),
        N_("Kind of absence"),
        "kind|type|reason|absence|absence type|kind of absence|absence reason|leave type|category",
    ),
    Field("note", "text", (ABSENCES,), N_("Remark"), "note|notes|remark|remarks|comment|comments"),
)
