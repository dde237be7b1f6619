"""The frame of every page, the page itself, and how a notebook opens one."""

import datetime as dt
import functools
import importlib
import logging
import os
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlencode

import ipywidgets as w
import traitlets as t

from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_, complete_languages
from ccwb.ui import html, text
from ccwb.ui.text import _
from ccwb.ui.widgets import STATIC, Progress, _module, _Widget, button

# page -> (notebook, module and class, its name in the navigation)
PAGES = {
    "start": ("0_start", "start_page.StartPage", N_("Start")),
    "mission": ("1_mission", "mission_page.MissionPage", N_("Mission")),
    "forecast": ("2_forecast", "forecast_page.ForecastPage", N_("Forecast")),
    "staffing": ("3_staffing", "staffing_page.StaffingPage", N_("Staffing")),
    "schedule": ("4_schedule", "schedule_page.SchedulePage", N_("Schedule")),
    "action": ("5_action", "action_page.ActionPage", N_("Action")),
    "evaluation": ("6_evaluation", "evaluation_page.EvaluationPage", N_("Evaluation")),
    "executive": ("executive", "executive_page.ExecutivePage", N_("Executive")),
    "setup": ("setup", "setup_page.SetupPage", N_("Setup")),
}
APART = {"executive", "setup"}  # beside the cycle, not a stage of it
STATE_WORDS = {"approved": N_("approved"), "blocked": N_("blocked"), "in work": N_("in work"), "empty": ""}
LOOK = STATIC.parent / "share" / "jupyter" / "voila" / "templates" / "ccwb" / "static" / "page.css"
log = logging.getLogger("ccwb")
# What goes wrong in the workbook itself is for whoever looks after the server: to its log, never into the page.
log.addHandler(logging.StreamHandler(sys.__stderr__))
log.propagate = False


@dataclass(frozen=True)
class Context:
    """Where a page is: the store, the cycle and project in sight, the language."""

    store: object
    cycle: object = None  # a Cycle, or None in a workbook without one
    project: str = ""
    language: str = "en"
    query: dict = field(default_factory=dict)

    @property
    def cycle_id(self):
        return self.cycle.id if self.cycle else None

    def href(self, page, **more):
        """Return the address of another page that keeps cycle, project and language."""
        where = {"cycle": self.cycle_id, "project": self.project, "lang": self.language}
        query = {k: v for k, v in (where | more).items() if v and not (k == "lang" and v == "en")}
        return f"{PAGES[page][0]}.ipynb" + (f"?{urlencode(query)}" if query else "")


class Shell(_Widget):
    """Header and stage navigation; `frame` says all of it. on_pick(name, value) hears cycle, project and language."""

    _esm = _module("shell.js")
    # The look of the pages comes with Voila's template; JupyterLab gets it with the first widget of a page.
    _css = t.Unicode().tag(sync=True)
    frame = t.Dict().tag(sync=True)
    saved = t.Unicode().tag(sync=True)
    saved_state = t.Unicode().tag(sync=True)
    person = t.Unicode().tag(sync=True)
    watch_s = t.Int(10).tag(sync=True)

    on_pick = None

    def __init__(self, **traits):
        super().__init__(_css="" if in_voila() else LOOK.read_text(encoding="utf-8"), **traits)

    def received(self, content, buffers):
        if content.get("type") == "ping":
            self.send({"type": "pong"})
        elif content.get("type") == "pick" and self.on_pick:
            self.on_pick(content["name"], content["value"])


