"""The widgets of the workbook: native, labelled HTML controls that work by keyboard, on a phone and right to left.

Each is a thin Python class; its behaviour in the browser is a file in `static/`. Why not the stock controls: their
sliders carry no typed value and no label for a screen reader, they squeeze at 390 px, and right to left breaks them.
"""

import ipywidgets as w
import traitlets as t

from ccwb.ui import cells, refusals, text
from ccwb.ui.base import _module, _Widget, shared
from ccwb.ui.pasted import pasted_cell, unread
from ccwb.ui.row_marks import followed, new_mark
from ccwb.ui.text import _

LIMIT_BYTES = 25 * 2**20  # of an upload; the intake holds the same limit, and a test holds the two together


class Form(_Widget):
    """Labelled controls. `fields` describes them, `values` holds what they say, `on_change(key, value, final)` hears.

    A field is a dict: key, label, kind (text, long, number, slider, select, check, date, choices) and, where it fits,
    unit, min, max, step, digits, default, options ([{value, label}]), help, placeholder, wide, group (starts a new
    one). Values are in display units (percent, minutes): the page converts. `final` is False while a slider moves.
    What is typed as a number and is none stays in its field with a sentence; `refused` has it: key -> text.

    keep : a name for what is edited ("mission/3/statement"), "" while there is nothing to hold; with it the browser's
    tab holds what is typed, over a reload and a new kernel, until `on_change` returns True (it is saved) or `settle()`.
    """

    _esm = _module("form.js")
    fields = t.List().tag(sync=True)
    values = t.Dict().tag(sync=True)
    errors = t.Dict().tag(sync=True)
    notes = t.Dict().tag(sync=True)
    refused = t.Dict().tag(sync=True)
    layout_kind = t.Unicode("column").tag(sync=True)
    keep = t.Unicode().tag(sync=True)

    def __init__(self, fields, values=None, *, on_change=None, layout_kind="column", keep=None):
        fields = [_field(field) for field in fields]
        values = {f["key"]: f.get("default") for f in fields} | dict(values or {})
        kept = {} if keep is None else {"keep": keep, "labels": _keeping()}
        super().__init__(fields=fields, values=values, layout_kind=layout_kind, **kept)
        self._on_change = on_change
        self.typed = {}  # key -> (what it said before, what was set here), while that is not said to be saved

    def settle(self):
        """Let go of what the tab holds: all of it is saved, or was decided about."""
        self.send({"type": "settled", "scope": self.keep})

    def received(self, content, buffers):
        if content.get("type") == "refused":
            self.refused = {**self.refused, content["key"]: content["text"]}
        if content.get("type") != "change":
            return
        key, kept, saved = content["key"], self.keep, None
        was = self.typed.get(key, [self.values.get(key)])[0]
        try:
            with self.hold_sync():
                self.refused = {k: said for k, said in self.refused.items() if k != key}
                self.values = {**self.values, key: content["value"]}
                if self._on_change:
                    saved = self._on_change(key, content["value"], bool(content["final"]))
        finally:
            self.typed = {k: v for k, v in self.typed.items() if k != key}
            self.typed |= {} if saved is True else {key: (was, content["value"])}
            told = {"scope": kept, "key": key, "value": content["value"], "saved": saved is True} if kept else {}
            self.send({"type": "done", **told})


def _with_marks(rows, grid):
    """Return the rows as they go to the browser, each with its mark."""
    return [{**row, "mark": mark} for row, mark in zip(rows, grid.marks, strict=True)]


