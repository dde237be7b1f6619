"""A project's evaluation handed up by its supervisor, and accepted or returned by the manager, who sees all of them."""

from ccwb import actions, handed
from ccwb.messages import N_
from ccwb.ui import html
from ccwb.ui.evaluation_parts import WORDS, shown
from ccwb.ui.handing import HandingUp
from ccwb.ui.text import _, number

DOCUMENT = "evaluation_handed"
GLANCE = ("answer_rate", "service_level", "cost_per_contact")


class EvaluationHandedUp(HandingUp):
    """Every project with its main measures, the targets it met and its deviations judged."""

    title = N_("How the projects stand: handed up, accepted, returned")

    def __init__(self, page):
        lead = _("Supervisors hand up the evaluation of their project; the manager accepts it, or returns it.")
        labels = {one["project"]: one["label"] for one in page.centre()["projects"]}
        super().__init__(page, name=DOCUMENT, project=page.project, labels=labels, lead=lead)
        self.log = actions.standing(page.store.read_table("action_log", cycle=page.cycle_id, all_columns=True))
        self.values = page.store.read_table("kpi_values", cycle=page.cycle_id)
        self.moved()

    def show(self):
        """Show it as it now stands."""
        self.moved()

    def heads(self):
        from ccwb.measures import KPIS

        measures = [_(KPIS[kpi].label) for kpi in GLANCE]
        return [(name, True) for name in (*measures, _("Targets met"), _("Deviations judged"))]

    def cells(self, project):
        rows = self.page.table[self.page.table["project"] == project].set_index("kpi")
        held = rows["verdict"].dropna()
        mine = self._entries(project)
        judged = sum(entry in self.page.kept.data["judgements"] for entry in mine)
        return [
            *(self._cell(rows, kpi) for kpi in GLANCE),
            _("{n} of {of}", n=number((held == "good").sum()), of=number(len(held))),
            _("{n} of {of}", n=number(judged), of=number(len(mine))),
        ]

    def _cell(self, rows, kpi):
        if kpi not in rows.index:
            return html.no_data()
        row = rows.loc[kpi]
        value = html.escape(shown(kpi, row["actual"], self.page.currency))
        stands = html.tag(_(WORDS[row["verdict"]]), row["verdict"]) if isinstance(row["verdict"], str) else ""
        return html.raw(f"{value} {stands}")

    def _entries(self, project):
        return [str(int(entry)) for entry in self.log.loc[self.log["project"] == project, "entry"]]

    def mark(self, project, *, fresh=False):
        """Return the mark of what was measured of a project and how its deviations were judged."""
        store, cycle_id = self.page.store, self.page.cycle_id
        values = store.read_table("kpi_values", cycle=cycle_id) if fresh else self.values
        kept = (store.load("evaluation", cycle=cycle_id).data or {}) if fresh else self.page.kept.data
        judged = kept.get("judgements", {})
        mine = values[(values["project"] == project) & (values["channel"] == "")]
        told = [f"{row.kpi} {row.basis} {row.value:.9g}" for row in mine.itertuples()]
        told += [
            f"{entry} {judged[entry]['verdict']} {judged[entry]['reason']}"
            for entry in self._entries(project)
            if entry in judged
        ]
        return handed.mark_of(told)
