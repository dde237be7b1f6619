"""The mission page's documents to fill: statements, gaps, preparation, targets."""

import datetime as dt

from ccwb import mission as ms
from ccwb.measures import KPIS, UNITS
from ccwb.mission_content import FACTORS, LEVELS, PREPARATION, SEVERITIES, STATEMENTS
from ccwb.ui import html, refusals, text
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Grid, button

CENTRE = "centre:"  # the column of the whole centre; a project's is "project:" and its key
STANDING = {row for _key, row in PREPARATION}  # shown in the reader's language until somebody rewords them
SHARES = 100  # a share is typed in percent
AIMED = [kpi for kpi, known in KPIS.items() if known.better != "context"]  # what can have a target
MAIN = [kpi for kpi in AIMED if KPIS[kpi].target is not None]  # what usually has one


class Statements:
    """What the centre is for, and the statements with their reviews; one is edited at a time."""

    def __init__(self, page):
        self.page, self.key = page, "centre_mission"
        purpose = {
            "key": "purpose",
            "label": _("What is the centre for, in one sentence?"),
            "kind": "long",
            "rows": 3,
            "placeholder": _("For example: people who need an appointment get one on the first call."),
        }
        self.purpose = Form([purpose], on_change=page.guard(self._purpose))
        self.pick = Form([self._choice()], {"key": self.key}, on_change=page.guard(self._picked))
        self.form = Form(_statement_fields(), on_change=page.guard(self._changed))
        self.head, self.all = html.html(""), html.html("")
        self.widget = html.split(
            [html.card(self.purpose), html.card(self.pick, self.head, self.form)],
            html.card(self.all, title=_("What stands today")),
        )
        self.show()

    def show(self):
        """Show the statements as they are now."""
        document = self.page.plan.data
        statement = _statement(document, self.key)
        self.shown = {"purpose": document["chain"].get("purpose", ""), **statement}
        self.purpose.values = {"purpose": self.shown["purpose"]}
        self.form.values = statement
        self.head.value = html.paragraph(_(STATEMENTS[self.key].hint), "ccwb-muted")
        self.all.value = _all_statements(document)

    def _picked(self, _key, value, _final):
        self.key = value
        self.show()

    def _purpose(self, _key, value, _final):
        self.page.plan.change(
            lambda document: {**document, "chain": {**document["chain"], "purpose": (value or "").strip()}},
            part=lambda document: document["chain"].get("purpose", ""),
            seen=self.shown["purpose"],
            done=self.page.changed,
        )

    def _changed(self, field, value, _final):
        key, value = self.key, value or ""
        self.page.plan.change(
            lambda document: ms.set_statement(document, key, **{**_statement(document, key), field: value}),
            part=lambda document: _statement(document, key)[field],
            seen=self.shown[field],
            done=self.page.changed,
        )

    def _choice(self):
        options = [{"value": key, "label": _(s.label)} for key, s in STATEMENTS.items()]
        return {"key": "key", "label": _("Statement to write or review"), "kind": "select", "options": options}


