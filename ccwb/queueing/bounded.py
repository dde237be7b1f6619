"""A queue with a bounded number of lines, and contacts that call again: the sums that no closed form saves.

A contact that finds `lines` contacts in the centre (with agents or waiting) is blocked. With load a, agents n,
s = n p / h and x = a p / h, the chance of j contacts waiting changes from one j to the next by x / (s + j), or by a / n
where nobody gives up. Who finds j waiting waits V with exp(-V / p) ~ Beta(s, j + 1), or V n / h ~ Gamma(j + 1).
"""

import numpy as np
from scipy.special import betainc, gammainc

from ccwb.queueing import poisson

_CELLS = 2_000_000  # rows x places in the queue that are held at once
_FADED = 2e-35  # of the likeliest: what is rarer adds nothing to a double
_TURNS = 100  # of the search for the load with redials; a dozen are enough as a rule
_CLOSE = 1e-14


def performance(rows):
    """The fields of `Performance`, for flat arrays by name: load, agents and lines above 0, patience_s or none.

    Per attempt: blocked. Per accepted contact: all other shares and waits.
    """
    return _in_pieces(rows, _fields, 8)


def lost(rows):
    """(abandonment, blocked) as `performance` has them, for the same arrays; the two alone take a tenth of the time."""
    return _in_pieces(rows, _lost, 2)


def _in_pieces(rows, fields, many):
    rows = rows | {"at_work": np.minimum(rows["agents"], rows["lines"])}
    rows["places"] = (rows["lines"] - rows["at_work"]).astype(np.int64)
    out = np.empty((many, *rows["load"].shape))
    order = np.argsort(rows["places"], kind="stable")
    for piece in _pieces(rows["places"][order]):
        out[:, order[piece]] = fields({name: value[order[piece]] for name, value in rows.items()})
    return out


def _pieces(places):
    """Give slices of rows, ordered by places, small enough to be held at once."""
    start = 0
    while start < len(places):
        end = len(places)
        while end > start + 1 and (int(places[end - 1]) + 1) * (end - start) > _CELLS:
            end = start + (end - start) // 2
        yield slice(start, end)
        start = end


def _fields(rows):
    j, free, weight, finds, full = _weights(rows)
    kept, timely, waited = _waits(rows, finds, j)
    accepted, answered = free + finds.sum(axis=0), free + kept
    mean_wait_s = _mean_wait_s(rows, weight, j, accepted)
    return (
        finds.sum(axis=0) / accepted,
        (free + timely) / accepted,
        np.divide(waited, answered, out=np.full(free.shape, np.inf), where=answered > 0),
        mean_wait_s,
        mean_wait_s / rows["patience_s"] if "patience_s" in rows else np.zeros(free.shape),
        answered / accepted,
        rows["load"] * answered / (accepted + full) / rows["agents"],
        full / (accepted + full),
    )


def _lost(rows):
    j, free, weight, finds, full = _weights(rows)
    accepted = free + finds.sum(axis=0)
    gone = np.zeros(free.shape)
    if "patience_s" in rows:
        gone = _mean_wait_s(rows, weight, j, accepted) / rows["patience_s"]
    return gone, full / (accepted + full)


def _weights(rows):
    """Weights by how many are there: (j, an agent is free, all busy and j wait, of these with a line left, full)."""
    places, j = rows["places"], np.arange(int(rows["places"].max()) + 1)[:, None]
    chance, top = _waiting(rows, j)
    busy = poisson.blocking(rows["load"], rows["at_work"])
    weight, free = busy * chance, (1 - busy) * np.exp(-top)
    full = np.take_along_axis(weight, places[None, :], axis=0)[0]
    return j, free, weight, np.where(j < places, weight, 0.0), full


def _mean_wait_s(rows, weight, j, accepted):
    return (weight * j).sum(axis=0) / accepted * rows["aht_s"] / rows["load"]


def _waiting(rows, j):
    """Chances of j waiting, as multiples of exp(top) times the chance that all agents are busy and nobody waits."""
    ratio = rows["patience_s"] / rows["aht_s"] if "patience_s" in rows else 1.0
    on_the_way_out = rows["at_work"] * ratio + (j if "patience_s" in rows else 0)
    steps = np.log(rows["load"] * ratio) - np.log(np.broadcast_to(on_the_way_out, (len(j), len(rows["load"]))))
    height = np.concatenate([np.zeros((1, len(rows["load"]))), np.cumsum(steps[1:], axis=0)])
    height[j > rows["places"]] = -np.inf
    top = height.max(axis=0)
    return np.exp(height - top), top


def _waits(rows, finds, j):
    """Weights of contacts that wait and are answered, of those answered in time, and their wait, seconds."""
    timely, at, within_s = np.zeros(finds.shape), rows["at_work"], rows["answer_within_s"]
    seen = finds > _FADED * finds.max(axis=0)
    of, place = np.nonzero(seen)[1], np.nonzero(seen)[0].astype(float)
    if "patience_s" not in rows:
        timely[seen] = finds[seen] * gammainc(place + 1, (at * within_s / rows["aht_s"])[of])
        return finds.sum(axis=0), timely.sum(axis=0), (finds * (j + 1)).sum(axis=0) * rows["aht_s"] / at
    s = at * rows["patience_s"] / rows["aht_s"]
    stays = finds * s / (s + j + 1)
    early = -np.expm1(-within_s / rows["patience_s"])
    timely[seen] = stays[seen] * betainc(place + 1, s[of] + 1, early[of])
    waited = rows["patience_s"] * (stays * np.cumsum(1 / (s + 1 + j), axis=0)).sum(axis=0)
    return stays.sum(axis=0), timely.sum(axis=0), waited


def with_redials(load, redial, lost):
    """The load of all attempts when a share `redial` of those who were lost calls again: a = load + redial a lost(a).

    lost(a, rows) : share of the attempts of `rows` that are blocked or give up at load a; it grows with a. The one root
    lies between load and load / (1 - redial); regula falsi (Illinois) closes in on it.
    """
    ends = np.stack([load, load / (1 - redial)])
    rows, at, side = np.arange(len(load)), load.copy(), np.zeros(len(load))

    def beyond(guess, some):
        return guess - load[some] - redial[some] * guess * lost(guess, some)

    gaps = np.stack([beyond(end, rows) for end in ends])
    at[gaps[1] <= 0] = ends[1][gaps[1] <= 0]
    some = rows[(gaps[0] < 0) & (gaps[1] > 0)]
    for _turn in range(_TURNS):
        if not len(some):
            break
        low, high = ends[:, some]
        middle = np.clip((low * gaps[1, some] - high * gaps[0, some]) / (gaps[1, some] - gaps[0, some]), low, high)
        gap = beyond(middle, some)
        at[some], end = middle, (gap > 0).astype(int)
        stuck = some[side[some] == np.where(gap > 0, 1, -1)]  # the same end moved twice: the other one counts half
        gaps[(side[stuck] < 0).astype(int), stuck] /= 2
        ends[end, some], gaps[end, some], side[some] = middle, gap, np.where(gap > 0, 1, -1)
        some = some[(np.abs(gap) > _CLOSE * middle) & (ends[1, some] - ends[0, some] > _CLOSE * middle)]
    return at
