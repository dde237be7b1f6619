"""Live rows of a requirement: queues in which contacts wait in line, taken one by one or with the line carried over."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ccwb import queueing
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import lines
from ccwb.staffing.targets import NO_GOAL, targets_per_queue

RATES = ("service_level", "asa_s", "abandonment", "answer_rate", "occupancy")
CARRIED = f", {lines.CARRIED}"
SHORT = f"{CARRIED}, {lines.SHORT}"  # of what plain Erlang promised, and more agents in the interval do not help
ALWAYS = "always"  # solve days on which plain Erlang is right, too
_BEFORE_S = 6 * 3600  # of the day before that are played first where a queue is open through the night
SERVED_OUT_S = 1800  # how long those of the last interval stay to answer who is still in line
_BATCH = 14  # days solved at once: enough to save time, of queues of like size
_FELT = 0.05  # share of a day's contacts in intervals that plain Erlang is wrong about, from which on it is solved
_PARTS = 3  # parts of an agent that are told apart on days solved together
_SLACK = {"service_level": -0.005, "answer_rate": -0.005, "abandonment": 0.005, "asa_s": 1.0}  # half a point, a second
_ROUNDS = 20
_BETTER = 0.2  # of the slack: an agent more who brings less than that does not help
_LONGEST = 4000  # contacts in line: a day whose line grows longer stays plain (service level 0 there, wait missing)


@dataclass(frozen=True)
class Kind:
    """Live rows that one call computes: those with a patience or without, with one curve of the handling time."""

    rows: np.ndarray
    known: dict
    load: np.ndarray

    @property
    def bounded(self):
        """Whether lines are bounded or contacts call again: shares are then of accepted attempts."""
        return "lines" in self.known or "redial" in self.known

    def some(self, at):
        """Arguments of a call for some of the rows, by their place here."""
        return {name: value if name == "slowdown" else value[at] for name, value in self.known.items()}


@dataclass(frozen=True)
class Day:
    """A queue's consecutive rows of a day. places : in the kind, by time.  told : so many, the last, are its own.

    goes_on : whether the queue stays open when the day ends.
    """

    places: np.ndarray
    told: int
    goes_on: bool


def live_rows(work, agents, *, fewest=False, carry_over=False, progress=None):
    """Return (agents, rates by name, how solved), a value per row of the work.

    How: 0 plain Erlang, 1 with the line carried over, 2 so and still short of what plain Erlang promised.

    agents : of all rows; with `fewest` those of live rows are found here, with `carry_over` also for the line. Rows
    with bounded lines or redials stay as if it had always been like that: no model here carries their line over.
    progress(done, total) is called while the line of given agents is carried over.
    """
    agents, carried = agents.astype(float), np.zeros(len(agents), dtype=int)
    rates = {name: np.full(len(agents), np.nan) for name in (*RATES, "blocked")} | {"attempts": np.ones(len(agents))}
    kinds = kinds_of(work)
    for number, kind in enumerate(kinds):
        own = _fewest(work, kind) if fewest else agents[kind.rows]
        if kind.bounded:
            got, places, short = plain_rates(kind, own), [], []
        elif fewest and carry_over:
            own, got, places, short = _kept_with_line(work, kind, own)
        else:
            got, short = plain_rates(kind, own), []
            days = _days(work, kind) if carry_over else []
            days = _misled(work, kind, own, days) if carry_over != ALWAYS else [d for d in days if len(d.places) > 1]
            solvable = _solvable(work, kind, own, days)
            places = _carry(work, kind, own, got, solvable, progress=_part_of(progress, number, len(kinds)))
        agents[kind.rows], carried[kind.rows[places]] = own, 1
        carried[kind.rows[short]] = 2
        for name in got:
            rates[name][kind.rows] = got[name]
    return agents, rates, carried


def rates_of(work, rows, agents):
    """Return rates of live rows of one queue, each as if it had always been like that; rows may come several times."""
    return plain_rates(_kind(work, rows), agents)


def around(row, *, targets, agents):
    """What other numbers of agents would give in one live interval, each as if it had always been like that.

    row : a row of a requirement table, with something offered.  targets : as for `requirement`.  agents : one number of
    0 or more or several.  Returns a table: agents, service_level, asa_s, abandonment, answer_rate, occupancy, missing
    where they cannot be told; with bounded lines or redials attempts (per offered contact) and blocked (of these), too.
    Raises PlanError for a deferred row and for agents that are no such numbers.

    >>> row = {"project": "orders", "channel": "voice", "load": 10.0, "aht_s": 240.0}
    >>> target = {"service_level": 0.8, "answer_within_s": 20, "patience_s": 120, "shrinkage": 0.3}
    >>> around(row, targets={("orders", "voice"): target}, agents=[9, 12])[["agents", "service_level"]].round(3)
       agents  service_level
    0     9.0          0.537
    1    12.0          0.820
    """
    agents = _numbers_of_agents(agents)
    if row["channel"] in CHANNELS and not CHANNELS[row["channel"]].live:
        raise PlanError(
            N_("{project} / {channel} may wait: what an interval gives depends on the others. Look at the whole plan."),
            project=row["project"],
            channel=row["channel"],
        )
    one = targets_per_queue([(row["project"], row["channel"])], targets)
    slowdown = one["slowdown"][0]
    known = {"aht_s": row["aht_s"] / slowdown[-1], "answer_within_s": one["answer_within_s"][0]}
    known |= {name: one[name][0] for name in ("patience_s", "lines") if not np.isnan(one[name][0])}
    known |= {"redial": one["redial"][0]} if one["redial"][0] > 0 else {}
    known = {name: np.full(len(agents), value) for name, value in known.items()} | {"slowdown": slowdown}
    kind = Kind(np.arange(len(agents)), known, np.full(len(agents), row["load"] / slowdown[-1]))
    return pd.DataFrame({"agents": agents} | plain_rates(kind, agents))


def _numbers_of_agents(agents):
    try:
        numbers = np.atleast_1d(np.asarray(agents, dtype=float))
    except (TypeError, ValueError):
        numbers = np.full(1, np.nan)
    if not ((numbers >= 0) & (numbers < np.inf)).all():
        raise PlanError(N_("Agents are numbers of 0 or more; found {found}. Correct them."), found=str(agents)[:80])
    return numbers


def kinds_of(work):
    """Return the live rows in kinds."""
    patient, bounded = (~np.isnan(work.targets[name]) for name in ("patience_s", "lines"))
    curves = sorted(set(work.targets["slowdown"]))
    number = np.array([8 * curves.index(own) for own in work.targets["slowdown"]], dtype=int)
    number += patient + 2 * bounded + 4 * (work.targets["redial"] > 0)
    kinds = [np.flatnonzero(work.live & (number[work.queue] == kind)) for kind in sorted(set(number.tolist()))]
    return [_kind(work, rows) for rows in kinds if len(rows)]


def _kind(work, rows):
    """Return rows as a kind; aht_s and load are those of a conversation held alone."""
    queue = work.queue[rows[0]]
    slowdown = work.targets["slowdown"][queue]
    known = {"aht_s": work.aht_s[rows] / slowdown[-1], "answer_within_s": work.of("answer_within_s", rows)}
    known |= {name: work.of(name, rows) for name in ("patience_s", "lines") if not np.isnan(work.targets[name][queue])}
    known |= {"redial": work.of("redial", rows)} if work.targets["redial"][queue] > 0 else {}
    return Kind(rows, known | {"slowdown": slowdown}, work.load[rows] / slowdown[-1])


def _fewest(work, kind):
    """Return the fewest agents of a kind's rows; a target that no queue has is left out."""
    goals = {name: work.of(name, kind.rows) for name in NO_GOAL}
    promised = np.where(work.of("counts_blocked", kind.rows) > 0, goals["answer_rate"], 0.0)
    if "patience_s" not in kind.known:  # nobody gives up
        del goals["answer_rate"], goals["abandonment"]
    aimless = np.all([goal == NO_GOAL[name] for name, goal in goals.items()], axis=0)
    if aimless.any():
        project, channel = work.names[work.queue[kind.rows[np.flatnonzero(aimless)[0]]]]
        raise PlanError(
            N_(
                "{project} / {channel} has no target that a number of agents could miss. Type a service level, a mean "
                "wait, an occupancy cap or (with a patience) an answer rate or abandonment, then run this step again."
            ),
            project=project,
            channel=channel,
        )
    goals = {name: goal for name, goal in goals.items() if (goal != NO_GOAL[name]).any()}
    cushion = work.of("cushion", kind.rows)
    agents = queueing.agents_required(kind.load * (1 + cushion), **kind.known, **goals)
    if "max_occupancy" in goals and (cushion < 0).any():  # fewer may risk a promise, but never wear people out
        cap = queueing.agents_required(kind.load, **kind.known, max_occupancy=goals["max_occupancy"])
        agents = np.maximum(agents, cap)
    if "lines" in kind.known and promised.any():
        agents = lines.enough_answered(kind.load * (1 + cushion), agents, kind.known, promised)
    return agents


