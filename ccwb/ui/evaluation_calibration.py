"""Did the model tell the truth: predicted from what came and who was there; and the numbers to plan with next."""

import altair as alt
import pandas as pd

from ccwb import evaluation
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.evaluation import BANDS
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui import staffing_estimates_parts as estimates
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_causes_parts import label
from ccwb.ui.evaluation_facts import estimated, facts
from ccwb.ui.text import _, number, percent, signed
from ccwb.ui.widgets import Form, button

BY = {
    "occupancy": N_("By occupancy"),
    "hour": N_("By hour of the day"),
    "channel": N_("By channel"),
    "project": N_("By project"),
}
COMPARED = ("service_level", "answer_rate")


class Calibration:
    """A fold: a button that compares, then bias by group with its range, the intervals behind, and the parameters."""

    def __init__(self, page):
        self.page, self.table, self.parameters = page, {}, None
        self.widget = html.fold(_("Did the model tell the truth, and what to plan with next"), self._first)

    def _first(self):
        fields = [
            {
                "key": "kpi",
                "label": _("Measure"),
                "kind": "select",
                "options": _options({k: label(k) for k in COMPARED}),
            },
            {
                "key": "by",
                "label": _("Told apart"),
                "kind": "select",
                "options": _options({k: _(v) for k, v in BY.items()}),
            },
        ]
        values = {"kpi": COMPARED[0], "by": "occupancy"}
        self.form = Form(fields, values, on_change=self.page.guard(lambda *_change: self.show()), layout_kind="wide")
        self.out = html.stack(classes="spaced")
        said = _(
            "The model is given the contacts that came, their handling time and the agents who were there, interval by "
            "interval; what it says is held against what was measured."
        )
        self.ask_button = button(_("Compare"), self.ask, primary=True, page=self.page)
        return html.card(html.html(html.paragraph(said, "ccwb-help")), html.row(self.ask_button), self.out)

    def ask(self):
        """Compare beside the page: every interval of the cycle, and the parameters that its figures tell."""
        page, one, project = self.page, self.page.context.cycle, self.page.project
        centre = page.centre()

        def run(progress):
            progress(0, 3, _("Reading plan and actual figures"))
            known = facts(page.store, one, centre, project=project)
            if "plan" not in known:
                raise PlanError(N_("It takes a staffing plan and actual figures of this cycle to compare."))
            progress(1, 3, _("Comparing"))
            given = {"model": known["model"]}
            tables = {kpi: evaluation.predicted(known["plan"], known["actuals"], kpi=kpi, **given) for kpi in COMPARED}
            progress(2, 3, _("Estimating"))
            planned, found, missing = estimated(page.store, one, centre, project=project)
            return tables, evaluation.learned(planned, found), missing

        page.work(run, self._take, what=_("Comparing predicted and measured"))

    def show(self):
        """Show what was compared, by the groups that are chosen."""
        if not self.table:
            return
        kpi, by = self.form.values["kpi"], self.form.values["by"]
        rows = self.table[kpi]
        groups = evaluation.calibrated(rows, by=by)
        chart = Chart(
            _picture(),
            {"groups": _drawn(groups, by, self.page.labels)},
            title=_title(groups, by, self.page.labels),
            table=rows,
            columns=_columns(),
            name="calibration",
        )
        said = html.html(html.notice(_sentence(evaluation.calibrated(rows, by="").iloc[0], kpi), "info"))
        learned = html.html(
            html.heading(_("Numbers to plan the next cycle with"), 3) + _learned(*self.parameters, self.page.labels)
        )
        self.out.children = (self.form, said, chart, learned)

    def _take(self, made):
        self.table, *self.parameters = made
        html.show(self.ask_button, False)
        self.show()


def _options(named):
    return [{"value": key, "label": said} for key, said in named.items()]


def _sentence(row, kpi):
    values = {"measure": label(kpi), "predicted": percent(row["predicted"], 1), "measured": percent(row["measured"], 1)}
    if pd.isna(row["low"]):
        return _(
            "{measure}: predicted {predicted}, measured {measured}. Too few days to say how sure that is.", **values
        )
    values |= {name: signed(100 * row[name], number, 1) for name in ("low", "high")}
    values["n"] = number(abs(100 * row["bias"]), 1)
    if row["low"] <= 0 <= row["high"]:
        template = N_(
            "{measure}: predicted {predicted}, measured {measured}. No bias can be seen: the difference is "
            "{low} to {high} points in 95 of 100 cases."
        )
    elif row["bias"] > 0:
        template = N_(
            "{measure}: predicted {predicted}, measured {measured}. The model was too gloomy by {n} points "
            "({low} to {high})."
        )
    else:
        template = N_(
            "{measure}: predicted {predicted}, measured {measured}. The model was too rosy by {n} points "
            "({low} to {high})."
        )
    return _(template, **values)


