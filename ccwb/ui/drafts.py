"""Documents while they are edited."""

import datetime as dt

from ccwb.ui import text
from ccwb.ui.text import _
from ccwb.ui.widgets import button


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
            self.write(apart=False)
        except StaleSave as stale:
            self.page.shell.saved_state, self.page.shell.saved = "stale", _("not saved")
            self._offer(stale)
            return False
        self.page.refresh_frame()
        return True

    def write(self, *, apart=True):
        """Save the data as they now are; StaleSave when somebody else was first (for a save together with tables).

        apart : in the history as a version of its own, as every kept result is; edits of ten minutes are one version.
        """
        document = self.page.store.save(
            self.name,
            self.data,
            base=self.version,
            by=self.page.person,
            at=dt.datetime.now(dt.UTC),
            cycle=self.cycle,
            project=self.project,
            apart=apart,
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
            stale_said(stale),
            "near",
            button(_("Save mine over it"), mine, page=page),
            button(_("Show theirs"), theirs, page=page),
        )


def stale_said(stale):
    """Return what a StaleSave says, its time as the reader's other times are said."""
    return _(stale.message, **stale.values | {"at": text.when(stale.theirs.at)})
