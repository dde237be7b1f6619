"""One fold of the staffing page: a question of its own, answered by the sliders as they stand."""

from ccwb.ui import html


class Part:
    """A fold of the staffing page. `title` is its question; `widget` makes what is below it when it is first opened.

    page : the staffing page, with forecast, plan, settings, channel and monday, and targets(), scaled(), need() by the
    sliders as they stand.
    """

    title = ""

    def __init__(self, page):
        self.page, self.made = page, False

    def fold(self, title):
        """Return the fold; nothing of it is made before it is opened."""
        return html.fold(title, self._first)

    def _first(self):
        self.made = True
        return self.widget()

    def widget(self):
        """Return what is below the title."""
        raise LookupError(type(self).__name__)

    def moved(self):
        """Hear that the sliders, the queue, the week or the plan are others than before; only once it is open."""
