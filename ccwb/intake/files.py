"""The bytes of a file -> a table of text cells, with the row numbers that a spreadsheet would show."""

import csv
import io
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.intake.headings import looks_like_heading, tokens
from ccwb.intake.languages import seen
from ccwb.intake.sheets import read_excel
from ccwb.intake.wide import unfolded
from ccwb.messages import N_

LIMIT_BYTES = 25 * 1024 * 1024
LIMIT_ROWS = 2_000_000
LIMIT_COLUMNS = 500
LIMIT_CELLS = 40_000_000  # a single long row makes every row long
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
_HEADING_WITHIN = 30  # a heading line is looked for among the first rows: exports put a title and a period above it

_SIGNATURES = (  # how a file begins that is no table, whatever its name says
    (b"\x89PNG", N_("a picture (PNG)")),
    (b"\xff\xd8\xff", N_("a picture (JPEG)")),
    (b"GIF8", N_("a picture (GIF)")),
    (b"BM", N_("a picture (BMP)")),
    (b"RIFF", N_("a picture, a sound or a film")),
    (b"%PDF", N_("a PDF")),
    (b"\x1f\x8b", N_("a compressed file (gzip)")),
    (b"7z\xbc\xaf", N_("a compressed file (7z)")),
    (b"Rar!", N_("a compressed file (rar)")),
    (b"SQLite format 3", N_("a database")),
    (b"PAR1", N_("a Parquet file")),
)


@dataclass(frozen=True)
class RawTable:
    """A file as text: nothing is interpreted yet.

    cells : one column a heading, every cell a text without spaces around it ('' where empty); the index holds the row
    numbers of the file, counted from 1 with every line above.  name, sheet : where it was read.  sheets : all sheets
    of an Excel file.  dialect : what was found out (delimiter, encoding, heading_row).
    refused : (row numbers, template) of rows that do not fit the headings.  numbers : of a wide table, which has a
    column for each time of day or each day, the row number of each cell, each of which is a row here; else None.
    wide : that table as it stands in the file, or None.
    """

    cells: pd.DataFrame
    name: str
    sheet: str = ""
    sheets: tuple = ()
    dialect: dict = field(default_factory=dict)
    refused: tuple = ()
    numbers: np.ndarray | None = None
    wide: "RawTable | None" = None

    def row(self, label):
        """Return the row number in the file of a row of `cells`, by its index."""
        return int(label if self.numbers is None else self.numbers[label])

    @property
    def headings(self):
        return list(self.cells.columns)


def read_file(content, *, name, sheet=None):
    """Return the table in an uploaded file, every cell as text.

    content : the bytes, at most LIMIT_BYTES.  name : the file's name, for messages; what is inside decides how it is
    read.  sheet : which sheet of an Excel file; without it the first one that looks like a table.
    Raises PlanError, in words, for whatever holds no table or more than one reading of it.

    >>> raw = read_file(b"Date;Calls\\n2026-01-01;1.204\\n", name="calls.csv")
    >>> raw.headings, raw.dialect["delimiter"], raw.cells.index.to_list()
    (['Date', 'Calls'], ';', [2])
    """
    if not isinstance(content, bytes):
        content = bytes(content)
    _check_bytes(content, name)
    if content.startswith(b"PK\x03\x04"):
        rows, sheet, sheets = read_excel(content, name=name, sheet=sheet, limit_rows=LIMIT_ROWS)
        grid = _grid_of_rows(rows, name)
        return _table(grid, {"encoding": "xlsx"}, name=name, sheet=sheet, sheets=sheets)
    text, encoding = decode(content, name)
    return _read_text(text, name=name, encoding=encoding)


def read_paste(text, *, name="pasted rows"):
    """Return the table in text copied from a spreadsheet (tabs) or typed with another delimiter.

    >>> read_paste("Agent\\tHours\\nAda\\t38.5").cells.iloc[0].tolist()
    ['Ada', '38.5']
    """
    if len(text) > LIMIT_BYTES:
        raise _too_large(name, len(text))
    if not text.strip():
        raise PlanError(N_("'{name}' is empty: there is nothing to read. Choose another file."), name=name)
    return _read_text(text, name=name, encoding="text")


