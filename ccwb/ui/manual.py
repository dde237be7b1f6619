"""The prose of a page's notebook in the reader's language, shown under the page where the app hides the English cells.

JupyterLab shows the notebook as it is stored. Each paragraph and each item of a list is a message of the catalogues.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from ccwb.ui.frame import PAGES
from ccwb.ui.text import _

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_BREAK = re.compile(r"\n\s*\n|\n(?=\d+\. |- )")  # between paragraphs, and before an item
_LEAD = re.compile(r"(#+ |\d+\. |- )?")
_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`")


def manual(name, say=_):
    """Return the prose of a page's notebook as HTML, in words that `say` gives for each of its texts."""
    return "".join(f"<div class='ccwb-prose'>{_html(cell, say)}</div>" for cell in _cells(PAGES[name][0]))


def prose(source):
    """Return the pieces of a markdown cell: (what marks them: '# ', '1. ', '- ' or '', their text in one line).

    >>> prose("# Staffing\\n\\nHow many\\npeople?\\n\\n1. Look.\\n2. Decide.")
    [('# ', 'Staffing'), ('', 'How many people?'), ('1. ', 'Look.'), ('2. ', 'Decide.')]
    """
    pieces = []
    for piece in _BREAK.split(source.strip()):
        lead = _LEAD.match(piece)[0]
        pieces.append((lead, " ".join(piece[len(lead) :].split())))
    return pieces


@cache
def _cells(notebook):
    """Return the sources of the markdown cells that an app shows: those that are not the analyst's."""
    import json

    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    shown = [c for c in cells if c["cell_type"] == "markdown" and "analyst" not in c["metadata"].get("tags", ())]
    return ["".join(cell["source"]) for cell in shown]


def _html(source, say):
    out, within = [], ""
    for lead, text in prose(source):
        kind = {"": "", "-": "ul"}.get(lead.strip(), "" if lead.startswith("#") else "ol")
        if kind != within:
            out.append((f"</{within}>" if within else "") + (f"<{kind}>" if kind else ""))
            within = kind
        tag = f"h{lead.count('#')}" if lead.startswith("#") else "li" if kind else "p"
        out.append(f"<{tag}>{_INLINE.sub(_marked, escape(say(text), quote=False))}</{tag}>")
    return "".join(out) + (f"</{within}>" if within else "")


def _marked(found):
    strong, weak, code = found.groups()
    return f"<strong>{strong}</strong>" if strong else f"<em>{weak}</em>" if weak else f"<code>{code}</code>"
