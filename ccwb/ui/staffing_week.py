"""One week of one project, prepared once so that every move of a slider is one call of the core."""

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.staffing import requirement, summary
from ccwb.ui import text
from ccwb.ui.staffing_parts import no_heat, steps

# The band's two edges go through the same call as rows of their own, under names that no project can have.
LOWER, UPPER = "\x00lower", "\x00upper"
_AROUND = 2  # days on either side of the week that the edges of a deferred queue's band are computed with


class Week:
    """The forecast of a week with the band of the queue in sight, and the plan of that week beside it.

    Live queues are computed for the week. Work that may wait goes on over its borders: deferred queues are computed
    over the whole cycle (their band's edges with days on either side) and cut, so that the week is that of the plan.
    What has not moved is not computed again.
    """

    def __init__(self, forecast, plan, monday, *, queue, means, full_time, day=None):
        project, channel = queue
        self._project, self.means, self._monday, self._last = project, means, monday, {}
        live = forecast["channel"].isin([name for name, one in CHANNELS.items() if one.live])
        self._helping, waiting, on_line = forecast[live].reset_index(drop=True), forecast[~live], CHANNELS[channel].live
        seen = _of_week(forecast[forecast["channel"] == channel], monday, around=0 if on_line else _AROUND)
        edges = _edges(seen[_days(seen) == day] if on_line and day is not None else seen)  # no more than is seen
        here, there = _of_week(self._helping, monday), _of_week(waiting, monday)
        self._counts = len(here), len(there)
        self._live = pd.concat([here, *(edges if on_line else ())], ignore_index=True)
        names = self._live["channel"].to_numpy(dtype=object)
        self._queues = {c: self._live[names == c].reset_index(drop=True) for c in dict.fromkeys(names)}
        self._back = np.argsort(np.concatenate([np.flatnonzero(names == c) for c in self._queues] or [[]]))
        self._deferred = pd.concat([waiting, *(() if on_line else edges)], ignore_index=True)
        self._cut = _of_week(self._deferred, monday).index
        self.rows = self._ordered(self._live, self._deferred.loc[self._cut])
        self._days = _days(self.rows)
        name = self.rows["project"].to_numpy(dtype=object)
        self.length = int((name == project).sum())  # its rows come first
        self.own = np.flatnonzero((name == project) & (self.rows["channel"] == channel).to_numpy())
        self._edges = [np.flatnonzero(name == edge) for edge in (LOWER, UPPER)]
        self._planned = planned = _of_week(plan, monday) if len(plan) else plan
        self._own_plan = planned[planned["channel"] == channel] if len(planned) else planned
        self.plan_sums, self._plan_steps = None, {}
        if len(planned):
            sums = (summary(table, weeks=1, full_time_hours_week=full_time) for table in (planned, self._own_plan))
            self.plan_sums = tuple(table.iloc[0] for table in sums)
        self._prepare_heat(self.rows[self.rows["project"] == project])

    def requirement(self, settings, targets):
        """Return the requirement of all rows, the band's edges included, by the sliders' settings."""
        live = self._live_queues(settings, targets)
        if not len(self._deferred):
            return live
        waiting = {c: settings[c] for c in self._deferred["channel"].unique()}
        if not any(targets[self._project, c]["blend"] for c in settings):
            made = self._once("deferred", waiting, lambda: self._made(self._deferred, settings, targets))
        else:
            made = self._once("deferred", settings, lambda: self._helped(settings, targets))
        return self._ordered(live, made.loc[self._cut])

    def _live_queues(self, settings, targets):
        """Return the requirement of the live rows; a queue whose sliders stand still is not computed again."""
        if not self._queues:
            return self._made(self._live, settings, targets)
        made = []
        for channel, rows in self._queues.items():
            one = {channel: settings[channel]}
            made.append(self._once(("week", channel), one, lambda r=rows, s=one: self._made(r, s, targets)))
        return pd.concat(made, ignore_index=True).iloc[self._back] if len(made) > 1 else made[0]

    def _ordered(self, live, deferred):
        """Return live and deferred rows under each other, the project's first, then those of the edges."""
        n, m = self._counts
        return pd.concat([live.iloc[:n], deferred.iloc[:m], live.iloc[n:], deferred.iloc[m:]], ignore_index=True)

    def _helped(self, settings, targets):
        """Return the deferred queues' requirement with the idle time of the live ones, over the whole cycle."""
        taking = {c: settings[c] for c in self._helping["channel"].unique()}
        live = self._once("live", taking, lambda: self._made(self._helping, settings, targets))
        near = _of_week(live, self._monday, around=_AROUND)
        live = pd.concat([live, *(near.assign(project=name) for name in (LOWER, UPPER))], ignore_index=True)
        return self._made(self._deferred, settings, targets, live)

    def _made(self, rows, settings, targets, live=None):
        carry_over = any(one.get("carry_over") for one in settings.values())
        return requirement(scaled(rows, settings, self.means), targets=targets, live=live, carry_over=carry_over)

    def _once(self, name, settings, make):
        """Return what `make` returns, made again only if the settings that it depends on are others."""
        if name not in self._last or self._last[name][0] != settings:
            self._last[name] = ({channel: dict(one) for channel, one in settings.items()}, make())
        return self._last[name][1]

    def plan_steps(self, day):
        """Return the saved plan of the queue in sight as steps, of a day or (None) of the week."""
        if day not in self._plan_steps:
            self._plan_steps[day] = steps(self.plan_rows(day))
        return self._plan_steps[day]

    def plan_rows(self, day):
        """Return the saved plan of the queue in sight, of a day or (None) of the week."""
        own = self._own_plan
        return own[_days(own) == day] if day is not None and len(own) else own

    def in_sight(self, day):
        """Return the places of the queue's rows, and of its band's two edges, on a local day; None: of the week."""
        places = (self.own, *self._edges)
        return places if day is None else [at[self._days[at] == day] for at in places]

    def as_planned(self):
        """Return the saved plan's rows in the order of the forecast's; None where it was made from another forecast."""
        key = ["channel", "interval_start"]
        own = self.rows.loc[self.rows["project"] == self._project, [*key, "offered"]]
        both = own.rename(columns={"offered": "forecast"}).merge(self._planned, on=key, how="left")
        fits = len(both) == len(own) == len(self._planned) and np.allclose(both["forecast"], both["offered"])
        return both[self._planned.columns] if fits else None

    def heat(self, made):
        """Return agents per weekday and time of day, all queues together: the most at one time of each interval."""
        if not len(made):
            return no_heat()
        agents = np.zeros(len(self._cells))
        there = np.bincount(self._moment, made["agents"].to_numpy()[self._row], len(self._cell))
        np.maximum.at(agents, self._cell, there)
        return self._cells.assign(agents=agents)

    def _prepare_heat(self, rows):
        """Note which rows are there at which moment, and which moments are of which cell of the map.

        A cell is as long as the shortest interval that is usual for a queue; moments are as long as all of them share.
        """
        length = rows["interval_s"].to_numpy()
        usual = rows.groupby("channel")["interval_s"].max().min()
        step = np.gcd.reduce([usual, *np.unique(length)])
        parts = length // step
        self._row = np.repeat(np.arange(len(rows)), parts)
        nth = np.arange(len(self._row)) - np.repeat(np.cumsum(parts) - parts, parts)
        start = pd.DatetimeIndex(rows["interval_start"]).as_unit("s")
        moments = start.asi8[self._row] + nth * step
        wall = start.tz_localize(None).asi8[self._row] + nth * step
        self._moment, first = np.unique(moments, return_inverse=True, return_index=True)[:0:-1]
        wall = wall[first]  # the hour that the clock repeats is there twice, in one cell
        self._cell, cells = pd.factorize(wall - wall % usual)
        moments = pd.DatetimeIndex(cells.astype("datetime64[s]"))
        names = [text.say().weekday(pd.Timestamp("2026-01-05") + pd.Timedelta(days=n)) for n in range(7)]
        order = moments.day_of_week.to_numpy()
        clock = [text.say().digits(said) for said in moments.strftime("%H:%M")]
        self._cells = pd.DataFrame({"day": [names[n] for n in order], "clock": clock, "order": order})


