"""Projects at a glance, each handed up by its supervisor with a comment, and accepted or returned by the manager."""

import datetime as dt

from ccwb import handed
from ccwb.ui import html, text
from ccwb.ui.text import _
from ccwb.ui.widgets import Form, button

GOOD = {handed.ACCEPTED: "good", handed.RETURNED: "miss", handed.CHANGED: "near"}


class HandingUp:
    """A fold with every project's figures and how it stands; buttons for the project in sight.

    page : the page.  name : the cycle's document of what was handed up.  project : the one in sight, "" for none.
    labels : project -> what it is called.  lead : a sentence on what is handed up.
    To be said by who makes one: heads() the columns' titles, cells(project) their contents, projects() those there are,
    and mark(project, fresh) the mark of a project's part, from the store where `fresh`.
    """

    title = ""

    def __init__(self, page, *, name, project, labels, lead):
        self.page, self.name, self.project, self.labels = page, name, project, labels
        self.table = html.html("")
        field = {"key": "comment", "label": _("Comment"), "kind": "text", "wide": True}
        self.form = Form([field], {"comment": ""}, layout_kind="wide")
        self.widget = html.fold(_(self.title), html.html(html.paragraph(lead)), self.table, *self._controls())

    def _controls(self):
        if not self.project:
            said = _("Choose a project at the top to hand it up, or to accept or return it.")
            return [html.html(html.paragraph(said, "ccwb-muted"))]
        label = self.labels[self.project]
        buttons = [
            button(_("Hand up {project}", project=label), self.hand_up, page=self.page),
            button(_("Accept it"), lambda: self.answer(True), page=self.page),
            button(_("Return it"), lambda: self.answer(False), page=self.page),
        ]
        return [self.form, html.row(*buttons)]

    def projects(self):
        """Return the projects that are listed."""
        return list(self.labels)

    def heads(self):
        """Return the titles of the columns of figures, as `html.table` takes them."""
        return []

    def cells(self, project):
        """Return a project's figures."""
        return []

    def mark(self, project, *, fresh=False):
        """Return the mark of a project's part."""
        raise LookupError(type(self).__name__)

    def moved(self):
        """Show how every project stands."""
        document = self._document().data or {}
        rows = []
        for key in self.projects():
            state = handed.standing(document, key, mark=self.mark(key))
            mark = html.raw(html.tag(_(handed.STATES[state]), GOOD.get(state, "none")))
            rows.append([self.labels[key], *self.cells(key), mark, said(document.get(key))])
        self.table.value = html.table([_("Project"), *self.heads(), _("It is"), _("What was said")], rows)

    def hand_up(self):
        """Hand up the part of the project in sight."""
        self._change(handed.hand_up, _("{project} is handed up.", project=self.labels[self.project]))

    def answer(self, accept):
        """Accept or return what was handed up for the project in sight."""
        label = self.labels[self.project]
        told = _("{project} is accepted.", project=label) if accept else _("{project} is returned.", project=label)
        self._change(lambda *args, **how: handed.answer(*args, accept=accept, **how), told)

    def _change(self, change, told):
        page, at = self.page, dt.datetime.now(dt.UTC)
        with page.store.together():
            document, mark = self._document(), self.mark(self.project, fresh=True)
            how = {"mark": mark, "by": page.person, "at": at.isoformat(), "comment": self.form.values["comment"] or ""}
            data = change(document.data or {}, self.project, **how)
            place = {"by": page.person, "at": at, "cycle": page.cycle_id}
            page.store.save(self.name, data, base=document.version, apart=True, **place)
        self.form.values = {"comment": ""}
        self.form.typed = {}
        page.saved()
        self.moved()
        page.say(told, "good")

    def _document(self):
        return self.page.store.load(self.name, cycle=self.page.cycle_id)


def said(entry):
    """Return what supervisor and manager said, as text."""
    if not entry:
        return ""
    told = [(entry["by"], entry["at"], entry["comment"])]
    if entry.get("answered_by"):
        told.append((entry["answered_by"], entry["answered_at"], entry["answer"]))
    return text.joined(
        _("{who}, {when}: {comment}", who=who, when=text.when(dt.datetime.fromisoformat(at)), comment=comment or "–")
        for who, at, comment in told
    )
