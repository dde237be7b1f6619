"""So many agents, the plan with fewer, or this cycle's schedule: what do customers get?"""

import altair as alt
import numpy as np
import pandas as pd

from ccwb import schedule
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import PERIODS, project_of
from ccwb.staffing import given_agents, kept, shared_out, slots_of, summary
from ccwb.staffing.period import judged
from ccwb.ui import html, refusals, text
from ccwb.ui.charts import PLAN, Chart, closed_as_zero, time_tip, time_x, whole_y
from ccwb.ui.part import Part
from ccwb.ui.staffing_period import PROMISES, cycle_days, hours, missed_said, of_days, periods_view, stands_said
from ccwb.ui.text import _, duration, number, percent
from ccwb.ui.widgets import Form, TableView

WAYS = {
    "agents": N_("So many agents in every open interval"),
    "plan": N_("The saved plan, with more or fewer"),
    "schedule": N_("This cycle's schedule"),
}
TYPED = {
    "agents": {"key": "agents", "label": N_("Agents on contacts, all queues"), "min": 0, "max": 99_999, "unit": ""},
    "plan": {"key": "change", "label": N_("More (+) or fewer (−)"), "min": -100, "max": 500, "unit": "%"},
}
DAYS = {
    "day": N_("Day"),
    "channel": N_("Queue"),
    "offered": N_("Contacts"),
    "there_h": N_("Agent-hours there"),
    "needed_h": N_("Agent-hours needed"),
    "short_h": N_("Agent-hours short"),
}
PROMISED_BY = {
    "day": N_("Promises by the day"),
    "week": N_("Promises by the week"),
    "month": N_("Promises by the month"),
}
HEAVY = 20_000  # agents busy, added over the intervals of crowded days: from about half a second's work on
SURE = 1e-6  # of the contacts: fewer are nobody
RATES = {
    "service_level": (N_("Service level"), percent),
    "asa_s": (N_("Mean wait (ASA)"), duration),
    "abandonment": (N_("Abandonment"), lambda share: percent(share, 1)),
    "answer_rate": (N_("Answer rate"), lambda share: percent(share, 1)),
    "occupancy": (N_("Occupancy"), percent),
}


