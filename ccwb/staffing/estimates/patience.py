"""Patience from a history per interval, whose waits are known only as means and only of those who were answered.

With exponential patience of rate theta, somebody who would have to wait V is answered with chance exp(-theta V). So in
any queue served in order, however busy and uneven, those who give up are on average as many as the sum of
exp(theta wait) - 1 over those who were answered: waits of the answered are enough. Leaving aside the first s seconds
(who hangs up at once, whatever happens) it holds for the waits beyond s. What a mean wait hides is how waits spread
within the interval; `_spread` supplies that, with a scale learned from how many were answered within the threshold.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincc

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.estimates.estimate import Estimate, Said, days_of, numbered, one_queue, t_quantile, with_columns

HALF_HOUR_S, LONGEST_S = 1800, 3600
LEAST_ABANDONED = 30
LEAST_WAIT_S = 1.0  # mean wait of the answered below which estimates were far off in simulations
MANY_LEFT = 0.4  # share of contacts giving up above which those who were answered tell little of them
_MOST = 0.5  # gave up per second of waiting: above that nobody would wait at all
_STEP = 0.01  # of the logarithms, for slopes
_SCALE_WITHIN = 1.8  # the scale of waits lies so far about its usual one, as a logarithm


@dataclass(frozen=True)
class _Intervals:
    """A queue's intervals as arrays: contacts, waits, the share of the threshold, and the number of the day.

    left : gave up, after the first `short_s` seconds.  flowed : went elsewhere while waiting.  late : of the answered,
    those not within `within_s` (nan: not known).  work_s : handling time over the root of the load, which waits scale
    with.  usual : by how much they usually do.
    """

    handled: np.ndarray
    left: np.ndarray
    flowed: np.ndarray
    asa_s: np.ndarray
    late: np.ndarray
    within_s: np.ndarray
    load: np.ndarray
    work_s: np.ndarray
    usual: np.ndarray
    day: np.ndarray
    short_s: float


def patience(history, *, short_abandon_s=None):
    """How long customers of a live queue are willing to wait, mean seconds, as an Estimate with a 95 % interval.

    history : history table of one live queue in intervals of up to an hour, with handled, abandoned, asa_s and aht_s;
    better also answered_within with its answer_within_s, and short_abandoned.
    short_abandon_s : what the history counts as short, seconds; where given, short abandons are left out and patience
    is what shows after those seconds, so that people who hang up at once whatever happens do not make it look shorter.

    Assumes exponential patience and that customers are answered in order; the number holds for waits as they occurred.
    The interval comes from the differences between days, and besides from what mean waits per interval leave open.
    Raises PlanError where it cannot be told: a deferred channel, days instead of intervals, a column missing, no waits,
    fewer than 30 that gave up, a mean wait below a second.
    Source: docs/models_estimates.md; held against simulations of known patience in tests/test_estimates.py.
    """
    _check_live(with_columns(history, ("channel",)))
    table = _usable(one_queue(history, ("handled", "abandoned", "asa_s", "aht_s")))
    short_s = short_abandon_s if short_abandon_s and _known(table, "short_abandoned") else 0.0
    number, days = numbered(days_of(table["interval_start"]))
    seen = _intervals(table, number, float(short_s))
    _check_enough(seen, short_abandon_s=short_s)
    scale = _scale(seen)
    theta = _theta(seen, scale)
    _check_waited(seen)
    gave_up = table["abandoned"].sum()
    gone = gave_up / (gave_up + seen.handled.sum())
    error = np.hypot(_error(seen, scale, theta, len(days)), _left_open(seen, scale, gave_up))
    reach = np.exp(t_quantile(len(days)) * error)
    return Estimate(
        name="patience_s",
        value=1 / theta,
        low=float(1 / theta / reach),
        high=float(reach / theta),
        unit="s",
        n=len(days),
        source=_source(seen, days),
        caveats=tuple(_caveats(seen, scale, gave_up, gone)),
    )


def _check_live(history):
    for channel in history["channel"].unique():
        if channel in CHANNELS and not CHANNELS[channel].live:
            raise PlanError(
                N_("Patience cannot be told for {channel}: nobody waits in line there, so nobody gives up waiting."),
                channel=CHANNELS[channel].label,
            )


def _usable(table):
    """Return the rows that tell of patience, in half-hours where they were finer; PlanError where there are none."""
    table = table[table["interval_s"] <= LONGEST_S]
    if table.empty:
        raise PlanError(
            N_(
                "Patience cannot be told from days, because waits differ too much within a day. Import a history in "
                "intervals of 5 to 60 minutes, or type the patience."
            )
        )
    table = _in_half_hours(table)
    counted = table["handled"].notna() & table["abandoned"].notna()
    return table[counted & (table["handled"] > 0) & table["asa_s"].notna() & table["aht_s"].notna()]


def _known(table, *names):
    return all(name in table and table[name].notna().any() for name in names)


_COUNTS = ("handled", "abandoned", "short_abandoned", "flowed_out", "answered_within")


def _in_half_hours(table):
    """Return the table with intervals shorter than half an hour put together: so short, the means are mostly chance."""
    fine = table["interval_s"] < HALF_HOUR_S
    if not fine.any():
        return table
    counts = [name for name in _COUNTS if name in table]
    part = table[fine].assign(interval_start=_half_hour(table.loc[fine, "interval_start"]))
    for name in ("asa_s", "aht_s"):
        part[name] = part[name].where(part["handled"] > 0, 0.0) * part["handled"]
    more = {"answer_within_s": "first"} if "answer_within_s" in table else {}
    keys = ["interval_start", "project", "channel"]
    sums = part.groupby(keys)[[*counts, "asa_s", "aht_s"]].agg(lambda column: column.sum(skipna=False))
    for name in more:
        sums[name] = part.groupby(keys)[name].first()
    for name in ("asa_s", "aht_s"):
        sums[name] = sums[name] / sums["handled"]
    return pd.concat([table[~fine], sums.reset_index().assign(interval_s=HALF_HOUR_S)], ignore_index=True)


def _half_hour(times):
    """Return the start of each time's half-hour; by UTC, so that a change of the clocks does not matter."""
    zone = times.dt.tz
    return times.dt.floor("30min") if zone is None else times.dt.tz_convert("UTC").dt.floor("30min").dt.tz_convert(zone)


