"""Targets with their tolerance, of the whole centre or of one project, against the results of the cycle before."""

from ccwb import mission as ms
from ccwb.measures import CONVENTION, KPIS, tolerance_of, verdict
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, refusals, text
from ccwb.ui.evaluation_parts import WORDS, against, shown
from ccwb.ui.measure_words import stored, typed, unit_of, wrong
from ccwb.ui.mission_choice import choice_of, usual_kind
from ccwb.ui.shared import Edit, edited, held
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Grid, button

AIMED = [kpi for kpi, known in KPIS.items() if known.better != "context"]  # what can have a target
MAIN = [kpi for kpi in AIMED if KPIS[kpi].target is not None]  # what usually has one
SHORT_S = 90  # up to which a duration is said in seconds
SET = {"target": (ms.set_target, "targets"), "near": (ms.set_tolerance, "tolerances")}


class Targets:
    """Targets of what is in scope: those of the measures chosen (else of the usual ones), the further ones folded."""

    def __init__(self, page):
        self.page, self.project, self.before, self.led = page, "", {}, set()
        more = {"on_change": page.guard(self._changed), "addable": False, "removable": False}
        more |= {"wrong": _wrong, "refuses": True}
        self.main = Grid([], [], name="targets", keep="", **more)
        self.rest = Grid([], [], name="targets_further", keep="", **more)
        self.shown, self.note = [], html.html("")
        self.usual = button(_("Give the chosen measures their usual target"), self.fill, page=page)
        self.undo = button(_("Take these targets back"), self.take_back, page=page)
        self.filled, self.told = {}, html.html("")  # what the last press set: measure -> value
        self.widget = html.card(
            self.note,
            self.main,
            html.row(self.usual, self.undo, self.told),
            html.fold(_("Further measures"), self.rest),
            title=_("Targets"),
        )

    def show(self, project, before):
        """Show the targets of a project ("" is the centre). before : measure -> value of the cycle before.

        In a table what was typed and not taken stays until it is saved, or another project is looked at.
        """
        if project != self.project:
            self.main.refused = self.rest.refused = []
            self.filled = {}
        self.project, self.before = project, before
        document = self.page.plan.data
        chosen = choice_of(document)["chosen"]
        led = {*chosen, *document["targets"]} if chosen else {*MAIN, *document["targets"]}
        columns = _columns(project)
        if self.main.columns != columns:
            self.main.columns = self.rest.columns = columns
        typed_here, kept = self._refused(), {row["id"]: row for row in self.shown}
        if not typed_here:
            self.led = led
        self.shown = [kept[kpi] if self._of(kpi).refused else self._row(kpi, document) for kpi in AIMED]
        for grid in (self.main, self.rest):
            if not grid.refused:
                with grid.hold_sync():
                    grid.rows = [row for row in self.shown if self._of(row["id"]) is grid]
                    grid.keep = held(self.page, grid.file_name, project)
        said = _("Shares are typed in percent. An empty target of a project is that of the whole centre.")
        self.note.value = html.paragraph(said, "ccwb-muted")
        self._tell(document)

    def _tell(self, document):
        """Say which targets the button would set, and what it set last."""
        empty = self._empty(document)
        self.filled = {kpi: v for kpi, v in self.filled.items() if _own(document, kpi, self.project) == v}
        html.show(self.usual, bool(empty))
        html.show(self.undo, bool(self.filled))
        if self.filled:
            said = _("Targets set: {n}.", n=number(len(self.filled)))
        elif empty:
            names = text.listed(_(KPIS[kpi].label) for kpi in empty)
            said = _("It sets those of the chosen measures that have none yet: {measures}.", measures=names)
        else:
            said = ""
        self.told.value = html.paragraph(said, "ccwb-muted") if said else ""

    def _empty(self, document):
        """Return measure -> usual target, of those chosen that have no target yet and a usual one."""
        kind, project = self._kind(), self.project
        usual = {kpi: KPIS[kpi].target_for(kind) for kpi in AIMED if kpi in choice_of(document)["chosen"]}
        return {kpi: v for kpi, v in usual.items() if v is not None and ms.target_of(document, kpi, project) is None}

    def _of(self, kpi):
        """Return the table in which a measure stands."""
        return self.main if kpi in self.led else self.rest

    def _refused(self):
        return [cell for grid in (self.main, self.rest) for cell in grid.refused]

    def fill(self):
        """Set the usual target of the kind of centre (of the project) for the chosen measures that have none yet."""
        refusals.stop_at([*refusals.in_grid(self.main), *refusals.in_grid(self.rest)])
        project = self.project
        if not self._empty(self.page.plan.data):
            return

        def change(document):
            self.filled = self._empty(document)
            for kpi, usual in self.filled.items():
                document = ms.set_target(document, kpi=kpi, value=usual, project=project)
            return document

        self.page.plan.change(change, done=self.page.changed)

    def take_back(self):
        """Take away what the last press of the button set, where it still stands so."""
        filled, project = self.filled, self.project

        def change(document):
            for kpi, value in filled.items():
                if _own(document, kpi, project) == value:
                    document = ms.set_target(document, kpi=kpi, value=None, project=project)
            return document

        self.filled = {}
        self.page.plan.change(change, done=self.page.changed)

    def _kind(self):
        centre = self.page.centre()
        own = next((p["kind"] for p in centre["projects"] if p["project"] == self.project), None)
        return own or choice_of(self.page.plan.data)["kind"] or usual_kind(centre)

    def _row(self, kpi, document):
        target, near = (document.get(part, {}).get(kpi, {}).get(self.project) for _set, part in SET.values())
        centre = self.page.centre()
        aim = ms.of_project(em.with_contracts(document["targets"], centre), kpi, self.project)
        found = verdict(
            kpi, self.before.get(kpi), aim, ms.of_project(document.get("tolerances", {}), kpi, self.project)
        )
        return {
            "id": kpi,
            "label": _(KPIS[kpi].label),
            "unit": unit_of(kpi, centre["currency"]),
            "usual": _said_usual(kpi, self._kind()),
            "centre": _said_instead(kpi, document, centre, self.project),
            "target": typed(kpi, target),
            "near": typed(kpi, near),
            "room": said_room(kpi, aim),
            "before": said_against(kpi, self.before.get(kpi), aim, centre["currency"])[0],
            "stood": f"{html.MARKS[found]}\u00a0{_(WORDS[found])}" if found else "",
        }

    def _changed(self, rows):
        refusals.stop_saving(refusals.in_grid(self._of(rows[0]["id"])))
        changes, _added = edited(self.shown, rows)
        seen = {row["id"]: row for row in self.shown}
        edits = [
            self._edit(kpi, key, seen[kpi][key], value) for kpi, new in changes.items() for key, value in new.items()
        ]
        return self.page.plan.edit(edits, done=self.page.changed) if edits else None

    def _edit(self, kpi, key, seen, value):
        (write_to, part), project = SET[key], self.project
        field = next(column["label"] for column in self.main.columns if column["key"] == key)
        labels = {p["project"]: p["label"] for p in self.page.centre()["projects"]}
        row = _("{measure}, {place}", measure=_(KPIS[kpi].label), place=labels.get(project, _("Whole centre")))

        def read(document):
            return typed(kpi, document.get(part, {}).get(kpi, {}).get(project))

        def write(document, new):
            return write_to(document, kpi=kpi, value=stored(kpi, new), project=project)

        return Edit(_("{field} of '{row}'", field=field, row=row), seen, value, read, write, ("targets",))


