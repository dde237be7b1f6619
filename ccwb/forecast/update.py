"""How errors of a day hang together, learned from past days, and what the hours seen say of those to come.

All errors are relative (0.1: 10 % more than expected) and have a size, the contacts that they rest on. An error is
made of three parts: a level that the whole day has, itself partly that of the day before; one that fades within the
day; and the chance of the single contact.
Sources: Weinberg, Brown and Stroud (2007), J. Am. Stat. Assoc. 102 (day levels that last, updated within the day);
Shen and Huang (2008), Manufacturing & Service Operations Management 10 (interday and intraday updating).
"""

from dataclasses import dataclass

import numpy as np

USUAL_DAYS = 10  # what is assumed counts as much as so many past days
NEAR = (0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 0.98)  # correlations from one slot to the next that are tried
CUT = 4.0  # usual deviations beyond which a past error teaches no more
FAR = 3.0  # deviations of an hour seen from what it then looks like, from which on it counts less (Huber 1964)
LEAST_LEVEL = 0.01**2  # variance of a day's level that is always thought possible
STEP = 1.0  # of the logarithm: the most that one round may move an hour
ROUNDS = 40
SIZES = (0.0, 0.5, 1.5)  # of an event that nobody told of: standard deviations of the logarithm of the factor
EVENT_LOG_CHANCE = -7.0  # log of the chance of each of them before the day
EVENT_HALF_LIFE_S = 4 * 3600  # after which half of an event is left


@dataclass(frozen=True)
class Law:
    """How errors hang together. level, within : variances of the day's level and of what fades within the day.

    near : correlation of the fading part from one slot to the next.  noise : variance of an error of one contact, 1 is
    Poisson's.  lasting : correlation of a day's level with that of the day before.
    """

    level: float
    within: float
    near: float
    noise: float
    lasting: float

    def together(self, place):
        """Return the covariance of the lasting and fading errors of slots of one day, (slots, slots)."""
        return self.level + self.within * self.fading(place)

    def fading(self, place):
        """Return the correlation of what fades within the day between slots at these places, (slots, slots)."""
        return self.near ** np.abs(np.subtract.outer(place, place))


def law_of(error, size, *, usual):
    """Return the Law of past days.  usual : the one assumed before any is known.

    error, size : (days, slots), missing where unknown; slots are equally long. What slots so far apart have in common
    over the past days is averaged with what is usual, by days; level and fading part are fitted to that.
    """
    seen = ~np.isnan(error) & (size > 0)
    if not seen.any():
        return usual
    size = np.where(seen, size, 0.0)
    error = _cut(np.where(seen, error, 0.0), size, usual)
    days, work = int(seen.any(axis=1).sum()), size * error
    lags = np.arange(1, error.shape[1])
    both = np.array([(size[:, :-lag] * size[:, lag:]).sum() for lag in lags])
    found = np.array([(work[:, :-lag] * work[:, lag:]).sum() for lag in lags]) / np.maximum(both, 1e-300)
    weight = both > 0
    if not weight.any():
        return usual
    share = days / (days + USUAL_DAYS)
    target = share * found + (1 - share) * (usual.level + usual.within * usual.near**lags)
    level, within, near = _fitted(target[weight], lags[weight], both[weight])
    noise = max(float((size * (error**2 - level - within))[seen].sum() / seen.sum()), min(1.0, usual.noise))
    own = Law(level, within, near, share * noise + (1 - share) * usual.noise, usual.lasting)
    return Law(**{**vars(own), "lasting": _lasting(error, size, own, usual)})


def _cut(error, size, usual):
    """Return the errors, those far beyond the middle one cut: an outage is not how days usually err."""
    scale = np.sqrt(usual.level + usual.within + usual.noise / np.maximum(size, 1e-9))
    off = np.abs(error / scale)[size > 0]
    far = CUT * max(1.0, 1.4826 * float(np.median(off)) if len(off) else 0.0)
    return np.clip(error, -far * scale, far * scale)


def _fitted(target, lags, weight):
    """Return (level, within, near) whose covariances come nearest to those at these lags, by weighted least squares."""
    best = (np.inf, LEAST_LEVEL, 0.0, 0.0)
    root = np.sqrt(weight / weight.sum())
    for near in NEAR:
        fade = near**lags
        for columns in ((np.ones_like(fade), fade), (np.ones_like(fade),), (fade,)):
            x = np.column_stack(columns) * root[:, None]
            beta = np.linalg.lstsq(x, target * root, rcond=None)[0]
            if (beta < 0).any():
                continue
            miss = float(np.square(target * root - x @ beta).sum())
            level, within = (beta[0], beta[-1] if len(beta) == 2 else 0.0) if columns[0] is not fade else (0, beta[0])
            best = min(best, (miss, float(level), float(within), near))
    return max(best[1], LEAST_LEVEL), best[2], best[3]


def _lasting(error, size, own, usual):
    """Return the correlation of a day's level with the day before, as far as these days tell it."""
    level, noise, known = _levels(error, size, own)
    level = level[known]
    pairs = len(level) - 1
    if pairs < 1:
        return usual.lasting
    found = np.clip((level[1:] * level[:-1]).mean() / own.level, 0, 1)
    sure = pairs * own.level / (own.level + noise[known].mean())
    return float(np.clip((sure * found + USUAL_DAYS * usual.lasting) / (sure + USUAL_DAYS), 0, 0.97))


