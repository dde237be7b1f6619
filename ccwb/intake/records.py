"""Call records, one row a contact -> history per interval, and results per agent and day."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake import times
from ccwb.intake.history import handling_time
from ccwb.intake.reading import place_rows, queue_numbers
from ccwb.messages import N_

GATHER_S = (900, 1800, 3600)


def read_records(reading, *, project, channel, zone, answer_within_s, interval_s, queues=None):
    """Return {'history': table, 'agent_results': table (where agents are named)} of a Reading of single contacts."""
    if interval_s not in GATHER_S:
        raise PlanError(N_("Contacts are gathered into 15, 30 or 60 minutes; found {found} seconds."), found=interval_s)
    local = reading.local()
    projects, channels = reading.queue(project=project, channel=channel, queues=queues)
    _keep_each_contact_once(reading)
    queue = queue_numbers(projects, channels)
    utc = place_rows(reading, local, queue, zone=zone, contacts=True)
    contacts = _contacts(reading).assign(utc=utc, project=projects, channel=channels)[reading.keep]
    if contacts.empty:
        return {}
    moment = times.aware(contacts["utc"], zone)
    contacts["day"] = moment.tz_localize(None).normalize().as_unit("s")
    contacts["start"] = _interval_start(moment, interval_s)
    tables = {"history": _history(contacts, reading, zone=zone, interval_s=interval_s, answer_within_s=answer_within_s)}
    if (done := contacts[(contacts["answered"] == 1) & (contacts["agent"] != "")]).size:
        tables["agent_results"] = _agent_results(done)
    return tables


def _keep_each_contact_once(reading):
    """Keep a repeated contact once where its rows are the same; refuse all of its rows where they differ."""
    if not reading.has("contact_id"):
        return
    number = reading.text("contact_id")
    known = number != ""
    if not pd.Series(number[known]).duplicated().any():
        return
    whole = reading.cells.duplicated().to_numpy() & known & reading.keep
    reading.log.repair(reading.rows[whole], N_("The contact repeats an earlier row (imported twice): kept once."))
    reading.repeated += int(whole.sum())
    reading.keep &= ~whole
    clash = (
        pd.Series(np.where(reading.keep & known, number, None)).duplicated(keep=False).to_numpy() & reading.keep & known
    )
    example = number[clash][0] if clash.any() else ""
    reading.refuse(
        clash,
        N_("The same contact number with different values, such as {found}: all of them left out."),
        found=example,
    )


def _contacts(reading):
    """Return one row a contact: answered (0 or 1), aht_s, wait_s, resolved, rating, agent; nan where missing."""
    aht = handling_time(reading)
    answered = _answered(reading, aht)
    columns = {
        "aht_s": aht,
        "wait_s": reading.seconds("wait_s"),
        "resolved": reading.flag("resolved"),
        "rating": _of_five(reading.count("rating"), reading),
    }
    nothing = np.full(len(answered), np.nan)
    known = {name: nothing if v is None else np.where(answered == 1, v, np.nan) for name, v in columns.items()}
    return pd.DataFrame({"answered": answered, **known, "agent": reading.text("agent")})


def _answered(reading, aht):
    """Return 1 where a contact was answered, 0 where not; all nan where the file does not tell of any."""
    answered = reading.flag("answered")
    if answered is not None:
        reading.refuse(np.isnan(answered), N_("The row does not say whether the contact was answered; row left out."))
    elif aht is not None:
        answered = (aht > 0).astype(np.float64)
        reading.log.remark(N_("A contact counts as answered where it has a talk time: no column says it."))
    else:
        answered = np.full(len(reading.rows), np.nan)
        reading.log.remark(N_("The contacts do not say whether they were answered: only offered contacts are counted."))
    return answered


def _of_five(rating, reading):
    """Return ratings from 1 to 5; others cannot be counted as top two of five and are left out, all of them."""
    if rating is None:
        return None
    known = rating[~np.isnan(rating)]
    if len(known) and not ((known >= 1) & (known <= 5)).all():
        reading.log.remark(
            N_(
                "Satisfaction runs from {low} to {high}, not from 1 to 5: left out, as the top two of five cannot "
                "be counted."
            ),
            low=float(known.min()),
            high=float(known.max()),
        )
        return None
    return rating


def _interval_start(moment, interval_s):
    """Return the start of each moment's interval on the clock on the wall, in seconds UTC."""
    utc = moment.tz_convert("UTC").tz_localize(None).as_unit("s").asi8
    wall = moment.tz_localize(None).as_unit("s").asi8
    return utc - wall % interval_s


