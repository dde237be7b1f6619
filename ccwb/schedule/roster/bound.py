"""A proven bound: no roster of the week can cost less than this.

The need of each slot is priced instead of held (Lagrangean relaxation): at given prices every agent's best week is
found exactly, and what all of them cost together, less the prices they earn, and the least cost of each slot, is a
bound. The ascent moves the prices towards where it is highest.
Source: Geoffrion (1974), Mathematical Programming Study 2; steps: Polyak (1969); smoothed directions: Camerini,
Fratta and Maffioli (1975), Mathematical Programming Study 3.
"""

import numpy as np

from ccwb.schedule.roster.plan import work_for

HARD = 1e6  # a late shift above the level: never


class Ascent:
    """The ascent, a few steps at a time: `bound` is the best up to now, `price` where it was found (project x slot)."""

    def __init__(self, m, work, plan, rooms, inner, *, always=0.0):
        """m : Model.  work, plan : space of its own.  rooms : late shifts that cost nothing.  inner : of `fast`.

        always : what is added to every roster's cost.
        """
        self.always = always
        self.m, self.work, self.plan, self.rooms, self.inner = m, work, plan, rooms, inner
        self.low, self.high = np.full(m.need.shape, -m.over), m.under + m.bare
        self.price = np.where(m.need > 0, 0.5 * m.under, -0.5 * m.over)
        self.at, self.direction = self.price.copy(), np.zeros(m.need.shape)
        self.bound, self.scale, self.stuck = -np.inf, 1.0, 0

    def step(self, target):
        """Look at the prices reached and go on; target : the cost of a roster known, which no bound passes."""
        found = self.always + self.inner.relaxed(self.m, self.work, self.plan, self.at, self.rooms)
        m = self.m
        slope = np.where(self.at > m.under, m.low, m.need) - self.plan.staff  # where the slot then costs least
        if found > self.bound + 1e-6 * abs(found):
            self.bound, self.price, self.stuck = found, self.at.copy(), 0
        else:
            self.stuck += 1
        if self.stuck >= 12:
            self.scale, self.stuck, self.at = self.scale / 2, 0, self.price.copy()
        self.direction = slope + 0.6 * self.direction
        length = float((self.direction**2).sum())
        if length < 1e-12:
            return False
        reach = self.scale * max(target - found, 1e-3 * abs(target)) / length
        self.at = np.clip(self.at + reach * self.direction, self.low, self.high)
        return self.scale > 1e-3


def proven(week, late, ascent, inner):
    """Return the bound with the cost of late shifts in it.  late : the Model with what is late.

    For each level of late shifts that nobody passes: what it costs, and the bound under that rule at the best prices;
    the least of these is a bound whatever the level is.
    """
    if not np.isfinite(ascent.bound) or not late.late_cost:
        return ascent.bound
    past = np.array([agent.history.late for agent in week.agents], dtype=np.int64)
    least, found = int(past.max(initial=0)), []
    for top in range(least, least + 3):
        rooms = np.maximum(top - past, 0)
        m = ascent.m._replace(may_late=late.may_late, late_cost=HARD, late=late.late)
        work = work_for(m, rooms)
        least_then = ascent.always + inner.relaxed(m, work, ascent.plan, ascent.price, rooms)
        found.append(late.late_cost * top + least_then)
    rest = late.late_cost * (least + 3) + ascent.bound
    return min([*found, rest])
