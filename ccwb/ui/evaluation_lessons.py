"""What a cycle teaches: its deviations judged, its lessons, and the next cycle that takes both along."""

import datetime as dt
from dataclasses import replace

import pandas as pd

from ccwb import actions, cycle, evaluation
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.practices_content import CHECKLIST, PARTS
from ccwb.ui import html, text
from ccwb.ui.evaluation_along import Along
from ccwb.ui.evaluation_evidence import evidence
from ccwb.ui.evaluation_measure import DAY
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid, button

SHOWN = {"adopt": N_("Adopt"), "adapt": N_("Adapt"), "reject": N_("Reject")}


class Deviations:
    """Every entry of the action log that holds, each to be adopted, adapted or rejected for the next plan."""

    def __init__(self, page):
        self.page = page
        log = page.store.read_table(
            "action_log",
            cycle=page.cycle_id,
            zone=page.zone,
            project=["", page.project] if page.project else None,
            all_columns=True,
        )
        self.log = actions.standing(log)
        self.items = actions.plan_items(mission=page.store.load("mission", cycle=page.cycle_id).data)
        self.head = html.html("")
        self.forms, rows = {}, {True: [], False: []}
        for entry in self.log.itertuples():
            key = int(entry.entry)
            self.forms[key] = self._form(key)
            said = html.row(html.html(self._said(entry)), self.forms[key], classes="top cards")
            made = html.stack(said, evidence(page, entry))
            rows[str(key) in page.kept.data["judgements"]].append(made)
        judged = [html.fold(_("Judged ({n})", n=number(len(rows[True]))), *rows[True])] if rows[True] else []
        self.widget = html.card(self.head, *rows[False], *judged, title=_("What was done instead of the plan"))
        self.show()

    def show(self):
        """Show how many are judged, and each judgement as it is now."""
        judged = self.page.kept.data["judgements"]
        done = sum(str(entry) in judged for entry in self.forms)
        for entry, form in self.forms.items():
            mine = judged.get(str(entry))
            if mine:
                form.values = {"verdict": mine["verdict"], "reason": mine["reason"]}
                form.notes = {"verdict": _("by {who}", who=mine["by"])}
        if not self.forms:
            said = _(
                "Nothing was logged in this cycle: what was done instead of the plan is logged on the action page."
            )
        else:
            said = _("{done} of {n} are judged.", done=number(done), n=number(len(self.forms)))
        self.head.value = html.paragraph(said, "ccwb-muted")

    def _said(self, entry):
        what = _(self.items.get(entry.plan_item, entry.plan_item))
        project = self.page.labels.get(entry.project) or _("Whole centre")
        when = f"{text.date(entry.at)} {text.clock(entry.at)}"
        head = text.joined((number(entry.entry), when, project, entry.who))
        why = _("Why: {why}. Expected: {effect}.", why=entry.why.rstrip("."), effect=entry.effect.rstrip("."))
        instead = _("Instead of: {item}.", item=what)
        lines = [html.heading(entry.done, 3), html.paragraph(f"{instead} {why}"), html.paragraph(head, "ccwb-muted")]
        return "".join(lines)

    def _form(self, entry):
        options = [{"value": key, "label": _(label)} for key, label in SHOWN.items()]
        verdict = _("Judgement of entry {n}", n=number(entry))
        fields = [
            {"key": "verdict", "label": verdict, "kind": "choices", "options": options},
            {"key": "reason", "label": _("Reason"), "kind": "long", "rows": 2}
            | {"help": _("What it brought, and what the next plan does about it.")},
        ]
        values = {"verdict": "", "reason": ""}
        return Form(fields, values, on_change=self.page.guard(lambda key, value, final: self._judge(entry, final)))

    def _judge(self, entry, final):
        form, page = self.forms[entry], self.page
        said = {"verdict": form.values["verdict"] or "", "reason": (form.values["reason"] or "").strip()}
        form.errors = {} if said["reason"] or not said["verdict"] else {"reason": _("A judgement needs its reason.")}
        if not final or not (said["verdict"] and said["reason"]):
            return

        def change(document):
            judged = evaluation.judge(document["judgements"], entry=entry, by=page.person, **said)
            return {**document, "judgements": judged}

        def part(document):
            found = document["judgements"].get(str(entry), {})
            return [found.get(name) for name in said]

        page.kept.change(change, part=part, seen=part(page.kept.data), done=page.changed)


