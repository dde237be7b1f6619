"""The mission page's business case: chosen gaps, what would close them, at what cost, and what that has to move."""

import math

from ccwb import cases as bc
from ccwb.errors import PlanError
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.mission_content import FACTORS
from ccwb.ui import html, text
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.measure_words import kpi_options, stored, typed, unit_of, wrong
from ccwb.ui.mission_targets import said_target
from ccwb.ui.shared import Edit, held
from ccwb.ui.text import _, number
from ccwb.ui.turning import Turning
from ccwb.ui.widgets import Form, button

GAP, BENEFIT = "gap:", "benefit:"  # the keys of the check boxes, before the gap's id and the benefit's key
EFFECT = ("today", "expected")
COSTS = ("cost_once", "cost_year", "saves_year")
# the parts of the form, those but the first folded
PARTS = {
    "what": "",
    "gaps": N_("Which gaps it closes"),
    "benefits": N_("What it is good for"),
    "cost": N_("What it costs"),
    "effect": N_("What it moves"),
    "who": N_("Who sees to it, and leadership's decision"),
}
STATE = {"proposed": "none", "approved": "good", "rejected": "miss", "done": "info"}


class Cases:
    """One case is written at a time; beside it all of them as cards, and below the gaps that no case takes up."""

    def __init__(self, page):
        self.page, self.id = page, ""
        self.currency = page.centre()["currency"]
        self.projects = {p["project"]: p["label"] for p in page.centre()["projects"]}
        self.pick = Form([self._choice()], on_change=page.guard(self._picked))
        heard = {"on_change": page.guard(self._changed), "on_late": page.guard(self._write)}
        self.forms = {part: Turning([], **heard, keep="") for part in PARTS}
        add = button(_("Add a case"), self._add, page=page)
        self.sums, self.all, self.open = html.html(""), html.stack(), html.stack()
        folds = [html.fold(_(label), self.forms[part]) for part, label in PARTS.items() if label]
        self.side = html.stack(
            self.pick, self.forms["what"], html.stack(*folds, classes="ccwb-folds"), classes="spaced"
        )
        self.controls = html.card(html.row(add), self.side, title=_("Write a case"))
        self.widget = html.split(
            [self.controls],
            html.card(self.sums, title=_("What it comes to")),
            self.all,
            html.card(self.open, title=_("Open gaps that no case takes up")),
        )
        self.show()

    def show(self):
        """Show the case that is being written and all others as they are now."""
        known = [case["id"] for case in self._cases()]
        self.id = self.id if self.id in known else known[-1] if known else ""
        self.pick.fields = [self._choice()]
        self.pick.values = {"id": self.id}
        html.show(self.side, bool(known))
        if self.id:
            self.shown = _typed(self._case())
            named = text.joined((self.id, self._case()["title"]))  # the select runs ahead of the fields
            heads = {part: html.paragraph(named, "ccwb-muted") for part in PARTS} | {"what": html.heading(named, 3)}
            for part, fields in self._fields().items():
                form, keep = self.forms[part], held(self.page, "case", self.id, part)
                form.errors = form.errors if form.about == self.id else {}
                values = {
                    f["key"]: (form.values if f["key"] in form.errors else self.shown).get(f["key"]) for f in fields
                }
                form.turn(values, keep=keep, about=self.id, head=heads[part], fields=fields)
            self.forms["effect"].notes = self._notes(self._case())
        self.show_cases()

    def show_cases(self):
        """Show the sums, the cards and the gaps left over; what is being typed stays."""
        document = self.page.plan.data
        self.sums.value = _sums(self._cases(), self.currency)
        gaps = {gap["id"]: gap["title"] for gap in document["gaps"]}
        cards = [self._card(case, gaps) for case in self._cases()]
        self.all.children = (html.row(*cards, classes="cards top"),) if cards else ()
        taken = {gap for case in self._cases() if case["status"] != "rejected" for gap in case["gaps"]}
        left = [gap for gap in document["gaps"] if gap["status"] == "open" and gap["id"] not in taken]
        none = html.html(html.paragraph(_("Every open gap is taken up."), "ccwb-muted"))
        self.open.children = tuple(self._offered(gap) for gap in left) or (none,)

    # what is typed ---------------------------------------------------------------------------------------------------
    def _picked(self, _key, value, _final):
        self.go(value)

    def go(self, case_id):
        """Write on another case."""
        self.id = case_id
        self.show()

    def _add(self, **fields):
        fields = {"title": _("A new business case")} | fields

        def change(document):
            after = bc.add_case(document, **fields)
            self.id = bc.cases_of(after)[-1]["id"]
            return after

        self.page.plan.change(change, done=self.page.changed)

    def _changed(self, key, value, final):
        return self._write(self.id, key, value) if final else None

    def _write(self, case_id, key, value):
        """Save one field of the case that it was typed for, whichever is in sight by now; return whether it is."""
        labels = {field["key"]: field["label"] for form in self.forms.values() for field in form.fields}
        if self._impossible(case_id, key, value):
            return False
        label = labels.get(key, _(PARTS["gaps"]))  # a case that was left may close a gap that this one cannot
        shown = self.shown if case_id == self.id else _typed(_of(self.page.plan.data, case_id))

        def write(document, new):
            return bc.change_case(document, case_id, **_stored(_of(document, case_id), key, new))

        def read(document):
            return _typed(_of(document, case_id)).get(key)

        label = _("{field} of '{row}'", field=label, row=shown["title"])
        edit = Edit(label, shown.get(key), value, read, write, ("cases", case_id))
        try:
            return self.page.plan.edit([edit], done=self.page.changed)
        except PlanError:
            if key == "status" and case_id == self.id:  # not taken: the form says what stands, as the card does
                self.forms["what"].values = {**self.forms["what"].values, key: self.shown[key]}
            raise

    def _impossible(self, case_id, key, value):
        """Return whether a number can not be, and say so at its field where it is in sight."""
        why = ""
        if value is not None and key == "expected":
            why = wrong(_of(self.page.plan.data, case_id)["kpi"], value)
        elif value is not None and key in COSTS and value < 0:
            why = _("{low} or more.", low=number(0))
        if case_id == self.id:
            form = self.forms["cost" if key in COSTS else "effect"]
            form.errors = {k: said for k, said in form.errors.items() if k != key} | ({key: why} if why else {})
        return bool(why)

    def _offered(self, gap):
        def take():
            self._add(title=gap["title"], gaps=[gap["id"]], factor=gap["factor"], owner=gap["owner"])

        made = button(_("Make a case of it"), take, page=self.page)
        made.tooltip = gap["title"]
        said = text.joined((_(FACTORS[gap["factor"]]), gap["owner"]))
        return html.row(made, html.html(html.paragraph(gap["title"]) + html.paragraph(said, "ccwb-muted")))

    # what it consists of ---------------------------------------------------------------------------------------------
    def _cases(self):
        return bc.cases_of(self.page.plan.data)

    def _case(self):
        return _of(self.page.plan.data, self.id)

    def _choice(self):
        options = [{"value": case["id"], "label": text.joined((case["id"], case["title"]))} for case in self._cases()]
        return {"key": "id", "label": _("Case to write"), "kind": "select", "options": options}

    def _fields(self):
        """Return the fields of each part of the form."""
        case = self._case()
        open_or_own = [g for g in self.page.plan.data["gaps"] if g["status"] == "open" or g["id"] in case["gaps"]]
        projects = [{"value": "", "label": _("Whole centre")}]
        projects += [{"value": key, "label": label} for key, label in self.projects.items()]
        return {
            "what": _what(),
            "gaps": _checks(GAP, {gap["id"]: gap["title"] for gap in open_or_own}),
            "benefits": _checks(BENEFIT, {key: _(label) for key, label in bc.BENEFITS.items()}),
            "cost": self._amounts(),
            "effect": [
                {"key": "kpi", "label": _("Measure that it moves"), "kind": "select", "options": _kpis()},
                {"key": "project", "label": _("Where"), "kind": "select", "options": projects},
                *_effect(case["kpi"], self.currency),
            ],
            "who": _who(),
        }

    def _amounts(self):
        labels = {"cost_once": _("Cost once"), "cost_year": _("Cost a year"), "saves_year": _("Saves a year")}
        return [
            {"key": key, "label": label, "kind": "number", "digits": 0, "min": 0, "unit": self.currency}
            for key, label in labels.items()
        ]

    def _notes(self, case):
        """Return under 'today' what the cycle before measured, so that nobody has to look it up."""
        before = self.page.context.cycle.predecessor
        if not case["kpi"] or before is None:
            return {}
        kept = self.page.store.read_table("kpi_values", cycle=before)
        kept = kept[(kept["kpi"] == case["kpi"]) & (kept["basis"] == "actual")]
        mine = kept[(kept["project"].fillna("") == case["project"]) & (kept["channel"].fillna("") == "")]
        found = mine["value"].dropna()
        if found.empty:
            return {}
        return {
            "today": _("measured in the cycle before: {value}", value=shown(case["kpi"], found.iloc[-1], self.currency))
        }

    # what is shown ---------------------------------------------------------------------------------------------------
    def _card(self, case, gaps):
        write = button(_("Write on it"), lambda: self.go(case["id"]), page=self.page)
        write.tooltip = case["title"]
        return html.card(html.html(self._said(case, gaps)), html.row(write), title=case["title"])

    def _said(self, case, gaps):
        closes = [gaps[gap] for gap in case["gaps"] if gap in gaps]
        head = html.tag(_(bc.STATUSES[case["status"]]), STATE[case["status"]])
        head += html.paragraph(case["means"]) if case["means"] else ""
        lines = [_("Closes: {gaps}", gaps=text.listed(closes, ";"))] if closes else []
        if case["benefits"]:
            lines.append(
                _("Good for: {benefits}", benefits=text.listed(_(bc.BENEFITS[key]) for key in case["benefits"]))
            )
        lines += [_costs(case, self.currency), effect_said(case, self.projects, self.currency), _decided(case)]
        return head + html.bullets([line for line in lines if line]) + _lacks(case)


