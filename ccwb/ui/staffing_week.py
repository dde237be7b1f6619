"""One week of one project, prepared once so that every move of a slider is one call of the core."""

import numpy as np
import pandas as pd

from ccwb.staffing import requirement, summary
from ccwb.ui import text
from ccwb.ui.staffing_parts import no_heat, steps

# The band's two edges go through the same call as rows of their own, under names that no project can have.
LOWER, UPPER = "\x00lower", "\x00upper"


class Week:
    """The forecast of a week with the band of the queue in sight, and the plan of that week beside it."""

    def __init__(self, forecast, plan, monday, *, queue, means, full_time):
        project, channel = queue
        rows = _of_week(forecast, monday)
        own = rows[rows["channel"] == channel]
        edges = [
            own.assign(project=name, offered=own[f"{side}_80"]) for name, side in ((LOWER, "lower"), (UPPER, "upper"))
        ]
        self.rows = pd.concat([rows, *edges], ignore_index=True)
        self._days = _days(self.rows)
        self.means = means
        self._project = project
        self._planned = planned = _of_week(plan, monday) if len(plan) else plan
        self._own_plan = planned[planned["channel"] == channel] if len(planned) else planned
        self.plan_sums = None
        if len(planned):
            sums = (summary(table, weeks=1, full_time_hours_week=full_time) for table in (planned, self._own_plan))
            self.plan_sums = tuple(table.iloc[0] for table in sums)
        self._prepare_heat(self.rows[self.rows["project"] == project])

    def requirement(self, settings, targets):
        """Return the requirement of all rows, the band's edges included, by the sliders' settings."""
        return requirement(scaled(self.rows, settings, self.means), targets=targets)

    def plan_steps(self, day):
        """Return the saved plan of the queue in sight as steps, of a day or (None) of the week."""
        return steps(self._own_plan[_days(self._own_plan) == day] if day is not None else self._own_plan)

    def of_day(self, made, day):
        """Return the rows of `made`, a part of what `requirement` or `as_planned` gave, on a local day; None: all."""
        return made if day is None else made[self._days[made.index] == day]

    def as_planned(self):
        """Return the saved plan's rows in the order of the forecast's; None where it was made from another forecast."""
        key = ["channel", "interval_start"]
        own = self.rows.loc[self.rows["project"] == self._project, [*key, "offered"]]
        both = own.rename(columns={"offered": "forecast"}).merge(self._planned, on=key, how="left")
        fits = len(both) == len(own) == len(self._planned) and np.allclose(both["forecast"], both["offered"])
        return both[self._planned.columns] if fits else None

    def heat(self, made):
        """Return agents per weekday and time of day, all queues together."""
        if not len(made):
            return no_heat()
        return self._cells.assign(agents=np.bincount(self._cell, made["agents"].to_numpy(), len(self._cells)))

    def _prepare_heat(self, rows):
        start = rows["interval_start"].dt.tz_localize(None)
        self._cell, moments = pd.factorize(start)
        moments = pd.DatetimeIndex(moments)
        names = [text.say().weekday(pd.Timestamp("2026-01-05") + pd.Timedelta(days=n)) for n in range(7)]
        order = moments.day_of_week.to_numpy()
        clock = moments.strftime("%H:%M")
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


def _of_week(table, monday):
    start = table["interval_start"].dt.tz_localize(None)
    return table[(start >= monday) & (start < monday + pd.Timedelta(days=7))]
