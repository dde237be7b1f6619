"""The workbook's own controls, spoken to as the browser speaks to them."""

import io
from html.parser import HTMLParser

import ipywidgets as w
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwb import intake
from ccwb.ui import html, text
from ccwb.ui.cells import ROWS_SHOWN
from ccwb.ui.widgets import LIMIT_BYTES, Form, Grid, Progress, TableView, Upload, button
from tests.ui.looking import change, sent

COLUMNS = [
    {"key": "name", "label": "Name", "kind": "text"},
    {"key": "hours", "label": "Hours", "kind": "number"},
    {"key": "team", "label": "Team", "kind": "select", "options": [{"value": "a", "label": "Team A"}]},
    {"key": "there", "label": "There", "kind": "check"},
    {"key": "since", "label": "Since", "kind": "date"},
    {"key": "id", "label": "Id", "kind": "static"},
]


@pytest.fixture
def english():
    text.use("en")
    yield
    text.use("en")


def slider(**more):
    return {"key": "volume", "label": "Volume", "kind": "slider", "min": 0, "max": 100, "step": 1, **more}


def grid(rows, heard=None):
    return Grid(COLUMNS, rows, on_change=heard, new_row=lambda: {"name": "new", "id": "x"})


def pasted(block, rows=(), column=0, row=0):
    made = grid([dict(r) for r in rows])
    made.received({"type": "paste", "row": row, "column": column, "text": block}, [])
    return made.rows


# Form -----------------------------------------------------------------------------------------------------------------
def test_a_change_is_kept_and_heard_with_whether_the_hand_has_let_go():
    heard = []
    form = Form([slider(default=10)], on_change=lambda *said: heard.append(said))
    assert form.values == {"volume": 10}
    change(form, "volume", 12, final=False)
    change(form, "volume", 13)
    assert form.values == {"volume": 13}
    assert heard == [("volume", 12, False), ("volume", 13, True)]


def test_a_slider_is_never_left_waiting_even_when_its_change_fails():
    def fail(*_):
        raise RuntimeError("no")

    form = Form([slider()], on_change=fail)
    out = sent(form)
    with pytest.raises(RuntimeError):
        change(form, "volume", 12)
    assert out == [({"type": "done"}, None)]


def test_a_slider_with_a_default_says_where_one_click_leads(english):
    assert Form([slider(default=20, unit="%")]).fields[0]["back_label"] == "Back to 20 %"
    assert "back_label" not in Form([slider()]).fields[0]


def test_what_is_not_a_change_is_no_change():
    form = Form([slider(default=10)], on_change=lambda *_: pytest.fail("nothing was changed"))
    form.received({"type": "something else"}, [])
    assert form.values == {"volume": 10}


# Grid -----------------------------------------------------------------------------------------------------------------
def test_rows_are_changed_added_and_removed_and_the_whole_is_heard():
    heard = []
    made = grid([{"name": "Ana"}, {"name": "Ben"}], heard.append)
    made.received({"type": "change", "row": 1, "key": "hours", "value": 38.5}, [])
    made.received({"type": "add"}, [])
    made.received({"type": "remove", "row": 0}, [])
    assert made.rows == [{"name": "Ben", "hours": 38.5}, {"name": "new", "id": "x"}]
    assert [len(rows) for rows in heard] == [2, 3, 2]


def test_a_block_from_a_spreadsheet_fills_cells_and_adds_the_rows_it_needs(english):
    rows = pasted(
        "Ana\t38,5\tTeam A\tx\t2026-03-29\tmine\nBen\t1,234\ta\t0\t29.3.2026\tmine\n", [{"name": "", "id": "1"}]
    )
    ana = {"name": "Ana", "hours": 38.5, "team": "a", "there": True, "since": "2026-03-29", "id": "1"}
    assert rows == [ana, {**ana, "name": "Ben", "hours": 1234.0, "there": False, "id": "x"}]


def test_a_pasted_block_begins_at_the_cell_in_focus_and_ends_at_the_last_column(english):
    rows = pasted("7\ta\tx\t\tz\tmore", [{"name": "Ana"}, {"name": "Ben"}], column=1, row=1)
    assert rows == [
        {"name": "Ana"},
        {"name": "Ben", "hours": 7.0, "team": "a", "there": True, "since": None, "id": None},
    ]


