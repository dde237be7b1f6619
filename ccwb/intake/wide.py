"""A table with a column for each time of day (or each day) -> one with a row for each of its cells."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb.intake import times

_FEWEST = 3  # so many columns, and at least half of all, are named after times of day or days
TIME, DATE, CONTACTS = "Time", "Date", "Contacts"  # the headings of what the wide table has no heading for


def unfolded(raw):
    """Return a RawTable with a row for each filled cell of a wide one; any other as it is.

    `numbers` then says which row of the file each row came from, `wide` is the table as it was. What the cells count is
    taken for contacts offered until somebody says otherwise; a column of totals stays beside them and is left out.

    >>> from ccwb.intake import read_file
    >>> raw = read_file(b"Date;07:00;07:30;08:00\\n2026-01-05;3;;5\\n", name="wide.csv")
    >>> raw.cells.to_numpy().tolist(), raw.numbers.tolist()
    ([['07:00', '3', '2026-01-05'], ['08:00', '5', '2026-01-05']], [2, 2])
    """
    for kind, name in ((_is_clock, TIME), (_is_day, DATE)):
        columns = [place for place, heading in enumerate(raw.headings) if kind(heading)]
        if len(columns) >= max(_FEWEST, len(raw.headings) / 2) and len(columns) < len(raw.headings):
            return _long(raw, columns, name)
    return raw


def _long(raw, columns, name):
    values = raw.cells.iloc[:, columns].to_numpy(dtype=object)
    filled = values != ""
    row, column = np.nonzero(filled)
    beside = raw.cells.drop(columns=raw.cells.columns[columns])
    taken = {name, CONTACTS}
    beside = beside.rename(columns={h: f"{h} (column)" for h in beside if h in taken})
    heads = np.array(raw.headings, dtype=object)[columns]
    told = pd.DataFrame({name: heads[column], CONTACTS: values[filled]})
    cells = pd.concat([told, beside.iloc[row].reset_index(drop=True)], axis=1)
    return replace(raw, cells=cells, numbers=raw.cells.index.to_numpy()[row], wide=raw) if len(cells) else raw


def _is_clock(heading):
    """Return whether a heading is a time of day or a span of two; a bare number is none."""
    return not heading.isdecimal() and not np.isnan(times.clock(heading)[0]) and not _is_day(heading)


def _is_day(heading):
    """Return whether a heading is a date with its year."""
    read = times.moments([heading])
    return not heading.isdecimal() and read.local[0] % times.DAY_S == 0  # an Excel date has a midnight with it
