"""What is known of each day, past and ahead: open or closed, holiday, events."""

import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import wraps

import numpy as np
import pandas as pd

from ccwb.forecast.served import open_week
from ccwb.projects import holidays_of, is_open, open_minutes
from ccwb.tables import INTERVALS_S

LEARN_DAYS = 56  # opening hours are learned from the last eight weeks of known days
LONG_WEEKS = 26  # from which on a weekday without a single contact is taken at its word
SURE = 5  # contacts that an open stretch would have brought: none came, so it is closed (chance e^-5)
BY_CHANCE = 0.001  # chance that rows are missing wherever they are, from which on an absent one does not say closed


@dataclass
class Days:
    """A stretch of days as a model sees it; every field is an array with one value per day.

    day : local date.  offered : contacts that day, missing where unknown, closed or still ahead.  open : is the queue
    open that day.  holiday : name of the public holiday, "" for none.  eve, after : the open weekday before or after a
    holiday.  events : name of an event -> is it on.  stated : what the stated effects of events ahead multiply by.
    kinds : name of an event -> its kind.  seed : for a model that draws at random.  length : what the day's open slots
    have by their usual rates, None where it is not told (see unseen.py).
    """

    day: np.ndarray
    offered: np.ndarray
    open: np.ndarray
    holiday: np.ndarray
    eve: np.ndarray
    after: np.ndarray
    events: dict
    kinds: dict
    stated: np.ndarray
    seed: int = 0
    length: np.ndarray | None = None
    memo: dict = field(default_factory=dict, repr=False)

    def __len__(self):
        return len(self.day)

    @property
    def weekday(self):
        """0 is Monday."""
        return weekday_of(self.day)

    def part(self, start, stop, *, hide=False):
        """Return the days from `start` up to `stop`; with `hide`, without what was offered on them.

        They cannot be written to: a model that did would spoil the others, which get the same ones.
        """
        cut = slice(start, stop)
        names = ["day", "offered", "open", "holiday", "eve", "after", "stated"]
        names += ["length"] if self.length is not None else []
        part = replace(
            self,
            **{name: getattr(self, name)[cut] for name in names},
            events={name: on[cut] for name, on in self.events.items()},
            memo={},
        )
        part = replace(part, offered=np.full(len(part), np.nan), memo={}) if hide else part
        part._lock()
        return part

    def apart(self):
        """Return these days for a model of somebody's own: whatever it does to them, no other model has the same."""
        own = deepcopy(replace(self, memo={}))
        own._lock()
        return own

    def _lock(self):
        for array in [one for one in vars(self).values() if isinstance(one, np.ndarray)] + list(self.events.values()):
            array.flags.writeable = False  # of a slice: the whole keeps its own


def once(function):
    """Make a function of (past, ahead) remember its result with `past`: models that share a step compute it once."""

    @wraps(function)
    def remembered(past, ahead):
        key = (function.__name__, id(ahead))
        if key not in past.memo:
            past.memo[key] = (ahead, function(past, ahead))  # holding `ahead` keeps its id its own
        return past.memo[key][1]

    return remembered


def weekday_of(day):
    """Return the weekday of each date, 0 is Monday."""
    return (day.astype("datetime64[D]").astype(int) + 3) % 7


def events_of(events, project, channel):
    """Return the events that concern a queue, as a list of rows."""
    if events is None or not len(events):
        return []
    mine = np.ones(len(events), dtype=bool)
    for column, value in (("project", project), ("channel", channel)):
        if column in events:
            mine &= events[column].fillna("").isin(["", value]).to_numpy()
    return list(events[mine].itertuples())


def calendar(queue, ahead, *, region="", events=None, project=None, seed=0):
    """Return (days, slots): the calendar of the past and of `ahead` days more, and which slots of each day are open.

    project : the project's dictionary, whose opening hours then count, but for those that the queue never has (see
    served.py); None learns them from the last eight weeks.
    `days.offered` is missing throughout; `clean` fills it.
    """
    day = queue.day[0] + np.arange(len(queue.day) + ahead)
    years = range(day[0].astype(object).year, day[-1].astype(object).year + 2)
    names = {np.datetime64(d, "D"): name for d, name in holidays_of(region, years).items()}
    holiday = np.array([names.get(d, "") for d in day], dtype=object)
    mine = events_of(events, queue.project, queue.channel)
    slots = _learned(queue, day, holiday) if project is None else _given(queue, day, project)
    for event in (e for e in mine if e.kind == "closure"):
        slots[_on(event, day)] = False
    week = np.array([slots[weekday_of(day) == w].any() for w in range(7)])
    eve, after = _beside(day, holiday != "", week)
    on, kinds, stated = _events(mine, day, len(queue.day))
    return Days(day, np.full(len(day), np.nan), slots.any(axis=1), holiday, eve, after, on, kinds, stated, seed), slots


