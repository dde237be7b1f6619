"""The mission page's chain: from purpose to measures, edited as tables and drawn as a picture; how it is balanced."""

import textwrap
from functools import partial

from ccwb import chain
from ccwb import mission as ms
from ccwb.mission_content import FACTORS, SEVERITIES
from ccwb.ui import html, text
from ccwb.ui.action_now_parts import people_said
from ccwb.ui.action_parts import spoken
from ccwb.ui.measure_words import kpi_options, stored, typed, unit_of, wrong
from ccwb.ui.mission_targets import said_target
from ccwb.ui.row_changes import Rows
from ccwb.ui.shared import held
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Grid, button

LONGEST = 44  # characters of an item's name in a list to choose from
OUTSIDE = "target_without_goal"  # the kind of break of a target that stands nowhere in the chain
ABLE_STATE = {"yes": "good", "partly": "near", "no": "miss"}


class Chain:
    """Goals, process steps and measures under the purpose: the picture first, then the tables it is made of."""

    def __init__(self, page):
        self.page = page
        self.found, self.picture, self.loose, self.breaks, self.balance = (html.html("") for _n in range(5))
        self.rows = {part: self._table(part) for part in chain.PARTS}
        self.proposed = html.stack()
        purpose = button(_("Change the purpose"), lambda: page.go("statements"), page=page)
        tables = [
            html.card(self.rows[part].grid, html.html(html.paragraph(_hint(part), "ccwb-muted")), title=_(label))
            for part, label in chain.PARTS.items()
        ]
        self.widget = html.stack(
            html.card(
                self.found,
                self.picture,
                self.loose,
                self.breaks,
                html.row(purpose),
                title=_("From purpose to measures"),
            ),
            *tables,
            html.card(self.proposed, title=_("What you are not able to do yet")),
            html.card(self.balance, title=_("The three factors")),
            scenarios_card(page),
            classes="spaced",
        )
        self.show()

    def show(self):
        """Show the chain as it is now."""
        for part, rows in self.rows.items():
            rows.grid.columns = _columns(part, self.page.plan.data)
            rows.show()
        self.show_picture()

    def show_picture(self):
        """Draw the chain with its breaks; the tables stay as they are typed."""
        document = self.page.plan.data
        goals, loose = chain.tree(document)
        purpose = document.get("chain", {}).get("purpose", "")
        currency = self.page.centre()["currency"]
        self.picture.value = html.tree([_root(purpose, [_node(document, one, currency) for one in goals])])
        self.loose.value = _loose([_node(document, one, currency) for one in loose])
        found = chain.breaks(document)
        self.found.value, self.breaks.value = _found(found), _listed(found)
        self.balance.value = _balance(chain.balance(document))
        self.proposed.children = self._proposed(document)

    def _table(self, part):
        grid = Grid(
            _columns(part, self.page.plan.data),
            [],
            on_change=self.page.guard(partial(self._save, part)),
            new_row=lambda: _new_row(part, self.page.plan.data),
            add_label={"goals": _("Add a goal"), "steps": _("Add a process step"), "measures": _("Add a measure")}[
                part
            ],
            empty_text=_("Nothing here yet."),
            name=part,
            wrong=lambda row, key, value: wrong(row.get("kpi"), value) if key == "value" else "",
            keep=held(self.page, "chain", part),
        )
        return Rows(
            self.page,
            grid,
            of=lambda document: _shown(part, document, self.page.centre()["currency"]),
            change=lambda document, key, **fields: _change(document, part, key, **fields),
            add=lambda document, **fields: _add(document, part, **fields),
            remove=lambda document, key: chain.remove_item(document, part, key),
            name=lambda row: _name(row) or row["id"],
            whole=lambda row: bool((row.get("text") or "").strip() or row.get("kpi")),
        )

    def _save(self, part, rows):
        return self.rows[part].save(rows)

    def _proposed(self, document):
        found = chain.proposed_gaps(document)
        if not found:
            said = _("No process step is marked as one that you are not, or only partly, able to do.")
            return (html.html(html.paragraph(said, "ccwb-muted")),)
        return tuple(html.row(self._note(gap), html.html(_gap_said(gap))) for gap in found)

    def _note(self, gap):
        said = " ".join(filter(None, [_(gap["evidence"][0]), gap["note"]]))
        fields = {key: gap[key] for key in ("title", "severity", "factor", "origin")} | {"evidence": said}

        def add(document):
            known = {row["origin"] for row in document["gaps"]}
            return document if gap["origin"] in known else ms.add_gap(document, **fields)

        made = button(_("Note it as a gap"), lambda: self.page.plan.change(add, done=self.page.changed), page=self.page)
        made.tooltip = gap["title"]
        return made


