"""Trying the models on the past: which does best on a queue, and how far off it is."""

from dataclasses import dataclass

import numpy as np

from ccwb.forecast.effects import RECENT_DAYS
from ccwb.forecast.models import MODELS, NAIVE

SHORT_DAYS = 28  # known days below which only the yardstick is used
HORIZON, ORIGINS = 28, 6  # days forecast in the inner backtest, and how often
CLEARLY = 0.8  # the combination is kept unless another model's error is below this part of its own


@dataclass
class Trial:
    """What each model said of past days. actual, lead : arrays.  said : model -> expected contacts.

    tested : False where the past was too short: then `said` is last week's value for every model.
    """

    actual: np.ndarray
    lead: np.ndarray
    said: dict
    tested: bool = True

    def wape(self, model):
        """Return the sum of absolute errors over the sum of offered; missing where nothing was offered."""
        total = self.actual.sum()
        return float(np.abs(self.said[model] - self.actual).sum() / total) if total > 0 else np.nan


def predict(past, ahead, model):
    """Return (contacts expected per day, name of the model used): the yardstick where the past is too short."""
    model = model if enough(past.offered) else NAIVE
    said = np.asarray(MODELS[model](past, ahead), dtype=float)
    gaps = ahead.open & np.isnan(said)
    rest = said[ahead.open & ~gaps]
    fallback = rest.mean() if len(rest) else np.nanmean(past.offered)
    said = np.where(gaps, fallback, said) * ahead.stated
    return np.where(ahead.open, said, 0.0), model


def enough(offered):
    """Return whether the last three years of days hold enough known ones for more than the yardstick."""
    return (~np.isnan(offered[-RECENT_DAYS:])).sum() >= SHORT_DAYS


def trial(days, horizon, models):
    """Return the Trial of `models` on the last weeks of `days`, refitted at each of up to six rolling origins."""
    n = int(np.flatnonzero(~np.isnan(days.offered)).max(initial=-1)) + 1
    horizon = int(min(horizon, HORIZON, max((n - SHORT_DAYS) // 2, 0)))
    step = max(7, horizon // 2 // 7 * 7)
    origins = [n - horizon - i * step for i in range(ORIGINS)] if horizon >= 7 else []
    origins = [o for o in origins if o > 0 and enough(days.offered[:o])]
    return rolled(days, [(o, o + horizon) for o in origins], models) if origins else _untested(days, models)


def rolled(days, stretches, models, beyond=0):
    """Return the Trial of `models` refitted at the start of each (start, stop), leads up to `beyond` left out."""
    actual, lead, said = [], [], {model: [] for model in models}
    for start, stop in stretches:
        past, ahead = days.part(0, start), days.part(start, stop, hide=True)
        truth = days.offered[start:stop]
        scored = ~np.isnan(truth) & ahead.open & (np.arange(len(truth)) >= beyond)
        actual.append(truth[scored])
        lead.append(np.flatnonzero(scored) + 1)
        for model in models:
            said[model].append(predict(past, ahead, model)[0][scored])
    said = {model: np.concatenate(parts) for model, parts in said.items()}
    return Trial(np.concatenate(actual), np.concatenate(lead), said)


def _untested(days, models):
    """Return each week against the week before, as the Trial of a past too short for a real one."""
    actual, before = days.offered[7:], days.offered[:-7]
    known = ~np.isnan(actual) & ~np.isnan(before)
    return Trial(actual[known], np.full(known.sum(), 7), dict.fromkeys(models, before[known]), tested=False)


def best_of(tried):
    """Return the model to use: the combination unless another one is clearly better; the yardstick when untried."""
    wape = {model: tried.wape(model) for model in tried.said}
    wape = {model: value for model, value in wape.items() if not np.isnan(value)}
    if not wape or not tried.tested:
        return NAIVE
    best = min(wape, key=wape.get)
    kept = "combination"
    return kept if kept in wape and wape[best] > CLEARLY * wape[kept] else best
