"""The projects of the centre: a card each, and the fields of the one that is chosen."""

import copy
import datetime as dt
from dataclasses import replace

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import (
    EARNS,
    KINDS,
    PERIODS,
    WEEKDAYS,
    check_centre,
    check_project,
    go_live,
    holidays_of,
    new_project,
    project_of,
    spans,
)
from ccwb.tables import MOST_HOURLY_COST
from ccwb.ui import html, text
from ccwb.ui.import_hand import free_key
from ccwb.ui.setup_channels import Channels
from ccwb.ui.setup_parts import ask_first, attempt, zone_called
from ccwb.ui.setup_shrinkage import Kinds
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, button

DAYS = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
CONTRACT = ("answer_rate", "period", "short_abandon_s", "counts_short", "counts_blocked", *EARNS)
EARNED = {  # what a contract pays, as its fields are called
    "earns_contact": N_("For each contact handled"),
    "earns_hour": N_("For each hour on contacts that is needed"),
    "earns_month": N_("For each month, whatever comes"),
    "bonus": N_("On top for a month that keeps its target"),
    "malus": N_("Taken off for a month that misses it"),
}


class Projects:
    """Cards to choose from, a way to add one, and the chosen project's fields below."""

    def __init__(self, page):
        self.page, self.shown = page, None
        self.cards, self.detail = html.row(classes="cards"), html.stack()
        self.detail.add_class("ccwb-main")
        self.new = Form(_new_fields(), {"channel": "voice", "kind": "service"}, layout_kind="wide")
        add = button(_("Add the project"), self.add, primary=True, page=page)
        self.adding = html.fold(_("Add a project"), self.new, add)
        self.widget = html.stack(self.cards, self.adding, self.detail)
        self.widget.add_class("ccwb-main")
        if not page.kept.data["projects"]:
            self.adding.opened = True

    @property
    def chosen(self):
        keys = [p["project"] for p in self.page.kept.data["projects"]]
        return self.page.project if self.page.project in keys else (keys[0] if keys else "")

    def show(self):
        """Show the cards, and the chosen project where another one was shown."""
        projects = self.page.kept.data["projects"]
        self.cards.children = tuple(self._card(p) for p in projects)
        if self.chosen != (self.shown and self.shown.key):
            self.shown = Project(self.page, self.chosen) if self.chosen else None
            self.detail.children = (self.shown.widget,) if self.shown else ()
        if self.shown:
            self.shown.show()
        if not self.new.values.get("zone"):
            self.new.values = {**self.new.values, "zone": self.page.kept.data["zone"]}

    def choose(self, key):
        """Show another project's fields; the header follows."""
        self.page.context = replace(self.page.context, project=key)
        self.page.refresh_frame()
        self.show()

    def add(self):
        """Add the project that was described, with office hours and the channel's usual targets."""
        attempt(self.new, "label", self._add)

    def _add(self):
        values, centre = self.new.values, copy.deepcopy(self.page.kept.data)
        label = (values.get("label") or "").strip()
        if not label:
            raise PlanError(N_("A project needs a name, such as 'Customer service'."))
        key = (values.get("key") or "").strip() or free_key(label, {p["project"] for p in centre["projects"]})
        made = new_project(
            key,
            label=label,
            kind=values["kind"],
            zone=zone_called(values.get("zone") or centre["zone"]),
            channels=[values["channel"]],
        )
        centre["projects"].append(made)
        if self.page.keep(check_centre(centre)):
            self.new.values = {"channel": "voice", "kind": "service", "zone": made["zone"], "label": "", "key": ""}
            self.adding.opened = False
            self.choose(key)

    def _card(self, project):
        key = project["project"]
        channels = text.listed(_(CHANNELS[c].label) for c in CHANNELS if c in project["channels"])
        kind = _(KINDS.get(project["kind"], project["kind"]))
        facts = html.paragraph(text.joined((kind, project["client"])), "ccwb-muted")
        facts += html.paragraph(channels or _("no channel yet"))
        here = key == self.chosen
        choose = button(_("Shown below") if here else _("Show"), lambda: self.choose(key), page=self.page)
        choose.disabled = here
        return html.card(html.html(html.heading(project["label"]) + facts), choose)


