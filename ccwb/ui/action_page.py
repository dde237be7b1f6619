"""Stage 5: what is happening now, what can we do, and what did we do instead of the plan, and why."""

import datetime as dt

import pandas as pd

from ccwb import actions, cycle
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import html, text
from ccwb.ui.action_now import Now
from ccwb.ui.action_parts import Scenarios, blank_scenarios, day_chart, entry_text, item_names, log_columns
from ccwb.ui.action_trial import Trial
from ccwb.ui.approval import approval
from ccwb.ui.guidance import beside
from ccwb.ui.origins import CameAlong
from ccwb.ui.shared import SharedDraft, Watch
from ccwb.ui.shell import Page
from ccwb.ui.text import _, date, number
from ccwb.ui.widgets import Form, TableView, button

SHOWN = 10  # entries at first, and more with each click
BLANK = {"done": "", "plan_item": "staffing", "why": "", "effect": ""}  # what is asked in sight
BLANK_REST = {"urgency": "now", "at": "", "project": "", "scenario": ""}  # and folded, with what is usual
ASKED = ("done", "why", "effect")  # what an entry cannot do without


class ActionPage(Page):
    """The day as it stands, what would help, a short form, the log newest first, and the prepared scenarios."""

    name = "action"
    watch = None  # over what others save
    now = None  # the day in sight

    def body(self):
        self._end()
        if self.cycle_id is None:
            return [*self._top(), _needs_cycle(self)]
        self.plan = SharedDraft(self, "action", blank_scenarios)
        self.corrects, self.shown, self.standing = None, SHOWN, None
        self.answer, self.list, self.approved = html.html(""), html.stack(), html.stack()
        self.day, self.rest, self.heading = html.stack(), html.stack(), html.html("")
        self.names = item_names(self.store.load("mission", cycle=self.cycle_id).data)
        self.scenarios, self.trial = Scenarios(self), Trial(self)
        self.form = Form([], BLANK, on_change=self.guard(self._typed))
        self.more = Form(self._more_fields(), self._blank(), on_change=self.guard(self._typed))
        self.new = button(_("Log a new entry instead"), self.start_anew, page=self)
        self.start_anew()
        self.show()
        self.now = Now(self)
        self.in_sight = html.stack(self.now.widget)
        self.watch = Watch(self, self.look)
        folded = html.fold(_("When, where, how urgent, which scenario"), self.more)
        return [
            *self._top(),
            self.in_sight,
            html.split(
                [html.card(self.heading, self.form, html.row(self._log_button(), self.new), folded)],
                html.card(self.answer, self.list, title=_("What was done instead of the plan")),
                self.day,
                self.rest,
            ),
            self.scenarios.widget,
            CameAlong(self, ("scenario", "deviation", "lesson")).widget,
            self.trial.widget,
            *beside(self),
            self.approved,
        ]

    def show(self):
        """Show the log as it now stands, and what follows from it."""
        self.log = self._read()
        self.show_figures()
        self.list.children = self._entries()
        if self.now is not None:
            self.now.marks(self.log)
        self.day.children = () if self._on_the_day() else day_chart(self, self.log)
        self.rest.children = self._table()
        stands = cycle.state(self.store, self.cycle_id)["action"]
        known = (stands.state, [(b.message, b.values) for b in stands.blockers])
        if known != self.standing:
            self.standing = known
            self.approved.children = (approval(self, "action"),)

    def show_figures(self):
        """Show the figures on top as they now are."""
        self.answer.value = self._figures()

    def changed(self):
        """Show the scenarios as they were just changed."""
        self.scenarios.show()
        self.trial.show()
        self.more.fields = self._more_fields()
        if self.now.seen is not None:
            self.now.responses.show()
        self.show()

    def measured(self, seen):
        """Hear what the day in sight says of the measures that triggers are held against: the worst of any project."""
        values = {}
        for measures in seen.measures.values():
            values |= {key: max(value, values.get(key, value)) for key, value in measures.items()}
        self.scenarios.measured(values)
        self.show_figures()
        self.day.children = () if self._on_the_day() else day_chart(self, self.log)

    def brought(self, _report):
        """Look at the day again after actual figures came in."""
        self.now.drop()
        self.now = Now(self)
        self.in_sight.children = (self.now.widget,)
        self.refresh_frame()

    def look(self):
        """Show what others logged meanwhile; what is typed here stays."""
        self.plan.look()
        if len(self._read()) != len(self.log):
            self.show()
            self.refresh_frame()

    def leave(self):
        """End what goes on beside the page, and wait for it."""
        self._end()
        if self.now is not None:
            self.now.wait()

    def _end(self):
        """End the watch over what others save, and hear no more of the day in sight."""
        if self.watch:
            self.watch.end()
        if self.now is not None:
            self.now.drop()

    # the form --------------------------------------------------------------------------------------------------------
    def log_it(self):
        """Add what the form says to the log."""
        values = {**self.form.values, **self.more.values}
        self.form.errors = {k: _("Needed.") for k in ASKED if not (values[k] or "").strip()}
        fields = {k: (values[k] or "").strip() for k in (*BLANK, *BLANK_REST) if k != "at"}
        typed = (values["at"] or "").strip()
        fields |= self._cycle_days(typed) | {"corrects": self.corrects, "expects": self._expected(fields)}
        self._add(fields, at=typed or self._usual_time())

    def accept(self, **fields):
        """Add an accepted response to the log: in one press, with what is known of it."""
        self._add(fields | {"urgency": "now"}, at=self._usual_time())

    def _add(self, fields, *, at):
        if not self.shell.person.strip():
            raise PlanError(N_("Give your name at the top of the page first: the log says who did it."))
        log = actions.add_entry(self._read(), at=at, who=self.person, **fields)
        self.store.write_table(
            "action_log",
            log.tail(1).drop(columns="entry"),  # the store numbers it: somebody may have logged meanwhile
            by=self.person,
            at=dt.datetime.now(dt.UTC),
            cycle=self.cycle_id,
            mode="append",
            zone=self._zone(),
        )
        self.start_anew()
        self.saved()
        self.show()
        self.refresh_frame()
        self.say(_("Logged as entry {n}.", n=number(self.log["entry"].max())), "good")

    def _usual_time(self):
        """Return when an entry was done that does not say it: now, or the moment of the past day in sight."""
        present = dt.datetime.now(dt.UTC)
        moment = self.now.moment if self.now is not None and self.now.own else None
        return present if moment is None or moment.date() == present.astimezone(moment.tz).date() else moment

    def _on_the_day(self):
        """Return whether the newest entry lies on the day in sight, whose curve then has it."""
        if self.now is None or self.now.seen is None or not self.now.own or self.log.empty:
            return False
        return self.log["at"].max().normalize() == self.now.seen.day

    def start_anew(self):
        """Empty the form for a new entry."""
        self.corrects = None
        self.form.values, self.form.errors, self.more.values = dict(BLANK), {}, self._blank()
        self.form.fields = self._fields()
        self.heading.value = html.anchor("ccwb-log") + html.heading(_("Log what was done instead"))
        html.show(self.new, False)

    def correct(self, entry):
        """Fill the form with an entry to put it right by a further one; the log itself is never changed."""
        row = self.log[self.log["entry"] == entry].iloc[0]
        self.corrects = int(entry)
        self.form.values = {k: _plain(row.get(k)) for k in BLANK}
        self.more.values = {k: _plain(row.get(k)) for k in BLANK_REST} | {"at": f"{row['at']:%Y-%m-%d %H:%M}"}
        self.form.fields = self._fields()
        note = _("The entry stays in the log; what you log now counts in its place.")
        title = html.heading(_("Correct entry {n}", n=number(entry)))
        self.heading.value = html.anchor("ccwb-log") + title + html.paragraph(note, "ccwb-muted")
        html.show(self.new, True)

    def use(self, scenario):
        """Fill the form from a prepared scenario; what was typed already stays."""
        values = dict(self.form.values)
        for key, said in (("done", scenario["response"]), ("why", scenario["trigger"])):
            values[key] = values[key] or said
        self.form.values = values
        self.more.values = {**self.more.values, "scenario": scenario["key"]}

    def _expected(self, fields):
        """Return the numbers of the entry that is corrected, as long as it is the same response in the same project."""
        corrected = self.log[self.log["entry"] == self.corrects].to_dict("records")
        same = [row for row in corrected if all(row[key] == fields[key] for key in ("project", "scenario"))]
        return actions.expected(same[0]) if same else {}

    def _cycle_days(self, typed):
        """Return the days that a typed time has to be near; none for the present moment or the corrected entry's."""
        corrected = self.log[self.log["entry"] == self.corrects]
        if not typed or typed in [f"{at:%Y-%m-%d %H:%M}" for at in corrected["at"]]:
            return {}
        return {"first_day": self.context.cycle.first_day, "last_day": self.context.cycle.last_day}

    def _typed(self, key, value, _final):
        if key == "scenario" and value:
            self.use(self.scenarios.get(value))
        if key == "project":
            if self.form.values["plan_item"] not in self._items():
                self.form.values = {**self.form.values, "plan_item": BLANK["plan_item"]}
            self.form.fields = self._fields()
        if key in self.form.errors:
            self.form.errors = {k: v for k, v in self.form.errors.items() if k != key}

    def _blank(self):
        return BLANK_REST | {"project": self.project}

    def _items(self):
        """Return what the entry in the form can depart from: its project's own items and the centre's."""
        leads = {p["project"]: p["supervisor"] for p in self.centre()["projects"]}
        mission = self.store.load("mission", cycle=self.cycle_id).data
        return actions.plan_items(mission=mission, project=self.more.values["project"], leads=leads)

    def _fields(self):
        keys = dict.fromkeys([*self._items(), self.form.values["plan_item"]])  # one that is corrected stays as it was
        items = [{"value": key, "label": self.names.get(key, key)} for key in keys]
        return [
            {"key": "done", "label": _("What did you do?"), "kind": "long", "rows": 2},
            {"key": "plan_item", "label": _("Instead of which part of the plan?"), "kind": "select", "options": items},
            {"key": "why", "label": _("Why?"), "kind": "long", "rows": 2},
            {"key": "effect", "label": _("What do you expect of it?"), "kind": "text"},
        ]

    def _more_fields(self):
        projects = [{"value": "", "label": _("Whole centre")}]
        projects += [{"value": p["project"], "label": p["label"]} for p in self.centre()["projects"]]
        urgencies = [{"value": key, "label": _(label)} for key, label in actions.URGENCIES.items()]
        hint = _("Empty: now, or the moment of the past day in sight. Else for example 2026-11-02 10:30.")
        return [
            {"key": "urgency", "label": _("How urgent?"), "kind": "select", "options": urgencies},
            {"key": "at", "label": _("When?"), "kind": "text", "help": hint},
            {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
            {"key": "scenario", "label": _("Prepared scenario used"), "kind": "select", "options": self._scenarios()},
        ]

    def _scenarios(self):
        return [{"value": "", "label": _("none")}, *self.scenarios.options()]

    def _log_button(self):
        return button(_("Log it"), self.log_it, primary=True, page=self)

    # the log ---------------------------------------------------------------------------------------------------------
    def _read(self):
        found = self.store.read_table("action_log", cycle=self.cycle_id, zone=self._zone())
        for column in ("project", "scenario", "urgency"):
            found[column] = found[column].fillna("") if column in found else ""
        return found if "corrects" in found else found.assign(corrects=float("nan"))

    def _zone(self):
        centre = self.centre()
        return project_of(centre, self.project)["zone"] if self.project else centre["zone"]

    def _of_project(self):
        """Return the entries of the project in sight and of the whole centre; of all projects where none is chosen."""
        return self.log[self.log["project"].isin(["", self.project])] if self.project else self.log

    def _entries(self):
        rows = self._of_project().iloc[::-1]
        if rows.empty:
            said = _(
                "Nothing is logged in this cycle yet. When the day asks for something else than the plan, say here in "
                "half a minute what you did and why: the evaluation judges it, and the next plan learns from it."
            )
            return (html.html(html.paragraph(said, "ccwb-lead")),)
        by = {int(row.corrects): int(row.entry) for row in self.log.dropna(subset="corrects").itertuples()}
        labels = {p["project"]: p["label"] for p in self.centre()["projects"]}
        titles = {s["value"]: s["label"] for s in self.scenarios.options()}
        made = [self._entry(row, by, labels, titles) for row in rows.head(self.shown).itertuples()]
        if len(rows) > self.shown:
            made.append(button(_("Show earlier entries"), self._more, page=self))
        return tuple(made)

    def _entry(self, row, by, labels, titles):
        said = html.html(entry_text(row, by.get(int(row.entry)), names=self.names, labels=labels, titles=titles))
        said.add_class("grows")
        if int(row.entry) in by:
            return said
        return html.row(said, button(_("Correct"), lambda: self.correct(int(row.entry)), page=self))

    def _more(self):
        self.shown += SHOWN
        self.list.children = self._entries()

    def _table(self):
        if self.log.empty:
            return ()
        columns = log_columns(self, self.log)
        return (html.fold(_("The whole log as a table"), lambda: TableView(self.log, columns, name="action_log")),)

    def _figures(self):
        log = actions.standing(self._of_project())
        last = self._of_project()["at"].max() if len(log) else None
        day, clock = ("", number(None)) if last is None else (date(last), text.clock(last))
        prepared = int((log["scenario"] != "").sum()) if len(log) else 0
        lit = len(self.scenarios.holding())
        return html.figures(
            [
                html.figure(_("Deviations logged"), number(len(log)), help_text=_("Corrected entries count once.")),
                html.figure(_("With a prepared scenario"), number(prepared)),
                html.figure(_("Last entry"), clock, change=day),
                html.figure(_("Triggers that hold now"), number(lit), state="near" if lit else "none"),
            ]
        )

    def _top(self):
        lead = _(
            "Log it in half a minute, on a phone if need be. Entries are never changed, only corrected by new ones."
        )
        asked = html.question(_(cycle.stage_of("action").question), lead)
        return [html.html(asked + html.link(_("Go to the form"), "#ccwb-log"))]


def _needs_cycle(page):
    return html.empty(
        _("Here your team logs what it does instead of the plan. It needs a cycle: set up your centre first."),
        html.html(html.link(_("Set up the centre"), page.context.href("setup"))),
    )


def _plain(value):
    return "" if value is None or pd.isna(value) else str(value)
