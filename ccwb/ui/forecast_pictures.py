"""The two pictures of the forecast page: the days, with the years below to brush, and one week of intervals."""

import numpy as np
import pandas as pd

from ccwb.projects import project_of
from ccwb.ui import forecast_charts as charts
from ccwb.ui import forecast_parts as parts
from ccwb.ui import html, text
from ccwb.ui.charts import Chart, wall
from ccwb.ui.forecast_events import known
from ccwb.ui.text import _, number

# Days in sight when the page opens: so many before and after the cycle's first one
BEFORE, AFTER = 35, 42
DAY_S = 86_400
SIGHT = ("start", "cycle", "year", "all")
EDGE = 1.25  # times the other days: as high as a day that is not learned from is drawn


class Pictures:
    """What came and what is expected, of the queue that the page has chosen."""

    def __init__(self, page):
        self.page = page
        self.week_chosen, self.sight = None, "start"
        self.build()

    def build(self):
        """Make the charts anew, for the reader's language, with what was in sight before."""
        self.monday = monday_of(self._first_day() if self.week_chosen is None else self.week_chosen)
        empty = {"came": parts.no_days(), "before": parts.no_days(), "expected": parts.no_expected()}
        empty |= {"models": parts.no_days(), "marks": parts.no_marks(), "cleaned": parts.no_cleaned()}
        self.days = Chart(
            charts.days(*self._ends()),
            empty,
            table=self._days_table,
            name="forecast_days",
            signals=["picked"],
            on_signal=self.page.guard(self._picked),
        )
        self.week = Chart(charts.week(), {"slots": parts.no_slots()}, title="", table=self.slots, name="forecast_week")
        self.legend = html.html(html.paragraph(legend(), "ccwb-muted"))
        self.mark_days()

    def _first_day(self):
        """Return the first day of the cycle on which the queue in sight has intervals: it may begin on closed days."""
        rows = self.page.of_queue(self.page.forecast)
        first = rows["interval_start"].min().tz_localize(None) if len(rows) else self.page.context.cycle.first_day
        return pd.Timestamp(first)

    def choose_week(self, day):
        """Show the week that `day` is in, and stay with it."""
        self.week_chosen = day
        self.show_week(day)

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the page's queue."""
        self.show_days()
        self.show_week(self.monday)

    def show_days(self):
        """Show the days of the page's queue, with the marks on them."""
        page = self.page
        days, cleaned = within(self._days(), page.cleaned_marks())
        days |= {"marks": parts.marks_of(self.marks, page.queue[1]), "cleaned": cleaned}
        days["before"] = parts.year_before(days["came"], self._end())
        title = (
            _("{queue}: what came, and what is expected until {day}", queue=self._label(), day=text.date(self._end()))
            if len(page.forecast)
            else _("{queue}: what came. There is no forecast for this cycle yet.", queue=self._label())
        )
        self.days.update(days, title=title)

    def show_week(self, day):
        """Show the intervals of the week that `day` is in."""
        self.monday = monday_of(day)
        slots = self.slots()
        peak = slots.loc[slots["offered"].idxmax()] if len(slots) else None
        self.week.update({"slots": parts.for_chart(slots)}, title=week_title(self.monday, peak, slots["offered"].sum()))

    def look_at(self, sight):
        """Choose the days in sight without a pointer: a key of SIGHT."""
        self.sight = sight
        self.days.draw(charts.days(*self._ends()))

    def mark_days(self):
        """Take the holidays and the events as they now are."""
        page = self.page
        self.marks = parts.marks(known(page.store), project_of(page.centre(), page.project), self._span())

    # the data --------------------------------------------------------------------------------------------------------
    def slots(self):
        """Return the intervals of the week in sight."""
        rows = self.page.of_queue(self.page.forecast)
        start = rows["interval_start"].dt.tz_localize(None) if len(rows) else rows["interval_start"]
        return rows[(start >= self.monday) & (start < self.monday + pd.Timedelta(days=7))] if len(rows) else rows

    def _days(self):
        page = self.page
        came = parts.by_day(page.of_queue(page.history))
        ahead, models = page.of_queue(page.forecast), page.of_queue(page.drafted)
        moved = len(ahead) and not ahead["offered"].equals(models["offered"])
        return {
            "came": came,
            "before": parts.year_before(came, self._end()),
            "expected": parts.expected_days(ahead),
            "models": parts.by_day(models) if moved else parts.no_days(),
        }

    def _days_table(self):
        days = self._days()
        said = {"came": _("came"), "before": _("a year before"), "expected": _("expected"), "models": _("the models")}
        table = pd.concat([days[name].assign(what=what) for name, what in said.items()])
        table.insert(0, "day", pd.to_datetime(table.pop("t"), unit="ms"))
        return table

    def _span(self):
        """Return the first and the last day that the picture of the days can show."""
        history = self.page.history
        first = history["interval_start"].min() if len(history) else pd.Timestamp(self.page.context.cycle.first_day)
        return first.tz_localize(None).normalize(), self._end()

    def _ends(self):
        """Return the first and the last day in sight, in milliseconds on the wall."""
        first, last = pd.Timestamp(self.page.context.cycle.first_day), self._end()
        ends = {
            "start": (first - pd.Timedelta(days=BEFORE), min(first + pd.Timedelta(days=AFTER), last)),
            "cycle": (first, last),
            "year": (last - pd.Timedelta(days=364), last),
            "all": self._span(),
        }[self.sight]
        return tuple(int(end) for end in wall(ends))

    def _end(self):
        return pd.Timestamp(self.page.context.cycle.last_day)

    def _label(self):
        return parts.label(self.page.queue)

    def _picked(self, _name, value):
        days = (value or {}).get("day") or []
        if days:
            self.page.pick_mark(str(days[0])[:10])