def plain_rates(kind, agents):
    """Return rates of a kind's rows, each as if it had always been like that; part of an agent is there for a part."""
    more = np.where(np.abs(agents - np.rint(agents)) < 1e-9, 0.0, agents % 1)
    whole = np.where(more > 0, np.floor(agents), np.rint(agents))
    rates = _performance(kind, whole)
    busy = rates["occupancy"] * whole
    if more.any():
        plus = _performance(kind, whole + (more > 0))
        busy = (1 - more) * busy + more * plus["occupancy"] * (whole + 1)
        rates = _mixed(rates, plus, more)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates["occupancy"] = np.where(agents > 0, busy / agents, np.nan)
    return _told(rates, kind.load > 0)


def _performance(kind, agents):
    """Return rates of whole agents, where lines are bounded or contacts call again with attempts and blocked."""
    got = queueing.performance(kind.load, agents, **kind.known)
    more = {"attempts": lines.per_offered(got, kind.known.get("redial", 0.0))} if kind.bounded else {}
    return _fields(got) | more | ({"blocked": got.blocked} if "lines" in kind.known else {})


def _fields(got):
    return {name: getattr(got, name) for name in RATES}


def _told(rates, offered):
    """Leave out what is not known: rates of nothing, waits without end."""
    told = [*RATES[:4], *(name for name in ("blocked",) if name in rates)]
    return rates | {name: np.where(offered & np.isfinite(rates[name]), rates[name], np.nan) for name in told}


