"""A heading that opens what is below it: by mouse, by keyboard and for a screen reader."""

import ipywidgets as w
import traitlets as t

from ccwb.ui.widgets import _module, _Widget, shared


class FoldHead(_Widget):
    """The button of a fold: its `title`, and whether it is `opened`."""

    _esm = _module("fold.js")
    title = t.Unicode().tag(sync=True)
    opened = t.Bool(False).tag(sync=True)


class Fold(w.VBox):
    """Widgets below a heading that opens them; closed at first. `title` and `opened` may be set at any time.

    Children that are functions are made when the fold is first opened: most folds of a page never are.
    """

    def __init__(self, title, children):
        self._wanted = tuple(children)
        self.head, self.body = FoldHead(title=title), w.VBox(layout=shared())
        self.head.add_class("ccwb-fold-head")
        self.body.add_class("ccwb-fold-body")
        super().__init__([self.head, self.body], layout=shared())
        self.add_class("ccwb-fold")
        if any(not isinstance(child, w.Widget) for child in self._wanted):
            self.head.observe(lambda _change: self.fill(), "opened")
        else:
            self.fill()

    def fill(self):
        """Make what is below the heading, where that is not made yet."""
        wanted, self._wanted = self._wanted, ()
        if wanted:
            self.body.children = [child if isinstance(child, w.Widget) else child() for child in wanted]

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
