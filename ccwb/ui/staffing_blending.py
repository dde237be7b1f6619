"""A fold of the staffing page: quiet minutes of voice and chat, filled with work that may wait."""

import altair as alt
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.messages import N_
from ccwb.staffing import idle_use, requirement
from ccwb.ui import html, refusals, text
from ccwb.ui.charts import BAND, Chart, closed_as_zero, time_tip, time_x
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import Form, TableView

SERIES = ("idle", "helped", "own")


class Blending(Part):
    """How much of the live agents' idle time goes to deferred work, and what that saves over the cycle."""

    title = N_("Fill quiet minutes with work that may wait")
    _alone = None

    def widget(self):
        live = [CHANNELS[c].live for c in self.page.channels]
        if all(live) or not any(live):
            said = _("It takes both: channels where customers wait (voice, chat), and work that may wait (email).")
            return html.html(html.paragraph(said))
        self.share = self._kept()
        self.form = Form([self._field()], self._shown(), on_change=self.page.guard(self._slid))
        self.said = html.html("")
        self.queues = TableView(pd.DataFrame(), name=f"idle_time_{self.page.project}")
        none = pd.DataFrame({"t": [], **{name: [] for name in SERIES}}, dtype=float)
        heads = {"idle": _("Idle agents"), "helped": _("Idle agents used"), "own": _("Agents of its own")}
        self.day = Chart(_chart(), {"use": none}, table=lambda: self.use, columns=heads, name="idle_time")
        self._recompute()
        return html.stack(self.form, self.said, self.queues, self.day)

    def moved(self):
        if hasattr(self, "form"):
            self.share = self._kept()
            self.form.values = self._shown()
            self._recompute()

    # the slider ------------------------------------------------------------------------------------------------------
    def _kept(self):
        return self.page.settings[self.page.channels[0]]["blend"]

    def _field(self):
        usual = next(iter(self.page.usual.values()))["blend"]
        return {
            "key": "blend",
            "label": _("Idle time that is used"),
            "kind": "slider",
            "unit": "%",
            "min": 0,
            "max": 100,
            "step": 5,
            "default": round(100 * usual),
            "help": _("Of the time in which voice and chat agents have nothing to do below their occupancy cap."),
        }

    def _shown(self):
        return {"blend": round(100 * self.share, 1)}

    def _slid(self, key, value, final):
        value = self.form.fields[0]["default"] if value is None else value
        self.form.values = {key: value}
        wrong = refusals.out_of_range(self.form.fields[0], value)
        self.form.errors = {key: wrong} if wrong else {}
        if wrong:
            return
        self.share = value / 100
        if final:  # for all queues of the project, and so for what becomes the plan
            self.page.put({channel: {"blend": self.share} for channel in self.page.channels})
        else:
            self._recompute()

    # with and without ------------------------------------------------------------------------------------------------
    def _recompute(self):
        alone, used, targets = self._both()
        sides = (_hours(alone).add_suffix("_without"), _hours(used).add_suffix("_with"))
        sums = pd.concat(sides, axis=1).reset_index()
        order = {channel: place for place, channel in enumerate(CHANNELS)}
        self.sums = sums.sort_values("channel", key=lambda names: names.map(order)).reset_index(drop=True)
        self.said.value = self._told()
        self.queues.show(self.sums.assign(channel=[_(CHANNELS[c].label) for c in self.sums["channel"]]), _columns())
        self._show_day(used, targets)

    def _both(self):
        """Return the cycle's requirement without and with the idle time used, and the targets of the latter."""
        page = self.page
        others = {c: {k: v for k, v in page.settings[c].items() if k != "blend"} for c in page.channels}
        targets = page.targets()
        if self._alone is None or self._alone[0] != others:
            without = {queue: one | {"blend": 0.0} for queue, one in targets.items()}
            self._alone = (others, requirement(page.scaled(), targets=without))
        alone = self._alone[1]
        targets = {queue: one | {"blend": self.share} for queue, one in targets.items()}
        live = _live(alone)
        waiting = requirement(alone[~live], targets=targets, live=alone[live])
        return alone, pd.concat([alone[live], waiting], ignore_index=True), targets

    def _told(self):
        page, sums = self.page, self.sums
        whole = {name: sums[name].sum() for name in sums if name != "channel"}
        saved = whole["paid_hours_without"] - whole["paid_hours_with"]
        made = [
            html.figure(
                _("Agent-hours on work that may wait"),
                number(whole["agent_hours_with"]),
                change=_("{n} without", n=number(whole["agent_hours_without"])),
                help_text=_("Over the cycle: of people who do nothing else. The rest is done in idle time."),
            ),
            html.figure(
                _("Paid hours of the cycle"),
                signed(-saved, number),
                help_text=_("Against nobody using idle time, shrinkage included."),
            ),
        ]
        if page.hourly_cost():
            money = signed(-saved * page.hourly_cost(), page.money)
            meaning = _("Paid hours times the loaded cost of an hour, over the cycle.")
            made.append(html.figure(_("Labour cost of the cycle"), money, help_text=meaning))
        counted_on = _(
            "It counts on people trained for both, and on work that can be put down when a call or chat comes."
        )
        return html.figures(made) + html.paragraph(self._sentence(sums)) + html.paragraph(counted_on, "ccwb-muted")

    def _sentence(self, sums):
        if not self.share:
            return _(
                "No idle time is used. Move the slider: people on voice and chat fill quiet minutes with this work."
            )
        parts = [
            _(
                "{queue}: {n} in place of {before} agent-hours",
                queue=_(CHANNELS[row.channel].label),
                n=number(row.agent_hours_with),
                before=number(row.agent_hours_without),
            )
            for row in sums.itertuples()
        ]
        return _(
            "With {share} of the idle time used, {queues} over the cycle.",
            share=percent(self.share),
            queues=text.listed(parts, ";"),
        )

    # one day ---------------------------------------------------------------------------------------------------------
    def _show_day(self, used, targets):
        day = self.page.in_sight if self.page.in_sight is not None else self._first_day()
        rows = used[used["interval_start"].dt.tz_localize(None).dt.normalize() == day]
        everything = idle_use(used, targets=targets) if len(rows) else pd.DataFrame()
        if len(everything):
            at = everything["interval_start"].dt.tz_localize(None).dt.normalize() == day
            everything = everything[at].sort_values("interval_start").reset_index(drop=True)
        self.use = everything
        shown = closed_as_zero(everything, {name: name for name in SERIES}) if len(everything) else None
        title = _title(everything, day) if len(everything) else _("Nothing is open on this day")
        empty = pd.DataFrame({"t": [], **{name: [] for name in SERIES}}, dtype=float)
        self.day.update({"use": shown if shown is not None else empty}, title=title)

    def _first_day(self):
        start = self.page.forecast["interval_start"].dt.tz_localize(None).dt.normalize()
        return start[start >= self.page.monday].min()


