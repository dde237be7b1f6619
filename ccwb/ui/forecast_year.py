"""The year ahead: weeks instead of intervals, for the budget and for hiring, with bands that widen as they should."""

import numpy as np
import pandas as pd

from ccwb import forecast as fc
from ccwb.messages import N_
from ccwb.ui import forecast_charts as charts
from ccwb.ui import html, text
from ccwb.ui.charts import Chart, wall
from ccwb.ui.forecast_parts import label
from ccwb.ui.forecast_work import Making
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import TableView, button

WEEKS = 65
DAYS = 7 * (WEEKS + 2)  # the first and the last week are often parts
PATHS = 400
ENDS = {"lower_95": "low", "lower_80": "lower", "upper_80": "upper", "upper_95": "high"}  # as the picture has them


class YearAhead(Part):
    """65 weeks of every queue, made on demand; nothing of it is published."""

    title = N_("The year ahead: 65 weeks, for budget and hiring")
    weeks = None

    def widget(self):
        """Return the button, and what it gave."""
        lead = _(
            "A rougher look from the days' totals: how many contacts a week over the next 65 weeks, as the models see "
            "it, without your adjustments. The dark band holds 80 weeks of a hundred, the light one 95. Staffing does "
            "not use it; take it to the budget and to hiring plans."
        )
        self.said = html.html("")
        self.chart = Chart(charts.year(), {"weeks": no_weeks()}, table=self._mine, name="year_ahead")
        self.shown = html.stack()
        self.moved()
        make = button(_("Look a year ahead"), self.make, page=self.page)
        return html.stack(html.html(html.paragraph(lead)), html.row(make), self.said, self.shown, classes="ccwb-folds")

    def make(self):
        """Forecast the days of 65 weeks of every queue of the project."""
        making = Making(self.page, projects=[self.page.project], model=fc.BEST)

        def show(weeks):
            self.weeks = weeks
            self.moved()

        self.page.work(lambda progress: whole_weeks(making.days(DAYS, progress)), show, what=_("Forecasting the year"))

    def moved(self):
        """Show the queue in sight."""
        if self.weeks is None:
            return
        rows = self._mine()
        drawn = rows[["offered", *ENDS]].rename(columns=ENDS).assign(t=wall(rows["week"]))
        self.chart.update({"weeks": drawn})
        self.chart.title = title(rows, label(self.page.queue))
        download = html.fold(_("Every week of every queue, to download"), self._table)
        self.shown.children = (self.chart, download)

    def _mine(self):
        if self.weeks is None:
            return pd.DataFrame(columns=["project", "channel", "week", "offered", *ENDS])
        return self.page.of_queue(self.weeks)

    def _table(self):
        return TableView(self.weeks, name="year_ahead")


def whole_weeks(days):
    """Return the first WEEKS whole weeks of a forecast in days (`ccwb.forecast.weekly`)."""
    weeks = fc.weekly(days, paths=PATHS)
    start = days["interval_start"].dt.tz_localize(None).dt.normalize()
    weeks["week"] = pd.to_datetime(weeks["week"])
    whole = (weeks["week"] >= start.min()) & (weeks["week"] + pd.Timedelta(days=6) <= start.max())
    first = np.unique(weeks.loc[whole, "week"])[:WEEKS]
    return weeks[weeks["week"].isin(first)].reset_index(drop=True)


def title(rows, queue):
    """Return what the picture shows, as a sentence."""
    if rows.empty:
        return _("{queue}: nothing is known of its weeks", queue=queue)
    peak, last = rows.loc[rows["offered"].idxmax()], rows.iloc[-1]
    half = (last["upper_80"] - last["lower_80"]) / 2 / max(last["offered"], 1e-9)
    return _(
        "{queue}: most in the week from {day}, {n} contacts; the last week is known to within ± {share}",
        queue=queue,
        day=text.date(peak["week"]),
        n=number(peak["offered"]),
        share=percent(half),
    )


def no_weeks():
    return pd.DataFrame({"t": [], "offered": [], **{name: [] for name in ENDS.values()}})
