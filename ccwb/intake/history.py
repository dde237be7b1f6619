"""History per interval or day: the rows of a file -> the history table."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake import times
from ccwb.intake.reading import place_rows, queue_numbers
from ccwb.messages import N_
from ccwb.tables import INTERVALS_S, TABLES

COUNTS = [
    "offered",
    "handled",
    "abandoned",
    "short_abandoned",
    "flowed_out",
    "blocked",
    "transferred",
    "answered_within",
    "closed_unanswered",
    "backlog_end",
    "agents",
]
CLASH = N_(
    "The same interval and queue with different values, as in rows {first} and {second}: left out, all of "
    "them. If they are parts of one queue, let them be added up; if they are several queues, name the column."
)
_TOLERANCE = 0.02  # share of a day's offered by which the balance may be off: exports book contacts in other intervals


def read_history(reading, *, project, channel, zone, queues=None):
    """Return the history table of a Reading, sorted by queue and time, `interval_start` aware in `zone`."""
    log = reading.log
    local = reading.local()
    length = _length(reading, local)
    projects, channels = reading.queue(project=project, channel=channel, queues=queues)
    queue = queue_numbers(projects, channels)
    daily = bool((length == times.DAY_S).all())
    utc = place_rows(reading, local, queue, zone=zone, daily=daily)
    values = _values(reading)
    measures = [c for c in values if c != "answer_within_s"]
    missing = [np.isnan(values[c]) for c in measures] or [np.ones(len(queue), dtype=bool)]
    reading.refuse(np.all(missing, axis=0), N_("The row holds no value; row left out."))
    where = {"utc": utc, "interval_s": length, "project": projects, "channel": channels, "queue": queue}
    table = pd.DataFrame({**where, "row": reading.rows, **values})[reading.keep]
    table = _once(table, measures, reading)
    table.insert(0, "interval_start", times.aware(table["utc"], zone))
    table = table.sort_values(["project", "channel", "interval_start"], ignore_index=True)
    _check_balance(table, log)
    return table.drop(columns=["utc", "queue", "row"])[[c for c in TABLES["history"].names if c in table]]


def _length(reading, local):
    """Return the length of each row's interval in seconds; rows off the grid are refused."""
    noted = reading.seconds("interval_s")
    if noted is not None:
        reading.refuse(
            ~np.isin(noted, INTERVALS_S),
            N_("The length of the interval is not 300, 900, 1800, 3600 or 86400 s; row left out."),
        )
        return np.where(np.isin(noted, INTERVALS_S), noted, 1800).astype(np.int64)
    length = int(reading.answers.get("interval_s") or reading.proposal.interval_s)
    if length not in INTERVALS_S:
        raise PlanError(
            N_("The workbook plans in intervals of 5, 15, 30 or 60 minutes and days; found {found} seconds."),
            found=length,
        )
    if length < times.DAY_S:
        reading.refuse(
            local.local % length != 0,
            N_("The time does not begin an interval of {minutes} minutes; row left out."),
            minutes=length // 60,
        )
    return np.full(len(reading.rows), length, dtype=np.int64)


def _values(reading):
    """Return the measures of the rows: column of the history table -> values, nan where missing."""
    values = {c: v for c in COUNTS if (v := reading.count(c)) is not None}
    if "offered" not in values and {"handled", "abandoned"} <= set(values):
        values["offered"] = values["handled"] + values["abandoned"]
        reading.log.remark(N_("The file has no offered contacts: taken as handled plus abandoned."))
    if "offered" not in values:
        reading.log.remark(N_("The file does not say how many contacts were offered; a forecast needs them."))
    aht = handling_time(reading)
    if aht is not None:
        values["aht_s"] = aht
    for name in ("aht_s", "asa_s"):
        time = values.get(name) if name in values else per_contact(reading, name)
        if time is not None:
            nothing = (values.get("handled", np.ones(len(time))) == 0) & (time == 0)
            values[name] = np.where(nothing, np.nan, time)  # a mean over no contact is not 0, it is missing
    _add_service_level(reading, values)
    return {c: values[c] for c in TABLES["history"].names if c in values}


def handling_time(reading):
    """Return seconds of handling per contact: as the file has it, else talk + hold + after-contact work; or None."""
    whole = per_contact(reading, "aht_s")
    if whole is not None:
        return whole
    talk = per_contact(reading, "talk_s")
    if talk is None:
        return None
    more = [v for f in ("hold_s", "wrap_s") if (v := per_contact(reading, f)) is not None]
    if not more:
        reading.log.remark(
            N_(
                "Handling time is talk time alone, so it is too short: the file has neither hold time nor "
                "after-contact work."
            )
        )
    return talk + sum(np.where(np.isnan(v), 0, v) for v in more)


def per_contact(reading, field):
    """Return a duration in seconds per contact; a column of sums is divided by handled."""
    values = reading.seconds(field)
    match = reading.proposal.match(field)
    if values is None or not match.total or reading.proposal.kind == "records":
        return values
    handled = reading.count("handled")
    if handled is None:
        reading.log.remark(
            N_("'{column}' holds sums and the file has no handled contacts to divide by; left out."),
            column=match.heading,
        )
        return None
    reading.log.remark(N_("'{column}' holds sums: divided by handled contacts."), column=match.heading)
    return np.divide(values, handled, out=np.full(len(values), np.nan), where=handled > 0)


