"""Ways to share agents between queues, each played with the fewest agents that keep all targets."""

from dataclasses import dataclass, replace

import numpy as np

from ccwb.queueing.simulation import Group, Simulation, simulate
from ccwb.queueing.simulation.columns import TIMES
from ccwb.queueing.simulation.result import worked
from ccwb.staffing.fewest import PROMISES, fewest, margin, moved

SERVICE = ("service_level", "asa_s", "abandonment", "answer_rate")
_LOOKS = 10  # how many curves a search looks at, about


@dataclass(frozen=True)
class Option:
    """One way to share.  agents : queue x part, by the queue whose own they are.  share : of them, trained in others.

    hours : agent-hours between which chance leaves the answer open.  limit : (queue, target) that leaves no room.
    """

    option: str
    share: float
    agents: np.ndarray
    got: Simulation
    occupancy: float
    hours: tuple
    limit: tuple | None
    at: float = 0.0


class Sharing:
    """The live queues of a Played, their agents shared in one way after the other; all ways meet the same contacts."""

    def __init__(self, of, slower, ask, step):
        self.of, self.slower, self.ask, self.step = of, slower, ask, step
        self.lines, self.contacts, self._looks, self._searches = of.queues(), 0, 0, (0, 1)
        at_once = np.array([[line.at_once] for line in self.lines])
        self.load = of.offered * of.aht_s / of.part_s / at_once  # in agents
        self.everything = list(range(len(self.lines)))

    def options(self, shares):
        """Return an Option for the plan, for dedicated agents, for each share of cross-trained ones, for all shared."""
        of, searches = self.of, len(self.lines) + len(shares) + 1
        alone = []
        for number in self.everything:
            self._searches, self._looks = (number, searches), 0
            alone.append(self._fewest([number], of.agents[[number]], "dedicated", 0.0, 0.0))
        own = np.concatenate([one.agents for one in alone])
        hours = tuple(sum(one.hours[end] for one in alone) for end in (0, 1))
        out = [self._given("plan", of.agents), replace(self._given("dedicated", own), hours=hours)]
        at = 0.0
        for share, kind in [*((share, "cross_trained") for share in shares), (1.0, "shared")]:
            self._searches, self._looks = (self._searches[0] + 1, searches), 0
            out.append(self._fewest(self.everything, own, kind, share, at))
            at = out[-1].at
        return out

    def _given(self, option, agents):
        """Return the Option of dedicated agents as they are given."""
        got, margins, occupancy = self._played(self.everything, agents, "dedicated", 0.0)
        hours = self._hours(self.everything, agents.sum(axis=0))
        limit = min(margins, key=lambda name: margins[name][1]) if margins else None
        return Option(option, 0.0, agents, got, occupancy, (hours, hours), limit)

    def _fewest(self, queues, need, kind, share, start):
        """Return the Option with the fewest agents; need : the agents of the queues that the search begins from."""
        unit, total = np.sqrt(self.load[queues].sum(axis=0)), need.sum(axis=0)

        def curve(distance):
            return moved(total, distance * unit)

        def play(agents):
            self._looks += 1
            done, searches = self._searches
            self.step(done * _LOOKS + min(self._looks, _LOOKS), searches * _LOOKS)
            got, margins, occupancy = self._played(queues, split(agents, need), kind, share)
            return (got, occupancy), margins

        found = fewest(curve, play, start=start)
        agents = split(found.agents, need)
        hours = tuple(self._hours(queues, curve(end)) for end in found.range)
        return Option(kind, share, agents, *found.got, hours, found.limit, found.at)

    def trained(self, option):
        """Return, by queue, the share of its agents over the time who are trained in others, whole ones counted."""
        if option.option == "shared":
            return np.ones(len(self.lines))
        able = np.where(self.of.open, _able(option.agents, option.share), 0).sum(axis=1)
        return able / np.maximum(np.where(self.of.open, option.agents, 0).sum(axis=1), 1)

    def _hours(self, queues, total):
        return self.of.hours(total, self.of.open[queues].any(axis=0))

    def _played(self, queues, agents, kind, share):
        """Play queues with their own agents, shared in a way: (simulation, margins of the targets, occupancy)."""
        teams = self._teams(queues, agents, kind, share)
        lines = [line if n in queues else replace(line, offered=0.0) for n, line in enumerate(self.lines)]
        groups = [group for team in teams for group in team[0]]
        got = simulate(lines, groups, length_s=self.of.length_s, **self.ask)
        self.contacts += got.attempts
        margins = {}
        for number in queues:
            target, queue = self.of.targets[number], got.queues[str(number)]
            for name in SERVICE:
                if target.get(name):
                    margins[number, name] = margin(getattr(queue, name), target[name], PROMISES[name])
        for members, home, open_, cap in teams:
            if cap < 1:
                occupancy = _occupancy(got, [group.name for group in members], open_)
                margins[home, "max_occupancy"] = margin(occupancy, cap, PROMISES["max_occupancy"])
        everybody = _occupancy(got, list(got.groups), self.of.open[queues].any(axis=0))
        return got, margins, everybody.value

    def _teams(self, queues, agents, kind, share):
        """Return [(groups, queue whose own they are, when it is open, most occupancy)]."""
        caps = np.array([self.of.targets[number].get("max_occupancy") or 1.0 for number in queues])
        if kind == "shared" and not self.slower:
            open_ = self.of.open[queues].any(axis=0)
            weight = agents.sum(axis=1) + 1e-9
            team = Group("all", [str(n) for n in queues], agents=self.of.stay(agents.sum(axis=0), open_))
            return [([team], queues[0], open_, float(caps @ weight / weight.sum()))]
        teams = []
        for at, number in enumerate(queues):
            open_ = self.of.open[number]
            mine = self.of.stay(agents[at], open_)
            able = _able(mine, share)
            others = queues[at + 1 :] + queues[:at] if kind == "shared" else queues[at + 1 :][:1] or queues[:1]
            members = [Group(f"{number}", [str(number)], agents=mine - able)]
            if able.any():
                skills = [str(n) for n in (number, *others)]
                pace = (1.0, *[1.0 + self.slower] * len(others))
                members.append(Group(f"{number}+", skills, agents=able, aht_factors=pace))
            teams.append((members, number, open_, float(caps[at])))
        return teams


def _able(agents, share):
    return np.floor(share * agents + 0.5).astype(int)


def split(total, need):
    """Return a total of agents by part shared out in proportion to `need` (queue x part), in whole agents.

    >>> split(np.array([5, 3]), np.array([[2, 0], [4, 3]])).tolist()
    [[2, 0], [3, 3]]
    """
    if len(need) == 1:
        return total[None, :].copy()
    weight = need / np.maximum(need.sum(axis=0), 1)
    exact = total * weight
    whole = np.floor(exact + 1e-9).astype(int)
    left = total - whole.sum(axis=0)
    order = np.argsort(-(exact - whole), axis=0, kind="stable").argsort(axis=0)
    return whole + (order < left)


def _occupancy(got, names, open_):
    """Return the occupancy Estimate of groups over the parts of the time that are open."""
    at = [list(got.groups).index(name) for name in names]
    busy, present = (got.parts[kind][:, at][:, :, open_].sum(axis=(1, 2)) for kind in TIMES)
    return worked(busy, present).occupancy
