"""The mission page's half of the evaluation checklist: who looks at what at the end of the cycle, and where."""

from ccwb import practices as pr
from ccwb.practices_content import PARTS
from ccwb.ui import html
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Grid


class PreparedChecklist:
    """Five parts, a fold each; a row is a question that the evaluation will judge."""

    def __init__(self, page):
        self.page, self.grids, self.shown = page, {}, []
        self.head = html.html("")
        folds = [html.fold(_(label), lambda part=part: self._grid(part)) for part, label in PARTS.items()]
        self.widget = html.card(self.head, *folds, title=_("What the evaluation will ask"))
        self.show()

    def show(self):
        """Show the rows as they are now."""
        rows = pr.checks(self.page.plan.data.get("checklist", {}), {})
        self.shown = [
            {"id": row.check, "part": row.part, "text": _(row.text), "who": row.who, "source": row.source}
            for row in rows.itertuples()
        ]
        for part, grid in self.grids.items():
            grid.rows = [row for row in self.shown if row["part"] == part]
        n = sum(bool(row["who"]) for row in self.shown)
        said = _("At the end of the cycle each line is judged. Say now who looks at it and where, so that it can be.")
        has = _("Somebody looks at {n} of {of}.", n=number(n), of=number(len(self.shown)))
        self.head.value = html.paragraph(f"{said} {has}", "ccwb-muted")

    def _grid(self, part):
        columns = [
            {"key": "text", "label": _("What is asked"), "kind": "static", "wide": True},
            {"key": "who", "label": _("Who looks"), "kind": "text"},
            {"key": "source", "label": _("Where it can be seen"), "kind": "long"},
        ]
        rows = [row for row in self.shown if row["part"] == part]
        more = {"on_change": self.page.guard(self._changed), "addable": False, "removable": False}
        self.grids[part] = Grid(columns, rows, name=f"checklist_{part}", **more)
        self.grids[part].add_class("ccwb-checklist")
        return self.grids[part]

    def _changed(self, rows):
        changes, _added = edited(self.shown, rows)
        changes = {key: {name: value or "" for name, value in fields.items()} for key, fields in changes.items()}
        if not changes:
            return

        def change(document):
            for key, fields in changes.items():
                document = pr.prepare_check(document, key, **fields)
            return document

        self.page.plan.change(
            change,
            part=lambda document: fields_of(_rows(document), changes),
            seen=fields_of(self.shown, changes),
            done=self.page.changed,
        )


def _rows(document):
    table = pr.checks(document.get("checklist", {}), {})
    return [{"id": row.check, "who": row.who, "source": row.source} for row in table.itertuples()]
