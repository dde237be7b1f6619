"""Stage 2: how much work will come, and how sure are we."""

import pandas as pd

from ccwb import forecast as fc
from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.projects import project_of
from ccwb.ui import forecast_parts as parts
from ccwb.ui import forecast_publish as publishing
from ccwb.ui import html, refusals, text
from ccwb.ui.approval import approval
from ccwb.ui.forecast_adjust import Adjustments, side_of
from ccwb.ui.forecast_against import LastCycle
from ccwb.ui.forecast_asked import unlikely
from ccwb.ui.forecast_cleaning import Cleaning, drawn_marks, turned
from ccwb.ui.forecast_controls import Controls
from ccwb.ui.forecast_events import Events
from ccwb.ui.forecast_files import Files
from ccwb.ui.forecast_hours import DayHours, unready
from ccwb.ui.forecast_models import Compared, model_table, scored, untried
from ccwb.ui.forecast_pictures import Pictures
from ccwb.ui.forecast_scenarios import Scenarios
from ccwb.ui.forecast_starts import NewQueues, typed
from ccwb.ui.forecast_work import Making
from ccwb.ui.forecast_year import YearAhead
from ccwb.ui.import_part import ImportPart
from ccwb.ui.shell import BUSY, Page
from ccwb.ui.text import _
from ccwb.ui.widgets import button

SHOWN_YEARS = 3  # of history before the cycle, in the picture

# The folds below the pictures, under what they are for
PARTS = (
    (N_("Correct it"), (Adjustments, Cleaning, NewQueues)),
    (N_("How sure is it"), (Scenarios, Compared, LastCycle)),
    (N_("Further ahead"), (YearAhead,)),
    (N_("The data"), (Files,)),
)

# What is asked back before it is published, with the button that publishes then
ASKED = ((unready, N_("Publish by the day all the same")), (unlikely, N_("It is meant so: publish it")))
PUBLISHED_ALREADY = N_(
    "{projects}: already published. A forecast that is made again counts as changed until it is published again. Make "
    "it for which projects?"
)


