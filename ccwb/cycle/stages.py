"""The stages in their order: what each asks, makes and is made from. The only place that knows the order."""

from dataclasses import dataclass

from ccwb.errors import PlanError
from ccwb.messages import N_


@dataclass(frozen=True)
class Need:
    """Something a stage is made from: a table or a document, of the cycle or of the centre.

    missing : what is said when it is not there; "" when the stage can do without.  changed : what is said when it
    changed after the stage was computed ({step} is the stage's number).  stage : where to go when it is missing.
    """

    name: str
    stage: str
    missing: str
    changed: str
    of_centre: bool = False
    document: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage: its number, label and question, the documents and tables it makes, and what it is made from.

    drafts : those of its tables that hand nothing on before the result is made from them.
    result : the table without which there is nothing to approve; "" for a stage whose result is its document.
    each : the needed table whose every project needs a result; lacking : what is said when {projects} have none.
    unmade : what is said when there is no result at all.
    differs : what is said when the settings are no longer those that the result was made with.
    published : table of which copies are published, and document that notes the last one's revision as
    published["revision"]; "" for none. It need not be published; republish : what is said when it changed since;
    unpublished : when it is there, was never published, and the stage has nothing else.
    """

    key: str
    step: int
    label: str
    question: str
    documents: tuple
    tables: tuple = ()
    needs: tuple = ()
    drafts: tuple = ()
    result: str = ""
    each: str = ""
    lacking: str = ""
    unmade: str = N_("Nothing is computed and saved in this step yet.")
    differs: str = N_("The settings differ from those the result of step {step} was made with: run step {step} again.")
    published: str = ""
    republish: str = ""
    unpublished: str = ""


CENTRE = Need(
    "centre",
    "setup",
    N_("The centre is not set up yet: begin on the setup page."),
    N_("The centre's setup changed after step {step} was computed: run step {step} again."),
    of_centre=True,
    document=True,
)
HISTORY = Need(
    "history",
    "setup",
    N_("There is no history yet: bring one in on the setup page."),
    N_("The history changed after step {step} was computed: run step {step} again."),
    of_centre=True,
)
EVENTS = Need(
    "events",
    "forecast",
    "",
    N_("The events changed after step {step} was computed: run step {step} again."),
    of_centre=True,
)
AGENTS = Need(
    "agents",
    "setup",
    "",
    N_("The list of agents changed after step {step} was computed: run step {step} again."),
    of_centre=True,
)
SHIFTS = Need(
    "shifts",
    "schedule",
    "",
    N_("The kinds of shift changed after step {step} was computed: run step {step} again."),
)
FORECAST = Need(
    "forecast",
    "forecast",
    N_("No forecast is published yet: make it and publish it in step 2."),
    N_("The forecast changed after step {step} was computed: run step {step} again."),
)
REQUIREMENT = Need(
    "requirement",
    "staffing",
    N_("There is no staffing requirement yet: run step 3."),
    N_("The staffing requirement changed after step {step} was computed: run step {step} again."),
)
SCHEDULE = Need(
    "schedule",
    "schedule",
    N_("There is no schedule yet: run step 4."),
    N_("The schedule changed after step {step} was computed: run step {step} again."),
)
ACTION_LOG = Need(
    "action_log",
    "action",
    "",
    N_("The action log changed after step {step} was computed: run step {step} again."),
)
ACTUALS = Need(
    "actuals",
    "evaluation",
    N_("There are no actual figures of this cycle yet: bring them in."),
    N_("The actual figures changed after step {step} was computed: run step {step} again."),
)

# Of the forecast: how its models did, what was odd in the history, what they say, and what was published when
DRAFTS = ("accuracy", "cleaning", "forecast_draft", "forecast_snapshots")

STAGES = {
    stage.key: stage
    for stage in (
        Stage("mission", 1, N_("Mission"), N_("Why are we here, and what keeps us from it?"), ("mission",)),
        Stage(
            "forecast",
            2,
            N_("Forecast"),
            N_("How much work will come, and how sure are we?"),
            ("forecast",),
            ("forecast", *DRAFTS),
            (CENTRE, HISTORY, EVENTS),
            drafts=DRAFTS,
            result="forecast",
            each="history",
            lacking=N_("No forecast is published yet for: {projects}."),
            unmade=N_("No forecast is published yet: make it, look at it, then publish it for staffing."),
            differs=N_("What is in sight is not what staffing works with: publish it, or take the changes back."),
        ),
        Stage(
            "staffing",
            3,
            N_("Staffing"),
            N_("How many people do we need, and how sure are we?"),
            ("staffing",),
            ("requirement",),
            (CENTRE, FORECAST),
            result="requirement",
            each="forecast",
            lacking=N_("There is no plan yet for: {projects}."),
            differs=N_("The sliders differ from the plan: make this the plan, or take the sliders back to it."),
        ),
        Stage(
            "schedule",
            4,
            N_("Schedule"),
            N_("Who works when, and where are we short?"),
            ("schedule",),
            ("schedule", "shifts"),
            (CENTRE, AGENTS, SHIFTS, REQUIREMENT),
            result="schedule",
            each="requirement",
            lacking=N_("There is no schedule yet for: {projects}."),
            published="roster",
            republish=N_("The roster changed after it was published: publish again or take the change back."),
            unpublished=N_("A roster is made but not published: publish it, or make a schedule of shifts."),
        ),
        Stage(
            "action",
            5,
            N_("Action"),
            N_("What did we do instead of the plan, and why?"),
            ("action",),
            ("action_log",),
            (SCHEDULE,),
        ),
        Stage(
            "evaluation",
            6,
            N_("Evaluation"),
            N_("Did the plan hold, why not, and what do we learn?"),
            ("evaluation",),
            ("kpi_values",),
            (FORECAST, SCHEDULE, ACTUALS, ACTION_LOG),
        ),
    )
}


def stage_of(key):
    """Return a stage by its key; PlanError names those there are.

    >>> stage_of("staffing").step
    3
    """
    if key not in STAGES:
        raise PlanError(N_("There is no stage '{found}'. There are: {known}."), found=key, known=", ".join(STAGES))
    return STAGES[key]
