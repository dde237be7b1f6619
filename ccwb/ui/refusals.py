"""What was typed and not taken stays in sight, and nothing is made as if it had not been typed."""

from decimal import Decimal

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.text import _, number

NOT_A_NUMBER = N_("'{text}' is not a number.")
NOT_A_CHOICE = N_("'{text}' is not among the choices.")
NOT_A_DAY = N_("'{text}' is not a day such as 2026-03-29.")
IN_GRID = {
    "number": N_("{field} in row {row}: '{typed}' is not a number."),
    "date": N_("{field} in row {row}: '{typed}' is not a day such as 2026-03-29."),
}
NO_CHOICE = N_("{field} in row {row}: '{typed}' is not among the choices. Choose one of: {choices}.")
IN_ROW = N_("{field} in row {row}, {typed}: {why}")
ROW_GONE = N_("Somebody took this row away while you typed: '{typed}'. Add it again if it still holds.")


def out_of_range(field, value):
    """Return what is wrong with a number typed in a field, "" when nothing is.

    `least` and `most` of a field bound what may be typed, where that goes further than its slider from `min` to `max`;
    `whole` says that it counts whole things.
    """
    if value is None:
        return ""
    low, high = field.get("least", field.get("min")), field.get("most", field.get("max"))
    if not low <= value <= high:
        if not field.get("unit"):
            return _("From {low} to {high}.", low=written(low), high=written(high))
        return _("From {low} to {high} {unit}.", low=written(low), high=written(high), unit=text.unit(field["unit"]))
    return _("A whole number is needed here.") if field.get("whole") and value != int(value) else ""


def written(value):
    """Return a number with all the decimals that it has, as it was typed.

    >>> written(2.5), written(-50), written(0.001), written(99.999999), written(1200.0)
    ('2.5', '−50', '0.001', '99.999999', '1,200')
    """
    return number(value, max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)).replace("-", "−")


def in_form(form):
    """Return what a form shows that was not taken, a PlanError each."""
    found = []
    for field in form.fields:
        key, label = field["key"], field["label"]
        if key in form.refused:
            found.append(PlanError(N_("{field}: '{typed}' is not a number."), field=label, typed=form.refused[key]))
        elif form.errors.get(key):
            typed = form.values.get(key)
            said = typed if isinstance(typed, str) else "" if typed is None else written(typed)
            found.append(PlanError(N_("{field}, {typed}: {why}"), field=label, typed=said, why=form.errors[key]))
    return found


def in_grid(grid):
    """Return what an editable table shows that was not taken, a PlanError each."""
    return [_in_cell(grid, cell) for cell in grid.refused]


def in_rows(grid):
    """Return the first of what was not taken in each row that has such a cell: place of the row -> PlanError."""
    return {cell["row"]: _in_cell(grid, cell) for cell in reversed(grid.refused)}


def _in_cell(grid, cell):
    column = next(column for column in grid.columns if column["key"] == cell["key"])
    told = {"field": column["label"], "row": cell["row"] + 1, "typed": cell["text"]}
    if "why" in cell:
        return PlanError(IN_ROW, why=cell["why"], **told)
    options = column.get("options") or [{"label": _("yes")}, {"label": _("no")}]
    choices = [str(option["label"]) for option in options]
    return PlanError(IN_GRID.get(column["kind"], NO_CHOICE), choices=choices, **told)


def stop_at(found):
    """Raise a PlanError that names all that was not taken; `found` is a list of PlanErrors, empty when all was."""
    if found:
        raise PlanError(
            N_("Nothing was made, because something in sight was not taken. {what} Correct it, then press again."),
            what=found,
        )


def stop_saving(found):
    """Raise a PlanError that names all that was not taken in a table that is saved as it is changed.

    What else was changed in it is still there, and is saved once all of it is taken.
    """
    if found:
        raise not_saved(found)


def not_saved(found):
    """Return the PlanError that names all that was not taken in a table that is saved as it is changed."""
    said = N_("Not saved, because something in this table was not taken. {what} Correct it: the rest is saved, too.")
    return PlanError(said, what=found)
