"""Queues of so few contacts that a forecast of nothing has the least error: what counts is their rate in the long run.

Below ln 2 contacts a day the median day of a Poisson queue has none, so that absolute errors cannot choose a model and
the logs of counts tell nothing. The rate is a mean of days: Poisson counts with a gamma law for the rate, of which days
long ago say less (West, Harrison and Migon 1985); how much less is told by the counts themselves.
"""

import numpy as np

from ccwb.forecast.bands import ASSUMED_SPREAD
from ccwb.forecast.unseen import of_a_mean_day
from ccwb.messages import N_

RARE_A_DAY = np.log(2)
RECENT_DAYS = 56  # days that have to be as quiet as the last year
YEAR_DAYS = 365
MEMORIES = (28, 91, 364)  # days after which a day counts half, each of them tried
FIRST_DAYS = 7  # days' worth of the mean of all, which every rate begins with
WEEKDAY_BORROW = 7  # contacts' worth of an even week that each weekday keeps beside its own
LASTS = 0.99  # correlation from day to day of the error of a rate: it is wrong on all days
RATE = N_("rate of few contacts")


def rare(past):
    """Return whether so few contacts came, in the last year and lately, that the days' median is none.

    past : Days.  False where not one came.
    """
    came = past.offered[~np.isnan(past.offered)]
    year, lately = came[-YEAR_DAYS:], came[-RECENT_DAYS:]
    return bool(year.any() and year.mean() < RARE_A_DAY and lately.mean() < RARE_A_DAY)


def rate_ahead(past, ahead):
    """Return (contacts expected on each day ahead, relative error of the rate) of a queue that is `rare`.

    past, ahead : Days.  The open days ahead share one rate, by weekdays that lean towards an even week, times the
    effects stated of events. The relative error is one standard deviation: that assumed of any day and, since so few
    came, that of counting them.
    """
    known = ~np.isnan(past.offered)
    came = past.offered[known][-3 * YEAR_DAYS :]
    level, rests_on = _rate(came)
    usual = np.bincount(past.weekday[known], minlength=7) * past.offered[known].mean()
    own = (np.bincount(past.weekday[known], past.offered[known], 7) + WEEKDAY_BORROW) / (usual + WEEKDAY_BORROW)
    expected = np.where(ahead.open, level * own[ahead.weekday] * of_a_mean_day(past, ahead) * ahead.stated, 0.0)
    return expected, float(np.sqrt(ASSUMED_SPREAD**2 + 1 / rests_on))


def even_split(split, slots, contacts):
    """Return the shares of open slots in their day, each slot counted as having had one contact more than it had.

    split, slots : (days, slots), shares of a day's contacts and what is open.  contacts : that `split` was learned on.
    """
    number = np.maximum(slots.sum(axis=1), 1)[:, None]
    return np.where(slots, (split * contacts + 1) / (contacts + number), 0.0)


def _rate(came):
    """Return (contacts a day, contacts that it rests on): rates of several memories, mixed by their likelihood."""
    weight, rates, counted = [], [], []
    for memory in MEMORIES:
        contacts, days = _remembered(came, 0.5 ** (1 / memory))
        weight.append(_log_chance(came, contacts[:-1], days[:-1]))
        rates.append(contacts[-1] / days[-1])
        counted.append(contacts[-1])
    trust = np.exp(np.array(weight) - max(weight))
    trust /= trust.sum()
    return float(trust @ rates), float(trust @ counted)


def _remembered(came, kept):
    """Return (contacts, days) remembered before the first and after each day, `kept` of them from day to day."""
    contacts, days = np.empty(len(came) + 1), np.empty(len(came) + 1)
    contacts[0], days[0] = FIRST_DAYS * came.mean(), FIRST_DAYS
    for i, count in enumerate(came):
        contacts[i + 1], days[i + 1] = kept * contacts[i] + count, kept * days[i] + 1
    return contacts, days


def _log_chance(came, contacts, days):
    """Return the log of the chance of these counts, each told by the days before it: a negative binomial law."""
    from scipy.special import gammaln

    share = 1 / (1 + days)
    return float(
        (gammaln(came + contacts) - gammaln(contacts) - gammaln(came + 1)).sum()
        + (contacts * np.log1p(-share) + came * np.log(share)).sum()
    )