class Given(Part):
    """What a number of people gives: figures of the queue in sight, promises by period, the shortest day, every day."""

    title = N_("I have these agents: what do I get?")

    def widget(self):
        """Return the choice of people and, below it, what they give."""
        page = self.page
        contract = project_of(page.centre(), page.project)["contract"]
        self.values = {
            "way": "agents",
            "agents": page.guard(self._usual)() or 0,
            "change": -10,
            "period": contract["period"],
        }
        self.form = Form(self._fields(), self.values, on_change=page.guard(self._chose), layout_kind="wide")
        self.figures, self.note = html.html(""), html.html("")
        self.chart = Chart(there_chart(), {"there": no_there()}, table=lambda: self.drawn, name="shortest_day")
        self.drawn, self.got, self.asked, self.at_work = pd.DataFrame(), None, None, False
        self.below, self.drawing = html.stack(), html.card(self.chart, html.html(how_to_read()))
        page.guard(self.show)()
        return html.stack(self.form, self.figures, self.note, self.drawing, self.below)

    def moved(self):
        """Say what the people give by the sliders as they now stand."""
        self.show()

    def _usual(self):
        """Return the number of agents to begin with: the mean of what is needed while it is open."""
        need = self.page.need()
        open_h = _open_s(need) / 3600
        return round(hours(need) / open_h) if open_h else 0

    def _fields(self):
        ways = [{"value": key, "label": _(label)} for key, label in WAYS.items()]
        periods = [{"value": key, "label": _(label)} for key, label in PERIODS.items()]
        fields = [{"key": "way", "label": _("People"), "kind": "select", "options": ways}]
        typed = TYPED.get(self.values["way"])
        if typed:
            fields.append(typed | {"label": _(typed["label"]), "kind": "number"})
        return [*fields, {"key": "period", "label": _("Counted over a"), "kind": "select", "options": periods}]

    def _chose(self, key, value, final):
        self.values[key] = value
        field = next((f for f in self.form.fields if f["key"] == key), {})
        wrong = ""
        if "min" in field:
            wrong = _("Type a number.") if value is None else refusals.out_of_range(field, value)
        self.form.errors = {key: wrong} if wrong else {}
        if key == "way":
            self.form.fields, self.form.values, self.form.refused = self._fields(), dict(self.values), {}
        if not wrong:
            self.page.clear()
            self.show()

    # what they give --------------------------------------------------------------------------------------------------
    def show(self):
        """Compute what the people chosen give over the whole cycle, and show it."""
        page = self.page
        if self.form.errors or self.form.refused:
            return
        self.below.children, self.figures.value, self.note.value, self.asked = (), "", "", None
        html.show(self.drawing, False)  # nothing of before stays where the people asked for cannot be told
        table, targets, need = page.scaled(), page.targets(), page.need()
        agents, said = self._agents(need)
        known = {"forecast": table, "targets": targets, "agents": agents}
        self.asked = asked = {"known": known, "need": need, "said": said, "period": self.values["period"]}
        if heavy(need, agents) and (self.at_work or not page.progress.running):
            said = _("What these people give is being computed. If you stop it, any change here begins it anew.")
            self.note.value = html.paragraph(said, "ccwb-muted")
            if not self.at_work:
                self.at_work = True
                page.work(self._latest, lambda found: self._tell(*found), what=_("Computing what these people give"))
        else:
            self._tell(asked, given_agents(**asked["known"]))

    def _latest(self, progress):
        """Return (what was asked last, its requirement), also where that was asked while another was computed."""
        try:
            while (asked := self.asked) is not None:
                progress(0, 0)
                got = given_agents(**asked["known"], progress=progress)
                progress(0, 0)
                if asked is self.asked:
                    return asked, got
            return None, None
        finally:
            self.at_work = False

    def _tell(self, asked, got):
        """Show what was asked gives, unless something else was asked since."""
        if asked is None or asked is not self.asked:
            return
        need, period, self.got = asked["need"], asked["period"], got
        stands = kept(got, targets=asked["known"]["targets"], period=period, **cycle_days(self.page))
        self.figures.value = self._figures(got, need, judged(stands))
        self.note.value = html.paragraph(asked["said"], "ccwb-muted")
        self._draw(got, need)
        html.show(self.drawing, True)
        self.below.children = (
            html.fold(_("Every period: kept or missed"), lambda: periods_view({"given": stands}, name="given_periods")),
            html.fold(_("Every day as a table"), lambda: days_view(by_day(got, need))),
        )

    def _agents(self, need):
        """Return (agents per row, how they came about in words)."""
        rule = _(
            "In every interval the queues in which customers wait come first; where people are short, each has the "
            "same share of what it needs. Then work that may wait gets as many as it keeps busy, what is due first "
            "before the rest. Whoever is left is spread over the queues in which customers wait, by what each needs "
            "in all."
        )
        known = {"targets": self.page.targets()}
        match self.values["way"]:
            case "agents":
                return shared_out(need, float(self.values["agents"]), **known), rule
            case "plan":
                said = _("Each queue's agents in the saved plan, {n} %.", n=text.signed(self.values["change"]))
                return planned(self.page.plan, need) * (1 + self.values["change"] / 100), said
        lost = np.array([self.page.settings[channel]["shrinkage"] for channel in need["channel"]])
        said = _(
            "People on the schedule, breaks taken off, less {n} lost to shrinkage that it does not place.",
            n=percent(lost.mean()),
        )
        return shared_out(need, self._scheduled(need), lost=lost, **known), f"{said} {rule}"

    def _scheduled(self, need):
        """Return the people at work by this cycle's schedule, by slot."""
        page = self.page
        roster = page.store.read_table("schedule", cycle=page.cycle_id, project=page.project, zone=page.zone)
        if roster.empty:
            raise PlanError(
                N_("This project and cycle have no schedule yet. Make one on the schedule page, or type agents.")
            )
        slots = slots_of(need)
        return schedule.people_at_work(roster, starts=slots["interval_start"], lengths=slots["interval_s"])

    def _figures(self, got, need, stands):
        page, own = self.page, got[got["channel"] == self.page.channel]
        sums = summary(own).iloc[0] if len(own) else summary(got).iloc[0]
        mine = stands[stands["channel"] == page.channel]
        told = [
            html.figure(_(label), show(sums[name]), state=self._state(mine, name))
            for name, (label, show) in RATES.items()
        ]
        promises = html.figure(
            _(PROMISED_BY[self.values["period"]]),
            missed_said(stands),
            state="none" if stands["kept"].dropna().empty else "good" if stands["kept"].dropna().all() else "miss",
            change=worst_miss(stands),
            help_text=_("Promises of all queues, each counted in every period."),
        )
        people = [html.figure(_("Agent-hours there"), number(hours(got))), promises]
        people.insert(1, html.figure(_("Agent-hours needed"), number(hours(need)), help_text=_("By the sliders.")))
        whole = html.heading(_("The whole project, all queues together"), 3) + html.figures(people)
        return whole + html.heading(_(CHANNELS[page.channel].label), 3) + html.figures(told) + left_said(own)

    def _state(self, stands, promise):
        known = stands.loc[stands["promise"] == promise, "kept"].dropna()
        return "none" if known.empty else "good" if known.all() else "miss"

    def _draw(self, got, need):
        """Draw the day on which the queue in sight lacks most agent-hours, else its busiest."""
        own = need["channel"] == self.page.channel
        rows = need[own].assign(there=got.loc[own.to_numpy(), "agents"].to_numpy())
        short_h = (rows["agents"] - rows["there"]).clip(lower=0) * rows["interval_s"] / 3600
        day = rows["interval_start"].dt.tz_localize(None).dt.normalize()
        lack, busy = short_h.groupby(day).sum(), rows["offered"].groupby(day).sum()
        if rows.empty:
            self.chart.update({"there": no_there()}, title=_("Nothing is offered in this queue"))
            return
        short = lack.max() > 1e-9
        at = lack.idxmax() if short else busy.idxmax()
        seen = of_days(rows, at, 1)[["interval_start", "interval_s", "agents", "there", "offered"]]
        self.drawn = seen.rename(columns={"agents": "needed"})
        seen = closed_as_zero(seen, {"agents": "needed", "there": "there"})
        values = {
            "queue": _(CHANNELS[self.page.channel].label),
            "day": text.date(at, "full"),
            "n": number(lack.max(), 1),
        }
        title = _("{queue}: nowhere short; its busiest day, {day}", **values)
        if short:
            title = _("{queue}: most is lacking on {day}, {n} agent-hours", **values)
        self.chart.update({"there": seen}, title=title)


