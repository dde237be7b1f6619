"""One queue's days ahead: calendar, clean history, model, split over the day, spread - the order of the work."""

from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from ccwb.errors import PlanError
from ccwb.forecast.bands import ASSUMED_SPREAD, assumed_spread, day_to_day
from ccwb.forecast.calendar import calendar, never_came
from ccwb.forecast.clean import HAPPENED, clean, decisions_of, without_typing_errors
from ccwb.forecast.common import DayErrors, day_errors
from ccwb.forecast.effects import effects
from ccwb.forecast.handling import handling_ahead
from ccwb.forecast.handling_marks import believed
from ccwb.forecast.models import MODELS, NAIVE
from ccwb.forecast.new_queues import NewQueue, started
from ccwb.forecast.profile import busy_days, day_shares, dispersion, lean, leaning, profile
from ccwb.forecast.rare import LASTS, RATE, even_split, rare, rate_ahead
from ccwb.forecast.spread import long_trial, own_error, slot_to_slot, spread_ahead
from ccwb.forecast.trial import UnfitError, best_of, enough, left_out, predict, trial
from ccwb.forecast.unseen import never_seen, open_part, to_hours
from ccwb.messages import N_
from ccwb.tables import check

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
    spare: frozenset = frozenset()  # models that are left out where they fail, though asked for
    shared: frozenset = frozenset()  # projects of which it is asked what the errors of their queues have in common

    def __post_init__(self):
        if self.events is not None and len(self.events):
            self.events = check(self.events, "events")  # an effect below -1 would leave less than no contacts

    def of(self, project):
        """Return the holiday region and the project's dictionary (or None) that hold for one project."""
        own = (self.hours or {}).get(project)
        if isinstance(self.holidays, str):
            return self.holidays, own
        return (self.holidays or {}).get(project, own["region"] if own else ""), own

    def decided(self, queue):
        """Return what people decided of the days of one queue: date -> use."""
        return decisions_of(self.decisions, queue.project, queue.channel)


@dataclass
class Outlook:
    """A queue's days ahead. day : dates.  slots : open slots (days, slots).  offered : contacts expected, alike.

    spread : relative error of each day's total.  dispersion : variance over mean of each slot's own error.  aht_s :
    seconds, alike.  model : the one used.  seconds : computing time of this model.  day_to_day, slot_to_slot :
    correlation of a day's error with that of the open day before, of a slot's own error with that of the slot before.
    errors : the DayErrors of the past, None where they were not asked for or cannot be told.
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
    errors: DayErrors | None = None


def cleaned(queue, ahead, setting):
    """Return (its Clean history, days past and `ahead` more, open slots) of a queue."""
    region, project = setting.of(queue.project)
    calm, typed = without_typing_errors(queue)
    there = _still_there(queue, calm) if typed else queue
    days, slots = calendar(there, ahead, region=region, events=setting.events, project=project, seed=setting.seed)
    n = len(queue.day)
    work = clean(queue, typed, days.part(0, n), slots[:n], setting.decided(queue))
    if np.isnan(work.total).all():
        said = _never_known(queue, slots[: len(queue.day)], project)
        raise PlanError(said, project=queue.project, channel=queue.channel)
    return work, days, slots


def _never_known(queue, slots, project):
    """Return why no day of a queue's history is known, and what to do.  slots : its open slots (days, slots)."""
    known = slots & ~np.isnan(queue.counts)
    if known.any():
        return N_(
            "{project} / {channel}: nothing came in any interval of its history, and on no day does it tell of half of "
            "the project's opening hours. Correct the hours, or import a history that covers them, then forecast."
        )
    if project is not None and not any(project["hours"].values()):
        return N_(
            "{project} / {channel}: the project has no opening hours, so none of its history counts as open. "
            "Type them on the setup page, then forecast."
        )
    if project is not None:
        return N_(
            "{project} / {channel}: no interval of its history lies within the project's opening hours. "
            "Compare them with the history, then forecast."
        )
    return N_(
        "{project} / {channel}: no opening hours can be learned from its history, in which hardly anything is known or "
        "comes. Type the project's opening hours, then forecast."
    )


