"""The history of one queue: its contacts drawn, served by the people who were there, and counted by half-hour."""

from dataclasses import dataclass

import numpy as np
from sample_queue import serve
from sample_volume import SLOT, Clock, Queue, aht_factor

ALWAYS = ("offered", "handled", "abandoned", "answered_within")  # further counts are written where there are any


@dataclass(frozen=True)
class Line:
    """A queue with all that its history follows from: contacts and agents per half-hour, targets, chance."""

    channel: str
    queue: Queue
    targets: dict
    clock: Clock
    counts: np.ndarray
    agents: np.ndarray
    draw: np.random.Generator


def contacts(line):
    """Return the contacts: number of the half-hour, share of it gone by on arrival, seconds of work."""
    slot = np.repeat(np.arange(len(line.counts)), line.counts)
    within = line.draw.random(len(slot))
    order = np.lexsort((within, slot))
    typical = aht_factor(line.clock)[slot] * line.queue.aht_s
    spread = line.queue.spread
    work = np.exp(line.draw.normal(0, spread, len(slot)) - spread**2 / 2) * typical
    return slot, within[order], np.maximum(work, 15.0)


def live_history(line, *, short_s, call_me):
    """Return the history columns of a live queue, contacts booked where they arrive, and the callbacks asked for.

    short_s : a caller who gives up sooner is a short abandon.  call_me : seconds until a callback is offered and the
    share that takes it, or None.
    """
    clock, n = line.clock, len(line.counts)
    slot, within, work = contacts(line)
    patience = line.draw.exponential(line.targets["patience_s"], len(slot))
    wants = np.zeros(len(slot), dtype=bool)
    if call_me:
        wants = (line.draw.random(len(slot)) < call_me[1]) & (patience > call_me[0])
        patience = np.where(wants, call_me[0], patience)
    arrive = clock.utc.astype(np.int64)[slot] + within * SLOT
    begin, blocked = _serve_openings(line, slot, arrive, patience, work)
    wait, served = begin - arrive, ~np.isnan(begin)
    left = ~served & ~blocked
    kinds = {
        "offered": ~blocked,
        "handled": served,
        "abandoned": left & ~wants,
        "short_abandoned": left & ~wants & (patience < short_s),
        "flowed_out": left & wants,
        "blocked": blocked,
        "transferred": served & (line.draw.random(len(slot)) < line.queue.transfer),
        "answered_within": served & (wait <= line.targets["answer_within_s"]),
    }
    table = {kind: np.bincount(slot[which], minlength=n) for kind, which in kinds.items()}
    moved = table["flowed_out"]
    table = {kind: counts for kind, counts in table.items() if kind in ALWAYS or counts.any()}
    table["answer_within_s"] = np.full(n, line.targets["answer_within_s"])
    table["aht_s"], table["asa_s"] = mean(slot, work, served, n), mean(slot, wait, served, n, digits=1)
    table = {"interval_start": clock.utc, **table, "agents": line.agents}
    return {column: values[clock.open] for column, values in table.items()}, moved


def _serve_openings(line, slot, arrive, patience, work):
    """Serve a queue one opening at a time (around the clock: all at once): the last agents stay until it is empty."""
    begin, blocked = np.full(len(slot), np.nan), np.zeros(len(slot), dtype=bool)
    starts = line.clock.utc.astype(np.int64).astype(float)
    where = np.flatnonzero(line.clock.open)
    for part in np.split(where, np.flatnonzero(np.diff(where) > 1) + 1):
        a, b = np.searchsorted(slot, [part[0], part[-1] + 1])
        begin[a:b], blocked[a:b] = serve(
            arrive[a:b],
            patience[a:b],
            work[a:b],
            starts=starts[part],
            agents=line.agents[part],
            at_once=line.queue.at_once,
            lines=line.queue.lines,
        )
    return begin, blocked


def deferred_history(line):
    """Return the history columns of a deferred queue, on the clock of opening hours.

    offered, closed_unanswered, backlog_end : in the half-hour where they happen.  handled, aht_s, asa_s : where the
    answer was done.  answered_within : in the half-hour of arrival, so that it never exceeds offered.
    """
    is_open = line.clock.open
    n = int(is_open.sum())
    slot, within, work = contacts(line)
    slot = (np.cumsum(is_open) - 1)[slot]  # number of the open half-hour
    arrive = (slot + within) * SLOT
    settles = line.draw.random(len(slot)) < line.queue.closes  # needs no answer any more after a while
    patience = np.where(settles, line.draw.exponential(5400, len(slot)), np.inf)
    begin, _ = serve(arrive, patience, work, starts=np.arange(n) * float(SLOT), agents=line.agents[is_open])
    answered = ~np.isnan(begin)
    begin = np.where(answered, begin, 0.0)
    done = begin if line.channel == "callback" else begin + work  # a callback is answered when the phone rings
    at = ((begin + work) // SLOT).astype(int)
    inside = answered & (at < n)
    gone = settles & ~answered
    gone = ((arrive[gone] + patience[gone]) // SLOT).astype(int)
    passed = inside & (line.draw.random(len(slot)) < line.queue.transfer)
    soon = answered & (done - arrive <= line.targets["answer_within_s"])
    offered, handled = np.bincount(slot, minlength=n), np.bincount(at[inside], minlength=n)
    closed = np.bincount(gone[gone < n], minlength=n)
    return {
        "interval_start": line.clock.utc[is_open],
        "offered": offered,
        "handled": handled,
        "transferred": np.bincount(at[passed], minlength=n),
        "answered_within": np.bincount(slot[soon], minlength=n),
        "answer_within_s": np.full(n, line.targets["answer_within_s"]),
        "aht_s": mean(at, work, inside, n),
        "asa_s": mean(at, done - arrive, inside, n),
        "closed_unanswered": closed,
        "backlog_end": np.cumsum(offered - handled - closed),
        "agents": line.agents[is_open],
    }


def mean(slot, values, which, n, *, digits=0):
    """Return the mean of values per half-hour, missing where there is none."""
    sums = np.bincount(slot[which], weights=values[which], minlength=n)
    counts = np.bincount(slot[which], minlength=n)
    return np.round(np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0), digits)
