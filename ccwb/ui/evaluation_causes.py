"""Why a period came out otherwise than planned: the miss is chosen, its causes are drawn and told in one sentence."""

import contextlib
import datetime as dt

import pandas as pd

from ccwb import evaluation
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.reports.client import figures
from ccwb.ui import evaluation_causes_parts as look
from ccwb.ui import evaluation_measure as em
from ccwb.ui import evaluation_parts as parts
from ccwb.ui import html, text
from ccwb.ui.charts import Chart
from ccwb.ui.evaluation_facts import facts
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button

WHOLE = ""
SERVICE = ("service_level", "answer_rate", "on_time")


class Why:
    """A card: measure, project, channel and days to choose; the waterfall of what was found, kept while the page is."""

    def __init__(self, page):
        self.page, self.found = page, {}
        self.form = Form(self._fields(), self._begin(), on_change=page.guard(self._changed), layout_kind="wide")
        self.out = html.stack(classes="spaced")
        self.ask_button = button(_("Tell the causes"), self.ask, primary=True, page=page)
        lead = html.html(
            html.paragraph(_("Why it came out otherwise than planned, through the queueing model."), "ccwb-muted")
        )
        self.widget = html.card(
            lead,
            self.form,
            html.row(self.ask_button),
            self.out,
            html.fold(_("What the causes mean"), lambda: html.html(look.meanings())),
            title=_("Why: the causes"),
            classes="ccwb-causes",
        )

    def ask(self):
        """Find the causes of what is chosen, beside the page; what was found before is shown at once."""
        if self._key() in self.found:
            self.show()
            return
        key, page, one = self._key(), self.page, self.page.context.cycle
        centre, (first, last) = page.centre(), self._days()

        def run(progress):
            progress(0, 1, _("Reading plan and actual figures"))
            return causes_of(page.store, one, centre, *key[:2], first=first, last=last, progress=progress)

        page.work(run, lambda found: self._take(key, found), what=_("Looking for the causes"))

    def show(self):
        """Show what was found of what is chosen; nothing where nobody asked yet."""
        found, kpi = self.found.get(self._key()), self.form.values["kpi"]
        html.show(self.ask_button, found is None)
        if found is None:
            self.out.children = ()
            return
        notes = html.html(look.notes_said(found))
        if kpi not in set(found.table["kpi"]):
            said = _("{measure} is not known on both sides here: choose another measure.", measure=look.label(kpi))
            self.out.children = (html.html(html.notice(said)), notes)
            return
        currency = self.page.currency
        chart = Chart(
            look.waterfall(kpi),
            {"steps": look.steps(found, kpi, currency)},
            title=look.title_of(found, kpi, currency),
            table=look.table_of(found),
            columns=look.columns(),
            name="causes",
        )
        said = html.html(html.notice(look.sentence(found, kpi, currency), "info"))
        self.out.children = (said, chart, notes)

    def _take(self, key, found):
        self.found[key] = found
        self.show()

    def _changed(self, key, _value, final):
        if key == "project":
            self.form.fields = self._fields()
            if self.form.values["channel"] not in self._channels():
                self.form.values = {**self.form.values, "channel": WHOLE}
        if not final:
            return
        self.show()
        if self.found and self._key() not in self.found and not self.page.progress.running:
            self.ask()

    def _key(self):
        """Return project, channel and week of what is chosen."""
        return self.page.project or self.form.values["project"], self.form.values["channel"], self.form.values["week"]

    def _days(self):
        """Return the first and last day chosen."""
        one, week = self.page.context.cycle, self.form.values["week"]
        if week == WHOLE:
            return one.first_day, one.last_day
        first = dt.date.fromisoformat(week)
        return max(first, one.first_day), min(first + 6 * em.DAY, one.last_day)

    def _begin(self):
        """Return what stands in the form at first, of what is in sight: its farthest miss of service, else its fall."""
        scope = self.page.rows
        missed = [row for row in parts.misses(scope) if row.kpi in SERVICE]
        fell = scope[(scope["kpi"] == SERVICE[0]) & (scope["gap_plan"] < 0)].sort_values("gap_plan")
        row = next(iter([*missed, *fell.itertuples()]), None)
        values = {"project": self.page.project, "channel": WHOLE, "week": WHOLE, "kpi": SERVICE[0]}
        return values | ({"kpi": row.kpi, "project": row.project} if row else {})

    def _channels(self):
        chosen = self.page.project or (
            self.form.values["project"] if hasattr(self, "form") else self._begin()["project"]
        )
        found = [p["channels"] for p in em.projects_of(self.page.centre(), chosen)]
        return [name for name in CHANNELS if any(name in channels for channels in found)]

    def _fields(self):
        whole = {"value": WHOLE, "label": _("Whole centre")}
        projects = [whole, *({"value": key, "label": said} for key, said in self.page.labels.items())]
        channels = [{"value": WHOLE, "label": _("all channels")}]
        channels += [{"value": name, "label": _(CHANNELS[name].label)} for name in self._channels()]
        kpis = [{"value": kpi, "label": look.label(kpi)} for kpi in evaluation.EXPLAINED]
        fields = [{"key": "kpi", "label": _("Measure"), "kind": "select", "options": kpis}]
        if not self.page.project:
            fields.append({"key": "project", "label": _("Project"), "kind": "select", "options": projects})
        fields.append({"key": "channel", "label": _("Channel"), "kind": "select", "options": channels})
        return [*fields, {"key": "week", "label": _("Days"), "kind": "select", "options": self._weeks()}]

    def _weeks(self):
        one = self.page.context.cycle
        out = [{"value": WHOLE, "label": _("whole cycle")}]
        monday = one.first_day - one.first_day.weekday() * em.DAY
        while monday <= one.last_day:
            ends = max(monday, one.first_day), min(monday + 6 * em.DAY, one.last_day)
            said = _("{first} to {last}", first=text.date(ends[0]), last=text.date(ends[1]))
            out.append({"value": str(monday), "label": said})
            monday += 7 * em.DAY
        return out


