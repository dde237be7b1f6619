"""What people change in a forecast, kept apart from the model: adjustments, scenarios, a calendar without an event.

An adjustment is a dictionary that goes to JSON as it is:

    id, reason, by, at      what it is called, why, who and when; `reason` (else `id`) names it in an error
    project, channel        the queue; "" is all of them
    first_day, last_day     ISO days, both included; None has no end on that side
    weekdays                list of 0..6 from Monday, or None for all
    from_clock, to_clock    "08:00" to "12:00", the latter excluded, up to "24:00"; None has no end on that side
    kind, value             percent: 0.1 is +10 %.  amount: contacts more (or, below 0, fewer) on each day, all queues
                            reached together.  shape: list of (clock, factor), each holding from its clock to the next.
                            aht: 0.1 is +10 % of handling time
    off                     True: kept, but not applied

They are applied in the order of the list, each to what the ones before it left.
"""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.bands import NOTHING, band
from ccwb.forecast.paths import path_totals
from ccwb.messages import N_

KEPT = 4  # contacts taken away leave the rest its spread in contacts, up to so many times its relative one
SCENARIOS = ("low", "expected", "high")
SCENARIO_PATHS = 1000


def adjusted(forecast, adjustments):
    """Return the forecast table with the planner's adjustments applied in their order; those that are off are not.

    adjustments : list of dictionaries (see the top of this file); none gives an equal table.
    percent scales contacts and their bands; amount spreads its contacts over the open intervals reached of each day by
    the day's own shape (evenly where nothing was expected), never takes more than there is, and moves the bands by as
    much; a closed day among open ones gets none. shape keeps what the intervals reached of a day add up to. The bands
    move with the middle: never below 0, never narrower than chance alone (Poisson) would have it, and day_spread and
    dispersion change along, so that `sample_paths` tells of the same spread.
    Raises PlanError naming the adjustment: no such queue, days or hours that the forecast does not have, -150 %.

    >>> day = pd.DataFrame({"interval_start": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 08:30"]),
    ...     "interval_s": 1800, "project": "orders", "channel": "voice", "offered": [40.0, 60.0],
    ...     "lower_80": [30.0, 48.0], "upper_80": [50.0, 72.0], "day_spread": 0.1, "dispersion": 1.2})
    >>> more = {"id": "a1", "project": "orders", "channel": "voice", "kind": "percent", "value": 0.5}
    >>> adjusted(day, [more])[["offered", "lower_80", "upper_80"]].to_numpy().tolist()
    [[60.0, 45.0, 75.0], [90.0, 72.0, 108.0]]
    """
    table = forecast.copy()
    for one in adjustments or ():
        if not one.get("off"):
            table = _applied(table, one)
    return table


def what_adjusted(forecast, adjustments):
    """Return one row per adjustment, in order: id, off, contacts, work_s, intervals, days - what it adds or takes.

    contacts, work_s : contacts and seconds of handling time added to what the adjustments before it left; 0 while off.
    work_s is missing where no handling time is known.  intervals, days : how many it changes.  Errors as in `adjusted`.
    """
    rows, table = [], forecast
    for one in adjustments or ():
        after = adjusted(table, [one])
        changed = (after["offered"] != table["offered"]) | (_work(after) != _work(table)) & _work(table).notna()
        rows.append(
            {
                "id": one.get("id"),
                "off": bool(one.get("off")),
                "contacts": float(after["offered"].sum() - table["offered"].sum()),
                "work_s": float((_work(after) - _work(table)).sum(min_count=1)),
                "intervals": int(changed.sum()),
                "days": len(np.unique(_wall(table)[0][changed])),
            }
        )
        table = after
    return pd.DataFrame(rows, columns=["id", "off", "contacts", "work_s", "intervals", "days"])


