"""Rows of a shared document edited as tables: what was changed, added and taken away is saved as one change."""

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui.shared import edited, fields_of

NUMBERS = ("value",)  # columns of numbers, whose empty cells stay None


class Rows:
    """One editable table over a part of the page's shared document.

    grid : the table.  of(document) : its rows as they are shown, each with an id.  change, add, remove : functions of
    the core, (document, id, **fields), (document, **fields), (document, id); remove None where rows are never taken
    away.  whole(row) : whether an added row says enough to be kept; until then it stays on this page alone.
    """

    def __init__(self, page, grid, *, of, change, add, remove=None, whole):
        self.page, self.grid, self.of, self.whole = page, grid, of, whole
        self._change, self._add, self._remove = change, add, remove
        self.shown, self.begun = [], []

    def show(self):
        """Show the rows as they are now, and those that were begun here."""
        self.shown = self.of(self.page.plan.data)
        self.grid.rows = [*self.shown, *self.begun]

    def save(self, rows):
        """Save what the table says now; only the fields that were changed here."""
        there = {row["id"] for row in rows if "id" in row}
        gone = [row["id"] for row in self.shown if row["id"] not in there]
        changes, added = edited(self.shown, [_plain(row) for row in rows])
        self.begun = [row for row in added if not self.whole(row)]
        added = [row for row in added if self.whole(row)]
        if not (changes or added or gone):
            return

        def apply(document):
            known = {row["id"] for row in self.of(document)}
            _check_there(changes, known)
            for key in known.intersection(gone):
                document = self._remove(document, key)
            for key, fields in changes.items():
                document = self._change(document, key, **fields)
            for row in added:
                document = self._add(document, **row)
            return document

        def part(document):
            return fields_of(self.of(document), changes)

        self.page.plan.change(apply, part=part, seen=fields_of(self.shown, changes), done=self.page.changed)


def _check_there(changes, known):
    """Refuse to change a row that somebody else took away meanwhile, with what was typed."""
    for key, fields in changes.items():
        if key not in known:
            typed = ", ".join(str(value) for value in fields.values() if value not in (None, ""))
            raise PlanError(
                N_("Somebody took this row away while you typed: '{typed}'. Open the page again, add it if it holds."),
                typed=typed or "-",
            )


def _plain(row):
    """Return a row as the document holds it: an empty cell is "", an empty number None."""
    return {key: "" if value is None and key not in NUMBERS else value for key, value in row.items()}