def _check_bytes(content, name):
    if not content.strip():
        raise PlanError(N_("'{name}' is empty: there is nothing to read. Choose another file."), name=name)
    if len(content) > LIMIT_BYTES:
        raise _too_large(name, len(content))
    for signature, what in _SIGNATURES:
        if content.startswith(signature) and not (len(signature) == 2 and _is_text(content[:400])):
            raise _no_table(name, what)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise PlanError(
            N_(
                "'{name}' is an old Excel file (.xls) or one with a password; neither can be read. Open it, save it "
                "as .xlsx without a password or as CSV, then upload that."
            ),
            name=name,
        )


def _is_text(start):
    return not any(byte < 9 for byte in start)


def _too_large(name, size):
    return PlanError(
        N_(
            "'{name}' has {size} MB; the limit is {limit} MB. Export a shorter period or fewer columns, or split the "
            "file; parts can be imported one after the other."
        ),
        name=name,
        size=f"{size / 1024**2:.1f}",
        limit=str(LIMIT_BYTES // 1024**2),
    )


def _no_table(name, what):
    return PlanError(
        N_(
            "'{name}' is not a table: inside it is {what}, whatever its name ends in. Export the data as CSV or as an "
            "Excel file (.xlsx), then upload that."
        ),
        name=name,
        what=what,
    )


def decode(content, name):
    """Return (text, encoding) of a text file; PlanError when the bytes are no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding, name), encoding
    sample = content[:4000]
    if b"\x00" in sample:
        encoding = "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
        return _decoded(content, encoding, name), encoding
    for encoding in ("utf-8", "cp1256" if _is_arabic(content) else "cp1252"):
        try:
            return _no_controls(content.decode(encoding), name), encoding
        except UnicodeDecodeError:
            continue
    return _no_controls(content.decode("latin-1"), name), "latin-1"


def _is_arabic(content):
    """Return whether bytes that are no UTF-8 are text in Arabic letters (Windows 1256) rather than Western (1252).

    In Western text a byte above 127 stands among small letters; Arabic words are made of nothing else.
    """
    runs = re.findall(rb"[\x80-\xff]+", content[:200_000])
    return sum(len(run) >= 3 for run in runs) * 2 > len(runs)


def _decoded(content, encoding, name):
    try:
        return _no_controls(content.decode(encoding), name)
    except UnicodeDecodeError:
        raise _no_table(name, N_("something that is no text")) from None


def _no_controls(text, name):
    if re.search(r"[\x00-\x08\x0e-\x1a]", text):
        raise _no_table(name, N_("something that is no text"))
    return text


def _read_text(text, *, name, encoding):
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<head", "<body")):
        raise PlanError(
            N_(
                "'{name}' is a web page or XML, whatever its name ends in. Open it in a spreadsheet program, save it "
                "as .xlsx or CSV, then upload that."
            ),
            name=name,
        )
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r'\A"?sep=.?"?(?=\n)', "", text, flags=re.IGNORECASE)  # a line that only Excel reads; it stays blank
    lines = text.split("\n")
    if len(lines) > LIMIT_ROWS + _HEADING_WITHIN:
        raise _too_many_rows(name, len(lines))
    delimiter = _delimiter(lines)
    _check_one_delimiter(lines, delimiter, name)
    grid = _grid_of_text(text, lines, delimiter, name)
    return _table(grid, {"encoding": encoding, "delimiter": delimiter}, name=name, delimiter=delimiter)


def _too_many_rows(name, found):
    return PlanError(
        N_("'{name}' has {found} rows; the limit is {limit}. Export a shorter period, or split the file."),
        name=name,
        found=found,
        limit=LIMIT_ROWS,
    )


def _delimiter(lines):
    """Return the delimiter under which most of the first lines have the same number of cells, more cells winning."""
    sample = [line for line in lines[:400] if line.strip()][:100]

    def fit(delimiter):
        widths = [_width(line, delimiter) for line in sample]
        counts = {width: widths.count(width) for width in set(widths) if width > 1}
        if not counts:
            return (0.0, 0)
        width = max(counts, key=lambda w: (counts[w], w))
        known = max(sum(looks_like_heading(c) for c in line.split(delimiter)) for line in sample[:_HEADING_WITHIN])
        return (counts[width] / len(sample) + min(known, width), width)

    return max(DELIMITERS, key=fit)


def _width(line, delimiter):
    if '"' not in line:
        return line.count(delimiter) + 1
    try:
        return max((len(row) for row in csv.reader([line], delimiter=delimiter)), default=1)
    except csv.Error:
        return line.count(delimiter) + 1


def _check_one_delimiter(lines, delimiter, name):
    """Refuse a file in which some rows are whole only under another delimiter than the rest."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    width = _width(lines[filled[0]], delimiter) if filled else 1
    others = [d for d in DELIMITERS if d != delimiter]
    for i in filled:
        line = lines[i]
        if delimiter in line or '"' in line:
            continue
        for other in others:
            if other in line and line.count(other) + 1 == width > 1:
                raise _two_delimiters(name, delimiter, filled[0] + 1, other, i + 1)
    head = lines[filled[0]] if filled else ""
    body = [lines[i] for i in filled[1:200]]
    for other in others:
        if _headings_share_a_cell(head, delimiter, other, body):
            raise PlanError(
                N_(
                    "'{name}' mixes two delimiters: its row {row} has both {delimiter} and {other} between headings. "
                    "Nothing was read. Export the file again with one delimiter, or replace one of them."
                ),
                name=name,
                row=filled[0] + 1,
                delimiter=DELIMITERS[delimiter],
                other=DELIMITERS[other],
            )
    for other in others:
        count = head.count(other)
        if count and delimiter in head and body and '"' not in head and all(b.count(other) == count for b in body):
            raise _two_delimiters(name, delimiter, filled[0] + 1, other, filled[0] + 1)


def _headings_share_a_cell(head, delimiter, other, body):
    """Return whether known headings stand in one cell, parted by `other`, and some row below has a cell for each.

    'Handled, abandoned' may be one heading of a file with semicolons: then no row has cells for both.
    """
    if delimiter not in head or other not in head or '"' in head:
        return False
    groups = [cell.split(other) for cell in head.split(delimiter)]
    known = any(len(parts) > 1 and all(map(looks_like_heading, parts)) for parts in groups)
    width = sum(map(len, groups))
    return known and any(len(re.split(f"[{re.escape(delimiter + other)}]", line)) == width for line in body)


def _two_delimiters(name, delimiter, row, other, other_row):
    return PlanError(
        N_(
            "'{name}' has two delimiters: row {row} separates its cells by {delimiter}, row {other_row} by {other}. "
            "Nothing was read. Export the file again with one delimiter, or replace one of them."
        ),
        name=name,
        row=row,
        delimiter=DELIMITERS[delimiter],
        other_row=other_row,
        other=DELIMITERS[other],
    )


def _grid_of_text(text, lines, delimiter, name):
    """Return all lines as a grid of text cells; short lines are filled up with ''."""
    width = max(line.count(delimiter) for line in lines) + 1
    _check_width(width, name, len(lines))
    try:
        grid = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=range(width),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OverflowError) as error:
        raise PlanError(
            N_(
                "'{name}' cannot be split into rows and cells: {found}. A quotation mark that is opened and not "
                "closed is the usual reason. Export the file again, or save it as .xlsx."
            ),
            name=name,
            found=str(error).strip().splitlines()[-1][:120],
        ) from None
    return grid.fillna("")


