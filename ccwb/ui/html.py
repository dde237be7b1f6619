"""Pieces of a page as HTML. Every text is escaped here, so no stored text is ever read as HTML."""

import html as web
import re

import ipywidgets as w
from ipywidgets.widgets.widget_string import HTMLStyle

from ccwb.messages import arranged, typed_figures
from ccwb.ui.fold import Fold
from ccwb.ui.text import _, say
from ccwb.ui.widgets import shared

MARKS = {"good": "✓", "near": "~", "miss": "✗", "over": "▲", "under": "▼", "none": "", "info": "i"}

HERE = " aria-current='page'"

_FOREIGN = re.compile("[A-Za-z\u00c0-\u024f]")
_OWN = re.compile("[\u0600-\u06ff]")


def escape(text, quote=False):
    """Return a text as HTML. On a page from right to left, one in a foreign script alone keeps the order of its own.

    quote : for the value of an attribute.
    """
    said = web.escape(text)
    if quote or say().direction != "rtl" or arranged(text):
        return said
    if typed_figures(text):
        return f"<bdi dir='ltr'>{said}</bdi>"
    return f"<bdi>{said}</bdi>" if _FOREIGN.search(text) and not _OWN.search(text) else said


def html(content):
    """Return a widget that shows `content`, HTML made by the functions of this module."""
    made = w.HTML(content, layout=shared(), style=shared(HTMLStyle))
    made.add_class("ccwb-html")
    return made


def stack(*children, classes=""):
    """Return widgets one below the other."""
    return _classed(w.VBox(children, layout=shared()), classes)


def show(widget, shown):
    """Show or hide a widget that stays in its place."""
    (widget.remove_class if shown else widget.add_class)("ccwb-gone")


def question(text, under=""):
    """Return the page's one question, with a sentence under it."""
    more = f"<p class='ccwb-lead'>{escape(under)}</p>" if under else ""
    return f"<h1 id='ccwb-question' class='ccwb-question'>{escape(text)}</h1>{more}"


def heading(text, level=2):
    return f"<h{level}>{escape(text)}</h{level}>"


def anchor(name):
    """Return a place that a link to "#name" leads to."""
    return f"<span id='{escape(name, quote=True)}'></span>"


def paragraph(text, kind=""):
    return f"<p class='{kind}'>{escape(text)}</p>"


def bullets(texts):
    return "<ul>" + "".join(f"<li>{escape(t)}</li>" for t in texts) + "</ul>" if texts else ""


def beside(columns):
    """Return short lists side by side, one below the other where it is narrow. columns : pairs (title, texts)."""
    each = (f"<div><p class='ccwb-muted'>{escape(title)}</p>{bullets(texts)}</div>" for title, texts in columns)
    return "<div class='ccwb-beside'>" + "".join(each) + "</div>"


def figure(label, value, *, change="", state="none", help_text="", link=None):
    """Return one big figure: label, value with unit, its change against the saved plan, a state as colour and sign.

    link : where the words of `change` lead, None where they do not lead anywhere.
    """
    focus = " tabindex='0'" if help_text else ""
    tip = f"<span class='ccwb-tip' role='tooltip'>{escape(help_text)}</span>" if help_text else ""
    mark = f"<span class='ccwb-sign' aria-hidden='true'>{MARKS[state]}</span>" if MARKS[state] else ""
    told = f"<a href='{escape(link, quote=True)}'>{escape(change)}</a>" if link else escape(change)
    after = f"<span class='ccwb-change'>{told}</span>" if change else ""
    return (
        f"<div class='ccwb-figure {state}'{focus}><span class='ccwb-label'>{escape(label)}</span>"
        f"<span class='ccwb-value'>{escape(value)}{mark}</span>{after}{tip}</div>"
    )


def figures(items):
    """Return a row of figures."""
    return "<div class='ccwb-figures'>" + "".join(items) + "</div>"


def tag(text, state="none"):
    """Return a word in a coloured frame, its sign before it."""
    mark = f"{MARKS[state]} " if MARKS[state] else ""
    return f"<span class='ccwb-tag {state}'>{mark}{escape(text)}</span>"


