"""Erlang B, C and A as formulas over whole arrays: every interval of a year in one call.

Nothing here loops over agents or contacts, and nothing overflows: see `ccwb.queueing.poisson`.
"""

from dataclasses import dataclass

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing import poisson

_NAMES = {
    "load": N_("load (erlangs: offered x handling time / interval)"),
    "lines": N_("lines"),
    "agents": N_("agents"),
    "aht_s": N_("aht_s (handling time, seconds)"),
    "answer_within_s": N_("answer_within_s (threshold of the service level, seconds)"),
    "patience_s": N_("patience_s (mean time a contact is willing to wait, seconds)"),
}


@dataclass(frozen=True)
class Performance:
    """What a queue gives, as arrays of one shape.

    p_wait : share of offered contacts that have to wait.  service_level : share of offered answered in time.
    asa_s : mean wait of answered contacts, seconds; infinite where nobody is answered or the queue grows without end.
    mean_wait_s : mean wait of all offered contacts, seconds.  abandonment : share of offered that give up.
    answer_rate : share of offered that is answered.  occupancy : share of the agents' time spent handling.
    """

    p_wait: np.ndarray
    service_level: np.ndarray
    asa_s: np.ndarray
    mean_wait_s: np.ndarray
    abandonment: np.ndarray
    answer_rate: np.ndarray
    occupancy: np.ndarray


def erlang_b(load, lines):
    """Share of attempts blocked when each either finds a free line at once or is lost (M/M/n/n, Erlang B).

    load : erlangs, 0 or more.  lines : whole, 0 or more.  Arrays broadcast; the result has the common shape.
    Returns fractions in [0, 1]: 0 where nothing is offered, 1 where there are no lines.
    Raises PlanError for a negative, missing or fractional value, naming it.
    Source: Erlang (1917), as Poisson probability over Poisson sum.

    >>> float(erlang_b(load=10, lines=14).round(4))
    0.0568
    """
    shape, (load, lines) = checked(load=load, lines=lines)
    out = np.zeros(load.shape)
    offered = load > 0
    out[offered] = poisson.blocking(load[offered], lines[offered])
    return out.reshape(shape)


def erlang_c(load, agents):
    """Share of offered contacts that have to wait, when nobody abandons (M/M/n, Erlang C).

    load : erlangs, 0 or more.  agents : whole, 0 or more.  Arrays broadcast; the result has the common shape.
    Returns fractions in [0, 1]: 0 where nothing is offered, 1 where agents <= load (the queue never settles).
    Raises PlanError for a negative, missing or fractional value, naming it.  Source: Erlang (1917).

    >>> float(erlang_c(load=10, agents=14).round(4))
    0.1741
    """
    shape, (load, agents) = checked(load=load, agents=agents)
    return _erlang_c(load, agents).reshape(shape)


def service_level(load, agents, aht_s, answer_within_s):
    """Share of offered contacts answered within `answer_within_s`, when nobody abandons (M/M/n, Erlang C).

    load : erlangs, 0 or more.  agents : whole, 0 or more.  Arrays broadcast; the result has the common shape.
    Returns fractions in [0, 1]: 1 where nothing is offered, 0 where agents <= load (the queue never settles).
    Raises PlanError for a negative or missing value, naming it.
    Source: Erlang (1917); through the incomplete gamma function, which neither overflows nor loops.

    >>> float(service_level(load=10, agents=14, aht_s=180, answer_within_s=20).round(3))
    0.888
    """
    return performance(load, agents, aht_s=aht_s, answer_within_s=answer_within_s).service_level


