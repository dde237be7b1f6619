"""The budget that was fixed with the plan, judged: hours, people and money as planned and as they came, and why."""

import pandas as pd

from ccwb import capacity, measures
from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import html, text
from ccwb.ui.part import Part
from ccwb.ui.text import _, money, number, percent, signed

SHOWN = ("hours", "fte", "cost", "contacts", "cost_per_contact")
LABELS = {
    "hours": N_("Paid hours"),
    "fte": N_("Full-time people"),
    "cost": N_("Cost"),
    "contacts": N_("Contacts handled"),
    "cost_per_contact": N_("Cost per contact"),
}
MADE_OF = {"hours": N_("paid hours"), "rate": N_("cost of an hour"), "other": N_("all beside labour")}


class BudgetJudged(Part):
    """A sentence on the difference and what it is made of, the sums, and every project month by month."""

    title = N_("The budget: planned against what came")

    def widget(self):
        page = self.page
        budget = page.store.read_table("budget", cycle=page.cycle_id, all_columns=True)
        budget = budget[budget["project"] == page.project] if page.project else budget
        if budget.empty:
            said = _("No budget was fixed for this cycle: it is fixed on the staffing page, with the year's plan.")
            there = {"link": page.context.href("staffing"), "link_text": _("Go there")}
            return html.html(html.notice(said, **there))
        read = judge(page, budget)
        self.table, self.projects = read(by=("project", "first_day")), read(by=("project",))
        self.whole = self.projects if page.project else read(by=())
        return html.html(self._said(self.whole.iloc[0]) + self._sums() + self._months())

    def _said(self, row):
        known = row["known"]
        if known < 1:
            said = _(
                "Booked are {share} of the days: the difference is not to be read as savings.", share=percent(known)
            )
            return html.notice(said, "near")
        parts = capacity.gap_of(row)
        share = parts["gap"] / row["plan_cost"] if row["plan_cost"] else 0.0
        plan, actual = self._money(row["plan_cost"]), self._money(row["actual_cost"])
        values = {"plan": plan, "actual": actual, "share": signed(share, percent, 1)}
        told = _("It cost {actual} where {plan} was planned ({share}).", **values)
        made = [f"{_(label)} {signed(parts[name], self._money)}" for name, label in MADE_OF.items()]
        return html.paragraph(told + " " + _("Of the difference: {parts}.", parts=text.listed(made)))

    def _sums(self):
        rows = [self._row(_("All that is in sight"), row) for row in self.whole.to_dict("records")]
        labels = self.page.labels
        if not self.page.project:
            each = self.projects.to_dict("records")
            rows += [self._row(labels.get(row["project"], row["project"]), row) for row in each]
        return html.table(
            _heads(_("Project")), rows, caption=_("Each as planned, then as it came, and the difference.")
        )

    def _months(self):
        rows = [
            self._row(
                text.joined((self.page.labels.get(row["project"], row["project"]), _month(row["first_day"]))), row
            )
            for row in self.table.to_dict("records")
        ]
        caption = _(
            "Paid hours are the contract hours of those employed; overtime is in the cost. Shared costs go by contacts."
        )
        return html.heading(_("Month by month"), 3) + html.table(_heads(_("Project and month")), rows, caption=caption)

    def _row(self, name, row):
        cells = []
        for key in SHOWN:
            plan, actual = row[f"plan_{key}"], row[f"actual_{key}"]
            share = actual / plan - 1 if plan and not pd.isna(plan) and not pd.isna(actual) else None
            gap = "" if share is None or row["known"] < 1 else f" ({signed(share, percent, 1)})"
            cells.append(f"{self._shown(key, plan)} / {self._shown(key, actual)}{gap}")
        return [name, *cells]

    def _shown(self, key, value):
        if pd.isna(value):
            return text.say().missing
        if key == "cost":
            return self._money(value)
        return number(value, {"fte": 1, "cost_per_contact": 2}.get(key, 0))

    def _money(self, value):
        return money(value, self.page.currency)


def _heads(first):
    return [first, *((_(LABELS[name]), True) for name in SHOWN)]


def _month(day):
    return text.say().weekday(day.date(), "LLLL y")


def judge(page, budget):
    """Return a function that judges the budget of what is in sight, by any of project and month."""
    store, one, centre = page.store, page.context.cycle, page.centre()
    projects = [one["project"] for one in em.projects_of(centre, page.project)]
    agents, costs = (store.read_table(name, all_columns=True) for name in ("agents", "costs"))
    given = {"agents": agents[agents["project"].isin(projects)], "handled": handled(store, one, centre)}
    given |= {"first_day": one.first_day, "last_day": one.last_day}
    given["full_time_hours_week"] = centre.get("full_time_hours_week") or 40.0

    def read(*, by):
        table = capacity.judged(budget, costs, **given, by=by)  # of all projects: shared costs are shared out by them
        return table[table["project"].isin(projects)] if by else table

    return read


def handled(store, one, centre):
    """Return contacts handled by project and day of a cycle's actual figures: project, day, contacts."""
    parts = []
    for project in centre["projects"]:
        rows = store.read_table("actuals", cycle=one.id, project=project["project"], zone=project["zone"])
        day = measures.day_of(rows["interval_start"]) if len(rows) else pd.Series(dtype="datetime64[ns]")
        told = rows["handled"] if "handled" in rows else pd.Series(0.0, index=rows.index)
        sums = told.groupby(day).sum().rename("contacts").rename_axis("day").reset_index()
        parts.append(sums.assign(project=project["project"]))
    return pd.concat(parts, ignore_index=True)
