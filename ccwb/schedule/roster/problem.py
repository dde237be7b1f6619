"""The week's problem as plain values: who may work when, which shifts there are, what is needed, what counts.

Everything lies on one flat line of equally long slots, so that a night's rest, the day of 23 or 25 hours and a shift
over midnight are counted as they pass. A stretch is a pair (first slot, first slot after it).
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Kind:
    """A kind of shift: how long, when it may start, its pause (lunch, or the time between two pieces) and its breaks.

    length : slots from start to end.  first_start, last_start, step : slots of the local clock after midnight.
    pauses : lengths that its one unpaid pause may have; empty for none. It begins `pause_from` to `pause_to` slots
    after the start and cuts the shift into two parts; a split shift is one with long pauses.
    breaks : paid breaks in each part, each of `break_length` slots, at least `break_after` after the part begins,
    `break_before` before it ends and `break_gap` apart.  weekdays : on which it may start, 0 is Monday; None for all.
    """

    name: str
    length: int
    first_start: int
    last_start: int
    step: int = 1
    pauses: tuple = ()
    pause_from: int = 0
    pause_to: int = 0
    breaks: tuple = (0,)
    break_length: int = 1
    break_after: int = 0
    break_before: int = 0
    break_gap: int = 0
    weekdays: tuple | None = None


@dataclass(frozen=True)
class Shift:
    """One agent's shift: stretches at work (parts), the project of each, its pause and its breaks.

    pause : stretch, or None.  breaks : stretches, a tuple for each part.  projects : number of each part's project; -1
    in a locked shift for one that the week has no need of: it takes the agent's time and covers nothing.
    """

    kind: int
    start: int
    end: int
    projects: tuple
    pause: tuple | None = None
    breaks: tuple = ((),)

    @property
    def parts(self):
        """The stretches before and after the pause."""
        if self.pause is None:
            return ((self.start, self.end),)
        return ((self.start, self.pause[0]), (self.pause[1], self.end))

    @property
    def paid(self):
        """Paid slots: from start to end without the pause."""
        return sum(last - first for first, last in self.parts)


@dataclass(frozen=True)
class Wish:
    """What somebody would like of a day: to work within a stretch only; an empty stretch asks for the day off.

    weight : how much it counts beside the weight of wishes, 1 for an ordinary one.  works : they want to work that day,
    whenever it is; the stretch says nothing then.
    """

    day: int
    first: int
    last: int
    weight: float = 1.0
    works: bool = False


@dataclass(frozen=True)
class History:
    """What an agent brings from before the first day.

    late, weekends : late shifts and weekends worked that count for fairness.  days, weekends_in_row : worked without a
    day off, or a weekend off, up to now.  days_off : days off in a row.  last_end : slot, 0 or below, or None.
    """

    late: int = 0
    weekends: int = 0
    days: int = 0
    weekends_in_row: int = 0
    days_off: int = 0
    last_end: int | None = None


@dataclass(frozen=True)
class Agent:
    """A named agent.

    levels : for each project what an hour of theirs is worth there, 1 for a full agent, 0 where not trained.
    contract_h : hours a week.  available : whether they may be at work, for each slot.
    most_h, most_day_h : hours a week and a day never passed; None takes the contract and the rules' limit.
    kinds : numbers of the kinds of shift they may work; None for all.  days_off : days on which no shift starts.
    appointments : stretches in which they are at work, but on no project.  wishes : of Wish.
    locked : day -> Shift, or None for a day off, which stays as it is.
    """

    name: str
    levels: tuple
    contract_h: float
    available: np.ndarray
    most_h: float | None = None
    most_day_h: float | None = None
    kinds: tuple | None = None
    days_off: frozenset = frozenset()
    appointments: tuple = ()
    wishes: tuple = ()
    locked: dict = field(default_factory=dict)
    history: History = History()


@dataclass(frozen=True)
class Meeting:
    """A training or meeting to be placed: all `agents` (numbers) at once, for `length` slots within the stretch.

    It may begin every `step` slots from `first` on; `starts` : only at these slots.  of : what the caller knows it by.
    """

    name: str
    agents: tuple
    length: int
    first: int
    last: int
    step: int = 1
    starts: tuple | None = None
    of: object = None

    @property
    def begins(self):
        """The slots at which it may begin."""
        every = range(self.first, self.last - self.length + 1, self.step)
        return tuple(every if self.starts is None else sorted(set(every) & set(self.starts)))


@dataclass(frozen=True)
class Rules:
    """What the law and the house ask for; None asks for nothing.

    rest : slots between two shifts.  most_days : a week.  most_in_row : days worked without one off.
    days_off_in_row : the least number of days off that follow each other, once a week.  most_*_h : hours.
    weekend : its weekdays.  weekends_in_row, most_rest_days : weekends worked one after the other; shifts on
    `rest_weekday` (Sunday) among these weeks.  late_end : a shift that ends then or later is late, slot of the clock.
    """

    rest: int = 0
    most_days: int | None = None
    most_in_row: int | None = None
    days_off_in_row: int | None = None
    most_day_h: float | None = None
    most_week_h: float | None = None
    weekend: tuple = (5, 6)
    weekends_in_row: int | None = None
    rest_weekday: int = 6
    most_rest_days: int | None = None
    late_end: int | None = None


@dataclass(frozen=True)
class Weights:
    """What counts how much.

    under : an agent-hour short, one number, or for each project, or project x slot.  over : an agent-hour too many.
    bare : what an agent-hour short of the `least` of the Week counts beside that, in the same forms.
    paid, below, extra : a paid hour, one below contract, one above.  split : an agent's week without two days off in a
    row.  late, weekends : the most late shifts, and weekends, that anybody works.  wish : an unmet wish.
    """

    under: object = 10.0
    over: float = 2.0
    paid: float = 1.0
    below: float = 3.0
    extra: float = 0.0
    split: float = 5.0
    late: float = 10.0
    weekends: float = 0.0
    wish: float = 2.0
    bare: object = 0.0


@dataclass(frozen=True)
class Week:
    """A week, or several, to be rostered.

    slot_s : seconds of a slot.  need : agents, project x slot; `open` likewise, where the project may be worked.
    least : likewise, at most the need: agents below whom an hour short counts more; None where it never does.
    day_first : slot at which each local day begins, and at the end the one after the last day; slots may go on beyond
    it, for shifts over the last midnight.  weekday : of each day, 0 is Monday.  clock : slot of the local day, for each
    slot; None counts from the day's beginning.  weeks : number of the week that each day's hours count for; None cuts
    them by sevens.
    """

    slot_s: int
    need: np.ndarray
    open: np.ndarray
    day_first: tuple
    weekday: tuple
    agents: tuple
    kinds: tuple
    rules: Rules = Rules()
    weights: Weights = Weights()
    meetings: tuple = ()
    clock: np.ndarray | None = None
    weeks: tuple | None = None
    least: np.ndarray | None = None

    @property
    def days(self):
        """How many days are rostered."""
        return len(self.day_first) - 1

    @property
    def slots(self):
        """How many slots the line has."""
        return self.need.shape[1]

    @property
    def hour(self):
        """Slots an hour."""
        return 3600 / self.slot_s

    @property
    def under(self):
        """What an agent-hour short counts, project x slot."""
        return self._each(self.weights.under)

    @property
    def bare(self):
        """What an agent-hour short of the `least` counts beside that, project x slot; 0 where there is no least."""
        return self._each(self.weights.bare if self.least is not None else 0.0)

    @property
    def low(self):
        """The `least`, project x slot, 0 where there is none."""
        return np.zeros(self.need.shape) if self.least is None else np.asarray(self.least, dtype=float)

    def _each(self, weight):
        weight = np.asarray(weight, dtype=float)
        return np.broadcast_to(weight[:, None] if weight.ndim == 1 else weight, self.need.shape)

    @property
    def week_of(self):
        """The number of the week of each day."""
        return tuple(self.weeks) if self.weeks is not None else tuple(day // 7 for day in range(self.days))

    @property
    def clocks(self):
        """The slot of the local day, for each slot."""
        if self.clock is not None:
            return np.asarray(self.clock)
        day = np.searchsorted(self.day_first[:-1], np.arange(self.slots), side="right") - 1
        return np.arange(self.slots) - np.asarray(self.day_first)[day]


@dataclass(frozen=True)
class Roster:
    """Who works what: for each agent a Shift or None for each day; and when each meeting begins (None: no place).

    missing : for each meeting the agents (numbers) of it who cannot be there and work on, or are off.
    """

    shifts: tuple
    meetings: tuple = ()
    missing: tuple = ()
