"""Two people wrote the same field: both versions stand side by side, and one is chosen, field by field."""

from dataclasses import dataclass
from typing import Any

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui.merging import same
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
    """Ask above the page which version of each field of `sides` holds; return the question, which stays until answered.

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
    box = html.stack(html.html(html.notice(said, "near")), form, html.row(*buttons), classes="ccwb-card ccwb-asked")
    page.ask(box)
    return box


def choose_rows(page, grid, both, save, *, title, who, when):
    """Ask above the page about fields of a grid's rows that two people changed, and take what is chosen into the grid.

    both : list of merging.Both.  save(rows) : as the grid's on_change, called with the rows as chosen.  title : the
    column that tells a reader which row it is.  who, when : of the version in the store.
    """
    columns = {column["key"]: column for column in grid.columns}
    sides = [_side_of(one, columns, title) for one in both]

    def take(mine):
        rows = [dict(row) for row in grid.rows]
        places = [next((n for n, row in enumerate(rows) if one.row and same(row, one.row)), None) for one in both]
        gone = []
        for one, at, own in zip(both, places, mine, strict=True):
            if not own:
                continue
            if one.field and at is not None:
                rows[at][one.field] = one.mine
            elif one.mine is None:
                gone += [at] if at is not None else []
            elif not one.field and at is not None:
                rows[at] = dict(one.mine)
            else:  # taken away by others, meanwhile too: it comes back as it was here
                rows.append(dict(one.mine) if not one.field else {**one.row, one.field: one.mine})
        if any(mine):
            grid.rows = [row for n, row in enumerate(rows) if n not in gone]
            save(grid.rows)

    choose(page, sides, take, who=who, when=when)


def _side_of(one, columns, title):
    row, whole = one.row or one.mine, (one.theirs, one.mine)
    name = str(row.get(title) or text.say().missing)
    if one.field:
        label = _("{field} of '{row}'", field=columns[one.field]["label"], row=name)
        return Side(label, _cell(one.theirs, columns[one.field]), _cell(one.mine, columns[one.field]))
    away = _("taken away")
    sides = [" · ".join(_cell(side.get(key), c) for key, c in columns.items()) if side else away for side in whole]
    return Side(name, *sides)


def _cell(value, column):
    """Return a grid's cell as it is read: a choice in its words, a number in the reader's writing."""
    said = {option["value"]: option["label"] for option in column.get("options", ())}
    if value in said:
        return said[value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return as_typed(value, column)
    return str(value) if value not in (None, "") else text.say().missing


def as_typed(value, field):
    """Return a number of a field as one would type it: a whole one without decimals."""
    digits = field.get("digits", 2)
    return text.number(value, 0 if round(value, digits) == round(value) else digits)
