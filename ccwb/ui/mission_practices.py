"""The mission page's review of practices: each rated by what it looks like, a heat map, and the weakest to take up."""

import pandas as pd

from ccwb import mission as ms
from ccwb import practices as pr
from ccwb.measures import KPIS
from ccwb.mission_content import FACTORS
from ccwb.ui import html, text
from ccwb.ui.charts import NAMES, Chart
from ccwb.ui.evaluation_measure import before
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.mission_checklist import PreparedChecklist
from ccwb.ui.text import _, number, signed
from ccwb.ui.turning import Turning
from ccwb.ui.widgets import Form, button

ROW_HEIGHT = 26
SIDES = ("previous", "level", "wanted")  # the columns of the heat map
OPEN = ""  # the choice of no level


class Practices:
    """Twenty practices, one rated at a time; beside it how all stand, below it what the weakest ask for."""

    def __init__(self, page):
        self.page, self.key = page, next(iter(pr.PRACTICES))
        earlier, _first, _last = before(page.store, page.context.cycle)
        self.previous = page.store.load("mission", cycle=earlier.id).data if earlier else None
        self.earlier = earlier.name if self.previous else ""
        self.measured = _measured(page.store, earlier)
        self.pick = Form([self._choice()], {"practice": self.key}, on_change=page.guard(self._picked))
        self.total = html.html("")
        heard = {"on_change": page.guard(self._changed), "on_late": page.guard(self._write)}
        self.form = Turning(_fields(), **heard)
        self.back = button(_("Back"), lambda: self.go(self._at() - 1), page=page)
        self.next = button(_("Next"), lambda: self.go(self._at() + 1), primary=True, page=page)
        self.map = Chart(
            heat_map(self.earlier),
            {"cells": no_cells()},
            table=self.table,
            columns=_columns(),
            name="practices",
            signals=["picked"],
            on_signal=page.guard(self._clicked),
        )
        self.proposed = html.card(title=_("What to take up first"))
        self.checklist = PreparedChecklist(page)
        rating = html.card(self.pick, self.form, html.row(self.back, self.next))
        self.widget = html.stack(
            html.split([rating], html.card(self.total, self.map), self.proposed),
            self.checklist.widget,
            classes="spaced",
        )
        self.show()

    def show(self):
        """Show the practice in turn, and what all of them say."""
        practice, at = pr.PRACTICES[self.key], self._at()
        counted = {"n": number(at + 1), "of": number(len(pr.PRACTICES))}
        place = _("{factor}, practice {n} of {of}", factor=_(FACTORS[practice.factor]), **counted)
        head = html.paragraph(place, "ccwb-muted") + html.heading(_(practice.label)) + _looks(practice)
        self.shown = self._said_of(self.key)
        self.form.turn(dict(self.shown), keep="", about=self.key, head=head + self._known(practice))
        self.pick.values = {"practice": self.key}
        self.back.disabled, self.next.disabled = at == 0, at == len(pr.PRACTICES) - 1
        self.show_picture()
        self.checklist.show()

    def show_picture(self):
        """Draw how all practices stand now, and propose the weakest."""
        rated = pr.ratings(self.page.plan.data, self.previous)
        self.map.update({"cells": cells(rated, self.earlier)}, title=title(rated))
        self.total.value = _totals(rated, self.earlier)
        self._propose()

    def go(self, at):
        """Go to another practice."""
        self.key = list(pr.PRACTICES)[min(max(at, 0), len(pr.PRACTICES) - 1)]
        self.show()

    def table(self):
        """Return all practices with what was said of them, for reading and for the downloads."""
        rated = pr.ratings(self.page.plan.data, self.previous)
        rated = rated.assign(label=[_(t) for t in rated["label"]], factor=[_(FACTORS[f]) for f in rated["factor"]])
        return rated.drop(columns="practice")

    def _known(self, practice):
        """Return in words what the cycle before measured of what a practice moves: evidence to begin with."""
        currency = self.page.centre()["currency"]
        told = [
            f"{_(KPIS[kpi].label)} {shown(kpi, self.measured[kpi], currency)}"
            for kpi in practice.serves
            if kpi in self.measured
        ]
        if not told:
            return ""
        return html.paragraph(_("Measured before: {values}.", values=text.listed(told, ";")), "ccwb-muted")

    def _propose(self):
        document = self.page.plan.data
        chosen, source = pr.chosen_measures(document)
        found = pr.weakest(document, chosen)
        rows = [self._proposal(row) for row in found.itertuples()]
        said = html.html(_why(document, source if chosen else "", found))
        self.proposed.children = (self.proposed.children[0], said, *rows)

    def _proposal(self, row):
        label = _(pr.PRACTICES[row.practice].label)
        said = _("Level {level}, wanted {aim}.", level=number(row.level), aim=number(row.aim))
        if row.chosen:
            said += " " + _("It moves: {measures}.", measures=text.listed(_(KPIS[kpi].label) for kpi in row.chosen))
        gap = button(_("Note as a gap"), lambda: self._take("gaps", row), page=self.page)
        task = button(_("Plan as a task"), lambda: self._take("preparation", row), page=self.page)
        gap.tooltip = task.tooltip = label
        words = html.html(html.heading(label, 3) + html.paragraph(said, "ccwb-muted"))
        words.add_class("grows")
        return html.row(words, gap, task)

    def _take(self, part, row):
        def add(document):
            if pr.origin_of(row.practice) in [known["origin"] for known in document[part]]:
                return document
            if part == "gaps":
                gap = pr.as_gap(document, row)
                return ms.add_gap(document, **gap | {name: _filled(gap[name]) for name in ("title", "evidence")})
            task = pr.as_task(document, row)
            return ms.add_task(document, **task | {"task": _filled(task["task"])})

        self.page.plan.change(add, done=self.page.changed)

    def _picked(self, _key, value, _final):
        self.key = value
        self.show()

    def _clicked(self, _name, value):
        if value and value.get("practice"):
            self.key = value["practice"][0]
            self.show()

    def _changed(self, field, value, _final):
        return self._write(self.key, field, value)

    def _write(self, key, field, value):
        """Save what was said of the practice that it was said of, whichever is in sight by now."""
        seen = self.shown if key == self.key else self._said_of(key)
        value = (int(value) if value else None) if field in ("level", "wanted") else value or ""
        self.page.plan.change(
            lambda document: pr.set_practice(document, key, **{field: value}),
            part=lambda document: _said(pr.practice_of(document, key)[field]),
            seen=seen[field],
            done=self.page.changed,
        )

    def _said_of(self, key):
        return {name: _said(value) for name, value in pr.practice_of(self.page.plan.data, key).items()}

    def _at(self):
        return list(pr.PRACTICES).index(self.key)

    def _choice(self):
        options = [{"value": key, "label": _(practice.label)} for key, practice in pr.PRACTICES.items()]
        return {"key": "practice", "label": _("Practice to rate"), "kind": "select", "options": options}


