"""The mission page's gaps: the register, what the answers propose for it, and the places where gaps hide."""

import datetime as dt

import pandas as pd

from ccwb import mission as ms
from ccwb.mission_content import FACTORS, PROBES, SEVERITIES
from ccwb.ui import html
from ccwb.ui.mission_parts import as_rows, came_from, save_rows
from ccwb.ui.shared import held
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Grid, button

QUESTION = "question:"  # how the origin of a gap begins that an answer proposed


class Gaps:
    """What keeps the centre from its mission: the register, and what the answers propose for it."""

    def __init__(self, page):
        self.page, self.begun = page, []  # begun: rows that do not say their title yet
        self.proposed = html.card(title=_("Proposed by your answers"))
        self.waiting = html.html("")
        self.grid = Grid(
            _columns(),
            [],
            on_change=page.guard(self._changed),
            new_row=lambda: {"severity": "medium", "factor": "process", "status": "open"},
            add_label=_("Add a gap"),
            removable=False,
            empty_text=_("No gap is noted yet: add one, or take over what your answers propose."),
            name="gaps",
            keep=held(page, "gaps"),
        )
        self.grid.add_class("ccwb-rows")
        self.grid.file_table = self.table
        note = html.paragraph(_("A gap is closed, never taken away. Each open one needs an owner."), "ccwb-muted")
        register = html.card(self.waiting, self.grid, html.html(note), title=_("Gaps"))
        self.places = html.stack()
        probes = html.fold(_("Where gaps hide: what you say of five places to look"), self._probes)
        self.widget = html.stack(register, self.proposed, html.card(probes), classes="spaced")
        self.show()

    def show(self):
        """Show the register and the proposals as they are now."""
        document = self.page.plan.data
        from_ = {gap["id"]: _origin(gap, document) for gap in document["gaps"]}
        self.shown = [{**row, "from": from_[row["id"]]} for row in as_rows(document["gaps"], self.grid.columns)]
        self.grid.rows = [*self.shown, *self.begun]
        self.waiting.value = _waiting(document["gaps"])
        self.show_proposed()

    def show_proposed(self):
        """Show what the answers propose; a button takes each over."""
        document = self.page.plan.data
        found = ms.proposed_gaps(document["answers"], gaps=document["gaps"], questions=ms.questions_of(document))
        lines = [html.row(self._take(gap, _("Take over")), html.html(_proposal(gap))) for gap in found]
        none = html.paragraph(_("Nothing at present: two people or more must find a statement low, or differ."))
        self.proposed.children = (self.proposed.children[0], *(lines or [html.html(none)]))
        if self.places.children:
            self._probes()

    def table(self):
        """Return the register for a spreadsheet: what was chosen in words, days as days."""
        labels = {column["key"]: column["label"] for column in self.grid.columns}
        table = pd.DataFrame(self.shown, columns=list(labels))
        for key, named in {"severity": SEVERITIES, "factor": FACTORS, "status": ms.STATUSES}.items():
            table[key] = [_(named[value]) for value in table[key]]
        for key in ("due", "decided_on"):
            table[key] = pd.to_datetime(table[key].replace("", None))
        return table.rename(columns=labels)

    def _take(self, gap, label):
        said, title = _evidence(gap), _title(gap)

        def take():
            def add(document):
                known = {row["origin"] for row in document["gaps"]}
                fields = {**gap, "title": title, "evidence": said}
                return document if gap["origin"] in known else ms.add_gap(document, **fields)

            self.page.plan.change(add, done=self.page.changed)

        made = button(label, take, page=self.page)
        made.tooltip = title
        return made

    def _probes(self):
        """Return the places where gaps hide, each with its statements, what was said, and a way to note a gap."""
        document, lines = self.page.plan.data, []
        asked = ms.questions_of(document)
        table = ms.scores(document["answers"], questions=asked)[1].set_index("question")
        for probe, place in PROBES.items():
            lines.append(html.html(html.heading(_(place), 3)))
            lines += [
                self._probe(key, one, table.loc[key], document["gaps"])
                for key, one in asked.items()
                if one.probe == probe
            ]
        self.places.children = tuple(lines)
        return self.places

    def _probe(self, key, question, row, gaps):
        noted = next((gap["id"] for gap in gaps if gap["origin"] == QUESTION + key), None)
        evidence = (ms.ANSWERED, {"n": int(row["n"]), "mean": row["mean"]}) if row["n"] else ("", {})
        title = ms.NOT_SO, {"statement": question.text}
        gap = {"title": title, "factor": question.factor, "origin": QUESTION + key, "evidence": evidence}
        said = _evidence(gap) or _("Nobody has answered this yet.")
        about = html.html(html.paragraph(_(question.text)) + html.paragraph(said, "ccwb-muted"))
        mark = html.html(html.tag(_("noted as {id}", id=noted), "info")) if noted else None
        return html.row(mark or self._take(gap, _("Note a gap")), about)

    def _changed(self, rows):
        rows = [{key: value for key, value in row.items() if key != "from"} for row in rows]
        return save_rows(self, rows, part="gaps", title="title", change=ms.change_gap, add=ms.add_gap)


