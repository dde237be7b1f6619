"""The reports for clients, where the manager makes them: choose, comment, take along, release, and give a link."""

import datetime as dt

from ccwb.errors import PlanError
from ccwb.messages import LANGUAGES
from ccwb.projects import project_of
from ccwb.reports import client
from ccwb.reports.client import FORMS, MIME
from ccwb.ui import html, text
from ccwb.ui.client_links import add_link, address_of, holds, links_of, withdraw_link
from ccwb.ui.client_page import LABELS
from ccwb.ui.text import _, number
from ccwb.ui.widgets import Copy, Download, Form, button

LONGEST = 1500  # characters of a commentary: with it, the report stays on two pages


class ClientReports:
    """One project's report of one period: its commentary, what is told in it, its files, its release and its links."""

    def __init__(self, page):
        self.page = page
        self.projects = {one["project"]: one["label"] for one in page.centre()["projects"]}
        self.periods = {one.key: one for one in client.periods_in(page.context.cycle)}
        key = page.project or next(iter(self.projects))
        self.chosen = {"project": key, "period": self._usual(), "language": page.context.language}
        self.chooser = Form(self._fields(), self.chosen, on_change=page.guard(self._choose), layout_kind="wide")
        self.part = html.stack(classes="ccwb-clients")
        self.shown = html.fold(_("Make the clients' reports"), self._open)
        self.widget = html.card(self.shown, title=_("Reports for clients"))

    # choosing --------------------------------------------------------------------------------------------------------
    def _usual(self):
        """Return the month to begin with: the last one that ends before today, else the whole cycle."""
        over = [key for key, one in self.periods.items() if key != client.CYCLE and one.last_day < dt.date.today()]
        return over[-1] if over else client.CYCLE

    def _fields(self):
        def options(labels):
            return [{"value": key, "label": label} for key, label in labels.items()]

        spans = {
            key: _("The whole cycle")
            if key == client.CYCLE
            else f"{text.date(one.first_day)} – {text.date(one.last_day)}"
            for key, one in self.periods.items()
        }
        return [
            {"key": "project", "label": _("Project"), "kind": "select", "options": options(self.projects)},
            {"key": "period", "label": _("Period"), "kind": "select", "options": options(spans)},
            {"key": "language", "label": _("Language"), "kind": "select", "options": options(LANGUAGES)},
        ]

    def _choose(self, key, value, _final):
        self.chosen = {**self.chosen, key: value}
        self.show()

    def _open(self):
        self.show()
        return html.stack(self.chooser, self.part, classes="ccwb-clients")

    # what is shown ---------------------------------------------------------------------------------------------------
    def show(self):
        """Show the report that is chosen, as it now stands."""
        name = client.document_of(self.chosen["period"])
        self.draft = self.page.draft(name, client.blank_commentary, project=self.chosen["project"])
        self.draft.data.setdefault("entries", [])  # kept before entries were chosen
        try:
            self.made = self._gather()
        except PlanError as error:
            self.part.children = (html.html(html.notice(text.say().error(error), "near")), *self._comment())
            return
        self.part.children = (*self._comment(), self._told(), html.row(*self._files()), self._release(), self._links())

    def _gather(self):
        at = dt.datetime.now(dt.UTC)
        what = {"project": self.chosen["project"], "period": self.chosen["period"]}
        return client.gather(self.page.store, **what, cycle=self.page.context.cycle, made_at=at)

    def _comment(self):
        field = {"key": "text", "label": _("Comment for the client"), "kind": "long", "rows": 5, "wide": True}
        said = _("What a client should know beside the figures. Earlier versions are kept.")
        form = Form([field | {"help": said}], {"text": self.draft.data["text"]}, on_change=self.page.guard(self._write))
        self.asked = html.html("")
        self._ask(self.draft.data["text"])
        return [form, self.asked, *self._past()]

    def _ask(self, words):
        """Ask about a word of the comment that another client's name begins with; it may be a plain word."""
        found = client.doubtful(words, project=self.chosen["project"], centre=self.page.centre())
        said = _(
            "The comment says '{word}', with which another client's name begins. Is it meant as a plain word?",
            word=found,
        )
        self.asked.value = html.notice(said, "near") if found else ""

    def _past(self):
        """Return the earlier comments, the newest first, in a fold; nothing where there are none."""
        name = client.document_of(self.chosen["period"])
        versions = self.page.store.versions(
            name, cycle=self.page.cycle_id, project=self.chosen["project"], with_data=True
        )
        said = {one.data["text"]: text.joined((text.when(one.at), one.by)) for one in reversed(versions)}
        said.pop(self.draft.data["text"], None)
        rows = [html.paragraph(when, "ccwb-muted") + html.paragraph(words) for words, when in said.items() if words]
        return [html.fold(_("Earlier comments"), html.html("".join(rows[::-1])))] if rows else []

    def _write(self, _key, value, final):
        if not final:
            return False
        if len(value or "") > LONGEST:
            raise PlanError(
                _("The comment has {n} characters; with more than {most} the report does not stay on two pages."),
                n=len(value),
                most=LONGEST,
            )
        client.check_commentary(value or "", project=self.chosen["project"], centre=self.page.centre())
        self.draft.data["text"] = value or ""
        self._ask(value or "")
        return self.draft.save()

    def _told(self):
        """Return what of the log and the lessons the report can tell; what is not ticked stays within the centre."""
        kept, page = self.draft.data, self.page
        log, lessons = client.tellable(
            page.store, project=self.chosen["project"], period=self.chosen["period"], cycle=page.context.cycle
        )[:2]
        fields, values = [], {}
        for row in log:
            label = f"{text.date(_day(row))}: {text.say().apart(row['done'])}"
            fields.append({"key": f"entry {row['entry']}", "label": label})
            values[fields[-1]["key"]] = row["entry"] in kept["entries"]
        for row in lessons:
            fields.append({"key": f"lesson {row['id']}", "label": text.say().apart(row["text"])})
            values[fields[-1]["key"]] = row["id"] in kept["lessons"]
        note = []
        if self.made["held_back"]:
            said = _("{n} texts are never told: they name another project.", n=number(self.made["held_back"]))
            note = [html.html(html.paragraph(said, "ccwb-muted"))]
        if not fields:
            return html.stack(*note)
        form = Form([one | {"kind": "check", "wide": True} for one in fields], values, on_change=page.guard(self._tell))
        said = _("Nothing of these is told to the client unless it is ticked.")
        hint = html.html(html.paragraph(said, "ccwb-muted"))
        return html.fold(_("What the report tells of the log and the lessons"), hint, form, *note)

    def _tell(self, key, value, _final):
        kind, name = key.split(" ", 1)
        where, one = ("entries", int(name)) if kind == "entry" else ("lessons", name)
        listed = [other for other in self.draft.data[where] if other != one]
        self.draft.data[where] = [*listed, one] if value else listed
        return self.draft.save()

    # taking along, releasing -----------------------------------------------------------------------------------------
    def _files(self):
        return [Download(LABELS[form], self._file(form), name=client.file_name(self.made, form), mime=MIME[form])
                for form in FORMS]  # fmt: skip

    def _file(self, form):
        def make():
            out = FORMS[form](self._gather(), language=self.chosen["language"])
            return out.encode() if isinstance(out, str) else out

        return self.page.guard(make)

    def _release(self):
        released = self.draft.data["released"]
        said = _("The client sees nothing of this period yet.")
        if released:
            at = dt.datetime.fromisoformat(released["made_at"])
            said = _("The client sees the report as it was released {when}.", when=text.when(at))
        back = [button(_("Take it back"), self.take_back, page=self.page)] if released else []
        do = button(_("Release it to the client"), self.release, primary=not released, page=self.page)
        return html.row(html.html(html.paragraph(said)), do, *back)

    def release(self):
        """Show the client the report as it is now; it stays so, whatever changes later."""
        self.draft.data["released"] = self._gather()
        self._kept()

    def take_back(self):
        self.draft.data["released"] = None
        self._kept()

    def _kept(self):
        self.draft.save()
        self.show()

    # links -----------------------------------------------------------------------------------------------------------
    def _links(self):
        page, project = self.page, self.chosen["project"]
        rows = [self._link(link) for link in links_of(page.store, project) if not link["withdrawn"]]
        name = project_of(page.centre(), project)["label"]
        said = _("A link opens the released reports of {project}, and nothing else.", project=name)
        open_to_all = _(
            "This workbook asks for no token: whoever reaches it opens all of its pages, with a link or without. "
            "Start it with CCWB_TOKEN set before you give a link to a client."
        )
        warned = [] if holds() else [html.html(html.notice(open_to_all, "near"))]
        make = button(_("Make a link for the client"), self.add, page=page)
        return html.stack(
            html.html(html.heading(_("Links"), 3) + html.paragraph(said, "ccwb-muted")),
            *warned,
            *rows,
            html.row(make),
            classes="ccwb-clients",
        )

    def _link(self, link):
        page, now = self.page, {"by": self.page.person, "at": dt.datetime.now(dt.UTC)}
        where = address_of(page.store, self.chosen["project"], link, language=self.chosen["language"], **now)
        until = text.date(dt.datetime.fromisoformat(link["until"]))
        said = _("Made by {who}, good until {day}", who=link["by"], day=until)

        def withdraw():
            withdraw_link(page.store, self.chosen["project"], link["id"], by=page.person, at=dt.datetime.now(dt.UTC))
            self.show()

        return html.row(Copy(where, said), button(_("Withdraw"), withdraw, page=page))

    def add(self):
        """Make a link for the project."""
        add_link(self.page.store, self.chosen["project"], by=self.page.person, at=dt.datetime.now(dt.UTC))
        self.show()


def _day(row):
    return dt.date.fromisoformat(row["day"])