def causes_of(store, one, centre, project="", channel="", *, first=None, last=None, progress=None):
    """Return the evaluation.Causes of some days of a cycle (None: all of them), of one project and channel or of all.

    PlanError where a plan or actual figures are missing. For pages that only show: a few seconds a call.
    """
    known = facts(store, one, centre, project=project, first=first, last=last)
    return _explained(known, project=project, channel=channel, progress=progress)


def _explained(known, **asked):
    """Return the evaluation.Causes of what is asked, from the `facts` that were read."""
    if "plan" not in known:
        raise PlanError(
            N_("The causes need a staffing plan and actual figures of the same days: one of the two is missing here.")
        )
    more = {name: value for name, value in known.items() if name not in ("plan", "actuals", "targets")}
    return evaluation.causes(known["plan"], known["actuals"], **more, **asked)


def causes_to_keep(store, one, centre, *, progress):
    """Return the table of causes of a whole cycle, for its document: of the centre (project ""), of each project, and
    of each channel that has a promise of its own, of what is promised there.

    What has no plan, or no actual figures, is left out: there is no difference to tell of.
    """
    found, projects = [], em.projects_of(centre)
    for n, one_of in enumerate([None, *projects]):
        progress(n, len(projects) + 1, one_of["label"] if one_of else _("Whole centre"))
        key = one_of["project"] if one_of else ""
        known, asked = facts(store, one, centre, project=key), [{}]
        if one_of:
            own = [told for told in figures.promised(one_of) if told["channel"]]
            asked += [{"channel": told["channel"], "kpis": (told["kpi"],)} for told in own]
        for more in asked:
            with contextlib.suppress(PlanError):
                found.append(_explained(known, project=key, **more).table)
    return pd.concat(found, ignore_index=True) if found else None
