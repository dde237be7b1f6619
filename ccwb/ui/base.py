"""What all widgets of the workbook share."""

import threading
from pathlib import Path
from uuid import uuid4

import anywidget
import ipywidgets as w
import traitlets as t

from ccwb.headings import headed
from ccwb.ui import refusals, text
from ccwb.ui.text import _

STATIC = Path(__file__).parent / "static"
BY_TURNS = threading.RLock()  # what hands, long work and others' saves do to a page is done one after the other


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
    """What all our widgets share: the reader's language and downloads answered from `file_table`.

    place : a name that a widget shares with the one in whose place it came when the page was made anew.
    """

    locale = t.Unicode().tag(sync=True)
    place = t.Unicode().tag(sync=True)
    heir = None  # the widget that came in the place of this one: it gets what was under way to this one
    labels = t.Dict().tag(sync=True)
    file_name = "table"

    def __init__(self, **traits):
        traits.setdefault("layout", shared())
        super().__init__(place=uuid4().hex[:12], **traits)
        self.speak()
        self.on_msg(self._received)

    def speak(self):
        """Say what all our widgets share in the language of the page, also where another one was chosen since."""
        said = {"csv": _("CSV"), "xlsx": _("Excel"), "data": _("Data"), "not_number": _(refusals.NOT_A_NUMBER)}
        said |= {"not_choice": _(refusals.NOT_A_CHOICE), "not_day": _(refusals.NOT_A_DAY)}
        self.locale, self.labels = text.say().language, self.labels | said

    def take_place(self, other):
        """Come in the place of another widget: what is half typed there goes on here."""
        self.place, other.heir = other.place, self

    def _received(self, _widget, content, buffers):
        with BY_TURNS:
            if self.heir is not None:
                self.heir._received(self.heir, content, buffers)
            elif content.get("type") == "download":
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
        return {_("Data"): self.file_table()}

    def file_labels(self):
        """Return column -> what the page itself calls it, for those that are called otherwise than everywhere."""
        return {}

    def _send_file(self, kind):
        from ccwb import reports

        sheets = {"": self.file_table()} if kind == "csv" else self.file_sheets()
        sheets = {name: headed(one, text.say(), self.file_labels()) for name, one in sheets.items()}
        turned = text.say().direction == "rtl"
        data = reports.to_csv(sheets[""]) if kind == "csv" else reports.to_excel(sheets, right_to_left=turned)
        mime = "text/csv" if kind == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.send({"type": "file", "name": f"{self.file_name}.{kind}", "mime": mime}, [data])
