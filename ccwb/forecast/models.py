"""The forecast models. One function and its line in MODELS add one: it then is compared and may be chosen as best.

A model takes `past` and `ahead`, two stretches of Days (see ccwb.forecast.calendar) that follow each other, and
returns the contacts expected on each day of `ahead`; what it says of closed days is not used, and a missing value is
replaced by the mean of its other days. What it says of a weekday that the past never has is a mean day, of which the
day gets its part by its open slots (see unseen.py). It never sees what was offered ahead.
"""

import warnings

import numpy as np

from ccwb.forecast.calendar import once
from ccwb.forecast.effects import RECENT_DAYS, effects, local_level, mean_scale, weighted_means
from ccwb.messages import N_

NAIVE = N_("seasonal naive")
LEVEL_ALPHAS = (0.01, 0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.45)
LEVEL_LEADS = (3, 7, 14, 21)  # open days ahead that a level is judged on
FADE_DAYS, SURE_DAYS = 14, 20  # open days over which errors fade; as many days' worth of trust that they stay
WEEKDAY_HALF_LIFE = 26  # weeks after which a weekday's share counts half
LAGS = 15  # open days that the autoregression looks back at most, and no more than a sixth of those known


def seasonal_naive(past, ahead):
    """Return the value of the same weekday of the last week that has one, of a new one their mean: the yardstick."""
    last = np.full(7, np.nan)
    for w in range(7):
        values = past.offered[(past.weekday == w) & ~np.isnan(past.offered)]
        last[w] = values[-1] if len(values) else np.nan
    told = last[~np.isnan(last)]
    return np.where(np.isnan(last), told.mean() if len(told) else np.nan, last)[ahead.weekday]


def regression(past, ahead):
    """Return the calendar regression: weekday, trend, holidays, events, month and year, its last errors fading away."""
    fit = effects(past, ahead)
    return _back(fit.forecast + _fading(fit.error, len(ahead)), fit.scale)