class Page:
    """A page: one question, the answer under it, the reasons, the controls beside.

    A subclass sets `name` and gives `body()`, a list of widgets made from `self.context`. Whatever a user can cause is
    said in the page: wrap callbacks in `self.guard`. `self.draft(name, blank)` is a document that saves as edited.
    """

    name = "start"
    needs_project = False  # the page works on one project: the picker shows no 'whole centre'
    needs_cycle = True
    read_only = False  # the page gets a store that refuses every change

    def __init__(self, context):
        self.context = context
        self.shell = Shell(
            frame={"stages": [], "cycles": [], "projects": [], "languages": [], "labels": {}, "query": {}}
        )
        self.shell.on_pick = self._pick
        self.messages = w.VBox()
        self.messages.add_class("ccwb-messages")
        self.progress = Progress()
        self.content = w.VBox()
        self.content.add_class("ccwb-content")
        self.widget = w.VBox([self.shell, self.messages, self.progress, self.content])
        self.widget.add_class("ccwb-page")
        self.widget.add_class(f"ccwb-page-{self.name}")
        self.open()

    # what a subclass gives -------------------------------------------------------------------------------------------
    def body(self):
        """Return the widgets of the page."""
        raise NotImplementedError(self.name)  # every page of PAGES gives its own; a test opens each

    # opening and moving ----------------------------------------------------------------------------------------------
    @property
    def store(self):
        return self.context.store

    @property
    def cycle_id(self):
        return self.context.cycle_id

    @property
    def project(self):
        return self.context.project

    @property
    def person(self):
        """The name the person at this page gave; a plain word when none was given yet."""
        return self.shell.person.strip() or _("no name given")

    def centre(self):
        """Return the centre document, blank when there is none."""
        from ccwb.projects import blank_centre

        return self.store.load("centre").data or blank_centre()

    def open(self):
        """Build the page for the present context; an error becomes a sentence in it."""
        text.use(self.context.language)
        self.messages.children = ()
        self._settle_context()
        self.refresh_frame()
        try:
            self.content.children = tuple(self.body())
        except Exception as error:
            self.content.children = ()
            self.say_error(error)

    def _settle_context(self):
        cycles = self.store.cycles()
        cycle = next((c for c in cycles if self.context.cycle and c.id == self.context.cycle.id), None)
        wanted = [str(p["project"]) for p in self.centre()["projects"]]
        project = self.context.project if self.context.project in wanted else ""
        if self.needs_project and not project and wanted:
            project = wanted[0]
        self.context = replace(self.context, cycle=cycle or _usual_cycle(cycles), project=project)

    def _pick(self, name, value):
        if name == "cycle":
            chosen = next((c for c in self.store.cycles() if str(c.id) == value), None)
            self.context = replace(self.context, cycle=chosen)
        elif name == "project":
            self.context = replace(self.context, project=value)
        elif name == "lang" and value in LANGUAGES:
            self.context = replace(self.context, language=value)
        self.open()

    def refresh_frame(self):
        """Show the header and the stages as they now stand."""
        self.shell.frame = _frame(self)

    # saying things ---------------------------------------------------------------------------------------------------
    def say(self, sentence, state="info", *more):
        """Show a sentence above the page, with widgets (buttons) beside it; it replaces the last one."""
        self.messages.children = (html.row(html.html(html.notice(sentence, state)), *more),)

    def say_error(self, error):
        """Show an error in words; what is not the user's to mend goes to the server's log, not to the page."""
        if isinstance(error, PlanError):
            self.say(text.say().error(error), "miss")
            return
        log.error("page %s: %s", self.name, error, exc_info=error)
        self.say(
            _(
                "The workbook itself made a mistake here ({kind}). What was saved is safe. Reload the page; if it "
                "happens again, tell whoever looks after the workbook what you did last.",
                kind=type(error).__name__,
            ),
            "miss",
        )

    def clear(self):
        """Take the sentence above the page away."""
        self.messages.children = ()

    def guard(self, function):
        """Return `function` so that whatever it raises is said in the page."""

        @functools.wraps(function)
        def guarded(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except Exception as error:
                self.say_error(error)
                return None

        return guarded

    def saved(self, document=None):
        """Show that everything is saved, and by whom."""
        self.shell.saved_state = "saved"
        at = document.at if document is not None else dt.datetime.now(dt.UTC)
        self.shell.saved = _("saved {time}", time=text.when(at))

    def draft(self, name, blank, *, cycle=True, project=""):
        """Return the document `name` of this cycle (or of the centre) to be edited; `blank()` when there is none."""
        return Draft(self, name, blank, cycle=self.cycle_id if cycle else None, project=project)

    # long work -------------------------------------------------------------------------------------------------------
    def work(self, function, done, *, what):
        """Run `function(progress)` beside the page with a bar, time left and a cancel; then `done(result)`.

        progress(done, total, text) is called by the work and stops it when the user has cancelled.
        """
        if self.progress.running:
            raise PlanError(N_("The page is still working on something. Wait for it or cancel it first."))
        run = _Work(self, function, done, what)
        self.progress.on_cancel = run.cancel
        threading.Thread(target=run, daemon=True).start()
        return run


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody wished it
    """Raised inside long work when the user has cancelled it."""


class _Work:
    """One piece of long work and its progress bar."""

    def __init__(self, page, function, done, what):
        self.page, self.function, self.done, self.what = page, function, done, what
        self.stop = threading.Event()
        self.began = time.monotonic()
        page.progress.text, page.progress.share, page.progress.running = what, -1.0, True

    def cancel(self):
        self.stop.set()
        self.page.progress.text = _("Stopping ...")

    def __call__(self):
        try:
            result = self.function(self.step)
        except Cancelled:
            self.page.say(_("Stopped. Nothing was changed."), "info")
        except Exception as error:
            self.page.say_error(error)
        else:
            self.page.guard(self.done)(result)
        finally:
            self.page.progress.running = False

    def step(self, done, total, detail=""):
        """Report progress; raises Cancelled once the user has asked to stop."""
        if self.stop.is_set():
            raise Cancelled
        share = done / total if total else -1.0
        self.page.progress.share = share
        left = (time.monotonic() - self.began) / share * (1 - share) if share > 0.02 else None
        after = _("about {time} left", time=text.duration(left)) if left is not None and left > 1 else ""
        self.page.progress.text = " · ".join(filter(None, (self.what, detail, after)))


class Draft:
    """A document while it is edited: every committed change is saved at once, by its version.

    Somebody else's save in between is never overwritten: the page says so and offers both ways, and what was typed here
    stays until one is chosen.
    """

    def __init__(self, page, name, blank, *, cycle, project=""):
        self.page, self.name, self.cycle, self.project = page, name, cycle, project
        self._take(page.store.load(name, cycle=cycle, project=project), blank)
        self._blank = blank

    def _take(self, document, blank):
        self.version, self.at, self.by = document.version, document.at, document.by
        self.data = document.data if document.data is not None else blank()
        if document.version:
            self.page.saved(document)

    def save(self):
        """Save the data as they now are; returns whether it went through."""
        from ccwb.store import StaleSave

        try:
            self.write()
        except StaleSave as stale:
            self.page.shell.saved_state, self.page.shell.saved = "stale", _("not saved")
            self._offer(stale)
            return False
        self.page.refresh_frame()
        return True

    def write(self):
        """Save the data as they now are; StaleSave when somebody else was first (for a save together with tables)."""
        document = self.page.store.save(
            self.name,
            self.data,
            base=self.version,
            by=self.page.person,
            at=dt.datetime.now(dt.UTC),
            cycle=self.cycle,
            project=self.project,
        )
        self.version, self.at, self.by = document.version, document.at, document.by
        self.page.saved(document)

    def _offer(self, stale):
        page = self.page

        def mine():
            self.version = stale.theirs.version
            page.clear()
            self.save()

        def theirs():
            page.open()

        page.say(
            text.say().error(stale),
            "near",
            button(_("Save mine over it"), mine, page=page),
            button(_("Show theirs"), theirs, page=page),
        )


def open_page(name):
    """Return a page as one widget. Under a preheated kernel it waits here until a visitor comes."""
    module, kind = PAGES[name][1].split(".")
    page = getattr(importlib.import_module(f"ccwb.ui.{module}"), kind)
    from ccwb.ui.charts import _bundle

    _bundle()
    query = _query()
    try:
        return page(_context(query, read_only=page.read_only)).widget
    except PlanError as error:  # no store, no page: a database that cannot be opened is said in the page's place
        return html.html(html.notice(text.say().error(error), "miss"))


def _context(query, *, read_only=False):
    from ccwb.store import open_store

    store = open_store(read_only=read_only)
    language = query.get("lang", "en")
    cycle = next((c for c in store.cycles() if str(c.id) == query.get("cycle")), None)
    return Context(store, cycle, query.get("project", ""), language if language in LANGUAGES else "en", query)


def in_voila():
    """Return whether this page is an app; else it is a cell's output in JupyterLab."""
    return "voila" in os.environ.get("SERVER_SOFTWARE", "") or bool(os.environ.get("VOILA_PREHEAT"))


def _query():
    if in_voila():
        from voila.utils import wait_for_request

        wait_for_request()
    found = parse_qs(os.environ.get("QUERY_STRING", ""))
    return {key: values[-1] for key, values in found.items()}


def _usual_cycle(cycles):
    """Return the cycle a page opens with: the running one, else the one being planned, else the last."""
    for status in ("running", "planned"):
        for cycle in reversed(cycles):
            if cycle.status == status:
                return cycle
    return cycles[-1] if cycles else None


def _frame(page):
    context, centre = page.context, page.centre()
    states = _states(page)
    whole = [] if page.needs_project else [{"value": "", "label": _("Whole centre")}]
    language = context.language
    spoken = complete_languages()
    return {
        "title": f"{_(PAGES[page.name][2])} · {_('Planning workbook')}",
        "language": language,
        "direction": text.say().direction,
        "home": context.href("start"),
        "stage": page.name,
        "cycle": context.cycle_id or "",
        "cycles": [{"value": str(c.id), "label": c.name} for c in page.store.cycles()],
        "project": context.project,
        "projects": whole + [{"value": p["project"], "label": p["label"]} for p in centre["projects"]]
        if centre["projects"]
        else [],
        "languages": [{"value": k, "label": LANGUAGES[k]} for k in dict.fromkeys([*spoken, language])],
        "stages": [_nav(page, key, states.get(key)) for key in PAGES],
        "query": {
            "cycle": context.cycle_id or "",
            "project": context.project,
            "lang": "" if language == "en" else language,
        },
        "labels": {
            "workbook": _("Planning workbook"),
            "cycle": _("Cycle"),
            "project": _("Project"),
            "language": _("Language"),
            "person": _("Your name"),
            "theme": _("Light or dark"),
            "stages": _("Stages of the cycle"),
            "skip": _("Skip to the page"),
            "asleep": _("This page has gone to sleep. What was saved is safe: reload to go on."),
            "reload": _("Reload"),
        },
    }


def _nav(page, key, state):
    words = _(STATE_WORDS[state.state]) if state and STATE_WORDS.get(state.state) else ""
    hint = text.say()(state.blockers[0].message, **state.blockers[0].values) if state and state.blockers else ""
    return {
        "key": key,
        "label": _(PAGES[key][2]),
        "href": page.context.href(key),
        "state": state.state if state else "",
        "state_label": words,
        "hint": hint,
        "apart": key in APART,
    }


def _states(page):
    if page.cycle_id is None:
        return {}
    from ccwb import cycle

    return cycle.state(page.store, page.cycle_id)
