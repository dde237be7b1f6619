"""The few measures the team is led by: proposed for the kind of centre and its purpose, decided by the team."""

from collections import Counter

from ccwb import measures
from ccwb import mission as ms
from ccwb.measures import KPIS, PURPOSES, WHY
from ccwb.messages import N_
from ccwb.projects import KINDS
from ccwb.ui import html, refusals, text
from ccwb.ui.shared import Edit, edited, held
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Grid, button

ADDED = 10  # points of a measure that is added by hand
ENDS = {"good": N_("met"), "near": N_("nearly met"), "miss": N_("missed"), None: N_("not measured")}


def remarks(document):
    """Return in sentences what is odd about a mission's document and blocks nothing."""
    return [_(template, n=number(values["n"])) for template, values in ms.remarks(document)]


def choice_of(document):
    """Return the choice of a mission document; blank in one that was saved before there was any."""
    return measures.blank_choice() | document.get("measures", {})


class Choice:
    """Kind of centre and purpose, what they propose, and what the team decided with its reasons."""

    def __init__(self, page, changed):
        self.page, self._moved = page, changed
        self.asked = Form(_asked_fields(), {}, on_change=page.guard(self._asked))
        self.proposal, self.said = html.html(""), html.html("")
        self.grid = Grid(
            _columns(),
            [],
            on_change=page.guard(self._changed),
            addable=False,
            empty_text=_("Nothing is chosen yet: take over the proposal, or add measures one by one."),
            name="chosen",
            refuses=True,
            keep=held(page, "chosen"),
        )
        self.more = Form([_add_field({})], {"kpi": ""}, on_change=page.guard(self._add))
        self.why = Form(_why_fields(), {}, on_change=page.guard(self._why), keep=held(page, "choice"))
        take = button(_("Take over this proposal"), self.take_over, primary=True, page=page)
        self.widget = html.split(
            html.card(self.asked, self.why, title=_("What decides")),
            html.card(
                self.said,
                self.grid,
                html.row(self.more, take, classes="top"),
                html.fold(_("What is proposed, and why"), self.proposal),
                title=_("What we are led by"),
            ),
        )

    def show(self, verdicts):
        """Show the choice as it is now. verdicts : measure -> how it stood in the cycle before, of the centre."""
        choice = choice_of(self.page.plan.data)
        if not self.grid.refused:
            self.shown = [_row(kpi, row) for kpi, row in choice["chosen"].items()]
            self.grid.rows = [dict(row) for row in self.shown]
        asked = {"kind": choice["kind"] or usual_kind(self.page.centre()), "purpose": choice["purpose"]}
        self.asked.values = asked
        self.seen = {name: choice[name] for name in ("kind", "purpose", "reason", "window_days")}
        self.why.values = {name: self.seen[name] for name in ("reason", "window_days")}
        self.more.fields = [_add_field(choice["chosen"])]
        self.more.values = {"kpi": ""}
        self.proposal.value = _proposed(asked)
        self.said.value = _standing(choice, verdicts)

    def take_over(self):
        """Put the set proposed for kind and purpose in place of what is chosen; reasons given before are kept."""
        refusals.stop_at(refusals.in_grid(self.grid))
        asked = {"kind": self.asked.values["kind"], "purpose": self.asked.values["purpose"] or "other"}
        rows = measures.proposed(**asked)
        reasons = {kpi: _(WHY[row["why"]]) for kpi, row in rows.items()}
        self._change(lambda choice: measures.take_over({**choice, **asked}, reasons=reasons))

    def _asked(self, key, value, _final):
        return self._say(self.asked, key, value)

    def _why(self, key, value, _final):
        return self._say(self.why, key, (value or "").strip() if key == "reason" else max(int(value or 7), 1))

    def _say(self, form, key, value):
        """Save one field beside the table."""
        label = next(field["label"] for field in form.fields if field["key"] == key)

        def write(choice, new):
            return {**choice, key: new}

        return self._edit([_edit(label, self.seen[key], value, lambda choice: choice[key], write)])

    def _add(self, _key, kpi, _final):
        if kpi:
            self._change(lambda choice: measures.choose(choice, kpi, weight=ADDED))

    def _changed(self, rows):
        refusals.stop_saving(refusals.in_grid(self.grid))
        there = {row["id"] for row in rows}
        gone = [row["id"] for row in self.shown if row["id"] not in there]
        changes, _added = edited(self.shown, rows)
        seen = {row["id"]: row for row in self.shown}
        edits = [_cell(seen[kpi], key, value) for kpi, new in changes.items() for key, value in new.items()]

        def without(choice):
            for kpi in gone:
                choice = measures.choose(choice, kpi, weight=None)
            return choice

        return self._edit(edits, more=_of_choice(without) if gone else None) if edits or gone else None

    def _edit(self, edits, more=None):
        return self.page.plan.edit(edits, more=more, done=self._moved)

    def _change(self, change):
        return self.page.plan.change(_of_choice(change), done=self._moved)


