"""What the practice review asks and advises: twenty practices with what 1, 3 and 5 look like, the five-part checklist,
and eight uses of data.

One row here is one addition: a practice, checklist row or use that is added is asked or told, translated and shown.
"""

from dataclasses import dataclass

from ccwb.messages import N_


@dataclass(frozen=True)
class Practice:
    """One practice of a centre.

    label : its name.  low, middle, high : what it looks like at 1, 3 and 5.  factor : business process (process),
    technology and infrastructure (technology) or workforce.  serves : the measures (KPIS) that it moves most.
    """

    label: str
    low: str
    middle: str
    high: str
    factor: str
    serves: tuple


@dataclass(frozen=True)
class Check:
    """One row of the evaluation checklist.

    part : a key of PARTS.  text : what is asked at the end of the cycle.  serves : the measures to look at first.
    """

    part: str
    text: str
    serves: tuple = ()


@dataclass(frozen=True)
class Use:
    """One use of data, as guidance beside the pages that do it.

    label : its name.  text : what to do, and what to leave.  page, step : the page that does it, and its step or "".
    beside : the pages, or "page/step", that show it.
    """

    label: str
    text: str
    page: str
    step: str
    beside: tuple


LEVELS = {
    1: N_("left to chance"),
    2: N_("begun"),
    3: N_("done as a rule"),
    4: N_("done and measured"),
    5: N_("improves by itself"),
}

