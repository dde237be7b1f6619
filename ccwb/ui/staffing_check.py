"""A fold of the staffing page: the plan's days played contact by contact, beside what the formulas say."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import MEASURES, affordable, given_agents, simulated
from ccwb.ui import html, text
from ccwb.ui.cells import COMPARED
from ccwb.ui.charts import Chart, by_clock, share_axis, time_tip, time_x, wall
from ccwb.ui.part import Part
from ccwb.ui.staffing_parts import model_said
from ccwb.ui.text import _, duration, number, percent
from ccwb.ui.widgets import Form, TableView, button

SECONDS = 6  # that playing may take, about, where nothing else works
MOST = 500  # days that are played, a week being seven
RANGE = "\u00a0–\u2060\u00a0"  # between the ends of a range, which stay on one line
CLOSE = 0.02  # share of a service level up to which formula and simulation are close

LABELS = {
    "service_level": N_("Service level"),
    "asa_s": N_("Mean wait (ASA)"),
    "abandonment": N_("Abandonment"),
    "answer_rate": N_("Answer rate"),
    "occupancy": N_("Occupancy"),
    "blocked": N_("Blocked"),
}
MODELS = {"formula": N_("Formula"), "carried_over": N_("With the line carried over")}


class Check(Part):
    """Formula beside simulation for a day or the week in sight, when asked for."""

    title = N_("Check by simulation")

    def widget(self):
        self.result = None
        self.choice = Form(self._fields(), {"days": self._usual()})
        self.said = html.html(html.paragraph(self._lead()))
        none = pd.DataFrame({"t": [], "formula": [], "simulated": [], "low": [], "high": []}, dtype=float)
        heads = {model: _(label) for model, label in MODELS.items()}
        table = {"table": lambda: self.result.intervals, "columns": heads, "name": "simulated_day"}
        self.chart = Chart(day_chart(), {"day": none}, **table)
        self.table = Beside(pd.DataFrame(), name=f"simulated_{self.page.project}")
        self.shown = html.stack(self.chart, self.table)
        html.show(self.shown, False)
        play = button(_("Play it"), self.play, primary=True, page=self.page)
        return html.card(self.choice, html.row(play), self.said, self.shown)

    def moved(self):
        self.choice.fields = self._fields()
        if self.choice.values["days"] not in [option["value"] for option in self.choice.fields[0]["options"]]:
            self.choice.values = {"days": self._usual()}
        if self.result is not None:
            self._show()
            earlier = _("This was played before the sliders, the queue or the week were changed. Play it again.")
            self.said.value = html.notice(earlier, "near") + self.said.value

    def _lead(self):
        return _(
            "The day is played contact by contact, many times, with the agents of the plan: people call at random, "
            "wait, give up, and a line left by one interval is there in the next. The formula sees each interval alone."
        )

    def _fields(self):
        return [{"key": "days", "label": _("Play"), "kind": "select", "options": days_to_play(self.page)}]

    def _usual(self):
        return usual_day(self.page)

    def play(self):
        """Play the chosen days beside the page and show what came out."""
        page, need = self.page, self.page.made  # of the week in sight, as the page shows it
        page.stop_at_refused()
        first, last = span_of(page, self.choice.values["days"])
        targets = page.targets()

        def work(progress):
            day = need["interval_start"].dt.tz_localize(None).dt.normalize()
            live = need["channel"].map(lambda channel: CHANNELS[channel].live).astype(bool)
            contacts = need.loc[(day >= first) & (day <= last) & live, "offered"].sum()
            times = affordable(contacts, seconds=SECONDS, most=max(MOST // ((last - first).days + 1), 2))
            near = (day >= first - pd.Timedelta(days=1)) & (day <= last)  # a night's line comes from the day before
            line = given_agents(need[live & near], targets=targets, agents="agents", carry_over="always")
            bounded = [channel for (_p, channel), one in targets.items() if one["lines"] or one["redial"]]
            line.loc[line["channel"].isin(bounded), [*MEASURES, "blocked"]] = np.nan  # no line of theirs is carried
            known = {"targets": targets, "first_day": first, "last_day": last, "replications": times}
            return simulated(need, **known, beside={"carried_over": line}, progress=progress)

        def done(result):
            self.result, self.models = (
                result,
                " · ".join(model_said(name) for name in need["model"].unique() if "Erlang" in name),
            )
            self._show()

        page.work(work, done, what=_("Playing the day") if first == last else _("Playing the week"))

    def _show(self):
        got, page = self.result, self.page
        channel = page.channel if (got.queues["channel"] == page.channel).any() else got.queues["channel"].iloc[0]
        self.said.value = html.notice(*sentence(got, channel)) + html.paragraph(self._how(got), "ccwb-muted")
        first = (got.queues["channel"] != channel).sort_values(kind="stable").index
        self.table.put(got.queues.loc[first])
        data, title = drawn(got, channel, page.in_sight)
        self.chart.update({"day": data}, title=title)
        html.show(self.shown, True)

    def _how(self, got):
        return _(
            "Formula: {models}. Simulation: {contacts} contacts in all; the range holds the mean of many such days "
            "with 95 % certainty. Single days spread far wider. "
            "They agree where the formula lies in the range, or within half a point or a second of the mean.",
            models=self.models,
            contacts=number(got.contacts),
        )


class Beside(TableView):
    """Formula and simulation side by side in words; the download holds the numbers."""

    def put(self, queues):
        """Show a table of `Simulated.queues`."""
        self.show(in_words(queues))
        self._table = queues


def days_to_play(page):
    """Return the options of what may be played: the open days of the week in sight, and the week."""
    days = [{"value": str(day.date()), "label": text.date(day, "full")} for day in open_days(page)]
    return [*days, {"value": "", "label": _("The whole week")}]


def open_days(page):
    """Return the days of the week in sight on which live contacts come."""
    rows = page.forecast[page.forecast["channel"].map(lambda channel: CHANNELS[channel].live).astype(bool)]
    day = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    inside = (day >= page.monday) & (day < page.monday + pd.Timedelta(days=7)) & (rows["offered"] > 0)
    return sorted(day[inside].unique())


def usual_day(page):
    """Return the day in sight where it is open, else the busiest of the week, as a value of the choice."""
    days = open_days(page)
    if page.in_sight in days:
        return str(page.in_sight.date())
    day = page.forecast["interval_start"].dt.tz_localize(None).dt.normalize()
    sums = page.forecast.groupby(day)["offered"].sum().reindex(days)
    return str(sums.idxmax().date()) if len(sums) else ""


def span_of(page, value):
    """Return (first day, last day) of what was chosen; PlanError in a week without live contacts."""
    if not open_days(page):
        raise PlanError(N_("In this week no live contacts (voice, chat) are expected. Choose another week above."))
    if value:
        return pd.Timestamp(value), pd.Timestamp(value)
    return page.monday, page.monday + pd.Timedelta(days=6)


def sentence(got, channel):
    """Return (the result in one sentence, its state) for a queue."""
    rows = got.queues[(got.queues["channel"] == channel) & (got.queues["measure"] == "service_level")]
    row = rows.iloc[0]
    queue = _(CHANNELS[channel].label)
    times = _("{n} days", n=number(got.replications))
    if got.first_day != got.last_day:
        times = _("{n} weeks", n=number(got.replications))
    figures = {
        "queue": queue,
        "times": times,
        "simulated": percent(row["simulated"], 1),
        "formula": percent(row["formula"], 1),
    }
    if row["verdict"] == "unknown":
        return _(
            "{queue}: there is nothing to compare, as no contacts are expected. {times} played.", **figures
        ), "none"
    gap = row["simulated"] - row["formula"]
    if row["verdict"] == "agree":
        said, state = (
            N_("{queue}: the simulation agrees: {simulated} against {formula} by formula, {times} played."),
            "good",
        )
    elif abs(gap) <= CLOSE:
        said, state = (
            N_("{queue}: the simulation comes close: {simulated} against {formula} by formula, {times} played."),
            "good",
        )
    elif gap > 0:
        said = N_(
            "{queue}: it goes better than the formula says: {simulated} against {formula}, {times} played. The plan "
            "is on the safe side."
        )
        state = "info"
    else:
        said = N_(
            "{queue}: it goes worse than the formula says: {simulated} against {formula}, {times} played. Lines that "
            "one interval leaves to the next are the usual reason: see where in the chart."
        )
        state = "miss"
    return _(said, **figures), state


def in_words(queues):
    """Return a table of formula and simulation as texts, percent and mm:ss."""
    models = [name for name in MODELS if name in queues]

    def show(name, value):
        if pd.isna(value):
            return text.say().missing
        if name == "asa_s":
            return _("{n} s", n=number(value, 1)) if value < 90 else duration(value)
        return percent(value, 1)

    rows = []
    for row in queues[queues["measure"].isin(LABELS)].to_dict("records"):
        name = row["measure"]
        low, high = show(name, row["low"]), show(name, row["high"])
        cells = {_("Queue"): _(CHANNELS[row["channel"]].label), _("Figure"): _(LABELS[name])}
        cells |= {_(MODELS[model]): show(name, row[model]) for model in models}
        cells |= {_("Simulation"): show(name, row["simulated"]), _("From – to"): RANGE.join((low, high))}
        rows.append(cells | {_("Comparison"): _(COMPARED[row["verdict"]])})
    return pd.DataFrame(rows)


def drawn(got, channel, in_sight):
    """Return (data, title) of the service level by interval of one of the days that were played."""
    rows = got.intervals[(got.intervals["measure"] == "service_level") & (got.intervals["channel"] == channel)]
    rows = rows[rows["simulated"].notna()]
    day = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    if day.nunique() > 1:
        shown = in_sight if in_sight in set(day) else day.iloc[0]
        rows = rows[day == shown]
    data = by_clock(rows[["formula", "simulated", "low", "high"]].assign(t=wall(rows["interval_start"])))
    when = text.date(rows["interval_start"].iloc[0], "full") if len(rows) else ""
    queue = _(CHANNELS[channel].label)
    return data, _(
        "{queue}, {day}: service level by formula (line) and as played (points with range)", queue=queue, day=when
    )


def day_chart():
    base = alt.Chart(alt.NamedData("day"))
    axis = share_axis()
    y = alt.Y("formula:Q", title=_("service level"), axis=axis, scale=alt.Scale(domain=[0, 1]))
    tip = [
        time_tip(),
        alt.Tooltip("formula:Q", title=_("by formula"), format=".1%"),
        alt.Tooltip("simulated:Q", title=_("as played"), format=".1%"),
        alt.Tooltip("low:Q", title=_("from"), format=".1%"),
        alt.Tooltip("high:Q", title=_("to"), format=".1%"),
    ]
    return alt.layer(
        base.mark_line(color="$accent", strokeWidth=2).encode(x=time_x(), y=y),
        base.mark_rule(color="$c2").encode(x=time_x(), y="low:Q", y2="high:Q"),
        base.mark_point(color="$c2", filled=True, size=40, opacity=1).encode(x=time_x(), y="simulated:Q", tooltip=tip),
    ).properties(height=200)
