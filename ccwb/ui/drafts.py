"""Documents while they are edited."""

import datetime as dt
import json
from copy import deepcopy

from ccwb.channels import CHANNELS
from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.ui import text
from ccwb.ui.choosing import Side, as_typed, choose
from ccwb.ui.merging import GONE, settled_document, with_field
from ccwb.ui.text import _
from ccwb.ui.widgets import button

TRIES = 20  # of a save that others keep coming before


class Draft:
    """A document while it is edited: every committed change is saved at once, by its version.

    Somebody else's save in between is never overwritten: what each changed is put together, and of a field that both
    changed the two versions stand side by side above the page until one is chosen.

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
        self._base, self._asked = _plain(self.data), None
        if document.version:
            self.page.saved(document)

    def save(self):
        """Save the data as they now are; returns whether it went through."""
        from ccwb.store import StaleSave

        try:
            self.write(apart=False)
        except StaleSave as stale:
            return self._put_together(stale.theirs)
        self.page.refresh_frame()
        return True

    def _put_together(self, theirs):
        """Save what was changed here beside what others saved; a field that both changed is asked about."""
        page = self.page
        data, clashes = settled_document(self._base, _plain(self.data), theirs.data)
        data |= {key: theirs.data[key] for key in self.common if key in theirs.data}
        clashes = [clash for clash in clashes if clash.path[0] not in self.common]
        if clashes:
            page.shell.saved_state, page.shell.saved = "stale", _("not saved")
            self._ask(clashes, data, theirs)
            return False
        self.data, self.version, self._base = data, theirs.version, _plain(theirs.data)
        if self.save():
            self.reopened(theirs)
        return True

    def reopened(self, theirs):
        """Show the page anew, with what both have changed."""
        self.page.reopen()
        when = text.when(theirs.at)
        self.page.say(_("{who} changed other fields meanwhile, {when}: both are kept.", who=theirs.by, when=when))

    def _ask(self, clashes, data, theirs):
        """Ask above the page which version of each field holds; `data` is what both make together but for them."""
        page, forms, mine = self.page, fields_in(self.page.content), _plain(self.data)
        sides = [page.read_clash(clash, mine, theirs.data) or side_of(page, clash, forms) for clash in clashes]

        def take(mine):
            newest = page.store.load(self.name, cycle=self.cycle, project=self.project)
            document = newest.data
            if newest.version == theirs.version:
                document = data
            else:  # others went on meanwhile: what was put together is put together with that
                document = settled_document(_plain(theirs.data), data, newest.data)[0]
            for clash, own in zip(clashes, mine, strict=True):
                if own:
                    document = with_field(document, clash.path, clash.mine)
            place = {"cycle": self.cycle, "project": self.project}
            at = dt.datetime.now(dt.UTC)
            page.store.save(self.name, document, base=newest.version, by=page.person, at=at, **place)
            page.open()

        if self._asked:
            page.answered(self._asked)  # the newer question holds all that the older one asked
        self._asked = choose(page, sides, take, who=theirs.by, when=theirs.at)

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
        self._base = _plain(document.data)
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


def fields_in(widget):
    """Return the fields of all forms and lists inside a widget, key -> field as the reader sees it."""
    own = getattr(widget, "fields", getattr(widget, "columns", ()))
    found = {field["key"]: field for field in own if isinstance(field, dict)}
    for child in getattr(widget, "children", ()):
        found = fields_in(child) | found
    return found


def side_of(page, clash, forms):
    """Return the Side of a clash, called and read as the field of a form that shows it.  forms : key -> field."""
    field, many = forms.get(clash.path[-1]), page.shares_in_percent
    said = [shown(side, field, many) for side in (clash.theirs, clash.mine)]
    return Side(label_of(page, clash.path, forms), *said, clash)


def label_of(page, path, fields):
    """Return what a field of a document is called: where it belongs, and its label on the page."""
    labels = {one["project"]: one["label"] for one in page.centre()["projects"]}
    labels |= {key: _(channel.label) for key, channel in CHANNELS.items()}
    *places, last = [" · ".join(str(labels.get(part, part)) for part in parts_of(step)) for step in path]
    places = [place for step, place in zip(path, places, strict=False) if {*parts_of(step)} & {*labels}]
    return " · ".join([*places, fields[path[-1]]["label"] if path[-1] in fields else last])


def parts_of(step):
    """Return what a step of a path says: a key, or what tells a row apart."""
    return [value for _name, value in step] if isinstance(step, tuple) else [step]


def shown(value, field, shares_in_percent=False):
    """Return a value of a document as it is read; `field` : of the form that shows it, None where there is none."""
    field = field or {}
    options = {option["value"]: option["label"] for option in field.get("options", ())}
    if value is GONE:
        return _("taken away")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)):
        many = 100 if shares_in_percent and field.get("unit") == "%" else 1
        return f"{as_typed(many * value, field)} {field.get('unit', '')}".strip()
    if isinstance(value, dict):
        return str(value.get("label") or value.get("name") or text.listed(shown(one, None) for one in value.values()))
    if isinstance(value, list):
        return text.listed(shown(one, None) for one in value) or text.say().missing
    return str(options.get(value, value)) if value not in (None, "") else text.say().missing


def _plain(data):
    """Return a copy of a document as it will be when it was saved: what JSON knows."""

    def known(value):
        return value.isoformat() if isinstance(value, dt.date) else value.tolist()

    return json.loads(json.dumps(data, default=known))


def stale_said(stale):
    """Return what a StaleSave says, its time as the reader's other times are said."""
    return _(stale.message, **stale.values | {"at": text.when(stale.theirs.at)})
