"""Where intervals may be taken one by one, each as if it had always been like that, and where this misleads."""

import numpy as np

from ccwb.queueing import erlang
from ccwb.queueing.concurrency import pace_of

_WRONG = 0.05  # points of service level that count as misled


def erlang_misleads(offered, agents, *, aht_s, interval_s, answer_within_s, patience_s=None, slowdown=None):
    """Whether plain interval-by-interval Erlang is some five points of service level or more off, per interval.

    Arguments as for `carried_over`, time along the last axis; whole agents. A quick look, no solution: the load that
    each interval really meets is its own, lagging behind by a handling time (modified offered load), and the line that
    an overload has left; where the steady state of that load gives another service level than that of the interval's
    own load, it is True. So it is where nobody gives up and more comes than agents finish. The first interval alone
    never is: what was before it is not known.
    Source: Jennings, Mandelbaum, Massey and Whitt (1996); the line as a fluid (Newell 1982).

    >>> erlang_misleads([60, 60, 120, 60, 60], [10, 10, 10, 10, 10], aht_s=240, interval_s=1800, answer_within_s=20)
    array([False, False,  True,  True,  True])
    """
    named = {"offered": offered, "agents": agents, "aht_s": aht_s, "interval_s": interval_s}
    named |= {"answer_within_s": answer_within_s} | ({} if patience_s is None else {"patience_s": patience_s})
    shape, values = erlang.checked(**named)
    if not values[0].size:
        return np.zeros(shape, dtype=bool)
    rows = {name: value.reshape(shape or (1,)) for name, value in zip(named, values, strict=True)}
    rows["load"] = rows["offered"] * rows["aht_s"] / rows["interval_s"]
    known = {name: rows[name] for name in ("aht_s", "answer_within_s", "patience_s") if name in rows}
    plain = erlang.performance(rows["load"], rows["agents"], **known, slowdown=slowdown)
    pace = pace_of(slowdown)
    met = _met(rows, plain, 1.0 if pace is None else pace[-1], 1.0 if slowdown is None else slowdown[-1])
    really = erlang.performance(met, rows["agents"], **known, slowdown=slowdown)
    wrong = np.abs(really.service_level - plain.service_level) >= _WRONG
    wrong |= np.isinf(plain.mean_wait_s)
    if shape:
        wrong[..., 0] &= np.isinf(plain.mean_wait_s[..., 0])
    return (wrong & (rows["offered"] > 0)).reshape(shape)


def _met(rows, plain, pace, slow):
    """The load that each interval meets: its own, lagging, and the line from before."""
    load, met = rows["load"], rows["load"].copy()
    up, full = rows["offered"] / rows["interval_s"], rows["agents"] * pace / rows["aht_s"]
    settled = np.where(np.isfinite(plain.mean_wait_s), plain.mean_wait_s * up, np.inf)
    held, line = load[..., 0], np.zeros(load.shape[:-1])
    for i in range(load.shape[-1]):
        length_s, aht_s = rows["interval_s"][..., i], rows["aht_s"][..., i]
        past = np.exp(-length_s / (aht_s * slow))
        rest = held - load[..., i]
        met[..., i] += rest * (1 - past) * aht_s * slow / length_s + line * aht_s / length_s
        held = np.minimum(load[..., i] + rest * past, rows["agents"][..., i] * pace)
        drift, noise = up[..., i] - full[..., i], np.sqrt((up[..., i] + full[..., i]) * length_s)
        if "patience_s" in rows:
            still = np.exp(-length_s / rows["patience_s"][..., i])
            grown = np.maximum(line * still + drift * rows["patience_s"][..., i] * (1 - still), 0)
        else:
            grown = np.maximum(line + drift * length_s, 0)
        line = np.maximum(grown, np.minimum(settled[..., i], noise / 2) * (load[..., i] > 0))
    return np.maximum(met, 0)
