"""The chosen cycle on one screen: promises, people, cost, the largest miss, lessons, decisions. It only reads."""

import datetime as dt

from ccwb.messages import N_
from ccwb.ui import evaluation_measure as em
from ccwb.ui import executive_parts as parts
from ccwb.ui import executive_promises as promise
from ccwb.ui import html, text
from ccwb.ui.frame import reachable
from ccwb.ui.shell import Page
from ccwb.ui.text import _

VIEWS = {  # what the page shows by itself, by its name in the address
    "": N_("Overview"),
    "promises": N_("Promises"),
    "month": N_("The month ahead"),
    "cost": N_("Cost"),
    "miss": N_("Misses"),
    "lessons": N_("Lessons"),
    "decisions": N_("Decisions"),
    "scorecard": N_("Scorecard"),
    "compare": N_("Compare"),
}


class ExecutivePage(Page):
    """Six tiles, each opening what is behind it; the address says what is in sight, the store refuses any change."""

    name = "executive"
    read_only = deep = True

    def once(self, what, ask):
        """Return what `ask()` gives, asked once as long as nobody saves anything.  what : its name, of any kind."""
        now = (self.store.changed(), self.context.language, dt.date.today())
        if getattr(self, "_asked", None) != now:
            self._asked, self._known = now, {}
        if what not in self._known:
            self._known[what] = ask()
        return self._known[what]

    def body(self):
        if self.cycle_id is None or not self.centre()["projects"]:
            return [html.html(_question()), _needs_cycle(self)]
        self.labels = {p["project"]: p["label"] for p in self.centre()["projects"]}
        self.table, self.today = em.compared(self.store, self.context.cycle, self.centre()), dt.date.today()
        shown = self._tiles() if not self.view else self._behind()
        return [html.html(self._top()), html.html(self._ways()), *shown]

    # what the address says -------------------------------------------------------------------------------------------
    @property
    def view(self):
        """Which of VIEWS is in sight."""
        asked = self.context.query.get("tile", "")
        return asked if asked in VIEWS else ""

    @property
    def queue(self):
        """The channel that is looked into; "" for all."""
        return self.context.query.get("queue", "") if self.view else ""

    def whereabouts(self):
        """Return what the address says of the page beside cycle, project and language."""
        compared = self.context.query.get("compare", "") if self.view == "compare" else ""
        return {"tile": self.view, "queue": self.queue, "compare": compared}

    def way(self, label, tile="", **more):
        """Return a link, as HTML, to a part of this page; what is not named stays as it is."""
        return html.link(label, self.context.href("executive", tile=tile, **more))

    @property
    def promised(self):
        """The promises in sight, as `executive_promises.promised` judges them; judged once for what is shown."""
        return self.once(("promised", self.project, self.cycle_id), lambda: promise.promised(self))

    # what is shown ---------------------------------------------------------------------------------------------------
    def _top(self):
        one = self.context.cycle
        values = {"name": one.name, "first": text.date(one.first_day), "last": text.date(one.last_day)}
        lead = _("{name}, {first} to {last}. This page only reads.", **values)
        return html.question(_question_text(), lead)

    def _ways(self):
        said = [(_(label), self.context.href("executive", tile=view)) for view, label in VIEWS.items()]
        return html.ways(said, list(VIEWS).index(self.view), _("What is behind the tiles"))

    def _tiles(self):
        board = html.row(*(tile(self) for tile in parts.TILES), classes="cards")
        board.add_class("ccwb-tiles")
        return [board]

    def _behind(self):
        from ccwb.ui import executive_scorecard, executive_views

        made = {"scorecard": executive_scorecard.scorecard, "compare": executive_scorecard.compare}
        return (made | executive_views.BEHIND)[self.view](self)

    def requirement(self, project, **days):
        """Return the staffing plan of a project in this cycle."""
        return self.store.read_table("requirement", cycle=self.cycle_id, project=project, **days)


def _question_text():
    return _("Do we keep our promises, and what needs you?")


def _question():
    return html.question(_question_text(), _("The chosen cycle on one screen. This page only reads."))


def _needs_cycle(page):
    said = _(
        "Here six tiles will show promises, people, cost, the largest miss, lessons and decisions. "
        "They need a centre and a cycle: your planners set them up."
    )
    there = [html.html(html.link(_("Where we stand"), page.context.href("start")))] if reachable("start") else []
    return html.empty(said, *there)
