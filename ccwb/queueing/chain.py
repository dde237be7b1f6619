"""Contacts in a centre as a Markov chain through time: large, exact steps, for several days at once.

A step multiplies by the matrix exponential of the generator, as its Pade approximation of degrees (3, 4): four poles,
all on the right, so that a step of a handling time is accurate to some 1e-7 and one of any length damps what dies out
(the stiff solver Radau IIA of four stages, of order 7; Hairer and Wanner 1996). Each pole is a tridiagonal system;
those of all poles and days are solved in one call. Contacts are neither lost nor made, whatever the step.
"""

from dataclasses import dataclass
from functools import cached_property
from math import comb, factorial

import numpy as np

_DEGREE = 4
_RARE = 1e-9  # chance from which on a state is kept
_CALM = 1e-3  # chances that change by less in a step may take one twice as long
_SETTLED = 8  # steps of a handling time after which what was at first has died out: they may get longer
_EDGE = 1e-8  # chance of the last state at which more states are taken in


def _pade():
    """Poles in the upper half of the plane, and their residues twice (for the ones below)."""

    def terms(degree, sign):
        most = 2 * _DEGREE - 1
        weights = [comb(degree, j) * factorial(most - j) / factorial(most) for j in range(degree + 1)]
        return np.polynomial.Polynomial([weight * sign**j for j, weight in enumerate(weights)])

    above, below = terms(_DEGREE - 1, 1), terms(_DEGREE, -1)
    poles = below.roots()
    poles = poles[poles.imag > 0]
    return poles, 2 * above(poles) / below.deriv()(poles)


_POLES, _SHARES = _pade()


@dataclass(frozen=True)
class Stretch:
    """A time in which nothing changes, arrays with one value per day.

    length_s : its length.  up : contacts that come in a second.  agents : at work, fractions too.  slots : contacts in
    the centre from which on a new one waits.  aht_s : handling time.  quits : of those who wait, share that gives up in
    a second, or 0.  pace : conversations finished in aht_s by an agent who holds 0, 1, .. of them.
    """

    length_s: np.ndarray
    up: np.ndarray
    agents: np.ndarray
    slots: np.ndarray
    aht_s: np.ndarray
    quits: np.ndarray
    pace: np.ndarray

    def down(self, size):
        """Contacts that leave in a second from each number in the centre, day x number."""
        j, n = np.arange(size), self.agents[:, None]
        each = np.divide(j, n, out=np.zeros((len(n), size)), where=n > 0)
        done = sum(rise * np.clip(each - k, 0, 1) for k, rise in enumerate(np.diff(self.pace)))
        line = np.maximum(j - self.slots[:, None], 0)
        return n * done / self.aht_s[:, None] + self.quits[:, None] * line

    @cached_property
    def full(self):
        """Contacts finished in a second when everybody is busy."""
        return self.agents * self.pace[-1] / self.aht_s

    def reach(self, top):
        """A number in the centre that is next to never passed in the stretch, when `top` was not before."""
        load = self.up * self.aht_s
        start = np.minimum(self.slots, load + 7 * np.sqrt(load) + 10)
        drift, noise = self.up - self.full, 6 * np.sqrt((self.up + self.full) * self.length_s)
        grow = np.maximum(drift, 0) * self.length_s + noise
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            steady = np.where(drift < 0, 20 / np.log(self.full / self.up), np.inf)
            wide = np.maximum(drift, 0) / self.quits + 7 * np.sqrt(self.up / self.quits) + 15
        settled = np.fmin(steady, np.where(self.quits > 0, wide, np.inf))
        far = np.minimum(np.maximum(top, start) + grow, np.maximum(top, start + settled))
        return int(np.ceil(np.where(self.up > 0, far, top).max())) + 3


class Steps:
    """The steps of a stretch for a number of states: its systems are factored once for each length of step."""

    def __init__(self, stretch, size):
        self.of, self.size, self.down = stretch, size, stretch.down(size)
        self.low = max(int(stretch.slots.min()) - 1, 0)  # no line below that on any day
        self.waits = (np.arange(size) >= stretch.slots[:, None])[:, self.low :]
        self.up = np.broadcast_to(stretch.up[:, None], self.down.shape).copy()
        self.up[:, -1] = 0
        self._known = {}

    def forward(self, state, share):
        """Chances, own contacts by place and their waits so far, a `share` of the stretch later; and the chances' sum.

        state : (chances; expected contacts of the interval that wait, by contacts ahead, with those already answered in
        the last place that does not wait; their waits so far), each day x number.
        The sum is that of the chances over the time of the step, in seconds.
        """
        centre, line, step_s = self._factored(share)
        chances = _solve(centre, state[0])
        came = step_s * self.of.up[:, None] * self.waits * chances[:, :, self.low :]
        own = _solve(line, state[1, :, self.low :] - came, transposed=1)
        waited = _solve(line, state[2, :, self.low :] - step_s * self.waits * own, transposed=1)
        after = np.zeros(state.shape)
        after[0] = _sum(_SHARES, chances)
        after[1, :, self.low :], after[2, :, self.low :] = _sum(_SHARES, own), _sum(_SHARES, waited)
        return after, step_s * _sum(_SHARES / _POLES, chances)

    def backward(self, answered, wait, share):
        """Chance of being answered and expected wait of those answered, by contacts ahead, that much earlier."""
        _, line, step_s = self._factored(share)
        chance = _solve(line, answered[:, self.low :])
        later = _solve(line, wait[:, self.low :] - step_s * self.waits * chance)
        answered[:, self.low :], wait[:, self.low :] = _sum(_SHARES, chance), _sum(_SHARES, later)
        return answered, wait

    def _factored(self, share):
        if share not in self._known:
            step_s = share * self.of.length_s[:, None]
            up, down = step_s * self.up, step_s * self.down
            centre = _factor(np.roll(up, 1, axis=1), -up - down, np.roll(down, -1, axis=1))
            own = np.where(self.waits, down[:, self.low :], 0.0)
            leave = np.where(self.waits, -step_s * self.of.quits[:, None], 0.0) - own
            self._known[share] = centre, _factor(own, leave, np.zeros(own.shape)), step_s
        return self._known[share]


