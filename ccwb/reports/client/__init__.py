"""A client's report: target, result, reasons, measures and outlook of one project in one period, always the same form.

    made = gather(store, project="support", period="2026-09", cycle=cycle, made_at=now)     # a plain dict
    page = as_html(made, language="de")                                                      # stands alone
    file = as_pdf(made, language="de")                                                       # needs ccwb[reports]
    book = as_excel(made, language="de")

periods.py   a month, or the whole cycle
gather.py    the only file that reads the store, one project at a time
figures.py   the numbers, from that project's own tables
sections.py  SECTIONS, one entry each: a section is added there and nowhere else
words.py     what the report says in a language, the same for every form
pictures.py  its charts, as SVG
web.py, pdf.py, sheets.py  the three forms
files.py     names of files, and the reports of all clients at once
"""

from ccwb.reports.client.files import FORMS, MIME, file_name, write_reports
from ccwb.reports.client.gather import (
    blank_commentary,
    check_commentary,
    cycle_named,
    document_of,
    doubtful,
    gather,
    gather_all,
    recorded,
    tellable,
)
from ccwb.reports.client.pdf import as_pdf
from ccwb.reports.client.periods import CYCLE, Period, month, period_of, periods_in
from ccwb.reports.client.sections import SECTIONS
from ccwb.reports.client.sheets import as_excel
from ccwb.reports.client.web import as_html, scoped

__all__ = [
    "CYCLE",
    "FORMS",
    "MIME",
    "SECTIONS",
    "Period",
    "as_excel",
    "as_html",
    "as_pdf",
    "blank_commentary",
    "check_commentary",
    "cycle_named",
    "document_of",
    "doubtful",
    "file_name",
    "gather",
    "gather_all",
    "month",
    "period_of",
    "periods_in",
    "recorded",
    "scoped",
    "tellable",
    "write_reports",
]
