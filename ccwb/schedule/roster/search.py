"""The solver: a first roster in a blink, then better ones, and a bound beside them, for as long as there is time."""

from collections import namedtuple
from dataclasses import replace
from functools import cache
from threading import Event, Thread
from time import monotonic

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.schedule.roster import fast
from ccwb.schedule.roster.bound import Ascent, proven
from ccwb.schedule.roster.grid import model_of, unworked
from ccwb.schedule.roster.meetings import Places, staff_costs
from ccwb.schedule.roster.plan import plan_for, roster_of, take_over, work_for
from ccwb.schedule.roster.problem import Agent, Kind, Week
from ccwb.schedule.roster.score import late_rooms, score

MOST = 2  # agents taken off at once
NOISE = 0.35  # width of the noise, in slots short: tells apart what is worth the same
HOT = 5.0  # first temperature, in slots short; cooled to a fiftieth
EASE = 3  # by how much the common level of late shifts may rise while searching
EVERY_S = 0.1  # between two looks at the clock

Solution = namedtuple("Solution", "roster score bound gap first_s seconds steps stuck")


def solve(
    week,
    *,
    seconds,
    seed=0,
    start=None,
    heat=None,
    progress=None,
    cancelled=None,
    steps=None,
    compiled=None,
    clock=monotonic,
):
    """Return the best roster found for a Week, its Score, and a proven bound, as a Solution.

    seconds : how long to look, once the solver is compiled (see `ready`).  seed : whole number.
    start : a Roster to begin from; weeks in it that break a rule are made anew, and what is found never counts more
    than what it then is.  heat : how far the search strays at
    first, 1 as from nothing; None for that, and 0.2 from a start.  steps : how many tries to make instead of looking at
    the clock; the same seed then gives the same roster.
    progress : called as progress(seconds gone, objective, bound, best) with the first roster and then some times a
    second; best() gives the Roster.  cancelled() -> True ends the search: what was found by then is the answer.
    compiled : True asks for numba, False for plain Python, None takes numba where it is installed.

    bound : no roster that keeps the rules costs less; gap : (objective - bound) / objective.  first_s : seconds to the
    first roster.  stuck : agents without any week that keeps their rules (`contradictions` tells why); of these only
    what is locked is in the roster. What no rule forbids and yet is missed (a meeting) is told by `broken`.
    Source: docs/models_roster.md.
    """
    if not seconds > 0:
        raise PlanError(N_("A roster needs time to be found; found {found} seconds. Give more than 0."), found=seconds)
    inner = _inner(compiled)
    began = clock()
    search = Search(week, inner, seed, heat=heat or (0.2 if start else 1.0))
    search.first(start)
    first_s, begun = clock() - began, search.best_roster() if start else None
    below = Below(week, inner, search)
    told = _teller(search, below, progress, began, clock)
    told()
    if steps is not None:
        search.cool(steps, told, cancelled)
        below.climb(min(steps, 60))
    else:
        with below:
            search.until(began, seconds, told, cancelled, clock)
    search.settle()
    roster = search.best_roster()
    if begun is not None:  # the search counts late shifts by a common level, the objective those there are
        roster = min((roster, begun), key=lambda one: (sum(map(len, one.missing)), score(week, one).objective))
    worth = score(week, roster)
    bound = below.proven()
    gap = (worth.objective - bound) / worth.objective if worth.objective else 0.0
    return Solution(roster, worth, bound, gap, first_s, clock() - began, search.steps, search.stuck)


def _inner(compiled):
    inner = None if compiled is False else fast.compiled()
    if compiled and inner is None:
        raise PlanError(N_("numba is not installed. Install it (pip install 'ccwb[speed]'), or do not ask for it."))
    if inner is not None:
        ready()
    return inner or fast.plain()


@cache
def ready():
    """Compile what is to be compiled, or read it from where it was kept, on a day of one agent; once a process.

    The first time on a machine takes half a minute, later a second: a server may do it before anybody asks.
    """
    inner = fast.compiled()
    if inner is None:
        return
    need = np.zeros((1, 8))
    agent = Agent("", (1.0,), 1.0, np.ones(8, dtype=bool))
    week = Week(3600, need, need == 0, (0, 8), (0,), (agent,), (Kind("", 1, 0, 7),))
    search = Search(week, inner, 0)
    search.first(None)
    search.run(1, 1.0)
    inner.gains(search.m, search.plan.staff, 0, search.work.gain)
    Below(week, inner, search).climb(1)


