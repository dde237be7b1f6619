"""KPIS: every measure the workbook knows, one entry each, from the most tactical kind to the most strategic.

To add a measure, add its entry: pages, tooltips, uploads and docs/measures.md are built from it.
"""

from ccwb.measures.entry import KPI
from ccwb.measures.parts import (
    agent_results,
    cost_per_contact,
    either,
    entered_only,
    forecast_error,
    interval_data,
    schedule_fit,
    survey,
    turnover,
    weighted,
)
from ccwb.measures.scales import is_ease, is_effort
from ccwb.messages import N_

_DATA, _SURVEY, _ENTERED = N_("interval data"), N_("survey counts"), N_("entered or imported")
_IFC = N_("figures of the International Finance Corporation (IFC) for call centres")
_SQM = N_("SQM Group's comparison of call centres: 70 % to 79 % is good")
_STAFFED = ("wape", "schedule_fit", "adherence", "shrinkage")  # what every answer in time rests on


def _hours(h):
    """Hours of an interval; unknown for whole days, whose opening hours the table does not tell."""
    return (h["interval_s"] / 3600).where(h["interval_s"] < 86_400)


def _busy(h):
    """Agent-seconds spent handling; several conversations at once share the agent."""
    return weighted(h["aht_s"], h["handled"]) / h["at_once"]


def _entered(label, formula, definition, **more):
    """Return a measure that is known only from what a team enters or imports."""
    return KPI(label, formula, definition, entered_only, source=_ENTERED, **more)


