"""The chosen cycle on one screen: promises, people, cost, the largest miss, lessons, decisions. It only reads."""

import datetime as dt

from ccwb.ui import evaluation_measure as em
from ccwb.ui import executive_parts as parts
from ccwb.ui import html, text
from ccwb.ui.shell import Page
from ccwb.ui.text import _


class ExecutivePage(Page):
    """Six tiles, each with the way to what is behind it; the store itself refuses any change."""

    name = "executive"
    read_only = True

    def body(self):
        if self.cycle_id is None or not self.centre()["projects"]:
            return [html.html(_question()), _needs_cycle(self)]
        one, centre, today = self.context.cycle, self.centre(), dt.date.today()
        self.labels = {p["project"]: p["label"] for p in centre["projects"]}
        self.table = em.compared(self.store, one, centre)
        tiles = [
            parts.promises(self),
            parts.month_ahead(self, today),
            parts.cost(self),
            parts.miss(self),
            parts.lessons(self),
            parts.decisions(self, today),
        ]
        board = html.row(*tiles, classes="cards")
        board.add_class("ccwb-tiles")
        values = {"name": one.name, "first": text.date(one.first_day), "last": text.date(one.last_day)}
        lead = _("{name}, {first} to {last}. This page only reads.", **values)
        return [html.html(html.question(_question_text(), lead)), board]

    def requirement(self, project):
        """Return the staffing plan of a project in this cycle."""
        return self.store.read_table("requirement", cycle=self.cycle_id, project=project)


def _question_text():
    return _("Do we keep our promises, and what needs you?")


def _question():
    return html.question(_question_text(), _("The chosen cycle on one screen. This page only reads."))


def _needs_cycle(page):
    said = _(
        "Here six tiles will show promises, people, cost, the largest miss, lessons and decisions. "
        "They need a centre and a cycle: your planners set them up."
    )
    return html.empty(said, html.html(html.link(_("Where we stand"), page.context.href("start"))))
