"""Agents per interval: the fewest that meet the targets, or those that there are, and what they give."""

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.deferred import DEFERRED, HELPED, deferred_rows, idle_rows
from ccwb.staffing.lines import model_of
from ccwb.staffing.live import CARRIED, RATES, SHORT, live_rows
from ccwb.staffing.work import work_of
from ccwb.tables import TABLES, empty


def requirement(forecast, *, targets, volume_change=0.0, aht_change=0.0, carry_over=False, live=None):
    """The fewest agents per interval that meet the targets, and what they give, as a requirement table.

    forecast : forecast table in intervals of at most an hour; its rows are the open intervals.
    targets : (project, channel) -> dict as from `targets_of`; absent or None means: no such target.
    volume_change, aht_change : shares above -1, 0.1 is 10 % more contacts or longer handling.
    carry_over : whether live queues get agents for the line that an interval leaves to the next, see below.
    live : requirement table of live queues whose idle time may help deferred ones; None: of those in the forecast.

    Live channels: all of service_level, asa_s, max_occupancy and, where a patience is known, answer_rate and
    abandonment are met in every interval, as if it had always been like that. With `carry_over`, days on which this
    misleads are solved with the line carried over; an interval that then misses by more than half a point (a second)
    what it was to keep of service and waits gets more agents, and `model` says so, also where it is still short with
    all that helped. Agents who hold several conversations at once (chat) take longer for each, as `slowdown` says;
    aht_s is the handling time while at_once are held. Deferred channels: as even a course of whole agents as finishes
    the share `service_level` within `answer_within_s` of opening time in every week, nobody above max_occupancy; what
    is not done waits for the next row, over closed hours and days. The share `blend` of the usable idle time of the
    project's live agents (agents x (max_occupancy - occupancy)) comes first, for the shortest deadline first.
    With bounded `lines` or `redial` the forecast's contacts are first attempts; a contract that counts blocked attempts
    has its answer rate of all attempts, else targets are those of accepted ones; no line of theirs is carried over.
    Where nothing is offered: no agents, and every rate is missing.
    Raises PlanError for a queue without targets or without a handling time, for a daily forecast, for wrong values.

    >>> forecast = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")], "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
    >>> table = requirement(forecast, targets={("orders", "voice"): target})
    >>> table[["agents", "scheduled", "service_level"]].round(2).iloc[0].tolist(), table["model"].iloc[0]
    ([12.0, 17.14, 0.82], 'Erlang A')
    """
    work = work_of(forecast, targets, volume_change, aht_change)
    helpers = idle_rows(live, targets) if live is not None else None
    return _table(work, np.zeros(len(work.table)), fewest=True, carry_over=carry_over, helpers=helpers)


def given_agents(forecast, *, targets, agents, volume_change=0.0, aht_change=0.0, carry_over=True, progress=None):
    """What given agents give per interval, as a requirement table: 'I have these agents, what do I get?'

    agents : working on contacts at once; a column of the forecast by name, one value per row, or a mapping (project,
    channel) -> number for all its intervals. Fractions are read as that share of such days with one agent more: 7.7
    is 7 agents on 30 % of them and 8 on 70 %.
    carry_over : whether days on which interval-by-interval Erlang misleads (overload, steps in demand or agents) are
    solved with the line carried over from row to row; `model` says so. Never a row without a neighbour. 'always': all
    other days, too. progress(done, total) is called often meanwhile.
    The rest as for `requirement`. Erlang C where agents do not exceed the load: service level 0, the wait is missing
    (it grows without end), answer_rate is what is answered in the long run.
    Deferred channels: what is not finished in
    a row waits for the next; nobody works above max_occupancy; answer_rate is what is finished by the last row.

    >>> forecast = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")], "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0})
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
    >>> table = given_agents(forecast, targets={("orders", "voice"): target}, agents={("orders", "voice"): 9})
    >>> table[["service_level", "abandonment"]].round(3).iloc[0].tolist()
    [0.537, 0.201]
    """
    work = work_of(forecast, targets, volume_change, aht_change)
    return _table(work, _as_agents(work, agents), carry_over=carry_over, progress=progress)


def _as_agents(work, agents):
    """Return agents per row from a column name, a mapping per queue or one value per row."""
    if isinstance(agents, str):
        agents = work.table.get(agents, agents)
    elif isinstance(agents, dict):
        agents = np.array([agents.get(name) for name in work.names], dtype=object)[work.queue]
    try:
        values = pd.to_numeric(pd.Series(agents), errors="raise").to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):  # text
        values = np.zeros(0)
    if len(values) != len(work.queue) or not ((values >= 0) & (values < np.inf)).all():
        raise PlanError(
            N_(
                "The agents given do not fit the forecast: one number of 0 or more is needed for each of its {rows} "
                "rows or each of its queues ({queues}). Found: {found}."
            ),
            rows=len(work.queue),
            queues="; ".join(" / ".join(name) for name in work.names),
            found=str(agents)[:80],
        )
    return values


def _table(work, agents, *, fewest=False, carry_over=False, helpers=None, progress=None):
    """Return the requirement table of agents per row; `fewest`: they are only found here."""
    if not len(work.table):
        return empty("requirement")
    agents, rates, carried = live_rows(work, agents, fewest=fewest, carry_over=carry_over, progress=progress)
    agents, deferred, help_ = deferred_rows(work, agents, rates["occupancy"], fewest=fewest, helpers=helpers)
    rates |= {name: np.where(work.live, rates[name], value) for name, value in deferred.items()}
    columns = {name: work.table[name].array for name in ("interval_start", "interval_s", "project", "channel")}
    columns |= {"offered": work.offered, "aht_s": work.aht_s, "load": work.load, "agents": agents}
    columns["scheduled"] = agents / (1 - work.targets["shrinkage"][work.queue])
    columns["paid"] = columns["scheduled"] / (1 - work.targets["placed"][work.queue])
    columns |= {name: rates[name] for name in RATES}
    columns["answer_within_s"] = work.targets["answer_within_s"][work.queue]
    helped = np.bincount(work.queue, help_, len(work.names)) > 0
    models = np.where(helped, HELPED, _models(work))
    both = pd.Series(np.concatenate([models, models + CARRIED, models + SHORT]), dtype="str").array
    columns["attempts"] = work.offered * rates["attempts"]
    columns["blocked"] = columns["attempts"] * np.where(work.load > 0, rates["blocked"], _none_blocked(work))
    columns["model"] = both.take(work.queue + len(models) * carried)
    return pd.DataFrame({name: columns[name] for name in TABLES["requirement"].names})


def _none_blocked(work):
    """Return 0 for rows with bounded lines, missing for all others."""
    return 0 * work.targets["lines"][work.queue]


def _models(work):
    known = zip(*(work.targets[name] for name in ("patience_s", "at_once", "lines", "redial")), strict=True)
    names = [
        model_of(*own) if CHANNELS[channel].live else DEFERRED
        for (_, channel), own in zip(work.names, known, strict=True)
    ]
    return np.array(names, dtype=object)
