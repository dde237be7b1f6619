"""The fewest hours with which sums over many intervals reach what was promised. Plain arrays, no tables.

What an interval gains from agents rises slowly at first, then steeply, then hardly, so adding one agent at a time would
miss the best. For a price (hours that one more unit of a gain is worth) every interval has its own best number of
agents, looked up among all of them; the price is set so that the sums are just met (Everett 1963, generalized Lagrange
multipliers). What then remains between two numbers is filled and trimmed by whole agents.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

_WIDE = 96  # numbers of agents looked at per interval at once; where there are more, first those far apart
_WIDER = 6  # times that more agents are tried before a promise is said to be out of reach
_MOVES = 30  # of the numbers looked at, until the answer lies inside them
_DISCOUNTS = np.array([0.0, 0.03, 0.1, 0.3])  # off the price: begin with fewer agents, then fill up
_FEW = 64  # intervals up to which exchanges between two of them are looked for: with more there is little to gain
_AT_ONCE = 0.25  # of what is missing that is filled before all intervals are looked at anew, where there are many
_MORE, _FEWER = 4, 8  # agents that one interval gets and another gives in an exchange
_ROUNDS = 4  # over the promises, where several bind


@dataclass(frozen=True)
class Choice:
    """What can be chosen: `numbers` of agents (intervals x choices, rising), `gains` (promises x intervals x choices).

    hours : length of each interval.  tick : called again and again while it is worked at.
    """

    numbers: np.ndarray
    gains: np.ndarray
    hours: np.ndarray
    tick: Callable

    @cached_property
    def costs(self):
        """Agent-hours of each number."""
        return self.hours[:, None] * self.numbers

    def agents(self, at):
        return self.numbers[np.arange(len(at)), at]

    def cost(self, at):
        return float(self.hours @ self.agents(at))

    def slack(self, at):
        """Return the sum of each gain: 0 or more is a kept promise."""
        return self.gains[:, np.arange(len(at)), at].sum(axis=1)

    def best(self, price):
        """Return which number is best for each interval at a price per gain; of equals the fewest."""
        return (np.tensordot(price, self.gains, 1) - self.costs).argmax(axis=1)


def allocated(gains, *, lowest, enough, hours, tick=lambda: None):
    """Return whole agents per interval, `lowest` or more, with the fewest hours whose gains each sum to 0 or more.

    gains : function of agents (intervals x choices) giving promises x intervals x choices, never falling with agents.
    enough : agents per interval beyond which little is gained; more are tried where that does not suffice.
    tick : called without arguments again and again; what it raises ends the work.
    No interval above `lowest` could do with one agent fewer. None where no number of agents is enough.
    """
    low, high = lowest, np.maximum(enough, lowest + 1)
    for _try in range(_WIDER):
        if not (gains(high[:, None])[:, :, 0].sum(axis=1) < 0).any():
            break
        high = high + 2 * (high - lowest)
    else:
        return None
    while (wide := (high - low).max()) >= _WIDE:
        agents, step = _solved(gains, low, high, hours, tick), np.ceil(wide / (_WIDE - 1))
        low, high = np.maximum(agents - 2 * step, lowest), agents + 2 * step
    for _move in range(_MOVES):
        agents = _solved(gains, low, high, hours, tick)
        below, above = (agents == low) & (low > lowest), agents == high
        if not (below | above).any():
            break
        low, high = np.where(below, np.maximum(low - 8, lowest), low), np.where(above, high + 8, high)
    return agents


def _solved(gains, low, high, hours, tick):
    """Return the best agents found among the numbers from low to high, where high is enough."""
    many = int(min((high - low).max() + 1, _WIDE))
    step = np.maximum((high - low).max() / (many - 1), 1)
    numbers = np.minimum(low[:, None] + np.rint(step * np.arange(many)), high[:, None])
    choice = Choice(numbers, gains(numbers), hours, tick)
    price = _prices(choice)
    off = _DISCOUNTS * min(1, _FEW / len(low))  # of many intervals as few begin with fewer as of few
    tried = [_trimmed(choice, _filled(choice, choice.best(price * (1 - share)))) for share in off]
    return choice.agents(_exchanged(choice, min(tried, key=choice.cost)))


def _prices(choice):
    """Return the lowest price of each gain, given the others', at which its sum is just met."""
    price = np.zeros(len(choice.gains))
    for _round in range(_ROUNDS):
        before = price.copy()
        for which in range(len(price)):
            price[which] = 0.0
            price[which] = _price(choice, price, which)
        if np.allclose(price, before, rtol=1e-3):
            break
    return price


