"""A heading that opens what is below it: by mouse, by keyboard and for a screen reader."""

import ipywidgets as w
import traitlets as t

from ccwb.ui.widgets import _module, _Widget


class FoldHead(_Widget):
    """The button of a fold: its `title`, and whether it is `opened`."""

    _esm = _module("fold.js")
    title = t.Unicode().tag(sync=True)
    opened = t.Bool(False).tag(sync=True)


class Fold(w.VBox):
    """Widgets below a heading that opens them; closed at first. `title` and `opened` may be set at any time."""

    def __init__(self, title, children):
        self.head, body = FoldHead(title=title), w.VBox(list(children))
        self.head.add_class("ccwb-fold-head")
        body.add_class("ccwb-fold-body")
        super().__init__([self.head, body])
        self.add_class("ccwb-fold")

    @property
    def title(self):
        return self.head.title

    @title.setter
    def title(self, title):
        self.head.title = title

    @property
    def opened(self):
        return self.head.opened

    @opened.setter
    def opened(self, opened):
        self.head.opened = opened
