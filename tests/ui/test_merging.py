"""Two people on one table: nothing is lost, and nothing moves under the hand that types."""

from hypothesis import given
from hypothesis import strategies as st

from ccwb.ui.merging import equal, merged, settled, settled_document
from tests.ui.conftest import PROJECT
from tests.ui.looking import press


def rows(*pairs):
    return [{"shift": name, "length": length, "step": 30, "pause": 30} for name, length in pairs]


BASE = rows(("Full", 8.5), ("Part", 4), ("Half", 6))


def names(table):
    return [row["shift"] for row in table]


def test_rows_stay_where_they_are_in_sight_when_both_changed_one():
    theirs, mine = rows(("Full", 8.5), ("Part two", 4), ("Half", 6)), rows(("Full", 8), ("Part", 4), ("Half", 6))
    whole = merged(BASE, mine, theirs, key=["shift"])
    assert whole == rows(("Full", 8), ("Part two", 4), ("Half", 6))


def test_a_row_that_others_took_away_goes_and_one_they_added_comes_last():
    theirs = rows(("Full", 8.5), ("Half", 6), ("Night", 10))
    mine = [*rows(("Full", 8.5), ("Part", 4), ("Half", 5)), *rows(("Dawn", 3))]
    assert names(merged(BASE, mine, theirs, key=["shift"])) == ["Full", "Half", "Dawn", "Night"]


def test_a_row_renamed_by_one_and_another_removed_by_the_other_both_hold():
    theirs, mine = rows(("Long", 8.5), ("Part", 4), ("Half", 6)), rows(("Full", 8.5), ("Half", 6))
    assert names(merged(BASE, mine, theirs, key=["shift"])) == ["Long", "Half"]


def test_the_same_row_changed_by_both_is_refused():
    theirs, mine = rows(("Full", 8), ("Part", 4), ("Half", 6)), rows(("Full", 9), ("Part", 4), ("Half", 6))
    assert merged(BASE, mine, theirs, key=["shift"]) is None


TABLE = st.dictionaries(st.integers(0, 6), st.integers(0, 3), max_size=6)


def as_rows(table):
    return [{"n": n, "v": v} for n, v in table.items()]


def slowly(base, mine, theirs):
    """Three tables by key, field by field, without order; None where both changed one key differently or at once."""
    out = {}
    for key in {*base, *mine, *theirs}:
        was, ours, others = (table.get(key) for table in (base, mine, theirs))
        if was not in (ours, others):
            return None
        out[key] = ours if was != ours else others
    return {key: value for key, value in out.items() if value is not None}


@given(TABLE, TABLE, TABLE)
def test_whatever_was_changed_the_rows_are_those_of_a_slow_merge_and_mine_keep_their_order(base, mine, theirs):
    whole = merged(as_rows(base), as_rows(mine), as_rows(theirs), key=["n"])
    wanted = slowly(base, mine, theirs)
    if wanted is None:
        assert whole is None
        return
    assert equal(whole, as_rows(wanted))
    kept = [row["n"] for row in whole if row["n"] in mine]
    assert kept == [n for n in mine if n in kept]


# --- field by field ---------------------------------------------------------------------------------------------------
FIELDS = st.dictionaries(st.integers(0, 4), st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4)


def as_fields(table):
    """Return rows that nobody could take for another one renamed: most of a row says which it is."""
    return [{"n": n, "x": n, "y": n, "v": v, "w": w} for n, (v, w) in table.items()]


def slowly_by_field(base, mine, theirs):
    """Return (rows, what is to be chosen): every key and field by itself, theirs standing where both changed it."""
    out, asked = {}, set()
    for key in {*base, *mine, *theirs}:
        was, ours, others = (table.get(key) for table in (base, mine, theirs))
        if was in (ours, others):
            out[key] = ours if others == was else others
        elif ours == others:
            out[key] = others
        elif None in (ours, others) or was is None:  # taken away by one, or added apart: one of them whole
            out[key] = others
            asked.add((key, ""))
        else:
            kept = []
            for name, at in (("v", 0), ("w", 1)):
                free = was[at] in (ours[at], others[at])
                kept.append(ours[at] if free and ours[at] != was[at] else others[at])
                if not free and ours[at] != others[at]:
                    asked.add((key, name))
            out[key] = tuple(kept)
    return {key: row for key, row in out.items() if row is not None}, asked


@given(FIELDS, FIELDS, FIELDS)
def test_whatever_both_changed_each_field_is_somebodys_and_the_rest_is_asked(base, mine, theirs):
    found, both = settled(as_fields(base), as_fields(mine), as_fields(theirs), key=["n"])
    wanted, asked = slowly_by_field(base, mine, theirs)
    assert equal(found, as_fields(wanted))
    assert {((one.row or one.mine)["n"], one.field) for one in both} == asked
    assert len(both) == len(asked)


