"""The forecast page: made for the whole cycle, kept with what it was made from, shown queue by queue."""

import datetime as dt

import ipywidgets as w
import pandas as pd
import pytest

from ccwb import cycle
from ccwb.ui.charts import Chart
from ccwb.ui.forecast_work import Making
from ccwb.ui.widgets import Form, Grid, TableView, Upload
from tests.ui.conftest import PROJECT
from tests.ui.looking import change, find, finished, press, said, shown, unfold

NOW = dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)


@pytest.fixture
def page(planned, open_page):
    return open_page("forecast", project=PROJECT)


def kept(page, table="forecast_draft"):
    return page.store.read_table(table, cycle=page.cycle_id, project=PROJECT, zone="Europe/Berlin")


def state(page, stage="forecast"):
    return cycle.state(page.store, page.cycle_id)[stage]


def event(**more):
    return {"first_day": "2026-11-16", "last_day": "2026-11-20", "kind": "campaign", "name": "Flyer"} | {
        "project": PROJECT,
        "channel": "",
        "effect": None,
        **more,
    }


def test_the_forecast_is_made_for_thirteen_weeks_of_every_queue_and_kept(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    assert "Press &#x27;Make the forecast&#x27;" in shown(page)
    press(page, "Make the forecast")
    assert page.progress.running
    finished(page)
    assert "The forecast is made." in said(page)
    table, days = kept(page), (page.context.cycle.first_day, page.context.cycle.last_day)
    for channel in ("voice", "chat", "callback"):
        queue = table[table["channel"] == channel]["interval_start"].dt.date
        assert (days[1] - days[0]).days + 1 == 91
        assert (queue.max() - queue.min()).days >= 85  # closed on Sundays and holidays
        assert days[0] <= queue.min() <= queue.max() <= days[1]
    assert set(kept(page, "accuracy")["channel"]) == {"voice", "chat", "callback"}
    document = page.store.load("forecast", cycle=page.cycle_id, project=PROJECT)
    assert document.by == "Ana"
    draft = document.data["draft"]
    assert draft["made_from"] == cycle.made_from(page.store, page.cycle_id, "forecast", project=PROJECT)
    assert draft["beliefs"]["voice"]
    assert kept(page, "forecast").empty
    assert "Not published yet" in shown(page)
    assert "Contacts in the cycle" in shown(page)
    assert all(bullet in shown(page) for bullet in ("chosen", "seasonal naive", "<li>"))


def test_a_cancelled_forecast_keeps_nothing(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    press(page, "Make the forecast")
    page.progress.received({"type": "cancel"}, [])
    finished(page)
    assert "Stopped. Nothing was changed." in said(page)
    assert kept(page).empty
    assert page.store.load("forecast", cycle=page.cycle_id, project=PROJECT).data is None


def test_another_queue_moves_figures_and_pictures(page):
    before, days = page.answer.value, page.daily.data
    change(page.form, "channel", "chat")
    assert page.answer.value != before
    assert page.daily.data != days
    assert page.daily.title.startswith("Chat")


def test_another_week_moves_only_the_lower_picture(page):
    before, days = page.week.data, page.daily.data
    change(page.form, "week", "2026-11-09")
    assert page.week.data != before
    assert page.daily.data is days
    assert page.week.title.startswith("Week from Nov 9, 2026: the busiest interval is")


def test_a_week_without_a_forecast_says_so(page):
    change(page.form, "week", "2026-12-14")
    assert page.week.title == "No intervals in the week from Dec 14, 2026"
    assert page.week.data["slots"]["offered"] == []


def test_an_event_is_kept_once_it_has_a_name_and_both_days(page):
    grid = find(page, Grid)[0]
    rows = len(grid.rows)
    grid.received({"type": "add"}, [])
    assert "once it has a name" in said(page)
    grid.received({"type": "change", "row": rows, "key": "name", "value": "Flyer"}, [])
    grid.received({"type": "change", "row": rows, "key": "effect", "value": 20}, [])
    table = page.store.read_table("events")
    assert len(table) == rows + 1
    assert table.iloc[-1][["name", "project", "effect"]].tolist() == ["Flyer", PROJECT, 0.2]
    assert page.shell.saved_state == "saved"
    assert said(page) == ""


def test_an_event_that_ends_before_it_begins_is_said_and_not_kept(page):
    grid = find(page, Grid)[0]
    before = page.store.read_table("events")
    grid.received({"type": "change", "row": 0, "key": "last_day", "value": "2001-01-01"}, [])
    assert "ends before it begins" in said(page)
    assert page.store.read_table("events").equals(before)


def test_the_last_event_can_be_taken_away(page):
    grid = find(page, Grid)[0]
    for _ in list(grid.rows):
        grid.received({"type": "remove", "row": 0}, [])
    assert page.store.read_table("events").empty


def test_an_event_after_the_forecast_blocks_the_stage_until_it_is_made_again(page):
    page.events.save([event()])
    blockers = state(page).blockers
    assert "The events changed after step 2 was computed: run step 2 again." in map(str, blockers)


def test_a_project_without_history_can_bring_one_in_at_once(page):
    for channel in ("voice", "chat", "callback"):
        page.store.delete_table("history", by="Ana", at=NOW, project=PROJECT, channel=channel)
    page.open()
    assert "once there is a history of this project" in shown(page)
    assert len(find(page, Upload)) == 1


def test_a_history_that_begins_with_the_cycle_is_answered_in_words(page):
    page.store.update_cycle(page.cycle_id, by="Ana", at=NOW, first_day=dt.date(2024, 10, 1))
    page.open()
    press(page, "Make the forecast")
    finished(page)
    assert "lies in or after the cycle" in said(page)


def test_the_forecast_is_approved_only_after_the_mission(page):
    press(page, "Approve this stage")
    assert "Step 2 cannot be approved yet" in said(page)
    assert state(page).state != cycle.APPROVED


def test_the_whole_forecast_can_be_downloaded(page):
    unfold(page, "To Excel and back")
    view = next(v for v in find(page, TableView) if v.file_name == f"forecast_{PROJECT}")
    assert len(view.file_table()) == len(kept(page, "forecast"))


def test_a_persian_reader_finds_persian_digits_in_figures_and_pictures(planned, open_page):
    page = open_page("forecast", project=PROJECT, lang="fa")
    assert page.shell.frame["direction"] == "rtl"
    assert any(digit in page.answer.value for digit in "۰۱۲۳۴۵۶۷۸۹")
    assert page.daily.locale_forms["format"]["numerals"][3] == "۳"
    assert {form.locale for form in find(page, Form)} == {"fa"}


def test_every_control_has_a_name(page):
    for form in find(page, Form):
        assert all(field["label"] for field in form.fields)
    assert all(button.description for button in find(page, w.Button))


def test_the_page_stays_where_it_is_while_it_works_and_keeps_nothing_elsewhere(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    here, other = page.context.cycle, page.store.cycles()[0]
    before = page.store.revisions(cycle=other.id)
    press(page, "Make the forecast")
    frame = page.shell.frame
    page.shell.received({"type": "pick", "name": "cycle", "value": str(other.id)}, [])
    assert "still working here" in said(page)
    assert page.context.cycle == here
    assert page.shell.frame != frame  # sent again, so that the picker goes back
    assert page.shell.frame["cycle"] == here.id
    page.shell.received({"type": "pick", "name": "lang", "value": "fa"}, [])
    assert page.context.language == "en"
    finished(page)
    assert not kept(page).empty
    assert page.store.revisions(cycle=other.id) == before


def test_a_forecast_is_kept_where_it_began_whatever_the_page_then_shows(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    here, other = page.context.cycle, page.store.cycles()[0]
    before = page.store.revisions(cycle=other.id)
    making = Making(page, projects=[PROJECT], model="seasonal naive")
    page.shell.received({"type": "pick", "name": "cycle", "value": str(other.id)}, [])
    said_ = []
    making.keep(making(lambda done, total, detail: said_.append(detail)))
    assert page.store.revisions(cycle=other.id) == before
    table = page.store.read_table("forecast_draft", cycle=here.id, project=PROJECT, zone="Europe/Berlin")
    assert table["interval_start"].min().date() >= here.first_day
    assert any(detail.endswith(" / Chat") for detail in said_)
    assert not any(detail.startswith(f"{PROJECT} /") for detail in said_)


def test_two_people_s_events_are_both_kept(planned, open_page):
    mine, theirs = open_page("forecast", project=PROJECT), open_page("forecast", project=PROJECT)
    theirs.shell.person = "Ben"
    before = len(mine.events.grid.rows)
    for page, name in ((theirs, "Theirs"), (mine, "Mine")):
        page.events.grid.received({"type": "add"}, [])
        page.events.grid.received({"type": "change", "row": before, "key": "name", "value": name}, [])
    kept = names(mine)
    assert len(kept) == before + 2
    assert {"Theirs", "Mine"} < set(kept)
    assert sorted(in_grid(mine)) == sorted(kept)
    mine.events.grid.received({"type": "change", "row": in_grid(mine).index("Mine"), "key": "effect", "value": 7}, [])
    table = mine.store.read_table("events").set_index("name")
    assert table.loc["Mine", "effect"] == pytest.approx(0.07)
    assert "Theirs" in table.index


def test_an_event_that_two_people_changed_is_chosen_between_theirs_and_mine(planned, open_page):
    mine, theirs = open_page("forecast", project=PROJECT), open_page("forecast", project=PROJECT)
    theirs.shell.person = "Ben"
    for page, effect in ((theirs, 10), (mine, 30)):
        page.events.grid.received({"type": "change", "row": 0, "key": "effect", "value": effect}, [])
    assert "Ben changed the same field" in said(mine)
    name = mine.events.grid.rows[0]["name"]
    assert mine.store.read_table("events").set_index("name").loc[name, "effect"] == pytest.approx(0.1)
    assert 10 in [row["effect"] for row in mine.events.grid.rows]
    press(mine, "Keep mine")
    assert mine.store.read_table("events").set_index("name").loc[name, "effect"] == pytest.approx(0.3)


def test_the_page_stays_at_its_queue_week_and_model(page):
    chosen = {"channel": "chat", "sight": "cycle", "week": "2026-11-09", "model": "seasonal naive"}
    for key, value in chosen.items():
        change(page.form, key, value)
    drawn = page.week.title
    page.open()
    assert page.form.values == chosen
    assert page.daily.title.startswith("Chat")
    assert page.week.title == drawn


def test_holidays_and_events_are_marked_on_the_days(page):
    page.store.write_table("events", events(page), by="Ana", at=NOW)
    page.open()
    marks = page.daily.data["marks"]
    named = dict(zip(marks["name"], marks["said"], strict=True))
    assert named["Flyer"] == "campaign"
    assert "public holiday" in named.values()
    assert "Chat only" not in named
    change(page.form, "channel", "chat")
    assert "Chat only" in page.daily.data["marks"]["name"]
    days = page.daily.data["came"]["t"]
    assert min(days) <= min(marks["t"])


def test_an_event_that_was_just_typed_is_marked_at_once(page):
    page.events.grid.received({"type": "change", "row": 0, "key": "name", "value": "Renamed"}, [])
    page.events.grid.received({"type": "change", "row": 0, "key": "last_day", "value": "2026-11-20"}, [])
    assert "Renamed" in page.daily.data["marks"]["name"]


def events(page):
    table = pd.DataFrame([event(), event(name="Chat only", channel="chat"), event(name="Not ours", project="service")])
    for day in ("first_day", "last_day"):
        table[day] = pd.to_datetime(table[day])
    return table.astype({"effect": float})


def test_a_forecast_that_was_brought_in_says_so(sample_database, open_page):
    page = open_page("forecast", project=PROJECT)
    assert not [chart for chart in find(page, Chart) if chart is page.week]  # nothing to draw yet
    page.shell.received({"type": "pick", "name": "cycle", "value": str(page.store.cycles()[0].id)}, [])
    assert "brought in with the cycle" in page.believes.value
    assert "brought in with the cycle" in page.models.value
    assert [chart for chart in find(page, Chart) if chart is page.week]


def edit(page, row, key, value):
    page.events.grid.received({"type": "change", "row": row, "key": key, "value": value}, [])


def in_grid(page):
    return [row["name"] for row in page.events.grid.rows]


def names(page):
    return page.store.read_table("events")["name"].tolist()


def test_an_unfinished_event_stops_no_other_edit_and_stays_in_sight(page):
    stored = in_grid(page)
    page.events.grid.received({"type": "add"}, [])
    edit(page, 1, "name", "Renamed")
    assert names(page) == [stored[0], "Renamed", *stored[2:]]
    assert "once it has a name" in said(page) and "The other rows are saved." in said(page)
    assert f"Events, row {len(stored) + 1}: " in said(page)
    page.open()
    assert page.events.grid.rows[-1]["name"] == ""
    edit(page, len(stored), "name", "Flyer")
    assert names(page)[-1] == "Flyer"
    assert said(page) == ""


def test_a_stored_event_whose_name_is_emptied_is_kept_until_it_is_named_again_or_taken_away(page):
    stored = in_grid(page)
    edit(page, 0, "name", "")
    edit(page, 0, "effect", 12)
    assert "once it has a name" in said(page)
    assert sorted(names(page)) == sorted(stored)
    edit(page, 1, "name", "Renamed")
    assert names(page) == [stored[0], "Renamed", *stored[2:]]
    edit(page, 0, "name", "Other")
    table = page.store.read_table("events")
    assert table["name"].tolist() == ["Other", "Renamed", *stored[2:]]
    assert table["effect"].iloc[0] == pytest.approx(0.12)
    edit(page, 0, "name", "")
    page.events.grid.received({"type": "remove", "row": 0}, [])
    assert names(page) == ["Renamed", *stored[2:]]


def test_an_unfinished_event_stays_in_sight_beside_those_that_others_add(planned, open_page):
    mine, theirs = open_page("forecast", project=PROJECT), open_page("forecast", project=PROJECT)
    theirs.shell.person = "Ben"
    stored = in_grid(mine)
    theirs.events.save([*theirs.events.grid.rows, event(name="Theirs")])
    edit(mine, 0, "name", "")
    mine.events.grid.received({"type": "add"}, [])
    edit(mine, 1, "name", "Mine")
    assert set(names(mine)) == {stored[0], "Mine", "Theirs", *stored[2:]}
    assert in_grid(mine).count("") == 2 and {"Mine", "Theirs"} < set(in_grid(mine))
    edit(mine, in_grid(mine).index(""), "name", "Again")
    assert set(names(mine)) == {"Again", "Mine", "Theirs", *stored[2:]}


def test_no_forecast_is_made_past_an_effect_that_is_no_number(page):
    page.events.grid.received({"type": "refused", "row": 0, "key": "effect", "text": "much"}, [])
    press(page, "Make the forecast")
    assert "Effect % in row 1: &#x27;much&#x27; is not a number." in said(page)
    assert not page.progress.running


def test_an_event_that_cannot_be_is_not_forecast_with_as_it_was_before(page):
    edit(page, 0, "effect", 30)
    edit(page, 0, "effect", -200)
    name = page.events.grid.rows[0]["name"]
    assert f"&#x27;{name}&#x27;" in said(page) and "at most 100 %" in said(page)
    for label in ("Make the forecast", "Publish for staffing"):
        before = page.store.revisions(cycle=page.cycle_id)
        press(page, label)
        assert "at most 100 %" in said(page) and "Nothing was made" in said(page)
        assert not page.progress.running and page.store.revisions(cycle=page.cycle_id) == before
    page.reopen()
    assert page.events.grid.rows[0]["effect"] == -200
    edit(page, 0, "effect", float("inf"))
    assert "counted with" in said(page)
    edit(page, 0, "effect", -100)
    assert said(page) == ""
    assert page.store.read_table("events").set_index("name").loc[name, "effect"] == -1


def test_an_event_that_stands_there_twice_is_named_and_waits(page):
    stored = names(page)
    page.events.grid.received({"type": "add"}, [])
    for key in ("first_day", "last_day", "name", "project", "channel"):
        edit(page, len(stored), key, page.events.grid.rows[0][key])
    assert "It stands there twice" in said(page) and page.events.grid.rows[0]["name"] in said(page)
    assert sorted(names(page)) == sorted(stored)


def test_the_events_of_the_cycle_and_after_come_first(page):
    ahead = str(page.context.cycle.first_day)
    page.events.save([*page.events.grid.rows, event(name="Soon", first_day=ahead, last_day=ahead)])
    page.reopen()
    ends = [row["last_day"] >= ahead for row in page.events.grid.rows]
    assert any(ends) and not all(ends) and ends == sorted(ends, reverse=True)


def test_the_page_opens_on_the_first_week_that_has_intervals(planned, open_page):
    store = open_page("forecast", project=PROJECT).store
    place = {"cycle": store.cycles()[-1].id, "project": PROJECT}
    table = store.read_table("forecast", zone="Europe/Berlin", **place)
    later = (table["channel"] != "voice") | (table["interval_start"] >= "2026-11-09")
    store.write_table("forecast", table[later], by="Ana", at=NOW, **place)
    page = open_page("forecast", project=PROJECT)
    assert page.queue[1] == "voice"
    assert page.form.values["week"] == "2026-11-09"
    assert page.week.title.startswith("Week from Nov 9, 2026: the busiest interval is")
