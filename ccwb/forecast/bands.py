"""How far a forecast may be off: from errors made on the past to a band around each interval.

Variance of an interval = dispersion x mean + (day_spread x mean)^2: contacts come one by one, and the whole day may be
off. A day's total follows the same rule, since the slots' own errors add up and the day's error is shared.
"""

import numpy as np

ASSUMED_SPREAD = 0.25  # of a day's total, where the history is too short to measure it
FEW, ENOUGH = 7, 21  # errors of days, or days: up to FEW nothing is measured by them, from ENOUGH on all is
WIDTHS = ((0.8, 1.2816), (0.95, 1.96))  # standard deviations on either side that hold these shares of a normal law
SMALL = 50  # contacts up to which a band ends at whole contacts
NOTHING = 1e-6  # contacts below which nothing is expected
SHORT_OF = 0.15  # whole contacts may hold so much of what is outside the level less than named: 3 points of 20 %


def assumed_spread(contacts):
    """Return the relative error of a day's total that is assumed where it cannot be measured, one standard deviation.

    contacts : those that the forecast of a day rests on, such as the one day that was seen: so few may be chance.
    Where there are none, nothing is expected, and chance has no part.

    >>> [round(assumed_spread(contacts), 2) for contacts in (0, 1, 20, 1000)]
    [0.25, 1.03, 0.34, 0.25]
    """
    chance = 1 / max(contacts, 1) if contacts > NOTHING else 0.0
    return float(np.sqrt(ASSUMED_SPREAD**2 + chance))


def trusted(number):
    """Return the weight, 0..1, of what so many errors or days say of how far they scatter, beside what is assumed.

    >>> [round(trusted(number), 2) for number in (6, 7, 14, 21)]
    [0.0, 0.0, 0.5, 1.0]
    """
    return float(np.clip((number - FEW) / (ENOUGH - FEW), 0, 1))


def day_spread(errors, forecast, leads, dispersion, ahead, *, usual=ASSUMED_SPREAD):
    """Return the relative error (one standard deviation) of the day totals `ahead` days away: 1, 2, 3 ...

    errors, forecast, leads : error, expected contacts and days ahead, of every day forecast in the backtest.
    The variance grows in a line with the lead where the errors say so, never shrinks with it; its height is such that
    the bands around those very forecasts hold 80 % and 95 % of what came (the two taken together).
    usual : what is assumed where there are 7 errors or fewer; up to 21 of them the variance moves from it to theirs.
    """
    use = forecast > 0
    weight = trusted(use.sum())
    if weight == 0:
        return np.full(len(ahead), usual)
    measured = _measured_spread(errors[use], forecast[use], leads[use], dispersion, ahead)
    return np.sqrt(weight * measured**2 + (1 - weight) * usual**2)


def _measured_spread(error, size, lead, dispersion, ahead):
    """Return the `day_spread` that the errors alone tell."""
    level, slope, centre = growth(error, size, lead, dispersion)

    def variance(lead):
        return np.maximum(level + slope * (lead - centre), 0)

    wide = wider(error, np.sqrt(dispersion * size + variance(lead) * size**2)) ** 2
    usual = np.average(size, weights=size)
    more = (wide - 1) * (dispersion / usual + variance(ahead))  # what the counts do not explain, the days have to
    return np.sqrt(np.maximum(variance(ahead) + more, 0))


def growth(error, size, lead, dispersion):
    """Return (level, slope, centre) of the line through the squared relative errors by lead, counting noise taken off.

    Single errors beyond four times the middle one are cut to it. The slope is 0 at least, and at most such that the
    line begins at half its level.
    """
    rest = cut_squares(error, size, dispersion) - dispersion * size
    level = max(0.0, rest.sum() / np.square(size).sum())
    centre = np.average(lead, weights=size**2)
    off = lead - centre
    slope = (rest * off).sum() / max((np.square(size) * off**2).sum(), 1e-12)
    return level, float(np.clip(slope, 0, 0.5 * level / max(centre, 1))), centre


def cut_squares(error, size, dispersion):
    """Return the squared errors, those beyond 4 times the middle relative one cut to it, counting noise allowed."""
    square = np.square(error)
    return np.minimum(square, 16 * np.median(square / size**2) * size**2 + dispersion * size)


def wider(error, deviation):
    """Return what the deviations are multiplied by so that bands of 80 % and 95 % hold these shares of the errors.

    The geometric mean of both answers, so that one law serves both bands and the paths (split conformal quantiles).
    Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005); Lei et al. (2018).
    """
    score = np.sort(np.abs(error) / np.maximum(deviation, 1e-9))
    last = len(score) - 1
    ratio = [score[min(int(np.ceil(share * (last + 2))) - 1, last)] / width for share, width in WIDTHS]
    return float(np.sqrt(max(ratio[0], 1e-3) * max(ratio[1], 1e-3)))