def _measured(store, cycle):
    """Return what a cycle came to as a whole: KPI -> value; nothing where there is no cycle or nothing was kept."""
    if cycle is None:
        return {}
    values = store.read_table("kpi_values", cycle=cycle.id, project="")
    mine = values[(values["basis"] == "actual") & (values["channel"] == "") & values["value"].notna()]
    return dict(zip(mine["kpi"], mine["value"], strict=True))


def title(rated):
    """Return what the heat map shows, as a sentence."""
    n = rated["level"].notna().sum()
    if not n:
        return _("No practice is rated yet: begin with the first")
    lowest = rated.loc[rated["level"].idxmin()]
    values = {"n": number(n), "of": number(len(rated)), "label": _(lowest["label"]), "level": number(lowest["level"])}
    return _("Rated so far: {n} of {of}; the lowest is '{label}' at level {level}", **values)


def cells(rated, earlier):
    """Return the heat map's cells: practice, label, place, column, level and its text; unrated ones have no level."""
    heads, rows = _heads(earlier), []
    for at, row in enumerate(rated.itertuples()):
        for side, head in heads.items():
            level = getattr(row, side)
            known = not pd.isna(level)
            moved = side == "level" and not pd.isna(row.change) and row.change
            said = number(level) + (f" ({signed(row.change)})" if moved else "") if known else ""
            cell = {"practice": row.practice, "label": _(row.label), "at": at, "column": head, "said": said}
            rows.append(cell | {"level": level if known else None, "factor": _(FACTORS[row.factor])})
    return pd.DataFrame(rows)


def no_cells():
    return pd.DataFrame(columns=["practice", "label", "at", "column", "said", "level", "factor"])


def _columns():
    """Return what the columns of the table behind the heat map are called."""
    return [
        ("label", _("Practice")),
        ("factor", _("Factor")),
        ("level", _("Level")),
        ("wanted", _("Aim")),
        ("previous", _("Previous")),
        ("change", _("Change")),
        ("evidence", _("Evidence")),
        ("owner", _("Owner")),
        ("wish", _("Wish for this cycle")),
    ]


