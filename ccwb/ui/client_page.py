"""What a client sees: the reports released for them, of one project, and nothing else of the workbook."""

import datetime as dt

from ccwb.errors import PlanError
from ccwb.reports.client import FORMS, MIME, file_name, scoped
from ccwb.reports.client.gather import DOCUMENT
from ccwb.ui import html, text
from ccwb.ui.client_links import check_link, opened_by_link
from ccwb.ui.frame import frame_of
from ccwb.ui.shell import Page
from ccwb.ui.text import _
from ccwb.ui.widgets import Download, Form

HARMLESS = ("title", "language", "direction", "languages", "labels", "person", "deep", "went", "stage")
LABELS = {"html": "HTML", "pdf": "PDF", "xlsx": "Excel"}


class ClientPage(Page):
    """The released reports of one project. By a client's link it knows that project alone, whatever is asked of it."""

    name = "client"
    needs_project = True
    read_only = True

    def __init__(self, context):
        self.access, self.period = opened_by_link(), context.query.get("period", "")
        super().__init__(context)

    def refresh_frame(self):
        """Show the header; a client's has no cycle, no project and no other page in it, not even hidden."""
        if not self.access:
            super().refresh_frame()
            return
        self._seen = self.store.changed()
        whole = frame_of(self)
        frame = {name: whole[name] for name in HARMLESS if name in whole} | {"title": _("Your report"), "home": ""}
        query = {"lang": "" if self.context.language == "en" else self.context.language}
        blank = {"cycle": "", "cycles": [], "project": "", "projects": [], "stages": [], "query": query}
        self.shell.frame = frame | blank

    def _pick(self, name, value):
        if not self.access or name == "lang":
            super()._pick(name, value)

    def say_error(self, error):
        """Say an error; to a client no more than that, since an error's words may name what is not theirs."""
        if self.access and not (isinstance(error, PlanError) and not error.values):
            error = PlanError(_("This report cannot be shown at the moment. Ask whoever sent you the link."))
        super().say_error(error)

    def body(self):
        project = check_link(self.store, self.access) if self.access else self.project
        self.reports = released(self.store, project)
        if not self.reports:
            none = _("Here a client reads the reports that were released for them. None is released yet.")
            return [html.html(html.question(_("How was it, and what comes next?"), none))]
        if self.period not in self.reports:
            self.period = next(iter(self.reports))
        self.shown = html.stack(classes="ccwb-report")
        self._show()
        return [*self._choice(), self.shown]

    def _choice(self):
        if len(self.reports) == 1:
            return []
        options = [{"value": key, "label": self._label(made)} for key, made in self.reports.items()]
        field = {"key": "period", "label": _("Period"), "kind": "select", "options": options}
        return [Form([field], {"period": self.period}, on_change=self.guard(self._chosen), layout_kind="wide")]

    def _label(self, made):
        first, last = (text.date(dt.date.fromisoformat(made[name])) for name in ("first_day", "last_day"))
        return f"{first} – {last}"

    def _chosen(self, _key, value, _final):
        if value in self.reports:
            self.period = value
            self._show()

    def _show(self):
        made, language = self.reports[self.period], self.context.language
        files = html.row(*(self._file(made, form, language) for form in FORMS))
        self.shown.children = (files, html.html(scoped(made, language=language)))

    def _file(self, made, form, language):
        def make():
            out = FORMS[form](made, language=language)
            return out.encode() if isinstance(out, str) else out

        make = self.guard(make)
        return Download(LABELS[form], make, name=file_name(made, form), mime=MIME[form])


def released(store, project):
    """Return the released reports of a project, by cycle and period; the newest first."""
    found = []
    for one in store.cycles():
        for name, whose in store.heads(cycle=one.id):
            if whose == project and project and name.startswith(f"{DOCUMENT} "):
                report = store.load(name, cycle=one.id, project=project).data["released"]
                if report:
                    found.append((report["last_day"], f"{one.id} {report['period']}", report))
    return {key: report for _day, key, report in sorted(found, key=lambda row: row[:2], reverse=True)}