def _check_width(width, name, rows):
    if width > LIMIT_COLUMNS or width * rows > LIMIT_CELLS:
        raise PlanError(
            N_(
                "'{name}' has {rows} rows of up to {found} columns; the limit is {limit} columns and {cells} cells. "
                "Export only the columns that are needed."
            ),
            name=name,
            rows=rows,
            found=width,
            limit=LIMIT_COLUMNS,
            cells=LIMIT_CELLS,
        )


def _grid_of_rows(rows, name):
    width = max((len(row) for row in rows), default=0)
    _check_width(width, name, len(rows))
    return pd.DataFrame([(*row, *[""] * (width - len(row))) for row in rows], dtype=object)


def _table(grid, dialect, *, name, sheet="", sheets=(), delimiter=None):
    """Return the RawTable of a grid: heading line found, blank rows and columns left out, cells trimmed."""
    if grid.shape[1]:
        grid = grid.apply(_trimmed)
    filled = grid.ne("").to_numpy() if grid.size else np.zeros(grid.shape, dtype=bool)
    if not filled.any():
        raise PlanError(N_("'{name}' is empty: there is nothing to read. Choose another file."), name=name)
    head = _heading_row(grid, filled)
    body = np.zeros(len(grid), dtype=bool)
    body[head + 1 :] = filled[head + 1 :].any(axis=1)
    if not body.any():
        raise _no_rows(name, grid.iloc[head][filled[head]])
    named = filled[head]
    stray = body & filled[:, ~named].any(axis=1)
    refused = ((np.flatnonzero(stray) + 1, N_("The row has more cells than the heading line; row left out.")),)
    if stray.sum() * 2 > body.sum():  # a column without a heading, rather than rows gone wrong
        named, stray, refused = named | filled[body].any(axis=0), np.zeros_like(body), ()
    headings = _headings(grid.iloc[head][named], named, name)
    cells = grid.loc[body & ~stray, named]
    cells.columns = headings
    cells.index = np.flatnonzero(body & ~stray) + 1
    _check_headings_are_words(headings, name)
    dialect = {**dialect, "heading_row": int(head) + 1}
    return unfolded(RawTable(cells, name, sheet, tuple(sheets), dialect, tuple(r for r in refused if len(r[0]))))


