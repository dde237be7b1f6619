"""Handling time ahead: weekday and time of day, the recent level, a trend where the data show it, and new agents.

Everything is a mean over contacts: sums of handling seconds over sums of contacts, never a mean of means.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.calendar import weekday_of
from ccwb.messages import N_
from ccwb.tables import check

SHAPE_HALF_LIFE = 182  # days after which a day counts half for weekday and time of day
BORROW = 100  # contacts' worth of the slot's mean that a weekday's slot borrows, and of the queue's that a slot does
LEVEL_WEEKS = (2, 4, 8, 16, 52)  # half-lives tried for the recent level
TREND_WEEKS = (13, 26, 52)  # stretches tried for a trend
DAMPING = 0.9  # of the trend, kept from each week to the next: it ends after about nine weeks' worth
TRIED_WEEKS, TRIED_AHEAD = 26, 4  # the candidates are tried at so many past weeks, so many weeks ahead
CLEARLY = 0.97  # a trend is used when its error on the past is below this part of the best level's
SURE = 2.0  # a slope so many standard errors away from none keeps half of itself, one of twice as many four fifths
JUMP_WEEKS, JUMP_SURE = 4, 5.0  # the level has jumped when these last weeks lie so many standard errors from it
NEW_SPREAD = 0.3  # how much longer or shorter new agents take is expected within about so much, before data
NEW_SURE = 2.0  # standard errors from none within which new agents are taken to be as quick as the others
QUARTER = 91
NEW_DAYS = 56  # days with a known share of new agents before their effect is estimated


@dataclass
class Trend:
    """The level of handling time on the weeks ahead: `level` now, `slope` a week, fading; 1 is the shape's own."""

    level: float
    slope: float = 0.0

    def at(self, lead):
        """Return the level `lead` days ahead (1, 2 ...)."""
        weeks = np.asarray(lead) / 7
        return self.level + self.slope * DAMPING * (1 - DAMPING**weeks) / (1 - DAMPING)


def handling_ahead(queue, day, tenure=None):
    """Return the handling time to expect on each day ahead and slot, seconds, (days, slots); missing without history.

    day : the days ahead, following the queue's own.  tenure : table project, day, new_share (see `new_share`), or None.
    The mean by weekday and slot, times the recent level, which follows the week's work over its contacts at a speed
    that told the next four weeks best, or a damped trend where one told them clearly better; times what new agents
    add, where their share was known on enough days: a share ahead as stated, else the last one known.
    """
    weight = np.where(np.isnan(queue.aht_s), 0.0, queue.weight)
    if not weight.sum() > 0:
        return np.full((len(day), weight.shape[1]), np.nan)
    shape = _shape(np.nan_to_num(queue.aht_s) * weight, weight, queue.day)
    work = (np.nan_to_num(queue.aht_s) * weight).sum(axis=1)
    usual = (weight * shape[weekday_of(queue.day)]).sum(axis=1)
    share = _shares_of(tenure, queue.project, np.concatenate([queue.day, day]))
    n = len(queue.day)
    effect = new_effect(work, usual, share[:n])
    factor = 1 + effect * np.nan_to_num(share)
    trend = trend_of(work, usual * factor[:n])
    lead = (day - queue.day[-1]).astype(int)
    return shape[weekday_of(day)] * (trend.at(lead) * factor[n:])[:, None]