def _own(document, kpi, project):
    return document["targets"].get(kpi, {}).get(project)


def _wrong(row, key, value):
    return wrong(row["id"], value, tolerance=key == "near") if key in SET else ""


def _columns(project):
    near = _("How far the target may be missed and still be nearly met. Empty: what is usual, as it stands beside.")
    centre = (
        [
            {
                "key": "centre",
                "label": _("Without one"),
                "kind": "static",
                "help": _("What counts while the target is empty."),
            }
        ]
        if project
        else []
    )
    return [
        {"key": "label", "label": _("Measure"), "kind": "static"},
        {"key": "unit", "label": _("Unit"), "kind": "static"},
        {
            "key": "usual",
            "label": _("Usual"),
            "kind": "static",
            "help": _("A start, no norm: a convention, unless it says whose figures they are."),
        },
        *centre,
        {"key": "target", "label": _("Target"), "kind": "number", "digits": 2, "unit_in": "unit"},
        {"key": "near", "label": _("Tolerance"), "kind": "number", "digits": 2, "unit_in": "unit"} | {"help": near},
        {"key": "room", "label": _("Usual tolerance"), "kind": "static"},
        {"key": "before", "label": _("Before"), "kind": "static", "help": _("What the cycle before came to.")},
        {"key": "stood", "label": _("How it stood"), "kind": "static"},
    ]