def _mixed(low, high, share):
    """Return rates of contacts that meet `high` in a share of the time and `low` in the rest."""
    mixed = {}
    if "attempts" in low:
        tries = [(1 - share) * low["attempts"], share * high["attempts"]]
        mixed["attempts"] = tries[0] + tries[1]
        lost = [part.get("blocked", 0.0) for part in (low, high)]
        if "blocked" in low:
            mixed["blocked"] = (tries[0] * lost[0] + tries[1] * lost[1]) / mixed["attempts"]
        got_in = [some * (1 - part) for some, part in zip(tries, lost, strict=True)]
        share = got_in[1] / np.maximum(got_in[0] + got_in[1], np.finfo(float).tiny)  # of those that the shares are of
    mixed |= {name: (1 - share) * low[name] + share * high[name] for name in ("service_level", "abandonment")}
    few, many = (1 - share) * low["answer_rate"], share * high["answer_rate"]
    mixed["answer_rate"] = few + many
    with np.errstate(divide="ignore", invalid="ignore"):
        waits = np.where(few > 0, few * low["asa_s"], 0) + np.where(many > 0, many * high["asa_s"], 0)
        mixed["asa_s"] = np.where(mixed["answer_rate"] > 0, waits / mixed["answer_rate"], np.inf)
    return mixed


