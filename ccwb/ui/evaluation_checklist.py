"""The evaluation's half of the checklist: five parts judged beside what was measured, and what follows from them."""

import pandas as pd

from ccwb import evaluation
from ccwb import practices as pr
from ccwb.measures import KPIS
from ccwb.practices_content import CHECKLIST, PARTS
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html, text
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Grid, button

FIELDS = ("verdict", "finding")


class Checklist:
    """Each row with who was to look at it, the measures of the scope in sight, the judgement and what was found."""

    def __init__(self, page):
        self.page, self.grids, self.shown = page, {}, []
        mission = page.store.load("mission", cycle=page.cycle_id).data or {}
        self.prepared = mission.get("checklist", {})
        self.measured = {key: measured(check.serves, page.rows, page.currency) for key, check in CHECKLIST.items()}
        self.head, self.proposed = html.html(""), html.stack()
        self.folds = {part: html.fold(_(label), lambda part=part: self._grid(part)) for part, label in PARTS.items()}
        self.widget = html.card(
            self.head, *self.folds.values(), self.proposed, title=_("Checklist: how did the work itself go")
        )
        self.show()

    def show(self):
        """Show the judgements as they are now."""
        judged = self.page.kept.data.get("checklist", {})
        self.shown = [self._row(row) for row in pr.checks(self.prepared, judged).itertuples()]
        for part, grid in self.grids.items():
            grid.rows = self._of(part)
        for part, fold in self.folds.items():
            mine = self._of(part)
            done = sum(bool(row["verdict"]) for row in mine)
            fold.title = _("{part}: {n} of {of} judged", part=_(PARTS[part]), n=number(done), of=number(len(mine)))
        self.head.value = _standing(self.shown)
        self._propose(judged)

    def _row(self, row):
        who = text.listed(filter(None, (row.who, row.source)))
        own = {"id": row.check, "part": row.part, "text": _(row.text), "who": who, "measured": self.measured[row.check]}
        return own | {name: getattr(row, name) for name in FIELDS}

    def _of(self, part):
        return [row for row in self.shown if row["part"] == part]

    def _grid(self, part):
        options = [{"value": "", "label": _("not judged")}]
        options += [{"value": key, "label": _(label)} for key, label in pr.VERDICTS.items()]
        columns = [
            {"key": "text", "label": _("What is asked"), "kind": "static", "wide": True},
            *([{"key": "who", "label": _("Who looks, and where"), "kind": "static"}] if self._prepared(part) else []),
            {"key": "measured", "label": _("Measured"), "kind": "static"},
            {"key": "verdict", "label": _("Judgement"), "kind": "select", "options": options},
            {"key": "finding", "label": _("What was found"), "kind": "long"},
        ]
        more = {"on_change": self.page.guard(self._changed), "addable": False, "removable": False}
        self.grids[part] = Grid(columns, self._of(part), name=f"checklist_{part}", **more)
        self.grids[part].add_class("ccwb-checklist")
        return self.grids[part]

    def _prepared(self, part):
        return any(row["who"] for row in self._of(part))

    def _changed(self, rows):
        changes, _added = edited(self.shown, rows)
        if not changes:
            return

        def change(document):
            judged = document.get("checklist", {})
            for key, fields in changes.items():
                mine = {name: judged.get(key, {}).get(name, "") for name in FIELDS}
                judged = pr.judge_check(judged, key, **mine | fields, by=self.page.person)
            return {**document, "checklist": judged}

        self.page.kept.change(
            change,
            part=lambda document: fields_of(_rows(document), changes),
            seen=fields_of(self.shown, changes),
            done=self.page.changed,
        )

    def _propose(self, judged):
        found = pr.proposed_lessons(judged, self.page.kept.data["lessons"])
        note = html.paragraph(_("What does not hold can become a lesson, which goes along to the next cycle."))
        lines = [self._proposal(row) for row in found]
        self.proposed.children = (html.html(note), *lines) if lines else ()

    def _proposal(self, row):
        text = row["finding"] or _(CHECKLIST[row["check"]].text)
        state = "miss" if row["verdict"] == "missed" else "near"
        words = html.html(html.paragraph(text) + html.tag(_(pr.VERDICTS[row["verdict"]]), state))
        words.add_class("grows")
        take = button(_("Take over as a lesson"), lambda: self._take(row, text), page=self.page)
        take.tooltip = text
        return html.row(words, take)

    def _take(self, row, text):
        def add(document):
            if row["origin"] in [lesson["origin"] for lesson in document["lessons"]]:
                return document
            return evaluation.add_lesson(document, text=text, origin=row["origin"])

        self.page.kept.change(add, done=self.page.changed)


def measured(kpis, rows, currency):
    """Return in words what was measured of some KPIS: actual, its target, how it stands; "" where nothing is known.

    rows : of one scope, as evaluation.compare gives them.
    """
    known = {row.kpi: row for row in rows.itertuples() if not pd.isna(row.actual)}
    return text.listed([_told(known[kpi], currency) for kpi in kpis if kpi in known], ";")


def _told(row, currency):
    actual, target = parts.against(row.kpi, row.actual, row.target, currency)
    said = f"{_(KPIS[row.kpi].label)} {actual}"
    if pd.isna(row.target):
        return said
    aim = _("target {value}", value=target)
    how = f", {_(parts.WORDS[row.verdict])}" if isinstance(row.verdict, str) else ""
    return f"{said} ({aim}{how})"


def _standing(shown):
    n = {key: sum(row["verdict"] == key for row in shown) for key in pr.VERDICTS}
    told = [f"{_(label)}: {number(n[key])}" for key, label in pr.VERDICTS.items()]
    told.append(_("not judged yet: {n}", n=number(len(shown) - sum(n.values()))))
    silent = sum(row["verdict"] in pr.OPEN and not row["finding"] for row in shown)
    if silent:
        told.append(_("without saying what was found: {n}", n=number(silent)))
    return html.paragraph(" · ".join(told), "ccwb-muted")


def _rows(document):
    table = pr.checks({}, document.get("checklist", {}))
    return [{"id": row.check, **{name: getattr(row, name) for name in FIELDS}} for row in table.itertuples()]