def _add_service_level(reading, values):
    share = reading.share("service_level")
    match = reading.proposal.match("answered_within") or reading.proposal.match("service_level")
    if match is None:
        return
    if share is not None and "answered_within" not in values:
        if "offered" not in values:
            reading.log.remark(
                N_("'{column}' is a share of offered, which the file does not have; left out."), column=match.heading
            )
            return
        values["answered_within"] = share * values["offered"]
        reading.log.remark(
            N_(
                "Answered in time is computed as '{column}' times offered; if your report divides by something else, "
                "leave that column out."
            ),
            column=match.heading,
        )
    within = reading.seconds("answer_within_s")
    known = match.within_s or reading.answers.get("answer_within_s")
    values["answer_within_s"] = np.full(len(reading.rows), _positive(known)) if within is None else within


def _positive(text):
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = -1.0
    if not 0 < value < np.inf:
        raise PlanError(N_("'{found}' should be a number above 0. Answer with a number, such as 20."), found=str(text))
    return value


def _once(table, measures, reading):
    """Return the table with each interval and queue once: identical rows once, different ones refused or added up.

    Rows are identical when the columns left out agree as well: two agents who handled five calls each are no copy.
    """
    key = ["queue", "utc"]
    if not table.duplicated(key).any():
        return table
    rest = reading.cells[[m.heading for m in reading.proposal.columns if m.field is None]]
    same = pd.concat(
        [table[[*key, *measures]], rest.set_axis(range(rest.shape[1]), axis=1)[reading.keep].set_axis(table.index)],
        axis=1,
    ).duplicated()
    reading.log.repair(table.loc[same, "row"], N_("The row repeats an earlier one (imported twice): kept once."))
    reading.keep &= ~np.isin(reading.rows, table.loc[same, "row"])
    reading.repeated += int(same.sum())
    table = table[~same]
    clash = table.duplicated(key, keep=False)
    if not clash.any():
        return table
    if reading.answers.get("repeats") == "sum":
        reading.log.repair(
            table.loc[clash, "row"], N_("Several rows for the same interval and queue: added up, as you chose.")
        )
        return added_up(table, measures)
    _refuse_clash(table[clash], reading)
    return table[~clash]


def _refuse_clash(table, reading):
    first = table.iloc[0]
    pair = table[(table["queue"] == first["queue"]) & (table["utc"] == first["utc"])]["row"].to_list()
    reading.refuse(
        np.isin(reading.rows, table["row"]),
        CLASH,
        first=reading.file_row(pair[0]),
        second=reading.file_row(pair[1]),
    )


def added_up(table, measures):
    """Return one row for each interval and queue: counts added, times averaged weighted by handled (else offered)."""
    weight = table.get("handled", table.get("offered", pd.Series(1.0, index=table.index)))
    summed = [c for c in measures if not c.endswith("_s")]
    times_ = [c for c in measures if c.endswith("_s")]
    work = table.assign(**{f"w_{c}": weight.where(table[c].notna()) for c in times_})
    work = work.assign(**{c: work[c] * work[f"w_{c}"] for c in times_})
    group = work.groupby(["queue", "utc"], sort=False)
    out = group.first()
    for column in [*summed, *times_, *(f"w_{c}" for c in times_)]:
        out[column] = group[column].sum(min_count=1)
    for column in times_:
        out[column] = (out[column] / out[f"w_{column}"]).where(out[f"w_{column}"] > 0)
    return out.reset_index()[list(table.columns)]


def _check_balance(table, log):
    """Remark, per day, where offered is not handled + abandoned + flowed out: reported, never refused."""
    if not {"offered", "handled", "abandoned"} <= set(table):
        return
    parts = [c for c in ("handled", "abandoned", "flowed_out") if c in table]
    whole = table[["offered", *parts]].dropna(subset=["offered", "handled", "abandoned"])
    if whole.empty:
        return
    day = table.loc[whole.index, "interval_start"].dt.tz_localize(None).dt.normalize()
    daily = (
        whole.assign(gap=whole["offered"] - whole[parts].sum(axis=1)).groupby(day.to_numpy())[["offered", "gap"]].sum()
    )
    off = daily[daily["gap"].abs() > np.maximum(_TOLERANCE * daily["offered"], 2)]
    if off.empty:
        log.remark(
            N_("Balance: offered = handled + abandoned holds on every day (within {tolerance} %)."),
            tolerance=int(_TOLERANCE * 100),
        )
        return
    worst = off["gap"].abs().idxmax()
    log.remark(
        N_(
            "Balance: on {days} of {all} days offered differs from handled + abandoned by more than {tolerance} %; "
            "most on {day}, by {gap}."
        ),
        days=len(off),
        all=len(daily),
        tolerance=int(_TOLERANCE * 100),
        day=f"{worst:%Y-%m-%d}",
        gap=round(float(off.loc[worst, "gap"])),
    )
