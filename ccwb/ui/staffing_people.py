"""A fold of the staffing page: need against people over the year, the cheapest hiring, and scenarios of it."""

import datetime as dt
from copy import deepcopy

from ccwb import capacity
from ccwb.messages import N_
from ccwb.ui import html, text
from ccwb.ui import staffing_people_parts as parts
from ccwb.ui import staffing_year as year
from ccwb.ui.charts import Chart
from ccwb.ui.part import Part
from ccwb.ui.staffing_people_asked import Asked
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, TableView, button


class People(Part):
    """What hiring takes, the cheapest plan, what it leaves uncovered, and scenarios beside each other."""

    title = N_("Whom do we have to hire, and when?")

    def widget(self):
        """Return what is asked and what was found last; where something is missing, what is needed."""
        page = self.page
        lacks = year.missing(page)
        if lacks:
            return teaching(page, _("Here the year ahead will be held against the people. It needs:"), lacks)
        self.asked, self.look = Asked(page, self.show), {"scenario": "", "project": "", "by": "month"}
        self.agents = self.asked.agents
        self.state, self.figures, self.outcome, self.said, self.priced = (html.html("") for _n in range(5))
        self.chart = Chart(parts.picture(), parts.no_course(), table=self._in_sight, columns=parts.course_columns())
        self.chart.file_name = "people_over_the_year"
        self.which, self.choice = (Form([], {}, on_change=page.guard(self._chose), layout_kind="wide") for _n in "ab")
        self.below = html.stack(classes="ccwb-folds")
        drawn = html.card(self.choice, self.chart, self.said)
        self.shown = html.stack(self.which, self.figures, self.outcome, drawn, self.below, classes="ccwb-folds")
        self.show()
        return html.stack(html.html(html.paragraph(_lead())), self._asking(), self.shown, classes="ccwb-folds")

    def _asking(self):
        """Return the controls: what is asked most, the rest folded, and the buttons."""
        page = self.page
        find = button(_("Find the cheapest plan"), self.find, primary=True, page=page)
        compare = button(_("Compare the scenarios"), self.compare, page=page)
        point = button(_("What does one more leaver of 100 cost?"), self.price, page=page)
        asked = self.asked
        rows = html.stack(asked.grid, classes="ccwb-rows")
        scenarios = html.stack(rows, html.row(compare, point), self.priced, classes="ccwb-folds")
        return html.card(
            asked.form,
            html.fold(_("More of what hiring takes"), asked.more),
            html.row(find),
            html.fold(_("Scenarios: what if?"), scenarios),
            self.state,
        )

    # long work -------------------------------------------------------------------------------------------------------
    def find(self):
        """Find the cheapest plan beside the page."""
        self._plan([self._base()], what=_("Looking for the cheapest plan"))

    def compare(self):
        """Plan every scenario beside the page."""
        self._plan([self._base(), *self.asked.scenarios()], what=_("Planning the scenarios"))

    def price(self):
        """Say beside the page what one point of attrition costs."""
        page, asked, looking = self.page, self.asked.terms(), year.Looking(self.page)
        settings = deepcopy(self.asked.data)

        def work(progress):
            ahead = looking(lambda d, t, *said: progress(0.4 * d, t, *said))
            told = lambda done, of: progress(0.4 + 0.6 * done / of, 1)  # noqa: E731 - short
            known = of_known(ahead, asked) | {"progress": told}
            return capacity.point_of_attrition(ahead.need, ahead.on_paths, self.agents, **known)

        def done(point):
            year.hold(page, year.held(page) | {"point": point, "asked_point": settings})
            self.show()

        page.work(work, done, what=_("Finding what one more leaver of 100 costs"))

    def _base(self):
        return capacity.Scenario(_(year.BASE), points=self.asked.points())

    def _plan(self, scenarios, *, what):
        asked, looking, agents = self.asked.terms(), year.Looking(self.page), self.agents
        settings, known, from_ = deepcopy(self.asked.data), self._known(), year.made_from(self.page)

        def work(progress):
            begun = year.FORECAST * len(looking.names) + year.STAFFED
            total = begun + year.PLANNED * len(scenarios)
            ahead = looking(lambda d, t, *said: progress(begun * d / t, total, *said))

            def told(done, of):
                at = len(scenarios) * done / of
                name = scenarios[min(int(at), len(scenarios) - 1)].name
                progress(begun + year.PLANNED * at, total, name)

            return ahead, planned(ahead, agents, scenarios, of_known(ahead, asked), told)

        def done(result):
            ahead, (table, found) = result
            before = year.held(self.page)
            same = before.get("settings") == _plain(settings) and before.get("made_from") == from_
            kept = before.get("plans", {}) if same else {}
            whole = {
                "settings": settings,
                "made_from": from_,
                "known": known,
                "without": list(ahead.without),
                "plans": kept | found,
            }
            whole |= {"table": year.packed(table)} if len(table) > 1 or not kept else {"table": before["table"]}
            whole |= {key: before[key] for key in ("point", "asked_point") if key in before}
            year.hold(self.page, whole)
            self.show()
            year.tell_planned(self.page)

        self.page.work(work, done, what=what)

    def _known(self):
        """Return how many people there are on the day of decision, and how many of them are expected to leave."""
        day, rates = year.first_week(self.page), self.asked.left.years
        here = capacity.headcount(self.agents, days=[day], by=(), full_time_hours_week=self.page.full_time).iloc[0]
        rate, more = rates[rates["project"] == ""].iloc[0], self.asked.points()
        leavers = {"leavers": rate["rate"], "leavers_low": rate["lower_80"], "leavers_high": rate["upper_80"]}
        told = {name: float(here["people"] * max(value + more, 0.0)) for name, value in leavers.items()}
        return told | {"people": int(here["people"]), "fte": float(here["fte"]), "day": day.date().isoformat()}

    # what was found --------------------------------------------------------------------------------------------------
    def show(self):
        """Show what was found last in this cycle, by whom and when, and whether something was changed since."""
        self.held = year.held(self.page)
        plans = self.held.get("plans", {})
        html.show(self.shown, bool(plans))
        self.state.value, self.priced.value = self._stands(bool(plans)), self._price()
        if not plans:
            return
        if self.look["scenario"] not in plans:
            self.look["scenario"] = next(iter(plans))
        fields = self._choices(plans)
        for form, own in ((self.which, fields[:1]), (self.choice, fields[1:])):
            form.fields, form.values = own, {field["key"]: self.look[field["key"]] for field in own}
        self._draw()

    def _stands(self, known):
        if not known:
            said = _("Nothing was planned in this cycle yet. Look at what hiring takes, then find the cheapest plan.")
            return html.paragraph(said, "ccwb-muted")
        when = text.when(dt.datetime.fromisoformat(self.held["at"]))
        told = html.paragraph(_("Planned by {who}, {when}.", who=self.held["by"], when=when), "ccwb-muted")
        if self.held["settings"] != _plain(self.asked.data):
            said = _("Something was changed since: these are the figures of before. Find the cheapest plan again.")
            told += html.notice(said, "near")
        elif self.held.get("made_from") != year.made_from(self.page):
            said = _("The setup, the history or the people changed since. Find the cheapest plan again.")
            told += html.notice(said, "near")
        if self.held["without"]:
            names = text.listed(self.held["without"])
            told += html.notice(_("Left out, as nothing is known of its contacts: {names}.", names=names), "near")
        return told

    def _choices(self, plans):
        projects = [{"value": "", "label": _("The whole centre")}]
        projects += [{"value": key, "label": label} for key, label in self.labels.items() if key]
        names = [{"value": name, "label": name} for name in plans]
        by = [{"value": key, "label": _(label)} for key, label in parts.BY.items()]
        return [
            {"key": "scenario", "label": _("Scenario"), "kind": "select", "options": names},
            {"key": "project", "label": _("Project"), "kind": "select", "options": projects},
            {"key": "by", "label": _("In steps of"), "kind": "select", "options": by},
        ]

    @property
    def labels(self):
        """project -> what it is called; "" is the centre."""
        return {one["project"]: one["label"] for one in self.page.centre()["projects"]} | {"": _("The whole centre")}

    def _chose(self, key, value, final):
        self.look[key] = value
        self._draw()

    def _draw(self):
        self.plan, self.courses = year.unpacked_plan(self.held["plans"][self.look["scenario"]])
        labels, chosen, page = self.labels, self.look["project"], self.page
        course = self._in_sight(keys=True)
        classes = self.plan.classes
        classes = classes[classes["project"] == chosen] if chosen else classes
        title = parts.picture_title(course, labels[chosen])
        self.chart.update(parts.drawn(course, classes, labels, by=self.look["by"]), title=title)
        row = self._row()
        self.figures.value = parts.figures(page, row, self.held["known"]) if row is not None else ""
        self.outcome.value = parts.outcome(page, row, self.plan) if row is not None else ""
        self.said.value = html.paragraph(_how_to_read(), "ccwb-muted")
        self.below.children = tuple(self._below(labels))

    def _row(self):
        rows = year.unpacked(self.held["table"])
        found = rows[rows["scenario"] == self.look["scenario"]]
        return found.iloc[0] if len(found) else None

    def _below(self, labels):
        plan, page = self.plan, self.page
        out = [
            html.card(html.html(parts.classes_table(plan, labels) + html.bullets(parts.crossings_said(plan, labels))))
        ]
        if len(plan.unmet):
            head = html.heading(_("What cannot be covered"), 3)
            out.append(html.card(html.html(head + html.bullets(parts.unmet_said(plan, labels)))))
        table = year.unpacked(self.held["table"])
        if len(table) > 1:
            head = html.html(html.heading(_("The scenarios side by side"), 3))
            more = html.fold(_("All figures side by side"), lambda: TableView(table, parts.scenario_columns(page)))
            out.append(html.stack(head, parts.scenario_cards(page, table), more))
        months = plan.months.assign(project=plan.months["project"].map(labels))
        view = lambda: TableView(months, parts.month_columns(), name="people_months")  # noqa: E731 - short
        return [*out, html.fold(_("Every month of every project"), view)]

    def _price(self):
        if "point" not in self.held:
            return ""
        said = html.paragraph(parts.point_said(self.page, self.held["point"]))
        changed = self.held["asked_point"] != _plain(self.asked.data)
        return said + (html.paragraph(_("Something was changed since."), "ccwb-muted") if changed else "")

    def _in_sight(self, keys=False):
        course = self.courses[self.look["by"]]
        rows = course[course["project"] == self.look["project"]].reset_index(drop=True)
        return rows if keys else rows.assign(project=rows["project"].map(self.labels))


