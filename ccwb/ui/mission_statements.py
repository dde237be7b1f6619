"""The mission page's statements: what the centre is for, what is written and when it was reviewed, a first draft."""

import datetime as dt

from ccwb import mission as ms
from ccwb.mission_content import LEVELS, MISSION_HINTS, MISSION_PARTS, MISSIONS, STATEMENTS
from ccwb.ui import html, text
from ccwb.ui.shared import Edit, held
from ccwb.ui.text import _, number
from ccwb.ui.turning import Turning
from ccwb.ui.widgets import Form, button

NAMES = "names_"  # before a part of MISSION_PARTS: the box that says whether a mission names it
YEAR = dt.timedelta(days=365)


class Statements:
    """What the centre is for, and the statements with their reviews; one is edited at a time."""

    def __init__(self, page):
        self.page, self.key = page, "centre_mission"
        self.purpose = Form([_purpose_field()], on_change=page.guard(self._purpose), keep=held(page, "purpose"))
        self.pick = Form([self._choice()], {"key": self.key}, on_change=page.guard(self._picked))
        heard = {"on_change": page.guard(self._changed), "on_late": page.guard(self._changed_late)}
        self.form = Turning([], **heard, keep="")
        self.holds = button(_("Reviewed today: it still holds"), self._reviewed, page=page)
        self.all = html.html("")
        self.draft = Draft(self)
        edit = html.card(self.pick, self.form, html.row(self.holds), self.draft.widget)
        stands = html.card(self.all, title=_("What stands today"))
        written = html.stack(html.card(self.purpose), edit, classes="spaced")
        self.widget = html.row(written, stands, classes="cards top")
        self.show()

    def show(self):
        """Show the statements as they are now."""
        document = self.page.plan.data
        self.shown = {"purpose": document["chain"].get("purpose", ""), **_values(document, self.key)}
        self.purpose.values = {"purpose": self.shown["purpose"]}
        known = STATEMENTS[self.key]
        head = html.heading(_(known.label), 3) + html.paragraph(_(known.hint), "ccwb-muted")
        shown = {"head": head, "fields": _fields(self.key)}  # the label, too: the select runs ahead of the fields
        keep = held(self.page, "statement", self.key)
        self.form.turn(_values(document, self.key), keep=keep, about=self.key, **shown)
        html.show(self.holds, bool(self.shown["text"]))
        self.draft.show(self.key, self.shown["text"])
        self.all.value = _all_statements(document)

    def save(self, key, fields):
        """Save fields of one statement, name -> value; return whether all of it went through."""
        labels = {field["key"]: field["label"] for field in _fields(key)}
        shown = _values(self.page.plan.data, key) | (self.shown if key == self.key else {})
        edits = [
            Edit(
                labels[name],
                shown[name],
                value,
                lambda document, name=name: _values(document, key)[name],
                lambda document, new, name=name: _with(document, key, name, new),
                ("statements", key),
            )
            for name, value in fields.items()
        ]
        return self.page.plan.edit(edits, done=self._done)

    def _picked(self, _key, value, _final):
        self.key = value
        self.show()

    def _changed(self, field, value, _final):
        return self._changed_late(self.key, field, value)

    def _changed_late(self, key, field, value):
        return self.save(key, {field: value if field.startswith(NAMES) else value or ""})

    def _purpose(self, _key, value, _final):
        edit = Edit(
            _purpose_field()["label"],
            self.shown["purpose"],
            (value or "").strip(),
            lambda document: document["chain"].get("purpose", ""),
            lambda document, new: {**document, "chain": {**document["chain"], "purpose": new}},
            ("purpose",),
        )
        return self.page.plan.edit([edit], done=self._done)

    def _reviewed(self):
        today = dt.date.today()
        due = self.shown["next_review"]
        over = bool(due) and dt.date.fromisoformat(due) <= today
        following = {"next_review": (today + YEAR).isoformat()} if over else {}
        self.save(self.key, {"last_review": today.isoformat(), **following})

    def _done(self):
        self.page.changed()

    def _choice(self):
        options = [{"value": key, "label": _(s.label)} for key, s in STATEMENTS.items()]
        return {"key": "key", "label": _("Statement to write or review"), "kind": "select", "options": options}


