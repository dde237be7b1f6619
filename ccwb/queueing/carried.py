"""A day whose intervals are not islands: the line that one leaves behind is there when the next one begins.

The number of contacts in the centre is a Markov chain whose arrivals and agents change from interval to interval
(M(t)/M/n(t), with patience + M). It is solved through the day, not pieced together from steady states: see
`ccwb.queueing.chain`. Contacts that come in an interval are followed until they are answered or give up: within it
together with the chain, beyond its end by what becomes of a place in line, which is solved from the last interval back.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammainc

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing import chain, erlang, leavers
from ccwb.queueing.concurrency import pace_of

_FADED = 1e-14  # of an interval: states rarer than that are not looked at for the service level


@dataclass(frozen=True)
class Carried:
    """What consecutive intervals give, by the interval in which a contact came, as arrays of one shape.

    p_wait : share of offered that have to wait.  service_level : share of offered answered in time.  asa_s : mean wait
    of answered contacts, seconds; infinite where nobody is answered.  mean_wait_s : mean wait of all offered, seconds;
    infinite where some are never answered nor give up.  abandonment, answer_rate : share of offered that give up, that
    are answered, be it in a later interval.  occupancy : share of the agents' time (with several at once: of the slots)
    spent handling.  left : expected contacts in line at the end of the interval.
    """

    p_wait: np.ndarray
    service_level: np.ndarray
    asa_s: np.ndarray
    mean_wait_s: np.ndarray
    abandonment: np.ndarray
    answer_rate: np.ndarray
    occupancy: np.ndarray
    left: np.ndarray


def carried_over(
    offered,
    agents,
    *,
    aht_s,
    interval_s,
    answer_within_s,
    patience_s=None,
    queue=0.0,
    slowdown=None,
    served_out_s=None,
    progress=None,
):
    """What agents give in consecutive intervals when the line carries over from each to the next, as a `Carried`.

    offered : expected contacts of each interval, 0 or more, in order of time along the last axis; several days (rows)
    are solved at once.  agents : there in each interval, 0 or more; a fraction is an agent who works at that share of
    the pace.  aht_s, interval_s, patience_s : seconds above 0; patience None when nobody gives up.  answer_within_s :
    seconds, 0 or more.  queue : contacts in line at the beginning, one number or one a row; with 0 the centre is empty
    then.  slowdown : as for `performance`.  served_out_s : where nobody gives up, how long the agents of the last
    interval go on after it for those in line, seconds, one number or one a row; who is not answered by then never is.
    None: until the line is served, as always with a patience.  Arrays broadcast; the fields have the common shape.
    progress(done, total) is called after every interval, there and back.

    Where agents fall, idle ones go first, and who handles a contact finishes it before going; where they rise again
    before that, those come back first. Where the handling time or patience changes it does so for those in the centre,
    too. The service level counts a wait that lasts
    into the next interval as if the agents stayed; all other figures know the agents to come.
    Nothing offered in an interval: service level and answer rate 1, waits and abandonment 0. Overload without patience
    is no exception: the line grows by what is not served. No agents: who comes waits for those of later intervals.
    Raises PlanError for a negative or missing value, naming it.
    Source: Kolmogorov's equations of the chain (Ingolfsson and others 2007 compare it with approximations).

    >>> day = carried_over([60, 90, 60], 9, aht_s=240, interval_s=1800, answer_within_s=20, patience_s=300)
    >>> day.service_level.round(2).tolist(), day.left.round(1).tolist()
    ([0.75, 0.25, 0.58], [0.8, 4.1, 0.8])
    """
    named = {"offered": offered, "agents_there": agents, "aht_s": aht_s, "interval_s": interval_s}
    named |= {"answer_within_s": answer_within_s} | ({} if patience_s is None else {"patience_s": patience_s})
    shape, values = erlang.checked(**named)
    line, days = _of_days("queue", queue, shape[:-1]), int(np.prod(shape[:-1]))
    rows = {name: value.reshape(days, -1) for name, value in zip(named, values, strict=True)}
    rows["agents"] = rows.pop("agents_there")
    if served_out_s is not None:
        served_out_s = _of_days("served_out_s", served_out_s, shape[:-1]).reshape(days, 1)
    known = {"pace": pace_of(slowdown), "served_out_s": served_out_s}
    known["progress"] = progress or (lambda _done, _total: None)
    fields = _solved(rows, line.reshape(days), **known) if values[0].size else [np.zeros(0)] * 8
    return Carried(*(np.reshape(field, shape) for field in fields))


def _of_days(name, value, days):
    """Return one number a row of what is one number, or one for each day."""
    value = erlang.number(name, value)
    if value.size > 1 and value.shape != days:
        raise PlanError(
            N_("{name} has one number, or one for each day (row): {rows}. Found {found}."),
            name=name,
            rows=int(np.prod(days)),
            found=value.size,
        )
    return np.broadcast_to(value, days or (1,)) if value.size > 1 else np.full(days or (1,), value.ravel()[0])


def _solved(rows, line, *, pace, served_out_s, progress):
    """The fields of Carried, each day x interval: forward for the chances, back for those still in line at an end."""
    pace = np.array([0.0, 1.0]) if pace is None else pace
    ended, many = [], rows["offered"].shape[1]
    here = [{name: value[:, i] for name, value in rows.items()} for i in range(many)]
    state, back = _beginning(_stretch(here[0], pace), line), np.ones((len(line), 1))
    gone = back  # chances of each number of contacts with agents who have gone: none
    for i in range(many):
        now = _stretch(here[i], pace)
        if i:
            state, gone, back = leavers.changed(state, gone, ended[-1][0], now)
        own, spent = chain.through(now, np.stack([state, 0 * state, 0 * state]))
        gone, theirs = leavers.finished(gone, now)
        ended.append((now, own, _seen(here[i], now, spent, own, theirs), back))
        state = own[0]
        progress(i + 1, 2 * many)
    fields, sizes = np.empty((8, *rows["offered"].shape)), np.maximum.accumulate([kept[1].shape[2] for kept in ended])
    later = _afterwards(now, sizes[-1], None if "patience_s" in rows else served_out_s)
    for i in reversed(range(many)):
        now, own, sums, back = ended[i]
        fields[:, :, i] = _told(here[i], now, own, sums, later)
        if i:  # of places in line only those that somebody before has
            later = leavers.before_them(chain.before(now, *later), ended[i - 1][0], now, back)
            later = [part[:, : sizes[i - 1]] for part in later]
        progress(2 * many - i, 2 * many)
    return fields


def _stretch(here, pace):
    """The interval as a stretch of time in which nothing changes."""
    quits = 1 / here["patience_s"] if "patience_s" in here else np.zeros(len(here["offered"]))
    slots = np.ceil(here["agents"] * (len(pace) - 1) - 1e-9)
    known = {"length_s": here["interval_s"], "up": here["offered"] / here["interval_s"], "agents": here["agents"]}
    return chain.Stretch(**known, slots=slots, aht_s=here["aht_s"], quits=quits, pace=pace)


def _beginning(first, line):
    """Chances of each number in the centre: empty, or all agents busy and the line before them."""
    there = np.where(line > 0, first.slots + line, 0.0)
    whole = np.floor(there).astype(int)
    chances = np.zeros((len(there), int(whole.max()) + 2))
    days = np.arange(len(there))
    chances[days, whole], chances[days, whole + 1] = 1 - (there - whole), there - whole
    return chances


def _afterwards(last, size, served_out_s):
    """Chance of being answered, and wait of those answered, by contacts ahead, when the last agents stay so long.

    None is until the line is served. Without a patience the wait is a sum of equal exponentials, a gamma law.
    """
    rate, ahead = last.full[:, None], np.arange(size) - last.slots[:, None]
    waits, quits = ahead >= 0, last.quits[:, None]
    ahead = np.maximum(ahead, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if served_out_s is not None:
            within = rate * served_out_s
            answered, wait = gammainc(ahead + 1, within), (ahead + 1) / rate * gammainc(ahead + 2, within)
            return np.where(waits, answered, 1.0), np.where(waits & (rate > 0), wait, 0.0)
        answered = np.where(waits, np.where(rate > 0, rate / (rate + (ahead + 1) * quits), 0.0), 1.0)
        steps = np.cumsum(np.where(waits, 1 / (rate + (ahead + 1) * quits), 0.0), axis=1)
        return answered, np.where(waits & (rate > 0), answered * steps, 0.0)


def _seen(here, stretch, spent, own, theirs):
    """Sums of an interval, per day: seconds in which nobody would wait, and in which all would be answered in time.

    And slots in use x seconds, slots x seconds, both with `theirs`, of agents who have gone; own contacts answered
    after a wait, and their waits, which are taken out of `own`.
    """
    j, slots = np.arange(spent.shape[1]), stretch.slots[:, None]
    free = (spent * (j < slots)).sum(axis=1)
    timely = free + (spent * _in_time(here, stretch, spent)).sum(axis=1)
    past = np.arange(own.shape[2]) < slots
    answered, waited = (own[1:] * past).sum(axis=2)
    own[1:] *= ~past
    used = (spent * np.minimum(j, slots)).sum(axis=1) + theirs[0]
    return np.stack([free, timely, used, stretch.slots * stretch.length_s + theirs[1], answered, waited])


def _told(here, stretch, own, sums, later):
    """The fields of one interval, from its sums and what becomes of those still in line at its end."""
    came, length_s, size, quiet = here["offered"], here["interval_s"], own.shape[2], here["offered"] == 0
    free, timely, used, there, answered, waited = sums
    chance, wait = (part[:, :size] for part in later)
    got = came * free / length_s + answered + (own[1] * chance).sum(axis=1)
    got = np.where(got < 1e-6 * came, 0.0, got)  # a millionth is what the steps are sure of: nobody is nobody
    waited = waited + (own[2] * chance + own[1] * wait).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(quiet, 1.0, np.where(np.abs(got - came) < 1e-9 * came, 1.0, got / came))  # all is all
        asa_s = np.where(quiet, 0.0, np.where(got > 0, waited / got, np.inf))
        busy = used / there
    patient = "patience_s" not in here
    gone = np.zeros(len(came)) if patient else np.where(quiet, 0.0, 1 - rate)
    mean_wait_s = np.where(rate > 1 - 1e-6, asa_s, np.inf) if patient else gone * here["patience_s"]
    left = (own[0] * np.maximum(np.arange(size) - stretch.slots[:, None], 0)).sum(axis=1)
    busy = np.where(there > 0, busy, np.where(quiet & (left < _FADED), 0.0, 1.0))
    level = np.where(quiet, 1.0, np.clip(timely / length_s, 0.0, 1.0))  # the steps leave shares of 1e-16 outside
    return (
        np.where(quiet, 0.0, np.clip(1 - free / length_s, 0.0, 1.0)),
        level,
        asa_s,
        mean_wait_s,
        gone,
        rate,
        busy,
        left,
    )


def _in_time(here, stretch, spent):
    """Chance of being answered in time of those who have to wait, by contacts found in the centre."""
    out, full = np.zeros(spent.shape), stretch.full[:, None]
    seen = np.arange(spent.shape[1]) >= stretch.slots[:, None]
    seen = seen & (spent > _FADED * here["interval_s"][:, None]) & (full > 0)
    day, found = np.nonzero(seen)
    ahead, rate, within_s = found - stretch.slots[day], stretch.full[day], here["answer_within_s"][day]
    if "patience_s" in here:
        patience_s = here["patience_s"][day]
        s = rate * patience_s
        out[seen] = s / (s + ahead + 1) * betainc(ahead + 1, s + 1, -np.expm1(-within_s / patience_s))
    else:
        out[seen] = gammainc(ahead + 1, rate * within_s)
    return out
