"""What was typed and not taken stays in sight, and nothing is made as if it were not there."""

import pytest

from ccwb.errors import PlanError
from ccwb.ui import refusals, text
from ccwb.ui.widgets import Form, Grid
from tests.ui.looking import change

COLUMNS = [{"key": "name", "label": "Name", "kind": "text"}, {"key": "hours", "label": "Hours", "kind": "number"}]


def refuse(form, key, said):
    """Report a text that is no number, as the browser does."""
    form.received({"type": "refused", "key": key, "text": said}, [])


def refuse_cell(grid, row, key, said):
    grid.received({"type": "refused", "row": row, "key": key, "text": said}, [])


def form():
    fields = [
        {"key": "volume", "label": "Volume", "kind": "slider", "min": 0, "max": 100, "step": 1},
        {"key": "people", "label": "People", "kind": "number"},
    ]
    return Form(fields, {"volume": 10, "people": 3})


@pytest.fixture
def grid():
    return Grid(COLUMNS, [{"name": name, "hours": 8.0} for name in ("Ana", "Ben", "Cem")])


def cells(grid):
    return [(cell["row"], cell["text"]) for cell in grid.refused]


def message(found):
    with pytest.raises(PlanError) as caught:
        refusals.stop_at(found)
    return text.say().error(caught.value)


def test_a_text_that_is_no_number_changes_nothing_and_is_known_until_the_field_is_changed():
    one = form()
    refuse(one, "people", "abc")
    assert (one.values["people"], one.refused) == (3, {"people": "abc"})
    change(one, "volume", 12)
    assert one.refused == {"people": "abc"}
    change(one, "people", 4)
    assert one.refused == {}


def test_nothing_is_made_while_a_field_shows_what_was_not_taken():
    one = form()
    refusals.stop_at(refusals.in_form(one))
    refuse(one, "people", "abc")
    change(one, "volume", 1500.5)
    one.errors = {"volume": "From 0 to 100 %."}
    said = message(refusals.in_form(one))
    assert "Nothing was made" in said
    assert "People: 'abc' is not a number." in said
    assert "Volume, 1,500.5: From 0 to 100 %." in said


def test_a_refused_cell_stays_with_its_row(grid):
    refuse_cell(grid, 2, "hours", "many")
    grid.received({"type": "change", "row": 2, "key": "name", "value": "Cem K."}, [])
    grid.received({"type": "add"}, [])
    assert cells(grid) == [(2, "many")]
    grid.received({"type": "remove", "row": 0}, [])
    assert cells(grid) == [(1, "many")]
    grid.rows = [{"name": "New", "hours": 1.0}, *grid.rows]
    assert cells(grid) == [(2, "many")]
    assert "Hours in row 3: 'many' is not a number." in message(refusals.in_grid(grid))
    grid.received({"type": "remove", "row": 2}, [])
    assert cells(grid) == []


def test_a_refused_cell_is_forgotten_when_it_is_filled_or_its_row_becomes_another(grid):
    for row in (0, 1):
        refuse_cell(grid, row, "hours", "many")
    refuse_cell(grid, 0, "hours", "more")
    assert cells(grid) == [(1, "many"), (0, "more")]
    grid.received({"type": "change", "row": 0, "key": "hours", "value": 7}, [])
    assert cells(grid) == [(1, "many")]
    grid.received({"type": "paste", "row": 1, "column": 1, "text": "6"}, [])
    assert cells(grid) == []
    refuse_cell(grid, 1, "hours", "many")
    grid.rows = [{"name": "Others", "hours": 8.0}] * 3
    assert cells(grid) == []


def test_a_word_pasted_among_numbers_is_in_its_cell_and_not_taken(grid):
    grid.received({"type": "paste", "row": 1, "column": 0, "text": "Bea\tmany\nCem\t7\nDan\tfew"}, [])
    assert [row["name"] for row in grid.rows] == ["Ana", "Bea", "Cem", "Dan"]
    assert [row.get("hours") for row in grid.rows] == [8.0, 8.0, 7.0, None] and cells(grid) == [(1, "many"), (3, "few")]
    with pytest.raises(PlanError, match="Not saved"):
        refusals.stop_saving(refusals.in_grid(grid))


KINDS = {"key": "kind", "label": "Kind", "kind": "select", "options": [{"value": "t", "label": "Technology"}]}


def test_what_is_pasted_into_a_choice_and_is_none_stops_the_table_and_is_named_with_its_row():
    heard, out = [], []
    made = Grid([*COLUMNS, KINDS], [], on_change=heard.append, new_row=lambda: {"kind": "t"})
    made.send = lambda content, _buffers=None: out.append(content["text"])
    made.received({"type": "paste", "row": 0, "column": 0, "text": "Ana\t7\ttechnology\nBea\t8\tElectricity"}, [])
    assert heard == [] and cells(made) == [(1, "Electricity")]
    assert "Kind in row 2: 'Electricity' is not among the choices. Choose one of: Technology." in out[-1]
    made.received({"type": "change", "row": 0, "key": "name", "value": "Anna"}, [])
    assert heard == []
    made.received({"type": "change", "row": 1, "key": "kind", "value": "t"}, [])
    assert [row["name"] for row in heard[-1]] == ["Anna", "Bea"] and cells(made) == [] and out[-1] == ""


def test_a_table_made_anew_does_not_take_the_first_choice_for_one_that_was_refused():
    heard = []
    made, anew = (Grid([*COLUMNS, KINDS], [], on_change=heard.append, new_row=lambda: {"kind": "t"}) for _ in "ab")
    made.received({"type": "paste", "row": 0, "column": 2, "text": "Electricity"}, [])
    anew.take_place(made)
    anew.take_rows(made)
    assert heard == [] and cells(anew) == [(0, "Electricity")]


@pytest.mark.parametrize(
    ("value", "wrong"), [(None, ""), (5, ""), (1200, ""), (4, "From 5 to 1,200 s."), (1201, "From 5 to 1,200 s.")]
)
def test_what_is_typed_may_go_further_than_the_slider(value, wrong):
    field = {"min": 10, "max": 900, "least": 5, "most": 1200, "unit": "s"}
    assert refusals.out_of_range(field, value) == wrong


def test_half_a_person_is_refused_where_people_are_counted():
    field = {"least": 1, "most": 100, "whole": True}
    assert (refusals.out_of_range(field, 6), refusals.out_of_range(field, 6.5)) == (
        "",
        "A whole number is needed here.",
    )