def _title(groups, by, labels):
    """Return which group is surely off the most, as a sentence."""
    sure = groups[(groups["low"] > 0) | (groups["high"] < 0)]
    if sure.empty:
        return _("Measured less predicted: nowhere surely off")
    worst = sure.loc[sure["bias"].abs().idxmax()]
    off = signed(100 * worst["bias"], number, 1)
    return _(
        "Measured less predicted: most off at {group}, {n} points", group=_group(by, worst["group"], labels), n=off
    )


def _group(by, group, labels):
    if by == "hour":
        return text.clock(pd.Timestamp(2026, 1, 5, int(group)))
    if by == "occupancy":
        above = next((edge for edge in BANDS if edge > group), None)
        if above is None:
            return _("{low} and more", low=percent(group))
        return (
            _("below {high}", high=percent(above))
            if group == 0
            else _("{low} to {high}", low=percent(group), high=percent(above))
        )
    return _(CHANNELS[group].label) if by == "channel" else labels.get(group, group)


def _drawn(groups, by, labels):
    out = groups[["bias", "low", "high"]] * 100
    out["label"] = [_group(by, group, labels) for group in groups["group"]]
    off = (groups["low"] > 0) | (groups["high"] < 0)
    out["state"] = ["off" if one else "even" for one in off]
    out["said"] = [signed(value, number, 1) for value in out["bias"]]
    return out.assign(
        contacts=groups["contacts"], predicted=100 * groups["predicted"], measured=100 * groups["measured"]
    )


def _picture():
    base = alt.Chart(alt.NamedData("groups"))
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, ticks=False, domain=False))
    axis = alt.Axis(title=_("measured less predicted, points"), grid=False, tickCount=7)
    colour = alt.Color("state:N", scale=alt.Scale(domain=["even", "off"], range=["$accent", "$under"]), legend=None)
    tip = [
        alt.Tooltip("label:N", title=_("Group")),
        alt.Tooltip("contacts:Q", title=_("Contacts"), format=",.0f"),
        alt.Tooltip("predicted:Q", title=_("Predicted, %"), format=".1f"),
        alt.Tooltip("measured:Q", title=_("Measured, %"), format=".1f"),
        alt.Tooltip("low:Q", title=_("Range, lower end"), format=".1f"),
        alt.Tooltip("high:Q", title=_("Range, upper end"), format=".1f"),
    ]
    x = alt.X("bias:Q", axis=axis)
    return alt.layer(
        base.mark_rule(color="$ink", strokeDash=[4, 3]).encode(x=alt.datum(0, type="quantitative")),
        base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=alt.X("low:Q", axis=axis), x2="high:Q", y=y, color=colour),
        base.mark_point(filled=True, size=60).encode(x=x, y=y, color=colour, shape=_shape(), tooltip=tip),
        base.mark_text(dy=-11, fontSize=11).encode(x=x, y=y, text="said:N"),
    ).properties(height=alt.Step(30))


def _shape():
    """Return the mark of a group: a square where it is surely off, so that colour does not say it alone."""
    return alt.Shape("state:N", scale=alt.Scale(domain=["even", "off"], range=["circle", "square"]), legend=None)


def _columns():
    names = {"interval_start": _("Start of the interval"), "project": _("Project"), "channel": _("Channel")}
    names |= {"offered": _("Contacts offered"), "agents": _("Agents working"), "occupancy": _("Occupancy, expected")}
    names |= {"predicted": _("Predicted"), "measured": _("Measured")}
    return names


def _learned(table, missing, labels):
    """Return the parameters as a table: planned, measured, range, and whether they moved; and what cannot be told."""
    heads = [_("Queue"), _("Parameter"), (_("Planned"), True), (_("Measured"), True), _("Range"), _("What it says")]
    rows = []
    for row in table.itertuples():
        ends = [estimates.shown(row.parameter, value) for value in (row.low, row.high)]
        before = text.say().missing if pd.isna(row.planned) else estimates.shown(row.parameter, row.planned)
        off = row.moved and before not in ends  # a plan that reads as an end of the range lies within it
        moved = html.tag(_("plan with the measured one"), "near") if off else html.tag(_("as planned"), "good")
        known, name = [estimates.shown(row.parameter, row.measured)], _(estimates.LABELS[row.parameter])
        known += [_("{low} to {high}", low=ends[0], high=ends[1]), html.raw(moved)]
        rows.append([_queue(row.project, row.channel, labels), name, before, *known])
    caption = _(
        "The range holds the true value in 95 of 100 cases. Plan with the measured one where the plan's lies outside "
        "and 1 % or more away."
    )
    return html.table(heads, rows, caption=caption) + html.bullets(
        [
            _(
                "{queue}, {parameter}: {why}",
                queue=_queue(*key[:2], labels),
                parameter=_(estimates.LABELS[key[2]]),
                why=text.say().error(error),
            )
            for key, error in missing
        ]
    )


def _queue(project, channel, labels):
    return text.joined((labels.get(project, project), _(CHANNELS[channel].label) if channel else ""))
