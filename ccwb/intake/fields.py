"""The words that exports use above their columns: one table, `FIELDS`, extended by adding words in any language."""

from dataclasses import dataclass

from ccwb.messages import N_

HISTORY, RECORDS, AGENTS, SURVEYS, EVENTS, RESULTS = "history", "records", "agents", "surveys", "events", "results"
MEASURED, COSTS = "measured", "costs"
_TIMED = (HISTORY, RECORDS)


@dataclass(frozen=True)
class Field:
    """Something a column may hold. form : how its cells are read.  contents : the kinds of file it occurs in.

    words : headings it goes by, in any order of their words, any case, with or without plural s, unit and filler words
    (average, number of, calls ...).  `derived` fields are recognised in order to be left out: they follow from others.
    """

    name: str
    form: str
    contents: tuple
    meaning: str
    words: str

    @property
    def used(self):
        return self.form != "derived"


FIELDS = (
    Field(
        "moment",
        "moment",
        _TIMED,
        N_("Date and time"),
        "date time|datetime|interval start|start time|start|timestamp|interval|period|half hour|call start|call time|"
        "created|created at|arrival time|begin|zeitpunkt|fecha hora",
    ),
    Field(
        "date",
        "date",
        (*_TIMED, SURVEYS, RESULTS),
        N_("Date"),
        "date|day|call date|interval date|start date|datum|tag|fecha|dia|día|jour|data|tanggal|تاریخ",
    ),
    Field(
        "clock", "clock", _TIMED, N_("Time of day"), "time|hour|time of day|interval|uhrzeit|hora|heure|jam|ora|ساعت"
    ),
    Field(
        "trained_for",
        "text",
        (AGENTS,),
        N_("Trained for"),
        "trained for|trained|skill|skills|can work|training|queue skills|project skills|trainings",
    ),
    Field(
        "project",
        "text",
        (*_TIMED, AGENTS, SURVEYS, EVENTS, RESULTS, COSTS, MEASURED),
        N_("Project (queue)"),
        "project|queue|queue name|skill|skill name|skill group|split|client|customer|campaign|service|line of business|"
        "lob|vdn|department|home project|projekt|warteschlange|cola|proyecto|proyek",
    ),
    Field(
        "channel",
        "text",
        (*_TIMED, SURVEYS, EVENTS, RESULTS, MEASURED),
        N_("Channel"),
        "channel|media|media type|medium|contact type|channel type|kanal|canal|saluran",
    ),
    Field("interval_s", "duration", (HISTORY,), N_("Length of the interval"), "interval s|interval length"),
    Field(
        "offered",
        "count",
        (HISTORY,),
        N_("Contacts offered"),
        "offered|call|contact|incoming|inbound|received|arrival|arrived|presented|entered|volume|call volume|demand|"
        "nco|ncoffered|interaction|chat|email|ticket|request|case|anrufe|angeboten|llamadas|entrantes|appels|panggilan",
    ),
    Field(
        "handled",
        "count",
        (HISTORY, RESULTS),
        N_("Contacts handled"),
        "handled|answered|accepted|taken|connected|served|processed|completed|nch|angenommen|beantwortet|atendidas|"
        "contestadas|dijawab|call|contact|interaction",
    ),
    Field(
        "abandoned",
        "count",
        (HISTORY,),
        N_("Contacts abandoned"),
        "abandoned|abandon|lost|aband|abn|unanswered|not answered|missed|dropped|hung up|aufgelegt|verloren|"
        "abandonadas|perdidas",
    ),
    Field("short_abandoned", "count", (HISTORY,), N_("Short abandons"), "short abandoned|short abandon|quick abandon"),
    Field("flowed_out", "count", (HISTORY,), N_("Flowed out"), "flowed out|flow out|outflow|overflow out|overflowed"),
    Field("blocked", "count", (HISTORY,), N_("Blocked attempts"), "blocked|busy|busied out|rejected"),
    Field("transferred", "count", (HISTORY,), N_("Contacts transferred"), "transferred|transfer|transfer out"),
    Field(
        "answered_within",
        "count",
        (HISTORY,),
        N_("Answered within the threshold"),
        "answered within|within|in sl|within sl|answered in service level|answered within service level|acceptable|"
        "within threshold|answered within threshold|in service level|answered in",
    ),
    Field(
        "answer_within_s",
        "duration",
        (HISTORY,),
        N_("Threshold of the service level"),
        "answer within s|answer within|threshold|service level threshold",
    ),
    Field(
        "service_level",
        "share",
        (HISTORY,),
        N_("Service level (share of offered)"),
        "service level|service level rate|sl|sl rate|sla|sla rate|service factor|tsf|answered within rate|within rate|"
        "answered in rate|in sl rate|servicelevel|nivel de servicio",
    ),
    Field(
        "aht_s",
        "duration",
        (*_TIMED, RESULTS),
        N_("Handling time per contact"),
        "aht|aht s|handle time|handling time|handle duration|handling|handle|call duration|duration|tmo|"
        "bearbeitungszeit|gesprächsdauer|avg handle",
    ),
    Field(
        "talk_s",
        "duration",
        (*_TIMED, RESULTS),
        N_("Talk time per contact"),
        "talk time|talk|talk duration|talktime|att|conversation time|conversation|call length|talking time|sprechzeit",
    ),
    Field(
        "hold_s", "duration", (*_TIMED, RESULTS), N_("Hold time per contact"), "hold time|hold|hold duration|holdtime"
    ),
    Field(
        "wrap_s",
        "duration",
        (*_TIMED, RESULTS),
        N_("After-contact work per contact"),
        "acw|after work|after call work|after contact work|wrap|wrap up|wrap time|wrap up time|wrapup|acw time|"
        "not ready after|nachbearbeitung",
    ),
    Field(
        "asa_s",
        "duration",
        (HISTORY,),
        N_("Mean wait of answered contacts"),
        "asa|asa s|speed of answer|speed to answer|answer speed|answer time|time to answer|wait answered|"
        "wait of answered|frt|first response time|first response",
    ),
    Field(
        "wait_s",
        "duration",
        (RECORDS,),
        N_("Wait of the contact"),
        "speed of answer|speed to answer|answer speed|asa|wait|wait time|waiting time|queue time|time in queue|"
        "ring time|answer time|time to answer|wartezeit|first response time",
    ),
    Field(
        "closed_unanswered",
        "count",
        (HISTORY,),
        N_("Closed without an answer"),
        "closed unanswered|closed without answer",
    ),
    Field("backlog_end", "count", (HISTORY,), N_("Backlog at the end"), "backlog end|backlog|open end|waiting end"),
    Field(
        "agents",
        "count",
        (HISTORY,),
        N_("Agents working"),
        "agent|agents staffed|staffed|agents working|agents available|staff|headcount|positions staffed",
    ),
    Field(
        "answer_rate",
        "derived",
        (HISTORY,),
        N_("answer rate, which follows from handled and offered"),
        "answer rate|answered rate|handled rate|acceptance rate|answering rate",
    ),
    Field(
        "abandonment",
        "derived",
        (HISTORY,),
        N_("abandonment rate, which follows from abandoned and offered"),
        "abandonment rate|abandon rate|abandoned rate|aband rate|lost rate|abandonment",
    ),
    Field(
        "mean_wait_s",
        "derived",
        (HISTORY,),
        N_("a wait that does not say whose: it need not be the mean wait of answered contacts"),
        "wait time|waiting time|queue time|wait|time in queue|max wait|longest wait|maximum wait|wartezeit",
    ),
    Field(
        "occupancy",
        "derived",
        (HISTORY,),
        N_("occupancy, which follows from other columns"),
        "occupancy|occupancy rate|utilisation|utilization",
    ),
    Field(
        "calendar",
        "derived",
        (*_TIMED, SURVEYS),
        N_("a part of the calendar, which follows from the date"),
        "weekday|day of week|week|month|year|quarter|day name|month name|week number|dow|wochentag|monat|jahr",
    ),
    Field(
        "interval_end",
        "derived",
        _TIMED,
        N_("the end of the interval or contact; its start is enough"),
        "end time|interval end|end|call end|end date|finish|closed at|ended",
    ),
    Field(
        "topic",
        "derived",
        (RECORDS,),
        N_("topic: the workbook plans by queue, not by topic"),
        "topic|reason|subject|category|call reason",
    ),
    Field(
        "contact_id",
        "text",
        (RECORDS,),
        N_("The contact's own number"),
        "call id|id|contact id|ticket id|interaction id|case id|conversation id|call number|ticket number|ucid|"
        "session id|case number|contact number|ticket",
    ),
    Field(
        "agent",
        "text",
        (RECORDS, AGENTS, RESULTS),
        N_("Agent"),
        "agent|agent id|agent name|operator|employee|employee id|representative|rep|advisor|user|login|"
        "personnel number|staff id|key|mitarbeiter|agente|agen|handled by|answered by",
    ),
    Field(
        "answered",
        "flag",
        (RECORDS,),
        N_("Was it answered"),
        "answered|answered y n|handled|connected|status|outcome|result|disposition|call status|accepted|angenommen",
    ),
    Field(
        "resolved",
        "flag",
        (RECORDS,),
        N_("Was it resolved"),
        "resolved|solved|fcr|first contact resolution|first call resolution|resolution|resolved y n|gelöst",
    ),
    Field(
        "rating",
        "count",
        (RECORDS,),
        N_("Satisfaction, 1 to 5"),
        "satisfaction rating|satisfaction|csat|rating|score|satisfaction score|csat score|customer satisfaction|"
        "stars|zufriedenheit",
    ),
    Field(
        "resolved_contacts",
        "count",
        (RESULTS,),
        N_("Contacts resolved"),
        "resolved|solved|fcr|first contact resolution|first call resolution|resolved at once|gelöst",
    ),
    Field(
        "rated",
        "count",
        (RESULTS,),
        N_("Contacts whose resolution was noted"),
        "rated|resolution noted|resolution rated|outcome noted",
    ),
    Field(
        "survey_answers",
        "count",
        (RESULTS,),
        N_("Satisfaction answers"),
        "survey answers|survey answer|survey|answer|response|csat answers|csat responses|satisfaction answers|ratings",
    ),
    Field(
        "survey_top_two",
        "count",
        (RESULTS,),
        N_("Of these in the top two of five"),
        "survey top two|top two|top 2|top box|satisfied|satisfied answers|csat top two|positive|favourable",
    ),
    Field(
        "quality_checks",
        "count",
        (RESULTS,),
        N_("Quality checks"),
        "quality checks|qa checks|checks|evaluations|quality evaluations|monitored|contacts checked|audits",
    ),
    Field(
        "quality_passed",
        "count",
        (RESULTS,),
        N_("Quality checks passed"),
        "quality passed|passed|checks passed|qa passed|quality checks passed|evaluations passed",
    ),
    Field("name", "text", (AGENTS,), N_("Name"), "name|full name|agent name|employee name|first name|nombre|nama"),
    Field("team", "text", (AGENTS,), N_("Team"), "team|team name|group|supervisor|team leader|manager|unit"),
    Field(
        "hours_week",
        "count",
        (AGENTS,),
        N_("Contract hours a week"),
        "hour week|hours per week|weekly hours|contract hours|hour|contracted hours|working hours|weekly working hours|"
        "wochenstunden|stunden",
    ),
    Field(
        "hired",
        "date",
        (AGENTS,),
        N_("First day at work"),
        "hired|hire date|start date|joined|start|entry date|entry|date of joining|first day|since|employed since|"
        "eintritt",
    ),
    Field(
        "left",
        "date",
        (AGENTS,),
        N_("Last day at work"),
        "left|leave date|end date|termination|termination date|leaving date|exit date|last day|until|austritt",
    ),
    Field(
        "hourly_cost",
        "count",
        (AGENTS,),
        N_("Cost of one paid hour"),
        "hourly cost|cost|wage|hourly rate|hourly wage|cost per hour|rate|loaded cost|stundensatz",
    ),
    Field("survey", "text", (SURVEYS,), N_("Kind of survey"), "survey|survey kind|kind|type|survey type|survey name"),
    Field("answers", "count", (SURVEYS,), N_("Answers received"), "answer|response|respondents|n|count|replies|rated"),
    Field(
        "favourable",
        "count",
        (SURVEYS,),
        N_("Favourable answers"),
        "favourable|favorable|promoters|top two|top 2|top box|satisfied|positive|resolved|passed",
    ),
    Field(
        "unfavourable",
        "count",
        (SURVEYS,),
        N_("Unfavourable answers"),
        "unfavourable|unfavorable|detractors|negative|dissatisfied",
    ),
    Field("score_sum", "count", (SURVEYS,), N_("Sum of the scores"), "score sum|sum of scores|score total"),
    Field("scale", "text", (SURVEYS,), N_("Scale of the survey"), "scale|survey scale"),
    Field(
        "first_day",
        "date",
        (EVENTS, COSTS, MEASURED),
        N_("First day"),
        "first day|from|start|start date|date|day|begin|begins|starts|datum|von",
    ),
    Field(
        "last_day",
        "date",
        (EVENTS, COSTS, MEASURED),
        N_("Last day"),
        "last day|to|until|end|end date|ends|till|bis",
    ),
    Field("kind", "text", (EVENTS,), N_("Kind of event"), "kind|type|event type|kind of event|category|art"),
    Field(
        "event_name",
        "text",
        (EVENTS,),
        N_("Name of the event"),
        "name|event|title|event name|description|holiday|campaign|campaign name|what",
    ),
    Field(
        "effect", "effect", (EVENTS,), N_("Expected change of volume"), "effect|change|impact|uplift|expected change"
    ),
    Field(
        "cost_kind",
        "text",
        (COSTS,),
        N_("Kind of cost"),
        "kind|type|cost type|kind of cost|cost kind|category|cost category|account|kostenart|art",
    ),
    Field(
        "amount",
        "count",
        (COSTS,),
        N_("Amount for the whole period"),
        "amount|cost|costs|sum|value|money|net|net amount|betrag|kosten|importe|montant|biaya",
    ),
    Field(
        "measure",
        "text",
        (MEASURED,),
        N_("Measure"),
        "measure|kpi|metric|indicator|kennzahl|indikator|ukuran|شاخص|معیار",
    ),
    Field(
        "numerator", "count", (MEASURED,), N_("Upper part of the rate"), "numerator|upper part|zähler|pembilang|صورت"
    ),
    Field(
        "denominator",
        "count",
        (MEASURED,),
        N_("Lower part of the rate"),
        "denominator|lower part|base|nenner|penyebut|مخرج",
    ),
    Field("value", "effect", (MEASURED,), N_("Value of the measure"), "value|result|actual|wert|ergebnis|nilai|مقدار"),
)
BY_NAME = {field.name: field for field in FIELDS}