def scenarios_card(page):
    """Return the card of the scenarios prepared for urgent change, which belong to the plan: when, and who decides."""
    known = (page.store.load("action", cycle=page.cycle_id).data or {}).get("scenarios")
    if known is None:
        said = html.paragraph(_("Four scenarios stand ready to be changed to your own: see them, then try them."))
    else:
        rows = [[row["title"], row["trigger"], row["decides"], _tried(row)] for row in map(spoken, known)]
        said = html.table([_("Scenario"), _("Trigger"), _("Who decides"), _("Tried on the plan")], rows)
    note = _("What would you do if it came otherwise? Each is changed, and tried against forecast and staffing, there:")
    there = html.link(_("Prepared scenarios"), page.context.href("action"))
    return html.card(html.html(said + html.paragraph(note, "ccwb-muted") + there), title=_("Ready for urgent change"))


def _tried(row):
    tried = row.get("tried")
    if not tried:
        return _("not yet")
    return _("Most people missing at once: {n}", n=people_said(tried["missing_peak"]))


# the picture ---------------------------------------------------------------------------------------------------------
def _root(purpose, below):
    if purpose.strip():
        return (_("Purpose"), html.paragraph(purpose), "info", below or [_gap(_("Goal"), _("No goal yet"))])
    return (_("Purpose"), html.paragraph(_("No purpose is stated")), "gap", below)


def _gap(head, words):
    return (head, html.paragraph(words), "gap", [])


def _node(document, one, currency):
    """Return an item as a node of the picture; where something is missing below it, a gap stands in its place."""
    row, part, found = one["row"], one["part"], set(one["breaks"])
    below = [_node(document, child, currency) for child in one["below"]]
    if "goal_without_step" in found:
        below = [_gap(_("Process step"), _("No process step"))]
    if "step_without_measure" in found:
        below = [_gap(_("Measure"), _("No measure"))]
    if "measure_without_target" in found:
        below = [_gap(_("Target"), _("No target"))]
    heads = {"goals": _("Goal"), "steps": _("Process step"), "measures": _("Measure")}
    factor = _(FACTORS[row["factor"]]) if row["factor"] else _("no factor yet")
    content = html.paragraph(_name(row)) + _about(document, row, part, currency) + html.paragraph(factor, "ccwb-muted")
    broken = found - set(chain.UNSAID)
    return (heads[part], content, "miss" if broken else "near" if found else "good", below)


def _about(document, row, part, currency):
    if part == "steps":
        said = _(chain.ABLE[row["able"]]) if row["able"] else _("able to do it? not said")
        return html.tag(said, ABLE_STATE.get(row["able"], "near"))
    if part == "measures" and chain.has_target(document, row):
        return html.tag(_target_said(document, row, currency), "none")
    return ""


def _target_said(document, row, currency):
    if not row["kpi"]:
        return _("target: {target}", target=row["target"])
    per = document["targets"][row["kpi"]]
    if "" in per:
        return _("target: {target}", target=said_target(row["kpi"], per[""], currency))
    return _("target by project")


def _loose(nodes):
    if not nodes:
        return ""
    return html.heading(_("Serves no goal"), 3) + html.tree(nodes)


def _found(breaks):
    broken, unsaid = ([one for one in breaks if one["whole"] is whole] for whole in (True, False))
    if not breaks:
        return html.notice(_("The chain holds from the purpose to every target."), "good")
    head = _("Breaks in the chain: {n}. Still to be said: {m}.", n=number(len(broken)), m=number(len(unsaid)))
    return html.notice(head, "near")


def _listed(breaks):
    """Return every break in a sentence; targets outside the chain, which may be many, in one."""
    outside = [_(one["item"]) for one in breaks if one["kind"] == OUTSIDE]
    lines = [
        _(chain.BREAKS[one["kind"]], item=_(one["item"]) if one["kpi"] else one["item"])
        for one in breaks
        if one["kind"] != OUTSIDE
    ]
    if outside:
        lines.append(
            _("These have a target, but stand nowhere in the chain: {measures}.", measures=text.listed(outside))
        )
    return html.bullets(lines)


def _balance(table):
    heads = [_("Factor"), *((label, True) for label in (_("Goals"), _("Process steps"), _("Measures")))]
    heads += [(_("Open gaps"), True), (_("Business cases"), True), (_("Share of all"), True)]
    columns = ["goals", "steps", "measures", "gaps", "cases"]
    rows = [
        [
            _(FACTORS[row.factor]) if row.factor else _("None of them yet"),
            *(number(getattr(row, column)) for column in columns),
            html.raw(f"{percent(row.share)} {html.bar(row.share)}") if row.share == row.share else number(None),
        ]
        for row in table.itertuples()
        if row.factor or row.items
    ]
    return html.table(heads, rows) + _empty_factors(table)