class Gaps:
    """What keeps the centre from its mission: the register, and what the answers propose for it."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say their title yet
        self.proposed = html.card(title=_("Proposed by your answers"))
        self.grid = Grid(
            _gap_columns(),
            [],
            on_change=page.guard(self._changed),
            new_row=lambda: {"severity": "medium", "factor": "process", "status": "open"},
            add_label=_("Add a gap"),
            removable=False,
            empty_text=_("No gap is noted yet: add one, or take over what your answers propose."),
            name="gaps",
        )
        note = html.paragraph(_("A gap is closed, never taken away. Each open one needs an owner."), "ccwb-muted")
        register = html.card(self.grid, html.html(note), title=_("Gaps"))
        self.widget = html.stack(register, self.proposed, classes="spaced")
        self.show()

    def show(self):
        """Show the register and the proposals as they are now."""
        document = self.page.plan.data
        self.shown = _rows(document["gaps"], self.grid.columns)
        self.grid.rows = [*self.shown, *self.begun]
        self.show_proposed()

    def show_proposed(self):
        """Show what the answers propose; a button takes each over."""
        document = self.page.plan.data
        found = ms.proposed_gaps(document["answers"], gaps=document["gaps"])
        lines = [html.row(self._take(gap), html.html(_proposal(gap))) for gap in found]
        none = html.paragraph(_("Nothing at present: two people or more must find a statement low, or differ."))
        self.proposed.children = (self.proposed.children[0], *(lines or [html.html(none)]))

    def _take(self, gap):
        template, values = gap["evidence"]
        said = _(template, **{k: number(v, 0 if k == "n" else 1) for k, v in values.items()})

        def take():
            def add(document):
                known = {row["origin"] for row in document["gaps"]}
                fields = {**gap, "title": _(gap["title"]), "evidence": said}
                return document if gap["origin"] in known else ms.add_gap(document, **fields)

            self.page.plan.change(add, done=self.page.changed)

        made = button(_("Take over"), take, page=self.page)
        made.tooltip = _(gap["title"])
        return made

    def _changed(self, rows):
        _save_rows(self, rows, part="gaps", title="title", change=ms.change_gap, add=ms.add_gap)


class Preparation:
    """Who does what by when before the plan is made, and what is late."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say their task yet
        self.late = html.html("")
        self.grid = Grid(
            _task_columns(),
            [],
            on_change=page.guard(self._changed),
            add_label=_("Add a row"),
            removable=False,
            name="preparation",
        )
        self.widget = html.card(self.late, self.grid, title=_("Preparation"))
        self.show()

    def show(self):
        """Show the rows as they are now, and in a sentence those that are late."""
        rows = [{**row, "task": shown_task(row["task"])} for row in self.page.plan.data["preparation"]]
        overdue = {row["id"]: row["days_late"] for row in ms.late(rows, dt.date.today())}
        keyed = _rows(rows, self.grid.columns)
        self.shown = [{**row, "state": _task_state(row, overdue)} for row in keyed]
        self.grid.rows = [*self.shown, *self.begun]
        self.late.value = _late_sentence(rows, overdue)

    def _changed(self, rows):
        rows = [{key: value for key, value in row.items() if key != "state"} for row in rows]
        _save_rows(self, rows, part="preparation", title="task", change=ms.change_task, add=ms.add_task)