PRACTICES = {
    "scheduling": Practice(
        N_("Workforce management (WFM)"),
        N_("Shifts are the same every week, whatever comes, and gaps are found on the day."),
        N_("Shifts follow a forecast by interval, and the schedule is looked at when the day differs."),
        N_("Forecast, need and schedule are held against what came every cycle, and what is learned changes the plan."),
        "process",
        ("wape", "schedule_fit", "service_level", "occupancy"),
    ),
    "quality_checks": Practice(
        N_("Quality checks"),
        N_("A contact is listened to when there is a complaint."),
        N_("Everybody has a few contacts checked each month against a written form and hears the result."),
        N_("Checkers agree with each other and with customers, and what they find changes training and forms."),
        "process",
        ("quality", "fcr", "csat"),
    ),
    "customer_feedback": Practice(
        N_("Customer feedback"),
        N_("We hear of customers' views when they complain."),
        N_("Customers are asked after contacts, and the results are looked at together every month."),
        N_("Each pattern found has an owner and an end, and customers are told what changed because of them."),
        "process",
        ("csat", "nps", "ces", "feedback_share"),
    ),
    "data_analysis": Practice(
        N_("Data analysis"),
        N_("Figures are gathered for the report, and nobody asks for the reasons behind them."),
        N_("The main reasons for contacts, waits and costs are known, and figures are read before decisions."),
        N_("Questions come before figures, findings are tried on a small scale, and causes are removed at the root."),
        "process",
        ("wape", "contacts_avoided", "cost_per_contact", "repeat_rate"),
    ),
    "security": Practice(
        N_("Security and compliance"),
        N_("Everybody can see everything, and rules are looked up after something has happened."),
        N_("Who may see what is written down, people are trained in it, and callers are identified the same way."),
        N_("Access is reviewed on fixed days, mishaps are told without fear, and audits find what we already knew."),
        "process",
        ("quality", "retention", "churn"),
    ),
    "sop_sla": Practice(
        N_("SOP and SLA"),
        N_("Everybody does it in their own way, and promises to clients are known to a few."),
        N_("The usual requests have a written procedure, and each project's promises are seen beside its results."),
        N_("What gets in the way is shortened, and agreements are renewed with the figures on the table."),
        "process",
        ("service_level", "answer_rate", "on_time", "repeat_rate"),
    ),
    "callback": Practice(
        N_("Callback"),
        N_("Whoever cannot wait has to try again."),
        N_("In busy times a callback is offered, and it comes within the time that was said."),
        N_("Customers choose their time, callbacks are planned as work of their own, and kept promises are counted."),
        "process",
        ("abandonment", "asa", "on_time", "ces"),
    ),
    "ai_assistance": Practice(
        N_("AI assistance"),
        N_("No assistant helps in conversations, or people try out whatever they find, each on their own."),
        N_("Suggested answers, summaries or searching are in use on some queues; an agent checks what they say."),
        N_("It is used where it was measured to help, its mistakes are counted, and whoever is doubtful can say stop."),
        "technology",
        ("aht", "fcr", "quality"),
    ),
    "customer_profiles": Practice(
        N_("Customer profiles"),
        N_("Agents ask the customer for what the organisation has known for years."),
        N_("Earlier contacts and orders can be seen in one place before the greeting is over."),
        N_("The profile says what matters for this contact, is kept correct by those who use it, and holds no more."),
        "technology",
        ("csat", "fcr", "cross_selling", "retention"),
    ),
    "tools": Practice(
        N_("Intuitive tools"),
        N_("One request takes several systems, each with its own password, and paper beside them."),
        N_("Most requests are done in one or two systems that a newcomer learns within days."),
        N_("Those who work with the tools help to choose and shape them, and detours are counted and removed."),
        "technology",
        ("aht", "employee_satisfaction", "fcr"),
    ),
    "routing": Practice(
        N_("Routing"),
        N_("Whoever is free gets whatever comes, and many contacts are passed on."),
        N_("Contacts reach people trained for them, with a second group for busy times."),
        N_("Rules are tried in numbers before they change, and transfers and waits are followed up for each of them."),
        "technology",
        ("transfer_rate", "fcr", "asa", "service_level"),
    ),
    "knowledge_base": Practice(
        N_("Agent knowledge base"),
        N_("Knowledge lives in heads, private notes and old messages."),
        N_("One searchable place holds the usual answers, and somebody keeps it up to date."),
        N_("Agents correct it while they work, searches without a hit are followed up, customers read parts of it."),
        "technology",
        ("fcr", "aht", "transfer_rate", "quality"),
    ),
    "self_service": Practice(
        N_("Customer self-service"),
        N_("For nearly everything, the customer has to reach an agent."),
        N_("The simple and frequent matters can be done without an agent, and a person is always within reach."),
        N_("It is measured what is solved there and where people give up, and the next matter is chosen from that."),
        "technology",
        ("self_service_share", "contacts_avoided", "cost_per_contact", "community_use"),
    ),
    "omnichannel": Practice(
        N_("Omnichannel"),
        N_("Each channel stands alone, and the customer begins anew with each."),
        N_("Agents see what was said on the other channels, and answers are the same everywhere."),
        N_("A conversation moves from channel to channel without a repeated question, and staffing follows it."),
        "technology",
        ("ces", "csat", "repeat_rate", "frt"),
    ),
    "training": Practice(
        N_("Continuous training"),
        N_("There is training at the start, and afterwards people learn by asking their neighbours."),
        N_("Training is planned into the schedule all year, also for what is new in products and systems."),
        N_("What each person trains next comes from their results, and whether it helped is looked at afterwards."),
        "workforce",
        ("fcr", "quality", "aht", "csat"),
    ),
    "burnout": Practice(
        N_("Care against burnout"),
        N_("Strain is noticed when somebody falls ill or leaves."),
        N_("Occupancy has a cap, breaks are kept on busy days as well, and supervisors ask how people are."),
        N_("Early signs are watched with the team, work is varied, and who needs relief gets it without asking twice."),
        "workforce",
        ("turnover", "employee_satisfaction", "shrinkage", "occupancy"),
    ),
    "conduct": Practice(
        N_("Conduct guidelines"),
        N_("How to treat customers and each other is taken for granted; each supervisor corrects it as they see fit."),
        N_("A short guideline with examples is known to all and used in coaching, for hard contacts too."),
        N_("The team itself renews it, cases that it did not cover are discussed, and leaders are held to it first."),
        "workforce",
        ("quality", "csat", "employee_satisfaction"),
    ),
    "incentives": Practice(
        N_("Incentives"),
        N_("Rewards depend on who is seen, or on one figure that can be reached at the customer's cost."),
        N_("What is rewarded is written, measurable and balanced between quality, customers and work done."),
        N_("People find it fair, nobody is measured by what they cannot influence, and side effects are watched."),
        "workforce",
        ("employee_satisfaction", "turnover", "quality", "conversion"),
    ),
    "schedule_visibility": Practice(
        N_("Schedule visibility for agents"),
        N_("The plan hangs on a wall or comes by message, and changes are learned from a colleague."),
        N_("Everybody sees their shifts weeks ahead on any device, and changes are announced."),
        N_("People swap, ask for leave and say their wishes there, and know within a day what became of it."),
        "workforce",
        ("adherence", "employee_satisfaction", "shrinkage"),
    ),
    "collaboration": Practice(
        N_("Team collaboration"),
        N_("Questions go to whoever sits nearest, and shifts hardly know each other."),
        N_("There is a place to ask, short meetings with a purpose, and a way to reach other departments."),
        N_("What one team finds out is used by the others in the same week, and departments settle causes together."),
        "workforce",
        ("fcr", "transfer_rate", "employee_satisfaction"),
    ),
}

PARTS = {
    "agents": N_("Agent performance"),
    "technology": N_("Tools and technology"),
    "quality": N_("Quality control"),
    "feedback": N_("Customer feedback"),
    "efficiency": N_("Operational efficiency"),
}