def _still_there(queue, calm):
    """Return the queue with the middle count in place of its typing errors: hours are learned from their rows, too."""
    wrong = np.isnan(calm.counts) & ~np.isnan(queue.counts)
    return replace(calm, counts=np.where(wrong, np.nanmedian(calm.counts), calm.counts))


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
    """Return the Outlook of each model asked for, by name; "best" is the model that does best on the past.

    Raises UnfitError for a model that fails, unless it is spare or only tried for "best": then it is left out.
    Of a queue so rare that errors cannot tell its models apart (rare.py), "best" is the rate of what came.
    """
    start = perf_counter()
    if isinstance(queue, NewQueue):
        look = Outlook(**started(queue, ahead, setting, prepared), seconds=perf_counter() - start)
        return dict.fromkeys(models, look)
    known = _Known(queue, ahead, setting)
    out = {BEST: known.rarely()} if BEST in models and rare(known.past) else {}
    tried = [model for model in models if model not in out]
    out |= _by_trial(known, tried, start) if tried else {}
    errors = day_errors(known.past, known.future, known.whole) if tried and queue.project in setting.shared else None
    for look in out.values():
        look.seconds, look.errors = look.seconds or perf_counter() - start, errors
    return {model: out[model] for model in models if model in out}


def _by_trial(known, models, start):
    """Return the Outlook of each of the models, its spread from their trial on the past; without spare ones that fail.

    Models that only "best" asked for are spare.
    """
    names = list(MODELS) if BEST in models else list(models)
    spare = known.spare | (set(names) - set(models))
    tried = trial(known.past, known.ahead, names, spare)
    told = {model: _predicted(known, tried, model, spare) for model in models}
    told = {model: one for model, one in told.items() if one is not None}
    far = long_trial(known.past, known.ahead, list(dict.fromkeys(name for name, _, _ in told.values())), spare)
    shared = (perf_counter() - start) / len(models)
    out = {}
    for model, (name, expected, used) in told.items():
        start = perf_counter()
        long = far if far is not None and name in far.said else None
        spread, lasting = _errors(tried, long, name, known.whole, usual=known.assumed(expected, used), days=known.ahead)
        fields = {"spread": spread, "day_to_day": lasting, "model": used}
        out[model] = known.look(expected, split=known.leaning(expected), **fields)
        out[model].seconds = shared + perf_counter() - start
    return out


def _predicted(known, tried, model, spare):
    """Return (name, contacts expected per day, model used) of a model, or of the best one; None for a spare that fails.

    One that fails only now is taken out of what was tried.
    """
    while model == BEST or model in tried.said:
        name = best_of(tried) if model == BEST else model
        try:
            return name, *predict(known.past, known.future, name)
        except UnfitError as error:
            if name not in spare or name not in tried.said:
                raise
            left_out(error)
            del tried.said[name]
    return None