class Targets:
    """What each measure is meant to reach, for the centre and where a project differs."""

    def __init__(self, page):
        self.page = page
        self.projects = {CENTRE: ""} | {f"project:{p['project']}": p["project"] for p in page.centre()["projects"]}
        labels = {p["project"]: p["label"] for p in page.centre()["projects"]}
        columns = [
            {"key": "label", "label": _("Measure"), "kind": "static"},
            {"key": "unit", "label": _("Unit"), "kind": "static"},
            {"key": "usual", "label": _("Usual"), "kind": "static", "help": _("A convention to start from, no norm.")},
        ]
        columns += [
            {"key": key, "label": labels.get(project, _("Whole centre")), "kind": "number", "digits": 2}
            for key, project in self.projects.items()
        ]
        more = {"on_change": page.guard(self._changed), "addable": False, "removable": False}
        self.main = Grid(columns, [], name="targets", **more)
        self.rest = Grid(columns, [], name="targets_further", **more)
        self.shown = []
        note = _("A project without a target of its own takes that of the whole centre.")
        usual = button(_("Fill the empty ones of the centre with the usual"), self._usual, page=page)
        self.widget = html.card(
            html.html(html.paragraph(note, "ccwb-muted")),
            self.main,
            html.row(usual),
            html.fold(_("Further measures"), self.rest),
            title=_("Targets"),
        )
        self.show()

    def show(self):
        """Show the targets as they are now; in a table what was typed stays until it is saved."""
        targets, kept = self.page.plan.data["targets"], {row["id"]: row for row in self.shown}
        self.shown = [kept[k] if self._of(k).refused else self._row(k, targets) for k in AIMED]
        for grid in (self.main, self.rest):
            if not grid.refused:
                grid.rows = [row for row in self.shown if self._of(row["id"]) is grid]

    def _of(self, kpi):
        """Return the table in which a measure stands."""
        return self.main if kpi in MAIN else self.rest

    def _row(self, kpi, targets):
        known, per = KPIS[kpi], targets.get(kpi, {})
        values = {key: _typed(kpi, per.get(project)) for key, project in self.projects.items()}
        unit = "%" if known.unit == "share" else _(UNITS[known.unit].label)
        usual = "" if known.target is None else said_target(kpi, known.target)
        return {"id": kpi, "label": _(known.label), "unit": unit, "usual": usual, **values}

    def _changed(self, rows):
        refusals.stop_saving(refusals.in_grid(self._of(rows[0]["id"])))
        changes, _added = edited(self.shown, rows)
        wanted = [(kpi, self.projects[key], value) for kpi, new in changes.items() for key, value in new.items()]

        def change(document):
            for kpi, project, value in wanted:
                document = ms.set_target(document, kpi=kpi, value=_stored(kpi, value), project=project)
            return document

        def part(document):
            return [_typed(kpi, document["targets"].get(kpi, {}).get(project)) for kpi, project, _v in wanted]

        seen = fields_of(self.shown, changes)
        self.page.plan.change(change, part=part, seen=seen, done=self.page.changed)

    def _usual(self):
        refusals.stop_at(refusals.in_grid(self.main))

        def change(document):
            for kpi in MAIN:
                if document["targets"].get(kpi, {}).get("") is None:
                    document = ms.set_target(document, kpi=kpi, value=KPIS[kpi].target)
            return document

        self.page.plan.change(change, done=self.page.changed)


def shown_task(task):
    """Return a preparation row's task as it is read: the standing ones in the reader's language."""
    return _(task) if task in STANDING else task


def said_target(kpi, value):
    """Return a measure's target as a reader writes it: percent for shares, m:ss for durations."""
    match KPIS[kpi].unit:
        case "share":
            return percent(value, 0 if abs(value) >= 0.02 else 1)
        case "s":
            return text.duration(value)
        case _:
            return number(value, 1)


def _save_rows(section, rows, *, part, title, change, add):
    """Save what was changed in a grid of rows with ids; an added row is kept once it says its title."""
    page, (changes, added) = section.page, edited(section.shown, rows)
    changes = {key: _plain(fields) for key, fields in changes.items()}
    section.begun = [row for row in added if not (row.get(title) or "").strip()]
    added = [_plain(row) for row in added if row not in section.begun]
    if not changes and not added:
        return

    def apply(document):
        for key, fields in changes.items():
            document = change(document, key, **fields)
        for row in added:
            document = add(document, **row)
        return document

    page.plan.change(
        apply,
        part=lambda document: fields_of(document[part], changes),
        seen=fields_of(section.shown, changes),
        done=page.changed,
    )


def _plain(row):
    return {key: "" if value is None else value for key, value in row.items()}


def _rows(rows, columns):
    keys = ["id", *(c["key"] for c in columns if c["kind"] != "static")]
    return [{key: row.get(key, "") for key in keys} for row in rows]


def _statement(document, key):
    blank = {"text": "", "source": "", "last_review": "", "next_review": ""}
    return blank | document["statements"].get(key, {})


def _statement_fields():
    return [
        {"key": "text", "label": _("The statement"), "kind": "long", "rows": 4},
        {"key": "source", "label": _("Where it can be read"), "kind": "text"},
        {"key": "last_review", "label": _("Last reviewed"), "kind": "date"},
        {"key": "next_review", "label": _("Next review"), "kind": "date"},
    ]


