"""What the year's people are asked with: how sure, how many leave, what hiring takes, scenarios; kept as a draft."""

import pandas as pd

from ccwb import capacity
from ccwb.errors import PlanError
from ccwb.ui import refusals, text
from ccwb.ui import staffing_people_terms as terms
from ccwb.ui import staffing_year as year
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, Grid

FREEZE_DAYS = 182


class Asked:
    """The forms and the scenarios, saved with every change in the cycle's document 'headcount'.

    changed : hears of every change that was saved.  agents, left : the people, and what their register says of leaving.
    """

    def __init__(self, page, changed):
        self.page, self.changed, self.scope = page, changed, terms.ALL
        self.agents = year.people_of(page)
        self.left = year.leaving(page, self.agents)
        self.draft = page.draft("headcount", self._blank)
        self.form, self.more = (Form([], {}, on_change=page.guard(self._typed), layout_kind="wide") for _n in "ab")
        self.grid = Grid(
            terms.columns(),
            self.data["scenarios"],
            on_change=page.guard(self._rows_changed),
            new_row=terms.new_row,
            add_label=_("Add a scenario"),
            name="headcount_scenarios",
        )
        self._show()

    @property
    def data(self):
        """What is kept: assurance, attrition (None: as the register says), terms by scope, rows of scenarios."""
        return self.draft.data

    def _blank(self):
        first = year.first_week(self.page)
        rows = terms.usual_rows(first, first + pd.Timedelta(days=FREEZE_DAYS - 1))
        return {"assurance": capacity.ASSURANCE, "attrition": None, "terms": {}, "scenarios": rows}

    # as the core takes it --------------------------------------------------------------------------------------------
    def terms(self):
        """Return what a plan is made with, as the core takes it; PlanError where something in sight was not taken."""
        page, data = self.page, self.data
        refusals.stop_at([*refusals.in_form(self.form), *refusals.in_form(self.more), *refusals.in_grid(self.grid)])
        names = [one["project"] for one in page.centre()["projects"] if one["channels"]]
        made = year.terms_by_project(page.centre(), self.agents, data["terms"], names)
        terms.check_all(made)
        known = {"terms": made, "law": self.left.law, "assurance": data["assurance"]}
        return known | {"full_time_hours_week": page.full_time}

    def points(self):
        """Return the points of attrition that were typed above (or below) what the register says."""
        typed, rates = self.data["attrition"], self.left.years
        return 0.0 if typed is None else typed - float(rates.loc[rates["project"] == "", "rate"].iloc[0])

    def scenarios(self):
        """Return the rows of the scenarios as `Scenario`s; PlanError names the first that makes no sense."""
        return [terms.scenario_of(row, n, self.points()) for n, row in enumerate(self.grid.rows, start=1)]

    # as it is typed --------------------------------------------------------------------------------------------------
    def _show(self):
        own, data = self.data["terms"], self.data
        top = terms.first_fields(self.page, self.left.years)
        values = {"assurance": 100 * data["assurance"], "attrition": top[1]["default"], "scope": self.scope}
        values |= {"attrition": round(100 * data["attrition"], 4)} if data["attrition"] is not None else {}
        now = terms.effective(own, self.scope)
        lists = {self.form: terms.FIRST, self.more: (terms.RAMP, *terms.MORE, terms.LEAVE)}
        for form, keys in lists.items():
            fields = terms.term_fields(self.page, own, self.scope, keys)
            form.fields = [*top, *fields] if form is self.form else fields
            form.values = (values if form is self.form else {}) | {key: terms.shown(key, now[key]) for key in keys}
            form.errors, form.refused = {}, {}

    def _typed(self, key, value, final):
        if key == "scope":
            self.scope = value
            self._show()
            return
        form = self.form if key in {field["key"] for field in self.form.fields} else self.more
        field = next(field for field in form.fields if field["key"] == key)
        form.errors = {k: said for k, said in form.errors.items() if k != key}
        wrong = refusals.out_of_range(field, value) if field["kind"] == "number" else ""
        try:
            if not wrong:
                self._take(key, value)
        except PlanError as error:
            wrong = text.say().error(error)
        if wrong:
            form.errors = {**form.errors, key: wrong}
            return
        if value in (None, ""):  # an emptied field says what holds without it
            form.values = {**form.values, key: field["default"]}
        self.draft.save()
        self.changed()

    def _take(self, key, value):
        """Put what was typed into the draft; an emptied field goes back to what holds without it."""
        none = value in (None, "")
        if key in ("assurance", "attrition"):
            usual = capacity.ASSURANCE if key == "assurance" else None
            self.data[key] = usual if none else value / 100
            return
        own = self.data["terms"].setdefault(self.scope, {})
        if none:
            own.pop(key, None)
        else:
            own[key] = terms.stored(key, value)

    def _rows_changed(self, rows):
        self.data["scenarios"] = [dict(row) for row in rows]
        self.draft.save()
        self.changed()
