"""The lines of work that a roster tells apart: a project, or channels of it that other people are trained for."""

from dataclasses import dataclass

import numpy as np

from ccwb.people import level_of
from ccwb.queueing import service_level

HOUR = 3600
SHARED = 0.25  # of those trained for a channel: so many who know another one, too, make one line of both
LATER = 0.5  # what a contact that may wait counts, beside one that is answered late
BOUNDS = (0.25, 4.0)  # of a price, beside the mean


@dataclass(frozen=True)
class Line:
    """Channels of one project that are staffed as one, and what an hour of each agent is worth there.

    levels : agent -> mean level on the channels that they know.  known : agent -> these channels.
    """

    project: str
    channels: tuple
    levels: dict
    known: dict

    def label(self, agent):
        """The channels that an agent works here, as the roster names them; '' for all of the line's."""
        mine = self.known[agent]
        return "" if len(mine) == len(self.channels) else "; ".join(mine)


def lines_of(requirement, agents):
    """Return the lines of work of a requirement, in the order of its projects.

    Channels are one line where enough people know both: within it the routing gives everybody the contacts that they
    are trained for, as they come. Nobody is on a line of which they know no channel.

    >>> import pandas as pd
    >>> need = pd.DataFrame({"project": "p", "channel": ["voice", "chat", "email"]})
    >>> people = pd.DataFrame({"agent": ["a", "b"], "project": "p", "trained_for": ["p/voice", "p/chat; p/email:0.8"]})
    >>> [(line.channels, line.levels) for line in lines_of(need, people)]
    [(('chat', 'email'), {'b': 0.9}), (('voice',), {'a': 1.0})]
    """
    rows = list(agents.itertuples(index=False))
    lines = []
    for project, channels in requirement.groupby("project", sort=False)["channel"].unique().items():
        trained = {
            channel: {row.agent: level for row in rows if (level := level_of(row, project, channel))}
            for channel in sorted(channels)
        }
        lines += [_line(project, group, trained) for group in _groups(trained)]
    return lines


def _groups(trained):
    """Return the channels in groups: those that share enough of their people, directly or through others."""
    groups = []
    for channel, mine in trained.items():
        near = [group for group in groups if any(_shared(mine, trained[other]) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), channel])
    return sorted(sorted(group) for group in groups)


def _shared(mine, theirs):
    fewer = min(len(mine), len(theirs))
    return fewer > 0 and len(mine.keys() & theirs.keys()) >= SHARED * fewer


def _line(project, channels, trained):
    known = {}
    for channel in channels:
        for agent in trained[channel]:
            known.setdefault(agent, []).append(channel)
    levels = {a: sum(trained[c][a] for c in mine) / len(mine) for a, mine in sorted(known.items())}
    return Line(project, tuple(channels), levels, known)


def prices_of(requirement):
    """Return what a missing agent-hour costs in service in each row, beside the mean over all hours needed, which is 1.

    A live channel loses the contacts that one agent fewer would not answer in time (Erlang C); of one whose work may
    wait, each contact not handled in the hour counts half. Bounded to a quarter and four times the mean; 1 where
    nothing can be said.
    """
    lost, hours = _lost(requirement), _hours(requirement)
    known = np.isfinite(lost) & (lost > 0) & (hours > 0)
    if not known.any():
        return np.ones(len(requirement))
    price = np.where(known, lost, np.nan) / np.average(lost[known], weights=hours[known])
    return np.where(known, np.clip(price, *BOUNDS), 1.0)


def steeper_of(requirement):
    """Return (agents, price) of each row: what an agent-hour short of so many costs beside its price.

    With fewer agents than its load in Erlangs, a live channel cannot answer all however long they wait: each agent
    missing there leaves the contacts of an agent's hour without an answer. At most four times the mean price; 0 where
    work may wait, and where nothing can be said, as of agents who hold several contacts at once.
    Source: Whitt (2004), Management Science 50(10), the fluid limit.
    """
    lost, hours = _lost(requirement), _hours(requirement)
    known = np.isfinite(lost) & (lost > 0) & (hours > 0)
    load, agents, offered, scheduled = (
        requirement[c].to_numpy(float) for c in ("load", "agents", "offered", "scheduled")
    )
    live = _live(requirement) & (load > 0) & (load < agents) & (offered > 0) & known.any()
    an_hour = offered[live] * HOUR / requirement["interval_s"].to_numpy(float)[live] / load[live]
    least, price = np.zeros(len(requirement)), np.zeros(len(requirement))
    least[live] = scheduled[live] * load[live] / agents[live]
    price[live] = np.minimum(an_hour / np.average(lost[known], weights=hours[known]), BOUNDS[1]) if live.any() else 0.0
    return least, price


def _live(table):
    """Return which rows are of channels whose contacts cannot wait."""
    agents, aht, within = (table[c].to_numpy(float) for c in ("agents", "aht_s", "answer_within_s"))
    return (within < HOUR) & (np.ceil(agents) >= 1) & (aht > 0)


def _hours(table):
    return table["scheduled"].to_numpy(float) * table["interval_s"].to_numpy(float)


def _lost(table):
    """Return the contacts that a missing agent-hour loses in each row, 0 where nothing can be said."""
    load, n = table["load"].to_numpy(float), np.ceil(table["agents"].to_numpy(float))
    aht, within = (table[c].to_numpy(float) for c in ("aht_s", "answer_within_s"))
    live, lost = _live(table), np.zeros(len(table))
    told = {"aht_s": aht[live], "answer_within_s": within[live]}
    here, fewer = (service_level(load[live], agents, **told) for agents in (n[live], n[live] - 1))
    lost[live] = (
        table["offered"].to_numpy(float)[live] * HOUR / table["interval_s"].to_numpy(float)[live] * (here - fewer)
    )
    waits = (within >= HOUR) & (aht > 0)
    lost[waits] = LATER * HOUR / aht[waits]
    return lost
