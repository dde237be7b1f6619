"""A client's report on paper: PDF by typst, which is the extra [reports]."""

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path

from ccwb.errors import PlanError
from ccwb.messages import N_
from ccwb.reports.client import pictures
from ccwb.reports.client.sections import sections
from ccwb.reports.client.words import Told

TEMPLATE = Path(__file__).with_name("client.typ")
MOST_PAGES = 2
NUMBERED = 20  # pages that a footer has numbers for
# What was done and what comes begins a page of its own, as long as it all stays on two; else it is set closer, and at
# last only the latest measures and the first lessons are told.
FITS = (
    {"apart": True, "size": 9.6},
    {"apart": False, "size": 9.6},
    {"apart": False, "size": 8.8},
    {"apart": False, "size": 8.4, "most": 6},
    {"apart": False, "size": 8, "most": 3},
)
# The first of these that the machine has is taken; typst brings the last one itself.
LATIN = ("Noto Sans", "Inter", "Open Sans", "Roboto", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans",
         "DejaVu Sans", "Libertinus Serif")  # fmt: skip
PERSIAN = ("Vazirmatn", "Vazir", "Noto Sans Arabic", "Noto Naskh Arabic", "Segoe UI", "Tahoma", "Geeza Pro", "Arial",
           "DejaVu Sans")  # fmt: skip


def as_pdf(made, *, language="en"):
    """Return a report as a PDF of one or two pages.  made : what `gather` gave.

    The same report gives the same bytes, on a machine with the same letters. PlanError where typst is missing (it says
    how to install it), or where the machine has no letters for the language.
    """
    typst = _typst()
    told = Told(made, language)
    fonts = letters(told.language)
    data = as_data(told, fonts)
    for fit in FITS:
        told_all = json.dumps(_cut(data | fit, told), ensure_ascii=False)
        out = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"told": told_all})
        if pages_of(out) <= MOST_PAGES:
            break
    return out


def _cut(data, told):
    """Return the data with no more measures and lessons than `most`, and how many more there are."""
    measures, most = data["measures"], data.get("most", 1000)
    left = max(len(measures["rows"]) - most, 0) + max(len(measures["lessons"]) - most, 0)
    more = told.say(N_("{n} more are told in the Excel file."), n=told.say.number(left)) if left else ""
    cut = {"rows": measures["rows"][-most:], "lessons": measures["lessons"][:most], "more": more}
    return data | {"measures": measures | cut}


def pages_of(pdf):
    """Return how many pages a PDF has, as its page tree says."""
    return max((int(n) for n in re.findall(rb"/Count (\d+)", pdf)), default=1)


def as_data(told, fonts):
    """Return all that the paper shows, as JSON.  told : Told.  fonts : names of letters, the preferred first."""
    at = dt.datetime.fromisoformat(told.made["made_at"])
    drawn = {"colours": pictures.PAPER, "letters": ", ".join(f"'{name}'" for name in fonts)}
    trends, look = told.trends, told.outlook
    charts = [{"what": one["what"], "svg": pictures.trend(one, told, **drawn)} for one in trends["charts"]]
    return {
        "language": told.language,
        "direction": told.direction,
        "fonts": fonts,
        "author": told.made["centre"],
        "made": {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")},
        "footer": f"{told.heading['kicker']} · {told.heading['title']}",
        "numbers": [told.say.number(n + 1) for n in range(NUMBERED)],
        "trends": {"title": trends["title"], "charts": charts},
        "outlook": look | {"svg": pictures.ahead(look, told, **drawn) if look["days"] else ""},
        **{name: getattr(told, name) for name in ("heading", "verdict", "results", "commentary", "measures")},
        "sections": list(sections(told).values()),
    }


def letters(language):
    """Return the letters to write a language with, those this machine has; PlanError where it has none."""
    known, wanted = _families(), LATIN if language != "fa" else PERSIAN
    found = [name for name in wanted if name in known]
    if not found:
        raise PlanError(
            N_(
                "This machine has no letters that a PDF in Persian can be written with. Install the font Vazirmatn or "
                "Noto Sans Arabic (Debian: fonts-noto-core), or take the report as a page (HTML)."
            )
        )
    return found[:1] + ([name for name in LATIN if name in known][:1] if language == "fa" else [])


def _typst():
    try:
        import typst
    except ImportError:
        raise PlanError(
            N_("A PDF needs the package typst: pip install 'ccwb[reports]'. Pages and Excel files do without.")
        ) from None
    return typst


@cache
def _families():
    return set(_typst().Fonts().families())