def effect_said(case, projects, currency):
    """Return in words which measure a case moves and how far; "" where it names none."""
    if not case["kpi"]:
        return ""
    where = projects.get(case["project"], case["project"]) or _("Whole centre")
    label = _(KPIS[case["kpi"]].label)
    if case["today"] is None or case["expected"] is None:
        return _("Moves: {measure}, {where}", measure=label, where=where)
    values = {key: said_target(case["kpi"], case[key], currency) for key in EFFECT}
    return _("Moves: {measure}, {where}: from {today} to {expected}", measure=label, where=where, **values)


def _of(document, case_id):
    return next(case for case in bc.cases_of(document) if case["id"] == case_id)


def _costs(case, currency):
    cost, _net = bc.first_year(case)
    if cost is None:
        return ""
    months = bc.payback_months(case)
    said = _("Costs {cost} in the first year.", cost=text.money(cost, currency))
    if case["saves_year"] is not None:
        said += " " + _("Saves {amount} a year.", amount=text.money(case["saves_year"], currency))
        paid = _("Pays for itself after {n} months.", n=number(months, 1)) if months is not None else ""
        said += " " + (paid or _("It does not pay for itself by what it saves."))
    return said


def _decided(case):
    day = text.date(case["decided_on"]) if case["decided_on"] else ""
    said = text.listed(filter(None, (case["decided_by"], day)))
    due = _("Due: {day}", day=text.date(case["due"])) if case["due"] else ""
    owner = _("Owner: {who}", who=case["owner"]) if case["owner"] else ""
    decided = _("Decided: {who}", who=said) if said else ""
    return text.joined((owner, due, decided))


