"""Named people's time: who may work when, who does, and what the telephone system says they did."""

from ccwb.messages import N_
from ccwb.tables.columns import Column, Table, count, seconds, text, time_

_AGENT = text("agent", N_("The agent, by their key."), True)
_WEEKDAY_MEANING = N_("The day of the week: mon, tue, wed, thu, fri, sat or sun.")
_ROSTER = (
    _AGENT,
    time_("start", N_("When the stretch begins.")),
    time_("end", N_("When it ends.")),
    text("activity", N_("What the agent does: a key of ccwb.people.ACTIVITIES, such as work or lunch."), True),
    text("project", N_("The project worked for; empty where the activity is for none.")),
    text("channels", N_("The channels worked, as 'chat; email'; empty is all of the project that the agent may work.")),
    text("shift", N_("The kind of shift that the stretch is part of; empty for none.")),
    Column("locked", "flag", "", N_("Whether it stays as it is when the roster is solved again.")),
    text("title", N_("What a meeting or training is called; empty for what has no name.")),
)

ROSTERS = {
    "roster": Table(
        N_("Which agent does what when: one row per stretch of time; the stretches of an agent never overlap."),
        _ROSTER,
        ("agent", "start"),
    ),
    "roster_snapshots": Table(
        N_("Every roster as it was when it was published; rows are only ever added."),
        (*_ROSTER, time_("published", N_("The moment it was published."))),
        ("agent", "start", "published"),
    ),
    "availability": Table(
        N_("When agents can work: one row per part of a weekday. An agent without a row can at any time."),
        (
            _AGENT,
            text("weekday", _WEEKDAY_MEANING, True),
            seconds("from_s", N_("Start of the part, seconds after local midnight; missing: from midnight on.")),
            seconds("to_s", N_("End of the part, seconds after local midnight; missing: until midnight.")),
        ),
        ("agent", "weekday", "from_s"),
    ),
    "absences": Table(
        N_("When agents are not there for contacts: leave, fixed appointments, training and meetings already fixed."),
        (
            _AGENT,
            time_("start", N_("When it begins.")),
            time_("end", N_("When it ends.")),
            text("kind", N_("leave, illness, appointment, training or meeting."), True),
            text("note", N_("A remark.")),
        ),
        ("agent", "start"),
    ),
    "wishes": Table(
        N_("What agents would like: for a weekday, or for one day."),
        (
            _AGENT,
            text("weekday", N_("The day of the week: mon to sun; empty where a day is named, or for every day.")),
            Column("day", "day", N_("day"), N_("The day; missing where it is for a weekday."), False),
            text("wants", N_("off, work, early or late."), True),
            count("weight", N_("How much it matters, 1 where missing."), False, ""),
        ),
        ("agent", "weekday", "day", "wants"),
    ),
    "states": Table(
        N_("What the telephone system noted that agents did: its log of states."),
        (
            _AGENT,
            time_("start", N_("When the agent went into the state.")),
            time_("end", N_("When they left it; missing where the log does not say."), False),
            text("state", N_("What the system calls the state."), True),
        ),
        ("agent", "start"),
    ),
}
