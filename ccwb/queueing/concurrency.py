"""Agents who hold several conversations at once: the part of a queue that lies below the line of those who wait.

With k conversations held at once each of them takes aht_s * slowdown[k-1], so an agent finishes pace[k] = k /
slowdown[k-1] conversations in aht_s. New ones go to the agent who holds fewest: j conversations are spread evenly, and
when all K slots of n agents are taken, n * pace[K] are finished in aht_s, whoever comes then waits. The waiting part is
that of Erlang A or C with n * pace[K] agents; what lies below enters it by the chance alone of being one short of full.
"""

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_


def pace_of(slowdown):
    """Conversations finished in aht_s by an agent who holds 0, 1, .. K of them, as an array; None for one at a time.

    slowdown : factors of the handling time with 1, 2, .. K held at once; None is one at a time.
    Raises PlanError where the first factor is not 1, a factor falls, or one more conversation means fewer finished.

    >>> pace_of([1, 1.25, 1.5]).tolist()
    [0.0, 1.0, 1.6, 2.0]
    """
    if slowdown is None:
        return None
    try:
        factors = np.asarray(slowdown, dtype=float)
    except (TypeError, ValueError):
        factors = np.empty(0)
    proper = factors.ndim == 1 and factors.size and np.isfinite(factors).all()
    if not proper or factors[0] != 1 or (np.diff(factors) < 0).any():
        raise PlanError(
            N_(
                "The slowdown is a list of factors of the handling time with 1, 2, .. conversations held at once: the "
                "first is 1 and none is smaller than the one before it. Found {found}. Correct it, then run it again."
            ),
            found=str(slowdown),
        )
    pace = np.arange(len(factors) + 1) / np.concatenate([[1.0], factors])
    fewer = np.flatnonzero(np.diff(pace) < -1e-12)
    if len(fewer):
        _refuse_steep(int(fewer[0]) + 1, factors, pace)
    return pace if len(factors) > 1 else None


def _refuse_steep(held, factors, pace):
    raise PlanError(
        N_(
            "Holding {held} conversations at once serves fewer contacts than {less}: the handling time then is "
            "{factor} times that of one alone (the slowdown), an agent finishes {pace} of them in that time "
            "instead of {before}. Let agents hold at most {less}, or correct the slowdown."
        ),
        held=held,
        less=held - 1,
        factor=f"{factors[held - 1]:g}",
        pace=f"{pace[held]:.3g}",
        before=f"{pace[held - 1]:.3g}",
    )


def full(rows):
    """Conversations finished in aht_s when all slots are taken, for flat arrays by name."""
    return rows["agents"] * rows["pace"][:, -1] if "pace" in rows else rows["agents"]


def below(rows):
    """What lies below the line, for flat arrays by name: (chance of all slots but one being taken, mean held).

    Both given that somebody coming now would not wait; load and agents above 0. By the forward recursion r(j) = 1 +
    r(j-1) d(j) / load over the conversations j held, d(j) being finished in aht_s, of which every term is positive.
    """
    order = np.argsort(-rows["agents"], kind="stable")  # those with few agents are through a round first
    load, n, pace = rows["load"][order], rows["agents"][order], rows["pace"][order]
    most = int(n.max(initial=0))
    many = np.searchsorted(-n, -np.arange(most + 2), side="right")  # rows with at least that many agents
    rest, mean = np.ones(len(n)), np.zeros(len(n))
    with np.errstate(over="ignore", divide="ignore"):
        for q in range(pace.shape[1] - 1):
            start, rise = n * pace[:, q] / load, (pace[:, q + 1] - pace[:, q]) / load
            ahead = 1 if q == pace.shape[1] - 2 else 0  # the last round ends one short of all slots
            for r in range(1, most + 1):
                some = slice(0, many[r + ahead])
                rest[some] = 1 + rest[some] * (start[some] + r * rise[some])
                mean[some] += (q * n[some] + r - mean[some]) / rest[some]
    out = np.empty((2, len(n)))
    out[:, order] = 1 / rest, mean
    return out