class Draft:
    """A first mission out of three answers; open where there is none, folded where there is one."""

    def __init__(self, statements):
        self.statements, self.page, self.key = statements, statements.page, None
        fields = [
            {"key": key, "label": _(asked), "kind": "long", "rows": 2, "placeholder": _(MISSION_HINTS[key])}
            for key, asked in MISSION_PARTS.items()
        ]
        heard = {"on_change": self.page.guard(lambda *_change: self._preview()), "on_late": lambda *_change: False}
        self.form = Turning(fields, **heard, keep="")
        self.said = html.html("")
        take = button(_("Take this as the mission"), self._take, primary=True, page=self.page)
        lead = _(
            "A mission says what you do, for whom, and what they should experience. Three answers make a first one."
        )
        self.widget = html.fold(
            _("Draft a mission from three answers"),
            html.html(html.paragraph(lead, "ccwb-muted")),
            self.form,
            self.said,
            html.row(take),
        )

    def show(self, key, written):
        """Show it for one statement: only a mission is drafted, and where nothing is written it stands open."""
        html.show(self.widget, key in MISSIONS)
        if key == self.key or key not in MISSIONS:
            return
        self.key = key
        self.form.turn(dict.fromkeys(MISSION_PARTS, ""), keep=held(self.page, "draft", key), about=key)
        self.widget.opened = not written
        self._preview()

    def _preview(self):
        given = {key: (value or "").strip() for key, value in self.form.values.items()}
        blanks = {key: "…" for key, value in given.items() if not value}
        template, values = ms.draft_mission(**given | blanks)
        self.said.value = html.paragraph(_(template, **values), "ccwb-lead") if any(given.values()) else ""

    def _take(self):
        template, values = ms.draft_mission(**self.form.values)
        named = {NAMES + part: True for part in MISSION_PARTS}
        if self.statements.save(self.key, {"text": _(template, **values), **named}):
            self.form.settle()
            self.form.values = dict.fromkeys(MISSION_PARTS, "")
            self._preview()
            self.widget.opened = False


def _purpose_field():
    return {
        "key": "purpose",
        "label": _("What is the centre for, in one sentence?"),
        "kind": "long",
        "rows": 3,
        "placeholder": _("For example: people who need an appointment get one on the first call."),
    }


def _statement(document, key):
    blank = {"text": "", "source": "", "last_review": "", "next_review": ""}
    return blank | document["statements"].get(key, {})


def _values(document, key):
    """Return a statement as its form holds it: of a mission also a box for each part that it has to name."""
    said = _statement(document, key)
    names = said.pop("names", [])
    return said | ({NAMES + part: part in names for part in MISSION_PARTS} if key in MISSIONS else {})


def _with(document, key, field, value):
    said = {**_values(document, key), field: value}
    names = [part for part in MISSION_PARTS if said.pop(NAMES + part, False)]
    return ms.set_statement(document, key, **said, names=names)


def _fields(key):
    fields = [
        {"key": "text", "label": _("The wording"), "kind": "long", "rows": 4},
        {"key": "source", "label": _("Where it can be read"), "kind": "text"},
        {"key": "last_review", "label": _("Last reviewed"), "kind": "date"},
        {"key": "next_review", "label": _("Next review"), "kind": "date"},
    ]
    if key in MISSIONS:
        boxes = [{"key": NAMES + part, "label": _(asked), "kind": "check"} for part, asked in MISSION_PARTS.items()]
        fields += [{**boxes[0], "group": _("It answers")}, *boxes[1:]]
    return fields


def _all_statements(document):
    tired, unnamed = ms.stale(document["statements"], dt.date.today()), ms.unnamed(document["statements"])
    parts, level = [], None
    if tired:
        parts.append(html.notice(_("Statements that want a review: {n}.", n=number(len(tired))), "near"))
    for key, known in STATEMENTS.items():
        if known.level != level:
            level = known.level
            parts.append(html.heading(_(LEVELS[level])))
        said = _statement(document, key)
        parts.append(html.heading(_(known.label), 3))
        parts.append(html.paragraph(said["text"] or _("Not written yet."), "" if said["text"] else "ccwb-muted"))
        parts.append(_review(said, tired.get(key)))
        if key in unnamed:
            asked = " ".join(_(MISSION_PARTS[part]) for part in unnamed[key])
            parts.append(html.notice(_("A mission also answers: {questions}", questions=asked), "near"))
    return "".join(parts)


def _review(said, why):
    """Return when a statement was reviewed, or why it wants a review, and where it can be read."""
    if not said["text"]:
        return ""
    source = html.paragraph(_("Source: {source}", source=said["source"]), "ccwb-muted") if said["source"] else ""
    if why is not None:
        template, values = why
        shown = {"day": text.date(values["day"])} if "day" in values else {}
        shown |= {"days": number(values["days"])} if "days" in values else {}
        return html.notice(f"{_(template, **shown)} {_('Does it still hold?')}", "near") + source
    parts = [_("Reviewed on {day}.", day=text.date(said["last_review"]))]
    if said["next_review"]:
        parts.append(_("Next review on {day}.", day=text.date(said["next_review"])))
    return html.paragraph(" ".join(parts), "ccwb-muted") + source
