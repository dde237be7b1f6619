"""What came of it: surveys, costs, the action log, measures and actual figures."""

from ccwb.messages import N_
from ccwb.tables.columns import PROJECT, WHO, Column, Table, count, share, text, time_

COST_KINDS = ("labour", "technology", "infrastructure", "operations")
LONGEST_COST_DAYS = 3_660  # one amount is for ten years at most

RESULTS = {
    "surveys": Table(
        N_("Survey results as counts, so that any grouping adds up."),
        (
            Column("day", "day", N_("day"), N_("Day of the survey, or first day of its period."), True),
            text("project", N_("The project; empty means the whole centre.")),
            text("channel", N_("The channel; empty means all.")),
            text("survey", N_("csat, nps, ces, fcr, employee or quality."), True),
            count("answers", N_("Answers received."), True, N_("answers")),
            count(
                "favourable",
                N_("Top two of five (csat, employee), promoters (nps), resolved (fcr), passed (quality)."),
                False,
                N_("answers"),
            ),
            count("unfavourable", N_("Detractors (nps)."), False, N_("answers")),
            Column("score_sum", "number", N_("points"), N_("Sum of the scores given (ces).")),
            text("scale", N_("The scale of the survey, such as 1-7 easy.")),
        ),
        ("day", "project", "channel", "survey"),
    ),
    "costs": Table(
        N_("What the centre costs, by kind and period, in its currency."),
        (
            Column("first_day", "day", N_("day"), N_("First day the amount is for."), True),
            Column("last_day", "day", N_("day"), N_("Last day the amount is for, included."), True),
            text("project", N_("The project; empty means shared, by the contacts that each project handled.")),
            text("kind", N_("labour, technology, infrastructure or operations."), True),
            Column("amount", "number", N_("money"), N_("The amount for the whole period."), True),
        ),
        ("first_day", "last_day", "project", "kind"),
    ),
    "budget": Table(
        N_(
            "What a cycle's plan costs and earns, by month, as it was fixed: the evaluation holds the books against it."
        ),
        (
            PROJECT,
            Column("first_day", "day", N_("day"), N_("First day of the month, as far as it is planned."), True),
            Column("last_day", "day", N_("day"), N_("Last day of the month, as far as it is planned, included."), True),
            text("kind", N_("A key of ccwb.capacity.COSTS or EARNED, or contacts: what costs are divided by."), True),
            Column("amount", "number", N_("money"), N_("Costs, or what is earned, in the centre's currency."), True),
            count("hours", N_("Paid hours."), False, N_("hours")),
            count("fte", N_("Paid hours over full-time hours."), False, N_("people")),
            count("contacts", N_("Contacts expected to be handled; in the row of kind contacts.")),
        ),
        ("project", "first_day", "kind"),
    ),
    "action_log": Table(
        N_("What was done instead of the plan: entries are only ever added."),
        (
            Column("entry", "whole", "", N_("Number of the entry, from 1."), True, 1),
            time_("at", N_("When it was done.")),
            WHO,
            text("project", N_("The project concerned; empty means the centre.")),
            text("plan_item", N_("The plan item it departs from."), True),
            text("done", N_("What was done instead."), True),
            text("why", N_("The reason."), True),
            text("effect", N_("The effect expected."), True),
            text("scenario", N_("The prepared scenario that was used, if any.")),
            text("urgency", N_("How soon it had to be done: now, today or week; empty where it was not said.")),
            Column("corrects", "whole", "", N_("The entry this one corrects, if any."), False, 1),
            count("people_more", N_("People more, as assumed, until the end of the day."), unit=N_("people")),
            share("contacts_fewer", N_("Share of the contacts fewer, as assumed, until then.")),
            text("service_of", N_("What the next two are of: the day, or its rest; voice and chat of the project.")),
            share("service_without", N_("Service level expected if nothing was done.")),
            share("service_with", N_("Service level expected with what was done.")),
            count("short_without", N_("Most agents short at once, expected if nothing was done."), unit=N_("people")),
            count("short_with", N_("Most agents short at once, expected with what was done."), unit=N_("people")),
        ),
        ("entry",),
    ),
    "kpi_values": Table(
        N_("Measures as numerator and denominator, so that any period or group adds up right."),
        (
            text("kpi", N_("The measure, a key of KPIS."), True),
            text("project", N_("The project; empty means the centre.")),
            text("channel", N_("The channel; empty means all.")),
            Column("first_day", "day", N_("day"), N_("First day of the period."), True),
            Column("last_day", "day", N_("day"), N_("Last day of the period, included."), True),
            text("basis", N_("plan, actual, previous or target."), True),
            Column("numerator", "number", "", N_("Upper part of the rate; the sum where the measure is a sum.")),
            Column("denominator", "number", "", N_("Lower part of the rate; 1 where the measure is a sum.")),
            Column("value", "number", "", N_("numerator / denominator; missing where nothing was measured.")),
        ),
        ("kpi", "project", "channel", "first_day", "basis"),
    ),
}
