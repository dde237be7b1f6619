"""No text outside the catalogues: whatever a page shows was translated, or is the team's own word.

Every page is built with a catalogue that puts marks around all that it translates; what then stands in a page without
marks, and is neither a number nor a word of the team, is English that no translator ever sees.
"""

import html as markup
import re
import sys
from types import SimpleNamespace

import ipywidgets as w
import pandas as pd
import pytest

from ccwb.headings import headed
from ccwb.messages import LANGUAGES, Catalogue
from ccwb.projects import holidays_of
from ccwb.reports import to_excel
from ccwb.store import open_store
from ccwb.ui import html, mission_page, schedule_page, setup_page, text
from ccwb.ui.cells import shown
from ccwb.ui.charts import Chart
from ccwb.ui.fold import Fold
from ccwb.ui.forecast_files import read, sheets
from ccwb.ui.make_catalogues import texts as messages
from ccwb.ui.manual import manual
from ccwb.ui.shell import PAGES
from ccwb.ui.widgets import Form, Grid, TableView, Upload, _Widget
from tests.ui.conftest import PROJECT
from tests.ui.looking import find, finished, walk
from tests.ui.test_roster_page import Solver

OPEN, CLOSE = "⟦", "⟧"
SPOKEN = ("label", "help", "group", "unit", "placeholder", "back_label")  # of a field
ATTRIBUTE = re.compile(r"(?:title|aria-label|data-label|placeholder|alt)='([^']*)'")
WORD = re.compile(r"[^\W\d_]{2,}")
LETTER = re.compile(r"[^\W\d_]")  # a heading of one letter is no word, and yet somebody forgot it
MOMENT = re.compile(r"\d(\W?\d{3}){4}")  # a time in milliseconds, as no reader tells it
DRAWN = ("transparent", "all", "none")  # what a chart's values say that nobody reads
PLACES = [(name, {}) for name in PAGES if name not in ("mission", "setup", "schedule")]
PLACES += [("mission", {"step": step}) for step in mission_page.STEPS]
PLACES += [("setup", {"step": step}) for step in setup_page.STEPS]
PLACES += [("schedule", {"step": step}) for step in schedule_page.STEPS]
ODD_FILE = (  # a day that is read, and rows of which none can be
    "Date;Time;Channel;Project;Offered;Handled;AHT\n12.10.2026;08:00;voice;sales;18;17;300\n"
    "12.10.2026;08:30;voice;sales;15;15;310\n13.10.2026;25:00;voice;sales;x;9;300\n14.10.2026;10:00;fax;sales;1;9;300\n"
)


class Marked:
    """A catalogue in which every message is translated: into itself, between marks."""

    def get(self, message):
        return OPEN + message + CLOSE if message else message


@pytest.fixture
def marked(monkeypatch):
    """German is a language of marks; the names that Babel and the holidays' library give are marked as well."""

    def between_marks(said):
        return lambda *args, **how: OPEN + said(*args, **how) + CLOSE

    def holidays(region, years, language="en"):
        found = holidays_of(region, years, language=language)
        return found if language == "en" else {day: OPEN + name + CLOSE for day, name in found.items()}

    monkeypatch.setattr("ccwb.messages._texts", lambda language: {} if language == "en" else Marked())
    monkeypatch.setattr(Catalogue, "date", between_marks(Catalogue.date))
    monkeypatch.setattr(Catalogue, "weekday", between_marks(Catalogue.weekday))
    monkeypatch.setattr("ccwb.ui.forecast_parts.holidays_of", holidays)
    yield
    text.use("en")


@pytest.fixture
def open_marked(planned, marked, open_page):
    """A function that opens a page of the planned project in the language of marks."""
    return lambda name, **query: open_page(name, lang="de", project=PROJECT, **query)


