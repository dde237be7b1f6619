"""What leaves the workbook: tables for spreadsheets, days and times for calendars, each agent's own page.

spreadsheets.py  CSV and Excel that open rightly in a spreadsheet and run nothing there
calendars.py     calendar files (.ics)
own.py           one page and one calendar file for each agent, with their own shifts and nobody else's
"""

from ccwb.reports.calendars import to_icalendar
from ccwb.reports.own import own_calendar, own_page, publish, tokens_of, withdraw
from ccwb.reports.spreadsheets import safe_cell, to_csv, to_excel

__all__ = [
    "own_calendar",
    "own_page",
    "publish",
    "safe_cell",
    "to_csv",
    "to_excel",
    "to_icalendar",
    "tokens_of",
    "withdraw",
]