def _columns():
    def options(named):
        return [{"value": key, "label": _(label)} for key, label in named.items()]

    return [
        {"key": "title", "label": _("What is missing"), "kind": "long", "wide": True},
        {"key": "severity", "label": _("Severity"), "kind": "select", "options": options(SEVERITIES)},
        {"key": "factor", "label": _("Factor"), "kind": "select", "options": options(FACTORS)},
        {"key": "evidence", "label": _("Evidence"), "kind": "long", "wide": True},
        {"key": "owner", "label": _("Owner"), "kind": "text"},
        {"key": "due", "label": _("Due"), "kind": "date"},
        {"key": "decision", "label": _("Leadership's decision"), "kind": "long", "wide": True},
        {"key": "decided_on", "label": _("Decided on"), "kind": "date"},
        {"key": "status", "label": _("Status"), "kind": "select", "options": options(ms.STATUSES)},
        {"key": "from", "label": _("Where it comes from"), "kind": "static"},
    ]


def _origin(gap, document):
    """Return in words where a gap comes from: the cycle before, the questionnaire, or the team itself."""
    if gap.get("came_from"):
        return came_from(gap)
    key = gap["origin"].removeprefix(QUESTION)
    asked = ms.questions_of(document, all_of_them=True)
    if gap["origin"].startswith(QUESTION) and key in asked:
        return _("Questionnaire: {statement}", statement=_(asked[key].text))
    return _("Noted by the team")


def _waiting(gaps):
    """Return in a sentence what leadership has yet to take up, and what is overdue."""
    parts, today = [], dt.date.today().isoformat()
    waiting = ms.undecided(gaps)
    if waiting:
        said = _("Leadership's decision, or the day of it, is missing: {n}.", n=number(len(waiting)))
        parts.append(html.notice(said, "near") + html.bullets([gap["title"] for gap in waiting]))
    late = [gap["title"] for gap in gaps if gap["status"] == "open" and gap["due"] and gap["due"] < today]
    if late:
        parts.append(html.notice(_("Past their day: {n}.", n=number(len(late))), "near") + html.bullets(late))
    return "".join(parts)


def _title(gap):
    """Return what a proposed gap is called, in the reader's language: what its statement says is not so."""
    template, values = gap["title"]
    return _(template, statement=_(values["statement"]))


def _evidence(gap):
    template, values = gap["evidence"]
    return _(template, **{k: number(v, 0 if k == "n" else 1) for k, v in values.items()}) if template else ""


def _proposal(gap):
    state = {"high": "miss", "medium": "near", "low": "none"}[gap["severity"]]
    mark = html.tag(_(SEVERITIES[gap["severity"]]), state)
    return html.paragraph(_title(gap)) + mark + html.paragraph(_evidence(gap), "ccwb-muted")
