"""What stage 1 asks and offers: statements, questionnaire, factors, severities, standing preparation rows.

One row here is one addition: a question that is added is asked, scored, translated and shown. A team adds and changes
its own questions in the workbook instead (`ccwb.mission.set_question`, or the questionnaire's last fold). A standing
question that is to mean something else gets another key: cycles are compared by it.
"""

from dataclasses import dataclass

from ccwb.messages import N_


@dataclass(frozen=True)
class Statement:
    """One statement to gather. level : organisation or centre.  hint : what a good one says."""

    label: str
    level: str
    hint: str


@dataclass(frozen=True)
class Question:
    """One statement of the questionnaire, answered by how true it is.

    area : a key of AREAS.  text : what is rated.  factor : the factor that a gap found here most likely belongs to.
    probe : a key of PROBES where the question looks for a gap of that kind, else "".
    """

    area: str
    text: str
    factor: str
    probe: str = ""


LEVELS = {"organisation": N_("Organisation"), "centre": N_("Contact centre")}

STATEMENTS = {
    "organisation_mission": Statement(
        N_("Mission of the organisation"), "organisation", N_("What the organisation is for, and for whom.")
    ),
    "organisation_vision": Statement(
        N_("Vision of the organisation"), "organisation", N_("Where the organisation wants to be in some years.")
    ),
    "organisation_values": Statement(
        N_("Values of the organisation"), "organisation", N_("What it holds to, also when that is inconvenient.")
    ),
    "organisation_strategy": Statement(
        N_("Strategy of the organisation"), "organisation", N_("The few choices by which it means to get there.")
    ),
    "centre_mission": Statement(
        N_("Mission of the centre"), "centre", N_("Why the centre exists, whom it serves, what they should experience.")
    ),
    "centre_vision": Statement(
        N_("Vision of the centre"), "centre", N_("What the centre will be known for when the work has been done well.")
    ),
    "centre_values": Statement(
        N_("Values of the centre"), "centre", N_("How people here treat customers and each other.")
    ),
    "centre_strategy": Statement(
        N_("Strategy of the centre"), "centre", N_("What the centre does first, and what it leaves to others.")
    ),
}

MISSIONS = ("organisation_mission", "centre_mission")

# What a mission names: each asked where one is drafted, and looked for in one that is there.
MISSION_PARTS = {
    "purpose": N_("What are we here to do?"),
    "customers": N_("For whom?"),
    "experience": N_("What should they experience?"),
}
MISSION_HINTS = {
    "purpose": N_("For example: solve what people cannot solve alone"),
    "customers": N_("For example: everybody who has bought a device from us"),
    "experience": N_("For example: are helped on the first call by somebody who cares"),
}

FACTORS = {
    "process": N_("Business process"),
    "technology": N_("Technology and infrastructure"),
    "workforce": N_("Workforce"),
}

SEVERITIES = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}

AREAS = {
    "direction": N_("Mission and strategy"),
    "understanding": N_("Understanding"),
    "alignment": N_("Alignment of daily work"),
    "capability": N_("People and technology"),
}

# Where gaps hide in a contact centre: each is asked about, and answered for in the gap register.
PROBES = {
    "functions": N_("Workforce management, testing and training: are they supported?"),
    "teams": N_("Supervisors: the right number of agents each, time to coach, strong teams?"),
    "staffing": N_("Forecast and staffing: does the workload decide, and are the people there?"),
    "measures": N_("Measures and coaching: do they support the mission, and do agents strive for it?"),
    "quality": N_("Quality and training: strong enough, and would customers and agents agree?"),
}

SCALE = {
    1: N_("Not true at all"),
    2: N_("Hardly true"),
    3: N_("Partly true"),
    4: N_("Mostly true"),
    5: N_("Fully true"),
}