def day_to_day(errors, forecast, leads, dispersion, *, spread, usual=0.5):
    """Return the correlation of a day's error with that of the open day before, 0 to 0.99, from a backtest's errors.

    It is the one with which sums over the days forecast from one origin err as much as they did. Drawn towards `usual`
    as if one origin more had said so, and the more, the more of the errors is counting noise.
    spread : `day_spread` of leads 1, 2, 3 ...
    """
    use = forecast > 0
    if not use.any():
        return usual
    error, size, lead = errors[use], forecast[use], leads[use]
    own = spread[np.minimum(lead, len(spread)) - 1] * size
    total = np.sqrt(np.maximum(dispersion * size + own**2, 1e-12))
    z, part = np.clip(error / total, -4, 4), np.mean((own / total) ** 2)
    starts = np.flatnonzero(np.r_[True, np.diff(lead) <= 0])
    lengths = np.diff(np.r_[starts, len(lead)])
    found = (np.square(np.add.reduceat(z, starts)).sum() - np.square(z).sum()) / 2
    chance = np.linspace(0, 0.99, 199)
    pairs = part**2 * sum(_pairs(chance, n) for n in lengths)
    one, at = _pairs(chance, lengths.max()), _pairs(np.array([usual]), lengths.max())
    return float(np.interp(part * found + at[0], pairs + one, chance)) if lengths.max() > 1 else usual


def _pairs(correlation, days):
    """Return the sum of correlation^(distance) over all pairs of so many days in a row."""
    apart = np.arange(1, days)
    return (correlation[:, None] ** apart) @ (days - apart)


def band(mean, day_spread, dispersion, level):
    """Return the (lower, upper) ends of the band that holds `level` (0..1) of the counts to come, around `mean`.

    Quantiles of the negative binomial distribution with that mean and variance, never below 0; large counts by its
    gamma approximation. Below 50 contacts the ends are the whole contacts that hold nearest to the level; where whole
    contacts cannot, rather more than it. The band always holds the expected value itself: it reaches one contact
    wherever any is expected.

    >>> lower, upper = band(np.array([2.0, 400.0]), 0.1, 1.0, 0.8)
    >>> [(float(low), float(high)) for low, high in zip(lower, upper.round(), strict=True)][0]
    (1.0, 4.0)
    """
    from scipy.special import gammaincinv

    mean, variance = np.broadcast_arrays(mean, dispersion * mean + np.square(day_spread * mean))
    small = (mean < SMALL) & (mean > 0)
    scale = variance / np.where(mean > 0, mean, 1)
    shape = mean / np.where(mean > 0, scale, 1)
    ends = [
        np.where(mean > 0, gammaincinv(shape, chance) * scale, 0.0) for chance in (0.5 - level / 2, 0.5 + level / 2)
    ]
    if small.any():
        for end, whole in zip(ends, _whole_ends(mean[small], variance[small], level), strict=True):
            end[small] = whole
        ends[1] = np.where(small & (mean > NOTHING), np.maximum(ends[1], np.ceil(mean)), ends[1])
    return np.minimum(ends[0], mean), np.maximum(ends[1], mean)


def _whole_ends(mean, variance, level):
    """Return the whole contacts between which, both included, nearest to `level` of the counts lie.

    The lower end leaves nearest to half of the rest below it; the upper one makes up for what that leaves too much or
    too little, and is as high as it takes for the band not to hold clearly less than named.
    """
    rest = 1 - level
    law = _Counts(mean, variance)
    lower = law.nearest(np.full(len(mean), rest / 2)) + 1
    below = law.up_to(lower - 1)
    upper = law.nearest(np.clip(level + below, 1 - rest, 1 - rest / 4))
    return lower, np.maximum(upper, law.first(np.minimum(level - SHORT_OF * rest + below, 1 - 1e-9)))


class _Counts:
    """Negative binomial counts of a mean and variance; arrays."""

    def __init__(self, mean, variance):
        variance = np.maximum(variance, mean * (1 + 1e-6))
        self.size, self.chance = mean**2 / (variance - mean), mean / variance

    def up_to(self, count):
        """Return the chance of so many contacts or fewer; 0 below none."""
        from scipy.special import betainc

        return np.where(count < 0, 0.0, betainc(self.size, np.maximum(count, 0) + 1, self.chance))

    def first(self, share):
        """Return the least whole number up to which the share of the counts lies, or more."""
        from scipy.stats import nbinom

        return nbinom.ppf(share, self.size, self.chance)

    def nearest(self, share):
        """Return the whole number, -1 or more, up to which nearest to `share` of the counts lie."""
        count = self.first(share)
        over, under = self.up_to(count) - share, share - self.up_to(count - 1)
        return np.where(under < over, count - 1, count)
