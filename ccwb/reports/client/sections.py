"""The sections of a client's report between the results and what was done: one function each in SECTIONS.

A section takes a Told and returns a dict of title and what it has of heads and rows (a table of texts), note (below the
table) and lines (sentences). Page, paper and spreadsheet show it from that; one without rows and lines is left out.
Of what people typed, `told.own` keeps the order of its letters. A Told holds one client's figures and no others.
"""

from operator import attrgetter

SECTIONS = {"volumes": attrgetter("volumes"), "reasons": attrgetter("reasons")}

_EMPTY = {"heads": [], "rows": [], "note": "", "lines": []}


def sections(told):
    """Return the sections that have something to say, key -> title, heads, rows, note and lines, in their order."""
    made = {key: _EMPTY | section(told) for key, section in SECTIONS.items()}
    return {key: one for key, one in made.items() if one["rows"] or one["lines"]}