def _no_rows(name, headings):
    return PlanError(
        N_("'{name}' has headings ({found}) and no rows below them. Export a period that holds data."),
        name=name,
        found=", ".join(headings)[:200],
    )


def _trimmed(column):
    codes, uniques = pd.factorize(column)
    clean = np.array([seen(u).strip().strip("\u00a0\u202f\ufeff") for u in uniques] or [""], dtype=object)
    return pd.Series(clean[codes], index=column.index, dtype=object)


def _heading_row(grid, filled):
    """Return the row of the headings: the first with most known headings, else the first with most filled cells."""
    first = list(np.flatnonzero(filled.any(axis=1))[:_HEADING_WITHIN])
    known = [sum(looks_like_heading(cell) for cell in grid.iloc[i] if cell) for i in first]
    if max(known) >= 1:
        return first[int(np.argmax(known))]
    return first[int(np.argmax(filled[first].sum(axis=1)))]


def _headings(cells, named, name):
    headings = [
        _without_apostrophe(cell) or f"column {place + 1}"
        for cell, place in zip(cells, np.flatnonzero(named), strict=True)
    ]
    again = sorted({h for h in headings if headings.count(h) > 1})
    if again:
        raise PlanError(
            N_("'{name}' has the heading {found} more than once. Give each column a heading of its own."),
            name=name,
            found=", ".join(f"'{h}'" for h in again),
        )
    return headings


def _without_apostrophe(text):
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _check_headings_are_words(headings, name):
    if not any(tokens(h) - {""} and re.search(r"[^\W\d_]", h) for h in headings):
        raise PlanError(
            N_(
                "The first row of '{name}' holds values ({found}), not headings. Put a heading above each column, "
                "such as Date, Time, Calls, then upload the file again."
            ),
            name=name,
            found=", ".join(headings)[:120],
        )