class Project:
    """The fields of one project, each saved as it is changed."""

    def __init__(self, page, key):
        self.page, self.key = page, key
        self.who = self._form(_who_fields())
        self.hours = self._form(_hours_fields())
        self.promise = self._form(_contract_fields(page.kept.data["currency"]))
        self.ready = self._form([])
        self.open_hours, self.targets = html.html(""), Channels(page, key)
        self.channels = self.targets.grid
        self.kinds = Kinds(page, key)
        alike = button(_("Monday's hours from Tuesday to Friday, too"), self._alike, page=page)
        self.list, self.gone = html.fold(_("Go-live checklist"), self.ready), html.stack()
        self.widget = html.stack(
            html.card(self.who, title=_("The project")),
            html.card(self.hours, html.row(alike, self.open_hours), title=_("Opening hours")),
            html.card(self.targets.widget, title=_("Channels and their targets")),
            html.card(self.promise, title=_("Contract and cost")),
            html.card(self.kinds.widget, title=_("Shrinkage: paid time that is not spent on contacts")),
            html.card(self.list, self.gone),
        )
        self.widget.add_class("ccwb-main")

    @property
    def one(self):
        return project_of(self.page.kept.data, self.key)

    def show(self):
        """Show the project as it is saved; what could not be saved stays as it was typed."""
        one = self.one
        for form in (self.who, self.hours, self.promise):
            wrong = {k: v for k, v in form.values.items() if k in form.errors}
            form.values = {f["key"]: _shown(one, f["key"]) for f in form.fields} | wrong
        self.targets.show()
        week = sum(end - start for day in WEEKDAYS for start, end in spans(one["hours"].get(day, ""))) / 3600
        self.open_hours.value = html.paragraph(
            _("{n} opening hours a week", n=number(week, 1 if week % 1 else 0)), "ccwb-muted"
        )
        self.kinds.show()
        self._show_ready(one)
        self.gone.children = (self._remove(one),)

    # saving ----------------------------------------------------------------------------------------------------------
    def save(self, **fields):
        """Keep changed fields, in display units; PlanError where one of them makes no sense, and nothing is kept."""
        centre = copy.deepcopy(self.page.kept.data)
        one = project_of(centre, self.key)
        for key, value in fields.items():
            _put(one, key, value)
        check_project(one)
        self.page.keep(centre)

    def _form(self, fields):
        changed = self.page.guard(lambda key, value, final: final and self._changed(form, key, value))
        form = Form(fields, {}, on_change=changed, layout_kind="wide")
        return form

    def _changed(self, form, key, value):
        if attempt(form, key, lambda: self.save(**{key: value})) and key == "region" and value:
            days = holidays_of(self.one["region"], [dt.date.today().year])
            form.notes = {"region": _("{n} public holidays this year", n=number(len(days)))}

    def _alike(self):
        monday = self.hours.values["mon"]
        attempt(self.hours, "mon", lambda: self.save(**dict.fromkeys(WEEKDAYS[:5], monday)))

    # the checklist, and taking a project out -------------------------------------------------------------------------
    def _show_ready(self, one):
        rows = go_live(one, agents=self.page.store.read_table("agents"))
        self.ready.fields = [
            {"key": f"go_live.{r.key}", "label": _(r.item), "kind": "check", "help": _found(r)}
            for r in rows.itertuples()
        ]
        self.ready.values = {f"go_live.{r.key}": r.done for r in rows.itertuples()}
        title = _("Go-live checklist: {n} of {of} done", n=number(rows["done"].sum()), of=number(len(rows)))
        self.list.title = title

    def _remove(self, one):
        told = _(
            "{project} goes out of the centre; its history and plans stay in the workbook, and the earlier version of "
            "the centre can be brought back.",
            project=one["label"],
        )
        return ask_first(_("Take this project out"), told, _("Take it out"), self._take_out, page=self.page)

    def _take_out(self):
        centre = copy.deepcopy(self.page.kept.data)
        centre["projects"] = [p for p in centre["projects"] if p["project"] != self.key]
        self.page.keep(centre)


def _found(row):
    """Return what the workbook found itself for a row of the checklist, in words."""
    n = row.values.get("n")
    if row.key == "contract":
        return _(row.found, n=text.say().missing if n is None else percent(n, 0 if round(100 * n, 6) % 1 == 0 else 1))
    return _(row.found, **({} if n is None else {"n": number(n, 0 if n % 1 == 0 else 1)}))


# fields, shown and taken back ----------------------------------------------------------------------------------------
def _new_fields():
    kinds = [{"value": k, "label": _(label)} for k, label in KINDS.items()]
    channels = [{"value": c, "label": _(x.label)} for c, x in CHANNELS.items()]
    return [
        {"key": "label", "label": _("Name"), "kind": "text", "help": _("Such as Customer service.")},
        {
            "key": "key",
            "label": _("Short key"),
            "kind": "text",
            "help": _("For tables and files; empty: from the name."),
        },
        {"key": "kind", "label": _("Kind"), "kind": "select", "options": kinds},
        {"key": "channel", "label": _("First channel"), "kind": "select", "options": channels},
        {"key": "zone", "label": _("Time zone"), "kind": "text", "help": _("Such as Europe/Berlin, or just the city.")},
    ]


