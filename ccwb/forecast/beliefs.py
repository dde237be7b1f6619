"""What a forecast believes, in sentences."""

import numpy as np

from ccwb.forecast.effects import effects
from ccwb.forecast.models import weekday_means
from ccwb.forecast.outlook import prepared
from ccwb.forecast.trial import enough
from ccwb.messages import N_

YEAR = 365  # days of history before growth a year is worth a sentence
LEAST = 0.02  # effects smaller than this are not worth a sentence
_TEXT = {
    "holiday": N_("{name}: {share} against an ordinary day"),
    "event": N_("{name}: {share} while it lasts"),
    "eve": N_("The day before a holiday: {share}"),
    "after": N_("The day after a holiday: {share}"),
    "trend": N_("Growth: {share} a year"),
    "month": N_("Within a month: {share} between the quietest and the busiest days"),
    "year": N_("Within a year: {share} between the quietest and the busiest weeks"),
}
_WEEKDAY = N_("{weekday}: {share} against the mean of all days")


def beliefs_of(queue, setting):
    """Return a queue's beliefs as a list of (sentence, values); weekday is 0..6 from Monday, shares are fractions."""
    days, _, _ = prepared(queue, 28, setting)
    n = len(queue.day)
    past, ahead = days.part(0, n), days.part(n, n + 28, hide=True)
    if not enough(past.offered):
        return []
    fit = effects(past, ahead)
    shape = weekday_means(np.log1p(past.offered) - fit.past, past.weekday)
    shape -= np.nanmean(shape)
    out = [(_WEEKDAY, {"weekday": w, "share": float(np.expm1(v))}) for w, v in enumerate(shape) if not np.isnan(v)]
    for (kind, name), effect in fit.named.items():
        if kind == "trend" and n < YEAR:
            continue
        if kind in _TEXT and abs(np.expm1(effect)) >= LEAST:
            out.append((_TEXT[kind], {"name": name, "share": float(np.expm1(effect))}))
    return out