def teaching(page, lead, lacks):
    """Return what a fold says while it lacks something, each with where it is brought in."""
    links = [
        html.notice(said, "near", link=page.context.href(where, step=step), link_text=_("Go there"))
        for said, where, step in lacks
    ]
    return html.html(html.paragraph(lead) + "".join(links))


def of_known(ahead, asked):
    """Return what was asked, with terms of the projects of which a need is known."""
    known = set(ahead.need["project"])
    return asked | {"terms": {name: one for name, one in asked["terms"].items() if name in known}}


def planned(ahead, agents, scenarios, asked, told):
    """Plan the scenarios: (table of all, name -> plan as a document); told(done, total) hears how far it is."""
    table, plans = capacity.side_by_side(
        ahead.need, ahead.on_paths, agents, scenarios=scenarios, progress=told, **asked
    )
    own = {name: asked[name] for name in ("law", "full_time_hours_week")}
    documents = {}
    for one in scenarios:
        need, paths = ahead.need.copy(), (1 + one.volume) * ahead.on_paths
        need["hours"] *= 1 + one.volume
        known = own | {"terms": asked["terms"], "more": one.points}
        courses = {by: capacity.course_of(plans[one.name], need, paths, agents, by=by, **known) for by in parts.BY}
        documents[one.name] = year.packed_plan(plans[one.name], courses)
    return table, documents


def _plain(data):
    from ccwb.ui.drafts import _plain as plain

    return plain(data)


def _lead():
    return _(
        "The forecast of the next 65 weeks says how many people on contacts every project needs, with the targets of "
        "the setup; the register of people says how many will leave. The plan is the cheapest one that covers each "
        "month as surely as you ask. Sliders above do not move it."
    )


def _how_to_read():
    return _(
        "The line is the need at the forecast's middle, dashed are the people there: own and hired ones once trained, "
        "with overtime, temporary and lent people. Shaded is where 80 of 100 futures lie. A triangle is a class."
    )
