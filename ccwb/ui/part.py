"""One fold of a page: a question of its own, answered for what the page has in sight."""

from ccwb.ui import html


class Part:
    """A fold of a page. `title` is its question; `widget` makes what is below it when it is first opened.

    page : the page it belongs to. Staffing: with forecast, plan, settings, channel and monday, and targets(), scaled(),
    need() by the sliders as they stand. Forecast: with queue, drafted, forecast, published, settings and zone.
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
        """Hear that what the page has in sight is another than before; only once it is open."""
