"""The widgets of the workbook: native, labelled HTML controls that work by keyboard, on a phone and right to left.

Each is a thin Python class; its behaviour in the browser is a file in `static/`. Why not the stock controls: their
sliders carry no typed value and no label for a screen reader, they squeeze at 390 px, and right to left breaks them.
"""

import datetime as dt
from pathlib import Path

import anywidget
import ipywidgets as w
import traitlets as t

from ccwb.ui import refusals, text
from ccwb.ui.text import _

STATIC = Path(__file__).parent / "static"
LIMIT_BYTES = 25 * 2**20  # of an upload; the intake holds the same limit, and a test holds the two together
_OTHER = object()  # what no cell says
ROWS_SHOWN = 60  # rows of a table that go to the page; the download has them all


def _module(name):
    return (STATIC / "common.js").read_text(encoding="utf-8") + (STATIC / name).read_text(encoding="utf-8")


_shared = {}


def shared(kind=w.Layout):
    """Return the one Layout (or style) of all widgets that set nothing of their own.

    A Layout for each widget, as ipywidgets makes them, is half of all that a page sends to the browser when it opens,
    and says nothing: how our widgets look stands in page.css. So never set a trait of it; `html.show` hides a widget.
    """
    if kind not in _shared or _shared[kind].comm is None:
        _shared[kind] = kind()
    return _shared[kind]


class _Widget(anywidget.AnyWidget):
    """What all our widgets share: the reader's language and downloads answered from `file_table`."""

    locale = t.Unicode().tag(sync=True)
    labels = t.Dict().tag(sync=True)
    file_name = "table"

    def __init__(self, **traits):
        traits.setdefault("locale", text.say().language)
        traits.setdefault("layout", shared())
        super().__init__(**traits)
        said = {"csv": _("CSV"), "xlsx": _("Excel"), "data": _("Data"), "not_number": _(refusals.NOT_A_NUMBER)}
        self.labels = said | self.labels
        self.on_msg(self._received)

    def _received(self, _widget, content, buffers):
        if content.get("type") == "download":
            self._send_file(content["kind"])
        else:
            self.received(content, buffers)

    def received(self, content, buffers):
        """Take a message from the browser; the classes below say what they know."""

    def file_table(self):
        """Return the table that a download holds."""
        raise LookupError(_("This widget holds no table."))

    def file_sheets(self):
        """Return the sheets that an Excel download holds, name -> table."""
        return {self.file_name[:31]: self.file_table()}

    def _send_file(self, kind):
        from ccwb import reports

        data = reports.to_csv(self.file_table()) if kind == "csv" else reports.to_excel(self.file_sheets())
        mime = "text/csv" if kind == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.send({"type": "file", "name": f"{self.file_name}.{kind}", "mime": mime}, [data])


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

    def turn(self, values, *, keep):
        """Show the fields of something else: its values, and the name under which the tab holds what is typed."""
        with self.hold_sync():
            self.values, self.keep = values, keep

    def settle(self):
        """Let go of what the tab holds: all of it is saved, or was decided about."""
        self.send({"type": "settled", "scope": self.keep})

    def received(self, content, buffers):
        if content.get("type") == "refused":
            self.refused = {**self.refused, content["key"]: content["text"]}
        if content.get("type") != "change":
            return
        key, kept, saved = content["key"], self.keep, None
        try:
            with self.hold_sync():
                self.refused = {k: said for k, said in self.refused.items() if k != key}
                self.values = {**self.values, key: content["value"]}
                if self._on_change:
                    saved = self._on_change(key, content["value"], bool(content["final"]))
        finally:
            told = {"scope": kept, "key": key, "value": content["value"], "saved": saved is True} if kept else {}
            self.send({"type": "done", **told})


