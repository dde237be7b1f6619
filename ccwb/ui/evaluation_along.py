"""What the next cycle would take along, row by row: each can be left behind, with the reason."""

from ccwb import cycle
from ccwb.cycle import CARRIED
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.origins import place_said, row_said, who_said
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Grid

WANTING = N_("Unticked without a reason: {n}. Give the reason, or tick it again: the next cycle waits for that.")


class Along:
    """A fold a kind with its rows; what is unticked and has its reason stays behind when the next cycle is started."""

    def __init__(self, page):
        self.page, self.grids, self.shown = page, {}, {}
        self.begun = {}  # key of a row that is unticked and has no reason yet -> ""
        self.lead = html.html("")
        self.folds = {kind: html.fold(_(label), lambda kind=kind: self._grid(kind)) for kind, label in CARRIED.items()}
        self.widget = html.stack(self.lead, *self.folds.values(), classes="ccwb-folds")
        self.show()

    def show(self):
        """Show what comes along as it is now."""
        page = self.page
        rows = cycle.carry_over(page.store, page.cycle_id)
        self.begun = {k: v for k, v in self.begun.items() if k in {r["key"] for r in rows if not r["left_out"]}}
        for kind, fold in self.folds.items():
            self.shown[kind] = [self._row(row) for row in rows if row["kind"] == kind]
            mine = self.shown[kind]
            n, of = number(sum(row["take"] for row in mine)), number(len(mine))
            fold.title = _("{what}: {n} of {of}", what=_(CARRIED[kind]), n=n, of=of)
            html.show(fold, bool(mine))
            if kind in self.grids:
                self.grids[kind].rows = mine
        self.lead.value = self._lead(rows)

    def refuse(self):
        """Raise PlanError where a row is unticked without its reason: it would come along unwanted."""
        if self.begun:
            raise PlanError(WANTING, n=len(self.begun))

    def _lead(self, rows):
        if not rows:
            said = _("Nothing comes along yet: no open gap, lesson, target or prepared scenario is noted here.")
            return html.notice(said)
        said = _("This comes along, each with where it is from. Answers, forecast and plans are made anew.")
        more = _("Take the tick away from what is to stay behind, and say why: the next cycle shows it.")
        wanting = html.notice(_(WANTING, n=number(len(self.begun))), "near") if self.begun else ""
        return html.paragraph(said) + html.paragraph(more, "ccwb-muted") + wanting

    def _row(self, row):
        left = row["left_out"] or {}
        return {
            "id": row["key"],
            "said": row_said(row, self.page),
            "who": who_said(row),
            "entry": place_said(row["kind"], row["origin"]["name"], row["origin"]["entry"]),
            "take": not left and row["key"] not in self.begun,
            "reason": left.get("reason", ""),
        }

    def _grid(self, kind):
        columns = [
            {"key": "said", "label": _("It says"), "kind": "static", "wide": True},
            {"key": "who", "label": _("Owner and day"), "kind": "static"},
            {"key": "entry", "label": _("Comes from"), "kind": "static"},
            {"key": "take", "label": _("Take along"), "kind": "check"},
            {"key": "reason", "label": _("Why it stays behind"), "kind": "text"},
        ]
        more = {"on_change": self.page.guard(self._changed), "addable": False, "removable": False}
        self.grids[kind] = Grid(columns, self.shown[kind], name=f"along_{kind}", **more)
        return self.grids[kind]

    def _changed(self, rows):
        """Keep which rows stay behind; one without a reason waits for it."""
        page = self.page
        left = page.kept.data.get("left_out", {})
        wanted = {}
        for row in rows:
            key, reason = row["id"], (row.get("reason") or "").strip()
            now = left.get(key, {}).get("reason")
            if row["take"]:
                self.begun.pop(key, None)
                wanted |= {key: None} if now is not None else {}
            elif not reason and now is None:
                self.begun[key] = ""
            elif reason and reason != now:
                wanted[key] = reason
        if not wanted:
            self.show()
            return

        def change(document):
            for key, reason in wanted.items():
                document = cycle.leave_out(document, key, reason=reason, by=page.person)
            return document

        page.kept.change(change, done=page.changed)
