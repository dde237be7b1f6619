"""Two people wrote the same field: both versions stand side by side, and one is chosen, field by field."""

from dataclasses import dataclass
from typing import Any

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button

THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True)
class Side:
    """One field with both versions as they are read, theirs and mine; now : theirs as the document holds it."""

    label: str
    theirs: str
    mine: str
    now: Any = None


def choose(page, sides, take, *, who, when):
    """Ask above the page which version of each field of `sides` holds; it stays there until it is answered.

    take(mine) : called with the answers, a list of bools in the order of `sides`: True where this page's version was
    chosen.  who, when : of the version in the store.
    """
    options = [
        [
            {"value": THEIRS, "label": _("{who}: {text}", who=who or text.say().missing, text=side.theirs)},
            {"value": MINE, "label": _("You: {text}", text=side.mine)},
        ]
        for side in sides
    ]
    fields = [
        {"key": str(n), "label": side.label or _("Which one holds?"), "kind": "choices", "options": options[n]}
        for n, side in enumerate(sides)
    ]

    def done():
        chosen = [form.values[field["key"]] for field in fields]
        if None in chosen:
            raise PlanError(N_("Choose a version of each field first: theirs or yours."))
        page.answered(box)
        take([one == MINE for one in chosen])

    def all_of(one):
        form.values = {field["key"]: one for field in fields}
        done()

    form = Form(fields, on_change=page.guard(lambda *_change: done() if len(fields) == 1 else None))
    form.add_class("ccwb-sides")
    one = N_("{who} changed the same field, {when}. Both versions are here, nothing is lost: choose which one holds.")
    some = N_("{who} changed the same fields, {when}. Both versions are here, nothing is lost: choose for each field.")
    said = _(one if len(fields) == 1 else some, who=who or text.say().missing, when=text.when(when))
    buttons = [button(_("Keep mine"), lambda: all_of(MINE), page=page)]
    buttons.append(button(_("Take theirs"), lambda: all_of(THEIRS), page=page))
    if len(fields) > 1:
        buttons.insert(0, button(_("Save what I chose"), done, primary=True, page=page))
    box = html.stack(html.html(html.notice(said, "near")), form, html.row(*buttons), classes="ccwb-card")
    page.ask(box)
