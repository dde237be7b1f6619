"""What was typed into a page and is saved nowhere, carried over to the same page when it is made anew."""

from ccwb.ui.fold import Fold
from ccwb.ui.widgets import Form, Grid

TYPED = ("text", "long", "number", "slider", "date", "check", "choices")


def carry_over(old, new, *, typed):
    """Let the widgets of a page that was made anew come in the place of those that were there.

    Folds that were open are open again, and what is half typed in the browser goes on where it was. With `typed` what
    was committed and is saved nowhere is put in, too, and heard by the page as if it were typed again; without it that
    is gone, as after a form was sent.

    old, new : lists of widgets. Which is which is told by what they hold, so that others may have come between them.
    """
    for one, other in _pairs(_pieces(old), _pieces(new)):
        if one is other:
            continue
        if isinstance(one, Fold):
            _into_fold(other, one, typed)
        else:
            other.take_place(one)
            if typed:
                _into_form(other, one) if isinstance(other, Form) else other.take_rows(one)


def _into_fold(fold, old, typed):
    if old.opened:
        fold.opened = True
    elif typed and _holds_typed(old.body):
        fold.fill()
    old.head.observe(lambda change: setattr(fold, "opened", change["new"]), "opened")  # one that is under way
    carry_over(old.body.children, fold.body.children, typed=typed)


def _into_form(form, old):
    kinds = {field["key"]: field["kind"] for field in form.fields}
    for key, (was, value) in list(old.typed.items()):
        now = form.values.get(key)
        if kinds.get(key) in TYPED and old.values.get(key) == value and now == was != value:
            form.received({"type": "change", "key": key, "value": value, "final": True}, [])
    form.refused = form.refused | {key: said for key, said in old.refused.items() if key in kinds}


def _holds_typed(widget):
    if isinstance(widget, (Form, Grid)):
        return bool(widget.typed or widget.refused or getattr(widget, "begun", False))
    return any(map(_holds_typed, getattr(widget, "children", ())))


def _pieces(widgets):
    """Return the folds, forms and tables among widgets and inside them, as they are read; not those inside folds."""
    out = []
    for one in widgets:
        out += [one] if isinstance(one, (Fold, Form, Grid)) else _pieces(getattr(one, "children", ()))
    return out


def _pairs(old, new):
    """Return (old, new) of the pieces that are one: alike in their words, else (in another language) in their keys."""
    out = []
    for name in (_words, _keys):
        known = [name(one) for one in old]
        for key in (one for n, one in enumerate(known) if one not in known[:n]):
            mine, others = ([one for one in pieces if name(one) == key] for pieces in (old, new))
            if len(mine) == len(others):
                out += zip(mine, others, strict=True)
        old, new = ([one for one in pieces if not any(one in pair for pair in out)] for pieces in (old, new))
    return out


def _words(one):
    """Return what tells one piece from others: its kind, its keys and how it is called."""
    if isinstance(one, Form):
        return (*_keys(one), [field["label"] for field in one.fields])
    return (*_keys(one), one.title if isinstance(one, Fold) else one.file_name)


def _keys(one):
    if isinstance(one, Form):
        return "form", [(field["key"], field["kind"]) for field in one.fields]
    return ("fold",) if isinstance(one, Fold) else ("table", [column["key"] for column in one.columns])
