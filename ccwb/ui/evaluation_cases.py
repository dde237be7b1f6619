"""The evaluation's look at the business case: what each approved case was to move, what was measured, the judgement."""

from ccwb import cases as bc
from ccwb.ui import html
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.mission_cases import effect_said
from ccwb.ui.text import _, percent
from ccwb.ui.widgets import Form

STATE = {"reached": "good", "partly": "near", "not": "miss"}


class Cases:
    """Every approved or finished case with how far its measure moved; people judge whether the case did it."""

    def __init__(self, page):
        self.page = page
        mission = page.store.load("mission", cycle=page.cycle_id).data or {}
        self.cases = {case["id"]: case for case in bc.cases_of(mission) if case["status"] in bc.PLANNED}
        self.results = bc.results(list(self.cases.values()), page.table).set_index("id")
        self.forms = {key: self._form(key) for key in self.cases}
        rows = [
            html.row(html.html(self._said(case)), self.forms[key], classes="top cards")
            for key, case in self.cases.items()
        ]
        self.widget = html.card(html.html(self._head()), *rows, title=_("The business case"))
        self.show()

    def show(self):
        """Show each judgement as it is now."""
        judged = self._judged(self.page.kept.data)
        for key, form in self.forms.items():
            if key in judged:
                form.values = {name: judged[key][name] for name in ("verdict", "reason")}
                form.notes = {"verdict": _("by {who}", who=judged[key]["by"])}

    def _judged(self, document):
        return document.get("cases", {})

    def _head(self):
        if not self.cases:
            said = _("No business case of this cycle was approved: cases are written and decided on the mission page.")
        else:
            said = _("What was to close a gap: did it? A measure moves for other reasons, too, so people judge.")
        link = html.link(_("The business case"), self.page.context.href("mission", step="cases"))
        return html.paragraph(said, "ccwb-muted") + link

    def _said(self, case):
        found = self.results.loc[case["id"]]
        owner = _("Owner: {who}", who=case["owner"]) if case["owner"] else ""
        lines = [case["means"], effect_said(case, self.page.labels, self.page.currency), owner]
        return (
            html.heading(case["title"], 3)
            + html.bullets([line for line in lines if line])
            + _found(case, found, self.page.currency)
        )

    def _form(self, key):
        options = [{"value": verdict, "label": _(label)} for verdict, label in bc.VERDICTS.items()]
        fields = [
            {"key": "verdict", "label": _("Judgement of case {id}", id=key), "kind": "choices", "options": options},
            {"key": "reason", "label": _("Reason"), "kind": "long", "rows": 2},
        ]
        values = {"verdict": "", "reason": ""}
        return Form(fields, values, on_change=self.page.guard(lambda _key, _value, final: self._judge(key, final)))

    def _judge(self, key, final):
        form, page = self.forms[key], self.page
        said = {"verdict": form.values["verdict"] or "", "reason": (form.values["reason"] or "").strip()}
        form.errors = {} if said["reason"] or not said["verdict"] else {"reason": _("A judgement needs its reason.")}
        if not final or not (said["verdict"] and said["reason"]):
            return

        def change(document):
            judged = bc.judged(self._judged(document), case=key, by=page.person, **said)
            return {**document, "cases": judged}

        def part(document):
            found = self._judged(document).get(key, {})
            return [found.get(name) for name in said]

        page.kept.change(change, part=part, seen=part(page.kept.data), done=page.changed)


def _found(case, found, currency):
    """Return what was measured of a case's effect, in words."""
    if not case["kpi"]:
        return html.paragraph(_("It names no measure that it was to move."), "ccwb-muted")
    if found["actual"] != found["actual"]:
        return html.paragraph(_("Its measure was not measured in this cycle."), "ccwb-muted")
    actual = shown(case["kpi"], found["actual"], currency)
    if found["found"] is None:
        return html.paragraph(_("Measured: {actual}.", actual=actual))
    said = _("Measured: {actual}. Of the way to the goal: {share}.", actual=actual, share=percent(found["reached"]))
    return html.paragraph(said) + html.tag(_(bc.FOUND[found["found"]]), STATE[found["found"]])
