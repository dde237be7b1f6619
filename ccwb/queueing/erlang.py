"""Erlang B, C and A as formulas over whole arrays: every interval of a year in one call.

Nothing here loops over agents or contacts, and nothing overflows: see `ccwb.queueing.poisson`.
"""

from dataclasses import dataclass

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing import bounded, concurrency, poisson

_NAMES = {
    "load": N_("load (erlangs: offered x handling time / interval)"),
    "lines": N_("lines (most contacts in the centre at once)"),
    "agents": N_("agents"),
    "agents_there": N_("agents"),
    "offered": N_("offered (expected contacts of an interval)"),
    "interval_s": N_("interval_s (length of an interval, seconds)"),
    "queue": N_("queue (contacts in line at the beginning)"),
    "served_out_s": N_("served_out_s (how long the last agents go on, seconds)"),
    "aht_s": N_("aht_s (handling time, seconds)"),
    "answer_within_s": N_("answer_within_s (threshold of the service level, seconds)"),
    "redial": N_("redial (share of those who were lost that call again)"),
    "patience_s": N_("patience_s (mean time a contact is willing to wait, seconds)"),
}


@dataclass(frozen=True)
class Performance:
    """What a queue gives, as arrays of one shape.

    p_wait : share of offered contacts that have to wait.  service_level : share of offered answered in time.
    asa_s : mean wait of answered contacts, seconds; infinite where nobody is answered or the queue grows without end.
    mean_wait_s : mean wait of all offered contacts, seconds.  abandonment : share of offered that give up.
    answer_rate : share of offered that is answered.  occupancy : share of the agents' time spent handling.
    blocked : share of attempts that find all lines taken; all other shares and waits are then of accepted contacts.
    """

    p_wait: np.ndarray
    service_level: np.ndarray
    asa_s: np.ndarray
    mean_wait_s: np.ndarray
    abandonment: np.ndarray
    answer_rate: np.ndarray
    occupancy: np.ndarray
    blocked: np.ndarray


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


def performance(load, agents, *, aht_s, answer_within_s, patience_s=None, lines=None, redial=0.0, slowdown=None):
    """What a number of agents gives at a load, as a `Performance` of arrays.

    load : erlangs, 0 or more.  agents : whole, 0 or more.  aht_s : seconds, above 0.  answer_within_s : seconds, 0 or
    more.  patience_s : mean patience in seconds, above 0 (exponential; Erlang A), or None when nobody gives up
    (Erlang C).  lines : most contacts in the centre at once, handled or waiting, whole, 1 or more; None is unbounded.
    redial : share of those who were blocked or gave up that call again, from 0 to below 1; `load` then counts first
    attempts, and shares are of all attempts (blocked) or of accepted ones (all others).
    slowdown : for agents who hold several conversations at once (chat), the factors of the handling time with 1, 2, ..
    K of them held, the first 1, none smaller than the one before; aht_s, and with it the load, is that of a
    conversation held alone. A new one goes to whoever holds fewest and waits where all hold K; occupancy is then the
    share of the slots in use. One sequence for all rows; not together with lines. Arrays broadcast; every field has
    the common shape.

    Nothing offered: service level and answer rate 1, waits, abandonment and occupancy 0.
    Erlang C with agents <= load, where the queue grows without end: everybody waits, service level 0, waits infinite,
    abandonment 0, answer rate agents / load (what is answered in the long run), occupancy 1. With a slowdown that is
    where all agents, holding K each, finish no more than what comes.
    No agents while contacts are offered: nobody is answered, asa_s is infinite; with patience all give up after their
    patience; occupancy counts as 1, the limit of ever fewer agents. Without patience bounded lines fill up for good:
    blocked is 1. More agents than lines: those beyond are never busy, and the occupancy counts them.
    Raises PlanError for a negative, missing or fractional value, naming it.
    Source: Erlang (1917); Palm (1957), Garnett, Mandelbaum and Reiman (2002) for patience; birth and death equations
    for lines (Cooper 1981); redials as a fixed point, whoever calls again being like a new contact (Cohen 1957).

    >>> given = performance(10, [10, 12], aht_s=180, answer_within_s=20, patience_s=120)
    >>> given.service_level.round(3), given.abandonment.round(3), given.asa_s.round(1)
    (array([0.64 , 0.826]), array([0.137, 0.062]), array([14.6,  6.3]))
    >>> full = performance(10, 12, aht_s=180, answer_within_s=20, patience_s=120, lines=14, redial=0.5)
    >>> [float(share.round(3)) for share in (full.blocked, full.abandonment, full.service_level)]
    [0.064, 0.033, 0.9]
    """
    known = {"load": load, "agents": agents, "aht_s": aht_s, "answer_within_s": answer_within_s}
    known |= kind(patience_s=patience_s, lines=lines, redial=redial)
    pace = pace_of(slowdown, lines)
    shape, values = checked(**known)
    rows = dict(zip(known, values, strict=True))
    fields = given(rows | spread(pace, rows["load"].shape))
    return Performance(*(field.reshape(shape) for field in fields))