def _days(work, kind):
    """Return every queue's local days as Day. A gap (closed) begins anew.

    Where the queue was open all night, the last hours of the day before come first.
    """
    start = pd.DatetimeIndex(work.table["interval_start"].iloc[kind.rows])
    second = start.as_unit("s").asi8
    local = start.tz_localize(None).to_numpy().astype("datetime64[D]")
    queue = work.queue[kind.rows]
    order = np.lexsort((second, queue))
    end = second[order] + work.interval_s[kind.rows][order]
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (np.diff(queue[order]) != 0) | (second[order][1:] != end[:-1])
    begins = opens.copy()
    begins[1:] |= local[order][1:] != local[order][:-1]
    since = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    firsts, goes_on = np.flatnonzero(begins), np.append(~opens[1:], False)
    before = np.ceil(_BEFORE_S / work.interval_s[kind.rows][order]).astype(int)
    return [
        Day(order[first - min(before[first], first - since[first]) : last], last - first, bool(goes_on[last - 1]))
        for first, last in zip(firsts, [*firsts[1:], len(order)], strict=True)
    ]


def _misled(work, kind, agents, days):
    """Return those of the days on which plain Erlang misleads about more than a few contacts."""
    offered, found = work.offered[kind.rows], []
    for part in _alike(days, kind.load):
        at = np.stack([day.places for day in part])
        known = kind.some(at) | {"interval_s": work.interval_s[kind.rows][at]}
        wrong = queueing.erlang_misleads(offered[at], np.rint(agents[at]), **known)
        for day, flags in zip(part, wrong, strict=True):
            own = offered[day.places[-day.told :]]
            if len(flags) > 1 and own[flags[-day.told :]].sum() > _FELT * own.sum():
                found.append(day)
    return found


def _part_of(progress, number, of):
    """Return progress of one part of the work, of so many, as progress of the whole."""
    return progress and (lambda done, total: progress(number + done / total, of))


def _carry(work, kind, agents, rates, days, *, progress=None):
    """Set the rates of the days to those with the line carried over; return the places of their rows."""
    offered, told = work.offered[kind.rows], [np.zeros(0, dtype=int)]
    parts = list(_alike(days, kind.load, _BATCH))
    for turn, part in enumerate(parts):
        at = np.stack([day.places for day in part])
        known = kind.some(at) | {"interval_s": work.interval_s[kind.rows][at]}
        known["progress"] = _part_of(progress, turn, len(parts))
        known["served_out_s"] = np.array([_BEFORE_S if day.goes_on else SERVED_OUT_S for day in part], dtype=float)
        got = _told(_through(offered[at], agents[at], known), offered[at] > 0)
        for number, day in enumerate(part):
            own = day.places[-day.told :]
            told.append(own)
            for name in RATES:
                rates[name][own] = got[name][number, -day.told :]
    return np.concatenate(told)


