"""What is simulated: queues, agent groups and shifts, checked as they are made."""

from dataclasses import dataclass

import numpy as np

from ccwb.errors import PlanError
from ccwb.messages import N_


@dataclass(frozen=True)
class Shift:
    """Some agents of a group who are there from `start_s` to `end_s`, but for their breaks.

    agents : whole, 0 or more.  start_s, end_s : seconds after the beginning; what lies outside the simulated time
    does not count.  breaks : pairs (from_s, to_s). Who handles a contact when a break or the end comes finishes it
    first; the break still ends at its time.

    >>> Shift(5, 0, 4 * 3600, breaks=[(7200, 8100)]).present()
    [(0.0, 7200.0), (8100.0, 14400.0)]
    """

    agents: int
    start_s: float
    end_s: float
    breaks: tuple = ()

    def __post_init__(self):
        numbers("agents", self.agents, whole=True, of=N_("a shift"))
        for from_s, to_s in ((self.start_s, self.end_s), *self.breaks):
            numbers("start_s", [from_s, to_s], low=-np.inf, of=N_("a shift"))
            if to_s < from_s:
                raise PlanError(
                    N_("A shift or break ends before it begins: from {from_s} s to {to_s} s. Exchange the two times."),
                    from_s=from_s,
                    to_s=to_s,
                )

    def present(self):
        """The times there, as a list of (from, to) in seconds, in order."""
        parts, at = [], float(self.start_s)
        for from_s, to_s in sorted((float(from_s), float(to_s)) for from_s, to_s in self.breaks):
            if from_s > at:
                parts.append((at, min(from_s, float(self.end_s))))
            at = max(at, to_s)
        parts.append((at, float(self.end_s)))
        return [(from_s, to_s) for from_s, to_s in parts if to_s > from_s]


@dataclass(frozen=True)
class Group:
    """Agents who can do the same.

    name : how the result calls it.  queues : names of the queues they serve, the preferred one first: a contact goes to
    the idle group that prefers its queue most, among equals to the one named first.
    agents : how many are there, whole; one number, or a sequence for equal parts of the time. Where it falls, idle ones
    go first, and who handles a contact finishes it.  shifts : agents who come and go one by one, as Shift, besides.
    aht_factors : how much longer than usual they take, a factor above 0 for each of `queues` or one for all.
    """

    name: str
    queues: tuple
    agents: int | tuple = 0
    shifts: tuple = ()
    aht_factors: float | tuple = 1.0

    def __post_init__(self):
        numbers("agents", self.agents, whole=True, of=self.name)
        if isinstance(self.queues, str) or not len(self.queues):
            raise PlanError(
                N_("Group '{group}' needs the names of the queues it serves in a list; found {found}."),
                group=self.name,
                found=repr(self.queues),
            )
        if numbers("aht_factors", self.aht_factors, above=0, of=self.name).size not in (1, len(self.queues)):
            _refuse("aht_factors", self.name, self.aht_factors, N_("has the wrong number of values"))


