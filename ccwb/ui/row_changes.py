"""Rows of a shared document edited as tables: what was changed, added and taken away is saved together."""

from ccwb.errors import PlanError
from ccwb.ui.refusals import ROW_GONE
from ccwb.ui.shared import Edit, edited, fields_of
from ccwb.ui.text import _

NUMBERS = ("value",)  # columns of numbers, whose empty cells stay None


class Rows:
    """One editable table over a part of the page's shared document.

    grid : the table.  of(document) : its rows as they are shown, each with an id.  change, add, remove : functions of
    the core, (document, id, **fields), (document, **fields), (document, id).  name(row) : what a reader calls a row.
    whole(row) : whether an added row says enough to be kept; until then it stays on this page alone.
    """

    def __init__(self, page, grid, *, of, change, add, remove, name, whole):
        self.page, self.grid, self.of, self.name, self.whole = page, grid, of, name, whole
        self._change, self._add, self._remove = change, add, remove
        self.shown, self.begun = [], []

    def show(self):
        """Show the rows as they are now, and those that were begun here."""
        self.shown = self.of(self.page.plan.data)
        self.grid.rows = [*self.shown, *self.begun]

    def save(self, rows):
        """Save what the table says now, field by field; return True when all of it is saved, None for nothing."""
        there = {row["id"] for row in rows if "id" in row}
        gone = [row["id"] for row in self.shown if row["id"] not in there]
        changes, added = edited(self.shown, [_plain(row) for row in rows])
        self.begun = [row for row in added if not self.whole(row)]
        added = [row for row in added if self.whole(row)]
        if not (changes or added or gone):
            return None

        def more(document):
            known = {row["id"] for row in self.of(document)}
            for key in known.intersection(gone):
                document = self._remove(document, key)
            for row in added:
                document = self._add(document, **row)
            return document

        return self.page.plan.edit(self._edits(changes), more=more if added or gone else None, done=self.page.changed)

    def _edits(self, changes):
        labels = {column["key"]: column["label"] for column in self.grid.columns}
        names = {row["id"]: self.name(row) for row in self.shown}
        seen = {row["id"]: row for row in self.shown}
        return [
            Edit(
                _("{field} of '{row}'", field=labels[field], row=names[key]),
                seen[key][field],
                value,
                lambda document, key=key, field=field: fields_of(self.of(document), {key: {field: None}})[0],
                lambda document, new, key=key, field=field: self._written(document, key, field, new),
                (self.grid.file_name, key),
            )
            for key, fields in changes.items()
            for field, value in fields.items()
        ]

    def _written(self, document, key, field, new):
        """Return the document with one field of a row so; refuse, with what was typed, where the row was taken away."""
        if key not in {row["id"] for row in self.of(document)}:
            raise PlanError(ROW_GONE, typed=new)
        return self._change(document, key, **{field: new})


def _plain(row):
    """Return a row as the document holds it: an empty cell is "", an empty number None."""
    return {key: "" if value is None and key not in NUMBERS else value for key, value in row.items()}