@pytest.fixture(scope="module")
def own(planned_file):
    """A pattern of what the team itself typed: whatever its documents hold, its people, events, shifts and cycles."""
    said, labels = set(), set()
    with open_store(f"sqlite:///{planned_file.as_posix()}") as store:
        centre = store.load("centre").data
        for cycle in store.cycles():
            said |= {cycle.name}
            documents = [
                store.load(name, cycle=cycle.id).data for name in ("mission", "action", "evaluation", "carried")
            ]
            said |= set(leaves([centre, documents]))
        for name in ("agents", "events", "shifts"):
            said |= set(leaves(store.read_table(name).to_dict("list")))
        labels = {project[name] for project in centre["projects"] for name in ("project", "label")}
        labels |= set(LANGUAGES.values())  # a language is called by its own name
    said = {one for one in said - set(messages()) if not re.fullmatch("[a-z_]+", one)}  # a key is no word of the team
    said |= {one[:cut].rstrip() + " ..." for one in said for cut in range(20, len(one)) if one[cut] == " "}
    words = sorted(said | labels, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words if len(word) > 1))


def leaves(data):
    """Give all texts in a document or table."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, (dict, list, tuple)):
        for value in data.values() if isinstance(data, dict) else data:
            yield from leaves(value)


def outside(said):
    """Return what stands outside of the marks of a text: of '⟦Gap: ⟦low⟧ 3⟧ of 4' it is ' of 4'."""
    out, depth = [], 0
    for character in said:
        depth += character == OPEN
        if not depth:
            out.append(character)
        depth -= character == CLOSE
    return "".join(out)


def forgotten(page, own):
    """Return the words of a page that were neither translated nor typed by the team, with where they stand."""
    out = {}
    for widget in opened(page.widget):
        for where, said in texts(widget):
            rest = own.sub("", outside(said))
            if (LETTER if "heading" in where else WORD).search(rest) or MOMENT.fullmatch(said):
                out.setdefault(rest.strip(), f"{where} of {type(widget).__name__}: {said[:80]}")
    return out


def opened(widget):
    """Give a page's widgets, every fold opened."""
    for one in walk(widget):
        if isinstance(one, Fold) and not one.opened:
            one.head.opened = True
        yield one


# what is read ---------------------------------------------------------------------------------------------------------
def texts(widget):
    """Give every text that a widget shows or puts into a file, with where."""
    if isinstance(widget, (w.HTML, w.Button)):
        said = widget.value if isinstance(widget, w.HTML) else widget.description
        yield from (("attribute", markup.unescape(one)) for one in ATTRIBUTE.findall(said))
        yield from (("text", markup.unescape(one)) for one in re.split(r"<[^>]*>", said))
    if isinstance(widget, _Widget):
        names = ("title", "text", "empty_text", "rest", "saved")
        yield from ((name, getattr(widget, name)) for name in names if isinstance(getattr(widget, name, None), str))
        yield from ((f"label {key}", said) for key, said in widget.labels.items() if key not in ("csv", "xlsx"))
        yield from filed(widget)
    if hasattr(widget, "frame"):
        yield from framed(widget.frame)
    match widget:
        case Form():
            yield from described(widget.fields, [widget.values])
            yield from (("error", said) for said in [*widget.errors.values(), *widget.notes.values()])
        case Grid():
            yield from described(widget.columns, widget.rows)
        case TableView():
            yield from tabled(widget.columns, widget.rows)
        case Chart():
            yield from drawn(widget.spec, widget.data)
            if filled(widget):
                yield from tabled(*shown(widget.file_table(), widget.table_columns)[:2])


def described(fields, rows):
    """Give the labels of fields, their options, and what stands in those that nobody can change."""
    for field in fields:
        yield from ((f"{name} {field['key']}", field[name]) for name in SPOKEN if isinstance(field.get(name), str))
        yield from ((f"option {field['key']}", one["label"]) for one in field.get("options", ()))
        if field["kind"] == "static":
            cells = [row.get(field["key"]) for row in rows]
            yield from ((f"cell {field['key']}", cell) for cell in cells if isinstance(cell, str))


