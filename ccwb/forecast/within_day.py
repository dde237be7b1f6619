"""Errors of the intervals of one day that hang together: a late morning, an early evening."""

import numpy as np


def hanging(rng, paths, *, day, mean, over, near):
    """Return what each interval's expected contacts are multiplied by on each path, float32 (paths, intervals).

    day : of each interval, those of a day in a row.  mean : contacts.  over : variance over mean beyond Poisson's.
    near : correlation with the interval before.  Log-normal, mean 1, variance over / mean, so that an interval keeps
    its law; and a day's total keeps its own, as if the intervals erred alone (what moves the whole day is in
    `day_spread`): a busy hour is partly made up for by a quiet one.
    """
    out = np.empty((paths, len(day)), dtype="float32")
    shock = rng.standard_normal((paths, len(day)), dtype="float32")
    starts = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    for start, stop in zip(starts, np.r_[starts[1:], len(day)], strict=True):
        cut = slice(start, stop)
        variance = np.log1p(over[cut] / np.maximum(mean[cut], 1e-9))
        error = shock[:, cut] @ _mix(np.sqrt(over[cut] * mean[cut]), near[start]).astype("float32")
        out[:, cut] = np.exp(np.sqrt(variance) * error - variance / 2)
    return out


def _mix(weight, near):
    """Return the matrix that makes correlated errors, each of variance 1, of independent ones.

    Their sum by `weight` varies nearly as that of independent ones: what neighbours share beyond that is taken off
    every interval, by its share in it, and each is then brought back to variance 1; three times, since the second
    step undoes some of the first.
    """
    place = np.arange(len(weight))
    mixed = np.linalg.cholesky(near ** np.abs(place[:, None] - place))
    for _ in range(3):
        total = weight @ mixed
        varies = total @ total
        if varies > 0:
            more = max(1 - np.sqrt(weight @ weight / varies), 0)
            mixed = mixed - more * np.outer(mixed @ total, total) / varies
        mixed = mixed / np.sqrt(np.square(mixed).sum(axis=1))[:, None]
    return mixed.T
