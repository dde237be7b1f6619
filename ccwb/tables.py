"""Every table that flows from stage to stage: its columns, their types, units and meaning.

`TABLES` is the one place a column is described; uploads, downloads, docs/tables.md and error texts are built from it.
`check(table, name)` is called where a table enters a room.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_

INTERVALS_S = (300, 900, 1800, 3600, 86400)  # 5, 15, 30, 60 minutes and the day
COST_KINDS = ("labour", "technology", "infrastructure", "operations")
LONGEST_COST_DAYS = 3_660  # one amount is for ten years at most
MOST_HOURLY_COST = 100_000_000  # in any currency: above it, a paid hour is a slip of the keyboard


@dataclass(frozen=True)
class Column:
    """One column. kind: time, day, text, whole, number, share or flag; `required`: there and filled in every row."""

    name: str
    kind: str
    unit: str
    meaning: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what it holds, its columns in order, and the columns that together name a row."""

    meaning: str
    columns: tuple
    key: tuple

    def __getitem__(self, name):
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self):
        return [column.name for column in self.columns]


def _time(name, meaning, required=True):
    return Column(name, "time", N_("time"), meaning, required)


def _text(name, meaning, required=False):
    return Column(name, "text", "", meaning, required)


def _count(name, meaning, required=False, unit="contacts"):
    return Column(name, "number", unit, meaning, required, 0)


def _seconds(name, meaning, required=False):
    return Column(name, "number", "s", meaning, required, 0)


def _share(name, meaning, required=False):
    return Column(name, "share", N_("share 0..1"), meaning, required, 0)


_START = _time("interval_start", N_("Start of the interval [start, start + length)."))
_LENGTH = Column("interval_s", "whole", "s", N_("Length of the interval: 300, 900, 1800, 3600 or 86400."), True, 300)
_PROJECT = _text("project", N_("The project (client) the work belongs to."), True)
_CHANNEL = _text("channel", N_("Voice, chat, email, social or callback."), True)
_WHO = _text("who", N_("The person."), True)
_SLOT = (_START, _LENGTH, _PROJECT, _CHANNEL)

_HISTORY = (
    *_SLOT,
    _count("offered", N_("Contacts that arrived wanting an agent, blocked ones apart. Missing means unknown.")),
    _count("handled", N_("Contacts that an agent handled.")),
    _count("abandoned", N_("Contacts that gave up waiting.")),
    _count("short_abandoned", N_("Of the abandoned, those that gave up within the contract's short time.")),
    _count("flowed_out", N_("Contacts that left the queue for another queue or a machine.")),
    _count("blocked", N_("Attempts that found no free line.")),
    _count("transferred", N_("Handled contacts that were passed on to another agent or queue.")),
    _count("answered_within", N_("Contacts answered within `answer_within_s`.")),
    _seconds("answer_within_s", N_("The threshold that `answered_within` was counted with.")),
    _seconds("aht_s", N_("Talk, hold and after-contact work per handled contact.")),
    _seconds("asa_s", N_("Mean wait of answered contacts; for chat and deferred channels the first response time.")),
    _count("closed_unanswered", N_("Deferred work closed without an answer.")),
    _count("backlog_end", N_("Deferred work still waiting at the end of the interval.")),
    Column(
        "agents", "number", N_("agents"), N_("Agents working on these contacts, averaged over the interval."), False, 0
    ),
)

_FORECAST = (
    *_SLOT,
    _count("offered", N_("Expected contacts offered."), True),
    _count("lower_80", N_("Lower end of the 80 % band."), True),
    _count("upper_80", N_("Upper end of the 80 % band."), True),
    _count("lower_95", N_("Lower end of the 95 % band.")),
    _count("upper_95", N_("Upper end of the 95 % band.")),
    _seconds("aht_s", N_("Expected handling time per contact; missing where the history has none.")),
    Column(
        "day_spread",
        "number",
        N_("share"),
        N_("Relative error of the day's total, shared by its intervals (one standard deviation)."),
        True,
        0,
    ),
    Column(
        "dispersion",
        "number",
        N_("ratio"),
        N_("Variance over mean of the interval's own error; 1 is Poisson."),
        True,
        0,
    ),
    _share("day_to_day", N_("Correlation of a day's error with that of the open day before.")),
    _share("slot_to_slot", N_("Correlation of an interval's own error with that of the one before.")),
    _share("together", N_("Correlation of the error of a day with that of the project's other queues.")),
    _text("model", N_("The model that made the row."), True),
)