def _open_s(need):
    """Return the seconds in which any of the intervals lies."""
    rows = need.sort_values("interval_start")
    start = (
        rows["interval_start"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(int)
    )
    end = np.maximum.accumulate(start + rows["interval_s"].to_numpy())
    return int((end - np.maximum(start, np.append(start[:1], end[:-1]))).clip(0).sum())


def heavy(need, agents):
    """Return whether it takes long to tell what agents (one number per row of `need`) give: many days to be solved."""
    load = need["load"].where(need["channel"].map(lambda channel: CHANNELS[channel].live).astype(bool), 0.0)
    day = need["interval_start"].dt.tz_localize(None).dt.normalize()
    crowded = day[((load > 0) & (np.asarray(agents) < 1.05 * load)).to_numpy()]
    return load[day.isin(crowded.unique())].sum() > HEAVY


def left_said(own):
    """Return a notice where a queue's contacts neither give up nor are all answered; nothing where none is left."""
    live = own["channel"].map(lambda channel: CHANNELS[channel].live).astype(bool)
    endless = own[live & (own["offered"] > 0) & (own["answer_rate"] < 1 - SURE) & (own["abandonment"] == 0)]
    never = ((1 - endless["answer_rate"]) * endless["offered"]).sum() / max(own["offered"].sum(), 1e-9)
    if not never > SURE:
        return ""
    said = _(
        "{share} of the contacts are never answered: more come than these agents can handle, and as nobody gives up "
        "without a patience (Erlang C), the line of {n} intervals is not worked off within half an hour of the end of "
        "the day. A mean wait, where there is one, is of those answered alone. Set a patience to see how many would "
        "give up.",
        share=percent(never, 1),
        n=number(len(endless)),
    )
    return html.notice(said, "near")


def worst_miss(stands):
    """Return in words which promise is missed by most of its own size, where and by how much; nothing where none is."""
    missed = stands[~stands["kept"].fillna(True).astype(bool)]
    if missed.empty:
        return ""
    far = ((missed["given"] - missed["promised"]).abs() / missed["promised"]).to_numpy()
    row = next(missed.iloc[[far.argmax()]].itertuples())
    queue, promise = _(CHANNELS[row.channel].label), _(PROMISES[row.promise])
    return _("worst: {queue}, {promise} {said}", queue=queue, promise=promise, said=stands_said(row))


def planned(plan, need):
    """Return the saved plan's agents for the rows of `need`; PlanError where there is none for some of them."""
    if plan.empty:
        raise PlanError(N_("There is no saved plan yet: press 'Make this the plan' first, or type agents."))
    key = ["channel", "interval_start"]
    agents = need[key].merge(plan[[*key, "agents"]], on=key, how="left")["agents"].to_numpy(dtype=float)
    if np.isnan(agents).any():
        raise PlanError(
            N_(
                "The saved plan has no agents for {n} of the forecast's {of} intervals: it was made from another "
                "forecast. Press 'Make this the plan' first, or type agents."
            ),
            n=int(np.isnan(agents).sum()),
            of=len(agents),
        )
    return agents


def by_day(got, need):
    """Return one row per day and queue: agent-hours there, needed and short, and what customers get."""
    day = got["interval_start"].dt.tz_localize(None).dt.normalize()
    length = got["interval_s"] / 3600
    rows = got.assign(day=day, there_h=got["agents"] * length, needed_h=need["agents"].to_numpy() * length)
    rows["short_h"] = (need["agents"].to_numpy() - got["agents"]).clip(lower=0) * length
    sums = rows.groupby(["day", "channel"])[["there_h", "needed_h", "short_h"]].sum().reset_index()
    rates = summary(rows, by=["day", "channel"])[["day", "channel", "offered", *RATES]]
    return sums.merge(rates, on=["day", "channel"])[[*DAYS, *RATES]]


def days_view(days):
    """Return the days as a table to be read and downloaded."""
    shows = {"channel": lambda c: _(CHANNELS[c].label), "day": lambda d: text.date(d, "medium")}
    one = dict.fromkeys(("there_h", "needed_h", "short_h"), lambda v: number(v, 1))
    columns = [(name, _(label), (shows | one).get(name, number)) for name, label in DAYS.items()]
    columns += [(name, _(label), show) for name, (label, show) in RATES.items()]
    return TableView(days, columns, name="given_days")


# the chart -----------------------------------------------------------------------------------------------------------
def no_there():
    return pd.DataFrame({"t": [], "needed": [], "there": []}, dtype=float)


def how_to_read():
    marks = _("Solid: agents there. Dashed: agents needed by the sliders. Filled: what is lacking.")
    return html.paragraph(marks, "ccwb-muted")


def there_chart():
    base = alt.Chart(alt.NamedData("there"))
    y = {name: whole_y(name, _("agents")) for name in ("needed", "there")}
    tip = [time_tip()] + [
        alt.Tooltip(f"{name}:Q", title=said, format=",.1f")
        for name, said in (("needed", _("agents needed")), ("there", _("agents there")))
    ]
    step = {"interpolate": "step-after"}
    return alt.layer(
        base.mark_area(color="$under", opacity=0.3, **step)
        .transform_calculate(low="min(datum.there, datum.needed)")
        .encode(x=time_x(), y=whole_y("low", _("agents")), y2="needed:Q"),
        base.mark_line(**PLAN, color="$ink", **step).encode(x=time_x(), y=y["needed"], tooltip=tip),
        base.mark_line(color="$accent", **step).encode(x=time_x(), y=y["there"], tooltip=tip),
    ).properties(height=220)