def _factor(before, middle, after):
    """LU factors of the systems of all poles and days in one band; before, after: what a state gets from the next."""
    from scipy.linalg import lapack  # 6 MB that a page does not need to open

    bands = np.empty((2, len(_POLES), *middle.shape), dtype=complex)
    bands[0], bands[1] = before, after
    bands[0, :, :, 0], bands[1, :, :, -1] = 0, 0
    diagonal = (middle - _POLES[:, None, None]).ravel()
    *factors, info = lapack.zgttrf(bands[0].ravel()[1:], diagonal, bands[1].ravel()[:-1])
    if info:
        raise FloatingPointError("a chain's system has no solution: this is a defect")
    return factors


def _solve(factors, right, transposed=0):
    """Solutions for each pole, pole x day x number, of one right side for all of them or one each."""
    from scipy.linalg import lapack  # 6 MB that a page does not need to open

    many = np.empty((len(_POLES), *right.shape[-2:]), dtype=complex)
    many[:] = right
    solution, _ = lapack.zgttrs(*factors, many.ravel(), trans="T" if transposed else "N", overwrite_b=1)
    return solution.reshape(many.shape)


def _sum(shares, parts):
    return (shares @ parts.reshape(len(shares), -1)).real.reshape(parts.shape[1:])


def through(stretch, state):
    """Bring a state (see `Steps.forward`) through a stretch: (the state after it, the chances' sum over its time).

    States are taken in as the line grows and left out where they have become next to impossible, their rest of chance
    being added to the last one that stays. Steps get longer as the chances settle.
    """
    state = _cut(state)
    least = max(state.shape[2], int(stretch.slots.max()) + 3)
    steps = Steps(stretch, max(stretch.reach(state.shape[2] - 1), least))
    state = widened(state, steps.size)
    spent, done, share, made = np.zeros(state[0].shape), 0.0, _share(steps, state[0]), 0
    while done < 1 - 1e-9:
        share = min(share, 1 - done)
        after, sums = steps.forward(state, share)
        if after[0][:, -1].max() > _EDGE:
            steps = Steps(stretch, steps.size + steps.size // 2 + 20)
            state, spent = widened(state, steps.size), widened(spent, steps.size)
            continue
        calm = np.abs(after[0] - state[0]).sum(axis=1).max() < _CALM
        state, spent, done, made = after, spent + sums, done + share, made + 1
        if done < 1 - 1e-9:
            share = 2 * share if calm else max(share, _share(steps, state[0], 2 ** max(made - _SETTLED, 0)))
    return state, spent


def before(stretch, answered, wait):
    """Chance of being answered and wait of those answered at the beginning of a stretch, from those at its end.

    What becomes of a place does not depend on those behind it: values for as many places as are given.
    """
    known, least = answered.shape[1], int(stretch.slots.max()) + 3
    answered, wait = (widened(part, least).copy() for part in (answered, wait))
    steps = Steps(stretch, answered.shape[1])
    answered[:, : steps.low], wait[:, : steps.low] = 1, 0
    answered[:, steps.low :] = np.where(steps.waits, answered[:, steps.low :], 1)
    wait[:, steps.low :] = np.where(steps.waits, wait[:, steps.low :], 0)
    done, made, base = 0.0, 0, 2 / max(_fewest(stretch), 2)
    while done < 1 - 1e-9:
        share = min(base * 2 ** max(made - _SETTLED, 0), 1 - done)
        answered, wait = steps.backward(answered, wait, share)
        done, made = done + share, made + 1
    return answered[:, :known], wait[:, :known]


def _fewest(stretch):
    """How many steps there are at least: one a handling time; one a patience where nobody is there to answer."""
    pace = np.maximum(1 / stretch.aht_s, np.where(stretch.slots > 0, 0.0, stretch.quits))
    return int(np.ceil((stretch.length_s * pace).max() - 1e-9))


def _share(steps, chances, longer=1):
    """The share of the stretch that a step may take: `longer` handling times, less where it moves chances too far.

    Too far is twice the width of their spread.
    """
    j, of = np.arange(steps.size), steps.of
    mean = chances @ j
    width = np.sqrt(np.maximum(chances @ (j * j) - mean * mean, 0.5))
    speed = np.abs(of.up - (chances * steps.down).sum(axis=1)) * of.length_s
    many = max(_fewest(of), 1) / longer
    finer = max((speed / (2 * width)).max() / many, 1.0)
    return 1 / many / 2 ** np.ceil(np.log2(finer))


def widened(values, size):
    """The values with as many states as `size`: those new ones are 0."""
    missing = size - values.shape[-1]
    return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)]) if missing > 0 else values


def _cut(state):
    last = int(np.flatnonzero((np.abs(state) > _RARE).any(axis=(0, 1)))[-1]) + 1
    kept = state[:, :, :last].copy()
    kept[:, :, -1] += state[:, :, last:].sum(axis=2)
    return kept
