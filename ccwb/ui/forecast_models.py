"""The models held against each other: a small table in sight, and each of them at each moment in a fold."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.messages import N_
from ccwb.ui import forecast_charts as charts
from ccwb.ui import forecast_parts as parts
from ccwb.ui import html, text
from ccwb.ui.charts import Chart
from ccwb.ui.forecast_parts import label
from ccwb.ui.part import Part
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import TableView

NAIVE = "seasonal naive"
CLEARLY = 0.9  # an error below this share of another one's is more than luck, as the choice of the best takes it


def scored(rows):
    """Return the models of one queue with their errors on the past, the least first.

    Each rate is that of all moments together (`ccwb.forecast.pooled`). A model without an error (nothing came) is not
    named; `best` is one of the others each time, so it is not either.
    """
    rows = rows[rows["model"] != fc.BEST] if len(rows) else rows
    if rows.empty:
        return rows
    return fc.pooled(rows).dropna(subset="wape").sort_values("wape", ignore_index=True)


def chosen_model(draft):
    """Return the name of the model that made a queue's forecast, "" where there is none."""
    return "" if draft.empty else draft["model"].iloc[0]


def untried(page):
    """Return why the models of the queue in sight have no errors on the past, as a sentence."""
    made = page.of_queue(page.drafted)
    if made.empty:
        return _("The models are compared when the forecast is made.")
    if not parts.made_here(page.kept.data):
        return parts.brought_in(page.kept.data)
    known = page.known()
    if len(known) and (known == 0).all():
        return _("Every count of the history of this queue is 0: an error on the past has nothing to be a share of.")
    if len(page.of_queue(page.accuracy)):
        return _("Nothing came at the earlier moments: an error on the past has nothing to be a share of.")
    model = _(chosen_model(made))
    if known.empty:
        return _("This queue has no history to try the models on. Its forecast was made by: {model}.", model=model)
    return _("The history is too short to try the models on. The forecast was made by: {model}.", model=model)


def model_table(draft, tried, why):
    """Return the models with their errors on the past, the one that made the forecast marked; `why` there are none."""
    if tried.empty:
        return html.paragraph(why)
    most = tried["wape"].max() or 1
    lines = [
        [
            named(r.model, chosen_model(draft)),
            html.raw(html.escape(parts.error_said(r.wape)) + " " + html.bar(r.wape / most)),
            signed(r.bias, percent, 1),
            percent(r.coverage_80),
        ]
        for r in tried.itertuples()
    ]
    heads = [_("Model"), (_("Error (WAPE)"), True), (_("Bias"), True), (_("In the 80 % band"), True)]
    caption = _("Up to four earlier moments together, each forecast from what was known then.")
    return made_by(draft, tried) + html.table(heads, lines, caption=caption)


def made_by(draft, tried):
    """Return which model made the forecast, as HTML, where it is none of those tried; "" where one of them did."""
    chosen = chosen_model(draft)
    if not chosen or chosen in set(tried["model"]):
        return ""
    return html.paragraph(_("The forecast in sight was made by: {model}.", model=_(chosen)))


def named(model, chosen):
    """Return a model's name as a cell of a table, with a tag where it is the chosen one."""
    return html.raw(html.escape(_(model)) + (" " + html.tag(_("chosen"), "good") if model == chosen else ""))


