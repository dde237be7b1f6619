"""Adherence and conformance: a roster beside what the telephone system noted that agents did.

adherence    time in the scheduled state / scheduled time: of all activities of a shift, lunch and breaks among them
conformance  hours worked / hours scheduled: of paid activities, whenever they were done
"""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.people import ACTIVITIES
from ccwb.schedule.named import hours_of
from ccwb.tables import check

AWAY = ""  # what a state is mapped to that is no work: logged out
BY = ("agent", "team", "project", "activity", "day", "interval")
_USUAL = {
    "work": "available ready idle talking call calls oncall incall inbound outbound ringing hold acw wrapup wrap "
    "aftercallwork aftercontactwork chat email work working production online",
    "break": "break shortbreak pause coffee rest",
    "lunch": "lunch meal",
    "training": "training learning",
    "coaching": "coaching",
    "meeting": "meeting briefing team",
    AWAY: "offline loggedout logout signedout away absent",
}
NOTES = {
    "cut": N_("{n} states ended after the next one of the agent began and are cut there; the first is in row {row}."),
    "open": N_(
        "{n} states have no end: they are taken to last until the next one of the agent; the first is in row {row}."
    ),
    "last": N_(
        "{n} states have no end and no next one: they are taken to last until {until}; the first is in row {row}."
    ),
    "unknown": N_("The state '{state}' ({n} times) is mapped to no activity: it counts as none. Map it, if it is one."),
    "strangers": N_("{n} agents of the log are not in the roster: {agents}."),
    "silent": N_("{n} people on the roster have no state in the log and are left out of the rates: {agents}."),
}


def usual_mapping():
    """Return state -> activity as systems often call them; AWAY ('') is not at work. A centre edits its own.

    >>> usual_mapping()["aftercallwork"], usual_mapping()["offline"]
    ('work', '')
    """
    return {word: activity for activity, words in _USUAL.items() for word in words.split()}


def plain_state(state):
    """Return a state as it is looked up: small letters and digits alone.

    >>> plain_state("After-Call Work")
    'aftercallwork'
    """
    return "".join(letter for letter in str(state).casefold() if letter.isalnum())


def settled(states, *, mapping=None, until=None):
    """Return (states with their end and activity, notes): what can be counted, and what had to be decided.

    states : states table, zone aware.  mapping : state -> activity or AWAY, in addition to the usual one and before it.
    until : how far the log reaches; None: to the last moment in it.  activity : '' also for states without a mapping.
    notes : a list of (template, values).  A state lasts until the next one of the agent begins where it has no end, or
    ends later; one that goes on past `until` ends there. Raises PlanError for a state that ends before it begins, and
    for a mapping to what is no activity.
    """
    table = check(states, "states")
    known = _mapping(mapping)
    table["row"] = np.arange(1, len(table) + 1)
    if "end" not in table:
        table["end"] = pd.Series(pd.NaT, index=table.index, dtype=table["start"].dtype)
    _refuse_backward(table)
    table = table.sort_values(["agent", "start"], kind="stable", ignore_index=True)
    until = pd.Timestamp(until) if until is not None else max(table["start"].max(), table["end"].max())
    following = table["start"].shift(-1).where(table["agent"] == table["agent"].shift(-1))
    missing = table["end"].isna()
    cut = ~missing & (table["end"] > following)
    notes = [
        *_note("cut", table[cut]),
        *_note("open", table[missing & following.notna()]),
        *_note("last", table[missing & following.isna()], until=f"{until:%Y-%m-%d %H:%M}"),
    ]
    table["end"] = table["end"].where(~missing, following).fillna(until)
    table["end"] = table["end"].where(~cut, following).clip(upper=until)
    called = table["state"].map(plain_state)
    for state, rows in table[~called.isin(known)].groupby("state"):
        notes.append((NOTES["unknown"], {"state": state, "n": len(rows)}))
    table["activity"] = called.map(known).fillna(AWAY)
    return table[table["end"] > table["start"]], notes


def _mapping(mapping):
    own = {plain_state(state): activity for state, activity in (mapping or {}).items()}
    for state, activity in own.items():
        if activity != AWAY and activity not in ACTIVITIES:
            raise PlanError(
                N_("The state '{state}' is mapped to '{found}', which is no activity. Activities: {known}."),
                state=state,
                found=activity,
                known=", ".join(ACTIVITIES),
            )
    return usual_mapping() | own


