"""Documents while they are edited."""

import datetime as dt
from copy import deepcopy

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.text import _
from ccwb.ui.widgets import button

TRIES = 20  # of a save that others keep coming before


class Draft:
    """A document while it is edited: every committed change is saved at once, by its version.

    Somebody else's save in between is never overwritten: the page says so and offers both ways, and what was typed here
    stays until one is chosen.

    common : keys that everybody adds to, such as lists of named things. They are changed by `change_common` alone, in
    whatever is newest in the store; a save of the rest never takes away what others added there meanwhile.
    """

    def __init__(self, page, name, blank, *, cycle, project="", common=()):
        self.page, self.name, self.cycle, self.project, self.common = page, name, cycle, project, common
        self._take(page.store.load(name, cycle=cycle, project=project), blank)
        self._blank = blank

    def _take(self, document, blank):
        self.version, self.at, self.by = document.version, document.at, document.by
        self.data = document.data if document.data is not None else blank()
        self._known = self._but_common(self.data)
        if document.version:
            self.page.saved(document)

    def save(self):
        """Save the data as they now are; returns whether it went through."""
        from ccwb.store import StaleSave

        try:
            self.write(apart=False)
        except StaleSave as stale:
            self.offer(stale)
            return False
        self.page.refresh_frame()
        return True

    def write(self, *, apart=True):
        """Save the data as they now are; StaleSave when somebody else was first (for a save together with tables).

        apart : in the history as a version of its own, as every kept result is; edits of ten minutes are one version.
        """
        from ccwb.store import StaleSave

        try:
            document = self._save(self.data, self.version, apart)
        except StaleSave as stale:
            if not self.common or self._but_common(stale.theirs.data) != self._known:
                raise
            self._take_common(stale.theirs)  # others only added to what is everybody's
            document = self._save(self.data, stale.theirs.version, apart)
        self._stands(document)

    def change_common(self, change):
        """Save `change(newest data)`, the common keys with their new values, whatever others saved meanwhile."""
        from ccwb.store import StaleSave

        for _attempt in range(TRIES):
            newest = self.page.store.load(self.name, cycle=self.cycle, project=self.project)
            known = self.version == newest.version
            try:
                document = self._save((newest.data or {}) | change(newest.data or {}), newest.version, False)
            except StaleSave:
                continue
            self._take_common(document)
            if known:  # otherwise the rest is another than here: the next save of it says so
                self._stands(document)
            return
        raise PlanError(N_("Many people are saving at this moment. Nothing was lost: press again."))

    def _save(self, data, base, apart):
        place = {"cycle": self.cycle, "project": self.project}
        at = dt.datetime.now(dt.UTC)
        return self.page.store.save(self.name, data, base=base, by=self.page.person, at=at, apart=apart, **place)

    def _stands(self, document):
        self.version, self.at, self.by = document.version, document.at, document.by
        self._known = self._but_common(document.data)
        self.page.saved(document)

    def _but_common(self, data):
        """Return a copy of what is one person's at a time."""
        return deepcopy({k: v for k, v in data.items() if k not in self.common}) if self.common else None

    def _take_common(self, document):
        self.data |= {key: document.data[key] for key in self.common if key in document.data}

    def offer(self, stale):
        """Say that somebody else saved in between, and offer both ways; what is here stays until one is chosen."""
        page = self.page
        page.shell.saved_state, page.shell.saved = "stale", _("not saved")

        def mine():
            self.version = stale.theirs.version
            self._take_common(stale.theirs)
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
