"""From the sample, or a workbook that has served, to a blank one: everything is put aside in a copy first."""

import datetime as dt

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button


def afresh(page):
    """Return a fold on the setup page that begins a blank workbook, once the centre's name was typed to agree."""
    said = _(
        "Everything in this workbook is put aside in a copy beside it, and you begin with an empty one. The copy can "
        "be opened again as a database of its own. Others who have pages open should reload them."
    )
    name = page.centre()["name"] or _("blank")
    label = _("Type '{name}' to agree", name=name)
    form = Form([{"key": "agreed", "label": label, "kind": "text"}], {"agreed": ""})

    def begin():
        if (form.values["agreed"] or "").strip() != name:
            raise PlanError(N_("Nothing was changed. To begin a blank workbook, type '{name}' first."), name=name)
        copy = page.store.set_aside(by=page.person, at=dt.datetime.now(dt.UTC))
        page.step = page.shell.saved = page.shell.saved_state = ""  # nothing is saved in the new one yet
        page.open()
        page.say(_("The workbook is empty now. What was in it is in the file {name}.", name=copy), "good")

    go = button(_("Begin a blank workbook"), begin, page=page)
    return html.fold(_("Begin a blank workbook"), html.html(html.paragraph(said)), form, go)