def _price(choice, price, which):
    """Return the price of one gain, by doubling and halving on a log scale."""
    rows, gain = np.arange(len(choice.hours)), choice.gains[which]
    rest = np.tensordot(price, choice.gains, 1) - choice.costs  # the price of this one is 0 in it

    def met(value):
        choice.tick()
        return gain[rows, (rest + value * gain).argmax(axis=1)].sum() >= 0

    if met(0.0):
        return 0.0
    low = high = 1.0
    while not met(high):
        low, high = high, 8 * high
    while low == high or (low > 1e-30 and met(low)):
        low, high = low / 8, low if low < high else high
    while high > low * (1 + 1e-7):
        middle = np.sqrt(low * high)
        low, high = (low, middle) if met(middle) else (middle, high)
    return high


def _filled(choice, at):
    """Return the choice with agents added where an hour does most for what is still unmet, until all is met.

    Of many intervals those that do most go together, up to a part of what is missing, then all are looked at anew.
    """
    rows, at = np.arange(len(at)), at.copy()
    part = _AT_ONCE if len(at) > _FEW else 0.0
    while (missing := np.maximum(-choice.slack(at), 0)).any():
        choice.tick()
        scale = np.where(missing > 0, missing, np.inf)[:, None, None]
        more = choice.gains - choice.gains[:, rows, at][:, :, None]
        worth = (np.minimum(more, missing[:, None, None]) / scale).sum(axis=0)
        extra = choice.costs - choice.costs[rows, at][:, None]
        worth = np.where(extra > 0, worth / np.where(extra > 0, extra, 1), -np.inf)
        to = worth.argmax(axis=1)
        worth = worth[rows, to]
        order = np.argsort(-worth, kind="stable")
        filled = np.cumsum(more[:, order, to[order]] / scale[:, :, 0], axis=1).max(axis=0)
        moved = order[(filled <= part) & (worth[order] > 0)]
        moved = moved if len(moved) else order[:1]
        at[moved] = to[moved]
    return at


def _trimmed(choice, at):
    """Return the choice without the agents that no promise needs, the one that is missed least going first."""
    rows, at = np.arange(len(at)), at.copy()
    slack = choice.slack(at)
    loss = choice.gains[:, rows, at] - choice.gains[:, rows, np.maximum(at - 1, 0)]
    saved = choice.costs[rows, at] - choice.costs[rows, np.maximum(at - 1, 0)]
    while True:
        choice.tick()
        spare = (at > 0) & (loss <= slack[:, None]).all(axis=0)
        if not spare.any():
            return at
        harm = (loss / np.maximum(slack, 1e-300)[:, None]).max(axis=0) / np.where(spare, saved, 1)
        row = np.where(spare, harm, np.inf).argmin()
        at[row] -= 1
        slack, less = slack - loss[:, row], max(at[row] - 1, 0)
        loss[:, row] = choice.gains[:, row, at[row]] - choice.gains[:, row, less]
        saved[row] = choice.costs[row, at[row]] - choice.costs[row, less]


def _exchanged(choice, at):
    """Return the choice after every exchange that saves hours: some agents more in one interval, more fewer in another.

    Only of few intervals, where the numbers between which the price cannot decide are a large part of the whole.
    """
    if len(at) > _FEW:
        return at
    while True:
        row, to, other, fewer, saved = _exchange(choice, at)
        if saved <= 1e-9:
            return at
        at = at.copy()
        at[row], at[other] = to, fewer
        at = _trimmed(choice, at)


def _exchange(choice, at):
    """Return (interval, its choice, another, its choice, hours saved) of the exchange that saves most."""
    rows = np.arange(len(at))
    more = np.minimum(at[:, None] + 1 + np.arange(_MORE), choice.numbers.shape[1] - 1)
    fewer = np.maximum(at[:, None] - 1 - np.arange(_FEWER), 0)
    now = choice.gains[:, rows, at][:, :, None]
    gain = (choice.gains[:, rows[:, None], more] - now).reshape(len(now), -1)
    loss = (now - choice.gains[:, rows[:, None], fewer]).reshape(len(now), -1)
    agents, hours = choice.agents(at)[:, None], choice.hours[:, None]
    cost = (hours * (choice.numbers[rows[:, None], more] - agents)).ravel()
    saved = (hours * (agents - choice.numbers[rows[:, None], fewer])).ravel()
    net = saved - cost[:, None]
    net[np.repeat(rows, _MORE)[:, None] == np.repeat(rows, _FEWER)] = -np.inf
    for spare, up, down in zip(choice.slack(at), gain, loss, strict=True):
        net[up[:, None] + spare < down] = -np.inf
    up, down = np.unravel_index(net.argmax(), net.shape)
    return up // _MORE, more.ravel()[up], down // _FEWER, fewer.ravel()[down], net[up, down]