class ForecastPage(Page):
    """The forecast of one project's queues for the days of the cycle: made, corrected, published for staffing."""

    name = "forecast"
    needs_project = True
    _here = queue = events = pictures = None
    parts = ()

    def body(self):
        stays, self._here = self._here == (self.project, self.cycle_id), (self.project, self.cycle_id)
        if not self.project or self.cycle_id is None:
            return [parts.top(), parts.needs_setup(self)]
        info = self.store.table_info("history")
        channels = set(info.loc[info["project"] == self.project, "channel"])
        self._read()
        channels |= {one["channel"] for one in self.settings["starts"]}
        self.queues = [(self.project, c) for c in CHANNELS if c in channels]
        if not channels:
            self.parts = [NewQueues(self)]
            return [parts.top(), self._no_history(), *self._folds((("", (NewQueues,)),))]
        if not stays or self.queue not in self.queues:
            self.queue, self.model, self.pictures = self.queues[0], fc.BEST, None
        if self.pictures:
            self.pictures.build()
        else:
            self.pictures = Pictures(self)
        return self._build(stays)

    def _read(self):
        first = pd.Timestamp(self.context.cycle.first_day)
        place = {"project": self.project, "zone": self.zone}
        self.history = self.store.read_table("history", start=first - pd.DateOffset(years=SHOWN_YEARS), **place)
        self.kept = self.draft("forecast", dict, project=self.project)
        place["cycle"] = self.cycle_id
        self.published = self.store.read_table("forecast", **place)
        place = {"cycle": self.cycle_id, "project": self.project, "all_columns": True}
        self.accuracy = self.store.read_table("accuracy", **place)
        self.cleaning = self.store.read_table("cleaning", **place)
        self.drafted = publishing.drafted(self.store, self.cycle_id, self.project, self.zone)
        self.forecast, self.refused = publishing.in_sight(self.drafted, self.settings)

    def _build(self, stays):
        self.events = Events(self, self.events if stays else None)
        self.answer, self.stands, self.believes, self.models = (html.html("") for _n in range(4))
        self.left_off = html.stack()
        kept = {"before": next((p for p in self.parts if isinstance(p, Adjustments)), None) if stays else None}
        kinds = [kind for _head, kinds in PARTS for kind in kinds]
        self.parts = [kind(self, **kept) if kind is Adjustments else kind(self) for kind in kinds]
        controls, self.hours = Controls(self), DayHours(self)
        self.form = controls.form
        self.watchers["stands"] = self.guard(self._show_stands)
        self.show()
        week = [html.card(self.pictures.week)] if len(self.forecast) else []
        return [
            parts.top(),
            self.answer,
            html.split(
                [
                    html.card(controls.widget()),
                    html.card(
                        self.stands, self.left_off, self.hours.widget(), controls.publish(), title=_("For staffing")
                    ),
                    html.card(self.believes, title=_("What the forecast believes")),
                ],
                html.card(self.pictures.days, self.pictures.legend),
                *week,
                html.card(self.models, title=_("The models, tried on the past")),
                html.card(
                    html.html(parts.holidays_said(self)), self.events.grid, title=_("Events that move the volume")
                ),
                *self._folds(PARTS),
                html.stack(html.fold(_("Bring in more history"), self._import), classes="ccwb-folds"),
                approval(self, "forecast"),
            ),
        ]

    def _folds(self, groups):
        folds = {type(part): part.fold(_(part.title)) for part in self.parts}
        self.folds = {kind.__name__: fold for kind, fold in folds.items()}
        return [
            html.stack(html.html(html.heading(_(head), 3)), *(folds[kind] for kind in kinds), classes="ccwb-folds")
            for head, kinds in groups
        ]

    # what is shown ---------------------------------------------------------------------------------------------------
    @property
    def daily(self):
        """The picture of the days."""
        return self.pictures.days

    @property
    def week(self):
        """The picture of one week."""
        return self.pictures.week

    @property
    def meant(self):
        """What somebody said here of huge adjustments: they are meant so."""
        return next((part.meant for part in self.parts if isinstance(part, Adjustments)), set())

    @property
    def settings(self):
        """What is in sight on top of the models' forecast, by the stage's document."""
        return publishing.settings_of(self.kept.data)

    @property
    def zone(self):
        return project_of(self.centre(), self.project)["zone"]

    def show(self):
        """Show the chosen queue, and how draft and published forecast stand."""
        tried = scored(self.of_queue(self.accuracy))
        region = project_of(self.centre(), self.project)["region"]
        hours = parts.closed_note(self.kept.data, self.queue[1], self.context.href("setup"), region=region)
        now = self.of_queue(self.published)["offered"].sum() if len(self.published) else None
        self.answer.value = hours + parts.figures(self.of_queue(self.forecast), tried, now)
        made = len(self.of_queue(self.drafted)) > 0
        self.believes.value = parts.beliefs(self.kept.data, self.queue[1], made, typed(self), region=region)
        why = untried(self) if tried.empty else ""
        self.models.value = model_table(self.of_queue(self.drafted), tried, why)
        self._show_stands()
        self.pictures.show()

    def _show_stands(self):
        stands = publishing.standing(self) + publishing.handling_said(self)
        self.stands.value = stands or html.paragraph(_("Nothing is made yet."), "ccwb-muted")
        self.left_off.children = publishing.left_off(self)

    def say_error(self, error):
        """Show an error in words, the days in it as the reader writes them."""
        super().say_error(parts.dated(error) if type(error) is PlanError else error)

    def read_clash(self, clash, mine, theirs):
        """Return an adjustment that two people changed as both read it, a Side; None for what is none of them."""
        return side_of(self, clash, mine, theirs)

    def show_marks(self):
        """Mark the events as they now are on the days."""
        self.pictures.mark_days()
        self.pictures.show_days()

    def of_queue(self, table):
        """Return the rows of a table that belong to the chosen queue."""
        return table[(table["project"] == self.queue[0]) & (table["channel"] == self.queue[1])]

    def known(self):
        """Return the known counts of the chosen queue from before the cycle."""
        rows = self.of_queue(self.history)
        first = pd.Timestamp(self.context.cycle.first_day, tz=self.zone)
        return rows.loc[rows["interval_start"] < first, "offered"].dropna()

    def cleaned_marks(self):
        """Return the days that the cleaning marked, as the picture wants them."""
        return drawn_marks(self.of_queue(self.cleaning), self.queue[1], self.settings["decisions"])

    def pick_mark(self, day):
        """Learn, or no more learn, from a marked day of the chosen queue; kept for the next forecast."""
        self.set(decisions=turned(self.settings["decisions"], self.of_queue(self.cleaning), self.queue, day))

    def set(self, **changes):
        """Take other settings (adjustments, scenario, decisions, starts), keep them, and show what they give."""
        published = len(self.published) > 0
        self.kept.data = publishing.with_settings(self.kept.data, published=published, **changes)
        self.clear()
        self.kept.save()
        if {one["channel"] for one in self.settings["starts"]} - {channel for _p, channel in self.queues}:
            self.reopen()  # a queue that the page does not show yet
            return
        self.forecast, self.refused = publishing.in_sight(self.drafted, self.settings)
        self.show()
        self.tell_parts()

    def choose(self, channel):
        """Show another queue, everywhere on the page."""
        self.queue = (self.project, channel)
        self.show()
        self.tell_parts()

    def tell_parts(self):
        """Tell the folds that are open that something above them is another."""
        for part in self.parts:
            if part.made:
                part.moved()

    # the work --------------------------------------------------------------------------------------------------------
    def make(self):
        """Forecast this project's queues for the cycle, try the models on the past, and keep both as the draft."""
        self._work([self.project])

    def make_all(self):
        """Forecast every project's queues; asked back which, where some of them are published already."""
        refusals.stop_at(self._not_taken())
        labels = {p["project"]: p["label"] for p in self.centre()["projects"]}
        done, left = publishing.published_of(self.store, self.cycle_id, labels)
        if not done:
            self._work(left)
            return
        said = _(PUBLISHED_ALREADY, projects=text.listed(labels[project] for project in done))
        choices = [button(_("Only the others"), lambda: self._work(left), page=self, primary=True)] if left else []
        self.say(said, "near", *choices, button(_("Every project"), lambda: self._work([*labels]), page=self))

    def _work(self, projects):
        refusals.stop_at(self._not_taken())
        making = Making(self, projects=projects, model=self.model)

        def keep(made):
            making.keep(made)
            self.reopen()
            done = [project for project, tables, _believed in made if tables is not None]
            self._made(done, [(label, self._labelled(why)) for label, why in making.refused])

        self.work(making, keep, what=_("Forecasting"))

    def _made(self, done, refused):
        """Say what to do with the projects that a forecast was made of, and of which it was not: (label, why) each."""
        said = _("The forecast is made. Look at it, correct what you know better, then publish it for staffing.")
        left = [_("Not made for {project}: {why}", project=label, why=parts.why_not(why)) for label, why in refused]
        every = button(_("Publish all of them as they are"), lambda: self._publish(done), page=self)
        state = "good" if not refused else "near" if done else "miss"
        self._tell(" ".join([said] * bool(done or not left) + left), *([every] if len(done) > 1 else []), state=state)

    def _not_taken(self):
        """Return what stands in the events and is not kept, a PlanError each."""
        events = self.events
        return [*refusals.in_grid(events.grid), *events.wrong()] if events else []

    def take_draft(self, table, **said):
        """Make another table the models' forecast of this project, and say that it is not published yet."""
        publishing.take_draft(self.store, self.context.cycle, self.project, table, by=self.person, **said)
        self.reopen()
        self._tell(_("It is the forecast in sight now. Publish it, and staffing works with it."))

    def publish(self):
        """Make what is in sight the forecast that staffing works with, and keep a copy of it for evaluation."""
        waiting = [why for part in self.parts if isinstance(part, Adjustments) for why in part.wrong()]
        refusals.stop_at([*self._not_taken(), *waiting])
        self._publish([self.project], version=self.kept.version)

    def _publish(self, projects, version=None, *, sure=0):
        """Publish some projects; `sure` tells how many of ASKED were answered: each is asked where it has a reason."""
        if self.progress.running:  # what it gives would be another forecast than the one in sight
            raise PlanError(BUSY)
        publishing.named(self, publishing.NAMELESS)
        for n, (reasons, label) in enumerate(ASKED[sure:], start=sure + 1):
            if said := reasons(self, projects):
                go = button(_(label), lambda n=n: self._publish(projects, version, sure=n), page=self)
                self.say(" ".join(said), "near", go)
                return
        try:
            with self.store.together():
                for project in projects:
                    publishing.publish(
                        self.store, self.context.cycle, self.centre(), project, by=self.person, version=version
                    )
        except PlanError as why:
            if why.message == publishing.OTHERS:
                self.reopen()  # what the others made is then in sight, and the next press is of that
            raise
        self.reopen()
        self._tell(_("Published: staffing works with it from now on, and a copy is kept for the evaluation."))

    def _tell(self, sentence, *more, state="good"):
        """Say what was done, and below it what stands in sight and is not finished."""
        self.say(sentence, state, *more, stays=True)
        waiting = [why for part in self.parts if hasattr(part, "wrong") for why in part.wrong()]
        if wrong := [*waiting, *self._not_taken()]:
            self.say(" ".join(map(parts.why_not, wrong)), "near", below=self.news())

    # empty pages -----------------------------------------------------------------------------------------------------
    def _import(self):
        return ImportPart(self, project=self.project, done=lambda _report: self.reopen()).widget

    def _no_history(self):
        said = _("Here the work to come will be shown, once there is a history of this project: contacts per interval.")
        return html.card(html.html(html.paragraph(said, "ccwb-lead")), self._import())
