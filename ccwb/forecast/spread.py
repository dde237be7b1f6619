"""How errors grow with the lead and hang together: at long leads, from day to day (bands.py), from slot to slot."""

import numpy as np

from ccwb.forecast.bands import ASSUMED_SPREAD, cut_squares, day_spread, growth, trusted
from ccwb.forecast.trial import HORIZON, enough, rolled

ORIGINS = 8  # moments in the second half of the past from which the model is made to forecast to the end
OWN = 0.1  # of a slot's Poisson variance, assumed to be its own beside what is measured
LEAST = 7  # errors needed before anything is measured
DRIFT = 0.1**2 / 365.25  # variance a day of a level that may drift by 10 % in a year: assumed, and counts as one try


def long_trial(days, ahead, models, spare=()):
    """Return the Trial of `models` at leads beyond the ordinary trial's, from eight origins in the past's second half.

    None where the past is too short for one, or `ahead` days are no more than the ordinary trial looks ahead.
    spare : models that are left out where they are UnfitError.
    """
    n = int(np.flatnonzero(~np.isnan(days.offered)).max(initial=-1)) + 1
    origins = [n - n * i // (2 * ORIGINS) for i in range(ORIGINS, 0, -1)]
    origins = [o for o in origins if min(n - o, ahead) > HORIZON and enough(days.offered[:o])]
    stretches = [(o, min(n, o + ahead)) for o in origins]
    return rolled(days, stretches, models, beyond=HORIZON, spare=spare) if stretches else None


def spread_ahead(tried, far, model, dispersion, days, *, usual=ASSUMED_SPREAD):
    """Return the relative error of each of the next `days` day totals, one standard deviation.

    usual : what is assumed where the past is too short to measure it.
    tried, far : the ordinary and the long Trial (or None).  Up to the longest lead tried as `day_spread` says. Beyond,
    the variance grows by the same amount every day, as that of a level which drifts at random: by the one measured at
    long leads (without a long trial, at the short ones), and by an assumed drift of 10 % a year that counts as one
    of the tries, all the more the fewer they are: the sum is enlarged by 2 / (1 + tries). So many tries are the days
    that the origins looked ahead, together, over the days wanted.
    """
    said = tried.said[model]
    near = max(int(tried.lead.max(initial=0)), LEAST)
    spread = day_spread(
        tried.actual - said, said, tried.lead, dispersion, np.arange(1, min(near, days) + 1), usual=usual
    )
    if days <= near:
        return spread
    more, length = _measured(tried, far, model, dispersion, base=spread[-1] ** 2, near=near)
    tries = length / days
    slope = (more + DRIFT / (1 + tries)) * (1 + 2 / (1 + tries))
    beyond = spread[-1] ** 2 + slope * np.arange(1, days - near + 1)
    return np.concatenate([spread, np.sqrt(beyond)])


def own_error(dispersion, days):
    """Return the dispersion of slots as far as so many days tell it: Poisson's (1) up to 7, theirs from 21 on."""
    return 1 + trusted(days) * (dispersion - 1)


def _measured(tried, far, model, dispersion, *, base, near):
    """Return (growth of the variance per day, days it was measured on)."""
    trial = tried if far is None else far
    use = trial.said[model] > 0
    size, lead = trial.said[model][use], trial.lead[use]
    error = trial.actual[use] - size
    if len(size) < LEAST:
        return 0.0, 0.0
    length = float(lead[np.r_[np.diff(lead) <= 0, True]].sum())  # the longest lead of each origin
    if far is None:
        return growth(error, size, lead, dispersion)[1], length
    rest = cut_squares(error, size, dispersion) - dispersion * size - base * size**2
    return max(0.0, float(rest.sum() / (size**2 * (lead - near)).sum())), length


def slot_to_slot(counts, total, share, good):
    """Return the correlation of a slot's own error with that of the slot before on the same day, 0 to 0.95.

    counts, share : (days, slots).  total, good : by day.  The error is that around the slot's share of the day's actual
    total, the chance of the single contact taken off: a morning that is late as a whole, not one busy half hour.
    Drawn towards 0 as if a tenth of a Poisson variance more were each slot's alone.
    """
    expected = np.nan_to_num(total)[:, None] * share
    used = good[:, None] & ~np.isnan(counts) & (expected > 0)
    days = used.any(axis=1)
    slots = used.sum(axis=1)[days].mean() if days.any() else 0
    both = used[:, 1:] & used[:, :-1]
    if slots < 4 or not both.any():
        return 0.0
    z = np.where(used, counts - expected, 0) / np.sqrt(np.where(used, expected, 1))
    square = (z**2).sum() / used.sum() * slots / (slots - 1)
    lagged = (z[:, 1:] * z[:, :-1])[both].mean() + square / slots  # errors around a day's own total add up to nothing
    return float(np.clip(lagged / (max(square - 1, 0) + OWN), 0, 0.95))
