"""What can be done now: each prepared scenario whose trigger holds, what its response brings, accepted in a press."""

import math

from ccwb import actions
from ccwb.ui import html, text
from ccwb.ui.action_now_parts import day_service, peak_of, people_said
from ccwb.ui.action_parts import measured_said
from ccwb.ui.text import _, percent
from ccwb.ui.widgets import Form, button


class Responses:
    """The cards of the scenarios that fit, one for each project in which a trigger holds."""

    def __init__(self, page, now):
        self.page, self.now, self.cards = page, now, []
        self.widget = html.stack(classes="spaced")

    def show(self):
        """Show what fits the day in sight."""
        seen = self.now.seen
        self.cards = [
            Response(self.page, self.now, project, row)
            for project, measures in seen.measures.items()
            for row in actions.triggered(self.page.scenarios.rows, measures)
        ]
        head = html.html(html.heading(_("What can we do?")))
        if not self.cards:
            said = _("No trigger of a prepared scenario holds at this moment; all of them stand below.")
            self.widget.children = (head, html.html(html.paragraph(said, "ccwb-muted")))
            return
        self.widget.children = (head, html.row(*(card.widget for card in self.cards), classes="cards top"))


class Response:
    """One scenario whose trigger holds in a project: its response, what that brings, and the button that accepts it."""

    def __init__(self, page, now, project, row):
        self.page, self.now, self.project, self.row = page, now, project, row
        self.planned = project in now.seen.plans
        relief = actions.relief_of(row)
        values = {"people": 0.0, "contacts": round(100 * relief["contacts_fewer"], 6)}
        if self.planned:
            values["people"] = float(math.ceil(relief["people_more"] * self._most_there()))
        self.form = Form(self._fields(), values, on_change=page.guard(self._typed), layout_kind="wide")
        self.said = html.html("")
        label = next(p["label"] for p in page.centre()["projects"] if p["project"] == project)
        lit = html.tag(_("holds now: {value}", value=measured_said(row["measure"], row["value"])), "near")
        told = html.paragraph(row["response"]) + html.paragraph(_("Decides: {who}", who=row["decides"]), "ccwb-muted")
        accept = button(_("Accept and log it"), self.accept, primary=True, page=page)
        parts = [html.html(lit + told), *([self.form, self.said] if self.planned else []), accept]
        self.widget = html.card(*parts, title=text.joined([row["title"], label]))
        self.effect, self.expects = "", {}
        if self.planned:
            self.work_out()

    def work_out(self):
        """Work out what the response would bring, and say it."""
        values = self.form.values
        people, fewer = values.get("people") or 0.0, (values.get("contacts") or 0.0) / 100
        without = self.now.rest(self.project)
        helped = self.now.rest(self.project, people_more=float(people), volume_change=-float(fewer))
        before, known = day_service(without.queues)
        after = day_service(helped.queues)[0]
        short, left = (self._short(rest.rows) for rest in (without, helped))
        self.expects = {"people_more": float(people), "contacts_fewer": float(fewer)}
        self.expects |= {"short_without": short, "short_with": left}
        label = _("Service level of the day") if known else _("Service level of the rest of the day")
        rows = [[_("Most agents short at once"), people_said(short), people_said(left)]]
        if before is not None and after is not None:
            rows.insert(0, [label, percent(before), percent(after)])
            values = {"what": label, "after": percent(after), "before": percent(before)}
            self.effect = _("{what}: {after} instead of {before}.", **values)
            of = {"service_of": "day" if known else "rest", "service_without": before, "service_with": after}
            self.expects |= of
        else:
            said = {"left": people_said(left), "short": people_said(short)}
            self.effect = _("At most {left} agents short instead of {short}.", **said)
        self.said.value = html.table([_("Until the end of the day"), (_("if nothing is done"), True),
                                      (_("with the response"), True)], rows)  # fmt: skip

    def accept(self):
        """Log the response as accepted, at the moment of the day in sight."""
        row = self.row
        value = measured_said(row["measure"], row["value"])
        why = _("{trigger} Measured: {value}.", trigger=row["trigger"], value=value)
        self.page.accept(
            project=self.project,
            scenario=row["key"],
            plan_item=actions.DEPARTS.get(row["measure"], "schedule"),
            done=row["response"],
            why=why,
            effect=self.effect or _("Back to the plan by the end of the day."),
            expects=self.expects,
        )

    def _short(self, rows):
        """Return how many people are short at once at most, all queues together; 0 where hardly anybody is."""
        peak = peak_of(rows)
        return 0.0 if peak is None else float(peak["missing"])

    def _most_there(self):
        rows = self.now.rest(self.project).rows
        return float(rows.groupby("interval_start")["there"].sum().max()) if len(rows) else 0.0

    def _typed(self, _key, _value, final):
        if final:
            self.work_out()

    def _fields(self):
        brings = _("What the response is taken to bring: correct it as you know better.")
        return [
            {"key": "people", "label": _("People more"), "kind": "number", "digits": 1, "min": 0, "help": brings},
            {"key": "contacts", "label": _("Contacts fewer"), "kind": "number", "digits": 0, "unit": "%", "min": 0,
             "max": 99},
        ]  # fmt: skip
