"""The cells of an Excel file as text."""

import datetime as dt
import io
import re
import zipfile

from ccwb.errors import PlanError
from ccwb.messages import N_

_LITERAL = re.compile(r'"[^"]*"|\\.')  # of a number format: text as it stands, behind the number
_THREE_DECIMALS = re.compile(r"-?\d{1,3}\.\d{3}")
LIMIT_UNPACKED = 600 * 1024 * 1024  # a packed file may claim to be far larger than it is on disk


def read_excel(content, *, name, sheet, limit_rows):
    """Return (rows of text cells, the sheet read, all sheets) of an .xlsx file.

    sheet : the one wanted, or None for the first that has at least two columns and two rows.
    """
    _check_container(content, name)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = tuple(s.title for s in book.worksheets)
        wanted = _wanted(sheets, sheet, name)
        best = None
        for title in wanted:
            rows = _rows(book[title], limit_rows, name)
            if best is None or (not _is_table(best[0]) and _is_table(rows)):
                best = rows, title
            if _is_table(best[0]):
                break
    except PlanError:
        raise
    except Exception as error:  # openpyxl lets whatever a damaged file causes through
        raise PlanError(
            N_(
                "'{name}' cannot be read as an Excel file ({found}). Open it in a spreadsheet program, save it again "
                "as .xlsx or as CSV, then upload that."
            ),
            name=name,
            found=type(error).__name__,
        ) from None
    return best[0], best[1], sheets


def _check_container(content, name):
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        parts = []
    if not any(part.filename.lower().startswith("xl/") for part in parts):
        raise PlanError(
            N_(
                "'{name}' is packed like an Excel file and is none (or it is damaged). Upload the table itself, as "
                ".xlsx or CSV, not in an archive."
            ),
            name=name,
        )
    if sum(part.file_size for part in parts) > LIMIT_UNPACKED:
        raise PlanError(
            N_("'{name}' unpacks to more than {limit} MB. Export a shorter period, or save it as CSV."),
            name=name,
            limit=str(LIMIT_UNPACKED // 1024**2),
        )


def _wanted(sheets, sheet, name):
    if sheet is None and sheets:
        return sheets
    if sheet in sheets:
        return (sheet,)
    raise PlanError(
        N_("'{name}' has no sheet '{sheet}'. It has: {found}. Choose one of these."),
        name=name,
        sheet=sheet or "",
        found=", ".join(sheets) or "-",
    )


def _is_table(rows):
    return sum(sum(cell != "" for cell in row) >= 2 for row in rows[:200]) >= 2


def _rows(sheet, limit_rows, name):
    sheet.reset_dimensions()  # some writers note a size that is not so
    rows = []
    for cells in sheet.iter_rows():
        rows.append(tuple(_percentage(cell) or cell_text(cell.value) for cell in cells))
        if len(rows) > limit_rows:
            raise PlanError(
                N_("'{name}' has more than {limit} rows. Export a shorter period, or split the file."),
                name=name,
                limit=limit_rows,
            )
    return rows


def _percentage(cell):
    """Return a number that its sheet shows as a percentage with the sign, '' for any other cell."""
    value = cell.value
    if not isinstance(value, float) and (isinstance(value, bool) or value not in (0, 1)):
        return ""  # 62 % is kept as 0.62
    shown = _LITERAL.sub("", cell.number_format or "")
    number = f"{value * 100:.10g}"
    number += "0" * bool(_THREE_DECIMALS.fullmatch(number))  # 28.125 % is no 28,125 %
    return f"{number}%" if "%" in shown else ""


def cell_text(value):  # noqa: PLR0911 - one line for each type that a cell can have
    """Return what an Excel cell holds as text that reads back the same: ISO times, h:mm:ss durations, plain numbers.

    >>> cell_text(dt.datetime(2026, 3, 1, 7)), cell_text(dt.timedelta(hours=26, seconds=5)), cell_text(12.0)
    ('2026-03-01 07:00:00', '26:00:05', '12')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return str((value + dt.timedelta(microseconds=500_000)).replace(microsecond=0))
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}"
    return str(value)
