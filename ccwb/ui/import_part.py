"""Bring a file in: choose or paste it, say what its columns are, see what would come in, then take it over.

    part = ImportPart(self, title=_("Bring in a history"))             contacts, into the centre's table `history`
    part = ImportPart(self, holds="actuals", cycle=self.cycle_id)      the same file as a cycle's actual figures
    part = ImportPart(self, holds="agents", project="orders")          people; "agent_results": what each handled

`part.widget` goes into the page, as cards of its own. Nothing is kept before the report has been seen and agreed to.
"""

import copy
import datetime as dt
import functools

import pandas as pd

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.headings import heading
from ccwb.messages import N_
from ccwb.projects import blank_centre, new_project, project_of, usual_targets
from ccwb.ui import html, refusals, text
from ccwb.ui import import_words as words
from ccwb.ui.import_hand import FileInHand
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Form, Grid, TableView, Upload, button

MEMORY = "import_mappings"  # the document that remembers how files were read
REMEMBERED = 50  # of them, the newest
_LOST = 4  # columns named in the warning that what is there knows more


class ImportPart:
    """A place to bring in one file after the other.

    page : the page it stands on.  holds : the table that is filled, a key of HOLDS.  cycle : whose table, None the
    centre's own.  project : where rows go that name none; without it the one in sight.  title : above it.
    done(report) : called after something was taken over.  keep(centre) : saves a centre to which a channel or a project
    was added and returns whether it went through, where the page edits the centre itself.
    """

    def __init__(self, page, *, holds="history", cycle=None, project="", title="", done=None, keep=None):
        self.page, self.holds, self.cycle, self.done = page, holds, cycle, done
        self._project, self._keep = project, keep or self._save_centre
        self.hand = self.made = None
        self.replaces = False  # whether the file comes in place of each queue's rows
        self.said, self.mapping, self.report = html.html(""), html.stack(), html.stack()
        self.not_read, self.not_taken = (
            html.html(""),
            html.html(""),
        )  # what is wrong, beside the button that was pressed
        self.widget = html.stack(html.card(*self._start(), self.said, title=title), self.mapping, self.report)
        self.widget.add_class("ccwb-main")

    # a file comes ----------------------------------------------------------------------------------------------------
    def take(self, content, *, name, sheet=None):
        """Read a file (bytes, or pasted text) and show how it is understood; a sentence where it holds no table."""
        self.put_away()
        where = self._where() if self.hand is None or sheet is None else self.hand.where

        def read(progress):
            progress(0, 3, _("reading"))
            options = {"where": where, "chosen": self.project, "sheet": sheet}
            hand = FileInHand(content, name=name, holds=self.holds, **options)
            progress(1, 3, _("understanding its columns"))
            return hand.look(self._memory(), self.page.centre())

        self._work(read, self._understood, what=_("Reading {name}", name=name))

    def put_away(self):
        """Forget the file; nothing of it was kept."""
        self._outdated()
        self.mapping.children = ()

    @property
    def project(self):
        """The project that the page works on; "" is all of them."""
        return self._project or self.page.project

    def _start(self):
        upload = Upload(self.page.guard(lambda name, content: self.take(content, name=name)))
        hint = _(
            "CSV or Excel, up to 25 MB, with a line of headings. Nothing is changed before you have seen a report."
        )
        field = {"key": "rows", "label": _("Rows with their headings"), "kind": "long", "rows": 5, "wide": True}
        self.paste = Form([field], {"rows": ""})
        read = button(_("Read these rows"), self._take_paste, page=self.page)
        pasted = html.fold(_("Or paste rows from a spreadsheet"), self.paste, read)
        return upload, html.html(html.paragraph(hint, "ccwb-help")), pasted

    def _take_paste(self):
        rows = self.paste.values["rows"] or ""
        self._attempt(lambda: self.take(rows, name=_("pasted rows")))

    def _where(self):
        """Return where rows go that do not say it themselves."""
        centre = self.page.centre()
        keys = [p["project"] for p in centre["projects"]]
        project = self.project if self.project in keys else (keys[0] if keys else "")
        one = next((p for p in centre["projects"] if p["project"] == project), None)
        channels = [c for c in CHANNELS if c in one["channels"]] if one else []
        channel = channels[0] if channels else "voice"
        within = one["channels"][channel]["answer_within_s"] if channels else CHANNELS[channel].answer_within_s
        channel = "" if self.holds in words.OF_ALL else channel
        zone = one["zone"] if one else centre["zone"]
        more = {"interval_s": "1800", "answer_within_s": within}
        return {"project": project, "channel": channel, "zone": zone, **more}

    def _understood(self, hand):
        self.hand = hand
        centre = self.page.centre()
        self.head = html.html(words.head(hand))
        self.form = Form(self._fields(), self._values(), on_change=self.page.guard(self._answered), layout_kind="wide")
        grid = {"addable": False, "removable": False}
        columns = words.mapping_columns(hand.proposal.kind)
        self.grid = Grid(
            columns, words.mapping_rows(hand), on_change=self.page.guard(self._mapped), name="mapping", **grid
        )
        columns, rows = words.queue_columns(hand, centre), words.queue_rows(hand)
        self.queues = Grid(columns, rows, on_change=self.page.guard(self._placed), name="queues", **grid)
        self.queue_card = html.stack(html.html(html.heading(_("Whose rows they are"), 3)), self.queues)
        self._show_queues()
        buttons = html.row(
            button(_("See what would come in"), self.check, primary=True, page=self.page),
            button(_("Put the file away"), self.put_away, page=self.page),
        )
        own = [(column, column) for column in hand.proposal.preview]  # the file's own headings
        preview = html.fold(_("The first rows"), TableView(hand.proposal.preview, own, name="preview"))
        title = _("How '{name}' is understood", name=hand.name)
        self.mapping.children = (
            html.card(self.head, self.form, self.grid, self.queue_card, preview, buttons, self.not_read, title=title),
        )

    # its reader corrects ---------------------------------------------------------------------------------------------
    def _fields(self):
        return words.where_fields(self.hand, self.page.centre()) + words.question_fields(self.hand)

    def _values(self):
        answers = {f"answer:{k}": v for k, v in self.hand.answers.items()}
        free = {f"answer:{q.name}" for q in self.hand.proposal.questions if q.free}
        answers = {k: float(v) if k in free and v else v or "" for k, v in answers.items()}
        return {"sheet": self.hand.raw.sheet, "kind": self.hand.proposal.kind, **self.hand.where, **answers}

    def _answered(self, key, value, _final):
        self._outdated()
        if key == "sheet":
            self.take(self.hand.content, name=self.hand.name, sheet=value)
        elif key == "kind":
            self.hand.kind, self.hand.looks_like, self.hand.corrections = value, None, {}
            self._look_again()
        elif key.startswith("answer:"):
            self.hand.answers[key.removeprefix("answer:")] = f"{value:g}" if isinstance(value, float | int) else value
            self.grid.rows = words.mapping_rows(self.hand)
        else:
            self.hand.where[key] = value
            if key == "project":
                self._follow_project(value)

    def _follow_project(self, project):
        """Take the zone of the project that was chosen, unless the file has times of another zone."""
        if project and not self.hand.proposal.times_zone:
            self.hand.where["zone"] = project_of(self.page.centre(), project)["zone"]
        self.form.fields, self.form.values = self._fields(), self._values()

    def _mapped(self, rows):
        self._outdated()
        for row, match in zip(rows, self.hand.proposal.columns, strict=True):
            unit = self.hand.answers.get(f"unit:{match.heading}") or match.unit or ""
            if row["unit"] != unit:
                self.hand.answers[f"unit:{match.heading}"] = row["unit"]
                self.form.values = self._values()
            if (row["field"] or None) != match.field:
                self.hand.correct(match.heading, row["field"])
                self._look_again()

    def _placed(self, rows):
        self._outdated()
        for row in rows:
            self.hand.queues[row["queue"]] = [row["project"], row.get("channel", "")]

    def _look_again(self):
        hand = self.hand

        def look(progress):
            progress(0, 1, "")
            return hand.look(self._memory(), self.page.centre())

        self._work(look, self._show_again, what=_("Understanding the columns"))

    def _show_again(self, hand):
        self.head.value = words.head(hand)
        self.form.fields, self.form.values = self._fields(), self._values()
        self.grid.columns, self.grid.rows = words.mapping_columns(hand.proposal.kind), words.mapping_rows(hand)
        self.queues.columns, self.queues.rows = words.queue_columns(hand, self.page.centre()), words.queue_rows(hand)
        self._show_queues()

    def _show_queues(self):
        html.show(self.queue_card, self.hand.proposal.queues)

    def _outdated(self):
        """Take the report away: it was about the file as it was understood before."""
        self.made, self.report.children = None, ()
        self.said.value = self.not_read.value = self.not_taken.value = ""

    # the report, and taking over -------------------------------------------------------------------------------------
    def check(self):
        """Read every row as it is now understood, and show what would come in; nothing is kept yet."""
        self._outdated()
        self._attempt(self._read)

    def _read(self):
        refusals.stop_at(refusals.in_form(self.form))
        hand, centre = self.hand, self.page.centre()

        def convert(progress):
            progress(0, 3, _("reading the rows"))
            agents = self.page.store.read_table("agents") if self.holds in words.PEOPLE else None
            made = hand.convert(centre, agents=agents)
            progress(2, 3, _("comparing with what is there"))
            return made, self._beside(made)

        self._work(convert, lambda result: self._report(*result), what=_("Reading the rows"))

    def _report(self, made, beside):
        self.made = made
        self.replaces = any(found["replaces"] for found in beside)
        label = _("Replace and import") if self.replaces else _("Import")
        take = button(label, self.take_over, primary=True, page=self.page)
        leave = button(_("Do not import"), self._outdated, page=self.page)
        zone = self.page.centre()["zone"] if made.report.first is None else str(made.report.first.tzinfo or "")
        self.report.children = (
            html.card(
                html.html(words.report_figures(made.report, zone) + words.report_sentences(made.report)),
                html.html("".join(html.notice(sentence, "near") for found in beside for sentence in found["said"])),
                *self._missing_channels(made),
                html.row(take, leave),
                self.not_taken,
                title=_("What would come in"),
            ),
        )

    def _missing_channels(self, made):
        """Return an offer for each channel that a project does not have yet."""
        centre, rows = self.page.centre(), []
        for project, channel in _queues_of(made):
            one = next((p for p in centre["projects"] if p["project"] == project), None)
            if one is None or channel in one["channels"]:
                continue
            told = _("{project} has no {channel} yet.", project=one["label"], channel=_(CHANNELS[channel].label))
            row = html.row()
            add = functools.partial(self._add, project, channel, row)
            offer = button(_("Add it with its usual targets"), add, page=self.page)
            row.children = (html.html(html.notice(told, "near")), offer)
            rows.append(row)
        return rows

    def _add(self, project, channel, row):
        if self._change_centre(lambda centre: _with_channel(centre, project, channel)):
            told = _("{channel} is added.", channel=_(CHANNELS[channel].label))
            row.children = (html.html(html.notice(told, "good")),)

    def _beside(self, made):
        """Return for each queue what is there already and what becomes of it."""
        if self.holds == "costs":
            return [{"replaces": False, "said": words.costs_beside(made.tables["costs"], self.page.store)}]
        if self.holds not in ("history", "actuals"):
            return []
        table, out = made.tables["history"], []
        centre = self.page.centre()
        for (project, channel), new in table.groupby(["project", "channel"]):
            there = self.page.store.read_table(self.holds, cycle=self.cycle, project=project, channel=channel)
            if len(there):
                out.append(_compared(there, new, words.queue_label(centre, project, channel)))
        return out

    def take_over(self):
        """Keep what the report was about: all of it, or nothing when that fails."""
        self._attempt(self._bring_in)

    def _bring_in(self):
        refusals.stop_at(refusals.in_form(self.form))
        hand, made, by, at = self.hand, self.made, self.page.person, dt.datetime.now(dt.UTC)
        if made is None:
            raise PlanError(N_("Look at what would come in first."))
        new = hand.new_projects(self.page.centre())
        if new and not self._change_centre(lambda centre: _with_projects(centre, new, hand.where["zone"])):
            return

        def write(progress):
            progress(0, 1, "")
            with self.page.store.together():
                for name, table in made.tables.items():
                    into = self.holds if name == "history" else name
                    place = {"by": by, "at": at, "cycle": self.cycle if into == self.holds else None}
                    for project, channel in _queues_of(made) if self.replaces and into == self.holds else ():
                        self.page.store.delete_table(into, project=project, channel=channel, **place)
                    self.page.store.write_table(into, table, mode="merge", **place)
                self._remember(hand, by, at)
            return made

        self._work(write, self._taken_over, what=_("Importing"))

    def _taken_over(self, made):
        self.put_away()
        self.page.saved()
        self.page.refresh_frame()
        n = len(next(iter(made.tables.values())))  # results per agent come along with their history
        name = made.report.name
        if self.done:
            self.done(made.report)
        self.said.value = html.notice(_("{n} rows of '{name}' are in the workbook.", n=number(n), name=name), "good")

    # small things ----------------------------------------------------------------------------------------------------
    def _memory(self):
        return self.page.store.load(MEMORY).data or {}

    def _remember(self, hand, by, at):
        before = self.page.store.load(MEMORY)
        kept = {k: v for k, v in (before.data or {}).items() if k != hand.proposal.signature} | hand.remembered()
        kept = dict(list(kept.items())[-REMEMBERED:])
        self.page.store.save(MEMORY, kept, base=before.version, by=by, at=at)

    def _change_centre(self, change):
        """Save the centre as `change` leaves it; return whether it went through."""
        centre = copy.deepcopy(self.page.centre())
        change(centre)
        return self._keep(centre)

    def _save_centre(self, centre):
        draft = self.page.draft("centre", blank_centre, cycle=False)
        draft.data = centre
        return draft.save()

    def _work(self, function, done, *, what):
        """Work beside the page; what the user can mend is said beside the button that began it."""

        def attempt(progress):
            try:
                return function(progress), None
            except PlanError as error:
                return None, error

        def finish(result):
            if result[1] is not None:
                self._say_wrong(result[1])
            else:
                self._attempt(lambda: done(result[0]))

        self._attempt(lambda: self.page.work(attempt, finish, what=what))

    def _attempt(self, function):
        try:
            function()
        except PlanError as error:
            self._say_wrong(error)

    def _say_wrong(self, error):
        unchanged = _("Nothing was changed.")
        said = html.notice(f"{text.say().error(error)} {unchanged}", "miss", now=True)
        beside = self.not_taken if self.report.children else self.not_read if self.mapping.children else self.said
        beside.value = said