def _empty_factors(table):
    bare = table[(table["factor"] != "") & (table["items"] == 0)]["factor"]
    if bare.empty or not table["items"].sum():
        return ""
    names = text.listed(_(FACTORS[factor]) for factor in bare)
    return html.notice(_("Nothing in the plan belongs to: {factors}. Is that meant?", factors=names), "near")


def _gap_said(gap):
    state = {"high": "miss", "medium": "near"}[gap["severity"]]
    said = html.paragraph(" ".join(filter(None, [_(gap["evidence"][0]), gap["note"]])), "ccwb-muted")
    return html.paragraph(gap["title"]) + html.tag(_(SEVERITIES[gap["severity"]]), state) + said


# the tables ----------------------------------------------------------------------------------------------------------
def _name(row):
    return _(chain.name_of(row)) if row.get("kpi") else chain.name_of(row)


def _hint(part):
    match part:
        case "goals":
            return _("What is to be reached, so that the purpose is. A goal serves the purpose; a step serves a goal.")
        case "steps":
            return _("What you do for it, and whether you are able to. What you are not able to do is a gap.")
        case _:
            return _("A target typed here is that of the whole centre, in the unit beside it; a project may differ.")


def _columns(part, document):
    factor = {"key": "factor", "label": _("Factor"), "kind": "select", "options": _options(FACTORS)}
    if part == "goals":
        return [{"key": "text", "label": _("Goal"), "kind": "long"}, factor]
    if part == "steps":
        return [
            {"key": "text", "label": _("Process step"), "kind": "long"},
            {"key": "goal", "label": _("Serves the goal"), "kind": "select", "options": _items(document, "goals")},
            {"key": "able", "label": _("Are you able to?"), "kind": "select", "options": _options(chain.ABLE)},
            {"key": "note", "label": _("What is missing"), "kind": "long"},
            factor,
        ]
    known = [{"value": "", "label": _("in own words")}, *kpi_options()]
    return [
        {"key": "kpi", "label": _("Measure"), "kind": "select", "options": known, "wide": True},
        {"key": "text", "label": _("In own words"), "kind": "long"},
        {"key": "step", "label": _("Measures the step"), "kind": "select", "wide": True}
        | {"options": _items(document, "steps")},
        {"key": "value", "label": _("Target"), "kind": "number", "digits": 2, "unit_in": "unit"},
        {"key": "unit", "label": _("Unit"), "kind": "static"},
        {"key": "target", "label": _("Target in own words"), "kind": "long"},
        factor,
    ]


def _options(named):
    return [{"value": "", "label": "-"}, *({"value": key, "label": _(label)} for key, label in named.items())]


def _items(document, part):
    rows = chain.items(document, part)
    return [{"value": "", "label": "-"}] + [
        {"value": row["id"], "label": textwrap.shorten(row["text"], LONGEST, placeholder=" ...")} for row in rows
    ]


def _new_row(part, document):
    """Return an added row: on the last goal or step, as a chain is mostly typed from the top down."""
    above = {"steps": ("goal", "goals"), "measures": ("step", "steps")}
    row = {"text": "", "factor": ""}
    if part in above:
        key, of = above[part]
        row[key] = next((one["id"] for one in reversed(chain.items(document, of))), "")
    more = {"steps": {"able": "", "note": ""}, "measures": {"kpi": "", "value": None, "unit": "", "target": ""}}
    return row | more.get(part, {})


def _shown(part, document, currency):
    """Return the rows of one table as they are shown: an item's fields; of a measure, its KPI's target and unit."""
    if part != "measures":
        keys = ["id", *(column["key"] for column in _columns(part, document))]
        return [{key: row.get(key, "") for key in keys} for row in chain.items(document, part)]
    return [_measure(row, document.get("targets", {}), currency) for row in chain.items(document, part)]


def _measure(row, targets, currency):
    kpi = row["kpi"]
    value = typed(kpi, targets.get(kpi, {}).get("")) if kpi else None
    keys = ("id", "kpi", "text", "step", "target", "factor")
    return {**{key: row.get(key, "") for key in keys}, "value": value, "unit": unit_of(kpi, currency)}


def _change(document, part, item_id, **fields):
    value = fields.pop("value", None) if "value" in fields else _KEPT
    fields.pop("unit", None)
    document = chain.change_item(document, part, item_id, **fields)
    row = next(row for row in chain.items(document, part) if row["id"] == item_id)
    return _with_target(document, row, value)


def _add(document, part, **fields):
    value = fields.pop("value", None)
    fields.pop("unit", None)
    document = chain.add_item(document, part, **fields)
    return _with_target(document, chain.items(document, part)[-1], _KEPT if value is None else value)


_KEPT = object()  # the target stays as it is


def _with_target(document, row, value):
    if value is _KEPT or not row.get("kpi"):
        return document
    return ms.set_target(document, kpi=row["kpi"], value=stored(row["kpi"], value))