class Grid(_Widget):
    """An editable table. `columns` describes cells (kinds as in Form, and static), `rows` is a list of dicts.

    on_change(rows) hears every committed change; `new_row()` gives what an added row starts with. A block pasted from
    a spreadsheet fills cells from the one in focus and adds rows as needed. What is typed as a number and is none stays
    in its cell with a sentence; `refused` has it: [{row, key, text}]. So does what is pasted and is none of what its
    cell can hold. `marks` tells the rows apart, wherever the page puts them: what comes from the browser belongs to the
    row with the mark that was typed into, not to a place.

    refuses : whether the page itself stops at refused cells; otherwise it hears nothing while a choice or a day is one.

    wrong(row, key, value) : why a number cannot stand in a cell, "" where it can; it is refused as a text that is none.
    A column's `unit`, or what stands in the row where `unit_in` says, may be typed beside its numbers.
    keep : as in Form, for rows that have an `id`; a row that has none yet is held too, until it is gone or has one.
    """

    _esm = _module("grid.js")
    columns = t.List().tag(sync=True)
    rows = t.List().tag(sync=True, to_json=_with_marks)
    addable = t.Bool(True).tag(sync=True)
    removable = t.Bool(True).tag(sync=True)
    empty_text = t.Unicode().tag(sync=True)
    refused = t.List().tag(sync=True)
    keep = t.Unicode().tag(sync=True)
    _known = _before = ((), ())  # the rows as they are, and as they were, each with their marks
    _taking = False

    def __init__(
        self,
        columns,
        rows,
        *,
        on_change=None,
        new_row=dict,
        add_label=None,
        name="table",
        wrong=None,
        refuses=False,
        **traits,
    ):
        traits.setdefault("empty_text", _("Nothing here yet."))
        labels = {"add": add_label or _("Add a row"), "remove": _("Remove row")}
        labels |= _keeping() if "keep" in traits else {}
        super().__init__(columns=columns, rows=rows, labels=labels, **traits)
        self._on_change, self._new_row, self.file_name = on_change, new_row, name
        self._wrong, self._refuses, self._stopped = wrong or (lambda _row, _key, _value: ""), refuses, False
        self.typed = {}  # (mark, key) -> (what the cell said before, what was written), while not said to be saved
        self.begun = set()  # marks of the rows that were added here, while they are not said to be saved

    @property
    def marks(self):
        """The marks of the rows, in their order."""
        return self._known[1]

    def received(self, content, buffers):
        rows, marks, at = [dict(row) for row in self.rows], list(self.marks), self._place(content)
        if at is None:  # the row was taken away since
            self._tell_gone(content)
            return
        match content.get("type"):
            case "refused":
                cell = {"row": at, "key": content["key"], "text": content["text"]}
                self.refused = [*self._refused_but(at, cell["key"]), cell]
                return
            case "change" if why := self._wrong(rows[at], content["key"], content["value"]):
                said = {"row": at, "key": content["key"], "text": refusals.written(content["value"]), "why": why}
                self.refused = [*self._refused_but(at, said["key"]), said]
                return
            case "change":
                cell = marks[at], content["key"]
                self.typed[cell] = self.typed.get(cell, [rows[at].get(content["key"])])[0], content["value"]
                rows[at][content["key"]] = content["value"]
                self.refused = self._refused_but(at, content["key"])
            case "add":
                rows.append(self._new_row())
            case "remove":
                rows.pop(at)
                gone = marks.pop(at)
                self.typed = {cell: value for cell, value in self.typed.items() if cell[0] != gone}
                left = [cell for cell in self.refused if cell["row"] != at]
                self.refused = [{**cell, "row": cell["row"] - (cell["row"] > at)} for cell in left]
            case "paste":
                self._paste(rows, at, content)
            case "begun":  # what a tab still held of rows that were never saved
                known = [column["key"] for column in self.columns if column["kind"] != "static"]
                rows += [{key: row[key] for key in known if key in row} for row in content["rows"]]
            case _:
                return
        field = rows[at].get("id") if content["type"] == "change" else None
        kept = self.keep
        saved = self._heard(rows, marks)
        if kept and field is not None:
            told = {"scope": kept, "field": f"{field}|{content['key']}", "value": content["value"]}
            self.send({"type": "done", **told, "saved": saved is True})

    def _heard(self, rows, marks):
        """Take rows, and let the page hear them; return what it says. Those after `marks` are new ones."""
        self._put(rows, marks)
        self.begun |= set(self.marks[len(marks) :])
        saved = self._on_change(rows) if self._on_change and not self._stops() else None
        if saved is True:
            self.typed, self.begun = {}, set()
        return saved

    def take_rows(self, other):
        """Put in what was typed into the table in whose place this one comes, and is saved nowhere."""
        keys, there = {column["key"] for column in self.columns}, set(self.marks)
        rows = [dict(row) for row in self.rows]
        said = dict(zip(other.marks, other.rows, strict=True))
        for (mark, key), (was, value) in other.typed.items():
            row = rows[self.marks.index(mark)] if mark in there else {}
            if key in keys and mark in there and row.get(key) == was != value and said[mark].get(key) == value:
                self.typed[mark, key], row[key] = (was, value), value
        more = [mark for mark in other.marks if mark in other.begun and mark not in there and self.addable]
        anew = bool(more) or rows != self.rows
        if anew:
            self.begun = set(more)
            self._put([*rows, *(dict(said[mark]) for mark in more)], [*self.marks, *more])
        cells = [(cell, other.marks[cell["row"]]) for cell in other.refused]
        self.refused = [{**c, "row": self.marks.index(mark)} for c, mark in cells if mark in self.marks]
        if anew:
            self._heard(self.rows, self.marks)

    def take_place(self, other):
        super().take_place(other)
        marks = followed(other.rows, other.marks, self.rows, self.columns)
        left = [n for n, mark in enumerate(marks) if mark not in other.marks]  # as they were before they were typed in
        old = {m: {**row, **other.untyped(m)} for m, row in zip(other.marks, other.rows, strict=True) if m not in marks}
        again = followed([*old.values()], [*old], [self.rows[n] for n in left], self.columns)
        for n, mark in zip(left, again, strict=True):
            marks[n] = mark
        self._known = (self._known[0], marks)
        self.send_state("rows")

    def untyped(self, mark):
        """Return what the cells of a row said before they were typed into."""
        return {key: was for (row, key), (was, _value) in self.typed.items() if row == mark}

    def settle(self):
        """Let go of what the tab holds of known rows: all of it is saved, or was decided about."""
        self.send({"type": "settled", "scope": self.keep})

    def _place(self, content):
        """Return where the row stands now of which a message is; None where it is there no more, 0 where of none."""
        if "mark" not in content:
            return content.get("row", 0)
        return self.marks.index(content["mark"]) if content["mark"] in self.marks else None

    def _tell_gone(self, content):
        typed = next((content[name] for name in ("text", "value") if name in content), None)
        if typed not in (None, ""):
            said = _(refusals.ROW_GONE, typed=refusals.written(typed) if isinstance(typed, float) else typed)
            self.send({"type": "gone", "text": said})

    def _stops(self):
        """Return whether nothing is saved because of what was pasted, and say so below the table."""
        numbers = {column["key"] for column in self.columns if column["kind"] == "number"}
        stopped = not self._refuses and any(cell["key"] not in numbers for cell in self.refused)
        if stopped or self._stopped:
            said = text.say().error(refusals.not_saved(refusals.in_grid(self))) if stopped else ""
            self.send({"type": "gone", "text": said})
        self._stopped = stopped
        return stopped

    def _put(self, rows, marks):
        """Take rows of which it is known which is which."""
        self._known = (rows, [*marks, *(new_mark() for _row in rows[len(marks) :])])
        self._taking = True
        self.rows = rows
        self._taking = False

    def _refused_but(self, row, key):
        return [cell for cell in self.refused if (cell["row"], cell["key"]) != (row, key)]

    @t.validate("rows")
    def _follow(self, proposal):
        """Know the rows again that the page gives, before they go to the browser."""
        rows = proposal["value"]
        if not self._taking:
            self._before, self._known = self._known, (rows, followed(*self._known, rows, self.columns))
        return rows

    @t.observe("rows")
    def _rows_given(self, _change):
        """What was refused goes where its row goes when the page gives other rows."""
        if self.refused and not self._taking:
            marks = [(cell, self._before[1][cell["row"]]) for cell in self.refused]
            self.refused = [{**c, "row": self.marks.index(mark)} for c, mark in marks if mark in self.marks]

    def file_table(self):
        import pandas as pd

        labels = {c["key"]: c["label"] for c in self.columns}
        return pd.DataFrame(self.rows, columns=list(labels)).rename(columns=labels)

    def _paste(self, rows, at, content):
        columns = self.columns[content["column"] :]
        for down, line in enumerate(content["text"].rstrip("\n").replace("\r", "").split("\n"), start=at):
            if down == len(rows):
                rows.append(self._new_row())
            for column, cell in zip(columns, line.split("\t"), strict=False):
                self._paste_cell(rows, down, column, cell.strip())

    def _paste_cell(self, rows, at, column, cell):
        key, said = column["key"], pasted_cell(cell, column, rows[at])
        why = self._wrong(rows[at], key, said)
        self.refused = self._refused_but(at, key)
        if why or unread(cell, column, rows[at]):
            self.refused = [*self.refused, {"row": at, "key": key, "text": cell} | ({"why": why} if why else {})]
        else:
            rows[at][key] = said