class Grid(_Widget):
    """An editable table. `columns` describes cells (kinds as in Form, and static), `rows` is a list of dicts.

    on_change(rows) hears every committed change; `new_row()` gives what an added row starts with. A block pasted from
    a spreadsheet fills cells from the one in focus and adds rows as needed. What is typed as a number and is none stays
    in its cell with a sentence; `refused` has it: [{row, key, text}].

    keep : as in Form, for rows that have an `id`; a row that has none yet is held too, until it is gone or has one.
    """

    _esm = _module("grid.js")
    columns = t.List().tag(sync=True)
    rows = t.List().tag(sync=True)
    addable = t.Bool(True).tag(sync=True)
    removable = t.Bool(True).tag(sync=True)
    empty_text = t.Unicode().tag(sync=True)
    refused = t.List().tag(sync=True)
    keep = t.Unicode().tag(sync=True)
    _taking = False

    def __init__(self, columns, rows, *, on_change=None, new_row=dict, add_label=None, name="table", **traits):
        traits.setdefault("empty_text", _("Nothing here yet."))
        labels = {"add": add_label or _("Add a row"), "remove": _("Remove row")}
        labels |= _keeping() if "keep" in traits else {}
        super().__init__(columns=columns, rows=rows, labels=labels, **traits)
        self._on_change, self._new_row, self.file_name = on_change, new_row, name

    def received(self, content, buffers):
        rows = [dict(row) for row in self.rows]
        match content.get("type"):
            case "refused":
                cell = {name: content[name] for name in ("row", "key", "text")}
                self.refused = [*self._refused_but(cell["row"], cell["key"]), cell]
                return
            case "change":
                rows[content["row"]][content["key"]] = content["value"]
                self.refused = self._refused_but(content["row"], content["key"])
            case "add":
                rows.append(self._new_row())
            case "remove":
                rows.pop(at := content["row"])
                left = [cell for cell in self.refused if cell["row"] != at]
                self.refused = [{**cell, "row": cell["row"] - (cell["row"] > at)} for cell in left]
            case "paste":
                self._paste(rows, content)
            case "begun":  # what a tab still held of rows that were never saved
                known = [column["key"] for column in self.columns if column["kind"] != "static"]
                rows += [{key: row[key] for key in known if key in row} for row in content["rows"]]
            case _:
                return
        field = rows[content["row"]].get("id") if content["type"] == "change" else None
        kept = self.keep
        self._taking = True
        self.rows = rows
        self._taking = False
        saved = self._on_change(rows) if self._on_change else None
        if kept and field is not None:
            told = {"scope": kept, "field": f"{field}|{content['key']}", "value": content["value"]}
            self.send({"type": "done", **told, "saved": saved is True})

    def settle(self):
        """Let go of what the tab holds of known rows: all of it is saved, or was decided about."""
        self.send({"type": "settled", "scope": self.keep})

    def _refused_but(self, row, key):
        return [cell for cell in self.refused if (cell["row"], cell["key"]) != (row, key)]

    @t.observe("rows")
    def _rows_given(self, change):
        """What was refused goes where its row goes when the page gives other rows."""
        if self.refused and not self._taking:
            keys = [column["key"] for column in self.columns]
            self.refused = refusals.moved(self.refused, change.old, change.new, keys)

    def file_table(self):
        import pandas as pd

        labels = {c["key"]: c["label"] for c in self.columns}
        return pd.DataFrame(self.rows, columns=list(labels)).rename(columns=labels)

    def _paste(self, rows, content):
        columns = self.columns[content["column"] :]
        for down, line in enumerate(content["text"].rstrip("\n").replace("\r", "").split("\n")):
            at = content["row"] + down
            if at == len(rows):
                rows.append(self._new_row())
            for column, cell in zip(columns, line.split("\t"), strict=False):
                rows[at][column["key"]] = _typed(cell.strip(), column, rows[at].get(column["key"]))
                self.refused = self._refused_but(at, column["key"]) + _unread(cell.strip(), column, at)