def _intervals(table, number, short_s):
    columns = {name: table[name].to_numpy(dtype=float) for name in ("handled", "abandoned", "asa_s", "aht_s")}
    length = table["interval_s"].to_numpy(dtype=float)
    handled = columns["handled"]
    aht_s = float(handled @ columns["aht_s"] / handled.sum())
    load = (handled + columns["abandoned"]) * aht_s / length
    nothing = np.full(len(table), np.nan)
    in_time = _known(table, "answered_within", "answer_within_s")
    within = table["answered_within"].to_numpy(dtype=float) if in_time else nothing
    short = table["short_abandoned"].fillna(0).to_numpy(dtype=float) if short_s else 0.0
    return _Intervals(
        handled=handled,
        left=columns["abandoned"] - short,
        flowed=table["flowed_out"].fillna(0).to_numpy(dtype=float) if "flowed_out" in table else np.zeros(len(table)),
        asa_s=columns["asa_s"],
        late=np.clip(handled - within, 0, None),
        within_s=table["answer_within_s"].to_numpy(dtype=float) if in_time else nothing,
        load=load,
        work_s=aht_s / np.sqrt(np.maximum(load, 0.5)),
        usual=0.3 * (max(aht_s, 1) / 240) ** -0.35 * (length / HALF_HOUR_S) ** 0.6,
        day=number,
        short_s=short_s,
    )


def _check_enough(seen, *, short_abandon_s):
    if not (seen.asa_s * seen.handled).sum() > 0:
        raise PlanError(N_("Patience cannot be told from this history, because nobody had to wait for an answer."))
    waited_s = seen.asa_s * seen.handled / np.where(seen.within_s > 0, seen.within_s, np.inf)
    if np.nansum(seen.late) > 1.1 * np.nansum(waited_s):  # Markov: so many cannot wait so long with such a mean
        raise PlanError(
            N_(
                "Patience cannot be told from this history, because more contacts were answered late than their mean "
                "wait (asa_s, {asa} s) allows. Check the units and columns of asa_s and answered_within."
            ),
            asa=_mean_wait_s(seen),
        )
    left = seen.left.sum()
    if left < LEAST_ABANDONED:
        said = N_(
            "Patience cannot be told from this history, because only {left} contacts gave up; {least} are needed. "
            "Import a longer history, or type the patience."
        )
        if short_abandon_s:
            said = N_(
                "Patience cannot be told from this history, because only {left} contacts gave up after {short} s; "
                "{least} are needed. Import a longer history, or type the patience."
            )
        raise PlanError(said, left=round(left), short=f"{short_abandon_s:g}", least=LEAST_ABANDONED)