class TableView(_Widget):
    """A read-only table with CSV and Excel downloads. `table` is shown as `columns` say, and downloaded whole.

    columns : list of (column, label) or (column, label, show) with `show` turning a value into text; or, where all are
    shown, a dict: column -> label of those that this table calls otherwise than everywhere.
    """

    _esm = _module("view.js")
    kind = t.Unicode("table").tag(sync=True)
    columns = t.List().tag(sync=True)
    rows = t.List().tag(sync=True)
    rest = t.Unicode().tag(sync=True)

    def __init__(self, table, columns=None, *, name="table"):
        super().__init__()
        self.file_name = name
        self.show(table, columns)

    def show(self, table, columns=None):
        """Show another table in place of the present one."""
        self._table, self._labels = table, cells.labels_of(columns)
        self.columns, rows, self.rest = cells.shown(table, columns)
        self.rows = rows

    def file_table(self):
        return self._table

    def file_labels(self):
        return self._labels


class Upload(_Widget):
    """A place to choose or drop one file; `on_file(name, content)` gets it; too large a one is not even sent."""

    _esm = _module("view.js")
    kind = t.Unicode("upload").tag(sync=True)
    accept = t.Unicode(".csv,.tsv,.txt,.xlsx").tag(sync=True)
    limit = t.Int(LIMIT_BYTES).tag(sync=True)

    def __init__(self, on_file, *, label=None):
        limit = text.number(LIMIT_BYTES / 2**20)
        too_large = _(
            "The file has {{found}} MB; up to {limit} MB can be read. Split it, by year for example.",
            limit=limit,
        )
        labels = {"choose": label or _("Choose a file"), "drop": _("or drop it here"), "too_large": too_large}
        super().__init__(labels=labels)
        self._on_file = on_file

    def received(self, content, buffers):
        if content.get("type") == "file":
            try:
                self._on_file(content["name"], bytes(buffers[0]))
            finally:
                self.send({"type": "taken"})


