"""Numerator and denominator of a measure, row by row, from each kind of source.

A *part* is a function of the `Inputs` that returns a table with day, project, channel, numerator and denominator, or
None when its source was not given. Rows that cannot tell (one of the two missing) are counted in neither sum.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.tables import TABLES, check

DAY_S = 86_400
WITHIN_80 = 1.2816  # standard deviations on each side that hold 80 % of a normal distribution
HALF_S = 1800
GAP_S = 3600  # without an interval for so long, a queue is closed; a shorter gap is rows that the file left out
WHERE = ["project", "channel"]


@dataclass
class Inputs:
    """The tables a measure may be computed from, checked, each with a column `day`, cut to first_day..last_day.

    `whole_history` is the history before it was cut: shared costs are shared out by it, by the `shared_key`.
    """

    first_day: pd.Timestamp
    last_day: pd.Timestamp
    history: pd.DataFrame | None = None
    whole_history: pd.DataFrame | None = None
    surveys: pd.DataFrame | None = None
    agents: pd.DataFrame | None = None
    costs: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None
    forecast: pd.DataFrame | None = None
    results: pd.DataFrame | None = None
    entered: pd.DataFrame | None = None
    shared_key: str = "handled"

    @property
    def days(self):
        return pd.date_range(self.first_day, self.last_day, freq="D")


def day_of(times):
    """Return the local day of each time, without zone."""
    times = pd.to_datetime(times)
    return (times.dt.tz_localize(None) if times.dt.tz is not None else times).dt.normalize()


def prepared_history(history, *, contracts=None):
    """Return the history with every documented column, `day`, and what the contracts leave out or count in.

    contracts : project -> contract of the centre document; a contract without a promised answer rate changes nothing.
    short_out : short abandons that the contract does not count.  blocked_in : blocked attempts that it counts.
    at_once : conversations an agent of the channel holds at once.  live, deferred : does the customer or the work wait.
    first_response : whether `asa_s` is the first response time there (chat: it is the wait, too).
    """
    table = check(history, "history")
    for name in TABLES["history"].names:
        if name not in table:
            table[name] = np.nan
    table["day"] = day_of(table["interval_start"])
    bound = {name: c for name, c in (contracts or {}).items() if c.get("answer_rate") is not None}
    leaves_short = table["project"].isin([name for name, c in bound.items() if not c["counts_short"]])
    counts_blocked = table["project"].isin([name for name, c in bound.items() if c["counts_blocked"]])
    table["short_out"] = table["short_abandoned"].where(leaves_short, 0.0)
    table["blocked_in"] = table["blocked"].where(counts_blocked, 0.0)
    table["at_once"] = table["channel"].map({name: c.at_once for name, c in CHANNELS.items()}).fillna(1)
    live = table["channel"].map({name: c.live for name, c in CHANNELS.items()}).fillna(True).astype(bool)
    table["live"], table["deferred"], table["first_response"] = live, ~live, ~live | (table["at_once"] > 1)
    return table


def open_hours(starts, hours):
    """Return the open hours that some intervals tell of, each moment counted once.

    starts, hours : when each begins, and its length. Files leave out intervals in which nothing came: from half hour to
    half hour of the clock therefore, and a gap of less than GAP_S is open, too.

    >>> five = pd.Series(pd.to_datetime(["2026-11-02 08:05", "2026-11-02 08:50", "2026-11-02 14:00"]))
    >>> open_hours(five, pd.Series([5 / 60] * 3))
    1.5
    """
    begin = epoch_s(starts)
    if not len(begin):
        return 0.0
    shift = epoch_s(starts.dt.tz_localize(None))[0] - begin[0] if starts.dt.tz is not None else 0
    end = -(-(begin + shift + hours.to_numpy() * 3600) // HALF_S) * HALF_S
    begin = (begin + shift) // HALF_S * HALF_S
    order = np.argsort(begin)
    begin, until = begin[order], np.maximum.accumulate(end[order])
    before = np.concatenate([begin[:1], until[:-1]])  # open until then, as far as the intervals before tell
    gaps = np.maximum(begin - before, 0)
    return float((until - before - np.where(gaps >= GAP_S, gaps, 0)).sum() / 3600)


def epoch_s(times):
    """Return times as seconds since 1970 (UTC, or on their own clock where they have no zone)."""
    times = times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
    return times.to_numpy().astype("datetime64[s]").astype(np.int64)


def weighted(values, weights):
    """Return values x weights, 0 where the weight is 0: nothing handled has no handling time, and adds none."""
    return (values * weights).where(weights != 0, 0.0)


def interval_data(numerator, denominator, *, where=None):
    """Return the part of a measure of the history: two functions of its rows; `where` names a flag column to keep."""

    def part(inputs):
        if inputs.history is None:
            return None
        rows = inputs.history if where is None else inputs.history[inputs.history[where]]
        return _rows(rows, numerator(rows), denominator(rows))

    return part


def survey(name, numerator, *, scale=None):
    """Return the part of a survey measure: a function of its rows over answers; `scale` tells which scales it takes."""

    def part(inputs):
        if inputs.surveys is None:
            return None
        rows = inputs.surveys[inputs.surveys["survey"] == name]
        if scale is not None:
            rows = rows[scale(rows["scale"])]
        return _rows(rows, numerator(rows), rows["answers"])

    return part


def agent_results(numerator, denominator):
    """Return the part of a measure of the results per agent: two of its columns."""

    def part(inputs):
        if inputs.results is None:
            return None
        rows = inputs.results.reindex(columns=[*inputs.results.columns.union([numerator, denominator])])
        return _rows(rows, rows[numerator], rows[denominator])

    return part


def either(*choices):
    """Return the part that takes the first source which has rows."""

    def part(inputs):
        found = [rows for rows in (choice(inputs) for choice in choices) if rows is not None]
        return next((rows for rows in found if len(rows)), found[0] if found else None)

    return part


def schedule_fit(inputs):
    """Return needed agent-hours that the schedule meets, over needed agent-hours, per interval."""
    if inputs.coverage is None:
        return None
    rows = inputs.coverage.assign(channel="")
    hours = rows["interval_s"] / 3600
    return _rows(rows, np.minimum(rows["scheduled"], rows["required"]) * hours, rows["required"] * hours)


def forecast_error(error):
    """Return the part of a forecast error: `error` of (forecast, actual) over actual, per queue and day."""

    def part(inputs):
        if inputs.history is None or inputs.forecast is None:
            return None
        rows = by_day(matched(inputs.forecast, inputs.history))
        return _rows(rows, error(rows["forecast"], rows["actual"]), rows["actual"])

    return part


def matched(forecast, history):
    """Return forecast and actual side by side: day, project, channel, interval_s, forecast, actual and spreads.

    forecast, history : tables of these names. Interval by interval where both have the same interval length, or where
    the finer of the two fits into the other's and is gathered to it (see `nested_length`); otherwise both are gathered
    to days first. Only what both tell is compared: an interval or day that one of them lacks, or of which `offered` is
    unknown, is left out (where finer actuals have no row within a day's recorded time, nothing came). But a day within
    those of the forecast for which it expects nothing (closed) and on which contacts came is compared with nothing.
    `variance` is that of the interval's own error (dispersion x forecast).
    """
    history = history[history["project"].isin(set(forecast["project"]))]  # another's intervals are none of its business
    return pd.concat([_both_tell(forecast, history), surprises(forecast, history)], ignore_index=True)


def surprises(forecast, history):
    """Return, as `matched` does, what came on days for which the forecast of a queue has no row, between its others."""
    actual = in_zone_of(history, forecast).rename(columns={"offered": "actual"})
    actual = actual[actual["actual"] > 0].assign(day=lambda table: day_of(table["interval_start"]))
    days = forecast[WHERE].assign(day=day_of(forecast["interval_start"])).drop_duplicates()
    span = days.groupby(WHERE, as_index=False).agg(first=("day", "min"), last=("day", "max"))
    rows = actual.merge(span, on=WHERE).merge(days.assign(expected=True), on=["day", *WHERE], how="left")
    rows = rows[rows["day"].between(rows["first"], rows["last"]) & rows["expected"].isna()]
    length = int(forecast["interval_s"].max()) if len(forecast) else 0
    if len(rows) and rows["interval_s"].max() < length:
        starts = _floored(rows["interval_start"], _phase(length, forecast), length)
        rows = rows.assign(interval_start=starts, interval_s=length)
        rows = rows.groupby(["day", "interval_start", "interval_s", *WHERE], as_index=False)["actual"].sum()
    nothing = dict.fromkeys(["forecast", "variance", "day_spread", "lower_80", "upper_80"], 0.0)
    return rows[["day", "interval_start", "interval_s", *WHERE, "actual"]].assign(**nothing)


def _both_tell(forecast, history):
    recorded = in_zone_of(history, forecast).rename(columns={"offered": "actual"})
    recorded = recorded[["interval_start", "interval_s", *WHERE, "actual"]]
    actual = recorded.dropna(subset="actual").assign(day=lambda table: day_of(table["interval_start"]))
    plan = forecast.rename(columns={"offered": "forecast"})
    plan["variance"] = plan["dispersion"] * plan["forecast"]
    names = [*WHERE, "forecast", "variance", "day_spread", "lower_80", "upper_80"]
    if same_grid(forecast, actual):
        return actual.merge(plan[["interval_start", *names]], on=["interval_start", *WHERE])
    length = nested_length(forecast, recorded)
    if length is not None:
        phase = _phase(length, forecast, recorded)
        plan = _coarser(plan, phase, length)[["interval_start", *names]]
        return _beside(plan, recorded, phase, length).assign(interval_s=length)
    happened = actual.groupby(["day", *WHERE], as_index=False)["actual"].sum()
    planned = by_day(plan.assign(actual=0.0, day=day_of(plan["interval_start"]))).drop(columns="actual")
    return happened.merge(planned, on=["day", *WHERE]).assign(interval_s=DAY_S)


def told(plan, actuals):
    """Return the rows of a plan that actuals tell of.

    As `matched` does: by interval where the intervals are the same or fit, else by day.  plan : any table of intervals,
    actuals : a table of that name, with `offered`.
    """
    actuals = in_zone_of(actuals[actuals["project"].isin(set(plan["project"]))], plan)
    length = nested_length(plan, actuals)
    if length is not None:
        phase, keys = _phase(length, plan, actuals), ["_slot", *WHERE]
        rows = plan.assign(_slot=_floored(plan["interval_start"], phase, length))
        slots = rows[keys].drop_duplicates().rename(columns={"_slot": "interval_start"})
        known = _beside(slots, actuals.rename(columns={"offered": "actual"}), phase, length)
        return rows.merge(known.rename(columns={"interval_start": "_slot"})[keys], on=keys).drop(columns="_slot")
    known = actuals[actuals["offered"].notna()]
    if same_grid(plan, known):
        return plan.merge(known[["interval_start", *WHERE]], on=["interval_start", *WHERE])
    days = known[WHERE].assign(day=day_of(known["interval_start"])).drop_duplicates()
    return plan.assign(day=day_of(plan["interval_start"])).merge(days, on=["day", *WHERE]).drop(columns="day")


def _beside(plan, actual, phase, length):
    """Return the rows of a plan whose intervals the actuals tell of, with `day` and `actual`.

    plan : intervals of `length` seconds.  actual : column `actual`, intervals of that length or finer ones that are
    added up, unknown where a part is. An interval without any row has no contact where it lies between the first and
    the last one recorded of its queue and day: files leave out what is empty.
    """
    keys = ["interval_start", *WHERE]
    slots = actual.assign(
        interval_start=_floored(actual["interval_start"], phase, length), unknown=actual["actual"].isna()
    )
    found = slots.groupby(keys, as_index=False).agg(actual=("actual", "sum"), unknown=("unknown", "any"))
    out = plan.assign(day=day_of(plan["interval_start"])).merge(found, on=keys, how="left")
    days = found.assign(day=day_of(found["interval_start"])).groupby(["day", *WHERE], as_index=False)
    out = out.merge(days.agg(first=("interval_start", "min"), last=("interval_start", "max")), on=["day", *WHERE])
    inside = out["interval_start"].between(out["first"], out["last"]) & ~out["unknown"].eq(True)
    return out.assign(actual=out["actual"].fillna(0.0))[inside].drop(columns=["first", "last", "unknown"])


def nested_length(one, other):
    """Return the longest interval length of two tables where all shorter ones fit into it, seconds; else None.

    None, too, where both have the same lengths, where it is a day, or where only one has a time zone.

    >>> at = pd.Series(pd.to_datetime(["2026-11-02 08:00"]))
    >>> five, half = (pd.DataFrame({"interval_start": at, "interval_s": s}) for s in (300, 1800))
    >>> nested_length(half, five), nested_length(half, pd.concat([five, half])), nested_length(half, half)
    (1800, 1800, None)
    """
    aware = [table["interval_start"].dt.tz is not None for table in (one, other)]
    lengths = [{int(length) for length in table["interval_s"].unique()} for table in (one, other)]
    if aware[0] != aware[1] or lengths[0] == lengths[1] or not all(lengths):
        return None
    longest = max(lengths[0] | lengths[1])
    fits = all(longest % length == 0 for length in lengths[0] | lengths[1])
    return longest if fits and longest < DAY_S else None


def in_slots(tables, length):
    """Return each table with `interval_start` the start of the interval of `length` seconds that it lies in.

    tables : tables of which one at least has intervals of that length, all of the same beginning.
    """
    phase = _phase(length, *tables)
    return [table.assign(interval_start=_floored(table["interval_start"], phase, length)) for table in tables]


def _phase(length, *tables):
    """Return how far after a multiple of `length` its intervals begin, seconds: told by those in the tables."""
    starts = [table.loc[table["interval_s"] == length, "interval_start"] for table in tables]
    return next((epoch_s(found)[0] % length for found in starts if len(found)), 0)


def _floored(times, phase, length):
    """Return the start of the interval of `length` seconds that each time lies in."""
    return times - pd.to_timedelta((epoch_s(times) - phase) % length, unit="s")


def _coarser(plan, phase, length):
    """Return a forecast in intervals of `length` seconds, its band anew from its spreads."""
    if (plan["interval_s"] == length).all():
        return plan
    starts = _floored(plan["interval_start"], phase, length)
    sums = plan.assign(interval_start=starts, spread=plan["day_spread"] * plan["forecast"])
    columns = ["forecast", "variance", "spread"]
    out = sums.groupby(["interval_start", *WHERE], as_index=False)[columns].sum()
    out["day_spread"] = (out["spread"] / out["forecast"]).where(out["forecast"] > 0, 0.0)
    half = WITHIN_80 * np.sqrt(out["variance"] + out["spread"] ** 2)
    return out.assign(lower_80=out["forecast"] - half, upper_80=out["forecast"] + half)


def in_zone_of(table, other):
    """Return a table with its times in the zone of another one's; unchanged where either has none."""
    zone = other["interval_start"].dt.tz
    if zone is None or table["interval_start"].dt.tz is None:
        return table
    return table.assign(interval_start=table["interval_start"].dt.tz_convert(zone))


def same_grid(one, other):
    """Return whether two tables have the same interval length and both or neither a time zone."""
    aware = [table["interval_start"].dt.tz is not None for table in (one, other)]
    return set(one["interval_s"]) == set(other["interval_s"]) and aware[0] == aware[1]


def by_day(rows):
    """Return forecast and actual summed per queue and day; `day_spread` is weighted by the forecast."""
    rows = rows.assign(spread=rows["day_spread"] * rows["forecast"])
    columns = ["forecast", "actual", "variance", "spread"]
    out = rows.groupby(["day", *WHERE], as_index=False)[columns].sum()
    out["day_spread"] = (out["spread"] / out["forecast"]).where(out["forecast"] > 0, 0.0)
    return out.drop(columns="spread")


def turnover(inputs):
    """Return leavers x 365 over people employed, per project and day: summed, leavers / mean headcount, to a year.

    Somebody who left counts as a leaver, and still as employed, on the last day at work.
    """
    if inputs.agents is None:
        return None
    days, people = inputs.days.to_numpy(), inputs.agents
    hired, left = (_days_or(people, name, far) for name, far in (("hired", "1900-01-01"), ("left", "2200-01-01")))
    there = (hired[:, None] <= days) & (left[:, None] >= days)
    leaves = left[:, None] == days
    rows = []
    for project in sorted(people["project"].unique()):
        mine = (people["project"] == project).to_numpy()
        rows.append(
            pd.DataFrame(
                {
                    "day": days,
                    "project": project,
                    "channel": "",
                    "numerator": 365.0 * leaves[mine].sum(axis=0),
                    "denominator": there[mine].sum(axis=0).astype(float),
                }
            )
        )
    return pd.concat(rows, ignore_index=True) if rows else None


def cost_per_contact(inputs):
    """Return costs per project and day over contacts handled, on the days that some cost is for.

    A cost is spread evenly over its days. What has no project is shared out over the cost's own days by the contacts
    that each project handled (or the hours its agents worked, or evenly, as the shared key says); where nothing is
    known of that it stays with the centre.
    """
    if inputs.costs is None or inputs.history is None:
        return None
    basis = _shared_by(inputs.whole_history, inputs.shared_key)
    costs, known = [], []
    for cost in inputs.costs.itertuples():
        days = pd.date_range(cost.first_day, cost.last_day, freq="D")
        shares = {cost.project: 1.0} if cost.project else _shares(basis[basis["day"].isin(days)], inputs.shared_key)
        inside = days[(days >= inputs.first_day) & (days <= inputs.last_day)]
        known.append(inside)
        for name, share in shares.items():
            each = {"project": name, "channel": "", "numerator": cost.amount * share / len(days), "denominator": 0.0}
            costs.append(pd.DataFrame({"day": inside, **each}))
    days = known[0].append(known[1:]) if known else []
    contacts = inputs.history[inputs.history["day"].isin(days)]
    return pd.concat([_rows(contacts, 0.0, contacts["handled"]).assign(channel=""), *costs], ignore_index=True)


def entered_only(_inputs):
    """Return None: the measure is known only from what a team enters or imports."""
    return None


def _shared_by(history, key):
    """Return day, project and `basis`, in proportion to which shared costs are shared out."""
    if key == "hours":
        basis = history["agents"] * history["interval_s"]
    else:
        basis = history["handled"] if key == "handled" else 1.0 * history["handled"].notna()
    per_day = history.assign(basis=basis).groupby(["day", "project"], as_index=False)
    return per_day["basis"].sum(min_count=1)


def _shares(rows, key):
    per = rows.groupby("project")["basis"].sum()
    per = (per > 0).astype(float) if key == "even" else per
    return (per / per.sum()).to_dict() if per.sum() > 0 else {"": 1.0}


def _days_or(people, name, far):
    days = pd.to_datetime(people[name]) if name in people else pd.Series(pd.NaT, index=people.index)
    return days.fillna(pd.Timestamp(far)).to_numpy().astype("datetime64[us]")


def _rows(rows, numerator, denominator):
    return rows[[name for name in ("interval_start", "day", *WHERE) if name in rows]].assign(
        numerator=numerator, denominator=denominator
    )
