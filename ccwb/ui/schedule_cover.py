"""Shifts that cover the need of one project: how many people work which shift, and what stays short."""

import datetime as dt

import pandas as pd

from ccwb import cycle
from ccwb.errors import PlanError
from ccwb.projects import project_of
from ccwb.schedule import check_shifts, cover, fit, grid_s, unmet, usual_shifts, with_schedule
from ccwb.ui import html, refusals, text
from ccwb.ui import schedule_parts as parts
from ccwb.ui.charts import Chart
from ccwb.ui.choosing import choose_rows
from ccwb.ui.merging import equal, merged, settled
from ccwb.ui.schedule_look import WeekAndDay
from ccwb.ui.text import _, number, percent
from ccwb.ui.widgets import Form, Grid, TableView, button

SENTENCES = 6  # of what stays short; the table has them all
MADE_WITH = ("limit", "under", "over")  # fields of the form that a schedule is made with


class Cover(WeekAndDay):
    """The schedule of one project: shifts that cover the plan's requirement, and what stays short."""

    def __init__(self, page):
        self.page = page
        self.one = project_of(page.centre(), page.project)
        place = {"cycle": page.cycle_id, "project": page.project, "zone": self.one["zone"]}
        self.requirement = page.store.read_table("requirement", **place)
        if self.requirement.empty:
            said = _("Here the shifts will be shown, once the staffing stage has a plan for this project.")
            self.widget = parts.missing(page, said, "staffing")
            return
        self.schedule = page.store.read_table("schedule", all_columns=True, **place)
        self.kept = page.draft("schedule", dict, project=page.project)
        self.shifts = self._shifts()
        self.coverage = with_schedule(parts.needed(self.requirement), schedule=self.schedule)
        monday = parts.monday_of(self.requirement["interval_start"].min())
        self.monday, self.day = page.seen.get("shifts", (monday, monday))
        self.widget = self._build()

    def _build(self):
        self.figures, self.short, self.shift_said = html.html(""), html.html(""), html.html("")
        self.breaks_said = html.html("")
        none = parts.no_coverage()
        self.cover = Chart(parts.cover_chart(), {"cover": none}, table=lambda: self.coverage, name="coverage")
        self.people = Chart(
            parts.shift_chart(), {"shifts": parts.no_shifts()}, table=self._of_day, name="shifts_of_day"
        )
        self.form = Form(self._fields(), self._values(), on_change=self.page.guard(self._changed))
        self._draw()
        make = button(_("Make the schedule"), self.make, primary=True, page=self.page)
        return html.stack(
            self.figures,
            html.split(
                [html.card(self.form, html.row(make))],
                html.card(self.cover),
                html.card(self.short, title=_("What stays short in the whole cycle")),
                html.card(self.people),
                html.card(self.shift_said, self.breaks_said, self._grid(), title=_("Shifts that may be used")),
                html.fold(
                    _("The schedule as a table"),
                    lambda: TableView(self.schedule, name=f"schedule_{self.page.project}"),
                ),
            ),
            classes="spaced",
        )

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Nothing moves while another step is in sight."""

    def _draw(self):
        """Draw the week and the day in sight."""
        self.page.seen["shifts"] = self.monday, self.day
        week = parts.span(self.coverage, self.monday, days=7)
        self.figures.value = parts.figures(self.schedule, self.coverage, fit(self.coverage))
        title = parts.cover_title(week, bool(len(self.schedule)))
        self.cover.update({"cover": parts.cover_rows(week)}, title=title)
        shifts = self._of_day()
        at = text.date(self.day, "full")
        said = _(
            "{day}: {n} people on {k} kinds of row", day=at, n=number(shifts["people"].sum()), k=number(len(shifts))
        )
        self.people.update(
            {"shifts": parts.shift_rows(shifts)}, title=said if len(shifts) else _("{day}: nobody", day=at)
        )
        self.short.value = self._sentences()

    def _sentences(self):
        if self.schedule.empty:
            return html.paragraph(_("Press 'Make the schedule' to see who works when."))
        told = self.kept.data.get("unmet")
        if told is None:  # a schedule that was brought in with its cycle: nobody has told yet
            told = unmet(self.coverage)
        if not told:
            return html.notice(parts.nothing_short(fit(self.coverage)["under_h"]), "good")
        named = [(template, values | {"project": self.one["label"]}) for template, values in told[:SENTENCES]]
        said = html.bullets([_(template, **parts.spoken(values)) for template, values in named])
        more = _(
            "{n} more times are short; they are in the table of the picture above.", n=number(len(told) - SENTENCES)
        )
        said += html.paragraph(more) if len(told) > SENTENCES else ""
        return said + parts.fractions_said(fit(self.coverage)["under_h"], told)

    def _of_day(self):
        start = self.schedule["shift_start"].dt.tz_localize(None)
        day = self.schedule[(start >= self.day) & (start < self.day + pd.Timedelta(days=1))]
        return day.sort_values(["shift_start", "shift_end"], ignore_index=True)

    # controls --------------------------------------------------------------------------------------------------------
    def _fields(self):
        agents = self.page.store.read_table("agents", project=self.page.project)
        there = _("{n} agents belong to this project.", n=number(len(agents))) if len(agents) > 1 else ""
        there = _("One agent belongs to this project.") if len(agents) == 1 else there
        weight = {"kind": "slider", "min": 1, "max": 20, "step": 1, "digits": 1, "least": 0, "most": 1000}
        return [
            *self.week_fields(self.requirement["interval_start"]),
            {"key": "limit", "label": _("Most people on one day"), "kind": "number", "digits": 1}
            | {
                "least": 1,
                "most": 100_000,
                "whole": True,
                "unit": _("people"),
                "help": _("Empty: as many as it takes.") + " " + there,
                "group": _("Make it with"),
            },
            {"key": "under", "label": _("An hour short counts"), "default": 10, **weight},
            {"key": "over", "label": _("An hour too many counts"), "default": 1, **weight},
        ]

    def _values(self):
        settings = self.kept.data.get("settings", {})
        values = {"limit": None, "under": 10, "over": 1} | settings
        return values | self.week_values()

    def _changed(self, key, value, final):
        if self.look_at(key, value):
            self._draw()
        else:
            self._set(key, value, final)

    def _set(self, key, value, final):
        """Keep what a schedule is made with; what cannot be is refused at its field, and stays there."""
        field = next(f for f in self.form.fields if f["key"] == key)
        if value is None and "default" in field:  # emptied: back to where it came from
            value = field["default"]
            self.form.values = {**self.form.values, key: value}
        wrong = refusals.out_of_range(field, value)
        others = {k: v for k, v in self.form.errors.items() if k != key}
        self.form.errors = others | ({key: wrong} if wrong else {})
        if final and not wrong:
            self._keep_settings()

    def _keep_settings(self):
        now = {k: self.form.values[k] for k in MADE_WITH if k not in self.form.errors}
        self.kept.data["settings"] = self.kept.data.get("settings", {}) | now
        self.kept.save()

    # shifts ----------------------------------------------------------------------------------------------------------
    def _shifts(self):
        """Return the shifts of this cycle, else those of the centre, else the usual ones."""
        for place in (self.page.cycle_id, None):
            shifts = self.page.store.read_table("shifts", cycle=place, project=["", self.page.project])
            if len(shifts):
                return shifts
        usual = usual_shifts()
        return usual.assign(shift=usual["shift"].map(_))

    def _say_breaks(self):
        self.breaks_said.value = parts.breaks_twice(self.page, self.page.project, self.shifts)

    def _grid(self):
        self._say_breaks()
        self._seen_shifts, self.shift_wrong = parts.to_rows(self.shifts), None
        self.shift_grid = Grid(
            parts.shift_columns(),
            self._seen_shifts,
            on_change=self.page.guard(self._save_shifts),
            new_row=parts.new_shift,
            add_label=_("Add a shift"),
            name="shifts",
        )
        self.shift_grid.add_class("ccwb-rows")
        return self.shift_grid

    def _save_shifts(self, rows):
        """Save what this page changed in the shifts; what others saved meanwhile stays, and is shown."""
        self.shift_wrong = self._wrong_in(rows)
        wrong = self.shift_wrong
        self.shift_said.value = html.notice(text.say().error(wrong), "miss") if wrong else ""
        if wrong:
            return
        with self.page.store.together():  # between the look and the save nobody else gets in
            theirs = parts.to_rows(self._shifts())
            last = self.page.store.revision("shifts", cycle=self.page.cycle_id)
            ours = not equal(theirs, self._seen_shifts)
            seen, key = self._seen_shifts, ["shift"]
            whole, both = merged(seen, rows, theirs, key=key) if ours else rows, []
            if whole is None:
                whole, both = settled(seen, rows, theirs, key=key, fits=lambda row: not self._wrong_in([row]))
            shifts = check_shifts(parts.from_rows(whole)).assign(project=self.page.project)
            place = {"by": self.page.person, "at": dt.datetime.now(dt.UTC), "cycle": self.page.cycle_id}
            self.page.store.write_table("shifts", shifts, project=self.page.project, **place)
        self.shifts = self._shifts()
        self._say_breaks()
        self._seen_shifts = parts.to_rows(self.shifts)
        if ours:  # somebody else's rows came in, or ours was refused: the grid shows what there is
            self.shift_grid.rows = self._seen_shifts
        if both:
            choose_rows(self.page, self.shift_grid, both, self._save_shifts, title="shift", who=last.by, when=last.at)
            return
        self.page.clear()
        self.page.saved()
        self.page.refresh_frame()

    def _wrong_in(self, rows):
        """Return why no schedule could be made with these shifts, a PlanError; None where one could."""
        try:
            grid_s(self.requirement, check_shifts(parts.from_rows(rows)))
        except PlanError as error:
            return error
        return None

    # the work --------------------------------------------------------------------------------------------------------
    def make(self):
        """Cover the requirement of the whole cycle with the shifts, and keep the schedule.

        Where it belongs is settled here: whatever the page shows when the work ends, it is kept where it began.
        """
        refusals.stop_at(self._not_taken())
        self._keep_settings()
        made_from = cycle.made_from(self.page.store, self.page.cycle_id, "schedule", project=self.page.project)
        with_ = {"made_from": made_from, "plan_settings": dict(self.kept.data["settings"])}
        values, projects = self.form.values, {self.page.project: self.one}
        requirement, shifts, kept = self.requirement, self.shifts, self.kept
        weights = {"under_weight": float(values["under"]), "over_weight": float(values["over"])}
        limit = None if values["limit"] is None else int(values["limit"])

        def run(progress):
            step = lambda done, total: progress(done, total, percent(done / total))  # noqa: E731 - one thought
            return cover(requirement, shifts=shifts, projects=projects, limit=limit, progress=step, **weights)

        self.page.work(run, lambda made: self._keep(*made, with_, kept), what=_("Placing shifts"))

    def _not_taken(self):
        """Return what is in sight and was not taken, in the form and among the shifts, a PlanError each."""
        shifts = [self.shift_wrong] if self.shift_wrong else []
        return refusals.in_form(self.form) + refusals.in_grid(self.shift_grid) + shifts

    def _keep(self, schedule, coverage, with_, kept):
        place = {"by": self.page.person, "at": dt.datetime.now(dt.UTC), "cycle": kept.cycle, "project": kept.project}
        told = [[template, parts.plain(values)] for template, values in unmet(coverage)]
        kept.data |= with_ | {"unmet": told}
        with self.page.store.together():  # the schedule and what is said of it: both or neither
            self.page.store.write_table("schedule", schedule, **place)
            kept.data["result_of"] = cycle.result_of(self.page.store, kept.cycle, "schedule", project=kept.project)
            kept.write()
        self.page.reopen()
        self.page.say(_("The schedule is made and kept."), "good")