def scenario(forecast, *, at, chance=0.8, seed=0):
    """Return the forecast as it would be at the low or the high end of the band of each queue's total.

    at : "low", "expected" (an equal table) or "high".  chance : of the total to lie between low and high, 0.8 puts
    them at its 10 % and 90 % points, read from 1,000 futures of whole days (`path_totals`, `seed`). Intervals keep
    their share of the total, bands scale with them. So a low month is not made of days that are all low by themselves.
    Raises PlanError for another `at` and a chance outside of 0..1.
    """
    if at not in SCENARIOS:
        raise PlanError(N_("There is no scenario '{found}'. There are: {known}."), found=at, known=", ".join(SCENARIOS))
    if not 0 < chance < 1:
        raise PlanError(
            N_("The chance of a scenario is a share between 0 and 1, such as 0.8; found {found}."), found=chance
        )
    if at == "expected" or not len(forecast):
        return forecast.copy()
    days = in_days(forecast)
    totals = path_totals(days, by=("project", "channel"), paths=SCENARIO_PATHS, seed=seed)
    end = (1 - chance) / 2 if at == "low" else (1 + chance) / 2
    ends = totals.groupby(["project", "channel"])["offered"].quantile(end)
    expected = days.groupby(["project", "channel"])["offered"].sum()
    factor = (ends / expected).where(expected > 0, 1.0)
    queue = pd.MultiIndex.from_frame(forecast[["project", "channel"]])
    mean = forecast["offered"].to_numpy(dtype=float) * factor.reindex(queue).to_numpy()
    return _moved(forecast, np.arange(len(forecast)), mean)


def without(events, names):
    """Return the events table without the events of these names; the forecast made with it is the one without them.

    names : a name or several, as in the column `name`.  Raises PlanError for a name that the table does not have.
    """
    names = [names] if isinstance(names, str) else list(names)
    known = [] if events is None else list(dict.fromkeys(events["name"]))
    for name in names:
        if name not in known:
            raise PlanError(
                N_("There is no event '{found}' in the calendar. There are: {known}."),
                found=name,
                known=", ".join(map(str, known)) or "-",
            )
    return events if events is None else events[~events["name"].isin(names)].reset_index(drop=True)


def in_days(forecast):
    """Return a forecast in whole days, a row per queue and day with contacts expected, day_spread and dispersion.

    What `sample_paths` draws of these rows adds up as its intervals do: the day's error is shared, their own add up.
    """
    own = forecast["dispersion"] * forecast["offered"]
    rows = forecast[["project", "channel", "offered"]].assign(
        day=_wall(forecast)[0], own=own, off=forecast["day_spread"] * forecast["offered"]
    )
    days = rows.groupby(["project", "channel", "day"], as_index=False)[["offered", "own", "off"]].sum()
    some = days["offered"] > 0
    for name in ("day_to_day", "together"):
        if name in forecast:
            told = rows.assign(told=forecast[name]).groupby(["project", "channel", "day"])["told"]
            days[name] = told.first().to_numpy()
    days["dispersion"] = (days["own"] / days["offered"]).where(some, 1.0)
    days["day_spread"] = (days["off"] / days["offered"]).where(some, 0.0)
    return days.rename(columns={"day": "interval_start"}).assign(interval_s=86_400).drop(columns=["own", "off"])


def _applied(table, one):
    """Return the table with one adjustment applied."""
    kind = one.get("kind")
    if kind not in _KINDS:
        raise _refused(
            one,
            N_("Adjustment '{name}' is of the kind '{found}'. There are: {known}."),
            found=kind,
            known=", ".join(_KINDS),
        )
    return _KINDS[kind](table, _reached(table, one), one)


def _percent(table, rows, one):
    return _moved(table, rows, table["offered"].to_numpy(dtype=float)[rows] * (1 + _share(one)))


def _amount(table, rows, one):
    old, day = table["offered"].to_numpy(dtype=float)[rows], np.unique(_wall(table)[0][rows], return_inverse=True)[1]
    total, count = np.bincount(day, weights=old), np.bincount(day)
    after = np.maximum(total + _number(one), 0)
    scaled = old * (after / np.where(total > NOTHING, total, 1))[day]
    return _moved(table, rows, np.where(total[day] > NOTHING, scaled, (after / count)[day]), kept=True)


def _shaped(table, rows, one):
    old, clock = table["offered"].to_numpy(dtype=float)[rows], _wall(table)[1][rows]
    group = _queue_days(table)[rows]
    mean = old * _factors(one, clock, table["interval_s"].to_numpy()[rows])
    before, after = np.bincount(group, weights=old), np.bincount(group, weights=mean)
    if (before[after <= 0] > 0).any():
        raise _refused(one, N_("Adjustment '{name}': its shape leaves no contacts at all. Raise one of its factors."))
    return _moved(table, rows, mean * (before / np.where(after > 0, after, 1))[group])


