"""Named agents on the line of slots: when they may work, what they wish, and what they bring from before."""

from math import ceil

import numpy as np
import pandas as pd

from ccwb.people import WEEKDAYS, clock_s, windows
from ccwb.schedule.broken import late_and_early
from ccwb.schedule.fairness import shifts_of
from ccwb.schedule.given import may_work
from ccwb.schedule.meetings import stay_at
from ccwb.schedule.roster.problem import Agent, History, Wish

HOUR = 3600
DAY = pd.Timedelta(days=1)
AWAY = ("leave", "illness", "appointment")  # kinds of absence in which nobody is there


class People:
    """The agents who are employed on one of the days of a Timeline: `rows` of the agents table.

    made : roster rows of the days before, which stay.
    """

    def __init__(self, time, made):
        self.time, self.given, self.made = time, time.given, made
        self.days, self.slots, self.slot_s = time.days, time.slots, time.slot_s
        table = self.given.agents
        hired = table["hired"].isna() | (table["hired"] <= self.days[-1])
        stays = table["left"].isna() | (table["left"] >= self.days[0])
        self.rows = list(table[hired & stays].itertuples(index=False))
        self._spans, self._bound = windows(self.given.availability)
        self._away = dict(list(self._absences().groupby("agent")))
        self._meet = stay_at(time)
        self._wished, self._past, self._ahead = self._wishes(), self._histories(), self._futures()

    def agent(self, row, locked):
        """Return a row of the agents table as an Agent; locked : day -> Shift that stays."""
        given, rules = self.given, self.given.rules
        away = self._away.get(row.agent)
        there, busy = self._available(row), ()
        free = 0
        if away is not None:
            spans = [
                (row_.kind, round(a), round(b))
                for row_, a, b in zip(away.itertuples(), away["a"], away["b"], strict=True)
            ]
            for kind, first, last in spans:
                if kind in AWAY:
                    there[max(first, 0) : max(last, 0)] = False
            busy = tuple((max(a, 0), min(b, self.slots)) for kind, a, b in spans if kind not in AWAY)
            free = self._days_away(spans)
        busy += tuple((first, min(last, self.slots)) for first, last, *_ in self._meet.get(row.agent, ()))
        contract = float(row.hours_week) * len(self.days) / 7 * max(0.0, 1 - free / 5)
        past, last_end, sundays = self._past.get(row.agent, (History(), 0, 0))
        if last_end > 0:  # a shift over the last midnight before: nobody comes back before the rest is over
            there[: last_end + ceil(rules["rest_hours"] * HOUR / self.slot_s)] = False
        off = {n for n, day in enumerate(self.days) if day.day_of_week == 6 and sundays >= rules["sundays_in_row"]}
        if row.agent in self._ahead:
            stands = given.standing.get(row.agent, set())
            off |= self._kept_off(self._ahead[row.agent], past, sundays, there, stands)
        for day, shift in locked.items():  # what is locked stays, whatever follows
            off -= {day}
            there[max(shift.start, 0) : shift.end] = True
        return Agent(
            name=row.agent,
            levels=tuple(line.levels.get(row.agent, 0.0) for line in given.lines),
            contract_h=contract,
            available=there,
            most_h=contract + rules["over_contract_hours"],
            kinds=tuple(n for n, kind in enumerate(given.kind_rows) if may_work(row, kind)),
            days_off=frozenset(off),
            appointments=busy,
            wishes=tuple(self._wished.get(row.agent, ())),
            locked=locked,
            history=past,
        )

    def _available(self, row):
        """Return in which slots somebody is employed and can work, by their windows of the weekdays."""
        local = self.time.starts.tz_localize(None)
        day = local.normalize()
        there = np.ones(self.slots, dtype=bool)
        if not pd.isna(row.hired):
            there &= day >= row.hired
        if not pd.isna(row.left):
            there &= day <= row.left
        if row.agent in self._bound:
            since = self.time.clock * self.slot_s
            within = np.zeros(self.slots, dtype=bool)
            for weekday in range(7):
                for first, last in self._spans.get((row.agent, weekday), ()):
                    within |= (local.day_of_week == weekday) & (since >= first) & (since + self.slot_s <= last)
            there &= within
        return there

    def _absences(self):
        columns = ["agent", "start", "end", "kind", "a", "b"]
        table = self.given.absences
        if table is None or not len(table):
            return pd.DataFrame(columns=columns)
        table = table[(table["end"] > self.time.begin) & (table["start"] < self.time.starts[-1])]
        return table.assign(a=np.floor(self.time.at(table["start"])), b=np.ceil(self.time.at(table["end"])))

    def _days_away(self, spans):
        """Return on how many weekdays leave or illness takes half of the day or more."""
        whole = 0
        for n, day in enumerate(self.days):
            noon = (self.time.first[n] + self.time.first[n + 1]) / 2
            whole += day.day_of_week < 5 and any(k in ("leave", "illness") and a <= noon < b for k, a, b in spans)
        return whole

    def _wishes(self):
        """Return agent -> list of Wish: a day off is an empty stretch, early and late are where such a shift lies."""
        table, out = self.given.wishes, {}
        if table is None or not len(table):
            return out
        longest = self.given.longest
        early, late = (clock_s(self.given.rules[name]) // self.slot_s for name in ("early_before", "late_from"))
        for row in table.itertuples():
            for n, day in enumerate(self.days):
                named, on = getattr(row, "day", pd.NaT), getattr(row, "weekday", "")
                if (not pd.isna(named) and named != day) or (
                    pd.isna(named) and on not in ("", WEEKDAYS[day.day_of_week])
                ):
                    continue
                at = self.time.first[n]
                span = {
                    "off": (at, at),
                    "work": (at, self.slots),
                    "early": (at, at + early + longest),
                    "late": (at + max(late - longest, 0), self.slots),
                }[row.wants]
                weight = getattr(row, "weight", 1.0)
                weight = 1.0 if pd.isna(weight) else float(weight)
                out.setdefault(row.agent, []).append(Wish(n, *span, weight, works=row.wants == "work"))
        return out

    def _histories(self):
        """Return agent -> (History, slot of the last end, Sundays in a row), from the shifts made before these days."""
        if not len(self.made):
            return {}
        shifts = shifts_of(self.made)
        shifts = shifts[shifts["day"] < self.days[0]]
        shifts = shifts.assign(late=late_and_early(shifts, self.given.rules)[0]) if len(shifts) else shifts
        return {agent: self._history(rows) for agent, rows in shifts.groupby("agent")}

    def _futures(self):
        """Return agent -> their shifts after these days, which stay."""
        later = self.given.later
        if later is None or not len(later):
            return {}
        shifts = shifts_of(later)
        shifts = shifts[shifts["day"] > self.days[-1]]
        return dict(list(shifts.groupby("agent")))

    def _kept_off(self, shifts, past, sundays, there, stands):
        """Return the days on which somebody stays off for what follows; takes the rest before it from `there`.

        stands : days on which they work in the roster that the search begins from: of the days off that would do for
        the most in a row, one that is none of these.
        """
        rules, worked, last = self.given.rules, set(shifts["day"]), self.days[-1]
        rest = ceil(rules["rest_hours"] * HOUR / self.slot_s)
        there[max(self._slot_of(shifts["start"].min()) - rest, 0) :] = False
        off, most = set(), int(rules["days_in_row"])
        if run := _in_row(lambda n: last + n * DAY in worked):
            first = max(len(self.days) - 1 - max(most - run, 0), 0)
            free = [n for n in range(first, len(self.days)) if stands and self.days[n] not in stands]
            off.add(next(iter(free), first))
        monday = last - pd.Timedelta(days=last.day_of_week)
        weekends = _in_row(lambda n: {monday + 7 * n * DAY + 5 * DAY, monday + 7 * n * DAY + 6 * DAY} & worked)
        after = _in_row(lambda n: monday + 7 * n * DAY + 6 * DAY in worked)
        for n, day in enumerate(self.days):
            many = weekends and past.weekends_in_row + 1 + weekends > rules["weekends_in_row"]
            sunday = day.day_of_week == 6 and after and sundays + 1 + after > rules["sundays_in_row"]
            if (day.day_of_week >= 5 and many) or sunday:
                off.add(n)
        return off

    def _slot_of(self, moment):
        return ceil((moment - self.time.begin).total_seconds() / self.slot_s)

    def _history(self, rows):
        worked, before = set(rows["day"]), self.days[0]
        weeks = {day - pd.Timedelta(days=day.day_of_week) for day in worked if day.day_of_week >= 5}
        monday = before - pd.Timedelta(days=before.day_of_week)
        last = rows["end"].max()
        history = History(
            late=int(rows["late"].sum()),
            weekends=len(weeks),
            days=_in_row(lambda n: before - n * DAY in worked),
            weekends_in_row=_in_row(lambda n: monday - 7 * n * DAY in weeks),
            days_off=_in_row(lambda n: before - n * DAY not in worked and n <= 7),
            last_end=min(self._slot_of(last), 0),
        )
        sunday = monday - DAY
        return history, self._slot_of(last), _in_row(lambda n: sunday - 7 * (n - 1) * DAY in worked)


def _in_row(holds):
    """Return how many numbers from 1 on hold, one after the other."""
    n = 0
    while n < 400 and holds(n + 1):
        n += 1
    return n
