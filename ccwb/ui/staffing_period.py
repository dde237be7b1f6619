"""The promise counts over a period: every interval to target, or the cheapest way that keeps it."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import PERIODS, project_of
from ccwb.staffing import cheapest, kept, summary
from ccwb.staffing.period import judged
from ccwb.ui import html, text
from ccwb.ui.charts import PLAN, Chart, closed_as_zero, time_tip, time_x, whole_y
from ccwb.ui.part import Part
from ccwb.ui.staffing_parts import copied
from ccwb.ui.text import _, duration, number, percent, signed
from ccwb.ui.widgets import Form, TableView, button

PROMISES = {
    "service_level": N_("Service level"),
    "answer_rate": N_("Answer rate"),
    "abandonment": N_("Abandonment"),
    "asa_s": N_("Mean wait (ASA)"),
}
OVER = {
    "day": N_(
        "The saved plan keeps its promises over the day, the cheapest way; the sliders show every interval to target."
    ),
    "week": N_(
        "The saved plan keeps its promises over the week, the cheapest way; the sliders show every interval to target."
    ),
    "month": N_(
        "The saved plan keeps its promises over the month, the cheapest way; the sliders show every interval to target."
    ),
}
PART = {"week": N_("part of a week, {n} days"), "month": N_("part of a month, {n} days")}
PART_OF_ONE = {"week": N_("part of a week, one day"), "month": N_("part of a month, one day")}
WAYS = ("every", "least")


class Period(Part):
    """Both ways side by side: people and money, what customers get, the day in sight, every period."""

    title = N_("The promise counts over a period: every interval to target, or the cheapest way?")
    found = None

    def widget(self):
        """Return the choices and, once compared, the answer."""
        contract = project_of(self.page.centre(), self.page.project)["contract"]
        periods = [{"value": key, "label": _(label)} for key, label in PERIODS.items()]
        fields = [
            {"key": "period", "label": _("Counted over a"), "kind": "select", "options": periods}
            | {"default": contract["period"]},
            {"key": "least", "label": _("Agents in every interval, at least"), "kind": "number", "digits": 0}
            | {"default": 1, "min": 1, "max": 999, "whole": True},
        ]
        self.form = Form(fields, on_change=self.page.guard(self._typed), layout_kind="wide")
        self.stale, self.out = html.html(""), html.stack()
        lead = _(
            "A contract counts its promise over a day, a week or a month. Some intervals may then get less and others "
            "more, as long as the sum is right; nobody is busier than the occupancy cap allows in any interval."
        )
        compare = button(_("Compare"), self.compare, primary=True, page=self.page)
        return html.stack(html.html(html.paragraph(lead)), html.row(self.form, compare), self.stale, self.out)

    def _typed(self, key, value, final):
        field = next(f for f in self.form.fields if f["key"] == key)
        wrong = ""
        if key == "least" and (value is None or not 1 <= value <= field["max"] or value % 1):
            wrong = _("A whole number from 1 to {most}.", most=number(field["max"]))
        self.form.errors = {key: wrong} if wrong else {}
        self._say_stale()

    def compare(self):
        """Compute both ways beside the page, then show them."""
        page, period, least = self.page, self.form.values["period"], self.form.values["least"]
        page.stop_at_refused()
        if self.form.errors or self.form.refused:
            raise PlanError(N_("Nothing was compared: correct the least agents of an interval, then press again."))
        settings, targets, table = copied(page.settings), page.targets(), page.scaled()
        known = {"targets": targets, "period": period} | cycle_days(page)

        def work(progress):
            progress(0, 3, _("every interval"))
            every = page.need()
            progress(1, 3, _("the cheapest way"))
            step = lambda done, total: progress(1 + done / total, 3, _("the cheapest way"))  # noqa: E731 - one thought
            way = cheapest(table, targets=targets, period=period, least=int(least), progress=step)
            made = {"every": every, "least": way}
            progress(2, 3, _("the periods"))
            stands = {way: kept(made[way], **known) for way in WAYS}
            return {"made": made, "stands": stands, "settings": settings, "asked": (period, least)}

        page.work(work, self._show, what=_("Comparing both ways"))

    def moved(self):
        """Draw another queue, week or day; say so where the sliders are others than those compared."""
        self._say_stale()
        if self.found:
            self._draw()

    def _say_stale(self):
        said = ""
        if self.found and not self._fits():
            said = html.notice(_("The sliders or choices moved since: compare again."), "near")
        self.stale.value = said

    def _fits(self):
        return self.found["settings"] == self.page.settings and self.found["asked"] == self._asked()

    def _asked(self):
        return self.form.values["period"], self.form.values["least"]

    def _show(self, found):
        self.found, page = found, self.page
        self.chart = Chart(
            both_chart(),
            {"ways": no_ways(), "plan": no_plan()},
            table=lambda: self.drawn,
            columns={"every_interval": _("Every interval"), "cheapest": _("Cheapest way")},
            name="both_ways",
        )
        use = button(_("Make the cheapest way the plan"), self.keep, page=page)
        stands = found["stands"]
        self._draw()  # before it is in the page: drawn without data first, its clock would have no room
        self._say_stale()
        self.out.children = (
            html.html(figures(found["made"], page)),
            html.html(gives(found["made"], stands)),
            html.card(self.chart, html.html(how_to_read())),
            html.fold(_("Every period: kept or missed"), lambda: periods_view(stands, name="periods")),
            html.row(use),
        )

    def _draw(self):
        page, made = self.page, self.found["made"]
        rows = {way: self._seen(made[way]) for way in WAYS}
        rows["plan"] = self._seen(page.plan) if len(page.plan) else page.plan
        self.drawn = rows["every"][["interval_start", "channel", "offered"]].assign(
            every_interval=rows["every"]["agents"].to_numpy(), cheapest=rows["least"]["agents"].to_numpy()
        )
        plan = closed_as_zero(rows["plan"], {"agents": "agents"}) if len(rows["plan"]) else no_plan()
        self.chart.update({"ways": ways_data(rows["every"], rows["least"]), "plan": plan}, title=self._title(rows))

    def _seen(self, table):
        """Return a table's rows of the queue and the day or week in sight."""
        own, day = table[table["channel"] == self.page.channel], self.page.in_sight
        return of_days(own, self.page.monday, 7) if day is None else of_days(own, day, 1)

    def _title(self, rows):
        queue = _(CHANNELS[self.page.channel].label)
        if not CHANNELS[self.page.channel].live:
            return _("{queue}: work that may wait is planned alike in both ways", queue=queue)
        less = round(hours(rows["every"]) - hours(rows["least"]), 1)
        when = text.date(self.page.in_sight, "full") if self.page.in_sight is not None else _("week in sight")
        if less == 0:
            return _("{queue}, {when}: both ways take as many agent-hours", queue=queue, when=when)
        if less < 0:  # the month gains where a day like this one gives
            return _(
                "{queue}, {when}: the cheapest way takes {n} agent-hours more",
                queue=queue,
                when=when,
                n=number(-less, 1),
            )
        return _(
            "{queue}, {when}: the cheapest way takes {n} agent-hours fewer", queue=queue, when=when, n=number(less, 1)
        )

    def keep(self):
        """Keep the cheapest way as the plan, with the sliders that it was made by."""
        if not self._fits():
            raise PlanError(
                N_("The sliders or choices moved since the comparison: compare again, then make it the plan.")
            )
        self.page.keep(made=self.found["made"]["least"], period=self.found["asked"][0])