def performance(load, agents, *, aht_s, answer_within_s, patience_s=None):
    """What a number of agents gives at a load, as a `Performance` of arrays.

    load : erlangs, 0 or more.  agents : whole, 0 or more.  aht_s : seconds, above 0.  answer_within_s : seconds, 0 or
    more.  patience_s : mean patience in seconds, above 0 (exponential; Erlang A), or None when nobody gives up
    (Erlang C).  Arrays broadcast; every field has the common shape.

    Nothing offered: service level and answer rate 1, waits, abandonment and occupancy 0.
    Erlang C with agents <= load, where the queue grows without end: everybody waits, service level 0, waits infinite,
    abandonment 0, answer rate agents / load (what is answered in the long run), occupancy 1.
    No agents while contacts are offered: nobody is answered, asa_s is infinite; with patience all give up after their
    patience; occupancy counts as 1, the limit of ever fewer agents.
    Raises PlanError for a negative, missing or fractional value, naming it.
    Source: Erlang (1917); Palm (1957), Garnett, Mandelbaum and Reiman (2002) for patience.

    >>> given = performance(10, [10, 12], aht_s=180, answer_within_s=20, patience_s=120)
    >>> given.service_level.round(3), given.abandonment.round(3), given.asa_s.round(1)
    (array([0.64 , 0.826]), array([0.137, 0.062]), array([14.6,  6.3]))
    """
    known = {"load": load, "agents": agents, "aht_s": aht_s, "answer_within_s": answer_within_s}
    if patience_s is None:
        shape, values = checked(**known)
        fields = _on_offered(performance_c, *values)
    else:
        shape, values = checked(**known, patience_s=patience_s)
        fields = _on_offered(performance_a, *values)
    return Performance(*(field.reshape(shape) for field in fields))


def checked(**values):
    """Return (common shape, the named values as flat float arrays); PlanError names the one that cannot be."""
    arrays = [_number(name, value) for name, value in values.items()]
    try:
        together = np.broadcast_arrays(*arrays)
        return together[0].shape, [array.ravel() for array in together]
    except ValueError:
        shapes = ", ".join(f"{name}: {array.shape}" for name, array in zip(values, arrays, strict=True))
        raise PlanError(
            N_("The values do not fit together row by row. Shapes found: {shapes}. Give one value or one per row."),
            shapes=shapes,
        ) from None


def _number(name, value):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        _refuse(name, value, N_("is not a number"))
    positive = name in ("aht_s", "patience_s")
    for wrong, what in (
        (np.isnan(array), N_("is missing")),
        (np.isinf(array), N_("is infinite")),
        (array < 0, N_("is below 0")),
        (positive & (array == 0), N_("is 0, it must be above 0")),
        ((name in ("agents", "lines")) & (array % 1 != 0), N_("is not a whole number")),
    ):
        if wrong.any():
            _refuse(name, array[wrong].flat[0], what)
    return array


def _refuse(name, found, what):
    raise PlanError(
        N_("The value of {name} {what}: found {found}. Correct it, then run this step again."),
        name=_NAMES[name],
        what=what,
        found=str(found),
    )


def _on_offered(formula, load, agents, *more):
    """Apply a formula where something is offered and somebody is there; the edges have their own answers."""
    offered = load > 0
    work = offered & (agents > 0)
    if work.all():
        return formula(load, agents, *more)
    lost = _NOBODY_THERE_C if formula is performance_c else (*_NOBODY_THERE_A[:3], more[2], *_NOBODY_THERE_A[4:])
    fields = []
    values = formula(*(value[work] for value in (load, agents, *more)))
    for value, quiet, missed in zip(values, _NOTHING_OFFERED, lost, strict=True):
        out = np.where(offered, missed, quiet)
        out[work] = value
        fields.append(out)
    return fields


# in the order of the fields of Performance; with patience, all leave after it: their mean wait is the patience itself
_NOTHING_OFFERED = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_NOBODY_THERE_C = (1.0, 0.0, np.inf, np.inf, 0.0, 0.0, 1.0)
_NOBODY_THERE_A = (1.0, 0.0, np.inf, None, 1.0, 0.0, 1.0)


def _erlang_c(load, agents):
    out = (load > 0).astype(float)
    settles = (agents > load) & (load > 0)
    a, n = load[settles], agents[settles]
    blocked = poisson.blocking(a, n)
    out[settles] = n * blocked / (n - a + a * blocked)
    return out


