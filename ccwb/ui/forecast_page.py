"""Stage 2: how much work will come, and how sure are we."""

import datetime as dt

import pandas as pd

from ccwb import cycle
from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_parts as parts
from ccwb.ui import html, text
from ccwb.ui.approval import approval
from ccwb.ui.charts import Chart
from ccwb.ui.import_part import ImportPart
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid, TableView, button

INTERVAL_S = 1800
SHOWN_DAYS = 120  # of history before the cycle, in the picture


class ForecastPage(Page):
    """The forecast of one project's queues for the days of the cycle."""

    name = "forecast"
    needs_project = True

    def body(self):
        if not self.project or self.cycle_id is None:
            return [parts.top(), parts.needs_setup(self)]
        info = self.store.table_info("history")
        channels = set(info.loc[info["project"] == self.project, "channel"])
        if not channels:
            return [parts.top(), self._no_history()]
        self.queues = [(self.project, c) for c in CHANNELS if c in channels]
        self.history = self._history(start=pd.Timestamp(self.context.cycle.first_day) - pd.Timedelta(days=SHOWN_DAYS))
        self.kept = self.store.load("forecast", cycle=self.cycle_id, project=self.project).data or {}
        self.forecast = self.store.read_table("forecast", cycle=self.cycle_id, project=self.project, zone=self._zone())
        self.accuracy = self.store.read_table("accuracy", cycle=self.cycle_id, project=self.project)
        self.queue = self.queues[0]
        self.answer = html.html("")
        self.daily = Chart(
            parts.daily(),
            {"came": parts.no_days(), "expected": parts.no_days()},
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
                html.card(self.week),
                html.card(self.models, title=_("The models, tried on the past")),
                html.card(self._events(), title=_("Events that move the volume")),
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
        self.believes.value = parts.beliefs(self.kept, self.queue[1])
        self.models.value = parts.model_table(self._of_queue(self.forecast), self._scored())
        days, first = self._days(), self.context.cycle.first_day
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
        self.show_week(pd.Timestamp(first))

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
        values = {"channel": self.queue[1], "week": weeks[0]["value"], "model": fc.BEST}
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

    # the work --------------------------------------------------------------------------------------------------------
    def make(self):
        """Forecast this project's queues for the cycle, try the models on the past, and keep both."""
        self._work([self.project])

    def make_all(self):
        """Forecast every project's queues."""
        self._work([p["project"] for p in self.centre()["projects"]])

    def _work(self, projects):
        made_from = {p: cycle.made_from(self.store, self.cycle_id, "forecast", project=p) for p in projects}
        model = self.form.values["model"]

        def run(progress):
            return [self._one(project, model, progress, n, len(projects)) for n, project in enumerate(projects)]

        self.work(run, lambda made: self._keep(made, made_from), what=_("Forecasting"))

    def _one(self, project, model, progress, at, of):
        history = self.known(project)
        if history.empty:
            return project, None, None, {}

        def half(part):
            return lambda done, total, detail: progress(at + (part + done / total) / 2, of, detail)

        days = self._days_ahead(history)
        setting = self._setting(project)
        made = fc.forecast(history, days=days, model=model, progress=half(0), **setting)
        try:
            tried = fc.backtest(history, days=min(days, 28), progress=half(1), **setting)
        except PlanError:  # too short a history to try models on: the forecast says itself what it used
            tried = None
        believed = {channel: said for (_p, channel), said in fc.beliefs(history, **setting).items()}
        return project, self._in_cycle(made), tried, believed

    def _keep(self, made, made_from):
        for project, table, tried, believed in made:
            if table is not None:
                self._keep_one(project, table, tried, {"made_from": made_from[project], "beliefs": believed})
        self.open()
        self.say(_("The forecast is made and kept for staffing."), "good")

    def _keep_one(self, project, table, tried, said):
        place = {"by": self.person, "at": dt.datetime.now(dt.UTC), "cycle": self.cycle_id, "project": project}
        draft = self.draft("forecast", dict, project=project)
        draft.data |= said
        with self.store.together():  # the forecast, how its models did and what is said of it: all or none
            self.store.write_table("forecast", table, **place)
            if tried is not None:
                self.store.write_table("accuracy", tried, zone="UTC", **place)
            draft.write()

    # the data --------------------------------------------------------------------------------------------------------
    def _zone(self, project=None):
        return project_of(self.centre(), project or self.project)["zone"]

    def _history(self, project=None, **span):
        found = self.store.read_table("history", project=project or self.project, zone=self._zone(project), **span)
        longest = found["interval_s"].max() if len(found) else 0
        return fc.gather(found, INTERVAL_S) if 0 < longest < INTERVAL_S else found

    def known(self, project):
        """Return the history from before the cycle: what a plan for the cycle may know."""
        first = self.context.cycle.first_day
        known = self._history(project, end=str(first))
        if known.empty and project in set(self.store.table_info("history")["project"]):
            raise PlanError(
                N_(
                    "All of the history of {project} lies in or after the cycle, which begins on {first}: there is "
                    "nothing to forecast from. Import earlier data, or move the cycle's days on the setup page."
                ),
                project=project,
                first=str(first),
            )
        return known

    def _setting(self, project):
        one = project_of(self.centre(), project)
        events = self.store.read_table("events")
        return {"hours": {one["project"]: one}, "events": events if len(events) else None}

    def _days_ahead(self, history):
        last = history["interval_start"].max().date()
        return max(1, (self.context.cycle.last_day - last).days)

    def _in_cycle(self, table):
        day = table["interval_start"].dt.date
        return table[(day >= self.context.cycle.first_day) & (day <= self.context.cycle.last_day)]

    def _of_queue(self, table):
        return table[(table["project"] == self.queue[0]) & (table["channel"] == self.queue[1])]

    def _scored(self):
        rows = self._of_queue(self.accuracy)
        rows = rows[rows["model"] != fc.BEST] if len(rows) else rows
        if rows.empty:
            return rows
        means = rows.groupby("model")[["wape", "bias", "coverage_80"]].mean()
        return means.sort_values("wape").reset_index()

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
    def _events(self):
        rows = [parts.event_row(e) for e in self.store.read_table("events").to_dict("records")]
        first = str(self.context.cycle.first_day)
        new = {"first_day": first, "last_day": first, "kind": "campaign", "name": "", "project": self.project}
        return Grid(
            parts.event_columns(self.centre()["projects"]),
            rows,
            on_change=self.guard(self._save_events),
            new_row=lambda: {**new, "channel": "", "effect": None},
            add_label=_("Add an event"),
            empty_text=_("No events yet: add the campaigns, closures and outages that the calendar does not know."),
            name="events",
        )

    def _save_events(self, rows):
        if any(not (r["name"] or "").strip() or not r["first_day"] or not r["last_day"] for r in rows):
            self.say(_("An event is kept once it has a name and both days."))
            return
        table = pd.DataFrame(rows).assign(effect=lambda t: pd.to_numeric(t["effect"]) / 100) if rows else None
        at = dt.datetime.now(dt.UTC)
        if table is None:
            self.store.delete_table("events", by=self.person, at=at)
        else:
            for day in ("first_day", "last_day"):
                table[day] = pd.to_datetime(table[day])
            self.store.write_table("events", table, by=self.person, at=at)
        self.clear()
        self.saved()
        self.refresh_frame()

    def _import(self):
        return ImportPart(self, project=self.project, done=lambda _report: self.open()).widget

    def _no_history(self):
        said = _("Here the work to come will be shown, once there is a history of this project: contacts per interval.")
        return html.card(html.html(html.paragraph(said, "ccwb-lead")), self._import())