def new_share(agents, days, *, ramp_weeks=8):
    """Return the share of each project's contract hours that new agents hold on each day: a table for `tenure`.

    agents : agents table; who was hired less than `ramp_weeks` weeks before a day is new on it, who has no day of
    hiring is not. The share of hours stands for that of the contacts.  days : dates, ahead too.
    Returns project, day, new_share (0..1), without the days on which a project employs nobody.

    >>> people = pd.DataFrame({"agent": ["a", "b"], "project": "orders", "hours_week": [30.0, 10.0],
    ...     "hired": pd.to_datetime(["2020-01-01", "2026-03-02"])})
    >>> new_share(people, pd.to_datetime(["2026-03-01", "2026-03-02", "2026-04-27"]))["new_share"].tolist()
    [0.0, 0.25, 0.0]
    """
    table = check(agents, "agents")
    day = pd.DatetimeIndex(pd.to_datetime(list(days)))
    far = {"hired": pd.Timestamp("1900-01-01"), "left": pd.Timestamp("2200-01-01")}
    hired, left = (
        pd.to_datetime(table[name] if name in table else pd.Series(pd.NaT, index=table.index)).fillna(usual).to_numpy()
        for name, usual in far.items()
    )
    there = (hired[:, None] <= day.to_numpy()) & (left[:, None] >= day.to_numpy())
    fresh = there & (day.to_numpy() - hired[:, None] < np.timedelta64(7 * ramp_weeks, "D"))
    hours, parts = table["hours_week"].to_numpy(dtype=float), []
    for project in sorted(table["project"].unique()):
        mine = (table["project"] == project).to_numpy()
        total, new = (hours[mine] @ flags[mine] for flags in (there, fresh))
        rows = pd.DataFrame({"project": project, "day": day, "new_share": new / np.where(total > 0, total, 1)})
        parts.append(rows[total > 0])
    return pd.concat(parts, ignore_index=True)


