"""Patience from single contacts: who was answered would have waited longer, nobody knows how long (censored)."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.staffing.estimates.estimate import Estimate, Said
from ccwb.staffing.estimates.patience import LEAST_ABANDONED

AT_ONCE_S = 5.0  # who leaves sooner has hardly waited
_FAR_OFF = 0.03  # a share that an exponential patience may miss without a word, whatever chance says


def patience_of_calls(calls, *, at_once_s=AT_ONCE_S):
    """How long customers are willing to wait, mean seconds, from single contacts, as an Estimate.

    calls : a row per contact that wanted an agent, with wait_s (seconds until it was answered or gave up) and answered
    (1 or 0). Exponential patience: contacts that gave up over the waiting time of all; the 95 % interval by chi-square,
    as when observation ends with an event. Where clearly more leave within `at_once_s` than an exponential patience
    has, these are left out and patience is what shows after that time; `caveats` says so, and where it still does
    not fit.
    Raises PlanError where a column is missing, where nobody or too few (30) gave up, and where the waits of those who
    gave up are not there: then nothing is known of patience.
    Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, chapter 3.

    >>> rng = np.random.default_rng(1)
    >>> patient, offered = rng.exponential(120, 5000), rng.exponential(60, 5000)
    >>> calls = pd.DataFrame({"wait_s": np.minimum(patient, offered), "answered": offered < patient})
    >>> one = patience_of_calls(calls)
    >>> round(one.low), round(one.value), round(one.high)
    (115, 121, 127)
    """
    wait_s, answered = _read(calls, least=LEAST_ABANDONED)
    theta, gone_s = _rate(wait_s, answered, 0.0), 0.0
    curve = survival(calls)
    caveats = []
    if _excess(curve, theta, at_once_s) > _FAR_OFF and _left_after(wait_s, answered, at_once_s) >= LEAST_ABANDONED:
        gone_s, share = at_once_s, _gone_by(curve, at_once_s)[0]
        values = {"share": round(100 * share), "at_once": f"{at_once_s:g}"}
        said = N_(
            "{share} % of those who would have to wait leave within {at_once} s, more than a steady patience has: "
            "they are left out here."
        )
        caveats.append(Said(said, values))
        theta = _rate(wait_s, answered, gone_s)
    caveats += _misfit(wait_s, answered, theta, gone_s)
    left, waited_s = _left_after(wait_s, answered, gone_s), np.clip(wait_s - gone_s, 0, None).sum()
    low, high = _chi_square(left, waited_s)
    said = N_("from {contacts} single contacts, of which {left} gave up waiting")
    source = Said(said, {"contacts": len(wait_s), "left": int((~answered).sum())})
    return Estimate("patience_s", 1 / theta, low, high, "s", len(wait_s), source, tuple(caveats))


def survival(calls):
    """The share still willing to wait after each time at which somebody gave up.

    wait_s, at_risk, left, share, low, high : a row per time, in order, as contacts and shares 0..1.

    calls : as for `patience_of_calls`. share : Kaplan and Meier (1958), contacts answered after a wait counting as
    long as they waited; low, high : 95 % bounds by Greenwood's (1926) formula, on the log-log scale.
    """
    wait_s, answered = _read(calls)
    left = ~answered
    times, counts = np.unique(wait_s[left], return_counts=True)
    at_risk = len(wait_s) - np.searchsorted(np.sort(wait_s), times, side="left")
    share = np.cumprod(1 - counts / at_risk)
    low, high = _greenwood(share, counts, at_risk)
    columns = {"wait_s": times, "at_risk": at_risk, "left": counts, "share": share, "low": low, "high": high}
    return pd.DataFrame(columns)


def _read(calls, *, least=1):
    """Return (waits, whether answered) of contacts with a known wait; PlanError where they say nothing of patience."""
    absent = [name for name in ("wait_s", "answered") if name not in calls]
    if absent or not len(calls):
        raise PlanError(
            N_(
                "Patience needs single contacts with how long each waited (wait_s) and whether it was answered "
                "(answered); this table lacks {absent}."
            ),
            absent=", ".join(absent) or N_("rows"),
        )
    wait_s, answered = (_numbers(calls, name) for name in ("wait_s", "answered"))
    gave_up, known = answered == 0, np.isfinite(wait_s) & (wait_s >= 0) & np.isin(answered, (0, 1))
    if gave_up.any() and (gave_up & known).sum() < gave_up.sum() / 2:
        raise PlanError(
            N_(
                "Patience cannot be told from these contacts: {unknown} of the {left} that gave up have no wait, and "
                "how long they waited is what patience is. Ask for an export with the waiting time of abandoned "
                "contacts too."
            ),
            unknown=int((gave_up & ~known).sum()),
            left=int(gave_up.sum()),
        )
    if (gave_up & known).sum() < least:
        raise PlanError(
            N_(
                "Patience cannot be told from these contacts: {left} gave up, {least} are needed. Take a longer time, "
                "or type the patience."
            ),
            left=int((gave_up & known).sum()),
            least=least,
        )
    if not wait_s[known].sum() > 0:
        raise PlanError(N_("Patience cannot be told from these contacts: nobody waited."))
    return wait_s[known], answered[known] == 1


def _numbers(calls, name):
    """Return a column as numbers, missing where empty; PlanError for text such as 'yes'."""
    column = calls[name]
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = (numbers.isna() & column.notna()).to_numpy(dtype=bool)
    if wrong.any():
        raise PlanError(
            N_(
                "Patience needs numbers in the column {name} (wait_s in seconds, answered 1 or 0); found '{found}'. "
                "Correct the column."
            ),
            name=name,
            found=str(column.iloc[int(np.argmax(wrong))]),
        )
    return numbers.to_numpy(dtype=float, na_value=np.nan)


def _left_after(wait_s, answered, after_s):
    return int((~answered & (wait_s > after_s)).sum()) if after_s else int((~answered).sum())


def _rate(wait_s, answered, after_s):
    """Return contacts that gave up per second of waiting, both after `after_s`."""
    return _left_after(wait_s, answered, after_s) / np.clip(wait_s - after_s, 0, None).sum()


def _chi_square(left, waited_s):
    from scipy.special import chdtri  # the chi-square value that is exceeded with a given chance

    return 2 * waited_s / chdtri(2 * left + 2, 0.025), 2 * waited_s / chdtri(2 * left, 0.975)


def _greenwood(share, counts, at_risk):
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(counts / (at_risk * (at_risk - counts)))
        spread = 1.959964 * np.sqrt(variance) / np.log(share)
        low, high = share ** np.exp(-spread), share ** np.exp(spread)
    whole = ~np.isfinite(low) | ~np.isfinite(high)  # the last contact left: nobody is known to wait longer
    return np.where(whole, 0.0, np.minimum(low, high)), np.where(whole, share, np.maximum(low, high))


def _gone_by(curve, at_s):
    """Return (share gone by a time, the least and the most it can be by chance)."""
    row = curve[curve["wait_s"] <= at_s]
    if row.empty:
        return 0.0, 0.0, 0.0
    last = row.iloc[-1]
    return 1 - last["share"], 1 - last["high"], 1 - last["low"]


def _excess(curve, theta, at_s):
    """Return how far those gone by a time surely exceed an exponential patience; 0 where they do not."""
    _share, least, _most = _gone_by(curve, at_s)
    return max(0.0, least + np.expm1(-theta * at_s))


def _misfit(wait_s, answered, theta, after_s):
    """Return a Said where the patience seen strays from the exponential by more than chance, at its farthest."""
    beyond = wait_s > after_s if after_s else np.ones(len(wait_s), dtype=bool)
    if (~answered & beyond).sum() < LEAST_ABANDONED:
        return []
    curve = survival(pd.DataFrame({"wait_s": wait_s[beyond] - after_s, "answered": answered[beyond]}))
    seen = curve[curve["at_risk"] >= LEAST_ABANDONED]
    steady = np.exp(-theta * seen["wait_s"])
    off = np.maximum(seen["low"] - steady, steady - seen["high"])
    if not len(seen) or off.max() <= _FAR_OFF:
        return []
    at = off.to_numpy().argmax()
    values = {"wait": round(float(seen["wait_s"].iloc[at] + after_s)), "share": round(100 * seen["share"].iloc[at])}
    values["steady"] = round(100 * steady.iloc[at])
    said = N_(
        "A steady patience does not fit: after {wait} s of waiting {share} % are still there, where it has {steady} %."
    )
    return [Said(said, values)]
