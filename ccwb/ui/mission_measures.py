"""The mission page's measures: what the team is led by, what each is meant to reach, and which rests on which."""

import pandas as pd

from ccwb import measures
from ccwb import mission as ms
from ccwb.measures import KINDS, KPIS
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.evaluation_parts import WORDS, pointed_at, said_margin
from ccwb.ui.mission_choice import Choice, choice_of
from ccwb.ui.mission_possible import Possible
from ccwb.ui.mission_results import Results
from ccwb.ui.mission_targets import Targets, said_against
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form


class Measures:
    """What leads the team, targets of the centre or a project, whether they go together, the ladder, the results."""

    def __init__(self, page):
        self.page, self.project = page, page.project
        centre = page.centre()
        self.projects = {"": _("Whole centre")} | {p["project"]: p["label"] for p in centre["projects"]}
        options = [{"value": key, "label": label} for key, label in self.projects.items()]
        field = {"key": "project", "label": _("Targets and results of"), "kind": "select", "options": options}
        self.scope = Form([field], {"project": self.project}, on_change=page.guard(self._scope))
        self.choice, self.targets = Choice(page, page.changed), Targets(page)
        self.possible, self.results = Possible(page), Results(page, self.measured)
        self.ladder = html.html("")
        title = _("From today's craft to what it is for: what rests on what")
        self.widget = html.stack(
            self.choice.widget,
            html.card(self.scope),
            self.targets.widget,
            self.possible.widget,
            html.card(self.ladder, title=title, classes="ccwb-ladder"),
            self.results.widget,
            classes="spaced",
        )
        self.measured()

    def measured(self):
        """Read what the cycle before came to, and show everything anew."""
        store, one = self.page.store, self.page.context.cycle
        self.label = em.previous_label(store, one)
        self.values = _of_before(store, one, self.projects)
        self.margins = em.margins(store, *em.before(store, one)[1:])
        self.show()

    def show(self):
        """Show the measures as they are now."""
        self.choice.show(self._verdicts(""))
        self.targets.show(self.project, self.before(self.project))
        self.show_picture()

    def show_picture(self):
        """Show whether the targets go together, and the ladder; the tables stay as they are typed."""
        self.possible.show()
        self.ladder.value = self._ladder()

    def before(self, project):
        """Return measure -> value of the cycle before, of a project or ("") of the centre; those that are known."""
        rows = self.values[(self.values["project"] == project) & self.values["value"].notna()]
        return dict(zip(rows["kpi"], rows["value"].astype(float), strict=True))

    def _verdicts(self, project):
        document, before = self.page.plan.data, self.before(project)
        targets = em.with_contracts(document["targets"], self.page.centre())
        near = document.get("tolerances", {})
        return {
            kpi: measures.verdict(kpi, value, ms.of_project(targets, kpi, project), ms.of_project(near, kpi, project))
            for kpi, value in before.items()
            if kpi in KPIS
        }

    def _scope(self, _key, value, _final):
        self.project = value
        self.show()

    def _ladder(self):
        """Return the seven kinds with the measures that are aimed at, chosen or known, and where to look first."""
        document, before, verdicts = self.page.plan.data, self.before(self.project), self._verdicts(self.project)
        led = {*choice_of(document)["chosen"], *document["targets"], *before}
        body = []
        for kind, label in KINDS.items():
            mine = [kpi for kpi in KPIS if kpi in led and KPIS[kpi].kind == kind]
            body.append([html.raw(html.heading(f"{number(kind)} {_(label)}", 3)), *[""] * 4])
            body += [self._ladder_row(kpi, before, verdicts) for kpi in mine]
        heads = [_("Measure"), (_("Target"), True), (_("Before"), True), _("How it stood"), _("Rests on")]
        template, values = self.label
        said = _("Before: {what}.", what=_(template, **values)) if before else _("Nothing is known of a cycle before.")
        return pointed_at(verdicts) + html.paragraph(said, "ccwb-muted") + html.table(heads, body)

    def _ladder_row(self, kpi, before, verdicts):
        entry, found = KPIS[kpi], verdicts.get(kpi)
        targets = em.with_contracts(self.page.plan.data["targets"], self.page.centre())
        aim, currency = ms.of_project(targets, kpi, self.project), self.page.centre()["currency"]
        came, aim = said_against(kpi, before.get(kpi), aim, currency)
        margin = self.margins[(self.margins["kpi"] == kpi) & (self.margins["project"] == self.project)]
        if came and len(margin):
            came = said_margin(margin.iloc[0], came)
        tag = html.raw(html.tag(_(WORDS[found]), found)) if found else ""
        rests = text.listed(_(KPIS[one].label) for one in entry.rests_on)
        return [named(kpi), aim, came, tag, rests]


def named(kpi):
    """Return a measure's label with its definition and formula on hover or focus."""
    entry = KPIS[kpi]
    told = _("{definition} {formula}", definition=_(entry.definition), formula=_(entry.formula))
    return html.raw(f"<span tabindex='0' title='{html.escape(told, quote=True)}'>{html.escape(_(entry.label))}</span>")


def _of_before(store, one, projects):
    """Return kpi_values of the cycle before: as kept there, and what has been entered or imported since."""
    kept = em.kept(store, one)["previous"]
    kept = kept[kept["channel"].fillna("") == ""] if "channel" in kept else kept.assign(channel="")
    _cycle, first, last = em.before(store, one)
    more = em.entered(store, first, last)
    more = pd.concat([more, _of_all(more, projects)], ignore_index=True)
    known = set(zip(kept["kpi"], kept["project"], strict=True))
    new = [(row.kpi, row.project) not in known for row in more.itertuples()]
    return pd.concat([kept, more[new]], ignore_index=True)


def _of_all(values, projects):
    """Return the centre's values of measures that every project tells; projects : their keys, and "" the centre."""
    own = values[values["project"] != ""]
    told = own.groupby("kpi")["project"].agg(set)
    whole = measures.merged(own, by=())
    wanted = set(projects) - {""}
    return whole[[kpi in told and told[kpi] >= wanted for kpi in whole["kpi"]]]