def _levels(error, size, law):
    """Return (each day's mean error, the variance of that beside the day's level, which days are known)."""
    total = size.sum(axis=1)
    known = total > 0
    total = np.where(known, total, 1.0)
    part = size / total[:, None]
    fades = law.fading(np.arange(size.shape[1]))
    noise = law.noise / total + law.within * np.einsum("ds,st,dt->d", part, fades, part)
    return (size * error).sum(axis=1) / total, noise, known


def morning(error, size, law):
    """Return (mean, variance) of the coming day's level after these days: a Kalman filter of a level that lasts.

    error, size : (days, slots) of the days before, in order; missing where unknown.
    """
    seen = ~np.isnan(error) & (size > 0)
    size = np.where(seen, size, 0.0)
    error = _cut(np.where(seen, error, 0.0), size, law)
    mean, variance = 0.0, law.level
    for level, noise, known in zip(*_levels(error, size, law), strict=True):
        if known:
            gain = variance / (variance + noise)
            mean, variance = mean + gain * (level - mean), variance * (1 - gain)
        mean, variance = law.lasting * mean, law.lasting**2 * variance + (1 - law.lasting**2) * law.level
    return mean, variance


def hours_ahead(error, size, law, *, place, mean, variance, slot_s=1800, counted=True):
    """Return (the factor expected on every slot of a day, covariance of its error) given the slots that are known.

    error, size : per slot, error missing where it is not known yet.  place : the slot's number in the day; slot_s : how
    long one is.  mean, variance : of the day's level (see `morning`).  counted : the errors are those of counts:
    factors multiply, and the chance of contacts grows with what is really expected; else, as for handling times, errors
    add up.
    A normal prior, for counts of the factor's logarithm, a quasi-Poisson likelihood of variance `noise` times the mean,
    and Newton's rounds to its most likely value (Laplace's approximation). Hours far beyond count less. Beside the
    days that err as usual, days with an event that nobody told of are thought possible (SIZES of it, each lasting with
    a half-life of some hours); every answer counts by how well it tells the hours seen (Bayesian model averaging).
    """
    usual = variance + law.within * law.fading(place)
    event = 0.5 ** (np.abs(np.subtract.outer(place, place)) * slot_s / EVENT_HALF_LIFE_S)
    seen = np.flatnonzero(~np.isnan(error) & (size > 0))
    found = []
    for spread in SIZES if len(seen) else SIZES[:1]:
        prior = usual + spread**2 * event
        half = np.diag(prior) / 2 if counted else np.zeros(len(error))
        start = np.log1p(max(mean, -0.9)) - half if counted else np.full(len(error), float(mean))
        trust = EVENT_LOG_CHANCE if spread else 0.0
        found.append(_told_by(error, size, law.noise, seen, start=start, prior=prior, counted=counted, trust=trust))
    trust = np.exp(np.array([one[2] for one in found]) - max(one[2] for one in found))
    trust /= trust.sum()
    means = np.array([one[0] for one in found])
    middle = trust @ means
    off = means - middle
    spread = np.einsum("k,kst->st", trust, np.array([one[1] for one in found])) + (trust[:, None] * off).T @ off
    usually = np.diag(found[0][1]) / 2  # how wide an event might yet be moves the band, not what is expected
    return np.exp(middle + usually) if counted else 1 + middle, spread


def _told_by(error, size, noise, seen, *, start, prior, counted, trust):
    """Return (mean, covariance) of every slot's error by one prior, and the log of how well it tells the slots seen.

    trust : log of the prior's own chance.
    """
    if not len(seen):
        return start, prior, trust
    x, known = start[seen], prior[np.ix_(seen, seen)]
    for _ in range(ROUNDS):
        factor = np.exp(x) if counted else np.ones(len(x))
        off = (1 + error[seen] - factor) / factor if counted else error[seen] - x
        chance = noise / (size[seen] * factor)
        inverse = np.linalg.inv(known + np.diag(chance * np.maximum(1.0, np.abs(off) / np.sqrt(chance) / FAR)))
        pull = inverse @ (x + off - start[seen])
        step = start[seen] + known @ pull - x
        x = x + np.clip(step, -STEP, STEP)
        if np.abs(step).max() < 1e-6:
            break
    rest = prior - prior[:, seen] @ inverse @ prior[seen]
    return start + prior[:, seen] @ pull, rest, trust + _likelihood(error[seen], size[seen], noise, start[seen], known)


def _likelihood(error, size, noise, start, prior):
    """Return the log likelihood of the errors seen, one after the other, none counting as further off than CUT.

    Their square roots are taken, whose chance hardly depends on their size (Anscombe 1948).
    """
    root = np.linalg.cholesky(prior + np.diag(noise / size))
    even = 2 * (np.sqrt(1 + error + 0.375 / size) - np.sqrt(1 + 0.375 / size))
    one_by_one = np.linalg.solve(root, even - start)
    return float(-np.minimum(one_by_one**2, CUT**2).sum() / 2 - np.log(np.diag(root)).sum())