def _through(offered, agents, known):
    """Return rates of days (rows) with the line carried over: of 7.7 agents the mean of days with 7 and with 8.

    Whoever is there for the smaller part of an agent is there for the larger ones of other intervals, too: nobody comes
    and goes within an interval, finishing a contact each time after the paid time is over.
    """
    whole, part = np.floor(agents + 1e-9), _parts(np.where(np.abs(agents - np.rint(agents)) < 1e-9, 0.0, agents % 1))
    bounds, progress = [0.0, *np.unique(part[part > 0]), 1.0], known["progress"]
    mixed, busy = None, 0.0
    for turn, (low, high) in enumerate(pairwise(bounds)):
        there, known["progress"] = whole + (part >= high), _part_of(progress, turn, len(bounds) - 1)
        got = _fields(queueing.carried_over(offered, there, **known))
        mixed = _mixed(mixed, got, (high - low) / high) if turn else got
        busy = busy + (high - low) * there * np.where(there > 0, got["occupancy"], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return mixed | {"occupancy": np.where(agents > 0, busy / (whole + part), np.nan)}


def _parts(part):
    """Return parts of an agent, at most _PARTS different ones: else the means of as many groups of like ones."""
    some = part > 0
    if len(np.unique(part[some].round(9))) <= _PARTS:
        return part.round(9)
    group = np.searchsorted(np.quantile(part[some], np.arange(1, _PARTS) / _PARTS), part)
    sums, counts = np.bincount(group[some], part[some], _PARTS), np.bincount(group[some], minlength=_PARTS)
    return np.where(some, (sums / np.maximum(counts, 1))[group], 0.0)


def _alike(days, load, most=None):
    """Give the days in parts of the same number of rows, those of like load together, `most` in a part."""
    for length in sorted({len(day.places) for day in days}):
        part = [day for day in days if len(day.places) == length]
        part.sort(key=lambda day: load[day.places].max())
        for start in range(0, len(part), most or len(part)):
            yield part[start : start + (most or len(part))]


def _solvable(work, kind, agents, days):
    """Return the days whose line, as a fluid, can be carried: not so long that solving them would take long.

    And where nobody gives up, not longer at midnight than what is looked at of the day before: of a queue that falls
    behind day after day plain Erlang says how many are answered, agents / load.
    """
    offered, length_s, slowdown = work.offered[kind.rows], work.interval_s[kind.rows], kind.known["slowdown"]
    served = agents * len(slowdown) / slowdown[-1] * length_s / kind.known["aht_s"]
    most = np.full(len(offered), np.inf)
    if "patience_s" in kind.known:  # more give up than come
        most = offered / length_s * kind.known["patience_s"]
    found = []
    for day in days:
        line, longest = 0.0, 0.0
        for place in day.places:
            line = min(max(line + offered[place] - served[place], 0.0), max(line, most[place]))
            longest = max(longest, line)
        last, through = day.places[-1], day.goes_on or day.told < len(day.places)
        behind = through and np.isinf(most[last]) and line > served[last] / length_s[last] * _BEFORE_S
        if longest <= _LONGEST and not behind:
            found.append(day)
    return found


def _kept_with_line(work, kind, agents):
    """Return (agents, rates, places of the rows solved, places of those still short of what plain Erlang promised).

    More agents where the line breaks it, on the days on which plain Erlang misleads. Those that do not help where they
    are in the end are taken back; what this breaks in other intervals is mended once more.
    """
    agents, rates = agents.astype(float), plain_rates(kind, agents)
    goals = {name: work.of(name, kind.rows) for name in _SLACK}
    promised = {name: _missed(rates, goals, name) == 0 for name in goals}
    days = still = _solvable(work, kind, agents, _misled(work, kind, agents, _days(work, kind)))
    stuck = np.zeros(len(agents), dtype=bool)

    def gap():
        """By how many slacks each row misses what was promised."""
        return np.max([promised[name] * _missed(rates, goals, name) / abs(_SLACK[name]) for name in goals], axis=0)

    for _ in range(2):
        best = _raised(work, kind, agents, rates, still, gap=gap, stuck=stuck)
        futile = (gap() > 0) & (best < agents)
        agents[futile] = best[futile]
        stuck |= futile
        still = [day for day in still if futile[day.places].any()]
    _carry(work, kind, agents, rates, still)
    told = np.concatenate([np.zeros(0, dtype=int), *(day.places[-day.told :] for day in days)])
    return agents, rates, told, np.flatnonzero(gap() > 0)


def _raised(work, kind, agents, rates, days, *, gap, stuck):
    """Give one agent more at a time to rows of the days with a gap, in place; return the agents up to whom it helped.

    gap : a function giving by how much rows are short now.  stuck : rows that get no more.
    """
    best, least = agents.copy(), np.full(len(agents), np.inf)
    for turn in range(_ROUNDS + 1):
        _carry(work, kind, agents, rates, days)
        left = gap()
        better = left < least - _BETTER
        best[better], least[better] = agents[better], left[better]
        short = (left > 0) & ~stuck
        days = [day for day in days if short[day.places[-day.told :]].any()]
        if turn == _ROUNDS or not days:
            break
        for day in days:
            own = day.places[-day.told :]
            agents[own[short[own]]] += 1
    return best


def _missed(rates, goals, name):
    """By how much a target is missed beyond the slack; 0 where it is kept or nothing is offered."""
    value, goal, slack = rates[name], goals[name], _SLACK[name]
    gap = (goal + slack - value) if slack < 0 else (value - goal - slack)
    return np.where(np.isnan(value) | (goal == NO_GOAL[name]), 0.0, np.maximum(gap, 0.0))
