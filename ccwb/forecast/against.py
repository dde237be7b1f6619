"""A forecast held against what came: last cycle's forecast by day, and how right it was by queue, week or lead."""

import numpy as np
import pandas as pd

from ccwb.errors import PlanError
from ccwb.forecast.adjust import in_days
from ccwb.forecast.bands import band
from ccwb.forecast.series import DAY_S
from ccwb.measures import by_day, day_of, in_zone_of, matched
from ccwb.messages import N_
from ccwb.tables import check

BY = ("project", "channel", "week", "weekday", "lead", "ahead")
_QUEUE = ["project", "channel"]


def against(forecast, actuals):
    """Return what was forecast and what came, one row per queue and day.

    project, channel, day : the day as a local date.  plan_offered, actual_offered : contacts, of the intervals of the
    day that both tables tell of (`ccwb.measures.matched`).  lower_80, upper_80 : the band of this total.
    gap_offered : actual - plan.  in_80 : whether it lies in the band.
    known : share of the day's forecast in those intervals.  beyond : contacts that came in closed intervals of a day
    that was planned open, told and not scored: they are not in actual_offered.
    only : "" where both tell, "plan" where nothing is known of a day that was planned (figures then missing), "actual"
    where contacts came on a day planned as closed, which counts as a forecast of nothing.
    published, lead : where the forecast has a column `published` (a time; forecast_snapshots), each publishing is a
    row of its own, and `lead` is days from the local day of publishing to the day.
    Only days within each queue's forecast are told; of a queue without any forecast nothing is.
    """
    if "published" not in forecast.columns:
        return _compared(forecast, actuals)
    parts = []
    for published, plan in forecast.groupby("published", sort=True):
        told = _compared(plan.drop(columns="published"), actuals)
        zone = pd.DatetimeIndex(forecast["interval_start"]).tz
        moment = pd.Timestamp(published)
        moment = moment.tz_convert(zone) if zone is not None and moment.tzinfo is not None else moment
        lead = (told["day"] - moment.tz_localize(None).normalize()).dt.days
        parts.append(told.assign(published=published, lead=lead))
    return pd.concat(parts, ignore_index=True)


def accuracy_of(forecast, actuals, *, by=()):
    """Return how right a forecast was, by day's totals summed by any of BY.

    week : its Monday.  weekday : 0 is Monday.  lead : days from publishing to the day; ahead : whole weeks of it. Both
    need the column `published`.
    days : days that count, those that both sides tell of and those planned as closed on which contacts came.
    contacts : what came on them.  wape : sum of absolute errors / contacts.  bias : sum of (forecast - actual) /
    contacts, above 0 is too high.  coverage_80 : share of the days inside their 80 % band.
    only_plan : days planned of which nothing is known; they count in no other figure.  only_actual : days planned as
    closed.  beyond : contacts that came in closed hours of open days, not scored either.  Rates are missing where no
    contacts came.  by=() gives one row.
    Raises PlanError for another `by`, naming those there are.
    """
    table = against(forecast, actuals)
    table["week"] = table["day"] - pd.to_timedelta(table["day"].dt.day_of_week, unit="D")
    table["weekday"] = table["day"].dt.day_of_week
    if "lead" in table:
        table["ahead"] = table["lead"] // 7
    for name in by:
        if name not in BY or name not in table:
            raise PlanError(
                N_("Accuracy adds up by {known}, not by {found}; lead needs a forecast with its times of publishing."),
                known=", ".join(BY),
                found=name,
            )
    both = table["only"] != "plan"
    sums = pd.DataFrame(
        {
            "days": both,
            "contacts": table["actual_offered"].where(both, 0.0),
            "error": table["gap_offered"].abs().where(both, 0.0),
            "over": -table["gap_offered"].where(both, 0.0),
            "inside": both & table["in_80"].eq(True),
            "only_plan": ~both,
            "only_actual": table["only"] == "actual",
            "beyond": table["beyond"],
        }
    )
    keys = [table[name] for name in by] or [pd.Series(0, index=table.index)]
    sums = sums.groupby(keys, sort=True).sum()
    rated = sums["contacts"].where(sums["contacts"] > 0)
    sums["wape"], sums["bias"] = sums["error"] / rated, sums["over"] / rated
    sums["coverage_80"] = sums["inside"] / sums["days"].where(sums["days"] > 0)
    names = ["days", "contacts", "wape", "bias", "coverage_80", "only_plan", "only_actual", "beyond"]
    return sums[names].reset_index(drop=not by)


def _compared(forecast, actuals):
    forecast, actuals = check(forecast, "forecast"), check(actuals, "actuals")
    keys = [*_QUEUE, "day"]
    plan = forecast.assign(day=day_of(forecast["interval_start"]))
    planned = plan.groupby(keys)["offered"].sum().rename("planned")
    rows = matched(forecast, actuals).assign(day=lambda table: pd.to_datetime(table["day"]))
    told = by_day(rows).set_index(keys).join(planned, how="outer").sort_index()
    came = in_zone_of(actuals, forecast).assign(day=lambda table: day_of(table["interval_start"]))
    came = came.groupby(keys)["offered"].sum().reindex(told.index, fill_value=0.0)
    silent, surprise = told["actual"].isna().to_numpy(), told["planned"].isna().to_numpy()
    mean = told["forecast"].where(~silent, told["planned"])
    lower, upper = _day_band(forecast, mean, told["planned"])
    out = pd.DataFrame(
        {
            "plan_offered": mean,
            "lower_80": lower,
            "upper_80": upper,
            "actual_offered": told["actual"],
            "gap_offered": told["actual"] - mean,
            "in_80": (told["actual"].between(lower, upper)).astype(object).where(~silent, None),
            "known": np.where(silent, 0.0, np.where(surprise, 1.0, _share(mean, told["planned"]))),
            "beyond": (came - told["actual"].fillna(0.0)).clip(lower=0.0),
            "only": np.where(silent, "plan", np.where(surprise, "actual", "")),
        },
        index=told.index,
    )
    return out.reset_index()


def _day_band(forecast, mean, planned):
    """Return the ends of the 80 % band around the `mean` of each queue's day: the forecast's own where it has days.

    Elsewhere from the spreads of the day's intervals: their own errors add up, the day's error is shared.
    """
    days = in_days(forecast).rename(columns={"interval_start": "day"}).set_index(mean.index.names)
    days = days.reindex(mean.index)
    spread, own = days["day_spread"].fillna(0.0).to_numpy(), days["dispersion"].fillna(1.0).to_numpy()
    lower, upper = (pd.Series(end, index=mean.index) for end in band(mean.to_numpy(), spread, own, 0.8))
    if len(forecast) and (forecast["interval_s"] == DAY_S).all():
        told = forecast.assign(day=day_of(forecast["interval_start"])).set_index(mean.index.names).reindex(mean.index)
        whole = planned.notna() & np.isclose(mean, planned.fillna(-1.0))
        lower, upper = told["lower_80"].where(whole, lower), told["upper_80"].where(whole, upper)
    return lower, upper


def _share(part, whole):
    """Return part / whole, 1 where the whole is nothing."""
    return (part / whole.where(whole > 0)).fillna(1.0)