def within(days, marks):
    """Return the data of the days and the marks on them, those not learned from no higher than EDGE times the others.

    days : name -> table; in `came`, `drawn` is then how high a day is drawn and `offered` what came.  marks : the
    cleaning's, `beyond` then says how many came on a day that is drawn lower.
    """
    came, aside = days["came"], ~marks["used"].astype(bool)
    others = came.loc[~came["t"].isin(marks.loc[aside, "t"]), "offered"]
    top = EDGE * np.nanmax([0.0, *others, *days["expected"]["high"], *days["models"]["offered"]])
    top = top or np.inf  # nothing else to see
    over = aside & (marks["found"] > top)
    said = [f"▲ {number(found)}" if far else "" for found, far in zip(marks["found"], over, strict=True)]
    marks = marks.assign(at=marks["at"].where(~aside, marks["at"].clip(upper=top)), beyond=said)
    low = came["t"].isin(marks.loc[over, "t"])
    return days | {"came": came.assign(drawn=came["offered"].where(~low, top))}, marks


def monday_of(day):
    return day.normalize() - pd.Timedelta(days=day.day_of_week)


def week_title(monday, peak, contacts):
    """Return what the week from `monday` shows, by its busiest interval or day; None where it has none.

    contacts : of the whole week, told where less than one comes even in its busiest interval.
    """
    week = {"day": text.date(monday)}
    if peak is None:
        return _("No intervals in the week from {day}", **week)
    if peak["offered"] < 1:
        return _("Week from {day}: {n} contacts in all, less than one in any interval", **week, n=number(contacts, 1))
    week |= {"weekday": text.say().weekday(peak["interval_start"], "EEEE"), "n": number(peak["offered"])}
    if peak["interval_s"] == DAY_S:
        return _("Week from {day}: the busiest day is {weekday} with {n} contacts", **week)
    clock = text.clock(peak["interval_start"])
    return _("Week from {day}: the busiest interval is {weekday} {time} with {n} contacts", time=clock, **week)


def legend():
    """Return what the lines and marks of the days are, in words."""
    return _(
        "Dark line: what came. Blue line: expected, its bands hold 80 and 95 days of a hundred. Light line: the same "
        "weekday a year before. Grey line: the models before adjustments. ▼ public holiday; shaded: event; ◆ day that "
        "the forecast does not learn from; ◇ doubtful day that it learns from (press it to change that)."
    )


def sights():
    """Return the choices of the days in sight, for who does not draw over the years."""
    said = (_("Around the first day"), _("The whole cycle"), _("The last year"), _("All there is"))
    return [{"value": key, "label": label} for key, label in zip(SIGHT, said, strict=True)]