def outside_hours(history, *, hours):
    """Return what came in the last eight weeks while a project is closed: project, channel, offered, outside.

    history : history table.  hours : project -> its dictionary; queues of other projects are left out.  An interval is
    open when any five minutes of it are.  Returns counts per queue; closures by event count as open here.

    >>> calls = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 19:00"]),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": [30.0, 10.0]})
    >>> from ccwb.projects import new_project
    >>> shop = new_project("orders", hours={"mon": "08:00-18:00"})
    >>> outside_hours(calls, hours={"orders": shop}).to_dict("records")
    [{'project': 'orders', 'channel': 'voice', 'offered': 40.0, 'outside': 10.0}]
    """
    rows = _came_lately(history, hours)
    counted = rows[["project", "channel", "offered"]].assign(outside=rows["offered"].where(_shut(rows, hours), 0.0))
    return counted.groupby(["project", "channel"], as_index=False)[["offered", "outside"]].sum()


def on_closed_holidays(history, *, hours):
    """Return what of it came only because public holidays are closed days: project, channel, day, holiday, offered.

    Contacts of the last eight weeks in hours of the week that are open, on days that are ticked as closed. A row per
    queue and day (zone-less), with the English name of the holiday.  history, hours : as of `outside_hours`.

    >>> calls = pd.DataFrame({"interval_start": pd.to_datetime(["2026-05-01 08:00", "2026-05-01 19:00"]),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": [30.0, 10.0]})
    >>> from ccwb.projects import new_project
    >>> shop = new_project("orders", region="DE", hours={"fri": "08:00-18:00"})
    >>> on_closed_holidays(calls, hours={"orders": shop})[["day", "holiday", "offered"]].astype(str).values.tolist()
    [['2026-05-01', 'Labor Day', '30.0']]
    """
    rows = _came_lately(history, hours)
    rows = rows[_shut(rows, hours)]
    rows = rows[~_shut(rows, {name: one | {"closed_on_holidays": False} for name, one in hours.items()})]
    rows = rows[["project", "channel", "offered", "interval_start"]].assign(day=pd.NaT, holiday="")
    parts = []
    for name, own in rows.groupby("project"):
        start = own["interval_start"]
        day = (start.dt.tz_convert(hours[name]["zone"]) if start.dt.tz else start).dt.tz_localize(None).dt.normalize()
        names = holidays_of(hours[name]["region"], day.dt.year.unique())
        parts.append(own.assign(day=day, holiday=[names.get(one.date(), "") for one in day]))
    rows = pd.concat(parts) if parts else rows
    return rows.groupby(["project", "channel", "day", "holiday"], as_index=False)["offered"].sum()


def _came_lately(history, hours):
    """Return the rows of the last eight weeks, of projects whose hours are known, in which anything came."""
    rows = history[history["project"].isin(list(hours)) & history["offered"].gt(0)]
    return rows[rows["interval_start"] > rows["interval_start"].max() - pd.Timedelta(days=LEARN_DAYS)]


def _shut(rows, hours):
    """Return for each row whether its project is closed throughout; open are those with any five minutes that are."""
    shut = np.zeros(len(rows), dtype=bool)
    for (project, length), at in rows.groupby(["project", "interval_s"]).indices.items():
        steps = pd.to_timedelta(np.arange(0, length, 300), unit="s")
        starts = pd.DatetimeIndex(rows["interval_start"].iloc[at])
        shut[at] = ~np.any([is_open(starts + step, hours[project]) for step in steps], axis=0)
    return shut