def drawn(spec, data):
    """Give titles, written values, and the words of the data that are drawn: labels, tooltips, legends, axes."""
    if isinstance(spec, list):
        for one in spec:
            yield from drawn(one, data)
    for name, part in spec.items() if isinstance(spec, dict) else ():
        if name in ("title", "text", "datum", "value") and isinstance(part, str):
            if part not in DRAWN and not part.startswith("$"):
                yield f"chart's {name}", part
        elif name == "field" and isinstance(part, str):
            silent = any(spec.get(guide, "") is None for guide in ("axis", "legend"))
            cells = [cell for table in data.values() for cell in table.get(part, ()) if not silent]
            yield from ((f"chart's data {part}", cell) for cell in cells if isinstance(cell, str))
        elif name not in ("scale", "mark", "sort"):
            yield from drawn(part, data)


def tabled(columns, rows):
    """Give the headings and the cells of a table, also of the one that stands behind a picture."""
    yield from (("heading", column["label"]) for column in columns)
    yield from (("cell", cell) for row in rows for cell in row)


def filled(widget):
    """Return whether a widget is a picture of something, with a table behind it."""
    return (
        isinstance(widget, Chart)
        and widget.has_table
        and any(any(column) for data in widget.data.values() for column in data.values())
    )


def filed(widget):
    """Give the names of the sheets and the headings of what a widget's downloads hold."""
    if isinstance(widget, (TableView, Grid)) or filled(widget):
        for name, table in widget.file_sheets().items():
            yield "sheet", name
            if table is not None:
                yield from (
                    ("file's heading", str(column)) for column in headed(table, text.say(), widget.file_labels())
                )


def framed(frame):
    yield "frame title", frame["title"]
    yield from (("frame", said) for said in frame["labels"].values())
    for stage in frame["stages"]:
        yield from (("stage", stage[name]) for name in ("label", "state_label", "hint"))


# the pages ------------------------------------------------------------------------------------------------------------
def press(page, label):
    """Press the first button whose name begins so, or all of just that name, wherever they are folded away, and wait
    for what they do.
    """
    list(opened(page.widget))
    named = [one for one in find(page, w.Button) if one.description.startswith(OPEN + label)]
    for one in [one for one in named if one.description == OPEN + label + CLOSE] or named[:1]:
        one.click()
        finished(page)


@pytest.mark.parametrize(("name", "query"), PLACES, ids=str)
def test_a_page_shows_no_text_that_is_not_in_the_catalogues(name, query, open_marked, own):
    assert forgotten(open_marked(name, **query), own) == {}


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_workbook_shows_no_text_that_is_not_in_the_catalogues(name, tmp_path, monkeypatch, marked, open_page):
    monkeypatch.setenv("CCWB_DATABASE", f"sqlite:///{(tmp_path / 'blank.db').as_posix()}")
    assert forgotten(open_page(name, lang="de"), re.compile("EUR")) == {}


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        (
            "staffing",
            ["Play it", "Compute the chances", "Compare", "Save what is in sight as a scenario", "Make this the plan"],
        ),
        ("schedule", ["Make the schedule", "Approve this stage"]),
        ("evaluation", ["Measure this cycle", "Start the next cycle"]),
        ("action", ["Log it", "Use it", "Try it on the plan"]),
        ("forecast", ["Publish for staffing", "Set this day aside"]),
    ],
)
def test_what_a_page_answers_is_in_the_catalogues_too(name, pressed, open_marked, own):
    page = open_marked(name)
    for label in pressed:
        press(page, label)
        assert forgotten(page, own) == {}


