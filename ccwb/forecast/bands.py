"""How far a forecast may be off: from errors made on the past to a band around each interval.

Variance of an interval = dispersion x mean + (day_spread x mean)^2: contacts come one by one, and the whole day may be
off. A day's total follows the same rule, since the slots' own errors add up and the day's error is shared.
"""

import numpy as np

ASSUMED_SPREAD = 0.25  # of a day's total, where the history is too short to measure it
LONG_BLOCK = 7


def day_spread(errors, forecast, leads, dispersion, ahead):
    """Return the relative error (one standard deviation) of the day totals `ahead` days away: 1, 2, 3 ...

    errors, forecast, leads : error, expected contacts and days ahead, of every day forecast in the backtest.
    The variance grows in a line with the lead where the errors say so, never shrinks with it.
    """
    use = forecast > 0
    if use.sum() < LONG_BLOCK:
        return np.full(len(ahead), ASSUMED_SPREAD)
    square, size, lead = np.square(errors[use]), forecast[use], leads[use]
    limit = 16 * np.median(square / size**2) * size**2 + dispersion * size
    square = np.minimum(square, limit) - dispersion * size
    level = max(0.0, square.sum() / np.square(size).sum())
    centre = np.average(lead, weights=size**2)
    off = lead - centre
    slope = (square * off).sum() / max((np.square(size) * off**2).sum(), 1e-12)
    slope = float(np.clip(slope, 0, 0.5 * level / max(centre, 1)))
    return np.sqrt(np.maximum(level + slope * (ahead - centre), 0))


def band(mean, day_spread, dispersion, level):
    """Return the (lower, upper) ends of the band that holds `level` (0..1) of the counts to come, around `mean`.

    Quantiles of the negative binomial distribution with that mean and variance, so whole contacts and never below 0;
    large counts by its gamma approximation. The band always holds the expected value itself.
    """
    from scipy.special import gammaincinv

    mean, variance = np.broadcast_arrays(mean, dispersion * mean + np.square(day_spread * mean))
    small = (mean < 50) & (mean > 0)
    ends = []
    for chance in ((1 - level) / 2, (1 + level) / 2):
        scale = variance / np.where(mean > 0, mean, 1)
        end = np.where(mean > 0, gammaincinv(mean / np.where(mean > 0, scale, 1), chance) * scale, 0.0)
        end[small] = _count_quantile(mean[small], variance[small], chance)
        ends.append(end)
    return np.minimum(ends[0], mean), np.maximum(ends[1], mean)


def _count_quantile(mean, variance, chance):
    from scipy.stats import nbinom

    variance = np.maximum(variance, mean * (1 + 1e-6))
    return nbinom.ppf(chance, mean**2 / (variance - mean), mean / variance)