def _teller(search, below, progress, began, clock):
    """Return what tells the caller of the state of things."""

    def told():
        if progress is not None:
            progress(clock() - began, search.objective, below.known, search.best_roster)

    return told


class Search:
    """The search from a first roster to better ones.  objective : at most what the best roster so far costs."""

    def __init__(self, week, inner, seed, *, heat=1.0):
        self.week, self.inner, self.steps = week, inner, 0
        self.m, self.frames = model_of(week)
        self.rooms = np.array(late_rooms(week, self.m), dtype=np.int64)
        self.work, self.plan = work_for(self.m, self.rooms + EASE), plan_for(self.m)
        self.best, self.old = plan_for(self.m), plan_for(self.m)
        self.dice = np.array([1 + int(seed) * 7919 % 2147483646], dtype=np.int64)
        self.rng = np.random.default_rng(int(seed))
        self.stuck, self.least, self.settled = (), np.inf, 0
        needed = self.m.under[self.m.need > 0]
        slot = float(np.median(needed)) if needed.size else 1.0
        self.hot, self.noise = HOT * slot * heat, NOISE * slot * heat

    @property
    def objective(self):
        return self.least

    def off(self, a):
        self.inner.put(self.m, self.plan, a, -1)

    def put(self, a):
        self.inner.put(self.m, self.plan, a, 1)

    def on(self, a):
        """Put an agent back with the best week beside the others."""
        self.inner.anew(self.m, self.work, self.plan, a, int(self.rooms[a]), self.dice, 0.0)
        self.put(a)

    def first(self, start):
        """Find a first roster: agents one after the other, each with the best week beside those before."""
        self._set_aside()
        begun = take_over(self.week, self.m, self.frames, self.plan, start) if start else set()
        for a in begun:
            self.put(a)
        for a in self.rng.permutation(self.m.movable):
            if a not in begun:
                self.on(a)
        self.places = Places(self.week, self)
        self.places.first(start)
        self._count()
        self.least = self.cost
        self._remember()

    def settle(self):
        """Go back to the best plan, and move its meetings to where they cost least.

        First in the shifts that it has; then those of several people, one after the other, with their shifts made anew,
        where that is better.
        """
        if not self.week.meetings:
            return
        self._back()
        self.places.again()
        self._count()
        self.least = self.cost
        self._remember()
        for number in self.places.next_ones():
            self._elsewhere(number)

    def _elsewhere(self, number):
        """Put a meeting, with the shifts of those who meet made anew, where that is better."""
        kept, busy = self.places.as_they_are(), self.m.busy.copy()
        for place in self.places.ranked(number):
            self.places.put_at(number, *place)
            self.places.move(number)
            self._count()
            if self.cost < self.least - 1e-9 and self.places.absent <= kept.absent:
                self.least = self.cost
                self._remember()
                return
            self.places, self.m.busy[:] = kept.as_they_are(), busy
            self._back()
        self.places, self.m.busy[:] = kept, busy
        self._back()

    def _back(self):
        for best, now in zip(self.best[:-1], self.plan[:-1], strict=True):
            now[self.m.movable] = best[self.m.movable]
        self._count()

    def _set_aside(self):
        """Set aside agents without a week that keeps the rules: what is locked of theirs is there all the same."""
        m, w, gain = self.m, self.work, np.zeros(self.m.need.shape)
        stuck = [a for a in range(m.agents) if self.inner.answer(m, w, a, gain, int(self.rooms[a])) < -m.bonus * 1e6]
        self.stuck = tuple(stuck)
        for a in stuck:
            for d in range(m.days):
                mine = m.offers[m.offer_from[m.offer_row[a], d] : m.offer_from[m.offer_row[a], d + 1]]
                self.plan.shift[a, d] = mine[0] if m.must[a, d] and len(mine) else -1
            self.put(a)
        self.best.shift[stuck] = self.plan.shift[stuck]
        m.need[:] -= self.plan.staff
        m.low[:] -= self.plan.staff
        self.plan.staff[:] = 0.0
        self.m = m._replace(movable=np.setdiff1d(np.arange(m.agents), stuck))

    def _count(self):
        """Count anew what the plan costs."""
        m = self.m
        self.plan.staff[:] = 0.0
        self.cost = self._level() + unworked(self.week, m.movable)
        self.cost += float(staff_costs(m, self.plan.staff).sum())
        for a in m.movable:
            self.put_cost(a)

    def put_cost(self, a):
        self.cost += self.inner.put(self.m, self.plan, a, 1)
        self.cost += self.inner.own_cost(self.m, self.plan, a, int(self.rooms[a]))

    def _level(self):
        """What the common levels of late shifts and weekends cost, up to which no agent's count."""
        return self.m.late_cost * max(
            (agent.history.late + int(room) for agent, room in zip(self.week.agents, self.rooms, strict=True)),
            default=0,
        )

    def _remember(self):
        for best, now in zip(self.best[:-1], self.plan[:-1], strict=True):
            best[self.m.movable] = now[self.m.movable]

    def run(self, steps, share):
        """Make some tries; share : of the whole search that is over."""
        if not len(self.m.movable):
            return
        if int(3 * share) > self.settled:
            self.settled = int(3 * share)
            self.settle()
        self.cost, self.least = self.inner.search(
            self.m, self.work, self.plan, self.best, self.old, self.rooms, self.dice, self.cost, self.least,
            steps, self.hot * 0.02**share, self.noise * (1 - share), MOST,
        )  # fmt: skip
        self.steps += steps

    def ease(self):
        """Raise the common level of late shifts by one where more than one agent works more of them than it allows."""
        m, late = self.m, np.zeros(self.m.agents, dtype=int)
        for d in range(m.days):
            number = self.plan.shift[:, d]
            late += np.where(number >= 0, m.late[number], 0)
        if m.late_cost and ((late > self.rooms) & (m.may_late > 0)).sum() > 1:
            self.rooms += 1
            self._count()
            self.least = self.cost
            self._remember()
            return True
        return False

    def cool(self, steps, told, cancelled):
        """Make so many tries, without a look at the clock."""
        size = max(1, steps // 100)
        for at in range(0, steps, size):
            self.run(min(size, steps - at), at / steps)
            told()
            if cancelled is not None and cancelled():
                return

    def until(self, began, seconds, told, cancelled, clock):
        """Make tries until the time is over."""
        size, eased, gone = 1, 0, clock() - began
        while gone < seconds and not (cancelled is not None and cancelled()):
            before = clock()
            self.run(size, min(1.0, gone / seconds))
            took, gone = clock() - before, clock() - began
            size = max(1, min(2 * size, int(size * EVERY_S / max(took, 1e-6))))
            if eased < EASE and gone > (eased + 1) * 0.1 * seconds:
                eased = eased + 1 if self.ease() else EASE
            told()
            if not len(self.m.movable):
                return

    def best_roster(self):
        places = self.places
        return roster_of(self.m, self.best, self.frames, places.starts, places.missing)


class Below:
    """The bound, sought beside the search by a thread of its own while in a `with`.  known : the best up to now."""

    def __init__(self, week, inner, search):
        easy = replace(week, weights=replace(week.weights, late=0.0, weekends=0.0))
        m, _ = model_of(easy, loose=True)
        m = m._replace(need=search.m.need.copy(), low=search.m.low.copy(), movable=search.m.movable)
        free = np.zeros(m.agents, dtype=np.int64)
        self.week, self.search, self.inner, self.known = week, search, inner, 0.0
        always = unworked(week, m.movable)
        self.ascent = Ascent(m, work_for(m, free), plan_for(m), free, inner, always=always)
        self.over, self.thread = Event(), Thread(target=self._run, daemon=True)

    def climb(self, steps):
        for _ in range(steps):
            if not self.ascent.step(self.search.least) or self.over.is_set():
                return
            self.known = max(self.known, self.ascent.bound)

    def _run(self):
        self.climb(10**9)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def proven(self):
        """The bound, with what the most late shifts of any agent cost at least."""
        return max(0.0, proven(self.week, self.search.m, self.ascent, self.inner))