def scaled(rows, settings, means):
    """Return the forecast's rows with volume and handling time as the sliders of each queue say.

    A queue's handling times keep their shape over the week; their mean becomes what the slider says.
    """
    code, channels = pd.factorize(rows["channel"])
    volume = np.array([1 + settings[c]["volume"] for c in channels])[code]
    aht_s = np.array([settings[c]["aht_s"] or np.nan for c in channels])[code]
    if "aht_s" in rows:
        mean = np.array([means[c] or np.nan for c in channels])[code]
        known = rows["aht_s"].to_numpy(dtype=float)
        aht_s = np.where(np.isnan(known), aht_s, known * aht_s / mean)
    return rows.assign(offered=rows["offered"].to_numpy() * volume, aht_s=aht_s)


def _days(table):
    return table["interval_start"].dt.tz_localize(None).dt.normalize().to_numpy()


def _edges(rows):
    """Return the two edges of a queue's band as rows of their own."""
    sides = ((LOWER, "lower_80"), (UPPER, "upper_80"))
    return [rows.assign(project=name, offered=rows[side]) for name, side in sides]


def _of_week(table, monday, around=0):
    """Return the rows of a week, and of so many days on either side."""
    start = table["interval_start"].dt.tz_localize(None)
    more = pd.Timedelta(days=around)
    return table[(start >= monday - more) & (start < monday + pd.Timedelta(days=7) + more)]
