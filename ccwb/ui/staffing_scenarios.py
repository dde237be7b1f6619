"""Named scenarios: the sliders as they stood, with their figures, side by side with the saved plan."""

import datetime as dt

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing import summary
from ccwb.ui import html, text
from ccwb.ui.part import Part
from ccwb.ui.staffing_figures import points
from ccwb.ui.staffing_parts import copied
from ccwb.ui.text import _, duration, number, percent, signed
from ccwb.ui.widgets import Form, TableView, button

LONGEST = 60  # letters of a name
# of the whole project
PEOPLE = {
    "agents_peak": (N_("Agents at peak"), number),
    "fte": (N_("Full-time people"), lambda value: number(value, 1)),
    "agent_hours": (N_("Agent-hours"), number),
    "paid_hours": (N_("Paid hours"), number),
}


def _share(share):
    return percent(share, 1)


def _points(share):
    return points(share, 1)


# of each queue in which customers wait
SERVICE = {
    "service_level": (N_("Service level"), _share),
    "asa_s": (N_("Mean wait (ASA)"), duration),
    "abandonment": (N_("Abandonment"), _share),
    "answer_rate": (N_("Answer rate"), _share),
    "occupancy": (N_("Occupancy"), _share),
    "blocked": (N_("Blocked"), _share),
}


