"""What the calendar does to a day's volume: one regression for holidays, events, month phase and the year.

The regression works on log(1 + offered), so effects multiply. Its errors follow an AR(1) process (Cochrane and Orcutt
1949, by statsmodels GLSAR). How many sine waves the month and the year get is not chosen: fits with each number are
averaged, weighted by the criterion of Hannan and Quinn (1979). Effects seen seldom are shrunk: a holiday's towards the
mean of all holidays, that mean, events, eve and the days after towards none. What waves are too smooth for, such as a
rush on the first of the month, is read from the errors by day of the month and shrunk by how much of it chance would
bring (empirical Bayes; Efron and Morris 1973).
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from ccwb.forecast.calendar import once

MONTH_DAYS, YEAR_DAYS = 84, 540  # history needed before month phase and yearly pattern are looked for
WAVES = 4  # sine waves tried, of the month and of the year
WORTH = 0.05  # a number of waves is left out that weighs less than this part of the likeliest number
RECENT_DAYS = 1096  # the regression looks back three years
SHRINK_DAYS = 1  # an effect seen on n days keeps n / (n + SHRINK_DAYS) of itself
RARE = 0.05  # share of errors at either end that counts as the next to them
WAIT_DAYS = 3  # closed days in a row at most whose contacts wait for the next open one
LEVEL = ("level", "weekday", "trend")  # terms that are no calendar effect


@dataclass
class Effects:
    """Fitted effects, natural logs. past, ahead : calendar effect of each day, weekday and trend apart.

    forecast : the whole regression on the days ahead.  error : its error on each past day, missing where unknown.
    waited : share of each day's contacts, past and ahead, that a closed day before it has held up.
    named : (kind, name) -> effect.  scale : what brings the fitted level, a median, to the mean of what was offered.
    """

    past: np.ndarray
    ahead: np.ndarray
    forecast: np.ndarray
    error: np.ndarray
    waited: np.ndarray
    named: dict
    scale: float


@once
def effects(past, ahead):
    """Return the Effects of the calendar, learned on the days `past`, for them and for the days `ahead`."""
    z = np.log1p(past.offered)
    known = ~np.isnan(z)
    known[: max(0, len(past) - RECENT_DAYS)] = False
    terms = _terms(past, ahead, known)
    x = np.column_stack([column for _, _, column in terms])
    waves = {kind: _waves(kind, past, ahead) for kind in ("month", "year")}
    beta = _averaged(x, waves, z, known)
    x = np.column_stack([x, *waves.values()])
    terms += [(kind, str(i), None) for kind, wave in waves.items() for i in range(wave.shape[1])]
    names = [term[:2] for term in terms]
    shrunk, pool = _shrink(names, beta, (x[: len(past)][known] != 0).sum(axis=0))
    ahead_x, calendar = x[len(past) :], np.array([kind not in LEVEL for kind, _ in names])
    unseen = _unseen(names, shrunk, pool, past.kinds, ahead)
    error = np.where(known, z - x[: len(past)] @ beta, np.nan)
    reopened = np.array([kind == "reopened" for kind, _ in names])
    turn, turn_ahead = _month_days(past, ahead, error)
    error, unseen = error - turn, unseen + turn_ahead
    return Effects(
        x[: len(past), calendar] @ beta[calendar] + turn,
        ahead_x[:, calendar] @ shrunk[calendar] + unseen,
        ahead_x @ shrunk + unseen + _new_weekdays(names, shrunk, past.weekday[known], ahead.weekday),
        error,
        -np.expm1(-np.maximum(x[:, reopened] @ beta[reopened], 0)),
        _named(names, shrunk, x[: len(past)], turn),
        mean_scale(error[known]),
    )


def _new_weekdays(names, beta, known, ahead):
    """Return what the mean weekday has beyond the first one known, on days ahead of weekdays never known; 0 elsewhere.

    known, ahead : weekdays of the days learned from and of those ahead.
    """
    effect = np.append(0.0, beta[[kind == "weekday" for kind, _ in names]])
    return np.where(np.isin(ahead, known), 0.0, np.log(np.exp(effect).mean()))


def _month_days(past, ahead, error):
    """Return what single days of the month add on the past and the days ahead, counted from the nearest first.

    A day's mean error, local level and special days apart, keeps the share that chance does not explain.
    """
    position = [_from_first(days.day) + 15 for days in (past, ahead)]
    usual = (past.holiday == "") & ~past.eve & ~past.after & ~np.isnan(error)
    if usual.sum() < MONTH_DAYS:
        return np.zeros(len(past)), np.zeros(len(ahead))
    rest, place = (error - local_level(error))[usual], position[0][usual]
    limit = 6 * np.median(np.abs(rest))  # four standard deviations: a single wild day teaches no month
    rest = np.clip(rest, -limit, limit)
    days = np.bincount(place, minlength=31)
    mean = np.bincount(place, weights=rest, minlength=31) / np.maximum(days, 1)
    noise = rest.var()
    real = max(0.0, ((days * mean**2).sum() - (days > 0).sum() * noise) / len(rest))
    effect = mean * real * days / np.maximum(real * days + noise, 1e-12)
    return effect[position[0]], effect[position[1]]


def _from_first(day):
    """Return the days since (or until, below 0) the nearest first of a month, -15 to 15."""
    month = day.astype("datetime64[M]")
    since = (day - month.astype("datetime64[D]")).astype(int)
    until = (day - (month + 1).astype("datetime64[D]")).astype(int)
    return np.where(since <= 15, since, np.maximum(until, -15))


def local_level(z, width=28):
    """Return the mean of the known values of the four weeks around each day, the nearest known one where none is."""
    kernel, known = np.ones(2 * (width // 2) + 1), ~np.isnan(z)
    sums = np.convolve(np.nan_to_num(z), kernel)[width // 2 : -(width // 2)]
    times = np.convolve(known, kernel)[width // 2 : -(width // 2)]
    index = np.arange(len(z))
    return np.interp(index, index[times > 0.5], (sums / np.maximum(times, 1))[times > 0.5])


def weighted_means(z, weekday, weight):
    """Return seven means of the known values by weekday; missing where the weekday was never seen."""
    weight = weight * ~np.isnan(z)
    with np.errstate(invalid="ignore"):
        return np.bincount(weekday, np.nan_to_num(z) * weight, 7) / np.bincount(weekday, weight, 7)


def _named(names, beta, x, turn):
    """Return (kind, name) -> effect; of month (waves and single days) and year the range from lowest to highest day.

    Of the days after closed ones the mean effect.
    """
    mean = np.abs(x).sum(axis=0) / np.maximum((x != 0).sum(axis=0), 1)
    size = np.where([kind == "reopened" for kind, _ in names], mean, 1)
    effect = dict(zip(names, beta * size, strict=True))
    named = {name: float(b) for name, b in effect.items() if name[0] not in ("level", "month", "year")}
    kinds = np.array([kind for kind, _ in names])
    for kind in ("month", "year"):
        effect = x[:, kinds == kind] @ beta[kinds == kind] + (turn if kind == "month" else 0)
        if np.ptp(effect) > 0:
            named[kind, ""] = float(np.ptp(effect))
    return named


def mean_scale(errors):
    """Return what a median forecast is multiplied by to give the mean, from its errors in logs (Duan's smearing).

    The highest and the lowest twentieth of the errors count as the next to them: rare shocks do not raise every day.
    """
    if not len(errors):
        return 1.0
    factor = np.exp(errors)
    return float(np.clip(factor, *np.quantile(factor, [RARE, 1 - RARE])).mean())


def _terms(past, ahead, known):
    """Return the plain columns of the regression as (kind, name, values on past and ahead)."""
    both = {f: np.concatenate([getattr(past, f), getattr(ahead, f)]) for f in ("day", "holiday", "eve", "after")}
    weekday = np.concatenate([past.weekday, ahead.weekday])
    n = len(past)
    terms = [("level", "", np.ones(len(weekday)))]
    terms += [("weekday", str(w), (weekday == w) * 1.0) for w in np.unique(weekday[:n][known])[1:]]
    if known.sum() > MONTH_DAYS:
        terms.append(("trend", "", _damped(np.arange(len(weekday)) - n, n / 2) / 365.25))
    flags = [("holiday", name, both["holiday"] == name) for name in dict.fromkeys(past.holiday[known]) if name]
    first, second = _reopened(past, np.concatenate([past.open, ahead.open]), weekday)
    flags += [("eve", "", both["eve"]), ("after", "", both["after"] & (first == 0))]
    flags += [("reopened", "", first), ("second day", "", second)]
    for name, on in past.events.items():
        if past.kinds[name] != "outage":
            flags.append(("event", name, np.concatenate([on, ahead.events[name]])))
    return terms + [(kind, name, on * 1.0) for kind, name, on in flags if 0 < (on[:n][known] > 0).sum() < known.sum()]


def _reopened(past, open_, weekday):
    """Return (log of 1 + what may wait on the first open day after days closed out of turn, which days are the second).

    What may wait are the usual contacts of the closed days, at most WAIT_DAYS of them, over the day's own. A weekday
    is open as a rule when more than half of its days are; those closed as a rule do not come between.
    open_, weekday : of the days past and ahead.
    """
    size = np.exp(weighted_means(np.log1p(past.offered), past.weekday, np.ones(len(past))))
    rule = np.bincount(weekday, open_, 7) > 0.5 * np.bincount(weekday, minlength=7)
    index = np.flatnonzero((rule & ~np.isnan(size))[weekday])
    waits, first, second = 0.0, np.zeros(len(open_)), np.zeros(len(open_))
    run = 0
    for before, at in zip(np.r_[-1, index[:-1]], index, strict=True):
        if open_[at] and run:
            first[at] = np.log1p(waits / size[weekday[at]])
        second[at] = open_[at] and before >= 0 and first[before] > 0
        run = 0 if open_[at] else run + 1
        waits = 0.0 if not run else waits + size[weekday[at]] * (run <= WAIT_DAYS)
    return first, second


def _damped(day, length):
    """Return the day's number, slowing down after 0 so that it never reaches `length`: a trend that fades out ahead."""
    return np.where(day > 0, -length * np.expm1(-day / length), day)


def _waves(kind, past, ahead):
    """Return the sine and cosine columns of the month's or the year's phase; none where the history is too short."""
    day = np.concatenate([past.day, ahead.day])
    known = ~np.isnan(past.offered)
    span = np.ptp(np.flatnonzero(known)) + 1 if known.any() else 0
    if span < (MONTH_DAYS if kind == "month" else YEAR_DAYS):
        return np.empty((len(day), 0))
    unit = day.astype("datetime64[M]" if kind == "month" else "datetime64[Y]")
    start = unit.astype("datetime64[D]")
    length = (unit + 1).astype("datetime64[D]") - start
    angle = 2 * np.pi * np.outer((day - start) / length, np.arange(1, WAVES + 1))
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(len(day), -1)


def _averaged(x, waves, z, known):
    """Return the coefficients of x and of all waves: the weighted mean of fits with 0 to WAVES waves of each kind."""
    from statsmodels.regression.linear_model import GLSAR

    past = slice(0, len(z))
    z, x = z[known], x[past][known]
    month, year = (wave[past][known] for wave in waves.values())
    by_month = _count_weights(x, month, z)
    best = np.column_stack([x, month[:, : 2 * int(by_month.argmax())]])
    by_year = _count_weights(best, year, z)
    rho = _autocorrelation(np.column_stack([best, year[:, : 2 * int(by_year.argmax())]]), z)
    every, first = np.column_stack([x, month, year]), x.shape[1] + month.shape[1]
    beta = np.zeros(every.shape[1])
    for m, y in product(np.flatnonzero(by_month), np.flatnonzero(by_year)):
        use = np.r_[: x.shape[1] + 2 * m, first : first + 2 * y]
        beta[use] += by_month[m] * by_year[y] * GLSAR(z, every[:, use], rho=rho).fit().params
    return beta


def _count_weights(x, waves, z):
    """Return the weight of 0, 1, 2 ... waves beside `x`, errors whitened by their first autocorrelation.

    exp(-c / 2) of Hannan and Quinn's criterion c, which asks less of a wave than BIC and more than AIC (weights by a
    criterion: Buckland, Burnham and Augustin 1997).
    """
    rho = _autocorrelation(x, z)
    x, waves, z = (a[1:] - rho * a[:-1] for a in (x, waves, z))
    n, score = len(z), []
    for count in range(waves.shape[1] // 2 + 1):
        all_ = np.column_stack([x, waves[:, : 2 * count]])
        rest = z - all_ @ np.linalg.lstsq(all_, z, rcond=None)[0]
        score.append(n * np.log(rest @ rest / n + 1e-12) + 4 * count * np.log(np.log(max(n, 16))))
    weight = np.exp((min(score) - np.array(score)) / 2)
    weight[weight < WORTH] = 0
    return weight / weight.sum()


def _autocorrelation(x, z):
    """Return the correlation of an ordinary regression's errors from one known day to the next, 0 to 0.99."""
    error = z - x @ np.linalg.lstsq(x, z, rcond=None)[0]
    return float(np.clip((error[1:] @ error[:-1]) / max(error @ error, 1e-12), 0, 0.99))


def _shrink(names, beta, days):
    """Return (coefficients for the days ahead, effect of a holiday never seen)."""
    out, pool = beta.copy(), 0.0
    kinds = np.array([kind for kind, _ in names])
    own = kinds == "holiday"
    if own.any():
        pool = float((beta[own] * days[own]).sum() / (days[own].sum() + SHRINK_DAYS))
        out[own] = (beta[own] * days[own] + pool * SHRINK_DAYS) / (days[own] + SHRINK_DAYS)
    few = np.isin(kinds, ("eve", "after", "reopened", "second day", "event"))
    out[few] *= days[few] / (days[few] + SHRINK_DAYS)
    return out, pool


def _unseen(names, shrunk, pool, kinds, ahead):
    """Return the effect, on the days ahead, of holidays and events that the past has not seen by name."""
    seen = {name: b for (kind, name), b in zip(names, shrunk, strict=True) if kind == "event"}
    holidays = [name for kind, name in names if kind == "holiday"]
    out = pool * ((ahead.holiday != "") & ~np.isin(ahead.holiday.astype(str), holidays))
    for name, on in ahead.events.items():
        alike = [b for other, b in seen.items() if kinds[other] == kinds[name]]
        if name not in seen and alike and kinds[name] != "outage":
            out = out + on * np.mean(alike) * len(alike) / (len(alike) + 1)
    return out
