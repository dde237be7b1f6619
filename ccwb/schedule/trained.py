"""Whether those at work are trained for what comes: the hours short in each channel group of a project."""

from itertools import combinations

import numpy as np
import pandas as pd

from ccwb.people import level_of
from ccwb.schedule.coverage import people_at_work
from ccwb.tables import check

HOUR = 3600


def short_of_training(schedule, *, requirement, agents, column="scheduled"):
    """Return project, interval_start, interval_s, short, untrained: agents short, and how many of them by training.

    Whatever way the routing shares out those at work, so many are short: the most, over all sets of the project's
    channels, of what the set needs less those at work who know one of it (Hall 1935, 'On representatives of subsets',
    J. London Math. Soc. 10; with capacities it is the least cut of the flow from people to channels).
    untrained : what remains of it when everybody at work is taken for trained in everything.

    schedule : schedule table of named agents.  requirement : requirement table.  agents : agents table.
    """
    need = check(requirement, "requirement")
    people = list(agents.itertuples(index=False))
    parts = [
        _of_project(rows, schedule[schedule["project"] == p], people, p, column) for p, rows in need.groupby("project")
    ]
    return pd.concat(parts, ignore_index=True)


def _of_project(need, schedule, people, project, column):
    key = ["interval_start", "interval_s"]
    needed = need.pivot_table(index=key, columns="channel", values=column, aggfunc="sum").fillna(0.0)
    starts, lengths = (needed.index.get_level_values(name) for name in key)
    channels = list(needed.columns)
    knows = {row.agent: {c for c in channels if level_of(row, project, c)} for row in people}
    at_work = lambda agents: people_at_work(  # noqa: E731 - one thought
        schedule[schedule["agent"].isin(agents)], starts=starts, lengths=np.asarray(lengths, dtype=float)
    )
    short = np.zeros(len(needed))
    for size in range(1, len(channels) + 1):
        for some in combinations(channels, size):
            there = at_work([agent for agent, mine in knows.items() if mine & set(some)])
            short = np.maximum(short, needed[list(some)].sum(axis=1).to_numpy() - there)
    alike = np.maximum(needed.sum(axis=1).to_numpy() - at_work(list(knows)), 0.0)
    out = pd.DataFrame({"project": project, "interval_start": starts, "interval_s": lengths, "short": short})
    return out.assign(untrained=np.maximum(short - alike, 0.0))