def period_note(data):
    """Return what is to be known of a plan whose promises count over a period; nothing of any other."""
    period = data.get("plan_period")
    if not period:
        return ""
    return html.notice(_(OVER[period]))


def cycle_days(page):
    """Return the cycle's days, as the core takes them."""
    return {"first_day": page.context.cycle.first_day, "last_day": page.context.cycle.last_day}


def of_days(table, first, days):
    """Return a table's rows of so many local days from the first."""
    start = table["interval_start"].dt.tz_localize(None)
    return table[(start >= first) & (start < first + pd.Timedelta(days=days))]


def hours(table):
    """Return the agent-hours of a requirement."""
    return float((table["agents"] * table["interval_s"]).sum() / 3600)


def figures(made, page):
    """Return the big figures: hours, people and money of both ways and their difference."""
    every, least = (summary(made[way], full_time_hours_week=page.full_time).iloc[0] for way in WAYS)
    more = least["agent_hours"] - every["agent_hours"]
    share = more / every["agent_hours"] if every["agent_hours"] > 0 else 0.0
    less = [html.figure(_("Agent-hours"), signed(more), change=signed(share, percent, 1))]
    less.append(html.figure(_("Full-time people"), signed(least["fte"] - every["fte"], number, 1)))
    if wage := page.hourly_cost():
        money = (least["paid_hours"] - every["paid_hours"]) * wage
        less.append(html.figure(_("Labour cost"), signed(money, page.money)))
    return (
        _figures_of(_("Every interval to target"), every, page)
        + _figures_of(_("The period's promise at least cost"), least, page)
        + html.heading(_("The difference"), 3)
        + html.figures(less)
    )


