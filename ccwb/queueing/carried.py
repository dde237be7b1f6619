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
_FINISHING = (0.5, 1.5, 3.0)  # ends of the stretches, in handling times, in which agents who go finish
_NOBODY = 0.02  # agents who still handle a contact when they should go: so few are let go at once


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

    Where agents fall, idle ones go first, and who handles a contact finishes it before going. Where the handling time
    or patience changes it does so for those in the centre, too. After the last interval its agents go on until the
    line is served. The service level counts a wait that lasts into the next interval as if the agents stayed; all
    other figures know the agents to come.
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
    state, ended, many = None, [], rows["offered"].shape[1]
    here = [{name: value[:, i] for name, value in rows.items()} for i in range(many)]
    for i in range(many):
        now = _stretch(here[i], pace)
        state = _beginning(now, line) if state is None else state
        earlier = ended[-1][0][-1] if ended else now
        own = _without(np.stack([state, 0 * state, 0 * state]), _left_alone(now, earlier))
        stretches, sums = _finishing(now, earlier, own[0]), np.zeros((6, len(line)))
        for stretch in stretches:
            own, spent = chain.through(stretch, own)
            sums += _seen(here[i], stretch, spent, own)
        state = own[0]
        ended.append((stretches, own, sums))
    fields, sizes = np.empty((8, *rows["offered"].shape)), np.maximum.accumulate([own.shape[2] for _, own, _ in ended])
    later = _for_ever(now, sizes[-1])
    for i in reversed(range(many)):
        fields[:, :, i] = _told(here[i], *ended[i], later)
        if i:  # of places in line only those that somebody before has
            later = _from_there(ended[i][0], ended[i - 1][0][-1], [part[:, : sizes[i - 1]] for part in later])
    return fields


def _from_there(stretches, earlier, later):
    """What becomes of a place in line at the end of the interval before, from what becomes of it at the end of this."""
    for stretch in reversed(stretches):
        later = chain.before(stretch, *later)
    return _behind(later, _left_alone(stretches[-1], earlier))


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


def _left_alone(now, earlier):
    """Contacts in hand, at most, that are finished by agents who go, where nobody stays for the line; else 0."""
    return np.where(now.agents == 0, earlier.slots, 0).astype(int)


def _without(state, gone):
    """The state with so many fewer in the centre, those in hand."""
    state = state.copy()
    for day in np.flatnonzero(gone):
        many = min(int(gone[day]), state.shape[2] - 1)
        first = state[:, day, : many + 1].sum(axis=1)
        state[:, day] = np.roll(state[:, day], -many, axis=1)
        state[:, day, 0], state[:, day, state.shape[2] - many :] = first, 0
    return state


def _behind(later, gone):
    """What becomes of a place in line, with so many more ahead who are in hand and soon gone."""
    ahead = np.maximum(np.arange(later[0].shape[1]) - gone[:, None], 0)
    return tuple(np.take_along_axis(part, ahead, axis=1) for part in later)


def _finishing(now, earlier, state):
    """The interval in stretches: where agents fall, idle ones go at once, the others when they have finished.

    Those who go are there for another aht_s on average, each stretch having their mean number: in the pace of those
    moments in which all are busy, in the number from which on contacts wait rounded, of all moments.
    """
    most, j = len(now.pace) - 1, np.arange(state.shape[1])
    more = np.clip(j - now.slots[:, None], 0, np.maximum(earlier.slots - now.slots, 0)[:, None])
    going = (state * more).sum(axis=1)
    going = np.where(now.agents > 0, going, 0)
    if (going < _NOBODY * most).all():
        return [now]
    busy = going / np.maximum((state * (j > now.slots[:, None])).sum(axis=1), _FADED)
    each_s, out, start = now.aht_s * most / now.pace[-1], [], np.zeros(len(going))
    for end in (*(np.minimum(part * each_s, now.length_s) for part in _FINISHING), now.length_s):
        length_s = end - start
        still = each_s * (np.exp(-start / each_s) - np.exp(-end / each_s))  # integral of exp(-t / each_s)
        share = np.divide(still, length_s, out=np.zeros(len(going)), where=length_s > 0)
        if (length_s > 0).any():
            there = {"agents": now.agents + busy * share / most, "slots": now.slots + np.rint(going * share)}
            out.append(replace(now, length_s=length_s, **there))
        start = end
    return out


def _for_ever(last, size):
    """Chance of being answered, and wait of those answered, by contacts ahead, when the last agents stay."""
    rate, ahead = last.full[:, None], np.arange(size) - last.slots[:, None]
    waits, quits = ahead >= 0, last.quits[:, None]
    ahead = np.maximum(ahead, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        answered = np.where(waits, np.where(rate > 0, rate / (rate + (ahead + 1) * quits), 0.0), 1.0)
        steps = np.cumsum(np.where(waits, 1 / (rate + (ahead + 1) * quits), 0.0), axis=1)
        return answered, np.where(waits & (rate > 0), answered * steps, 0.0)


def _seen(here, stretch, spent, own):
    """Sums of a stretch, per day: seconds in which nobody would wait, and in which all would be answered in time.

    And slots in use x seconds, slots x seconds; own contacts answered after a wait, and their waits, which are taken
    out of `own`.
    """
    j, slots = np.arange(spent.shape[1]), stretch.slots[:, None]
    free = (spent * (j < slots)).sum(axis=1)
    timely = free + (spent * _in_time(here, stretch, spent)).sum(axis=1)
    past = np.arange(own.shape[2]) < slots
    answered, waited = (own[1:] * past).sum(axis=2)
    own[1:] *= ~past
    used = (spent * np.minimum(j, slots)).sum(axis=1)
    return np.stack([free, timely, used, stretch.slots * stretch.length_s, answered, waited])


def _told(here, stretches, own, sums, later):
    """The fields of one interval, from its sums and what becomes of those still in line at its end."""
    came, length_s, size, quiet = here["offered"], here["interval_s"], own.shape[2], here["offered"] == 0
    free, timely, used, there, answered, waited = sums
    chance, wait = (part[:, :size] for part in later)
    got = came * free / length_s + answered + (own[1] * chance).sum(axis=1)
    waited = waited + (own[2] * chance + own[1] * wait).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(quiet, 1.0, got / came)
        asa_s = np.where(quiet, 0.0, np.where(got > 0, waited / got, np.inf))
        busy = used / there
    patient = "patience_s" not in here
    gone = np.zeros(len(came)) if patient else np.where(quiet, 0.0, 1 - rate)
    mean_wait_s = np.where(rate > 1 - 1e-6, asa_s, np.inf) if patient else gone * here["patience_s"]
    left = (own[0] * np.maximum(np.arange(size) - stretches[-1].slots[:, None], 0)).sum(axis=1)
    busy = np.where(there > 0, busy, np.where(quiet & (left < _FADED), 0.0, 1.0))
    level = np.where(quiet, 1.0, timely / length_s)
    return np.where(quiet, 0.0, 1 - free / length_s), level, asa_s, mean_wait_s, gone, rate, busy, left


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