def _check_waited(seen):
    """Refuse waits so short that simulated patience was not found from them."""
    if seen.asa_s @ seen.handled < LEAST_WAIT_S * seen.handled.sum():
        raise PlanError(
            N_(
                "Patience cannot be told from this history, because those who were answered waited so shortly (mean "
                "{asa} s, {least} s are needed). Take a busier time, or type the patience."
            ),
            asa=_mean_wait_s(seen),
            least=f"{LEAST_WAIT_S:g}",
        )


def _mean_wait_s(seen):
    return f"{seen.asa_s @ seen.handled / seen.handled.sum():.2g}"


# how waits of answered contacts spread within an interval -------------------------------------------------------------
def _spread(asa_s, scale_s):
    """Return (share that waits at all, their mean wait, shape of the gamma that their waits follow) of the answered.

    Measured in simulated half-hours of 1 to 200 erlangs, from idle to overloaded: what an interval with such a mean
    wait looks like depends on little but that mean in multiples of `scale_s`.
    """
    u = asa_s / scale_s
    waits = -np.expm1(-0.72 * u**0.8)
    return waits, np.divide(asa_s, waits, out=np.ones_like(u), where=waits > 0), 1.5 + 0.35 * u


def _late(asa_s, scale_s, within_s):
    """Return the share of the answered that waits longer than `within_s`."""
    waits, mean_s, shape = _spread(asa_s, scale_s)
    return waits * gammaincc(shape, shape * within_s / mean_s)


def _growth(theta, asa_s, scale_s, short_s):
    """Return the mean of exp(theta (wait - short_s)) - 1, of waits beyond short_s: over all, over the delayed."""
    waits, mean_s, shape = _spread(asa_s, scale_s)
    slack = np.maximum(1 - theta * mean_s / shape, 0.01)
    grown = np.exp(-theta * short_s) * slack**-shape * gammaincc(shape, shape / mean_s * slack * short_s)
    delayed = grown - gammaincc(shape, shape * short_s / mean_s)
    return waits * delayed, np.where(waits > 0, delayed, 0.0)


# the two equations: how many were late gives the scale, how many gave up gives the patience ---------------------------
def _lateness(seen, log_scale):
    """Return per interval the log-likelihood of how many were late, 0 where that is not known."""
    known = ~(np.isnan(seen.late) | np.isnan(seen.within_s))
    share = _late(seen.asa_s[known], np.exp(log_scale) * (seen.usual * seen.work_s)[known], seen.within_s[known])
    share, out = np.clip(share, 1e-3, 1 - 1e-3), np.zeros(len(known))
    late = seen.late[known]
    out[known] = late * np.log(share) + (seen.handled[known] - late) * np.log(1 - share)
    return out


def _scale(seen):
    """Return the logarithm of the scale of waits against its usual one; None where no threshold was counted."""
    if np.isnan(seen.late + seen.within_s).all():
        return None
    from scipy.optimize import minimize_scalar

    bounds = (-_SCALE_WITHIN, _SCALE_WITHIN)
    return float(minimize_scalar(lambda x: -_lateness(seen, x).sum(), bounds=bounds, method="bounded").x)


def _expected(seen, scale, theta):
    """Return per interval how many should have given up, and the weight of the interval."""
    # with no threshold counted, the scale that simulations have for a queue of this size and patience
    factor = (150 * theta) ** -0.22 if scale is None else np.exp(scale)
    all_of, delayed = _growth(theta, seen.asa_s, factor * seen.usual * seen.work_s, seen.short_s)
    return seen.handled * all_of + seen.flowed * np.minimum(delayed, 10), 1 / np.sqrt(1 + all_of)