def _figures_of(title, sums, page):
    wage = page.hourly_cost()
    told = [
        html.figure(_("Agent-hours"), number(sums["agent_hours"]), help_text=_("Hours on contacts, all queues.")),
        html.figure(_("Full-time people"), number(sums["fte"], 1), help_text=_("Paid hours over full-time hours.")),
    ]
    if wage:
        meaning = _("Paid hours times the loaded cost of an hour, over the whole cycle.")
        told.append(html.figure(_("Labour cost"), page.money(sums["paid_hours"] * wage), help_text=meaning))
    return html.heading(title, 3) + html.figures(told)


def gives(made, stands):
    """Return a table of what customers get: each queue's promises, in the whole cycle and in the worst interval."""
    rows, whole = [], {way: summary(made[way], by=["channel"]).set_index("channel") for way in WAYS}
    for (channel, promise), part in stands["least"].groupby(["channel", "promise"], sort=False):
        if not CHANNELS[channel].live:
            continue
        every = stands["every"][(stands["every"]["channel"] == channel) & (stands["every"]["promise"] == promise)]
        own = {"every": every, "least": part}
        rows.append(
            [
                _(CHANNELS[channel].label),
                _(PROMISES[promise]),
                shown(promise, part["promised"].iloc[0]),
                *(f"{shown(promise, whole[way].loc[channel, promise])}, {missed_said(own[way])}" for way in WAYS),
                shown(promise, worst(made["least"], channel, promise)),
            ]
        )
    heads = [_("Queue"), _("Promise"), (_("Promised"), True), _("Every interval"), _("Cheapest way")]
    return html.table([*heads, (_("Its worst interval"), True)], rows) if rows else ""


def worst(table, channel, promise):
    """Return the worst value of an interval of a queue in which anything is offered."""
    values = table.loc[(table["channel"] == channel) & (table["offered"] > 0), promise]
    return values.min() if promise in ("service_level", "answer_rate") else values.max()


def missed_said(stands):
    """Return in words how many whole periods keep their promise, or how many parts where none is whole."""
    known = judged(stands)["kept"].dropna()
    if known.empty:
        return _("not told")
    missed = int((~known.astype(bool)).sum())
    if len(known) == 1:
        return _("missed") if missed else _("kept")
    if not missed:
        return _("all {n} kept", n=number(len(known)))
    return _("{n} of {of} missed", n=number(missed), of=number(len(known)))


