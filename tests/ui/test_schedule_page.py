"""The schedule page: shifts cover the plan, what stays short is said, and it is kept with what it was made from."""

import copy
import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

from ccwb import cycle
from ccwb.projects import project_of
from ccwb.staffing import usual_kinds
from ccwb.ui import schedule_parts as parts
from ccwb.ui.charts import Chart
from ccwb.ui.widgets import Grid
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)


@pytest.fixture
def page(planned, open_page):
    return open_page("schedule", project=PROJECT)


def schedule(page):
    return page.store.read_table("schedule", cycle=page.cycle_id, project=PROJECT, zone="Europe/Berlin")


def blockers(page):
    return list(map(str, cycle.state(page.store, page.cycle_id)["schedule"].blockers))


def cover(page):
    return page.sections["shifts"]


def shifts_grid(page):
    return next(grid for grid in find(page, Grid) if grid.file_name == "shifts")


def typed(page, row, key, value):
    shifts_grid(page).received({"type": "change", "row": row, "key": key, "value": value}, [])


def made_again(page):
    press(page, "Make the schedule")
    finished(page)


def test_the_schedule_covers_the_need_and_is_kept(page):
    place = {"by": "Ana", "at": NOW, "cycle": page.cycle_id, "project": PROJECT}
    page.store.delete_table("schedule", **place)
    page.open()
    assert "nobody is scheduled yet" in shown(page)
    made_again(page)
    assert "The schedule is made and kept." in said(page)
    assert not schedule(page).empty
    gap = cover(page).coverage["scheduled"] - cover(page).coverage["required"]
    assert (gap < -1).mean() < 0.05  # short by less than a person is between whole shifts
    document = page.store.load("schedule", cycle=page.cycle_id, project=PROJECT)
    assert document.data["made_from"] == cycle.made_from(page.store, page.cycle_id, "schedule", project=PROJECT)
    assert document.by == "Ana"
    assert "Schedule fit" in shown(page)


def test_too_few_people_are_said_with_day_time_and_reason(page):
    change(cover(page).form, "limit", 6)
    made_again(page)
    people = schedule(page).groupby(schedule(page)["shift_start"].dt.date)["people"].sum()
    assert people.max() <= 6
    assert "no more people to call" in shown(page)
    assert "is short by" in cover(page).cover.title
    assert page.store.load("schedule", cycle=page.cycle_id, project=PROJECT).data["settings"]["limit"] == 6


def test_it_begins_with_the_centre_s_own_kinds_of_shift(page):
    own = page.store.read_table("shifts", project=PROJECT)
    assert [row["shift"] for row in shifts_grid(page).rows] == own["shift"].tolist()


def test_a_changed_shift_is_kept_with_the_cycle_and_makes_the_schedule_stale(page):
    assert not any("kinds of shift" in said_ for said_ in blockers(page))
    typed(page, 0, "length", 8.0)
    table = page.store.read_table("shifts", cycle=page.cycle_id, project=PROJECT)
    assert table["length_s"].iloc[0] == 8 * 3600
    assert any("kinds of shift changed after step 4" in said_ for said_ in blockers(page))
    page.open()
    assert shifts_grid(page).rows[0]["length"] == 8.0
    made_again(page)
    assert not any("kinds of shift" in said_ for said_ in blockers(page))


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("first", "soon", "which is no time of day. Write a time of day such as 08:30."),
        ("last", "25:99", "starts at &#x27;25:99&#x27;, which is no time of day"),
        ("length", None, "Every shift needs a name"),
        ("length", -1, "length"),
        ("length", 99, "its length is above 24 hours"),
        ("length", 1234.5, "its length is above 24 hours"),
        ("pause", 9 * 60, "its break is not shorter than the shift"),
        ("step", 0, "step"),
        ("step", 7, "not multiples of 5 minutes"),
    ],
)
def test_a_shift_that_cannot_be_is_named_at_the_grid_and_not_kept(page, key, value, sentence):
    made = page.store.revision("schedule", cycle=page.cycle_id, project=PROJECT).number
    typed(page, 0, key, value)
    assert sentence in cover(page).shift_said.value
    assert sentence in shown(page)
    assert page.store.read_table("shifts", cycle=page.cycle_id, project=PROJECT).empty
    press(page, "Make the schedule")
    assert "Nothing was made" in said(page) and sentence in said(page)
    assert not page.progress.running
    assert shifts_grid(page).rows[0][key] == value
    assert page.store.revision("schedule", cycle=page.cycle_id, project=PROJECT).number == made
    typed(page, 0, key, parts.to_rows(cover(page).shifts)[0][key])
    assert cover(page).shift_said.value == ""
    assert cover(page)._not_taken() == []


