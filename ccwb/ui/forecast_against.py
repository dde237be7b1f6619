"""The forecast of the cycle before held against what came: how far the present one may be trusted."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.evaluation import forecast_as_planned
from ccwb.messages import N_
from ccwb.ui import cells, html, text
from ccwb.ui import forecast_charts as charts
from ccwb.ui.charts import Chart, wall
from ccwb.ui.forecast_parts import label
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import TableView


class LastCycle(Part):
    """The forecast that the last cycle was planned with, day by day, beside what came."""

    title = N_("Last cycle: what was expected, and what came")

    def widget(self):
        """Return the picture of the queue in sight, the sentence, and every queue's figures."""
        before = self.page.store.cycle(self.page.context.cycle.predecessor) if self._there() else None
        self.days, rates = compared(self.page, before) if before else (None, None)
        if self.days is None:
            said = _("Once a cycle has gone by, its forecast is shown here beside what came.")
            return html.html(html.paragraph(said, "ccwb-muted"))
        self.rates, self.said = rates, html.html("")
        self.chart = Chart(charts.against(), {"days": no_days()}, table=self._mine, name="forecast_against")
        self.moved()
        view = html.fold(
            _("Every day, to download"), lambda: TableView(self.days, self._columns(), name="forecast_against")
        )
        return html.stack(self.said, self.chart, html.html(rates_table(rates)), view, classes="ccwb-folds")

    def _there(self):
        return self.page.context.cycle.predecessor is not None

    def moved(self):
        """Show the queue in sight."""
        if self.days is None:
            return
        rows, mine = self._mine(), self.rates[self.rates["channel"] == self.page.queue[1]]
        self.said.value = html.paragraph(sentence(mine.iloc[0]) if len(mine) else _("This queue had no forecast then."))
        drawn = pd.DataFrame(
            {
                "t": wall(rows["day"]),
                "planned": rows["plan_offered"].to_numpy(),
                "lower": rows["lower_80"].to_numpy(),
                "upper": rows["upper_80"].to_numpy(),
                "came": rows["actual_offered"].to_numpy(),
            }
        )
        title = _("{queue}: expected (dashed) and what came (dark)", queue=label(self.page.queue))
        self.chart.update({"days": drawn}, title=title)

    def _columns(self):
        labels = {one["project"]: one["label"] for one in self.page.centre()["projects"]}
        return cells.worded(self.days, project=labels)

    def _mine(self):
        return self.days[self.days["channel"] == self.page.queue[1]]


def compared(page, before):
    """Return (days of an earlier cycle's forecast against what came, its accuracy by queue); None, None for nothing."""
    place = {"cycle": before.id, "project": page.project, "zone": page.zone}
    tables = (page.store.read_table(name, **place) for name in ("forecast", "forecast_snapshots"))
    plan = forecast_as_planned(*tables, first_day=before.first_day)
    came = page.store.read_table("actuals", **place)
    if came.empty:
        span = {"start": str(before.first_day), "end": str(before.last_day + pd.Timedelta(days=1))}
        came = page.store.read_table("history", project=page.project, zone=page.zone, **span)
    if plan.empty or came.empty:
        return None, None
    return fc.against(plan, came), fc.accuracy_of(plan, came, by=("channel",))


def sentence(rates):
    """Return how right a queue's forecast was, in words."""
    if pd.isna(rates["wape"]):
        return _("Nothing came that it could be held against.") + closed(rates)
    high = N_(
        "A day was off by {wape} on average; over all days it was {bias} too high. {inside} of the days lay inside the "
        "80 % band."
    )
    low = N_(
        "A day was off by {wape} on average; over all days it was {bias} too low. {inside} of the days lay inside the "
        "80 % band."
    )
    values = {"wape": percent(rates["wape"], 1), "bias": percent(abs(rates["bias"]), 1)}
    return _(high if rates["bias"] > 0 else low, **values, inside=percent(rates["coverage_80"])) + closed(rates)


def closed(rates):
    """Return what came while a queue was planned as closed, as sentences to add, "" where nothing did."""
    out = ""
    if rates["only_actual"] > 0:
        days = number(rates["only_actual"])
        out += " " + _("Days planned as closed on which contacts came: {n}. They count as misses.", n=days)
    if rates["beyond"] > 0:
        out += " " + _(
            "{n} contacts came in closed hours of open days; they are not scored.", n=number(rates["beyond"])
        )
    return out


def rates_table(rates):
    """Return every queue's accuracy as a table."""
    missing = text.say().missing
    show = lambda value, how, *more: missing if pd.isna(value) else how(value, *more)  # noqa: E731 - short
    lines = [
        [
            _(CHANNELS[row["channel"]].label),
            number(row["contacts"]),
            show(row["wape"], percent, 1),
            show(row["bias"], lambda value: signed(value, percent, 1)),
            show(row["coverage_80"], percent),
            number(row["days"]),
        ]
        for row in rates.to_dict("records")
    ]
    heads = [_("Queue"), (_("What came"), True), (_("Error of a day (WAPE)"), True), (_("Bias"), True)]
    return html.table([*heads, (_("In the 80 % band"), True), (_("Days"), True)], lines)


def no_days():
    return pd.DataFrame({"t": [], "planned": [], "lower": [], "upper": [], "came": []})