def test_a_pasted_cell_that_cannot_be_read_leaves_what_stood_there_and_stays_in_sight_as_refused(english):
    before = {"hours": 8.0, "team": "a", "there": True, "since": "2026-01-01"}
    made = grid([before])
    made.received({"type": "paste", "row": 0, "column": 1, "text": "many\tTeam Z\tmaybe\tsoon"}, [])
    assert made.rows == [before]
    cells = {cell["key"]: cell["text"] for cell in made.refused}
    assert cells == {"hours": "many", "team": "Team Z", "there": "maybe", "since": "soon"}


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [("en", "1,234", 1234), ("de", "1.234", 1234), ("de", "1,234", 1.234), ("en", "1.5", 1.5), ("fa", "۱۲٫۵", 12.5)],
)
def test_pasted_numbers_are_read_as_the_reader_writes_them(english, language, typed, meant):
    text.use(language)
    assert pasted(typed, column=1)[0]["hours"] == meant


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False), st.sampled_from(["en", "de", "fa"]))
def test_every_number_that_a_page_shows_can_be_pasted_back(value, language):
    text.use(language)
    try:
        assert text.read_number(text.number(value, 2)) == float(value)
    finally:
        text.use("en")


def people(*names):
    return [{"id": name[0], "name": name} for name in names]


def from_browser(made, seen, kind, **more):
    """Report what was done in the row that stood at `seen` = (place, mark) when it was done."""
    made.received({"type": kind, "row": seen[0], "mark": seen[1], **more}, [])


def test_what_is_typed_belongs_to_the_row_it_was_typed_into_wherever_the_page_has_put_it(english):
    made = grid(people("Ana", "Ben", "Cem"))
    ana, ben = (0, made.marks[0]), (1, made.marks[1])
    made.rows = people("Dora", "Cem", "Ben", "Ana")
    from_browser(made, ana, "change", key="hours", value=38)
    from_browser(made, ben, "refused", key="hours", text="many")
    assert [row.get("hours") for row in made.rows] == [None, None, None, 38]
    assert [cell["row"] for cell in made.refused] == [2]
    from_browser(made, ana, "remove")
    assert [row["name"] for row in made.rows] == ["Dora", "Cem", "Ben"]
    from_browser(made, ben, "paste", column=0, text="Bo\tx")
    assert [row["name"] for row in made.rows] == ["Dora", "Cem", "Bo"]


def test_a_row_that_was_just_begun_is_still_known_when_it_is_saved_between_the_others(english):
    made = grid(people("Ana"))
    for name in ("Ben ", "Cem"):
        made.received({"type": "add"}, [])
        made.rows = [*made.rows[:-1], {"name": name}]
    ben, cem = ((n, made.marks[n]) for n in (1, 2))
    made.rows = [*people("Ana", "Cem"), {"id": "B", "name": "Ben", "hours": 8}]  # saved, and without the blank
    from_browser(made, ben, "change", key="team", value="a")
    from_browser(made, cem, "change", key="hours", value=30)
    assert [(row.get("team"), row.get("hours")) for row in made.rows] == [(None, None), (None, 30), ("a", 8)]


def test_what_is_typed_into_a_row_that_others_took_away_is_said_and_goes_into_no_other(english):
    made = grid(people("Ana", "Ben"))
    ana, out = (0, made.marks[0]), sent(made)
    made.rows = people("Ben")
    from_browser(made, ana, "change", key="name", value="Anna")
    from_browser(made, ana, "remove")
    assert made.rows == people("Ben")
    assert [content["text"] for content, _buffers in out] == [
        "Somebody took this row away while you typed: 'Anna'. Add it again if it still holds."
    ]


@given(st.lists(st.integers(0, 3)), st.permutations(range(6)))
def test_rows_with_an_id_keep_their_marks_in_any_order_and_no_two_rows_share_one(more, order):
    made = Grid(COLUMNS, [{"id": n, "name": "same"} for n in range(6)])
    before = dict(zip(range(6), made.marks, strict=True))
    made.rows = [{"name": f"new {n}"} for n in more] + [{"id": n, "name": "same"} for n in order]
    assert len(set(made.marks)) == len(made.rows) == len(made.get_state()["rows"])
    assert made.marks[len(more) :] == [before[n] for n in order]


# Tables and downloads -------------------------------------------------------------------------------------------------
def test_a_table_shows_some_rows_and_says_that_the_download_has_the_rest(english):
    view = TableView(pd.DataFrame({"n": range(ROWS_SHOWN + 1500)}))
    assert len(view.rows) == ROWS_SHOWN
    assert view.rest == "1,500 more rows are in the download."
    assert view.columns == [{"label": "n", "number": True}]


def download(widget, kind):
    out = sent(widget)
    widget._received(widget, {"type": "download", "kind": kind}, [])
    (content, buffers) = out[0]
    assert content["type"] == "file"
    return content["name"], bytes(buffers[0])


