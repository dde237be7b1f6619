"""The frame of every page, the page itself, and how a notebook opens one."""

import datetime as dt
import functools
import importlib
import logging
import sys
import threading
from dataclasses import replace

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES, N_
from ccwb.ui import html, text
from ccwb.ui.base import BY_TURNS
from ccwb.ui.carried import carry_over
from ccwb.ui.drafts import Draft, stale_said
from ccwb.ui.frame import PAGES, Context, Shell, asked, frame_of, in_voila, languages_of
from ccwb.ui.manual import manual
from ccwb.ui.text import _
from ccwb.ui.widgets import Progress
from ccwb.ui.work import Work

BUSY = N_("The page is still working on something. Wait for it or cancel it first.")
log = logging.getLogger("ccwb")
# What goes wrong in the workbook itself is for whoever looks after the server: to its log, never into the page.
log.addHandler(logging.StreamHandler(sys.__stderr__))
log.propagate = False


class Page:
    """A page: one question, the answer under it, the reasons, the controls beside.

    A subclass sets `name` and gives `body()`, a list of widgets made from `self.context`. Whatever a user can cause is
    said in the page: wrap callbacks in `self.guard`. `self.draft(name, blank)` is a document that saves as edited.
    """

    name = "start"
    needs_project = False  # the page works on one project: the picker shows no 'whole centre'
    needs_cycle = True
    shares_in_percent = False  # a share in its documents is a percentage in the fields that show it
    read_only = False  # the page gets a store that refuses every change
    deep = (
        False  # its address says all that is in sight; ways within it open without a new page, and so does the way back
    )
    went = 0  # the last of them that was gone, as the browser counts
    step = ""  # which of its steps is in sight, on a page that has some; "" before the first one is shown

    def __init__(self, context):
        self.context = context
        self.shell = Shell(
            frame={"stages": [], "cycles": [], "projects": [], "languages": [], "labels": {}, "query": {}}
        )
        self.shell.on_pick = self._pick
        self._place = self._news = None  # where the page stands; what was done last, said above it
        self.shell.on_look, self.shell.on_go = self.follow, self._go
        self.choosers = ()  # questions above the page that wait for an answer
        self.messages = html.stack()
        self.messages.add_class("ccwb-messages")
        self.progress = Progress()
        self.content = html.stack()
        self.content.add_class("ccwb-content")
        self.manual = html.html("")
        self.manual.add_class("ccwb-manual")
        self.widget = html.stack(self.shell, self.messages, self.progress, self.content, self.manual)
        self.widget.add_class("ccwb-page")
        self.widget.add_class(f"ccwb-page-{self.name}")
        self.open()

    # what a subclass gives -------------------------------------------------------------------------------------------
    def body(self):
        """Return the widgets of the page."""
        raise NotImplementedError(self.name)  # every page of PAGES gives its own; a test opens each

    def read_clash(self, clash, mine, theirs):
        """Return a field of a document that two people changed as both read it, a choosing.Side; None as usual.

        mine, theirs : the document as this page has it, and as others saved it.
        """
        return None

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
        return self.shell.person.strip() or text.NOBODY

    def centre(self):
        """Return the centre document, blank when there is none."""
        from ccwb.projects import blank_centre

        return self.store.load("centre").data or blank_centre()

    def reopen(self):
        """Build the page anew, with what was typed into it and is saved nowhere, and the folds that were open."""
        self.open(typed=True)

    def open(self, *, typed=False):
        """Build the page for the present context; an error becomes a sentence in it.

        typed : whether what was committed and is saved nowhere is put in again. What is half typed at this moment goes
        on in any case, where the page stays at its cycle and project.
        """
        text.use(self.context.language)
        self.shell.speak()
        self.progress.speak()
        self.manual.value = manual(self.name) if in_voila() and self.context.language != "en" else ""
        self.clear()
        self.watchers = {}
        self.store.catch_up()
        self._settle_context()
        self.refresh_frame()
        stays, self._place = self._place == (self.cycle_id, self.project), (self.cycle_id, self.project)
        try:
            children = tuple(self.body())
            if stays:
                self.guard(carry_over)(self.content.children, children, typed=typed)
            self.content.children = children
        except Exception as error:
            self.content.children = ()
            self.say_error(error)

    def whereabouts(self):
        """Return what the address says of the page beside cycle, project and language; "" takes a word out of it."""
        step = self.step or self.context.query.get("step", "")
        return {"step": step} if step else {}

    def stand_at(self, step):
        """Note the step in sight; the address names it, so that a reload or a link comes back to it."""
        self.step = step
        self.shell.frame = self.shell.frame | {"query": self.shell.frame["query"] | {"step": step}}

    def _settle_context(self):
        cycles = self.store.cycles()
        cycle = next((c for c in cycles if self.context.cycle and c.id == self.context.cycle.id), None)
        wanted = [str(p["project"]) for p in self.centre()["projects"]]
        project = self.context.project if self.context.project in wanted else ""
        if self.needs_project and not project and wanted:
            project = wanted[0]
        self.context = replace(self.context, cycle=cycle or _usual_cycle(cycles), project=project)

    def _go(self, query, went):
        """Show what an address of this page asks for: a way within it was followed, or gone back."""
        chosen = next((c for c in self.store.cycles() if str(c.id) == query.get("cycle")), None)
        language = query["lang"] if query.get("lang") in LANGUAGES else self.context.usual
        where = {"cycle": chosen, "project": query.get("project", ""), "language": language, "query": query}
        self.context, self.went = replace(self.context, **where), went
        self.open()

    def _pick(self, name, value):
        if self.progress.running:
            self._stay()
            return
        if name == "cycle":
            chosen = next((c for c in self.store.cycles() if str(c.id) == value), None)
            self.context = replace(self.context, cycle=chosen)
        elif name == "project":
            self.context = replace(self.context, project=value)
        elif name == "lang" and value in LANGUAGES:
            self.context = replace(self.context, language=value)
            self.reopen()
            return
        self.open()

    def _stay(self):
        """Say that the page moves nowhere while it works, and set the pickers back to where it is."""
        self.say(
            _("The page is still working here. Wait until it has finished, or cancel it; then choose again."), "near"
        )
        turn = self.shell.frame.get("turn", 0) + 1  # an equal frame would not be sent: the picker would stay moved
        self.shell.frame = frame_of(self) | {"turn": turn}

    def refresh_frame(self):
        """Show the header and the stages as they now stand."""
        self._seen = self.store.changed()
        self.shell.frame = frame_of(self)
        for look in list(self.watchers.values()):
            look()

    def follow(self):
        """Show how the stages stand after others saved; called every few seconds. What is typed here stays."""
        try:
            if not self.progress.running and self.store.changed() != self._seen:
                self.refresh_frame()
        except PlanError as error:  # the database does not answer: that is said when something is to be saved
            log.info("page %s follows nobody: %s", self.name, error)

    # saying things ---------------------------------------------------------------------------------------------------
    def say(self, sentence, state="info", *more, below=(), stays=False):
        """Show a sentence above the page, with widgets (buttons) beside it; it replaces the last one.

        stays : whether `news` returns it, as any good one.  below : what that returned, to stay in sight with it.
        """
        row = html.row(html.html(html.notice(sentence, state)), *more)
        if not below:
            self._news = row if stays or state == "good" else None
        self.messages.children = (*below, row, *self.choosers)

    def news(self):
        """Return what the page says was done, where that is in sight, to be given to `say`."""
        return (self._news,) if self._news in self.messages.children else ()

    def ask(self, chooser):
        """Show a question above the page; it stays, whatever else is said, until `answered` takes it away."""
        self.choosers = (*self.choosers, chooser)
        self.clear()

    def answered(self, chooser):
        """Take a question away that `ask` put above the page."""
        self.choosers = tuple(one for one in self.choosers if one is not chooser)
        self.clear()

    def say_error(self, error):
        """Show an error in words; what is not the user's to mend goes to the server's log, not to the page."""
        error = self._begun_anew() or error  # whatever failed, it failed for that
        if isinstance(error, PlanError):
            said = stale_said(error) if hasattr(error, "theirs") else text.say().error(self._labelled(error))
            self.say(said, "miss")
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

    def _labelled(self, error):
        """Return a PlanError about a queue with the labels of its project and channel in place of their keys."""
        own = {name: self._labelled(v) if isinstance(v, PlanError) else v for name, v in error.values.items()}
        if own.get("channel") in CHANNELS:
            try:
                labels = {one["project"]: one["label"] for one in self.centre()["projects"]}
            except PlanError:  # the database does not answer
                labels = {}
            own["channel"] = _(CHANNELS[own["channel"]].label)
            own["project"] = labels.get(own.get("project"), own.get("project"))
        return PlanError(error.message, **own)

    def _begun_anew(self):
        from ccwb.store.database import BEGUN_ANEW

        try:
            if not self.store.begun_anew():
                return None
        except PlanError:  # the database does not answer: that is said then
            return None
        self.shell.saved_state, self.shell.saved = "stale", _("not saved")
        return PlanError(BEGUN_ANEW)

    def clear(self):
        """Take the sentence above the page away; a question that waits for its answer stays."""
        self.messages.children = tuple(self.choosers)

    def guard(self, function):
        """Return `function` so that whatever it raises is said in the page."""

        @functools.wraps(function)
        def guarded(*args, **kwargs):
            with BY_TURNS:
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

    def draft(self, name, blank, *, cycle=True, project="", common=()):
        """Return the document `name` of this cycle (or of the centre) to be edited; `blank()` when there is none."""
        return Draft(self, name, blank, cycle=self.cycle_id if cycle else None, project=project, common=common)

    # long work -------------------------------------------------------------------------------------------------------
    def work(self, function, done, *, what):
        """Run `function(progress)` beside the page with a bar, time left and a cancel; then `done(result)`.

        progress(done, total, text) is called by the work and stops it when the user has cancelled.
        """
        if self.progress.running:
            raise PlanError(BUSY)
        self.clear()
        run = Work(self, function, done, what)
        self.progress.on_cancel = run.cancel
        threading.Thread(target=run, daemon=True).start()
        return run


def open_page(name):
    """Return a page as one widget."""
    module, kind = PAGES[name][1].split(".")
    page = getattr(importlib.import_module(f"ccwb.ui.{module}"), kind)
    query = asked()
    text.use(languages_of(query)[0])  # for what is said where there is no page
    try:
        return page(_context(query, read_only=page.read_only)).widget
    except PlanError as error:  # no store, no page: a database that cannot be opened is said in the page's place
        return html.html(html.notice(text.say().error(error), "miss"))


def _context(query, *, read_only=False):
    from ccwb.store import open_store

    store = open_store(read_only=read_only)
    cycle = next((c for c in store.cycles() if str(c.id) == query.get("cycle")), None)
    return Context(store, cycle, query.get("project", ""), *languages_of(query), query)


def _usual_cycle(cycles):
    """Return the cycle a page opens with: the running one, else the one being planned, else the last."""
    for status in ("running", "planned"):
        for cycle in reversed(cycles):
            if cycle.status == status:
                return cycle
    return cycles[-1] if cycles else None