TABLES = {
    "history": Table(
        N_("What happened, per interval, project and channel."),
        _HISTORY,
        ("interval_start", "project", "channel"),
    ),
    "events": Table(
        N_("What moves the volume beside the calendar: campaigns, price changes, outages, closures."),
        (
            Column("first_day", "day", N_("day"), N_("First day of the event."), True),
            Column("last_day", "day", N_("day"), N_("Last day of the event, included."), True),
            _text("kind", N_("campaign, price change, outage, closure or other."), True),
            _text("name", N_("What the team calls it."), True),
            _text("project", N_("The project concerned; empty means all.")),
            _text("channel", N_("The channel concerned; empty means all.")),
            Column(
                "effect",
                "number",
                N_("share"),
                N_("Expected change of volume, 0.2 is +20 %; missing means learned."),
                False,
                -1,
            ),
        ),
        ("first_day", "name", "project", "channel"),
    ),
    "forecast": Table(
        N_(
            "Expected work per interval, project and channel, with its uncertainty, as published: later stages read it."
        ),
        _FORECAST,
        ("interval_start", "project", "channel"),
    ),
    "forecast_draft": Table(
        N_("As forecast, but what the models say: before a scenario and adjustments, and before it is published."),
        _FORECAST,
        ("interval_start", "project", "channel"),
    ),
    "forecast_snapshots": Table(
        N_("Every forecast as it was when it was published; rows are only ever added."),
        (*_FORECAST, _time("published", N_("The moment it was published."))),
        ("interval_start", "project", "channel", "published"),
    ),
    "forecast_paths": Table(
        N_("Possible futures drawn from a forecast; within a path the errors of a day hang together."),
        (
            Column("path", "whole", "", N_("Number of the path, from 0."), True, 0),
            *_SLOT,
            _count("offered", N_("Contacts offered on this path."), True),
        ),
        ("path", "interval_start", "project", "channel"),
    ),
    "accuracy": Table(
        N_("How each forecast model did on the past: one row per queue, origin and model."),
        (
            _PROJECT,
            _CHANNEL,
            _text("model", N_("The model tried."), True),
            _time("origin", N_("The moment the model was made to forecast from.")),
            Column("days", "whole", N_("days"), N_("Days forecast from the origin."), True, 1),
            Column("scored", "whole", N_("intervals"), N_("Intervals scored: open, and known what came."), False, 0),
            _count("contacts", N_("Contacts that came in them.")),
            _count("expected", N_("Contacts that the model had expected in them.")),
            Column(
                "wape",
                "number",
                N_("share"),
                N_("Sum of absolute errors over the sum of offered (weighted absolute percentage error); may pass 1."),
                False,
                0,
            ),
            Column(
                "mase",
                "number",
                N_("ratio"),
                N_("Mean absolute error over that of the seasonal naive rule in the training data."),
                False,
                0,
            ),
            Column(
                "bias",
                "number",
                N_("share"),
                N_("Sum of forecast minus actual over the sum of actual; above 0 is too high."),
            ),
            _share("coverage_80", N_("Share of the actual values inside the 80 % band.")),
            _share("coverage_95", N_("Share of the actual values inside the 95 % band.")),
            _seconds("seconds", N_("Computing time.")),
        ),
        ("project", "channel", "model", "origin"),
    ),
    "cleaning": Table(
        N_("What the forecast found odd in a history, and whether it learns from it: one row per mark."),
        (
            _PROJECT,
            _CHANNEL,
            Column("day", "day", N_("day"), N_("The day marked."), True),
            Column("last_day", "day", N_("day"), N_("Last day marked, included; the same day but for a gap."), True),
            _text("reason", N_("Why: a key of ccwb.forecast.REASONS, which explains it in a sentence."), True),
            _seconds("from_s", N_("Start of the part of the day concerned, after local midnight; missing: all of it.")),
            _seconds("to_s", N_("End of the part of the day concerned, after local midnight; missing: all of it.")),
            _count("found", N_("Contacts the history has on the days marked, in open hours; missing where unknown.")),
            _count("usual", N_("Contacts expected there by the same weekdays around; missing where nothing is known.")),
            Column("used", "flag", "", N_("Whether the forecast learns from the day as found.")),
            Column("decided", "flag", "", N_("Whether a person decided so.")),
        ),
        ("project", "channel", "day", "reason", "from_s"),
    ),
    "requirement": Table(
        N_("Agents needed per interval, project and channel, and what they give."),
        (
            *_SLOT,
            _count("offered", N_("Contacts offered that the need was computed from."), True),
            _seconds("aht_s", N_("Handling time per contact that the need was computed from."), True),
            Column("load", "number", N_("erlangs"), N_("offered x aht_s / interval_s."), True, 0),
            Column("agents", "number", N_("agents"), N_("Agents needed working on contacts at once."), True, 0),
            Column(
                "scheduled",
                "number",
                N_("agents"),
                N_("Agents needed on the schedule: agents / (1 - shrinkage that the roster does not place)."),
                True,
                0,
            ),
            Column(
                "paid",
                "number",
                N_("agents"),
                N_("Agents on the payroll: scheduled / (1 - shrinkage that the roster places, such as leave)."),
                False,
                0,
            ),
            _share("service_level", N_("Expected share of offered (not blocked) answered within `answer_within_s`.")),
            _seconds("answer_within_s", N_("The threshold of the service level.")),
            _seconds("asa_s", N_("Expected mean wait of answered contacts.")),
            _share("abandonment", N_("Expected share of offered that give up.")),
            _share("answer_rate", N_("Expected share of offered that are handled.")),
            _share("occupancy", N_("Handling time over time available for contacts.")),
            _count("attempts", N_("Contacts offered, and every time that one of them calls again, blocked ones too.")),
            _count("blocked", N_("Of these attempts, those that find no free line; missing without bounded lines.")),
            _text("model", N_("The queueing model that made the row."), True),
        ),
        ("interval_start", "project", "channel"),
    ),
    "shifts": Table(
        N_("The kinds of shift that a schedule may use."),
        (
            _text("shift", N_("What the team calls it."), True),
            _text("project", N_("The project that uses it; empty means all.")),
            _seconds("first_start_s", N_("Earliest start, seconds after local midnight."), True),
            _seconds("last_start_s", N_("Latest start, seconds after local midnight."), True),
            _seconds("step_s", N_("Step between possible starts."), True),
            _seconds("length_s", N_("From start to end, breaks included."), True),
            _seconds("break_s", N_("Length of the unpaid break; 0 for none."), True),
            _seconds("break_after_s", N_("Earliest start of the break after the shift's start.")),
            _seconds("break_before_s", N_("Latest start of the break after the shift's start.")),
        ),
        ("shift", "project"),
    ),
    "agents": Table(
        N_("The people: where they belong, what they are trained for, when they came and left."),
        (
            _text("agent", N_("A short key that stays the same."), True),
            _text("name", N_("The name the team uses.")),
            _text("team", N_("The team or supervisor's group.")),
            _PROJECT,
            _text(
                "trained_for",
                N_(
                    "Projects and channels the agent may work, as 'project/channel; project/channel'. "
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
            _PROJECT,
            _text("shift", N_("The kind of shift."), True),
            _time("shift_start", N_("Start of the shift.")),
            _time("shift_end", N_("End of the shift.")),
            _time("break_start", N_("Start of the break; missing where there is none."), False),
            _time("break_end", N_("End of the break; missing where there is none."), False),
            _count("people", N_("How many people work this row."), True, N_("people")),
            _text("agent", N_("The named agent; empty for anonymous headcount.")),
        ),
        ("project", "shift_start", "shift_end", "break_start", "agent"),
    ),
    "coverage": Table(
        N_("Need against schedule, per interval and project."),
        (
            _START,
            _LENGTH,
            _PROJECT,
            Column("required", "number", N_("agents"), N_("Agents needed on the schedule."), True, 0),
            Column("scheduled", "number", N_("agents"), N_("Agents on the schedule and not on a break."), True, 0),
            Column("gap", "number", N_("agents"), N_("scheduled - required: below 0 is short."), True),
            _text("reason", N_("Why it is short: closed, no shift, people or balance; empty where it is not.")),
        ),
        ("interval_start", "project"),
    ),
    "agent_results": Table(
        N_("What each agent handled, per day and queue: for coaching, never a public ranking."),
        (
            _text("agent", N_("The agent."), True),
            Column("day", "day", N_("day"), N_("The day."), True),
            _PROJECT,
            _CHANNEL,
            _count("handled", N_("Contacts handled."), True),
            _seconds("aht_s", N_("Handling time per handled contact.")),
            _count("resolved", N_("Handled contacts noted as resolved.")),
            _count("rated", N_("Handled contacts for which resolution was noted."), False),
            _count("survey_answers", N_("Satisfaction answers received."), False, N_("answers")),
            _count("survey_top_two", N_("Of these, answers in the top two of five."), False, N_("answers")),
            _count("quality_checks", N_("Contacts whose quality was checked."), False),
            _count("quality_passed", N_("Of these, contacts that passed.")),
        ),
        ("agent", "day", "project", "channel"),
    ),
    "surveys": Table(
        N_("Survey results as counts, so that any grouping adds up."),
        (
            Column("day", "day", N_("day"), N_("Day of the survey, or first day of its period."), True),
            _text("project", N_("The project; empty means the whole centre.")),
            _text("channel", N_("The channel; empty means all.")),
            _text("survey", N_("csat, nps, ces, fcr, employee or quality."), True),
            _count("answers", N_("Answers received."), True, N_("answers")),
            _count(
                "favourable",
                N_("Top two of five (csat, employee), promoters (nps), resolved (fcr), passed (quality)."),
                False,
                N_("answers"),
            ),
            _count("unfavourable", N_("Detractors (nps)."), False, N_("answers")),
            Column("score_sum", "number", N_("points"), N_("Sum of the scores given (ces).")),
            _text("scale", N_("The scale of the survey, such as 1-7 easy.")),
        ),
        ("day", "project", "channel", "survey"),
    ),
    "costs": Table(
        N_("What the centre costs, by kind and period, in its currency."),
        (
            Column("first_day", "day", N_("day"), N_("First day the amount is for."), True),
            Column("last_day", "day", N_("day"), N_("Last day the amount is for, included."), True),
            _text("project", N_("The project; empty means shared, by the contacts that each project handled.")),
            _text("kind", N_("labour, technology, infrastructure or operations."), True),
            Column("amount", "number", N_("money"), N_("The amount for the whole period."), True),
        ),
        ("first_day", "last_day", "project", "kind"),
    ),
    "action_log": Table(
        N_("What was done instead of the plan: entries are only ever added."),
        (
            Column("entry", "whole", "", N_("Number of the entry, from 1."), True, 1),
            _time("at", N_("When it was done.")),
            _WHO,
            _text("project", N_("The project concerned; empty means the centre.")),
            _text("plan_item", N_("The plan item it departs from."), True),
            _text("done", N_("What was done instead."), True),
            _text("why", N_("The reason."), True),
            _text("effect", N_("The effect expected."), True),
            _text("scenario", N_("The prepared scenario that was used, if any.")),
            Column("corrects", "whole", "", N_("The entry this one corrects, if any."), False, 1),
        ),
        ("entry",),
    ),
    "kpi_values": Table(
        N_("Measures as numerator and denominator, so that any period or group adds up right."),
        (
            _text("kpi", N_("The measure, a key of KPIS."), True),
            _text("project", N_("The project; empty means the centre.")),
            _text("channel", N_("The channel; empty means all.")),
            Column("first_day", "day", N_("day"), N_("First day of the period."), True),
            Column("last_day", "day", N_("day"), N_("Last day of the period, included."), True),
            _text("basis", N_("plan, actual, previous or target."), True),
            Column("numerator", "number", "", N_("Upper part of the rate; the sum where the measure is a sum.")),
            Column("denominator", "number", "", N_("Lower part of the rate; 1 where the measure is a sum.")),
            Column("value", "number", "", N_("numerator / denominator; missing where nothing was measured.")),
        ),
        ("kpi", "project", "channel", "first_day", "basis"),
    ),
}
TABLES["actuals"] = Table(
    N_("What happened in a cycle, to be held against its plan: as history."), _HISTORY, TABLES["history"].key
)

_NOUN = {
    "time": N_("a date and time"),
    "day": N_("a date"),
    "text": N_("a text"),
    "whole": N_("a whole number"),
    "number": N_("a number"),
    "share": N_("a share between 0 and 1"),
    "flag": N_("yes or no"),
}


def check(table, name):
    """Return `table` with the documented columns of `name`, ordered and typed; further columns follow as they are.

    Columns that may be missing and are not there are left out. Raises PlanError naming the column, the first row that
    is wrong and what to do: a required column absent or with gaps, a value of another type, below its minimum, above
    its maximum, a share above 1, an interval length that is not known, two rows with one key. Rows are counted from 1.

    >>> import pandas as pd
    >>> check(pd.DataFrame({"channel": ["voice"], "offered": [3]}), "history")
    Traceback (most recent call last):
    ccwb.errors.PlanError: The history table has no column 'interval_start' (Start ...). It has: channel, offered. ...
    """
    known = TABLES[name]
    out = {}
    for column in known.columns:
        if column.name in table.columns:
            out[column.name] = _checked(table[column.name], column, name)
        elif column.required:
            raise PlanError(
                N_(
                    "The {table} table has no column '{column}' ({meaning}). It has: {found}. "
                    "Rename or add the column, then run this step again."
                ),
                table=name,
                column=column.name,
                meaning=column.meaning.rstrip("."),
                found=", ".join(map(str, table.columns)) or "-",
            )
    rest = {c: table[c] for c in table.columns if c not in known.names}
    result = pd.DataFrame({**out, **rest}, index=table.index).reset_index(drop=True)
    _check_lengths(result, name)
    _check_keys(result, known, name)
    return result


def as_markdown():
    """Return docs/tables.md: every table with its columns, as TABLES has them."""
    lines = [
        "# Tables",
        "",
        "Built from `ccwb.tables.TABLES`; a test holds it in step. Whatever flows from stage to stage is one of these",
        "tables; `ccwb.tables.check(table, name)` holds them at every door. Durations are seconds, shares fractions",
        "0..1; times inside a workbook carry the project's zone. A column with 'yes' is there and filled in every row;",
        "the others may be missing, as a whole or in a row. `>=` is the least value allowed.",
    ]
    for name, table in TABLES.items():
        key = ", ".join(f"`{column}`" for column in table.key)
        lines += ["", f"## {name}", "", f"{table.meaning} A row is named by {key}.", ""]
        lines += ["| column | kind | unit | required | meaning |", "|---|---|---|---|---|"]
        lines += [_markdown_row(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _markdown_row(column):
    least = "" if column.minimum is None else f" >= {column.minimum:g}"
    least += "" if column.maximum is None else f", <= {column.maximum:,.0f}"
    meaning = column.meaning.replace("|", "\\|")
    return (
        f"| `{column.name}` | {column.kind}{least} | {column.unit} | {'yes' if column.required else ''} | {meaning} |"
    )


def empty(name):
    """Return a table with the documented columns of `name` and no rows."""
    return pd.DataFrame({c.name: pd.Series(dtype=_EMPTY_DTYPE[c.kind]) for c in TABLES[name].columns})


_EMPTY_DTYPE = {
    "time": "datetime64[s]",
    "day": "datetime64[s]",
    "text": "str",
    "whole": "int64",
    "number": "float64",
    "share": "float64",
    "flag": "bool",
}


def _checked(values, column, name):
    converted = _convert(values, column, name)
    gaps = converted.isna() if column.kind != "text" else converted.eq("")
    if column.required and gaps.any():
        _refuse(name, column, values, gaps, N_("is empty"))
    if column.minimum is not None:
        _refuse_where(
            converted < column.minimum, name, column, values, N_("is below {minimum}"), minimum=column.minimum
        )
    if column.maximum is not None:
        above = N_("is above {maximum}")
        _refuse_where(converted > column.maximum, name, column, values, above, maximum=f"{column.maximum:,.0f}")
    if column.kind == "share":
        _refuse_where(converted > 1 + 1e-9, name, column, values, N_("is above 1 (write 80 % as 0.8)"))
    return converted


def _convert(values, column, name):
    if column.kind == "text":
        return values.astype("object").where(values.notna(), "").astype(str)
    if column.kind == "flag":
        return values.fillna(False).astype(bool)
    if column.kind in ("time", "day"):
        if pd.api.types.is_datetime64_any_dtype(values):
            return values
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a format that pandas cannot guess is read value by value
            converted = pd.to_datetime(values, errors="coerce")
    else:
        converted = pd.to_numeric(values, errors="coerce").astype("float64")
        _refuse_where(np.isinf(converted), name, column, values, N_("is infinite"))
    unread = converted.isna() & values.notna()
    if unread.any():  # only then look at every value as text, which is slow
        unread &= values.astype(str).str.strip().ne("")
    _refuse_where(unread, name, column, values, N_("is not {noun}"), noun=_NOUN[column.kind])
    if column.kind == "whole":
        _refuse_where(
            converted.notna() & (converted % 1 != 0), name, column, values, N_("is not {noun}"), noun=_NOUN["whole"]
        )
        if converted.notna().all():
            converted = converted.astype("int64")
    return converted


def _refuse_where(wrong, name, column, values, what, **more):
    if wrong.any():
        _refuse(name, column, values, wrong, what, **more)


def _refuse(name, column, values, wrong, what, **more):
    at = int(np.flatnonzero(wrong.to_numpy())[0])
    raise PlanError(
        N_(
            "In the {table} table, row {row}, column '{column}' ({meaning}) {what}: found '{found}'. "
            "{count} rows are like this. Correct or remove them, then run this step again."
        ),
        table=name,
        row=at + 1,
        column=column.name,
        meaning=column.meaning.rstrip("."),
        what=what.format(**more),
        found=str(values.iloc[at]),
        count=int(wrong.sum()),
    )


def _check_lengths(table, name):
    if "interval_s" not in table:
        return
    wrong = ~table["interval_s"].isin(INTERVALS_S)
    _refuse_where(
        wrong, name, TABLES[name]["interval_s"], table["interval_s"], N_("is not 300, 900, 1800, 3600 or 86400")
    )


def _check_keys(table, known, name):
    key = [c for c in known.key if c in table]
    again = table.duplicated(key)
    if again.any():
        at = int(np.flatnonzero(again.to_numpy())[0])
        raise PlanError(
            N_(
                "The {table} table holds the same {key} more than once: row {row} repeats {found}. "
                "{count} rows repeat an earlier one. Keep one of each, then run this step again."
            ),
            table=name,
            key=", ".join(key),
            row=at + 1,
            found=", ".join(str(table[c].iloc[at]) for c in key),
            count=int(again.sum()),
        )
