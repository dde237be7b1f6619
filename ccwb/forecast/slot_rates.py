"""What comes in each slot beside the other slots known on the same days, so that a part of a day is no whole day."""

import numpy as np

BORROW = 2.0  # contacts per slot that a weekday borrows from the shape of all weekdays
LEAST_KNOWN = 0.5  # of what is usually known of a day: a day of which less is known is unknown
OWN_DAYS = 3  # known days from which on a weekday tells by itself how much of it is usually known
ROUNDS, SAME = 50, 1e-9  # steps at most, and the relative change of a rate below which it counts as found


def levels(counts, known):
    """Return by day the contacts that all slots ever known would have had, told from those known that day.

    counts : (days, slots), 0 where not known.  known : alike. Each count is held to be the level of its day times the
    rate of its slot: the maximum likelihood of Poisson counts, by fitting rows and columns in turn (Deming and Stephan
    1940). A day with every slot keeps its sum; slots that no day joins are compared as if their days were alike.
    """
    known = known.astype(float)
    size, times = counts.sum(axis=1), known.sum(axis=0)
    rate = counts.sum(axis=0) / np.maximum(times, 1)
    for _ in range(ROUNDS):
        before, level = rate, _over(size, known @ rate)
        rate = _over(counts.sum(axis=0), level @ known)
        if np.abs(rate - before).max(initial=0) <= SAME * rate.max(initial=0):
            break
    return _over(size, known @ rate) * rate.sum()


def week_rates(counts, base, weekday, weight):
    """Return the share of a whole day (see `levels`) that falls on each slot, by weekday: (7, slots).

    Each weekday's own, drawn towards the smoothed shape of all weekdays by a few contacts a slot.
    base : level of the day where a slot is known, else 0.  weight : of each day.
    """
    rows = [weekday == w for w in range(7)]
    own, of = (np.array([weight[r] @ part[r] for r in rows]) for part in (counts, base))
    borrow = BORROW * counts.shape[1]
    return (own + borrow * _shape(own.sum(axis=0), of.sum(axis=0))) / (of + borrow)


def usual_rates(counts, known, weekday):
    """Return the `week_rates` of a history, all of its days counting alike; counts are 0 where not known."""
    return week_rates(counts, known * levels(counts, known)[:, None], weekday, np.ones(len(counts)))


def least_known(share, weekday):
    """Return by day the share of it, 0..1, that has to be known: half of what is known of a day of its kind as a rule.

    share : known of each day. Where mornings are all that a history ever tells, they are what it is learned from.
    A weekday of three known days and more is its own rule.

    >>> least_known(np.array([1.0, 1.0, 0.2, 1.0]), np.array([0, 1, 2, 3])).tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    seen = share > 0
    if not seen.any():
        return np.full(len(share), LEAST_KNOWN)
    out = np.full(len(share), LEAST_KNOWN * np.median(share[seen]))
    for w in np.unique(weekday[seen]):
        mine = weekday == w
        if (mine & seen).sum() >= OWN_DAYS:
            out[mine] = LEAST_KNOWN * np.median(share[mine & seen])
    return out


def _shape(own, base):
    """Return the smoothed share of each slot; one never observed takes after the others, the nearest counting most."""
    slot, seen = np.arange(len(own)), np.flatnonzero(base > 0)
    if not len(seen):
        return np.full(len(own), 1 / len(own))
    share = np.interp(slot, seen, own[seen] / base[seen])
    share = np.convolve(np.pad(share, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    never = np.flatnonzero(base <= 0)
    near = 1.0 / np.square(never[:, None] - seen)
    share[never] = near @ own[seen] / (near @ base[seen])
    return share


def _over(sums, of):
    """Return sums over what they are sums of, 0 where that is nothing."""
    return np.where(of > 0, sums / np.where(of > 0, of, 1), 0.0)