class Scenarios(Part):
    """What is in sight saved by a name, compared with the plan, put back on the sliders, made the plan for a reason."""

    title = N_("Scenarios: keep what is in sight, compare, choose")

    def widget(self):
        """Return the name to save by, the scenarios as cards, all figures side by side."""
        fields = [
            {"key": "name", "label": _("Name of what is in sight"), "kind": "text", "wide": True}
            | {"placeholder": _("such as: campaign in December")},
            {"key": "why", "label": _("Why it becomes the plan"), "kind": "text", "wide": True}
            | {"help": _("Needed to promote a scenario; it is kept with the name of who did it, and when.")},
        ]
        self.form = Form(fields, on_change=lambda *_args: None, layout_kind="wide")
        self.out = html.stack()
        save = button(_("Save what is in sight as a scenario"), self.save, primary=True, page=self.page)
        self.show()
        return html.stack(self.form, html.row(save), self.out)

    def moved(self):
        """Show what there is now, as others may have added to it."""
        self.show()

    @property
    def known(self):
        """The scenarios, oldest first."""
        return self.page.kept.data.get("scenarios", [])

    # what can be done ------------------------------------------------------------------------------------------------
    def save(self):
        """Save the sliders as they stand, with their figures over the whole cycle."""
        page, name = self.page, (self.form.values.get("name") or "").strip()
        page.stop_at_refused()
        check_name(name, self.known)
        one = {"name": name, "settings": copied(page.settings), "figures": self._figures(page.need())}
        one |= self._signed()

        def added(data):
            check_name(name, data.get("scenarios", []))  # somebody may have taken the name meanwhile
            return {"scenarios": [*data.get("scenarios", []), one]}

        page.kept.change_common(added)
        self.form.values = {**self.form.values, "name": ""}
        page.refresh_frame()
        self.show()
        page.say(_("Saved as the scenario '{name}'.", name=name), "good")

    def look(self, one):
        """Put a scenario's settings on the sliders."""
        self.page.put(one["settings"])
        self.page.say(_("The sliders now stand as in '{name}'.", name=one["name"]), "info")

    def promote(self, one):
        """Make a scenario the plan, with the reason typed."""
        page, why = self.page, (self.form.values.get("why") or "").strip()
        if not why:
            raise PlanError(
                N_("Write in 'Why it becomes the plan' what speaks for '{name}', then press again."), name=one["name"]
            )
        page.put(one["settings"])
        page.keep(promoted={"name": one["name"], "why": why} | self._signed())

    def remove(self, one):
        """Take a scenario away; the plan and the sliders stay as they are."""
        page = self.page
        page.kept.change_common(
            lambda data: {"scenarios": [s for s in data.get("scenarios", []) if s["name"] != one["name"]]}
        )
        page.refresh_frame()
        self.show()
        page.say(_("The scenario '{name}' is removed.", name=one["name"]), "info")

    def _signed(self):
        return {"by": self.page.person, "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the scenarios as cards, their figures beside the plan's, and what was promoted."""
        if not self.known:
            said = _("Nothing is saved yet. Move the sliders, type a name and save: figures and settings are kept.")
            self.out.children = (html.html(html.paragraph(said, "ccwb-muted")), *self._promoted())
            return
        plan = self._figures(self.page.plan) if len(self.page.plan) else None
        cards = [self._card(one, plan) for one in self.known]
        self.out.children = (
            html.row(*cards, classes="cards"),
            html.fold(_("All figures side by side"), lambda: self._table(plan)),
            *self._promoted(),
        )

    def _card(self, one, plan):
        told = [
            html.figure(_(PEOPLE[key][0]), PEOPLE[key][1](one["figures"][key]), change=self._against(one, plan, key))
            for key in ("agents_peak", "fte", "agent_hours")
        ]
        if one["figures"].get("cost") is not None:
            money = self.page.money(one["figures"]["cost"])
            told.append(html.figure(_("Labour cost"), money, change=self._against(one, plan, "cost")))
        who = _("{who}, {when}", who=one["by"], when=text.when(dt.datetime.fromisoformat(one["at"])))
        doing = [(_("Look at it"), self.look), (_("Promote to the plan"), self.promote), (_("Remove"), self.remove)]
        buttons = [button(label, lambda do=do: do(one), page=self.page) for label, do in doing]
        head = html.heading(one["name"], 3) + html.paragraph(who, "ccwb-muted") + html.figures(told)
        return html.card(html.html(head), html.row(*buttons))

    def _against(self, one, plan, key):
        if plan is None or plan.get(key) is None:
            return ""
        show = self.page.money if key == "cost" else PEOPLE[key][1]
        return _("{n} against the plan", n=signed(one["figures"][key] - plan[key], show))

    def _table(self, plan):
        """Return every figure of the plan and of every scenario, differences signed, and the numbers to download."""
        columns = ([(_("Saved plan"), plan)] if plan else []) + [(one["name"], one["figures"]) for one in self.known]
        rows, numbers = [], []
        for label, key, show in self._measures([figures for _name, figures in columns]):
            values = [value_of(figures, key) for _name, figures in columns]
            first = values[0] if plan else None
            rows.append([label, *(cell(value, first, show, n > 0 and plan) for n, value in enumerate(values))])
            numbers.append([label, *values])
        heads = [_("Figure"), *((name, True) for name, _figures in columns)]
        frame = pd.DataFrame(numbers, columns=["", *(name for name, _figures in columns)])
        download = html.fold(_("The numbers, to download"), lambda: TableView(frame, name="scenarios"))
        return html.stack(html.html(html.table(heads, rows)), download)

    def _measures(self, columns):
        """Return (label, key, how it is shown) of every figure that one of them has."""
        out = [(_(label), key, show) for key, (label, show) in PEOPLE.items()]
        if any(figures.get("cost") is not None for figures in columns):
            out.append((_("Labour cost"), "cost", self.page.money))
        for channel in self.page.channels:
            if any(channel in figures["queues"] for figures in columns):
                queue = _(CHANNELS[channel].label)
                told = [key for key in SERVICE if key != "blocked" or _bounded(columns, channel)]
                out += [(f"{queue}: {_(SERVICE[key][0])}", (channel, key), SERVICE[key][1]) for key in told]
        return out

    def _promoted(self):
        """Return what was made the plan, by whom, when and why."""
        told = [
            _(
                "{who}, {when}: '{name}' became the plan. {why}",
                who=one["by"],
                when=text.when(dt.datetime.fromisoformat(one["at"])),
                name=one["name"],
                why=one["why"],
            )
            for one in reversed(self.page.kept.data.get("promoted", []))
        ]
        return (html.html(html.heading(_("Made the plan"), 3) + html.bullets(told)),) if told else ()

    def _figures(self, table):
        """Return the figures of a requirement of the whole cycle, as a document holds them."""
        whole = summary(table, full_time_hours_week=self.page.full_time).iloc[0]
        wage = self.page.hourly_cost()
        out = {key: plain(whole[key]) for key in PEOPLE} | {"cost": plain(wage * whole["paid_hours"]) if wage else None}
        queues = summary(table, by=["channel"]).set_index("channel")
        live = [channel for channel in queues.index if CHANNELS[channel].live]
        return out | {"queues": {c: {key: plain(queues.loc[c, key]) for key in SERVICE} for c in live}}


def _bounded(columns, channel):
    """Return whether one of the figures is of a queue with bounded lines."""
    return any(value_of(figures, (channel, "blocked")) is not None for figures in columns)


def check_name(name, known):
    """Raise a PlanError for a name that is empty, too long or taken."""
    if not name:
        raise PlanError(N_("Type a name for what is in sight, such as 'campaign in December', then press again."))
    if len(name) > LONGEST:
        raise PlanError(N_("A name has up to {most} letters; this one has {found}."), most=LONGEST, found=len(name))
    if name.casefold() in {one["name"].casefold() for one in known}:
        raise PlanError(
            N_("There is a scenario '{name}' already. Type another name, or remove that one first."), name=name
        )


def plain(value):
    """Return a number as a document can hold it, None where it is missing or endless."""
    return float(value) if np.isfinite(value) else None


def value_of(figures, key):
    """Return a figure of the project, or one of a queue by (channel, figure); None where there is none."""
    return figures["queues"].get(key[0], {}).get(key[1]) if isinstance(key, tuple) else figures.get(key)


def cell(value, plan, show, compared):
    """Return a value as text, its difference to the plan's behind it.

    >>> cell(12.0, 10.0, number, True), cell(12.0, None, number, True), cell(10.0, 10.0, number, False)
    ('12 (+2)', '12', '10')
    """
    shown = text.say().missing if value is None else show(value)
    if not compared or value is None or plan is None:
        return shown
    return f"{shown} ({signed(value - plan, _points if show is _share else show)})"