def _refuse_backward(table):
    wrong = table["end"] < table["start"]
    if wrong.any():
        row = table[wrong].iloc[0]
        raise PlanError(
            N_("State row {row}: '{state}' of {agent} ends before it begins, at {start}. {n} rows are like this."),
            row=int(row["row"]),
            state=row["state"],
            agent=row["agent"],
            start=f"{row['start']:%Y-%m-%d %H:%M}",
            n=int(wrong.sum()),
        )


def _note(name, rows, **values):
    if len(rows):
        yield NOTES[name], {"n": len(rows), "row": int(rows["row"].min())} | values


def adherence(roster, states, *, by=("agent",), mapping=None, agents=None, since=None, until=None, interval_s=1800):
    """Return (table, notes): scheduled_s, in_state_s, paid_s, worked_s, adherence and conformance of each group.

    roster : roster table.  states : states table.  by : any of BY; () is all in one row.  `day` and `interval`
    (`interval_s` long) are those of the roster's clock; `project` is the one that bears a stretch, '' outside the
    shifts; `activity` is the scheduled one; `team` needs the agents table.
    mapping, until : as for `settled`.  since : counted from then on; None: from the log's first state. What is
    scheduled before or after is not judged. Who has no state in all of `states` is left out and told: what they did is
    not known; whoever has some is in no scheduled state where they are scheduled and in none.
    scheduled_s : seconds of shifts.  in_state_s : of these, in a state of the scheduled activity.  paid_s : scheduled
    seconds of paid activities.  worked_s : seconds in states of paid activities, in the shift or not.
    adherence : in_state_s / scheduled_s, conformance : worked_s / paid_s; missing where nothing is scheduled.
    Raises PlanError for a roster whose stretches overlap, and where nobody is on both the roster and the log.
    """
    _refuse_apart(roster, states)
    log, notes = settled(states, mapping=mapping, until=until)
    since = pd.Timestamp(since) if since is not None else states["start"].min()
    until = pd.Timestamp(until) if until is not None else max(states["start"].max(), log["end"].max())
    plan = hours_of(roster)
    _refuse_overlaps(plan)
    notes += _missed(set(states["agent"]), plan, plan[(plan["end"] > since) & (plan["start"] < until)])
    plan = plan[plan["agent"].isin(states["agent"])]
    if plan.empty:
        raise PlanError(N_("Nobody of the log is on the roster: the keys of the agents differ."))
    (first, last), zone = _epoch([since, until]), plan["start"].dt.tz
    every = interval_s if "interval" in by else 86_400
    grid = np.union1d([first, last], _grid(first, last, every, zone))
    did = dict(iter(_plain_times(log, "activity").groupby("agent")))
    nothing, scheduled = _plain_times(log.head(0), "activity"), _plain_times(plan, "activity", "for_project")
    parts = [_segments(agent, rows, did.get(agent, nothing), grid) for agent, rows in scheduled.groupby("agent")]
    table = _with_clock(parts, every, zone)
    if "team" in by:
        team = {} if agents is None else dict(zip(agents["agent"], agents.get("team", ""), strict=True))
        table["team"] = table["agent"].map(team).fillna("")
    return _summed(table, list(by)), notes


def _refuse_apart(roster, states):
    """Refuse what cannot be held side by side: nothing on one side, or times of which only one side has a zone."""
    for table, said in (
        (roster, N_("The roster is empty: there is nothing to hold the log of states against.")),
        (states, N_("The log of states is empty: there is nothing to hold the roster against.")),
    ):
        if table.empty:
            raise PlanError(said)
    if (roster["start"].dt.tz is None) != (states["start"].dt.tz is None):
        raise PlanError(
            N_("Of roster and log of states only one says in which time zone its times are. Say it of both.")
        )


def _missed(known, plan, judged):
    """Return notes of who is in the log (`known`) and not in the plan, and who is judged by it and not in the log."""
    sides = {"strangers": known - set(plan["agent"]), "silent": set(judged["agent"]) - known}
    for name, agents in sides.items():
        if agents:
            yield NOTES[name], {"n": len(agents), "agents": ", ".join(sorted(agents)[:10])}


def _refuse_overlaps(plan):
    meets = (plan["agent"] == plan["agent"].shift()) & (plan["start"] < plan.groupby("agent")["end"].cummax().shift())
    if meets.any():
        row = plan[meets].iloc[0]
        raise PlanError(
            N_("{agent} is booked twice at {start}: correct the roster, then compare it with what was done."),
            agent=row["agent"],
            start=f"{row['start']:%Y-%m-%d %H:%M}",
        )


