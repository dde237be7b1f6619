"""Trying the models on the past: which does best on a queue, and how far off it is."""

import warnings
from dataclasses import dataclass

import numpy as np

from ccwb.errors import PlanError
from ccwb.forecast.effects import RECENT_DAYS
from ccwb.forecast.models import MODELS, NAIVE
from ccwb.forecast.unseen import of_a_mean_day
from ccwb.messages import N_

SHORT_DAYS = 28  # known days below which only the yardstick is used
HORIZON, ORIGINS = 28, 6  # days forecast in the inner backtest, and how often
CLEARLY = 0.8  # the combination is kept unless another model's error is below this part of its own


class UnfitError(PlanError):
    """A model, such as one of the reader's own, that raises or says what cannot be."""


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
    """Return (contacts expected per day, name of the model used): the yardstick where the past is too short.

    Of a weekday never seen the model says a mean day, of which the day has its part (see unseen.py).

    Raises UnfitError, naming the model, where it raises, or says too few or too many days, less than none, or nothing.
    """
    model = model if enough(past.offered) else NAIVE
    said = _asked(past, ahead, model)
    gaps = ahead.open & np.isnan(said)
    rest = said[ahead.open & ~gaps]
    fallback = rest.mean() if len(rest) else np.nanmean(past.offered)
    said = np.where(gaps, fallback, said) * of_a_mean_day(past, ahead) * ahead.stated
    return np.where(ahead.open, said, 0.0), model


def _asked(past, ahead, model):
    """Return what a model says of the days ahead, missing where it says nothing; UnfitError for what cannot be."""
    try:
        if not (getattr(MODELS[model], "__module__", None) or "").startswith("ccwb.forecast."):
            past, ahead = past.apart(), ahead.apart()
        said = np.array(MODELS[model](past, ahead), dtype=float)
    except Exception as error:  # a model may be the reader's own: whatever goes wrong in it is told by its name
        found = f"{type(error).__name__}: {error}"
        raise UnfitError(
            N_("The forecast model '{model}' fails: {found}. Correct it, or choose another model."),
            model=model,
            found=found,
        ) from error
    if said.shape != (len(ahead),):
        raise UnfitError(
            N_("The forecast model '{model}' has to say one number for each of {days} days; found {found} of them."),
            model=model,
            days=len(ahead),
            found=" x ".join(map(str, said.shape)) or "1",
        )
    seen = ahead.open & np.isin(ahead.weekday, past.weekday[-RECENT_DAYS:][~np.isnan(past.offered[-RECENT_DAYS:])])
    wrong = said[ahead.open & ((said < 0) | np.isinf(said))]
    if len(wrong) or (seen.any() and np.isnan(said[seen]).all()):
        raise UnfitError(
            N_("The forecast model '{model}' has to say 0 contacts or more for each open day; found {found}."),
            model=model,
            found=f"{wrong[0]:g}" if len(wrong) else "nan",
        )
    return said


def left_out(error):
    """Warn that a model which nobody asked for by name is not used, and why."""
    warnings.warn(f"{error} It is left out.", RuntimeWarning, stacklevel=2)


def enough(offered):
    """Return whether the last three years of days hold enough known ones for more than the yardstick."""
    return (~np.isnan(offered[-RECENT_DAYS:])).sum() >= SHORT_DAYS


def trial(days, horizon, models, spare=()):
    """Return the Trial of `models` on the last weeks of `days`, refitted at each of up to six rolling origins.

    spare : models that are left out where they are UnfitError.
    """
    n = int(np.flatnonzero(~np.isnan(days.offered)).max(initial=-1)) + 1
    horizon = int(min(horizon, HORIZON, max((n - SHORT_DAYS) // 2, 0)))
    step = max(7, horizon // 2 // 7 * 7)
    origins = [n - horizon - i * step for i in range(ORIGINS)] if horizon >= 7 else []
    origins = [o for o in origins if o > 0 and enough(days.offered[:o])]
    stretches = [(o, o + horizon) for o in origins]
    return rolled(days, stretches, models, spare=spare) if origins else _untested(days, models)


def rolled(days, stretches, models, *, beyond=0, spare=()):
    """Return the Trial of `models` refitted at the start of each (start, stop), leads up to `beyond` left out.

    spare : models that are left out where they are UnfitError.
    """
    actual, lead, said = [], [], {model: [] for model in models}
    for start, stop in stretches:
        past, ahead = days.part(0, start), days.part(start, stop, hide=True)
        truth = days.offered[start:stop]
        scored = ~np.isnan(truth) & ahead.open & (np.arange(len(truth)) >= beyond)
        actual.append(truth[scored])
        lead.append(np.flatnonzero(scored) + 1)
        for model in list(said):
            try:
                said[model].append(predict(past, ahead, model)[0][scored])
            except UnfitError as error:
                if model not in spare:
                    raise
                left_out(error)
                del said[model]
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
