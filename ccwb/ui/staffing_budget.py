"""A fold of the staffing page: what the year's plan costs and earns, beside the last cycle, and fixed."""

import datetime as dt

import pandas as pd

from ccwb import capacity
from ccwb.cycle.year import other_costs_of_months
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui import staffing_budget_parts as parts
from ccwb.ui import staffing_year as year
from ccwb.ui.charts import Chart
from ccwb.ui.part import Part
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, TableView, button

FIXED = "budget"
ALL, CYCLE = "", "cycle"


class Budget(Part):
    """Hours, people and money of the plan found last, by project, month and scenario; fixed with a press."""

    title = N_("The budget: what does the year cost, and what does it earn?")

    def widget(self):
        """Return the budget of what was planned; where nothing was, what is needed."""
        page = self.page
        self.look = {"scenario": "", "project": ALL, "months": ALL}
        self.choice = Form([], {}, on_change=page.guard(self._chose), layout_kind="wide")
        self.state, self.figures = html.html(""), html.html("")
        self.chart = Chart(parts.picture(page.currency), parts.nothing(), table=self._months, name="budget")
        self.below, self.fixing = html.stack(classes="ccwb-folds"), html.row()
        self.shown = html.stack(
            self.choice, self.figures, html.card(self.chart), self.below, self.fixing, classes="ccwb-folds"
        )
        self.show()
        return html.stack(self.state, self.shown, classes="ccwb-folds")

    def planned_anew(self):
        """Hear that the year was planned anew."""
        self.show()

    # what there is ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the budget of the plan that was found last, or say what it needs."""
        page = self.page
        self.plans = year.held(page).get("plans", {})
        html.show(self.shown, bool(self.plans))
        if not self.plans:
            lacks = year.missing(page)
            said = _("The budget follows from the year's people: find the cheapest plan in the fold above.")
            self.state.value = html.paragraph(said) + "".join(html.notice(one, "near") for one, *_w in lacks)
            return
        self.fixed = page.store.read_table("budget", cycle=page.cycle_id, all_columns=True)
        if self.look["scenario"] not in self.plans:
            self.look["scenario"] = next(iter(self.plans))
        self.tables = {name: self._table(name) for name in self.plans}
        self.choice.fields, self.choice.values = self._choices(), dict(self.look)
        self._draw()

    def _table(self, name):
        """Return the budget of one scenario, a table as TABLES["budget"]."""
        page, centre = self.page, self.page.centre()
        plan, _courses = year.unpacked_plan(self.plans[name])
        others = other_costs_of_months(page.store.read_table("costs", all_columns=True), plan.months)
        others = others[others["project"].isin(["", *plan.months["project"]])]
        contracts = {one["project"]: one["contract"] for one in centre["projects"]}
        return capacity.budget(plan, others=others, key=centre.get("shared_key", "handled"), contracts=contracts)

    def _choices(self):
        table = self.tables[self.look["scenario"]]
        years = sorted({str(day.year) for day in table["first_day"]})
        months = [{"value": ALL, "label": _("All months planned")}, {"value": CYCLE, "label": _("This cycle's months")}]
        projects = [{"value": key, "label": label} for key, label in self.labels.items()]
        pick = lambda key, label, options: {"key": key, "label": label, "kind": "select", "options": options}  # noqa: E731
        return [
            pick("scenario", _("Scenario"), [{"value": name, "label": name} for name in self.plans]),
            pick("project", _("Project"), projects),
            pick("months", _("Months"), [*months, *({"value": one, "label": one} for one in years)]),
        ]

    @property
    def labels(self):
        """project -> what it is called; "" is the centre."""
        return {"": _("The whole centre")} | {one["project"]: one["label"] for one in self.page.centre()["projects"]}

    def _chose(self, key, value, final):
        self.look[key] = value
        self._draw()

    def in_sight(self, table, *, project=True):
        """Return the rows of a budget that are asked for."""
        chosen, months, days = self.look["project"], self.look["months"], table["first_day"]
        keep = (table["project"] == chosen) | (not (chosen and project))
        if months == CYCLE:
            one = self.page.context.cycle
            keep &= (table["last_day"] >= pd.Timestamp(one.first_day)) & (days <= pd.Timestamp(one.last_day))
        elif months:
            keep &= days.dt.year == int(months)
        return table[keep]

    def _sums(self, table, by=()):
        return capacity.sums_of(table, by=by, full_time_hours_week=self.page.full_time)

    def _columns(self, first):
        earns = any(table["kind"].isin(capacity.EARNED).any() for table in self.tables.values())
        return parts.columns(first, earns=earns)

    def _months(self):
        sums = self._sums(self.in_sight(self.tables[self.look["scenario"]]), by=("first_day",))
        return sums.assign(month=[parts.month_said(day) for day in sums["first_day"]])

    # what is shown ---------------------------------------------------------------------------------------------------
    def _draw(self):
        page, seen = self.page, self.in_sight(self.tables[self.look["scenario"]])
        if seen.empty:
            self.figures.value = html.notice(_("Nothing is planned for these months. Choose others."), "near")
            return
        fixed = self.in_sight(self.fixed)
        fixed = self._sums(fixed).iloc[0] if len(fixed) else None
        self.figures.value = parts.figures(page, self._sums(seen).iloc[0], fixed) + self._earning(seen)
        title = parts.picture_title(seen, self.labels[self.look["project"]], page.money)
        self.chart.update(parts.drawn(seen), title=title)
        self.chart.table_columns = self._columns([("month", _("Month"))])
        self.below.children = tuple(self._below(seen))
        fix = button(_("Fix the budget with this plan"), self.fix, primary=True, page=page)
        self.fixing.children = (fix,)
        self.state.value = self._stands()

    def _earning(self, seen):
        if seen["kind"].isin(capacity.EARNED).any():
            return ""
        said = _("What a project earns is not known: enter it with the contract, on the setup page.")
        link = self.page.context.href("setup", step="projects")
        return html.notice(said, link=link, link_text=_("Go there"))

    def _stands(self):
        page = self.page
        lead = html.paragraph(_("Amounts are in {currency}.", currency=page.currency), "ccwb-muted")
        document = page.store.load(FIXED, cycle=page.cycle_id)
        if not document.version:
            said = _("No budget is fixed for this cycle yet. Once it is, the books are held against it.")
            return lead + html.paragraph(said, "ccwb-muted")
        when = {"who": document.by, "when": text.when(document.at), "name": document.data["scenario"]}
        return lead + html.notice(_("The budget was fixed by {who}, {when}: '{name}'.", **when), "good")

    def _below(self, seen):
        labels = self.labels
        every = self.in_sight(self.tables[self.look["scenario"]], project=False)
        rows = pd.concat([self._sums(every, by=("project",)), self._sums(every).assign(project="")])
        rows = rows.assign(project=rows["project"].map(labels)).reset_index(drop=True)
        months = self._sums(every, by=("project", "first_day"))
        months = months.assign(project=months["project"].map(labels))
        by_month = self._columns([("project", _("Project")), ("first_day", _("From"), text.date)])
        shown = TableView(rows, self._columns([("project", _("Project"))]), name="budget_projects")
        out = [
            html.card(shown, title=_("Projects")),
            html.fold(_("By kind of cost"), html.html(parts.kinds_table(seen))),
            html.fold(_("Month by month"), lambda: TableView(months, by_month, name="budget_months")),
        ]
        if len(self.tables) > 1:
            out.append(html.fold(_("The scenarios side by side"), self._scenarios))
        return [*out, html.fold(_("Against the last cycle, and what was booked"), self._against)]

    def _scenarios(self):
        sums = [self._sums(self.in_sight(table)).assign(scenario=name) for name, table in self.tables.items()]
        columns = self._columns([("scenario", _("Scenario"))])
        return TableView(pd.concat(sums, ignore_index=True), columns, name="budget_scenarios")

    # beside the books ------------------------------------------------------------------------------------------------
    def _against(self):
        """Return the plan beside the last cycle, a day each, and the fixed budget beside this cycle's books."""
        page, one = self.page, self.page.context.cycle
        costs = page.store.read_table("costs", all_columns=True)
        out = []
        if len(self.fixed):
            days = {"first_day": one.first_day, "last_day": one.last_day}
            told = capacity.against(self.fixed, costs, **days)
            out.append(html.html(html.paragraph(parts.booked_said(told, page.money))))
            out.append(TableView(told, parts.against_columns(self.labels, told), name="budget_against"))
        before = next((each for each in page.store.cycles() if each.id == one.predecessor), None)
        if before is None:
            return html.stack(*out, html.html(html.paragraph(_("There is no cycle before this one."))))
        told = self.beside(before, costs)
        said = _("What a day costs, as planned now and in {name}.", name=before.name)
        return html.stack(
            *out,
            html.html(html.paragraph(said)),
            TableView(told, parts.beside_columns(self.labels), name="budget_before"),
        )

    def beside(self, before, costs):
        """Return the plan in sight a day beside a cycle before: those days of this cycle that are planned."""
        page, one = self.page, self.page.context.cycle
        table = self.tables[self.look["scenario"]]
        days = [max(pd.Timestamp(one.first_day), table["first_day"].min())]
        days.append(min(pd.Timestamp(one.last_day), table["last_day"].max()))
        earlier = page.store.read_table("budget", cycle=before.id, all_columns=True)
        known = {"before": earlier if len(earlier) else None, "costs": costs}
        return capacity.beside(table, days=days, days_before=(before.first_day, before.last_day), **known)

    # fixed -----------------------------------------------------------------------------------------------------------
    def fix(self):
        """Keep the budget of the scenario in sight, all months of it, with who fixed it and when."""
        page, name = self.page, self.look["scenario"]
        place = {"by": page.person, "at": dt.datetime.now(dt.UTC), "cycle": page.cycle_id}
        with page.store.together():
            page.store.write_table("budget", self.tables[name], **place)
            base = page.store.load(FIXED, cycle=page.cycle_id).version
            page.store.save(FIXED, {"scenario": name, "planned": year.held(page)["at"]}, base=base, apart=True, **place)
        page.refresh_frame()
        self.show()
        page.say(_("The budget is fixed: '{name}'. The executive page holds the books against it.", name=name), "good")
