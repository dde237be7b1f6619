"""One queue's days ahead: calendar, clean history, model, split over the day, spread - the order of the work."""

from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from ccwb.errors import PlanError
from ccwb.forecast.bands import day_to_day
from ccwb.forecast.calendar import calendar
from ccwb.forecast.clean import HAPPENED, clean, decisions_of, without_typing_errors
from ccwb.forecast.effects import effects
from ccwb.forecast.handling import handling_ahead
from ccwb.forecast.models import MODELS
from ccwb.forecast.new_queues import NewQueue, started
from ccwb.forecast.profile import busy_days, day_shares, dispersion, lean, leaning
from ccwb.forecast.spread import long_trial, slot_to_slot, spread_ahead
from ccwb.forecast.trial import best_of, enough, predict, trial
from ccwb.messages import N_

BEST = "best"


@dataclass
class Setting:
    """What is known beside the history; the same for every queue (see `ccwb.forecast.forecast`)."""

    holidays: object = None
    events: object = None
    hours: object = None
    seed: int = 0
    decisions: object = None
    tenure: object = None

    def of(self, project):
        """Return the holiday region and the project's dictionary (or None) that hold for one project."""
        own = (self.hours or {}).get(project)
        if isinstance(self.holidays, str):
            return self.holidays, own
        return (self.holidays or {}).get(project, own["region"] if own else ""), own


@dataclass
class Outlook:
    """A queue's days ahead. day : dates.  slots : open slots (days, slots).  offered : contacts expected, alike.

    spread : relative error of each day's total.  dispersion : variance over mean of each slot's own error.  aht_s :
    seconds, alike.  model : the one used.  seconds : computing time of this model.  day_to_day, slot_to_slot :
    correlation of a day's error with that of the open day before, of a slot's own error with that of the slot before.
    """

    day: np.ndarray
    slots: np.ndarray
    offered: np.ndarray
    spread: np.ndarray
    dispersion: np.ndarray
    aht_s: np.ndarray
    day_to_day: float
    slot_to_slot: float
    model: str
    seconds: float = field(default=0.0)


def cleaned(queue, ahead, setting):
    """Return (its Clean history, days past and `ahead` more, open slots) of a queue."""
    region, project = setting.of(queue.project)
    calm, typed = without_typing_errors(queue)
    days, slots = calendar(calm, ahead, region=region, events=setting.events, project=project, seed=setting.seed)
    n = len(queue.day)
    decisions = decisions_of(setting.decisions, queue.project, queue.channel)
    work = clean(queue, typed, days.part(0, n), slots[:n], decisions)
    if np.isnan(work.total).all():
        raise PlanError(
            N_(
                "{project} / {channel}: nothing is known of its opening hours in the history. "
                "Compare the project's opening hours with the history, then forecast."
            ),
            project=queue.project,
            channel=queue.channel,
        )
    return work, days, slots


def to_score(queue, setting):
    """Return the counts that a forecast is scored on: unknown where the record is wrong or a person set the day aside.

    Outliers and outages are scored, unless a person set them aside: they did happen.
    """
    counts = queue.counts.copy()
    for mark, used, decided in cleaned(queue, 1, setting)[0].marks:
        if not used and (decided or mark.reason not in HAPPENED):
            counts[mark.cut()] = np.nan
    return counts


def prepared(queue, ahead, setting):
    """Return (the queue as it is learned from, days past and `ahead` more, open slots, day totals as they were)."""
    work, days, slots = cleaned(queue, ahead, setting)
    nothing = np.isnan(work.offered).all()
    days.offered[: len(queue.day)] = work.total if nothing else work.offered
    return replace(queue, counts=work.counts), days, slots, work.total


def outlook(queue, ahead, models, setting):
    """Return the Outlook of each model asked for, by name; "best" is the model that does best on the past."""
    start = perf_counter()
    if isinstance(queue, NewQueue):
        look = Outlook(**started(queue, ahead, setting, prepared), seconds=perf_counter() - start)
        return dict.fromkeys(models, look)
    queue, days, slots, total = prepared(queue, ahead, setting)
    n = len(queue.day)
    past, future = days.part(0, n), days.part(n, n + ahead)
    tried = trial(past, ahead, list(MODELS) if BEST in models else list(models))
    good = ~np.isnan(past.offered)
    waited = effects(past, future).waited if enough(past.offered) else np.zeros(n + ahead)
    split = day_shares(queue, days, slots, total, good, waited=waited)
    seen = (queue.counts, total, split[:n], good)
    spreading, near = dispersion(*seen), slot_to_slot(*seen)
    leans = lean(queue.counts, total, split[:n], busy_days(past.offered, past.weekday), good)
    split, aht_s = split[n:], handling_ahead(queue, future.day, setting.tenure)
    whole = float((split @ spreading).sum() / max(split.sum(), 1.0))
    chosen = {model: best_of(tried) if model == BEST else model for model in models}
    far = long_trial(past, ahead, list(dict.fromkeys(chosen.values())))
    shared = (perf_counter() - start) / len(models)
    out = {}
    for model, name in chosen.items():
        start = perf_counter()
        expected, used = predict(past, future, name)
        known = name if name in tried.said else next(iter(tried.said))
        spread, lasting = _errors(tried, far, known, whole, ahead)
        busy = busy_days(np.concatenate([past.offered, expected]), days.weekday)[n:]
        offered = expected[:, None] * leaning(split, leans, busy)
        out[model] = Outlook(future.day, slots[n:], offered, spread, spreading, aht_s, lasting, near, used)
        out[model].seconds = shared + perf_counter() - start
    return out


def _errors(tried, far, model, dispersion, ahead):
    """Return (relative error of each day ahead, how much of it lasts to the next open day)."""
    spread = spread_ahead(tried, far, model, dispersion, ahead)
    said = tried.said[model]
    return spread, day_to_day(tried.actual - said, said, tried.lead, dispersion, spread=spread)