KPIS = {
    "offered": KPI(
        N_("Contacts offered"), N_("sum of offered contacts"),
        N_("Contacts that arrived wanting an agent, blocked ones apart."),
        interval_data(lambda h: h["offered"], lambda h: 1.0),
        unit="contacts", better="context", kind=1, source=_DATA, total=True,
    ),
    "arrival_rate": KPI(
        N_("Contact arrival rate"),
        N_("offered / open hours, in whole half hours; a gap of under an hour between intervals counts as open"),
        N_("Contacts offered per open hour; to be held against the forecast. A file may leave out empty intervals."),
        interval_data(lambda h: h["offered"], _hours),
        unit="contacts/h", better="context", kind=1, source=_DATA, once=True,
        rests_on=("offered",),
    ),
    "handled": KPI(
        N_("Contacts handled"), N_("sum of handled contacts"),
        N_("Contacts that an agent handled."),
        interval_data(lambda h: h["handled"], lambda h: 1.0),
        unit="contacts", better="context", kind=1, source=_DATA, total=True,
        rests_on=("offered",),
    ),
    "aht": KPI(
        N_("Average handling time (AHT)"), N_("(talk + hold + after-contact work) / handled"),
        N_("Agent time per handled contact. Shorter is not better by itself: look at resolution beside it."),
        interval_data(lambda h: weighted(h["aht_s"], h["handled"]), lambda h: h["handled"]),
        unit="s", better="context", kind=1, source=_DATA,
    ),
    "wape": KPI(
        N_("Forecast error (WAPE)"), N_("sum of |forecast - offered| / sum of offered, by queue and day"),
        N_("Absolute errors of the daily forecast per queue, as a share of the contacts offered; may exceed 1."),
        forecast_error(lambda plan, actual: (plan - actual).abs()),
        unit="share", better="low", kind=1, source=N_("forecast and interval data"), target=0.08, beyond=True,
        rests_on=("bias",),
    ),
    "bias": KPI(
        N_("Forecast bias"), N_("sum of (forecast - offered) / sum of offered"),
        N_("Above 0: forecast too high; below 0: too low; as a share of the contacts offered."),
        forecast_error(lambda plan, actual: plan - actual),
        unit="share", better="level", kind=1, source=N_("forecast and interval data"), target=0.0, span=(-1, 1),
        beyond=True,
    ),
    "schedule_fit": KPI(
        N_("Schedule fit"), N_("sum of min(scheduled, required) / sum of required, agent-hours by interval"),
        N_(
            "Share of the needed agent-hours that the schedule meets at the time they are needed; as it came: that the "
            "agents recorded at work met."
        ),
        schedule_fit,
        unit="share", better="high", kind=2, source=N_("schedule and requirement"), target=0.95,
        rests_on=("wape", "bias", "shrinkage", "adherence"),
    ),
    "adherence": _entered(
        N_("Adherence"), N_("time in the scheduled state / scheduled time"),
        N_("Share of the scheduled time in which agents did what the schedule says."),
        unit="share", better="high", kind=2, target=0.92,
    ),
    "occupancy": KPI(
        N_("Occupancy"),
        N_("handling time / time available for contacts (chat: divided by conversations held at once)"),
        N_("Share of agents' available time spent handling. High for long wears people out; low costs money."),
        interval_data(_busy, lambda h: h["agents"] * h["interval_s"]),
        unit="share", better="level", kind=2, source=_DATA, target=0.85, near=0.05,
        rests_on=("wape", "schedule_fit"),
    ),
    "shrinkage": _entered(
        N_("Shrinkage"), N_("paid time not available for contacts / paid time"),
        N_("Share of paid time for leave, illness, training, meetings and breaks."),
        unit="share", better="low", kind=2, target=0.30,
    ),
    "service_level": KPI(
        N_("Service level"), N_("answered within the threshold / offered"),
        N_("Share of offered contacts answered within the time promised, on channels where the customer waits."),
        interval_data(lambda h: h["answered_within"], lambda h: h["offered"], where="live"),
        unit="share", better="high", kind=3, source=N_("interval data, model"), target=0.80,
        rests_on=(*_STAFFED, "aht", "occupancy"), aim_source=_IFC, by_kind={"sales": 0.85},
    ),
    "on_time": KPI(
        N_("Deferred work answered on time"), N_("answered within the threshold / offered"),
        N_("Share of email, social media and callbacks answered within the hours promised."),
        interval_data(lambda h: h["answered_within"], lambda h: h["offered"], where="deferred"),
        unit="share", better="high", kind=3, source=N_("interval data, model"), target=0.90,
        rests_on=("wape", "schedule_fit", "aht"),
    ),
    "answer_rate": KPI(
        N_("Answer rate"), N_("handled / offered, counted as the contract says"),
        N_("Share of offered contacts that an agent handled; a contract may leave out short abandons."),
        interval_data(lambda h: h["handled"], lambda h: h["offered"] - h["short_out"] + h["blocked_in"]),
        unit="share", better="high", kind=3, source=N_("interval data, model"), target=0.90,
        rests_on=(*_STAFFED, "aht", "blocked"), by_kind={"sales": 0.95},
    ),
    "abandonment": KPI(
        N_("Abandonment rate"), N_("abandoned / offered, counted as the contract says"),
        N_("Share of offered contacts that gave up waiting; a contract may leave out those that gave up at once."),
        interval_data(lambda h: h["abandoned"] - h["short_out"], lambda h: h["offered"] - h["short_out"], where="live"),
        unit="share", better="low", kind=3, source=N_("interval data, model"), target=0.05,
        rests_on=(*_STAFFED, "asa"), aim_source=_IFC, by_kind={"sales": 0.03},
    ),
    "blocked": KPI(
        N_("Blocked contacts"), N_("blocked / (offered + blocked)"),
        N_("Share of attempts that found no free line."),
        interval_data(lambda h: h["blocked"], lambda h: h["offered"] + h["blocked"]),
        unit="share", better="low", kind=3, source=N_("interval data, model with lines"), target=0.01,
        rests_on=("wape", "aht"),
    ),
    "asa": KPI(
        N_("Average speed of answer (ASA)"), N_("waits of answered / answered"),
        N_("Mean wait of answered contacts on channels where the customer waits."),
        interval_data(lambda h: weighted(h["asa_s"], h["handled"]), lambda h: h["handled"], where="live"),
        unit="s", better="low", kind=3, source=N_("interval data, model"), target=28,
        rests_on=(*_STAFFED, "aht"), aim_source=_IFC, by_kind={"sales": 20, "support": 60},
    ),
    "frt": KPI(
        N_("First response time (FRT)"), N_("times to the first answer / contacts answered"),
        N_("Mean time to the first answer in chat and on channels where the work waits."),
        interval_data(lambda h: weighted(h["asa_s"], h["handled"]), lambda h: h["handled"], where="first_response"),
        unit="s", better="low", kind=3, source=N_("interval data, model"),
        rests_on=("wape", "schedule_fit", "on_time"),
    ),
    "fcr": KPI(
        N_("First-contact resolution (FCR)"), N_("resolved at first contact / contacts rated"),
        N_("Share of rated contacts resolved at once: none on the same matter within 7 days (or the team's window)."),
        either(survey("fcr", lambda s: s["favourable"]), agent_results("resolved", "rated")),
        unit="share", better="high", kind=4, source=N_("entered, imported or call records"), target=0.75,
        rests_on=("quality", "transfer_rate"), aim_source=_SQM, by_kind={"support": 0.70},
    ),
    "transfer_rate": KPI(
        N_("Transfer rate"), N_("transferred / handled"),
        N_("Share of handled contacts passed on to another agent or queue."),
        interval_data(lambda h: h["transferred"], lambda h: h["handled"]),
        unit="share", better="low", kind=4, source=N_("interval data or entered"), target=0.10,
        rests_on=("quality",), by_kind={"support": 0.15},
    ),
    "repeat_rate": _entered(
        N_("Repeat contact rate"), N_("contacts by the same customer on the same matter / handled"),
        N_("Share of handled contacts that follow one on the same matter within 7 days (or the team's window)."),
        unit="share", better="low", kind=4, target=0.15,
        rests_on=("fcr",), by_kind={"support": 0.20},
    ),
    "quality": KPI(
        N_("Quality score"), N_("checks passed / checks made"),
        N_("Share of checked contacts that passed the quality check."),
        either(survey("quality", lambda s: s["favourable"]), agent_results("quality_passed", "quality_checks")),
        unit="share", better="high", kind=4, source=N_("quality checks, as survey counts"), target=0.85,
        rests_on=("occupancy", "aht"),
    ),
    "turnover": KPI(
        N_("Agent turnover"), N_("leavers / mean headcount, to a year"),
        N_("Leavers as a share of the people employed, at the pace of a year; may exceed 1."),
        turnover,
        unit="share", better="low", kind=5, source=N_("agent register"), target=0.30, span=(0, 2), beyond=True,
        rests_on=("employee_satisfaction", "occupancy"), by_kind={"sales": 0.35, "support": 0.20},
    ),
    "employee_satisfaction": KPI(
        N_("Employee satisfaction"), N_("top two of five / answers"),
        N_("Share of employees' answers in the two best of five."),
        survey("employee", lambda s: s["favourable"]),
        unit="share", better="high", kind=5, source=_SURVEY, target=0.75,
        rests_on=("occupancy", "schedule_fit", "fcr"),
    ),
    "csat": KPI(
        N_("Customer satisfaction (CSAT)"), N_("top two of five / answers"),
        N_("Share of customers' answers in the two best of five."),
        survey("csat", lambda s: s["favourable"]),
        unit="share", better="high", kind=6, source=_SURVEY, target=0.80,
        rests_on=("service_level", "asa", "on_time", "fcr", "quality", "employee_satisfaction"),
    ),
    "nps": KPI(
        N_("Net promoter score (NPS)"), N_("100 x (promoters - detractors) / answers"),
        N_("Percentage of promoters (9 or 10 of 10) less that of detractors (0 to 6), of all answers."),
        survey("nps", lambda s: 100 * (s["favourable"] - s["unfavourable"])),
        unit="points", better="high", kind=6, source=_SURVEY, target=30,
        rests_on=("csat", "fcr", "ces"), by_kind={"sales": 40},
    ),
    "ces": KPI(
        N_("Customer effort score (CES), ease"), N_("sum of scores / answers"),
        N_("Mean agreement with 'it was easy', 1 to 7. Never mixed with the effort scale."),
        survey("ces", lambda s: s["score_sum"], scale=is_ease),
        unit="score", better="high", kind=6, source=_SURVEY, target=5.5, span=(1, 7),
        rests_on=("fcr", "transfer_rate", "repeat_rate", "asa"),
    ),
    "ces_effort": KPI(
        N_("Customer effort score (CES), effort"), N_("sum of scores / answers"),
        N_("Mean effort, 1 to 5: for surveys whose scale says 1-5. Never mixed with the ease scale."),
        survey("ces", lambda s: s["score_sum"], scale=is_effort),
        unit="score", better="low", kind=6, source=_SURVEY, target=2.0, span=(1, 5),
        rests_on=("fcr", "transfer_rate", "repeat_rate", "asa"),
    ),
    "churn": _entered(
        N_("Customer churn"), N_("customers lost / customers at start"),
        N_("Share of the customers at the start of the period who are customers no more at its end."),
        unit="share", better="low", kind=6, target=0.05,
        rests_on=("csat", "fcr", "ces"),
    ),
    "retention": _entered(
        N_("Customer retention"), N_("customers kept / customers at start"),
        N_("Share of the customers at the start of the period who still are at its end."),
        unit="share", better="high", kind=6, target=0.90,
        rests_on=("csat", "fcr", "ces"), by_kind={"sales": 0.85},
    ),
    "loyalty_years": _entered(
        N_("Duration of loyalty"), N_("years as a customer / customers"),
        N_("Mean time that customers have stayed."),
        unit="years", better="high", kind=6,
        rests_on=("retention", "nps"),
    ),
    "loyalty_breadth": _entered(
        N_("Breadth of loyalty"), N_("products or services in use / customers"),
        N_("Mean number of products or services a customer uses."),
        unit="products", better="high", kind=6,
        rests_on=("csat", "nps"),
    ),
    "cost_per_contact": KPI(
        N_("Cost per contact"), N_("(labour + technology + infrastructure + operations) / handled"),
        N_("All costs per handled contact; shared costs by the key chosen in the setup, else by contacts handled."),
        cost_per_contact,
        unit="money", better="low", kind=7, source=N_("cost and interval data"),
        rests_on=("aht", "occupancy", "shrinkage", "schedule_fit", "repeat_rate", "turnover"),
    ),
    "revenue_per_contact": _entered(
        N_("Revenue per contact"), N_("revenue from contacts / handled"),
        N_("Revenue earned per handled contact."),
        unit="money", better="high", kind=7,
        rests_on=("conversion", "cross_selling", "answer_rate"),
    ),
    "conversion": _entered(
        N_("Conversion"), N_("contacts that led to a sale / contacts with a chance of one"),
        N_("Share of the contacts with a chance of a sale that led to one."),
        unit="share", better="high", kind=7, target=0.12,
        rests_on=("quality", "abandonment", "csat"), by_kind={"sales": 0.20},
    ),
    "cross_selling": _entered(
        N_("Cross-selling"), N_("contacts with a further product sold / handled"),
        N_("Share of handled contacts in which a further product was sold."),
        unit="share", better="high", kind=7, target=0.05,
        rests_on=("csat", "quality"), by_kind={"sales": 0.10},
    ),
    "feedback_share": _entered(
        N_("Contacts turned into feedback"), N_("contacts passed on to marketing or product / handled"),
        N_("Share of handled contacts from which something was passed on to marketing or product."),
        unit="share", better="high", kind=7,
        rests_on=("quality",), by_kind={"support": 0.05},
    ),
    "self_service_share": _entered(
        N_("Self-service share"), N_("matters solved by self-service / all matters"),
        N_("Share of all matters that customers solved without an agent."),
        unit="share", better="high", kind=7, target=0.40,
        rests_on=("csat", "contacts_avoided"), by_kind={"support": 0.50},
    ),
    "community_use": _entered(
        N_("Community use"), N_("matters solved in the community / all matters"),
        N_("Share of all matters solved by other customers in the community."),
        unit="share", better="high", kind=7,
        rests_on=("nps",), by_kind={"support": 0.10},
    ),
    "contacts_avoided": _entered(
        N_("Contacts avoided"), N_("contacts no longer needed / contacts expected without the change"),
        N_("Share of the expected contacts that a cause removed at its root made needless."),
        unit="share", better="high", kind=7,
        rests_on=("fcr", "feedback_share"), by_kind={"support": 0.05},
    ),
}  # fmt: skip