def new_effect(work, usual, share):
    """Return by which share new agents handle longer: 0.3 where a contact takes them 30 % more; 0 where nobody knows.

    work, usual, share : per day, seconds worked, seconds expected by the shape, share of new agents (missing unknown).
    A regression of the day's ratio work / usual on the share and on a line in time that may bend every quarter, so that
    what moved everybody is not put down to the new ones; weighted by contacts. Its slope over its level is drawn
    towards none by its error against NEW_SPREAD, and is none within NEW_SURE errors, which are taken as lasting from
    day to day.
    """
    known = (usual > 0) & ~np.isnan(share)
    if known.sum() < NEW_DAYS or np.ptp(share[known]) < 1e-9:
        return 0.0
    day = np.arange(len(share))[known]
    bends = [np.maximum(day - bend, 0) / QUARTER for bend in range(day[0], day[-1] - QUARTER // 2, QUARTER)]
    x = np.column_stack([share[known], np.ones(len(day)), *bends])
    beta, error = _weighted(x, work[known] / usual[known], usual[known])
    level = np.average(work[known] / usual[known] - x[:, 0] * beta[0], weights=usual[known])
    sure = abs(beta[0]) / max(error[0], 1e-12)
    if level <= 0 or sure <= NEW_SURE:
        return 0.0
    kept = (1 - (NEW_SURE / sure) ** 2) * NEW_SPREAD**2 / (NEW_SPREAD**2 + (error[0] / level) ** 2)
    return float(np.clip(beta[0] / level * kept, -0.5, 2.0))


def trend_of(work, usual):
    """Return the Trend of work / usual (seconds, per day), its kind the one that told the weeks before best."""
    work, usual = (_in_weeks(values) for values in (work, usual))
    known = np.flatnonzero(usual > 0)
    if len(known) < 2:
        return Trend(float(work.sum() / usual.sum()))
    candidates = [(_level, weeks) for weeks in LEVEL_WEEKS] + [(_trend, weeks) for weeks in TREND_WEEKS]
    error = {}
    first = max(known[0] + 4, len(work) - TRIED_WEEKS - TRIED_AHEAD)
    for kind, weeks in candidates:
        if kind is _level or len(work) - known[0] >= 2 * weeks:
            error[kind, weeks] = sum(
                _miss(kind, weeks, work, usual, at) for at in range(first, len(work) - TRIED_AHEAD + 1)
            )
    best = {kind: min((c for c in error if c[0] is kind), key=error.get, default=None) for kind in (_level, _trend)}
    if best[_trend] and error[best[_trend]] < CLEARLY * error[best[_level]]:
        return _trend(work, usual, best[_trend][1])
    weeks = min(LEVEL_WEEKS) if _jumped(work, usual, best[_level][1]) else best[_level][1]
    return _level(work, usual, weeks)


def _jumped(work, usual, weeks):
    """Return whether the last four weeks lie so far from the level before them that it has changed for good."""
    before, lately = slice(None, -JUMP_WEEKS), slice(-JUMP_WEEKS, None)
    if (usual[before] > 0).sum() < 2 * JUMP_WEEKS or not usual[lately].sum() > 0:
        return False
    level = _level(work[before], usual[before], weeks).level
    some = usual > 0
    ratio = work[some] / usual[some]
    spread = 1.4826 * np.median(np.abs(ratio[1:] - ratio[:-1])) / np.sqrt(2 * JUMP_WEEKS)
    return bool(abs(work[lately].sum() / usual[lately].sum() - level) > JUMP_SURE * spread)


def _miss(kind, weeks, work, usual, at):
    """Return the absolute error of a candidate, made from the weeks before `at`, on the four that follow, seconds."""
    trend = kind(work[:at], usual[:at], weeks)
    ahead = slice(at, at + TRIED_AHEAD)
    return np.abs(work[ahead] - usual[ahead] * trend.at(7 * np.arange(1, TRIED_AHEAD + 1) - 3)).sum()


def _level(work, usual, weeks):
    """Return the exponentially weighted level with this half-life."""
    weight = 0.5 ** (np.arange(len(work))[::-1] / weeks)
    return Trend(float(weight @ work / (weight @ usual)))


def _trend(work, usual, weeks):
    """Return the line through the last `weeks` weeks, its slope drawn towards none by its error."""
    work, usual = work[-weeks:], usual[-weeks:]
    known = usual > 0
    if known.sum() < 8:
        return _level(work, usual, weeks)
    week = np.arange(len(work))[known] - len(work) + 0.5  # 0 is now
    x = np.column_stack([np.ones(len(week)), week])
    beta, error = _weighted(x, work[known] / usual[known], usual[known])
    sure = abs(beta[1]) / max(error[1], 1e-12)
    kept = sure**2 / (sure**2 + SURE**2)
    centre = np.average(week, weights=usual[known])
    level = beta[0] + beta[1] * centre
    return Trend(float(level - beta[1] * kept * centre), float(beta[1] * kept))


def _weighted(x, y, weight):
    """Return (coefficients, their standard errors) of a weighted regression whose errors last from row to row."""
    root = np.sqrt(weight / weight.mean())[:, None]
    inverse = np.linalg.pinv((x * root).T @ (x * root))
    beta = inverse @ ((x * root).T @ (y * root[:, 0]))
    rest = (y - x @ beta) * root[:, 0]
    variance = rest @ rest / max(len(y) - x.shape[1], 1)
    lasting = np.clip((rest[1:] @ rest[:-1]) / max(rest @ rest, 1e-12), 0, 0.9)
    return beta, np.sqrt(np.diag(inverse) * variance * (1 + lasting) / (1 - lasting))


def _in_weeks(values):
    """Return sums of seven days each, counted back from the last day; a first week that is not whole is left out."""
    whole = len(values) // 7 * 7
    return values[len(values) - whole :].reshape(-1, 7).sum(axis=1) if whole else np.array([values.sum()])


def _shape(work, weight, day):
    """Return the handling time by weekday and slot, seconds, (7, slots): the mean over contacts.

    Recent months count more; a weekday's slot is drawn towards the slot's mean, and this towards the queue's.
    """
    recent = (0.5 ** (np.arange(len(day))[::-1] / SHAPE_HALF_LIFE))[:, None]
    work, weight, weekday = work * recent, weight * recent, weekday_of(day)
    slot = (work.sum(axis=0) + BORROW * work.sum() / weight.sum()) / (weight.sum(axis=0) + BORROW)
    by_day = [(work[weekday == w].sum(axis=0), weight[weekday == w].sum(axis=0)) for w in range(7)]
    return np.array([(s + BORROW * slot) / (n + BORROW) for s, n in by_day])


def _shares_of(tenure, project, day):
    """Return the share of new agents on each day; after the last one known that one, before missing."""
    if tenure is None or not len(tenure):
        return np.full(len(day), np.nan)
    for column in ("project", "day", "new_share"):
        if column not in tenure:
            raise PlanError(
                N_("The table of new agents has no column '{column}'. It needs project, day and new_share (0..1)."),
                column=column,
            )
    mine = tenure[tenure["project"] == project]
    known = pd.Series(mine["new_share"].to_numpy(dtype=float), index=pd.DatetimeIndex(mine["day"]).tz_localize(None))
    known = known[~known.index.duplicated(keep="last")].sort_index()
    return known.reindex(pd.DatetimeIndex(day.astype("datetime64[s]"))).ffill().to_numpy()
