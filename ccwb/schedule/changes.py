"""What changed between a published roster and the present one, per agent and day."""

import pandas as pd

from ccwb.messages import N_
from ccwb.people import ACTIVITIES
from ccwb.schedule.named import in_order, shift_days
from ccwb.tables import check

CHANGES = {
    "added": N_("{agent}, {day}: new, {after}."),
    "taken away": N_("{agent}, {day}: {before} falls away."),
    "moved": N_("{agent}, {day}: {after} instead of {before}."),
    "inside": N_("{agent}, {day}: {after} as before, but other breaks, projects or activities."),
}


def compare(published, now):
    """Return what changed since the published roster, per agent and day: agent, day, change, before, after, hours.

    published, now : roster tables.  change : key of CHANGES; its text with agent, day, before, after is a sentence.
    before, after : from when to when the agent is there, '08:00-16:30', or 'leave 00:00-24:00'; '' where not at all.
    hours : paid hours more (or fewer) than published.  A changed lock is no change.

    >>> day = pd.Timestamp("2026-11-02", tz="UTC")
    >>> row = {"agent": "a1", "start": day + pd.Timedelta(hours=8), "end": day + pd.Timedelta(hours=16)}
    >>> before = pd.DataFrame([row | {"activity": "work", "project": "p"}])
    >>> compare(before, before.assign(end=day + pd.Timedelta(hours=15)))[["change", "after", "hours"]].values.tolist()
    [['moved', '08:00-15:00', -1.0]]
    """
    old, new = (_days(table) for table in _unlike(in_order(published), in_order(now)))
    rows = []
    for key in sorted(old.keys() | new.keys()):
        (before, inside, hours), (after, within, more) = (side.get(key, ("", (), 0.0)) for side in (old, new))
        if (before, inside) == (after, within):
            continue
        change = "inside" if before == after else "added" if not before else "taken away" if not after else "moved"
        rows.append((key[0], key[1], change, before, after, round(more - hours, 6)))
    return pd.DataFrame(rows, columns=["agent", "day", "change", "before", "after", "hours"])


def last_published(snapshots, *, before=None):
    """Return the roster as it was last published; no rows where it never was.

    snapshots : roster_snapshots table.  before : a time with its zone; the last one published before it.
    """
    table = check(snapshots, "roster_snapshots")
    if before is not None:
        table = table[table["published"] < pd.Timestamp(before)]
    return table[table["published"] == table["published"].max()].drop(columns="published").reset_index(drop=True)


def _unlike(old, new):
    """Return the rows of two rosters of the agents whose rows are not the same in both."""
    if old.empty or new.empty:
        return old, new
    keys = ["agent", "start", "end", "activity", "project", "shift"]
    utc = [
        table[keys].assign(**{c: pd.to_datetime(table[c], utc=True) for c in ("start", "end")}) for table in (old, new)
    ]
    both = utc[0].merge(utc[1], how="outer", indicator="side")
    many = [table["agent"].value_counts() for table in (old, new)]
    other = many[0].sub(many[1], fill_value=0)
    agents = {*both.loc[both["side"] != "both", "agent"], *other.index[other != 0]}
    return tuple(table[table["agent"].isin(agents)] for table in (old, new))


def _in_utc(table):
    return table.assign(**{name: pd.to_datetime(table[name], utc=True) for name in ("start", "end")})


def _days(table):
    """Return (agent, day) -> (when there, the stretches, paid hours) of an ordered roster."""
    if table.empty:
        return {}
    there = table["activity"].map({name: a.there for name, a in ACTIVITIES.items()}).astype(bool)
    days = {}
    for day, row in zip(shift_days(table, there), table.itertuples(index=False), strict=True):
        days.setdefault((row.agent, day), []).append(row)
    return {key: _day(rows) for key, rows in days.items()}


def _day(rows):
    inside = tuple((row.start, row.end, row.activity, row.project, row.shift, row.title) for row in rows)
    paid = sum((row.end - row.start).total_seconds() for row in rows if ACTIVITIES[row.activity].paid)
    return _when(rows), inside, paid / 3600


def _when(rows):
    """Return from when to when somebody is there, or away, on a day, as text; several parts one after the other."""
    parts = []
    for row in rows:
        name = "" if ACTIVITIES[row.activity].there else f"{row.activity} "
        if parts and parts[-1][0] == name and parts[-1][2] >= row.start:
            parts[-1][2] = max(parts[-1][2], row.end)
        else:
            parts.append([name, row.start, row.end])
    return ", ".join(f"{name}{start:%H:%M}-{_until(start, end)}" for name, start, end in parts)


def _until(start, end):
    """Return the end as the clock shows it; midnight is 24:00, and a later day is counted behind it."""
    days = (end.tz_localize(None).normalize() - start.tz_localize(None).normalize()).days
    if days and end.tz_localize(None) == end.tz_localize(None).normalize():
        return "24:00" + (f" +{days - 1}" if days > 1 else "")
    return f"{end:%H:%M}" + (f" +{days}" if days > 1 else "")
