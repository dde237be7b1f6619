"""A day whose intervals are not islands: the line that one leaves behind is there when the next one begins.

The number of contacts in the centre is a Markov chain whose arrivals and agents change from interval to interval
(M(t)/M/n(t), with patience + M). It is solved through the day, not pieced together from steady states: see
`ccwb.queueing.chain`. Contacts that come in an interval are followed until they are answered or give up: within it
together with the chain, beyond its end by what becomes of a place in line, which is solved from the last interval back.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betainc, gammainc

from ccwb.queueing import chain, erlang
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


def carried_over(offered, agents, *, aht_s, interval_s, answer_within_s, patience_s=None, queue=0.0, slowdown=None):
    """What agents give in consecutive intervals when the line carries over from each to the next, as a `Carried`.

    offered : expected contacts of each interval, 0 or more, in order of time along the last axis; several days (rows)
    are solved at once.  agents : there in each interval, 0 or more; a fraction is an agent who works at that share of
    the pace.  aht_s, interval_s, patience_s : seconds above 0; patience None when nobody gives up.  answer_within_s :
    seconds, 0 or more.  queue : contacts in line at the beginning, one number or one a row; with 0 the centre is empty
    then. slowdown : as for `performance`. Arrays broadcast; the fields have the common shape.

    Where agents fall, those who handle a contact finish it (and take no other); where the handling time changes it does
    so for contacts in hand too. After the last interval its agents go on until the line is served. The service level
    counts a wait that lasts into the next interval as if the agents stayed; all other figures know the agents to come.
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
    days = int(np.prod(shape[:-1]))
    rows = {name: value.reshape(days, -1) for name, value in zip(named, values, strict=True)}
    rows["agents"] = rows.pop("agents_there")
    line = np.broadcast_to(erlang.number("queue", queue), shape[:-1] or (1,)).reshape(days)
    fields = _solved(rows, line, pace_of(slowdown)) if values[0].size else [np.zeros(0)] * 8
    return Carried(*(np.reshape(field, shape) for field in fields))


def _solved(rows, line, pace):
    """The fields of Carried, each day x interval: forward for the chances, back for those still in line at an end."""
    pace = np.array([0.0, 1.0]) if pace is None else pace
    state, ended = None, []
    for i in range(rows["offered"].shape[1]):
        now = _stretch(rows, i, pace)
        state = _beginning(now, line) if state is None else state
        own, spent = np.stack([state, np.zeros(state.shape), np.zeros(state.shape)]), np.zeros((len(line), 0))
        stretches = _finishing(now, ended[-1][0][-1], state) if ended else [now]
        for stretch in stretches:
            own, more = chain.through(stretch, own)
            spent = chain.widened(spent, more.shape[1])
            spent[:, : more.shape[1]] += more
        state = own[0]
        ended.append((stretches, own, spent))
    fields = np.empty((8, *rows["offered"].shape))
    answered, wait = _for_ever(ended[-1][0][-1], max(own.shape[2] for _, own, _ in ended))
    for i in reversed(range(len(ended))):
        here = {name: value[:, i] for name, value in rows.items()}
        fields[:, :, i] = _told(here, ended[i][0][-1], *ended[i][1:], (answered, wait))
        for stretch in reversed(ended[i][0]):
            answered, wait = chain.before(stretch, answered, wait)
    return fields


def _stretch(rows, i, pace):
    """The interval as a stretch of time in which nothing changes."""
    offered, agents, aht_s, length_s = (rows[name][:, i] for name in ("offered", "agents", "aht_s", "interval_s"))
    quits = 1 / rows["patience_s"][:, i] if "patience_s" in rows else np.zeros(len(offered))
    slots = np.ceil(agents * (len(pace) - 1) - 1e-9)
    return chain.Stretch(length_s, offered / length_s, agents, slots, aht_s, quits, pace)


def _beginning(first, line):
    """Chances of each number in the centre: empty, or all agents busy and the line before them."""
    there = np.where(line > 0, first.slots + line, 0.0)
    whole = np.floor(there).astype(int)
    chances = np.zeros((len(there), int(whole.max()) + 2))
    days = np.arange(len(there))
    chances[days, whole], chances[days, whole + 1] = 1 - (there - whole), there - whole
    return chances


