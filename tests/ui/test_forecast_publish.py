"""A forecast is a draft until it is published; what was published is kept and never changes."""

import pytest

from ccwb import cycle
from ccwb.errors import PlanError
from ccwb.ui.forecast_adjust import adjustment_of, hours_of, shape_of, value_of
from ccwb.ui.widgets import Form, Grid
from tests.ui.conftest import PROJECT
from tests.ui.looking import find, finished, press, said, shown, unfold
from tests.ui.test_forecast_page import state


@pytest.fixture
def page(planned, open_page):
    return open_page("forecast", project=PROJECT)


def stored(page, table="forecast"):
    return page.store.read_table(table, cycle=page.cycle_id, project=PROJECT, zone="Europe/Berlin")


def adjustments(page):
    unfold(page, "Adjustments")
    return next(grid for grid in find(page, Grid) if grid.file_name == "adjustments")


def add(grid, **cells):
    grid.received({"type": "add"}, [])
    for key, value in cells.items():
        grid.received({"type": "change", "row": len(grid.rows) - 1, "key": key, "value": value}, [])


def words(page):
    return [str(blocker) for blocker in state(page).blockers]


def test_a_forecast_brought_in_counts_as_published_by_who_wrote_it(page):
    assert "Published " in page.stands.value and "by Ana" in page.stands.value
    assert "What differs" not in page.stands.value
    assert not [one for one in words(page) if "in sight" in one]


def test_an_adjustment_moves_the_line_in_sight_and_nothing_else_until_it_is_published(page):
    before = stored(page)
    add(adjustments(page), value="10", reason="More catalogues sent")
    assert page.forecast["offered"].sum() == pytest.approx(1.1 * before["offered"].sum())
    assert page.daily.data["models"]["offered"]
    assert stored(page).equals(before)
    assert "Adjustments added, changed or taken away: 1." in page.stands.value
    assert any("What is in sight is not what staffing works with" in one for one in words(page))
    press(page, "Publish for staffing")
    assert "Published: staffing works with it from now on" in said(page)
    assert stored(page)["offered"].sum() == pytest.approx(1.1 * before["offered"].sum())
    assert stored(page, "forecast_draft")["offered"].sum() == pytest.approx(before["offered"].sum())
    assert "What differs" not in page.stands.value
    assert not any("in sight" in one for one in words(page))


def test_every_publishing_is_kept_as_it_was(page):
    first = stored(page)["offered"].sum()
    press(page, "Publish for staffing")
    add(adjustments(page), kind="amount", value="50", reason="A new client", channel="voice")
    press(page, "Publish for staffing")
    kept = stored(page, "forecast_snapshots").groupby("published")["offered"].sum()
    assert len(kept) == 2
    assert kept.tolist() == pytest.approx([first, stored(page)["offered"].sum()])
    document = page.store.load("forecast", cycle=page.cycle_id, project=PROJECT).data
    assert [one["by"] for one in document["published"]] == ["Ana", "Ana"]
    with pytest.raises(PlanError, match="stays as it was"):
        page.store.write_table("forecast_snapshots", kept.reset_index(), by="Ana", at=page.kept.at, cycle=page.cycle_id)


def test_what_staffing_took_is_stale_once_another_forecast_is_published(page):
    changed = "The forecast changed after step 3 was computed: run step 3 again."
    before = [str(blocker) for blocker in state(page, "staffing").blockers]
    add(adjustments(page), value="5", reason="More work")
    assert [str(blocker) for blocker in state(page, "staffing").blockers] == before
    press(page, "Publish for staffing")
    assert changed in [str(blocker) for blocker in state(page, "staffing").blockers]


def test_what_two_people_do_at_once_is_not_published_unseen(planned, open_page):
    mine, theirs = open_page("forecast", project=PROJECT), open_page("forecast", project=PROJECT)
    add(adjustments(theirs), value="20", reason="Theirs")
    before = stored(mine)
    press(mine, "Publish for staffing")
    assert "Somebody else changed this forecast meanwhile" in said(mine)
    assert stored(mine).equals(before)


def test_an_adjustment_without_a_reason_waits_in_sight_and_stops_the_publishing(page):
    grid = adjustments(page)
    add(grid, value="10")
    assert "once it has a reason" in said(page)
    assert page.settings["adjustments"] == []
    press(page, "Publish for staffing")
    assert "once it has a reason" in said(page)
    page.reopen()
    grid = next(grid for grid in find(page, Grid) if grid.file_name == "adjustments")
    assert grid.rows[0]["value"] == "10"
    grid.received({"type": "change", "row": 0, "key": "reason", "value": "A fair"}, [])
    assert [one["reason"] for one in page.settings["adjustments"]] == ["A fair"]
    assert page.settings["adjustments"][0]["by"] == "Ana"


