"""Trainings and meetings: each where it costs the roster least."""

from copy import copy
from dataclasses import replace

import numpy as np

from ccwb.schedule.roster.grid import worked
from ccwb.schedule.roster.moves import bounds

TRIES = 1000  # best weeks looked at for all who meet together; longer lists of starts are thinned evenly
BEST = 4  # so many places are tried with the shifts made anew, and for each of them a quarter of the best weeks
AT_ONCE = 8  # of these meetings are tried so at a time
ROUNDS = 4  # at most so often every meeting is moved again, one after the other


class Places:
    """Where the meetings of a week lie: `starts` (None: nowhere) and `missing`, those of each who cannot be there.

    state : the Search; its model's `busy` says when its agents meet. What is locked stays: nobody meets in it.
    """

    def __init__(self, week, state):
        self.week, self.state = week, state
        self.starts = [None] * len(week.meetings)
        self.missing = [frozenset(meeting.agents) for meeting in week.meetings]
        self.kept = np.zeros((len(week.agents), week.slots), dtype=bool)
        for a, agent in enumerate(week.agents):
            for shift in filter(None, agent.locked.values()):
                self.kept[a, shift.start : shift.end] = True
        self.together = [number for number, meeting in enumerate(week.meetings) if len(meeting.agents) > 1]
        self.tries, self.turn = TRIES // max(1, len(self.together)), 0

    @property
    def absent(self):
        """How many people miss a meeting."""
        return sum(map(len, self.missing))

    def as_they_are(self):
        """Return the places as they are now, to go back to."""
        kept = copy(self)
        kept.starts, kept.missing = list(self.starts), list(self.missing)
        return kept

    def first(self, begun=None):
        """Give each meeting its first place, one after the other.  begun : a Roster whose places stay where they can.

        That of one agent lies in their shifts as they are, if they hold it. Others lie where those who meet lose least:
        what somebody loses is the worth of their best week less that of the best with the meeting in it, both beside
        what the others do. Whoever cannot come at a time makes it worse than any at which they can.
        """
        if begun is not None and len(begun.meetings) == len(self.starts) == len(begun.missing):
            for number, (start, missing) in enumerate(zip(begun.meetings, begun.missing, strict=True)):
                self._stay(number, start, missing)
        for number, meeting in enumerate(self.week.meetings):
            if self.starts[number] is None and (len(meeting.agents) > 1 or not self.move(number)):
                for place in self._ranking(number, self.tries)[:1]:
                    self.put_at(number, *place)

    def _stay(self, number, start, missing):
        """Put a meeting at a start in the shifts as they are, with those who are at work all the while."""
        meeting = self.week.meetings[number]
        if start not in meeting.begins:
            return
        stretch, there = slice(start, start + meeting.length), []
        for a in self._who(number):
            line = self._at_work(a)
            if a not in missing and (line[stretch] >= 0).all():
                self._leave(a, line, stretch)
                there.append(a)
        self._note(number, start, there)

    def _leave(self, a, line, stretch):
        """Take an agent off the work of some slots for a meeting."""
        m, slots = self.state.m, np.arange(stretch.start, stretch.stop)
        m.busy[m.busy_row[a], stretch] = 1
        np.subtract.at(self.state.plan.staff, (line[stretch], slots), m.levels[a][line[stretch]])

    def again(self):
        """Move each meeting to where it costs least with the shifts as they are, until none is better moved."""
        for _ in range(ROUNDS):
            before = list(self.starts)
            for number in range(len(self.starts)):
                self.move(number)
            if self.starts == before:
                return

    def next_ones(self):
        """Return a few of the meetings of several people, others each time."""
        first, many = self.turn * AT_ONCE, len(self.together)
        self.turn += 1
        return [self.together[n % many] for n in range(first, first + min(many, AT_ONCE))]

    def ranked(self, number):
        """Return the places of a meeting at which those who meet lose least, as if it had none yet.

        Where not all starts can be looked at, they are others each time.
        """
        self._lift(number)
        return self._ranking(number, max(self.tries // BEST, 1))[:BEST]

    def put_at(self, number, start, there):
        """Put a meeting at a start, with the best weeks of those who are there."""
        m, meeting = self.state.m, self.week.meetings[number]
        self._lift(number)
        for a in there:
            self.state.off(a)
            m.busy[m.busy_row[a], start : start + meeting.length] = 1
            self.state.on(a)
        self._note(number, start, there)

    def _who(self, number):
        """Return the agents of a meeting whose weeks keep the rules."""
        return np.array([a for a in self.week.meetings[number].agents if a in self.state.m.movable], dtype=int)

    def _ranking(self, number, tries):
        """Return (start, who can be there) of a meeting, the place of least loss first."""
        state, meeting, who = self.state, self.week.meetings[number], self._who(number)
        starts = np.array(meeting.begins, dtype=int)
        step = max(1, -(-len(starts) * len(who) // tries))
        starts = starts[self.turn % step :: step]
        if not len(starts) or not len(who):
            return []
        losses = np.array([self._losses(a, starts, meeting.length) for a in who])
        away = losses > state.m.bonus / 2
        lost = np.where(away, meeting.length * state.m.bonus, losses).sum(axis=0)
        return [(int(starts[k]), who[~away[:, k]]) for k in np.argsort(lost, kind="stable")]

    def _losses(self, a, starts, length):
        """Return what an agent loses by a meeting at each start."""
        m, w, state = self.state.m, self.state.work, self.state
        state.off(a)
        state.inner.gains(m, state.plan.staff, a, w.gain)
        gain, taken = w.gain.copy(), (m.busy[m.busy_row[a]] > 0) | self.kept[a]
        alone = state.inner.answer(m, w, a, gain, int(state.rooms[a]))
        losses = []
        for start in starts:
            stretch = slice(start, start + length)
            there = gain.copy()
            there[:, stretch] = m.bonus
            worth = state.inner.answer(m, w, a, there, int(state.rooms[a])) - length * m.bonus
            losses.append(alone - worth + m.bonus * taken[stretch].sum())
        state.put(a)
        return np.array(losses)

    def move(self, number):
        """Place a meeting where it costs least in the shifts as they are; return whether all of it can be there."""
        meeting, who = self.week.meetings[number], self._who(number)
        starts = np.array(meeting.begins, dtype=int)
        if not len(starts) or not len(who):
            return False
        before = self.starts[number]
        self._lift(number)
        at = np.array([self._at_work(a) for a in who])
        free = np.cumsum(np.pad(at >= 0, ((0, 0), (1, 0))), axis=1)
        there = free[:, starts + meeting.length] - free[:, starts] == meeting.length
        most = there.sum(axis=0).max()
        if most:
            some = np.flatnonzero(there.sum(axis=0) == most)
            costs = self._costs(who, at, there[:, some], starts[some], meeting.length)
            same = np.flatnonzero(costs <= costs.min() + 1e-9)
            known = [k for k in same if starts[some[k]] == before]
            best = some[(known or same)[0]]
            stretch = slice(starts[best], starts[best] + meeting.length)
            for a, line in zip(who[there[:, best]], at[there[:, best]], strict=True):
                self._leave(a, line, stretch)
            self._note(number, int(starts[best]), who[there[:, best]])
        return most == len(meeting.agents)

    def _lift(self, number):
        """Take a meeting off: those who met work on, and it has no place."""
        start, meeting, m = self.starts[number], self.week.meetings[number], self.state.m
        if start is not None:
            for a in set(meeting.agents) - self.missing[number]:
                self.state.off(a)
                m.busy[m.busy_row[a], start : start + meeting.length] = 0
                self.state.put(a)
        self._note(number, None, ())

    def _at_work(self, a):
        """Return for each slot the project that an agent works on, -1 in breaks, meetings, what is locked, and off."""
        m, plan = self.state.m, self.state.plan
        line = np.full(m.slots, -1)
        for d in range(m.days):
            f = plan.shift[a, d]
            if f < 0 or m.fixed[f] >= 0:
                continue
            for part in range(2 if m.pause[f] > 0 else 1):
                kind, begin, end = bounds(m, plan, a, d, part)
                line[begin:end] = plan.project[a, d, part]
                for at in plan.rest[a, d, part, : m.breaks[kind]]:
                    line[at : at + m.break_length[kind]] = -1
        line[(m.busy[m.busy_row[a]] > 0) | self.kept[a]] = -1
        return line

    def _costs(self, who, at, there, starts, length):
        """Return by how much the staff's cost rises at each start, when those who are `there` leave their work.

        at : project of each slot, agent x slot.  there : agent x start.
        """
        m, staff, slots = self.state.m, self.state.plan.staff, np.arange(at.shape[1])
        counts = lambda s: staff_costs(m, s).sum(axis=0)  # noqa: E731 - one thought
        now, costs = counts(staff), np.zeros(len(starts))
        sets, of = np.unique(there, axis=1, return_inverse=True)
        for k, some in enumerate(sets.T):
            gone = np.zeros(staff.shape)
            for a, line in zip(who[some], at[some], strict=True):
                here = line >= 0
                gone[line[here], slots[here]] += m.levels[a][line[here]]
            sums = np.concatenate([[0.0], np.cumsum(counts(staff - gone) - now)])
            mine = starts[of.ravel() == k]
            costs[of.ravel() == k] = sums[mine + length] - sums[mine]
        return costs

    def _note(self, number, start, there):
        self.starts[number] = start if len(there) else None
        self.missing[number] = frozenset(self.week.meetings[number].agents) - {int(a) for a in there}


def staff_costs(m, staff):
    """Return what the staff that is there costs, project x slot: hours short and hours too many."""
    cost = m.under * np.maximum(m.need - staff, 0) + m.over * np.maximum(staff - m.need, 0)
    return cost + m.bare * np.maximum(m.low - staff, 0)


def as_early(week, roster):
    """Return a roster with each meeting as early as those who meet at present can all be there, in the same shifts."""
    taken = [{t for one in agent.appointments for t in range(*one)} for agent in week.agents]
    there = [{t for shift in filter(None, shifts) for t, _ in worked(shift)} for shifts in roster.shifts]
    starts = []
    for number, meeting in enumerate(week.meetings):
        who = set(meeting.agents) - set(roster.missing[number])
        fits = lambda at: all(  # noqa: E731 - one thought
            there[a].issuperset(stretch) and taken[a].isdisjoint(stretch)
            for stretch in [range(at, at + meeting.length)]  # noqa: B023 - looked at before the next meeting
            for a in who  # noqa: B023 - looked at before the next meeting
        )
        start = next(filter(fits, meeting.begins), roster.meetings[number]) if who else None
        for a in who:
            taken[a] |= set(range(start, start + meeting.length))
        starts.append(start)
    return replace(roster, meetings=tuple(starts))