def bar(share, state="none"):
    """Return a plain bar that fills a share (0..1) of its width; the number itself stands beside it."""
    width = 100 * min(max(share, 0), 1)
    return f"<span class='ccwb-bar {state}' aria-hidden='true'><i style='width:{width:.1f}%'></i></span>"


def notice(text, state="info", *, link=None, link_text="", now=False):
    """Return a sentence that wants to be read, with where to go for it; `now`: a screen reader says it at once."""
    role = " role='alert'" if now else ""
    more = f" <a href='{escape(link, quote=True)}'>{escape(link_text)}</a>" if link else ""
    return f"<p class='ccwb-notice {state}'{role}>{escape(text)}{more}</p>"


def table(heads, rows, *, caption=""):
    """Return a small table. heads : texts, or (text, True) for a column of numbers; cells are texts or `raw(...)`."""
    heads = [h if isinstance(h, tuple) else (h, False) for h in heads]
    top = "".join(f"<th scope='col' class='{'num' if n else ''}'>{escape(t)}</th>" for t, n in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{'num' if n else ''}' data-label='{escape(t, quote=True)}'>{_cell(c)}</td>"
            for c, (t, n) in zip(row, heads, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    whole = f"<table class='ccwb-table'>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div class='ccwb-scroll' tabindex='0'>{whole}</div>"


def tree(nodes):
    """Return a tree as nested lists, drawn from where reading begins to where it ends, downwards on a narrow screen.

    nodes : (head, content, state, nodes below); head is text, content HTML of this module; state colours the edge, as
    in `tag`, and "gap" is a place where something is missing.
    """
    return f"<div class='ccwb-tree' tabindex='0'>{_branch(nodes)}</div>" if nodes else ""


def _branch(nodes):
    """Return nodes of a tree as one list."""
    return "<ul>" + "".join(_node(*node) for node in nodes) + "</ul>" if nodes else ""


def _node(head, content, state, below):
    top = f"<span class='ccwb-label'>{escape(head)}</span>"
    return f"<li><div class='ccwb-node {state}'>{top}{content}</div>{_branch(below)}</li>"


class raw(str):  # noqa: N801 - reads like a function where it is used: raw(tag(...))
    """HTML that this module made, to be put into a cell as it is."""

    __slots__ = ()


def link(text, href):
    return f"<a href='{escape(href, quote=True)}'>{escape(text)}</a>"


def told(text, tip):
    """Return a word that tells more when it is pointed at or focused."""
    return raw(f"<span tabindex='0' title='{escape(tip, quote=True)}'>{escape(text)}</span>")


def ways(links, here, label):
    """Return the parts of a page as a line of links. links : (text, address); here : the place of the one in sight."""
    said = "".join(
        f"<a href='{escape(href, quote=True)}'{HERE if n == here else ''}>{escape(text)}</a>"
        for n, (text, href) in enumerate(links)
    )
    return f"<nav class='ccwb-ways' aria-label='{escape(label, quote=True)}'>{said}</nav>"


def card(*children, title="", classes=""):
    """Return widgets in a card, with a title."""
    head = [html(heading(title))] if title else []
    return stack(*head, *children, classes=f"ccwb-card {classes}")


def row(*children, classes=""):
    """Return widgets side by side that wrap on a narrow screen."""
    return _classed(w.Box(children, layout=shared()), f"ccwb-row {classes}")


def split(controls, *content):
    """Return controls beside the content (above it on a narrow screen)."""
    controls = [controls] if isinstance(controls, w.Widget) else controls
    side, main = stack(*controls, classes="ccwb-side"), stack(*content, classes="ccwb-main")
    return _classed(w.Box([side, main], layout=shared()), "ccwb-split")


def fold(title, *children):
    """Return widgets that open below their title, by mouse or keyboard.

    A child may be a function that makes a widget: it is asked when the fold is first opened.
    """
    return Fold(title, children)


def empty(text, *buttons):
    """Return what an empty page says: what will be here, what it needs, and the buttons to begin."""
    return card(html(paragraph(text, "ccwb-lead")), row(*buttons), classes="ccwb-empty-card")


def _classed(made, classes):
    for name in classes.split():
        made.add_class(name)
    return made


def _cell(cell):
    return str(cell) if isinstance(cell, raw) else escape(str(cell))


def no_data():
    return _("not measured")