def test_a_row_that_can_not_be_so_is_chosen_whole():
    base, mine, theirs = (
        [{"n": 1, "first": 1, "last": 5}],
        [{"n": 1, "first": 4, "last": 5}],
        [{"n": 1, "first": 1, "last": 2}],
    )
    found, both = settled(base, mine, theirs, key=["n"], fits=lambda row: row["first"] <= row["last"])
    assert found == theirs and [(one.field, one.theirs, one.mine) for one in both] == [("first", 1, 4)]


# --- lists of rows in a document --------------------------------------------------------------------------------------
ONE = st.tuples(st.integers(0, 2), st.integers(0, 2))


def as_adjustments(table):
    """Return rows that all name their project and their channel, as adjustments do."""
    return [{"id": n, "project": "p", "channel": "voice", "v": v, "w": w} for n, (v, w) in table.items()]


def values(rows):
    return sorted((row["v"], row["w"]) for row in rows)


@given(st.lists(ONE, max_size=3), st.lists(ONE, max_size=3), st.sets(st.sampled_from("ab")), st.data())
def test_of_rows_that_two_people_add_and_take_away_none_is_lost_and_none_is_mixed(mine, theirs, away, data):
    base = {"a": (7, 7), "b": (8, 8)}
    numbers = [
        data.draw(st.lists(st.sampled_from("cdefg"), min_size=len(rows), max_size=len(rows), unique=True))
        for rows in (mine, theirs)
    ]
    written = [dict(zip(own, rows, strict=True)) for own, rows in zip(numbers, (mine, theirs), strict=True)]
    here = {key: row for key, row in base.items() if key not in away} | written[0]
    sides = [as_adjustments(side) for side in (base, here, base | written[1])]
    found, clashes = settled_document(*({"settings": {"adjustments": rows}} for rows in sides))
    rows = found["settings"]["adjustments"]
    both_wrote = [row for key, row in written[0].items() if written[1].get(key) == row]  # the very same row
    left = [row for key, row in base.items() if key not in away]
    assert sorted([*values(rows), *both_wrote]) == sorted([*left, *mine, *theirs])
    assert len({row["id"] for row in rows}) == len(rows) and not clashes


def test_days_that_two_people_set_aside_are_days_apart_and_rows_without_a_name_are_wholes():
    days = [{"project": "p", "channel": "voice", "day": f"2026-01-0{n}", "use": False} for n in (1, 2, 3)]
    assert settled_document(days[:1], days[:2], [days[0], days[2]]) == ([days[0], days[2], days[1]], [])
    found, clashes = settled_document([], days[1:2], [days[1] | {"use": True}])
    assert found == [days[1] | {"use": True}] and [one.mine for one in clashes] == [days[1]]
    assert settled_document([{"n": 1}], [{"n": 1}, {"n": 2}], [{"n": 3}]) == ([{"n": 3}, {"n": 2}], [])


def test_who_changed_another_field_of_one_row_is_not_asked_who_signed_it():
    base, mine, theirs = (
        [{"id": "a", "v": v, "w": w, "by": by, "at": at}]
        for v, w, by, at in ((1, 1, "C", 0), (2, 1, "A", 1), (1, 3, "B", 2))
    )
    assert settled_document(base, mine, theirs) == ([{"id": "a", "v": 2, "w": 3, "by": "A", "at": 1}], [])


def test_a_row_that_both_added_under_one_name_is_chosen_whole(planned, open_page):
    tabs = [open_page("schedule", project=PROJECT) for _tab in range(2)]
    for tab, length in zip(tabs, (9, 10), strict=True):
        part = tab.sections["shifts"]
        part.shift_grid.rows = [*part.shift_grid.rows, {**part.shift_grid.rows[0], "shift": "Night", "length": length}]
        part._save_shifts(part.shift_grid.rows)
    press(tabs[1], "Keep mine")
    kept = open_page("schedule", project=PROJECT).sections["shifts"].shift_grid.rows
    lengths = [row["length"] for row in kept if row["shift"] == "Night"]
    assert lengths == [10]


def test_two_tabs_that_change_different_shifts_keep_the_rows_in_sight_in_their_order(planned, open_page):
    tabs = [open_page("schedule", project=PROJECT).sections["shifts"] for _tab in range(2)]
    before = names(tabs[0].shift_grid.rows)
    tabs[0].shift_grid.received({"type": "change", "row": 1, "key": "shift", "value": "Renamed"}, [])
    tabs[1].shift_grid.received({"type": "change", "row": 0, "key": "length", "value": 8}, [])
    assert names(tabs[1].shift_grid.rows) == [before[0], "Renamed", *before[2:]]
    assert tabs[1].shift_grid.rows[0]["length"] == 8
    assert names(open_page("schedule", project=PROJECT).sections["shifts"].shift_grid.rows) == names(
        tabs[1].shift_grid.rows
    )