def test_two_adjustments_that_are_typed_at_once_stay_where_they_are_and_each_gets_its_own_reason(page):
    grid = adjustments(page)
    for _n in range(2):
        grid.received({"type": "add"}, [])
    ids, marks = [row["id"] for row in grid.rows], list(grid.marks)
    for row, key, value in ((1, "value", "5"), (1, "reason", "The second"), (0, "value", "7"), (0, "reason", "First")):
        grid.received({"type": "change", "row": row, "mark": marks[row], "key": key, "value": value}, [])
    assert [(row["id"], row["value"], row["reason"]) for row in grid.rows] == [
        (ids[0], "7", "First"),
        (ids[1], "5", "The second"),
    ]
    assert {one["id"]: one["reason"] for one in page.settings["adjustments"]} == {ids[0]: "First", ids[1]: "The second"}


def test_an_adjustment_that_is_off_adds_nothing_and_comes_back(page):
    grid = adjustments(page)
    before = page.forecast["offered"].sum()
    add(grid, value="-10", reason="Holidays at the client")
    assert "contacts on" in grid.rows[0]["adds"] and grid.rows[0]["adds"].startswith("−")
    grid.received({"type": "change", "row": 0, "key": "on", "value": False}, [])
    assert page.forecast["offered"].sum() == pytest.approx(before)
    assert grid.rows[0]["adds"] == "off"
    grid.received({"type": "change", "row": 0, "key": "on", "value": True}, [])
    assert page.forecast["offered"].sum() == pytest.approx(0.9 * before)
    grid.received({"type": "remove", "row": 0}, [])
    assert page.forecast["offered"].sum() == pytest.approx(before)


def test_an_adjustment_of_days_that_the_forecast_does_not_have_is_refused_in_words(page):
    grid = adjustments(page)
    add(grid, value="10", first_day="2028-01-01", last_day="2028-01-31", reason="Too late")
    assert "the forecast has days from" in said(page)
    assert page.settings["adjustments"] == []


def test_values_hours_and_shapes_are_read_as_planners_write_them():
    assert [value_of("percent", "12,5"), value_of("percent", "-3 %"), value_of("amount", "-250")] == [
        0.125,
        -0.03,
        -250,
    ]
    assert value_of("shape", "8:00 1.2; 12:00 0.9") == shape_of("08:00 1.2;12:00 0,9")
    assert hours_of("9:00–12:30") == ("09:00", "12:30")
    for wrong in (lambda: value_of("percent", "much"), lambda: hours_of("morning"), lambda: shape_of("8 to 9 more")):
        with pytest.raises(PlanError, match="Write"):
            wrong()


def test_every_kind_of_adjustment_comes_back_as_it_was_typed(page):
    grid = adjustments(page)
    add(grid, kind="shape", value="09:00 1.5; 12:00 0.75", reason="Opens with a rush", weekdays="0")
    add(grid, kind="aht", value="7.5", reason="A new system", hours="09:00-12:00", channel="chat")
    typed = [(row["kind"], row["value"], row["hours"], row["weekdays"]) for row in grid.rows]
    assert typed == [("shape", "09:00 1.5; 12:00 0.75", "", "0"), ("aht", "7.5", "09:00-12:00", "")]
    assert [adjustment_of(row, page)["value"] for row in grid.rows] == [[["09:00", 1.5], ["12:00", 0.75]], 0.075]


def test_a_draft_that_was_never_published_leaves_staffing_without_a_forecast(page, open_page):
    page.store.delete_table("forecast", by="Ana", at=page.kept.at, cycle=page.cycle_id)
    draft = page.drafted
    page.store.write_table("forecast_draft", draft, by="Ana", at=page.kept.at, cycle=page.cycle_id, project=PROJECT)
    page.open()
    assert "Not published yet" in shown(page)
    assert "No forecast is published yet: make it, look at it, then publish it for staffing." in words(page)
    assert cycle.state(page.store, page.cycle_id)["staffing"].state == "blocked"
    press(page, "Publish for staffing")
    assert len(stored(page)) == len(draft)