CHECKLIST = {
    "agents_time": Check(
        "agents",
        N_("Handling times fit the work: where they differ from the plan, we know why, and nobody is rushed."),
        ("aht", "occupancy"),
    ),
    "agents_ratings": Check("agents", N_("Customers' ratings of contacts are where we want them."), ("csat", "ces")),
    "agents_resolved": Check(
        "agents", N_("Contacts are resolved the first time, on each queue."), ("fcr", "repeat_rate", "transfer_rate")
    ),
    "agents_training": Check(
        "agents", N_("We know who needs which training or coaching next, and time for it is planned."), ("quality",)
    ),
    "technology_fit": Check(
        "technology", N_("The tools fit the work: agents need no detours and no paper beside them."), ("aht",)
    ),
    "technology_current": Check(
        "technology", N_("Systems and lines are up to date and stood up to the busiest hours."), ("blocked",)
    ),
    "technology_used": Check(
        "technology", N_("What was bought is used, and what was missing is named."), ("self_service_share",)
    ),
    "quality_recurring": Check(
        "quality", N_("Problems that came back are known with their number, and each has an owner."), ("repeat_rate",)
    ),
    "quality_checked": Check(
        "quality", N_("Enough contacts of every queue were checked, and checkers judge alike."), ("quality",)
    ),
    "quality_learned": Check(
        "quality", N_("What the checks found changed training, procedures or the knowledge base."), ("quality", "fcr")
    ),
    "feedback_heard": Check(
        "feedback", N_("Enough customers answered to be sure of what they say."), ("csat", "nps", "ces")
    ),
    "feedback_led": Check(
        "feedback", N_("What customers told us led to something that can be named."), ("feedback_share",)
    ),
    "feedback_told": Check(
        "feedback", N_("Customers and agents were told what changed because of what they said."), ("nps", "retention")
    ),
    "efficiency_volume": Check(
        "efficiency",
        N_("The volume came as planned, or we know what moved it."),
        ("offered", "wape", "contacts_avoided"),
    ),
    "efficiency_response": Check(
        "efficiency",
        N_("Customers were answered as quickly as promised, on every channel."),
        ("service_level", "asa", "frt", "on_time"),
    ),
    "efficiency_cost": Check(
        "efficiency", N_("A contact cost what it was planned to cost, and we know what it is made of."),
        ("cost_per_contact", "occupancy"),
    ),
}  # fmt: skip

USES = {
    "hire": Use(
        N_("Hire and train by what marks good agents"),
        N_(
            "Look for what those have in common whose contacts are resolved and whose customers are content, on the "
            "same queue and over months; look for it when hiring, and teach it. One figure marks nobody as good, a "
            "short handling time least of all, and nothing counts that has no bearing on the work."
        ),
        "evaluation", "", ("evaluation", "mission/practices"),
    ),
    "roles": Use(
        N_("Give roles by strengths"),
        N_(
            "Results differ by queue and channel: who writes well need not like the telephone. Ask first, try for some "
            "weeks, then note in the list of agents what each is trained for; the schedule works with that list. "
            "A role is an offer, not a prize or a punishment."
        ),
        "setup", "people", ("setup/people",),
    ),
    "communication": Use(
        N_("Talk openly about the figures"),
        N_(
            "Say what was changed and why on the day it happens, and let those it concerns see the same figures as "
            "those who decide. The log is for learning: it names reasons, and nobody to blame. What came of a report "
            "is told to whoever made it."
        ),
        "action", "", ("action",),
    ),
    "incentives": Use(
        N_("Reward what can be measured and influenced"),
        N_(
            "Before a target is tied to a reward, ask who can move it, over how many contacts it is more than chance, "
            "and how it could be reached at the customer's cost. Reward several measures that hold each other, such as "
            "resolution, quality and work done; waits depend on planning, not on the agent."
        ),
        "mission", "measures", ("mission/measures",),
    ),
    "balance": Use(
        N_("Balance the schedules"),
        N_(
            "Look at who has the late shifts, the busiest hours and the weekends over some weeks, not in one. Keep "
            "breaks and a cap on occupancy on busy days as well, count wishes that were met, and let people see their "
            "plan weeks ahead: what it costs in fit is often less than what turnover costs."
        ),
        "schedule", "", ("schedule",),
    ),
    "watch": Use(
        N_("Watch the measures that belong together"),
        N_(
            "Read a measure with those it rests on: a service level that fell is explained by forecast and schedule "
            "before anybody is asked to hurry. Agree beforehand how far a value may move by chance, look at the same "
            "few every time, and drop those from which no decision ever followed."
        ),
        "evaluation", "", ("evaluation",),
    ),
    "technology": Use(
        N_("Choose technology by what it must change"),
        N_(
            "Write down which measure a tool is to move, by how much and at what cost, before looking at tools. Try it "
            "on one queue beside another without it, ask those who work with it, and judge it at the end of the cycle "
            "by that measure: a gap that is named well makes the best shopping list."
        ),
        "mission", "gaps", ("mission/practices",),
    ),
    "privacy": Use(
        N_("Keep law and privacy"),
        N_(
            "Bring in only what planning needs: no customers' names or numbers, and agents by a key where that will "
            "do. Results per person are for a talk between the person and the supervisor; where staff have a say by "
            "law, ask before they are gathered. Agree how long they are kept, and on what grounds."
        ),
        "setup", "history", ("setup/history", "evaluation"),
    ),
}  # fmt: skip