@pytest.mark.parametrize("make", [TableView, lambda table, name: Grid(COLUMNS, table.to_dict("records"), name=name)])
def test_a_download_holds_the_whole_table_and_runs_nothing(make):
    table = pd.DataFrame({"name": ["=1+1", "@home", "+49 30", "-x", "Ana"] + ["more"] * ROWS_SHOWN, "hours": 8.5})
    name, csv = download(make(table, name="people"), "csv")
    assert name == "people.csv"
    lines = csv.decode("utf-8-sig").splitlines()
    assert len(lines) == len(table) + 1
    assert [line.split(",")[0] for line in lines[1:6]] == ["'=1+1", "'@home", "'+49 30", "'-x", "Ana"]
    name, xlsx = download(make(table, name="people"), "xlsx")
    assert name == "people.xlsx"
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(xlsx)).active.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or str(cell.value).startswith(tuple("=+-@"))]


# Upload and progress --------------------------------------------------------------------------------------------------
def test_the_page_and_the_intake_agree_on_the_largest_file(english):
    upload = Upload(lambda *_: None)
    assert upload.limit == LIMIT_BYTES == intake.LIMIT_BYTES
    assert (
        upload.labels["too_large"] == "The file has {found} MB; up to 25 MB can be read. Split it, by year for example."
    )


def test_a_file_arrives_whole_and_the_place_is_free_again_even_when_it_was_refused():
    taken = []
    upload = Upload(lambda name, content: taken.append((name, content)))
    upload.received({"type": "file", "name": "calls.csv"}, [memoryview(b"a,b\n\xff")])
    assert taken == [("calls.csv", b"a,b\n\xff")]

    def refuse(*_):
        raise RuntimeError("no")

    upload = Upload(refuse)
    out = sent(upload)
    with pytest.raises(RuntimeError):
        upload.received({"type": "file", "name": "x"}, [b""])
    assert out == [({"type": "taken"}, None)]


def test_cancel_reaches_the_work():
    progress, heard = Progress(), []
    progress.received({"type": "cancel"}, [])
    progress.on_cancel = lambda: heard.append("stop")
    progress.received({"type": "cancel"}, [])
    assert heard == ["stop"]


def test_what_a_fold_holds_is_made_when_it_is_first_opened_and_once():
    made = []

    def table():
        made.append(w.HTML("here"))
        return made[-1]

    fold = html.fold("The table", w.HTML("before"), table)
    assert (made, fold.body.children) == ([], ())
    fold.opened = True
    assert [child.value for child in fold.body.children] == ["before", "here"]
    fold.opened = False
    fold.opened = True
    assert len(made) == 1


def test_a_widget_is_hidden_and_shown_without_touching_the_layout_that_all_share():
    one, other = html.stack(), html.html("x")
    assert one.layout is other.layout
    html.show(one, False)
    assert "ccwb-gone" in one._dom_classes and "ccwb-gone" not in other._dom_classes
    html.show(one, True)
    assert "ccwb-gone" not in one._dom_classes


def test_a_button_does_what_it_says():
    pressed = []
    button("Go", lambda: pressed.append(1)).click()
    assert pressed == [1]


# HTML -----------------------------------------------------------------------------------------------------------------
NASTY = st.sampled_from(
    ["<script>alert(1)</script>", "=1+1", "'\"><img src=x onerror=alert(1)>", "a & b", "</td>"]
) | st.text(min_size=1)
TEXTS = {
    "question": lambda s: html.question(s, s),
    "heading": html.heading,
    "paragraph": html.paragraph,
    "bullets": lambda s: html.bullets([s, s]),
    "figure": lambda s: html.figure(s, s, change=s, state="good", help_text=s),
    "tag": lambda s: html.tag(s, "near"),
    "notice": lambda s: html.notice(s, "miss", link=s, link_text=s),
    "table": lambda s: html.table([s, (s, True)], [[s, s]], caption=s),
    "link": lambda s: html.link(s, s),
}


class Read(HTMLParser):
    """What a browser reads: the tags with their attributes' names, and the texts."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.texts = [], [""]
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _value in attrs]))
        self.texts += [value for _name, value in attrs] + [""]

    def handle_endtag(self, tag):
        self.tags.append(tag)
        self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data


@pytest.mark.parametrize("piece", TEXTS)
@given(said=NASTY)
def test_no_text_is_ever_read_as_html(piece, said):
    plain, nasty = Read(TEXTS[piece]("\0")), Read(TEXTS[piece](said))
    assert nasty.tags == plain.tags
    assert nasty.texts == [known.replace("\0", said) for known in plain.texts]


def test_a_cell_is_text_unless_this_module_made_it():
    made = html.table(["a"], [["<b>x</b>"], [html.raw(html.tag("y"))]])
    assert "<b>" not in made
    assert "<span class='ccwb-tag none'>y</span>" in made
