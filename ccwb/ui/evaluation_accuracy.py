"""How right the forecast was: by how long before a day it was published, by queue, and where its error lies."""

import pandas as pd

from ccwb import evaluation
from ccwb import forecast as fc
from ccwb.evaluation.error_parts import PARTS
from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.origins import queue_said
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed

SAID = {
    "steady": N_("level: too high or too low throughout"),
    "days": N_("level: from day to day"),
    "events": N_("days of events"),
    "shape": N_("time of day"),
}


class Accuracy(Part):
    """Two tables and a sentence each, computed when the fold is opened."""

    title = N_("The forecast's error: by days since publishing, and where it lies")

    def widget(self):
        self.place = html.html("")
        self.moved()
        return self.place

    def moved(self):
        """Compute it anew for what is in sight."""
        page = self.page

        def run(_progress):
            forecast, actuals, published = _read(page)
            if not len(forecast) or not len(actuals):
                return None, None, None
            events = page.store.read_table("events", all_columns=True)
            where = [evaluation.error_parts(forecast, actuals, events=events, by=by, zones=page.zones) for by in QUEUES]
            ahead = fc.accuracy_of(published, actuals, by=("ahead",))
            once = published.groupby("project")["published"].nunique().max() == 1
            return pd.concat(where, ignore_index=True), ahead, once

        page.work(run, self._show, what=_("Measuring"))

    def _show(self, made):
        where, ahead, once = made
        if where is None or not where["contacts"].sum():
            said = _("Nothing to compare: forecast and actual figures have no interval in common.")
            self.place.value = html.paragraph(said)
            return
        self.where, self.ahead = where, ahead
        self.place.value = _by_ahead(ahead, once) + _by_cause(where, self.page)


QUEUES = (("project", "channel"), ())


def _read(page):
    """Return (forecast as planned, actuals, every forecast published with its moment) of what is in sight."""
    one = page.context.cycle
    place = {"zone": page.zone, "cycle": one.id} | ({"project": page.project} if page.project else {})
    plan, actuals = em.planned_with(page.store, one, place), page.store.read_table("actuals", **place)
    published = page.store.read_table("forecast_snapshots", **place)
    rest = plan[~plan["project"].isin(set(published["project"]))]
    kept = page.store.revisions(cycle=one.id).get("forecast")
    if len(rest) and kept:
        rest = rest.assign(published=pd.Timestamp(kept.at).tz_convert(page.zone))
        published = pd.concat([part for part in (published, rest) if len(part)], ignore_index=True)
    return plan, actuals, published


def _by_ahead(table, once):
    """Return the error by whole weeks from publishing to the day forecast.  once : whether all was published once."""
    heads = [_("Days since publishing"), (_("Queue days"), True), (_("Error (WAPE), days"), True)]
    heads.append((_("Too high or low"), True))
    body = [
        [_span(row.ahead), number(row.days), percent(row.wape, 1), signed(row.bias, percent, 1)]
        for row in table.itertuples()
        if row.ahead >= 0 and not pd.isna(row.wape)
    ]
    if not body:
        return ""
    caption = _(
        "Days from the day on which a forecast was published to the day that it was for. Every published forecast "
        "counts, for the day of its publishing and those after it."
    )
    said = _(
        "Each forecast was published once: the rows are different days of the cycle, and what tells them apart is "
        "these days as much as the time since publishing."
    )
    note = html.paragraph(said, "ccwb-muted") if once and len(body) > 1 else ""
    return html.heading(_("By days since publishing"), 3) + note + html.table(heads, body, caption=caption)


def _span(weeks):
    """Return the days of so many whole weeks: '7 to 13'."""
    return _("{first} to {last}", first=number(7 * weeks), last=number(7 * weeks + 6))


def _by_cause(table, page):
    heads = [_("Queue"), (_("Error, intervals"), True), *((_(SAID[name]), True) for name in PARTS)]
    heads.append((_("Chance alone"), True))
    rate = lambda value: text.say().missing if pd.isna(value) else percent(value, 1)  # noqa: E731 - one thought
    body = [
        [_name(row, page), rate(row["wape"]), *(rate(row[name]) for name in PARTS), rate(row["chance"])]
        for row in table.to_dict("records")
    ]
    caption = _(
        "The parts add up to the error. Chance alone: what a forecast right on average would still err, contacts being "
        "independent."
    )
    every = table.iloc[-1]
    most = max(PARTS, key=lambda name: 0 if pd.isna(every[name]) else every[name])
    share = every[most] / every["wape"] if every["wape"] else 0
    said = _("Most of the error is {part}: {share} of it.", part=_(SAID[most]), share=percent(share)) + " "
    rates = {"wape": rate(every["wape"]), "chance": rate(every["chance"])}
    said += _("Of {wape} error by interval, chance alone would make {chance}.", **rates)
    return html.heading(_("Where the error lies"), 3) + html.paragraph(said) + html.table(heads, body, caption=caption)


def _name(row, page):
    if not isinstance(row["project"], str):
        return _("All queues")
    return queue_said(f"{row['project']}/{row['channel']}", page)
