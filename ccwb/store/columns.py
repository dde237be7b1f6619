"""A table's columns as the database keeps them, and back: whole seconds, whole days, None for missing."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.store.schema import STORED


def to_stored(table, name, zone):
    """Return the documented columns of a checked table as lists to store; those that name a row are always there.

    zone : where times without a zone are to be read, None to refuse them.
    """
    known = STORED[name]
    out = {c.name: _plain(table[c.name], c, name, zone) for c in known.columns if c.name in table}
    for key in known.key:
        if key not in out:
            out[key] = ["" if known[key].kind == "text" else None] * len(table)
    return out


def all_missing(values, column):
    """Return whether a column, as it was read, holds nothing in any row."""
    if column.kind == "text":
        return all(value is None for value in values)
    return bool(np.isinf(values).all())


def from_stored(values, column, zone):
    """Return a column as documented, from an array of texts (None: missing) or of floats (infinite: missing)."""
    if column.kind == "text":
        return pd.array(np.where(values == None, "", values), dtype="str")  # noqa: E711 - asked of every element
    missing = ~np.isfinite(values)
    if column.kind == "time":
        return pd.DatetimeIndex(_dates(values, missing, "s"), tz="UTC").tz_convert(zone)
    if column.kind == "day":
        return pd.DatetimeIndex(_dates(values, missing, "D"))
    if column.kind == "flag":
        return np.where(missing, 0, values).astype(bool)
    if column.kind == "whole" and not missing.any():
        return values.astype("int64")
    return np.where(missing, np.nan, values)


def _dates(values, missing, unit):
    whole = np.where(missing, 0, values).astype("int64").astype(f"datetime64[{unit}]")
    return np.where(missing, np.datetime64("NaT"), whole).astype("datetime64[us]")


def _plain(values, column, name, zone):
    if column.kind == "text":
        return values.tolist()
    if column.kind == "time":
        values = _utc(values, name, zone)
    elif column.kind == "day" and values.dt.tz is not None:
        values = values.dt.tz_localize(None)
    gaps = values.isna().to_numpy()
    if column.kind in ("time", "day"):
        unit = "s" if column.kind == "time" else "D"
        numbers = values.to_numpy(dtype=f"datetime64[{unit}]").astype("int64")
    else:
        numbers = values.to_numpy(dtype="float64")
        if column.kind in ("whole", "flag"):
            numbers = np.where(gaps, 0, numbers).astype("int64")
    return np.where(gaps, None, numbers.astype(object)).tolist() if gaps.any() else numbers.tolist()


def _utc(times, name, zone):
    """Return times in UTC, then without zone; those without a zone are read in `zone`."""
    if times.isna().all():  # nothing to place, and often without a zone for that very reason
        return times.dt.tz_localize(None)
    if times.dt.tz is None and zone is None:
        raise PlanError(
            N_("The times of the {table} table carry no time zone. Say in which zone they are, then save again."),
            table=name,
        )
    try:
        aware = times if times.dt.tz is not None else times.dt.tz_localize(zone)
    except ValueError as error:
        raise PlanError(
            N_(
                "The {table} table has a time that the clocks of {zone} show twice or never, at a clock change: "
                "{found}. Say which one is meant, or give the times in UTC."
            ),
            table=name,
            zone=str(zone),
            found=str(error).split(",")[0],
        ) from None
    return aware.dt.tz_convert("UTC").dt.tz_localize(None)