def _surplus(seen, scale, log_theta):
    """Return per interval those who gave up less those expected; intervals where most give up weigh less."""
    expected, weight = _expected(seen, scale, np.exp(log_theta))
    return (seen.left - expected) * weight


def _theta(seen, scale):
    from scipy.optimize import brentq

    low, high = np.log(1e-5), np.log(_MOST)
    at = [_surplus(seen, scale, x).sum() for x in (low, high)]
    if not at[0] > 0 > at[1]:
        raise PlanError(
            N_(
                "Patience cannot be told from this history, because those who gave up ({left}) do not fit the waits "
                "(mean {asa} s). Check the columns abandoned and asa_s, or type the patience."
            ),
            left=round(seen.left.sum()),
            asa=_mean_wait_s(seen),
        )
    return float(np.exp(brentq(lambda x: _surplus(seen, scale, x).sum(), low, high, xtol=1e-6)))


def _error(seen, scale, theta, days):
    """Return the standard error of log theta from the differences between days, that of the scale included.

    Both equations are sums over days; their joint sandwich (Huber 1967) with days as independent draws.
    """
    at, equations = [np.log(theta)], [lambda x: _surplus(seen, scale if len(x) == 1 else x[1], x[0])]
    if scale is not None:
        at.append(scale)
        more, less = (lambda x: _lateness(seen, x[1] + _STEP)), (lambda x: _lateness(seen, x[1] - _STEP))
        equations.append(lambda x: (more(x) - less(x)) / (2 * _STEP))
    each = np.array([np.bincount(seen.day, equation(at), minlength=days) for equation in equations])
    slopes = np.empty((len(at), len(at)))
    for j in range(len(at)):
        up, down = list(at), list(at)
        up[j], down[j] = up[j] + _STEP, down[j] - _STEP
        slopes[:, j] = [(equation(up).sum() - equation(down).sum()) / (2 * _STEP) for equation in equations]
    moves = np.linalg.pinv(slopes) @ (each - each.mean(axis=1, keepdims=True))
    return float(np.sqrt(days / (days - 1) * (moves[0] ** 2).sum()))


def _left_open(seen, scale, gave_up):
    """Return the standard error of log theta that mean waits per interval leave, whatever the number of days.

    By simulations: larger in small queues, where many leave, where most of them leave so soon that they are left out,
    and where no threshold was counted.  gave_up : contacts that gave up, the short ones too.
    """
    soon, gone = 1 - seen.left.sum() / gave_up, gave_up / (gave_up + seen.handled.sum())
    load = float(seen.load @ seen.handled / seen.handled.sum())
    return (0.015 + 0.05 / max(load, 1) ** 0.75 + 0.1 * max(gone - MANY_LEFT, 0) + 0.9 * max(soon - 0.5, 0)) * (
        2 if scale is None else 1
    )


def _caveats(seen, scale, gave_up, gone):
    """Return what to keep in mind, as Said."""
    if seen.short_s:
        said = N_("Those who hung up within {short} s are left out: they leave however short the line is.")
        yield Said(said, {"short": f"{seen.short_s:g}"})
        if seen.left.sum() < gave_up / 2:
            yield Said(N_("Most of those who gave up did so that soon: the estimate rests on the few others."))
    else:
        yield Said(
            N_("People who hang up at once whatever happens are not told apart: they make patience look shorter.")
        )
    if seen.flowed.any():
        said = N_(
            "{flowed} contacts flowed out while waiting; how long they had waited is not known, taken as others' waits."
        )
        yield Said(said, {"flowed": round(seen.flowed.sum())})
    if scale is None:
        yield Said(N_("How waits spread within an interval is assumed: nothing was counted as answered within a time."))
    if gone > MANY_LEFT:
        said = N_("{share} % gave up: those who were answered tell little about so many, so read it as a rough figure.")
        yield Said(said, {"share": round(100 * gone)})


def _source(seen, days):
    values = {"days": len(days), "first": str(days[0]), "last": str(days[-1]), "left": round(seen.left.sum())}
    return Said(N_("from {days} days of history, {first} to {last}, in which {left} contacts gave up waiting"), values)