def _finishing(now, earlier, state):
    """The interval in stretches: where agents fall, the first to finish go and all finish what they have in hand.

    While more are busy than stay, whoever finishes takes no other contact: their number decays by itself until only
    those who stay are left. That time is cut into two, each with its mean number.
    """
    most = len(now.pace) - 1
    j = np.arange(state.shape[1])
    more = np.clip(j - now.slots[:, None], 0, np.maximum(earlier.slots - now.slots, 0)[:, None])
    chance = (state * (j > now.slots[:, None])).sum(axis=1)
    going = np.where(chance > _FADED, (state * more).sum(axis=1) / np.maximum(chance, _FADED), 0) / most
    if not (going > 0).any():
        return [now]
    busy, each_s = now.agents + going, now.aht_s * most / now.pace[-1]
    with np.errstate(divide="ignore"):
        gone_s = np.minimum(-each_s * np.log(now.agents / np.maximum(busy, now.agents + 1e-300)), now.length_s)
    out, start = [], np.zeros(len(going))
    for end in (gone_s / 2, gone_s):
        still = each_s * (np.exp(-start / each_s) - np.exp(-end / each_s))  # integral of exp(-t / each_s)
        there = busy * np.divide(still, end - start, out=np.ones(len(going)), where=end > start)
        out.append(replace(now, length_s=end - start, agents=there))
        start = end
    return [*out, replace(now, length_s=now.length_s - gone_s)]


def _for_ever(last, size):
    """Chance of being answered, and wait of those answered, by contacts ahead, when the last agents stay."""
    rate, ahead = last.full[:, None], np.arange(size) - last.slots[:, None]
    waits, quits = ahead >= 0, last.quits[:, None]
    ahead = np.maximum(ahead, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        answered = np.where(waits, np.where(rate > 0, rate / (rate + (ahead + 1) * quits), 0.0), 1.0)
        steps = np.cumsum(np.where(waits, 1 / (rate + (ahead + 1) * quits), 0.0), axis=1)
        return answered, np.where(waits & (rate > 0), answered * steps, 0.0)


def _told(here, now, own, spent, later):
    """The fields of one interval, from its chances over time and what becomes of those still in line at its end."""
    (answered, wait), length_s, came = later, here["interval_s"], here["offered"]
    chances, size = spent / length_s[:, None], own.shape[2]
    j, slots = np.arange(chances.shape[1]), now.slots[:, None]
    free = (chances * (j < slots)).sum(axis=1)
    there, waits = np.arange(size), np.arange(size) >= slots
    line, past = own[1] * waits, (own[1:] * ~waits).sum(axis=2)
    got = came * free + past[0] + (line * answered[:, :size]).sum(axis=1)
    waited = past[1] + (own[2] * waits * answered[:, :size] + line * wait[:, :size]).sum(axis=1)
    quiet = came == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(quiet, 1.0, got / came)
        asa_s = np.where(quiet, 0.0, np.where(got > 0, waited / got, np.inf))
        patient = "patience_s" not in here
        gone = np.zeros(len(came)) if patient else np.where(quiet, 0.0, 1 - rate)
        mean_wait_s = np.where(rate > 1 - 1e-9, asa_s, np.inf) if patient else gone * here["patience_s"]
        busy = (chances * np.minimum(j, slots)).sum(axis=1) / now.slots
    busy = np.where(now.slots > 0, busy, np.where(quiet & (1 - free < _FADED), 0.0, 1.0))
    left = (own[0] * np.maximum(there - slots, 0)).sum(axis=1)
    level = np.where(quiet, 1.0, free + (chances * _in_time(here, now, chances)).sum(axis=1))
    return np.where(quiet, 0.0, 1 - free), level, asa_s, mean_wait_s, gone, rate, busy, left


def _in_time(here, now, chances):
    """Chance of being answered in time of those who have to wait, by contacts found in the centre."""
    out = np.zeros(chances.shape)
    seen = (np.arange(chances.shape[1]) >= now.slots[:, None]) & (chances > _FADED) & (now.full[:, None] > 0)
    day, found = np.nonzero(seen)
    ahead, rate, within_s = found - now.slots[day], now.full[day], here["answer_within_s"][day]
    if "patience_s" in here:
        patience_s = here["patience_s"][day]
        s = rate * patience_s
        out[seen] = s / (s + ahead + 1) * betainc(ahead + 1, s + 1, -np.expm1(-within_s / patience_s))
    else:
        out[seen] = gammainc(ahead + 1, rate * within_s)
    return out