def _lacks(case):
    missing = bc.lacking(case)
    if not missing or case["status"] == "rejected":
        return ""
    return html.notice(_("It does not say yet: {what}.", what=text.listed(map(_, missing))), "near")


def _sums(cases, currency):
    if not cases:
        said = _(
            "A business case says which gaps people or technology would close, at what cost, and which measure that "
            "has to move. Once leadership approves it, it is part of the plan, and the evaluation judges it."
        )
        return html.paragraph(said, "ccwb-lead")
    table = bc.totals(cases)
    heads = [_("Status"), *((label, True) for label in (_("Cases"), _("Cost once"), _("Cost a year")))]
    heads += [(_("Saves a year"), True), (_("Cost not known"), True)]
    rows = [
        [
            _(bc.STATUSES[row.status]),
            number(row.cases),
            *(_money(getattr(row, name), currency) for name in ("cost_once", "cost_year", "saves_year")),
            number(row.unknown),
        ]
        for row in table.itertuples()
        if row.cases
    ]
    return html.table(heads, rows) + _benefits(cases)


def _benefits(cases):
    """Return how many gaps technology, people or another process would close, by what that is good for."""
    table = bc.by_benefit(cases)
    table = table[table["gaps"] > 0]
    if table.empty:
        return ""
    heads = [_("Good for"), *((_(label), True) for label in FACTORS.values()), (_("Gaps closed"), True)]
    rows = [
        [_(bc.BENEFITS[row["benefit"]]), *(number(row[k]) for k in (*FACTORS, "gaps"))] for _n, row in table.iterrows()
    ]
    return html.heading(_("Gaps that would be closed"), 3) + html.table(heads, rows)