def _history(contacts, reading, *, zone, interval_s, answer_within_s):
    answered = contacts["answered"] == 1
    waited = contacts["wait_s"].notna()
    work = contacts.assign(
        offered=1.0,
        handled=answered.astype(float),
        abandoned=(~answered).astype(float),
        within=(answered & (contacts["wait_s"] <= answer_within_s)).astype(float),
    )
    group = work.groupby(["project", "channel", "start"])
    told = contacts["answered"].notna().any()
    out = group[["offered", "handled", "abandoned"] if told else ["offered"]].sum()
    if waited.any():
        out["answered_within"] = group["within"].sum()
        out["answer_within_s"] = float(answer_within_s)
    out["aht_s"], out["asa_s"] = group["aht_s"].mean(), group["wait_s"].mean()
    out = out.dropna(axis="columns", how="all").reset_index()
    unknown = int((answered & ~waited).sum())
    if unknown and waited.any():
        reading.log.remark(
            N_("{count} answered contacts have no speed of answer: they count as not answered in time."), count=unknown
        )
    out = _with_quiet_intervals(out, reading.log, zone=zone, interval_s=interval_s)
    out.insert(0, "interval_start", times.aware(out.pop("start"), zone))
    out.insert(1, "interval_s", interval_s)
    return out.sort_values(["project", "channel", "interval_start"], ignore_index=True)


def _with_quiet_intervals(out, log, *, zone, interval_s):
    """Add the intervals in which nobody called: on days with contacts, between the weekday's first and last interval.

    Records list every contact, so an interval of the working day without one had none; without these rows a small
    queue would look busier than it is.
    """
    parts = []
    for (project, channel), queue in out.groupby(["project", "channel"]):
        quiet = _quiet(queue["start"], zone, interval_s)
        parts.append(pd.DataFrame({"project": project, "channel": channel, "start": quiet}))
    added = pd.concat(parts, ignore_index=True)
    if added.empty:
        return out
    log.remark(
        N_("{count} intervals without a contact, between a weekday's first and last one, are taken in with 0 offered."),
        count=len(added),
    )
    counts = [c for c in ("offered", "handled", "abandoned", "answered_within") if c in out]
    added[counts] = 0.0
    if "answer_within_s" in out:
        added["answer_within_s"] = out["answer_within_s"].iloc[0]
    return pd.concat([out, added], ignore_index=True)


def _quiet(starts, zone, interval_s):
    """Return the starts (seconds UTC) of a queue's intervals without a contact."""
    wall = times.aware(starts, zone).tz_localize(None).as_unit("s").asi8
    frame = pd.DataFrame({"day": wall // times.DAY_S, "clock": wall % times.DAY_S})
    frame["weekday"] = (frame["day"] + 3) % 7  # 1970-01-01 was a Thursday
    span = frame.groupby("weekday")["clock"].agg(["min", "max"])
    days = frame.drop_duplicates("day")
    low, high = span["min"].reindex(days["weekday"]).to_numpy(), span["max"].reindex(days["weekday"]).to_numpy()
    expected = [
        d * times.DAY_S + np.arange(a, b + 1, interval_s) for d, a, b in zip(days["day"], low, high, strict=True)
    ]
    grid = pd.DatetimeIndex(np.concatenate(expected).astype("datetime64[s]"))
    grid = grid.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dropna()
    utc = grid.tz_convert("UTC").tz_localize(None).as_unit("s").asi8
    return np.setdiff1d(utc, np.asarray(starts))


def _agent_results(done):
    """Return handled contacts and what became of them, per agent, day and queue."""
    work = done.assign(
        handled=1.0,
        rated=done["resolved"].notna().astype(float),
        survey_answers=done["rating"].notna().astype(float),
        survey_top_two=(done["rating"] >= 4).astype(float),
    )
    group = work.groupby(["agent", "day", "project", "channel"])
    out = group[["handled"]].sum()
    out["aht_s"] = group["aht_s"].mean()
    out[["resolved", "rated", "survey_answers", "survey_top_two"]] = group[
        ["resolved", "rated", "survey_answers", "survey_top_two"]
    ].sum()
    return out.reset_index()