class TableView(_Widget):
    """A read-only table with CSV and Excel downloads. `table` is shown as `columns` say, and downloaded whole.

    columns : list of (column, label) or (column, label, show) with `show` turning a value into text.
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
        self._table = table
        self.columns, rows, self.rest = shown(table, columns)
        self.rows = rows

    def file_table(self):
        return self._table


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


class Progress(_Widget):
    """What long work is doing, how far it is, how long it may take, and a way to stop it."""

    _esm = _module("view.js")
    kind = t.Unicode("progress").tag(sync=True)
    running = t.Bool(False).tag(sync=True)
    share = t.Float(-1.0).tag(sync=True)
    text = t.Unicode().tag(sync=True)

    def __init__(self):
        super().__init__(labels={"cancel": _("Cancel")})
        self.on_cancel = None

    def received(self, content, buffers):
        if content.get("type") == "cancel" and self.on_cancel:
            self.on_cancel()


def shown(table, columns=None, rows=ROWS_SHOWN):
    """Return (columns, rows, rest) as the browser wants them: texts, and a sentence on the rows left out."""
    columns = columns or [(c, c) for c in table.columns]
    shows = [(c[0], c[1], c[2] if len(c) > 2 else _as_text) for c in columns]
    numeric = [table[c].dtype.kind in "iuf" for c, _label, _show in shows]
    heads = [{"label": label, "number": n} for (_c, label, _show), n in zip(shows, numeric, strict=True)]
    part = table.head(rows)
    texts = [[show(v) for v in part[c]] for c, _label, show in shows]
    left = len(table) - len(part)
    rest = _("{n} more rows are in the download.", n=text.number(left)) if left else ""
    return heads, [list(row) for row in zip(*texts, strict=True)], rest


def button(label, on_click, *, primary=False, page=None):
    """Return a button; with `page`, an error on click is said in that page.

    A press that comes when the page has put something else in its place, as the second of two quick ones does, does
    nothing: it was meant for what is done already.
    """
    made = w.Button(description=label, layout=shared(), style=shared(w.ButtonStyle))
    made.add_class("ccwb-button")
    made.add_class("primary" if primary else "quiet")
    press = page.guard(lambda: on_click() if _holds(page.widget, made) else None) if page else on_click
    made.on_click(lambda _b: press())
    return made


def _holds(widget, one):
    """Return whether `one` is the widget or somewhere inside it."""
    return widget is one or any(_holds(child, one) for child in getattr(widget, "children", ()))


def _keeping():
    return {
        "typed_before": _("You typed here before, and it is not saved: {text}"),
        "put_in": _("Put it in"),
        "let_go": _("Let it go"),
    }


def _as_text(value):
    import pandas as pd

    if value is None or pd.isna(value):
        return text.say().missing
    if isinstance(value, float):
        return text.number(value, 0 if abs(value) >= 100 or value == int(value) else 2)
    if isinstance(value, pd.Timestamp):
        return (
            f"{text.date(value, 'short')} {text.clock(value)}"
            if value != value.normalize()
            else text.date(value, "short")
        )
    return text.number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _field(field):
    if field["kind"] == "slider" and "default" in field:
        digits = 0 if field["default"] == int(field["default"]) else field.get("digits", 0)
        default = f"{text.number(field['default'], digits)} {field.get('unit', '')}".strip()
        field = {"back_label": _("Back to {value}", value=default), **field}
    return field


def _typed(cell, column, present):
    """Return what a pasted cell says in a column; what cannot be read there leaves the present value."""
    match column["kind"]:
        case "number":
            return _number(cell, present)
        case "check":
            return cell.casefold() in ("1", "x", "yes", "true", _("yes").casefold())
        case "select":
            said = {str(o[part]).casefold(): o["value"] for part in ("label", "value") for o in column["options"]}
            return said.get(cell.casefold(), present)
        case "date":
            return _day(cell, present)
        case "static":
            return present
    return cell


def _number(cell, present):
    """Return the number in a cell, None where it is empty, `present` where it holds something else."""
    try:
        return text.read_number(cell) if cell else None
    except ValueError:
        return present


def _unread(cell, column, row):
    """Return the refused cells that a pasted one is: itself where it should hold a number and holds something else."""
    other = column["kind"] == "number" and _number(cell, _OTHER) is _OTHER
    return [{"row": row, "key": column["key"], "text": cell}] if other else []


def _day(cell, present):
    """Return a day written as 2026-03-29 or 29.3.2026 in the first form; empty is none."""
    if not cell:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(cell, form).date().isoformat()
        except ValueError:
            continue
    return present