def performance_c(load, agents, aht_s, answer_within_s):
    wait = _erlang_c(load, agents)
    settles = agents > load
    spare = np.where(settles, agents - load, 1.0)
    level = np.where(settles, 1 - wait * np.exp(-spare * answer_within_s / aht_s), 0.0)
    asa_s = np.where(settles, wait * aht_s / spare, np.inf)
    occupancy = np.minimum(load, agents) / agents
    return wait, level, asa_s, asa_s, np.zeros(load.shape), np.minimum(load, agents) / load, occupancy


def level_a(load, agents, aht_s, answer_within_s, patience_s):
    """Erlang A without the mean wait, load and agents above 0: (p_wait, service level, abandonment, answer rate)."""
    return _shares(_weights(load, agents, aht_s, answer_within_s, patience_s))


def performance_a(load, agents, aht_s, answer_within_s, patience_s):
    weights = _weights(load, agents, aht_s, answer_within_s, patience_s)
    wait, level, gone, answered = _shares(weights)
    s, x, b = agents * patience_s / aht_s, load * patience_s / aht_s, weights.blocked
    moment = poisson.wait_moment(s, x, weights.at_once)
    asa_s = patience_s * b * moment / (weights.at_once + b * (weights.waiting - weights.left))
    return wait, level, asa_s, patience_s * gone, gone, answered, load * answered / agents


@dataclass(frozen=True)
class _Weights:
    """The parts of Erlang A on a common scale, see `_weights`."""

    at_once: np.ndarray
    waiting: np.ndarray
    left: np.ndarray
    timely: np.ndarray
    blocked: np.ndarray


def _shares(of):
    total = of.at_once + of.blocked * of.waiting
    return (
        of.blocked * of.waiting / total,
        (of.at_once + of.blocked * of.timely) / total,
        of.blocked * of.left / total,
        (of.at_once + of.blocked * (of.waiting - of.left)) / total,
    )


def _weights(load, agents, aht_s, answer_within_s, patience_s):
    """The parts of Erlang A, load and agents above 0.

    With s = agents p / h, x = load p / h, u = T / p, y = x exp(-u), f(s, x) = sum over k of x^k / (s (s+1) .. (s+k)),
    `blocked` = Erlang B of one agent fewer, and all others times `at_once`:
    waiting = x f(s, x), left = waiting - x f(s+1, x), timely = x f(s+1, x) - x exp(x - y - (s+1) u) f(s+1, y).
    P(wait) = blocked waiting / (at_once + blocked waiting), and so on. `at_once` is 1 where s is well above x
    (continued fraction), else the Poisson probability of s (incomplete gamma function), which keeps everything in range
    and no difference cancels, however deep the overload.
    """
    s, x, u = agents * patience_s / aht_s, load * patience_s / aht_s, answer_within_s / patience_s
    calm = (s - x > 2 * np.sqrt(s)) | (x < 0.01 * s)
    if calm.all():
        parts = _calm(s, x, u)
    elif calm.any():
        parts = np.empty((4, *s.shape))
        parts[:, calm] = _calm(s[calm], x[calm], u[calm])
        parts[:, ~calm] = _busy(s[~calm], x[~calm], u[~calm])
    else:
        parts = _busy(s, x, u)
    return _Weights(*parts, poisson.blocking(load, agents - 1))


def _calm(s, x, u):
    rest = poisson.fraction(s - x, x)
    waiting, left = x / (s - x + rest), rest / (s - x + rest)
    y = x * np.exp(-u)
    late = y / (s + 1 - y + poisson.fraction(s + 1 - y, y))
    late = late * np.exp(-(s - x) * u - x * (u + np.expm1(-u)))
    return np.ones(s.shape), waiting, left, waiting - left - late


def _busy(s, x, u):
    chance = poisson.probability(s, x)
    timely, below = poisson.between(s + 1, x * np.exp(-u), x)
    waiting = x / s * (chance + below)
    return chance, waiting, x / s * chance + (x / s - 1) * below, timely
