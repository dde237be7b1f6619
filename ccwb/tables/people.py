"""Who works when: kinds of shift, agents and schedules."""

from ccwb.messages import N_
from ccwb.tables.columns import CHANNEL, LENGTH, PROJECT, START, Column, Table, count, seconds, text, time_

MOST_HOURLY_COST = 100_000_000  # in any currency: above it, a paid hour is a slip of the keyboard

PEOPLE = {
    "shifts": Table(
        N_("The kinds of shift that a schedule may use."),
        (
            text("shift", N_("What the team calls it."), True),
            text("project", N_("The project that uses it; empty means all.")),
            seconds("first_start_s", N_("Earliest start, seconds after local midnight."), True),
            seconds("last_start_s", N_("Latest start, seconds after local midnight."), True),
            seconds("step_s", N_("Step between possible starts."), True),
            seconds("length_s", N_("From start to end, breaks included."), True),
            seconds("break_s", N_("Length of the unpaid break; 0 for none."), True),
            seconds("break_after_s", N_("Earliest start of the break after the shift's start.")),
            seconds("break_before_s", N_("Latest start of the break after the shift's start.")),
            text(
                "breaks",
                N_(
                    "Short paid breaks, each as minutes and its window after the shift's start: "
                    "'15 0:45-3:15; 15 5:00-7:45'. Empty for none."
                ),
            ),
            seconds("apart_s", N_("Least time at work between any two breaks, and at both ends of the shift.")),
            Column("split", "flag", "", N_("Whether people go home in the unpaid break: a split shift.")),
            Column(
                "up_to_hours",
                "number",
                N_("hours"),
                N_("Most contract hours a week of those who may work it; missing: everybody may."),
                False,
                0,
            ),
        ),
        ("shift", "project"),
    ),
    "agents": Table(
        N_("The people: where they belong, what they are trained for, when they came and left."),
        (
            text("agent", N_("A short key that stays the same."), True),
            text("name", N_("The name the team uses.")),
            text("team", N_("The team or supervisor's group.")),
            PROJECT,
            text(
                "trained_for",
                N_(
                    "Projects and channels the agent may work, as 'project/channel; project/channel:0.8'; the number "
                    "is how much they do in an hour beside a fully trained agent, 1 where none stands. "
                    "Empty means all channels of the home project."
                ),
            ),
            Column("hours_week", "number", N_("hours"), N_("Contract hours a week."), True, 0),
            Column("hired", "day", N_("day"), N_("First day at work.")),
            Column("left", "day", N_("day"), N_("Last day at work; missing while employed.")),
            Column(
                "hourly_cost",
                "number",
                N_("money per hour"),
                N_("Loaded cost of one paid hour, in the centre's currency."),
                False,
                0,
                MOST_HOURLY_COST,
            ),
        ),
        ("agent",),
    ),
    "schedule": Table(
        N_("Who works when: one row per shift, day and break; `people` counts those who work it alike."),
        (
            PROJECT,
            text("shift", N_("The kind of shift."), True),
            time_("shift_start", N_("Start of the shift.")),
            time_("shift_end", N_("End of the shift.")),
            time_("break_start", N_("Start of the break; missing where there is none."), False),
            time_("break_end", N_("End of the break; missing where there is none."), False),
            count("people", N_("How many people work this row."), True, N_("people")),
            text("agent", N_("The named agent; empty for anonymous headcount.")),
        ),
        ("project", "shift_start", "shift_end", "break_start", "agent"),
    ),
    "coverage": Table(
        N_("Need against schedule, per interval and project."),
        (
            START,
            LENGTH,
            PROJECT,
            Column("required", "number", N_("agents"), N_("Agents needed on the schedule."), True, 0),
            Column("scheduled", "number", N_("agents"), N_("Agents on the schedule and not on a break."), True, 0),
            Column("gap", "number", N_("agents"), N_("scheduled - required: below 0 is short."), True),
            text("reason", N_("Why it is short: closed, no shift, people or balance; empty where it is not.")),
        ),
        ("interval_start", "project"),
    ),
    "agent_results": Table(
        N_("What each agent handled, per day and queue: for coaching, never a public ranking."),
        (
            text("agent", N_("The agent."), True),
            Column("day", "day", N_("day"), N_("The day."), True),
            PROJECT,
            CHANNEL,
            count("handled", N_("Contacts handled."), True),
            seconds("aht_s", N_("Handling time per handled contact.")),
            count("resolved", N_("Handled contacts noted as resolved.")),
            count("rated", N_("Handled contacts for which resolution was noted."), False),
            count("survey_answers", N_("Satisfaction answers received."), False, N_("answers")),
            count("survey_top_two", N_("Of these, answers in the top two of five."), False, N_("answers")),
            count("quality_checks", N_("Contacts whose quality was checked."), False),
            count("quality_passed", N_("Of these, contacts that passed.")),
        ),
        ("agent", "day", "project", "channel"),
    ),
}