class _Known:
    """What all models of a queue share: its days past and ahead, its slots, their shares and scatter."""

    def __init__(self, queue, ahead, setting):
        self.queue, days, slots, total = prepared(queue, ahead, setting)
        n = len(queue.day)
        self.ahead, self.past, self.future = ahead, days.part(0, n), days.part(n, n + ahead)
        self.spare = setting.spare
        self.good = ~np.isnan(self.past.offered)
        waited = effects(self.past, self.future).waited if enough(self.past.offered) else np.zeros(n + ahead)
        self.never = never_seen(self.past)
        shape = profile(self.queue, slots[:n], total, self.good & ~(waited[:n] > 0))
        shape, even = (
            to_hours(one, self._extent(setting, days, slots), self.never) for one in (shape, np.ones(shape.shape))
        )
        length, self.evenly = (np.where(slots, one[days.weekday], 0).sum(axis=1) for one in (shape, even))
        self.past.length, self.future.length = length[:n], length[n:]
        split = day_shares(self.queue, days, slots, total, self.good, shape=shape, waited=waited)
        seen = (self.queue.counts, total, split[:n], self.good)
        self.leans = lean(*seen[:3], busy_days(self.past.offered, self.past.weekday), self.good)
        self.own, self.near = own_error(dispersion(*seen), self.good.sum()), slot_to_slot(*seen)
        self.split, self.slots = split[n:], slots[n:]
        self.none = never_came(queue, slots[:n])[self.future.weekday]
        known = slots[:n] & ~np.isnan(self.queue.counts)
        came = np.where(known, self.queue.counts, 0)[self.good].sum()
        self.counted = came / max(np.nansum(total[self.good]), came, 1e-9)  # the rest of these days is filled in
        self.guessed = self.split[:, ~known.any(axis=0)].sum(axis=1)  # share of a day in slots never known
        times = believed(queue, setting.decided(queue))
        self.aht_s = handling_ahead(times, self.future.day, setting.tenure)
        self.whole = float((self.split @ self.own).sum() / max(self.split.sum(), 1.0))

    def _extent(self, setting, days, slots):
        """Return how much of each slot is open, by weekday; None where the hours are learned."""
        project = setting.of(self.queue.project)[1]
        if self.queue.extent is not None or project is None:
            return self.queue.extent
        week = np.array([slots[days.weekday == w].any(axis=0) for w in range(7)])
        return week * open_part(project, slots.shape[1])

    def leaning(self, expected):
        """Return the shares of the days ahead, bent as busy days are."""
        offered = np.concatenate([self.past.offered, expected])
        weekday = np.concatenate([self.past.weekday, self.future.weekday])
        return leaning(self.split, self.leans, busy_days(offered, weekday)[len(self.past) :])

    def look(self, expected, *, split, spread, **told):
        """Return the Outlook of these contacts a day; told : its other fields, those known here where not said.

        spread : as errors tell it, or assumed; what comes in slots never known is unsure beside that, and a
        weekday never seen at least as much as a day of which nothing is measured.
        """
        usual = {"dispersion": self.own, "slot_to_slot": self.near}
        least = np.where(self.never[self.future.weekday], ASSUMED_SPREAD, 0.0)
        usual["spread"] = np.maximum(np.hypot(spread, ASSUMED_SPREAD * self.guessed), least)
        fields = {"day": self.future.day, "slots": self.slots, "aht_s": self.aht_s, **usual, **told}
        return Outlook(offered=np.where(self.none, 0, expected)[:, None] * split, **fields)

    def rarely(self):
        """Return the Outlook of a queue that is `rare`."""
        n = len(self.past)
        past, ahead = replace(self.past, length=self.evenly[:n]), replace(self.future, length=self.evenly[n:])
        expected, spread = rate_ahead(past, ahead)
        split = even_split(self.split, self.slots, np.nansum(self.past.offered))
        one, spread = np.ones_like(self.own), np.full(self.ahead, spread)
        return self.look(
            expected, split=split, spread=spread, dispersion=one, day_to_day=LASTS, slot_to_slot=0.0, model=RATE
        )

    def assumed(self, expected, used):
        """Return the relative error of a day where it cannot be measured, by the contacts that `expected` rests on."""
        said = expected[self.future.open]
        contacts = float(said.mean() if len(said) else 0) * self.counted
        return assumed_spread(contacts * (1 if used == NAIVE else self.good.sum()))


def _errors(tried, far, model, dispersion, *, usual, days):
    """Return (relative error of each day ahead, how much of it lasts to the next open day)."""
    model = model if model in tried.said else next(iter(tried.said))
    spread, said = spread_ahead(tried, far, model, dispersion, days, usual=usual), tried.said[model]
    return spread, day_to_day(tried.actual - said, said, tried.lead, dispersion, spread=spread)
