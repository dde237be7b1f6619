"""A table at the door of a room: its columns there, of their kind and within their bounds."""

import warnings

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.tables.known import TABLES

INTERVALS_S = (300, 900, 1800, 3600, 86400)  # 5, 15, 30, 60 minutes and the day
_UNREAD = {
    "time": N_("is not a date and time"),
    "day": N_("is not a date"),
    "whole": N_("is not a whole number"),
    "number": N_("is not a number"),
    "share": N_("is not a share between 0 and 1"),
}


def check(table, name, *, once=True):
    """Return `table` with the documented columns of `name`, ordered and typed; further columns follow as they are.

    Columns that may be missing and are not there are left out. Raises PlanError naming the column, the first row that
    is wrong and what to do: a required column absent or with gaps, a value of another type, below its minimum, above
    its maximum, a share above 1, an interval length that is not known, two rows with one key (unless `once` is False,
    where the caller tells of them itself). Rows are counted from 1.

    >>> import pandas as pd
    >>> check(pd.DataFrame({"channel": ["voice"], "offered": [3]}), "history")
    Traceback (most recent call last):
    ccwb.errors.PlanError: The history table has no column 'interval_start' (Start ...). It has: channel, offered. ...
    """
    known = TABLES[name]
    out = {}
    for column in known.columns:
        if column.name in table.columns:
            out[column.name] = _checked(table[column.name], column, name)
        elif column.required:
            raise PlanError(
                N_(
                    "The {table} table has no column '{column}' ({meaning}). It has: {found}. "
                    "Rename or add the column, then run this step again."
                ),
                table=name,
                column=column.name,
                meaning=column.meaning.rstrip("."),
                found=", ".join(map(str, table.columns)) or "-",
            )
    rest = {c: table[c] for c in table.columns if c not in known.names}
    result = pd.DataFrame({**out, **rest}, index=table.index).reset_index(drop=True)
    _check_lengths(result, name)
    if once:
        _check_keys(result, known, name)
    return result


def empty(name):
    """Return a table with the documented columns of `name` and no rows."""
    return pd.DataFrame({c.name: pd.Series(dtype=_EMPTY_DTYPE[c.kind]) for c in TABLES[name].columns})


_EMPTY_DTYPE = {
    "time": "datetime64[s]",
    "day": "datetime64[s]",
    "text": "str",
    "whole": "int64",
    "number": "float64",
    "share": "float64",
    "flag": "bool",
}


def _checked(values, column, name):
    converted = _convert(values, column, name)
    gaps = converted.isna() if column.kind != "text" else converted.eq("")
    if column.required and gaps.any():
        _refuse(name, column, values, gaps, N_("is empty"))
    if column.minimum is not None:
        _refuse_where(
            converted < column.minimum, name, column, values, N_("is below {minimum}"), minimum=column.minimum
        )
    if column.maximum is not None:
        above = N_("is above {maximum}")
        _refuse_where(converted > column.maximum, name, column, values, above, maximum=f"{column.maximum:,.0f}")
    if column.kind == "share":
        _refuse_where(converted > 1 + 1e-9, name, column, values, N_("is above 1 (write 80 % as 0.8)"))
    return converted


def _convert(values, column, name):
    if column.kind == "text":
        return values.astype("object").where(values.notna(), "").astype(str)
    if column.kind == "flag":
        return values.fillna(False).astype(bool)
    if column.kind in ("time", "day"):
        if pd.api.types.is_datetime64_any_dtype(values):
            return values
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a format that pandas cannot guess is read value by value
            converted = pd.to_datetime(values, errors="coerce")
    else:
        converted = pd.to_numeric(values, errors="coerce").astype("float64")
        _refuse_where(np.isinf(converted), name, column, values, N_("is infinite"))
    unread = converted.isna() & values.notna()
    if unread.any():  # only then look at every value as text, which is slow
        unread &= values.astype(str).str.strip().ne("")
    _refuse_where(unread, name, column, values, _UNREAD[column.kind])
    if column.kind == "whole":
        _refuse_where(converted.notna() & (converted % 1 != 0), name, column, values, _UNREAD["whole"])
        if converted.notna().all():
            converted = converted.astype("int64")
    return converted


def _refuse_where(wrong, name, column, values, what, **more):
    if wrong.any():
        _refuse(name, column, values, wrong, what, **more)


def _refuse(name, column, values, wrong, what, **more):
    at = int(np.flatnonzero(wrong.to_numpy())[0])
    raise PlanError(
        N_(
            "In the {table} table, row {row}, column '{column}' ({meaning}) {what}: found '{found}'. "
            "{count} rows are like this. Correct or remove them, then run this step again."
        ),
        table=name,
        row=at + 1,
        column=column.name,
        meaning=column.meaning.rstrip("."),
        what=PlanError(what, **more),
        found=str(values.iloc[at]),
        count=int(wrong.sum()),
    )


def _check_lengths(table, name):
    if "interval_s" not in table:
        return
    wrong = ~table["interval_s"].isin(INTERVALS_S)
    _refuse_where(
        wrong, name, TABLES[name]["interval_s"], table["interval_s"], N_("is not 300, 900, 1800, 3600 or 86400")
    )


def _check_keys(table, known, name):
    key = [c for c in known.key if c in table]
    again = table.duplicated(key)
    if again.any():
        at = int(np.flatnonzero(again.to_numpy())[0])
        raise PlanError(
            N_(
                "The {table} table holds the same {key} more than once: row {row} repeats {found}. "
                "{count} rows repeat an earlier one. Keep one of each, then run this step again."
            ),
            table=name,
            key=", ".join(key),
            row=at + 1,
            found=", ".join(str(table[c].iloc[at]) for c in key),
            count=int(again.sum()),
        )
