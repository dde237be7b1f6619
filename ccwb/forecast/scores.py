"""Scoring a forecast against what came: WAPE, MASE, bias and coverage (Hyndman and Koehler 2006 for MASE)."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ccwb.forecast.bands import band
from ccwb.forecast.outlook import outlook, to_score
from ccwb.forecast.trial import SHORT_DAYS


def scores(queue, *, days, origins, models, setting, levels):
    """Return one row of the accuracy table per origin and model; origins (days of history) too early are left out.

    levels : of the bands whose coverage is told, 0..1.
    """
    rows, true = [], replace(queue, counts=to_score(queue, setting))
    given = setting.of(queue.project)[1] is not None
    for origin in origins:
        past = queue.until(max(origin, 0))
        if (~np.isnan(past.counts)).any(axis=1).sum() < SHORT_DAYS:
            continue
        actual = true.counts[origin : origin + days]
        for model, look in outlook(past, days, models, setting).items():
            row = {"project": queue.project, "channel": queue.channel, "model": model}
            row |= {"origin": _moment(queue, origin), "days": days}
            told = _score(actual, look, _naive_error(true.until(origin)), levels, given=given)
            rows.append(row | told | {"seconds": look.seconds})
    return rows


def pooled(accuracy, *, by=("model",)):
    """Return the figures of several moments, or queues, as if all their intervals had been scored at once.

    accuracy : table from `backtest`.  by : columns that tell the rows returned apart; () gives one row.
    Returns by, scored, contacts, expected (sums), wape (errors over contacts), bias (expected less contacts, over
    contacts), mase and coverage_80 ... (means by intervals scored). Rates are missing where no contacts came.
    Accuracy from before these sums were kept has the plain means of the moments' rates, and its sums are missing.

    >>> two = pd.DataFrame({"model": "naive", "wape": [0.1, 0.4], "bias": [0.1, 0.2], "contacts": [300.0, 100.0],
    ...     "expected": [330.0, 120.0], "scored": [10, 10], "coverage_80": [0.8, 0.6]})
    >>> pooled(two)[["contacts", "wape", "bias", "coverage_80"]].round(4).to_numpy().tolist()
    [[400.0, 0.175, 0.125, 0.7]]
    """
    sums = ["scored", "contacts", "expected"]
    held = [name for name in accuracy if name == "mase" or name.startswith("coverage_")]
    accuracy = accuracy.reindex(columns=[*by, *sums, "wape", "bias", *held])
    keys = [accuracy[name] for name in by] or [pd.Series(0, index=accuracy.index)]
    if accuracy[sums].isna().any(axis=None):
        out = accuracy[["wape", "bias", *held]].groupby(keys).mean()
        out[sums] = np.nan
    else:
        rows = accuracy[sums].astype(float).assign(error=_errors(accuracy))
        for name in held:
            rows[name] = accuracy[name] * accuracy["scored"]
            rows[f"_{name}"] = accuracy["scored"].where(accuracy[name].notna(), 0)
        out = rows.groupby(keys).sum()
        came = out["contacts"].where(out["contacts"] > 0)
        out = out.assign(wape=out["error"] / came, bias=(out["expected"] - out["contacts"]) / came)
        for name in held:
            out[name] = out[name] / out[f"_{name}"].where(out[f"_{name}"] > 0)
    return out[[*sums, "wape", "bias", *held]].reset_index(drop=not by)


def _errors(accuracy):
    """Return the sum of absolute errors of each row: where nothing came, it is what was expected."""
    return (accuracy["wape"] * accuracy["contacts"]).where(accuracy["contacts"] > 0, accuracy["expected"])


def _moment(queue, origin):
    start = pd.Timestamp(queue.day[0] + origin)
    return start if queue.zone is None else start.tz_localize(queue.zone, ambiguous=True, nonexistent="shift_forward")


def _naive_error(past):
    """Return the mean absolute change of a slot from one week to the next, in the training data."""
    change = np.abs(past.counts[7:] - past.counts[:-7])
    return np.nanmean(change) if (~np.isnan(change)).any() else np.nan


def _score(actual, look, naive_error, levels, *, given):
    """Return scored, contacts, expected, wape, mase, bias and the coverage of each level, over the known open slots.

    given : whether the opening hours were: what comes outside of them is not scored. Hours that were learned are part
    of what is tried: a slot with contacts then is open whatever was said.
    """
    scored = ~np.isnan(actual) & (look.slots if given else look.slots | (actual > 0))
    truth, said = actual[scored], look.offered[scored]
    spread = np.broadcast_to(look.spread[:, None], actual.shape)[scored]
    dispersion = np.broadcast_to(look.dispersion, actual.shape)[scored]
    error, total = np.abs(said - truth), truth.sum()
    rated, inside = total > 0, {}
    for level in levels:
        lower, upper = band(said, spread, dispersion, level)
        inside[f"coverage_{100 * level:g}"] = ((lower <= truth) & (truth <= upper)).mean() if len(truth) else np.nan
    return {
        "scored": int(scored.sum()),
        "contacts": float(total),
        "expected": float(said.sum()),
        "wape": error.sum() / total if rated else np.nan,
        "mase": error.mean() / naive_error if rated and naive_error > 0 else np.nan,
        "bias": (said.sum() - total) / total if rated else np.nan,
        **inside,
    }