QUESTIONS = {
    "mission_true": Question(
        "direction",
        N_(
            "The centre's mission says why we exist, whom we serve and what they should experience, and it holds today."
        ),
        "process",
    ),
    "mission_reviewed": Question(
        "direction", N_("The organisation's mission has been looked at within the last year and still fits."), "process"
    ),
    "strategy_published": Question(
        "direction", N_("There is a written strategy, and any of us could find it in a minute."), "process"
    ),
    "strategy_serves": Question(
        "direction", N_("The strategy leads to the mission: the two never pull us in different directions."), "process"
    ),
    "values_hard_day": Question(
        "direction", N_("What we do on a hard day follows the values that we have written down."), "workforce"
    ),
    "own_words": Question(
        "understanding",
        N_("Most colleagues could tell the mission in their own words, not only recite it."),
        "workforce",
    ),
    "own_part": Question(
        "understanding",
        N_("Every role knows what it adds to the mission, in front of the customer and behind."),
        "workforce",
    ),
    "newcomers": Question(
        "understanding",
        N_("New colleagues learn the mission and their part in it within their first weeks."),
        "workforce",
    ),
    "kept_alive": Question(
        "understanding",
        N_("Leaders keep the mission alive: it comes up in meetings, in coaching, in decisions."),
        "workforce",
    ),
    "proud": Question("understanding", N_("People here are proud of what the centre is for."), "workforce"),
    "decisions": Question(
        "alignment", N_("When two goals compete, the mission decides which of them goes first."), "process"
    ),
    "rules_centre": Question(
        "alignment", N_("Our processes and policies help agents to give the experience that we promise."), "process"
    ),
    "rules_elsewhere": Question(
        "alignment", N_("Other departments' processes and policies let us keep our promise to customers."), "process"
    ),
    "measures": Question(
        "alignment",
        N_("What we measure and reward supports the mission; no target works against it."),
        "process",
        "measures",
    ),
    "coached": Question(
        "alignment", N_("Agents are coached regularly, to quality goals that they know."), "workforce", "measures"
    ),
    "strive": Question(
        "alignment",
        N_("Agents care alike for quality, revenue and a sensible handling time."),
        "workforce",
        "measures",
    ),
    "quality_strong": Question(
        "alignment",
        N_("Our quality programme is strong enough to find what goes wrong and to mend it."),
        "process",
        "quality",
    ),
    "quality_fair": Question(
        "alignment",
        N_("Customers and agents would agree that our quality checks look at the right things."),
        "process",
        "quality",
    ),
    "forecast_drives": Question(
        "capability", N_("The workload forecast decides how many people we plan."), "process", "staffing"
    ),
    "people_there": Question(
        "capability", N_("The people whom the plan asks for are there, on hard days too."), "workforce", "staffing"
    ),
    "span": Question(
        "capability",
        N_("Supervisors have few enough agents to find time for coaching and for building a team."),
        "workforce",
        "teams",
    ),
    "teams_strong": Question(
        "capability", N_("Our teams are strong: people help each other without being asked."), "workforce", "teams"
    ),
    "functions": Question(
        "capability",
        N_("Workforce management, testing and training have the people and the time they need."),
        "workforce",
        "functions",
    ),
    "training": Question(
        "capability",
        N_("Training is strong enough for agents to help with nearly every contact that reaches them."),
        "workforce",
        "quality",
    ),
    "training_seen": Question(
        "capability", N_("Asked today, customers and agents would call our training good."), "workforce", "quality"
    ),
    "tools": Question(
        "capability",
        N_("Our systems let agents find, do and note what a customer needs without detours."),
        "technology",
    ),
    "people_stay": Question(
        "capability", N_("We find and keep enough skilled people to do what the mission asks."), "workforce"
    ),
}

PREPARATION = (
    ("gather", N_("Gather the statements: mission, vision, values and strategy of organisation and centre")),
    ("current", N_("Find out whether they are current, and whether people understand them")),
    ("define", N_("Review the centre's mission, or write one where there is none")),
    ("assess", N_("Assess where we fall short of it, and note every gap with its evidence")),
    ("commit", N_("Go through the gaps with leadership and note what it commits to")),
    ("inspire", N_("See to it that people understand the mission and are moved by it, not only recite it")),
)