def heat_map(earlier):
    """Return the picture of all practices, a row each; a click on a row (the signal `picked`) names its practice.

    Written as plain Vega-Lite, so that the page opens without waiting for Altair.
    """
    y = {"field": "label", "type": "nominal", "sort": {"field": "at"}, "title": None}
    y["axis"] = {**NAMES, "ticks": False, "domain": False}
    x = {"field": "column", "type": "nominal", "sort": list(_heads(earlier).values()), "title": None}
    x["axis"] = {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False, "labelOverlap": False}
    tip = [{"field": name, "title": head} for name, head in _tips().items()]
    shade = {"field": "level", "type": "quantitative", "scale": {"domain": [1, 5], "range": [0.1, 0.65]}}
    shade |= {"legend": None}
    test = {"test": "datum.level == null", "value": 0.03}
    rect = {"mark": {"type": "rect", "color": "$accent", "stroke": "$line", "cursor": "pointer"}}
    rect |= {"encoding": {"x": x, "y": y, "opacity": {"condition": test, **shade}, "tooltip": tip}}
    rect["params"] = [{"name": "picked", "select": {"type": "point", "fields": ["practice"], "toggle": False}}]
    words = {"mark": {"type": "text", "color": "$ink", "fontSize": 12}}
    words["encoding"] = {"x": x, "y": y, "text": {"field": "said"}}
    return {"data": {"name": "cells"}, "layer": [rect, words], "height": ROW_HEIGHT * len(pr.PRACTICES)}


def _heads(earlier):
    heads = {"previous": _("Before"), "level": _("Today"), "wanted": _("Aim")}  # short: three columns fit a phone
    return {side: head for side, head in heads.items() if earlier or side != "previous"}


def _tips():
    return {"label": _("Practice"), "factor": _("Factor"), "column": _("Column"), "said": _("Level")}


def _totals(rated, earlier):
    """Return in a line the mean level of each factor, and how many rose and fell against the cycle before."""
    known = rated.dropna(subset="level")
    said = [
        _("{factor}: {mean} of 5", factor=_(label), mean=number(mine.mean(), 1))
        for factor, label in FACTORS.items()
        if len(mine := known.loc[known["factor"] == factor, "level"])
    ]
    if known["change"].notna().any():
        rose, fell = (known["change"] > 0).sum(), (known["change"] < 0).sum()
        values = {"cycle": earlier, "rose": number(rose), "fell": number(fell)}
        said.append(_("Higher than before ({cycle}): {rose}; lower: {fell}", **values))
    unproven = ((known["level"] > pr.AIM) & (known["evidence"] == "")).sum()
    if unproven:
        said.append(_("Rated above 3 without evidence: {n}", n=number(unproven)))
    return html.paragraph(" · ".join(said), "ccwb-muted")


def _looks(practice):
    lines = {1: practice.low, 3: practice.middle, 5: practice.high}
    return html.bullets([f"{number(level)} · {_(said)}" for level, said in lines.items()])


def _why(document, source, found):
    """Return in words how the proposals came about, or why there is none; source : of the chosen measures, or ""."""
    if not pr.ratings(document)["level"].notna().any():
        return html.paragraph(_("Once practices are rated, the weakest that matter for your goals stand here."))
    if found.empty:
        said = _("Nothing at present: what is rated is as wanted, noted already, or moves no measure you chose.")
        return html.paragraph(said)
    said = {
        "choice": _("In the order of the levels that are missing, times the measures you are led by that it moves."),
        "goals": _("In the order of the levels that are missing, times the measures of your goals that it moves."),
        "targets": _("In the order of the levels that are missing, times the measures with a target that it moves."),
        "": _("In the order of the levels that are missing. Choose measures, and what matters comes first."),
    }[source]
    then = _("What you take over stands in the list of gaps or of preparation, where it gets its day.")
    return html.paragraph(f"{said} {then}", "ccwb-muted")


def _filled(said):
    """Return a (template, values) pair in the reader's language; what the team wrote itself stays as it is."""
    if isinstance(said, str):
        return said
    template, values = said
    numbers = {name: number(value) for name, value in values.items() if not isinstance(value, str)}
    return _(template, **values | numbers | {"practice": _(values["practice"])})


def _said(value):
    """Return a field of a practice as the form holds it: a level as text, none as ""."""
    return OPEN if value is None else str(value)


def _fields():
    levels = [{"value": str(n), "label": f"{number(n)} · {_(label)}"} for n, label in pr.LEVELS.items()]
    wanted = [{"value": OPEN, "label": _("not said")}, *levels]
    wish = _("What is to change, so that it is seen that it did.")
    return [
        {"key": "level", "label": _("How is it today?"), "kind": "choices", "options": levels},
        {"key": "evidence", "label": _("What shows it?"), "kind": "long", "rows": 2},
        {"key": "owner", "label": _("Owner"), "kind": "text"},
        {"key": "wanted", "label": _("Wanted at the end of the cycle"), "kind": "select", "options": wanted},
        {"key": "wish", "label": _("Wish for this cycle"), "kind": "long", "rows": 2, "help": wish},
    ]
