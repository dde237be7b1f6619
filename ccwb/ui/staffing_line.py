"""A fold of the staffing page: the line that one interval leaves to the next, and staffing for it."""

import altair as alt
import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.staffing import given_agents, summary
from ccwb.ui import html
from ccwb.ui.charts import Chart, by_clock, share_axis, time_tip, time_x, wall
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form

FELT = 0.005  # half a point of service level
WHOLE = 1e-9  # of an agent: no more than sums miss by


class Line(Part):
    """The queue and week in sight, interval by interval beside what the line carried over makes of the same agents."""

    title = N_("Does a line carry over from one interval to the next?")

    def widget(self):
        field = {"key": "carry_over", "label": _("Staff for the line that is carried over"), "kind": "check"}
        field["help"] = _("More agents where an interval misses for the line before it; moves of a slider take longer.")
        self.form = Form([field], {}, on_change=self.page.guard(self._changed))
        self.said = html.html("")
        self.chart = Chart(_chart(), {"levels": _none()}, table=lambda: self.table, name="line_carried_over")
        self.picture = html.stack(self.chart)
        self.moved()
        return html.stack(self.form, self.said, self.picture)

    def moved(self):
        page = self.page
        self.form.values = {"carry_over": bool(page.settings[page.channel].get("carry_over"))}
        self.table = _none()
        live = CHANNELS[page.channel].live
        html.show(self.picture, live)
        if not live:
            self.said.value = html.paragraph(_("Work that may wait is planned with its backlog carried over anyway."))
            return
        own = page.made[page.made["channel"] == page.channel]
        if own.empty or not own["offered"].sum():
            html.show(self.picture, False)
            self.said.value = html.paragraph(_("Nothing is offered to this queue in the week in sight."))
            return
        html.show(self.picture, not (now := page.settings[page.channel])["lines"] and not now["redial"])
        if now["lines"] or now["redial"]:
            self.said.value = html.paragraph(
                _(
                    "With bounded lines or contacts that call again every interval is told by itself: no model here "
                    "carries their line over. 'Check by simulation' plays it."
                )
            )
            return
        self._show(own)

    def _show(self, own):
        page = self.page
        plain = given_agents(own, targets=page.targets(), agents="agents", carry_over=False)
        line = given_agents(own, targets=page.targets(), agents="agents", carry_over="always")
        levels = [summary(table)["service_level"].iloc[0] for table in (plain, line)]
        worse = int((line["service_level"] < plain["service_level"] - FELT).sum())
        misled = given_agents(own, targets=page.targets(), agents="agents", carry_over=True)["model"] != plain["model"]
        parted = (own["agents"] - own["agents"].round()).abs().max() > WHOLE and abs(levels[1] - levels[0]) > FELT
        self.said.value = html.figures(_figures(levels, worse, len(own), parted)) + html.paragraph(
            _told(int(misled.sum()), len(own), parted)
        )
        day = page.in_sight
        start = own["interval_start"].dt.tz_localize(None).dt.normalize()
        seen = np.ones(len(own), dtype=bool) if day is None else (start == day).to_numpy()
        self.table = pd.DataFrame(
            {
                "interval_start": own["interval_start"].array[seen],
                "agents": own["agents"].array[seen],
                "plain": plain["service_level"].array[seen],
                "carried": line["service_level"].array[seen],
            }
        )
        data = self.table.rename(columns={"interval_start": "t"})
        self.chart.update({"levels": by_clock(data.assign(t=wall(data["t"])))}, title=_title(self.table))

    def _changed(self, key, value, _final):
        self.page.put({channel: {key: bool(value)} for channel in self.page.channels})


def _none():
    return pd.DataFrame({"t": [], "agents": [], "plain": [], "carried": []}, dtype=float)


def _figures(levels, worse, of, parted):
    plain, carried = levels
    return [
        html.figure(
            _("Each interval by itself"), percent(plain, 1), help_text=_("Service level of the week, as Erlang.")
        ),
        html.figure(
            _("With the line carried over"),
            percent(carried, 1),
            state="near" if carried < plain - FELT else "none" if parted else "good",
            help_text=_("Service level of the week from a Markov chain through each day, the line kept."),
        ),
        html.figure(
            _("Intervals that are worse"),
            _("{n} of {of}", n=number(worse), of=number(of)),
            help_text=_("By more than half a point of service level."),
        ),
    ]


def _told(misled, of, parted):
    if not misled and parted:
        return _(
            "Some agents are there for a part of an interval only (7.7: 7, then 8 for 70 % of it). The formula takes "
            "each number as if it had always been there; in the chain the line does not settle so fast. That is the "
            "gap here; whole agents would not be misled on any day of this week, so nothing is added for the line."
        )
    if not misled:
        return _(
            "On no day of this week does the plain formula mislead about more than a few contacts, so nothing is added "
            "for the line."
        )
    return _(
        "Demand or staff change so fast that the plain formula misleads on some days: {n} of {of} intervals lie on "
        "them. What given people give is told for these days with the line carried over.",
        n=number(misled),
        of=number(of),
    )


def _title(table):
    gap = (table["carried"] - table["plain"]).to_numpy()
    if not len(gap) or not (np.nanmin(gap, initial=0) < -FELT):
        return _("No interval is worse for the line before it")
    at = int(np.nanargmin(gap))
    return _(
        "{time}: {plain} by itself, {carried} with the line carried over",
        time=f"{table['interval_start'].iloc[at]:%H:%M}",
        plain=percent(table["plain"].iloc[at]),
        carried=percent(table["carried"].iloc[at]),
    )


def _chart():
    base = alt.Chart(alt.NamedData("levels")).encode(x=time_x())
    tip = [
        time_tip(),
        alt.Tooltip("plain:Q", title=_("by itself"), format=".1%"),
        alt.Tooltip("carried:Q", title=_("line carried over"), format=".1%"),
        alt.Tooltip("agents:Q", title=_("agents"), format=",.0f"),
    ]

    def level(name):
        scale = alt.Scale(domainMax=1, zero=False)
        return alt.Y(f"{name}:Q", title=_("service level"), axis=share_axis(), scale=scale)

    return alt.layer(
        base.mark_line(color="$muted", strokeDash=[2, 3]).encode(y=level("plain"), tooltip=tip),
        base.mark_line(color="$accent", point={"color": "$accent", "size": 16}).encode(y=level("carried"), tooltip=tip),
    ).properties(height=180)