def _said_instead(kpi, document, centre, project):
    """Return what counts where a project has no target of its own: its contract's promise, else the centre's target."""
    promised, currency = em.with_contracts({}, centre).get(kpi, {}).get(project), centre["currency"]
    if promised is not None:
        return _("{value} by contract", value=said_target(kpi, promised, currency))
    return said_target(kpi, document["targets"].get(kpi, {}).get(""), currency)


def _said_usual(kpi, kind):
    """Return the usual target of a measure in a kind of centre, with where it comes from unless it is a convention."""
    usual, source = KPIS[kpi].target_for(kind), KPIS[kpi].source_for(kind)
    said = said_target(kpi, usual)
    return said if usual is None or source == CONVENTION else f"{said} · {_(source)}"


def said_target(kpi, value, currency=""):
    """Return a measure's target as a reader writes it: percent for shares, m:ss for durations; "" for none.

    One or two decimals that were typed are shown, those of a computed number are not.  currency : of money, if wanted.

    >>> said_target("fcr", 0.725), said_target("fcr", 0.7251346), said_target("asa", 28.5), said_target("asa", 195)
    ('72.5%', '73%', '28.5 s', '3:15')
    """
    if value is None:
        return ""
    match KPIS[kpi].unit:
        case "share":
            return percent(value, max(_decimals(100 * value), 0 if abs(value) >= 0.02 or value == 0 else 1))
        case "s" if value <= SHORT_S and _decimals(value):
            return _("{n} s", n=number(value, _decimals(value)))
        case "s":
            return text.duration(value)
        case "money" if currency:
            return f"{number(value, 2)} {currency}"
        case _:
            return number(value, max(1, _decimals(value)))


def said_against(kpi, value, target, currency):
    """Return a value and its target as a reader writes them, "" where there is none, so that they can be told apart.

    >>> said_against("service_level", 0.828, 0.83, ""), said_against("cost_per_contact", 5.05, 5, "EUR")
    (('82.8%', '83.0%'), ('5.05 EUR', '5.00 EUR'))
    """
    if value is None:
        return "", said_target(kpi, target, currency)
    plain = shown(kpi, value, currency), said_target(kpi, target, currency)
    if target is None or (plain[0] != plain[1] and shown(kpi, target, currency) != plain[0]):
        return plain
    pair = against(kpi, value, target, currency)
    return pair if pair[0] != plain[0] else plain


def _decimals(value):
    """Return how many decimals a typed number has, 0 where it has more than two."""
    return next((digits for digits in range(3) if abs(value - round(value, digits)) < 1e-9), 0)


def said_room(kpi, target):
    """Return how far a measure usually may miss its target and be near it; "" without a target."""
    room = tolerance_of(kpi, target)
    return "" if room is None else text.about(number(typed(kpi, room), 1))