@dataclass(frozen=True)
class Queue:
    """Contacts of one kind (a project's channel), their wishes and what was promised to them.

    name : how groups and the result call it.
    offered : expected contacts, 0 or more: one number for the whole time, or a sequence for equal parts of it.
    aht_s : mean handling time, seconds above 0.  patience_s : mean time willing to wait, seconds above 0, exponential;
    None when nobody gives up. Both may differ by part; a contact has those of the part it came in.
    answer_within_s : threshold of the service level, seconds.
    priority : whole; free agents first take from the lowest number.
    lines : most contacts of this queue in the centre at once, handled or waiting; None is unbounded.
    trunk : name of a trunk whose lines the queue shares with the others of that name; all of them give its `lines`.
    redial : share of those who gave up or were blocked that call again, from 0 to below 1, and once more likewise.
    redial_after_s : mean time until they do, seconds, exponential.
    open : whether somebody may call again, one truth for all parts of the time or one for each. Closed time does not
    count towards the time until they do: they call once it is open, or not at all where it opens no more.
    unwilling : share of contacts that leave at once unless an agent is free.
    aht_cv : None for exponential handling times; a number for lognormal ones with that standard deviation over mean.
    at_once : conversations of this queue that an agent may hold at once (chat), 1 or more; beside them only those of
    queues that allow as many.  slowdown : factors of the handling time with 1, 2, .. at_once of them held, the first
    1, never falling; None where it makes no difference. aht_s is the handling time while at_once are held.
    """

    name: str
    offered: float | tuple
    aht_s: float | tuple
    patience_s: float | tuple | None = None
    answer_within_s: float = 20.0
    priority: int = 1
    lines: int | None = None
    redial: float = 0.0
    redial_after_s: float = 600.0
    open: bool | tuple = True
    unwilling: float = 0.0
    aht_cv: float | None = None
    at_once: int = 1
    slowdown: tuple | None = None
    trunk: str | None = None

    def __post_init__(self):
        numbers("offered", self.offered, of=self.name)
        numbers("aht_s", self.aht_s, above=0, of=self.name)
        numbers("answer_within_s", self.answer_within_s, of=self.name, single=True)
        numbers("priority", self.priority, low=-np.inf, whole=True, of=self.name, single=True)
        numbers("redial", self.redial, below=1, of=self.name, single=True)
        numbers("redial_after_s", self.redial_after_s, of=self.name, single=True)
        numbers("open", self.open, high=1, whole=True, of=self.name)
        numbers("unwilling", self.unwilling, high=1, of=self.name, single=True)
        if self.patience_s is not None:
            numbers("patience_s", self.patience_s, above=0, of=self.name)
        if self.lines is not None:
            numbers("lines", self.lines, low=1, whole=True, of=self.name, single=True)
        if self.aht_cv is not None:
            numbers("aht_cv", self.aht_cv, of=self.name, single=True)
        numbers("at_once", self.at_once, low=1, whole=True, of=self.name, single=True)
        self.slow()

    def slow(self):
        """Factors of the handling time with 1, 2, .. at_once conversations held, against that with at_once."""
        factors = np.ones(self.at_once) if self.slowdown is None else numbers("slowdown", self.slowdown, of=self.name)
        if len(factors) != self.at_once or factors[0] != 1 or (np.diff(factors) < 0).any():
            fault = PlanError(
                N_("is not a factor for each of 1 to {n} conversations, beginning with 1 and never falling"),
                n=self.at_once,
            )
            _refuse("slowdown", self.name, list(self.slowdown), fault)
        return factors / factors[-1]


def numbers(name, value, *, of=None, low=0.0, above=None, high=None, below=None, whole=False, single=False):
    """Return a value as a flat float array; PlanError names one that cannot be."""
    try:
        array = np.atleast_1d(np.asarray(value, dtype=float))
    except (TypeError, ValueError):
        _refuse(name, of, value, N_("is not a number"))
    if array.ndim > 1 or not array.size or (single and array.size > 1):
        _refuse(name, of, f"{np.shape(value)}", N_("has the wrong number of values"))
    faults = [
        (~np.isfinite(array), N_("is not a finite number")),
        (array < low, N_("is below {limit}"), low),
        (array <= above if above is not None else False, N_("is not above {limit}"), above),
        (array > high if high is not None else False, N_("is above {limit}"), high),
        (array >= below if below is not None else False, N_("is not below {limit}"), below),
        ((array != np.round(array)) & whole, N_("is not a whole number")),
    ]
    for wrong, fault, *limit in faults:
        if np.any(wrong):
            _refuse(name, of, array[wrong][0], fault, *limit)
    return array


def _refuse(name, of, found, fault, limit=None):
    fault = PlanError(fault, limit=limit) if limit is not None else fault
    if of is None:
        raise PlanError(
            N_("The simulation's {name} {fault}: found {found}. Correct it, then simulate again."),
            name=name,
            fault=fault,
            found=found,
        )
    raise PlanError(
        N_("In the simulation, {name} of {of} {fault}: found {found}. Correct it, then simulate again."),
        name=name,
        of=of,
        fault=fault,
        found=found,
    )