def _hours(table):
    """Return agent-hours and paid hours of each deferred queue of a requirement."""
    rows = table[~_live(table)]
    hours = rows["interval_s"] / 3600
    parts = {"agent_hours": rows["agents"] * hours, "paid_hours": rows["paid"] * hours}
    return pd.DataFrame(parts).groupby(rows["channel"]).sum()


def _live(table):
    return table["channel"].isin([name for name, one in CHANNELS.items() if one.live])


def _columns():
    return [
        ("channel", _("Queue")),
        ("agent_hours_without", _("Agent-hours without"), number),
        ("agent_hours_with", _("Agent-hours with idle time used"), number),
        ("paid_hours_without", _("Paid hours without"), number),
        ("paid_hours_with", _("Paid hours with"), number),
    ]


def _title(use, day):
    hours = use["interval_s"] / 3600
    idle, helped, own = (float(use[name] @ hours) for name in SERIES)
    return _(
        "{day}: {helped} of {idle} idle hours go to work that may wait, {own} hours are left for people of its own",
        day=text.date(day, "full"),
        helped=number(helped, 1),
        idle=number(idle, 1),
        own=number(own, 1),
    )


def _chart():
    """Return the chart of a day: idle live agents as a band, what they do of it filled, agents of its own dashed."""
    use = alt.Chart(alt.NamedData("use"))
    names = {"idle": _("idle in voice and chat"), "helped": _("work done in it"), "own": _("people of its own")}
    tip = [time_tip(), *(alt.Tooltip(f"{name}:Q", title=names[name], format=",.1f") for name in SERIES)]
    scale = alt.Scale(domain=list(names.values()), range=["$muted", "$good", "$accent"])
    legend = alt.Legend(title=None, orient="top", columns=1, symbolType="square")

    def drawn(name):
        y = alt.Y(f"{name}:Q", title=_("agents"))
        return {"x": time_x(), "y": y, "color": alt.datum(names[name], scale=scale, legend=legend)}

    return alt.layer(
        use.mark_area(opacity=BAND["opacity"], interpolate="step-after").encode(**drawn("idle")),
        use.mark_area(opacity=0.6, interpolate="step-after").encode(**drawn("helped")),
        use.mark_line(strokeWidth=2, interpolate="step-after").encode(**drawn("own"), tooltip=tip),
    ).properties(height=220)
