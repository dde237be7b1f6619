"""Results that no file of contacts tells: surveys as counts, and what a team enters or imports for a measure."""

import datetime as dt

import numpy as np
import pandas as pd

from ccwb import measures
from ccwb.errors import PlanError
from ccwb.measures import KPIS, SURVEYED
from ccwb.messages import N_
from ccwb.ui import html, refusals, text
from ccwb.ui.evaluation_parts import shown
from ccwb.ui.import_part import ImportPart
from ccwb.ui.measure_words import stored, unit_of
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, TableView, button

# Measures that a team may enter; what contacts, plans and people tell by themselves is not typed
ENTERED = [kpi for kpi, known in KPIS.items() if known.source == KPIS["churn"].source]
ENTERED += ["transfer_rate", "cost_per_contact"]
LATEST = 12  # of the results of a measure: those shown
SURVEYS = {"csat": "csat", "nps": "nps", "ces": "ces", "ces_effort": "ces", "fcr": "fcr"}
SURVEYS |= {"employee_satisfaction": "employee", "quality": "quality"}
SCALE = {"csat": "1-5", "nps": "0-10", "ces": "1-7 easy", "ces_effort": "1-5 effort", "employee_satisfaction": "1-5"}
COUNTS = {
    "answers": N_("Answers received"),
    "favourable": N_("Favourable answers"),
    "unfavourable": N_("Unfavourable answers"),
    "score_sum": N_("Sum of the scores"),
}
HINTS = {
    "csat": N_("Favourable: 4 or 5 of 5."),
    "employee_satisfaction": N_("Favourable: 4 or 5 of 5."),
    "nps": N_("Favourable: 9 or 10 of 10. Unfavourable: 0 to 6."),
    "ces": N_("The sum of all scores, 1 to 7, where 7 is easy."),
    "ces_effort": N_("The sum of all scores, 1 to 5, where 1 is little effort."),
    "fcr": N_("Favourable: solved at the first contact."),
    "quality": N_("Answers: contacts checked. Favourable: those that passed."),
}


class Results:
    """One result entered at a time: counts of a survey, else numerator and denominator; and files of surveys."""

    def __init__(self, page, done):
        self.page, self._done = page, done
        self.pick = Form([_pick_field(page.centre())[0]], {"kpi": "csat"}, on_change=page.guard(self._picked))
        self.form = Form([], {}, layout_kind="wide")
        self.hint, self.there = html.html(""), html.stack()
        keep = button(_("Keep this result"), self.keep, primary=True, page=page)
        gone = button(_("Take away the one of this day"), self.take_away, page=page)
        entering = html.fold(_("Enter a result"), self.pick, self.hint, self.form, html.row(keep, gone), self.there)
        surveys = html.fold(_("Bring in survey results from a file"), lambda: self._import("surveys"))
        others = html.fold(_("Bring in results of other measures from a file"), lambda: self._import("kpi_values"))
        note = _("Surveys, and what no file of contacts tells. Counts make results of any period add up right.")
        self.widget = html.card(
            html.html(html.paragraph(note, "ccwb-muted")),
            entering,
            surveys,
            others,
            title=_("Results entered or imported"),
        )
        self.show()

    def show(self):
        """Show the fields of the measure in hand, and what is there of it."""
        kpi = self.pick.values["kpi"]
        fields = [*_pick_field(self.page.centre())[1:], *_value_fields(kpi, self.page.centre()["currency"])]
        if [f["key"] for f in self.form.fields] != [f["key"] for f in fields]:
            kept = {f["key"]: self.form.values.get(f["key"]) for f in fields}
            self.form.fields, self.form.values = fields, kept | {"project": kept.get("project") or ""}
        self.hint.value = html.paragraph(_(HINTS.get(kpi, KPIS[kpi].definition)), "ccwb-muted")
        table = known_results(self.page.store, kpi)
        view = TableView(table, _result_columns(kpi, self.page.centre()), name="results") if len(table) else None
        self.there.children = (view,) if view else (html.html(html.paragraph(_("None of this measure is kept yet."))),)

    def keep(self):
        """Keep what is typed: a survey as counts, any other measure as numerator and denominator or as a value."""
        refusals.stop_at(refusals.in_form(self.form))
        kpi, values = self.pick.values["kpi"], self.form.values
        name, row = survey_row(kpi, values) if kpi in SURVEYED else result_row(kpi, values)
        self._write(name, lambda table: row, mode="merge")

    def take_away(self):
        """Take away the result of the measure, project and first day that are typed."""
        kpi, values = self.pick.values["kpi"], self.form.values
        name = "surveys" if kpi in SURVEYED else "kpi_values"
        wanted = _where(kpi, values)

        def without(table):
            same = np.logical_and.reduce([table[column] == value for column, value in wanted.items()])
            if not same.any():
                raise PlanError(N_("No result of this measure, project and first day is kept."))
            return table[~same]

        self._write(name, without, mode="replace")

    def _write(self, name, change, *, mode):
        page = self.page
        with page.store.together():
            table = change(page.store.read_table(name, all_columns=True))
            page.store.write_table(name, table, by=page.person, at=dt.datetime.now(dt.UTC), mode=mode)
        page.saved()
        page.refresh_frame()
        self.show()
        self._done()

    def _picked(self, _key, _value, _final):
        self.show()

    def _import(self, holds):
        return ImportPart(self.page, holds=holds, done=lambda _report: self._done()).widget