def _of_choice(change):
    """Return a change of the choice as one of the document."""
    return lambda document: {**document, "measures": change(choice_of(document))}


def _edit(label, seen, value, read, write):
    """Return the Edit of a field of the choice; read, write : of the choice."""
    return Edit(
        label,
        seen,
        value,
        lambda document: read(choice_of(document)),
        lambda document, new: _of_choice(lambda choice: write(choice, new))(document),
        ("measures",),
    )


def _cell(row, key, value):
    """Return the Edit of one cell of the table of what is chosen. row : as it was shown."""
    kpi, heads = row["id"], {column["key"]: column["label"] for column in _columns()}

    def read(choice):
        return choice["chosen"].get(kpi, {}).get(key)

    def write(choice, new):
        after = choice["chosen"].get(kpi, {"weight": ADDED, "reason": ""}) | {key: new}
        return measures.choose(choice, kpi, weight=after["weight"], reason=after["reason"] or "")

    return _edit(_("{field} of '{row}'", field=heads[key], row=row["label"]), row[key], value, read, write)


def usual_kind(centre):
    """Return the kind of most of the centre's projects; service where there is none."""
    kinds = Counter(project.get("kind", "service") for project in centre["projects"])
    return max(KINDS, key=lambda kind: kinds[kind])


def _asked_fields():
    kinds = [{"value": key, "label": _(label)} for key, label in KINDS.items()]
    purposes = [{"value": "", "label": _("Not said yet")}]
    purposes += [{"value": key, "label": _(purpose.label)} for key, purpose in PURPOSES.items()]
    return [
        {"key": "kind", "label": _("Kind of centre"), "kind": "select", "options": kinds},
        {"key": "purpose", "label": _("What it is for above all"), "kind": "select", "options": purposes},
    ]


def _why_fields():
    window = _("First-contact resolution and repeat contacts are counted with it.")
    return [
        {"key": "reason", "label": _("Why these measures and weights?"), "kind": "long", "rows": 3},
        {"key": "window_days", "label": _("A matter is solved when nothing follows within"), "kind": "number"}
        | {"unit": _("days"), "min": 1, "max": 90, "help": window},
    ]


def _columns():
    return [
        {"key": "label", "label": _("Measure"), "kind": "static"},
        {"key": "weight", "label": _("Weight"), "kind": "number", "help": _("Points; together 100.")},
        {"key": "reason", "label": _("Why"), "kind": "long"},
    ]


def _row(kpi, row):
    return {"id": kpi, "label": _(KPIS[kpi].label), "weight": row["weight"], "reason": row["reason"]}


def _add_field(chosen):
    options = [{"value": "", "label": _("Choose one")}]
    options += [{"value": kpi, "label": _(known.label)} for kpi, known in KPIS.items() if kpi not in chosen]
    return {"key": "kpi", "label": _("Add a measure"), "kind": "select", "options": options}


def _proposed(asked):
    rows = measures.proposed(asked["kind"], asked["purpose"] or "other")
    body = [[_(KPIS[kpi].label), number(row["weight"]), _(WHY[row["why"]])] for kpi, row in rows.items()]
    note = _("A start for your talk, no norm: take it over and change what your centre sees otherwise.")
    return html.paragraph(note, "ccwb-muted") + html.table([_("Measure"), (_("Weight"), True), _("Why")], body)


def _standing(choice, verdicts):
    """Return what the weights add up to, and how much of them the cycle before met."""
    if not choice["chosen"]:
        return ""
    said = "".join(html.notice(sentence, "near") for sentence in remarks({"measures": choice}))
    ends = measures.standing(choice, verdicts)
    parts = [f"{_(word)} {percent(ends[end])}" for end, word in ENDS.items() if ends[end]]
    return said + html.paragraph(_("By weight, the cycle before: {parts}.", parts=text.listed(parts)))