def kind(*, patience_s, lines, redial):
    """What makes a queue another kind than Erlang C, by name: patience, bounded lines, redials; what there is."""
    known = {"patience_s": patience_s} if patience_s is not None else {}
    if lines is not None:
        known["lines"] = number("lines", lines)
        if (known["lines"] < 1).any():
            _refuse("lines", 0, N_("is below 1"))
    return known | ({"redial": redial} if np.any(np.asarray(redial) != 0) else {})


def pace_of(slowdown, lines):
    """What agents finish holding 0, 1, .. K conversations at once, or None for one at a time; checked."""
    pace = concurrency.pace_of(slowdown)
    if pace is not None and lines is not None:
        raise PlanError(
            N_(
                "No model here knows bounded lines (lines) together with several conversations at once (slowdown). "
                "Leave out one of the two; with a patience the line of those who wait stays short without a bound."
            )
        )
    return pace


def spread(pace, shape):
    """The pace as a row of an array for every value of `shape`, by name, as `given` takes it; nothing without one."""
    return {} if pace is None else {"pace": np.broadcast_to(pace, (*shape, len(pace)))}


def given(rows):
    """The fields of Performance for checked flat arrays by name.

    rows : load, agents, aht_s, answer_within_s, and what is known of patience_s, lines, redial and pace.
    """
    if "redial" not in rows:
        return _on_offered(rows)
    once = {name: value for name, value in rows.items() if name != "redial"}

    def lost(load, some):
        gone, blocked = _on_offered({n: v[some] for n, v in once.items()} | {"load": load}, _lost, _LOST)
        return blocked + (1 - blocked) * gone

    return _on_offered(once | {"load": bounded.with_redials(rows["load"], rows["redial"], lost)})


def checked(**values):
    """Return (common shape, the named values as flat float arrays); PlanError names the one that cannot be."""
    arrays = [number(name, value) for name, value in values.items()]
    try:
        together = np.broadcast_arrays(*arrays)
        return together[0].shape, [array.ravel() for array in together]
    except ValueError:
        shapes = ", ".join(f"{name}: {array.shape}" for name, array in zip(values, arrays, strict=True))
        raise PlanError(
            N_("The values do not fit together row by row. Shapes found: {shapes}. Give one value or one per row."),
            shapes=shapes,
        ) from None