def _fading(error, ahead):
    """Return what is left of the errors' present level on each day ahead: it fades as past levels did.

    A level's speed and the share of it kept over the next two weeks are those that told the past best; few days draw
    the share towards all of it, so that a lasting jump of a young queue stays.
    """
    error = error[~np.isnan(error)]
    span, skip = min(FADE_DAYS, len(error) // 4), len(error) // 3
    sums = np.concatenate([[0], np.cumsum(error)])
    coming = ((sums[span + 1 :] - sums[1:-span]) / span)[skip:]
    best = (np.inf, 0.0, 1.0)
    for alpha in LEVEL_ALPHAS[1:]:
        level = _ewma(error, alpha)
        seen = level[skip:-span]
        share = seen @ coming / max(seen @ seen, 1e-12)
        kept = float(np.clip((share * len(seen) + SURE_DAYS) / (len(seen) + SURE_DAYS), 0, 1))
        best = min(best, (np.square(coming - kept * seen).sum(), level[-1], kept))
    return best[1] * best[2] ** (2 / span * np.arange(1, ahead + 1))


@once
def regression_ets(past, ahead):
    """Return exponential smoothing with additive season, ETS(A,N,A), on the series freed of calendar effects.

    Source: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing (2008), by statsmodels ETSModel.
    """
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = effects(past, ahead)
    z = np.log1p(past.offered) - fit.past
    open_week = np.unique(past.weekday[~np.isnan(z)])
    used, asked = np.isin(past.weekday, open_week), np.isin(ahead.weekday, open_week)
    y, weekday = z[used], past.weekday[used]
    y = _filled(y, weekday)
    if np.ptp(y) < 1e-9:
        return _back(y[-1] + fit.ahead, 1.0)
    season = {"seasonal": "add", "seasonal_periods": len(open_week)} if len(open_week) > 1 else {}
    model = ETSModel(pd.Series(y), error="add", initialization_method="heuristic", **season)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an optimum not quite reached is judged by the backtest, not by its warning
        result = model.fit(disp=False)
    week = len(open_week)
    said = np.asarray(result.forecast(max(int(asked.sum()), week)))
    out = np.full(len(ahead), np.log(np.exp(said[:week]).mean()))
    out[asked] = said[: asked.sum()]
    return _back(out + fit.ahead, mean_scale((z[used] - np.asarray(result.fittedvalues))[~np.isnan(z[used])]))


@once
def regression_level(past, ahead):
    """Return weekday means around an exponentially weighted level, on the series freed of calendar effects.

    Levels of several speeds are mixed, each trusted by how well it would have told the three weeks after each day.
    """
    fit, shape, flat = _flat(past, ahead)
    level = _mixed([_ewma(flat, alpha) for alpha in LEVEL_ALPHAS], flat)
    return _back(level[-1] + shape[ahead.weekday] + fit.ahead, mean_scale(flat[1:] - level[:-1]))


@once
def regression_ar(past, ahead):
    """Return an autoregression around the weekday means, on the series freed of calendar effects.

    It goes back to its mean as fast as the past did; the number of days it looks back is chosen by AIC (Akaike 1974),
    least squares, last three years. The forecast stays within what the past has seen.
    """
    fit, shape, flat = _flat(past, ahead)
    flat = flat[-RECENT_DAYS:]
    beta, error = _autoregression(flat)
    path, lags = list(flat), len(beta) - 1
    for _ in range(int(ahead.open.sum())):
        come = beta[0] + beta[1:] @ path[: -lags - 1 : -1]
        path.append(float(np.clip(come, flat.min(), flat.max())))
    step = len(flat) - 1 + np.maximum(np.cumsum(ahead.open), min(1, ahead.open.sum()))
    return _back(np.array(path)[step] + shape[ahead.weekday] + fit.ahead, mean_scale(error))


def _autoregression(flat):
    """Return (constant and coefficients of the days before, the nearest first; errors), their number by AIC."""
    most = min(LAGS, len(flat) // 6)
    y, n = flat[most:], len(flat) - most
    x = np.column_stack([np.ones(n), *(flat[most - lag : -lag] for lag in range(1, most + 1))])
    best = (np.inf, None, None)
    for lags in range(most + 1):
        beta = np.linalg.lstsq(x[:, : lags + 1], y, rcond=None)[0]
        error = y - x[:, : lags + 1] @ beta
        score = n * np.log(error @ error / n + 1e-12) + 2 * lags
        best = min(best, (score, beta, error), key=lambda found: found[0])
    return best[1:]


def _flat(past, ahead):
    """Return (Effects, weekday means, a new weekday's that of the others, the known days freed of both)."""
    fit = effects(past, ahead)
    z = np.log1p(past.offered) - fit.past
    shape = weekday_means(z, past.weekday)
    flat = (z - shape[past.weekday])[~np.isnan(z)]
    return fit, np.where(np.isnan(shape), np.log(np.nanmean(np.exp(shape))), shape), flat


def _mixed(levels, flat):
    """Return the mean of the levels by their likelihood: mean absolute error of each when held for LEVEL_LEADS days.

    The first third of the days lets a level settle; every stretch as long as the longest lead counts as one draw.
    """
    skip = len(flat) // 3
    leads = sorted({min(lead, skip) for lead in LEVEL_LEADS})
    error = [sum(np.abs(flat[skip + lead :] - level[skip:-lead]).mean() for lead in leads) for level in levels]
    trust = ((min(error) + 1e-9) / (np.array(error) + 1e-9)) ** ((len(flat) - skip) / leads[-1])
    return trust / trust.sum() @ np.array(levels)


def combination(past, ahead):
    """Return the geometric mean of the four: errors that differ cancel in part (Bates and Granger 1969).

    The autoregression counts twice: levels and smoothing hold on to what is, it alone goes back to what was usual.
    """
    parts = [(1, regression), (1, regression_ets), (1, regression_level), (2, regression_ar)]
    logs = sum(weight * np.log1p(model(past, ahead)) for weight, model in parts)
    return np.expm1(logs / sum(weight for weight, _ in parts))


MODELS = {
    NAIVE: seasonal_naive,
    N_("regression"): regression,
    N_("regression and ETS"): regression_ets,
    N_("regression and level"): regression_level,
    N_("regression and autoregression"): regression_ar,
    N_("combination"): combination,
}


def _back(z, scale):
    """Return counts from logs of 1 + count, never below 0."""
    return np.maximum(np.exp(np.minimum(z, 30)) * scale - 1, 0)


def weekday_means(z, weekday):
    """Return seven weekday means around 0, recent weeks counting more; missing where the weekday was never seen."""
    plain = weighted_means(z, weekday, np.ones(len(z)))
    level = local_level(z - plain[weekday])  # at either end of the history too, where weeks are cut
    age = (len(z) - 1 - np.arange(len(z))) / 7
    return weighted_means(z - level, weekday, 0.5 ** (age / WEEKDAY_HALF_LIFE))


def _filled(y, weekday):
    """Return the series with its gaps filled by the level around them and the weekday's mean."""
    shape = weekday_means(y, weekday)[weekday]
    return np.where(np.isnan(y), local_level(y - shape) + shape, y)


def _ewma(values, alpha):
    """Return the exponentially weighted level after each value, started from the mean of the first ten."""
    from scipy.signal import lfilter

    start = values[:10].mean()
    return lfilter([alpha], [1, alpha - 1], values, zi=[(1 - alpha) * start])[0]
