"""What a reading found: sentences about rows and cells, with the numbers of the rows they are about."""

from dataclasses import dataclass, field

import numpy as np

NAMED_ROWS = 20  # so many row numbers are kept for each finding; its count is always complete


@dataclass(frozen=True)
class Saying:
    """A sentence for the reader: an English template and what fills its places, translated where it is shown.

    >>> str(Saying("{count} rows are blank.", {"count": 2}))
    '2 rows are blank.'
    """

    message: str
    values: dict = field(default_factory=dict)

    def __str__(self):
        return self.message.format(**self.values) if self.values else self.message


@dataclass(frozen=True)
class Finding(Saying):
    """A sentence about some rows. count : how many, or how many cells of a table with a day or time in each column.
    rows : the first of their numbers, as a spreadsheet counts, each once.

    whole : the rows were left out as a whole, not one cell in each.
    """

    count: int = 0
    rows: tuple = ()
    whole: bool = False

    def __str__(self):
        if not self.rows:
            return f"{super().__str__()} ({self.count})"
        rows = ", ".join(map(str, self.rows))
        if self.more:
            return f"{super().__str__()} ({self.count} rows: {rows}, ...)"
        return f"{super().__str__()} ({'row' if len(self.rows) == 1 else 'rows'} {rows})"

    @property
    def more(self):
        """Whether `rows` are only the first of them."""
        return self.count > len(self.rows) == NAMED_ROWS


@dataclass(frozen=True)
class Report:
    """What became of a file.

    name, sheet : where it was read.  kind : what it holds.  rows_read : rows below the heading line that hold anything.
    rows_taken : of these, rows that are in the tables.  rows_repeated : rows that said the same again.
    repaired, refused : Findings; a refused cell leaves its row with that value missing, a refused row is in no table.
    remarks : Sayings.  left_out : Findings about rows that whoever imports chose to leave out.
    first, last : start of the first and of the last interval, or None.  interval_s : seconds, or None.
    totals : column -> sum over the table.
    """

    name: str
    sheet: str
    kind: str
    rows_read: int
    rows_taken: int
    rows_repeated: int
    repaired: tuple
    refused: tuple
    remarks: tuple
    first: object
    last: object
    interval_s: int | None
    totals: dict
    left_out: tuple = ()

    @property
    def rows_left_out(self):
        """Rows that whoever imports chose to leave out."""
        return sum(finding.count for finding in self.left_out)

    @property
    def rows_refused(self):
        """Rows that are in no table, did not repeat another and were not left out by choice."""
        return self.rows_read - self.rows_taken - self.rows_repeated - self.rows_left_out

    @property
    def cells_refused(self):
        """Single cells that were not taken, in rows that may well be in a table."""
        return sum(finding.count for finding in self.refused if not finding.whole)


class Log:
    """Collects findings while a file is read. One of equal sentences, its rows added up.

    numbers : the row of the file that each row read comes from, where that is not its own number (RawTable.numbers).
    """

    def __init__(self):
        self.numbers = None
        self._found = {"repaired": {}, "refused": {}, "left out": {}}
        self._remarks = []

    def repair(self, rows, message, **values):
        """Note that something in `rows` was read in a way worth saying."""
        self._add("repaired", rows, message, values)

    def refuse(self, rows, message, *, whole=False, **values):
        """Note that one cell in each of `rows` was not taken; with `whole`, that the rows were not."""
        self._add("refused", rows, message, values, whole)

    def leave_out(self, rows, message, **values):
        """Note that `rows` were not taken because whoever imports chose so."""
        self._add("left out", rows, message, values, whole=True)

    def remark(self, message, **values):
        """Note something about the file as a whole."""
        self._remarks.append(Saying(message, values))

    def _add(self, where, rows, message, values, whole=False):
        rows = np.asarray(rows, dtype=np.int64)
        if len(rows) == 0:
            return
        rows = rows if self.numbers is None else self.numbers[rows]
        key = (message, tuple(sorted((k, str(v)) for k, v in values.items() if k != "found")))
        self._found[where].setdefault(key, (values, [], whole))[1].append(rows)

    def findings(self, where):
        """Return the Findings of 'repaired', 'refused' or 'left out', in the order they were first met."""
        out = []
        for (message, _), (values, parts, whole) in self._found[where].items():
            rows = np.unique(np.concatenate(parts))[:NAMED_ROWS]
            out.append(Finding(message, values, sum(map(len, parts)), tuple(int(r) for r in rows), whole))
        return tuple(out)

    @property
    def remarks(self):
        return tuple(self._remarks)