def _queue_days(table):
    """Return for each row the number of its queue and day."""
    names = table[["project", "channel"]].assign(day=_wall(table)[0])
    return names.groupby(["project", "channel", "day"]).ngroup().to_numpy()


def _longer(table, rows, one):
    share = _share(one)
    seconds = table["aht_s"].to_numpy(dtype=float).copy() if "aht_s" in table else np.full(len(table), np.nan)
    if np.isnan(seconds[rows]).all():
        raise _refused(one, N_("Adjustment '{name}': the forecast knows no handling time there that it could change."))
    seconds[rows] *= 1 + share
    return table.assign(aht_s=seconds)


def _moved(table, rows, mean, kept=False):
    """Return the table with `mean` contacts in these rows, its spread and bands moved along.

    kept : the spread stays as it is in contacts (amounts); otherwise relative to the contacts (percent, shape). Where
    nothing, or for amounts less than one contact, was expected, the band is made anew: there was none to move.
    """
    old = table["offered"].to_numpy(dtype=float)[rows]
    mean = np.where((mean < NOTHING) & (mean != old), 0.0, mean)
    spread, own, width = _spread_along(table, rows, mean, kept)
    known = old > np.where(kept & (mean != old), 1, NOTHING)
    out = {"offered": mean, "day_spread": spread, "dispersion": own}
    inner = {"lower_": mean[~known], "upper_": mean[~known]}
    for name in sorted((c for c in table.columns if c[:6] in inner), key=lambda c: float(c[6:])):
        out[name] = np.maximum(mean + (table[name].to_numpy(dtype=float)[rows] - old) * width, 0)
        if not known.all():
            lower, upper = band(mean[~known], spread[~known], own[~known], float(name[6:]) / 100)
            wider = np.minimum(lower, inner["lower_"]) if name[0] == "l" else np.maximum(upper, inner["upper_"])
            out[name][~known] = inner[name[:6]] = wider  # each band holds the one of a lower level
    table = table.copy()
    for name, values in out.items():
        column = table[name].to_numpy(dtype=float).copy()
        column[rows] = values
        table[name] = column
    return table


def _spread_along(table, rows, mean, kept):
    """Return (day_spread, dispersion, what a band's width is multiplied by) of rows that move to `mean` contacts."""
    old, spread, dispersion = (table[c].to_numpy(dtype=float)[rows] for c in ("offered", "day_spread", "dispersion"))
    some = (old > NOTHING) & (mean > 0)
    variance = np.where(some, dispersion * old + (spread * old) ** 2, 1)
    ratio = mean / np.where(some, old, 1)
    own = dispersion * ratio
    if kept:
        spread = np.where(some, spread / np.maximum(_whole_days(table, rows, mean), 1 / KEPT), spread)
        target = variance * np.minimum(1, KEPT * ratio) ** 2
        own = (target - (spread * mean) ** 2) / np.where(some, mean, 1)
    own = np.where(some, np.maximum(own, 1), dispersion)
    return spread, own, np.sqrt(np.where(some, (own * mean + (spread * mean) ** 2) / variance, 0))


def _whole_days(table, rows, mean):
    """Return what each row's day is multiplied by where all of its queue's day moves alike, else 1."""
    group = _queue_days(table)
    old = table["offered"].to_numpy(dtype=float)
    before, reached = np.bincount(group, weights=old), np.bincount(group[rows], minlength=group.max() + 1)
    after = np.bincount(group[rows], weights=mean, minlength=group.max() + 1)
    whole = (reached == np.bincount(group)) & (before > NOTHING)
    return np.where(whole, after / np.where(whole, before, 1), 1.0)[group[rows]]


