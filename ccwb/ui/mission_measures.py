"""The mission page's measures: what each is meant to reach, for the centre and where a project differs."""

from ccwb import mission as ms
from ccwb.measures import KPIS, UNITS
from ccwb.ui import html, text
from ccwb.ui.shared import edited, fields_of
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Grid, button

CENTRE = "centre:"  # the column of the whole centre; a project's is "project:" and its key
SHARES = 100  # a share is typed in percent
AIMED = [kpi for kpi, known in KPIS.items() if known.better != "context"]  # what can have a target
MAIN = [kpi for kpi in AIMED if KPIS[kpi].target is not None]  # what usually has one


class Targets:
    """What each measure is meant to reach, for the centre and where a project differs."""

    def __init__(self, page):
        self.page = page
        self.projects = {CENTRE: ""} | {f"project:{p['project']}": p["project"] for p in page.centre()["projects"]}
        labels = {p["project"]: p["label"] for p in page.centre()["projects"]}
        columns = [
            {"key": "label", "label": _("Measure"), "kind": "static"},
            {"key": "unit", "label": _("Unit"), "kind": "static"},
            {"key": "usual", "label": _("Usual"), "kind": "static", "help": _("A convention to start from, no norm.")},
        ]
        columns += [
            {"key": key, "label": labels.get(project, _("Whole centre")), "kind": "number", "digits": 2}
            for key, project in self.projects.items()
        ]
        more = {"on_change": page.guard(self._changed), "addable": False, "removable": False}
        self.main = Grid(columns, [], name="targets", **more)
        self.rest = Grid(columns, [], name="targets_further", **more)
        self.shown = []
        note = _("A project without a target of its own takes that of the whole centre.")
        usual = button(_("Fill the empty ones of the centre with the usual"), self._usual, page=page)
        self.widget = html.card(
            html.html(html.paragraph(note, "ccwb-muted")),
            self.main,
            html.row(usual),
            html.fold(_("Further measures"), self.rest),
            title=_("Targets"),
        )
        self.show()

    def show(self):
        """Show the targets as they are now."""
        targets = self.page.plan.data["targets"]
        self.shown = [self._row(kpi, targets) for kpi in AIMED]
        self.main.rows = [row for row in self.shown if row["id"] in MAIN]
        self.rest.rows = [row for row in self.shown if row["id"] not in MAIN]

    def _row(self, kpi, targets):
        known, per = KPIS[kpi], targets.get(kpi, {})
        values = {key: _typed(kpi, per.get(project)) for key, project in self.projects.items()}
        unit = "%" if known.unit == "share" else _(UNITS[known.unit].label)
        usual = "" if known.target is None else said_target(kpi, known.target)
        return {"id": kpi, "label": _(known.label), "unit": unit, "usual": usual, **values}

    def _changed(self, rows):
        changes, _added = edited(self.shown, rows)
        wanted = [(kpi, self.projects[key], value) for kpi, new in changes.items() for key, value in new.items()]

        def change(document):
            for kpi, project, value in wanted:
                document = ms.set_target(document, kpi=kpi, value=_stored(kpi, value), project=project)
            return document

        def part(document):
            return [_typed(kpi, document["targets"].get(kpi, {}).get(project)) for kpi, project, _v in wanted]

        seen = fields_of(self.shown, changes)
        self.page.plan.change(change, part=part, seen=seen, done=self.page.changed)

    def _usual(self):
        def change(document):
            for kpi in MAIN:
                if document["targets"].get(kpi, {}).get("") is None:
                    document = ms.set_target(document, kpi=kpi, value=KPIS[kpi].target)
            return document

        self.page.plan.change(change, done=self.page.changed)


def said_target(kpi, value):
    """Return a measure's target as a reader writes it: percent for shares, m:ss for durations."""
    match KPIS[kpi].unit:
        case "share":
            return percent(value, 0 if abs(value) >= 0.02 else 1)
        case "s":
            return text.duration(value)
        case _:
            return number(value, 1)


def _typed(kpi, value):
    return SHARES * value if value is not None and KPIS[kpi].unit == "share" else value


def _stored(kpi, value):
    return round(value / SHARES, 8) if value is not None and KPIS[kpi].unit == "share" else value