class Compared(Part):
    """Every model at every earlier moment, of the queue in sight."""

    title = N_("Models compared: would another one have done better?")

    def widget(self):
        """Return the sentence, the picture, and the table of the queue in sight."""
        self.said, self.table = html.html(""), html.html("")
        none = {"dots": no_dots(), "means": no_dots()}
        self.chart = Chart(charts.models(), none, table=self._rows, name="models_compared")
        self.picture = html.stack(self.chart)
        self.moved()
        download = html.fold(_("All queues and moments, to download"), self._whole)
        return html.stack(self.said, self.picture, self.table, download, classes="ccwb-folds")

    def moved(self):
        """Show the queue in sight."""
        rows, chosen = self._rows(), chosen_model(self.page.of_queue(self.page.drafted))
        html.show(self.picture, len(rows) > 0)
        if rows.empty:
            self.said.value = html.paragraph(untried(self.page), "ccwb-muted")
            self.table.value = ""
            return
        means = scored(rows)
        self.said.value = html.paragraph(sentence(means, chosen))
        self.table.value = rates_table(means, chosen)
        order = {model: n for n, model in enumerate(means["model"])}
        drawn = {"dots": dots(rows, order, chosen), "means": dots(means, order, chosen)}
        self.chart.update(drawn, title=_("{queue}: the error of each model, a dot each moment", queue=self._label()))

    def _rows(self):
        rows = self.page.of_queue(self.page.accuracy)
        return rows[(rows["model"] != fc.BEST) & rows["wape"].notna()] if len(rows) else rows

    def _label(self):
        return label(self.page.queue)

    def _whole(self):
        return TableView(self.page.accuracy, name="accuracy")


def sentence(means, chosen):
    """Return what the comparison says of the chosen model, in words."""
    best, mine = means.iloc[0], means[means["model"] == chosen]
    if mine.empty:
        return _(
            "The least error on the past has {model}, {share}. The forecast in sight was not made by one of them.",
            model=_(best["model"]),
            share=percent(best["wape"], 1),
        )
    mine = mine.iloc[0]
    said = _("Chosen is {model}: its error was {share}.", model=_(mine["model"]), share=percent(mine["wape"], 1))
    plain = means.loc[means["model"] == NAIVE, "wape"]
    if len(plain) and chosen != NAIVE:
        said = _(
            "Chosen is {model}: its error was {share}, against {plain} of the plain rule 'as a week before'.",
            model=_(mine["model"]),
            share=percent(mine["wape"], 1),
            plain=percent(plain.iloc[0], 1),
        )
    if best["model"] == chosen:
        return said
    less = {"model": _(best["model"]), "share": percent(best["wape"], 1)}
    more = _("{model} had less, {share}, but not by so much that it is more than luck.", **less)
    if best["wape"] < CLEARLY * mine["wape"]:
        more = _("{model} had clearly less, {share}: choose it above and make the forecast again.", **less)
    return f"{said} {more}"


def rates_table(means, chosen):
    """Return error, bias and the bands' hits of each model as a table, the hits beside what the bands promise."""
    levels = [n for n in (80, 95) if f"coverage_{n}" in means and means[f"coverage_{n}"].notna().any()]
    heads = [_("Model"), (_("Error (WAPE)"), True), (_("Against as a week before (MASE)"), True), (_("Bias"), True)]
    heads += [(_("In the {level} % band", level=number(level)), True) for level in levels]
    caption = _(
        "All moments together: errors over contacts. Bands: the share of what came that lay inside, and how far that "
        "is from what they promise."
    )
    lines = [
        [
            named(row["model"], chosen),
            parts.error_said(row["wape"]),
            number(row["mase"], 2) if pd.notna(row["mase"]) else text.say().missing,
            signed(row["bias"], percent, 1),
            *(hits(row[f"coverage_{level}"], level / 100) for level in levels),
        ]
        for row in means.to_dict("records")
    ]
    return html.table(heads, lines, caption=caption)


def hits(share, promised):
    """Return a band's hits and, in points, how far they are from what it promised."""
    if pd.isna(share):
        return text.say().missing
    points = signed(100 * (share - promised), number)
    return _("{share} ({points} pp)", share=percent(share), points=points)


def dots(rows, order, chosen):
    """Return rows of an accuracy table as the picture wants them."""
    moments = [text.date(origin) for origin in rows["origin"]] if "origin" in rows else [""] * len(rows)
    return pd.DataFrame(
        {
            "model": [_(model) for model in rows["model"]],
            "order": [order.get(model, len(order)) for model in rows["model"]],
            "wape": 100 * rows["wape"].to_numpy(),
            "moment": moments,
            "chosen": (rows["model"] == chosen).to_numpy(),
        }
    )


def no_dots():
    return pd.DataFrame({"model": [], "order": [], "wape": [], "moment": [], "chosen": []})
