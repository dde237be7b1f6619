"""A form whose fields turn to one thing after another, and take a late change for what it was made to."""

import traitlets as t

from ccwb.ui.widgets import Form


class Turning(Form):
    """A Form that shows one of several things at a time: one statement of a questionnaire, say.

    about : which one ("mission_true"). The browser shows it until the kernel has turned, and says with a change what it
    was made to. `on_late(about, key, value)` hears a change to one that is in sight no more; as `on_change` it returns
    True when that is saved.
    head : what stands over the fields, HTML made by html.py: it turns with them, in one message, so that nobody sees
    the words of one thing over the fields of another.
    """

    about = t.Unicode().tag(sync=True)
    head = t.Unicode().tag(sync=True)

    def __init__(self, fields, values=None, *, on_late, **more):
        super().__init__(fields, values, **more)
        self._on_late = on_late

    def turn(self, values, *, keep, about, head="", fields=None):
        """Show another one: its values, its own fields where given, under which name the tab holds what is typed."""
        with self.hold_sync():
            self.values, self.keep, self.about, self.head = values, keep, about, head
            if fields is not None and fields != self.fields:
                self.fields = fields

    def received(self, content, buffers):
        about = content.get("about", self.about)
        if content.get("type") != "change" or about == self.about:
            super().received(content, buffers)
            return
        key, value, scope, saved = content["key"], content["value"], content.get("scope"), None
        try:
            saved = self._on_late(about, key, value)
        finally:
            told = {"scope": scope, "key": key, "value": value, "saved": saved is True} if scope else {}
            self.send({"type": "done", **told})

    def settle(self, keep=None):
        """Let go of what the tab holds, of the one in sight or under another name."""
        self.send({"type": "settled", "scope": self.keep if keep is None else keep})