def _money(amount, currency):
    return text.say().missing if math.isnan(amount) else text.money(amount, currency)


# the form ------------------------------------------------------------------------------------------------------------
def _what():
    return [
        {"key": "title", "label": _("What is proposed"), "kind": "text"},
        {"key": "means", "label": _("What closes the gaps"), "kind": "long", "rows": 2},
        {"key": "factor", "label": _("Factor"), "kind": "select", "options": _options(FACTORS)},
        {"key": "status", "label": _("Status"), "kind": "select", "options": _options(bc.STATUSES)},
    ]


def _who():
    return [
        {"key": "owner", "label": _("Owner"), "kind": "text"},
        {"key": "due", "label": _("Due"), "kind": "date"},
        {"key": "decided_by", "label": _("Decided by"), "kind": "text"},
        {"key": "decided_on", "label": _("Decided on"), "kind": "date"},
    ]


def _options(named):
    return [{"value": key, "label": _(label)} for key, label in named.items()]


def _kpis():
    return [{"value": "", "label": _("not said")}, *kpi_options()]


def _checks(prefix, labels):
    return [{"key": f"{prefix}{key}", "label": label, "kind": "check"} for key, label in labels.items()]


def _effect(kpi, currency):
    labels = {"today": _("That measure today"), "expected": _("That measure when it works")}
    return [
        {"key": key, "label": label, "kind": "number", "digits": 2, "unit": unit_of(kpi, currency)}
        for key, label in labels.items()
        if kpi
    ]


def _typed(case):
    """Return a case as its form shows it."""
    out = {key: value for key, value in case.items() if key not in ("gaps", "benefits", "id", *EFFECT)}
    out |= {f"{GAP}{gap}": True for gap in case["gaps"]} | {f"{BENEFIT}{key}": True for key in case["benefits"]}
    return out | {key: typed(case["kpi"], case[key]) for key in EFFECT}


def _stored(case, key, value):
    """Return the fields of a case that follow from one that was typed."""
    for prefix, name in ((GAP, "gaps"), (BENEFIT, "benefits")):
        if key.startswith(prefix):
            one = key.removeprefix(prefix)
            return {name: [*(k for k in case[name] if k != one), *([one] if value else [])]}
    if key == "kpi":  # another measure has another unit: what stood there was of the old one
        return {"kpi": value, "today": None, "expected": None}
    if key in EFFECT:
        return {key: stored(case["kpi"], value)}
    return {key: "" if value is None and key not in COSTS else value}