def _all_statements(document):
    tired, parts, level = ms.stale(document["statements"], dt.date.today()), [], None
    for key, known in STATEMENTS.items():
        if known.level != level:
            level = known.level
            parts.append(html.heading(_(LEVELS[level])))
        said = _statement(document, key)
        parts.append(html.heading(_(known.label), 3))
        parts.append(html.paragraph(said["text"] or _("Not written yet."), "" if said["text"] else "ccwb-muted"))
        parts.append(_review(said, tired.get(key)))
    return "".join(parts)


def _review(said, why):
    if not said["text"]:
        return ""
    if why is not None:
        template, values = why
        shown = {"day": text.date(values["day"])} if "day" in values else {}
        shown |= {"days": number(values["days"])} if "days" in values else {}
        return html.notice(f"{_(template, **shown)} {_('Does it still hold?')}", "near")
    parts = [_("Reviewed on {day}.", day=text.date(said["last_review"]))]
    if said["next_review"]:
        parts.append(_("Next review on {day}.", day=text.date(said["next_review"])))
    return html.paragraph(" ".join([*parts, said["source"]]), "ccwb-muted")


def _gap_columns():
    def options(named):
        return [{"value": key, "label": _(label)} for key, label in named.items()]

    return [
        {"key": "title", "label": _("What is missing"), "kind": "long"},
        {"key": "severity", "label": _("Severity"), "kind": "select", "options": options(SEVERITIES)},
        {"key": "factor", "label": _("Factor"), "kind": "select", "options": options(FACTORS)},
        {"key": "evidence", "label": _("Evidence"), "kind": "long"},
        {"key": "owner", "label": _("Owner"), "kind": "text"},
        {"key": "due", "label": _("Due"), "kind": "date"},
        {"key": "decision", "label": _("Decision"), "kind": "long"},
        {"key": "status", "label": _("Status"), "kind": "select", "options": options(ms.STATUSES)},
    ]


def _proposal(gap):
    template, values = gap["evidence"]
    said = _(template, **{k: number(v, 0 if k == "n" else 1) for k, v in values.items()})
    state = {"high": "miss", "medium": "near", "low": "none"}[gap["severity"]]
    mark = html.tag(_(SEVERITIES[gap["severity"]]), state)
    return html.paragraph(_(gap["title"])) + mark + html.paragraph(said, "ccwb-muted")


def _task_columns():
    return [
        {"key": "task", "label": _("Task"), "kind": "long"},
        {"key": "assigned_to", "label": _("Assigned to"), "kind": "text"},
        {"key": "due", "label": _("Due"), "kind": "date"},
        {"key": "completed", "label": _("Completed on"), "kind": "date"},
        {"key": "state", "label": _("State"), "kind": "static"},
    ]


def _task_state(row, overdue):
    if row["completed"]:
        return "✓ " + _("done")
    if row["id"] in overdue:
        return "! " + _("late, days: {n}", n=number(overdue[row["id"]]))
    return _("open") if row["assigned_to"] else _("nobody yet")


def _late_sentence(rows, overdue):
    if not overdue:
        return html.paragraph(_("Nothing is late."), "ccwb-muted")
    tasks = {row["id"]: row for row in rows}
    lines = [
        _("{task} (assigned to {who}; days late: {n})", task=tasks[key]["task"], n=number(days), who=_who(tasks[key]))
        for key, days in overdue.items()
    ]
    return html.notice(_("Late: {n}.", n=number(len(lines))), "near") + html.bullets(lines)


def _who(row):
    return row["assigned_to"] or _("nobody")


def _typed(kpi, value):
    return SHARES * value if value is not None and KPIS[kpi].unit == "share" else value


def _stored(kpi, value):
    return round(value / SHARES, 8) if value is not None and KPIS[kpi].unit == "share" else value
