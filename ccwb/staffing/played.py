"""A plan's live queues as the simulation plays them: contacts, handling times and agents in equal parts of the time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.queueing import simulation
from ccwb.staffing.live import SERVED_OUT_S
from ccwb.tables import check

_CONTACTS_A_SECOND = {True: 1_000_000, False: 50_000}  # with numba and without, on one slow core


@dataclass(frozen=True)
class Played:
    """The live queues of some days, from the first open interval to the last.

    rows : the rows of the requirement that are played, in order of queue and time.  names : (project, channel) by
    queue.  targets : theirs.  part_s : length of a part.  offered, aht_s, agents : queue x part; agents are whole.
    open : queue x part, whether an interval of the plan covers it.  row_queue, row_from, row_to : of each row.
    """

    rows: pd.DataFrame
    names: list
    targets: list
    part_s: float
    offered: np.ndarray
    aht_s: np.ndarray
    agents: np.ndarray
    open: np.ndarray
    row_queue: np.ndarray
    row_from: np.ndarray
    row_to: np.ndarray

    @property
    def length_s(self):
        """Seconds to play: up to the last interval, and to serve its line out."""
        return self.part_s * self.offered.shape[1]

    def queues(self):
        """Return the queues as the simulation takes them, named by their number."""
        out = []
        for number, target in enumerate(self.targets):
            at_once = int(target["at_once"])
            slowdown = target.get("slowdown") if at_once > 1 else None
            out.append(
                simulation.Queue(
                    str(number),
                    offered=self.offered[number],
                    aht_s=self.aht_s[number],
                    patience_s=target.get("patience_s"),
                    answer_within_s=target["answer_within_s"],
                    at_once=at_once,
                    slowdown=tuple(slowdown) if slowdown else None,
                    lines=int(target["lines"]) if target.get("lines") else None,
                    redial=target.get("redial", 0.0),
                    open=tuple(self.open[number].tolist()),
                )
            )
        return out

    def stay(self, agents, open_):
        """Return agents by part with those of the last open part before a gap staying on to serve the line out."""
        agents, stay = agents.copy(), round(SERVED_OUT_S / self.part_s + 0.499)
        for at in np.flatnonzero(open_[:-1] & ~open_[1:]):
            for part in range(at + 1, min(at + 1 + stay, len(agents))):
                if open_[part]:
                    break
                agents[part] = agents[at]
        return agents

    def hours(self, agents, open_):
        """Return agent-hours of agents by part, those not counted who stay on."""
        return float(agents[open_].sum() * self.part_s / 3600)


def played_of(requirement, *, targets, first_day, last_day=None, queues=None, whole=False):
    """Return the Played of a requirement's live queues from the first day to the last, both by the project's clock.

    targets : (project, channel) -> dict as from `targets_of`.  queues : names to take; None takes all live ones.
    whole : whether parts of an agent are rounded up; otherwise they are played as one agent for a part of the interval,
    so that the sum stays. Raises PlanError where there is nothing to play, and for a queue without targets.
    """
    rows = _rows(requirement, first_day, first_day if last_day is None else last_day, queues)
    rows = rows.assign(agents=np.ceil(rows["agents"] - 1e-9)) if whole else rows
    names = list(dict.fromkeys(zip(rows["project"], rows["channel"], strict=True)))
    absent = [name for name in names if name not in targets]
    if absent:
        raise PlanError(
            N_("The plan has agents for {queues}, which has no targets. Add the channel on the setup page."),
            queues="; ".join(" / ".join(name) for name in absent),
        )
    goals = [
        {"answer_within_s": 20, "at_once": CHANNELS[name[1]].at_once}
        | {key: value for key, value in targets[name].items() if value is not None}
        for name in names
    ]
    return _in_parts(rows, names, goals)


def _rows(requirement, first_day, last_day, queues):
    table = check(requirement, "requirement")
    start = table["interval_start"]
    day = start.dt.tz_localize(None).dt.normalize()
    taken = (day >= pd.Timestamp(first_day)) & (day <= pd.Timestamp(last_day))
    taken &= table["channel"].map(lambda channel: CHANNELS[channel].live).astype(bool)
    if queues is not None:
        wanted = set(queues)
        taken &= np.array([name in wanted for name in zip(table["project"], table["channel"], strict=True)], dtype=bool)
    rows = table[taken].sort_values(["project", "channel", "interval_start"], kind="stable", ignore_index=True)
    if not (len(rows) and rows["offered"].sum() > 0):
        raise PlanError(
            N_(
                "There is nothing to play: from {first} to {last} the plan has no contacts on a live channel (voice or "
                "chat). Choose other days, or make the plan first (step 3)."
            ),
            first=str(pd.Timestamp(first_day).date()),
            last=str(pd.Timestamp(last_day).date()),
        )
    return rows


def _in_parts(rows, names, goals):
    start_s = (rows["interval_start"] - rows["interval_start"].min()).dt.total_seconds().to_numpy().round().astype(int)
    length_s = rows["interval_s"].to_numpy(dtype=int)
    part_s = int(np.gcd.reduce(np.concatenate([start_s, length_s])))
    part_s //= _finer(rows["agents"].to_numpy(dtype=float), part_s)
    row_from, row_to = start_s // part_s, (start_s + length_s) // part_s
    parts = int(row_to.max()) + -(-SERVED_OUT_S // part_s)
    place = {name: number for number, name in enumerate(names)}
    queue = np.array([place[name] for name in zip(rows["project"], rows["channel"], strict=True)])
    count = row_to - row_from
    at = np.repeat(row_from - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
    of = np.repeat(queue, count)
    mean = [_mean_aht_s(rows[queue == number]) for number in range(len(names))]
    tables = {"offered": np.zeros((len(names), parts)), "agents": np.zeros((len(names), parts), dtype=int)}
    tables |= {"open": np.zeros((len(names), parts), dtype=bool), "aht_s": np.repeat(mean, parts).reshape(-1, parts)}
    tables["offered"][of, at] = np.repeat(rows["offered"].to_numpy(dtype=float) / count, count)
    tables["agents"][of, at] = _whole(np.repeat(rows["agents"].to_numpy(dtype=float), count), of)
    aht_s = rows["aht_s"].to_numpy(dtype=float)
    tables["aht_s"][of, at] = np.repeat(np.where(aht_s > 0, aht_s, np.array(mean)[queue]), count)
    tables["open"][of, at] = True
    return Played(rows, names, goals, float(part_s), **tables, row_queue=queue, row_from=row_from, row_to=row_to)


def _mean_aht_s(rows):
    offered, aht_s = rows["offered"].to_numpy(dtype=float), rows["aht_s"].to_numpy(dtype=float)
    known = (aht_s > 0) & (offered > 0)
    return float(aht_s[known] @ offered[known] / offered[known].sum()) if known.any() else 1.0


def _finer(agents, part_s):
    """Return into how many parts to cut, so that half an agent is one for half of the time; 1 for whole agents."""
    for cut in (1, 2, 4):
        if (np.abs(agents * cut - np.rint(agents * cut)) < 1e-6).all() or part_s % (2 * cut):
            break
    return cut


def _whole(agents, queue):
    """Return whole agents, each part's rounded up or down so that a queue's sum up to there is nearest."""
    out = np.empty(len(agents), dtype=int)
    for number in np.unique(queue):
        sums = np.floor(np.cumsum(agents[queue == number]) + 0.5 + 1e-9)
        out[queue == number] = np.diff(sums, prepend=0.0)
    return out


def affordable(contacts, *, seconds, least=10, most=1000):
    """Return how many replications of so many contacts can be played in a time, numba installed or not.

    >>> affordable(2_000, seconds=2, most=100) <= 100
    True
    """
    rate = _CONTACTS_A_SECOND[simulation.engine.compiled() is not None]
    return int(np.clip(rate * seconds / max(contacts, 1), least, most))
