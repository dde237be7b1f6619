"""Stage 2: how much work will come, and how sure are we."""

import datetime as dt

import altair as alt
import numpy as np
import pandas as pd

from ccwb import cycle
from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import html, text
from ccwb.ui.approval import approval
from ccwb.ui.charts import BAND, Chart, closed_as_zero, time_tip, time_x, wall
from ccwb.ui.shell import Page
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import Form, Grid, TableView, button

INTERVAL_S = 1800
SHOWN_DAYS = 120  # of history before the cycle, in the picture
EVENT_KINDS = {
    "campaign": N_("campaign"),
    "price change": N_("price change"),
    "outage": N_("outage"),
    "closure": N_("closure"),
    "other": N_("other"),
}


class ForecastPage(Page):
    """The forecast of one project's queues for the days of the cycle."""

    name = "forecast"
    needs_project = True

    def body(self):
        if not self.project or self.cycle_id is None:
            return [*self._top(), _needs_setup(self)]
        info = self.store.table_info("history")
        channels = set(info.loc[info["project"] == self.project, "channel"])
        if not channels:
            return [*self._top(), self._no_history()]
        self.queues = [(self.project, c) for c in CHANNELS if c in channels]
        self.history = self._history(start=pd.Timestamp(self.context.cycle.first_day) - pd.Timedelta(days=SHOWN_DAYS))
        self.kept = self.store.load("forecast", cycle=self.cycle_id, project=self.project).data or {}
        self.forecast = self.store.read_table("forecast", cycle=self.cycle_id, project=self.project, zone=self._zone())
        self.accuracy = self.store.read_table("accuracy", cycle=self.cycle_id, project=self.project)
        self.queue = self.queues[0]
        self.answer = html.html("")
        self.daily = Chart(_daily(), self._no_days(), title="", table=self._daily_table, name="forecast_days")
        self.week = Chart(_week(), {"slots": _no_slots()}, title="", table=self._week_table, name="forecast_week")
        self.believes = html.html("")
        self.models = html.html("")
        self.show()
        return [
            *self._top(),
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
                approval(self, "forecast"),
            ),
        ]

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the chosen queue."""
        self.answer.value = self._figures()
        self.believes.value = self._beliefs()
        self.models.value = self._model_table()
        days, first = self._days(), self.context.cycle.first_day
        title = (
            _(
                "{queue}: what came, and what is expected until {day}",
                queue=_label(self.queue),
                day=text.date(self._end()),
            )
            if len(self.forecast)
            else _("{queue}: what came. There is no forecast for this cycle yet.", queue=_label(self.queue))
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
        self.week.update({"slots": _for_chart(slots)}, title=title)

    def _top(self):
        lead = _(
            "Volume and handling time per queue for the days of the cycle, with a band that holds 80 % of the time."
        )
        return [html.html(html.question(_("How much work will come, and how sure are we?"), lead))]

    def _figures(self):
        rows = self._of_queue(self.forecast)
        if rows.empty:
            return html.notice(_("Press 'Make the forecast' to see the days of this cycle."))
        daily = rows.groupby(rows["interval_start"].dt.date)["offered"].sum()
        spread = float((rows["day_spread"] * rows["offered"]).sum() / max(rows["offered"].sum(), 1e-9))
        scored = self._scored()
        error = scored.iloc[0] if len(scored) else None
        busiest = daily.idxmax()
        return html.figures(
            [
                html.figure(_("Contacts in the cycle"), number(daily.sum())),
                html.figure(_("An ordinary day"), number(daily[daily > 0].median())),
                html.figure(_("Busiest day"), number(daily.max()), change=text.date(busiest)),
                html.figure(
                    _("How sure: a day's total"),
                    "± " + percent(1.2816 * spread),
                    help_text=_("Half the width of the band that holds the day's total 80 % of the time."),
                ),
                html.figure(
                    _("Error on the past"),
                    percent(error["wape"]) if error is not None else text.say().missing,
                    help_text=_("Sum of absolute errors over the sum of contacts (WAPE), at four earlier moments."),
                ),
            ]
        )

    def _beliefs(self):
        found = self.kept.get("beliefs", {}).get(self.queue[1], [])
        sentences = [_(template, **_spoken(values)) for template, values in found]
        return html.bullets(sentences) or html.paragraph(
            _("Nothing yet: it needs a forecast and four weeks of history.")
        )

    def _model_table(self):
        scored = self._scored()
        if scored.empty:
            return html.paragraph(_("The models are compared when the forecast is made."))
        chosen = self._of_queue(self.forecast)["model"]
        chosen = "" if chosen.empty else chosen.iloc[0]
        rows = [
            [
                html.raw(f"{html.escape(_(r.model))} {html.tag(_('chosen'), 'good') if r.model in chosen else ''}"),
                percent(r.wape, 1),
                signed(r.bias, percent, 1),
                percent(r.coverage_80),
                html.raw(f"<meter min='0' max='{scored['wape'].max():.4f}' value='{r.wape:.4f}'></meter>"),
            ]
            for r in scored.itertuples()
        ]
        heads = [_("Model"), (_("Error (WAPE)"), True), (_("Bias"), True), (_("In the 80 % band"), True), ""]
        return html.table(heads, rows, caption=_("Four earlier moments, each forecast from what was known then."))

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
        at, who = dt.datetime.now(dt.UTC), self.person
        for project, table, tried, believed in made:
            if table is None:
                continue
            part = {"by": who, "at": at, "cycle": self.cycle_id, "project": project}
            self.store.write_table("forecast", table, **part)
            if tried is not None:
                self.store.write_table("accuracy", tried, zone="UTC", **part)
            draft = self.draft("forecast", dict, project=project)
            draft.data |= {"made_from": made_from[project], "beliefs": believed}
            draft.save()
        self.open()
        self.say(_("The forecast is made and kept for staffing."), "good")

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
        came = _by_day(history, ["offered"])
        ahead = self._of_queue(self.forecast)
        expected = _by_day(ahead, ["offered"])
        if len(ahead):
            spread = ahead.groupby(ahead["interval_start"].dt.tz_localize(None).dt.normalize())["day_spread"].mean()
            error = 1.2816 * np.sqrt((spread.to_numpy() * expected["offered"]) ** 2 + expected["offered"])
            expected["lower"] = np.maximum(expected["offered"] - error, 0)
            expected["upper"] = expected["offered"] + error
        return {"came": came, "expected": expected if len(ahead) else _no_days()}

    def _no_days(self):
        return {"came": _no_days(), "expected": _no_days()}

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
        events = self.store.read_table("events")
        projects = [{"value": "", "label": _("all")}]
        projects += [{"value": p["project"], "label": p["label"]} for p in self.centre()["projects"]]
        channels = [{"value": "", "label": _("all")}] + [{"value": c, "label": _(CHANNELS[c].label)} for c in CHANNELS]
        kinds = [{"value": k, "label": _(label)} for k, label in EVENT_KINDS.items()]
        columns = [
            {"key": "first_day", "label": _("From"), "kind": "date"},
            {"key": "last_day", "label": _("To"), "kind": "date"},
            {"key": "kind", "label": _("Kind"), "kind": "select", "options": kinds},
            {"key": "name", "label": _("Name"), "kind": "text"},
            {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
            {"key": "channel", "label": _("Channel"), "kind": "select", "options": channels},
            {"key": "effect", "label": _("Effect %"), "kind": "number", "digits": 1, "help": _("Empty: learned.")},
        ]
        rows = [_event_row(e) for e in events.to_dict("records")]
        first = str(self.context.cycle.first_day)
        new = {"first_day": first, "last_day": first, "kind": "campaign", "name": "", "project": self.project}
        return Grid(
            columns,
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

    def _no_history(self):
        return html.empty(
            _("Here the work to come will be shown, once there is a history. Import a file on the setup page."),
            html.html(html.link(_("Import a history"), self.context.href("setup"))),
        )


def _needs_setup(page):
    return html.empty(
        _("This page needs a project and a cycle. Set up your centre first, or begin with the sample."),
        html.html(html.link(_("Set up the centre"), page.context.href("setup"))),
    )


def _label(queue):
    return _(CHANNELS[queue[1]].label)


def _spoken(values):
    said = dict(values)
    if "share" in said:
        said["share"] = signed(said["share"], percent)
    if "weekday" in said:
        said["weekday"] = text.say().weekday(dt.date(2026, 1, 5) + dt.timedelta(days=int(said["weekday"])), "EEEE")
    return said


def _by_day(rows, columns):
    if rows.empty:
        return _no_days()
    day = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    daily = rows.groupby(day)[columns].sum(min_count=1).dropna(how="all")
    return daily.assign(t=wall(daily.index)).reset_index(drop=True)


def _no_days():
    return pd.DataFrame({"offered": [], "t": []}, dtype=float)


def _no_slots():
    return pd.DataFrame({"t": [], "offered": [], "lower": [], "upper": []}, dtype=float)


def _for_chart(slots):
    if slots.empty:
        return _no_slots()
    columns = {"offered": "offered", "lower_80": "lower", "upper_80": "upper"}
    return closed_as_zero(slots, columns)


def _event_row(event):
    effect = event.get("effect")
    return {
        **{k: event[k] for k in ("kind", "name", "project", "channel")},
        "first_day": str(event["first_day"])[:10],
        "last_day": str(event["last_day"])[:10],
        "effect": None if effect is None or pd.isna(effect) else 100 * effect,
    }


def _daily():
    came = alt.Chart(alt.NamedData("came"))
    ahead = alt.Chart(alt.NamedData("expected"))
    y = alt.Y("offered:Q", title=_("contacts a day"))
    tip = [time_tip(form="%a %e %b %Y"), alt.Tooltip("offered:Q", title=_("contacts"), format=",.0f")]
    return alt.layer(
        ahead.mark_area(**BAND).encode(
            x=time_x(form="%e %b %Y"), y=alt.Y("lower:Q", title=_("contacts a day")), y2="upper:Q"
        ),
        came.mark_line(color="$ink", strokeWidth=1.3).encode(x=time_x(), y=y, tooltip=tip),
        ahead.mark_line(color="$accent", strokeWidth=2).encode(x=time_x(), y=y, tooltip=tip),
    ).properties(height=240)


def _week():
    base = alt.Chart(alt.NamedData("slots"))
    tip = [
        time_tip(),
        alt.Tooltip("offered:Q", title=_("contacts"), format=",.1f"),
        alt.Tooltip("lower:Q", title=_("80 % from"), format=",.0f"),
        alt.Tooltip("upper:Q", title=_("to"), format=",.0f"),
    ]
    return alt.layer(
        base.mark_area(**BAND, interpolate="step-after").encode(
            x=time_x(), y=alt.Y("lower:Q", title=_("contacts per interval")), y2="upper:Q"
        ),
        base.mark_line(color="$accent", interpolate="step-after").encode(
            x=time_x(), y=alt.Y("offered:Q", title=_("contacts per interval")), tooltip=tip
        ),
    ).properties(height=220)