def test_every_project_is_forecast_at_once_and_published_with_one_press(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    page.model = "seasonal naive"
    press(page, "Make it for every project")
    finished(page)
    press(page, "Publish all of them as they are")
    assert "Published" in said(page)
    table = page.store.read_table("forecast", cycle=page.cycle_id)
    drafts = page.store.read_table("forecast_draft", cycle=page.cycle_id)
    assert set(table["project"]) == {one["project"] for one in page.centre()["projects"]}
    assert len(table) == len(drafts) == len(page.store.read_table("forecast_snapshots", cycle=page.cycle_id))
    assert not [one for one in words(page) if "published" in one]


def test_going_back_to_older_settings_blocks_the_stage_until_it_is_published_again(page):
    press(page, "Publish for staffing")
    add(adjustments(page), value="10", reason="A fair")
    press(page, "Publish for staffing")
    first = page.store.versions("forecast", cycle=page.cycle_id, project=PROJECT)[-1]
    page.store.restore("forecast", first.version, by="Ana", at=page.kept.at, cycle=page.cycle_id, project=PROJECT)
    page.open()
    assert page.settings["adjustments"] == []
    press(page, "Publish for staffing")
    assert stored(page)["offered"].sum() == pytest.approx(page.drafted["offered"].sum())
    assert not [one for one in words(page) if "result" in one or "in sight" in one]


def test_a_second_tab_sees_what_the_first_published_and_may_publish_then(planned, open_page):
    first, second = open_page("forecast", project=PROJECT), open_page("forecast", project=PROJECT)
    press(first, "Publish for staffing")
    press(second, "Publish for staffing")
    assert "Somebody else changed this forecast meanwhile" in said(second)
    press(second, "Publish for staffing")
    assert "Published: staffing works with it" in said(second)


def test_two_tabs_that_each_add_an_adjustment_both_keep_theirs_and_the_earlier_ones(page, open_page):
    for value, why in (("1", "Old one"), ("2", "Old two")):
        add(adjustments(page), value=value, reason=why)
    tabs = [open_page("forecast", project=PROJECT) for _tab in range(2)]
    add(adjustments(tabs[0]), value="5", reason="A new")
    add(adjustments(tabs[1]), value="9", reason="B new")
    kept = page.store.load("forecast", cycle=page.cycle_id, project=PROJECT).data["settings"]["adjustments"]
    found = sorted((one["reason"], round(100 * one["value"])) for one in kept)
    assert found == [("A new", 5), ("B new", 9), ("Old one", 1), ("Old two", 2)]
    assert "Both versions are here" not in said(tabs[1])


def test_an_adjustment_that_two_people_changed_is_asked_about_as_the_list_shows_it(page, open_page):
    days = {"first_day": "2026-11-02", "last_day": "2026-11-08", "channel": "voice"}
    for value, why in (("10", "A fair"), ("20", "A mailing")):
        add(adjustments(page), value=value, reason=why, **days)
    tabs = [open_page("forecast", project=PROJECT) for _tab in range(2)]
    tabs[0].shell.person = "Ben"
    ben, ana = (adjustments(tab) for tab in tabs)
    cells = [("value", "11.5"), ("hours", "08:00-12:00"), ("weekdays", "01234")]
    for grid, changes in ((ben, cells), (ana, [("value", "14")])):
        for key, value in changes:
            grid.received({"type": "change", "row": 0, "key": key, "value": value}, [])
    (side,) = asked(tabs[1])
    assert side["label"] == "Value of 'Voice · Nov 2, 2026 · Nov 8, 2026 · percent'"
    assert [one["label"] for one in side["options"]] == ["Ben: 11.5%", "You: 14%"]
    press(tabs[1], "Keep mine")
    tabs[0].open()
    ben, ana = (adjustments(tab) for tab in tabs)
    ben.received({"type": "remove", "row": 1}, [])
    for key, value in (("kind", "amount"), ("value", "-30")):
        ana.received({"type": "change", "row": 1, "key": key, "value": value}, [])
    side, *_value = asked(tabs[1])
    assert side["label"] == "Voice · Nov 2, 2026 · Nov 8, 2026 · contacts a day"
    assert side["options"][0]["label"] == "Ben: taken away"
    assert side["options"][1]["label"].startswith("You: On · every day · ")


def asked(page):
    """Return the fields of what two people changed that is asked above the page."""
    return next(form for form in find(page, Form) if "ccwb-sides" in form._dom_classes).fields