def within_hours(history, *, hours):
    """Return the history with nothing offered in intervals throughout which its project is closed by its weekly hours.

    To be gathered into longer intervals: what came while it is closed is not forecast, in days as little as in
    intervals. hours : project -> its dictionary; rows of other projects and rows of whole days stay as they are.

    >>> from ccwb.projects import new_project
    >>> calls = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 07:55", "2026-03-02 08:00"]),
    ...     "interval_s": 300, "project": "orders", "channel": "voice", "offered": [3.0, 4.0]})
    >>> within_hours(calls, hours={"orders": new_project("orders", hours={"mon": "08:00-18:00"})})["offered"].tolist()
    [0.0, 4.0]
    """
    shut = np.zeros(len(history), dtype=bool)
    for (name, length), at in history.groupby(["project", "interval_s"]).indices.items():
        if name in hours and length < 86_400:
            minutes = np.append(0, np.cumsum(open_minutes(hours[name])))
            times = pd.DatetimeIndex(history["interval_start"].iloc[at])
            times = times.tz_convert(hours[name]["zone"]) if times.tz is not None else times
            start = (1440 * times.day_of_week + 60 * times.hour + times.minute).to_numpy()
            shut[at] = minutes[np.minimum(start + length // 60, len(minutes) - 1)] == minutes[start]
    counts = [name for name in ("offered", "handled", "abandoned") if name in history]
    return history.assign(**{name: history[name].mask(shut, 0.0) for name in counts}) if shut.any() else history


def _given(queue, day, project):
    """Return the open slots by the project's opening hours, those it serves: open for a minute at least."""
    week = open_week(queue.counts, weekday_of(queue.day), project)
    out = week[weekday_of(day)] > 0
    if project["closed_on_holidays"]:
        years = range(day[0].astype(object).year, day[-1].astype(object).year + 1)
        out[np.isin(day, [np.datetime64(d, "D") for d in holidays_of(project["region"], years)])] = False
    return out


def open_parts(project, interval_s):
    """Return the parts of each weekday's slots that are open: (how many, per weekday and slot; offset_s; length_s).

    Parts have the lengths that intervals may have and begin at multiples of their own, so that each is an interval: of
    a half-hour that opens at 08:10, 08:10 to 08:15 and 08:15 to 08:30. Five minutes count whole. offset_s, seconds
    from the start of the slot, and length_s are in the order of weekday, slot and time.

    >>> from ccwb.projects import new_project
    >>> count, offset_s, length_s = open_parts(new_project("shop", hours={"mon": "08:10-08:30"}), 1800)
    >>> count[0, 15:18].tolist(), offset_s.tolist(), length_s.tolist()
    ([0, 2, 0], [600, 900], [300, 900])
    """
    steps = interval_s // 300
    slots = open_minutes(project).reshape(-1, steps, 5).any(axis=2)
    found = [_parts(slot, interval_s) for slot in slots]
    count = np.array([len(parts) for parts in found]).reshape(7, -1)
    flat = np.array([part for parts in found for part in parts], dtype=int).reshape(-1, 2)
    return count, flat[:, 0], flat[:, 1]


def _parts(open_, interval_s):
    """Return (offset_s, length_s) of the open parts of one slot, told by its steps of five minutes."""
    if open_.all():
        return [(0, interval_s)]
    out, at = [], 0
    while at < len(open_):
        lengths = [n for n in INTERVALS_S if 300 * at % n == 0 and open_[at : at + n // 300].all()]
        fits = [n for n in lengths if 300 * at + n <= interval_s]
        out += [(300 * at, fits[-1])] if fits else []
        at += fits[-1] // 300 if fits else 1
    return out


def _learned(queue, day, holiday):
    week = learned_week(queue, holiday[: len(queue.day)])
    slots = week[weekday_of(day)]
    slots[_closed_holidays(queue, week, day, holiday)] = False
    return slots


def learned_week(queue, holiday):
    """Return which slots of each weekday are open by the last eight weeks of known days: (7, slots).

    holiday : name of the holiday of each day, "" for none.
    """
    known = np.flatnonzero((~np.isnan(queue.counts)).any(axis=1))[-LEARN_DAYS:]
    recent, weekday = queue.counts[known], weekday_of(queue.day[known])
    there, sums = np.zeros((7, recent.shape[1]), dtype=int), np.zeros((7, recent.shape[1]))
    for w in range(7):
        rows = recent[weekday == w]
        there[w], sums[w] = (~np.isnan(rows)).sum(axis=0), np.nansum(rows, axis=0)
    usual = np.mean([_rate(*of) for of in zip(sums, there, strict=True) if of[0].any()] or [0.0])
    week = np.array([(there[w] > 0) & ~_empty_runs(sums[w], there[w], usual) for w in range(7)])
    week |= missed(~np.isnan(recent), weekday)
    return week & ~_given_up(queue, holiday)


def missed(there, weekday):
    """Return which slots a weekday may have though it never had a row there: (7, slots).

    Slots that other weekdays have, in runs so short that one like it may be missing somewhere by chance, since as
    many rows of the slots that it has are missing, too.  there : rows (days, slots).
    """
    out, ever, told = np.zeros((7, there.shape[1]), dtype=bool), there.any(axis=0), there.any(axis=1)
    for w in np.unique(weekday[told]):
        rows = there[told & (weekday == w)]
        own = rows.any(axis=0)
        run = np.cumsum(own | ~ever) * 2 + (own | ~ever)  # the same number along a run of absent slots
        length = np.bincount(run, weights=ever & ~own)[run]
        missing = 1 - rows[:, own].mean()
        out[w] = ever & ~own & (own.sum() * missing ** (len(rows) * length) > BY_CHANCE)
    return out


def never_came(queue, slots):
    """Return the weekdays, open by the hours given, on which nothing ever came: 7 values of true or false.

    Known for half a year of that weekday at least, in which the mean of the other days would have brought SURE contacts
    twice over. A model that takes logs, or borrows from other weekdays, would expect a trace there on each open slot.
    slots : open slots of the past (days, slots).
    """
    known = slots & ~np.isnan(queue.counts)
    told = slots.any(axis=1) & (2 * known.sum(axis=1) >= slots.sum(axis=1))
    came, weekday = np.where(known, queue.counts, 0).sum(axis=1), weekday_of(queue.day)
    days, sums = (np.bincount(weekday[told], of, 7) for of in (None, came[told]))
    usual = sums.sum() / max(days[sums > 0].sum(), 1)
    return (sums == 0) & (days >= LONG_WEEKS) & (days * usual > 2 * SURE)


def _given_up(queue, holiday):
    """Return which slots of which weekday are not served any more, though they lately were: (7, slots).

    Slots empty on the last two days of their weekday, or weekdays empty for the last three weeks while others were
    served, that would have brought SURE contacts twice over: a change of opening hours is believed within weeks.
    """
    came = np.nan_to_num(queue.counts)
    served = came.any(axis=1)
    out = np.zeros((7, came.shape[1]), dtype=bool)
    end = np.flatnonzero(served).max(initial=-1) + 1
    week = np.convolve(served, np.ones(7))[3:-3] > 0
    plain = (np.arange(len(served)) < end) & (holiday == "") & week
    for w in range(7):
        mine = np.flatnonzero(plain & (weekday_of(queue.day) == w))[-LEARN_DAYS // 7 :]
        if len(mine) > 4 and not served[mine[-3:]].any():
            out[w] = 3 * came[mine[:-3]].sum(axis=1).mean() > 2 * SURE
        mine = mine[served[mine]]
        if len(mine) > 3:
            out[w] |= _left_empty(queue.counts[mine])
    return out


def _left_empty(counts):
    """Return the slots empty on the last days given, two at least, that would have brought SURE contacts twice over.

    A run of slots that were left on the same day counts together. Its zeros have to be as unlikely by chance, or, where
    rows are missing in other slots, too, so many absent ones in a row.
    """
    came, absent = np.nan_to_num(counts), np.isnan(counts)
    empty = np.cumprod(came[::-1] == 0, axis=0).sum(axis=0)
    before = absent[(np.arange(len(came))[::-1, None] > empty) & came.any(axis=0)]  # without the last one there
    missing = max(before.mean(), 1e-9) if len(before) else 1e-9
    out = np.zeros(counts.shape[1], dtype=bool)
    for days in range(2, len(came)):
        left = (empty >= days) & came.any(axis=0)
        zeros, seen = ((~absent[part]).sum(axis=0) for part in (slice(-days, None), slice(-days)))
        none = came.sum(axis=0) * np.log1p(zeros / np.maximum(seen, 1))  # of the contacts, each on any day seen
        gone = np.where(zeros == 0, -days * np.log(missing) / 2, 0)  # of many such runs
        expected = days * came.sum(axis=0) / (len(came) - days)
        for by, unlikely in ((left, none), (left & (zeros == 0), gone)):
            run = np.cumsum(np.diff(by, prepend=False) != 0)
            sums = [np.bincount(run, np.where(by, said, 0))[run] for said in (expected, unlikely)]
            out |= by & (np.minimum(*sums) > 2 * SURE)
    return out


def _rate(sums, known):
    """Return the contacts a row of the open hours, told from the slots between the first and the last with contacts.

    known : rows of each slot. Few contacts lie closer together than the hours that they come in, so the hours are taken
    as that much longer: n even ones span (n - 1) / (n + 1) of them. One contact tells nothing.
    """
    busy, count = np.flatnonzero(sums), sums.sum()
    return count / known[busy[0] : busy[-1] + 1].sum() * max(count - 1, 0) / (count + 1)


def _empty_runs(sums, known, rate):
    """Return which slots lie in an empty run so long that, were it open, SURE contacts would have come.

    Twice as many between slots with contacts: some of a week's quiet slots have none for weeks by chance.
    known : rows of each slot.  rate : contacts a row of the other weekdays, for one without any.
    """
    rate = _rate(sums, known) if sums.any() else rate
    run = np.cumsum(sums > 0) * 2 + (sums > 0)  # the same number along an empty run
    rows = np.bincount(run, weights=np.where(sums == 0, known, 0))[run]
    inside = (np.cumsum(sums) > 0) & (np.cumsum(sums[::-1])[::-1] > 0)
    return (sums == 0) & (rows * rate > np.where(inside, 2 * SURE, SURE))


def _closed_holidays(queue, week, day, holiday):
    """Return which days are closed as holidays: as that holiday was, or as most of those seen, where it never was."""
    past = len(queue.day)
    usual = week[weekday_of(day)].any(axis=1)
    total = np.nansum(queue.counts, axis=1)
    around = np.convolve(total, np.ones(28) / 28)[14 : 14 + past] if past >= 28 else np.full(past, total.mean())
    absent = np.isnan(queue.counts).all(axis=1)
    served = np.zeros(len(day), dtype=bool)
    served[:past] = ~absent & ((total > 0) | (around < SURE))
    seen = (holiday != "") & usual
    seen[past:] = False
    if not seen.any() or not served.any():
        return np.zeros(len(day), dtype=bool)
    mostly = served[seen].mean() < 0.5
    closed = {name: served[seen & (holiday == name)].mean() < 0.5 for name in set(holiday[seen])}
    out = np.array([bool(name) and closed.get(name, mostly) for name in holiday])
    out[:past] &= ~served[:past]
    return out


def _beside(day, holiday, week):
    """Return which days are the last open weekday before a holiday, and the first after one."""
    index = np.flatnonzero(week[weekday_of(day)])
    eve, after = np.zeros(len(day), dtype=bool), np.zeros(len(day), dtype=bool)
    eve[index[:-1]], after[index[1:]] = holiday[index[1:]], holiday[index[:-1]]
    return eve & ~holiday, after & ~holiday


def _on(event, day):
    first, last = (np.datetime64(pd.Timestamp(d).date(), "D") for d in (event.first_day, event.last_day))
    return (day >= first) & (day <= last)


def _events(mine, day, past):
    """Return name -> days on, name -> kind, and what the effects stated for days ahead multiply by.

    An event ahead with a stated effect is not learned as well; an outage ahead without one is not expected to come.
    """
    on, kinds, stated = {}, {}, np.ones(len(day))
    for event in mine:
        if event.kind == "closure":
            continue
        now = _on(event, day)
        effect = getattr(event, "effect", None)
        if effect is not None and not pd.isna(effect):
            ahead = now.copy()
            ahead[:past] = False
            stated[ahead] *= 1 + float(effect)
            now &= ~ahead
        name = re.sub(r"\b(19|20)\d\d\b", "", str(event.name)).strip()  # 'Spring offer 2026' comes back each year
        on[name] = on.get(name, np.zeros(len(day), dtype=bool)) | now
        kinds[name] = event.kind
    return on, kinds, stated