class Download(_Widget):
    """A button that saves a file made when it is pressed: `make()` returns its bytes, or None for none."""

    _esm = _module("view.js")
    kind = t.Unicode("download").tag(sync=True)

    def __init__(self, label, make, *, name, mime):
        super().__init__(labels={"download": label})
        self._make, self.file_name, self._mime = make, name, mime

    def _send_file(self, kind):
        data = self._make()
        if data is not None:
            self.send({"type": "file", "name": self.file_name, "mime": self._mime}, [data])


class Copy(_Widget):
    """An address in full, to be read, and a button that copies it. `address` is that of a page as pages name others."""

    _esm = _module("view.js")
    kind = t.Unicode("copy").tag(sync=True)
    address = t.Unicode().tag(sync=True)

    def __init__(self, address, label):
        super().__init__(address=address, labels={"label": label, "copy": _("Copy"), "copied": _("Copied")})


class Progress(_Widget):
    """What long work is doing, how far it is, how long it may take, and a way to stop it."""

    _esm = _module("view.js")
    kind = t.Unicode("progress").tag(sync=True)
    running = t.Bool(False).tag(sync=True)
    share = t.Float(-1.0).tag(sync=True)
    text = t.Unicode().tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_cancel = None

    def speak(self):
        super().speak()
        self.labels = self.labels | {"cancel": _("Cancel")}

    def received(self, content, buffers):
        if content.get("type") == "cancel" and self.on_cancel:
            self.on_cancel()


def button(label, on_click, *, primary=False, page=None):
    """Return a button; with `page`, an error on click is said in that page.

    A press that comes when the page has put something else in its place, as the second of two quick ones does, does
    nothing: it was meant for what is done already. Where it is the first one and the page was made anew meanwhile, the
    page says so.
    """
    made = w.Button(description=label, layout=shared(), style=shared(w.ButtonStyle))
    made.add_class("ccwb-button")
    made.add_class("primary" if primary else "quiet")
    pressed = []

    def act():
        first = not pressed
        pressed.append(True)
        if _holds(page.widget, made):
            on_click()
        elif first and _called(page.widget, label):
            page.say(_("The page was made anew as you pressed '{button}': press it again.", button=label), "near")

    press = page.guard(act) if page else on_click
    made.on_click(lambda _b: press())
    return made


def _holds(widget, one):
    """Return whether `one` is the widget or somewhere inside it."""
    return widget is one or any(_holds(child, one) for child in getattr(widget, "children", ()))


def _called(widget, label):
    """Return whether a button of this name is the widget or somewhere inside it."""
    own = isinstance(widget, w.Button) and widget.description == label
    return own or any(_called(child, label) for child in getattr(widget, "children", ()))


def _keeping():
    return {
        "typed_before": _("You typed here before, and it is not saved: {text}"),
        "put_in": _("Put it in"),
        "let_go": _("Let it go"),
    }


def _field(field):
    if field["kind"] == "slider" and "default" in field:
        digits = 0 if field["default"] == int(field["default"]) else field.get("digits", 0)
        default = f"{text.number(field['default'], digits)} {text.unit(field.get('unit', ''))}".strip()
        field = {"back_label": _("Back to {value}", value=default), **field}
    return field
