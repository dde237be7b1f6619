"""Other people's forecasts, to hold ours against: `python -m benchmarks.forecast` calls them, the workbook never does.

None of them is a requirement of the project; one that is not installed is left out (PEERS says what to install).
A peer sees a Grid: the past of one queue as a regular series of the week's open cells, and returns the cells ahead.
"""

import logging
import warnings
from dataclasses import dataclass

import numpy as np

BESIDE = ("holiday", "eve", "after", "event")


@dataclass
class Grid:
    """One queue at one origin, the cells of its ordinary open week in order, closed weekdays and hours left out.

    past : contacts, missing where unknown.  time, ahead : when each cell begins.  week : cells a week.  slots : cells
    a day, 0 where days differ.  flags, flags_ahead : name of a holiday or event -> is it on, by cell; "holiday" and
    "event" : any of them, "eve", "after" : the open day before and after a holiday.
    """

    past: np.ndarray
    time: np.ndarray
    ahead: np.ndarray
    week: int
    slots: int
    flags: dict
    flags_ahead: dict

    @property
    def filled(self):
        """The past with its gaps filled by the week before (at the very start by the week after)."""
        y = self.past.copy()
        for i in range(self.week, len(y)):
            y[i] = y[i - self.week] if np.isnan(y[i]) else y[i]
        for i in range(len(y) - self.week - 1, -1, -1):
            y[i] = y[i + self.week] if np.isnan(y[i]) else y[i]
        return np.nan_to_num(y)


def seasonal_naive(grid):
    """Return the week before, again and again."""
    return np.resize(grid.filled[-grid.week :], len(grid.ahead))


def _statsforecast(model, grid, **exogenous):
    return model.forecast(y=grid.filled, h=len(grid.ahead), **exogenous)["mean"]


def auto_ets(grid):
    """Return statsforecast AutoETS with the week as its season."""
    from statsforecast.models import AutoETS

    return _statsforecast(AutoETS(season_length=grid.week), grid)


def auto_arima(grid):
    """Return statsforecast AutoARIMA with the week as its season, told of holidays and the days beside them."""
    from statsforecast.models import AutoARIMA

    x, ahead = (np.column_stack([f[n] * 1.0 for n in BESIDE]) for f in (grid.flags, grid.flags_ahead))
    used = np.ptp(x, axis=0) > 0
    told = {"X": x[:, used], "X_future": ahead[:, used]} if used.any() else {}
    return _statsforecast(AutoARIMA(season_length=grid.week, approximation=True), grid, **told)


def mstl(grid):
    """Return statsforecast MSTL with the day (of half hours) and the week as its seasons."""
    from statsforecast.models import MSTL

    seasons = [grid.slots] * (grid.slots > 1) + [grid.week]
    return _statsforecast(MSTL(season_length=seasons), grid)


def prophet(grid):
    """Return Prophet, told of every holiday and event by name; multiplicative seasons, no sampling of its bands."""
    import pandas as pd
    from prophet import Prophet

    names = [n for n in grid.flags if n not in ("holiday", "event")]
    rows = [
        (name, day)
        for name in names
        for times, flags in ((grid.time, grid.flags), (grid.ahead, grid.flags_ahead))
        for day in np.unique(times[flags[name]].astype("datetime64[D]"))
    ]
    told = {"holidays": pd.DataFrame(rows, columns=["holiday", "ds"]).astype({"ds": "datetime64[ns]"})} if rows else {}
    model = Prophet(seasonality_mode="multiplicative", uncertainty_samples=0, **told)
    model.fit(pd.DataFrame({"ds": grid.time.astype("datetime64[ns]"), "y": grid.past}))
    return model.predict(pd.DataFrame({"ds": grid.ahead.astype("datetime64[ns]")}))["yhat"].to_numpy()


def lightgbm(grid):
    """Return LightGBM through mlforecast: weekly lags and their means, weekday, slot, day of month and year, flags."""
    import pandas as pd
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean, SeasonalRollingMean

    week, n = grid.week, len(grid.time)
    table = pd.DataFrame({"unique_id": "q", "ds": np.arange(n), "y": grid.filled} | _calendar(grid.time, grid.flags))
    ahead = pd.DataFrame({"unique_id": "q", "ds": np.arange(n, n + len(grid.ahead))})
    ahead = ahead.assign(**_calendar(grid.ahead, grid.flags_ahead))
    model = MLForecast(
        models=LGBMRegressor(n_estimators=200, learning_rate=0.05, verbosity=-1, random_state=0, n_jobs=1),
        freq=1,
        lags=[1, week, 2 * week, 4 * week],
        lag_transforms={
            1: [RollingMean(week)],
            week: [SeasonalRollingMean(season_length=week, window_size=4), RollingMean(4 * week)],
        },
    )
    model.fit(table, static_features=[])
    return model.predict(len(ahead), X_df=ahead)["LGBMRegressor"].to_numpy()


def _calendar(time, flags):
    day = time.astype("datetime64[D]")
    plain = {
        "weekday": (day.astype(int) + 3) % 7,
        "slot": (time - day).astype("timedelta64[m]").astype(int),
        "month_day": (day - day.astype("datetime64[M]")).astype(int),
        "year_day": (day - day.astype("datetime64[Y]")).astype(int),
    }
    return plain | {name: flags[name] * 1 for name in BESIDE}


# name -> (function, package to install, does it answer half hours in useful time)
PEERS = {
    "AutoETS": (auto_ets, "statsforecast", False),
    "AutoARIMA": (auto_arima, "statsforecast", False),
    "MSTL": (mstl, "statsforecast", True),
    "Prophet": (prophet, "prophet", True),
    "LightGBM": (lightgbm, "mlforecast", True),
}


def answer(name, grid):
    """Return what a peer expects, never below zero (they may say so; a planner would cut it)."""
    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers' own advice to their users
        said = np.asarray(PEERS[name][0](grid), dtype=float)
    return np.maximum(said, 0)