def shown(promise, value):
    """Return a promise's value as its reader writes it."""
    if promise != "asa_s":
        return percent(value, 1)
    return _("without end") if value == np.inf else duration(value)


def stands_said(row):
    """Return one period's standing in words, with by how much it is missed."""
    if pd.isna(row.kept):
        return _("nothing to tell")
    if row.kept:
        return _("{value}, kept", value=shown(row.promise, row.given))
    by = abs(row.given - row.promised)
    far = duration(by) if row.promise == "asa_s" else _("{n} points", n=number(100 * by, 1))
    if by == np.inf:
        return _("the queue grows without end: missed")
    return _("{value}, missed by {far}", value=shown(row.promise, row.given), far=far)


def part_said(span, first, last):
    """Return what a period is that the cycle holds only a part of."""
    days = (last - first).days + 1
    return _(PART_OF_ONE[span]) if days == 1 else _(PART[span], n=number(days))


def periods_view(stands, *, name):
    """Return a table, to be read and downloaded, of every queue's promises in every period.

    stands : what is compared -> table of `kept`; its keys "every" and "least", or "given" alone.
    """
    heads = {"every": _("Every interval"), "least": _("Cheapest way"), "given": _("Given")}
    told = np.any([one["kept"].notna() for one in stands.values()], axis=0)
    stands = {way: one[told] for way, one in stands.items()}
    first = next(iter(stands.values()))
    table = pd.DataFrame(
        {
            "channel": [_(CHANNELS[c].label) for c in first["channel"]],
            "first_day": first["first_day"],
            "last_day": first["last_day"],
            "promise": [_(PROMISES[p]) for p in first["promise"]],
            "promised": [shown(p, v) for p, v in zip(first["promise"], first["promised"], strict=True)],
        }
    )
    columns = [("channel", _("Queue")), ("first_day", _("From")), ("last_day", _("To"))]
    columns += [("promise", _("Promise")), ("promised", _("Promised"))]
    if not first["whole"].all():
        table["part"] = [
            "" if row.whole else part_said(row.period, row.first_day, row.last_day) for row in first.itertuples()
        ]
        columns.append(("part", _("Part of a period")))
    for way, one in stands.items():
        table[way] = [stands_said(row) for row in one.itertuples()]
        columns.append((way, heads[way]))
    return TableView(table, columns, name=name)


# the chart -----------------------------------------------------------------------------------------------------------
def no_ways():
    return pd.DataFrame({"t": [], "every": [], "least": []}, dtype=float)


def no_plan():
    return pd.DataFrame({"t": [], "agents": []}, dtype=float)


def ways_data(every, least):
    """Return the agents of both ways as steps."""
    if every.empty:
        return no_ways()
    both = every.assign(every=every["agents"], least=least["agents"].to_numpy())
    return closed_as_zero(both, {"every": "every", "least": "least"})


def how_to_read():
    marks = _("Thin line: every interval to target. Thick line: the cheapest way. Dashed: the saved plan.")
    return html.paragraph(marks, "ccwb-muted")


def both_chart():
    ways, plan = alt.Chart(alt.NamedData("ways")), alt.Chart(alt.NamedData("plan"))
    y = {name: whole_y(name, _("agents")) for name in ("agents", *WAYS)}
    tip = [time_tip()] + [
        alt.Tooltip(f"{name}:Q", title=said, format=",.0f")
        for name, said in (("every", _("every interval to target")), ("least", _("the cheapest way")))
    ]
    step = {"interpolate": "step-after"}
    return alt.layer(
        plan.mark_line(**PLAN, color="$muted", **step).encode(x=time_x(), y=y["agents"]),
        ways.mark_line(color="$accent", strokeWidth=1.2, **step).encode(x=time_x(), y=y["every"], tooltip=tip),
        ways.mark_line(color="$c2", strokeWidth=3, opacity=0.8, **step).encode(x=time_x(), y=y["least"], tooltip=tip),
    ).properties(height=220)