def _who_fields():
    kinds = [{"value": k, "label": _(label)} for k, label in KINDS.items()]
    region = _("For public holidays: a country, or its part, such as DE, DE-BE or US-CA. Empty: none.")
    return [
        {"key": "label", "label": _("Name"), "kind": "text"},
        {"key": "kind", "label": _("Kind"), "kind": "select", "options": kinds},
        {"key": "client", "label": _("Client"), "kind": "text"},
        {"key": "supervisor", "label": _("Supervisor"), "kind": "text"},
        {"key": "start", "label": _("First day"), "kind": "date"},
        {"key": "zone", "label": _("Time zone"), "kind": "text", "help": _("Such as Europe/Berlin, or just the city.")},
        {"key": "region", "label": _("Region"), "kind": "text", "help": region},
    ]


def _hours_fields():
    days = [{"key": d, "label": _(label), "kind": "text"} for d, label in DAYS.items()]
    days[0]["help"] = _("As 08:00-20:00, or 08:00-12:00, 13:00-18:00; empty is closed.")
    return [*days, {"key": "closed_on_holidays", "label": _("Closed on public holidays"), "kind": "check"}]


def _contract_fields(currency):
    periods = [{"value": p, "label": _(label)} for p, label in PERIODS.items()]
    return [
        {"key": "answer_rate", "label": _("Promised: answered of offered"), "kind": "number", "unit": "%"}
        | {"help": _("Empty: the contract promises none.")},
        {"key": "period", "label": _("Counted over a"), "kind": "select", "options": periods},
        {"key": "short_abandon_s", "label": _("Short abandon: within"), "kind": "number", "unit": _("s")},
        {"key": "counts_short", "label": _("Short abandons count as offered"), "kind": "check"},
        {"key": "counts_blocked", "label": _("Blocked attempts count as offered"), "kind": "check"},
        {"key": "hourly_cost", "label": _("Cost of a paid hour"), "kind": "number", "digits": 2, "unit": currency}
        | {"help": _("Loaded: wages, taxes, benefits. Empty: the mean of the project's agents.")},
        *_earned_fields(),
    ]


def _earned_fields():
    """Return the fields of what the contract pays, a group of their own."""
    fields = [{"key": key, "label": _(label), "kind": "number", "digits": 2} for key, label in EARNED.items()]
    said = _("In the centre's currency. Empty: the project does not earn so. The budget on the staffing page uses it.")
    return [fields[0] | {"group": _("What the contract pays"), "help": said}, *fields[1:]]


def _shown(project, key):
    """Return a field of a project in display units."""
    if key in WEEKDAYS:
        return project["hours"].get(key, "")
    if key in CONTRACT:
        value = project["contract"].get(key)
        return 100 * value if key == "answer_rate" and value is not None else value
    return project.get(key)


def _put(project, key, value):
    """Set a field of a project from display units; PlanError where it makes no sense."""
    if key in WEEKDAYS:
        project["hours"][key] = (value or "").strip()
    elif key in CONTRACT:
        project["contract"][key] = _contract_value(key, value)
    elif key.startswith("go_live."):
        project["go_live"] = project.get("go_live", {}) | {key.removeprefix("go_live."): bool(value)}
    elif key == "hourly_cost":
        if value is not None and not 0 < value <= MOST_HOURLY_COST:
            raise PlanError(
                N_("A paid hour costs more than 0 and at most {most}. Empty: the mean cost of the project's agents."),
                most=number(MOST_HOURLY_COST),
            )
        project[key] = value
    elif key == "zone":
        project[key] = zone_called(value or "")
    elif key == "label" and not (value or "").strip():
        raise PlanError(N_("A project needs a name, such as 'Customer service'."))
    else:
        project[key] = value.strip() if isinstance(value, str) else "" if value is None else value


def _contract_value(key, value):
    if key == "answer_rate" and value is not None:
        if not 0 < value < 100:
            raise PlanError(N_("A promise is above 0 and below 100 % of the offered contacts. Empty: there is none."))
        return value / 100
    if key == "short_abandon_s" and (value is None or value < 0):
        raise PlanError(N_("A short abandon is 0 or more seconds. Write 0 where all abandons count alike."))
    return value
