"""Weekends off by turns, so that the most weekends in a row do not take everybody away from the same weekend."""

from dataclasses import replace
from math import ceil, floor

import pandas as pd

DAY = pd.Timedelta(days=1)


def with_turns(agents, time):
    """Return the Agents of a week with those off at its weekend whose turn it is.

    Who may work `row` weekends in a row can work `row` of every `row` + 1. If all worked the first of them, nobody
    could work the one after the last: so one in `row` + 1 of those who are alike is off at each weekend, and of those
    who worked the last one no more than their share comes nearer to the limit together. Only where later weekends are
    needed and not yet made, and nobody with a shift locked there, or one that the search stays near to.
    """
    row, days = int(time.given.rules["weekends_in_row"]), [n for n, d in enumerate(time.days) if d.day_of_week >= 5]
    ahead = weekends_ahead(time, row)
    if not days or not ahead or row < 1:
        return agents
    keen = lambda a: sum(w.weight * (1 if w.works else -1) for w in a.wishes if w.day in days)  # noqa: E731 - one thought
    turn = time.days[0].toordinal() // 7
    groups, off = {}, set()
    for n, agent in enumerate(agents):
        if _there(agent, time, days):
            groups.setdefault(_alike(agent, time, days), []).append(n)
    left, stays = 0.0, time.given.standing if time.given.near else {}
    kept = lambda a: any(map(a.locked.get, days)) or stays.get(a.name, set()) & {time.days[n] for n in days}  # noqa: E731 - same
    for _alike_of, mine in sorted(groups.items()):
        worked = {n: agents[n].history.weekends_in_row for n in mine}
        may = [n for n in mine if 0 <= row - 1 - worked[n] < ahead and not kept(agents[n])]
        may.sort(key=lambda n: (keen(agents[n]), (n + turn) % (row + 1)))
        some, left = turned(worked, may, row, left)
        off |= some
    return tuple(replace(a, days_off=a.days_off | set(days)) if n in off else a for n, a in enumerate(agents))


def turned(worked, may, row, left=0.0):
    """Return (whose turn it is to be off among those who are alike, what is left over of one).

    worked : weekends worked in a row, up to now, of each.  may : who could be off, first who is so first.  row : most
    weekends in a row; whoever has worked so many is off anyhow.  left : over from others.

    >>> turned({1: 0, 2: 0, 3: 0}, [3, 1, 2], 2), turned({1: 1, 2: 1, 3: 0}, [3, 1, 2], 2)
    (({3}, 0.0), ({1}, 0.0))
    """
    last = sum(n > 0 for n in worked.values())
    off = set()
    for done in range(1, row):
        same = [n for n in may if worked[n] == done]
        off |= set(same[: max(sum(worked[n] == done for n in worked) - ceil(last / row), 0)])
    wanted = left + len(worked) / (row + 1) - sum(n >= row for n in worked.values())
    more = [n for n in sorted(may, key=lambda n: worked[n] > 0) if n not in off]
    off |= set(more[: max(floor(wanted + 1e-9) - len(off), 0)])
    return off, min(max(wanted - len(off), 0.0), 1.0)


def weekends_ahead(time, most):
    """Return how many weekends in a row, right after a week, are needed and have no shifts yet; at most `most`."""
    given, sunday = time.given, time.days[-1] + (6 - time.days[-1].day_of_week) * DAY
    rows = given.requirement[given.requirement["scheduled"] > 0]
    days = set(rows["interval_start"].dt.tz_convert(given.zone).dt.tz_localize(None).dt.normalize())
    stand = given.later["start"].min().tz_convert(given.zone).tz_localize(None) if given.later is not None else None
    for n in range(most):
        pair = {sunday + (7 * n + 6) * DAY, sunday + (7 * n + 7) * DAY}
        if not pair & days or (stand is not None and stand < max(pair) + DAY):
            return n
    return most


def _there(agent, time, days):
    """Return whether somebody could work on one of these days."""
    if not any(level > 0 for level in agent.levels):
        return False
    return any(n not in agent.days_off and agent.available[time.first[n] : time.first[n + 1]].any() for n in days)


def _alike(agent, time, days):
    """Return what makes agents alike: their training, and whether they reach their contract without these days."""
    kinds, most = [time.given.kinds[n] for n in agent.kinds], float(time.given.rules["day_hours"]) * 3600 / time.slot_s
    longest = max((min(kind.length - max(kind.pauses, default=0), most) for kind in kinds), default=0)
    others = [n for n in range(len(time.days)) if n not in days and n not in agent.days_off]
    free = sum(bool(agent.available[time.first[n] : time.first[n + 1]].any()) for n in others)
    reach = free * longest * time.slot_s >= agent.contract_h * 3600 - 1e-6
    return tuple(level > 0 for level in agent.levels), reach