def test_what_stands_behind_the_pictures_of_a_planned_cycle_is_in_the_catalogues_too(open_marked, own, monkeypatch):
    monkeypatch.setattr("ccwb.ui.executive_month.month_from", lambda one, today: one.first_day)
    page = open_marked("executive")
    (month,) = [one for one in find(page, Chart) if one.file_name == "month_ahead"]
    assert filled(month)
    assert list(month.file_table()) == ["day", "needed", "scheduled", "plan", "low", "high"]
    assert forgotten(page, own) == {}


def test_the_guard_notices_keys_and_times_that_stand_behind_a_picture(open_marked, own):
    page = open_marked("start")
    table = pd.DataFrame({"t": [1795000000000], "held": [1.0], "verdict": ["higher"], "plan_item": ["staffing"]})
    page.content.children += (Chart({}, {"x": table}, title="", table=table),)
    assert set(forgotten(page, own)) == {"t", "1.795.000.000.000", "staffing"}


def test_what_is_said_of_a_file_is_in_the_catalogues_too(open_marked, own):
    page = open_marked("setup", step="history")
    words = re.compile(f"{own.pattern}|Date|Time|Channel|Project|Offered|Handled|AHT|voice|fax")
    for name, content in (("a.csv", ODD_FILE.encode()), ("b.csv", b""), ("c.csv", b"\x89PNG\r\n\x1a\n123123")):
        list(opened(page.widget))
        find(page, Upload)[0].received({"type": "file", "name": name}, [content])
        finished(page)
        assert forgotten(page, words) == {}
        if name == "a.csv":
            press(page, "See what would come in")
            assert forgotten(page, words) == {}


def test_the_forecast_taken_along_in_any_language_is_understood_when_it_comes_back(planned):
    with open_store(planned) as store:
        forecast = store.read_table("forecast", cycle=store.cycles()[-1].id, project=PROJECT, zone="Europe/Berlin")
    for language in LANGUAGES:
        text.use(language)
        written = {name: headed(table, text.say()) for name, table in sheets(forecast).items()}
        text.use("en")
        back, _repeated = read("f.xlsx", to_excel(written), project=PROJECT, zone="Europe/Berlin")
        assert back["offered"].sum() == pytest.approx(forecast["offered"].sum())
        assert set(back["interval_start"]) == set(forecast["interval_start"])


def test_a_notebook_s_prose_is_in_the_catalogues_too(marked):
    text.use("de")
    for name in PAGES:
        said = [markup.unescape(one) for one in re.split(r"<[^>]*>", manual(name))]
        assert WORD.search(outside("".join(said))) is None


def test_a_roster_that_is_made_changed_and_published_speaks_through_the_catalogues(
    open_marked, own, monkeypatch, tmp_path
):
    monkeypatch.setenv("CCWB_AGENT_PAGES", (tmp_path / "own").as_posix())
    stand_in = SimpleNamespace(make_roster=Solver(), what_cures=lambda *_need, **_asked: [])
    monkeypatch.setitem(sys.modules, "ccwb.schedule.rostering", stand_in)
    page = open_marked("schedule", step="roster")
    for label in ("Make the roster", "Publish", "What would cure it?"):
        press(page, label)
        finished(page)
    part = page.sections["roster"]
    row = dict(part.edits.grid.rows[0])
    for key, value in {"start": "03:00", "end": "23:00"}.items():
        part.edits.grid.received({"type": "change", "row": 0, "key": key, "value": value}, [])
    part.edits.grid.received({"type": "change", "row": 1, "key": "start", "value": "soon"}, [])
    assert row["start"] and len(part.broken.found) > 1
    own = re.compile(
        own.pattern + "|soon|is away all week|.{43}[.](html|ics)|" + re.escape((tmp_path / "own").as_posix())
    )
    assert forgotten(page, own) == {}


def test_the_guard_notices_a_text_that_was_forgotten(open_marked, own):
    page = open_marked("start")
    page.content.children += (html.html(html.figure("Forgotten", f"{3} calls")), html.fold("⟦Fine⟧ but not this"))
    assert set(forgotten(page, own)) == {"Forgotten", "3 calls", "but not this"}