def _plain_times(table, *columns):
    """Return agent, start and end (seconds since 1970), and some columns more."""
    return table[["agent", *columns]].assign(start=_epoch(table["start"]), end=_epoch(table["end"]))


def _segments(agent, plan, log, grid):
    """Return an agent's time in pieces in which neither the schedule nor the state changes, nor an interval ends."""
    ends = [side[name].to_numpy() for side in (plan, log) for name in ("start", "end")]
    edges = np.unique(np.concatenate([np.clip(np.concatenate(ends), grid[0], grid[-1]), grid]))
    begin = edges[:-1]
    planned, at = _lying(plan, begin)
    done, on = _lying(log, begin)
    does = log["activity"].to_numpy(dtype=object)[on] if len(log) else AWAY
    columns = {
        "agent": np.full(len(begin), agent, dtype=object),
        "start": begin,
        "seconds": np.diff(edges),
        "activity": np.where(planned, plan["activity"].to_numpy(dtype=object)[at], ""),
        "project": np.where(planned, plan["for_project"].to_numpy(dtype=object)[at], ""),
        "done": np.where(done, does, AWAY),
    }
    return {name: values[planned | done] for name, values in columns.items()}


def _with_clock(parts, every, zone):
    """Return the pieces of all agents as one table, with the local day and interval that each lies in."""
    names = ("agent", "start", "seconds", "activity", "project", "done")
    out = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in names})
    local = pd.DatetimeIndex(out["start"].to_numpy().astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
    naive = local.tz_localize(None)
    within = (naive - naive.normalize()).total_seconds().to_numpy() % every
    return out.assign(day=naive.normalize(), interval=local - pd.to_timedelta(within, unit="s"))


def _lying(rows, begin):
    """Return (whether a piece lies in one of the rows, the row's place), rows being in order and apart."""
    if not len(rows):
        return np.zeros(len(begin), dtype=bool), np.zeros(len(begin), dtype=int)
    start, end = rows["start"].to_numpy(), rows["end"].to_numpy()
    at = np.searchsorted(start, begin, side="right") - 1
    return (at >= 0) & (begin < end[np.maximum(at, 0)]), np.maximum(at, 0)


def _epoch(times):
    index = pd.DatetimeIndex(times)
    index = index if index.tz is None else index.tz_convert("UTC").tz_localize(None)
    return index.as_unit("s").asi8


def _grid(first, last, every, zone):
    """Return the moments, in seconds, at which an interval of the clock on the wall begins."""
    start, end = (pd.Timestamp(int(s), unit="s", tz="UTC").tz_convert(zone) for s in (first, last))
    if every < 86_400:
        wall = start.tz_localize(None)
        begin = first - int((wall - wall.normalize()).total_seconds()) % every
        return np.arange(begin, last, every)[1:]
    days = pd.date_range(start.tz_localize(None).normalize(), end.tz_localize(None), freq="D")[1:]
    return _epoch(days.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.ones(len(days), dtype=bool)))


def _summed(table, by):
    paid = {name for name, a in ACTIVITIES.items() if a.paid and a.there}
    there = table["activity"].map({name: a.there for name, a in ACTIVITIES.items()}).fillna(False).astype(bool)
    seconds = table["seconds"].astype(float)
    sums = pd.DataFrame(
        {
            "scheduled_s": seconds.where(there, 0.0),
            "in_state_s": seconds.where(there & (table["done"] == table["activity"]), 0.0),
            "paid_s": seconds.where(table["activity"].isin(paid), 0.0),
            "worked_s": seconds.where(table["done"].isin(paid), 0.0),
        }
    )
    group = [table[name] for name in by] or [pd.Series(0, index=table.index)]
    out = sums.groupby(group).sum()
    out["adherence"] = out["in_state_s"] / out["scheduled_s"].where(out["scheduled_s"] > 0)
    out["conformance"] = out["worked_s"] / out["paid_s"].where(out["paid_s"] > 0)
    return out.reset_index() if by else out.reset_index(drop=True)


def as_measures(table):
    """Return the kpi_values rows of the measure 'adherence', per project and day, to be entered as actual figures.

    table : what `adherence` gives by project and day; time that no project bears is of the whole centre ('').
    """
    rows = table[table["scheduled_s"] > 0]
    known = {"kpi": "adherence", "project": rows["project"], "channel": "", "first_day": rows["day"]}
    known |= {"last_day": rows["day"], "basis": "actual", "numerator": rows["in_state_s"]}
    out = pd.DataFrame(known | {"denominator": rows["scheduled_s"], "value": rows["adherence"]})
    return check(out, "kpi_values")