def _factors(one, clock, interval_s):
    """Return the factor of a shape that holds at each clock; 1 before its first one."""
    value = one.get("value")
    if (interval_s >= 86_400).any():
        raise _refused(
            one, N_("Adjustment '{name}' changes the shape of the day, but the forecast is made in whole days.")
        )
    try:
        points = sorted((_seconds(one, at), float(factor)) for at, factor in value)
    except (TypeError, ValueError):
        points = []
    if not points or not all(0 <= factor < np.inf for _, factor in points):
        raise _refused(
            one,
            N_(
                "Adjustment '{name}': a shape is a list of clock times with factors of 0 or more, "
                "such as 08:00 with 1.2; found {found}."
            ),
            found=str(value),
        )
    starts = np.array([at for at, _ in points])
    return np.array([1.0, *(factor for _, factor in points)])[np.searchsorted(starts, clock, side="right")]


def _reached(table, one):
    """Return the row numbers that an adjustment reaches; PlanError naming it when there is none."""
    mine = np.ones(len(table), dtype=bool)
    for column in ("project", "channel"):
        if one.get(column):
            mine &= (table[column] == one[column]).to_numpy()
    if not mine.any():
        raise _refused(
            one,
            N_("Adjustment '{name}': the forecast has no queue {queue}. Choose one that it has, or all."),
            queue=f"{one.get('project') or '*'} / {one.get('channel') or '*'}",
        )
    day, clock = _wall(table)
    first, last = _span(one, day[mine].min(), day[mine].max())
    mine &= (day >= first) & (day <= last)
    if one.get("weekdays") is not None:
        mine &= np.isin((day.astype(int) + 3) % 7, list(one["weekdays"]))
    start, end = (
        _seconds(one, one.get(edge) or usual) for edge, usual in (("from_clock", "00:00"), ("to_clock", "24:00"))
    )
    mine &= (clock >= start) & (clock < end)
    if not mine.any():
        raise _refused(
            one,
            N_(
                "Adjustment '{name}' reaches no open interval of the forecast. Change its days, weekdays or hours; "
                "a range over midnight is entered as two."
            ),
        )
    return np.flatnonzero(mine)


def _span(one, start, end):
    """Return (first, last day) that an adjustment is for; PlanError where none lies from `start` to `end`."""
    first, last = _day(one, "first_day") or start, _day(one, "last_day") or end
    if first > last or first > end or last < start:
        raise _refused(
            one,
            N_("Adjustment '{name}' is for {first} to {last}; the forecast has days from {start} to {end}."),
            first=str(first),
            last=str(last),
            start=str(start),
            end=str(end),
        )
    return first, last


def _share(one):
    value = _number(one)
    if value < -1:
        raise _refused(
            one,
            N_("Adjustment '{name}' takes away {found} %, more than there is. Enter at most 100 %."),
            found=round(-100 * value, 1),
        )
    return value


def _number(one):
    try:
        value = float(one.get("value"))
    except (TypeError, ValueError):
        value = np.nan
    if not np.isfinite(value):
        raise _refused(one, N_("Adjustment '{name}' needs a number; found '{found}'."), found=str(one.get("value")))
    return value


def _day(one, edge):
    if one.get(edge) in (None, ""):
        return None
    try:
        return np.datetime64(pd.Timestamp(one[edge]).date(), "D")
    except (TypeError, ValueError):
        raise _refused(
            one, N_("Adjustment '{name}': '{found}' is no day. Write it as 2026-03-29."), found=str(one[edge])
        ) from None


def _seconds(one, clock):
    hours, _, minutes = str(clock).partition(":")
    if hours.isdigit() and minutes.isdigit() and int(minutes) < 60 and int(hours) * 60 + int(minutes) <= 1440:
        return int(hours) * 3600 + int(minutes) * 60
    raise _refused(one, N_("Adjustment '{name}': '{found}' is no time of day. Write it as 08:30."), found=str(clock))


def _refused(one, message, **values):
    return PlanError(message, name=str(one.get("reason") or one.get("id") or "?"), **values)


def _wall(table):
    """Return (local day, seconds since local midnight) of each row."""
    times = pd.DatetimeIndex(table["interval_start"]).tz_localize(None).to_numpy()
    day = times.astype("datetime64[D]")
    return day, (times - day).astype("timedelta64[s]").astype(int)


def _work(table):
    seconds = table["aht_s"] if "aht_s" in table else pd.Series(np.nan, index=table.index)
    return table["offered"] * seconds


_KINDS = {"percent": _percent, "amount": _amount, "shape": _shaped, "aht": _longer}
