"""What the cells of a block say that is pasted from a spreadsheet."""

import datetime as dt

from ccwb.ui import text
from ccwb.ui.text import _

_OTHER = object()  # what no cell says


def pasted_cell(cell, column, row):
    """Return what a pasted cell says in a column of a row; what cannot be read there leaves the present value."""
    present = row.get(column["key"])
    match column["kind"]:
        case "number":
            return _number(cell, column, row, present)
        case "check":
            return _ticks().get(cell.casefold(), present)
        case "select":
            said = {str(o[part]).casefold(): o["value"] for part in ("label", "value") for o in column["options"]}
            return said.get(cell.casefold(), present)
        case "date":
            return _day(cell, present)
        case "static":
            return present
    return cell


def _number(cell, column, row, other):
    """Return the number in a cell, None where it is empty, `other` where it holds something else."""
    try:
        return text.read_number(cell, unit_of(column, row)) if cell else None
    except ValueError:
        return other


def unit_of(column, row):
    """Return the unit that stands beside the numbers of a column: its own, or that of the row, as `unit_in` says."""
    return column.get("unit") or row.get(column.get("unit_in")) or ""


def unread(cell, column, row):
    """Return whether a pasted cell holds none of what its column can hold."""
    return column["kind"] != "static" and pasted_cell(cell, column, {**row, column["key"]: _OTHER}) is _OTHER


def _ticks():
    """Return what a cell says of a tick: word -> whether it is set."""
    no = dict.fromkeys(("", "0", "-", "no", "false", _("no").casefold()), False)
    return no | dict.fromkeys(("1", "x", "yes", "true", _("yes").casefold()), True)


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
