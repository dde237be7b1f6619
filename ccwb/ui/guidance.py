"""The uses of data as guidance: a fold that a page puts beside what it does."""

from ccwb.practices_content import USES
from ccwb.ui import html
from ccwb.ui.text import _


def beside(page, step=""):
    """Return a fold with the uses of data that belong to a page (or its step), or nothing: `*beside(self)` in a body.

    >>> from ccwb.practices_content import USES
    >>> sorted({place for use in USES.values() for place in use.beside})[:3]
    ['action', 'evaluation', 'mission/measures']
    """
    place = f"{page.name}/{step}" if step else page.name
    mine = [use for use in USES.values() if place in use.beside]
    if not mine:
        return ()
    told = [_told(page, use, place) for use in mine]
    made = html.fold(_("Using the figures well"), lambda: html.stack(*map(html.html, told), classes="spaced"))
    return (made,)


def _told(page, use, place):
    said = html.heading(_(use.label), 3) + html.paragraph(_(use.text))
    if place == (f"{use.page}/{use.step}" if use.step else use.page):
        return said
    return said + html.link(_("Where this is done"), page.context.href(use.page, **_step(use)))


def _step(use):
    return {"step": use.step} if use.step else {}
