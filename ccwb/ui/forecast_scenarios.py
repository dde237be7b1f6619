"""A low, an expected and a high future beside each other, with and without a campaign; one of them is published."""

import datetime as dt

import pandas as pd

from ccwb import forecast as fc
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, text
from ccwb.ui.forecast_work import Making
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import Form, TableView, button

ENDS = {"low": N_("Low"), "expected": N_("Expected"), "high": N_("High")}
WHY = N_("Write in 'Why this one' what speaks for it, then press again: the evaluation will ask.")
NO_EVENT = N_("Choose the event to leave out first.")


class Scenarios(Part):
    """The scenarios of the project side by side; the chosen one is what is adjusted and published."""

    title = N_("Scenarios: what if it comes lower or higher, or without the campaign?")
    without = None  # (names left out, the models' forecast without them), once it was asked for

    def widget(self):
        """Return what can be chosen, the figures side by side, and what stands chosen."""
        page = self.page
        ahead = events_ahead(page)
        fields = [{"key": "why", "label": _("Why this one"), "kind": "text", "wide": True}]
        if ahead:
            options = [{"value": name, "label": name} for name in ahead]
            one = {"key": "event", "label": _("Event to leave out"), "kind": "select", "options": options}
            fields.append(one | {"default": ahead[0]})
        self.form = Form(fields, on_change=lambda *_args: None, layout_kind="wide")
        compare = button(_("Make it without this event"), self.leave_out, page=page)
        self.out = html.stack(classes="ccwb-folds")
        self.moved()
        return html.stack(self.out, self.form, html.row(*([compare] if ahead else [])), classes="ccwb-folds")

    def moved(self):
        """Show the figures of what is in sight now."""
        page = self.page
        if page.drafted.empty:
            said = _("Scenarios are made from the forecast: make it first.")
            self.out.children = (html.html(html.paragraph(said, "ccwb-muted")),)
            return
        self.known = self._known()
        chosen = page.settings["scenario"]
        at = chosen.get("at", "expected")
        lead = _(
            "The project's total lies between low and high eight times in ten. Days do not all go low together: a low "
            "month is not made of low days. Contacts are with the adjustments."
        )
        numbers = pd.DataFrame(self.known).drop(columns="key")
        numbers["busiest_day"] = pd.to_datetime(numbers["busiest_day"])
        buttons = [
            button(_("Take '{name}'", name=one["scenario"]), lambda key=one["key"]: self.choose(key), page=page)
            for one in self.known
            if one["key"] != at
        ]
        self.out.children = (
            html.html(html.paragraph(lead) + side_by_side(self.known, at) + html.paragraph(chosen_said(page))),
            html.row(*buttons),
            html.fold(_("The numbers, to download"), lambda: TableView(numbers, name="scenarios")),
        )

    def _known(self):
        page, settings = self.page, self.page.settings
        usable = [one for one in settings["adjustments"] if one["id"] not in page.refused]
        tables = {at: fc.scenario(page.drafted, at=at) for at in ENDS}
        labels = {at: _(label) for at, label in ENDS.items()}
        if self.without:
            tables["without"] = self.without[1]
            labels["without"] = _("Expected, without {event}", event=text.listed(self.without[0]))
        return [figures(key, labels[key], fc.adjusted(table, usable)) for key, table in tables.items()]

    def leave_out(self):
        """Make the forecast again as if one event ahead were not to come, beside the present one."""
        page, name = self.page, self.form.values.get("event")
        if not name:
            raise PlanError(NO_EVENT)
        model = page.kept.data.get("draft", {}).get("model", page.model)
        making = Making(page, projects=[page.project], model=model)

        def show(table):
            self.without = ([name], table)
            self.moved()

        page.work(lambda progress: making.without([name], progress), show, what=_("Forecasting without the event"))

    def choose(self, key):
        """Take a scenario: it is in sight then, and published by the next 'Publish for staffing'."""
        page, why = self.page, (self.form.values.get("why") or "").strip()
        if key != "expected" and not why:
            raise PlanError(WHY)
        at = "expected" if key == "without" else key
        chosen = {"at": at, "why": why, "by": page.person, "when": dt.datetime.now(dt.UTC).isoformat()}
        if key == "without":
            names, table = self.without
            page.take_draft(table, without=names, why=why)
            return
        page.set(scenario=chosen if key != "expected" else dict(publishing.SCENARIO))
        page.say(_("In sight is now '{name}'. Publish it, and staffing works with it.", name=_(ENDS[key])), "info")


def events_ahead(page):
    """Return the names of the events of the project that fall into the cycle, closures apart."""
    events = page.store.read_table("events")
    if events.empty:
        return []
    first, last = (pd.Timestamp(day) for day in (page.context.cycle.first_day, page.context.cycle.last_day))
    mine = events["project"].fillna("").isin(["", page.project]) & (events["kind"] != "closure")
    inside = (events["last_day"] >= first) & (events["first_day"] <= last)
    return list(dict.fromkeys(events.loc[mine & inside, "name"]))


def figures(key, label, table):
    """Return a scenario's contacts, its busiest day and what comes then, and hours of work where those are known."""
    days = table.groupby(table["interval_start"].dt.date)["offered"].sum()
    work = (table["offered"] * table["aht_s"]).sum() / 3600 if "aht_s" in table else float("nan")
    row = {"key": key, "scenario": label, "contacts": float(days.sum()), "busiest_day": str(days.idxmax())}
    return row | {"contacts_busiest_day": float(days.max()), "work_hours": float(work)}


def side_by_side(known, at):
    """Return the scenarios as a table, each against the expected one."""
    middle = next(one for one in known if one["key"] == "expected")
    lines = []
    for one in known:
        more = one["contacts"] / middle["contacts"] - 1 if middle["contacts"] else 0
        tag = " " + html.tag(_("in sight"), "good") if one["key"] == at else ""
        lines.append(
            [
                html.raw(html.escape(one["scenario"]) + tag),
                f"{number(one['contacts'])} ({signed(more, percent)})",
                text.date(dt.date.fromisoformat(one["busiest_day"])),
                number(one["contacts_busiest_day"]),
                number(one["work_hours"]) if one["work_hours"] == one["work_hours"] else text.say().missing,
            ]
        )
    heads = [_("Scenario"), (_("Contacts in the cycle"), True), _("Busiest day"), (_("Contacts on it"), True)]
    return html.table([*heads, (_("Hours of work"), True)], lines)


def chosen_said(page):
    """Return which scenario stands chosen, by whom and why."""
    chosen, draft = page.settings["scenario"], page.kept.data.get("draft", {})
    said = []
    if draft.get("without"):
        names = text.listed(draft["without"])
        said.append(_("The models' forecast in sight was made without {names}: {why}", names=names, why=draft["why"]))
    if chosen.get("at", "expected") != "expected":
        when = text.when(dt.datetime.fromisoformat(chosen["when"]))
        said.append(_("Chosen by {who}, {when}: {why}", who=chosen["by"], when=when, why=chosen["why"]))
    return " ".join(said)
