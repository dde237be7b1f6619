"""What agents give, asked many times over: the same days with other volumes, handling times, agents or patience."""

import numpy as np
import pandas as pd

from ccwb.staffing.agents import given_agents


def giving(targets, *, carry_over=False):
    """Return the function rows -> what the agents in them give, a row of a requirement table for each, in their order.

    targets : as for `requirement`, of every queue in the rows.  carry_over : as for `given_agents`.
    The function takes a forecast table with the columns agents and `case`, a whole number: rows of different cases know
    nothing of each other.  patience_s, where the rows have it, stands for that of the targets in their queue and case;
    missing leaves the target's.

    >>> rows = pd.DataFrame({"interval_start": [pd.Timestamp("2026-03-02 10:00")] * 2, "interval_s": 1800,
    ...     "project": "orders", "channel": "voice", "offered": 75.0, "aht_s": 240.0, "agents": [9.0, 12.0]})
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120}
    >>> giving({("orders", "voice"): target})(rows.assign(case=[0, 1]))["service_level"].round(3).tolist()
    [0.537, 0.82]
    """

    def give(rows):
        named, known = _apart(rows, targets)
        return given_agents(named, targets=known, agents="agents", carry_over=carry_over)

    return give


def _apart(rows, targets):
    """Return (rows whose projects are named by case, too, targets of these queues)."""
    code, projects = pd.factorize(rows["project"])
    case = rows["case"].to_numpy()
    cases, number = np.unique(case, return_inverse=True)
    names = np.array([f"{project} #{one}" for project in projects for one in cases], dtype=object)
    place = code * len(cases) + number
    channel, channels = pd.factorize(rows["channel"])
    _, first = np.unique(place * max(len(channels), 1) + channel, return_index=True)
    patience = rows["patience_s"].to_numpy(dtype=float) if "patience_s" in rows else np.full(len(rows), np.nan)
    known = {}
    for at in first:
        queue = projects[code[at]], channels[channel[at]]
        own = {} if np.isnan(patience[at]) else {"patience_s": float(patience[at])}
        if queue in targets:
            known[names[place[at]], queue[1]] = {**targets[queue], **own}
    return rows.assign(project=pd.Series(names.take(place), index=rows.index, dtype="str")), known