def test_shifts_are_shown_in_hours_and_kept_in_seconds(page):
    rows = parts.to_rows(cover(page).shifts)
    assert parts.to_rows(parts.from_rows(rows)) == rows


def test_another_day_shows_its_people(page):
    assert cover(page).people.title.startswith("Monday, November 2, 2026: ")
    change(cover(page).form, "day", "2026-11-08")
    assert cover(page).people.title == "Sunday, November 8, 2026: nobody"
    change(cover(page).form, "week", "2026-11-09")
    assert cover(page).people.title.startswith("Monday, November 9, 2026: ")


def test_a_break_is_drawn_inside_its_shift(page):
    bars = cover(page).people.data["shifts"]
    for row in set(bars["row"]):
        mine = [n for n, other in enumerate(bars["row"]) if other == row]
        kinds = [bars["part"][n] for n in mine]
        assert kinds in (["work", "break", "work"], ["work"])
        for before, after in pairwise(mine):
            assert bars["end"][before] == bars["start"][after]


def test_a_cancelled_schedule_leaves_the_old_one(page):
    before = len(schedule(page))
    press(page, "Make the schedule")
    page.progress.received({"type": "cancel"}, [])
    finished(page)
    assert "Stopped. Nothing was changed." in said(page)
    assert len(schedule(page)) == before


def test_without_a_plan_the_page_says_where_to_make_one(sample_database, open_page):
    page = open_page("schedule", project=PROJECT)
    assert "once the staffing stage has a plan" in shown(page)
    assert "href='3_staffing.ipynb?" in shown(page)
    assert not find(page, Chart)


def test_a_schedule_is_kept_where_it_began_and_the_page_stays_there(page):
    other = page.store.cycles()[0]
    here, before = page.cycle_id, page.store.revisions(cycle=other.id)
    version = page.store.revision("schedule", cycle=here).number
    press(page, "Make the schedule")
    page.shell.received({"type": "pick", "name": "cycle", "value": str(other.id)}, [])
    assert "still working here" in said(page)
    page.context = replace(page.context, cycle=other)  # even if the page had moved on
    finished(page)
    assert page.store.revisions(cycle=other.id) == before
    assert page.store.revision("schedule", cycle=here).number == version + 1


def test_two_people_s_shifts_are_both_kept_and_the_same_field_is_chosen(planned, open_page):
    mine, theirs = open_page("schedule", project=PROJECT), open_page("schedule", project=PROJECT)
    theirs.shell.person = "Ben"
    typed(theirs, 0, "length", 7.5)
    typed(mine, 1, "length", 8.0)
    lengths = sorted(row["length"] for row in shifts_grid(mine).rows)
    assert lengths[:2] == [7.5, 8.0] or {7.5, 8.0} <= set(lengths)
    typed(theirs, 0, "length", 7.0)  # of a row that is as it was for both
    changed = next(n for n, row in enumerate(shifts_grid(mine).rows) if row["length"] == 7.5)
    typed(mine, changed, "length", 6.0)
    assert "Ben changed the same field" in said(mine)
    assert 7.0 in [row["length"] for row in shifts_grid(mine).rows]
    press(mine, "Keep mine")
    assert shifts_grid(mine).rows[changed]["length"] == 6.0 and not mine.choosers
    typed(theirs, 1, "pause", 15)  # theirs and mine of different fields of one row
    typed(mine, 1, "length", 9.0)
    assert [shifts_grid(mine).rows[1][key] for key in ("length", "pause")] == [9.0, 15] and not mine.choosers


def test_what_stays_short_is_told_of_a_schedule_that_nobody_told_of(page):
    document = page.store.load("schedule", cycle=page.cycle_id, project=PROJECT)
    table = schedule(page)
    few = table.assign(people=1.0).drop_duplicates("shift_start")
    place = {"by": "Ana", "at": NOW, "cycle": page.cycle_id, "project": PROJECT}
    page.store.write_table("schedule", few, **place)
    page.store.save(
        "schedule", {k: v for k, v in document.data.items() if k != "unmet"}, base=document.version, **place
    )
    page.open()
    assert "Nothing: every interval" not in cover(page).short.value
    assert "<li>" in cover(page).short.value


