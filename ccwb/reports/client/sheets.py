"""A client's report as a workbook: tidy sheets with the numbers behind what page and paper say."""

import datetime as dt
import io
import re
import zipfile

from ccwb.channels import CHANNELS
from ccwb.measures import KPIS
from ccwb.messages import N_
from ccwb.reports.client.sections import sections
from ccwb.reports.client.words import MET, Told
from ccwb.reports.spreadsheets import NOT_IN_XML, safe_cell

PERCENT, WHOLE, TENTH, DAY = "0.0%", "#,##0", "#,##0.0", "yyyy-mm-dd"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the time that a file in a zip archive has when it has none
WIDEST = 70
FIGURED = ("volumes", "reasons")  # the sections whose numbers have a sheet of their own


def as_excel(made, *, language="en"):
    """Return a report as an Excel file (.xlsx): a sheet for each part, numbers as numbers, shares as percent.

    made : what `gather` gave.  The same report gives the same bytes. What people typed is made harmless (safe_cell).
    """
    from openpyxl import Workbook

    told, book = Told(made, language), Workbook()
    book.remove(book.active)
    for title, heads, rows in _sheets(told):
        _write(book.create_sheet(NOT_IN_XML.sub("?", title)[:31]), heads, rows, told)
    at = dt.datetime.fromisoformat(made["made_at"]).astimezone(dt.UTC).replace(tzinfo=None)
    book.properties.creator = NOT_IN_XML.sub("?", made["centre"])
    book.properties.title = NOT_IN_XML.sub("?", told.heading["title"])
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue(), at)


def _dated(file, at):
    """Return the file with `at` as the time at which it was made, wherever such a time stands in it."""
    out, stamp = io.BytesIO(), at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(file)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as dated:
        for name in made.namelist():
            data = made.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(\w+)[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            dated.writestr(zipfile.ZipInfo(name, EARLIEST), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheets(told):
    """Return (title, heads, rows) of each sheet; a head is (text, number format), a cell a plain value."""
    made, say = told.made, told.say
    label, each = say(N_("Channel")), (_summary, _results, _months, _channels, _work, _measures, _days)
    sheets = [one(told, made, say, label) for one in each]
    sheets += [_texts(one) for key, one in sections(told).items() if key not in FIGURED]
    return [(title, [(say(head), form) for head, form in heads], rows) for title, heads, rows in sheets if rows]


def _texts(section):
    """Return the sheet of a section that is a table of texts."""
    note = [[section["note"]]] if section["rows"] and section["note"] else []
    return section["title"], [(head, None) for head in section["heads"]], section["rows"] + note


def _summary(told, made, say, label):
    rows = [
        [say(N_("Client")), made["client"]],
        [say(N_("Project")), made["label"]],
        [say(N_("Period")), told.period],
        [say(N_("First day")), _day(made["first_day"])],
        [say(N_("Last day")), _day(made["last_day"])],
        [say(N_("Made")), told.day(made["made_at"])],
        [say(N_("Made by")), made["centre"]],
        [say(N_("Contact")), made["supervisor"]],
        ["", told.verdict["head"]],
        ["", told.verdict["text"]],
        *([one["title"], line] for one in sections(told).values() for line in one["lines"]),
        *([told.commentary["title"], line] for line in told.commentary["lines"]),
        *([told.measures["next"], line] for line in told.measures["lessons"]),
        *([told.outlook["title"], line] for line in told.outlook["lines"]),
    ]
    return say(N_("Summary")), [(N_("Report"), None), ("", None)], rows


def _results(told, made, say, label):
    heads = [(N_("Target"), None), (N_("Measure"), None), (N_("Channel"), None), (N_("Within, seconds"), WHOLE)]
    heads += [(N_("Promised"), PERCENT), (N_("Result"), PERCENT), (N_("Stands"), None)]
    names = ("within_s", "target", "result")
    rows = [
        [
            told.promise(one),
            say(KPIS[one["kpi"]].label),
            _channel(told, one["channel"]),
            *(one[name] for name in names),
            say(MET[one["met"]]),
        ]
        for one in made["promises"]
    ]
    return told.results["title"], heads, rows


def _months(told, made, say, label):
    heads = [(N_("Target"), None), (N_("First day"), DAY), (N_("Promised"), PERCENT), (N_("Result"), PERCENT)]
    rows = [
        [told.promise(one), _day(month["first_day"]), one["target"], month["value"]]
        for one in made["promises"]
        for month in one["trend"]
    ]
    return told.trends["title"], heads, rows


def _channels(told, made, say, label):
    heads = [
        (N_("Channel"), None), (N_("Contacts"), WHOLE), (N_("Contacts handled"), WHOLE), (N_("Answered"), PERCENT),
        (N_("In time"), PERCENT), (N_("Mean wait, seconds"), TENTH), (N_("Handling time, seconds"), TENTH),
    ]  # fmt: skip
    names = ("offered", "handled", "answer_rate", "within", "wait_s", "aht_s")
    rows = [[_channel(told, one["channel"]), *(one[name] for name in names)] for one in made["channels"]]
    return told.volumes["title"], heads, rows


def _work(told, made, say, label):
    heads = [
        (N_("Channel"), None), (N_("Contacts planned"), WHOLE), (N_("Contacts that came"), WHOLE),
        (N_("Handling time planned, seconds"), TENTH), (N_("Handling time, seconds"), TENTH),
    ]  # fmt: skip
    names = ("planned", "came", "planned_aht_s", "came_aht_s")
    known = [one for one in made["channels"] if one["planned"] is not None]
    rows = [[_channel(told, one["channel"]), *(one[name] for name in names)] for one in known]
    return told.reasons["title"], heads, rows


def _measures(told, made, say, label):
    heads = [(N_("Day"), DAY), (N_("What was done"), None), (N_("Why"), None), (N_("Expected"), None)]
    names = ("done", "why", "effect")
    rows = [[_day(one["day"]), *(told.own(one[name]) for name in names)] for one in made["measures"]]
    return told.measures["title"], heads, rows


def _days(told, made, say, label):
    look = made["outlook"] or {"days": []}
    heads = [(N_("Day"), DAY), (N_("Contacts expected"), WHOLE), (N_("At least"), WHOLE), (N_("At most"), WHOLE)]
    rows = [[_day(one["day"]), one["offered"], one["lower"], one["upper"]] for one in look["days"]]
    title = say(N_("Outlook: {month}"), month=say.digits(told.month(made["ahead"]["first_day"], "LLL y")))
    return title.replace(":", ""), heads, rows  # a sheet's name has no colon, and no room for more


def _channel(told, name):
    return told.channel(name) if name in CHANNELS else ""


def _day(text):
    return dt.date.fromisoformat(text)


def _write(sheet, heads, rows, told):
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.sheet_view.rightToLeft = told.direction == "rtl"
    sheet.freeze_panes = "A2"
    sheet.append([_cell(head) for head, _form in heads])
    for row in rows:
        sheet.append([_cell(value) for value in row])
    for place, (head, form) in enumerate(heads, start=1):
        column = sheet[get_column_letter(place)]
        column[0].font, column[0].alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        for cell in column[1:]:
            cell.number_format = form or (DAY if isinstance(cell.value, dt.date) else "General")
            cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
        longest = max([len(head), *(len(str(cell.value)) for cell in column[1:] if isinstance(cell.value, str))])
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, 12), WIDEST)


def _cell(value):
    return safe_cell(NOT_IN_XML.sub("?", value)[:32_767]) if isinstance(value, str) else value
