"""What came along from the cycle before, in words, and the way of each thing back to where somebody first noted it."""

import pandas as pd

from ccwb import cycle, evaluation
from ccwb.cycle import CARRIED, STEPS
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.mission import questions_of
from ccwb.practices_content import CHECKLIST, PARTS
from ccwb.ui import html, text
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.mission_parts import shown_task
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form

WHERE = {  # kind -> the page, and its step, on which a thing is read
    "gap": ("mission", "gaps"),
    "preparation": ("mission", "preparation"),
    "case": ("mission", "cases"),
    "lesson": ("evaluation", None),
    "deviation": ("evaluation", None),
    "parameter": ("evaluation", None),
    "target": ("mission", "measures"),
    "scenario": ("action", None),
}


def labels_of(page):
    """Return project -> what it is called."""
    return {one["project"]: one["label"] for one in page.centre()["projects"]}


def thing_said(kind, said, value, page):
    """Return a thing that goes from cycle to cycle in words. said : its text or key; value : of a target, parameter."""
    if kind == "target":
        kpi, _slash, project = said.partition("/")
        place = labels_of(page).get(project) or _("Whole centre")
        measure = _(KPIS[kpi].label) if kpi in KPIS else kpi
        return f"{measure}, {place}: {shown(kpi, value, page.centre()['currency'])}" if kpi in KPIS else measure
    if kind == "parameter":
        return text.joined((queue_said(said, page), parameter_said(value)), ": ")
    return shown_task(_(said) if kind == "scenario" else said)


def queue_said(queue, page):
    """Return what a queue, "project/channel", is called; as it stands where it is none."""
    from ccwb.channels import CHANNELS

    project, _slash, channel = queue.partition("/")
    if channel not in CHANNELS:
        return queue
    return text.joined((labels_of(page).get(project, project), _(CHANNELS[channel].label)))


def parameter_said(value):
    """Return the parameters that a cycle measured of a queue, each with what it is called and its range."""
    known = value if isinstance(value, dict) else {}
    names = {"aht_s": N_("handling time {value}"), "patience_s": N_("patience {value}")}
    names |= {"shrinkage": N_("shrinkage {value}")}
    said = [_(label, value=_ranged(name, known[name])) for name, label in names.items() if known.get(name)]
    return text.listed(said) if said else str(value)


def _ranged(name, one):
    show = (lambda share: percent(share, 1)) if name == "shrinkage" else text.duration
    if not isinstance(one, dict):
        return show(one)
    return _("{value} ({low} to {high})", value=show(one["value"]), low=show(one["low"]), high=show(one["high"]))


def row_said(row, page):
    """Return a row of `cycle.carry_over` in words."""
    said = row["origin"]["entry"] if row["kind"] in ("target", "parameter") else row["text"]
    return thing_said(row["kind"], said, row["value"], page)


def place_said(kind, name, entry):
    """Return where a thing comes from: the cycle and its entry there; a target or parameter names itself."""
    return name if kind in ("target", "parameter") else _("{cycle}, {entry}", cycle=name, entry=str(entry))


def who_said(row):
    """Return the owner of a row and its day."""
    return text.listed(filter(None, (row["owner"], text.date(row["due"]) if row["due"] else "")))


class CameAlong:
    """What came along into the page's cycle, of some kinds or of all, and the way back of the thing that is chosen."""

    def __init__(self, page, kinds=tuple(CARRIED)):
        self.page = page
        rows = [row for row in cycle.came_along(page.store, page.cycle_id) if row["kind"] in kinds]
        self.stayed = [row for row in rows if row["left_out"]]
        self.rows = [row for row in rows if row["now"]]
        self.of = next((row["origin"]["name"] for row in rows), "")
        n = number(len(self.rows))
        title = _("What came along from {cycle} ({n})", cycle=self.of, n=n)
        self.widget = html.fold(title, self._made) if rows else html.stack()

    def _made(self):
        self.way = html.html("")
        options = [{"value": str(n), "label": self._said(row)} for n, row in enumerate(self.rows)]
        field = {"key": "thing", "label": _("Follow back"), "kind": "select"}
        nothing = {"value": "", "label": _("choose what to follow")}
        self.form = Form(
            [field | {"options": [nothing, *options]}], {"thing": ""}, on_change=self.page.guard(self._chosen)
        )
        return html.stack(html.html(self._listed()), *([self.form, self.way] if self.rows else []))

    def _said(self, row):
        return text.joined((_(CARRIED[row["kind"]]), row_said(row, self.page)), ": ")

    def _listed(self):
        heads = [_("What"), _("It says"), _("Owner and day"), _("Comes from")]
        body = [[*self._cells(row), self._origin(row)] for row in self.rows]
        table = html.table(heads, body) if body else ""
        if not self.stayed:
            return table
        left = [[*self._cells(row)[:2], row["left_out"]["by"], row["left_out"]["reason"]] for row in self.stayed]
        stayed = html.table([_("What"), _("It says"), _("Who decided"), _("Reason")], left)
        return table + html.heading(_("What was left behind"), 3) + stayed

    def _cells(self, row):
        return [_(CARRIED[row["kind"]]), row_said(row, self.page), who_said(row)]

    def _origin(self, row):
        return place_said(row["kind"], row["origin"]["name"], row["origin"]["entry"])

    def _chosen(self, _key, value, _final):
        now = self.rows[int(value)]["now"] if value else None
        table = cycle.trace(self.page.store, self.page.cycle_id, now["kind"], now["entry"]) if now else None
        self.way.value = "" if table is None else way_back(table, self.page)


def way_back(table, page):
    """Return a trace as a table, the newest step first. table : from `cycle.trace`."""
    heads = [_("Cycle"), _("What happened"), _("It says"), _("Who"), _("When"), _("Why")]
    body = [_step(row, page) for row in table.itertuples()]
    return html.table(heads, body, caption=_("From here back to where it began."))


def _step(row, page):
    place, step = WHERE[row.kind]
    there = page.context.href(place, cycle=row.cycle, **({"step": step} if step else {}))
    what = _(STEPS[row.step])
    if row.step == "judged":
        what = _("{what}: {verdict}", what=what, verdict=_(evaluation.VERDICTS[row.value]))
    said = thing_said(row.kind, row.entry if row.kind in ("target", "parameter") else row.text, row.value, page)
    when = text.when(row.at.to_pydatetime()) if not pd.isna(row.at) else text.say().missing
    name = html.raw(html.link(place_said(row.kind, row.name, row.entry), there))
    return [name, what, said, row.by or text.say().missing, when, note_said(row.note, page, row.cycle)]


def note_said(note, page, cycle_id):
    """Return what a thing was noted for as it is read: the statement of a questionnaire, a part of the checklist."""
    kind, _colon, key = note.partition(":")
    if kind == "checklist" and key in CHECKLIST:
        return _("Checklist: {part}", part=_(PARTS[CHECKLIST[key].part]))
    if kind == "question":
        asked = questions_of(page.store.load("mission", cycle=cycle_id).data or {}, all_of_them=True)
        return _("Questionnaire: {statement}", statement=_(asked[key].text)) if key in asked else note
    return note
