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
    for origin in origins:
        past = queue.until(max(origin, 0))
        if (~np.isnan(past.counts)).any(axis=1).sum() < SHORT_DAYS:
            continue
        actual = true.counts[origin : origin + days]
        for model, look in outlook(past, days, models, setting).items():
            row = {"project": queue.project, "channel": queue.channel, "model": model}
            row |= {"origin": _moment(queue, origin), "days": days}
            rows.append(
                row | _score(actual, look, _naive_error(true.until(origin)), levels) | {"seconds": look.seconds}
            )
    return rows


def _moment(queue, origin):
    start = pd.Timestamp(queue.day[0] + origin)
    return start if queue.zone is None else start.tz_localize(queue.zone, ambiguous=True, nonexistent="shift_forward")


def _naive_error(past):
    """Return the mean absolute change of a slot from one week to the next, in the training data."""
    change = np.abs(past.counts[7:] - past.counts[:-7])
    return np.nanmean(change) if (~np.isnan(change)).any() else np.nan


def _score(actual, look, naive_error, levels):
    """Return wape, mase, bias and the coverage of each level, over the known open slots.

    A slot with contacts is open whatever was said.
    """
    scored = ~np.isnan(actual) & (look.slots | (actual > 0))
    truth, said = actual[scored], look.offered[scored]
    spread = np.broadcast_to(look.spread[:, None], actual.shape)[scored]
    dispersion = np.broadcast_to(look.dispersion, actual.shape)[scored]
    error, total = np.abs(said - truth), truth.sum()
    rated, inside = total > 0, {}
    for level in levels:
        lower, upper = band(said, spread, dispersion, level)
        inside[f"coverage_{100 * level:g}"] = ((lower <= truth) & (truth <= upper)).mean() if len(truth) else np.nan
    return {
        "wape": error.sum() / total if rated else np.nan,
        "mase": error.mean() / naive_error if rated and naive_error > 0 else np.nan,
        "bias": (said.sum() - total) / total if rated else np.nan,
        **inside,
    }