def test_the_page_stays_at_its_week_and_day_when_the_schedule_is_made(page):
    change(cover(page).form, "week", "2026-11-09")
    change(cover(page).form, "day", "2026-11-11")
    made_again(page)
    assert (cover(page).form.values["week"], cover(page).form.values["day"]) == ("2026-11-09", "2026-11-11")
    assert cover(page).people.title.startswith("Wednesday, November 11, 2026: ")


def test_fractions_of_people_that_are_missing_are_not_called_nothing():
    assert parts.nothing_short(0.2) == "Nothing: every interval has the people it needs."
    assert "add up to 12 hours" in parts.nothing_short(12.3)
    named = [("", {"hours": 0.5}), ("", {"hours": 1.0})]
    assert "Of the 5.0 hours short in the cycle, 3.5 are" in parts.fractions_said(5.0, named)
    assert parts.fractions_said(1.7, named) == ""


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [("limit", 0, "From 1 to"), ("limit", 6.5, "A whole number"), ("under", -5, "From 0 to 1,000")],
)
def test_a_refused_wish_is_said_at_its_field_and_stops_the_schedule(page, key, value, sentence):
    change(cover(page).form, key, value)
    assert cover(page).form.errors[key].startswith(sentence)
    press(page, "Make the schedule")
    assert "Nothing was made" in said(page) and sentence in said(page)
    change(cover(page).form, "week", "2026-11-09")
    assert cover(page).form.values[key] == value
    change(cover(page).form, key, 12)
    assert (cover(page).form.errors, cover(page)._not_taken()) == ({}, [])
    document = page.store.load("schedule", cycle=page.cycle_id, project=PROJECT)
    assert document.data["settings"] == {"limit": None, "under": 10, "over": 1} | {key: 12}


def test_a_word_typed_as_a_number_stops_the_schedule(page):
    cover(page).form.received({"type": "refused", "key": "limit", "text": "few"}, [])
    shifts_grid(page).received({"type": "refused", "row": 1, "key": "length", "text": "long"}, [])
    press(page, "Make the schedule")
    assert "Most people on one day: &#x27;few&#x27; is not a number." in said(page)
    assert "Length h in row 2: &#x27;long&#x27; is not a number." in said(page)


def test_what_stays_short_names_the_project_as_its_people_do_and_says_that_it_is_the_whole_cycle(page):
    change(cover(page).form, "limit", 6)
    made_again(page)
    assert f"<li>{cover(page).one['label']}, " in cover(page).short.value
    assert f"<li>{PROJECT}, " not in cover(page).short.value
    assert "What stays short in the whole cycle" in shown(page)


def test_paid_breaks_that_the_need_is_divided_for_as_well_are_told_with_what_to_do(page):
    def lost(placed):
        centre = copy.deepcopy(page.store.load("centre").data)
        kinds = [row | {"share": 0.06 if row["kind"] == "breaks" else 0.0} for row in usual_kinds(0.0)]
        kinds = [row | {"placed": placed or row.get("placed", False)} for row in kinds]
        project_of(centre, PROJECT)["shrinkage_kinds"] = kinds
        page.store.save("centre", centre, base=page.store.load("centre").version, by="Ana", at=NOW)
        page.open()

    lost(placed=False)
    assert "these hours count twice" not in shown(page)
    typed(page, 0, "breaks", "15 0:45-3:15")
    assert "6.0% of paid time: these hours count twice. Mark &#x27;Paid breaks&#x27; in the setup" in shown(page)
    page.go("roster")
    assert "these hours count twice" in shown(page)
    page.go("shifts")
    typed(page, 0, "breaks", "")
    assert "these hours count twice" not in shown(page)
    typed(page, 0, "breaks", "15 0:45-3:15")
    lost(placed=True)
    assert "these hours count twice" not in shown(page)


def test_breaks_for_named_people_are_kept_with_the_kind_of_shift(page):
    typed(page, 0, "breaks", "15 0:45-3:15; 15 5:00-7:45")
    typed(page, 0, "apart", 45)
    typed(page, 0, "most", 30)
    typed(page, 0, "breaks", "15 in the morning")
    assert "Breaks read &#x27;15 in the morning&#x27;" in shown(page)
    table = page.store.read_table("shifts", cycle=page.cycle_id, project=PROJECT)
    assert table[["breaks", "apart_s", "up_to_hours"]].iloc[0].tolist() == ["15 0:45-3:15; 15 5:00-7:45", 2700, 30]