def _pick_field(centre):
    kpis = [kpi for kpi in KPIS if kpi in SURVEYED or kpi in ENTERED]
    options = [{"value": kpi, "label": _(KPIS[kpi].label)} for kpi in kpis]
    projects = [{"value": "", "label": _("Whole centre")}]
    projects += [{"value": p["project"], "label": p["label"]} for p in centre["projects"]]
    return [
        {"key": "kpi", "label": _("Measure"), "kind": "select", "options": options},
        {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
        {"key": "first_day", "label": _("First day"), "kind": "date"},
    ]


def _value_fields(kpi, currency):
    """Return the fields of what is counted: those of the survey, else numerator, denominator and value."""
    if kpi in SURVEYED:
        return [{"key": key, "label": _(COUNTS[key]), "kind": "number"} for key in _counted(kpi)]
    upper, _slash, lower = _(KPIS[kpi].formula).partition(" / ")
    return [
        {"key": "last_day", "label": _("Last day"), "kind": "date"},
        {"key": "numerator", "label": upper, "kind": "number"},
        {"key": "denominator", "label": lower, "kind": "number"},
        {"key": "value", "label": _("or the value alone"), "kind": "number", "unit": unit_of(kpi, currency)},
    ]


def _counted(kpi):
    if kpi in ("ces", "ces_effort"):
        return ("answers", "score_sum")
    return ("answers", "favourable", "unfavourable") if kpi == "nps" else ("answers", "favourable")


def survey_row(kpi, values):
    """Return ("surveys", a table of one row) of typed counts; PlanError for what cannot be."""
    counts = {key: values.get(key) for key in _counted(kpi)}
    if not values.get("first_day") or any(value is None or value < 0 for value in counts.values()):
        raise PlanError(N_("A survey needs its first day and its counts, each 0 or more. Fill them in."))
    parts = sum(counts.get(key) or 0 for key in ("favourable", "unfavourable"))
    if not counts["answers"] or parts > counts["answers"]:
        raise PlanError(
            N_("Of {answers} answers {parts} cannot be favourable or unfavourable. Correct the counts."),
            answers=counts["answers"] or 0,
            parts=parts,
        )
    if "score_sum" in counts:
        measures.check_scores(kpi, counts["answers"], counts["score_sum"])
    row = {**_where(kpi, values), **counts, "scale": SCALE.get(kpi, "")}
    return "surveys", pd.DataFrame([row])


def result_row(kpi, values):
    """Return ("kpi_values", a table of one row) of typed figures; PlanError for what cannot be."""
    upper, lower, alone = (values.get(key) for key in ("numerator", "denominator", "value"))
    whole = upper is not None and lower is not None and lower > 0
    if not whole and alone is None:
        raise PlanError(N_("A result needs both parts of its formula, the lower above 0, or the value alone."))
    if whole:
        measures.check_parts(kpi, upper, lower)
    else:
        measures.check_share(kpi, stored(kpi, alone))
    first, last = values.get("first_day"), values.get("last_day")
    if not first or not last or last < first:
        raise PlanError(N_("A result needs its first and its last day, in this order."))
    kept = {"last_day": pd.Timestamp(last), "numerator": upper if whole else np.nan}
    kept |= {"denominator": lower if whole else np.nan, "value": upper / lower if whole else stored(kpi, alone)}
    return "kpi_values", pd.DataFrame([_where(kpi, values) | kept])


def _where(kpi, values):
    """Return the key of a result: project, first day, and the survey or the measure."""
    place = {"project": values.get("project") or "", "channel": ""}
    day = pd.Timestamp(values["first_day"]) if values.get("first_day") else pd.NaT
    if kpi in SURVEYED:
        return {"day": day, **place, "survey": SURVEYS[kpi]}
    return {"kpi": kpi, **place, "first_day": day, "basis": "actual"}


def known_results(store, kpi):
    """Return what is kept of a measure, the latest first: surveys with their margin, else what was entered."""
    if kpi in SURVEYED:
        table = store.read_table("surveys", all_columns=True)
        table = table[table["survey"] == SURVEYS[kpi]]
        days = [(day, rows) for day, rows in table.groupby("day", sort=True)][-LATEST:]
        parts = [measures.margins(rows).assign(first_day=day) for day, rows in days]
        out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["kpi"])
        return out[out["kpi"] == kpi].iloc[::-1].reset_index(drop=True)
    table = store.read_table("kpi_values", all_columns=True)
    return table[table["kpi"] == kpi].sort_values("first_day", ascending=False, ignore_index=True).head(LATEST)


def _result_columns(kpi, centre):
    labels = {"": _("Whole centre")} | {p["project"]: p["label"] for p in centre["projects"]}

    def figure(value):
        return shown(kpi, value, centre["currency"])

    columns = [
        ("project", _("Project"), lambda key: labels.get(key, key)),
        ("first_day", _("First day"), lambda day: text.date(day, "short")),
    ]
    if kpi in SURVEYED:
        ends = [("low", _("at least"), figure), ("high", _("at most"), figure), ("answers", _("Answers received"))]
        return [*columns, ("value", _("Value"), figure), *ends]
    last = ("last_day", _("Last day"), lambda day: text.date(day, "short"))
    return [
        *columns,
        last,
        ("numerator", _("Numerator")),
        ("denominator", _("Denominator")),
        ("value", _("Value"), figure),
    ]