def _queues_of(made):
    """Return the (project, channel) of the rows about contacts; nothing for lists of people or events."""
    table = made.tables.get("history")
    if table is None:
        return []
    return list(table[["project", "channel"]].drop_duplicates().itertuples(index=False, name=None))


def _compared(there, new, queue):
    """Return what becomes of a queue's rows: replaced whole where the interval differs, else interval by interval."""
    before, now = int(there["interval_s"].max()), int(new["interval_s"].max())
    if set(there["interval_s"]) != set(new["interval_s"]):
        sentence = _(
            "{queue} is there already in intervals of {before}, the file has {now}. Both together would count "
            "contacts twice: what is there ({n} rows) is replaced.",
            queue=queue,
            before=_(words.GRAINS[before]),
            now=_(words.GRAINS[now]),
            n=number(len(there)),
        )
        return {"replaces": True, "said": [sentence]}
    stored = pd.DatetimeIndex(there["interval_start"]).tz_convert("UTC")
    same = there[stored.isin(pd.DatetimeIndex(new["interval_start"]).tz_convert("UTC"))]
    if same.empty:
        return {"replaces": False, "said": []}
    sentences = [
        _("{queue}: {n} intervals that are there already are replaced by the file's.", queue=queue, n=number(len(same)))
    ]
    lost = [c for c in same if c not in new and same[c].notna().any()][:_LOST]
    if lost:
        sentences.append(
            _(
                "They know {columns}, which the file does not have: that is lost.",
                columns=text.listed(heading(c, text.say()) for c in lost),
            )
        )
    return {"replaces": False, "said": sentences}


def _with_channel(centre, project, channel):
    project_of(centre, project)["channels"].setdefault(channel, usual_targets(channel))


def _with_projects(centre, new, zone):
    for key, label, channel in new:
        centre["projects"].append(new_project(key, label=label, zone=zone, channels=[channel]))
