"""Stage 2: how much work will come, and how sure are we."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.projects import project_of
from ccwb.ui import forecast_parts as parts
from ccwb.ui import html, refusals, text
from ccwb.ui.approval import approval
from ccwb.ui.charts import Chart
from ccwb.ui.forecast_events import Events, known
from ccwb.ui.forecast_work import Making, gathered
from ccwb.ui.import_part import ImportPart
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, TableView, button

SHOWN_DAYS = 120  # of history before the cycle, in the picture


class ForecastPage(Page):
    """The forecast of one project's queues for the days of the cycle."""

    name = "forecast"
    needs_project = True
    _here = queue = events = None

    def body(self):
        stays, self._here = self._here == (self.project, self.cycle_id), (self.project, self.cycle_id)
        if not self.project or self.cycle_id is None:
            return [parts.top(), parts.needs_setup(self)]
        info = self.store.table_info("history")
        channels = set(info.loc[info["project"] == self.project, "channel"])
        if not channels:
            return [parts.top(), self._no_history()]
        self.queues = [(self.project, c) for c in CHANNELS if c in channels]
        since = pd.Timestamp(self.context.cycle.first_day) - pd.Timedelta(days=SHOWN_DAYS)
        self.history = gathered(self.store.read_table("history", project=self.project, zone=self._zone(), start=since))
        self.kept = self.store.load("forecast", cycle=self.cycle_id, project=self.project).data or {}
        self.forecast = self.store.read_table("forecast", cycle=self.cycle_id, project=self.project, zone=self._zone())
        self.accuracy = self.store.read_table("accuracy", cycle=self.cycle_id, project=self.project)
        if not stays or self.queue not in self.queues:
            self.queue, self._monday, self.model = self.queues[0], self._first_monday(), fc.BEST
        self._mark_days()
        self.events = Events(self, self.events if stays else None)
        self.answer = html.html("")
        self.daily = Chart(
            parts.daily(),
            {"came": parts.no_days(), "expected": parts.no_days(), "marks": parts.no_marks()},
            title="",
            table=self._daily_table,
            name="forecast_days",
        )
        self.week = Chart(
            parts.week(), {"slots": parts.no_slots()}, title="", table=self._week_table, name="forecast_week"
        )
        self.believes = html.html("")
        self.models = html.html("")
        self.show()
        return [
            parts.top(),
            self.answer,
            html.split(
                [html.card(self._controls()), html.card(self.believes, title=_("What the forecast believes"))],
                html.card(self.daily),
                *([html.card(self.week)] if len(self.forecast) else []),
                html.card(self.models, title=_("The models, tried on the past")),
                html.card(self.events.grid, title=_("Events that move the volume")),
                html.fold(
                    _("The whole forecast as a table"), TableView(self.forecast, name=f"forecast_{self.project}")
                ),
                html.fold(_("Bring in more history"), self._import()),
                approval(self, "forecast"),
            ),
        ]

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the chosen queue."""
        self.answer.value = parts.figures(self._of_queue(self.forecast), self._scored())
        self.believes.value = parts.beliefs(self.kept, self.queue[1], bool(len(self.forecast)))
        self.models.value = parts.model_table(self._of_queue(self.forecast), self._scored())
        self._show_days()
        self.show_week(self._monday)

    def _show_days(self):
        days = self._days() | {"marks": parts.marks_of(self.marks, self.queue[1])}
        title = (
            _(
                "{queue}: what came, and what is expected until {day}",
                queue=parts.label(self.queue),
                day=text.date(self._end()),
            )
            if len(self.forecast)
            else _("{queue}: what came. There is no forecast for this cycle yet.", queue=parts.label(self.queue))
        )
        self.daily.update(days, title=title)

    def show_week(self, day):
        """Show the intervals of the week that `day` is in."""
        self._monday = day.normalize() - pd.Timedelta(days=day.day_of_week)
        slots = self._slots()
        peak = slots.loc[slots["offered"].idxmax()] if len(slots) else None
        title = _("No intervals in the week from {day}", day=text.date(self._monday))
        if peak is not None:
            title = _(
                "Week from {day}: the busiest interval is {weekday} {time} with {n} contacts",
                day=text.date(self._monday),
                weekday=text.say().weekday(peak["interval_start"], "EEEE"),
                time=text.clock(peak["interval_start"]),
                n=number(peak["offered"]),
            )
        self.week.update({"slots": parts.for_chart(slots)}, title=title)

    # controls --------------------------------------------------------------------------------------------------------
    def _controls(self):
        queues = [{"value": c, "label": _(CHANNELS[c].label)} for _p, c in self.queues]
        models = [{"value": fc.BEST, "label": _("The best on the past")}]
        models += [{"value": m, "label": _(m)} for m in fc.MODELS]
        weeks = [
            {"value": str(day.date()), "label": text.date(day)}
            for day in pd.date_range(self._first_monday(), self._end(), freq="7D")
        ]
        fields = [
            {"key": "channel", "label": _("Queue"), "kind": "select", "options": queues},
            {"key": "week", "label": _("Week in the lower picture"), "kind": "select", "options": weeks},
            {"key": "model", "label": _("Model"), "kind": "select", "options": models},
        ]
        values = {"channel": self.queue[1], "week": str(self._monday.date()), "model": self.model}
        self.form = Form(fields, values, on_change=self.guard(self._changed))
        return html.row(
            self.form,
            button(_("Make the forecast"), self.make, primary=True, page=self),
            button(_("Make it for every project"), self.make_all, page=self),
            classes="stack",
        )

    def _changed(self, key, value, final):
        if key == "channel":
            self.queue = (self.project, value)
            self.show()
        elif key == "week":
            self.show_week(pd.Timestamp(value))
        else:
            self.model = value

    # the work --------------------------------------------------------------------------------------------------------
    def make(self):
        """Forecast this project's queues for the cycle, try the models on the past, and keep both."""
        self._work([self.project])

    def make_all(self):
        """Forecast every project's queues."""
        self._work([p["project"] for p in self.centre()["projects"]])

    def _work(self, projects):
        refusals.stop_at(refusals.in_grid(self.events.grid))
        making = Making(self, projects=projects, model=self.model)

        def keep(made):
            making.keep(made)
            self.open()
            self.say(_("The forecast is made and kept for staffing."), "good")

        self.work(making, keep, what=_("Forecasting"))

    # the data --------------------------------------------------------------------------------------------------------
    def _zone(self):
        return project_of(self.centre(), self.project)["zone"]

    def _of_queue(self, table):
        return table[(table["project"] == self.queue[0]) & (table["channel"] == self.queue[1])]

    def _scored(self):
        rows = self._of_queue(self.accuracy)
        rows = rows[rows["model"] != fc.BEST] if len(rows) else rows
        if rows.empty:
            return rows
        means = rows.groupby("model")[["wape", "bias", "coverage_80"]].mean()
        return means.sort_values("wape").reset_index()

    def _in_picture(self):
        """Return the first and the last day that the picture of the days shows."""
        first = (
            self.history["interval_start"].min() if len(self.history) else pd.Timestamp(self.context.cycle.first_day)
        )
        return first.tz_localize(None).normalize(), self._end()

    def _end(self):
        return pd.Timestamp(self.context.cycle.last_day)

    def _first_monday(self):
        first = pd.Timestamp(self.context.cycle.first_day)
        return first - pd.Timedelta(days=first.day_of_week)

    def _days(self):
        first = pd.Timestamp(self.context.cycle.first_day, tz=self._zone())
        history = self._of_queue(self.history)
        history = history[history["interval_start"] < first + pd.Timedelta(days=400)]
        return {"came": parts.by_day(history), "expected": parts.expected_days(self._of_queue(self.forecast))}

    def _daily_table(self):
        days = self._days()
        table = pd.concat([days["came"].assign(what=_("came")), days["expected"].assign(what=_("expected"))])
        table.insert(0, "day", pd.to_datetime(table.pop("t"), unit="ms"))
        return table

    def _slots(self):
        rows = self._of_queue(self.forecast)
        start = rows["interval_start"].dt.tz_localize(None) if len(rows) else rows["interval_start"]
        return rows[(start >= self._monday) & (start < self._monday + pd.Timedelta(days=7))] if len(rows) else rows

    def _week_table(self):
        return self._slots()

    # events and empty pages ------------------------------------------------------------------------------------------
    def _mark_days(self):
        self.marks = parts.marks(known(self.store), project_of(self.centre(), self.project), self._in_picture())

    def show_marks(self):
        """Mark the events as they now are on the days."""
        self._mark_days()
        self._show_days()

    def _import(self):
        return ImportPart(self, project=self.project, done=lambda _report: self.open()).widget

    def _no_history(self):
        said = _("Here the work to come will be shown, once there is a history of this project: contacts per interval.")
        return html.card(html.html(html.paragraph(said, "ccwb-lead")), self._import())
