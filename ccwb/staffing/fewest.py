"""The fewest agents with which simulated queues keep their targets: a curve of agents moved up and down as a whole."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_

# target -> whether more of it is better; occupancy is a target of the agents, not of a queue
PROMISES = {"service_level": 1, "answer_rate": 1, "asa_s": -1, "abandonment": -1, "max_occupancy": -1}
_STEP, _CLOSE = 0.25, 0.01  # of the distance: first step, how close to end
_MOST, _LEAST = 12.0, 200.0  # where to give up: agents without effect, nobody left


@dataclass(frozen=True)
class Fewest:
    """What was found.  at : distance from the curve begun with.  agents : the curve.  got : what came out of it.

    range : distances between which chance leaves the answer open.  limit : (queue, target) that comes nearest to being
    missed, None without any target.
    """

    at: float
    agents: np.ndarray
    got: Any
    range: tuple
    limit: tuple | None


def moved(need, distance):
    """Return a curve of agents so far from `need`, in whole agents, 0 or more.

    >>> moved(np.array([3, 9]), -0.5 * np.sqrt(np.array([1.0, 6.0]))).tolist()
    [3, 8]
    """
    return np.maximum(np.ceil(need + distance - 1e-9), 0).astype(int)


def margin(estimate, target, sign):
    """Return (low, value, high) of how far a figure is on the good side of a target; waits as a share of it."""
    scale = sign / (target if target > 1 else 1.0)
    edges = sorted(((estimate.low - target) * scale, (estimate.high - target) * scale))
    return np.array([edges[0], (estimate.value - target) * scale, edges[1]])


def fewest(curve, play, *, start=0.0, near=_CLOSE):
    """Return the Fewest: the lowest curve, of those at a distance from the start, that keeps every target.

    curve(distance) : agents at a distance, more with a larger one.  play(agents) : (what came out, {(queue,
    target): margin}).  start : the distance to begin from.  Looks outward in growing steps, then halves down to one
    whole step.
    Raises PlanError where even many more agents miss a target.
    """
    tried, known, best = {}, [], {}

    def look(distance):
        agents = curve(distance)
        key = agents.tobytes()
        if key not in tried:
            got, margins = play(agents)
            tried[key] = np.min([*margins.values(), [1.0] * 3], axis=0)
            if tried[key][1] >= 0:  # each one that keeps all is lower than those before; a simulation takes room
                best.update({"agents": agents, "got": got, "margins": margins})
        known.append((distance, *tried[key]))
        return tried[key][1] >= 0

    below, above = _around(curve, look, start)
    while above - below > near and (curve(above) != curve(below)).any():
        half = (above + below) / 2
        below, above = (below, half) if look(half) else (half, above)
    margins = best["margins"]
    limit = min(margins, key=lambda name: margins[name][1]) if margins else None
    return Fewest(above, best["agents"], best["got"], _open(known, above), limit)


def _around(curve, look, start):
    """Return (a distance that misses a target, or has nobody left to go without; one that keeps all)."""
    step = _STEP
    if look(start):
        above, below = start, start - step
        while below > start - _LEAST and look(below):
            step *= 2
            above, below = below, below - step
        return below, above
    below, above = start, start + step
    while not look(above):
        if above > start + _MOST:
            raise PlanError(
                N_(
                    "Even with {n} agents at the peak a target is missed in the simulation. It asks for more than "
                    "agents can do (a wait of 0 s, for instance): change that target, then compare again."
                ),
                n=int(curve(above).max()),
            )
        step *= 2
        below, above = above, above + step
    return below, above


def _open(known, found):
    """Return the distances at which targets are perhaps and surely kept, straight lines between those looked at."""
    distance, surely, _, perhaps = np.array(sorted(known)).T
    ends = [float(np.interp(0.0, np.maximum.accumulate(edge), distance)) for edge in (perhaps, surely)]
    return min(ends[0], found), max(ends[1], found)