def number(name, value):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        _refuse(name, value, N_("is not a number"))
    positive = name in ("aht_s", "patience_s", "interval_s")
    for wrong, what in (
        (np.isnan(array), N_("is missing")),
        (np.isinf(array), N_("is infinite")),
        (array < 0, N_("is below 0")),
        (positive & (array == 0), N_("is 0, it must be above 0")),
        ((name in ("agents", "lines")) & (array % 1 != 0), N_("is not a whole number")),
        ((name == "redial") & (array >= 1), N_("is not a share below 1 (30 % is 0.3)")),
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


def _on_offered(rows, formula=None, told=slice(None)):
    """Apply the formula where something is offered and somebody is there; the edges have their own answers.

    told : which of the fields of Performance the formula gives.
    """
    formula = formula or _formula
    offered = rows["load"] > 0
    work = offered & (rows["agents"] > 0)
    if work.all():
        return formula(rows)
    values = formula({name: value[work] for name, value in rows.items()})
    fields = []
    for value, quiet, missed in zip(values, _NOTHING_OFFERED[told], _nobody_there(rows)[told], strict=True):
        out = np.where(offered, missed, quiet)
        out[work] = value
        fields.append(out)
    return fields


def _formula(rows):
    if "lines" in rows:
        return bounded.performance(rows)
    return _performance_a(rows) if "patience_s" in rows else _performance_c(rows)


def _lost(rows):
    """(abandonment, blocked) alone: what the search for the load with redials asks for, over and over."""
    if "lines" in rows:
        return bounded.lost(rows)
    none = np.zeros(rows["load"].shape)
    return (level_a(rows)[2] if "patience_s" in rows else none), none


# in the order of the fields of Performance
_LOST = slice(4, None, 3)  # abandonment and blocked
_NOTHING_OFFERED = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _nobody_there(rows):
    """With patience all leave after it, and lines are taken for as long; without, whoever comes stays for good."""
    if "patience_s" not in rows:
        return 1.0, 0.0, np.inf, np.inf, 0.0, 0.0, 1.0, 1.0 if "lines" in rows else 0.0
    blocked = np.zeros(rows["load"].shape)
    if "lines" in rows:
        waiting = np.maximum(rows["load"] * rows["patience_s"] / rows["aht_s"], np.finfo(float).tiny)
        blocked = poisson.blocking(waiting, rows["lines"])
    return 1.0, 0.0, np.inf, rows["patience_s"], 1.0, 0.0, 1.0, blocked


def _erlang_c(load, agents):
    out = (load > 0).astype(float)
    settles = (agents > load) & (load > 0)
    a, n = load[settles], agents[settles]
    out[settles] = _waits(a, n, poisson.blocking(a, n - 1))
    return out


def _waits(load, full, blocked):
    """P(wait) without patience where a queue settles, from the chance of being one short of full."""
    return load * blocked / (full - load + load * blocked)


def _below(rows):
    """(finished in aht_s when all are busy, chance of being one short of that, share of slots in use till then)."""
    full, load, agents = concurrency.full(rows), rows["load"], rows["agents"]
    if "pace" not in rows:
        return full, poisson.blocking(load, agents - 1), None
    blocked, held = concurrency.below(rows)
    return full, blocked, held / (agents * (rows["pace"].shape[1] - 1))


def _performance_c(rows):
    load, aht_s = rows["load"], rows["aht_s"]
    full, blocked, used = _below(rows)
    settles = full > load
    spare = np.where(settles, full - load, 1.0)
    wait = np.where(settles, _waits(load, load + spare, blocked), 1.0)
    level = np.where(settles, 1 - wait * np.exp(-spare * rows["answer_within_s"] / aht_s), 0.0)
    asa_s = np.where(settles, wait * aht_s / spare, np.inf)
    occupancy = np.minimum(load, full) / full if used is None else wait + (1 - wait) * used
    none = np.zeros(load.shape)
    return wait, level, asa_s, asa_s, none, np.minimum(load, full) / load, occupancy, none


def level_a(rows):
    """Erlang A without the mean wait, load and agents above 0: (p_wait, service level, abandonment, answer rate).

    Last comes the occupancy.
    """
    full, blocked, used = _below(rows)
    wait, level, gone, answered = _shares(_weights(rows, full, blocked))
    return wait, level, gone, answered, _occupancy(rows, wait, answered, used)


def _occupancy(rows, wait, answered, used):
    return rows["load"] * answered / rows["agents"] if used is None else wait + (1 - wait) * used


def _performance_a(rows):
    full, blocked, used = _below(rows)
    weights = _weights(rows, full, blocked)
    wait, level, gone, answered = _shares(weights)
    patience_s, ratio = rows["patience_s"], rows["patience_s"] / rows["aht_s"]
    moment = poisson.wait_moment(full * ratio, rows["load"] * ratio, weights.at_once)
    asa_s = patience_s * blocked * moment / (weights.at_once + blocked * (weights.waiting - weights.left))
    occupancy = _occupancy(rows, wait, answered, used)
    return wait, level, asa_s, patience_s * gone, gone, answered, occupancy, np.zeros(gone.shape)


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


def _weights(rows, full, blocked):
    """The parts of Erlang A, load and agents above 0; full: agents, or what all slots finish in aht_s.

    With s = full p / h, x = load p / h, u = T / p, y = x exp(-u), f(s, x) = sum over k of x^k / (s (s+1) .. (s+k)),
    `blocked` = chance of being one short of full (Erlang B of one agent fewer), and all others times `at_once`:
    waiting = x f(s, x), left = waiting - x f(s+1, x), timely = x f(s+1, x) - x exp(x - y - (s+1) u) f(s+1, y).
    P(wait) = blocked waiting / (at_once + blocked waiting), and so on. `at_once` is 1 where s is well above x
    (continued fraction), else the Poisson probability of s (incomplete gamma function), which keeps everything in range
    and no difference cancels, however deep the overload.
    """
    ratio, u = rows["patience_s"] / rows["aht_s"], rows["answer_within_s"] / rows["patience_s"]
    s, x = full * ratio, rows["load"] * ratio
    calm = (s - x > 2 * np.sqrt(s)) | (x < 0.01 * s)
    if calm.all():
        parts = _calm(s, x, u)
    elif calm.any():
        parts = np.empty((4, *s.shape))
        parts[:, calm] = _calm(s[calm], x[calm], u[calm])
        parts[:, ~calm] = _busy(s[~calm], x[~calm], u[~calm])
    else:
        parts = _busy(s, x, u)
    return _Weights(*parts, blocked)


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
