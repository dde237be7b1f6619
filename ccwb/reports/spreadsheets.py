"""Tables out: CSV and Excel that open rightly in a spreadsheet and run nothing there."""

import datetime as dt
import io
import math
import re

import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_

RUNS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes a text that begins so for a formula, or for a new cell
EXCEL_ROWS = 1_048_576
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def safe_cell(value):
    """Return a cell that a spreadsheet shows and does not run: such a text gets an apostrophe in front.

    Numbers, times and missing values stay as they are.

    >>> safe_cell("=1+1"), safe_cell("-5 % in May"), safe_cell(-5), safe_cell("Anna")
    ("'=1+1", "'-5 % in May", -5, 'Anna')
    """
    if isinstance(value, str) and value.startswith(RUNS):
        return "'" + value
    return value


def to_csv(table, *, delimiter=",", decimal="."):
    """Return a table as CSV, UTF-8 with a byte order mark so that Excel reads every script.

    table : any DataFrame; its index is not written.  Zone aware times are written as local times, their zone in the
    heading: 'interval_start (Europe/Berlin)'; an hour that the clock shows twice stands there twice, in order.
    Missing cells are empty.  delimiter, decimal : as the reader's spreadsheet wants them (';' and ',' in many
    countries).

    >>> to_csv(pd.DataFrame({"agent": ["@home"], "aht_s": [180.5]})).decode("utf-8-sig").splitlines()
    ['agent,aht_s', "'@home,180.5"]
    """
    if delimiter == decimal:
        raise PlanError(
            N_("Cells and decimals cannot both be marked by '{mark}'. Choose another delimiter."), mark=delimiter
        )
    out = _plain(table)
    for name in out:
        if out[name].dtype.kind == "M":
            out[name] = _time_texts(out[name])
    text = out.to_csv(index=False, sep=delimiter, decimal=decimal, lineterminator="\r\n")
    return text.encode("utf-8-sig", errors="replace")


def to_excel(tables, *, right_to_left=False):
    """Return an Excel file (.xlsx), one sheet for each of `tables`, a dict of sheet name -> DataFrame.

    Headings are bold and stay in sight; times are real Excel times, without a zone, the zone being in the heading.
    Texts that a spreadsheet would run are made harmless, characters that Excel cannot hold become '?'. Sheet names are
    cut to 31 characters and told apart by a number. PlanError when there is no table or one is longer than a sheet.
    right_to_left : the columns begin at the right, as a Persian reader's spreadsheet has them.

    >>> len(to_excel({"history": pd.DataFrame({"offered": [3]})})) > 1000
    True
    """
    from openpyxl import Workbook

    if not tables:
        raise PlanError(N_("There is no table to write. Choose at least one."))
    book = Workbook(write_only=True)
    names = set()
    for name, table in tables.items():
        if len(table) >= EXCEL_ROWS:
            raise PlanError(
                N_("The table {name} has {found} rows; an Excel sheet holds {limit}. Download it as CSV."),
                name=name,
                found=len(table),
                limit=EXCEL_ROWS - 1,
            )
        sheet = book.create_sheet(_sheet_name(name, names))
        sheet.sheet_view.rightToLeft = right_to_left
        _write_sheet(sheet, _plain(table))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(table):
    """Return a copy whose headings and texts are safe and whose times are local, their zone in the heading."""
    out, names = {}, set()
    for place, name in enumerate(table.columns):
        column = table.iloc[:, place].reset_index(drop=True)
        heading = str(name)
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            heading = f"{heading} ({column.dt.tz})"
            column = column.dt.tz_localize(None)
        heading = _once(safe_cell(heading), names)
        out[heading] = column.map(_safe_value, na_action="ignore") if column.dtype.kind not in "Mifub" else column
    return pd.DataFrame(out)


def _safe_value(value):
    return safe_cell(value) if isinstance(value, (str, int, float, bool, dt.date)) else safe_cell(str(value))


def _once(name, taken):
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name} {number}"
    taken.add(unique)
    return unique


def _time_texts(times):
    """Return times as ISO text: days alone where every time is a midnight, seconds only where they are needed."""
    known = times.dropna()
    if (known == known.dt.normalize()).all():
        style = "%Y-%m-%d"
    else:
        style = "%Y-%m-%d %H:%M:%S" if (known.dt.second != 0).any() else "%Y-%m-%d %H:%M"
    return times.dt.strftime(style)


def _sheet_name(name, taken):
    """Return a name that Excel accepts for a sheet and that no other sheet has, whatever its case."""
    clean = _NOT_IN_A_SHEET_NAME.sub(" ", NOT_IN_XML.sub("?", str(name))).strip().strip("'")[:31] or "Sheet"
    number, unique = 1, clean
    while unique.lower() in taken:
        number += 1
        unique = f"{clean[: 30 - len(str(number))]} {number}"
    taken.add(unique.lower())
    return unique


def _write_sheet(sheet, table):
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for place, name in enumerate(table.columns, start=1):
        times = 20 if table[name].dtype.kind == "M" else 0
        sheet.column_dimensions[get_column_letter(place)].width = min(max(len(name) + 2, times, 10), 60)
    heads = [WriteOnlyCell(sheet, value=_excel_text(name)) for name in table.columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in zip(*(_excel_values(table[name]) for name in table.columns), strict=True):
        sheet.append(row)


def _excel_values(column):
    """Return a column's values as Excel holds them; None where missing. Infinite numbers are written as text."""
    if column.dtype.kind == "M":
        return [None if pd.isna(v) else v.to_pydatetime() for v in column]
    return [_excel_value(v) for v in column.astype(object)]


def _excel_value(value):
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        return _excel_text(value)
    return str(value) if value in (float("inf"), float("-inf")) else value


def _excel_text(text):
    return NOT_IN_XML.sub("?", text)[:32_767]