class Lessons:
    """What to do differently: who, until when; the open ones go along to the next cycle."""

    def __init__(self, page):
        self.page, self.shown = page, []
        statuses = [{"value": key, "label": _(label)} for key, label in evaluation.STATUSES.items()]
        columns = [
            {"key": "text", "label": _("What we do differently"), "kind": "long"},
            {"key": "owner", "label": _("Owner"), "kind": "text"},
            {"key": "due", "label": _("Due"), "kind": "date"},
            {"key": "status", "label": _("Status"), "kind": "select", "options": statuses},
            {"key": "origin", "label": _("Where it comes from"), "kind": "text"},
        ]
        self.grid = Grid(
            columns,
            [],
            on_change=page.guard(self._changed),
            new_row=lambda: {"text": "", "owner": "", "due": "", "status": "open", "origin": ""},
            add_label=_("Add a lesson"),
            removable=False,
            empty_text=_("No lesson yet. What would you do differently if the cycle began again?"),
            name="lessons",
        )
        self.grid.file_table = self.table
        note = _("A lesson is kept once it has a text. The open ones go along to the next cycle's preparation.")
        self.widget = html.card(html.html(html.paragraph(note, "ccwb-muted")), self.grid, title=_("What we learned"))
        self.show()

    def show(self):
        """Show the lessons as they are now."""
        keys = ["id", *(c["key"] for c in self.grid.columns)]
        lessons = [{key: row.get(key, "") for key in keys} for row in self.page.kept.data["lessons"]]
        self.shown = [{**row, "origin": _origin(row["origin"])} for row in lessons]
        self.grid.rows = self.shown

    def table(self):
        """Return the lessons for a spreadsheet: what was chosen in words, days as days."""
        labels = {column["key"]: column["label"] for column in self.grid.columns}
        table = pd.DataFrame(self.shown, columns=list(labels))
        table["status"] = [_(evaluation.STATUSES[status]) for status in table["status"]]
        table["due"] = pd.to_datetime(table["due"].replace("", None))
        return table.rename(columns=labels)

    def _changed(self, rows):
        changes, added = edited(self.shown, [{k: "" if v is None else v for k, v in row.items()} for row in rows])
        added = [row for row in added if row["text"].strip()]
        if not changes and not added:
            return

        def change(document):
            for key, fields in changes.items():
                document = evaluation.change_lesson(document, key, **fields)
            for row in added:
                document = evaluation.add_lesson(document, **row)
            return document

        self.page.kept.change(
            change,
            part=lambda document: fields_of(document["lessons"], changes),
            seen=fields_of(self.shown, changes),
            done=self.page.changed,
        )


def _origin(said):
    """Return where a lesson comes from as it is read: of a row of the checklist, its part."""
    kind, _colon, key = said.partition(":")
    return (
        _("Checklist: {part}", part=_(PARTS[CHECKLIST[key].part])) if kind == "checklist" and key in CHECKLIST else said
    )


class NextCycle:
    """What the next cycle would take along, shown before anything is done; then its name, its days, and the button."""

    def __init__(self, page):
        self.page, one = page, page.context.cycle
        self.widget = html.card(title=_("Start the next cycle"))
        self.widget.add_class("ccwb-next-cycle")
        following = next((c for c in page.store.cycles() if c.predecessor == one.id), None)
        self.form, head = None, self.widget.children
        if following is not None:
            said = _("{next} follows {name} already.", next=following.name, name=one.name)
            there = {"link": page.context.href("start", cycle=following.id), "link_text": _("Go there")}
            self.widget.children = (*head, html.html(html.notice(said, **there)))
            return
        first = one.last_day + DAY
        days = one.last_day - one.first_day
        middle = first + days / 2  # weeks rarely begin with a month: a cycle is called by the month it mostly lies in
        values = {"name": text.say().weekday(middle, "LLLL y"), "first": str(first), "last": str(first + days)}
        fields = [
            {"key": "name", "label": _("Name"), "kind": "text"},
            {"key": "first", "label": _("First day"), "kind": "date"},
            {"key": "last", "label": _("Last day"), "kind": "date"},
        ]
        self.form = Form(fields, values, layout_kind="wide")
        start = button(_("Start the next cycle"), self.start, primary=True, page=page)
        self.along = Along(page)
        self.widget.children = (*head, self.along.widget, self.form, html.row(start))
        self.show()

    def show(self):
        """Show what comes along as it is now."""
        if self.form is not None:
            self.along.show()

    def start(self, *, sure=False):
        """Start the next cycle with all that is shown, and go to it; asked back first where this one is not over."""
        page, values, at = self.page, self.form.values, dt.datetime.now(dt.UTC)
        if not (values["name"] or "").strip() or not values["first"] or not values["last"]:
            raise PlanError(N_("The next cycle needs a name, a first and a last day. Fill them in, then start it."))
        self.along.refuse()
        if not sure and (against := self._against(at)):
            go = button(_("Finish it and start the next all the same"), lambda: self.start(sure=True), page=page)
            page.say(" ".join(against), "near", go)
            return
        new = cycle.next_cycle(
            page.store,
            page.cycle_id,
            name=values["name"].strip(),
            first_day=values["first"],
            last_day=values["last"],
            by=page.person,
            at=at,
        )
        self._go_to(new)

    def _against(self, at):
        """Return what speaks against finishing this cycle now, in sentences; none where nothing does."""
        page, said = self.page, []
        if found := cycle.not_evaluated(page.store, page.cycle_id, at=at):
            name = page.context.cycle.name
            said.append(_("Starting the next cycle finishes {name}, which is not evaluated yet.", name=name))
            said += [_(template, **_in_words(values)) for template, values in found]
        days = [dt.date.fromisoformat(self.form.values[name]) for name in ("first", "last")]
        if shared := cycle.overlapping(page.store, first_day=days[0], last_day=days[1]):
            names = text.listed([one.name for one in shared])
            said.append(_("The days of the next cycle are days of {names}, too.", names=names))
        return said

    def _go_to(self, new):
        page = self.page
        n = len((page.store.load("carried", cycle=new.id).data or {}).get("rows", []))
        page.context = replace(page.context, cycle=new)
        page.open()
        page.say(
            _("{name} is started, and {n} things came along. It begins with its mission.", name=new.name, n=number(n)),
            "good",
            html.html(html.link(_("Go to the mission"), page.context.href("mission"))),
            html.html(html.link(_("See where the cycle stands"), page.context.href("start"))),
        )


def _in_words(values):
    return {name: text.date(value) if isinstance(value, dt.date) else number(value) for name, value in values.items()}
